"""A report as a spreadsheet, as text and on paper: the same figures, and no cell that calculates."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from openpyxl import load_workbook

from timebank.reports.plain import write_report
from timebank.reports.shown import text
from timebank.reports.table import Column, Count, Minutes, Report, Share, Table
from timebank.reports.workbook import write_workbook
from ui.front import Front

FORMULAS = ["=1+1", "+86 571", "-2", "@SUM(A1)", "＝1", "\t=1", '=HYPERLINK("http://x","y")']

PEOPLE = Table(
    "未探访名单/[一]",
    (Column("姓名"), Column("人数"), Column("时长（小时）"), Column("比例"), Column("星级"), Column("日期")),
    (
        ("王秀英", Count(1234), Minutes(90), Share(1, 3), 4.5, date(2026, 11, 22)),
        ("欧阳\x07娜娜", Count(0), Minutes(-20), Share(1, 0), None, None),
        ("合计", Count(1234), Minutes(70), None, None, None),
    ),
    notes=("说明",),
    total=True,
)
WORDS = Table("未探访名单/[一]", (Column("文字"),), tuple((each,) for each in FORMULAS))
LONG = Table(
    "长表",
    tuple(Column(f"第{n}列（小时）") for n in range(12)),
    tuple((Minutes(n),) * 12 for n in range(150)),
)


def report(*tables: Table) -> Report:
    day = date(2026, 11, 1)
    return Report(
        "visits", "月探访率报表", ("统计期间：2026-11-01", "=1+1"), day, day, "zh_CN", False, tables,
        "第 {page} 页，共 {pages} 页",
    )  # fmt: skip


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "r.xlsx"
    write_workbook(report(PEOPLE, WORDS), path)
    return path


def test_the_spreadsheet_holds_numbers_as_numbers(sheet: Path) -> None:
    first = load_workbook(sheet).worksheets[0]
    assert [cell.value for cell in first[5]] == ["姓名", "人数", "时长（小时）", "比例", "星级", "日期"]
    assert all(cell.font.bold for cell in first[5])
    assert first.freeze_panes == "A6"
    values = [cell.value for cell in first[6]]
    assert values[:5] == ["王秀英", 1234, 1.5, 1 / 3, 4.5]
    assert values[5].date() == date(2026, 11, 22)
    assert [cell.number_format for cell in first[6]][1:5] == ["#,##0", "#,##0.00", "0.0%", "0.00"]
    assert first["A7"].value == "欧阳娜娜"
    assert first["D7"].value is None
    assert first["A8"].font.bold
    assert first["A1"].value == "月探访率报表"
    assert first.column_dimensions["C"].width >= 12


def test_every_table_has_a_sheet_with_a_name_of_its_own(sheet: Path) -> None:
    assert load_workbook(sheet).sheetnames == ["未探访名单  一", "未探访名单  一 2"]


def test_no_cell_of_the_spreadsheet_calculates(sheet: Path) -> None:
    words = load_workbook(sheet).worksheets[1]
    cells = [words.cell(6 + at, 1) for at in range(len(FORMULAS))]
    assert [cell.value for cell in cells] == FORMULAS
    assert {cell.data_type for cell in (*cells, words["A3"])} == {"s"}
    assert all(cell.quotePrefix for cell in cells)
    with ZipFile(sheet) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_the_text_file_opens_in_a_spreadsheet_and_does_not_calculate(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_report(report(PEOPLE, WORDS), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["月探访率报表"]
    assert rows[6] == ["王秀英", "1234", "1.5", "0.3333", "4.5", "2026-11-22"]
    assert rows[7] == ["欧阳娜娜", "0", "-0.3333", "", "", ""]
    assert rows[-len(FORMULAS) :] == [[f"'{each}"] for each in FORMULAS]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        ("王秀英", "王秀英"),
        (Count(1234), "1,234"),
        (Minutes(5000), "83.33"),
        (Share(1, 3), "33.3%"),
        (Share(0, 0), ""),
        (date(2026, 11, 2), "2026-11-02"),
    ],
)
def test_cells_as_people_read_them(cell: object, shown: str) -> None:
    assert text(cell) == shown  # type: ignore[arg-type]


def test_the_pages_are_a4_numbered_and_hold_every_row(tmp_path: Path) -> None:
    path = Front().print_table(report(PEOPLE, LONG), tmp_path / "r.pdf")
    document = pypdfium2.PdfDocument(path)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    sides = [{round(side / 72 * 25.4) for side in page.get_size()} for page in document]
    document.close()
    assert len(pages) > 2
    assert sides == [{210, 297}] * len(pages)
    assert "王秀英" in pages[0]
    assert "说明" in pages[0]
    for number, page in enumerate(pages, 1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page
    for number in (1, 60, 149):
        assert any(f"{number / 60:.2f}" in page for page in pages)
    assert all("第0列" in page for page in pages)


def test_a_report_without_rows_is_a_page(tmp_path: Path) -> None:
    empty = Table("没有", (Column("姓名"),), (), notes=("本期没有记录。",))
    path = Front().print_table(report(empty), tmp_path / "r.pdf")
    document = pypdfium2.PdfDocument(path)
    page = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "本期没有记录。" in page
