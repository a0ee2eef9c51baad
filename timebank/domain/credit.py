"""Accounts and movements. Every movement is double entry in whole minutes: its postings sum to 0 per unit."""

from __future__ import annotations

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

UNITS = ("credit", "allowance")
"""Two ledgers that never convert; the index is the number in facts."""


Posting = tuple[int, int, int]
"""(account, unit, minutes): minutes onto an account, below 0 off it."""


def movement(source: int, target: int, unit: int, minutes: int) -> list[Posting]:
    """``minutes`` from ``source`` to ``target``."""
    return [(source, unit, -minutes), (target, unit, minutes)] if minutes else []
