"""Reading requests for service: what waits, who goes where on a day, who might go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from timebank.domain.requests import WAITING
from timebank.journal.facts import RequestAssigned, ServiceLogged
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import one_person
from timebank.store.store import Store

_AT_ONCE = 500
_DAY = 24 * 60
_WAITING = f"({', '.join(repr(state) for state in WAITING)})"
_ELDER = "coalesce((SELECT stands FROM merged WHERE member = q.elder), q.elder)"


class RequestRecord(NamedTuple):
    """A request as folded; the elder and the volunteers by the local numbers of the members that stand for them.

    Moments are local minutes since 2000-01-01, None where nobody noted one.
    """

    row: int
    entry: EntryRef
    station: int
    elder: int
    kind: str
    start: int
    timed: bool
    minutes: int
    persons: int
    urgent: bool
    state: str
    contested: bool
    arrived: int | None
    left: int | None
    confirmed: int | None
    followed_up: int | None
    service: EntryRef | None
    volunteers: tuple[int, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether something is still to be done."""
        return self.state in WAITING

    @property
    def end(self) -> int:
        """When it is over, as asked for."""
        return self.start + self.minutes


_COLUMNS = (
    'SELECT q.id, j.ref, e.seq, e."check", q.station, ' + _ELDER + ", q.kind, q.start, q.timed, q.minutes,"
    " q.persons, q.urgent, q.state, q.contested, q.arrived, q.departed, q.confirmed, q.followed_up,"
    ' js.ref, es.seq, es."check" FROM request q'
    " JOIN entry e ON e.id = q.id JOIN journal j ON j.id = e.journal"
    " LEFT JOIN entry es ON es.id = q.service LEFT JOIN journal js ON js.id = es.journal"
)


def requests(
    store: Store,
    *,
    waiting: bool | None = None,
    first: int | None = None,
    last: int | None = None,
    elder: int | None = None,
    volunteer: int | None = None,
    kind: str | None = None,
    limit: int = -1,
) -> list[RequestRecord]:
    """Requests that begin in [first, last), of a person, of one kind.

    Those that wait (True): urgent ones first, then by time. Those that are over (False), or all: the latest first.
    """
    where: list[str] = ["1"]
    values: list[object] = []
    if waiting is not None:
        where.append(f"q.state {'' if waiting else 'NOT '}IN {_WAITING}")
    for text, value in (("q.start >= ?", first), ("q.start < ?", last), ("q.kind = ?", kind)):
        if value is not None:
            where.append(text)
            values.append(value)
    if elder is not None:
        rows = one_person(store, elder)
        where.append(f"q.elder IN ({_marks(rows)})")
        values += rows
    if volunteer is not None:
        rows = one_person(store, volunteer)
        where.append(
            f"q.id IN (SELECT request FROM request_volunteer WHERE counts AND volunteer IN ({_marks(rows)}))"
        )
        values += rows
    found = store.rows(
        f"{_COLUMNS} WHERE {' AND '.join(where)}"
        f" ORDER BY {'q.urgent DESC, q.start' if waiting else 'q.start DESC'},"
        ' e.lamport, j.ref, e.seq, e."check" LIMIT ?',
        (*values, limit),
    )
    return _with_volunteers(store, [_record(row) for row in found])


def request(store: Store, row: int) -> RequestRecord | None:
    """The request with a local number."""
    found = store.row(f"{_COLUMNS} WHERE q.id = ?", (row,))
    return None if found is None else _with_volunteers(store, [_record(found)])[0]


def count_waiting(store: Store) -> int:
    """How many requests wait for somebody to do something."""
    return int(store.value(f"SELECT count(*) FROM request q WHERE q.state IN {_WAITING}"))


def _record(row: tuple[Any, ...]) -> RequestRecord:
    number, journal, seq, check, *rest = row[:-3]
    by = row[-3:]
    station, elder, kind, start, timed, minutes, persons, urgent, state, contested, *notes = rest
    arrived, left, confirmed, followed_up = notes
    return RequestRecord(
        row=number,
        entry=EntryRef(journal, seq, check),
        station=station,
        elder=elder,
        kind=kind,
        start=start,
        timed=bool(timed),
        minutes=minutes,
        persons=persons,
        urgent=bool(urgent),
        state=state,
        contested=bool(contested),
        arrived=arrived,
        left=left,
        confirmed=confirmed,
        followed_up=followed_up,
        service=None if by[0] is None else EntryRef(*by),
    )


def _with_volunteers(store: Store, records: list[RequestRecord]) -> list[RequestRecord]:
    """The same records, each with who is to go, in the order in which they were named."""
    sent: dict[int, list[int]] = {}
    for at in range(0, len(records), _AT_ONCE):
        part = tuple(each.row for each in records[at : at + _AT_ONCE])
        for found, entry in store.rows(
            "SELECT DISTINCT v.request, v.entry FROM request_volunteer v JOIN entry e ON e.id = v.entry"
            " JOIN journal j ON j.id = e.journal"
            f" WHERE v.counts AND v.request IN ({_marks(part)})"
            ' ORDER BY e.lamport, j.ref, e.seq, e."check"',
            part,
        ):
            sent.setdefault(found, []).extend(_team(store, entry))
    return [each._replace(volunteers=tuple(dict.fromkeys(sent.get(each.row, ())))) for each in records]


