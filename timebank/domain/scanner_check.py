"""Trying out a scanner: codes that hold every character, and what the keys that arrived say of its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from timebank.domain.scanned import Codes, Habit, Outcome, Reading, read_scan
from timebank.domain.voucher_code import PREFIX, VoucherCode, base32

_HAND_MS = 60
"""A median pause between keys above this: typed by hand, or by a scanner told to be slow."""
_SLOW_MS = 30
"""Above this a scanner is slower than it need be, and nearly as slow as fast hands."""
_ALL_AT_ONCE = 6


def _test_code() -> str:
    voucher = VoucherCode(b"TEST", b"SCAN", b"SCANTEST", 0, 0, 0, 0, bytes(4))
    return PREFIX + base32(voucher.body() + bytes((n * 3 + 89) % 256 for n in range(64)))


TEST_CODE = _test_code()
"""As long as a voucher's code, with every character that one can have; worth nothing anywhere."""
BARS = ("0123456789-", "ABCDEFGHIJKLM", "NOPQRSTUVWXYZ")
"""Every character again, as bars for scanners that know nothing else."""
EXPECTED = (TEST_CODE, *BARS)
TEST_CODES = Codes(
    (PREFIX, *(each[:4] for each in BARS)), lambda text: text.upper() in EXPECTED, lambda _text: False
)


class Source(StrEnum):
    """How a stroke arrived."""

    KEY = "key"
    COMPOSING = "composing"
    """An input method kept it to make a word of it."""
    COMMITTED = "committed"
    """An input method handed it on."""


class Stroke(NamedTuple):
    """One key as it arrived: its name, the text it typed, milliseconds since the one before."""

    key: str
    text: str
    gap: int
    source: Source = Source.KEY


class Ending(StrEnum):
    """What the scanner sends after a code."""

    ENTER = "enter"
    TAB = "tab"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True)
class Finding:
    """One thing that was noticed; ``good`` where nothing need be changed. ``facts`` fill its sentence."""

    code: str
    good: bool = False
    facts: dict[str, object] = field(default_factory=dict)


class Diagnosis(NamedTuple):
    """What was understood of the strokes, and what is to be said of them, the gravest first."""

    reading: Reading
    ending: Ending
    findings: tuple[Finding, ...]


_ENDS = {"Return": Ending.ENTER, "Enter": Ending.ENTER, "Tab": Ending.TAB}
_HABITS = (
    Habit.LAYOUT,
    Habit.WIDE,
    Habit.LOWER_CASE,
    Habit.IDENTIFIER,
    Habit.CONTROLS,
    Habit.EXTRA,
    Habit.TWICE,
)
_HARMLESS = (Habit.IDENTIFIER, Habit.CONTROLS)


def diagnose(strokes: Sequence[Stroke]) -> Diagnosis:
    """What one scan's strokes say; there is at least one."""
    ending, typed = _ending(strokes)
    raw = "".join(stroke.text for stroke in typed if stroke.source is not Source.COMPOSING)
    reading = read_scan(raw, TEST_CODES)
    found = [*_by_hand(typed), *_by_input_method(typed), *_by_outcome(reading, raw)]
    if reading.outcome is Outcome.WHOLE:
        found += [
            Finding(habit.value, habit in _HARMLESS, {"layout": reading.layout})
            for habit in _HABITS
            if habit in reading.habits
        ]
    found.append(Finding(f"end_{ending}", ending is not Ending.NONE))
    if all(each.good for each in found) and reading.outcome is Outcome.WHOLE:
        found.insert(0, Finding("all_well" if reading.text == TEST_CODE else "bars_well", True))
    return Diagnosis(reading, ending, tuple(sorted(found, key=lambda each: each.good)))


def _ending(strokes: Sequence[Stroke]) -> tuple[Ending, Sequence[Stroke]]:
    """The end, and the strokes before it."""
    size = len(strokes)
    while size and strokes[size - 1].key in _ENDS:
        size -= 1
    ends = {_ENDS[stroke.key] for stroke in strokes[size:]}
    if not ends:
        return Ending.NONE, strokes
    return (ends.pop() if len(ends) == 1 else Ending.BOTH), strokes[:size]


def _by_hand(typed: Sequence[Stroke]) -> list[Finding]:
    gaps = [stroke.gap for stroke in typed[1:]]
    if len(gaps) < _ALL_AT_ONCE:
        return [Finding("too_few")] if gaps or not typed else []
    usual = sorted(gaps)[len(gaps) // 2]
    if usual > _HAND_MS:
        return [Finding("by_hand", facts={"gap": usual})]
    return [Finding("slow", facts={"gap": usual})] if usual > _SLOW_MS else []


def _by_input_method(typed: Sequence[Stroke]) -> list[Finding]:
    eaten = any(stroke.source is Source.COMPOSING for stroke in typed)
    return [Finding("input_method")] if eaten else []


def _by_outcome(reading: Reading, raw: str) -> list[Finding]:
    if reading.outcome is Outcome.WHOLE or not raw:
        return []
    if reading.outcome is Outcome.CUT:
        meant = next((each for each in EXPECTED if each.startswith(reading.text.upper())), TEST_CODE)
        return [Finding("cut", facts={"arrived": len(reading.text), "whole": len(meant)})]
    return [Finding("garbled" if reading.outcome is Outcome.GARBLED else "other_code")]
