"""Free hours a month, city by city, straight from the clauses. Every person here is invented."""

# ruff: noqa: E501  (a table of cases and clauses reads better unbroken)

from __future__ import annotations

from datetime import date
from itertools import product

import msgspec
import pytest

from timebank.domain.categories import CATEGORIES, category
from timebank.policy.allowance import (
    Assessment,
    Dated,
    PersonFacts,
    current_assessment,
    entitlement,
    reference_day,
)
from timebank.policy.catalog import load, parse
from timebank.policy.pack import Pack, answered
from timebank.policy.settings import Words

MONTH = date(2026, 10, 1)
REASON = Words("中心决定", "The centre decided")
MODERATE, SEVERE, COMPLETE = 2, 3, 4


def hours(number: int) -> int:
    return number * 60


def elder(
    age: int = 75,
    level: int | None = None,
    *categories: str,
    registered: bool = True,
    lives: bool = True,
    benefits: tuple[Dated, ...] = (),
) -> PersonFacts:
    """Someone of a given age in October 2026, assessed once and for good."""
    return PersonFacts(
        birth=date(2026 - age, 3, 15),
        registered_here=registered,
        lives_here=lives,
        assessments=() if level is None else (Assessment(date(2015, 1, 10), level),),
        categories=tuple(Dated(category(word)) for word in categories),
        benefits=benefits,
    )


def minutes(pack: Pack, person: PersonFacts) -> int:
    return entitlement(person, MONTH, pack).minutes


# Hangzhou ----------------------------------------------------------------------------------------------------

# 杭政办函〔2020〕47号 二（三）7
AGE_CLAUSE = (
    "为具有本市户籍并居住在本市的80至89周岁老年人、90周岁以上老年人分别提供每月3小时、6小时的免费居家养老服务"
)
HARDSHIP_CLAUSE = (
    "计划生育特殊家庭和最低生活保障家庭、最低生活保障边缘家庭、支出型贫困基本生活救助家庭中的"
    "中、重度失能（失智）老年人分别提供每月38小时、52小时的免费居家养老服务"
)
HANGZHOU_HARDSHIP = ("计划生育特殊家庭", "低保", "低边", "支出型贫困")


@pytest.mark.parametrize(
    ("age", "expected"),
    [(79, 0), (80, 3), (84, 3), (89, 3), (90, 6), (91, 6), (105, 6)],  # AGE_CLAUSE
)
@pytest.mark.parametrize("level", [None, 0, 1, MODERATE, SEVERE, COMPLETE])
def test_hangzhou_gives_the_very_old_three_or_six_hours_whatever_their_level(
    age: int, expected: int, level: int | None
) -> None:
    assert minutes(load("hangzhou"), elder(age, level)) == hours(expected)


@pytest.mark.parametrize("word", HANGZHOU_HARDSHIP)
@pytest.mark.parametrize(
    ("level", "expected"),
    [(None, 0), (0, 0), (1, 0), (MODERATE, 38), (SEVERE, 52), (COMPLETE, 52)],  # HARDSHIP_CLAUSE; 4 as severe
)
def test_hangzhou_gives_impaired_elders_of_families_in_hardship_by_grade(
    word: str, level: int | None, expected: int
) -> None:
    found = entitlement(elder(75, level, word), MONTH, load("hangzhou"))
    assert found.minutes == hours(expected)
    if expected:
        assert found.rule_id == "hangzhou.hardship"
        assert found.source is not None
        assert found.source.quote == HARDSHIP_CLAUSE
        assert (found.source.number, found.source.clause) == ("杭政办函〔2020〕47号", "二（三）7")


@pytest.mark.parametrize(
    "word", sorted(entry.zh for entry in CATEGORIES.values() if entry.zh not in HANGZHOU_HARDSHIP)
)
def test_hangzhou_gives_nothing_by_grade_for_any_other_category(word: str) -> None:
    assert minutes(load("hangzhou"), elder(75, SEVERE, word)) == 0


@pytest.mark.parametrize(("registered", "lives"), [(True, False), (False, True), (False, False)])
@pytest.mark.parametrize("age", [75, 85, 95])
def test_hangzhou_asks_for_registration_and_residence(registered: bool, lives: bool, age: int) -> None:
    """具有本市户籍并居住在本市: both."""
    person = elder(age, SEVERE, "低保", registered=registered, lives=lives)
    found = entitlement(person, MONTH, load("hangzhou"))
    assert found.minutes == 0
    assert found.rule_id is None
    reasons = {reason for each in found.considered for reason in each.unmet}
    assert ("not_registered_here" in reasons) is not registered
    assert ("not_living_here" in reasons) is not lives


