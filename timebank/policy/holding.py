"""What becomes of hours that are earned: the account, the pool, or honour alone."""

from __future__ import annotations

import msgspec

from timebank.policy.eligibility import Breach
from timebank.policy.pack import Pack

CAP, OVERFLOW, GROUP = "credit.holding_cap_minutes", "credit.overflow", "credit.group_hours"
OVERDRAFT = "credit.overdraft_minutes"


class Share(msgspec.Struct, frozen=True):
    """Minutes that a service credits to one volunteer, and how many of them go on to the pool at once.

    What is neither is given without credit; it counts as honour all the same. ``rule`` is the setting that
    took something away from the account, empty where none did.
    """

    credited: int
    donated: int = 0
    rule: str = ""


def share(earned: int, held: int, pack: Pack, *, for_group: bool = False) -> Share:
    """What becomes of ``earned`` minutes of someone who holds ``held``.

    ``for_group``: they were given in the name of the volunteer's group. Past the cap it is donated or kept as
    honour as the pack says; where the pack names a cap and no way past it, :func:`may_hold` refuses.
    """
    if for_group and pack.value(GROUP) == "donate_only":
        return Share(earned, earned, GROUP)
    excess = _excess(earned, held, pack)
    match pack.value(OVERFLOW) if excess else None:
        case "donate":
            return Share(earned, excess, OVERFLOW)
        case "honour":
            return Share(earned - excess, 0, OVERFLOW)
    return Share(earned)


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
