"""Lists of services as the store narrows and orders them, whoever's numbers a record names."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from stations import elder, identity, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.services import ServiceForm
from timebank.domain.cases import DUPLICATE_PERSON
from timebank.domain.wanted_services import WantedServices, month_of


def lengths(desk: Desk, wanted: WantedServices | None = None, order: str = "when", **more: bool) -> list[int]:
    """The records listed, by their minutes."""
    rows = desk.services.listing(wanted or WantedServices(), order, **more)
    return [line.minutes for line in desk.services.lines_of(rows)]


@pytest.fixture
def village(hub: Desk) -> Desk:
    """Four records of two volunteers and two elders, entered in no order; the one of 90 minutes is reversed."""
    giver, other = volunteer(hub, "李志强"), volunteer(hub, "陈美玲")
    served, neighbour = elder(hub, "单秀兰"), elder(hub, "安阿婆")
    serve(hub, giver, served, 60, start=datetime(2026, 11, 3, 9))
    serve(hub, giver, neighbour, 30, start=datetime(2026, 11, 20, 9))
    serve(hub, (giver, other), served, 120, start=datetime(2026, 10, 31, 21, 59))
    form = ServiceForm((other,), neighbour, "meal", datetime(2026, 11, 1, 0), 90)
    hub.services.reverse(str(hub.services.log(form).entry), "记错了")
    return hub


@pytest.mark.parametrize(
    ("order", "descending", "found"),
    [
        ("when", True, [30, 60, 90, 120]),
        ("when", False, [120, 90, 60, 30]),
        ("long", True, [120, 90, 60, 30]),
        ("long", False, [30, 60, 90, 120]),
    ],
)
def test_records_are_ordered_by_their_own_date_or_length_not_by_when_they_were_entered(
    village: Desk, order: str, descending: bool, found: list[int]
) -> None:
    assert lengths(village, order=order, descending=descending) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (WantedServices(text="陈"), [90, 120]),
        (WantedServices(text="lzq"), [30, 60, 120]),
        (WantedServices(text="shan"), [60, 120]),
        (WantedServices(text="王"), []),
        (WantedServices(text="!"), []),
        (WantedServices(kind="meal"), [90]),
        (WantedServices(state="reversed"), [90]),
        (WantedServices(state="standing"), [30, 60, 120]),
        (WantedServices(days=(date(2026, 11, 1), date(2026, 11, 3))), [60, 90]),
        (WantedServices(days=(None, date(2026, 10, 31))), [120]),
        (WantedServices(days=(date(2026, 11, 4), None)), [30]),
        (WantedServices("安", "visit", month_of(date(2026, 11, 22)), "standing"), [30]),
    ],
)
def test_each_filter_narrows_and_all_hold_together(
    village: Desk, wanted: WantedServices, found: list[int]
) -> None:
    assert lengths(village, wanted) == found


def test_an_elder_and_a_volunteer_are_found_by_number(village: Desk) -> None:
    assert lengths(village, WantedServices(village.people.find("安阿婆").number)) == [30, 90]
    assert lengths(village, WantedServices(village.people.find("陈美玲").number)) == [90, 120]


def test_people_that_are_one_are_found_with_the_records_of_all_their_numbers(hub: Desk, centre: Desk) -> None:
    number = identity(1)
    giver = volunteer(hub, "李志强")
    serve(hub, giver, elder(hub, "赵奶奶", id_number=number), 60)
    other = volunteer(centre, "陈美玲")
    serve(centre, other, elder(centre, "赵阿婆", id_number=number), 30)
    share([hub, centre])
    (case,) = [each for each in hub.cases.list(only_open=True) if each.kind == DUPLICATE_PERSON]
    hub.cases.resolve(case.key, "merge", "同一人")
    assert sorted(lengths(hub, WantedServices("赵"))) == [30, 60]
    assert lengths(hub, WantedServices("陈")) == [30]


def test_records_that_are_gone_since_are_left_out_and_the_others_keep_their_order(village: Desk) -> None:
    rows = list(village.services.listing())
    lines = village.services.lines_of([rows[2], 999_999, rows[0]])
    assert [line.minutes for line in lines] == [90, 30]


@pytest.mark.parametrize(
    ("today", "this", "last"),
    [
        (date(2026, 11, 22), (1, 30), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 1, 31), (1, 31), (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2028, 2, 29), (1, 29), (date(2028, 1, 1), date(2028, 1, 31))),
        (date(2027, 3, 1), (1, 31), (date(2027, 2, 1), date(2027, 2, 28))),
    ],
)
def test_a_month_is_all_its_days(today: date, this: tuple[int, int], last: tuple[date, date]) -> None:
    assert month_of(today) == tuple(today.replace(day=day) for day in this)
    assert month_of(today, back=1) == last
