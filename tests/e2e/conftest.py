"""The real command, run as anyone would run it, and a small network that it has made."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from timebank.cli.main import run
from ui.front import Front

SAMPLES = Path(__file__).parent.parent / "data"
NOW = "2026-11-22T09:00"
_MET: set[str] = set()
"""Commands that have run as a process in this session of tests."""


@dataclass(frozen=True)
class Answer:
    """What a command said: its exit code, its JSON object (empty where it printed none), and all it wrote."""

    code: int
    data: dict[str, Any]
    out: str
    err: str

    @property
    def error(self) -> dict[str, Any]:
        """The error it reported."""
        assert self.code == 1, self
        found = self.data["error"]
        assert set(found) == {"code", "message", "facts"}
        assert isinstance(found["facts"], dict)
        return found  # type: ignore[no-any-return]


def answered(code: int, out: str, err: str) -> Answer:
    """The answer of a command, which keeps to the contract whatever became of it."""
    assert "Traceback" not in out + err, err
    data = {}
    if code != 2:
        data = json.loads(out)
        assert isinstance(data, dict)
        assert out.count("\n") == 1, "exactly one object, on one line"
        assert code == 1 or "error" not in data
    return Answer(code, data, out, err)


@dataclass(frozen=True)
class Shell:
    """A shell in a station's folder, at a standing time."""

    home: Path
    now: str = NOW
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: object, lang: str = "en") -> list[str]:
        """The command line of a command with JSON answers."""
        options = ["--home", str(self.home), "--lang", lang, "--json"]
        return [sys.executable, "-m", "timebank", *options, *map(str, arguments)]

    def around(self) -> dict[str, str]:
        """The environment of a command."""
        return os.environ | {"TIMEBANK_NOW": self.now, "QT_QPA_PLATFORM": "offscreen"} | self.environment

    def run(self, *arguments: object, lang: str = "en") -> Answer:
        """Run a command; whatever becomes of it, it answers as the contract says."""
        done = subprocess.run(
            self.command(*arguments, lang=lang),
            capture_output=True,
            encoding="utf-8",
            env=self.around(),
            check=False,
        )
        assert done.returncode in (0, 1, 2), done
        return answered(done.returncode, done.stdout, done.stderr)

    def here(self, *arguments: object, lang: str = "en") -> Answer:
        """Run a command within this process, for the many cases of what a process of its own showed once."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setenv("TIMEBANK_NOW", self.now)
            code = run(self.command(*arguments, lang=lang)[3:], Front())
        return answered(code, out.getvalue(), err.getvalue())

    def did(self, *arguments: object) -> dict[str, Any]:
        """Run a command that has to succeed, as a process of its own when it is met first; its data."""
        name = " ".join(str(each) for each in arguments[:2])
        answer = self.here(*arguments) if name in _MET else self.run(*arguments)
        _MET.add(name)
        assert answer.code == 0, answer
        return answer.data

    def bytes(self) -> dict[str, bytes]:
        """Every file of the folder: what a refused command may not have touched."""
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for path in sorted(self.home.rglob("*"))
            if path.is_file()
        }


@dataclass(frozen=True)
class Town:
    """Three stations that know of each other, with people and an hour's voucher of the centre (``code``)."""

    folder: Path
    code: str
    serial: str

    def shell(self, name: str) -> Shell:
        """A shell at ``hub``, ``centre`` or ``village``."""
        return Shell(self.folder / name)

    def file(self, name: str) -> Path:
        """A place for a file."""
        return self.folder / name


@pytest.fixture(scope="session")
def founded_town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The town, made once by the real command."""
    folder = tmp_path_factory.mktemp("town")
    town = Town(folder, "", "")
    hub, centre = town.shell("hub"), town.shell("centre")
    hub.did("init", "--network", "西湖时间银行", "--station", "街道中心", "--policy", "hangzhou")
    for name, title in (("centre", "翠苑社区"), ("village", "龙坞村")):
        town.shell(name).did("station", "request", "--name", title, "--out", folder / f"{name}.request")
        hub.did("station", "enrol", folder / f"{name}.request", "--out", folder / f"{name}.enrolment")
        town.shell(name).did("station", "join", folder / f"{name}.enrolment")
    hub.did("sync", "export", "--out", folder / "hub.tbx")
    centre.did("sync", "import", folder / "hub.tbx")
    centre.did(
        "member", "add", "--name", "王志强", "--role", "volunteer", "--id-number", "11010519491231002X"
    )
    centre.did(
        "member",
        "add",
        "--name",
        "陈阿婆",
        "--role",
        "elder",
        "--birth",
        "1930-01-01",
        "--care-level",
        "中度失能",
    )
    log = ("--kind", "助餐", "--start", "2026-11-20T09:00", "--minutes", 300)
    centre.did("service", "log", "--volunteer", "王志强", "--elder", "陈阿婆", *log)
    issued = centre.did(
        "voucher", "issue", "--holder", "王志强", "--minutes", 60, "--out", folder / "one.pdf"
    )
    (voucher,) = issued["vouchers"]
    centre.did("sync", "export", "--out", folder / "centre.tbx")
    town.shell("village").did("sync", "import", folder / "hub.tbx", folder / "centre.tbx")
    return Town(folder, voucher["code"], voucher["serial"])


@pytest.fixture
def town(founded_town: Town, tmp_path: Path) -> Town:
    """A town of this test's own."""
    shutil.copytree(founded_town.folder, tmp_path / "town")
    return Town(tmp_path / "town", founded_town.code, founded_town.serial)


@pytest.fixture
def unchanged() -> Callable[[Shell], Callable[[], None]]:
    """Remember a folder byte for byte; call the result to see that nothing was touched."""

    def remember(shell: Shell) -> Callable[[], None]:
        before = shell.bytes()

        def look() -> None:
            assert shell.bytes() == before

        return look

    return remember
