"""A whole spreadsheet at once: read it, show what would happen, and write only when told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.outcome import Problem
from timebank.phrases import phrases
from timebank.roster import RowProblem
from timebank.roster.rejects import write_rejects
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_files, ask_new_file
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    Column,
    DataTable,
    EmptyState,
    InlineNotice,
    Kind,
    PageHeader,
    RowsModel,
    Segments,
    Text,
)
from ui.widgets.figures import Figures

SHEETS = "xlsx, csv (*.xlsx *.csv)"
Progress = Callable[[int, int], None]
Asked = Callable[[], bool]


@dataclass(frozen=True)
class Outcome:
    """What became of the rows, or would: counts by phrase, the rows refused, the rows to look at again."""

    counts: tuple[tuple[str, int], ...]
    new: int
    rejected: tuple[RowProblem, ...]
    doubtful: tuple[RowProblem, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A file to take; only tried where ``dry``. ``role`` is what its people are."""

    path: Path
    role: str
    dry: bool


class Import(Protocol):
    """One kind of sheet: what its page is called, what must be chosen first, and how the desk takes it."""

    title: str
    icon: str
    roles: tuple[str, ...]

    def take(self, desk: Desk, sheet: Sheet, progress: Progress, cancelled: Asked) -> Outcome:
        """Take the sheet, or only try it."""


class RosterImport:
    """Rosters of people."""

    title, icon = "importing.roster", "people"
    roles: tuple[str, ...] = ("volunteer", "elder")

    def take(self, desk: Desk, sheet: Sheet, progress: Progress, cancelled: Asked) -> Outcome:
        """Register or update everyone in the roster."""
        done = desk.people.import_roster(
            sheet.path, sheet.role, dry_run=sheet.dry, progress=progress, cancelled=cancelled
        )
        counts = (
            ("importing.read", done.read),
            ("importing.registered", done.registered),
            ("importing.updated", done.updated),
            ("importing.unchanged", done.unchanged),
            ("importing.rejected", len(done.rejected)),
        )
        return Outcome(counts, done.registered + done.updated, done.rejected, done.notices)


class SignInImport:
    """Sign-in sheets."""

    title, icon = "importing.sheet", "services"
    roles: tuple[str, ...] = ()

    def take(self, desk: Desk, sheet: Sheet, progress: Progress, cancelled: Asked) -> Outcome:
        """Log every good row."""
        done = desk.services.import_sheet(
            sheet.path, dry_run=sheet.dry, progress=progress, cancelled=cancelled
        )
        counts = (
            ("importing.read", done.read),
            ("importing.logged", done.logged),
            ("importing.unchanged", done.unchanged),
            ("importing.rejected", len(done.rejected)),
        )
        return Outcome(counts, done.logged, done.rejected)


@dataclass(frozen=True)
class _Row:
    number: int
    problem: RowProblem
    refused: bool


