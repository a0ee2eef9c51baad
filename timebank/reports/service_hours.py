"""R7, hours by kind of service, elder category, kind of volunteer and age band; and R8, ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from timebank.journal.refs import minute_of
from timebank.policy.eligibility import is_younger_elder
from timebank.reports.frame import Frame, age_band, category_order, kind_order
from timebank.reports.table import Cell, Count, Minutes, Share, Table
from timebank.store import report_queries
from timebank.store.report_queries import Hour

VOLUNTEER_KINDS = ("minor", "adult", "younger_elder", "older", "unknown")
"""Volunteers by age on the day they served; where younger elders begin and end is the rule pack's word."""
SATISFIED = 4
UNSATISFIED = 2
_FIGURES = ("services", "elders_served", "volunteers", "given_hours", "credited_hours")


@dataclass
class Tally:
    """Counts of some services: each service, elder and volunteer once; minutes for every volunteer."""

    services: set[int] = field(default_factory=set)
    elders: set[int] = field(default_factory=set)
    volunteers: set[int] = field(default_factory=set)
    given: int = 0
    credited: int = 0

    def add(self, hour: Hour) -> None:
        """Count one volunteer's part in a service."""
        self.services.add(hour.service)
        self.elders.add(hour.elder)
        self.volunteers.add(hour.volunteer)
        self.given += hour.minutes
        self.credited += hour.credited

    def cells(self) -> tuple[Cell, ...]:
        """The figures of a row."""
        people = map(Count, map(len, (self.services, self.elders, self.volunteers)))
        return (*people, Minutes(self.given), Minutes(self.credited))


def tally(hours: Iterable[Hour]) -> Tally:
    """All of these hours together."""
    total = Tally()
    for hour in hours:
        total.add(hour)
    return total


def services(frame: Frame) -> tuple[Table, ...]:
    """Hours along each of the four lines, and along all four at once."""
    hours = report_queries.hours(frame.store, *frame.days)
    sorts = _Sorts(frame)
    overlap = frame.say("note.categories_overlap")
    return (
        _table(frame, hours, "kind", lambda hour: [hour.kind], frame.kind, kind_order),
        _table(frame, hours, "category", sorts.categories, frame.category, category_order, overlap),
        _table(frame, hours, "volunteer_kind", sorts.volunteer, sorts.volunteer_name, VOLUNTEER_KINDS.index),
        _table(frame, hours, "age", sorts.band, frame.band, lambda band: (band < 0, band)),
        _crossed(frame, hours, sorts),
    )


