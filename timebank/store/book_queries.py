"""Reading the books: balances, passbook lines, services, vouchers, cases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from timebank.domain.cases import DOUBLE_REDEMPTION, OVERDRAFT, kind_of
from timebank.domain.vouchers import Redemption, Voucher
from timebank.journal.facts import ServiceLogged
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import names_of
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


class ServiceLine(NamedTuple):
    """A service record as a list shows it; members as (name, number), ``start`` in local minutes."""

    entry: EntryRef
    start: int
    timed: bool
    minutes: int
    kind: str
    funding: str
    elder: tuple[str, str]
    volunteers: tuple[tuple[str, str], ...]
    credited: int
    """Minutes credited to all volunteers together."""
    reversed: bool
    station: int


def ref_of(store: Store, row: int) -> EntryRef:
    """The name of the entry with a local number."""
    found = store.row(
        'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = ?',
        (row,),
    )
    assert found is not None
    return EntryRef(*found)


def row_of(store: Store, ref: EntryRef) -> int | None:
    """The local number of the entry that ``ref`` names, or None where it is not here."""
    found = store.value(
        "SELECT e.id FROM entry e JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.seq = ?"
        ' AND e."check" = ? AND e.bytes IS NOT NULL',
        (ref.journal, ref.seq, ref.check),
    )
    return None if found is None else int(found)


def balance(store: Store, account: int, unit: int = 0) -> int:
    """Minutes on an account."""
    return int(
        store.value("SELECT minutes FROM balance WHERE account = ? AND unit = ?", (account, unit)) or 0
    )


def balances(store: Store, accounts: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(credit, allowance) minutes of several accounts; accounts without any are left out."""
    wanted = sorted(set(accounts))
    found: dict[int, tuple[int, int]] = {}
    for account, unit, minutes in store.rows(
        f"SELECT account, unit, minutes FROM balance WHERE account IN ({', '.join('?' * len(wanted))})",
        tuple(wanted),
    ):
        credit, allowance = found.get(account, (0, 0))
        found[account] = (credit, minutes) if unit else (minutes, allowance)
    return found


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
        "SELECT entry, beneficiary, use, day, standing, decision FROM redemption WHERE voucher = ?",
        (row[-1],),
    )
    return VoucherRecord(
        row[0], Voucher._make((*row[1:-1], tuple(Redemption(*each) for each in redemptions)))
    )


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
        # What the pool paid is made good; an account that is below zero again is a case again.
        decision = _decision(store, key, but_not="charge_pool" if kind == OVERDRAFT else "")
        closed = bool(decided) if kind == DOUBLE_REDEMPTION else bool(decision)
        if only_open and closed:
            continue
        rows = json.loads(facts)
        found.append(
            CaseRecord(
                key,
                kind,
                not closed,
                max(store.value("SELECT wall FROM entry WHERE id = ?", (row,)) or 0 for row in rows),
                minutes,
                tuple(json.loads(members)),
                tuple(ref_of(store, row) for row in rows),
                decision,
            )
        )
    if not only_open:
        found += _past_cases(store)
    return found


def _decision(store: Store, key: str, *, but_not: str = "") -> str:
    return str(
        store.value(
            "SELECT r.decision FROM resolution r JOIN entry e ON e.id = r.entry JOIN journal j ON j.id = e.journal"
            ' WHERE r.key = ? AND r.decision <> ? ORDER BY e.lamport, j.ref, e.seq, e."check" LIMIT 1',
            (key, but_not),
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
        CaseRecord(key, kind_of(key), False, wall, 0, (), (), _decision(store, key)) for key, wall in rows
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


def services(
    store: Store, *, member: int | None = None, limit: int = 50, offset: int = 0
) -> list[ServiceLine]:
    """Service records, the last one entered first; of one member (as elder or volunteer) where given."""
    where, parameters = _of_member(member)
    rows = store.rows(
        "SELECT s.id, s.start, s.timed, s.minutes, s.kind, s.funding, s.elder, s.reversed FROM service s"
        f" WHERE {where} ORDER BY s.id DESC LIMIT ? OFFSET ?",
        (*parameters, limit, offset),
    )
    # Who served is read from the entry itself: the table of credited minutes is kept by volunteer and time.
    told = {row[0]: store.told(row[0]) for row in rows}
    given = {
        row: [(row_of(store, ref) or 0) for ref in each.fact.volunteers]
        for row, each in told.items()
        if each is not None and isinstance(each.fact, ServiceLogged)
    }
    names = names_of(store, [row[6] for row in rows] + [each for line in given.values() for each in line])
    unknown = ("", "")
    lines = []
    for row, start, timed, minutes, kind, funding, elder, reversed_by in rows:
        each = told[row]
        assert each is not None
        assert isinstance(each.fact, ServiceLogged)
        volunteers = tuple(names.get(volunteer, unknown) for volunteer in given[row])
        lines.append(
            ServiceLine(
                each.ref, start, bool(timed), minutes, kind, funding, names.get(elder, unknown), volunteers,
                sum(each.fact.credited), reversed_by is not None, each.station,
            )
        )  # fmt: skip
    return lines


def count_services(store: Store, member: int | None = None) -> int:
    """How many records :func:`services` would list without a limit."""
    where, parameters = _of_member(member)
    return int(store.value(f"SELECT count(*) FROM service s WHERE {where}", parameters))


def _of_member(member: int | None) -> tuple[str, tuple[object, ...]]:
    if member is None:
        return "1", ()
    served = "SELECT id FROM service WHERE elder = ? UNION SELECT service FROM credited WHERE volunteer = ?"
    return f"s.id IN ({served})", (member, member)


def last_entries(store: Store, journal: bytes, kinds: Sequence[str], limit: int) -> list[tuple[int, bool]]:
    """(local number, whether it was reversed) of the last entries of these kinds in a journal, newest first."""
    rows = store.rows(
        "SELECT e.id, EXISTS (SELECT 1 FROM about a JOIN entry r ON r.id = a.entry"
        " WHERE a.subject = e.id AND r.kind = 'FactReversed')"
        " FROM journal j JOIN entry e ON e.journal = j.id WHERE j.ref = ? AND e.bytes IS NOT NULL"
        f" AND e.kind IN ({', '.join('?' * len(kinds))}) ORDER BY e.seq DESC LIMIT ?",
        (journal, *kinds, limit),
    )
    return [(row, bool(undone)) for row, undone in rows]
