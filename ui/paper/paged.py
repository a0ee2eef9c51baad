"""Anything that comes out on pages: painted one page at a time, for a file, a printer or the preview alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from timebank.files import write_whole
from timebank.outcome import Cancelled, Fault
from timebank.paper.reader import readable, verify_printed
from ui.paper.pdf import INCH, draw_pdf, exact_size, scale_to_mm
from ui.qt import running_application

Progress = Callable[[int, int], object]
Cancel = Callable[[], bool]
T = TypeVar("T")
_READABLE_DPI = 150  # at which a page is looked at before it goes to a printer


class Doing(Protocol):
    """Where work is done: in this thread, or apart."""

    def __call__(
        self,
        work: Callable[[Progress | None, Cancel | None], T],
        progress: Progress | None,
        cancelled: Cancel | None,
        /,
    ) -> T:
        """Do ``work`` and return what it returns."""


class Margins(NamedTuple):
    """How many millimetres at each edge of the paper a printer cannot reach."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


WHOLE = Margins()
"""A printer that reaches every edge."""
USUAL = Margins(4.3, 4.3, 4.3, 4.3)
"""What office printers leave white: where the printer is not known, nothing is put there that matters."""


def _no_codes(_page: int) -> Sequence[str]:
    return ()


def _one(_page: int) -> int:
    return 1


@dataclass(frozen=True)
class Paged:
    """So many pages of one size in mm; ``paint`` draws page 0, 1 … in hundredths of a millimetre."""

    title: str
    page: tuple[float, float]
    dpi: int
    count: int
    paint: Callable[[QPainter, int], None]
    codes: Callable[[int], Sequence[str]] = _no_codes
    """The QR codes of a page, which must be read back from it."""
    items: Callable[[int], int] = _one
    """How many things lie on a page, for the progress."""
    share: float = 1.0
    """How large things come out, where a printer's margins leave too little room for their full size."""


def write_paged(
    paged: Paged,
    path: Path,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    *,
    read_back: bool = True,
    never_overwrite: bool = False,
) -> Path:
    """Write the pages as a PDF, in this thread; the rest as :func:`write_made`."""
    return write_made(
        lambda: paged, path, progress, cancelled, read_back=read_back, never_overwrite=never_overwrite
    )


def here(
    work: Callable[[Progress | None, Cancel | None], T], progress: Progress | None, cancelled: Cancel | None
) -> T:
    """Do ``work`` in this thread."""
    return work(progress, cancelled)


def write_made(
    make: Callable[[], Paged],
    path: Path,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    *,
    do: Doing = here,
    read_back: bool = True,
    never_overwrite: bool = False,
    private: bool = False,
) -> Path:
    """Write the pages that ``make`` makes as a PDF; returns the file written.

    With ``read_back`` every code is read again from the finished pages before the file gets its name, and
    ``progress`` counts each thing once as printed and once as read back. ``do`` says where the work is done;
    with ``private`` only the owner may read the file. Raises Cancelled, ``printed_unreadable`` and the
    Faults of ``timebank.files.write_whole``; none leaves a file.
    """
    drawn = _Drawn(0, ())

    def write(part: Path) -> None:
        nonlocal drawn
        drawn = do(partial(_draw, make, part, path.stem, read_back), progress, cancelled)

    def verify(part: Path) -> None:
        if drawn.codes:
            do(partial(_read_back, drawn, part, path.name), progress, cancelled)

    return write_whole(path, write, verify=verify, never_overwrite=never_overwrite, private=private)


class _Drawn(NamedTuple):
    """How many things were drawn, and the codes that must be read back from them."""

    items: int
    codes: tuple[str, ...]


