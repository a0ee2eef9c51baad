"""Printing at the desk: the preview, what it remembers, what happens when paper or printer fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget
from screens_b_network import Clock, Network, found_hub
from screens_b_window import Shown, read

from timebank.desk.desk import Desk
from timebank.desk.vouchers import Issued, IssueForm
from timebank.paper.reader import read_all_codes, read_codes
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Mode, TextSize, Theme, Tone
from ui.look.kept import PAPERS, PaperChoice, Papers
from ui.paper.press import Order
from ui.say import phrase
from ui.screens.print_dialog import Document, PrintDialog
from ui.screens.printers import LAYOUTS, PrintersCard
from ui.screens.printing import perform, print_member_card, print_pages, print_passbook, print_slip
from ui.screens.profile import passbook_face
from ui.screens.vouchers import VouchersScreen


@pytest.fixture
def made(tmp_path: Path) -> Network:
    return found_hub(tmp_path, Clock())


@pytest.fixture
def shown(look: Look, qtbot: object, made: Network) -> Iterator[Shown]:
    shown = Shown(look, qtbot, made, made.hub, "vouchers")  # type: ignore[arg-type]
    yield shown
    shown.close()


@pytest.fixture
def screen(shown: Shown) -> VouchersScreen:
    screen = VouchersScreen(shown.context)
    shown.show(screen)
    return screen


def issue(made: Network, count: int, kind: str = "credit") -> tuple[Issued, ...]:
    with made.desk(made.hub) as desk:
        return desk.vouchers.issue(IssueForm(desk.people.find("李建国"), 1, count, kind)).vouchers


def fill(shown: Shown, screen: VouchersScreen, made: Network, count: int) -> None:
    with made.desk(made.hub) as desk:
        screen.enter(desk.people.find("李建国"))
    screen.form.fields.amount.setText("10分钟")
    screen.form.fields.count.setText(str(count))
    shown.settle()


def dialogs(parent: QWidget) -> list[PrintDialog]:
    return [each for each in parent.findChildren(PrintDialog) if each.isVisible()]


def the_dialog(shown: Shown) -> PrintDialog:
    shown.settle()
    shown.qtbot.waitUntil(lambda: bool(dialogs(shown.window)) and dialogs(shown.window)[-1].view.pages > 0)
    dialog = dialogs(shown.window)[-1]
    drawn(shown, dialog)
    return dialog


def drawn(shown: Shown, dialog: PrintDialog) -> None:
    """Wait until what was chosen is in the picture."""
    shown.qtbot.waitUntil(lambda: not dialog.view.waiting)
    shown.settle()


def seen(dialog: PrintDialog) -> list[str]:
    image = dialog.view.picture.image
    assert image is not None
    return codes_in(image)


def codes_in(image: QImage) -> list[str]:
    plain = image.convertToFormat(QImage.Format.Format_Grayscale8)
    size = (plain.width(), plain.height())
    grey = Image.frombytes("L", size, bytes(plain.constBits()), "raw", "L", plain.bytesPerLine())
    return sorted(each.text for each in zxingcpp.read_barcodes(grey))


# Issuing


def test_ctrl_p_shows_samples_first_and_what_is_ordered_is_issued_from_the_place_chosen(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, made, 12)
    shown.do("print")
    dialog = the_dialog(shown)
    assert dialog.view.pages == 2
    assert "第 1 页，共 2 页" in read(dialog)
    assert "没有打印机" in read(dialog)
    assert not dialog.rows["copies"].isVisible()
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.sums().vouchers == 0
    dialog.first.setText("9")
    drawn(shown, dialog)
    dialog.view.turn(1)
    drawn(shown, dialog)
    dialog.save_to(tmp_path / "券.pdf")
    shown.settle()
    assert screen.form.notice.tone is Tone.GOOD
    assert len(read_codes(tmp_path / "券.pdf")) == 12
    assert dialogs(shown.window) == []


def test_enter_orders_nothing_and_esc_goes_back(shown: Shown, screen: VouchersScreen, made: Network) -> None:
    fill(shown, screen, made, 1)
    shown.do("print")
    dialog = the_dialog(shown)
    ordered: list[object] = []
    dialog.ordered.connect(ordered.append)
    for part in (dialog.layout_box, dialog.first, dialog.print_button):
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shown.qtbot.keyClick(part, key)
    assert dialog.isVisible()
    shown.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert ordered == []
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.sums().vouchers == 0
    assert screen.form.fields.amount.text() == "10分钟"


def test_a_place_that_the_sheet_does_not_have_is_said_at_its_field(
    shown: Shown, screen: VouchersScreen, made: Network
) -> None:
    fill(shown, screen, made, 1)
    shown.do("print")
    dialog = the_dialog(shown)
    dialog.first.setText("11")
    drawn(shown, dialog)
    assert dialog.rows["first"].problem is not None
    dialog.layout_box.setCurrentIndex(dialog.layout_box.findData("a4_3x8"))
    dialog.first.setText("11")
    drawn(shown, dialog)
    assert dialog.rows["first"].problem is None
    dialog.layout_box.setCurrentIndex(dialog.layout_box.findData("roll80"))
    drawn(shown, dialog)
    assert not dialog.rows["first"].isVisible()


def test_the_layout_is_remembered_for_the_next_time(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, made, 1)
    shown.do("print")
    dialog = the_dialog(shown)
    dialog.layout_box.setCurrentIndex(dialog.layout_box.findData("roll58"))
    drawn(shown, dialog)
    dialog.save_to(tmp_path / "a.pdf")
    shown.settle()
    assert Papers(made.hub).choice("voucher").layout == "roll58"
    assert VouchersScreen(shown.context).form.fields.paper_layout.value == "roll58"


def test_the_page_can_be_looked_at_closely(shown: Shown, screen: VouchersScreen, made: Network) -> None:
    issue(made, 3)
    screen.enter(None)
    shown.settle()
    screen.list.print_unprinted()
    dialog = the_dialog(shown)
    whole = dialog.view.picture.image
    dialog.view.zoom._buttons["double"].click()
    drawn(shown, dialog)
    close = dialog.view.picture.image
    assert whole is not None
    assert close is not None
    assert close.width() > 2 * whole.width()
    assert len(seen(dialog)) == 3
    dialog.view.zoom._buttons["page"].click()
    drawn(shown, dialog)
    assert dialog.view.picture.image is not None
    assert dialog.view.picture.image.width() == whole.width()


# What did not come out


def test_a_file_that_cannot_be_written_undoes_nothing_and_can_be_tried_again(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    fill(shown, screen, made, 2)
    shown.do("print")
    the_dialog(shown).save_to(tmp_path / "拔掉的U盘" / "券.pdf")
    shown.settle()
    assert screen.form.notice.tone is Tone.WARN
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.sums(state="unprinted").vouchers == 2
    screen.form.notice._action.click()
    dialog = the_dialog(shown)
    assert screen.pages.currentWidget() is screen.list
    assert "2 张" in screen.list.waiting.text
    dialog.save_to(tmp_path / "券.pdf")
    shown.settle()
    assert len(read_codes(tmp_path / "券.pdf")) == 2
    assert not screen.list.waiting.isVisible()
    with made.desk(made.hub) as desk:
        assert [line.printed for line in desk.voucher_book.lines()] == [1, 1]


def test_what_was_never_printed_is_listed_and_printed_unmarked_and_a_second_time_marked(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    vouchers = issue(made, 3)
    with made.desk(made.hub) as desk:
        desk.vouchers.printed(vouchers[:1])
    screen.enter(None)
    shown.settle()
    screen.list.states._buttons["unprinted"].click()
    shown.settle()
    assert screen.list.model.rowCount() == 2
    screen.list.waiting._action.click()
    dialog = the_dialog(shown)
    dialog.view.zoom._buttons["double"].click()
    drawn(shown, dialog)
    assert seen(dialog) == sorted(each.code for each in vouchers[1:])
    dialog.save_to(tmp_path / "a.pdf")
    shown.settle()
    assert screen.list.notice.tone is Tone.GOOD
    screen.list.states._buttons["all"].click()
    shown.settle()
    screen.list.table.selectAll()
    shown.do("reprint_voucher")
    the_dialog(shown).save_to(tmp_path / "b.pdf")
    shown.settle()
    assert sorted(read_codes(tmp_path / "b.pdf")) == sorted(each.code for each in vouchers)
    assert (words(tmp_path / "a.pdf").count("补打"), words(tmp_path / "b.pdf").count("补打")) == (0, 3)


def words(path: Path) -> str:
    from test_paper_sheets import run

    return run("pdftotext", path, "-")


def test_a_whole_selection_is_printed_also_rows_that_were_never_shown(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    issue(made, 400)
    screen.enter(None)
    shown.settle()
    screen.list.table.selectAll()
    shown.do("reprint_voucher")
    dialog = the_dialog(shown)
    assert dialog.view.pages == 40
    dialog.save_to(tmp_path / "all.pdf")
    shown.settle()
    assert len(read_all_codes(tmp_path / "all.pdf")) == 400
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.sums(state="unprinted").vouchers == 0


def test_a_printer_that_is_gone_is_said_calmly_and_the_preview_comes_back(
    shown: Shown, screen: VouchersScreen, made: Network
) -> None:
    vouchers = issue(made, 2)
    screen.enter(None)
    shown.settle()
    serials = [each.serial for each in vouchers]
    screen.list.print_as(serials, Order("a4", 0, 1, printer="拆走的打印机"))
    shown.settle()
    assert "拆走的打印机" in screen.list.notice.text
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.sums(state="unprinted").vouchers == 2
    screen.list.notice._action.click()
    assert the_dialog(shown).view.pages == 1


def test_of_other_paper_the_preview_comes_back_with_what_was_chosen(
    shown: Shown, screen: VouchersScreen, made: Network
) -> None:
    with made.desk(made.hub) as desk:
        member = desk.people.find("李建国")
    print_slip(shown.context, shown.window, member, "存入", [("服务", "助餐")])
    dialog = the_dialog(shown)
    dialog.layout_box.setCurrentIndex(dialog.layout_box.findData("a5"))
    drawn(shown, dialog)
    dialog._order(Order("a5", 0, 2, printer="拆走的打印机"))
    again = the_dialog(shown)
    assert again is not dialog
    assert (again.paper_layout, again.copies.value) == ("a5", 2)
    shown.qtbot.waitUntil(again.isVisible)


# Pictures


def test_a_picture_on_the_clipboard_can_be_pasted_and_redeemed(
    shown: Shown, screen: VouchersScreen, made: Network
) -> None:
    (voucher,) = issue(made, 1)
    screen.enter(None)
    shown.settle()
    screen.list.details.copy.click()
    shown.settle()
    assert screen.list.notice.tone is Tone.GOOD
    assert codes_in(QGuiApplication.clipboard().image()) == [voucher.code]
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.details(voucher.serial).line.printed == 1


# The list


def test_the_list_can_be_narrowed_to_a_kind_and_sums_are_kept_apart(
    shown: Shown, screen: VouchersScreen, made: Network
) -> None:
    issue(made, 3)
    screen.enter(None)
    shown.settle()
    assert screen.list.model.rowCount() == 3
    screen.list.unit.setCurrentIndex(screen.list.unit.findData("allowance"))
    shown.settle()
    assert screen.list.model.rowCount() == 0
    screen.list.unit.setCurrentIndex(screen.list.unit.findData("credit"))
    shown.settle()
    assert screen.list.model.rowCount() == 3
    with made.desk(made.hub) as desk:
        assert desk.voucher_book.sums() == (3, 3, 0)
        assert desk.voucher_book.sums(unit=1) == (0, 0, 0)


# Slips, cards, passbooks


def test_a_slip_is_shown_and_saved(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    got: list[PrintDialog] = []
    with made.desk(made.hub) as desk:
        member = desk.people.find("王秀英")
    print_slip(
        shown.context, shown.window, member, "服务兑换", [("兑换", "1 小时")],
        balance=("余额", "3 小时"), then=got.append,
    )  # fmt: skip
    dialog = the_dialog(shown)
    assert got == [dialog]
    assert dialog.rows["copies"].isVisible()
    dialog.save_to(tmp_path / "slip.pdf")
    shown.settle()
    assert {"王秀英", "服务兑换", "3 小时"} <= set(words(tmp_path / "slip.pdf").splitlines())
    assert shown.notices[-1][0] is Tone.GOOD


def test_cards_of_several_people_lie_on_one_sheet_and_the_desk_knows_their_numbers(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    with made.desk(made.hub) as desk:
        members = [desk.people.find(name) for name in ("李建国", "王秀英")]
    print_member_card(shown.context, shown.window, members)
    dialog = the_dialog(shown)
    dialog.layout_box.setCurrentIndex(dialog.layout_box.findData("a4"))
    drawn(shown, dialog)
    assert dialog.view.pages == 1
    dialog.save_to(tmp_path / "cards.pdf")
    shown.settle()
    numbers = sorted(read_all_codes(tmp_path / "cards.pdf"))
    assert numbers == sorted(each.number for each in members)
    with made.desk(made.hub) as desk:
        assert [desk.people.search(number)[0].number for number in numbers] == numbers


def test_a_passbook_is_gone_on_with_where_it_ended_last_time(
    shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path
) -> None:
    def asked() -> PrintDialog:
        print_passbook(shown.context, shown.window, face)
        return the_dialog(shown)

    def face(desk: Desk) -> object:
        return passbook_face(desk, desk.people.find("李建国"), "zh_CN")

    dialog = asked()
    assert dialog.first.value == 1
    dialog.save_to(tmp_path / "first.pdf")
    shown.settle()
    with made.desk(made.hub) as desk:
        lines = len(face(desk).lines)  # type: ignore[attr-defined]
    issue(made, 1)
    dialog = asked()
    assert dialog.first.value == lines + 1
    dialog.save_to(tmp_path / "more.pdf")
    shown.settle()
    first, more = words(tmp_path / "first.pdf"), words(tmp_path / "more.pdf")
    assert "时间存折" in first
    assert "时间存折" not in more
    assert "2026-11" in more


def test_rare_characters_are_warned_of(shown: Shown, screen: VouchersScreen) -> None:
    document = Document(
        "report", "报表", "x.pdf", lambda *_: pytest.fail("not drawn"), ("a4",), letters="𠮷野"
    )
    dialog = PrintDialog(shown.context, document, shown.window)
    assert "𠮷" in dialog.warning.text
    assert "野" not in dialog.warning.text
    dialog.deleteLater()


def test_stopping_leaves_no_file(shown: Shown, screen: VouchersScreen, made: Network, tmp_path: Path) -> None:
    from test_paper_sheets import faces

    from ui.screens.voucher_document import voucher_document

    document = voucher_document(faces(300), "x.pdf")
    order = Order("a4", 0, 1, path=tmp_path / "x.pdf")
    perform(shown.context, document, order, lambda *_: pytest.fail("refused"))
    (job,) = shown.followed
    job.progressed.connect(lambda _done, _total: job.cancel())
    with shown.qtbot.waitSignal(job.cancelled):
        pass
    shown.settle()
    assert not (tmp_path / "x.pdf").exists()


# Settings


def test_settings_keep_a_layout_for_each_kind_of_paper(
    shown: Shown, screen: VouchersScreen, made: Network
) -> None:
    card = PrintersCard(shown.context)
    shown.qtbot.addWidget(card)
    card.read()
    shown.settle()
    assert set(card.printers) == set(PAPERS) == set(LAYOUTS)
    box = card.layouts["slip"]
    box.setCurrentIndex(box.findData("a5"))
    box.activated.emit(box.currentIndex())
    assert Papers(made.hub).choice("slip") == PaperChoice("", "a5", 1)
    with made.desk(made.hub) as desk:
        member: MemberRecord = desk.people.find("李建国")
    print_slip(shown.context, shown.window, member, "存入", [])
    assert the_dialog(shown).paper_layout == "a5"


def test_a_test_page_is_saved_where_there_is_no_printer(
    shown: Shown, screen: VouchersScreen, tmp_path: Path
) -> None:
    card = PrintersCard(shown.context)
    shown.qtbot.addWidget(card)
    card.print_trial((210.0, 297.0), "", tmp_path / "trial.pdf")
    shown.settle()
    assert len(read_all_codes(tmp_path / "trial.pdf")) == 1
    assert "trial.pdf" in card.notice.text
    card.print_trial((210.0, 297.0), "拆走的打印机", None)
    shown.settle()
    assert card.notice.tone is Tone.BAD


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", list(TextSize))
def test_the_preview_speaks_and_fits_in_every_size(
    shown: Shown, screen: VouchersScreen, look: Look, size: TextSize, language: str
) -> None:
    look.use(Theme(Mode.DARK, size))
    look.speech.language = language
    from test_paper_sheets import faces

    from ui.screens.voucher_document import voucher_document

    dialog = print_pages(
        shown.context, shown.window, voucher_document(faces(3), phrase("printing.trial_file"))
    )
    the_dialog(shown)
    assert dialog.width() <= 1366
    assert dialog.height() <= 768
    for button in (dialog.print_button, dialog.trial_button, dialog.close_button):
        assert button.width() >= button.sizeHint().width()
        assert button.height() >= 44
        assert button.accessibleName()
    for row in dialog.rows.values():
        assert row.editor.accessibleName()
    dialog.reject()
