"""What the window's tests stand on: the real application, drawn to memory, and a real station's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.people import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Mode, Theme
from ui.look.kept import Kept
from ui.qt import application
from ui.say import Speech
from ui.screens.workplace import Workplace
from ui.window import Window, settle

NOW = datetime(2026, 11, 22, 9, 30)
AROUND = Surroundings(clock=lambda: NOW)


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The one application of the test run."""
    return application([], offscreen=True)


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Look]:
    """A fresh look in Chinese, light, at the standard size; the font is put back afterwards."""
    font = qapp.font()
    look = Look(qapp, Speech("zh_CN"), Theme(Mode.LIGHT))
    yield look
    look.deleteLater()
    qapp.setStyleSheet("")
    qapp.setFont(font)


@dataclass(frozen=True)
class Office:
    """A station's folder with a few people: 李建国 has 5 hours and a voucher of 1 hour, 王秀英 is an elder."""

    home: Path
    codes: tuple[str, ...]

    def desk(self) -> Desk:
        """The station, opened beside the window."""
        return Desk(self.home, AROUND)

    def member(self, name: str) -> MemberRecord:
        """Someone of the station."""
        with self.desk() as desk:
            return desk.people.find(name)

    def credit(self, name: str) -> int:
        """Someone's credit in minutes."""
        with self.desk() as desk:
            return desk.people.profile(desk.people.find(name)).credit_minutes


PEOPLE = (
    PersonForm("李建国", ("volunteer",), id_number="110105195403071512", phone="13800010001"),
    PersonForm("陈美玲", ("volunteer",), phone="13800010002", organisation="红星志愿队"),
    PersonForm("李秀兰", ("elder",), phone="13800010003"),
    PersonForm("王秀英", ("elder",), phone="13800010004", care_level=2, categories=("living_alone",)),
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A founded station with people, one service on the books, and two vouchers in circulation."""
    home = tmp_path / "station"
    network.found(
        home, AROUND, network="拱墅区时间银行", station="和睦街道", policy="hangzhou", passphrase_file=None
    )
    with Desk(home, AROUND) as desk:
        desk.operators.appoint("周敏", "clerk")
        desk.operators.sign_in("周敏")
        li, _, _, wang = (desk.people.register(form) for form in PEOPLE)
        desk.services.log(ServiceForm((li,), wang, "meal", datetime(2026, 11, 20, 9), 300))
        batch = desk.vouchers.issue(IssueForm(li, 60, 2))
    return Office(home, tuple(each.code for each in batch.vouchers))


@pytest.fixture
def open_window(look: Look, qtbot: QtBot) -> Iterator[Callable[[Path], Window]]:
    """Opens the window on a folder and lets it begin; closed at the end."""
    opened: list[Window] = []

    def open_one(home: Path) -> Window:
        home.mkdir(exist_ok=True)
        kept = Kept(home, "zh_CN")
        kept.sound = False
        window = Window(home, look, kept, AROUND)
        opened.append(window)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
        window.begin()
        settle(window)
        return window

    yield open_one
    for window in opened:
        window.close()


@pytest.fixture
def window(office: Office, open_window: Callable[[Path], Window]) -> Window:
    """The office's window with 周敏 signed in, at the desk."""
    window = open_window(office.home)
    assert window.signin is not None
    window.signin.sign_in()
    settle(window)
    return window


@pytest.fixture
def work(window: Window) -> Workplace:
    """What 周敏 sees."""
    assert window.workplace is not None
    return window.workplace


class Hands:
    """What a clerk does with keyboard and scanner, and waits for the answer."""

    def __init__(self, window: Window, qtbot: QtBot) -> None:
        self._window, self._qtbot = window, qtbot
        self._at = 100_000

    @property
    def focus(self) -> QWidget:
        """Where keys go."""
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key."""
        self._qtbot.keyClick(self.focus, key, modifier)
        settle(self._window)

    def control(self, key: Qt.Key) -> None:
        """A key with Ctrl."""
        self.key(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        """Latin letters and figures, at a person's speed."""
        self._keys(text, gap=150)

    def scan(self, text: str) -> None:
        """A scanner's burst with its Enter."""
        self._keys(text, gap=5)
        self._press(Qt.Key.Key_Return, "\r")
        settle(self._window)

    def _keys(self, text: str, gap: int) -> None:
        self._at += 5_000
        for letter in text:
            self._at += gap
            self._press(Qt.Key(ord(letter.upper())), letter)
        settle(self._window)

    def _press(self, key: Qt.Key, text: str) -> None:
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(self._at)
        QApplication.sendEvent(self.focus, event)


@pytest.fixture
def hands(window: Window, qtbot: QtBot) -> Hands:
    """The clerk's hands."""
    return Hands(window, qtbot)
