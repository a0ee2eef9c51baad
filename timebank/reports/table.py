"""What a report is made of: tables of typed cells that every writer shows in its own way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

SMALLEST = 5
"""Below this a count of people or events could point at somebody, and does not leave the station."""
FEW = f"<{SMALLEST}"
WITHHELD = "–"
"""Stands for a figure that would tell what a hidden count hides."""


class Count(NamedTuple):
    """A number of people or events; hidden upward where it is small. A plain ``int`` is never hidden."""

    number: int


class Minutes(NamedTuple):
    """A length of time in whole minutes; every writer shows hours."""

    minutes: int

    @property
    def hours(self) -> float:
        """The same in hours."""
        return self.minutes / 60


class Share(NamedTuple):
    """A part of a whole; there is no ratio where the whole is nothing."""

    part: int
    whole: int

    @property
    def ratio(self) -> float | None:
        """Between 0 and 1, as a rule."""
        return self.part / self.whole if self.whole else None


Cell = str | int | float | date | Count | Minutes | Share | None


class Column(NamedTuple):
    """A heading; a ``personal`` column stays at the station."""

    title: str
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One table. With ``total`` its last row sums up the others, which part the whole between them.

    A ``personal`` table lists people or single cases, and stays at the station.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    total: bool = False
    personal: bool = False

    @property
    def body(self) -> int:
        """How many rows there are, the total not counted."""
        return len(self.rows) - (1 if self.total else 0)


@dataclass(frozen=True)
class Report:
    """A finished report, in one language. ``heading`` lines say whose it is and of what period."""

    name: str
    title: str
    heading: tuple[str, ...]
    start: date
    end: date
    language: str
    upward: bool
    tables: tuple[Table, ...]
    page_text: str = "{page}/{pages}"
    """With places for ``page`` and ``pages``."""

    @property
    def rows(self) -> int:
        """Rows of all tables, totals not counted."""
        return sum(table.body for table in self.tables)


def without_people(table: Table) -> Table | None:
    """The table as it may go upward, without names and small counts; None where nothing may."""
    if table.personal:
        return None
    kept = [at for at, column in enumerate(table.columns) if not column.personal]
    rows = [_hide([row[at] for at in kept]) for row in table.rows]
    if table.total:
        _cover(rows)
    return replace(
        table, columns=tuple(table.columns[at] for at in kept), rows=tuple(tuple(row) for row in rows)
    )


def _hide(row: list[Cell]) -> list[Cell]:
    """Small counts become ``<5``, and what stands beside one says nothing more exact."""
    if not any(isinstance(cell, Count) and 0 < cell.number < SMALLEST for cell in row):
        return row
    return [_hidden(cell) for cell in row]


def _hidden(cell: Cell) -> Cell:
    if isinstance(cell, Count):
        return FEW if 0 < cell.number < SMALLEST else cell
    if isinstance(cell, Minutes | Share | float):
        return WITHHELD
    return cell


def _cover(rows: list[list[Cell]]) -> None:
    """Where one hidden figure could be had by subtraction from the total, the next smallest is hidden too."""
    for column in range(len(rows[-1])):
        hidden = [row for row in rows[:-1] if row[column] in (FEW, WITHHELD)]
        if len(hidden) != 1 or rows[-1][column] in (FEW, WITHHELD):
            continue
        shown = [row for row in rows[:-1] if _size(row[column]) > 0]
        if shown:
            min(shown, key=lambda row: _size(row[column]))[column] = WITHHELD


def _size(cell: Cell) -> int:
    if isinstance(cell, Count):
        return cell.number
    return cell.minutes if isinstance(cell, Minutes) else 0
