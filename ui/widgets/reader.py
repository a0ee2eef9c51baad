"""What a screen reader is told, kept in step with what is seen. Nothing is done while none listens.

A reader goes through parts in the order in which they were made, and a screen makes some of them late: rows that were
read, choices of a case. And on Linux a list of choices is called what is chosen in it; what it is for only a label says.
"""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLabel, QTabWidget, QWidget

from ui.widgets.order import reading

_LATER_MS = 500
"""After this, what was asked for when the focus moved has been read and shown."""


class Reader(QObject):
    """Looks at a window when the focus has moved in it, and once more a little later."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._timers = tuple(QTimer(self, singleShot=True, interval=each) for each in (0, _LATER_MS))
        for timer in self._timers:
            timer.timeout.connect(self.look)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self) -> None:
        if QAccessible.isActive():
            for timer in self._timers:
                timer.start()

    def look(self) -> None:
        """Put the parts of the window in the order of reading, and labels to its lists of choices."""
        for widget in (self._window, *self._window.findChildren(QWidget)):
            if not widget.isVisible() or isinstance(widget, QAbstractItemView | QTabWidget):
                continue
            if isinstance(widget, QComboBox):
                _label(widget)
            else:
                _arrange(widget)


def _arrange(widget: QWidget) -> None:
    """Parts side by side in the order of reading; what lies over something else stays where it is."""
    parts = [
        each
        for each in widget.children()
        if isinstance(each, QWidget) and not each.isWindow() and each.isVisible()
    ]
    read = list(reading(parts))
    if parts != read and not any(a.geometry().intersects(b.geometry()) for a, b in combinations(parts, 2)):
        for each in read:
            each.raise_()  # among parts that do not touch, this changes nothing but their order


def _label(box: QComboBox) -> None:
    parent = box.parentWidget()
    if parent is None:
        return
    labels = [each for each in parent.children() if isinstance(each, QLabel) and each.buddy() is box]
    if not labels:
        labels.append(QLabel(parent))  # never shown
        labels[0].hide()
        labels[0].setBuddy(box)
        labels[0].setObjectName("unseen")
    if labels[0].objectName() == "unseen":
        labels[0].setText(box.accessibleName())
