"""Stations, sticks, clocks and people of a simulated network; every choice comes out of one seed.

The desks are the real ones, on real folders in memory-backed disk where there is one. Under control are the
clock of each station, all randomness (age's too) and the sticks. Only here, and by a patch, commits do not
wait for the disk (``PRAGMA synchronous = OFF``): a cut of power is a copy of the folder at that instant.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import timebank.desk.station as station_module
from timebank.desk.desk import Desk
from timebank.desk.network import enrol, found, join, request
from timebank.desk.surroundings import Surroundings
from timebank.exchange.incoming import Taken
from timebank.journal.entry import Entry
from timebank.journal.facts import Fact, JournalBegun, StationEnrolled, StationRevoked
from timebank.outcome import Fault, Refusal
from timebank.phrases import phrases
from timebank.store.store import Store

from .fixed_age import FixedAge

START = datetime(2026, 1, 5, 8, 0)
HUB = 1
TAIL = 60
"""Events told with a failure."""

Place = tuple[bytes, int, bytes]
"""Journal, sequence number, first 8 bytes of the hash: which entry is meant."""
Returned = TypeVar("Returned")


@dataclass(eq=False)
class Site:
    """One installation. A clone shares its number with another."""

    world: World
    name: str
    number: int
    home: Path
    offset: timedelta = timedelta()
    """How wrong its clock is."""
    trusted: bool = True
    opened: Desk | None = None
    acknowledged: set[Place] = field(default_factory=set)
    """What its screen has confirmed, and no dead disk has taken since."""
    knew: frozenset[Place] = frozenset()
    """What was here when it was last looked at: facts are only ever added."""
    backups: list[Path] = field(default_factory=list)
    copies: list[Path] = field(default_factory=list)

    def clock(self) -> datetime:
        """Local time by this station's clock."""
        return self.world.now + self.offset

    @property
    def desk(self) -> Desk:
        """The desk, opened if it was not."""
        if self.opened is None:
            self.opened = Desk(self.home, Surroundings(self.clock, self.world.bytes))
        return self.opened

    @property
    def store(self) -> Store:
        """The station's store."""
        return self.desk.station.store

    def close(self) -> None:
        """Shut the program down in good order."""
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    def entries(self) -> frozenset[Place]:
        """All entries that are here."""
        rows = self.store.rows(
            'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal'
            " WHERE e.bytes IS NOT NULL"
        )
        return frozenset((bytes(ref), seq, bytes(check)) for ref, seq, check in rows)

    def __str__(self) -> str:
        return self.name


@dataclass
class Delivery:
    """A file on its way to a station."""

    due: int
    path: Path
    to: Site
    what: str = "delivered"


