"""What waits, who goes where on a day, and who might go: requests as the desk reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from timebank.desk.person_form import current_categories
from timebank.desk.rules import check_service
from timebank.desk.station import Station
from timebank.domain.identity import age_on
from timebank.domain.requests import FULFILLED
from timebank.journal.refs import EntryRef, day_number, minute_of
from timebank.outcome import Refusal
from timebank.policy.pack import Pack
from timebank.store import book_queries, people_queries, request_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.request_queries import RequestRecord
from timebank.store.store import Store
from timebank.store.updates import require_read

DAY = 24 * 60
VERY_OLD = "advanced_age"
MOST_CANDIDATES = 120


class RequestLine(NamedTuple):
    """A request with the people in it, as far as this station knows them."""

    request: RequestRecord
    elder: MemberRecord
    volunteers: tuple[MemberRecord, ...]
    priority: tuple[str, ...]
    """The elder's categories that the rules serve first."""
    note: str
    prefers: str
    """``f`` or ``m`` where the elder wishes for a woman or a man."""

    @property
    def start(self) -> datetime:
        """When it is to begin, local; midnight where no time was said."""
        return minute_of(self.request.start)

    @property
    def short(self) -> int:
        """How many more are to go."""
        return max(0, self.request.persons - len(self.volunteers))


class Clash(NamedTuple):
    """Somebody is to be, or was, elsewhere at the same time; local times."""

    member: MemberRecord
    start: datetime
    end: datetime


class RotaLine(NamedTuple):
    """One visit of a day, and who of those who go is expected elsewhere as well."""

    line: RequestLine
    clashes: tuple[Clash, ...]


