"""What a barcode scanner typed, and what it read: the two differ more often than one would think.

A scanner is a keyboard. What arrives depends on Caps Lock, on the keyboard that it and the computer take for
granted, on an input method, on what it was told to put before and after, and on how steadily it was held.
Everything here works on text that is already together; who typed it, and when it ended, is the window's part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache


def _never(_text: str) -> bool:
    return False


class Outcome(StrEnum):
    """What became of a scan. Only what is ``whole`` may be looked up."""

    WHOLE = "whole"
    CUT = "cut"
    """A piece of a code: its beginning, or its end."""
    MIXED = "mixed"
    """Two different codes in one."""
    GARBLED = "garbled"
    """Characters that no code of ours has: scanner and computer speak of different keyboards."""
    FOREIGN = "foreign"
    """A code of somebody else: a parcel, a bottle of milk, a web address."""
    TYPED = "typed"
    """Words: whoever typed them, they are to be searched as if typed."""


class Habit(StrEnum):
    """What this scanner does that has to be seen through, and that could be set otherwise."""

    CONTROLS = "controls"
    """Start and end marks such as STX and ETX around the code."""
    IDENTIFIER = "identifier"
    """The kind of symbol in front of the code: ``]Q1`` (ISO/IEC 15424)."""
    EXTRA = "extra"
    """Other characters before or after the code."""
    LOWER_CASE = "lower_case"
    """Letters in the wrong case: Caps Lock."""
    WIDE = "wide"
    """Full-width characters: an input method."""
    LAYOUT = "layout"
    """Another keyboard's letters."""
    TWICE = "twice"
    """The same code more than once."""


@dataclass(frozen=True)
class Codes:
    """What scanned codes look like here: how the long ones begin, when one is whole, and what else is whole.

    ``complete`` is asked of a text that begins with one of ``prefixes``, ``short`` of any other: a card's
    number, an identity card's.
    """

    prefixes: tuple[str, ...]
    complete: Callable[[str], bool]
    short: Callable[[str], bool] = _never

    def begins(self, text: str) -> bool:
        """Whether ``text`` starts as a long code does."""
        return text.upper().startswith(self.prefixes)

    def whole(self, text: str) -> bool:
        """Whether ``text`` is one whole code, long or short."""
        return self.complete(text) if self.begins(text) else self.short(text)


@dataclass(frozen=True)
class Reading:
    """A scan as it was understood. ``layout`` names the keyboard that had to be seen through."""

    outcome: Outcome
    text: str
    habits: tuple[Habit, ...] = ()
    layout: str = ""


