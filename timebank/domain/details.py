"""What a private part may say of a person, held to its shape.

An enrolled station can seal anything. What is not of the shape that screens, reports and rules read is left
out, field by field; the sealed bytes stay as they came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from timebank.domain.records import LEVELS, RECORD_KINDS, RecordKind


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
    """Its type and number, or nothing where it was taken back."""
    return isinstance(value, dict) and (
        not value or all(_is_text(value.get(key)) for key in ("type", "number"))
    )


def _is_level(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in LEVELS


def _records(kind: RecordKind) -> Callable[[object], bool]:
    """A check for the dated records of a kind."""
    fits = _is_level if kind.field == "care" else _is_text

    def check(value: object) -> bool:
        return isinstance(value, list) and all(
            isinstance(each, dict)
            and fits(each.get(kind.value))
            and _is_day(each.get("from"))
            and _is_day(each.get("until"))
            and all(_is_text(each.get(name, "")) for name in kind.more)
            for each in value
        )

    return check


_SHAPES: dict[str, Callable[[object], bool]] = {
    "birth": _is_day,
    "document": _is_document,
    "registered_here": _is_flag,
    "lives_here": _is_flag,
    **{field: _records(kind) for field, kind in RECORD_KINDS.items()},
}
