"""One voucher on paper. Every layout, preview, printer and PDF comes through :func:`paint_voucher`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QImage, QPainter

from timebank.paper.faces import Layout, VoucherFace
from timebank.phrases import phrases
from ui.paper.ink import UNITS, Ink, Side

_DARK, _QUIET, _FAINT, _BLACK = "#1b2430", "#56606b", "#a7afb7", "#000000"
_TONES = {"credit": "#0e5a5c", "allowance": "#7a3b0c"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The geometry of a layout, in millimetres, and the resolution it is printed at."""

    page: tuple[float, float]
    voucher: tuple[float, float]
    columns: int
    rows: int
    dpi: int  # a whole number of dots to a QR module: laser printers 600, thermal print heads 203
    qr: float  # the side of the square the QR lies in, quiet zone included
    text: float  # the size of a line of small print
    edge: float  # white around what is printed of each

    @property
    def per_page(self) -> int:
        """How many vouchers lie on a page."""
        return self.columns * self.rows

    @property
    def corner(self) -> tuple[float, float]:
        """Where the first voucher begins, the whole block being in the middle of the page."""
        (page_w, page_h), (w, h) = self.page, self.voucher
        return (page_w - self.columns * w) / 2, (page_h - self.rows * h) / 2


SHEETS = {
    Layout.A4: Sheet((210, 297), (95, 55), 2, 5, 600, 32.5, 2.5, 2.0),
    Layout.A4_3X8: Sheet((210, 297), (66, 35), 3, 8, 600, 25.0, 1.9, 1.0),
    Layout.CARD: Sheet((85.6, 54), (85.6, 54), 1, 1, 600, 32.5, 2.35, 2.0),
    Layout.ROLL80: Sheet((80, 146), (80, 146), 1, 1, 203, 49.2, 3.1, 5.0),
    Layout.ROLL58: Sheet((58, 128), (58, 128), 1, 1, 203, 43.0, 2.65, 5.2),
}
"""On a roll the length is the least; :func:`sheet_for` says how long a page of certain vouchers is."""
_ROLLS = (Layout.ROLL80, Layout.ROLL58)


def paint_voucher(painter: QPainter, face: VoucherFace, layout: Layout) -> None:
    """Paint ``face`` with its top left corner at the painter's origin, one hundredth of a mm to the unit."""
    shape = _Tall if layout in _ROLLS else _Wide
    shape(Ink(painter), face, SHEETS[layout]).paint()


def sheet_for(layout: Layout, faces: Sequence[VoucherFace]) -> Sheet:
    """The geometry for these vouchers: a roll is cut as long as the longest of them."""
    sheet = SHEETS[layout]
    if layout not in _ROLLS or not faces:
        return sheet
    # What is alike on the vouchers of a batch decides the length, so that few need to be measured.
    kinds = {(face.kind, face.station_name, face.locked_to, face.reprint): face for face in faces}
    scrap = QImage(1, 1, QImage.Format.Format_Mono)
    painter = QPainter(scrap)
    try:
        painter.scale(1 / UNITS, 1 / UNITS)
        length = max(_Tall(Ink(painter), face, sheet).paint() for face in kinds.values())
    finally:
        painter.end()
    size = (sheet.page[0], math.ceil(length))
    return replace(sheet, page=size, voucher=size)


class _Voucher:
    """What both shapes share: the face, its words and its colours."""

    def __init__(self, ink: Ink, face: VoucherFace, sheet: Sheet) -> None:
        self.ink, self.face, self.sheet = ink, face, sheet
        self.w, self.h = sheet.voucher
        self._phrases = phrases(face.language)
        self.credit = face.kind == "credit"
        self.tone, self.dark, self.quiet, self.faint = _TONES[face.kind], _DARK, _QUIET, _FAINT

    def say(self, key: str, **values: object) -> str:
        """A phrase of the paper, in the voucher's language."""
        return self._phrases(f"paper.{key}", **values)

    def rows(self, width: float, *, brief: bool, most: int) -> list[tuple[str, str, bool]]:
        """Label, value and whether it stands out; a long name takes up to ``most`` rows of ``width`` mm."""
        face, say = self.face, self.say
        rows = self._name(say("station"), face.station_name, width, most, strong=False)
        if face.locked_to is not None:
            rows += self._name(say("locked"), face.locked_to, width / 1.2, most, strong=True)
        rows.append((say("holder"), face.holder_number, False))
        if not brief:
            rows.append((say("issued"), face.issued.isoformat(), False))
        rows.append((say("expires"), face.expires.isoformat() if face.expires else say("no_expiry"), True))
        return rows

    def _name(
        self, label: str, name: str, width: float, most: int, *, strong: bool
    ) -> list[tuple[str, str, bool]]:
        lines = self.ink.wrapped(name, self.sheet.text, width, most)
        return [(label if not number else "", line, strong) for number, line in enumerate(lines)]

    def labels(self) -> float:
        """The width that labels take."""
        return self.sheet.text * (5.6 if self.face.language == "zh_CN" else 5.5)

    def row(self, x: float, y: float, row: tuple[str, str, bool], width: float, *, share: float = 1) -> None:
        """One row of the table, its letters at ``share`` of their size."""
        size, labels = self.sheet.text * share, self.labels()
        label, value, strong = row
        big = size * 1.12 if strong else size
        self.ink.text(x, y, label, size, colour=self.quiet, width=labels - size * 0.3)
        self.ink.text(x + labels, y, value, big, colour=self.dark, bold=strong, width=width - labels)

    def caption(self) -> str:
        """What the amount is counted in, and the same in minutes."""
        return self.say("caption", unit=self.face.unit_name, minutes=self.face.minutes)

    def reprint(self, right: float, y: float, size: float) -> None:
        """The mark of a second printing, boxed, its right edge at ``right``."""
        if not self.face.reprint:
            return
        pad = size * 0.45
        said = self.say("reprint")
        used = self.ink.text(right - pad, y, said, size, colour=self.tone, bold=True, side=Side.RIGHT)
        left, width = right - used - 2 * pad, used + 2 * pad
        self.ink.frame(left, y - size * 1.14, width, size * 1.56, colour=self.tone, width=0.3, radius=pad / 2)

    def stamp(self, x: float, y: float, radius: float) -> None:
        """The place for the station's stamp."""
        size = self.sheet.text * 0.9
        self.ink.circle(x, y, radius, colour=self.faint, width=0.15, dashed=True)
        self.ink.text(x, y + size * 0.36, self.say("stamp"), size, colour=self.faint, side=Side.CENTRE)


