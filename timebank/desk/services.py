"""Logging hours, rating them, and taking a fact back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from timebank.desk.cases import require_hub
from timebank.desk.people import Cancel, People, Progress
from timebank.desk.policies import Policies
from timebank.desk.rules import STRANGER, check_service, check_time, told_relation
from timebank.desk.station import Pen, Station
from timebank.desk.vouchers import Vouchers
from timebank.domain.kinds import service_kind
from timebank.domain.services import FUNDINGS
from timebank.domain.voucher_code import looks_like_code, read_code, read_serial
from timebank.journal.facts import (
    ALLOWANCE,
    AllowanceGranted,
    CreditMoved,
    FactReversed,
    MembersMerged,
    ServiceLogged,
    ServiceRated,
    VoucherRedeemed,
)
from timebank.journal.refs import EntryRef, day_number, minute_number, minute_of, parse_ref
from timebank.outcome import Cancelled, Refusal
from timebank.policy.amounts import earned
from timebank.policy.pack import Pack
from timebank.roster import RowProblem, ServiceRow, read_services
from timebank.roster.columns import ColumnReading
from timebank.store import book_queries, people_queries
from timebank.store.book_queries import ServiceLine
from timebank.store.people_queries import MemberRecord
from timebank.store.updates import require_read

LONGEST = 24 * 60
"""Minutes: nobody serves a day and a night in one piece."""


@dataclass(frozen=True)
class ServiceForm:
    """A service as told at the desk; times are local, ``start`` without a known time of day is not ``timed``."""

    volunteers: tuple[MemberRecord, ...]
    elder: MemberRecord
    kind: str
    start: datetime
    minutes: int
    timed: bool = True
    funding: str = "platform"
    voucher: str = ""
    note: str = ""
    relation: str = STRANGER
    """What the elder is to the holder of the voucher, where a rule asks."""


class Logged(NamedTuple):
    """A service on the books: its entry and the minutes credited to each volunteer."""

    entry: EntryRef
    credited: tuple[tuple[MemberRecord, int], ...]
    repeated: bool = False


class SheetOutcome(NamedTuple):
    """What became of a sign-in sheet's rows."""

    read: int
    logged: int
    unchanged: int
    rejected: tuple[RowProblem, ...]


