"""Vouchers on paper: every layout, in both languages, read back by programs that are not ours."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from timebank.outcome import Cancelled, Fault
from timebank.paper.faces import Layout, PassbookFace, PassbookLine, VoucherFace
from timebank.paper.reader import read_all_codes, read_codes, verify_printed
from ui.paper.passbook import print_passbook
from ui.paper.pdf import scale_to_mm
from ui.paper.sheets import pages, preview_image, print_to_pdf, print_to_printer
from ui.paper.voucher import SHEETS, paint_voucher

pytestmark = pytest.mark.usefixtures("qapp")
WORDS = {
    "zh_CN": ("和睦时间银行", "拱墅区和睦街道华丰社区居家养老服务照料中心", "1 小时 30 分钟", "不可兑换现金"),
    "en": ("Hemu Time Bank", "Huafeng Home-Care Centre", "1 hour 30 min", "Not convertible to cash"),
}


def faces(count: int, language: str = "zh_CN", seed: int = 1) -> list[VoucherFace]:
    return list(stream(count, language, seed))


def stream(count: int, language: str = "zh_CN", seed: int = 1) -> Iterator[VoucherFace]:
    dice = random.Random(seed)
    network, station, amount, _ = WORDS[language]
    for number in range(count):
        text = "".join(dice.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=148))
        yield VoucherFace(
            code=f"TB1{text}",
            serial_text=f"{text[:4]}-{text[4:8]}-{text[8:12]}-{text[12]}",
            kind="credit" if number % 2 else "allowance",
            minutes=90,
            amount_text=amount,
            unit_name="小时",
            network_name=network,
            station_name=station,
            holder_number=f"HM-{number:06}",
            issued=date(2026, 11, 22),
            expires=date(2027, 11, 22) if number % 3 else None,
            locked_to="华丰村站" if number % 4 == 1 else None,
            reprint=number % 5 == 2,
            language=language,
        )


def codes(printed: list[VoucherFace]) -> list[str]:
    return sorted(face.code for face in printed)


def tool(name: str) -> str:
    """An outside program; without it the test is skipped here, and fails where CI must have it."""
    path = shutil.which(name)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return path


def run(name: str, *arguments: object) -> str:
    return subprocess.run(
        [tool(name), *map(str, arguments)], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("layout", list(Layout))
def test_every_voucher_is_read_back_from_the_paper(layout: Layout, language: str, tmp_path: Path) -> None:
    printed = faces(SHEETS[layout].per_page + 1, language)
    path = print_to_pdf(printed, layout, tmp_path / "vouchers.pdf")
    assert sorted(read_codes(path)) == codes(printed)
    fonts = run("pdffonts", path).splitlines()[2:]
    assert fonts
    assert all("TimebankSans" in line and " yes " in line for line in fonts)
    text = "".join(run("pdftotext", path, "-").split())
    for word in (WORDS[language][0], WORDS[language][2], WORDS[language][3], printed[-1].serial_text):
        assert "".join(word.split()) in text


@pytest.mark.parametrize("layout", list(Layout))
def test_zbar_reads_them_too(layout: Layout, tmp_path: Path) -> None:
    tool("zbarimg")
    printed = faces(SHEETS[layout].per_page)
    path = print_to_pdf(printed, layout, tmp_path / "vouchers.pdf")
    run("pdftoppm", "-r", 200, "-gray", "-png", path, tmp_path / "page")
    found = run("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", *tmp_path.glob("page*.png"))
    assert sorted(found.split()) == codes(printed)


def test_a_sheet_of_thirty_fills_three_pages(tmp_path: Path) -> None:
    printed = faces(30)
    assert pages(Layout.A4, 30) == 3
    assert (pages(Layout.A4, 31), pages(Layout.A4_3X8, 30), pages(Layout.CARD, 0)) == (4, 2, 0)
    path = print_to_pdf(printed, Layout.A4, tmp_path / "thirty.pdf")
    assert "Pages:           3" in run("pdfinfo", path)
    assert verify_printed(path, [face.code for face in printed]) == 30
    with pytest.raises(Fault) as caught:
        verify_printed(path, [*(face.code for face in printed), "TB1MISSING"])
    assert caught.value.code == "printed_unreadable"
    assert (caught.value.facts["missing"], caught.value.facts["vouchers"]) == (1, 31)


@pytest.mark.parametrize("layout", list(Layout))
def test_modules_are_whole_dots_of_at_least_half_a_millimetre(layout: Layout, tmp_path: Path) -> None:
    sheet = SHEETS[layout]
    path = print_to_pdf(faces(1), layout, tmp_path / "one.pdf")
    run("pdftoppm", "-r", sheet.dpi, "-gray", "-png", path, tmp_path / "page")
    page = Image.open(next(tmp_path.glob("page*.png"))).convert("L").point(lambda grey: 255 * (grey > 127))
    left, top, size = finder(page)
    dots = size // 7
    assert size % 7 == 0
    assert dots / sheet.dpi * 25.4 >= 0.5
    side = dots * 41
    symbol = page.crop((left, top, left + side, top + side))
    small = symbol.resize((41, 41), Image.Resampling.NEAREST)
    assert small.resize((side, side), Image.Resampling.NEAREST).tobytes() == symbol.tobytes()
    quiet = 4 * dots
    around = page.crop((left - quiet, top - quiet, left + side + quiet, top + side + quiet))
    around.paste(255, (quiet, quiet, quiet + side, quiet + side))
    assert around.getextrema() == (255, 255)


def finder(page: Image.Image) -> tuple[int, int, int]:
    """The corner of the QR's upper left finder and its width in dots, by zxing's own position."""
    position = zxingcpp.read_barcodes(page)[0].position
    half = (position.top_right.x - position.top_left.x) / 41 / 2
    x, y = round(position.top_left.x + half), round(position.top_left.y + half)
    while page.getpixel((x - 1, y)) == 0:
        x -= 1
    while page.getpixel((x, y - 1)) == 0:
        y -= 1
    width = 0
    while page.getpixel((x + width, y)) == 0:
        width += 1
    return x, y, width


def test_preview_and_paper_show_the_same(tmp_path: Path) -> None:
    printed = faces(10)
    path = print_to_pdf(printed, Layout.A4, tmp_path / "vouchers.pdf")
    run("pdftoppm", "-r", 72, "-gray", "-png", path, tmp_path / "page")
    paper = Image.open(next(tmp_path.glob("page*.png"))).convert("L").reduce(8)
    image = preview_image(printed, Layout.A4, 72).convertToFormat(QImage.Format.Format_Grayscale8)
    preview = Image.frombytes(
        "L", (image.width(), image.height()), bytes(image.constBits()), "raw", "L", image.bytesPerLine()
    ).reduce(8)
    size = (min(paper.width, preview.width), min(paper.height, preview.height))
    pairs = zip(paper.crop((0, 0, *size)).tobytes(), preview.crop((0, 0, *size)).tobytes(), strict=True)
    differences = [abs(a - b) for a, b in pairs]
    assert sum(differences) / len(differences) < 6


def test_the_preview_turns_its_pages() -> None:
    printed = faces(12)
    first, second = (preview_image(printed, Layout.A4, 150, page=page) for page in (1, 2))
    assert first.size() == second.size()
    assert first != second


def test_credit_and_allowance_differ_on_a_printer_without_colour() -> None:
    face = faces(1)[0]
    for layout in Layout:
        images = [
            preview_image([replace(face, kind=kind)], layout, 100).convertToFormat(QImage.Format.Format_Mono)
            for kind in ("credit", "allowance")
        ]
        assert images[0] != images[1]


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    for after in (0, 2, 5):  # before, while printing, while reading back
        asked = iter([False] * after + [True])
        with pytest.raises(Cancelled):
            print_to_pdf(faces(30), Layout.A4, tmp_path / "x.pdf", cancelled=lambda: next(asked))  # noqa: B023
        assert list(tmp_path.iterdir()) == []


def test_progress_goes_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    print_to_pdf(faces(25), Layout.A4, tmp_path / "x.pdf", lambda done, total: seen.append((done, total)))
    assert seen == [(10, 50), (20, 50), (25, 50), (35, 50), (45, 50), (50, 50)]


def test_an_unreadable_print_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(painter: QPainter, page: object, layout: Layout) -> None:
        painter.fillRect(0, 0, 100, 100, "black")

    monkeypatch.setattr("ui.paper.sheets.paint_voucher", spoil)
    with pytest.raises(Fault) as caught:
        print_to_pdf(faces(3), Layout.A4, tmp_path / "x.pdf")
    assert caught.value.code == "printed_unreadable"
    assert caught.value.facts == {"file": "x.pdf", "missing": 3, "vouchers": 3}
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        print_to_pdf(faces(1), Layout.A4, tmp_path / "stick" / "x.pdf")
    assert caught.value.code == "folder_missing"


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file may grow beyond 64 KB: the nearest thing to a full disk that a test may have."""
    import resource  # not on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
