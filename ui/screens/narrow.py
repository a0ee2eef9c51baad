"""Forms of short fields that do not stretch over a wide card."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

WIDE = 32
"""Ems to which such a form may stretch: give it as its maximum width."""


def narrow(part: QWidget) -> QHBoxLayout:
    """A row that holds ``part`` at its left.

    A column alone would reckon the height of wrapped words from its own width, not from the narrower one.
    """
    row = QHBoxLayout()
    row.addWidget(part, 100)
    row.addStretch(1)
    return row
