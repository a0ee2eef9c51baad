"""Code 128 (ISO/IEC 15417), for the sheet on which a scanner is tried out: letters and digits as bars."""

from __future__ import annotations

_START_B, _STOP = 104, 106
_QUIET = 10  # modules of white on either side
_WIDTHS = (  # noqa: SIM905  a table, to be compared with the standard's
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 "
    "122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 "
    "322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 "
    "112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 "
    "331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 "
    "112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 "
    "411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split()
"""Each symbol as bar, space, bar … in modules."""


def bars(text: str) -> bytes:
    """The modules of ``text`` from left to right with the quiet zones, a byte 1 where dark.

    ``text`` is printable ASCII, else ValueError.
    """
    values = [ord(letter) - 32 for letter in text]
    if not values or not all(0 <= value <= 94 for value in values):
        raise ValueError(f"not for bars: {text!r}")
    check = (_START_B + sum(place * value for place, value in enumerate(values, 1))) % 103
    modules = bytearray(_QUIET)
    for symbol in (_START_B, *values, check, _STOP):
        for turn, width in enumerate(_WIDTHS[symbol]):
            modules += bytes([1 - turn % 2]) * int(width)
    return bytes(modules) + bytes(_QUIET)
