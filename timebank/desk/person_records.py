"""The dated records of a person: seeing them, and adding, ending, correcting or taking one away.

Each may lie in the past: a category that is entered late begins when it began. What a record decides (free
hours, who may serve) is asked of it by the day, so a correction reaches back by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from timebank.desk.people import require_known
from timebank.desk.registering import Registry
from timebank.desk.station import Station
from timebank.domain.records import (
    RECORD_KINDS,
    Record,
    RecordKind,
    added,
    assessment_on,
    ended,
    holds,
    replaced,
)
from timebank.outcome import Refusal
from timebank.store import people_queries
from timebank.store.people_queries import MemberRecord

STATES = ("current", "coming", "over", "superseded")
"""Whether a record holds today, will, did, or (an assessment) gave way to a newer one."""


class RecordLine(NamedTuple):
    """A record as it is shown."""

    kind: RecordKind
    record: Record
    state: str


class PersonRecords:
    """What this desk keeps of people with dates."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._registry = Registry(station)

    def lines(self, member: MemberRecord, *fields: str) -> list[RecordLine]:
        """A person's records of the kinds named (all where none is), kind by kind, the newest first."""
        today = self._station.surroundings.today()
        found = [
            RecordLine(kind, each, _state(kind, each, member, today))
            for kind in RECORD_KINDS.values()
            if not fields or kind.field in fields
            for each in member.details.get(kind.field) or ()
        ]
        order = list(RECORD_KINDS)
        found.sort(key=lambda line: line.record["from"], reverse=True)
        return sorted(found, key=lambda line: order.index(line.kind.field))

    def find(
        self, member: MemberRecord, kind: RecordKind, value: object = "", start: date | None = None
    ) -> Record:
        """The one record with a value (any, where empty) that began on a day (any, where None).

        Refuses with ``record_not_found``, or ``record_ambiguous`` where several are meant.
        """
        matches = list(_meant(member, kind, value, start))
        if not matches:
            raise Refusal("record_not_found", name=member.name, kind=kind.field)
        if len(matches) > 1:
            raise Refusal("record_ambiguous", name=member.name, kind=kind.field, count=len(matches))
        return matches[0]

    def add(self, member: MemberRecord, kind: RecordKind, record: Record) -> MemberRecord:
        """Add a record; refuses with ``record_known`` where this very one is there."""
        return self._change(member, kind, None, record)

    def end(self, member: MemberRecord, kind: RecordKind, record: Record, until: date) -> MemberRecord:
        """Say which was the last day of a record; refuses with ``record_gone``, ``record_ends_before``."""
        return self._change(member, kind, record, ended(record, until))

    def correct(
        self, member: MemberRecord, kind: RecordKind, record: Record, corrected: Record
    ) -> MemberRecord:
        """Put a record right, from its beginning; refuses with ``record_gone`` where it has changed meanwhile."""
        return self._change(member, kind, record, corrected)

    def remove(self, member: MemberRecord, kind: RecordKind, record: Record) -> MemberRecord:
        """Take away a record that never was so; refuses with ``record_gone``."""
        return self._change(member, kind, record, None)

    def _change(
        self, member: MemberRecord, kind: RecordKind, old: Record | None, new: Record | None
    ) -> MemberRecord:
        store = self._station.store
        with self._station.recording() as pen:
            fresh = people_queries.member_by_row(store, member.row)
            assert fresh is not None
            require_known(fresh)
            known = fresh.details.get(kind.field)
            if old is None:
                assert new is not None
                records = added(known, new)
            else:
                records = replaced(known, old, new)
            self._registry.tell_changed(pen, fresh, {kind.field: records})
        changed = people_queries.member_by_row(store, member.row)
        assert changed is not None
        return changed


def _state(kind: RecordKind, record: Record, member: MemberRecord, today: date) -> str:
    if not holds(record, today):
        return "coming" if record["from"] > today.isoformat() else "over"
    if kind.field == "care" and record is not assessment_on(member.details.get("care"), today):
        return "superseded"
    return "current"


def _meant(member: MemberRecord, kind: RecordKind, value: object, start: date | None) -> Iterator[Record]:
    for each in member.details.get(kind.field) or ():
        if value not in ("", None) and each[kind.value] != value:
            continue
        if start is None or each["from"] == start.isoformat():
            yield each
