"""member card."""

from __future__ import annotations

from pathlib import Path

import click

from timebank.cli.answers import Session
from timebank.cli.people import member
from timebank.desk.member_card import card_faces
from timebank.outcome import Refusal
from timebank.paper.faces import Layout

_LAYOUTS = click.Choice([Layout.CARD.value, Layout.A4.value])


@member.command()
@click.argument("who", nargs=-1, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The PDF to print into.")
@click.option("--layout", type=_LAYOUTS, default=Layout.CARD.value, show_default=True)
@click.pass_obj
def card(session: Session, who: tuple[str, ...], out: Path, layout: str) -> None:
    """Print cards (会员卡) with the member's number as a QR that the desk's box knows."""
    with session.desk() as desk:
        members = [desk.people.find(each) for each in who]
        for each in members:
            if each.erased:
                raise Refusal("already_erased", number=each.number)
        faces = card_faces(desk, members, session.phrases.language)
    file = session.screen.print_cards(faces, Layout(layout), out)
    cards = [{"member": str(each.ref), "number": each.number, "name": each.name} for each in members]
    session.answer(
        {"cards": cards, "files": [str(file)]}, session.say("cards_printed", count=len(cards), file=file)
    )


COMMANDS: tuple[click.Command, ...] = ()
"""The command hangs on ``member``."""
