"""What was just done, newest first, each with its reversal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.look import Look, Role, Tone
from ui.say import Words, phrase
from ui.widgets.button import Button, Kind
from ui.widgets.text import IconView, Text


@dataclass(frozen=True)
class Recent:
    """One thing done: its id, what it was, when, and whether it can still be reversed."""

    id: str
    icon: str
    words: Words
    when: Words
    can_undo: bool = True
    undone: bool = False


class _Row(QFrame):
    undo = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._recent: Recent | None = None
        self._next = False
        self._icon = IconView(look, "info", Tone.ACCENT, ems=1.35)
        self._words = Text(look)
        self._when = Text(look, "", Role.SMALL, soft=True)
        self._button = Button(look, phrase("window.undo"), icon="undo", kind=Kind.QUIET)
        self._button.clicked.connect(self._ask)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._words)
        texts.addWidget(self._when)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self._icon)
        self._line.addLayout(texts, 1)
        self._line.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        look.changed.connect(self.refresh)

    def put(self, recent: Recent, *, is_next: bool) -> None:
        """Show ``recent``; ``is_next`` marks the one that Ctrl+Z reverses."""
        if (recent, is_next) != (self._recent, self._next):
            self._recent, self._next = recent, is_next
            self.refresh()

    def refresh(self) -> None:
        recent = self._recent
        if recent is None:
            return
        look = self._look
        self._line.setSpacing(look.space(3))
        self.setMinimumHeight(look.target)
        self._icon.put("undo" if recent.undone else recent.icon, Tone.PLAIN if recent.undone else Tone.ACCENT)
        self._words.put(recent.words)
        done = phrase("window.undone_at", when=recent.when) if recent.undone else recent.when
        self._when.put(done)
        self._button.setVisible(recent.can_undo and not recent.undone)
        self._button.show_key("Ctrl+Z" if self._next else "")
        said = self._words.text()
        self._button.setAccessibleName(look.say(phrase("window.undo_what", what=said)))
        self.setAccessibleName(f"{said} {self._when.text()}")

    def _ask(self) -> None:
        if self._recent is not None:
            self.undo.emit(self._recent.id)


class RecentList(QWidget):
    """The last actions; Tab reaches each reversal, Ctrl+Z is shown on the one it would take."""

    undo_asked = Signal(str)

    def __init__(self, look: Look, *, most: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._most = look, most
        self._rows: list[_Row] = []
        self._shown: Sequence[Recent] = ()
        self._empty = Text(look, phrase("window.nothing_yet"), soft=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, recent: Sequence[Recent]) -> None:
        """Show these, newest first; what does not fit in the list is left out."""
        self._shown = recent[: self._most]
        while len(self._rows) < len(self._shown):
            row = _Row(self._look)
            row.undo.connect(self.undo_asked)
            self._rows.append(row)
            self._column.insertWidget(len(self._rows), row)
        upcoming = self.next_undo
        for n, row in enumerate(self._rows):
            row.setVisible(n < len(self._shown))
            if n < len(self._shown):
                row.put(self._shown[n], is_next=self._shown[n] is upcoming)
        self._empty.setVisible(not self._shown)

    @property
    def next_undo(self) -> Recent | None:
        """What Ctrl+Z would reverse."""
        return next((r for r in self._shown if r.can_undo and not r.undone), None)

    def refresh(self) -> None:
        """Keep gaps and name in step with text size and language."""
        self._column.setSpacing(self._look.space(2))
        self.setAccessibleName(self._look.say(phrase("window.recent")))
