"""What rosters and sign-in sheets have in common when the desk takes their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from timebank.journal.entry import Entry
from timebank.journal.facts import MemberChanged, decode_fact
from timebank.outcome import Cancelled
from timebank.roster import RowProblem
from timebank.roster.columns import ColumnReading
from timebank.roster.rows import AsRead, SkippedSheet

Place = tuple[str, int]
"""A row of a file: the sheet's name, and the spreadsheet's own number."""


class RowUpdate(NamedTuple):
    """A row that changes what is known of a person, and which parts: ``phone``, ``care``, ``roles`` …

    ``was`` is the name that stands on the books until then, where the row gives another.
    """

    sheet: str
    row: int
    name: str
    fields: tuple[str, ...]
    was: str = ""


@dataclass(frozen=True)
class Evidence:
    """How a file was read: its columns, the sheets left aside, and the rows to look at as they stand there."""

    columns: tuple[ColumnReading, ...] = ()
    skipped: tuple[SkippedSheet, ...] = ()
    rows: Mapping[Place, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Header and text of each cell."""


def evidence_of(
    columns: tuple[ColumnReading, ...],
    skipped: tuple[SkippedSheet, ...],
    as_read: AsRead,
    told: Iterable[RowProblem | RowUpdate],
) -> Evidence:
    """How a file was read, with the rows that something is told of."""
    places = dict.fromkeys((each.sheet, each.row) for each in told)
    return Evidence(columns, skipped, {place: as_read.row(*place) for place in places})


def watching(cancelled: Callable[[], bool] | None) -> Callable[[], None]:
    """Raises :class:`Cancelled` when asked to stop; for readers to call at every row."""

    def watch() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    return watch


def changed_fields(written: Sequence[Entry]) -> tuple[str, ...]:
    """Which parts of a person the entries just written change."""
    fields: dict[str, None] = {}
    for entry in written:
        fact = decode_fact(entry.header.kind, entry.header.body)
        if isinstance(fact, MemberChanged):
            fields.update(dict.fromkeys(fact.fields))
            if fact.roles is not None:
                fields["roles"] = None
    return tuple(fields)
