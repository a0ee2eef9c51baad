"""Backups into one folder: which stay, and that nothing goes that this station did not write."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from stations import Clock

from timebank.desk.desk import Desk
from timebank.desk.rotation import DAYS, MONTHS, WEEKS, spared
from timebank.desk.upkeep import held

FIRST = datetime(2026, 1, 1, 17)


def test_a_year_of_daily_backups_leaves_days_weeks_and_months() -> None:
    daily = [FIRST + timedelta(days=n) for n in range(365)]
    stay = sorted(spared(daily), reverse=True)
    assert stay[:DAYS] == daily[: -DAYS - 1 : -1], "each of the last seven days"
    assert len({each.isocalendar()[:2] for each in stay[: DAYS + WEEKS]}) >= WEEKS
    assert [(each.month, each.day) for each in stay[-3:]] == [(3, 31), (2, 28), (1, 31)], "a month's last one"
    assert {each.month for each in stay} == set(range(1, MONTHS + 1))
    assert len(stay) <= DAYS + WEEKS + MONTHS


@given(st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), max_size=60))
def test_the_newest_always_stays_and_what_stays_once_rotated_stays(moments: list[datetime]) -> None:
    stay = spared(moments)
    assert not moments or max(moments) in stay
    assert len(stay) <= DAYS + WEEKS + MONTHS
    assert spared(stay) == stay


def test_own_backups_rotate_and_other_files_are_left_alone(hub: Desk, clock: Clock, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    other = stick / "别的站-20200101-090000.tbbackup"
    other.write_bytes(b"somebody else's")
    first = hub.upkeep.backup_into(stick)
    clock.pass_time(minutes=5)
    second = hub.upkeep.backup_into(stick)
    assert (first.rotated, second.rotated) == ((), (first.file.name,)), "the newest of the day"
    second.file.write_bytes(second.file.read_bytes() + b"!")  # no longer what was written
    clock.pass_time(minutes=5)
    third = hub.upkeep.backup_into(stick)
    assert third.rotated == ()
    assert sorted(stick.iterdir()) == sorted((other, second.file, third.file))
    assert held(third.file).station == hub.station.name
    for _ in range(3):
        clock.pass_time(days=1)
        last = hub.upkeep.backup_into(stick)
        assert last.rotated == ()
    assert len(list(stick.iterdir())) == 6


def test_a_backup_with_a_name_of_its_own_is_never_rotated(hub: Desk, clock: Clock, tmp_path: Path) -> None:
    kept = hub.upkeep.backup(tmp_path / "before the new year.tbbackup")
    for _ in range(3):
        clock.pass_time(minutes=1)
        hub.upkeep.backup_into(tmp_path)
    assert kept.file.exists()
    assert len(list(tmp_path.glob("*.tbbackup"))) == 2
