"""Where one is in a few steps: those behind, the one at hand, those to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.look import Look, Role, Tone
from ui.say import phrase
from ui.widgets import IconView, Text
from ui.widgets.flow import Flow
from ui.widgets.text import restyle


class StepLine(QWidget):
    """The steps side by side, the one at hand in colour; ``importing.step_<id>`` are their words."""

    def __init__(self, look: Look, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._steps = look, tuple(steps)
        self.current = self._steps[0]
        self._flow = Flow(self)
        self._parts: dict[str, tuple[QFrame, IconView, Text, QHBoxLayout]] = {}
        for number, step in enumerate(self._steps, 1):
            frame = QFrame()
            row = QHBoxLayout(frame)
            icon = IconView(look, "check", Tone.GOOD, ems=1.1)
            words = phrase("importing.step", number=number, name=phrase(f"importing.step_{step}"))
            text = Text(look, words, Role.SMALL, soft=True, wrap=False)
            row.addWidget(icon)
            row.addWidget(text)
            self._flow.addWidget(frame)
            self._parts[step] = (frame, icon, text, row)
        look.changed.connect(self.refresh)
        self.put(self.current)

    def put(self, step: str) -> None:
        """Be at ``step``."""
        self.current = step
        at = self._steps.index(step)
        for number, each in enumerate(self._steps):
            frame, icon, text, _ = self._parts[each]
            here = number == at
            restyle(frame, part="wash" if here else "", tone="accent")
            icon.setVisible(number < at)
            text.put(text.words, Tone.ACCENT if here else Tone.PLAIN, soft=not here)
        self.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size, and say where one is."""
        look = self._look
        self._flow.put_gaps(look.space(2), look.space(1))
        for _, _, _, row in self._parts.values():
            row.setContentsMargins(look.space(3), look.space(1), look.space(3), look.space(1))
            row.setSpacing(look.space(1))
        at, count = self._steps.index(self.current) + 1, len(self._steps)
        here = phrase(f"importing.step_{self.current}")
        self.setAccessibleName(look.say(phrase("importing.step_of", number=at, count=count, name=here)))
