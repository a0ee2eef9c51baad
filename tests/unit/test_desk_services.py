"""Logging hours: what the rules refuse, who pays, what a reversal takes back, and sign-in sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from stations import START, Clock, carry, credit, elder, refused, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.vouchers import IssueForm
from timebank.journal.facts import ServiceLogged
from timebank.outcome import Cancelled
from timebank.store import book_queries
from timebank.store.people_queries import MemberRecord

DATA = Path(__file__).parent.parent / "data"
NINE = datetime(2026, 11, 20, 9, 0)


class People(NamedTuple):
    """Two who give and two who are served."""

    wang: MemberRecord
    li: MemberRecord
    zhao: MemberRecord
    chen: MemberRecord


@pytest.fixture
def people(centre: Desk) -> People:
    return People(
        volunteer(centre, "王志强"),
        volunteer(centre, "李明"),
        elder(centre, "赵奶奶"),
        elder(centre, "陈阿婆"),
    )


@pytest.fixture
def form(people: People) -> ServiceForm:
    """A service that can be logged: an hour's visit two days ago."""
    return ServiceForm((people.wang,), people.zhao, "visit", NINE, 60)


def test_an_hour_given_is_an_hour_earned(centre: Desk, form: ServiceForm, people: People) -> None:
    logged = centre.services.log(form)
    assert [(each.number, minutes) for each, minutes in logged.credited] == [(people.wang.number, 60)]
    profile = centre.people.profile(people.wang)
    assert (profile.credit_minutes, profile.honour_minutes) == (60, 60)
    told = centre.station.store.told(centre.station.store.value("SELECT max(id) FROM service"))
    assert told is not None
    assert told.ref == logged.entry
    assert isinstance(told.fact, ServiceLogged)


def test_all_who_served_earn_the_whole_time(centre: Desk, form: ServiceForm, people: People) -> None:
    centre.services.log(replace(form, volunteers=(people.wang, people.li), kind="助浴", minutes=45))
    assert (credit(centre, people.wang), credit(centre, people.li)) == (45, 45)


def test_what_is_no_service_is_refused(centre: Desk, form: ServiceForm, people: People) -> None:
    both = centre.people.register(PersonForm("周健", ("volunteer", "elder")))
    cases = [
        (replace(form, volunteers=()), "volunteer_missing"),
        (replace(form, volunteers=(people.wang, people.wang)), "volunteer_twice"),
        (replace(form, volunteers=(people.chen,)), "not_a_volunteer"),
        (replace(form, elder=people.li), "not_an_elder"),
        (replace(form, volunteers=(both,), elder=both), "serves_self"),
        (replace(form, minutes=0), "minutes_not_positive"),
        (replace(form, minutes=-5), "minutes_not_positive"),
        (replace(form, minutes=24 * 60 + 1), "minutes_too_many"),
        (replace(form, kind="占卜"), "unknown_kind"),
        (replace(form, funding="cash"), "funding_unknown"),
        (replace(form, funding="voucher"), "voucher_missing"),
        (replace(form, funding="pool", voucher="TB1"), "funding_unknown"),
    ]
    for wrong, code in cases:
        with refused(centre, code):
            centre.services.log(wrong)


def test_what_has_not_ended_yet_cannot_be_logged(centre: Desk, form: ServiceForm) -> None:
    with refused(centre, "in_the_future"):
        centre.services.log(replace(form, start=START - timedelta(minutes=59)))
    centre.services.log(replace(form, start=START - timedelta(minutes=60)))


def test_a_day_without_a_time_may_be_today_but_not_tomorrow(centre: Desk, form: ServiceForm) -> None:
    centre.services.log(replace(form, start=datetime(2026, 11, 22), timed=False))
    with refused(centre, "in_the_future"):
        centre.services.log(replace(form, start=datetime(2026, 11, 23), timed=False))


def test_the_last_day_of_the_calendar_is_refused_like_any_other_in_the_future(
    centre: Desk, form: ServiceForm
) -> None:
    with refused(centre, "in_the_future"):
        centre.services.log(replace(form, start=datetime(9999, 12, 31, 23, 59)))


def test_what_is_more_than_a_year_old_is_taken_for_a_slip(centre: Desk, form: ServiceForm) -> None:
    oldest = START.date() - timedelta(days=366)
    with refused(centre, "too_long_ago", oldest=oldest.isoformat()):
        centre.services.log(replace(form, start=datetime.combine(oldest, NINE.time()) - timedelta(days=1)))
    centre.services.log(replace(form, start=datetime.combine(oldest, NINE.time())))
    with refused(centre, "too_long_ago"):
        centre.services.log(replace(form, start=datetime(1, 1, 1)))


