"""Figures that are read at a glance: a quiet label, and the value large below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.look import Look, Role, Tone
from ui.say import Words
from ui.widgets.flow import Flow
from ui.widgets.text import Text


class Figures(QWidget):
    """Labelled values side by side, going on in the next line when large text needs it."""

    def __init__(self, look: Look, role: Role = Role.TITLE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._role = look, role
        self._parts: list[QWidget] = []
        self._flow = Flow(self)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, figures: Sequence[tuple[Words, Words, Tone]]) -> None:
        """Show these (label, value, tone of the value)."""
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for label, value, tone in figures:
            part = QWidget()
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(Text(self._look, label, Role.SMALL, soft=True, wrap=False))
            column.addWidget(Text(self._look, value, self._role, tone=tone, wrap=False))
            self._flow.addWidget(part)
        self.updateGeometry()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._flow.put_gaps(self._look.space(10), self._look.space(2))
