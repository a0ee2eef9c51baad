"""Dates, clock times and lengths as people type them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.quantities import parse_clock, parse_clock_range, parse_date, parse_length
from timebank.domain.when import read_when
from timebank.outcome import Refusal

TODAY = date(2026, 11, 22)
days = st.dates(date(1930, 1, 1), date(2099, 12, 31))
minutes_of_day = st.integers(0, 1439)


@pytest.mark.parametrize(
    "written",
    [
        *(date(2026, 10, 7), datetime(2026, 10, 7, 9, 30), 46302, 46302.4, "46302", 20261007, "20261007"),
        *("2026.10.07", "2026-10-07", "2026/10/7", "2026年10月7日", "2026年10月7号", "26年10月7日"),
        *(
            "２０２６．１０．０７",
            "二〇二六年十月七日",
            "2026-10-07 09:30",
            "2026-10-07T09:30:00",
            "2026-10-07（周三）",
        ),
        *("10月7日", "十月七日", "10/7", "10.07", "10月7日 星期三", "'2026-10-07"),
    ],
)
def test_the_seventh_of_october(written: object) -> None:
    assert parse_date(written, TODAY) == date(2026, 10, 7)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("今天", date(2026, 11, 22)),
        ("昨天", date(2026, 11, 21)),
        ("前天", date(2026, 11, 20)),
        ("11月30日", date(2026, 11, 30)),
        ("12月30日", date(2025, 12, 30)),
        ("2月29日", date(2024, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_latest_one(written: str, day: date) -> None:
    assert parse_date(written, TODAY) == day


def test_the_title_gives_the_month() -> None:
    march = date(2025, 3, 1)
    assert parse_date("9日", TODAY, within=march) == date(2025, 3, 9)
    assert parse_date(9, TODAY, within=march) == date(2025, 3, 9)
    assert parse_date("4月9日", TODAY, within=march) == date(2025, 4, 9)
    assert parse_date("2026-10-07", TODAY, within=march) == date(2026, 10, 7)


@pytest.mark.parametrize(
    "written", ["2026-13-40", "2月30日", 10.1, "10.1", "9日", 9, "", None, True, "下周", "2026", "1826-01-01"]
)
def test_what_is_no_day_is_refused(written: object) -> None:
    with pytest.raises(Refusal) as caught:
        parse_date(written, TODAY)
    assert caught.value.code == "date_unreadable"


@given(days, st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"]))
def test_every_day_reads_back(day: date, form: str) -> None:
    assert parse_date(day.strftime(form), TODAY) == day


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        *(
            (w, 540)
            for w in (
                "9：00",
                "9:00",
                "09:00:00",
                "9点",
                "9点整",
                "九点",
                "9時",
                "0900",
                9,
                9.0,
                0.375,
                "上午9点",
            )
        ),
        *(
            (w, 570)
            for w in ("9点半", "9.30", "9;30", "九点半", "9時30", "9点30分", time(9, 30), 0.395833333)
        ),
        *((w, 840) for w in ("下午2点", "14:00", "2pm", "2:00 PM", "午后2点", datetime(2026, 10, 7, 14))),
        *((w, 870) for w in ("14時30", "下午两点半", "2026-10-07 14:30", 1430, 46302.604166667)),
        *((w, 720) for w in ("12:00", "中午12点", "12pm")),
        ("9点一刻", 555),
        ("十点零五分", 605),
        ("晚上8点", 1200),
        ("24:00", 1440),
        ("12am", 0),
        (timedelta(hours=8, minutes=15), 495),
    ],
)
def test_times_of_day(written: object, clock: int) -> None:
    assert parse_clock(written) == clock


@pytest.mark.parametrize(
    "written", ["25:00", "24:30", "9:61", 9.5, "上午", "", None, "9:5:1:2", date(2026, 1, 1), -1]
)
def test_what_is_no_time_is_refused(written: object) -> None:
    with pytest.raises(Refusal) as caught:
        parse_clock(written)
    assert caught.value.code == "time_unreadable"


@given(minutes_of_day)
def test_a_fraction_of_a_day_is_the_same_minute(minute: int) -> None:
    assert parse_clock(minute / 1440) == minute
    assert parse_clock(f"{minute // 60}:{minute % 60:02d}") == minute


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        *(
            (w, (540, 630))
            for w in (
                "9:00-10:30",
                "9点到10点半",
                "09：00～10：30",
                "9:00至10:30",
                "9:00 — 10:30",
                "9:00\n10:30",
            )
        ),
        *((w, (540, 660)) for w in ("上午9-11点", "9-11", "9:00-11:00（2小时）", "9点~11点")),
        *((w, (840, 960)) for w in ("下午2点-4点", "下午2-4点", "2-4pm", "14:00-16:00", "下午2点到下午4点")),
        ("上午9点至下午1点", (540, 780)),
        ("14:00-4:00", (840, 240)),
    ],
)
def test_stretches_of_a_day(written: str, ends: tuple[int, int]) -> None:
    assert parse_clock_range(written) == ends


@pytest.mark.parametrize("written", ["9:00", "9:00-", "上午", "", None, "1-2-3"])
def test_what_is_no_stretch_is_refused(written: object) -> None:
    with pytest.raises(Refusal) as caught:
        parse_clock_range(written)
    assert caught.value.code == "time_unreadable"


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        *(
            (w, 90)
            for w in (
                "1.5",
                1.5,
                "1小时30分",
                "1小时30分钟",
                "一个半小时",
                "1个半小时",
                "90分钟",
                90,
                "90min",
                "1:30",
            )
        ),
        *(
            (w, 90)
            for w in (
                "1h30m",
                "1.5h",
                "1 hour 30 min",
                "１．５小时",
                "一点五小时",
                "1小时半",
                time(1, 30),
                "1：30",
            )
        ),
        *((w, 30) for w in ("半小时", "半个小时", "0.5小时", "30分", "三十分钟", 0.5, "0.5 h", "半个钟头")),
        *(
            (w, 120)
            for w in ("2h", "两小时", "2个小时", 2, "约2小时", timedelta(hours=2), "120分钟", "一百二十分钟")
        ),
        ("三刻钟", 45),
        ("1小时一刻", 75),
        (0.33, 20),
        (24, 1440),
        (25, 25),
    ],
)
def test_lengths(written: object, minutes: int) -> None:
    assert parse_length(written) == minutes


def test_the_header_gives_the_unit_of_bare_numbers_only() -> None:
    assert parse_length(20, "minute") == 20
    assert parse_length("20", "minute") == 20
    assert parse_length(30, "hour") == 1800
    assert parse_length("2小时", "minute") == 120


@pytest.mark.parametrize(
    "written", [0, -1, "0", "", None, "很久", True, date(2026, 1, 1), "1:75", float("nan"), float("inf")]
)
def test_what_is_no_length_is_refused(written: object) -> None:
    with pytest.raises(Refusal) as caught:
        parse_length(written)
    assert caught.value.code == "length_unreadable"


@given(st.integers(1, 1440))
def test_every_length_reads_back(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    assert parse_length(f"{minutes}分钟") == minutes
    assert parse_length(f"{hours}:{rest:02d}") == minutes
    if hours:
        assert parse_length(f"{hours}小时{rest}分") == minutes
    assert parse_length(minutes / 60, "hour") == minutes


@given(
    st.one_of(
        st.text(max_size=12), st.floats(), st.integers(), st.booleans(), st.none(), st.times(), st.datetimes()
    )
)
def test_anything_is_read_or_refused(value: object) -> None:
    for reader in (lambda v: parse_date(v, TODAY), parse_clock, parse_clock_range, parse_length):
        code = "read"
        try:
            reader(value)
        except Refusal as refusal:
            code = refusal.code
        assert code == "read" or code.endswith("_unreadable")


@pytest.mark.parametrize(
    ("clock", "length", "told"),
    [
        ("9点到10点半", "", (9, True, 90)),
        ("", "９点到10点半", (9, True, 90)),  # written where the length goes
        ("", "1:30", (0, False, 90)),
        ("9点", "一个半小时", (9, True, 90)),
    ],
)
def test_a_range_is_understood_in_either_place(clock: str, length: str, told: tuple[int, bool, int]) -> None:
    when = read_when("今天", clock, length, TODAY)
    assert (when.start.hour, when.timed, when.minutes) == told
