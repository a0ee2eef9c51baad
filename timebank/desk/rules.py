"""The rules in force, asked at the desk: what is known here of the people concerned, and a breach as a refusal.

A rule restricts only by what is known. Whom this station does not know cannot be too young, and may well be
trained and insured; of whom it does know, what is not on record is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from timebank.desk.person_form import current_categories
from timebank.domain.kinds import KINDS
from timebank.domain.records import OTHER_RELATION, holding
from timebank.journal.refs import day_number, minute_number
from timebank.outcome import Problem, Refusal
from timebank.phrases import phrases
from timebank.policy.amounts import counted
from timebank.policy.eligibility import (
    RELATIONS,
    Breach,
    VolunteerFacts,
    kind_gates,
    may_be_served,
    may_give,
    may_log,
    may_redeem,
    may_volunteer,
)
from timebank.policy.holding import DAILY, overflows
from timebank.policy.pack import Pack, Source
from timebank.policy.settings import setting
from timebank.store import book_queries, people_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.store import Store

STRANGER = RELATIONS[-1]
"""What a clerk says of two people who are neither spouses nor direct relatives, or says nothing of."""
_AS_RECORDED = {
    "spouse": "spouse",
    **dict.fromkeys(("parent", "child", "grandparent", "grandchild"), "direct_relative"),
}
"""What the kin of a person's record are by the rules; siblings are no direct relatives (直系亲属)."""
NOT_CHECKED: tuple[str, ...] = ()
"""Settings that ask for what the desk keeps no record of: to enforce them would refuse everybody."""

OLDEST_DAYS = 366
"""Days back that a service can be entered: beyond, a date is a slip."""


def keep(breaches: Iterable[Breach]) -> None:
    """Refuse with the first breach; its facts name the ``rule`` (a setting's key) and the rule's ``source``."""
    for breach in breaches:
        if not _not_checked(breach.key):
            raise _refusal(breach)


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
    return _told(key, source, language) if isinstance(key, str) and isinstance(source, Source) else ""


def rule_words(pack: Pack, key: str, language: str) -> str:
    """A rule of a pack and its source as a sentence; empty where the pack does not decide it."""
    source = pack.source(key)
    return "" if source is None else _told(key, source, language)


def _told(key: str, source: Source, language: str) -> str:
    found = setting(key)
    if found is None:
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
    """Refuse a service that has not ended yet, or lies so far back that the date must be a slip.

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
    oldest = now.date() - timedelta(days=OLDEST_DAYS)
    if begins.date() < oldest:
        raise Refusal("too_long_ago", date=begins.date().isoformat(), oldest=oldest.isoformat())


def require_member(member: MemberRecord, day: date) -> None:
    """Refuses with ``member_left`` where the member's account was closed before ``day``."""
    if member.left is not None and day > member.left:
        raise Refusal("member_left", name=member.name, number=member.number, left=member.left.isoformat())


def check_service(
    store: Store,
    volunteers: Sequence[MemberRecord],
    elder: MemberRecord,
    kind: str,
    start: datetime,
    minutes: int,
    pack: Pack,
    *,
    kin: bool = False,
) -> None:
    """Refuse a service that the rules do not allow to these people; ``kind`` is a code.

    ``kin``: the clerk says that they are closest kin; what is on record counts as well.
    """
    day = start.date()
    facts = [_volunteer_facts(each, kind, day, pack) for each in volunteers]
    for each in facts:
        keep(may_volunteer(each, day, pack))
    keep(kind_gates(kind, facts, pack))
    if any(serve_kin(volunteers, elder, day, said=kin)):
        keep(may_log(0, 0, pack, kin=True))
    if elder.known:
        keep(may_be_served(_birth(elder), current_categories(elder.details, day), day, pack))
    if pack.value(DAILY) is not None and not overflows(pack):
        first = minute_number(datetime.combine(day, time.min))
        for member in volunteers:
            logged = book_queries.served_between(store, member.row, first, first + 24 * 60)
            keep(may_log(minutes, sum(counted(each, pack) for each in logged), pack))


def stands_against(member: MemberRecord, day: date, pack: Pack) -> list[Refusal]:
    """What the rules hold on ``day`` against a person's giving (a volunteer) and being served (an elder)."""
    breaches: list[Breach] = []
    if "volunteer" in member.roles:
        breaches += may_volunteer(_volunteer_facts(member, "", day, pack), day, pack)
    if "elder" in member.roles and member.known:
        breaches += may_be_served(_birth(member), current_categories(member.details, day), day, pack)
    return [_refusal(each) for each in breaches]