@pytest.mark.usefixtures("little_room")
def test_a_disk_that_takes_no_more_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        print_to_pdf(faces(60), Layout.A4, tmp_path / "x.pdf")
    assert caught.value.code in ("disk_full", "file_not_written")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_sheet_is_not_overwritten(tmp_path: Path) -> None:
    first, second = faces(1, seed=1), faces(1, seed=2)
    for printed in (first, second):
        print_to_pdf(printed, Layout.CARD, tmp_path / "x.pdf", never_overwrite=True)
    assert read_codes(tmp_path / "x.pdf") == codes(first)
    assert read_codes(tmp_path / "x-2.pdf") == codes(second)


def test_a_printer_gets_pages_that_were_looked_at(tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printed = faces(12)
    assert print_to_printer(printer, printed, Layout.A4) == 12
    assert sorted(read_codes(tmp_path / "printed.pdf")) == codes(printed)


def test_a_longer_code_still_prints_in_every_layout(tmp_path: Path) -> None:
    longer = [replace(face, code=face.code + "0123456789") for face in faces(2)]
    for layout in Layout:
        path = print_to_pdf(longer, layout, tmp_path / f"{layout}.pdf")
        assert sorted(read_codes(path)) == codes(longer)


def test_sheets_are_printed_beside_the_screen(tmp_path: Path) -> None:
    batches = [faces(20, seed=seed) for seed in range(4)]
    with ThreadPoolExecutor(2) as workers:
        paths = workers.map(
            lambda numbered: print_to_pdf(numbered[1], Layout.A4, tmp_path / f"{numbered[0]}.pdf"),
            enumerate(batches),
        )
        assert [sorted(read_codes(path)) for path in paths] == [codes(batch) for batch in batches]


def test_a_photographed_sheet_is_read(tmp_path: Path) -> None:
    printed = faces(10)
    preview_image(printed, Layout.A4, 220).save(str(tmp_path / "scan.png"))
    photo = Image.open(tmp_path / "scan.png").convert("L").rotate(3, expand=True, fillcolor=130)
    photo.save(tmp_path / "photo.jpg", quality=60)
    assert sorted(read_codes(tmp_path / "photo.jpg")) == codes(printed)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (24, 1), (25, 2), (60, 3)])
