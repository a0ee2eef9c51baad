"""A whole spreadsheet at once, in four steps: choose it, see how it was read, see what it would do, write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.taking import watching
from timebank.outcome import Problem
from timebank.phrases import phrases
from timebank.roster.mapping import NO_DIRECTIONS, Directions
from timebank.roster.sheets import OpenedFile, open_file
from timebank.roster.survey import Survey
from timebank.roster.whose import role_told
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Look, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_files, ask_new_file
from ui.screens.importing_back import TakeBackPanel
from ui.screens.importing_kinds import Import, Outcome, RosterImport, Sheet, SignInImport
from ui.screens.importing_rows import ResultRows
from ui.screens.importing_sheet import SheetPage
from ui.screens.importing_steps import StepLine
from ui.screens.scroll import Scroll
from ui.screens.unregister import Unregistering
from ui.widgets import (
    Button,
    ButtonRow,
    EmptyState,
    InlineNotice,
    Kind,
    PageHeader,
    Segments,
    announce,
)

__all__ = ["Import", "ImportPage", "Outcome", "RosterImport", "Sheet", "SignInImport"]

TRIED_AT_ONCE = 5_000
"""Rows of a file that is tried anew at every correction; a longer one is tried when asked for."""


class ImportPage(QWidget):
    """The wizard. Nothing is written before the third step was confirmed with Ctrl+Enter."""

    closed = Signal()

    def __init__(self, context: ScreenContext, sheet: Import) -> None:
        super().__init__()
        self._context, self._look, self._sheet = context, context.look, sheet
        self._file: OpenedFile | None = None
        self._directions = NO_DIRECTIONS
        self._job: Job | None = None
        self.survey: Survey | None = None
        self.outcome: Outcome | None = None
        self.written: Outcome | None = None
        look, actions = context.look, context.actions
        self.setAcceptDrops(True)
        self.notice = InlineNotice(look)
        self.header = PageHeader(
            look, phrase(sheet.title), " ", icon=sheet.icon, actions=[actions.button("back")]
        )
        self.steps = StepLine(look, ("file", "columns", "result", "done"))
        roles = [(role, phrase(f"people.{role}s")) for role in sheet.roles]
        self.role = Segments(look, roles, name=phrase("people.role"), current=roles[0][0] if roles else "")
        if not roles:  # shown by the page that holds it: alone it would be a window
            self.role.hide()
        self.role.chosen.connect(lambda _role: self._try() if self._file else None)
        self.choose = Button(look, phrase("importing.choose"), icon="folder", kind=Kind.PRIMARY)
        self.choose.clicked.connect(self.ask_file)
        self._begin = EmptyState(
            look, "file", phrase(f"{sheet.title}_begin"), phrase(f"{sheet.title}_about"), button=self.choose
        )
        self.columns = SheetPage(context, self.role)
        self.columns.directed.connect(self._directed)
        self.result = ResultRows(context)
        self.rows = self.result.rows
        self.unregistering = Unregistering(context, self, self._taken_back)
        self.back_panel = TakeBackPanel(context)
        self.back_panel.asked.connect(self._take_back)
        self._make_buttons()
        self._seen = _page(_scrolled(look, self.columns), self._seen_buttons)
        self._shown = _page(_scrolled(look, self.result), self.back_panel, self._result_buttons)
        self._stack = QStackedWidget()
        for page in (self._begin, self._seen, self._shown):
            self._stack.addWidget(page)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.steps, self.notice, self._stack):
            self._column.addWidget(part)
        self._column.setStretchFactor(self._stack, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def _make_buttons(self) -> None:
        look, actions = self._look, self._context.actions

        def button(words: str, icon: str, do: Callable[[], object]) -> Button:
            made = Button(look, phrase(words), icon=icon)
            made.clicked.connect(lambda _on=False: do())
            return made

        self.next = actions.button("confirm", Kind.PRIMARY, phrase("importing.to_result"))
        self.go = actions.button("confirm", Kind.PRIMARY, phrase("importing.confirm"))
        self.save = actions.button("save_sheet", words=phrase("importing.save_rejected"))
        self.afresh = button("importing.afresh", "undo", self.read_afresh)
        self.take_back = button("importing.take_back", "undo", self.ask_back)
        self.mend = button("importing.mend_columns", "arrow-left", self.show_columns)
        other, self.more = (button("importing.choose_other", "folder", self.ask_file) for _ in range(2))
        self._seen_buttons = ButtonRow(look, [self.next, other, self.afresh])
        self._result_buttons = ButtonRow(look, [self.go, self.mend, self.save, self.take_back, self.more])

    # Step 1: the file

    def enter(self) -> None:
        """Begin with the choice of a file."""
        self._file = self.survey = self.outcome = self.written = None
        self._directions = NO_DIRECTIONS
        self.notice.dismiss()
        self.header.put(phrase(self._sheet.title), phrase("importing.nothing_written"))
        self._step("file", self._begin)
        self.choose.setFocus()

    def back(self) -> bool:
        """One step back; False where the page itself is to be left."""
        if self.back_panel.isVisible():
            self._close_panel()
            return True
        if self._stack.currentWidget() is self._shown and self.written is None:
            self.show_columns()
            return True
        return False

    def ask_file(self) -> None:
        """Let a file be chosen."""
        ask_files(
            self, self._context, self._sheet.title, title=phrase("importing.choose"), kinds=phrase("choosing.sheets"),
            then=lambda paths: self.open(paths[0]), several=False,
        )  # fmt: skip

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open(paths[0])

    def open(self, path: Path) -> None:
        """Read ``path`` and show how it is understood; nothing is written."""
        self.notice.dismiss()
        profile = self._sheet.profile

        def work(desk: Desk, _progress: Progress, cancelled: IsCancelled) -> tuple[OpenedFile, Survey]:
            opened = open_file(path, watching(cancelled))
            return opened, desk.layouts.survey(opened, profile)

        def arrived(answer: object) -> None:
            assert isinstance(answer, tuple)
            self._file, survey = answer
            self._directions, self.written, self.outcome = NO_DIRECTIONS, None, None
            if (role := role_told(survey)) in self._sheet.roles:
                self.role.choose(role)
            self.columns.begin(survey)
            self._surveyed(survey)
            self.show_columns()

        job = self._context.reads.start(
            work, then=arrived, refused=self.notice.show_problem, slot="import open"
        )
        self._context.follow(job, phrase("importing.reading"))

    # Step 2: the columns

    def show_columns(self) -> None:
        """See how the sheet was read, and correct it."""
        if self.survey is not None:
            self._step("columns", self._seen)
            self.columns.focus_doubt()

    def read_afresh(self) -> None:
        """Forget what was said of this layout, now and earlier."""
        self._directed(Directions(fresh=True))

    def _directed(self, directions: object) -> None:
        """Understand the file as the person says, and see what that would do."""
        assert isinstance(directions, Directions)
        file, profile = self._file, self._sheet.profile
        if file is None:
            return
        self._directions = directions
        self.notice.dismiss()
        self._context.read(
            lambda desk: desk.layouts.survey(file, profile, directions),
            self._surveyed,
            refused=self.notice.show_problem,
            slot="import survey",
        )

    def _surveyed(self, survey: Survey) -> None:
        self.survey, self.outcome = survey, None
        self.header.put(phrase(self._sheet.title), phrase("importing.nothing_written"))
        self.columns.put(survey, self._directions)
        self._allow()
        wanted = [
            each
            for each in survey.tables
            if self._directions.sheets is None or each.sheet in self._directions.sheets
        ]
        if self._ready and sum(table.rows for table in wanted) <= TRIED_AT_ONCE:
            self._try()

    @property
    def _ready(self) -> bool:
        return self.survey is not None and self.survey.ready

    def _try(self, then: Callable[[], None] | None = None) -> None:
        def tried(outcome: Outcome) -> None:
            self.outcome = outcome
            self.columns.tell(_summary(outcome))
            if self._stack.currentWidget() is self._shown or then is not None:
                self._show_result()
            self._allow()

        self.outcome = None
        self.columns.tell(phrase("importing.trying"))
        self._start(dry=True, then=tried, words=phrase("importing.reading"))

    def confirm(self) -> None:
        """Go on: from the columns to what would happen, from there to writing it."""
        if self.back_panel.isVisible():
            self.back_panel.confirm()
        elif self._stack.currentWidget() is self._seen and self._ready:
            if self.outcome is not None:
                self._show_result()
            else:
                self._try(then=self._show_result)
        elif self._stack.currentWidget() is self._shown:
            self._write()

    # Step 3: what it would do

    def _show_result(self) -> None:
        outcome = self.outcome
        if outcome is None:
            return
        self._step("result", self._shown)
        key = "importing.ready" if outcome.new else "importing.nothing_new"
        self.result.put(outcome, phrase(key, new=outcome.new))
        self._allow()
        self.result.table.setFocus()

    def _write(self) -> None:
        if self.written is None and self.outcome is not None and self.outcome.new and self._job is None:
            self._start(dry=False, then=self._written, words=phrase("importing.writing"))

    # Step 4: done

    def _written(self, outcome: Outcome) -> None:
        self.outcome = self.written = outcome
        self._step("done", self._shown)
        self.header.put(phrase(self._sheet.title), self.survey.file if self.survey else "")
        self.result.put(outcome, phrase("importing.done", new=outcome.new), Tone.GOOD)
        self._allow()
        self._context.changed.changed.emit()
        announce(self.result, self._look.say(phrase("importing.done", new=outcome.new)))
        self.result.table.setFocus()

    def ask_back(self) -> None:
        """Ask why all that was written is to be taken back."""
        if self.written is None or not self.written.entries:
            return
        if self._sheet.profile == "people":
            self.unregistering.ask(self.written.entries, updated=bool(self.written.updates))
        else:
            self.result.make_room(True)
            self.back_panel.ask(len(self.written.entries))

    def _take_back(self, reason: object) -> None:
        assert isinstance(reason, str)
        assert self.written is not None
        entries = self.written.entries

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> int:
            return desk.typed_sheet.take_back(entries, reason, progress=progress, cancelled=cancelled)

        def done(count: object) -> None:
            self._close_panel()
            self._context.changed.changed.emit()
            self._taken_back(phrase("importing.taken_back", count=count))

        job = self._context.jobs.start(work, then=done, refused=self.back_panel.refuse)
        self._context.follow(job, phrase("importing.taking_back"))

    def _taken_back(self, words: Words) -> None:
        self.take_back.hide()
        self.result.verdict.put("")  # it no longer stands as written
        self.notice.show_notice(Tone.INFO, words)
        self.result.table.setFocus()

    def _close_panel(self) -> None:
        self.back_panel.hide()
        self.result.make_room(False)
        self.result.table.setFocus()

    # Rejected rows

    def save_rejected(self) -> None:
        """Ask where the refused rows go, as a spreadsheet with a reason column."""
        if self._file is not None and self.outcome is not None and self.outcome.rejected:
            name = f"{self._file.path.stem}-{self._look.say(phrase('importing.rejected'))}.xlsx"
            ask_new_file(
                self, self._context, "rejects", title=phrase("importing.save_rejected"), name=name,
                kinds="xlsx (*.xlsx);;csv (*.csv)", then=self.write_rejected,
            )  # fmt: skip

    def write_rejected(self, out: Path) -> None:
        """Write the refused rows to ``out``, an xlsx or csv file."""
        file, outcome, directions = self._file, self.outcome, self._directions
        say, profile = phrases(self._context.speech.language), self._sheet.profile
        assert file is not None
        assert outcome is not None

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> None:
            desk.layouts.save_rejected(
                file, profile, outcome.evidence.columns, outcome.rejected,
                lambda each: say.code(each.code, each.facts), out,
                language=say.language, directions=directions,
            )  # fmt: skip

        def done(_none: object) -> None:
            self.notice.show_notice(Tone.GOOD, phrase("importing.rejects_saved", file=str(out)))

        self._context.jobs.start(work, then=done, refused=self.notice.show_problem)

    # In common

    def _start(self, *, dry: bool, then: Callable[[Outcome], None], words: Words) -> None:
        assert self._file is not None
        sheet, kind = Sheet(self._file, self.role.current, self._directions, dry), self._sheet
        self.notice.dismiss()

        def done(outcome: object) -> None:
            assert isinstance(outcome, Outcome)
            then(outcome)

        job = self._context.jobs.start(
            lambda desk, progress, cancelled: kind.take(desk, sheet, progress, cancelled),
            then=done,
            refused=self._refused,
            slot="import try" if dry else "",
        )
        self._job = job
        job.ended.connect(lambda: self._ended(job))
        job.cancelled.connect(lambda: self._stopped(job))
        self._context.follow(job, words)
        self._allow()

    def _ended(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self._allow()

    def _stopped(self, job: Job) -> None:
        if self._job is job:  # not one that a newer try took the place of
            self.columns.tell(phrase("importing.stopped"))
            self.notice.show_notice(Tone.INFO, phrase("importing.stopped"))

    def _refused(self, problem: Problem) -> None:
        self.columns.tell("")
        self.notice.show_problem(problem)
        self._allow()

    def _step(self, step: str, page: QWidget) -> None:
        self.steps.put(step)
        self._stack.setCurrentWidget(page)
        self.back_panel.hide()
        self.result.make_room(False)
        self._allow()

    def _allow(self) -> None:
        """Only what makes sense just now can be pressed."""
        outcome, done = self.outcome, self.written is not None
        self.next.setEnabled(self._ready)
        self.afresh.setVisible(self._directed_or_remembered)
        self.go.setVisible(not done)
        self.go.setEnabled(not done and outcome is not None and bool(outcome.new) and self._job is None)
        self.mend.setVisible(not done)
        self.more.setVisible(done)
        self.save.setVisible(outcome is not None and bool(outcome.rejected))
        self.take_back.setVisible(done and bool(self.written and self.written.entries))

    @property
    def _directed_or_remembered(self) -> bool:
        return self.survey is not None and any(not t.choice.says_nothing for t in self.survey.tables)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        for page in (self._seen, self._shown):
            layout = page.layout()
            assert layout is not None
            layout.setSpacing(self._look.space(3))


def _summary(outcome: Outcome) -> Words:
    counts = {key.removeprefix("importing."): count for key, count in outcome.counts}
    if "logged" in counts:
        return phrase("importing.would_log", **counts)
    return phrase("importing.would_register", **counts)


def _scrolled(look: Look, page: QWidget) -> Scroll:
    """As high as the screen, or as the page needs: large text scrolls, nothing is cut."""
    scroll = Scroll(look)
    scroll.column.addWidget(page, 1)
    return scroll


def _page(*parts: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        column.addWidget(part)
    column.setStretchFactor(parts[0], 1)
    return page
