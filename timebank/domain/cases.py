"""What could not be prevented offline is found after a merge, the same everywhere, and becomes a case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from timebank.domain.credit import UNITS
from timebank.journal.refs import EntryRef

DOUBLE_REDEMPTION = "double_redemption"
OVERDRAFT = "overdraft"
OVERLAP = "overlap"
DUPLICATE_PERSON = "duplicate_person"

KINDS = (
    DOUBLE_REDEMPTION,
    OVERDRAFT,
    OVERLAP,
    DUPLICATE_PERSON,
    "fork",
    "revoked_station",
    "implausible_clock",
    "conflicting_edit",
    "policy_breach",
)

DECISIONS = {
    DOUBLE_REDEMPTION: ("charge_holder", "charge_beneficiary", "charge_pool", "forgive"),
    OVERDRAFT: ("charge_pool", "dismiss"),
    OVERLAP: ("dismiss",),
    DUPLICATE_PERSON: ("dismiss",),
}
"""What a coordinator may decide, by kind of case."""


def voucher_case(serial: bytes) -> str:
    """The name of the case of a voucher redeemed more than once."""
    return f"{DOUBLE_REDEMPTION}-{serial.hex()}"


def overdraft_case(member: EntryRef, unit: int, minutes: int) -> str:
    """The name of the case of an account below zero; a decision covers the overdraft as it stood."""
    return case_of(OVERDRAFT, [member], f"{UNITS[unit]} {minutes}")


def case_of(kind: str, refs: Iterable[EntryRef], extra: str = "") -> str:
    """The name of a case about some facts: the same wherever the facts are the same."""
    text = ",".join(sorted(map(str, refs))) + extra
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
