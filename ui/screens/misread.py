"""What the desk says of a scan that is not one whole code of ours, or that came in a strange way."""

from __future__ import annotations

from timebank.domain.scanned import Habit, Outcome, Reading
from ui.look import Tone
from ui.say import Words, phrase
from ui.widgets import VerdictCard

_ICONS = {Outcome.CUT: "scan", Outcome.MIXED: "scan", Outcome.FOREIGN: "qr", Outcome.GARBLED: "ime-letters"}


def show_misread(card: VerdictCard, reading: Reading) -> Tone:
    """Say in one glance that nothing was looked up, and what to do; returns the tone of the sound."""
    outcome = reading.outcome.value
    shown = reading.text if len(reading.text) <= 48 else f"{reading.text[:28]} … {reading.text[-12:]}"
    card.show_verdict(
        Tone.WARN,
        phrase(f"scan.misread_{outcome}"),
        icon=_ICONS.get(reading.outcome),
        remark=phrase(f"scan.misread_{outcome}_next"),
        details=[(phrase("scan.arrived"), shown)],
    )
    return Tone.WARN


def habit_words(reading: Reading) -> Words | None:
    """What should be set otherwise on a scanner whose code was understood all the same; None where all is well."""
    if Habit.LAYOUT in reading.habits:
        return phrase("scan.desk_layout")
    if Habit.WIDE in reading.habits:
        return phrase("scan.desk_wide")
    return None
