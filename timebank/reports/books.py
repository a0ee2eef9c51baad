"""R6, the ledger; R5, the allowance; and the vouchers, station by station."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import NamedTuple

from timebank.domain.credit import CIRCULATION, DONATED, POOL, REDEEMED, SUSPENSE, SYSTEM_ACCOUNTS
from timebank.journal.facts import ALLOWANCE, CREDIT
from timebank.journal.refs import day_of
from timebank.policy.allowance import reference_day
from timebank.reports.frame import Frame, Month, category_order
from timebank.reports.table import Cell, Count, Minutes, Table
from timebank.store import report_queries
from timebank.store.report_queries import MEMBERS, Flow, VoucherLife

FLOWS = ("earned", "spent", "donated", "pool_paid", "given", "issued", "returned")
"""Credit: earned by services; spent on services and rewards; and what moved without being used up."""


def flows_of(flow: Flow) -> list[tuple[str, int]]:
    """Which of :data:`FLOWS` a day's movements on a group of accounts belong to, with their minutes."""
    if flow.unit != CREDIT:
        return []
    named = _FLOWS.get((flow.account, flow.what), ("", ""))
    if flow.account == POOL:
        named = (named[0], "pool_paid")
    return [(name, minutes) for name, minutes in zip(named, flow[-2:], strict=True) if name and minutes]


_FLOWS = {
    (MEMBERS, "service"): ("earned", "spent"),
    (MEMBERS, "voucher"): ("", "issued"),
    (MEMBERS, "void"): ("returned", ""),
    (MEMBERS, "expired"): ("returned", ""),
    (POOL, "move"): ("donated", "pool_paid"),
    (POOL, DONATED): ("donated", "pool_paid"),
    (REDEEMED, "redeemed"): ("spent", ""),
}
"""The names of what comes onto these accounts and of what goes off them, by what happened."""


def credit_flows(frame: Frame) -> dict[tuple[date, int], Counter[str]]:
    """Minutes of each flow by (first day of the month, station)."""
    sums: dict[tuple[date, int], Counter[str]] = defaultdict(Counter)

    def count(station: int | None, day: int, name: str, minutes: int) -> None:
        month = day_of(day).replace(day=1)
        sums[month, -1 if station is None else station][name] += minutes

    for flow in report_queries.flows(frame.store, *frame.days):
        for name, minutes in flows_of(flow):
            count(flow.station, flow.day, name, minutes)
    for station, day, minutes in report_queries.gifts(frame.store, *frame.days):
        count(station, day, "given", minutes)
    return sums


def outstanding(frame: Frame) -> int:
    """Credit that the network owes at the period's end: on accounts, in the pool, in vouchers, in dispute."""
    held = report_queries.holdings(frame.store, frame.days[1])
    return sum(
        minutes
        for account, _, unit, minutes in held
        if unit == CREDIT and account in (MEMBERS, POOL, CIRCULATION, SUSPENSE)
    )


def ledger(frame: Frame) -> tuple[Table, ...]:
    """What moved by month and station, every account before and after, and what is owed by home station."""
    flows = credit_flows(frame)
    total: Counter[str] = sum(flows.values(), Counter())
    rows: list[tuple[Cell, ...]] = [
        (month.strftime("%Y-%m"), frame.station(station), *_amounts(flows[month, station]))
        for month, station in sorted(flows)
    ]
    if rows:
        rows.append((frame.say("word.total"), "", *_amounts(total)))
    moved = Table(
        frame.say("table.ledger_flows"),
        frame.columns("month", "station", *FLOWS),
        tuple(rows),
        (frame.say("note.ledger_flows"),),
        total=bool(rows),
    )
    return moved, _accounts(frame), _owed(frame)


def _amounts(flows: Counter[str]) -> tuple[Minutes, ...]:
    return tuple(Minutes(flows[name]) for name in FLOWS)


