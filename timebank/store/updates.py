"""Entries that ask for a later version of the program, and what they name: that must wait for the update.

The meaning of such a fact is unknown here, but its body is msgpack like any other, and names are easy to
recognise in it: a reference holds 16 bytes that nobody guesses, a voucher's serial 8. So it is known which
members, records and vouchers an unread fact names, and nothing else has to wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from timebank.journal.entry import Entry
from timebank.journal.facts import KINDS, Fact, MemberErased, VouchersSettled
from timebank.journal.refs import EntryRef
from timebank.outcome import Refusal
from timebank.store.schema import FOLDS
from timebank.store.store import Store, reader_level

_EIGHT = 8
_AT_ONCE = 500


class Awaited(NamedTuple):
    """Entries of one kind from one station (0: the root) that a later version will read."""

    kind: str
    entries: int
    station: int
    name: str
    """The station's name; the root's journal is kept by the hub that founded the network."""


def reading() -> str:
    """What this program makes of facts; a store that was folded by another is folded anew at opening."""
    return f"{FOLDS}/{reader_level()}/{' '.join(sorted(KINDS))}"


def note_unread(connection: sqlite3.Connection, entry: Entry, row: int) -> None:
    """Remember an entry that asks for a later version, and what it names: itself, records and vouchers."""
    names = {_name(entry.ref), *_names_in(entry.header.body)}
    connection.executemany("INSERT OR IGNORE INTO unread VALUES (?, ?)", [(name, row) for name in names])


def awaited(store: Store) -> list[Awaited]:
    """What waits for an update, by kind and station."""
    rows = store.rows(
        "SELECT e.kind, count(*), j.station, coalesce(s.name, '') FROM (SELECT DISTINCT entry FROM unread) u"
        " JOIN entry e ON e.id = u.entry JOIN journal j ON j.id = e.journal"
        " LEFT JOIN station s ON s.number = max(j.station, 1) GROUP BY j.station, e.kind ORDER BY 3, 1"
    )
    return [Awaited(*row) for row in rows]


def unread(store: Store, names: Iterable[EntryRef | bytes]) -> set[EntryRef | bytes]:
    """Those of some entries and serials that a fact names which this version cannot read."""
    if store.row("SELECT 1 FROM unread LIMIT 1") is None:
        return set()
    by_name = {_name(each): each for each in names}
    found: set[EntryRef | bytes] = set()
    for at in range(0, len(by_name), _AT_ONCE):
        part = tuple(by_name)[at : at + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = store.rows(f"SELECT DISTINCT names FROM unread WHERE names IN ({marks})", part)
        found |= {by_name[bytes(name)] for (name,) in rows}
    return found


def require_read(store: Store, *names: EntryRef | bytes) -> None:
    """Refuses with ``update_needed`` (facts: kind, station) where an unread fact names one of ``names``."""
    for each in unread(store, names):
        kind, station = store.rows(
            "SELECT e.kind, coalesce(s.name, '') FROM unread u JOIN entry e ON e.id = u.entry"
            " JOIN journal j ON j.id = e.journal LEFT JOIN station s ON s.number = max(j.station, 1)"
            " WHERE u.names = ? ORDER BY e.lamport, u.entry LIMIT 1",
            (_name(each),),
        )[0]
        raise Refusal("update_needed", kind=kind, station=station)


def require_readable(store: Store, fact: Fact) -> None:
    """Refuses with ``update_needed`` to write ``fact`` where it names what an unread fact also names.

    An erasure is never put off; nor does a settlement decide anything that the redemption had not.
    """
    if not isinstance(fact, MemberErased | VouchersSettled):
        require_read(store, *_named_by(fact))


def _named_by(fact: object) -> Iterator[EntryRef | bytes]:
    """Every reference in a fact, and every serial that it names as such."""
    if isinstance(fact, EntryRef):
        yield fact
    elif isinstance(fact, tuple):
        for each in fact:
            yield from _named_by(each)
    elif isinstance(fact, Fact):
        for field in fact.__struct_fields__:
            value = getattr(fact, field)
            if field in ("serial", "voucher") and value:
                yield value
            elif field == "serials":
                yield from value
            else:
                yield from _named_by(value)


def _name(each: EntryRef | bytes) -> bytes:
    if isinstance(each, bytes):
        return each
    return each.journal + each.seq.to_bytes(_EIGHT, "big") + each.check


def _names_in(body: msgspec.Raw) -> Iterator[bytes]:
    """Whatever in a body may be a reference or a serial, wherever a later version puts it."""
    try:
        waiting = [msgspec.msgpack.decode(body)]
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        return  # no value that this program could hold names anything to it
    while waiting:
        match waiting.pop():
            case [bytes(journal), int(seq), bytes(check)] if (
                len(journal) == len(check) == _EIGHT and 0 < seq < 1 << 63
            ):
                yield _name(EntryRef(journal, seq, check))
            case bytes(serial) if len(serial) == _EIGHT:
                yield serial
            case list(values) | tuple(values):
                waiting += values
            case dict(pairs):
                waiting += [*pairs.keys(), *pairs.values()]
