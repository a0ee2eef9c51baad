"""Forms that were begun and left: what was typed is there again, and nothing goes without a word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from screens_a_office import Hands, Office

from ui.screens.errands import AskService, LogHours, MoveCredit, NewMember
from ui.screens.people import PeopleScreen
from ui.screens.services import ServicesScreen
from ui.screens.vouchers import VouchersScreen
from ui.screens.workplace import Workplace
from ui.widgets import InlineNotice
from ui.window import Window, settle

RESUMED = {"zh_CN": "接着上次没填完的。", "en": "This is as you left it."}
WAITS = {"zh_CN": "上次没填完的一张还留着。", "en": "A form you had begun is kept."}
ESCAPE = Qt.Key.Key_Escape


@pytest.fixture
def go(work: Workplace, window: Window) -> Callable[..., None]:
    def go_to(place: str, payload: object | None = None) -> None:
        work.go(place, payload)
        settle(window)

    return go_to


def act(notice: InlineNotice, window: Window) -> None:
    """Do what the notice offers."""
    notice._action.click()
    settle(window)


def says(notice: InlineNotice, words: str) -> bool:
    return notice.isVisible() and notice.text == words


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_new_person_half_typed_is_there_again_after_the_desk(
    work: Workplace,
    window: Window,
    people: PeopleScreen,
    hands: Hands,
    go: Callable[..., None],
    language: str,
) -> None:
    work.context.speech.language = language
    hands.key(Qt.Key.Key_F9)
    form = people.form
    form.edits["name"].setText("赵小妹")
    form.edits["phone"].setText("139")
    form.elder.setChecked(True)
    go("desk")
    go("people")
    assert form.isVisible()
    assert form.edits["phone"].text() == "139"
    assert says(form.notice, RESUMED[language])
    hands.key(ESCAPE)
    assert people.list.isVisible()
    hands.key(Qt.Key.Key_F9)
    assert form.edits["name"].text() == "赵小妹"
    assert form.elder.isChecked()
    assert says(form.notice, RESUMED[language])
    act(form.notice, window)
    assert form.edits["name"].text() == form.edits["phone"].text() == ""
    assert not form.elder.isChecked()
    assert not form.notice.isVisible()


def test_a_form_in_which_nothing_was_typed_leaves_nothing(
    people: PeopleScreen, hands: Hands, go: Callable[..., None]
) -> None:
    hands.key(Qt.Key.Key_F9)
    go("desk")
    go("people")
    assert people.list.isVisible()
    hands.key(Qt.Key.Key_F9)
    assert not people.form.notice.isVisible()


def test_what_was_saved_does_not_come_again(
    people: PeopleScreen, hands: Hands, go: Callable[..., None]
) -> None:
    hands.key(Qt.Key.Key_F9)
    people.form.edits["name"].setText("赵小妹")
    hands.control(Qt.Key.Key_Return)
    assert people.profile.isVisible()
    go("people", NewMember())
    assert people.form.edits["name"].text() == ""
    assert not people.form.notice.isVisible()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_another_person_begins_afresh_and_the_first_form_waits(
    work: Workplace, window: Window, office: Office, people: PeopleScreen, hands: Hands,
    go: Callable[..., None], language: str,
) -> None:  # fmt: skip
    work.context.speech.language = language
    go("people", office.member("李建国"))
    hands.control(Qt.Key.Key_E)
    form = people.form
    form.edits["note"].setText("夜班")
    go("people", office.member("王秀英"))
    hands.control(Qt.Key.Key_E)
    assert form.member is not None
    assert (form.member.name, form.edits["note"].text()) == ("王秀英", "")
    assert says(form.notice, WAITS[language])
    form.edits["address"].setText("东门")
    act(form.notice, window)
    assert (form.member.name, form.edits["name"].text(), form.edits["note"].text()) == (
        "李建国",
        "李建国",
        "夜班",
    )
    assert form.edits["address"].text() == ""
    go("people", office.member("王秀英"))
    hands.control(Qt.Key.Key_E)
    assert (form.member.name, form.edits["address"].text(), form.edits["note"].text()) == (
        "王秀英",
        "东门",
        "",
    )
    assert says(form.notice, RESUMED[language])


@pytest.mark.parametrize("way", ["F2", "Esc"])
def test_hours_half_logged_are_there_again(
    office: Office, services: ServicesScreen, hands: Hands, window: Window, go: Callable[..., None], way: str
) -> None:
    wang, li = office.member("王秀英"), office.member("李建国")
    go("services", LogHours(elder=wang, back="desk"))
    form = services.form
    form.clock.setText("9点到10点半")
    form.note.setText("陪诊")
    form.volunteers.look_up(li)
    settle(window)
    hands.key(Qt.Key.Key_F2 if way == "F2" else ESCAPE)
    go("desk")
    go("services", LogHours())
    assert form.clock.text() == "9点到10点半"
    assert [each.name for each in form.chosen] == ["李建国"]
    assert form.elder.value is not None
    assert form.elder.value.member.row == wang.row
    assert says(form.notice, RESUMED["zh_CN"])
    # For somebody else: afresh, and this one waits; it comes back whole.
    go("services", LogHours((office.member("陈美玲"),), back="desk"))
    assert (form.clock.text(), form.note.text(), form.elder.value) == ("", "", None)
    assert says(form.notice, WAITS["zh_CN"])
    act(form.notice, window)
    assert (form.clock.text(), form.note.text()) == ("9点到10点半", "陪诊")
    assert [each.name for each in form.chosen] == ["李建国"]
    assert form.elder.value is not None
    form.day.setText("昨天")
    hands.control(Qt.Key.Key_Return)
    assert not form.drafts.begun
    go("services", LogHours())
    assert (form.clock.text(), form.chosen) == ("", [])


def test_a_request_half_written_is_there_again(
    office: Office, services: ServicesScreen, hands: Hands, go: Callable[..., None]
) -> None:
    wang = office.member("王秀英")
    go("services", AskService(wang))
    form = services.requests.ask
    form.clock.setText("9点")
    form.note.setText("带轮椅")
    form.urgent.setChecked(True)
    hands.key(ESCAPE)
    assert not form.isVisible()
    go("services", AskService())
    assert (form.clock.text(), form.note.text(), form.urgent.isChecked()) == ("9点", "带轮椅", True)
    assert form.elder.value is not None
    assert says(form.notice, RESUMED["zh_CN"])
    go("services", AskService(office.member("李秀兰")))
    assert (form.clock.text(), form.note.text(), form.urgent.isChecked()) == ("", "", False)
    assert says(form.notice, WAITS["zh_CN"])


def test_a_gift_half_written_is_there_again(
    office: Office, people: PeopleScreen, hands: Hands, go: Callable[..., None]
) -> None:
    li = office.member("李建国")
    go("people", MoveCredit(li))
    form = people.moving
    form.minutes.setText("半小时")
    form.reason.setText("谢谢")
    go("desk")
    go("people")
    assert form.isVisible()
    hands.key(ESCAPE)
    assert not form.isVisible()
    go("people", MoveCredit(li))
    assert (form.minutes.text(), form.reason.text()) == ("半小时", "谢谢")
    assert form.source.value is not None
    assert says(form.notice, RESUMED["zh_CN"])


def test_a_batch_half_filled_is_there_again_and_is_never_anothers(
    office: Office, work: Workplace, hands: Hands, window: Window, go: Callable[..., None]
) -> None:
    li, chen = office.member("李建国"), office.member("陈美玲")
    go("vouchers", li)
    screen = work.screens["vouchers"]
    assert isinstance(screen, VouchersScreen)
    form = screen.form
    form.fields.amount.setText("1小时")
    form.fields.count.setText("3")
    go("vouchers", chen)
    assert (form.fields.amount.text(), form.fields.count.text()) == ("", "1")
    assert form.fields.holder.value is not None
    assert form.fields.holder.value.member.row == chen.row
    assert says(form.notice, WAITS["zh_CN"])
    act(form.notice, window)
    assert (form.fields.amount.text(), form.fields.count.text()) == ("1小时", "3")
    assert form.fields.holder.value.member.row == li.row
    hands.key(ESCAPE)
    assert screen.list.isVisible()
    hands.key(Qt.Key.Key_F5)
    assert form.fields.amount.text() == "1小时"
    assert says(form.notice, RESUMED["zh_CN"])
    assert QApplication.focusWidget() is form.fields.amount


def test_a_document_has_a_number_once_it_has_a_kind(
    people: PeopleScreen, hands: Hands, go: Callable[..., None]
) -> None:
    go("people", NewMember("约翰"))
    form = people.form
    assert not form.edits["document"].isEnabled()
    form.document_kind.setFocus()
    hands.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is form.edits["birth"]
    form.document_kind.setCurrentIndex(1)
    assert form.edits["document"].isEnabled()
    form.document_kind.setFocus()
    hands.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is form.edits["document"]
