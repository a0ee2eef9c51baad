"""What a coordinator needs to see of a case: the facts side by side, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from timebank.desk.evidence_lines import (
    Branch,
    EntryLine,
    branch,
    entry_line,
    member_name,
    private_words,
    station_name,
    stretch,
)
from timebank.desk.station import Station
from timebank.domain.cases import (
    CONFLICTING_EDIT,
    DOUBLE_REDEMPTION,
    DUPLICATE_PERSON,
    FORK,
    IMPLAUSIBLE_CLOCK,
    OVERDRAFT,
    OVERLAP,
    POLICY_BREACH,
    REVOKED_STATION,
    breached,
)
from timebank.domain.credit import UNITS
from timebank.domain.people import changed_fields
from timebank.domain.told import Told, in_order
from timebank.journal.facts import JournalBegun, MemberChanged, ServiceLogged
from timebank.journal.refs import EntryRef, day_number, day_of, minute_of
from timebank.store import book_queries, case_queries, people_queries, voucher_queries
from timebank.store.book_queries import Line
from timebank.store.case_queries import CaseRecord
from timebank.store.people_queries import MemberRecord
from timebank.store.store import Store
from timebank.store.voucher_queries import RedemptionLine, VoucherLine

LAST_LINES = 6
"""Passbook lines shown with an overdrawn account."""


class ServiceLine(NamedTuple):
    """A service record as evidence."""

    entry: EntryRef
    station: str
    told: datetime
    """When it was written down, by that station's clock."""
    start: datetime
    timed: bool
    minutes: int
    kind: str
    elder: str
    volunteers: tuple[str, ...]
    credited: tuple[int, ...]
    reversed: bool


class PersonLine(NamedTuple):
    """A member as evidence; one who may be registered twice with the own account of each number."""

    member: MemberRecord
    station: str
    registered: datetime
    credit_minutes: int
    allowance_minutes: int
    stands: bool = False
    """Whether this is the member that stands for all once they are merged: the one registered first."""


class ValueLine(NamedTuple):
    """What one station wrote into a field of a member."""

    station: str
    told: datetime
    readable: bool
    """Whether this station may read it."""
    value: object
    """As it stands in the private part; None where it was taken away."""
    shown: bool
    """Whether the member shows it now; the others were set aside."""


class FieldLine(NamedTuple):
    """A field of a member that was changed at several places, each without knowing of the others."""

    field: str
    values: tuple[ValueLine, ...]


class DecisionLine(NamedTuple):
    """One decision on a case; the first in the network's order stands."""

    decision: str
    day: date
    station: str
    reason: str
    """Empty where this station may not know it."""
    too_late: bool
    """Whether another decision came before it, and neither knew of the other."""


class Evidence(NamedTuple):
    """Everything behind one case; what does not belong to its kind is empty."""

    case: CaseRecord
    people: tuple[PersonLine, ...]
    voucher: VoucherLine | None
    redemptions: tuple[RedemptionLine, ...]
    services: tuple[ServiceLine, ...]
    unit: int
    """The unit of an overdrawn account."""
    lines: tuple[Line, ...]
    decisions: tuple[DecisionLine, ...]
    station: str = ""
    """Whose journal was forked, or who was revoked; empty for the root."""
    cause: str = ""
    """Why a station began a new journal: ``copied`` or ``put_back``; empty for two entries at one place."""
    branches: tuple[Branch, ...] = ()
    """Of a fork, each side; of a revoked station, what does not count."""
    entries: tuple[EntryLine, ...] = ()
    """Of clocks that disagree: the record that was known, then the one that is dated before it."""
    fields: tuple[FieldLine, ...] = ()
    merger: EntryRef | None = None
    """The merger that made these members one person, while it stands."""
    choices: tuple[str, ...] = ()
    """What may be decided at this station; empty once the case is closed."""
    at_hub: bool = False
    """Whether this station may say who is one person."""
    rule: str = ""
    """The setting whose limit was passed; ``given_twice`` for what one person has had twice."""


