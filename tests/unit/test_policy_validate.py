"""A pack file that is wrong says where and what, for a person who edits it in a text editor."""

# ruff: noqa: E501  (a table of cases reads better unbroken)

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from timebank.assets import asset
from timebank.outcome import Refusal
from timebank.phrases import LANGUAGES, phrases
from timebank.policy.catalog import check, finder, parse
from timebank.policy.compose import lineage
from timebank.policy.lines import Lines
from timebank.policy.reading import Sheet, read
from timebank.policy.validate import validate

HEAD = 'id = "x"\nname = "示例"\nlevel = "city"\n'
LOCAL = 'source = { kind = "local", reason = "中心决定" }\n'
DOCUMENT = '[documents.rules]\ntitle = "办法"\n'
RULE = '[[allowance]]\nid = "r"\nname = "规则"\nsource = { kind = "local", reason = "中心决定" }\n'


@pytest.mark.parametrize(
    ("body", "line", "key", "code"),
    [
        ("colour = 3\n", 4, "colour", "policy_key_unknown"),
        ("x = " + "[" * 5_000, 1, "", "policy_nested"),
        (RULE.replace('"r"', '"R 1"') + "minutes = 60\n", 5, "allowance[0].id", "policy_id"),
        (RULE + "minutes = { '中度' = 60 }\nimpairments = ['失能', '低保']\n", 9, "allowance[0].impairments", "policy_choice"),
        ("draft = 'no'\n", 4, "draft", "policy_type"),
        ("from = 2024-05-01\nuntil = 2023-05-01\n", 5, "until", "policy_dates"),
        ("from = '2024'\n", 4, "from", "policy_type"),
        ("[settings.younger_elder.from]\nvalue = 60\n", 4, "settings.younger_elder.from", "policy_source_missing"),
        ("[settings.younger_elder.since]\nvalue = 60\n" + LOCAL, 4, "settings.younger_elder.since", "policy_key_unknown"),
        ("[settings.rainfall]\nvalue = 60\n" + LOCAL, 4, "settings.rainfall", "policy_key_unknown"),
        ("[settings.younger_elder.from]\nvalue = '60'\n" + LOCAL, 5, "settings.younger_elder.from.value", "policy_type"),
        ("[settings.younger_elder.from]\n" + LOCAL, 4, "settings.younger_elder.from", "policy_key_missing"),
        ("[settings.step.minutes]\n# 步长\nvalue = 20\n" + LOCAL, 6, "settings.step.minutes.value", "policy_choice"),
        ("[settings.daily_cap_minutes]\nvalue = -5\n" + LOCAL, 5, "settings.daily_cap_minutes.value", "policy_negative"),
        ("[settings.daily_cap_minutes]\nvalue = '-2 小时'\n" + LOCAL, 5, "settings.daily_cap_minutes.value", "policy_negative"),
        ("[settings.daily_cap_minutes]\nvalue = '很久'\n" + LOCAL, 5, "settings.daily_cap_minutes.value", "policy_duration"),
        ("[settings.voucher.validity_days]\nvalue = 0\n" + LOCAL, 5, "settings.voucher.validity_days.value", "policy_too_small"),
        ("[settings.honour.stars]\nvalue = [60, 60]\n" + LOCAL, 5, "settings.honour.stars.value", "policy_not_rising"),
        ("[settings.served.categories]\nvalue = ['仙人']\n" + LOCAL, 5, "settings.served.categories.value", "policy_category_unknown"),
        ("[settings.kinds.'飞行'.persons]\nvalue = 2\n" + LOCAL, 4, "settings.kinds.飞行", "policy_kind_unknown"),
        ("[settings.kinds.'助浴'.speed]\nvalue = 2\n" + LOCAL, 4, "settings.kinds.助浴.speed", "policy_key_unknown"),
        (f"[settings.kinds.'助浴'.persons]\nvalue = 2\n{LOCAL}[settings.kinds.bath.persons]\nvalue = 3\n{LOCAL}",
         7, "settings.kinds.bath.persons", "policy_key_twice"),
        ("[settings.rounding]\nvalue = 'down'\nsource = { kind = 'rumour' }\n", 6, "settings.rounding.source", "policy_source_kind"),
        ("[settings.rounding]\nvalue = 'down'\nsource = { kind = 'local' }\n", 6, "settings.rounding.source", "policy_reason_missing"),
        (DOCUMENT + "[settings.rounding]\nvalue = 'down'\nsource = { kind = 'clause', document = 'rules', clause = '一' }\n",
         8, "settings.rounding.source", "policy_quote_missing"),
        (DOCUMENT + "[settings.rounding]\nvalue = 'down'\n[settings.rounding.source]\nkind = 'clause'\ndocument = 'other'\n"
         "clause = '一'\nquote = '舍去'\n", 10, "settings.rounding.source.document", "policy_document_unknown"),
        ("[settings.rounding]\nvalue = 'down'\nsuggest = 'up'\n" + LOCAL, 6, "settings.rounding.suggest", "policy_set_and_unset"),
        ("unset = ['rounding']\n[settings.rounding]\nvalue = 'down'\n" + LOCAL, 4, "unset[0]", "policy_set_and_unset"),
        ("unset = ['rondo']\n", 4, "unset[0]", "policy_key_unknown"),
        ("inherits = 'atlantis'\n", 4, "inherits", "policy_parent_unknown"),
        ("inherits = 'x'\n", 4, "inherits", "policy_cycle"),
        (RULE, 4, "allowance[0]", "policy_rule_minutes"),
        (RULE + "minutes = 60\nages = [{ from = 80, minutes = 60 }]\n", 4, "allowance[0]", "policy_rule_minutes"),
        (RULE + "minutes = { '中度' = 60 }\n", 4, "allowance[0]", "policy_key_missing"),
        (RULE + "impairments = ['失能']\nminutes = { '极重' = 60 }\n", 9, "allowance[0].minutes.极重", "policy_level_unknown"),
        (RULE + "impairments = ['失能']\n[allowance.minutes]\n'中度' = 60\n'重度' = -60\n", 11, "allowance[0].minutes.重度", "policy_negative"),
        (RULE + "minutes = 60\ncategories = ['低保', '富豪']\n", 9, "allowance[0].categories", "policy_category_unknown"),
        (RULE + "ages = [\n  { from = 80, to = 89, minutes = 180 },\n  { from = 85, minutes = 360 },\n]\n", 8, "allowance[0].ages[1]", "policy_bands"),
        (RULE + "[[allowance.ages]]\nfrom = 90\nto = 80\nminutes = 180\n", 8, "allowance[0].ages[0]", "policy_bands"),
        (RULE + "minutes = 60\n" + RULE + "minutes = 90\n", 10, "allowance[1].id", "policy_rule_twice"),
        (RULE + "minutes = 60\n[[exclusion]]\nid = 'e'\nname = '排除'\n", 9, "exclusion[0]", "policy_source_missing"),
        ("[settings.younger_elder.from]\nvalue = 70\n" + LOCAL + "[settings.younger_elder.to]\nvalue = 65\n" + LOCAL,
         7, "settings.younger_elder.to", "policy_bands"),
        ("inherits = 'ningbo'\n" + RULE.replace('"r"', '"ningbo.basic"') + "impairments = ['失能']\n"
         "minutes = { '中度' = '20 小时', '重度' = '45 小时' }\n", 10, "allowance[0].minutes", "policy_below_floor"),
    ],
)  # fmt: skip
def test_a_finding_names_the_line_the_key_and_the_trouble(body: str, line: int, key: str, code: str) -> None:
    found = check(HEAD + body, "示例.toml")
    assert [(each.line, each.key, each.code) for each in found] == [(line, key, code)]
    for language in LANGUAGES:
        sentence = phrases(language).code(found[0].code, found[0].facts)
        assert "…" not in sentence.replace("{ … }", "").replace('"…"', "")


