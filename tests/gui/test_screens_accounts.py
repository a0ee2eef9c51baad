"""Accounts in the window: the month's runs, credit given on, closing and bringing back, what rules ask of a service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from threading import Event

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from screens_a_office import Hands, Office
from stations import decide, serve

from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.screens.closing import ClosePage
from ui.screens.credit_move import MovePage
from ui.screens.deeds import deed_words
from ui.screens.errands import LogHours, MoveCredit
from ui.screens.log_form import LogPage
from ui.screens.people import PeopleScreen
from ui.screens.reports import ReportsScreen
from ui.screens.runs import RunsPage
from ui.screens.runs_grant import GrantPanel, Tried
from ui.screens.services import ServicesScreen
from ui.screens.workplace import Workplace
from ui.widgets.why import WhyDialog
from ui.window import Window, settle

OLD = date(1934, 1, 1)
NOVEMBER = date(2026, 11, 1)


def rule(office: Office, *, over: str = "neutral", **settings: object) -> None:
    """Let rules hold all this year, the day of founding included."""
    with office.desk() as desk:
        for day in (date(2026, 1, 1), date(2026, 11, 22)):
            decide(desk, day, over=over, **settings)


def register(office: Office, form: PersonForm) -> None:
    with office.desk() as desk:
        desk.people.register(form)


@pytest.fixture
def elders(office: Office) -> Office:
    """The rules of Hangzhou, and two elders who are entitled: 孙松年 of 92 years, 魏金木 of 82."""
    rule(office, over="hangzhou")
    for name, birth in (("孙松年", OLD), ("魏金木", date(1944, 1, 1))):
        register(office, PersonForm(name, ("elder",), birth=birth))
    return office


@pytest.fixture
def runs(elders: Office, work: Workplace, window: Window) -> RunsPage:
    work.go("reports", "runs")
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    return screen.runs


@pytest.fixture
def people(work: Workplace) -> PeopleScreen:
    screen = work.screens["people"]
    assert isinstance(screen, PeopleScreen)
    return screen


def allowance(office: Office, name: str) -> int:
    with office.desk() as desk:
        return desk.people.profile(desk.people.find(name)).allowance_minutes


def names(runs: RunsPage) -> list[str]:
    return [runs.panel.member_of(each).name for each in runs.panel.table.shown]  # type: ignore[arg-type]


# The month's free hours


def test_a_month_is_tried_granted_and_then_holds_nothing_new(
    runs: RunsPage, elders: Office, hands: Hands, work: Workplace
) -> None:
    assert runs.panel is runs.grants
    assert set(names(runs)) == {"孙松年", "魏金木"}
    assert allowance(elders, "孙松年") == 0
    assert "2 人" in runs.grants.go_button.text()
    hands.key(Qt.Key.Key_F9)
    assert (allowance(elders, "孙松年"), allowance(elders, "魏金木")) == (360, 180)
    assert "2 人" in work.notice.text
    assert names(runs) == []
    assert not work.actions_table["run_month"].isEnabled()
    hands.key(Qt.Key.Key_F9)
    assert allowance(elders, "孙松年") == 360


def test_why_somebody_gets_so_much(runs: RunsPage, window: Window) -> None:
    runs.grants.table.go(0)
    runs.grants.why.click()
    settle(window)
    (dialog,) = runs.grants.findChildren(WhyDialog)
    assert dialog.why.explained.result in (180, 360)
    dialog.reject()


def test_the_list_is_found_in_ordered_and_saved(runs: RunsPage, window: Window, tmp_path: Path) -> None:
    panel = runs.grants
    panel.finder.setText("wjm")
    settle(window)
    assert names(runs) == ["魏金木"]
    panel.finder.setText("")
    settle(window)
    column = [each.key for each in panel.columns()].index("more")
    panel.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    settle(window)
    assert [each.more for each in panel.table.shown] == [360, 180]
    file = tmp_path / "名单.xlsx"
    panel._with_report(lambda report: panel.save(report, file))
    settle(window)
    rows = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[-2:]] == ["孙松年", "魏金木"]


def test_a_whole_month_is_taken_back_with_a_reason_and_no_enter(
    runs: RunsPage, elders: Office, hands: Hands, window: Window, work: Workplace
) -> None:
    hands.key(Qt.Key.Key_F9)
    with elders.desk() as desk:
        serve(desk, desk.people.find("李建国"), desk.people.find("魏金木"), 60, funding="allowance",
              start=datetime(2026, 11, 21, 9))  # fmt: skip
    runs.grants.take_back()
    settle(window)
    asked = runs.grants.undo.asked
    assert asked is not None
    said = [each.text() for each in asked.findChildren(type(runs._title))]
    assert any("1 人" in each and "低于零" in each for each in said)
    assert not asked.confirm.isEnabled()
    asked.edit.setText("发错了月份")
    hands.key(Qt.Key.Key_Return)
    assert asked.isVisible()
    assert allowance(elders, "孙松年") == 360
    hands.control(Qt.Key.Key_Return)
    assert (allowance(elders, "孙松年"), allowance(elders, "魏金木")) == (0, -60)
    assert set(names(runs)) == {"孙松年", "魏金木"}


def younger(office: Office) -> None:
    """孙松年 turns out to be ten years younger: three hours are due, not six."""
    with office.desk() as desk:
        desk.months.grant(NOVEMBER)
        desk.people.change(
            desk.people.find("孙松年"), PersonForm("孙松年", ("elder",), birth=date(1944, 1, 1))
        )


def test_what_was_too_much_stays_unless_it_is_recovered_by_a_choice_of_its_own(
    runs: RunsPage, elders: Office, hands: Hands, window: Window
) -> None:
    younger(elders)
    runs.enter()
    settle(window)
    panel = runs.grants
    assert [(each.member.name, each.more) for each in panel.table.shown] == [("孙松年", -180)]
    assert panel.recover.isVisible()
    assert "追回" in panel.recover_said.text()  # the clause of the city
    hands.key(Qt.Key.Key_F9)
    assert allowance(elders, "孙松年") == 360
    panel.recover.click()
    settle(window)
    hands.key(Qt.Key.Key_F9)
    assert panel.asked.isVisible()
    hands.key(Qt.Key.Key_Return)
    assert allowance(elders, "孙松年") == 360
    hands.control(Qt.Key.Key_Return)
    assert allowance(elders, "孙松年") == 180


def test_nothing_can_be_recovered_where_the_rules_say_no(
    elders: Office, work: Workplace, window: Window
) -> None:
    younger(elders)
    rule(elders, over="hangzhou", allowance__recover_false_claims=False)
    work.go("reports", "runs")
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    assert screen.runs.grants.recover.isVisible()
    assert not screen.runs.grants.recover.isEnabled()


# The end of a month


def end(runs: RunsPage, window: Window) -> None:
    runs.show_run("lapses")
    settle(window)


def test_where_no_rule_lets_anything_lapse_the_page_says_so(runs: RunsPage, window: Window) -> None:
    end(runs, window)
    assert runs.lapses.run is not None
    assert runs.lapses.run.rules == ()
    assert runs.lapses.rules.isVisible()
    assert not runs._context.actions["run_month"].isEnabled()


def test_a_month_that_goes_on_is_not_settled(runs: RunsPage, window: Window) -> None:
    end(runs, window)
    runs.step(1)
    settle(window)
    assert runs.lapses.month == NOVEMBER
    runs.step(1)
    assert runs.lapses.month == NOVEMBER  # nothing lies behind it
    assert "2026年11月30日" in runs.lapses.empty.accessibleName()
    assert not runs.lapses.notice.isVisible()


def test_what_lapses_is_tried_and_settled_and_again_only_what_is_new(
    elders: Office, work: Workplace, window: Window, hands: Hands
) -> None:
    rule(elders, over="hangzhou", allowance__carry_over="lapse")
    with elders.desk() as desk:
        desk.months.grant(date(2026, 10, 1))
    work.go("reports", "runs")
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    runs = screen.runs
    end(runs, window)
    assert sorted((each.member.name, each.minutes) for each in runs.lapses.table.shown) == [
        ("孙松年", 360),
        ("魏金木", 180),
    ]
    runs.lapses.table.go(0)
    runs.lapses.why.click()
    assert runs.lapses.notice.isVisible()
    hands.key(Qt.Key.Key_F9)
    assert allowance(elders, "孙松年") == 0
    assert runs.lapses.run is not None
    assert (runs.lapses.run.lapsed, runs.lapses.run.unchanged) == ((), 2)
    assert not work.actions_table["run_month"].isEnabled()
    with elders.desk() as desk:
        (deed,) = [each for each in desk.recent() if each.what == "adjusted"]
        assert deed.reversible
        assert "2026-10" in work.context.look.say(deed_words(work.context, deed))


@pytest.fixture
def settled(elders: Office, work: Workplace, window: Window) -> RunsPage:
    """October's free hours were granted and have lapsed; the page shows it."""
    rule(elders, over="hangzhou", allowance__carry_over="lapse")
    with elders.desk() as desk:
        desk.months.grant(date(2026, 10, 1))
        desk.months.end(date(2026, 10, 1))
    work.go("reports", "runs")
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    end(screen.runs, window)
    return screen.runs


