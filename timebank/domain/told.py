"""A fact as the folds see it: with its place in canonical order and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from timebank.journal.facts import Fact
from timebank.journal.refs import EntryRef


class Told(NamedTuple):
    """One fact in the stream. ``order`` is (Lamport, journal id, sequence, hash): canonical order."""

    order: tuple[int, bytes, int, bytes]
    row: int
    """The local number of the entry."""
    station: int
    """The number of the station that wrote it; 0 is the root."""
    wall: int
    fact: Fact
    member: int = 0
    """The local number of the member that the fact names first, where it names one."""
    branch: int = 0
    """The local number of the branch on which it lies, where its journal was forked."""

    @property
    def ref(self) -> EntryRef:
        """The name of the entry."""
        _, journal, seq, digest = self.order
        return EntryRef(journal, seq, digest[:8])


HappenedBefore = Callable[[Told, Told], bool]
"""Whether the writer of the second fact had taken in the first."""


def in_order(told: Iterable[Told]) -> list[Told]:
    """``told`` in canonical order: the same list at every station that has the same facts."""
    return sorted(told, key=lambda each: each.order)
