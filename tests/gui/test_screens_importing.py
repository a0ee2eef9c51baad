"""The import wizard and the whole-sheet grid, worked by keys on a real desk."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from screens_a_office import Hands, Office

from ui.look import TextSize, Theme
from ui.screens.importing import ImportPage
from ui.screens.importing_rows import Row
from ui.screens.people import PeopleScreen
from ui.screens.services import ServicesScreen
from ui.screens.sheet_grid import SheetGridPage
from ui.screens.workplace import Workplace
from ui.window import SIZE, Window, settle

ROSTER = "姓名,身份证号,手机,绰号\n李建国,110105195403071512,13900010001,\n钱有福,11010519540307,,\n孙大圣,,138,猴\n"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "名单.csv"
    path.write_text(ROSTER, "utf-8")
    return path


@pytest.fixture
def wizard(people: PeopleScreen, hands: Hands, window: Window, roster: Path) -> ImportPage:
    """A roster of volunteers, its columns on the screen: one known, one wrong, one new."""
    hands.control(Qt.Key.Key_I)
    people.importing.open(roster)
    settle(window)
    return people.importing


def chooser(wizard: ImportPage, place: int) -> QComboBox:
    return wizard.columns.table.choosers[place]


def choose(wizard: ImportPage, place: int, words: str, window: Window) -> None:
    """Choose by keys, as from a list that is open."""
    box = chooser(wizard, place)
    box.setFocus()
    row = box.findText(words)
    assert row >= 0
    box.setCurrentIndex(row)
    box.activated.emit(row)
    settle(window)


def shown(wizard: ImportPage) -> list[tuple[str, str]]:
    """State and row of what the result lists."""
    rows = [row for row in wizard.rows.rows if isinstance(row, Row)]
    return [(row.state, str(row.told.row)) for row in rows]


# The columns ---------------------------------------------------------------------------------------------


def test_the_sheet_is_shown_as_read_with_what_each_column_was_taken_for(
    wizard: ImportPage, office: Office
) -> None:
    assert wizard.steps.current == "columns"
    assert [box.currentText() for box in wizard.columns.table.choosers] == [
        "姓名",
        "身份证号",
        "电话",
        "不读这一栏",
    ]
    model = wizard.columns.table.model()
    assert [model.index(2, column).data() for column in range(4)] == ["姓名", "身份证号", "手机", "绰号"]
    assert model.index(3, 0).data() == "李建国"
    assert "看不出" in model.index(1, 3).data()
    assert "1 栏" in wizard.columns._doubt.text()
    assert "名单.csv" in wizard.columns._about.text()
    assert "UTF-8" in wizard.columns._about.text()
    assert "新登记 1，更新 1，没有变化 0，退回 1" in wizard.columns._told.text()
    with office.desk() as desk:
        assert desk.people.count() == 4


def test_a_roster_of_elders_is_taken_for_one(
    people: PeopleScreen, hands: Hands, window: Window, roster: Path, tmp_path: Path
) -> None:
    elders = tmp_path / "名单二.csv"
    elders.write_text("老人姓名,身份证号,失能等级\n马秀梅,330102193603108001,中度失能\n", "utf-8")
    hands.control(Qt.Key.Key_I)
    people.importing.open(elders)
    settle(window)
    assert people.importing.role.current == "elder"
    people.importing.open(roster)  # this one does not say: what was chosen stays
    settle(window)
    assert people.importing.role.current == "elder"


def test_the_cursor_begins_at_the_first_doubtful_column(wizard: ImportPage) -> None:
    assert QApplication.focusWidget() is chooser(wizard, 3)
    assert "绰号" in chooser(wizard, 3).accessibleName()
    assert "看不出" in chooser(wizard, 3).accessibleDescription()


def test_a_corrected_column_changes_what_would_happen_and_is_remembered(
    wizard: ImportPage, hands: Hands, window: Window, office: Office, roster: Path, people: PeopleScreen
) -> None:
    choose(wizard, 3, "备注", window)
    assert QApplication.focusWidget() is chooser(wizard, 3)
    assert "您选的" in wizard.columns.table.model().index(1, 3).data()
    hands.control(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_Return)
    assert wizard.steps.current == "done"
    assert office.member("孙大圣").details["note"] == "猴"
    hands.key(Qt.Key.Key_Escape)
    hands.control(Qt.Key.Key_I)
    people.importing.open(roster)
    settle(window)
    assert chooser(people.importing, 3).currentText() == "备注"
    assert "同上次" in people.importing.columns.table.model().index(1, 3).data()
    people.importing.afresh.click()
    settle(window)
    assert chooser(people.importing, 3).currentText() == "不读这一栏"


def test_a_sheet_that_nobody_understands_is_rescued_by_choosing(
    people: PeopleScreen, hands: Hands, window: Window, tmp_path: Path, office: Office
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("甲,乙\nhé,wú\nlì,zhū\n", "utf-8")
    hands.control(Qt.Key.Key_I)
    wizard = people.importing
    wizard.open(path)
    settle(window)
    assert "姓名" in wizard.columns._doubt.text()
    assert not wizard.next.isEnabled()
    hands.control(Qt.Key.Key_Return)
    assert wizard.steps.current == "columns"
    choose(wizard, 0, "姓名", window)
    hands.control(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        assert desk.people.count() == 6


def test_days_that_can_be_meant_in_two_ways_are_asked_for(
    people: PeopleScreen, hands: Hands, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "days.csv"
    path.write_text("姓名,出生日期\n孙大圣,9/10/1950\n", "utf-8")
    hands.control(Qt.Key.Key_I)
    wizard = people.importing
    wizard.open(path)
    settle(window)
    assert wizard.columns.dates.isVisible()
    assert not wizard.columns.unit.isVisible()
    assert wizard.outcome is not None
    assert len(wizard.outcome.doubtful) == 1
    wizard.columns.dates._buttons["dmy"].click()
    settle(window)
    assert wizard.outcome is not None
    assert wizard.outcome.doubtful == ()


def test_a_sheet_of_several_is_left_out(
    people: PeopleScreen, hands: Hands, window: Window, tmp_path: Path
) -> None:
    book = Workbook()
    for name, who in (("东村", "孙大圣"), ("西村", "白龙马")):
        page = book.create_sheet(name)
        page.append(["姓名"])
        page.append([who])
    del book["Sheet"]
    book.save(tmp_path / "two.xlsx")
    hands.control(Qt.Key.Key_I)
    wizard = people.importing
    wizard.open(tmp_path / "two.xlsx")
    settle(window)
    assert wizard.outcome is not None
    assert wizard.outcome.new == 2
    wizard.columns.sheets._buttons["1"].click()
    wizard.columns.wanted.click()
    settle(window)
    assert wizard.outcome is not None
    assert wizard.outcome.new == 1


def test_a_file_can_be_dropped(people: PeopleScreen, hands: Hands, window: Window, roster: Path) -> None:
    hands.control(Qt.Key.Key_I)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(roster))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    people.importing.dropEvent(event)
    settle(window)
    assert people.importing.steps.current == "columns"


# The result ----------------------------------------------------------------------------------------------


def test_a_scanned_enter_confirms_nothing(wizard: ImportPage, hands: Hands, office: Office) -> None:
    hands.scan("TB0000")
    assert wizard.steps.current == "columns"
    hands.control(Qt.Key.Key_Return)
    assert wizard.steps.current == "result"
    hands.scan("TB0000")
    wizard.go.setFocus()
    hands.key(Qt.Key.Key_Return)
    assert wizard.steps.current == "result"
    with office.desk() as desk:
        assert desk.people.count() == 4


def test_rows_to_look_at_are_listed_by_kind_with_the_row_as_read(wizard: ImportPage, hands: Hands) -> None:
    hands.control(Qt.Key.Key_Return)
    assert shown(wizard) == [("refused", "3"), ("doubtful", "4"), ("update", "2")]
    wizard.result.filter._buttons["update"].click()
    assert shown(wizard) == [("update", "2")]
    why = wizard.rows.index(0, 4).data()
    assert "李建国" in why
    assert "电话" in why
    wizard.result.filter._buttons["refused"].click()
    detail = wizard.result.detail
    assert "14" in detail._why.text()
    texts = [label.text() for label in detail.findChildren(type(detail._why))]
    assert "钱有福" in texts
    assert "11010519540307" in texts


def test_escape_goes_back_to_the_columns_and_out(
    wizard: ImportPage, hands: Hands, people: PeopleScreen
) -> None:
    hands.control(Qt.Key.Key_Return)
    hands.key(Qt.Key.Key_Escape)
    assert wizard.steps.current == "columns"
    hands.key(Qt.Key.Key_Escape)
    assert people.list.isVisible()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_refused_rows_are_saved_mended_and_imported(
    wizard: ImportPage, hands: Hands, window: Window, tmp_path: Path, office: Office, ending: str
) -> None:
    hands.control(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_Return)
    out = tmp_path / f"退回.{ending}"
    wizard.write_rejected(out)
    settle(window)
    assert "退回" in wizard.notice.text
    if ending == "csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        rows[1][1] = ""
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        book = load_workbook(out)
        assert [cell.value for cell in book.active[1]][-2:] == ["原行号", "原因"]
        book.active["B2"] = None
        book.save(out)
    wizard.open(out)
    settle(window)
    assert wizard.outcome is not None
    assert dict(wizard.outcome.counts)["importing.registered"] == 1
    hands.control(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_Return)
    assert office.member("钱有福").roles == ("volunteer",)


def test_an_import_of_hours_is_taken_back_whole(
    services: ServicesScreen, hands: Hands, window: Window, tmp_path: Path, office: Office
) -> None:
    path = tmp_path / "hours.csv"
    path.write_text(
        "日期,志愿者,老人,项目,时间\n11月18日,李建国,王秀英,助餐,9:00-10:00\n11月19日,陈美玲,李秀兰,助洁,9:00-11:00\n",
        "utf-8",
    )
    hands.control(Qt.Key.Key_I)
    wizard = services.importing
    wizard.open(path)
    settle(window)
    hands.control(Qt.Key.Key_Return)
    assert not wizard.take_back.isVisible()
    hands.control(Qt.Key.Key_Return)
    assert office.credit("陈美玲") == 120
    wizard.take_back.click()
    assert QApplication.focusWidget() is wizard.back_panel.reason
    hands.control(Qt.Key.Key_Return)
    assert office.credit("陈美玲") == 120  # no reason, nothing happens
    hands.type("twice")
    hands.control(Qt.Key.Key_Return)
    assert office.credit("陈美玲") == 0
    assert "2" in wizard.notice.text
    assert not wizard.take_back.isVisible()


def test_a_stopped_import_leaves_nothing_half_done(
    services: ServicesScreen, hands: Hands, window: Window, tmp_path: Path, work: Workplace, office: Office
) -> None:
    lines = "\n".join(
        f"2026-11-{1 + n // 20:02d},李建国,王秀英,助餐,{n % 20}:00-{n % 20}:30" for n in range(400)
    )
    path = tmp_path / "long.csv"
    path.write_text(f"日期,志愿者,老人,项目,时间\n{lines}\n", "utf-8")
    hands.control(Qt.Key.Key_I)
    wizard = services.importing
    wizard.open(path)
    settle(window)
    hands.control(Qt.Key.Key_Return)
    wizard.confirm()
    work.context.jobs.cancel()
    settle(window)
    assert wizard.written is None
    assert "什么也没有写入" in wizard.notice.text
    with office.desk() as desk:
        assert desk.services.count() == 1


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", list(TextSize))
def test_every_step_fits_the_smallest_window(
    wizard: ImportPage, services: ServicesScreen, hands: Hands, window: Window, language: str, size: TextSize
) -> None:
    window.look.speech.language = language
    window.look.use(Theme(window.look.theme.mode, size))
    wizard.confirm()
    settle(window)
    services._whole_sheet()
    settle(window)
    assert window.minimumSizeHint().width() <= SIZE[0]
    assert window.minimumSizeHint().height() <= SIZE[1]


# The whole sheet -----------------------------------------------------------------------------------------


@pytest.fixture
def sheet(services: ServicesScreen, hands: Hands, window: Window) -> SheetGridPage:
    """An empty sheet for meals yesterday, the cursor in its first cell."""
    hands.key(Qt.Key.Key_F4)
    page = services.sheet
    page.day.setText("昨天")
    page.kind.setEditText("助餐")
    page.enter()
    settle(window)
    return page


@pytest.fixture
def write(sheet: SheetGridPage, hands: Hands, window: Window) -> Callable[[str], None]:
    """What an input method would type into the open cell."""

    def write(text: str) -> None:
        cell = hands.focus
        assert isinstance(cell, QLineEdit)
        cell.setText(text)
        cell.textEdited.emit(text)
        settle(window)

    return write


def said(sheet: SheetGridPage) -> list[str]:
    """The desk's word on each line that has one."""
    words = [sheet.model.index(row, 6).data() for row in range(sheet.model.rowCount())]
    return [str(word) for word in words if word]


