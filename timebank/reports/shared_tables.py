"""Plain shared state as one comma-separated file for each table: numbers, minutes and codes.

Rows stand in an order that depends on the facts alone: stations with the same facts write the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from timebank.domain.credit import SYSTEM_ACCOUNTS, UNITS
from timebank.journal.refs import day_of, minute_of
from timebank.reports.table import Cell
from timebank.store import case_queries, report_queries
from timebank.store.store import Store

Row = tuple[Any, ...]

HEADERS: dict[str, tuple[str, ...]] = {
    "stations": ("station", "name", "role", "parent", "revoked"),
    "members": ("number", "station", "roles", "erased", "entry"),
    "services": (
        "entry", "station", "start", "timed", "kind", "elder", "volunteer", "minutes", "credited_minutes",
        "funding", "voucher", "reversed",
    ),
    "ratings": ("service", "by", "stars"),
    "grants": ("member", "month", "minutes", "rule", "counts", "entry"),
    "vouchers": (
        "serial", "issuer", "holder", "unit", "minutes", "issued", "expires", "locked_to", "state", "final",
        "printed",
    ),
    "redemptions": ("serial", "entry", "station", "beneficiary", "use", "day", "standing", "decision"),
    "postings": ("entry", "station", "fact", "what", "day", "account", "unit", "minutes"),
    "cases": ("case", "kind", "open", "minutes", "members", "entries", "decision"),
}  # fmt: skip
"""Every table with its columns; ``services`` has one row for each volunteer."""


def table(store: Store, name: str, *, with_names: bool) -> Iterator[tuple[Cell, ...]]:
    """A table's header and rows; ``with_names`` adds the names known at this station to ``members``."""
    header = HEADERS[name] + (("name",) if name == "members" and with_names else ())
    yield header
    if name == "postings":
        yield from _postings(store)
    elif name == "cases":
        yield from _cases(store)
    else:
        shape = _SHAPES.get(name)
        for row in report_queries.shared(store, name):
            yield (row if shape is None else shape(row))[: len(header)]


def _postings(store: Store) -> Iterator[tuple[Cell, ...]]:
    members = report_queries.account_labels(store)
    for each in report_queries.postings(store):
        number, ref = members.get(each.account, ("", ""))
        account = SYSTEM_ACCOUNTS.get(each.account) or number or ref
        yield (
            each.ref,
            each.station,
            each.kind,
            each.what,
            _day(each.day),
            account,
            UNITS[each.unit],
            each.minutes,
        )


def _cases(store: Store) -> Iterator[tuple[Cell, ...]]:
    for case in sorted(case_queries.cases(store), key=lambda each: each.key):
        members = sorted(report_queries.member_number(store, row) for row in case.members)
        entries = sorted(map(str, case.facts))
        head = (case.key, case.kind, int(case.open), case.minutes)
        yield (*head, " ".join(members), " ".join(entries), case.decision)


def _day(number: int) -> str:
    """A day as text, empty for 0 (none)."""
    return day_of(number).isoformat() if number else ""


def _service(row: Row) -> Row:
    entry, station, start, *rest = row
    return (entry, station, minute_of(start).isoformat(timespec="minutes"), *rest)


def _grant(row: Row) -> Row:
    member, month, *rest = row
    return (member, _day(month)[:7], *rest)


def _voucher(row: Row) -> Row:
    serial, issuer, holder, unit, minutes, issued, expires, *rest = row
    return (serial, issuer, holder, UNITS[unit], minutes, _day(issued), _day(expires), *rest)


def _redemption(row: Row) -> Row:
    serial, entry, station, beneficiary, use, day, *rest = row
    return (serial, entry, station, beneficiary, use, _day(day), *rest)


_SHAPES: dict[str, Callable[[Row], Row]] = {
    "services": _service,
    "grants": _grant,
    "vouchers": _voucher,
    "redemptions": _redemption,
}
