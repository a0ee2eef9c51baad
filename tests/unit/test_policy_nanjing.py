"""A city that does not come with the program: a pack written from docs/policy-packs.md alone, and no code.

What is known of Nanjing is its published practice: at most 1,500 hours saved, what is over is donated or kept as
honour, and a group's hours can only be donated.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from stations import credit, elder, found_network, refused, serve, share, volunteer

from timebank.cli.main import run
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.policies import pack_named, read_pack_findings
from timebank.desk.vouchers import IssueForm
from timebank.policy.catalog import load, pack_ids
from timebank.policy.pack import diff
from timebank.policy.settings import SETTINGS
from timebank.reports.catalog import REPORTS
from ui.front import Front

FILE = Path(__file__).parents[1] / "data" / "nanjing.toml"
NOVEMBER = date(2026, 11, 1)
Told = Callable[..., tuple[int, str]]


@pytest.fixture
def nanjing(hub: Desk) -> Desk:
    """A hub that has adopted the file."""
    hub.policies.adopt(str(FILE))
    return hub


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Run a command at a station in ``tmp_path``: its exit code, and what it wrote."""
    monkeypatch.setenv("TIMEBANK_NOW", "2026-11-22T09:00")

    def command(*arguments: object, lang: str = "en", data: bool = False) -> tuple[int, str]:
        options = ["--home", str(tmp_path / "station"), "--lang", lang, *(["--json"] if data else [])]
        code = run([*options, *map(str, arguments)], Front())
        wrote = capsys.readouterr()
        return code, wrote.out + wrote.err

    return command


def test_the_file_is_sound_and_says_only_what_is_known() -> None:
    assert "nanjing" not in pack_ids()
    assert read_pack_findings(FILE) == []
    changed = {each.key for each in diff(load("neutral"), pack_named(str(FILE)))}
    assert changed - {"id", "level", "name", "region"} == {
        "credit.holding_cap_minutes",
        "credit.overflow",
        "credit.group_hours",
    }


def test_adopting_the_file_makes_its_values_hold_here_and_at_every_station(
    nanjing: Desk, village: Desk, tmp_path: Path
) -> None:
    share([nanjing, village])
    for desk in (nanjing, village):
        pack = desk.policies.in_force()
        assert (desk.policies.adopted(), pack.chain) == ("nanjing", ("nanjing", "neutral"))
        assert pack.value("credit.holding_cap_minutes") == 1500 * 60
        assert (pack.value("credit.overflow"), pack.to_confirm()) == ("donate", ("credit.overflow",))
        assert pack.value("credit.group_hours") == "donate_only"
        assert pack.value("voucher.goods") is False
        assert pack.entries["voucher.goods"].origin == "neutral"
        assert {"step.minutes", "daily_cap_minutes", "credit.expiry_months"} <= set(pack.unset())
        assert desk.upkeep.check().ok
    assert nanjing.upkeep.digest() == village.upkeep.digest()


def test_the_desk_credits_what_was_served_for_nothing_says_otherwise(nanjing: Desk) -> None:
    gives, gets = volunteer(nanjing), elder(nanjing)
    serve(nanjing, gives, gets, 50)
    assert credit(nanjing, gives) == 50
    (paper,) = nanjing.vouchers.issue(IssueForm(gives, 50)).vouchers
    with refused(nanjing, "goods_not_allowed"):
        nanjing.vouchers.redeem(paper.code, gets, use="reward")


def test_nobody_is_granted_free_hours_for_the_practice_names_none(nanjing: Desk) -> None:
    elder(nanjing, "陈阿婆", birth=date(1926, 1, 1), care_level=3, categories=("minimum_living", "disabled"))
    found = nanjing.months.grant(NOVEMBER)
    assert (found.granted, found.unchanged, found.entry) == ((), 0, None)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_report_is_made_in_words(nanjing: Desk, language: str) -> None:
    both = nanjing.people.register(PersonForm("周健", ("volunteer", "elder"), birth=date(1950, 1, 1)))
    serve(nanjing, both, elder(nanjing, birth=date(1940, 1, 1)), 90, start=datetime(2026, 11, 20, 9))
    for name in REPORTS:
        report = nanjing.reports.make(name, language=language)
        words = [report.title, *report.heading, *(table.title for table in report.tables)]
        assert all(each and "{" not in each and f"reports.{name}" not in each for each in words)


def test_a_network_can_be_founded_on_the_file(tmp_path: Path) -> None:
    with found_network(tmp_path / "network", policy=str(FILE)).desk(1) as desk:
        assert desk.policies.adopted() == "nanjing"


@pytest.mark.parametrize(
    ("lang", "name", "cap", "open_question", "unset"),
    [
        ("zh_CN", "南京市", "个人储蓄上限", "待确认", "尚未规定"),
        ("en", "Nanjing", "Most credit one member may hold", "To be confirmed", "Unset"),
    ],
)
def test_the_command_line_takes_the_file_wherever_it_takes_an_id(
    told: Told, lang: str, name: str, cap: str, open_question: str, unset: str
) -> None:
    assert told("init", "--network", "南京", "--station", "玄武", lang=lang)[0] == 0
    assert told("policy", "validate", FILE, lang=lang)[0] == 0
    code, shown = told("policy", "show", FILE, lang=lang)
    assert code == 0
    for words in (name, cap, open_question, unset, "南京市养老服务时间银行的公开做法"):
        assert words in shown
    code, changes = told("policy", "diff", "neutral", FILE, data=True)
    assert {"key": "credit.overflow", "before": None, "after": "donate"} in json.loads(changes)["differences"]
    code, adopted = told("policy", "adopt", FILE, data=True)
    assert (code, json.loads(adopted)["policy"]) == (0, "nanjing")
    listed: list[dict[str, Any]] = json.loads(told("policy", "list", data=True)[1])["policies"]
    assert [each["id"] for each in listed if each["adopted"]] == ["nanjing"]
    assert name in told("policy", "show", lang=lang)[1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("1500 小时", "一千五百小时"), "policy_invalid"),
        (('level = "city"', 'level = "city"\nfrom = 2027-01-01'), "policy_not_in_force"),
        (('inherits = "neutral"', 'inherits = "jiangsu"'), "policy_invalid"),
    ],
)
def test_a_file_that_is_unsound_or_not_yet_in_force_is_refused_and_nothing_changes(
    hub: Desk, tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(FILE.read_text("utf-8").replace(*change), "utf-8")
    with refused(hub, code):
        hub.policies.adopt(str(other))


def test_a_file_that_is_not_there_or_is_no_text_is_refused(hub: Desk, tmp_path: Path) -> None:
    with refused(hub, "file_missing"):
        hub.policies.adopt(str(tmp_path / "gone.toml"))
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff")
    with refused(hub, "policy_unreadable"):
        hub.policies.adopt(str(tmp_path / "picture.toml"))


def test_the_guide_names_every_setting_that_nothing_acts_on_and_no_other() -> None:
    """What a newcomer writes and the desk does not do may not come as a surprise."""
    root = Path(__file__).parents[2]
    guide = (root / "docs" / "policy-packs.md").read_text("utf-8")
    part = guide.split("## Values that are kept and shown")[1].split("## All settings")[0]
    named = {word for word in part.split("`")[1::2] if word in SETTINGS}
    code = "".join(
        path.read_text("utf-8")
        for folder in ("timebank", "ui")
        for path in (root / folder).rglob("*.py")
        if path.name != "settings.py"
    )
    unread = {key for key in SETTINGS if f'"{key}"' not in code and f'.{key.split("*.")[-1]}"' not in code}
    assert named == unread
