"""Every amount can say which rules made it: their values, their sources, and the minutes before and after."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some
from stations import elder, refused, serve, volunteer

from timebank.desk.desk import Desk
from timebank.desk.explaining import explanation_data, explanation_lines, why_allowance, why_credited
from timebank.journal.refs import EntryRef
from timebank.phrases import LANGUAGES
from timebank.policy.allowance import Assessment, Dated, PersonFacts, entitlement
from timebank.policy.amounts import earned
from timebank.policy.answers import read_answers, with_answers
from timebank.policy.catalog import load, pack_ids
from timebank.policy.explain import explain_allowance, explain_credit
from timebank.policy.pack import Pack, Source, answered
from timebank.policy.settings import Words

REASON = Words("中心决定", "The centre decided")
LOCAL = Source("local", reason=REASON)
NOVEMBER = date(2026, 11, 1)


def rules(base: str = "neutral", **settings: object) -> Pack:
    return answered(load(base), {key.replace("__", "."): value for key, value in settings.items()}, REASON)


# Credit


def test_credit_is_explained_by_step_rounding_and_weight_in_the_order_of_reckoning() -> None:
    pack = rules(step__minutes=30, rounding="up", kinds__bath__weight="1.5")
    explained = explain_credit(50, "bath", pack)
    assert [(each.key, each.value, each.source, each.before, each.after) for each in explained.steps] == [
        ("step.minutes", 30, LOCAL, 50, 30),
        ("rounding", "up", LOCAL, 30, 60),
        ("kinds.bath.weight", "3/2", LOCAL, 60, 90),
    ]
    assert (explained.given, explained.result) == (50, 90)


def test_a_rule_that_nobody_decided_is_named_and_changes_nothing() -> None:
    explained = explain_credit(50, "meal", load("neutral"))
    assert [(each.key, each.value, each.source) for each in explained.steps] == [
        ("step.minutes", None, None),
        ("kinds.meal.weight", None, None),
    ]
    assert explained.result == 50


@given(
    minutes=some.integers(1, 1_440),
    step=some.sampled_from((None, 1, 15, 30, 60)),
    rounding=some.sampled_from((None, "down", "nearest", "up")),
    weight=some.fractions(Fraction(0), Fraction(5), max_denominator=12),
)
def test_the_explanation_of_credit_ends_at_what_is_credited(
    minutes: int, step: int | None, rounding: str | None, weight: Fraction
) -> None:
    settings = {"step__minutes": step, "rounding": rounding, "kinds__walking__weight": str(weight)}
    pack = rules(**{key: value for key, value in settings.items() if value is not None})
    explained = explain_credit(minutes, "walking", pack)
    assert explained.result == earned(minutes, "walking", pack)
    befores = [explained.given, *(each.after for each in explained.steps)]
    assert [each.before for each in explained.steps] == befores[:-1]
    assert befores[-1] == explained.result


def test_further_rules_can_be_added_to_an_explanation() -> None:
    pack = rules(credit__holding_cap_minutes=600)
    explained = explain_credit(90, "meal", pack).then(pack, "credit.holding_cap_minutes", 30)
    last = explained.steps[-1]
    assert (last.key, last.value, last.source, last.before, last.after) == (
        "credit.holding_cap_minutes", 600, LOCAL, 90, 30,
    )  # fmt: skip
    assert explained.result == 30


# Free hours


def person(
    birth: date = date(1935, 1, 1), level: int | None = None, *codes: str, **more: object
) -> PersonFacts:
    assessments = () if level is None else (Assessment(date(2026, 1, 1), level),)
    facts = {"registered_here": True, "lives_here": True} | more
    return PersonFacts(birth, assessments=assessments, categories=tuple(map(Dated, codes)), **facts)  # type: ignore[arg-type]


def test_both_grounds_are_named_and_the_higher_counts() -> None:
    pack = load("hangzhou")
    explained = explain_allowance(person(date(1935, 1, 1), 3, "minimum_living"), NOVEMBER, pack)
    told = [(each.key, each.value, each.before, each.after) for each in explained.steps]
    assert told == [
        ("allowance.reference_day", None, 0, 0),
        ("allowance.hangzhou.hardship", 3_120, 0, 3_120),
        ("allowance.hangzhou.age", 360, 3_120, 3_120),
        ("allowance.combination", "higher", 3_120, 3_120),
    ]
    hardship, age = explained.steps[1:3]
    assert hardship.facts == {"level": 3, "grade": "severe"}
    assert age.facts == {"age": 91}
    assert hardship.source is not None
    assert "52小时" in hardship.source.quote
    assert (explained.result, explained.questions) == (3_120, ("allowance.combination",))


def test_added_up_grounds_show_how_they_add_up() -> None:
    pack = rules("hangzhou", allowance__combination="sum")
    explained = explain_allowance(person(date(1935, 1, 1), 3, "minimum_living"), NOVEMBER, pack)
    assert [(each.before, each.after) for each in explained.steps if each.value in (3_120, 360)] == [
        (0, 3_120), (3_120, 3_480),
    ]  # fmt: skip
    assert explained.result == 3_480


def test_a_ground_that_does_not_apply_says_why() -> None:
    explained = explain_allowance(person(date(1950, 1, 1), 2, lives_here=False), NOVEMBER, load("hangzhou"))
    unmet = {each.key: each.unmet for each in explained.steps}
    assert unmet["allowance.hangzhou.age"] == ("not_living_here", "age_not_covered")
    assert unmet["allowance.hangzhou.hardship"] == ("not_living_here", "no_category")
    assert explained.result == 0


def test_an_exclusion_takes_the_hours_and_says_from_which_clause() -> None:
    drawing = person(benefits=(Dated("institution_subsidy"),))
    explained = explain_allowance(drawing, NOVEMBER, load("hangzhou"))
    last = explained.steps[-1]
    assert (last.key, last.before, last.after) == ("exclusion.institution_subsidy", 360, 0)
    assert last.source is not None
    assert "不同时享受" in last.source.quote


def test_the_grade_of_the_gravest_level_and_of_dementia_name_the_setting_that_decides() -> None:
    pack = rules("hangzhou", care__dementia_counts_as="moderate")
    gravest = explain_allowance(person(date(1950, 1, 1), 4, "minimum_living"), NOVEMBER, pack)
    assert [each.key for each in gravest.steps][1] == "care.complete_counts_as"
    demented = explain_allowance(person(date(1950, 1, 1), None, "minimum_living", "dementia"), NOVEMBER, pack)
    assert [each.key for each in demented.steps][1] == "care.dementia_counts_as"
    assert (gravest.result, demented.result) == (3_120, 2_280)


def test_a_raised_amount_shows_the_document_s_least_and_then_the_county_s_own() -> None:
    ningbo = load("ningbo")
    raised = read_answers(ningbo, {"allowance.ningbo.basic.moderate": "35 小时"}, lambda *_: LOCAL)
    pack = with_answers(ningbo, raised)
    explained = explain_allowance(person(date(1950, 1, 1), 2, "minimum_living"), NOVEMBER, pack)
    told = [(each.key, each.before, each.after) for each in explained.steps[1:]]
    assert told == [
        ("allowance.ningbo.basic", 0, 1_800),
        ("allowance.ningbo.basic.moderate", 1_800, 2_100),
    ]
    assert explained.steps[-1].source == LOCAL


@given(
    policy=some.sampled_from(pack_ids()),
    birth=some.dates(date(1920, 1, 1), date(1975, 12, 31)),
    level=some.none() | some.integers(0, 4),
    codes=some.sets(some.sampled_from(("minimum_living", "dementia", "extreme_hardship", "living_alone"))),
    here=some.booleans(),
    combination=some.sampled_from((None, "higher", "sum")),
    drawing=some.booleans(),
)
def test_the_explanation_of_free_hours_ends_at_the_entitlement(
    policy: str,
    birth: date,
    level: int | None,
    codes: set[str],
    here: bool,
    combination: str | None,
    drawing: bool,
) -> None:
    pack = load(policy) if combination is None else rules(policy, allowance__combination=combination)
    benefits = (Dated("institution_subsidy"),) if drawing else ()
    someone = person(birth, level, *codes, registered_here=here, benefits=benefits)
    explained, due = explain_allowance(someone, NOVEMBER, pack), entitlement(someone, NOVEMBER, pack)
    assert (explained.result, explained.questions) == (due.minutes, due.questions)
    assert {each.rule.id for each in due.considered} <= {
        each.key.removeprefix("allowance.") for each in explained.steps
    }
    at = 0
    for step in explained.steps:
        assert step.before == at
        at = step.after
    assert at == explained.result


# At the desk


def test_a_logged_service_is_explained_by_the_rules_of_the_day_it_was_entered(hub: Desk) -> None:
    hub.policies.adopt("neutral", answers={"step.minutes": "30"})
    logged = serve(hub, volunteer(hub), elder(hub), 50)
    hub.policies.adopt("neutral", day=date(2026, 11, 23), answers={"step.minutes": "60"})
    hub.station.surroundings.clock.pass_time(days=3)  # type: ignore[attr-defined]
    why = why_credited(hub, logged.entry)
    assert next((each.key, each.value) for each in why.explained.steps) == ("step.minutes", 30)
    assert why.explained.result == logged.credited[0][1] == 30


def test_hours_past_the_cap_name_the_rule_that_passed_them_on(hub: Desk) -> None:
    hub.policies.adopt("neutral", answers={"credit.holding_cap_minutes": "60", "credit.overflow": "donate"})
    who = volunteer(hub)
    logged = serve(hub, who, elder(hub), 90)
    why = why_credited(hub, logged.entry, who)
    last = why.explained.steps[-1]
    assert (last.key, last.value, last.before, last.after) == ("credit.overflow", "donate", 90, 60)
    assert why.explained.result == logged.credited[0][1]


def test_hours_kept_as_honour_and_hours_for_kin_name_their_rules(hub: Desk) -> None:
    hub.policies.adopt("neutral", answers={"credit.holding_cap_minutes": "60", "credit.overflow": "honour"})
    honoured = serve(hub, volunteer(hub), elder(hub), 90)
    assert why_credited(hub, honoured.entry).explained.steps[-1].key == "credit.overflow"
    hub.policies.adopt("neutral", answers={"service.kin": "not_credited", "credit.holding_cap_minutes": ""})
    start = datetime(2026, 11, 19, 9, 0)
    for_kin = serve(hub, volunteer(hub, "李军"), elder(hub, "李奶奶"), 90, start=start, kin=True)
    why = why_credited(hub, for_kin.entry)
    assert (why.explained.steps[-1].key, why.explained.result) == ("service.kin", 0)


def test_what_is_no_service_has_no_credit_to_explain(hub: Desk) -> None:
    entry = EntryRef(bytes(8), 1, bytes(8))
    with refused(hub, "entry_not_found"):
        why_credited(hub, entry)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_is_said_in_both_languages_and_as_data(hub: Desk, language: str) -> None:
    hub.policies.adopt("hangzhou")
    someone = elder(hub, birth=date(1930, 1, 1), care_level=4, categories=("minimum_living",))
    why = why_allowance(hub, someone, datetime(2026, 11, 9).date())
    lines = explanation_lines(why, language)
    data = explanation_data(why, language)
    assert [each["after"] for each in data][-1] == 3_120
    assert all(each["text"] and set(each) >= {"key", "value", "source", "before", "after"} for each in data)
    assert any("52小时" in line for line in lines)
    assert any("→" in line for line in lines)
    assert ("就高" if language == "zh_CN" else "higher") in " ".join(lines)
