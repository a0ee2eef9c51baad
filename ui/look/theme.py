"""The look of the whole window: colours, text size and language, changed while it runs.

One :class:`Look` is made at the start and handed to every widget. Its ``changed`` signal means
"say and draw yourself again"; it follows a change of theme, of text size, of language, and of the
system's own light or dark setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from timebank.phrases import LANGUAGES
from ui.look.icons import icon
from ui.look.palette import DARK, LIGHT, Palette, Tone
from ui.look.scale import RADIUS, STEP, TARGET, Role, TextSize
from ui.look.sheet import sheet
from ui.say import Speech, Words
from ui.typeface import as_english


class Mode(StrEnum):
    """Light, dark, or as the system is set."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """What a person chose for this window."""

    mode: Mode = Mode.SYSTEM
    text_size: TextSize = TextSize.STANDARD


class Look(QObject):
    """Applies a theme to the application and answers every widget's questions about it."""

    changed = Signal()

    def __init__(self, app: QApplication, speech: Speech, theme: Theme | None = None) -> None:
        super().__init__(app)
        self._app = app
        self.speech = speech
        self._base = QFont(app.font())
        self._fonts: dict[Role, QFont] = {}
        self._em = 0.0
        self.theme = theme or Theme()
        self.palette = LIGHT
        self._windows: list[QWidget] = []
        app.setStyle("fusion")
        self.use(self.theme)
        speech.changed.connect(self._spoken_anew)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def use(self, theme: Theme) -> None:
        """Show the window in ``theme`` from now on."""
        self.theme = theme
        self._fonts, self._em = {}, 0.0
        hints = self._app.styleHints()
        hints.setColorScheme(_SCHEMES[theme.mode])
        system_dark = hints.colorScheme() == Qt.ColorScheme.Dark
        dark = theme.mode is Mode.DARK or (theme.mode is Mode.SYSTEM and system_dark)
        self.palette = DARK if dark else LIGHT
        self._app.setFont(self.font(Role.BODY))
        self._app.setPalette(qt_palette(self.palette))
        self._lay_sheet()
        self.changed.emit()

    def dress(self, window: QWidget) -> None:
        """Lay the stylesheet on ``window`` and no longer on the whole application.

        What is made for the window is then styled once, when it comes into it; before, at every step of being put
        together, which was half of the time that a page took to open.
        """
        self._windows.append(window)
        window.destroyed.connect(lambda: self._windows.remove(window))
        self._app.setStyleSheet("")
        self._lay_sheet()

    def _lay_sheet(self) -> None:
        for wearer in self._windows or (self._app,):
            wearer.setStyleSheet(sheet(self.palette, self.em))

    def _spoken_anew(self) -> None:
        """Another language sets the same font in its own way."""
        self._fonts = {}
        self._app.setFont(self.font(Role.BODY))
        self.changed.emit()

    def _system_changed(self) -> None:
        if self.theme.mode is Mode.SYSTEM:
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
            if dark != self.palette.dark:
                self.use(self.theme)

    def say(self, words: Words) -> str:
        """``words`` in the current language."""
        return self.speech.text(words)

    def font(self, role: Role = Role.BODY) -> QFont:
        """The font for ``role`` at the chosen text size."""
        font = self._fonts.get(role)
        if font is None:
            font = self._fonts[role] = QFont(self._base)
            font.setPointSizeF(self.theme.text_size.points * role.factor)
            font.setWeight(QFont.Weight(role.weight))
            if self.speech.language != LANGUAGES[0]:
                as_english(font)
        return QFont(font)

    @property
    def em(self) -> float:
        """The height of body text in logical pixels: what all dimensions are multiples of."""
        if not self._em:  # asked at every layout, and found by looking for a font
            self._em = float(QFontInfo(self.font()).pixelSize())
        return self._em

    def space(self, steps: float) -> int:
        """A gap of so many quarter-ems, in logical pixels."""
        return round(self.em * STEP * steps)

    @property
    def target(self) -> int:
        """The smallest side of anything that can be pressed, in logical pixels."""
        return max(44, round(self.em * TARGET))

    @property
    def radius(self) -> float:
        """Corner radius in logical pixels."""
        return self.em * RADIUS

    def icon(self, name: str, colour: str | None = None) -> QIcon:
        """Icon ``name`` in ``colour``, or in the colour of text."""
        return icon(name, colour or self.palette.text, self.palette.faint)

    @property
    def icon_size(self) -> QSize:
        """The size of icons beside text."""
        return QSize(round(self.em * 1.35), round(self.em * 1.35))

    def ink(self, tone: Tone) -> str:
        """The colour for text and icons that mean ``tone``."""
        return self.palette.ink(tone)


_SCHEMES = {
    Mode.SYSTEM: Qt.ColorScheme.Unknown,
    Mode.LIGHT: Qt.ColorScheme.Light,
    Mode.DARK: Qt.ColorScheme.Dark,
}


def qt_palette(colours: Palette) -> QPalette:
    """Our colours in Qt's own roles, for everything that the style draws."""
    roles = QPalette.ColorRole
    table = {
        roles.Window: colours.ground,
        roles.WindowText: colours.text,
        roles.Base: colours.surface,
        roles.AlternateBase: colours.sunken,
        roles.Text: colours.text,
        roles.PlaceholderText: colours.soft,
        roles.Button: colours.surface,
        roles.ButtonText: colours.text,
        roles.BrightText: colours.on_accent,
        roles.Highlight: colours.accent,
        roles.HighlightedText: colours.on_accent,
        roles.Accent: colours.accent,
        roles.Link: colours.accent,
        roles.LinkVisited: colours.accent,
        roles.ToolTipBase: colours.surface,
        roles.ToolTipText: colours.text,
        roles.Light: colours.surface,
        roles.Midlight: colours.sunken,
        roles.Mid: colours.line,
        roles.Dark: colours.edge,
        roles.Shadow: colours.edge,
    }
    palette = QPalette()
    for role, colour in table.items():
        palette.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.faint))
    return palette
