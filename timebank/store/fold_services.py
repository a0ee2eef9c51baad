"""Service records in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from timebank.domain.services import Service, reversal_of
from timebank.domain.told import Told, in_order
from timebank.journal.facts import ServiceLogged, ServiceRated
from timebank.store.bulk import insert_rows

if TYPE_CHECKING:
    from timebank.store.intake import Intake


_DAY = 1440


class Standing(NamedTuple):
    """A timed record that stands, as far as one volunteer is concerned; minutes since 2000-01-01."""

    service: int
    volunteer: int
    start: int
    until: int


class ServiceFold:
    """Folds each service record from the fact that logged it and what came later."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._services: list[tuple[object, ...]] = []
        self._credited: list[tuple[int, int, int, int, int]] = []
        self._standing: list[tuple[int, int, int, int]] = []
        self._busy: dict[int, int] = {}
        self._refolded: dict[int, Service] = {}

    def logged(self, told: Told, awaited: bool) -> None:
        """A new record; one that had been spoken of before is folded with what was said."""
        if not awaited:
            assert isinstance(told.fact, ServiceLogged)
            self.fresh(told.row, told.fact)

    def fresh(self, row: int, fact: ServiceLogged) -> None:
        """A new record of which nothing else is known. Imports are made of these: the common shape goes a short way."""
        if len(fact.volunteers) != 1 or len(fact.credited) != 1 or fact.funding != "platform":
            service = self._service(fact, None)
            self._put(row, service)
            self._standing += _standing(row, service)
            self._note_busy(service)
            return
        places, ref, elder = self._intake.places, fact.volunteers[0], fact.elder
        numbers, start, minutes, credited = places.numbers, fact.start, fact.minutes, fact.credited[0]
        volunteer = numbers.get((ref.journal, ref.seq, ref.check)) or places.row(ref)
        served = numbers.get((elder.journal, elder.seq, elder.check)) or places.row(elder)
        self._services.append(
            (row, served, fact.kind, start, fact.timed, minutes, "platform", fact.voucher or None, None)
        )
        self._credited.append((volunteer, start, row, 0, credited))
        self._intake.balances.earned(volunteer, credited, minutes)
        if self._intake.breaches.daily:
            self._intake.breaches.served((volunteer,), start)
        if fact.timed:
            busy = self._busy
            until = start + (minutes if minutes < _DAY else _DAY)
            before = busy[volunteer] if volunteer in busy else self._latest(volunteer)
            if start < before:  # most records come after all others of their volunteer and can overlap none
                self._standing.append((row, volunteer, start, until))
            busy[volunteer] = until if until > before else before

    def _latest(self, volunteer: int) -> int:
        """A moment after which the volunteer has no record; no record lasts longer than a day."""
        start = self._db.execute(
            "SELECT max(start) FROM credited WHERE volunteer = ?", (volunteer,)
        ).fetchone()[0]
        return 0 if start is None else int(start) + _DAY

    def _note_busy(self, service: Service) -> None:
        """Remember a record that is not written yet: looking for the latest in the table would miss it."""
        for volunteer, _ in service.credited:
            busy = self._busy.get(volunteer)
            before = self._latest(volunteer) if busy is None else busy
            self._busy[volunteer] = max(before, service.start + _DAY)

    def _put(self, row: int, service: Service) -> None:
        """Have a record written, and what it moves."""
        self._services.append((row, *service[:6], service.voucher or None, service.reversed_by))
        self._credited += [
            (volunteer, service.start, row, position, minutes)
            for position, (volunteer, minutes) in enumerate(service.credited)
        ]
        self._intake.balances.post(service.postings())
        self._intake.balances.honour(service.honour(), 1)
        if self._intake.breaches.daily:
            self._intake.breaches.served((volunteer for volunteer, _ in service.credited), service.start)

    def _service(self, fact: ServiceLogged, reversed_by: int | None) -> Service:
        place = self._intake.places.row
        # A hand-made fact may name a volunteer twice or credit nobody; each volunteer counts once.
        credited = tuple(dict(zip(map(place, fact.volunteers), fact.credited, strict=False)).items())
        return Service(
            place(fact.elder),
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
        self._write()
        assert isinstance(told.fact, ServiceLogged)
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
        service = self._service(told.fact, reversal_of(later))
        self._put(told.row, service)
        self._refolded[told.row] = service
        self._note_busy(service)
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

    def _write(self) -> None:
        insert_rows(self._db, "service", self._services)
        insert_rows(self._db, "credited", sorted(self._credited))  # the table's own order
        self._services.clear()
        self._credited.clear()

    def settle(self) -> tuple[list[tuple[int, int, int, int]], list[int]]:
        """Write what is new; returns the timed records that are new or changed and stand, and those reversed."""
        self._write()
        refolded, self._refolded = self._refolded, {}
        standing, self._standing = self._standing, []
        if refolded:
            standing = [each for each in standing if each[0] not in refolded]
        for row, service in refolded.items():
            standing += _standing(row, service)
        return standing, [row for row, service in refolded.items() if service.reversed_by is not None]


def _standing(row: int, service: Service) -> list[Standing]:
    if service.reversed_by is not None or not service.timed:
        return []
    until = service.start + min(service.minutes, _DAY)
    return [Standing(row, volunteer, service.start, until) for volunteer, _ in service.credited]
