"""Transfers, and what rules do to accounts, in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from timebank.domain.credit import CAUSES, GRANT, OPENING, POOL, adjustment, counting, movement
from timebank.domain.services import reversal_of
from timebank.domain.told import Told
from timebank.journal.facts import ALLOWANCE, AccountsAdjusted, AllowanceGranted, CreditMoved

if TYPE_CHECKING:
    from timebank.journal.refs import EntryRef
    from timebank.store.intake import Intake


class _Period(NamedTuple):
    """What is counted once: one rule on one member's account, in one period or with one fact."""

    member: int
    cause: str
    unit: int
    period: int
    of: int


class CreditFold:
    """Folds movements between accounts, and what rules do to accounts: the month's free minutes among it."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._periods: set[_Period] = set()

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
        self._note(told)

    def adjusted(self, told: Told, _awaited: bool) -> None:
        """A rule moved minutes of some accounts."""
        fact = told.fact
        assert isinstance(fact, AccountsAdjusted)
        if fact.of is not None:
            self._intake.about(self._intake.places.row(fact.of), told)
        self._note(told)

    def _note(self, told: Told) -> None:
        for period, day, minutes, rule in self._said(told):
            self._db.execute(
                "INSERT OR REPLACE INTO adjustment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (*period, told.row, day, minutes, rule),
            )
            self._periods.add(period)

    def _said(self, told: Told) -> list[tuple[_Period, int, int, str]]:
        """Each (period, day, minutes, rule) of a fact; none of one whose cause this version does not know."""
        place, fact = self._intake.places.row, told.fact
        if isinstance(fact, AllowanceGranted):
            return [
                (_Period(place(member), GRANT, ALLOWANCE, fact.month, 0), fact.month, minutes, rule)
                for member, minutes, rule in fact.grants
            ]
        assert isinstance(fact, AccountsAdjusted)
        if fact.cause not in CAUSES or fact.cause == GRANT:
            return []
        once = 0 if fact.cause == OPENING else fact.period  # nobody joins twice
        of = 0 if fact.of is None else place(fact.of)
        return [
            (_Period(place(member), fact.cause, fact.unit, once, of), fact.period, minutes, rule)
            for member, minutes, rule in fact.adjusted
        ]

    def mark(self, told: Told) -> None:
        """A later fact (a reversal) is about a grant run or an adjustment."""
        self._periods.update(period for period, *_ in self._said(told))

    def mark_with(self, row: int) -> None:
        """What goes with a fact is folded again: the fact was reversed, or has arrived."""
        self._periods.update(
            _Period(*each)
            for each in self._db.execute(
                "SELECT DISTINCT member, cause, unit, period, of FROM adjustment WHERE of = ? AND of > 0",
                (row,),
            )
        )

    def settle(self) -> None:
        """Of all that a rule says of one period the fact that counts; see :func:`~timebank.domain.credit.counting`."""
        for period in sorted(self._periods):
            rows = self._db.execute(
                "SELECT entry, minutes, counts FROM adjustment"
                " WHERE member = ? AND cause = ? AND unit = ? AND period = ? AND of = ?",
                period,
            ).fetchall()
            minutes = {entry: each for entry, each, _ in rows}
            standing = [told for entry in minutes if (told := self._standing(entry, period.of)) is not None]
            best = counting(standing, minutes, period.cause, self._intake.happened_before)
            if period.cause in (GRANT, OPENING):
                self._intake.breaches.given()
            if period.of and self._intake.breaches.daily:
                self._served(period)
            for entry, each, counted in rows:
                counts = best is not None and entry == best.row
                if counts != bool(counted):
                    self._intake.balances.post(
                        adjustment(period.cause, period.member, period.unit, each if counts else -each)
                    )
                    self._db.execute(
                        "UPDATE adjustment SET counts = ? WHERE member = ? AND cause = ? AND unit = ?"
                        " AND period = ? AND of = ? AND entry = ?",
                        (counts, *period, entry),
                    )
        self._periods.clear()

    def _served(self, period: _Period) -> None:
        """What stays of a record's hours may have changed; one that came with it is looked at anyway."""
        found = self._db.execute("SELECT start FROM service WHERE id = ?", (period.of,)).fetchone()
        if found is not None:
            self._intake.breaches.served((period.member,), found[0])

    def _standing(self, entry: int, of: int) -> Told | None:
        """The fact, unless it was reversed, or what it goes with was reversed or is not here."""
        if of and self._intake.standing(of) is None:
            return None
        return self._intake.standing(entry)
