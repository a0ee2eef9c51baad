"""What a header cell means: whose the column is and what it holds, by words and parts of words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from timebank.domain.categories import category
from timebank.outcome import Refusal
from timebank.roster.vocabulary import ATTRIBUTES, OWNERS, PEOPLE_FIELDS, SERVICE_FIELDS

Profile = Literal["people", "services"]

EXACT = 100
ENOUGH = 55  # of 100: below this a header is not understood

_OF_PERSON = frozenset(
    (
        *("name", "number", "serial", "id_number", "phone", "address", "age", "gender", "birth", "signature"),
        *("relation", "organisation", "community", "grid"),
    )
)
_WITH_PHONE = re.compile(r"(姓名)?(及|和|与|/|、|,|\+)?(其|联系)?(电话|方式|手机|号码)+")
_FILLER = re.compile(
    r"^(服务|信息|情况|基本|资料|的|之|本人|所属|及|和|与|/|、|,)+|(信息|情况|资料|签到)$|^[0-9一二三四甲乙]$"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The field that a header names and how surely, 0 to 100."""

    field: str
    score: float


def label_text(value: object) -> str:
    """A cell as a header text on one line; blank for what cannot be a header (numbers, dates, long text)."""
    if not isinstance(value, str):
        return ""
    text = " ".join(value.split())
    if len(text) > 40 or re.search(r"\d{5,}|\d[-/.年:：]\d|[:：]\s*\S|^(填表|制表|填报|审核|上报)", text):
        return ""
    return text


@lru_cache(maxsize=4096)
def meaning(label: str, profile: Profile) -> Meaning | None:
    """The field that a header text names in a roster of people or a sheet of services, None if none."""
    base, bracket = _normalised(label)
    whole = base + bracket
    if profile == "people" and (flag := _flag(base)):
        return Meaning(flag, EXACT)
    candidates = [
        found for text in dict.fromkeys((base, whole, bracket)) if text and (found := _read(text, profile))
    ]
    return max(candidates, key=lambda found: found.score) if candidates else None


def meaning_of_two(upper: str, lower: str, profile: Profile) -> Meaning | None:
    """The field of a column whose header takes two rows: 监护人 over 电话, 服务时间 over 开始."""
    base, _ = _normalised(upper)
    together = meaning(upper + lower, profile)
    if any(re.search(pattern, base) for _, pattern in OWNERS) and together:
        return together
    return meaning(lower, profile) or together or meaning(upper, profile)


def unit_of(label: str) -> str | None:
    """The unit that a header gives for lengths: "hour", "minute" or None."""
    text = unicodedata.normalize("NFKC", label).lower()
    if re.search(r"分钟|分鐘|\bmin", text):
        return "minute"
    return "hour" if re.search(r"小时|钟点|工时|\bh(ou)?rs?\b|\bh\b", text) else None


def _normalised(label: str) -> tuple[str, str]:
    """A header without width, case, spaces among hanzi and decoration, and what stood in its brackets."""
    text = unicodedata.normalize("NFKC", label).lower()
    text = re.sub(r"[*★☆:•。!?「」“”\"'_]+|^\d+[.、]", " ", text)
    inside = "".join(re.findall(r"[(\[【]([^)\]】]*)[)\]】]", text))
    text = re.sub(r"[(\[【][^)\]】]*[)\]】]?", " ", text)
    return _closed_up(text), _closed_up(inside)


def _closed_up(text: str) -> str:
    text = " ".join(text.split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text).strip(" -/")


def _read(text: str, profile: Profile) -> Meaning | None:
    for owner, pattern in OWNERS:
        rest, count = re.subn(pattern, " ", text)
        if count:
            return _owned(owner, _closed_up(rest), profile)
    return _attribute(text, profile)


def _owned(owner: str, rest: str, profile: Profile) -> Meaning | None:
    stripped = _FILLER.sub("", rest).strip()
    if not stripped:
        held: Meaning | None = Meaning("name", 80)
    elif _WITH_PHONE.fullmatch(rest) and rest[0] in "姓及和与/、,+":
        held = Meaning("name", 85)  # name and telephone together in a cell
    else:
        held = _attribute(rest, profile) or _attribute(stripped, profile)
    if held is None:
        return None
    return Meaning(_owned_field(owner, held.field, profile), held.score)


def _owned_field(owner: str, attribute: str, profile: Profile) -> str:
    if owner in ("guardian", "contact"):
        names = {
            "guardian": ("guardian", "guardian_phone"),
            "contact": ("emergency_contact", "emergency_phone"),
        }
        if attribute == "contact_relation" and owner == "contact":
            return attribute
        return dict(zip(("name", "phone"), names[owner], strict=True)).get(attribute, "other")
    if profile == "people":
        return {"name": f"{owner}_name"}.get(attribute, attribute)
    if attribute not in _OF_PERSON:
        return attribute
    by_owner = {"name": owner, "number": f"{owner}_number", "serial": f"{owner}_number"}
    return by_owner.get(
        attribute, f"{owner}_{attribute}" if attribute in ("signature", "address") else "other"
    )


def _attribute(text: str, profile: Profile) -> Meaning | None:
    allowed = PEOPLE_FIELDS if profile == "people" else SERVICE_FIELDS
    best: Meaning | None = None
    for field, words in ATTRIBUTES.items():
        if field not in allowed:
            continue
        score = max(_likeness(text, word) for word in words)
        if field == "time" and score < EXACT:
            score -= 10  # 离开时间 is an end more than a time
        if score >= ENOUGH and (best is None or score > best.score):
            best = Meaning(field, score)
    return best


def _likeness(text: str, word: str) -> float:
    if text == word:
        return EXACT
    if len(word) < 2 or word not in text:
        return 0
    if word.isascii() and not re.search(rf"\b{re.escape(word)}\b", text):
        return 0
    return 50 + 40 * len(word) / len(text) + (6 if text.endswith(word) else 0)


def _flag(base: str) -> str | None:
    """``flag:<category>`` for a column that is ticked for one category: 独居, 是否低保."""
    asked = re.sub(r"^是否(为|属于|享受|是)?|^(享受|属于)|情况$", "", base)
    try:
        return f"flag:{category(asked)}"
    except Refusal:
        return None
