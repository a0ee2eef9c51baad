"""Scanners as they are: what they send around a code, the wrong keyboard, half and double scans, and pictures."""

from __future__ import annotations

import itertools
import wave
from io import BytesIO
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from screens_a_office import Hands, Office

from timebank.domain.scanned import _KEYS, _LAYOUTS, _SHIFTED
from timebank.domain.scanner_check import TEST_CODE
from timebank.domain.voucher_code import read_code, serial_text
from timebank.paper.png import voucher_png
from ui.look import Look, Tone
from ui.screens.desk import DeskScreen, Mode
from ui.screens.workplace import Workplace
from ui.widgets import Confirmation, KeySheet
from ui.widgets.guard import ScanGuard
from ui.widgets.sound import Sounds, wave_bytes
from ui.window import Window, settle

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(work: Workplace) -> DeskScreen:
    screen = work.screens["desk"]
    assert isinstance(screen, DeskScreen)
    return screen


class Scanner:
    """A scanner set up in some way, plugged into the window."""

    def __init__(self, window: Window) -> None:
        self._window, self._at = window, 1_000_000

    def send(self, text: str, *ends: tuple[Qt.Key, str], gap: int = 6) -> None:
        """All the keys of one scan, into whatever has the focus."""
        self._at += 60_000
        for letter in text:
            self._at += gap
            control = ord(letter) < 32
            key = Qt.Key(ord(letter) + 64) if control else Qt.Key(ord(letter.upper()[0]))
            self.press(key, letter, CONTROL if control else NONE)
        for key, typed in ends:
            self._at += gap
            self.press(key, typed)
        settle(self._window)

    def press(self, key: Qt.Key, text: str, modifier: Qt.KeyboardModifier = NONE) -> None:
        """One key, first offered as a shortcut as the window system does."""
        target = QApplication.focusWidget()
        assert target is not None
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, key, modifier, text)
            event.setTimestamp(self._at)
            QApplication.sendEvent(target, event)


CR, LF, TAB = (Qt.Key.Key_Return, "\r"), (Qt.Key.Key_Enter, "\n"), (Qt.Key.Key_Tab, "\t")


@pytest.fixture
def scanner(window: Window, desk: DeskScreen) -> Scanner:
    assert QApplication.focusWidget() is desk.box
    return Scanner(window)


def on(layout: str, text: str) -> str:
    """What a computer set to ``layout`` makes of an American scanner."""
    plain, shifted = _LAYOUTS[layout]
    return text.translate(str.maketrans(_KEYS + _SHIFTED, plain + shifted))


def verdict(desk: DeskScreen) -> str:
    return desk.voucher.checked.verdict if desk.voucher.checked and desk.voucher.isVisible() else ""


# What is around a code ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [(CR,), (LF,), (CR, LF), (TAB,), (TAB, CR), (CR, TAB)], ids=str)
def test_every_usual_end_is_one_scan(
    ends: tuple[tuple[Qt.Key, str], ...], desk: DeskScreen, scanner: Scanner, office: Office
) -> None:
    submitted = QSignalSpy(desk.box.submitted)
    scanner.send(office.codes[0], *ends)
    assert verdict(desk) == "valid"
    assert submitted.count() == 1
    assert QApplication.focusWidget() is desk.box


def test_a_scan_without_any_end_is_taken_after_a_pause(
    desk: DeskScreen, scanner: Scanner, office: Office, qtbot: QtBot, window: Window
) -> None:
    with qtbot.waitSignal(desk.box.submitted):
        scanner.send(office.codes[0])
    settle(window)
    assert verdict(desk) == "valid"


def test_start_and_end_marks_are_no_shortcuts(
    desk: DeskScreen, scanner: Scanner, office: Office, work: Workplace, qtbot: QtBot
) -> None:
    scanner.send(f"\x02]Q1{office.codes[0]}\x03", CR)
    assert verdict(desk) == "valid"
    assert (
        work.rail.current == "desk"
    )  # Ctrl+B, which is what STX is on a keyboard, would have gone elsewhere


def test_ctrl_b_pressed_by_a_person_still_means_the_backup(
    desk: DeskScreen, work: Workplace, qtbot: QtBot, window: Window
) -> None:
    asked = QSignalSpy(work.actions_table["backup"].triggered)
    qtbot.keyClick(desk.box, Qt.Key.Key_B, CONTROL)
    qtbot.waitUntil(lambda: asked.count() == 1)
    settle(window)
    assert work.rail.current == "settings"
    for dialog in window.findChildren(QDialog):
        dialog.close()


