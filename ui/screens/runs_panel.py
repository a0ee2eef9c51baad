"""What the two runs of a month have in common: a trial first, then the run, and the list of whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.outcome import Problem
from timebank.policy.pack import Pack
from timebank.reports.table import Report
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Tone
from ui.say import Phrase, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_new_file
from ui.screens.printing import print_report
from ui.screens.reports_write import KINDS, save_report
from ui.screens.run_table import RunTable
from ui.screens.runs_undo import RunUndo, Way
from ui.screens.runs_words import heads
from ui.screens.scroll import Scroll
from ui.widgets import Button, ButtonRow, Card, Column, EmptyState, InlineNotice, Segments, Text
from ui.widgets.figures import Figures
from ui.widgets.line import Line

T = TypeVar("T")
R = TypeVar("R")


class RunPanel(QWidget, Generic[R, T]):
    """A trial of one month (``R``) with its rows (``T``). What the run is, the two kinds of it say."""

    name = ""
    """Its phrases begin so, under ``runs``."""
    parts: tuple[str, ...] = ()
    """What the list can be narrowed to."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.month: date | None = None
        self.run: R | None = None
        self.pack: Pack | None = None
        self._job: Job | None = None
        look = context.look
        self.notice = InlineNotice(look)
        self.figures = Figures(look)
        self.said = Text(look, "", soft=True)
        self.go_button = self._make_go()
        self.undo = RunUndo(context, self, self.notice, self.name, self.undoing)
        self.finder = Line()
        self.finder.textChanged.connect(self._narrow)
        choices = [(part, phrase(f"runs.part_{part}")) for part in self.parts]
        self.part = Segments(look, choices, name=phrase("runs.part"), current=self.parts[0])
        self.part.chosen.connect(self._narrow)
        self.why = Button(look, phrase("window.why"), icon="help")
        self.why.clicked.connect(self.ask_why)
        self.print_button = context.actions.button("print", words=phrase("runs.print"))
        self.save_button = context.actions.button("save_report", words=phrase("runs.save"))
        self.empty = self.make_empty()
        self.table: RunTable[T] = RunTable(
            context, phrase(f"runs.list_{self.name}"), self.columns(), self.member_of, self.keys()
        )
        self.table.put_empty(self.empty)
        self.table.opened.connect(self._open)
        self.table.chosen.connect(lambda _row: self._settle_row())
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()
        self._settle_row()

    # What each run says of itself

    def columns(self) -> Sequence[Column[T]]:
        """The columns of the list."""
        raise NotImplementedError

    def keys(self) -> dict[str, Callable[[T], Any]]:
        """What to order each column by."""
        raise NotImplementedError

    def member_of(self, row: T) -> MemberRecord:
        """Whose row it is."""
        raise NotImplementedError

    def in_part(self, row: T, part: str) -> bool:
        """Whether a row belongs to a part of the list."""
        raise NotImplementedError

    def trial(self, desk: Desk, month: date, progress: Progress, cancelled: IsCancelled) -> R:
        """Do the run for ``month``, and leave everything as it was."""
        raise NotImplementedError

    def put(self, run: R) -> None:
        """Show a trial."""
        raise NotImplementedError

    def report(self, desk: Desk, run: R, language: str, rows: Sequence[T]) -> Report:
        """The list for paper and files."""
        raise NotImplementedError

    def undoing(self, desk: Desk) -> Way:
        """The desk's way to take such a run back."""
        raise NotImplementedError

    def ask_why(self) -> None:
        """Say how the chosen row comes about."""
        raise NotImplementedError

    def options(self) -> Sequence[QWidget]:
        """What else there is to choose or press, below the figures."""
        return ()

    def start(self) -> None:
        """Do it."""
        raise NotImplementedError

    # The page

    def _make_go(self) -> Button:
        raise NotImplementedError

    def make_empty(self) -> EmptyState:
        """What stands in place of the list while there is nothing to list."""
        return EmptyState(self._context.look, "gift", "")

    def _lay_out(self) -> None:
        look = self._context.look
        card = self.card = Card(look)
        top = QHBoxLayout()
        top.addWidget(self.figures, 1)
        self._buttons = ButtonRow(look, [self.go_button, self.undo.button])
        top.addWidget(self._buttons)
        card.body.addLayout(top)
        card.body.addWidget(self.said)
        for part in self.options():
            card.body.addWidget(part)
        self._tools = ButtonRow(look, [self.finder, self.part, self.why, self.print_button, self.save_button])
        scroll = self._scroll = Scroll(look)
        for each in (self.notice, card, self._tools):
            scroll.column.addWidget(each)
        scroll.column.addWidget(self.table, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(scroll)

    def enter(self, month: date) -> None:
        """Try the run for ``month``."""
        if month != self.month:
            self.month = month
            self.clear()
        self.read()

    def clear(self) -> None:
        """Nothing is known yet."""
        self.run = None
        self.notice.dismiss()
        self.card.hide()
        self.figures.put([])
        self.said.put("")
        self.empty.put(phrase("runs.trying"))
        self.put_rows(())

    def put_rows(self, rows: Sequence[T]) -> None:
        """List these; what can be done with a list only where there is one."""
        self.table.put_rows(rows)
        self._tools.setVisible(bool(rows))
        for ident in ("print", "save_report"):
            if self.isVisible():
                self._context.actions.allow(ident, bool(rows))

    def read(self) -> None:
        """Try it beside the screen; whoever may not write tries it where nothing is written."""
        month = self.month
        if month is None:
            return

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> tuple[R, Pack]:
            return self.trial(desk, month, progress, cancelled), desk.policies.in_force(month)

        job = self._context.reads.start(
            work, then=self._tried, refused=self._refused, slot=f"run {self.name}"
        )
        self._context.follow(job, phrase("runs.trying"))
        self._job = job
        job.ended.connect(partial(self._over, job))

    def _over(self, job: Job) -> None:
        if self._job is job:
            self._job = None

    def _tried(self, answer: object) -> None:
        assert isinstance(answer, tuple)
        self.run, self.pack = answer
        assert self.run is not None
        self.notice.dismiss()
        self.card.show()
        self.put(self.run)
        self._scroll.verticalScrollBar().setValue(0)  # first what it comes to

    def _refused(self, problem: Problem) -> None:
        self.clear()
        self.empty.put("")
        self.notice.show_problem(problem)

    def do(self, work: Callable[[Desk, Progress, IsCancelled], R], words: Words) -> None:
        """Do it in earnest, beside the screen; everyone is told afterwards."""
        job = self._context.jobs.start(work, then=self._did, refused=self.notice.show_problem)
        self._context.follow(job, words)

    def _did(self, run: object) -> None:
        self._context.notice(Tone.GOOD, self.done_words(run))  # type: ignore[arg-type]
        self._context.changed.changed.emit()

    def take_back(self) -> None:
        """Ask about taking back all that was done for the month, and say what it would mean."""
        if self.month is not None:
            self.undo.begin(self.month)

    def allow(self, *, run: bool, undo: bool) -> None:
        """Say what can be done just now, if this is the run in sight."""
        self.undo.button.setVisible(undo)
        if self.isVisible():
            self._context.actions.allow("run_month", run)
            self._context.actions.allow("take_back_month", undo)

    def done_words(self, run: R) -> Words:
        """What a finished run did."""
        raise NotImplementedError

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._job is not None:  # a trial that nobody waits for; what writes goes on
            self._job.cancel()

    # The list

    def _narrow(self) -> None:
        part = self.part.current
        self.table.narrow(self.finder.text(), lambda row: self.in_part(row, part))

    def _settle_row(self) -> None:
        self.why.setEnabled(self.table.current is not None)

    def _open(self, row: object) -> None:
        if row is not None:
            self._context.go("people", self.member_of(row))  # type: ignore[arg-type]

    def _with_report(self, then: Callable[[Report], None]) -> None:
        run, rows, language = self.run, self.table.shown, self._context.speech.language
        if run is not None and rows:
            self._context.read(lambda desk: self.report(desk, run, language, rows), then, slot="run list")

    def print_now(self) -> None:
        """Show the list as it will come out on paper."""

        def show(report: Report) -> None:
            print_report(self._context, self, report)

        self._with_report(show)

    def ask_file(self) -> None:
        """Ask where to save the list."""
        month = self.month
        if month is None:
            return

        def ask(report: Report) -> None:
            ask_new_file(
                self,
                self._context,
                "reports",
                title=phrase("reporting.save_xlsx"),
                name=f"{report.title} {month:%Y-%m}.xlsx",
                kinds=KINDS["xlsx"],
                then=lambda path: self.save(report, path),
            )

        self._with_report(ask)

    def save(self, report: Report, path: Path) -> None:
        """Write the list to ``path`` as its ending says."""
        save_report(self._context, report, path, self.notice.show_notice, self.notice.show_problem)

    def people(self, count: int, minutes: int) -> Phrase:
        """So many people and hours, as one figure."""
        return phrase("runs.people_hours", people=heads(count), hours=self._context.hours_words(minutes))

    def refresh(self) -> None:
        """Keep names and gaps in step with language and text size."""
        look = self._context.look
        self._column.setSpacing(look.space(3))
        self.finder.setFont(look.font())
        self.finder.setPlaceholderText(look.say(phrase("runs.find")))
        self.finder.setAccessibleName(look.say(phrase("runs.find")))
        self.finder.setMinimumWidth(round(look.em * 13))
        self.table.setMinimumHeight(look.target * 5)
