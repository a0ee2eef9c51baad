"""The program among the applications of a Linux desktop, for the person who runs it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from timebank.assets import asset
from timebank.files import writing
from timebank.outcome import Refusal

NAME = "timebank"
SIZES = (16, 24, 32, 48, 64, 128, 256)


def possible() -> bool:
    """Whether this is a system with such entries."""
    return sys.platform.startswith("linux")


def installed() -> bool:
    """Whether the program stands among the applications."""
    return possible() and next(iter(_places())).exists()


def install() -> list[Path]:
    """Put it there, with its icon, and return the files; nobody else's desktop changes.

    Refuses with ``desktop_entry_elsewhere`` where the system has no such entries.
    """
    written = []
    for file, source in _places().items():
        with writing(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            if source is None:
                file.write_text(_entry(_program()), "utf-8")
            else:
                file.write_bytes(source.read_bytes())
        written.append(file)
    return written


def remove() -> list[Path]:
    """Take away what :func:`install` has put there; returns the files."""
    removed = [file for file in _places() if file.exists()]
    for file in removed:
        with writing(file):
            file.unlink()
    return removed


def _places() -> dict[Path, Path | None]:
    """The files of the entry, each with the file it is copied from; the entry itself, the first, is written."""
    if not possible():
        raise Refusal("desktop_entry_elsewhere", icon=str(asset("desktop", f"{NAME}.ico")))
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    icons = data / "icons" / "hicolor"
    found: dict[Path, Path | None] = {data / "applications" / f"{NAME}.desktop": None}
    found[icons / "scalable" / "apps" / f"{NAME}.svg"] = asset("icons", "app.svg")
    for size in SIZES:
        file = asset("desktop", f"{NAME}-{size}.png")
        found[icons / f"{size}x{size}" / "apps" / f"{NAME}.png"] = file
    return found


def _entry(program: str) -> str:
    """The text of the entry that starts ``program``, quoted as the Desktop Entry Specification has it."""
    quoted = '"' + re.sub(r'(["`$\\])', r"\\\1", program).replace("\\", "\\\\").replace("%", "%%") + '"'
    text = asset("desktop", f"{NAME}.desktop").read_text("utf-8")
    return text.replace("@PROGRAM@", quoted)


def _program() -> str:
    """The file that was started: absolute, so that the entry works in every shell and none."""
    started = Path(sys.argv[0]).absolute()
    beside = Path(sys.executable).with_name(NAME)
    return str(started if started.stem == NAME else beside)