_SYMBOLS = re.compile("[0-9A-Za-z]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[ ·'.-]+[^\W\d_]+)*")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.]{1,15}:\S", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_TAIL = 20
"""So many letters and digits in a row, from a scanner, and no code: the end of one whose beginning is lost."""
_MOST_EXTRA = 4
"""Characters after a code that a scanner was told to add."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E, 0x2014: 0x2D}


def read_scan(raw: str, codes: Codes) -> Reading:
    """What a scanner meant by ``raw``, all that it typed without a pause."""
    habits: list[Habit] = []
    text = "".join(each for each in raw if each.isprintable())
    if any(not each.isprintable() and each not in "\t\r\n" for each in raw):
        habits.append(Habit.CONTROLS)
    narrow = text.translate(_WIDE)
    if narrow != text:
        habits.append(Habit.WIDE)
    words = " ".join(narrow.split())
    text = "".join(narrow.split())
    pieces: list[tuple[str, str]] = []
    # A short code is not looked for on other keyboards where all that came could be a code of somebody else.
    elsewhere = replace(codes, short=_never) if _SYMBOLS.fullmatch(text.replace("-", "")) else codes
    for name, table in (("", {}), *_tables()):
        seen = text.translate(table)
        found = _find(seen, elsewhere if name else codes)
        if found is not None:
            more = [*habits, *found.habits, *([Habit.LAYOUT] if name else [])]
            return Reading(found.outcome, found.text, tuple(more), name)
        if codes.begins(_bare(seen)):
            pieces.append((name, seen))
    if pieces:
        name, seen = pieces[0]
        more = [*habits, *([Habit.LAYOUT] if name else [])]
        return Reading(Outcome.CUT, _bare(seen), tuple(more), name)
    return Reading(_kind_of(words, text), words, tuple(habits))


def other_readings(text: str, codes: Codes) -> list[str]:
    """Whole codes that ``text`` would be on another keyboard: Y and Z change places and nobody can tell.

    For a code that is whole and yet signed by nobody.
    """
    seen = dict.fromkeys(text.translate(table) for _name, table in _tables())
    return [each for each in seen if each != text and codes.begins(each) and codes.complete(each)]


@dataclass(frozen=True)
class _Found:
    outcome: Outcome
    text: str
    habits: tuple[Habit, ...]


def _find(text: str, codes: Codes) -> _Found | None:
    """The one whole code in ``text``, with what is around it."""
    bare = _bare(text)
    marked = [Habit.IDENTIFIER] if bare != text else []
    if codes.whole(bare):
        return _found(bare, marked, codes)
    whole = list(_long_codes(bare, codes))
    if whole:
        different = {each.upper() for each, _ in whole}
        if len(different) > 1:
            return _Found(Outcome.MIXED, bare, tuple(marked))
        code, rest = whole[-1][0], _without(bare, [each for each, _ in whole])
        again = len(whole) > 1 or (len(rest) > _MOST_EXTRA and rest.upper() in code.upper())
        marked += [Habit.TWICE] if again else [Habit.EXTRA] if rest else []
        return _found(code, marked, codes)
    once = _repeated(bare)
    if once and codes.short(once):
        return _Found(Outcome.WHOLE, once, (*marked, Habit.TWICE))
    return None


def _found(code: str, marked: list[Habit], codes: Codes) -> _Found:
    if codes.begins(code) and code != code.upper():
        return _Found(Outcome.WHOLE, code.upper(), (*marked, Habit.LOWER_CASE))
    return _Found(Outcome.WHOLE, code, tuple(marked))


def _long_codes(text: str, codes: Codes) -> Iterator[tuple[str, int]]:
    """Every whole long code in ``text`` that does not lie within the one before it, and where it begins."""
    upper = text.upper()
    starts = sorted({at for prefix in codes.prefixes for at in _places(upper, prefix)})
    after = 0
    for start in starts:
        if start < after:
            continue
        for end in _ends(start, starts, len(text)):
            if codes.complete(text[start:end]):
                yield text[start:end], start
                after = end
                break


def _ends(start: int, starts: list[int], size: int) -> Iterator[int]:
    for last in [*(each for each in starts if each > start), size]:
        for extra in range(_MOST_EXTRA + 1):
            if last - extra > start:
                yield last - extra


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _without(text: str, parts: list[str]) -> str:
    for part in parts:
        text = text.replace(part, "", 1)
    return text


def _repeated(text: str) -> str:
    """What ``text`` is several times over, or an empty text."""
    for times in (2, 3):
        size, over = divmod(len(text), times)
        if size and not over and text[:size] * times == text:
            return text[:size]
    return ""


def _bare(text: str) -> str:
    """``text`` without the symbol identifier that a scanner may put in front."""
    found = _IDENTIFIER.match(text)
    return text[found.end() :] if found else text


def _kind_of(words: str, text: str) -> Outcome:
    """What to make of something that is no code of ours."""
    if _WORDS.fullmatch(words):
        return Outcome.TYPED
    if _SYMBOLS.fullmatch(text):
        mixed = not text.isdigit() and not text.isalpha()
        return Outcome.CUT if mixed and len(text) >= _TAIL else Outcome.FOREIGN
    if _ADDRESS.match(text) or (text.isascii() and re.fullmatch(r"[\w.:/+-]+", text)):
        return Outcome.FOREIGN
    return Outcome.GARBLED


# Keyboards ------------------------------------------------------------------------------------------------

_KEYS = "1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_SHIFTED = '!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
_LAYOUTS: dict[str, tuple[str, str]] = {
    "de": (
        "1234567890ß´qwertzuiopü+asdfghjklöäyxcvbnm,.-",
        '!"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄYXCVBNM;:_',
    ),
    "fr": (
        "&é\"'(-è_çà)=azertyuiop^$qsdfghjklmùwxcvbn,;:!",
        "1234567890°+AZERTYUIOP¨£QSDFGHJKLM%WXCVBN?./§",
    ),
    "be": (
        "&é\"'(§è!çà)-azertyuiop^$qsdfghjklmùwxcvbn,;:=",
        "1234567890°_AZERTYUIOP¨*QSDFGHJKLM%WXCVBN?./+",
    ),
    "cz": (
        "+ěščřžýáíé=´qwertzuiopú)asdfghjklů§yxcvbnm,.-",
        '1234567890%ˇQWERTZUIOP/(ASDFGHJKL"!YXCVBNM?:_',
    ),
    "ru": (
        "1234567890-=йцукенгшщзхъфывапролджэячсмитьбю.",
        '!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,',
    ),
    "dvorak": (
        "1234567890[]',.pyfgcrl/=aoeuidhtns-;qjkxbmwvz",
        '!@#$%^&*(){}"<>PYFGCRL?+AOEUIDHTNS_:QJKXBMWVZ',
    ),
}
"""What each key of an American keyboard types on others, plain and with Shift."""


@cache
def _tables() -> tuple[tuple[str, dict[int, str]], ...]:
    """Each layout's name, and a table from what arrived to what was meant, for either side being set wrongly."""
    tables: list[tuple[str, dict[int, str]]] = []
    for name, (plain, shifted) in _LAYOUTS.items():
        ours, theirs = _KEYS + _SHIFTED, plain + shifted
        computer = dict(zip(map(ord, theirs), ours, strict=True))
        # With Caps Lock, digits come from keys that would give signs; and no code has a sign that is a digit's.
        locked = computer | {
            ord(sign): key
            for row in (plain, shifted)
            for sign, key in zip(row, _KEYS, strict=True)
            if key.isdigit() or key == "-"
        }
        scanner = dict(zip(map(ord, ours), theirs, strict=True))
        for table in (computer, locked, scanner):
            if all(table != other for _name, other in tables):
                tables.append((name, table))
    return tuple(tables)
