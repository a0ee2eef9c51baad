"""Any entry as evidence: who wrote down what, when, and how much; what cannot be read is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from timebank.desk.station import Station
from timebank.domain.told import Told
from timebank.domain.voucher_code import serial_text
from timebank.journal.facts import (
    AccountsAdjusted,
    AllowanceGranted,
    CaseResolved,
    ConsentChanged,
    CreditMoved,
    MemberChanged,
    MemberErased,
    MemberLeft,
    MemberRegistered,
    MembersMerged,
    ServiceLogged,
    ServiceRated,
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
)
from timebank.journal.refs import EntryRef, day_of, minute_of
from timebank.store import book_queries, people_queries

_SILENT = {"JournalBegun", "PrivacyKeyShared"}
"""Kinds that a station writes by itself: nothing that anyone entered."""

MOST_LINES = 100
"""Entries listed one by one of a stretch of a journal."""


class EntryLine(NamedTuple):
    """An entry in a list; ``kind`` is the name of its fact."""

    entry: EntryRef
    station: str
    told: datetime
    """By the clock of the station that wrote it."""
    kind: str
    names: tuple[str, ...]
    minutes: int
    number: int
    """How many members, vouchers or grants it speaks of."""
    start: datetime | None
    """When a service began."""
    timed: bool
    day: date | None
    """The business date."""
    detail: str
    """A service kind, a serial, a member number, a month."""


class Branch(NamedTuple):
    """A stretch of a journal: what was entered from one entry on, the first of it one by one."""

    first: EntryRef
    begun: datetime
    last: datetime
    entries: int
    kinds: tuple[tuple[str, int], ...]
    """How many entries of each kind of fact."""
    lines: tuple[EntryLine, ...]


def entry_line(station: Station, row: int) -> EntryLine | None:
    """The entry with a local number; None where it has not arrived."""
    store = station.store
    entry = store.entry(row)
    if entry is None:
        return None
    header = entry.header
    writer = store.value(
        "SELECT station FROM journal WHERE id = (SELECT journal FROM entry WHERE id = ?)", (row,)
    )
    line = EntryLine(
        entry.ref, station_name(station, writer), datetime.fromtimestamp(header.wall), header.kind,
        (), 0, 1, None, False, None, "",
    )  # fmt: skip
    told = store.told(row)
    return line if told is None else line._replace(**_said(station, told))


def branch(station: Station, journal: int, number: int, first: int) -> Branch | None:
    """What was written on one chain of a journal from an entry on; None where nothing was."""
    rows = station.store.rows(
        "SELECT id, wall, kind FROM entry WHERE journal = ? AND branch = ? AND seq >= ? AND bytes NOT NULL"
        " ORDER BY seq",
        (journal, number, first),
    )
    return stretch(station, rows)


def stretch(station: Station, rows: Sequence[tuple[int, int, str]]) -> Branch | None:
    """Entries (local number, wall clock, kind) together; None where nobody entered anything."""
    rows = [row for row in rows if row[2] not in _SILENT]
    if not rows:
        return None
    lines = (entry_line(station, row) for row, *_ in rows[:MOST_LINES])
    return Branch(
        book_queries.ref_of(station.store, rows[0][0]),
        datetime.fromtimestamp(rows[0][1]),
        datetime.fromtimestamp(rows[-1][1]),
        len(rows),
        tuple(Counter(kind for *_, kind in rows).most_common()),
        tuple(line for line in lines if line is not None),
    )


def _said(station: Station, told: Told) -> dict[str, Any]:
    """What a fact says, as fields of a line."""
    fact = told.fact
    said: dict[str, Any] = {}
    match fact:
        case ServiceLogged():
            start = minute_of(fact.start)
            said = {"minutes": fact.minutes, "start": start, "timed": fact.timed, "detail": fact.kind}
        case CreditMoved():
            said = {"minutes": fact.minutes}
        case VouchersIssued():
            number = len(fact.serials)
            said = {"minutes": number * fact.minutes, "number": number, "day": day_of(fact.issued)}
        case VoucherRedeemed():
            voucher = book_queries.voucher(station.store, fact.serial)
            minutes = voucher.voucher.minutes if voucher else 0
            said = {"minutes": minutes, "detail": serial_text(fact.serial)}
        case VouchersVoided() | VouchersExpired() | VouchersPrinted():
            said = {"number": len(fact.serials)}
        case VouchersSettled():
            said = {"number": len(fact.settled)}
        case AllowanceGranted():
            minutes = sum(minutes for _, minutes, _ in fact.grants)
            month = day_of(fact.month).strftime("%Y-%m")
            said = {"minutes": minutes, "number": len(fact.grants), "detail": month}
        case AccountsAdjusted():
            minutes = sum(minutes for _, minutes, _ in fact.adjusted)
            said = {"minutes": minutes, "number": len(fact.adjusted), "day": day_of(fact.period)}
        case CaseResolved():
            said = {"detail": fact.case}
        case MemberRegistered():
            said = {"detail": fact.number}
        case ServiceRated():
            said = {"number": fact.stars}
    day = getattr(fact, "day", None)
    if isinstance(day, int):
        said["day"] = day_of(day)
    return said | {"names": tuple(member_name(station, each) for each in _named(told))}


def _named(told: Told) -> tuple[EntryRef | None, ...]:
    """The members that a fact names; None is the pool."""
    fact = told.fact
    named: tuple[EntryRef | None, ...] = ()
    match fact:
        case ServiceLogged():
            named = (*fact.volunteers, fact.elder)
        case CreditMoved():
            named = (fact.source, fact.target)
        case VouchersIssued():
            named = (fact.holder,)
        case VoucherRedeemed():
            named = (fact.beneficiary,)
        case MemberRegistered():
            named = (told.ref,)
        case MemberChanged() | MemberErased() | MemberLeft() | ConsentChanged():
            named = (fact.member,)
        case MembersMerged():
            named = fact.members
        case ServiceRated():
            named = (fact.by,)
    return named


def private_words(station: Station, row: int) -> dict[str, Any]:
    """The private part of an entry by its local number; empty where this station may not read it."""
    sealed = station.store.value("SELECT sealed FROM private WHERE entry = ?", (row,))
    told = None if sealed is None else station.store.told(row)
    if sealed is None or told is None:
        return {}
    member = getattr(told.fact, "member", None)  # what is said of a member may be sealed for its home
    home = None if member is None else people_queries.member_by_ref(station.store, member)
    stations = (told.station, station.number, *(() if home is None else (home.station,)))
    return station.privacy.open(sealed, *stations) or {}


def member_name(station: Station, ref: EntryRef | None) -> str:
    """A member's name, or the number, or what is known of someone whose registration does not count."""
    if ref is None:
        return ""
    member = people_queries.member_by_ref(station.store, ref)
    if member is not None:
        return member.name
    row = book_queries.row_of(station.store, ref)
    told = None if row is None else station.store.told(row)
    if told is None or not isinstance(told.fact, MemberRegistered):
        return str(ref)
    return str(private_words(station, told.row).get("name") or told.fact.number)


def station_name(station: Station, number: int | None) -> str:
    """A station's name, or its number where no certificate is here; the root has none."""
    return str(station.store.value("SELECT name FROM station WHERE number = ?", (number,)) or number or "")