def test_nobody_is_in_two_places_at_once(centre: Desk, form: ServiceForm, people: People) -> None:
    first = centre.services.log(form)
    other = replace(form, elder=people.chen)
    for start, minutes in ((NINE, 60), (NINE + timedelta(minutes=59), 5), (NINE - timedelta(minutes=30), 31)):
        with refused(centre, "overlap", number=people.wang.number, entry=str(first.entry)):
            centre.services.log(replace(other, start=start, minutes=minutes))
    centre.services.log(replace(other, start=NINE + timedelta(minutes=60)))
    centre.services.log(replace(other, start=NINE - timedelta(minutes=30), minutes=30))
    centre.services.log(replace(other, volunteers=(people.li,)))


def test_a_service_through_the_night_overlaps_the_next_morning(
    centre: Desk, form: ServiceForm, people: People
) -> None:
    centre.services.log(replace(form, start=datetime(2026, 11, 19, 20, 0), minutes=14 * 60))
    with refused(centre, "overlap"):
        centre.services.log(replace(form, elder=people.chen, start=NINE, minutes=30))


def test_a_day_without_times_overlaps_nothing(centre: Desk, form: ServiceForm, people: People) -> None:
    day = replace(form, start=datetime(2026, 11, 20), timed=False)
    centre.services.log(day)
    centre.services.log(replace(day, elder=people.chen))
    centre.services.log(form)


def test_a_reversed_service_leaves_the_time_free(centre: Desk, form: ServiceForm) -> None:
    logged = centre.services.log(form)
    centre.services.reverse(str(logged.entry), "记错了")
    centre.services.log(form)


# Who pays


def test_an_elder_pays_from_the_account(centre: Desk, form: ServiceForm, people: People) -> None:
    with refused(centre, "not_enough", available=0, needed=60):
        centre.services.log(replace(form, funding="account"))
    both = centre.people.change(people.zhao, PersonForm("赵奶奶", ("volunteer", "elder")))
    serve(centre, both, people.chen, 90)
    centre.services.log(replace(form, elder=both, funding="account"))
    assert (credit(centre, both), credit(centre, people.wang)) == (30, 60)


def test_the_pool_pays_what_it_has(centre: Desk, form: ServiceForm, people: People) -> None:
    with refused(centre, "not_enough", name="pool"):
        centre.services.log(replace(form, funding="pool"))
    serve(centre, people.li, people.chen, 100)
    centre.credit.move(centre.people.find("李明"), None, 100, "捐赠")
    centre.services.log(replace(form, funding="pool"))
    assert (centre.credit.pool_minutes(), credit(centre, people.wang)) == (40, 60)


def test_allowance_pays_minutes_of_its_own_ledger(hub: Desk) -> None:
    hub.policies.adopt("hangzhou")
    gives = volunteer(hub)
    gets = elder(hub, "陈阿婆", birth=date(1930, 1, 1))
    service = ServiceForm((gives,), gets, "visit", NINE, 300, funding="allowance")
    with refused(hub, "not_enough", available=0, needed=300):
        hub.services.log(service)
    hub.months.grant(date(2026, 11, 1))
    assert credit(hub, gets, unit=1) == 360
    hub.services.log(service)
    assert (credit(hub, gets, unit=1), credit(hub, gets), credit(hub, gives)) == (60, 0, 300)
    with refused(hub, "not_enough", available=60, needed=61):
        hub.services.log(replace(service, start=NINE - timedelta(days=1), minutes=61))


def test_a_voucher_pays_in_the_same_action(centre: Desk, form: ServiceForm, people: People) -> None:
    serve(centre, people.li, people.chen, 120)
    (small, large) = (
        centre.vouchers.issue(IssueForm(people.li, minutes)).vouchers[0] for minutes in (30, 60)
    )
    paid = replace(form, funding="voucher", voucher=small.code)
    with refused(centre, "voucher_too_small", minutes=30, needed=60):
        centre.services.log(paid)
    with refused(centre, "unreadable"):
        centre.services.log(replace(paid, voucher=large.code[:-1]))
    centre.services.log(replace(paid, voucher=large.code))
    assert (credit(centre, people.wang), credit(centre, people.li)) == (60, 30)
    assert centre.vouchers.verify(large.code).verdict == "redeemed"
    with refused(centre, "redeemed"):
        centre.services.log(replace(paid, voucher=large.code, start=NINE + timedelta(hours=2)))


# Taking back


def test_a_reversal_takes_back_what_was_credited(centre: Desk, form: ServiceForm, people: People) -> None:
    logged = centre.services.log(form)
    centre.services.reverse(str(logged.entry), "记错了人")
    profile = centre.people.profile(people.wang)
    assert (profile.credit_minutes, profile.honour_minutes) == (0, 0)
    assert centre.credit.passbook(people.wang).lines == ()
    with refused(centre, "already_reversed"):
        centre.services.reverse(str(logged.entry), "再来")