class _Wide(_Voucher):
    """Lying: words on the left, QR on the right, under a head that sets credit and allowance apart."""

    def __init__(self, ink: Ink, face: VoucherFace, sheet: Sheet) -> None:
        super().__init__(ink, face, sheet)
        self.small = self.h < 40
        self.unit = self.h / 55  # the small one is the same voucher seen from further away
        self.edge = sheet.edge
        self.head_height = 4.3 if self.small else 8.8
        self.code_left = self.w - self.edge - sheet.qr - (0.6 if self.credit else 1.0)

    def paint(self) -> None:
        """Paint the whole voucher."""
        edge, size, unit = self.edge, self.sheet.text, self.unit
        self.head()
        x, right = edge + 3.4 * unit, self.code_left - 0.3
        width, body, foot = right - x, edge + self.head_height, self.h - edge - 2.9 * unit
        radius = 0.0 if self.small else 5.2  # the small one has no room for a stamp
        note = "" if self.small else f"  ·  {self.say(f'note_{self.face.kind}')}"
        line = self.say("no_cash") + note
        self.ink.text(x, foot, line, size * 0.92, colour=self.quiet, width=width)
        rows = self.rows(
            width - self.labels(), brief=self.small, most=2 if self.face.locked_to and self.small else 3
        )
        bottom, base = foot - size * 2.05, body + 10.3 * unit
        # Rows stand as wide as they like, or closer where a lock and long names make them many.
        pitch = min(size * 1.6, (bottom - base - size * 2.0) / max(1, len(rows) - 1))
        first = bottom - pitch * (len(rows) - 1)
        stamp = foot - size * 1.85 - 2 * radius  # its upper edge; a row beside it is narrower
        for number, row in enumerate(rows):
            y = first + pitch * number
            room = width if y < stamp - 0.6 or self.small else width - 2 * radius - 1
            self.row(x, y, row, room, share=min(1.0, pitch / size / 1.22))
        if not self.small:
            self.stamp(right - radius - 0.3, stamp + radius, radius)
        self.amount(x, base, width, floor=first - size * 1.5)
        self.code(body)

    def code(self, body: float) -> None:
        """The QR and, under it, the serial for typing."""
        qr, size = self.sheet.qr, self.sheet.text
        left = self.code_left
        top = body + (self.h - self.edge - body - qr - size * 0.9) / 2
        self.ink.qr(left, top, qr, self.face.code, dpi=self.sheet.dpi)
        self.ink.text(
            left + qr / 2, top + qr + size * 0.9, self.face.serial_text, size * 1.14,
            colour=self.dark, bold=True, side=Side.CENTRE, width=qr, whole=True,
        )  # fmt: skip

    def head(self) -> None:
        """Solid, in a plain frame, for credit; white, underlined with stripes and doubly framed otherwise."""
        ink, edge, unit, height = self.ink, self.edge, self.unit, self.head_height
        width, radius, words = self.w - 2 * edge, 1.8 * unit, self.tone
        if self.credit:
            ink.band(edge, edge, width, height, colour=self.tone, radius=radius)
            words = "#ffffff"
        else:
            stripe = 1.5 * unit
            height -= stripe
            ink.band(edge, edge + height, width, stripe, colour=self.tone, striped=True)
            inner = 0.4 if self.small else 0.8
            top = edge + height + stripe + inner
            bottom = self.h - edge - inner
            ink.frame(
                edge + inner,
                top,
                width - 2 * inner,
                bottom - top,
                colour=self.tone,
                width=0.12,
                radius=radius / 2,
            )
        ink.frame(edge, edge, width, self.h - 2 * edge, colour=self.tone, width=0.28, radius=radius)
        mark, x, middle = height * 0.64, edge + 3.2 * unit, edge + height / 2
        ink.mark(x, middle - mark / 2, mark, words)
        title, name = 3.8 * unit, 3.0 * unit
        right = self.w - edge - 3.2 * unit
        said = self.say(f"title_{self.face.kind}")
        used = ink.text(right, middle + title * 0.36, said, title, colour=words, bold=True, side=Side.RIGHT)
        room = right - used - 2 * unit - (x + mark + 1.4 * unit)
        base = middle + name * 0.36
        ink.text(x + mark + 1.4 * unit, base, self.face.network_name, name, colour=words, width=room)

    def amount(self, x: float, base: float, width: float, *, floor: float) -> None:
        """The amount, large, and what it is counted in where that fits above ``floor``."""
        unit = self.unit
        size, mark = 9.2 * unit, 2.9 * unit
        room = width - (mark * (3.4 if self.face.language == "zh_CN" else 5.2) if self.face.reprint else 0)
        self.ink.text(
            x, base, self.face.amount_text, size, colour=self.dark, bold=True, width=room, whole=True
        )
        self.reprint(x + width - 0.3, base - 2.2 * unit, mark)
        under = base + self.sheet.text * 1.9
        if under <= floor:
            self.ink.text(x + 0.2, under, self.caption(), self.sheet.text, colour=self.quiet, width=width)


