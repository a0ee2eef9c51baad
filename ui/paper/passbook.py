"""A member's passbook (存折) on A4 pages, in letters that an elder reads without looking for glasses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QPainter

from timebank.paper.faces import PassbookFace, PassbookLine
from timebank.phrases import phrases
from ui.paper.ink import Ink, Side
from ui.paper.paged import Paged, write_paged

_PAGE = (210.0, 297.0)
_LEFT, _RIGHT = 18.0, 192.0
_TABLE_TOP, _ROW = 69.0, 8.4
ROWS = 24  # lines on a page
_TONE, _DARK, _QUIET, _LINE, _SHADE = "#0e5a5c", "#1b2430", "#56606b", "#d4d9dd", "#f3f6f6"
# The right edge of each column of figures; the two before them start at the left.
_IN, _OUT, _BALANCE, _WHAT = 138.0, 164.0, 190.0, 46.0


def print_passbook(face: PassbookFace, path: Path, *, never_overwrite: bool = False) -> Path:
    """Print a passbook into a PDF, on as many pages as its lines need; returns the file written.

    Raises the Faults of ``timebank.files.write_whole``.
    """
    return write_paged(paged_passbook(face), path, never_overwrite=never_overwrite)


def paged_passbook(face: PassbookFace, *, printed: int = 0) -> Paged:
    """The pages of a passbook; the first ``printed`` lines are on the paper already.

    The first page is then the one that was begun: only the lines that are new go onto it, below those that
    stand there.
    """
    printed = max(0, min(printed, len(face.lines)))
    count = max(1, math.ceil(len(face.lines) / ROWS))
    begun = min(printed // ROWS, count - 1)

    def paint(painter: QPainter, number: int) -> None:
        page = begun + number
        lines = face.lines[page * ROWS : (page + 1) * ROWS]
        there = printed - page * ROWS
        _Page(Ink(painter), face).paint(lines, page + 1, count, skip=max(0, there))

    title = f"{phrases(face.language)('paper.passbook_title')} {face.holder_number}"
    return Paged(title, _PAGE, 600, count - begun, paint)


class _Page:
    """One page: whose it is, its lines, its number."""

    def __init__(self, ink: Ink, face: PassbookFace) -> None:
        self.ink, self.face = ink, face
        self._phrases = phrases(face.language)

    def say(self, key: str, **values: object) -> str:
        """A phrase of the passbook."""
        return self._phrases(f"paper.passbook_{key}", **values)

    def paint(self, lines: Sequence[PassbookLine], number: int, count: int, *, skip: int = 0) -> None:
        """Paint page ``number`` of ``count``; with ``skip``, only the lines after so many that stand there."""
        y = _TABLE_TOP + _ROW * (1 + skip)
        for place, line in enumerate(lines[skip:], skip):
            if place % 2:
                self.ink.band(_LEFT, y, _RIGHT - _LEFT, _ROW, colour=_SHADE)
            self.line(y + _ROW * 0.66, line)
            y += _ROW
        if skip:
            self.ink.line(_LEFT, y, _RIGHT, y, colour=_TONE, width=0.3)
            return
        self.head()
        self.columns()
        if not lines:
            middle = (_LEFT + _RIGHT) / 2
            self.ink.text(middle, y + 16, self.say("empty"), 4.2, colour=_QUIET, side=Side.CENTRE)
        self.ink.line(_LEFT, y, _RIGHT, y, colour=_TONE, width=0.3)
        foot = _PAGE[1] - 12
        printed = self.say("printed", day=self.face.printed.isoformat())
        self.ink.text(_LEFT, foot, printed, 3.2, colour=_QUIET)
        page = self.say("page", page=number, pages=count)
        self.ink.text(_RIGHT, foot, page, 3.2, colour=_QUIET, side=Side.RIGHT)

    def head(self) -> None:
        """The name mark, the member and the honour total."""
        ink, face = self.ink, self.face
        ink.band(0, 0, _PAGE[0], 24, colour=_TONE)
        ink.mark(_LEFT, 6, 12, "#ffffff")
        used = ink.text(_RIGHT, 14.6, self.say("title"), 7.0, colour="#ffffff", bold=True, side=Side.RIGHT)
        room = _RIGHT - used - 6 - (_LEFT + 16)
        ink.text(_LEFT + 16, 13.9, face.network_name, 5.2, colour="#ffffff", width=room)
        fields = (
            ("member", face.holder_name),
            ("number", face.holder_number),
            ("station", face.station_name),
            ("unit", face.unit_name),
        )
        for place, (key, value) in enumerate(fields):
            x, y = _LEFT + 62 * (place % 2), 36 + 14 * (place // 2)
            ink.text(x, y, self.say(key), 3.0, colour=_QUIET)
            ink.text(x, y + 6.2, value, 4.8, colour=_DARK, bold=key == "member", width=57)
        ink.frame(148, 31.5, _RIGHT - 148, 27, colour=_TONE, width=0.3, radius=2)
        middle = (148 + _RIGHT) / 2
        ink.text(middle, 40, self.say("honour"), 3.4, colour=_QUIET, side=Side.CENTRE)
        ink.text(
            middle, 51.5, face.honour_text, 7.6, colour=_TONE, bold=True,
            side=Side.CENTRE, width=_RIGHT - 148 - 5, whole=True,
        )  # fmt: skip

    def columns(self) -> None:
        """The names of the columns."""
        base = _TABLE_TOP + _ROW * 0.62
        places = (
            (_LEFT + 2, "date", Side.LEFT),
            (_WHAT, "what", Side.LEFT),
            (_IN, "in", Side.RIGHT),
            (_OUT, "out", Side.RIGHT),
            (_BALANCE, "balance", Side.RIGHT),
        )
        for x, key, side in places:
            self.ink.text(x, base, self.say(key), 3.5, colour=_TONE, bold=True, side=side)
        edge = _TABLE_TOP + _ROW
        self.ink.line(_LEFT, edge, _RIGHT, edge, colour=_TONE, width=0.3)

    def line(self, base: float, line: PassbookLine) -> None:
        """One movement."""
        ink, size = self.ink, 3.8
        ink.text(_LEFT + 2, base, line.day.isoformat(), size, colour=_DARK)
        ink.text(_WHAT, base, line.what, size, colour=_DARK, width=_IN - 22 - _WHAT)
        for x, amount, bold in (
            (_IN, line.added, False),
            (_OUT, line.taken, False),
            (_BALANCE, line.balance, True),
        ):
            ink.text(x, base, amount, size, colour=_DARK, bold=bold, side=Side.RIGHT, width=24, whole=True)
