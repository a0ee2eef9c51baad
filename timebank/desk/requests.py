"""Requests for service: asking, assigning, what happens on the way, and logging what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from timebank.desk.access import AccessLog
from timebank.desk.policies import Policies
from timebank.desk.reports import Reports
from timebank.desk.request_form import MOST_WEEKS, RequestForm, requested
from timebank.desk.request_lines import (
    DAY,
    Clash,
    RequestLine,
    RotaLine,
    Suggestion,
    breach,
    clashes,
    in_turn,
    lines_of,
    require_waits,
    rota,
    suggestions,
    weekly,
)
from timebank.desk.request_story import AFTERWARDS, Said, require_last, story
from timebank.desk.rota_sheet import rota_sheet
from timebank.desk.rules import require_member
from timebank.desk.services import LONGEST, Logged, ServiceForm, Services
from timebank.desk.station import Pen, Station
from timebank.domain.kinds import service_kind
from timebank.domain.requests import ARRIVED, FULFILLED, LEFT, NOTES, OUTCOMES
from timebank.journal.facts import (
    FactReversed,
    RequestAssigned,
    RequestClosed,
    RequestNoted,
)
from timebank.journal.refs import EntryRef, day_number, minute_number, minute_of, parse_ref
from timebank.outcome import Refusal
from timebank.reports.table import Report
from timebank.store import book_queries, request_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.updates import require_read

MOST_LINES = 2_000
VISIT = "visit"


class Assigned(NamedTuple):
    """Who goes now, and where they are expected at the same time."""

    entry: EntryRef
    clashes: tuple[Clash, ...]


class Emergency(NamedTuple):
    """Whom to call for an elder: (what they are, name, telephone) each, and the city's line."""

    member: MemberRecord
    contacts: tuple[tuple[str, str, str], ...]
    line: str


class Unvisited(NamedTuple):
    """An elder who is to be visited this month and was not yet; ``asked``: a visit is asked for already."""

    member: MemberRecord
    last_visit: date | None
    asked: bool


