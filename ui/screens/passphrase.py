"""The passphrase that opens the root key: typed, or read from a file in which it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from timebank.desk.keyring import read_passphrase
from timebank.outcome import Problem
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_files
from ui.widgets import Button, FormField, Kind


class PassphraseField(FormField):
    """A line that hides what is typed, and a file beside it; forgotten as soon as it is out of sight."""

    chosen = Signal()
    """something else is in the line"""

    def __init__(self, context: ScreenContext, label: Words, hint: Words) -> None:
        look = context.look
        self.line, both = QLineEdit(), QWidget()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.button = Button(look, phrase("exchange.choose_passphrase"), icon="file", kind=Kind.QUIET)
        self._row = QHBoxLayout(both)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.line, 1)
        self._row.addWidget(self.button)
        super().__init__(look, label, self.line, hint=hint, holder=both)
        self._context = context
        self.line.textChanged.connect(self._typed)
        self.button.clicked.connect(self._ask)

    @property
    def text(self) -> str:
        """The passphrase, empty for none."""
        return self.line.text()

    def clear(self) -> None:
        """Forget it."""
        self.line.clear()
        self.put_problem(None)

    def _typed(self) -> None:
        self.put_problem(None)
        self.chosen.emit()

    def _ask(self) -> None:
        ask_files(
            self,
            self._context,
            "passphrase",
            title=phrase("exchange.choose_passphrase"),
            kinds=phrase("choosing.passphrase"),
            then=self._given,
            several=False,
        )

    def _given(self, paths: Sequence[Path]) -> None:
        self.read(paths[0])

    def read(self, path: Path) -> None:
        """Take the passphrase from the first line of this file."""
        self._context.read(
            lambda _desk: read_passphrase(path) or "", self.line.setText, refused=self.put_problem,
            slot="passphrase",
        )  # fmt: skip

    def take_problem(self, problem: Problem, needed: Words) -> bool:
        """Say below the line what is wrong with the passphrase; False where that is not the trouble."""
        ours = problem.code.startswith("passphrase_")
        if ours:
            self.put_problem(needed if problem.code == "passphrase_needed" else problem)
            self.line.setFocus()
            self.line.selectAll()
        return ours

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.clear()

    def refresh(self) -> None:
        """Keep font and gap in step with the text size."""
        super().refresh()
        self.line.setFont(self._look.font())
        self._row.setSpacing(self._look.space(2))
