"""Lists of vouchers: a page at a time, filtered and ordered by the database."""

from __future__ import annotations

from typing import NamedTuple

from timebank.journal.refs import EntryRef
from timebank.store.people_queries import NAME_OF, one_person
from timebank.store.store import Store

ORDERS = {
    "serial": "v.serial",
    "state": "state",
    "minutes": "v.minutes",
    "holder": "m.number",
    "issued": "v.issued",
    "expires": "v.expires = 0, v.expires",
    "station": "v.issuer",
}
"""What a list can be ordered by."""


UNPRINTED = "unprinted"
"""A state to filter by: in circulation, and never printed."""


class VoucherSums(NamedTuple):
    """How many vouchers a list has, and their minutes by unit: the two never meet in one sum."""

    vouchers: int
    credit: int
    allowance: int


class VoucherLine(NamedTuple):
    """A voucher as lists show it, ``state`` as of a day; days count from 2000-01-01 (0: none)."""

    serial: bytes
    state: str
    unit: int
    minutes: int
    issued: int
    expires: int
    printed: int
    """How often it was printed."""
    final: bool
    issuer: int
    station: str
    locked_to: str
    """The only station that may redeem it, or empty."""
    number: str
    """The holder's number."""
    name: str
    """The holder's name, or the number where the person is not known here."""


_STATE = (
    "CASE WHEN v.state = 'circulation' AND v.expires > 0 AND v.expires < ?1 THEN 'expired' ELSE v.state END"
)
_FROM = (
    " FROM voucher v LEFT JOIN merged x ON x.member = v.holder"
    " LEFT JOIN member m ON m.id = coalesce(x.stands, v.holder)"
    " LEFT JOIN station s ON s.number = v.issuer LEFT JOIN station l ON l.number = v.lock AND v.lock <> 0"
)


def voucher_lines(
    store: Store,
    today: int,
    *,
    state: str = "",
    holder: int = 0,
    unit: int | None = None,
    issuer: int = 0,
    serial: bytes = b"",
    order: str = "",
    descending: bool = False,
    offset: int = 0,
    limit: int = -1,
) -> list[VoucherLine]:
    """Vouchers, newest first or in one of :data:`ORDERS`; empty filters let everything through."""
    where, parameters = _where(store, today, state, holder, serial, unit, issuer)
    column = ORDERS.get(order, "v.id DESC")
    direction = " DESC" if descending and order in ORDERS else ""
    rows = store.rows(
        f"SELECT v.serial, {_STATE} AS state, v.unit, v.minutes, v.issued, v.expires, v.printed, v.final,"
        " v.issuer, coalesce(s.name, ''), coalesce(l.name, ''), coalesce(m.number, ''),"
        f" coalesce({NAME_OF.format('m.id', 'v.holder')}, m.number, ''){_FROM} WHERE {where}"
        f" ORDER BY {column}{direction}, v.id DESC LIMIT ?5 OFFSET ?6",
        (*parameters, limit, offset),
    )
    return [VoucherLine(*row)._replace(final=bool(row[7])) for row in rows]


def voucher_sums(
    store: Store,
    today: int,
    *,
    state: str = "",
    holder: int = 0,
    unit: int | None = None,
    issuer: int = 0,
) -> VoucherSums:
    """How many vouchers :func:`voucher_lines` would list, and their minutes together by unit."""
    where, parameters = _where(store, today, state, holder, b"", unit, issuer)
    found = store.row(
        "SELECT count(*), coalesce(sum(CASE WHEN v.unit = 0 THEN v.minutes ELSE 0 END), 0),"
        " coalesce(sum(CASE WHEN v.unit = 1 THEN v.minutes ELSE 0 END), 0)"
        f" FROM voucher v WHERE {where}",
        parameters,
    )
    assert found is not None
    return VoucherSums(*map(int, found))


def _where(
    store: Store, today: int, state: str, holder: int, serial: bytes, unit: int | None, issuer: int
) -> tuple[str, tuple[object, ...]]:
    """The condition, over the parameters 1 to 4; each is named so that all are always bound."""
    unprinted = state == UNPRINTED
    state = "circulation" if unprinted else state
    holders = ", ".join(map(str, one_person(store, holder)))
    conditions = [
        f"({_STATE}) = ?2" if state else "?2 = ''",
        "v.printed = 0" if unprinted else "1",
        f"v.unit = {int(unit)}" if unit is not None else "1",
        f"v.issuer = {int(issuer)}" if issuer else "1",
        f"?3 AND v.holder IN ({holders})" if holder else "?3 = 0",
        "v.serial = ?4" if serial else "?4 = x''",
    ]
    return f"?1 IS NOT NULL AND {' AND '.join(conditions)}", (today, state, holder, serial)


class RedemptionLine(NamedTuple):
    """One honoured redemption of a voucher, as evidence."""

    entry: EntryRef
    station: str
    wall: int
    """Seconds since 1970 by the clock of the station that wrote it."""
    day: int
    number: str
    name: str
    use: str
    standing: str
    """settled, suspense or reversed"""
    decision: str


def redemption_lines(store: Store, serial: bytes) -> list[RedemptionLine]:
    """The redemptions of a voucher, in the network's order."""
    rows = store.rows(
        'SELECT j.ref, e.seq, e."check",'
        " coalesce(s.name, ''), e.wall, r.day, coalesce(m.number, ''), coalesce(p.name, m.number, ''),"
        " r.use, r.standing, r.decision"
        " FROM redemption r JOIN voucher v ON v.id = r.voucher JOIN entry e ON e.id = r.entry"
        " JOIN journal j ON j.id = e.journal LEFT JOIN station s ON s.number = j.station"
        " LEFT JOIN member m ON m.id = r.beneficiary LEFT JOIN person p ON p.member = m.id"
        ' WHERE v.serial = ? ORDER BY e.lamport, j.ref, e.seq, e."check"',
        (serial,),
    )
    return [RedemptionLine(EntryRef(*row[:3]), *row[3:]) for row in rows]
