"""How a written value of each shape is read, and handed to the rules.

A pack file writes values the way a coordinator says them (``"38 小时"``, ``"高龄"``); :func:`plain` turns
each into one canonical plain value (whole minutes, category codes) that can be stored, sent and compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec

from timebank.domain.categories import category
from timebank.domain.kinds import service_kind
from timebank.outcome import Refusal
from timebank.policy.settings import Setting, Target, Words

MOST = 10**9
"""The largest number a pack may hold, far above any real one and within what every format carries."""

Plain = Any
"""None, bool, int, str, list or dict of these: what msgpack and JSON carry without loss."""

SCOPES = ("people", "community", "subdistrict", "station")
GRADES = ("mild", "moderate", "severe", "complete")
"""Care grades that a rule may name; the assessed levels 1 to 4 of GB/T 42195-2022 in order."""

_GRADE_WORDS = {"轻度": "mild", "中度": "moderate", "重度": "severe", "完全": "complete"}


def plain(shape_of: Setting, written: object) -> Plain:
    """The canonical plain value of what a pack file or an adoption answer says for a setting.

    Idempotent. Raises Refusal with one of the ``policy_…`` codes where the writing does not fit.
    """
    value = _SHAPES[shape_of.shape](shape_of, written)
    if shape_of.options and value not in shape_of.options:
        raise Refusal("policy_choice", found=written, choices=" / ".join(map(str, shape_of.options)))
    if isinstance(value, int) and not isinstance(value, bool) and value < shape_of.least:
        raise Refusal("policy_too_small", found=written, least=shape_of.least)
    return value


def value_of(shape_of: Setting, stored: Plain) -> Any:
    """The value for use in the rules: Fraction, Words, Target, tuples; everything else as stored."""
    match shape_of.shape:
        case "weight":
            return Fraction(stored)
        case "words":
            return msgspec.convert(stored, Words)
        case "target":
            return msgspec.convert(stored, Target)
        case "categories" | "texts" | "milestones":
            return tuple(stored)
    return stored


def grade(word: object) -> str:
    """The grade code of a word such as 中度 or ``moderate``. Raises Refusal ``policy_level_unknown``."""
    text = str(word).strip().removesuffix("失能失智").removesuffix("失能")
    code = _GRADE_WORDS.get(text, text)
    if code not in GRADES:
        raise Refusal("policy_level_unknown", word=word)
    return code


def category_code(word: object) -> str:
    """The category code of a written word. Raises Refusal ``policy_category_unknown``."""
    try:
        return category(text(word))
    except Refusal as refusal:
        raise Refusal("policy_category_unknown", word=word) from refusal


def kind_code(word: object) -> str:
    """The service-kind code of a written word. Raises Refusal ``policy_kind_unknown``."""
    try:
        return service_kind(text(word))
    except Refusal as refusal:
        raise Refusal("policy_kind_unknown", word=word) from refusal


_DURATION = re.compile(
    r"(?:(?P<hours>\d+(?:\.\d+)?)\s*(?:小时|hours?|h))?\s*(?:(?P<minutes>\d+)\s*(?:分钟|分|minutes?|min))?",
    re.IGNORECASE,
)


def minutes_in(written: object) -> int:
    """Whole minutes in a number of minutes or a text such as ``38 小时``, ``1 小时 30 分`` or ``1.5 h``."""
    if isinstance(written, int) and not isinstance(written, bool):
        return _not_negative(written)
    if not isinstance(written, str):
        raise Refusal("policy_type", expected='90 / "38 小时"')
    if written.strip().startswith("-"):
        raise Refusal("policy_negative", found=written)
    found = _DURATION.fullmatch(written.strip())
    if found is None or not written.strip():
        raise Refusal("policy_duration", found=written)
    total = Fraction(found["hours"] or 0) * 60 + int(found["minutes"] or 0)
    if total.denominator != 1:
        raise Refusal("policy_duration", found=written)
    return _not_negative(int(total))


def whole(written: object) -> int:
    """A whole number that is not negative. Raises Refusal otherwise."""
    if isinstance(written, bool) or not isinstance(written, int):
        raise Refusal("policy_type", expected="30")
    return _not_negative(written)


def text(written: object) -> str:
    """A text that is not empty. Raises Refusal otherwise."""
    if not isinstance(written, str) or not written.strip():
        raise Refusal("policy_type", expected='"文字"')
    return written.strip()


def words(written: object) -> dict[str, str]:
    """Both languages of a short text; a single text stands for both."""
    if isinstance(written, str):
        return {"zh_CN": text(written), "en": text(written)}
    if not isinstance(written, Mapping) or set(written) != {"zh_CN", "en"}:
        raise Refusal("policy_type", expected='{ zh_CN = "…", en = "…" }')
    return {"zh_CN": text(written["zh_CN"]), "en": text(written["en"])}


def flag(written: object) -> bool:
    """True or false. Raises Refusal otherwise."""
    if not isinstance(written, bool):
        raise Refusal("policy_type", expected="true / false")
    return written


def _not_negative(number: int) -> int:
    if number < 0:
        raise Refusal("policy_negative", found=number)
    if number > MOST:
        raise Refusal("policy_choice", found=number, choices=f"0 … {MOST}")
    return number


def each_of(written: object, one: Callable[[object], Any]) -> list[Any]:
    """A written list with every element read by ``one``. Raises Refusal where it is no list or empty."""
    if not isinstance(written, list | tuple) or not written:
        raise Refusal("policy_type", expected='["…", "…"]')
    return [one(element) for element in written]


def _weight(written: object) -> str:
    if isinstance(written, int) and not isinstance(written, bool):
        written = str(written)
    if not isinstance(written, str) or not re.fullmatch(r"\s*-?\d+(\.\d+|/0*[1-9]\d*)?\s*", written):
        raise Refusal("policy_type", expected='2 / "1.5" / "3/2"')
    if Fraction(written) < 0:
        raise Refusal("policy_negative", found=written)
    return str(Fraction(written))


def _milestones(written: object) -> list[int]:
    steps: list[int] = each_of(written, minutes_in)
    if steps != sorted(set(steps)):
        raise Refusal("policy_not_rising", found=" ".join(map(str, steps)))
    return steps


def _month_day(written: object) -> str:
    day = text(written)
    try:
        date.fromisoformat(f"2001-{day}")  # a common year: 29 February would vanish three years in four
    except ValueError:
        raise Refusal("policy_type", expected='"12-31"') from None
    return day


def _target(written: object) -> dict[str, Plain]:
    shape = '{ percent = 100, by = 2020-12-31, scope = "community", categories = ["独居"] }'
    if not isinstance(written, Mapping) or not {"percent"} <= set(written) <= {
        "percent",
        "by",
        "scope",
        "categories",
    }:
        raise Refusal("policy_type", expected=shape)
    percent, by, scope = whole(written["percent"]), written.get("by"), written.get("scope")
    if not 1 <= percent <= 100:
        raise Refusal("policy_choice", found=percent, choices="1 … 100")
    if isinstance(by, str):
        try:
            by = date.fromisoformat(by)
        except ValueError:
            raise Refusal("policy_type", expected=shape) from None
    if by is not None and type(by) is not date:
        raise Refusal("policy_type", expected=shape)
    if scope is not None and scope not in SCOPES:
        raise Refusal("policy_choice", found=scope, choices=" / ".join(SCOPES))
    chosen = written.get("categories") or []
    return {
        "percent": percent,
        "by": by.isoformat() if by else None,
        "scope": scope,
        "categories": sorted(each_of(chosen, category_code)) if chosen else [],
    }


_SHAPES: Mapping[str, Callable[[Setting, object], Plain]] = {
    "minutes": lambda _, written: minutes_in(written),
    "years": lambda _, written: whole(written),
    "months": lambda _, written: whole(written),
    "days": lambda _, written: whole(written),
    "count": lambda _, written: whole(written),
    "flag": lambda _, written: flag(written),
    "text": lambda _, written: text(written),
    "texts": lambda _, written: each_of(written, text),
    "words": lambda _, written: words(written),
    "choice": lambda _, written: text(written),
    "categories": lambda _, written: each_of(written, category_code),
    "weight": lambda _, written: _weight(written),
    "milestones": lambda _, written: _milestones(written),
    "month_day": lambda _, written: _month_day(written),
    "target": lambda _, written: _target(written),
}
