"""The scanner test page: what a scanner sent, key by key, and in plain words what to set otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens_b_network import found_hub
from screens_b_window import Shown, read
from test_scanning import on

from timebank.domain.scanner_check import BARS, EXPECTED, TEST_CODE, Ending, Stroke, diagnose
from timebank.domain.voucher_code import _ALPHABET, read_code
from timebank.paper.reader import spot_codes
from ui.look import Look, Tone
from ui.paper.paged import page_image, write_paged
from ui.paper.scanner_sheet import paged_scanner_sheet
from ui.screens.frames import pixels
from ui.screens.scanner_test import ScannerTestPage, TestCodes

CR = (Qt.Key.Key_Return, "\r")
TAB = (Qt.Key.Key_Tab, "\t")
CONTROL = Qt.KeyboardModifier.ControlModifier


class Alone(ScannerTestPage):
    """The page as a screen of its own."""

    def enter(self, payload: object | None = None) -> None:
        super().enter()


@pytest.fixture
def shown(look: Look, qtbot: QtBot, tmp_path: Path) -> Iterator[Shown]:
    made = found_hub(tmp_path)
    window = Shown(look, qtbot, made, made.hub, "settings")
    window.context.sound = lambda: False
    yield window
    window.close()


@pytest.fixture
def page(shown: Shown) -> ScannerTestPage:
    screen = Alone(shown.context)
    shown.show(screen)
    return screen


def scan(page: ScannerTestPage, text: str, *ends: tuple[Qt.Key, str], gap: int = 7) -> None:
    at = 50_000
    for letter in text:
        control = ord(letter) < 32
        key = Qt.Key(ord(letter) + 64) if control else Qt.Key(ord(letter.upper()[0]))
        at += gap
        _press(page, key, letter, at, CONTROL if control else Qt.KeyboardModifier.NoModifier)
    for key, typed in ends:
        at += gap
        _press(page, key, typed, at)
    page.catcher.finish()


def _press(
    page: ScannerTestPage,
    key: Qt.Key,
    text: str,
    at: int,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, key, modifier, text)
        event.setTimestamp(at)
        QApplication.sendEvent(page.catcher, event)


def said(page: ScannerTestPage) -> str:
    return "\n".join(text.text() for text in page.said)


def test_the_codes_hold_every_character_and_are_worth_nothing() -> None:
    assert set(_ALPHABET) <= set(TEST_CODE)
    assert read_code(TEST_CODE).minutes == 0
    assert set("".join(BARS)) >= {*"0123456789-", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def test_a_good_scanner_is_told_so(page: ScannerTestPage) -> None:
    scan(page, TEST_CODE, CR)
    assert page.verdict.tone is Tone.GOOD
    assert "没有要改的" in said(page)
    assert "回车" in said(page)
    assert len(page.rows.rows) == len(TEST_CODE) + 1
    assert [row.stroke.gap for row in page.rows.rows[1:5]] == [7, 7, 7, 7]
    assert page.rows.rows[-1].stroke.key == "Return"
    assert page.catcher.hasFocus()


@pytest.mark.parametrize(
    ("text", "ends", "tone", "words"),
    [
        (TEST_CODE.swapcase(), (CR,), Tone.WARN, "Caps Lock"),
        (on("fr", TEST_CODE), (CR,), Tone.WARN, "法语键盘"),
        (on("de", TEST_CODE), (CR,), Tone.WARN, "Y 和 Z 对调"),
        (on("ru", TEST_CODE), (CR,), Tone.WARN, "俄语键盘"),
        ("".join(chr(ord(each) + 0xFEE0) for each in TEST_CODE), (CR,), Tone.WARN, "全角"),
        (TEST_CODE, (), Tone.WARN, "没有送回车"),
        (TEST_CODE, (TAB,), Tone.GOOD, "Tab"),
        (TEST_CODE, (TAB, CR), Tone.GOOD, "不止一个结束键"),
        (f"\x02{TEST_CODE}\x03", (CR,), Tone.GOOD, "起止符"),
        (f"]Q1{TEST_CODE}", (CR,), Tone.GOOD, "识别字符"),
        (f"{TEST_CODE}##", (CR,), Tone.WARN, "前缀、后缀"),
        (TEST_CODE * 2, (CR,), Tone.WARN, "来了两遍"),
        (TEST_CODE[:50], (CR,), Tone.BAD, "只来了 50 个"),
        ("6901234567892", (CR,), Tone.BAD, "不是这一页的码"),
        ("ЖЫ7ЩЛДЩ№№", (CR,), Tone.BAD, "美式键盘"),
        (BARS[0], (CR,), Tone.GOOD, "一维扫枪"),
        (on("fr", BARS[1]), (CR,), Tone.WARN, "法语键盘"),
    ],
)
def test_each_trouble_has_its_sentence(
    text: str, ends: tuple[tuple[Qt.Key, str], ...], tone: Tone, words: str, page: ScannerTestPage
) -> None:
    scan(page, text, *ends)
    assert page.verdict.tone is tone
    assert words in said(page)


def test_a_slow_scanner_and_hands_are_told_apart(page: ScannerTestPage) -> None:
    scan(page, TEST_CODE, CR, gap=38)
    assert "偏慢" in said(page)
    scan(page, TEST_CODE, CR, gap=140)
    assert "手打" in said(page)


def test_an_input_method_that_keeps_the_letters_is_named(page: ScannerTestPage) -> None:
    preedit = ""
    for letter in "tbabcdef":
        preedit += letter
        QApplication.sendEvent(page.catcher, QInputMethodEvent(preedit, []))
    commit = QInputMethodEvent()
    commit.setCommitString("特别")
    QApplication.sendEvent(page.catcher, commit)
    page.catcher.finish()
    assert "拿去拼字" in said(page)
    assert {row.stroke.source for row in page.rows.rows} == {"composing", "committed"}


def test_the_end_is_noticed_by_itself(page: ScannerTestPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.catcher.caught):
        for n, letter in enumerate(TEST_CODE):
            _press(page, Qt.Key(ord(letter)), letter, 90_000 + 5 * n)
    assert page.verdict.isVisible()


def test_tab_pressed_by_hand_moves_on_and_esc_is_left_to_the_window(
    page: ScannerTestPage, qtbot: QtBot
) -> None:
    qtbot.keyClick(page.catcher, Qt.Key.Key_Tab)
    assert not page.catcher.hasFocus()


def test_the_codes_on_the_screen_and_on_paper_are_read_by_a_decoder(
    look: Look, qtbot: QtBot, tmp_path: Path
) -> None:
    import zxingcpp

    codes = TestCodes(look)
    qtbot.addWidget(codes)
    codes.resize(codes.sizeHint())
    shown = codes.grab().toImage()
    sheet = page_image(paged_scanner_sheet("zh_CN"), 0, 150)
    for image in (shown, sheet):
        taken = pixels(image)
        assert [each.text for each in spot_codes(taken)] == [TEST_CODE]
        rows = memoryview(taken.grey).cast("B", (taken.height, taken.stride))
        assert {each.text for each in zxingcpp.read_barcodes(rows)} == set(EXPECTED)
    assert write_paged(paged_scanner_sheet("en"), tmp_path / "sheet.pdf").exists()


def test_printing_has_a_preview(page: ScannerTestPage, shown: Shown) -> None:
    page.print_codes.click()
    shown.settle()
    assert page.dialog.isVisible()
    page.dialog.reject()


def test_everything_is_said_in_english_too(page: ScannerTestPage, look: Look) -> None:
    scan(page, TEST_CODE.lower(), CR)
    look.speech.language = "en"
    assert "Caps Lock" in said(page)
    assert "Scan here" in read(page)


@pytest.mark.parametrize(
    ("keys", "ending"),
    [
        ((), Ending.NONE),
        (("Return",), Ending.ENTER),
        (("Enter", "Return"), Ending.ENTER),
        (("Tab",), Ending.TAB),
    ],
)
def test_the_end_of_a_scan_is_named(keys: tuple[str, ...], ending: Ending) -> None:
    strokes = [Stroke(each, each, 8) for each in TEST_CODE] + [Stroke(key, "", 8) for key in keys]
    assert diagnose(strokes).ending is ending


def test_nothing_but_an_enter_is_no_defect() -> None:
    found = diagnose([Stroke("Return", "\r", 0)])
    assert "too_few" in {each.code for each in found.findings}
