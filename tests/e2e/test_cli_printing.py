"""Cards and sheets from the command line, and what never came out on paper."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from conftest import Town

from timebank.desk.desk import Desk
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm
from timebank.domain.voucher_code import serial_text
from timebank.paper.reader import read_all_codes, read_codes


def test_a_member_card_holds_a_number_that_finds_the_member(town: Town) -> None:
    centre = town.shell("centre")
    made = centre.did("member", "card", "王志强", "--out", town.file("card.pdf"))
    (card,) = made["cards"]
    assert read_all_codes(town.file("card.pdf")) == [card["number"]]
    assert centre.did("member", "show", card["number"])["member"] == card["member"]
    sheet = centre.did("member", "card", "王志强", "--layout", "a4", "--out", town.file("sheet.pdf"))
    assert sheet["files"] == [str(town.file("sheet.pdf"))]
    refused = centre.here("member", "card", "查无此人", "--out", town.file("x.pdf"))
    assert refused.error["code"] == "member_not_found"
    assert not town.file("x.pdf").exists()


def test_twenty_four_to_a_sheet_and_nothing_left_unprinted(town: Town) -> None:
    centre = town.shell("centre")
    for layout in ("a4-24", "a4x24"):
        issue = ("voucher", "issue", "--holder", "王志强", "--minutes", "1", "--count", "25")
        made = centre.did(*issue, "--layout", layout, "--out", town.file(f"{layout}.pdf"))
        assert sorted(read_codes(town.file(f"{layout}.pdf"))) == sorted(v["code"] for v in made["vouchers"])
    assert centre.did("voucher", "list", "--unprinted")["vouchers"] == []


def test_pictures_that_have_no_folder_are_said_and_the_sheet_is_there(town: Town) -> None:
    centre = town.shell("centre")
    town.file("taken").write_text("not a folder")
    issue = ("voucher", "issue", "--holder", "王志强", "--minutes", "1", "--out", town.file("a.pdf"))
    assert centre.here(*issue, "--png", town.file("taken")).error["code"] == "issued_not_printed"
    assert len(read_codes(town.file("a.pdf"))) == 1
    assert centre.did("voucher", "list", "--unprinted")["vouchers"] == []


def test_what_never_came_out_is_listed_and_the_first_print_is_no_reprint(town: Town) -> None:
    centre = town.shell("centre")
    with Desk(centre.home, Surroundings()) as desk:
        (voucher,) = desk.vouchers.issue(IssueForm(desk.people.find("王志强"), 1)).vouchers
    (waiting,) = centre.did("voucher", "list", "--unprinted")["vouchers"]
    assert waiting["serial"] == serial_text(voucher.serial)
    centre.did("voucher", "reprint", waiting["serial"], "--out", town.file("a.pdf"))
    centre.did("voucher", "reprint", waiting["serial"], "--out", town.file("b.pdf"))
    assert read_codes(town.file("a.pdf")) == read_codes(town.file("b.pdf")) == [voucher.code]
    assert ["Reprint" in words(town.file(name)) for name in ("a.pdf", "b.pdf")] == [False, True]
    assert centre.did("voucher", "list", "--unprinted")["vouchers"] == []


def words(path: Path) -> str:
    """All text of a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)
