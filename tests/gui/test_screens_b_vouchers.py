"""The screen of vouchers: the form, the page beside it, printing, and what became of each voucher."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens_b_network import Clock, Network, double_redemption, found_hub
from screens_b_window import Shown, read

from timebank.desk.vouchers import IssueForm
from timebank.paper.reader import read_codes
from ui.look import Look, Mode, TextSize, Theme, Tone
from ui.paper.press import Order
from ui.screens.reason import ReasonAsked
from ui.screens.voucher_fields import CountLine, coming_day
from ui.screens.vouchers import VouchersScreen


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> Network:
    return found_hub(tmp_path, clock)


@pytest.fixture
def shown(look: Look, qtbot: QtBot, made: Network) -> Iterator[Shown]:
    shown = Shown(look, qtbot, made, made.hub, "vouchers")
    yield shown
    shown.close()


@pytest.fixture
def screen(shown: Shown) -> VouchersScreen:
    screen = VouchersScreen(shown.context)
    shown.show(screen)
    return screen


def issue_some(made: Network, minutes: int, count: int, expires: date | None = None) -> list[str]:
    with made.desk(made.hub) as desk:
        form = IssueForm(desk.people.find("李建国"), minutes, count, expires=expires)
        return [each.code for each in desk.vouchers.issue(form).vouchers]


def issue_to_pdf(screen: VouchersScreen, file: Path) -> None:
    screen.form.issue_as(Order(screen.form.fields.paper_layout.value, 0, 1, path=file))


def print_again(screen: VouchersScreen, file: Path) -> None:
    order = Order("a4", 0, 1, path=file)
    screen.list.with_chosen(lambda serials: screen.list.print_as(serials, order))


def balance(made: Network, name: str = "李建国") -> int:
    with made.desk(made.hub) as desk:
        return desk.people.profile(desk.people.find(name)).credit_minutes


def fill(shown: Shown, screen: VouchersScreen, amount: str, count: str = "1") -> None:
    """F5, the holder by pinyin initials, amount and count as typed."""
    shown.do("issue_voucher")
    shown.qtbot.keyClicks(screen.form.fields.holder.line, "ljg")
    shown.press(Qt.Key.Key_Return)
    shown.settle()
    screen.form.fields.amount.setText(amount)
    screen.form.fields.count.setText(count)
    shown.settle()


# The form


def test_a_holder_is_found_by_initials_and_shown_with_the_balance(
    shown: Shown, screen: VouchersScreen
) -> None:
    shown.do("issue_voucher")
    assert screen.form.fields.holder.line.hasFocus()
    shown.qtbot.keyClicks(screen.form.fields.holder.line, "ljg")
    shown.press(Qt.Key.Key_Return)
    shown.settle()
    assert "李建国" in read(screen.form.fields.holder)
    assert "7 小时" in read(screen.form.fields.holder)


def test_enter_with_several_matches_takes_nobody_before_the_arrow_keys_have_chosen(
    shown: Shown, screen: VouchersScreen
) -> None:
    shown.do("issue_voucher")
    box = screen.form.fields.holder
    box.line.setText("00")
    shown.press(Qt.Key.Key_Return)
    shown.settle()
    assert box.value is None
    assert box.list.count() == 3
    shown.press(Qt.Key.Key_Down)
    shown.press(Qt.Key.Key_Return)
    assert box.value is not None
    assert box.value.member.name == "陈美玲"


def test_a_member_sent_here_is_the_holder_already(shown: Shown, made: Network) -> None:
    with made.desk(made.hub) as desk:
        member = desk.people.find("陈美玲")
    screen = VouchersScreen(shown.context)
    shown.show(screen, member)
    assert screen.pages.currentWidget() is screen.form
    assert "陈美玲" in read(screen.form.fields.holder)
    assert screen.form.fields.amount.hasFocus()


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("2小时", 120), ("90分钟", 90), ("1.5", 90), ("１.５ 小时", 90), ("一个半小时", 90), ("1:30", 90)],
)
def test_amounts_are_taken_as_people_type_them(
    shown: Shown, screen: VouchersScreen, typed: str, minutes: int
) -> None:
    fill(shown, screen, typed, "２ 张")
    form = screen.form.fields.form()
    assert form is not None
    assert (form.minutes, form.count) == (minutes, 2)


def test_what_cannot_be_read_is_said_below_its_field_and_nothing_can_be_issued(
    shown: Shown, screen: VouchersScreen
) -> None:
    fill(shown, screen, "好多", "0")
    assert screen.form.fields.rows["amount"].problem is not None
    assert screen.form.fields.rows["count"].problem is not None
    assert not shown.context.actions["print"].isEnabled()
    assert screen.form.fields.amount.text() == "好多"


def test_more_than_the_balance_is_said_before_anything_is_tried(shown: Shown, screen: VouchersScreen) -> None:
    fill(shown, screen, "4小时", "2")
    assert "不够" in read(screen.form)
    assert not shown.context.actions["print"].isEnabled()
    screen.form.fields.count.setText("1")
    assert "开后余额 3 小时" in read(screen.form)
    assert shown.context.actions["print"].isEnabled()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3月31日", date(2027, 3, 31)),
        ("12/31", date(2026, 12, 31)),
        ("2027年3月31日", date(2027, 3, 31)),
        ("今天", date(2026, 11, 22)),
    ],
)
def test_an_end_without_a_year_is_the_next_such_day(typed: str, day: date) -> None:
    assert coming_day(typed, date(2026, 11, 22)) == day


def test_an_end_that_has_passed_is_refused_in_its_field(shown: Shown, screen: VouchersScreen) -> None:
    fill(shown, screen, "1")
    screen.form.fields.expires.setText("2026-01-01")
    assert screen.form.fields.rows["expires"].problem is not None
    assert screen.form.fields.form() is None


def test_the_arrow_keys_count(qapp: QApplication, qtbot: QtBot) -> None:
    line = CountLine(1000)
    qtbot.addWidget(line)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(line, key)
    assert line.value == 2
    line.setText("1001")
    assert line.value is None


# The preview


def test_the_preview_shows_the_page_and_issues_nothing(
    shown: Shown, screen: VouchersScreen, made: Network
) -> None:
    fill(shown, screen, "30分钟", "3")
    screen.form.fields.layout_box.setCurrentIndex(screen.form.fields.layout_box.findData("card"))
    screen.form.preview.zoom.choose("one")
    shown.settle()
    image = screen.form.preview.sheet.image
    assert image is not None
    picture = Image.frombuffer(
        "RGBA", (image.width(), image.height()), bytes(image.constBits()), "raw", "BGRA"
    )
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text.startswith("SAMPLE")
    assert balance(made) == 420
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.totals() == (0, 0)
        assert desk.vouchers.verify(code.text).verdict == "unreadable"


# Issuing


def test_a_batch_is_issued_printed_and_read_back(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, "30分钟", "12")
    file = tmp_path / "券.pdf"
    issue_to_pdf(screen, file)
    shown.settle()
    assert screen.form.notice.tone is Tone.GOOD
    assert "12 张" in screen.form.notice.text
    with made.desk(made.hub) as desk:
        lines = desk.voucher_book.lines()
        assert [line.printed for line in lines] == [1] * 12
        codes = read_codes(file)
        assert len(codes) == 12
        assert {desk.vouchers.verify(code).verdict for code in codes} == {"valid"}
    assert balance(made) == 420 - 360
    assert screen.form.fields.holder.value is None
    assert screen.form.fields.amount.text() == ""


def test_an_earlier_sheet_is_never_written_over(shown: Shown, screen: VouchersScreen, tmp_path: Path) -> None:
    file = tmp_path / "券.pdf"
    file.write_bytes(b"earlier")
    fill(shown, screen, "1小时")
    issue_to_pdf(screen, file)
    shown.settle()
    assert file.read_bytes() == b"earlier"
    assert len(read_codes(tmp_path / "券-2.pdf")) == 1


def test_pictures_for_a_chat_can_each_be_redeemed(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, "1小时", "2")
    screen.form.issue_as_pictures(tmp_path / "pictures")
    shown.settle()
    files = sorted((tmp_path / "pictures").glob("*.png"))
    assert len(files) == 2
    with made.desk(made.hub) as desk:
        for file in files:
            (code,) = read_codes(file)
            assert desk.vouchers.verify(code).verdict == "valid"


def test_a_printer_takes_the_sheets_and_there_is_no_file_to_open(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "tray.pdf"))  # a printer whose tray we can read
    fill(shown, screen, "1小时", "2")
    monkeypatch.setattr("ui.paper.press.named_printer", lambda _name, _copies: printer)
    screen.form.issue_as(Order("a4", 0, 1, printer="大厅打印机"))
    shown.settle()
    assert "打印机" in screen.form.notice.text
    assert len(read_codes(tmp_path / "tray.pdf")) == 2
    with made.desk(made.hub) as desk:
        assert [line.printed for line in desk.voucher_book.lines()] == [1, 1]


def test_stopping_while_it_prints_leaves_no_voucher_and_no_file(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, "1分钟", "400")
    issue_to_pdf(screen, tmp_path / "券.pdf")
    (job,) = shown.followed
    job.progressed.connect(lambda _done, _total: job.cancel())
    with shown.qtbot.waitSignal(job.cancelled, timeout=60_000):
        pass
    shown.settle()
    assert balance(made) == 420
    assert list(tmp_path.glob("*.pdf")) == []
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.totals(state="circulation") == (0, 0)
    assert screen.form.notice.tone is Tone.INFO
    assert screen.form.fields.holder.value is not None
    assert screen.form.fields.amount.text() == "1分钟"


def test_a_sheet_that_cannot_be_written_leaves_vouchers_that_can_be_printed_later(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, "1小时", "2")
    issue_to_pdf(screen, tmp_path / "no such folder" / "券.pdf")
    shown.settle()
    assert screen.form.notice.tone is Tone.WARN
    assert balance(made) == 420 - 120
    assert screen.back()
    shown.settle()
    screen.list.table.selectAll()
    print_again(screen, tmp_path / "later.pdf")
    shown.settle()
    assert len(read_codes(tmp_path / "later.pdf")) == 2
    with made.desk(made.hub) as desk:
        assert [line.printed for line in desk.voucher_book.lines()] == [1, 1]


def test_a_refusal_keeps_what_was_typed_and_says_so_at_the_field(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, "7小时")
    issue_some(made, 60, 1)  # meanwhile, at another place
    issue_to_pdf(screen, tmp_path / "券.pdf")
    shown.settle()
    problem = screen.form.fields.rows["amount"].problem
    assert getattr(problem, "code", "") == "not_enough"
    assert screen.form.fields.amount.text() == "7小时"
    assert not (tmp_path / "券.pdf").exists()


def test_locked_to_a_station_and_with_an_end_of_its_own(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, "1小时")
    screen.form.fields.lock.setCurrentIndex(screen.form.fields.lock.findText("和睦街道"))
    screen.form.fields.expires.setText("3月31日")
    issue_to_pdf(screen, tmp_path / "券.pdf")
    shown.settle()
    with made.desk(made.hub) as desk:
        (line,) = desk.voucher_book.lines()
        assert line.locked_to == "和睦街道"
        assert desk.vouchers.verify(read_codes(tmp_path / "券.pdf")[0]).expires == date(2027, 3, 31)


# The list


def test_the_list_filters_by_state_and_holder(shown: Shown, made: Network) -> None:
    codes = issue_some(made, 30, 3)
    with made.desk(made.hub) as desk:
        desk.vouchers.redeem(codes[0], desk.people.find("王秀英"))
    screen = VouchersScreen(shown.context)
    shown.show(screen)
    assert screen.list.model.rowCount() == 3
    screen.list.states.choose("redeemed")
    screen.list.refresh()
    shown.settle()
    assert screen.list.model.rowCount() == 1
    assert "王秀英" in read(screen.list.details)
    screen.list.states.choose("all")
    screen.list.holder.line.setText("陈美玲")
    shown.settle()
    screen.list.holder.line.setFocus()
    shown.press(Qt.Key.Key_Return)
    shown.settle()
    assert screen.list.model.rowCount() == 0
    assert not shown.context.actions["void_voucher"].isEnabled()


def test_sorting_is_done_by_the_store(shown: Shown, made: Network) -> None:
    for minutes in (60, 10, 90):
        issue_some(made, minutes, 1)
    screen = VouchersScreen(shown.context)
    shown.show(screen)
    screen.list.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    shown.settle()
    records = [screen.list.model.record(row) for row in range(3)]
    assert [record.minutes for record in records if record is not None] == [10, 60, 90]


def test_voiding_wants_a_reason_and_more_than_enter(shown: Shown, made: Network) -> None:
    issue_some(made, 60, 2)
    screen = VouchersScreen(shown.context)
    shown.show(screen)
    screen.list.table.selectAll()
    shown.do("void_voucher")
    (dialog,) = screen.findChildren(ReasonAsked)
    control = Qt.KeyboardModifier.ControlModifier
    shown.qtbot.keyClick(dialog, Qt.Key.Key_Return, control)
    assert dialog.isVisible(), "confirmed without a reason"
    dialog.edit.setText("写错了")
    shown.qtbot.keyClick(dialog.edit, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter alone confirmed"
    shown.qtbot.keyClick(dialog, Qt.Key.Key_Return, control)
    shown.settle()
    assert balance(made) == 420
    assert {screen.list.model.record(row).state for row in range(2)} == {"void"}  # type: ignore[union-attr]
    assert "写错了" in read(screen.list.details)


def test_a_reprint_keeps_the_serial_and_is_counted(shown: Shown, made: Network, tmp_path: Path) -> None:
    (code,) = issue_some(made, 60, 1)
    screen = VouchersScreen(shown.context)
    shown.show(screen)
    for name in ("one.pdf", "two.pdf"):
        print_again(screen, tmp_path / name)
        shown.settle()
        assert read_codes(tmp_path / name) == [code]
    assert "2 次" in read(screen.list.details)


def test_expired_vouchers_are_taken_back_with_one_button(shown: Shown, made: Network, clock: Clock) -> None:
    issue_some(made, 60, 1, date(2026, 11, 30))
    issue_some(made, 60, 1)
    clock.now = datetime(2026, 12, 5, 9, 0)
    screen = VouchersScreen(shown.context)
    shown.show(screen)
    screen.list.states.choose("expired")
    screen.list.refresh()
    shown.settle()
    assert "还没有退回" in read(screen.list.details)
    screen.list.expire()
    shown.settle()
    assert balance(made) == 420 - 60
    assert "1 张" in screen.list.notice.text


def test_a_voucher_used_twice_leads_to_its_case(look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    made = double_redemption(tmp_path)
    shown = Shown(look, qtbot, made, made.hub, "vouchers")
    try:
        screen = VouchersScreen(shown.context)
        shown.show(screen)
        screen.list.states.choose("redeemed")
        screen.list.refresh()
        shown.settle()
        said = read(screen.list.details)
        assert "和睦街道" in said
        assert "拱宸桥社区" in said
        screen.list.details.case.click()
        ((place, case),) = shown.went
        with made.desk(made.hub) as desk:
            assert (place, case) == ("cases", desk.cases.list()[0].key)
    finally:
        shown.close()


# The way it looks


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", list(TextSize))
def test_it_fits_the_smallest_window_in_every_size(
    shown: Shown, screen: VouchersScreen, look: Look, language: str, size: TextSize
) -> None:
    look.speech.language = language
    look.use(Theme(Mode.LIGHT, size))
    fill(shown, screen, "1小时")
    rail = look.em * 14 + 2 * look.space(5)
    assert screen.minimumSizeHint().width() <= 1366 - rail
    assert screen.minimumSizeHint().height() <= 768 - 3 * look.em


def test_the_language_changes_while_the_form_is_filled_in(
    shown: Shown, screen: VouchersScreen, look: Look
) -> None:
    fill(shown, screen, "90分钟", "2")
    look.speech.language = "en"
    assert "3 hours" in read(screen.form)
    assert screen.form.fields.form() is not None


def test_every_control_of_the_form_has_a_name(shown: Shown, screen: VouchersScreen) -> None:
    shown.do("issue_voucher")
    form = screen.form.fields
    for control in (form.holder.line, form.amount, form.count, form.expires, form.lock, form.layout_box):
        assert control.accessibleName()
