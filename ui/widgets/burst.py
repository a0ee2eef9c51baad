"""Telling a scanner from a person: a scanner types faster than hands can, and sometimes twice."""

from __future__ import annotations

GAP_MS = 45
"""Longest pause between two keys of one scan. Fast typists hold about 90 ms over several keys."""
LEAST = 6
"""Fewest keys that make a scan. Two or three quick keys happen to everyone."""


class Burst:
    """Follows keys and their times (milliseconds, any origin) and knows when a machine is typing."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._last = 0

    def key(self, text: str, at: int) -> None:
        """A key that typed ``text`` at time ``at``."""
        if at - self._last > GAP_MS:
            self._keys.clear()
        self._keys.append(text)
        self._last = at

    def running(self) -> bool:
        """Whether the keys so far came as fast as a scanner's."""
        return len(self._keys) >= LEAST

    def live(self, at: int) -> bool:
        """Whether a scan is still running at time ``at``."""
        return self.running() and at - self._last <= GAP_MS

    @property
    def text(self) -> str:
        """What was typed without a pause."""
        return "".join(self._keys)

    def clear(self) -> None:
        """Begin again."""
        self._keys.clear()
