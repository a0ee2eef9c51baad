"""What was said of a request since it was asked for: one line each, with an icon, when, by whom and the words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from timebank.desk.request_lines import RequestLine
from timebank.desk.request_story import AFTERWARDS, Said
from timebank.domain.requests import OUTCOMES
from timebank.journal.refs import EntryRef
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.requests_words import day_words
from ui.screens.scroll import Scroll
from ui.screens.words import apart
from ui.widgets import IconView, Text

_MATTERS = (*AFTERWARDS, *OUTCOMES)
"""What matters without a word as well."""
_ICONS = {"assigned": "volunteer", "arrived": "clock", "left": "clock", **dict.fromkeys(AFTERWARDS, "check")}


_MOST = 2
"""Lines in sight; more are scrolled to, so that no note pushes the request off the screen."""


class StoryLines(Scroll):
    """The lines of the request that was last put; nothing is drawn where nothing is to be told."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self._entry: EntryRef | None = None
        self._today = date.min
        self._asking = False
        self.said: list[Said] = []
        self._rows: list[tuple[QWidget, QHBoxLayout, IconView, Text]] = []
        super().__init__(context.look, gap=1)
        self.column.addStretch(1)
        self.hide()

    def put(self, line: RequestLine | None, today: date) -> None:
        """Tell what was said of ``line``; it is read beside the screen."""
        self._today = today
        entry = None if line is None else line.request.entry
        if entry != self._entry:
            self._entry = entry
            self._show([])
        if entry is None:
            return

        def told(said: list[Said]) -> None:
            if entry == self._entry:
                self._show(said)

        self._context.read(
            lambda desk: desk.requests.story(str(entry)), told, slot=f"request story {id(self)}"
        )

    def make_room(self, asking: bool) -> None:
        """Step aside while something is asked below the request."""
        self._asking = asking
        self.setVisible(bool(self.said) and not asking)

    def _show(self, said: Sequence[Said]) -> None:
        """Those that nothing else on the card tells: why it ended, what was said afterwards, then any note."""
        told = [
            each for each in reversed(said) if each.what != "asked" and (each.text or each.what in _MATTERS)
        ]
        self.said = sorted(told, key=lambda each: each.what not in _MATTERS)
        while len(self._rows) < len(self.said):
            self._add_row()
        for n, (row, _, icon, text) in enumerate(self._rows):
            row.setVisible(n < len(self.said))
            if n < len(self.said):
                each = self.said[n]
                good = each.what in AFTERWARDS
                icon.put(_ICONS.get(each.what, "close"), Tone.GOOD if good else Tone.PLAIN, soft=not good)
                text.put(self._words(each))
        self.verticalScrollBar().setValue(0)
        self.refresh()
        self.make_room(self._asking)

    def _words(self, each: Said) -> Words:
        day = day_words(each.at.date(), self._today)
        when = phrase("requests.when_said", day=day, clock=f"{each.at:%H:%M}")
        by = phrase("requests.noted_by", name=each.by) if each.by else ""
        text = phrase("requests.quoted", text=each.text) if each.text else ""
        return apart([phrase(f"requests.said.{each.what}"), text, when, by], self._look.say)

    def _add_row(self) -> None:
        row = QWidget(self)
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        icon, text = IconView(self._look, "check", ems=1.2), Text(self._look)
        across.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        across.addWidget(text, 1)
        self._rows.append((row, across, icon, text))
        self.column.insertWidget(len(self._rows) - 1, row)

    def refresh(self) -> None:
        """Keep gaps and height in step with the text size."""
        super().refresh()
        for _, across, _, _ in self._rows:
            across.setSpacing(self._look.space(2))
        if self._rows:
            line, gap = self._rows[0][-1].heightForWidth(1 << 15), self.column.spacing()
            shown = min(len(self.said), _MOST)
            self.setFixedHeight(shown * line + max(0, shown - 1) * gap)
