"""R1, the monthly visit rate, and R4, the coverage of the warm nest (暖巢): target elders visited ÷ target elders.

A target elder carries one of the categories that the rule pack names, on the last day of the month (or
today); where it names none for visits, every elder counts. Only services of the kind ``visit`` count.
"""

from __future__ import annotations

from dataclasses import dataclass

from timebank.journal.refs import minute_of
from timebank.reports.frame import Frame, Month, Person, category_order
from timebank.reports.table import Cell, Count, Share, Table
from timebank.store import report_queries

VISIT = "visit"
VISITS, WARM_NEST = "targets.visits", "targets.warm_nest"
_VERY_OLD = "advanced_age"


@dataclass(frozen=True)
class MonthVisits:
    """The target elders of a month with the categories that count, and who was visited or served."""

    month: Month
    targets: tuple[tuple[Person, tuple[str, ...]], ...]
    visited: frozenset[int]
    served: frozenset[int]

    def reached(self) -> int:
        """Target elders who were visited."""
        return sum(person.row in self.visited for person, _ in self.targets)

    def share(self) -> Share:
        """The visit rate."""
        return Share(self.reached(), len(self.targets))


def month_visits(frame: Frame, month: Month, key: str = VISITS) -> MonthVisits:
    """Who was to be visited in a month and who was; ``key`` is the target of the rule pack that says whom."""
    frame.pace()
    target = frame.pack(month.seen).value(key)
    chosen = set(target.categories) if target is not None else set()
    targets = []
    for person in frame.elders(month.seen):
        held = _held(frame, person, month)
        if chosen:
            held = tuple(each for each in held if each in chosen)
        if held or not chosen:
            targets.append((person, held))
    visited: set[int] = set()
    served: set[int] = set()
    for hour in report_queries.hours(frame.store, *month.days):
        (visited if hour.kind == VISIT else served).add(hour.elder)
    return MonthVisits(month, tuple(targets), frozenset(visited), frozenset(served))


def _held(frame: Frame, person: Person, month: Month) -> tuple[str, ...]:
    """The categories of a person; very old by age too, where the rule pack says from when."""
    held = person.categories(month.seen)
    least = frame.pack(month.seen).value("very_old.from")
    age = person.age(month.seen)
    if least is None or age is None or age < least or _VERY_OLD in held:
        return held
    return (*held, _VERY_OLD)


def percent_wanted(frame: Frame, key: str) -> str | None:
    """The rule pack's target as people write it, None where it sets none."""
    target = frame.pack(frame.end).value(key)
    return None if target is None else f"{target.percent}%"


def visits(frame: Frame) -> tuple[Table, ...]:
    """The rate by month, by category of the elders, and the unvisited by name."""
    return _coverage(frame, VISITS, "visits", "note.visits_no_target")


def warm_nest(frame: Frame) -> tuple[Table, ...]:
    """The same for the groups of the warm nest; no table where the rule pack has no such target."""
    if frame.pack(frame.end).value(WARM_NEST) is None:
        columns = frame.columns("month", "target_elders", "visited", "visit_rate", "wanted")
        return (Table(frame.say("table.warm_nest_month"), columns, (), (frame.say("note.no_warm_nest"),)),)
    return _coverage(frame, WARM_NEST, "warm_nest", "note.no_warm_nest")


def _coverage(frame: Frame, key: str, name: str, without: str) -> tuple[Table, ...]:
    months = [month_visits(frame, month, key) for month in frame.months]
    wanted = percent_wanted(frame, key)
    notes = [frame.say(without if wanted is None else f"note.{name}_target"), frame.say("note.whole_months")]
    away = sum(not each.record.known for each in frame.members(frame.end, "elder"))
    if away:
        notes.append(frame.say("note.elders_not_known", count=away))
    by_month = Table(
        frame.say(f"table.{name}_month"),
        frame.columns(
            "month", "target_elders", "visited", "unvisited!", "otherwise!", "visit_rate", "wanted"
        ),
        tuple(
            (
                each.month.label,
                Count(len(each.targets)),
                Count(each.reached()),
                Count(len(each.targets) - each.reached()),
                Count(sum(p.row in each.served - each.visited for p, _ in each.targets)),
                each.share(),
                wanted,
            )
            for each in months
        ),
        tuple(notes),
    )
    return by_month, _by_category(frame, months, name), _unvisited(frame, months)


def _by_category(frame: Frame, months: list[MonthVisits], name: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in months:
        counts: dict[str, list[int]] = {}
        for person, held in each.targets:
            for code in held or ("none",):
                count = counts.setdefault(code, [0, 0])
                count[0] += 1
                count[1] += person.row in each.visited
        for code in sorted(counts, key=category_order):
            total, reached = counts[code]
            label = frame.category(code)
            rows.append((each.month.label, label, Count(total), Count(reached), Share(reached, total)))
    return Table(
        frame.say(f"table.{name}_category"),
        frame.columns("month", "category", "target_elders", "visited", "visit_rate"),
        tuple(rows),
        (frame.say("note.categories_overlap"),),
    )


def _unvisited(frame: Frame, months: list[MonthVisits]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in months:
        last = report_queries.last_service(frame.store, VISIT, each.month.minutes[0])
        for person, held in sorted(each.targets, key=lambda pair: pair[0].record.number):
            if person.row in each.visited:
                continue
            record = person.record
            rows.append(
                (
                    each.month.label,
                    record.number,
                    record.name,
                    frame.community(person),
                    frame.say("word.list").join(map(frame.category, held)),
                    minute_of(last[person.row]).date() if person.row in last else None,
                    frame.say("word.yes") if person.row in each.served else "",
                )
            )
    return Table(
        frame.say("table.unvisited"),
        frame.columns("month", "number", "name", "community", "categories", "last_visit", "otherwise_served"),
        tuple(rows),
        personal=True,
    )
