"""What a pack leaves open is asked for once: answers are held to the question, travel, and are carried over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from stations import found_network, refused, share

from timebank.desk.desk import Desk
from timebank.desk.policies import pack_named
from timebank.desk.rule_words import option_words
from timebank.journal.facts import PolicyAdopted
from timebank.outcome import Refusal
from timebank.phrases import LANGUAGES
from timebank.policy.answers import (
    answer_text,
    carried,
    questions,
    read_answer,
    read_answers,
    with_answers,
)
from timebank.policy.catalog import load, pack_ids
from timebank.policy.pack import Answer, Pack, Source, digest, from_resolved, resolved
from timebank.policy.settings import SETTINGS, Words, setting
from timebank.policy.values import Plain

CENTRE = Source("local", reason=Words("中心决定", "The centre decided"))
DECEMBER, NEXT_YEAR = date(2026, 12, 1), date(2027, 12, 1)


def answer(pack: Pack, **texts: str) -> Pack:
    """The pack with answers; ``__`` in a name stands for a dot."""
    given = {key.replace("__", "."): text for key, text in texts.items()}
    return with_answers(pack, read_answers(pack, given, lambda *_: CENTRE, option_words))


# What is asked


@pytest.mark.parametrize("policy", pack_ids())
def test_everything_that_a_pack_leaves_open_or_wants_confirmed_is_asked_once(policy: str) -> None:
    pack = load(policy)
    asked = questions(pack)
    keys = [each.key for each in asked]
    assert len(set(keys)) == len(keys)
    assert set(pack.unset()) | set(pack.to_confirm()) | set(pack.suggestions) <= set(keys)
    for each in asked:
        assert each.meaning.zh_CN
        assert each.meaning.en
        assert (each.suggestion is None) == (each.suggested_by is None)
        assert each.answer is None


@pytest.mark.parametrize("policy", pack_ids())
def test_what_a_document_or_a_law_decides_is_not_asked(policy: str) -> None:
    pack = load(policy)
    asked = {each.key for each in questions(pack)}
    for key, entry in pack.entries.items():
        assert (key in asked) == (entry.confirm or entry.source.kind == "local")


# How an answer is written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("policy", pack_ids())
def test_every_value_of_every_pack_can_be_given_as_an_answer(policy: str, language: str) -> None:
    pack = load(policy)
    for key, entry in {**pack.entries, **pack.suggestions}.items():
        found = setting(key)
        assert found is not None
        text = answer_text(found, entry.value, language)
        assert read_answer(found, text, option_words(found)) == entry.value, key


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("credit.holding_cap_minutes", "１５００小时", 90_000),
        ("credit.holding_cap_minutes", "90", 90),
        ("volunteers.max_age", "75 周岁", 75),
        ("voucher.validity_days", "365天", 365),
        ("voucher.goods", "否", False),
        ("voucher.goods", "Yes", True),
        ("voucher.last_issue", "12月31日", "12-31"),
        ("allowance.combination", "就高，不相加", "higher"),
        ("allowance.combination", "the sum", "sum"),
        ("allowance.combination", "sum", "sum"),
        ("step.minutes", "30 分钟", 30),
        ("kinds.bath.weight", "1.5", "3/2"),
        ("served.categories", "独居、失能", ["living_alone", "disabled"]),
        ("unit.name", "阳光积分 / Sunshine points", {"zh_CN": "阳光积分", "en": "Sunshine points"}),
        ("honour.stars", "100 小时、300 小时", [6_000, 18_000]),
        (
            "targets.visits",
            "100%、2027-12-31、社区",
            {"percent": 100, "by": "2027-12-31", "scope": "community", "categories": []},
        ),
    ],
)
def test_an_answer_is_understood_as_people_write_it(key: str, text: str, value: Plain) -> None:
    found = setting(key)
    assert found is not None
    assert read_answer(found, text, option_words(found)) == value


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("nothing.of.that", "1", "policy_key_unknown"),
        ("kinds.*.weight", "2", "answer_names_no_kind"),
        ("kinds.飞行.weight", "2", "answer_kind_unknown"),
        ("served.priority_categories", "独居", "answer_decided"),
        ("records.keep_years", "3", "answer_decided"),
        ("step.minutes", "20", "answer_choice"),
        ("gifts.whom", "me", "answer_choice"),
        ("volunteers.max_age", "old", "answer_type"),
        ("volunteers.max_age", "-3", "answer_negative"),
        ("voucher.validity_days", "0", "answer_too_small"),
        ("daily_cap_minutes", "a while", "answer_duration"),
        ("honour.stars", "300 h, 100 h", "answer_decided"),
        ("served.categories", "国王", "answer_category_unknown"),
        ("voucher.goods", "maybe", "answer_type"),
        ("younger_elder.from", "80", "answer_bands"),
        ("allowance.hangzhou.hardship.severe", "60 小时", "answer_decided"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_says_which(key: str, text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        answer(load("hangzhou"), **{key.replace(".", "__"): text})
    assert caught.value.code == code
    assert code == "answer_bands" or caught.value.facts["key"] == key


# What an answer does


def test_an_answer_becomes_the_network_s_own_decision() -> None:
    pack = answer(load("hangzhou"), voucher__validity_days="365", kinds__助浴__persons="2")
    assert (pack.value("voucher.validity_days"), pack.value("kinds.bath.persons")) == (365, 2)
    assert pack.source("voucher.validity_days") == CENTRE
    assert "kinds.bath.persons" not in pack.suggestions
    assert "voucher.validity_days" not in pack.unset()


def test_a_question_left_open_restricts_nothing_and_is_remembered() -> None:
    pack = answer(load("hangzhou"), voucher__validity_days=" ")
    assert pack.value("voucher.validity_days") is None
    assert pack.answers["voucher.validity_days"].value is None


def test_to_confirm_ends_with_an_answer_and_stays_where_it_is_left_open() -> None:
    pack = load("hangzhou")
    assert answer(pack, allowance__combination="higher").to_confirm() == ()
    assert answer(pack, allowance__combination="").to_confirm() == ("allowance.combination",)
    assert answer(pack, allowance__combination="").value("allowance.combination") == "higher"


def test_a_county_may_raise_what_the_document_calls_the_least_and_not_lower_it() -> None:
    ningbo = load("ningbo")
    raised = answer(ningbo, allowance__ningbo__basic__moderate="35 小时")
    rule = next(each for each in raised.allowance_rules if each.id == "ningbo.basic")
    assert rule.grades == {"moderate": 2_100, "severe": 2_700}
    assert rule.source.quote.endswith("不少于 30 小时的基本居家养老服务")
    with pytest.raises(Refusal) as caught:
        answer(ningbo, allowance__ningbo__basic__moderate="29 小时")
    assert caught.value.code == "answer_below_floor"
    assert (caught.value.facts["given"], caught.value.facts["floor"]) == (1_740, 1_800)


# Asked once


def test_answers_are_carried_over_for_as_long_as_the_same_is_asked() -> None:
    before = answer(
        load("ningbo"),
        voucher__validity_days="365",
        credit__expiry_months="",
        younger_elder__from="55",
        allowance__ningbo__basic__moderate="35 小时",
    )
    assert carried(load("ningbo"), before) == before.answers
    assert set(carried(load("hangzhou"), before)) == {
        "voucher.validity_days", "credit.expiry_months", "younger_elder.from",
    }  # fmt: skip


def test_what_a_document_has_decided_since_takes_the_place_of_an_answer(tmp_path: Path) -> None:
    before = answer(load("neutral"), voucher__validity_days="365", younger_elder__from="55")
    edition = tmp_path / "edition.toml"
    edition.write_text(
        'id = "edition"\nlevel = "city"\ninherits = "neutral"\nname = "新版"\n'
        '[documents.m]\ntitle = "办法"\n'
        "[settings.voucher.validity_days]\nvalue = 180\n"
        'source = { kind = "clause", document = "m", clause = "第一条", quote = "有效期一百八十天" }\n'
        "[settings.younger_elder.from]\nvalue = 58\n"
        'source = { kind = "local", reason = "再定" }\n',
        "utf-8",
    )
    assert carried(pack_named(str(edition)), before) == {}


def test_the_hub_asks_only_what_it_was_not_told_before(tmp_path: Path) -> None:
    network = found_network(tmp_path, policy="ningbo")
    with network.desk(1) as hub:
        hub.policies.adopt(
            "ningbo",
            day=DECEMBER,
            answers={"voucher.validity_days": "365", "credit.expiry_months": ""},
            reason="理事会会议",
        )
        asked = {each.key: each for each in hub.policies.questions("ningbo", NEXT_YEAR)}
        told = asked["voucher.validity_days"].answer
        assert told is not None
        assert told.value == 365
        assert told.source.reason is not None
        assert told.source.reason.zh_CN == "西湖时间银行采用规则时决定（2026-11-22）。理由：理事会会议"
        assert asked["credit.expiry_months"].answer is not None
        assert asked["gifts.whom"].answer is None
        plan = hub.policies.plan("ningbo", day=NEXT_YEAR, answers={"voucher.validity_days": "180"})
        assert plan.carried == ("credit.expiry_months",)
        assert [(each.key, each.before, each.after) for each in plan.differences] == [
            ("voucher.validity_days", 365, 180)
        ]


def test_a_refused_answer_changes_nothing(hub: Desk) -> None:
    with refused(hub, "answer_below_floor", floor=1_800):
        hub.policies.adopt("ningbo", answers={"allowance.ningbo.basic.moderate": "20 小时"})
    assert hub.policies.history() == []


def test_the_history_names_every_adoption_with_its_day(hub: Desk) -> None:
    hub.policies.adopt("ningbo")
    hub.policies.adopt("hangzhou", day=DECEMBER)
    history = hub.policies.history()
    assert [(each.id, each.start, each.in_force) for each in history] == [
        ("hangzhou", DECEMBER, False),
        ("ningbo", date(2026, 11, 22), True),
    ]


# They travel


ANSWERS: list[dict[str, str]] = [
    {},
    {"voucher.validity_days": "365"},
    {"credit.expiry_months": "", "kinds.*.weight": ""},
    {"kinds.助浴.weight": "1.5", "unit.name": "阳光积分 / Sunshine points", "targets.visits": "95%、社区"},
    {"allowance.ningbo.basic.moderate": "35 小时", "allowance.ningbo.basic.severe": ""},
    {"younger_elder.from": "55", "care.complete_counts_as": "moderate", "voucher.goods": "是"},
]


@pytest.mark.parametrize("answers", ANSWERS)
def test_a_pack_with_answers_comes_back_from_its_fact_as_it_went(answers: dict[str, str]) -> None:
    pack = answer(load("ningbo"), **{key.replace(".", "__"): text for key, text in answers.items()})
    fact = PolicyAdopted(pack.id, 0, resolved(pack), digest(pack))
    travelled = msgspec.msgpack.decode(msgspec.msgpack.encode(fact.values))
    assert from_resolved(travelled) == pack
    assert digest(from_resolved(travelled)) == fact.digest


@pytest.mark.parametrize("answers", ANSWERS)
def test_an_adoption_with_answers_travels_by_export_and_import(
    tmp_path: Path, answers: dict[str, str]
) -> None:
    network = found_network(tmp_path / "network")
    with network.desk(1) as hub, network.desk(2) as centre:
        hub.policies.adopt("ningbo", answers=answers)
        expected = hub.policies.in_force()
        file = hub.exchange.export(tmp_path / "out.tbx").file
        assert centre.policies.in_force() == load("neutral")
        centre.exchange.take([file])
        assert centre.policies.in_force() == expected
        assert centre.policies.history() == hub.policies.history()


def test_an_adoption_without_answers_still_reads_as_an_older_program_wrote_it() -> None:
    tree = resolved(load("hangzhou"))
    del tree["answers"]
    assert from_resolved(tree) == load("hangzhou")


@pytest.mark.parametrize("value", ["three", -1, [1], 1.5])
def test_a_malformed_answer_that_arrives_is_refused(value: object) -> None:
    tree = resolved(answer(load("hangzhou"), voucher__validity_days="365"))
    tree["answers"]["voucher.validity_days"]["value"] = value
    with pytest.raises(Refusal) as caught:
        from_resolved(tree)
    assert caught.value.code == "policy_resolved"


def test_an_answer_of_a_later_program_is_kept_and_not_carried_over() -> None:
    later = msgspec.structs.replace(load("neutral"), answers={"later.idea": Answer(7, CENTRE)})
    assert from_resolved(resolved(later)) == later
    assert carried(load("neutral"), later) == {}


def test_the_table_of_settings_has_a_way_to_write_every_shape() -> None:
    from timebank.phrases import phrases

    shapes = {each.shape for each in SETTINGS.values()}
    for language in LANGUAGES:
        assert [shape for shape in shapes if f"policy.shape.{shape}" not in phrases(language)] == []


def test_share_is_enough_for_another_station_to_follow(tmp_path: Path) -> None:
    network = found_network(tmp_path)
    with network.desk(1) as hub, network.desk(3) as village:
        hub.policies.adopt("hangzhou", answers={"daily_cap_minutes": "4 小时"})
        share([hub, village])
        assert village.policies.in_force().value("daily_cap_minutes") == 240
