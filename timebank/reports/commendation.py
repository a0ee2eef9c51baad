"""Stars reached within a period, for commending volunteers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from timebank.journal.refs import day_number
from timebank.policy.stars import milestones, stars
from timebank.reports.frame import Frame, Person
from timebank.reports.table import Cell, Count, Minutes, Table
from timebank.store import report_queries


class Risen(NamedTuple):
    """A volunteer with stars at the period's end; ``before`` is how many they had when it began."""

    row: int
    person: Person | None
    minutes: int
    before: int
    now: int


def risen(frame: Frame) -> list[Risen]:
    """Everyone with a star at the period's end, the most minutes first."""
    pack = frame.pack(frame.end)
    later = _given(frame, day_number(frame.end))
    sooner = _given(frame, day_number(frame.start - timedelta(days=1)))
    found = [
        Risen(
            row,
            frame.people.get(row),
            minutes,
            stars(sooner.get(row, 0), pack).reached,
            stars(minutes, pack).reached,
        )
        for row, minutes in later.items()
    ]
    return sorted((each for each in found if each.now), key=lambda each: (-each.minutes, each.row))


def _given(frame: Frame, day: int) -> dict[int, int]:
    frame.pace()
    return {row: whole - after for row, whole, after in report_queries.honours(frame.store, day)}


def commendation(frame: Frame) -> tuple[Table, ...]:
    """How many volunteers have how many stars, and by name who reached one within the period."""
    steps = milestones(frame.pack(frame.end))
    everyone = risen(frame)
    if not steps:
        note = (frame.say("note.no_stars"),)
        return (Table(frame.say("table.stars"), frame.columns("stars", "from_hours", "holders"), (), note),)
    held, fresh = Counter(each.now for each in everyone), Counter(_reached(everyone))
    rows: list[tuple[Cell, ...]] = [
        (frame.say("word.stars", count=star), Minutes(least), Count(held[star]), Count(fresh[star]))
        for star, least in enumerate(steps, 1)
    ]
    by_star = Table(
        frame.say("table.stars"),
        frame.columns("stars", "from_hours", "holders", "newly"),
        tuple(rows),
        (frame.say("note.stars"),),
    )
    names: list[tuple[Cell, ...]] = [
        (
            each.person.record.number if each.person else report_queries.member_number(frame.store, each.row),
            each.person.record.name if each.person and each.person.record.known else "",
            frame.community(each.person) if each.person and each.person.record.known else "",
            frame.say("word.stars", count=each.now),
            Minutes(each.minutes),
        )
        for each in everyone
        if each.now > each.before
    ]
    columns = frame.columns("number", "name", "community", "stars", "given_hours")
    return by_star, Table(frame.say("table.stars_reached"), columns, tuple(names), personal=True)


def _reached(everyone: list[Risen]) -> list[int]:
    """Every star that somebody reached within the period: two at once count for both."""
    return [star for each in everyone for star in range(each.before + 1, each.now + 1)]
