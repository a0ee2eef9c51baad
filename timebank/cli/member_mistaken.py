"""member take-back."""

from __future__ import annotations

import click

from timebank.cli.answers import Session
from timebank.cli.people import brief, member


@member.command("take-back")
@click.argument("who", nargs=-1, required=True)
@click.option("--reason", required=True)
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def take_back(session: Session, who: tuple[str, ...], reason: str, dry_run: bool) -> None:
    """Take back who was registered by mistake, as far as nothing came of it."""
    with session.desk() as desk:
        refs = [desk.people.find(each).ref for each in who]
        done = desk.mistakes.take_back(refs, reason, dry_run=dry_run, progress=session.progress())
    session.answer(
        {
            "taken_back": [brief(each) for each in done.going],
            "kept": [brief(each) for each in done.staying],
            "dry_run": dry_run,
        },
        session.say("mistaken", count=len(done.going), kept=len(done.staying)),
        *(session.say("mistaken_kept", name=each.name, number=each.number) for each in done.staying),
    )


COMMANDS: tuple[click.Command, ...] = ()
"""The command hangs on ``member``."""
