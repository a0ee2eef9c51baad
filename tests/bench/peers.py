"""Side by side: the same service facts in what one could have used instead of our own journal and files.

Run ``python tests/bench/peers.py --entries 10000``; a peer that is not installed is named and left out
(``pip install pycrdt loro apsw`` and ``pip install --pre automerge``). Two replicas each hold half of the
facts; one takes in the other's file. Every step has a process of its own; figures are medians of the turns.

What is clocked: *merge*, from the file on the disk to the facts in the replica; *up to date*, the same with
the result safe on the disk and every member's balance known, which is where our own import ends. Processor
time, in one run. Peers check no signatures, keep no double-entry books and know no rules.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import resource
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, ClassVar, NamedTuple, Protocol

from apart import apart
from pipeline import NOW, clocked, peak_megabytes
from zstandard import ZstdCompressor

from timebank.desk import network
from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.desk.surroundings import Surroundings
from timebank.domain.kinds import KINDS
from timebank.journal.facts import MemberRegistered, ServiceLogged
from timebank.journal.refs import EntryRef

AROUND = Surroundings(clock=lambda: NOW)
OURS = "Timebank"
MEMBERS = 2_000
MOST_MEMORY = 6 << 30
FIELDS = ("volunteer", "elder", "kind", "start", "minutes", "credited")
Balances = dict[str, int]


class Service(NamedTuple):
    """One service given: who helped whom, with what, from when (minutes), for how long, for how much."""

    name: str
    volunteer: int
    elder: int
    kind: str
    start: int
    minutes: int
    credited: int

    def record(self) -> dict[str, Any]:
        """The same as plain values, members by their number."""
        return dict(zip(FIELDS, (number(self.volunteer), number(self.elder), *self[3:]), strict=True))


def services(count: int, seed: int) -> list[Service]:
    """As the other benchmarks make them, each with a name of its own."""
    chance, kinds = random.Random(seed), list(KINDS)[:8]
    made = []
    for at in range(count):
        volunteer, elder = chance.sample(range(MEMBERS), 2)
        minutes, start = chance.choice((30, 45, 60, 90, 120)), 14_000_000 + at * 3 + chance.randrange(1000)
        kind = chance.choice(kinds)
        made.append(Service(chance.randbytes(8).hex(), volunteer, elder, kind, start, minutes, minutes))
    return made


def number(member: int) -> str:
    """A member's number as it stands on the card."""
    return f"001-{member:05d}"


def keep(path: Path, data: bytes) -> None:
    """Write a file so that it is on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def summed(records: Iterable[dict[str, Any]]) -> Balances:
    """Every member's balance, from all facts: what a peer without balances leaves to its user."""
    found: Counter[str] = Counter()
    for record in records:
        found[record["volunteer"]] += int(record["credited"])
    return dict(found)


# Peers


class Peer(Protocol):
    """A way to keep facts in two places and to bring them together. Files, since files are what travels."""

    name: ClassVar[str]
    needs: ClassVar[str]

    def make(self, facts: Sequence[Service], state: Path, update: Path, *, first: bool) -> None:
        """A replica with ``facts``: what it keeps, and the file it sends to one that has none of them."""

    def open(self, state: Path) -> Any:
        """The replica, ready to be read."""

    def merge(self, doc: Any, update: Path) -> Any:
        """Take a file in; the replica with both."""

    def save(self, doc: Any, state: Path) -> None:
        """Make what was taken in safe on the disk."""

    def count(self, doc: Any) -> int:
        """How many facts there are."""

    def balances(self, doc: Any) -> Balances:
        """Every member's balance."""


