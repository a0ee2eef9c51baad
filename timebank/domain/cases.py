"""What could not be prevented offline is found after a merge, the same everywhere, and becomes a case."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from timebank.domain.credit import UNITS
from timebank.journal.refs import EntryRef

DOUBLE_REDEMPTION = "double_redemption"
OVERDRAFT = "overdraft"
OVERLAP = "overlap"
DUPLICATE_PERSON = "duplicate_person"
FORK = "fork"
REVOKED_STATION = "revoked_station"
IMPLAUSIBLE_CLOCK = "implausible_clock"
CONFLICTING_EDIT = "conflicting_edit"
POLICY_BREACH = "policy_breach"

KINDS = (
    DOUBLE_REDEMPTION,
    OVERDRAFT,
    OVERLAP,
    DUPLICATE_PERSON,
    FORK,
    REVOKED_STATION,
    IMPLAUSIBLE_CLOCK,
    CONFLICTING_EDIT,
    POLICY_BREACH,
)

DECISIONS = {
    DOUBLE_REDEMPTION: ("charge_holder", "charge_beneficiary", "charge_pool", "forgive"),
    OVERDRAFT: ("charge_pool", "dismiss"),
    OVERLAP: ("dismiss",),
    DUPLICATE_PERSON: ("merge", "dismiss"),
    FORK: ("dismiss",),
    REVOKED_STATION: ("dismiss",),
    IMPLAUSIBLE_CLOCK: ("dismiss",),
    CONFLICTING_EDIT: ("dismiss",),
    POLICY_BREACH: ("dismiss",),
}
"""What a coordinator may decide, by kind of case."""

EVERY_DECISION = tuple(dict.fromkeys(each for allowed in DECISIONS.values() for each in allowed))
"""All of them, each once."""

AGAIN = {OVERDRAFT: "charge_pool", DUPLICATE_PERSON: "merge"}
"""Decisions that make the finding go away. Where it is there again (below zero once more, the merger
taken back), the case is open again, and only another decision closes it as it stands."""

COPIES = ("copied", "put_back")
"""Causes of a new journal that tell of a second copy of the station's folder."""

CLOCK_TOLERANCE = 180 * 86_400
"""Seconds by which the clock of an entry may lag behind one that its writer had seen before.

Half a year: a dead clock battery sets a PC back by years; smaller slips harm no balance and would only nag."""


T = TypeVar("T")


def overruled(decisions: Sequence[T], knew: Callable[[T, T], bool]) -> list[T | None]:
    """For each decision on one case, in canonical order, the one that makes it too late, or None.

    Of two coordinators who decide without knowing of each other the first in canonical order has decided;
    one who decides again and knows (``knew(earlier, later)``) what was decided before is not too late.
    """
    standing: list[T] = []
    by: list[T | None] = []
    for each in decisions:
        by.append(next((before for before in standing if not knew(before, each)), None))
        if by[-1] is None:
            standing.append(each)
    return by


def voucher_case(serial: bytes) -> str:
    """The name of the case of a voucher redeemed more than once."""
    return f"{DOUBLE_REDEMPTION}-{serial.hex()}"


def overdraft_case(member: EntryRef, unit: int, minutes: int) -> str:
    """The name of the case of an account below zero; a decision covers the overdraft as it stood."""
    return case_of(OVERDRAFT, [member], f"{UNITS[unit]} {minutes}")


def duplicate_case(identity: bytes, members: Iterable[EntryRef]) -> str:
    """The name of the case of one person registered as several members; one more of them is a new case."""
    return case_of(duplicate_cases(identity), members)


def duplicate_cases(identity: bytes) -> str:
    """What the names of all such cases of one person begin with."""
    return f"{DUPLICATE_PERSON}-{hashlib.sha256(identity).hexdigest()[:32]}"


def breach_cases(rule: str, member: EntryRef, day: int) -> str:
    """What the names of all cases of one limit, one member and one day (0: no day) begin with."""
    return f"{POLICY_BREACH}-{rule}-{hashlib.sha256(str(member).encode()).hexdigest()[:16]}-{day}-"


def breach_case(rule: str, member: EntryRef, day: int, excess: int) -> str:
    """The name of the case of a limit that was passed; a decision covers the excess as it stood."""
    return f"{breach_cases(rule, member, day)}{excess}"


def breached(case: str) -> str:
    """The rule that a case of this kind is about, by its name."""
    return case.split("-")[1]


def kind_of(case: str) -> str:
    """The kind of a case, by its name."""
    return case.split("-", 1)[0]


def case_of(kind: str, refs: Iterable[EntryRef], extra: str = "") -> str:
    """The name of a case about some facts: the same wherever the facts are the same."""
    text = ",".join(sorted(map(str, refs))) + extra
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
