"""The questions of a pack as a form: an input for each, the suggestion with its source, and leaving it open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.rule_words import GROUPS, group_of, meaning_text, option_words, value_text
from timebank.desk.rules import source_text
from timebank.domain.kinds import KINDS
from timebank.outcome import Refusal
from timebank.policy.answers import CONFIRM, FLOOR, LOCAL, UNSET, Question, answer_text, read_answer
from timebank.policy.pack import Pack, Source
from timebank.policy.settings import Setting
from timebank.policy.values import Plain
from ui.look import Look, Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.words import kind_words
from ui.widgets import Button, ButtonRow, Card, FormField, Kind, Text

OPEN = ""
"""The choice that leaves a question open."""
_FLAGS = ("yes", "no")
_WIDEST = 34
"""Ems of an input: answers are short, their sources are long."""


class Choices(QComboBox):
    """A few options and "leave open"; the wheel scrolls the page and never changes an answer in passing."""

    def __init__(self, look: Look, found: Setting, open_words: Words) -> None:
        super().__init__()
        self._look, self._found, self._open = look, found, open_words
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.addItem("", OPEN)
        options = _FLAGS if found.shape == "flag" else tuple(map(str, found.options))
        for option in options:
            self.addItem("", option)
        self.installEventFilter(self)
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def refresh(self) -> None:
        """Say the options in the current language."""
        self.setFont(self._look.font())
        language = self._look.speech.language
        for row in range(self.count()):
            option = self.itemData(row)
            words = self._look.say(self._open)
            if option != OPEN:
                words = value_text(self._found.key, _plain(self._found, option), language)
            self.setItemText(row, words)


def _plain(found: Setting, option: str) -> Plain:
    return read_answer(found, option)


class AnswerField(FormField):
    """One question with its input; ``text`` is the answer as typed, empty where nothing was said."""

    changed = Signal()

    def __init__(self, look: Look, question: Question, pack: Pack) -> None:
        self.question = question
        found = question.setting
        self._stays = phrase("packs.leave_open" if question.why == UNSET else "packs.leave_as_is")
        self._box = Choices(look, found, self._stays) if found.options or found.shape == "flag" else None
        self._line = QLineEdit() if self._box is None else None
        label = Spoken(lambda language: meaning_text(question.key, language, pack))
        super().__init__(look, label, self._box or self._line or QWidget(), hint=self._hint_words(look))
        self._start = self._initial(look)
        if self._box is not None:
            self._box.setCurrentIndex(max(0, self._box.findData(self._start)))
            self._box.currentIndexChanged.connect(lambda _row: self._edited())
        elif self._line is not None:
            self._line.setText(self._start)
            self._line.textEdited.connect(lambda _text: self._edited())
        self._ready = True
        self.refresh()

    def _initial(self, look: Look) -> str:
        answer = self.question.answer
        if answer is None or answer.value is None:
            return OPEN
        return answer_text(self.question.setting, answer.value, look.speech.language)

    @property
    def text(self) -> str:
        """The answer as it would be typed at the command line."""
        if self._line is not None:
            return self._line.text().strip()
        return "" if self._box is None else str(self._box.currentData())

    @property
    def key(self) -> str:
        """What is answered."""
        return self.question.key

    def put(self, text: str) -> None:
        """Answer ``text``; an empty one leaves the question open."""
        if self._box is not None:
            self._box.setCurrentIndex(max(0, self._box.findData(text)))
        elif self._line is not None:
            self._line.setText(text)
            self._edited()

    def take_suggestion(self) -> None:
        """Answer as suggested."""
        question = self.question
        self.put(answer_text(question.setting, question.suggestion, self._look.speech.language))

    def given(self) -> dict[str, str]:
        """What is to be said at adoption: nothing where the answer is the one carried over, or all stays as it is.

        A question without an answer is left open, so that it is not asked again; what waits to be confirmed, and
        what the pack's author decided, stays as it is.
        """
        answer = self.question.answer
        if answer is not None and self.text == self._start:
            return {}
        if not self.text and answer is None and self.question.why in (CONFIRM, LOCAL):
            return {}
        return {self.key: self.text}

    def check(self) -> bool:
        """Say below the input what is wrong with it; whether nothing is."""
        try:
            if self.text:
                self._read()
        except Refusal as refusal:
            self.put_problem(refusal)
            return False
        self.put_problem(None)
        return True

    def _read(self) -> None:
        question = self.question
        value = read_answer(question.setting, self.text, option_words(question.setting))
        if question.why == FLOOR and value < question.value:
            source = question.source or Source("")
            facts = {"given": value, "floor": question.value, "quote": source.quote}
            raise Refusal("answer_below_floor", key=self._look.say(self._label.words), **facts)

    def _edited(self) -> None:
        self.check()
        self.changed.emit()

    def _hint_words(self, look: Look) -> Words:
        question, found = self.question, self.question.setting
        parts: list[Words] = []
        if question.value is not None and question.source is not None:
            key = {FLOOR: "packs.now_floor", CONFIRM: "packs.now_confirm"}.get(question.why, "packs.now")
            parts.append(_standing(key, question, question.value, question.source))
        if question.answer is not None:
            parts.append(_standing("packs.answered", question, question.answer.value, question.answer.source))
        if not found.options and found.shape not in ("flag", "choice"):
            parts.append(phrase(f"policy.shape.{found.shape}"))
        return Spoken(lambda _language: "\n".join(look.say(part) for part in parts))

    def refresh(self) -> None:
        super().refresh()
        if getattr(self, "_ready", False):
            self.editor.setMaximumWidth(round(self._look.em * _WIDEST))
            if self._line is not None:
                self._line.setFont(self._look.font())
                self._line.setPlaceholderText(self._look.say(self._stays))
            if self._box is not None:
                self._box.refresh()


def _standing(key: str, question: Question, plain: Plain, source: Source) -> Words:
    return phrase(
        key,
        value=Spoken(lambda language: value_text(question.key, plain, language)),
        source=Spoken(lambda language: source_text(source, language)),
    )


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
            said = _standing("packs.suggestion", question, question.suggestion, question.suggested_by)
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
        if said or self.question.answer is not None:
            return said
        return {self.question.key: ""}

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


class QuestionForm(QWidget):
    """All questions of a pack: first what somebody suggests or wants confirmed, the rest by group when asked for."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: list[tuple[Question, QuestionRow | KindsRow]] = []
        self._cards: list[Card] = []
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
        self._rows, self._cards = [], []
        pressing = [each for each in questions if _pressing(each)]
        rest = [each for each in questions if not _pressing(each)]
        answered = [each for each in rest if each.answer is not None]
        self._section(phrase("packs.questions_first"), pressing, pack)
        self._section(phrase("packs.questions_answered"), answered, pack)
        for group in GROUPS:
            inside = [each for each in rest if each.answer is None and group_of(each.key) == group]
            self._section(phrase(f"policy.group.{group}"), inside, pack, later=True)
        count = len(rest) - len(answered)
        self._more.put(phrase("packs.more_questions", count=count))
        self._rest.setVisible(count > 0)

    def _section(
        self, title: Words, questions: Sequence[Question], pack: Pack, *, later: bool = False
    ) -> None:
        if not questions:
            return
        card = Card(self._look, title)
        specific = {each.key: each for each in questions if each.key.startswith("kinds.")}
        for each in questions:
            row: QuestionRow | KindsRow
            if "*" in each.key:
                stem = each.key.split(".")[-1]
                same = {key: q for key, q in specific.items() if "*" not in key and key.endswith(stem)}
                row = KindsRow(self._look, each, pack, same)
            else:
                row = QuestionRow(self._look, each, pack)
            row.changed.connect(self.changed)
            card.body.addWidget(row)
            self._rows.append((each, row))
        at = self._column.count() if later else self._column.indexOf(self._rest)
        self._column.insertWidget(at, card)
        card.setVisible(not later)  # only once it has its place: before, it would be a window of its own
        self._cards.append(card)

    def show_all(self) -> None:
        """Show the questions that nobody suggests an answer to as well."""
        self._rest.hide()
        for card in self._cards:
            card.show()
        later = [row for question, row in self._rows if not _pressing(question)]
        if later:
            later[0].setFocus()

    def row(self, key: str) -> QuestionRow | KindsRow:
        """The row of a question."""
        return next(row for question, row in self._rows if question.key == key)

    def field(self, key: str) -> AnswerField:
        """The input of a question that is asked once."""
        row = self.row(key)
        assert isinstance(row, QuestionRow)
        return row.field

    def answers(self) -> dict[str, str]:
        """What is to be said at adoption, by key."""
        return {key: text for _, row in self._rows for key, text in row.given().items()}

    def check(self) -> bool:
        """Whether every answer can be read; what cannot is marked, and the first of it gets the focus."""
        wrong = [row for _, row in self._rows if not row.check()]
        if wrong:
            self.show_all()
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
