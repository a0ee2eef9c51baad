"""What a file looks like before its rows are taken: its sheets and tables, and how each column was understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from timebank.outcome import Refusal
from timebank.roster.columns import ColumnReading
from timebank.roster.headers import Profile, unit_of
from timebank.roster.layout import Table, tables_of
from timebank.roster.mapping import IGNORE, NO_DIRECTIONS, Choice, DateOrder, Directions, Unit, require_field
from timebank.roster.rows import SkippedSheet, shown_cell
from timebank.roster.sheets import OpenedFile
from timebank.roster.workbook import has_enough

SHOWN_ROWS = 8
"""Data rows of a table that are shown."""
_TWO_WAYS = re.compile(r"\s*\d{1,2}\s*([-./])\s*\d{1,2}\s*\1\s*\d{4}(?!\d)")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as read: its number in the spreadsheet, its cells in the columns of the table, its part."""

    number: int
    cells: tuple[str, ...]
    head: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as it was understood, with its first rows.

    ``missing`` names the fields without which no row can be taken; ``asks_dates`` and ``asks_unit`` say that
    some day or length can be meant in two ways.
    """

    sheet: str
    layout: str
    profile: Profile
    titles: tuple[str, ...]
    columns: tuple[ColumnReading, ...]
    shown: tuple[ShownRow, ...]
    rows: int
    missing: tuple[str, ...]
    asks_dates: bool
    asks_unit: bool
    choice: Choice

    @property
    def doubtful(self) -> tuple[ColumnReading, ...]:
        """The columns that a person should look at."""
        return tuple(each for each in self.columns if each.certainty == "doubtful" or each.why == "unknown")

    def header_rows(self) -> tuple[int, ...]:
        """The spreadsheet's numbers of the rows that the header takes."""
        return tuple(row.number for row in self.shown if row.head)


@dataclass(frozen=True, slots=True)
class Survey:
    """A whole file: how it is written down, the tables to take, the sheets that are left aside."""

    file: str
    encoding: str
    delimiter: str
    tables: tuple[TableView, ...]
    skipped: tuple[SkippedSheet, ...]

    @property
    def ready(self) -> bool:
        """Whether any table can be taken as it is understood now."""
        return any(not table.missing for table in self.tables)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets that have a table, in order."""
        return tuple(dict.fromkeys(table.sheet for table in self.tables))


def survey(opened: OpenedFile, profile: Profile, directions: Directions = NO_DIRECTIONS) -> Survey:
    """Look at every table of a file, also at those whose columns nobody understands yet.

    Which sheets ``directions`` ask for makes no difference: the others can still be asked for.
    """
    tables: list[TableView] = []
    skipped: list[SkippedSheet] = []
    for sheet in opened.sheets:
        if sheet.hidden or not sheet.rows:
            skipped.append(SkippedSheet(sheet.name, "sheet_hidden" if sheet.hidden else "sheet_empty"))
            continue
        found, _ = tables_of(sheet, profile, directions.choices, any_header=True)
        tables.extend(_view(table, profile) for table in found)
        if not found:
            skipped.append(SkippedSheet(sheet.name, "sheet_no_header"))
    return Survey(opened.path.name, opened.encoding, opened.delimiter, tuple(tables), tuple(skipped))


def said_choices(
    seen: Survey, said: dict[str, str], dates: DateOrder = "", unit: Unit = ""
) -> dict[str, Choice]:
    """Choices by layout from fields said by header text (or by A, B … of the spreadsheet) for any table.

    Refuses with ``map_unknown_column`` (facts: text, known) and as
    :func:`timebank.roster.mapping.require_field`.
    """
    made: dict[str, Choice] = {}
    used: set[str] = set()
    for table in seen.tables:
        columns = dict(table.choice.columns)
        for text, field in said.items():
            for reading in table.columns:
                if text.strip() in (reading.header, column_letters(reading.column)):
                    columns[reading.place] = require_field(field, table.profile)
                    used.add(text)
        if columns or dates or unit:
            made[table.layout] = Choice(columns, dates or table.choice.dates, unit or table.choice.unit)
    for text in said:
        if text not in used:
            known = dict.fromkeys(each.header for table in seen.tables for each in table.columns)
            raise Refusal("map_unknown_column", text=text, known="、".join(known))
    return made


def column_letters(column: int) -> str:
    """A zero-based column as a spreadsheet names it: A, B … Z, AA."""
    letters = ""
    left = column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _view(table: Table, profile: Profile) -> TableView:
    plan = table.plan
    columns = sorted(plan.headers)

    def shown(row: int, *, head: bool = False) -> ShownRow:
        return ShownRow(row + 1, tuple(shown_cell(table.sheet.cell(row, column)) for column in columns), head)

    rows = [shown(row, head=True) for row in table.header_rows]
    rows += [shown(row) for row in table.data_rows[:SHOWN_ROWS]]
    return TableView(
        table.sheet.name,
        table.layout,
        profile,
        table.titles,
        tuple(plan.readings(table.sheet.name, table.layout)),
        tuple(rows),
        len(table.data_rows),
        _missing(table, profile),
        _asks_dates(table),
        _asks_unit(table),
        plan.choice,
    )


def _missing(table: Table, profile: Profile) -> tuple[str, ...]:
    if has_enough(table, profile):
        return ()
    fields = table.plan.fields.keys()
    if profile == "people":
        return ("name",)
    missing = [name for name in ("volunteer", "elder") if name not in fields]
    return (*missing, *(() if fields & {"date", "start", "time", "length"} else ("time",)))


def _values(table: Table, *fields: str) -> list[object]:
    return [
        value
        for row in table.data_rows[:_LOOKED_AT]
        for name in fields
        for column in table.plan.fields.get(name, ())
        if (value := table.sheet.cell(row, column)) is not None
    ]


def _asks_dates(table: Table) -> bool:
    """Whether days are written like 9/10/2026, which no one can read for sure."""
    days = _values(table, "date", "birth", "joined", "start")
    return any(isinstance(value, str) and _TWO_WAYS.match(value) for value in days)


def _asks_unit(table: Table) -> bool:
    """Whether lengths are bare numbers of which some may be hours or minutes."""
    columns = table.plan.fields.get("length", ())
    if not columns or any(unit_of(table.plan.headers[column]) for column in columns):
        return False
    numbers = [float(text) for value in _values(table, "length") if _NUMBER.fullmatch(text := str(value))]
    return any(number > 24 for number in numbers) != all(number > 24 for number in numbers) or any(
        4 < number <= 24 for number in numbers
    )


def is_ignored(reading: ColumnReading, choice: Choice) -> bool:
    """Whether a person said that a column is not to be read."""
    return choice.columns.get(reading.place) == IGNORE
