"""The rows of a sign-in sheet as they are typed, and what the desk makes of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal
from PySide6.QtGui import QColor

from timebank.desk.sheet import TypedRow, Verdict
from timebank.roster.headers import label_text, meaning
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import joined, kind_words
from ui.widgets.rows import NOWHERE, Index

PARTS = TypedRow._fields
VERDICT = len(PARTS)
EMPTY_ROWS = 8
"""Blank lines shown to begin with; there is always one more than was typed."""

_TONES = {"good": Tone.GOOD, "repeated": Tone.INFO, "bad": Tone.BAD}
_ICONS = {"good": "check", "repeated": "info", "bad": "error"}
_MISSING = frozenset(("volunteer_missing", "elder_missing", "length_missing", "kind_missing"))
"""What is only not yet typed is not yet wrong."""
_DITTO = frozenset(("同上", "〃", "″", '"', "”", "''", "ditto"))
_PART_OF_FIELD = {
    "volunteer": "volunteers", "elder": "elder", "start": "start", "time": "start", "end": "end",
    "length": "length", "kind": "kind", "note": "note", "place": "note",
}  # fmt: skip


class Line:
    """One line of the sheet: its texts, and what the desk said of it last."""

    __slots__ = ("texts", "verdict")

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self.texts = [*texts, *[""] * (len(PARTS) - len(texts))]
        self.verdict: Verdict | None = None

    @property
    def typed(self) -> TypedRow:
        """As the desk takes it."""
        return TypedRow(*self.texts)


class GridModel(QAbstractTableModel):
    """Lines by parts, and a last column for the desk's word."""

    typed = Signal()
    """something was changed"""

    def __init__(self, context: ScreenContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._look = context, context.look
        self.lines = [Line() for _ in range(EMPTY_ROWS)]
        self._look.changed.connect(self._said_anew)

    # What was typed

    def put(self, row: int, column: int, text: str) -> None:
        """Take what was typed into a cell; 同上 takes what stands above."""
        if text.strip() in _DITTO and row > 0:
            text = self.lines[row - 1].texts[column]
        line = self.lines[row]
        if line.texts[column] != text:
            line.texts[column] = text
            self._keep_blank_line()
            self.dataChanged.emit(self.index(row, column), self.index(row, VERDICT))
            self.typed.emit()

    def paste(self, row: int, column: int, text: str) -> int:
        """Put a block from a spreadsheet into the cells from here on; returns how many lines it has.

        A first line of headers says which column is which.
        """
        block = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        order = _order_of(block[0])
        if order is None:
            placed = [dict(enumerate(cells, column)) for cells in block]
        else:
            placed = [_placed(cells, order) for cells in block[1:]]
        missing = row + len(placed) + 1 - len(self.lines)
        if missing > 0:
            self.beginInsertRows(NOWHERE, len(self.lines), len(self.lines) + missing - 1)
            self.lines += [Line() for _ in range(missing)]
            self.endInsertRows()
        for line, cells in zip(self.lines[row:], placed, strict=False):
            for at, said in cells.items():
                if at < VERDICT:
                    line.texts[at] = " ".join(said.split())
        self.dataChanged.emit(self.index(row, 0), self.index(len(self.lines) - 1, VERDICT))
        self.typed.emit()
        return len(placed)

    def remove(self, gone: Sequence[Line]) -> None:
        """Take lines out; those below move up."""
        for line in gone:
            if line in self.lines:
                row = self.lines.index(line)
                self.beginRemoveRows(NOWHERE, row, row)
                del self.lines[row]
                self.endRemoveRows()
        missing = EMPTY_ROWS - len(self.lines)
        if missing > 0:
            self.beginInsertRows(NOWHERE, len(self.lines), len(self.lines) + missing - 1)
            self.lines += [Line() for _ in range(missing)]
            self.endInsertRows()
        self._keep_blank_line()

    def tell(self, lines: Sequence[Line], verdicts: Sequence[Verdict]) -> None:
        """Show what the desk says of these lines."""
        for line, verdict in zip(lines, verdicts, strict=True):
            line.verdict = verdict
        self._said_anew()

    def count(self, state: str) -> int:
        """How many lines the desk says this of."""
        return sum(line.verdict is not None and line.verdict.state == state for line in self.lines)

    def _keep_blank_line(self) -> None:
        if not self.lines[-1].typed.blank:
            self.beginInsertRows(NOWHERE, len(self.lines), len(self.lines))
            self.lines.append(Line())
            self.endInsertRows()

    # What is shown

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else VERDICT + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        shown = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return shown | Qt.ItemFlag.ItemIsEditable if index.column() < VERDICT else shown

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if index.column() == VERDICT:
            return self._verdict(line, role)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            return line.texts[index.column()]
        if role == Qt.ItemDataRole.BackgroundRole and self.blamed(index.row(), index.column()):
            return QColor(self._look.palette.wash(Tone.BAD))
        return None

    def blamed(self, row: int, column: int) -> bool:
        """Whether a cell is what stands in the way."""
        verdict = self.lines[row].verdict
        if verdict is None or verdict.problem is None or verdict.problem.code in _MISSING:
            return False
        return column < VERDICT and verdict.field == PARTS[column]

    def _verdict(self, line: Line, role: int) -> Any:
        verdict = line.verdict
        if verdict is None or verdict.state == "blank" or line.typed.blank:
            return None
        unfinished = verdict.problem is not None and verdict.problem.code in _MISSING
        tone = Tone.WARN if unfinished else _TONES[verdict.state]
        ink = self._look.ink(tone)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._look.say(self.words(verdict))
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(ink)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._look.icon("edit" if unfinished else _ICONS[verdict.state], ink)
        return None

    def words(self, verdict: Verdict) -> Words:
        """What the desk understood of a line, or what stands in its way."""
        if verdict.problem is not None and verdict.problem.code in _MISSING:
            return phrase(f"grid.{verdict.problem.code}")
        if verdict.problem is not None:
            return verdict.problem
        if verdict.state == "repeated":
            return phrase("grid.repeated")
        if verdict.elder is None or verdict.start is None:
            return ""
        say = self._look.say
        end = verdict.start + timedelta(minutes=verdict.minutes)
        clock = f"{verdict.start:%H:%M}–{end:%H:%M}" if verdict.timed else ""
        return phrase(
            "grid.understood" if clock else "grid.understood_untimed",
            who=joined([each.name for each in verdict.volunteers], say),
            elder=verdict.elder.name,
            kind=kind_words(verdict.kind),
            clock=clock,
            hours=self._context.hours_words(verdict.minutes),
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return self._look.say(phrase(f"grid.{PARTS[section] if section < VERDICT else 'verdict'}"))

    def _said_anew(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, VERDICT)
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, VERDICT))


def _order_of(cells: Sequence[str]) -> list[str] | None:
    """The part that each column of a pasted block holds, where its first line has headers."""
    found = [meaning(label, "services") if (label := label_text(cell)) else None for cell in cells]
    parts = [_PART_OF_FIELD.get(each.field, "") if each else "" for each in found]
    return parts if len({part for part in parts if part}) >= 2 else None


def _placed(cells: Sequence[str], order: Sequence[str]) -> dict[int, str]:
    """Cells by the column of the grid they go to; 9:00 and 10:30 apart become 9:00-10:30."""
    said = {part: cell.strip() for part, cell in zip(order, cells, strict=False) if part and cell.strip()}
    end = said.pop("end", "")
    if end and "start" in said:
        said["start"] = f"{said['start']}-{end}"
        said.pop("length", None)  # the clock says it better
    return {PARTS.index(part): text for part, text in said.items()}
