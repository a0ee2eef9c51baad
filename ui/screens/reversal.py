"""Taking something back (冲正): what it was, a short reason, and one key that no scanner sends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Button, ButtonRow, FormField, IconView, Kind, Text
from ui.widgets.text import restyle

REASONS = ("wrong_person", "wrong_time", "twice", "not_given")


@dataclass(frozen=True)
class Doomed:
    """What is about to be taken back."""

    entry: EntryRef
    words: Words


TakingBack = Callable[[Desk, Doomed, str], object]
"""Takes something back for a reason; beside the screen."""


def _reverse(desk: Desk, doomed: Doomed, reason: str) -> object:
    return desk.services.reverse(str(doomed.entry), reason)


class ReversalPanel(QFrame):
    """Asks for the reason inline and writes the reversal. Hidden while nothing is to be taken back."""

    done = Signal(object)
    """The :class:`Doomed` that was taken back."""
    closed = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = context.look
        self._context, self._look = context, look
        self.doomed: Doomed | None = None
        self._work: TakingBack = _reverse
        self.setProperty("part", "wash")
        self.setProperty("asks", True)  # Esc closes it before any notice, while the cursor is in it
        self._what = Text(look, "", Role.HEADING)
        self.reason = QLineEdit()
        self._field = FormField(look, phrase("desk.reason"), self.reason, hint=phrase("desk.reason_hint"))
        quick = []
        for code in REASONS:
            words = phrase(f"desk.reason_{code}")
            button = Button(look, words, kind=Kind.QUIET)
            button.clicked.connect(lambda _on=False, words=words: self._say(words))
            quick.append(button)
        self._go = context.actions.button("confirm", Kind.PRIMARY, phrase("desk.reverse_now"))
        back = Button(look, phrase("window.cancel"), key="Esc")
        back.clicked.connect(self.close_panel)
        self._words = QVBoxLayout()
        for part in (self._what, self._field, ButtonRow(look, quick), ButtonRow(look, [self._go, back])):
            self._words.addWidget(part)
        self._row = QHBoxLayout(self)
        self._row.addWidget(IconView(look, "undo", Tone.WARN, ems=2.2), 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._words, 1)
        restyle(self, tone="warn")
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def ask(self, doomed: Doomed) -> None:
        """Ask why ``doomed`` is to be taken back."""
        self.doomed = doomed
        self._what.put(phrase("window.undo_what", what=doomed.words))
        self.reason.clear()
        self._field.put_problem(None)
        self.show()
        self.reason.setFocus()

    def work_with(self, work: TakingBack) -> None:
        """Take back in another way than by reversing the one entry."""
        self._work = work

    def confirm(self) -> None:
        """Take it back, if there is a reason."""
        doomed, reason = self.doomed, self.reason.text().strip()
        if doomed is None:
            return
        if not reason:
            self._field.put_problem(phrase("problems.reason_missing"))
            self.reason.setFocus()
            return

        def work(desk: Desk) -> object:
            return self._work(desk, doomed, reason)

        self._context.write(work, lambda _entry: self._finished(doomed), refused=self._refused)

    def close_panel(self) -> None:
        """Leave everything as it is."""
        self.drop()
        self.closed.emit()

    def drop(self) -> None:
        """Leave everything as it is, and the cursor as well: something else has begun."""
        self.doomed = None
        self.hide()

    def _finished(self, doomed: Doomed) -> None:
        self.doomed = None
        self.hide()
        self._context.notice(Tone.GOOD, phrase("desk.reversed", what=doomed.words))
        self.done.emit(doomed)
        self.closed.emit()

    def _refused(self, problem: Problem) -> None:
        self._field.put_problem(problem)

    def _say(self, words: Words) -> None:
        self.reason.setText(self._look.say(words))
        self.reason.setFocus()

    def refresh(self) -> None:
        """Keep gaps and fonts in step with the text size."""
        look = self._look
        self.reason.setFont(look.font())
        pad = look.space(4)
        self._row.setContentsMargins(pad, look.space(3), pad, look.space(3))
        self._row.setSpacing(pad)
        self._words.setSpacing(look.space(2))
