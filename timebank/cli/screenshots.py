"""screenshots: pictures of every screen, for the guide, on a network of fictional people that is made anew."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from PIL import Image

from timebank.cli.answers import Session
from timebank.cli.demo import fresh_folder
from timebank.cli.pictured import NOW, PicturedNetwork, surroundings_at
from timebank.files import writing
from timebank.phrases import LANGUAGES, phrases

COLOURS = 56
"""Enough for a screen with few colours; a picture takes a third of the room."""


def shrink(picture: Path) -> None:
    """Fewer colours and no spare bytes: it is going to be kept in the repository."""
    with Image.open(picture) as read:
        smaller = read.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    with writing(picture):
        smaller.save(picture, optimize=True)


def take(session: Session, folder: Path) -> list[Path]:
    """Pictures of every screen in every language, in a folder of ``folder`` for each."""
    made: list[Path] = []
    for language in LANGUAGES:
        # Some screens name the folder, so it is called the same in every run.
        place = fresh_folder(Path(tempfile.gettempdir()) / "timebank-pictures")
        try:
            told = replace(session, phrases=phrases(language))
            homes = PicturedNetwork(told, place).make()
            around = surroundings_at(lambda: NOW)
            pictures = session.screen.screenshots(homes, folder / language, language, around)
        finally:
            shutil.rmtree(place, ignore_errors=True)
        for picture in pictures:
            shrink(picture)
        made += pictures
    return made


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("docs/pictures"))
@click.pass_obj
def screenshots(session: Session, folder: Path) -> None:
    """Pictures of every screen in both languages, for the guide."""
    made = take(session, folder)
    data: dict[str, Any] = {"folder": str(folder), "pictures": [str(each) for each in made]}
    session.answer(data, session.say("screenshots", count=len(made), folder=folder))


COMMANDS = (screenshots,)