def _accounts(frame: Frame) -> Table:
    first, last = frame.days
    opening: Counter[tuple[int, int]] = Counter()
    for account, _, unit, minutes in report_queries.holdings(frame.store, first - 1):
        opening[unit, -account] += minutes
    added: Counter[tuple[int, int]] = Counter()
    taken: Counter[tuple[int, int]] = Counter()
    for flow in report_queries.flows(frame.store, first, last):
        added[flow.unit, -flow.account] += flow.added
        taken[flow.unit, -flow.account] += flow.taken
    rows: list[tuple[Cell, ...]] = []
    for unit, negative in sorted(opening.keys() | added.keys()):
        key, name = (unit, negative), SYSTEM_ACCOUNTS.get(-negative, "members")
        closing = opening[key] + added[key] - taken[key]
        amounts = map(Minutes, (opening[key], added[key], taken[key], closing))
        rows.append((frame.unit(unit), frame.say(f"account.{name}"), *amounts))
    columns = frame.columns("unit", "account", "opening", "added", "taken", "closing")
    return Table(
        frame.say("table.ledger_accounts"), columns, tuple(rows), (frame.say("note.ledger_accounts"),)
    )


def _owed(frame: Frame) -> Table:
    held: Counter[tuple[int, int]] = Counter()
    for account, home, unit, minutes in report_queries.holdings(frame.store, frame.days[1]):
        if account == MEMBERS:
            held[-1 if home is None else home, unit] += minutes
    out: Counter[int] = Counter()
    for life in report_queries.voucher_lives(frame.store, frame.days[1]):
        if life.unit == CREDIT and circulates(life, frame.days[1]):
            out[-1 if life.home is None else life.home] += life.minutes
    stations = sorted({home for home, _ in held} | set(out))

    def row(label: str, credit: int, vouchers: int, allowance: int) -> tuple[Cell, ...]:
        return (label, Minutes(credit), Minutes(vouchers), Minutes(credit + vouchers), Minutes(allowance))

    rows = [row(frame.station(s), held[s, CREDIT], out[s], held[s, ALLOWANCE]) for s in stations]
    if rows:
        sums = [
            sum(minutes for (_, unit), minutes in held.items() if unit == each)
            for each in (CREDIT, ALLOWANCE)
        ]
        rows.append(row(frame.say("word.total"), sums[0], out.total(), sums[1]))
    columns = frame.columns("home_station", "on_accounts", "in_vouchers", "owed", "allowance_left")
    return Table(frame.say("table.ledger_owed"), columns, tuple(rows), total=bool(rows))


# Allowance


class Hours(NamedTuple):
    """Allowance of some elders in a month, in minutes, and how many elders it concerns."""

    elders: int = 0
    entitled: int = 0
    granted: int = 0
    used: int = 0

    def plus(self, other: Hours) -> Hours:
        """Both together."""
        return Hours(*(a + b for a, b in zip(self, other, strict=True)))

    def cells(self) -> tuple[Cell, ...]:
        """The figures of a row."""
        minutes = (self.entitled, self.granted, self.used, self.granted - self.used)
        return (Count(self.elders), *map(Minutes, minutes))


def month_allowance(frame: Frame, month: Month) -> dict[int, Hours]:
    """The allowance of every member whom a month concerns, by local number."""
    granted: Counter[int] = Counter()
    used: Counter[int] = Counter()
    for member, _, minutes in report_queries.grants(frame.store, *month.days):
        granted[member] += minutes
    for member, _, minutes in report_queries.allowance_used(frame.store, *month.days):
        used[member] += minutes
    entitled = {each.row: frame.entitled(each.record, month.first) for each in frame.elders(month.seen)}
    rows = {row for row, minutes in entitled.items() if minutes} | granted.keys() | used.keys()
    return {row: Hours(1, entitled.get(row, 0), granted[row], used[row]) for row in rows}


