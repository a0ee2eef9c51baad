"""Windows of the program that are put aside for a while, and brought back as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid


class Left(NamedTuple):
    """What was to be seen when the desk was locked: where the keys went, and windows beside this one."""

    focus: QWidget | None
    aside: Sequence[tuple[QWidget, bool]]
    """each with whether it kept the others from being used"""

    def bring_back(self) -> None:
        """Show it as it was."""
        for widget, modal in self.aside:
            if not isValid(widget):
                continue
            if modal and isinstance(widget, QDialog):
                widget.open()
            else:
                widget.show()
        if self.focus is not None and isValid(self.focus):
            self.focus.setFocus()


def put_aside(window: QWidget) -> list[tuple[QWidget, bool]]:
    """Hide every window that belongs to ``window``; menus that are open are closed."""
    aside = []
    for each in QApplication.topLevelWidgets():
        if not each.isVisible() or each is window or not _belongs(each, window):
            continue
        if each.windowType() in (Qt.WindowType.Popup, Qt.WindowType.ToolTip):
            each.close()
            continue
        aside.append((each, each.isModal()))
        each.hide()
    return aside


def _belongs(widget: QWidget, window: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and above is not window:
        above = above.parentWidget()
    return above is window
