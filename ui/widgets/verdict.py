"""The verdict on what was scanned, in one glance: icon, sentence and colour, the figures large, then the details."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui.look import TONE_ICONS, Look, Role, Tone
from ui.say import Words
from ui.widgets.announce import announce
from ui.widgets.figures import Figures
from ui.widgets.flow import Flow
from ui.widgets.text import IconView, Text, restyle


class VerdictCard(QFrame):
    """One large verdict with its details and what can be done next. Hidden until there is one."""

    shown = Signal(str)
    """The sentence of a verdict that has just appeared, for a sound or a second screen."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: list[tuple[Text, Text]] = []
        self._seen: Sequence[tuple[Words, Words]] = ()
        self.tone = Tone.PLAIN
        self.setProperty("part", "wash")
        self._icon = IconView(look, "info", ems=3.4)
        self._sentence = Text(look, "", Role.VERDICT)
        self._remark = Text(look, "", Role.BODY)
        self._figures = Figures(look)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self.asked = QVBoxLayout()
        """Above the actions: what has to be said before one of them."""
        self._actions = Flow()
        words = QVBoxLayout()
        words.addWidget(self._sentence)
        words.addWidget(self._remark)
        words.addWidget(self._figures)
        words.addLayout(self.asked)
        words.addLayout(self._actions)
        words.addLayout(self._grid)
        self._words = words
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def show_verdict(
        self,
        tone: Tone,
        sentence: Words,
        *,
        icon: str | None = None,
        remark: Words = "",
        figures: Sequence[tuple[Words, Words]] = (),
        details: Sequence[tuple[Words, Words]] = (),
        actions: Sequence[QWidget] = (),
    ) -> None:
        """Show and announce a verdict; ``actions`` become the card's own.

        ``figures`` are (label, value) to be seen at a glance, ``details`` those to be looked up.
        """
        self.clear()
        self.tone, self._seen = tone, figures
        self._figures.put([(label, value, Tone.PLAIN) for label, value in figures])
        self._figures.setVisible(bool(figures))
        self._icon.put(icon or TONE_ICONS[tone], tone)
        self._sentence.put(sentence, tone)
        self._remark.put(remark)
        self._remark.setVisible(bool(remark))
        for row, (label, value) in enumerate(details):
            texts = (Text(self._look, label, soft=True, wrap=False), Text(self._look, value, Role.LABEL))
            self._rows.append(texts)
            for column, text in enumerate(texts):
                self._grid.addWidget(text, row, column, Qt.AlignmentFlag.AlignTop)
        for action in actions:
            self._actions.addWidget(action)
        restyle(self, tone=tone.value)
        self.refresh()
        self.show()
        spoken = self.accessibleName()
        announce(self, spoken, urgent=tone in (Tone.BAD, Tone.WARN))
        self.shown.emit(self._look.say(sentence))

    def clear(self) -> None:
        """Take the verdict away."""
        for texts in self._rows:
            for text in texts:
                self._grid.removeWidget(text)
                text.deleteLater()
        self._rows.clear()
        while (item := self._actions.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.hide()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        pad = look.space(5)
        self._row.setContentsMargins(pad, look.space(4), pad, look.space(4))
        self._row.setSpacing(look.space(4))
        self._words.setSpacing(look.space(3))
        self._grid.setHorizontalSpacing(look.space(5))
        self._grid.setVerticalSpacing(look.space(1))
        self._actions.put_gaps(look.space(3), look.space(2))
        self.setAccessibleName(look.say(self._sentence.words))
        pairs = [*self._seen, *((label.words, value.words) for label, value in self._rows)]
        details = [f"{look.say(label)} {look.say(value)}" for label, value in pairs]
        self.setAccessibleDescription("\n".join([look.say(self._remark.words), *details]).strip())