@pytest.mark.parametrize(
    ("age", "level", "expected"),
    [
        (80, MODERATE, 38),
        (89, SEVERE, 52),
        (90, MODERATE, 38),
        (95, SEVERE, 52),
        (95, 1, 6),
        (79, SEVERE, 52),
    ],
)
def test_hangzhou_gives_the_higher_not_the_sum_and_asks_for_confirmation(
    age: int, level: int, expected: int
) -> None:
    found = entitlement(elder(age, level, "低保"), MONTH, load("hangzhou"))
    assert found.minutes == hours(expected)
    both = age >= 80 and level >= MODERATE
    assert found.questions == (("allowance.combination",) if both else ())


def test_the_sum_counts_once_the_centre_says_so() -> None:
    pack = answered(load("hangzhou"), {"allowance.combination": "sum"}, REASON)
    found = entitlement(elder(90, SEVERE, "低保"), MONTH, pack)
    assert found.minutes == hours(52 + 6)
    assert found.rule_id == "hangzhou.hardship+hangzhou.age"
    assert found.questions == ()


def test_hangzhou_excludes_those_drawing_the_institution_subsidy() -> None:
    """本补助与政府购买免费居家养老服务不同时享受 (二（四）12), from 1 January 2021."""
    pack = load("hangzhou")
    drawing = elder(90, SEVERE, "低保", benefits=(Dated("institution_subsidy", date(2019, 1, 1)),))
    found = entitlement(drawing, MONTH, pack)
    assert found.minutes == 0
    assert found.excluded_by is not None
    assert found.source is not None
    assert found.source.quote == "本补助与政府购买免费居家养老服务不同时享受"
    assert entitlement(drawing, date(2020, 12, 1), pack).minutes == hours(52)


def test_who_stopped_drawing_the_subsidy_is_entitled_again_from_the_next_reference_day() -> None:
    stopped = elder(85, benefits=(Dated("institution_subsidy", date(2026, 1, 1), date(2026, 9, 30)),))
    assert entitlement(stopped, date(2026, 9, 1), load("hangzhou")).minutes == 0
    assert entitlement(stopped, MONTH, load("hangzhou")).minutes == hours(3)


def test_the_opinion_holds_from_10_november_2020() -> None:
    pack, person = load("hangzhou"), elder(99)
    assert entitlement(person, date(2020, 11, 30), pack).minutes == 0  # as on 1 November
    assert entitlement(person, date(2020, 12, 1), pack).minutes == hours(6)


def test_dementia_without_a_grade_is_asked_about_and_gives_nothing_until_answered() -> None:
    """The clause grades 失能（失智） together, and does not say which grade 失智 alone has."""
    person = elder(75, 1, "低保", "失智")
    found = entitlement(person, MONTH, load("hangzhou"))
    assert found.minutes == 0
    assert found.questions == ("care.dementia_counts_as",)
    for answer, expected in (("moderate", 38), ("severe", 52)):
        pack = answered(load("hangzhou"), {"care.dementia_counts_as": answer}, REASON)
        assert entitlement(person, MONTH, pack).minutes == hours(expected)


def test_an_assessed_grade_of_dementia_counts_without_any_question() -> None:
    found = entitlement(elder(75, SEVERE, "低保", "失智"), MONTH, load("hangzhou"))
    assert (found.minutes, found.questions) == (hours(52), ())


def test_an_answer_about_dementia_never_lowers_an_assessed_grade() -> None:
    pack = answered(load("hangzhou"), {"care.dementia_counts_as": "moderate"}, REASON)
    assert minutes(pack, elder(75, SEVERE, "低保", "失智")) == hours(52)


def test_dementia_raises_no_question_for_who_fails_another_condition() -> None:
    assert entitlement(elder(75, 1, "失智"), MONTH, load("hangzhou")).questions == ()


def test_complete_impairment_is_asked_about_where_nobody_maps_it() -> None:
    pack = answered(load("hangzhou"), {"care.complete_counts_as": None}, REASON)
    found = entitlement(elder(75, COMPLETE, "低保"), MONTH, pack)
    assert (found.minutes, found.questions) == (0, ("care.complete_counts_as",))


# Gongshu (draft) ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "level", "word"),
    list(product((79, 80, 90), (None, 1, MODERATE, SEVERE, COMPLETE), ("低保", "独居"))),
)
def test_gongshu_inherits_hangzhou(age: int, level: int | None, word: str) -> None:
    person = elder(age, level, word)
    assert minutes(load("gongshu"), person) == minutes(load("hangzhou"), person)


# Wenzhou (draft) ----------------------------------------------------------------------------------------------

