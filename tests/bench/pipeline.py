"""Ratios of the speed bars, measured in one process so that a noisy machine cancels out.

Run as ``python tests/bench/pipeline.py [entries]``. Prints each figure beside its bar; never fails on one.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median

import zstandard

from timebank.desk import network
from timebank.desk.station import Station
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import Vouchers
from timebank.domain.kinds import KINDS
from timebank.domain.voucher_code import read_code
from timebank.journal.entry import entry_hash, read_entry
from timebank.journal.facts import MemberRegistered, ServiceLogged, decode_fact
from timebank.store.intake import Intake, refold
from timebank.store.privacy import PrivacyKeys
from timebank.store.store import Store

TURNS = 5
NOW = datetime(2026, 11, 5, 9, 0)


def clocked(work: Callable[[], object]) -> float:
    """Seconds of processor time that ``work`` took."""
    start = time.process_time()
    work()
    return time.process_time() - start


def peak_megabytes() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make_station(home: Path, entries: int, seed: int = 1) -> Station:
    """A station with ``entries`` service facts among 2,000 members."""
    chance = random.Random(seed)
    surroundings = Surroundings(clock=lambda: NOW, random=chance.randbytes)
    network.found(home, surroundings, network="Bench", station="Hub", policy="neutral")
    station = Station(home, surroundings)
    with station.recording() as pen:
        members = [
            pen.tell(MemberRegistered(f"001-{at:05d}", ("volunteer", "elder"), chance.randbytes(16)))
            for at in range(2000)
        ]
        kinds = list(KINDS)[:8]
        for at in range(entries):
            volunteer, elder = chance.sample(members, 2)
            minutes = chance.choice((30, 45, 60, 90, 120))
            start = 14_000_000 + at * 3 + chance.randrange(1000)
            pen.tell(ServiceLogged((volunteer,), elder, chance.choice(kinds), start, minutes, (minutes,)))
    return station


def bare_pipeline(blob: bytes, sizes: list[int], path: Path) -> None:
    """What an import cannot do without: unzstd, decode, hash, insert."""
    store = Store(path)
    database = store.connection
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    plain = zstandard.ZstdDecompressor().decompress(blob, max_output_size=sum(sizes))
    at = 0
    rows = []
    for row, size in enumerate(sizes):
        data = plain[at : at + size]
        at += size
        entry = read_entry(data)
        header = entry.header
        decode_fact(header.kind, header.body)
        rows.append((row, 1, header.seq, entry.hash[:8], header.lamport, header.wall, header.kind, data))
    database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", rows)
    database.execute("COMMIT")
    store.close()


def folding_pipeline(blob: bytes, sizes: list[int], path: Path) -> None:
    """The same, with every table up to date at the end."""
    store = Store(path)
    store.connection.execute("PRAGMA synchronous = OFF")
    plain = zstandard.ZstdDecompressor().decompress(blob, max_output_size=sum(sizes))
    at = 0
    with store.transaction():
        store.set_local("network", read_entry(plain[: sizes[0]]).header.network)
        intake = Intake(store, PrivacyKeys(2, bytes(32), lambda _: None))
        for size in sizes:
            intake.add(read_entry(plain[at : at + size]))
            at += size
        intake.settle()
    store.close()


def say(what: str, figure: float, bar: str) -> None:
    """One line of the report."""
    print(f"{what:<52} {figure:>10.3f}   bar {bar}")


def main(entries: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "hub"
        made: list[Station] = []
        appended = clocked(lambda: made.append(make_station(home, entries)))
        station = made[0]
        rows = [row[0] for row in station.store.rows("SELECT bytes FROM entry ORDER BY id")]
        print(
            f"{len(rows)} entries; appended at {len(rows) / appended:,.0f}/s; peak {peak_megabytes():.0f} MB"
        )
        blob = zstandard.ZstdCompressor(level=9).compress(b"".join(rows))
        sizes = [len(row) for row in rows]
        say("bytes an entry, zstd 9, no framing", len(blob) / len(rows), "<= 170")
        bare, folded = [], []
        for turn in range(TURNS):  # in turn, so that a machine that slows down slows both
            bare.append(clocked(partial(bare_pipeline, blob, sizes, Path(folder) / f"bare-{turn}.db")))
            folded.append(clocked(partial(folding_pipeline, blob, sizes, Path(folder) / f"fresh-{turn}.db")))
        print(
            f"bare pipeline {len(rows) / median(bare):,.0f}/s, with all state {len(rows) / median(folded):,.0f}/s"
        )
        ratio = median(one / other for one, other in zip(bare, folded, strict=True))
        say("store and fold all state / bare pipeline (rate)", ratio, ">= 0.5")

        def rebuild() -> None:
            with station.store.transaction():
                refold(station.store, station.privacy)

        rebuilt = [clocked(rebuild) for _ in range(TURNS)]
        say("rebuild / import (rate)", median(folded) / median(rebuilt), ">= 1")
        print(f"peak {peak_megabytes():.0f} MB")
        _verify(station)
        station.close()


def _verify(station: Station) -> None:
    from timebank.desk.policies import Policies
    from timebank.desk.vouchers import IssueForm
    from timebank.store.people_queries import member_by_row

    policies = Policies(station)
    vouchers = Vouchers(station, policies)
    row = station.store.value("SELECT account FROM balance WHERE unit = 0 AND account > 0 AND minutes > 600")
    holder = member_by_row(station.store, row)
    assert holder is not None
    code = vouchers.issue(IssueForm(holder, 30)).vouchers[0].code
    parsed = read_code(code)
    digest = entry_hash(parsed.body())
    signature = station.signer.sign(digest)
    from timebank.journal.keys import signed_by

    public = station.signer.public
    count = 500
    bare = clocked(
        lambda: [
            (
                signed_by(public, digest, signature),
                station.store.row("SELECT * FROM voucher WHERE serial = ?", (parsed.serial,)),
            )
            for _ in range(count)
        ]
    )
    whole = clocked(lambda: [vouchers.verify(code) for _ in range(count)])
    say("check one voucher / signature and look-up", whole / bare, "<= 3")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
