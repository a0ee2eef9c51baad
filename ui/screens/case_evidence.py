"""The evidence of a case: what happened, in one sentence, and the facts side by side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from timebank.desk.case_words import CaseWords
from timebank.desk.evidence import DecisionLine, Evidence
from timebank.domain.cases import CONFLICTING_EDIT, OVERDRAFT, REVOKED_STATION
from ui.look import Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.case_papers import Papers
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.widgets import Button, ButtonRow, Card, EmptyState, Text
from ui.widgets.text import restyle

_SIDE_BY_SIDE = 2


class EvidencePane(Card):
    """Everything that a coordinator needs to see before deciding."""

    profile_asked = Signal(object)
    """The member whose profile is to be opened."""
    parting_asked = Signal(object)
    """The evidence of members that are to be parted again."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, "", parent)
        self._context = context
        self._papers = Papers(context)
        self._evidence: Evidence | None = None
        look = context.look
        self._empty = EmptyState(look, "cases", phrase("cases.choose_one"))
        self._facts = QVBoxLayout()
        self.profile = Button(look, phrase("cases.see_profile"), icon="person")
        self.profile.clicked.connect(self._see_profile)
        self.part = Button(look, phrase("cases.part"), icon="undo")
        self.part.clicked.connect(lambda: self.parting_asked.emit(self._evidence))
        self._buttons = ButtonRow(look, [self.profile, self.part])
        self.body.addWidget(self._empty, 1)
        self.body.addLayout(self._facts, 1)
        self.body.addWidget(self._buttons)
        look.changed.connect(self._fill)
        self._fill()

    def put(self, evidence: Evidence | None) -> None:
        """Show a case, or nothing."""
        if evidence != self._evidence:
            self._evidence = evidence
            self._fill()

    def _see_profile(self) -> None:
        if self._evidence is not None and self._evidence.people:
            self.profile_asked.emit(self._evidence.people[0].member)

    def _fill(self) -> None:
        evidence, column = self._evidence, self._facts
        clear(column)
        column.setSpacing(self._context.look.space(3))
        self._empty.setVisible(evidence is None)
        self._offer(evidence)
        if evidence is None:
            return
        look, pack = self._context.look, self._context.pack
        title = Spoken(lambda language: CaseWords(language, pack).kind(evidence.case.kind))
        sentence = Spoken(lambda language: CaseWords(language, pack).what(evidence))
        column.addWidget(Text(look, title, Role.TITLE))
        column.addWidget(Text(look, sentence))
        if evidence.decisions and not evidence.case.open:
            column.addWidget(self._closed(evidence))
        alone = evidence.case.kind == REVOKED_STATION
        column.addWidget(
            self._beside(self._papers.of(evidence), alone=alone, wide_last=evidence.case.kind == OVERDRAFT)
        )
        column.addStretch(1)
        self.setAccessibleName(look.say(title))
        self.setAccessibleDescription(look.say(sentence))

    def _offer(self, evidence: Evidence | None) -> None:
        """What else can be done about it, beside deciding."""
        merged = evidence is not None and evidence.merger is not None
        edited = evidence is not None and evidence.case.kind == CONFLICTING_EDIT and bool(evidence.people)
        self.part.setVisible(merged and evidence is not None and evidence.at_hub)
        self.profile.setVisible(merged or edited)
        self._buttons.setVisible(merged or edited)

    def _closed(self, evidence: Evidence) -> QFrame:
        """What was decided, by which station, when and why; and what came too late."""
        look = self._context.look
        frame = QFrame()
        restyle(frame, part="wash", tone=Tone.GOOD.value)
        column = QVBoxLayout(frame)
        pad = look.space(3)
        column.setContentsMargins(pad, look.space(2), pad, look.space(2))
        stands = next((each for each in evidence.decisions if each.decision == evidence.case.decision), None)
        for each in (
            stands or evidence.decisions[0],
            *(line for line in evidence.decisions if line.too_late),
        ):
            if each.too_late:
                column.addWidget(Text(look, self._said("cases.too_late", each), soft=True))
                continue
            column.addWidget(Text(look, self._said("cases.was_decided", each), Role.LABEL, tone=Tone.GOOD))
            column.addWidget(Text(look, self._said("cases.decided_at", each)))
            if each.reason:
                column.addWidget(Text(look, phrase("cases.because", reason=each.reason)))
        if evidence.merger is not None and not evidence.at_hub:
            column.addWidget(Text(look, phrase("cases.part_at_hub"), soft=True))
        return frame

    def _said(self, key: str, line: DecisionLine) -> Words:
        say: Callable[[Callable[[CaseWords], str]], Spoken] = self._papers.said
        return phrase(
            key,
            decision=say(lambda words: words.decision(line.decision)),
            station=say(lambda words: words.station(line.station)),
            day=self._context.day_words(line.day),
        )

    def _beside(self, papers: list[QFrame], *, alone: bool, wide_last: bool) -> QWidget:
        """Two beside each other, the next two below; one above the other where letters are large."""
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(self._context.look.space(3))
        columns = _SIDE_BY_SIDE if self._context.look.em < LARGE_EM and not alone else 1
        for n, paper in enumerate(papers):
            grid.addWidget(paper, n // columns, n % columns)
        for column in range(min(columns, len(papers))):
            grid.setColumnStretch(column, 2 if wide_last and column else 1)
        return page
