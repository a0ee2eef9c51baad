"""The list of people narrowed, ordered and long; and what an auditor may not do."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from screens_a_office import Hands, Office

from timebank.desk.person_form import PersonForm
from timebank.domain.identity import age_on
from timebank.domain.records import RECORD_KINDS, record_of
from ui.screens.people import PeopleScreen
from ui.screens.people_filters import BANDS, born_in
from ui.screens.workplace import Workplace
from ui.window import Window, settle

VILLAGERS = (
    PersonForm("赵一", ("elder",), birth=date(1931, 5, 1), community="翠苑", grid="1", care_level=3),
    PersonForm(
        "钱二", ("elder",), birth=date(1940, 1, 1), community="翠苑", grid="2", categories=("disabled",)
    ),
    PersonForm("孙三", ("elder",), birth=date(1945, 1, 1), community="和睦", grid="2", care_level=2),
    PersonForm("安四", ("volunteer",), birth=date(1960, 1, 1), community="和睦"),
)


@pytest.fixture
def people(office: Office, work: Workplace, window: Window) -> PeopleScreen:
    """The list with eight people."""
    with office.desk() as desk:
        for each in VILLAGERS:
            desk.people.register(each)
    work.go("people")
    settle(window)
    screen = work.screens["people"]
    assert isinstance(screen, PeopleScreen)
    return screen


def names(people: PeopleScreen) -> list[str]:
    model = people.list.model
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def choose(people: PeopleScreen, window: Window, key: str, value: object) -> list[str]:
    """Take a filter's choice as a person does, by its place in the list."""
    choice = people.list.filters.choices[key]
    choice.setCurrentIndex(choice.offered.index(value) + 1 if value is not None else 0)
    settle(window)
    return names(people)


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("category", "living_alone", ["王秀英"]),
        ("category", "disabled", ["钱二"]),
        ("level", 2, ["王秀英", "孙三"]),
        ("age", (90, 0), ["赵一"]),
        ("age", (60, 69), ["安四"]),
        ("community", "翠苑", ["赵一", "钱二"]),
        ("grid", "2", ["钱二", "孙三"]),
        ("state", "erased", []),
    ],
)
def test_each_filter_narrows_the_list(
    people: PeopleScreen, window: Window, key: str, value: object, found: list[str]
) -> None:
    people.list.more.click()
    assert people.list.filters.isVisible()
    assert choose(people, window, key, value) == found
    assert people.list.everyone.isVisible()
    assert f"{len(found)} 人" in people.list.header._subtitle.text()
    people.list.everyone.click()
    settle(window)
    assert len(names(people)) == 8


def test_filters_go_together_with_what_is_typed_and_escape_takes_them_back(
    people: PeopleScreen, window: Window, hands: Hands
) -> None:
    choose(people, window, "community", "和睦")
    assert people.list.filters.choices["grid"].offered == ["2"]
    people.list.roles._buttons["elder"].click()
    settle(window)
    assert names(people) == ["孙三"]
    people.list.box.setFocus()
    hands.type("zhao")
    assert names(people) == []
    assert people.list._nobody._texts[0].text() == "没有符合的人"
    hands.key(Qt.Key.Key_Escape)
    assert names(people) == ["孙三"]
    hands.key(Qt.Key.Key_Escape)
    assert people.list.filters.count == 0


def test_a_category_that_is_over_does_not_count(people: PeopleScreen, office: Office, window: Window) -> None:
    kind = RECORD_KINDS["categories"]
    with office.desk() as desk:
        who = desk.people.find("赵一")
        desk.records.add(who, kind, record_of(kind, "低保", date(2026, 1, 1), date(2026, 11, 21)))
        desk.records.add(desk.people.find("孙三"), kind, record_of(kind, "低保", date(2026, 11, 22)))
    assert choose(people, window, "category", "minimum_living") == ["孙三"]


def test_a_click_on_a_title_orders_by_it_falling_at_the_second_and_not_at_the_third(
    people: PeopleScreen, window: Window
) -> None:
    keys = [column.key for column in people.list.model.columns]
    people.list.table.sortByColumn(keys.index("name"), Qt.SortOrder.AscendingOrder)
    settle(window)
    assert names(people) == ["安四", "陈美玲", "李建国", "李秀兰", "钱二", "孙三", "王秀英", "赵一"]
    people.list.table.sortByColumn(keys.index("age"), Qt.SortOrder.DescendingOrder)
    settle(window)
    assert names(people)[:4] == ["赵一", "钱二", "孙三", "李建国"]
    assert people.list.filters.order == ("age", True)
    people.list.table.sortByColumn(keys.index("credit"), Qt.SortOrder.DescendingOrder)
    settle(window)
    assert names(people)[0] == "李建国"
    people.list.table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
    settle(window)
    assert names(people)[0] == "李建国"
    assert people.list.filters.order == ("", False)


def test_the_order_can_be_chosen_without_a_mouse(people: PeopleScreen, window: Window) -> None:
    assert choose(people, window, "order", ("level", False))[:3] == ["王秀英", "孙三", "赵一"]


def test_an_erased_person_is_found_among_the_erased_by_number(
    people: PeopleScreen, office: Office, window: Window
) -> None:
    with office.desk() as desk:
        gone = desk.people.find("钱二")
        desk.people.erase(gone, "本人要求")
    assert choose(people, window, "state", "erased") == [gone.number]
    people.list.box.setText("00006")
    people.list.read()
    settle(window)
    assert names(people) == [gone.number]


@pytest.mark.parametrize(
    "today", [date(2026, 11, 22), date(2028, 2, 29), date(2026, 2, 28), date(2026, 3, 1)]
)
def test_age_bands_take_everyone_once(today: date) -> None:
    births = [
        date(1935 + n, month, day) for n in range(80) for month, day in ((2, 28), (3, 1), (11, 22), (11, 23))
    ]
    births += [date(year, 2, 29) for year in range(1936, 2020, 4)]
    for birth in (each for each in births if each <= today):
        fits = []
        for band in BANDS:
            first, last = born_in(band, today)
            if (first or "0") <= birth.isoformat() <= (last or "9"):
                fits.append(band)
        ((youngest, oldest),) = fits
        assert youngest <= age_on(birth, today) <= (oldest or 200)


# Who may write


def test_an_auditor_sees_everything_and_every_button_that_writes_rests_and_says_why(
    people: PeopleScreen, office: Office, window: Window, work: Workplace
) -> None:
    with office.desk() as desk:
        auditor = desk.operators.appoint("吴审", "auditor")
    assert work.context.may_write
    work.start(auditor, "people")
    settle(window)
    assert not work.context.may_write
    register, edit = work.actions_table["register_member"], work.actions_table["edit"]
    assert not register.isEnabled()
    people.show_member(office.member("王秀英"))
    settle(window)
    assert not edit.isEnabled()
    profile = people.profile
    resting = [*profile.categories.adders.values(), profile.services.rate, profile.details.erase]
    assert [each.isEnabled() for each in resting] == [False] * len(resting)
    assert all("审计员" in each.toolTip() and "审计员" in each.accessibleDescription() for each in resting)
    assert profile.details.reveal.isEnabled()
    assert not any(each.isEnabled() for each in profile.details.consents.values())
    work.start(None, "people")
    settle(window)
    assert register.isEnabled()
    people.show_member(office.member("王秀英"))
    settle(window)
    assert all(each.isEnabled() for each in profile.categories.adders.values())
