"""What an import would do, or did: the figures, and every row that someone should look at, as it was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.taking import RowUpdate
from timebank.outcome import Problem
from timebank.phrases import phrases
from timebank.roster import RowProblem
from ui.look import Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.importing_kinds import Outcome
from ui.widgets import (
    Card,
    Column,
    DataTable,
    EmptyState,
    RowsModel,
    Segments,
    Text,
)
from ui.widgets.figures import Figures
from ui.widgets.flow import Flow

LISTED = 1_000
"""Rows of one state that are listed; the figures count all, and all refused ones can be saved."""
STATES = ("refused", "doubtful", "update")
_TONES = {"refused": Tone.BAD, "doubtful": Tone.WARN, "update": Tone.INFO}
_ICONS = {"refused": "error", "doubtful": "warning", "update": "edit"}


@dataclass(frozen=True)
class Row:
    """A row to look at: refused, doubtful, or an update; ``cells`` are header and text as read."""

    number: int
    state: str
    told: RowProblem | RowUpdate
    cells: tuple[tuple[str, str], ...]

    @property
    def column(self) -> str:
        """The header of the column to blame."""
        return self.told.column if isinstance(self.told, RowProblem) else ""

    @property
    def words(self) -> Words:
        """The reason, or what changes."""
        if isinstance(self.told, RowProblem):
            return Problem(self.told.code, **self.told.facts)
        update = self.told
        return Spoken(lambda language: _update_text(update, language))


def rows_of(outcome: Outcome) -> list[Row]:
    """What is listed to be looked at, the refused first, of each state the first :data:`LISTED`."""
    told: list[tuple[str, RowProblem | RowUpdate]] = [
        *(("refused", each) for each in outcome.rejected[:LISTED]),
        *(("doubtful", each) for each in outcome.doubtful[:LISTED]),
        *(("update", each) for each in outcome.updates[:LISTED]),
    ]
    cells = outcome.evidence.rows
    return [
        Row(number, state, each, cells.get((each.sheet, each.row), ()))
        for number, (state, each) in enumerate(told)
    ]


class ResultRows(QWidget):
    """Figures, a filter, the rows, and the row under the cursor in full."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        look = context.look
        self._context, self._look = context, look
        self._all: list[Row] = []
        self.figures = Figures(look)
        self.verdict = Text(look, "", Role.LABEL)
        self.table = DataTable(look, phrase("importing.rows"))
        self.rows = RowsModel(look, _columns(), lambda row: row.number)
        self.table.put_model(self.rows)
        self.table.put_empty(EmptyState(look, "check", phrase("importing.all_good")))
        self.table.chosen.connect(self._chosen)
        self.filter = _filter(context, {})
        self._more = Text(look, phrase("importing.listed", count=LISTED), Role.SMALL, soft=True)
        self.detail = _RowCard(context)
        self._top = Card(look)
        self._across = QHBoxLayout()
        self._across.addWidget(self.figures, 1)
        self._across.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignBottom)
        self._top.body.addLayout(self._across)
        self._top.body.addWidget(self.verdict)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._top)
        self._column.addWidget(self._more)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self.detail)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, outcome: Outcome, verdict: Words, tone: Tone = Tone.PLAIN) -> None:
        """Show what became, or would become, of the rows."""
        self.figures.put(
            [(phrase(key), str(count), _figure_tone(key, count)) for key, count in outcome.counts]
        )
        self.verdict.put(verdict, tone)
        self._all = rows_of(outcome)
        counts = {
            "refused": len(outcome.rejected), "doubtful": len(outcome.doubtful), "update": len(outcome.updates)
        }  # fmt: skip
        self._more.setVisible(max(counts.values()) > LISTED)
        fresh = _filter(self._context, counts)
        fresh.chosen.connect(lambda _kind: self._show())
        self._across.replaceWidget(self.filter, fresh)
        self._across.setAlignment(fresh, Qt.AlignmentFlag.AlignBottom)
        self.filter.hide()
        self.filter.deleteLater()
        self.filter = fresh
        self.filter.setVisible(len({row.state for row in self._all}) > 1)
        self._show()

    def _show(self) -> None:
        kind = self.filter.current
        self.rows.replace([row for row in self._all if kind in ("all", row.state)])
        self.table.fit_columns()
        if self.rows.rows:
            self.table.go(0)
            self.detail.put(self.rows.rows[0])
        self.detail.setVisible(bool(self.rows.rows))

    def make_room(self, wanted: bool) -> None:
        """Give way to a question below, or come back whole."""
        self._top.setVisible(not wanted)
        self.detail.setVisible(not wanted and bool(self.rows.rows))

    def _chosen(self, row: object) -> None:
        if isinstance(row, Row):
            self.detail.put(row)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(2))
        self._across.setSpacing(self._look.space(4))
        self.table.setMinimumHeight(round(4 * self._look.target))


