"""Rules to read: grouped, each in plain words beside its value and where that comes from; searchable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from timebank.desk.rule_words import GROUPS, ground_of, ground_text, group_of, meaning_text, value_text
from timebank.desk.rules import source_text
from timebank.policy.pack import AllowanceRule, Difference, Entry, Exclusion, Pack, Source
from timebank.policy.values import Plain
from ui.look import Look, Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.scroll import Scroll
from ui.widgets import Card, EmptyState, FormField, Rule, Text
from ui.widgets.piecemeal import Piecemeal


@dataclass(frozen=True)
class Cell:
    """What stands in one column of a rule: its words, and smaller ones below."""

    words: Words
    below: Words = ""
    tone: Tone = Tone.PLAIN
    strong: bool = False


@dataclass(frozen=True)
class RuleRow:
    """One rule: its key and its cells, the first of which says what it is about."""

    key: str
    cells: tuple[Cell, ...]

    def held(self, say: Callable[[Words], str]) -> str:
        """Everything that the row says, to search in."""
        parts = (say(part) for cell in self.cells for part in (cell.words, cell.below))
        return " ".join((self.key, *parts)).casefold()


def _every(_row: RuleRow) -> bool:
    return True


class RuleRows(QWidget):
    """Rows under the headings of their groups. ``narrow`` leaves those that hold a text."""

    def __init__(self, look: Look, widths: Sequence[int], *, nothing: Words = "") -> None:
        super().__init__()
        self._look, self._widths = look, tuple(widths)
        self._rows: list[RuleRow] = []
        self._wanted: Callable[[RuleRow], bool] = _every
        self._shown: dict[str, _Row] = {}
        self._cards: dict[str, Card] = {}
        self._pieces = Piecemeal(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._nothing = EmptyState(look, "search", nothing or phrase("packs.nothing_found"))
        self._column.addWidget(self._nothing)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def rows(self) -> list[RuleRow]:
        """All rows, shown or not."""
        return list(self._rows)

    @property
    def visible(self) -> list[str]:
        """The keys of the rows that are shown, or will be once they are made."""
        return [row.key for row in self._rows if self._wanted(row)]

    def put(self, rows: Sequence[RuleRow], titles: Sequence[Words] = ()) -> None:
        """Show these rows; ``titles`` name the columns, once for each group."""
        for card in self._cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._rows, self._shown, self._cards = list(rows), {}, {}
        self._wanted = _every
        self._nothing.setVisible(not rows)
        self._pieces.begin(self._steps(titles))

    def _steps(self, titles: Sequence[Words]) -> Iterator[None]:
        for group in GROUPS:
            inside = self._of(group)
            if inside:
                card = self._cards[group] = self._card(group, titles)
                card.setVisible(any(map(self._wanted, inside)))
            for row in inside:
                shown = self._shown[row.key] = _Row(self._look, row, self._widths)
                card.body.addWidget(shown)
                shown.setVisible(self._wanted(row))
                yield

    def _of(self, group: str) -> list[RuleRow]:
        return [each for each in self._rows if group_of(each.key) == group]

    def _card(self, group: str, titles: Sequence[Words]) -> Card:
        card = Card(self._look, phrase(f"policy.group.{group}"))
        self._column.addWidget(card)
        if titles:
            cells = tuple(Cell(title) for title in titles)
            card.body.addWidget(_Row(self._look, RuleRow("", cells), self._widths, title=True))
        return card

    def narrow(self, text: str, only: Callable[[RuleRow], bool] = _every) -> None:
        """Leave the rows that hold every word of ``text`` and are wanted by ``only``."""
        words, say = text.casefold().split(), self._look.say
        self._wanted = lambda row: only(row) and (not words or all(word in row.held(say) for word in words))
        shown = set(self.visible)
        for key, row in self._shown.items():
            row.setVisible(key in shown)
        for group, card in self._cards.items():
            card.setVisible(any(row.key in shown for row in self._of(group)))
        self._nothing.setVisible(not shown)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))


class _Row(QFrame):
    """The cells of a rule side by side, all columns as wide as those of the other rules."""

    def __init__(self, look: Look, row: RuleRow, widths: Sequence[int], *, title: bool = False) -> None:
        super().__init__()
        self._look, self._row = look, row
        self._across = QHBoxLayout()
        for cell, width in zip(row.cells, widths, strict=True):
            self._across.addWidget(_cell(look, cell, title), width)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._column = column
        column.addLayout(self._across)
        if not title:
            column.addWidget(Rule())
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep gaps and name in step with language and text size."""
        look = self._look
        self._across.setSpacing(look.space(6))
        self._column.setSpacing(look.space(2))
        self.setAccessibleName("  ".join(look.say(cell.words) for cell in self._row.cells))


def _cell(look: Look, cell: Cell, title: bool) -> QWidget:
    role = Role.SMALL if title else Role.LABEL if cell.strong else Role.BODY
    part: QWidget = _text(Text(look, cell.words, role, tone=cell.tone, soft=title))
    if cell.below:
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(part)
        column.addWidget(_text(Text(look, cell.below, Role.SMALL, soft=True)), 1)
        part = both
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    part.setSizePolicy(policy)
    return part


