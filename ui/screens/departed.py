"""A closed account on the page of its person: since when, and the way to bring it back."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.reversal import Doomed, ReversalPanel
from ui.widgets import InlineNotice


class Departed(QWidget):
    """Hidden while the account is open."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.member: MemberRecord | None = None
        self.notice = InlineNotice(context.look)
        self.reversal = ReversalPanel(context)
        self.reversal.work_with(self._bring_back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        column.addWidget(self.reversal)
        self.hide()

    @property
    def changing(self) -> bool:
        """Whether the question is open."""
        return self.reversal.doomed is not None

    def put(self, member: MemberRecord) -> None:
        """Show since when the account of ``member`` is closed."""
        if self.member is None or self.member.row != member.row:
            self.close_panel()
        self.member = member
        self.setVisible(member.left is not None)
        if member.left is None:
            self.close_panel()
            return
        words = phrase("closing.banner", day=self._context.day_words(member.left))
        may = self._context.may_write
        self.notice.show_notice(
            Tone.WARN,
            words,
            action=phrase("closing.bring_back"),
            do=self.ask if may else None,
            can_dismiss=False,
        )

    def ask(self) -> None:
        """Ask why the account is to be brought back."""
        member = self.member
        if member is None:
            return
        context = self._context

        def found(entries: list[EntryRef]) -> None:
            if entries and self.member is not None and self.member.row == member.row:
                self.reversal.ask(Doomed(entries[0], phrase("closing.bring_back_what", name=member.name)))

        context.read(lambda desk: desk.closing.departures(member), found, slot="departures")

    def _bring_back(self, desk: Desk, _doomed: Doomed, reason: str) -> object:
        assert self.member is not None
        return desk.closing.bring_back(self.member, reason)

    def confirm(self) -> None:
        """Bring it back."""
        self.reversal.confirm()

    def close_panel(self) -> None:
        """Leave it closed."""
        if self.changing:
            self.reversal.close_panel()