def test_a_reversal_says_why_and_of_what(centre: Desk, form: ServiceForm, people: People) -> None:
    logged = centre.services.log(form)
    cases = [
        (str(logged.entry), " ", "reason_missing"),
        ("一号", "记错了", "entry_unreadable"),
        (f"{logged.entry.journal.hex()}-999-{logged.entry.check.hex()}", "记错了", "entry_not_found"),
        (str(people.wang.ref), "记错了", "not_reversible"),
    ]
    for entry, reason, code in cases:
        with refused(centre, code):
            centre.services.reverse(entry, reason)
    reversal = centre.services.reverse(str(logged.entry), "记错了")
    with refused(centre, "not_reversible"):
        centre.services.reverse(str(reversal), "不冲了")


def test_reversing_what_a_voucher_paid_gives_the_voucher_back(
    centre: Desk, form: ServiceForm, people: People
) -> None:
    serve(centre, people.li, people.chen, 60)
    (voucher,) = centre.vouchers.issue(IssueForm(people.li, 60)).vouchers
    logged = centre.services.log(replace(form, funding="voucher", voucher=voucher.code))
    centre.services.reverse(str(logged.entry), "没有去")
    assert centre.vouchers.verify(voucher.code).verdict == "valid"
    assert (credit(centre, people.wang), credit(centre, people.li)) == (0, 0)
    assert centre.people.profile(people.li).in_circulation_minutes == 60


def test_what_a_voucher_paid_for_is_reversed_with_it_and_not_the_voucher_alone(
    centre: Desk, form: ServiceForm, people: People
) -> None:
    serve(centre, people.li, people.chen, 60)
    (voucher,) = centre.vouchers.issue(IssueForm(people.li, 60)).vouchers
    logged = centre.services.log(replace(form, funding="voucher", voucher=voucher.code))
    redemption = centre.station.store.value("SELECT entry FROM redemption WHERE use = 'service'")
    paid = str(book_queries.ref_of(centre.station.store, redemption))
    with refused(centre, "reverse_the_service", entry=str(logged.entry)):
        centre.services.reverse(paid, "没有去")
    centre.services.reverse(str(logged.entry), "没有去")
    with refused(centre, "already_reversed"):
        centre.services.reverse(paid, "没有去")


def test_no_service_is_logged_for_or_by_someone_erased(
    centre: Desk, form: ServiceForm, people: People
) -> None:
    for gone in (people.wang, people.zhao):
        centre.people.erase(gone, "本人要求")
    wang, zhao = (centre.people.find(each.number) for each in (people.wang, people.zhao))
    for wrong in (
        replace(form, volunteers=(wang,), elder=people.chen),
        replace(form, volunteers=(people.li,), elder=zhao),
    ):
        with refused(centre, "already_erased"):
            centre.services.log(wrong)


def test_what_was_spent_before_the_reversal_becomes_a_case_and_not_a_refusal(
    centre: Desk, form: ServiceForm, people: People
) -> None:
    logged = centre.services.log(form)
    centre.credit.move(people.wang, None, 60, "捐赠")
    centre.services.reverse(str(logged.entry), "没有去")
    (case,) = centre.cases.list(only_open=True)
    assert (case.kind, case.minutes, case.facts) == ("overdraft", 60, (people.wang.ref,))
    centre.cases.resolve(case.key, "charge_pool", "公益池承担")
    assert (credit(centre, people.wang), centre.credit.pool_minutes()) == (0, 0)
    assert centre.cases.list(only_open=True) == []


def test_transfers_redemptions_and_grants_can_be_taken_back_too(hub: Desk) -> None:
    hub.policies.adopt("hangzhou")
    gives, gets = volunteer(hub), elder(hub, "陈阿婆", birth=date(1930, 1, 1))
    serve(hub, gives, gets, 120)
    hub.services.reverse(str(hub.credit.move(gives, gets, 60, "赠与")), "给错了")
    run = hub.months.grant(date(2026, 11, 1))
    hub.services.reverse(str(run.entry), "名单有误")
    (voucher,) = hub.vouchers.issue(IssueForm(gives, 60)).vouchers
    hub.services.reverse(str(hub.vouchers.redeem(voucher.code, gets).entry), "兑错了")
    assert (credit(hub, gives), credit(hub, gets), credit(hub, gets, unit=1)) == (60, 0, 0)
    assert hub.vouchers.verify(voucher.code).verdict == "valid"
    assert len(hub.months.grant(date(2026, 11, 1)).granted) == 1, "the month can be granted again"


# Rating


