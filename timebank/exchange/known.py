"""What each station is known to have: what it wrote that it had seen, and what its files said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from timebank.exchange.file import Manifest
from timebank.store.store import Store

Heads = dict[bytes, int]
"""Name of a chain (a journal, or a branch of one that was forked) -> last sequence number."""


class Chain(NamedTuple):
    """A chain of a certified writer as it is here."""

    ref: bytes
    journal: bytes
    branch: int
    station: int
    first: int
    head: int
    head_hash: bytes


def own_chains(store: Store) -> list[Chain]:
    """All chains here in a stable order: the root's first, and each after the one that it parts from."""
    rows = store.rows(
        "SELECT ref, origin, branch, station, first, head, head_hash FROM chain WHERE station IS NOT NULL"
        " ORDER BY station <> 0, origin, first, ref"
    )
    return [Chain(*row) for row in rows]


def own_heads(store: Store) -> Heads:
    """How far each chain reaches here."""
    return {chain.ref: chain.head for chain in own_chains(store)}


def known_to(store: Store, station: int) -> Heads:
    """What ``station`` has for certain.

    Only its newest journal counts: one that was restored from a backup begins a new journal, whose first
    entry says what the backup still had; what it knew before that may be lost.
    """
    newest = store.row(
        "SELECT j.id, j.ref, j.head FROM journal j JOIN entry e ON e.journal = j.id AND e.seq = 1"
        " WHERE j.station = ? AND j.head > 0 AND e.bytes IS NOT NULL ORDER BY e.lamport DESC, j.ref LIMIT 1",
        (station,),
    )
    if newest is None:
        return {}
    number, ref, head = newest
    known = {bytes(other): seen for other, seen in store.rows(
        "SELECT other, max(head) FROM seen WHERE journal = ? GROUP BY other", (number,)
    )}  # fmt: skip
    known[bytes(ref)] = head
    for other, (said, check) in _said(store, station, ref).items():
        # Another entry at that place than here: of the journal it has a branch, and all of it must travel.
        known[other] = 0 if _differs(store, other, said, check) else max(known.get(other, 0), said)
    return known


def _differs(store: Store, ref: bytes, seq: int, check: str) -> bool:
    if not check:
        return False
    rows = store.rows(
        'SELECT hex(e."check") FROM chain c JOIN entry e ON e.journal = c.journal'
        " WHERE c.ref = ? AND e.seq = ? AND e.bytes IS NOT NULL",
        (ref, seq),
    )
    return bool(rows) and (check.upper(),) not in rows


def known_to_all(store: Store, stations: Iterable[int]) -> Heads:
    """What every one of ``stations`` has; nothing where there are none."""
    each = [known_to(store, station) for station in stations]
    journals = set[bytes]().union(*each)
    return {journal: min(known.get(journal, 0) for known in each) for journal in journals}


def note_manifest(store: Store, manifest: Manifest) -> None:
    """Remember what the maker of a file said it had."""
    have = _said(store, manifest.station, manifest.journal)
    marks = manifest.marks if len(manifest.marks) == len(manifest.have) else (b"",) * len(manifest.have)
    for (ref, head), mark in zip(manifest.have, marks, strict=True):
        if head >= have.get(ref, (0, ""))[0]:
            have[ref] = head, mark.hex()
    said = {ref.hex(): each for ref, each in sorted(have.items())}
    store.set_local(f"have.{manifest.station}", json.dumps({"journal": manifest.journal.hex(), "have": said}))


def _said(store: Store, station: int, journal: bytes) -> dict[bytes, tuple[int, str]]:
    text = store.local(f"have.{station}")
    noted = json.loads(text) if text else {}
    if noted.get("journal") != journal.hex():
        return {}
    return {
        bytes.fromhex(ref): (each, "") if isinstance(each, int) else (each[0], each[1])
        for ref, each in noted["have"].items()
    }


def note_exchange(store: Store, station: int, now: datetime, *, heard: bool) -> None:
    """Remember when files last went between here and ``station``; ``heard`` where one came from it."""
    store.set_local(f"exchange.{station}", now.isoformat())
    if heard:
        store.set_local(f"heard.{station}", now.isoformat())
