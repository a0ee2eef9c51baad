"""Passbooks, movements between accounts, and the month's free hours."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from timebank.desk.people import Cancel, People, Profile, Progress
from timebank.desk.policies import Policies
from timebank.desk.rules import STRANGER, check_gift, told_relation
from timebank.desk.station import Station
from timebank.domain.credit import POOL
from timebank.journal.facts import AllowanceGranted, CreditMoved
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Cancelled, Refusal
from timebank.policy.allowance import Assessment, Dated, Entitlement, PersonFacts, entitlement
from timebank.store import book_queries, people_queries
from timebank.store.book_queries import Line
from timebank.store.people_queries import MemberRecord
from timebank.store.updates import unread

GRANTS_PER_FACT = 2_000


class Passbook(NamedTuple):
    """A member's passbook (存折) with the balances of today."""

    profile: Profile
    lines: tuple[Line, ...]


class Grant(NamedTuple):
    """One member's free minutes of a month, and the rule that gives them."""

    member: MemberRecord
    entitlement: Entitlement


class GrantRun(NamedTuple):
    """A grant run; ``unchanged`` members had their month before."""

    month: date
    granted: tuple[Grant, ...]
    unchanged: int
    entry: EntryRef | None


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
        if source is not None and target is not None:
            check_gift(relation, self._policies.in_force())
        with self._station.recording() as pen:
            account = POOL if source is None else source.row
            available = book_queries.balance(self._station.store, account)
            if available < minutes:
                name = "pool" if source is None else source.name
                raise Refusal("not_enough", name=name, available=available, needed=minutes)
            return pen.tell(
                CreditMoved(
                    source.ref if source else None,
                    target.ref if target else None,
                    minutes,
                    day_number(self._station.surroundings.today()),
                ),
                {"reason": reason.strip(), **told_relation(relation)},
            )

    def grant(
        self,
        month: date,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> GrantRun:
        """Grant every elder known here the free minutes of ``month``; whoever had them keeps them."""
        first = month.replace(day=1)
        number = day_number(first)
        store = self._station.store
        pack = self._policies.in_force(first)
        granted: list[Grant] = []
        unchanged = 0
        with self._station.recording() as pen:
            had = {
                row
                for (row,) in store.rows(
                    "SELECT coalesce(m.stands, g.member) FROM allowance_grant g"
                    " LEFT JOIN merged m ON m.member = g.member WHERE g.month = ? AND g.counts",
                    (number,),
                )
            }
            elders = people_queries.search_members(store, "", role="elder", limit=-1)
            for at, member in enumerate(elders):
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None and at % 64 == 0:
                    progress(at, len(elders))
                if not member.known or unread(store, [member.ref]):
                    continue
                due = entitlement(person_facts(member), first, pack)
                if not due.minutes:
                    continue
                if member.row in had:
                    unchanged += 1
                else:
                    granted.append(Grant(member, due))
            entry = None
            if not dry_run:
                for at in range(0, len(granted), GRANTS_PER_FACT):
                    part = granted[at : at + GRANTS_PER_FACT]
                    entry = pen.tell(
                        AllowanceGranted(
                            number,
                            tuple(
                                (each.member.ref, each.entitlement.minutes, each.entitlement.rule_id or "")
                                for each in part
                            ),
                        )
                    )
        if progress is not None:
            progress(len(elders), len(elders))
        return GrantRun(first, tuple(granted), unchanged, entry)


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
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