def _team(store: Store, entry: int) -> list[int]:
    """The people whom an assignment sends; the table keeps them by number, the fact in their order."""
    told = store.told(entry)
    assert told is not None
    assert isinstance(told.fact, RequestAssigned)
    rows = dict(
        store.rows(
            "SELECT v.volunteer, coalesce(m.stands, v.volunteer) FROM request_volunteer v"
            " LEFT JOIN merged m ON m.member = v.volunteer WHERE v.request ="
            " (SELECT request FROM request_volunteer WHERE entry = ?1 LIMIT 1) AND v.entry = ?1",
            (entry,),
        )
    )
    order = [_row_of(store, each) for each in told.fact.volunteers]
    return [rows[each] for each in order if each in rows]


def _row_of(store: Store, ref: EntryRef) -> int:
    return int(
        store.value(
            'SELECT e.id FROM entry e JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.seq = ? AND e."check" = ?',
            (ref.journal, ref.seq, ref.check),
        )
    )


def standing(store: Store, row: int) -> list[int]:
    """The request and what clerks said of it, as far as that stands, in canonical order, by local number."""
    rows = store.rows(
        "SELECT e.id FROM (SELECT entry FROM about WHERE subject = ?1 UNION SELECT ?1) s"
        " JOIN entry e ON e.id = s.entry JOIN journal j ON j.id = e.journal"
        " WHERE e.kind IN ('ServiceRequested', 'RequestAssigned', 'RequestNoted', 'RequestClosed')"
        " AND NOT EXISTS (SELECT 1 FROM about a JOIN entry r ON r.id = a.entry"
        " WHERE a.subject = e.id AND r.kind = 'FactReversed')"
        ' ORDER BY e.lamport, j.ref, e.seq, e."check"',
        (row,),
    )
    return [entry for (entry,) in rows]


def said_of(store: Store, row: int) -> list[int]:
    """The entries that say something of a request, in canonical order, by local number."""
    rows = store.rows(
        "SELECT e.id FROM about a JOIN entry e ON e.id = a.entry JOIN journal j ON j.id = e.journal"
        ' WHERE a.subject = ? ORDER BY e.lamport, j.ref, e.seq, e."check"',
        (row,),
    )
    return [entry for (entry,) in rows]


def ratings(store: Store, service: int) -> int:
    """How many sides have rated a service."""
    return int(store.value("SELECT count(*) FROM rating WHERE service = ?", (service,)))


class Candidate(NamedTuple):
    """A volunteer who might go: the member, and whether they live in the elder's grid or community."""

    row: int
    grid: bool
    community: bool


def candidates(
    store: Store, elder: int, *, grid: str, community: str, wanted: str, before: Iterable[int], limit: int
) -> list[Candidate]:
    """Volunteers known here, those first who served the elder ``before``, then neighbours, then ``wanted`` skills."""
    not_them = one_person(store, elder)
    served = tuple(before)
    return [
        Candidate(row, bool(near), bool(same))
        for row, near, same, _ in store.rows(
            "SELECT m.id, ?1 <> '' AND p.grid = ?1 AND (?2 = '' OR p.community = ?2) AS near,"
            " ?2 <> '' AND p.community = ?2 AS same, ?3 <> '' AND instr(p.details, ?3) > 0 AS fits"
            " FROM member m JOIN person p ON p.member = m.id"
            " WHERE m.erased IS NULL AND (' ' || m.roles || ' ') LIKE '% volunteer %'"
            " AND m.id NOT IN (SELECT member FROM merged) AND m.id NOT IN (SELECT member FROM departure)"
            f" AND m.id NOT IN ({_numbers(not_them)})"
            f" ORDER BY m.id IN ({_numbers(served)}) DESC, near DESC, same DESC, fits DESC, m.id LIMIT ?4",
            (grid, community, wanted, limit),
        )
    ]


def served_before(store: Store, elder: int, limit: int = 200) -> dict[int, int]:
    """How often each volunteer served an elder, among the newest records; by the member that stands for them."""
    rows = one_person(store, elder)
    counts: dict[int, int] = {}
    for (service,) in store.rows(
        f"SELECT id FROM service WHERE elder IN ({_marks(rows)}) AND reversed IS NULL ORDER BY start DESC LIMIT ?",
        (*rows, limit),
    ):
        told = store.told(service)
        if told is not None and isinstance(told.fact, ServiceLogged):
            for ref in told.fact.volunteers:
                volunteer = one_person(store, _row_of(store, ref))[0]
                counts[volunteer] = counts.get(volunteer, 0) + 1
    return counts


def experience(store: Store, volunteer: int, kind: str) -> int:
    """How many services of a kind a person has given."""
    rows = one_person(store, volunteer)
    return int(
        store.value(
            "SELECT count(*) FROM credited c JOIN service s ON s.id = c.service"
            f" WHERE c.volunteer IN ({_marks(rows)}) AND s.kind = ? AND s.reversed IS NULL",
            (*rows, kind),
        )
    )


def expected(store: Store, volunteer: int, start: int, end: int) -> list[tuple[int, int, int]]:
    """Timed requests that wait for a person and share time with [start, end): (request, start, minutes)."""
    rows = one_person(store, volunteer)
    return [
        (row, begin, minutes)
        for row, begin, minutes in store.rows(
            "SELECT DISTINCT q.id, q.start, q.minutes FROM request_volunteer v JOIN request q ON q.id = v.request"
            f" WHERE v.counts AND v.volunteer IN ({_marks(rows)}) AND q.timed AND q.state IN {_WAITING}"
            " AND q.start > ? AND q.start < ? AND q.start + q.minutes > ? ORDER BY q.start",
            (*rows, start - _DAY, end, start),
        )
    ]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _numbers(values: Iterable[int]) -> str:
    return ", ".join(map(str, values)) or "NULL"
