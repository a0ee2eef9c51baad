"""The list of service records: found by name, narrowed, ordered by its titles, and still there after a reversal."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from screens_a_office import Hands, Office

from timebank.desk.services import ServiceForm
from ui.say import phrase
from ui.screens.service_list import ServiceList
from ui.screens.services import ServicesScreen
from ui.window import Window, settle


@pytest.fixture
def records(office: Office, services: ServicesScreen, window: Window, hands: Hands) -> ServiceList:
    """Four records: the office's own of 20 November, and three others that were entered later."""
    with office.desk() as desk:
        for who, whom, kind, start, minutes in (
            ("陈美玲", "李秀兰", "bath", datetime(2026, 11, 2, 9), 60),
            ("陈美玲", "王秀英", "visit", datetime(2026, 10, 9, 9), 240),
            ("李建国", "李秀兰", "cleaning", datetime(2026, 9, 9, 9), 30),
        ):
            desk.services.log(
                ServiceForm((desk.people.find(who),), desk.people.find(whom), kind, start, minutes)
            )
    hands.key(Qt.Key.Key_F7)
    settle(window)
    return services.list


def days(records: ServiceList) -> list[str]:
    """The day of each record, as it is shown."""
    model = records.model
    return [
        str(model.index(row, 0).data()).removeprefix("2026年").split(" ")[0]
        for row in range(model.rowCount())
    ]


ALL = ["11月20日", "11月2日", "10月9日", "9月9日"]


def choose(records: ServiceList, window: Window, key: str, value: object) -> list[str]:
    choice = records.filters.choices[key]
    choice.setCurrentIndex(choice.offered.index(value) + 1)
    settle(window)
    return days(records)


def test_the_newest_service_comes_first_by_its_own_date(
    records: ServiceList, services: ServicesScreen
) -> None:
    assert days(records) == ALL
    assert services._count.text() == "共 4 条"
    assert QApplication.focusWidget() is records.box


def test_a_name_typed_anywhere_on_the_page_finds_the_services_of_volunteer_or_elder(
    records: ServiceList, services: ServicesScreen, hands: Hands
) -> None:
    records.table.setFocus()
    hands.type("cml")
    assert days(records) == ["11月2日", "10月9日"]
    assert services._count.text() == "显示 2 条，共 4 条"
    hands.key(Qt.Key.Key_Escape)
    assert days(records) == ALL
    hands.type("wxy")
    assert days(records) == ["11月20日", "10月9日"]
    hands.type("z")
    assert days(records) == []
    assert records._nothing._texts[0].text() == "没有符合的记录"


def test_kind_state_and_period_narrow_and_escape_takes_them_back(
    records: ServiceList, window: Window, hands: Hands
) -> None:
    records.show_period("this_month")
    settle(window)
    assert days(records) == ["11月20日", "11月2日"]
    records.more.click()
    assert choose(records, window, "kind", "visit") == []
    assert choose(records, window, "kind", "bath") == ["11月2日"]
    assert records.filters.everything.isVisible()
    assert choose(records, window, "state", "reversed") == []
    hands.key(Qt.Key.Key_Escape)
    assert days(records) == ALL
    assert records.periods.current == "all"
    records.show_period("last_month")
    settle(window)
    assert days(records) == ["10月9日"]


def test_two_days_are_typed_as_people_say_them_and_what_cannot_be_read_stays(
    records: ServiceList, window: Window, hands: Hands
) -> None:
    records.show_period("between")
    settle(window)
    first, last = records.filters.ends.values()
    assert QApplication.focusWidget() is first
    first.setText("11月2日")
    hands.key(Qt.Key.Key_Return)
    assert days(records) == ["11月20日", "11月2日"]
    last.setFocus()
    last.setText("10月9日")
    hands.key(Qt.Key.Key_Return)
    assert days(records) == ["11月2日", "10月9日"]
    last.setText("哪天")
    hands.key(Qt.Key.Key_Return)
    assert "哪天" in records.filters._problem.text()
    assert days(records) == ["11月2日", "10月9日"]
    assert last.text() == "哪天"
    records.filters.everything.click()
    settle(window)
    assert days(records) == ALL
    assert not last.isVisible()
    assert not records.filters._problem.isVisible()


def test_titles_order_by_date_and_length_and_the_others_change_nothing(
    records: ServiceList, window: Window
) -> None:
    keys = [column.key for column in records.model.columns]
    header = records.table.horizontalHeader()
    assert (header.sortIndicatorSection(), header.sortIndicatorOrder()) == (0, Qt.SortOrder.DescendingOrder)
    records.table.sortByColumn(keys.index("long"), Qt.SortOrder.DescendingOrder)
    settle(window)
    assert days(records) == ["11月20日", "10月9日", "11月2日", "9月9日"]
    assert records.filters.order == ("long", True)
    records.table.sortByColumn(keys.index("elder"), Qt.SortOrder.AscendingOrder)
    settle(window)
    assert header.sortIndicatorSection() == keys.index("long")
    assert days(records)[1] == "10月9日"
    records.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    settle(window)
    assert days(records) == ALL
    assert header.sortIndicatorSection() == 0


def test_the_order_can_be_chosen_without_a_mouse(records: ServiceList, window: Window) -> None:
    assert choose(records, window, "order", ("when", False)) == ALL[::-1]
    assert records.table.horizontalHeader().sortIndicatorOrder() == Qt.SortOrder.AscendingOrder


def test_a_narrowed_record_is_reversed_and_stays_under_the_cursor(
    records: ServiceList, window: Window, hands: Hands
) -> None:
    records.box.setFocus()
    hands.type("cml")
    hands.key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is records.table
    hands.key(Qt.Key.Key_Down)
    assert records.reverse.isEnabled()
    records.reverse.click()
    hands.type("twice")
    hands.control(Qt.Key.Key_Return)
    settle(window)
    assert records.box.text() == "cml"
    assert records.table.currentIndex().row() == 1
    assert records.current is not None
    assert records.current.reversed
    assert not records.reverse.isEnabled()
    assert days(records) == ["11月2日", "10月9日"]


def test_volunteers_and_elder_share_the_room(records: ServiceList) -> None:
    keys = [column.key for column in records.model.columns]
    who, elder = (records.table.columnWidth(keys.index(key)) for key in ("who", "elder"))
    assert who > 0
    assert abs(who - elder) < who / 3


def test_an_empty_desk_names_the_keys_that_begin(window: Window) -> None:
    said = window.look.say(phrase("window.nothing_yet"))
    assert "F9" in said
    assert "Ctrl+I" in said
