"""The groups of a recovery sheet: typed, scanned, or read from a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from timebank.desk import recovery
from timebank.outcome import Problem
from ui.look import Look
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_files
from ui.screens.new_passphrase import NewPassphrase
from ui.widgets import Button, ButtonRow, FormField, Kind

_LINES = 3


class RecoverForm(QWidget):
    """One field for all groups; ``given`` carries them on. What was typed stays until it was right."""

    given = Signal(str)
    cancelled = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look: Look = context.look
        self.groups = QPlainTextEdit()
        self.groups.setTabChangesFocus(True)
        self.groups.textChanged.connect(self._settle)
        self._field = FormField(
            look, phrase("trust.recover_groups"), self.groups, hint=phrase("trust.recover_hint")
        )
        self.passphrase = NewPassphrase(
            look, phrase("trust.passphrase_new"), phrase("trust.passphrase_new_hint")
        )
        self.file = Button(look, phrase("trust.recover_file"), icon="folder")
        self.file.clicked.connect(self._ask_file)
        self.go = Button(look, phrase("trust.recover_do"), icon="check", kind=Kind.PRIMARY)
        self.go.clicked.connect(self.submit)
        cancel = Button(look, phrase("window.cancel"))
        cancel.clicked.connect(self.cancelled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._field)
        self._column.addWidget(self.passphrase)
        self._column.addWidget(ButtonRow(look, [self.go, self.file, cancel]))
        look.changed.connect(self.refresh)
        self.refresh()
        self._settle()

    def begin(self) -> None:
        """Forget what was typed: it is the key."""
        self.groups.clear()
        self.passphrase.clear()
        self._field.put_problem(None)

    def submit(self) -> None:
        """Hand on what was typed."""
        if self.groups.toPlainText().strip():
            self._field.put_problem(None)
            self.given.emit(self.groups.toPlainText())

    def put_problem(self, problem: Problem) -> None:
        """Say below the groups what is wrong with them."""
        self._field.put_problem(problem)
        self.groups.setFocus()

    def _ask_file(self) -> None:
        ask_files(
            self,
            self._context,
            "sheet",
            title=phrase("trust.recover_file"),
            kinds=phrase("choosing.pictures"),
            then=self._file_chosen,
            several=False,
        )

    def _file_chosen(self, paths: Sequence[Path]) -> None:
        self.read_file(paths[0])

    def read_file(self, path: Path) -> None:
        """Take the code from a picture or PDF and hand it on."""
        self._field.put_problem(None)
        self._context.read(
            lambda _desk: recovery.sheet_in(path), self.given.emit, refused=self.put_problem, slot="sheet"
        )

    def _settle(self) -> None:
        self.go.setEnabled(bool(self.groups.toPlainText().strip()))

    def refresh(self) -> None:
        """Keep font and gaps in step with the text size."""
        look = self._context.look
        self.groups.setFont(look.font())
        self.groups.setFixedHeight(self.groups.fontMetrics().lineSpacing() * _LINES + look.space(6))
        self._column.setSpacing(look.space(2))
