"""Credit given on: a gift to somebody, a donation to the pool, a grant from the pool to somebody in need."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from timebank.desk.desk import Desk
from timebank.domain.quantities import parse_length
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem, Refusal
from timebank.policy.eligibility import TO_WHOM
from timebank.store.book_queries import Line
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drafts import Drafts, parts_of
from ui.screens.form_page import Abreast, FormPage
from ui.screens.member_box import Found, MemberBox
from ui.screens.profile_tables import pool_table
from ui.screens.relation import RelationField
from ui.screens.words import category_words, joined
from ui.widgets import Card, FormField, Kind, PageHeader, Segments
from ui.widgets.figures import Figures

GIFT, DONATE, GRANT = WAYS = ("gift", "donate", "grant")


class Pool(NamedTuple):
    """The community pool as it is now."""

    minutes: int
    lines: tuple[Line, ...]


class MovePage(FormPage):
    """The form on the left, the pool with its passbook on the right. ``moved`` carries whom to show next."""

    moved = Signal(object)
    BLAMED: ClassVar = {
        "length_unreadable": "minutes",
        "minutes_not_positive": "minutes",
        "not_enough": "minutes",
        "reason_missing": "reason",
        "same_account": "to",
        "member_left": "to",
    }

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._pool = Pool(0, ())
        look, actions = context.look, context.actions
        self.save_button = actions.button("confirm", Kind.PRIMARY, phrase("moving.now_gift"))
        self.header = PageHeader(
            look, phrase("moving.title"), icon="gift", actions=[actions.button("back"), self.save_button]
        )
        self._make_fields()
        self.figures = Figures(look)
        self.book = pool_table(context)
        self.lay_out(self.header, self._body(), fill=True)
        self._connect()
        self._settle()
        self.refresh()
        edits = {"from": self.source, "to": self.target, "minutes": self.minutes, "reason": self.reason}
        nobody: MemberRecord | None = None
        self.drafts = Drafts(
            self.notice,
            typed=parts_of(edits),
            staying=parts_of({"way": self.way}),
            none=nobody,
            begin=self._begin,
            resumed=self._settle,
            opened=self._opened,
            meets=lambda asked, begun: asked is None or (begun is not None and asked.row == begun.row),
        )

    @property
    def member(self) -> MemberRecord | None:
        """Whose page this was opened from."""
        return self.drafts.errand

    def _make_fields(self) -> None:
        look, find = self._look, phrase("moving.find")
        self.way = Segments(
            look, [(way, phrase(f"moving.{way}")) for way in WAYS], name=phrase("moving.way"), current=GIFT
        )
        self.source = MemberBox(self._context, hint=find, name=phrase("moving.from"))
        self.target = MemberBox(self._context, hint=find, name=phrase("moving.to"))
        self.relation = RelationField(self._context, TO_WHOM)
        self.minutes, self.reason = QLineEdit(), QLineEdit()
        self.fields = {
            "way": FormField(look, phrase("moving.way"), self.way),
            "from": FormField(look, phrase("moving.from"), self.source),
            "to": FormField(look, phrase("moving.to"), self.target),
            "minutes": FormField(
                look, phrase("moving.minutes"), self.minutes, hint=phrase("moving.minutes_hint")
            ),
            "reason": FormField(
                look, phrase("moving.reason"), self.reason, hint=phrase("moving.reason_hint")
            ),
        }

    def _body(self) -> QWidget:
        look, fields = self._look, self.fields
        form, pool = Card(look), Card(look, phrase("moving.pool"))
        for part in (
            *(fields["way"], fields["from"], fields["to"], self.relation),
            *(fields["minutes"], fields["reason"]),
        ):
            form.body.addWidget(part)
        form.body.addStretch(1)
        pool.body.addWidget(self.figures)
        pool.body.addWidget(self.book, 1)
        return Abreast(look, (form, 6), (pool, 5))

    def _connect(self) -> None:
        self.way.chosen.connect(self._turn)
        for box in (self.source, self.target):
            box.taken.connect(self._taken)
        self.minutes.textChanged.connect(self._show_minutes)
        self.reason.textChanged.connect(lambda _text: self.forgive("reason"))

    # Coming here

    def enter(self, member: MemberRecord | None) -> None:
        """Open it for ``member``, or look at the pool; what was begun for the same goes on."""
        self.drafts.enter(member)

    def _opened(self) -> None:
        self.read()
        (self.way if self.member is None else self._first_open()).setFocus()

    def _begin(self, member: MemberRecord | None) -> None:
        """A volunteer gives, an elder receives."""
        self.forgive()
        for edit in (self.minutes, self.reason):
            edit.clear()
        self.relation.put(None, None)
        gives = member is None or "volunteer" in member.roles
        self.way.choose(GIFT if member is not None and gives else DONATE if gives else GRANT)
        for box, mine in ((self.source, gives), (self.target, not gives)):
            if box.value is not None:
                box.give_back()
            box.line.clear()
            if mine and member is not None:
                box.look_up(member)
        self._settle()

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
        self.forgive("from", "to")
        self._settle()
        if found is not None and self.isVisible():
            alone = self.way.current == GIFT and self.target.value is None
            following = self.target if alone else self.relation if self.relation.asks else self.minutes
            following.setFocus()

    def _settle(self) -> None:
        way = self.way.current
        self.fields["from"].setVisible(way != GRANT)
        self.fields["to"].setVisible(way != DONATE)
        self.fields["from"].put_label(phrase("moving.from" if way == GIFT else "moving.donor"))
        self.fields["to"].put_label(phrase("moving.to" if way == GIFT else "moving.needy"))
        self.fields["to"].put_hint(self._needs() if way == GRANT else "")
        self.save_button.put(phrase(f"moving.now_{way}"))
        pair = [box.value.member if box.value is not None else None for box in (self.source, self.target)]
        self.relation.put(*(pair if way == GIFT else (None, None)))
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
        self.forgive()
        way = self.way.current
        source = self._who("from") if way != GRANT else None
        target = self._who("to") if way != DONATE else None
        if any(field.problem is not None for field in self.fields.values()):
            return
        try:
            minutes = parse_length(self.minutes.text())
        except Refusal as refusal:
            self.put_problem(refusal)
            return
        reason, relation = self.reason.text(), self.relation.current
        giver, receiver = source.member if source else None, target.member if target else None

        def work(desk: Desk) -> EntryRef:
            return desk.credit.move(giver, receiver, minutes, reason, relation=relation)

        def done(_entry: EntryRef) -> None:
            self.drafts.settle()
            self._done(way, giver, receiver, minutes)

        self._context.write(work, done, refused=self.put_problem)

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

    def put_problem(self, problem: Problem, *, go: bool = True) -> None:
        if not self.relation.put_problem(problem):
            super().put_problem(problem, go=go)

    def refresh(self) -> None:
        super().refresh()
        look = self._look
        self.book.setMinimumHeight(look.target * 5)
        self.book.setMinimumWidth(round(look.em * 20))
