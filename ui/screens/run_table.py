"""A long list of what a run does: found by name or number, narrowed, ordered; only what is seen is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.domain.names import fold_query, search_keys
from timebank.outcome import Cancelled
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Progress
from ui.say import Words
from ui.screens.context import ScreenContext
from ui.widgets import Column, DataTable, PagedRowsModel

T = TypeVar("T")


class RunTable(DataTable, Generic[T]):
    """Rows held in memory, shown a page at a time; finding and ordering happen beside the screen."""

    listed = Signal(int)
    """How many rows are shown now."""

    def __init__(
        self,
        context: ScreenContext,
        name: Words,
        columns: Sequence[Column[T]],
        member: Callable[[T], MemberRecord],
        keys: Mapping[str, Callable[[T], Any]],
        parent: QWidget | None = None,
    ) -> None:
        """``keys`` gives what to order a column by; ``member`` whose row it is."""
        super().__init__(context.look, name, parent)
        self._context, self._member, self._keys = context, member, keys
        self._all: Sequence[T] = ()
        self.shown: Sequence[T] = ()
        self._text = ""
        self._keep: Callable[[T], bool] = lambda _row: True
        self._order: tuple[str, bool] = ("", False)
        self.model_: PagedRowsModel[T] = PagedRowsModel(context.look, columns, self._fetch)
        self.model_.on_sort = self._order_by
        self.put_model(self.model_)

    def put_rows(self, rows: Sequence[T]) -> None:
        """List these from now on."""
        self._all = rows
        self._arrange()

    def narrow(self, text: str, keep: Callable[[T], bool]) -> None:
        """List only who is meant by ``text`` (any part of a name, pinyin, number) and whose row ``keep`` keeps."""
        self._text, self._keep = text, keep
        self._arrange()

    @property
    def current(self) -> T | None:
        """The row under the cursor."""
        index = self.currentIndex()
        return self.model_.record(index.row()) if index.isValid() else None

    def _order_by(self, column: str, descending: bool) -> None:
        self._order = (column, descending)
        self._arrange()

    def _arrange(self) -> None:
        rows, wanted, keep, (column, descending) = self._all, self._text, self._keep, self._order
        key = self._keys.get(column)

        def work(_desk: Desk, _progress: Progress, cancelled: IsCancelled) -> list[T]:
            found = []
            for at, row in enumerate(rows):
                if at % 256 == 0 and cancelled():
                    raise Cancelled
                if keep(row) and _is_meant(self._member(row), wanted):
                    found.append(row)
            return sorted(found, key=key, reverse=descending) if key is not None else found

        self._context.reads.start(work, then=self._show, slot=f"run-table-{id(self)}")

    def _show(self, rows: object) -> None:
        assert isinstance(rows, list)
        self.shown = rows
        self.model_.reset_to(len(rows))
        self.fit_columns()
        self.listed.emit(len(rows))

    def _fetch(self, offset: int, limit: int, deliver: Callable[[Sequence[T]], None]) -> None:
        deliver(self.shown[offset : offset + limit])


def _is_meant(member: MemberRecord, text: str) -> bool:
    wanted = fold_query(text)
    if not wanted or wanted in fold_query(member.number) or wanted in fold_query(member.name):
        return True
    return (
        wanted.isascii()
        and wanted.isalpha()
        and any(key.startswith(wanted) for key in search_keys(member.name))
    )
