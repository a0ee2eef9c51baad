"""The tables of a whole file that can be read as what is asked for, and the sheets that cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from timebank.outcome import Fault
from timebank.roster.cells import Cells, Rejected
from timebank.roster.columns import ColumnReading
from timebank.roster.headers import Profile
from timebank.roster.layout import PassedOver, Table, tables_of
from timebank.roster.mapping import NO_DIRECTIONS, Choice, Directions, layout_of
from timebank.roster.rows import AsRead, Reading, Row, RowProblem, SkippedSheet
from timebank.roster.sheets import OpenedFile, Watch, open_file, unwatched


@dataclass(frozen=True, slots=True)
class Tables:
    """The readable tables of a file with how their columns were understood, and what was left aside."""

    tables: tuple[Table, ...]
    columns: tuple[ColumnReading, ...]
    skipped_sheets: tuple[SkippedSheet, ...]
    passed_over: tuple[PassedOver, ...]

    @property
    def as_read(self) -> AsRead:
        """The rows of the file as they stand there."""
        return AsRead(self.tables)


def has_enough(table: Table, profile: Profile) -> bool:
    """Whether the columns of a table are enough to take its rows."""
    fields = table.plan.fields.keys()
    if profile == "people":
        return "name" in fields or fields >= {"volunteer_name", "elder_name"}
    return fields >= {"volunteer", "elder"} and bool(fields & {"date", "start", "time", "length"})


def read_tables(
    source: Path | OpenedFile,
    profile: Profile,
    directions: Directions = NO_DIRECTIONS,
) -> Tables:
    """Open a file where that was not done before, and find the tables whose columns are enough.

    Hidden sheets are skipped: nobody checked what is in them. Raises Fault as
    :func:`timebank.roster.sheets.open_file` does, and ``roster_no_header`` if no table serves.
    """
    opened = source if isinstance(source, OpenedFile) else open_file(source)
    tables: list[Table] = []
    skipped: list[SkippedSheet] = []
    passed: list[PassedOver] = []
    for sheet in opened.sheets:
        if sheet.hidden or not sheet.rows:
            skipped.append(SkippedSheet(sheet.name, "sheet_hidden" if sheet.hidden else "sheet_empty"))
            continue
        if directions.sheets is not None and sheet.name not in directions.sheets:
            skipped.append(SkippedSheet(sheet.name, "sheet_not_chosen"))
            continue
        found, rows = tables_of(sheet, profile, directions.choices)
        usable = [table for table in found if has_enough(table, profile)]
        if usable:
            tables.extend(usable)
            passed.extend(rows)
        else:
            skipped.append(SkippedSheet(sheet.name, "sheet_no_header"))
    if not tables:
        raise Fault("roster_no_header", file=opened.path.name)
    columns = tuple(
        reading for table in tables for reading in table.plan.readings(table.sheet.name, table.layout)
    )
    return Tables(tuple(tables), columns, tuple(skipped), tuple(passed))


def read_rows(
    found: Tables, rows_of: Callable[[Table], Callable[[Cells], Row]], watch: Watch = unwatched
) -> Reading[Row]:
    """Every data row of these tables, read or rejected; ``rows_of`` says for a table how a row of it is read."""
    rows: list[Row] = []
    rejected: list[RowProblem] = []
    for table in found.tables:
        read = rows_of(table)
        for row in table.data_rows:
            watch()
            try:
                rows.append(read(Cells(table, row)))
            except Rejected as rejection:
                rejected.append(rejection.problem)
    return Reading(
        tuple(rows),
        tuple(rejected),
        found.columns,
        found.skipped_sheets,
        found.passed_over,
        found.as_read,
        tuple(table.layout for table in found.tables),
    )


def understood(columns: Iterable[ColumnReading], choices: Mapping[str, Choice]) -> dict[str, Choice]:
    """How a file was read, as choices by layout: a part of it alone is then read the same way.

    The columns that were left aside unasked stay open: what is blank this month may hold something the next.
    """
    by_layout: dict[str, list[ColumnReading]] = {}
    for reading in columns:
        by_layout.setdefault(reading.layout, []).append(reading)
    made: dict[str, Choice] = {}
    for layout, readings in by_layout.items():
        said = choices.get(layout, Choice())
        own = dict(said.columns) | {each.place: each.field for each in readings if each.field}
        headers = [each.header for each in readings]
        nameless = layout_of("", headers)  # csv has no sheet's name
        made[layout] = made[nameless] = Choice(own, said.dates, said.unit)
    return made
