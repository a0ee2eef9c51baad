"""Every report on a small network whose figures can be counted by hand, and on the sample rosters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from reports_scene import NAMES, Scene, play
from stations import carry, found_network

from timebank.desk.desk import Desk
from timebank.outcome import Refusal
from timebank.reports.catalog import REPORTS
from timebank.reports.shown import text
from timebank.reports.table import Cell, Count, Minutes, Report, Share, Table

DATA = Path(__file__).parents[1] / "data"
OCTOBER, NOVEMBER, TODAY = date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 22)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The small network of ``reports_scene``."""
    with play(tmp_path_factory.mktemp("reports") / "n") as scene:
        yield scene


def figures(table: Table) -> list[list[str]]:
    """A table as people read it."""
    return [[text(cell) for cell in row] for row in table.rows]


def november(desk: Desk, name: str, **more: object) -> Report:
    return desk.reports.make(name, NOVEMBER, date(2026, 11, 30), **more)  # type: ignore[arg-type]


def test_r1_the_visit_rate_counts_target_elders_and_names_the_unvisited(scene: Scene) -> None:
    made = scene.centre.reports.make("visits", OCTOBER, TODAY)
    by_month, by_category, unvisited = made.tables
    assert figures(by_month) == [
        ["2026-10", "2", "0", "2", "0", "0.0%", "100%"],
        ["2026-11", "2", "1", "1", "1", "50.0%", "100%"],
    ]
    assert figures(by_category) == [
        ["2026-10", "失能", "1", "0", "0.0%"],
        ["2026-10", "独居", "1", "0", "0.0%"],
        ["2026-11", "失能", "1", "0", "0.0%"],
        ["2026-11", "独居", "1", "1", "100.0%"],
    ]
    assert [row[2] for row in figures(unvisited)] == [NAMES[0], NAMES[1], NAMES[1]]
    assert figures(unvisited)[2][3:] == ["翠苑社区", "失能", "", "是"]


def test_r1_nobody_registered_later_was_to_be_visited_before(scene: Scene) -> None:
    september = scene.centre.reports.make("visits", date(2026, 9, 1), date(2026, 9, 30))
    assert figures(september.tables[0]) == [["2026-09", "0", "0", "0", "0", "", "100%"]]


def test_r2_there_is_no_ratio_without_a_population_and_it_is_said(scene: Scene) -> None:
    reports = scene.centre.reports
    (before,) = november(scene.centre, "registration").tables
    assert figures(before)[0] == ["翠苑社区", "", "2", "", ""]
    assert any("翠苑社区" in note for note in before.notes)
    reports.enter_population("翠苑社区", 40)
    reports.enter_population("  文一社区 ", 10)
    (after,) = november(scene.centre, "registration").tables
    assert figures(after) == [
        ["文一社区", "10", "0", "0.0%", ""],
        ["翠苑社区", "40", "2", "5.0%", ""],
        ["合计", "50", "2", "4.0%", ""],
    ]
    for community in ("翠苑社区", "文一社区"):
        reports.enter_population(community, None)
    assert reports.population() == {}
    with pytest.raises(Refusal, match="population_unreadable"):
        reports.enter_population("翠苑社区", 0)


def test_r7_hours_along_every_line(scene: Scene) -> None:
    kinds, categories, volunteers, ages, crossed = november(scene.centre, "services").tables
    assert figures(kinds) == [
        ["助餐", "2", "2", "3", "3.50", "3.50"],
        ["助浴", "1", "1", "1", "0.67", "0.67"],
        ["探访", "1", "1", "1", "1.00", "1.00"],
        ["合计", "4", "3", "3", "5.17", "5.17"],
    ]
    assert {row[0]: row[1] for row in figures(categories)} == {
        "失能": "1", "独居": "2", "低保": "2", "无类别": "1", "合计": "4",
    }  # fmt: skip
    assert {row[0]: row[4] for row in figures(volunteers)} == {
        "成年志愿者": "2.17", "低龄老人志愿者": "2.50", "不详": "0.50", "合计": "5.17",
    }  # fmt: skip
    assert [row[0] for row in figures(ages)] == ["85–89 岁", "90–94 岁", "95 岁及以上", "合计"]
    assert ["助餐", "失能", "成年志愿者", "90–94 岁", "1", "1", "1", "1.50", "1.50"] in figures(crossed)


