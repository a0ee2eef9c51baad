"""What goes wrong: sticks, clocks, disks, thieves. Every fault that happens is counted and written down."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from timebank.desk.network import revoke
from timebank.desk.surroundings import Surroundings
from timebank.desk.upkeep import restore
from timebank.exchange.incoming import Taken
from timebank.outcome import Problem

from .intentions import intend
from .world import Delivery, Site, World

FAULTS = (
    "lost", "repeated", "torn", "flipped", "replayed", "forged", "foreign", "clock", "crash", "full_disk",
    "restart", "late_joiner", "restore", "revoke", "clone", "old_folder", "restore_again", "hub_restore", "hub_clone",
)  # fmt: skip
"""Every kind of fault; each can be switched on and off."""

STANDARD = FAULTS
"""What a simulation has where nothing else is said."""

LOST, REPEATED, TORN, FLIPPED, REPLAYED = 0.15, 0.08, 0.06, 0.06, 0.05
"""How many of the deliveries meet with each."""


# Cuts of power


class PowerCut(BaseException):
    """The machine is dead; nobody catches this."""


class _Cutter:
    """Counts the writes of a station and stops the world before or after one of them.

    What the disk holds at that instant is copied, half-written files, hot journals and all, and is what the
    station wakes up with. The process lived on only to unwind.
    """

    def __init__(self, home: Path, at: int) -> None:
        self.home = home
        self.saved = home.with_name(f"{home.name}.cut")
        self.left = at
        self.dead = False

    def point(self, do: Callable[[], Any]) -> Any:
        """A write: the power may go before it, or after."""
        self._tick()
        result = do()
        self._tick()
        return result

    def _tick(self) -> None:
        self.alive()
        self.left -= 1
        if self.left == 0:
            shutil.copytree(self.home, self.saved)
            self.dead = True
            raise PowerCut

    def alive(self) -> None:
        """A dead machine does nothing more."""
        if self.dead:
            raise PowerCut


class _Wire:
    """A connection to the store through which the power can be cut."""

    def __init__(self, connection: sqlite3.Connection, cutter: _Cutter) -> None:
        self._connection = connection
        self._cutter = cutter

    def execute(self, sql: str, *values: Any) -> Any:
        if sql.lstrip()[:6].upper() in ("SELECT", "PRAGMA"):
            self._cutter.alive()
            return self._connection.execute(sql, *values)
        return self._cutter.point(lambda: self._connection.execute(sql, *values))

    def executemany(self, sql: str, values: Any) -> Any:
        return self._cutter.point(lambda: self._connection.executemany(sql, values))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@contextmanager
def power_cut(world: World, site: Site, at: int, *, spill: bool = False) -> Iterator[_Cutter]:
    """Whatever is done inside is cut at its ``at``-th write, if there are so many; the station wakes up again.

    With ``spill`` SQLite has hardly any memory, so that its file is half changed long before a commit.
    """
    cutter = _Cutter(site.home, at)
    store = site.opened.station.store if site.opened is not None else None
    with ExitStack() as stack:
        if store is not None:
            connection = store.db.conn
            if spill:
                connection.execute("PRAGMA cache_size = 4")
            store.db.conn = _Wire(connection, cutter)
            stack.callback(setattr, store.db, "conn", connection)
        for name in ("fsync", "replace", "link", "unlink"):
            stack.enter_context(patch.object(os, name, _through(cutter, getattr(os, name))))
        try:
            yield cutter
        except BaseException:
            if not cutter.dead:
                raise
    if not cutter.dead:
        if spill and store is not None:
            store.connection.execute("PRAGMA cache_size = -65536")
        return
    world.fresh.clear()
    site.close()
    shutil.rmtree(site.home)
    cutter.saved.rename(site.home)
    world.fault(site, "crash")
    assert site.acknowledged <= site.entries(), f"{site} lost what its screen had confirmed"


def _through(cutter: _Cutter, do: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values, **named: cutter.point(lambda: do(*values, **named))


def crash(world: World, site: Site) -> None:
    """The power goes while someone works, while a file is written, or while one is taken in."""
    rng = world.rng
    spill = rng.random() < 0.5
    what = rng.random()
    before = set((world.folder / "sticks").glob("*.tbx"))
    _ = site.desk
    with power_cut(world, site, int(rng.expovariate(1 / 20)) + 1, spill=spill):
        if what < 0.6:
            for _ in range(4):
                intend(world, site)
        elif what < 0.8:
            world.export(site)
        elif world.exports:
            world.take(site, rng.choice(world.exports), "while_power_fails")
    for path in sorted(set((world.folder / "sticks").glob("*.tbx")) - before):
        if path not in world.exports:  # it has its final name, so it is whole
            taken = world.take(world.hub if site is not world.hub else site, path, "left_by_crash")
            assert (
                taken is None or taken.outcome not in ("partial", "quarantined") or _explained(world, taken)
            )
            path.unlink()


def _explained(world: World, taken: Taken) -> bool:
    """Whether a whole file may be set aside all the same."""
    return taken.code in ("unknown_station", "revoked_station", "fork", "not_for_us")


def full_disk(world: World, site: Site) -> None:
    """The disk is full for a while: a sentence, and nothing changed."""
    connection = site.store.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    try:
        for _ in range(3):
            intend(world, site)
        if world.exports:
            world.take(site, world.rng.choice(world.exports), "on_full_disk")
    finally:
        connection.execute("PRAGMA max_page_count = 1073741823")
    world.fault(site, "full_disk")


# Sticks


def send(world: World, site: Site) -> None:
    """A station writes a file, and someone carries it somewhere in the next days."""
    rng = world.rng
    others = [each for each in world.sites if each is not site]
    if not others:
        return
    targets = rng.sample(others, min(len(others), rng.randint(1, 3)))
    if site is not world.hub and rng.random() < 0.5 and world.hub not in targets:
        targets[0] = world.hub
    to = None if rng.random() < 0.7 else targets
    path = world.export(site, to)
    if path is not None:
        for target in targets:
            world.post.append(Delivery(world.day + rng.choice((0, 0, 1, 2, 5, 20)), path, target))


def deliver(world: World, faults: frozenset[str]) -> None:
    """What is due today arrives: as it was sent, or otherwise."""
    due = [each for each in world.post if each.due <= world.day]
    world.post = [each for each in world.post if each.due > world.day]
    for each in due:
        if each.path.exists():
            _arrive(world, each, faults)


def _arrive(world: World, delivery: Delivery, faults: frozenset[str]) -> None:
    rng, site, path = world.rng, delivery.to, delivery.path
    chance = rng.random()
    for kind, share in (("lost", LOST), ("repeated", REPEATED), ("torn", TORN), ("flipped", FLIPPED),
                        ("replayed", REPLAYED)):  # fmt: skip
        if chance < share and kind in faults:
            break
        chance -= share
    else:
        world.take(site, path, delivery.what)
        return
    world.fault(site, kind, path.name)
    if kind == "lost":
        return
    if kind == "repeated":
        first = world.take(site, path, "repeated")
        again = world.take(site, path, "repeated")
        if first is not None and again is not None and first.outcome in ("applied", "known"):
            assert again.outcome == "known", f"a file taken twice was {again.outcome}"
        world.post.append(Delivery(world.day + rng.randint(1, 9), path, site))
    elif kind == "torn":
        world.take(site, _torn(world, path), "torn")
        if rng.random() < 0.7:
            world.post.append(Delivery(world.day + rng.randint(1, 4), path, site))
    elif kind == "flipped":
        taken = world.take(site, _flipped(world, path), "flipped")
        assert taken is None or taken.outcome in ("quarantined", "partial"), f"flipped: {taken}"
    elif world.exports:
        world.take(site, rng.choice(world.exports), "replayed")


def _torn(world: World, path: Path) -> Path:
    data = path.read_bytes()
    torn = world.scratch("-torn.tbx")
    cut = world.rng.randrange(len(data))
    torn.write_bytes(data[:cut] + (bytes(len(data) - cut) if world.rng.random() < 0.2 else b""))
    return torn


def _flipped(world: World, path: Path) -> Path:
    data = bytearray(path.read_bytes())
    for _ in range(world.rng.choice((1, 1, 1, 5))):
        data[world.rng.randrange(len(data))] ^= 1 << world.rng.randrange(8)
    if bytes(data) == path.read_bytes():
        data[0] ^= 1
    flipped = world.scratch("-flipped.tbx")
    flipped.write_bytes(data)
    return flipped


# Clocks, disks, trust


def wrong_clock(world: World, site: Site) -> None:
    """A battery is dead: the clock is wrong by minutes, or by as much as thirty years."""
    rng = world.rng
    days = rng.choice((rng.randint(-30 * 365, 30 * 365), rng.randint(-3, 3), -30 * 365, 30 * 365))
    site.offset = timedelta(days=days, minutes=rng.randint(-600, 600))
    world.fault(site, "clock", f"{days} days")


def keep_copies(world: World, site: Site) -> None:
    """A backup is made as the program makes it; or someone copies the folder."""
    if world.rng.random() < 0.6:
        path = world.folder / f"{site.home.name}-{world.day}.backup"
        if not path.exists() and world.act(site, "backup", lambda: site.desk.upkeep.backup(path)):
            site.backups.append(path)
        return
    site.close()
    copy = world.folder / f"{site.home.name}-{world.day}.copy"
    if not copy.exists():
        shutil.copytree(site.home, copy)
        site.copies.append(copy)
    world.note(site, "copy_folder", "done")


def put_back(world: World, site: Site, *, once: bool) -> None:
    """The disk died; an old backup is restored, as the program does it. Sometimes the power goes meanwhile.

    ``once``: no backup from before a restore is used again.
    """
    if not site.backups:
        return
    backup = world.rng.choice(site.backups)
    site.close()
    if world.rng.random() < 0.3:
        with power_cut(world, site, world.rng.randint(1, 25)):
            restore(site.home, Surroundings(site.clock, world.bytes), backup).close()
    else:
        restore(site.home, Surroundings(site.clock, world.bytes), backup).close()
    world.fault(site, "restore" if site is not world.hub else "hub_restore", backup.name)
    if once:
        site.backups.clear()
    world.dead_disk(site)
    site.acknowledged.update(each for each in world.fresh if each in site.knew)
    world.fresh.clear()


def old_folder(world: World, site: Site) -> None:
    """Someone puts an old copy of the whole folder back, past the program."""
    if not site.copies:
        return
    copy = world.rng.choice(site.copies)
    site.close()
    shutil.rmtree(site.home)
    shutil.copytree(copy, site.home)
    world.fault(site, "old_folder", copy.name)
    world.dead_disk(site)


def clone(world: World, site: Site) -> None:
    """The folder is copied to a second computer, and both go on."""
    site.close()
    twin = Site(world, f"{site.name}'", site.number, site.home.with_name(f"{site.home.name}'{world.day}"))
    shutil.copytree(site.home, twin.home)
    twin.acknowledged = set(site.acknowledged)
    twin.knew, twin.trusted, twin.offset = site.knew, site.trusted, site.offset
    world.sites.append(twin)
    world.fault(site, "clone" if site is not world.hub else "hub_clone")


def withdraw(world: World, site: Site) -> None:
    """The hub withdraws a station's certificate; that station goes on all the same."""
    hub = world.hub
    if (
        world.act(hub, "revoke", lambda: revoke(hub.desk.station, str(site.number), reason="失联"))
        is not None
    ):
        for each in world.sites:
            if each.number == site.number:
                each.trusted = False
        world.fault(site, "revoke")


def restart(world: World, site: Site) -> None:
    """The program is closed and opened again, perhaps to fold everything anew."""
    before = site.desk.upkeep.digest()
    site.close()
    assert site.desk.upkeep.digest() == before, "a restart changed the state"
    if world.rng.random() < 0.2:
        assert site.desk.upkeep.rebuild()[1] == before, "a rebuild changed the state"
    world.fault(site, "restart")


def join_late(world: World) -> None:
    """A new station joins."""
    try:
        site = world.enrol()
    except Problem as problem:
        world.note(world.hub, "enrol", problem.code)
        return
    world.fault(site, "late_joiner")
