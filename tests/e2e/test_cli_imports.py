"""Imports by command: columns corrected and remembered, rejected rows written, mended and taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Shell
from openpyxl import load_workbook


@pytest.fixture
def desk(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path / "station")
    shell.did("init", "--network", "时间银行", "--station", "和睦街道")
    return shell


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    path = tmp_path / "odd.csv"
    path.write_text("甲,乙,丙\nhé,wú,lì\nzhū,wáng,sūn\n", "utf-8")
    return path


def refused(desk: Shell, *arguments: object) -> dict[str, object]:
    """The error of a command that is refused."""
    answer = desk.here(*arguments)
    assert answer.code == 1
    return answer.error


def test_a_column_is_said_once_and_remembered(desk: Shell, odd: Path) -> None:
    assert refused(desk, "member", "import", str(odd), "--role", "elder")["code"] == "roster_no_header"
    said = ("--map", "甲=姓名", "--map", "C=note")
    tried = desk.did("member", "import", str(odd), "--role", "elder", *said, "--dry-run")
    assert [(each["field"], each["why"]) for each in tried["columns"]] == [
        ("name", "chosen"), ("", "unknown"), ("note", "chosen"),
    ]  # fmt: skip
    assert refused(desk, "member", "import", str(odd), "--role", "elder")["code"] == "roster_no_header"
    assert desk.did("member", "import", str(odd), "--role", "elder", *said)["registered"] == 2
    again = desk.did("member", "import", str(odd), "--role", "elder")
    assert (again["unchanged"], again["columns"][0]["why"]) == (2, "remembered")
    forgotten = refused(desk, "member", "import", str(odd), "--role", "elder", "--forget-map")
    assert forgotten["code"] == "roster_no_header"


def test_what_is_said_in_vain_is_refused(desk: Shell, odd: Path) -> None:
    command = ("member", "import", str(odd), "--role", "elder", "--map")
    assert refused(desk, *command, "丁=name")["code"] == "map_unknown_column"
    assert refused(desk, *command, "甲=呵呵")["code"] == "map_unknown_field"


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_rejected_rows_are_written_and_rejected_again_for_the_same_reason(
    desk: Shell, tmp_path: Path, ending: str
) -> None:
    roster, out = tmp_path / "list.csv", tmp_path / f"rejected.{ending}"
    roster.write_text("姓名,身份证号\n王秀英,11010519491231002X\n李阿根,1101051949\n", "utf-8")
    once = desk.did("member", "import", str(roster), "--role", "elder", "--rejected", str(out))
    assert (once["registered"], once["rejected_file"]) == (1, str(out))
    again = desk.did("member", "import", str(out), "--role", "elder")
    keys = ("column", "code", "message")
    assert [[each[key] for key in keys] for each in again["rejected"]] == [
        [each[key] for key in keys] for each in once["rejected"]
    ]
    if ending == "xlsx":
        assert [cell.value for cell in load_workbook(out).active[1]] == [
            "姓名",
            "身份证号",
            "Original row",
            "Reason",
        ]


def test_a_file_without_rejected_rows_leaves_no_file(desk: Shell, tmp_path: Path) -> None:
    roster, out = tmp_path / "list.csv", tmp_path / "rejected.xlsx"
    roster.write_text("姓名\n王秀英\n", "utf-8")
    done = desk.did("member", "import", str(roster), "--role", "elder", "--rejected", str(out))
    assert done["rejected_file"] is None
    assert not out.exists()


def test_days_and_lengths_are_meant_as_said(desk: Shell, tmp_path: Path) -> None:
    desk.did("member", "add", "--name", "王秀英", "--role", "volunteer")
    desk.did("member", "add", "--name", "李阿根", "--role", "elder")
    sheet = tmp_path / "hours.csv"
    sheet.write_text("日期,志愿者,老人,项目,时长\n9/10/2026,王秀英,李阿根,助餐,20\n", "utf-8")
    done = desk.did("service", "import", str(sheet), "--dates", "dmy", "--unit", "minute")
    assert (done["logged"], len(done["entries"])) == (1, 1)
    line = desk.did("account", "王秀英")["lines"][0]
    assert (line["date"], line["minutes"]) == ("2026-10-09", 20)
