"""When a service was and how long, from what a person types."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from timebank.domain.quantities import parse_clock, parse_clock_range, parse_date, parse_length
from timebank.outcome import Refusal


class Told(NamedTuple):
    """A start, whether its time of day is known, and a length in minutes."""

    start: datetime
    timed: bool
    minutes: int


def read_when(day: str, clock: str, length: str, today: date) -> Told:
    """Understand ``day`` (昨天), ``clock`` (9点, 9点到10点半, nothing) and ``length`` (1.5小时, nothing).

    A range is taken as well where the length is asked for. A range and a length must agree. Refuses as
    :mod:`timebank.domain.quantities` does, and with ``length_missing``, ``end_before_start`` or
    ``length_disagrees``.
    """
    on = parse_date(day, today)
    if not clock.strip() and _is_range(length):
        clock, length = length, ""
    minutes = parse_length(length) if length.strip() else None
    if not clock.strip():
        if minutes is None:
            raise Refusal("length_missing")
        return Told(datetime.combine(on, time()), False, minutes)
    start, end = _range(clock)
    if end is not None:
        if end <= start:
            raise Refusal("end_before_start", start=_clock(start), end=_clock(end))
        if minutes is not None and minutes != end - start:
            raise Refusal(
                "length_disagrees", start=_clock(start), end=_clock(end), minutes=end - start, length=minutes
            )
        minutes = end - start
    if minutes is None:
        raise Refusal("length_missing")
    return Told(datetime.combine(on, time()) + timedelta(minutes=start), True, minutes)


def _range(clock: str) -> tuple[int, int | None]:
    """Both ends of a range, or a start alone."""
    try:
        return parse_clock_range(clock)
    except Refusal:
        return parse_clock(clock), None


def _is_range(text: str) -> bool:
    """Whether it is 9点到10点半, and no length like 1:30."""
    try:
        parse_length(text)
    except Refusal:
        try:
            parse_clock_range(text)
        except Refusal:
            return False
        return True
    return False


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
