"""The desk keeps the rules of the pack in force, and says which rule refused and where it comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from stations import credit, elder, refused, volunteer

from timebank.desk.desk import Desk
from timebank.desk.policies import adoption
from timebank.desk.rules import NOT_CHECKED, explanation, not_checked
from timebank.desk.services import ServiceForm
from timebank.desk.vouchers import Issued, IssueForm
from timebank.outcome import Refusal
from timebank.policy.catalog import load, pack_ids
from timebank.policy.pack import Source, answered
from timebank.policy.settings import SETTINGS, Words
from timebank.store.people_queries import MemberRecord

NINE = datetime(2026, 11, 20, 9, 0)
TODAY = date(2026, 11, 22)
TRIAL = Words("试行", "a trial")


def adopt(hub: Desk, **settings: object) -> None:
    """Let rules hold in the network, over the neutral pack; __ stands for a dot."""
    answers = {key.replace("__", "."): value for key, value in settings.items()}
    with hub.station.root_recording(None) as pen:
        pen.tell(adoption(answered(load("neutral"), answers, TRIAL), date(2026, 1, 1)))


def because(key: str) -> dict[str, object]:
    """The facts of a refusal by a rule that the centre decided."""
    return {"rule": key, "source": Source("local", reason=TRIAL)}


@pytest.fixture
def form(hub: Desk) -> ServiceForm:
    """A service that breaks no rule: an hour's visit two days ago."""
    return ServiceForm((volunteer(hub),), elder(hub, birth=date(1940, 1, 1)), "visit", NINE, 60)


# Who may give


def test_a_minor_serves_with_a_guardian_or_a_group_and_not_alone(hub: Desk, form: ServiceForm) -> None:
    born = date(2010, 5, 1)
    alone = volunteer(hub, "小明", birth=born)
    with refused(hub, "rule_minor_alone", age=16, under=18, rule="minors.condition") as caught:
        hub.services.log(replace(form, volunteers=(alone,)))
    assert str(caught.value.facts["source"]).startswith("志愿服务通行做法")
    for member in (
        volunteer(hub, "小红", birth=born, guardian="王芳"),
        volunteer(hub, "小强", birth=born, organisation="第三中学"),
        volunteer(hub, "小丽", birth=date(2008, 11, 20)),  # eighteen on the day of the service
    ):
        hub.services.log(replace(form, volunteers=(member,)))
    eve = volunteer(hub, "小华", birth=date(2008, 11, 21))
    with refused(hub, "rule_minor_alone", age=17):
        hub.services.log(replace(form, volunteers=(eve,)))


def test_volunteers_have_an_oldest_age_where_the_pack_names_one(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, volunteers__max_age=70)
    old = volunteer(hub, "钱老师", birth=date(1950, 1, 1))
    with refused(hub, "rule_volunteer_age", age=76, most=70, **because("volunteers.max_age")):
        hub.services.log(replace(form, volunteers=(old,)))
    hub.services.log(form)  # nobody is too old whose birth date is not known


def test_a_kind_may_need_two_persons_and_a_qualification(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, kinds__bath__persons=2, kinds__rehabilitation__qualification="护士")
    nurse = volunteer(hub, "孙护士", skills="退休护士、书法")
    with refused(hub, "rule_persons", needed=2, given=1, **because("kinds.bath.persons")):
        hub.services.log(replace(form, kind="助浴"))
    hub.services.log(replace(form, kind="助浴", volunteers=(*form.volunteers, nurse)))
    rehabilitation = replace(form, kind="康复", start=NINE + timedelta(hours=2))
    with refused(hub, "rule_qualification", qualification="护士"):
        hub.services.log(rehabilitation)
    hub.services.log(replace(rehabilitation, volunteers=(nurse,)))


def test_every_rule_that_asks_for_a_record_is_checked(hub: Desk) -> None:
    assert set(NOT_CHECKED) <= set(SETTINGS)
    adopt(
        hub,
        volunteers__health_declaration=True,
        kinds__visit__training=True,
        kinds__visit__insurance=True,
        kinds__meal__insurance=False,
        service__kin="not_allowed",
    )
    assert not_checked(hub.policies.in_force()) == ()


@pytest.mark.parametrize("pack", pack_ids())
def test_every_pack_that_comes_with_the_program_can_be_enforced_whole(pack: str) -> None:
    assert not_checked(load(pack)) == ()


