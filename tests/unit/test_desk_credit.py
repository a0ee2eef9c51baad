"""Accounts: passbooks, transfers, the pool, and the month's free hours."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from stations import add, carry, credit, elder, heads, refused, runs, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.vouchers import IssueForm
from timebank.outcome import Cancelled
from timebank.store import book_queries

NOVEMBER = date(2026, 11, 1)


def test_a_passbook_has_a_line_for_everything_and_its_running_balance(centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 120, start=datetime(2026, 11, 19, 9))
    serve(centre, gives, gets, 60, start=datetime(2026, 11, 18, 9))
    centre.credit.move(gives, gets, 50, "赠与")
    batch = centre.vouchers.issue(IssueForm(gives, 30, count=2)).vouchers
    centre.vouchers.void(batch[0].code, "丢失")
    centre.vouchers.redeem(batch[1].code, gets)
    book = centre.credit.passbook(gives)
    assert [(line.what, line.minutes, line.balance) for line in book.lines] == [
        ("service", 60, 60),
        ("service", 120, 180),
        ("move", -50, 130),
        ("voucher", -60, 70),
        ("void", 30, 100),
    ]
    assert [(line.what, line.minutes) for line in centre.credit.passbook(gets).lines] == [
        ("move", 50),
        ("redeemed", 30),
    ]
    assert (
        book.profile.credit_minutes,
        book.profile.in_circulation_minutes,
        book.profile.honour_minutes,
    ) == (100, 0, 180)
    part = centre.credit.passbook(gives, date(2026, 11, 19), date(2026, 11, 19)).lines
    assert [(line.minutes, line.balance) for line in part] == [(120, 180)]


def test_what_cannot_be_moved_is_refused(centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 60)
    for source, target, minutes, reason, code in [
        (gives, gets, 0, "赠与", "minutes_not_positive"),
        (gives, gets, -10, "赠与", "minutes_not_positive"),
        (gives, gets, 10, "", "reason_missing"),
        (gives, gives, 10, "赠与", "same_account"),
        (None, None, 10, "赠与", "same_account"),
        (gives, gets, 61, "赠与", "not_enough"),
        (gives, gets, 10**30, "赠与", "not_enough"),
        (None, gets, 1, "困难补助", "not_enough"),
    ]:
        with refused(centre, code):
            centre.credit.move(source, target, minutes, reason)


def test_the_pool_takes_donations_and_gives_to_those_in_need(centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 60)
    centre.credit.move(gives, None, 60, "捐赠")
    centre.credit.move(None, gets, 45, "困难补助")
    assert (credit(centre, gives), credit(centre, gets), centre.credit.pool_minutes()) == (0, 45, 15)
    assert centre.people.profile(gives).honour_minutes == 60, "what was given stays an honour"


def test_every_minute_owed_is_on_the_mints_account(centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 60)
    centre.vouchers.issue(IssueForm(gives, 20))
    store = centre.station.store
    assert book_queries.balance(store, -1) == -60
    assert book_queries.balance(store, -3) == 20
    assert book_queries.ledger_sums(store) == (0, 0)


# The month's free hours


@pytest.fixture
def hangzhou(hub: Desk) -> Desk:
    """A hub under the rules of Hangzhou."""
    hub.policies.adopt("hangzhou")
    return hub


def test_the_month_is_granted_once(hangzhou: Desk) -> None:
    very_old = elder(hangzhou, "陈阿婆", birth=date(1930, 1, 1))
    old = elder(hangzhou, "周健", birth=date(1944, 1, 1))
    severe = elder(
        hangzhou, "赵奶奶", birth=date(1955, 1, 1), care_level=3, categories=("minimum_living", "disabled")
    )
    elder(hangzhou, "孙奶奶", birth=date(1960, 1, 1))
    elder(hangzhou, "外地人", birth=date(1930, 1, 1), lives_here=False)
    tried = hangzhou.months.grant(NOVEMBER, dry_run=True)
    assert credit(hangzhou, old, unit=1) == 0
    run = hangzhou.months.grant(date(2026, 11, 17))
    assert {each.member.number: each.entitlement.minutes for each in run.granted} == {
        very_old.number: 360,
        old.number: 180,
        severe.number: 52 * 60,
    }
    assert tried.granted == run.granted
    before = hangzhou.upkeep.digest()
    again = hangzhou.months.grant(NOVEMBER)
    assert (again.granted, again.unchanged, again.entry) == ((), 3, None)
    assert hangzhou.upkeep.digest() == before
    assert len(hangzhou.months.grant(date(2026, 12, 1)).granted) == 3
    assert (credit(hangzhou, old, unit=1), credit(hangzhou, old)) == (360, 0)


def test_whoever_joins_later_is_granted_by_a_second_run(hangzhou: Desk) -> None:
    elder(hangzhou, "陈阿婆", birth=date(1930, 1, 1))
    hangzhou.months.grant(NOVEMBER)
    late = elder(hangzhou, "周健", birth=date(1944, 1, 1))
    run = hangzhou.months.grant(NOVEMBER)
    assert ([each.member.number for each in run.granted], run.unchanged) == ([late.number], 1)


def test_a_month_granted_at_two_stations_counts_once_everywhere(hangzhou: Desk, centre: Desk) -> None:
    known = elder(centre, "陈阿婆", birth=date(1930, 1, 1))
    share([hangzhou, centre])
    assert len(hangzhou.months.grant(NOVEMBER).granted) == 1
    assert len(centre.months.grant(NOVEMBER).granted) == 1
    share([hangzhou, centre])
    for desk in (hangzhou, centre):
        assert credit(desk, desk.people.find(known.number), unit=1) == 360
        assert desk.upkeep.check().ok
    assert hangzhou.upkeep.digest() == centre.upkeep.digest()


def test_when_the_grant_that_counts_is_reversed_the_other_one_counts(hangzhou: Desk, centre: Desk) -> None:
    known = elder(centre, "陈阿婆", birth=date(1930, 1, 1))
    share([hangzhou, centre])
    runs = {hangzhou.months.grant(NOVEMBER).entry, centre.months.grant(NOVEMBER).entry}
    share([hangzhou, centre])
    for left, entry in zip((360, 0), runs, strict=True):
        hangzhou.services.reverse(str(entry), "重复")
        carry(hangzhou, centre)
        assert credit(centre, known, unit=1) == left
    assert hangzhou.upkeep.digest() == centre.upkeep.digest()


def test_a_grant_run_that_was_stopped_grants_nothing(hangzhou: Desk) -> None:
    for day in range(1, 6):
        elder(hangzhou, "陈阿婆", birth=date(1930, 1, day))
    asked = iter([False, False, True])
    before = hangzhou.upkeep.digest()
    with pytest.raises(Cancelled):
        hangzhou.months.grant(NOVEMBER, cancelled=lambda: next(asked))
    assert hangzhou.upkeep.digest() == before


def test_without_rules_nothing_is_granted(hub: Desk) -> None:
    elder(hub, "陈阿婆", birth=date(1930, 1, 1))
    assert hub.months.grant(NOVEMBER).granted == ()


def test_allowance_vouchers_move_allowance_and_never_become_credit(hangzhou: Desk) -> None:
    gets, gives = elder(hangzhou, "陈阿婆", birth=date(1930, 1, 1)), volunteer(hangzhou)
    hangzhou.months.grant(NOVEMBER)
    (voucher,) = hangzhou.vouchers.issue(IssueForm(gets, 60, kind="allowance")).vouchers
    assert (credit(hangzhou, gets, unit=1), credit(hangzhou, gets)) == (300, 0)
    serve(hangzhou, gives, gets, 60, funding="voucher", voucher=voucher.code)
    assert (credit(hangzhou, gives), credit(hangzhou, gives, unit=1)) == (60, 0)
    assert book_queries.ledger_sums(hangzhou.station.store) == (0, 0)


# Overdrafts, which only stations apart can make


def test_the_same_minutes_spent_at_two_stations_are_a_case(hub: Desk, centre: Desk, village: Desk) -> None:
    both = centre.people.register(PersonForm("周健", ("volunteer", "elder")))
    gets = elder(centre)
    serve(centre, both, gets, 60)
    share([hub, centre, village])
    centre.credit.move(both, None, 60, "捐赠")
    village.credit.move(village.people.find(both.number), village.people.find(gets.number), 60, "赠与")
    share([hub, centre, village])
    for desk in (hub, centre, village):
        (case,) = desk.cases.list(only_open=True)
        assert (case.kind, case.minutes, case.facts) == ("overdraft", 60, (both.ref,))
    centre.cases.resolve(case.key, "dismiss", "下月补上")
    assert centre.cases.list(only_open=True) == []
    carry(centre, village)
    serve(
        village,
        village.people.find(both.number),
        village.people.find(gets.number),
        30,
        start=datetime(2026, 11, 1, 9),
    )
    village.credit.move(None, village.people.find(both.number), 30, "补助")
    share([hub, centre, village])
    assert hub.cases.list(only_open=True) == [], "made good"


def test_a_decision_covers_the_overdraft_as_it_stood_and_not_every_later_one(centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    logged = [serve(centre, gives, gets, 60, start=datetime(2026, 11, day, 9)) for day in (17, 18, 19)]
    centre.credit.move(gives, None, 180, "捐赠")
    centre.services.reverse(str(logged[0].entry), "没有去")
    centre.cases.resolve(centre.cases.list(only_open=True)[0].key, "dismiss", "下月补上")
    assert centre.cases.list(only_open=True) == []
    centre.services.reverse(str(logged[1].entry), "没有去")
    (case,) = centre.cases.list(only_open=True)
    assert case.minutes == 120
    centre.cases.resolve(case.key, "charge_pool", "公益池承担")
    assert (credit(centre, gives), centre.credit.pool_minutes()) == (0, 60)
    assert centre.cases.list(only_open=True) == []


def test_what_the_pool_paid_once_it_does_not_pay_for_ever(centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    logged = [serve(centre, gives, gets, 60, start=datetime(2026, 11, day, 9)) for day in (17, 18)]
    centre.credit.move(gives, None, 120, "捐赠")
    for each in logged:
        centre.services.reverse(str(each.entry), "没有去")
        (case,) = centre.cases.list(only_open=True)
        assert case.minutes == 60
        centre.cases.resolve(case.key, "charge_pool", "公益池承担")
        assert centre.cases.list(only_open=True) == []
    assert (credit(centre, gives), centre.credit.pool_minutes()) == (0, 0)


def test_the_pool_holds_no_allowance_to_pay_with(hangzhou: Desk) -> None:
    gets, gives = elder(hangzhou, "陈阿婆", birth=date(1930, 1, 1)), volunteer(hangzhou)
    serve(hangzhou, gives, gets, 600)
    hangzhou.credit.move(gives, None, 600, "捐赠")
    run = hangzhou.months.grant(NOVEMBER)
    serve(hangzhou, gives, gets, 60, start=datetime(2026, 11, 19, 9), funding="allowance")
    hangzhou.services.reverse(str(run.entry), "名单有误")
    (case,) = hangzhou.cases.list(only_open=True)
    with refused(hangzhou, "decision_not_for_case"):
        hangzhou.cases.resolve(case.key, "charge_pool", "公益池承担")
    hangzhou.cases.resolve(case.key, "dismiss", "已说明")
    assert hangzhou.cases.list(only_open=True) == []


def test_a_pool_that_has_too_little_cannot_pay(centre: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    logged = serve(centre, gives, gets, 60)
    centre.credit.move(gives, gets, 60, "赠与")
    centre.services.reverse(str(logged.entry), "没有去")
    (case,) = centre.cases.list(only_open=True)
    for case_key, decision, reason, code in [
        (case.key, "charge_pool", "公益池承担", "not_enough"),
        (case.key, "forgive", "算了", "decision_not_for_case"),
        (case.key, "dismiss", " ", "reason_missing"),
        ("overdraft-none", "dismiss", "算了", "case_not_found"),
    ]:
        with refused(centre, code):
            centre.cases.resolve(case_key, decision, reason)


def test_an_overdraft_is_told_before_its_member_is_known(centre: Desk, village: Desk, hub: Desk) -> None:
    """The village's own entries may come by a way that does not bring the centre's."""
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 60)
    carry(centre, village)
    village.credit.move(village.people.find(gives.number), None, 60, "捐赠")
    add(hub, runs(village, heads(hub))[village.station.journal])
    (case,) = hub.cases.list(only_open=True)
    assert (case.kind, case.facts) == ("overdraft", (gives.ref,))
    assert datetime.fromtimestamp(case.opened) == village.station.surroundings.clock(), (
        "when it was overdrawn"
    )
    hub.cases.resolve(case.key, "charge_pool", "公益池承担")
    carry(village, hub)
    assert [each.kind for each in hub.cases.list(only_open=True)] == []
    assert hub.upkeep.check().ok
