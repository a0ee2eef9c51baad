"""Everyone in a table: narrowed by what is typed and chosen, ordered by any column, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.people import PersonLine
from timebank.domain.wanted import ORDERS
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.people_filters import PeopleFilters
from ui.screens.permission import ReadsOnly
from ui.screens.recognise import CODES
from ui.screens.words import age_words, level_words, name_words, phone_tail, role_words
from ui.widgets import (
    Button,
    Column,
    DataTable,
    EmptyState,
    Kind,
    PagedRowsModel,
    PageHeader,
    ScanBox,
    Segments,
)

_LIST = "people list"


class _Seen(NamedTuple):
    """Who is listed, by local number; how many there are; what the filters can offer."""

    rows: Sequence[int]
    everyone: int
    today: date
    places: list[tuple[str, str]]
    stations: list[tuple[int, str]]


class PeopleList(QWidget):
    """Everyone; what is not on the screen is not read."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._today = date.min
        self._rows: Sequence[int] = ()
        look, actions = context.look, context.actions
        self.table = DataTable(look, phrase("people.title"))
        self.opened = self.table.opened
        self.box = ScanBox(look, CODES, hint=phrase("people.find_hint"), name=phrase("people.find"))
        self.box.edited.connect(lambda _text: self.read())
        self.box.submitted.connect(self._submitted)
        self.box.steer(self.table)
        self.box.adopt_stray_keys(self)
        roles = [(role, phrase(f"people.{role}s")) for role in ("all", "volunteer", "elder")]
        self.roles = Segments(look, roles, name=phrase("people.role"), current="all")
        self.roles.chosen.connect(lambda _role: self.read())
        self.filters = PeopleFilters(look)
        self.filters.changed.connect(self._filtered)
        self.filters.hide()
        self.more = Button(look, phrase("people.filters"), icon="more")
        self.more.setCheckable(True)
        self.more.toggled.connect(self.filters.setVisible)
        self.everyone = Button(look, phrase("people.filters_clear"), icon="close", kind=Kind.QUIET)
        self.everyone.clicked.connect(self.filters.clear)
        self.everyone.hide()
        buttons = [actions.button("import_sheet"), actions.button("register_member", Kind.PRIMARY)]
        self.header = PageHeader(look, phrase("people.title"), icon="people", actions=buttons)
        self.model: PagedRowsModel[PersonLine] = PagedRowsModel(look, self._columns(), self._fetch)
        self.table.put_model(self.model)
        self.model.on_sort = self._order_by
        self._nobody = EmptyState(look, "people", phrase("people.nobody"), phrase("people.nobody_next"))
        self.table.put_empty(self._nobody)
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        beside = QHBoxLayout()
        for part in (self.roles, self.more, self.everyone):
            beside.addWidget(part)
        self._beside = beside
        self._narrow = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._narrow.addWidget(self.box, 1)
        self._narrow.addLayout(beside)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.header)
        self._column.addWidget(ReadsOnly(self._look, self._context.permission))
        self._column.addLayout(self._narrow)
        self._column.addWidget(self.filters)
        self._column.addWidget(self.table, 1)

    def _columns(self) -> Sequence[Column[PersonLine]]:
        context = self._context
        return [
            Column("name", phrase("people.name"), lambda p: name_words(p.member), icon=_icon),
            Column("number", phrase("people.number"), lambda p: p.member.number),
            Column("role", phrase("people.role"), lambda p: role_words(p.member.roles)),
            Column("age", phrase("people.age_title"), lambda p: age_words(p.member, self._today)),
            Column("phone", phrase("people.phone"), lambda p: phone_tail(p.member)),
            Column("level", phrase("people.care_level"), lambda p: level_words(p.care_level)),
            Column("place", phrase("people.place"), lambda p: _place(p.member), stretch=True),
            Column(
                "credit",
                phrase("people.credit"),
                lambda p: context.amount_words(p.credit_minutes) if p.credit_minutes else "",
                right=True,
                tone=lambda p: Tone.BAD if p.credit_minutes < 0 else Tone.PLAIN,
            ),
            Column(
                "allowance",
                phrase("people.allowance_left"),
                lambda p: context.hours_words(p.allowance_minutes) if p.allowance_minutes else "",
                right=True,
            ),
        ]

    @property
    def current(self) -> MemberRecord | None:
        """Who the cursor is on."""
        index = self.table.currentIndex()
        line = self.model.record(index.row()) if index.isValid() else None
        return line.member if line else None

    def enter(self) -> None:
        """Be ready for a name."""
        self.box.ready()
        self.read()

    def back(self) -> bool:
        """Empty the box, then the filters; False where there is nothing to take back."""
        if self.box.text():
            self.enter()
            return True
        if self.filters.count:
            self.filters.clear()
            return True
        return False

    def _filtered(self) -> None:
        self.everyone.setVisible(bool(self.filters.count))
        self._fit()
        self.read()

    def _order_by(self, column: str, descending: bool) -> None:
        self.filters.show_order(column if column in ORDERS else "", descending)
        self.read()

    # Reading

    def read(self) -> None:
        """Find and count afresh."""
        text, role = self.box.text().strip(), self.roles.current
        order, descending = self.filters.order
        wanted = self.filters.wanted

        def work(desk: Desk) -> _Seen:
            today = desk.station.surroundings.today()
            asked = wanted("" if role == "all" else role, today)
            return _Seen(
                desk.people.listing(text, asked, order, descending=descending),
                desk.people.count(),
                today,
                desk.people.places(),
                [(each.station, each.name) for each in desk.stations()],
            )

        self._context.read(work, self._counted, slot=_LIST)

    def _counted(self, seen: _Seen) -> None:
        self._rows, self._today = seen.rows, seen.today
        self.header.put(
            phrase("people.title"), phrase("people.count", shown=len(seen.rows), everyone=seen.everyone)
        )
        self.filters.put_places(seen.places, seen.stations)
        narrowed = bool(self.box.text().strip()) or bool(self.filters.count) or self.roles.current != "all"
        found = narrowed and seen.everyone
        self._nobody.put(
            phrase("people.nobody_found" if found else "people.nobody"),
            phrase("people.nobody_found_next" if found else "people.nobody_next"),
        )
        self.model.reset_to(len(seen.rows))

    def _fetch(self, offset: int, limit: int, deliver: object) -> None:
        assert callable(deliver)
        part = list(self._rows[offset : offset + limit])

        def arrived(lines: list[PersonLine]) -> None:
            deliver(lines)
            if offset == 0:  # now there is something to measure
                self.table.fit_columns()

        self._context.read(lambda desk: desk.people.lines_of(part), arrived)

    def _submitted(self, _text: str) -> None:
        """Enter opens the one that is chosen, or the only one."""
        if self.current is not None:
            self.table.opened.emit(self.current)
        elif self.model.rowCount() == 1 and (line := self.model.record(0)) is not None:
            self.table.opened.emit(line.member)
        elif self.model.rowCount():
            self.table.go(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the box on a line of its own where its hint would be cut beside the buttons."""
        hint = self.box.fontMetrics().horizontalAdvance(self._look.say(phrase("people.find_hint")))
        room = self.width() - self._beside.sizeHint().width() - self._look.space(4)
        way = QBoxLayout.Direction
        fits = hint + self._look.space(26) <= room
        self._narrow.setDirection(way.LeftToRight if fits else way.TopToBottom)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        self._beside.setSpacing(self._look.space(4))
        self._narrow.setSpacing(self._look.space(3))
        self._fit()


def _icon(line: PersonLine) -> str:
    return "volunteer" if "volunteer" in line.member.roles else "elder"


def _place(member: MemberRecord) -> str:
    details = member.details
    community = " ".join(str(details[key]) for key in ("community", "grid") if details.get(key))
    return str(details.get("organisation") or details.get("address") or community)
