"""Asking for a service: what is written down, and the limits that it is checked against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from timebank.desk.rules import require_member
from timebank.desk.services import LONGEST
from timebank.domain.kinds import service_kind
from timebank.journal.facts import ServiceRequested
from timebank.journal.refs import minute_number
from timebank.outcome import Refusal
from timebank.policy.pack import Pack
from timebank.store.people_queries import MemberRecord

MOST_WEEKS = 52
MOST_PERSONS = 20
FURTHEST_DAYS = 366
"""Days ahead that a service can be asked for."""


@dataclass(frozen=True)
class RequestForm:
    """What is asked for; ``start`` is local, and not ``timed`` where no time of day was said."""

    elder: MemberRecord
    kind: str
    start: datetime
    minutes: int
    timed: bool = True
    persons: int | None = None
    """How many are to go; as many as the rules ask for the kind where not said."""
    urgent: bool = False
    note: str = ""
    prefers: str = ""
    """``f`` or ``m``: the elder wishes for a woman or a man."""

    @property
    def private(self) -> dict[str, object]:
        """What only the elder's home station and those who may read it are told."""
        return {key: said for key, said in (("note", self.note.strip()), ("prefers", self.prefers)) if said}


def requested(form: RequestForm, today: date, pack: Pack) -> ServiceRequested:
    """The fact that ``form`` becomes under the rules of its day; refuses what cannot be asked for."""
    elder, kind, day = form.elder, service_kind(form.kind), form.start.date()
    if elder.erased:
        raise Refusal("already_erased", number=elder.number)
    require_member(elder, day)
    if "elder" not in elder.roles:
        raise Refusal("not_an_elder", name=elder.name, number=elder.number)
    if form.minutes <= 0:
        raise Refusal("minutes_not_positive", minutes=form.minutes)
    if form.minutes > LONGEST:
        raise Refusal("minutes_too_many", minutes=form.minutes, most=LONGEST)
    if form.prefers not in ("", "f", "m"):
        raise Refusal("request_prefers", text=form.prefers)
    if not today <= day <= today + timedelta(days=FURTHEST_DAYS):
        raise Refusal("request_day", date=day.isoformat(), today=today.isoformat(), most=FURTHEST_DAYS)
    persons = int(pack.value(f"kinds.{kind}.persons") or 1) if form.persons is None else form.persons
    if not 1 <= persons <= MOST_PERSONS:
        raise Refusal("request_persons", persons=persons, most=MOST_PERSONS)
    start = form.start if form.timed else datetime.combine(day, time())
    return ServiceRequested(
        elder.ref, kind, minute_number(start), form.minutes, form.timed, persons, form.urgent
    )
