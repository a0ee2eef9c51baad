"""Who looked at what of a person that is masked on the screen (PIPL art. 51): kept at this station only."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from timebank.desk.people import require_known
from timebank.desk.station import Station
from timebank.outcome import Refusal
from timebank.store import people_queries
from timebank.store.people_queries import MemberRecord

MASKED = ("id_number", "document", "phone", "guardian_phone", "emergency_phone")
"""What screens show masked until somebody asks to see it."""


class Access(NamedTuple):
    """One look: when (local time), by whom, at whose data, and at which fields."""

    at: datetime
    operator: str
    number: str
    name: str
    fields: tuple[str, ...]


class AccessLog:
    """Shows what is masked and remembers who asked."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def reveal(self, member: MemberRecord, *fields: str) -> dict[str, str]:
        """The masked fields of a person that are known, in full; the look is on record before it is shown.

        Auditors may look as well. Refuses with ``person_elsewhere``, ``field_unknown``.
        """
        unknown = next((each for each in fields if each not in MASKED), None)
        if unknown is not None:
            raise Refusal("field_unknown", field=unknown, known=", ".join(MASKED))
        require_known(member)
        values = {each: _text(member, each) for each in fields or MASKED}
        shown = {each: text for each, text in values.items() if text}
        if shown:
            self._note(member, tuple(shown))
        return shown

    def _note(self, member: MemberRecord, fields: tuple[str, ...]) -> None:
        station = self._station
        with station.store.transaction():
            station.store.connection.execute(
                "INSERT INTO access (at, operator, member, fields) VALUES (?, ?, ?, ?)",
                (
                    station.surroundings.now().isoformat(" ", "seconds"),
                    station.operator,
                    member.row,
                    " ".join(fields),
                ),
            )

    def looks(self, member: MemberRecord | None = None, limit: int = 200) -> list[Access]:
        """Who looked, the last first; at one person's data where given."""
        store = self._station.store
        rows = () if member is None else people_queries.one_person(store, member.row)
        where = f"WHERE a.member IN ({', '.join('?' * len(rows))})" if rows else ""
        found = store.rows(
            "SELECT a.at, a.operator, o.name, a.member, a.fields FROM access a"
            f" LEFT JOIN operator o ON o.station = ? AND o.number = a.operator {where}"
            " ORDER BY a.id DESC LIMIT ?",
            (self._station.number, *rows, limit),
        )
        names = people_queries.names_of(store, {row for _, _, _, row, _ in found})
        return [
            Access(
                datetime.fromisoformat(at),
                who or (str(number) if number else ""),
                label,
                name,
                tuple(fields.split()),
            )
            for at, number, who, row, fields in found
            for name, label in (names.get(row, ("", "")),)
        ]


def _text(member: MemberRecord, field: str) -> str:
    value = member.details.get(field)
    return str(value.get("number") or "") if isinstance(value, dict) else str(value or "")
