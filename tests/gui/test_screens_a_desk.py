"""The desk, as a clerk works it: type or scan anything, see what it is, do it by one key, take it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from screens_a_office import Hands, Office

from timebank.domain.voucher_code import read_code, serial_text
from timebank.paper.png import voucher_png
from ui.look import Tone
from ui.screens.desk import DeskScreen, Mode
from ui.screens.services import ServicesScreen
from ui.screens.workplace import Workplace
from ui.window import Window, settle

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(work: Workplace) -> DeskScreen:
    screen = work.screens["desk"]
    assert isinstance(screen, DeskScreen)
    return screen


def shown_name(desk: DeskScreen) -> str:
    return desk.person.profile.member.name if desk.person.profile and desk.person.isVisible() else ""


# Finding people ------------------------------------------------------------------------------------------


def test_the_box_has_the_cursor_from_the_start(desk: DeskScreen) -> None:
    assert QApplication.focusWidget() is desk.box


@pytest.mark.parametrize("typed", ["chenmeiling", "cml", "0002", "001-00002"])
def test_one_match_opens_at_enter_by_pinyin_initials_phone_or_number(
    desk: DeskScreen, hands: Hands, typed: str
) -> None:
    hands.type(typed)
    hands.key(Qt.Key.Key_Return)
    assert shown_name(desk) == "陈美玲"
    assert QApplication.focusWidget() is desk.box
    assert desk.box.text() == ""


def test_an_identity_card_opens_its_holder(desk: DeskScreen, hands: Hands) -> None:
    hands.scan("110105195403071512")
    assert shown_name(desk) == "李建国"


def test_several_matches_give_a_list_for_the_arrow_keys(desk: DeskScreen, hands: Hands) -> None:
    hands.type("li")
    assert [m.name for m in desk.candidates.rows.rows] == ["李建国", "陈美玲", "李秀兰"]
    hands.key(Qt.Key.Key_Return)  # nobody is meant yet: the first is only offered
    assert shown_name(desk) == ""
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Return)
    assert shown_name(desk) == "李秀兰"


def test_nobody_found_offers_to_register_under_the_name_typed(
    desk: DeskScreen, hands: Hands, work: Workplace
) -> None:
    hands.type("zzz")
    hands.key(Qt.Key.Key_Return)
    assert "zzz" in desk._nobody_words.text()
    hands.key(Qt.Key.Key_F9)
    assert work.rail.current == "people"
    assert work.screens["people"].form.edits["name"].text() == "zzz"  # type: ignore[attr-defined]


def test_what_is_offered_depends_on_who_it_is(desk: DeskScreen, hands: Hands, work: Workplace) -> None:
    hands.type("cml")
    hands.key(Qt.Key.Key_Return)
    assert work.actions_table["issue_voucher"].isEnabled()
    hands.type("wxy")
    hands.key(Qt.Key.Key_Return)
    assert shown_name(desk) == "王秀英"
    assert not work.actions_table["issue_voucher"].isEnabled()
    assert work.actions_table["log_hours"].isEnabled()


def test_escape_goes_back_one_level_at_a_time(desk: DeskScreen, hands: Hands) -> None:
    hands.type("cml")
    hands.key(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_Escape)
    assert desk._mode is Mode.IDLE
    assert not desk.person.isVisible()


# Vouchers ------------------------------------------------------------------------------------------------


def test_a_voucher_is_redeemed_by_f6_for_whoever_is_chosen_and_never_by_enter(
    desk: DeskScreen, hands: Hands, office: Office
) -> None:
    code = office.codes[0]
    hands.scan(code)
    assert desk.voucher.card.tone is Tone.GOOD
    hands.key(Qt.Key.Key_F6)  # for whom?
    assert desk.message.isVisible()
    hands.scan("001-00004")
    assert desk.voucher.beneficiary is not None
    hands.key(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_Space)
    assert office.credit("王秀英") == 0
    desk.box.clear()
    hands.key(Qt.Key.Key_F6)
    assert office.credit("王秀英") == 60
    assert shown_name(desk) == "王秀英"
    assert QApplication.focusWidget() is desk.box
    hands.scan(code)
    assert desk.voucher.card.tone is Tone.BAD
    assert "和睦街道" in desk.voucher.card.accessibleDescription()
    assert desk.voucher.card.accessibleName() == "这张券已经给王秀英用过了"
    desk._context.speech.language = "en"
    assert desk.voucher.card.accessibleName() == "Used already, for 王秀英"
    hands.key(Qt.Key.Key_F6)
    assert office.credit("王秀英") == 60


def test_escape_closes_the_question_before_the_notice_above_it(
    desk: DeskScreen, hands: Hands, office: Office, work: Workplace
) -> None:
    hands.control(Qt.Key.Key_Z)
    assert desk.deeds.question.isVisible()
    work.notice.show_notice(Tone.GOOD, "成了")
    hands.key(Qt.Key.Key_Escape)
    assert not desk.deeds.question.isVisible()
    assert work.notice.isVisible()
    hands.key(Qt.Key.Key_Escape)
    assert not work.notice.isVisible()


def test_a_voucher_is_known_by_its_serial_typed_in_lower_case(
    desk: DeskScreen, hands: Hands, office: Office
) -> None:
    serial = serial_text(read_code(office.codes[0]).serial)
    desk.box.setText(serial.lower())
    hands.key(Qt.Key.Key_Return)
    assert desk.voucher.checked is not None
    assert desk.voucher.checked.verdict == "valid"


def test_an_altered_voucher_is_called_forged_and_pays_nothing(
    desk: DeskScreen, hands: Hands, office: Office, work: Workplace
) -> None:
    code = office.codes[0]
    altered = code[:60] + ("0" if code[60] != "0" else "1") + code[61:]
    hands.scan(altered)
    assert desk.voucher.checked is not None
    assert desk.voucher.checked.verdict == "forged"
    assert not work.actions_table["redeem_voucher"].isEnabled()


def test_a_picture_of_a_voucher_is_read_from_a_file_or_the_clipboard(
    desk: DeskScreen, hands: Hands, office: Office, window: Window, tmp_path: Path
) -> None:
    picture = tmp_path / "chat.png"
    with office.desk() as open_desk:
        issued = open_desk.vouchers.for_reprint(serial_text(read_code(office.codes[0]).serial))
        (face,) = open_desk.vouchers.faces([issued], "zh_CN")
    picture.write_bytes(voucher_png(face))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    assert desk.box.take_pictures(data)
    settle(window)
    assert desk.voucher.card.tone is Tone.GOOD
    hands.key(Qt.Key.Key_Escape)
    QGuiApplication.clipboard().setImage(QImage(str(picture)))
    hands.control(Qt.Key.Key_V)
    assert desk.voucher.card.tone is Tone.GOOD


def test_a_picture_without_a_voucher_is_told_in_a_sentence(
    desk: DeskScreen, window: Window, tmp_path: Path
) -> None:
    blank = tmp_path / "cat.png"
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.save(str(blank))
    desk.scans.take_pictures((blank,))
    settle(window)
    assert desk.message.tone is Tone.BAD
    assert "cat.png" in desk.message.text


# Logging and taking back ---------------------------------------------------------------------------------


def test_from_the_box_to_a_logged_service_by_keys_alone(
    desk: DeskScreen, hands: Hands, work: Workplace, office: Office
) -> None:
    hands.type("cml")
    hands.key(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_F3)
    assert work.rail.current == "services"
    services = work.screens["services"]
    assert isinstance(services, ServicesScreen)
    hands.type("wxy")
    hands.key(Qt.Key.Key_Return)
    services.form.kind.setEditText("买菜")
    services.form.day.setText("昨天")
    services.form.clock.setText("9点到10点半")
    hands.control(Qt.Key.Key_Return)
    assert work.rail.current == "desk"
    assert office.credit("陈美玲") == 90
    assert "陈美玲" in work.notice.text
    assert shown_name(desk) == "陈美玲"


def test_ctrl_z_names_what_it_reverses_asks_why_and_reverses_it(
    desk: DeskScreen, hands: Hands, office: Office
) -> None:
    hands.control(Qt.Key.Key_Z)
    assert desk.deeds.question.doomed is not None
    assert "李建国" in desk.deeds.question._what.text()
    hands.control(Qt.Key.Key_Return)
    assert desk.deeds.question._field.problem is not None
    assert office.credit("李建国") == 180
    hands.type("twice")
    hands.key(Qt.Key.Key_Return)  # Enter alone does nothing
    assert office.credit("李建国") == 180
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == -120
    assert not desk.deeds.question.isVisible()
    assert QApplication.focusWidget() is desk.box
    service = next(deed for deed in desk.deeds.deeds.values() if deed.what == "service")
    assert service.reversed


def test_ctrl_z_anywhere_leads_to_the_question_at_the_desk(
    desk: DeskScreen, hands: Hands, work: Workplace, window: Window
) -> None:
    work.go("settings")
    settle(window)
    hands.control(Qt.Key.Key_Z)
    assert work.rail.current == "desk"
    assert desk.deeds.question.doomed is not None
    hands.key(Qt.Key.Key_Escape)
    assert desk.deeds.question.doomed is None


def test_the_question_and_the_good_news_go_when_the_next_person_comes(
    desk: DeskScreen, hands: Hands, work: Workplace
) -> None:
    hands.control(Qt.Key.Key_Z)
    work.notice.show_notice(Tone.GOOD, "登记好了")
    desk.box.setFocus()
    hands.scan("110105195403071512")
    assert shown_name(desk) == "李建国"
    assert desk.deeds.question.doomed is None
    assert not desk.deeds.question.isVisible()
    assert not work.notice.isVisible()


def test_bad_news_stays_to_be_read(desk: DeskScreen, hands: Hands, work: Workplace) -> None:
    work.notice.show_notice(Tone.BAD, "没有存好")
    hands.scan("110105195403071512")
    assert shown_name(desk) == "李建国"
    assert work.notice.isVisible()


def test_a_whole_page_pasted_is_said_in_one_line(desk: DeskScreen, hands: Hands) -> None:
    desk.box.setText("查无此人\n" * 400)
    hands.key(Qt.Key.Key_Return)
    assert len(desk._nobody_words.text()) < 100


def test_the_elder_sees_name_and_balance_in_very_large_type(desk: DeskScreen, hands: Hands) -> None:
    hands.type("wxy")
    hands.key(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_F8)
    view = desk.errands.elder_view
    assert view.isVisible()
    assert "王秀英" in view.accessibleName()
    assert desk.person.profile is not None
    assert desk.person.profile.care_level == 2
    assert "失能" not in view.accessibleName()  # others stand at the counter too
    hands.key(Qt.Key.Key_Escape)
    assert not view.isVisible()


def test_everything_on_the_desk_is_said_anew_in_the_other_language(
    desk: DeskScreen, hands: Hands, office: Office
) -> None:
    hands.scan(office.codes[0])
    assert desk.voucher.card.accessibleName() == "这张券有效"
    hands.key(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | SHIFT)
    assert desk.voucher.card.accessibleName() == "This voucher is good"
    assert "Worth 1 hour" in desk.voucher.card.accessibleDescription()
    assert any("meals" in row._words.text() for row in desk.deeds.list._rows)


def test_f5_begins_vouchers_for_the_volunteer_on_the_desk_or_for_nobody_yet(
    desk: DeskScreen, hands: Hands, work: Workplace, window: Window
) -> None:
    hands.key(Qt.Key.Key_F5)
    form = work.screens["vouchers"].form  # type: ignore[attr-defined]
    assert form.isVisible()
    assert form.fields.holder.value is None
    hands.key(Qt.Key.Key_Escape)
    work.go("desk")
    settle(window)
    hands.type("ljg")
    hands.key(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_F5)
    assert form.isVisible()
    assert form.fields.holder.value.member.name == "李建国"