def test_caps_lock_changes_nothing(desk: DeskScreen, scanner: Scanner, office: Office) -> None:
    scanner.send(office.codes[0].swapcase(), CR)
    assert verdict(desk) == "valid"


# Another keyboard, another input method -----------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["fr", "cz", "ru"])
def test_another_keyboard_is_seen_through_and_told_once(
    layout: str, desk: DeskScreen, scanner: Scanner, office: Office, work: Workplace, window: Window
) -> None:
    scanner.send(on(layout, office.codes[0]), CR)
    assert verdict(desk) == "valid"
    assert desk.message.isVisible()
    assert "键盘" in desk.message.text
    scanner.send(on(layout, office.codes[1]), CR)
    assert verdict(desk) == "valid"
    assert not desk.message.isVisible()


def test_y_and_z_in_each_other_s_place_are_told_apart_by_the_signature(
    desk: DeskScreen, scanner: Scanner, office: Office
) -> None:
    code = next((each for each in office.codes if {"Y", "Z"} & set(each)), "")
    assert code, "both vouchers without Y and Z: one in five thousand"
    scanner.send(on("de", code), CR)
    assert verdict(desk) == "valid"
    assert desk.voucher.code == code


def test_full_width_letters_from_an_input_method_are_letters(
    desk: DeskScreen, scanner: Scanner, office: Office, window: Window, qtbot: QtBot
) -> None:
    times = itertools.count(0, 6)  # a commit tells no time of its own
    desk.box._clock = lambda: next(times)
    with qtbot.waitSignal(desk.box.submitted):
        for letter in office.codes[0]:
            event = QInputMethodEvent()
            event.setCommitString(chr(ord(letter) + 0xFEE0))
            QApplication.sendEvent(desk.box, event)
    settle(window)
    assert verdict(desk) == "valid"


def test_the_rest_of_a_scan_that_an_input_method_ate_is_let_go(
    desk: DeskScreen, scanner: Scanner, office: Office, window: Window
) -> None:
    code, preedit = office.codes[0], ""
    for letter in code[:10]:
        preedit += letter.lower()
        QApplication.sendEvent(desk.box, QInputMethodEvent(preedit, []))
        if not desk.box.input_method:
            break
    misread = QSignalSpy(desk.box.misread)
    for letter in code[10:]:
        scanner.press(Qt.Key(ord(letter)), letter)
    scanner.press(*CR)
    assert misread.count() == 0
    assert desk.box.text() == ""
    assert "输入法" in desk.message.text
    desk.box._clock = lambda: 10**9  # some time later
    scanner.send(code, CR)
    assert verdict(desk) == "valid"


# Half, double, foreign ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", [slice(0, 30), slice(0, 150), slice(60, None), slice(40, 90)])
@pytest.mark.parametrize("ends", [(CR,), (CR, LF), (TAB,)], ids=["CR", "CRLF", "TAB"])
def test_a_cut_scan_is_said_in_large_letters_and_looks_nothing_up(
    piece: slice, ends: tuple[tuple[Qt.Key, str], ...], desk: DeskScreen, scanner: Scanner, office: Office
) -> None:
    submitted = QSignalSpy(desk.box.submitted)
    scanner.send(office.codes[0][piece], *ends)
    assert submitted.count() == 0
    assert desk.misread.isVisible()
    assert desk.misread.tone is Tone.WARN
    assert desk.misread.accessibleName() == "扫码断了，请再扫一次"
    desk.box._clock = lambda: 10**9
    scanner.send(office.codes[0], *ends)
    assert verdict(desk) == "valid"
    assert not desk.misread.isVisible()


def test_a_scan_that_comes_in_two_parts_is_one(desk: DeskScreen, scanner: Scanner, office: Office) -> None:
    code = office.codes[0]
    scanner.send(code[:70], CR)
    scanner.send(code[70:], CR)
    assert verdict(desk) == "valid"


def test_two_scans_run_together_are_one_and_two_codes_are_none(
    desk: DeskScreen, scanner: Scanner, office: Office
) -> None:
    one, other = office.codes
    scanner.send(one + other, CR)
    assert verdict(desk) == ""
    assert desk.misread.accessibleName() == "两个码连在了一起，请一个一个扫"
    scanner.send(one + one, CR)
    assert verdict(desk) == "valid"


@pytest.mark.parametrize("typed", ["li", "zzz"])
def test_a_cut_scan_takes_the_list_of_the_name_before_away(
    typed: str, desk: DeskScreen, scanner: Scanner, hands: Hands
) -> None:
    hands.type(typed)
    hands.key(Qt.Key.Key_Return)
    assert desk.candidates.isVisible() or desk._nobody.isVisible()
    scanner.send("6901234560002", CR)
    assert desk.misread.isVisible()
    assert not desk.candidates.isVisible()
    assert not desk._nobody.isVisible()


