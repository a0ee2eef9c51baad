"""A passphrase or password that is chosen now: typed twice, or left empty."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from timebank.outcome import Problem
from ui.look import Look
from ui.say import Words, phrase
from ui.widgets import FormField


class NewPassphrase(QWidget):
    """Two fields; the second is asked for once the first has something in it."""

    AGAIN, DIFFER = "setup.passphrase_again", "setup.passphrases_differ"
    given = Signal()
    """Enter was pressed where nothing more is asked."""

    def __init__(self, look: Look, label: Words, hint: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.first, self.again = QLineEdit(), QLineEdit()
        for edit in (self.first, self.again):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._first = FormField(look, label, self.first, hint=hint)
        self._again = FormField(look, phrase(self.AGAIN), self.again)
        self.first.textChanged.connect(self._typed)
        self.first.returnPressed.connect(self._go_on)
        self.again.returnPressed.connect(self.given)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._first)
        self._column.addWidget(self._again)
        self._again.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def problem(self) -> Words | None:
        """What is wrong, if anything."""
        return self._first.problem or self._again.problem

    def read(self) -> str | None:
        """The passphrase, empty for none; None where the two differ, which is then said."""
        text = self.said(self.first)
        differ = bool(text) and text != self.said(self.again)
        self._again.put_problem(phrase(self.DIFFER) if differ else None)
        if differ:
            self.again.setFocus()
            self.again.selectAll()
        return None if differ else text

    def take_problem(self, problem: Problem, needed: Words) -> bool:
        """Say below the line what is wrong with the passphrase; False where that is not the trouble."""
        ours = problem.code.startswith("passphrase_")
        if ours:
            self._first.put_problem(needed if problem.code == "passphrase_needed" else problem)
            self.first.setFocus()
        return ours

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.again.clear()

    def said(self, edit: QLineEdit) -> str:
        """What stands in one of the fields; of a passphrase, without the blanks around it."""
        return edit.text().strip()

    def _go_on(self) -> None:
        if self.said(self.first):
            self.again.setFocus()
        else:
            self.given.emit()

    def _typed(self) -> None:
        self._again.setVisible(bool(self.said(self.first)))
        for field in (self._first, self._again):
            field.put_problem(None)

    def refresh(self) -> None:
        """Keep the font in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        for edit in (self.first, self.again):
            edit.setFont(self._look.font())


class NewPassword(NewPassphrase):
    """The same for a password, of which every character counts."""

    AGAIN, DIFFER = "setup.password_again", "setup.passwords_differ"

    def said(self, edit: QLineEdit) -> str:
        return edit.text()
