"""Sheets as centres keep them, written to files for the tests of the readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from timebank.domain.identity import check_character

TODAY = date(2026, 11, 22)
DATA = Path(__file__).parent.parent / "data"

Rows = Sequence[Sequence[object]]


def identity(seed: int, *, birth: str = "19550412", sex: str = "f") -> str:
    """A valid, fictional identity number."""
    first17 = f"330105{birth}{seed:02d}{1 if sex == 'm' else 2}"
    return first17 + check_character(first17)


def book(
    path: Path, sheets: dict[str, Rows], *, merges: Sequence[str] = (), hidden: Sequence[str] = ()
) -> Path:
    """An xlsx file with these sheets; the merges are made in the first."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
        if name in hidden:
            page.sheet_state = "hidden"
    for merge in merges:
        made.worksheets[0].merge_cells(merge)
    made.save(path)
    return path


def sheet(tmp_path: Path, rows: Rows, merges: Sequence[str] = (), name: str = "Sheet1") -> Path:
    """An xlsx file with one sheet."""
    return book(tmp_path / "sheet.xlsx", {name: rows}, merges=merges)


def text(tmp_path: Path, content: str, encoding: str = "utf-8") -> Path:
    """A csv file."""
    path = tmp_path / "sheet.csv"
    path.write_bytes(content.encode(encoding))
    return path
