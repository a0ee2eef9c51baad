"""How amounts of this station's people came about, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from timebank.desk.credit import person_facts
from timebank.desk.desk import Desk
from timebank.desk.rule_words import BOOKED, change_text, question_texts, step_text
from timebank.desk.rules import source_text
from timebank.journal.facts import AccountsAdjusted, ServiceLogged
from timebank.journal.refs import EntryRef
from timebank.outcome import Refusal
from timebank.phrases import phrases
from timebank.policy.amounts import hours_text
from timebank.policy.explain import Explained, Step, explain_allowance, explain_credit
from timebank.policy.holding import CAP, OVERFLOW
from timebank.policy.pack import Pack
from timebank.store import book_queries
from timebank.store.people_queries import MemberRecord


class Why(NamedTuple):
    """An amount explained, and the rules by which it was reckoned."""

    explained: Explained
    pack: Pack


def why_credited(desk: Desk, entry: EntryRef, member: MemberRecord | None = None) -> Why:
    """How the credit of a logged service came about, by the rules that held when it was entered.

    ``member`` is one of its volunteers; where not said, whoever was credited most.
    Refuses with ``entry_not_found`` for what is no service.
    """
    store = desk.station.store
    row = book_queries.row_of(store, entry)
    told = None if row is None else store.told(row)
    if told is None or not isinstance(told.fact, ServiceLogged):
        raise Refusal("entry_not_found", entry=str(entry))
    pack = desk.policies.in_force(datetime.fromtimestamp(told.wall).date())
    explained = explain_credit(told.fact.minutes, told.fact.kind, pack)
    credited = dict(zip(told.fact.volunteers, told.fact.credited, strict=True))
    who = member.ref if member else max(credited, key=lambda each: credited[each])
    explained = explain_credit(told.fact.minutes, told.fact.kind, pack)
    if credited.get(who, 0) != explained.result:
        explained = _short(explained, credited.get(who, 0), pack)
    for minutes, rule in _donated(desk, row, who):
        explained = explained.then(pack, rule, explained.result - minutes)
    return Why(explained, pack)


def _short(explained: Explained, booked: int, pack: Pack) -> Explained:
    """Where the books credit something else than the service alone comes to: the rule, if only one can be it."""
    kin = booked == 0 and pack.value("service.kin") == "not_credited"
    honour = pack.value(CAP) is not None and pack.value(OVERFLOW) == "honour"
    if kin != honour:
        return explained.then(pack, "service.kin" if kin else OVERFLOW, booked)
    step = Step(BOOKED, None, None, explained.result, booked)
    return msgspec.structs.replace(explained, result=booked, steps=(*explained.steps, step))


def _donated(desk: Desk, row: int | None, who: EntryRef) -> Iterator[tuple[int, str]]:
    """Minutes of a service that a rule passed on to the pool at once, with the rule."""
    store = desk.station.store
    rows = store.rows(
        "SELECT a.entry FROM about a JOIN entry e ON e.id = a.entry"
        " WHERE a.subject = ? AND e.kind = 'AccountsAdjusted' ORDER BY a.entry",
        (row,),
    )
    for (entry,) in rows:
        told = store.told(entry)
        if told is not None and isinstance(told.fact, AccountsAdjusted):
            yield from ((minutes, rule) for ref, minutes, rule in told.fact.adjusted if ref == who)


def why_allowance(desk: Desk, member: MemberRecord, month: date | None = None) -> Why:
    """How the free hours of ``member`` in the month of ``month`` (this one) come about, or why there are none."""
    first = (month or desk.station.surroundings.today()).replace(day=1)
    pack = desk.policies.in_force(first)
    return Why(explain_allowance(person_facts(member), first, pack), pack)


def explanation_data(why: Why, language: str) -> list[dict[str, Any]]:
    """An explanation as data: each step with its key, value, source, minutes before and after, and a sentence."""
    return [
        {
            "key": step.key,
            "value": step.value,
            "source": msgspec.to_builtins(step.source),
            "before": step.before,
            "after": step.after,
            "unmet": list(step.unmet),
            "facts": step.facts,
            "text": step_text(step, language, why.pack),
        }
        for step in why.explained.steps
    ]


def explanation_lines(why: Why, language: str) -> list[str]:
    """An explanation in sentences: each step with its source, then what comes of it and what could change it."""
    given = why.explained.given
    lines = ["  " + phrases(language)("policy.given", hours=hours_text(given, language))] if given else []
    for step in why.explained.steps:
        changed = change_text(step, language)
        lines.append(f"  {step_text(step, language, why.pack)}" + (f"  [{changed}]" if changed else ""))
        if step.source is not None:
            lines.append(f"      {source_text(step.source, language)}")
    lines.append(f"  = {hours_text(why.explained.result, language)}")
    return lines + [f"  {each}" for each in question_texts(why.explained, language)]
