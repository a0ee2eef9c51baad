"""Colours, sizes, icons and the theme: the look of every screen comes from here."""

from ui.look.icons import icon, paint_icon
from ui.look.palette import DARK, LIGHT, TONE_ICONS, Palette, Tone, contrast
from ui.look.scale import ELDER_TARGET, Role, TextSize
from ui.look.theme import Look, Mode, Theme

__all__ = [
    "DARK",
    "ELDER_TARGET",
    "LIGHT",
    "TONE_ICONS",
    "Look",
    "Mode",
    "Palette",
    "Role",
    "TextSize",
    "Theme",
    "Tone",
    "contrast",
    "icon",
    "paint_icon",
]
