"""How a person stands today: what the rules hold against them, how others rated them, what is being looked into."""

from __future__ import annotations

from typing import NamedTuple

from timebank.desk.policies import Policies
from timebank.desk.rules import kinds_closed_to, stands_against
from timebank.desk.station import Station
from timebank.journal.refs import EntryRef
from timebank.outcome import Refusal
from timebank.policy.stars import Stars, stars
from timebank.store import book_queries, case_queries, people_queries, rating_queries
from timebank.store.case_queries import CaseRecord
from timebank.store.people_queries import MemberRecord
from timebank.store.rating_queries import Received


class Standing(NamedTuple):
    """Refusals carry the rule that makes them and its source; ``closed`` are (kind of service, why not)."""

    against: tuple[Refusal, ...]
    closed: tuple[tuple[str, Refusal], ...]
    received: Received
    stars: Stars
    cases: tuple[CaseRecord, ...]
    """Open cases that name the person."""


class PersonStanding:
    """Reads how people stand; nothing is kept, everything follows from facts and rules."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies

    def of(self, member: MemberRecord) -> Standing:
        """How a person stands today."""
        store, today = self._station.store, self._station.surroundings.today()
        pack = self._policies.in_force()
        rows = set(people_queries.one_person(store, member.row))
        return Standing(
            against=tuple(stands_against(member, today, pack)),
            closed=tuple(kinds_closed_to(member, today, pack)) if "volunteer" in member.roles else (),
            received=rating_queries.received(store, member.row),
            stars=stars(book_queries.honour(store, member.row), pack),
            cases=tuple(
                each for each in case_queries.cases(store, only_open=True) if rows & set(each.members)
            ),
        )

    def rated(self, member: MemberRecord) -> dict[EntryRef, int]:
        """The stars that a person gave, by service."""
        return rating_queries.given(self._station.store, member.row)
