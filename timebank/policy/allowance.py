"""Free hours a month (养老服务电子津贴): who is entitled to how much, by which rule, and why not.

A person's state counts as it stands on one day of the month: ``allowance.reference_day`` where the pack sets
it, otherwise the first day, which is how this program works and not any city's policy. A pack that sets
``allowance.mid_month`` says instead what a change within the month does.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from timebank.domain.identity import age_on
from timebank.policy.pack import AllowanceRule, Exclusion, Pack, Source, within
from timebank.policy.values import GRADES, category_code

DEMENTIA = category_code("失智")


class Assessment(msgspec.Struct, frozen=True):
    """A care-level assessment: made on a day, level 0 to 4 (GB/T 42195-2022), good until a day inclusive."""

    made: date
    level: int
    until: date | None = None


class Dated(msgspec.Struct, frozen=True):
    """A category or benefit (by code) that holds from one day to another, both inclusive; None: no bound."""

    code: str
    start: date | None = None
    until: date | None = None


class PersonFacts(msgspec.Struct, frozen=True):
    """What a person's free hours depend on. ``benefits`` are what they draw, by the id of an exclusion."""

    birth: date | None
    registered_here: bool
    lives_here: bool
    assessments: tuple[Assessment, ...] = ()
    categories: tuple[Dated, ...] = ()
    benefits: tuple[Dated, ...] = ()


class Considered(msgspec.Struct, frozen=True):
    """How one rule fared: the minutes it gives, or the codes of every condition that was not met."""

    rule: AllowanceRule
    minutes: int
    unmet: tuple[str, ...] = ()


class Entitlement(msgspec.Struct, frozen=True):
    """The free minutes of one person in one month.

    ``rule_id`` joins the rules that were added up with ``+``; ``source`` is that of the first that counts.
    ``floor``: the source says 不少于, so a county may give more. ``questions`` are settings whose answer
    could change the result. ``excluded_by`` is the exclusion that took the hours away.
    """

    minutes: int
    day: date
    rule_id: str | None = None
    source: Source | None = None
    floor: bool = False
    considered: tuple[Considered, ...] = ()
    excluded_by: Exclusion | None = None
    questions: tuple[str, ...] = ()


def entitlement(person: PersonFacts, month: date, pack: Pack) -> Entitlement:
    """What ``person`` is entitled to in the month that ``month`` lies in, under ``pack``.

    Where the pack says what a change in mid-month does (``allowance.mid_month``): for ``whole_month`` the best
    day counts, for ``next_month`` the first, for ``by_days`` each day its part of the month, rounded down in all.
    """
    first = month.replace(day=1)
    match pack.value("allowance.mid_month"):
        case "next_month":
            return entitled_on(person, first, pack)
        case "whole_month":
            return max((each for _, each in _stretches(person, first, pack)), key=lambda each: each.minutes)
        case "by_days":
            stretches = _stretches(person, first, pack)
            days = sum(length for length, _ in stretches)
            best = max((each for _, each in stretches), key=lambda each: each.minutes)
            minutes = sum(length * each.minutes for length, each in stretches) // days
            return msgspec.structs.replace(best, minutes=minutes)
    return entitled_on(person, reference_day(month, pack), pack)


def _stretches(person: PersonFacts, first: date, pack: Pack) -> list[tuple[int, Entitlement]]:
    """The month in stretches of days (how many, entitlement of each) within which nothing changes."""
    month = [first + timedelta(days=each) for each in range(monthrange(first.year, first.month)[1])]
    dated = (*person.categories, *person.benefits)
    turns = {each.start for each in dated} | {_after(each.until) for each in dated}
    turns |= {each.made for each in person.assessments} | {_after(each.until) for each in person.assessments}
    turns |= {rule.start for rule in pack.allowance_rules} | {
        _after(rule.until) for rule in pack.allowance_rules
    }
    turns |= {each.start for each in pack.exclusions} | {_after(each.until) for each in pack.exclusions}
    begins = [
        day
        for before, day in zip((None, *month), month, strict=False)
        if before is None or day in turns or (person.birth is not None and _older(person.birth, before, day))
    ]
    ends = [*begins[1:], month[-1] + timedelta(days=1)]
    return [((end - day).days, entitled_on(person, day, pack)) for day, end in zip(begins, ends, strict=True)]


def _after(day: date | None) -> date | None:
    return None if day is None or day == date.max else day + timedelta(days=1)


def _older(birth: date, before: date, day: date) -> bool:
    return before >= birth and age_on(birth, before) != age_on(birth, day)


