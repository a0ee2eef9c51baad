"""The whole ledger as a Beancount file, so that another program can add it up again.

Members' accounts carry numbers, never names. Every balance as the store keeps it is asserted at the end:
``bean-check`` compares it with its own sum of the postings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from timebank.domain.credit import CIRCULATION, EXPIRED, MINT, POOL, REDEEMED, SUSPENSE
from timebank.journal.refs import EPOCH, day_of
from timebank.reports.shown import clean
from timebank.store import report_queries
from timebank.store.report_queries import Posted
from timebank.store.store import Store

COMMODITIES = ("CREDITMIN", "ALLOWANCEMIN")
"""Whole minutes of each unit; the index is the unit."""

SYSTEM = {
    MINT: "Equity:Mint",
    POOL: "Assets:Pool",
    CIRCULATION: "Assets:Circulation",
    REDEEMED: "Expenses:Redeemed",
    EXPIRED: "Expenses:Expired",
    SUSPENSE: "Assets:Suspense",
}
_FIRST, _LAST = date(1970, 1, 1), date(2099, 12, 30)
"""A date beyond these, which only a broken clock writes, is shown as the nearest of the two."""


class Written(NamedTuple):
    """What a file holds."""

    accounts: int
    transactions: int


def write_beancount(store: Store, network: str, path: Path) -> Written:
    """Write every posting, one transaction for each entry, and an assertion of every balance."""
    names = account_names(store)
    transactions, last = 0, EPOCH
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_head(network, names.values(), _opening(store)))
        for (_, day), group in groupby(
            report_queries.postings(store), key=lambda each: (each.entry, each.day)
        ):
            shown = _day(day)
            file.writelines(_transaction(shown, list(group), names))
            last = max(last, shown)
            transactions += 1
        file.writelines(_assertions(store, names, last + timedelta(days=1)))
    return Written(len(names), transactions)


def account_names(store: Store) -> dict[int, str]:
    """A legal name for every account: ``Assets:Members:M001-00001``.

    Where a cloned disk gave one number to two members, or a registration has not arrived, the name of the
    registering entry tells them apart.
    """
    labels = report_queries.account_labels(store)
    numbers = Counter(number for number, _ in labels.values())
    names = dict(SYSTEM)
    for row, (number, ref) in labels.items():
        journal, seq, check = ref.split("-")
        unique = f"{journal[:8]}-{seq}-{check[:8]}"
        legal = "".join(each if each.isascii() and each.isalnum() else "-" for each in number)
        if not number:
            names[row] = f"Assets:Members:X{unique}"
        elif numbers[number] > 1 or legal != number:
            names[row] = f"Assets:Members:M{legal}-{unique}"
        else:
            names[row] = f"Assets:Members:M{legal}"
    return names


def _opening(store: Store) -> date:
    first = report_queries.first_posting(store)
    return _FIRST if first is None else _day(first)


def _head(network: str, accounts: Iterable[str], opening: date) -> Iterator[str]:
    yield f'option "title" {_quoted(network)}\n'
    for commodity in COMMODITIES:
        yield f'option "operating_currency" "{commodity}"\n'
    for commodity in COMMODITIES:
        yield f"\n{opening} commodity {commodity}\n"
    yield "\n"
    for name in sorted(accounts):
        yield f"{opening} open {name} {','.join(COMMODITIES)}\n"


def _transaction(day: date, postings: list[Posted], names: dict[int, str]) -> Iterator[str]:
    first = postings[0]
    yield f'\n{day} * "{first.kind}"\n  entry: "{first.ref}"\n'
    if first.station is not None:
        yield f"  station: {first.station}\n"
    for each in postings:
        yield f"  {names[each.account]}  {each.minutes} {COMMODITIES[each.unit]}\n"
        if each.what != first.what:  # a case was decided, which moves the minutes once more
            yield f'    what: "{each.what}"\n'


def _assertions(store: Store, names: dict[int, str], day: date) -> Iterator[str]:
    yield "\n"
    for account, unit, minutes in report_queries.balances(store):
        if account in names:
            yield f"{day} balance {names[account]}  {minutes} {COMMODITIES[unit]}\n"


def _day(number: int) -> date:
    return min(max(day_of(number), _FIRST), _LAST)


def _quoted(said: str) -> str:
    escaped = clean(said).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