def test_a_line_is_typed_by_initials_and_enter_goes_on(
    sheet: SheetGridPage, hands: Hands, office: Office, write: Callable[[str], None]
) -> None:
    hands.type("ljg")
    assert sheet.grid.suggestions.isVisible()
    hands.key(Qt.Key.Key_Return)
    hands.type("wxy")
    hands.key(Qt.Key.Key_Return)
    assert sheet.model.lines[0].texts[:2] == ["李建国", "王秀英"]
    write("9点")
    hands.key(Qt.Key.Key_Return)
    write("一个半小时")
    assert said(sheet) == ["李建国 → 王秀英，助餐，09:00–10:30，1 小时 30 分"]
    hands.key(Qt.Key.Key_Return)
    assert (sheet.grid.currentIndex().row(), sheet.grid.currentIndex().column()) == (1, 0)
    assert office.credit("李建国") == 180  # nothing is on the books yet
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == 270
    assert said(sheet) == []


def test_a_range_needs_no_length_and_another_kind_is_said_in_the_line(
    sheet: SheetGridPage, hands: Hands, write: Callable[[str], None]
) -> None:
    write("陈美玲")
    hands.key(Qt.Key.Key_Return)
    write("李秀兰")
    hands.key(Qt.Key.Key_Return)
    write("9点到10点半")
    hands.key(Qt.Key.Key_Return)
    assert sheet.grid.currentIndex().row() == 1
    sheet.grid.go(0, 4)
    hands.key(Qt.Key.Key_Tab)
    hands.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert sheet.grid.currentIndex().column() == 4
    write("助洁")
    hands.key(Qt.Key.Key_Return)
    assert "助洁，09:00–10:30" in said(sheet)[0]


