"""Vouchers in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.told import Told
from timebank.domain.vouchers import Redemption, Voucher, fold_voucher
from timebank.journal.facts import (
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
)

if TYPE_CHECKING:
    from timebank.store.intake import Intake

_UNKNOWN = "INSERT INTO voucher VALUES (NULL, ?, NULL, -1, 0, 0, 0, 0, 0, 0, 'not_yet_known', 0, 0, NULL, 0)"


class VoucherFold:
    """Folds each voucher from every fact that names its serial, and from reversals of its redemptions."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._changed: set[int] = set()

    def _voucher(self, serial: bytes) -> int:
        found = self._db.execute("SELECT id FROM voucher WHERE serial = ?", (serial,)).fetchone()
        if found is not None:
            return int(found[0])
        number = self._db.execute(_UNKNOWN, (serial,)).lastrowid
        assert number is not None
        return number

    def _note(self, told: Told, serials: tuple[bytes, ...]) -> None:
        numbers = [self._voucher(serial) for serial in serials]
        self._db.executemany(
            "INSERT OR REPLACE INTO voucher_about VALUES (?, ?)", [(number, told.row) for number in numbers]
        )
        self._changed.update(numbers)

    def issued(self, told: Told, _awaited: bool) -> None:
        """A batch leaves the holder's account."""
        assert isinstance(told.fact, VouchersIssued)
        self._note(told, told.fact.serials)

    def named(self, told: Told, _awaited: bool) -> None:
        """A fact that lists serials: printed, voided, expired."""
        assert isinstance(told.fact, VouchersPrinted | VouchersVoided | VouchersExpired)
        self._note(told, told.fact.serials)

    def redeemed(self, told: Told, _awaited: bool) -> None:
        """A redemption."""
        assert isinstance(told.fact, VoucherRedeemed)
        self._note(told, (told.fact.serial,))

    def settled(self, told: Told, _awaited: bool) -> None:
        """The issuing station's word."""
        assert isinstance(told.fact, VouchersSettled)
        self._note(told, tuple(serial for serial, _ in told.fact.settled))

    def mark(self, told: Told) -> None:
        """A later fact (a reversal, a decision) is about a redemption."""
        assert isinstance(told.fact, VoucherRedeemed)
        self._changed.add(self._voucher(told.fact.serial))

    def settle(self) -> list[tuple[bytes, Voucher]]:
        """Fold every voucher that was touched; returns each with its serial."""
        changed, self._changed = sorted(self._changed), set()
        return [self._refold(number) for number in changed]

    def _refold(self, number: int) -> tuple[bytes, Voucher]:
        (serial,) = self._db.execute("SELECT serial FROM voucher WHERE id = ?", (number,)).fetchone()
        former = self.read(number)
        self._intake.balances.unpost(former.postings())
        voucher = fold_voucher(serial, self._facts(number), self._intake.happened_before)
        self._intake.balances.post(voucher.postings())
        self._db.execute(
            "UPDATE voucher SET issue = ?, issuer = ?, holder = ?, unit = ?, minutes = ?, issued = ?,"
            " expires = ?, lock = ?, state = ?, final = ?, printed = ?, withdrawn_by = ?, withdrawn_on = ?"
            " WHERE id = ?",
            (*voucher[:-1], number),
        )
        self._db.execute("DELETE FROM redemption WHERE voucher = ?", (number,))
        self._db.executemany(
            "INSERT INTO redemption VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (each.entry, number, each.beneficiary, each.use, each.day, each.standing, each.decision)
                for each in voucher.redemptions
            ],
        )
        if voucher.redemptions and voucher.issue is not None:
            self._intake.breaches.redeemed(voucher.holder, (each.day for each in voucher.redemptions))
        return serial, voucher

    def _facts(self, number: int) -> list[Told]:
        facts: dict[int, Told] = {}
        for (row,) in self._db.execute(
            "SELECT entry FROM voucher_about WHERE voucher = ?", (number,)
        ).fetchall():
            told = self._intake.told(row)
            if told is None:
                continue
            if isinstance(told.fact, VouchersIssued):
                told = told._replace(member=self._intake.places.row(told.fact.holder))
            elif isinstance(told.fact, VoucherRedeemed):
                told = told._replace(member=self._intake.places.row(told.fact.beneficiary))
                facts |= {later.row: later for later in self._intake.later(row)}
            facts[row] = told
        return list(facts.values())

    def read(self, number: int) -> Voucher:
        """A voucher as folded last."""
        row = self._db.execute(
            "SELECT issue, issuer, holder, unit, minutes, issued, expires, lock, state, final, printed,"
            " withdrawn_by, withdrawn_on FROM voucher WHERE id = ?",
            (number,),
        ).fetchone()
        redemptions = self._db.execute(
            "SELECT entry, beneficiary, use, day, standing, decision FROM redemption WHERE voucher = ?"
            " ORDER BY entry",
            (number,),
        ).fetchall()
        return Voucher._make((*row, tuple(Redemption(*each) for each in redemptions)))
