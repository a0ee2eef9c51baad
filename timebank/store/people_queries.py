"""Finding and reading members.

Members that are one person (a hub merged them) are read as one: the member that stands for all, with what is
known of any of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from timebank.domain.names import fold_query, tail_key
from timebank.journal.facts import MembersMerged
from timebank.journal.refs import EntryRef, day_of
from timebank.store.store import Store

_AT_ONCE = 500
_HAS_ROLE = "(?1 = '' OR (' ' || m.roles || ' ') LIKE ?2)"
_IN_ROLE = (
    f"({_HAS_ROLE} OR EXISTS (SELECT 1 FROM merged x JOIN member o"
    " ON o.id IN (x.member, x.stands) WHERE x.stands = {0} AND (' ' || o.roles || ' ') LIKE ?2))"
)
_STANDS = "coalesce((SELECT stands FROM merged WHERE member = m.id), m.id)"
_COLUMNS = 'm.id, j.ref, e.seq, e."check", m.number, m.station, m.roles, m.consents, m.erased, d.day, p.name, p.details'
_FROM = (
    " FROM member m JOIN entry e ON e.id = m.id JOIN journal j ON j.id = e.journal"
    " LEFT JOIN person p ON p.member = m.id LEFT JOIN departure d ON d.member = m.id"
)


NAME_OF = (
    "coalesce((SELECT name FROM person WHERE member = {0}), (SELECT name FROM person WHERE member = {1}),"
    " (SELECT o.name FROM merged y JOIN person o ON o.member = y.member WHERE y.stands = {0} ORDER BY y.member))"
)
"""The name known here of the person of whom one member stands (first blank) for another (second)."""


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
    also: tuple[str, ...] = ()
    """Other numbers of the same person."""
    left: date | None = None
    """The last day of a member whose account is closed."""


def _record(row: tuple[Any, ...]) -> MemberRecord:
    number, journal, seq, check, label, station, roles, consents, erased, left, name, details = row
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
        left=None if left is None else day_of(left),
    )


def _records(store: Store, where: str, parameters: tuple[object, ...]) -> list[MemberRecord]:
    return _joined(
        store, [_record(row) for row in store.rows(f"SELECT {_COLUMNS}{_FROM} {where}", parameters)]
    )


def _joined(store: Store, records: list[MemberRecord]) -> list[MemberRecord]:
    """The same records; each that stands for others with what is known of those."""
    others: dict[int, list[MemberRecord]] = {}
    for at in range(0, len(records), _AT_ONCE):
        part = tuple(each.row for each in records[at : at + _AT_ONCE])
        for stands, *row in store.rows(
            f"SELECT x.stands, {_COLUMNS}{_FROM} JOIN merged x ON x.member = m.id"
            f" WHERE x.stands IN ({', '.join('?' * len(part))}) ORDER BY m.id",
            part,
        ):
            others.setdefault(stands, []).append(_record(tuple(row)))
    return [_as_one([each, *others[each.row]]) if each.row in others else each for each in records]


def _as_one(group: list[MemberRecord]) -> MemberRecord:
    """One person's members as one; what the first says of the person goes before what the others say."""
    standing, known = group[0], [each for each in group if each.known]
    details: dict[str, Any] = {}
    for each in reversed(known):
        details |= each.details
    return standing._replace(
        roles=tuple(dict.fromkeys(role for each in group for role in each.roles)),
        known=bool(known),
        name=known[0].name if known else standing.name,
        details=details,
        also=tuple(each.number for each in group[1:]),
        left=max((each.left for each in group if each.left is not None), default=None),
    )


def one_person(store: Store, row: int) -> tuple[int, ...]:
    """The members that are one person with that of a local number, first the one that stands for all."""
    stands = store.value("SELECT stands FROM merged WHERE member = ?", (row,)) or row
    others = store.rows("SELECT member FROM merged WHERE stands = ? ORDER BY member", (stands,))
    return (stands, *(each for (each,) in others))


def each_member(store: Store, row: int) -> list[MemberRecord]:
    """The members of one person as each was registered, first the one that stands for all."""
    found = (
        store.row(f"SELECT {_COLUMNS}{_FROM} WHERE m.id = ?", (each,)) for each in one_person(store, row)
    )
    return [_record(each) for each in found if each is not None]


def standing(store: Store, records: Iterable[MemberRecord]) -> list[MemberRecord]:
    """The members that stand for these, each once."""
    found: dict[int, MemberRecord] = {}
    for each in records:
        row, *_ = one_person(store, each.row)
        if row not in found:
            found[row] = each if row == each.row else member_by_row(store, row) or each
    return list(found.values())


def merger_of(store: Store, members: Sequence[EntryRef]) -> EntryRef | None:
    """The newest merger that stands and names two of these members."""
    wanted = set(members)
    for row, *ref in store.rows(
        'SELECT g.entry, j.ref, e.seq, e."check" FROM merging g JOIN entry e ON e.id = g.entry'
        " JOIN journal j ON j.id = e.journal WHERE NOT EXISTS (SELECT 1 FROM about a JOIN entry r"
        " ON r.id = a.entry WHERE a.subject = g.entry AND r.kind = 'FactReversed')"
        ' ORDER BY e.lamport DESC, j.ref, e.seq DESC, e."check"'
    ):
        told = store.told(row)
        if (
            told is not None
            and isinstance(told.fact, MembersMerged)
            and len(wanted & set(told.fact.members)) > 1
        ):
            return EntryRef(*ref)
    return None


