"""A voucher on the desk: the verdict in one glance, for whom it is, and the key that redeems it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.desk.rules import explanation
from timebank.desk.vouchers import Checked, Redeemed
from timebank.domain.voucher_code import serial_text
from timebank.journal.facts import CREDIT
from timebank.outcome import Problem
from timebank.phrases import phrases
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.recognise import Scanned
from ui.screens.redemption import REWARD, Redemption
from ui.screens.words import VERDICT_TONES, apart
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
        self.said: Words = ""
        """What was last done."""
        self.card = VerdictCard(context.look)
        self.redemption = Redemption(context)
        self.card.asked.addWidget(self.redemption)
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
        self._forget()
        self.scanned = scanned
        assert scanned.checked is not None
        tone = VERDICT_TONES[scanned.checked.verdict]
        self._show(tone)
        return tone

    def choose(self, member: MemberRecord) -> None:
        """It is for ``member``: F6 redeems it now, once what a rule asks is said."""
        assert self.scanned is not None
        self.beneficiary = member
        self.redemption.put(self.scanned.holder, member)
        self._show(Tone.GOOD)
        self.chosen.emit()

    def begin_here(self) -> None:
        """Go to what has to be said before F6, where a rule asks it of this beneficiary."""
        if self.isVisible() and self.beneficiary is not None:
            self.redemption.begin_here()

    def clear(self) -> None:
        """Take the voucher away."""
        self._forget()
        self.card.clear()
        self.hide()

    def _forget(self) -> None:
        self.scanned, self.beneficiary, self._busy = None, None, False
        self.redemption.put(None, None)

    def redeem(self) -> None:
        """Redeem it for the beneficiary; without one, ask who that is."""
        scanned, member = self.scanned, self.beneficiary
        if scanned is None or not self.can_redeem:
            return
        if member is None:
            self.beneficiary_wanted.emit()
            return
        self._busy = True
        asked = self.redemption.asked()

        def work(desk: Desk) -> tuple[Redeemed, Profile]:
            done = desk.vouchers.redeem(
                scanned.text, member, use=asked.use, purpose=asked.purpose, relation=asked.relation
            )
            return done, desk.people.profile(member)

        def done(outcome: tuple[Redeemed, Profile]) -> None:
            redeemed, profile = outcome
            key = "desk.rewarded" if asked.use == REWARD else "desk.redeemed_for"
            amount = self._context.amount_words(redeemed.minutes)
            self._done(phrase(key, amount=amount, name=profile.member.name), outcome)

        self._context.write(work, done, refused=self._refused)

    def _done(self, words: Words, outcome: tuple[Redeemed, Profile]) -> None:
        redeemed, _ = outcome
        self._forget()
        self.said = words
        self.card.show_verdict(
            Tone.GOOD,
            words,
            remark=phrase(f"desk.settlement_{redeemed.settlement}"),
            details=[(phrase("desk.serial"), serial_text(redeemed.serial))],
        )
        self.show()
        self.redeemed.emit(outcome)

    def _refused(self, problem: Problem) -> None:
        self._busy = False
        self.redemption.put_problem(problem)

    def _show(self, tone: Tone) -> None:
        scanned, checked = self.scanned, self.checked
        assert scanned is not None
        assert checked is not None
        good = checked.verdict == "valid"
        if good:
            remark: Words = phrase("desk.press_redeem" if self.beneficiary else "desk.choose_beneficiary")
        else:
            remark = _why(scanned.problem)
        self.card.show_verdict(
            tone,
            self._verdict(scanned, checked),
            remark=remark,
            figures=self._figures(scanned, checked),
            details=self._details(scanned, checked),
            actions=self._buttons(scanned, checked),
        )
        self.show()

    def _verdict(self, scanned: Scanned, checked: Checked) -> Words:
        receiver = scanned.receiver
        if receiver is None:
            return phrase(f"desk.verdict_{checked.verdict}")
        return phrase("desk.verdict_redeemed_for", receiver=receiver.name)

    def _figures(self, scanned: Scanned, checked: Checked) -> list[tuple[Words, Words]]:
        """How much, for whom, until when."""
        context, member = self._context, self.beneficiary or scanned.holder
        credit = checked.unit == CREDIT
        shown = list[tuple[Words, Words]]()
        if checked.minutes:
            amount = context.amount_words(checked.minutes) if credit else context.hours_words(checked.minutes)
            shown.append((phrase("desk.worth_credit" if credit else "desk.worth_allowance"), amount))
        if member is not None:
            role = phrase("desk.beneficiary" if self.beneficiary else "desk.holder")
            shown.append((apart([role, member.number], context.look.say), member.name))
        if checked.expires is not None:
            shown.append((phrase("desk.valid_until"), context.day_words(checked.expires)))
        elif checked.issued is not None:
            shown.append((phrase("desk.valid_until"), phrase("desk.no_end")))
        return shown

    def _details(self, scanned: Scanned, checked: Checked) -> list[tuple[Words, Words]]:
        rows = list[tuple[Words, Words]]()
        holder = scanned.holder
        if self.beneficiary is not None and holder is not None:
            rows.append((phrase("desk.holder"), f"{holder.name}  {holder.number}"))
        if checked.issuer:
            rows.append((phrase("desk.issuer"), checked.issuer))
        if checked.serial:
            rows.append((phrase("desk.serial"), serial_text(checked.serial)))
        return rows

    def _buttons(self, scanned: Scanned, checked: Checked) -> list[QWidget]:
        actions, look = self._context.actions, self._context.look
        if checked.verdict == "not_yet_known":
            return [actions.button("go_exchange")]
        if checked.verdict != "valid":
            return []
        buttons: list[QWidget] = [actions.button("redeem_voucher", Kind.PRIMARY)]
        holder = scanned.holder
        if holder is not None and self.beneficiary is None:
            own = Button(look, phrase("desk.for_holder", name=holder.name), icon="person")
            own.clicked.connect(lambda: self.choose(holder))
            buttons.append(own)
        buttons.append(actions.button("log_hours", words=phrase("desk.pay_service")))
        return buttons


def _why(problem: Problem | None) -> Words:
    """Why a voucher is not good; where a rule says so, which one and where it comes from."""
    if problem is None:
        return ""
    told = problem
    return Spoken(
        lambda language: "\n".join(
            each for each in (phrases(language).problem(told), explanation(told, language)) if each
        )
    )
