"""Exits with what a wheel lacks of the program's modules, rule packs, resources and guide."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def wanted() -> set[str]:
    """The names under which a wheel must hold the files of the checkout."""
    names = set()
    for folder, inside in (("timebank", "timebank"), ("ui", "ui"), ("resources", "timebank/resources")):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                names.add(f"{inside}/{path.relative_to(ROOT / folder).as_posix()}")
    guide = "timebank/resources/guide"
    names |= {f"{guide}/{path.name}" for path in (ROOT / "docs").glob("guide.*.md")}
    for path in (ROOT / "docs" / "pictures").rglob("*.png"):
        names.add(f"{guide}/pictures/{path.relative_to(ROOT / 'docs' / 'pictures').as_posix()}")
    return names


def main() -> None:
    """Check the wheel named on the command line."""
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        lacking = sorted(wanted() - set(wheel.namelist()))
    if lacking:
        sys.exit("The wheel lacks:\n" + "\n".join(lacking))


if __name__ == "__main__":
    main()
