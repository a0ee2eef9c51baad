"""Where the program's own data files lie: beside the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """The path of a file under ``resources/``, wherever this copy of the program is installed."""
    installed = _PACKAGE / "resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def guide() -> Path:
    """The folder of the illustrated guide: ``docs`` of the checkout, or inside the installed package."""
    installed = _PACKAGE / "resources" / "guide"
    return installed if installed.is_dir() else _PACKAGE.parent / "docs"
