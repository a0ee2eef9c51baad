"""Reading the books: balances, passbook lines, services, vouchers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from timebank.domain.vouchers import Redemption, Voucher
from timebank.journal.facts import ServiceLogged
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import names_of, one_person
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


def account_minutes(store: Store, account: int, unit: int = 0) -> int:
    """Minutes on one account, whoever else is the same person."""
    return int(
        store.value("SELECT minutes FROM balance WHERE account = ? AND unit = ?", (account, unit)) or 0
    )


def balance(store: Store, account: int, unit: int = 0) -> int:
    """Minutes of a person, on all accounts that are theirs; or on an account of the network."""
    rows = one_person(store, account)
    return int(
        store.value(
            f"SELECT coalesce(sum(minutes), 0) FROM balance WHERE account IN ({_marks(rows)}) AND unit = ?",
            (*rows, unit),
        )
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def balances(store: Store, members: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(credit, allowance) minutes of several people, by the members that stand; those without any left out."""
    wanted = sorted(set(members))
    found: dict[int, tuple[int, int]] = {}
    for account, unit, minutes in store.rows(
        "SELECT coalesce(m.stands, b.account), b.unit, sum(b.minutes) FROM balance b LEFT JOIN merged m"
        f" ON m.member = b.account WHERE b.account IN ({_marks(wanted)}) OR b.account IN"
        f" (SELECT member FROM merged WHERE stands IN ({_marks(wanted)})) GROUP BY 1, 2",
        (*wanted, *wanted),
    ):
        credit, allowance = found.get(account, (0, 0))
        found[account] = (credit, minutes) if unit else (minutes, allowance)
    return found


def honour(store: Store, member: int) -> int:
    """Minutes that a person gave in a lifetime."""
    rows = one_person(store, member)
    return int(store.value(f"SELECT sum(minutes) FROM honour WHERE member IN ({_marks(rows)})", rows) or 0)


def in_circulation(store: Store, member: int) -> int:
    """Credit minutes of a person that are out in vouchers."""
    rows = one_person(store, member)
    return int(
        store.value(
            f"SELECT coalesce(sum(minutes), 0) FROM voucher WHERE holder IN ({_marks(rows)})"
            " AND state = 'circulation' AND unit = 0",
            rows,
        )
    )


def ledger_sums(store: Store) -> tuple[int, int]:
    """The sum of all postings per unit (credit, allowance): zero while the books balance."""
    sums = dict(store.rows("SELECT unit, sum(minutes) FROM posting GROUP BY unit"))
    return int(sums.get(0, 0)), int(sums.get(1, 0))


