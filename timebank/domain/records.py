"""Dated records of a person: what held, from which day until which, and what it rests on.

A record is a small dict of texts as it is sealed: its value under the name that its kind gives, ``from`` and
``until`` (ISO dates, empty: open; the last day is included), and what else the kind keeps. Records are never
numbered: one is meant by being equal to what was seen, so that two stations cannot speak past each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from timebank.domain.categories import care_level, category
from timebank.domain.kinds import KINDS
from timebank.outcome import Refusal

Record = dict[str, Any]

RELATIONS = ("spouse", "parent", "child", "sibling", "grandparent", "grandchild", "other")
"""What someone can be to a person; all but ``other`` are closest kin (近亲属, 民法典 1045)."""
OTHER_RELATION = RELATIONS[-1]
LEVELS = range(5)
"""The care levels of GB/T 42195-2022."""
LONGEST_TEXT = 120
"""Characters of one text of a record."""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record: the field that holds it, what its value is called, and the texts kept beside.

    ``optional``: the value may be empty, where the dates say it all. ``past``: it cannot begin after today.
    """

    field: str
    value: str
    more: tuple[str, ...] = ()
    optional: bool = False
    past: bool = False


RECORD_KINDS: dict[str, RecordKind] = {
    kind.field: kind
    for kind in (
        RecordKind("care", "level", ("assessor", "scale", "score"), past=True),
        RecordKind("categories", "code", ("evidence",)),
        RecordKind("benefits", "code", ("evidence",)),
        RecordKind("health", "what", optional=True, past=True),
        RecordKind("trainings", "what", ("course",)),
        RecordKind("insurance", "what", optional=True),
        RecordKind("qualifications", "what", ("number",)),
        RecordKind("kin", "who", ("relation",)),
    )
}
"""Every kind by its field: assessments, categories, benefits drawn (by the id of a pack's exclusion), health
declarations, trainings (of a kind of service, by code, or a course), accident insurance, qualifications, kin
(a member's number, or a name)."""


def record_kind(text: str) -> RecordKind:
    """The kind that is named; refuses with ``record_kind_unknown``."""
    found = RECORD_KINDS.get(text.strip().lower().replace("-", "_"))
    if found is None:
        raise Refusal("record_kind_unknown", text=text, known=", ".join(RECORD_KINDS))
    return found


def record_of(
    kind: RecordKind,
    value: object,
    start: date | None = None,
    until: date | None = None,
    today: date | None = None,
    **more: str,
) -> Record:
    """A record as it is kept, its value read as people write it; ``today`` bounds what lies in the past.

    Refuses with ``unknown_care_level``, ``unknown_category``, ``record_value_missing``,
    ``record_text_too_long``, ``record_ends_before``, ``record_in_future``, ``relation_unknown``.
    """
    read = _READ.get(kind.field, _plain)(value)
    if read == "" and not kind.optional:
        raise Refusal("record_value_missing", kind=kind.field)
    if start is not None and until is not None and until < start:
        raise Refusal("record_ends_before", start=start.isoformat(), until=until.isoformat())
    if kind.past and today is not None and start is not None and start > today:
        raise Refusal("record_in_future", start=start.isoformat(), today=today.isoformat())
    beside = {name: _plain(more.get(name, "")) for name in kind.more}
    if kind.field == "kin":
        beside["relation"] = relation_code(beside["relation"] or OTHER_RELATION)
    return {
        kind.value: read,
        "from": start.isoformat() if start else "",
        "until": until.isoformat() if until else "",
        **{name: text for name, text in beside.items() if text},
    }


def relation_code(text: str) -> str:
    """The relation that a word names, in either language; refuses with ``relation_unknown``."""
    word = text.strip().casefold()
    for code, words in _RELATION_WORDS.items():
        if word == code or word in words:
            return code
    raise Refusal("relation_unknown", relation=text, known=", ".join(RELATIONS))


def holds(record: Mapping[str, Any], day: date | str) -> bool:
    """Whether a record holds on ``day``."""
    text = day if isinstance(day, str) else day.isoformat()
    return bool(record["from"] <= text and (not record["until"] or text <= record["until"]))


def holding(records: Iterable[Record] | None, day: date) -> list[Record]:
    """The records that hold on ``day``."""
    text = day.isoformat()
    return [each for each in records or () if holds(each, text)]


def assessment_on(records: Iterable[Record] | None, day: date) -> Record | None:
    """The assessment that counts on ``day``: the newest made by then, unless it has run out.

    A newer one replaces an older one for good; of two made on one day the one given last counts.
    """
    text, newest = day.isoformat(), None
    for each in records or ():
        if each["from"] <= text and (newest is None or each["from"] >= newest["from"]):
            newest = each
    return newest if newest is not None and holds(newest, text) else None


def added(records: Sequence[Record] | None, new: Record) -> list[Record]:
    """The records with one more; refuses with ``record_known`` where this very one is there."""
    known = list(records or ())
    if new in known:
        raise Refusal("record_known")
    return [*known, new]


def replaced(records: Sequence[Record] | None, old: Record, new: Record | None) -> list[Record]:
    """The records with ``old`` corrected to ``new``, or taken away (None).

    Refuses with ``record_gone`` where ``old`` is no longer there, ``record_known`` where ``new`` is already.
    """
    known = list(records or ())
    if old not in known:
        raise Refusal("record_gone")
    at = known.index(old)
    if new is None:
        return known[:at] + known[at + 1 :]
    if new != old and new in known:
        raise Refusal("record_known")
    return [*known[:at], new, *known[at + 1 :]]


