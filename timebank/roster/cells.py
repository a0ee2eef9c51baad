"""The cells of one data row, asked for by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from timebank.outcome import Problem, Refusal
from timebank.roster.layout import Table
from timebank.roster.mapping import in_order
from timebank.roster.rows import RowProblem

_NOTHING = frozenset(
    ("/", "\\", "-", "--", "—", "——", "－", "无", "暂无", "没有", "空", "n/a", "na", "none", "nil", ".")
)


_DAYS = frozenset(
    ("date", "birth", "joined", "assessed", "assessed_until", "health", "trained", "insurance_until")
)
_TIMES = frozenset(("start", "time"))


class Rejected(Problem):
    """A row cannot be taken; carries the one problem that is told."""

    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem.code, **problem.facts)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Cells:
    """One data row of a table."""

    table: Table
    row: int

    def all(self, *fields: str) -> Iterator[tuple[int, object]]:
        """The (column, value) of these fields that are not blank and do not merely say "none"."""
        for field in fields:
            for column in self.table.plan.fields.get(field, ()):
                value = self.table.sheet.cell(self.row, column)
                if value is not None and str(value).strip().lower() not in _NOTHING:
                    dated = field in _DAYS or field in _TIMES
                    order = self.table.plan.dates if dated else ""
                    yield column, in_order(value, order, whole=field in _DAYS)

    def first(self, *fields: str) -> tuple[int, object] | None:
        """The first of :meth:`all`, None if there is none."""
        return next(self.all(*fields), None)

    def text(self, *fields: str) -> str:
        """The first value as text on one line, "" if there is none."""
        found = self.first(*fields)
        return text_of(found[1]) if found else ""

    def problem(self, column: int | None, code: str, **facts: object) -> RowProblem:
        """A problem of this row at a column, None for the whole row."""
        header = "" if column is None else self.table.plan.headers[column]
        return RowProblem(self.table.sheet.name, self.row + 1, header, code, facts)

    def missing(self, code: str, *fields: str) -> NoReturn:
        """Reject the row for something that is not there."""
        header = self.table.plan.header(*fields)
        raise Rejected(RowProblem(self.table.sheet.name, self.row + 1, header, code))

    def reject(self, column: int, refusal: Refusal) -> NoReturn:
        """Reject the row for what a cell says."""
        raise Rejected(self.problem(column, refusal.code, **refusal.facts)) from refusal


def text_of(value: object) -> str:
    """A cell as text on one line: whole numbers without a point, days without a clock."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and (value.hour, value.minute) == (0, 0):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return re.sub(r"\s+", " ", str(value)).strip()
