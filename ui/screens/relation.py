"""What one person is to another: asked only where a rule turns on it, with what the rule says to the answer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.rules import STRANGER, recorded_relation, rule_words
from timebank.outcome import Problem
from timebank.policy.eligibility import RELATIONS, may_be_for, turns_on_relation
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Spoken, phrase
from ui.screens.context import ScreenContext
from ui.widgets import FormField, InlineNotice, Segments


class RelationField(QWidget):
    """One row of choices under a rule that says whom something may be for; hidden while there is nothing to say.

    It begins with what the records of the two say, and keeps what was chosen for as long as they are the same two.
    """

    settled = Signal()
    """What is asked, or what was said to it, has changed."""

    def __init__(self, context: ScreenContext, key: str) -> None:
        """``key``: the setting, ``redeem.for_whom`` or ``gifts.whom``."""
        super().__init__()
        self._context, self._look, self._key = context, context.look, key
        self._one: MemberRecord | None = None
        self._other: MemberRecord | None = None
        self._said = ""
        look = context.look
        self.choices = Segments(
            look,
            [(each, phrase(f"relation.{each}")) for each in RELATIONS],
            name=phrase("relation.name"),
            current=STRANGER,
        )
        self.field = FormField(look, "", self.choices)
        self.answer = InlineNotice(look)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.field)
        self._column.addWidget(self.answer)
        self.setFocusProxy(self.choices)
        self.choices.chosen.connect(self._chosen)
        look.changed.connect(self.refresh)
        self.refresh()
        self._settle()

    def put(self, one: MemberRecord | None, other: MemberRecord | None) -> None:
        """``other`` is to have something of ``one``; with the same two as before, what was chosen stays."""
        before = _rows(self._one), _rows(self._other)
        self._one, self._other = one, other
        if (_rows(one), _rows(other)) != before:
            self.choices.choose(STRANGER)
            self.field.put_hint(phrase("relation.hint"))
            if self.asks:
                self._read()
        self._settle()

    @property
    def asks(self) -> bool:
        """Whether it has to be said what the two are to each other."""
        return self._between and turns_on_relation(self._context.pack, self._key)

    @property
    def current(self) -> str:
        """What was said; ``other`` where it was not asked."""
        return self.choices.current if self.asks else STRANGER

    def put_problem(self, problem: Problem) -> bool:
        """Say here that the rule refused, and go to what can be chosen; False for any other problem."""
        if problem.facts.get("rule") != self._key or not self.isVisible():
            return False
        self._said = problem.code
        self.answer.show_problem(problem)
        if self.asks:
            self.choices.setFocus()
        return True

    def choose(self, relation: str) -> None:
        """Say what they are to each other."""
        self.choices.choose(relation)
        self._chosen()

    @property
    def _between(self) -> bool:
        one, other = self._one, self._other
        return one is not None and other is not None and not _same(one, other)

    def _read(self) -> None:
        """Begin with what is on record, unless something was chosen meanwhile."""
        one, other = self._one, self._other
        assert one is not None
        assert other is not None

        def work(desk: Desk) -> str:
            return recorded_relation(one, other, desk.station.surroundings.today())

        def came(relation: str) -> None:
            same = (_rows(self._one), _rows(self._other)) == (one.row, other.row)
            if same and relation != STRANGER and self.choices.current == STRANGER:
                self.field.put_hint(phrase("relation.recorded", relation=phrase(f"relation.{relation}")))
                self.choose(relation)

        self._context.read(work, came, slot=f"relation {self._key}")

    def _chosen(self) -> None:
        self._settle()
        self.settled.emit()

    def _settle(self) -> None:
        asks, between = self.asks, self._between
        breaches = may_be_for(self.current, self._context.pack, self._key) if between else []
        self.field.setVisible(asks)
        self.setVisible(asks or bool(breaches))
        if asks and self._one is not None and self._other is not None:
            self.field.put_label(phrase("relation.label", one=self._one.name, other=self._other.name))
        if breaches:
            self._say(Tone.BAD, "relation.not_allowed" if asks else "relation.nobody")
        elif asks:
            self._say(Tone.INFO, "relation.allowed")
        else:
            self._say(Tone.INFO, "")

    def _say(self, tone: Tone, key: str) -> None:
        if key == self._said:
            return  # and not announced again at every letter typed elsewhere in the form
        self._said = key
        self.answer.setVisible(bool(key))
        if not key:
            return
        pack, rule = self._context.pack, self._key

        def why() -> None:
            told = Spoken(lambda language: rule_words(pack, rule, language))
            self.answer.show_notice(tone, told, can_dismiss=False)
            if self.asks:
                self.choices.setFocus()

        self.answer.show_notice(tone, phrase(key), action=phrase("window.why"), do=why, can_dismiss=False)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(2))


def _rows(member: MemberRecord | None) -> int | None:
    return None if member is None else member.row


def _same(one: MemberRecord, other: MemberRecord) -> bool:
    """Whether the two are one person, perhaps under several numbers."""
    return bool({one.number, *one.also} & {other.number, *other.also})
