"""A list's filter: a few values to choose from, or everything."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox, QWidget

from ui.look import Look
from ui.say import Words


class FilterChoice(QComboBox):
    """Its first choice, which says what it filters, takes nothing away; hidden where there is no other."""

    def __init__(self, look: Look, name: Words, everything: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._name, self._everything = look, name, everything
        self._choices: list[tuple[object, Words]] = []
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.addItem("")
        self.hide()

    @property
    def offered(self) -> list[object]:
        """The values that can be taken."""
        return [value for value, _ in self._choices]

    def put(self, choices: Iterable[tuple[object, Words]]) -> None:
        """Offer these (value, words) beside everything; what is taken stays where it still is."""
        taken = self.value
        self._choices = list(choices)
        self.blockSignals(True)
        self.clear()
        for _ in range(len(self._choices) + 1):
            self.addItem("")
        self.blockSignals(False)
        self.refresh()
        self.take(taken)
        self.setVisible(bool(self._choices))

    def offer_also(self, value: object, words: Words) -> None:
        """Offer one more value, where it is not offered yet."""
        if value not in self.offered:
            self.put([*self._choices, (value, words)])

    @property
    def value(self) -> object:
        """What is taken; None for everything."""
        at = self.currentIndex()
        return self._choices[at - 1][0] if at > 0 else None

    def take(self, value: object) -> None:
        """Take a value without telling anyone; everything where it is not offered."""
        self.blockSignals(True)
        self.setCurrentIndex(self.offered.index(value) + 1 if value in self.offered else 0)
        self.blockSignals(False)

    def refresh(self) -> None:
        """Say the choices in the current language and size."""
        look = self._look
        self.setFont(look.font())
        self.setAccessibleName(look.say(self._name))
        self.setItemText(0, look.say(self._everything))
        for n, (_, words) in enumerate(self._choices, 1):
            self.setItemText(n, look.say(words))
