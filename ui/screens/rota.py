"""The rota of a day: who goes to whom and when, with one key for what comes next, and a sheet to print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_lines import RequestLine, RotaLine
from timebank.journal.refs import minute_of
from timebank.outcome import Refusal
from timebank.reports.table import Report
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_new_file
from ui.screens.printing import print_report
from ui.screens.reports_write import KINDS, save_report
from ui.screens.requests_card import RequestCard
from ui.screens.requests_times import read_coming_day
from ui.screens.requests_words import clash_words, columns, day_words, heard_words
from ui.screens.words import joined
from ui.widgets import Button, ButtonRow, Column, DataTable, EmptyState, RowsModel
from ui.widgets.line import Line


class RotaPage(QWidget):
    """A day, by time."""

    counted = Signal(object)
    """in words, what is on the rota"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        look, actions = context.look, context.actions
        self.day: date | None = None
        """The day shown; None: whatever today is."""
        self._shown: date | None = None
        self._now = datetime.min
        self.card = RequestCard(context)
        self.before, self.after = (
            Button(look, "", icon=icon, hint=phrase(f"actions.{step}"), key=key)
            for step, icon, key in (
                ("day_before", "arrow-left", "Alt+←"),
                ("day_after", "arrow-right", "Alt+→"),
            )
        )
        self.before.clicked.connect(lambda: self.step(-1))
        self.after.clicked.connect(lambda: self.step(1))
        self.box = Line()
        self.box.settled.connect(self._go)
        save = actions.button("save_sheet", words=phrase("requests.rota_save"))
        self.tools = ButtonRow(look, [self.before, self.box, self.after, actions.button("print"), save])
        self.table = DataTable(look, phrase("requests.rota"))
        self.rows: RowsModel[RotaLine] = RowsModel(look, self._columns(), lambda each: each.line.request.row)
        self.table.put_model(self.rows, sortable=False)
        self.table.put_empty(
            EmptyState(look, "calendar", phrase("requests.day_free"), phrase("requests.day_free_next"))
        )
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _each: self.card.open_assign())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.tools)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self.card)
        look.changed.connect(self.refresh)
        self.refresh()

    def _columns(self) -> list[Column[RotaLine]]:
        of_line = columns(self._context, self._now, day=False)
        shown: list[Column[RotaLine]] = [_of(column) for column in of_line[:-1]]
        shown.append(Column("came", phrase("requests.came"), lambda each: _times(each.line)))
        shown.append(
            Column(
                "about",
                phrase("requests.about"),
                self._about,
                tone=lambda each: Tone.WARN if each.clashes else Tone.PLAIN,
                icon=_about_icon,
                stretch=True,
            )
        )
        return shown

    def _about(self, each: RotaLine) -> Words:
        if each.clashes:
            return joined([clash_words(clash) for clash in each.clashes], self._look.say)
        address = str(each.line.elder.details.get("address") or "")
        return joined([heard_words(self._context, each.line), address, each.line.note], self._look.say)

    def enter(self, day: date | None = None) -> None:
        """Show a day: today where none is said."""
        self.day = day
        self.read()
        self.table.setFocus()

    def step(self, days: int) -> None:
        """Show a day before or after."""
        self.day = (self.day or self._now.date()) + timedelta(days=days)
        self.read()

    def _go(self) -> None:
        """Show the day that was typed; what is no day stays in the line, and is said to be none."""
        try:
            self.day = read_coming_day(self.box.text(), self._now.date())
        except Refusal as refusal:
            self._context.problem(refusal)
            return
        self.table.setFocus()
        self.read()

    def _say_day(self) -> None:
        if self._shown is not None:
            self.box.put(self._look.say(day_words(self._shown, self._now.date())))

    def read(self) -> None:
        """Read the day afresh."""
        day = self.day

        def work(desk: Desk) -> tuple[datetime, date, list[RotaLine]]:
            now = desk.station.surroundings.now()
            return now, day or now.date(), desk.requests.rota(day or now.date())

        self._context.read(work, self._arrived, slot="rota")

    def _arrived(self, answer: tuple[datetime, date, list[RotaLine]]) -> None:
        self._now, day, lines = answer
        self.rows.columns = tuple(self._columns())
        missing = sum(bool(each.line.short) for each in lines if each.line.request.waits)
        clashing = sum(bool(each.clashes) for each in lines)
        weekday = phrase(f"services.weekday_{day.weekday()}")
        counts = phrase(
            "requests.rota_counts", weekday=weekday, count=len(lines), missing=missing, clashing=clashing
        )
        self._shown = day
        self._say_day()
        self.counted.emit(counts)
        self.rows.replace(lines)
        self.table.fit_columns()
        index = self.table.currentIndex()
        if not index.isValid() and lines and self.table.hasFocus():
            self.table.go(0)
        elif index.isValid():
            self._chosen(self.rows.record(index.row()))
        else:
            self._chosen(None)

    def _with_sheet(self, then: Callable[[Report], None]) -> None:
        day, language = self.day or self._now.date(), self._context.speech.language
        self._context.read(lambda desk: desk.requests.rota_sheet(day, language), then, slot="rota sheet")

    def print_now(self) -> None:
        """Print the sheet of the day."""

        def show(report: Report) -> None:
            print_report(self._context, self, report)

        self._with_sheet(show)

    def ask_file(self) -> None:
        """Ask where to save the sheet of the day."""

        def ask(report: Report) -> None:
            ask_new_file(
                self,
                self._context,
                "reports",
                title=phrase("reporting.save_xlsx"),
                name=f"{report.title} {report.start:%Y-%m-%d}.xlsx",
                kinds=";;".join(KINDS.values()),
                then=lambda path: self.save(report, path),
            )

        self._with_sheet(ask)

    def save(self, report: Report, path: Path) -> None:
        """Write the sheet to ``path`` as its ending says."""
        save_report(self._context, report, path, self._context.notice, self._context.problem)

    def _chosen(self, each: object) -> None:
        self.card.put(each.line if isinstance(each, RotaLine) else None, self._now)

    def refresh(self) -> None:
        """Keep gaps and fonts in step with the text size."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self.box.setFont(look.font(Role.HEADING))
        self.box.setFixedWidth(round(look.em * 8))
        self._say_day()
        self.box.setAccessibleName(look.say(phrase("requests.rota_go")))
        self.box.setToolTip(look.say(phrase("requests.rota_go_hint")))


def _about_icon(each: RotaLine) -> str | None:
    if each.clashes:
        return "warning"
    return "check" if each.line.request.confirmed or each.line.request.followed_up else None


def _of(column: Column[RequestLine]) -> Column[RotaLine]:
    """A column of requests as one of the rota."""
    tone, icon = column.tone, column.icon
    return Column(
        column.key,
        column.title,
        lambda each: column.get(each.line),
        tone=None if tone is None else lambda each: tone(each.line),
        icon=None if icon is None else lambda each: icon(each.line),
    )


def _times(line: RequestLine) -> Words:
    """When they came and left, as far as that was noted."""
    came, left = (
        f"{minute_of(each):%H:%M}" if each is not None else ""
        for each in (line.request.arrived, line.request.left)
    )
    return f"{came}–{left}" if came else ""