def test_the_day_of_a_volunteer_has_an_end(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, daily_cap_minutes=120, step__minutes=30)
    first = hub.services.log(replace(form, minutes=89))  # counts as 60
    untimed = replace(form, start=datetime(2026, 11, 20), timed=False)
    with refused(hub, "rule_daily_cap", minutes=150, most=120, **because("daily_cap_minutes")):
        hub.services.log(replace(untimed, minutes=90))
    hub.services.log(replace(untimed, minutes=60))
    with refused(hub, "rule_daily_cap", minutes=150):
        hub.services.log(replace(form, start=NINE + timedelta(hours=12), minutes=30))
    hub.services.log(replace(form, start=NINE + timedelta(days=1)))
    hub.services.reverse(str(first.entry), "记错了")
    hub.services.log(replace(form, start=NINE + timedelta(hours=12), minutes=30))


def test_in_a_group_nobody_may_exceed_the_day(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, daily_cap_minutes=60)
    other = volunteer(hub, "李明")
    hub.services.log(replace(form, volunteers=(other,)))
    with refused(hub, "rule_daily_cap"):
        hub.services.log(replace(form, volunteers=(*form.volunteers, other), start=NINE + timedelta(hours=2)))


def test_a_window_for_logging_names_its_rule(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, service__past_days=1, service__future_minutes=30)
    with refused(hub, "late_entry", **because("service.past_days")):
        hub.services.log(form)
    with refused(hub, "too_long_ago", date="2025-11-01"):
        hub.services.log(replace(form, start=datetime(2025, 11, 1, 9), late_reason="找到旧表"))
    with refused(hub, "in_the_future", **because("service.future_minutes")):
        hub.services.log(replace(form, start=datetime(2026, 11, 22, 9, 0)))


# Who may be served


def test_only_those_are_served_whom_the_pack_names(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, served__min_age=80, served__categories=["独居"])
    young = elder(hub, "周阿姨", birth=date(1960, 1, 1), categories=("living_alone",))
    alone = elder(hub, "吴奶奶", birth=date(1940, 1, 1), categories=("living_alone",))
    with refused(hub, "rule_served_age", age=66, least=80, **because("served.min_age")):
        hub.services.log(replace(form, elder=young))
    with refused(hub, "rule_served_category", **because("served.categories")):
        hub.services.log(form)
    hub.services.log(replace(form, elder=alone))


# Sign-in sheets


def test_a_row_against_the_rules_is_rejected_and_the_others_are_logged(
    hub: Desk, form: ServiceForm, tmp_path: Path
) -> None:
    adopt(hub, daily_cap_minutes=90)
    volunteer(hub, "小明", birth=date(2010, 5, 1))
    sheet = tmp_path / "signin.csv"
    sheet.write_text(
        "日期,志愿者,服务老人,服务项目,开始,结束\n"
        "2026-11-20,王志强,赵奶奶,探访,9:00,10:00\n"
        "2026-11-20,小明,赵奶奶,探访,9:00,10:00\n"
        "2026-11-20,王志强,赵奶奶,探访,14:00,15:00\n"
        "2026-11-21,王志强,赵奶奶,探访,9:00,10:00\n",
        "utf-8",
    )
    outcome = hub.services.import_sheet(sheet)
    assert (outcome.read, outcome.logged, outcome.unchanged) == (4, 2, 0)
    assert [(each.row, each.column, each.code) for each in outcome.rejected] == [
        (3, "志愿者", "rule_minor_alone"),
        (4, "", "rule_daily_cap"),
    ]
    adopt(hub, daily_cap_minutes=1)
    again = hub.services.import_sheet(sheet)
    assert (again.logged, again.unchanged) == (0, 2), "what is on the books stays, whatever the rules say now"


# Credit and vouchers


def test_credit_is_given_to_whom_the_pack_allows(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, gifts__whom="spouse")
    hub.services.log(form)
    giver, getter = form.volunteers[0], form.elder
    with refused(hub, "rule_gift", relation="other", allowed="spouse", **because("gifts.whom")):
        hub.credit.move(giver, getter, 10, "赠与")
    with refused(hub, "rule_gift", relation="direct_relative"):
        hub.credit.move(giver, getter, 10, "赠与", relation="direct_relative")
    with refused(hub, "relation_unknown"):
        hub.credit.move(giver, getter, 10, "赠与", relation="friend")
    hub.credit.move(giver, getter, 10, "赠与", relation="spouse")
    hub.credit.move(giver, None, 20, "捐赠")  # the pool is nobody's relative
    hub.credit.move(None, getter, 20, "困难补助")
    assert (credit(hub, giver), credit(hub, getter)) == (30, 30)


