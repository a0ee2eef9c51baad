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
    """The place of a tab. When it is first shown it asks for the tab, which is handed to :meth:`take`."""

    def __init__(self, ask: Callable[[], QWidget]) -> None:
        super().__init__()
        self._ask: Callable[[], QWidget] | None = ask
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def take(self, page: _Page) -> _Page:
        """Hold a tab that was just made, and give it back."""
        self._column.addWidget(page)
        page.show()  # at once: a layout would wait for the next turn
        return page

    def showEvent(self, event: QShowEvent) -> None:
        ask, self._ask = self._ask, None
        if ask is not None:
            ask()
        super().showEvent(event)
