"""What every report stands on: the books, the period, the people known here, and words for it all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from timebank.domain.categories import CARE_LEVELS, CATEGORIES
from timebank.domain.credit import UNITS
from timebank.domain.identity import age_on
from timebank.domain.kinds import KINDS
from timebank.domain.people import Duration
from timebank.journal.refs import day_number
from timebank.phrases import Phrases
from timebank.policy.pack import Pack
from timebank.reports.table import Column
from timebank.store import people_queries, report_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.store import Store

DAY = 24 * 60
OLDER_FROM = 60
"""Age from which the law on the rights of older people counts, where the pack says nothing."""
_AGES = (18, 60, 65, 70, 75, 80, 85, 90, 95)
"""Where each age band begins; below the first lies one more."""


class Month(NamedTuple):
    """A calendar month; ``seen`` is its last day, or today where it is not over."""

    first: date
    last: date
    seen: date

    @property
    def label(self) -> str:
        """As tables show it: 2026-10."""
        return self.first.strftime("%Y-%m")

    @property
    def days(self) -> tuple[int, int]:
        """First and last day as facts count them."""
        return day_number(self.first), day_number(self.last)

    @property
    def minutes(self) -> tuple[int, int]:
        """Beginning and end (excluded) as facts count minutes."""
        return day_number(self.first) * DAY, (day_number(self.last) + 1) * DAY


class Person(NamedTuple):
    """A member as far as this station knows them, with the day of registration."""

    record: MemberRecord
    since: date

    @property
    def row(self) -> int:
        """The local number of the member."""
        return self.record.row

    def birth(self) -> date | None:
        """The birth date, where it is known here."""
        text = self.record.details.get("birth")
        return date.fromisoformat(text) if text else None

    def age(self, day: date) -> int | None:
        """Full years on a day, where the birth date is known here."""
        birth = self.birth()
        return None if birth is None else age_on(birth, day)

    def level(self, day: date) -> int | None:
        """The care level that held on a day."""
        text = day.isoformat()
        held = [
            each["level"]
            for each in self.record.details.get("care") or []
            if Duration(each["from"], each["until"]).covers(text)
        ]
        return int(held[-1]) if held else None

    def categories(self, day: date) -> tuple[str, ...]:
        """The categories that held on a day."""
        text = day.isoformat()
        return tuple(
            each["code"]
            for each in self.record.details.get("categories") or []
            if Duration(each["from"], each["until"]).covers(text)
        )


@dataclass(frozen=True)
class Frame:
    """The ground of one report. ``start`` and ``end`` are business dates, both included."""

    store: Store
    phrases: Phrases
    pack: Callable[[date], Pack]
    entitled: Callable[[MemberRecord, date], int]
    """Free minutes that a member is entitled to in the month that begins on a day."""
    start: date
    end: date
    today: date
    population: Mapping[str, int]
    """Older people living in each community, as far as anyone entered it."""
    pace: Callable[[], None] = lambda: None
    """Called between steps; raises Cancelled where somebody asked to stop."""

    # Time

    @property
    def days(self) -> tuple[int, int]:
        """First and last business day as facts count them."""
        return day_number(self.start), day_number(self.end)

    @property
    def minutes(self) -> tuple[int, int]:
        """Beginning and end (excluded) as facts count minutes."""
        first, last = self.days
        return first * DAY, (last + 1) * DAY

    @property
    def seconds(self) -> tuple[int, int]:
        """Beginning and end (excluded) by the clock, in seconds since 1970."""
        begin = datetime.combine(self.start, time())
        end = datetime.combine(self.end, time()) + timedelta(days=1)
        return int(begin.timestamp()), int(end.timestamp())

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Every calendar month that the period touches, whole."""
        months = []
        first = self.start.replace(day=1)
        while first <= self.end:
            following = (first + timedelta(days=31)).replace(day=1)
            last = following - timedelta(days=1)
            months.append(Month(first, last, min(last, max(first, self.today))))
            first = following
        return tuple(months)

    # People

    @cached_property
    def people(self) -> dict[int, Person]:
        """Members that are not erased, by local number."""
        since = report_queries.registered(self.store)
        return {
            record.row: Person(record, clock_day(since[record.row]))
            for record in people_queries.search_members(self.store, "", limit=-1)
        }

    def elders(self, day: date) -> list[Person]:
        """Elders known here who were registered by a day."""
        return [each for each in self.members(day, "elder") if each.record.known]

    def members(self, day: date, role: str | None = None) -> list[Person]:
        """Members who were registered by a day, in a role where one is named."""
        return [
            each
            for each in self.people.values()
            if each.since <= day and (role is None or role in each.record.roles)
        ]

    def known(self, row: int) -> Person | None:
        """The person behind a local number, where this station knows them."""
        person = self.people.get(row)
        return person if person is not None and person.record.known else None

    # Words

    def say(self, key: str, /, **values: object) -> str:
        """A phrase of the reports."""
        return self.phrases(f"reports.{key}", **values)

    def columns(self, *keys: str) -> tuple[Column, ...]:
        """Headings by their keys; a key that ends in ``!`` is personal."""
        return tuple(
            Column(self.say(f"column.{key.rstrip('!')}"), personal=key.endswith("!")) for key in keys
        )

    @cached_property
    def stations(self) -> dict[int, str]:
        """The stations' names."""
        return report_queries.station_names(self.store)

    def station(self, number: int | None) -> str:
        """A station's name with its number."""
        if number == 0:
            return self.say("word.root")
        if number is None or number < 0:
            return self.say("word.unknown_station")
        return f"{number} {self.stations[number]}" if number in self.stations else str(number)

    def community(self, person: Person) -> str:
        """The community named at registration, else the home station, which as a rule is one's community."""
        said = str(person.record.details.get("community") or "").strip()
        return said or self.stations.get(person.record.station) or self.station(person.record.station)

    def unit(self, unit: int) -> str:
        """The name of a ledger."""
        return self.say(f"unit.{UNITS[unit]}")

    def kind(self, code: str) -> str:
        """The name of a kind of service; a kind of a newer version keeps its code."""
        kind = KINDS.get(code)
        return code if kind is None else (kind.en if self.phrases.language == "en" else kind.zh)

    def category(self, code: str) -> str:
        """The name of a category, of ``none`` and of ``unknown``."""
        if code in ("none", "unknown"):
            return self.say(f"word.{code}")
        found = CATEGORIES.get(code)
        return code if found is None else (found.en if self.phrases.language == "en" else found.zh)

    def level(self, level: int | None) -> str:
        """The name of a care level; None was never assessed, -1 is not known here."""
        if level is None:
            return self.say("word.not_assessed")
        if not 0 <= level < len(CARE_LEVELS):
            return self.say("word.unknown")
        return CARE_LEVELS[level][self.phrases.language == "en"]

    def band(self, band: int) -> str:
        """The name of an age band by its place; -1 is not known here."""
        if band < 0:
            return self.say("word.unknown")
        if band == 0:
            return self.say("word.age_below", age=_AGES[0])
        if band == len(_AGES):
            return self.say("word.age_from", age=_AGES[-1])
        return self.say("word.age_band", start=_AGES[band - 1], end=_AGES[band] - 1)

    def older_from(self, day: date) -> int:
        """The age from which people count as older population."""
        return int(self.pack(day).value("elder.from") or OLDER_FROM)


def age_band(age: int | None) -> int:
    """The place of an age among the bands of :meth:`Frame.band`; -1 where it is not known."""
    return -1 if age is None else sum(age >= start for start in _AGES)


def category_order(code: str) -> tuple[int, str]:
    """Categories in their usual order, then unknown codes, then ``none`` and ``unknown``."""
    places = [*CATEGORIES, "", "none", "unknown"]
    return (places.index(code) if code in places else len(CATEGORIES), code)


def kind_order(code: str) -> tuple[int, str]:
    """Kinds of service in their usual order, then codes of newer versions."""
    return (list(KINDS).index(code) if code in KINDS else len(KINDS), code)


def clock_day(wall: int) -> date:
    """The day of a clock time in seconds since 1970; one that no calendar has is taken for the first."""
    try:
        return datetime.fromtimestamp(wall).date()
    except (OverflowError, OSError, ValueError):
        return date.min
