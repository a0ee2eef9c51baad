"""The questions of a pack as a form: each with the suggestion and its source, and a button that takes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.rule_words import GROUPS, group_of, meaning_text
from timebank.domain.kinds import KINDS
from timebank.policy.answers import CONFIRM, FLOOR, UNSET, Question
from timebank.policy.pack import Pack
from ui.look import Look, Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.policy_answers import AnswerField, standing, untouched
from ui.screens.words import kind_words
from ui.widgets import Button, ButtonRow, Card, FormField, Kind, Text
from ui.widgets.piecemeal import Piecemeal


class QuestionRow(QFrame):
    """A question, and below it the suggestion with its source and a button that takes it."""

    changed = Signal()

    def __init__(self, look: Look, question: Question, pack: Pack) -> None:
        super().__init__()
        self._look = look
        self.field = AnswerField(look, question, pack)
        self.field.changed.connect(self.changed)
        self.take: Button | None = None
        self.setFocusProxy(self.field)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.field)
        if question.suggestion is not None and question.suggested_by is not None:
            said = standing("packs.suggestion", question, question.suggestion, question.suggested_by)
            self.take = Button(look, phrase("packs.take_suggestion"), icon="tick", kind=Kind.QUIET)
            self.take.clicked.connect(self.field.take_suggestion)
            self._across = QHBoxLayout()
            self._across.addWidget(Text(look, said, Role.SMALL, tone=Tone.ACCENT), 1)
            self._across.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
            self._column.addLayout(self._across)
        look.changed.connect(self.refresh)
        self.refresh()

    def given(self) -> dict[str, str]:
        """What is to be said at adoption."""
        return self.field.given()

    def check(self) -> bool:
        """Whether the answer can be read."""
        return self.field.check()

    def refresh(self) -> None:
        """Keep gaps and names in step with language and text size."""
        self._column.setContentsMargins(0, 0, 0, self._look.space(2))
        self._column.setSpacing(self._look.space(1))
        if self.take is not None:
            self.take.setAccessibleName(
                self._look.say(phrase("packs.take_for", what=self.field.editor.accessibleName()))
            )


class KindsRow(QFrame):
    """A question that is asked of each kind of service: answers are added kind by kind."""

    changed = Signal()

    def __init__(self, look: Look, question: Question, pack: Pack, answered: Mapping[str, Question]) -> None:
        super().__init__()
        self._look, self._pack, self.question = look, pack, question
        self._fields: list[AnswerField] = []
        self.kind = QComboBox()
        self.kind.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        taken = {key.split(".")[1] for key in answered}
        for code in KINDS:
            if code not in taken:
                self.kind.addItem("", code)
        self.add = Button(look, phrase("packs.add_kind"), icon="add")
        self.add.clicked.connect(lambda: self.add_kind(str(self.kind.currentData())))
        label = Spoken(lambda language: meaning_text(question.key, language, pack))
        self.setFocusProxy(self.kind)
        self._choose = FormField(look, label, self.kind, hint=phrase("packs.per_kind"))
        self._column = QVBoxLayout(self)
        across = QHBoxLayout()
        across.addWidget(self._choose, 1)
        across.addWidget(self.add, 0, Qt.AlignmentFlag.AlignVCenter)
        self._across = across
        self._column.addLayout(across)
        look.changed.connect(self.refresh)
        self.refresh()

    def add_kind(self, code: str) -> AnswerField:
        """An input for one kind."""
        key = self.question.key.replace("*", code)
        asked = Question(key, UNSET, self.question.meaning, self.question.setting)
        field = AnswerField(self._look, asked, self._pack)
        field.changed.connect(self.changed)
        self._fields.append(field)
        self._column.addWidget(field)
        self.kind.removeItem(self.kind.findData(code))
        self.add.setEnabled(self.kind.count() > 0)
        field.setFocus()
        return field

    def given(self) -> dict[str, str]:
        """What is to be said: each kind's answer, or that it is left open for all."""
        said = {field.key: field.text for field in self._fields if field.text}
        return said or untouched(self.question)

    def check(self) -> bool:
        """Whether all answers can be read."""
        wrong = [field for field in self._fields if not field.check()]
        return not wrong

    def refresh(self) -> None:
        """Say the kinds in the current language."""
        look = self._look
        self._column.setContentsMargins(0, 0, 0, look.space(2))
        self._column.setSpacing(look.space(2))
        self._across.setSpacing(look.space(3))
        self.kind.setFont(look.font())
        for row in range(self.kind.count()):
            self.kind.setItemText(row, look.say(kind_words(self.kind.itemData(row))))


