"""Adopting a pack: the day, its questions, what will change, and then the word that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.policies import Adopted, Plan
from timebank.domain.quantities import parse_date
from timebank.outcome import Problem, Refusal
from timebank.policy.answers import Question, answer_key
from timebank.policy.pack import Pack
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.passphrase import PassphraseField
from ui.screens.policy_questions import QuestionForm, QuestionRow
from ui.screens.policy_rows import RuleRows, difference_rows
from ui.screens.scroll import Scroll
from ui.widgets import Button, ButtonRow, Card, FormField, InlineNotice, Kind, Text

CLOSED = "closed"


class Asked(NamedTuple):
    """What a pack asks, read in one go."""

    pack: Pack
    questions: tuple[Question, ...]
    today: date


class AdoptView(QWidget):
    """First the questions, then what changes. ``adopted`` follows when the rules are in the books."""

    adopted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.policy = ""
        self._today = date.min
        self._plan: Plan | None = None
        self._sent: dict[str, str] = {}
        self.notice = InlineNotice(context.look)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._asking())
        self.pages.addWidget(self._changing())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.notice)
        self._column.addWidget(self.pages, 1)
        context.look.changed.connect(self.refresh)
        self.refresh()

    def _asking(self) -> QWidget:
        look = self._look
        self.day, self.reason = QLineEdit(), QLineEdit()
        self.day_field = FormField(look, phrase("packs.day"), self.day, hint=phrase("packs.day_hint"))
        self.day.textEdited.connect(lambda _text: self._read_day())
        reason = FormField(look, phrase("packs.reason"), self.reason, hint=phrase("packs.reason_hint"))
        self._grid = QGridLayout()
        self._grid.addWidget(self.day_field, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(reason, 0, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 2)
        card = Card(look)
        card.body.addLayout(self._grid)
        self.form = QuestionForm(look)
        self.next = Button(look, phrase("packs.see_changes"), icon="arrow-right", kind=Kind.PRIMARY)
        self.next.clicked.connect(self.see_changes)
        scroll = Scroll(look)
        for part in (card, Text(look, phrase("packs.questions_about"), soft=True), self.form):
            scroll.column.addWidget(part)
        scroll.column.addStretch(1)
        return self._page(scroll, ButtonRow(look, [self.next]))

    def _changing(self) -> QWidget:
        look = self._look
        self.count = Text(look)
        self.changes = RuleRows(look, (4, 5, 5), nothing=phrase("packs.no_difference"))
        self.passphrase = PassphraseField(
            self._context, phrase("trust.passphrase"), phrase("packs.passphrase_hint")
        )
        self.elsewhere = InlineNotice(look)
        self.to_questions = Button(look, phrase("packs.to_questions"), icon="arrow-left")
        self.to_questions.clicked.connect(self.back)
        self.adopt = Button(look, phrase("packs.adopt_now"), icon="check", kind=Kind.PRIMARY)
        self.adopt.clicked.connect(self.adopt_now)
        scroll = Scroll(look)
        for part in (self.count, self.changes, self.passphrase):
            scroll.column.addWidget(part)
        scroll.column.addStretch(1)
        return self._page(scroll, self.elsewhere, ButtonRow(look, [self.to_questions, self.adopt]))

    def _page(self, *parts: QWidget) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._look.space(3))
        for n, part in enumerate(parts):
            column.addWidget(part, 1 if n == 0 else 0)
        return page

    # Asking

    def enter(self, policy: str, key: str, keeper: bool) -> None:
        """Begin with a pack (an id or a file); ``key`` says how the root key is kept here."""
        self.policy, self._plan = policy, None
        self.pages.setCurrentIndex(0)
        self.notice.dismiss()
        self.passphrase.clear()
        self.passphrase.setVisible(key == CLOSED)
        may = keeper and key != "absent"
        self.adopt.setVisible(may)
        self.elsewhere.setVisible(not may)
        if not may:
            where = "packs.not_the_root" if keeper or key == "absent" else "packs.only_keepers"
            self.elsewhere.show_notice(Tone.INFO, phrase(where), can_dismiss=False)
        self.reason.clear()

        def ask(desk: Desk) -> Asked:
            today = desk.station.surroundings.today()
            return Asked(desk.policies.named(policy, today), desk.policies.questions(policy, today), today)

        self._context.read(ask, self._came, refused=self.notice.show_problem, slot="asked")

    def _came(self, asked: Asked) -> None:
        self._today = asked.today
        self.day.setText(asked.today.isoformat())
        self.day_field.put_problem(None)
        self.form.put(asked.questions, asked.pack)
        self.day.setFocus()

    def _read_day(self) -> date | None:
        try:
            day = parse_date(self.day.text(), self._today)
        except Refusal as refusal:
            self.day_field.put_problem(refusal)
            return None
        self.day_field.put_problem(None)
        self.day_field.put_hint(phrase("packs.day_is", day=self._context.day_words(day)))
        return day

    # What changes

    def see_changes(self) -> None:
        """Turn to what adopting would change; answers that cannot be taken are marked where they stand."""
        self.notice.dismiss()
        day = self._read_day()
        if day is None:
            self.day.setFocus()
            return
        if not self.form.check():
            self.notice.show_notice(Tone.BAD, phrase("packs.mend_answers"))
            return
        answers, reason, policy = self.form.answers(), self.reason.text(), self.policy
        self._sent = answers
        self._context.read(
            lambda desk: desk.policies.plan(policy, day=day, answers=answers, reason=reason),
            self._planned,
            refused=self._refused,
            slot="plan",
        )

    def _planned(self, plan: Plan) -> None:
        self._plan = plan
        answered = sum(1 for text in self._sent.values() if text)
        self.count.put(
            phrase(
                "packs.will_change",
                count=len(plan.differences),
                day=self._context.day_words(plan.start),
                answered=answered,
                carried=len(plan.carried),
            )
        )
        titles: list[Words] = [phrase("settings.rule"), phrase("packs.until_now"), phrase("packs.from_then")]
        self.changes.put(difference_rows(plan.differences, plan.before, plan.pack), titles)
        self.pages.setCurrentIndex(1)
        (self.adopt if self.adopt.isVisibleTo(self) else self.to_questions).setFocus()

    def back(self) -> bool:
        """From what changes to the questions; False where there is nowhere further back."""
        if self.pages.currentIndex() == 0:
            return False
        self.pages.setCurrentIndex(0)
        self.next.setFocus()
        return True

    def adopt_now(self) -> None:
        """Adopt the pack with these answers, in the whole network."""
        plan = self._plan
        if plan is None:
            return
        policy, answers, reason = self.policy, self._sent, self.reason.text()
        passphrase = self.passphrase.text

        def work(desk: Desk) -> Adopted:
            return desk.policies.adopt(
                policy, day=plan.start, answers=answers, reason=reason, passphrase=passphrase
            )

        def done(_adopted: Adopted) -> None:
            self._plan = None
            self.adopted.emit()

        self.notice.dismiss()
        self._context.write(work, done, refused=self._refused)

    def _refused(self, problem: Problem) -> None:
        if self.passphrase.take_problem(problem, phrase("trust.passphrase_needed")):
            return
        key = str(problem.facts.get("key", ""))
        row = self._row(key) if problem.code.startswith("answer_") and key else None
        if row is None:
            self.notice.show_problem(problem)
            return
        self.pages.setCurrentIndex(0)
        row.field.put_problem(problem)
        row.setFocus()

    def _row(self, key: str) -> QuestionRow | None:
        try:
            row = self.form.row(answer_key(key))
        except (KeyError, Refusal):
            return None
        return row if isinstance(row, QuestionRow) else None

    @property
    def answers(self) -> Mapping[str, str]:
        """What would be said now."""
        return self.form.answers()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._grid.setHorizontalSpacing(look.space(6))
        for edit in (self.day, self.reason):
            edit.setFont(look.font())
