"""Taking a fact back (冲正), with whatever goes with it."""

from __future__ import annotations

from collections.abc import Sequence

from timebank.desk.cases import require_hub
from timebank.desk.request_story import Word, request_of, require_last
from timebank.desk.station import Pen, Station
from timebank.journal.facts import (
    AccountsAdjusted,
    AllowanceGranted,
    CreditMoved,
    FactReversed,
    MemberLeft,
    MembersMerged,
    RequestAssigned,
    RequestClosed,
    RequestNoted,
    ServiceLogged,
    ServiceRequested,
    VoucherRedeemed,
)
from timebank.journal.refs import EntryRef, parse_ref
from timebank.outcome import Refusal
from timebank.store import book_queries
from timebank.store.updates import require_read

REVERSIBLE = (
    ServiceLogged,
    CreditMoved,
    VoucherRedeemed,
    AllowanceGranted,
    AccountsAdjusted,
    MemberLeft,
    MembersMerged,
    ServiceRequested,
    RequestAssigned,
    RequestNoted,
    RequestClosed,
)


def reverse(station: Station, entry: str, reason: str) -> EntryRef:
    """Take a fact back: a service, a transfer, a redemption, a run, a departure; at a hub also a merger.

    Of a request only the last word can be taken back.
    """
    return reverse_all(station, (entry,), reason)[0]


def reverse_whole(station: Station, entry: str, reason: str) -> EntryRef:
    """Take a fact back; of a redemption that paid for a service, the service and with it the redemption."""
    try:
        return reverse(station, entry, reason)
    except Refusal as refusal:
        if refusal.code != "reverse_the_service":
            raise
        return reverse(station, str(refusal.facts["entry"]), reason)


def reverse_all(station: Station, entries: Sequence[str], reason: str) -> list[EntryRef]:
    """Take several facts back, all or none; the reversals in the same order."""
    if not reason.strip():
        raise Refusal("reason_missing")
    with station.recording() as pen:
        return [_reverse(station, pen, entry, reason.strip()) for entry in entries]


def _reverse(station: Station, pen: Pen, entry: str, reason: str) -> EntryRef:
    ref, store = parse_ref(entry), station.store
    row = book_queries.row_of(store, ref)
    told = None if row is None else store.told(row)
    require_read(store, ref)
    if row is None or told is None:
        raise Refusal("entry_not_found", entry=entry)
    if not isinstance(told.fact, REVERSIBLE):
        raise Refusal("not_reversible", what=type(told.fact).__name__)
    if isinstance(told.fact, MembersMerged):
        require_hub(station)
    if is_reversed(station, row):
        raise Refusal("already_reversed", entry=entry)
    if isinstance(told.fact, AccountsAdjusted) and told.fact.of is not None:
        raise Refusal("goes_with", entry=str(told.fact.of))
    if isinstance(told.fact, Word) and (request := request_of(station, told)) is not None:
        require_last(station, request, ref)
    served = _service_after(station, row) if isinstance(told.fact, VoucherRedeemed) else None
    if served is not None:
        raise Refusal("reverse_the_service", entry=str(served))
    return _take_back(station, pen, row, ref, reason)


def _take_back(station: Station, pen: Pen, row: int, ref: EntryRef, reason: str) -> EntryRef:
    """Reverse an entry, and what was written with it for the same reason."""
    told = station.store.told(row)
    reversal = pen.tell(FactReversed(ref), {"reason": reason})
    with_it: list[EntryRef] = []
    if told is not None and isinstance(told.fact, ServiceLogged):
        with_it = _redemption_before(station, row)
    elif told is not None and isinstance(told.fact, MemberLeft):
        with_it = _inheritance_after(station, row, told.fact)
    for each in with_it:
        pen.tell(FactReversed(each), {"reason": reason})
    return reversal


def is_reversed(station: Station, row: int) -> bool:
    """Whether an entry, by its local number, was taken back."""
    found = station.store.row(
        "SELECT 1 FROM about a JOIN entry e ON e.id = a.entry WHERE a.subject = ? AND e.kind = 'FactReversed'",
        (row,),
    )
    return found is not None


def _redemption_before(station: Station, row: int) -> list[EntryRef]:
    """The redemption that paid for a service: it stands just before it in the same journal."""
    found = station.store.value(
        "SELECT paid.id FROM entry e JOIN service s ON s.id = e.id AND s.voucher IS NOT NULL"
        " JOIN entry paid ON paid.journal = e.journal AND paid.seq = e.seq - 1"
        " WHERE e.id = ? AND paid.kind = 'VoucherRedeemed'",
        (row,),
    )
    return [] if found is None else [book_queries.ref_of(station.store, found)]


def _service_after(station: Station, row: int) -> EntryRef | None:
    """The standing service that a redemption paid for: the two go together, or not at all."""
    found = station.store.value(
        "SELECT s.id FROM entry paid JOIN redemption r ON r.entry = paid.id AND r.use = 'service'"
        " JOIN entry e ON e.journal = paid.journal AND e.seq = paid.seq + 1"
        " JOIN service s ON s.id = e.id AND s.voucher IS NOT NULL AND s.reversed IS NULL WHERE paid.id = ?",
        (row,),
    )
    return None if found is None else book_queries.ref_of(station.store, found)


def _inheritance_after(station: Station, row: int, left: MemberLeft) -> list[EntryRef]:
    """The transfers to an heir that were written right after a departure, and stand."""
    found = []
    rows = station.store.rows(
        "SELECT e.id FROM entry l JOIN entry e ON e.journal = l.journal AND e.branch = l.branch AND e.seq > l.seq"
        " WHERE l.id = ? AND e.kind <> 'AccountsAdjusted' ORDER BY e.seq LIMIT 8",
        (row,),
    )
    for (each,) in rows:
        told = station.store.told(each)
        fact = told.fact if told is not None else None
        if not isinstance(fact, CreditMoved) or fact.source != left.member or fact.day != left.day:
            break
        if told is not None and not is_reversed(station, each):
            found.append(told.ref)
    return found
