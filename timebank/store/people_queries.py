"""Finding and reading members."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from timebank.domain.names import fold_query, tail_key
from timebank.journal.refs import EntryRef
from timebank.store.store import Store

_AT_ONCE = 500
_IN_ROLE = "(? = '' OR (' ' || m.roles || ' ') LIKE ?)"
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

    In the order of what matched, the shortest first; an empty text lists everyone in order of registration.
    A ``limit`` of -1 is none.
    """
    if not text.strip():
        page = (
            f"SELECT m.id FROM member m WHERE m.erased IS NULL AND {_IN_ROLE} ORDER BY m.id LIMIT ? OFFSET ?"
        )
        rows = [row for (row,) in store.rows(page, (*_role(role), limit, offset))]
    else:
        rows = list(islice(_matching(store, text, role), offset, None if limit < 0 else offset + limit))
    records: dict[int, MemberRecord] = {}
    for at in range(0, len(rows), _AT_ONCE):
        part = rows[at : at + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        records |= {
            row[0]: _record(row)
            for row in store.rows(f"SELECT {_COLUMNS} WHERE m.id IN ({marks})", tuple(part))
        }
    return [records[row] for row in rows]


def count_members(store: Store, text: str = "", role: str | None = None) -> int:
    """How many members :func:`search_members` would list without a limit."""
    if text.strip():
        return sum(1 for _ in _matching(store, text, role))
    return int(
        store.value(f"SELECT count(*) FROM member m WHERE m.erased IS NULL AND {_IN_ROLE}", _role(role))
    )


def _role(role: str | None) -> tuple[str, str]:
    return role or "", f"% {role} %"


def _matching(store: Store, text: str, role: str | None) -> Iterator[int]:
    """Local numbers of the members that match, each once, read along the index only as far as asked."""
    query = fold_query(text)
    ranges = [query] if query else []
    if query.isdigit() and len(query) >= 3:
        ranges.append(tail_key(query))
    seen: set[int] = set()
    for start in ranges:
        for (row,) in store.connection.execute(
            "SELECT k.member FROM find_key k CROSS JOIN member m ON m.id = k.member"
            f" WHERE k.key >= ? AND k.key < ? AND m.erased IS NULL AND {_IN_ROLE} ORDER BY k.key, k.member",
            (start, start + chr(0x10FFFF), *_role(role)),
        ):
            if row not in seen:
                seen.add(row)
                yield row


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


def next_number(store: Store, station: int) -> int:
    """The running number for the next member registered at ``station``."""
    last = store.value(
        "SELECT max(CAST(substr(number, instr(number, '-') + 1) AS INTEGER)) FROM member WHERE station = ?",
        (station,),
    )
    return int(last or 0) + 1
