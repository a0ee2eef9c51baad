"""Tables as rows of frozen records, and columns that say how a record is read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ui.look import Look, Tone
from ui.say import Words

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
"""The role under which the whole record of a row is found."""
NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: its key and title, what it shows of a record, and how it is ordered.

    ``sort`` gives what to order by, by default the text shown; ``tone`` and ``icon`` colour it and put an
    icon before it, where the words alone would be slow to find.
    """

    key: str
    title: Words
    get: Callable[[T], Words]
    sort: Callable[[T], Any] | None = None
    right: bool = False
    tone: Callable[[T], Tone] | None = None
    icon: Callable[[T], str | None] | None = None
    stretch: bool = False


class TableModel(QAbstractTableModel, Generic[T]):
    """What every table has in common: columns over records, titles and cells in the current language."""

    def __init__(self, look: Look, columns: Sequence[Column[T]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look, self.columns = look, tuple(columns)
        look.changed.connect(self._said_anew)

    def record(self, row: int) -> T | None:
        """The record in ``row``, or None where it has not been read yet."""
        raise NotImplementedError

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record = self.record(index.row())
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if record is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        return self._cell(column, record, role)

    def _cell(self, column: Column[T], record: T, role: int) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.look.say(column.get(record))
        if role == ROW:
            return record
        if role == Qt.ItemDataRole.ForegroundRole and column.tone:
            return QColor(self.look.ink(column.tone(record)))
        if role == Qt.ItemDataRole.DecorationRole and column.icon:
            name = column.icon(record)
            tone = column.tone(record) if column.tone else Tone.ACCENT
            return self.look.icon(name, self.look.ink(tone)) if name else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.look.say(self.columns[section].title)
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._side(section)
        return None

    def _side(self, section: int) -> Qt.AlignmentFlag:
        right = self.columns[section].right
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _said_anew(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(self.columns) - 1))


class RowsModel(TableModel[T]):
    """Records held in memory; ``replace`` changes only what differs, so selection and scrolling stay."""

    def __init__(
        self,
        look: Look,
        columns: Sequence[Column[T]],
        ident: Callable[[T], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(look, columns, parent)
        self._ident = ident
        self._rows: list[T] = []
        self._order: tuple[int, Qt.SortOrder] | None = None

    @property
    def rows(self) -> tuple[T, ...]:
        """The records in the order shown."""
        return tuple(self._rows)

    def record(self, row: int) -> T | None:
        return self._rows[row]

    def row_of(self, ident: Hashable) -> int | None:
        """Where the record with ``ident`` is shown, if it is."""
        return next((n for n, row in enumerate(self._rows) if self._ident(row) == ident), None)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order) if 0 <= column < len(self.columns) else None
        self._arrange(self._sorted(self._rows))

    def replace(self, rows: Sequence[T]) -> None:
        """Show ``rows`` from now on, in the chosen order. Idents must differ from one another."""
        new = self._sorted(rows)
        wanted = {self._ident(row): row for row in new}
        if len(wanted) != len(new):
            raise ValueError("two rows with one ident")
        for first, last in reversed(list(_runs([self._ident(row) not in wanted for row in self._rows]))):
            self.beginRemoveRows(NOWHERE, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        old = {self._ident(row): row for row in self._rows}
        self._arrange([old[self._ident(row)] for row in new if self._ident(row) in old])
        for first, last in _runs([self._ident(row) not in old for row in new]):
            self.beginInsertRows(NOWHERE, first, last)
            self._rows[first:first] = new[first : last + 1]
            self.endInsertRows()
        for first, last in _runs([a != b for a, b in zip(self._rows, new, strict=True)]):
            self._rows[first : last + 1] = new[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _sorted(self, rows: Sequence[T]) -> list[T]:
        if self._order is None:
            return list(rows)
        column, order = self.columns[self._order[0]], self._order[1]
        key = column.sort or (lambda row: self.look.say(column.get(row)))
        return sorted(rows, key=key, reverse=order == Qt.SortOrder.DescendingOrder)

    def _arrange(self, rows: list[T]) -> None:
        """Put the same records into another order, keeping selection and scrolling on them."""
        idents = [self._ident(row) for row in rows]
        if idents == [self._ident(row) for row in self._rows]:
            return
        self.layoutAboutToBeChanged.emit()
        place = {ident: n for n, ident in enumerate(idents)}
        before = self.persistentIndexList()
        after = [self.index(place[self._ident(self._rows[i.row()])], i.column()) for i in before]
        self._rows = rows
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last position of every run of true flags."""
    first: int | None = None
    for n, flag in enumerate([*flags, False]):
        if flag and first is None:
            first = n
        elif not flag and first is not None:
            yield first, n - 1
            first = None


PAGE = 200
"""Records in one page."""
PAGES_KEPT = 12
Deliver = Callable[[Sequence[T]], None]
Fetch = Callable[[int, int, Deliver[T]], None]
"""``fetch(offset, limit, deliver)`` reads a page and calls ``deliver(records)``, at once or later."""


class PagedRowsModel(TableModel[T]):
    """Any number of records, read a page at a time as the table comes to show them."""

    def __init__(
        self, look: Look, columns: Sequence[Column[T]], fetch: Fetch[T], parent: QObject | None = None
    ) -> None:
        super().__init__(look, columns, parent)
        self._fetch = fetch
        self._count = 0
        self._pages: dict[int, Sequence[T] | None] = {}
        self._edition = 0
        self.on_sort: Callable[[str, bool], None] | None = None
        """Called with a column's key (empty: no order) and whether descending; read in that order, then ``reset_to``."""

    def reset_to(self, count: int, fetch: Fetch[T] | None = None) -> None:
        """Begin again with ``count`` records, from ``fetch`` where given; pages under way are let go."""
        self.beginResetModel()
        self._fetch = fetch or self._fetch
        self._count, self._edition = count, self._edition + 1
        self._pages.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if self.on_sort is not None and column < len(self.columns):
            key = self.columns[column].key if column >= 0 else ""
            self.on_sort(key, order == Qt.SortOrder.DescendingOrder)

    def record(self, row: int) -> T | None:
        number = row // PAGE
        if number not in self._pages:
            self._read(number)
        page = self._pages.get(number)
        place = row % PAGE
        return page[place] if page is not None and place < len(page) else None

    def _read(self, number: int) -> None:
        while len(self._pages) >= PAGES_KEPT:
            self._pages.pop(next(iter(self._pages)))
        self._pages[number] = None
        edition, asked = self._edition, True

        def deliver(records: Sequence[T]) -> None:
            if edition != self._edition or number not in self._pages:
                return
            self._pages[number] = records
            if not asked and records:
                first = number * PAGE
                self.dataChanged.emit(
                    self.index(first, 0), self.index(first + len(records) - 1, len(self.columns) - 1)
                )

        self._fetch(number * PAGE, PAGE, deliver)
        asked = False
