"""Transfers and allowance grants in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.credit import MINT, POOL, Posting, movement
from timebank.domain.services import reversal_of
from timebank.domain.told import Told, in_order
from timebank.journal.facts import ALLOWANCE, AllowanceGranted, CreditMoved

if TYPE_CHECKING:
    from timebank.journal.refs import EntryRef
    from timebank.store.intake import Intake


class CreditFold:
    """Folds movements between accounts and the month's free minutes."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._months: set[tuple[int, int]] = set()

    def moved(self, told: Told, awaited: bool) -> None:
        """A transfer."""
        if not awaited:
            self._write_move(told, None)

    def _account(self, ref: EntryRef | None) -> int:
        return POOL if ref is None else self._intake.places.row(ref)

    def _write_move(self, told: Told, reversed_by: int | None) -> None:
        fact = told.fact
        assert isinstance(fact, CreditMoved)
        source, target = self._account(fact.source), self._account(fact.target)
        self._db.execute(
            "INSERT OR REPLACE INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?)",
            (told.row, fact.day, source, target, fact.unit, fact.minutes, reversed_by),
        )
        if reversed_by is None:
            self._intake.balances.post(movement(source, target, fact.unit, fact.minutes))

    def refold_move(self, told: Told) -> None:
        """Fold a transfer again after a later fact about it."""
        former = self._db.execute(
            "SELECT source, target, unit, minutes FROM transfer WHERE id = ? AND reversed IS NULL",
            (told.row,),
        ).fetchone()
        if former is not None:
            self._intake.balances.unpost(movement(*former))
        undone = reversal_of(self._intake.later(told.row))
        self._write_move(told, self._intake.overruled(told) if undone is None else undone)

    def granted(self, told: Told, _awaited: bool) -> None:
        """A grant run; every member's month is folded again."""
        fact = told.fact
        assert isinstance(fact, AllowanceGranted)
        for member, minutes, rule in fact.grants:
            row = self._intake.places.row(member)
            self._db.execute(
                "INSERT OR REPLACE INTO allowance_grant VALUES (?, ?, ?, ?, ?, 0)",
                (row, fact.month, told.row, minutes, rule),
            )
            self._months.add((row, fact.month))

    def mark_grants(self, told: Told) -> None:
        """A later fact (a reversal) is about a grant run."""
        assert isinstance(told.fact, AllowanceGranted)
        for member, _, _ in told.fact.grants:
            self._months.add((self._intake.places.row(member), told.fact.month))

    def settle(self) -> None:
        """Of all grants to one member for one month, the first that stands counts: nobody is granted twice."""
        for member, month in sorted(self._months):
            rows = self._db.execute(
                "SELECT entry, minutes, counts FROM allowance_grant WHERE member = ? AND month = ?",
                (member, month),
            ).fetchall()
            told = {entry: self._intake.told(entry) for entry, _, _ in rows}
            standing = in_order(
                each
                for entry, each in told.items()
                if each is not None and reversal_of(self._intake.later(entry)) is None
            )
            counting = standing[0].row if standing else None
            for entry, minutes, counted in rows:
                counts = entry == counting
                if counts != bool(counted):
                    self._intake.balances.post(_grant(member, minutes if counts else -minutes))
                    self._db.execute(
                        "UPDATE allowance_grant SET counts = ? WHERE member = ? AND month = ? AND entry = ?",
                        (counts, member, month, entry),
                    )
        self._months.clear()


def _grant(member: int, minutes: int) -> list[Posting]:
    return movement(MINT, member, ALLOWANCE, minutes)
