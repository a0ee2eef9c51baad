"""People by command: changing and taking back, dated records, what is masked and who looked, serving kin."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Shell

ID_NUMBER = "11010519491231002X"


@pytest.fixture
def desk(tmp_path: Path) -> Shell:
    """A station with 王秀英, a volunteer, and 李阿根, an elder."""
    shell = Shell(tmp_path / "station")
    shell.did("init", "--network", "时间银行", "--station", "和睦街道")
    shell.did(
        "member", "add", "--name", "王秀英", "--role", "volunteer", "--id-number", ID_NUMBER,
        "--phone", "13800001999", "--training", "助浴", "--trained", "2026-01-05", "--qualification", "护士",
        "--health-declared", "2026-01-05", "--insurance-until", "2026-12-31",
    )  # fmt: skip
    shell.did(
        "member", "add", "--name", "李阿根", "--role", "elder", "--birth", "1938-03-05", "--care-level", "2",
        "--assessed", "2026-03-01", "--assessor", "评估中心", "--category", "独居", "--benefit", "机构补助",
        "--emergency-contact", "李小根", "--emergency-relation", "儿子",
    )  # fmt: skip
    return shell


def records(desk: Shell, who: str) -> list[tuple[str, object, str, str, str]]:
    """What is on record of somebody: kind, value, first and last day, state."""
    shown = desk.did("member", "show", who)["records"]
    values = ("level", "code", "what", "who")
    return [
        (each["kind"], next(each[v] for v in values if v in each), each["from"], each["until"], each["state"])
        for each in shown
    ]


def test_what_is_said_at_registration_is_on_record(desk: Shell) -> None:
    assert records(desk, "王秀英") == [
        ("health", "", "2026-01-05", "", "current"),
        ("trainings", "bath", "2026-01-05", "", "current"),
        ("insurance", "", "", "2026-12-31", "current"),
        ("qualifications", "护士", "", "", "current"),
    ]
    assert records(desk, "李阿根") == [
        ("care", 2, "2026-03-01", "", "current"),
        ("categories", "living_alone", "", "", "current"),
        ("benefits", "institution_subsidy", "", "", "current"),
    ]


def test_only_what_is_named_changes_and_what_is_cleared_is_blank(desk: Shell) -> None:
    changed = desk.did(
        "member", "change", "李阿根", "--phone", "139 1234 5678", "--clear", "emergency-contact"
    )
    assert changed["changed"] == ["emergency_contact", "phone"]
    shown = desk.did("member", "show", "李阿根")
    assert (shown["emergency_contact"], shown["care_level"], shown["categories"]) == ("", 2, ["living_alone"])
    assert desk.did("member", "change", "李阿根", "--phone", "13912345678")["changed"] == []
    assert desk.did(
        "member",
        "change",
        "李阿根",
        "--clear",
        "care-level",
        "--clear",
        "categories",
        "--name",
        "李根",
        "--role",
        "elder,volunteer",
    )["changed"] == ["care", "categories", "name", "roles"]
    shown = desk.did("member", "show", "李根")
    assert (shown["care_level"], shown["categories"], shown["roles"]) == (None, [], ["volunteer", "elder"])
    assert desk.here("member", "change", "李根", "--clear", "name").code == 2
    desk.did("member", "change", "李根", "--id-number", ID_NUMBER)
    (case,) = desk.did("case", "list", "--open")["cases"]
    assert case["kind"] == "duplicate_person", "whose document it is, a coordinator decides"


def test_records_are_added_ended_put_right_and_removed(desk: Shell) -> None:
    made = desk.did(
        "member",
        "record",
        "add",
        "李阿根",
        "categories",
        "低保",
        "--from",
        "2025-01-01",
        "--evidence",
        "证 3301",
    )
    assert made["record"] == {
        "code": "minimum_living",
        "from": "2025-01-01",
        "until": "",
        "evidence": "证 3301",
    }
    desk.did("member", "record", "end", "李阿根", "categories", "低保", "--until", "2026-06-30")
    assert records(desk, "李阿根")[1] == ("categories", "minimum_living", "2025-01-01", "2026-06-30", "over")
    desk.did(
        "member", "record", "correct", "李阿根", "categories", "minimum_living", "--new-until", "2026-12-31",
        "--new-value", "低边",
    )  # fmt: skip
    assert records(desk, "李阿根")[1][1:] == ("near_minimum_living", "2025-01-01", "2026-12-31", "current")
    desk.did("member", "record", "remove", "李阿根", "categories", "低边")
    assert desk.did("member", "show", "李阿根")["categories"] == ["living_alone"]
    again = desk.here("member", "record", "end", "李阿根", "categories", "低边", "--until", "2026-06-30")
    assert again.error["code"] == "record_not_found"
    desk.did("member", "record", "add", "李阿根", "care", "重度", "--from", "2026-10-01", "--score", "31")
    assert desk.did("member", "show", "李阿根")["care_level"] == 3


def test_a_look_at_what_is_masked_is_kept_on_record(desk: Shell) -> None:
    assert "id_number" not in desk.did("member", "show", "王秀英")
    assert desk.did("member", "access-log")["looks"] == []
    shown = desk.did("--operator", "周敏", "member", "show", "王秀英", "--reveal")
    assert (shown["id_number"], shown["phone"]) == (ID_NUMBER, "13800001999")
    (look,) = desk.did("member", "access-log", "王秀英")["looks"]
    assert (look["operator"], look["number"], look["fields"]) == ("周敏", "001-00001", ["id_number", "phone"])
    assert desk.did("member", "access-log", "李阿根")["looks"] == []


def test_serving_kin_earns_nothing_where_the_rules_say_so(desk: Shell, tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(
        'id = "own"\nlevel = "city"\ninherits = "neutral"\n[name]\nzh_CN = "试行"\nen = "Trial"\n'
        '[settings.service.kin]\nvalue = "not_credited"\nsource = { kind = "local", reason = "试行" }\n',
        "utf-8",
    )
    desk.did("policy", "adopt", pack)
    hour = ("--elder", "李阿根", "--kind", "助餐", "--minutes", 60)
    served = desk.did(
        "service", "log", "--volunteer", "王秀英", *hour, "--start", "2026-11-20T09:00", "--kin"
    )
    assert (served["credited"][0]["minutes"], [each["number"] for each in served["kin"]]) == (
        0,
        ["001-00001"],
    )
    other = desk.did("service", "log", "--volunteer", "王秀英", *hour, "--start", "2026-11-20T11:00")
    assert (other["credited"][0]["minutes"], other["kin"]) == (60, [])
    desk.did("member", "record", "add", "李阿根", "kin", "001-00001", "--relation", "女儿")
    known = desk.did("service", "log", "--volunteer", "王秀英", *hour, "--start", "2026-11-20T14:00")
    assert known["credited"][0]["minutes"] == 0


def test_people_registered_by_mistake_are_taken_back_from_a_shell(desk: Shell) -> None:
    numbers = [
        desk.did("member", "add", "--name", name, "--role", "volunteer")["number"]
        for name in ("甲先生", "乙先生")
    ]
    told = desk.did("member", "take-back", *numbers, "--reason", "名单拿错了", "--dry-run")
    assert (len(told["taken_back"]), told["kept"], told["dry_run"]) == (2, [], True)
    assert (
        desk.did("member", "take-back", *numbers, "--reason", "名单拿错了")["taken_back"]
        == told["taken_back"]
    )
    assert desk.did("member", "search", "先生")["matches"] == []
    again = desk.here("member", "take-back", *numbers, "--reason", "再来一次")
    assert again.error["code"] == "nothing_mistaken"
