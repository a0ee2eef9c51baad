"""How our one font is set in either language."""

from __future__ import annotations

import re

from PySide6.QtGui import QFont

_TWOFOLD = re.compile("[‘’“”…]")
"""What Chinese gives a square, and English the width of a letter."""
_QUOTED = re.compile("“[^”]*”")
_WORD, _HANZI = re.compile("[A-Za-z]+"), re.compile("[\u2e80-\u9fff]")


def as_english(font: QFont) -> QFont:
    """``font`` with quotes, apostrophes and dots as narrow as English has them."""
    font.setFeature(QFont.Tag.fromString("pwid"), 1)
    return font


def in_english(text: str) -> bool:
    """Whether ``text`` has to be set as English: it has such signs, and around what it quotes it is English."""
    if not _TWOFOLD.search(text):
        return False
    around = _QUOTED.sub("", text)
    return len(_WORD.findall(around)) > len(_HANZI.findall(around))