def test_r6_the_ledger_tells_what_moved_and_what_is_owed(scene: Scene) -> None:
    flows, accounts, owed = november(scene.centre, "ledger").tables
    # The void voucher came back; of 90 minutes put into vouchers 30 went on to another account.
    assert figures(flows) == [
        ["2026-11", "1 街道中心", "0.00", "0.00", "0.00", "0.50", "0.00", "0.00", "0.00"],
        ["2026-11", "2 翠苑社区", "5.17", "0.00", "0.33", "0.00", "0.17", "1.50", "0.50"],
        ["合计", "", "5.17", "0.00", "0.33", "0.50", "0.17", "1.50", "0.50"],
    ]
    closing = {(row[0], row[1]): row[5] for row in accounts.rows}
    unit = {unit: 0 for unit, _ in closing}
    for (name, _), amount in closing.items():
        assert isinstance(amount, Minutes)
        unit[name] += amount.minutes
    assert unit == {"时间币": 0, "津贴": 0}
    assert closing["时间币", "公益池"] == Minutes(20 - 30)
    assert closing["时间币", "在外服务券"] == Minutes(30)
    assert figures(owed)[-1] == ["合计", "4.83", "0.50", "5.33", "49.33"]


def test_r6_what_one_period_closes_with_the_next_begins_with(scene: Scene) -> None:
    def account(start: date, end: date, column: int) -> dict[tuple[Cell, Cell], Cell]:
        table = scene.centre.reports.make("ledger", start, end).tables[1]
        return {row[:2]: row[column] for row in table.rows}  # type: ignore[misc]

    closing = account(NOVEMBER, date(2026, 11, 4), 5)
    opening = account(date(2026, 11, 5), TODAY, 2)
    assert closing
    assert {key: opening[key] for key in closing} == closing


def test_r5_the_allowance_by_month_category_and_level(scene: Scene) -> None:
    month, groups = november(scene.centre, "allowance").tables
    # 独居、低保、中度: 38 h; aged 91 and 95: 6 h each.
    assert figures(month) == [["2026-11", "3", "50.00", "50.00", "0.67", "49.33"]]
    assert figures(groups) == [
        ["2026-11", "失能", "重度失能", "1", "6.00", "6.00", "0.00", "6.00"],
        ["2026-11", "独居", "中度失能", "1", "38.00", "38.00", "0.67", "37.33"],
        ["2026-11", "低保", "中度失能", "1", "38.00", "38.00", "0.67", "37.33"],
        ["2026-11", "无类别", "未评估", "1", "6.00", "6.00", "0.00", "6.00"],
    ]


def test_vouchers_by_issuer_and_by_where_they_were_redeemed(scene: Scene) -> None:
    issued, redeemed = november(scene.centre, "vouchers").tables
    assert figures(issued) == [
        ["2 翠苑社区", "时间币", "3", "1.50", "1", "0.50", "1", "0.50", "0", "0.00", "1", "0.50"]
    ]
    assert figures(redeemed) == [
        ["1 街道中心", "2 翠苑社区", "时间币", "1", "0.50", "1"],
        ["2 翠苑社区", "2 翠苑社区", "时间币", "1", "0.50", "0"],
    ]


def test_r9_reversals_and_cases(scene: Scene) -> None:
    reversals, kinds, single = november(scene.centre, "cases").tables
    assert figures(reversals) == [["2 翠苑社区", "服务记录", "1", "0.75"], ["合计", "", "1", "0.75"]]
    assert [row for row in figures(kinds) if row[0] == "服务券重复兑付"] == [
        ["服务券重复兑付", "1", "0", "0.00", "1", "0", "0", "1", "0", "0", "0"]
    ]
    (closed,) = [row for row in figures(single) if row[1] == "服务券重复兑付"]
    assert closed[2:4] == ["已处理", "0.50"]
    assert closed[5] == "由公益池承担"


def test_r8_ratings_of_both_sides(scene: Scene) -> None:
    by_kind, by_station = november(scene.centre, "ratings").tables
    visit = next(row for row in figures(by_kind) if row[0] == "探访")
    assert visit == ["探访", "1", "1", "100.0%", "5.00", "100.0%", "0", "1", "100.0%", "4.00"]
    assert figures(by_station)[-1][:4] == ["合计", "4", "1", "25.0%"]


def test_the_roster_in_numbers(scene: Scene) -> None:
    stations, ages, levels, categories = november(scene.centre, "members").tables
    assert figures(stations)[0] == ["2 翠苑社区", "7", "4", "3", "0", "1", "0"]
    assert {row[0]: row[1] for row in figures(ages)}["不详"] == "1"
    assert figures(levels)[-1] == ["合计", "3", "100.0%"]
    assert {row[0]: row[1] for row in figures(categories)}["无类别"] == "1"


def test_the_hubs_page_says_what_the_reports_say(scene: Scene) -> None:
    glance, stations = november(scene.hub, "monthly").tables
    page: dict[str, Cell] = {}
    for row in glance.rows:
        page.setdefault(str(row[1]), row[2])
    assert page["服务时长"] == Minutes(310)
    assert page["月探访率"] == Share(1, 2)
    assert page["期内新登记"] == Count(1)
    assert page["未兑付总量"] == Minutes(310)
    assert page["公益池余额"] == Minutes(-10)
    assert page["应享"] == Minutes(3000)
    assert [row[1] for row in figures(stations)] == ["0", "4", "0"]


