"""Who may give, receive and redeem under a pack: pure checks that name the setting and its source.

A setting that is unset restricts nothing. Every check gives the breaches found, none where all is well;
whether a breach refuses an intention or opens a case is for the caller to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import msgspec

from timebank.domain.identity import age_on
from timebank.policy.amounts import counted
from timebank.policy.pack import Pack, Source

_FOR_WHOM = {
    "nobody": (),
    "self": ("self",),
    "spouse": ("self", "spouse"),
    "self_or_spouse": ("self", "spouse"),
    "direct_relatives": ("self", "spouse", "direct_relative"),
    "anyone": ("self", "spouse", "direct_relative", "other"),
}
"""Relations allowed by each answer; a relation is ``self`` or one of :data:`RELATIONS`."""
RELATIONS = ("spouse", "direct_relative", "other")
"""What one person may be to another."""
FOR_WHOM, TO_WHOM = "redeem.for_whom", "gifts.whom"
_REFUSALS = {FOR_WHOM: "rule_redeem_for_whom", TO_WHOM: "rule_gift"}
"""The settings that say for whom something may be, each with the code of its breach."""


class Breach(msgspec.Struct, frozen=True):
    """One rule that would be broken: the setting, a code with its facts, and where the rule comes from."""

    key: str
    code: str
    facts: dict[str, Any]
    source: Source | None


class VolunteerFacts(msgspec.Struct, frozen=True):
    """What the rules ask of someone who gives hours; ``trained`` and ``qualified`` hold what is valid."""

    birth: date | None = None
    guardian: bool = False
    group: bool = False
    fit_declared: bool = False
    insured: bool = False
    trained: frozenset[str] = frozenset()
    qualified: frozenset[str] = frozenset()


def is_younger_elder(birth: date | None, day: date, pack: Pack) -> bool:
    """Whether someone counts as 低龄老人 on ``day``; False where the birth date or the band is not known."""
    youngest, oldest = pack.value("younger_elder.from"), pack.value("younger_elder.to")
    if birth is None or youngest is None:
        return False
    age = age_on(birth, day)
    return bool(youngest <= age and (oldest is None or age <= oldest))


def may_volunteer(volunteer: VolunteerFacts, day: date, pack: Pack) -> list[Breach]:
    """What stands against this person giving hours on ``day``."""
    found = []
    under, oldest = pack.value("minors.under"), pack.value("volunteers.max_age")
    age = None if volunteer.birth is None else age_on(volunteer.birth, day)
    if age is not None and under is not None and age < under:
        condition = pack.value("minors.condition")
        fits = {
            None: True,
            "guardian": volunteer.guardian,
            "group": volunteer.group,
            "guardian_or_group": volunteer.guardian or volunteer.group,
        }.get(condition, False)
        if not fits:
            code = "rule_no_minors" if condition == "not_allowed" else "rule_minor_alone"
            found.append(_breach(pack, "minors.condition", code, age=age, under=under))
    if age is not None and oldest is not None and age > oldest:
        found.append(_breach(pack, "volunteers.max_age", "rule_volunteer_age", age=age, most=oldest))
    if pack.value("volunteers.health_declaration") and not volunteer.fit_declared:
        found.append(_breach(pack, "volunteers.health_declaration", "rule_no_health_declaration"))
    return found


def may_be_served(birth: date | None, categories: Collection[str], day: date, pack: Pack) -> list[Breach]:
    """What stands against this person being served on ``day``; ``categories`` are the codes held that day."""
    found = []
    least, chosen = pack.value("served.min_age"), pack.value("served.categories")
    if least is not None and birth is not None and (age := age_on(birth, day)) < least:
        found.append(_breach(pack, "served.min_age", "rule_served_age", age=age, least=least))
    if chosen and not set(chosen) & set(categories):
        found.append(_breach(pack, "served.categories", "rule_served_category"))
    return found


def may_redeem(
    birth: date | None,
    categories: Collection[str],
    relation: str,
    day: date,
    pack: Pack,
    *,
    minutes: int,
    redeemed_today: int = 0,
    goods: bool = False,
) -> list[Breach]:
    """What stands against a holder redeeming ``minutes`` for a person who is their ``relation``.

    ``birth`` and ``categories`` are the holder's; ``relation`` is ``self``, ``spouse``,
    ``direct_relative`` or ``other``; ``goods`` is a redemption for things instead of hours.
    """
    found = []
    least = pack.value("redeem.min_age")
    exempt = set(pack.value("redeem.hardship_categories") or ()) & set(categories)
    if least is not None and birth is not None and not exempt and (age := age_on(birth, day)) < least:
        found.append(_breach(pack, "redeem.min_age", "rule_redeem_age", age=age, least=least))
    found += may_be_for(relation, pack, FOR_WHOM)
    found += _ceiling(pack, "voucher.daily_minutes", "rule_redeem_daily", redeemed_today + minutes)
    if goods and pack.value("voucher.goods") is False:
        found.append(_breach(pack, "voucher.goods", "rule_no_goods"))
    return found


def may_give(relation: str, pack: Pack) -> list[Breach]:
    """What stands against giving credit to a member who is the giver's ``relation``."""
    return may_be_for(relation, pack, TO_WHOM)


