"""A request for service: what an elder needs, who goes, and what became of it, as one pure function of its facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from timebank.domain.told import HappenedBefore, Told, in_order
from timebank.journal.facts import (
    FactReversed,
    RequestAssigned,
    RequestClosed,
    RequestFulfilled,
    RequestNoted,
    ServiceRequested,
)
from timebank.journal.refs import EntryRef

ARRIVED, LEFT, CONFIRMED, FOLLOWED_UP = NOTES = ("arrived", "left", "confirmed", "followed_up")
"""What can be noted of a request, in the usual order."""
CANCELLED, MISSED, REFUSED = OUTCOMES = ("cancelled", "missed", "refused")
"""How a request can come to nothing: taken back, nobody came, nobody would."""
OPEN, ASSIGNED, FULFILLED = "open", "assigned", "fulfilled"
WAITING = (OPEN, ASSIGNED, ARRIVED, LEFT)
"""States in which something is still to be done."""
STATES = (*WAITING, FULFILLED, *OUTCOMES)

SAYING = (RequestAssigned, RequestNoted, RequestClosed, RequestFulfilled)
"""The kinds of fact that say something about a request."""


class Request(NamedTuple):
    """The state of one request. Moments are minutes since 2000-01-01, None where nobody noted one."""

    state: str
    contested: bool
    """Whether stations that did not know of each other sent different people, or logged it twice."""
    assigned: tuple[Told, ...]
    """The assignments that count: one, or several that did not know of each other."""
    volunteers: tuple[EntryRef, ...]
    arrived: int | None
    left: int | None
    confirmed: int | None
    followed_up: int | None
    service: EntryRef | None
    """The record that fulfils it."""


def fold_request(
    asked: Told, later: list[Told], stands: Callable[[EntryRef], bool], happened_before: HappenedBefore
) -> Request:
    """The state of a request from the fact that asked and all that name it, reversals among them, in any order.

    ``stands`` says whether a service is on the books and not reversed. What was fulfilled stays so whatever
    else was said: the service was given. Of closings the first in canonical order stands, of notes the last.
    """
    assert isinstance(asked.fact, ServiceRequested)
    taken_back = {told.fact.entry for told in later if isinstance(told.fact, FactReversed)}
    standing = [told for told in in_order(later) if told.ref not in taken_back]
    assigned = _unsuperseded(standing, happened_before)
    teams = {frozenset(_team(told)) for told in assigned}
    services = _services(standing, stands)
    notes = {told.fact.what: told.fact.at for told in standing if isinstance(told.fact, RequestNoted)}
    volunteers = tuple(dict.fromkeys(each for told in assigned for each in _team(told)))
    return Request(
        _state(asked.ref in taken_back, standing, notes, bool(volunteers), bool(services)),
        len(teams) > 1 or len(services) > 1,
        tuple(assigned),
        volunteers,
        notes.get(ARRIVED),
        notes.get(LEFT),
        notes.get(CONFIRMED),
        notes.get(FOLLOWED_UP),
        services[0] if services else None,
    )


def _state(withdrawn: bool, standing: list[Told], notes: dict[str, int], sent: bool, served: bool) -> str:
    if served:
        return FULFILLED
    closed = next((told.fact.outcome for told in standing if isinstance(told.fact, RequestClosed)), "")
    if withdrawn or closed:  # an outcome of a later version is one all the same
        return closed if closed in OUTCOMES else CANCELLED
    if not sent:
        return OPEN
    return LEFT if LEFT in notes else ARRIVED if ARRIVED in notes else ASSIGNED


def _unsuperseded(standing: list[Told], happened_before: HappenedBefore) -> list[Told]:
    """The assignments whose writer's word nobody who knew of it has replaced."""
    said = [told for told in standing if isinstance(told.fact, RequestAssigned)]
    return [
        told
        for at, told in enumerate(said)
        if not any(happened_before(told, later) for later in said[at + 1 :])
    ]


def _services(standing: list[Told], stands: Callable[[EntryRef], bool]) -> list[EntryRef]:
    named = [told.fact.service for told in standing if isinstance(told.fact, RequestFulfilled)]
    return [each for each in dict.fromkeys(named) if stands(each)]


def _team(told: Told) -> tuple[EntryRef, ...]:
    assert isinstance(told.fact, RequestAssigned)
    return tuple(dict.fromkeys(told.fact.volunteers))
