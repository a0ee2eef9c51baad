"""Rules in plain words: what a setting means, what its value says, and how an amount came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from unicodedata import normalize

import msgspec

from timebank.domain.categories import CATEGORIES
from timebank.domain.kinds import KINDS
from timebank.phrases import LANGUAGES, phrases
from timebank.policy.amounts import hours_text
from timebank.policy.answers import GRADE_WORDS, floor_of
from timebank.policy.explain import Explained, Step
from timebank.policy.pack import AgeBand, AllowanceRule, Exclusion, Pack
from timebank.policy.settings import Setting, Target, Words, setting
from timebank.policy.values import SCOPES, Plain, value_of

GROUPS: Mapping[str, tuple[str, ...]] = {
    "pack": ("id", "name", "region", "level", "draft", "start", "until"),
    "people": ("younger_elder", "elder", "very_old", "minors", "volunteers", "served"),
    "hours": ("step", "rounding", "daily_cap_minutes", "service"),
    "kinds": ("kinds",),
    "credit": ("unit", "credit", "gifts", "honour"),
    "vouchers": ("voucher", "redeem"),
    "allowance": ("allowance", "exclusion", "care"),
    "targets": ("targets",),
    "other": (),
}
"""What belongs together, by the first part of a rule's key; whatever is not named here is ``other``."""
HEADINGS = GROUPS["pack"]
BOOKED = "booked"
"""A step's key where the books say something else than the rules for one service alone."""


def group_of(key: str) -> str:
    """The group (one of :data:`GROUPS`) that a rule is read under."""
    first = key.split(".", maxsplit=1)[0]
    return next((group for group, parts in GROUPS.items() if first in parts), "other")


def option_words(found: Setting) -> dict[str, str]:
    """What may be said for each option of a setting, in either language, as answers are folded to be read."""
    options = SCOPES if found.shape == "target" else found.options
    return {
        normalize("NFKC", phrases(language)(f"policy.option.{each}")).lower(): str(each)
        for language in LANGUAGES
        for each in options
        if f"policy.option.{each}" in phrases(language)
    }


# A rule and its value


def meaning_text(key: str, language: str, pack: Pack | None = None) -> str:
    """What a rule is about; ``pack`` names its own grounds for free hours and its exclusions."""
    say, found = phrases(language), setting(key)
    if key in HEADINGS or key == BOOKED:
        return say(f"policy.heading.{key}")
    if found is not None:
        kind = KINDS.get(key.split(".")[1]) if key.startswith("kinds.") else None
        if kind is None:
            return found.meaning(language)
        name = kind.zh if language == "zh_CN" else kind.en
        return say("policy.of_kind", kind=name, meaning=found.meaning(language))
    floor = floor_of(pack, key) if pack is not None else None
    if pack is not None and floor is not None:
        part = GRADE_WORDS.get(floor.part)
        named = part(language) if part else floor.part if floor.part != "all" else ""
        return " · ".join(filter(None, (floor.rule.name(language), named)))
    rule = ground_of(key, pack)
    return key if rule is None else rule.name(language)


def ground_of(key: str, pack: Pack | None) -> AllowanceRule | Exclusion | None:
    """The ground for free hours, or the exclusion, that a key names."""
    if pack is None:
        return None
    area, _, name = key.partition(".")
    rules: Mapping[str, Sequence[AllowanceRule | Exclusion]] = {
        "allowance": pack.allowance_rules,
        "exclusion": pack.exclusions,
    }
    return next((each for each in rules.get(area, ()) if each.id == name), None)


def value_text(key: str, value: Plain, language: str) -> str:  # noqa: PLR0911  one for each shape
    """A plain value of a rule (as in an entry, a difference or a step) in words; None is what nothing decides."""
    say, found = phrases(language), setting(key)
    if value is None:
        return say("policy.undecided" if found is not None or key in HEADINGS else "policy.no_such_rule")
    if found is not None:
        return _setting_text(found, key, value, language)
    if isinstance(value, bool):
        return say("policy.yes" if value else "policy.no")
    if isinstance(value, dict):
        if "zh_CN" in value:
            return str(value[language])
        return _rule_text(value, language)
    if key.startswith("allowance.") and isinstance(value, int):
        return hours_text(value, language)
    return say(f"policy.level.{value}") if key == "level" else str(value)


