"""Bad input: one code, one sentence in either language, and not a byte of the station changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Shell, Town

Unchanged = Callable[[Shell], Callable[[], None]]
HANZI = re.compile("[一-鿿]")


@pytest.fixture
def refuses(unchanged: Unchanged) -> Callable[..., dict[str, object]]:
    """Run a command that has to be refused with a code, in both languages; its facts."""

    def run(shell: Shell, code: str, *arguments: object) -> dict[str, object]:
        look = unchanged(shell)
        english, chinese = shell.run(*arguments).error, shell.here(*arguments, lang="zh_CN").error
        assert (english["code"], chinese["code"]) == (code, code), (english, chinese)
        assert english["facts"] == chinese["facts"]
        for sentence in (english["message"], chinese["message"]):
            assert "{" not in sentence
            assert "…" not in sentence, "a fact is missing"
            assert len(sentence) > 5
        assert HANZI.search(chinese["message"])
        assert english["message"] != chinese["message"]
        look()
        return dict(english["facts"])

    return run


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, founded_town: Town) -> Path:
    """Files that are not what they should be."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "empty.csv").write_bytes(b"")
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "empty.tbx").write_bytes(b"")
    (folder / "empty.png").write_bytes(b"")
    (folder / "noise.xlsx").write_bytes(bytes(range(256)) * 40)
    (folder / "noise.png").write_bytes(bytes(range(256)) * 40)
    (folder / "letter.txt").write_text("亲爱的社区工作人员：\n", "utf-8")
    (folder / "letter.pdf").write_text("not a PDF", "utf-8")
    whole = (founded_town.folder / "centre.tbx").read_bytes()
    (folder / "cut.tbx").write_bytes(whole[: len(whole) // 2])
    (folder / "flipped.tbx").write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
    return folder


# Who and what


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("member_not_found", ("member", "show", "张三")),
        ("member_not_found", ("account", "002-99999")),
        (
            "already_registered",
            ("member", "add", "--name", "王志强", "--role", "elder", "--id-number", "11010519491231002X"),
        ),
        ("role_unknown", ("member", "add", "--name", "周健", "--role", "king")),
        (
            "unknown_care_level",
            ("member", "add", "--name", "周健", "--role", "elder", "--care-level", "很累"),
        ),
        ("unknown_category", ("member", "add", "--name", "周健", "--role", "elder", "--category", "爱下棋")),
        ("birth_in_future", ("member", "add", "--name", "周健", "--role", "elder", "--birth", "2027-01-01")),
        ("reason_missing", ("member", "erase", "陈阿婆", "--reason", " ")),
        (
            "unknown_kind",
            (
                "service",
                "log",
                "--volunteer",
                "王志强",
                "--elder",
                "陈阿婆",
                "--kind",
                "占卜",
                "--start",
                "2026-11-19",
                "--minutes",
                "60",
            ),
        ),
        (
            "overlap",
            (
                "service",
                "log",
                "--volunteer",
                "王志强",
                "--elder",
                "陈阿婆",
                "--kind",
                "助餐",
                "--start",
                "2026-11-20T10:00",
                "--minutes",
                "60",
            ),
        ),
        (
            "in_the_future",
            (
                "service",
                "log",
                "--volunteer",
                "王志强",
                "--elder",
                "陈阿婆",
                "--kind",
                "助餐",
                "--start",
                "9999-12-31T23:59",
                "--minutes",
                "60",
            ),
        ),
        (
            "serves_self",
            (
                "service",
                "log",
                "--volunteer",
                "王志强",
                "--elder",
                "王志强",
                "--kind",
                "助餐",
                "--start",
                "2026-11-19",
                "--minutes",
                "60",
            ),
        ),
        (
            "not_enough",
            (
                "credit",
                "move",
                "--from",
                "王志强",
                "--to",
                "陈阿婆",
                "--minutes",
                "99999",
                "--reason",
                "赠与",
            ),
        ),
        ("entry_unreadable", ("entry", "reverse", "第一条", "--reason", "记错了")),
        ("not_enough", ("voucher", "issue", "--holder", "王志强", "--minutes", "9999", "--out", "never.pdf")),
        (
            "folder_missing",
            ("voucher", "issue", "--holder", "王志强", "--minutes", "60", "--out", "/no/such/folder/x.pdf"),
        ),
        ("serial_unreadable", ("voucher", "void", "0000-00000-0000-1", "--reason", "丢失")),
        ("case_not_found", ("case", "resolve", "没有", "--with", "forgive", "--reason", "算了")),
        ("not_the_root", ("policy", "adopt", "ningbo")),
        ("policy_unknown", ("policy", "show", "atlantis")),
        ("station_not_found", ("sync", "export", "--out", "never.tbx", "--to", "无名站")),
        ("folder_missing", ("backup", "--out", "/no/such/folder/x.backup")),
        ("home_taken", ("init", "--network", "另一个", "--station", "站")),
        ("home_taken", ("station", "request", "--name", "站", "--out", "never.request")),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_what_the_rules_refuse(
    town: Town, refuses: Callable[..., object], code: str, arguments: tuple[str, ...]
) -> None:
    refuses(town.shell("centre"), code, *arguments)


def test_a_refusal_by_the_policy_names_its_rule_and_says_it_when_asked(
    town: Town, refuses: Callable[..., dict[str, object]]
) -> None:
    centre = town.shell("centre")
    centre.did("member", "add", "--name", "小明", "--role", "volunteer", "--birth", "2010-05-01")
    log = ("service", "log", "--volunteer", "小明", "--elder", "陈阿婆", "--kind", "助餐")
    minor = (*log, "--start", "2026-11-19", "--minutes", 60)
    facts = refuses(centre, "rule_minor_alone", *minor)
    assert (facts["rule"], facts["age"], facts["under"]) == ("minors.condition", 16, 18)
    assert "志愿服务通行做法" in str(facts["source"])
    short, long = (centre.here(*asked, *minor, lang="zh_CN").error for asked in ((), ("--explain",)))
    assert short["facts"] == long["facts"]
    assert "minors.condition" not in short["message"]
    said = f"{short['message']}\n规则：未成年人参加服务的条件（minors.condition）。来源：志愿服务通行做法"
    assert long["message"].startswith(said)
    plain = [each for each in centre.command("--explain", *minor) if each != "--json"]
    done = subprocess.run(plain, capture_output=True, encoding="utf-8", env=centre.around(), check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "\nRule: What a minor needs to volunteer (minors.condition). Source: " in done.stderr
    other = centre.here("--explain", "member", "show", "张三", lang="zh_CN").error["message"]
    assert other == centre.here("member", "show", "张三", lang="zh_CN").error["message"]
    assert not Path("never.pdf").exists()


def test_namesakes_come_with_the_candidates(town: Town, refuses: Callable[..., dict[str, object]]) -> None:
    centre = town.shell("centre")
    centre.did("member", "add", "--name", "陈阿婆", "--role", "elder", "--birth", "1940-02-02")
    facts = refuses(centre, "ambiguous_member", "member", "show", "陈阿婆")
    assert [(each["number"], each["birth"]) for each in facts["candidates"]] == [  # type: ignore[attr-defined]
        ("002-00002", "1930-01-01"),
        ("002-00003", "1940-02-02"),
    ]


def test_a_folder_without_a_station(tmp_path: Path, refuses: Callable[..., object]) -> None:
    refuses(Shell(tmp_path), "no_station", "check")


def test_a_clock_that_is_no_clock(town: Town, refuses: Callable[..., object]) -> None:
    refuses(
        Shell(town.shell("centre").home, now="half past nine"),
        "clock_unreadable",
        "allowance",
        "grant",
        "--month",
        "2026-11",
    )


# Files


NO_SHEETS = [
    "empty.csv",
    "empty.xlsx",
    "noise.xlsx",
    "letter.txt",
    "letter.pdf",
    "noise.png",
    "none.xlsx",
    ".",
]


@pytest.mark.parametrize("name", NO_SHEETS)
@pytest.mark.parametrize("what", ["member", "service"])
def test_a_sheet_that_is_none_is_refused(
    town: Town, unchanged: Unchanged, files: Path, name: str, what: str
) -> None:
    centre = town.shell("centre")
    look = unchanged(centre)
    role = ("--role", "elder") if what == "member" else ()
    for lang, run in (("en", centre.run if name == "empty.csv" else centre.here), ("zh_CN", centre.here)):
        error = run(what, "import", files / name, *role, lang=lang).error
        assert error["code"] != "internal_error"
        assert bool(HANZI.search(str(error["message"]).replace(name, ""))) == (lang == "zh_CN")
    look()


@pytest.mark.parametrize("name", ["empty.tbx", "cut.tbx", "flipped.tbx", "letter.txt", "noise.xlsx"])
def test_an_exchange_file_that_is_none_or_harmed_is_kept_aside(town: Town, files: Path, name: str) -> None:
    hub = town.shell("hub")
    before = hub.here("check").data["digest"]
    (taken,) = hub.did("sync", "import", files / name)["files"]
    assert taken["outcome"] == "quarantined"
    assert taken["code"] in ("truncated", "tampered", "not_an_export")
    assert taken["message"]
    assert hub.here("check").data["digest"] == before
    assert len(hub.here("sync", "status").data["quarantined"]) == 1


def test_an_exchange_file_that_is_not_there(town: Town, refuses: Callable[..., object], files: Path) -> None:
    refuses(town.shell("hub"), "file_missing", "sync", "import", files / "none.tbx")


@pytest.mark.parametrize("name", ["letter.txt", "noise.xlsx", "empty.csv"])
def test_what_is_no_backup_request_or_enrolment(
    town: Town, refuses: Callable[..., object], files: Path, name: str, tmp_path: Path
) -> None:
    refuses(town.shell("hub"), "not_a_backup", "restore", files / name)
    refuses(
        town.shell("hub"), "request_unreadable", "station", "enrol", files / name, "--out", tmp_path / "x"
    )
    refuses(town.shell("hub"), "already_joined", "station", "join", files / name)


# Vouchers


def test_a_voucher_is_honoured_once(town: Town, refuses: Callable[..., dict[str, object]]) -> None:
    centre = town.shell("centre")
    centre.did("voucher", "redeem", town.code, "--beneficiary", "陈阿婆")
    for given in (town.code, town.code.lower(), town.serial, town.file("one.pdf")):
        facts = refuses(centre, "redeemed", "voucher", "redeem", given, "--beneficiary", "陈阿婆")
        assert (facts["station"], facts["date"]) == ("翠苑社区", "2026-11-22")


def test_a_voucher_whose_day_has_passed(town: Town, refuses: Callable[..., object]) -> None:
    centre = town.shell("centre")
    issued = centre.did(
        "voucher",
        "issue",
        "--holder",
        "王志强",
        "--minutes",
        30,
        "--expires",
        "2026-11-30",
        "--out",
        town.file("x.pdf"),
    )
    later = Shell(centre.home, now="2026-12-01T09:00")
    refuses(later, "expired", "voucher", "redeem", issued["vouchers"][0]["code"], "--beneficiary", "陈阿婆")


def test_a_voucher_of_another_network(town: Town, tmp_path: Path, refuses: Callable[..., object]) -> None:
    other = Shell(tmp_path / "other")
    other.did("init", "--network", "别的时间银行", "--station", "别的站")
    other.did("member", "add", "--name", "周健", "--role", "elder")
    assert other.did("voucher", "verify", town.code)["verdict"] == "other_network"
    refuses(other, "other_network", "voucher", "redeem", town.code, "--beneficiary", "周健")


def test_a_forged_voucher(town: Town, refuses: Callable[..., object]) -> None:
    centre = town.shell("centre")
    at = 60
    forged = town.code[:at] + ("7" if town.code[at] != "7" else "8") + town.code[at + 1 :]
    assert centre.did("voucher", "verify", forged)["verdict"] == "forged"
    refuses(centre, "forged", "voucher", "redeem", forged, "--beneficiary", "陈阿婆")


@pytest.mark.parametrize("name", ["empty.png", "noise.png", "letter.pdf", "letter.txt"])
def test_a_picture_without_a_voucher(town: Town, unchanged: Unchanged, files: Path, name: str) -> None:
    centre = town.shell("centre")
    look = unchanged(centre)
    checked = centre.did("voucher", "verify", files / name)
    assert checked["verdict"] == "unreadable"
    assert (
        centre.here("voucher", "redeem", files / name, "--beneficiary", "陈阿婆").error["code"]
        != "internal_error"
    )
    look()


@pytest.mark.parametrize("text", ["", "胡乱写的", "TB1" + "0" * 20, "x" * 5_000, "TB1/../../x", "a.b.c", "-"])
def test_a_text_that_is_no_voucher(town: Town, unchanged: Unchanged, text: str) -> None:
    centre = town.shell("centre")
    look = unchanged(centre)
    answer = centre.here("voucher", "verify", text)
    assert answer.data.get("verdict") == "unreadable" or answer.error["code"] in (
        "file_missing",
        "unreadable",
    )
    assert centre.here("voucher", "redeem", text, "--beneficiary", "陈阿婆").error["code"] != "internal_error"
    look()


# The surroundings


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="a superuser may write anywhere")
def test_a_folder_that_may_not_be_written(town: Town) -> None:
    centre = town.shell("centre")
    for path in (centre.home / "timebank.db", centre.home):
        path.chmod(0o500)
    try:
        error = centre.run("member", "add", "--name", "周健", "--role", "elder").error
    finally:
        centre.home.chmod(0o700)
    assert error["code"] == "folder_not_writable"


def test_a_store_that_is_garbage(town: Town) -> None:
    centre = town.shell("centre")
    (centre.home / "timebank.db").write_bytes(b"garbage " * 2_000)
    for lang in ("en", "zh_CN"):
        assert centre.run("check", lang=lang).error["code"] == "store_damaged"


def test_keys_that_are_gone_or_garbage(town: Town) -> None:
    centre = town.shell("centre")
    (centre.home / "keys" / "station.keys").write_bytes(b"garbage")
    assert centre.run("check").error["code"] == "keys_damaged"
    shutil.rmtree(centre.home / "keys")
    assert centre.run("check").error["code"] == "keys_missing"


def test_a_check_that_finds_something_says_so_and_exits_with_1(town: Town) -> None:
    centre = town.shell("centre")
    connection = sqlite3.connect(centre.home / "timebank.db")
    connection.execute("UPDATE balance SET minutes = minutes + 60 WHERE account > 0")
    connection.commit()
    connection.close()
    answer = centre.run("check")
    assert (answer.code, answer.data["ok"]) == (1, False)
    assert {each["code"] for each in answer.data["findings"] if each["severity"] == "error"} >= {
        "balances_differ"
    }
    centre.did("rebuild")
    assert centre.did("check")["ok"]


def test_bytes_that_are_no_text_end_in_a_sentence(town: Town) -> None:
    centre = town.shell("centre")
    broken = b"\xff\xfe\xc0"
    for arguments in (
        (b"member", b"show", broken),
        (b"member", b"search", broken),
        (b"sync", b"import", broken),
    ):
        line = [each.encode() for each in centre.command()] + list(arguments)
        done = subprocess.run(line, capture_output=True, env=centre.around(), check=False)
        assert done.returncode in (0, 1, 2)
        assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode("utf-8", "replace")


def test_a_terminal_that_knows_no_chinese_still_gets_its_answer(town: Town) -> None:
    centre = town.shell("centre")
    around = centre.around() | {"PYTHONIOENCODING": "ascii"}
    for options, name in ((["--json"], "王志强".encode()), ([], b"\\u738b\\u5fd7\\u5f3a")):
        line = [
            sys.executable,
            "-m",
            "timebank",
            "--home",
            str(centre.home),
            *options,
            "member",
            "show",
            "王志强",
        ]
        done = subprocess.run(line, capture_output=True, env=around, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert name in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_stopping_a_command_changes_nothing_and_says_so(town: Town, unchanged: Unchanged) -> None:
    centre = town.shell("centre")
    look = unchanged(centre)
    fifo = town.file("roster.csv")
    os.mkfifo(fifo)
    line = centre.command("member", "import", fifo, "--role", "elder")
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=centre.around())
    with fifo.open("wb"):  # opens once the command reads
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 1
    assert json.loads(out)["error"]["code"] == "cancelled"
    assert err == b""
    look()


def test_a_reader_that_goes_away_is_no_defect(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "timebank",
        "--home",
        str(tmp_path / "none"),
        "--json",
        "policy",
        "show",
        "neutral",
    ]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    said = running.stderr.read().decode()
    running.stderr.close()
    running.wait()
    assert said == ""