class World:
    """All of it, and what happened so far."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.seed = seed
        self.folder = folder
        self.rng = random.Random(seed)
        self.bytes = random.Random(f"{seed} bytes").randbytes
        self.age = FixedAge(seed)
        self.now = START
        self.day = 0
        self.sites: list[Site] = []
        self.pockets: list[tuple[str, int]] = []
        """Codes of vouchers that someone has on paper, copies too, with the number of the issuing station."""
        self.exports: deque[Path] = deque()
        """Files of the past that may turn up again."""
        self.post: list[Delivery] = []
        self.told: dict[Place, tuple[Fact, Entry]] = {}
        """Everything that any station of the network ever wrote, acknowledged or not."""
        self.trust: set[Place] = set()
        """Those of them on which trust rests: certificates, revocations, beginnings of journals."""
        self.fresh: list[Place] = []
        self.faults: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.station_days = 0
        self.last: deque[str] = deque(maxlen=TAIL)
        self._log = hashlib.sha256()
        self._made = 0
        self._sentences = [phrases(language) for language in ("zh_CN", "en")]

    # What happened

    def note(self, site: Site | None, what: str, outcome: str = "") -> None:
        """Write an event down."""
        line = f"day {self.day} {site or 'world'}: {what}{' -> ' if outcome else ''}{outcome}"
        self.last.append(line)
        self._log.update(line.encode() + b"\n")
        if outcome:
            self.outcomes[f"{what.split(' ', maxsplit=1)[0]} {outcome}"] += 1

    def fault(self, site: Site | None, kind: str, detail: str = "") -> None:
        """Write down that something was broken on purpose."""
        self.faults[kind] += 1
        self.note(site, f"[{kind}] {detail}".rstrip())

    @property
    def log(self) -> str:
        """A fingerprint of all events so far."""
        return self._log.hexdigest()

    # What a person does

    def act(self, site: Site, what: str, deed: Callable[[], Returned]) -> Returned | None:
        """One intention: done and acknowledged, or told why not, and nothing has changed then."""
        self.now += timedelta(seconds=self.rng.randint(20, 900))
        self.fresh.clear()
        before = self._heads(site)
        stopped: Refusal | Fault | None = None
        try:
            result = deed()
        except (Refusal, Fault) as problem:
            stopped = problem
        if stopped is not None:
            assert self._heads(site) == before, f"{what} was refused ({stopped}) and changed something"
            for sentences in self._sentences:
                sentences.problem(stopped)
            self.note(site, what, stopped.code)
            return None
        self.acknowledge(site)
        self.note(site, what, "done")
        return result

    def acknowledge(self, site: Site) -> None:
        """The screen has confirmed what was written since the last intention began."""
        site.acknowledged.update(self.fresh)
        self.fresh.clear()

    def _heads(self, site: Site) -> tuple[Any, ...]:
        return (site.store.row("SELECT count(*), max(id), sum(lamport) FROM entry"),)

    # Sticks

    def export(self, site: Site, to: list[Site] | None = None) -> Path | None:
        """A file from one station for some others, or for all."""
        out = self.folder / "sticks" / f"{self.day:04d}-{self._next()}-{site}.tbx"
        lines = None
        if to is not None:
            numbers = {each.number for each in to}
            lines = [line for line in site.desk.stations() if line.station in numbers]
            if not lines:
                return None
        what = f"export to {'all' if to is None else ','.join(map(str, to))}"
        made = self.act(site, what, lambda: site.desk.exchange.export(out, lines))
        if made is None:
            return None
        assert made.file == out
        self.exports.append(out)
        if len(self.exports) > 40:
            gone = self.exports.popleft()
            if not any(each.path == gone for each in self.post):
                gone.unlink()
        return out

    def take(self, site: Site, path: Path, what: str) -> Taken | None:
        """A station takes a file; every outcome has its sentence."""
        name = f"{what} {path.name}"
        taken = self.act(site, name, lambda: site.desk.exchange.take([path])[0])
        if taken is None:
            return None
        for each in (taken, *taken.also):
            for sentences in self._sentences:
                sentences.text(each.phrase)
            name = what if each is taken else "again"
            self.note(site, f"file:{name}", each.code or each.outcome)
        return taken

    def scratch(self, suffix: str) -> Path:
        """A name that nothing has yet."""
        return self.folder / "sticks" / f"{self._next()}{suffix}"

    def _next(self) -> int:
        self._made += 1
        return self._made

    # Stations

    def found(self, count: int) -> None:
        """Found the network at the hub and enrol the other stations."""
        (self.folder / "sticks").mkdir()
        hub = Site(self, "hub", HUB, self.folder / "hub")
        self.sites.append(hub)
        around = Surroundings(hub.clock, self.bytes)
        found(hub.home, around, network="西湖时间银行", station="街道中心", policy="hangzhou")
        for _ in range(count - 1):
            self.enrol()
        self.acknowledge(hub)

    @property
    def hub(self) -> Site:
        """The station that keeps the root key."""
        return self.sites[0]

    def enrol(self) -> Site:
        """A new installation asks, is enrolled at the hub and joins."""
        number = int(self.hub.store.value("SELECT max(number) FROM station")) + 1
        site = Site(self, f"s{number}", number, self.folder / f"s{number}-{self._next()}")
        around = Surroundings(site.clock, self.bytes)
        asking, answer = self.scratch(".request"), self.scratch(".enrolment")
        request(site.home, around, name=f"第{number}社区", out=asking, passphrase_file=None)
        enrol(self.hub.desk.station, asking, out=answer)
        self.acknowledge(self.hub)
        join(site.home, around, answer)
        self.acknowledge(site)
        self.sites.append(site)
        return site

    @property
    def live(self) -> list[Site]:
        """The stations that the network trusts."""
        return [site for site in self.sites if site.trusted]

    def dead_disk(self, site: Site) -> None:
        """After a station has lost its newest data: what no station has any more is not asked for again."""
        site.knew = site.entries()
        site.acknowledged &= site.knew
        held: set[Place] = set().union(*(each.entries() for each in self.live))
        for each in self.sites:
            each.acknowledged &= held if each.trusted else each.entries()

    def close(self) -> None:
        """Close every desk."""
        for site in self.sites:
            site.close()


@contextmanager
def under_control(world: World) -> Iterator[None]:
    """While this lasts: age's randomness is the world's, commits do not wait, and all that is written is noted.

    What divides long work into parts is made small, or left as it is, so that few entries meet every division.
    """
    few = random.Random(f"{world.seed} divisions").random() < 0.8
    write_entry, open_store = station_module.write_entry, Store.__init__

    def noted(signer: Any, fact: Fact, **fields: Any) -> Entry:
        entry = write_entry(signer, fact, **fields)
        place = (entry.header.journal, entry.header.seq, entry.hash[:8])
        world.told[place] = (fact, entry)
        world.fresh.append(place)
        if isinstance(fact, StationEnrolled | StationRevoked | JournalBegun):
            world.trust.add(place)
        return entry

    def unhurried(store: Store, path: Path | str) -> None:
        open_store(store, path)
        store.connection.execute("PRAGMA synchronous = OFF")

    with (
        patch("timebank.desk.station.write_entry", noted),
        patch("timebank.desk.keyring.pyrage", world.age),
        patch("timebank.exchange.sealed.pyrage", world.age),
        patch("timebank.exchange.outgoing.SMALL", 100 if few else 2_000),
        patch("timebank.exchange.file.BATCH_ENTRIES", 16 if few else 2_000),
        patch("timebank.store.intake.BATCH", 50 if few else 5_000),
        patch.object(Store, "__init__", unhurried),
    ):
        yield


def room() -> Path | None:
    """A disk in memory, where there is one: the simulator makes and drops many files."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 1 << 30 else None
