"""A certificate of service on one A4 page, with a place for the seal and a code that any station can check."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtGui import QPainter

from timebank.paper.certificate import CertificateFace
from timebank.phrases import phrases
from ui.paper.ink import Ink, Side
from ui.paper.paged import Paged, write_paged

_PAGE = (210.0, 297.0)
_LEFT, _RIGHT = 22.0, 188.0
_WIDTH = _RIGHT - _LEFT
_TONE, _DARK, _QUIET, _LINE, _SHADE, _SEAL = "#0e5a5c", "#1b2430", "#56606b", "#c9d0d4", "#f3f6f6", "#b4574f"
_DPI = 600
_QR = 44.0
_ROW = 7.2
_TABLE_TOP, _FOOT_TOP = 132.0, 222.0


def paged_certificate(face: CertificateFace) -> Paged:
    """The page of a certificate, for a file, a printer or the preview."""

    def paint(painter: QPainter, _number: int) -> None:
        _Page(Ink(painter), face).paint()

    title = f"{phrases(face.language)('certificate.title')} {face.number}"
    return Paged(title, _PAGE, _DPI, 1, paint, codes=lambda _page: (face.code,))


def print_certificate(face: CertificateFace, path: Path, *, never_overwrite: bool = False) -> Path:
    """Print a certificate into a PDF and read its code back from the page; returns the file written.

    Raises ``printed_unreadable`` and the Faults of ``timebank.files.write_whole``; none leaves a file.
    """
    return write_paged(paged_certificate(face), path, never_overwrite=never_overwrite)


class _Page:
    """Paints the page, from the head down."""

    def __init__(self, ink: Ink, face: CertificateFace) -> None:
        self.ink, self.face = ink, face
        self._phrases = phrases(face.language)

    def say(self, key: str, /, **values: object) -> str:
        """A phrase of the certificate."""
        return self._phrases(f"certificate.{key}", **values)

    def paint(self) -> None:
        """The whole page."""
        self._frame()
        self._head()
        self._holder(64.0)
        self._statement(104.0)
        self._table(_TABLE_TOP)
        self._foot(_FOOT_TOP)

    def _frame(self) -> None:
        ink = self.ink
        ink.frame(10, 10, _PAGE[0] - 20, _PAGE[1] - 20, colour=_TONE, width=0.6, radius=3)
        ink.frame(11.6, 11.6, _PAGE[0] - 23.2, _PAGE[1] - 23.2, colour=_LINE, width=0.25, radius=2.2)

    def _head(self) -> None:
        ink, face, middle = self.ink, self.face, _PAGE[0] / 2
        ink.mark(middle - 6, 19, 12, _TONE)
        ink.text(
            middle, 44.5, self.say("title"), 9.4, colour=_DARK, bold=True, side=Side.CENTRE, width=_WIDTH
        )
        number = self.say("number", number=face.number)
        ink.text(middle, 53, number, 3.8, colour=_QUIET, side=Side.CENTRE, width=_WIDTH)

    def _holder(self, top: float) -> None:
        ink, face = self.ink, self.face
        ink.line(_LEFT, top - 5, _RIGHT, top - 5, colour=_TONE, width=0.35)
        fields = (
            ("holder", face.holder_name),
            ("document", face.holder_document or "—"),
            ("volunteer_number", face.holder_number),
            ("period", self.say("from_to", first=self._day(face.first), last=self._day(face.last))),
        )
        for place, (key, value) in enumerate(fields):
            x, y = _LEFT + _WIDTH / 2 * (place % 2), top + 2 + 16 * (place // 2)
            ink.text(x, y, self.say(key), 3.3, colour=_QUIET)
            ink.text(x, y + 7, value, 5.0, colour=_DARK, bold=place == 0, width=_WIDTH / 2 - 6)

    def _statement(self, top: float) -> None:
        ink, face = self.ink, self.face
        said = self.say("statement", network=face.network_name)
        for line, text in enumerate(ink.wrapped(said, 4.4, _WIDTH, 2)):
            ink.text(_LEFT, top + 6.6 * line, text, 4.4, colour=_DARK, width=_WIDTH)
        ink.text(
            _RIGHT, top + 19, self.say("total", services=face.services, hours=face.hours), 6.4,
            colour=_TONE, bold=True, side=Side.RIGHT, width=_WIDTH, whole=True,
        )  # fmt: skip

    def _table(self, top: float) -> None:
        ink = self.ink
        ink.band(_LEFT, top, _WIDTH, _ROW, colour="#e3eeee", radius=1.2)
        times, hours = _LEFT + _WIDTH * 0.68, _RIGHT - 3
        for x, key, side in (
            (_LEFT + 3, "kind", Side.LEFT),
            (times, "times_title", Side.RIGHT),
            (hours, "hours_title", Side.RIGHT),
        ):
            ink.text(x, top + _ROW * 0.66, self.say(key), 3.5, colour=_TONE, bold=True, side=side)
        for place, line in enumerate(self.face.lines, 1):
            y = top + place * _ROW
            if not place % 2:
                ink.band(_LEFT, y, _WIDTH, _ROW, colour=_SHADE)
            base = y + _ROW * 0.66
            ink.text(_LEFT + 3, base, line.what, 3.9, colour=_DARK, width=_WIDTH * 0.42)
            ink.text(times, base, line.times, 3.9, colour=_DARK, side=Side.RIGHT, width=40, whole=True)
            ink.text(hours, base, line.hours, 3.9, colour=_DARK, side=Side.RIGHT, width=48, whole=True)
        edge = top + (len(self.face.lines) + 1) * _ROW
        ink.line(_LEFT, edge, _RIGHT, edge, colour=_LINE, width=0.3)

    def _foot(self, top: float) -> None:
        ink, face = self.ink, self.face
        ink.qr(_LEFT - 2, top, _QR, face.code, dpi=_DPI)
        for line, text in enumerate(ink.wrapped(self.say("check_it"), 2.9, _QR + 2, 5)):
            ink.text(_LEFT, top + _QR + 3.6 + 4 * line, text, 2.9, colour=_QUIET, width=_QR + 4)
        left = _LEFT + _QR + 14
        fields = (
            ("issuer", face.station_name, False),
            ("responsible", face.responsible, True),
            ("contact", face.contact, True),
            ("day", self._day(face.issued), False),
        )
        room = _RIGHT - 36 - left
        for place, (key, value, blank) in enumerate(fields):
            y = top + 4 + 12.4 * place
            ink.text(left, y, self.say(key), 3.2, colour=_QUIET)
            if value:
                ink.text(left, y + 6, value, 4.4, colour=_DARK, width=room)
            elif blank:
                ink.line(left, y + 6.6, left + room, y + 6.6, colour=_LINE, width=0.3)
        seal_x, seal_y = _RIGHT - 17, top + 26
        ink.circle(seal_x, seal_y, 17, colour=_SEAL, width=0.35, dashed=True)
        ink.text(seal_x, seal_y + 1.2, self.say("seal"), 3.4, colour=_SEAL, side=Side.CENTRE, width=30)

    def _day(self, day: date) -> str:
        return self.say("date", year=day.year, month=day.month, day=day.day)
