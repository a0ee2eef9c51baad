"""Which service records a list shows, and in which order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

ORDERS = ("when", "long")
"""What the list can be ordered by: when a service began, how long it was."""
STATES = ("standing", "reversed")
Days = tuple[date | None, date | None]
"""A first and a last day, both included; None: no end on that side."""


class WantedServices(NamedTuple):
    """Which records a list shows; empty says nothing. ``text`` finds a volunteer or the elder."""

    text: str = ""
    kind: str = ""
    days: Days = (None, None)
    state: str = ""


EVERYTHING = WantedServices()


def month_of(today: date, back: int = 0) -> Days:
    """All days of the month of ``today``, or of the month so many before it."""
    first = today.replace(day=1)
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
