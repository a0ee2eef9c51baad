"""The answer to one question of a pack: an input that knows what may be said, what holds now, and leaving it open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from timebank.desk.rule_words import meaning_text, option_words, value_text
from timebank.desk.rules import source_text
from timebank.outcome import Refusal
from timebank.policy.answers import CONFIRM, FLOOR, LOCAL, UNSET, Question, answer_text, read_answer
from timebank.policy.pack import Pack, Source
from timebank.policy.settings import Setting
from timebank.policy.values import Plain
from ui.look import Look
from ui.say import Spoken, Words, phrase
from ui.widgets import FormField

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
        """What is to be said at adoption."""
        return untouched(self.question) if self.text == self._start else {self.key: self.text}

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
            parts.append(standing(key, question, question.value, question.source))
        if question.answer is not None:
            parts.append(standing("packs.answered", question, question.answer.value, question.answer.source))
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


def untouched(question: Question) -> dict[str, str]:
    """What is said at adoption by leaving a question as it is: nothing of an answer that is carried over.

    A question without an answer is left open, so that it is not asked again; what waits to be confirmed, and what the
    pack's author decided, stays as it is.
    """
    stays = question.answer is not None or question.why in (CONFIRM, LOCAL)
    return {} if stays else {question.key: OPEN}


def standing(key: str, question: Question, plain: Plain, source: Source) -> Words:
    """A value of a question with where it comes from, as the phrase ``key`` says it."""
    return phrase(
        key,
        value=Spoken(lambda language: value_text(question.key, plain, language)),
        source=Spoken(lambda language: source_text(source, language)),
    )
