"""A member dies, moves away or leaves: where the credit goes, what is forbidden from then on, and the way back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from stations import Clock, credit, decide, elder, refused, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.vouchers import IssueForm
from timebank.store.people_queries import MemberRecord

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def saver(hub: Desk) -> MemberRecord:
    """A member with 120 minutes of credit and three free hours."""
    hub.policies.adopt("hangzhou")
    member = hub.people.register(PersonForm("陈阿婆", ("volunteer", "elder"), birth=date(1944, 1, 1)))
    serve(hub, member, elder(hub), 120)
    hub.months.grant(NOVEMBER)
    return member


def test_the_credit_goes_to_an_heir(hub: Desk, saver: MemberRecord) -> None:
    heir = volunteer(hub, "陈小妹")
    tried = hub.closing.close(saver, "died", reason="女儿来告知", heir=heir, dry_run=True)
    assert (credit(hub, heir), hub.people.find(saver.number).left) == (0, None)
    closed = hub.closing.close(saver, "died", reason="女儿来告知", heir=heir)
    assert tried[1:] == closed[1:] == ("heir", 120, 180, 0, 0)
    assert (credit(hub, heir), credit(hub, saver), credit(hub, saver, unit=1)) == (120, 0, 0)
    assert hub.people.find(saver.number).left == date(2026, 11, 22)
    assert hub.upkeep.check().ok


def test_without_an_heir_it_goes_to_the_pool_or_counts_as_honour_alone(
    hub: Desk, saver: MemberRecord
) -> None:
    other = volunteer(hub, "周健")
    serve(hub, other, elder(hub), 60, start=datetime(2026, 11, 20, 14))
    assert hub.closing.close(saver, "moved", reason="迁出").way == "pool"
    assert hub.closing.close(other, "withdrew", reason="本人要求", way="honour").way == "honour"
    assert (hub.credit.pool_minutes(), credit(hub, saver), credit(hub, other)) == (120, 0, 0)
    assert hub.people.profile(other).honour_minutes == 60


@pytest.mark.parametrize(
    ("answer", "asked", "code"),
    [
        ("pool", "heir", "rule_closing"),
        ("honour", "pool", "rule_closing"),
        ("heir", "honour", "rule_closing"),
    ],
)
def test_the_rules_may_say_where_it_goes(
    hub: Desk, saver: MemberRecord, answer: str, asked: str, code: str
) -> None:
    decide(hub, date(2026, 11, 22), over="hangzhou", credit__closing=answer)
    heir = volunteer(hub, "陈小妹") if asked == "heir" else None
    with refused(hub, code, way=asked, rule="credit.closing"):
        hub.closing.close(saver, "died", reason="告知", heir=heir, way=asked)
    assert hub.closing.close(saver, "died", reason="告知").way == {"heir": "pool"}.get(answer, answer)


def test_vouchers_of_this_station_are_withdrawn_first_and_those_of_others_are_told(
    hub: Desk, centre: Desk, saver: MemberRecord
) -> None:
    hub.vouchers.issue(IssueForm(saver, 30, 2))
    share([hub, centre])
    centre.vouchers.issue(IssueForm(centre.people.find(saver.number), 15))
    share([hub, centre])
    closed = hub.closing.close(hub.people.find(saver.number), "died", reason="告知")
    assert (closed.credit_minutes, closed.withdrawn, closed.still_out) == (105, 2, 1)
    assert {each.voucher.state for each in hub.vouchers.list()} == {"void", "circulation"}


def test_a_closed_account_takes_part_in_nothing_after_its_last_day(
    hub: Desk, saver: MemberRecord, clock: Clock
) -> None:
    serve(hub, volunteer(hub, "周健"), elder(hub, "钱奶奶"), 60)
    giver = hub.people.find("周健")
    (paper,) = hub.vouchers.issue(IssueForm(giver, 15)).vouchers
    hub.closing.close(saver, "moved", reason="迁出", day=date(2026, 11, 21))
    gone, other = hub.people.find(saver.number), elder(hub, "孙奶奶")
    with refused(hub, "member_left", left="2026-11-21"):
        serve(hub, gone, other, 60, start=datetime(2026, 11, 22, 7))
    with refused(hub, "member_left"):
        serve(hub, giver, gone, 60, start=datetime(2026, 11, 22, 7))
    with refused(hub, "member_left"):
        hub.vouchers.issue(IssueForm(gone, 15))
    with refused(hub, "member_left"):
        hub.vouchers.redeem(paper.code, gone)
    with refused(hub, "member_left"):
        hub.credit.move(giver, gone, 10, "赠")
    with refused(hub, "member_left"):
        hub.closing.close(gone, "died", reason="又一次")
    serve(hub, giver, gone, 30, start=datetime(2026, 11, 21, 7))  # entered late, from before
    clock.pass_time(days=14)
    assert saver.number not in {each.member.number for each in hub.months.grant(DECEMBER).granted}


def test_taking_it_back_brings_all_back(hub: Desk, saver: MemberRecord) -> None:
    heir = volunteer(hub, "陈小妹")
    for way in ({"heir": heir}, {"way": "pool"}, {"way": "honour"}):
        closed = hub.closing.close(hub.people.find(saver.number), "died", reason="告知", **way)  # type: ignore[arg-type]
        hub.services.reverse(str(closed.entry), "弄错了人")
        assert hub.people.find(saver.number).left is None
        assert (credit(hub, saver), credit(hub, saver, unit=1), credit(hub, heir)) == (120, 180, 0)
        assert hub.credit.pool_minutes() == 0
    assert hub.upkeep.check().ok


def test_what_goes_with_a_closing_is_not_reversed_alone(hub: Desk, saver: MemberRecord) -> None:
    hub.closing.close(saver, "died", reason="告知")
    lines = hub.credit.passbook(hub.people.find(saver.number)).lines
    entry = next(line.entry for line in lines if line.what == "donated")
    with refused(hub, "goes_with"):
        hub.services.reverse(str(entry), "只要回时间")


@pytest.mark.parametrize(
    ("cause", "reason", "more", "code"),
    [
        ("lost", "告知", {}, "cause_unknown"),
        ("died", " ", {}, "reason_missing"),
        ("died", "告知", {"way": "sell"}, "way_unknown"),
        ("died", "告知", {"way": "heir"}, "heir_missing"),
        ("died", "告知", {"day": date(2026, 11, 23)}, "in_the_future"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    hub: Desk, saver: MemberRecord, cause: str, reason: str, more: dict[str, object], code: str
) -> None:
    with refused(hub, code):
        hub.closing.close(saver, cause, reason=reason, **more)  # type: ignore[arg-type]


def test_nobody_inherits_from_themselves_and_an_heir_takes_no_other_way(
    hub: Desk, saver: MemberRecord
) -> None:
    with refused(hub, "not_the_heir"):
        hub.closing.close(saver, "died", reason="告知", heir=saver)
    heir = volunteer(hub, "陈小妹")
    with refused(hub, "heir_not_asked"):
        hub.closing.close(saver, "died", reason="告知", heir=heir, way="pool")


def test_an_account_is_brought_back_under_every_number_of_its_person(
    hub: Desk, saver: MemberRecord, centre: Desk
) -> None:
    twin = hub.people.register(PersonForm("陈阿婆", ("elder",), birth=date(1944, 1, 1), phone="13800000009"))
    with refused(hub, "not_closed", number=saver.number):
        hub.closing.bring_back(saver, "弄错了")
    for each in (saver, twin):
        hub.closing.close(each, "died", reason="告知", way="pool")
    closed = [hub.people.find(each.number) for each in (saver, twin)]
    assert [len(hub.closing.departures(each)) for each in closed] == [1, 1]
    for each in closed:
        hub.closing.bring_back(each, "弄错了人")
    assert [hub.people.find(each.number).left for each in closed] == [None, None]
    assert (credit(hub, saver), hub.credit.pool_minutes()) == (120, 0)
    share([hub, centre])
    assert hub.upkeep.digest() == centre.upkeep.digest()
