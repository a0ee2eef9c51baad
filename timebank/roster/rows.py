"""What reading a roster or a sign-in sheet gives: rows, problems, and how the columns were understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Generic, TypeVar

from timebank.domain.identity import IdentityNumber, Sex
from timebank.roster.columns import ColumnReading
from timebank.roster.layout import PassedOver, Table


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was not taken, or (as a notice) what of it is doubtful.

    ``row`` is the spreadsheet's own number, from 1; ``column`` the header as in the file, "" for the whole
    row.
    """

    sheet: str
    row: int
    column: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """A document other than the resident identity card.

    ``type`` is passport, officer_card, hk_macao_permit, taiwan_permit, residence_permit,
    household_register or other.
    """

    type: str
    number: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as a roster has them; what the roster does not say is None or "".

    ``gender`` and ``birth`` come from the identity number where there is one. ``phone`` is digits.
    ``notices`` are doubts that do not keep the row out.
    """

    sheet: str
    row: int
    name: str
    id_number: IdentityNumber | None = None
    other_document: OtherDocument | None = None
    gender: Sex | None = None
    birth: date | None = None
    phone: str = ""
    address: str = ""
    organisation: str = ""
    skills: str = ""
    care_level: int | None = None
    categories: tuple[str, ...] = ()
    guardian: str = ""
    guardian_phone: str = ""
    emergency_contact: str = ""
    emergency_phone: str = ""
    community: str = ""
    grid: str = ""
    registered_here: bool | None = None
    lives_here: bool | None = None
    joined: date | None = None
    member_number: str = ""
    note: str = ""
    notices: tuple[RowProblem, ...] = ()
    relation: str = ""
    """What the emergency contact is to the person."""
    assessed: date | None = None
    assessor: str = ""
    assessed_until: date | None = None
    health: date | None = None
    """When the person declared to be fit."""
    trainings: tuple[str, ...] = ()
    trained: date | None = None
    insurance_until: date | None = None
    qualifications: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    """What the person draws that rules free hours out, by the id of a pack's exclusion."""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service as a sign-in sheet has it.

    ``volunteers`` and ``elder`` are names or member numbers as written. ``start`` is minutes after midnight,
    None where the sheet gives only a length. ``minutes`` is the length.
    """

    sheet: str
    row: int
    date: date
    volunteers: tuple[str, ...]
    elder: str
    kind: str
    start: int | None
    minutes: int
    place: str = ""
    note: str = ""

    @property
    def end(self) -> int | None:
        """The end in minutes after the midnight that the day began with, None where no start is known."""
        return None if self.start is None else self.start + self.minutes


@dataclass(frozen=True, slots=True)
class SkippedSheet:
    """A sheet that was not read, and why: sheet_hidden, sheet_empty, sheet_no_header, sheet_not_chosen."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class AsRead:
    """The rows of a file as they stand there."""

    tables: tuple[Table, ...] = ()

    def row(self, sheet: str, row: int) -> tuple[tuple[str, str], ...]:
        """Header and text of each cell of a row, by the spreadsheet's own number; nothing where it has none."""
        above = [t for t in self.tables if t.sheet.name == sheet and t.header_rows[-1] < row - 1]
        last = max((table.header_rows for table in above), default=())
        return tuple(
            (header, shown_cell(table.sheet.cell(row - 1, column)))
            for table in above
            if table.header_rows == last and row <= len(table.sheet.rows)
            for column, header in sorted(table.plan.headers.items())
        )


def shown_cell(value: object) -> str:
    """A cell as people see it in a spreadsheet: whole numbers without a point, days without a clock."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat("minutes") if isinstance(value, time) else str(value)


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """A roster or a sign-in sheet as read; ``read`` counts its data rows, taken or rejected."""

    rows: tuple[Row, ...]
    rejected: tuple[RowProblem, ...]
    columns: tuple[ColumnReading, ...]
    skipped_sheets: tuple[SkippedSheet, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    as_read: AsRead = field(default=AsRead(), repr=False, compare=False)
    layouts: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """How many data rows the file has."""
        return len(self.rows) + len(self.rejected)


PeopleRoster = Reading[PersonRow]
ServiceSheet = Reading[ServiceRow]