class _Sorts:
    """Puts each hour where it belongs, by what was so on its day; looked up once a person and day."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._known: dict[tuple[int, int], tuple[tuple[str, ...], int]] = {}
        self._volunteers: dict[tuple[int, int], str] = {}

    def categories(self, hour: Hour) -> tuple[str, ...]:
        """The elder's categories."""
        return self._elder(hour)[0]

    def band(self, hour: Hour) -> list[int]:
        """The elder's age band."""
        return [self._elder(hour)[1]]

    def _elder(self, hour: Hour) -> tuple[tuple[str, ...], int]:
        key = (hour.elder, hour.start // 1440)
        if key not in self._known:
            person, day = self._frame.known(hour.elder), minute_of(hour.start).date()
            self._known[key] = (
                (("unknown",), -1)
                if person is None
                else (tuple(dict.fromkeys(person.categories(day))) or ("none",), age_band(person.age(day)))
            )
        return self._known[key]

    def volunteer(self, hour: Hour) -> list[str]:
        """The kind of volunteer."""
        key = (hour.volunteer, hour.start // 1440)
        if key not in self._volunteers:
            self._volunteers[key] = self._volunteer(hour)
        return [self._volunteers[key]]

    def _volunteer(self, hour: Hour) -> str:
        person, day = self._frame.known(hour.volunteer), minute_of(hour.start).date()
        age = None if person is None else person.age(day)
        if person is None or age is None:
            return "unknown"
        pack = self._frame.pack(self._frame.end)
        if is_younger_elder(person.birth(), day, pack):
            return "younger_elder"
        if age >= self._frame.older_from(self._frame.end):
            return "older"
        return "minor" if age < (pack.value("minors.under") or 0) else "adult"

    def volunteer_name(self, kind: str) -> str:
        """The name of a kind of volunteer."""
        return self._frame.say(f"volunteer.{kind}")


def _table(
    frame: Frame,
    hours: list[Hour],
    key: str,
    places: Callable[[Hour], Iterable[Any]],
    label: Callable[[Any], str],
    order: Callable[[Any], Any],
    *notes: str,
) -> Table:
    tallies: dict[Any, Tally] = defaultdict(Tally)
    for hour in hours:
        for place in places(hour):
            tallies[place].add(hour)
    rows = [(label(each), *tallies[each].cells()) for each in sorted(tallies, key=order)]
    if rows:
        rows.append((frame.say("word.total"), *tally(hours).cells()))
    columns = frame.columns(key, *_FIGURES)
    return Table(frame.say(f"table.services_{key}"), columns, tuple(rows), notes, total=bool(rows))


def _crossed(frame: Frame, hours: list[Hour], sorts: _Sorts) -> Table:
    tallies: dict[tuple[str, str, str, int], Tally] = defaultdict(Tally)
    for hour in hours:
        (volunteer,), (band,) = sorts.volunteer(hour), sorts.band(hour)
        for category in sorts.categories(hour):
            tallies[hour.kind, category, volunteer, band].add(hour)

    def order(key: tuple[str, str, str, int]) -> tuple[Any, ...]:
        kind, category, volunteer, band = key
        places = (kind_order(kind), category_order(category), VOLUNTEER_KINDS.index(volunteer))
        return (*places, band < 0, band)

    return Table(
        frame.say("table.services_all"),
        frame.columns("kind", "category", "volunteer_kind", "age", *_FIGURES),
        tuple(
            (
                frame.kind(key[0]),
                frame.category(key[1]),
                sorts.volunteer_name(key[2]),
                frame.band(key[3]),
                *tallies[key].cells(),
            )
            for key in sorted(tallies, key=order)
        ),
        (frame.say("note.categories_overlap"),),
    )


# Ratings


@dataclass
class Stars:
    """Services of a group, and the stars that each side gave."""

    services: set[int] = field(default_factory=set)
    by_elder: list[int] = field(default_factory=list)
    by_volunteer: list[int] = field(default_factory=list)
    rated: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)

    def cells(self) -> tuple[Cell, ...]:
        """The figures of a row; averages where there is anything to average."""
        satisfied = sum(stars >= SATISFIED for stars in self.by_elder)
        return (
            Count(len(self.services)),
            Count(len(self.rated)),
            Share(len(self.rated), len(self.services)),
            _mean(self.by_elder),
            Share(satisfied, len(self.by_elder)),
            Count(sum(stars <= UNSATISFIED for stars in self.by_elder)),
            Count(len(self.answered)),
            Share(len(self.answered), len(self.services)),
            _mean(self.by_volunteer),
        )


def _mean(stars: list[int]) -> float | None:
    return round(sum(stars) / len(stars), 2) if stars else None


def stars(frame: Frame, places: Callable[[Hour], Any] = lambda _: 0) -> dict[Any, Stars]:
    """The ratings of the period's services, grouped."""
    groups: dict[Any, Stars] = defaultdict(Stars)
    where = {}
    for hour in report_queries.hours(frame.store, *frame.days):
        where[hour.service] = groups[places(hour)]
        where[hour.service].services.add(hour.service)
    for service, elder, given in report_queries.ratings(frame.store, *frame.days):
        if service not in where:
            continue
        group = where[service]
        (group.by_elder if elder else group.by_volunteer).append(given)
        (group.rated if elder else group.answered).add(service)
    return groups


def ratings(frame: Frame) -> tuple[Table, ...]:
    """How many services were rated and how well, by kind of service and by station."""
    everything = stars(frame)
    kinds = stars(frame, lambda hour: hour.kind)
    stations = stars(frame, lambda hour: -1 if hour.station is None else hour.station)
    total = [(frame.say("word.total"), *everything[0].cells())] if everything else []
    figures = (
        "services", "rated", "rating_rate", "mean_stars", "satisfied", "unsatisfied",
        "answered", "answer_rate", "volunteer_stars",
    )  # fmt: skip
    by_kind = [(frame.kind(each), *kinds[each].cells()) for each in sorted(kinds, key=kind_order)]
    by_station = [(frame.station(each), *stations[each].cells()) for each in sorted(stations)]
    notes = (frame.say("note.ratings", satisfied=SATISFIED, unsatisfied=UNSATISFIED),)
    return tuple(
        Table(
            frame.say(f"table.ratings_{key}"),
            frame.columns(key, *figures),
            (*rows, *total),
            notes,
            total=bool(total),
        )
        for key, rows in (("kind", by_kind), ("station", by_station))
    )
