"""Cases: what a coordinator has to look at, and the decision that closes it."""

from __future__ import annotations

from timebank.desk.evidence import Evidence, gather
from timebank.desk.station import Pen, Station
from timebank.domain.cases import DECISIONS, DUPLICATE_PERSON, OVERDRAFT, overdraft_case
from timebank.journal.facts import CREDIT, CaseResolved, CreditMoved, MembersMerged
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Refusal
from timebank.store import book_queries, case_queries
from timebank.store.case_queries import CaseRecord


class Cases:
    """The coordinator's inbox."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def list(self, *, only_open: bool = False) -> list[CaseRecord]:
        """Cases, derived from the facts and so the same at every station that has them."""
        return case_queries.cases(self._station.store, only_open=only_open)

    def count_open(self) -> int:
        """How many cases wait for a decision."""
        return case_queries.count_open_cases(self._station.store)

    def find(self, case: str) -> CaseRecord:
        """The case with a name; refuses with ``case_not_found``."""
        for record in self.list():
            if record.key == case.strip():
                return record
        raise Refusal("case_not_found", case=case)

    def evidence(self, case: str) -> Evidence:
        """The facts behind a case, side by side; refuses with ``case_not_found``."""
        record = self.find(case)
        return gather(self._station, record)._replace(
            choices=self.choices(record) if record.open else (), at_hub=is_hub(self._station)
        )

    def choices(self, case: CaseRecord) -> tuple[str, ...]:
        """What may be decided here about a case: members are merged at a hub, and the pool holds no allowance."""
        allowed = DECISIONS.get(case.kind, ("dismiss",))
        if case.kind == DUPLICATE_PERSON and not is_hub(self._station):
            return tuple(each for each in allowed if each != "merge")
        if case.kind == OVERDRAFT and not _is_credit(case):
            return tuple(each for each in allowed if each != "charge_pool")
        return allowed

    def resolve(self, case: str, decision: str, reason: str) -> EntryRef:
        """Close a case with one decision; the first decision in the network's order stands.

        ``merge`` makes the members one person and refuses with ``merge_at_hub`` at any other station.
        """
        record = self.find(case)
        if decision == "merge" and record.kind == DUPLICATE_PERSON:
            require_hub(self._station)
        allowed = self.choices(record)
        if decision not in allowed:
            raise Refusal(
                "decision_not_for_case", decision=decision, kind=record.kind, allowed=", ".join(allowed)
            )
        if not reason.strip():
            raise Refusal("reason_missing")
        if not record.open:
            raise Refusal("case_closed", case=case, decision=record.decision)
        with self._station.recording() as pen:
            return self._tell(pen, record, decision, {"reason": reason.strip()})

    def _tell(self, pen: Pen, record: CaseRecord, decision: str, why: dict[str, object]) -> EntryRef:
        """The decision, and just before it what it does; it names that, so that both stand or neither does."""
        day = day_number(self._station.surroundings.today())
        done: tuple[EntryRef, ...] = ()
        if decision == "merge":
            done = (pen.tell(MembersMerged(record.facts), why),)
        elif decision == "charge_pool" and record.kind == OVERDRAFT:
            pool = book_queries.balance(self._station.store, -2)
            if pool < record.minutes:
                raise Refusal("not_enough", name="pool", available=pool, needed=record.minutes)
            (member,) = record.facts
            done = (pen.tell(CreditMoved(None, member, record.minutes, day), why),)
        return pen.tell(CaseResolved(record.key, decision, day, (*record.facts, *done)), why)


def _is_credit(case: CaseRecord) -> bool:
    """Whether an account overdrawn is below zero in credit, by the name of its case."""
    return len(case.facts) == 1 and case.key == overdraft_case(case.facts[0], CREDIT, case.minutes)


def is_hub(station: Station) -> bool:
    """Whether a station is certified as a hub."""
    role = station.store.value("SELECT role FROM station WHERE number = ?", (station.number,))
    return bool(role == "hub")


def require_hub(station: Station) -> None:
    """Refuses with ``merge_at_hub``: who is one person is said, and taken back, at a hub."""
    if not is_hub(station):
        raise Refusal("merge_at_hub")
