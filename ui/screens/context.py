"""What every screen is given: the look, the two threads of work, and the way to the rest of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from timebank.desk.desk import Desk
from timebank.desk.operators import Operator
from timebank.policy.amounts import amount_text, hours_text
from timebank.policy.catalog import load
from timebank.policy.pack import Pack
from ui.actions import Actions
from ui.jobs import Job, Jobs
from ui.look import Look, Tone
from ui.say import Speech, Words


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
    notice: Callable[[Tone, Words], None]
    """A line at the top of the window, which can be dismissed."""
    changed: Changes
    """``changed.changed.emit()`` after every write; screens and the status line listen."""
    go: Callable[[str, object | None], None]
    """Go to a place (``desk``, ``people`` …) with a payload for its ``enter``."""
    follow: Callable[[Job, Words], None]
    """Show a job in the progress panel."""
    operator: Operator | None = None
    """Who is signed in."""
    pack: Pack = field(default_factory=_neutral)
    """The rules in force, as last read."""

    def amount(self, minutes: int) -> str:
        """Credit as people read it here: in the pack's unit and the language of the moment."""
        return amount_text(minutes, self.pack, self.speech.language)

    def hours(self, minutes: int) -> str:
        """A length of time in hours and minutes."""
        return hours_text(minutes, self.speech.language)

    def day(self, day: date | None) -> str:
        """A date as screens show it: 2026年11月22日 in Chinese, 2026-11-22 in English."""
        if day is None:
            return "—"
        if self.speech.language == "zh_CN":
            return f"{day.year}年{day.month}月{day.day}日"
        return day.isoformat()
