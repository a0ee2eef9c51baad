"""Whom a list of people shows, and in which order."""

from __future__ import annotations

from typing import NamedTuple

ORDERS = ("", "name", "number", "role", "age", "level", "place", "credit", "allowance")
"""What a list can be ordered by; empty: as registered, or the best match first where something was typed."""
STATES = ("", "left", "erased")
"""Everyone but the erased, those whose account is closed, those whose personal data is gone."""


class Wanted(NamedTuple):
    """Whom a list shows; empty says nothing. ``born`` are the first and last day of birth (ISO)."""

    role: str = ""
    category: str = ""
    level: int | None = None
    born: tuple[str, str] = ("", "")
    community: str = ""
    grid: str = ""
    station: int = 0
    state: str = ""


EVERYONE = Wanted()
