"""The guide: both languages tell the same, its keys and pictures are real, and the window opens it offline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QPixmap, QTextDocument
from pytestqt.qtbot import QtBot
from screens_a_office import Hands

from timebank.assets import guide
from timebank.phrases import LANGUAGES
from ui.actions import ACTIONS
from ui.look import Look, TextSize
from ui.screens.guide import Guide
from ui.screens.workplace import Workplace
from ui.widgets import KeySheet
from ui.window import Window

KEY = re.compile(r"\*\*((?:Ctrl\+|Shift\+|Alt\+)*(?:F\d+|Esc|Enter|[A-Z=-]))\*\*")
PICTURE = re.compile(r"!\[[^]]+\]\(([^)]+)\)")
LARGEST = 100_000
"""Bytes of a picture; there are many, and they travel with the program."""


def text(language: str) -> str:
    return (guide() / f"guide.{language}.md").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_guide_does_something(language: str) -> None:
    known = {action.key.replace("Return", "Enter") for action in ACTIONS}
    keys = KEY.findall(text(language))
    assert len(keys) > 15
    assert set(keys) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_of_the_guide_is_there_and_small(language: str) -> None:
    named = PICTURE.findall(text(language))
    assert len(named) > 12
    assert {Path(name).parent.as_posix() for name in named} == {f"pictures/{language}"}
    for name in named:
        with Image.open(guide() / name) as picture:
            assert picture.width > 400
        assert (guide() / name).stat().st_size < LARGEST


def test_both_languages_have_the_same_chapters_keys_and_pictures() -> None:
    chinese, english = (text(language) for language in LANGUAGES)
    assert chinese.count("\n## ") == english.count("\n## ") > 9
    assert sorted(set(KEY.findall(chinese))) == sorted(set(KEY.findall(english)))
    names = [[Path(name).name for name in PICTURE.findall(each)] for each in (chinese, english)]
    assert names[0] == names[1]


def test_f1_shows_the_keys_and_once_more_the_guide(work: Workplace, hands: Hands, qtbot: QtBot) -> None:
    hands.key(Qt.Key.Key_F1)
    assert isinstance(work.key_sheet, KeySheet)
    qtbot.keyClick(work.key_sheet, Qt.Key.Key_F1)
    assert not work.key_sheet.isVisible()
    assert work.guide is not None
    assert work.guide.isVisible()
    assert not work.guide.isModal()
    work.guide.close()


def test_the_guide_turns_to_a_chapter_and_follows_the_language(
    look: Look, window: Window, qtbot: QtBot
) -> None:
    opened = Guide(look, window)
    with qtbot.waitExposed(opened):
        opened.show()
    chapters = opened.chapters
    assert chapters.count() == text("zh_CN").count("\n## ")
    chapters.setCurrentRow(4)
    assert opened.page.verticalScrollBar().value() > 0
    heading = opened.page.cursorForPosition(opened.page.viewport().rect().topLeft()).block()
    assert chapters.item(4).text() in (heading.text(), heading.next().text())
    look.speech.language = "en"
    assert chapters.currentRow() == 4
    assert chapters.item(4).text() == "When an elder asks for help"


def test_pictures_are_never_wider_than_the_page(look: Look, window: Window, qtbot: QtBot) -> None:
    opened = Guide(look, window)
    opened.resize(760, 600)
    with qtbot.waitExposed(opened):
        opened.show()
    page = opened.page
    qtbot.waitUntil(lambda: page.document().idealWidth() <= page.viewport().width() + 1)


def test_every_picture_comes_in_its_place(look: Look, window: Window, qtbot: QtBot) -> None:
    opened = Guide(look, window)
    with qtbot.waitExposed(opened):
        opened.show()
    image = QTextDocument.ResourceType.ImageResource.value
    names = set(PICTURE.findall(text("zh_CN")))

    def in_place(name: str) -> bool:
        picture = opened.page.document().resource(image, QUrl(name))
        assert isinstance(picture, QPixmap)
        wide = picture.width() / picture.devicePixelRatio()
        return not picture.hasAlphaChannel() and wide <= opened.page.viewport().width()

    qtbot.waitUntil(lambda: all(map(in_place, names)))
    opened.resize(700, 600)
    qtbot.waitUntil(lambda: all(map(in_place, names)))


def test_the_guide_begins_at_its_beginning_however_large_the_letters(
    look: Look, window: Window, qtbot: QtBot
) -> None:
    look.text_size = TextSize.EXTRA
    opened = Guide(look, window)
    with qtbot.waitExposed(opened):
        opened.show()
    page = opened.page
    qtbot.waitUntil(lambda: not page._again.isActive())
    top = page.cursorForPosition(page.viewport().rect().topLeft()).position()
    assert top <= opened._starts[0]