def test_an_empty_file_lacks_its_headings() -> None:
    assert {(each.code, each.facts["key"]) for each in check("", "空.toml")} == {
        ("policy_key_missing", "id"),
        ("policy_key_missing", "name"),
        ("policy_key_missing", "level"),
    }


@pytest.mark.parametrize(
    ("text", "line"), [(HEAD + "oops\n", 4), ('id = "x\n', 1), (HEAD + "[settings\n", 4), ("a = [1,\n2", 2)]
)
def test_broken_toml_is_one_finding_with_its_line(text: str, line: int) -> None:
    found = check(text, "示例.toml")
    assert [(each.code, each.line) for each in found] == [("policy_toml", line)]


def test_all_findings_come_at_once_in_the_order_of_lines() -> None:
    text = (
        HEAD
        + "colour = 1\n[settings.rounding]\nvalue = 'sideways'\n[settings.unit.minutes]\nvalue = 0\n"
        + LOCAL
    )
    assert [each.line for each in check(text, "示例.toml")] == [4, 5, 6, 8]


def test_packs_that_inherit_one_another_in_a_circle_are_found() -> None:
    first, second = (
        f'id = "{own}"\nname = "示例"\nlevel = "city"\ninherits = "{parent}"\n'
        for own, parent in (("one", "two"), ("two", "one"))
    )
    sheet, _ = read(second, "two.toml")
    sheets: dict[str, Sheet | None] = {"two": sheet}
    found = validate(first, "one.toml", sheets.get)
    assert [(each.code, each.line, each.facts["chain"]) for each in found] == [
        ("policy_cycle", 4, "one → two → one")
    ]


def test_parse_refuses_with_the_first_finding() -> None:
    with pytest.raises(Refusal) as refused:
        parse(HEAD + "colour = 1\nshape = 2\n", "示例.toml")
    assert refused.value.code == "policy_invalid"
    assert refused.value.facts == {
        "file": "示例.toml", "line": 4, "key": "colour", "count": 2, "first": "policy_key_unknown",
    }  # fmt: skip


