"""How an amount came about: every rule that was asked, its value and source, and the minutes before and after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import msgspec

from timebank.domain.identity import age_on
from timebank.policy.allowance import (
    DEMENTIA,
    Considered,
    Entitlement,
    PersonFacts,
    current_assessment,
    entitlement,
    held,
)
from timebank.policy.amounts import counted, weight
from timebank.policy.pack import AllowanceRule, Answer, Pack, Source
from timebank.policy.values import GRADES, Plain


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule in the making of an amount.

    ``key`` is a setting, ``allowance.<rule>`` or ``exclusion.<benefit>``; ``value`` is plain, None where nothing
    is decided. ``before`` and ``after`` are minutes. ``unmet`` are the conditions of a rule that do not hold,
    ``facts`` what was looked at (``age``, ``level``, ``grade``, ``day``).
    """

    key: str
    value: Plain
    source: Source | None
    before: int
    after: int
    unmet: tuple[str, ...] = ()
    facts: dict[str, Plain] = {}


class Explained(msgspec.Struct, frozen=True):
    """An amount of minutes with what made it; ``questions`` are settings whose answer could change it."""

    given: int
    result: int
    steps: tuple[Step, ...]
    questions: tuple[str, ...] = ()

    def then(self, pack: Pack, key: str, after: int) -> Explained:
        """The same with one more setting of ``pack`` that turned the result into ``after``."""
        step = setting_step(pack, key, self.result, after)
        return msgspec.structs.replace(self, result=after, steps=(*self.steps, step))


def setting_step(pack: Pack, key: str, before: int, after: int, **facts: Plain) -> Step:
    """What the setting ``key`` did to an amount."""
    entry = pack.entries.get(key)
    return Step(
        key, entry.value if entry else None, entry.source if entry else None, before, after, facts=facts
    )


# Credit


def explain_credit(minutes: int, kind: str, pack: Pack) -> Explained:
    """How a service of ``minutes`` becomes credit: by the step, its rounding, and the weight of its kind (a code)."""
    explained = Explained(minutes, minutes, ())
    step = pack.value("step.minutes")
    explained = explained.then(pack, "step.minutes", minutes if step is None else minutes // step * step)
    if step is not None:
        explained = explained.then(pack, "rounding", counted(minutes, pack))
    share: Fraction = explained.result * weight(kind, pack)
    return explained.then(pack, f"kinds.{kind}.weight", int(share))


# Free hours


def explain_allowance(person: PersonFacts, month: date, pack: Pack) -> Explained:
    """How the free minutes of ``person`` in the month of ``month`` come about, or why there are none."""
    due = entitlement(person, month, pack)
    steps = list(_allowance_steps(person, due, pack))
    return Explained(0, due.minutes, tuple(steps), due.questions)


def _allowance_steps(person: PersonFacts, due: Entitlement, pack: Pack) -> Iterator[Step]:
    by_month = pack.value("allowance.mid_month") is None
    which = "allowance.reference_day" if by_month else "allowance.mid_month"
    yield setting_step(pack, which, 0, 0, day=due.day.isoformat())
    adds_up = pack.value("allowance.combination") == "sum"
    met = sorted((each for each in due.considered if not each.unmet), key=lambda each: -each.minutes)
    running = 0
    for each in met:
        for step in _rule_steps(person, each, due.day, pack, running, adds_up):
            yield step
            running = step.after
    for each in due.considered:
        if each.unmet:
            yield from _rule_steps(person, each, due.day, pack, running, adds_up)
    if len(met) > 1:
        yield setting_step(pack, "allowance.combination", running, running)
    if due.excluded_by is not None:
        key = f"exclusion.{due.excluded_by.id}"
        yield Step(key, None, due.excluded_by.source, running, 0)
        running = 0
    if due.minutes != running:
        yield setting_step(pack, "allowance.mid_month", running, due.minutes)


def _rule_steps(
    person: PersonFacts, considered: Considered, day: date, pack: Pack, running: int, adds_up: bool
) -> Iterator[Step]:
    rule = considered.rule
    facts: dict[str, Plain] = {}
    part = "all"
    if rule.ages and person.birth is not None:
        facts["age"] = age = age_on(person.birth, day)
        part = next((str(band.start) for band in rule.ages if band.covers(age)), part)
    if rule.grades:
        grade, asked = _grade(rule, person, day, pack)
        assessment = current_assessment(person.assessments, day)
        facts |= {"level": assessment.level if assessment else None, "grade": grade}
        part = grade or part
        if asked and not considered.unmet:
            yield setting_step(pack, asked, running, running)
    raised = None if considered.unmet else _raised(pack, rule, part)
    base = considered.minutes if raised is None else int(raised.before)

    def after(minutes: int) -> int:
        return running + minutes if adds_up else max(running, minutes)

    key, value = f"allowance.{rule.id}", None if considered.unmet else base
    yield Step(key, value, rule.source, running, after(base), considered.unmet, facts)
    if raised is not None:
        yield Step(
            f"{key}.{part}", raised.value, raised.source, after(base), after(considered.minutes), facts=facts
        )


def _raised(pack: Pack, rule: AllowanceRule, part: str) -> Answer | None:
    answer = pack.answers.get(f"allowance.{rule.id}.{part}")
    known = answer is not None and isinstance(answer.value, int) and isinstance(answer.before, int)
    return answer if known else None


def _grade(rule: AllowanceRule, person: PersonFacts, day: date, pack: Pack) -> tuple[str | None, str | None]:
    """The care grade at which a rule takes a person, and the setting that says so where the level alone does not."""
    assessment = current_assessment(person.assessments, day)
    level = assessment.level if assessment else 0
    own = GRADES[level - 1] if 1 <= level <= len(GRADES) else None
    asked = None
    if own == "complete" and own not in rule.grades:
        own, asked = pack.value("care.complete_counts_as"), "care.complete_counts_as"
    best, by = own, asked
    if DEMENTIA in rule.impairments and DEMENTIA in held(person.categories, day):
        other = pack.value("care.dementia_counts_as")
        if other is not None and rule.grades.get(other, 0) > rule.grades.get(own or "", 0):
            best, by = other, "care.dementia_counts_as"
    return best, by
