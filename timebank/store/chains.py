"""The shape of every journal: one chain, or a tree of chains where a journal was forked.

Two entries with one place in a journal are a fork: a copied disk or an old backup went on writing. The
chain before them is the trunk, and each of the two begins a branch, named by its first entry. Every entry
keeps its journal and its sequence number; which branch it lies on follows from the hashes alone, so the
tree is the same at every station that has the same entries.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import NamedTuple

from timebank.domain.told import Told
from timebank.journal.entry import Header, entry_hash
from timebank.journal.keys import SIGNATURE_BYTES

TRUNK = 0


class Branch(NamedTuple):
    """One branch: its local number, the name under which heads speak of it, where and from what it parts."""

    id: int
    ref: bytes
    parent: int
    first: int


class Reach(NamedTuple):
    """A stretch of a chain, by the chain's name."""

    ref: bytes
    first: int
    last: int


class Orphan(ValueError):
    """An entry whose predecessor is not here."""


def branch_ref(journal: bytes, first: bytes) -> bytes:
    """The 8 bytes that name the branch of ``journal`` whose first entry has the hash ``first``."""
    return hashlib.sha256(b"timebank/branch/1\0" + journal + first).digest()[:8]


class Chains:
    """Finds the chain that an entry continues, and parts a chain where two continue the same entry."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._at: dict[int, tuple[int, int, bytes]] = {}
        self._tips: dict[tuple[int, int], tuple[int, bytes]] = {}
        self._branches: dict[int, dict[int, Branch]] = {}
        self.forked: set[int] = set()
        """Journals in which a fork was found by this intake."""
        for journal, *branch in connection.execute("SELECT journal, id, ref, parent, first FROM branch"):
            self._branches.setdefault(journal, {})[branch[0]] = Branch(*branch)

    def continues(self, journal: int, header: Header, digest: bytes) -> int | None:
        """The branch of an entry that follows the one stored last for ``journal``; None needs :meth:`place`."""
        at = self._at.get(journal)
        if at is None or header.seq != at[1] + 1 or header.previous != at[2]:
            return None
        self._at[journal] = at = (at[0], header.seq, digest)
        self._tips[journal, at[0]] = at[1:]
        return at[0]

    def reached(self, journal: int, branch: int, seq: int, digest: bytes) -> None:
        """A chain was followed up to here."""
        self._at[journal] = (branch, seq, digest)
        self._tips[journal, branch] = (seq, digest)

    def place(self, journal: int, header: Header, digest: bytes) -> int:
        """The branch of an entry anywhere in the tree; all before it must be in the table. Raises Orphan."""
        if header.seq == 1:
            before, siblings = TRUNK, self._tip(journal, TRUNK)[0] > 0 or bool(self._branches.get(journal))
        else:
            before = self._branch_of(journal, header.seq - 1, header.previous)
            siblings = self._tip(journal, before)[0] >= header.seq or any(
                each.parent == before and each.first == header.seq
                for each in self._branches.get(journal, {}).values()
            )
        branch = self._part(journal, before, header, digest) if siblings else before
        self.reached(journal, branch, header.seq, digest)
        return branch

    def _branch_of(self, journal: int, seq: int, digest: bytes) -> int:
        row = self._db.execute(
            'SELECT branch, bytes FROM entry WHERE journal = ? AND seq = ? AND "check" = ? AND bytes NOT NULL',
            (journal, seq, digest[:8]),
        ).fetchone()
        if row is None or entry_hash(row[1][:-SIGNATURE_BYTES]) != digest:
            raise Orphan
        return int(row[0])

    def _tip(self, journal: int, branch: int) -> tuple[int, bytes]:
        tip = self._tips.get((journal, branch))
        if tip is None:
            table, key = ("journal", journal) if branch == TRUNK else ("branch", branch)
            tip = self._db.execute(f"SELECT head, head_hash FROM {table} WHERE id = ?", (key,)).fetchone()
            assert tip is not None
        return tip

    def _part(self, journal: int, before: int, header: Header, digest: bytes) -> int:
        """Part the chain ``before`` ahead of a second entry at its place; returns the new entry's branch."""
        self.forked.add(journal)
        if self._tip(journal, before)[0] >= header.seq:
            self._move_rest(journal, before, header)
        return self._begin(journal, before, header.seq, digest, (header.seq, digest), header.journal)

    def _move_rest(self, journal: int, before: int, header: Header) -> None:
        """What follows the fork on the chain becomes a branch of its own, with the branches upon it."""
        seq = header.seq
        (data,) = self._db.execute(
            "SELECT bytes FROM entry WHERE journal = ? AND seq = ? AND branch = ? AND bytes NOT NULL",
            (journal, seq, before),
        ).fetchone()
        first = entry_hash(data[:-SIGNATURE_BYTES])
        moved = self._begin(journal, before, seq, first, self._tip(journal, before), header.journal)
        for table in ("entry", "seen"):
            self._db.execute(
                f"UPDATE {table} SET branch = ? WHERE journal = ? AND branch = ? AND seq >= ?",
                (moved, journal, before, seq),
            )
        branches = self._branches[journal]
        for each in list(branches.values()):
            if each.parent == before and each.first > seq:
                branches[each.id] = each._replace(parent=moved)
                self._db.execute("UPDATE branch SET parent = ? WHERE id = ?", (moved, each.id))
        self._tips[journal, before] = (seq - 1, header.previous)
        self._at.pop(journal, None)

    def _begin(
        self, journal: int, parent: int, first: int, digest: bytes, tip: tuple[int, bytes], origin: bytes
    ) -> int:
        ref = branch_ref(origin, digest)
        number = self._db.execute(
            "INSERT INTO branch (journal, ref, parent, first, head, head_hash) VALUES (?, ?, ?, ?, ?, ?)",
            (journal, ref, parent, first, *tip),
        ).lastrowid
        assert number is not None
        self._branches.setdefault(journal, {})[number] = Branch(number, ref, parent, first)
        self._tips[journal, number] = tip
        return number

    def write(self) -> list[Reach]:
        """Write how far each chain reaches now; returns the stretches that are new."""
        reached = []
        for (journal, branch), tip in self._tips.items():
            table, number = ("journal", journal) if branch == TRUNK else ("branch", branch)
            ref, before = self._db.execute(
                f"SELECT ref, head FROM {table} WHERE id = ?", (number,)
            ).fetchone()
            reached.append(Reach(ref, before + 1, tip[0]))
            self._db.execute(f"UPDATE {table} SET head = ?, head_hash = ? WHERE id = ?", (*tip, number))
        self._tips.clear()
        return reached

    def path(self, journal: int, branch: int, seq: int) -> list[tuple[int, int]]:
        """The chains that lead to a place, each with the last sequence number on the way."""
        path = [(branch, seq)]
        while branch != TRUNK:
            each = self._branches[journal][branch]
            branch = each.parent
            path.append((branch, each.first - 1))
        return path

    def name(self, journal: int, branch: int, ref: bytes) -> bytes:
        """The name under which heads speak of a chain of the journal ``ref``."""
        return ref if branch == TRUNK else self._branches[journal][branch].ref

    def in_past(self, journal: int, first: Told, second: Told) -> bool:
        """Whether of two entries of one journal the first lies on the way to the second."""
        place = dict(self.path(journal, second.branch, second.order[2]))
        return first.order[2] < second.order[2] and first.order[2] <= place.get(first.branch, 0)

    def forks(self) -> list[list[int]]:
        """Every fork, as the local numbers of the entries that stand at one place."""
        rows = self._db.execute(
            "SELECT b.journal, b.parent, b.first, group_concat(e.id) FROM branch b"
            " JOIN entry e ON e.journal = b.journal AND e.seq = b.first AND e.branch = b.id"
            " AND e.bytes NOT NULL GROUP BY 1, 2, 3"
        ).fetchall()
        return [[int(each) for each in ids.split(",")] for *_, ids in rows]
