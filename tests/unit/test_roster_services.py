"""Sign-in sheets: the sample, and sheets with headers and layouts that nobody has seen."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from pathlib import Path

import pytest
from roster_files import DATA, TODAY, Rows, book, sheet, text

from timebank.outcome import Fault
from timebank.roster import ServiceRow, ServiceSheet, read_services

DAY = date(2026, 10, 9)


def read(tmp_path: Path, rows: Rows, merges: tuple[str, ...] = (), name: str = "Sheet1") -> ServiceSheet:
    return read_services(sheet(tmp_path, rows, merges, name), TODAY)


def only(tmp_path: Path, rows: Rows, merges: tuple[str, ...] = (), name: str = "Sheet1") -> ServiceRow:
    found = read(tmp_path, rows, merges, name)
    assert not found.rejected
    (row,) = found.rows
    return row


def facts(row: ServiceRow) -> tuple[object, ...]:
    return row.date, row.volunteers, row.elder, row.kind, row.start, row.minutes


PLAIN = (DAY, ("公凯",), "周杰", "meal", 540, 90)


def test_the_hours_sample() -> None:
    found = read_services(DATA / "hours.xlsx", TODAY)
    assert (found.read, len(found.rows)) == (234, 232)
    assert [(p.sheet, p.row, p.column, p.code) for p in found.rejected] == [
        ("10月", 234, "结束", "end_before_start"),
        ("10月", 235, "日期", "date_unreadable"),
    ]
    assert {(row.date.year, row.date.month) for row in found.rows} == {(2026, 10)}
    first, second, third = found.rows[:3]
    assert facts(first) == (date(2026, 10, 19), ("公凯",), "周杰", "bath", 675, 45)
    assert facts(second) == (date(2026, 10, 22), ("李鹏",), "黄丽", "visit", 810, 60)
    assert facts(third) == (date(2026, 10, 9), ("王丽",), "易婷", "cleaning", 810, 30)
    assert Counter(row.minutes for row in found.rows).keys() <= {30, 45, 60, 90, 120}


@pytest.mark.parametrize(
    "header",
    [
        ["日期", "服务人员", "服务老人", "项目", "开始", "结束", "时长"],
        ["服务日期", "志愿者姓名", "服务对象", "服务内容", "开始时间", "结束时间", "服务时长（小时）"],
        ["活动日期", "义工", "受助老人姓名", "服务类别", "签到", "签退", "时数"],
        ["哪天", "低龄老人", "高龄老人", "服务种类", "上门时间", "离开时间", "小时数"],
        ["Date", "Volunteer", "Elder", "Service", "Start", "End", "Hours"],
        ["日期", "姓名", "被服务人", "事项", "起", "止", "工时"],
        ["甲", "乙", "丙", "丁", "戊", "己", "庚"],
    ],
)
def test_the_same_columns_under_other_words(tmp_path: Path, header: list[object]) -> None:
    rows = [
        header,
        ["2026-10-09", "公凯", "周杰", "助餐", "9:00", "10：30", 1.5],
        [DAY, "仇英", "黄丽", "探访", time(8), time(9), "1小时"],
    ]
    found = read(tmp_path, rows)
    assert not found.rejected
    assert facts(found.rows[0]) == PLAIN
    assert facts(found.rows[1]) == (DAY, ("仇英",), "黄丽", "visit", 480, 60)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (["服务时间"], ["9:00-10:30"]),
        (["时间段", "时长"], ["上午9点到10点半", "一个半小时"]),
        (["开始", "时长（分钟）"], ["9点", 90]),
        (["开始", "分钟"], ["9点", "90"]),
        (["开始时间", "小时"], [0.375, 1.5]),
        (["签到签退时间"], ["9：00～10：30"]),
    ],
)
def test_the_time_in_its_many_forms(tmp_path: Path, header: list[object], cells: list[object]) -> None:
    rows = [["日期", "志愿者", "老人", "服务项目", *header], ["10月9日", "公凯", "周杰", "助餐", *cells]]
    assert facts(only(tmp_path, rows)) == PLAIN


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (["服务时间"], ["10月9日 9:00-10:30"]),
        (["服务时间"], ["2026-10-09 9:00-10:30"]),
        (["服务日期"], ["2026年10月9日 9:00-10:30"]),
        (["开始时间", "结束时间"], [datetime(2026, 10, 9, 9), datetime(2026, 10, 9, 10, 30)]),
        (["开始时间", "结束时间"], ["2026-10-09 09:00", "2026-10-09 10:30"]),
        (["服务时间", "时长"], [datetime(2026, 10, 9, 9), 1.5]),
        (["服务时间", "时间段"], [DAY, "9:00-10:30"]),
    ],
)
def test_day_and_time_together(tmp_path: Path, header: list[object], cells: list[object]) -> None:
    rows = [["志愿者", "老人", "服务项目", *header], ["公凯", "周杰", "助餐", *cells]]
    assert facts(only(tmp_path, rows)) == PLAIN


@pytest.mark.parametrize(
    ("title", "name", "cell"),
    [
        ("和睦社区助老服务签到表 2026年10月9日", "Sheet1", None),
        ("活动日期：2026.10.09", "Sheet1", None),
        ("签到表", "10月9日", None),
        ("签到表", "2026年10月", "9日"),
        ("2026年10月1日—31日签到表", "Sheet1", 9),
        ("十月签到表", "10月", "9"),
    ],
)
def test_the_day_or_the_month_stands_in_the_title_or_on_the_tab(
    tmp_path: Path, title: str, name: str, cell: object
) -> None:
    rows: list[list[object]] = [
        [title],
        ["填表日期：2026年10月30日"],
        ["日期", "志愿者", "老人", "服务项目", "服务时间"],
        [cell, "公凯", "周杰", "助餐", "9:00-10:30"],
    ]
    assert facts(only(tmp_path, rows, ("A1:E1",), name)) == PLAIN


def test_a_day_merged_over_several_rows(tmp_path: Path) -> None:
    rows = [
        ["日期", "志愿者", "老人", "服务项目", "服务时间"],
        [DAY, "公凯", "周杰", "助餐", "9:00-10:30"],
        [None, "仇英", "黄丽", "探访", "9:00-10:00"],
        [None, None, None, None, None],
    ]
    found = read(tmp_path, rows, ("A2:A4",))
    assert [row.date for row in found.rows] == [DAY, DAY]
    assert found.read == 2


@pytest.mark.parametrize("csv", [False, True])
def test_a_header_of_two_rows(tmp_path: Path, csv: bool) -> None:
    rows = [
        ["序号", "日期", "志愿者", None, "服务对象", None, "服务内容", "服务时间", None],
        [None, None, "姓名", "电话", "姓名", "住址", None, "开始", "结束"],
        [1, "2026-10-09", "公凯", "18545384019", "周杰", "海口街19号", "助餐", "9:00", "10:30"],
    ]
    if csv:
        path = text(tmp_path, "\n".join(",".join(str(c or "") for c in row) for row in rows))
    else:
        path = sheet(tmp_path, rows, ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2", "H1:I1"])
    (row,) = read_services(path, TODAY).rows
    assert facts(row) == PLAIN
    assert row.place == "海口街19号"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("公凯、李刚", ("公凯", "李刚")),
        ("公凯，李刚;仇英", ("公凯", "李刚", "仇英")),
        ("公凯 李刚", ("公凯", "李刚")),
        ("公 凯", ("公凯",)),
        ("公凯\n李刚", ("公凯", "李刚")),
        ("公凯、公凯", ("公凯",)),
        ("HM-00012、HM-00013", ("HM-00012", "HM-00013")),
        ("John Smith", ("John Smith",)),
    ],
)
def test_several_volunteers_in_a_cell(tmp_path: Path, cell: str, names: tuple[str, ...]) -> None:
    rows = [["日期", "服务人员", "服务老人", "项目", "服务时间"], [DAY, cell, "周杰", "助浴", "9:00-10:30"]]
    assert only(tmp_path, rows).volunteers == names


def test_several_columns_of_volunteers(tmp_path: Path) -> None:
    rows = [
        ["日期", "志愿者1", "志愿者2", "服务老人", "项目", "服务时间"],
        [DAY, "公凯", "李刚", "周杰", "助浴", "9:00-10:30"],
    ]
    assert only(tmp_path, rows).volunteers == ("公凯", "李刚")


def test_only_a_day_and_a_length(tmp_path: Path) -> None:
    rows = [["日期", "服务人员", "服务老人", "项目", "时长"], [DAY, "公凯", "周杰", "助餐", "90分钟"]]
    row = only(tmp_path, rows)
    assert (row.start, row.minutes, row.end) == (None, 90, None)


def test_the_kind_stands_in_the_title(tmp_path: Path) -> None:
    rows = [
        ["十月助餐服务签到表"],
        ["日期", "志愿者", "老人", "服务时间"],
        [DAY, "公凯", "周杰", "9:00-10:30"],
    ]
    assert only(tmp_path, rows).kind == "meal"


def test_signatures_stand_for_names_where_there_are_no_others(tmp_path: Path) -> None:
    rows = [
        ["日期", "志愿者签名", "老人签字", "项目", "服务时间"],
        [DAY, "公凯", "周杰", "助餐", "9:00-10:30"],
    ]
    assert facts(only(tmp_path, rows)) == PLAIN


def test_hours_rounded_to_a_tenth_agree_with_the_clock(tmp_path: Path) -> None:
    rows = [
        ["日期", "服务人员", "服务老人", "项目", "开始", "结束", "时长"],
        [DAY, "公凯", "周杰", "助餐", "9:00", "9:50", 0.8],
    ]
    assert only(tmp_path, rows).minutes == 50


GOOD = {
    "日期": "2026-10-09",
    "服务人员": "公凯",
    "服务老人": "周杰",
    "项目": "助餐",
    "开始": "9:00",
    "结束": "10:30",
    "时长": "1.5小时",
    "地点": "海口街",
    "备注": "/",
}


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"日期": "2026-13-40"}, "日期", "date_unreadable"),
        ({"日期": ""}, "日期", "date_missing"),
        ({"服务人员": ""}, "服务人员", "volunteer_missing"),
        ({"服务老人": ""}, "服务老人", "elder_missing"),
        ({"服务老人": "周杰、黄丽"}, "服务老人", "several_elders"),
        ({"项目": ""}, "项目", "kind_missing"),
        ({"项目": "飞行"}, "项目", "unknown_kind"),
        ({"开始": "25:00"}, "开始", "time_unreadable"),
        ({"结束": "下班"}, "结束", "time_unreadable"),
        ({"结束": "9:00"}, "结束", "end_before_start"),
        ({"结束": "8:00"}, "结束", "end_before_start"),
        ({"时长": "很久"}, "时长", "length_unreadable"),
        ({"时长": "1小时"}, "时长", "length_disagrees"),
        ({"结束": "", "时长": ""}, "时长", "length_missing"),
        ({"开始": "", "时长": ""}, "时长", "length_missing"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(
    tmp_path: Path, change: dict[str, str], column: str, code: str
) -> None:
    found = read(tmp_path, [list(GOOD), list(GOOD.values()), list((GOOD | change).values())])
    (problem,) = found.rejected
    assert (problem.row, problem.column, problem.code) == (3, column, code)
    assert facts(found.rows[0]) == PLAIN
    assert (found.read, found.rows[0].place, found.rows[0].note) == (2, "海口街", "")


def test_totals_and_signatures_are_no_services(tmp_path: Path) -> None:
    rows = [
        ["日期", "服务人员", "服务老人", "项目", "开始", "结束", "时长"],
        [DAY, "公凯", "周杰", "助餐", "9:00", "10:30", 1.5],
        ["日期", "服务人员", "服务老人", "项目", "开始", "结束", "时长"],
        [DAY, "仇英", "黄丽", "探访", "9:00", "10:00", 1],
        ["合计", None, None, None, None, None, 2.5],
        ["负责人签字：", None, None, "日期：2026年10月31日"],
    ]
    found = read(tmp_path, rows)
    assert (found.read, len(found.rows), len(found.passed_over)) == (2, 2, 2)


def test_a_tab_for_each_day(tmp_path: Path) -> None:
    header = ["志愿者", "老人", "服务项目", "服务时间"]
    path = book(
        tmp_path / "b.xlsx",
        {
            "10月9日": [header, ["公凯", "周杰", "助餐", "9:00-10:30"]],
            "10月10日": [header, ["仇英", "黄丽", "探访", "9:00-10:00"]],
            "汇总": [["人数", 2], ["小时", 2.5]],
        },
    )
    found = read_services(path, TODAY)
    assert [row.date for row in found.rows] == [DAY, date(2026, 10, 10)]
    assert [s.name for s in found.skipped_sheets] == ["汇总"]


@pytest.mark.parametrize("sample", ["volunteers.xlsx", "elders.csv"])
def test_a_roster_is_not_taken_for_a_sign_in_sheet(sample: str) -> None:
    with pytest.raises(Fault) as caught:
        read_services(DATA / sample, TODAY)
    assert caught.value.code == "roster_no_header"
