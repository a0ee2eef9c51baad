"""A service record: what was given, by whom, to whom, and what it credits."""

from __future__ import annotations

from typing import NamedTuple

from timebank.domain.credit import MINT, POOL, REDEEMED, Posting, movement
from timebank.domain.told import Told
from timebank.journal.facts import ALLOWANCE, CREDIT, FactReversed

FUNDINGS = ("platform", "account", "pool", "allowance", "voucher", "allowance_voucher")
"""Who pays the volunteers' minutes; ``allowance_voucher`` is the voucher case for allowance vouchers."""


_SOURCES = {"pool": POOL, "voucher": REDEEMED}


class Service(NamedTuple):
    """The state of one service record; members by local number, ``start`` in minutes."""

    elder: int
    kind: str
    start: int
    timed: bool
    minutes: int
    funding: str
    voucher: bytes
    reversed_by: int | None
    credited: tuple[tuple[int, int], ...]
    """(volunteer, minutes) each."""

    def postings(self) -> list[Posting]:
        """The movements that this record stands for: none once it is reversed."""
        if self.reversed_by is not None:
            return []
        source = self.elder if self.funding == "account" else _SOURCES.get(self.funding, MINT)
        postings: list[Posting] = []
        for volunteer, minutes in self.credited:
            postings += movement(source, volunteer, CREDIT, minutes)
        if self.funding == "allowance":
            postings += movement(self.elder, REDEEMED, ALLOWANCE, self.minutes)
        return postings

    def honour(self) -> list[tuple[int, int]]:
        """(volunteer, minutes given): counts for life, whatever becomes of the credit."""
        return [] if self.reversed_by is not None else [(each, self.minutes) for each, _ in self.credited]


def reversal_of(later: list[Told]) -> int | None:
    """The local number of the first reversing entry in canonical order, if there is one."""
    reversing = [told for told in later if isinstance(told.fact, FactReversed)]
    return min(reversing, key=lambda told: told.order).row if reversing else None