def _text(text: Text) -> Text:
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return text


class RuleSearch(FormField):
    """A box to search in rules; the keys that move, move the rules below it."""

    def __init__(self, look: Look, scroll: Scroll, rows: RuleRows) -> None:
        self.line = QLineEdit()
        super().__init__(look, phrase("packs.search"), self.line)
        self._rows, self._scroll = rows, scroll
        self.only: Callable[[RuleRow], bool] = lambda _: True
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(lambda _text: self.again())
        self.line.installEventFilter(self)

    def again(self) -> None:
        """Search again."""
        self._rows.narrow(self.line.text(), self.only)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            bar = self._scroll.verticalScrollBar()
            step = bar.pageStep() if event.key() in _PAGES else 3 * bar.singleStep()
            bar.setValue(bar.value() + (step if event.key() in _DOWN else -step))
            return True
        return super().eventFilter(watched, event)

    def refresh(self) -> None:
        super().refresh()
        self.line.setFont(self._look.font())


_DOWN = (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
_PAGES = (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)
_MOVES = (*_DOWN, Qt.Key.Key_Up, Qt.Key.Key_PageUp)


# What is said of a rule


def meaning(key: str, pack: Pack) -> Spoken:
    """What a rule is about."""
    return Spoken(lambda language: meaning_text(key, language, pack))


def value(key: str, plain: Plain) -> Spoken:
    """A value of a rule, which may be None."""
    return Spoken(lambda language: value_text(key, plain, language))


def source_words(source: Source) -> Spoken:
    """Where a value comes from."""
    return Spoken(lambda language: source_text(source, language))


def pack_rows(pack: Pack) -> list[RuleRow]:
    """Every rule of a pack: those that are decided, the grounds for free hours, and what is left open."""
    rows = [_entry_row(pack, key, entry) for key, entry in pack.entries.items()]
    grounds: list[tuple[str, AllowanceRule | Exclusion]] = [
        *((f"allowance.{each.id}", each) for each in pack.allowance_rules),
        *((f"exclusion.{each.id}", each) for each in pack.exclusions),
    ]
    rows += [_ground_row(pack, key, rule) for key, rule in grounds]
    return sorted(rows, key=lambda row: row.key) + [_open_row(pack, key) for key in pack.unset()]


def _entry_row(pack: Pack, key: str, entry: Entry) -> RuleRow:
    marked = Cell(value(key, entry.value), strong=True)
    if entry.confirm:
        marked = Cell(value(key, entry.value), phrase("policy.to_confirm"), Tone.WARN, strong=True)
    return RuleRow(key, (Cell(meaning(key, pack), key), marked, Cell(source_words(entry.source))))


def _ground_row(pack: Pack, key: str, rule: AllowanceRule | Exclusion) -> RuleRow:
    said = Spoken(lambda language: ground_text(rule, language))
    raised = [
        source_words(answer.source)
        for asked, answer in pack.answers.items()
        if asked.startswith(f"{key}.") and answer.value is not None
    ]
    below = raised[0] if raised else ""
    return RuleRow(
        key, (Cell(meaning(key, pack), key), Cell(said, strong=True), Cell(source_words(rule.source), below))
    )


def _open_row(pack: Pack, key: str) -> RuleRow:
    suggestion, answer = pack.suggestions.get(key), pack.answers.get(key)
    cell = Cell(phrase("policy.undecided"), tone=Tone.INFO)
    if answer is not None:
        return RuleRow(key, (Cell(meaning(key, pack), key), cell, Cell(source_words(answer.source))))
    if suggestion is None:
        return RuleRow(key, (Cell(meaning(key, pack), key), cell, Cell("")))
    suggested = phrase("packs.suggested", value=value(key, suggestion.value))
    return RuleRow(
        key, (Cell(meaning(key, pack), key), cell, Cell(suggested, source_words(suggestion.source)))
    )


def is_open(row: RuleRow) -> bool:
    """Whether a row of :func:`pack_rows` is one that nobody has decided."""
    return row.cells[1].tone is Tone.INFO


def needs_word(row: RuleRow) -> bool:
    """Whether a row of :func:`pack_rows` waits for the coordinator to confirm it."""
    return row.cells[1].tone is Tone.WARN


def difference_rows(differences: Sequence[Difference], before: Pack, after: Pack) -> list[RuleRow]:
    """What differs between two packs, side by side with the sources."""
    return [compared_row(each.key, each.before, each.after, before, after) for each in differences]


def compared_row(key: str, old: Plain, new: Plain, before: Pack, after: Pack) -> RuleRow:
    """One rule in two packs."""
    named = after if new is not None else before
    differs = old != new
    return RuleRow(
        key,
        (
            Cell(meaning(key, named), key if "." in key else ""),
            Cell(value(key, old), _source_of(key, before)),
            Cell(
                value(key, new),
                _source_of(key, after),
                Tone.ACCENT if differs else Tone.PLAIN,
                strong=differs,
            ),
        ),
    )


def _source_of(key: str, pack: Pack) -> Words:
    ground = ground_of(key, pack)
    source = ground.source if ground is not None else pack.source(key) if key in pack.entries else None
    return "" if source is None else source_words(source)
