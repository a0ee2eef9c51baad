"""The station in the settings: who it is, the words of its key, and where its records lie."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout

from timebank.desk.desk import Desk
from timebank.desk.network import Standing
from ui.look import Role
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.key_words import KeyWords
from ui.widgets import Button, ButtonRow, Card, Text


class Place(NamedTuple):
    """This station and its part in the network."""

    standing: Standing
    role: str
    parent: str


def read_place(desk: Desk) -> Place:
    """Read who this station is."""
    lines = desk.stations()
    mine = next((line for line in lines if line.station == desk.station.number), None)
    parent = next((line.name for line in lines if mine is not None and line.station == mine.parent), "")
    return Place(desk.standing(), mine.role if mine else "", parent)


class StationCard(Card):
    """Network, name, number, folder; below, the words that are compared by telephone."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("setup.station"))
        self._context = context
        look = context.look
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._values: dict[str, Text] = {}
        for row, key in enumerate(("network", "name", "number", "role", "folder")):
            value = Text(look, "", Role.LABEL if key == "name" else Role.BODY)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(
                Text(look, phrase(f"setup.station_{key}"), soft=True, wrap=False),
                row, 0, Qt.AlignmentFlag.AlignTop,
            )  # fmt: skip
            self._grid.addWidget(value, row, 1)
            self._values[key] = value
        self._values["folder"].put(str(context.home))
        self.show_folder = Button(look, phrase("setup.open_folder"), icon="folder")
        self.show_folder.clicked.connect(self._open_folder)
        self.words = KeyWords(look, role=Role.HEADING)
        self.body.addLayout(self._grid)
        self.body.addWidget(ButtonRow(look, [self.show_folder]))
        self.body.addWidget(Text(look, phrase("setup.words"), Role.LABEL))
        self.body.addWidget(self.words)
        self.body.addWidget(Text(look, phrase("setup.words_about"), Role.SMALL, soft=True))
        look.changed.connect(self.refresh_gaps)
        self.refresh_gaps()

    def read(self) -> None:
        """Read the station afresh."""
        self._context.read(read_place, self._put, slot="place")

    def _put(self, place: Place) -> None:
        standing = place.standing
        role: Words = phrase(f"trust.role_{place.role}") if place.role else ""
        if place.role and place.parent:
            role = phrase("setup.station_below", role=role, parent=place.parent)
        for key, words in (
            ("network", standing.network),
            ("name", standing.name),
            ("number", str(standing.station)),
            ("role", role),
        ):
            self._values[key].put(words)
        self.words.put(standing.fingerprint)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._context.home)))

    def refresh_gaps(self) -> None:
        """Keep the gaps in step with the text size."""
        self._grid.setHorizontalSpacing(self._context.look.space(4))
        self._grid.setVerticalSpacing(self._context.look.space(2))
