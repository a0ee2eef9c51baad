"""Sheets of vouchers: to a PDF, to a printer, or as a picture for the preview."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import length_hint
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter

from timebank.outcome import Cancelled, Fault
from timebank.paper.faces import Layout, VoucherFace
from timebank.paper.reader import readable, verify_printed
from ui.paper.ink import UNITS, Ink
from ui.paper.pdf import INCH, exact_size, scale_to_mm, write_pdf
from ui.paper.voucher import SHEETS, Sheet, paint_voucher
from ui.qt import running_application

Progress = Callable[[int, int], object]
Cancel = Callable[[], bool]
_CUT = "#aab1b8"
_READABLE_DPI = 150  # at which a page is looked at before it goes to a printer


def pages(layout: Layout, count: int) -> int:
    """How many pages ``count`` vouchers take."""
    return math.ceil(count / SHEETS[layout].per_page)


def print_to_pdf(
    faces: Iterable[VoucherFace],
    layout: Layout,
    path: Path,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    *,
    read_back: bool = True,
    never_overwrite: bool = False,
) -> Path:
    """Print vouchers into a PDF, one page in memory at a time; returns the file written.

    With ``read_back`` every code is read again from the finished pages before the file gets its name.
    ``progress`` gets vouchers done and in all, where ``faces`` tells its length (else 0), each voucher
    counting once as printed and once as read back. Raises Cancelled, ``printed_unreadable`` and the
    Faults of ``timebank.files.write_whole``; none leaves a file.
    """
    steps = length_hint(faces) * (2 if read_back else 1)
    codes: list[str] = []

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, steps)

    def paint(painter: QPainter, turn: Callable[[], bool]) -> None:
        done = 0
        for number, page in enumerate(_pages(faces, SHEETS[layout])):
            if cancelled is not None and cancelled():
                raise Cancelled
            if number and not turn():
                raise OSError(0, "the PDF writer cannot begin a page")
            _paint_page(painter, page, layout)
            done += len(page)
            if read_back:
                codes.extend(face.code for face in page)
            tell(done)

    def verify(part: Path) -> None:
        verify_printed(part, codes, lambda done, total: tell(total + done), cancelled, name=path.name)

    return write_pdf(
        path,
        SHEETS[layout].page,
        paint,
        dpi=SHEETS[layout].dpi,
        title=path.stem,
        verify=verify if read_back else None,
        never_overwrite=never_overwrite,
    )


def print_to_printer(
    printer: QPrinter,
    faces: Iterable[VoucherFace],
    layout: Layout,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> int:
    """Send vouchers to a printer, each page looked at by a decoder first; returns the vouchers sent.

    Raises Cancelled (what was not yet sent is withdrawn), Fault ``printer_refused`` or
    ``page_unreadable``.
    """
    running_application()
    sheet, total, done = SHEETS[layout], length_hint(faces), 0
    refused = Fault("printer_refused", printer=printer.printerName() or printer.outputFileName())
    printer.setFullPage(True)
    printer.setPageLayout(
        QPageLayout(exact_size(sheet.page), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    painter = QPainter()
    if not painter.begin(printer):
        raise refused
    try:
        scale_to_mm(painter, printer.resolution())
        for number, page in enumerate(_pages(faces, sheet)):
            if cancelled is not None and cancelled():
                raise Cancelled
            if not readable(preview_image(page, layout, _READABLE_DPI), [face.code for face in page]):
                raise Fault("page_unreadable", page=number + 1)
            if number and not printer.newPage():
                raise refused
            _paint_page(painter, page, layout)
            done += len(page)
            if progress is not None:
                progress(done, total)
    except BaseException:
        printer.abort()
        raise
    finally:
        painter.end()
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise refused
    return done


def preview_image(
    faces: Sequence[VoucherFace], layout: Layout, dpi: float = 110.0, *, page: int = 1
) -> QImage:
    """One page (counted from 1) of these vouchers, as it will be printed."""
    running_application()
    sheet = SHEETS[layout]
    width, height = (max(1, round(side / INCH * dpi)) for side in sheet.page)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    start = (page - 1) * sheet.per_page
    painter = QPainter(image)
    try:
        scale_to_mm(painter, dpi)
        _paint_page(painter, faces[start : start + sheet.per_page], layout)
    finally:
        painter.end()
    return image


def _pages(faces: Iterable[VoucherFace], sheet: Sheet) -> Iterator[list[VoucherFace]]:
    remaining = iter(faces)
    while page := list(islice(remaining, sheet.per_page)):
        yield page


def _paint_page(painter: QPainter, faces: Sequence[VoucherFace], layout: Layout) -> None:
    sheet = SHEETS[layout]
    if sheet.per_page > 1:
        _cut_marks(Ink(painter), sheet)
    (left, top), (width, height) = sheet.corner, sheet.voucher
    for place, face in enumerate(faces):
        row, column = divmod(place, sheet.columns)
        painter.save()
        painter.translate((left + column * width) * UNITS, (top + row * height) * UNITS)
        paint_voucher(painter, face, layout)
        painter.restore()


def _cut_marks(ink: Ink, sheet: Sheet) -> None:
    """Ticks in the margins and small crosses where four vouchers meet."""
    (left, top), (width, height), (page_w, page_h) = sheet.corner, sheet.voucher, sheet.page
    xs = [left + width * column for column in range(sheet.columns + 1)]
    ys = [top + height * row for row in range(sheet.rows + 1)]
    tick = 4.0
    for x in xs:
        ink.line(x, top - 1 - tick, x, top - 1, colour=_CUT, width=0.1)
        ink.line(x, page_h - top + 1, x, page_h - top + 1 + tick, colour=_CUT, width=0.1)
    for y in ys:
        ink.line(left - 1 - tick, y, left - 1, y, colour=_CUT, width=0.1)
        ink.line(page_w - left + 1, y, page_w - left + 1 + tick, y, colour=_CUT, width=0.1)
    for x in xs:
        for y in ys:
            ink.line(x - 0.9, y, x + 0.9, y, colour=_CUT, width=0.1)
            ink.line(x, y - 0.9, x, y + 0.9, colour=_CUT, width=0.1)
