"""What reports and exports read: sums over the books, and the rows of plain shared state in a fixed order."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from timebank.outcome import Cancelled
from timebank.store.store import Store, sqlite_faults

MEMBERS = 0
"""Stands for all members' accounts together, where system accounts keep their number."""

_REF = "lower(hex(j.ref)) || '-' || e.seq || '-' || lower(hex(e.\"check\"))"
_ORDER = 'e.lamport, j.ref, e.seq, e."check"'


_WHO = "(SELECT ? AS member UNION SELECT member FROM merged WHERE stands = ?) w"
"""All members that are one person, the one that stands for them included."""


def _person(column: str) -> str:
    """The member that stands for the person in ``column``."""
    return f"coalesce((SELECT stands FROM merged WHERE member = {column}), {column})"


class Hour(NamedTuple):
    """One volunteer's part in a standing service; ``start`` and ``minutes`` of the service, in minutes."""

    service: int
    kind: str
    elder: int
    volunteer: int
    start: int
    minutes: int
    credited: int
    station: int | None


class Flow(NamedTuple):
    """Movements of one business day: what came onto and went off a group of accounts, both positive."""

    station: int | None
    day: int
    what: str
    unit: int
    account: int
    added: int
    taken: int


class VoucherLife(NamedTuple):
    """A voucher's days; ``gone`` is the day it was settled or withdrawn, None while it circulates."""

    issuer: int
    home: int | None
    """The holder's home station."""
    unit: int
    minutes: int
    issued: int
    state: str
    gone: int | None


class Reversal(NamedTuple):
    """A fact that was taken back; ``wall`` in seconds since 1970."""

    wall: int
    station: int | None
    kind: str
    minutes: int


class Posted(NamedTuple):
    """One line of the ledger with the entry that it stands for."""

    entry: int
    ref: str
    station: int | None
    kind: str
    what: str
    day: int
    account: int
    unit: int
    minutes: int


_STEPS = 20_000
"""SQLite's own steps between two looks at whether somebody asked to stop: some milliseconds."""


@contextmanager
def stoppable(store: Store, cancelled: Callable[[], bool]) -> Iterator[None]:
    """Let reading be stopped in the middle of a long query; raises Cancelled."""
    store.connection.set_progress_handler(lambda: int(cancelled()), _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if cancelled():
            raise Cancelled from error
        raise
    finally:
        store.connection.set_progress_handler(None, 0)


def station_names(store: Store) -> dict[int, str]:
    """Every station's name by its number."""
    return dict(store.rows("SELECT number, name FROM station ORDER BY number"))


def registered(store: Store) -> dict[int, int]:
    """When each member was registered, by local number, in seconds since 1970."""
    return dict(store.rows("SELECT m.id, e.wall FROM member m JOIN entry e ON e.id = m.id"))


_IN_DAYS = "c.start / 1440 BETWEEN ? AND ?"
"""Volunteers' parts by the day of their service: for this very expression there is an index."""


def hours(store: Store, first: int, last: int) -> list[Hour]:
    """Standing services that began between two days, both included, one row for each volunteer."""
    rows = store.rows(
        f"SELECT s.id, s.kind, {_person('s.elder')}, {_person('c.volunteer')}, s.start, s.minutes,"
        " c.minutes, j.station FROM credited c CROSS JOIN service s ON s.id = c.service"
        " JOIN entry e ON e.id = s.id JOIN journal j ON j.id = e.journal"
        f" WHERE {_IN_DAYS} AND s.reversed IS NULL ORDER BY s.start, {_ORDER}, c.position",
        (first, last),
    )
    return [Hour(*row) for row in rows]


def first_service_of(store: Store, member: int) -> int | None:
    """The start of a volunteer's first standing service, in minutes."""
    start: int | None = store.value(
        f"SELECT min(c.start) FROM {_WHO} CROSS JOIN credited c ON c.volunteer = w.member"
        " CROSS JOIN service s ON s.id = c.service WHERE s.reversed IS NULL",
        (member, member),
    )
    return start


def services_of(store: Store, member: int, first: int, last: int) -> list[tuple[str, int, int]]:
    """What a volunteer did between two days, both included: (kind of service, services, minutes)."""
    return store.rows(
        "SELECT kind, count(*), sum(minutes) FROM (SELECT DISTINCT s.id, s.kind, s.minutes FROM"
        f" {_WHO} CROSS JOIN credited c ON c.volunteer = w.member CROSS JOIN service s ON s.id = c.service"
        " WHERE c.start >= ? * 1440 AND c.start < (? + 1) * 1440 AND s.reversed IS NULL)"
        " GROUP BY kind ORDER BY kind",
        (member, member, first, last),
    )


def honours(store: Store, day: int) -> list[tuple[int, int, int]]:
    """Minutes of service given by each volunteer: (person, minutes in all, of these after a day).

    What was given is kept for life in ``honour``; only what came after the day is summed up here.
    """
    since = dict(
        store.rows(
            f"SELECT {_person('c.volunteer')} AS who, sum(s.minutes) FROM credited c"
            " CROSS JOIN service s ON s.id = c.service WHERE c.start / 1440 > ? AND s.reversed IS NULL"
            " GROUP BY who",
            (day,),
        )
    )
    rows = store.rows(f"SELECT {_person('h.member')} AS who, sum(h.minutes) FROM honour h GROUP BY who")
    return [(who, minutes, since.get(who, 0)) for who, minutes in rows]


def month_hours(store: Store, bounds: Sequence[tuple[int, int]]) -> list[int]:
    """Minutes of standing service between each pair of days, every volunteer counted."""
    return [
        int(
            store.value(
                "SELECT sum(s.minutes) FROM credited c CROSS JOIN service s ON s.id = c.service"
                f" WHERE {_IN_DAYS} AND s.reversed IS NULL",
                pair,
            )
            or 0
        )
        for pair in bounds
    ]


def kept_under(store: Store, prefix: str) -> list[tuple[str, Any]]:
    """What this station keeps for itself under keys with a prefix."""
    return store.rows(
        "SELECT key, value FROM local WHERE key >= ? AND key < ? ORDER BY key",
        (prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)),
    )


