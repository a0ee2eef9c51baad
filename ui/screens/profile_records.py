"""A person's dated records: assessments, categories, what the rules ask of volunteers. Add, end, correct."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.person_records import RecordLine
from timebank.domain.kinds import KINDS
from timebank.domain.records import RECORD_KINDS, Record, RecordKind
from timebank.policy.settings import Words as PackWords
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.profile_seen import Seen
from ui.screens.record_panel import Change, RecordPanel
from ui.screens.scroll import Scroll
from ui.screens.words import category_words, kind_words, level_words
from ui.widgets import Button, ButtonRow, Column, DataTable, EmptyState, Kind, Pages, RowsModel

_TONES = {"current": Tone.GOOD, "coming": Tone.WARN}


class RecordsTab(QWidget):
    """Records of some kinds in a table; the panel for changing one stands in its place while it is open."""

    opened = Signal()
    """The panel was opened or closed."""

    def __init__(self, context: ScreenContext, name: str, fields: Sequence[str]) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._kinds = [RECORD_KINDS[field] for field in fields]
        self._member: MemberRecord | None = None
        self._today = date.min
        self._benefits: dict[str, PackWords | None] = {}
        look = context.look
        self.table = DataTable(look, phrase(f"people.tab_{name}"))
        self.rows: RowsModel[RecordLine] = RowsModel(look, self._columns(), _ident)
        self.table.put_model(self.rows, sortable=False)
        empty = EmptyState(look, "file", phrase(f"people.no_{name}"), phrase(f"people.no_{name}_next"))
        self.table.put_empty(empty)
        self.table.opened.connect(lambda line: self._open("correct", line))
        self.adders = {
            kind.field: Button(look, phrase(f"people.add_{kind.field}"), icon="add") for kind in self._kinds
        }
        for kind in self._kinds:
            self.adders[kind.field].clicked.connect(lambda _on=False, kind=kind: self._add(kind))
        self.end, self.correct, self.remove = (
            Button(look, phrase(f"people.record_{what}"), icon=icon, kind=Kind.QUIET)
            for what, icon in (("end", "calendar"), ("correct", "edit"), ("remove", "close"))
        )
        self.changers = {"end": self.end, "correct": self.correct, "remove": self.remove}
        for what, button in self.changers.items():
            button.clicked.connect(lambda _on=False, what=what: self._open(what, self._chosen))
        context.permission.guard(*self.adders.values(), *self.changers.values())
        self._lay_out()
        self.table.chosen.connect(lambda _line: self._allow())
        look.changed.connect(self.refresh)
        self.refresh()
        self._allow()

    def _lay_out(self) -> None:
        self._pages = Pages()
        listing = self._pages.take(QWidget())
        self._column = QVBoxLayout(listing)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(ButtonRow(self._look, [*self.adders.values(), *self.changers.values()]))
        self._column.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    @cached_property
    def panel(self) -> RecordPanel:
        """Asks for what a record is to say."""
        panel, scroll = RecordPanel(self._context), self._pages.take(Scroll(self._look))
        panel.submitted.connect(self._write)
        panel.closed.connect(self.close_panel)
        scroll.column.addWidget(panel)
        scroll.column.addStretch(1)
        return panel

    def _columns(self) -> list[Column[RecordLine]]:
        day = self._day
        kind: list[Column[RecordLine]] = [
            Column("kind", phrase("people.record_kind"), lambda r: phrase(f"people.record.{r.kind.field}"))
        ]
        return [
            *(kind if len(self._kinds) > 1 else []),
            Column("value", phrase("people.record_what"), self._value_words),
            Column("from", phrase("people.record_from"), lambda r: day(r.record["from"], "start")),
            Column("until", phrase("people.record_until"), lambda r: day(r.record["until"], "end")),
            Column(
                "state",
                phrase("people.state"),
                lambda r: phrase(f"people.record_state.{r.state}"),
                tone=lambda r: _TONES.get(r.state, Tone.PLAIN),
            ),
            Column(
                "more", phrase("people.record_rest"), lambda r: more_words(r.kind, r.record), stretch=True
            ),
        ]

    def _day(self, text: str, end: str) -> Words:
        if text:
            return self._context.day_words(date.fromisoformat(text))
        return phrase(f"people.open_{end}")

    def _value_words(self, line: RecordLine) -> Words:
        return value_words(line.kind, line.record, self._benefits)

    def put(self, seen: Seen) -> None:
        """Show a person's records."""
        self._member, self._today, self._benefits = seen.profile.member, seen.today, seen.benefits
        self.rows.replace(_apart([each for each in seen.records if each.kind in self._kinds]))
        self.table.fit_columns()
        self._allow()

    @property
    def _chosen(self) -> RecordLine | None:
        index = self.table.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def _allow(self) -> None:
        known = self._member is not None and self._member.known
        for button in self.adders.values():
            button.setEnabled(known)
        for button in self.changers.values():
            button.setEnabled(known and self._chosen is not None)
            button.setHidden(not self.rows.rows)  # with nothing to change they would only take room

    # Changing

    @property
    def changing(self) -> bool:
        """Whether the panel is open."""
        return self._pages.currentIndex() == 1

    def _add(self, kind: RecordKind) -> None:
        self._show(Change("add", kind, None))

    def _open(self, what: str, line: object) -> None:
        if isinstance(line, RecordLine) and self._context.may_write:
            self._show(Change(what, line.kind, line.record))

    def _show(self, change: Change) -> None:
        if self._member is not None:
            panel = self.panel
            self._pages.setCurrentIndex(1)
            panel.begin(change, self._today, self._choices(change.kind))
            self.opened.emit()

    def _choices(self, kind: RecordKind) -> list[tuple[str, Words]]:
        if kind.field == "benefits":
            return [(code, _benefit_words(code, self._benefits)) for code in self._benefits]
        return [(code, kind_words(code)) for code in KINDS] if kind.field == "trainings" else []

    def close_panel(self) -> None:
        """Back to the table; what was typed is let go."""
        if self.changing:
            self._pages.setCurrentIndex(0)
            self.table.setFocus()
            self.opened.emit()

    def confirm(self) -> None:
        """Hand in what the panel holds."""
        if self.changing:
            self.panel.submit()

    def _write(self, do: Callable[[Desk, MemberRecord], MemberRecord]) -> None:
        member = self._member
        if member is not None:
            self._context.write(
                lambda desk: do(desk, member), lambda _changed: self.close_panel(), refused=self.panel.refused
            )

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(2))
        self._column.setContentsMargins(0, self._look.space(2), 0, 0)


