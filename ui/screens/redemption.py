"""What has to be said before a voucher is redeemed: for whom else, and for what. Shown only where a rule asks."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from timebank.desk.rules import STRANGER
from timebank.desk.vouchers import USES
from timebank.outcome import Problem
from timebank.policy.eligibility import FOR_WHOM
from timebank.store.people_queries import MemberRecord
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.relation import RelationField
from ui.widgets import FormField, InlineNotice, Segments

ACCOUNT, REWARD = USES
GOODS = "voucher.goods"


class Asked(NamedTuple):
    """What was said: the keyword arguments of :meth:`~timebank.desk.vouchers.Vouchers.redeem`."""

    relation: str = STRANGER
    use: str = ACCOUNT
    purpose: str = ""


class Redemption(QWidget):
    """As high as what it has to ask; a refusal is said here, and what was said stays."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        look = context.look
        self.relation = RelationField(context, FOR_WHOM)
        self.use = Segments(
            look,
            [(each, phrase(f"cases.use_{each}")) for each in USES],
            name=phrase("cases.use"),
            current=ACCOUNT,
        )
        self.purpose = QLineEdit()
        self.fields = {
            "use": FormField(look, phrase("cases.use"), self.use),
            "purpose": FormField(
                look, phrase("desk.purpose"), self.purpose, hint=phrase("desk.purpose_hint")
            ),
        }
        self.notice = InlineNotice(look)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.relation, *self.fields.values(), self.notice):
            self._column.addWidget(part)
        self.relation.settled.connect(self.notice.hide)
        self.use.chosen.connect(self._turn)
        self.notice.dismissed.connect(self.begin_here)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, holder: MemberRecord | None, beneficiary: MemberRecord | None) -> None:
        """Somebody is chosen to have it; None before."""
        self.notice.hide()
        self.use.choose(ACCOUNT)
        self.purpose.clear()
        self.relation.put(holder, beneficiary)
        self.fields["use"].setVisible(self._context.pack.value(GOODS) is not False)
        self._turn()
        self.setVisible(beneficiary is not None)

    def begin_here(self) -> bool:
        """Go to what is asked first; False where nothing has to be."""
        if self.relation.asks:
            self.relation.setFocus()
        return self.relation.asks

    def asked(self) -> Asked:
        """What was said; what was not asked says nothing."""
        reward = self.use.current == REWARD
        return Asked(self.relation.current, self.use.current, self.purpose.text().strip() if reward else "")

    def put_problem(self, problem: Problem) -> None:
        """Say why it was not redeemed."""
        if not self.relation.put_problem(problem):
            self.notice.show_problem(problem)

    def _turn(self) -> None:
        reward = self.use.current == REWARD
        self.fields["purpose"].setVisible(reward)
        if reward and self.isVisible():
            QTimer.singleShot(0, self, self.purpose.setFocus)  # once it has its place, to be scrolled to

    def refresh(self) -> None:
        """Keep fonts and gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        self.purpose.setFont(self._look.font())
