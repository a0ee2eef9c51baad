"""The Reports screen: a month in figures, every report, exports, and certificates of service."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens_a_office import Hands, Office

from timebank.desk.services import ServiceForm
from timebank.paper.reader import read_all_codes
from timebank.reports.catalog import REPORTS
from ui.look import Look, Mode, TextSize, Theme, Tone
from ui.screens.desk import DeskScreen
from ui.screens.errands import CheckCertificate, IssueCertificate, ShowReport
from ui.screens.people import PeopleScreen
from ui.screens.print_dialog import PrintDialog
from ui.screens.reports import ReportsScreen
from ui.screens.reports_export import EXPORTS
from ui.screens.workplace import Workplace
from ui.widgets.chart import Bar, BarList, Columns, nice
from ui.widgets.stars import StarRow
from ui.window import Window, settle

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def reports(work: Workplace, window: Window) -> ReportsScreen:
    """The screen, opened on this month."""
    work.go("reports")
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    return screen


def visit(office: Office, day: int) -> None:
    """王秀英, who lives alone, is visited on a day of November."""
    with office.desk() as desk:
        helper, host = desk.people.find("陈美玲"), desk.people.find("王秀英")
        desk.services.log(ServiceForm((helper,), host, "visit", datetime(2026, 11, day, 9), 60))


# The month


def test_the_month_shows_figures_targets_and_the_unvisited(reports: ReportsScreen) -> None:
    month = reports.month
    assert month.month == date(2026, 11, 1)
    visits = month.targets[0]
    assert "0 %" in visits.text
    assert "0 / 1" in visits.text
    assert "未达到" in visits.text
    (left,) = month.rows.rows
    assert left.member.name == "王秀英"
    assert month.rows.index(0, 2).data() == "138****0004"
    assert [bar.value for bar in month.kinds.bars] == [300]
    assert month.given.bars[-1].value == 5
    assert "5 小时" in month.given.accessibleDescription()
    assert month.owed.bars[-1].value == 5


def test_why_shows_the_clause_that_sets_the_target(reports: ReportsScreen) -> None:
    tile = reports.month.targets[0]
    assert tile.source == ""
    tile.why.click()
    assert "月探访率达到 100%" in tile.source
    tile.why.click()
    assert tile.source == ""


def test_a_visit_that_is_logged_changes_the_month_at_once(
    reports: ReportsScreen, office: Office, work: Workplace, window: Window
) -> None:
    visit(office, 21)
    work.context.changed.changed.emit()
    settle(window)
    assert "100 %" in reports.month.targets[0].text
    assert "已达到" in reports.month.targets[0].text
    assert reports.month.rows.rows == ()


def test_months_are_leafed_through_by_key_but_not_into_the_future(
    reports: ReportsScreen, hands: Hands, look: Look
) -> None:
    hands.key(Qt.Key.Key_Right, ALT)
    assert reports.month.month == date(2026, 11, 1)
    hands.key(Qt.Key.Key_Left, ALT)
    hands.key(Qt.Key.Key_Left, ALT)
    assert reports.month.month == date(2026, 9, 1)
    assert reports.month.figures is not None
    assert reports.month.figures.given == 0
    hands.key(Qt.Key.Key_Right, ALT)
    assert reports.month.month == date(2026, 10, 1)
    reports.month.now.click()
    assert reports.month.month == date(2026, 11, 1)
    assert not reports.month.after.isEnabled()


def test_the_unvisited_are_opened_and_printed(
    reports: ReportsScreen, work: Workplace, window: Window, tmp_path: Path
) -> None:
    reports.month.print_list.click()
    settle(window)
    dialog = reports.findChild(PrintDialog)
    assert dialog is not None
    file = tmp_path / "名单.pdf"
    dialog.save_to(file)
    settle(window)
    assert file.read_bytes().startswith(b"%PDF")
    reports.month.table.go(0)
    reports.month.open_one.click()
    settle(window)
    people = work.screens["people"]
    assert isinstance(people, PeopleScreen)
    assert people.profile.member is not None
    assert people.profile.member.name == "王秀英"


def test_keys_lead_from_page_to_page_and_esc_back(
    reports: ReportsScreen, hands: Hands, work: Workplace
) -> None:
    hands.key(Qt.Key.Key_F6)
    assert reports.pages.currentWidget() is reports.list
    hands.key(Qt.Key.Key_F7)
    assert reports.pages.currentWidget() is reports.certificate
    hands.key(Qt.Key.Key_Escape)
    assert reports.pages.currentWidget() is reports.month
    hands.key(Qt.Key.Key_Escape)
    assert isinstance(work.screens["desk"], DeskScreen)
    assert work.screens["desk"].isVisible()


# Every report


def open_report(work: Workplace, window: Window, name: str, month: date | None = None) -> ReportsScreen:
    work.go("reports", ShowReport(name, month))
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    return screen


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_shown_with_its_sentence(work: Workplace, window: Window, name: str) -> None:
    page = open_report(work, window, name).list
    assert page.report is not None
    assert page.report.name == name
    assert page.report.tables
    assert page.table.model().columnCount() == len(page.report.tables[0].columns)
    assert page.choice.current == name


def test_arrow_keys_choose_a_report(work: Workplace, window: Window, hands: Hands) -> None:
    page = open_report(work, window, "monthly").list
    assert QApplication.focusWidget() is page.choice
    hands.key(Qt.Key.Key_Down)
    assert page.report is not None
    assert page.report.name == tuple(REPORTS)[1]


def test_a_period_is_typed_as_people_write_it_and_a_wrong_one_stays(
    work: Workplace, window: Window, hands: Hands
) -> None:
    page = open_report(work, window, "services", date(2026, 10, 1)).list
    assert page.report is not None
    assert (page.report.start, page.report.end) == (date(2026, 10, 1), date(2026, 10, 31))
    page.start.setFocus()
    page.start.setText("11月1日")
    hands.key(Qt.Key.Key_Return)
    page.end.setFocus()
    page.end.setText("11月20日")
    hands.key(Qt.Key.Key_Return)
    assert (page.report.start, page.report.end) == (date(2026, 11, 1), date(2026, 11, 20))
    page.end.setFocus()
    page.end.setText("不知道")
    hands.key(Qt.Key.Key_Return)
    assert page.fields["end"].problem is not None
    assert page.end.text() == "不知道"


def test_for_the_hub_there_are_no_names(work: Workplace, window: Window) -> None:
    page = open_report(work, window, "visits").list
    assert page.report is not None
    assert any(table.personal for table in page.report.tables)
    page.upward.click()
    settle(window)
    assert page.report.upward
    assert not any(table.personal for table in page.report.tables)
    page.choice.choose("members")
    settle(window)
    assert not page.upward.isEnabled()
    assert not page.report.upward


@pytest.mark.parametrize("ending", ["xlsx", "csv", "pdf"])
def test_a_report_is_saved_in_each_form(work: Workplace, window: Window, tmp_path: Path, ending: str) -> None:
    page = open_report(work, window, "visits").list
    file = tmp_path / f"探访.{ending}"
    page.save(file)
    settle(window)
    assert str(file) in page.notice.text
    if ending == "xlsx":
        sheets = load_workbook(file)
        assert any("王秀英" in str(cell.value) for sheet in sheets for row in sheet for cell in row)
    elif ending == "csv":
        assert "王秀英" in file.read_text("utf-8-sig")
    else:
        assert file.read_bytes().startswith(b"%PDF")


def test_a_file_that_cannot_be_written_is_said_in_place(
    work: Workplace, window: Window, tmp_path: Path
) -> None:
    page = open_report(work, window, "visits").list
    page.save(tmp_path / "keine" / "探访.xlsx")
    settle(window)
    assert page.notice.tone is Tone.BAD
    assert not list(tmp_path.glob("**/*.xlsx"))


def test_a_report_is_printed_with_a_preview(work: Workplace, window: Window, hands: Hands) -> None:
    page = open_report(work, window, "services").list
    hands.control(Qt.Key.Key_P)
    dialog = page.findChild(PrintDialog)
    assert dialog is not None
    assert dialog.view.picture.image is not None


def test_another_language_makes_the_report_anew(work: Workplace, window: Window, look: Look) -> None:
    page = open_report(work, window, "services").list
    look.speech.language = "en"
    settle(window)
    assert page.report is not None
    assert page.report.title == "Hours of service"
    look.speech.language = "zh_CN"
    settle(window)
    assert page.report.title == "服务时长统计"


def test_the_older_population_is_entered_where_it_is_needed(work: Workplace, window: Window) -> None:
    page = open_report(work, window, "registration").list
    card = page.population
    card.community.setCurrentText("和睦街道")
    card.people.setText("很多")
    card.button.click()
    settle(window)
    assert card.notice.tone is Tone.BAD
    assert card.people.text() == "很多"
    card.people.setText("４０")  # full-width digits
    card.button.click()
    settle(window)
    assert page.report is not None
    assert [str(cell) for cell in page.report.tables[0].rows[0][:2]] == ["和睦街道", "40"]


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_for_other_programs(work: Workplace, window: Window, tmp_path: Path, name: str) -> None:
    panel = open_report(work, window, name).list.exports
    assert panel.isVisible()
    panel.with_names.setChecked(True)
    target = tmp_path / ("books.beancount" if name == "beancount" else "tables")
    panel.write(target)
    settle(window)
    assert panel.notice.tone is Tone.GOOD
    if name == "beancount":
        said = target.read_text("utf-8")
        assert "王秀英" not in said
        assert "CREDITMIN" in said
    else:
        assert "王秀英" in (target / "members.csv").read_text("utf-8-sig")


# Certificates


def issue(work: Workplace, window: Window, office: Office) -> ReportsScreen:
    work.go("reports", IssueCertificate(office.member("李建国")))
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    return screen


def test_a_certificate_is_seen_printed_and_registered(
    work: Workplace, window: Window, office: Office, hands: Hands, tmp_path: Path
) -> None:
    page = issue(work, window, office).certificate
    assert page.certificate is not None
    assert page.certificate.minutes == 300
    assert page.sheet.image is not None
    page.responsible.setText("王主任")
    page.responsible.setFocus()
    hands.key(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_P)
    dialog = page.findChild(PrintDialog)
    assert dialog is not None
    number, file = page.certificate.number, tmp_path / "证明.pdf"
    dialog.save_to(file)
    settle(window)
    with office.desk() as desk:
        assert [each.number for each in desk.certificates.issued()] == [number]
        assert desk.certificates.signatory()[0] == "王主任"
        (code,) = read_all_codes(file, lambda text: text.startswith("TBS1"))
        assert desk.certificates.verify(code).number == number
    assert number in page.notice.text
    assert page.certificate.number != number


def test_a_period_without_service_is_refused_in_place(
    work: Workplace, window: Window, office: Office, hands: Hands
) -> None:
    page = issue(work, window, office).certificate
    page.end.setText("2026-11-01")
    page.start.setText("2026-10-01")
    page.start.setFocus()
    hands.key(Qt.Key.Key_Return)
    assert page.certificate is None
    assert "没有服务记录" in page.notice.text
    assert not page.print_button.isEnabled()
    page.start.setFocus()
    page.start.setText("")
    page.end.setText("")
    page.end.setFocus()
    hands.key(Qt.Key.Key_Return)
    page.prepare()
    settle(window)
    assert page.certificate is not None
    assert page.print_button.isEnabled()


def test_a_scanned_certificate_gets_its_verdict_at_the_desk(
    work: Workplace, window: Window, office: Office, hands: Hands
) -> None:
    page = issue(work, window, office).certificate
    assert page.certificate is not None
    code = page.certificate.code
    work.go("desk")
    settle(window)
    desk = work.screens["desk"]
    assert isinstance(desk, DeskScreen)
    hands.scan(code)
    assert desk.message.tone is Tone.GOOD
    assert "证明是真的" in desk.message.text
    assert "李建国" in desk.message.text
    damaged = code[:50] + ("2" if code[50] != "2" else "3") + code[51:]  # within the tag of the name
    hands.scan(damaged)
    assert desk.message.tone is Tone.BAD


def test_the_name_on_the_paper_is_compared(
    work: Workplace, window: Window, office: Office, hands: Hands
) -> None:
    page = issue(work, window, office).certificate
    assert page.certificate is not None
    work.go("reports", CheckCertificate(page.certificate.code))
    settle(window)
    assert page.verdict.tone is Tone.GOOD
    page.name.setFocus()
    page.name.setText("李建军")
    hands.key(Qt.Key.Key_Return)
    assert page.verdict.tone is Tone.BAD
    assert "姓名不符" in page.verdict.text
    page.name.setFocus()
    page.name.setText("李 建国")
    hands.key(Qt.Key.Key_Return)
    assert page.verdict.tone is Tone.GOOD


# Room


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", list(TextSize))
def test_every_page_fits_into_a_small_screen(
    work: Workplace, window: Window, office: Office, look: Look, size: TextSize, language: str
) -> None:
    look.use(Theme(Mode.DARK, size))
    look.speech.language = language
    for payload in (
        None,
        ShowReport("registration"),
        ShowReport("csv"),
        IssueCertificate(office.member("李建国")),
    ):
        work.go("reports", payload)
        settle(window)
        assert window.minimumSizeHint().width() <= 1366
        assert window.minimumSizeHint().height() <= 768
    look.speech.language = "zh_CN"


# Charts and stars


def test_a_chart_says_its_figures(qtbot: QtBot, look: Look) -> None:
    for kind in (BarList, Columns):
        chart = kind(look, "时长")
        qtbot.addWidget(chart)
        chart.put([Bar("助餐", 3, "3 小时"), Bar("探访", 1.5, "1.5 小时")])
        assert chart.accessibleName() == "时长"
        assert chart.accessibleDescription() == "助餐 3 小时; 探访 1.5 小时"
        chart.resize(400, 200)
        assert not chart.grab().isNull()
        chart.put([])
        assert not chart.grab().isNull()


def test_pointing_at_a_month_finds_it(qtbot: QtBot, look: Look) -> None:
    chart = Columns(look, "时长")
    qtbot.addWidget(chart)
    chart.put([Bar(f"{month}月", month, f"{month} 小时") for month in range(1, 13)])
    chart.resize(600, 200)
    found = [chart.at(x) for x in range(chart.width())]
    assert [bar.value for bar in dict.fromkeys(bar for bar in found if bar)] == list(range(1, 13))
    assert chart.at(0) is None


@pytest.mark.parametrize(
    ("value", "round_"), [(0, 1), (0.3, 1), (1, 1), (3, 3), (10, 10), (11, 12), (164.5, 200), (1019, 1200)]
)
def test_the_scale_ends_at_a_round_number(value: float, round_: float) -> None:
    assert nice(value) == round_


def test_stars_are_drawn_full_and_empty(qtbot: QtBot, look: Look) -> None:
    row = StarRow(look, ems=2)
    qtbot.addWidget(row)
    row.put(2, 5)
    row.resize(row.sizeHint())
    row.show()
    assert row.accessibleName() == "2 星，满 5 星"
    picture = row.grab().toImage()
    step = row.width() / 5
    middles = [
        picture.pixelColor(QPoint(round(step * (at + 0.45)), row.height() // 2)).name() for at in range(5)
    ]
    assert middles[0] == middles[1] == look.ink(Tone.WARN)
    assert look.ink(Tone.WARN) not in middles[2:]
    row.put(0, 0)
    assert row.isHidden()