def last_service(store: Store, kind: str, before: int) -> dict[int, int]:
    """The start of each elder's latest standing service of a kind before a minute."""
    return dict(
        store.rows(
            f"SELECT {_person('elder')}, max(start) FROM service WHERE kind = ? AND start < ?"
            " AND reversed IS NULL GROUP BY 1",
            (kind, before),
        )
    )


def flows(store: Store, first: int, last: int) -> list[Flow]:
    """Movements between two business days, both included."""
    rows = store.rows(
        "SELECT j.station, p.day, p.what, p.unit, min(p.account, 0) AS side,"
        " sum(max(p.minutes, 0)), sum(max(-p.minutes, 0)) FROM posting p JOIN entry e ON e.id = p.entry"
        " JOIN journal j ON j.id = e.journal WHERE p.day BETWEEN ? AND ?"
        " GROUP BY j.station, p.day, p.what, p.unit, side ORDER BY p.day, j.station, p.what, p.unit, side",
        (first, last),
    )
    return [Flow(*row) for row in rows]


def gifts(store: Store, first: int, last: int) -> list[tuple[int | None, int, int]]:
    """Credit moved between members: (station, day, minutes)."""
    return store.rows(
        "SELECT j.station, t.day, sum(t.minutes) FROM transfer t JOIN entry e ON e.id = t.id"
        " JOIN journal j ON j.id = e.journal WHERE t.day BETWEEN ? AND ? AND t.reversed IS NULL"
        " AND t.unit = 0 AND t.source > 0 AND t.target > 0 GROUP BY j.station, t.day"
        " ORDER BY t.day, j.station",
        (first, last),
    )


def holdings(store: Store, day: int) -> list[tuple[int, int | None, int, int]]:
    """Balances at the end of a business day: (account or MEMBERS, members' home station, unit, minutes).

    Taken backwards from the balances as they are kept: what came after the day is little, the ledger is long.
    """
    return store.rows(
        "SELECT side, station, unit, sum(minutes) FROM ("
        "SELECT min(b.account, 0) AS side, m.station, b.unit, sum(b.minutes) AS minutes FROM balance b"
        " LEFT JOIN member m ON m.id = b.account GROUP BY side, m.station, b.unit"
        " UNION ALL SELECT min(p.account, 0) AS side, m.station, p.unit, -sum(p.minutes) FROM posting p"
        " LEFT JOIN member m ON m.id = p.account WHERE p.day > ? GROUP BY side, m.station, p.unit)"
        " GROUP BY side, station, unit ORDER BY side, station, unit",
        (day,),
    )


def grants(store: Store, first: int, last: int) -> list[tuple[int, int, int]]:
    """Allowance granted for months that begin between two days: (person, month, minutes)."""
    return store.rows(
        f"SELECT {_person('g.member')}, g.month, g.minutes FROM allowance_grant g"
        " WHERE g.counts AND g.month BETWEEN ? AND ? ORDER BY g.month, g.member",
        (first, last),
    )