def may_be_for(relation: str, pack: Pack, key: str) -> list[Breach]:
    """What stands against something for a person so related; ``key`` is :data:`FOR_WHOM` or :data:`TO_WHOM`."""
    answer = pack.value(key)
    if answer is None or relation in _FOR_WHOM[answer]:
        return []
    return [_breach(pack, key, _REFUSALS[key], relation=relation, allowed=answer)]


def turns_on_relation(pack: Pack, key: str) -> bool:
    """Whether ``key`` lets something be for one kind of relation and not for another, so that one has to ask."""
    return len({bool(may_be_for(each, pack, key)) for each in RELATIONS}) > 1


def may_issue(minutes: int, day: date, pack: Pack, expires: date | None = None) -> list[Breach]:
    """What stands against a voucher of ``minutes`` issued on ``day`` that is good until ``expires`` inclusive."""
    found = _ceiling(pack, "voucher.max_minutes", "rule_voucher_value", minutes)
    last, days = pack.value("voucher.last_issue"), pack.value("voucher.validity_days")
    if last is not None and day.strftime("%m-%d") > last:
        found.append(_breach(pack, "voucher.last_issue", "rule_last_issue", last=last))
    if days is not None and expires is not None and (expires - day).days > days:
        facts = {"date": expires.isoformat(), "days": days}
        found.append(_breach(pack, "voucher.validity_days", "rule_voucher_validity", **facts))
    return found


def kind_gates(kind: str, volunteers: Sequence[VolunteerFacts], pack: Pack) -> list[Breach]:
    """What a service of ``kind`` (by code) still lacks: persons, training, insurance, qualification."""
    found = []
    persons, qualification = pack.value(f"kinds.{kind}.persons"), pack.value(f"kinds.{kind}.qualification")
    if persons is not None and len(volunteers) < persons:
        code = "rule_persons"
        found.append(
            _breach(pack, f"kinds.{kind}.persons", code, kind=kind, needed=persons, given=len(volunteers))
        )
    if pack.value(f"kinds.{kind}.training") and not all(kind in each.trained for each in volunteers):
        found.append(_breach(pack, f"kinds.{kind}.training", "rule_training", kind=kind))
    if pack.value(f"kinds.{kind}.insurance") and not all(each.insured for each in volunteers):
        found.append(_breach(pack, f"kinds.{kind}.insurance", "rule_insurance", kind=kind))
    if qualification is not None and not any(qualification in each.qualified for each in volunteers):
        facts = {"kind": kind, "qualification": qualification}
        found.append(_breach(pack, f"kinds.{kind}.qualification", "rule_qualification", **facts))
    return found


def may_log(
    minutes: int, logged_that_day: int, pack: Pack, *, kin: bool = False, ahead_minutes: int = 0
) -> list[Breach]:
    """What stands against logging ``minutes`` more for a volunteer on a day.

    ``kin``: the served person is the volunteer's closest kin. ``ahead_minutes``: how far the end of the
    service lies after the moment of logging.
    """
    found = _ceiling(pack, "daily_cap_minutes", "rule_daily_cap", logged_that_day + counted(minutes, pack))
    if kin and pack.value("service.kin") == "not_allowed":
        found.append(_breach(pack, "service.kin", "rule_kin"))
    return found + _ceiling(pack, "service.future_minutes", "rule_future", ahead_minutes)


def is_late(served: date, logged: date, pack: Pack) -> bool:
    """Whether logging now is a late entry (reason and second person needed); never where no window is set."""
    window = pack.value("service.past_days")
    return window is not None and (logged - served).days > window


def _ceiling(pack: Pack, key: str, code: str, minutes: int) -> list[Breach]:
    most = pack.value(key)
    if most is None or minutes <= most:
        return []
    return [_breach(pack, key, code, minutes=minutes, most=most)]


def _breach(pack: Pack, key: str, code: str, /, **facts: object) -> Breach:
    return Breach(key, code, dict(facts), pack.source(key))
