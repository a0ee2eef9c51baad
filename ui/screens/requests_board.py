"""The board: every request that waits, urgent ones first, each with what can be done about it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_lines import RequestLine
from timebank.domain.names import fold_query
from timebank.domain.requests import FULFILLED
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.requests_card import RequestCard
from ui.screens.requests_words import columns, is_late, state_words, when_words
from ui.screens.words import kind_words
from ui.widgets import DataTable, EmptyState, Kind, RowsModel

FILTERS = ("all", "urgent", "open", "today", "unheard", "over")
_OVER = ("unheard", "over")
"""These show what is done or closed; the others what waits."""


class RequestBoard(QWidget):
    """The list, a filter, and the card of the chosen one."""

    counted = Signal(object)
    """in words, how many wait"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        look, actions = context.look, context.actions
        self._lines: list[RequestLine] = []
        self._now = datetime.min
        self._over = False
        """Whether what was read last is over."""
        self.card = RequestCard(context)
        self.filter = QComboBox()
        for each in FILTERS:
            self.filter.addItem("", each)
        self.filter.currentIndexChanged.connect(lambda _row: self._choose())
        self.box = QLineEdit()
        self.box.textChanged.connect(lambda _text: self._show())
        self.table = DataTable(look, phrase("requests.board"))
        self.rows: RowsModel[RequestLine] = RowsModel(
            look, columns(context, self._now, day=True), lambda line: line.request.row
        )
        self.table.put_model(self.rows, sortable=False)
        self.empty = EmptyState(look, "elder", phrase("requests.nothing"), phrase("requests.nothing_next"))
        self.table.put_empty(self.empty)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _line: self.card.open_assign())
        self._row = QHBoxLayout()
        self._row.addWidget(self.filter)
        self._row.addWidget(self.box, 1)
        self._row.addWidget(actions.button("unvisited"))
        self._row.addWidget(actions.button("ask_request", Kind.PRIMARY))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._row)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self.card)
        look.changed.connect(self.refresh)
        self.refresh()

    def enter(self) -> None:
        """Read the board and put the cursor in it."""
        self.read()
        self.table.setFocus()

    def read(self) -> None:
        """List afresh."""

        over = self.filter.currentData() in _OVER

        def work(desk: Desk) -> tuple[datetime, bool, list[RequestLine]]:
            return desk.station.surroundings.now(), over, desk.requests.lines(waiting=not over)

        self._context.read(work, self._arrived, slot="requests board")

    def _choose(self) -> None:
        """Another filter: what is over is read when it is asked for."""
        if (self.filter.currentData() in _OVER) != self._over:
            self.read()
        else:
            self._show()

    def _arrived(self, answer: tuple[datetime, bool, list[RequestLine]]) -> None:
        now, self._over, self._lines = answer
        nothing = "nothing_over" if self._over else "nothing"
        self.empty.put(phrase(f"requests.{nothing}"), phrase(f"requests.{nothing}_next"))
        if now.date() != self._now.date() or now.minute != self._now.minute:
            self._now = now
            self.rows.columns = tuple(columns(self._context, now, day=True))
        self._show()
        at_table = self.window().focusWidget() is self.table  # also while another window is in front
        if at_table and not self.table.currentIndex().isValid() and self.rows.rowCount():
            self.table.go(0)

    def _show(self) -> None:
        urgent = sum(line.request.urgent for line in self._lines)
        late = sum(is_late(line, self._now) for line in self._lines)
        shown = [line for line in self._lines if self._matches(line)]
        self.counted.emit(
            phrase("requests.counts_over", count=len(shown))
            if self._over
            else phrase("requests.counts", count=len(self._lines), urgent=urgent, late=late)
        )
        fresh = not self.rows.rowCount()
        self.rows.replace(shown)
        if fresh:
            self.table.fit_columns()
        index = self.table.currentIndex()
        self._chosen(self.rows.record(index.row()) if index.isValid() else None)

    def _matches(self, line: RequestLine) -> bool:
        which, request = str(self.filter.currentData()), line.request
        if which == "urgent" and not request.urgent:
            return False
        if which == "open" and not line.short:
            return False
        if which == "unheard" and (request.state != FULFILLED or request.followed_up is not None):
            return False
        if which == "today" and line.start.date() > self._now.date():
            return False
        wanted = fold_query(self.box.text())
        if not wanted:
            return True
        said = (line.elder, *line.volunteers)
        texts = [part for each in said for part in (each.name, each.number)]
        seen = (kind_words(request.kind), state_words(line), when_words(line, self._now.date()))
        texts += [*(self._look.say(words) for words in seen), line.note, line.start.date().isoformat()]
        return any(wanted in fold_query(text) for text in texts)

    def _chosen(self, line: object) -> None:
        self.card.put(line if isinstance(line, RequestLine) else None, self._now)

    def refresh(self) -> None:
        """Say and draw it again in the current language and size."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._row.setSpacing(look.space(4))
        for edit in (self.box, self.filter):
            edit.setFont(look.font())
        self.filter.setAccessibleName(look.say(phrase("requests.filter")))
        for at, each in enumerate(FILTERS):
            self.filter.setItemText(at, look.say(phrase(f"requests.filter_{each}")))
        self.box.setPlaceholderText(look.say(phrase("requests.box_hint")))
        self.box.setAccessibleName(look.say(phrase("requests.box")))