def test_a_bad_line_says_why_and_stays_when_the_good_ones_are_logged(
    sheet: SheetGridPage, hands: Hands, office: Office, window: Window
) -> None:
    QGuiApplication.clipboard().setText(
        "李建国\t王秀英\t9:00\t1小时\n陈美玲\t查无此人\t\t90分钟\n李建国\t李秀兰\t9点半\t1小时\n"
    )
    hands.control(Qt.Key.Key_V)
    assert (sheet.model.count("good"), sheet.model.count("bad")) == (1, 2)
    assert "查无此人" in said(sheet)[1]
    assert "李建国" in said(sheet)[2]
    assert sheet.model.blamed(1, 1)
    hands.scan("TB0000")  # a scanner types into a cell and sends Enter
    sheet.grid.remove_line()
    assert office.credit("李建国") == 180
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == 240
    left = [line.texts[:2] for line in sheet.model.lines if not line.typed.blank]
    assert ["陈美玲", "查无此人"] in left
    assert ["李建国", "李秀兰"] in left
    assert "已记下 1 行" in sheet.notice.text


def test_a_block_with_headers_finds_its_columns(sheet: SheetGridPage, hands: Hands, window: Window) -> None:
    QGuiApplication.clipboard().setText(
        "序号\t老人\t志愿者\t开始\t结束\t备注\n1\t王秀英\t陈美玲\t9:00\t10:30\t下雨\n"
    )
    hands.control(Qt.Key.Key_V)
    assert sheet.model.lines[0].texts == ["陈美玲", "王秀英", "9:00-10:30", "", "", "下雨"]
    assert sheet.model.count("good") == 1