def value_words(kind: RecordKind, record: Record, benefits: dict[str, PackWords | None]) -> Words:
    """What a record says."""
    value = record[kind.value]
    match kind.field:
        case "care":
            return level_words(int(value))
        case "categories":
            return category_words(str(value))
        case "trainings":
            return kind_words(str(value))
        case "benefits":
            return _benefit_words(str(value), benefits)
    return str(value) or phrase(f"people.record_plain.{kind.field}")


def _benefit_words(code: str, benefits: dict[str, PackWords | None]) -> Words:
    named = benefits.get(code)
    if named is not None:
        return Spoken(named)
    return phrase(f"people.benefit.{code}") if code in benefits else code


def more_words(kind: RecordKind, record: Record) -> Words:
    """What else a record keeps, each with its name; empty where it keeps nothing else."""
    parts = [
        phrase(
            "people.record_named",
            name=phrase(f"people.record_more.{name}"),
            text=phrase(f"people.relation.{record[name]}") if name == "relation" else str(record[name]),
        )
        for name in kind.more
        if record.get(name)
    ]
    if not parts:
        return ""
    return (
        parts[0] if len(parts) == 1 else phrase("people.record_both", first=parts[0], rest=_rest(parts[1:]))
    )


def _rest(parts: Sequence[Words]) -> Words:
    return (
        parts[0] if len(parts) == 1 else phrase("people.record_both", first=parts[0], rest=_rest(parts[1:]))
    )


def _ident(line: RecordLine) -> tuple[object, ...]:
    return (line.kind.field, *sorted(line.record.items()))


def _apart(lines: list[RecordLine]) -> list[RecordLine]:
    """The lines, each once: two stations may have said the very same."""
    return list({_ident(line): line for line in lines}.values())