def entitled_on(person: PersonFacts, day: date, pack: Pack) -> Entitlement:
    """The free minutes of a month in which all stands as on ``day``."""
    questions: list[str] = []
    considered = tuple(_consider(rule, person, day, pack, questions) for rule in pack.allowance_rules)
    met = sorted((each for each in considered if not each.unmet), key=lambda each: -each.minutes)
    for exclusion in pack.exclusions:
        if (
            met
            and within(exclusion.start, day, exclusion.until)
            and exclusion.id in held(person.benefits, day)
        ):
            return Entitlement(
                0,
                day,
                source=exclusion.source,
                considered=considered,
                excluded_by=exclusion,
                questions=tuple(questions),
            )
    if not met:
        return Entitlement(0, day, considered=considered, questions=tuple(questions))
    combination = pack.value("allowance.combination")
    if len(met) > 1 and (combination is None or "allowance.combination" in pack.to_confirm()):
        questions.append("allowance.combination")
    counted = met if combination == "sum" else met[:1]  # unset: the higher, for nobody says that they add up
    return Entitlement(
        minutes=sum(each.minutes for each in counted),
        day=day,
        rule_id="+".join(each.rule.id for each in counted),
        source=counted[0].rule.source,
        floor=any(each.rule.floor for each in counted),
        considered=considered,
        questions=tuple(questions),
    )


def reference_day(month: date, pack: Pack) -> date:
    """The day whose state decides the month: its first, or its last where the pack says so."""
    if pack.value("allowance.reference_day") == "last":
        return month.replace(day=monthrange(month.year, month.month)[1])
    return month.replace(day=1)


def current_assessment(assessments: Iterable[Assessment], day: date) -> Assessment | None:
    """The latest assessment made by ``day``, or None where there is none or it has run out.

    A newer assessment replaces an older one for good, even where the older was to last longer. Of two made on
    one day the one given last counts.
    """
    latest: Assessment | None = None
    for each in assessments:
        if each.made <= day and (latest is None or each.made >= latest.made):
            latest = each
    return latest if latest and within(None, day, latest.until) else None


def held(dated: Iterable[Dated], day: date) -> frozenset[str]:
    """The codes that hold on ``day``."""
    return frozenset(each.code for each in dated if within(each.start, day, each.until))


def _consider(
    rule: AllowanceRule, person: PersonFacts, day: date, pack: Pack, questions: list[str]
) -> Considered:
    unmet = []
    if not within(rule.start, day, rule.until):
        unmet.append("not_in_force")
    if rule.registered_here and not person.registered_here:
        unmet.append("not_registered_here")
    if rule.lives_here and not person.lives_here:
        unmet.append("not_living_here")
    if rule.categories and not held(person.categories, day) & set(rule.categories):
        unmet.append("no_category")
    minutes = rule.flat or 0
    if rule.ages:
        minutes, reason = _by_age(rule, person.birth, day)
        unmet += reason
    if rule.grades:
        minutes, reason, question = _by_grade(rule, person, day, pack)
        if question and not unmet and question not in questions:
            questions.append(question)
        unmet += reason
    return Considered(rule, 0 if unmet else minutes, tuple(unmet))


def _by_age(rule: AllowanceRule, birth: date | None, day: date) -> tuple[int, list[str]]:
    if birth is None:
        return 0, ["no_birth_date"]
    age = age_on(birth, day)
    for band in rule.ages:
        if band.covers(age):
            return band.minutes, []
    return 0, ["age_not_covered"]


def _by_grade(
    rule: AllowanceRule, person: PersonFacts, day: date, pack: Pack
) -> tuple[int, list[str], str | None]:
    """Minutes by care grade, what is missing, and the setting whose answer could change that."""
    assessment = current_assessment(person.assessments, day)
    level = assessment.level if assessment else 0
    own = GRADES[level - 1] if 1 <= level <= len(GRADES) else None
    question = None
    if own == "complete" and own not in rule.grades:
        own = pack.value("care.complete_counts_as")
        question = None if own else "care.complete_counts_as"
    candidates = [own] if own else []
    if DEMENTIA in rule.impairments and DEMENTIA in held(person.categories, day):
        dementia = pack.value("care.dementia_counts_as")
        if dementia:
            candidates.append(dementia)
        elif own not in rule.grades:
            question = question or "care.dementia_counts_as"
    covered = [rule.grades[each] for each in candidates if each in rule.grades]
    if covered:
        return max(covered), [], None
    if question:
        return 0, ["unanswered"], question
    if assessment is None:
        return 0, ["assessment_expired" if _assessed_by(person, day) else "no_assessment"], None
    return 0, ["level_not_covered"], None


def _assessed_by(person: PersonFacts, day: date) -> bool:
    return any(each.made <= day for each in person.assessments)