class _RowCard(Card):
    """One row as it was read, the cell to blame in colour, and the reason in full."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look)
        self._own = context.look
        self._place = Text(self._own, "", Role.LABEL, wrap=False)
        self._why = Text(self._own)
        self._cells = QWidget()
        self._flow = Flow(self._cells)
        head = QHBoxLayout()
        head.addWidget(self._place)
        head.addWidget(self._why, 1)
        self.body.addLayout(head)
        self.body.addWidget(self._cells)
        self._head = head
        self._row: Row | None = None

    def put(self, row: Row) -> None:
        """Show ``row``."""
        self._row = row
        place = "importing.place_in_sheet" if row.told.sheet else "importing.place"
        self._place.put(phrase(place, sheet=row.told.sheet, row=row.told.row))
        self._why.put(row.words, _TONES[row.state])
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for header, text in row.cells:
            if text or header == row.column:
                self._flow.addWidget(self._cell(header, text or "—", blamed=header == row.column))
        self.refresh()

    def _cell(self, header: str, text: str, *, blamed: bool) -> QWidget:
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        tone = _TONES[self._row.state] if blamed and self._row else Tone.PLAIN
        column.addWidget(Text(self._own, header, Role.SMALL, soft=True, wrap=False))
        shown = Text(self._own, text, Role.LABEL if blamed else Role.BODY, tone=tone, wrap=len(text) > 30)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(shown)
        return cell

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        super().refresh()
        if hasattr(self, "_flow"):
            self._flow.put_gaps(self._own.space(6), self._own.space(2))
            self._head.setSpacing(self._own.space(4))
            self.setAccessibleName(f"{self._place.text()} {self._why.text()}")


def _columns() -> Sequence[Column[Row]]:
    return [
        Column(
            "state",
            phrase("importing.state"),
            lambda row: phrase(f"importing.{row.state}"),
            tone=lambda row: _TONES[row.state],
            icon=lambda row: _ICONS[row.state],
        ),
        Column("sheet", phrase("importing.sheet_name"), lambda row: row.told.sheet),
        Column(
            "row",
            phrase("importing.row"),
            lambda row: str(row.told.row),
            lambda row: row.told.row,
            right=True,
        ),
        Column("column", phrase("importing.column"), lambda row: row.column),
        Column("why", phrase("importing.why"), lambda row: row.words, stretch=True),
    ]


def _filter(context: ScreenContext, counts: Mapping[str, int]) -> Segments:
    """A choice of what to look at."""
    kinds: list[tuple[str, Words]] = [("all", phrase("importing.show_all", count=sum(counts.values())))]
    kinds += [(s, phrase(f"importing.show_{s}", count=count)) for s, count in counts.items() if count]
    return Segments(context.look, kinds, name=phrase("importing.filter"), current="all")


def _figure_tone(key: str, count: int) -> Tone:
    if not count:
        return Tone.PLAIN
    return Tone.BAD if key == "importing.rejected" else Tone.ACCENT


def _update_text(update: RowUpdate, language: str) -> str:
    """王秀英：电话、住址."""
    say = phrases(language)
    said = [say(key) if (key := f"importing.part.{field}") in say else field for field in update.fields]
    between = "、" if language == "zh_CN" else ", "
    key = "importing.update_renames" if update.was else "importing.update_of"
    return say(key, name=update.name, was=update.was, fields=between.join(said))
