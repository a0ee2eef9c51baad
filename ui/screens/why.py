"""Asking why an amount is what it is: the sheet for a logged service, and the line for a person's free hours."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from timebank.desk.explaining import Why, why_allowance, why_credited
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.widgets import Button, Kind, Text
from ui.widgets.why import WhyDialog


def ask_why_credited(parent: QWidget, context: ScreenContext, entry: EntryRef) -> None:
    """Show how the credit of a logged service came about."""

    def show(why: Why) -> None:
        WhyDialog(context.look, phrase("packs.why_credit"), why, parent).open()

    context.read(lambda desk: why_credited(desk, entry), show, slot="why")


def beside(figures: QWidget, line: QWidget) -> QWidget:
    """Figures with a line of words to their right."""
    part = QWidget()
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(figures, 1)
    row.addWidget(line, 1, Qt.AlignmentFlag.AlignVCenter)
    return part


class AllowanceLine(QWidget):
    """An elder's free hours of this month by the rules, and "why?"; hidden for who is no elder."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.why: Why | None = None
        self._text = Text(context.look, "", soft=True)
        self.button = Button(context.look, phrase("window.why"), icon="help", kind=Kind.QUIET)
        self.button.clicked.connect(self.ask)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self.button)
        self.hide()
        context.look.changed.connect(self.refresh)
        self.refresh()

    def put(self, member: MemberRecord) -> None:
        """Read what ``member`` is entitled to this month."""
        self.hide()
        if "elder" in member.roles and member.known and not member.erased:
            self._context.read(lambda desk: why_allowance(desk, member), self._came, slot="why allowance")

    def _came(self, why: Why) -> None:
        self.why = why
        hours = self._context.hours_words(why.explained.result)
        self._text.put(phrase("packs.this_month", hours=hours), Tone.PLAIN)
        self.button.put(phrase("window.why"), hint=phrase("packs.why_allowance"))
        self.show()

    def ask(self) -> None:
        """Show how they come about."""
        if self.why is not None:
            WhyDialog(self._look, phrase("packs.why_allowance"), self.why, self).open()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._row.setSpacing(self._look.space(2))
