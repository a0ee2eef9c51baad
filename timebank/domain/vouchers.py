"""A voucher's life: one pure function from its facts to its state.

Exactly one claim settles a voucher: a redemption, or its withdrawal (void, expiry). Every redemption was a
service given, so every one stays in the books; those that do not settle the voucher are carried by
suspense until a case decides who bears them.
"""

from __future__ import annotations

from typing import NamedTuple

from timebank.domain.credit import CIRCULATION, MINT, POOL, REDEEMED, SUSPENSE, Posting, movement
from timebank.domain.told import HappenedBefore, Told, in_order
from timebank.journal.facts import (
    CaseResolved,
    FactReversed,
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
)

STATES = ("circulation", "redeemed", "void", "expired", "not_yet_known")


class Redemption(NamedTuple):
    """One honoured redemption; ``standing`` is settled, suspense or reversed, ``decision`` what a case said."""

    entry: int
    beneficiary: int
    use: str
    day: int
    standing: str
    decision: str


class Voucher(NamedTuple):
    """The state of one voucher; entries, members by local number, days from 2000-01-01 (0: none)."""

    issue: int | None
    issuer: int
    holder: int
    unit: int
    minutes: int
    issued: int
    expires: int
    lock: int
    state: str
    final: bool
    """Whether the issuing station has confirmed which redemption settles it."""
    printed: int
    withdrawn_by: int | None
    """The entry that voided or expired it, and is in force."""
    withdrawn_on: int
    redemptions: tuple[Redemption, ...]

    def postings(self) -> list[Posting]:
        """Every movement of the voucher's minutes so far."""
        if self.issue is None:
            return []
        postings = movement(self.holder, CIRCULATION, self.unit, self.minutes)
        if self.state in ("void", "expired"):
            postings += movement(CIRCULATION, self.holder, self.unit, self.minutes)
        for redemption in self.redemptions:
            target = redemption.beneficiary if redemption.use == "account" else REDEEMED
            if redemption.standing == "settled":
                postings += movement(CIRCULATION, target, self.unit, self.minutes)
            elif redemption.standing == "suspense":
                postings += movement(SUSPENSE, target, self.unit, self.minutes)
                bearer = self._bearer(redemption)
                if bearer is not None:
                    postings += movement(bearer, SUSPENSE, self.unit, self.minutes)
        return postings

    def _bearer(self, redemption: Redemption) -> int | None:
        return {
            "charge_holder": self.holder,
            "charge_beneficiary": redemption.beneficiary,
            "charge_pool": POOL,
            "forgive": MINT,
        }.get(redemption.decision)

    def in_suspense(self) -> list[Redemption]:
        """Redemptions that did not settle the voucher, decided or not."""
        return [each for each in self.redemptions if each.standing == "suspense"]


_UNKNOWN = Voucher(None, -1, 0, 0, 0, 0, 0, 0, "not_yet_known", False, 0, None, 0, ())


def fold_voucher(serial: bytes, facts: list[Told], happened_before: HappenedBefore) -> Voucher:
    """The state of the voucher with ``serial`` from all facts about it, in any order."""
    facts = in_order(facts)
    redeemed, taken_back = _redemptions(facts)
    issue = next((told for told in facts if isinstance(told.fact, VouchersIssued)), None)
    withdrawal = _withdrawal(facts, redeemed, happened_before)
    settles, final = (None, False)
    if issue is not None and withdrawal is None:
        settles, final = _settling(serial, redeemed, facts, issue.station)
    decisions = [told.fact for told in facts if isinstance(told.fact, CaseResolved)]

    def standing(told: Told) -> str:
        return "reversed" if told in taken_back else "settled" if told is settles else "suspense"

    redemptions = tuple(
        Redemption(told.row, told.member, *_use_and_day(told), standing(told), _decision(told, decisions))
        for told in in_order(redeemed + taken_back)
    )
    if issue is None or not isinstance(issue.fact, VouchersIssued):
        return _UNKNOWN._replace(redemptions=redemptions)
    state, withdrawn_by, withdrawn_on = ("circulation" if settles is None else "redeemed"), None, 0
    if withdrawal is not None and isinstance(withdrawal.fact, VouchersVoided | VouchersExpired):
        state = "void" if isinstance(withdrawal.fact, VouchersVoided) else "expired"
        withdrawn_by, withdrawn_on = withdrawal.row, withdrawal.fact.day
    return Voucher(
        issue=issue.row,
        issuer=issue.station,
        holder=issue.member,
        unit=issue.fact.unit,
        minutes=issue.fact.minutes,
        issued=issue.fact.issued,
        expires=issue.fact.expires,
        lock=issue.fact.lock,
        state=state,
        final=final,
        printed=sum(isinstance(told.fact, VouchersPrinted) for told in facts),
        withdrawn_by=withdrawn_by,
        withdrawn_on=withdrawn_on,
        redemptions=redemptions,
    )


def _use_and_day(told: Told) -> tuple[str, int]:
    assert isinstance(told.fact, VoucherRedeemed)
    return told.fact.use, told.fact.day


def _redemptions(facts: list[Told]) -> tuple[list[Told], list[Told]]:
    """Redemptions that stand, and those that were reversed."""
    reversals = {told.fact.entry for told in facts if isinstance(told.fact, FactReversed)}
    every = [told for told in facts if isinstance(told.fact, VoucherRedeemed)]
    return [told for told in every if told.ref not in reversals], [
        told for told in every if told.ref in reversals
    ]


def _withdrawal(facts: list[Told], redeemed: list[Told], happened_before: HappenedBefore) -> Told | None:
    """The withdrawal in force: the first one, unless someone redeemed without knowing of any."""
    withdrawn = [told for told in facts if isinstance(told.fact, VouchersVoided | VouchersExpired)]
    unknowing = any(not any(happened_before(earlier, told) for earlier in withdrawn) for told in redeemed)
    return withdrawn[0] if withdrawn and not unknowing else None


def _settling(
    serial: bytes, redeemed: list[Told], facts: list[Told], issuer: int
) -> tuple[Told | None, bool]:
    """The redemption that settles: the issuer's word, else the issuer's own, else the first in order.

    Canonical order extends causality, so the first in order has no other redemption in its past.
    """
    if not redeemed:
        return None, False
    standing = {told.ref: told for told in redeemed}
    for told in facts:
        if told.station == issuer and isinstance(told.fact, VouchersSettled):
            for named, ref in told.fact.settled:
                if named == serial and ref in standing:
                    return standing[ref], True
    own = next((told for told in redeemed if told.station == issuer), None)
    return (own, True) if own is not None else (redeemed[0], False)


def _decision(redemption: Told, decisions: list[CaseResolved]) -> str:
    """The first decision in canonical order that speaks of this redemption."""
    return next((each.decision for each in decisions if redemption.ref in each.facts), "")
