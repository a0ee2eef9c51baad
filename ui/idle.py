"""Whether anybody is at the desk: any key, click, wheel or movement of the mouse says so."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_LOOK_EVERY_MS = 5_000
_SIGNS = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletMove,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
        QEvent.Type.InputMethod,
    )
)


def seconds() -> float:
    """Seconds that go on while the computer sleeps, where the system counts them so."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class IdleWatch(QObject):
    """Says ``idle`` once nobody has touched any of the program's windows for ``minutes()``; 0 is never.

    It listens to windows, not to every widget, so that it costs nothing while lists are filled.
    """

    idle = Signal()

    def __init__(
        self, minutes: Callable[[], int], parent: QObject, *, clock: Callable[[], float] = seconds
    ) -> None:
        super().__init__(parent)
        self._minutes, self._clock = minutes, clock
        self._touched = clock()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)
        for window in app.allWindows():
            window.installEventFilter(self)

    def touch(self) -> None:
        """Somebody is here."""
        self._touched = self._clock()

    def look(self) -> None:
        """Say ``idle`` if it has been long enough."""
        minutes = self._minutes()
        if minutes and self._clock() - self._touched >= minutes * 60:
            self.idle.emit()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)  # so that it is there once
            window.installEventFilter(self)

    def eventFilter(self, _window: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS:
            # What the clock says after a sleep comes before the key that ended it: it must not wake a desk
            # that should have been locked long ago.
            self.look()
            self.touch()
        return False