def test_what_was_logged_is_taken_back(
    sheet: SheetGridPage, hands: Hands, office: Office, window: Window
) -> None:
    sheet.model.paste(0, 0, "李建国\t王秀英\t9:00\t1小时")
    settle(window)
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == 240
    sheet.notice._action.click()
    hands.type("twice")
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == 180


def test_what_was_typed_stays_when_one_looks_elsewhere(
    sheet: SheetGridPage, services: ServicesScreen, hands: Hands, write: Callable[[str], None]
) -> None:
    write("李建国")
    hands.key(Qt.Key.Key_Escape)
    assert services.list.isVisible()
    hands.key(Qt.Key.Key_F4)
    assert sheet.model.lines[0].texts[0] == "李建国"


def test_ditto_takes_what_stands_above_and_arrows_move_between_lines(
    sheet: SheetGridPage, hands: Hands, write: Callable[[str], None]
) -> None:
    write("陈美玲")
    hands.key(Qt.Key.Key_Down)
    write("同上")
    hands.key(Qt.Key.Key_Return)
    assert [line.texts[0] for line in sheet.model.lines[:2]] == ["陈美玲", "陈美玲"]


def test_escape_first_closes_what_is_suggested(
    sheet: SheetGridPage, services: ServicesScreen, hands: Hands
) -> None:
    hands.type("l")
    assert sheet.grid.suggestions.isVisible()
    hands.key(Qt.Key.Key_Escape)
    assert not sheet.grid.suggestions.isVisible()
    assert sheet.isVisible()
    hands.key(Qt.Key.Key_Escape)
    assert services.list.isVisible()


def test_every_cell_says_what_it_is(sheet: SheetGridPage, hands: Hands) -> None:
    assert hands.focus.accessibleName() == "第 1 行 服务人员"
    hands.key(Qt.Key.Key_Tab)
    assert hands.focus.accessibleName() == "第 1 行 服务老人"
