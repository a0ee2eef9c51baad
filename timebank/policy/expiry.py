"""Which credit is too old at the end of a month. The oldest minutes are spent first."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Earned(NamedTuple):
    """A line of an account: signed minutes of a day, and the months they keep (None: for ever)."""

    day: date
    minutes: int
    months: int | None


def last_day(month: date) -> date:
    """The last day of the month that ``month`` lies in."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def months_later(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def left_to_lapse(lines: Iterable[Earned], last: date, *, lapsed: int = 0) -> int:
    """Minutes of an account that lapse on ``last``; ``lapsed`` did before.

    Each line keeps the rule of its own day: credit that came in before there was any expiry never expires.
    """
    came: list[Earned] = []
    spent = 0
    for line in sorted(lines, key=lambda each: each.day):
        if line.minutes > 0:
            came.append(line)
        else:
            spent -= line.minutes
    expired = 0
    for line in came:
        left = max(0, line.minutes - spent)
        spent -= line.minutes - left
        if line.months is not None and months_later(line.day, line.months) <= last:
            expired += left
    return max(0, expired - lapsed)