class YjsRecords:
    """Yjs (pycrdt): an array of plain records, the leanest way for facts that never change.

    A hundred to a transaction: pycrdt 0.14 spends 2.3 GB on a single one that appends 10,000 records.
    """

    name = "Yjs (pycrdt), array of records"
    needs = "pycrdt"

    def make(self, facts: Sequence[Service], state: Path, update: Path, *, first: bool) -> None:
        import pycrdt

        doc: Any = pycrdt.Doc(client_id=1 if first else 2)
        self.fill(doc, facts)
        keep(state, doc.get_update())
        keep(update, doc.get_update())

    def fill(self, doc: Any, facts: Sequence[Service]) -> None:
        import pycrdt

        found = doc.get("services", type=pycrdt.Array)
        for at in range(0, len(facts), 100):
            with doc.transaction():
                found.extend([each.record() for each in facts[at : at + 100]])

    def open(self, state: Path) -> Any:
        import pycrdt

        doc: Any = pycrdt.Doc()
        doc.apply_update(state.read_bytes())
        return doc

    def merge(self, doc: Any, update: Path) -> Any:
        doc.apply_update(update.read_bytes())
        return doc

    def save(self, doc: Any, state: Path) -> None:
        keep(state, doc.get_update())

    def count(self, doc: Any) -> int:
        import pycrdt

        return len(doc.get("services", type=pycrdt.Array))

    def balances(self, doc: Any) -> Balances:
        import pycrdt

        return summed(doc.get("services", type=pycrdt.Array).to_py())


class YjsMaps(YjsRecords):
    """Yjs (pycrdt): a map of maps by the fact's name, so that a fact could be found and changed."""

    name = "Yjs (pycrdt), map of maps"

    def fill(self, doc: Any, facts: Sequence[Service]) -> None:
        import pycrdt

        found = doc.get("services", type=pycrdt.Map)
        with doc.transaction():
            for each in facts:
                found[each.name] = pycrdt.Map(each.record())

    def count(self, doc: Any) -> int:
        import pycrdt

        return len(doc.get("services", type=pycrdt.Map))

    def balances(self, doc: Any) -> Balances:
        import pycrdt

        return summed(doc.get("services", type=pycrdt.Map).to_py().values())


class LoroRecords:
    """Loro: a list of plain records."""

    name = "Loro, list of records"
    needs = "loro"

    def make(self, facts: Sequence[Service], state: Path, update: Path, *, first: bool) -> None:
        import loro

        doc = loro.LoroDoc()
        doc.peer_id = 1 if first else 2
        self.fill(doc, facts)
        doc.commit()
        self.save(doc, state)
        keep(update, doc.export(loro.ExportMode.Updates(loro.VersionVector())))

    def fill(self, doc: Any, facts: Sequence[Service]) -> None:
        found = doc.get_list("services")
        for each in facts:
            found.push(each.record())

    def open(self, state: Path) -> Any:
        import loro

        doc = loro.LoroDoc()
        doc.import_(state.read_bytes())
        return doc

    def merge(self, doc: Any, update: Path) -> Any:
        doc.import_(update.read_bytes())
        return doc

    def save(self, doc: Any, state: Path) -> None:
        import loro

        keep(state, doc.export(loro.ExportMode.Snapshot()))

    def count(self, doc: Any) -> int:
        return len(doc.get_list("services"))

    def balances(self, doc: Any) -> Balances:
        return summed(doc.get_list("services").get_deep_value())


class LoroMaps(LoroRecords):
    """Loro: a map of maps by the fact's name."""

    name = "Loro, map of maps"

    def fill(self, doc: Any, facts: Sequence[Service]) -> None:
        import loro

        found = doc.get_map("services")
        for each in facts:
            one = found.insert_container(each.name, loro.LoroMap())
            for field, value in each.record().items():
                one.insert(field, value)

    def count(self, doc: Any) -> int:
        return len(doc.get_map("services"))

    def balances(self, doc: Any) -> Balances:
        return summed(doc.get_map("services").get_deep_value().values())


