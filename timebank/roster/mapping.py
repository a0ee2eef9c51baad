"""What a person says of how a sheet is to be read: what each column holds, how days and lengths are written.

A correction belongs to a *layout*: the headers of a table, in order, with the name of its sheet. Next month's
sheet of the same layout is read the same way.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from timebank.domain.categories import CATEGORIES
from timebank.outcome import Refusal
from timebank.roster.headers import Profile, meaning

IGNORE = "ignore"
"""Chosen for a column that is not to be read."""

DateOrder = Literal["", "ymd", "dmy", "mdy"]
"""How 9/10/2026 is meant; "" where nobody said."""
Unit = Literal["", "hour", "minute"]
"""What a bare number is as a length; "" where nobody said."""
DATE_ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)[1:]
UNITS: tuple[Unit, ...] = get_args(Unit)[1:]

CHOICES: dict[Profile, tuple[str, ...]] = {
    "people": (
        *("name", "id_number", "document_type", "gender", "birth", "phone", "address", "organisation"),
        *("care_level", "categories", "guardian", "guardian_phone", "emergency_contact"),
        *("emergency_phone", "community", "grid", "registered_here", "lives_here", "skills", "joined"),
        *("contact_relation", "assessed", "assessor", "assessed_until", "health", "trainings", "trained"),
        *("insurance_until", "qualifications", "benefits", "number", "note"),
    ),
    "services": ("date", "volunteer", "elder", "kind", "start", "end", "time", "length", "place", "note"),
}
"""The fields that a column may be said to hold; a roster's may also be ticked for one category (flag:…)."""

SEVERAL = frozenset(
    (
        *("phone", "guardian_phone", "emergency_phone", "categories", "skills", "note", "volunteer", "place"),
        *("trainings", "qualifications", "benefits"),
    )
)
"""Fields that more than one column may hold at once."""

ADDED_HEADERS: dict[str, tuple[str, str]] = {"zh_CN": ("原行号", "原因"), "en": ("Original row", "Reason")}
"""The two columns that stand last in a file of rejected rows, by language: row number and reason."""
_ADDED = frozenset((*ADDED_HEADERS.values(), ("原行号 Row", "原因 Reason")))

_SURE = 80
_DEFAULT_NAME = re.compile(r"(sheet|工作表|表)?[\s_-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """How tables of one layout are to be read.

    ``columns`` gives a field of :data:`CHOICES`, ``flag:<category>`` or :data:`IGNORE` by the place of the
    column in its table, from 0; columns that it leaves out are understood as usual.
    """

    columns: Mapping[int, str] = field(default_factory=dict)
    dates: DateOrder = ""
    unit: Unit = ""
    remembered: bool = field(default=False, compare=False)
    """Whether it was said at an earlier time."""

    @property
    def says_nothing(self) -> bool:
        """Whether everything is to be understood as usual."""
        return not (self.columns or self.dates or self.unit)


@dataclass(frozen=True, slots=True)
class Directions:
    """How a whole file is to be read: choices by layout, and which sheets (all that can be, where None).

    ``fresh`` asks that nothing remembered be used.
    """

    choices: Mapping[str, Choice] = field(default_factory=dict)
    sheets: frozenset[str] | None = None
    fresh: bool = False


NO_DIRECTIONS = Directions()


def layout_of(sheet: str, headers: Sequence[str]) -> str:
    """The layout of a table from its sheet's name and its headers, as 16 hex digits.

    Figures in the name do not count (10月, 11月), nor does the name that every new sheet has, nor the columns
    that a file of rejected rows has more than its original.
    """
    name = re.sub(r"[\d〇零一二三四五六七八九十]+", "", sheet).strip()
    if _DEFAULT_NAME.fullmatch(name):
        name = ""
    told = json.dumps([name, *original_headers(headers)], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def original_headers(headers: Sequence[str]) -> Sequence[str]:
    """The headers without those that a file of rejected rows has at its end."""
    return headers[:-2] if len(headers) > 2 and tuple(headers[-2:]) in _ADDED else headers


def require_field(text: str, profile: Profile) -> str:
    """The field that a person means: its code, a word for it as a header would have it, or "ignore" (不读).

    Refuses with ``map_unknown_field`` (facts: text, known).
    """
    said = text.strip()
    known = CHOICES[profile]
    if said in known:
        return said
    if said.lower() in (IGNORE, "", "不读", "忽略", "-"):
        return IGNORE
    if profile == "people" and said.removeprefix("flag:") in CATEGORIES:
        return f"flag:{said.removeprefix('flag:')}"
    found = meaning(said, profile)
    if (
        found is not None
        and found.score >= _SURE
        and (found.field in known or found.field.startswith("flag:"))
    ):
        return found.field
    raise Refusal("map_unknown_field", text=said, known=", ".join((*known, IGNORE)))


def in_order(value: object, order: DateOrder, *, whole: bool = True) -> object:
    """A day that was written day first or month first in text, as year-month-day; anything else as it is.

    Unless ``whole``, only what says its year is taken for a day (9-10 may be a stretch of the clock).
    """
    if order not in ("dmy", "mdy") or not isinstance(value, str):
        return value
    said = re.match(r"\s*(\d{1,2})\s*([-./])\s*(\d{1,2})(?:\s*\2\s*(\d{4}))?(?!\d|\s*[-./]\s*\d)", value)
    if not said or (not whole and not said[4]):
        return value
    month, day = (said[3], said[1]) if order == "dmy" else (said[1], said[3])
    year = f"{said[4]}-" if said[4] else ""
    return f"{year}{int(month)}-{int(day)}{value[said.end() :]}"


def kept_text(choice: Choice) -> dict[str, object]:
    """A choice as JSON holds it."""
    columns = {str(place): name for place, name in sorted(choice.columns.items())}
    return {"columns": columns, "dates": choice.dates, "unit": choice.unit}


def choice_from(kept: Mapping[str, object]) -> Choice:
    """A choice from what :func:`kept_text` gave."""
    columns = kept.get("columns")
    assert isinstance(columns, dict)
    dates: DateOrder = next((each for each in DATE_ORDERS if each == kept.get("dates")), "")
    unit: Unit = next((each for each in UNITS if each == kept.get("unit")), "")
    return Choice({int(place): str(name) for place, name in columns.items()}, dates, unit, remembered=True)
