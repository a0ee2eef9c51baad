"""People: finding among many, registering with checks as one types, one person in full, whole rosters."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from screens_a_office import AROUND, Hands, Office

from timebank.desk.desk import Desk
from timebank.paper.reader import read_all_codes
from ui.screens.errands import NewMember, ShowPassbook
from ui.screens.importing import ImportPage
from ui.screens.people import PeopleScreen
from ui.screens.workplace import Workplace
from ui.window import Window, settle

ROSTER = """姓名,身份证号,电话
赵小妹,110105195403071512,13900000001
钱有福,11010519491231,13900000002
孙大圣,,1390000000X
"""


def names(people: PeopleScreen) -> list[str]:
    model = people.list.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


# The list ------------------------------------------------------------------------------------------------


def test_typing_narrows_the_list_and_the_segments_choose_a_role(
    people: PeopleScreen, hands: Hands, window: Window
) -> None:
    assert len(names(people)) == 4
    hands.type("xiu")
    assert names(people) == ["李秀兰", "王秀英"]
    hands.key(Qt.Key.Key_Escape)
    people.list.roles._buttons["volunteer"].click()
    settle(window)
    assert names(people) == ["李建国", "陈美玲"]


def test_enter_opens_the_only_one_and_escape_comes_back(people: PeopleScreen, hands: Hands) -> None:
    hands.type("wxy")
    hands.key(Qt.Key.Key_Return)
    assert people.profile.isVisible()
    assert people.profile.header.accessibleName() == "王秀英"
    hands.key(Qt.Key.Key_Escape)
    assert people.list.isVisible()
    assert QApplication.focusWidget() is people.list.box


def test_a_long_list_is_read_a_page_at_a_time(people: PeopleScreen, window: Window, tmp_path: Path) -> None:
    rows = "\n".join(f"孙{chr(0x4E00 + number)},1390000{number:04d}" for number in range(900))
    roster = tmp_path / "village.csv"
    roster.write_text(f"姓名,电话\n{rows}\n", "utf-8")
    people._import()
    people.importing.role.choose("elder")
    people.importing.open(roster)
    settle(window)
    people.importing.confirm()  # from the columns to the result
    people.importing.confirm()
    settle(window)
    people.enter(None)
    settle(window)
    model = people.list.model
    assert model.rowCount() == 904
    assert len(model._pages) < 3
    people.list.table.go(903)
    settle(window)
    assert model.index(903, 0).data() == "孙" + chr(0x4E00 + 899)
    assert window.workplace is not None
    assert "904" in people.list.header._subtitle.text()


# Registering ---------------------------------------------------------------------------------------------


def test_an_identity_number_gives_birth_and_sex_as_it_is_typed(people: PeopleScreen, hands: Hands) -> None:
    hands.key(Qt.Key.Key_F9)
    form = people.form
    assert QApplication.focusWidget() is form.edits["name"]
    form.edits["id_number"].setFocus()
    hands.type("1101051949123100")
    assert form.fields["id_number"].problem is None  # still typing
    hands.type("2X")
    assert form.edits["birth"].text() == "1949-12-31"
    assert form.sex.currentText() == "女"
    assert not form.edits["birth"].isEnabled()
    hands.key(Qt.Key.Key_Backspace)
    hands.type("1")
    assert form.fields["id_number"].problem is not None


def test_a_person_is_registered_by_ctrl_enter_and_shown(
    people: PeopleScreen, hands: Hands, office: Office
) -> None:
    people.enter(NewMember("赵小妹"))
    form = people.form
    form.elder.setChecked(True)
    form.edits["phone"].setText("１３９ ０００１ ０００１")
    form.level.setCurrentIndex(3)
    form.categories["living_alone"].setChecked(True)
    hands.key(Qt.Key.Key_Return)  # a scanner's Enter
    assert form.isVisible()
    hands.control(Qt.Key.Key_Return)
    assert people.profile.isVisible()
    member = office.member("赵小妹")
    assert member.roles == ("volunteer", "elder")
    assert member.details["phone"] == "13900010001"
    assert member.number == "001-00005"
    with office.desk() as desk:
        profile = desk.people.profile(member)
    assert (profile.care_level, profile.categories) == (2, ("living_alone",))


def test_someone_known_is_not_registered_twice_and_what_was_typed_stays(
    people: PeopleScreen, hands: Hands, office: Office
) -> None:
    people.enter(NewMember("李建国二"))
    people.form.edits["id_number"].setText("110105195403071512")
    hands.control(Qt.Key.Key_Return)
    assert people.form.isVisible()
    problem = people.form.fields["id_number"]._below.text()
    assert "001-00001" in problem
    assert people.form.edits["name"].text() == "李建国二"
    with office.desk() as desk:
        assert desk.people.count() == 4


def test_consent_is_recorded_with_the_person_and_can_be_withdrawn(
    people: PeopleScreen, hands: Hands, office: Office
) -> None:
    people.enter(NewMember("赵小妹"))
    people.form.consent.setChecked(True)
    hands.control(Qt.Key.Key_Return)
    assert office.member("赵小妹").consents == ("personal_data",)
    hands.control(Qt.Key.Key_E)
    assert people.form.consent.isChecked()
    people.form.consent.setChecked(False)
    hands.control(Qt.Key.Key_Return)
    assert office.member("赵小妹").consents == ()


@pytest.mark.parametrize(
    ("field", "text"), [("phone", "123"), ("birth", "明年春天"), ("id_number", "1101051949123"), ("name", "")]
)
def test_what_cannot_be_right_is_told_at_its_field(
    people: PeopleScreen, hands: Hands, office: Office, field: str, text: str
) -> None:
    people.enter(NewMember("赵小妹"))
    people.form.edits[field].setText(text)
    hands.control(Qt.Key.Key_Return)
    assert people.form.fields[field].problem is not None
    assert people.form.isVisible()
    with office.desk() as desk:
        assert desk.people.count() == 4


def test_changing_a_person_shows_no_identity_number_and_keeps_it(
    people: PeopleScreen, hands: Hands, office: Office, window: Window
) -> None:
    people.enter(office.member("李建国"))
    settle(window)
    hands.control(Qt.Key.Key_E)
    form = people.form
    assert form.edits["id_number"].text() == ""
    assert "110105********1512" in form.edits["id_number"].placeholderText()
    form.edits["address"].setText("和睦路 1 号")
    hands.control(Qt.Key.Key_Return)
    details = office.member("李建国").details
    assert details["id_number"] == "110105195403071512"
    assert (details["address"], details["phone"]) == ("和睦路 1 号", "13800010001")


# One person ----------------------------------------------------------------------------------------------


def test_the_passbook_shows_every_movement_newest_first_and_prints(
    people: PeopleScreen, office: Office, window: Window, work: Workplace, tmp_path: Path
) -> None:
    people.enter(ShowPassbook(office.member("李建国")))
    settle(window)
    rows = people.profile.passbook.rows
    said = [[str(rows.index(row, column).data()) for column in (1, 3, 4)] for row in range(rows.rowCount())]
    assert said == [["开出服务券", "-2 小时", "3 小时"], ["志愿服务", "+5 小时", "5 小时"]]
    assert people.profile.services.rows.rowCount() == 1
    assert people.profile.vouchers.rows.rowCount() == 2
    pdf = tmp_path / "passbook.pdf"
    people.profile.write_passbook(pdf)
    settle(window)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert read_all_codes(pdf) == []
    assert str(pdf) in work.notice.text


def test_details_are_masked(people: PeopleScreen, office: Office, window: Window) -> None:
    people.enter(office.member("李建国"))
    settle(window)
    shown = " ".join(text.text() for text in people.profile.details._texts)
    assert "110105********1512" in shown
    assert "138****0001" in shown
    assert "195403071512" not in shown
    assert "13800010001" not in shown


# Rosters -------------------------------------------------------------------------------------------------


@pytest.fixture
def importing(people: PeopleScreen, hands: Hands, window: Window, tmp_path: Path) -> ImportPage:
    """A roster tried as volunteers: one known, one wrong, one new with a doubtful phone."""
    roster = tmp_path / "名单.csv"
    roster.write_text(ROSTER, "utf-8")
    hands.control(Qt.Key.Key_I)
    people.importing.open(roster)
    settle(window)
    hands.control(Qt.Key.Key_Return)  # the columns are as they should be
    return people.importing


def test_a_roster_is_only_tried_until_ctrl_enter_writes_it(
    importing: ImportPage, hands: Hands, office: Office
) -> None:
    assert importing.outcome is not None
    assert dict(importing.outcome.counts) == {
        "importing.read": 3,
        "importing.registered": 1,
        "importing.updated": 1,
        "importing.unchanged": 0,
        "importing.rejected": 1,
    }
    with office.desk() as desk:
        assert desk.people.count() == 4
    hands.key(Qt.Key.Key_Return)
    with office.desk() as desk:
        assert desk.people.count() == 4
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        assert desk.people.count() == 5


def test_every_doubtful_row_is_shown_with_its_reason(importing: ImportPage) -> None:
    rows = importing.rows
    said = {
        str(rows.index(row, 2).data()): (str(rows.index(row, 0).data()), str(rows.index(row, 4).data()))
        for row in range(rows.rowCount())
    }
    assert said["3"][0] == "退回"
    assert "14" in said["3"][1]
    assert said["4"][0] == "请核对"


def test_refused_rows_are_saved_as_a_spreadsheet(
    importing: ImportPage, window: Window, tmp_path: Path
) -> None:
    out = tmp_path / "退回.xlsx"
    importing.write_rejected(out)
    settle(window)
    from openpyxl import load_workbook

    cells = [[cell.value for cell in row] for row in load_workbook(out).active.iter_rows()]
    assert cells[1][0] == "钱有福"
    assert "14" in str(cells[1][-1])


def test_a_file_that_is_no_table_is_told_and_nothing_is_lost(
    importing: ImportPage, window: Window, tmp_path: Path
) -> None:
    other = tmp_path / "photo.csv"
    other.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    importing.open(other)
    settle(window)
    assert importing.notice.isVisible()
    assert "photo.csv" in importing.notice.text


def test_another_desk_sees_what_was_written(importing: ImportPage, hands: Hands, office: Office) -> None:
    hands.control(Qt.Key.Key_Return)
    with Desk(office.home, AROUND) as desk:
        assert desk.people.find("孙大圣").roles == ("volunteer",)
