"""Amounts as people read them, and who may give, receive and redeem."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.outcome import Refusal
from timebank.phrases import LANGUAGES, phrases
from timebank.policy.amounts import amount_text, counted, earned, hours_text
from timebank.policy.catalog import load
from timebank.policy.eligibility import (
    FOR_WHOM,
    TO_WHOM,
    Breach,
    VolunteerFacts,
    is_late,
    is_younger_elder,
    kind_gates,
    may_be_served,
    may_give,
    may_issue,
    may_log,
    may_redeem,
    may_volunteer,
    turns_on_relation,
)
from timebank.policy.pack import Pack, answered
from timebank.policy.settings import Words
from timebank.policy.values import minutes_in

DAY = date(2026, 10, 9)
REASON = Words("中心决定", "The centre decided")


def pack_with(**answers: object) -> Pack:
    """The neutral pack with answers; a double underscore in a name stands for a dot."""
    return answered(
        load("neutral"), {key.replace("__", "."): value for key, value in answers.items()}, REASON
    )


def codes(breaches: list[Breach]) -> list[str]:
    return [each.code for each in breaches]


# amounts


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (0, "0 小时", "0 hours"),
        (1, "1 分钟", "1 min"),
        (45, "45 分钟", "45 min"),
        (60, "1 小时", "1 hour"),
        (90, "1 小时 30 分", "1 hour 30 min"),
        (120, "2 小时", "2 hours"),
        (3120, "52 小时", "52 hours"),
        (-90, "-1 小时 30 分", "-1 hour 30 min"),
        (-5, "-5 分钟", "-5 min"),
    ],
)
def test_hours_and_minutes_where_the_pack_has_no_unit(minutes: int, chinese: str, english: str) -> None:
    assert amount_text(minutes, load("hangzhou"), "zh_CN") == chinese
    assert amount_text(minutes, load("hangzhou"), "en") == english


@pytest.mark.parametrize(
    ("minutes", "size", "chinese", "english"),
    [
        (90, 60, "1.5 时间币", "1.5 time coins"),
        (120, 60, "2 时间币", "2 time coins"),
        (75, 60, "1.25 时间币", "1.25 time coins"),
        (80, 60, "1 时间币 20 分钟", "1 time coins 20 min"),
        (20, 60, "20 分钟", "20 min"),
        (45, 30, "1.5 时间币", "1.5 time coins"),
        (7, 1, "7 时间币", "7 time coins"),
        (-30, 60, "-0.5 时间币", "-0.5 time coins"),
        (0, 60, "0 时间币", "0 time coins"),
    ],
)
def test_amounts_in_the_packs_own_unit(minutes: int, size: int, chinese: str, english: str) -> None:
    pack = pack_with(unit__name={"zh_CN": "时间币", "en": "time coins"}, unit__minutes=size)
    assert amount_text(minutes, pack, "zh_CN") == chinese
    assert amount_text(minutes, pack, "en") == english


def test_a_unit_name_without_a_size_does_not_change_amounts() -> None:
    assert amount_text(90, load("gongshu"), "zh_CN") == "1 小时 30 分"


@given(st.integers(0, 200_000))
def test_hours_as_written_read_back_as_the_same_minutes(minutes: int) -> None:
    for language in LANGUAGES:
        assert minutes_in(hours_text(minutes, language)) == minutes


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        (90, 90),
        ("38 小时", 2280),
        ("38小时", 2280),
        ("1.5 小时", 90),
        ("1 小时 30 分钟", 90),
        ("2 h", 120),
        ("0.1 小时", 6),
    ],
)
def test_lengths_in_pack_files(written: object, minutes: int) -> None:
    assert minutes_in(written) == minutes


@pytest.mark.parametrize(
    "written", ["", " ", "38", "0.01 小时", "小时", "1.5", "1 天", "一小时", "30 分 1 小时"]
)
def test_a_length_that_can_be_doubted_is_refused(written: str) -> None:
    with pytest.raises(Refusal):
        minutes_in(written)


@pytest.mark.parametrize(
    ("step", "rounding", "expected"),
    [
        (None, None, [44, 45, 46]),
        (1, None, [44, 45, 46]),
        (15, None, [30, 45, 45]),
        (30, "down", [30, 30, 30]),
        (30, "up", [60, 60, 60]),
        (30, "nearest", [30, 60, 60]),
        (60, None, [0, 0, 0]),
    ],
)
def test_steps(step: int | None, rounding: str | None, expected: list[int]) -> None:
    pack = pack_with(step__minutes=step, rounding=rounding)
    assert [counted(minutes, pack) for minutes in (44, 45, 46)] == expected


def test_weights_are_exact_and_round_down() -> None:
    pack = pack_with(kinds__bath__weight="3/2", kinds__visit__weight="0.7", step__minutes=15)
    assert earned(50, "bath", pack) == 67  # 45 minutes by the step, 67.5 by the weight
    assert earned(45, "visit", pack) == 31
    assert earned(50, "meal", pack) == 45


@given(st.integers(0, 1440), st.integers(1, 40), st.integers(1, 40))
def test_no_weight_gives_more_than_it_says(minutes: int, top: int, bottom: int) -> None:
    credit = earned(minutes, "meal", pack_with(kinds__meal__weight=f"{top}/{bottom}"))
    assert credit * bottom <= minutes * top < (credit + 1) * bottom


# people


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (date(1966, 10, 9), True),  # 60 today
        (date(1966, 10, 10), False),  # 60 tomorrow
        (date(1956, 10, 10), True),  # 70 tomorrow
        (date(1956, 10, 9), False),  # 70 today
        (date(2000, 1, 1), False),
        (None, False),
    ],
)
def test_younger_elders_are_sixty_to_sixty_nine_by_local_decision(birth: date | None, expected: bool) -> None:
    assert is_younger_elder(birth, DAY, load("hangzhou")) is expected


def test_a_younger_elder_born_on_a_leap_day() -> None:
    born = date(1960, 2, 29)
    assert is_younger_elder(born, date(2020, 2, 29), load("neutral"))
    assert is_younger_elder(born, date(2030, 2, 28), load("neutral"))
    assert not is_younger_elder(born, date(2030, 3, 1), load("neutral"))


def test_nobody_is_a_younger_elder_where_the_band_is_unset() -> None:
    assert not is_younger_elder(date(1960, 1, 1), DAY, pack_with(younger_elder__from=None))


@pytest.mark.parametrize(
    ("birth", "guardian", "group", "expected"),
    [
        (date(2008, 10, 10), False, False, ["rule_minor_alone"]),  # 18 tomorrow
        (date(2008, 10, 9), False, False, []),  # 18 today
        (date(2010, 1, 1), True, False, []),
        (date(2010, 1, 1), False, True, []),
        (None, False, False, []),
    ],
)
def test_minors_need_a_guardian_or_a_group(
    birth: date | None, guardian: bool, group: bool, expected: list[str]
) -> None:
    volunteer = VolunteerFacts(birth, guardian=guardian, group=group)
    assert codes(may_volunteer(volunteer, DAY, load("hangzhou"))) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("guardian", ["rule_minor_alone"]), ("group", []), ("not_allowed", ["rule_no_minors"]), (None, [])],
)
def test_the_condition_for_minors_is_policy(condition: str | None, expected: list[str]) -> None:
    in_a_group = VolunteerFacts(date(2010, 1, 1), group=True)
    assert codes(may_volunteer(in_a_group, DAY, pack_with(minors__condition=condition))) == expected


def test_age_and_fitness_of_volunteers_where_the_pack_asks() -> None:
    pack = pack_with(volunteers__max_age=80, volunteers__health_declaration=True)
    assert codes(may_volunteer(VolunteerFacts(date(1945, 1, 1)), DAY, pack)) == [
        "rule_volunteer_age",
        "rule_no_health_declaration",
    ]
    assert may_volunteer(VolunteerFacts(date(1946, 1, 1), fit_declared=True), DAY, pack) == []


def test_who_may_be_served() -> None:
    pack = pack_with(served__min_age=60, served__categories=["独居", "失能"])
    assert codes(may_be_served(date(1980, 1, 1), [], DAY, pack)) == [
        "rule_served_age",
        "rule_served_category",
    ]
    assert may_be_served(date(1940, 1, 1), ["living_alone"], DAY, pack) == []
    assert may_be_served(date(1980, 1, 1), [], DAY, load("hangzhou")) == []


@pytest.mark.parametrize("answer", ["self", "self_or_spouse", "direct_relatives", "anyone", None])
@pytest.mark.parametrize("relation", ["self", "spouse", "direct_relative", "other"])
def test_for_whom_a_holder_may_redeem(answer: str | None, relation: str) -> None:
    order = ["self", "spouse", "direct_relative", "other"]
    reach = {"self": 1, "self_or_spouse": 2, "direct_relatives": 3, "anyone": 4, None: 4}[answer]
    found = may_redeem(date(1960, 1, 1), [], relation, DAY, pack_with(redeem__for_whom=answer), minutes=60)
    assert codes(found) == ([] if order.index(relation) < reach else ["rule_redeem_for_whom"])


@pytest.mark.parametrize(
    ("answer", "asks"),
    [
        *((each, False) for each in ("self", "anyone", None)),
        *((each, True) for each in ("self_or_spouse", "direct_relatives")),
    ],
)
def test_a_relation_is_asked_only_where_the_answer_turns_on_it(answer: str | None, asks: bool) -> None:
    assert turns_on_relation(pack_with(redeem__for_whom=answer), FOR_WHOM) is asks
    assert not turns_on_relation(pack_with(redeem__for_whom=answer), TO_WHOM)


def test_age_hardship_daily_limit_and_goods_at_redemption() -> None:
    pack = pack_with(
        redeem__min_age=60,
        redeem__hardship_categories=["重病"],
        voucher__daily_minutes=120,
        voucher__goods=False,
    )
    young = date(1990, 1, 1)
    assert codes(may_redeem(young, [], "self", DAY, pack, minutes=60)) == ["rule_redeem_age"]
    assert may_redeem(young, ["seriously_ill"], "self", DAY, pack, minutes=120) == []
    full = may_redeem(date(1950, 1, 1), [], "self", DAY, pack, minutes=61, redeemed_today=60, goods=True)
    assert codes(full) == ["rule_redeem_daily", "rule_no_goods"]


def test_gifts_and_issues() -> None:
    pack = pack_with(gifts__whom="direct_relatives", voucher__max_minutes=240, voucher__last_issue="12-15")
    assert codes(may_give("other", pack)) == ["rule_gift"]
    assert may_give("direct_relative", pack) == []
    assert codes(may_give("spouse", pack_with(gifts__whom="nobody"))) == ["rule_gift"]
    assert may_issue(240, date(2026, 12, 15), pack) == []
    assert codes(may_issue(241, date(2026, 12, 16), pack)) == ["rule_voucher_value", "rule_last_issue"]


def test_no_voucher_is_good_for_longer_than_the_rules_give() -> None:
    pack = pack_with(voucher__validity_days=30)
    assert may_issue(60, DAY, pack, DAY + timedelta(days=30)) == []
    (found,) = may_issue(60, DAY, pack, DAY + timedelta(days=31))
    assert (found.code, found.key, found.facts["days"]) == (
        "rule_voucher_validity",
        "voucher.validity_days",
        30,
    )
    assert may_issue(60, DAY, pack) == may_issue(60, DAY, pack_with(), date(2100, 1, 1)) == []


def test_gates_by_kind() -> None:
    pack = pack_with(
        kinds__bath__persons=2,
        kinds__bath__training=True,
        kinds__bath__insurance=True,
        kinds__bath__qualification="护理员",
    )
    ready = VolunteerFacts(insured=True, trained=frozenset({"bath"}), qualified=frozenset({"护理员"}))
    assert codes(kind_gates("bath", [VolunteerFacts()], pack)) == [
        "rule_persons", "rule_training", "rule_insurance", "rule_qualification",
    ]  # fmt: skip
    trained = VolunteerFacts(insured=True, trained=frozenset({"bath"}))
    assert kind_gates("bath", [ready, trained], pack) == []
    assert kind_gates("meal", [VolunteerFacts()], pack) == []


def test_the_day_the_clock_and_kin() -> None:
    pack = pack_with(
        daily_cap_minutes="8 小时", service__future_minutes=0, service__kin="not_allowed", step__minutes=30
    )
    assert may_log(89, 420, pack) == []  # counts as 60
    assert codes(may_log(90, 420, pack, kin=True, ahead_minutes=1)) == [
        "rule_daily_cap",
        "rule_kin",
        "rule_future",
    ]


def test_late_entries_begin_after_the_window() -> None:
    pack = pack_with(service__past_days=7)
    assert not is_late(date(2026, 10, 2), DAY, pack)
    assert is_late(date(2026, 10, 1), DAY, pack)
    assert not is_late(date(2020, 1, 1), DAY, load("hangzhou"))


@pytest.mark.parametrize("policy", ["hangzhou", "gongshu", "wenzhou", "ningbo", "neutral"])
def test_what_a_shipped_pack_leaves_unset_restricts_nothing(policy: str) -> None:
    pack, grown = load(policy), date(1958, 5, 5)
    assert may_volunteer(VolunteerFacts(grown), DAY, pack) == []
    assert may_be_served(grown, [], DAY, pack) == []
    assert may_redeem(grown, [], "other", DAY, pack, minutes=10_000) == []
    assert may_give("other", pack) == may_issue(10_000, date(2026, 12, 31), pack) == []
    assert kind_gates("bath", [VolunteerFacts()], pack) == []
    assert may_log(1000, 1000, pack, kin=True, ahead_minutes=9999) == []


def test_a_breach_names_its_setting_and_source_and_has_a_sentence() -> None:
    (breach,) = may_volunteer(VolunteerFacts(date(2015, 1, 1)), DAY, load("hangzhou"))
    assert breach.key == "minors.condition"
    assert breach.source is not None
    assert breach.source.kind == "reference"
    for language in LANGUAGES:
        assert "11" in phrases(language).code(breach.code, breach.facts)
