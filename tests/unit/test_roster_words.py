"""Categories, care levels and kinds of service: every word leads to one code."""

from __future__ import annotations

import pytest

from timebank.domain.categories import CARE_LEVELS, CATEGORIES, care_level, category, is_old_level_word
from timebank.domain.kinds import KINDS, service_kind
from timebank.outcome import Refusal

NAMED_BY_THE_CITIES = [
    *("高龄", "失能", "失智", "半失能", "独居", "空巢", "留守", "失独", "重残", "重病", "无子女", "孤寡"),
    *("低保", "低边", "特困", "支出型贫困", "低收入", "计划生育特殊家庭", "重点优抚", "定期抚恤优抚"),
    *("见义勇为", "器官捐献人家庭", "赡养人死亡或伤病残"),
]


def test_the_categories_are_those_that_the_cities_name() -> None:
    assert [entry.zh for entry in CATEGORIES.values()] == NAMED_BY_THE_CITIES


@pytest.mark.parametrize("entry", CATEGORIES.values(), ids=lambda entry: entry.code)
def test_every_word_for_a_category_leads_to_its_code(entry: object) -> None:
    words = (entry.code, entry.zh, entry.en, entry.en.upper(), f" {entry.zh} ", *entry.aliases)
    assert {category(word) for word in words} == {entry.code}


def test_no_word_means_two_categories_or_two_kinds() -> None:
    for entries in (CATEGORIES.values(), KINDS.values()):
        words = [word for entry in entries for word in (entry.code, entry.zh, entry.en, *entry.aliases)]
        doubled = {word for word in words if words.count(word) > 1}
        assert not {
            w for w in doubled if len({e.code for e in entries if w in (e.code, e.zh, e.en, *e.aliases)}) > 1
        }


@pytest.mark.parametrize("level", range(5))
def test_care_levels_by_number_and_by_either_name(level: int) -> None:
    for said in (
        level,
        float(level),
        str(level),
        f"{level}级",
        *CARE_LEVELS[level],
        CARE_LEVELS[level][0] + f"（{level}级）",
    ):
        assert care_level(said) == level


@pytest.mark.parametrize(
    ("said", "level"),
    [("自理", 0), ("半自理", 2), ("半失能", 2), ("失能", 3), ("中度", 2), ("三级", 3), ("失能等级：2", 2)],
)
def test_older_words_for_care_levels(said: str, level: int) -> None:
    assert care_level(said) == level


def test_words_that_name_no_level_of_the_standard_are_known_as_such() -> None:
    assert is_old_level_word("半自理")
    assert not is_old_level_word("中度失能")
    assert not is_old_level_word("自理")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_every_word_for_a_kind_leads_to_its_code(kind: object) -> None:
    assert {service_kind(word) for word in (kind.code, kind.zh, kind.en, *kind.aliases)} == {kind.code}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("上门助洁服务", "cleaning"),
        ("陪同就医（挂号、取药）", "medical_escort"),
        ("买菜做饭", "meal"),
        ("陪老人聊天", "comfort"),
        ("Housework", "cleaning"),
        ("medical escort", "medical_escort"),
    ],
)
def test_a_description_leads_to_the_one_kind_in_it(said: str, code: str) -> None:
    assert service_kind(said) == code


@pytest.mark.parametrize("said", ["助餐、助洁", "飞行", "", "  "])
def test_what_names_no_kind_or_two_is_refused(said: str) -> None:
    with pytest.raises(Refusal) as caught:
        service_kind(said)
    assert caught.value.code == "unknown_kind"


@pytest.mark.parametrize("said", ["失智", "5", "-1", "", "很好的"])
def test_what_names_no_level_is_refused(said: str) -> None:
    with pytest.raises(Refusal) as caught:
        care_level(said)
    assert caught.value.code == "unknown_care_level"
