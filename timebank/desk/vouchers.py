"""Vouchers at the desk: issued, checked, redeemed and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from timebank.desk.rules import STRANGER, because, check_redemption, keep, require_member, told_relation
from timebank.desk.voucher_book import known_voucher
from timebank.desk.voucher_check import Checked, Checking
from timebank.desk.voucher_issue import LARGEST_BATCH, Batch, Issued, IssueForm, Issuing, Paper
from timebank.domain.voucher_code import serial_text
from timebank.domain.vouchers import Voucher
from timebank.journal.facts import CREDIT, VoucherRedeemed, VouchersExpired, VouchersVoided
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Refusal
from timebank.policy.holding import may_hold
from timebank.store import book_queries
from timebank.store.book_queries import VoucherRecord
from timebank.store.people_queries import MemberRecord
from timebank.store.updates import unread

__all__ = [
    "LARGEST_BATCH",
    "USES",
    "Batch",
    "Checked",
    "IssueForm",
    "Issued",
    "Paper",
    "Redeemed",
    "Vouchers",
]

USES = ("account", "reward")


class Redeemed(NamedTuple):
    """A redemption on the books; ``settlement`` is settled or provisional."""

    entry: EntryRef
    serial: bytes
    minutes: int
    settlement: str


class Vouchers(Checking, Issuing):
    """Vouchers of this network."""

    def redeem(
        self,
        text: str,
        beneficiary: MemberRecord,
        *,
        use: str = "account",
        purpose: str = "",
        relation: str = STRANGER,
    ) -> Redeemed:
        """Honour a voucher for the beneficiary; refuses with the verdict where it is not valid here.

        ``relation``: what the beneficiary is to the voucher's holder (``spouse``, ``direct_relative``).
        """
        if use not in USES:
            raise Refusal("use_unknown", use=use, known=", ".join(USES))
        if beneficiary.erased:
            raise Refusal("already_erased", number=beneficiary.number)
        require_member(beneficiary, self._station.surroundings.today())
        pack = self._policies.in_force()
        if use == "reward" and pack.value("voucher.goods") is False:
            raise Refusal("goods_not_allowed", **because(pack, "voucher.goods"))
        self.require(self.tried(text))  # before the transaction: a refusal there would undo the count as well
        with self._station.recording() as pen:
            checked = self.require_valid(text)
            self.require_allowed(checked, beneficiary, relation)
            if use == "account" and checked.unit == CREDIT:
                held = book_queries.balance(self._station.store, beneficiary.row)
                keep(may_hold(checked.minutes, held, pack))
            told: dict[str, object] = {"for": purpose.strip()} if purpose.strip() else {}
            entry = pen.tell(
                VoucherRedeemed(
                    checked.serial, beneficiary.ref, use, day_number(self._station.surroundings.today())
                ),
                told | told_relation(relation) or None,
            )
        record = book_queries.voucher(self._station.store, checked.serial)
        final = record is not None and record.voucher.final
        return Redeemed(entry, checked.serial, checked.minutes, "settled" if final else "provisional")

    def require_allowed(self, checked: Checked, beneficiary: MemberRecord, relation: str) -> None:
        """Refuse where the rules do not let this voucher be redeemed for this beneficiary today."""
        today = self._station.surroundings.today()
        assert checked.voucher is not None
        check_redemption(
            self._station.store,
            checked.voucher.holder,
            beneficiary,
            checked.minutes,
            day_number(today),
            today,
            self._policies.in_force(),
            relation,
        )

    def void(self, text: str, reason: str) -> VoucherRecord:
        """Withdraw a voucher before use; the minutes return to the holder."""
        record = known_voucher(self._station, text)
        self.withdraw([record.serial], reason)
        return known_voucher(self._station, serial_text(record.serial))

    def withdraw(self, serials: Sequence[bytes], reason: str) -> EntryRef:
        """Withdraw vouchers in circulation together, all or none; their minutes return to the holders."""
        if not reason.strip():
            raise Refusal("reason_missing")
        with self._station.recording() as pen:
            for serial in serials:
                record = known_voucher(self._station, serial_text(serial))
                if record.voucher.state != "circulation":
                    raise Refusal(
                        "not_in_circulation", serial=serial_text(serial), state=record.voucher.state
                    )
            return pen.tell(
                VouchersVoided(tuple(serials), day_number(self._station.surroundings.today())),
                {"reason": reason.strip()},
            )

    def expire(self) -> list[bytes]:
        """Return the minutes of this station's vouchers whose last day has passed."""
        today = day_number(self._station.surroundings.today())
        due = [
            serial
            for (serial,) in self._station.store.rows(
                "SELECT serial FROM voucher WHERE issuer = ? AND state = 'circulation' AND expires > 0 AND expires < ?"
                " ORDER BY id",
                (self._station.number, today),
            )
        ]
        waiting = unread(self._station.store, due)
        due = [serial for serial in due if serial not in waiting]
        for at in range(0, len(due), LARGEST_BATCH):
            with self._station.recording() as pen:
                pen.tell(VouchersExpired(tuple(due[at : at + LARGEST_BATCH]), today))
        return due

    def list(self, state: str | None = None, holder: MemberRecord | None = None) -> list[VoucherRecord]:
        """Vouchers, newest first; one past its last day counts as expired, swept or not."""
        records = book_queries.vouchers(self._station.store, holder=holder.row if holder else None)
        return [each for each in records if state is None or self.state_today(each.voucher) == state]

    def state_today(self, voucher: Voucher) -> str:
        """The state as of today."""
        lapsed = voucher.expires and voucher.expires < day_number(self._station.surroundings.today())
        return "expired" if voucher.state == "circulation" and lapsed else voucher.state
