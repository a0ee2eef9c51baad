"""The people that a few letters can mean, to be chosen with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt

from timebank.store.people_queries import MemberRecord
from ui.look import Look
from ui.say import phrase
from ui.screens.words import age_words, name_words, phone_tail, role_words
from ui.widgets import Column, DataTable, RowsModel, announce

_ROWS = 7
"""Rows seen at once; the rest scrolls."""


class Candidates(DataTable):
    """A list without titles, as high as what it holds; hidden while empty."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, phrase("desk.candidates"))
        self._today = date.min
        columns: list[Column[MemberRecord]] = [
            Column("name", phrase("people.name"), name_words, icon=_role_icon),
            Column("number", phrase("people.number"), lambda m: m.number),
            Column("role", phrase("people.role"), lambda m: role_words(m.roles)),
            Column("age", phrase("people.age_title"), lambda m: age_words(m, self._today)),
            Column("phone", phrase("people.phone"), phone_tail),
            Column("place", phrase("people.address"), _place, stretch=True),
        ]
        self.rows = RowsModel(look, columns, lambda m: m.row)
        self.put_model(self.rows, sortable=False)
        self.horizontalHeader().hide()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open)
        self.hide()

    def put(self, members: Sequence[MemberRecord], today: date) -> None:
        """Show these people, none of them chosen yet."""
        self._today = today
        self.clearSelection()
        self.rows.replace(members)
        self.setCurrentIndex(self.rows.index(-1, -1))
        self.fit_columns()
        self._fit_height()
        self.setVisible(bool(members))

    @property
    def current(self) -> MemberRecord | None:
        """Who is chosen by the arrow keys."""
        index = self.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def choose_first(self) -> None:
        """Put the cursor on the first, and say how many there are."""
        self.go(0)
        announce(self, self._look.say(phrase("desk.several", count=len(self.rows.rows))))

    def refresh(self) -> None:
        super().refresh()
        if hasattr(self, "rows"):
            self._fit_height()

    def _fit_height(self) -> None:
        rows = min(_ROWS, max(1, self.rows.rowCount()))
        self.setFixedHeight(rows * self._look.target + 10)


def _role_icon(member: MemberRecord) -> str:
    return "volunteer" if "volunteer" in member.roles else "elder"


def _place(member: MemberRecord) -> str:
    return str(member.details.get("organisation") or member.details.get("address") or "")
