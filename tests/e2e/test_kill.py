"""The plug is pulled (kill -9) in the middle of work, at moments that the work itself tells.

Afterwards the station is sound, an action is there as a whole or not at all, and what was confirmed is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SAMPLES, Shell, Town

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a terminal and kill -9")

ROWS = 1_500


@pytest.fixture(scope="session")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A roster of many fictional people without documents."""
    path = tmp_path_factory.mktemp("roster") / "many.csv"
    days = [f"19{40 + at % 15}-{1 + at % 12:02d}-{1 + at // 60 % 28:02d}" for at in range(ROWS)]
    names = [f"赵{chr(0x4E00 + at)}奶奶" for at in range(ROWS)]
    lines = [
        f"{name},{day},{13_900_000_000 + at}" for at, (name, day) in enumerate(zip(names, days, strict=True))
    ]
    path.write_text("姓名,出生日期,电话\n" + "\n".join(lines) + "\n", "utf-8")
    return path


def killed_at(shell: Shell, moment: str, *arguments: object) -> bool:
    """Run a command in a terminal and kill it once its progress shows ``moment``; whether it was still at work."""
    terminal, screen = os.openpty()
    process = subprocess.Popen(
        shell.command(*arguments), stdin=screen, stdout=subprocess.DEVNULL, stderr=screen, env=shell.around()
    )
    os.close(screen)
    shown = b""
    try:
        while moment.encode() not in shown:
            shown = shown[-200:] + os.read(terminal, 4096)
    except OSError:  # the command ended and its terminal with it
        pytest.fail(f"never came to {moment}")
    process.kill()
    os.close(terminal)
    return process.wait() < 0


def killed_when(shell: Shell, moment: Callable[[], bool], *arguments: object) -> bool:
    """Run a command and kill it as soon as the files show ``moment``; whether it was still at work."""
    process = subprocess.Popen(
        shell.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=shell.around()
    )
    while process.poll() is None:
        if moment():
            process.kill()
            break
    return process.wait() < 0


def sound(shell: Shell) -> str:
    """The digest of a station that is sound."""
    checked = shell.here("check").data
    assert checked["ok"], checked
    return str(checked["digest"])


@pytest.mark.parametrize(
    "moment", [f"0/{ROWS}", f"{ROWS // 2}/{ROWS}", f"{ROWS - 1}/{ROWS}", f"{ROWS}/{ROWS}"]
)
def test_a_roster_is_in_as_a_whole_or_not_at_all(town: Town, roster: Path, moment: str) -> None:
    centre = town.shell("centre")
    before = sound(centre)
    killed_at(centre, moment, "member", "import", roster, "--role", "elder")
    after = sound(centre)
    found = len(centre.here("member", "search", "赵", "--limit", 10_000).data["matches"])
    assert found in (0, ROWS)
    assert (found == 0) == (after == before)
    if moment == f"{ROWS}/{ROWS}":
        assert found == ROWS, "shown as done, so it is done"
    again = centre.here("member", "import", roster, "--role", "elder").data
    assert (again["registered"], again["unchanged"]) == (ROWS - found, found)
    sound(centre)


def test_a_roster_killed_while_the_disk_is_written_is_in_as_a_whole_or_not_at_all(
    town: Town, roster: Path
) -> None:
    centre = town.shell("centre")
    before = sound(centre)
    store, journal = centre.home / "timebank.db", centre.home / "timebank.db-journal"
    size = store.stat().st_size
    cut = killed_when(
        centre,
        lambda: journal.exists() and store.stat().st_size > size,
        "member",
        "import",
        roster,
        "--role",
        "elder",
    )
    after = sound(centre)
    found = len(centre.here("member", "search", "赵", "--limit", 10_000).data["matches"])
    assert found in (0, ROWS)
    assert (found == 0) == (after == before)
    assert cut or found == ROWS


