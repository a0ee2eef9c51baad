"""The bar above a station of sample data: what it is, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.look import Look, Role, Tone
from ui.say import phrase
from ui.widgets import Button, IconView, Text
from ui.widgets.text import restyle


class TourBar(QFrame):
    """One line over everything while the sample is shown."""

    left = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("part", "wash")
        restyle(self, tone="warn")
        self.leave = Button(look, phrase("tour.leave"), icon="close")
        self.leave.clicked.connect(self.left)
        self._row = QHBoxLayout(self)
        self._row.addWidget(IconView(look, "info", Tone.WARN))
        self._row.addWidget(Text(look, phrase("tour.banner"), Role.LABEL, tone=Tone.WARN), 1)
        self._row.addWidget(self.leave)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with language and text size."""
        look = self._look
        self._row.setContentsMargins(look.space(4), look.space(1), look.space(4), look.space(1))
        self._row.setSpacing(look.space(3))
        self.setAccessibleName(look.say(phrase("tour.banner")))
