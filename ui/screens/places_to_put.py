"""Where a file goes: the sticks that are plugged in first, then any other folder."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.look import Role
from ui.say import Words, phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.drives import Drive, DriveWatch, size_text
from ui.widgets import Button, Kind, Text


class PlacesToPut(QWidget):
    """A button for every stick, and one for another place; pressing one is the choice."""

    chosen = Signal(object)
    """the folder of a stick, as a Path"""
    other = Signal()
    """another place is wanted"""

    def __init__(
        self, context: ScreenContext, watch: DriveWatch, other: Words, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._allowed = True
        self._drives: Sequence[Drive] = ()
        look = context.look
        self.buttons: list[Button] = []
        self._none = Text(look, phrase("exchange.no_stick"), Role.SMALL, soft=True)
        self.other_button = Button(look, other, icon="folder")
        self.other_button.clicked.connect(self.other)
        self._sticks = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._sticks)
        self._column.addWidget(self._none)
        self._column.addWidget(self.other_button)
        watch.changed.connect(self.put)
        look.changed.connect(self.refresh)
        self.put(watch.drives)
        self.refresh()

    def put(self, drives: object) -> None:
        """Offer these sticks."""
        assert isinstance(drives, list)
        self._drives = drives
        clear(self._sticks)
        self.buttons = []
        for n, drive in enumerate(drives):
            words = phrase("exchange.stick", name=drive.name, free=size_text(drive.free))
            kind = Kind.PRIMARY if n == 0 else Kind.PLAIN
            button = Button(self._context.look, words, icon="usb", kind=kind)
            button.clicked.connect(lambda _on=False, path=drive.path: self.chosen.emit(path))
            button.setEnabled(self._allowed)
            self._sticks.addWidget(button)
            self.buttons.append(button)
        self._none.setVisible(not drives)

    def allow(self, allowed: bool) -> None:
        """Whether a place may be chosen now."""
        self._allowed = allowed
        for button in (*self.buttons, self.other_button):
            button.setEnabled(allowed)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        gap = self._context.look.space(2)
        self._sticks.setSpacing(gap)
        self._column.setSpacing(gap)
