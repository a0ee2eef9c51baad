"""What the window's tests stand on: the real application, drawn to memory, in our own font."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui.look import Look, Mode, Theme
from ui.qt import application
from ui.say import Speech


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
