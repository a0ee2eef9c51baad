"""Stars for a lifetime of service, at the milestones of the rule pack."""

from __future__ import annotations

from typing import NamedTuple

from timebank.policy.pack import Pack

KEY = "honour.stars"


class Stars(NamedTuple):
    """Stars reached, and the minutes at which the next one comes; None past the last or without milestones."""

    reached: int
    following: int | None
    of: int
    """How many the pack has; 0 where it has none."""


def stars(honour_minutes: int, pack: Pack) -> Stars:
    """The stars that so many minutes of service are worth; a milestone counts from its very minute on."""
    steps = milestones(pack)
    reached = sum(honour_minutes >= each for each in steps)
    return Stars(reached, steps[reached] if reached < len(steps) else None, len(steps))


def milestones(pack: Pack) -> tuple[int, ...]:
    """The minutes of service at which each star is given, rising; empty where the pack has none."""
    return tuple(int(each) for each in pack.value(KEY) or ())