@pytest.mark.parametrize("part", [0.1, 0.9])
def test_a_sign_in_sheet_is_in_as_a_whole_or_not_at_all(town: Town, part: float) -> None:
    centre = town.shell("centre")
    for file, role in (("volunteers.xlsx", "volunteer"), ("elders.csv", "elder")):
        centre.here("member", "import", SAMPLES / file, "--role", role)
    tried = centre.here("service", "import", SAMPLES / "hours.xlsx", "--dry-run").data
    before = sound(centre)
    killed_at(centre, f"] {int(tried['logged'] * part)}/", "service", "import", SAMPLES / "hours.xlsx")
    after = sound(centre)
    again = centre.here("service", "import", SAMPLES / "hours.xlsx").data
    assert again["logged"] in (0, tried["logged"])
    assert (again["logged"] == 0) == (after != before)
    sound(centre)


@pytest.mark.parametrize("moment", ["/80", "40/80", "80/80"])
def test_vouchers_are_issued_as_a_whole_and_a_file_is_whole_or_absent(town: Town, moment: str) -> None:
    centre = town.shell("centre")
    out = town.file("forty.pdf")
    killed_at(
        centre, moment, "voucher", "issue", "--holder", "王志强", "--minutes", 5, "--count", 40, "--out", out
    )
    sound(centre)
    vouchers = centre.here("voucher", "list", "--state", "circulation").data["vouchers"]
    issued = [each for each in vouchers if each["minutes"] == 5]
    assert len(issued) in (0, 40)
    if out.exists():
        assert len(centre.here("voucher", "verify", out).data["vouchers"]) == 40
    else:
        assert {each["printed"] for each in issued} <= {0}
    book = centre.here("account", "王志强").data
    assert (book["credit_minutes"], book["in_circulation_minutes"]) == (
        240 - 5 * len(issued),
        60 + 5 * len(issued),
    )


def test_a_backup_is_whole_or_absent(town: Town) -> None:
    centre = town.shell("centre")
    before, out = sound(centre), town.file("centre.backup")
    killed_when(centre, lambda: any(centre.home.glob(".backup-*")), "backup", "--out", out)
    assert sound(centre) == before
    if out.exists():
        Shell(town.file("again")).did("restore", out)
    centre.did("backup", "--out", out)
    again = Shell(town.file("again"))
    again.here("restore", out)
    assert sound(again)


def test_a_restore_puts_everything_back_or_leaves_what_was(town: Town) -> None:
    centre, out = town.shell("centre"), town.file("centre.backup")
    centre.did("backup", "--out", out)
    journals = set(centre.here("sync", "status").data["have"])
    before = sound(centre)
    killed_when(centre, lambda: any(centre.home.glob(".restore-*/timebank.db")), "restore", out)
    after = sound(centre)
    now = set(centre.here("sync", "status").data["have"])
    assert (after == before) == (now == journals)
    new = Shell(town.file("new"))
    killed_when(new, lambda: any(new.home.glob(".restore-*/timebank.db")), "restore", out)
    if not (new.home / "timebank.db").exists():
        assert new.here("check").error["code"] in ("no_station", "keys_missing")
        new.did("restore", out)
    sound(new)


ADDING = """
import sys
from pathlib import Path
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
with Desk(Path(sys.argv[1])) as desk:
    while True:
        print(desk.people.register(PersonForm("王志强", ("volunteer",))).number, flush=True)
"""


def test_what_was_confirmed_is_there(town: Town) -> None:
    centre = town.shell("centre")
    process = subprocess.Popen(
        [sys.executable, "-c", ADDING, str(centre.home)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=centre.around(),
    )
    assert process.stdout is not None
    confirmed = [process.stdout.readline().strip() for _ in range(25)]
    process.kill()
    confirmed += process.stdout.read().split()
    process.wait()
    sound(centre)
    found = {
        each["number"]
        for each in centre.here("member", "search", "王志强", "--limit", 10_000).data["matches"]
    }
    assert set(confirmed) <= found
    assert len(found) <= len(confirmed) + 2, "the founder of the town, and one that was not confirmed yet"


def test_a_founding_that_was_cut_off_can_be_done_again(tmp_path: Path) -> None:
    for moment in (".founding-*", ".founding-*/keys/root.keys", ".founding-*/timebank.db"):
        hub = Shell(tmp_path / "hub")
        name = ("init", "--network", "网", "--station", "站")
        killed_when(hub, lambda hub=hub, moment=moment: any(hub.home.glob(moment)), *name)
        if not (hub.home / "timebank.db").exists():
            assert hub.here("check").error["code"] == "no_station"
            hub.did(*name)
        sound(hub)
        shutil.rmtree(hub.home)
