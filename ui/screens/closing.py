"""Closing an account: why, as of when, where the credit goes; and what that will do, before it is done."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from timebank.desk.closing import CAUSES, RULE, WAYS, Closed
from timebank.desk.desk import Desk
from timebank.desk.rules import source_text
from timebank.domain.quantities import parse_date
from timebank.outcome import Problem, Refusal
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.form_page import Abreast, FormPage
from ui.screens.member_box import MemberBox
from ui.widgets import Card, Confirmation, FormField, Kind, PageHeader, Segments, Text
from ui.widgets.figures import Figures
from ui.widgets.line import Line

_HEIR = "heir"


class Told(NamedTuple):
    """What was filled in."""

    cause: str
    day: date
    way: str
    heir: MemberRecord | None
    reason: str


class ClosePage(FormPage):
    """The form on the left, what will happen on the right. ``closed`` carries the member."""

    closed = Signal(object)
    BLAMED: ClassVar = {
        "date_unreadable": "day",
        "in_the_future": "day",
        "reason_missing": "reason",
        "heir_missing": "heir",
        "not_the_heir": "heir",
        "rule_closing": "way",
    }

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.member: MemberRecord | None = None
        self.trial: Closed | None = None
        self._today = date.min
        look, actions = context.look, context.actions
        self.go_button = actions.button("confirm", Kind.DANGER, phrase("closing.close"))
        self.header = PageHeader(
            look, "", " ", icon="person", actions=[actions.button("back"), self.go_button]
        )
        self._make_fields()
        self.figures = Figures(look)
        self._what = Text(look, phrase("closing.fill_in"))
        self._more = Text(look, "", tone=Tone.WARN)
        self.lay_out(self.header, self._body(), fill=True)
        self._connect()
        self.refresh()

    def _make_fields(self) -> None:
        look = self._look
        self.cause = Segments(
            look,
            [(each, phrase(f"closing.cause_{each}")) for each in CAUSES],
            name=phrase("closing.cause"),
            current=CAUSES[0],
        )
        self.way = Segments(
            look,
            [(each, phrase(f"closing.way_{each}")) for each in WAYS],
            name=phrase("closing.way"),
            current=WAYS[0],
        )
        self.heir = MemberBox(self._context, hint=phrase("closing.heir_find"), name=phrase("closing.heir"))
        self.day, self.reason = Line(), QLineEdit()
        self.fields = {
            "cause": FormField(look, phrase("closing.cause"), self.cause),
            "day": FormField(look, phrase("closing.day"), self.day, hint=phrase("closing.day_hint")),
            "way": FormField(look, phrase("closing.way"), self.way),
            "heir": FormField(look, phrase("closing.heir"), self.heir),
            "reason": FormField(
                look, phrase("closing.reason"), self.reason, hint=phrase("closing.reason_hint")
            ),
        }

    def _body(self) -> QWidget:
        look = self._look
        form, happens = Card(look), Card(look, phrase("closing.preview"))
        for field in self.fields.values():
            form.body.addWidget(field)
        form.body.addStretch(1)
        for part in (self.figures, self._what, self._more):
            happens.body.addWidget(part)
        happens.body.addStretch(1)
        return Abreast(look, (form, 6), (happens, 5))

    def _connect(self) -> None:
        self.cause.chosen.connect(self.try_it)
        self.way.chosen.connect(self._turn)
        self.heir.taken.connect(self._took_heir)
        self.day.settled.connect(self.try_it)
        self.reason.textChanged.connect(lambda _text: self.forgive("reason"))

    def enter(self, member: MemberRecord) -> None:
        """Begin to close the account of ``member``."""
        self.member, self.trial = member, None
        self.header.put(phrase("closing.title", name=member.name), member.number)
        self.forgive()
        if self.heir.value is not None:
            self.heir.give_back()
        self.heir.line.clear()
        self.reason.clear()
        self.cause.choose(CAUSES[0])
        self.day.put("")
        self._show(None)
        self.cause.setFocus()
        self._context.read(
            lambda desk: (desk.station.surroundings.today(), desk.closing.ways()),
            self._told_ways,
            slot="closing",
        )

    def _told_ways(self, answer: tuple[date, tuple[str, ...]]) -> None:
        self._today, ways = answer
        self.way.offer(ways)
        self.way.choose("pool" if "pool" in ways else ways[0])
        pack = self._context.pack
        source = pack.source(RULE)
        self.fields["way"].put_hint(
            phrase("closing.way_open")
            if source is None
            else phrase("closing.way_rule", source=Spoken(lambda language: source_text(source, language)))
        )
        if not self.day.text():
            self.day.put(self._look.say(phrase("services.today")))
        self._turn()

    def _turn(self) -> None:
        heir = self.way.current == _HEIR
        self.fields["heir"].setVisible(heir)
        self.forgive("heir")
        if heir and self.heir.value is None and self.way.isAncestorOf(self.focusWidget() or self):
            self.heir.line.setFocus()
        self.try_it()

    def _took_heir(self, _found: object) -> None:
        self.forgive("heir")
        if self.isVisible():
            self.try_it()

    # What will happen

    def told(self) -> Told:
        """What was filled in; refuses with ``date_unreadable`` or ``heir_missing``."""
        day, way = parse_date(self.day.text(), self._today), self.way.current
        heir = self.heir.value.member if way == _HEIR and self.heir.value is not None else None
        if way == _HEIR and heir is None:
            raise Refusal("heir_missing")
        return Told(self.cause.current, day, way, heir, self.reason.text().strip())

    def try_it(self) -> None:
        """Close it as a trial, and say what that does."""
        member = self.member
        if member is None:
            return
        self.forgive("day", "way")
        try:
            told = self.told()
        except Refusal as refusal:
            if refusal.code != "heir_missing":  # still to be filled in
                self.put_problem(refusal, go=False)
            self._show(None)
            return
        self.fields["day"].put_hint(phrase("closing.day_said", day=self._context.day_words(told.day)))

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> Closed:
            return desk.closing.close(
                member,
                told.cause,
                reason=told.reason or "-",  # a trial keeps none
                day=told.day,
                way=told.way,
                heir=told.heir,
                dry_run=True,
            )

        def tried(closed: object) -> None:
            assert isinstance(closed, Closed)
            self._show(closed, told)

        self._context.jobs.start(work, then=tried, refused=self._refused, slot="closing trial")

    def _refused(self, problem: Problem) -> None:
        self._show(None)
        self.put_problem(problem, go=False)

    def _show(self, closed: Closed | None, told: Told | None = None) -> None:
        self.trial = closed
        if closed is None or told is None:
            self.figures.put([])
            self._what.put(phrase("closing.fill_in"), soft=True)
            self._more.hide()
            return
        context = self._context
        figures: list[tuple[Words, Words, Tone]] = [
            (phrase("closing.credit"), context.amount_words(closed.credit_minutes), Tone.ACCENT),
            (phrase("closing.allowance"), context.hours_words(closed.allowance_minutes), Tone.PLAIN),
        ]
        if closed.withdrawn:
            count = phrase("closing.count", count=closed.withdrawn)
            figures.append((phrase("closing.withdrawn"), count, Tone.PLAIN))
        self.figures.put(figures)
        self._what.put(self._goes(closed, told), soft=False)
        self._more.put(phrase("closing.still_out", count=closed.still_out))
        self._more.setVisible(closed.still_out > 0)

    def _goes(self, closed: Closed, told: Told) -> Words:
        if closed.credit_minutes <= 0:
            return phrase("closing.nothing_left")
        name = told.heir.name if told.heir is not None else ""
        return phrase(f"closing.to_{closed.way}", name=name)

    # Doing it

    def save(self) -> None:
        """Ask once more, by a key that no scanner sends, and close it."""
        member, trial = self.member, self.trial
        if member is None:
            return
        try:
            told = self.told()
            if not told.reason:
                raise Refusal("reason_missing")
        except Refusal as refusal:
            self.put_problem(refusal)
            return
        if trial is None:
            self.try_it()
            return
        self.asked = Confirmation(
            self._look,
            phrase("closing.ask_title", name=member.name, number=member.number),
            phrase(
                "closing.ask_sentence",
                day=self._context.day_words(told.day),
                credit=self._context.amount_words(trial.credit_minutes),
                way=self._goes(trial, told),
            ),
            phrase("closing.close"),
            self,
            after=phrase("closing.ask_after"),
        )
        self.asked.accepted.connect(lambda: self._close(member, told))
        self.asked.open()

    def _close(self, member: MemberRecord, told: Told) -> None:
        def work(desk: Desk) -> Closed:
            return desk.closing.close(
                member, told.cause, reason=told.reason, day=told.day, way=told.way, heir=told.heir
            )

        def done(_closed: Closed) -> None:
            words = phrase("closing.done", name=member.name, day=self._context.day_words(told.day))
            self._context.notice(Tone.GOOD, words)
            self.closed.emit(member)

        self._context.write(work, done, refused=self.put_problem)
