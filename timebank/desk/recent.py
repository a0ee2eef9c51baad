"""What was done at this desk lately, each with whether it can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from timebank.desk.request_story import is_last, request_of
from timebank.desk.station import Station
from timebank.domain.credit import OPENING
from timebank.domain.told import Told
from timebank.domain.voucher_code import serial_text
from timebank.journal.facts import (
    AccountsAdjusted,
    AllowanceGranted,
    CreditMoved,
    MemberLeft,
    MemberRegistered,
    MembersMerged,
    RequestAssigned,
    RequestClosed,
    RequestNoted,
    ServiceLogged,
    ServiceRequested,
    VoucherRedeemed,
    VouchersIssued,
    VouchersVoided,
)
from timebank.journal.refs import EntryRef, day_of
from timebank.store import book_queries, people_queries, request_queries

KINDS = {
    ServiceLogged: "service",
    VoucherRedeemed: "redeemed",
    CreditMoved: "moved",
    AllowanceGranted: "granted",
    AccountsAdjusted: "adjusted",
    MemberLeft: "left",
    VouchersIssued: "issued",
    VouchersVoided: "voided",
    MemberRegistered: "registered",
    MembersMerged: "merged",
    ServiceRequested: "asked",
    RequestAssigned: "assigned",
    RequestNoted: "noted",
    RequestClosed: "ended",
}
_REVERSIBLE = frozenset(KINDS.values()) - {"issued", "voided", "registered"}


class Deed(NamedTuple):
    """One thing done at this desk; ``what`` is a value of :data:`KINDS`.

    ``names`` are the people in it: the volunteers and last the elder of a service, giver and receiver of a
    transfer (empty for the pool), else the one member. ``number`` is how many vouchers or
    grants. ``detail`` is a service kind, serial or month, or what was noted of a request.
    """

    entry: EntryRef
    what: str
    when: datetime
    names: tuple[str, ...]
    minutes: int
    number: int
    detail: str
    reversed: bool
    last: bool = True
    """False where more was said of the same request since."""

    @property
    def reversible(self) -> bool:
        """Whether the desk can take it back now."""
        return self.what in _REVERSIBLE and not self.reversed and self.last


def recent(station: Station, limit: int = 12) -> list[Deed]:
    """The last things done at this station, newest first; a voucher that paid a service is not told twice."""
    names = [kind.__name__ for kind in KINDS]
    deeds: list[Deed] = []
    for row, undone in book_queries.last_entries(station.store, station.journal, names, 2 * limit):
        told = station.store.told(row)
        deed = None if told is None else _deed(station, told, undone)
        if deed is not None and len(deeds) < limit:
            deeds.append(deed)
    return deeds


def _deed(station: Station, told: Told, undone: bool) -> Deed | None:
    fact = told.fact
    names: tuple[str, ...] = ()
    minutes, number, detail, last = 0, 1, "", True
    match fact:
        case ServiceLogged():
            names = tuple(_name(station, each) for each in (*fact.volunteers, fact.elder))
            minutes, detail = fact.minutes, fact.kind
        case VoucherRedeemed():
            if fact.use == "service":
                return None
            voucher = book_queries.voucher(station.store, fact.serial)
            names, detail = (_name(station, fact.beneficiary),), serial_text(fact.serial)
            minutes = voucher.voucher.minutes if voucher else 0
        case CreditMoved():
            names, minutes = (_name(station, fact.source), _name(station, fact.target)), fact.minutes
        case AllowanceGranted():
            number, detail = len(fact.grants), day_of(fact.month).strftime("%Y-%m")
        case AccountsAdjusted():
            if fact.of is not None or fact.cause == OPENING:  # goes with a deed that is told anyway
                return None
            minutes, number = sum(each for _, each, _ in fact.adjusted), len(fact.adjusted)
            detail = day_of(fact.period).strftime("%Y-%m")
        case MemberLeft():
            names = (_name(station, fact.member),)
        case VouchersIssued():
            names, minutes, number = (_name(station, fact.holder),), fact.minutes, len(fact.serials)
        case VouchersVoided():
            number = len(fact.serials)
        case MemberRegistered():
            names = (_name(station, told.ref),)
        case MembersMerged():
            names, number = (_name(station, fact.members[0]),), len(fact.members)
        case ServiceRequested() | RequestAssigned() | RequestNoted() | RequestClosed():
            request = request_of(station, told)
            found = None if request is None else request_queries.request(station.store, request)
            if request is None or found is None:  # asked elsewhere, and not arrived yet
                return None
            elder = people_queries.member_by_row(station.store, found.elder)
            names, last = (elder.name if elder else "",), is_last(station, request, told.ref)
            detail = getattr(fact, "what", "") or getattr(fact, "outcome", "") or found.kind
            if isinstance(fact, RequestAssigned):
                names = (*(_name(station, each) for each in fact.volunteers), *names)
    when = datetime.fromtimestamp(told.wall)
    return Deed(told.ref, KINDS[type(fact)], when, names, minutes, number, detail, undone, last)


def _name(station: Station, ref: EntryRef | None) -> str:
    member = None if ref is None else people_queries.member_by_ref(station.store, ref)
    return member.name if member else ""
