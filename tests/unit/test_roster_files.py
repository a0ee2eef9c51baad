"""Files as they come: saved by anything, named anyhow, whole or not."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from roster_files import DATA, TODAY, book, identity, sheet, text

from timebank.outcome import Fault
from timebank.roster import read_people
from timebank.roster.sheets import open_sheets

HEADER = ["姓名", "身份证号", "联系电话"]
ROW = ["单秀兰", identity(1), "13655056963"]
CSV = f"姓名,身份证号,联系电话\n单秀兰,{identity(1)},13655056963\n"


def failed(path: Path) -> str:
    with pytest.raises(Fault) as caught:
        read_people(path, TODAY)
    assert caught.value.facts["file"] == path.name
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_text_in_any_encoding_and_with_any_separator(
    tmp_path: Path, encoding: str, delimiter: str, ending: str
) -> None:
    path = text(tmp_path, CSV.replace(",", delimiter).replace("\n", ending), encoding)
    (row,) = read_people(path, TODAY).rows
    assert (row.name, row.row, row.phone) == ("单秀兰", 2, "13655056963")


def test_a_comma_inside_quotation_marks_is_no_separator(tmp_path: Path) -> None:
    path = text(
        tmp_path,
        f'姓名,住址,身份证号\n单秀兰,"和睦街道,3号\n二楼",{identity(1)}\n仇英,x路1号,{identity(2)}\n',
    )
    rows = read_people(path, TODAY).rows
    assert [row.address for row in rows] == ["和睦街道,3号 二楼", "x路1号"]


def test_a_quotation_mark_that_is_never_closed_swallows_nobody(tmp_path: Path) -> None:
    lines = [f'单秀兰,"和睦街道,{identity(0)}', *(f"张伟,路{n}号,{identity(n)}" for n in range(1, 30))]
    path = text(tmp_path, "姓名,住址,身份证号\n" + "\n".join(lines))
    assert read_people(path, TODAY).read == 30


def test_cells_that_were_kept_from_being_numbers(tmp_path: Path) -> None:
    path = text(tmp_path, f'姓名,身份证号,联系电话\n单秀兰,"=""{identity(1)}""",\'13655056963\n')
    (row,) = read_people(path, TODAY).rows
    assert row.id_number is not None
    assert (row.id_number.number, row.phone) == (identity(1), "13655056963")


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    shutil.copy(DATA / "volunteers.xlsx", tmp_path / "花名册.csv")
    shutil.copy(DATA / "elders.csv", tmp_path / "台账.xlsx")
    assert read_people(tmp_path / "花名册.csv", TODAY).read == 84
    assert read_people(tmp_path / "台账.xlsx", TODAY).read == 91


OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "roster_empty"),
        (b" \r\n\r\n", "roster_empty"),
        (bytes(4096), "roster_empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(100), "roster_not_a_table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "roster_not_a_table"),
        (b"%PDF-1.7\n1 0 obj", "roster_not_a_table"),
        (b"{\\rtf1\\ansi", "roster_not_a_table"),
        (b"\x81\x20\xff\xfe not text in any way", "roster_not_a_table"),
        (OLE + "WordDocument".encode("utf-16-le"), "roster_not_a_table"),
        (OLE + "Workbook".encode("utf-16-le"), "roster_old_xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "roster_password"),
        (b"<html><body><table><tr><td>x</td></tr></table>", "roster_old_xls"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "roster_old_xls",
        ),
        (b"<html><body>hello", "roster_not_a_table"),
        (b"PK\x03\x04 and then nothing", "roster_unreadable"),
        ("只是一段文字，没有表。".encode(), "roster_no_header"),
        ("甲,乙,丙\n1,2,3\n".encode(), "roster_no_header"),
    ],
)
def test_what_is_no_roster_is_told_apart(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(content)
    assert failed(path) == code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"word/document.xml": "<x/>", "[Content_Types].xml": "<x/>"}, "roster_not_a_table"),
        ({"photo.jpg": "x"}, "roster_not_a_table"),
        (
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"},
            "roster_old_xls",
        ),
        ({"xl/workbook.bin": "x"}, "roster_old_xls"),
        ({"xl/workbook.xml": "<broken"}, "roster_unreadable"),
    ],
)
def test_other_packages_are_told_apart(tmp_path: Path, parts: dict[str, str], code: str) -> None:
    path = tmp_path / "花名册.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert failed(path) == code


def test_a_truncated_workbook_is_unreadable(tmp_path: Path) -> None:
    whole = (DATA / "volunteers.xlsx").read_bytes()
    for length in (len(whole) // 2, len(whole) - 30):
        path = tmp_path / "half.xlsx"
        path.write_bytes(whole[:length])
        assert failed(path) == "roster_unreadable"


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        for number in range(9):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(32 * 2**20))
    assert failed(path) == "roster_too_big"


def test_a_row_that_is_too_wide_is_refused(tmp_path: Path) -> None:
    assert failed(sheet(tmp_path, [HEADER, [*ROW, *["x"] * 300]])) == "roster_too_big"


def test_a_stray_cell_far_below_costs_nothing(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(HEADER)
    made.active.append(ROW)
    made.active.cell(1_048_576, 2).value = " "
    made.save(tmp_path / "far.xlsx")
    assert read_people(tmp_path / "far.xlsx", TODAY).read == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert failed(tmp_path / "none.xlsx") == "file_missing"
    assert failed(tmp_path) == "file_unreadable"


def test_an_empty_workbook_is_empty(tmp_path: Path) -> None:
    assert failed(sheet(tmp_path, [])) == "roster_empty"


def test_every_sheet_with_a_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = book(
        tmp_path / "b.xlsx",
        {
            "说明": [["本表由社区填写"]],
            "一组": [HEADER, ROW],
            "二组": [["电话", "姓名"], ["13655056963", "仇英"]],
            "旧": [HEADER, ["曾玉珍", identity(3), ""]],
            "空": [],
        },
        hidden=["旧"],
    )
    roster = read_people(path, TODAY)
    assert [(row.sheet, row.name) for row in roster.rows] == [("一组", "单秀兰"), ("二组", "仇英")]
    assert [(s.name, s.code) for s in roster.skipped_sheets] == [
        ("说明", "sheet_no_header"),
        ("旧", "sheet_hidden"),
        ("空", "sheet_empty"),
    ]


def test_the_value_of_a_cell_merged_downwards_is_in_every_row(tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        [["姓名", "队伍"], ["单秀兰", "爱心敲门团"], ["仇英"], ["曾玉珍"], ["解桂花", "老年协会"]],
        ["B2:B4"],
    )
    (grid,) = open_sheets(path)
    assert grid.filled == {(2, 1), (3, 1)}
    assert [row.organisation for row in read_people(path, TODAY).rows] == [*["爱心敲门团"] * 3, "老年协会"]


def test_ditto_marks_repeat_the_cell_above(tmp_path: Path) -> None:
    path = sheet(tmp_path, [["姓名", "队伍"], ["单秀兰", "爱心敲门团"], ["仇英", "同上"], ["曾玉珍", "〃"]])
    assert [row.organisation for row in read_people(path, TODAY).rows] == ["爱心敲门团"] * 3


def test_error_values_are_blank(tmp_path: Path) -> None:
    path = sheet(tmp_path, [HEADER, ["单秀兰", identity(1), "#N/A"], ["#REF!", identity(2), ""]])
    roster = read_people(path, TODAY)
    assert roster.rows[0].phone == ""
    assert roster.rejected[0].code == "name_missing"