class _Tall(_Voucher):
    """Standing, for a roll: everything on one axis, black only."""

    def __init__(self, ink: Ink, face: VoucherFace, sheet: Sheet) -> None:
        super().__init__(ink, face, sheet)
        self.tone = self.dark = self.quiet = self.faint = _BLACK
        self.middle = self.w / 2
        self.edge = sheet.edge  # what the print heads, 72 and 48 mm wide, reach
        self.room = self.w - 2 * self.edge

    def paint(self) -> float:
        """Paint the whole voucher; returns how long it is in mm."""
        face, size, room = self.face, self.sheet.text, self.room
        y = self.head()
        y += size * 3.5
        self.line(y, face.amount_text, size * 3.0, bold=True, whole=True)
        y += size * 1.7
        self.line(y, self.caption(), size)
        y += size * 0.4
        self.ink.qr(self.middle - self.sheet.qr / 2, y, self.sheet.qr, face.code, dpi=self.sheet.dpi)
        y += self.sheet.qr + size * 1.05
        self.line(y, face.serial_text, size * 1.35, bold=True, whole=True)
        y += size * 1.1
        self.ink.line(self.edge, y, self.w - self.edge, y, colour=_BLACK, width=0.2)
        y += size * 0.25
        for row in self.rows(room - self.labels(), brief=False, most=99):
            y += size * 1.65
            self.row(self.edge, y, row, room)
        radius = size * 2.2
        top = y + size * 0.9
        self.stamp(self.w - self.edge - radius, top + radius, radius)
        beside = room - 2 * radius - 1
        foot = top + 2 * radius - size * 0.3
        self.ink.text(self.edge, foot - size * 1.5, self.say("no_cash"), size, bold=True, width=beside)
        self.ink.text(self.edge, foot, self.say("check"), size * 0.85, width=beside)
        return foot + 4.6

    def head(self) -> float:
        """Mark, network and title; returns the bottom. White on black for credit, else between stripes."""
        ink, size, left, room = self.ink, self.sheet.text, self.edge, self.room
        y, mark = 3.0, size * 3.0
        ink.mark(self.middle - mark / 2, y, mark, _BLACK)
        self.reprint(self.w - self.edge, y + size * 1.8, size)
        y += mark + size * 1.35
        self.line(y, self.face.network_name, size * 1.05)
        y += size * 0.8
        height, stripe = size * (2.5 if self.credit else 3.1), size * 0.5
        if self.credit:
            ink.band(left, y, room, height, colour=_BLACK)
        else:
            ink.band(left, y, room, stripe, colour=_BLACK, striped=True)
            ink.band(left, y + height - stripe, room, stripe, colour=_BLACK, striped=True)
        said, words = self.say(f"title_{self.face.kind}"), "#ffffff" if self.credit else _BLACK
        self.line(y + height / 2 + size * 0.55, said, size * 1.5, bold=True, colour=words)
        return y + height

    def line(
        self,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = _BLACK,
        whole: bool = False,
    ) -> None:
        """One line in the middle."""
        self.ink.text(
            self.middle,
            y,
            text,
            size,
            bold=bold,
            colour=colour,
            side=Side.CENTRE,
            width=self.room,
            whole=whole,
        )
