"""Verdicts to the ear: one beep is good, two are not. The system's own beep, so nothing to install."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.look import Tone

_BETWEEN_MS = 220


def sound(tone: Tone) -> None:
    """One beep for a good verdict, two for one that needs a look."""
    QApplication.beep()
    if tone in (Tone.WARN, Tone.BAD):
        QTimer.singleShot(_BETWEEN_MS, QApplication.beep)
