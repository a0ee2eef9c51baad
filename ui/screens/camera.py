"""Scanning by camera: a live picture beside the verdicts, read all the while, closed by Esc."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from timebank.outcome import Fault, Problem
from ui.look import Look, Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import recalled, remember
from ui.screens.frames import Frames, View, multimedia
from ui.widgets import Button, ButtonRow, Text, announce

GONE_MS = 3_000
"""A code counts again once it was out of sight for so long."""
_BEST = 1280 * 720
_REMEMBERED = "camera"


class Viewfinder(QWidget):
    """What the camera sees, with the frame into which a code is held."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._view: View | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(round(self._look.em * 20), round(self._look.em * 15))

    @property
    def room(self) -> QSize:
        """Pixels that a picture can fill."""
        return self.size() * self.devicePixelRatioF()

    def refresh(self) -> None:
        """Say it again in the current language."""
        self.setAccessibleName(self._look.say(phrase("scan.viewfinder")))
        self.updateGeometry()
        self.update()

    def put(self, view: View | None) -> None:
        """Show what was seen, or nothing yet."""
        self._view = view
        self.update()

    @property
    def picture(self) -> QImage | None:
        """The picture being shown."""
        return self._view.picture if self._view is not None else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(area, look.radius, look.radius)
        painter.setClipPath(shape)
        painter.fillRect(area, QColor(look.palette.sunken))
        if self._view is not None:
            image = self._view.picture
            size = image.size().toSizeF() / self.devicePixelRatioF()
            place = QRectF(0, 0, size.width(), size.height())
            place.moveCenter(area.center())
            painter.drawImage(place, image)
            painter.setPen(QPen(QColor(look.palette.accent), 4))
            for outline in self._view.outlines:
                points = [
                    QPointF(place.x() + at.x() * place.width(), place.y() + at.y() * place.height())
                    for at in outline
                ]
                painter.drawPolygon(QPolygonF(points))
        self._paint_corners(painter, area)
        painter.end()

    def _paint_corners(self, painter: QPainter, area: QRectF) -> None:
        side = min(area.width(), area.height()) * 0.72
        box = QRectF(0, 0, side, side)
        box.moveCenter(area.center())
        arm = side * 0.16
        corners = QPainterPath()
        for x, dx in ((box.left(), arm), (box.right(), -arm)):
            for y, dy in ((box.top(), arm), (box.bottom(), -arm)):
                corners.moveTo(x + dx, y)
                corners.lineTo(x, y)
                corners.lineTo(x, y + dy)
        for colour, width in ((self._look.palette.surface, 6.0), (self._look.palette.accent, 3.0)):
            painter.strokePath(corners, QPen(QColor(colour), width))