class ImportPage(QWidget):
    """Choose a file, look at what it would bring, confirm. Nothing is written before that."""

    closed = Signal()

    def __init__(self, context: ScreenContext, sheet: Import) -> None:
        super().__init__()
        self._context, self._look, self._sheet = context, context.look, sheet
        self._path: Path | None = None
        self.outcome: Outcome | None = None
        look, actions = context.look, context.actions
        self.notice = InlineNotice(look)
        self.header = PageHeader(
            look, phrase(sheet.title), " ", icon=sheet.icon, actions=[actions.button("back")]
        )
        roles = [(role, phrase(f"people.{role}s")) for role in sheet.roles]
        self.role = Segments(look, roles, name=phrase("people.role"), current=roles[0][0] if roles else "")
        if not roles:
            self.role.hide()
        self.role.chosen.connect(lambda _role: self._try() if self._path else None)
        self.choose = Button(look, phrase("importing.choose"), icon="folder", kind=Kind.PRIMARY)
        self.choose.clicked.connect(self.ask_file)
        other = Button(look, phrase("importing.choose_other"), icon="folder")
        other.clicked.connect(self.ask_file)
        self.figures = Figures(look)
        self._verdict = Text(look)
        self.table = DataTable(look, phrase("importing.rows"))
        self.rows = RowsModel(look, self._columns(), lambda r: r.number)
        self.table.put_model(self.rows)
        self.table.put_empty(EmptyState(look, "check", phrase("importing.all_good")))
        self.go = actions.button("confirm", Kind.PRIMARY, phrase("importing.confirm"))
        self.save = actions.button("save_sheet", words=phrase("importing.save_rejected"))
        self._begin = _begin(context, sheet, self.choose)
        shown = Card(look)
        shown.body.addWidget(self.figures)
        shown.body.addWidget(self._verdict)
        shown.body.addWidget(ButtonRow(look, [self.go, self.save, other]))
        self._shown = QWidget()
        self._inner = QVBoxLayout(self._shown)
        self._inner.setContentsMargins(0, 0, 0, 0)
        self._inner.addWidget(shown)
        self._inner.addWidget(self.table, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._begin)
        self._stack.addWidget(self._shown)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.role, self.notice, self._stack):
            self._column.addWidget(part)
        self._column.setStretchFactor(self._stack, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def _columns(self) -> list[Column[_Row]]:
        def tone(row: _Row) -> Tone:
            return Tone.BAD if row.refused else Tone.WARN

        def why(row: _Row) -> Words:
            return Problem(row.problem.code, **row.problem.facts)

        return [
            Column(
                "state",
                phrase("importing.state"),
                lambda r: phrase("importing.refused" if r.refused else "importing.doubtful"),
                tone=tone,
                icon=lambda r: "error" if r.refused else "warning",
            ),
            Column("sheet", phrase("importing.sheet_name"), lambda r: r.problem.sheet),
            Column(
                "row",
                phrase("importing.row"),
                lambda r: str(r.problem.row),
                lambda r: r.problem.row,
                right=True,
            ),
            Column("column", phrase("importing.column"), lambda r: r.problem.column),
            Column("why", phrase("importing.why"), why, stretch=True),
        ]

    def enter(self) -> None:
        """Begin with the choice of a file."""
        self._path = self.outcome = None
        self.notice.dismiss()
        self.header.put(phrase(self._sheet.title), phrase("importing.nothing_written"))
        self._stack.setCurrentWidget(self._begin)
        self.choose.setFocus()

    def ask_file(self) -> None:
        """Let a file be chosen."""
        ask_files(
            self, self._context, self._sheet.title, title=phrase("importing.choose"), kinds=SHEETS,
            then=lambda paths: self.open(paths[0]), several=False,
        )  # fmt: skip

    def open(self, path: Path) -> None:
        """Try ``path`` without writing anything."""
        self._path = path
        self._try()

    def _try(self) -> None:
        self._start(dry=True, then=self._tried, words=phrase("importing.reading"))

    def confirm(self) -> None:
        """Write what was shown."""
        if self._path is not None and self.outcome is not None and self.outcome.new:
            self._start(dry=False, then=self._written, words=phrase("importing.writing"))

    def _start(self, *, dry: bool, then: Callable[[Outcome], None], words: Words) -> None:
        assert self._path is not None
        sheet, kind = Sheet(self._path, self.role.current, dry), self._sheet
        self.notice.dismiss()
        self.go.setEnabled(False)

        def done(outcome: object) -> None:
            assert isinstance(outcome, Outcome)
            then(outcome)

        job = self._context.jobs.start(
            lambda desk, progress, cancelled: kind.take(desk, sheet, progress, cancelled),
            then=done,
            refused=self._refused,
        )
        job.cancelled.connect(self.notice.dismiss)
        self._context.follow(job, words)

    def _tried(self, outcome: Outcome) -> None:
        assert self._path is not None
        self.header.put(phrase(self._sheet.title), self._path.name)
        self._put(outcome)
        key = "importing.ready" if outcome.new else "importing.nothing_new"
        self._verdict.put(phrase(key, new=outcome.new))
        self.go.setEnabled(bool(outcome.new))

    def _written(self, outcome: Outcome) -> None:
        self._put(outcome)
        self._verdict.put(phrase("importing.done", new=outcome.new), Tone.GOOD)
        self._context.changed.changed.emit()
        self.notice.show_notice(Tone.GOOD, phrase("importing.done", new=outcome.new))

    def _put(self, outcome: Outcome) -> None:
        self.outcome = outcome
        tones = {"importing.rejected": Tone.BAD}
        self.figures.put(
            [
                (phrase(key), str(count), tones.get(key, Tone.ACCENT) if count else Tone.PLAIN)
                for key, count in outcome.counts
            ]
        )
        problems = [(each, True) for each in outcome.rejected] + [(each, False) for each in outcome.doubtful]
        self.rows.replace([_Row(number, *each) for number, each in enumerate(problems)])
        self.table.fit_columns()
        self.save.setVisible(bool(outcome.rejected))
        self._stack.setCurrentWidget(self._shown)
        self.table.setFocus()

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)
        self.go.setEnabled(self.outcome is not None and bool(self.outcome.new))

    def save_rejected(self) -> None:
        """Ask where the refused rows go, as a spreadsheet with a reason column."""
        if self._path is not None and self.outcome is not None and self.outcome.rejected:
            name = f"{self._path.stem}-{self._look.say(phrase('importing.rejected'))}.xlsx"
            ask_new_file(
                self, self._context, "rejects", title=phrase("importing.save_rejected"), name=name,
                kinds="xlsx (*.xlsx)", then=self.write_rejected,
            )  # fmt: skip

    def write_rejected(self, out: Path) -> None:
        """Write the refused rows to ``out``."""
        source, outcome, say = self._path, self.outcome, phrases(self._context.speech.language)
        assert source is not None
        assert outcome is not None
        self._context.read(
            lambda _desk: write_rejects(
                source, outcome.rejected, lambda each: say.code(each.code, each.facts), out
            ),
            lambda _none: self.notice.show_notice(
                Tone.GOOD, phrase("importing.rejects_saved", file=str(out))
            ),
            refused=self.notice.show_problem,
        )

    def _tell(self, words: Words) -> None:
        self.notice.show_notice(Tone.GOOD, words)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        self._inner.setSpacing(self._look.space(3))


def _row_number(row: _Row) -> int:
    return row.problem.row


def _begin(context: ScreenContext, sheet: Import, button: Button) -> EmptyState:
    return EmptyState(
        context.look, "file", phrase(f"{sheet.title}_begin"), phrase(f"{sheet.title}_about"), button=button
    )
