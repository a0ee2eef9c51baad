"""What a column holds by its values, for headers that no word explains."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time

from timebank.domain.categories import care_level, category
from timebank.domain.identity import IdentityNumber, normalise_phone
from timebank.domain.kinds import service_kind
from timebank.domain.names import clean_name
from timebank.domain.quantities import parse_clock, parse_clock_range, parse_date, parse_length
from timebank.outcome import Refusal
from timebank.roster.vocabulary import SURNAMES, TWO_CHARACTER_SURNAMES

SAMPLE = 60  # values looked at in a column
MOST = 0.6  # of the values must fit

YES = frozenset(("是", "√", "✓", "✔", "☑", "有", "对", "y", "yes", "true", "1", "v", "o", "○"))
NO = frozenset(("否", "×", "✗", "✘", "x", "无", "没有", "不是", "n", "no", "false", "0", "-", "—", "/"))

_A_DAY = date(2020, 1, 1)
_BETWEEN_NAMES = re.compile(r"[、，,；;/\n]|\s+(?=\S{2})")


def share(values: Iterable[object], fits: Callable[[object], bool]) -> float:
    """The share, 0 to 1, of the values that fit; 0 where there are none."""
    seen = list(values)[:SAMPLE]
    return sum(map(fits, seen)) / len(seen) if seen else 0.0


def is_identity_number(value: object) -> bool:
    """Whether a value is a valid identity number."""
    return _reads(IdentityNumber.parse, value)


def is_phone(value: object) -> bool:
    """Whether a value is a mobile number, or a landline with its area code."""
    try:
        return len(normalise_phone(value)) >= 10
    except Refusal:
        return False


def is_name(value: object) -> bool:
    """Whether a value is one or more Chinese names with a known surname."""
    if not isinstance(value, str):
        return False
    return all(_is_one_name(clean_name(part)) for part in _BETWEEN_NAMES.split(value.strip()) if part)


def is_gender(value: object) -> bool:
    """Whether a value is a word for a gender."""
    return str(value).strip().lower() in ("男", "女", "f", "m", "female", "male")


def is_yes_or_no(value: object) -> bool:
    """Whether a value says yes or no."""
    return str(value).strip().lower() in YES | NO


def is_care_level(value: object) -> bool:
    """Whether a value is a word for a care level (bare numbers prove nothing)."""
    return isinstance(value, str) and not value.strip().isdigit() and _reads(care_level, value)


def is_category(value: object) -> bool:
    """Whether a value names at least one category."""
    return isinstance(value, str) and any(_reads(category, part) for part in split_list(value))


def is_kind(value: object) -> bool:
    """Whether a value names a kind of service."""
    return isinstance(value, str) and _reads(service_kind, value)


def is_date(value: object) -> bool:
    """Whether a value is a day and not a bare number."""
    if isinstance(value, (date, datetime)):
        return True
    bare = isinstance(value, str) and re.fullmatch(r"[\d.]*", value.strip()) and len(value.strip()) != 8
    return isinstance(value, str) and not bare and _reads(lambda v: parse_date(v, _A_DAY), value)


def is_date_like(value: object) -> bool:
    """Whether a value may be a day, also a bare number: of a month (9) or of a spreadsheet's calendar (46304)."""
    if is_date(value):
        return True
    bare = re.fullmatch(r"[0-9]{1,2}[日号]?|[0-9]{5}", str(value).strip())
    return bool(bare) or (
        isinstance(value, str) and _reads(lambda v: parse_date(split_day(v)[0], _A_DAY), value)
    )


def is_amount(value: object) -> bool:
    """Whether a value can be read as a length of time, with or without its unit."""
    return _reads(parse_length, value)


def is_clock(value: object) -> bool:
    """Whether a value is a time of day with minutes or a word for the hour."""
    if isinstance(value, (time, datetime)):
        return isinstance(value, time) or (value.hour, value.minute) != (0, 0)
    return isinstance(value, str) and not value.strip().isdigit() and _reads(parse_clock, value)


def is_clock_range(value: object) -> bool:
    """Whether a value is a stretch of a day, with or without the date before it."""
    return isinstance(value, str) and (
        _reads(parse_clock_range, value) or _reads(parse_clock_range, split_day(value)[1])
    )


def is_length(value: object) -> bool:
    """Whether a value is a length of time that says its unit."""
    return isinstance(value, str) and not re.search(r"[:：]", value) and _reads(parse_length, value)


def split_list(text: str) -> list[str]:
    """The items of a cell that lists several, split by any of the marks that people use."""
    return [part for part in re.split(r"[、，,；;/|+＋\s]+", text) if part]


def split_names(text: str) -> list[str]:
    """The names in a cell, cleaned and each once; a space parts only names that are whole by themselves."""
    marked = re.split(r"[、，,；;/|+＋&\n]", text)
    names: list[str] = []
    for piece in marked:
        words = piece.split()
        apart = len(words) > 1 and all(_is_one_name(clean_name(word)) for word in words)
        names.extend(clean_name(name) for name in (words if apart else [piece]))
    return [name for name in dict.fromkeys(names) if name]


def split_day(text: str) -> tuple[str, str]:
    """A text as its day and what follows: 10月9日 9:00-10:30."""
    found = re.match(
        r"\s*((?:\d{4}\s*[-./年]\s*)?\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?"
        r"(?:\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?)?)\s*(.*)$",
        text,
        re.DOTALL,
    )
    return (found[1].strip(), found[2].strip()) if found else ("", text)


def _reads(reader: Callable[..., object], value: object) -> bool:
    try:
        reader(value)
    except Refusal:
        return False
    return True


def _is_one_name(name: str) -> bool:
    if re.fullmatch(r"[㐀-鿿𠀀-𲎯]{2,3}", name):
        return name[0] in SURNAMES
    return len(name) == 4 and name[:2] in TWO_CHARACTER_SURNAMES