def _setting_text(found: Setting, key: str, value: Plain, language: str) -> str:  # noqa: PLR0911  one for each shape
    say, unit = phrases(language), found.unit
    match value_of(found, value):
        case bool() as yes:
            return say("policy.yes" if yes else "policy.no")
        case Words() as words:
            return words(language)
        case Target() as target:
            return _target_text(target, language)
        case tuple() as several if found.shape == "milestones":
            return " / ".join(hours_text(int(each), language) for each in several)
        case tuple() as several:
            return _joined([_category(str(each), language) for each in several], language)
        case Fraction() as weight:
            short = f"{float(weight):.6g}"
            return f"× {short if Fraction(short) == weight else weight}"
        case int() as minutes if unit == "minutes":
            return hours_text(minutes, language)
        case int() as number if unit:
            kept = unit == "years" and key.startswith("records.")
            return say("policy.in_calendar_years" if kept else f"policy.in_{unit}", number=number)
    option = f"policy.option.{value}"
    return say(option) if found.shape == "choice" and option in say else str(value)


def _target_text(target: Target, language: str) -> str:
    say = phrases(language)
    parts = [f"{target.percent} %"]
    if target.scope:
        parts.append(say(f"policy.option.{target.scope}"))
    if target.categories:
        parts.append(_joined([_category(each, language) for each in target.categories], language))
    if target.by:
        parts.append(say("policy.by_day", day=target.by.isoformat()))
    return " · ".join(parts)


def ground_text(rule: AllowanceRule | Exclusion, language: str) -> str:
    """Who fits a ground for free hours and what it gives, or since when an exclusion holds."""
    tree = {k: v for k, v in msgspec.to_builtins(rule).items() if k not in ("id", "name", "source", "origin")}
    return _rule_text(tree, language)


def _rule_text(tree: Mapping[str, Plain], language: str) -> str:
    say = phrases(language)
    parts = [say(f"policy.{key}") for key in ("registered_here", "lives_here") if tree.get(key)]
    if tree.get("categories"):
        parts.append(_joined([_category(each, language) for each in tree["categories"]], language))
    amounts = [
        f"{GRADE_WORDS[grade](language)} {hours_text(minutes, language)}"
        for grade, minutes in (tree.get("grades") or {}).items()
        if grade in GRADE_WORDS
    ]
    amounts += [_band_text(msgspec.convert(band, AgeBand), language) for band in tree.get("ages") or ()]
    if tree.get("flat") is not None:
        amounts.append(hours_text(tree["flat"], language))
    given = _joined(amounts, language)
    if given:
        parts.append(say("policy.at_least", amounts=given) if tree.get("floor") else given)
    if tree.get("start"):
        parts.append(say("policy.from_day", day=_day(tree["start"])))
    if tree.get("until"):
        parts.append(say("policy.by_day", day=_day(tree["until"])))
    return ("；" if language == "zh_CN" else "; ").join(parts)


def _band_text(band: AgeBand, language: str) -> str:
    say, hours = phrases(language), hours_text(band.minutes, language)
    if band.end is None:
        return f"{say('policy.in_years_up', number=band.start)} {hours}"
    return f"{say('policy.in_years', number=f'{band.start}–{band.end}')} {hours}"


def _day(value: Plain) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _category(code: str, language: str) -> str:
    known = CATEGORIES.get(code)
    return code if known is None else known.zh if language == "zh_CN" else known.en


def _joined(parts: list[str], language: str) -> str:
    return ("、" if language == "zh_CN" else ", ").join(parts)


# How an amount came about


def step_text(step: Step, language: str, pack: Pack) -> str:
    """One step in a sentence: the rule, its value, what was looked at, and the minutes before and after."""
    colon = "：" if language == "zh_CN" else ": "
    return f"{meaning_text(step.key, language, pack)}{colon}{step_value_text(step, language)}"


def step_value_text(step: Step, language: str) -> str:
    """What a step's rule says, what was looked at, and why it does not apply where it does not."""
    say = phrases(language)
    if step.unmet:
        return say(
            "policy.not_met", why=_joined([say(f"policy.unmet.{code}") for code in step.unmet], language)
        )
    parts = []
    if not (step.key.startswith("exclusion.") and step.value is None):
        parts.append(value_text(step.key, step.value, language))
    for name, value in step.facts.items():
        if value is not None:
            shown = GRADE_WORDS[value](language) if name == "grade" else value
            parts.append(say(f"policy.looked.{name}", value=shown))
    return ("，" if language == "zh_CN" else ", ").join(parts)


def change_text(step: Step, language: str) -> str:
    """The minutes before and after a step; empty where it changed nothing."""
    if step.before == step.after:
        return ""
    return f"{hours_text(step.before, language)} → {hours_text(step.after, language)}"


def question_texts(explained: Explained, language: str) -> list[str]:
    """The undecided questions whose answer could change an amount."""
    return [
        phrases(language)("policy.could_change", meaning=meaning_text(key, language))
        for key in explained.questions
    ]
