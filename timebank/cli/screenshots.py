"""screenshots: pictures of every screen, for the guide, on a network of fictional people that is made anew."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import click
from PIL import Image

from timebank.cli.answers import Session
from timebank.cli.demo import BEGINS, Demo, fresh_folder
from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.surroundings import Surroundings
from timebank.domain.voucher_code import serial_text
from timebank.files import writing
from timebank.phrases import LANGUAGES, phrases

NOW = BEGINS + timedelta(minutes=40)
"""What the clock on the pictures says."""
NEWCOMER = {"zh_CN": "西村服务点", "en": "West village"}
"""A station that has asked to join."""
OPERATORS = {"zh_CN": ("周敏", "沈老师"), "en": ("Zhou Min", "Ms Shen")}
COLOURS = 56
"""Enough for a screen with few colours; a picture takes a third of the room."""
_TWICE = "110105195403071512"


def picture_network(session: Session, folder: Path) -> dict[str, Path]:
    """Make the demonstration's three stations in ``folder``, with work left to do; their homes by name."""
    demo = Demo(replace(session, json=True), folder, surroundings=_seeded(Surroundings(clock=_Clock())))
    with redirect_stdout(StringIO()):
        demo.run()
    homes = {name: demo.home(name) for name in ("hub", "centre", "village")}
    language = session.phrases.language
    asking = folder / "papers" / "new.request"
    network.request(
        demo.home("new"), demo.surroundings, name=NEWCOMER[language], out=asking, passphrase_file=None
    )
    clerk, keeper = OPERATORS[language]
    with (
        Desk(homes["hub"], demo.surroundings) as hub,
        Desk(homes["centre"], demo.surroundings) as centre,
        Desk(homes["village"], demo.surroundings) as village,
    ):
        for desk in (hub, centre):
            desk.operators.appoint(clerk, "clerk")
        hub.operators.appoint(keeper, "keeper")
        _leave_cases(demo, hub, centre, village, chinese=language == "zh_CN")
    return homes


def _leave_cases(demo: Demo, hub: Desk, centre: Desk, village: Desk, *, chinese: bool) -> None:
    """A copied voucher and a person who registered at two places; found when the files meet."""
    serial = serial_text(centre.vouchers.list("circulation")[0].serial)
    for desk in (village, hub):
        own = [each for each in desk.people.search("", limit=500) if each.station == desk.station.number]
        desk.vouchers.redeem(serial, own[-1])
    for desk, name in ((centre, "王秀英"), (village, "王秀瑛")):
        desk.people.register(PersonForm(name if chinese else "Wang Xiuying", ("elder",), id_number=_TWICE))
    stick = demo.folder / "stick" / "round-7"
    stick.mkdir()
    files = [desk.exchange.export(stick).file for desk in (village, centre)]
    hub.exchange.take(files)


class _Clock:
    def __init__(self) -> None:
        self._now = BEGINS

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def _seeded(surroundings: Surroundings) -> Surroundings:
    """The same numbers and key words in every run, so that a picture changes only with its screen."""
    return replace(surroundings, random=random.Random(20261105).randbytes)  # noqa: S311  nothing is kept


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
            homes: Mapping[str, Path] = picture_network(told, place)
            around = _seeded(Surroundings(clock=lambda: NOW))
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
