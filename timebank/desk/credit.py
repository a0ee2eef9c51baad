"""Passbooks, movements between accounts, and the month's free hours."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from timebank.desk.people import People, Profile
from timebank.desk.policies import Policies
from timebank.desk.rules import STRANGER, check_gift, keep, require_member, told_relation
from timebank.desk.station import Station
from timebank.domain.credit import POOL
from timebank.journal.facts import CreditMoved
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Refusal
from timebank.policy.allowance import Assessment, Dated, PersonFacts
from timebank.policy.holding import may_hold
from timebank.store import book_queries
from timebank.store.book_queries import Line
from timebank.store.people_queries import MemberRecord


class Passbook(NamedTuple):
    """A member's passbook (存折) with the balances of today."""

    profile: Profile
    lines: tuple[Line, ...]


class Credit:
    """Accounts of members and the pool."""

    def __init__(self, station: Station, policies: Policies, people: People) -> None:
        self._station = station
        self._policies = policies
        self._people = people

    def passbook(self, member: MemberRecord, start: date | None = None, end: date | None = None) -> Passbook:
        """The lines of a passbook between two business dates, both included."""
        first = day_number(start) if start else None
        last = day_number(end) if end else None
        lines = tuple(
            line
            for line in book_queries.passbook(self._station.store, member.row)
            if (first is None or line.day >= first) and (last is None or line.day <= last)
        )
        return Passbook(self._people.profile(member), lines)

    def pool_minutes(self) -> int:
        """Minutes in the community pool."""
        return book_queries.balance(self._station.store, POOL)

    def pool_book(self) -> tuple[Line, ...]:
        """The lines of the community pool's passbook, oldest first."""
        return tuple(book_queries.passbook(self._station.store, POOL))

    def move(
        self,
        source: MemberRecord | None,
        target: MemberRecord | None,
        minutes: int,
        reason: str,
        *,
        relation: str = STRANGER,
    ) -> EntryRef:
        """Move credit between two members, or from or to the pool (None).

        ``relation``: what the target is to the source (``spouse``, ``direct_relative``), where a rule asks.
        """
        if minutes <= 0:
            raise Refusal("minutes_not_positive", minutes=minutes)
        if not reason.strip():
            raise Refusal("reason_missing")
        if (source and source.row) == (target and target.row):
            raise Refusal("same_account")
        pack, today = self._policies.in_force(), self._station.surroundings.today()
        if source is not None and target is not None:
            check_gift(relation, pack)
        if target is not None:
            require_member(target, today)
        with self._station.recording() as pen:
            account = POOL if source is None else source.row
            available = book_queries.balance(self._station.store, account)
            if target is not None:
                keep(may_hold(minutes, book_queries.balance(self._station.store, target.row), pack))
            if available < minutes:
                name = "pool" if source is None else source.name
                raise Refusal("not_enough", name=name, available=available, needed=minutes)
            return pen.tell(
                CreditMoved(
                    source.ref if source else None,
                    target.ref if target else None,
                    minutes,
                    day_number(today),
                ),
                {"reason": reason.strip(), **told_relation(relation)},
            )


def person_facts(member: MemberRecord) -> PersonFacts:
    """What a member's free hours depend on."""
    details = member.details
    return PersonFacts(
        birth=_date(details.get("birth")),
        registered_here=details.get("registered_here", True),
        lives_here=details.get("lives_here", True),
        assessments=tuple(
            Assessment(_date(each["from"]) or date.min, int(each["level"]), _date(each["until"]))
            for each in details.get("care") or []
        ),
        categories=tuple(
            Dated(each["code"], _date(each["from"]), _date(each["until"]))
            for each in details.get("categories") or []
        ),
        benefits=tuple(
            Dated(each["code"], _date(each["from"]), _date(each["until"]))
            for each in details.get("benefits") or []
        ),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
