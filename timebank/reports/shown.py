"""Cells as text, and text that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from timebank.reports.table import Cell, Count, Minutes, Share

_FORMULA = tuple("=+-@＝＋－＠\t\r")
"""First characters that make a spreadsheet calculate; the wide ones on Chinese systems too."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML cannot hold."""


def text(cell: Cell) -> str:
    """A cell as people read it: hours with two decimals, shares in percent."""
    match cell:
        case Count() | int():
            number = cell.number if isinstance(cell, Count) else cell
            return f"{number:,}"
        case Minutes():
            return f"{cell.hours:,.2f}"
        case Share():
            return "" if cell.ratio is None else f"{cell.ratio:.1%}"
        case float():
            return f"{cell:.2f}"
        case date():
            return cell.isoformat()
    return clean(cell or "")


def clean(said: str) -> str:
    """Text without the control characters that no file format wants."""
    return _CONTROL.sub("", said)


def is_like_formula(said: str) -> bool:
    """Whether a spreadsheet that is handed this text might calculate it."""
    return said.startswith(_FORMULA)


def is_number(cell: Cell) -> bool:
    """Whether a cell is set to the right."""
    return isinstance(cell, Count | Minutes | Share | int | float)


def width(said: str) -> int:
    """How many narrow characters a text takes; a hanzi takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in said)
