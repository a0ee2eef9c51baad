"""How large things are. Everything is a multiple of the body text, so all of it grows together."""

from __future__ import annotations

from enum import Enum, StrEnum


class TextSize(StrEnum):
    """The three text sizes a person can choose while the program runs."""

    STANDARD = "standard"
    LARGE = "large"
    EXTRA = "extra"

    @property
    def points(self) -> float:
        """Body text in points."""
        return {"standard": 11.0, "large": 13.0, "extra": 15.5}[self.value]

    def next(self, step: int) -> TextSize:
        """The size ``step`` places along, stopping at either end."""
        sizes = list(TextSize)
        return sizes[max(0, min(len(sizes) - 1, sizes.index(self) + step))]


class Role(Enum):
    """What a piece of text is for: its size as a multiple of body text, and its weight (100 to 900)."""

    SMALL = (0.9, 400)
    BODY = (1.0, 400)
    LABEL = (1.001, 600)
    INPUT = (1.2, 400)
    HEADING = (1.201, 600)
    TITLE = (1.55, 600)
    VERDICT = (1.9, 600)
    DISPLAY = (3.4, 600)

    @property
    def factor(self) -> float:
        """Size as a multiple of body text."""
        return self.value[0]

    @property
    def weight(self) -> int:
        """Weight from 100 to 900."""
        return self.value[1]


TARGET = 3.0
"""Smallest side of anything that can be pressed, in ems: 44 px at the standard size and 96 dpi."""
ELDER_TARGET = 4.1
"""The same on the page turned to the elder: 60 px."""
RADIUS = 0.5
"""Corner radius of cards and controls, in ems."""
STEP = 0.25
"""One step of the spacing scale, in ems; gaps are 1, 2, 3, 4, 6 or 8 steps."""
