"""The fonts that travel with the program, and what they cannot show."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

from timebank.assets import asset

FAMILY = "Timebank Sans"
_UNICODE_FULL = (3, 10)  # platform and encoding of the cmap that goes beyond 16 bits
_INVISIBLE = frozenset("\n\r\t\u200b\u200c\u200d\u200e\u200f\ufe0e\ufe0f")


def font_file(*, bold: bool = False) -> Path:
    """The font file of one weight."""
    return asset("fonts", f"TimebankSans-{'Bold' if bold else 'Regular'}.otf")


def missing_characters(text: str, *, bold: bool = False) -> list[str]:
    """The distinct characters of ``text`` that our font cannot print, in order of appearance.

    Screen and printer then fall back on a font of the system, if it has one: worth a warning.
    """
    known = _characters(font_file(bold=bold))
    return [char for char in dict.fromkeys(text) if char not in _INVISIBLE and ord(char) not in known]


@cache
def _characters(path: Path) -> frozenset[int]:
    """The code points of an OpenType font, from its format-12 cmap (OpenType specification, "cmap")."""
    data = path.read_bytes()
    tables = {
        data[at : at + 4]: struct.unpack(">I", data[at + 8 : at + 12])[0]
        for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)
    }
    cmap = tables[b"cmap"]
    (count,) = struct.unpack(">H", data[cmap + 2 : cmap + 4])
    for at in range(cmap + 4, cmap + 4 + 8 * count, 8):
        platform, encoding, offset = struct.unpack(">HHI", data[at : at + 8])
        if (platform, encoding) == _UNICODE_FULL:
            start = cmap + offset
            (groups,) = struct.unpack(">I", data[start + 12 : start + 16])
            ranges = struct.iter_unpack(">III", data[start + 16 : start + 16 + 12 * groups])
            return frozenset(code for first, last, _glyph in ranges for code in range(first, last + 1))
    raise ValueError(f"{path.name} has no full Unicode cmap")
