"""Cards, slips, used sheets, printers' margins: every code is read back from the rendered page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from test_paper_sheets import codes, faces, run, tool

from timebank.outcome import Cancelled, Fault
from timebank.paper.faces import Layout, MemberCardFace, PassbookFace, PassbookLine, SlipFace
from timebank.paper.reader import read_all_codes
from ui.paper.card import paged_cards, print_cards
from ui.paper.paged import Margins, Paged, named_printer, page_image, send_paged, write_paged
from ui.paper.passbook import ROWS, paged_passbook
from ui.paper.sheets import paged_vouchers, pages, placed, print_to_pdf, print_to_printer
from ui.paper.slip import SLIPS, paged_slip
from ui.paper.trial import PAGES, TrialFace, paged_trial
from ui.paper.voucher import SHEETS, sheet_for

pytestmark = pytest.mark.usefixtures("qapp")
HARD = Margins(4.2, 4.2, 4.2, 12.7)
"""What a cheap inkjet printer leaves white."""


def grey(image: QImage) -> Image.Image:
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    size = (plain.width(), plain.height())
    return Image.frombytes("L", size, bytes(plain.constBits()), "raw", "L", plain.bytesPerLine())


def ink(image: Image.Image, dpi: float) -> tuple[float, float, float, float]:
    """The box of all that is not white, in mm."""
    box = image.point(lambda shade: 255 * (shade < 250)).getbbox()
    assert box is not None
    left, top, right, bottom = (side / dpi * 25.4 for side in box)
    return left, top, right, bottom


def card(name: str = "李建国", language: str = "zh_CN", number: str = "001-00012") -> MemberCardFace:
    return MemberCardFace(
        number, name, "志愿者", "拱墅区时间银行", "和睦街道居家养老服务中心", date(2026, 11, 22), language
    )


def slip(language: str = "zh_CN", lines: int = 3) -> SlipFace:
    return SlipFace(
        title="服务兑换",
        network_name="拱墅区时间银行",
        station_name="和睦街道居家养老服务中心",
        name="王秀英",
        number="001-00004",
        when="2026年11月22日 9:30",
        lines=[(f"第{n}项", "助餐、代买药品和陪同就医") for n in range(lines)],
        balance=("您的余额", "8 小时 30 分钟"),
        language=language,
    )


def passbook(lines: int) -> PassbookFace:
    return PassbookFace(
        "时间银行", "和睦街道", "李建国", "001-00012", "小时",
        [PassbookLine(date(2026, 3, 1), f"第{n}笔", "1 小时", "", f"{n} 小时") for n in range(lines)],
        "9 小时", date(2026, 11, 22),
    )  # fmt: skip


# Decoders, at the printers' own dots


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("layout", list(Layout))
def test_two_decoders_read_every_code_at_the_printers_own_dots(
    layout: Layout, language: str, tmp_path: Path
) -> None:
    tool("zbarimg")
    dpi = 203 if layout in (Layout.ROLL80, Layout.ROLL58) else 300
    printed = faces(SHEETS[layout].per_page, language)
    path = print_to_pdf(printed, layout, tmp_path / "vouchers.pdf")
    run("pdftoppm", "-r", dpi, "-gray", "-png", path, tmp_path / "page")
    found: list[str] = []
    for page in sorted(tmp_path.glob("page*.png")):
        found += [each.text for each in zxingcpp.read_barcodes(Image.open(page))]
    assert sorted(found) == codes(printed)
    said = run("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", *sorted(tmp_path.glob("page*.png")))
    assert sorted(said.split()) == codes(printed)


@pytest.mark.parametrize("layout", [Layout.CARD, Layout.A4])
@pytest.mark.parametrize(("name", "language"), [("李建国", "zh_CN"), ("Abdurehim Nurmuhemmet-Ismail", "en")])
def test_a_member_card_holds_the_number_that_the_desk_knows(
    layout: Layout, name: str, language: str, tmp_path: Path
) -> None:
    tool("zbarimg")
    path = print_cards([card(name, language)], layout, tmp_path / "card.pdf")
    run("pdftoppm", "-r", 300, "-gray", "-png", path, tmp_path / "page")
    page = next(tmp_path.glob("page*.png"))
    assert [each.text for each in zxingcpp.read_barcodes(Image.open(page))] == ["001-00012"]
    assert run("zbarimg", "-q", "--raw", page).split() == ["001-00012"]
    words = "".join(run("pdftotext", path, "-").split())
    assert "".join(name.split()) in words
    assert "001-00012" in words


@pytest.mark.parametrize("layout", list(Layout))
def test_long_names_are_never_cut(layout: Layout, tmp_path: Path) -> None:
    names = (
        ("zh_CN", "拱墅区和睦街道华丰社区居家养老服务照料中心", "华丰村便民服务站"),
        ("en", "Huafeng Community Home-Care Service Centre", "Huafeng village station"),
    )
    for language, station, lock in names:
        for locked in (None, lock):
            face = replace(faces(1, language)[0], station_name=station, locked_to=locked)
            path = print_to_pdf([face], layout, tmp_path / f"{language}-{locked}.pdf")
            said = "".join(run("pdftotext", "-raw", path, "-").split())
            assert "…" not in said
            assert "".join(station.split()) in said
            assert locked is None or "".join(locked.split()) in said


# A printer's margins


@pytest.mark.parametrize("layout", [Layout.A4, Layout.A4_3X8])
def test_nothing_lies_outside_what_the_printer_reaches(layout: Layout) -> None:
    printed = faces(SHEETS[layout].per_page)
    image = grey(page_image(paged_vouchers(printed, layout, margins=HARD), 0, 200))
    left, top, right, bottom = ink(image, 200)
    width, height = SHEETS[layout].page
    assert left >= HARD.left - 0.1
    assert top >= HARD.top - 0.1
    assert right <= width - HARD.right + 0.1
    assert bottom <= height - HARD.bottom + 0.1
    assert len(zxingcpp.read_barcodes(image)) == len(printed)


def test_a_sheet_that_fits_is_moved_and_one_that_does_not_is_made_smaller_and_still_read() -> None:
    sheet = SHEETS[Layout.A4_3X8]
    assert placed(sheet, Margins()).share == 1
    moved = placed(sheet, HARD)
    assert (moved.share, moved.top < placed(sheet, Margins()).top) == (1, True)
    wide = Margins(12, 12, 12, 12)
    smaller = paged_vouchers(faces(24), Layout.A4_3X8, margins=wide)
    assert 0.85 < smaller.share < 1
    image = grey(page_image(smaller, 0, 300))
    assert ink(image, 300)[0] >= 11.9
    assert len(zxingcpp.read_barcodes(image)) == 24


def test_margins_that_would_make_codes_too_small_are_refused() -> None:
    with pytest.raises(Fault) as caught:
        paged_vouchers(faces(1), Layout.CARD, margins=Margins(12, 12, 12, 12))
    assert caught.value.code == "margins_too_wide"


def test_cut_marks_keep_to_the_usual_margins_where_the_printer_is_not_known() -> None:
    image = grey(page_image(paged_vouchers(faces(24), Layout.A4_3X8), 0, 200))
    left, top, right, bottom = ink(image, 200)
    assert min(left, top, 210 - right, 297 - bottom) >= 4.15


# Sheets that were used before


def test_a_used_sheet_is_gone_on_with_at_its_first_free_place(tmp_path: Path) -> None:
    printed = faces(5)
    path = print_to_pdf(printed, Layout.A4, tmp_path / "x.pdf", first=7)
    assert sorted(read_all_codes(path)) == codes(printed)
    assert (pages(Layout.A4, 5, 7), pages(Layout.A4, 3, 7), pages(Layout.A4, 3, 8)) == (2, 1, 2)
    first = grey(page_image(paged_vouchers(printed, Layout.A4, first=7), 0, 100))
    top = ink(first, 100)[1]
    assert top > 11 + 3 * 55 - 2  # nothing, not even a mark, where vouchers were cut out


# Rolls


@pytest.mark.parametrize("layout", [Layout.ROLL80, Layout.ROLL58])
def test_a_roll_is_as_long_as_its_vouchers_need(layout: Layout) -> None:
    plain = replace(faces(1)[0], kind="credit", station_name="站", locked_to=None)
    long = replace(plain, station_name="拱墅区和睦街道华丰社区居家养老服务照料中心" * 4, locked_to="华丰村站")
    short, tall = (sheet_for(layout, [face]).page[1] for face in (plain, long))
    assert tall > short + 10
    paged = paged_vouchers([plain, long], layout)
    assert paged.page[1] == tall
    image = grey(page_image(paged, 1, 203))
    left, _, right, bottom = ink(image, 203)
    assert bottom < tall
    body = image.crop((0, 0, image.width, image.height - 16))
    edge = SHEETS[layout].edge
    assert ink(body, 203)[0] >= edge - 0.2
    assert ink(body, 203)[2] <= paged.page[0] - edge + 0.2
    assert [left, right] == pytest.approx([0, paged.page[0]], abs=0.3)  # the line to tear along


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("layout", list(SLIPS))
def test_a_slip_says_what_was_done_and_what_is_left(layout: str, language: str, tmp_path: Path) -> None:
    path = write_paged(paged_slip(slip(language), layout), tmp_path / "slip.pdf")
    words = "".join(run("pdftotext", path, "-").split())
    for said in ("王秀英", "001-00004", "8小时30分钟", "陪同就医", "和睦街道居家养老服务中心"):
        assert said in words
    assert "Pages:           1" in run("pdfinfo", path)


def test_a_long_slip_is_longer_on_a_roll_and_takes_another_page_of_a5() -> None:
    assert paged_slip(slip(lines=20), "roll80").page[1] > paged_slip(slip(), "roll80").page[1] + 50
    assert paged_slip(slip(lines=20), "roll80").count == 1
    assert paged_slip(slip(lines=20), "a5").count == 2


# Passbooks


def test_a_passbook_goes_on_below_the_lines_that_stand_there() -> None:
    whole, more = (page_image(paged_passbook(passbook(10), printed=n), 0, 60) for n in (0, 6))
    box = ink(grey(more), 60)
    assert box[1] > 69 + 8.4 * 6  # nothing above the seventh line
    old, new = grey(whole), grey(more)
    # The new lines lie exactly where they would on a page that is printed whole.
    area = (0, round((69 + 8.4 * 7.1) / 25.4 * 60), old.width, round((69 + 8.4 * 10.5) / 25.4 * 60))
    assert old.crop(area).tobytes() == new.crop(area).tobytes()


def test_a_passbook_goes_on_over_the_end_of_the_page(tmp_path: Path) -> None:
    paged = paged_passbook(passbook(ROWS + 3), printed=ROWS - 2)
    assert paged.count == 2
    words = "".join(run("pdftotext", write_paged(paged, tmp_path / "x.pdf"), "-").split())
    assert f"第{ROWS - 3}笔" not in words
    assert all(f"第{n}笔" in words for n in range(ROWS - 2, ROWS + 3))
    assert paged_passbook(passbook(ROWS + 3), printed=ROWS).count == 1


# The test page, and printers


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("paper", list(PAGES))
def test_a_test_page_frames_what_the_printer_reaches(paper: str, language: str) -> None:
    margins = Margins(3, 3, 3, 6)
    paged = paged_trial(TrialFace("HP", "和睦街道", "2026-11-22", language), PAGES[paper], margins)
    image = grey(page_image(paged, 0, 203))
    width, height = PAGES[paper]
    assert ink(image, 203) == pytest.approx((3.2, 3.2, width - 3.2, height - 6.2), abs=0.25)
    assert [each.text for each in zxingcpp.read_barcodes(image)] == list(paged.codes(0))


def pdf_printer(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_a_printer_takes_a_used_sheet_and_copies(tmp_path: Path) -> None:
    printed = faces(4)
    assert print_to_printer(pdf_printer(tmp_path / "a.pdf"), printed, Layout.A4, first=9) == 4
    assert sorted(read_all_codes(tmp_path / "a.pdf")) == codes(printed)
    printer = pdf_printer(tmp_path / "b.pdf")
    printer.setCopyCount(3)
    send_paged(printer, paged_cards([card()], Layout.CARD))
    assert "Pages:           3" in run("pdfinfo", tmp_path / "b.pdf")


def test_a_lying_page_stays_lying_on_a_printer(tmp_path: Path) -> None:
    lying = Paged("x", (297.0, 210.0), 600, 1, lambda painter, _page: painter.drawLine(0, 0, 29_700, 21_000))
    send_paged(pdf_printer(tmp_path / "a.pdf"), lying)
    size = run("pdfinfo", tmp_path / "a.pdf").split("Page size:")[1].split()
    assert float(size[0]) > float(size[2])


def test_a_printer_that_is_gone_and_one_that_does_not_take_it_are_said(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        named_printer("拆走的打印机")
    assert caught.value.code == "printer_gone"
    with pytest.raises(Fault) as caught:
        print_to_printer(pdf_printer(tmp_path / "nowhere" / "a.pdf"), faces(1), Layout.A4)
    assert caught.value.code == "printer_refused"


def test_stopping_a_printer_says_so(tmp_path: Path, qapp: QApplication) -> None:
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        print_to_printer(
            pdf_printer(tmp_path / "a.pdf"), faces(30), Layout.A4, cancelled=lambda: next(answers)
        )


def test_a_page_that_no_decoder_reads_does_not_go_to_the_printer(tmp_path: Path) -> None:
    blank = Paged("x", (210.0, 297.0), 600, 1, lambda _painter, _page: None, codes=lambda _page: ["TB1X"])
    with pytest.raises(Fault) as caught:
        send_paged(pdf_printer(tmp_path / "a.pdf"), blank)
    assert caught.value.code == "page_unreadable"
    with pytest.raises(Fault) as caught:
        write_paged(blank, tmp_path / "b.pdf")
    assert caught.value.code == "printed_unreadable"
    assert not (tmp_path / "b.pdf").exists()
