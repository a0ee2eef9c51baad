"""A clerk who has only what everybody has: the words on the screen, a keyboard, a mouse and a scanner.

Nothing here knows a screen, a method or an attribute of the program: controls are found by the words that they
show or that a screen reader would say, files by the dialog that asks for them.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QRadioButton,
    QScrollArea,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot
from screens_a_office import NOW, Hands

from timebank.cli.main import run
from ui.front import Front
from ui.say import phrase
from ui.window import Window, settle

W = TypeVar("W", bound=QWidget)
_ROWS = 40
"""Rows of a list that are read."""


class Clerk(Hands):
    """Works the window as a person would, in the language it is in, and reads what it says."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        super().__init__(window, qtbot)
        self.window, self.qtbot = window, qtbot

    # Words

    def words(self, key: str, **facts: object) -> str:
        """What the program calls something, in its language of the moment."""
        return self.window.look.say(phrase(key, **facts)).replace("&", "")

    @property
    def front(self) -> QWidget:
        """What is in front of everything else: a dialog, or the window."""
        return QApplication.activeModalWidget() or self.window

    def shown(self, kind: type[W]) -> list[W]:
        """Everything of a kind that is on the screen, also where one has to scroll to it."""
        return [each for each in self.front.findChildren(kind) if each.isVisible()]

    @property
    def screen(self) -> str:
        """All that can be read."""
        said = [each.text() for each in self.shown(QLabel)]
        said += [each.text() for each in self.shown(QAbstractButton)]
        said += [each.text() for each in self.shown(QLineEdit)]
        for view in self.shown(QAbstractItemView):
            model = view.model()
            columns = model.columnCount() if isinstance(view, QTableView) else 1
            for row in range(min(_ROWS, model.rowCount())):
                cells = (model.index(row, column).data() for column in range(columns))
                said.append(" ".join(str(cell) for cell in cells if cell))
        return "\n".join(said).replace("&", "")

    def reads(self, key: str, **facts: object) -> bool:
        """Whether the screen says the words of ``key``."""
        return self.words(key, **facts) in self.screen

    def read(self, key: str, **facts: object) -> None:
        """The screen says the words of ``key``."""
        said = self.words(key, **facts)
        assert said in self.screen, f"“{said}” is not on:\n{self.screen}"

    # Finding

    def field(self, label: str) -> QWidget:
        """The one field that is called so."""
        named = [each for each in self.shown(QWidget) if each.accessibleName() == label]
        found = {id(each): each for each in map(_focused, named) if isinstance(each, QLineEdit | QComboBox)}
        assert len(found) == 1, f"{len(found)} fields called “{label}” on:\n{self.screen}"
        return next(iter(found.values()))

    def button(self, words: str) -> QAbstractButton:
        """The one button that says so, or is read out so."""
        found = [
            each
            for each in self.shown(QAbstractButton)
            if words in (each.text().replace("&", ""), each.accessibleName())
        ]
        assert len(found) == 1, f"{len(found)} buttons “{words}” on:\n{self.screen}"
        return found[0]

    def _reach(self, widget: QWidget) -> None:
        """Scroll to a control; one that cannot be seen then cannot be used by anybody."""
        self.turn_to()
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget)
            above = above.parentWidget()
        QApplication.processEvents()
        assert not widget.visibleRegion().isEmpty(), f"“{widget.accessibleName()}” cannot be scrolled to"

    # Doing

    def click(self, key: str, **facts: object) -> None:
        """Click on the button with the words of ``key``."""
        self.click_on(self.words(key, **facts))

    def click_on(self, words: str) -> None:
        """Click on the button that says so."""
        button = self.button(words)
        assert button.isEnabled(), f"“{words}” is resting on:\n{self.screen}"
        self._reach(button)
        middle = button.rect().center()
        at = QPoint(10, middle.y()) if isinstance(button, QRadioButton) else middle
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=at)
        settle(self.window)

    def tick(self, key: str, *, on: bool = True) -> None:
        """Have a switch on, or off."""
        if self.button(self.words(key)).isChecked() is not on:
            self.click(key)

    def press(self, keys: str) -> None:
        """Press a key, such as ``Ctrl+Return``."""
        self.turn_to()
        combination = QKeySequence(keys)[0]
        target = QApplication.focusWidget() or self.front
        QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
        settle(self.window)

    def type(self, text: str) -> None:
        """Type: letters and figures by keys, anything else by an input method."""
        self.turn_to()
        if text.isascii():
            super().type(text)
            return
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.focus, event)
        settle(self.window)

    def fill(self, key: str, text: str) -> None:
        """Click into the field with the label ``key`` and type over what is there."""
        field = self.field(self.words(key))
        self._reach(field)
        QTest.mouseClick(field, Qt.MouseButton.LeftButton)
        assert self.focus is field, f"a click into “{self.words(key)}” does not put the cursor there"
        self.press("Ctrl+A")
        self.type(text)

    def pick(self, key: str, text: str) -> None:
        """Find somebody in the field ``key`` and take them by Enter."""
        self.fill(key, text)
        self.press("Return")

    def choose(self, key: str, words: str) -> None:
        """Choose from the list in the field ``key`` by the arrow keys."""
        box = self.field(self.words(key))
        assert isinstance(box, QComboBox)
        self._reach(box)
        box.setFocus(Qt.FocusReason.TabFocusReason)
        for step in ("Up", "Down"):
            for _ in range(box.count()):
                if box.currentText() != words:
                    self.press(step)
        assert box.currentText() == words, [box.itemText(n) for n in range(box.count())]

    def file(self, path: Path) -> None:
        """Answer the dialog that asks for a file or folder: paste the path, press Enter."""
        self.qtbot.waitUntil(lambda: isinstance(self.front, QFileDialog))
        edit = self.front.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(edit, QLineEdit)
        edit.setFocus(Qt.FocusReason.TabFocusReason)
        edit.setText(str(path))
        objected: list[str] = []

        def see() -> None:
            box = QApplication.activeModalWidget()
            if isinstance(box, QMessageBox):
                objected.append(box.text())
                box.reject()

        objection = QTimer(interval=50)
        objection.timeout.connect(see)
        objection.start()
        QTest.keyClick(edit, Qt.Key.Key_Return)
        objection.stop()
        assert not objected, objected
        assert not isinstance(self.front, QFileDialog), f"{path} was not taken"
        settle(self.window)

    def wait_for(self, key: str, **facts: object) -> None:
        """Wait until the screen says the words of ``key``: something comes by itself."""
        self.qtbot.waitUntil(lambda: self.reads(key, **facts))

    def turn_to(self) -> None:
        """Sit down before this window, or before it again.

        A desktop turns to it when a dialog closes; the screen that is drawn to memory does not.
        """
        if QApplication.activeWindow() is not self.front:
            self.front.activateWindow()
            self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.front)

    # Longer habits

    def sign_in(self) -> None:
        """Take the name under the cursor, by Enter."""
        self.press("Return")


def _focused(widget: QWidget) -> QWidget:
    """What really gets the cursor when ``widget`` is asked to."""
    while (proxy := widget.focusProxy()) is not None:
        widget = proxy
    return widget


def ask(home: Path, *arguments: object, code: int = 0) -> dict[str, Any]:
    """What the command line says of a station."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIMEBANK_NOW", NOW.isoformat())
        ended = run(["--home", str(home), "--lang", "en", "--json", *map(str, arguments)], Front())
    assert ended == code, (out.getvalue(), sys.argv)
    answer = json.loads(out.getvalue())
    assert isinstance(answer, dict)
    return answer
