"""Telling a scanner from a person: a scanner types faster than hands can, and sometimes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

GAP_MS = 45
"""Longest pause between two keys of one scan. Fast typists hold about 90 ms over several keys."""
LEAST = 6
"""Fewest keys that make a scan. Two or three quick keys happen to everyone."""


@dataclass(frozen=True)
class Codes:
    """What scanned codes look like here: how they begin, and when one is whole."""

    prefixes: tuple[str, ...]
    complete: Callable[[str], bool]

    def begins(self, text: str) -> bool:
        """Whether ``text`` starts as a code does."""
        return text.upper().startswith(self.prefixes)


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


def one_code(text: str, codes: Codes) -> str:
    """The one code in a scan: the last whole one if it came twice, or once in half and once in full."""
    text = "".join(text.split())
    if codes.complete(text):
        return text
    upper = text.upper()
    starts = sorted({i for prefix in codes.prefixes for i in _places(upper, prefix)})
    for start in reversed(starts):
        for end in [*(s for s in starts if s > start), len(text)]:
            if codes.complete(text[start:end]):
                return text[start:end]
    half = len(text) // 2
    return text[:half] if half >= LEAST and text[:half] == text[half:] else text


def _places(text: str, part: str) -> list[int]:
    places, at = [], text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + 1)
    return places
