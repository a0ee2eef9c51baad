"""Reading the books: balances, passbook lines, services, vouchers, cases."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from timebank.domain.vouchers import Redemption, Voucher
from timebank.journal.refs import EntryRef
from timebank.store.store import Store


class Line(NamedTuple):
    """One line of a passbook; ``minutes`` is signed, ``balance`` the minutes of its unit after it."""

    day: int
    what: str
    unit: int
    minutes: int
    balance: int
    entry: EntryRef
    station: int


class VoucherRecord(NamedTuple):
    """A voucher with its serial."""

    serial: bytes
    voucher: Voucher


class CaseRecord(NamedTuple):
    """A finding, or a case that was closed; members by local number."""

    key: str
    kind: str
    open: bool
    opened: int
    minutes: int
    members: tuple[int, ...]
    facts: tuple[EntryRef, ...]
    decision: str


def ref_of(store: Store, row: int) -> EntryRef:
    """The name of the entry with a local number."""
    found = store.row(
        'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = ?', (row,)
    )
    assert found is not None
    return EntryRef(*found)


def row_of(store: Store, ref: EntryRef) -> int | None:
    """The local number of the entry that ``ref`` names, or None where it is not here."""
    found = store.value(
        'SELECT e.id FROM entry e JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.seq = ?'
        ' AND e."check" = ? AND e.bytes IS NOT NULL',
        (ref.journal, ref.seq, ref.check),
    )
    return None if found is None else int(found)


def balance(store: Store, account: int, unit: int = 0) -> int:
    """Minutes on an account."""
    return int(
        store.value("SELECT minutes FROM balance WHERE account = ? AND unit = ?", (account, unit)) or 0
    )


def honour(store: Store, member: int) -> int:
    """Minutes given in a lifetime."""
    return int(store.value("SELECT minutes FROM honour WHERE member = ?", (member,)) or 0)


def in_circulation(store: Store, member: int) -> int:
    """Credit minutes of a member that are out in vouchers."""
    return int(
        store.value(
            "SELECT coalesce(sum(minutes), 0) FROM voucher WHERE holder = ? AND state = 'circulation' AND unit = 0",
            (member,),
        )
    )


def ledger_sums(store: Store) -> tuple[int, int]:
    """The sum of all postings per unit (credit, allowance): zero while the books balance."""
    sums = dict(store.rows("SELECT unit, sum(minutes) FROM posting GROUP BY unit"))
    return int(sums.get(0, 0)), int(sums.get(1, 0))


def passbook(store: Store, account: int) -> list[Line]:
    """All lines of an account in order of business date, oldest first, with running balances per unit."""
    rows = store.rows(
        'SELECT p.day, p.what, p.unit, sum(p.minutes), j.ref, e.seq, e."check", j.station'
        " FROM posting p JOIN entry e ON e.id = p.entry JOIN journal j ON j.id = e.journal"
        " WHERE p.account = ? GROUP BY p.entry, p.what, p.unit HAVING sum(p.minutes) <> 0"
        ' ORDER BY p.day, e.lamport, j.ref, e.seq, e."check", p.what',
        (account,),
    )
    running = [0, 0]
    lines = []
    for day, what, unit, minutes, journal, seq, check, station in rows:
        running[unit] += minutes
        lines.append(Line(day, what, unit, minutes, running[unit], EntryRef(journal, seq, check), station))
    return lines


_VOUCHER = (
    "SELECT serial, issue, issuer, holder, unit, minutes, issued, expires, lock, state, final, printed,"
    " withdrawn_by, withdrawn_on, id FROM voucher"
)


def voucher(store: Store, serial: bytes) -> VoucherRecord | None:
    """The voucher with a serial, if anything is known of it."""
    found = store.row(f"{_VOUCHER} WHERE serial = ?", (serial,))
    return None if found is None else _voucher(store, found)


def vouchers(
    store: Store, *, state: str | None = None, holder: int | None = None, issue: int | None = None
) -> list[VoucherRecord]:
    """Vouchers by state, holder or issuing entry, newest first."""
    where, parameters = ["1"], []
    for column, value in (("state", state), ("holder", holder), ("issue", issue)):
        if value is not None:
            where.append(f"{column} = ?")
            parameters.append(value)
    rows = store.rows(f"{_VOUCHER} WHERE {' AND '.join(where)} ORDER BY id DESC", tuple(parameters))
    return [_voucher(store, row) for row in rows]


def _voucher(store: Store, row: tuple[Any, ...]) -> VoucherRecord:
    redemptions = store.rows(
        "SELECT entry, beneficiary, use, day, standing, decision FROM redemption WHERE voucher = ?", (row[-1],)
    )
    return VoucherRecord(row[0], Voucher(*row[1:-1], redemptions=tuple(Redemption(*each) for each in redemptions)))


def settled_elsewhere(store: Store, station: int) -> list[tuple[bytes, EntryRef]]:
    """Vouchers of ``station`` whose settling redemption it has not confirmed yet."""
    rows = store.rows(
        "SELECT v.serial, r.entry FROM voucher v JOIN redemption r ON r.voucher = v.id"
        " WHERE v.issuer = ? AND v.state = 'redeemed' AND NOT v.final AND r.standing = 'settled' ORDER BY v.serial",
        (station,),
    )
    return [(serial, ref_of(store, entry)) for serial, entry in rows]


def cases(store: Store, *, only_open: bool = False) -> list[CaseRecord]:
    """All cases, or the open ones; a case stays open until a decision covers all that was found."""
    found = []
    for key, kind, minutes, members, facts, decided in store.rows("SELECT * FROM finding ORDER BY key"):
        decision = _decision(store, key)
        closed = bool(decided) if kind == "double_redemption" else bool(decision)
        if only_open and closed:
            continue
        rows = json.loads(facts)
        found.append(
            CaseRecord(
                key,
                kind,
                not closed,
                max(store.value("SELECT wall FROM entry WHERE id = ?", (row,)) for row in rows),
                minutes,
                tuple(json.loads(members)),
                tuple(ref_of(store, row) for row in rows),
                decision,
            )
        )
    if not only_open:
        found += _past_cases(store)
    return found


def _decision(store: Store, key: str) -> str:
    return str(
        store.value(
            "SELECT r.decision FROM resolution r JOIN entry e ON e.id = r.entry JOIN journal j ON j.id = e.journal"
            ' WHERE r.key = ? ORDER BY e.lamport, j.ref, e.seq, e."check" LIMIT 1',
            (key,),
        )
        or ""
    )


def _past_cases(store: Store) -> list[CaseRecord]:
    """Cases that were decided and whose finding is gone since (reversed, made good)."""
    rows = store.rows(
        "SELECT r.key, min(e.wall) FROM resolution r JOIN entry e ON e.id = r.entry"
        " WHERE r.key NOT IN (SELECT key FROM finding) GROUP BY r.key ORDER BY r.key"
    )
    return [
        CaseRecord(key, key.rsplit("-", 1)[0], False, wall, 0, (), (), _decision(store, key)) for key, wall in rows
    ]


def volunteer_services(store: Store, volunteer: int, start: int, end: int) -> list[tuple[int, int, int]]:
    """Standing timed records of a volunteer that share time with [start, end): (record, start, minutes)."""
    rows = store.rows(
        "SELECT s.id, s.start, s.minutes FROM credited c JOIN service s ON s.id = c.service"
        " WHERE c.volunteer = ? AND c.start > ? AND c.start < ? AND s.reversed IS NULL AND s.timed"
        " AND s.start + s.minutes > ?",
        (volunteer, start - 1440, end, start),
    )
    return [(row, begin, minutes) for row, begin, minutes in rows]
