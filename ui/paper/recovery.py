"""The recovery sheet of a network's root key: one A4 page in both languages, for the safe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtGui import QPainter

from timebank.outcome import Fault
from timebank.paper.recovery import RecoveryFace
from timebank.phrases import LANGUAGES, Phrases, phrases
from ui.paper.ink import Ink, Side
from ui.paper.paged import Paged, write_made
from ui.paper.press import Order, always, put_on_paper

_PAGE = (210.0, 297.0)
_LEFT, _RIGHT = 18.0, 192.0
_TONE, _DARK, _QUIET, _LINE, _ALARM = "#0e5a5c", "#1b2430", "#56606b", "#c9d0d4", "#a3261f"
_DPI = 600
_QR = 60.0
_COLUMNS, _ROWS = 2, 7
_UNREAD = ("printed_unreadable", "page_unreadable")


def paged_recovery(face: RecoveryFace) -> Paged:
    """The page, for a file, a printer or the preview."""

    def paint(painter: QPainter, _number: int) -> None:
        _paint(Ink(painter), face)

    title = f"{phrases('zh_CN')('sheet.title')} {face.network_name}"
    return Paged(title, _PAGE, _DPI, 1, paint, codes=lambda _page: (face.code,))


def print_recovery(face: RecoveryFace, path: Path) -> Path:
    """Print the sheet into a PDF that only its owner may read; the code is read back from the page.

    Raises the Faults of ``timebank.files.write_whole``, and ``sheet_not_printed``.
    """
    with _said_of_the_sheet(path.name):
        return write_made(partial(paged_recovery, face), path, never_overwrite=True, private=True)


class OrderedSheet:
    """A recovery sheet on what was chosen in the preview: a printer, which leaves no file behind, or a PDF."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def print_recovery(self, face: RecoveryFace, path: Path) -> Path:
        """Print it, its code read back; Fault ``sheet_not_printed`` or those of :func:`put_on_paper`."""
        with _said_of_the_sheet(path.name):
            made = put_on_paper(always(partial(paged_recovery, face)), self._order, private=True)
            return made or path


@contextmanager
def _said_of_the_sheet(name: str) -> Iterator[None]:
    try:
        yield
    except Fault as fault:
        if fault.code in _UNREAD:
            raise Fault("sheet_not_printed", file=name) from fault
        raise


def _paint(ink: Ink, face: RecoveryFace) -> None:
    said = [phrases(language) for language in LANGUAGES]
    _head(ink, face, said)
    _warning(ink, said, 52)
    _key(ink, face, said, 92)
    _words(ink, face, said, 172)
    _steps(ink, said, 217)


def _head(ink: Ink, face: RecoveryFace, said: list[Phrases]) -> None:
    chinese, english = said
    ink.band(0, 0, _PAGE[0], 24, colour=_TONE)
    ink.mark(_LEFT, 6, 12, "#ffffff")
    ink.text(_LEFT + 17, 12.6, chinese("sheet.title"), 6.6, colour="#ffffff", bold=True)
    ink.text(_LEFT + 17, 19, english("sheet.title"), 4.2, colour="#ffffff")
    fields = (
        ("sheet.network", face.network_name, _LEFT, 96.0),
        ("sheet.printed_at", f"{face.station_name}  {face.printed.isoformat()}", 122.0, 70.0),
    )
    for key, value, x, width in fields:
        ink.text(x, 33, " · ".join(say(key) for say in said), 3.0, colour=_QUIET)
        ink.text(x, 41, value, 5.6, colour=_DARK, bold=True, width=width)


def _warning(ink: Ink, said: list[Phrases], top: float) -> None:
    ink.frame(_LEFT, top, _RIGHT - _LEFT, 37, colour=_ALARM, width=0.7, radius=2)
    y = top + 7
    for say, first, size in zip(said, (4.8, 4.2), (3.6, 3.3), strict=True):
        ink.text(_LEFT + 5, y, say("sheet.warning"), first, colour=_ALARM, bold=True)
        y += 5.2
        for line in ink.folded(say("sheet.warning_more"), size, _RIGHT - _LEFT - 10):
            ink.text(_LEFT + 5, y, line, size, colour=_DARK)
            y += 4.6
        y += 2.6


def _key(ink: Ink, face: RecoveryFace, said: list[Phrases], top: float) -> None:
    ink.qr(_LEFT, top, _QR, face.code, dpi=_DPI)
    left = _LEFT + _QR + 12
    for row, say in enumerate(said):
        ink.text(left, top + 3.5 + row * 4.8, say("sheet.typed"), 3.4, colour=_QUIET, width=_RIGHT - left)
    width, height = (_RIGHT - left) / _COLUMNS, 8.6
    for place, group in enumerate(face.groups):
        column, row = divmod(place, _ROWS)
        x, base = left + column * width, top + 19 + row * height
        ink.text(x + 7, base, str(place + 1), 3.6, colour=_QUIET, side=Side.RIGHT)
        for at, symbol in enumerate(group):
            ink.text(x + 13.5 + at * 6.2, base, symbol, 6.2, colour=_DARK, bold=True, side=Side.CENTRE)
        ink.line(x, base + 2.4, x + width - 4, base + 2.4, colour=_LINE, width=0.15)


def _words(ink: Ink, face: RecoveryFace, said: list[Phrases], top: float) -> None:
    ink.line(_LEFT, top, _RIGHT, top, colour=_TONE, width=0.3)
    title = f"{said[0]('sheet.words')} · {said[1]('sheet.words')}"
    ink.text(_LEFT, top + 6.5, title, 3.3, colour=_TONE, bold=True, width=_RIGHT - _LEFT)
    width = (_RIGHT - _LEFT) / len(face.numbers)
    for place, number in enumerate(face.numbers):
        middle = _LEFT + (place + 0.5) * width
        for language, base, size in zip(LANGUAGES, (15.5, 22.5), (5.2, 4.3), strict=True):
            word = face.words[language][place]
            ink.text(
                middle, top + base, word, size, colour=_DARK, bold=True, side=Side.CENTRE,
                width=width - 2, whole=True,
            )  # fmt: skip
        ink.text(middle, top + 28, str(number), 3.0, colour=_QUIET, side=Side.CENTRE)
    ink.text(_LEFT, top + 35.5, face.fingerprint, 3.2, colour=_QUIET)


def _steps(ink: Ink, said: list[Phrases], top: float) -> None:
    ink.line(_LEFT, top - 5, _RIGHT, top - 5, colour=_TONE, width=0.3)
    y = top + 1.5
    for say, size in zip(said, (3.6, 3.3), strict=True):
        ink.text(_LEFT, y, say("sheet.how"), 3.8, colour=_TONE, bold=True)
        y += 5.2
        for number in range(1, 5):
            for line in ink.folded(say(f"sheet.step_{number}"), size, _RIGHT - _LEFT):
                ink.text(_LEFT, y, line, size, colour=_DARK)
                y += 4.7
        y += 3.4