def allowance_used(store: Store, first: int, last: int) -> list[tuple[int, int, int]]:
    """Allowance used between two days, in services and in vouchers: (person, day, minutes)."""
    return store.rows(
        f"SELECT {_person('elder')}, start / 1440, minutes FROM service WHERE funding = 'allowance' AND reversed IS NULL"
        " AND start >= ? * 1440 AND start < (? + 1) * 1440"
        f" UNION ALL SELECT {_person('v.holder')}, r.day, v.minutes FROM redemption r JOIN voucher v ON v.id = r.voucher"
        " WHERE v.unit = 1 AND v.issue IS NOT NULL AND r.standing = 'settled' AND r.day BETWEEN ? AND ?",
        (first, last, first, last),
    )


def voucher_lives(store: Store, last: int) -> list[VoucherLife]:
    """Every voucher that was issued by a day."""
    rows = store.rows(
        "SELECT v.issuer, m.station, v.unit, v.minutes, v.issued, v.state,"
        " CASE WHEN v.withdrawn_by IS NOT NULL THEN v.withdrawn_on ELSE"
        " (SELECT r.day FROM redemption r WHERE r.voucher = v.id AND r.standing = 'settled') END"
        " FROM voucher v LEFT JOIN member m ON m.id = v.holder WHERE v.issue IS NOT NULL AND v.issued <= ?",
        (last,),
    )
    return [VoucherLife(*row) for row in rows]


def redeemed_at(store: Store, first: int, last: int) -> list[tuple[int | None, int, int, int, int, int]]:
    """Redemptions that stand: (where, issuer, unit, vouchers, minutes, of these not settled)."""
    return store.rows(
        "SELECT j.station, v.issuer, v.unit, count(*), sum(v.minutes), sum(r.standing = 'suspense')"
        " FROM redemption r JOIN voucher v ON v.id = r.voucher JOIN entry e ON e.id = r.entry"
        " JOIN journal j ON j.id = e.journal WHERE v.issue IS NOT NULL AND r.standing <> 'reversed'"
        " AND r.day BETWEEN ? AND ? GROUP BY j.station, v.issuer, v.unit"
        " ORDER BY j.station, v.issuer, v.unit",
        (first, last),
    )


def reversals(store: Store, start: int, end: int) -> list[Reversal]:
    """Facts taken back in [start, end) by the clock, each once."""
    rows = store.rows(
        "SELECT min(e.wall), j.station, was.kind, coalesce("
        " (SELECT minutes FROM service WHERE id = was.id), (SELECT minutes FROM transfer WHERE id = was.id),"
        " (SELECT v.minutes FROM redemption r JOIN voucher v ON v.id = r.voucher WHERE r.entry = was.id),"
        " CASE was.kind WHEN 'AllowanceGranted' THEN"
        " (SELECT sum(minutes) FROM allowance_grant WHERE entry = was.id) END, 0)"
        " FROM entry e JOIN journal j ON j.id = e.journal JOIN about a ON a.entry = e.id"
        " JOIN entry was ON was.id = a.subject WHERE e.kind = 'FactReversed' AND was.kind IN"
        " ('ServiceLogged', 'CreditMoved', 'VoucherRedeemed', 'AllowanceGranted')"
        " GROUP BY was.id HAVING min(e.wall) >= ? AND min(e.wall) < ? ORDER BY min(e.wall)",
        (start, end),
    )
    return [Reversal(*row) for row in rows]


def decided_on(store: Store) -> dict[str, int]:
    """When each case that was ever decided was decided first, in seconds since 1970."""
    return dict(
        store.rows(
            "SELECT r.key, min(e.wall) FROM resolution r JOIN entry e ON e.id = r.entry GROUP BY r.key"
        )
    )


def ratings(store: Store, first: int, last: int) -> list[tuple[int, bool, int]]:
    """Stars for standing services that began between two days: (service, by the elder, stars)."""
    rows = store.rows(
        "SELECT DISTINCT r.service, r.by = s.elder, r.stars, r.by FROM credited c"
        " CROSS JOIN service s ON s.id = c.service CROSS JOIN rating r ON r.service = s.id"
        f" WHERE {_IN_DAYS} AND s.reversed IS NULL ORDER BY r.service, r.by",
        (first, last),
    )
    return [(service, bool(elder), stars) for service, elder, stars, _ in rows]


# Exports


def _each(store: Store, sql: str) -> Iterator[tuple[Any, ...]]:
    with sqlite_faults(store.path):
        yield from store.connection.execute(sql)


def account_labels(store: Store) -> dict[int, tuple[str, str]]:
    """The number of every member with an account, and the name of the entry that registered it.

    The number is empty where the member's registration has not arrived.
    """
    rows = store.rows(
        f"SELECT e.id, coalesce(m.number, ''), {_REF} FROM (SELECT account FROM posting WHERE account > 0"
        " UNION SELECT account FROM balance WHERE account > 0) p"
        " JOIN entry e ON e.id = p.account JOIN journal j ON j.id = e.journal"
        " LEFT JOIN member m ON m.id = e.id"
    )
    return {row: (number, ref) for row, number, ref in rows}