# 温州市实施意见（征求意见稿） 三（三）8: 具有本市户籍并居住在本市; 每月可以享受不少于四十五小时 / 不少于三十小时
WENZHOU_WORDS = {
    "重点优抚": "wenzhou.family",
    "器官捐献人家庭": "wenzhou.family",
    "低保": "wenzhou.family",
    "低边": "wenzhou.family",
    "赡养人死亡或伤病残": "wenzhou.supporter",
}


@pytest.mark.parametrize("word", [entry.zh for entry in CATEGORIES.values()])
@pytest.mark.parametrize(
    ("level", "expected"), [(None, 0), (0, 0), (1, 0), (MODERATE, 30), (SEVERE, 45), (COMPLETE, 45)]
)
def test_wenzhou_gives_floors_to_the_named_families(word: str, level: int | None, expected: int) -> None:
    found = entitlement(elder(75, level, word), MONTH, load("wenzhou"))
    fits = word in WENZHOU_WORDS and expected > 0
    assert found.minutes == (hours(expected) if fits else 0)
    assert found.rule_id == (WENZHOU_WORDS[word] if fits else None)
    assert found.floor is fits
    if fits:
        assert found.source is not None
        assert "每月可以享受不少于四十五小时的免费居家养老服务" in found.source.quote


@pytest.mark.parametrize(("registered", "lives"), [(True, False), (False, True)])
def test_wenzhou_asks_for_registration_and_residence(registered: bool, lives: bool) -> None:
    """为具有本市户籍并居住在本市的老年人."""
    assert minutes(load("wenzhou"), elder(75, SEVERE, "低保", registered=registered, lives=lives)) == 0


@pytest.mark.parametrize("age", [80, 89, 90, 101])
def test_wenzhou_gives_nothing_for_age_alone(age: int) -> None:
    assert minutes(load("wenzhou"), elder(age, SEVERE)) == 0


def test_wenzhou_does_not_add_two_grounds_and_asks() -> None:
    found = entitlement(elder(75, SEVERE, "低保", "赡养人死亡或伤病残"), MONTH, load("wenzhou"))
    assert (found.minutes, found.rule_id) == (hours(45), "wenzhou.family")
    assert found.questions == ("allowance.combination",)


# Ningbo -------------------------------------------------------------------------------------------------------

# 甬政发〔2017〕69号 二（二）1
NINGBO_WORDS = ("特困", "低保", "低边", "计划生育特殊家庭", "定期抚恤优抚", "见义勇为")
NINGBO_CLAUSE = "重度失能的每人每月提供不少于 45 小时的基本居家养老服务，中度失能的每人每月提供不少于 30 小时的基本居家养老服务"


@pytest.mark.parametrize("word", [entry.zh for entry in CATEGORIES.values()])
@pytest.mark.parametrize(
    ("level", "expected"), [(None, 0), (1, 0), (MODERATE, 30), (SEVERE, 45), (COMPLETE, 45)]
)
def test_ningbo_gives_floors_to_the_named_groups(word: str, level: int | None, expected: int) -> None:
    found = entitlement(elder(82, level, word), MONTH, load("ningbo"))
    fits = word in NINGBO_WORDS and expected > 0
    assert found.minutes == (hours(expected) if fits else 0)
    assert found.floor is fits
    if fits:
        assert found.source is not None
        assert found.source.quote == NINGBO_CLAUSE


def test_ningbo_asks_for_registration_only() -> None:
    """为本市户籍的…: residence is not mentioned."""
    assert minutes(load("ningbo"), elder(75, MODERATE, "特困", lives=False)) == hours(30)
    assert minutes(load("ningbo"), elder(75, MODERATE, "特困", registered=False)) == 0


def test_ningbo_names_only_failing_abilities_and_so_asks_nothing_about_dementia() -> None:
    """重度、中度失能老年人."""
    pack = answered(load("ningbo"), {"care.dementia_counts_as": "severe"}, REASON)
    found = entitlement(elder(75, 1, "低保", "失智"), MONTH, pack)
    assert (found.minutes, found.questions) == (0, ())


def test_several_categories_give_the_hours_once() -> None:
    assert minutes(load("ningbo"), elder(75, SEVERE, *NINGBO_WORDS)) == hours(45)
    assert minutes(load("hangzhou"), elder(75, SEVERE, *HANGZHOU_HARDSHIP)) == hours(52)


# Neutral ------------------------------------------------------------------------------------------------------


def test_the_neutral_pack_promises_no_free_hours() -> None:
    assert minutes(load("neutral"), elder(95, SEVERE, "低保")) == 0


