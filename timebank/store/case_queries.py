"""Reading the cases: what was found, what was decided, and what is still open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from timebank.domain.cases import AGAIN, DOUBLE_REDEMPTION, OVERDRAFT, kind_of, overruled
from timebank.journal.facts import CaseResolved
from timebank.journal.refs import EntryRef
from timebank.store.book_queries import ref_of, row_of
from timebank.store.store import Store


class CaseRecord(NamedTuple):
    """A finding, or a case that was closed; members by local number."""

    key: str
    kind: str
    open: bool
    opened: int
    minutes: int
    members: tuple[int, ...]
    facts: tuple[EntryRef, ...]
    decision: str


class Decision(NamedTuple):
    """One decision on a case; ``entry`` is its local number."""

    entry: int
    decision: str
    too_late: bool
    """Whether another decision was made before it, and neither coordinator knew of the other's."""


def cases(store: Store, *, only_open: bool = False) -> list[CaseRecord]:
    """All cases, or the open ones; a case stays open until a decision covers all that was found."""
    found = []
    spoken_of = {key for (key,) in store.rows("SELECT key FROM resolution")}
    for key, kind, minutes, members, facts, decided in store.rows("SELECT * FROM finding ORDER BY key"):
        decision = _decision(store, key, but_not=AGAIN.get(kind, "")) if key in spoken_of else ""
        closed = bool(decided) if kind == DOUBLE_REDEMPTION else bool(decision)
        if only_open and closed:
            continue
        rows = json.loads(facts)
        found.append(
            CaseRecord(
                key,
                kind,
                not closed,
                _opened(store, kind, json.loads(members), rows),
                minutes,
                tuple(json.loads(members)),
                tuple(ref_of(store, row) for row in rows),
                decision,
            )
        )
    if not only_open:
        found += _past_cases(store)
    return found


def _opened(store: Store, kind: str, members: Sequence[int], facts: Sequence[int]) -> int:
    """When the last of what a case is about was written: of an overdrawn account its last movement."""
    if kind == OVERDRAFT:
        last = store.value(
            "SELECT max(e.wall) FROM posting p JOIN entry e ON e.id = p.entry WHERE p.account = ?",
            (members[0],),
        )
        return int(last or 0)
    return max(store.value("SELECT wall FROM entry WHERE id = ?", (row,)) or 0 for row in facts)


def count_open_cases(store: Store) -> int:
    """How many cases :func:`cases` would list as open; quick also where there are thousands."""
    rows = store.rows(
        "SELECT f.key, f.kind, f.decided, EXISTS (SELECT 1 FROM resolution r WHERE r.key = f.key) FROM finding f"
    )
    return sum(
        not decided
        if kind == DOUBLE_REDEMPTION
        else not (spoken_of and _decision(store, key, but_not=AGAIN.get(kind, "")))
        for key, kind, decided, spoken_of in rows
    )


def decisions(store: Store, key: str) -> list[Decision]:
    """What was decided on a case, in canonical order."""
    rows = store.rows(
        "SELECT r.entry, r.decision FROM resolution r JOIN entry e ON e.id = r.entry"
        ' JOIN journal j ON j.id = e.journal WHERE r.key = ? ORDER BY e.lamport, j.ref, e.seq, e."check"',
        (key,),
    )
    by = overruled([row for row, _ in rows], lambda earlier, later: _knew(store, earlier, later))
    return [
        Decision(row, decision, before is not None) for (row, decision), before in zip(rows, by, strict=True)
    ]


def _knew(store: Store, earlier: int, later: int) -> bool:
    """Whether the writer of an entry had taken in an earlier one."""
    found = store.row(
        "SELECT 1 FROM entry a JOIN chain c ON c.journal = a.journal AND c.branch = a.branch, entry b"
        " WHERE a.id = ? AND b.id = ? AND (a.journal = b.journal OR EXISTS (SELECT 1 FROM seen s"
        " WHERE s.journal = b.journal AND s.other = c.ref AND s.seq <= b.seq AND s.head >= a.seq))",
        (earlier, later),
    )
    return found is not None


def _decision(store: Store, key: str, *, but_not: str = "") -> str:
    standing = (each for each in decisions(store, key) if not each.too_late and each.decision != but_not)
    return next((each.decision for each in standing), "")


def _past_cases(store: Store) -> list[CaseRecord]:
    """Cases that were decided and whose finding is gone since (reversed, made good, merged)."""
    rows = store.rows(
        "SELECT r.key, min(e.wall) FROM resolution r JOIN entry e ON e.id = r.entry"
        " WHERE r.key NOT IN (SELECT key FROM finding) GROUP BY r.key ORDER BY r.key"
    )
    return [_past_case(store, key, wall) for key, wall in rows]


def _past_case(store: Store, key: str, wall: int) -> CaseRecord:
    """A case whose finding is gone, as its decision spoke of it."""
    first = decisions(store, key)[0]
    told = store.told(first.entry)
    facts = told.fact.facts if told is not None and isinstance(told.fact, CaseResolved) else ()
    rows = [row for ref in facts if (row := row_of(store, ref)) is not None]
    members = [row for row in rows if store.row("SELECT 1 FROM member WHERE id = ?", (row,))]
    return CaseRecord(key, kind_of(key), False, wall, 0, tuple(members), facts, first.decision)
