"""What centres keep, read: rosters of people and sign-in sheets, from xlsx and csv files as they come."""

from timebank.roster.people import read_people
from timebank.roster.rows import (
    OtherDocument,
    PeopleRoster,
    PersonRow,
    RowProblem,
    ServiceRow,
    ServiceSheet,
    SkippedSheet,
)
from timebank.roster.services import read_services

__all__ = [
    "OtherDocument",
    "PeopleRoster",
    "PersonRow",
    "RowProblem",
    "ServiceRow",
    "ServiceSheet",
    "SkippedSheet",
    "read_people",
    "read_services",
]
