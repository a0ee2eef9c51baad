"""What a coordinator needs to see of a case: the facts side by side, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from timebank.desk.station import Station
from timebank.domain.cases import DOUBLE_REDEMPTION, OVERDRAFT
from timebank.domain.credit import UNITS
from timebank.domain.told import Told
from timebank.journal.facts import ServiceLogged
from timebank.journal.refs import EntryRef, day_number, day_of, minute_of
from timebank.store import book_queries, people_queries, voucher_queries
from timebank.store.book_queries import CaseRecord, Line
from timebank.store.people_queries import MemberRecord
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
    """A member as evidence; ``name`` is the number where the person is not known here."""

    member: MemberRecord
    station: str
    registered: datetime
    credit_minutes: int
    allowance_minutes: int


class DecisionLine(NamedTuple):
    """One decision on a case; the first in the network's order stands."""

    decision: str
    day: date
    station: str
    reason: str
    """Empty where this station may not know it."""


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


def gather(station: Station, case: CaseRecord) -> Evidence:
    """The evidence of ``case`` as it stands here and now."""
    store = station.store
    people = tuple(each for row in case.members if (each := _person(station, row)) is not None)
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
    return Evidence(
        case,
        people,
        voucher,
        redemptions,
        _services(station, case.facts),
        unit,
        lines,
        _decisions(station, case.key),
    )


def private_words(station: Station, row: int) -> dict[str, Any]:
    """The private part of an entry by its local number; empty where this station may not read it."""
    sealed = station.store.value("SELECT sealed FROM private WHERE entry = ?", (row,))
    told = None if sealed is None else station.store.told(row)
    if sealed is None or told is None:
        return {}
    return station.privacy.open(sealed, told.station, station.number) or {}


def _person(station: Station, row: int) -> PersonLine | None:
    store = station.store
    member = people_queries.member_by_row(store, row)
    told = store.told(row)
    if member is None:  # named by a fact, but not arrived here yet
        return None
    return PersonLine(
        member,
        _station_name(station, member.station),
        datetime.fromtimestamp(told.wall if told is not None else 0),
        book_queries.balance(store, row, 0),
        book_queries.balance(store, row, 1),
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
        _station_name(station, told.station),
        datetime.fromtimestamp(told.wall),
        minute_of(fact.start),
        fact.timed,
        fact.minutes,
        fact.kind,
        _name(station, fact.elder),
        tuple(_name(station, each) for each in fact.volunteers),
        fact.credited,
        gone is not None,
    )


def _decisions(station: Station, key: str) -> tuple[DecisionLine, ...]:
    rows = station.store.rows(
        "SELECT r.entry, r.decision FROM resolution r JOIN entry e ON e.id = r.entry"
        ' JOIN journal j ON j.id = e.journal WHERE r.key = ? ORDER BY e.lamport, j.ref, e.seq, e."check"',
        (key,),
    )
    lines = []
    for row, decision in rows:
        told = station.store.told(row)
        assert told is not None
        day = day_of(getattr(told.fact, "day", 0))
        reason = str(private_words(station, row).get("reason", ""))
        lines.append(DecisionLine(decision, day, _station_name(station, told.station), reason))
    return tuple(lines)


def _name(station: Station, ref: EntryRef) -> str:
    member = people_queries.member_by_ref(station.store, ref)
    return member.name if member is not None else str(ref)


def _station_name(station: Station, number: int) -> str:
    return str(station.store.value("SELECT name FROM station WHERE number = ?", (number,)) or number)
