"""What was just done at this desk, and the question when something of it is to be taken back."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.recent import Deed
from ui.look import Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.deeds import deed_words, recent_of
from ui.screens.desk_scans import now
from ui.screens.reversal import Doomed, ReversalPanel
from ui.widgets import Card, InlineNotice, RecentList


class DeskDeeds(QWidget):
    """The list, each row with its reversal, and above it the question why."""

    asked = Signal()
    closed = Signal()
    """The question is answered, or given up."""

    def __init__(self, context: ScreenContext, message: InlineNotice) -> None:
        super().__init__()
        self._context, self._look, self._message = context, context.look, message
        self._last_wanted = False
        self.deeds: dict[str, Deed] = {}
        """What is listed, by its entry."""
        self.question = ReversalPanel(context)
        self.list = RecentList(context.look, most=8)
        card = Card(context.look, phrase("window.recent"))
        card.body.addWidget(self.list)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.question)
        self._column.addWidget(card, 1)
        self.list.undo_asked.connect(self.ask)
        self.question.closed.connect(self.closed)
        context.look.changed.connect(self.refresh)
        self.refresh()

    def read(self, *, then_ask: bool = False) -> None:
        """Read them afresh; ``then_ask`` about taking back the last."""
        self._last_wanted = self._last_wanted or then_ask
        self._context.read(lambda desk: (desk.recent(), now(desk)), self._put, slot="desk deeds")

    def _put(self, answer: tuple[list[Deed], datetime]) -> None:
        deeds, at = answer
        self.deeds = {str(deed.entry): deed for deed in deeds}
        self.list.put([recent_of(self._context, deed, at) for deed in deeds])
        if self._last_wanted:
            self._last_wanted = False
            self.ask_last()

    def ask_last(self) -> None:
        """Ask about taking back the last step that can be."""
        upcoming = self.list.next_undo
        if upcoming is None:
            self._message.show_notice(Tone.INFO, phrase("desk.nothing_to_reverse"))
        else:
            self.ask(upcoming.id)

    def ask(self, entry: str) -> None:
        """Ask why the step ``entry`` is to be taken back."""
        deed = self.deeds.get(entry)
        if deed is not None:
            self.question.ask(Doomed(deed.entry, deed_words(self._context, deed)))
            self.asked.emit()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