def test_both_sides_rate_once_each(centre: Desk, form: ServiceForm, people: People) -> None:
    entry = str(centre.services.log(form).entry)
    centre.services.rate(entry, people.zhao, 5, "很细心")
    centre.services.rate(entry, people.wang, 4)
    with refused(centre, "already_rated"):
        centre.services.rate(entry, people.zhao, 1)
    with refused(centre, "not_part_of_service"):
        centre.services.rate(entry, people.li, 5)
    for stars in (0, 6):
        with refused(centre, "stars_out_of_range", stars=stars):
            centre.services.rate(entry, people.wang, stars)
    with refused(centre, "entry_not_found"):
        centre.services.rate(str(people.wang.ref), people.wang, 3)


# What could not be prevented apart


def test_one_volunteer_in_two_places_is_a_case_naming_all_who_were(
    hub: Desk, centre: Desk, village: Desk, form: ServiceForm, people: People
) -> None:
    share([hub, centre, village])
    wang, li, _, chen = (village.people.find(each.number) for each in people)
    centre.services.log(replace(form, volunteers=(people.wang, people.li)))
    serve(village, (li, wang), chen, 60, start=NINE + timedelta(minutes=30))
    share([hub, centre, village])
    cases = [desk.cases.list(only_open=True) for desk in (hub, centre, village)]
    assert [len(each) for each in cases] == [1, 1, 1]
    assert (cases[0][0].kind, cases[0][0].minutes, len(cases[0][0].facts)) == ("overlap", 30, 2)
    assert [len(each[0].members) for each in cases] == [2, 2, 2]
    assert len({desk.upkeep.digest() for desk in (hub, centre, village)}) == 1


def test_a_reversal_that_comes_with_the_service_leaves_no_case(
    centre: Desk, village: Desk, form: ServiceForm, people: People
) -> None:
    share([centre, village])
    wang, zhao = village.people.find(people.wang.number), village.people.find(people.zhao.number)
    centre.services.log(form)
    logged = serve(village, wang, zhao, 60, start=NINE)
    village.services.reverse(str(logged.entry), "记重了")
    carry(village, centre)
    assert centre.cases.list() == []
    assert centre.upkeep.check().ok


# Sign-in sheets


@pytest.fixture
def enlisted(centre: Desk) -> Desk:
    """A centre with its rosters in."""
    centre.people.import_roster(DATA / "volunteers.xlsx", "volunteer")
    centre.people.import_roster(DATA / "elders.csv", "elder")
    return centre


def test_a_sign_in_sheet_is_taken_once(enlisted: Desk) -> None:
    before = enlisted.station.store.count()
    tried = enlisted.services.import_sheet(DATA / "hours.xlsx", dry_run=True)
    assert enlisted.station.store.count() == before
    first = enlisted.services.import_sheet(DATA / "hours.xlsx")
    assert (first.logged, len(first.rejected)) == (tried.logged, len(tried.rejected))
    assert first.logged > 200
    digest, count = enlisted.upkeep.digest(), enlisted.station.store.count()
    again = enlisted.services.import_sheet(DATA / "hours.xlsx")
    assert (again.logged, again.unchanged) == (0, first.logged + first.unchanged)
    assert (enlisted.upkeep.digest(), enlisted.station.store.count()) == (digest, count)
    assert again.rejected == first.rejected
    earned = sum(
        enlisted.people.profile(each).credit_minutes for each in enlisted.people.search("", limit=-1)
    )
    owed = enlisted.station.store.value("SELECT minutes FROM balance WHERE account = -1 AND unit = 0")
    assert earned == -owed > 0


def test_a_sheet_that_was_stopped_leaves_nothing(enlisted: Desk) -> None:
    asked = iter([False] * 50 + [True] * 500)
    before = enlisted.upkeep.digest()
    with pytest.raises(Cancelled):
        enlisted.services.import_sheet(DATA / "hours.xlsx", cancelled=lambda: next(asked))
    assert enlisted.upkeep.digest() == before


def test_a_clock_that_runs_behind_is_noted_and_changes_no_order(
    centre: Desk, form: ServiceForm, clock: Clock, people: People
) -> None:
    first = centre.services.log(form)
    clock.pass_time(days=-40 * 365)
    later = centre.people.consent(people.zhao, "photo", True)
    assert later.seq == first.entry.seq + 1
    row = book_queries.row_of(centre.station.store, later)
    assert row is not None
    entry = centre.station.store.entry(row)
    assert entry is not None
    assert entry.header.clock == 1
    assert centre.upkeep.check().ok


@pytest.mark.parametrize("moment", [datetime(1969, 12, 31, 12), datetime(1970, 1, 1), datetime(2200, 1, 1)])
def test_what_is_done_under_a_wrong_clock_is_kept_like_anything(
    centre: Desk, clock: Clock, moment: datetime
) -> None:
    clock.moment = moment
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 60, start=moment - timedelta(hours=2))
    assert credit(centre, gives) == 60
    report = centre.upkeep.check()
    assert report.ok, report.findings
