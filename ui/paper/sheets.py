"""Sheets of vouchers: to a PDF, to a printer, or as a picture for the preview."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter

from timebank.outcome import Fault
from timebank.paper.faces import Layout, VoucherFace
from ui.paper.ink import UNITS, Ink
from ui.paper.paged import (
    USUAL,
    WHOLE,
    Cancel,
    Margins,
    Paged,
    Progress,
    page_image,
    reach,
    send_paged,
    write_paged,
)
from ui.paper.voucher import SHEETS, Sheet, paint_voucher, sheet_for

F = TypeVar("F")
_CUT = "#aab1b8"
_SMALLEST = 0.85  # below this share of its size a code is too small to be sure of
_TICK = 4.0  # mm
_FRAME = 0.2  # mm of a frame's line that stand beyond its edge, and a little more


class Place(NamedTuple):
    """Where the block of a sheet lies on its page, and at which share of its size."""

    left: float
    top: float
    share: float


def pages(layout: Layout, count: int, first: int = 0) -> int:
    """How many pages ``count`` vouchers take, the first of which begins at place ``first`` (from 0)."""
    return math.ceil((count + first) / SHEETS[layout].per_page) if count else 0


def placed(sheet: Sheet, margins: Margins) -> Place:
    """The block in the middle of the page; moved, or made smaller, where the printer does not reach there.

    Raises Fault ``margins_too_wide`` where it would have to be so small that codes might not be read.
    """
    (page_w, page_h), (w, h), edge = sheet.page, sheet.voucher, sheet.edge - _FRAME
    block_w, block_h = sheet.columns * w, sheet.rows * h
    room_w = page_w - margins.left - margins.right
    room_h = page_h - margins.top - margins.bottom
    share = min(1.0, room_w / (block_w - 2 * edge), room_h / (block_h - 2 * edge))
    if share < _SMALLEST:
        raise Fault("margins_too_wide", margin=round(max(margins), 1))
    left = _within(page_w, share * block_w, share * edge, margins.left, margins.right)
    top = _within(page_h, share * block_h, share * edge, margins.top, margins.bottom)
    return Place(left, top, share)


def _within(page: float, block: float, edge: float, before: float, after: float) -> float:
    """Where a block begins: in the middle, or as near to it as the margins let its ink come."""
    middle = (page - block) / 2
    return min(max(middle, before - edge), page - after - block + edge)


def paged_vouchers(
    faces: Iterable[VoucherFace],
    layout: Layout,
    *,
    first: int = 0,
    margins: Margins = WHOLE,
) -> Paged:
    """Vouchers on pages; on a sheet that was used before, from place ``first`` (from 0) on."""
    printed = list(faces)
    return paged_labels(
        printed,
        sheet_for(layout, printed),
        lambda painter, face: paint_voucher(painter, face, layout),
        lambda face: face.code,
        first=first,
        margins=margins,
    )


def paged_labels(
    faces: Sequence[F],
    sheet: Sheet,
    paint_one: Callable[[QPainter, F], object],
    code: Callable[[F], str],
    *,
    first: int = 0,
    margins: Margins = WHOLE,
) -> Paged:
    """Faces in rows and columns with cut marks, or one to a page; nothing lies outside ``margins``."""
    if sheet.per_page == 1:
        first = 0
    place = placed(sheet, margins)
    first %= sheet.per_page

    def on(number: int) -> Sequence[F]:
        start = number * sheet.per_page - first
        return faces[max(0, start) : start + sheet.per_page]

    def paint(painter: QPainter, number: int) -> None:
        skipped = first if number == 0 else 0
        shown = on(number)
        _marks(Ink(painter), sheet, place, margins, range(skipped, skipped + len(shown)))
        for at, face in enumerate(shown, skipped):
            row, column = divmod(at, sheet.columns)
            w, h = sheet.voucher
            painter.save()
            painter.translate(place.left * UNITS, place.top * UNITS)
            if place.share != 1:
                painter.scale(place.share, place.share)
            painter.translate(column * w * UNITS, row * h * UNITS)
            paint_one(painter, face)
            painter.restore()

    return Paged(
        "",  # their file's name says what they are
        sheet.page,
        sheet.dpi,
        math.ceil((len(faces) + first) / sheet.per_page) if faces else 0,
        paint,
        codes=lambda number: [code(face) for face in on(number)],
        items=lambda number: len(on(number)),
        share=place.share,
    )


def print_to_pdf(
    faces: Iterable[VoucherFace],
    layout: Layout,
    path: Path,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    *,
    first: int = 0,
    read_back: bool = True,
    never_overwrite: bool = False,
) -> Path:
    """Print vouchers into a PDF, one page in memory at a time; returns the file written.

    With ``read_back`` every code is read again from the finished pages before the file gets its name.
    ``progress`` gets vouchers done and in all, each counting once as printed and once as read back.
    Raises Cancelled, ``printed_unreadable`` and the Faults of ``timebank.files.write_whole``; none leaves
    a file.
    """
    paged = paged_vouchers(faces, layout, first=first)
    return write_paged(paged, path, progress, cancelled, read_back=read_back, never_overwrite=never_overwrite)


def print_to_printer(
    printer: QPrinter,
    faces: Iterable[VoucherFace],
    layout: Layout,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    *,
    first: int = 0,
) -> int:
    """Send vouchers to a printer, within its margins; returns how many.

    Each page is read by a decoder before it goes out. Raises Cancelled, Fault ``page_unreadable``,
    ``margins_too_wide`` or ``printer_refused``.
    """
    printed = list(faces)
    sheet = sheet_for(layout, printed)
    margins = reach(printer, sheet.page)
    paged = paged_vouchers(printed, layout, first=first, margins=margins)
    send_paged(printer, paged, progress, cancelled)
    return len(printed)


def preview_image(
    faces: Sequence[VoucherFace], layout: Layout, dpi: float = 110.0, *, page: int = 1
) -> QImage:
    """One page (counted from 1) of these vouchers, as it will be printed."""
    return page_image(paged_vouchers(faces, layout), page - 1, dpi)


def _marks(ink: Ink, sheet: Sheet, place: Place, margins: Margins, places: range) -> None:
    """Ticks in the margins and small crosses where vouchers meet, but none around places used before.

    On a roll a dashed line says where to tear. Where the printer's margins are not known, the usual ones
    are kept to.
    """
    margins = Margins(*map(max, margins, USUAL)) if sheet.per_page > 1 else margins
    page_w, page_h = sheet.page
    right, bottom = page_w - margins.right, page_h - margins.bottom
    if sheet.per_page == 1:
        if page_h > page_w:
            y = min(page_h - 0.5, bottom)
            ink.line(margins.left, y, right, y, colour="#000000", width=0.2, dashed=True)
        return
    w, h = (side * place.share for side in sheet.voucher)
    block_right, block_bottom = place.left + sheet.columns * w, place.top + sheet.rows * h

    def stroke(x1: float, y1: float, x2: float, y2: float) -> None:
        x1, x2 = max(x1, margins.left), min(x2, right)
        y1, y2 = max(y1, margins.top), min(y2, bottom)
        if x1 <= x2 and y1 <= y2 and (x2 - x1) + (y2 - y1) >= 0.4:
            ink.line(x1, y1, x2, y2, colour=_CUT, width=0.1)

    whole = places.start == 0  # nothing was cut out yet
    for column in range(sheet.columns + 1) if whole else ():
        x = place.left + column * w
        stroke(x, place.top - 1 - _TICK, x, place.top - 1)
        stroke(x, block_bottom + 1, x, block_bottom + 1 + _TICK)
    for row in range(sheet.rows + 1) if whole else ():
        y = place.top + row * h
        stroke(place.left - 1 - _TICK, y, place.left - 1, y)
        stroke(block_right + 1, y, block_right + 1 + _TICK, y)
    corners = {
        (at % sheet.columns + right_of, at // sheet.columns + below)
        for at in places
        for right_of in (0, 1)
        for below in (0, 1)
    }
    for column, row in sorted(corners):
        x, y = place.left + column * w, place.top + row * h
        stroke(x - 0.9, y, x + 0.9, y)
        stroke(x, y - 0.9, x, y + 0.9)


def labels_sheet(sheet: Sheet, page: tuple[float, float]) -> Sheet:
    """One thing of its own size, as many of them on a page of another size as fit."""
    (w, h), (page_w, page_h) = sheet.voucher, page
    return replace(sheet, page=page, columns=int(page_w // w), rows=int(page_h // h))
