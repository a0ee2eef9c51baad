"""Who is to be visited this month and was not yet: chosen ones become requests for a visit, in one action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.requests import Unvisited
from timebank.domain.quantities import parse_length
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem, Refusal
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.requests_times import read_coming_day
from ui.screens.runs_words import later_month, said_month
from ui.widgets import (
    ButtonRow,
    Column,
    DataTable,
    EmptyState,
    FormField,
    InlineNotice,
    Kind,
    PageHeader,
    RowsModel,
)

R = TypeVar("R")


class UnvisitedPage(QWidget):
    """The list of a month. ``asked`` carries how many visits were asked for."""

    asked = Signal(int)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._today = date.min
        self.month: date | None = None
        """A day of the month shown; None: whatever month it is."""
        look, actions = context.look, context.actions
        save = actions.button("confirm", Kind.PRIMARY, phrase("requests.ask_visits"))
        self.before = actions.button("day_before", words=phrase("requests.earlier_month"))
        self.after = actions.button("day_after", words=phrase("requests.later_month"))
        buttons = [self.before, self.after, actions.button("back"), save]
        self.header = PageHeader(look, phrase("actions.unvisited"), " ", icon="eye", actions=buttons)
        self.notice = InlineNotice(look)
        self.table = DataTable(look, phrase("actions.unvisited"))
        shown: list[Column[Unvisited]] = [
            Column("name", phrase("requests.elder"), lambda each: each.member.name),
            Column("number", phrase("people.number"), lambda each: each.member.number),
            Column("place", phrase("requests.place"), _place),
            Column("last", phrase("requests.last_visit"), self._last),
            Column(
                "asked",
                phrase("requests.state_title"),
                lambda each: phrase("requests.visit_asked" if each.asked else "requests.visit_lacking"),
                tone=lambda each: Tone.GOOD if each.asked else Tone.WARN,
                stretch=True,
            ),
        ]
        self.rows: RowsModel[Unvisited] = RowsModel(look, shown, lambda each: each.member.row)
        self.table.put_model(self.rows, sortable=False)
        self.table.put_empty(
            EmptyState(look, "check", phrase("requests.all_visited"), phrase("requests.all_visited_next"))
        )
        self.day, self.length = QLineEdit(), QLineEdit()
        self.fields = {
            "day": FormField(look, phrase("requests.field_day"), self.day, hint=phrase("requests.day_hint")),
            "length": FormField(
                look, phrase("requests.field_length"), self.length, hint=phrase("services.length_hint")
            ),
        }
        self._row = ButtonRow(look, list(self.fields.values()))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.notice, self.table, self._row):
            self._column.addWidget(part)
        self._column.setStretchFactor(self.table, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def step(self, months: int) -> None:
        """Show a month before or after."""
        self.month = later_month(self.month or self._today, months)
        self._read_month()

    def enter(self) -> None:
        """Read who was not visited yet this month."""
        self.month = None
        self._read_month()

    def _read_month(self) -> None:
        month = self.month
        self.notice.dismiss()
        for field in self.fields.values():
            field.put_problem(None)
        self.rows.replace([])

        def work(desk: Desk) -> tuple[date, list[Unvisited]]:
            today = desk.station.surroundings.today()
            return today, desk.requests.unvisited(month or today)

        self._context.read(work, self._arrived, slot="unvisited")
        self.table.setFocus()

    def _arrived(self, answer: tuple[date, list[Unvisited]]) -> None:
        self._today, found = answer
        lacking = [each for each in found if not each.asked]
        said = phrase("requests.unvisited_counts", count=len(found), lacking=len(lacking))
        title = phrase("requests.unvisited_of", month=said_month(self.month or self._today))
        self.header.put(title, said)
        self.rows.replace(found)
        self.table.fit_columns()
        if not self.day.text():
            self.day.setText(self._look.say(phrase("requests.tomorrow")))
        if not self.length.text():
            self.length.setText(self._look.say(self._context.hours_words(30)))
        if found:
            self.table.go(0)

    def save(self) -> None:
        """Ask for a visit to the chosen ones; to all that lack one where only the cursor stands."""
        self.notice.dismiss()
        chosen = [each for each in self.table.records() if isinstance(each, Unvisited)]
        if len(chosen) < 2:
            chosen = list(self.rows.rows)
        members = [each.member for each in chosen if not each.asked]
        if not members:
            self.notice.show_notice(Tone.INFO, phrase("requests.no_visit_lacking"))
            return
        try:
            day = self._typed("day", lambda: read_coming_day(self.day.text(), self._today))
            minutes = self._typed("length", lambda: parse_length(self.length.text()))
        except Refusal:
            return

        def work(desk: Desk) -> list[EntryRef]:
            return desk.requests.ask_visits(members, datetime.combine(day, time()), minutes)

        self._context.write(work, lambda made: self.asked.emit(len(made)), refused=self._refused)

    def _typed(self, key: str, read: Callable[[], R]) -> R:
        self.fields[key].put_problem(None)
        try:
            return read()
        except Refusal as refusal:
            self.fields[key].put_problem(refusal)
            raise

    def _refused(self, problem: Problem) -> None:
        if problem.code == "request_day":
            self.fields["day"].put_problem(problem)
        else:
            self.notice.show_problem(problem)

    def _last(self, each: Unvisited) -> Words:
        return self._context.day_words(each.last_visit) if each.last_visit else phrase("requests.never")

    def refresh(self) -> None:
        """Keep gaps and fonts in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        for edit in (self.day, self.length):
            edit.setFont(self._look.font())


def _place(each: Unvisited) -> Words:
    return str(each.member.details.get("address") or each.member.details.get("community") or "")
