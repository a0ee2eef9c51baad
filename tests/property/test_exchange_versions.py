"""New station, old station, new station: an old one passes on what it cannot read, byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from exchange_world import CENTRE, HUB, NAMES, VILLAGE, World, entries_of, register, serve
from hypothesis import given, settings
from hypothesis import strategies as st

from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.journal import facts
from timebank.journal.facts import (
    KINDS,
    ConsentChanged,
    CreditMoved,
    Fact,
    JournalBegun,
    MemberChanged,
    ServiceRated,
)
from timebank.journal.refs import EntryRef
from timebank.store import store
from timebank.store.book_queries import ledger_sums


class MemberPraised(Fact, frozen=True):
    """A kind that no version knows yet, and that may be ignored."""

    member: EntryRef
    words: str


class MembersPaired(Fact, frozen=True):
    """A kind that no version knows yet, and that must not be ignored."""

    pairs: dict[str, tuple[EntryRef, EntryRef]]
    lowest_reader = 2


LATER = (CreditMoved, ServiceRated)
"""Kinds that the next version writes in a way which an older one must not read."""


@contextmanager
def version(reader: int) -> Iterator[None]:
    """While this holds, the program is that version: the first does not know one of today's kinds either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "READER", reader)
        for kind in LATER if reader == 2 else ():
            patch.setattr(kind, "lowest_reader", 2)
        if reader == 1:
            patch.delitem(KINDS, "ConsentChanged")
            patch.delitem(facts._DECODERS, "ConsentChanged")
        yield


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("network"))
    world.found(NAMES[:3])
    world.meet(*NAMES[:3])
    world.close()
    return world


def story(station: Station, turns: list[int]) -> None:
    """What a station of the next version writes, with and without private parts."""
    one, two = register(station, "c1"), register(station, "c2")
    served = serve(station, one, two)
    for turn in turns:
        told: tuple[Fact, dict[str, object] | None] = [
            (MemberPraised(one, "热心"), {"note": "邻居说的"}),
            (MembersPaired({"a": (one, two)}), {"note": "住对门"}),
            (CreditMoved(one, two, 10, 9_800), {"reason": "谢谢"}),
            (ServiceRated(served, two, 4), {"note": "很准时"}),
            (ConsentChanged(two, "photo", True), None),
            (MemberChanged(two, fields=("phone",)), {"phone": "13900000000"}),
        ][turn]
        with station.recording() as pen:
            pen.tell(*told)


def everything(station: Station) -> dict[bytes, list[tuple[bytes, bytes | None]]]:
    """Every byte of every journal, with the private parts."""
    return {ref: entries_of(station, ref) for (ref,) in station.store.rows("SELECT ref FROM journal")}


@settings(max_examples=12)
@given(turns=st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_what_an_old_station_cannot_read_it_passes_on_unchanged(founded: World, turns: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = founded.copy_to(Path(folder) / "world")
        with version(2):
            story(world[CENTRE], turns)
            first = world.export(CENTRE)
            digest, written = world.digest(CENTRE), everything(world[CENTRE])
        with version(1):
            assert world.take(VILLAGE, first).outcome == "applied"
            assert ledger_sums(world[VILLAGE].store) == (0, 0)
            waiting = sum(each.entries for each in Exchange(world[VILLAGE]).updates())
            assert waiting == sum(turn in (1, 2, 3) for turn in turns)
            second = world.export(VILLAGE)
            assert world.take(VILLAGE, first).outcome == "known"
        with version(2):
            assert world.take(HUB, second).outcome == "applied"
            journal = world[CENTRE].journal
            assert everything(world[HUB])[journal] == everything(world[VILLAGE])[journal] == written[journal]
            assert world.digest(HUB) == digest
            world.stations.pop(VILLAGE).close()
            assert world.digest(VILLAGE) == digest, "folded at the first opening after the update"
        world.close()


def test_a_journal_that_begins_in_the_next_version_waits_in_quarantine_and_all_else_is_taken(
    founded: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = founded.copy_to(tmp_path / "world")
    wang = register(world[CENTRE], "c1")
    before = world[CENTRE].journal
    with version(2):
        monkeypatch.setattr(JournalBegun, "lowest_reader", 2)
        with world[CENTRE].intake() as intake:
            world[CENTRE].begin_journal(intake, "copied")
        serve(world[CENTRE], wang, wang)
        path = world.export(CENTRE)
        digest = world.digest(CENTRE)
    with version(1):
        taken = world.take(VILLAGE, path)
        assert (taken.outcome, taken.code) == ("quarantined", "newer_format")
        assert entries_of(world[VILLAGE], before) == entries_of(world[CENTRE], before)
        assert entries_of(world[VILLAGE], world[CENTRE].journal) == []
        (kept,) = Exchange(world[VILLAGE]).status().quarantined
        world.stations.pop(VILLAGE).close()
    with version(2):
        assert Exchange(world[VILLAGE]).retry(kept["id"]).outcome == "applied"
        assert world.digest(VILLAGE) == digest
        assert Exchange(world[VILLAGE]).status().quarantined == []
    world.close()
