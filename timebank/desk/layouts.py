"""How sheets of known layouts are to be read, as people said it here: this station's own memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from timebank.desk.station import Station
from timebank.roster import RowProblem
from timebank.roster.columns import ColumnReading
from timebank.roster.headers import Profile
from timebank.roster.mapping import NO_DIRECTIONS, Choice, Directions, choice_from, kept_text
from timebank.roster.rejects import write_rejects
from timebank.roster.sheets import OpenedFile, open_file
from timebank.roster.survey import Survey, survey
from timebank.roster.workbook import understood

_KEY = "layouts"
_MOST = 300
"""Layouts remembered; the one used longest ago goes first."""


class Layouts:
    """The readings that people corrected or confirmed, by layout. Nothing of it is shared with other stations."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def known(self, profile: Profile) -> dict[str, Choice]:
        """What is remembered for rosters (``people``) or sign-in sheets (``services``)."""
        before = f"{profile}:"
        return {
            key.removeprefix(before): choice_from(kept)
            for key, kept in self._all().items()
            if key.startswith(before)
        }

    def with_known(self, directions: Directions | None, profile: Profile) -> Directions:
        """Directions with what is remembered where they say nothing themselves; only theirs if ``fresh``."""
        asked = directions or NO_DIRECTIONS
        if asked.fresh:
            return asked
        return Directions({**self.known(profile), **asked.choices}, asked.sheets)

    def remember(self, profile: Profile, choices: Mapping[str, Choice]) -> None:
        """Read sheets of these layouts in this way from now on."""
        new = {f"{profile}:{layout}": kept_text(choice) for layout, choice in choices.items()}
        kept = {key: value for key, value in self._all().items() if key not in new}
        changed = {**kept, **new}
        if list(changed.items()) != list(self._all().items()):
            self._keep(dict(list(changed.items())[-_MOST:]))

    def forget(self, profile: Profile, layouts: Iterable[str]) -> int:
        """Understand these layouts anew; returns how many had been remembered."""
        gone = {f"{profile}:{layout}" for layout in layouts}
        kept = {key: value for key, value in self._all().items() if key not in gone}
        count = len(self._all()) - len(kept)
        if count:
            self._keep(kept)
        return count

    def settle(self, profile: Profile, directions: Directions | None, layouts: Iterable[str]) -> None:
        """After a file was taken: remember what was said for it, or forget it where it was read afresh."""
        asked = directions or NO_DIRECTIONS
        open_again = [layout for layout, choice in asked.choices.items() if choice.says_nothing]
        if asked.fresh:
            open_again += [layout for layout in layouts if layout not in asked.choices]
        self.forget(profile, open_again)
        said = {layout: choice for layout, choice in asked.choices.items() if not choice.says_nothing}
        if said:
            self.remember(profile, said)

    def survey(
        self, source: Path | OpenedFile, profile: Profile, directions: Directions | None = None
    ) -> Survey:
        """A file as it would be read now; raises as :func:`timebank.roster.sheets.open_file`."""
        opened = source if isinstance(source, OpenedFile) else open_file(source)
        return survey(opened, profile, self.with_known(directions, profile))

    def save_rejected(
        self,
        source: Path | OpenedFile,
        profile: Profile,
        columns: Iterable[ColumnReading],
        problems: Iterable[RowProblem],
        sentence: Callable[[RowProblem], str],
        out: Path,
        *,
        language: str,
        directions: Directions | None = None,
    ) -> None:
        """Write the rejected rows of a file to ``out`` (xlsx or csv), and read them likewise when they return.

        A column that was known by the values of a whole sheet could not be known by those of a few bad rows.
        Raises as :func:`timebank.roster.rejects.write_rejects`.
        """
        choices = understood(columns, self.with_known(directions, profile).choices)
        write_rejects(source, problems, sentence, out, language=language, choices=choices, profile=profile)
        self.remember(profile, choices)

    def _all(self) -> dict[str, dict[str, object]]:
        kept = json.loads(self._station.store.local(_KEY) or "{}")
        assert isinstance(kept, dict)
        return kept

    def _keep(self, kept: Mapping[str, object]) -> None:
        self._station.store.set_local(_KEY, json.dumps(kept, ensure_ascii=False))
