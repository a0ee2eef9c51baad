"""Rule packs from the command line: questions, answers, adopting, comparing, history, and ``--explain``."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Shell, Town, answered

FLOOR = "allowance.ningbo.basic.moderate"


def asked(shell: Shell, pack: str) -> dict[str, dict[str, Any]]:
    """The questions of a pack, by key."""
    return {each["key"]: each for each in shell.did("policy", "questions", pack)["questions"]}


def test_questions_name_meaning_shape_and_suggestion_with_its_source(town: Town) -> None:
    told = asked(town.shell("hub"), "hangzhou")
    for each in told.values():
        assert {"key", "why", "meaning", "shape", "options", "suggestion", "answered"} <= set(each)
    age = told["very_old.from"]
    assert (age["why"], age["shape"], age["suggestion"]) == ("unset", "years", 80)
    assert age["suggested_by"]["quote"] == "80至89周岁老年人、90周岁以上老年人"
    assert told["allowance.combination"]["why"] == "confirm"
    assert told["younger_elder.from"]["value"] == 60


def test_questions_can_be_read_where_there_is_no_station(tmp_path: object, town: Town) -> None:
    nowhere = Shell(town.file("nowhere"))
    assert "very_old.from" in asked(nowhere, "hangzhou")
    assert nowhere.did("policy", "diff", "hangzhou", "gongshu")["differences"]


def test_answers_are_adopted_travel_and_are_not_asked_for_again(town: Town) -> None:
    hub, centre = town.shell("hub"), town.shell("centre")
    answers = ("--answer", "voucher.validity_days=365", "--answer", "kinds.助浴.persons=2")
    preview = hub.did("policy", "adopt", "ningbo", *answers, "--answer", f"{FLOOR}=35 小时", "--dry-run")
    assert preview["entry"] is None
    adopted = hub.did(
        "policy", "adopt", "ningbo", "--from", "2026-12-01", *answers,
        "--answer", f"{FLOOR}=35 小时", "--answer", "credit.expiry_months=", "--reason", "理事会会议",
    )  # fmt: skip
    assert adopted["policy"] == "ningbo"
    assert adopted["answers"] == {
        "voucher.validity_days": 365, "kinds.bath.persons": 2, FLOOR: 2_100, "credit.expiry_months": None,
    }  # fmt: skip
    hub.did("sync", "export", "--out", town.file("rules.tbx"))
    centre.did("sync", "import", town.file("rules.tbx"))
    later = Shell(centre.home, now="2026-12-02T09:00")
    shown = later.did("policy", "show")
    values = {each["key"]: each for each in shown["values"]}
    assert values["voucher.validity_days"]["value"] == 365
    assert values["voucher.validity_days"]["source"]["kind"] == "local"
    assert "理事会会议" in values["voucher.validity_days"]["source"]["reason"]["en"]
    assert shown["answers"][FLOOR]["value"] == 2_100
    again = Shell(hub.home, now="2027-11-02T09:00")
    told = asked(again, "ningbo")
    assert told["voucher.validity_days"]["answer"] == 365
    assert told["credit.expiry_months"]["answered"]
    assert not told["gifts.whom"]["answered"]
    renewed = again.did("policy", "adopt", "ningbo", "--answer", "voucher.validity_days=180")
    assert renewed["answers"][FLOOR] == 2_100
    assert renewed["carried"] == sorted([FLOOR, "credit.expiry_months", "kinds.bath.persons"])
    assert [(each["key"], each["before"], each["after"]) for each in renewed["differences"]] == [
        ("voucher.validity_days", 365, 180)
    ]
    adoptions = again.did("policy", "history")["adoptions"]
    assert [each["from"] for each in adoptions] == ["2027-11-02", "2026-12-01", "2026-11-22"]
    assert [each["in_force"] for each in adoptions] == [True, False, False]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (f"{FLOOR}=20 小时", "answer_below_floor"),
        ("gifts.whom=me", "answer_choice"),
        ("voucher.validity_days=0", "answer_too_small"),
        ("daily_cap_minutes=a while", "answer_duration"),
        ("records.keep_years=3", "answer_decided"),
        ("no.such.key=1", "policy_key_unknown"),
        ("kinds.*.persons=2", "answer_names_no_kind"),
        ("voucher.validity_days", "answer_form"),
        ("served.categories=国王", "answer_category_unknown"),
    ],
)
def test_an_answer_that_cannot_be_taken_changes_nothing(town: Town, answer: str, code: str) -> None:
    hub = town.shell("hub")
    for lang in ("en", "zh_CN"):
        refused = hub.here("policy", "adopt", "ningbo", "--answer", answer, lang=lang)
        assert refused.error["code"] == code
        assert "{" not in refused.error["message"]
    assert [each["id"] for each in hub.did("policy", "history")["adoptions"]] == ["hangzhou"]


def test_a_pack_is_compared_with_the_rules_in_force(town: Town) -> None:
    alone = town.shell("centre").did("policy", "diff", "gongshu")["differences"]
    assert alone == town.shell("centre").did("policy", "diff", "hangzhou", "gongshu")["differences"]


def test_amounts_say_which_rules_made_them(town: Town) -> None:
    hub, centre = town.shell("hub"), town.shell("centre")
    hub.did("policy", "adopt", "hangzhou", "--answer", "step.minutes=30", "--answer", "rounding=up")
    hub.did("sync", "export", "--out", town.file("rules.tbx"))
    centre.did("sync", "import", town.file("rules.tbx"))
    people = ("--volunteer", "王志强", "--elder", "陈阿婆")
    log = ("service", "log", *people, "--kind", "助餐", "--start", "2026-11-21T09:00", "--minutes", 50)
    told = centre.did(*log, "--explain")["explanation"]
    assert [(each["key"], each["before"], each["after"]) for each in told] == [
        ("step.minutes", 50, 30), ("rounding", 30, 60), ("kinds.meal.weight", 60, 60),
    ]  # fmt: skip
    assert told[0]["source"]["kind"] == "local"
    shown = centre.did("member", "show", "陈阿婆", "--explain")["explanation"]
    assert shown[-1]["after"] == 360
    assert {each["key"] for each in shown} >= {"allowance.hangzhou.age", "allowance.hangzhou.hardship"}
    granted = centre.did("allowance", "grant", "--month", "2026-12", "--dry-run", "--explain")["granted"]
    assert granted[0]["explanation"][-1]["after"] == granted[0]["minutes"] == 360
    assert "explanation" not in centre.did("member", "show", "陈阿婆")


@pytest.mark.parametrize(("lang", "said"), [("zh_CN", "6 小时"), ("en", "6 hours")])
def test_an_explanation_reads_as_sentences(town: Town, lang: str, said: str) -> None:
    import contextlib
    import io

    from timebank.cli.main import run
    from ui.front import Front

    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIMEBANK_NOW", town.shell("centre").now)
        options = ["--home", str(town.shell("centre").home), "--lang", lang]
        assert run([*options, "member", "show", "陈阿婆", "--explain"], Front()) == 0
    assert said in out.getvalue()
    assert "6小时的免费居家养老服务" in out.getvalue()


def test_the_answers_keep_to_the_contract(town: Town) -> None:
    hub = town.shell("hub")
    process = hub.run("policy", "questions", "ningbo")
    assert process == answered(process.code, process.out, process.err)
    assert process.data["policy"] == "ningbo"


OWN = """id = "linjiang"
level = "city"
inherits = "neutral"
name = "临江市"
[settings.credit.expiry_months]
value = 12
source = { kind = "local", reason = "理事会决定" }
[settings.kinds."助浴".persons]
value = 2
source = { kind = "local", reason = "理事会决定" }
"""


def test_a_district_lies_beside_its_city_and_an_editor_may_mark_the_file(town: Town) -> None:
    town.file("linjiang.toml").write_text(OWN, "utf-8-sig")
    district = town.file("heping.toml")
    district.write_text('id = "heping"\nlevel = "county"\ninherits = "linjiang"\nname = "和平区"\n', "utf-8")
    hub = town.shell("hub")
    assert hub.did("policy", "validate", district)["ok"]
    hub.did("policy", "adopt", district)
    values = {each["key"]: each["value"] for each in hub.did("policy", "show")["values"]}
    assert values["credit.expiry_months"] == 12
    town.file("linjiang.toml").write_text(OWN.replace("12", "-1"), "utf-8")
    (found,) = hub.here("policy", "validate", district).data["findings"]
    assert (found["line"], found["key"], found["code"]) == (3, "inherits", "policy_parent_invalid")


def test_refused_rows_and_what_lapses_name_their_rule_and_its_source(town: Town) -> None:
    pack, sheet = town.file("linjiang.toml"), town.file("signins.csv")
    pack.write_text(OWN, "utf-8")
    sheet.write_text(
        "日期,开始时间,结束时间,志愿者,老人,项目\n2026-11-20,15:00,16:00,王志强,陈阿婆,助浴\n", "utf-8"
    )
    hub, centre = town.shell("hub"), town.shell("centre")
    hub.did("policy", "adopt", pack)
    hub.did("sync", "export", "--out", town.file("rules.tbx"))
    centre.did("sync", "import", town.file("rules.tbx"))
    (row,) = centre.did("service", "import", sheet)["rejected"]
    assert (row["code"], row["rule"], row["source"]) == ("rule_persons", "kinds.bath.persons", "理事会决定")
    (told,) = centre.did("--explain", "service", "import", sheet)["rejected"]
    assert told["message"].startswith(row["message"])
    assert "kinds.bath.persons" in told["message"]
    ended = centre.did("credit", "month-end", "--month", "2026-10")
    assert set(ended["sources"]) == set(ended["rules"]) == {"credit.expiry_months"}
    assert ended["sources"]["credit.expiry_months"]["reason"]["zh_CN"] == "理事会决定"
    undo = centre.run("credit", "undo-month-end", "--month", "2026-10", "--reason", "弄错了", "--dry-run")
    assert undo.error["code"] == "nothing_lapsed"  # nobody had anything that was due
