"""What a pack leaves to the coordinator: its questions, reading an answer, and the pack with the answers in it.

An answer is asked for once. It travels in the adopted pack as the network's own decision, and is carried over
to the next adoption for as long as the pack asks the same. A question that is left open restricts nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from timebank.domain.categories import CATEGORIES
from timebank.outcome import Refusal
from timebank.policy.pack import AgeBand, AllowanceRule, Answer, Pack, Source, answered
from timebank.policy.settings import SETTINGS, Setting, Words, setting
from timebank.policy.values import SCOPES, Plain, kind_code, minutes_in, plain

UNSET, CONFIRM, LOCAL, FLOOR = "unset", "confirm", "local", "floor"
GRADE_WORDS: Mapping[str, Words] = {
    "mild": Words("轻度", "mild"),
    "moderate": Words("中度", "moderate"),
    "severe": Words("重度", "severe"),
    "complete": Words("完全失能", "complete"),
}
"""The care grades as people say them."""

_YES = {"yes", "true", "y", "是", "要", "允许", "可以", "对"}
_NO = {"no", "false", "n", "否", "不", "不要", "不允许", "不可以", "不对"}
_COUNTED = re.compile(
    r"(-?\d+)\s*(?:周岁|岁|天|日|个月|月|年|名|人|次|years?|days?|months?|people|volunteers?|times?)?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(r"(\d{1,2})\s*(?:月|-|/)\s*(\d{1,2})\s*日?")
_SEVERAL = re.compile(r"\s*[、,，;；]\s*")


class Question(msgspec.Struct, frozen=True):
    """One thing that a pack leaves open (``unset``), wants confirmed (``confirm``) or lets a county raise (``floor``).

    ``local`` is what no source fixes and the pack's author decided: it holds, and may be decided otherwise.

    ``value`` and ``source`` are what counts until it is answered; ``suggestion`` decides nothing. ``answer`` is
    what the network said at an earlier adoption, and what it will say again unless told otherwise.
    """

    key: str
    why: str
    meaning: Words
    setting: Setting
    value: Plain = None
    source: Source | None = None
    suggestion: Plain = None
    suggested_by: Source | None = None
    answer: Answer | None = None


class Floor(NamedTuple):
    """One amount of free hours that the source calls the least: the rule, and which of its amounts."""

    rule: AllowanceRule
    part: str
    minutes: int


# What is asked


def questions(pack: Pack, earlier: Pack | None = None) -> tuple[Question, ...]:
    """Everything that ``pack`` asks, with what ``earlier``, the rules in force, have answered already."""
    known = carried(pack, earlier) if earlier is not None else {}
    asked = {each.key: each for each in _asked(pack)}
    for key in known.keys() - asked.keys():  # of one kind of service, where the pack asks of each
        found = setting(key)
        if found is not None:
            asked[key] = _question(pack, key, found)
    return tuple(_with_answer(each, known.get(key)) for key, each in asked.items())


def _with_answer(question: Question, answer: Answer | None) -> Question:
    return question if answer is None else msgspec.structs.replace(question, answer=answer)


def _asked(pack: Pack) -> Iterator[Question]:
    unset = set(pack.unset())
    for pattern, found in SETTINGS.items():
        for key in sorted({*pack.entries, *pack.suggestions}):
            if _pattern(key) == pattern and (key not in pack.entries or _may_answer(pack, key)):
                yield _question(pack, key, found)
        if pattern in unset and pattern not in pack.suggestions:
            yield Question(pattern, UNSET, found.meaning, found)
    for rule in pack.allowance_rules:
        for part, minutes in _parts(rule).items() if rule.floor else ():
            key = _floor_key(rule, part)
            asked = Setting(key, "minutes", _floor_words(rule, part), least=minutes)
            yield Question(key, FLOOR, asked.meaning, asked, minutes, rule.source)


def _question(pack: Pack, key: str, found: Setting) -> Question:
    entry, suggestion = pack.entries.get(key), pack.suggestions.get(key)
    return Question(
        key,
        UNSET if entry is None else CONFIRM if entry.confirm else LOCAL,
        found.meaning,
        found,
        value=entry.value if entry else None,
        source=entry.source if entry else None,
        suggestion=suggestion.value if suggestion else None,
        suggested_by=suggestion.source if suggestion else None,
    )


def floor_of(pack: Pack, key: str) -> Floor | None:
    """The amount that ``allowance.<rule>.<grade, age or all>`` names, or None where it names none."""
    for rule in pack.allowance_rules:
        for part, minutes in _parts(rule).items():
            if key == _floor_key(rule, part):
                return Floor(rule, part, minutes)
    return None


def _parts(rule: AllowanceRule) -> dict[str, int]:
    parts = {**rule.grades, **{str(band.start): band.minutes for band in rule.ages}}
    return parts if rule.flat is None else {**parts, "all": rule.flat}


def _floor_key(rule: AllowanceRule, part: str) -> str:
    return f"allowance.{rule.id}.{part}"


def _floor_words(rule: AllowanceRule, part: str) -> Words:
    word = GRADE_WORDS.get(
        part, Words("", "") if part == "all" else Words(f"{part} 周岁起", f"from age {part}")
    )
    return Words(*(" · ".join(filter(None, (rule.name(lang), word(lang)))) for lang in ("zh_CN", "en")))


# What is answered


def read_answers(
    pack: Pack,
    texts: Mapping[str, str],
    source: Callable[[str, Plain, Pack], Source],
    words: Callable[[Setting], Mapping[str, str]] = lambda _: {},
) -> dict[str, Answer]:
    """Answers as typed, by key, each held to what the pack asks; an empty text leaves a question open.

    ``source`` says of a key and its plain value where that comes from; ``words`` gives the words that may
    stand for the options of a setting. Raises Refusal ``policy_key_unknown``, ``answer_decided``,
    ``answer_names_no_kind``, ``answer_below_floor``, or an ``answer_…`` code of a value that does not fit.
    """
    read: dict[str, Answer] = {}
    for written, text in texts.items():
        key = answer_key(written)
        if key in read:
            raise Refusal("answer_twice", key=key)
        floor = floor_of(pack, key)
        value = _raised(floor, key, text) if floor else _decided(pack, key, text, words)
        before = floor.minutes if floor else pack.entries[key].value if key in pack.entries else None
        read[key] = Answer(value, source(key, value, pack), before)
    return read


def answer_key(written: str) -> str:
    """The key that someone wrote: ``kinds.助浴.persons`` is ``kinds.bath.persons``."""
    parts = unicodedata.normalize("NFKC", written).strip().split(".")
    if parts[0] == "kinds" and len(parts) == 3 and parts[1] != "*":
        try:
            parts[1] = kind_code(parts[1])
        except Refusal as refusal:
            raise Refusal("answer_kind_unknown", key=written, word=parts[1]) from refusal
    return ".".join(parts)


def _raised(floor: Floor, key: str, text: str) -> Plain:
    if not floor.rule.floor:
        raise Refusal("answer_decided", key=key, source=str(floor.rule.source))
    if not text.strip():
        return None
    value = _fitting(key, text, lambda: minutes_in(_number_or_text(_folded(text))))
    if value < floor.minutes:
        quote = floor.rule.source.quote
        raise Refusal("answer_below_floor", key=key, given=value, floor=floor.minutes, quote=quote)
    return value


def _decided(pack: Pack, key: str, text: str, words: Callable[[Setting], Mapping[str, str]]) -> Plain:
    found = setting(key)
    if found is None:
        raise Refusal("policy_key_unknown", key=key)
    if not _may_answer(pack, key):
        raise Refusal("answer_decided", key=key, source=str(pack.source(key)))
    if not text.strip():
        return None
    if "*" in key:
        raise Refusal("answer_names_no_kind", key=key)
    return _fitting(key, text, lambda: read_answer(found, text, words(found)))


def _fitting(key: str, text: str, read: Callable[[], Plain]) -> Plain:
    try:
        return read()
    except Refusal as refusal:
        code = refusal.code.removeprefix("policy_")
        raise Refusal(f"answer_{code}", **{"found": text.strip(), **refusal.facts, "key": key}) from refusal


def _may_answer(pack: Pack, key: str) -> bool:
    """What a document or a law decides is not asked, unless it is to be confirmed."""
    entry = pack.entries.get(key)
    return entry is None or entry.confirm or entry.source.kind == "local"


def read_answer(found: Setting, text: str, words: Mapping[str, str] | None = None) -> Plain:
    """The plain value of an answer as people type it: ``1500 小时``, ``60 周岁``, ``是``, ``12月31日``, ``100%``.

    ``words`` maps what may be said (lower case) to the option meant. Raises a ``policy_…`` Refusal as
    :func:`timebank.policy.values.plain` does.
    """
    folded = _folded(text)
    said = (words or {}).get(folded.lower(), folded)
    match found.shape:
        case "minutes":
            written: object = _number_or_text(said)
        case "years" | "months" | "days" | "count":
            number = _COUNTED.fullmatch(folded)
            written = int(number[1]) if number else folded
        case "flag":
            written = True if folded.lower() in _YES else False if folded.lower() in _NO else folded
        case "categories":
            written = _SEVERAL.split(folded)
        case "milestones":
            written = [_number_or_text(each) for each in re.split(r"\s*[、,;/]\s*", folded)]
        case "texts":
            written = _SEVERAL.split(text.strip())
        case "words":
            parts = [each.strip() for each in text.split("/")]
            written = {"zh_CN": parts[0], "en": parts[1]} if len(parts) == 2 else text.strip()
        case "month_day":
            day = _MONTH_DAY.fullmatch(folded)
            written = f"{int(day[1]):02}-{int(day[2]):02}" if day else folded
        case "target":
            written = _target(folded, words or {})
        case "text":
            written = text.strip()
        case _:
            written = said
    return plain(found, written)


def _target(text: str, words: Mapping[str, str]) -> dict[str, object]:
    target: dict[str, object] = {}
    categories = []
    for part in _SEVERAL.split(text):
        scope = words.get(part.lower(), part)
        if number := re.fullmatch(r"(\d+)\s*%?", part):
            target["percent"] = int(number[1])
        elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", part):
            target["by"] = part
        elif scope in SCOPES:
            target["scope"] = scope
        else:
            categories.append(part)
    return target | ({"categories": categories} if categories else {})


def answer_text(found: Setting, value: Plain, language: str) -> str:  # noqa: PLR0911  one for each shape
    """A plain value as it can be typed again; :func:`read_answer` reads it back, whatever the language."""
    comma = "、" if language == "zh_CN" else ", "
    match found.shape:
        case "minutes":
            return _length(value, language)
        case "flag":
            return "yes" if value else "no"
        case "categories":
            return comma.join(_category(each, language) for each in value)
        case "milestones":
            return comma.join(_length(each, language) for each in value)
        case "texts":
            return comma.join(value)
        case "words":
            return (
                str(value["zh_CN"]) if value["zh_CN"] == value["en"] else f"{value['zh_CN']} / {value['en']}"
            )
        case "target":
            parts = [f"{value['percent']}%", value["by"], value["scope"]]
            return comma.join(
                [*filter(None, parts), *(_category(each, language) for each in value["categories"])]
            )
    return str(value)


def _length(minutes: int, language: str) -> str:
    hours, left = divmod(minutes, 60)
    hour, minute = ("小时", "分") if language == "zh_CN" else ("h", "min")
    parts = [f"{hours} {hour}" if hours else "", f"{left} {minute}" if left or not hours else ""]
    return " ".join(filter(None, parts))


def _category(code: str, language: str) -> str:
    known = CATEGORIES.get(code)
    return code if known is None else known.zh if language == "zh_CN" else known.en


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _number_or_text(text: str) -> object:
    return int(text) if text.isdecimal() else text


# The pack with its answers


def with_answers(pack: Pack, answers: Mapping[str, Answer]) -> Pack:
    """The pack as the network adopts it. Raises Refusal ``answer_bands`` where answers contradict one another."""
    for key, answer in answers.items():
        floor, entry = floor_of(pack, key), pack.entries.get(key)
        if floor is not None:
            pack = pack if answer.value is None else _raise(pack, floor, answer.value)
        elif answer.value is not None or (entry is not None and not entry.confirm):
            reason = answer.source.reason or Words("", "")
            pack = answered(pack, {key: answer.value}, reason)
    youngest, oldest = pack.value("younger_elder.from"), pack.value("younger_elder.to")
    if youngest is not None and oldest is not None and youngest > oldest:
        raise Refusal("answer_bands", start=youngest, end=oldest)
    suggestions = {key: each for key, each in pack.suggestions.items() if key not in pack.entries}
    return msgspec.structs.replace(pack, suggestions=suggestions, answers={**pack.answers, **answers})


def carried(pack: Pack, earlier: Pack) -> dict[str, Answer]:
    """The answers in ``earlier`` that are answers to what ``pack`` asks: what it has decided since is not asked."""
    return {key: answer for key, answer in earlier.answers.items() if _still_asked(pack, key, answer)}


def _still_asked(pack: Pack, key: str, answer: Answer) -> bool:
    floor = floor_of(pack, key)
    if floor is not None:
        raised = isinstance(answer.value, int) and answer.value >= floor.minutes
        return floor.rule.floor and (answer.value is None or raised)
    if setting(key) is None or not _may_answer(pack, key):
        return False
    entry = pack.entries.get(key)
    return entry is None or entry.confirm or entry.value == answer.before


def _raise(pack: Pack, floor: Floor, minutes: int) -> Pack:
    rule, part = floor.rule, floor.part
    if part == "all":
        raised = msgspec.structs.replace(rule, flat=minutes)
    elif part in rule.grades:
        raised = msgspec.structs.replace(rule, grades={**rule.grades, part: minutes})
    else:
        bands = tuple(_band(band, part, minutes) for band in rule.ages)
        raised = msgspec.structs.replace(rule, ages=bands)
    rules = tuple(raised if each.id == rule.id else each for each in pack.allowance_rules)
    return msgspec.structs.replace(pack, allowance_rules=rules)


def _band(band: AgeBand, part: str, minutes: int) -> AgeBand:
    return msgspec.structs.replace(band, minutes=minutes) if str(band.start) == part else band


def _pattern(key: str) -> str:
    found = setting(key)
    return found.key if found else ""
