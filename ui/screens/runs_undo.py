"""Taking a month's run back: first what it would mean, then, with a reason and a key of its own, doing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.months_undone import Undone
from ui.jobs import IsCancelled, Progress, Work
from ui.look import Tone
from ui.say import Phrase, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.reason import ReasonAsked
from ui.screens.runs_words import heads, said_month
from ui.screens.words import joined
from ui.widgets import InlineNotice

Way = Callable[..., Undone]
"""A desk's way to take a run back: of a month, for a reason, in earnest or as a trial."""


class RunUndo:
    """Asks about one sort of run; ``name`` says which phrases under ``runs.undo_…`` speak of it."""

    def __init__(
        self,
        context: ScreenContext,
        parent: QWidget,
        notice: InlineNotice,
        name: str,
        way: Callable[[Desk], Way],
    ) -> None:
        self._context, self._parent, self._notice = context, parent, notice
        self._name, self._way = name, way
        self.button = context.actions.button("take_back_month", words=phrase(f"runs.undo_{name}.button"))
        self.asked: ReasonAsked | None = None
        """The question that was asked last."""

    def begin(self, month: date) -> None:
        """Reckon what it would mean, which only reads, and ask."""

        def tried(answer: object) -> None:
            assert isinstance(answer, Undone)
            self._ask(answer)

        job = self._context.reads.start(
            self._work(month, "", dry_run=True), then=tried, refused=self._notice.show_problem
        )
        self._context.follow(job, phrase("runs.trying"))

    def _ask(self, undone: Undone) -> None:
        asked = self.asked = ReasonAsked(
            self._context.look,
            self._said("title", undone),
            self._said("short" if undone.short else "sentence", undone),
            self._said("now", undone),
            self._parent,
            after=self._said("after", undone),
        )
        asked.accepted.connect(lambda: self._do(undone.month, asked.reason))
        asked.open()

    def _do(self, month: date, reason: str) -> None:
        def taken(answer: object) -> None:
            assert isinstance(answer, Undone)
            self._context.notice(Tone.GOOD, self._said("done", answer))
            self._context.changed.changed.emit()

        job = self._context.jobs.start(
            self._work(month, reason, dry_run=False), then=taken, refused=self._notice.show_problem
        )
        self._context.follow(job, phrase(f"runs.undo_{self._name}.doing", month=said_month(month)))

    def _work(self, month: date, reason: str, *, dry_run: bool) -> Work[Desk]:
        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Undone:
            undo = self._way(desk)
            return undo(month, reason, dry_run=dry_run, progress=progress, cancelled=cancelled)

        return work

    def _said(self, key: str, undone: Undone) -> Phrase:
        return phrase(
            f"runs.undo_{self._name}.{key}",
            month=said_month(undone.month),
            people=heads(undone.members),
            hours=self._hours(undone),
            short=undone.short,
        )

    def _hours(self, undone: Undone) -> Words:
        """The minutes of each unit, by name."""
        units = {"credit": undone.credit, "allowance": undone.allowance}
        parts: list[Words] = [
            phrase(
                "runs.unit_hours",
                unit=phrase(f"runs.part_{unit}"),
                hours=self._context.hours_words(minutes),
            )
            for unit, minutes in units.items()
            if minutes
        ]
        return joined(parts, self._context.look.say)
