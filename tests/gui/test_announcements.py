"""What appears on the screen by itself is said to a screen reader: once, and at once where it is a no."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from screens_a_office import Hands, Office

from ui.screens.desk import DeskScreen
from ui.screens.workplace import Workplace
from ui.widgets import announce

URGENT = QAccessible.AnnouncementPoliteness.Assertive


class Said(NamedTuple):
    """One announcement."""

    text: str
    urgent: bool


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Said]:
    """All that Qt is asked to announce, in order."""
    said: list[Said] = []

    class Ear(QAccessible):
        @staticmethod
        def updateAccessibility(event: QAccessibleEvent) -> None:
            assert isinstance(event, QAccessibleAnnouncementEvent)
            said.append(Said(event.message(), event.politeness() == URGENT))

    monkeypatch.setitem(announce.__globals__, "QAccessible", Ear)
    return said


@pytest.fixture
def desk(work: Workplace) -> DeskScreen:
    screen = work.screens["desk"]
    assert isinstance(screen, DeskScreen)
    return screen


def test_the_verdict_on_a_voucher_and_its_redemption_are_each_said_once(
    desk: DeskScreen, hands: Hands, office: Office, heard: list[Said]
) -> None:
    hands.scan(office.codes[0])
    assert [each.text.startswith("这张券有效") for each in heard] == [True]
    assert not heard[0].urgent
    heard.clear()
    hands.type("wangxiuying")
    hands.key(Qt.Key.Key_Return)
    heard.clear()
    hands.key(Qt.Key.Key_F6)
    texts = [each.text for each in heard]
    assert len([each for each in texts if "核销" in each]) == 1, texts
    assert len(texts) == len(set(texts))


def test_a_voucher_that_is_no_good_is_said_at_once_and_once(
    desk: DeskScreen, hands: Hands, heard: list[Said]
) -> None:
    hands.scan("TB1" + "0" * 150)
    assert [each.urgent for each in heard] == [True]


def test_that_nobody_was_found_is_said_once(desk: DeskScreen, hands: Hands, heard: list[Said]) -> None:
    hands.type("zzz")
    hands.key(Qt.Key.Key_Return)
    assert [("zzz" in each.text, each.urgent) for each in heard] == [(True, False)]


def test_how_many_were_found_is_said_once(desk: DeskScreen, hands: Hands, heard: list[Said]) -> None:
    hands.type("li")
    hands.key(Qt.Key.Key_Return)
    assert len(heard) == 1


def test_who_was_opened_is_said_once(desk: DeskScreen, hands: Hands, heard: list[Said]) -> None:
    hands.type("cml")
    hands.key(Qt.Key.Key_Return)
    assert [each.text.startswith("陈美玲") for each in heard] == [True]


def test_a_notice_is_said_once_and_not_again_when_the_language_changes(
    work: Workplace, desk: DeskScreen, hands: Hands, heard: list[Said]
) -> None:
    desk.clear()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    first = list(heard)
    work.context.speech.language = "en"
    assert heard == first


def test_what_is_wrong_with_a_field_is_said_once(
    work: Workplace, desk: DeskScreen, hands: Hands, heard: list[Said]
) -> None:
    hands.key(Qt.Key.Key_F9)
    heard.clear()
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard
    assert len(heard) == len(set(heard))
