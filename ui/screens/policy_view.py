"""One pack to read: every rule in plain words beside its value and its source, and what is left open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.policy.pack import Pack
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.policy_rows import RuleRows, RuleSearch, is_open, needs_word, pack_rows
from ui.screens.scroll import Scroll
from ui.widgets import FormField, InlineNotice, Segments, Text

ALL, OPEN, CONFIRM = "all", "open", "confirm"


class PackView(QWidget):
    """A pack's rules; ``pack`` is None until the first is put."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        look = self._look = context.look
        self.pack: Pack | None = None
        self.notice = InlineNotice(look)
        self._about = Text(look, "", soft=True)
        self.rows = RuleRows(look, (5, 4, 7))
        self._scroll = Scroll(look)
        self._scroll.column.addWidget(self.rows)
        self._scroll.column.addStretch(1)
        self.search = RuleSearch(look, self._scroll, self.rows)
        choices: list[tuple[str, Words]] = [
            (each, phrase(f"packs.show_{each}")) for each in (ALL, OPEN, CONFIRM)
        ]
        self.which = Segments(look, choices, name=phrase("packs.show"), current=ALL)
        self.which.chosen.connect(self._choose)
        self._top = QHBoxLayout()
        self._top.addWidget(self.search, 1)
        self._top.addWidget(FormField(look, phrase("packs.show"), self.which), 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.notice, self._about):
            self._column.addWidget(part)
        self._column.addLayout(self._top)
        self._column.addWidget(self._scroll, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, pack: Pack) -> None:
        """Show a pack from its first rule on."""
        self.pack = pack
        self.notice.dismiss()
        if pack.draft:
            self.notice.show_notice(Tone.WARN, phrase("packs.draft_notice"), can_dismiss=False)
        self._about.put(_about(pack))
        self.rows.put(
            pack_rows(pack), (phrase("settings.rule"), phrase("settings.value"), phrase("settings.source"))
        )
        self.search.line.clear()
        self.which.choose(ALL)
        self._choose(ALL)
        self._scroll.verticalScrollBar().setValue(0)
        self.search.setFocus()

    def show_only(self, which: str) -> None:
        """Show ``all`` rules, those that are ``open``, or those to ``confirm``."""
        self.which.choose(which)
        self._choose(which)

    def _choose(self, which: str) -> None:
        self.search.only = {OPEN: is_open, CONFIRM: needs_word}.get(which, lambda _: True)
        self.search.again()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        self._top.setSpacing(self._look.space(6))


def _about(pack: Pack) -> Words:
    decided = len(pack.entries) + len(pack.allowance_rules) + len(pack.exclusions)
    return phrase(
        "packs.about",
        region=Spoken(pack.region),
        chain=" → ".join(pack.chain),
        decided=decided,
        open=len(pack.unset()),
        confirm=len(pack.to_confirm()),
    )
