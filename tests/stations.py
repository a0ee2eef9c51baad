"""Stations of a small fictional network, with a clock and randomness under the test's control.

Entries go from station to station here by reading one store and adding to another, in whatever order a
test likes; the files that carry them in real life have tests of their own.
"""

from __future__ import annotations

import random as chance
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from timebank.desk.desk import Desk
from timebank.desk.network import enrol, found, join, request
from timebank.desk.person_form import PersonForm
from timebank.desk.policies import adoption
from timebank.desk.services import Logged, ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.domain.identity import check_character
from timebank.journal.entry import Entry, read_entry
from timebank.journal.facts import Fact
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem
from timebank.policy.catalog import load
from timebank.policy.pack import answered
from timebank.policy.settings import Words
from timebank.store.digest import state_digest
from timebank.store.people_queries import MemberRecord

TRIAL = Words("试行", "a trial")
START = datetime(2026, 11, 22, 9, 0)


@dataclass
class Clock:
    """A clock that stands still until it is told to move."""

    moment: datetime = START

    def __call__(self) -> datetime:
        return self.moment

    def pass_time(self, **lapse: float) -> None:
        """Let time pass; arguments as for timedelta."""
        self.moment += timedelta(**lapse)


@dataclass
class Network:
    """Three stations' folders: hub (1), centre (2), village (3)."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    random: Callable[[int], bytes] = field(default_factory=lambda: chance.Random(1).randbytes)

    def home(self, number: int) -> Path:
        """The folder of a station."""
        return self.folder / str(number)

    @property
    def surroundings(self) -> Surroundings:
        """Clock and randomness of every station."""
        return Surroundings(self.clock, self.random)

    def desk(self, number: int) -> Desk:
        """A station's desk, opened. Power cuts have tests of their own, so commits do not wait for the disk."""
        desk = Desk(self.home(number), self.surroundings)
        desk.station.store.connection.execute("PRAGMA synchronous = OFF")
        return desk

    def copied_to(self, folder: Path, seed: int = 2) -> Network:
        """The same network in another folder, with randomness of its own."""
        shutil.copytree(self.folder, folder)
        return Network(folder, Clock(self.clock.moment), chance.Random(seed).randbytes)


def found_network(folder: Path, *, policy: str | None = None, seed: int = 1) -> Network:
    """Found a network, enrol two stations, and let all three know of each other."""
    folder.mkdir(parents=True, exist_ok=True)
    network = Network(folder, random=chance.Random(seed).randbytes)
    around = network.surroundings
    found(network.home(1), around, network="西湖时间银行", station="街道中心", policy=policy)
    for number, name in ((2, "翠苑社区"), (3, "龙坞村")):
        asking, answer = folder / f"{number}.request", folder / f"{number}.enrolment"
        request(network.home(number), around, name=name, out=asking, passphrase_file=None)
        with network.desk(1) as hub:
            enrol(hub.station, asking, out=answer)
        join(network.home(number), around, answer)
    desks = [network.desk(number) for number in (1, 2, 3)]
    share(desks)
    for desk in desks:
        desk.close()
    return network


class Travelling(NamedTuple):
    """An entry on its way, with its private part where it came along."""

    entry: Entry
    sealed: bytes | None


def heads(desk: Desk) -> dict[bytes, int]:
    """How far every journal is known at a station."""
    return {
        bytes(ref): head for ref, head in desk.station.store.rows("SELECT ref, head FROM journal WHERE head")
    }


def runs(desk: Desk, have: dict[bytes, int]) -> dict[bytes, list[Travelling]]:
    """What a station knows beyond ``have``, by journal, the root's journal first."""
    found: dict[bytes, list[Travelling]] = {}
    for ref, data, sealed in desk.station.store.rows(
        "SELECT j.ref, e.bytes, p.sealed FROM entry e JOIN journal j ON j.id = e.journal"
        " LEFT JOIN private p ON p.entry = e.id WHERE e.bytes IS NOT NULL"
        " ORDER BY j.station IS NOT 0, j.id, e.seq"
    ):
        entry = read_entry(data)
        if entry.header.seq > have.get(bytes(ref), 0):
            found.setdefault(bytes(ref), []).append(Travelling(entry, sealed))
    return found


def add(desk: Desk, travelling: Iterable[Travelling]) -> int:
    """Take entries in at a station in one transaction; returns how many."""
    count = 0
    with desk.station.intake() as intake:
        for each in travelling:
            intake.add(each.entry, each.sealed)
            count += 1
    return count


def carry(source: Desk, target: Desk) -> int:
    """Bring everything that ``source`` knows to ``target``; returns how many entries were new."""
    return add(target, [each for run in runs(source, heads(target)).values() for each in run])


def share(desks: list[Desk]) -> None:
    """Let every station know all that any of them knows."""
    for _ in range(2):
        for source in desks:
            for target in desks:
                if source is not target:
                    carry(source, target)


def tell(desk: Desk, fact: Fact, private: dict[str, object] | None = None) -> EntryRef:
    """Write a fact into a station's journal past all rules, as another program might."""
    with desk.station.recording() as pen:
        return pen.tell(fact, private)


@contextmanager
def refused(desk: Desk, code: str, **facts: object) -> Iterator[pytest.ExceptionInfo[Problem]]:
    """Expect the problem ``code`` with at least these facts, and nothing changed by what was tried."""
    before = state_digest(desk.station.store), desk.station.store.count()
    with pytest.raises(Problem) as caught:
        yield caught
    assert caught.value.code == code
    assert {name: caught.value.facts.get(name) for name in facts} == facts
    assert (state_digest(desk.station.store), desk.station.store.count()) == before


def decide(hub: Desk, day: date = date(2026, 1, 1), *, over: str = "neutral", **settings: object) -> None:
    """Let rules hold in the network from a day on, over a pack; __ stands for a dot in a setting's key."""
    answers = {key.replace("__", "."): value for key, value in settings.items()}
    with hub.station.root_recording(None) as pen:
        pen.tell(adoption(answered(load(over), answers, TRIAL), day))


def identity(number: int, birth: date = date(1950, 3, 1)) -> str:
    """A valid, fictional identity number."""
    first17 = f"330105{birth:%Y%m%d}{number:03d}"
    return first17 + check_character(first17)


def volunteer(desk: Desk, name: str = "王志强", **more: object) -> MemberRecord:
    """Register a volunteer."""
    return desk.people.register(PersonForm(name, ("volunteer",), **more))  # type: ignore[arg-type]


def elder(desk: Desk, name: str = "赵奶奶", **more: object) -> MemberRecord:
    """Register an elder."""
    return desk.people.register(PersonForm(name, ("elder",), **more))  # type: ignore[arg-type]


def serve(
    desk: Desk,
    who: MemberRecord | tuple[MemberRecord, ...],
    whom: MemberRecord,
    minutes: int = 60,
    *,
    start: datetime = datetime(2026, 11, 20, 9, 0),
    **more: object,
) -> Logged:
    """Log a service."""
    volunteers = who if isinstance(who, tuple) and not isinstance(who, MemberRecord) else (who,)
    form = ServiceForm(volunteers, whom, "visit", start, minutes, **more)  # type: ignore[arg-type]
    return desk.services.log(form)


def credit(desk: Desk, member: MemberRecord, unit: int = 0) -> int:
    """Minutes on a member's account."""
    profile = desk.people.profile(member)
    return profile.allowance_minutes if unit else profile.credit_minutes
