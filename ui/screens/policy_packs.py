"""The list of packs, those that come with the program and those of this network, and when each was adopted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.policies import Adoption, pack_named
from timebank.phrases import phrases
from timebank.policy.catalog import load
from timebank.policy.pack import Pack
from timebank.policy.validate import Finding
from ui.look import Role, Tone
from ui.say import Phrase, Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.scroll import Scroll
from ui.widgets import Card, Column, DataTable, EmptyState, InlineNotice, RowsModel, Text

_ROWS = 7
"""Packs seen at once."""


class PackLine(NamedTuple):
    """One pack that can be read and adopted: shipped, from a file, or only known by its adoption."""

    pack: Pack
    name: str
    """What the desk finds it by: its id, or its file."""
    file: Path | None = None
    adopted: Adoption | None = None
    """Its latest adoption."""

    @property
    def ident(self) -> str:
        """What tells it from the others."""
        return self.name


class Shelf(NamedTuple):
    """All packs, the rules in force, the history, and how the root key is kept here."""

    lines: tuple[PackLine, ...]
    history: tuple[Adoption, ...]
    in_force: Pack
    key: str


def read_shelf(desk: Desk, files: Sequence[Path]) -> Shelf:
    """Read all packs; ``files`` are those that were loaded from files."""
    history = desk.policies.history()
    latest: dict[str, Adoption] = {}
    for each in history:
        latest.setdefault(each.id, each)
        if each.in_force:
            latest[each.id] = each
    shipped = desk.policies.ids()
    lines = [PackLine(load(each), each, adopted=latest.get(each)) for each in shipped]
    lines += [
        PackLine(each.pack, each.id, adopted=each)
        for each in latest.values()
        if each.pack is not None and each.id not in shipped
    ]
    packs = [(pack_named(str(file)), file) for file in files]
    lines += [PackLine(pack, str(file), file, latest.get(pack.id)) for pack, file in packs]
    lines.sort(key=lambda line: not (line.adopted and line.adopted.in_force))
    return Shelf(tuple(lines), tuple(history), desk.policies.in_force(), desk.root_key())


class PackList(QWidget):
    """The packs in a table; below it the adoptions, or what is wrong with a file that was to be loaded."""

    opened = Signal(object)
    """a :class:`PackLine`"""
    chosen = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        look = self._look = context.look
        self.notice = InlineNotice(look)
        self.model = RowsModel(look, _columns(), lambda line: line.ident)
        self.table = DataTable(look, phrase("packs.title"))
        self.table.put_model(self.model, sortable=False)
        self.table.opened.connect(self.opened)
        self.table.chosen.connect(self.chosen)
        self.findings_model = RowsModel(
            look, _finding_columns(), lambda each: (each.line, each.key, each.code)
        )
        self.findings = DataTable(look, phrase("packs.findings"))
        self.findings.put_model(self.findings_model, sortable=False)
        self.findings_card = Card(look, phrase("packs.findings"))
        self.findings_card.body.addWidget(self.findings)
        self.findings_card.hide()
        self.past_model = RowsModel(look, self._past_columns(), lambda each: str(each.entry))
        self.past = DataTable(look, phrase("packs.history"))
        self.past.put_model(self.past_model, sortable=False)
        self.past.put_empty(EmptyState(look, "history", phrase("packs.no_history")))
        history = Card(look, phrase("packs.history"))
        history.body.addWidget(Text(look, phrase("packs.history_about"), Role.SMALL, soft=True))
        history.body.addWidget(self.past)
        scroll = Scroll(look)
        for part in (self.table, self.findings_card, history):
            scroll.column.addWidget(part)
        scroll.column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.notice)
        self._column.addWidget(scroll, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, shelf: Shelf) -> None:
        """Show these packs; the cursor stays where it was."""
        at = self.line
        self.model.replace(shelf.lines)
        self.past_model.replace(shelf.history)
        for table in (self.table, self.past):
            table.fit_columns()
        row = None if at is None else self.model.row_of(at.ident)
        if shelf.lines:
            self.table.go(row or 0)
        self.refresh()

    @property
    def line(self) -> PackLine | None:
        """The pack under the cursor."""
        index = self.table.currentIndex()
        return self.model.record(index.row()) if index.isValid() else None

    def choose(self, ident: str) -> None:
        """Put the cursor on a pack."""
        row = self.model.row_of(ident)
        if row is not None:
            self.table.go(row)

    def show_findings(self, file: Path, findings: Sequence[Finding]) -> None:
        """Say what is wrong with a file; nothing of it is taken."""
        self.findings_model.replace(_distinct(findings))
        self.findings_card.setVisible(bool(findings))
        if findings:
            words = phrase("packs.file_unsound", file=file.name, count=len(findings))
            self.notice.show_notice(Tone.BAD, words)
            self.findings.fit_columns()
            self.findings.setFocus()
        self.refresh()

    def _past_columns(self) -> list[Column[Adoption]]:
        context = self._context
        return [
            Column("from", phrase("packs.from"), lambda each: context.day_words(each.start)),
            Column("name", phrase("packs.pack"), _past_name),
            Column("state", phrase("packs.state"), _past_state, tone=_past_tone),
            Column("decided", phrase("packs.decided"), lambda each: context.day_words(each.decided.date())),
            Column("answers", phrase("packs.answers"), _past_answers, stretch=True),
        ]

    def refresh(self) -> None:
        """Keep gaps and heights in step with the text size."""
        look = self._look
        self._column.setSpacing(look.space(3))
        for table, least, most in ((self.table, 3, _ROWS), (self.findings, 2, _ROWS), (self.past, 2, _ROWS)):
            model = table.model()
            rows = max(least, min(most, model.rowCount())) if model is not None else least
            ends = (
                table.horizontalHeader().sizeHint().height() + table.horizontalScrollBar().sizeHint().height()
            )
            table.setFixedHeight(look.target * rows + ends + look.space(2))


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    return list({(each.line, each.key, each.code): each for each in findings}.values())


def _columns() -> list[Column[PackLine]]:
    return [
        Column("name", phrase("packs.pack"), _name, tone=_tone),
        Column("id", phrase("packs.id"), lambda line: line.file.name if line.file else line.pack.id),
        Column("level", phrase("packs.level"), lambda line: phrase(f"policy.level.{line.pack.level}")),
        Column("state", phrase("packs.state"), _state, tone=_tone),
        Column("dates", phrase("packs.dates"), _dates),
        Column("open", phrase("packs.open"), _open, stretch=True),
    ]


def _name(line: PackLine) -> Words:
    return Spoken(line.pack.name)


def _state(line: PackLine) -> Words:
    if line.adopted is not None and line.adopted.in_force:
        return phrase("packs.in_force")
    if line.adopted is not None:
        return phrase("packs.adopted_from", day=line.adopted.start.isoformat())
    return phrase("policy.draft") if line.pack.draft else phrase("packs.not_adopted")


def _tone(line: PackLine) -> Tone:
    return Tone.ACCENT if line.adopted is not None and line.adopted.in_force else Tone.PLAIN


def _dates(line: PackLine) -> Words:
    start, until = line.pack.start, line.pack.until
    if start is None and until is None:
        return phrase("packs.no_dates")
    if until is None:
        return phrase("policy.from_day", day=str(start))
    return phrase("packs.between", start=str(start or "…"), until=str(until))


def _open(line: PackLine) -> Phrase:
    return phrase("packs.open_count", count=len(line.pack.unset()), confirm=len(line.pack.to_confirm()))


def _past_name(each: Adoption) -> Words:
    pack = each.pack
    return each.id if pack is None else Spoken(pack.name)


def _past_state(each: Adoption) -> Words:
    return phrase("packs.in_force") if each.in_force else ""


def _past_tone(each: Adoption) -> Tone:
    return Tone.ACCENT if each.in_force else Tone.PLAIN


def _past_answers(each: Adoption) -> Words:
    if each.pack is None:
        return phrase("packs.newer")
    given = sum(answer.value is not None for answer in each.pack.answers.values())
    return phrase("packs.answers_given", given=given, open=len(each.pack.answers) - given)


def _finding_columns() -> list[Column[Finding]]:
    return [
        Column("line", phrase("packs.line"), lambda each: str(each.line), right=True),
        Column("key", phrase("packs.key"), lambda each: each.key),
        Column("what", phrase("packs.what"), _finding_words, stretch=True),
        Column("file", phrase("packs.file"), lambda each: each.file),
    ]


def _finding_words(each: Finding) -> Words:
    return Spoken(lambda language: phrases(language).code(each.code, each.facts))
