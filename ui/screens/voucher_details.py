"""Everything known of one voucher, beside the list."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from timebank.desk.voucher_book import VoucherDetails
from timebank.domain.cases import voucher_case
from timebank.domain.voucher_code import serial_text
from timebank.journal.refs import day_of
from timebank.store.voucher_queries import RedemptionLine
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.reason import ReasonAsked
from ui.screens.scroll import Scroll
from ui.widgets import Button, ButtonRow, Card, EmptyState, Kind, Text
from ui.widgets.text import restyle

_TONES = {"circulation": Tone.GOOD, "expired": Tone.WARN, "not_yet_known": Tone.INFO}
_REVERSED = "reversed"


class VoucherPane(Card):
    """State, amount, dates and redemptions of the voucher under the cursor, and what can be done with it."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, "", parent)
        self._context = context
        self._details: VoucherDetails | None = None
        look = context.look
        self._empty = EmptyState(look, "vouchers", phrase("vouchers.choose_one"))
        self._scroll = Scroll(look, gap=3)
        self.again = context.actions.button("reprint_voucher")
        self.void = context.actions.button("void_voucher")
        self.pictures = Button(look, phrase("vouchers.issue_pictures_short"), icon="qr")
        self.copy = Button(
            look, phrase("vouchers.copy_picture"), icon="card", hint=phrase("vouchers.copy_picture_hint")
        )
        self.case = Button(look, phrase("vouchers.see_case"), icon="cases")
        self.case.clicked.connect(self._see_case)
        self._buttons = ButtonRow(look, [self.case, self.again, self.copy, self.pictures, self.void])
        # The buttons scroll with the facts: large text leaves no room for both.
        facts = QWidget()
        self._facts = QVBoxLayout(facts)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._scroll.column.addWidget(facts)
        self._scroll.column.addStretch(1)
        self._scroll.column.addWidget(self._buttons)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        look.changed.connect(self._fill)
        self._fill()

    def put(self, details: object) -> None:
        """Show a voucher, or nothing."""
        self._details = details if isinstance(details, VoucherDetails) else None
        self._fill()

    def allow(self, allowed: bool, *, one: bool = True) -> None:
        """Whether the vouchers selected can be printed and withdrawn, and whether it is just ``one``."""
        self.pictures.setEnabled(allowed)
        self.copy.setEnabled(allowed and one)

    def _see_case(self) -> None:
        if self._details is not None:
            self._context.go("cases", voucher_case(self._details.line.serial))

    def _fill(self) -> None:
        details, look, context = self._details, self._context.look, self._context
        self._empty.setVisible(details is None)
        self._scroll.setVisible(details is not None)
        self._buttons.setVisible(details is not None)
        column = self._facts
        column.setSpacing(look.space(3))
        clear(column)
        if details is None:
            return
        line = details.line
        self.case.setVisible(details.case_open)
        self.again.put(phrase("actions.reprint_voucher" if line.printed else "actions.print"))
        for part in (self.again, self.copy, self.pictures, self.void):
            part.setVisible(not details.case_open)
        column.addWidget(Text(look, serial_text(line.serial), Role.TITLE, wrap=False))
        column.addWidget(self._state(details))
        end: Words = context.day(day_of(line.expires)) if line.expires else phrase("vouchers.no_expiry")
        unit = phrase(f"vouchers.unit_{'allowance' if line.unit else 'credit'}")
        rows: list[tuple[str, Words]] = [
            ("amount_short", context.amount(line.minutes)),
            ("unit", unit),
            ("holder", line.number if line.name == line.number else f"{line.name}  {line.number}"),
            ("station", line.station),
            ("issued_on", context.day(day_of(line.issued))),
            ("expires_short", end),
        ]
        if line.locked_to:
            rows.append(("lock", line.locked_to))
        rows.append(
            ("printed", phrase("vouchers.printed_times", count=line.printed))
            if line.printed
            else ("printed", phrase("vouchers.printed_never"))
        )
        if details.reason:
            rows.append(("reason", details.reason))
        column.addWidget(rows_of(context, [(phrase(f"vouchers.{key}"), value) for key, value in rows]))
        for each in details.redemptions:
            column.addWidget(self._redemption(each))

    def _state(self, details: VoucherDetails) -> Text:
        line = details.line
        words: Words = phrase(f"vouchers.said_{line.state}", station=line.station)
        tone = _TONES.get(line.state, Tone.PLAIN)
        if details.case_open:
            words, tone = phrase("vouchers.said_doubled"), Tone.BAD
        elif line.state == "redeemed":
            words = phrase("vouchers.said_final" if line.final else "vouchers.said_provisional")
        elif details.withdrawn_on is not None:
            day = self._context.day(details.withdrawn_on)
            words = phrase(f"vouchers.said_{line.state}_on", day=day)
        return Text(self._context.look, words, Role.LABEL, tone=tone)

    def _redemption(self, line: RedemptionLine) -> QFrame:
        """Where, when and for whom it was redeemed."""
        look, context = self._context.look, self._context
        frame = QFrame()
        restyle(frame, part="wash")
        column = QVBoxLayout(frame)
        pad = look.space(3)
        column.setContentsMargins(pad, look.space(2), pad, look.space(2))
        column.setSpacing(look.space(1))
        standing = phrase(f"cases.standing_{line.standing}")
        column.addWidget(Text(look, phrase("vouchers.redeemed_at", station=line.station), Role.LABEL))
        when = moment(context, datetime.fromtimestamp(line.wall))
        who = line.number if line.name == line.number else f"{line.name}  {line.number}"
        column.addWidget(Text(look, phrase("vouchers.redeemed_for", name=who, when=when)))
        column.addWidget(Text(look, standing, Role.SMALL, soft=True))
        if line.standing != _REVERSED:
            reverse = Button(look, phrase("vouchers.reverse_redemption"), icon="undo", kind=Kind.QUIET)
            reverse.clicked.connect(lambda _on=False: self._ask_reverse(line))
            reverse.forbid(context.permission.reason)
            column.addWidget(ButtonRow(look, [reverse]))
        return frame

    def _ask_reverse(self, line: RedemptionLine) -> None:
        self.asked = asked = ReasonAsked(
            self._context.look,
            phrase("vouchers.reverse_redemption_title", name=line.name),
            phrase("vouchers.reverse_redemption_sentence"),
            phrase("vouchers.reverse_redemption"),
            self,
            after=phrase("vouchers.reverse_redemption_after"),
        )
        asked.accepted.connect(lambda: self._reverse(line, asked.reason))
        asked.finished.connect(asked.deleteLater)
        asked.open()

    def _reverse(self, line: RedemptionLine, reason: str) -> None:
        self._context.write(
            lambda desk: desk.services.reverse_whole(str(line.entry), reason),
            lambda _entry: self._context.notice(Tone.GOOD, phrase("vouchers.reverse_redemption_done")),
        )


def rows_of(context: ScreenContext, rows: list[tuple[Words, Words]]) -> QWidget:
    """Labels and values under one another."""
    look = context.look
    page = QWidget()
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(look.space(4))
    grid.setVerticalSpacing(look.space(1.5))
    grid.setColumnStretch(1, 1)
    for n, (label, value) in enumerate(rows):
        name = Text(look, label, soft=True, wrap=False)
        grid.addWidget(name, n, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Text(look, value), n, 1)
    return page


def moment(context: ScreenContext, when: datetime) -> str:
    """A date with its time of day, as people here read it."""
    return f"{context.day(when.date())} {when:%H:%M}"
