"""The sections of the settings, down the left side: one stop of the Tab key, arrows choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.look import Look, Role
from ui.say import Words, phrase

_EDGES = 12
"""Pixels of the list's own frame, and between icon and words."""


@dataclass(frozen=True)
class Section:
    """One section: id, icon and name."""

    id: str
    icon: str
    words: Words


class SectionList(QListWidget):
    """Shows the sections; ``chosen`` carries the id of the one under the cursor."""

    chosen = Signal(str)

    def __init__(self, look: Look, sections: Sequence[Section], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._sections = look, sections
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        for section in sections:
            self.addItem(QListWidgetItem())
            self.item(self.count() - 1).setData(Qt.ItemDataRole.UserRole, section.id)
        self.currentRowChanged.connect(lambda row: self.chosen.emit(sections[row].id) if row >= 0 else None)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def current(self) -> str:
        """The id of the section shown."""
        return self._sections[max(0, self.currentRow())].id

    def go(self, ident: str) -> None:
        """Put the cursor on a section."""
        self.setCurrentRow(next(n for n, each in enumerate(self._sections) if each.id == ident))

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        self.setFont(look.font(Role.BODY))
        self.setIconSize(look.icon_size)
        self.setSpacing(0)
        widest = 0
        for n, section in enumerate(self._sections):
            item, words = self.item(n), look.say(section.words)
            item.setText(words)
            item.setIcon(look.icon(section.icon, look.palette.accent))
            item.setSizeHint(QSize(0, look.target))
            widest = max(widest, self.fontMetrics().horizontalAdvance(words))
        self.setFixedWidth(widest + look.icon_size.width() + look.space(10) + _EDGES)
        self.setAccessibleName(look.say(phrase("setup.sections")))
