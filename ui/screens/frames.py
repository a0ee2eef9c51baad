"""A camera's frames: what is shown of them, and the codes on them, found beside the screen.

Frames come faster than they can be read. While one is being read the others are let go, so neither the
screen nor the memory ever waits for a camera.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import PySide6
from PySide6.QtCore import QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter

from timebank.outcome import Fault
from timebank.paper.reader import Pixels, spot_codes
from ui.jobs import Jobs

_MOST_SIDE = 1920
"""Pixels of the longer side that are read; a voucher held before a camera needs no more."""


def multimedia() -> Any:
    """Qt's multimedia module; Fault ``camera_extra_missing`` or ``qt_library_missing`` where it cannot be had."""
    try:
        return import_module("PySide6.QtMultimedia")
    except ModuleNotFoundError as error:
        raise Fault(
            "camera_extra_missing", command=f"pip install pyside6-addons=={PySide6.__version__}"
        ) from error
    except ImportError as error:
        library = str(error).split(":", maxsplit=1)[0]
        raise Fault("qt_library_missing", library=library, command="apt-get install -y libpulse0") from error


class View(NamedTuple):
    """One frame as it is to be shown, with the texts of its codes and where they are (0 to 1 across and down)."""

    picture: QImage
    texts: tuple[str, ...]
    outlines: tuple[tuple[QPointF, ...], ...]


def pixels(image: QImage) -> Pixels:
    """The grey pixels of a picture, transparent parts as white paper; for any thread."""
    if image.hasAlphaChannel():
        paper = QImage(image.size(), QImage.Format.Format_RGB32)
        paper.fill(Qt.GlobalColor.white)
        painter = QPainter(paper)
        painter.drawImage(0, 0, image)
        painter.end()
        image = paper
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return Pixels(grey.width(), grey.height(), grey.bytesPerLine(), bytes(grey.constBits()))


def view(image: QImage, room: QSize) -> View:
    """Look for codes on a frame, and make it as large as there is ``room`` to show it; for any thread."""
    side = max(image.width(), image.height())
    if side > _MOST_SIDE:
        image = image.scaledToWidth(image.width() * _MOST_SIDE // side)
    spotted = spot_codes(pixels(image))
    width, height = max(1, image.width()), max(1, image.height())
    outlines = tuple(tuple(QPointF(x / width, y / height) for x, y in each.corners) for each in spotted)
    shown = image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return View(shown, tuple(each.text for each in spotted), outlines)


class Frames(QObject):
    """Takes frames from ``sink`` and gives views; ``close`` it when no more are wanted."""

    seen = Signal(object)
    """A :class:`View`, on the screen's thread."""

    def __init__(self, module: Any, parent: QObject | None = None) -> None:
        """``module`` is what :func:`multimedia` gave."""
        super().__init__(parent)
        self.room = QSize(640, 480)
        self.taken = self.dropped = 0
        self.sink = module.QVideoSink(self)
        self.sink.videoFrameChanged.connect(self.take)
        self._jobs: Jobs[None] | None = Jobs(
            lambda: None, lambda _nothing: None, on_defect=_told, parent=self
        )

    def take(self, frame: Any) -> None:
        """Look at a frame, unless another is still being looked at."""
        if self._jobs is None or not frame.isValid():
            return
        if self._jobs.busy:
            self.dropped += 1
            return
        image = frame.toImage()
        if image.isNull():
            return
        self.taken += 1
        work = partial(view, image, self.room)
        self._jobs.start(lambda _none, _progress, _cancelled: work(), then=self.seen.emit)

    def close(self) -> None:
        """Take no more frames; the one being read is waited for, some hundredths of a second."""
        jobs, self._jobs = self._jobs, None
        self.sink.videoFrameChanged.disconnect(self.take)
        if jobs is not None:
            jobs.close()


def _told(error: BaseException) -> None:
    raise error  # to the hook that tells of every defect
