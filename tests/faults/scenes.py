"""What people do at a station when the power goes or the disk fails, each with what must be true afterwards."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stations import Network, elder, found_network, serve, volunteer

from timebank.desk.desk import Desk


def content(path: Path) -> str:
    """A fingerprint of every row of every table of a store, once SQLite has mended it; "" where there is none."""
    if not path.exists():
        return ""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        digest = hashlib.sha256()
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        for (table,) in tables:
            digest.update(f"{table}\n".encode())
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                digest.update(repr(row).encode())
        return digest.hexdigest() if tables else ""
    finally:
        connection.close()


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder for thousands of short-lived disks: in memory where the system has a place for that."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


def town(folder: Path) -> Network:
    """Three stations; the centre has people and hours, the hub has people that nobody else knows of."""
    network = found_network(folder)
    with network.desk(2) as centre:
        volunteer(centre)
        elder(centre)
        centre.exchange.export(folder / "early.tbx")
        serve(centre, centre.people.find("002-00001"), centre.people.find("002-00002"))
        centre.exchange.export(folder / "centre.tbx", full=True)
        centre.upkeep.backup(folder / "centre.backup")
    with network.desk(1) as hub:
        for name in ("钱奶奶", "孙爷爷", "李奶奶"):
            elder(hub, name)
        hub.exchange.export(folder / "hub.tbx")
    return network


def sound(network: Network, home: Path) -> None:
    """A station opens, and its check finds nothing wrong."""
    with Desk(home, network.surroundings) as desk:
        desk.station.store.connection.execute("PRAGMA synchronous = OFF")
        if desk.station.joined:
            report = desk.upkeep.check()
            assert report.ok, report
