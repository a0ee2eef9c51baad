"""Finding and reading members."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from timebank.domain.names import fold_query
from timebank.journal.refs import EntryRef
from timebank.store.store import Store

_COLUMNS = (
    'm.id, j.ref, e.seq, e."check", m.number, m.station, m.roles, m.consents, m.erased, p.name, p.details'
    " FROM member m JOIN entry e ON e.id = m.id JOIN journal j ON j.id = e.journal"
    " LEFT JOIN person p ON p.member = m.id"
)


class MemberRecord(NamedTuple):
    """A member as this station may know them; ``name`` is the number where the person is not known here."""

    row: int
    ref: EntryRef
    number: str
    station: int
    roles: tuple[str, ...]
    consents: tuple[str, ...]
    erased: bool
    known: bool
    """Whether the person behind the number is known at this station."""
    name: str
    details: dict[str, Any]


def _record(row: tuple[Any, ...]) -> MemberRecord:
    number, journal, seq, check, label, station, roles, consents, erased, name, details = row
    return MemberRecord(
        number,
        EntryRef(journal, seq, check),
        label,
        station,
        tuple(roles.split()),
        tuple(consents.split()),
        erased is not None,
        name is not None,
        name or label,
        json.loads(details) if details else {},
    )


def member_by_row(store: Store, row: int) -> MemberRecord | None:
    """The member with a local number."""
    found = store.row(f"SELECT {_COLUMNS} WHERE m.id = ?", (row,))
    return None if found is None else _record(found)


def member_by_ref(store: Store, ref: EntryRef) -> MemberRecord | None:
    """The member whose id is ``ref``."""
    found = store.row(
        f'SELECT {_COLUMNS} WHERE j.ref = ? AND e.seq = ? AND e."check" = ?',
        (ref.journal, ref.seq, ref.check),
    )
    return None if found is None else _record(found)


def members_by_number(store: Store, number: str) -> list[MemberRecord]:
    """Members with a number: one, except after a disk was cloned."""
    return [_record(row) for row in store.rows(f"SELECT {_COLUMNS} WHERE m.number = ?", (number,))]


def members_by_name(store: Store, name: str) -> list[MemberRecord]:
    """Members known here by exactly this name."""
    return [_record(row) for row in store.rows(f"SELECT {_COLUMNS} WHERE p.name = ? ORDER BY m.id", (name,))]


def members_by_identity(store: Store, identity: bytes) -> list[MemberRecord]:
    """Members registered with the same document, anywhere in the network."""
    return [_record(row) for row in store.rows(f"SELECT {_COLUMNS} WHERE m.identity = ?", (identity,))]


def search_members(
    store: Store, text: str, *, role: str | None = None, limit: int = 50, offset: int = 0
) -> list[MemberRecord]:
    """Members that match: any part of the name, pinyin, initials, number, last digits of the phone.

    An empty text lists everyone. Best matches first: exact name, then in order of registration.
    """
    where, parameters = _matching(text)
    if role is not None:
        where += " AND (' ' || m.roles || ' ') LIKE ?"
        parameters.append(f"% {role} %")
    if text.strip():
        people, order = " LEFT JOIN person p ON p.member = m.id", "p.name = ? DESC, m.id"
        parameters.append(text.strip())
    else:
        people, order = "", "m.id"
    # The page is chosen by number alone: a page far down a long list does not carry everyone before it.
    page = (
        f"SELECT m.id FROM member m{people} WHERE m.erased IS NULL AND {where}"
        f" ORDER BY {order} LIMIT ? OFFSET ?"
    )
    rows = store.rows(f"SELECT {_COLUMNS} WHERE m.id IN ({page})", (*parameters, limit, offset))
    records = [_record(row) for row in rows]
    return sorted(records, key=lambda each: (each.name != text.strip(), each.row))


def count_members(store: Store, text: str = "", role: str | None = None) -> int:
    """How many members :func:`search_members` would list without a limit."""
    where, parameters = _matching(text)
    if role is not None:
        where += " AND (' ' || m.roles || ' ') LIKE ?"
        parameters.append(f"% {role} %")
    return int(
        store.value(
            "SELECT count(*) FROM member m LEFT JOIN person p ON p.member = m.id"
            f" WHERE m.erased IS NULL AND {where}",
            tuple(parameters),
        )
    )


def names_of(store: Store, rows: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(name, number) by local number; the name is the number where the person is not known here."""
    wanted = sorted(set(rows))
    marks = ", ".join("?" * len(wanted))
    return {
        row: (name or number, number)
        for row, name, number in store.rows(
            "SELECT m.id, p.name, m.number FROM member m LEFT JOIN person p ON p.member = m.id"
            f" WHERE m.id IN ({marks})",
            tuple(wanted),
        )
    }


def _matching(text: str) -> tuple[str, list[object]]:
    query = fold_query(text)
    if not query:
        return ("1", []) if not text.strip() else ("0", [])
    # A folded query holds letters, digits and hanzi only, so it needs no escaping in LIKE.
    conditions = ["p.search LIKE ?", "replace(m.number, '-', '') LIKE ?"]
    parameters: list[object] = [f"%{query}%", f"%{query}%"]
    if query.isdigit() and len(query) >= 3:
        conditions.append("p.phone LIKE ?")
        parameters.append(f"%{query}")
    return f"({' OR '.join(conditions)})", parameters


def next_number(store: Store, station: int) -> int:
    """The running number for the next member registered at ``station``."""
    last = store.value(
        "SELECT max(CAST(substr(number, instr(number, '-') + 1) AS INTEGER)) FROM member WHERE station = ?",
        (station,),
    )
    return int(last or 0) + 1
