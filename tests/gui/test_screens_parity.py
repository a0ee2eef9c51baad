"""What was only at the command line and is in the window now, each worked there on a real desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot
from screens_a_office import AROUND, Hands, Office
from screens_b_network import carry, enrol_centre, found_hub
from screens_b_window import Shown

from timebank.desk import desktop_entry, network
from timebank.desk.certificates import CertificateForm
from timebank.desk.operators import Operator
from timebank.exchange import outgoing
from ui.look import Look
from ui.screens.drives import DriveWatch
from ui.screens.errands import IssueCertificate
from ui.screens.exchange import ExchangeScreen
from ui.screens.people import PeopleScreen
from ui.screens.profile_details import DetailsTab
from ui.screens.reason import ReasonAsked
from ui.screens.reports import ReportsScreen
from ui.screens.settings import SettingsScreen
from ui.screens.vouchers import VouchersScreen
from ui.screens.workplace import Workplace
from ui.widgets import Button, Toggle
from ui.window import Window, settle

Open = Callable[[Path], Window]
ROSTER = "姓名,手机\n孙大圣,13900010007\n猪悟能,13900010008\n李建国,13900019999\n"


def asked(window: Window) -> ReasonAsked:
    """The question about a reason that is open."""
    settle(window)
    found = [each for each in window.findChildren(ReasonAsked) if each.isVisible()]
    assert len(found) == 1
    return found[0]


# A registration by mistake -------------------------------------------------------------------------------


@pytest.fixture
def imported(people: PeopleScreen, window: Window, hands: Hands, tmp_path: Path) -> PeopleScreen:
    """A wrong roster, on the books."""
    path = tmp_path / "名单.csv"
    path.write_text(ROSTER, "utf-8")
    hands.control(Qt.Key.Key_I)
    people.importing.open(path)
    settle(window)
    hands.control(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_Return)
    assert people.importing.steps.current == "done"
    return people


def test_a_wrong_roster_is_taken_back_where_it_was_imported(
    imported: PeopleScreen, window: Window, office: Office
) -> None:
    page = imported.importing
    assert page.take_back.isVisible()
    page.take_back.click()
    question = asked(window)
    assert "3 人" in question.windowTitle() or "人的登记" in question.windowTitle()
    assert "孙大圣" in question.accessibleDescription()
    assert not question.confirm.isEnabled(), "not without a reason"
    question.edit.setText("名单拿错了")
    question.confirm.click()
    settle(window)
    assert "已撤销" in page.notice.text
    with office.desk() as desk:
        assert not desk.people.search("孙大圣")
        assert desk.people.find("李建国").known
    assert not page.take_back.isVisible()


def test_people_chosen_in_the_list_are_taken_back_and_those_with_services_stay(
    people: PeopleScreen, window: Window, hands: Hands, office: Office
) -> None:
    people.list.table.selectAll()
    hands.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    question = asked(window)
    said = question.accessibleDescription()
    assert said.index("陈美玲") < said.index("李建国"), "who stays is told after who goes"
    question.edit.setText("登记错了")
    question.confirm.click()
    settle(window)
    with office.desk() as desk:
        assert [each.name for each in desk.people.search("")] == ["李建国", "王秀英"]
        assert desk.upkeep.check().ok


def test_who_has_services_cannot_be_taken_back_and_the_screen_says_what_to_do(
    people: PeopleScreen, window: Window, office: Office, hands: Hands, work: Workplace
) -> None:
    people.show_member(office.member("李建国"))
    settle(window)
    work.actions_table["unregister"].trigger()
    settle(window)
    assert not [each for each in window.findChildren(ReasonAsked) if each.isVisible()]
    assert "销户" in work.notice.text


# Old deeds ------------------------------------------------------------------------------------------------


def test_a_transfer_of_long_ago_is_taken_back_in_the_passbook(
    people: PeopleScreen, window: Window, office: Office, hands: Hands
) -> None:
    li, chen = office.member("李建国"), office.member("陈美玲")
    with office.desk() as desk:
        desk.credit.move(li, chen, 60, "谢谢")
        before = desk.people.profile(li).credit_minutes
    people.show_member(li)
    settle(window)
    book = people.profile.passbook
    lines = [book.rows.record(row) for row in range(book.rows.rowCount())]
    book.table.go(next(at for at, line in enumerate(lines) if line.what == "voucher"))
    assert not book.reverse.isVisible(), "a voucher is withdrawn, not reversed"
    book.table.go(next(at for at, line in enumerate(lines) if line.what == "move"))
    book.reverse.click()
    book.reversal.reason.setText("转错人")
    hands.control(Qt.Key.Key_Return)
    assert office.credit("李建国") == before + 60
    assert all(book.rows.record(row).what != "move" for row in range(book.rows.rowCount()))


def test_escape_leaves_the_passbook_as_it_is(
    people: PeopleScreen, window: Window, office: Office, hands: Hands
) -> None:
    people.show_member(office.member("李建国"))
    settle(window)
    book = people.profile.passbook
    book.table.go(book.rows.rowCount() - 1)
    book.reverse.click()
    assert book.changing
    hands.key(Qt.Key.Key_Escape)
    assert not book.changing
    assert people._pages.currentWidget() is people.profile


def test_a_redemption_is_taken_back_where_the_voucher_is_seen(
    work: Workplace, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        desk.vouchers.redeem(office.codes[0], desk.people.find("陈美玲"))
    work.go("vouchers")
    settle(window)
    screen = work.screens["vouchers"]
    assert isinstance(screen, VouchersScreen)
    lines = [screen.list.model.record(row) for row in range(2)]
    screen.list.table.go(next(at for at, line in enumerate(lines) if line and line.state == "redeemed"))
    settle(window)
    button = next(each for each in screen.list.details.findChildren(Button) if "冲正这次核销" in each.text())
    button.click()
    question = asked(window)
    question.edit.setText("核错了")
    question.confirm.click()
    settle(window)
    assert "又在流通中" in work.notice.text
    with office.desk() as desk:
        assert len(desk.vouchers.list("circulation")) == 2
    assert office.credit("陈美玲") == 0


# Consents, looks, certificates ----------------------------------------------------------------------------


def details(people: PeopleScreen, window: Window, office: Office) -> DetailsTab:
    people.show_member(office.member("王秀英"))
    settle(window)
    people.profile.show_tab("details")
    settle(window)
    return people.profile.details


def test_a_consent_for_a_purpose_of_ones_own_is_given_and_withdrawn(
    people: PeopleScreen, window: Window, office: Office, hands: Hands
) -> None:
    tab = details(people, window, office)
    tab.purpose.setFocus()
    tab.purpose.setText("合唱团通讯录")
    hands.key(Qt.Key.Key_Return)
    assert office.member("王秀英").consents == ("合唱团通讯录",)
    assert tab.purpose.text() == ""
    toggle = next(each for each in tab.findChildren(Toggle) if each.text() == "合唱团通讯录")
    toggle.click()
    settle(window)
    assert office.member("王秀英").consents == ()


def test_all_looks_at_a_person_are_shown_on_request(
    people: PeopleScreen, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        desk.operators.appoint("钱主任", "coordinator")
        wang = desk.people.find("王秀英")
        for _ in range(60):
            desk.access.reveal(wang)
    people._context.permission.put(Operator(2, "钱主任", "coordinator", False))
    tab = details(people, window, office)
    shown = len(tab._grid.texts)
    tab.all_looks.click()
    settle(window)
    assert len(tab._grid.texts) == 2 * 60 > shown
    assert not tab.all_looks.isVisible()


def test_certificates_printed_here_are_listed(work: Workplace, window: Window, office: Office) -> None:
    with office.desk() as desk:
        made = desk.certificates.prepare(CertificateForm(desk.people.find("李建国")))
        desk.certificates.register(made)
    work.go("reports", IssueCertificate(office.member("李建国")))
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    model = screen.certificate.issued.model
    assert [model.record(row).number for row in range(model.rowCount())] == [made.number]


# The applications menu -------------------------------------------------------------------------------------


@pytest.mark.skipif(not desktop_entry.possible(), reason="a Linux desktop")
def test_the_program_is_put_among_the_applications_and_taken_away(
    work: Workplace, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    work.go("settings", "support")
    settle(window)
    screen = work.screens["settings"]
    assert isinstance(screen, SettingsScreen)
    card = screen.about
    assert card.entry.text().replace("&", "") == "放进应用菜单"
    card.entry.click()
    settle(window)
    assert (tmp_path / "share" / "applications" / "timebank.desktop").exists()
    card.entry.click()
    settle(window)
    assert not desktop_entry.installed()


# Files from other stations ---------------------------------------------------------------------------------


def test_everything_is_written_for_a_station_that_lost_what_it_had(
    look: Look, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "SMALL", 0)  # so little is otherwise always written whole
    made = enrol_centre(found_hub(tmp_path), tmp_path)
    carry(made, made.hub, made.station, tmp_path)
    carry(made, made.station, made.hub, tmp_path)
    shown = Shown(look, qtbot, made, made.hub, "exchange")
    try:
        screen = ExchangeScreen(shown.context, DriveWatch(shown.context.reads, list))
        shown.show(screen)
        entries = []
        for full in (False, True):
            shown.do("export_file")
            screen.out.full.setChecked(full)
            folder = tmp_path / f"out-{full}"
            folder.mkdir()
            screen.out.export_to(folder)
            shown.settle()
            (file,) = folder.glob("*.tbx")
            with made.desk(made.station) as desk:
                entries.append(desk.exchange.preview(file).entries)
            screen.back()
            shown.settle()
        assert entries[1] > entries[0]
    finally:
        shown.close()


def test_a_file_that_was_kept_aside_is_saved_as_it_came(look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    made = enrol_centre(found_hub(tmp_path), tmp_path)
    odd = tmp_path / "来历不明.tbx"
    odd.write_bytes(b"not an export at all")
    with made.desk(made.hub) as desk:
        desk.exchange.take([odd])
    shown = Shown(look, qtbot, made, made.hub, "exchange")
    try:
        screen = ExchangeScreen(shown.context, DriveWatch(shown.context.reads, list))
        shown.show(screen)
        (ident,) = screen.waiting.buttons
        screen.waiting.save(ident, tmp_path / "另存.tbx")
        shown.settle()
        assert (tmp_path / "另存.tbx").read_bytes() == odd.read_bytes()
        assert list(screen.waiting.buttons) == [ident], "it still lies here"
    finally:
        shown.close()


# From founding to the first station ------------------------------------------------------------------------


def test_the_passphrase_typed_at_founding_is_typed_again_to_enrol(
    open_window: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(tmp_path / "hub")
    window.welcome.found("拱墅区时间银行", "和睦街道", None, "山水有相逢")
    settle(window)
    asking, answer = tmp_path / "village.tbreq", tmp_path / "village.tbe"
    network.request(tmp_path / "village", AROUND, name="半山村", out=asking, passphrase_file=None)
    work = window.work_as(None)
    work.go("exchange")
    settle(window)
    work.actions_table["enrol_station"].trigger()
    settle(window)
    screen = work.screens["exchange"]
    assert isinstance(screen, ExchangeScreen)
    page = screen.enrolling
    page.read_request(asking)
    settle(window)
    page.same.click()
    assert page.closed.isVisible()
    page.closed.line.setText("山水有相逢")
    page.enrol_to(answer)
    settle(window)
    assert answer.exists()


def test_what_was_typed_as_a_passphrase_is_gone_when_the_page_is_left(
    open_window: Open, tmp_path: Path
) -> None:
    window = open_window(tmp_path / "hub")
    window.welcome.found("拱墅区时间银行", "和睦街道", None, "山水有相逢")
    settle(window)
    work = window.work_as(None)
    work.go("exchange")
    settle(window)
    work.actions_table["enrol_station"].trigger()
    settle(window)
    screen = work.screens["exchange"]
    assert isinstance(screen, ExchangeScreen)
    screen.enrolling.closed.line.setText("山水有相逢")
    work.go("desk")
    settle(window)
    assert screen.enrolling.closed.text == ""


# Dialogs for files -----------------------------------------------------------------------------------------


def dialog_of(window: Window) -> QFileDialog:
    """The dialog for files that is open."""
    (found,) = (each for each in window.findChildren(QFileDialog) if each.isVisible())
    return found


def chosen(window: Window, path: Path) -> None:
    """Choose a file in the dialog that is open."""
    dialog = dialog_of(window)
    dialog.filesSelected.emit([str(path)])
    dialog.fileSelected.emit(str(path))
    dialog.done(0)
    settle(window)


def test_restoring_asks_for_backups_where_the_last_one_was(
    open_window: Open, office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "U盘"
    folder.mkdir()
    with office.desk() as desk:
        made = desk.upkeep.backup(folder / "和睦街道.tbbackup").file
    window = open_window(tmp_path / "empty")
    window.welcome.show_restore()
    page = window.welcome.restore
    page.choose.click()
    assert "*.tbbackup" in dialog_of(window).nameFilters()[0]
    said = [label.text() for label in dialog_of(window).findChildren(QLabel)]
    assert {"位置：", "文件类型："} <= set(said), "what Qt's own translation leaves in English"
    chosen(window, made)
    assert page.held is not None
    page.begin()
    page.choose.click()
    assert Path(dialog_of(window).directory().path()) == folder


def test_a_request_is_written_and_the_answer_looked_for_in_one_folder(
    open_window: Open, tmp_path: Path
) -> None:
    folder = tmp_path / "U盘"
    folder.mkdir()
    window = open_window(tmp_path / "empty")
    window.welcome._show_join()
    page = window.welcome._join
    page.name.setText("半山村")
    page.ask_where()
    assert dialog_of(window).nameFilters()[0].startswith("加入申请")
    chosen(window, folder / "半山村.tbreq")
    assert (folder / "半山村.tbreq").exists()
    page.ask_which()
    assert Path(dialog_of(window).directory().path()) == folder
    assert dialog_of(window).nameFilters()[0].startswith("加入回执")
