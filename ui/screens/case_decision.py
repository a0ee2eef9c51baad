"""One decision on a case, with what each would mean, and the reason that stays on the books."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QGridLayout, QLineEdit, QRadioButton, QWidget

from timebank.desk.case_words import CaseWords
from timebank.desk.evidence import Evidence
from timebank.domain.cases import DUPLICATE_PERSON
from timebank.phrases import phrases
from ui.look import Role
from ui.say import Spoken, Words, phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.widgets import Card, FormField, Kind, Text

LARGE_EM = 19
"""Pixels to the height of body text from which on things stand under one another, not side by side."""


class _Reason(QLineEdit):
    """Enter here does nothing: a scanner's Enter must decide nothing."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)


class DecisionPane(Card):
    """The decisions that fit a case. F6 or the button takes one; then the case is closed for good."""

    decided = Signal(str, str, str)
    """case, decision, reason"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, phrase("cases.decide"), parent)
        self._context = context
        self._evidence: Evidence | None = None
        self._allowed = True
        look = context.look
        self.choices: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._settle)
        self._list = QGridLayout()
        self._meaning = Text(look, "", soft=True)
        self.reason = _Reason()
        self.reason.textChanged.connect(self._settle)
        self._field = FormField(look, phrase("cases.reason"), self.reason)
        self.button = context.actions.button("resolve_case", Kind.PRIMARY)
        self._last = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._last.addWidget(self._field, 1)
        self._last.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(self._list)
        self.body.addWidget(self._meaning)
        self.body.addLayout(self._last)
        look.changed.connect(self.refresh_choices)
        self.refresh_choices()

    def put(self, evidence: Evidence | None) -> None:
        """Offer what can be decided about a case."""
        same = evidence is not None and self._evidence is not None and evidence.case == self._evidence.case
        self._evidence = evidence
        self.setVisible(evidence is not None and evidence.case.open)
        if not same:
            self.reason.clear()
            self._offer()
        self._settle()

    def clear(self) -> None:
        """Forget what was typed: it was decided."""
        self.reason.clear()

    def allow(self, allowed: bool) -> None:
        """Whether a decision may be taken now."""
        self._allowed = allowed
        self._settle()

    def settle(self) -> None:
        """Let the key work, or rest, as what was said so far allows."""
        self._settle()

    @property
    def decision(self) -> str:
        """The decision chosen, or an empty text."""
        return next((name for name, choice in self.choices.items() if choice.isChecked()), "")

    def _offer(self) -> None:
        for choice in self.choices.values():
            self._group.removeButton(choice)
        clear(self._list)
        self.choices = {}
        for name in self._evidence.choices if self._evidence else ():
            choice = QRadioButton()
            self._group.addButton(choice)
            self.choices[name] = choice
        if len(self.choices) == 1:
            next(iter(self.choices.values())).setChecked(True)
        if self.choices:
            self.setFocusProxy(next(iter(self.choices.values())))
        self.refresh_choices()

    def refresh_choices(self) -> None:
        """Say the choices in the current language and size."""
        look = self._context.look
        self._list.setVerticalSpacing(0)
        self._list.setHorizontalSpacing(look.space(4))
        self.reason.setPlaceholderText(look.say(phrase("cases.reason_hint")))
        columns = 1 if look.em >= LARGE_EM else 2
        self._last.setDirection(
            QBoxLayout.Direction.TopToBottom if columns == 1 else QBoxLayout.Direction.LeftToRight
        )
        for n, (name, choice) in enumerate(self.choices.items()):
            self._list.addWidget(choice, n // columns, n % columns)
            choice.setFont(look.font(Role.LABEL))
            choice.setText(look.say(phrase(f"cases.decision_{name}")))
            choice.setAccessibleDescription(look.say(self._means(name)))
        self._settle()

    def _settle(self, *_: object) -> None:
        decision = self.decision
        self._meaning.put(self._means(decision) if decision else phrase("cases.choose"))
        ready = bool(decision and self.reason.text().strip()) and self._allowed
        self._context.actions.allow("resolve_case", ready and not self.isHidden())

    def _means(self, decision: str) -> Words:
        """What a decision would do; and who else could decide more."""
        evidence, pack = self._evidence, self._context.pack
        if evidence is None:
            return ""

        def said(language: str) -> str:
            means = CaseWords(language, pack).means(decision, evidence)
            if evidence.case.kind == DUPLICATE_PERSON and "merge" not in evidence.choices:
                return f"{means}\n{phrases(language)('cases.merge_at_hub')}"
            return means

        return Spoken(said)

    def decide(self) -> None:
        """Take the decision chosen, if all is said."""
        reason = self.reason.text().strip()
        if self._evidence is not None and self._evidence.case.open and self.decision and reason:
            self.decided.emit(self._evidence.case.key, self.decision, reason)
