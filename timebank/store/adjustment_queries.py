"""Reading what rules did to accounts: grants, lapses, what stands and what is due."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from timebank.domain.credit import GRANT, LAPSED
from timebank.journal.facts import ALLOWANCE, CREDIT
from timebank.journal.refs import EntryRef
from timebank.store.store import Store

_PERSON = "coalesce((SELECT stands FROM merged WHERE member = a.member), a.member)"


def granted(store: Store, month: int) -> dict[int, int]:
    """Free minutes granted to each person (the member that stands) for a month, by its first day."""
    return dict(
        store.rows(
            f"SELECT {_PERSON}, sum(a.minutes) FROM adjustment a"
            " WHERE a.cause = ? AND a.period = ? AND a.counts GROUP BY 1",
            (GRANT, month),
        )
    )


def granted_members(store: Store, month: int) -> dict[int, EntryRef]:
    """The member to whom a person's free minutes of a month were granted: a correction names the same one."""
    return {
        person: EntryRef(journal, seq, check)
        for person, journal, seq, check in store.rows(
            f'SELECT {_PERSON}, j.ref, e.seq, e."check" FROM adjustment a JOIN entry e ON e.id = a.member'
            " JOIN journal j ON j.id = e.journal WHERE a.cause = ? AND a.period = ? AND a.counts"
            " ORDER BY a.member DESC",
            (GRANT, month),
        )
    }


class Said(NamedTuple):
    """What one entry said of one account in a period, and whether that counts; local numbers."""

    person: int
    member: int
    unit: int
    entry: int
    minutes: int
    counts: bool


def said(store: Store, cause: str, period: int) -> list[Said]:
    """All that runs said of a period, taken back or not."""
    return [
        Said(person, member, unit, entry, minutes, bool(counts))
        for person, member, unit, entry, minutes, counts in store.rows(
            f"SELECT {_PERSON}, a.member, a.unit, a.entry, a.minutes, a.counts FROM adjustment a"
            " WHERE a.cause = ? AND a.period = ? AND a.of = 0",
            (cause, period),
        )
    ]


def counted(store: Store, cause: str, period: int) -> bool | None:
    """Whether anything that a run said of a period counts; None where none said anything."""
    found = store.value(
        "SELECT max(counts) FROM adjustment WHERE cause = ? AND period = ? AND of = 0", (cause, period)
    )
    return None if found is None else bool(found)


def runs(store: Store, cause: str, period: int, station: int | None) -> list[int]:
    """The standing entries of a period's runs, of one station or of all (None), by local number."""
    rows = store.rows(
        "SELECT DISTINCT a.entry FROM adjustment a JOIN entry e ON e.id = a.entry JOIN journal j ON j.id = e.journal"
        " WHERE a.cause = ? AND a.period = ? AND a.of = 0 AND (?3 IS NULL OR j.station = ?3) AND NOT EXISTS"
        " (SELECT 1 FROM about o JOIN entry r ON r.id = o.entry WHERE o.subject = a.entry AND r.kind = 'FactReversed')"
        " ORDER BY a.entry",
        (cause, period, station),
    )
    return [row for (row,) in rows]


def lapsed(store: Store, unit: int, last: int) -> dict[int, int]:
    """Minutes that lapsed on a day, by account."""
    return dict(
        store.rows(
            "SELECT member, minutes FROM adjustment WHERE cause = ? AND unit = ? AND period = ? AND counts",
            (LAPSED, unit, last),
        )
    )


def unused_allowance(store: Store, last: int, accounts: Sequence[int] | None = None) -> dict[int, int]:
    """Free minutes left on each account at the end of a day, before any lapse on that day; those above zero.

    A person with several accounts has the sum of them left, no more.
    """
    only = "" if accounts is None else f" AND p.account IN ({', '.join(map(str, accounts))})"
    persons: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, account, minutes in store.rows(
        "SELECT coalesce(m.stands, p.account), p.account, sum(p.minutes) FROM posting p"
        " LEFT JOIN merged m ON m.member = p.account"
        f" WHERE p.unit = ? AND p.account > 0 AND p.day <= ? AND NOT (p.what = ? AND p.day = ?){only}"
        " GROUP BY p.account ORDER BY p.account",
        (ALLOWANCE, last, LAPSED, last),
    ):
        persons[person].append((account, minutes))
    left: dict[int, int] = {}
    for held in persons.values():
        together = sum(minutes for _, minutes in held)
        for account, minutes in held:
            part = min(minutes, together)
            if part > 0:
                left[account] = part
                together -= part
    return left


def credit_lines(store: Store, last: int) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Each member's account: what lapsed of it before ``last``, and its other lines (day, minutes) until then."""
    read = array("q")  # to its end at once, and small: nobody who writes waits for what is reckoned from it
    for row in store.connection.execute(
        "SELECT account, what = ?, day, sum(minutes) FROM posting WHERE unit = ? AND account > 0 AND day <= ?"
        " AND NOT (what = ? AND day = ?) GROUP BY account, entry, what, day ORDER BY account, day",
        (LAPSED, CREDIT, last, LAPSED, last),
    ):
        read.extend(row)
    fields = iter(read)
    for account, lines in groupby(zip(fields, fields, fields, fields, strict=True), key=lambda row: row[0]):
        before, others = 0, []
        for _, lapsed_before, day, minutes in lines:
            if lapsed_before:
                before -= minutes
            else:
                others.append((day, minutes))
        yield account, before, others
