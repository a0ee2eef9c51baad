"""An enrolled station may write anything: nobody stumbles, all agree, and the books balance."""

from __future__ import annotations

import tempfile
import types
import typing
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest
from exchange_world import CENTRE, HUB, NAMES, VILLAGE, World, issue, register, serve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timebank.journal.entry import Entry, entry_hash, write_entry
from timebank.journal.facts import KINDS, Fact, MemberErased
from timebank.journal.refs import EntryRef
from timebank.store.book_queries import ledger_sums, passbook
from timebank.store.case_queries import cases

SERIAL = b"serial-1"
WORDS = ("pool", "account", "reward", "voucher", "allowance", "charge_holder", "forgive", "meal", "hub", "")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("network"))
    world.found(NAMES[:3])
    wang = register(world[CENTRE], "c1")
    serve(world[CENTRE], wang, wang)
    issue(world[CENTRE], wang, SERIAL)
    world.meet(*NAMES[:3])
    world.close()
    return world


def numbers(annotated: Any) -> st.SearchStrategy[int]:
    """Small numbers, and the very bounds of the field."""
    bounds = [each for each in get_args(annotated) if isinstance(each, msgspec.Meta)]
    low = max((each.ge for each in bounds if each.ge is not None), default=-(1 << 63))
    high = min((each.le for each in bounds if each.le is not None), default=(1 << 64) - 1)
    return st.sampled_from([int(low), int(high), max(0, int(low)), max(1, int(low)), min(60, int(high))])


def values(kind: Any, refs: st.SearchStrategy[EntryRef]) -> st.SearchStrategy[Any]:
    """What may stand in a field of a type."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated and inner[0] is int:
        return numbers(kind)
    if kind is EntryRef:
        return refs
    if origin is Annotated or kind is bytes:
        return (
            st.sampled_from([SERIAL, b"serial-2", bytes(8)])
            if origin is Annotated
            else st.binary(max_size=40)
        )
    if origin in (types.UnionType, typing.Union):
        return st.one_of([values(each, refs) for each in inner])
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(values(inner[0], refs), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(each, refs) for each in inner))
    if origin is dict:
        return st.dictionaries(st.sampled_from(WORDS), st.sampled_from([1, "x", None, [], {}]), max_size=2)
    known: dict[Any, st.SearchStrategy[Any]] = {
        int: numbers(kind),
        bool: st.booleans(),
        str: st.sampled_from(WORDS),
        type(None): st.none(),
    }
    return known[kind]


def facts(refs: list[EntryRef]) -> st.SearchStrategy[Fact]:
    """Any fact of any kind, about entries that are here, that come later, or that never come."""
    ref = st.sampled_from([*refs, EntryRef(b"nowhere-", 3, bytes(8))])

    def one(kind: type[Fact]) -> st.SearchStrategy[Fact]:
        hints = typing.get_type_hints(kind, include_extras=True)
        return st.builds(kind, **{name: values(hints[name], ref) for name in kind.__struct_fields__})

    return st.one_of([one(kind) for kind in KINDS.values() if kind is not MemberErased])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_an_enrolled_station_writes_all_agree_and_the_books_balance(
    founded: World, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = founded.copy_to(Path(folder) / "world")
        refs = [
            EntryRef(*row)
            for row in world[VILLAGE].store.rows(
                'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal'
            )
        ]
        halves = []
        for _ in range(2):
            with world[VILLAGE].intake() as intake:
                for fact in data.draw(st.lists(facts(refs), min_size=1, max_size=6)):
                    entry = next_entry(world, fact)
                    intake.add(entry)
                    intake.settle()
                    refs.append(entry.ref)
            halves.append(world.export(VILLAGE))
        world.take(HUB, halves[0])
        world.take(HUB, halves[1])
        world.take(CENTRE, halves[1])
        assert world.digest(HUB) == world.digest(CENTRE) == world.digest(VILLAGE)
        for name in NAMES[:3]:
            assert ledger_sums(world[name].store) == (0, 0)
            cases(world[name].store)
            for (member,) in world[name].store.rows("SELECT id FROM member"):
                passbook(world[name].store, member)
        world.close()


def next_entry(world: World, fact: Fact) -> Entry:
    """The village's next entry, whatever it says."""
    station = world[VILLAGE]
    row = station.store.row("SELECT head, head_hash FROM journal WHERE ref = ?", (station.journal,))
    assert row is not None
    return write_entry(
        station.signer,
        fact,
        network=station.network,
        journal=station.journal,
        seq=row[0] + 1,
        previous=row[1],
        lamport=1000 + row[0],
        wall=1_800_000_000,
        clock=0,
        action=entry_hash(bytes([row[0] % 256]))[:8],
        operator=0,
        seen=(),
        private=b"",
    )