def test_a_month_end_is_taken_back_where_it_is_shown_with_what_it_means_said_before(
    settled: RunsPage, elders: Office, work: Workplace, window: Window, hands: Hands
) -> None:
    panel = settled.lapses
    assert panel.undo.button.isVisible()
    assert "已经按规则" in panel.said.text()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    asked = panel.undo.asked
    assert asked is not None
    said = " ".join(label.text() for label in asked.findChildren(QLabel))
    assert "2026年10月" in said
    assert "2 人" in said
    assert "津贴 9 小时" in said
    asked.edit.setText("还有签到表没录")
    hands.key(Qt.Key.Key_Return)
    assert (asked.isVisible(), allowance(elders, "孙松年")) == (True, 0)
    hands.control(Qt.Key.Key_Return)
    assert (allowance(elders, "孙松年"), allowance(elders, "魏金木")) == (360, 180)
    assert set(names(settled)) == {"孙松年", "魏金木"}
    assert "已经撤回" in panel.said.text()
    assert not work.actions_table["take_back_month"].isEnabled()


def test_the_page_says_how_the_month_stands(
    runs: RunsPage, elders: Office, hands: Hands, window: Window
) -> None:
    said, panel = runs.grants.said, runs.grants

    def again() -> str:
        runs.enter()
        settle(window)
        return said.text()

    assert "还没有发放" in said.text()
    hands.key(Qt.Key.Key_F9)
    assert "没有要补的" in said.text()
    register(elders, PersonForm("赵新来", ("elder",), birth=OLD))
    assert "又有人符合条件" in again()
    with elders.desk() as desk:
        desk.people.change(
            desk.people.find("魏金木"), PersonForm("魏金木", ("elder",), birth=date(1934, 1, 1))
        )
    assert "也有资料更正" in again()
    hands.key(Qt.Key.Key_F9)
    with elders.desk() as desk:
        desk.people.change(
            desk.people.find("魏金木"), PersonForm("魏金木", ("elder",), birth=date(1944, 1, 1))
        )
    assert "多发了" in again()
    panel.take_back()
    settle(window)
    assert panel.undo.asked is not None
    panel.undo.asked.edit.setText("重来")
    hands.control(Qt.Key.Key_Return)
    assert "已经撤回" in said.text()


