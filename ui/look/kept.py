"""What the window remembers between two starts, in the station's folder: how it looks, who was here last."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from timebank.phrases import LANGUAGES
from ui.look.scale import TextSize
from ui.look.theme import Mode, Theme

FILE = "window.ini"


class Kept:
    """Settings of one station's window. What cannot be read counts as never set."""

    def __init__(self, home: Path, asked: str) -> None:
        """``asked`` is the language that the program was started in."""
        self._settings = QSettings(str(home / FILE), QSettings.Format.IniFormat)
        self._asked = asked

    @property
    def language(self) -> str:
        """The language chosen in the window, unless the program is now asked for another than it was then."""
        chosen, before = self._text("language"), self._text("language_asked")
        return chosen if chosen in LANGUAGES and before == self._asked else self._asked

    @language.setter
    def language(self, language: str) -> None:
        self._settings.setValue("language", language)
        self._settings.setValue("language_asked", self._asked)

    @property
    def theme(self) -> Theme:
        """Colours and text size."""
        mode, size = self._text("mode"), self._text("text_size")
        return Theme(
            Mode(mode) if mode in list(Mode) else Mode.SYSTEM,
            TextSize(size) if size in list(TextSize) else TextSize.STANDARD,
        )

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._settings.setValue("mode", theme.mode.value)
        self._settings.setValue("text_size", theme.text_size.value)

    @property
    def operator(self) -> str:
        """Who signed in last."""
        return self._text("operator")

    @operator.setter
    def operator(self, name: str) -> None:
        self._settings.setValue("operator", name)

    @property
    def sound(self) -> bool:
        """Whether verdicts are heard."""
        return self._text("sound") != "off"

    @sound.setter
    def sound(self, on: bool) -> None:
        self._settings.setValue("sound", "on" if on else "off")

    @property
    def geometry(self) -> QByteArray:
        """Where the window was; empty where it never was anywhere."""
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("geometry", geometry)

    def _text(self, key: str) -> str:
        value = self._settings.value(key, "")
        return value if isinstance(value, str) else ""
