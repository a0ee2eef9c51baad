"""What every screen is given: the look, the two threads of work, and the way to the rest of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

from PySide6.QtCore import QObject, Signal

from timebank.desk.desk import Desk
from timebank.desk.operators import Operator
from timebank.outcome import Problem
from timebank.policy.amounts import amount_text, hours_text
from timebank.policy.catalog import load
from timebank.policy.pack import Pack
from ui.actions import Actions
from ui.jobs import Job, Jobs
from ui.look import Look, Tone
from ui.say import Speech, Spoken, Words
from ui.screens.permission import Permission

R = TypeVar("R")


class Changes(QObject):
    """Says that the books have changed: ``changes.changed.emit()`` after every write and import."""

    changed = Signal()


def _neutral() -> Pack:
    return load("neutral")


@dataclass
class ScreenContext:
    """One window's surroundings, shared by its screens."""

    look: Look
    speech: Speech
    actions: Actions
    home: Path
    jobs: Jobs[Desk]
    """The one writer: its thread owns a desk. ``jobs.start(lambda desk, progress, cancelled: ...)``."""
    reads: Jobs[Desk]
    """A second thread with a desk of its own, for searching and lists; use ``slot`` so the newest answers."""
    notice: Callable[..., None]
    """A line at the top of the window, which can be dismissed."""
    changed: Changes
    """``changed.changed.emit()`` after every write; screens and the status line listen."""
    go: Callable[[str, object | None], None]
    """Go to a place (``desk``, ``people`` …) with a payload for its ``enter``."""
    follow: Callable[[Job, Words], None]
    """Show a job in the progress panel."""
    permission: Permission = field(default_factory=Permission)
    """Whether whoever is signed in may write; ``permission.guard(button)`` for buttons that do."""
    operator: Operator | None = None
    """Who is signed in."""
    pack: Pack = field(default_factory=_neutral)
    """The rules in force, as last read."""
    sound: Callable[[], bool] = lambda: True
    """Whether verdicts are to be heard."""

    @property
    def may_write(self) -> bool:
        """False while an auditor is at the desk."""
        return self.permission.may_write

    # Asking the desk

    def read(
        self,
        work: Callable[[Desk], R],
        then: Callable[[R], None],
        *,
        refused: Callable[[Problem], None] | None = None,
        slot: str = "",
    ) -> Job:
        """Ask the reading desk; the answer, or the problem, comes on the screen's thread."""
        return self.reads.start(
            lambda desk, _progress, _cancelled: work(desk),
            then=cast(Callable[[object], None], then),
            refused=refused or self.problem,
            slot=slot,
        )

    def write(
        self,
        work: Callable[[Desk], R],
        then: Callable[[R], None],
        *,
        refused: Callable[[Problem], None] | None = None,
    ) -> Job:
        """Have the writing desk do something; ``then`` is told first, and after it everyone that listens."""

        def done(result: object) -> None:
            then(cast(R, result))
            self.changed.changed.emit()

        return self.jobs.start(
            lambda desk, _progress, _cancelled: work(desk), then=done, refused=refused or self.problem
        )

    def problem(self, problem: Problem) -> None:
        """Say at the top of the window what stood in the way."""
        self.notice(Tone.BAD, problem)

    # Saying

    def amount_words(self, minutes: int) -> Spoken:
        """Credit as people read it here, said anew when the language changes."""
        pack = self.pack
        return Spoken(lambda language: amount_text(minutes, pack, language))

    def hours_words(self, minutes: int) -> Spoken:
        """A length of time, said anew when the language changes."""
        return Spoken(lambda language: hours_text(minutes, language))

    def day_words(self, day: date | None) -> Spoken:
        """A date, said anew when the language changes."""
        return Spoken(lambda language: day_text(day, language))

    def amount(self, minutes: int) -> str:
        """Credit as people read it here: in the pack's unit and the language of the moment."""
        return amount_text(minutes, self.pack, self.speech.language)

    def hours(self, minutes: int) -> str:
        """A length of time in hours and minutes."""
        return hours_text(minutes, self.speech.language)

    def day(self, day: date | None) -> str:
        """A date as screens show it."""
        return day_text(day, self.speech.language)


def day_text(day: date | None, language: str) -> str:
    """A date as screens show it: 2026年11月22日 in Chinese, 2026-11-22 in English, a dash for none."""
    if day is None:
        return "—"
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh_CN" else day.isoformat()