def ended(record: Record, until: date) -> Record:
    """The record with its last day; refuses with ``record_ends_before`` where it began later."""
    if record["from"] and until.isoformat() < record["from"]:
        raise Refusal("record_ends_before", start=record["from"], until=until.isoformat())
    return dict(record, until=until.isoformat())


def assessed_now(known: Sequence[Record] | None, level: int | None, today: date) -> list[Record]:
    """The assessments after somebody says that ``level`` holds now (None: no level any more).

    Today's level ends yesterday and the new one begins today; one that began only today gives way. What is
    said first, of someone never assessed, has no beginning: it held before anyone asked.
    """
    records, current = list(known or ()), assessment_on(known, today)
    if (None if current is None else current["level"]) == level:
        return records
    if current is not None:
        records = _without_today(records, current, today)
    if level is not None:
        records.append({"level": level, "from": today.isoformat() if known else "", "until": ""})
    return records


def categories_now(
    known: Sequence[Record] | None, codes: Sequence[str], today: date, *, keep: bool = False
) -> list[Record]:
    """The categories after somebody says which hold now; with ``keep`` those not named go on as well."""
    records = list(known or ())
    for each in holding(known, today):
        if each["code"] not in codes and not keep:
            records = _without_today(records, each, today)
    there = {each["code"] for each in holding(known, today)}
    start = today.isoformat() if known else ""
    return records + [{"code": each, "from": start, "until": ""} for each in codes if each not in there]


def joined(kind: RecordKind, known: Sequence[Record] | None, said: Sequence[Record]) -> list[Record]:
    """The records with those of ``said`` that are new; the same value with the same dates is known."""
    records = list(known or ())
    for new in said:
        place = (new[kind.value], new["from"], new["until"])
        if all((each[kind.value], each["from"], each["until"]) != place for each in records):
            records.append(new)
    return records


def _without_today(records: list[Record], record: Record, today: date) -> list[Record]:
    """The records with one that held until yesterday; it was never so where it began today."""
    if record["from"] >= today.isoformat():
        return [each for each in records if each is not record]
    yesterday = (today - timedelta(days=1)).isoformat()
    return [dict(each, until=yesterday) if each is record else each for each in records]


def _plain(value: object) -> str:
    text = " ".join(str("" if value is None else value).split())
    if len(text) > LONGEST_TEXT:
        raise Refusal("record_text_too_long", longest=LONGEST_TEXT)
    return text


def _level(value: object) -> int:
    return value if isinstance(value, int) and value in LEVELS else care_level(str(value))


def _category(value: object) -> str:
    return category(str(value)) if str(value).strip() else ""


def _training(value: object) -> str:
    """The code of the kind of service that a training is for, or the course's own name.

    Only the whole word names a kind: a first-aid course is no permission for urgent help.
    """
    text = _plain(value)
    word = _TRAINING.sub("", text).casefold()
    for kind in KINDS.values():
        if word in (kind.code, kind.zh, kind.en, *kind.aliases):
            return kind.code
    return text


_TRAINING = re.compile(r"(服务|技能|专项)*(培训|课程|课)?(合格|结业)?$|\s+(training|course)$", re.IGNORECASE)


def _benefit(value: object) -> str:
    """The id of the exclusion that a benefit is for, or its own name."""
    text = _plain(value)
    return next((code for code, words in _BENEFIT_WORDS.items() if text in words), text)


BENEFITS = ("institution_subsidy",)
"""Ids of exclusions that packs of this program name; a pack from a file may name others."""
_BENEFIT_WORDS = {
    "institution_subsidy": frozenset(
        ("机构补助", "机构补贴", "养老机构补助", "养老机构补贴", "入住机构补助", "institution subsidy")
    )
}
_READ = {"care": _level, "categories": _category, "trainings": _training, "benefits": _benefit}

_RELATION_WORDS: dict[str, frozenset[str]] = {
    "spouse": frozenset(("配偶", "夫妻", "丈夫", "妻子", "老伴", "爱人", "husband", "wife")),
    "parent": frozenset(("父母", "父亲", "母亲", "爸爸", "妈妈", "父", "母", "father", "mother")),
    "child": frozenset(("子女", "儿子", "女儿", "子", "女", "son", "daughter")),
    "sibling": frozenset(("兄弟姐妹", "兄弟", "姐妹", "哥哥", "弟弟", "姐姐", "妹妹", "brother", "sister")),
    "grandparent": frozenset(
        (
            *("祖父母", "外祖父母", "祖父", "祖母", "外祖父", "外祖母", "爷爷", "奶奶", "外公", "外婆"),
            *("grandfather", "grandmother"),
        )
    ),
    "grandchild": frozenset(
        (
            *("孙子女", "外孙子女", "孙子", "孙女", "外孙", "外孙女"),
            *("grandson", "granddaughter"),
        )
    ),
    "other": frozenset(
        (
            *("其他", "其它", "其他亲属", "亲戚", "朋友", "邻居"),
            *("relative", "friend", "neighbour"),
        )
    ),
}
