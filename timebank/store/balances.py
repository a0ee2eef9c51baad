"""Balances kept by difference: what a fold posted before goes off, what it posts now comes on."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from timebank.domain.credit import MINT, Posting
from timebank.journal.facts import CREDIT


class Balances:
    """Collects the differences of one intake and writes them in one go."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._changed: dict[tuple[int, int], int] = defaultdict(int)
        self._earned: dict[int, int] = defaultdict(int)
        self._honour: dict[int, int] = defaultdict(int)

    def post(self, postings: Iterable[Posting]) -> None:
        """Count new movements."""
        changed = self._changed
        for account, unit, minutes in postings:
            changed[account, unit] += minutes

    def earned(self, volunteer: int, credited: int, given: int) -> None:
        """Count one service that the network pays: the mint's minutes, and what was given for life."""
        self._earned[volunteer] += credited
        self._honour[volunteer] += given

    def unpost(self, postings: Iterable[Posting]) -> None:
        """Take back movements that a former fold had posted."""
        changed = self._changed
        for account, unit, minutes in postings:
            changed[account, unit] -= minutes

    def honour(self, given: Iterable[tuple[int, int]], sign: int) -> None:
        """Count (``sign`` 1) or take back (-1) minutes given for life, per volunteer."""
        for member, minutes in given:
            self._honour[member] += sign * minutes

    def write(self) -> list[int]:
        """Write the differences; returns the accounts whose credit changed."""
        for volunteer, minutes in self._earned.items():
            self._changed[volunteer, CREDIT] += minutes
        self._changed[MINT, CREDIT] -= sum(self._earned.values())
        self._earned.clear()
        self._connection.executemany(
            "INSERT INTO balance VALUES (?, ?, ?)"
            " ON CONFLICT (account, unit) DO UPDATE SET minutes = minutes + excluded.minutes",
            [(*key, minutes) for key, minutes in self._changed.items() if minutes],
        )
        self._connection.executemany(
            "INSERT INTO honour VALUES (?, ?)"
            " ON CONFLICT (member) DO UPDATE SET minutes = minutes + excluded.minutes",
            [(member, minutes) for member, minutes in self._honour.items() if minutes],
        )
        credited = [
            account for (account, unit), minutes in self._changed.items() if minutes and unit == CREDIT
        ]
        self._changed.clear()
        self._honour.clear()
        return credited
