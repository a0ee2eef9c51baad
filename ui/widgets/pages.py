"""Pages and tabs that are made when they are first wanted: making one holds the screen's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

_Page = TypeVar("_Page", bound=QWidget)


class Pages(QStackedWidget):
    """Shows one of its pages, and need not have them all.

    A screen keeps such a page in a ``cached_property`` that makes it, connects it and hands it to :meth:`take`. To ask
    which page is in sight, look at its class: comparing with the property would make the page.
    """

    def take(self, page: _Page) -> _Page:
        """Hold a page that was just made, and give it back."""
        self.addWidget(page)
        return page


class Later(QWidget):
    """The place of a tab, filled by ``make`` when it is first shown."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make: Callable[[], QWidget] | None = make
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        make, self._make = self._make, None
        if make is not None:
            made = make()
            self._column.addWidget(made)
            made.show()  # at once: a layout would wait for the next turn
        super().showEvent(event)