def test_a_trial_leaves_the_writing_thread_to_the_clerk(
    runs: RunsPage, elders: Office, work: Workplace, window: Window, qtbot: QtBot
) -> None:
    begun, go_on = Event(), Event()
    panel = runs.grants

    def trial(desk: Desk, month: date, progress: Progress, cancelled: IsCancelled) -> Tried:
        begun.set()
        assert go_on.wait(30)
        return GrantPanel.trial(panel, desk, month, progress, cancelled)

    panel.trial = trial  # type: ignore[method-assign]
    written: list[object] = []
    runs.enter()
    try:
        assert begun.wait(30)
        work.context.write(
            lambda desk: desk.people.register(PersonForm("趁着试算", ("elder",))), written.append
        )
        qtbot.waitUntil(lambda: bool(written), timeout=20_000)
    finally:
        go_on.set()
    settle(window)
    assert panel.run is not None


# Credit given on


def moving(people: PeopleScreen, work: Workplace, office: Office, window: Window, name: str) -> MovePage:
    work.go("people", MoveCredit(office.member(name)))
    settle(window)
    return people.moving


def take(page: object, office: Office, window: Window, name: str) -> None:
    page.look_up(office.member(name))  # type: ignore[attr-defined]
    settle(window)


def test_a_gift_by_hand_with_what_is_left_said_before(
    people: PeopleScreen, work: Workplace, office: Office, window: Window, hands: Hands
) -> None:
    page = moving(people, work, office, window, "李建国")
    take(page.target, office, window, "陈美玲")
    page.minutes.setText("一个半小时")
    assert "还有" in page.fields["minutes"].editor.accessibleDescription()
    page.save()
    settle(window)
    assert page.fields["reason"].problem is not None
    page.reason.setText("谢谢帮忙")
    hands.control(Qt.Key.Key_Return)
    assert (office.credit("李建国"), office.credit("陈美玲")) == (90, 90)
    assert people.profile.isVisible()


