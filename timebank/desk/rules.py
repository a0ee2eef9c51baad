"""The rules in force, asked at the desk: what is known here of the people concerned, and a breach as a refusal.

A rule restricts only by what is known. Whom this station does not know cannot be too young, and a rule that
asks for a record which the desk does not keep (:data:`NOT_CHECKED`) refuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from timebank.desk.person_form import current_categories
from timebank.journal.refs import minute_number
from timebank.outcome import Problem, Refusal
from timebank.phrases import phrases
from timebank.policy.amounts import counted
from timebank.policy.eligibility import (
    Breach,
    VolunteerFacts,
    kind_gates,
    may_be_served,
    may_give,
    may_log,
    may_redeem,
    may_volunteer,
)
from timebank.policy.pack import Pack, Source
from timebank.policy.settings import setting
from timebank.store import book_queries, people_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.store import Store

STRANGER = "other"
RELATIONS = ("spouse", "direct_relative", STRANGER)
"""What a clerk may say that one person is to another."""
NOT_CHECKED = (
    "volunteers.health_declaration",
    "kinds.*.training",
    "kinds.*.insurance",
    "service.kin",
)
"""Settings that ask for what the desk keeps no record of: to enforce them would refuse everybody."""

OLDEST_DAYS = 366
"""Days back that a service can be entered, where the policy sets no window: beyond, a date is a slip."""


def keep(breaches: Iterable[Breach]) -> None:
    """Refuse with the first breach; its facts name the ``rule`` (a setting's key) and the rule's ``source``."""
    for breach in breaches:
        if not _not_checked(breach.key):
            raise Refusal(breach.code, **breach.facts, rule=breach.key, source=breach.source)


def because(pack: Pack, key: str) -> dict[str, object]:
    """The facts of a refusal that say which rule it comes from; none where the pack does not decide ``key``."""
    source = pack.source(key)
    return {} if source is None else {"rule": key, "source": source}


def not_checked(pack: Pack) -> tuple[str, ...]:
    """The keys that a pack decides and the desk does not enforce, for want of a record to check."""
    return tuple(
        key for key in sorted(pack.entries) if _not_checked(key) and pack.value(key) not in (False, "allowed")
    )


def explanation(problem: Problem, language: str) -> str:
    """Which rule a refusal comes from and that rule's source, as a sentence; empty where it comes from none."""
    key, source = problem.facts.get("rule"), problem.facts.get("source")
    found = setting(key) if isinstance(key, str) else None
    if found is None or not isinstance(source, Source):
        return ""
    return phrases(language)(
        "policy.explanation", meaning=found.meaning(language), key=key, source=source_text(source, language)
    )


def source_text(source: Source, language: str) -> str:
    """Where a value comes from, as people read it."""
    return phrases(language)(
        f"policy.source.{source.kind}",
        title=source.title,
        number=source.number,
        clause=source.clause,
        quote=source.quote,
        reason=source.reason(language) if source.reason else "",
    ).strip()


def check_time(now: datetime, start: datetime, minutes: int, pack: Pack, *, timed: bool) -> None:
    """Refuse a service that has not ended yet, or is older than the rules let it be entered.

    Times are local; where it is not ``timed``, the day alone counts.
    """
    ahead = timedelta(minutes=pack.value("service.future_minutes") or 0)
    begins = start if timed else start.replace(hour=0, minute=0)
    length = timedelta(minutes=minutes if timed else 0)
    if begins > now + ahead - length:
        raise Refusal(
            "in_the_future",
            start=begins.isoformat(" ", "minutes"),
            now=now.isoformat(" ", "minutes"),
            **because(pack, "service.future_minutes"),
        )
    days = pack.value("service.past_days")
    oldest = now.date() - timedelta(days=OLDEST_DAYS if days is None else int(days))
    if begins.date() < oldest:
        raise Refusal(
            "too_long_ago",
            date=begins.date().isoformat(),
            oldest=oldest.isoformat(),
            **because(pack, "service.past_days"),
        )


def check_service(
    store: Store,
    volunteers: Sequence[MemberRecord],
    elder: MemberRecord,
    kind: str,
    start: datetime,
    minutes: int,
    pack: Pack,
) -> None:
    """Refuse a service that the rules do not allow to these people; ``kind`` is a code."""
    day = start.date()
    facts = [_volunteer_facts(each, kind, pack) for each in volunteers]
    for each in facts:
        keep(may_volunteer(each, day, pack))
    qualification = f"kinds.{kind}.qualification"
    all_known = all(each.known for each in volunteers)
    keep(each for each in kind_gates(kind, facts, pack) if each.key != qualification or all_known)
    if elder.known:
        keep(may_be_served(_birth(elder), current_categories(elder.details, day), day, pack))
    if pack.value("daily_cap_minutes") is not None:
        first = minute_number(datetime.combine(day, time.min))
        for member in volunteers:
            logged = book_queries.served_between(store, member.row, first, first + 24 * 60)
            keep(may_log(minutes, sum(counted(each, pack) for each in logged), pack))


def check_redemption(
    store: Store,
    holder: int,
    beneficiary: MemberRecord,
    minutes: int,
    day: int,
    today: date,
    pack: Pack,
    relation: str,
) -> None:
    """Refuse a redemption that the rules do not allow; ``holder`` is a local number, ``day`` that of ``today``.

    ``relation``: what the beneficiary is to the holder, unless they are one person.
    """
    member = people_queries.member_by_row(store, people_queries.one_person(store, holder)[0])
    assert member is not None
    same = beneficiary.row in people_queries.one_person(store, holder)
    keep(
        may_redeem(
            _birth(member),
            current_categories(member.details, today),
            "self" if same else related(relation),
            today,
            pack,
            minutes=minutes,
            redeemed_today=book_queries.redeemed_on(store, holder, day),
        )
    )


def check_gift(relation: str, pack: Pack) -> None:
    """Refuse a gift that the rules do not allow; ``relation`` is what the receiver is to the giver."""
    keep(may_give(related(relation), pack))


def related(relation: str) -> str:
    """The relation, if it is one of :data:`RELATIONS`; refuses with ``relation_unknown``."""
    if relation not in RELATIONS:
        raise Refusal("relation_unknown", relation=relation, known=", ".join(RELATIONS))
    return relation


def told_relation(relation: str) -> dict[str, object]:
    """What a fact's private part says of a relation: nothing where the clerk named none."""
    return {} if relation == STRANGER else {"relation": relation}


def _volunteer_facts(member: MemberRecord, kind: str, pack: Pack) -> VolunteerFacts:
    """Group and qualification are read from what the desk keeps: the person's organisation and skills."""
    details, wanted = member.details, pack.value(f"kinds.{kind}.qualification")
    has = wanted is not None and wanted in (details.get("skills") or "")
    return VolunteerFacts(
        birth=_birth(member),
        guardian=bool(details.get("guardian")),
        group=bool(details.get("organisation")),
        qualified=frozenset((wanted,) if has else ()),
    )


def _birth(member: MemberRecord) -> date | None:
    text = member.details.get("birth")
    return date.fromisoformat(text) if text else None


def _not_checked(key: str) -> bool:
    found = setting(key)
    return found is not None and found.key in NOT_CHECKED
