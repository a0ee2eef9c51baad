"""Why an amount is what it is: every rule that made it, its value and its source, in the order of reckoning."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from timebank.desk.explaining import Why
from timebank.desk.rule_words import change_text, meaning_text, question_texts, step_value_text
from timebank.desk.rules import source_text
from timebank.policy.amounts import hours_text
from timebank.policy.explain import Step
from timebank.policy.pack import Pack, Source
from ui.look import Look, Role, Tone
from ui.say import Spoken, Words, phrase
from ui.widgets.button import Button
from ui.widgets.text import IconView, Rule, Text


class WhyDialog(QDialog):
    """A sheet over the screen with the amount above and its rules below. Open it with ``open()``; Esc closes it."""

    def __init__(self, look: Look, title: Words, why: Why, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.why = why
        heading = Text(look, title, Role.TITLE)
        self.setWindowTitle(heading.text())
        self.setAccessibleName(heading.text())
        result = Text(look, _hours(why.explained.result), Role.VERDICT, tone=Tone.ACCENT)
        steps = QScrollArea()
        steps.setWidgetResizable(True)
        steps.setFrameShape(QFrame.Shape.NoFrame)
        steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        steps.setWidget(_Steps(look, why))
        self.close_button = Button(look, phrase("window.close"), key="Esc", icon="close")
        self.close_button.clicked.connect(self.accept)
        self.finished.connect(self.deleteLater)
        column = QVBoxLayout(self)
        pad = look.space(6)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.space(3))
        for part in (heading, result, Rule()):
            column.addWidget(part)
        column.addWidget(steps, 1)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(round(look.em * 48), round(look.em * 34))
        self.close_button.setFocus()


class _Steps(QWidget):
    def __init__(self, look: Look, why: Why) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, look.space(3), 0)
        column.setSpacing(look.space(4))
        if why.explained.given:
            column.addWidget(
                Text(look, phrase("policy.given", hours=_hours(why.explained.given)), Role.LABEL)
            )
        for step in why.explained.steps:
            column.addWidget(_StepRow(look, step, why.pack))
        for number, _ in enumerate(why.explained.questions):
            column.addWidget(_open_question(look, why, number))
        column.addStretch(1)


class _StepRow(QWidget):
    """One rule: its meaning and what it did on the first line, its value, and where it comes from."""

    def __init__(self, look: Look, step: Step, pack: Pack) -> None:
        super().__init__()
        counts = step.before != step.after
        tone = Tone.PLAIN if counts or not step.unmet else Tone.WARN
        name = Text(look, Spoken(lambda language: meaning_text(step.key, language, pack)), Role.LABEL)
        change = Text(
            look,
            Spoken(lambda language: change_text(step, language)),
            Role.LABEL,
            tone=Tone.ACCENT,
            wrap=False,
        )
        top = QHBoxLayout()
        top.setSpacing(look.space(4))
        top.addWidget(name, 1)
        top.addWidget(change, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(top)
        words.addWidget(Text(look, Spoken(lambda language: step_value_text(step, language)), tone=tone))
        if step.source is not None:
            words.addWidget(Text(look, _from(step.source), Role.SMALL, soft=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.space(3))
        icon = "close" if step.unmet else "tick" if counts else "info"
        mark = IconView(look, icon, Tone.ACCENT if counts else Tone.PLAIN, ems=1.2, soft=not counts)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setAccessibleName(f"{name.text()} {change.text()}")


def _open_question(look: Look, why: Why, number: int) -> Text:
    said = Spoken(lambda language: question_texts(why.explained, language)[number])
    return Text(look, said, tone=Tone.WARN)


def _hours(minutes: int) -> Spoken:
    return Spoken(lambda language: hours_text(minutes, language))


def _from(source: Source) -> Spoken:
    return Spoken(lambda language: source_text(source, language))
