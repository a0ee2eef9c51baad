"""Limits that offline stations passed together are found after a merge, and no rule is broken in retrospect."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from stations import Clock, carry, credit, decide, elder, identity, serve, share, volunteer

from timebank.desk.case_words import CaseWords
from timebank.desk.desk import Desk
from timebank.desk.vouchers import IssueForm
from timebank.store.case_queries import CaseRecord
from timebank.store.people_queries import MemberRecord

TODAY = datetime(2026, 11, 22, 6, 0)


def breaches(desk: Desk) -> list[CaseRecord]:
    """The open cases of limits that were passed."""
    return [each for each in desk.cases.list(only_open=True) if each.kind == "policy_breach"]


def sentence(desk: Desk, case: CaseRecord) -> str:
    """What the case says."""
    return CaseWords("zh_CN", desk.policies.in_force()).what(desk.cases.evidence(case.key))


def known_at_both(hub: Desk, centre: Desk) -> tuple[MemberRecord, MemberRecord]:
    """A volunteer and an elder whom both stations know."""
    gives, gets = volunteer(hub), elder(hub)
    share([hub, centre])
    return gives, gets


def test_hours_of_one_day_at_two_stations_pass_the_daily_cap(hub: Desk, centre: Desk) -> None:
    decide(hub, daily_cap_minutes=90)
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 60, start=TODAY)
    there = serve(centre, gives, gets, 60, start=TODAY.replace(hour=7, minute=30))
    assert breaches(hub) == breaches(centre) == []
    share([hub, centre])
    for desk in (hub, centre):
        (case,) = breaches(desk)
        evidence = desk.cases.evidence(case.key)
        assert (case.minutes, len(evidence.services), evidence.rule) == (30, 2, "daily_cap_minutes")
        assert "每人每天最多记多少" in sentence(desk, case)
        assert credit(desk, desk.people.find(gives.number)) == 120, "what was posted stays posted"
    assert hub.upkeep.digest() == centre.upkeep.digest()
    centre.services.reverse(str(there.entry), "记错了人")
    share([hub, centre])
    assert breaches(hub) == breaches(centre) == []


def test_where_hours_past_the_cap_overflow_only_what_was_credited_counts(hub: Desk, centre: Desk) -> None:
    decide(hub, daily_cap_minutes=90, credit__overflow="donate")
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 120, start=TODAY)
    assert (credit(hub, gives), hub.credit.pool_minutes(), breaches(hub)) == (90, 30, [])
    serve(centre, gives, gets, 40, start=TODAY.replace(hour=8, minute=15))
    share([hub, centre])
    for desk in (hub, centre):
        assert [each.minutes for each in breaches(desk)] == [40]
    assert hub.upkeep.digest() == centre.upkeep.digest()
    assert hub.upkeep.rebuild()[1] == centre.upkeep.digest()


def test_a_coordinator_closes_it_as_it_stands(hub: Desk, centre: Desk) -> None:
    decide(hub, daily_cap_minutes=90)
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 60, start=TODAY)
    serve(centre, gives, gets, 60, start=TODAY.replace(hour=7, minute=30))
    share([hub, centre])
    (case,) = breaches(hub)
    hub.cases.resolve(case.key, "dismiss", "两处都属实")
    share([hub, centre])
    assert breaches(hub) == breaches(centre) == []


@pytest.mark.parametrize(
    "step", [{}, {"step__minutes": 30, "rounding": "down"}], ids=["minutes", "half_hours"]
)
def test_the_daily_cap_counts_as_the_desk_counts(hub: Desk, centre: Desk, step: dict[str, object]) -> None:
    decide(hub, daily_cap_minutes=90, **step)
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 59, start=TODAY)
    serve(centre, gives, gets, 59, start=TODAY.replace(hour=7, minute=30))
    share([hub, centre])
    assert [each.minutes for each in breaches(hub)] == ([] if step else [28])


def test_no_rule_is_broken_before_it_was_written(hub: Desk, centre: Desk, clock: Clock) -> None:
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 60, start=TODAY)
    serve(centre, gives, gets, 60, start=TODAY.replace(hour=7, minute=30))
    clock.pass_time(days=1)
    decide(hub, date(2026, 1, 1), daily_cap_minutes=90)
    share([hub, centre])
    assert breaches(hub) == breaches(centre) == []


def test_hours_of_days_before_the_first_rules_that_are_entered_later_are_held_to_them(
    hub: Desk, centre: Desk, clock: Clock
) -> None:
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 30, start=datetime(2026, 11, 20, 6))
    serve(hub, gives, gets, 100, start=datetime(2026, 11, 19, 6))
    clock.pass_time(days=1)
    decide(hub, daily_cap_minutes=90)
    share([hub, centre])
    assert breaches(hub) == breaches(centre) == []
    serve(hub, gives, gets, 60, start=datetime(2026, 11, 20, 7))
    serve(centre, gives, gets, 45, start=datetime(2026, 11, 20, 9))
    share([hub, centre])
    for desk in (hub, centre):
        (case,) = breaches(desk)
        assert (case.minutes, len(desk.cases.evidence(case.key).services)) == (45, 3)
        digest = desk.upkeep.digest()
        desk.upkeep.rebuild()
        assert desk.upkeep.digest() == digest
    assert hub.upkeep.digest() == centre.upkeep.digest()


def test_credit_for_earlier_days_entered_at_two_stations_passes_the_holding_cap(
    hub: Desk, centre: Desk, clock: Clock
) -> None:
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 40, start=datetime(2026, 11, 18, 6))
    clock.pass_time(days=1)
    decide(hub, credit__holding_cap_minutes=100, credit__overflow="donate")
    share([hub, centre])
    serve(hub, gives, gets, 60, start=datetime(2026, 11, 20, 6))
    serve(centre, gives, gets, 60, start=datetime(2026, 11, 20, 9))
    share([hub, centre])
    assert [each.minutes for each in breaches(hub)] == [60] == [each.minutes for each in breaches(centre)]
    assert hub.upkeep.digest() == centre.upkeep.digest()


def test_a_station_that_had_not_heard_of_the_rule_yet_passes_it_all_the_same(
    hub: Desk, centre: Desk, clock: Clock
) -> None:
    gives, gets = known_at_both(hub, centre)
    decide(hub, date(2026, 11, 22), daily_cap_minutes=90)
    serve(centre, gives, gets, 120, start=TODAY)  # the adoption is still on the stick
    share([hub, centre])
    assert [each.minutes for each in breaches(hub)] == [30] == [each.minutes for each in breaches(centre)]
    assert hub.upkeep.digest() == centre.upkeep.digest()


def test_vouchers_of_one_holder_redeemed_on_one_day_pass_the_daily_limit(hub: Desk, centre: Desk) -> None:
    decide(hub, voucher__daily_minutes=45)
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 120, start=TODAY)
    first, second = hub.vouchers.issue(IssueForm(gives, 30, 2)).vouchers
    share([hub, centre])
    hub.vouchers.redeem(first.code, gets)
    centre.vouchers.redeem(second.code, centre.people.find(gets.number))
    share([hub, centre])
    (case,) = breaches(hub)
    assert (case.minutes, len(hub.cases.evidence(case.key).entries)) == (15, 2)
    assert [each.key for each in breaches(centre)] == [case.key]


def test_credit_earned_at_two_stations_passes_the_holding_cap(hub: Desk, centre: Desk) -> None:
    decide(hub, credit__holding_cap_minutes=100, credit__overflow="donate")
    gives, gets = known_at_both(hub, centre)
    serve(hub, gives, gets, 60, start=TODAY)
    serve(centre, gives, gets, 60, start=TODAY.replace(hour=7, minute=30))
    share([hub, centre])
    (case,) = breaches(hub)
    assert (case.minutes, [each.key for each in breaches(centre)]) == (20, [case.key])
    assert hub.cases.evidence(case.key).lines
    hub.credit.move(hub.people.find(gives.number), None, 20, "捐出超过的部分")
    share([hub, centre])
    assert breaches(hub) == breaches(centre) == []


def test_who_held_more_when_the_cap_came_breaks_no_rule(hub: Desk, clock: Clock) -> None:
    gives, gets = volunteer(hub), elder(hub)
    serve(hub, gives, gets, 300, start=datetime(2026, 11, 20, 9))
    decide(hub, date(2026, 11, 22), credit__holding_cap_minutes=100, credit__overflow="donate")
    clock.pass_time(days=2)
    serve(hub, gives, gets, 60, start=datetime(2026, 11, 24, 7))
    assert (credit(hub, gives), hub.credit.pool_minutes()) == (300, 60)
    assert breaches(hub) == []


def test_one_person_under_two_numbers_has_had_a_month_and_a_beginning_twice(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    decide(hub, over="hangzhou", credit__opening_minutes=60)
    share([hub, centre, village])
    born = {"birth": date(1940, 3, 1), "id_number": identity(7, date(1940, 3, 1))}
    for desk in (centre, village):
        elder(desk, "陈阿婆", **born)
        desk.months.grant(date(2026, 11, 1))
    share([hub, centre, village])
    assert breaches(hub) == []
    (twice,) = [each for each in hub.cases.list(only_open=True) if each.kind == "duplicate_person"]
    hub.cases.resolve(twice.key, "merge", "同一个人")
    found = breaches(hub)
    assert sorted(each.minutes for each in found) == [60, 180]
    assert all("两个编号" in sentence(hub, each) for each in found)
    share([hub, centre, village])
    assert {each.key for each in breaches(village)} == {each.key for each in found}
    carry(hub, village)
    assert hub.upkeep.rebuild()[1] == hub.upkeep.digest() == village.upkeep.digest()
