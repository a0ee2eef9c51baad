"""Packs as data: sources, inheritance, what is unset, and the resolved form that travels."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from timebank.domain.categories import category
from timebank.outcome import Refusal
from timebank.phrases import LANGUAGES, phrases
from timebank.policy.catalog import check, load, pack_ids, parse, shipped_texts
from timebank.policy.pack import (
    FORMAT,
    Source,
    answered,
    canonical_bytes,
    diff,
    digest,
    from_resolved,
    resolved,
)
from timebank.policy.settings import SETTINGS, Target, Words
from timebank.policy.values import plain

REASON = Words("中心决定", "The centre decided")
POLICIES = ("gongshu", "hangzhou", "neutral", "ningbo", "wenzhou")


def every_source(policy: str) -> list[Source]:
    pack = load(policy)
    sourced = [*pack.entries.values(), *pack.suggestions.values(), *pack.allowance_rules, *pack.exclusions]
    return [each.source for each in sourced]


def test_five_packs_come_with_the_program() -> None:
    assert pack_ids() == POLICIES


def test_every_shipped_pack_is_sound() -> None:
    for file, text in shipped_texts().items():
        assert check(text, file) == []


@pytest.mark.parametrize("policy", POLICIES)
def test_every_value_says_where_it_comes_from(policy: str) -> None:
    for source in every_source(policy):
        match source.kind:
            case "clause":
                assert source.title
                assert source.clause
                assert source.quote
            case "reference":
                assert source.title
            case "local":
                assert source.reason is not None
                assert source.reason.zh_CN != source.reason.en


def test_drafts_are_marked() -> None:
    assert {policy for policy in POLICIES if load(policy).draft} == {"gongshu", "wenzhou"}


def test_what_no_source_fixes_is_unset() -> None:
    for policy in POLICIES:
        assert {
            "unit.minutes", "step.minutes", "daily_cap_minutes", "credit.expiry_months",
            "credit.opening_minutes", "gifts.whom", "service.past_days", "voucher.max_minutes",
            "voucher.validity_days",
            "voucher.foreign_max_minutes", "voucher.attempts_per_hour", "allowance.carry_over",
            "allowance.mid_month", "allowance.reference_day", "care.dementia_counts_as",
            "kinds.*.weight", "kinds.*.persons",
        } <= set(load(policy).unset())  # fmt: skip


def test_an_unset_key_has_no_value_and_no_source_but_may_have_a_suggestion() -> None:
    explained = load("hangzhou").explain("kinds.bath.persons")
    assert explained.entry is None
    assert explained.suggestion is not None
    assert explained.suggestion.value == 2
    assert load("hangzhou").value("kinds.bath.persons") is None
    assert load("hangzhou").source("kinds.bath.persons") is None


def test_unset_and_set_keys_together_are_all_the_settings() -> None:
    pack = answered(load("hangzhou"), {"kinds.bath.weight": "3/2"}, REASON)
    named = {key if key in SETTINGS else "kinds.*." + key.rsplit(".", 1)[1] for key in pack.entries}
    assert named.isdisjoint(pack.unset())
    assert named | set(pack.unset()) == set(SETTINGS)


def test_asking_for_a_setting_that_does_not_exist_is_a_defect() -> None:
    with pytest.raises(KeyError):
        load("hangzhou").value("younger_elders.from")


def test_a_district_adds_to_its_city_and_the_city_to_the_common_ground() -> None:
    gongshu, hangzhou = load("gongshu"), load("hangzhou")
    assert gongshu.chain == ("gongshu", "hangzhou", "neutral")
    assert gongshu.value("unit.name") == Words("阳光积分", "Sunshine points")
    assert hangzhou.value("unit.name") is None
    assert gongshu.allowance_rules == hangzhou.allowance_rules
    assert gongshu.explain("targets.visits").entry == hangzhou.explain("targets.visits").entry
    assert gongshu.entries["younger_elder.from"].origin == "neutral"
    assert gongshu.entries["targets.visits"].origin == "hangzhou"


def test_values_come_typed() -> None:
    gongshu = load("gongshu")
    assert gongshu.value("targets.elder_volunteers") == Target(12, date(2020, 12, 31), "people")
    nest = gongshu.value("targets.warm_nest")
    assert set(nest.categories) == {category(word) for word in ("无子女", "高龄", "独居")}
    assert gongshu.value("honour.stars") == tuple(h * 60 for h in (100, 300, 600, 1000, 1500))
    weighed = answered(gongshu, {"kinds.bath.weight": "1.5"}, REASON)
    assert weighed.value("kinds.bath.weight") == Fraction(3, 2)


def test_hangzhou_leaves_the_combination_to_be_confirmed_and_ningbo_does_not() -> None:
    assert load("hangzhou").to_confirm() == ("allowance.combination",)
    assert load("ningbo").to_confirm() == ()
    source = load("ningbo").source("allowance.combination")
    assert source is not None
    assert source.quote.endswith("按照就高原则享受")


def test_a_pack_can_leave_open_what_it_would_inherit() -> None:
    pack = parse(
        'id = "x"\nname = "甲"\nlevel = "city"\ninherits = "neutral"\nunset = ["younger_elder.to"]\n'
    )
    assert pack.value("younger_elder.to") is None
    assert pack.value("younger_elder.from") == 60


def test_a_pack_is_loaded_for_a_day_on_which_it_holds() -> None:
    assert load("hangzhou", date(2020, 11, 10)).id == "hangzhou"
    with pytest.raises(Refusal) as refused:
        load("hangzhou", date(2020, 11, 9))
    assert refused.value.code == "policy_not_in_force"
    assert load("wenzhou", date(2010, 1, 1)).start is None


def test_an_unknown_pack_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(Refusal) as refused:
        load("atlantis")
    assert refused.value.code == "policy_unknown"
    assert "hangzhou" in str(refused.value.facts["known"])


@pytest.mark.parametrize("policy", POLICIES)
def test_the_resolved_form_comes_back_as_the_same_pack(policy: str) -> None:
    pack = load(policy)
    travelled = msgspec.msgpack.decode(msgspec.msgpack.encode(resolved(pack)))
    assert from_resolved(travelled) == pack
    assert digest(from_resolved(travelled)) == digest(pack) == hashlib.sha256(canonical_bytes(pack)).digest()


def test_the_digest_does_not_depend_on_the_order_of_answers() -> None:
    answers = {"step.minutes": 30, "kinds.助浴.persons": 2, "gifts.whom": "spouse"}
    del answers["kinds.助浴.persons"]  # keys are codes; words are for pack files
    there = answered(load("ningbo"), answers, REASON)
    back = answered(load("ningbo"), dict(reversed(answers.items())), REASON)
    assert digest(there) == digest(back)
    assert digest(there) != digest(load("ningbo"))


def test_a_setting_from_a_newer_program_travels_on_unread() -> None:
    tree = resolved(load("hangzhou"))
    entry = tree["entries"]["younger_elder.from"]
    tree["entries"]["later.idea"] = entry
    assert resolved(from_resolved(tree))["entries"]["later.idea"] == entry


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda tree: tree.update(format=FORMAT + 1), "policy_newer"),
        (lambda tree: tree.update(entries=7), "policy_resolved"),
        (lambda tree: tree.pop("id"), "policy_resolved"),
        (lambda tree: tree["entries"]["younger_elder.from"].update(value="sixty"), "policy_resolved"),
        (lambda tree: tree["entries"]["credit.overdraft_minutes"].update(value=-60), "policy_resolved"),
        (lambda tree: tree["allowance_rules"][0].update(ages="old"), "policy_resolved"),
        (lambda tree: tree["allowance_rules"][1]["grades"].update(severe=-1), "policy_resolved"),
    ],
)
def test_a_resolved_form_that_makes_no_sense_is_refused(change, code: str) -> None:  # type: ignore[no-untyped-def]
    tree = resolved(load("hangzhou"))
    change(tree)
    with pytest.raises(Refusal) as refused:
        from_resolved(tree)
    assert refused.value.code == code


def test_answers_given_at_adoption_are_the_centres_own_decisions() -> None:
    pack = answered(
        load("hangzhou"), {"voucher.max_minutes": "4 小时", "allowance.combination": "higher"}, REASON
    )
    assert pack.value("voucher.max_minutes") == 240
    assert pack.source("voucher.max_minutes") == Source("local", reason=REASON)
    assert pack.to_confirm() == ()
    assert load("hangzhou").value("voucher.max_minutes") is None


@pytest.mark.parametrize(
    ("key", "answer", "code"),
    [
        ("no.such", 1, "policy_key_unknown"),
        ("kinds.*.weight", 2, "policy_key_unknown"),
        ("step.minutes", 20, "policy_choice"),
        ("daily_cap_minutes", -1, "policy_negative"),
        ("voucher.validity_days", 0, "policy_too_small"),
        ("voucher.goods", "yes", "policy_type"),
        ("kinds.bath.weight", 1.5, "policy_type"),
        ("kinds.bath.weight", "1/0", "policy_type"),
        ("gifts.whom", "strangers", "policy_choice"),
        ("daily_cap_minutes", "half a day", "policy_duration"),
        ("daily_cap_minutes", True, "policy_type"),
        ("daily_cap_minutes", 10**30, "policy_choice"),
        ("daily_cap_minutes", "99999999999 小时", "policy_choice"),
        ("served.categories", ["外星人"], "policy_category_unknown"),
        ("voucher.last_issue", "02-29", "policy_type"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(key: str, answer: object, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        answered(load("neutral"), {key: answer}, REASON)
    assert refused.value.code == code


def test_a_withdrawn_answer_leaves_the_setting_unset() -> None:
    assert "younger_elder.to" in answered(load("hangzhou"), {"younger_elder.to": None}, REASON).unset()


def test_diff_names_what_changes_for_people() -> None:
    before = load("hangzhou")
    after = answered(before, {"step.minutes": 30, "younger_elder.to": 72, "honour.stars": None}, REASON)
    assert [(each.key, each.before, each.after) for each in diff(before, after)] == [
        ("honour.stars", [6000, 18000, 36000, 60000, 90000], None),
        ("step.minutes", None, 30),
        ("younger_elder.to", 69, 72),
    ]
    assert diff(before, before) == []
    assert "allowance.hangzhou.age" in {each.key for each in diff(before, load("ningbo"))}


def test_reading_a_plain_value_again_changes_nothing() -> None:
    for policy in POLICIES:
        pack = load(policy)
        for key, entry in {**pack.entries, **pack.suggestions}.items():
            found = pack.explain(key).setting
            assert plain(found, entry.value) == entry.value


def test_every_choice_has_words_in_both_languages() -> None:
    options = {str(option) for each in SETTINGS.values() for option in each.options}
    for language in LANGUAGES:
        say = phrases(language)
        assert {option for option in options if f"policy.option.{option}" not in say} == set()


def test_the_guide_lists_every_setting_as_it_is() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "policy-packs.md").read_text("utf-8")
    for each in SETTINGS.values():
        options = ": " + ", ".join(f"`{option}`" for option in each.options) if each.options else ""
        row = f"| `{each.key}` | {each.shape}{options} | {each.meaning.en} | {each.meaning.zh_CN} |"
        assert row in guide, row


def test_the_guides_first_pack_is_sound() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "policy-packs.md").read_text("utf-8")
    first, rule, exclusion = guide.split("```toml\n")[1:4]
    text = "\n".join(part.split("```")[0] for part in (first, rule, exclusion))
    pack = parse(text, "example.toml", date(2026, 11, 22))
    assert pack.value("step.minutes") == 30
    assert [each.id for each in pack.allowance_rules] == ["example.hardship"]
