"""Every service record in a table: narrowed by what is typed and chosen, a page at a time, each with its reversal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.domain.wanted_services import ORDERS, WantedServices
from timebank.outcome import Problem
from timebank.store.book_queries import ServiceLine
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.profile_tables import service_columns
from ui.screens.recognise import CODES
from ui.screens.reversal import Doomed, ReversalPanel
from ui.screens.service_filters import NEWEST, PERIODS, ServiceFilters, days_of
from ui.screens.words import joined, kind_words
from ui.widgets import Button, DataTable, EmptyState, Flow, Kind, PagedRowsModel, ScanBox, Segments


class _Seen(NamedTuple):
    """Which records are listed, by local number; how many there are; where the chosen one is now, -1: nowhere."""

    rows: Sequence[int]
    everything: int
    at: int


class ServiceList(QWidget):
    """The records, newest first; what is not on the screen is not read."""

    asked = Signal()
    """The question about a reversal is open."""
    counted = Signal(object)
    """in words, how many are listed"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._rows: Sequence[int] = ()
        look = context.look
        self.reverse = Button(look, phrase("services.reverse_this"), icon="undo")
        self.reverse.clicked.connect(self.ask)
        context.permission.guard(self.reverse)
        self.reversal = ReversalPanel(context)
        self.table = DataTable(look, phrase("services.title"))
        self.reversal.closed.connect(self._to_table)
        self.box = ScanBox(look, CODES, hint=phrase("services.find_hint"), name=phrase("services.find"))
        self.box.edited.connect(lambda _text: self.read())
        self.box.submitted.connect(self._to_first)
        self.box.steer(self.table)
        self.box.adopt_stray_keys(self)
        periods = [(each, phrase(f"services.period_{each}")) for each in PERIODS]
        self.periods = Segments(look, periods, name=phrase("services.period"), current=PERIODS[0])
        self.periods.chosen.connect(self.show_period)
        self.filters = ServiceFilters(look)
        self.filters.changed.connect(self._filtered)
        self.filters.everything.clicked.connect(self.clear)
        self.filters.hide()
        self.more = Button(look, phrase("people.filters"), icon="more")
        self.more.setCheckable(True)
        self.more.toggled.connect(self.filters.setVisible)
        self.model: PagedRowsModel[ServiceLine] = PagedRowsModel(look, service_columns(context), self._fetch)
        self.table.put_model(self.model)
        self.model.on_sort = self._order_by
        self._nothing = EmptyState(
            look, "services", phrase("services.nothing"), phrase("services.nothing_next")
        )
        self.table.put_empty(self._nothing)
        self.table.chosen.connect(self._chosen)
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()
        self._show_order()
        self._chosen(None)

    def _lay_out(self) -> None:
        button = self._context.actions.button
        self._beside = QHBoxLayout()
        for part in (button("import_sheet"), button("whole_sheet"), button("log_hours", Kind.PRIMARY)):
            self._beside.addWidget(part)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.addWidget(self.box, 1)
        self._top.addLayout(self._beside)
        self._narrow = Flow()
        choices: tuple[QWidget, ...] = (self.periods, self.more, self.reverse)
        for choice in choices:
            self._narrow.addWidget(choice)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._top)
        self._column.addWidget(self.reversal)
        self._column.addLayout(self._narrow)
        self._column.addWidget(self.filters)
        self._column.addWidget(self.table, 1)

    def enter(self) -> None:
        """Read the list and be ready for a name; what narrows the list stays."""
        self.read()
        self.box.setFocus()
        self.box.selectAll()

    def back(self) -> bool:
        """Close the question about a reversal, empty the box, then the filters; False where there is nothing."""
        if self.reversal.doomed is not None:
            self.reversal.close_panel()
        elif self.box.text():
            self.box.ready()
            self.read()
        elif self._narrowed:
            self.clear()
        else:
            return False
        return True

    # Narrowing and ordering

    @property
    def _narrowed(self) -> bool:
        return bool(self.filters.count) or self.periods.current != PERIODS[0]

    def clear(self) -> None:
        """Take every filter back."""
        self.periods.choose(PERIODS[0])
        self.filters.clear()
        self._filtered()

    def show_period(self, period: str) -> None:
        """List the records of one of :data:`~ui.screens.service_filters.PERIODS`."""
        self.periods.choose(period)
        between = period == "between"
        if between:
            self.more.setChecked(True)
        self.filters.ask_days(between)
        self._filtered()

    def _filtered(self) -> None:
        self.filters.everything.setVisible(self._narrowed)
        self._show_order()
        self.read()

    def _order_by(self, column: str, descending: bool) -> None:
        """A title was pressed; those that no order goes by change nothing, and no order at all is the first one."""
        if column in ORDERS or not column:
            self.filters.show_order((column, descending) if column else NEWEST)
            self.read()
        self._show_order()

    def _show_order(self) -> None:
        order, descending = self.filters.order
        at = [column.key for column in self.model.columns].index(order)
        header = self.table.horizontalHeader()
        with QSignalBlocker(header):
            header.setSortIndicator(
                at, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            )

    # Reading

    def read(self) -> None:
        """Find and count afresh."""
        text, period = self.box.text().strip(), self.periods.current
        kind, state, kept = self.filters.kind, self.filters.state, self._chosen_number
        (order, descending), (first, last) = self.filters.order, self.filters.typed_days

        def work(desk: Desk) -> _Seen:
            today: date = desk.station.surroundings.today()
            wanted = WantedServices(text, kind, days_of(period, first, last, today), state)
            rows = desk.services.listing(wanted, order, descending=descending)
            return _Seen(rows, desk.services.count(), rows.index(kept) if kept in rows else -1)

        self._context.read(work, self._counted, refused=self._refused, slot="services list")

    def _refused(self, problem: Problem) -> None:
        if problem.code == "date_unreadable":
            self.filters.put_problem(problem)
        else:
            self._context.problem(problem)

    def _counted(self, seen: _Seen) -> None:
        self.filters.put_problem(None)
        self._rows = seen.rows
        shown = len(seen.rows)
        self.counted.emit(
            phrase("services.count", count=shown)
            if shown == seen.everything
            else phrase("services.count_shown", shown=shown, everything=seen.everything)
        )
        found = "nothing_found" if seen.everything else "nothing"
        self._nothing.put(phrase(f"services.{found}"), phrase(f"services.{found}_next"))
        self.model.reset_to(shown)
        if seen.at >= 0:
            self.table.go(seen.at)
        else:
            self._chosen(None)

    @property
    def _chosen_number(self) -> int:
        """The local number of the record under the cursor; 0 for none."""
        index = self.table.currentIndex()
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else 0

    @property
    def current(self) -> ServiceLine | None:
        """The record under the cursor."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() else None

    def _fetch(self, offset: int, limit: int, deliver: object) -> None:
        assert callable(deliver)
        part = list(self._rows[offset : offset + limit])

        def arrived(lines: list[ServiceLine]) -> None:
            deliver(lines)
            self._chosen(self.current)
            if offset == 0:  # now there is something to measure
                self.table.fit_columns()

        self._context.read(lambda desk: desk.services.lines_of(part), arrived)

    def _to_first(self, _text: str) -> None:
        """Enter in the box goes on to the records found."""
        if self.model.rowCount():
            if not self.table.currentIndex().isValid():
                self.table.go(0)
            self._to_table()

    def _to_table(self) -> None:
        self.table.setFocus()

    # Taking back

    def _chosen(self, line: object) -> None:
        self.reverse.setEnabled(isinstance(line, ServiceLine) and not line.reversed)

    def ask(self) -> None:
        """Ask why the chosen record is to be taken back."""
        line = self.current
        if line is not None and not line.reversed:
            who = joined([name for name, _ in line.volunteers], self._look.say)
            hours = self._context.hours_words(line.minutes)
            words = phrase(
                "desk.did_service", who=who, elder=line.elder[0], kind=kind_words(line.kind), hours=hours
            )
            self.reversal.ask(Doomed(line.entry, words))
            self.asked.emit()

    # Fitting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Put the box on a line of its own where its hint would be cut beside the buttons."""
        hint = self.box.fontMetrics().horizontalAdvance(self._look.say(phrase("services.find_hint")))
        room = self.width() - self._beside.sizeHint().width() - self._look.space(4)
        way = QBoxLayout.Direction
        fits = hint + self._look.space(26) <= room
        self._top.setDirection(way.LeftToRight if fits else way.TopToBottom)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._beside.setSpacing(look.space(3))
        self._top.setSpacing(look.space(3))
        self._narrow.put_gaps(look.space(4), look.space(2))
        self._fit()
