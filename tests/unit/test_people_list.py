"""Lists of people as the store narrows and orders them; people that are one stand in them once."""

from __future__ import annotations

from datetime import date

import pytest
from stations import elder, identity, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.domain.cases import DUPLICATE_PERSON
from timebank.domain.wanted import ORDERS, Wanted


def names(
    desk: Desk, text: str = "", wanted: Wanted | None = None, order: str = "", **more: bool
) -> list[str]:
    """Who is listed."""
    rows = desk.people.listing(text, wanted or Wanted(), order, **more)
    return [line.member.name for line in desk.people.lines_of(rows)]


@pytest.fixture
def village_of_four(hub: Desk) -> Desk:
    """Four people of whom different things are known."""
    elder(hub, "单秀兰", birth=date(1931, 5, 1), care_level=3, community="翠苑", grid="2")
    elder(hub, "安阿婆", birth=date(1945, 5, 1), care_level=0, categories=("living_alone",))
    giver = volunteer(hub, "李志强", birth=date(1960, 5, 1), community="和睦")
    elder(hub, "陌生人")
    serve(hub, giver, hub.people.find("安阿婆"), 60)
    return hub


@pytest.mark.parametrize(
    ("order", "rising"),
    [
        ("", ["单秀兰", "安阿婆", "李志强", "陌生人"]),
        ("name", ["安阿婆", "单秀兰", "李志强", "陌生人"]),
        ("number", ["单秀兰", "安阿婆", "李志强", "陌生人"]),
        ("role", ["单秀兰", "安阿婆", "陌生人", "李志强"]),
        ("age", ["李志强", "安阿婆", "单秀兰", "陌生人"]),
        ("level", ["安阿婆", "单秀兰", "李志强", "陌生人"]),
        ("place", ["李志强", "单秀兰", "安阿婆", "陌生人"]),
        ("credit", ["单秀兰", "安阿婆", "陌生人", "李志强"]),
        ("allowance", ["单秀兰", "安阿婆", "李志强", "陌生人"]),
    ],
)
def test_every_order_and_who_has_nothing_comes_last_either_way(
    village_of_four: Desk, order: str, rising: list[str]
) -> None:
    assert order in ORDERS
    assert names(village_of_four, order=order) == rising
    falling = names(village_of_four, order=order, descending=True)
    if order in ("age", "level"):
        assert falling[-1] == "陌生人"
        assert falling[0] == "单秀兰"
    assert sorted(falling) == sorted(rising)


def test_a_list_finds_whom_a_search_finds_in_the_same_order(village_of_four: Desk) -> None:
    for text in ("a", "shan", "dan", "lz", "强", "0000", "001", "zzz", "!"):
        assert names(village_of_four, text) == [each.name for each in village_of_four.people.search(text)]


def test_people_that_are_one_stand_once_with_what_is_known_of_any(hub: Desk, centre: Desk) -> None:
    number = identity(1)
    elder(hub, "赵奶奶", id_number=number, community="翠苑")
    volunteer(
        centre, "赵奶奶", id_number=number, care_level=2, categories=("living_alone",), community="和睦"
    )
    share([hub, centre])
    (case,) = [each for each in hub.cases.list(only_open=True) if each.kind == DUPLICATE_PERSON]
    hub.cases.resolve(case.key, "merge", "同一人")
    for wanted in (
        Wanted(), Wanted(role="volunteer"), Wanted(role="elder"), Wanted(level=2), Wanted(category="living_alone"),
        Wanted(community="翠苑"), Wanted(community="和睦"), Wanted(born=("1950-01-01", "1950-12-31")),
    ):  # fmt: skip
        assert names(hub, wanted=wanted) == ["赵奶奶"], wanted
        assert names(hub, "zhao", wanted) == ["赵奶奶"], wanted
    assert names(hub, wanted=Wanted(level=3)) == []


def test_what_is_erased_is_in_no_filter(hub: Desk) -> None:
    who = elder(hub, "赵奶奶", care_level=2, categories=("living_alone",), community="翠苑")
    hub.people.erase(who, "本人要求")
    for wanted in (Wanted(), Wanted(level=2), Wanted(category="living_alone"), Wanted(community="翠苑")):
        assert names(hub, wanted=wanted) == []
    assert names(hub, wanted=Wanted(state="erased")) == [who.number]
    assert hub.people.places() == []
    assert hub.station.store.rows("SELECT * FROM person_record") == []
