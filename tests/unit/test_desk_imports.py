"""The desk remembers how layouts are read, gives rejected rows back, and takes a typed sheet as it takes a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from roster_files import DATA, sheet, text

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.sheet import Head, TypedRow
from timebank.desk.surroundings import Surroundings
from timebank.outcome import Cancelled, Refusal
from timebank.phrases import phrases
from timebank.roster.mapping import Choice, Directions
from timebank.roster.sheets import open_file
from timebank.roster.whose import role_told

AROUND = Surroundings(clock=lambda: datetime(2026, 11, 22, 9, 30))
SAY = phrases("zh_CN")
HEAD = Head("昨天", "助餐")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = tmp_path / "station"
    network.found(
        home, AROUND, network="时间银行", station="和睦街道", policy="neutral", passphrase_file=None
    )
    with Desk(home, AROUND) as desk:
        for name, role in (
            ("李建国", "volunteer"),
            ("陈美玲", "volunteer"),
            ("王秀英", "elder"),
            ("李秀兰", "elder"),
        ):
            desk.people.register(PersonForm(name, (role,)))
        yield desk


# Layouts -------------------------------------------------------------------------------------------------


def odd(tmp_path: Path, month: str = "10月") -> Path:
    return sheet(tmp_path, [["谁呀", "号码"], ["hé", "13800010000"]], name=month)


def said(desk: Desk, path: Path) -> Directions:
    (table,) = desk.layouts.survey(path, "people").tables
    return Directions({table.layout: Choice({0: "name"})})


def test_what_was_said_of_a_layout_holds_for_the_next_file(desk: Desk, tmp_path: Path) -> None:
    path = odd(tmp_path)
    with pytest.raises(Exception, match="roster_no_header"):
        desk.people.import_roster(path, "elder")
    desk.people.import_roster(path, "elder", directions=said(desk, path))
    again = desk.people.import_roster(odd(tmp_path, "11月"), "elder")
    assert (again.read, again.unchanged) == (1, 1)
    assert again.evidence.columns[0].why == "remembered"


def test_a_dry_run_remembers_nothing(desk: Desk, tmp_path: Path) -> None:
    path = odd(tmp_path)
    desk.people.import_roster(path, "elder", directions=said(desk, path), dry_run=True)
    assert desk.layouts.known("people") == {}
    assert desk.people.count() == 4


def test_what_is_remembered_is_forgotten_on_request(desk: Desk, tmp_path: Path) -> None:
    path = odd(tmp_path)
    desk.people.import_roster(path, "elder", directions=said(desk, path))
    assert len(desk.layouts.known("people")) == 1
    with pytest.raises(Exception, match="roster_no_header"):
        desk.people.import_roster(path, "elder", directions=Directions(fresh=True))
    (table,) = desk.layouts.survey(path, "people").tables
    desk.layouts.settle("people", Directions({table.layout: Choice()}), [table.layout])
    assert desk.layouts.known("people") == {}


def test_layouts_are_this_stations_own(desk: Desk, tmp_path: Path) -> None:
    before = desk.upkeep.check().digest
    path = odd(tmp_path)
    desk.layouts.remember("people", said(desk, path).choices)
    assert desk.upkeep.check().digest == before


# Rejected rows -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_rejected_rows_are_rejected_again_and_taken_once_mended(
    desk: Desk, tmp_path: Path, ending: str
) -> None:
    source = text(
        tmp_path,
        "什么时候,志愿者,老人,干啥,多久\n"
        "10月9日,李建国,王秀英,送餐,1小时\n10月10日,陈美玲,李秀兰,送餐,2小时\n10月11日,无名氏,李秀兰,送餐,2小时\n",
    )
    once = desk.services.import_sheet(source)
    assert (once.logged, [each.code for each in once.rejected]) == (2, ["member_not_found"])
    out = tmp_path / f"out.{ending}"
    desk.layouts.save_rejected(
        source, "services", once.evidence.columns, once.rejected,
        lambda each: SAY.code(each.code, each.facts), out, language="zh_CN",
    )  # fmt: skip
    again = desk.services.import_sheet(out)
    assert [(each.code, each.column, each.facts) for each in again.rejected] == [
        (each.code, each.column, each.facts) for each in once.rejected
    ]
    desk.people.register(PersonForm("无名氏", ("volunteer",)))
    assert desk.services.import_sheet(out).logged == 1


def test_the_agreed_samples_keep_their_counts(desk: Desk) -> None:
    volunteers = desk.people.import_roster(DATA / "volunteers.xlsx", "volunteer")
    elders = desk.people.import_roster(DATA / "elders.csv", "elder")
    hours = desk.services.import_sheet(DATA / "hours.xlsx")
    assert (volunteers.read, volunteers.registered, len(volunteers.rejected)) == (84, 80, 3)
    assert (elders.read, elders.registered, len(elders.rejected)) == (91, 90, 1)
    assert (hours.read, hours.logged, len(hours.rejected)) == (234, 231, 3)
    assert len(hours.entries) == 231
    row = hours.evidence.rows[hours.rejected[0].sheet, hours.rejected[0].row]
    assert dict(row)["服务老人"] == "查无此人"
    assert desk.typed_sheet.take_back(hours.entries, "导错了") == 231
    assert desk.typed_sheet.take_back(hours.entries, "导错了") == 0
    assert desk.upkeep.check().ok


def test_updated_rows_say_what_they_change(desk: Desk, tmp_path: Path) -> None:
    roster = text(tmp_path, "姓名,电话,地址\n孙大圣,13800010009,花果山\n")
    desk.people.import_roster(roster, "volunteer")
    roster = text(tmp_path, "姓名,电话,地址,特长\n孙大圣,13800010009,花果山,棍棒\n")
    (update,) = desk.people.import_roster(roster, "elder", dry_run=True).updates
    assert (update.row, update.name) == (2, "孙大圣")
    assert {"roles", "skills"} <= set(update.fields)


def test_a_row_with_another_name_for_a_known_number_says_so_first(desk: Desk, tmp_path: Path) -> None:
    first = text(tmp_path, "姓名,身份证号\n李秀英,330302195609045785\n公凯,330106196505287615\n")
    desk.people.import_roster(first, "volunteer")
    again = text(
        tmp_path, "姓名,身份证号,特长\n公凯,330106196505287615,烧饭\n武丹丹,330302195609045785,量血压\n"
    )
    renamed, other = desk.people.import_roster(again, "volunteer", dry_run=True).updates
    assert (renamed.name, renamed.was) == ("武丹丹", "李秀英")
    assert (other.name, other.was) == ("公凯", "")


@pytest.mark.parametrize(
    ("roster", "role"),
    [
        ("老人姓名,身份证号,失能等级\n马秀梅,,中度失能\n", "elder"),
        ("姓名,电话,失能等级,监护人\n马秀梅,13800010009,中度失能,张三\n", "elder"),
        ("拱墅区志愿者花名册\n姓名,身份证号,住址\n李刚,330103195602255742,小河街道\n", "volunteer"),
        ("姓名,电话,特长\n李刚,13800010009,量血压\n", "volunteer"),
        ("姓名,电话\n李刚,13800010009\n", ""),
        ("姓名,电话,特长,失能等级\n李刚,13800010009,量血压,中度失能\n", ""),
    ],
)
def test_whose_roster_it_is_stands_in_the_sheet(desk: Desk, tmp_path: Path, roster: str, role: str) -> None:
    opened = open_file(text(tmp_path, roster))
    assert role_told(desk.layouts.survey(opened, "people")) == role


def test_an_import_that_is_stopped_leaves_nothing(desk: Desk) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 200  # half of the rows are taken

    with pytest.raises(Cancelled):
        desk.people.import_roster(DATA / "volunteers.xlsx", "volunteer", cancelled=cancelled)
    assert desk.people.count() == 4


# A typed sheet -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "length", "minutes", "timed"),
    [
        ("", "1.5小时", 90, False),
        ("", "一个半小时", 90, False),
        ("", "９０分钟", 90, False),
        ("", "9点到10点半", 90, True),
        ("9点", "90分钟", 90, True),
        ("9:00-10:30", "", 90, True),
    ],
)
def test_lengths_are_typed_as_people_say_them(
    desk: Desk, start: str, length: str, minutes: int, timed: bool
) -> None:
    (verdict,) = desk.typed_sheet.check(HEAD, [TypedRow("李建国", "王秀英", start, length)])
    assert (verdict.state, verdict.minutes, verdict.timed) == ("good", minutes, timed)
    assert desk.services.count() == 0


def test_people_are_typed_by_name_number_or_whatever_finds_just_one(desk: Desk) -> None:
    number = desk.people.find("陈美玲").number
    rows = [
        TypedRow("ljg", "wxy", "8点", "1小时"),
        TypedRow(f"陈美玲 {number}", "秀兰", "8点", "1小时"),
        TypedRow("李建国、陈美玲", "王秀英", "12点", "1小时", "助洁"),
        TypedRow(),
    ]
    verdicts = desk.typed_sheet.check(HEAD, rows)
    assert [each.state for each in verdicts] == ["good", "good", "good", "blank"]
    assert [[member.name for member in each.volunteers] for each in verdicts[:3]] == [
        ["李建国"],
        ["陈美玲"],
        ["李建国", "陈美玲"],
    ]
    assert [each.kind for each in verdicts[:3]] == ["meal", "meal", "cleaning"]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (TypedRow("", "王秀英", "9点", "1小时"), "volunteer_missing", "volunteers"),
        (TypedRow("李建国", "", "9点", "1小时"), "elder_missing", "elder"),
        (TypedRow("张三丰", "王秀英", "9点", "1小时"), "member_not_found", "volunteers"),
        (TypedRow("李建国", "张三丰", "9点", "1小时"), "member_not_found", "elder"),
        (TypedRow("李建国", "李", "9点", "1小时"), "member_not_found", "elder"),
        (TypedRow("李建国", "陈美玲", "9点", "1小时"), "not_an_elder", "elder"),
        (TypedRow("李建国", "王秀英", "9点", ""), "length_missing", "length"),
        (TypedRow("李建国", "王秀英", "9点", "好久"), "length_unreadable", "length"),
        (TypedRow("李建国", "王秀英", "一会儿", "1小时"), "time_unreadable", "start"),
        (TypedRow("李建国", "王秀英", "9点", "1小时", "哼哼"), "unknown_kind", "kind"),
    ],
)
def test_a_row_says_what_is_wrong_with_it_and_where(desk: Desk, row: TypedRow, code: str, field: str) -> None:
    if row.elder == "李":
        desk.people.register(PersonForm("李四光", ("elder",)))
    (verdict,) = desk.typed_sheet.check(HEAD, [row])
    assert verdict.problem is not None
    assert (verdict.state, verdict.problem.code, verdict.field) == ("bad", code, field)


def test_the_rows_of_one_sheet_know_of_each_other(desk: Desk) -> None:
    rows = [TypedRow("李建国", "王秀英", "9点", "2小时"), TypedRow("李建国", "李秀兰", "10点", "1小时")]
    states = desk.typed_sheet.check(HEAD, rows)
    assert [each.state for each in states] == ["good", "bad"]
    assert states[1].problem is not None
    assert states[1].problem.code == "overlap"


def test_good_rows_are_logged_and_bad_ones_are_left(desk: Desk) -> None:
    rows = [
        TypedRow("李建国", "王秀英", "9点", "2小时", note="下雨"),
        TypedRow("李建国", "谁", "13点", "1小时"),
        TypedRow("陈美玲", "李秀兰", "", "1小时"),
    ]
    done = desk.typed_sheet.log(HEAD, rows)
    assert [each.state for each in done.verdicts] == ["good", "bad", "good"]
    assert (len(done.entries), desk.services.count()) == (2, 2)
    again = desk.typed_sheet.log(HEAD, rows)
    assert [each.state for each in again.verdicts] == ["repeated", "bad", "repeated"]
    assert desk.services.count() == 2


def test_a_day_that_cannot_be_read_is_every_rows_problem(desk: Desk) -> None:
    (verdict,) = desk.typed_sheet.check(Head("哪天", "助餐"), [TypedRow("李建国", "王秀英", "9点", "1小时")])
    assert (verdict.state, verdict.field) == ("bad", "day")


def test_a_sheet_is_taken_back_whole_or_not_at_all(desk: Desk) -> None:
    done = desk.typed_sheet.log(HEAD, [TypedRow("李建国", "王秀英", f"{h}点", "1小时") for h in (8, 9, 10)])
    with pytest.raises(Refusal, match="reason_missing"):
        desk.typed_sheet.take_back(done.entries, " ")
    asked = iter([False, False, True, True])
    with pytest.raises(Cancelled):
        desk.typed_sheet.take_back(done.entries, "错", cancelled=lambda: next(asked))
    assert desk.people.profile(desk.people.find("李建国")).credit_minutes == 180
    assert desk.typed_sheet.take_back(done.entries, "错") == 3
    assert desk.people.profile(desk.people.find("李建国")).credit_minutes == 0
    assert desk.upkeep.check().ok