class Requests:
    """Requests for service."""

    def __init__(
        self, station: Station, policies: Policies, services: Services, reports: Reports, access: AccessLog
    ) -> None:
        self._station = station
        self._policies = policies
        self._services = services
        self._reports = reports
        self._access = access

    # Asking

    def ask(self, form: RequestForm, weeks: int = 1) -> list[EntryRef]:
        """Write down what an elder needs, once or for as many ``weeks`` on end."""
        if not 1 <= weeks <= MOST_WEEKS:
            raise Refusal("request_weeks", weeks=weeks, most=MOST_WEEKS)
        with self._station.recording() as pen:
            return [self._ask(pen, replace(form, start=start)) for start in weekly(form.start, weeks)]

    def _ask(self, pen: Pen, form: RequestForm) -> EntryRef:
        today, rules = self._station.surroundings.today(), self._policies.in_force(form.start.date())
        return pen.tell(requested(form, today, rules), form.private or None, home=form.elder.station)

    def unvisited(self, day: date) -> list[Unvisited]:
        """Who is to be visited in the month of ``day`` and was not yet; those longest without a visit first."""
        first = day.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        asked = request_queries.requests(
            self._station.store,
            waiting=True,
            first=day_number(first) * DAY,
            last=day_number(following) * DAY,
            kind=VISIT,
        )
        elders = {each.elder for each in asked}
        found = [
            Unvisited(each.member, each.last_visit, each.member.row in elders)
            for each in self._reports.month(first).unvisited
        ]
        return sorted(found, key=lambda each: (each.asked, each.last_visit or date.min, each.member.number))

    def ask_visits(self, members: Sequence[MemberRecord], start: datetime, minutes: int) -> list[EntryRef]:
        """Ask for a visit to each of these elders on one day, in one action."""
        with self._station.recording() as pen:
            return [self._ask(pen, RequestForm(each, VISIT, start, minutes, timed=False)) for each in members]

    # What happens

    def assign(self, request: str, volunteers: Sequence[MemberRecord], note: str = "") -> Assigned:
        """Have these go, in place of whoever was to go before; nobody where it is empty.

        Refuses what the rules would refuse when it is logged. Where they are expected elsewhere is only told.
        """
        with self._station.recording() as pen:
            line = self._waiting(request)
            for member in volunteers:
                self._check_goes(line, member)
            if len({each.row for each in volunteers}) < len(volunteers):
                raise Refusal("volunteer_twice")
            fact = RequestAssigned(line.request.entry, tuple(each.ref for each in volunteers))
            entry = self._tell(pen, fact, line, "note", note)
            return Assigned(entry, clashes(self._station, line.request, volunteers))

    def _check_goes(self, line: RequestLine, member: MemberRecord) -> None:
        if member.erased:
            raise Refusal("already_erased", number=member.number)
        require_member(member, line.start.date())
        if "volunteer" not in member.roles:
            raise Refusal("not_a_volunteer", name=member.name, number=member.number)
        if member.row == line.elder.row:
            raise Refusal("serves_self", name=member.name)
        refusal = breach(self._station, line, member, self._policies.in_force(line.start.date()))
        if refusal is not None:
            raise refusal

    def note(self, request: str, what: str, at: datetime | None = None, note: str = "") -> EntryRef:
        """Note that those who go ``arrived`` or ``left``, that the elder ``confirmed``, or a ``followed_up`` call.

        ``at`` is a local time, now where not said. What was noted before is corrected.
        """
        now = self._station.surroundings.now()
        moment = at or now
        if what not in NOTES:
            raise Refusal("request_note_unknown", what=what, known=", ".join(NOTES))
        if moment > now:
            raise Refusal(
                "in_the_future", start=moment.isoformat(" ", "minutes"), now=now.isoformat(" ", "minutes")
            )
        with self._station.recording() as pen:
            line = self._line(request)
            minute = minute_number(moment)
            self._check_note(line, what, minute)
            return self._tell(pen, RequestNoted(line.request.entry, what, minute), line, "note", note)

    def _check_note(self, line: RequestLine, what: str, minute: int) -> None:
        request = line.request
        if what in (ARRIVED, LEFT):
            require_waits(self._station.store, request.entry)
            if not line.volunteers:
                raise Refusal("request_nobody_goes")
        if what == LEFT:
            if request.arrived is None:
                raise Refusal("request_not_arrived")
            if minute <= request.arrived:
                raise Refusal("end_before_start", start=_clock(request.arrived), end=_clock(minute))
        if what in AFTERWARDS and request.state not in (LEFT, FULFILLED):
            raise Refusal("request_not_served")

    def close(self, request: str, outcome: str, reason: str) -> EntryRef:
        """A request comes to nothing: ``cancelled``, ``missed`` or ``refused``; there has to be a reason."""
        if outcome not in OUTCOMES:
            raise Refusal("request_outcome_unknown", outcome=outcome, known=", ".join(OUTCOMES))
        if not reason.strip():
            raise Refusal("reason_missing")
        with self._station.recording() as pen:
            line = self._waiting(request)
            return self._tell(pen, RequestClosed(line.request.entry, outcome), line, "reason", reason)

    def take_back(self, request: str) -> EntryRef:
        """Take back what was said of a request last (冲正): who goes, a note, its closing, or that it was asked."""
        with self._station.recording() as pen:
            line = self._line(request)
            return pen.tell(FactReversed(require_last(self._station, line.request.row)))

    def story(self, request: str) -> list[Said]:
        """What was said of a request and stands: what, when, by whom, with which note."""
        return story(self._station, self._line(request))

    def _tell(
        self,
        pen: Pen,
        fact: RequestAssigned | RequestNoted | RequestClosed,
        line: RequestLine,
        key: str,
        text: str,
    ) -> EntryRef:
        said: dict[str, object] = {key: text.strip()} if text.strip() else {}
        return pen.tell(fact, said or None, home=line.elder.station)

    # Logging

    def prefilled(self, request: str) -> ServiceForm:
        """The service that came of a request, as far as it is known: when they came and left, if that was noted."""
        line = self._line(request)
        asked = line.request
        start, timed, minutes = asked.start, asked.timed, asked.minutes
        if asked.arrived is not None:
            start, timed = asked.arrived, True
            if asked.left is not None and 0 < asked.left - start <= LONGEST:
                minutes = asked.left - start
        return ServiceForm(line.volunteers, line.elder, asked.kind, minute_of(start), minutes, timed)

    def log(self, request: str, form: ServiceForm | None = None) -> Logged:
        """Log the service that came of a request, as prefilled or as told, and credit who gave it."""
        line = self._waiting(request)
        return self._services.log(form or self.prefilled(request), request=line.request.entry)

    # Reading

    def find(self, request: str) -> RequestLine:
        """A request by its entry; refuses with ``request_not_found``."""
        return self._line(request)

    def lines(
        self,
        *,
        waiting: bool | None = True,
        day: date | None = None,
        elder: MemberRecord | None = None,
        volunteer: MemberRecord | None = None,
        kind: str = "",
        limit: int = MOST_LINES,
    ) -> list[RequestLine]:
        """Requests that wait: urgent ones first, then whom the rules serve first.

        Those that are over (``waiting`` False), or all (None): the latest first.
        """
        first = None if day is None else day_number(day) * DAY
        found = request_queries.requests(
            self._station.store,
            waiting=waiting,
            first=first,
            last=None if first is None else first + DAY,
            elder=elder.row if elder else None,
            volunteer=volunteer.row if volunteer else None,
            kind=service_kind(kind) if kind else None,
            limit=limit,
        )
        lines = lines_of(self._station, found, self._policies.in_force())
        return in_turn(lines) if waiting else lines

    def count(self) -> int:
        """How many requests wait for somebody to do something."""
        return request_queries.count_waiting(self._station.store)

    def rota(self, day: date) -> list[RotaLine]:
        """Who goes to whom on a day, by time."""
        return rota(self._station, day, self._policies.in_force(day))

    def rota_sheet(self, day: date, language: str = "zh_CN") -> Report:
        """The rota of a day as a report, to be written or printed as any other."""
        return rota_sheet(self._station, day, self.rota(day), language)

    def suggest(self, request: str, limit: int = 12) -> list[Suggestion]:
        """Who might go, the likeliest first, with what speaks for and against it."""
        line = self._line(request)
        return suggestions(self._station, line, self._policies.in_force(line.start.date()), limit)

    def emergency(self, member: MemberRecord) -> Emergency:
        """Whom to call for an elder, and the city's line; that somebody looked is on record."""
        numbers = (
            self._access.reveal(member, "emergency_phone", "guardian_phone", "phone") if member.known else {}
        )
        said = {key: str(member.details.get(key) or "") for key in ("emergency_contact", "guardian")}
        relation = str(member.details.get("emergency_relation") or "")
        contacts = [
            (relation, said["emergency_contact"], numbers.get("emergency_phone", "")),
            ("guardian", said["guardian"], numbers.get("guardian_phone", "")),
            ("self", member.name, numbers.get("phone", "")),
        ]
        line = str(self._policies.in_force().value("emergency.line") or "")
        return Emergency(member, tuple(each for each in contacts if each[2]), line)

    def _line(self, request: str) -> RequestLine:
        ref = parse_ref(request)
        store = self._station.store
        row = book_queries.row_of(store, ref)
        require_read(store, ref)
        record = None if row is None else request_queries.request(store, row)
        lines = [] if record is None else lines_of(self._station, [record], self._policies.in_force())
        if not lines:
            raise Refusal("request_not_found", entry=request)
        return lines[0]

    def _waiting(self, request: str) -> RequestLine:
        require_waits(self._station.store, parse_ref(request))
        return self._line(request)


def _clock(minute: int) -> str:
    return minute_of(minute).strftime("%H:%M")
