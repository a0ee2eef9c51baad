"""The installed program as a screen reader tells it: ears on AT-SPI, hands on the keyboard, no call into our code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Town
from screen import Screen, lacking
from test_window_outside import PROGRAM, TITLE

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
PYTHON = "/usr/bin/python3"
MARK = "> "
EARS = Path(__file__).with_name("ears.py")


def _deaf() -> str:
    """What this machine lacks to hear as a screen reader does; empty where nothing."""
    missing = lacking("dbus-run-session")
    if not LAUNCHER.exists():
        missing.append("at-spi2-core")
    asked = [PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"]
    if not Path(PYTHON).exists() or subprocess.run(asked, capture_output=True, check=False).returncode:
        missing.append("python3-gi and gir1.2-atspi-2.0")
    return f"not on this machine: {', '.join(missing)}" if missing else ""


pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="AT-SPI is Linux's"),
    pytest.mark.skipif(bool(_deaf()), reason=_deaf()),
    pytest.mark.skipif(not PROGRAM.exists(), reason="the program is not installed beside this Python"),
]


class Reader:
    """The window under one roof with a reader, on a bus of their own."""

    def __init__(self, screen: Screen, home: Path) -> None:
        self._screen = screen
        around = screen.environment | {
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "TIMEBANK_NOW": "2026-11-22T09:00",
        }
        for name in ("DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS"):
            around.pop(name, None)
        script = """
            "$1" --launch-immediately & bus=$!
            "$2" --home "$3" --lang en & window=$!
            "$4" "$5"
            kill $window $bus
        """
        parts = [str(LAUNCHER), str(PROGRAM), str(home), PYTHON, str(EARS)]
        self._bus = subprocess.Popen(
            ["dbus-run-session", "--", "sh", "-c", script, "sh", *parts],
            env=around,
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._answer() == "ready"

    def _answer(self) -> Any:
        assert self._bus.stdout is not None
        for line in self._bus.stdout:
            if line.startswith(MARK):
                return json.loads(line.removeprefix(MARK))
        raise AssertionError("the reader has gone")

    def ask(self, *command: object) -> Any:
        """What the reader was told."""
        assert self._bus.stdin is not None
        self._bus.stdin.write(json.dumps(command) + "\n")
        self._bus.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """The reader stops, and the window with it."""
        assert self._bus.stdin is not None
        self._bus.stdin.close()
        self._bus.wait(20)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """A screen with a keyboard."""
    with Screen(tmp_path / "screen") as screen:
        yield screen


@pytest.fixture
def reader(screen: Screen, town: Town) -> Iterator[Reader]:
    """The window of the centre, and whoever reads it aloud."""
    reader = Reader(screen, town.shell("centre").home)
    try:
        screen.turn_to(TITLE)
        yield reader
    finally:
        reader.close()


def test_a_clerk_who_does_not_see_signs_in_finds_a_person_and_hears_the_verdict_on_a_voucher(
    reader: Reader, screen: Screen, town: Town
) -> None:
    # Signing in: every field has a name, a list of choices says what it is for, a button is pressed by its name.
    name = reader.ask("find", "text", "Name")
    assert {"editable", "focusable"} <= set(name["states"])
    role = reader.ask("find", "combo box", "Keeper")
    assert role["labels"] == ["Role"]
    assert reader.ask("focused")["name"] == "Name"
    screen.type("Zhou Min")
    assert reader.ask("press", "push button", "Add")

    # The desk: the box has the focus, the places are one of several, in the order of the eye.
    assert reader.ask("find", "text", "Scan or type")
    focused = reader.ask("focused")
    assert (focused["role"], focused["name"]) == ("text", "Scan or type")
    places = reader.ask("names", "radio button")
    assert places[:3] == ["Desk", "People", "Services"]
    assert "checked" in reader.ask("find", "radio button", "Desk")["states"]

    # A person by name, and the list of people cell by cell with its titles.
    screen.type("wangzhiqiang")
    screen.press("Return")
    (said,) = reader.ask("announced")
    assert said[0].startswith("王志强")
    screen.press("Escape", "ctrl+2")
    assert reader.ask("cell", "People", 0, 0) == ["王志强", "Name"]
    assert reader.ask("cell", "People", 0, 1)[1] == "Number"

    # A voucher: good, and said once; a forged one: no, and said at once.
    screen.press("ctrl+1")
    screen.type(town.serial)
    screen.press("Return")
    (verdict,) = reader.ask("announced")
    assert verdict[0].startswith("This voucher is good")
    assert reader.ask("find", "push button", "Redeem")
    screen.press("Escape")
    screen.scan("TB1" + "0" * (len(town.code) - 3))
    (verdict,) = reader.ask("announced")
    assert verdict[1] == ASSERTIVE


ASSERTIVE = 2
