"""What becomes of hours that are earned: the account, the pool, or honour alone."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import msgspec

from timebank.policy.amounts import weight
from timebank.policy.eligibility import Breach
from timebank.policy.pack import Pack

CAP, OVERFLOW, GROUP = "credit.holding_cap_minutes", "credit.overflow", "credit.group_hours"
OVERDRAFT = "credit.overdraft_minutes"
DAILY = "daily_cap_minutes"


class Share(msgspec.Struct, frozen=True):
    """Minutes that a service credits to one volunteer, and how many of them go on to the pool at once.

    What is neither is given without credit; it counts as honour all the same. ``rule`` is the setting that
    took something away from the account, empty where none did.
    """

    credited: int
    donated: int = 0
    rule: str = ""


def share(
    earned: int, held: int, pack: Pack, *, for_group: bool = False, left_today: int | None = None
) -> Share:
    """What becomes of ``earned`` minutes of someone who holds ``held``.

    ``for_group``: they were given in the name of the volunteer's group. ``left_today``: what the daily cap still
    lets be credited on the day of the service, None where there is no such cap. Past a cap it is donated or kept
    as honour as the pack says; where the pack names a cap and no way past it, the desk refuses.
    """
    if for_group and pack.value(GROUP) == "donate_only":
        return Share(earned, earned, GROUP)
    if not overflows(pack):
        return Share(earned)
    today = 0 if left_today is None else max(0, earned - left_today)
    excess = today + _excess(earned - today, held, pack)
    if not excess:
        return Share(earned)
    if pack.value(OVERFLOW) == "donate":
        return Share(earned, excess, OVERFLOW)
    return Share(earned - excess, 0, OVERFLOW)


def overflows(pack: Pack) -> bool:
    """Whether hours past a cap go somewhere, rather than being refused."""
    return pack.value(OVERFLOW) in ("donate", "honour")


def kept_on_day(kept: Iterable[tuple[str, int]], pack: Pack) -> Fraction:
    """Minutes that count towards the daily cap: (kind, credit that stayed on the account) each, before the weight."""
    return sum((minutes / weight(kind, pack) for kind, minutes in kept), Fraction(0))


def left_today(kept: Iterable[tuple[str, int]], kind: str, pack: Pack) -> int | None:
    """Credit that a service of ``kind`` may still bring on a day on which ``kept`` was credited; None: no cap."""
    cap: int | None = pack.value(DAILY)
    return None if cap is None else int(max(Fraction(0), cap - kept_on_day(kept, pack)) * weight(kind, pack))


def may_hold(incoming: int, held: int, pack: Pack) -> list[Breach]:
    """What stands against ``incoming`` more minutes on the account of someone who holds ``held``."""
    if not _excess(incoming, held, pack):
        return []
    most = pack.value(CAP)
    facts = {"minutes": held + incoming, "most": most, "held": held}
    return [Breach(CAP, "rule_holding_cap", facts, pack.source(CAP))]


def overdraft(pack: Pack) -> int:
    """Minutes by which an account may go below zero; 0 where the pack does not say."""
    return pack.value(OVERDRAFT) or 0


def _excess(incoming: int, held: int, pack: Pack) -> int:
    cap: int | None = pack.value(CAP)
    return 0 if cap is None else min(incoming, max(0, held + incoming - cap))
