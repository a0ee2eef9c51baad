"""A month in figures, targets, teams and stars, on stories small enough to be counted by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from reports_scene import NAMES, Scene, play
from stations import decide, elder, found_network, serve, volunteer

from timebank.desk.desk import Desk
from timebank.desk.services import ServiceForm
from timebank.journal.refs import day_number
from timebank.outcome import Cancelled
from timebank.policy.catalog import load
from timebank.policy.pack import Pack
from timebank.policy.settings import Words
from timebank.policy.stars import Stars, stars
from timebank.reports.month import MonthFigures
from timebank.reports.shown import text
from timebank.reports.table import Share, Table
from timebank.store import report_queries
from timebank.store.report_queries import MEMBERS

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The small network of ``reports_scene``."""
    with play(tmp_path_factory.mktemp("month") / "n") as scene:
        yield scene


@pytest.fixture(scope="module")
def november(scene: Scene) -> MonthFigures:
    return scene.centre.reports.month(date(2026, 11, 22))


def figures(table: Table) -> list[list[str]]:
    """A table as people read it."""
    return [[text(cell) for cell in row] for row in table.rows]


# A month


def test_services_are_counted_once_and_minutes_for_every_volunteer(november: MonthFigures) -> None:
    assert (november.services, november.elders_served, november.volunteers) == (4, 3, 3)
    assert november.given == 60 + 2 * 90 + 30 + 40
    assert november.kinds == (("meal", 210), ("visit", 60), ("bath", 40))


def test_the_unvisited_are_named_with_what_else_they_had(november: MonthFigures) -> None:
    assert november.visits == Share(1, 2)
    (left,) = november.unvisited
    assert left.member.name == NAMES[1]
    assert (left.categories, left.last_visit, left.otherwise) == (("disabled",), None, True)


def test_what_came_in_went_out_and_is_owed(november: MonthFigures) -> None:
    # 310 minutes were earned. Of three vouchers of 30 one was redeemed twice and the pool bears the second,
    # one is void, one is out; 20 were donated to the pool, which paid 30.
    assert november.deposits == 310
    assert november.pool == 20 - 30
    assert (november.vouchers, november.voucher_minutes) == (1, 30)
    assert november.outstanding == 310


def test_the_allowance_of_a_month(november: MonthFigures) -> None:
    # In hardship and moderately impaired 38 h; aged 91 and 95 6 h each.
    assert november.allowance.entitled == november.allowance.granted == (38 + 6 + 6) * 60
    assert (november.allowance.elders, november.allowance.used) == (3, 40)


def test_ratings_of_a_month(november: MonthFigures) -> None:
    assert november.rated == Share(1, 4)
    assert november.mean_stars == 5
    assert november.satisfied == Share(1, 1)


def test_the_month_says_what_the_monthly_report_says(scene: Scene, november: MonthFigures) -> None:
    page = {
        str(row[1]): row[2]
        for row in scene.centre.reports.make("monthly", NOVEMBER, date(2026, 11, 30)).tables[0].rows
    }
    assert page["月探访率"] == november.visits
    assert (page["存入"].minutes, page["支取"].minutes) == (november.deposits, november.withdrawals)  # type: ignore[union-attr]
    assert page["未兑付总量"].minutes == november.outstanding  # type: ignore[union-attr]
    assert page["发放"].minutes == november.allowance.granted  # type: ignore[union-attr]


def test_a_month_without_anything_has_no_ratios(scene: Scene) -> None:
    before = scene.centre.reports.month(date(2026, 8, 15))
    assert (before.visits, before.rated, before.mean_stars) == (Share(0, 0), Share(0, 0), None)
    assert (before.services, before.given, before.kinds, before.outstanding) == (0, 0, (), 0)


def test_the_year_leads_up_to_the_month(scene: Scene, november: MonthFigures) -> None:
    course = scene.centre.reports.year(NOVEMBER)
    assert [point.month for point in course][:2] == [date(2025, 12, 1), date(2026, 1, 1)]
    assert len(course) == 12
    assert (course[-1].given, course[-1].outstanding) == (november.given, november.outstanding)
    assert all(point.given == 0 and point.outstanding == 0 for point in course[:-1])


