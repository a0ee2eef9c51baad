"""desktop-entry: the program among the applications of a Linux desktop."""

from __future__ import annotations

import click

from timebank.cli.answers import Session
from timebank.desk import desktop_entry as entries


@click.group("desktop-entry")
def desktop_entry() -> None:
    """Put the program among the applications of this desktop, or take it away."""


@desktop_entry.command()
@click.pass_obj
def install(session: Session) -> None:
    """For the person who runs this; nobody else's desktop changes."""
    written = entries.install()
    session.answer(
        {"files": [str(each) for each in written]}, session.say("desktop_installed", file=written[0])
    )


@desktop_entry.command()
@click.pass_obj
def remove(session: Session) -> None:
    """Take away what install has put there; the books stay."""
    removed = entries.remove()
    session.answer(
        {"files": [str(each) for each in removed]}, session.say("desktop_removed", count=len(removed))
    )


COMMANDS = (desktop_entry,)
