"""Letters by Alt, and what a screen reader is told: both follow what is on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.look import Look
from ui.widgets import Button, FormField, Kind
from ui.widgets.letters import AltLetters, letters
from ui.widgets.reader import Reader
from ui.window import Window

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(look: Look, qtbot: QtBot) -> QWidget:
    """姓名, 性别, 保存 with a key, 保留, and 删除, which cannot be taken back."""
    page = QWidget()
    column = QVBoxLayout(page)
    for words in ("姓名", "性别"):
        column.addWidget(FormField(look, words, QLineEdit()))
    for words, key, kind in (("保存", "F5", Kind.PLAIN), ("保留", "", Kind.PLAIN), ("删除", "", Kind.DANGER)):
        column.addWidget(Button(look, words, key=key, kind=kind))
    page.alt = AltLetters(look, page)  # type: ignore[attr-defined]
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
    return page


def press(page: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(page.windowHandle(), key, ALT)
    QApplication.processEvents()


def test_each_stop_without_a_key_has_a_letter_of_its_words_and_no_two_the_same(page: QWidget) -> None:
    said = {
        letter: widget.accessibleName() or widget.property("text") for letter, widget in letters(page).items()
    }
    assert said == {"X": "姓名", "B": "性别", "L": "保留", "S": "删除"}


def test_alt_with_its_letter_goes_to_a_field_and_presses_a_button(page: QWidget, qtbot: QtBot) -> None:
    found = letters(page)
    press(page, Qt.Key.Key_B)
    assert QApplication.focusWidget() is found["B"]
    kept = found["L"]
    assert isinstance(kept, Button)
    with qtbot.waitSignal(kept.clicked):
        press(page, Qt.Key.Key_L)


def test_what_cannot_be_taken_back_is_only_gone_to(page: QWidget, qtbot: QtBot) -> None:
    button = letters(page)["S"]
    assert isinstance(button, Button)
    with qtbot.assertNotEmitted(button.clicked):
        press(page, Qt.Key.Key_S)
    assert button.hasFocus()


def test_a_letter_without_alt_is_typed(page: QWidget) -> None:
    field = letters(page)["X"]
    assert isinstance(field, QLineEdit)
    field.setFocus()
    QTest.keyClick(page.windowHandle(), Qt.Key.Key_L)
    assert field.text() == "l"


def test_the_letters_are_shown_while_alt_is_held(page: QWidget, qtbot: QtBot) -> None:
    alt = page.alt  # type: ignore[attr-defined]
    QTest.keyPress(page.windowHandle(), Qt.Key.Key_Alt, ALT)
    qtbot.waitUntil(lambda: alt.badges is not None)
    assert set(alt.badges.places) == set(letters(page))
    QTest.keyRelease(page.windowHandle(), Qt.Key.Key_Alt)
    assert alt.badges is None


# What a screen reader is told


@pytest.fixture
def listening() -> Iterator[None]:
    """A screen reader has asked for what is shown."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.fixture
def late(look: Look, qtbot: QtBot) -> QWidget:
    """A line whose first part was made last, a list of choices, and a field."""
    page = QWidget()
    column = QVBoxLayout(page)
    line = QWidget()
    row = QHBoxLayout(line)
    second = QLabel("second", line)
    row.addWidget(second)
    row.insertWidget(0, QLabel("first", line))
    choice, field = QComboBox(), QLineEdit()
    choice.addItem("all")
    choice.setAccessibleName("Level")
    for part in (line, choice, field):
        column.addWidget(part)
    qtbot.addWidget(page)
    Reader(page)
    with qtbot.waitActive(page):
        page.show()
    return page


def heard(widget: QWidget) -> list[str]:
    face = QAccessible.queryAccessibleInterface(widget)
    return [face.child(n).text(QAccessible.Text.Name) for n in range(face.childCount())]


def label(box: QComboBox) -> list[str]:
    flag = QAccessible.RelationFlag.Label
    relations = QAccessible.queryAccessibleInterface(box).relations(flag)
    return [other.text(QAccessible.Text.Name) for other, _ in relations]


@pytest.mark.usefixtures("listening")
def test_parts_are_heard_in_the_order_of_the_eye_and_a_choice_says_what_it_is_for(
    late: QWidget, qtbot: QtBot
) -> None:
    line = late.findChildren(QLabel)[0].parentWidget()
    box = late.findChild(QComboBox)
    assert box is not None
    late.findChildren(QLineEdit)[-1].setFocus()
    qtbot.waitUntil(lambda: heard(line) == ["first", "second"])
    assert label(box) == ["Level"]
    box.setAccessibleName("Care level")
    box.setFocus()
    qtbot.waitUntil(lambda: label(box) == ["Care level"])
    assert not [each for each in late.findChildren(QLabel) if each.isVisible() and "level" in each.text()]


def test_nothing_is_done_while_nobody_listens(late: QWidget) -> None:
    late.findChildren(QLineEdit)[-1].setFocus()
    for timer in late.findChildren(Reader)[0].children():
        assert not timer.property("active")


def test_the_window_has_both(open_window: Callable[[Path], Window], tmp_path: Path) -> None:
    window = open_window(tmp_path / "empty")
    assert window.findChildren(Reader) == [window.reader]
    assert window.findChildren(AltLetters) == [window.letters]
