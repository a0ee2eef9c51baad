"""Service records in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.services import Service, reversal_of
from timebank.domain.told import Told, in_order
from timebank.journal.facts import ServiceLogged, ServiceRated

if TYPE_CHECKING:
    from timebank.store.intake import Intake


class ServiceFold:
    """Folds each service record from the fact that logged it and what came later."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._fresh: list[tuple[int, Service]] = []
        self._touched: list[tuple[int, Service]] = []

    def logged(self, told: Told, awaited: bool) -> None:
        """A new record; one that had been spoken of before is folded with what was said."""
        if not awaited:
            self._fresh.append((told.row, self._service(told, None)))

    def _service(self, told: Told, reversed_by: int | None) -> Service:
        fact = told.fact
        assert isinstance(fact, ServiceLogged)
        row = self._intake.places.row
        if len(fact.volunteers) == 1 == len(fact.credited):
            credited: tuple[tuple[int, int], ...] = ((row(fact.volunteers[0]), fact.credited[0]),)
        else:
            # A hand-made fact may name a volunteer twice or credit nobody; each volunteer counts once.
            credited = tuple(dict(zip(map(row, fact.volunteers), fact.credited, strict=False)).items())
        return Service(
            row(fact.elder),
            fact.kind,
            fact.start,
            fact.timed,
            fact.minutes,
            fact.funding,
            fact.voucher,
            reversed_by,
            credited,
        )

    def refold(self, told: Told) -> None:
        """Fold a record again after a later fact about it."""
        self._write_fresh()
        later = self._intake.later(told.row)
        former = self.read(told.row)
        if former is not None:
            self._intake.balances.unpost(former.postings())
            self._intake.balances.honour(former.honour(), -1)
            self._db.execute("DELETE FROM service WHERE id = ?", (told.row,))
            self._db.executemany(
                "DELETE FROM credited WHERE volunteer = ? AND start = ? AND service = ?",
                [(volunteer, former.start, told.row) for volunteer, _ in former.credited],
            )
        self._fresh.append((told.row, self._service(told, reversal_of(later))))
        self._rate(told, later)

    def _rate(self, told: Told, later: list[Told]) -> None:
        """Each side rates once; the first word in canonical order stands."""
        self._db.execute("DELETE FROM rating WHERE service = ?", (told.row,))
        for each in in_order(later):
            if isinstance(each.fact, ServiceRated) and 1 <= each.fact.stars <= 5:
                self._db.execute(
                    "INSERT OR IGNORE INTO rating VALUES (?, ?, ?, ?)",
                    (told.row, self._intake.places.row(each.fact.by), each.fact.stars, each.row),
                )

    def read(self, row: int) -> Service | None:
        """A record as folded last."""
        found = self._db.execute(
            "SELECT elder, kind, start, timed, minutes, funding, voucher, reversed FROM service WHERE id = ?",
            (row,),
        ).fetchone()
        if found is None:
            return None
        elder, kind, start, timed, minutes, funding, voucher, reversed_by = found
        told = self._intake.told(row)
        assert told is not None
        assert isinstance(told.fact, ServiceLogged)
        volunteers = [self._intake.places.row(each) for each in told.fact.volunteers]
        credited = [
            self._db.execute(
                "SELECT volunteer, minutes FROM credited WHERE volunteer = ? AND start = ? AND service = ?",
                (volunteer, start, row),
            ).fetchone()
            for volunteer in dict.fromkeys(volunteers)
        ]
        return Service(
            elder, kind, start, bool(timed), minutes, funding, voucher or b"", reversed_by,
            tuple(each for each in credited if each is not None),
        )  # fmt: skip

    def _write_fresh(self) -> None:
        balances = self._intake.balances
        self._db.executemany(
            "INSERT INTO service VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    row,
                    s.elder,
                    s.kind,
                    s.start,
                    s.timed,
                    s.minutes,
                    s.funding,
                    s.voucher or None,
                    s.reversed_by,
                )
                for row, s in self._fresh
            ],
        )
        self._db.executemany(
            "INSERT INTO credited VALUES (?, ?, ?, ?, ?)",
            [
                (volunteer, s.start, row, position, minutes)
                for row, s in self._fresh
                for position, (volunteer, minutes) in enumerate(s.credited)
            ],
        )
        for _, service in self._fresh:
            balances.post(service.postings())
            balances.honour(service.honour(), 1)
        self._touched += self._fresh
        self._fresh = []

    def settle(self) -> list[tuple[int, Service]]:
        """Write what is new; returns every record that changed."""
        self._write_fresh()
        touched, self._touched = self._touched, []
        return touched