def test_what_is_no_code_of_ours_is_not_searched_unless_enter_is_pressed_by_hand(
    desk: DeskScreen, scanner: Scanner, hands: Hands
) -> None:
    submitted = QSignalSpy(desk.box.submitted)
    scanner.send("6901234560002", CR, LF)  # its last digits are those of 陈美玲's phone
    assert submitted.count() == 0
    assert desk.misread.isVisible()
    hands.key(Qt.Key.Key_Escape)
    assert not desk.misread.isVisible()
    scanner.send("00002001", CR)
    desk.box.setText("0002")
    hands.key(Qt.Key.Key_Return)
    assert desk.person.profile is not None
    assert desk.person.profile.member.name == "陈美玲"


def test_characters_that_no_code_has_ask_for_another_keyboard(desk: DeskScreen, scanner: Scanner) -> None:
    scanner.send("ЖЫ7ЩЛДЩ№№", CR)
    assert "键盘" in desk.misread.accessibleName()


def test_a_member_s_card_and_an_identity_card_open_their_holder_on_any_keyboard(
    desk: DeskScreen, scanner: Scanner
) -> None:
    for sent in ("001-00002", on("fr", "001-00002")):
        scanner.send(sent, CR)
        assert desk.person.profile is not None
        assert desk.person.profile.member.name == "陈美玲"
        desk.clear()
        desk.box._clock = lambda: 10**9  # some time later


def test_the_test_code_is_known_for_what_it_is(desk: DeskScreen, scanner: Scanner) -> None:
    scanner.send(TEST_CODE, CR)
    assert desk.message.tone is Tone.GOOD
    assert verdict(desk) == ""


# Dialogs ------------------------------------------------------------------------------------------------------


def scan_into(dialog: QDialog, text: str) -> None:
    """Keys as the window system sends them: to the window, at a scanner's speed, with Enter at the end."""
    handle = dialog.windowHandle()
    assert handle is not None
    for letter in text:
        QTest.keyClick(handle, letter)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
        QTest.keyClick(handle, key)


@pytest.fixture
def guarded(window: Window) -> ScanGuard:
    """The window's own guard."""
    return window._guard


def test_a_scan_into_a_dialog_confirms_nothing(
    window: Window, look: Look, office: Office, qtbot: QtBot, guarded: ScanGuard, tmp_path: Path
) -> None:
    asked = Confirmation(look, "注销站点", "以后不再接受它的记录。", "注销", window)
    sheet = KeySheet(look, [("F1", "帮助")], window)
    plain = QDialog(window)
    column = QVBoxLayout(plain)
    column.addWidget(QLineEdit())
    files = QFileDialog(window, "", str(tmp_path))
    files.setOption(QFileDialog.Option.DontUseNativeDialog)
    files.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    for dialog in (asked, sheet, plain, files):
        ended = QSignalSpy(dialog.finished)
        with qtbot.waitActive(dialog):
            dialog.open()
        scan_into(dialog, office.codes[0])
        assert dialog.isVisible()
        assert ended.count() == 0
        dialog.reject()


def test_enter_pressed_by_hand_still_works_in_a_file_dialog(
    window: Window, qtbot: QtBot, guarded: ScanGuard, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    files = QFileDialog(window, "", str(tmp_path))
    files.setOption(QFileDialog.Option.DontUseNativeDialog)
    files.selectFile("a.pdf")
    chosen = QSignalSpy(files.fileSelected)
    with qtbot.waitActive(files):
        files.open()
    files.findChild(QLineEdit).setFocus()
    handle = files.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_Return)
    assert chosen.count() == 1


def test_a_scan_into_the_elder_s_page_closes_and_prints_nothing(
    desk: DeskScreen, hands: Hands, office: Office, window: Window
) -> None:
    hands.type("wxy")
    hands.key(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_F8)
    scan_into(desk.errands.elder_view, office.codes[0])
    settle(window)
    assert desk.errands.elder_view.isVisible()
    assert desk.errands.elder_view.findChildren(QDialog) == []
    desk.errands.elder_view.reject()


def test_no_scan_redeems_reverses_or_registers(
    desk: DeskScreen, scanner: Scanner, hands: Hands, office: Office
) -> None:
    before = office.credit("王秀英"), office.credit("李建国")
    scanner.send(office.codes[0], CR, LF)
    scanner.send("001-00004", CR, LF)
    for _ in range(3):
        scanner.send(office.codes[1], CR, LF)
    hands.control(Qt.Key.Key_Z)
    scanner.send(office.codes[1], CR, LF)  # into the reason
    assert desk.deeds.question.doomed is not None
    assert (office.credit("王秀英"), office.credit("李建国")) == before


