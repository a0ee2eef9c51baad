"""Clock and randomness, the two things from outside that come in as arguments."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from timebank.outcome import Refusal


def _system_clock() -> datetime:
    """Local time; ``TIMEBANK_NOW`` (ISO 8601) takes its place in tests and demonstrations."""
    text = os.environ.get("TIMEBANK_NOW")
    if not text:
        return datetime.now()
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise Refusal("clock_unreadable", text=text) from error


@dataclass(frozen=True)
class Surroundings:
    """Where time and randomness come from."""

    clock: Callable[[], datetime] = field(default=_system_clock)
    random: Callable[[int], bytes] = field(default=os.urandom)

    def now(self) -> datetime:
        """Local time of the desk."""
        return self.clock()

    def today(self) -> date:
        """The business date of the desk."""
        return self.clock().date()

    def wall(self) -> int:
        """Seconds since 1970; 0 by a clock that has fallen back before then."""
        return max(0, int(self.clock().timestamp()))
