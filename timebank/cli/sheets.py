"""Options of the imports: how a file's columns are to be read, and where its rejected rows go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from timebank.cli.answers import Session
from timebank.desk.desk import Desk
from timebank.desk.taking import Evidence
from timebank.roster import RowProblem
from timebank.roster.headers import Profile
from timebank.roster.mapping import DATE_ORDERS, UNITS, DateOrder, Directions, Unit
from timebank.roster.sheets import OpenedFile, open_file
from timebank.roster.survey import said_choices

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Reading:
    """What was said on the command line of how a file is to be read."""

    columns: tuple[str, ...]
    dates: DateOrder
    unit: Unit
    sheets: tuple[str, ...]
    forget: bool
    rejected: Path | None

    def directions(self, desk: Desk, opened: OpenedFile, profile: Profile) -> Directions:
        """As the desk wants it. Refuses as :func:`timebank.roster.survey.said_choices` does."""
        sheets = frozenset(self.sheets) or None
        asked = Directions({}, sheets, self.forget)
        if not (self.columns or self.dates or self.unit):
            return asked
        said = dict(_parted(each) for each in self.columns)
        seen = desk.layouts.survey(opened, profile, asked)
        return Directions(said_choices(seen, said, self.dates, self.unit), sheets, self.forget)


def reading_options(command: F) -> F:
    """Give a command the argument FILE, --dry-run and the options of a :class:`Reading`."""
    options = (
        click.argument("file", type=click.Path(path_type=Path)),
        click.option("--dry-run", is_flag=True, help="Show what would happen; write nothing."),
        click.option(
            "--map",
            "columns",
            multiple=True,
            metavar="COLUMN=FIELD",
            help="What a column holds, by its header or letter; FIELD is a code, a word, or ignore. Remembered.",
        ),
        click.option("--dates", type=click.Choice(DATE_ORDERS), help="How 9/10/2026 is meant. Remembered."),
        click.option("--unit", type=click.Choice(UNITS), help="What a bare length counts. Remembered."),
        click.option("--sheet", "sheets", multiple=True, help="Read only this sheet; may be given again."),
        click.option("--forget-map", "forget", is_flag=True, help="Use nothing remembered of this layout."),
        click.option(
            "--rejected",
            type=click.Path(path_type=Path),
            default=None,
            help="Write the rejected rows, with reasons, into this xlsx or csv file.",
        ),
    )

    @wraps(command)
    def with_reading(
        *args: Any,
        columns: tuple[str, ...],
        dates: DateOrder | None,
        unit: Unit | None,
        sheets: tuple[str, ...],
        forget: bool,
        rejected: Path | None,
        **named: Any,
    ) -> Any:
        reading = Reading(columns, dates or "", unit or "", sheets, forget, rejected)
        return command(*args, reading=reading, **named)

    wrapped: Any = with_reading
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Import:
    """A file opened for one import, with how it is to be read."""

    session: Session
    desk: Desk
    profile: Profile
    reading: Reading
    opened: OpenedFile
    directions: Directions

    @classmethod
    def begin(cls, session: Session, desk: Desk, profile: Profile, file: Path, reading: Reading) -> Import:
        """Open the file and understand what was said of it."""
        opened = open_file(file)
        return cls(session, desk, profile, reading, opened, reading.directions(desk, opened, profile))

    def evidence(self, evidence: Evidence, rejected: Sequence[RowProblem]) -> dict[str, Any]:
        """How the file was read, as data; writes the rejected rows where that was asked for."""
        out = self.reading.rejected
        if out is not None and rejected:
            phrases = self.session.phrases
            self.desk.layouts.save_rejected(
                self.opened,
                self.profile,
                evidence.columns,
                rejected,
                lambda each: phrases.code(each.code, each.facts),
                out,
                language=phrases.language,
                directions=self.directions,
            )
        columns = [
            {
                "sheet": each.sheet,
                "column": each.header,
                "field": each.field,
                "certainty": each.certainty,
                "why": each.why,
            }
            for each in evidence.columns
        ]
        skipped = [{"sheet": each.name, "code": each.code} for each in evidence.skipped]
        written = str(out) if out is not None and rejected else None
        return {"columns": columns, "skipped_sheets": skipped, "rejected_file": written}


def evidence_lines(session: Session, data: dict[str, Any]) -> list[str]:
    """Doubtful columns and the file of rejected rows, in sentences."""
    doubtful: Iterable[dict[str, Any]] = (
        each for each in data["columns"] if each["certainty"] == "doubtful" or each["why"] == "unknown"
    )
    lines = [
        session.say(
            "column_doubtful", column=each["column"], why=session.phrases(f"columns.why_{each['why']}")
        )
        for each in doubtful
    ]
    if data["rejected_file"]:
        lines.append(session.say("rejects_written", file=data["rejected_file"]))
    return lines


def _parted(text: str) -> tuple[str, str]:
    column, equals, field = text.rpartition("=")
    if not equals:
        raise click.BadParameter(f"{text!r}: COLUMN=FIELD", param_hint="--map")
    return column, field
