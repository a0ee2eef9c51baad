"""What stands around the code is held to the code: commands, links, packages, samples, versions."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click
import pytest
from openpyxl import load_workbook

from timebank import __version__
from timebank.assets import asset
from timebank.cli.main import timebank
from timebank.desk.desk import Desk
from timebank.desk.network import found as found_network
from timebank.desk.surroundings import Surroundings
from timebank.domain.identity import IdentityNumber
from timebank.outcome import Refusal
from ui import qt

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
SAMPLES = asset("samples")


def page(name: str) -> str:
    """The text of a page of the project."""
    return (ROOT / name).read_text("utf-8")


# Commands


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def examples(name: str) -> list[list[str]]:
    """The example calls of ``timebank`` on a page, as words."""
    lines = [line.strip() for line in page(name).splitlines()]
    calls = [line for line in lines if line.startswith("timebank ") and "…" not in line]
    return [shlex.split(line, comments=True)[1:] for line in calls]


def parsed(words: list[str]) -> tuple[str, ...]:
    """The command that the words call, once its parser has taken all of them."""
    command: click.Command = timebank
    path: tuple[str, ...] = ()
    while isinstance(command, click.Group):
        name, words = words[0], words[1:]
        path = (*path, name)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"no such command: {name}"
        command = found
    command.make_context(path[-1], list(words))
    return path


@pytest.mark.parametrize("name", [*READMES, "docs/command-line.md"])
def test_every_example_is_a_call_that_the_command_line_takes(name: str) -> None:
    assert examples(name)
    for words in examples(name):
        parsed(words)


def test_every_command_has_an_example() -> None:
    shown = {parsed(words) for words in examples("docs/command-line.md")}
    assert sorted(set(commands(timebank)) - shown) == []


@pytest.mark.parametrize("ending", ["timebank demo", "pytest"])
def test_both_readmes_give_the_same_two_commands(ending: str) -> None:
    pattern = re.compile(rf"^python3 -m venv .*{re.escape(ending)}$", re.MULTILINE)
    (command,) = pattern.findall(page("README.md"))
    assert pattern.findall(page("README.zh.md")) == [command]


def test_the_system_packages_that_qt_asks_for_are_named_wherever_they_are_needed() -> None:
    offscreen, screen = qt._PACKAGES.split(), qt._SCREEN_PACKAGES.split()
    installed = page(".ci/system-packages").splitlines()
    assert [each for each in (*offscreen, *screen) if each not in installed] == []
    for name in READMES:
        assert f"apt-get install -y {' '.join(offscreen)}\n" in page(name)
        assert f"apt-get install -y {' '.join(screen)}\n" in page(name)


# Pages


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", page(name))
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_the_map_names_every_room() -> None:
    map_ = page("docs/architecture.md")
    rooms = [path.parent for path in (ROOT / "timebank").glob("*/__init__.py")]
    assert [room.name for room in rooms if f"`{room.name}`" not in map_] == []


def test_the_changelog_begins_with_this_version() -> None:
    assert re.findall(r"^## (\S+)", page("CHANGELOG.md"), re.MULTILINE)[0] == __version__


# Samples


def test_the_samples_are_what_their_script_writes(tmp_path: Path) -> None:
    made = runpy.run_path(str(SAMPLES / "make.py"))["sample_files"]()
    for name, data in made.items():
        fresh = tmp_path / name
        fresh.write_bytes(data)
        assert content(fresh) == content(SAMPLES / name), name


def content(path: Path) -> tuple[list[list[object]], list[str]] | bytes:
    """What a file says, whatever packed it."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    sheet = load_workbook(path).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()], sorted(
        map(str, sheet.merged_cells.ranges)
    )


def test_the_samples_read_as_their_page_says(tmp_path: Path) -> None:
    rows = re.findall(
        r"^\| `(\S+)`[^|]*\| ([^|]*)\| (\d+) \| (\d+) \|", (SAMPLES / "README.md").read_text("utf-8"), re.M
    )
    assert len(rows) == 6
    surroundings = Surroundings(clock=lambda: datetime(2026, 11, 5, 9, 0))
    found_network(tmp_path / "home", surroundings, network="n", station="s", policy="hangzhou")
    with Desk(tmp_path / "home", surroundings) as desk:
        for name, kind, read, good in rows:
            if "sign-in" in kind:
                sheet = desk.services.import_sheet(SAMPLES / name)
                assert (sheet.read, sheet.logged) == (int(read), int(good)), name
            else:
                role = "volunteer" if "volunteers" in kind else "elder"
                roster = desk.people.import_roster(SAMPLES / name, role)
                assert (roster.read, roster.registered) == (int(read), int(good)), name
        assert desk.months.grant(date(2026, 11, 1), dry_run=True).granted


def text_of(path: Path) -> str:
    """Everything that stands in a sample file."""
    found = content(path)
    if isinstance(found, bytes):
        return found.decode("utf-8-sig" if found.startswith(b"\xef\xbb\xbf") else "gb18030")
    return " ".join(str(cell) for row in found[0] for cell in row)


def test_nobody_in_the_samples_can_be_a_real_person() -> None:
    texts = " ".join(text_of(path) for path in SAMPLES.iterdir() if path.suffix in (".csv", ".xlsx"))
    numbers = [each.replace(" ", "") for each in re.findall(r"\b\d{6} ?\d{11}[\dX]\b", texts)]
    assert len(numbers) > 100
    assert {each[:6] for each in numbers} == {"330199"}
    assert {each[:7] for each in re.findall(r"\b1\d{10}\b", texts)} == {"1380000"}
    assert sum(not is_valid(each) for each in numbers) == 2, (
        "one wrong check digit in each roster of the centre"
    )


def is_valid(number: str) -> bool:
    """Whether an identity number is well formed."""
    try:
        IdentityNumber.parse(number)
    except Refusal:
        return False
    return True