def gather(station: Station, case: CaseRecord) -> Evidence:
    """The evidence of ``case`` as it stands here and now."""
    store = station.store
    people = _people(station, case)
    voucher, redemptions = None, tuple[RedemptionLine, ...]()
    unit, lines = 0, tuple[Line, ...]()
    if case.kind == DOUBLE_REDEMPTION:
        serial = bytes.fromhex(case.key.removeprefix(f"{DOUBLE_REDEMPTION}-"))
        today = day_number(station.surroundings.today())
        found = voucher_queries.voucher_lines(store, today, serial=serial, limit=1)
        voucher = found[0] if found else None
        redemptions = tuple(voucher_queries.redemption_lines(store, serial))
    elif case.kind == OVERDRAFT and case.members:
        unit = next((n for n in range(len(UNITS)) if book_queries.balance(store, case.members[0], n) < 0), 0)
        passbook = [line for line in book_queries.passbook(store, case.members[0]) if line.unit == unit]
        lines = tuple(passbook[-LAST_LINES:])
    evidence = Evidence(
        case,
        people,
        voucher,
        redemptions,
        _services(station, case.facts) if case.kind == OVERLAP else (),
        unit,
        lines,
        _decisions(station, case.key),
        merger=_merger(station, people),
    )
    if case.kind == POLICY_BREACH:
        return _breach(station, evidence)
    more = {FORK: _fork, REVOKED_STATION: _late, IMPLAUSIBLE_CLOCK: _clocks, CONFLICTING_EDIT: _fields}
    return more[case.kind](station, evidence) if case.kind in more else evidence


def _breach(station: Station, evidence: Evidence) -> Evidence:
    """The services, or the other entries, that together are past a limit; of a full account its last lines."""
    case, store = evidence.case, station.store
    services = _services(station, case.facts)
    entries = tuple(
        line
        for row in _in_order(station, _rows(station, case))
        if row not in case.members and (line := entry_line(station, row)) is not None
    )
    lines = () if services or entries else tuple(
        line for line in book_queries.passbook(store, case.members[0]) if line.unit == 0
    )[-LAST_LINES:]  # fmt: skip
    return evidence._replace(
        services=services, entries=() if services else entries, lines=lines, rule=breached(case.key)
    )


def _merger(station: Station, people: Sequence[PersonLine]) -> EntryRef | None:
    """The merger that made one person of the first of these members and others of them."""
    same = people_queries.one_person(station.store, people[0].member.row) if people else ()
    refs = [each.member.ref for each in people if each.member.row in same]
    return people_queries.merger_of(station.store, refs) if len(refs) > 1 else None


def _rows(station: Station, case: CaseRecord) -> list[int]:
    found = (book_queries.row_of(station.store, ref) for ref in case.facts)
    return [row for row in found if row is not None]


def _in_order(station: Station, rows: Sequence[int]) -> list[int]:
    """Local numbers of entries in canonical order."""
    marks = ", ".join("?" * len(rows))
    found = station.store.rows(
        "SELECT e.id FROM entry e JOIN journal j ON j.id = e.journal"
        f' WHERE e.id IN ({marks}) ORDER BY e.lamport, j.ref, e.seq, e."check"',
        tuple(rows),
    )
    return [row for (row,) in found]


def _fork(station: Station, evidence: Evidence) -> Evidence:
    """Each side of a fork: from where the two part, or of a copy from where it went on in its own journal."""
    rows = _rows(station, evidence.case)
    if not rows:
        return evidence
    store = station.store
    places = [
        store.row(
            "SELECT e.journal, e.branch, e.seq, j.station FROM entry e JOIN journal j ON j.id = e.journal"
            " WHERE e.id = ?",
            (row,),
        )
        for row in _in_order(station, rows)
    ]
    sides = [place for place in places if place is not None]
    told, cause = store.told(rows[0]), ""
    if len(rows) == 1 and told is not None and isinstance(told.fact, JournalBegun):
        cause = told.fact.cause
        for ref, head in told.fact.after[:1]:
            journal = store.value("SELECT id FROM journal WHERE ref = ?", (ref,))
            sides.insert(0, (journal, 0, head + 1, sides[0][3]))
    found = (branch(station, *place[:3]) for place in sides)
    return evidence._replace(
        station=station_name(station, sides[-1][3]),
        cause=cause,
        branches=tuple(each for each in found if each is not None),
    )


def _late(station: Station, evidence: Evidence) -> Evidence:
    """All that a revoked station wrote beyond the last entry that counts."""
    rows = _rows(station, evidence.case)
    if not rows:
        return evidence
    store = station.store
    writer = store.value(
        "SELECT j.station FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = ?", (rows[0],)
    )
    late = stretch(
        station,
        store.rows(
            "SELECT e.id, e.wall, e.kind FROM late l JOIN entry e ON e.id = l.entry JOIN journal j"
            ' ON j.id = e.journal WHERE j.station = ? ORDER BY e.lamport, j.ref, e.seq, e."check"',
            (writer,),
        ),
    )
    return evidence._replace(station=station_name(station, writer), branches=(late,) if late else ())


