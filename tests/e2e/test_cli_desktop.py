"""The place among the applications: put there, started from, taken away."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a Linux desktop")


def run(data: Path, *words: str) -> dict[str, Any]:
    """The answer of a command with the desktop's files below ``data``."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "timebank",
            "--home",
            str(data / "station"),
            "--json",
            "desktop-entry",
            *words,
        ],
        env=os.environ | {"XDG_DATA_HOME": str(data)},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_entry_names_a_program_that_is_there_and_an_icon_in_every_size(tmp_path: Path) -> None:
    data = tmp_path / "with space"
    data.mkdir()
    files = [Path(each) for each in run(data, "install")["files"]]
    entry = ConfigParser(interpolation=None, strict=True)
    entry.optionxform = str  # type: ignore[assignment]
    entry.read(data / "applications" / "timebank.desktop", "utf-8")
    desktop = entry["Desktop Entry"]
    assert (desktop["Type"], desktop["Icon"], desktop["Terminal"]) == ("Application", "timebank", "false")
    program, command = shlex.split(desktop["Exec"])
    assert Path(program).is_absolute()
    assert command == "ui"
    assert all(file.is_file() for file in files)
    pictures = [file for file in files if file.suffix == ".png"]
    for picture in pictures:
        with Image.open(picture) as read:
            assert picture.parts[-3] == f"{read.width}x{read.height}"
    assert len(pictures) == 7
    assert len([file for file in files if file.suffix == ".svg"]) == 1


def test_remove_takes_away_what_install_put_there_and_nothing_else(tmp_path: Path) -> None:
    other = tmp_path / "applications" / "other.desktop"
    other.parent.mkdir()
    other.write_text("[Desktop Entry]\n")
    installed = run(tmp_path, "install")["files"]
    assert sorted(run(tmp_path, "remove")["files"]) == sorted(installed)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [other]
    assert run(tmp_path, "remove")["files"] == []
