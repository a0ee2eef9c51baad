"""Long columns made a piece at a time, so that the screen is never held while a page comes up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from weakref import WeakSet

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_PIECE_S = 0.008
"""What making one piece may take; laying it out and drawing it comes on top."""
_under_way: WeakSet[Piecemeal] = WeakSet()


class Piecemeal(QObject):
    """Goes through the steps that fill ``place``, as many at a time as fit into a few milliseconds.

    A step puts one thing below those that are there, and yields; so nothing that is seen moves, and screen readers are
    told of each. Between two pieces the window lives. While the place is out of sight, the rest waits.
    """

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self._place = place
        self._steps: Iterator[None] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._piece)
        place.installEventFilter(self)

    @property
    def under_way(self) -> bool:
        """Whether steps are left."""
        return self._steps is not None

    def seen_in(self, window: QWidget) -> bool:
        """Whether the place is in sight of ``window``; one that went before it was full is not."""
        return isValid(self._place) and self._place.isVisible() and window.isAncestorOf(self._place)

    def begin(self, steps: Iterator[None]) -> None:
        """Make the first piece, and the others in the turns that follow. What was left of other steps is dropped."""
        self._steps = steps
        _under_way.add(self)
        self._piece()

    def finish(self) -> None:
        """Make all the rest now: somebody asks for the whole of it."""
        while self.under_way:
            self._step()

    def _piece(self) -> None:
        end = time.perf_counter() + _PIECE_S
        self._step()
        while self.under_way and time.perf_counter() < end:
            self._step()
        if self.under_way and self._place.isVisible():
            self._timer.start()

    def _step(self) -> None:
        if self._steps is not None and next(self._steps, self) is self:  # there were no more
            self._steps = None
            _under_way.discard(self)

    def eventFilter(self, _place: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self.under_way:
            self._timer.start()
        return False


def making(window: QWidget) -> bool:
    """Whether anything in sight of ``window`` is still being made."""
    return any(each.seen_in(window) for each in list(_under_way))