@pytest.fixture
def family_only(office: Office) -> Office:
    """Rules that let credit be given to direct relatives alone."""
    rule(office, gifts__whom="direct_relatives")
    return office


def test_a_gift_to_a_stranger_is_refused_and_one_to_a_daughter_is_not(
    family_only: Office, work: Workplace, window: Window, hands: Hands
) -> None:
    people = work.screens["people"]
    assert isinstance(people, PeopleScreen)
    page = moving(people, work, family_only, window, "李建国")
    assert not page.relation.isVisible()  # nobody is to receive it yet
    take(page.target, family_only, window, "陈美玲")
    assert page.relation.answer.tone is Tone.BAD
    assert page.relation.isAncestorOf(hands.focus)
    page.minutes.setText("1小时")
    page.reason.setText("给女儿")
    hands.control(Qt.Key.Key_Return)
    assert family_only.credit("陈美玲") == 0
    assert "没有转出" in page.relation.answer.text
    hands.key(Qt.Key.Key_Left)
    assert page.relation.current == "direct_relative"
    assert page.relation.answer.tone is Tone.INFO
    assert (page.minutes.text(), page.reason.text()) == ("1小时", "给女儿")
    hands.control(Qt.Key.Key_Return)
    assert family_only.credit("陈美玲") == 60


def test_a_donation_fills_the_pool_and_a_grant_takes_from_it(
    people: PeopleScreen, work: Workplace, office: Office, window: Window, hands: Hands
) -> None:
    page = moving(people, work, office, window, "李建国")
    page.way.choose("donate")
    page.way.chosen.emit("donate")
    page.minutes.setText("2小时")
    page.reason.setText("捐给大家")
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        assert desk.credit.pool_minutes() == 120
    page = moving(people, work, office, window, "王秀英")
    assert page.way.current == "grant"
    assert page.target.value is not None
    assert len(page.book.rows.rows) == 1
    page.minutes.setText("3小时")
    assert page.fields["minutes"].problem is not None
    page.minutes.setText("1小时")
    page.reason.setText("独居，需要陪护")
    hands.control(Qt.Key.Key_Return)
    assert office.credit("王秀英") == 60
    with office.desk() as desk:
        assert [line.balance for line in desk.credit.pool_book()] == [120, 60]


def test_from_the_desk_and_back(
    people: PeopleScreen, work: Workplace, office: Office, window: Window, hands: Hands
) -> None:
    work.go("desk", office.member("李建国"))
    settle(window)
    hands.control(Qt.Key.Key_G)
    assert people.moving.isVisible()
    assert people.moving.source.value is not None
    work.actions_table["back"].trigger()
    settle(window)
    assert work.screens["desk"].isVisible()


# Closing