def test_counting_can_be_stopped_and_the_store_reads_on(scene: Scene) -> None:
    reports = scene.centre.reports
    with pytest.raises(Cancelled):
        reports.month(NOVEMBER, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        reports.year(NOVEMBER, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        reports.make("visits", NOVEMBER, cancelled=lambda: True)
    assert reports.month(NOVEMBER).services == 4


def test_an_export_that_is_stopped_leaves_no_file(scene: Scene, tmp_path: Path) -> None:
    asked = iter([False, False, *[True] * 1000])
    with pytest.raises(Cancelled):
        scene.centre.reports.export_tables(tmp_path, cancelled=lambda: next(asked))
    assert not list(tmp_path.iterdir())


def test_progress_ends_where_it_said_it_would(scene: Scene) -> None:
    told: list[tuple[int, int]] = []
    scene.centre.reports.month(NOVEMBER, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(len(told)))
    assert told[-1][0] < told[-1][1] <= len(told)


def test_balances_taken_backwards_are_those_of_the_ledger(scene: Scene) -> None:
    store = scene.centre.station.store
    for back in range(60):
        day = day_number(date(2026, 11, 30) - timedelta(days=back))
        forward: Counter[tuple[int, int]] = Counter()
        for account, unit, minutes in store.rows(
            "SELECT min(account, 0), unit, sum(minutes) FROM posting WHERE day <= ? GROUP BY 1, 2", (day,)
        ):
            forward[account, unit] += minutes
        backward: Counter[tuple[int, int]] = Counter()
        for account, _, unit, minutes in report_queries.holdings(store, day):
            backward[account, unit] += minutes
        assert {key: n for key, n in backward.items() if n} == {key: n for key, n in forward.items() if n}
    assert MEMBERS == 0


# Targets


def test_a_target_knows_whether_it_is_met_and_where_it_is_written(november: MonthFigures) -> None:
    visits, advisers = november.aims
    assert (visits.key, visits.percent, visits.value, visits.met) == (
        "targets.visits",
        100,
        Share(1, 2),
        False,
    )
    assert visits.source is not None
    assert "月探访率达到 100%" in visits.source.quote
    assert (advisers.value, advisers.met, advisers.why) == (None, None, "no_record")
    assert advisers.by == date(2022, 12, 31)


def test_the_targets_report_lists_each_with_its_source(scene: Scene) -> None:
    (table,) = scene.centre.reports.make("targets", NOVEMBER, date(2026, 11, 30)).tables
    visits, advisers = figures(table)
    assert visits[1:5] == ["1", "2", "50.0%", "100%"]
    assert visits[5] == "未达到"
    assert "47号" in visits[-1]
    assert advisers[1:6] == ["", "", "", "100%", "没有记录"]
    assert any("养老顾问" in note for note in table.notes)


def test_a_target_that_is_just_reached_is_met(tmp_path: Path) -> None:
    with found_network(tmp_path / "n", policy="gongshu").desk(1) as hub:
        for name in ("甲", "乙", "丙"):
            volunteer(hub, name, birth=date(1960, 1, 1))
        hub.reports.enter_population("街道中心", 25)
        assert met(hub, "targets.elder_volunteers") is True
        hub.reports.enter_population("街道中心", 26)
        assert met(hub, "targets.elder_volunteers") is False
        hub.reports.enter_population("街道中心", None)
        assert met(hub, "targets.elder_volunteers") is None


def met(desk: Desk, key: str) -> bool | None:
    (aim,) = [each for each in desk.reports.month(NOVEMBER).aims if each.key == key]
    return aim.met


# The warm nest, R4


def test_r4_the_warm_nest_counts_its_own_groups_and_very_old_by_age(tmp_path: Path) -> None:
    network = found_network(tmp_path / "n")
    with network.desk(1) as hub:
        network.clock.moment = datetime(2026, 11, 2, 9)
        decide(hub, over="gongshu", very_old__from=80)
        helper = volunteer(hub, "小李")
        eighty = elder(hub, "八十", birth=date(1946, 11, 30))
        elder(hub, "未到", birth=date(1946, 12, 1))
        elder(hub, "无子女", categories=("childless",))
        elder(hub, "空巢", categories=("empty_nest",))
        network.clock.moment = datetime(2026, 11, 30, 18)
        serve(hub, helper, eighty, start=datetime(2026, 11, 20, 9))
        by_month, by_category, unvisited = hub.reports.make("warm_nest", NOVEMBER, date(2026, 11, 30)).tables
        assert figures(by_month) == [["2026-11", "2", "1", "1", "0", "50.0%", "100%"]]
        assert [row[1:4] for row in figures(by_category)] == [["高龄", "1", "1"], ["无子女", "1", "0"]]
        assert [row[2] for row in figures(unvisited)] == ["无子女"]


def test_r4_without_a_target_nothing_is_counted_and_it_is_said(scene: Scene) -> None:
    (table,) = scene.centre.reports.make("warm_nest").tables
    assert not table.rows
    assert any("没有规定暖巢" in note for note in table.notes)


# Teams, R3


def test_r3_a_community_has_a_team_where_one_of_its_members_served(tmp_path: Path) -> None:
    network = found_network(tmp_path / "n", policy="gongshu")
    with network.desk(1) as hub:
        one = volunteer(hub, "甲", organisation="红星队", community="和睦")
        volunteer(hub, "乙", organisation="银龄队", community="翠苑")
        volunteer(hub, "丙", community="翠苑")
        served = elder(hub, "丁", community="文一")
        network.clock.moment = datetime(2026, 11, 22, 9)
        serve(hub, one, served)
        rate, communities = hub.reports.make("teams", NOVEMBER, date(2026, 11, 30)).tables
        assert figures(rate) == [["3", "1", "33.3%", "100%"]]
        assert figures(communities) == [
            ["和睦", "1", "1", "1", "1", "是"],
            ["文一", "0", "0", "0", "0", "否"],
            ["翠苑", "2", "0", "1", "0", "否"],
        ]
        hub.reports.enter_population("大关", 100)
        (again, _) = hub.reports.make("teams", NOVEMBER, date(2026, 11, 30)).tables
        assert figures(again)[0][:2] == ["4", "1"]


# Stars


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, Stars(0, 6_000, 5)),
        (5_999, Stars(0, 6_000, 5)),
        (6_000, Stars(1, 18_000, 5)),
        (60_000, Stars(4, 90_000, 5)),
        (89_999, Stars(4, 90_000, 5)),
        (90_000, Stars(5, None, 5)),
        (1_000_000, Stars(5, None, 5)),
    ],
)
def test_a_star_comes_at_its_very_minute(minutes: int, expected: Stars) -> None:
    assert stars(minutes, load("neutral")) == expected