def allowance(frame: Frame) -> tuple[Table, ...]:
    """Entitled, granted, used and unused by month, and by category and care level."""
    by_month: list[tuple[Cell, ...]] = []
    by_group: list[tuple[Cell, ...]] = []
    for month in frame.months:
        each_member = month_allowance(frame, month)
        total = Hours()
        groups: dict[tuple[str, int], Hours] = defaultdict(Hours)
        day = reference_day(month.first, frame.pack(month.first))
        for row, each in each_member.items():
            total = total.plus(each)
            for group in _groups(frame, row, day):
                groups[group] = groups[group].plus(each)
        by_month.append((month.label, *total.cells()))
        by_group += [
            (month.label, frame.category(category), _level(frame, level), *groups[category, level].cells())
            for category, level in sorted(groups, key=lambda key: (category_order(key[0]), key[1]))
        ]
    figures = ("elders", "entitled", "granted", "used", "unused")
    return (
        Table(
            frame.say("table.allowance_month"),
            frame.columns("month", *figures),
            tuple(by_month),
            (frame.say("note.allowance"), frame.say("note.whole_months")),
        ),
        Table(
            frame.say("table.allowance_group"),
            frame.columns("month", "category", "care_level", *figures),
            tuple(by_group),
            (frame.say("note.categories_overlap"),),
        ),
    )


_NOT_ASSESSED, _UNKNOWN = 8, 9


def _groups(frame: Frame, row: int, day: date) -> list[tuple[str, int]]:
    person = frame.known(row)
    if person is None:
        return [("unknown", _UNKNOWN)]
    level = person.level(day)
    held = dict.fromkeys(person.categories(day)) or {"none": None}
    return [(category, _NOT_ASSESSED if level is None else level) for category in held]


def _level(frame: Frame, level: int) -> str:
    return frame.level(None if level == _NOT_ASSESSED else level)


# Vouchers

FATES = ("issued", "redeemed", "void", "expired", "circulation")


def circulates(life: VoucherLife, day: int) -> bool:
    """Whether a voucher was out at the end of a business day."""
    return life.issued <= day and (life.gone is None or life.gone > day)


def voucher_fates(frame: Frame) -> dict[tuple[int, int], dict[str, list[int]]]:
    """Vouchers and minutes of each of :data:`FATES` by (issuing station, unit)."""
    first, last = frame.days
    fates: dict[tuple[int, int], dict[str, list[int]]] = defaultdict(lambda: {fate: [0, 0] for fate in FATES})
    for life in report_queries.voucher_lives(frame.store, last):
        group = fates[life.issuer, life.unit]
        met = []
        if life.issued >= first:
            met.append("issued")
        if life.gone is not None and first <= life.gone <= last:
            met.append(life.state)
        if circulates(life, last):
            met.append("circulation")
        for fate in met:
            group[fate][0] += 1
            group[fate][1] += life.minutes
    return fates


def vouchers(frame: Frame) -> tuple[Table, ...]:
    """What each station issued and what became of it; and where vouchers were redeemed."""
    fates = voucher_fates(frame)
    issued = Table(
        frame.say("table.vouchers_issuer"),
        frame.columns(
            "issuer", "voucher_unit", *(f"{fate}_{what}" for fate in FATES for what in ("count", "hours"))
        ),
        tuple(
            (
                frame.station(station),
                frame.unit(unit),
                *(cell for fate in FATES for cell in _pair(*fates[station, unit][fate])),
            )
            for station, unit in sorted(fates)
        ),
        (frame.say("note.vouchers"),),
    )
    redeemed = Table(
        frame.say("table.vouchers_where"),
        frame.columns(
            "redeemed_at", "issuer", "voucher_unit", "redeemed_count", "redeemed_hours", "disputed"
        ),
        tuple(
            (
                frame.station(where),
                frame.station(issuer),
                frame.unit(unit),
                *_pair(count, minutes),
                Count(disputed),
            )
            for where, issuer, unit, count, minutes, disputed in report_queries.redeemed_at(
                frame.store, *frame.days
            )
        ),
        (frame.say("note.disputed"),),
    )
    return issued, redeemed


def _pair(count: int, minutes: int) -> tuple[Cell, Cell]:
    return Count(count), Minutes(minutes)
