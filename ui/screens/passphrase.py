"""The file whose first line opens the root key, or closes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from timebank.outcome import Problem
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_files
from ui.widgets import Button, FormField


class PassphraseField(FormField):
    """A button that asks for the file; the program keeps neither its name nor what it says."""

    chosen = Signal()

    def __init__(self, context: ScreenContext, label: Words, hint: Words) -> None:
        self.button = Button(context.look, phrase("exchange.choose_passphrase"), icon="lock")
        super().__init__(context.look, label, self.button, hint=hint)
        self._context = context
        self.path: Path | None = None
        self.button.clicked.connect(self._ask)

    def _ask(self) -> None:
        ask_files(
            self,
            self._context,
            "passphrase",
            title=phrase("exchange.choose_passphrase"),
            kinds=self._context.look.say(phrase("exchange.any_file")),
            then=self._given,
            several=False,
        )

    def _given(self, paths: Sequence[Path]) -> None:
        self.use(paths[0])

    def use(self, path: Path | None) -> None:
        """Take the passphrase from this file."""
        self.path = path
        self.button.put(path.name if path else phrase("exchange.choose_passphrase"))
        self.put_problem(None)
        self.chosen.emit()

    def take_problem(self, problem: Problem, needed: Words) -> bool:
        """Say below the button what is wrong with the passphrase; False where that is not the trouble."""
        ours = problem.code.startswith("passphrase_")
        if ours:
            self.put_problem(needed if problem.code == "passphrase_needed" else problem)
        return ours
