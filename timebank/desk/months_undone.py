"""Taking a month's run back: what it would mean, reckoned without writing, and doing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from timebank.desk.cases import is_hub
from timebank.desk.people import Cancel, Progress
from timebank.desk.station import Station
from timebank.domain.credit import CAUSES, GRANT, LAPSED, counting
from timebank.journal.facts import ALLOWANCE, CREDIT, FactReversed
from timebank.journal.refs import EntryRef
from timebank.outcome import Cancelled, Refusal
from timebank.store import adjustment_queries, book_queries
from timebank.store.intake import Intake
from timebank.store.updates import require_read

NEVER, STANDS, UNDONE = "never", "stands", "undone"
"""What came of a month's runs so far: there was none, one stands, or all were taken back."""

_NOTHING = {GRANT: "nothing_granted", LAPSED: "nothing_lapsed"}


class Undone(NamedTuple):
    """A month's run taken back: how many members, and the minutes that go off accounts, or come back on them.

    ``short`` are those whose account goes below zero by it: they have used more than they have left.
    """

    month: date
    members: int
    credit: int
    allowance: int
    short: int
    entries: tuple[EntryRef, ...] = ()

    @property
    def minutes(self) -> int:
        """Credit and allowance together, as plain time."""
        return self.credit + self.allowance


def earlier(station: Station, cause: str, period: int) -> str:
    """What came of the runs for a period so far."""
    counts = adjustment_queries.counted(station.store, cause, period)
    return NEVER if counts is None else STANDS if counts else UNDONE


def undo(
    station: Station,
    cause: str,
    month: date,
    period: int,
    reason: str,
    *,
    dry_run: bool,
    progress: Progress | None,
    cancelled: Cancel | None,
) -> Undone:
    """Take back what this station's runs did to accounts in a period; a hub takes back those of every station.

    A trial (``dry_run``) only reads, and needs no reason.
    """
    if dry_run:
        station.require_joined()
        return _reckoned(station, cause, month, period, _runs(station, cause, month, period))
    if not reason.strip():
        raise Refusal("reason_missing")
    entries: list[EntryRef] = []
    with station.recording() as pen:
        runs = _runs(station, cause, month, period)
        undone = _reckoned(station, cause, month, period, runs)
        for at, entry in enumerate(runs.values()):
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(at, len(runs))
            entries.append(pen.tell(FactReversed(entry), {"reason": reason.strip()}))
    if progress is not None:
        progress(len(runs), len(runs))
    return undone._replace(entries=tuple(entries))


def _runs(station: Station, cause: str, month: date, period: int) -> dict[int, EntryRef]:
    """The standing entries that are to be taken back, by local number."""
    store = station.store
    rows = adjustment_queries.runs(store, cause, period, None if is_hub(station) else station.number)
    if not rows:
        raise Refusal(_NOTHING[cause], month=month.strftime("%Y-%m"))
    found = {row: book_queries.ref_of(store, row) for row in rows}
    require_read(store, *found.values())
    return found


def _reckoned(station: Station, cause: str, month: date, period: int, runs: Mapping[int, EntryRef]) -> Undone:
    """What taking ``runs`` back would mean: of each account that which would count then, against what counts now."""
    intake = Intake(station.store, station.privacy)
    accounts: dict[tuple[int, int, int], dict[int, adjustment_queries.Said]] = defaultdict(dict)
    for each in adjustment_queries.said(station.store, cause, period):
        accounts[each.person, each.unit, each.member][each.entry] = each
    changed: dict[tuple[int, int], int] = defaultdict(int)
    for (person, unit, _), said in accounts.items():
        now = sum(each.minutes for each in said.values() if each.counts)
        changed[person, unit] += now - _would_count(intake, cause, said.values(), runs)
    changed = defaultdict(int, {at: minutes for at, minutes in changed.items() if minutes})
    takes = 1 if CAUSES[cause][1] is None else -1
    short = {
        person
        for (person, unit), minutes in changed.items()
        if minutes * takes > 0 and book_queries.balance(station.store, person, unit) < minutes * takes
    }
    by_unit = {unit: sum(changed[at] for at in changed if at[1] == unit) for unit in (CREDIT, ALLOWANCE)}
    people = {person for person, _ in changed}
    return Undone(month, len(people), by_unit[CREDIT], by_unit[ALLOWANCE], len(short))


def _would_count(
    intake: Intake,
    cause: str,
    said: Iterable[adjustment_queries.Said],
    gone: Mapping[int, EntryRef],
) -> int:
    """Minutes of one account's period that count once the entries ``gone`` are taken back."""
    left = {each.entry: each.minutes for each in said if each.entry not in gone}
    if not left:
        return 0
    standing = [told for entry in left if (told := intake.standing(entry)) is not None]
    best = counting(standing, left, cause, intake.happened_before)
    return 0 if best is None else left[best.row]
