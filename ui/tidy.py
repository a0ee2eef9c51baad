"""Python's collector of cycles works on the screen's thread only, and only while nothing else does.

Left to itself it begins in whichever thread happens to make something, and walks all there is (a tenth of a second,
most of it modules and tables that never go away) while every thread waits. And a widget must not go in another's thread.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS = 1000
_MANY = 20_000
"""Things made since the last time, and still there, from which on it is worth looking."""
_TOO_MANY = 200_000
"""What long work has left: rows without cycles. Walking them would hold the screen for a tenth of a second or more."""
_LONG_S = 0.01


class Tidy(QObject):
    """Collects cycles whenever ``busy`` says that no work is under way; what stays for good is set aside."""

    def __init__(self, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._busy = busy
        gc.disable()
        gc.freeze()  # all that was loaded until now stays
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what there is, if there is time for it."""
        new = gc.get_count()[0]
        if self._busy() or new < _MANY:
            return
        if new >= _TOO_MANY:
            gc.freeze()
            return
        begun = time.perf_counter()
        gc.collect()
        if time.perf_counter() - begun > _LONG_S:
            gc.freeze()  # a table that was loaded meanwhile; it is not walked again
