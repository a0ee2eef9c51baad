"""The two kinds of sheets that are imported, and what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from timebank.desk.desk import Desk
from timebank.desk.taking import Evidence, RowUpdate
from timebank.journal.refs import EntryRef
from timebank.roster import RowProblem
from timebank.roster.headers import Profile
from timebank.roster.mapping import Directions
from timebank.roster.sheets import OpenedFile

Progress = Callable[[int, int], None]
Asked = Callable[[], bool]


@dataclass(frozen=True)
class Outcome:
    """What became of the rows, or would: counts by phrase, and the rows to look at."""

    counts: tuple[tuple[str, int], ...]
    new: int
    rejected: tuple[RowProblem, ...]
    doubtful: tuple[RowProblem, ...] = ()
    updates: tuple[RowUpdate, ...] = ()
    entries: tuple[EntryRef, ...] = ()
    """What was written and can be taken back."""
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True)
class Sheet:
    """A file to take; only tried where ``dry``. ``role`` is what its people are."""

    file: OpenedFile
    role: str
    directions: Directions
    dry: bool


class Import(Protocol):
    """One kind of sheet: what its page is called, what must be chosen first, and how the desk takes it."""

    title: str
    icon: str
    profile: Profile
    roles: tuple[str, ...]

    def take(self, desk: Desk, sheet: Sheet, progress: Progress, cancelled: Asked) -> Outcome:
        """Take the sheet, or only try it."""


class RosterImport:
    """Rosters of people. Who was registered by it can be taken back while nothing came of them."""

    title, icon = "importing.roster", "people"
    profile: Profile = "people"
    roles: tuple[str, ...] = ("volunteer", "elder")

    def take(self, desk: Desk, sheet: Sheet, progress: Progress, cancelled: Asked) -> Outcome:
        """Register or update everyone in the roster."""
        done = desk.people.import_roster(
            sheet.file, sheet.role, directions=sheet.directions, dry_run=sheet.dry,
            progress=progress, cancelled=cancelled,
        )  # fmt: skip
        counts = (
            ("importing.read", done.read),
            ("importing.registered", done.registered),
            ("importing.updated", done.updated),
            ("importing.unchanged", done.unchanged),
            ("importing.rejected", len(done.rejected)),
        )
        new = done.registered + done.updated
        return Outcome(counts, new, done.rejected, done.notices, done.updates, done.fresh, done.evidence)


class SignInImport:
    """Sign-in sheets."""

    title, icon = "importing.sheet", "services"
    profile: Profile = "services"
    roles: tuple[str, ...] = ()

    def take(self, desk: Desk, sheet: Sheet, progress: Progress, cancelled: Asked) -> Outcome:
        """Log every good row."""
        done = desk.services.import_sheet(
            sheet.file, directions=sheet.directions, dry_run=sheet.dry,
            progress=progress, cancelled=cancelled,
        )  # fmt: skip
        counts = (
            ("importing.read", done.read),
            ("importing.logged", done.logged),
            ("importing.unchanged", done.unchanged),
            ("importing.rejected", len(done.rejected)),
        )
        return Outcome(counts, done.logged, done.rejected, entries=done.entries, evidence=done.evidence)
