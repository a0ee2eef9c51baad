"""What a private part may say of a person, held to its shape.

An enrolled station can seal anything. What is not of the shape that screens, reports and rules read is left
out, field by field; the sealed bytes stay as they came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

_LEVELS = range(5)


def sound_details(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that are as this program writes them, and those that it does not know, if they are text."""
    return {name: value for name, value in fields.items() if _SHAPES.get(name, _is_text)(value)}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_day(value: object) -> bool:
    """An ISO date, or none."""
    if not isinstance(value, str):
        return False
    try:
        return not value or date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_document(value: object) -> bool:
    return isinstance(value, dict) and all(_is_text(value.get(key)) for key in ("type", "number"))


def _is_level(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in _LEVELS


def _dated(key: str, fits: Callable[[object], bool]) -> Callable[[object], bool]:
    """A check for a list of states, each from a day until a day."""

    def check(value: object) -> bool:
        return isinstance(value, list) and all(
            isinstance(each, dict)
            and fits(each.get(key))
            and _is_day(each.get("from"))
            and _is_day(each.get("until"))
            for each in value
        )

    return check


_SHAPES: dict[str, Callable[[object], bool]] = {
    "birth": _is_day,
    "document": _is_document,
    "registered_here": _is_flag,
    "lives_here": _is_flag,
    "care": _dated("level", _is_level),
    "categories": _dated("code", _is_text),
}
