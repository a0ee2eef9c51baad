"""Taking back who was registered by mistake: who goes, who stays and why, then a reason; it cannot be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.mistaken import Mistaken
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.reason import ReasonAsked
from ui.screens.words import joined

_NAMED = 5


class Unregistering:
    """Asks about some registrations and takes back those of which nothing came."""

    def __init__(self, context: ScreenContext, parent: QWidget, done: Callable[[Words], object]) -> None:
        """``done`` is told in a sentence what was taken back."""
        self._context, self._parent, self._done = context, parent, done
        self.asked: ReasonAsked | None = None

    def ask(self, members: Sequence[EntryRef], *, updated: bool = False) -> None:
        """Say who of ``members`` would go, and ask why; ``updated``: others were changed beside them."""
        wanted = tuple(members)
        self._context.read(
            lambda desk: desk.mistakes.of(wanted), lambda found: self._ask(found, updated), slot="mistaken"
        )

    def _ask(self, found: Mistaken, updated: bool) -> None:
        say = self._context.look.say
        going, staying = found.going, found.staying
        if not going:
            self._context.notice(Tone.INFO, phrase("mistaken.none", names=self._names(staying)))
            return
        one = len(going) == 1
        title = phrase("mistaken.title_one", name=going[0].name)
        sentences: list[Words] = [phrase("mistaken.sentence", names=self._names(going))]
        if staying:
            sentences.append(phrase("mistaken.kept", count=len(staying), names=self._names(staying)))
        if updated:
            sentences.append(phrase("mistaken.updated"))
        self.asked = asked = ReasonAsked(
            self._context.look,
            title if one else phrase("mistaken.title", count=len(going)),
            Spoken(lambda _language: "\n".join(map(say, sentences))),
            phrase("actions.unregister"),
            self._parent,
            after=phrase("mistaken.after"),
        )
        refs = tuple(each.ref for each in going)
        asked.accepted.connect(lambda: self._take_back(refs, asked.reason))
        asked.finished.connect(asked.deleteLater)
        asked.open()

    def _names(self, members: Sequence[MemberRecord]) -> Words:
        names = joined([f"{each.name} {each.number}" for each in members[:_NAMED]], self._context.look.say)
        if len(members) <= _NAMED:
            return names
        return phrase("mistaken.and_more", names=names, count=len(members))

    def _take_back(self, refs: tuple[EntryRef, ...], reason: str) -> None:
        context = self._context

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> int:
            return len(desk.mistakes.take_back(refs, reason, progress=progress, cancelled=cancelled).going)

        def done(count: object) -> None:
            context.changed.changed.emit()
            self._done(phrase("mistaken.done", count=count))

        job = context.jobs.start(work, then=done, refused=context.problem)
        context.follow(job, phrase("mistaken.working"))
