"""Rosters of people: the samples, and sheets with headers and layouts that nobody has seen."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roster_files import DATA, TODAY, Rows, identity, sheet, text

from timebank.outcome import Fault
from timebank.roster import OtherDocument, PeopleRoster, PersonRow, read_people

A, B, C = identity(1), identity(2, sex="m"), identity(3, birth="19401203")


def read(tmp_path: Path, rows: Rows, merges: tuple[str, ...] = ()) -> PeopleRoster:
    return read_people(sheet(tmp_path, rows, merges), TODAY)


def only(tmp_path: Path, header: list[object], row: list[object]) -> PersonRow:
    roster = read(tmp_path, [header, row])
    assert not roster.rejected
    return roster.rows[0]


def test_the_volunteers_sample() -> None:
    roster = read_people(DATA / "volunteers.xlsx", TODAY)
    assert (roster.read, len(roster.rows)) == (84, 81)
    assert [(p.row, p.column, p.code) for p in roster.rejected] == [
        (16, "身份证号码", "identity_check_digit"),
        (29, "身份证号码", "identity_date"),
        (44, "姓名", "name_missing"),
    ]
    numbers = [row.id_number.number for row in roster.rows if row.id_number]
    assert len(numbers) == 81
    assert len(set(numbers)) == 80
    assert not any(row.notices for row in roster.rows)
    assert [p.row for p in roster.passed_over] == [89, 90]
    names = {row.name for row in roster.rows}
    assert {"张帅", "吴勇", "单秀兰", "欧阳㛃", "钱䶮", "尉迟国良"} <= names
    assert roster.rows[2].phone == "15779383470"


def test_the_elders_sample() -> None:
    roster = read_people(DATA / "elders.csv", TODAY)
    assert (roster.read, len(roster.rows)) == (91, 90)
    assert [(p.row, p.column, p.code) for p in roster.rejected] == [(92, "身份证号", "identity_length")]
    first, third = roster.rows[0], roster.rows[2]
    assert (first.name, first.care_level, first.categories) == ("马秀梅", 2, ("lost_only_child",))
    assert (first.guardian, first.guardian_phone, first.phone) == ("缪红霞", "15936553560", "")
    assert third.categories == ("near_minimum_living", "special_family_planning")
    assert roster.rows[7].care_level is None
    assert not any(row.notices for row in roster.rows)


@pytest.mark.parametrize(
    "header",
    [
        ["姓名", "身份证号码", "联系电话", "家庭住址"],
        ["姓　名", "公民身份号码", "手机", "现住址"],
        ["*姓名：", "居民身份证号\n（18位）", "联系电话（手机）", "详细地址"],
        ["志愿者姓名", "证件号码", "手机号码", "居住地址"],
        ["Name", "ID number", "Mobile", "Address"],
        ["老人姓名", "身份证", "联系方式", "门牌地址"],
        ["队员", "有效身份证件号码", "本人电话", "家住哪里(地址)"],
    ],
)
def test_the_same_columns_under_other_words(tmp_path: Path, header: list[object]) -> None:
    row = only(tmp_path, header, ["单秀兰", A, "13655056963", "方街38号"])
    assert row.id_number is not None
    assert (row.name, row.id_number.number, row.phone, row.address) == (
        "单秀兰",
        A,
        "13655056963",
        "方街38号",
    )


def test_columns_under_words_that_mean_nothing_are_known_by_their_values(tmp_path: Path) -> None:
    rows = [["谁啊", "甲", "乙", "丙", "丁"]]
    people = [("单秀兰", A), ("仇英", B), ("曾玉珍", C)]
    rows += [[name, "女", number, f"1365505696{at}", "中度失能"] for at, (name, number) in enumerate(people)]
    found = read(tmp_path, rows).rows
    assert [row.name for row in found] == ["单秀兰", "仇英", "曾玉珍"]
    assert [row.phone for row in found] == ["13655056960", "13655056961", "13655056962"]
    assert {row.care_level for row in found} == {2}
    assert all(row.id_number for row in found)


def test_a_column_of_identity_numbers_is_one_whatever_another_header_says(tmp_path: Path) -> None:
    rows = [["姓名", "证件号码", "编码"], ["单秀兰", "居民", A], ["仇英", "居民", B]]
    assert [row.id_number.number for row in read(tmp_path, rows).rows if row.id_number] == [A, B]


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("监护人", "缪红霞", "guardian", "缪红霞"),
        ("家属姓名", "缪红霞", "guardian", "缪红霞"),
        ("监护人联系电话", "15936553560", "guardian_phone", "15936553560"),
        ("子女电话", "15936553560", "guardian_phone", "15936553560"),
        ("紧急联系人", "缪红霞", "emergency_contact", "缪红霞"),
        ("紧急联系电话", "15936553560", "emergency_phone", "15936553560"),
        ("联系人手机", "15936553560", "emergency_phone", "15936553560"),
        ("所属志愿服务队", "爱心敲门团", "organisation", "爱心敲门团"),
        ("工作单位", "区税务局", "organisation", "区税务局"),
        ("有何特长", "量血压、书法", "skills", "量血压、书法"),
        ("老年人能力评估等级", "3级（重度失能）", "care_level", 3),
        ("自理能力", "完全自理", "care_level", 0),
        ("失能程度", 2, "care_level", 2),
        ("人员类别", "低保;独居 空巢", "categories", ("minimum_living", "living_alone", "empty_nest")),
        (
            "困难类型",
            "低保边缘/计生特殊家庭",
            "categories",
            ("near_minimum_living", "special_family_planning"),
        ),
        ("是否独居", "是", "categories", ("living_alone",)),
        ("低保", "√", "categories", ("minimum_living",)),
        ("失独", "否", "categories", ()),
        ("所属社区", "和睦社区", "community", "和睦社区"),
        ("所在网格", "第三网格", "grid", "第三网格"),
        ("是否本地户籍", "否", "registered_here", False),
        ("户籍", "本区", "registered_here", True),
        ("户籍", "外地", "registered_here", False),
        ("是否居住在本区", "是", "lives_here", True),
        ("入队时间", "2024年3月1日", "joined", date(2024, 3, 1)),
        ("会员编号", "HM-00012", "member_number", "HM-00012"),
        ("备注", "腿脚不便", "note", "腿脚不便"),
        ("备注", "/", "note", ""),
    ],
)
def test_what_else_a_roster_says(
    tmp_path: Path, header: str, cell: object, field: str, value: object
) -> None:
    row = only(tmp_path, ["姓名", "身份证号", "联系电话", header], ["单秀兰", A, "13655056963", cell])
    assert getattr(row, field) == value
    assert row.phone == "13655056963"
    assert not row.notices


def test_a_guardian_and_a_telephone_in_one_cell(tmp_path: Path) -> None:
    row = only(tmp_path, ["姓名", "监护人及联系电话"], ["单秀兰", "缪红霞（15936553560）"])
    assert (row.guardian, row.guardian_phone) == ("缪红霞", "15936553560")


def test_titles_footers_blank_rows_and_repeated_headers_are_no_people(tmp_path: Path) -> None:
    header = ["序号", "姓名", "身份证号", "电话"]
    roster = read(
        tmp_path,
        [
            ["和睦街道志愿者花名册"],
            ["填表单位：和睦社区", None, "填表日期：2026年10月30日"],
            [],
            header,
            [1, "单秀兰", A, "13655056963"],
            [None, None, None, None],
            [2, "仇英", B, ""],
            ["小计", "2人"],
            header,
            [3, "曾玉珍", C, ""],
            [4, None, None, None],
            ["合计", None, None, "3人"],
            ["注：以上人员均已核实。"],
            ["审核人：李明", None, "制表人：王丽"],
            [None, "负责人签字：", None, "日期："],
        ],
        ("A1:D1",),
    )
    assert [row.row for row in roster.rows] == [5, 7, 10]
    assert not roster.rejected
    assert [p.row for p in roster.passed_over] == [8, 12, 13, 14, 15]


def test_a_title_repeated_on_each_page_is_nobody(tmp_path: Path) -> None:
    page: list[list[object]] = [["志愿者花名册", None, "和睦"], ["姓名", "身份证号", "电话"]]
    roster = read(tmp_path, [*page, ["单秀兰", A, ""], *page, ["仇英", B, ""]])
    assert [row.name for row in roster.rows] == ["单秀兰", "仇英"]
    assert not roster.rejected


@settings(max_examples=25)
@given(st.permutations(range(9)))
def test_the_order_of_the_columns_does_not_matter(order: list[int]) -> None:
    grid = [line.split(",") for line in (DATA / "elders.csv").read_text("gb18030").splitlines()]
    with TemporaryDirectory() as folder:
        shuffled = text(
            Path(folder), "\n".join(",".join(line[at] for at in order) for line in grid), "gb18030"
        )
        found = read_people(shuffled, TODAY)
    expected = read_people(DATA / "elders.csv", TODAY)
    assert (found.rows, found.rejected) == (expected.rows, expected.rejected)


def test_headings_between_groups_are_no_people(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "电话"], ["第一组"], ["单秀兰", A, ""], ["第二组"], ["仇英", B, ""]]
    roster = read(tmp_path, rows, ("A2:C2",))
    assert [row.name for row in roster.rows] == ["单秀兰", "仇英"]
    assert [p.text for p in roster.passed_over] == ["第一组", "第二组"]


def test_a_header_of_two_rows(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "监护人", None, "紧急联系人", None],
        [None, None, "姓名", "电话", "姓名", "电话"],
        ["单秀兰", A, "缪红霞", "15936553560", "仇英", "13058573623"],
    ]
    merged = read(tmp_path, rows, ("A1:A2", "B1:B2", "C1:D1", "E1:F1"))
    plain = read_people(text(tmp_path, "\n".join(",".join(str(c or "") for c in row) for row in rows)), TODAY)
    for roster in (merged, plain):
        (row,) = roster.rows
        assert (row.guardian, row.guardian_phone) == ("缪红霞", "15936553560")
        assert (row.emergency_contact, row.emergency_phone, row.phone) == ("仇英", "13058573623", "")


def test_two_tables_side_by_side(tmp_path: Path) -> None:
    rows = [
        ["序号", "姓名", "身份证号", "序号", "姓名", "身份证号"],
        [1, "单秀兰", A, 3, "曾玉珍", C],
        [2, "仇英", B, None, None, None],
    ]
    roster = read(tmp_path, rows)
    assert sorted(row.name for row in roster.rows) == sorted(["单秀兰", "仇英", "曾玉珍"])
    assert all(row.id_number for row in roster.rows)


def test_two_tables_one_below_the_other(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "电话"],
        ["单秀兰", A, "13655056963"],
        ["团体会员"],
        ["电话", "姓名", "所属单位", "身份证号"],
        ["13655056964", "仇英", "税务局", B],
    ]
    roster = read(tmp_path, rows)
    assert [(row.name, row.phone, row.organisation) for row in roster.rows] == [
        ("单秀兰", "13655056963", ""),
        ("仇英", "13655056964", "税务局"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (["", A, ""], "姓名", "name_missing"),
        (["　 ", A, "13655056963"], "姓名", "name_missing"),
        (["330105195", A, ""], "姓名", "name_unreadable"),
        (["单秀兰", 330105195504120125, ""], "身份证号", "identity_number_rounded"),
        (["单秀兰", 3.30105195504e17, ""], "身份证号", "identity_number_rounded"),
        (["单秀兰", A[:-1], ""], "身份证号", "identity_length"),
        (["单秀兰", A[:-2] + "某某", ""], "身份证号", "identity_characters"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(
    tmp_path: Path, row: list[object], column: str, code: str
) -> None:
    roster = read(tmp_path, [["姓名", "身份证号", "电话"], ["仇英", B, "13655056963"], row])
    (problem,) = roster.rejected
    assert (problem.row, problem.column, problem.code) == (3, column, code)
    assert (roster.read, len(roster.rows)) == (2, 1)


def test_doubts_are_noticed_and_keep_nobody_out(tmp_path: Path) -> None:
    header: list[object] = [
        "姓名",
        "身份证号",
        "性别",
        "出生日期",
        "电话",
        "失能等级",
        "类别",
        "是否本地户籍",
    ]
    doubtful = ["单秀兰", A, "男", "1956-04-12", "1365505", "半自理", "低保、豪门", "说不清"]
    plain = ["仇英", B, "男", "1955-04-12", "13655056963", "中度失能", "独居", "是"]
    row, other = read(tmp_path, [header, doubtful, plain]).rows
    assert not other.notices
    assert [(n.column, n.code) for n in row.notices] == [
        ("失能等级", "care_level_old_word"),
        ("性别", "gender_differs"),
        ("出生日期", "birth_differs"),
        ("电话", "phone_invalid"),
        ("类别", "unknown_category"),
        ("是否本地户籍", "yes_or_no_unclear"),
    ]
    assert (row.gender, row.birth, row.phone, row.care_level) == ("f", date(1955, 4, 12), "", 2)
    assert (row.categories, row.registered_here) == (("minimum_living",), None)


def test_the_second_of_two_telephones_is_noticed(tmp_path: Path) -> None:
    row = only(tmp_path, ["姓名", "电话"], ["单秀兰", "13655056963、0571-88881234"])
    assert row.phone == "13655056963"
    assert [(n.code, n.facts["text"]) for n in row.notices] == [("phone_second", "057188881234")]


def test_dementia_in_the_column_of_levels_is_a_category(tmp_path: Path) -> None:
    rows = [["姓名", "失能等级"], ["单秀兰", "失智"], ["仇英", "重度失能"]]
    first, second = read(tmp_path, rows).rows
    assert (first.care_level, first.categories) == (None, ("dementia",))
    assert second.care_level == 3


def test_a_person_without_any_document(tmp_path: Path) -> None:
    row = only(
        tmp_path, ["姓名", "身份证号", "性别", "出生年月日"], ["单秀兰", "无", "女", datetime(1940, 12, 3)]
    )
    assert (row.id_number, row.gender, row.birth) == (None, "f", date(1940, 12, 3))


@pytest.mark.parametrize(
    ("type_cell", "number", "document"),
    [
        ("护照", "E12345678", OtherDocument("passport", "E12345678")),
        ("军官证", "军字第123456号", OtherDocument("officer_card", "军字第123456号")),
        (None, "护照 E12345678", OtherDocument("passport", "E12345678")),
        (None, "E12345678", OtherDocument("passport", "E12345678")),
        (None, "H12345678", OtherDocument("hk_macao_permit", "H12345678")),
        ("港澳居民来往内地通行证", "H1234567800", OtherDocument("hk_macao_permit", "H1234567800")),
    ],
)
def test_other_documents(tmp_path: Path, type_cell: object, number: str, document: OtherDocument) -> None:
    row = only(tmp_path, ["姓名", "证件类型", "证件号码"], ["单秀兰", type_cell, number])
    assert (row.id_number, row.other_document) == (None, document)


def test_the_type_identity_card_asks_for_a_valid_number(tmp_path: Path) -> None:
    roster = read(
        tmp_path, [["姓名", "证件类型", "证件号码"], ["单秀兰", "身份证", A], ["仇英", "居民身份证", "123"]]
    )
    assert roster.rows[0].id_number is not None
    assert roster.rejected[0].code == "identity_length"


def test_a_list_of_names_alone(tmp_path: Path) -> None:
    assert [row.name for row in read(tmp_path, [["姓名"], ["单秀兰"], ["仇 英"]]).rows] == ["单秀兰", "仇英"]


def test_a_sign_in_sheet_is_not_taken_for_a_roster() -> None:
    with pytest.raises(Fault) as caught:
        read_people(DATA / "hours.xlsx", TODAY)
    assert caught.value.code == "roster_is_sign_in"


def test_what_was_understood_of_each_column_is_told(tmp_path: Path) -> None:
    rows = [["姓名", "某某", "签名"], ["单秀兰", A, "x"], ["仇英", B, "y"]]
    columns = read(tmp_path, rows).columns
    assert [(c.header, c.field, c.by) for c in columns] == [
        ("姓名", "name", "header"),
        ("某某", "id_number", "content"),
        ("签名", "", ""),
    ]
