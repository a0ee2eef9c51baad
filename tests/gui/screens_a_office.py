"""A small office to work in: a founded station with a few people, and the clerk's hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm
from timebank.store.people_queries import MemberRecord
from ui.window import Window, settle

NOW = datetime(2026, 11, 22, 9, 30)
AROUND = Surroundings(clock=lambda: NOW)


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


def found_office(home: Path) -> Office:
    """A founded station with people, one service on the books, and two vouchers in circulation."""
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
