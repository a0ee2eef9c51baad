"""Every report with a sentence, any period, the tables as they will be written; and exports for other programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.domain.quantities import parse_date
from timebank.outcome import Problem, Refusal
from timebank.reports.catalog import REPORTS
from timebank.reports.shown import is_number, text
from timebank.reports.table import Cell, Report, Table
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Role
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_new_file
from ui.screens.printing import print_report
from ui.screens.reports_choice import ReportChoice, about_words, title_words
from ui.screens.reports_export import ExportPanel
from ui.screens.reports_population import PopulationCard
from ui.screens.reports_tiles import focused_in
from ui.screens.reports_write import KINDS, save_report
from ui.screens.scroll import Scroll
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    Column,
    DataTable,
    EmptyState,
    FormField,
    InlineNotice,
    Kind,
    RowsModel,
    Text,
    Toggle,
)
from ui.widgets.line import Line

_SLOT = "report preview"
_POPULATED = ("registration", "teams", "targets")
"""Reports in which the older population stands."""


class _Row(NamedTuple):
    at: int
    cells: tuple[Cell, ...]


class ReportPage(QWidget):
    """The list on the left; on the right the period, the tables, and where they can go."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.report: Report | None = None
        self._today = date.min
        self._model: RowsModel[_Row] | None = None
        self._job: Job | None = None
        look = context.look
        self.choice = ReportChoice(look)
        self.notice = InlineNotice(look)
        self._title, self._about = Text(look, "", Role.HEADING), Text(look, "", soft=True)
        self.start, self.end = Line(), Line()
        self.fields = {
            "start": FormField(look, phrase("reporting.from"), self.start),
            "end": FormField(look, phrase("reporting.to"), self.end),
        }
        self.upward = Toggle(look, phrase("reporting.upward"))
        self._upward_said = Text(look, "", Role.SMALL, soft=True)
        self.spans = {
            name: Button(look, phrase(f"reporting.span_{name}")) for name in ("month", "before", "year")
        }
        self.tables = QComboBox()
        self.tables.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.table = DataTable(look, phrase("reporting.preview"))
        self.table.put_empty(EmptyState(look, "reports", phrase("reports.note.empty")))
        self._notes = Text(look, "", Role.SMALL, soft=True)
        self.save_button = context.actions.button("save_report", Kind.PRIMARY)
        self.print_button = context.actions.button("print")
        self.others = [
            Button(look, phrase(f"reporting.save_{ending}"), icon="file") for ending in ("csv", "pdf")
        ]
        self.exports = ExportPanel(context)
        self.population = PopulationCard(context)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        look = self._context.look
        scroll, right = Scroll(look), Card(look)
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addWidget(self.choice)
        self._across.addWidget(scroll, 1)
        scroll.column.addWidget(right, 1)
        self._stack, self._panel = QStackedWidget(), QWidget()
        for part in (self._title, self._about, self.notice):
            right.body.addWidget(part)
        right.body.addWidget(self._stack, 1)
        self._stack.addWidget(self._panel)
        self._stack.addWidget(self.exports)
        self._inner = QVBoxLayout(self._panel)
        self._inner.setContentsMargins(0, 0, 0, 0)
        self._period = QHBoxLayout()
        for field in self.fields.values():
            self._period.addWidget(field)
        self._period.addStretch(1)
        self._which = ButtonRow(look, [*self.spans.values(), self.upward])
        self._inner.addLayout(self._period)
        self._inner.addWidget(self._which)
        self._inner.addWidget(self._upward_said)
        self._inner.addWidget(self.tables, 0, Qt.AlignmentFlag.AlignLeft)
        self._inner.addWidget(self.table, 1)
        self._inner.addWidget(self._notes)
        self._inner.addWidget(self.population)
        self._inner.addWidget(ButtonRow(look, [self.save_button, *self.others, self.print_button]))

    def _connect(self) -> None:
        self.choice.picked.connect(self._picked)
        for name, button in self.spans.items():
            button.clicked.connect(lambda _on=False, name=name: self._span(name))
        for line in (self.start, self.end):
            line.settled.connect(self.make)
        for button, ending in zip(self.others, ("csv", "pdf"), strict=True):
            button.clicked.connect(lambda _on=False, ending=ending: self.ask_file(ending))
        self.upward.toggled.connect(self.make)
        self.tables.currentIndexChanged.connect(self._show_table)
        self.population.changed.connect(self.make)
        self._context.look.changed.connect(self._said_anew)

    # Coming here

    def enter(self, name: str = "", month: date | None = None) -> None:
        """Show a report (the one chosen last where none is named), of ``month`` where one is given."""

        def told(today: date) -> None:
            self._today = today
            if month is not None:
                self._put_span(month, min(_end(month), today))
            elif not self.start.text():
                self._put_span(today.replace(day=1), today)
            wanted = name or self.choice.current or next(iter(REPORTS))
            if not focused_in(self):
                self.choice.setFocus()
            if wanted == self.choice.current:
                self._picked(wanted)
            else:
                self.choice.choose(wanted)

        self._context.read(lambda desk: desk.station.surroundings.today(), told, slot="report list today")

    def _span(self, name: str) -> None:
        today = self._today
        first = today.replace(day=1)
        if name == "month":
            self._put_span(first, today)
        elif name == "before":
            last = first - timedelta(days=1)
            self._put_span(last.replace(day=1), last)
        else:
            self._put_span(today.replace(month=1, day=1), today)
        self.make()

    def _put_span(self, first: date, last: date) -> None:
        self.start.put(first.isoformat())
        self.end.put(last.isoformat())

    def period(self) -> tuple[date, date] | None:
        """First and last day as typed, None while one of them cannot be read; the field says so."""
        found: dict[str, date] = {}
        for name, line in (("start", self.start), ("end", self.end)):
            try:
                found[name] = parse_date(line.text(), self._today)
                self.fields[name].put_problem(None)
            except Refusal as refusal:
                self.fields[name].put_problem(refusal)
        return (found["start"], found["end"]) if len(found) == 2 else None

    # Making and showing

    def _picked(self, name: str) -> None:
        self.notice.dismiss()
        self._title.put(title_words(name))
        self._about.put(about_words(name))
        is_report = name in REPORTS
        self._stack.setCurrentWidget(self._panel if is_report else self.exports)
        self.population.setVisible(name in _POPULATED)
        self._allow(False)
        if not is_report:
            self.exports.show_export(name)
            return
        may = REPORTS[name].upward
        self.upward.setEnabled(may)
        if not may:
            self.upward.blockSignals(True)
            self.upward.setChecked(False)
            self.upward.blockSignals(False)
        self.make()

    def make(self) -> None:
        """Make the chosen report beside the screen and show it."""
        name, period = self.choice.current, self.period()
        self._say_upward()
        if period is None or name not in REPORTS:
            return
        self._allow(False)
        language, upward = self._context.speech.language, self.upward.isChecked()

        def work(desk: Desk, _progress: Progress, cancelled: IsCancelled) -> Report:
            return desk.reports.make(name, *period, language=language, upward=upward, cancelled=cancelled)

        job = self._context.reads.start(work, then=self._made, refused=self._refused, slot=_SLOT)
        self._context.follow(job, phrase("reporting.making", title=title_words(name)))
        self._job = job
        job.ended.connect(lambda: self._over(job))

    def _over(self, job: Job) -> None:
        if self._job is job:
            self._job = None

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._job is not None:  # the desk's searches wait behind it
            self._job.cancel()

    def _refused(self, problem: Problem) -> None:
        self.report = None
        self._allow(False)
        self.notice.show_problem(problem)

    def _made(self, report: object) -> None:
        assert isinstance(report, Report)
        self.notice.dismiss()
        before = self.tables.currentIndex() if self.report and self.report.name == report.name else 0
        self.report = report
        self.tables.blockSignals(True)
        self.tables.clear()
        self.tables.addItems([table.title for table in report.tables])
        self.tables.setCurrentIndex(max(0, min(before, len(report.tables) - 1)))
        self.tables.blockSignals(False)
        self.tables.setVisible(len(report.tables) > 1)
        self._show_table()
        self._allow(True)

    def _show_table(self) -> None:
        report, at = self.report, max(0, self.tables.currentIndex())
        if report is None or not report.tables:
            return
        table = report.tables[at]
        self._model = RowsModel(self._context.look, _columns(table), lambda row: row.at, self)
        self._model.replace([_Row(n, row) for n, row in enumerate(table.rows)])
        self.table.put_model(self._model, sortable=False)
        self._notes.put("\n".join(table.notes))
        self._notes.setVisible(bool(table.notes))

    def _say_upward(self) -> None:
        name = self.choice.current
        if name in REPORTS and not REPORTS[name].upward:
            key = "stays"
        elif self.upward.isChecked():
            key = "no_names"
        else:
            key = "with_names" if name in REPORTS and REPORTS[name].names else "no_people"
        self._upward_said.put(phrase(f"reporting.{key}"))

    def _said_anew(self) -> None:
        self.refresh()
        if (
            self.isVisible()
            and self.report is not None
            and self.report.language != self._context.speech.language
        ):
            self.make()

    # Writing

    def _allow(self, ready: bool) -> None:
        for button in self.others:
            button.setEnabled(ready)
        if self.isVisible():
            for ident in ("save_report", "print"):
                self._context.actions.allow(ident, ready)

    def settle(self) -> None:
        """Let the keys work that make sense now."""
        self._allow(self.report is not None and self.choice.current in REPORTS)

    def print_now(self) -> None:
        """Show the report as it will come out on paper."""
        if self.report is not None:
            print_report(self._context, self, self.report)

    def ask_file(self, ending: str = "xlsx") -> None:
        """Ask where to save the report, as a file that ends in ``ending``."""
        report = self.report
        if report is None:
            return
        ask_new_file(
            self,
            self._context,
            "reports",
            title=phrase(f"reporting.save_{ending}"),
            name=f"{report.title} {report.start.isoformat()} {report.end.isoformat()}.{ending}",
            kinds=KINDS[ending],
            then=self.save,
        )

    def save(self, path: Path) -> None:
        """Write the report to ``path`` as its ending says."""
        report = self.report
        if report is None:
            return
        save_report(self._context, report, path, self.notice.show_notice, self.notice.show_problem)

    def refresh(self) -> None:
        """Keep names and gaps in step with language and text size."""
        look = self._context.look
        self._across.setSpacing(look.space(4))
        self._period.setSpacing(look.space(3))
        self._inner.setSpacing(look.space(3))
        self.tables.setAccessibleName(look.say(phrase("reporting.which_table")))
        for line in (self.start, self.end):
            line.setMinimumWidth(round(look.em * 8.5))
            line.setMaximumWidth(round(look.em * 12))
        self.table.setMinimumHeight(look.target * 5)
        self._say_upward()


def _columns(table: Table) -> Sequence[Column[_Row]]:
    return [
        Column(
            f"{at}",
            column.title,
            _cell(at),
            right=any(is_number(row[at]) for row in table.rows),
            stretch=at == 0,
        )
        for at, column in enumerate(table.columns)
    ]


def _cell(at: int) -> Callable[[_Row], Words]:
    return lambda row: text(row.cells[at])


def _end(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