class CameraPanel(QFrame):
    """The camera at the desk. Hidden while it is off; hiding it, however that comes, lets the camera go."""

    found = Signal(str)
    """A code that has come into sight."""
    closed = Signal()
    failed = Signal(object)
    """The :class:`Problem` for which there is no picture."""

    def __init__(
        self,
        context: ScreenContext,
        wanted: Callable[[str], bool],
        *,
        clock: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        parent: QWidget | None = None,
    ) -> None:
        """``wanted`` says which texts are codes of ours."""
        super().__init__(parent)
        look = context.look
        self._context, self._look, self._wanted, self._clock = context, look, wanted, clock
        self._module: Any = None
        self._session: Any = None
        self._camera: Any = None
        self._devices: list[Any] = []
        self.frames: Frames | None = None
        self._last_seen: dict[str, int] = {}
        self.setProperty("part", "card")
        self.viewfinder = Viewfinder(look)
        self._title = Text(look, phrase("actions.camera"), Role.HEADING)
        self._state = Text(look, phrase("scan.camera_hold"))
        self._name = Text(look, "", Role.SMALL, soft=True)
        self.other = Button(look, phrase("scan.camera_other"), icon="sync")
        self.other.clicked.connect(self.next_camera)
        self.shut = Button(look, phrase("scan.camera_close"), icon="close", key="Esc")
        self.shut.clicked.connect(self.stop)
        self._words = QVBoxLayout()
        for part in (self._title, self._state, self._name):
            self._words.addWidget(part)
        self._words.addStretch(1)
        self._words.addWidget(ButtonRow(look, [self.other, self.shut]))
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.viewfinder)
        self._row.addLayout(self._words, 1)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        pad = look.space(4)
        self._row.setContentsMargins(pad, pad, pad, pad)
        self._row.setSpacing(look.space(5))
        self._words.setSpacing(look.space(2))
        self.setAccessibleName(self._title.text())

    @property
    def running(self) -> bool:
        """Whether frames are being read."""
        return self.frames is not None

    # On and off

    def start(self) -> None:
        """Begin with the camera used last; where there is none, ``failed`` says what to do."""
        if not self.running:  # loading the library takes a moment, so not on the screen's thread
            self._context.read(lambda _desk: multimedia(), self._begin, refused=self._fail, slot="camera")

    def _begin(self, module: Any) -> None:
        if self.running or not self._watched:
            return
        devices = list(module.QMediaDevices.videoInputs())
        if not devices:
            self.failed.emit(Fault("no_camera"))
            return
        self.begin_frames(module)
        known = recalled(self._context, _REMEMBERED)
        self._devices = devices
        self._use(next((each for each in devices if _ident(each) == known), devices[0]))

    @property
    def _watched(self) -> bool:
        """Whether anybody sees the desk: it may have been left or locked while the camera was coming."""
        above = self.parentWidget()
        return above is not None and above.isVisible() and not self.window().isMinimized()

    def _fail(self, problem: Problem) -> None:
        if self._watched:
            self.failed.emit(problem)

    def begin_frames(self, module: Any) -> Frames:
        """Read what comes to the sink of the frames, wherever it comes from."""
        self._module, self._last_seen = module, {}
        self.frames = Frames(module, self)
        self.frames.seen.connect(self._seen)
        self.viewfinder.put(None)
        self._say(phrase("scan.camera_hold"))
        self._name.put("")
        self.other.hide()
        self.show()
        return self.frames

    def _use(self, device: Any) -> None:
        assert self.frames is not None
        self._let_go()
        self._camera = self._module.QCamera(device, self)
        best = _best_format(device)
        if best is not None:
            self._camera.setCameraFormat(best)
        self._camera.errorOccurred.connect(self._broken)
        self._session = self._module.QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self.frames.sink)
        self._name.put(device.description())
        self.other.setVisible(len(self._devices) > 1)
        remember(self._context, _REMEMBERED, _ident(device))
        self._camera.start()

    def next_camera(self) -> None:
        """The next of several cameras."""
        if self._camera is not None and self._devices:
            now = _ident(self._camera.cameraDevice())
            at = next((n for n, each in enumerate(self._devices) if _ident(each) == now), -1)
            self._use(self._devices[(at + 1) % len(self._devices)])

    def _broken(self, _error: Any, reason: str) -> None:
        name = self._camera.cameraDevice().description() if self._camera is not None else ""
        problem: Problem = Fault("camera_failed", camera=name, reason=reason)
        self.stop()
        self.failed.emit(problem)

    def stop(self) -> None:
        """Let the camera go and hide."""
        if not self.running:
            return
        frames, self.frames = self.frames, None
        self._let_go()
        assert frames is not None
        frames.close()
        frames.deleteLater()
        self.viewfinder.put(None)
        self.hide()
        self.closed.emit()

    def _let_go(self) -> None:
        for each in (self._camera, self._session):
            if each is not None:
                if each is self._camera:
                    each.stop()
                each.deleteLater()
        self._camera = self._session = None

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()  # another screen, a window that closes: nobody looks, so the camera must not either

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        if self.frames is not None:
            self.frames.room = self.viewfinder.room

    # What is seen

    def _seen(self, view: object) -> None:
        assert isinstance(view, View)
        if not self.running:
            return
        self._make_room()
        self.viewfinder.put(view)
        now = self._clock()
        for text in view.texts:
            before = self._last_seen.get(text)
            self._last_seen[text] = now
            if before is None or now - before > GONE_MS:
                self._new(text)

    def _new(self, text: str) -> None:
        if self._wanted(text):
            self._say(phrase("scan.camera_read"), Tone.GOOD)
            self.found.emit(text)
        else:
            self._say(phrase("scan.camera_foreign"), Tone.WARN)
            announce(self, self._state.text())

    def _say(self, words: Words, tone: Tone = Tone.PLAIN) -> None:
        self._state.put(words, tone)


def _ident(device: Any) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")


def _best_format(device: Any) -> Any:
    """The format nearest to 1280 × 720 among those that are quick enough; None where the device lists none."""
    formats = list(device.videoFormats())
    quick = [each for each in formats if each.maxFrameRate() >= 10] or formats
    return min(
        quick,
        key=lambda each: abs(each.resolution().width() * each.resolution().height() - _BEST),
        default=None,
    )