class AutomergeMaps:
    """Automerge: a map of maps by the fact's name; a list cannot hold plain records. A file is a whole document."""

    name = "Automerge, map of maps"
    needs = "automerge"

    def make(self, facts: Sequence[Service], state: Path, update: Path, *, first: bool) -> None:
        from automerge import core

        root = core.Document(actor_id=bytes([9] * 16))
        with root.transaction() as begun:
            begun.put_object(core.ROOT, "services", core.ObjType.Map)
        doc = core.Document.load(
            root.save()
        )  # both halves grow from one beginning, or the keys would compete
        doc.set_actor(bytes([1 if first else 2] * 16))
        found = doc.get(core.ROOT, "services")[1]
        with doc.transaction() as told:
            for each in facts:
                one = told.put_object(found, each.name, core.ObjType.Map)
                for field, value in each.record().items():
                    kind = core.ScalarType.Str if isinstance(value, str) else core.ScalarType.Int
                    told.put(one, field, kind, value)
        keep(state, doc.save())
        keep(update, doc.save())

    def open(self, state: Path) -> Any:
        from automerge import core

        return core.Document.load(state.read_bytes())

    def merge(self, doc: Any, update: Path) -> Any:
        doc.merge(self.open(update))
        return doc

    def save(self, doc: Any, state: Path) -> None:
        keep(state, doc.save())

    def count(self, doc: Any) -> int:
        return int(doc.length(self._services(doc)))

    def balances(self, doc: Any) -> Balances:
        found: Counter[str] = Counter()
        for _, one in doc.values(self._services(doc)):
            found[doc.get(one, "volunteer")[0][1]] += doc.get(one, "credited")[0][1]
        return dict(found)

    def _services(self, doc: Any) -> bytes:
        from automerge import core

        return bytes(doc.get(core.ROOT, "services")[1])


class Sessions:
    """SQLite session changesets (apsw): one table, a row a fact; a conflict leaves what is there."""

    name = "SQLite session changesets (apsw)"
    needs = "apsw"
    tables: ClassVar[str] = (
        "CREATE TABLE service (name BLOB PRIMARY KEY, volunteer TEXT NOT NULL, elder TEXT NOT NULL,"
        " kind TEXT NOT NULL, start INTEGER NOT NULL, minutes INTEGER NOT NULL, credited INTEGER NOT NULL)"
    )

    def make(self, facts: Sequence[Service], state: Path, update: Path, *, first: bool) -> None:
        import apsw

        database = apsw.Connection(str(state))
        database.execute(self.tables)
        session = apsw.Session(database, "main")
        session.attach("service")
        with database:
            database.executemany(
                "INSERT INTO service VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(bytes.fromhex(each.name), *each.record().values()) for each in facts],
            )
        keep(update, session.changeset())
        session.close()
        database.close()

    def open(self, state: Path) -> Any:
        import apsw

        database = apsw.Connection(str(state))
        database.execute("PRAGMA synchronous = EXTRA")
        return database

    def merge(self, doc: Any, update: Path) -> Any:
        import apsw

        def conflict(_reason: int, _change: object) -> int:
            return int(apsw.SQLITE_CHANGESET_OMIT)

        apsw.Changeset.apply(update.read_bytes(), doc, conflict=conflict)
        return doc

    def save(self, doc: Any, state: Path) -> None:
        """Committed already, by the merge."""

    def count(self, doc: Any) -> int:
        return int(doc.execute("SELECT count(*) FROM service").get)

    def balances(self, doc: Any) -> Balances:
        return dict(doc.execute("SELECT volunteer, sum(credited) FROM service GROUP BY volunteer"))


class SessionsSummed(Sessions):
    """The same with a table of balances that a trigger keeps."""

    name = "SQLite session changesets, balances by trigger"
    tables = (
        Sessions.tables
        + "; CREATE TABLE balance (member TEXT PRIMARY KEY, minutes INTEGER NOT NULL) WITHOUT ROWID;"
        " CREATE TRIGGER told AFTER INSERT ON service BEGIN INSERT INTO balance VALUES (new.volunteer, new.credited)"
        " ON CONFLICT DO UPDATE SET minutes = minutes + excluded.minutes; END"
    )

    def balances(self, doc: Any) -> Balances:
        return dict(doc.execute("SELECT member, minutes FROM balance"))


PEERS: dict[str, type[Peer]] = {
    each.__name__: each
    for each in (YjsRecords, YjsMaps, LoroRecords, LoroMaps, AutomergeMaps, Sessions, SessionsSummed)
}


# Steps: each runs in a process of its own


class Merged(NamedTuple):
    """What one merge took: seconds; the same with state safe and balances known; seconds once more.

    ``megabytes``: the open replica and the merge, at the most.
    """

    merge: float
    whole: float
    again: float
    megabytes: float


