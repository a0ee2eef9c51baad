"""Other people's programs read what we write: the store and the export file.

A program that is missing skips its test, and fails it in CI.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent / "data"


def program(name: str) -> str:
    """The path of an outside program."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} must be installed in CI")
        pytest.skip(f"{name} is not installed")
    return found


def timebank(home: Path, *arguments: str) -> dict[str, object]:
    """Run the real command; its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "timebank", "--home", str(home), "--json", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with a roster."""
    home = tmp_path_factory.mktemp("outside") / "hub"
    timebank(home, "init", "--network", "测试", "--station", "街道")
    timebank(home, "member", "import", str(SAMPLES / "volunteers.xlsx"), "--role", "volunteer")
    return home


def test_sqlite_utils_lists_the_tables(home: Path) -> None:
    done = subprocess.run(
        [program("sqlite-utils"), "tables", str(home / "timebank.db"), "--counts"],
        capture_output=True,
        text=True,
        check=True,
    )
    counts = {row["table"]: row["count"] for row in json.loads(done.stdout)}
    assert counts["member"] == 80
    assert counts["entry"] >= 82


def test_datasette_serves_the_store_and_the_ledger_view(home: Path) -> None:
    done = subprocess.run(
        [
            program("datasette"),
            str(home / "timebank.db"),
            "--get",
            "/timebank/member.json?_shape=array&_size=1",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    (row,) = json.loads(done.stdout)
    assert row["number"] == "001-00001"
    view = subprocess.run(
        [program("datasette"), str(home / "timebank.db"), "--get", "/timebank/posting.json?_shape=array"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(view.stdout) == []


def test_age_and_zstd_open_an_export(home: Path, tmp_path: Path) -> None:
    file = timebank(home, "sync", "export", "--out", str(tmp_path))["file"]
    opened = subprocess.run(
        [program("age"), "-d", "-i", str(home / "keys" / "exchange.key"), str(file)],
        capture_output=True,
        check=True,
    )
    plain = subprocess.run([program("zstd"), "-d"], input=opened.stdout, capture_output=True, check=True)
    assert plain.stdout.startswith(b"timebank")
    assert b"MemberRegistered" in plain.stdout
    assert "武丹丹".encode() not in plain.stdout, "names travel sealed"
