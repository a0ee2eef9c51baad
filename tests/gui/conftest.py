"""What the window's tests stand on: the real application, drawn to memory, and a real station's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from screens_a_office import AROUND, Hands, Office, found_office

from ui.look import Look, Mode, Theme
from ui.look.kept import Kept
from ui.qt import application
from ui.say import Speech
from ui.screens.people import PeopleScreen
from ui.screens.services import ServicesScreen
from ui.screens.settings import SettingsScreen
from ui.screens.workplace import Workplace
from ui.window import Window, settle

Screen = TypeVar("Screen", bound=QWidget)


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
    # The widgets of this test go before their stylesheet: Qt does not survive the other order.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    look.deleteLater()
    qapp.setStyleSheet("")
    qapp.setFont(font)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A station of this test's own."""
    return found_office(tmp_path / "station")


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


@pytest.fixture
def hands(window: Window, qtbot: QtBot) -> Hands:
    """The clerk's hands."""
    return Hands(window, qtbot)


def shown(work: Workplace, window: Window, place: str, kind: type[Screen]) -> Screen:
    """A place of the window, opened."""
    work.go(place)
    settle(window)
    screen = work.screens[place]
    assert isinstance(screen, kind)
    return screen


@pytest.fixture
def people(work: Workplace, window: Window) -> PeopleScreen:
    """The list of people, opened."""
    return shown(work, window, "people", PeopleScreen)


@pytest.fixture
def services(work: Workplace, window: Window) -> ServicesScreen:
    """Requests, rota and records, opened."""
    return shown(work, window, "services", ServicesScreen)


@pytest.fixture
def settings(work: Workplace, window: Window) -> SettingsScreen:
    """The settings, opened."""
    return shown(work, window, "settings", SettingsScreen)
