"""Narrowing and ordering the service records: first and last day, kind, state, order."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.domain.kinds import KINDS
from timebank.domain.quantities import parse_date
from timebank.domain.wanted_services import STATES, Days, month_of
from timebank.outcome import Problem
from ui.look import Look, Tone
from ui.say import Words, phrase
from ui.screens.words import kind_words
from ui.widgets import Button, Kind, Text
from ui.widgets.filter_choice import FilterChoice
from ui.widgets.flow import Flow
from ui.widgets.line import Line

PERIODS = ("all", "this_month", "last_month", "between")
"""All records, those of a month, those between two days that are typed."""
_ENDS = ("first", "last")
NEWEST = ("when", True)
_ORDERS = {("when", False): "oldest", ("long", True): "longest", ("long", False): "shortest"}


def days_of(period: str, first: str, last: str, today: date) -> Days:
    """The days of one of :data:`PERIODS`; the two typed ends may be empty, and stand either way round.

    Refuses with ``date_unreadable``.
    """
    match period:
        case "this_month":
            return month_of(today)
        case "last_month":
            return month_of(today, back=1)
        case "between":
            begin, end = (parse_date(text, today) if text.strip() else None for text in (first, last))
            return (end, begin) if begin and end and end < begin else (begin, end)
    return None, None


class ServiceFilters(QWidget):
    """One row of choices; ``changed`` after each."""

    changed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.ends = {end: Line() for end in _ENDS}
        self.choices = {
            key: FilterChoice(look, phrase(f"services.filter_{key}"), phrase(f"services.filter_{key}_all"))
            for key in ("kind", "state", "order")
        }
        self.everything = Button(look, phrase("people.filters_clear"), icon="close", kind=Kind.QUIET)
        self.everything.hide()
        self._problem = Text(look, "", tone=Tone.BAD)
        self._problem.hide()
        self._flow = Flow()
        for line in self.ends.values():
            self._flow.addWidget(line)
            line.hide()
            line.settled.connect(self.changed)
        for choice in self.choices.values():
            self._flow.addWidget(choice)
            choice.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self._flow.addWidget(self.everything)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._flow)
        self._column.addWidget(self._problem)
        self.choices["kind"].put((code, kind_words(code)) for code in KINDS)
        self.choices["state"].put((state, phrase(f"services.state_{state}")) for state in STATES)
        self.choices["order"].put((each, phrase(f"services.order_{name}")) for each, name in _ORDERS.items())
        look.changed.connect(self.refresh)
        self.refresh()

    def ask_days(self, asked: bool) -> None:
        """Show the two days, or put them away."""
        for line in self.ends.values():
            line.setVisible(asked)
        if asked:
            self.ends["first"].setFocus()
        else:
            self.put_problem(None)

    @property
    def typed_days(self) -> tuple[str, str]:
        """The first and the last day as typed."""
        return self.ends["first"].text(), self.ends["last"].text()

    @property
    def kind(self) -> str:
        """The kind of service taken, or an empty string."""
        return str(self.choices["kind"].value or "")

    @property
    def state(self) -> str:
        """Standing or reversed, or an empty string for both."""
        return str(self.choices["state"].value or "")

    @property
    def order(self) -> tuple[str, bool]:
        """What the list is ordered by, and whether descending."""
        value = self.choices["order"].value
        return (str(value[0]), bool(value[1])) if isinstance(value, tuple) else NEWEST

    def show_order(self, order: tuple[str, bool]) -> None:
        """Take over an order that was chosen at a column's title."""
        self.choices["order"].take(order)

    @property
    def count(self) -> int:
        """How many choices narrow the list."""
        return bool(self.kind) + bool(self.state)

    def clear(self) -> None:
        """Show everything again, newest first, without telling anyone."""
        for choice in self.choices.values():
            choice.take(None)
        for line in self.ends.values():
            line.put("")
        self.ask_days(False)

    def put_problem(self, problem: Problem | None) -> None:
        """Say which day could not be read; what was typed stays."""
        words: Words = "" if problem is None else phrase("services.problem.date_unreadable", **problem.facts)
        self._problem.put(words)
        self._problem.setVisible(problem is not None)

    def refresh(self) -> None:
        """Say the choices in the current language and size."""
        look = self._look
        self._flow.put_gaps(look.space(2), look.space(2))
        self._column.setSpacing(look.space(1))
        for end, line in self.ends.items():
            line.setFont(look.font())
            hint = look.say(phrase(f"services.filter_{end}"))
            line.setAccessibleName(hint)
            line.setPlaceholderText(hint)
            line.setMinimumWidth(line.fontMetrics().horizontalAdvance(hint) + look.space(10))
        for choice in self.choices.values():
            choice.refresh()
