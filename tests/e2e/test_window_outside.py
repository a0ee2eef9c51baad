"""The installed program on a screen, with a person's hands and eyes: no call goes into our code.

What was done in the window is asked of the command line, in another process, while the window is open.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from screen import Screen, lacking

PROGRAM = Path(os.environ.get("TIMEBANK_PROGRAM") or Path(sys.executable).with_name("timebank"))
TITLE = "Time Bank"
SCANNER = ("pdftoppm", "zbarimg")
pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="needs an X server"),
    pytest.mark.skipif(
        bool(lacking(*SCANNER)), reason=f"not on this machine: {', '.join(lacking(*SCANNER))}"
    ),
    pytest.mark.skipif(not PROGRAM.exists(), reason="the program is not installed beside this Python"),
]


class Centre:
    """A folder, the window on it, and the command line beside it."""

    def __init__(self, screen: Screen, home: Path) -> None:
        self.screen, self.home = screen, home
        self._window = subprocess.Popen(
            [str(PROGRAM), "--home", str(home), "--lang", "en"], env=screen.environment, cwd=home
        )

    def close(self) -> None:
        """End the program, as a session that is logged out does."""
        self._window.terminate()
        self._window.wait(20)

    def ask(self, *words: str) -> dict[str, Any]:
        """The answer of a command, empty where it was refused."""
        command = [str(PROGRAM), "--home", str(self.home), "--lang", "en", "--json", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        answer = json.loads(done.stdout)
        return answer if done.returncode == 0 else {}

    def wait(self, done: Callable[[], object]) -> None:
        """Until something has come about, and is on the screen."""
        end = time.monotonic() + 60
        while not done():
            assert time.monotonic() < end, "it did not come about"
            assert self._window.poll() is None, "the window has gone"
        self.screen.settle()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """An empty folder with the window open on it."""
    home = tmp_path / "station"
    home.mkdir()
    with Screen(tmp_path / "screen") as screen:
        centre = Centre(screen, home)
        try:
            screen.turn_to(TITLE)
            yield centre
        finally:
            centre.close()


def test_a_first_day_at_the_desk_by_keyboard_alone(centre: Centre, tmp_path: Path) -> None:
    screen = centre.screen
    # The first start: found a network, say who works here.
    screen.press("space")
    screen.type("Maple Street")
    screen.press("Tab")
    screen.type("Maple Centre")
    screen.press("Tab", "Tab", "Tab", "space")  # past the rules and the passphrase
    centre.wait(lambda: centre.ask("station", "list"))
    founded = entries(centre)
    screen.type("Zhou Min")
    screen.press("Tab", "Tab", "Tab", "space")
    centre.wait(lambda: entries(centre) > founded)

    # A volunteer and an elder.
    for name, keys in (("Li Jianguo", ()), ("Wang Xiuying", ("shift+Tab", "space", "shift+Tab", "space"))):
        screen.press("ctrl+1")
        screen.press("F9")
        screen.type(name)
        if keys:
            screen.press(*keys)
        screen.press("ctrl+Return")
        centre.wait(lambda name=name: roles(centre, name))
    assert roles(centre, "Li Jianguo") == ["volunteer"]
    assert roles(centre, "Wang Xiuying") == ["elder"]

    # Two hours, logged by their names.
    screen.press("ctrl+1")
    screen.type("jianguo")
    screen.press("Return")
    screen.press("F3")
    screen.type("xiuying")
    screen.press("Return")
    screen.press("Tab", "Tab", "Tab")
    screen.type("2 hours")
    screen.press("ctrl+Return")
    centre.wait(lambda: credit(centre, "Li Jianguo"))
    assert credit(centre, "Li Jianguo") == 120

    # A voucher of one hour, into a PDF: this machine has no printer.
    paper = tmp_path / "voucher.pdf"
    screen.press("F5")
    screen.type("1 hour")
    screen.press("ctrl+p")
    screen.press("ctrl+p")
    screen.type(str(paper))
    screen.press("Return")
    centre.wait(paper.exists)
    (voucher,) = centre.ask("voucher", "list")["vouchers"]
    assert (voucher["state"], voucher["minutes"]) == ("circulation", 60)
    assert credit(centre, "Li Jianguo") == 60

    # The paper is scanned, and redeemed for the elder.
    screen.turn_to(TITLE)
    screen.press("ctrl+1")
    screen.scan(scanned(paper))
    screen.type("xiuying")
    screen.press("Return")
    screen.press("F6")
    centre.wait(lambda: state(centre) == "redeemed")
    assert credit(centre, "Wang Xiuying") == 60

    # For the wrong person: taken back with a reason, and the voucher is good again, by its serial as well.
    screen.press("ctrl+z")
    screen.type("Wrong person")
    screen.press("ctrl+Return")
    centre.wait(lambda: state(centre) == "circulation")
    assert credit(centre, "Wang Xiuying") == 0
    screen.press("Escape")
    screen.type(voucher["serial"])
    screen.press("Return")
    screen.type("jianguo")
    screen.press("Return")
    screen.press("F6")
    centre.wait(lambda: state(centre) == "redeemed")
    assert credit(centre, "Li Jianguo") == 120

    # A file for the other stations, into a folder that is typed.
    stick = tmp_path / "stick"
    stick.mkdir()
    screen.press("ctrl+5")
    screen.press("F5")
    screen.press("space")
    screen.type(str(stick))
    screen.press("Return")
    centre.wait(lambda: list(stick.glob("*.tbx")))
    (file,) = stick.glob("*.tbx")
    (known,) = centre.ask("sync", "import", str(file))["files"]
    assert known["outcome"] == "known"

    checked = centre.ask("check")
    assert checked["ok"]


def scanned(paper: Path) -> str:
    """What a scanner reads from a page."""
    picture = paper.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", paper, picture], check=True)
    reading = ["zbarimg", "--raw", "-q", "-Sdisable", "-Sqrcode.enable", f"{picture}.png"]
    return subprocess.run(reading, check=True, capture_output=True, text=True).stdout.strip()


def state(centre: Centre) -> str:
    """What has become of the voucher."""
    (voucher,) = centre.ask("voucher", "list")["vouchers"]
    return str(voucher["state"])


def entries(centre: Centre) -> int:
    """How many entries this station has written."""
    (station,) = centre.ask("station", "list")["stations"]
    return int(station["head"])


def roles(centre: Centre, name: str) -> list[str]:
    """What someone on the books is there as; empty for nobody."""
    found = centre.ask("member", "search", name)["matches"]
    return [role for each in found for role in each["roles"]]


def credit(centre: Centre, name: str) -> int:
    """Someone's credit in minutes."""
    return int(centre.ask("account", name)["credit_minutes"])