def member_by_row(store: Store, row: int) -> MemberRecord | None:
    """The member with a local number."""
    return next(iter(_records(store, "WHERE m.id = ?", (row,))), None)


def member_by_ref(store: Store, ref: EntryRef) -> MemberRecord | None:
    """The member whose id is ``ref``."""
    where = 'WHERE j.ref = ? AND e.seq = ? AND e."check" = ?'
    return next(iter(_records(store, where, (ref.journal, ref.seq, ref.check))), None)


def members_by_number(store: Store, number: str) -> list[MemberRecord]:
    """Members with a number: one, except after a disk was cloned."""
    return _records(store, "WHERE m.number = ?", (number,))


def members_by_name(store: Store, name: str) -> list[MemberRecord]:
    """Members known here by exactly this name."""
    return _records(store, "WHERE p.name = ? ORDER BY m.id", (name,))


def members_by_identity(store: Store, identity: bytes) -> list[MemberRecord]:
    """Members registered with the same document, anywhere in the network."""
    return _records(store, "WHERE m.identity = ?", (identity,))


def search_members(
    store: Store, text: str, *, role: str | None = None, limit: int = 50, offset: int = 0
) -> list[MemberRecord]:
    """People who match: any part of the name, pinyin, initials, number, last digits of the phone.

    In the order of what matched, the shortest first; an empty text lists everyone in order of registration.
    A ``limit`` of -1 is none.
    """
    if not text.strip():
        page = f"SELECT m.id FROM member m WHERE {_listed(store)} ORDER BY m.id LIMIT ?3 OFFSET ?4"
        rows = [row for (row,) in store.rows(page, (*_role(role), limit, offset))]
    else:
        rows = list(islice(_matching(store, text, role), offset, None if limit < 0 else offset + limit))
    return members_by_rows(store, rows)


def members_by_rows(store: Store, rows: Sequence[int]) -> list[MemberRecord]:
    """The members with these local numbers, in their order."""
    records: dict[int, MemberRecord] = {}
    for at in range(0, len(rows), _AT_ONCE):
        part = rows[at : at + _AT_ONCE]
        marks = ", ".join("?" * len(part))
        records |= {each.row: each for each in _records(store, f"WHERE m.id IN ({marks})", tuple(part))}
    return [records[row] for row in rows]


def count_members(store: Store, text: str = "", role: str | None = None) -> int:
    """How many members :func:`search_members` would list without a limit."""
    if text.strip():
        return sum(1 for _ in _matching(store, text, role))
    return int(store.value(f"SELECT count(*) FROM member m WHERE {_listed(store)}", _role(role)))


def _any_merged(store: Store) -> bool:
    """Whether any members are one person: where none are, looking for them would only cost time."""
    return store.row("SELECT 1 FROM merged LIMIT 1") is not None


def _listed(store: Store) -> str:
    """Which members stand in a list, over the parameters 1 and 2 of a role."""
    if _any_merged(store):
        return f"m.erased IS NULL AND m.id NOT IN (SELECT member FROM merged) AND {_IN_ROLE.format('m.id')}"
    return f"m.erased IS NULL AND {_HAS_ROLE}"


def _role(role: str | None) -> tuple[str, str]:
    return role or "", f"% {role} %"


def _matching(store: Store, text: str, role: str | None) -> Iterator[int]:
    """Local numbers of the people who match, each once, read along the index only as far as asked."""
    query = fold_query(text)
    ranges = [query] if query else []
    if query.isdigit() and len(query) >= 3:
        ranges.append(tail_key(query))
    seen: set[int] = set()
    person, in_role = (_STANDS, _IN_ROLE.format(_STANDS)) if _any_merged(store) else ("m.id", _HAS_ROLE)
    for start in ranges:
        for (row,) in store.connection.execute(
            f"SELECT {person} FROM find_key k CROSS JOIN member m ON m.id = k.member"
            f" WHERE k.key >= ?3 AND k.key < ?4 AND m.erased IS NULL AND {in_role}"
            " ORDER BY k.key, k.member",
            (*_role(role), start, start + chr(0x10FFFF)),
        ):
            if row not in seen:
                seen.add(row)
                yield row


def names_of(store: Store, rows: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(name, number) of the person by local number; the name is the number where they are not known here."""
    wanted = sorted(set(rows))
    marks = ", ".join("?" * len(wanted))
    return {
        row: (name or number, number)
        for row, name, number in store.rows(
            f"SELECT m.id, {NAME_OF.format('s.id', 'm.id')}, s.number FROM member m"
            f" LEFT JOIN merged x ON x.member = m.id JOIN member s ON s.id = coalesce(x.stands, m.id)"
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
