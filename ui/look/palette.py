"""The colours: one accent, four tones, warm paper by day and soft charcoal by night.

Every pair that carries text keeps a contrast of at least 4.5:1, every edge of a control at least 3:1;
``tests/gui/test_look.py`` computes both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What a colour means. Never shown by colour alone: an icon and words go with it."""

    PLAIN = "plain"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"


TONE_ICONS = {
    Tone.PLAIN: "info",
    Tone.ACCENT: "info",
    Tone.GOOD: "check",
    Tone.WARN: "warning",
    Tone.BAD: "error",
    Tone.INFO: "info",
}


@dataclass(frozen=True)
class Palette:
    """Colours as ``#rrggbb``, named for what they are for."""

    dark: bool
    ground: str
    """behind everything"""
    surface: str
    """cards, tables, inputs"""
    sunken: str
    """hover, alternate rows, tracks"""
    line: str
    """quiet separators"""
    edge: str
    """the edge of something that can be operated"""
    text: str
    soft: str
    """second-rank text"""
    faint: str
    """what is disabled, and may be read all the same: 3:1"""
    accent: str
    accent_strong: str
    """accent under the pointer"""
    on_accent: str
    accent_wash: str
    good: str
    good_wash: str
    warn: str
    warn_wash: str
    bad: str
    bad_wash: str
    info: str
    info_wash: str

    def ink(self, tone: Tone) -> str:
        """The colour of text and icons that mean ``tone``."""
        return self.text if tone is Tone.PLAIN else str(getattr(self, tone.value))

    def wash(self, tone: Tone) -> str:
        """The ground behind text that means ``tone``."""
        return self.sunken if tone is Tone.PLAIN else str(getattr(self, f"{tone.value}_wash"))


LIGHT = Palette(
    dark=False,
    ground="#f6f3ed",
    surface="#fffefb",
    sunken="#efebe3",
    line="#e0dbd0",
    edge="#8b867b",
    text="#20262a",
    soft="#565d5c",
    faint="#8b877e",
    accent="#0b6b63",
    accent_strong="#08564f",
    on_accent="#ffffff",
    accent_wash="#dceeea",
    good="#1d6838",
    good_wash="#e1f1e4",
    warn="#855000",
    warn_wash="#fbeed6",
    bad="#a9261d",
    bad_wash="#fbe7e3",
    info="#1d5a94",
    info_wash="#e2edf7",
)

DARK = Palette(
    dark=True,
    ground="#171a1a",
    surface="#202424",
    sunken="#2a2f2f",
    line="#363c3b",
    edge="#7d8683",
    text="#edebe5",
    soft="#abb2ae",
    faint="#757d7a",
    accent="#62c9bc",
    accent_strong="#84d8cd",
    on_accent="#06231f",
    accent_wash="#17403b",
    good="#82d397",
    good_wash="#1c3724",
    warn="#f0b860",
    warn_wash="#3d2f15",
    bad="#ff9f95",
    bad_wash="#47211e",
    info="#93c4f6",
    info_wash="#1c324b",
)


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two ``#rrggbb`` colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
