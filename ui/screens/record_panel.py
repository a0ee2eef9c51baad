"""One dated record being added, ended, put right or taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.domain.categories import CARE_LEVELS, CATEGORIES
from timebank.domain.quantities import parse_date
from timebank.domain.records import RECORD_KINDS, RELATIONS, Record, RecordKind, record_of
from timebank.outcome import Problem, Refusal
from timebank.store.people_queries import MemberRecord
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import category_words, level_words
from ui.widgets import Button, ButtonRow, FormField, InlineNotice, Kind, Text, announce

Do = Callable[[Desk, MemberRecord], MemberRecord]
_MORE = tuple(
    dict.fromkeys(name for kind in RECORD_KINDS.values() for name in kind.more if name != "relation")
)
_AT = {
    "record_value_missing": "value",
    "record_text_too_long": "value",
    "unknown_care_level": "value",
    "unknown_category": "value",
    "record_in_future": "from",
    "record_ends_before": "until",
}


@dataclass(frozen=True)
class Change:
    """What is being done (``add``, ``end``, ``correct``, ``remove``) to which record; None for a new one."""

    what: str
    kind: RecordKind
    record: Record | None


class RecordPanel(QFrame):
    """Asks for what a record says. ``submitted`` carries what the desk is to do, which takes desk and member."""

    submitted = Signal(object)
    closed = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = context.look
        self._context, self._look = context, look
        self._change = Change("add", RECORD_KINDS["care"], None)
        self._today = date.min
        self._choices: Sequence[tuple[object, Words]] = ()
        self.setProperty("part", "card")
        self._title = Text(look, "", Role.HEADING)
        self._about = Text(look, "", soft=True)
        self.notice = InlineNotice(look)
        self.choice, self.text = QComboBox(), QLineEdit()
        self.start, self.until = QLineEdit(), QLineEdit()
        self.relation = QComboBox()
        self.more = {name: QLineEdit() for name in _MORE}
        day_hint = phrase("people.record_day_hint")
        self.fields = {
            "choice": FormField(look, "", self.choice),
            "text": FormField(look, "", self.text),
            "from": FormField(look, phrase("people.record_from"), self.start, hint=day_hint),
            "until": FormField(look, phrase("people.record_until"), self.until, hint=day_hint),
            "relation": FormField(look, phrase("people.record_more.relation"), self.relation),
            **{
                name: FormField(look, phrase(f"people.record_more.{name}"), edit)
                for name, edit in self.more.items()
            },
        }
        for _ in RELATIONS:
            self.relation.addItem("")
        self._save = context.actions.button("confirm", Kind.PRIMARY, phrase("window.save"))
        back = Button(look, phrase("window.cancel"), key="Esc")
        back.clicked.connect(self.closed)
        self._grid = QGridLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._about)
        head = QHBoxLayout()  # the buttons stand where they are seen however many fields there are
        head.addLayout(words, 1)
        head.addWidget(ButtonRow(look, [self._save, back]), 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(head)
        self._column.addWidget(self.notice)
        self._column.addLayout(self._grid)
        for name, edit in (("from", self.start), ("until", self.until)):
            edit.textEdited.connect(lambda _text, name=name: self._check_day(name))
        look.changed.connect(self.refresh)
        self.refresh()

    def begin(self, change: Change, today: date, choices: Sequence[tuple[str, Words]] = ()) -> None:
        """Ask for what ``change`` needs; ``choices`` are values offered beside what may be typed."""
        self._change, self._today = change, today
        kind, record = change.kind, change.record or {}
        fixed: dict[str, Sequence[tuple[object, Words]]] = {
            "care": [(level, level_words(level)) for level in range(len(CARE_LEVELS))],
            "categories": [(code, category_words(code)) for code in CATEGORIES],
        }
        self._choices = fixed.get(kind.field, list(choices))
        self.choice.setEditable(bool(choices) and kind.field not in fixed)
        self.choice.clear()
        for _ in self._choices:
            self.choice.addItem("")
        self._put_value(record.get(kind.value))
        default = today.isoformat() if change.record is None and kind.field != "kin" else ""
        self.start.setText(str(record.get("from", default)))
        self.until.setText(str(record.get("until", "")))
        if change.what == "end" and not self.until.text():
            self.until.setText(today.isoformat())
        for name, edit in self.more.items():
            edit.setText(str(record.get(name, "")))
        self.relation.setCurrentIndex(RELATIONS.index(str(record.get("relation", RELATIONS[0]))))
        self.notice.dismiss()
        for field in self.fields.values():
            field.put_problem(None)
        self._arrange()
        self.refresh()
        first = next((self.fields[name] for name in self._shown()), None)
        if first is not None:
            first.setFocus()
        else:
            self._save.setFocus()
        announce(self, f"{self._title.text()} {self._about.text()}")

    def _put_value(self, value: object) -> None:
        values = [each for each, _ in self._choices]
        if value in values:
            self.choice.setCurrentIndex(values.index(value))
        elif self._choices:
            self.choice.setCurrentIndex(-1)
        self._typed = "" if value is None or value in values else str(value)
        self.text.setText("" if value is None else str(value))

    def _shown(self) -> list[str]:
        change = self._change
        if change.what == "remove":
            return []
        if change.what == "end":
            return ["until"]
        value = "choice" if self._choices else "text"
        return [value, *(["relation"] if "relation" in change.kind.more else []), "from", "until"] + [
            name for name in change.kind.more if name != "relation"
        ]

    def _arrange(self) -> None:
        shown = self._shown()
        for field in self.fields.values():
            self._grid.removeWidget(field)
            field.hide()
        for n, name in enumerate(shown):
            self._grid.addWidget(self.fields[name], n // 2, n % 2)
            self.fields[name].show()
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    # What was typed

    def _value(self) -> object:
        if not self._choices:
            return self.text.text()
        if self.choice.isEditable():
            said = {self._look.say(words): value for value, words in self._choices}
            typed = self.choice.currentText().strip()
            return said.get(typed, typed)
        at = self.choice.currentIndex()
        return self._choices[at][0] if at >= 0 else ""

    def _day(self, name: str) -> date | None:
        text = {"from": self.start, "until": self.until}[name].text().strip()
        return parse_date(text, self._today) if text else None

    def _check_day(self, name: str) -> None:
        try:
            self._day(name)
        except Refusal as refusal:
            self.fields[name].put_problem(refusal)
        else:
            self.fields[name].put_problem(None)

    def submit(self) -> None:
        """Hand it in; what cannot be is said at its field."""
        for name in ("from", "until"):
            self._check_day(name)
            if self.fields[name].problem is not None:
                self.fields[name].setFocus()
                return
        try:
            do = self._do()
        except Refusal as refusal:
            self.refused(refusal)
            return
        self.submitted.emit(do)

    def _do(self) -> Do:
        kind, old, what = self._change.kind, self._change.record, self._change.what
        if what == "remove" and old is not None:
            return lambda desk, member: desk.records.remove(member, kind, old)
        if what == "end" and old is not None:
            until = self._day("until")
            if until is None:
                raise Refusal("record_value_missing", kind="until")
            return lambda desk, member: desk.records.end(member, kind, old, until)
        more = {name: edit.text() for name, edit in self.more.items() if name in kind.more}
        if "relation" in kind.more:
            more["relation"] = RELATIONS[self.relation.currentIndex()]
        new = record_of(kind, self._value(), self._day("from"), self._day("until"), self._today, **more)
        if old is None:
            return lambda desk, member: desk.records.add(member, kind, new)
        return lambda desk, member: desk.records.correct(member, kind, old, new)

    def refused(self, problem: Problem) -> None:
        """Say what stood in the way; what was typed stays."""
        name = _AT.get(problem.code, "")
        name = ("choice" if self._choices else "text") if name == "value" else name
        if problem.code == "record_value_missing" and self._change.what == "end":
            name = "until"
        if name in self._shown():
            self.fields[name].put_problem(problem)
            self.fields[name].setFocus()
        else:
            self.notice.show_problem(problem)

    def refresh(self) -> None:
        """Say it again in the current language and size."""
        look, change = self._look, self._change
        kind = phrase(f"people.record.{change.kind.field}")
        self._title.put(phrase(f"people.record_{change.what}_title", kind=kind))
        self._about.put(phrase(f"people.record_{change.what}_about"), Tone.PLAIN)
        for name in ("choice", "text"):
            label = phrase(f"people.record_value.{change.kind.field}")
            self.fields[name].put_label(label)
        for n, (_, words) in enumerate(self._choices):
            self.choice.setItemText(n, look.say(words))
        if self.choice.isEditable():
            at = self.choice.currentIndex()
            self.choice.setEditText(self.choice.itemText(at) if at >= 0 else self._typed)
        for n, code in enumerate(RELATIONS):
            self.relation.setItemText(n, look.say(phrase(f"people.relation.{code}")))
        for edit in (self.choice, self.text, self.start, self.until, self.relation, *self.more.values()):
            edit.setFont(look.font())
        pad = look.space(4)
        self._column.setContentsMargins(pad, look.space(3), pad, pad)
        self._column.setSpacing(look.space(3))
        self._grid.setHorizontalSpacing(look.space(6))
        self._grid.setVerticalSpacing(look.space(3))

    _typed = ""