# Pictures -----------------------------------------------------------------------------------------------------


@pytest.fixture
def chat(office: Office, tmp_path: Path) -> list[Path]:
    """A picture of each voucher, as sent by chat."""
    files = []
    with office.desk() as desk:
        for n, code in enumerate(office.codes):
            issued = desk.vouchers.for_reprint(serial_text(read_code(code).serial))
            (face,) = desk.vouchers.faces([issued], "zh_CN")
            files.append(tmp_path / f"chat{n}.png")
            files[-1].write_bytes(voucher_png(face))
    return files


def both(chat: list[Path]) -> QImage:
    """The two vouchers side by side in one picture."""
    one, other = (QImage(str(path)) for path in chat)
    image = QImage(one.width() + other.width(), one.height(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    from PySide6.QtGui import QPainter

    painter = QPainter(image)
    painter.drawImage(0, 0, one)
    painter.drawImage(one.width(), 0, other)
    painter.end()
    return image


def test_ctrl_v_takes_a_picture_wherever_the_focus_is(
    desk: DeskScreen, hands: Hands, chat: list[Path], qtbot: QtBot, window: Window
) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(chat[0])))
    desk._register.parentWidget().setFocus()
    button = next(each for each in desk.begin.findChildren(QWidget) if each.focusPolicy())
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_V, CONTROL)
    settle(window)
    assert verdict(desk) == "valid"


@pytest.mark.parametrize("how", ["uri", "text"])
def test_a_copied_file_is_read_like_a_picture(
    how: str, desk: DeskScreen, hands: Hands, chat: list[Path]
) -> None:
    data = QMimeData()
    url = QUrl.fromLocalFile(str(chat[0]))
    if how == "uri":
        data.setUrls([url])
    else:
        data.setText(url.toString())
    QGuiApplication.clipboard().setMimeData(data)
    hands.control(Qt.Key.Key_V)
    assert verdict(desk) == "valid"


def test_a_copied_code_is_text(desk: DeskScreen, hands: Hands, office: Office) -> None:
    QGuiApplication.clipboard().setText(office.codes[0])
    hands.control(Qt.Key.Key_V)
    assert desk.box.text() == office.codes[0]
    hands.key(Qt.Key.Key_Return)
    assert verdict(desk) == "valid"


def test_several_codes_in_a_picture_are_a_list_to_choose_from_and_to_come_back_to(
    desk: DeskScreen, hands: Hands, chat: list[Path], office: Office
) -> None:
    QGuiApplication.clipboard().setImage(both(chat))
    hands.control(Qt.Key.Key_V)
    assert desk._mode is Mode.SEVERAL
    assert {each.text for each in desk.choice.rows.rows} == set(office.codes)
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Return)
    assert verdict(desk) == "valid"
    chosen = desk.voucher.code
    assert chosen == desk.scans.pile[1].text
    hands.key(Qt.Key.Key_F6)
    hands.scan("001-00004")
    desk.box.clear()
    hands.key(Qt.Key.Key_F6)
    hands.key(Qt.Key.Key_Escape)
    assert desk._mode is Mode.SEVERAL
    states = {each.text: each.checked.verdict for each in desk.choice.rows.rows if each.checked}
    assert states == {each: "redeemed" if each == chosen else "valid" for each in office.codes}
    hands.key(Qt.Key.Key_Escape)
    assert desk._mode is Mode.IDLE