Section = tuple[Words, Sequence[Question]]
"""A title, and the questions below it."""


class QuestionForm(QWidget):
    """All questions of a pack: first what somebody suggests or wants confirmed, the rest by group when asked for."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._pack: Pack | None = None
        self._questions: Sequence[Question] = ()
        self._later: list[Section] = []
        """Not asked for yet."""
        self._rows: dict[str, QuestionRow | KindsRow] = {}
        self._cards: list[Card] = []
        self._pieces = Piecemeal(self)
        self._more = Button(look, "", icon="chevron")
        self._more.clicked.connect(self.show_all)
        self._rest = ButtonRow(look, [self._more])
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._rest)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, questions: Sequence[Question], pack: Pack) -> None:
        """Ask these."""
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._pack, self._questions, self._rows, self._cards = pack, questions, {}, []
        pressing = [each for each in questions if _pressing(each)]
        answered = [each for each in questions if each.answer is not None]
        rest = [each for each in questions if each.answer is None and not _pressing(each)]
        groups = {group: [each for each in rest if group_of(each.key) == group] for group in GROUPS}
        self._later = [(phrase(f"policy.group.{group}"), inside) for group, inside in groups.items()]
        self._more.put(phrase("packs.more_questions", count=len(rest)))
        self._rest.setVisible(bool(rest))
        first: list[Section] = [
            (phrase("packs.questions_first"), pressing),
            (phrase("packs.questions_answered"), answered),
        ]
        self._pieces.begin(self._steps(first, pack))

    def _steps(self, sections: Sequence[Section], pack: Pack) -> Iterator[None]:
        for title, questions in sections:
            if not questions:
                continue
            card = Card(self._look, title)
            self._column.insertWidget(self._column.indexOf(self._rest), card)
            card.show()
            self._cards.append(card)
            for each in questions:
                row = self._rows[each.key] = self._row_of(each, questions, pack)
                row.changed.connect(self.changed)
                card.body.addWidget(row)
                row.show()  # at once: a layout would wait for the next turn, and it may be given the focus
                yield

    def _row_of(self, question: Question, beside: Sequence[Question], pack: Pack) -> QuestionRow | KindsRow:
        if "*" not in question.key:
            return QuestionRow(self._look, question, pack)
        stem = question.key.split(".")[-1]
        kinds = {each.key: each for each in beside if each.key.startswith("kinds.") and "*" not in each.key}
        return KindsRow(
            self._look, question, pack, {key: each for key, each in kinds.items() if key.endswith(stem)}
        )

    def show_all(self) -> None:
        """Ask as well what nobody suggests an answer to."""
        self._pieces.finish()
        later, self._later = self._later, []
        self._rest.hide()
        if self._pack is not None and later:
            self._pieces.begin(self._steps(later, self._pack))
            first = next((inside[0] for _title, inside in later if inside), None)
            if first is not None:
                self._rows[first.key].setFocus()

    def row(self, key: str) -> QuestionRow | KindsRow:
        """The row of a question, asked for or not."""
        self._pieces.finish()
        if key not in self._rows:
            self.show_all()
            self._pieces.finish()
        return self._rows[key]

    def field(self, key: str) -> AnswerField:
        """The input of a question that is asked once."""
        row = self.row(key)
        assert isinstance(row, QuestionRow)
        return row.field

    def answers(self) -> dict[str, str]:
        """What is to be said at adoption, by key."""
        said: dict[str, str] = {}
        for each in self._questions:
            row = self._rows.get(each.key)
            said |= untouched(each) if row is None else row.given()
        return said

    def check(self) -> bool:
        """Whether every answer can be read; what cannot is marked, and the first of it gets the focus."""
        self._pieces.finish()
        wrong = [row for row in self._rows.values() if not row.check()]
        if wrong:
            wrong[0].setFocus()
        return not wrong

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))


def _pressing(question: Question) -> bool:
    """What is shown first: what somebody suggests, wants confirmed, or lets a county raise."""
    if question.answer is not None:
        return False
    return question.suggestion is not None or question.why in (CONFIRM, FLOOR)
