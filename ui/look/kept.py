"""What the window remembers between two starts, in the station's folder: how it looks, who was here last."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QSettings

from timebank.phrases import LANGUAGES
from ui.look.scale import TextSize
from ui.look.theme import Mode, Theme

FILE = "window.ini"
IDLE_MINUTES = (5, 10, 20, 60, 0)
"""What can be chosen; 0 is never."""
USUAL_IDLE = 10


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
    def idle_minutes(self) -> int:
        """Minutes without a key or the mouse after which the desk is locked; 0 for never."""
        text = self._text("idle_minutes")
        return int(text) if text in {str(each) for each in IDLE_MINUTES} else USUAL_IDLE

    @idle_minutes.setter
    def idle_minutes(self, minutes: int) -> None:
        self._settings.setValue("idle_minutes", str(minutes))

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


class PaperChoice(NamedTuple):
    """Where one kind of paper goes at this desk; empty where nobody chose yet."""

    printer: str = ""
    layout: str = ""
    copies: int = 1


PAPERS = ("voucher", "card", "passbook", "slip", "certificate", "report")
"""The kinds of paper that a choice is kept for."""


class Papers:
    """The printer, layout and copies of each kind of paper, as last chosen at this desk."""

    def __init__(self, home: Path) -> None:
        self._settings = QSettings(str(home / FILE), QSettings.Format.IniFormat)

    def choice(self, kind: str) -> PaperChoice:
        """What was chosen last for ``kind``, one of :data:`PAPERS`."""
        copies = self._text(f"{kind}/copies")
        return PaperChoice(
            self._text(f"{kind}/printer"),
            self._text(f"{kind}/layout"),
            int(copies) if copies.isdecimal() and 1 <= int(copies) <= 99 else 1,
        )

    def keep(self, kind: str, choice: PaperChoice) -> None:
        """Begin with this the next time."""
        for name, value in choice._asdict().items():
            self._settings.setValue(f"papers/{kind}/{name}", str(value))

    def printed_lines(self, number: str) -> tuple[int, str]:
        """How many lines of a member's passbook were printed at this desk, and what they came to."""
        count, _, told = self._text(f"lines/{number}").partition(":")
        return (int(count), told) if count.isdecimal() else (0, "")

    def keep_lines(self, number: str, count: int, told: str) -> None:
        """Remember how far a member's passbook was printed."""
        self._settings.setValue(f"papers/lines/{number}", f"{count}:{told}")

    def _text(self, key: str) -> str:
        value = self._settings.value(f"papers/{key}", "")
        return value if isinstance(value, str) else ""