def _clocks(station: Station, evidence: Evidence) -> Evidence:
    rows = _in_order(station, _rows(station, evidence.case))
    entries = tuple(line for row in rows if (line := entry_line(station, row)) is not None)
    return evidence._replace(station=entries[-1].station if entries else "", entries=entries)


def _fields(station: Station, evidence: Evidence) -> Evidence:
    """The fields still in question; the last change of a field in canonical order is what shows."""
    store = station.store
    if not evidence.case.members:
        return evidence
    member = evidence.case.members[0]
    every = [
        told
        for (row,) in store.rows("SELECT entry FROM about WHERE subject = ?", (member,))
        if (told := store.told(row)) is not None and isinstance(told.fact, MemberChanged)
    ]
    last = {field: told for told in in_order(every) for field in changed_fields(told)}
    conflicting = [told for told in in_order(every) if told.ref in evidence.case.facts]
    named: dict[str, list[Told]] = {}
    for told in conflicting:
        for field in changed_fields(told):
            named.setdefault(field, []).append(told)
    fields = [
        FieldLine(field, tuple(_value(station, field, each, each.ref == last[field].ref) for each in by))
        for field, by in sorted(named.items())
        if len(by) > 1 and last[field] in by
    ]
    return evidence._replace(fields=tuple(fields))


def _value(station: Station, field: str, told: Told, shown: bool) -> ValueLine:
    assert isinstance(told.fact, MemberChanged)
    words = private_words(station, told.row)
    readable = bool(words)
    value = words.get(field)
    if field == "roles":
        readable, value = True, told.fact.roles
    return ValueLine(
        station_name(station, told.station), datetime.fromtimestamp(told.wall), readable, value, shown
    )


def _people(station: Station, case: CaseRecord) -> tuple[PersonLine, ...]:
    own = book_queries.account_minutes if case.kind == DUPLICATE_PERSON else book_queries.balance
    people = [each for row in case.members if (each := _person(station, row, own)) is not None]
    if len(people) < 2:
        return tuple(people)
    order = _in_order(station, [each.member.row for each in people])
    if case.kind == DUPLICATE_PERSON:
        people.sort(key=lambda each: order.index(each.member.row))
    return tuple(each._replace(stands=each.member.row == order[0]) for each in people)


def _person(station: Station, row: int, minutes: Callable[[Store, int, int], int]) -> PersonLine | None:
    store = station.store
    member = people_queries.member_by_row(store, row)
    told = store.told(row)
    if member is None:  # named by a fact, but not arrived here yet
        return None
    return PersonLine(
        member,
        station_name(station, member.station),
        datetime.fromtimestamp(told.wall if told is not None else 0),
        minutes(store, row, 0),
        minutes(store, row, 1),
    )


def _services(station: Station, facts: Sequence[EntryRef]) -> tuple[ServiceLine, ...]:
    rows = [book_queries.row_of(station.store, ref) for ref in facts]
    told = [station.store.told(row) for row in rows if row is not None]
    return tuple(
        _service(station, each) for each in told if each is not None and isinstance(each.fact, ServiceLogged)
    )


def _service(station: Station, told: Told) -> ServiceLine:
    fact = told.fact
    assert isinstance(fact, ServiceLogged)
    gone = station.store.value("SELECT reversed FROM service WHERE id = ?", (told.row,))
    return ServiceLine(
        told.ref,
        station_name(station, told.station),
        datetime.fromtimestamp(told.wall),
        minute_of(fact.start),
        fact.timed,
        fact.minutes,
        fact.kind,
        member_name(station, fact.elder),
        tuple(member_name(station, each) for each in fact.volunteers),
        fact.credited,
        gone is not None,
    )


def _decisions(station: Station, key: str) -> tuple[DecisionLine, ...]:
    lines = []
    for each in case_queries.decisions(station.store, key):
        told = station.store.told(each.entry)
        assert told is not None
        day = day_of(getattr(told.fact, "day", 0))
        reason = str(private_words(station, each.entry).get("reason", ""))
        where = station_name(station, told.station)
        lines.append(DecisionLine(each.decision, day, where, reason, each.too_late))
    return tuple(lines)