def _draw(
    make: Callable[[], Paged],
    part: Path,
    title: str,
    read_back: bool,
    progress: Progress | None,
    cancelled: Cancel | None,
) -> _Drawn:
    """Draw into the file ``part``; ``title`` is for pages that have none."""
    paged = make()
    codes = [code for number in range(paged.count) for code in paged.codes(number)] if read_back else []
    drawn = _Drawn(sum(map(paged.items, range(paged.count))), tuple(codes))
    steps = drawn.items + len(codes)

    def paint(painter: QPainter, turn: Callable[[], bool]) -> None:
        done = 0
        for number in range(paged.count):
            if cancelled is not None and cancelled():
                raise Cancelled
            if number and not turn():
                raise OSError(0, "the PDF writer cannot begin a page")
            paged.paint(painter, number)
            done += paged.items(number)
            if progress is not None:
                progress(done, steps)

    draw_pdf(part, paged.page, paint, dpi=paged.dpi, title=paged.title or title)
    return drawn


def _read_back(
    drawn: _Drawn, part: Path, name: str, progress: Progress | None, cancelled: Cancel | None
) -> None:
    """Read every code from the finished pages; ``name`` is what the file will be called."""

    def told(done: int, codes: int) -> None:
        if progress is not None:
            progress(drawn.items + done, drawn.items + codes)

    verify_printed(part, drawn.codes, told, cancelled, name=name)


def send_paged(
    printer: QPrinter,
    paged: Paged,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> None:
    """Send the pages to a printer, each looked at by a decoder first. Runs in any thread.

    Raises Cancelled, Fault ``page_unreadable`` or ``printer_refused``; the printer is told to forget the rest.
    """
    running_application()
    refused = Fault("printer_refused", printer=printer.printerName() or printer.outputFileName())
    if not printer.isValid():
        raise refused
    set_page(printer, paged.page)
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    total, done = sum(map(paged.items, range(paged.count))) * copies, 0
    painter = QPainter()
    if not painter.begin(printer):
        raise refused
    try:
        scale_to_mm(painter, printer.resolution())
        for turn in range(copies * paged.count):
            number = turn % paged.count
            if cancelled is not None and cancelled():
                raise Cancelled
            codes = paged.codes(number)
            if codes and not readable(page_image(paged, number, _READABLE_DPI), codes):
                raise Fault("page_unreadable", page=number + 1)
            if turn and not printer.newPage():
                raise refused
            paged.paint(painter, number)
            done += paged.items(number)
            if progress is not None:
                progress(done, total)
    except BaseException:
        printer.abort()
        raise
    finally:
        painter.end()
    if printer.printerState() == QPrinter.PrinterState.Error:
        raise refused


def page_image(paged: Paged, number: int, dpi: float) -> QImage:
    """Page ``number`` (from 0) as it will be printed. Runs in any thread."""
    running_application()
    width, height = (max(1, round(side / INCH * dpi)) for side in paged.page)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    if number >= paged.count:
        return image
    painter = QPainter(image)
    try:
        scale_to_mm(painter, dpi)
        paged.paint(painter, number)
    finally:
        painter.end()
    return image


# Printers


def printers() -> tuple[str, ...]:
    """The printers of this computer. May have to ask the network: not for the screen's thread."""
    return tuple(QPrinterInfo.availablePrinterNames())


def named_printer(name: str, copies: int = 1) -> QPrinter:
    """The printer called ``name``; Fault ``printer_gone`` where there is none any more."""
    info = QPrinterInfo.printerInfo(name)
    if info.isNull():
        raise Fault("printer_gone", printer=name)
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setCopyCount(copies)
    return printer


def set_page(printer: QPrinter, page: tuple[float, float]) -> None:
    """Have a printer use pages of this size in mm, drawn from the paper's corner."""
    lying = page[0] > page[1]
    way = QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait
    printer.setFullPage(True)
    printer.setPageLayout(QPageLayout(exact_size((min(page), max(page))), way, QMarginsF(0, 0, 0, 0)))


def reach(printer: QPrinter, page: tuple[float, float]) -> Margins:
    """What ``printer`` cannot reach on a page of this size."""
    set_page(printer, page)
    layout = printer.pageLayout()
    layout.setUnits(QPageLayout.Unit.Millimeter)
    least = layout.minimumMargins()
    return Margins(least.left(), least.top(), least.right(), least.bottom())
