"""What takes effect at once in the window: its language, size and colours, and how it sounds; the way to the scanner."""

from __future__ import annotations

from ui.look import Look, Mode, Theme
from ui.look.kept import Kept
from ui.say import phrase
from ui.screens.signin import LookSwitches
from ui.widgets import Button, ButtonRow, Card, Segments, Text, Toggle
from ui.widgets.sound import try_sounds


class LookCard(Card):
    """Language and text size; light, dark, or as the system is."""

    def __init__(self, look: Look, kept: Kept) -> None:
        super().__init__(look, phrase("setup.look"))
        self._kept = kept
        self.switches = LookSwitches(look, kept)
        self.modes = Segments(
            look,
            [(mode.value, phrase(f"window.mode_{mode.value}")) for mode in Mode],
            name=phrase("settings.mode"),
            current=look.theme.mode.value,
        )
        self.modes.chosen.connect(self._choose)
        for part in (
            Text(look, phrase("setup.look_about"), soft=True),
            self.switches,
            ButtonRow(look, [self.modes]),
        ):
            self.body.addWidget(part)

    def _choose(self, mode: str) -> None:
        self._look.use(Theme(Mode(mode), self._look.theme.text_size))
        self._kept.theme = self._look.theme


class ScannerCard(Card):
    """The way to the scanner test."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, phrase("scan.scanner"))
        self.open = Button(look, phrase("scan.open_test"), icon="scan")
        for part in (
            Text(look, phrase("scan.about"), soft=True),
            ButtonRow(look, [self.open]),
            Text(look, phrase("setup.camera_about"), soft=True),
        ):
            self.body.addWidget(part)


class SoundCard(Card):
    """Whether scans are heard, and what they sound like."""

    def __init__(self, look: Look, kept: Kept) -> None:
        super().__init__(look, phrase("setup.sound"))
        self.on = Toggle(look, phrase("setup.sound_on"))
        self.on.setChecked(kept.sound)
        self.on.toggled.connect(lambda on: setattr(kept, "sound", on))
        listen = Button(look, phrase("scan.listen"), icon="sound")
        listen.clicked.connect(try_sounds)
        self.body.addWidget(Text(look, phrase("setup.sound_about"), soft=True))
        self.body.addWidget(ButtonRow(look, [self.on, listen]))
