"""Asking for the reason of something that stays on the books."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui.look import Look
from ui.say import Words, phrase
from ui.widgets import Confirmation, FormField


class ReasonAsked(Confirmation):
    """A confirmation that also wants a reason; without one it cannot be confirmed. Use ``open()``."""

    def __init__(
        self,
        look: Look,
        title: Words,
        sentence: Words,
        do: Words,
        parent: QWidget | None = None,
        *,
        after: Words | None = None,
    ) -> None:
        super().__init__(look, title, sentence, do, parent, after=after)
        self.edit = QLineEdit()
        field = FormField(look, phrase("cases.reason"), self.edit, hint=phrase("cases.reason_hint"))
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, field)
        self.confirm.setEnabled(False)
        self.edit.textChanged.connect(lambda text: self.confirm.setEnabled(bool(text.strip())))
        self.edit.setFocus()

    @property
    def reason(self) -> str:
        """What was typed."""
        return self.edit.text().strip()

    def accept(self) -> None:
        if self.reason:
            super().accept()
