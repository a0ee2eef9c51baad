"""The second step of an import: the file as read, one table at a time, and what a person says of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.roster.mapping import NO_DIRECTIONS, Choice, Directions
from timebank.roster.survey import Survey, TableView
from ui.look import Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.importing_columns import ColumnsTable, field_words
from ui.widgets import Button, ButtonRow, Segments, Text, Toggle

_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


class SheetPage(QWidget):
    """Shows a :class:`Survey`; ``directed`` says how the file is to be read from now on."""

    directed = Signal(object)
    """the :class:`Directions`"""

    def __init__(self, context: ScreenContext, role: QWidget) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        look = context.look
        self._survey: Survey | None = None
        self._directions = NO_DIRECTIONS
        self._at = 0
        self._about = Text(look, "", soft=True)
        self._doubt = Text(look, "", Role.LABEL)
        self._told = Text(look, "", Role.LABEL)
        self.sheets = Segments(look, [], name=phrase("importing.sheets"))
        self.wanted = Toggle(look, phrase("importing.read_this_sheet"))
        self.wanted.clicked.connect(self._want)
        self.dates = Segments(
            look, [(order, phrase(f"importing.dates_{order}")) for order in ("dmy", "mdy")],
            name=phrase("importing.dates"),
        )  # fmt: skip
        self.dates.chosen.connect(lambda order: self._say(dates=order))
        self.unit = Segments(
            look, [(unit, phrase(f"importing.unit_{unit}")) for unit in ("hour", "minute")],
            name=phrase("importing.unit"),
        )  # fmt: skip
        self.unit.chosen.connect(lambda unit: self._say(unit=unit))
        self._dates_label = Text(look, phrase("importing.dates"), Role.LABEL, wrap=False)
        self._unit_label = Text(look, phrase("importing.unit"), Role.LABEL, wrap=False)
        self._dates_group = _labelled(self._dates_label, self.dates)
        self._unit_group = _labelled(self._unit_label, self.unit)
        self._asks = ButtonRow(look, [self._dates_group, self._unit_group])
        self.table = ColumnsTable(context)
        self.table.corrected.connect(self._correct)
        self.table.after = self.unit.findChildren(Button)[-1]
        self._choice = QHBoxLayout()
        self._choice.addWidget(role)
        self._choice.addWidget(self.sheets)
        self._choice.addWidget(self.wanted)
        self._choice.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._about)
        self._column.addLayout(self._choice)
        for part in (self._doubt, self._asks, self.table, self._told):
            self._column.addWidget(part)
        self._column.setStretchFactor(self.table, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def begin(self, survey: Survey) -> None:
        """A new file: look at its first table."""
        self._at = 0
        fresh = Segments(
            self._look,
            [(str(n), self._table_name(survey, n)) for n in range(len(survey.tables))],
            name=phrase("importing.sheets"),
            current="0" if survey.tables else "",
        )
        fresh.chosen.connect(self._look_at)
        self._choice.replaceWidget(self.sheets, fresh)
        self.sheets.hide()
        self.sheets.deleteLater()
        self.sheets = fresh
        self.sheets.setVisible(len(survey.tables) > 1)

    def put(self, survey: Survey, directions: Directions) -> None:
        """Show the file as it is understood now."""
        self._survey, self._directions = survey, directions
        self._at = min(self._at, max(0, len(survey.tables) - 1))
        table = self.shown
        self._about.put(_about(survey, table, self._look.say))
        self.table.setVisible(table is not None)
        self.wanted.setVisible(len(survey.sheets) > 1)
        if table is None:
            self._doubt.put(phrase("importing.no_table"), Tone.BAD)
            self._asks.hide()
            return
        self.wanted.setChecked(directions.sheets is None or table.sheet in directions.sheets)
        self.table.put(table)
        self._put_doubts(table)
        self._put_asks(table)

    @property
    def shown(self) -> TableView | None:
        """The table that is looked at."""
        survey = self._survey
        return survey.tables[self._at] if survey is not None and survey.tables else None

    def tell(self, words: Words) -> None:
        """Say what reading it so would do."""
        self._told.put(words)

    def focus_doubt(self) -> None:
        """Put the cursor where someone should look first."""
        first = self.table.first_doubt()
        if first is not None:
            first.setFocus()

    def _put_doubts(self, table: TableView) -> None:
        if table.missing:
            missing = tuple(table.missing)
            say = self._look.say

            def text(_language: str) -> str:
                names = [say(field_words("time_of_day" if each == "time" else each)) for each in missing]
                return say(phrase("importing.missing", fields="、".join(names)))

            self._doubt.put(Spoken(text), Tone.BAD)
        elif table.doubtful:
            self._doubt.put(phrase("importing.columns_doubtful", count=len(table.doubtful)), Tone.WARN)
        else:
            self._doubt.put(phrase("importing.columns_clear"), Tone.GOOD)

    def _put_asks(self, table: TableView) -> None:
        asks_dates = table.asks_dates or bool(table.choice.dates)
        asks_unit = table.asks_unit or bool(table.choice.unit)
        self._dates_group.setVisible(asks_dates)
        self._unit_group.setVisible(asks_unit)
        self._asks.setVisible(asks_dates or asks_unit)
        if table.choice.dates in ("dmy", "mdy"):
            self.dates.choose(table.choice.dates)
        if table.choice.unit:
            self.unit.choose(table.choice.unit)

    def _look_at(self, number: str) -> None:
        self._at = int(number)
        if self._survey is not None:
            self.put(self._survey, self._directions)
            self.focus_doubt()

    def _want(self, wanted: bool) -> None:
        table, survey = self.shown, self._survey
        if table is None or survey is None:
            return
        now = set(survey.sheets if self._directions.sheets is None else self._directions.sheets)
        now = now | {table.sheet} if wanted else now - {table.sheet}
        every = now >= set(survey.sheets)
        self._tell(
            Directions(self._directions.choices, None if every else frozenset(now), self._directions.fresh)
        )

    def _correct(self, place: int, field: str) -> None:
        table = self.shown
        if table is not None:
            choice = table.choice
            self._change(table, Choice({**choice.columns, place: field}, choice.dates, choice.unit))

    def _say(self, dates: str = "", unit: str = "") -> None:
        table = self.shown
        if table is not None:
            choice = table.choice
            order = "dmy" if dates == "dmy" else "mdy" if dates == "mdy" else choice.dates
            bare = "hour" if unit == "hour" else "minute" if unit == "minute" else choice.unit
            self._change(table, Choice(choice.columns, order, bare))

    def _change(self, table: TableView, choice: Choice) -> None:
        choices = {**self._directions.choices, table.layout: choice}
        self._tell(Directions(choices, self._directions.sheets, self._directions.fresh))

    def _tell(self, directions: Directions) -> None:
        self._directions = directions
        self.directed.emit(directions)

    def _table_name(self, survey: Survey, number: int) -> Words:
        table = survey.tables[number]
        same = [n for n, each in enumerate(survey.tables) if each.sheet == table.sheet]
        name = table.sheet or survey.file
        return name if len(same) == 1 else f"{name} ({same.index(number) + 1})"

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(2))
        self._choice.setSpacing(self._look.space(6))
        self.table.setMinimumHeight(round(7.5 * self._look.target))
        if self._survey is not None:
            self._about.refresh()


def _labelled(label: Text, choices: Segments) -> QWidget:
    both = QWidget()
    row = QHBoxLayout(both)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label)
    row.addWidget(choices)
    return both


def _about(survey: Survey, table: TableView | None, say: object) -> Words:
    """How the file is written down, where its header is, how many rows follow, and what stands above."""
    assert callable(say)

    def text(_language: str) -> str:
        parts = [survey.file]
        if survey.encoding:
            delimiter = say(phrase(f"importing.delimiter_{_DELIMITERS.get(survey.delimiter, 'comma')}"))
            encoding = survey.encoding.upper()
            parts.append(say(phrase("importing.is_text", encoding=encoding, delimiter=delimiter)))
        else:
            parts.append(say(phrase("importing.is_workbook", count=len(survey.sheets) or 1)))
        if table is not None:
            rows = table.header_rows()
            parts.append(say(phrase("importing.header_row", row=rows[0] if rows else 1, rows=table.rows)))
            if table.titles:
                parts.append(say(phrase("importing.title_above", title=" ".join(table.titles)[:80])))
        parts += [say(phrase(f"roster.{each.code}", name=each.name)) for each in survey.skipped]
        return "  ·  ".join(parts)

    return Spoken(text)
