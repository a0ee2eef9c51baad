"""Comma-separated files that spreadsheets on Chinese and other systems open as they are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from timebank.reports.shown import is_like_formula, text
from timebank.reports.table import Cell, Count, Minutes, Report, Share

ENCODING = "utf-8-sig"
"""UTF-8 with a byte order mark: without it Excel takes hanzi for something else."""


def write_report(report: Report, path: Path) -> None:
    """Write all tables of a report below one another, an empty line between them."""

    def lines() -> Iterable[Sequence[Cell]]:
        yield (report.title,)
        for line in report.heading:
            yield (line,)
        for table in report.tables:
            yield ()
            yield (table.title,)
            yield tuple(column.title for column in table.columns)
            yield from table.rows
            for note in table.notes:
                yield (note,)

    write_lines(path, lines())


def write_lines(path: Path, lines: Iterable[Sequence[Cell]]) -> int:
    """Write rows of cells; returns how many. Text that looks like a formula gets an apostrophe before it."""
    count = 0
    with path.open("w", encoding=ENCODING, newline="") as file:
        writer = csv.writer(file)
        for line in lines:
            writer.writerow([field(cell) for cell in line])
            count += 1
    return count


def field(cell: Cell) -> str | int | float:
    """A cell as a field: hours to four decimals, shares between 0 and 1."""
    match cell:
        case Count(number):
            return number
        case Minutes():
            return round(cell.hours, 4)
        case Share():
            return "" if cell.ratio is None else round(cell.ratio, 4)
        case int() | float():
            return cell
    said = text(cell)
    return f"'{said}" if is_like_formula(said) else said
