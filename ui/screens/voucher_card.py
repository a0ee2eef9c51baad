"""A voucher on the desk: the verdict in one glance, for whom it is, and the key that redeems it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.desk.vouchers import Checked, Redeemed
from timebank.domain.voucher_code import serial_text
from timebank.outcome import Problem
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.recognise import Scanned
from ui.screens.words import VERDICT_TONES
from ui.widgets import Button, Kind, VerdictCard


class VoucherCard(QWidget):
    """Shows one checked voucher. A good one waits for a beneficiary, and then for F6: never for Enter."""

    beneficiary_wanted = Signal()
    chosen = Signal()
    redeemed = Signal(object)
    """(:class:`Redeemed`, the beneficiary's :class:`Profile`)"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.scanned: Scanned | None = None
        self.beneficiary: MemberRecord | None = None
        self._busy = False
        self.card = VerdictCard(context.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self.hide()

    @property
    def checked(self) -> Checked | None:
        """The voucher on the desk, if there is one."""
        return self.scanned.checked if self.scanned else None

    @property
    def wants_beneficiary(self) -> bool:
        """Whether a person scanned now is the one it is for."""
        return self.checked is not None and self.checked.verdict == "valid"

    @property
    def can_redeem(self) -> bool:
        """Whether F6 means anything."""
        return self.wants_beneficiary and not self._busy

    @property
    def code(self) -> str:
        """The good voucher on the desk as it was scanned, to pay for a service; else an empty text."""
        return self.scanned.text if self.scanned is not None and self.wants_beneficiary else ""

    def put(self, scanned: Scanned) -> Tone:
        """Show the verdict on a voucher; returns its tone."""
        self.scanned, self.beneficiary, self._busy = scanned, None, False
        assert scanned.checked is not None
        tone = VERDICT_TONES[scanned.checked.verdict]
        self._show(tone)
        return tone

    def choose(self, member: MemberRecord) -> None:
        """It is for ``member``: F6 redeems it now."""
        self.beneficiary = member
        self._show(Tone.GOOD)
        self.chosen.emit()

    def clear(self) -> None:
        """Take the voucher away."""
        self.scanned, self.beneficiary, self._busy = None, None, False
        self.card.clear()
        self.hide()

    def redeem(self) -> None:
        """Redeem it for the beneficiary; without one, ask who that is."""
        scanned, member = self.scanned, self.beneficiary
        if scanned is None or not self.can_redeem:
            return
        if member is None:
            self.beneficiary_wanted.emit()
            return
        self._busy = True

        def work(desk: Desk) -> tuple[Redeemed, Profile]:
            done = desk.vouchers.redeem(scanned.text, member)
            return done, desk.people.profile(member)

        self._context.write(work, self._done, refused=self._refused)

    def _done(self, outcome: tuple[Redeemed, Profile]) -> None:
        redeemed, profile = outcome
        self.scanned, self.beneficiary, self._busy = None, None, False
        name, amount = profile.member.name, self._context.amount_words(redeemed.minutes)
        self.card.show_verdict(
            Tone.GOOD,
            phrase("desk.redeemed_for", amount=amount, name=name),
            remark=phrase(f"desk.settlement_{redeemed.settlement}"),
            details=[(phrase("desk.serial"), serial_text(redeemed.serial))],
        )
        self.show()
        self.redeemed.emit(outcome)

    def _refused(self, problem: Problem) -> None:
        self._busy = False
        self._context.problem(problem)

    def _show(self, tone: Tone) -> None:
        scanned, checked = self.scanned, self.checked
        assert scanned is not None
        assert checked is not None
        good = checked.verdict == "valid"
        remark: Words = scanned.problem or ""
        if good:
            remark = phrase("desk.press_redeem" if self.beneficiary else "desk.choose_beneficiary")
        self.card.show_verdict(
            tone,
            phrase(f"desk.verdict_{checked.verdict}"),
            remark=remark,
            details=self._details(scanned, checked),
            actions=self._buttons(scanned) if good else (),
        )
        self.show()

    def _details(self, scanned: Scanned, checked: Checked) -> list[tuple[Words, Words]]:
        context, rows = self._context, list[tuple[Words, Words]]()
        if checked.minutes:
            amount = (
                context.amount_words(checked.minutes)
                if checked.unit == 0
                else context.hours_words(checked.minutes)
            )
            rows.append(
                (phrase("desk.worth_credit" if checked.unit == 0 else "desk.worth_allowance"), amount)
            )
        if self.beneficiary is not None:
            rows.append((phrase("desk.beneficiary"), f"{self.beneficiary.name}  {self.beneficiary.number}"))
        if checked.holder:
            holder = scanned.holder
            rows.append(
                (phrase("desk.holder"), f"{holder.name}  {holder.number}" if holder else checked.holder)
            )
        if checked.issuer:
            rows.append((phrase("desk.issuer"), checked.issuer))
        if checked.expires is not None:
            rows.append((phrase("desk.valid_until"), context.day_words(checked.expires)))
        elif checked.issued is not None:
            rows.append((phrase("desk.valid_until"), phrase("desk.no_end")))
        if checked.serial:
            rows.append((phrase("desk.serial"), serial_text(checked.serial)))
        return rows

    def _buttons(self, scanned: Scanned) -> list[QWidget]:
        actions, look = self._context.actions, self._context.look
        buttons: list[QWidget] = [actions.button("redeem_voucher", Kind.PRIMARY)]
        holder = scanned.holder
        if holder is not None and self.beneficiary is None:
            own = Button(look, phrase("desk.for_holder", name=holder.name), icon="person")
            own.clicked.connect(lambda: self.choose(holder))
            buttons.append(own)
        buttons.append(actions.button("log_hours", words=phrase("desk.pay_service")))
        return buttons
