"""What other programs get: a ledger that they can add up again, and plain tables without names."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from reports_scene import NAMES, Scene, play

from timebank.outcome import Fault
from timebank.reports.shared_tables import HEADERS
from timebank.store import book_queries


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The small network of ``reports_scene``."""
    with play(tmp_path_factory.mktemp("exports") / "n") as scene:
        yield scene


@pytest.fixture(scope="module")
def ledger(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The centre's ledger for Beancount."""
    return scene.centre.reports.export_beancount(tmp_path_factory.mktemp("ledger") / "l.beancount").file


def bean_check(file: Path) -> subprocess.CompletedProcess[str]:
    """Beancount's own verdict on a file."""
    found = shutil.which("bean-check") or shutil.which("bean-check", path=str(Path(sys.executable).parent))
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("bean-check must be installed in CI (pip install beancount)")
        pytest.skip("bean-check is not installed")
    return subprocess.run([found, str(file)], capture_output=True, text=True, check=False)


def test_beancount_finds_nothing_wrong(ledger: Path) -> None:
    done = bean_check(ledger)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("line", ["balance Assets:Members:", "  Assets:Members:"])
def test_beancount_sees_one_minute_too_much(ledger: Path, tmp_path: Path, line: str) -> None:
    text = ledger.read_text("utf-8")
    at = text.index(line)
    changed = re.sub(r"  (-?\d+) ", lambda found: f"  {int(found[1]) + 1} ", text[at:], count=1)
    wrong = tmp_path / "wrong.beancount"
    wrong.write_text(text[:at] + changed, "utf-8")
    assert bean_check(wrong).returncode != 0


def postings(text: str) -> list[tuple[str, int, str]]:
    """Every posting of a Beancount file: account, minutes, commodity."""
    found = re.findall(r"^  ([A-Z]\S+)  (-?\d+) (\w+)$", text, re.MULTILINE)
    return [(account, int(minutes), commodity) for account, minutes, commodity in found]


def test_every_transaction_balances_and_every_balance_is_asserted(scene: Scene, ledger: Path) -> None:
    text = ledger.read_text("utf-8")
    sums: Counter[tuple[str, str]] = Counter()
    transactions = text.split("\n\n")
    assert sum(bool(postings(each)) for each in transactions) == 11
    for each in transactions:
        units: Counter[str] = Counter()
        for account, minutes, commodity in postings(each):
            units[commodity] += minutes
            sums[account, commodity] += minutes
        assert not any(units.values())
    asserted = re.findall(r"^\d{4}-\d\d-\d\d balance (\S+)  (-?\d+) (\w+)$", text, re.MULTILINE)
    assert {(a, c): int(m) for a, m, c in asserted if int(m)} == {k: m for k, m in sums.items() if m}
    assert sums["Assets:Pool", "CREDITMIN"] == scene.centre.credit.pool_minutes() == -10


def test_the_ledger_names_members_by_number_only(ledger: Path) -> None:
    text = ledger.read_text("utf-8")
    assert "Assets:Members:M002-00004" in text
    assert not any(name in text for name in NAMES)


def test_the_count_of_accounts_and_transactions_is_told(scene: Scene, tmp_path: Path) -> None:
    made = scene.centre.reports.export_beancount(tmp_path / "l.beancount")
    text = made.file.read_text("utf-8")
    assert made.accounts == len(re.findall(r"^\S+ open ", text, re.MULTILINE))
    assert made.transactions == len(re.findall(r"^\S+ \* ", text, re.MULTILINE)) == 11


def test_a_ledger_without_postings_is_a_ledger(scene: Scene, tmp_path: Path) -> None:
    with scene.network.desk(3) as village:
        made = village.reports.export_beancount(tmp_path / "l.beancount")
    assert made.transactions == 0
    assert bean_check(made.file).returncode == 0


def tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Every exported table by its name."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def test_the_tables_hold_the_shared_state(scene: Scene, tmp_path: Path) -> None:
    made = scene.centre.reports.export_tables(tmp_path / "new" / "out")
    found = tables(tmp_path / "new" / "out")
    assert set(found) == set(HEADERS) == {each.table for each in made}
    assert {each.table: each.rows for each in made} == {name: len(rows) for name, rows in found.items()}
    assert [row["name"] for row in found["stations"]] == ["街道中心", "翠苑社区", "龙坞村"]
    assert [row["number"] for row in found["members"]] == [f"002-{n:05d}" for n in range(1, 8)]
    meal = [row for row in found["services"] if row["kind"] == "meal" and row["minutes"] == "90"]
    assert {(row["start"], row["elder"], row["volunteer"]) for row in meal} == {
        ("2026-11-04T09:00", "002-00002", "002-00004"),
        ("2026-11-04T09:00", "002-00002", "002-00005"),
    }
    assert [row["reversed"] for row in found["services"]].count("1") == 1
    assert Counter(row["state"] for row in found["vouchers"]) == {"redeemed": 1, "void": 1, "circulation": 1}
    assert {row["standing"] for row in found["redemptions"]} == {"settled", "suspense"}
    assert {row["decision"] for row in found["cases"] if row["kind"] == "double_redemption"} == {
        "charge_pool"
    }
    for unit, total in zip(
        ("credit", "allowance"), book_queries.ledger_sums(scene.centre.station.store), strict=True
    ):
        assert sum(int(row["minutes"]) for row in found["postings"] if row["unit"] == unit) == total == 0


def test_names_go_only_where_they_are_asked_for(scene: Scene, tmp_path: Path) -> None:
    scene.centre.reports.export_tables(tmp_path / "plain")
    scene.centre.reports.export_tables(tmp_path / "named", with_names=True)
    written = "".join(path.read_text("utf-8-sig") for path in (tmp_path / "plain").iterdir())
    assert not any(name in written for name in NAMES)
    assert [row["name"] for row in tables(tmp_path / "named")["members"]] == list(NAMES)
    assert "name" not in tables(tmp_path / "plain")["members"][0]


def test_stations_with_the_same_facts_write_the_same_bytes(scene: Scene, tmp_path: Path) -> None:
    folders = []
    for desk in (scene.hub, scene.centre):
        folder = tmp_path / str(desk.station.number)
        folder.mkdir()
        desk.reports.export_tables(folder)
        desk.reports.export_beancount(folder / "ledger.beancount")
        folders.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert len(folders[0]) == len(HEADERS) + 1
    assert folders[0] == folders[1]


def test_a_file_in_the_place_of_the_folder_is_said(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(Fault):
        scene.centre.reports.export_tables(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "x"