class Suggestion(NamedTuple):
    """Somebody who might go, and what speaks for and against it."""

    member: MemberRecord
    times: int
    """How often they served this elder before."""
    experience: int
    """How many services of this kind they have given."""
    grid: bool
    community: bool
    clashes: tuple[Clash, ...]
    breach: Refusal | None
    """The rule that does not let them go."""
    unlike: bool
    """Whether the elder wishes for someone else: a woman, a man."""

    @property
    def fits(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.clashes and self.breach is None and not self.unlike


def lines_of(station: Station, records: Iterable[RequestRecord], pack: Pack) -> list[RequestLine]:
    """The requests with their people, in their order; those whose elder is not here yet are left out."""
    people: dict[int, MemberRecord | None] = {}

    def person(row: int) -> MemberRecord | None:
        if row not in people:
            people[row] = people_queries.member_by_row(station.store, row)
        return people[row]

    found = []
    for record in records:
        elder = person(record.elder)
        if elder is not None:
            volunteers = tuple(each for row in record.volunteers if (each := person(row)) is not None)
            said = _private(station, record, elder)
            note, prefers = (str(said.get(key) or "") for key in ("note", "prefers"))
            first = served_first(elder, minute_of(record.start).date(), pack)
            found.append(RequestLine(record, elder, volunteers, first, note, prefers))
    return found


def _private(station: Station, record: RequestRecord, elder: MemberRecord) -> dict[str, object]:
    """What was said with a request; it is sealed for the elder's home station where its key is known."""
    sealed = station.store.value("SELECT sealed FROM private WHERE entry = ?", (record.row,))
    if sealed is None:
        return {}
    return station.privacy.open(sealed, elder.station, record.station, station.number) or {}


def require_waits(store: Store, request: EntryRef) -> None:
    """Refuses with ``request_not_found``, ``request_fulfilled`` or ``request_closed`` where nothing is to be done."""
    row = book_queries.row_of(store, request)
    require_read(store, request)
    record = None if row is None else request_queries.request(store, row)
    if record is None:
        raise Refusal("request_not_found", entry=str(request))
    if record.state == FULFILLED:
        raise Refusal("request_fulfilled", entry=str(record.service))
    if not record.waits:
        raise Refusal("request_closed", outcome=record.state)


def in_turn(lines: Iterable[RequestLine]) -> list[RequestLine]:
    """Urgent ones first, then whom the rules serve first, then by time."""
    return sorted(lines, key=lambda each: (not each.request.urgent, not each.priority, each.request.start))


def served_first(elder: MemberRecord, day: date, pack: Pack) -> tuple[str, ...]:
    """The categories of an elder that the rules serve first; who is very old by age counts as such."""
    chosen = pack.value("served.priority_categories") or ()
    held = set(current_categories(elder.details, day))
    birth, oldest = str(elder.details.get("birth") or ""), pack.value("very_old.from")
    if oldest is not None and birth and age_on(date.fromisoformat(birth), day) >= oldest:
        held.add(VERY_OLD)
    return tuple(each for each in chosen if each in held)


# A day


def rota(station: Station, day: date, pack: Pack) -> list[RotaLine]:
    """Who goes to whom on a day, by time, those without one last; what came to nothing is left out."""
    first = day_number(day) * DAY
    records = request_queries.requests(station.store, first=first, last=first + DAY)
    lines = lines_of(station, (each for each in records if each.waits or each.service is not None), pack)
    lines.sort(key=lambda each: (not each.request.timed, each.request.start, each.elder.number))
    return [RotaLine(each, clashes(station, each.request, each.volunteers)) for each in lines]


def clashes(station: Station, request: RequestRecord, who: Sequence[MemberRecord]) -> tuple[Clash, ...]:
    """Where else those who go to ``request`` are expected, or are on the books, at the same time."""
    if not request.timed or not request.waits:
        return ()
    found = []
    for member in who:
        elsewhere = [
            (start, minutes)
            for row, start, minutes in request_queries.expected(
                station.store, member.row, request.start, request.end
            )
            if row != request.row
        ]
        elsewhere += [
            (start, minutes)
            for _, start, minutes in book_queries.volunteer_services(
                station.store, member.row, request.start, request.end
            )
        ]
        found += [Clash(member, minute_of(start), minute_of(start + minutes)) for start, minutes in elsewhere]
    return tuple(found)


# Who might go


def suggestions(station: Station, line: RequestLine, pack: Pack, limit: int) -> list[Suggestion]:
    """Volunteers known here, the likeliest first: free and allowed, known to the elder, near, used to the kind."""
    store, request, elder = station.store, line.request, line.elder
    before = request_queries.served_before(store, request.elder)
    grid, community = (str(elder.details.get(key) or "").strip() for key in ("grid", "community"))
    wanted = str(pack.value(f"kinds.{request.kind}.qualification") or "")
    found = []
    for each in request_queries.candidates(
        store,
        request.elder,
        grid=grid,
        community=community,
        wanted=wanted,
        before=before,
        limit=MOST_CANDIDATES,
    ):
        member = people_queries.member_by_row(store, each.row)
        if member is None:
            continue
        sex = str(member.details.get("sex") or "")
        found.append(
            Suggestion(
                member,
                before.get(each.row, 0),
                request_queries.experience(store, each.row, request.kind),
                each.grid,
                each.community,
                clashes(station, request, (member,)),
                breach(station, line, member, pack),
                bool(line.prefers) and bool(sex) and sex != line.prefers,
            )
        )
    found.sort(key=_likelihood)
    return found[:limit]


def _likelihood(each: Suggestion) -> tuple[object, ...]:
    near = 2 * each.grid + each.community
    return (
        not each.fits,
        each.breach is not None,
        -min(each.times, 5),
        -near,
        -each.experience,
        each.member.number,
    )


def breach(station: Station, line: RequestLine, member: MemberRecord, pack: Pack) -> Refusal | None:
    """The rule that does not let somebody go; how many go together is not asked here."""
    request = line.request
    team = (member,) * max(1, request.persons, pack.value(f"kinds.{request.kind}.persons") or 1)
    try:
        check_service(station.store, team, line.elder, request.kind, line.start, request.minutes, pack)
    except Refusal as refusal:
        return refusal
    return None


# When


def weekly(start: datetime, weeks: int) -> list[datetime]:
    """The same hour of ``weeks`` weeks, the first included."""
    return [start + timedelta(weeks=each) for each in range(weeks)]
