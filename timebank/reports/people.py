"""R2, registered elder volunteers in the older population; and the roster in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from timebank.reports.frame import Frame, Person, age_band, category_order
from timebank.reports.table import Cell, Count, Share, Table
from timebank.reports.visits import percent_wanted


def elder_volunteers(frame: Frame) -> list[Person]:
    """Volunteers of an age that counts as older population, as known here at the period's end."""
    least = frame.older_from(frame.end)
    return [
        person
        for person in frame.members(frame.end, "volunteer")
        if (age := person.age(frame.end)) is not None and age >= least
    ]


def registration(frame: Frame) -> tuple[Table, ...]:
    """Elder volunteers ÷ older population, by community; no ratio where the population was not entered."""
    counts: Counter[str] = Counter(dict.fromkeys(frame.population, 0))
    counts.update(frame.community(person) for person in elder_volunteers(frame))
    wanted = percent_wanted(frame, "targets.elder_volunteers")
    least = frame.older_from(frame.end)
    notes = [frame.say("note.registration", age=least)]
    missing = [name for name in sorted(counts) if name not in frame.population]
    if missing:
        notes.append(frame.say("note.no_population", names=frame.say("word.list").join(missing)))
    undated = sum(person.age(frame.end) is None for person in frame.members(frame.end, "volunteer"))
    if undated:
        notes.append(frame.say("note.no_birth", count=undated))
    rows: list[tuple[Cell, ...]] = []
    for name in sorted(counts):
        people = frame.population.get(name)
        ratio = None if people is None else Share(counts[name], people)
        rows.append((name, people, Count(counts[name]), ratio, wanted))
    if rows:
        people = None if missing else sum(frame.population.values())
        total = counts.total()
        ratio = None if people is None else Share(total, people)
        rows.append((frame.say("word.total"), people, Count(total), ratio, wanted))
    columns = frame.columns(
        "community", "older_population", "elder_volunteers", "registration_rate", "wanted"
    )
    title = frame.say("table.registration")
    return (Table(title, columns, tuple(rows), tuple(notes), total=bool(rows)),)


def members(frame: Frame) -> tuple[Table, ...]:
    """The roster by home station, age, care level and category, as at the period's end."""
    everyone = frame.members(frame.end)
    elders = [each for each in everyone if "elder" in each.record.roles]
    by_station: dict[int, list[Person]] = defaultdict(list)
    by_age: dict[int, list[Person]] = defaultdict(list)
    for person in everyone:
        by_station[person.record.station].append(person)
        by_age[age_band(person.age(frame.end))].append(person)
    return (
        _roles_table(
            frame, "station", [(frame.station(each), by_station[each]) for each in sorted(by_station)]
        ),
        _roles_table(frame, "age", [(frame.band(each), by_age[each]) for each in _unknown_last(by_age)]),
        _levels(frame, elders),
        _categories(frame, elders),
    )


def _roles_table(frame: Frame, key: str, groups: list[tuple[str, list[Person]]]) -> Table:
    everyone = [person for _, people in groups for person in people]
    rows = [(label, *_roles(frame, people)) for label, people in groups]
    if rows:
        rows.append((frame.say("word.total"), *_roles(frame, everyone)))
    columns = frame.columns(key, "members", "volunteers", "elders", "both", "joined", "not_known")
    notes = (frame.say("note.members_by_then", day=frame.end.isoformat()),)
    return Table(frame.say(f"table.members_{key}"), columns, tuple(rows), notes, total=bool(rows))


def _roles(frame: Frame, people: list[Person]) -> tuple[Cell, ...]:
    roles = [each.record.roles for each in people]
    return (
        Count(len(people)),
        Count(sum("volunteer" in each for each in roles)),
        Count(sum("elder" in each for each in roles)),
        Count(sum(len(each) > 1 for each in roles)),
        Count(sum(each.since >= frame.start for each in people)),
        Count(sum(not each.record.known for each in people)),
    )


def _levels(frame: Frame, elders: list[Person]) -> Table:
    counts = Counter(
        (-1 if not each.record.known else 5 if (level := each.level(frame.end)) is None else level)
        for each in elders
    )
    rows: list[tuple[Cell, ...]] = [
        (frame.level(None if level == 5 else level), Count(counts[level]), Share(counts[level], len(elders)))
        for level in _unknown_last(counts)
    ]
    if rows:
        rows.append((frame.say("word.total"), Count(len(elders)), Share(len(elders), len(elders))))
    columns = frame.columns("care_level", "elders", "share")
    return Table(frame.say("table.members_level"), columns, tuple(rows), total=bool(rows))


def _categories(frame: Frame, elders: list[Person]) -> Table:
    counts: Counter[str] = Counter()
    for each in elders:
        counts.update(set(each.categories(frame.end)) or {"none" if each.record.known else "unknown"})
    return Table(
        frame.say("table.members_category"),
        frame.columns("category", "elders", "share"),
        tuple(
            (frame.category(code), Count(counts[code]), Share(counts[code], len(elders)))
            for code in sorted(counts, key=category_order)
        ),
        (frame.say("note.categories_overlap"),),
    )


def _unknown_last(places: Iterable[int]) -> list[int]:
    return sorted(places, key=lambda place: (place < 0, place))
