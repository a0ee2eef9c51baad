"""A registration by mistake is taken back whole where nothing came of it, and not at all where something did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from roster_files import text
from stations import decide, identity

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.outcome import Cancelled, Refusal

NOW = datetime(2026, 11, 22, 9, 30)
ROSTER = f"姓名,身份证号,电话\n陈桂兰,{identity(1)},13800002222\n赵铁柱,,13800003333\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home, around = tmp_path / "station", Surroundings(clock=lambda: NOW)
    network.found(home, around, network="时间银行", station="和睦街道", policy="neutral")
    with Desk(home, around) as desk:
        yield desk


def test_a_wrong_roster_goes_and_the_right_one_comes(desk: Desk, tmp_path: Path) -> None:
    before = desk.people.register(PersonForm("李建国", ("volunteer",)))
    wrong = desk.people.import_roster(text(tmp_path, ROSTER), "volunteer")
    assert len(wrong.fresh) == 2
    done = desk.mistakes.take_back([*wrong.fresh], "名单拿错了")
    assert [each.name for each in done.going] == ["陈桂兰", "赵铁柱"]
    assert [each.name for each in desk.people.search("")] == ["李建国"]
    assert b"13800002222" not in (tmp_path / "station" / "timebank.db").read_bytes()
    right = desk.people.import_roster(text(tmp_path, ROSTER), "elder")
    assert right.registered == 2
    assert desk.people.find("陈桂兰").roles == ("elder",)
    assert desk.people.find("陈桂兰").number == "001-00004", "numbers are not given twice"
    assert desk.people.find(str(before.ref)).known
    assert desk.upkeep.check().ok


def test_those_of_whom_something_came_stay(desk: Desk, tmp_path: Path) -> None:
    wrong = desk.people.import_roster(text(tmp_path, ROSTER), "volunteer")
    elder = desk.people.register(PersonForm("王秀英", ("elder",)))
    chen = desk.people.find("陈桂兰")
    logged = desk.services.log(ServiceForm((chen,), elder, "meal", NOW - timedelta(days=1), 60))
    desk.services.reverse(str(logged.entry), "记错了")
    found = desk.mistakes.of([*wrong.fresh, elder.ref])
    assert [each.name for each in found.going] == ["赵铁柱"]
    assert [each.name for each in found.staying] == ["陈桂兰", "王秀英"]
    done = desk.mistakes.take_back(wrong.fresh, "拿错了")
    assert (done.going, done.staying) == (found.going, found.staying[:1])
    with pytest.raises(Refusal, match="nothing_mistaken"):
        desk.mistakes.take_back(wrong.fresh, "拿错了")


def test_the_credit_given_on_joining_goes_back_with_it(desk: Desk) -> None:
    decide(desk, NOW.date(), credit__opening_minutes=60)
    made = desk.people.register(PersonForm("李建国", ("volunteer",)))
    assert desk.people.profile(made).credit_minutes == 60
    desk.mistakes.take_back([made.ref], "登记错了")
    again = desk.people.find(made.number)
    assert again.erased
    assert desk.people.profile(again).credit_minutes == 0
    assert desk.upkeep.check().ok


def test_nothing_goes_without_a_reason_in_a_trial_or_when_stopped(desk: Desk, tmp_path: Path) -> None:
    wrong = desk.people.import_roster(text(tmp_path, ROSTER), "volunteer")
    with pytest.raises(Refusal, match="reason_missing"):
        desk.mistakes.take_back(wrong.fresh, " ")
    assert len(desk.mistakes.take_back(wrong.fresh, "试试", dry_run=True).going) == 2
    with pytest.raises(Cancelled):
        desk.mistakes.take_back(wrong.fresh, "试试", cancelled=lambda: True)
    assert desk.people.count() == 2


def test_who_is_only_updated_by_a_roster_is_none_of_its_registrations(desk: Desk, tmp_path: Path) -> None:
    desk.people.register(PersonForm("陈桂兰", ("volunteer",), id_number=identity(1)))
    outcome = desk.people.import_roster(text(tmp_path, ROSTER), "volunteer")
    assert (outcome.updated, len(outcome.fresh), len(outcome.members)) == (1, 1, 2)