def first_posting(store: Store) -> int | None:
    """The earliest business day of the ledger."""
    day: int | None = store.value("SELECT min(day) FROM posting")
    return day


def postings(store: Store) -> Iterator[Posted]:
    """The whole ledger by business day and canonical order, summed by entry, event, account and unit."""
    rows = _each(
        store,
        f"SELECT p.entry, {_REF}, j.station, e.kind, p.what, p.day, p.account, p.unit, sum(p.minutes)"
        " FROM posting p JOIN entry e ON e.id = p.entry JOIN journal j ON j.id = e.journal"
        " LEFT JOIN entry f ON f.id = p.account LEFT JOIN journal g ON g.id = f.journal"
        " GROUP BY p.entry, p.what, p.day, p.account, p.unit HAVING sum(p.minutes) <> 0"
        f" ORDER BY p.day, {_ORDER}, p.what = 'decided', p.what, p.unit, p.account < 0,"
        ' p.account * (p.account < 0), g.ref, f.seq, f."check"',
    )
    return (Posted(*row) for row in rows)


def transactions(store: Store) -> int:
    """How many transactions the ledger has: the entries that moved minutes, once for each business day."""
    return int(
        store.value(
            "SELECT count(*) FROM (SELECT DISTINCT entry, day FROM (SELECT entry, day FROM posting"
            " GROUP BY entry, what, day, account, unit HAVING sum(minutes) <> 0))"
        )
    )


def balances(store: Store) -> list[tuple[int, int, int]]:
    """Every balance as it is kept: (account, unit, minutes)."""
    return store.rows("SELECT account, unit, minutes FROM balance ORDER BY account, unit")


def _name(column: str) -> str:
    """The number of the member whose local number is in ``column``, else the name of that entry."""
    return (
        f"coalesce((SELECT number FROM member WHERE id = {column}), (SELECT {_REF} FROM entry e"
        f" JOIN journal j ON j.id = e.journal WHERE e.id = {column}), '')"
    )


_MADE = "JOIN entry e ON e.id = {0} JOIN journal j ON j.id = e.journal"

_SHARED = {
    "stations": "SELECT number, name, role, parent, revoked IS NOT NULL FROM station ORDER BY number",
    "members": f"SELECT m.number, m.station, m.roles, m.erased IS NOT NULL, {_REF}, p.name FROM member m"
    f" {_MADE.format('m.id')} LEFT JOIN person p ON p.member = m.id ORDER BY m.number, {_ORDER}",
    # From each volunteer's part to its service, for that way there is an index; then what credits nobody.
    "services": f"SELECT {_REF}, j.station, s.start, s.timed, s.kind, {_name('s.elder')}, c.volunteer,"
    " s.minutes, c.minutes, s.funding, lower(hex(s.voucher)), s.reversed IS NOT NULL FROM"
    f" (SELECT service, position, {_name('volunteer')} AS volunteer, minutes FROM credited UNION ALL"
    " SELECT id, 0, '', 0 FROM service WHERE id NOT IN (SELECT service FROM credited)) c"
    f" JOIN service s ON s.id = c.service {_MADE.format('s.id')} ORDER BY s.start, {_ORDER}, c.position",
    "ratings": f"SELECT {_REF}, {_name('r.by')}, r.stars FROM rating r {_MADE.format('r.service')}"
    f" ORDER BY {_ORDER}, 2",
    "grants": f"SELECT {_name('g.member')}, g.month, g.minutes, g.rule, g.counts, {_REF}"
    f" FROM allowance_grant g {_MADE.format('g.entry')} ORDER BY g.month, 1, {_ORDER}",
    "vouchers": f"SELECT lower(hex(v.serial)), v.issuer, {_name('v.holder')}, v.unit, v.minutes, v.issued,"
    " v.expires, v.lock, v.state, v.final, v.printed FROM voucher v ORDER BY v.serial",
    "redemptions": f"SELECT lower(hex(v.serial)), {_REF}, j.station, {_name('r.beneficiary')}, r.use, r.day,"
    f" r.standing, r.decision FROM redemption r JOIN voucher v ON v.id = r.voucher {_MADE.format('r.entry')}"
    f" ORDER BY v.serial, {_ORDER}",
}


def shared(store: Store, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of one table of plain shared state, in an order that is the same wherever the state is."""
    return _each(store, _SHARED[table])


def member_number(store: Store, row: int) -> str:
    """A member's number by local number, else the name of the entry that is to register it."""
    return str(store.value(f"SELECT {_name('?1')}", (row,)))
