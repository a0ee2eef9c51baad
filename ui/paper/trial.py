"""A test page: does the printer reach where it says, at full size, and is what it prints read?"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QPainter

from timebank.phrases import phrases
from ui.paper.ink import Ink, Side
from ui.paper.paged import Margins, Paged

_BLACK, _GREY = "#000000", "#808080"
_CODE = "TIMEBANK TEST PAGE " * 7
PAGES = {"a4": (210.0, 297.0), "roll80": (80.0, 150.0), "roll58": (58.0, 140.0), "card": (85.6, 54.0)}
"""The papers a test page is made for."""


@dataclass(frozen=True)
class TrialFace:
    """What the test page says."""

    printer: str
    station_name: str
    printed: str
    language: str = "zh_CN"


def paged_trial(face: TrialFace, page: tuple[float, float], margins: Margins) -> Paged:
    """One page with a frame at the printer's margins, a ruler along each side, sizes of type, and a code."""

    def paint(painter: QPainter, _number: int) -> None:
        _paint(Ink(painter), face, page, margins)

    code = _CODE.strip()
    small = min(page) < 57 and page[0] > page[1]
    return Paged(
        phrases(face.language)("trial.title"),
        page,
        203 if page[0] < 85 else 600,
        1,
        paint,
        codes=lambda _page: () if small else (code,),
    )


def _paint(ink: Ink, face: TrialFace, page: tuple[float, float], margins: Margins) -> None:
    say = phrases(face.language)
    w, h = page
    left, top = margins.left + 0.3, margins.top + 0.3
    right, bottom = w - margins.right - 0.3, h - margins.bottom - 0.3
    ink.frame(left, top, right - left, bottom - top, colour=_BLACK, width=0.2)
    for mm in range(int(left) + 1, int(right)):
        length = 4.0 if mm % 10 == 0 else 2.0 if mm % 5 == 0 else 1.0
        for y, way in ((top, 1), (bottom, -1)):
            ink.line(mm, y, mm, y + way * length, colour=_BLACK, width=0.1)
    for mm in range(int(top) + 1, int(bottom)):
        length = 4.0 if mm % 10 == 0 else 2.0 if mm % 5 == 0 else 1.0
        for x, way in ((left, 1), (right, -1)):
            ink.line(x, mm, x + way * length, mm, colour=_BLACK, width=0.1)
    size = 2.4 if h < 60 else 2.8 if w < 100 else 4.2
    inner, room = left + 6, right - left - 12
    y = top + 5 + size * 1.6
    ink.text(inner, y, say("trial.title"), size * 1.5, bold=True, width=room)
    for words in (
        face.printer or say("trial.no_printer"),
        f"{face.station_name}  {face.printed}",
        say("trial.margins", left=f"{margins.left:.1f}", top=f"{margins.top:.1f}",
            right=f"{margins.right:.1f}", bottom=f"{margins.bottom:.1f}"),
        say("trial.frame"),
    ):  # fmt: skip
        for line in ink.wrapped(words, size, room):
            y += size * 1.55
            ink.text(inner, y, line, size, width=room)
    y += size * 1.2
    ink.line(inner, y, inner + 50 if room > 50 else inner + 30, y, colour=_BLACK, width=0.3)
    long = 50 if room > 50 else 30
    for at in (0, long):
        ink.line(inner + at, y - 1.5, inner + at, y + 1.5, colour=_BLACK, width=0.3)
    y += size * 1.6
    for line in ink.wrapped(say("trial.ruler", mm=long), size, room):
        ink.text(inner, y, line, size, width=room)
        y += size * 1.5
    if h < 60:
        return
    box = min(32.5, room)
    ink.qr((w - box) / 2 if w < 100 else inner, y, box, _CODE.strip(), dpi=203 if w < 100 else 600)
    if w >= 100:
        x = inner + box + 8
        base = y + 2.0
        for each in (1.9, 2.5, 3.1, 4.2, 7.0):
            base += each + 2.6
            ink.text(x, base, say("trial.type"), each, width=right - 6 - x)
    y += box + size
    for step in range(5):
        shade = f"#{step * 55:02x}{step * 55:02x}{step * 55:02x}"
        ink.band(inner + step * room / 5, y, room / 5, size * 1.6, colour=shade)
    ink.text(w / 2, y + size * 3.2, say("trial.shades"), size, side=Side.CENTRE, width=room)
