"""The passbook of one person; a service, a transfer or a redemption on it can be taken back, however old it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.journal.refs import day_of
from timebank.store.book_queries import Line
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.profile_tables import passbook_table
from ui.screens.reversal import Doomed, ReversalPanel
from ui.widgets import Button, ButtonRow

_REVERSIBLE = ("service", "allowance_used", "move", "redeemed")
"""Lines that are one deed of this person; a month's run is about everybody, and is taken back as a whole."""


class PassbookTab(QWidget):
    """The lines, newest first; for one that can be taken back a button, and above them the question why."""

    opened = Signal()
    """The question was opened or closed."""

    def __init__(self, context: ScreenContext, stations: Mapping[int, str]) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.table = passbook_table(context, stations)
        self.rows = self.table.rows
        self.reverse = Button(
            context.look, phrase("people.reverse_line"), icon="undo", hint=phrase("people.reverse_line_hint")
        )
        self.reverse.clicked.connect(self._ask)
        context.permission.guard(self.reverse)
        self.reversal = ReversalPanel(context)
        self.reversal.work_with(_reverse)
        self.reversal.closed.connect(self._closed)
        self._column = QVBoxLayout(self)
        self._below = ButtonRow(context.look, [self.reverse])
        for part in (self.reversal, self.table, self._below):
            self._column.addWidget(part)
        self._column.setStretchFactor(self.table, 1)
        self.table.chosen.connect(lambda _line: self._allow())
        context.look.changed.connect(self.refresh)
        self.refresh()
        self._allow()

    def put(self, lines: Sequence[Line]) -> None:
        """Show a passbook, oldest line first as the desk reads it."""
        self.rows.replace(tuple(reversed(lines)))
        self.table.fit_columns()
        self._allow()

    @property
    def _chosen(self) -> Line | None:
        index = self.table.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def _allow(self) -> None:
        """The button is there for a line that can be taken back; else its room is the table's."""
        line = self._chosen
        self._below.setVisible(line is not None and line.what in _REVERSIBLE and not self.changing)

    def _ask(self) -> None:
        line = self._chosen
        if line is None:
            return
        amount = self._context.amount_words if line.unit == 0 else self._context.hours_words
        words = phrase(
            "people.reverse_line_what",
            day=self._context.day_words(day_of(line.day)),
            what=phrase(f"passbook.{line.what}"),
            amount=amount(abs(line.minutes)),
        )
        self.reversal.ask(Doomed(line.entry, words))
        self._allow()
        self.opened.emit()

    @property
    def changing(self) -> bool:
        """Whether the question is open."""
        return self.reversal.doomed is not None

    def close_panel(self) -> None:
        """Leave everything as it is."""
        if self.changing:
            self.reversal.close_panel()

    def confirm(self) -> None:
        """Take the line back."""
        self.reversal.confirm()

    def _closed(self) -> None:
        self._allow()
        self.table.setFocus()
        self.opened.emit()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(2))
        self._column.setContentsMargins(0, self._look.space(2), 0, 0)


def _reverse(desk: Desk, doomed: Doomed, reason: str) -> object:
    return desk.services.reverse_whole(str(doomed.entry), reason)
