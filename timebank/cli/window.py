"""ui and demo."""

from __future__ import annotations

from pathlib import Path

import click

from timebank.cli.answers import Session

FILE = click.Path(path_type=Path)


@click.command("ui")
@click.pass_obj
def open_window(session: Session) -> int:
    """Open the window on this station."""
    return session.screen.run_window(session.home, session.phrases.language)


COMMANDS = (open_window,)
