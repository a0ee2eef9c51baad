"""desktop-entry: the program among the applications of a Linux desktop."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from timebank.assets import asset
from timebank.cli.answers import Session
from timebank.files import writing
from timebank.outcome import Refusal

NAME = "timebank"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def places(data: Path) -> dict[Path, Path | None]:
    """The files of the entry below ``data``, each with the file it is copied from; the entry itself is written."""
    icons = data / "icons" / "hicolor"
    found: dict[Path, Path | None] = {data / "applications" / f"{NAME}.desktop": None}
    found[icons / "scalable" / "apps" / f"{NAME}.svg"] = asset("icons", "app.svg")
    for size in SIZES:
        file = asset("desktop", f"{NAME}-{size}.png")
        found[icons / f"{size}x{size}" / "apps" / f"{NAME}.png"] = file
    return found


def entry(program: str) -> str:
    """The text of the entry that starts ``program``, quoted as the Desktop Entry Specification has it."""
    quoted = '"' + re.sub(r'(["`$\\])', r"\\\1", program).replace("\\", "\\\\").replace("%", "%%") + '"'
    text = asset("desktop", f"{NAME}.desktop").read_text("utf-8")
    return text.replace("@PROGRAM@", quoted)


def program() -> str:
    """The file that was started: absolute, so that the entry works in every shell and none."""
    started = Path(sys.argv[0]).absolute()
    beside = Path(sys.executable).with_name(NAME)
    return str(started if started.stem == NAME else beside)


def _data() -> Path:
    if not sys.platform.startswith("linux"):
        raise Refusal("desktop_entry_elsewhere", icon=str(asset("desktop", f"{NAME}.ico")))
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


@click.group("desktop-entry")
def desktop_entry() -> None:
    """Put the program among the applications of this desktop, or take it away."""


@desktop_entry.command()
@click.pass_obj
def install(session: Session) -> None:
    """For the person who runs this; nobody else's desktop changes."""
    written = []
    for file, source in places(_data()).items():
        with writing(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            if source is None:
                file.write_text(entry(program()), "utf-8")
            else:
                file.write_bytes(source.read_bytes())
        written.append(file)
    session.answer(
        {"files": [str(each) for each in written]}, session.say("desktop_installed", file=written[0])
    )


@desktop_entry.command()
@click.pass_obj
def remove(session: Session) -> None:
    """Take away what install has put there; the books stay."""
    removed = [file for file in places(_data()) if file.exists()]
    for file in removed:
        with writing(file):
            file.unlink()
    session.answer(
        {"files": [str(each) for each in removed]}, session.say("desktop_removed", count=len(removed))
    )


COMMANDS = (desktop_entry,)
