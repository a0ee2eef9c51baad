"""Files that wait for others, and files that may not be believed: each with its reason and another try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from timebank.desk.exchange import Status
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.drives import size_text
from ui.screens.folders import ask_new_file
from ui.screens.scroll import Scroll
from ui.screens.voucher_details import moment
from ui.widgets import Button, ButtonRow, Card, EmptyState, Kind, Text
from ui.widgets.text import restyle

_SHOWN = 40
_LEAST_EM = 12
"""Height of what is seen of them, at the least."""


class WaitingFiles(Card):
    """What lies on the two shelves."""

    retry = Signal(str)
    """the id of a file to be tried again"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, phrase("exchange.waiting"), parent)
        self._context = context
        look = context.look
        self._status: Status | None = None
        self.buttons: dict[str, Button] = {}
        self._empty = EmptyState(
            look, "check", phrase("exchange.nothing_waits"), phrase("exchange.drop_hint")
        )
        self._rows = Scroll(look, gap=2)
        # However much lies here, the page does not grow: this scrolls by itself.
        self._rows.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._rows, 1)
        look.changed.connect(self._fill)
        self._fill()

    def put(self, status: Status) -> None:
        """Show what lies there now."""
        if status != self._status:
            self._status = status
            self._fill()

    def allow(self, allowed: bool) -> None:
        """Whether a file may be tried again now."""
        for button in self.buttons.values():
            button.setEnabled(allowed)

    def _fill(self) -> None:
        status = self._status
        self._rows.setMinimumHeight(round(self._context.look.em * _LEAST_EM))
        clear(self._rows.column)
        self.buttons = {}
        parked = status.parked if status else []
        quarantined = status.quarantined if status else []
        for title, kept in (("exchange.parked", parked), ("exchange.quarantined", quarantined)):
            self._add(title, kept)
        self._rows.column.addStretch(1)
        self._empty.setVisible(not parked and not quarantined)
        self._rows.setVisible(bool(parked or quarantined))

    def _add(self, title: str, kept: Sequence[Mapping[str, Any]]) -> None:
        if not kept:
            return
        self._rows.column.addWidget(Text(self._context.look, phrase(title, count=len(kept)), Role.LABEL))
        for each in list(reversed(kept))[:_SHOWN]:
            self._rows.column.addWidget(self._row(each))

    def _row(self, kept: Mapping[str, Any]) -> QFrame:
        look = self._context.look
        frame = QFrame()
        restyle(frame, part="wash")
        column = QVBoxLayout(frame)
        pad = look.space(3)
        column.setContentsMargins(pad, pad, look.space(2), look.space(2))
        column.setSpacing(look.space(1))
        parts = [size_text(kept["bytes"])]
        if kept["when"]:
            parts.insert(0, moment(self._context, datetime.fromisoformat(kept["when"])))
        button = Button(look, phrase("window.retry"), icon="sync", kind=Kind.PLAIN)
        button.clicked.connect(lambda _on=False, ident=kept["id"]: self.retry.emit(ident))
        self.buttons[kept["id"]] = button
        save = Button(look, phrase("exchange.save_kept"), icon="file", kind=Kind.QUIET)
        save.clicked.connect(lambda _on=False: self._ask_where(kept))
        for each in (button, save):
            each.setAccessibleDescription(str(kept["file"]))
        column.addWidget(Text(look, self._reason(kept)))
        column.addWidget(Text(look, " · ".join(parts), Role.SMALL, soft=True))
        column.addWidget(ButtonRow(look, [button, save]))
        return frame

    def _ask_where(self, kept: Mapping[str, Any]) -> None:
        ask_new_file(
            self,
            self._context,
            "exchange",
            title=phrase("exchange.save_kept"),
            name=str(kept["file"]),
            kinds=phrase("choosing.exchange"),
            then=lambda path: self.save(str(kept["id"]), path),
        )

    def save(self, ident: str, path: Path) -> None:
        """Copy a file that lies here to ``path``, as it came."""

        def saved(made: object) -> None:
            self._context.notice(Tone.GOOD, phrase("exchange.kept_saved", file=str(made)))

        self._context.jobs.start(
            lambda desk, _progress, _cancelled: desk.exchange.save_kept(ident, path),
            then=saved,
            refused=self._context.problem,
        )

    def _reason(self, kept: Mapping[str, Any]) -> Words:
        return phrase(f"outcomes.{kept['code']}", **kept["facts"])
