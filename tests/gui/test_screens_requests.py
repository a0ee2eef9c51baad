"""Requests and the rota in the window: asking, who goes, what comes next by one key, closing, the unvisited."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from screens_a_office import NOW, Hands, Office

from timebank.desk.request_form import RequestForm
from timebank.journal.refs import EntryRef
from timebank.outcome import Refusal
from ui.screens.desk import DeskScreen
from ui.screens.errands import AskService
from ui.screens.requests_card import RequestCard
from ui.screens.requests_contacts import ContactsSheet
from ui.screens.requests_times import read_coming_day
from ui.screens.services import ServicesScreen
from ui.screens.workplace import Workplace
from ui.window import Window, settle

TODAY = date(2026, 11, 22)  # a Sunday
EIGHT = datetime(2026, 11, 22, 8, 0)


def ask(office: Office, name: str = "王秀英", start: datetime = EIGHT, **more: object) -> EntryRef:
    """A request written down beside the window."""
    with office.desk() as desk:
        form = RequestForm(desk.people.find(name), "meal", start, 60, **more)  # type: ignore[arg-type]
        return desk.requests.ask(form)[0]


def assign(office: Office, request: EntryRef, name: str = "李建国") -> None:
    with office.desk() as desk:
        desk.requests.assign(str(request), [desk.people.find(name)])


def state(office: Office, request: EntryRef) -> str:
    with office.desk() as desk:
        return desk.requests.find(str(request)).request.state


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("明天", date(2026, 11, 23)),
        ("Tomorrow", date(2026, 11, 23)),
        ("后天", date(2026, 11, 24)),
        ("周三", date(2026, 11, 25)),
        ("下星期一", date(2026, 11, 23)),
        ("星期天", TODAY),
        ("1月9日", date(2027, 1, 9)),
        ("11月30日", date(2026, 11, 30)),
        ("2026-12-24", date(2026, 12, 24)),
        ("昨天", date(2026, 11, 21)),
    ],
)
def test_days_to_come_are_understood_as_people_say_them(said: str, day: date) -> None:
    assert read_coming_day(said, TODAY) == day


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal, match="date_unreadable"):
        read_coming_day("周八", TODAY)


def test_what_an_elder_needs_is_typed_and_stands_on_the_board(
    services: ServicesScreen, hands: Hands, work: Workplace
) -> None:
    hands.key(Qt.Key.Key_F5)
    hands.key(Qt.Key.Key_F10)
    form = services.requests.ask
    assert form.isVisible()
    hands.type("wxy")
    hands.key(Qt.Key.Key_Return)
    form.clock.setText("9点到10点半")
    form.note.setText("门铃坏了")
    form.persons.setText("两")
    hands.control(Qt.Key.Key_Return)
    board = services.requests.board
    assert board.isVisible()
    (line,) = board.rows.rows
    assert (line.elder.name, line.request.persons, line.note) == ("王秀英", 2, "门铃坏了")
    assert line.start == datetime(2026, 11, 23, 9)
    assert "王秀英" in work.notice.text


def test_what_is_missing_is_said_at_its_field_and_stays(services: ServicesScreen, hands: Hands) -> None:
    services.enter(AskService())
    form = services.requests.ask
    form.day.setText("哪天")
    hands.control(Qt.Key.Key_Return)
    assert form.fields["elder"].problem is not None
    form.weeks.setText("很多")
    assert form.day.text() == "哪天"


def test_volunteers_are_chosen_by_enter_and_the_board_says_who_goes(
    services: ServicesScreen, hands: Hands, office: Office
) -> None:
    request = ask(office)
    hands.key(Qt.Key.Key_F5)
    hands.key(Qt.Key.Key_F9)
    page = services.requests.assign
    assert [each.member.name for each in page.rows.rows] == ["李建国", "陈美玲"]  # he served her before
    hands.key(Qt.Key.Key_Return)
    assert [each.name for each in page.chosen] == ["李建国"]
    hands.key(Qt.Key.Key_Return)
    assert page.chosen == []
    hands.key(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_Return)
    (line,) = services.requests.board.rows.rows
    assert ([each.name for each in line.volunteers], state(office, request)) == (["李建国"], "assigned")


def test_one_key_leads_from_arrival_to_the_logged_service(
    services: ServicesScreen, hands: Hands, office: Office, work: Workplace
) -> None:
    request = ask(office)
    assign(office, request)
    with office.desk() as desk:
        desk.requests.note(str(request), "arrived", EIGHT)
    hands.key(Qt.Key.Key_F6)
    rota = services.requests.rota
    (line,) = rota.rows.rows
    assert line.line.request.state == "arrived"
    hands.key(Qt.Key.Key_F8)
    assert state(office, request) == "left"
    hands.key(Qt.Key.Key_F8)
    assert state(office, request) == "fulfilled"
    assert office.credit("李建国") == 180 + 90  # he left at half past nine
    assert "李建国" in work.notice.text


def test_without_noted_times_the_form_comes_filled_in(
    services: ServicesScreen, hands: Hands, office: Office
) -> None:
    request = ask(office)
    assign(office, request)
    hands.key(Qt.Key.Key_F6)
    card = services.requests.rota.card
    assert card.line is not None
    card.log.emit(card.line)
    hands.key(Qt.Key.Key_Shift)
    form = services.form
    assert (form.clock.text(), form.day.text()) == ("08:00-09:00", "2026-11-22")
    hands.control(Qt.Key.Key_Return)
    assert state(office, request) == "fulfilled"
    assert services.requests.rota.isVisible() or services.list.isVisible()


def test_a_request_that_comes_to_nothing_is_closed_with_a_reason_and_opened_again(
    services: ServicesScreen, hands: Hands, office: Office
) -> None:
    request = ask(office)
    hands.key(Qt.Key.Key_F5)
    hands.control(Qt.Key.Key_D)
    card = services.requests.board.card
    hands.control(Qt.Key.Key_Return)
    assert state(office, request) == "open"
    card.closing.reason.setText("女儿来了")
    hands.control(Qt.Key.Key_Return)
    assert state(office, request) == "cancelled"
    assert services.requests.board.rows.rowCount() == 0


def test_esc_leaves_the_question_and_the_request_as_they_were(
    services: ServicesScreen, hands: Hands, office: Office
) -> None:
    request = ask(office)
    hands.key(Qt.Key.Key_F5)
    hands.control(Qt.Key.Key_D)
    hands.key(Qt.Key.Key_Escape)
    assert not services.requests.board.card.closing.isVisible()
    assert state(office, request) == "open"


def test_the_last_step_is_taken_back(services: ServicesScreen, hands: Hands, office: Office) -> None:
    request = ask(office)
    assign(office, request)
    hands.key(Qt.Key.Key_F5)
    hands.key(Qt.Key.Key_F11)
    assert state(office, request) == "open"


def give(office: Office, request: EntryRef) -> None:
    """李建国 went, and his service is on the books."""
    assign(office, request)
    with office.desk() as desk:
        desk.requests.log(str(request))


def over(services: ServicesScreen, hands: Hands, which: str = "over") -> RequestCard:
    """The card of the first that is done or closed."""
    hands.key(Qt.Key.Key_F5)
    board = services.requests.board
    board.filter.setCurrentIndex(board.filter.findData(which))
    hands.key(Qt.Key.Key_Shift)
    board.table.go(0)
    hands.key(Qt.Key.Key_Shift)
    return board.card


def lines(card: RequestCard) -> list[str]:
    """What the card tells below the request, as it is read."""
    return [label.text() for label in card.story.findChildren(QLabel) if label.isVisible()]


def test_the_elder_confirms_and_is_asked_afterwards_by_one_key_each(
    services: ServicesScreen, hands: Hands, office: Office, work: Workplace
) -> None:
    request = ask(office)
    give(office, request)
    card = over(services, hands, "unheard")
    hands.control(Qt.Key.Key_K)
    assert card.noting.isVisible()
    assert card.noting.when.text() == "09:30"
    card.noting.note.setText("很满意")
    hands.control(Qt.Key.Key_Return)
    assert not card.noting.isVisible()
    (line,) = lines(card)
    assert all(part in line for part in ("老人已确认", "很满意", "09:30", "周敏"))
    rows = services.requests.board.rows
    assert "老人已确认" in rows.index(0, rows.columnCount() - 1).data()
    hands.control(Qt.Key.Key_R)
    card.noting.when.setText("9点10分")
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        found = desk.requests.find(str(request)).request
        assert found.confirmed is not None
        assert found.followed_up == found.confirmed - 20
    assert services.requests.board.rows.rowCount() == 0, "nobody is left who was not called"


def test_what_was_heard_is_taken_back_on_the_card_and_at_the_desk(
    services: ServicesScreen, hands: Hands, office: Office, work: Workplace, window: Window
) -> None:
    request = ask(office)
    give(office, request)
    with office.desk() as desk:
        for what in ("confirmed", "followed_up"):
            desk.requests.note(str(request), what)
    card = over(services, hands)
    assert len(lines(card)) == 2
    hands.key(Qt.Key.Key_F11)
    assert len(lines(card)) == 1
    work.go("desk")
    settle(window)
    hands.control(Qt.Key.Key_Z)
    desk_screen = work.screens["desk"]
    assert isinstance(desk_screen, DeskScreen)
    question = desk_screen.deeds.question
    assert question.doomed is not None
    assert "老人已确认" in work.context.look.say(question.doomed.words)
    question.reason.setText("点错了")
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        assert desk.requests.find(str(request)).request.confirmed is None


def test_of_what_is_fulfilled_nothing_is_offered_that_would_be_refused(
    services: ServicesScreen, hands: Hands, office: Office, work: Workplace
) -> None:
    give(office, ask(office))
    card = over(services, hands)
    offered = [ident for ident, button in card.buttons.items() if button.isVisible()]
    assert offered == ["elder_confirms", "follow_up", "emergency"]
    assert not work.actions_table["take_back_request"].isEnabled()
    assert not work.actions_table["close_request"].isEnabled()


def test_a_time_can_be_noted_later_than_it_was(
    services: ServicesScreen, hands: Hands, office: Office
) -> None:
    request = ask(office)
    assign(office, request)
    hands.key(Qt.Key.Key_F6)
    card = services.requests.rota.card
    hands.control(Qt.Key.Key_T)
    card.noting.when.setText("几点呢")
    hands.control(Qt.Key.Key_Return)
    assert state(office, request) == "assigned"
    assert card.noting.when.text() == "几点呢"
    card.noting.when.setText("8点5分")
    card.noting.note.setText("路上堵车")
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        (arrived,) = [each for each in desk.requests.story(str(request)) if each.what == "arrived"]
    assert (arrived.at, arrived.text) == (datetime(2026, 11, 22, 8, 5), "路上堵车")


def test_a_hour_that_is_still_to_come_is_refused_at_its_field(
    services: ServicesScreen, hands: Hands, office: Office
) -> None:
    assign(office, ask(office))
    hands.key(Qt.Key.Key_F6)
    noting = services.requests.rota.card.noting
    hands.control(Qt.Key.Key_T)
    noting.when.setText("18:00")
    hands.control(Qt.Key.Key_Return)
    assert noting.isVisible()
    assert noting.when_field.problem is not None
    hands.key(Qt.Key.Key_Escape)
    assert not noting.isVisible()


def test_what_is_typed_below_a_request_stays_while_others_change(
    services: ServicesScreen, hands: Hands, office: Office, work: Workplace, window: Window
) -> None:
    ask(office)
    hands.key(Qt.Key.Key_F5)
    hands.control(Qt.Key.Key_D)
    closing = services.requests.board.card.closing
    closing.reason.setText("女儿")
    ask(office, "李秀兰", NOW + timedelta(days=1))
    work.context.changed.changed.emit()
    settle(window)
    assert services.requests.board.rows.rowCount() == 2
    assert closing.isVisible()
    assert closing.reason.text() == "女儿"


def test_those_who_go_are_given_a_word(services: ServicesScreen, hands: Hands, office: Office) -> None:
    request = ask(office)
    hands.key(Qt.Key.Key_F5)
    hands.key(Qt.Key.Key_F9)
    hands.key(Qt.Key.Key_Return)
    services.requests.assign.note.setText("门铃坏了，请敲门")
    hands.control(Qt.Key.Key_Return)
    with office.desk() as desk:
        assert desk.requests.story(str(request))[-1].text == "门铃坏了，请敲门"
    services.requests.board.table.go(0)
    hands.key(Qt.Key.Key_Shift)
    assert "门铃坏了，请敲门" in lines(services.requests.board.card)[0]


def test_a_day_is_found_on_the_board_and_gone_to_on_the_rota(
    services: ServicesScreen, hands: Hands, office: Office, work: Workplace
) -> None:
    ask(office)
    ask(office, "李秀兰", NOW + timedelta(days=8))
    hands.key(Qt.Key.Key_F5)
    services.requests.board.box.setText("11月30日")
    assert [line.elder.name for line in services.requests.board.rows.rows] == ["李秀兰"]
    hands.key(Qt.Key.Key_F6)
    rota = services.requests.rota
    hands.key(Qt.Key.Key_F2)
    rota.box.setText("11月30日")
    hands.key(Qt.Key.Key_Return)
    assert [each.line.elder.name for each in rota.rows.rows] == ["李秀兰"]
    assert rota.box.text() == "11月30日"
    hands.key(Qt.Key.Key_F2)
    rota.box.setText("哪天")
    hands.key(Qt.Key.Key_Return)
    assert rota.box.text() == "哪天"
    assert work.notice.isVisible()


def test_the_rota_is_saved_as_a_file(
    services: ServicesScreen, hands: Hands, office: Office, window: Window, tmp_path: Path
) -> None:
    assign(office, ask(office))
    hands.key(Qt.Key.Key_F6)
    rota, file = services.requests.rota, tmp_path / "排班.xlsx"
    rota._with_sheet(lambda report: rota.save(report, file))
    settle(window)
    said = [
        str(cell) for row in load_workbook(file).worksheets[0].iter_rows(values_only=True) for cell in row
    ]
    assert "李建国" in " ".join(said)
    hands.control(Qt.Key.Key_S)
    (dialog,) = rota.findChildren(QFileDialog)
    assert "2026-11-22" in dialog.selectedFiles()[0]
    dialog.reject()


def test_the_unvisited_of_another_month(services: ServicesScreen, hands: Hands) -> None:
    hands.key(Qt.Key.Key_F5)
    hands.control(Qt.Key.Key_U)
    page = services.requests.unvisited
    hands.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert page.month == date(2026, 10, 1)
    assert "10月" in page.header.findChildren(QLabel)[0].text()
    hands.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert "11月" in page.header.findChildren(QLabel)[0].text()


def test_the_board_is_narrowed_by_filter_and_typing(
    services: ServicesScreen, hands: Hands, office: Office
) -> None:
    ask(office, urgent=True)
    ask(office, "李秀兰", NOW + timedelta(days=2))
    hands.key(Qt.Key.Key_F5)
    board = services.requests.board
    assert [line.elder.name for line in board.rows.rows] == ["王秀英", "李秀兰"]
    board.filter.setCurrentIndex(board.filter.findData("urgent"))
    assert [line.elder.name for line in board.rows.rows] == ["王秀英"]
    board.filter.setCurrentIndex(0)
    hands.key(Qt.Key.Key_F2)
    board.box.setText("秀兰")
    assert [line.elder.name for line in board.rows.rows] == ["李秀兰"]


def test_whom_to_call_is_one_key_away(services: ServicesScreen, hands: Hands, office: Office) -> None:
    ask(office, urgent=True)
    hands.key(Qt.Key.Key_F5)
    hands.key(Qt.Key.Key_F12)
    sheet = services.requests.board.card.contacts
    assert isinstance(sheet, ContactsSheet)
    assert "13800010004" in [label.text() for label in sheet.findChildren(QLabel)]
    sheet.reject()


def test_the_rota_goes_from_day_to_day(services: ServicesScreen, hands: Hands, office: Office) -> None:
    ask(office, start=NOW + timedelta(days=1))
    hands.key(Qt.Key.Key_F6)
    rota = services.requests.rota
    assert rota.rows.rowCount() == 0
    hands.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert rota.rows.rowCount() == 1
    hands.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert rota.rows.rowCount() == 0


def test_the_unvisited_become_requests_at_once(
    services: ServicesScreen, hands: Hands, office: Office, window: Window
) -> None:
    hands.key(Qt.Key.Key_F5)
    hands.control(Qt.Key.Key_U)
    page = services.requests.unvisited
    assert [each.member.name for each in page.rows.rows] == ["王秀英"]  # living alone; 李秀兰 is no target
    hands.control(Qt.Key.Key_Return)
    (line,) = services.requests.board.rows.rows
    assert (line.elder.name, line.request.kind, line.start.date()) == ("王秀英", "visit", date(2026, 11, 23))
    assert QApplication.focusWidget() is not None


def test_an_elder_at_the_desk_leads_to_the_form(
    work: Workplace, window: Window, hands: Hands, office: Office
) -> None:
    work.go("desk", office.member("王秀英"))
    settle(window)
    hands.key(Qt.Key.Key_F10)
    screen = work.screens["services"]
    assert isinstance(screen, ServicesScreen)
    form = screen.requests.ask
    assert form.elder.value is not None
    assert form.elder.value.member.name == "王秀英"