@pytest.mark.parametrize("name", REPORTS)
def test_the_hub_and_the_centre_count_the_same(scene: Scene, name: str) -> None:
    if name == "monthly":  # when a station last exchanged is known to the other one only
        assert november(scene.hub, name).tables[0] == november(scene.centre, name).tables[0]
    else:
        assert november(scene.hub, name).tables == november(scene.centre, name).tables


def test_a_station_that_does_not_know_the_people_says_so_and_still_counts_hours(scene: Scene) -> None:
    with scene.network.desk(3) as village:
        carry(scene.hub, village)
        kinds = november(village, "services").tables
        assert figures(kinds[0]) == figures(november(scene.centre, "services").tables[0])
        assert [row[0] for row in figures(kinds[1])] == ["不详", "合计"]
        visits = november(village, "visits").tables[0]
        assert figures(visits)[0][1] == "0"
        assert any("3" in note for note in visits.notes)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", [name for name, kind in REPORTS.items() if kind.upward])
def test_no_name_number_or_small_count_goes_upward(scene: Scene, name: str, language: str) -> None:
    made = november(scene.centre, name, upward=True, language=language)
    words = [text(cell) for table in made.tables for row in table.rows for cell in row]
    assert words or not made.rows
    assert not [word for word in words if any(each in word for each in NAMES) or word.startswith("002-")]
    counts = [cell for table in made.tables for row in table.rows for cell in row if isinstance(cell, Count)]
    assert not [each for each in counts if 0 < each.number < 5]
    if name in ("visits", "services", "monthly"):
        assert "<5" in words


def test_what_stays_at_the_station_is_refused_upward(scene: Scene) -> None:
    with pytest.raises(Refusal, match="report_stays_here"):
        scene.centre.reports.make("members", upward=True)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (TODAY, OCTOBER),
        (date(1900, 1, 1), TODAY),
        (date(2026, 1, 1), date(9999, 12, 31)),
        (date(1999, 1, 1), TODAY.replace(year=2050)),
    ],
)
def test_a_period_that_cannot_be_is_refused(scene: Scene, start: date, end: date) -> None:
    with pytest.raises(Refusal, match="report_period"):
        scene.centre.reports.make("ledger", start, end)


def test_a_report_that_nobody_knows_is_refused(scene: Scene) -> None:
    with pytest.raises(Refusal, match="report_unknown"):
        scene.centre.reports.make("horoscope")


def test_unless_said_otherwise_a_report_is_on_this_month_so_far(scene: Scene) -> None:
    made = scene.centre.reports.make("ledger")
    assert (made.start, made.end) == (NOVEMBER, TODAY)
    before = scene.centre.reports.make("ledger", end=date(2026, 9, 15))
    assert (before.start, before.end) == (date(2026, 9, 1), date(2026, 9, 15))


def test_an_unknown_format_is_refused_and_nothing_is_written(scene: Scene, tmp_path: Path) -> None:
    made = scene.centre.reports.make("ledger")
    with pytest.raises(Refusal, match="report_format_unknown"):
        scene.centre.reports.write(made, tmp_path / "ledger.docx", lambda _, path: path)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A hub with the sample rosters and sign-in sheet."""
    network = found_network(tmp_path_factory.mktemp("samples") / "n", policy="hangzhou")
    with network.desk(1) as desk:
        desk.people.import_roster(DATA / "volunteers.xlsx", "volunteer")
        desk.people.import_roster(DATA / "elders.csv", "elder")
        desk.services.import_sheet(DATA / "hours.xlsx")
        yield desk


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_stands_on_the_sample_rosters(
    samples: Desk, tmp_path: Path, name: str, language: str
) -> None:
    made = samples.reports.make(name, OCTOBER, TODAY, language=language)
    assert made.tables
    assert all(len(row) == len(table.columns) for table in made.tables for row in table.rows)
    for suffix in (".xlsx", ".csv"):
        file = samples.reports.write(made, tmp_path / f"r{suffix}", lambda _, path: path)
        assert file.stat().st_size > 0


def test_the_services_of_the_sample_add_up_along_every_line(samples: Desk) -> None:
    made = samples.reports.make("services", OCTOBER, TODAY)
    totals = {table.rows[-1][1:] for table in made.tables[:4]}
    assert len(totals) == 1
    kinds = made.tables[0]
    given = [row[4].minutes for row in kinds.rows if isinstance(row[4], Minutes)]
    assert sum(given[:-1]) == given[-1] > 0
    ledger = samples.reports.make("ledger", OCTOBER, TODAY)
    assert ledger.tables[0].rows[-1][2] == kinds.rows[-1][5]