def test_a_passbook_goes_on_over_pages(language: str, count: int, sheets: int, tmp_path: Path) -> None:
    face = PassbookFace(
        network_name="和睦时间银行",
        station_name="和睦社区服务中心",
        holder_name="张䶮",
        holder_number="HM-000123",
        unit_name="小时",
        lines=[
            PassbookLine(date(2026, 3, 1), f"助餐服务第{number}次", "2 小时", "", f"{2 * number} 小时")
            for number in range(count)
        ],
        honour_text="1,286 小时",
        printed=date(2026, 11, 22),
        language=language,
    )
    path = print_passbook(face, tmp_path / "passbook.pdf")
    assert f"Pages:           {sheets}\n" in run("pdfinfo", path)
    text = "".join(run("pdftotext", path, "-").split())
    assert text.count("张䶮") == sheets
    assert all(f"助餐服务第{number}次" in text for number in range(count))
    assert all("TimebankSans" in line for line in run("pdffonts", path).splitlines()[2:])
    assert read_all_codes(path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no getrusage")
def test_memory_stays_flat_in_the_count(tmp_path: Path, qapp: QApplication) -> None:
    """A fresh process prints 50 and then 1,000 vouchers; its peak hardly moves."""
    script = (
        "import resource, sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from test_paper_sheets import stream\n"
        "from timebank.paper.faces import Layout; from ui.paper.sheets import print_to_pdf\n"
        "def peak(n):\n"
        "    print_to_pdf(stream(n), Layout.A4, Path(sys.argv[1]), read_back=False)\n"
        "    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(peak(50), peak(1000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "x.pdf"), str(Path(__file__).parent)],
        check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    few, many = map(int, done.stdout.split())
    assert many - few < 24 << 10  # KB


def test_the_same_routine_serves_every_painter() -> None:
    """A voucher painted alone at an odd scale is read back like the one on the sheet."""
    face = faces(1)[0]
    image = QImage(900, 560, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    scale_to_mm(painter, 237)
    paint_voucher(painter, face, Layout.A4)
    painter.end()
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [face.code]