def passbook(store: Store, account: int) -> list[Line]:
    """All lines of a person in order of business date, oldest first, with running balances per unit."""
    accounts = one_person(store, account)
    rows = store.rows(
        'SELECT p.day, p.what, p.unit, sum(p.minutes), j.ref, e.seq, e."check", j.station'
        " FROM posting p JOIN entry e ON e.id = p.entry JOIN journal j ON j.id = e.journal"
        f" WHERE p.account IN ({_marks(accounts)}) GROUP BY p.entry, p.what, p.unit HAVING sum(p.minutes) <> 0"
        ' ORDER BY p.day, e.lamport, j.ref, e.seq, e."check", p.what',
        accounts,
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
    """Vouchers by state, holder (the person) or issuing entry, newest first."""
    where: list[str] = ["1"]
    parameters: list[object] = []
    for column, values in (
        ("state", () if state is None else (state,)),
        ("holder", () if holder is None else one_person(store, holder)),
        ("issue", () if issue is None else (issue,)),
    ):
        if values:
            where.append(f"{column} IN ({_marks(values)})")
            parameters += values
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


def volunteer_services(store: Store, volunteer: int, start: int, end: int) -> list[tuple[int, int, int]]:
    """Standing timed records of a person that share time with [start, end): (record, start, minutes)."""
    members = one_person(store, volunteer)
    rows = store.rows(
        "SELECT s.id, s.start, s.minutes FROM credited c JOIN service s ON s.id = c.service"
        f" WHERE c.volunteer IN ({_marks(members)}) AND c.start > ? AND c.start < ? AND s.reversed IS NULL"
        " AND s.timed AND s.start + s.minutes > ?",
        (*members, start - 1440, end, start),
    )
    return [(row, begin, minutes) for row, begin, minutes in rows]


def served_between(store: Store, volunteer: int, start: int, end: int) -> list[int]:
    """The minutes of each standing record of a person that begins in [start, end), timed or not."""
    members = one_person(store, volunteer)
    rows = store.rows(
        "SELECT s.minutes FROM credited c JOIN service s ON s.id = c.service"
        f" WHERE c.volunteer IN ({_marks(members)}) AND c.start >= ? AND c.start < ? AND s.reversed IS NULL",
        (*members, start, end),
    )
    return [minutes for (minutes,) in rows]


def kept_between(store: Store, volunteer: int, start: int, end: int) -> list[tuple[str, int]]:
    """(kind, minutes) of each standing record of a person that begins in [start, end): the credit that stayed theirs."""
    members = one_person(store, volunteer)
    return store.rows(
        f"SELECT s.kind, {KEPT} FROM credited c JOIN service s ON s.id = c.service"
        f" WHERE c.volunteer IN ({_marks(members)}) AND c.start >= ? AND c.start < ? AND s.reversed IS NULL",
        (*members, start, end),
    )


KEPT = (
    "c.minutes - coalesce((SELECT sum(a.minutes) FROM adjustment a WHERE a.of = s.id AND a.of > 0"
    " AND a.member = c.volunteer AND a.cause = 'donated' AND a.counts), 0)"
)
"""Of a record ``s`` and a volunteer ``c`` of it, the credit that did not go on to the pool."""


def redeemed_on(store: Store, holder: int, day: int) -> int:
    """Minutes of a person's vouchers redeemed on a day and not taken back."""
    members = one_person(store, holder)
    found = store.value(
        "SELECT coalesce(sum(v.minutes), 0) FROM voucher v JOIN redemption r ON r.voucher = v.id"
        f" WHERE v.holder IN ({_marks(members)}) AND r.day = ? AND r.standing <> 'reversed'",
        (*members, day),
    )
    return int(found)


def services(
    store: Store, *, member: int | None = None, limit: int = 50, offset: int = 0
) -> list[ServiceLine]:
    """Service records, the last one entered first; of one person (as elder or volunteer) where given."""
    where, parameters = _of_member(store, member)
    page = f"SELECT s.id FROM service s WHERE {where} ORDER BY s.id DESC LIMIT ? OFFSET ?"
    return service_lines(store, [row for (row,) in store.rows(page, (*parameters, limit, offset))])


def service_lines(store: Store, numbers: Sequence[int]) -> list[ServiceLine]:
    """The records with these local numbers, in their order; one that is gone since is left out."""
    found = store.rows(
        "SELECT s.id, s.start, s.timed, s.minutes, s.kind, s.funding, s.elder, s.reversed FROM service s"
        f" WHERE s.id IN ({_marks(numbers)})",
        tuple(numbers),
    )
    place = {number: at for at, number in enumerate(numbers)}
    rows = sorted(found, key=lambda row: place[row[0]])
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
    where, parameters = _of_member(store, member)
    return int(store.value(f"SELECT count(*) FROM service s WHERE {where}", parameters))


def _of_member(store: Store, member: int | None) -> tuple[str, tuple[object, ...]]:
    if member is None:
        return "1", ()
    rows = one_person(store, member)
    marks = _marks(rows)
    served = f"SELECT service FROM credited WHERE volunteer IN ({marks})"
    return f"s.id IN (SELECT id FROM service WHERE elder IN ({marks}) UNION {served})", (*rows, *rows)


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
