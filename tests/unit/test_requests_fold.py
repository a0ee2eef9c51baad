"""A request's life as a table: what was said of it, by whom knowing what, and what that makes of it.

Every story is folded in many orders: the state may not depend on the order in which facts arrive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations
from random import Random

import pytest

from timebank.domain.requests import Request, fold_request
from timebank.domain.told import Told
from timebank.journal.facts import (
    Fact,
    FactReversed,
    RequestAssigned,
    RequestClosed,
    RequestFulfilled,
    RequestNoted,
    ServiceRequested,
)
from timebank.journal.refs import EntryRef

NEAR, FAR = 1, 2
ELDER, ANN, BEN, CAT = (EntryRef(b"members!", number, b"members!") for number in range(1, 5))
SERVED, AGAIN = (EntryRef(b"services", number, b"services") for number in range(1, 3))


@dataclass
class Story:
    """Facts about one request, told in canonical order."""

    told: list[Told] = field(default_factory=list)
    known: dict[int, set[int]] = field(default_factory=dict)
    gone: set[EntryRef] = field(default_factory=set)
    """Services that were reversed."""

    def __post_init__(self) -> None:
        self.asked = self.tell(NEAR, ServiceRequested(ELDER, "bath", 1_000, 60, True, 2, False))

    def tell(self, station: int, fact: Fact, *, knows: tuple[Told, ...] = ()) -> Told:
        """Add a fact; a station always knows its own earlier ones."""
        row = len(self.told) + 1
        told = Told((row, b"journal%d" % station, row, b"%032d" % row), row, station, 0, fact)
        own = {each.row for each in self.told if each.station == station}
        seen = {row for each in knows for row in (each.row, *self.known[each.row])}
        self.known[row] = own | seen | {row for mine in own for row in self.known[mine]}
        self.told.append(told)
        return told

    def assign(self, station: int, *who: EntryRef, knows: tuple[Told, ...] = ()) -> Told:
        return self.tell(station, RequestAssigned(self.asked.ref, who), knows=(self.asked, *knows))

    def note(self, what: str, at: int, station: int = NEAR) -> Told:
        return self.tell(station, RequestNoted(self.asked.ref, what, at), knows=(self.asked,))

    def close(self, outcome: str, station: int = NEAR) -> Told:
        return self.tell(station, RequestClosed(self.asked.ref, outcome), knows=(self.asked,))

    def fulfil(self, service: EntryRef = SERVED, station: int = NEAR) -> Told:
        return self.tell(station, RequestFulfilled(self.asked.ref, service), knows=(self.asked,))

    def reverse(self, what: Told, station: int = NEAR) -> Told:
        return self.tell(station, FactReversed(what.ref), knows=(what,))

    def fold(self) -> Request:
        """The state, the same in whatever order the facts arrive."""

        def before(first: Told, second: Told) -> bool:
            return first.row in self.known[second.row]

        later = self.told[1:]
        orders = list(permutations(later)) if len(later) <= 5 else []
        shuffle = Random(1)
        orders += [tuple(shuffle.sample(later, len(later))) for _ in range(20)]
        states = {
            fold_request(self.asked, list(order), lambda ref: ref not in self.gone, before)
            for order in orders
        }
        assert len(states) == 1
        return states.pop()


@pytest.fixture
def story() -> Story:
    return Story()


def test_what_was_asked_is_open_until_somebody_is_to_go(story: Story) -> None:
    assert story.fold().state == "open"
    story.assign(NEAR, ANN, BEN)
    assert (story.fold().state, story.fold().volunteers) == ("assigned", (ANN, BEN))
    story.assign(NEAR)
    assert (story.fold().state, story.fold().volunteers) == ("open", ())


def test_a_later_assignment_replaces_those_its_writer_knew_of(story: Story) -> None:
    first = story.assign(NEAR, ANN)
    story.assign(FAR, BEN, knows=(first,))
    request = story.fold()
    assert (request.volunteers, request.contested) == ((BEN,), False)


def test_stations_that_did_not_know_of_each_other_show_both(story: Story) -> None:
    story.assign(NEAR, ANN)
    story.assign(FAR, BEN)
    request = story.fold()
    assert (request.volunteers, request.contested) == ((ANN, BEN), True)
    story.assign(NEAR, CAT, knows=tuple(story.told))
    assert (story.fold().volunteers, story.fold().contested) == ((CAT,), False)


def test_the_same_people_sent_twice_are_no_contest(story: Story) -> None:
    story.assign(NEAR, ANN, BEN)
    story.assign(FAR, BEN, ANN)
    request = story.fold()
    assert (set(request.volunteers), request.contested) == ({ANN, BEN}, False)


def test_times_are_noted_and_the_last_word_on_each_stands(story: Story) -> None:
    story.assign(NEAR, ANN)
    story.note("arrived", 1_005)
    assert story.fold().state == "arrived"
    story.note("arrived", 1_003)
    story.note("left", 1_060)
    request = story.fold()
    assert (request.state, request.arrived, request.left) == ("left", 1_003, 1_060)
    story.note("confirmed", 1_061)
    story.note("of a later version", 1_062)
    assert (story.fold().state, story.fold().confirmed) == ("left", 1_061)


@pytest.mark.parametrize(
    ("said", "state"),
    [("cancelled", "cancelled"), ("missed", "missed"), ("refused", "refused"), ("lost", "cancelled")],
)
def test_what_comes_to_nothing_is_closed_and_can_be_opened_again(story: Story, said: str, state: str) -> None:
    story.assign(NEAR, ANN)
    closed = story.close(said)
    assert story.fold().state == state
    story.assign(FAR, BEN)
    assert story.fold().state == state
    story.reverse(closed)
    assert story.fold().state == "assigned"


def test_of_two_closings_the_first_in_canonical_order_stands(story: Story) -> None:
    story.close("missed")
    story.close("cancelled", station=FAR)
    assert story.fold().state == "missed"


def test_what_was_served_is_fulfilled_whoever_cancelled_it(story: Story) -> None:
    story.close("cancelled", station=FAR)
    story.fulfil()
    request = story.fold()
    assert (request.state, request.service, request.contested) == ("fulfilled", SERVED, False)


def test_a_service_that_is_taken_back_opens_the_request_again(story: Story) -> None:
    story.assign(NEAR, ANN)
    story.fulfil()
    story.gone.add(SERVED)
    assert (story.fold().state, story.fold().service) == ("assigned", None)
    story.fulfil(AGAIN)
    assert story.fold().service == AGAIN


def test_a_request_logged_at_two_stations_is_contested(story: Story) -> None:
    story.fulfil()
    story.fulfil(AGAIN, station=FAR)
    assert (story.fold().service, story.fold().contested) == (SERVED, True)
    story.gone.add(AGAIN)
    assert not story.fold().contested


def test_whatever_was_said_can_be_taken_back(story: Story) -> None:
    first = story.assign(NEAR, ANN)
    second = story.assign(NEAR, BEN)
    story.reverse(second)
    assert story.fold().volunteers == (ANN,)
    arrived = story.note("arrived", 1_001)
    story.reverse(arrived)
    assert story.fold().state == "assigned"
    story.reverse(first)
    assert story.fold().state == "open"
    story.reverse(story.asked)
    assert story.fold().state == "cancelled"
