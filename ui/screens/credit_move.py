"""Credit given on: a gift to somebody, a donation to the pool, a grant from the pool to somebody in need."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.rules import RELATIONS, STRANGER, check_gift, explanation
from timebank.domain.quantities import parse_length
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem, Refusal
from timebank.store.book_queries import Line
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.context import ScreenContext
from ui.screens.member_box import Found, MemberBox
from ui.screens.permission import ReadsOnly
from ui.screens.profile_tables import pool_table
from ui.screens.scroll import Scroll
from ui.screens.words import category_words, joined
from ui.widgets import Card, FormField, InlineNotice, Kind, PageHeader, Segments
from ui.widgets.figures import Figures

GIFT, DONATE, GRANT = WAYS = ("gift", "donate", "grant")

_FIELD_OF = {
    "length_unreadable": "minutes",
    "minutes_not_positive": "minutes",
    "not_enough": "minutes",
    "reason_missing": "reason",
    "same_account": "to",
    "member_left": "to",
}
"""Where a problem is said; any other, and every rule's, is said at the top with its source."""


class Pool(NamedTuple):
    """The community pool as it is now."""

    minutes: int
    lines: tuple[Line, ...]


class MovePage(QWidget):
    """The form on the left, the pool with its passbook on the right. ``moved`` carries whom to show next."""

    moved = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.member: MemberRecord | None = None
        """Whose page this was opened from."""
        self._pool = Pool(0, ())
        look, actions = context.look, context.actions
        self.save_button = actions.button("confirm", Kind.PRIMARY, phrase("moving.now_gift"))
        self.header = PageHeader(
            look, phrase("moving.title"), icon="gift", actions=[actions.button("back"), self.save_button]
        )
        self.notice = InlineNotice(look)
        self._make_fields()
        self.figures = Figures(look)
        self.book = pool_table(context)
        self._lay_out()
        self._connect()
        self._settle()
        self.refresh()

    def _make_fields(self) -> None:
        look, find = self._look, phrase("moving.find")
        self.way = Segments(
            look, [(way, phrase(f"moving.{way}")) for way in WAYS], name=phrase("moving.way"), current=GIFT
        )
        self.source = MemberBox(self._context, hint=find, name=phrase("moving.from"))
        self.target = MemberBox(self._context, hint=find, name=phrase("moving.to"))
        relations = [(each, phrase(f"moving.relation_{each}")) for each in RELATIONS]
        self.relation = Segments(look, relations, name=phrase("moving.relation"), current=STRANGER)
        self.answer = InlineNotice(look)
        self.minutes, self.reason = QLineEdit(), QLineEdit()
        self.fields = {
            "way": FormField(look, phrase("moving.way"), self.way),
            "from": FormField(look, phrase("moving.from"), self.source),
            "to": FormField(look, phrase("moving.to"), self.target),
            "relation": FormField(look, phrase("moving.relation"), self.relation),
            "minutes": FormField(
                look, phrase("moving.minutes"), self.minutes, hint=phrase("moving.minutes_hint")
            ),
            "reason": FormField(
                look, phrase("moving.reason"), self.reason, hint=phrase("moving.reason_hint")
            ),
        }

    def _lay_out(self) -> None:
        look = self._look
        form = Card(look)
        for key in ("way", "from", "to", "relation"):
            form.body.addWidget(self.fields[key])
        form.body.addWidget(self.answer)
        for key in ("minutes", "reason"):
            form.body.addWidget(self.fields[key])
        form.body.addStretch(1)
        pool = Card(look, phrase("moving.pool"))
        pool.body.addWidget(self.figures)
        pool.body.addWidget(self.book, 1)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._across.addWidget(form, 6)
        self._across.addWidget(pool, 5)
        scroll = Scroll(look)
        scroll.column.addLayout(self._across, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, ReadsOnly(look, self._context.permission), self.notice):
            self._column.addWidget(part)
        self._column.addWidget(scroll, 1)

    def _connect(self) -> None:
        self.way.chosen.connect(self._turn)
        self.relation.chosen.connect(self._settle)
        for box in (self.source, self.target):
            box.taken.connect(self._taken)
        self.minutes.textChanged.connect(self._show_minutes)
        self.reason.textChanged.connect(lambda _text: self.fields["reason"].put_problem(None))
        self._look.changed.connect(self.refresh)

    # Coming here

    def enter(self, member: MemberRecord | None) -> None:
        """Begin with ``member``: a volunteer gives, an elder receives; with nobody, look at the pool."""
        self.member = member
        self.notice.dismiss()
        for field in self.fields.values():
            field.put_problem(None)
        for edit in (self.minutes, self.reason):
            edit.clear()
        self.relation.choose(STRANGER)
        gives = member is None or "volunteer" in member.roles
        self.way.choose(GIFT if member is not None and gives else DONATE if gives else GRANT)
        for box, mine in ((self.source, gives), (self.target, not gives)):
            if box.value is not None:
                box.give_back()
            box.line.clear()
            if mine and member is not None:
                box.look_up(member)
        self._settle()
        self.read()
        (self.way if member is None else self._first_open()).setFocus()

    def read(self) -> None:
        """Read the pool afresh."""

        self._context.read(
            lambda desk: Pool(desk.credit.pool_minutes(), desk.credit.pool_book()),
            self._put_pool,
            slot="pool",
        )

    def _put_pool(self, pool: Pool) -> None:
        self._pool = pool
        amount = self._context.amount_words(pool.minutes)
        self.figures.put(
            [(phrase("moving.pool_balance"), amount, Tone.ACCENT if pool.minutes >= 0 else Tone.BAD)]
        )
        self.book.rows.replace(tuple(reversed(pool.lines)))
        self.book.fit_columns()
        self._show_minutes()

    def _first_open(self) -> QWidget:
        if self.way.current == GRANT:
            return self.minutes if self.member is not None else self.target
        return self.target if self.way.current == GIFT else self.minutes

    # What it is understood as

    def _turn(self) -> None:
        """Another way: who gave may now receive, so whoever was chosen goes to the other side."""
        if self.way.current == GRANT and self.target.value is None and self.source.value is not None:
            member = self.source.value.member
            self.source.give_back()
            self.target.look_up(member)
        elif self.way.current != GRANT and self.source.value is None and self.target.value is not None:
            member = self.target.value.member
            self.target.give_back()
            self.source.look_up(member)
        self._settle()

    def _taken(self, found: object) -> None:
        for key in ("from", "to"):
            self.fields[key].put_problem(None)
        if found is not None and self.isVisible():
            following = (
                self.target if self.way.current == GIFT and self.target.value is None else self.minutes
            )
            following.setFocus()
        self._settle()

    def _settle(self) -> None:
        way = self.way.current
        self.fields["from"].setVisible(way != GRANT)
        self.fields["to"].setVisible(way != DONATE)
        self.fields["relation"].setVisible(way == GIFT)
        self.fields["from"].put_label(phrase("moving.from" if way == GIFT else "moving.donor"))
        self.fields["to"].put_label(phrase("moving.to" if way == GIFT else "moving.needy"))
        self.fields["to"].put_hint(self._needs() if way == GRANT else "")
        self.save_button.put(phrase(f"moving.now_{way}"))
        self._answer()
        self._show_minutes()

    def _needs(self) -> Words:
        """Why somebody may need it, as far as it is on record."""
        found = self.target.value
        if found is None or not found.member.known:
            return ""
        codes = found.member.details.get("categories") or []
        names = [category_words(str(each["code"])) for each in codes if not each.get("until")]
        if not names:
            return phrase("moving.needs_none")
        return phrase("moving.needs", categories=joined(names, self._look.say))

    def _answer(self) -> None:
        """What the rules say of a gift to somebody so related, before anything is done."""
        if self.way.current != GIFT:
            self.answer.hide()
            return
        pack = self._context.pack
        try:
            check_gift(self.relation.current, pack)
        except Refusal as refusal:
            told = refusal  # said with its source, when asked why
            self.answer.show_notice(
                Tone.BAD,
                phrase("moving.not_allowed"),
                action=phrase("window.why"),
                do=lambda: self.answer.show_notice(
                    Tone.BAD, Spoken(lambda language: explanation(told, language)), can_dismiss=False
                ),
                can_dismiss=False,
            )
            return
        key = "moving.allowed" if pack.source("gifts.whom") is not None else "moving.allowed_open"
        self.answer.show_notice(Tone.INFO, phrase(key), can_dismiss=False)

    @property
    def _payer(self) -> tuple[Words, int] | None:
        if self.way.current == GRANT:
            return phrase("moving.pool"), self._pool.minutes
        found = self.source.value
        return None if found is None else (found.member.name, found.credit)

    def _show_minutes(self) -> None:
        field, payer = self.fields["minutes"], self._payer
        field.put_problem(None)
        try:
            minutes = parse_length(self.minutes.text())
        except Refusal:
            field.put_hint(phrase("moving.minutes_hint"))
            return
        amount = self._context.amount_words(minutes)
        if payer is None:
            field.put_hint(amount)
            return
        name, has = payer
        short = minutes > has
        left = self._context.amount_words(has if short else has - minutes)
        words = phrase(
            "moving.minutes_short" if short else "moving.minutes_said", name=name, amount=amount, left=left
        )
        if short:
            field.put_problem(words)
        else:
            field.put_hint(words)

    # Doing it

    def save(self) -> None:
        """Move it; a problem is said at its field and nothing is lost."""
        self.notice.dismiss()
        for field in self.fields.values():
            field.put_problem(None)
        way = self.way.current
        source = self._who("from") if way != GRANT else None
        target = self._who("to") if way != DONATE else None
        if any(field.problem is not None for field in self.fields.values()):
            return
        try:
            minutes = parse_length(self.minutes.text())
        except Refusal as refusal:
            self._put_problem(refusal)
            return
        reason = self.reason.text()
        relation = self.relation.current if way == GIFT else STRANGER
        giver, receiver = source.member if source else None, target.member if target else None

        def work(desk: Desk) -> EntryRef:
            return desk.credit.move(giver, receiver, minutes, reason, relation=relation)

        def done(_entry: EntryRef) -> None:
            self._done(way, giver, receiver, minutes)

        self._context.write(work, done, refused=self._put_problem)

    def _who(self, key: str) -> Found | None:
        box = self.source if key == "from" else self.target
        if box.value is None:
            self.fields[key].put_problem(phrase("moving.who_missing"))
            box.line.setFocus()
        return box.value

    def _done(self, way: str, source: MemberRecord | None, target: MemberRecord | None, minutes: int) -> None:
        words = phrase(
            f"moving.done_{way}",
            source=source.name if source else "",
            target=target.name if target else "",
            amount=self._context.amount_words(minutes),
        )
        self._context.notice(Tone.GOOD, words)
        self.moved.emit(self.member)

    def _put_problem(self, problem: Problem) -> None:
        key = _FIELD_OF.get(problem.code)
        if key is None or not self.fields[key].isVisibleTo(self):
            self.notice.show_problem(problem)
            return
        self.fields[key].put_problem(problem)
        self.fields[key].editor.setFocus()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._across.setSpacing(look.space(4))
        way = QBoxLayout.Direction
        self._across.setDirection(way.TopToBottom if look.em >= LARGE_EM else way.LeftToRight)
        for edit in (self.minutes, self.reason):
            edit.setFont(look.font())
        self.book.setMinimumHeight(look.target * 5)
        self.book.setMinimumWidth(round(look.em * 20))
