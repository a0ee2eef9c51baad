"""The tables of a whole file that can be read as what is asked for, and the sheets that cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from timebank.outcome import Fault
from timebank.roster.columns import ColumnReading
from timebank.roster.headers import Profile
from timebank.roster.layout import PassedOver, Table, tables_of
from timebank.roster.rows import SkippedSheet
from timebank.roster.sheets import open_sheets


@dataclass(frozen=True, slots=True)
class Tables:
    """The readable tables of a file with how their columns were understood, and what was left aside."""

    tables: tuple[Table, ...]
    columns: tuple[ColumnReading, ...]
    skipped_sheets: tuple[SkippedSheet, ...]
    passed_over: tuple[PassedOver, ...]


def read_tables(path: Path, profile: Profile, enough: Callable[[Table], bool]) -> Tables:
    """Open a file and find the tables whose columns are ``enough``.

    Hidden sheets are skipped: nobody checked what is in them. Raises Fault as
    :func:`timebank.roster.sheets.open_sheets` does, and ``roster_no_header`` if no table serves.
    """
    tables: list[Table] = []
    skipped: list[SkippedSheet] = []
    passed: list[PassedOver] = []
    for sheet in open_sheets(path):
        if sheet.hidden or not sheet.rows:
            skipped.append(SkippedSheet(sheet.name, "sheet_hidden" if sheet.hidden else "sheet_empty"))
            continue
        found, rows = tables_of(sheet, profile)
        usable = [table for table in found if enough(table)]
        if usable:
            tables.extend(usable)
            passed.extend(rows)
        else:
            skipped.append(SkippedSheet(sheet.name, "sheet_no_header"))
    if not tables:
        raise Fault("roster_no_header", file=path.name)
    columns = tuple(reading for table in tables for reading in table.plan.readings(table.sheet.name))
    return Tables(tuple(tables), columns, tuple(skipped), tuple(passed))
