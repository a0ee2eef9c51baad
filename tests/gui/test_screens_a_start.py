"""The first start, joining, signing in, one window for a folder, and what happens when the program errs."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens_a_office import AROUND, Office

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.outcome import Fault, Refusal
from ui.look import Look, Mode, TextSize, Theme
from ui.look.kept import Kept
from ui.scenes import pictures
from ui.screens.welcome import Welcome
from ui.single import FILE, Single
from ui.start import LOG, catch_defects, keep_log, run
from ui.window import Window, settle

Open = Callable[[Path], Window]
PAIR = (1, 2)


# Founding and joining ------------------------------------------------------------------------------------


def test_an_empty_folder_becomes_a_network_with_its_first_operator(
    open_window: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(tmp_path / "new")
    window.welcome._show_found()
    page = window.welcome._found
    page.name.setText("拱墅区时间银行")
    page.station.setText("和睦街道")
    page.policy.setCurrentIndex(page.policy.findData("hangzhou"))
    page.go.click()
    settle(window)
    assert window.signin is not None
    form = window.signin.form
    assert form.isVisible()
    form.name.setText("周敏")
    form.submit()
    settle(window)
    assert window.workplace is not None
    assert window.workplace.rail.current == "desk"
    assert "和睦街道" in window.workplace.status.text()
    assert "周敏" in window.workplace.status.text()
    with Desk(tmp_path / "new", AROUND) as desk:
        assert desk.network_name() == "拱墅区时间银行"
        assert desk.policies.adopted() == "hangzhou"
        assert [each.role for each in desk.operators.list()] == ["keeper"]


def test_names_left_out_are_asked_for_at_the_field_and_nothing_is_made(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window(tmp_path / "new")
    window.welcome._show_found()
    page = window.welcome._found
    page.name.setText("拱墅区时间银行")
    page.go.click()
    settle(window)
    assert [field.problem is not None for field in page._fields[:2]] == [False, True]
    assert page.name.text() == "拱墅区时间银行"
    assert not (tmp_path / "new" / "timebank.db").exists()


def test_a_station_asks_to_join_shows_the_hubs_fingerprint_and_takes_the_answer(
    open_window: Open, office: Office, tmp_path: Path
) -> None:
    home, asked, answer = tmp_path / "village", tmp_path / "ask.tbreq", tmp_path / "answer"
    window = open_window(home)
    window.welcome._show_join()
    window.welcome.request("红星社区", asked)
    settle(window)
    shown = window.welcome._join.words.fingerprint
    with office.desk() as hub:
        enrolled = network.enrol(hub.station, asked, out=answer)
    assert shown == enrolled.fingerprint
    again = open_window(home)  # the program was closed meanwhile
    assert again.welcome._join.words.fingerprint == shown
    again.welcome.join(answer)
    settle(again)
    assert again.signin is not None
    assert "红星社区" in again.signin._station.text()
    assert "拱墅区时间银行" in again.signin._station.text()


def test_an_answer_for_another_station_is_refused_in_words(
    open_window: Open, office: Office, tmp_path: Path
) -> None:
    window = open_window(tmp_path / "village")
    window.welcome.request("红星社区", tmp_path / "ask.tbreq")
    settle(window)
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"not an answer")
    window.welcome.join(wrong)
    settle(window)
    assert window.welcome.notice.isVisible()
    assert "wrong" in window.welcome.notice.text


@pytest.mark.parametrize(
    ("language", "differ"),
    [
        ("zh_CN", "两次输入的不一样，请再输一遍。"),
        ("en", "The two are not the same. Please type it once more."),
    ],
)
def test_the_first_password_is_typed_twice(
    open_window: Open, tmp_path: Path, language: str, differ: str
) -> None:
    window = open_window(tmp_path / "new")
    window.look.speech.language = language
    window.welcome._show_found()
    window.welcome._found.name.setText("拱墅区时间银行")
    window.welcome._found.station.setText("和睦街道")
    window.welcome._found.go.click()
    settle(window)
    assert window.signin is not None
    form = window.signin.form
    form.name.setText("周敏")
    assert not form.password.again.isVisible()
    form.password.first.setText("山水 ")
    QTest.keyClick(form.password.first, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.password.again
    form.password.again.setText("山水")
    QTest.keyClick(form.password.again, Qt.Key.Key_Return)
    settle(window)
    assert form.isVisible()
    assert window.look.say(form.password.problem or "") == differ
    form.password.again.setText("山水 ")
    QTest.keyClick(form.password.again, Qt.Key.Key_Return)
    settle(window)
    assert window.workplace is not None
    with Desk(tmp_path / "new", AROUND) as desk:
        assert desk.operators.sign_in("周敏", "山水 ").protected


# Signing in ----------------------------------------------------------------------------------------------


def test_a_name_without_a_password_needs_one_key(open_window: Open, office: Office, qtbot: QtBot) -> None:
    window = open_window(office.home)
    assert window.signin is not None
    assert QApplication.focusWidget() is window.signin.names
    qtbot.keyClick(window.signin.names, Qt.Key.Key_Return)
    settle(window)
    assert window.workplace is not None
    assert window.workplace.context.operator is not None
    assert window.workplace.context.operator.name == "周敏"


def test_a_wrong_password_is_told_at_the_field_and_the_last_name_is_remembered(
    open_window: Open, office: Office
) -> None:
    with office.desk() as desk:
        desk.operators.appoint("吴主任", "keeper", "secret")
    window = open_window(office.home)
    signin = window.signin
    assert signin is not None
    assert not signin.add.isVisible()  # or one could walk past the password
    signin.names.setCurrentRow(1)
    signin.password.setText("wrong")
    QTest.keyClick(signin.password, Qt.Key.Key_Return)
    settle(window)
    assert signin._password.problem is not None
    assert window.workplace is None
    signin.password.setText("secret")
    QTest.keyClick(signin.password, Qt.Key.Key_Return)
    settle(window)
    assert window.workplace is not None
    window.lock()
    settle(window)
    assert signin.names.currentItem().text() == "吴主任"
    assert signin.password.text() == ""


def test_what_is_done_is_signed_by_whoever_signed_in(open_window: Open, office: Office) -> None:
    with office.desk() as desk:
        second = desk.operators.appoint("吴主任", "coordinator")
    window = open_window(office.home)
    assert window.signin is not None
    window.signin.names.setCurrentRow(1)
    window.signin.sign_in()
    settle(window)
    assert window.workplace is not None
    seen: list[int] = []
    window.workplace.context.write(lambda desk: desk.station.operator, seen.append)
    settle(window)
    assert seen == [second.number]


# Language, size, theme -----------------------------------------------------------------------------------


def test_language_size_and_colours_are_kept_with_the_station(look: Look, tmp_path: Path) -> None:
    kept = Kept(tmp_path, "zh_CN")
    kept.language = "en"
    kept.theme = Theme(Mode.DARK, TextSize.EXTRA)
    again = Kept(tmp_path, "zh_CN")
    assert (again.language, again.theme) == ("en", Theme(Mode.DARK, TextSize.EXTRA))
    assert Kept(tmp_path, "en").language == "en"
    kept.language = "zh_CN"
    assert Kept(tmp_path, "en").language == "en"  # asked for today, on the command line


def test_a_spoilt_settings_file_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_bytes(b"\xff\xfe[General\nmode=purple\ntext_size=9\ngeometry=1")
    kept = Kept(tmp_path, "en")
    assert (kept.language, kept.theme, kept.operator) == ("en", Theme(), "")


# One window ----------------------------------------------------------------------------------------------


def test_a_second_start_is_refused_and_brings_the_first_to_the_front(tmp_path: Path, qtbot: QtBot) -> None:
    called: list[bool] = []
    first = Single(tmp_path)
    first.listen(lambda: called.append(True))
    with pytest.raises(Refusal, match="already_open"):
        Single(tmp_path)
    qtbot.waitUntil(lambda: called == [True])
    first.release()
    Single(tmp_path).release()


def test_the_lock_of_a_crashed_window_is_taken_over(tmp_path: Path) -> None:
    crash = (
        "import os, pathlib, sys; from ui.single import Single;"
        "held = Single(pathlib.Path(sys.argv[1])); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", crash, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert (tmp_path / FILE).exists()
    Single(tmp_path).release()


def test_two_stations_have_a_window_each(tmp_path: Path) -> None:
    one, other = Single(tmp_path / "one"), Single(tmp_path / "other")
    one.release()
    other.release()


def test_without_a_screen_the_window_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(Fault, match="no_screen"):
        run(tmp_path, "zh_CN")


# Defects -------------------------------------------------------------------------------------------------


@pytest.fixture
def hooked() -> Iterator[None]:
    hook, handlers = sys.excepthook, list(logging.getLogger("ui").handlers)
    yield
    sys.excepthook = hook
    for handler in set(logging.getLogger("ui").handlers) - set(handlers):
        logging.getLogger("ui").removeHandler(handler)
        handler.close()


@pytest.mark.usefixtures("hooked")
def test_a_defect_is_one_calm_sentence_and_a_traceback_in_the_log(window: Window, office: Office) -> None:
    keep_log(office.home)
    catch_defects(window)
    try:
        raise ZeroDivisionError("a slip of ours")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert window.workplace is not None
    assert window.workplace.notice.isVisible()
    assert "slip" not in window.workplace.notice.text
    assert "a slip of ours" in (office.home / LOG).read_text("utf-8")


@pytest.mark.usefixtures("hooked")
def test_a_defect_beside_the_screen_is_told_and_logged_too(window: Window, office: Office) -> None:
    keep_log(office.home)
    assert window.workplace is not None
    window.workplace.context.read(lambda _desk: PAIR[len(PAIR)], lambda _nothing: None)
    settle(window)
    assert window.workplace.notice.isVisible()
    assert "IndexError" in (office.home / LOG).read_text("utf-8")


# Pictures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_pictures_of_the_main_screens_are_saved_whole(office: Office, tmp_path: Path, language: str) -> None:
    before = sorted(path.name for path in office.home.iterdir())
    made = pictures(office.home, tmp_path / "pictures", language)
    shown = {path.stem.split("-", 1)[1] for path in made}
    assert {"people", "services", "vouchers", "exchange", "cases", "reports", "settings"} <= shown
    assert all(path.stat().st_size > 20_000 for path in made)
    assert sorted((tmp_path / "pictures").iterdir()) == made
    assert sorted(path.name for path in office.home.iterdir()) == before


def test_welcome_is_what_an_empty_folder_shows(open_window: Open, tmp_path: Path) -> None:
    window = open_window(tmp_path / "new")
    assert isinstance(window._stack.currentWidget(), Welcome)
