"""Requests for service in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.requests import SAYING, Request, fold_request
from timebank.domain.services import reversal_of
from timebank.domain.told import Told
from timebank.journal.facts import (
    RequestAssigned,
    RequestClosed,
    RequestFulfilled,
    RequestNoted,
    ServiceLogged,
    ServiceRequested,
)
from timebank.journal.refs import EntryRef

if TYPE_CHECKING:
    from timebank.store.intake import Intake


class RequestFold:
    """Folds each request from every fact that names it, from reversals of those, and from the service that fulfils it."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._changed: set[int] = set()

    def asked(self, told: Told, _awaited: bool) -> None:
        """A new request."""
        self._changed.add(told.row)

    def said(self, told: Told, _awaited: bool) -> None:
        """Something is said about a request, which may arrive later than that."""
        fact, place = told.fact, self._intake.places.row
        assert isinstance(fact, RequestAssigned | RequestNoted | RequestClosed | RequestFulfilled)
        request = place(fact.request)
        self._intake.about(request, told)
        if isinstance(fact, RequestAssigned):
            self._db.executemany(
                "INSERT OR REPLACE INTO request_volunteer VALUES (?, ?, ?, 0)",
                [(place(each), request, told.row) for each in fact.volunteers],
            )
        elif isinstance(fact, RequestFulfilled):
            self._intake.about(place(fact.service), told)

    def mark(self, told: Told) -> None:
        """A later fact is about a request, or about something that was said of one."""
        if isinstance(told.fact, ServiceRequested):
            self._changed.add(told.row)
        elif isinstance(told.fact, SAYING):
            self._changed.add(self._intake.places.row(told.fact.request))

    def mark_with(self, service: int) -> None:
        """A service was reversed, or has arrived: what it fulfils is folded again."""
        for told in self._intake.later(service):
            self.mark(told)

    def settle(self) -> None:
        """Fold every request that was touched."""
        changed, self._changed = sorted(self._changed), set()
        for row in changed:
            told = self._intake.told(row)
            if told is not None and isinstance(told.fact, ServiceRequested):
                self._refold(told, told.fact)

    def _refold(self, told: Told, fact: ServiceRequested) -> None:
        place = self._intake.places.row
        about = self._intake.later(told.row)
        further = [
            each for said in about if isinstance(said.fact, SAYING) for each in self._intake.later(said.row)
        ]
        request = fold_request(told, about + further, self._stands, self._intake.happened_before)
        self._db.execute(
            "INSERT OR REPLACE INTO request VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                told.row,
                told.station,
                place(fact.elder),
                fact.kind,
                fact.start,
                fact.timed,
                fact.minutes,
                fact.persons,
                fact.urgent,
                request.state,
                request.contested,
                *_notes(request),
                None if request.service is None else place(request.service),
            ),
        )
        self._db.execute("UPDATE request_volunteer SET counts = 0 WHERE request = ?", (told.row,))
        self._db.executemany(
            "UPDATE request_volunteer SET counts = 1 WHERE request = ? AND entry = ?",
            [(told.row, each.row) for each in request.assigned],
        )

    def _stands(self, service: EntryRef) -> bool:
        row = self._intake.places.row(service)
        told = self._intake.told(row)
        if told is None or not isinstance(told.fact, ServiceLogged):
            return False
        return reversal_of(self._intake.later(row)) is None


def _notes(request: Request) -> tuple[int | None, ...]:
    return request.arrived, request.left, request.confirmed, request.followed_up