def test_files_dropped_anywhere_on_the_desk_are_read_and_one_bad_one_spoils_nothing(
    desk: DeskScreen, chat: list[Path], window: Window, tmp_path: Path
) -> None:
    bad = tmp_path / "note.txt"
    bad.write_text("no picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (bad, chat[0])])
    drop = QDropEvent(QPoint(300, 500), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NONE)
    enter = QDragEnterEvent(drop.position().toPoint(), drop.dropAction(), data, drop.buttons(), NONE)
    QApplication.sendEvent(desk, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(desk, drop)
    settle(window)
    assert verdict(desk) == "valid"


def test_typing_gives_up_a_picture_that_is_still_being_read(
    desk: DeskScreen, hands: Hands, tmp_path: Path
) -> None:
    image = QImage(2600, 2600, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.lightGray)
    image.save(str(tmp_path / "wall.png"))
    desk.scans.take_pictures((tmp_path / "wall.png",) * 40)
    hands.type("cml")
    assert not desk.message.isVisible()
    assert [each.name for each in desk.candidates.rows.rows] == ["陈美玲"]


# Sounds -------------------------------------------------------------------------------------------------------


def test_the_three_sounds_are_short_different_and_small() -> None:
    made = {tone: wave_bytes(tone) for tone in (Tone.GOOD, Tone.WARN, Tone.BAD)}
    assert len(set(made.values())) == 3
    for data in made.values():
        assert len(data) < 24_000
        with wave.open(BytesIO(data)) as sound:
            assert sound.getnframes() / sound.getframerate() < 0.8
            samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
        assert 4_000 < max(samples) < 16_000  # heard across a counter, and no fright
        assert abs(samples[0]) < 200 > abs(samples[-1])  # no click


def test_a_sound_goes_to_the_player_as_a_file(qtbot: QtBot, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    sounds = Sounds(("sh", "-c", f'cp "$0" "{heard}.part" && mv "{heard}.part" "{heard}"'))
    sounds.play(Tone.BAD)
    qtbot.waitUntil(heard.exists)
    assert heard.read_bytes() == wave_bytes(Tone.BAD)


@pytest.mark.parametrize("command", [(), ("/nowhere/player",), ("false",)])
def test_where_nothing_plays_it_is_quiet_about_it(command: tuple[str, ...], qtbot: QtBot) -> None:
    sounds = Sounds(command)
    sounds.play(Tone.GOOD)
    qtbot.waitUntil(lambda: sounds._command == ())
    sounds.play(Tone.WARN)


# The desk around it -------------------------------------------------------------------------------------------


def test_the_elder_s_page_is_very_large_and_prints_a_slip(
    desk: DeskScreen, hands: Hands, window: Window, qtbot: QtBot
) -> None:
    hands.type("ljg")
    hands.key(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_F8)
    view = desk.errands.elder_view
    assert view._texts[0].text() == "李建国"
    assert view._texts[0].font().pixelSize() >= 70
    assert all(text.font().pixelSize() >= 30 for text in view._texts)
    assert all(button.height() >= 60 for button in (view.slip, view.back))
    hands.control(Qt.Key.Key_P)
    settle(window)
    assert view.preview.isVisible()
    view.preview.reject()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not view.isVisible()
    with qtbot.waitActive(window):  # without a window system nobody activates it again
        window.activateWindow()
    assert QApplication.focusWidget() is desk.box


def test_the_scanner_test_is_reached_from_the_settings_and_left_by_esc(
    work: Workplace, hands: Hands, window: Window
) -> None:
    work.go("settings")
    settle(window)
    work.settings.show_section("scanning")
    work.settings.scanning.open.setFocus()
    hands.key(Qt.Key.Key_Space)
    assert work.settings.scanner.isVisible()
    assert QApplication.focusWidget() is work.settings.scanner.catcher
    hands.key(Qt.Key.Key_Escape)
    assert not work.settings.scanner.isVisible()
    assert QApplication.focusWidget() is work.settings.scanning.open


def test_the_status_line_says_that_no_case_waits(work: Workplace, window: Window) -> None:
    work.refresh_status()
    settle(window)
    assert "没有待核" in work.status.text()


@pytest.mark.parametrize("place", ["people", "vouchers", "cases", "settings"])
def test_a_voucher_scanned_at_any_list_is_shown_at_the_desk(
    work: Workplace, window: Window, office: Office, place: str
) -> None:
    work.go(place)
    settle(window)
    focused = QApplication.focusWidget()
    if isinstance(focused, QLineEdit):
        focused.clearFocus()
    handle = window.windowHandle()
    assert handle is not None
    for letter in office.codes[0]:
        QTest.keyClick(handle, letter)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    settle(window)
    desk = work.screens["desk"]
    assert isinstance(desk, DeskScreen)
    assert work.rail.current == "desk"
    assert desk.voucher.code == office.codes[0]
    assert desk.voucher.can_redeem or desk.voucher.wants_beneficiary


def test_a_scan_into_a_field_stays_there_and_one_while_locked_opens_nothing(
    work: Workplace, window: Window, office: Office
) -> None:
    work.go("vouchers")
    settle(window)
    field = work.screens["vouchers"].findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    handle = window.windowHandle()
    assert handle is not None
    for letter in "7S3QX9K2M4":
        QTest.keyClick(handle, letter)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    settle(window)
    assert work.rail.current == "vouchers"
    assert field.text() == "7S3QX9K2M4"
    window.lock()
    settle(window)
    assert window.signin is not None
    window.signin.names.setFocus()
    for letter in office.codes[0]:
        QTest.keyClick(handle, letter)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    settle(window)
    assert window.signin.isVisible(), "signed in by nobody"
