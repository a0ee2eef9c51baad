"""A whole sign-in sheet typed at the desk: every row is tried as it is typed, and the good ones are logged at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

from timebank.desk.people import Cancel, People, Progress
from timebank.desk.policies import Policies
from timebank.desk.reversals import reverse
from timebank.desk.services import Services
from timebank.desk.station import Pen, Station
from timebank.desk.taking import watching
from timebank.domain.kinds import service_kind
from timebank.domain.quantities import parse_clock_range
from timebank.domain.when import read_when
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem, Refusal
from timebank.policy.pack import Pack
from timebank.roster import ServiceRow
from timebank.roster.evidence import split_names
from timebank.store.people_queries import MemberRecord

_NUMBER = re.compile(r"\d{3}-\d{5,}")


class TypedRow(NamedTuple):
    """A row as typed: who served, who received, when, how long, and what differs from the head of the sheet."""

    volunteers: str = ""
    elder: str = ""
    start: str = ""
    length: str = ""
    kind: str = ""
    note: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(part.strip() for part in self)


class Head(NamedTuple):
    """What holds for the whole sheet, as typed: the day (昨天, 10月9日), the kind of service."""

    day: str
    kind: str


class Verdict(NamedTuple):
    """What the desk makes of a row: understood and good, on the books already, or what stands in its way.

    ``field`` names the part of :class:`TypedRow` to blame (``day`` for the head), "" for the whole row.
    """

    state: str
    """``blank``, ``good``, ``repeated`` or ``bad``."""
    volunteers: tuple[MemberRecord, ...] = ()
    elder: MemberRecord | None = None
    kind: str = ""
    start: datetime | None = None
    timed: bool = False
    minutes: int = 0
    problem: Problem | None = None
    field: str = ""
    entry: EntryRef | None = None


class SheetLogged(NamedTuple):
    """What became of the rows: a verdict for each, in order, and the entries that were written."""

    verdicts: tuple[Verdict, ...]
    entries: tuple[EntryRef, ...]


class TypedSheet:
    """Takes typed rows the way that a sign-in sheet's rows are taken."""

    def __init__(self, station: Station, policies: Policies, people: People, services: Services) -> None:
        self._station = station
        self._policies = policies
        self._people = people
        self._services = services

    def check(self, head: Head, rows: Sequence[TypedRow]) -> tuple[Verdict, ...]:
        """What would become of each row if all were logged now; nothing is kept."""
        return self._take(head, rows, keep=False).verdicts

    def log(self, head: Head, rows: Sequence[TypedRow]) -> SheetLogged:
        """Log every good row in one action; each other row keeps its reason, and nothing of it is written."""
        return self._take(head, rows, keep=True)

    def take_back(
        self,
        entries: Sequence[EntryRef],
        reason: str,
        *,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> int:
        """Take back all of a sheet that was logged, all or nothing; returns how many were not taken back before.

        Refuses as :func:`timebank.desk.reversals.reverse` does.
        """
        watch, count = watching(cancelled), 0
        with self._station.store.transaction():
            for at, entry in enumerate(entries):
                watch()
                if progress is not None:
                    progress(at, len(entries))
                try:
                    reverse(self._station, str(entry), reason)
                except Refusal as refusal:
                    if refusal.code != "already_reversed":
                        raise
                else:
                    count += 1
        return count

    def _take(self, head: Head, rows: Sequence[TypedRow], *, keep: bool) -> SheetLogged:
        pack = self._policies.in_force()
        with self._station.recording(keep=keep) as pen:
            verdicts = tuple(self._take_row(pen, head, row, pack) for row in rows)
        entries = [each.entry for each in verdicts if each.state == "good" and each.entry is not None]
        return SheetLogged(verdicts, tuple(entries) if keep else ())

    def _take_row(self, pen: Pen, head: Head, typed: TypedRow, pack: Pack) -> Verdict:
        if typed.blank:
            return Verdict("blank")
        try:
            row = self._understood(head, typed)
        except Refusal as refusal:
            return _bad(refusal, Verdict("bad"))
        members = [self._people.find(number, "volunteer") for number in row.volunteers]
        elder = self._people.find(row.elder, "elder")
        midnight = datetime.combine(row.date, time())
        start = midnight.replace(hour=row.start // 60, minute=row.start % 60) if row.start else midnight
        told = Verdict("good", tuple(members), elder, row.kind, start, row.start is not None, row.minutes)
        try:
            logged = self._services.take_row(pen, row, pack)
        except Refusal as refusal:
            return _bad(refusal, told)
        return told._replace(state="repeated" if logged.repeated else "good", entry=logged.entry)

    def _understood(self, head: Head, typed: TypedRow) -> ServiceRow:
        """The row as a sign-in sheet would have it, people by their numbers."""
        names = split_names(typed.volunteers)
        if not names:
            raise Refusal("volunteer_missing")
        volunteers = [self._who(name, "volunteer") for name in names]
        if not typed.elder.strip():
            raise Refusal("elder_missing")
        elder = self._who(typed.elder, "elder")
        kind = typed.kind.strip() or head.kind.strip()
        if not kind:
            raise Refusal("kind_missing")
        clock, length = typed.start.strip(), typed.length.strip()
        if not clock and _is_range(length):
            clock, length = length, ""
        told = read_when(head.day, clock, length, self._station.surroundings.today())
        return ServiceRow(
            "",
            0,
            told.start.date(),
            tuple(each.number for each in volunteers),
            elder.number,
            service_kind(kind),
            told.start.hour * 60 + told.start.minute if told.timed else None,
            told.minutes,
            note=typed.note.strip(),
        )

    def _who(self, text: str, role: str) -> MemberRecord:
        """A member by number or name, or by whatever else finds just one: pinyin, initials, the phone's end."""
        number = _NUMBER.search(text)
        try:
            return self._people.find(number[0] if number else text, role)
        except Refusal as refusal:
            if refusal.code == "member_not_found":
                found = self._people.search(text.strip(), role=role, limit=2)
                if len(found) == 1:
                    return found[0]
            raise Refusal(refusal.code, **refusal.facts, field=_PART_OF_ROLE[role]) from refusal


_PART_OF_ROLE = {"volunteer": "volunteers", "elder": "elder"}

_PART = {
    **dict.fromkeys(("date_unreadable", "in_the_future", "too_long_ago", "late_reason_missing"), "day"),
    **dict.fromkeys(("time_unreadable", "end_before_start", "overlap"), "start"),
    **dict.fromkeys(
        (
            *("length_unreadable", "length_missing", "length_disagrees"),
            *("minutes_not_positive", "minutes_too_many", "rule_daily_cap"),
        ),
        "length",
    ),
    **dict.fromkeys(("unknown_kind", "kind_missing"), "kind"),
    **dict.fromkeys(("elder_missing", "not_an_elder", "rule_served_age", "rule_served_category"), "elder"),
    **dict.fromkeys(
        (
            *("volunteer_missing", "volunteer_twice", "not_a_volunteer", "serves_self", "rule_persons"),
            *("rule_qualification", "rule_volunteer_age", "rule_minor_alone", "rule_no_minors"),
        ),
        "volunteers",
    ),
}
"""The part of a row that a refusal speaks of; any other speaks of the whole row."""


def _bad(refusal: Refusal, told: Verdict) -> Verdict:
    facts = dict(refusal.facts)
    field = str(facts.pop("field", "") or _PART.get(refusal.code, ""))
    field = _PART_OF_ROLE.get(field, field)
    return told._replace(state="bad", problem=Refusal(refusal.code, **facts), field=field)


def _is_range(text: str) -> bool:
    try:
        parse_clock_range(text)
    except Refusal:
        return False
    return True
