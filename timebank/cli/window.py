"""ui and demo."""

from __future__ import annotations

from pathlib import Path

import click

from timebank.cli.answers import Session
from timebank.cli.demo import fresh_folder, show

FILE = click.Path(path_type=Path)


@click.command("ui")
@click.pass_obj
def open_window(session: Session) -> int:
    """Open the window on this station."""
    return session.screen.run_window(session.home, session.phrases.language)


@click.command()
@click.argument("folder", type=FILE, required=False)
@click.option("--no-window", is_flag=True, help="Save pictures of the screens instead of opening the window.")
@click.pass_obj
def demo(session: Session, folder: Path | None, no_window: bool) -> int:
    """The main job in one command, on fictional people."""
    place = fresh_folder(folder)
    window = not no_window and not session.json and session.screen.has_display()
    data = show(session, place, window=window)
    if session.json:
        session.answer(data)
    if not data["ok"]:
        return 1
    return session.screen.run_window(place / "centre", session.phrases.language) if window else 0


COMMANDS = (open_window, demo)