def vouchers(hub: Desk, form: ServiceForm, count: int = 1, minutes: int = 60) -> tuple[Issued, ...]:
    """Vouchers on the account of the volunteer, who gave ten hours for them."""
    hub.services.log(replace(form, minutes=600))
    return hub.vouchers.issue(IssueForm(form.volunteers[0], minutes, count)).vouchers


def test_a_voucher_is_redeemed_for_whom_the_pack_allows(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, redeem__for_whom="self_or_spouse")
    own, for_spouse = vouchers(hub, form, 2)
    facts = {"relation": "other", "allowed": "self_or_spouse", **because("redeem.for_whom")}
    with refused(hub, "rule_redeem_for_whom", **facts):
        hub.vouchers.redeem(own.code, form.elder)
    hub.vouchers.redeem(own.code, form.volunteers[0])
    hub.vouchers.redeem(for_spouse.code, form.elder, relation="spouse")


def test_a_voucher_that_pays_for_a_service_is_redeemed_by_the_same_rules(
    hub: Desk, form: ServiceForm
) -> None:
    adopt(hub, redeem__for_whom="direct_relatives")
    (voucher,) = vouchers(hub, form)
    other = volunteer(hub, "李明")
    paid = replace(form, volunteers=(other,), funding="voucher", voucher=voucher.code)
    with refused(hub, "rule_redeem_for_whom"):
        hub.services.log(paid)
    hub.services.log(replace(paid, relation="direct_relative"))
    assert credit(hub, other) == 60


def test_a_holder_redeems_so_much_a_day(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, voucher__daily_minutes=120)
    codes = [each.code for each in vouchers(hub, form, 3)]
    first = hub.vouchers.redeem(codes[0], form.elder)
    hub.vouchers.redeem(codes[1], form.elder)
    with refused(hub, "rule_redeem_daily", minutes=180, most=120, **because("voucher.daily_minutes")):
        hub.vouchers.redeem(codes[2], form.elder)
    hub.services.reverse(str(first.entry), "拿错了")
    hub.vouchers.redeem(codes[2], form.elder)


def test_a_holder_is_old_enough_to_redeem_or_in_hardship(hub: Desk) -> None:
    adopt(hub, redeem__min_age=60, redeem__hardship_categories=["低保"])

    def redeem(holder: MemberRecord) -> None:
        (voucher,) = vouchers(hub, ServiceForm((holder,), served, "visit", NINE, 60))
        hub.vouchers.redeem(voucher.code, served)

    served = elder(hub)
    with pytest.raises(Refusal) as caught:
        redeem(volunteer(hub, "年轻人", birth=date(1990, 1, 1)))
    assert caught.value.code == "rule_redeem_age"
    assert caught.value.facts["rule"] == "redeem.min_age"
    redeem(volunteer(hub, "退休人", birth=date(1966, 11, 22)))  # sixty today
    redeem(volunteer(hub, "困难人", birth=date(1990, 1, 1), categories=("minimum_living",)))


def test_the_rules_for_vouchers_are_named_too(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, voucher__max_minutes=120, voucher__goods=False)
    (voucher,) = vouchers(hub, form)
    with refused(hub, "rule_voucher_value", **because("voucher.max_minutes")):
        hub.vouchers.issue(IssueForm(form.volunteers[0], 121))
    with refused(hub, "goods_not_allowed", **because("voucher.goods")):
        hub.vouchers.redeem(voucher.code, form.elder, use="reward")


# The reason


def test_a_refusal_by_a_rule_can_say_which_and_from_where(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, volunteers__max_age=70)
    with pytest.raises(Refusal) as caught:
        hub.services.log(replace(form, volunteers=(volunteer(hub, birth=date(1950, 1, 1)),)))
    assert explanation(caught.value, "zh_CN") == (
        "规则：志愿者最高年龄（volunteers.max_age）。来源：本地决定：试行"
    )
    assert "volunteers.max_age" in explanation(caught.value, "en")
    assert "Local decision: a trial" in explanation(caught.value, "en")
    assert str(caught.value.facts["source"]) == "试行 / a trial"
    assert explanation(Refusal("volunteer_missing"), "zh_CN") == ""


def test_a_clause_is_quoted_with_its_document() -> None:
    clause = Source("clause", title="办法", number="1号", clause="第二条", quote="原文")
    assert str(clause) == "办法 1号 第二条 “原文”"
