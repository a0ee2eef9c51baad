"""The month's runs: free hours granted, corrected and taken back; what lapses at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from stations import Clock, Network, credit, decide, elder, refused, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.months_undone import NEVER, STANDS, UNDONE
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.vouchers import IssueForm
from timebank.outcome import Cancelled
from timebank.store.people_queries import MemberRecord

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
HARDSHIP = ("minimum_living", "disabled")


@pytest.fixture
def hangzhou(hub: Desk) -> Desk:
    """A hub under the rules of Hangzhou."""
    hub.policies.adopt("hangzhou")
    return hub


def corrected(desk: Desk, member: MemberRecord, **more: object) -> None:
    """What the roster says of someone is put right, for the time past as well."""
    form = PersonForm(member.name, ("elder",), birth=date(1944, 1, 1))
    desk.people.change(desk.people.find(member.number), replace(form, **more))  # type: ignore[arg-type]


# Granting


def test_a_corrected_record_grants_the_difference_and_nothing_twice(hangzhou: Desk) -> None:
    member = elder(hangzhou, "周健", birth=date(1944, 1, 1))
    assert [each.more for each in hangzhou.months.grant(NOVEMBER).granted] == [180]
    with hangzhou.station.recording() as pen:  # assessed in October, entered only now
        hangzhou.people._registry.tell_changed(
            pen,
            member,
            {
                "care": [{"level": 3, "from": "2026-10-01", "until": ""}],
                "categories": [{"code": each, "from": "2026-10-01", "until": ""} for each in HARDSHIP],
            },
        )
    run = hangzhou.months.grant(NOVEMBER)
    assert [(each.before, each.more, each.entitlement.minutes) for each in run.granted] == [(180, 2940, 3120)]
    assert credit(hangzhou, member, unit=1) == 3120
    assert hangzhou.months.grant(NOVEMBER).unchanged == 1
    assert credit(hangzhou, member, unit=1) == 3120


def test_who_had_too_much_keeps_it_unless_it_is_recovered(hangzhou: Desk) -> None:
    member = elder(hangzhou, "周健", birth=date(1934, 1, 1))
    gives = volunteer(hangzhou)
    hangzhou.months.grant(NOVEMBER)
    serve(hangzhou, gives, member, 300, funding="allowance")
    corrected(hangzhou, member)  # ten years younger: three hours, not six
    run = hangzhou.months.grant(NOVEMBER)
    assert ([(each.before, each.more) for each in run.lower], run.granted) == ([(360, -180)], ())
    assert credit(hangzhou, member, unit=1) == 60
    tried = hangzhou.months.grant(NOVEMBER, recover=True, dry_run=True)
    assert (tried.lower, tried.entries) == (run.lower, ())
    assert hangzhou.months.grant(NOVEMBER, recover=True).recovered
    assert credit(hangzhou, member, unit=1) == -120
    (case,) = hangzhou.cases.list(only_open=True)
    assert (case.kind, case.minutes) == ("overdraft", 120)


def test_nothing_is_recovered_where_the_pack_says_no(hub: Desk) -> None:
    decide(hub, over="hangzhou", allowance__recover_false_claims=False)
    elder(hub, "周健", birth=date(1934, 1, 1))
    with refused(hub, "rule_no_recovery", rule="allowance.recover_false_claims"):
        hub.months.grant(NOVEMBER, recover=True)


def test_a_correction_made_in_knowledge_replaces_and_one_made_apart_counts_for_the_member(
    hangzhou: Desk, centre: Desk, village: Desk
) -> None:
    member = elder(hangzhou, "周健", birth=date(1934, 1, 1))
    share([hangzhou, centre, village])
    hangzhou.months.grant(NOVEMBER)
    share([hangzhou, centre])
    corrected(hangzhou, member)
    hangzhou.months.grant(NOVEMBER, recover=True)
    share([hangzhou, centre, village])
    for desk in (hangzhou, centre, village):
        assert credit(desk, desk.people.find(member.number), unit=1) == 180
    assert len({desk.upkeep.digest() for desk in (hangzhou, centre, village)}) == 1


def test_a_whole_month_is_taken_back_and_granted_again(hangzhou: Desk) -> None:
    members = [elder(hangzhou, f"老人{n}", birth=date(1944, 1, n + 1)) for n in range(3)]
    hangzhou.months.grant(NOVEMBER)
    serve(hangzhou, volunteer(hangzhou), members[0], 60, funding="allowance")
    tried = hangzhou.months.undo_grants(NOVEMBER, "发错了月份", dry_run=True)
    assert (tried.members, tried.minutes, tried.short, tried.entries) == (3, 540, 1, ())
    assert credit(hangzhou, members[1], unit=1) == 180
    done = hangzhou.months.undo_grants(NOVEMBER, "发错了月份")
    assert done[:4] == tried[:4]
    assert [credit(hangzhou, each, unit=1) for each in members] == [-60, 0, 0]
    with refused(hangzhou, "nothing_granted", month="2026-11"):
        hangzhou.months.undo_grants(NOVEMBER, "再来一次")
    assert len(hangzhou.months.grant(NOVEMBER).granted) == 3
    assert [credit(hangzhou, each, unit=1) for each in members] == [120, 180, 180]


def test_a_station_takes_back_its_own_run_and_a_hub_all(hangzhou: Desk, centre: Desk) -> None:
    member = elder(hangzhou, "周健", birth=date(1944, 1, 1))
    hangzhou.months.grant(NOVEMBER)
    share([hangzhou, centre])
    with refused(centre, "nothing_granted"):
        centre.months.undo_grants(NOVEMBER, "不是本站发的")
    elder(centre, "钱奶奶", birth=date(1944, 1, 1))
    centre.months.grant(NOVEMBER)
    share([hangzhou, centre])
    assert hangzhou.months.undo_grants(NOVEMBER, "全部重发").members == 2
    assert credit(hangzhou, member, unit=1) == 0


# The end of a month


@pytest.fixture
def lapsing(hub: Desk) -> Desk:
    """A hub whose free hours lapse at the end of the month."""
    decide(hub, over="hangzhou", allowance__carry_over="lapse")
    return hub


def test_what_is_left_of_the_free_hours_lapses_and_only_once(lapsing: Desk) -> None:
    member = elder(lapsing, "周健", birth=date(1944, 1, 1))
    lapsing.months.grant(OCTOBER)
    lapsing.months.grant(NOVEMBER)
    serve(lapsing, volunteer(lapsing), member, 60, start=datetime(2026, 10, 20, 9), funding="allowance")
    tried = lapsing.months.end(OCTOBER, dry_run=True)
    assert ([each.minutes for each in tried.lapsed], tried.entries) == ([120], ())
    assert credit(lapsing, member, unit=1) == 300
    ended = lapsing.months.end(OCTOBER)
    assert ([(each.minutes, each.before, each.rule) for each in ended.lapsed]) == [
        (120, 0, "allowance.carry_over")
    ]
    assert credit(lapsing, member, unit=1) == 180, "November's are still there"
    assert (lapsing.months.end(OCTOBER).lapsed, lapsing.months.end(OCTOBER).unchanged) == ((), 1)
    assert credit(lapsing, member, unit=1) == 180


def test_a_service_entered_late_uses_what_had_lapsed(lapsing: Desk) -> None:
    member, gives = elder(lapsing, "周健", birth=date(1944, 1, 1)), volunteer(lapsing)
    lapsing.months.grant(OCTOBER)
    lapsing.months.end(OCTOBER)
    assert credit(lapsing, member, unit=1) == 0
    late = datetime(2026, 10, 30, 9)
    serve(lapsing, gives, member, 150, start=late, funding="allowance")
    assert credit(lapsing, member, unit=1) == 0
    assert lapsing.months.end(OCTOBER).lapsed == (), "the desk had corrected the lapse itself"
    with refused(lapsing, "not_enough", available=30, needed=60):
        serve(lapsing, gives, member, 60, start=late.replace(hour=14), funding="allowance")
    assert lapsing.cases.list(only_open=True) == []


def test_a_month_ended_at_two_stations_lapses_once(lapsing: Desk, centre: Desk) -> None:
    member = elder(lapsing, "周健", birth=date(1944, 1, 1))
    lapsing.months.grant(OCTOBER)
    share([lapsing, centre])
    serve(centre, volunteer(centre), centre.people.find(member.number), 60,
          start=datetime(2026, 10, 20, 9), funding="allowance")  # fmt: skip
    lapsing.months.end(OCTOBER)  # does not know of the hour yet
    centre.months.end(OCTOBER)
    share([lapsing, centre])
    for desk in (lapsing, centre):
        assert credit(desk, desk.people.find(member.number), unit=1) == 0
    assert lapsing.months.end(OCTOBER).lapsed == ()
    assert lapsing.upkeep.digest() == centre.upkeep.digest()


def test_a_month_that_is_not_over_does_not_end(lapsing: Desk) -> None:
    with refused(lapsing, "month_not_over", month="2026-11", last="2026-11-30"):
        lapsing.months.end(NOVEMBER)


def test_nothing_lapses_where_no_rule_says_so(hub: Desk) -> None:
    hub.policies.adopt("hangzhou")
    elder(hub, "周健", birth=date(1944, 1, 1))
    hub.months.grant(OCTOBER)
    ended = hub.months.end(OCTOBER)
    assert (ended.lapsed, ended.rules) == ((), ())


def test_credit_expires_after_its_months_and_the_oldest_is_spent_first(hub: Desk, clock: Clock) -> None:
    decide(hub, date(2026, 1, 1), credit__expiry_months=2)
    gives, gets = volunteer(hub), elder(hub)
    serve(hub, gives, gets, 120, start=datetime(2026, 8, 20, 9))
    serve(hub, gives, gets, 60, start=datetime(2026, 10, 20, 9))
    hub.credit.move(gives, None, 30, "捐")
    ended = hub.months.end(OCTOBER)
    assert [(each.minutes, each.rule) for each in ended.lapsed] == [(120, "credit.expiry_months")]
    assert credit(hub, gives) == 30
    clock.moment = datetime(2027, 1, 5, 9)
    assert [each.minutes for each in hub.months.end(date(2026, 12, 1)).lapsed] == [30]
    assert (credit(hub, gives), hub.people.profile(gives).honour_minutes) == (0, 180)


def test_credit_from_before_the_rule_never_expires(hub: Desk) -> None:
    hub.policies.adopt("neutral", day=date(2026, 1, 1))
    gives, gets = volunteer(hub), elder(hub)
    serve(hub, gives, gets, 120, start=datetime(2026, 8, 20, 9))
    decide(hub, date(2026, 9, 1), credit__expiry_months=1)
    serve(hub, gives, gets, 60, start=datetime(2026, 9, 20, 9))
    assert [each.minutes for each in hub.months.end(OCTOBER).lapsed] == [60]
    assert credit(hub, gives) == 120


def test_what_was_used_before_the_month_was_ended_does_not_lapse(lapsing: Desk) -> None:
    member = elder(lapsing, "周健", birth=date(1944, 1, 1))
    lapsing.months.grant(OCTOBER)
    lapsing.months.grant(NOVEMBER)
    serve(lapsing, volunteer(lapsing), member, 300, funding="allowance")
    assert [each.minutes for each in lapsing.months.end(OCTOBER).lapsed] == [60]
    assert (credit(lapsing, member, unit=1), lapsing.cases.list(only_open=True)) == (0, [])
    assert lapsing.months.end(OCTOBER).lapsed == ()


def test_what_lapsed_is_given_back_and_can_lapse_again(lapsing: Desk) -> None:
    members = [elder(lapsing, f"老人{n}", birth=date(1944, 1, n + 1)) for n in range(2)]
    lapsing.months.grant(OCTOBER)
    with refused(lapsing, "nothing_lapsed", month="2026-10"):
        lapsing.months.undo_end(OCTOBER, "", dry_run=True)
    lapsing.months.end(OCTOBER)
    tried = lapsing.months.undo_end(OCTOBER, "", dry_run=True)
    assert tried == (OCTOBER, 2, 0, 360, 0, ())
    assert [credit(lapsing, each, unit=1) for each in members] == [0, 0]
    with refused(lapsing, "reason_missing"):
        lapsing.months.undo_end(OCTOBER, " ")
    done = lapsing.months.undo_end(OCTOBER, "还有签到表没录")
    assert done[:5] == tried[:5]
    assert [credit(lapsing, each, unit=1) for each in members] == [180, 180]
    assert len(lapsing.months.end(OCTOBER).lapsed) == 2
    assert lapsing.upkeep.check().ok


def test_a_station_gives_back_what_it_let_lapse_itself(lapsing: Desk, centre: Desk) -> None:
    member = elder(lapsing, "周健", birth=date(1944, 1, 1))
    lapsing.months.grant(OCTOBER)
    share([lapsing, centre])
    lapsing.months.end(OCTOBER)
    centre.months.end(OCTOBER)  # it cannot know of the other
    share([lapsing, centre])
    tried = centre.months.undo_end(OCTOBER, "", dry_run=True)
    assert (tried.members, tried.minutes) == (0, 0), "what the hub let lapse counts then"
    assert centre.months.undo_end(OCTOBER, "重来")[:5] == tried[:5]
    assert credit(centre, centre.people.find(member.number), unit=1) == 0


def test_what_came_of_an_earlier_run_is_told(lapsing: Desk) -> None:
    elder(lapsing, "周健", birth=date(1944, 1, 1))
    assert lapsing.months.grant(OCTOBER, dry_run=True).earlier == NEVER
    lapsing.months.grant(OCTOBER)
    assert lapsing.months.grant(OCTOBER, dry_run=True).earlier == STANDS
    assert lapsing.months.end(OCTOBER, dry_run=True).earlier == NEVER
    lapsing.months.end(OCTOBER)
    assert lapsing.months.end(OCTOBER, dry_run=True).earlier == STANDS
    lapsing.months.undo_end(OCTOBER, "重来")
    lapsing.months.undo_grants(OCTOBER, "重来")
    assert lapsing.months.end(OCTOBER, dry_run=True).earlier == UNDONE
    assert lapsing.months.grant(OCTOBER, dry_run=True).earlier == UNDONE


# A trial only reads

Trial = Callable[[Desk, Callable[[int, int], None]], object]
TRIALS: dict[str, Trial] = {
    "grant": lambda desk, told: desk.months.grant(NOVEMBER, dry_run=True, progress=told),
    "end": lambda desk, told: desk.months.end(OCTOBER, dry_run=True, progress=told),
    "undo_grants": lambda desk, _told: desk.months.undo_grants(OCTOBER, "", dry_run=True),
    "undo_end": lambda desk, _told: desk.months.undo_end(SEPTEMBER, "", dry_run=True),
}


@pytest.fixture
def busy(lapsing: Desk) -> Desk:
    """A hub with something to try in every way; credit lapses after two months as well."""
    decide(lapsing, date(2026, 1, 1), over="hangzhou", allowance__carry_over="lapse", credit__expiry_months=2)
    member = elder(lapsing, "周健", birth=date(1944, 1, 1))
    for n in range(5):
        serve(lapsing, volunteer(lapsing, f"志愿{n}号"), member, 120, start=datetime(2026, 8, 20 + n, 9))
    for month in (SEPTEMBER, OCTOBER):
        lapsing.months.grant(month)
    lapsing.months.end(SEPTEMBER)
    return lapsing


@pytest.mark.parametrize("trial", TRIALS)
def test_a_trial_writes_nothing_not_even_to_undo_it(busy: Desk, trial: str) -> None:
    busy.station.store.connection.execute("PRAGMA query_only = ON")
    changes = busy.station.store.connection.total_changes
    assert TRIALS[trial](busy, lambda _done, _total: None)
    assert busy.station.store.connection.total_changes == changes


@pytest.mark.parametrize("trial", TRIALS)
def test_an_auditor_may_try_and_not_do(busy: Desk, trial: str) -> None:
    busy.operators.appoint("王芳", "keeper")
    busy.operators.sign_in("王芳")
    busy.operators.appoint("审计", "auditor")
    busy.operators.sign_in("审计")
    assert TRIALS[trial](busy, lambda _done, _total: None)
    with refused(busy, "auditor_reads_only"):
        busy.months.grant(NOVEMBER)


@pytest.mark.parametrize("trial", ["grant", "end"])
def test_who_writes_during_a_trial_does_not_wait_for_it(busy: Desk, network: Network, trial: str) -> None:
    with network.desk(1) as clerk:
        clerk.station.store.connection.execute(
            "PRAGMA busy_timeout = 0"
        )  # whatever is locked is refused at once
        written: list[str] = []

        def told(_done: int, _total: int) -> None:
            written.append(elder(clerk, f"新来{len(written)}").number)

        assert TRIALS[trial](busy, told)
        assert written
        assert {busy.people.find(number).number for number in written} == set(written)


# What an account may hold


def log(desk: Desk, gives: MemberRecord, gets: MemberRecord, hour: int, **more: object) -> object:
    """An hour's visit at an hour of the day."""
    form = ServiceForm((gives,), gets, "visit", datetime(2026, 11, 20, hour), 60)
    return desk.services.log(replace(form, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("overflow", "held", "pool"), [("donate", 90, 30), ("honour", 90, 0)], ids=["donated", "honour"]
)
def test_past_the_cap_hours_go_to_the_pool_or_count_as_honour(
    hub: Desk, overflow: str, held: int, pool: int
) -> None:
    decide(hub, credit__holding_cap_minutes=90, credit__overflow=overflow)
    gives, gets = volunteer(hub), elder(hub)
    log(hub, gives, gets, 9)
    second = log(hub, gives, gets, 11)
    assert (credit(hub, gives), hub.credit.pool_minutes()) == (held, pool)
    assert hub.people.profile(gives).honour_minutes == 120
    assert hub.cases.list(only_open=True) == []
    hub.services.reverse(str(second.entry), "记错了")  # type: ignore[attr-defined]
    assert (credit(hub, gives), hub.credit.pool_minutes()) == (60, 0), (
        "what it had given to the pool goes with it"
    )
    assert hub.upkeep.check().ok


@pytest.mark.parametrize("overflow", [{}, {"credit__overflow": "refuse"}], ids=["unanswered", "refused"])
def test_where_nothing_says_what_happens_past_the_cap_it_is_refused(
    hub: Desk, overflow: dict[str, object]
) -> None:
    decide(hub, credit__holding_cap_minutes=90, **overflow)
    gives, gets = volunteer(hub), elder(hub)
    log(hub, gives, gets, 9)
    with refused(hub, "rule_holding_cap", minutes=120, most=90, held=60, rule="credit.holding_cap_minutes"):
        log(hub, gives, gets, 11)


@pytest.mark.parametrize(("overflow", "pool"), [("donate", 68), ("honour", 0)])
def test_past_the_daily_cap_hours_go_where_the_rules_say(hub: Desk, overflow: str, pool: int) -> None:
    decide(hub, daily_cap_minutes=75, credit__overflow=overflow, kinds__visit__weight="3/2")
    gives, gets = volunteer(hub), elder(hub)
    log(hub, gives, gets, 9)
    second = log(hub, gives, gets, 11)
    assert (credit(hub, gives), hub.credit.pool_minutes()) == (112, pool)
    assert hub.people.profile(gives).honour_minutes == 120
    assert hub.cases.list(only_open=True) == []
    hub.services.reverse(str(second.entry), "记错了")  # type: ignore[attr-defined]
    assert (credit(hub, gives), hub.credit.pool_minutes()) == (90, 0)
    log(hub, gives, gets, 14)
    assert credit(hub, gives) == 112
    assert hub.upkeep.check().ok


def test_gifts_and_vouchers_do_not_lift_anyone_past_the_cap(hub: Desk) -> None:
    decide(hub, credit__holding_cap_minutes=90, credit__overflow="donate", gifts__whom="anyone")
    gives, other, gets = volunteer(hub), volunteer(hub, "李芳"), elder(hub)
    log(hub, gives, gets, 9)
    log(hub, other, gets, 9)
    with refused(hub, "rule_holding_cap", minutes=120):
        hub.credit.move(gives, other, 60, "赠")
    (paper,) = hub.vouchers.issue(IssueForm(gives, 60)).vouchers
    with refused(hub, "rule_holding_cap", minutes=120):
        hub.vouchers.redeem(paper.code, other)
    hub.vouchers.redeem(paper.code, gets)


def test_hours_of_a_group_go_to_the_pool_where_the_rules_say_so(hub: Desk) -> None:
    decide(hub, credit__group_hours="donate_only")
    gives, gets = volunteer(hub, organisation="爱心敲门团"), elder(hub)
    log(hub, gives, gets, 9, for_group=True)
    log(hub, gives, gets, 11)
    assert (credit(hub, gives), hub.credit.pool_minutes()) == (60, 60)
    assert hub.people.profile(gives).honour_minutes == 120


def test_an_account_may_be_overdrawn_as_far_as_the_rules_let_it(hub: Desk) -> None:
    decide(hub, credit__overdraft_minutes=90)
    gives, gets = volunteer(hub), elder(hub)
    log(hub, gives, gets, 9, funding="account")
    assert credit(hub, gets) == -60
    with refused(hub, "not_enough", available=30, needed=60):
        log(hub, gives, gets, 11, funding="account")
    assert hub.cases.list(only_open=True) == [], "an overdraft that the rules allow is no case"


def test_whoever_joins_starts_with_what_the_rules_give(hub: Desk, centre: Desk, tmp_path: Path) -> None:
    before = volunteer(hub, "老会员")
    decide(hub, date(2026, 11, 1), credit__opening_minutes=120)
    joined = elder(hub, "新会员", birth=date(1944, 1, 1))
    assert (credit(hub, before), credit(hub, joined)) == (0, 120)
    share([hub, centre])
    assert credit(centre, centre.people.find(joined.number)) == 120
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名,电话\n甲某,13900001111\n乙某,13900002222\n", "utf-8")
    hub.people.import_roster(roster, "volunteer")
    hub.people.import_roster(roster, "volunteer")
    assert credit(hub, hub.people.find("甲某")) == 120
    assert hub.upkeep.check().ok


# Late entries


def test_a_late_entry_needs_a_reason_and_a_second_person(hub: Desk) -> None:
    decide(hub, service__past_days=7)
    hub.operators.appoint("王芳")
    hub.operators.appoint("李强")
    hub.operators.sign_in("王芳")
    gives, gets = volunteer(hub), elder(hub)
    late: Callable[..., object] = lambda **more: log(  # noqa: E731
        hub, gives, gets, 9, start=datetime(2026, 11, 10, 9), **more
    )
    with refused(hub, "late_entry", date="2026-11-10", days=7, rule="service.past_days"):
        late()
    for second in ("", "王芳", "无此人"):
        with refused(hub, "late_entry_second", second=second):
            late(late_reason="签到表晚到", second=second)
    late(late_reason="签到表晚到", second="李强")
    assert credit(hub, gives) == 60


def test_taking_a_month_back_can_be_stopped_and_leaves_all_as_it_was(hangzhou: Desk) -> None:
    member = elder(hangzhou, "周健", birth=date(1944, 1, 1))
    hangzhou.months.grant(NOVEMBER)
    with pytest.raises(Cancelled):
        hangzhou.months.undo_grants(NOVEMBER, "发错了", cancelled=lambda: True)
    assert credit(hangzhou, member, unit=1) == 180


def test_how_many_a_recovery_would_overdraw_is_known_before(hangzhou: Desk) -> None:
    member = elder(hangzhou, "周健", birth=date(1934, 1, 1))
    hangzhou.months.grant(NOVEMBER)
    corrected(hangzhou, member)
    assert hangzhou.months.short(hangzhou.months.grant(NOVEMBER, dry_run=True)) == 0
    serve(hangzhou, volunteer(hangzhou), member, 300, funding="allowance")
    assert hangzhou.months.short(hangzhou.months.grant(NOVEMBER, dry_run=True)) == 1
