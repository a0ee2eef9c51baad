"""Cases: what a coordinator has to look at, and the decision that closes it."""

from __future__ import annotations

from timebank.desk.evidence import Evidence, gather
from timebank.desk.station import Station
from timebank.domain.cases import DECISIONS, OVERDRAFT, overdraft_case
from timebank.journal.facts import CREDIT, CaseResolved, CreditMoved
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Refusal
from timebank.store import book_queries
from timebank.store.book_queries import CaseRecord


class Cases:
    """The coordinator's inbox."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def list(self, *, only_open: bool = False) -> list[CaseRecord]:
        """Cases, derived from the facts and so the same at every station that has them."""
        return book_queries.cases(self._station.store, only_open=only_open)

    def find(self, case: str) -> CaseRecord:
        """The case with a name; refuses with ``case_not_found``."""
        for record in self.list():
            if record.key == case.strip():
                return record
        raise Refusal("case_not_found", case=case)

    def evidence(self, case: str) -> Evidence:
        """The facts behind a case, side by side; refuses with ``case_not_found``."""
        return gather(self._station, self.find(case))

    def resolve(self, case: str, decision: str, reason: str) -> EntryRef:
        """Close a case with one decision; the first decision in the network's order stands."""
        record = self.find(case)
        allowed = DECISIONS.get(record.kind, ("dismiss",))
        if decision not in allowed:
            raise Refusal(
                "decision_not_for_case", decision=decision, kind=record.kind, allowed=", ".join(allowed)
            )
        if not reason.strip():
            raise Refusal("reason_missing")
        if not record.open:
            raise Refusal("case_closed", case=case, decision=record.decision)
        day = day_number(self._station.surroundings.today())
        with self._station.recording() as pen:
            if record.kind == OVERDRAFT and decision == "charge_pool":
                (member,) = record.facts
                if record.key != overdraft_case(member, CREDIT, record.minutes):
                    raise Refusal(
                        "decision_not_for_case", decision=decision, kind=record.kind, allowed="dismiss"
                    )
                pool = book_queries.balance(self._station.store, -2)
                if pool < record.minutes:
                    raise Refusal("not_enough", name="pool", available=pool, needed=record.minutes)
                pen.tell(CreditMoved(None, member, record.minutes, day), {"reason": reason.strip()})
            return pen.tell(CaseResolved(record.key, decision, day, record.facts), {"reason": reason.strip()})