class Services:
    """Service records."""

    def __init__(self, station: Station, policies: Policies, people: People) -> None:
        self._station = station
        self._policies = policies
        self._people = people

    def log(self, form: ServiceForm) -> Logged:
        """Log a service and credit its volunteers; a voucher named as funding is redeemed in the same action."""
        if form.voucher and form.funding in ("platform", "voucher"):
            vouchers = Vouchers(self._station, self._policies)
            vouchers.require(vouchers.verify(form.voucher))
        with self._station.recording() as pen:
            return self._log(pen, form, self._policies.in_force(), None)

    def _log(self, pen: Pen, form: ServiceForm, pack: Pack, action: bytes | None) -> Logged:
        """``action`` names the row of a sheet: one that says what is on the books already changes nothing."""
        kind = self._check(form, pack)
        if action is not None:
            same = self._same_service(form, kind)
            if same is not None:
                return Logged(same, (), repeated=True)
        self._check_overlap(form)
        check_service(self._station.store, form.volunteers, form.elder, kind, form.start, form.minutes, pack)
        credit = earned(form.minutes, kind, pack)
        funding, serial = self._funding(pen, form, credit)
        entry = pen.tell(
            ServiceLogged(
                tuple(each.ref for each in form.volunteers),
                form.elder.ref,
                kind,
                minute_number(form.start),
                form.minutes,
                tuple(credit for _ in form.volunteers),
                funding,
                form.timed,
                serial,
            ),
            {"note": form.note.strip()} if form.note.strip() else None,
            action=action,
        )
        return Logged(entry, tuple((each, credit) for each in form.volunteers))

    def _check(self, form: ServiceForm, pack: Pack) -> str:
        if not form.volunteers:
            raise Refusal("volunteer_missing")
        if len({each.row for each in form.volunteers}) < len(form.volunteers):
            raise Refusal("volunteer_twice")
        for each in (*form.volunteers, form.elder):
            if each.erased:
                raise Refusal("already_erased", number=each.number)
        for each in form.volunteers:
            if "volunteer" not in each.roles:
                raise Refusal("not_a_volunteer", name=each.name, number=each.number)
            if each.row == form.elder.row:
                raise Refusal("serves_self", name=each.name)
        if "elder" not in form.elder.roles:
            raise Refusal("not_an_elder", name=form.elder.name, number=form.elder.number)
        if form.minutes <= 0:
            raise Refusal("minutes_not_positive", minutes=form.minutes)
        if form.minutes > LONGEST:
            raise Refusal("minutes_too_many", minutes=form.minutes, most=LONGEST)
        if form.funding not in FUNDINGS[:5]:
            raise Refusal("funding_unknown", funding=form.funding, known=", ".join(FUNDINGS[:5]))
        check_time(self._station.surroundings.now(), form.start, form.minutes, pack, timed=form.timed)
        return service_kind(form.kind)

    def _same_service(self, form: ServiceForm, kind: str) -> EntryRef | None:
        """The standing record that says exactly this, if someone has logged it before."""
        if not form.timed:
            return None
        start = minute_number(form.start)
        rows = book_queries.volunteer_services(self._station.store, form.volunteers[0].row, start, start + 1)
        elder, volunteers = self._refs(form.elder), [self._refs(each) for each in form.volunteers]
        for row, begin, minutes in rows:
            told = self._station.store.told(row)
            if (begin, minutes) == (start, form.minutes) and told is not None:
                fact = told.fact
                if (
                    isinstance(fact, ServiceLogged)
                    and fact.kind == kind
                    and fact.elder in elder
                    and len(fact.volunteers) == len(volunteers)
                    and all(any(each in refs for refs in volunteers) for each in fact.volunteers)
                ):
                    return told.ref
        return None

    def _refs(self, member: MemberRecord) -> set[EntryRef]:
        """The member, and all that are the same person."""
        return {each.ref for each in people_queries.each_member(self._station.store, member.row)}

    def _check_overlap(self, form: ServiceForm) -> None:
        if not form.timed:
            return
        start = minute_number(form.start)
        for each in form.volunteers:
            busy = book_queries.volunteer_services(self._station.store, each.row, start, start + form.minutes)
            if busy:
                row, begin, minutes = busy[0]
                raise Refusal(
                    "overlap",
                    name=each.name,
                    number=each.number,
                    start=minute_of(begin).isoformat(" ", "minutes"),
                    end=minute_of(begin + minutes).isoformat(" ", "minutes"),
                    entry=str(book_queries.ref_of(self._station.store, row)),
                )

    def _funding(self, pen: Pen, form: ServiceForm, credit: int) -> tuple[str, bytes]:
        """Who pays, checked against the payer's account; (funding, voucher serial)."""
        store, total = self._station.store, credit * len(form.volunteers)
        if form.voucher and form.funding not in ("platform", "voucher"):
            raise Refusal("funding_unknown", funding=form.funding, known="voucher")
        if form.voucher or form.funding == "voucher":
            return self._pay_by_voucher(pen, form, total)
        if form.funding == "account":
            _require(book_queries.balance(store, form.elder.row), total, form.elder.name)
        elif form.funding == "pool":
            _require(book_queries.balance(store, -2), total, "pool")
        elif form.funding == "allowance":
            _require(book_queries.balance(store, form.elder.row, ALLOWANCE), form.minutes, form.elder.name)
        return form.funding, b""

    def _pay_by_voucher(self, pen: Pen, form: ServiceForm, total: int) -> tuple[str, bytes]:
        if not form.voucher:
            raise Refusal("voucher_missing")
        vouchers = Vouchers(self._station, self._policies)
        checked = vouchers.require_valid(form.voucher)
        if checked.minutes < total:
            raise Refusal("voucher_too_small", minutes=checked.minutes, needed=total)
        vouchers.require_allowed(checked, form.elder, form.relation)
        pen.tell(
            VoucherRedeemed(
                checked.serial, form.elder.ref, "service", day_number(self._station.surroundings.today())
            ),
            {"for": form.kind, **told_relation(form.relation)},
        )
        return ("voucher" if checked.unit == 0 else "allowance_voucher"), checked.serial

    # Reading

    def lines(
        self, member: MemberRecord | None = None, *, limit: int = 50, offset: int = 0
    ) -> list[ServiceLine]:
        """Service records, the last one entered first; of one member, as elder or volunteer, where given."""
        row = member.row if member else None
        return book_queries.services(self._station.store, member=row, limit=limit, offset=offset)

    def count(self, member: MemberRecord | None = None) -> int:
        """How many records there are, of one member where given."""
        return book_queries.count_services(self._station.store, member.row if member else None)

    # Sheets

    def import_sheet(
        self,
        path: Path,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> SheetOutcome:
        """Log every good row of a sign-in sheet in one action; a row that is on the books is left unchanged."""
        self._station.require_joined()
        sheet = read_services(path, self._station.surroundings.today())
        rejected = list(sheet.rejected)
        logged = unchanged = 0
        pack = self._policies.in_force()
        with self._station.recording(keep=not dry_run) as pen:
            for at, row in enumerate(sheet.rows):
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(at, len(sheet.rows))
                try:
                    repeated = self._take_row(pen, row, pack)
                except Refusal as refusal:
                    rejected.append(_row_problem(row, refusal, sheet.columns))
                    continue
                logged, unchanged = logged + (not repeated), unchanged + repeated
        if progress is not None:
            progress(len(sheet.rows), len(sheet.rows))
        rejected.sort(key=lambda each: (each.sheet, each.row))
        return SheetOutcome(sheet.read, logged, unchanged, tuple(rejected))

    def _take_row(self, pen: Pen, row: ServiceRow, pack: Pack) -> bool:
        """Log a row; True where it was on the books already."""
        volunteers = tuple(self._named(each, "volunteer") for each in row.volunteers)
        elder = self._named(row.elder, "elder")
        timed = row.start is not None
        start = datetime.combine(row.date, datetime.min.time()) + timedelta(minutes=row.start or 0)
        action = self._station.action_for(
            "service", *(each.ref for each in volunteers), elder.ref, row.kind, start.isoformat(), row.minutes
        )
        if pen.repeated(action) is not None:
            return True
        form = ServiceForm(volunteers, elder, row.kind, start, row.minutes, timed=timed, note=row.note)
        logged = self._log(pen, form, pack, action)
        pen.intake.settle()
        return logged.repeated

    def _named(self, text: str, role: str) -> MemberRecord:
        try:
            return self._people.find(text, role)
        except Refusal as refusal:
            raise Refusal(refusal.code, **refusal.facts, field=role) from refusal

    # Later facts

    def rate(self, entry: str, by: MemberRecord, stars: int, note: str = "") -> EntryRef:
        """Rate a service from 1 to 5 stars; each side rates once and cannot overwrite the other."""
        if not 1 <= stars <= 5:
            raise Refusal("stars_out_of_range", stars=stars)
        ref = parse_ref(entry)
        store = self._station.store
        with self._station.recording() as pen:
            row = book_queries.row_of(store, ref)
            told = None if row is None else store.told(row)
            require_read(store, ref)
            if told is None or not isinstance(told.fact, ServiceLogged):
                raise Refusal("entry_not_found", entry=entry)
            same = {each.ref: each for each in people_queries.each_member(store, by.row)}
            part = next(
                (same[each] for each in (*told.fact.volunteers, told.fact.elder) if each in same), None
            )
            if part is None:
                raise Refusal("not_part_of_service", name=by.name)
            if store.row("SELECT 1 FROM rating WHERE service = ? AND by = ?", (row, part.row)):
                raise Refusal("already_rated", name=by.name)
            return pen.tell(
                ServiceRated(ref, part.ref, stars), {"note": note.strip()} if note.strip() else None
            )

    def reverse(self, entry: str, reason: str) -> EntryRef:
        """Take a fact back (冲正): a service, a transfer, a redemption, a grant run; at a hub also a merger."""
        if not reason.strip():
            raise Refusal("reason_missing")
        ref = parse_ref(entry)
        store = self._station.store
        with self._station.recording() as pen:
            row = book_queries.row_of(store, ref)
            told = None if row is None else store.told(row)
            require_read(store, ref)
            if row is None or told is None:
                raise Refusal("entry_not_found", entry=entry)
            if not isinstance(told.fact, _REVERSIBLE):
                raise Refusal("not_reversible", what=type(told.fact).__name__)
            if isinstance(told.fact, MembersMerged):
                require_hub(self._station)
            if self._is_reversed(row):
                raise Refusal("already_reversed", entry=entry)
            served = self._service_after(row) if isinstance(told.fact, VoucherRedeemed) else None
            if served is not None:
                raise Refusal("reverse_the_service", entry=str(served))
            reversal = pen.tell(FactReversed(ref), {"reason": reason.strip()})
            paid = self._redemption_before(row) if isinstance(told.fact, ServiceLogged) else None
            if paid is not None:
                pen.tell(FactReversed(paid), {"reason": reason.strip()})
            return reversal

    def _is_reversed(self, row: int) -> bool:
        found = self._station.store.row(
            "SELECT 1 FROM about a JOIN entry e ON e.id = a.entry WHERE a.subject = ? AND e.kind = 'FactReversed'",
            (row,),
        )
        return found is not None

    def _redemption_before(self, row: int) -> EntryRef | None:
        """The redemption that paid for a service: it stands just before it in the same journal."""
        found = self._station.store.value(
            "SELECT paid.id FROM entry e JOIN service s ON s.id = e.id AND s.voucher IS NOT NULL"
            " JOIN entry paid ON paid.journal = e.journal AND paid.seq = e.seq - 1"
            " WHERE e.id = ? AND paid.kind = 'VoucherRedeemed'",
            (row,),
        )
        return None if found is None else book_queries.ref_of(self._station.store, found)

    def _service_after(self, row: int) -> EntryRef | None:
        """The standing service that a redemption paid for: the two go together, or not at all."""
        found = self._station.store.value(
            "SELECT s.id FROM entry paid JOIN redemption r ON r.entry = paid.id AND r.use = 'service'"
            " JOIN entry e ON e.journal = paid.journal AND e.seq = paid.seq + 1"
            " JOIN service s ON s.id = e.id AND s.voucher IS NOT NULL AND s.reversed IS NULL WHERE paid.id = ?",
            (row,),
        )
        return None if found is None else book_queries.ref_of(self._station.store, found)


_REVERSIBLE = (ServiceLogged, CreditMoved, VoucherRedeemed, AllowanceGranted, MembersMerged)

_FIELDS = {
    "overlap": "volunteer",
    "not_a_volunteer": "volunteer",
    "volunteer_twice": "volunteer",
    "serves_self": "volunteer",
    "not_an_elder": "elder",
    "in_the_future": "date",
    "too_long_ago": "date",
    "unknown_kind": "kind",
    "minutes_not_positive": "length",
    "minutes_too_many": "length",
    "rule_minor_alone": "volunteer",
    "rule_no_minors": "volunteer",
    "rule_volunteer_age": "volunteer",
    "rule_persons": "volunteer",
    "rule_qualification": "volunteer",
    "rule_daily_cap": "length",
    "rule_served_age": "elder",
    "rule_served_category": "elder",
}
"""The field of a sign-in sheet that a refusal speaks of."""


def _row_problem(row: ServiceRow, refusal: Refusal, columns: Sequence[ColumnReading]) -> RowProblem:
    """A refused row, with the header of the column that is to blame where there is one."""
    facts = dict(refusal.facts)
    named = str(facts.pop("field", "") or _FIELDS.get(refusal.code, ""))
    header = next((each.header for each in columns if each.sheet == row.sheet and each.field == named), "")
    return RowProblem(row.sheet, row.row, header, refusal.code, facts)


def _require(available: int, needed: int, name: str) -> None:
    if available < needed:
        raise Refusal("not_enough", name=name, available=available, needed=needed)


def voucher_serial(text: str) -> bytes:
    """The serial in a voucher's code or in a typed serial."""
    return read_code(text).serial if looks_like_code(text) else read_serial(text)


def pick(people: People, texts: Sequence[str], role: str) -> tuple[MemberRecord, ...]:
    """Several members by id, number or name."""
    return tuple(people.find(text, role) for text in texts)
