"""Logging hours, rating them, and taking a fact back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from timebank.desk.layouts import Layouts
from timebank.desk.months import Months
from timebank.desk.operators import Operators
from timebank.desk.people import Cancel, People, Progress
from timebank.desk.policies import Policies
from timebank.desk.request_lines import require_waits
from timebank.desk.reversals import reverse, reverse_whole
from timebank.desk.rules import (
    STRANGER,
    because,
    check_service,
    check_time,
    keep,
    require_member,
    told_relation,
    uncredited_kin,
)
from timebank.desk.station import Pen, Station
from timebank.desk.taking import Evidence, evidence_of, watching
from timebank.desk.vouchers import Vouchers
from timebank.domain.credit import DONATED
from timebank.domain.kinds import service_kind
from timebank.domain.services import FUNDINGS
from timebank.domain.voucher_code import looks_like_code, read_code, read_serial
from timebank.domain.wanted_services import EVERYTHING, WantedServices
from timebank.journal.facts import (
    ALLOWANCE,
    CREDIT,
    AccountsAdjusted,
    RequestFulfilled,
    ServiceLogged,
    ServiceRated,
    VoucherRedeemed,
)
from timebank.journal.refs import EntryRef, day_number, minute_number, minute_of, parse_ref
from timebank.outcome import Refusal
from timebank.policy.amounts import earned
from timebank.policy.eligibility import is_late
from timebank.policy.holding import DAILY, Share, left_today, may_hold, overdraft, overflows, share
from timebank.policy.pack import Pack
from timebank.roster import RowProblem, ServiceRow, read_services
from timebank.roster.columns import ColumnReading
from timebank.roster.mapping import Directions
from timebank.roster.sheets import OpenedFile
from timebank.store import book_queries, people_queries
from timebank.store.book_queries import ServiceLine
from timebank.store.people_queries import MemberRecord
from timebank.store.service_list import list_services
from timebank.store.updates import require_read

LONGEST = 24 * 60
"""Minutes: nobody serves a day and a night in one piece."""

PAST_DAYS = "service.past_days"


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
    kin: bool = False
    """The clerk says that the volunteers are the elder's closest kin (what is on record counts anyway)."""
    for_group: bool = False
    """Whether the hours were given in the name of the volunteers' group."""
    late_reason: str = ""
    """Why it is entered only now, where it is a late entry; then ``second`` is asked for as well."""
    second: str = ""
    """The other operator who has looked at a late entry, by name."""


class Logged(NamedTuple):
    """A service on the books: its entry and the minutes credited to each volunteer."""

    entry: EntryRef
    credited: tuple[tuple[MemberRecord, int], ...]
    repeated: bool = False
    kin: tuple[MemberRecord, ...] = ()
    """Who earns nothing since the rules do not credit serving one's closest kin (``service.kin``)."""
    shares: tuple[Share, ...] = ()
    """What became of each volunteer's minutes: some go on to the pool, or count as honour alone."""


class SheetOutcome(NamedTuple):
    """What became of a sign-in sheet's rows."""

    read: int
    logged: int
    unchanged: int
    rejected: tuple[RowProblem, ...]
    entries: tuple[EntryRef, ...] = ()
    """What was written, so that all of it can be taken back."""
    evidence: Evidence = Evidence()


