"""A PDF file, painted page by page."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFile, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from ui.paper.ink import UNITS
from ui.qt import running_application

INCH = 25.4  # mm


def draw_pdf(
    file: Path,
    page: tuple[float, float],
    paint: Callable[[QPainter, Callable[[], bool]], None],
    *,
    dpi: int,
    title: str,
) -> None:
    """Fill ``file`` with pages of ``page`` mm; ``paint`` gets the painter and what turns the page.

    The painter's unit is one hundredth of a millimetre from the paper's corner. Raises OSError, and what
    ``paint`` raises.
    """
    running_application()  # letters cannot be drawn before Qt runs
    device = QFile(str(file))
    if not device.open(QIODevice.OpenModeFlag.WriteOnly):
        raise _write_error(device, file)
    try:
        _paint(device, page, paint, dpi=dpi, title=title)
        if not device.flush() or device.error() != QFile.FileError.NoError:
            raise _write_error(device, file)
    finally:
        device.close()


def exact_size(page: tuple[float, float]) -> QPageSize:
    """A page of this size in mm."""
    return QPageSize(QSizeF(*page), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)


def scale_to_mm(painter: QPainter, dpi: float) -> None:
    """Make the painter's unit one hundredth of a millimetre on a device of ``dpi``."""
    painter.scale(dpi / INCH / UNITS, dpi / INCH / UNITS)


def _paint(
    file: QFile,
    page: tuple[float, float],
    paint: Callable[[QPainter, Callable[[], bool]], None],
    *,
    dpi: int,
    title: str,
) -> None:
    writer = QPdfWriter(file)
    writer.setResolution(dpi)
    writer.setPageLayout(
        QPageLayout(exact_size(page), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    writer.setTitle(title)
    writer.setCreator("Timebank")
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    try:
        scale_to_mm(painter, dpi)
        paint(painter, writer.newPage)
    finally:
        painter.end()


def _write_error(file: QFile, path: Path) -> OSError:
    """Qt tells a full disk from other trouble only by its kind of error."""
    full = file.error() == QFile.FileError.ResourceError
    number = errno.ENOSPC if full else errno.EIO
    return OSError(number, file.errorString(), str(path))
