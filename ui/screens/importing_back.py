"""Taking back everything that one import, or one typed sheet, has logged."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from timebank.outcome import Problem
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.widgets import ButtonRow, Card, FormField, Kind


class TakeBackPanel(Card):
    """Asks for the reason before all of an import is taken back; Ctrl+Enter does it."""

    asked = Signal(object)
    """the reason"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look)
        look = context.look
        self.reason = QLineEdit()
        self._field = FormField(look, phrase("desk.reason"), self.reason, hint=phrase("desk.reason_hint"))
        go = context.actions.button("confirm", Kind.PRIMARY, phrase("desk.reverse_now"))
        self.body.addWidget(self._field)
        self.body.addWidget(ButtonRow(look, [go]))
        self.hide()

    def ask(self, count: int) -> None:
        """Ask why ``count`` records are to be taken back."""
        self._field.put_hint(phrase("importing.take_back_about", count=count))
        self._field.put_problem(None)
        self.reason.clear()
        self.show()
        self.reason.setFocus()

    def confirm(self) -> None:
        """Say the reason, if there is one."""
        reason = self.reason.text().strip()
        if reason:
            self.asked.emit(reason)
        else:
            self._field.put_problem(phrase("problems.reason_missing"))
            self.reason.setFocus()

    def refuse(self, problem: object) -> None:
        """Say what stood in the way."""
        assert isinstance(problem, Problem)
        self._field.put_problem(problem)