def _bound() -> None:
    """A peer that wants more memory than this dies alone."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def make(peer: str, entries: int, folder: Path) -> None:
    """Both replicas, each with its half, and the file of the second."""
    _bound()
    for at, name in enumerate(("one", "two")):
        half = services(entries // 2, at)
        PEERS[peer]().make(half, folder / f"{name}.state", folder / f"{name}.update", first=at == 0)


def merge(peer: str, entries: int, folder: Path) -> Merged:
    """The second half into the first; ``merged.state`` is what is left on the disk."""
    _bound()
    by, state, update = PEERS[peer](), folder / "merged.state", folder / "two.update"
    shutil.copyfile(folder / "one.state", state)
    by.count(by.open(_empty(by, state)))  # what is loaded with the first use is no part of it
    before = peak_megabytes()
    held: list[Any] = [by.open(state)]
    balances: list[Balances] = []
    merging = clocked(lambda: held.append(by.merge(held[0], update)))
    grown = peak_megabytes() - before
    saving = clocked(lambda: by.save(held[1], state))
    summing = clocked(lambda: balances.append(by.balances(held[1])))
    again = clocked(lambda: by.merge(held[1], update))
    assert by.count(held[1]) == entries // 2 * 2
    facts = [*services(entries // 2, 0), *services(entries // 2, 1)]
    assert balances[0] == summed(each.record() for each in facts)
    return Merged(merging, merging + saving + summing, again, grown)


def reopen(peer: str, state: Path) -> float:
    """Seconds from the saved state to its count."""
    by = PEERS[peer]()
    by.count(by.open(_empty(by, state)))
    return clocked(lambda: by.count(by.open(state)))


def _empty(by: Peer, state: Path) -> Path:
    path = state.with_name("empty.state")
    if not path.exists():
        by.make([], path, state.with_name("empty.update"), first=True)
    return path


def make_ours(entries: int, folder: Path) -> int:
    """A hub and a centre that know the same members and each logged half; the hub's file. Its entries."""
    network.found(folder / "hub", AROUND, network="Bench", station="Hub", policy="neutral")
    hub = Station(folder / "hub", AROUND)
    with hub.recording() as pen:
        members = [
            pen.tell(MemberRegistered(number(at), ("volunteer", "elder"), b"")) for at in range(MEMBERS)
        ]
    request, answer = folder / "centre.request", folder / "centre.enrolment"
    network.request(folder / "one", AROUND, name="Centre", out=request, passphrase_file=None)
    network.enrol(hub, request, out=answer)
    network.join(folder / "one", AROUND, answer)
    centre = Station(folder / "one", AROUND)
    there, back = folder / "there.tbx", folder / "back.tbx"
    Exchange(hub).export(there, full=True)
    Exchange(centre).take([there])
    _log(centre, members, services(2, 9))  # says what the centre has seen
    Exchange(centre).export(back)
    Exchange(hub).take([back])
    _log(centre, members, services(entries // 2 - 2, 0))
    _log(hub, members, services(entries // 2, 1))
    made = Exchange(hub).export(folder / "two.update")
    centre.close()
    hub.close()
    return made.entries


def _log(station: Station, members: list[EntryRef], facts: Sequence[Service]) -> None:
    with station.recording() as pen:
        for _, volunteer, elder, kind, start, minutes, credited in facts:
            pen.tell(
                ServiceLogged((members[volunteer],), members[elder], kind, start, minutes, (credited,)),
            )


def merge_ours(entries: int, folder: Path) -> Merged:
    """The hub's file into the centre; ``merged`` is what is left on the disk."""
    shutil.rmtree(folder / "merged", ignore_errors=True)
    shutil.copytree(folder / "one", folder / "merged")
    before = peak_megabytes()
    station = Station(folder / "merged", AROUND)
    taken = []
    merging = clocked(lambda: taken.extend(Exchange(station).take([folder / "two.update"])))
    grown = peak_megabytes() - before
    reading = clocked(lambda: station.store.rows("SELECT account, minutes FROM balance WHERE unit = 0"))
    again = clocked(lambda: taken.extend(Exchange(station).take([folder / "two.update"])))
    assert [each.outcome for each in taken] == ["applied", "known"], taken
    assert station.store.value("SELECT count(*) FROM service") == entries // 2 * 2
    station.close()
    return Merged(merging, merging + reading, again, grown)


def reopen_ours(home: Path, empty: Path) -> float:
    """Seconds from the folder to the count of services."""

    def opened(at: Path) -> None:
        station = Station(at, AROUND)
        station.store.value("SELECT count(*) FROM service")
        station.close()

    opened(empty)
    return clocked(partial(opened, home))


# The report


class Line(NamedTuple):
    """One row of the table."""

    name: str
    merge: float
    whole: float
    again: float
    raw: float
    packed: float
    kept: float
    reopened: float
    megabytes: float


def line(
    name: str, entries: int, folder: Path, merged: list[Merged], reopened: list[float], kept: int
) -> Line:
    """The medians of one way. Times in milliseconds, sizes in bytes a fact."""
    half = entries // 2
    update = (folder / "two.update").read_bytes()
    middle = [median(column) for column in zip(*merged, strict=True)]
    return Line(
        name, half / middle[0], half / middle[1], middle[2] * 1000, len(update) / half,
        len(ZstdCompressor(level=9).compress(update)) / half, kept / entries, median(reopened) * 1000, middle[3],
    )  # fmt: skip


def measure(entries: int, turns: int, peers: list[str], root: Path) -> list[Line]:
    """Ours and each peer, by turns. A peer that runs out of memory is named and left out."""
    (root / OURS).mkdir()
    apart(make_ours, entries, root / OURS)
    network.found(root / OURS / "empty", AROUND, network="Bench", station="Empty", policy="neutral")
    merged: dict[str, list[Merged]] = {OURS: []}
    opened: dict[str, list[float]] = {OURS: []}
    for peer in peers:
        (root / peer).mkdir()
        try:
            apart(make, peer, entries, root / peer)
        except (BrokenProcessPool, MemoryError):
            print(f"left out, out of memory at {entries:,}: {PEERS[peer].name}")
        else:
            merged[peer], opened[peer] = [], []
    for _ in range(turns):
        for name, done in merged.items():
            if name == OURS:
                done.append(apart(merge_ours, entries, root / name))
                opened[name].append(apart(reopen_ours, root / name / "merged", root / name / "empty"))
            else:
                done.append(apart(merge, name, entries, root / name))
                opened[name].append(apart(reopen, name, root / name / "merged.state"))
    lines = []
    for name, done in merged.items():
        kept = root / name / ("merged/timebank.db" if name == OURS else "merged.state")
        shown = OURS if name == OURS else PEERS[name].name
        lines.append(line(shown, entries, root / name, done, opened[name], kept.stat().st_size))
    return lines


def show(entries: int, lines: list[Line]) -> None:
    """Print one Markdown table."""
    print(f"\n{entries:,} facts, half of them merged; SQLite {sqlite3.sqlite_version}\n")
    heads = (
        "", "merge, facts/s", "up to date, facts/s", "ours is", "re-merge, ms",
        "file, bytes a fact", "with zstd -9", "kept, bytes a fact", "reopened, ms", "memory, MB",
    )  # fmt: skip
    print("| " + " | ".join(heads) + " |")
    print("|---|" + "--:|" * (len(heads) - 1))
    ours = lines[0].whole
    for each in lines:
        print(
            f"| {each.name} | {each.merge:,.0f} | {each.whole:,.0f} | × {ours / each.whole:.2f} | {each.again:.1f} "
            f"| {each.raw:.0f} | {each.packed:.0f} | {each.kept:.0f} | {each.reopened:.1f} | {each.megabytes:.0f} |"
        )


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--entries", type=int, nargs="+", default=[10_000])
    words.add_argument("--turns", type=int, default=3)
    words.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    asked = words.parse_args()
    missing = {PEERS[name].needs for name in asked.peers if not importlib.util.find_spec(PEERS[name].needs)}
    for name in sorted(missing):
        print(f"left out, not installed: {name}")
    peers = [name for name in asked.peers if PEERS[name].needs not in missing]
    for entries in asked.entries:
        with tempfile.TemporaryDirectory() as folder:
            show(entries, measure(entries, asked.turns, peers, Path(folder)))


if __name__ == "__main__":
    main()