class Services:
    """Service records."""

    def __init__(self, station: Station, policies: Policies, people: People, months: Months) -> None:
        self._station = station
        self._policies = policies
        self._people = people
        self._months = months

    def log(self, form: ServiceForm, request: EntryRef | None = None) -> Logged:
        """Log a service and credit its volunteers; a voucher named as funding is redeemed in the same action.

        Where it is what somebody asked for, the ``request`` is fulfilled with it.
        """
        if form.voucher and form.funding in ("platform", "voucher"):
            vouchers = Vouchers(self._station, self._policies)
            vouchers.require(vouchers.tried(form.voucher))
        with self._station.recording() as pen:
            if request is not None:
                require_waits(self._station.store, request)
            logged = self._log(pen, form, self._policies.in_force(), None)
            if request is not None:
                pen.tell(RequestFulfilled(request, logged.entry))
            return logged

    def _log(self, pen: Pen, form: ServiceForm, pack: Pack, action: bytes | None) -> Logged:
        """``action`` names the row of a sheet: one that says what is on the books already changes nothing."""
        kind = self._check(form, pack)
        if action is not None:
            same = self._same_service(form, kind)
            if same is not None:
                return Logged(same, (), repeated=True)
        self._check_overlap(form)
        people, day = (form.volunteers, form.elder), form.start.date()
        check_service(self._station.store, *people, kind, form.start, form.minutes, pack, kin=form.kin)
        kin = uncredited_kin(*people, day, pack, said=form.kin)
        shares = self._shares(form, kind, kin, pack)
        funding, serial = self._funding(pen, form, sum(each.credited for each in shares))
        entry = pen.tell(
            ServiceLogged(
                tuple(each.ref for each in form.volunteers),
                form.elder.ref,
                kind,
                minute_number(form.start),
                form.minutes,
                tuple(each.credited for each in shares),
                funding,
                form.timed,
                serial,
            ),
            _private(form),
            action=action,
        )
        donated = tuple(
            (member.ref, each.donated, each.rule)
            for member, each in zip(form.volunteers, shares, strict=True)
            if each.donated
        )
        if donated:
            pen.tell(AccountsAdjusted(DONATED, CREDIT, day_number(day), donated, entry))
        if funding == "allowance":
            self._months.reopen(pen, form.elder, day)
        kept = (each.credited - each.donated for each in shares)
        served_kin = tuple(each for each, is_kin in zip(form.volunteers, kin, strict=True) if is_kin)
        return Logged(entry, tuple(zip(form.volunteers, kept, strict=True)), kin=served_kin, shares=shares)

    def _shares(self, form: ServiceForm, kind: str, kin: Sequence[bool], pack: Pack) -> tuple[Share, ...]:
        """What becomes of the minutes of each volunteer; refuses what an account may not hold."""
        store, credit = self._station.store, earned(form.minutes, kind, pack)
        first = minute_number(datetime.combine(form.start.date(), time.min))
        shares = []
        for member, uncredited in zip(form.volunteers, kin, strict=True):
            earns = 0 if uncredited else credit
            held = book_queries.balance(store, member.row)
            today = None
            if pack.value(DAILY) is not None and overflows(pack):
                today = left_today(
                    book_queries.kept_between(store, member.row, first, first + 24 * 60), kind, pack
                )
            shares.append(share(earns, held, pack, for_group=form.for_group, left_today=today))
            if not shares[-1].rule:
                keep(may_hold(earns, held, pack))
        return tuple(shares)

    def _check(self, form: ServiceForm, pack: Pack) -> str:
        if not form.volunteers:
            raise Refusal("volunteer_missing")
        if len({each.row for each in form.volunteers}) < len(form.volunteers):
            raise Refusal("volunteer_twice")
        for each in (*form.volunteers, form.elder):
            if each.erased:
                raise Refusal("already_erased", number=each.number)
            require_member(each, form.start.date())
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
        self._check_late(form, pack)
        return service_kind(form.kind)

    def _check_late(self, form: ServiceForm, pack: Pack) -> None:
        """Past the policy's window a reason is needed, and a second person who has looked at it."""
        if not is_late(form.start.date(), self._station.surroundings.today(), pack):
            return
        day, rule = form.start.date().isoformat(), because(pack, PAST_DAYS)
        if not form.late_reason.strip():
            raise Refusal("late_entry", date=day, days=pack.value(PAST_DAYS), **rule)
        second = Operators(self._station).find(form.second)
        if second is None or second.number == self._station.operator:
            raise Refusal("late_entry_second", date=day, second=form.second.strip(), **rule)

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
                first, last = minute_of(begin), minute_of(begin + minutes)
                end = last.strftime("%H:%M") if last.date() == first.date() else None
                raise Refusal(
                    "overlap",
                    name=each.name,
                    number=each.number,
                    start=first.isoformat(" ", "minutes"),
                    end=end or last.isoformat(" ", "minutes"),
                    entry=str(book_queries.ref_of(self._station.store, row)),
                )

    def _funding(self, pen: Pen, form: ServiceForm, total: int) -> tuple[str, bytes]:
        """Who pays ``total`` minutes, checked against the payer's account; (funding, voucher serial)."""
        store = self._station.store
        if form.voucher and form.funding not in ("platform", "voucher"):
            raise Refusal("funding_unknown", funding=form.funding, known="voucher")
        if form.voucher or form.funding == "voucher":
            return self._pay_by_voucher(pen, form, total)
        if form.funding == "account":
            pack = self._policies.in_force()
            available = book_queries.balance(store, form.elder.row) + overdraft(pack)
            _require(available, total, form.elder.name, **because(pack, "credit.overdraft_minutes"))
        elif form.funding == "pool":
            _require(book_queries.balance(store, -2), total, "pool")
        elif form.funding == "allowance":
            lapsed = self._months.lapsed_minutes(form.elder, form.start.date())
            available = book_queries.balance(store, form.elder.row, ALLOWANCE) + lapsed
            _require(available, form.minutes, form.elder.name)
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

    def listing(
        self, wanted: WantedServices = EVERYTHING, order: str = "when", *, descending: bool = True
    ) -> Sequence[int]:
        """The local numbers of all records wanted, in one of :data:`~timebank.domain.wanted_services.ORDERS`."""
        return list_services(self._station.store, wanted, order, descending=descending)

    def lines_of(self, rows: Sequence[int]) -> list[ServiceLine]:
        """The records with these local numbers, in their order."""
        return book_queries.service_lines(self._station.store, rows)

    def count(self, member: MemberRecord | None = None) -> int:
        """How many records there are, of one member where given."""
        return book_queries.count_services(self._station.store, member.row if member else None)

    # Sheets

    def import_sheet(
        self,
        source: Path | OpenedFile,
        *,
        directions: Directions | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> SheetOutcome:
        """Log every good row of a sign-in sheet in one action; a row that is on the books is left unchanged.

        ``directions`` correct how columns are understood; what was said earlier of the same layout holds too,
        and what is said now is remembered once rows were written.
        """
        self._station.require_joined()
        layouts, watch = Layouts(self._station), watching(cancelled)
        known = layouts.with_known(directions, "services")
        sheet = read_services(source, self._station.surroundings.today(), known, watch)
        rejected = list(sheet.rejected)
        entries: list[EntryRef] = []
        unchanged = 0
        pack = self._policies.in_force()
        with self._station.recording(keep=not dry_run) as pen:
            for at, row in enumerate(sheet.rows):
                watch()
                if progress is not None:
                    progress(at, len(sheet.rows))
                try:
                    logged = self.take_row(pen, row, pack)
                except Refusal as refusal:
                    rejected.append(row_problem(row, refusal, sheet.columns))
                    continue
                if logged.repeated:
                    unchanged += 1
                else:
                    entries.append(logged.entry)
            if not dry_run:
                layouts.settle("services", directions, sheet.layouts)
        if progress is not None:
            progress(len(sheet.rows), len(sheet.rows))
        rejected.sort(key=lambda each: (each.sheet, each.row))
        evidence = evidence_of(sheet.columns, sheet.skipped_sheets, sheet.as_read, rejected)
        kept = () if dry_run else tuple(entries)
        return SheetOutcome(sheet.read, len(entries), unchanged, tuple(rejected), kept, evidence)

    def take_row(self, pen: Pen, row: ServiceRow, pack: Pack) -> Logged:
        """Log a row within a transaction; ``repeated`` where it was on the books already."""
        volunteers = tuple(self._named(each, "volunteer") for each in row.volunteers)
        elder = self._named(row.elder, "elder")
        timed = row.start is not None
        start = datetime.combine(row.date, datetime.min.time()) + timedelta(minutes=row.start or 0)
        action = self._station.action_for(
            "service", *(each.ref for each in volunteers), elder.ref, row.kind, start.isoformat(), row.minutes
        )
        known = pen.repeated(action)
        if known is not None:
            return Logged(known, (), repeated=True)
        form = ServiceForm(volunteers, elder, row.kind, start, row.minutes, timed=timed, note=row.note)
        logged = self._log(pen, form, pack, action)
        pen.intake.settle()
        return logged

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
        """Take a fact back (冲正); see :func:`timebank.desk.reversals.reverse`."""
        return reverse(self._station, entry, reason)

    def reverse_whole(self, entry: str, reason: str) -> EntryRef:
        """Take a fact back with what goes with it; see :func:`timebank.desk.reversals.reverse_whole`."""
        return reverse_whole(self._station, entry, reason)


_FIELDS = {
    "overlap": "volunteer",
    "not_a_volunteer": "volunteer",
    "volunteer_twice": "volunteer",
    "serves_self": "volunteer",
    "not_an_elder": "elder",
    "in_the_future": "date",
    "too_long_ago": "date",
    "late_entry": "date",
    "late_entry_second": "date",
    "member_left": "elder",
    "rule_holding_cap": "length",
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
    "rule_no_health_declaration": "volunteer",
    "rule_training": "volunteer",
    "rule_insurance": "volunteer",
    "rule_kin": "elder",
}
"""The field of a sign-in sheet that a refusal speaks of."""


def row_problem(row: ServiceRow, refusal: Refusal, columns: Sequence[ColumnReading]) -> RowProblem:
    """A refused row, with the header of the column that is to blame where there is one."""
    facts = dict(refusal.facts)
    named = str(facts.pop("field", "") or _FIELDS.get(refusal.code, ""))
    header = next((each.header for each in columns if each.sheet == row.sheet and each.field == named), "")
    return RowProblem(row.sheet, row.row, header, refusal.code, facts)


def _private(form: ServiceForm) -> dict[str, object] | None:
    said: dict[str, object] = {
        "note": form.note.strip(),
        "late": form.late_reason.strip(),
        "second": form.second.strip() if form.late_reason.strip() else "",
        "kin": form.kin,
    }
    return {key: each for key, each in said.items() if each} or None


def _require(available: int, needed: int, name: str, **rule: object) -> None:
    if available < needed:
        raise Refusal("not_enough", name=name, available=available, needed=needed, **rule)


def voucher_serial(text: str) -> bytes:
    """The serial in a voucher's code or in a typed serial."""
    return read_code(text).serial if looks_like_code(text) else read_serial(text)


def pick(people: People, texts: Sequence[str], role: str) -> tuple[MemberRecord, ...]:
    """Several members by id, number or name."""
    return tuple(people.find(text, role) for text in texts)
