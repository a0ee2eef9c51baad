"""Accounts and movements. Every movement is double entry in whole minutes: its postings sum to 0 per unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from timebank.domain.told import HappenedBefore, Told, in_order

MINT = -1
"""What the network owes: goes down as time is earned, so the outstanding time is always visible."""
POOL = -2
"""The community pool (公益池)."""
CIRCULATION = -3
"""Minutes in vouchers that are neither redeemed nor withdrawn."""
REDEEMED = -4
"""Minutes that vouchers and allowance have paid for."""
EXPIRED = -5
"""Minutes that lapsed."""
SUSPENSE = -6
"""Minutes honoured twice, until a case decides who bears them."""

SYSTEM_ACCOUNTS = {
    MINT: "mint",
    POOL: "pool",
    CIRCULATION: "circulation",
    REDEEMED: "redeemed",
    EXPIRED: "expired",
    SUSPENSE: "suspense",
}
"""Accounts that are no member's. A member's account is the (positive) local number of the member."""

GRANT, OPENING, DONATED, LAPSED, CLOSED = "grant", "opening", "donated", "lapsed", "closed"

CAUSES = {
    GRANT: (MINT, None),
    OPENING: (MINT, None),
    DONATED: (None, POOL),
    LAPSED: (None, EXPIRED),
    CLOSED: (None, EXPIRED),
}
"""What a rule may move minutes for, with (source, target); None is the member.

The month's free minutes; credit on joining; credit past a cap, or of a group, to the pool; what lapsed at the
end of a month; what was left when an account was closed."""


def adjustment(cause: str, member: int, unit: int, minutes: int) -> list[Posting]:
    """The movement that a rule makes on a member's account."""
    source, target = CAUSES[cause]
    return movement(member if source is None else source, member if target is None else target, unit, minutes)


def counting(
    standing: Iterable[Told], minutes: Mapping[int, int], cause: str, knew: HappenedBefore
) -> Told | None:
    """Of all that one rule says of one member's period, the fact that counts, whatever the order of arrival.

    A fact replaces those that its writer knew of. Of several that did not know of each other the one that is
    better for the member counts: what is given is not given twice, what lapses does not lapse twice. ``minutes``
    is by local number.
    """
    facts = in_order(standing)
    last = [each for each in facts if not any(other is not each and knew(each, other) for other in facts)]
    gives = CAUSES[cause][1] is None
    return max(last, key=lambda told: minutes[told.row] if gives else -minutes[told.row], default=None)


UNITS = ("credit", "allowance")
"""Two ledgers that never convert; the index is the number in facts."""


Posting = tuple[int, int, int]
"""(account, unit, minutes): minutes onto an account, below 0 off it."""


def movement(source: int, target: int, unit: int, minutes: int) -> list[Posting]:
    """``minutes`` from ``source`` to ``target``."""
    return [(source, unit, -minutes), (target, unit, minutes)] if minutes else []
