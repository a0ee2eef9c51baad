"""The line at the bottom that always says where we are and how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.look import Look, Role, Tone
from ui.say import Words
from ui.widgets.flow import Flow
from ui.widgets.text import IconView, Text


@dataclass(frozen=True)
class Segment:
    """One thing the status line says. ``label`` is what it is about, for a screen reader and the pointer."""

    id: str
    icon: str
    words: Words
    label: Words = ""
    tone: Tone = Tone.PLAIN


class _Part(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._segment = Segment("", "info", "")
        self._icon = IconView(look, "info", ems=1.15, soft=True)
        self._text = Text(look, "", Role.SMALL, wrap=False)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text)
        look.changed.connect(self.refresh)

    def put(self, segment: Segment) -> None:
        if segment != self._segment:
            self._segment = segment
            self.refresh()

    def refresh(self) -> None:
        segment = self._segment
        self._icon.put(segment.icon, segment.tone, soft=segment.tone is Tone.PLAIN)
        self._text.put(segment.words, segment.tone)
        self._row.setSpacing(self._look.space(1.5))
        label = self._look.say(segment.label)
        self.setToolTip(label)
        self.setAccessibleName(f"{label} {self._text.text()}".strip())


class StatusLine(QFrame):
    """Segments of icon and words, wrapping into a second line rather than being cut."""

    def __init__(self, look: Look, segments: Sequence[Segment] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("part", "status")
        self._parts: dict[str, _Part] = {}
        self._flow = Flow()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._flow)
        look.changed.connect(self.refresh)
        self.refresh()
        self.put(segments)

    def put(self, segments: Sequence[Segment]) -> None:
        """Show these segments, in the order in which their ids first came."""
        for gone in self._parts.keys() - {segment.id for segment in segments}:
            part = self._parts.pop(gone)
            self._flow.removeWidget(part)
            part.deleteLater()
        for segment in segments:
            if segment.id not in self._parts:
                self._parts[segment.id] = _Part(self._look)
                self._flow.addWidget(self._parts[segment.id])
            self._parts[segment.id].put(segment)

    def text(self) -> str:
        """Everything it says, for tests and support by phone."""
        return " · ".join(part.accessibleName() for part in self._parts.values())

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        self._column.setContentsMargins(look.space(4), look.space(2), look.space(4), look.space(2))
        self._flow.put_gaps(look.space(6), look.space(1))
