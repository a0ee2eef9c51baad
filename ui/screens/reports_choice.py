"""The reports and the exports by title, to choose one."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from timebank.reports.catalog import REPORTS
from ui.look import Look
from ui.say import Words, phrase
from ui.screens.reports_export import EXPORTS

_TITLE_EMS = 13
"""Room for a title in the list."""


class ReportChoice(QListWidget):
    """The reports and exports by title; arrows move, and moving is choosing."""

    picked = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        for name in (*REPORTS, *EXPORTS):
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.addItem(item)
        self.currentItemChanged.connect(self._moved)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def current(self) -> str:
        """The name of the report or export chosen."""
        item = self.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item else ""

    def choose(self, name: str) -> None:
        """Choose a report by its name."""
        self.setCurrentRow((*REPORTS, *EXPORTS).index(name))

    def _moved(self) -> None:
        if self.current:
            self.picked.emit(self.current)

    def refresh(self) -> None:
        """Say them again in the current language and size; long titles go on in a second line."""
        look = self._look
        self.setAccessibleName(look.say(phrase("reporting.reports")))
        self.setFont(look.font())
        metrics = QFontMetrics(look.font())
        room = round(look.em * _TITLE_EMS)
        box = QRect(0, 0, room, 0)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        for row in range(self.count()):
            item = self.item(row)
            words = look.say(title_words(str(item.data(Qt.ItemDataRole.UserRole))))
            item.setText(words)
            height = metrics.boundingRect(box, flags, words).height() + look.space(4)
            item.setSizeHint(QSize(0, max(look.target, height)))
        bar = self.verticalScrollBar().sizeHint().width()
        self.setFixedWidth(room + look.space(10) + bar)


def title_words(name: str) -> Words:
    """What a report or export is called."""
    return phrase(f"reports.title.{name}") if name in REPORTS else phrase(f"reporting.{name}_title")


def about_words(name: str) -> Words:
    """What a report or export says, in a sentence."""
    return phrase(f"reports.about.{name}") if name in REPORTS else phrase(f"reporting.{name}_about")
