"""Long lists of services, narrowed and ordered by the store: only local numbers come out, rows when they show."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from datetime import date

from timebank.domain.wanted_services import WantedServices
from timebank.journal.refs import day_number
from timebank.store.people_list import matching
from timebank.store.store import Store

_DAY = 24 * 60


def list_services(
    store: Store, wanted: WantedServices, order: str = "when", *, descending: bool = True
) -> Sequence[int]:
    """The local numbers of all records wanted: by when they began, or by length with the newest first.

    No index holds this order: sorting all records of a city takes half a second, and an index would cost every import.
    """
    conditions, values = ["1"], dict[str, object]()
    if wanted.text.strip():
        found, values = matching(wanted.text)
        conditions.append(_OF_FOUND.format(found))
    if wanted.kind:
        values["kind"] = wanted.kind
        conditions.append("s.kind = :kind")
    for day, name, sign, after in zip(wanted.days, ("first", "last"), (">=", "<"), (0, 1), strict=True):
        if day is not None:
            values[name] = _minute(day) + after * _DAY
            conditions.append(f"s.start {sign} :{name}")
    if wanted.state:
        conditions.append(f"s.reversed IS {'NOT ' if wanted.state == 'reversed' else ''}NULL")
    way = "DESC" if descending else "ASC"
    by = f"s.minutes {way}, s.start DESC, s.id DESC" if order == "long" else f"s.start {way}, s.id {way}"
    sql = f"SELECT s.id FROM service s WHERE {' AND '.join(conditions)} ORDER BY {by}"
    return _numbers(store, sql, values)


def _numbers(store: Store, sql: str, values: dict[str, object]) -> Sequence[int]:
    """The numbers that a query gives, taken out of the store in one piece.

    Half a million rows one by one would keep the interpreter from the screen's thread; SQLite works without it.
    """
    whole = f"SELECT group_concat(printf('%016x', id), '') FROM ({sql} LIMIT -1)"
    (digits,) = store.connection.execute(whole, values).fetchone()
    numbers = array("q", bytes.fromhex(digits or ""))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _minute(day: date) -> int:
    """The first minute of a day, as records count them."""
    return day_number(day) * _DAY


_OF_FOUND = """s.id IN (
    WITH found(who) AS (SELECT who FROM ({})),
         each(member) AS (SELECT who FROM found UNION SELECT x.member FROM merged x JOIN found ON x.stands = who)
    SELECT id FROM service WHERE elder IN (SELECT member FROM each)
    UNION SELECT service FROM credited WHERE volunteer IN (SELECT member FROM each))"""
"""That a volunteer or the elder of a record is somebody found, whichever of their numbers it names."""