def kinds_closed_to(member: MemberRecord, day: date, pack: Pack) -> list[tuple[str, Refusal]]:
    """Kinds of service that a volunteer may not give alone on ``day`` for want of a record, each with why."""
    return [
        (kind, _refusal(each))
        for kind in KINDS
        for each in kind_gates(kind, [_volunteer_facts(member, kind, day, pack)], pack)
        if each.code != "rule_persons"
    ]


def _refusal(breach: Breach) -> Refusal:
    return Refusal(breach.code, **breach.facts, rule=breach.key, source=breach.source)


def serve_kin(
    volunteers: Sequence[MemberRecord], elder: MemberRecord, day: date, *, said: bool = False
) -> tuple[bool, ...]:
    """Of each volunteer, whether the elder is closest kin: as the clerk says of all, or on record with either."""
    return tuple(said or _are_kin(each, elder, day) or _are_kin(elder, each, day) for each in volunteers)


def uncredited_kin(
    volunteers: Sequence[MemberRecord], elder: MemberRecord, day: date, pack: Pack, *, said: bool = False
) -> tuple[bool, ...]:
    """Of each volunteer, whether the hours earn nothing since the pack does not credit serving one's kin."""
    if pack.value("service.kin") != "not_credited":
        return (False,) * len(volunteers)
    return serve_kin(volunteers, elder, day, said=said)


def _are_kin(person: MemberRecord, other: MemberRecord, day: date) -> bool:
    """Whether the record of one person names the other as closest kin."""
    return any(each != OTHER_RELATION for each in _recorded(person, other, day))


def _recorded(person: MemberRecord, other: MemberRecord, day: date) -> list[str]:
    """As what the record of one person names the other, by number or by name."""
    names = {other.number, *other.also, *((other.name,) if other.known else ())}
    return [
        str(each.get("relation", OTHER_RELATION))
        for each in holding(person.details.get("kin"), day)
        if each["who"] in names
    ]


def recorded_relation(one: MemberRecord, other: MemberRecord, day: date) -> str:
    """One of :data:`RELATIONS`, as the record of either person has it; ``other`` where none says more."""
    said = {_AS_RECORDED.get(each) for each in (*_recorded(one, other, day), *_recorded(other, one, day))}
    return next((each for each in RELATIONS if each in said), STRANGER)


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


def holder_bars(store: Store, holder: int, minutes: int, today: date, pack: Pack) -> list[Breach]:
    """What stands against this holder (a local number) redeeming ``minutes`` today, for whomever it be."""
    member = people_queries.member_by_row(store, people_queries.one_person(store, holder)[0])
    if member is None:
        return []
    return may_redeem(
        _birth(member),
        current_categories(member.details, today),
        "self",
        today,
        pack,
        minutes=minutes,
        redeemed_today=book_queries.redeemed_on(store, holder, day_number(today)),
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


def _volunteer_facts(member: MemberRecord, kind: str, day: date, pack: Pack) -> VolunteerFacts:
    """What the records of a person say on ``day``; the group is the person's organisation.

    A qualification counts as well where it is only named among the skills.
    """
    details, wanted = member.details, pack.value(f"kinds.{kind}.qualification")
    if not member.known:
        return VolunteerFacts(
            fit_declared=True,
            insured=True,
            trained=frozenset((kind,)),
            qualified=frozenset(() if wanted is None else (wanted,)),
        )
    named = [
        details.get("skills") or "",
        *(each["what"] for each in holding(details.get("qualifications"), day)),
    ]
    has = wanted is not None and any(wanted in each for each in named)
    return VolunteerFacts(
        birth=_birth(member),
        guardian=bool(details.get("guardian")),
        group=bool(details.get("organisation")),
        fit_declared=bool(holding(details.get("health"), day)),
        insured=bool(holding(details.get("insurance"), day)),
        trained=frozenset(each["what"] for each in holding(details.get("trainings"), day)),
        qualified=frozenset((wanted,) if has else ()),
    )


def _birth(member: MemberRecord) -> date | None:
    text = member.details.get("birth")
    return date.fromisoformat(text) if text else None


def _not_checked(key: str) -> bool:
    found = setting(key)
    return found is not None and found.key in NOT_CHECKED
