"""Pages of which one is in sight. Whoever shows them makes each when it is first wanted, see :meth:`Pages.take`."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QStackedWidget, QWidget

_Page = TypeVar("_Page", bound=QWidget)


class Pages(QStackedWidget):
    """Making a page holds the screen's thread, so nobody should wait for one that may never be opened.

    A screen keeps such a page in a ``cached_property`` that makes it, connects it and hands it to :meth:`take`. To ask
    which page is in sight, look at its class: comparing with the property would make the page.
    """

    def take(self, page: _Page) -> _Page:
        """Hold a page that was just made, and give it back."""
        self.addWidget(page)
        return page
