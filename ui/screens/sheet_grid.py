"""A whole paper sign-in sheet in one grid: every line is checked as it is typed, and all good ones go in at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.sheet import Head, SheetLogged, TypedRow, Verdict
from timebank.domain.kinds import KINDS
from timebank.domain.quantities import parse_date
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem, Refusal
from ui.jobs import IsCancelled, Progress
from ui.look import Role, Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.importing_back import TakeBackPanel
from ui.screens.sheet_grid_model import GridModel, Line
from ui.screens.sheet_grid_table import SheetGrid
from ui.screens.words import kind_words
from ui.widgets import Button, ButtonRow, FormField, InlineNotice, Kind, PageHeader, Text

_TODAY = ("今天", "today")


class SheetGridPage(QWidget):
    """Day and kind for the whole sheet on top, the lines below. Ctrl+Enter logs; Enter never does."""

    logged = Signal(object)
    """the :class:`SheetLogged`"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._today = date.min
        self._entries: tuple[EntryRef, ...] = ()
        look, actions = context.look, context.actions
        self.save = actions.button("confirm", Kind.PRIMARY, phrase("grid.log"))
        self.header = PageHeader(
            look, phrase("grid.title"), phrase("grid.about"), icon="services",
            actions=[actions.button("back"), self.save],
        )  # fmt: skip
        self.notice = InlineNotice(look)
        self.day, self.kind = QLineEdit(), QComboBox()
        self.kind.setEditable(True)
        self.kind.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for code in KINDS:
            self.kind.addItem("", code)
        self.day_field = FormField(look, phrase("services.date"), self.day, hint=phrase("services.day_hint"))
        self.kind_field = FormField(
            look, phrase("grid.kind_of_all"), self.kind, hint=phrase("grid.kind_hint")
        )
        self._head = QHBoxLayout()
        for field in (self.day_field, self.kind_field):
            self._head.addWidget(field, 1)
        self.model = GridModel(context, self)
        self.grid = SheetGrid(context, self.model, self)
        self.panel = TakeBackPanel(context)
        self.panel.asked.connect(self._take_back)
        self.tally = Text(look, "", Role.LABEL)
        self._keys = Text(look, phrase("grid.keys"), Role.SMALL, soft=True)
        self.remove = Button(look, phrase("grid.remove_line"), icon="close")
        self.remove.clicked.connect(self.grid.remove_line)
        self.remove.listen("Ctrl+Del")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.header)
        self._column.addWidget(self.notice)
        self._column.addLayout(self._head)
        self._column.addWidget(self.panel)
        self._column.addWidget(self.grid, 1)
        self._foot = QHBoxLayout()
        words = QVBoxLayout()
        words.addWidget(self.tally)
        words.addWidget(self._keys)
        self._foot.addLayout(words, 1)
        self._foot.addWidget(ButtonRow(look, [self.remove]))
        self._column.addLayout(self._foot)
        self.model.typed.connect(self.check)
        self.day.textEdited.connect(lambda _text: self._head_changed())
        self.kind.editTextChanged.connect(lambda _text: self._head_changed())
        self.day.returnPressed.connect(self.kind.setFocus)
        line = self.kind.lineEdit()
        if line is not None:
            line.returnPressed.connect(lambda: self.grid.go(0, 0))
        look.changed.connect(self.refresh)
        self.refresh()
        self.kind.setCurrentIndex(-1)
        self._tell_tally()

    def enter(self) -> None:
        """Go on where one was; what was typed stays until it is logged."""
        self.notice.dismiss()
        self.panel.hide()
        self._context.read(lambda desk: desk.station.surroundings.today(), self._told_today, slot="today")
        if self.kind.currentText().strip():
            self.grid.go(max(0, self.grid.currentIndex().row()), 0)
        else:
            self.kind.setFocus()

    def back(self) -> bool:
        """Close what is open over the grid; False where nothing is."""
        if self.panel.isVisible():
            self.panel.hide()
            self.grid.go(0, 0)
            return True
        return False

    @property
    def head(self) -> Head:
        """What holds for all lines, as typed."""
        return Head(self.day.text(), self.kind.currentText())

    def _told_today(self, today: date) -> None:
        self._today = today
        if not self.day.text():
            self.day.setText(self._look.say(phrase("services.today")))
        self._head_changed()

    def _head_changed(self) -> None:
        try:
            day = parse_date(self.day.text(), self._today)
        except Refusal:
            self.day_field.put_hint(phrase("services.day_hint"))
        else:
            weekday = phrase(f"services.weekday_{day.weekday()}")
            self.day_field.put_hint(
                phrase("services.understood_day", day=self._context.day_words(day), weekday=weekday)
            )
        self.day_field.put_problem(None)
        self.check()

    # Checking

    def check(self) -> None:
        """Ask the desk what it would make of every line; nothing is kept."""
        lines, head = self._lines(), self.head
        if not lines:
            self._tell_tally()
            return

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> tuple[Verdict, ...]:
            return desk.typed_sheet.check(head, [line.typed for line in lines])

        lines_now = list(lines)
        self._context.jobs.start(
            work, then=lambda told: self._told(lines_now, told), refused=self._refused, slot="sheet check"
        )

    def _lines(self) -> list[Line]:
        return [line for line in self.model.lines if not line.typed.blank]

    def _told(self, lines: list[Line], verdicts: object) -> None:
        assert isinstance(verdicts, tuple)
        for line in self.model.lines:
            if line.typed.blank:
                line.verdict = None
        self.model.tell(lines, verdicts)
        days = [each.problem for each in verdicts if each.field == "day"]
        if len(days) == len(verdicts):
            self.day_field.put_problem(days[0])
        self._tell_tally()

    def _tell_tally(self) -> None:
        good, bad = self.model.count("good"), self.model.count("bad")
        repeated = self.model.count("repeated")
        if not self._lines():
            self.tally.put(phrase("grid.empty"))
        elif repeated:
            self.tally.put(phrase("grid.tally_repeated", good=good, bad=bad, repeated=repeated))
        else:
            self.tally.put(phrase("grid.tally", good=good, bad=bad))

    # Logging

    def confirm(self) -> None:
        """Log every good line in one action; the others stay with their reasons."""
        if self.panel.isVisible():
            self.panel.confirm()
            return
        lines, head = self._lines(), self.head
        if not lines:
            return
        rows = [line.typed for line in lines]

        def done(answer: object) -> None:
            assert isinstance(answer, SheetLogged)
            self._done(lines, rows, answer)

        self._context.jobs.start(
            lambda desk, _progress, _cancelled: desk.typed_sheet.log(head, rows),
            then=done,
            refused=self._refused,
        )

    def _done(self, lines: list[Line], rows: Sequence[TypedRow], answer: SheetLogged) -> None:
        """Lines that are on the books go; one that was changed meanwhile stays."""
        gone = []
        for line, row, verdict in zip(lines, rows, answer.verdicts, strict=True):
            line.verdict = verdict
            if verdict.state in ("good", "repeated") and line.typed == row:
                gone.append(line)
        self.grid.suggestions.hide()
        self.grid.setFocus()
        self.model.remove(gone)
        self._entries = answer.entries
        count, left = len(answer.entries), len(self._lines())
        if count:
            words = phrase("grid.logged_some" if left else "grid.logged_all", count=count, left=left)
            self.notice.show_notice(Tone.GOOD, words, action=phrase("grid.take_back"), do=self._ask_back)
        else:
            self.notice.show_notice(Tone.INFO, phrase("grid.logged_none"))
        self._context.changed.changed.emit()
        self._tell_tally()
        self.check()
        self.grid.go(0, 0)
        self.logged.emit(answer)

    def _ask_back(self) -> None:
        if self._entries:
            self.panel.ask(len(self._entries))

    def _take_back(self, reason: object) -> None:
        entries = self._entries
        assert isinstance(reason, str)

        def done(count: object) -> None:
            self._entries = ()
            self.panel.hide()
            self._context.changed.changed.emit()
            self.notice.show_notice(Tone.INFO, phrase("importing.taken_back", count=count))
            self.grid.go(0, 0)

        self._context.jobs.start(
            lambda desk, progress, cancelled: desk.typed_sheet.take_back(
                entries, reason, progress=progress, cancelled=cancelled
            ),
            then=done,
            refused=self.panel.refuse,
        )

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def refresh(self) -> None:
        """Say the choices in the current language, and keep the gaps in step with the text size."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._head.setSpacing(look.space(6))
        self._foot.setSpacing(look.space(4))
        for edit in (self.day, self.kind):
            edit.setFont(look.font())
        text, row = self.kind.currentText(), self.kind.currentIndex()
        self.kind.blockSignals(True)
        for n, code in enumerate(KINDS):
            self.kind.setItemText(n, look.say(kind_words(code)))
        known = row >= 0 and text == self.kind.property("said")
        self.kind.setCurrentIndex(row if known else -1)
        if not known:
            self.kind.setEditText(text)
        self.kind.setProperty("said", self.kind.currentText())
        self.kind.blockSignals(False)
        line = self.kind.lineEdit()
        if line is not None:
            line.setPlaceholderText(look.say(phrase("grid.kind_example")))
        if self.day.text() in _TODAY:
            self.day.setText(look.say(phrase("services.today")))