def test_a_shipped_parent_is_found_by_its_id() -> None:
    sheet, findings = read(HEAD + 'inherits = "gongshu"\n', "示例.toml")
    assert findings == []
    assert sheet is not None
    assert [each.id for each in lineage(sheet, finder())] == ["x", "gongshu", "hangzhou", "neutral"]


def test_lines_are_found_through_nested_and_repeated_tables() -> None:
    text = (
        "a = 1\n\n# note\n[b.'键']\nc = [\n  1,\n  2,\n]\nd = '''\n[not.a.header]\n'''\n"
        "[[e]]\nf = { g = 1 }\n[e.h]\ni = 1\n[[e]]\nf = 2\n[e.h]\ni = 2\n[[e.j]]\nk = 1\n[[e.j]]\nk = 2\n"
    )
    tomllib.loads(text)
    lines = Lines(text)
    assert [
        lines.of(path)
        for path in (
            ("a",), ("b", "键"), ("b", "键", "c", 1), ("b", "键", "d"), ("e", 0), ("e", 0, "f", "g"), ("e", 0, "h", "i"),
            ("e", 1, "f"), ("e", 1, "h", "i"), ("e", 1, "j", 0, "k"), ("e", 1, "j", 1, "k"), ("nothing",),
        )
    ] == [1, 4, 5, 9, 12, 13, 15, 17, 19, 21, 23, 1]  # fmt: skip


def test_lines_survive_windows_line_ends() -> None:
    text = (HEAD + "\n[settings.rounding]\nvalue = 'sideways'\n" + LOCAL).replace("\n", "\r\n")
    assert [each.line for each in check(text, "示例.toml")] == [6]


def test_every_code_has_a_sentence_with_the_same_facts_in_both_languages() -> None:
    folder = Path(str(asset("..", "timebank", "policy"))).resolve()
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'"((?:policy|rule)_[a-z_]+)"', source))
    assert len(codes) > 40
    say = {language: phrases(language) for language in LANGUAGES}
    for code in codes:
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(each.text(f"problems.{code}")) if name}
            for each in say.values()
        ]
        assert fields[0] == fields[1], code


@pytest.mark.parametrize("name", ["Odd Town", "oddTown", "a/b", "a=b"])
def test_an_id_is_a_word_that_a_command_can_take(name: str) -> None:
    assert [each.code for each in check(HEAD.replace('"x"', f'"{name}"'), "x.toml")] == ["policy_id"]
    assert check(HEAD.replace('"x"', '"南京-2.0"'), "x.toml") == []


def test_a_wider_region_does_not_inherit_a_narrower_one() -> None:
    (found,) = check(HEAD.replace("city", "province") + "inherits = 'hangzhou'\n", "x.toml")
    assert (found.line, found.code) == (3, "policy_level_above")
    assert check(HEAD.replace("city", "street") + "inherits = 'gongshu'\n", "x.toml") == []


CITY = HEAD.replace('"x"', '"town"') + RULE + "floor = true\n"
BY_AGE = "ages = [{ from = 80, to = 89, minutes = 180 }, { from = 90, minutes = 360 }]\n"


@pytest.mark.parametrize(
    ("city", "district", "below"),
    [
        (BY_AGE, BY_AGE, []),
        (BY_AGE, "minutes = 360\n", []),
        (BY_AGE, "minutes = 200\n", [(90, 200)]),
        (
            BY_AGE,
            "ages = [{ from = 80, to = 88, minutes = 200 }, { from = 90, minutes = 300 }]\n",
            [(89, 0), (90, 300)],
        ),
        ("minutes = 60\n", "minutes = { '中度' = 50, '重度' = 70 }\nimpairments = ['失能']\n", [("all", 50)]),
        ("minutes = 60\n", "minutes = 60\n", []),
    ],
)
def test_a_district_gives_no_less_than_its_city_says_at_least(
    city: str, district: str, below: list[tuple[object, int]]
) -> None:
    text = HEAD.replace("city", "county") + "inherits = 'town'\n" + RULE + district
    found = check(text, "x.toml", beside={"town": CITY + city}.get)
    assert {each.code for each in found} <= {"policy_below_floor"}
    assert [(each.facts["level"], each.facts["given"]) for each in found] == below


def test_a_pack_of_ones_own_may_be_inherited_where_it_lies_beside() -> None:
    text = HEAD.replace("city", "county") + "inherits = 'town'\n"
    assert [each.code for each in check(text, "x.toml")] == ["policy_parent_unknown"]
    pack = parse(text, beside={"town": CITY + BY_AGE}.get)
    assert (pack.chain, [each.id for each in pack.allowance_rules]) == (("x", "town"), ["r"])
    (found,) = check(text, "x.toml", beside={"town": CITY + BY_AGE + "colour = 3\n"}.get)
    assert (found.line, found.code, found.facts["parent"]) == (4, "policy_parent_invalid", "town.toml")
    (other,) = check(text, "x.toml", beside={"town": HEAD}.get)
    assert other.code == "policy_parent_unknown", "what lies there is another pack"
