"""Services and settings: hours typed as people say them, sheets, reversal, backup, check, operators, rules."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from screens_a_office import Hands, Office

from timebank.outcome import Refusal
from ui.look import TextSize, Theme
from ui.screens.errands import LogHours
from ui.screens.services import ServicesScreen
from ui.screens.settings import SettingsScreen
from ui.screens.times import Told, read_when
from ui.screens.workplace import Workplace
from ui.window import SIZE, Window, settle

TODAY = date(2026, 11, 22)
HOURS = Path(__file__).parents[1] / "data" / "hours.xlsx"


# What people type ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "clock", "length", "told"),
    [
        ("今天", "9点到10点半", "", Told(datetime(2026, 11, 22, 9), True, 90)),
        ("昨天", "９：００", "1.5小时", Told(datetime(2026, 11, 21, 9), True, 90)),
        ("10月9日", "下午2点-4点", "2小时", Told(datetime(2026, 10, 9, 14), True, 120)),
        ("2026-11-20", "", "一个半小时", Told(datetime(2026, 11, 20), False, 90)),
        ("yesterday", "9:00 to 10:30", "", Told(datetime(2026, 11, 21, 9), True, 90)),
    ],
)
def test_day_time_and_length_are_understood_as_people_say_them(
    day: str, clock: str, length: str, told: Told
) -> None:
    assert read_when(day, clock, length, TODAY) == told


@pytest.mark.parametrize(
    ("day", "clock", "length", "code"),
    [
        ("今天", "9点", "", "length_missing"),
        ("今天", "", "", "length_missing"),
        ("今天", "10点到9点", "", "end_before_start"),
        ("今天", "9点到10点", "2小时", "length_disagrees"),
        ("哪天", "9点到10点", "", "date_unreadable"),
        ("今天", "一会儿", "1小时", "time_unreadable"),
        ("今天", "9点", "好久", "length_unreadable"),
    ],
)
def test_what_is_missing_or_does_not_agree_is_named(day: str, clock: str, length: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        read_when(day, clock, length, TODAY)


# Logging -------------------------------------------------------------------------------------------------


def test_two_volunteers_are_found_by_keys_and_both_are_credited(
    services: ServicesScreen, hands: Hands, office: Office, work: Workplace
) -> None:
    hands.key(Qt.Key.Key_F3)
    form = services.form
    hands.type("ljg")
    hands.key(Qt.Key.Key_Return)
    hands.type("cml")
    hands.key(Qt.Key.Key_Return)
    assert [member.name for member in form.chosen] == ["李建国", "陈美玲"]
    form.elder.line.setFocus()
    hands.type("lxl")
    hands.key(Qt.Key.Key_Return)
    form.kind.setEditText("陪诊")
    form.clock.setText("8点到9点")
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == 240
    assert office.credit("陈美玲") == 60
    assert "陈美玲" in work.notice.text
    assert form.isVisible()  # ready for the next line of the paper sheet
    assert form.chosen == []


def test_how_it_was_understood_is_said_while_typing(services: ServicesScreen, hands: Hands) -> None:
    hands.key(Qt.Key.Key_F3)
    form = services.form
    form.clock.setFocus()
    hands.type("9:00-10:30")
    assert "1 小时 30 分" in form.fields["length"]._below.text()
    assert "星期日" in form.fields["day"]._below.text()
    form.kind.setEditText("送餐")
    assert "助餐" in form.fields["kind"]._below.text()


@pytest.mark.parametrize(("clock", "field"), [("9点到12点", "clock"), ("23点到24点", "day"), ("", "length")])
def test_a_refusal_is_said_at_its_field_and_what_was_typed_stays(
    services: ServicesScreen, hands: Hands, office: Office, window: Window, clock: str, field: str
) -> None:
    services.enter(LogHours((office.member("李建国"),), office.member("李秀兰")))
    settle(window)
    form = services.form
    form.kind.setEditText("助洁")
    form.day.setText("11月20日" if field == "clock" else "今天")  # on the 20th 李建国 served from 9 to 14
    form.clock.setText(clock)
    hands.control(Qt.Key.Key_Return)
    assert form.fields[field].problem is not None
    assert form.clock.text() == clock
    assert [member.name for member in form.chosen] == ["李建国"]
    assert office.credit("李建国") == 180


def test_a_voucher_pays_for_the_service_it_is_named_in(
    services: ServicesScreen, hands: Hands, office: Office, window: Window
) -> None:
    volunteer, elder = office.member("陈美玲"), office.member("李秀兰")
    services.enter(LogHours((volunteer,), elder, office.codes[0]))
    settle(window)
    services.form.clock.setText("8点到9点")
    services.form.kind.setEditText("助浴")
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        assert desk.vouchers.verify(office.codes[0]).verdict == "redeemed"
    assert office.credit("陈美玲") == 60


# The list and sheets -------------------------------------------------------------------------------------


def test_a_record_is_reversed_from_the_list(services: ServicesScreen, hands: Hands, office: Office) -> None:
    services.list.table.go(0)
    services.list.reverse.click()
    assert QApplication.focusWidget() is services.list.reversal.reason
    hands.type("twice")
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == -120
    assert str(services.list.model.index(0, 5).data()) == "已冲正"
    services.list.table.go(0)
    assert not services.list.reverse.isEnabled()


def test_a_sign_in_sheet_shows_its_refused_rows_before_anything_is_written(
    services: ServicesScreen, hands: Hands, office: Office, window: Window
) -> None:
    hands.control(Qt.Key.Key_I)
    services.importing.open(HOURS)
    settle(window)
    outcome = services.importing.outcome
    assert outcome is not None
    assert dict(outcome.counts)["importing.read"] == 234
    assert len(outcome.rejected) == 234 - outcome.new  # most people of the sheet are not of this office
    with office.desk() as desk:
        assert desk.services.count() == 1
    hands.key(Qt.Key.Key_Escape)
    assert services.list.isVisible()


# Settings ------------------------------------------------------------------------------------------------


def test_a_backup_is_written_read_back_and_said_in_the_status_line(
    settings: SettingsScreen, work: Workplace, window: Window, tmp_path: Path
) -> None:
    assert "还没备份过" in work.status.text()
    settings.upkeep.backup(tmp_path / "station.tbbackup")
    settle(window)
    assert (tmp_path / "station.tbbackup").stat().st_size > 0
    assert "station.tbbackup" in settings.upkeep.notice.text
    assert "今天 09:30 备份过" in work.status.text()


def test_a_backup_that_cannot_be_written_is_told_and_nothing_changes(
    settings: SettingsScreen, work: Workplace, window: Window, tmp_path: Path
) -> None:
    settings.show_section("backup")
    settings.upkeep.backup(tmp_path / "nowhere" / "station.tbbackup")
    settle(window)
    assert settings.upkeep.notice.isVisible()
    assert "还没备份过" in work.status.text()


def test_a_check_says_that_all_is_well_and_what_could_be_better(
    settings: SettingsScreen, window: Window
) -> None:
    settings.checks.check()
    settle(window)
    assert "一切正常" in settings.checks.notice.text
    assert "口令" in settings.checks.findings.text()


def test_an_operator_is_added_and_listed(settings: SettingsScreen, window: Window, office: Office) -> None:
    settings.operators.add.click()
    settings.operators.form.name.setText("吴主任")
    settings.operators.form.submit()
    settle(window)
    with office.desk() as desk:
        assert [each.name for each in desk.operators.list()] == ["周敏", "吴主任"]
    assert len(settings.operators._names) == 2
    settings.operators.add.click()
    settings.operators.form.name.setText("吴主任")
    settings.operators.form.submit()
    settle(window)
    assert "吴主任" in settings.operators.form._name._below.text()


def test_text_size_and_language_change_at_once_and_are_remembered(
    settings: SettingsScreen, hands: Hands, work: Workplace, window: Window
) -> None:
    hands.control(Qt.Key.Key_Equal)
    assert window.look.theme.text_size is TextSize.LARGE
    settings.looking.switches.languages._buttons["en"].click()
    assert "Offline" in work.status.text()
    assert window.kept.language == "en"
    assert window.kept.theme.text_size is TextSize.LARGE
    assert settings.looking.switches.sizes.current == "large"


# Nothing is cut ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", list(TextSize))
def test_every_screen_fits_the_smallest_window(
    work: Workplace, window: Window, office: Office, language: str, size: TextSize
) -> None:
    window.look.speech.language = language
    window.look.use(Theme(window.look.theme.mode, size))
    for place in work.screens:
        work.go(place)
        settle(window)
    assert window.minimumSizeHint().width() <= SIZE[0]
    assert window.minimumSizeHint().height() <= SIZE[1]
