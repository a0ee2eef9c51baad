"""How a sheet's columns are understood can be seen, corrected, and is read so again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from roster_files import DATA, TODAY, book, identity, sheet, text

from timebank.outcome import Cancelled, Fault, Refusal
from timebank.phrases import LANGUAGES, phrases
from timebank.roster import RowProblem, read_people, read_services
from timebank.roster.mapping import (
    ADDED_HEADERS,
    CHOICES,
    IGNORE,
    Choice,
    Directions,
    choice_from,
    in_order,
    kept_text,
    layout_of,
    require_field,
)
from timebank.roster.rejects import write_rejects
from timebank.roster.sheets import open_file
from timebank.roster.survey import said_choices, survey
from timebank.roster.workbook import understood

A, B = identity(1), identity(2)


def survey_of(path: Path, profile: str = "people", directions: Directions | None = None):  # type: ignore[no-untyped-def]
    return survey(open_file(path), profile, directions or Directions())  # type: ignore[arg-type]


def one_choice(path: Path, choice: Choice, profile: str = "people") -> Directions:
    (table,) = survey_of(path, profile).tables
    return Directions({table.layout: choice})


# What is seen --------------------------------------------------------------------------------------------


def test_each_column_says_how_surely_and_why_it_was_understood(tmp_path: Path) -> None:
    rows = [
        ["姓名", "某某", "签名", "是什么", "电话"],
        ["单秀兰", A, "x", "甲", "十三八"],
        ["仇英", B, "y", "乙", "不知道"],
    ]
    (table,) = survey_of(sheet(tmp_path, rows)).tables
    assert [(c.field, c.certainty, c.why) for c in table.columns] == [
        ("name", "sure", "header"),
        ("id_number", "likely", "content"),
        ("", "aside", "not_needed"),
        ("", "aside", "unknown"),
        ("phone", "doubtful", "values_differ"),
    ]
    assert [c.header for c in table.doubtful] == ["是什么", "电话"]


def test_the_first_rows_are_shown_as_they_stand(tmp_path: Path) -> None:
    path = sheet(
        tmp_path, [["十月名单"], ["姓名", "电话"], *([f"张{n}", 13800010000 + n] for n in range(20))]
    )
    seen = survey_of(path)
    (table,) = seen.tables
    assert (seen.file, seen.encoding, table.rows, table.titles) == ("sheet.xlsx", "", 20, ("十月名单",))
    assert table.header_rows() == (2,)
    assert (table.shown[1].number, table.shown[1].cells) == (3, ("张0", "13800010000"))
    assert len(table.shown) == 9


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("gb18030", "\t"), ("utf-16", ";")])
def test_the_encoding_of_text_is_told(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = text(tmp_path, f"姓名{delimiter}电话\n单秀兰{delimiter}13800010000\n", encoding)
    seen = survey_of(path)
    assert (seen.encoding, seen.delimiter, seen.ready) == (encoding, delimiter, True)


def test_a_file_that_nobody_understands_is_shown_all_the_same(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["甲", "乙"], ["hé", "wú"], ["lì", "zhū"]])
    with pytest.raises(Fault, match="roster_no_header"):
        read_people(path, TODAY)
    (table,) = survey_of(path).tables
    assert table.missing == ("name",)
    found = read_people(path, TODAY, Directions({table.layout: Choice({0: "name", 1: "note"})}))
    assert [(row.name, row.note) for row in found.rows] == [("hé", "wú"), ("lì", "zhū")]


# What is said --------------------------------------------------------------------------------------------


def test_what_is_said_of_a_column_goes_before_what_was_understood(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["姓名", "曾用名", "电话"], ["单秀兰", "单兰", "13800010000"]])
    found = read_people(path, TODAY, one_choice(path, Choice({1: "name", 2: IGNORE})))
    assert [(row.name, row.phone) for row in found.rows] == [("单兰", "")]
    assert [(c.field, c.by, c.why) for c in found.columns] == [
        ("", "", "replaced"),
        ("name", "choice", "chosen"),
        ("", "", "ignored"),
    ]


def test_every_field_that_can_be_chosen_is_read(tmp_path: Path) -> None:
    for profile in ("people", "services"):
        for field in CHOICES[profile]:  # type: ignore[index]
            path = sheet(tmp_path, [["甲甲", "乙乙", "丙丙"], ["单秀兰", "仇英", "9:00"]])
            directions = one_choice(path, Choice({1: field}), profile)
            (table,) = survey_of(path, profile, directions).tables
            assert table.columns[1].field == field
            assert f"roster.field.{field}" in phrases("zh_CN")


def test_a_ticked_column_is_said_to_be_a_category(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["姓名", "标记"], ["单秀兰", "√"], ["仇英", ""]])
    found = read_people(path, TODAY, one_choice(path, Choice({1: "flag:living_alone"})))
    assert [row.categories for row in found.rows] == [("living_alone",), ()]


@pytest.mark.parametrize(
    ("order", "days"), [("dmy", ["2026-10-09", "2026-10-13"]), ("mdy", ["2026-09-10", None])]
)
def test_days_that_can_be_meant_in_two_ways_are_asked_for(
    tmp_path: Path, order: str, days: list[str | None]
) -> None:
    rows = [
        ["日期", "志愿者", "老人", "项目", "时长"],
        ["9/10/2026", "单秀兰", "仇英", "助餐", "1小时"],
        ["13/10/2026", "单秀兰", "仇英", "助餐", "1小时"],
    ]
    path = sheet(tmp_path, rows)
    (table,) = survey_of(path, "services").tables
    assert table.asks_dates
    assert {p.code for p in read_services(path, TODAY).rejected} == {"date_unreadable"}
    found = read_services(path, TODAY, Directions({table.layout: Choice(dates=order)}))  # type: ignore[arg-type]
    assert [row.date.isoformat() for row in found.rows] == [day for day in days if day]
    assert len(found.rejected) == days.count(None)


@pytest.mark.parametrize(("unit", "minutes"), [("", [600, 30]), ("minute", [10, 30]), ("hour", [600, 1800])])
def test_bare_lengths_that_can_be_meant_in_two_ways_are_asked_for(
    tmp_path: Path, unit: str, minutes: list[int]
) -> None:
    rows = [
        ["日期", "志愿者", "老人", "项目", "时长"],
        ["2026-10-09", "单秀兰", "仇英", "助餐", 10],
        ["2026-10-10", "单秀兰", "仇英", "助餐", 30],
    ]
    path = sheet(tmp_path, rows)
    (table,) = survey_of(path, "services").tables
    assert table.asks_unit
    found = read_services(path, TODAY, Directions({table.layout: Choice(unit=unit)}))  # type: ignore[arg-type]
    assert [row.minutes for row in found.rows] == minutes


@pytest.mark.parametrize(
    ("value", "order", "whole", "said"),
    [
        ("9/10/2026", "dmy", True, "2026-10-9"),
        ("9-10-2026 9:00", "mdy", False, "2026-9-10 9:00"),
        ("9-10", "dmy", True, "10-9"),
        ("9-10", "dmy", False, "9-10"),  # nine to ten
        ("2026-10-09", "dmy", True, "2026-10-09"),
        ("9/10/2026", "ymd", True, "9/10/2026"),
        (46304, "dmy", True, 46304),
    ],
)
def test_the_order_of_day_and_month(value: object, order: str, whole: bool, said: object) -> None:
    assert in_order(value, order, whole=whole) == said  # type: ignore[arg-type]


def test_one_sheet_of_several_is_chosen(tmp_path: Path) -> None:
    rows = {name: [["姓名"], [who]] for name, who in (("东村", "单秀兰"), ("西村", "仇英"))}
    path = book(tmp_path / "two.xlsx", rows)
    assert survey_of(path).sheets == ("东村", "西村")
    found = read_people(path, TODAY, Directions(sheets=frozenset(["西村"])))
    assert [row.name for row in found.rows] == ["仇英"]
    assert [(each.name, each.code) for each in found.skipped_sheets] == [("东村", "sheet_not_chosen")]


def test_reading_stops_where_someone_asks(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["姓名"], *(["单秀兰"] for _ in range(50))])
    seen = 0

    def watch() -> None:
        nonlocal seen
        seen += 1
        if seen > 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_people(path, TODAY, watch=watch)


# Words for it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "profile", "field"),
    [
        ("phone", "people", "phone"),
        ("联系电话", "people", "phone"),
        ("独居", "people", "flag:living_alone"),
        ("不读", "people", IGNORE),
        ("志愿者", "services", "volunteer"),
        ("duration", "services", "length"),
    ],
)
def test_a_field_is_said_by_code_or_in_words(said: str, profile: str, field: str) -> None:
    assert require_field(said, profile) == field  # type: ignore[arg-type]


def test_an_unknown_field_or_column_is_refused(tmp_path: Path) -> None:
    seen = survey_of(sheet(tmp_path, [["姓名", "x"], ["单秀兰", "y"]]))
    with pytest.raises(Refusal, match="map_unknown_field"):
        said_choices(seen, {"x": "呵呵"})
    with pytest.raises(Refusal, match="map_unknown_column"):
        said_choices(seen, {"z": "phone"})
    (choice,) = said_choices(seen, {"B": "phone"}).values()
    assert choice.columns == {1: "phone"}


@given(
    st.builds(
        Choice,
        st.dictionaries(st.integers(0, 255), st.sampled_from([*CHOICES["people"], IGNORE])),
        st.sampled_from(["", "ymd", "dmy", "mdy"]),
        st.sampled_from(["", "hour", "minute"]),
    )
)
def test_a_choice_is_kept_as_it_was(choice: Choice) -> None:
    assert choice_from(kept_text(choice)) == choice


def test_a_layout_is_its_headers_and_its_sheet_without_the_month() -> None:
    headers = ["姓名", "电话"]
    assert layout_of("10月", headers) == layout_of("11月", headers)
    assert layout_of("Sheet1", headers) == layout_of("", headers)
    assert layout_of("", [*headers, *ADDED_HEADERS["en"]]) == layout_of("", headers)
    assert layout_of("", headers[::-1]) != layout_of("", headers)


# Rejected rows -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_rejected_rows_keep_their_text_and_say_why(tmp_path: Path, language: str, ending: str) -> None:
    source = text(tmp_path, f'姓名,身份证号,备注\n单秀兰,{A[:-1]},=1+1\n仇英,{B},\'x\n,{A},"a,b"\n')
    out, say = tmp_path / f"out.{ending}", phrases(language)
    found = read_people(source, TODAY)
    write_rejects(source, found.rejected, lambda p: say.code(p.code, p.facts), out, language=language)
    if ending == "csv":
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = [tuple(row) for row in csv.reader(file)]
    else:
        rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert rows[0] == ("姓名", "身份证号", "备注", *ADDED_HEADERS[language])
    assert [row[1] for row in rows[1:]] == [A[:-1], A]
    assert [str(row[3]) for row in rows[1:]] == ["2", "4"]
    assert all(
        say.code(p.code, p.facts) in str(row[4]) for p, row in zip(found.rejected, rows[1:], strict=True)
    )


def test_the_cell_to_blame_is_coloured(tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    source = sheet(tmp_path, [["姓名", "身份证号"], ["单秀兰", A[:-1]], [None, A]])
    write_rejects(source, read_people(source, TODAY).rejected, lambda p: p.code, out)
    cells = list(load_workbook(out).active.iter_rows(min_row=2))
    coloured = [[cell.fill.patternType == "solid" for cell in row[:2]] for row in cells]
    assert coloured == [[False, True], [True, False]]


def test_rows_of_two_sheets_do_not_fit_one_csv(tmp_path: Path) -> None:
    source = book(
        tmp_path / "two.xlsx", {name: [["姓名", "身份证号"], ["单秀兰", A[:-1]]] for name in ("甲", "乙")}
    )
    rejected = read_people(source, TODAY).rejected
    with pytest.raises(Refusal, match="rejects_need_workbook"):
        write_rejects(source, rejected, lambda p: p.code, tmp_path / "out.csv")
    write_rejects(source, rejected, lambda p: p.code, tmp_path / "out.xlsx")
    assert load_workbook(tmp_path / "out.xlsx").sheetnames == ["甲", "乙"]


BAD_ID = st.sampled_from([A[:-1], "330105195513329999", "33010519550412001Z", A[:-1] + "?"])
CELL = st.one_of(
    st.sampled_from(["", "=1+1", "'x", '="5"', "同", "13800010000", "a,b", "a\nb", "无", "；"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=6),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.sampled_from(["单秀兰", "仇英", ""]), BAD_ID, CELL), min_size=1, max_size=6),
    ending=st.sampled_from(["xlsx", "csv"]),
    language=st.sampled_from(LANGUAGES),
)
def test_what_was_saved_as_rejected_is_rejected_again_for_the_same_reasons(
    tmp_path: Path, rows: list[tuple[str, str, str]], ending: str, language: str
) -> None:
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("姓名", "证件编码", "备注"), *rows, ("王娟", B, ""), ("李芳", A, "")])
    (table,) = survey_of(source).tables
    said = {table.layout: Choice({1: "id_number"})}
    once = read_people(source, TODAY, Directions(said))
    assume(once.rejected)
    path, say = source, phrases(language)
    for round_trip in range(2):
        out = tmp_path / f"out{round_trip}.{ending}"
        write_rejects(
            path, once.rejected, lambda p: say.code(p.code, p.facts), out, language=language, choices=said
        )
        again = read_people(out, TODAY, Directions(understood(once.columns, said)))
        assert reasons(again.rejected) == reasons(once.rejected)
        assert not again.rows
        path, once = out, again


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_agreed_samples_are_rejected_again_for_the_same_reasons(tmp_path: Path, ending: str) -> None:
    for name, reader in (
        ("volunteers.xlsx", read_people),
        ("elders.csv", read_people),
        ("hours.xlsx", read_services),
    ):
        found = reader(DATA / name, TODAY)
        out = tmp_path / f"{name}.{ending}"
        write_rejects(DATA / name, found.rejected, lambda p: p.code, out)
        again = reader(out, TODAY, Directions(understood(found.columns, {})))
        assert reasons(again.rejected) == reasons(found.rejected)
        assert not again.rows


def reasons(problems: tuple[RowProblem, ...]) -> list[tuple[str, str, dict[str, object]]]:
    return [(each.code, each.column, dict(each.facts)) for each in problems]