def listed(people: PeopleScreen, window: Window) -> list[str]:
    people.list.read()
    settle(window)
    rows = range(people.list.model.rowCount())
    [people.list.model.record(row) for row in rows]  # as the table does when it shows them
    settle(window)
    return [people.list.model.index(row, 0).data() for row in rows]


def closing(people: PeopleScreen, work: Workplace, office: Office, window: Window, name: str) -> ClosePage:
    work.go("people", office.member(name))
    settle(window)
    work.actions_table["close_account"].trigger()
    settle(window)
    return people.closing


def test_an_account_is_closed_to_an_heir_shown_as_closed_and_brought_back(
    people: PeopleScreen, work: Workplace, office: Office, window: Window, hands: Hands
) -> None:
    page = closing(people, work, office, window, "李建国")
    assert page.trial is not None
    assert (page.trial.way, page.trial.credit_minutes, page.trial.withdrawn) == ("pool", 300, 2)
    assert office.member("李建国").left is None
    page.way.choose("heir")
    page.way.chosen.emit("heir")
    assert page.trial is None
    take(page.heir, office, window, "陈美玲")
    assert page.trial is not None
    assert page.trial.way == "heir"
    hands.control(Qt.Key.Key_Return)
    assert page.fields["reason"].problem is not None
    page.reason.setText("女儿来告知")
    hands.control(Qt.Key.Key_Return)
    assert page.asked.isVisible()
    hands.key(Qt.Key.Key_Return)
    assert office.member("李建国").left is None
    hands.control(Qt.Key.Key_Return)
    assert office.member("李建国").left == date(2026, 11, 22)
    assert (office.credit("李建国"), office.credit("陈美玲")) == (0, 300)
    departed = people.profile.departed
    assert departed.isVisible()
    assert not work.actions_table["close_account"].isEnabled()
    assert "李建国（已销户）" in listed(people, window)
    departed.ask()
    settle(window)
    departed.reversal.reason.setText("弄错了人")
    work.actions_table["confirm"].trigger()  # the dialog before took the keyboard with it, where no screen is
    settle(window)
    assert office.member("李建国").left is None
    assert (office.credit("李建国"), office.credit("陈美玲")) == (300, 0)
    assert not departed.isVisible()


def test_only_the_way_of_the_rules_is_offered_and_the_deed_can_be_reversed_from_the_desk(
    office: Office, open_window: Callable[[Path], Window], hands_of: Callable[[Window], Hands]
) -> None:
    rule(office, credit__closing="honour")
    window = open_window(office.home)
    assert window.signin is not None
    window.signin.sign_in()
    settle(window)
    work, hands = window.workplace, hands_of(window)
    assert work is not None
    people = work.screens["people"]
    assert isinstance(people, PeopleScreen)
    page = closing(people, work, office, window, "李建国")
    offered = [ident for ident, button in page.way._buttons.items() if button.isVisible()]
    assert offered == ["honour"]
    page.reason.setText("本人要求")
    hands.control(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_Return)
    assert office.member("李建国").left is not None
    work.context.speech.language = "en"
    with office.desk() as desk:
        deed = desk.recent()[0]
    assert (deed.what, deed.reversible) == ("left", True)
    assert "李建国" in work.context.look.say(deed_words(work.context, deed))


def test_a_day_that_is_none_says_so_and_nothing_is_tried(
    people: PeopleScreen, work: Workplace, office: Office, window: Window
) -> None:
    page = closing(people, work, office, window, "李建国")
    page.day.setText("明年")
    page.try_it()
    assert page.fields["day"].problem is not None
    assert page.trial is None


# What rules ask of a service


@pytest.fixture
def hands_of(qtbot: object) -> Callable[[Window], Hands]:
    return lambda window: Hands(window, qtbot)  # type: ignore[arg-type]


def logging(work: Workplace, office: Office, window: Window, name: str = "李建国") -> LogPage:
    work.go("services", LogHours((office.member(name),), office.member("王秀英")))
    settle(window)
    screen = work.screens["services"]
    assert isinstance(screen, ServicesScreen)
    return screen.form


