"""Closing an account: a member died, moved away or left. What is on the account goes where the rules say."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from timebank.desk.policies import Policies
from timebank.desk.reversals import reverse_all
from timebank.desk.rules import because, keep
from timebank.desk.station import Pen, Station
from timebank.domain.credit import CLOSED, DONATED
from timebank.journal.facts import (
    ALLOWANCE,
    CREDIT,
    AccountsAdjusted,
    CreditMoved,
    MemberLeft,
    VouchersVoided,
)
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Refusal
from timebank.policy.holding import may_hold
from timebank.policy.pack import Pack
from timebank.store import book_queries, people_queries
from timebank.store.people_queries import MemberRecord

CAUSES = ("died", "moved", "withdrew")
WAYS = ("heir", "pool", "honour")
RULE = "credit.closing"


class Closed(NamedTuple):
    """A closed account: where the credit went, what lapsed, the vouchers withdrawn and those still out."""

    entry: EntryRef
    way: str
    credit_minutes: int
    allowance_minutes: int
    withdrawn: int
    still_out: int
    """Vouchers of other stations, which only those can withdraw: their minutes come back to the account."""


class Closing:
    """Members who leave."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies

    def ways(self) -> tuple[str, ...]:
        """Where credit may go: what the rules say, or all where they leave it open."""
        answer = self._policies.in_force().value(RULE)
        return WAYS if answer is None else (answer,) if answer != "heir" else ("heir", "pool")

    def close(
        self,
        member: MemberRecord,
        cause: str,
        *,
        reason: str,
        day: date | None = None,
        way: str = "",
        heir: MemberRecord | None = None,
        dry_run: bool = False,
    ) -> Closed:
        """Close a member's account after ``day`` (today): credit to an heir, the pool, or as honour alone.

        Where no ``way`` is named it goes to the heir if there is one, else where the rules say, else to the pool.
        Free hours lapse, vouchers issued here and not yet used are withdrawn first. It can be taken back.
        Refuses with ``cause_unknown``, ``rule_closing``, ``member_left``, ``heir_missing``, ``not_the_heir``.
        """
        today = self._station.surroundings.today()
        last = day or today
        pack = self._policies.in_force(last)
        if cause not in CAUSES:
            raise Refusal("cause_unknown", cause=cause, known=", ".join(CAUSES))
        if not reason.strip():
            raise Refusal("reason_missing")
        if last > today:
            raise Refusal("in_the_future", start=last.isoformat(), now=today.isoformat())
        if member.left is not None:
            raise Refusal("member_left", name=member.name, number=member.number, left=member.left.isoformat())
        chosen = self._way(way, heir, pack)
        if heir is not None and (heir.row == member.row or heir.left is not None or heir.erased):
            raise Refusal("not_the_heir", name=heir.name)
        with self._station.recording(keep=not dry_run) as pen:
            withdrawn, still_out = self._withdraw(pen, member, last)
            pen.intake.settle()
            return self._close(pen, member, cause, last, chosen, heir, pack, reason.strip())._replace(
                withdrawn=withdrawn, still_out=still_out
            )

    def departures(self, member: MemberRecord) -> list[EntryRef]:
        """What closed the account of a person and stands: one entry for each number that they were known by."""
        store = self._station.store
        rows = (
            store.value("SELECT entry FROM departure WHERE member = ?", (each,))
            for each in people_queries.one_person(store, member.row)
        )
        return [book_queries.ref_of(store, row) for row in rows if row is not None]

    def bring_back(self, member: MemberRecord, reason: str) -> list[EntryRef]:
        """Take back that an account was closed, and what went to an heir, the pool or honour with it.

        Vouchers that were withdrawn stay withdrawn. Refuses with ``not_closed``, ``reason_missing``.
        """
        found = self.departures(member)
        if not found:
            raise Refusal("not_closed", name=member.name, number=member.number)
        return reverse_all(self._station, [str(each) for each in found], reason)

    def _way(self, way: str, heir: MemberRecord | None, pack: Pack) -> str:
        answer = pack.value(RULE)
        chosen = way or ("heir" if heir is not None else "pool" if answer in (None, "heir") else answer)
        if chosen not in WAYS:
            raise Refusal("way_unknown", way=chosen, known=", ".join(WAYS))
        if chosen not in self.ways():
            raise Refusal("rule_closing", way=chosen, **because(pack, RULE))
        if (chosen == "heir") != (heir is not None):
            raise Refusal("heir_missing" if heir is None else "heir_not_asked")
        return str(chosen)

    def _withdraw(self, pen: Pen, member: MemberRecord, day: date) -> tuple[int, int]:
        """Withdraw what this station issued and nobody has used: (withdrawn, still out from other stations)."""
        out = book_queries.vouchers(self._station.store, state="circulation", holder=member.row)
        own = tuple(each.serial for each in out if each.voucher.issuer == self._station.number)
        if own:
            pen.tell(VouchersVoided(own, day_number(day)))
        return len(own), len(out) - len(own)

    def _close(
        self,
        pen: Pen,
        member: MemberRecord,
        cause: str,
        day: date,
        way: str,
        heir: MemberRecord | None,
        pack: Pack,
        reason: str,
    ) -> Closed:
        store, number = self._station.store, day_number(day)
        left: EntryRef | None = None
        credit = allowance = 0
        for each in people_queries.each_member(store, member.row):
            ref = pen.tell(MemberLeft(each.ref, cause, number), {"reason": reason}, home=each.station)
            left = left or ref
            minutes = book_queries.account_minutes(store, each.row, CREDIT)
            unused = book_queries.account_minutes(store, each.row, ALLOWANCE)
            if minutes > 0:
                credit += minutes
                self._settle(pen, each, minutes, way, heir, pack, ref, number)
            if unused > 0:
                allowance += unused
                pen.tell(AccountsAdjusted(CLOSED, ALLOWANCE, number, ((each.ref, unused, ""),), ref))
        assert left is not None
        return Closed(left, way, credit, allowance, 0, 0)

    def _settle(
        self,
        pen: Pen,
        member: MemberRecord,
        minutes: int,
        way: str,
        heir: MemberRecord | None,
        pack: Pack,
        left: EntryRef,
        day: int,
    ) -> None:
        if heir is None:
            cause = DONATED if way == "pool" else CLOSED
            pen.tell(AccountsAdjusted(cause, CREDIT, day, ((member.ref, minutes, RULE),), left))
            return
        keep(may_hold(minutes, book_queries.balance(self._station.store, heir.row), pack))
        pen.tell(CreditMoved(member.ref, heir.ref, minutes, day))
