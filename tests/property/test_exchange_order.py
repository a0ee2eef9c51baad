"""Same facts, same state: whatever the order, repetition, loss, splitting and relaying of files."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange_world import (
    NAMES,
    World,
    give,
    issue,
    redeem,
    register,
    reverse,
    serve,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timebank.exchange import outgoing
from timebank.journal.refs import EntryRef
from timebank.store.book_queries import ledger_sums

STATIONS = 4
station = st.integers(0, STATIONS - 1)
step = st.one_of(
    st.tuples(st.just("register"), station, st.integers(0, 5)),
    st.tuples(st.just("serve"), station, st.integers(0, 50)),
    st.tuples(st.just("give"), station, st.integers(0, 50)),
    st.tuples(st.just("reverse"), station, st.integers(0, 50)),
    st.tuples(st.just("issue"), station, st.integers(0, 50)),
    st.tuples(st.just("redeem"), station, st.integers(0, 50)),
    st.tuples(st.just("export"), station, st.integers(0, 7)),
    st.tuples(st.just("take"), station, st.integers(0, 50)),
    st.tuples(st.just("take"), station, st.integers(0, 50)),
)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("network"))
    world.found(NAMES)
    return world


@pytest.fixture(params=["everything", "only what is new"])
def amount(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files that carry everything, and files that carry as little as they may."""
    if request.param == "only what is new":
        monkeypatch.setattr(outgoing, "SMALL", 0)
        monkeypatch.setattr(outgoing, "OVERLAP", 1)
    return


class Play:
    """Plays random steps in a copy of a network: people who act, and files that wander."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.files: list[Path] = []
        self.members: list[EntryRef] = [register(world[name], name) for name in NAMES[:2]]
        self.services: list[EntryRef] = []
        self.serials: list[bytes] = []

    def do(self, what: str, at: int, pick: int) -> None:
        """One step at one station; ``pick`` chooses whom or what it is about."""
        world, here = self.world, self.world[NAMES[at]]
        member = self.members[pick % len(self.members)]
        if what == "register":
            self.members.append(register(here, f"{at}-{pick}"))
        elif what == "serve":
            self.services.append(serve(here, member, self.members[0], 30 + pick))
        elif what == "give":
            self.services.append(give(here, member, self.members[0], pick))
        elif what == "reverse" and self.services:
            reverse(here, self.services[pick % len(self.services)])
        elif what == "issue":
            self.serials.append(b"%08d" % len(self.serials))
            issue(here, member, self.serials[-1])
        elif what == "redeem" and self.serials:
            redeem(here, self.serials[pick % len(self.serials)], member)
        elif what == "export":
            to = [name for at, name in enumerate(NAMES) if pick >> at & 1] or None
            self.files.append(world.export(NAMES[at], to=to))
        elif what == "take" and self.files:
            taken = world.take(NAMES[at], self.files[pick % len(self.files)])
            assert taken.outcome in ("applied", "known", "parked") or taken.code == "not_for_us"
            assert ledger_sums(here.store) == (0, 0)


def digests(world: World) -> set[str]:
    return {world.digest(name) for name in NAMES}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, max_size=25))
def test_stations_that_have_exchanged_agree_whatever_happened_before(
    founded: World, amount: None, steps: list[tuple[str, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = founded.copy_to(Path(folder) / "world")
        play = Play(world)
        for each in steps:
            play.do(*each)
        world.meet(*NAMES)
        assert len(digests(world)) == 1
        assert all(ledger_sums(world[name].store) == (0, 0) for name in NAMES)
        world.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=5, max_size=20), data=st.data())
def test_the_order_and_repetition_of_files_make_no_difference(
    founded: World, amount: None, steps: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = founded.copy_to(Path(folder) / "world")
        play = Play(world)
        for each in steps:
            play.do(*each)
        writers, reader = NAMES[:3], NAMES[3]
        play.files += [world.export(name) for name in writers]
        world.close()
        orders = [play.files, data.draw(st.permutations(play.files * 2))]
        found = set()
        for number, order in enumerate(orders):
            copy = world.copy_to(Path(folder) / f"copy-{number}")
            for path in order:
                copy.take(reader, path)
            found.add(copy.digest(reader))
            copy.close()
        assert len(found) == 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=5, max_size=20), chain=st.permutations(NAMES))
def test_news_passed_on_from_station_to_station_arrives_unchanged(
    founded: World, amount: None, steps: list[tuple[str, int, int]], chain: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = founded.copy_to(Path(folder) / "world")
        play = Play(world)
        for each in steps:
            play.do(*each)
        there_and_back = [*chain, *reversed(chain[:-1])]
        for giver, taker in itertools.pairwise(there_and_back):
            assert world.take(taker, world.export(giver)).outcome in ("applied", "known")
        first, last = chain[0], chain[-2]
        assert world.digest(first) == world.digest(last)
        world.close()
