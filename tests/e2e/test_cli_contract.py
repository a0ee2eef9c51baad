"""Every command of the contract: its names, its options, and the fields of its JSON."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLES, Shell, Town

REF = re.compile(r"[0-9a-f]{16}-\d+-[0-9a-f]{16}")
HEX = re.compile(r"[0-9a-f]{64}")
FINGERPRINT = re.compile(r"[0-9a-f]{4}( [0-9a-f]{4}){3}")


def fields(data: dict[str, Any], names: str) -> None:
    """The fields of the contract are there; others may be as well."""
    assert set(names.split()) <= set(data), set(names.split()) - set(data)


def test_founding_enrolling_and_joining(tmp_path: Path) -> None:
    hub, new = Shell(tmp_path / "hub"), Shell(tmp_path / "new")
    founded = hub.did("init", "--network", "网", "--station", "中心", "--policy", "neutral")
    fields(founded, "network station journal fingerprint")
    asked = new.did("station", "request", "--name", "新站", "--out", tmp_path / "request")
    fields(asked, "station journal fingerprint")
    enrolled = hub.did(
        "station", "enrol", tmp_path / "request", "--out", tmp_path / "answer", "--role", "hub"
    )
    fields(enrolled, "station journal fingerprint")
    joined = new.did("station", "join", tmp_path / "answer")
    assert joined["fingerprint"] == enrolled["fingerprint"] == asked["fingerprint"] != founded["fingerprint"]
    assert FINGERPRINT.fullmatch(joined["fingerprint"])
    (first, second) = hub.did("station", "list")["stations"]
    fields(first, "station name role journal head last_exchange state")
    assert (first["role"], second["role"], second["name"], second["state"]) == (
        "hub",
        "hub",
        "新站",
        "enrolled",
    )
    fields(hub.did("station", "revoke", "新站", "--reason", "试验"), "station journal fingerprint")
    assert hub.did("station", "list")["stations"][1]["state"] == "revoked"


def test_people(town: Town) -> None:
    centre = town.shell("centre")
    both = ("--role", "volunteer", "--role", "elder")
    more = ("--gender", "f", "--phone", "13912345678", "--organisation", "区老年大学", "--category", "独居")
    added = centre.did(
        "member", "add", "--name", "周健", *both, *more, "--birth", "1958-03-01", "--lives-here", "no"
    )
    fields(added, "member number")
    assert REF.fullmatch(added["member"])
    for text in ("周健", "zhouj", "zhoujian", added["number"], "5678"):
        (match,) = centre.did("member", "search", text, "--limit", 5)["matches"]
        fields(match, "member number name roles")
        assert match["number"] == added["number"]
    for who in ("周健", added["number"], added["member"]):
        shown = centre.did("member", "show", who)
        fields(
            shown,
            "member number name roles age care_level categories home_station"
            " credit_minutes allowance_minutes honour_minutes",
        )
    assert (shown["age"], shown["roles"], shown["home_station"]) == (68, ["volunteer", "elder"], "翠苑社区")
    assert shown["categories"] == ["living_alone"]
    assert centre.did("member", "show", "陈阿婆")["care_level"] == 2
    fields(centre.did("member", "erase", "周健", "--reason", "本人要求"), "member")
    assert centre.did("member", "search", "周健")["matches"] == []


def test_rosters_and_sign_in_sheets(town: Town) -> None:
    centre = town.shell("centre")
    for file, role in (("volunteers.xlsx", "volunteer"), ("elders.csv", "elder")):
        arguments = ("member", "import", SAMPLES / file, "--role", role)
        tried = centre.did(*arguments, "--dry-run")
        first, again = centre.did(*arguments), centre.did(*arguments)
        for data in (tried, first, again):
            fields(data, "read registered updated unchanged rejected")
            for row in data["rejected"]:
                fields(row, "row column code message")
        assert (tried["registered"], again["registered"], again["updated"]) == (first["registered"], 0, 0)
        assert first["registered"] + first["updated"] + first["unchanged"] >= 80
        assert again["rejected"] == first["rejected"]
    arguments = ("service", "import", SAMPLES / "hours.xlsx")
    tried, first, again = centre.did(*arguments, "--dry-run"), centre.did(*arguments), centre.did(*arguments)
    for data in (tried, first, again):
        fields(data, "read logged unchanged rejected")
    assert (tried["logged"], again["logged"], again["unchanged"]) == (
        first["logged"],
        0,
        first["logged"] + first["unchanged"],
    )
    assert first["logged"] > 200


def test_services_and_accounts(town: Town) -> None:
    centre = town.shell("centre")
    who = ("--volunteer", "王志强", "--elder", "陈阿婆")
    logged = centre.did(
        "service", "log", *who, "--kind", "visit", "--start", "2026-11-21", "--minutes", 45, "--note", "聊天"
    )
    fields(logged, "entry credited")
    fields(logged["credited"][0], "member minutes")
    rated = centre.did("service", "rate", logged["entry"], "--by", "陈阿婆", "--stars", 5, "--note", "好")
    reversed_ = centre.did("entry", "reverse", logged["entry"], "--reason", "记错了")
    moved = centre.did(
        "credit", "move", "--from", "王志强", "--to", "pool", "--minutes", 30, "--reason", "捐赠"
    )
    for data in (logged, rated, reversed_, moved):
        assert REF.fullmatch(data["entry"])
    book = centre.did("account", "王志强", "--from", "2026-11-01", "--to", "2026-11-30")
    fields(book, "member credit_minutes allowance_minutes in_circulation_minutes lines")
    assert (book["credit_minutes"], book["in_circulation_minutes"]) == (210, 60)
    for line in book["lines"]:
        fields(line, "date what minutes balance entry station")
    assert [(line["what"], line["minutes"], line["balance"]) for line in book["lines"]] == [
        ("service", 300, 300),
        ("voucher", -60, 240),
        ("move", -30, 210),
    ]


def test_vouchers(town: Town) -> None:
    centre = town.shell("centre")
    issued = centre.did(
        "voucher", "issue", "--holder", "王志强", "--minutes", 30, "--count", 2, "--kind", "credit", "--expires",
        "2026-12-31", "--lock-to", "翠苑社区", "--out", town.file("two.pdf"), "--png", town.file("png"),
        "--layout", "roll80",
    )  # fmt: skip
    fields(issued, "batch vouchers files")
    for voucher in issued["vouchers"]:
        fields(voucher, "serial code minutes expires")
    assert all(Path(file).stat().st_size > 0 for file in issued["files"])
    assert len(issued["files"]) == 3
    for given in (
        issued["vouchers"][0]["code"],
        issued["vouchers"][0]["serial"],
        issued["files"][1],
        issued["files"][0],
    ):
        checked = centre.did("voucher", "verify", given)
        fields(checked, "verdict serial minutes kind issuer holder issued expires reasons")
        assert (checked["verdict"], checked["minutes"], checked["kind"]) == ("valid", 30, "credit")
        assert (checked["issuer"], checked["issued"], checked["expires"]) == (
            "翠苑社区",
            "2026-11-22",
            "2026-12-31",
        )
    redeemed = centre.did(
        "voucher",
        "redeem",
        issued["files"][1],
        "--beneficiary",
        "陈阿婆",
        "--use",
        "account",
        "--for",
        "自用",
    )
    fields(redeemed, "entry serial minutes settlement")
    assert redeemed["settlement"] == "settled"
    left = next(each for each in issued["vouchers"] if each["serial"] != redeemed["serial"])
    again = centre.did("voucher", "reprint", left["serial"], "--out", town.file("again.pdf"))
    fields(again, "files")
    void = centre.did("voucher", "void", left["serial"], "--reason", "丢失")
    assert (void["serial"], void["state"]) == (left["serial"], "void")
    listed = centre.did("voucher", "list")["vouchers"]
    assert sorted(each["state"] for each in listed) == ["circulation", "redeemed", "void"]
    assert [
        each["serial"] for each in centre.did("voucher", "list", "--state", "circulation")["vouchers"]
    ] == [town.serial]
    log = (
        "--kind",
        "助医",
        "--start",
        "2026-11-21T09:00",
        "--minutes",
        60,
        "--funding",
        "voucher",
        "--voucher",
        town.code,
    )
    assert REF.fullmatch(
        centre.did("service", "log", "--volunteer", "王志强", "--elder", "陈阿婆", *log)["entry"]
    )
    used = centre.did("voucher", "verify", town.code)
    assert used["verdict"] == "redeemed"
    assert used["receiver"].startswith("00")
    assert "陈阿婆" in used["message"]


def test_exchange_and_cases(town: Town) -> None:
    hub, centre, village = (town.shell(name) for name in ("hub", "centre", "village"))
    village.did("member", "add", "--name", "孙奶奶", "--role", "elder")
    there = village.did("voucher", "redeem", town.code, "--beneficiary", "孙奶奶")
    assert there["settlement"] == "provisional"
    assert centre.did("voucher", "redeem", town.code, "--beneficiary", "陈阿婆")["settlement"] == "settled"
    exported = village.did(
        "sync", "export", "--out", town.file("village.tbx"), "--to", "街道中心", "--to", "2", "--full"
    )
    fields(exported, "file bytes sha256 entries journals")
    assert HEX.fullmatch(exported["sha256"])
    assert Path(exported["file"]).stat().st_size == exported["bytes"]
    for outcome, opened in (("applied", 1), ("known", 0)):
        (taken,) = centre.did("sync", "import", exported["file"])["files"]
        fields(taken, "file outcome code message new_entries known_entries cases_opened")
        assert (taken["outcome"], taken["cases_opened"]) == (outcome, opened)
    centre.did("sync", "export", "--out", town.file("back.tbx"))
    taken = hub.did("sync", "import", exported["file"], town.file("back.tbx"))["files"]
    assert {each["outcome"] for each in taken} <= {"applied", "parked", "partial"}
    village.did("sync", "import", town.file("back.tbx"))
    digests = {shell.did("check")["digest"] for shell in (centre, village)}
    assert len(digests) == 1
    (case,) = centre.did("case", "list", "--open")["cases"]
    fields(case, "case kind state opened members minutes facts")
    assert (case["kind"], case["state"], case["minutes"]) == ("double_redemption", "open", 60)
    decided = centre.did(
        "case", "resolve", case["case"], "--with", "charge_beneficiary", "--reason", "已退回"
    )
    fields(decided, "case entry")
    assert centre.did("case", "list", "--open")["cases"] == []
    assert centre.did("case", "list")["cases"][0]["state"] == "closed"
    status = centre.did("sync", "status")
    fields(status, "have parked quarantined stations")
    assert all(isinstance(head, int) for head in status["have"].values())


def test_policies_and_allowance(town: Town) -> None:
    hub, centre = town.shell("hub"), town.shell("centre")
    packs = centre.did("policy", "list")["policies"]
    assert {"hangzhou", "gongshu", "wenzhou", "ningbo", "neutral"} <= {each["id"] for each in packs}
    assert [each["id"] for each in packs if each["adopted"]] == ["hangzhou"]
    assert "unset" in centre.did("policy", "show")
    assert centre.did("policy", "show", "ningbo")["id"] == "ningbo"
    for dry, granted in (("--dry-run", 1), (None, 1), (None, 0)):
        run = centre.did("allowance", "grant", "--month", "2026-11", *([dry] if dry else []))
        fields(run, "month granted unchanged")
        assert (run["month"], len(run["granted"]), run["unchanged"]) == ("2026-11", granted, 1 - granted)
        for each in run["granted"]:
            fields(each, "member minutes rule source")
    assert centre.did("member", "show", "陈阿婆")["allowance_minutes"] == 360
    assert hub.did("policy", "adopt", "ningbo")["policy"] == "ningbo"
    pack = town.file("own.toml")
    pack.write_text('id = "own"\ninherits = "neutral"\n[settings."no.such.key"]\nvalue = 1\n', "utf-8")
    wrong = hub.run("policy", "validate", pack)
    assert (wrong.code, wrong.data["ok"]) == (1, False)
    fields(wrong.data["findings"][0], "key line message")


def test_what_a_pack_asks_of_a_record_is_checked(town: Town) -> None:
    hub, pack = town.shell("hub"), town.file("careful.toml")
    assert hub.did("policy", "show")["not_checked"] == []
    pack.write_text(
        'id = "careful"\nlevel = "city"\ninherits = "neutral"\n[name]\nzh_CN = "试行"\nen = "Trial"\n'
        "[settings.volunteers.health_declaration]\nvalue = true\n"
        'source = { kind = "local", reason = "试行" }\n',
        "utf-8",
    )
    assert hub.did("policy", "show", pack)["not_checked"] == []


def test_reports_and_exports(town: Town) -> None:
    centre = town.shell("centre")
    assert "ledger" in {each["name"] for each in centre.did("report", "list")["reports"]}
    period = ("--from", "2026-11-01", "--to", "2026-11-30")
    for suffix in ("xlsx", "csv"):
        made = centre.did("report", "ledger", *period, "--out", town.file(f"ledger.{suffix}"))
        fields(made, "report rows file")
        assert Path(made["file"]).stat().st_size > 0
    made = centre.did("export", "beancount", "--out", town.file("books.beancount"))
    fields(made, "file accounts transactions")
    assert "王志强" not in town.file("books.beancount").read_text("utf-8")
    tables = centre.did("export", "csv", "--out", town.file("tables"))
    fields(tables, "file accounts transactions")
    assert [tables[key] for key in ("accounts", "transactions")] == [
        made[key] for key in ("accounts", "transactions")
    ]
    assert list(town.file("tables").glob("*.csv"))


def test_upkeep(town: Town) -> None:
    centre = town.shell("centre")
    checked = centre.did("check")
    fields(checked, "ok entries journals digest ledger findings")
    assert (checked["ok"], checked["ledger"]) == (True, {"credit": 0, "allowance": 0})
    assert HEX.fullmatch(checked["digest"])
    for finding in checked["findings"]:
        fields(finding, "severity code message")
        assert finding["severity"] == "warning"
    rebuilt = centre.did("rebuild")
    assert (rebuilt["entries"], rebuilt["digest"]) == (checked["entries"], checked["digest"])
    kept = centre.did("backup", "--out", town.file("centre.backup"))
    fields(kept, "file bytes sha256")
    new = Shell(town.file("new"))
    restored = new.did("restore", town.file("centre.backup"))
    assert restored["journal"] != centre.did("sync", "status")["have"]
    again = new.did("check")
    assert (again["ok"], again["entries"]) == (True, checked["entries"] + 1)
    assert new.did("account", "王志强")["credit_minutes"] == centre.did("account", "王志强")["credit_minutes"]


# How the command behaves


def test_home_time_language_and_operator_come_from_outside(town: Town) -> None:
    home = town.shell("centre").home
    environment = os.environ | {
        "TIMEBANK_HOME": str(home),
        "TIMEBANK_NOW": "2027-01-31T12:00",
        "LANG": "zh_CN.UTF-8",
    }
    environment.pop("LC_ALL", None)
    add = [
        sys.executable,
        "-m",
        "timebank",
        "--operator",
        "小李",
        "member",
        "add",
        "--name",
        "周健",
        "--role",
        "elder",
    ]
    done = subprocess.run(add, capture_output=True, encoding="utf-8", env=environment, check=True)
    assert "周健" in done.stdout
    assert done.stdout == "已登记 周健，编号 002-00003。\n"
    shown = subprocess.run(
        [*add[:3], "--lang", "en", "member", "show", "周健"],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=True,
    )
    assert "Balance 0 min" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("member", "add"),
        ("member", "fly"),
        (
            "service",
            "log",
            "--volunteer",
            "王志强",
            "--elder",
            "陈阿婆",
            "--kind",
            "visit",
            "--start",
            "昨天",
            "--minutes",
            "60",
        ),
        (
            "service",
            "log",
            "--volunteer",
            "王志强",
            "--elder",
            "陈阿婆",
            "--kind",
            "visit",
            "--start",
            "2026-11-20",
            "--minutes",
            "sixty",
        ),
        ("voucher", "issue", "--holder", "王志强", "--minutes", "60", "--layout", "a3", "--out", "x.pdf"),
        ("allowance", "grant", "--month", "2026-13"),
        ("case", "resolve", "x", "--with", "magic", "--reason", "x"),
        ("--lang", "la", "check"),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_changes_nothing(
    town: Town, unchanged: Any, arguments: tuple[str, ...]
) -> None:
    centre = town.shell("centre")
    look = unchanged(centre)
    answer = centre.run(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err
    look()


def test_help_needs_no_station(tmp_path: Path) -> None:
    for arguments in (("--help",), ("voucher", "issue", "--help"), ("--version",)):
        done = subprocess.run(
            [sys.executable, "-m", "timebank", *arguments], capture_output=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_the_module_and_the_command_are_one(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("timebank")
    if not command.exists():
        pytest.skip("the command is not installed beside this Python")
    done = subprocess.run(
        [command, "--home", tmp_path, "--json", "check"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert '"no_station"' in done.stdout