def test_a_pack_without_milestones_has_no_stars() -> None:
    bare = Pack("bare", Words("空", "bare"), Words("", ""), "city", ("bare",))
    assert stars(90_000, bare) == Stars(0, None, 0)


def test_stars_are_commended_in_the_period_in_which_they_were_reached(tmp_path: Path) -> None:
    network = found_network(tmp_path / "n", policy="neutral")
    with network.desk(1) as hub:
        network.clock.moment = datetime(2026, 12, 1, 9)
        ann, ben, cat = (volunteer(hub, name) for name in ("安", "本", "凯"))
        host = elder(hub, "老周")
        give(hub, ann, host, date(2026, 10, 5), 10)  # 100 h in October: one star
        give(hub, ben, host, date(2026, 10, 5), 9)  # 90 h
        give(hub, ben, host, date(2026, 11, 5), 1)  # and 10 in November: one star then
        give(hub, cat, host, date(2026, 11, 5), 30)  # 300 h in November: two at once
        wrong = give(hub, ann, host, date(2026, 11, 5), 20)
        for entry in wrong:
            hub.services.reverse(entry, "录错")
        by_star, names = hub.reports.make("stars", NOVEMBER, date(2026, 11, 30)).tables
        assert [row[2:] for row in figures(by_star)[:2]] == [["2", "2"], ["1", "1"]]
        assert [(row[1], row[3], row[4]) for row in figures(names)] == [
            ("凯", "2 星", "300.00"),
            ("本", "1 星", "100.00"),
        ]
        october = hub.reports.make("stars", OCTOBER, date(2026, 10, 31)).tables
        assert [row[1] for row in figures(october[1])] == ["安"]
        sent = hub.reports.make("stars", NOVEMBER, date(2026, 11, 30), upward=True).tables
        assert len(sent) == 1
        assert figures(sent[0])[0][2:] == ["<5", "<5"]


def give(desk: Desk, who: object, whom: object, first: date, tens: int) -> list[str]:
    """Ten hours at a time, once or twice a day; the entries."""
    entries = []
    for turn in range(tens):
        start = datetime(first.year, first.month, first.day) + timedelta(
            days=turn % 25, hours=12 * (turn // 25)
        )
        entries.append(str(desk.services.log(ServiceForm((who,), whom, "visit", start, 600)).entry))  # type: ignore[arg-type]
    return entries
