"""A station of sample data for the window: the demonstration's story, told once more in a folder that goes again."""

from __future__ import annotations

from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from timebank.cli.answers import Screen, Session
from timebank.cli.demo import BEGINS, Demo
from timebank.cli.demo_requests import clear_requests, leave_requests
from timebank.desk.desk import Desk
from timebank.desk.people import Cancel, Progress
from timebank.domain.voucher_code import serial_text
from timebank.outcome import Cancelled
from timebank.phrases import phrases

_NOTES = 36
"""Lines that the story tells, roughly: enough to show how far it is."""


@dataclass
class _Told(Demo):
    """Tells how far it is instead of printing, and stops when it is asked to."""

    progress: Progress = lambda _done, _total: None
    cancelled: Cancel = lambda: False

    def note(self, what: str, figure: object, where: Path | str = "") -> None:
        if self.cancelled():
            raise Cancelled
        super().note(what, figure, where)
        self.progress(min(len(self.made), _NOTES), _NOTES)


def make_sample(screen: Screen, folder: Path, language: str, progress: Progress, cancelled: Cancel) -> Path:
    """Make the sample's three stations in ``folder``; returns the home of the one to look round in.

    Its one operator signs in without a password. Raises Cancelled; what was made then is the caller's to remove.
    """
    session = Session(folder, True, phrases(language), "", screen)
    told = _Told(session, folder, progress=progress, cancelled=cancelled)
    with redirect_stdout(StringIO()):
        told.run()
    home = told.home("centre")
    with Desk(home) as desk:
        desk.operators.appoint(phrases(language)("tour.operator"), "keeper")
        if (
            desk.station.surroundings.now() > BEGINS
        ):  # by a clock that runs before it, the story is today's already
            clear_requests(desk, chinese=language == "zh_CN")
            leave_requests(desk, chinese=language == "zh_CN")
        with Desk(told.home("village")) as village:
            _leave_case(desk, village, folder / "stick")
    return home


def _leave_case(centre: Desk, village: Desk, stick: Path) -> None:
    """One voucher redeemed at both, found when the village's file comes to the centre."""
    serial = serial_text(centre.vouchers.list("circulation")[-1].serial)
    for desk in (centre, village):
        elders = desk.people.search("", role="elder", limit=500)
        desk.vouchers.redeem(serial, next(each for each in elders if each.station == desk.station.number))
    centre.exchange.take([village.exchange.export(stick).file])
