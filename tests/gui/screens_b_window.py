"""A bare window around one screen: a real store, two real work threads, the real table of keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot
from screens_b_network import Network

from timebank.desk.desk import Desk
from ui.actions import Actions
from ui.jobs import Job, Jobs
from ui.look import Look, Tone
from ui.say import Words
from ui.screens.context import Changes, ScreenContext
from ui.widgets import Text


class Shown:
    """One screen in a window of 1366 × 768, and what it said to the rest of the window."""

    def __init__(self, look: Look, qtbot: QtBot, made: Network, home: Path, place: str) -> None:
        self.qtbot, self.place = qtbot, place
        self.window = QMainWindow()
        self.window.resize(1366, 768)
        self.defects: list[BaseException] = []
        self.went: list[tuple[str, object | None]] = []
        self.followed: list[Job] = []
        self.notices: list[tuple[Tone, Words]] = []
        jobs, reads = (
            Jobs(lambda: made.desk(home), Desk.close, on_defect=self.defects.append) for _ in range(2)
        )
        with made.desk(home) as desk:
            pack = desk.policies.in_force()
        self.context = ScreenContext(
            look=look,
            speech=look.speech,
            actions=Actions(look, self.window),
            home=home,
            jobs=jobs,
            reads=reads,
            notice=lambda tone, words: self.notices.append((tone, words)),
            changed=Changes(),
            go=lambda where, payload: self.went.append((where, payload)),
            follow=lambda job, _words: self.followed.append(job),
            pack=pack,
        )
        qtbot.addWidget(self.window)

    def show(self, screen: QWidget, payload: object | None = None) -> None:
        """Show ``screen`` and wait until it has read what it needs."""
        self.window.setCentralWidget(screen)
        self.context.actions.enter(self.place)
        with self.qtbot.waitActive(self.window):
            self.window.show()
        screen.enter(payload)  # type: ignore[attr-defined]
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being read or written; one answer may ask the next question."""
        quiet = 0
        while quiet < 3:
            self.qtbot.waitUntil(self._idle, timeout=30_000)
            QApplication.processEvents()
            quiet = quiet + 1 if self._idle() else 0
        assert not self.defects

    def _idle(self) -> bool:
        return not self.context.jobs.busy and not self.context.reads.busy

    def press(
        self, key: Qt.Key, text: str = "", modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """A key, to whatever has the focus."""
        target = QApplication.focusWidget() or self.window
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, key, modifiers, text))

    def do(self, action: str) -> None:
        """What the key of an action does, where the key works just now; then wait."""
        assert self.context.actions[action].isEnabled(), f"{action} is resting"
        self.context.actions[action].trigger()
        self.settle()

    def close(self) -> None:
        """End both threads."""
        self.context.jobs.close()
        self.context.reads.close()


def read(part: QWidget) -> str:
    """All words that can be seen in a part of the screen."""
    return "\n".join(text.text() for text in part.findChildren(Text) if text.isVisibleTo(part))


Show = Callable[[Network, Path, str], Shown]