def fill(page: LogPage, window: Window, day: str = "昨天") -> None:
    page.day.setText(day)
    page.day.textEdited.emit(day)
    page.length.setText("1小时")
    page.length.textEdited.emit("1小时")
    page.kind.setCurrentIndex(page.kind.findData("meal"))
    settle(window)


def shown(page: LogPage) -> set[str]:
    return {key for key, field in page.rules.fields.items() if field.isVisible()}


def test_an_ordinary_service_asks_nothing_more(work: Workplace, office: Office, window: Window) -> None:
    page = logging(work, office, window)
    fill(page, window)
    assert shown(page) == set()
    assert not page.rules.isVisible()


@pytest.fixture
def strict(office: Office) -> Office:
    """Rules that ask for everything, and a second operator."""
    rule(
        office,
        service__past_days=7,
        service__kin="not_credited",
        credit__group_hours="donate_only",
        redeem__for_whom="direct_relatives",
    )
    with office.desk() as desk:
        desk.operators.appoint("吴芳", "clerk")
    return office


def test_a_late_entry_asks_for_a_reason_and_a_second_operator(
    strict: Office, work: Workplace, window: Window, hands: Hands
) -> None:
    page = logging(work, strict, window)
    fill(page, window, "11月1日")
    assert {"late", "second"} <= shown(page)
    hands.control(Qt.Key.Key_Return)
    assert page.rules.fields["late"].problem is not None
    page.rules.late.setText("当时停电")
    hands.control(Qt.Key.Key_Return)
    assert page.rules.fields["second"].problem is not None
    assert strict.credit("李建国") == 180
    assert page.rules.second.findData("周敏") == -1  # nobody is a second to himself
    page.rules.second.setCurrentIndex(page.rules.second.findData("吴芳"))
    hands.control(Qt.Key.Key_Return)
    assert strict.credit("李建国") == 240


def test_hours_of_a_group_go_to_the_pool_and_the_window_says_so(
    strict: Office, work: Workplace, window: Window, hands: Hands
) -> None:
    page = logging(work, strict, window, "陈美玲")
    fill(page, window)
    assert shown(page) == {"kin", "group"}
    assert "红星志愿队" in page.rules.group.text()
    page.rules.group.click()
    hands.control(Qt.Key.Key_Return)
    assert strict.credit("陈美玲") == 0
    with strict.desk() as desk:
        assert desk.credit.pool_minutes() == 60
    assert "公益池" in work.notice.text
    page = logging(work, strict, window)
    fill(page, window)
    assert shown(page) == {"kin"}


def test_kin_earn_nothing_and_the_window_says_so(
    strict: Office, work: Workplace, window: Window, hands: Hands
) -> None:
    page = logging(work, strict, window)
    fill(page, window)
    page.rules.kin.click()
    hands.control(Qt.Key.Key_Return)
    assert strict.credit("李建国") == 180
    assert "近亲属" in work.notice.text


def test_a_voucher_of_somebody_else_asks_what_the_elder_is_to_the_holder(
    strict: Office, work: Workplace, window: Window, hands: Hands, qtbot: object
) -> None:
    page = logging(work, strict, window, "陈美玲")
    fill(page, window)
    page.funding.setCurrentIndex(page.funding.findData("voucher"))
    page.voucher.setText(strict.codes[0])
    qtbot.waitUntil(page.rules.relation.isVisible, timeout=5000)  # type: ignore[attr-defined]
    hands.control(Qt.Key.Key_Return)
    assert strict.credit("陈美玲") == 0
    page.rules.relation.choose("direct_relative")
    hands.control(Qt.Key.Key_Return)
    assert strict.credit("陈美玲") == 60


# Whoever may not write


def test_an_auditor_sees_the_trial_and_can_start_nothing(
    elders: Office, work: Workplace, window: Window
) -> None:
    with elders.desk() as desk:
        desk.operators.appoint("审计", "auditor")
        auditor = desk.operators.find("审计")
    assert auditor is not None
    work.start(auditor, "reports")
    work.go("reports", "runs")
    settle(window)
    screen = work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    assert set(names(screen.runs)) == {"孙松年", "魏金木"}
    assert not work.actions_table["run_month"].isEnabled()
    assert allowance(elders, "孙松年") == 0
