"""Two packs side by side: what differs, or every rule."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from timebank.policy.pack import Pack, diff, facets
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.policy_rows import RuleRow, RuleRows, RuleSearch, compared_row
from ui.screens.scroll import Scroll
from ui.widgets import FormField, Text, Toggle


class CompareView(QWidget):
    """Choose two packs; ``choices`` pairs what each is called with the pack."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        look = self._look = context.look
        self.choices: list[tuple[Words, Pack]] = []
        self.before, self.after = QComboBox(), QComboBox()
        self.only = Toggle(look, phrase("packs.only_differences"))
        self.only.setChecked(True)
        self._count = Text(look, "", soft=True)
        self._count.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self.rows = RuleRows(look, (4, 5, 5), nothing=phrase("packs.no_difference"))
        scroll = Scroll(look)
        scroll.column.addWidget(self.rows)
        scroll.column.addStretch(1)
        self.search = RuleSearch(look, scroll, self.rows)
        self._top = QHBoxLayout()
        for label, box in (("packs.first", self.before), ("packs.second", self.after)):
            box.setMinimumContentsLength(12)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.currentIndexChanged.connect(lambda _row: self._compare())
            self._top.addWidget(FormField(look, phrase(label), box), 1)
        self._below = QHBoxLayout()
        self._below.addWidget(self.search, 1)
        self._below.addWidget(self.only, 0, Qt.AlignmentFlag.AlignBottom)
        self._below.addWidget(self._count, 1, Qt.AlignmentFlag.AlignBottom)
        self.only.toggled.connect(lambda _on: self._compare())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._top)
        self._column.addLayout(self._below)
        self._column.addWidget(scroll, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, choices: Sequence[tuple[Words, Pack]], before: int, after: int) -> None:
        """Compare two of these, by their places."""
        self.choices = list(choices)
        for box, chosen in ((self.before, before), (self.after, after)):
            box.blockSignals(True)
            box.clear()
            for words, _pack in self.choices:
                box.addItem(self._look.say(words))
            box.setCurrentIndex(chosen)
            box.blockSignals(False)
        self._compare()
        self.before.setFocus()

    def _compare(self) -> None:
        first, second = self.before.currentIndex(), self.after.currentIndex()
        if min(first, second) < 0:
            return
        before, after = self.choices[first][1], self.choices[second][1]
        found = diff(before, after)
        differing = {each.key for each in found}
        self._count.put(phrase("packs.differences", count=len(found)))
        titles: list[Words] = [phrase("settings.rule"), _name(before), _name(after)]
        self.rows.put([each for each in _all(before, after) if self._wanted(each, differing)], titles)
        self.search.again()

    def _wanted(self, row: RuleRow, differing: set[str]) -> bool:
        return not self.only.isChecked() or row.key in differing

    def refresh(self) -> None:
        """Say the choices in the current language."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._top.setSpacing(look.space(6))
        self._below.setSpacing(look.space(6))
        self._count.setMinimumHeight(look.target)
        for box in (self.before, self.after):
            box.setFont(look.font())
            for row, (words, _pack) in enumerate(self.choices):
                box.setItemText(row, look.say(words))


def _all(before: Pack, after: Pack) -> list[RuleRow]:
    old, new = facets(before), facets(after)
    return [
        compared_row(key, old.get(key), new.get(key), before, after)
        for key in sorted(old.keys() | new.keys())
    ]


def _name(pack: Pack) -> Spoken:
    return Spoken(pack.name)