# Days and months ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "month", "expected"),
    [
        (date(1946, 10, 1), date(2026, 10, 1), 3),  # 80 on the first day
        (date(1946, 10, 2), date(2026, 10, 1), 0),  # 80 on the second: from November
        (date(1946, 10, 2), date(2026, 11, 1), 3),
        (date(1936, 10, 1), date(2026, 10, 31), 6),  # any day names the month
        (date(1936, 10, 2), date(2026, 10, 1), 3),  # still 89
        (date(1944, 2, 29), date(2024, 2, 1), 0),
        (date(1944, 2, 29), date(2024, 3, 1), 3),
        (date(1936, 2, 29), date(2026, 3, 1), 6),  # born on a leap day: 90 on 1 March of a common year
        (date(1936, 2, 29), date(2026, 2, 1), 3),
    ],
)
def test_a_birthday_counts_from_the_first_day_of_the_month_where_nothing_is_set(
    birth: date, month: date, expected: int
) -> None:
    person = PersonFacts(birth, registered_here=True, lives_here=True)
    assert entitlement(person, month, load("hangzhou")).minutes == hours(expected)


@pytest.mark.parametrize(
    ("birth", "month", "expected"),
    [
        (date(1946, 10, 31), date(2026, 10, 1), 3),
        (date(1946, 11, 1), date(2026, 10, 1), 0),
        (date(1944, 2, 29), date(2024, 2, 1), 3),
        (date(1936, 2, 29), date(2026, 2, 1), 3),  # 28 February is the last day: still 89
        (date(1936, 2, 28), date(2026, 2, 1), 6),
    ],
)
def test_the_last_day_counts_where_the_centre_says_so(birth: date, month: date, expected: int) -> None:
    pack = answered(load("hangzhou"), {"allowance.reference_day": "last"}, REASON)
    person = PersonFacts(birth, registered_here=True, lives_here=True)
    assert entitlement(person, month, pack).minutes == hours(expected)


def test_the_reference_day_is_unset_in_every_pack_for_no_source_names_it() -> None:
    for policy in ("hangzhou", "gongshu", "wenzhou", "ningbo", "neutral"):
        assert "allowance.reference_day" in load(policy).unset()
        assert reference_day(date(2026, 2, 17), load(policy)) == date(2026, 2, 1)


def test_without_a_birth_date_age_gives_nothing_and_says_why() -> None:
    person = PersonFacts(None, registered_here=True, lives_here=True)
    found = entitlement(person, MONTH, load("hangzhou"))
    assert {each.rule.id: each.unmet for each in found.considered}["hangzhou.age"] == ("no_birth_date",)


def test_a_category_counts_only_while_it_holds() -> None:
    low = category("低保")
    for held, expected in (
        (Dated(low, date(2026, 10, 1), date(2026, 10, 1)), 38),
        (Dated(low, date(2026, 10, 2)), 0),
        (Dated(low, None, date(2026, 9, 30)), 0),
    ):
        person = msgspec.structs.replace(elder(75, MODERATE), categories=(held,))
        assert minutes(load("hangzhou"), person) == hours(expected)


def test_the_newest_assessment_decides_until_it_runs_out() -> None:
    severe = Assessment(date(2025, 1, 1), SEVERE, date(2027, 1, 1))
    moderate = Assessment(date(2026, 3, 1), MODERATE, date(2026, 9, 30))
    assert current_assessment((severe, moderate), date(2026, 2, 28)) == severe
    assert current_assessment((moderate, severe), date(2026, 9, 30)) == moderate
    assert current_assessment((severe, moderate), date(2026, 10, 1)) is None
    person = msgspec.structs.replace(elder(75, None, "低保"), assessments=(severe, moderate))
    found = entitlement(person, MONTH, load("hangzhou"))
    assert found.minutes == 0
    assert "assessment_expired" in found.considered[1].unmet


def test_a_future_assessment_does_not_count_yet() -> None:
    person = msgspec.structs.replace(
        elder(75, None, "低保"), assessments=(Assessment(date(2026, 10, 2), SEVERE),)
    )
    assert minutes(load("hangzhou"), person) == 0


def test_a_county_may_raise_what_its_city_sets_as_a_floor() -> None:
    county = """
id = "example_county"
name = "示例县"
level = "county"
inherits = "wenzhou"
[documents.rules]
title = "示例县居家养老服务办法"
[[allowance]]
id = "wenzhou.family"
name = "低保、低边家庭"
registered_here = true
lives_here = true
categories = ["低保", "低边"]
impairments = ["失能", "失智"]
minutes = { "中度" = "35 小时", "重度" = "50 小时" }
source = { kind = "clause", document = "rules", clause = "第一条", quote = "三十五小时、五十小时" }
"""
    pack = parse(county)
    assert minutes(pack, elder(75, SEVERE, "低保")) == hours(50)
    assert minutes(pack, elder(75, SEVERE, "赡养人死亡或伤病残")) == hours(45)
