"""The rows that could not be taken come back as a sheet that can be mended and read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from roster_files import DATA, TODAY, identity, sheet, text

from timebank.phrases import LANGUAGES, phrases
from timebank.roster import RowProblem, read_people, read_services
from timebank.roster.mapping import ADDED_HEADERS
from timebank.roster.rejects import write_rejects


@pytest.mark.parametrize("language", LANGUAGES)
def test_rejected_rows_stand_under_their_header_with_the_reason(tmp_path: Path, language: str) -> None:
    source, out = DATA / "volunteers.xlsx", tmp_path / "out.xlsx"
    say = phrases(language)
    rejected = read_people(source, TODAY).rejected
    write_rejects(source, rejected, lambda p: say.code(p.code, p.facts), out, language=language)
    rows = list(load_workbook(out)["Sheet1"].iter_rows(values_only=True))
    assert rows[0][:4] == ("序号", "姓名", "性别", "身份证号码")
    assert rows[0][-2:] == ADDED_HEADERS[language]
    assert [row[1] for row in rows[1:]] == ["王校验", "李日期", None]
    assert [row[-2] for row in rows[1:]] == [16, 29, 44]
    assert rows[1][3] == "330302196206100001"
    assert rows[1][-1] == say.code("identity_check_digit", {})


def test_a_mended_file_is_read_like_any_other(tmp_path: Path) -> None:
    source, out = DATA / "hours.xlsx", tmp_path / "out.xlsx"
    write_rejects(source, read_services(source, TODAY).rejected, lambda p: p.code, out)
    again = read_services(out, TODAY)
    assert [p.code for p in again.rejected] == ["end_before_start", "date_unreadable"]
    mended = load_workbook(out)
    mended.active["E2"].value, mended.active["F2"].value = "9:00", "10:00"
    mended.active["A3"].value = "2026-10-13"
    mended.save(out)
    assert [(row.elder, row.minutes) for row in read_services(out, TODAY).rows] == [
        ("周杰", 60),
        ("刘桂珍", 60),
    ]


def test_what_looks_like_a_formula_or_a_number_stays_text(tmp_path: Path) -> None:
    bad = identity(1)[:-1]
    source = text(tmp_path, f'姓名,身份证号,备注\n=1+1,{bad},=HYPERLINK("x")\n')
    out = tmp_path / "out.xlsx"
    write_rejects(source, read_people(source, TODAY).rejected, lambda p: p.code, out)
    cells = next(load_workbook(out).active.iter_rows(min_row=2))
    assert [cell.value for cell in cells[:2]] == ["=1+1", bad]
    assert {cell.data_type for cell in cells[:3]} == {"s"}


def test_two_header_rows_and_two_reasons_for_one_row(tmp_path: Path) -> None:
    rows = [["姓名", "监护人", None], [None, "姓名", "电话"], ["", "缪红霞", "15936553560"]]
    source, out = sheet(tmp_path, rows, ["A1:A2", "B1:C1"]), tmp_path / "out.xlsx"
    (problem,) = read_people(source, TODAY).rejected
    twice = [problem, RowProblem(problem.sheet, problem.row, "", "other")]
    write_rejects(source, twice, lambda p: p.code, out)
    written = list(load_workbook(out).active.iter_rows(values_only=True))
    assert len(written) == 3
    assert written[2][-2:] == (3, "name_missing；other")
    assert read_people(out, TODAY).rejected[0].code == "name_missing"


def test_every_code_that_a_reader_gives_has_a_sentence() -> None:
    codes = set()
    for path in (Path(__file__).parents[2] / "timebank").glob("roster/*.py"):
        codes |= {word for word in path.read_text("utf-8").split('"') if word.startswith("roster_")}
    assert codes
    for language in LANGUAGES:
        assert not {code for code in codes if f"problems.{code}" not in phrases(language)}
