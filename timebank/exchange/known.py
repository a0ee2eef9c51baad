"""What each station is known to have: what it wrote that it had seen, and what its files said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from timebank.exchange.file import Manifest
from timebank.journal.facts import StationRevoked
from timebank.store.store import Store

Heads = dict[bytes, int]
"""Journal id -> last sequence number."""


def own_heads(store: Store) -> Heads:
    """The journals of certified writers that are here, in a stable order: the root's first."""
    rows = store.rows(
        "SELECT ref, head FROM journal WHERE head > 0 AND station IS NOT NULL ORDER BY station <> 0, ref"
    )
    return {bytes(ref): head for ref, head in rows}


def accepted_last(store: Store, station: int, journal: bytes) -> int | None:
    """The last entry of ``journal`` that still counts where ``station`` is revoked; None where it is not."""
    row = store.value("SELECT revoked FROM station WHERE number = ?", (station,))
    told = None if row is None else store.told(row)
    if told is None or not isinstance(told.fact, StationRevoked):
        return None
    return dict(told.fact.last).get(journal, 0)


def heads_to_send(store: Store) -> Heads:
    """The journals that may travel, a revoked station's only up to the last entry that was accepted."""
    heads = own_heads(store)
    for number, ref in store.rows(
        "SELECT s.number, j.ref FROM station s JOIN journal j ON j.station = s.number"
        " WHERE s.revoked IS NOT NULL"
    ):
        last = accepted_last(store, number, ref)
        if last is not None and ref in heads:
            heads[ref] = min(heads[ref], last)
    return {ref: head for ref, head in heads.items() if head > 0}


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
    for other, said in _said(store, station, ref).items():
        known[other] = max(known.get(other, 0), said)
    return known


def known_to_all(store: Store, stations: Iterable[int]) -> Heads:
    """What every one of ``stations`` has; nothing where there are none."""
    each = [known_to(store, station) for station in stations]
    journals = set[bytes]().union(*each)
    return {journal: min(known.get(journal, 0) for known in each) for journal in journals}


def note_manifest(store: Store, manifest: Manifest) -> None:
    """Remember what the maker of a file said it had."""
    have = _said(store, manifest.station, manifest.journal)
    for journal, head in manifest.have:
        have[journal] = max(have.get(journal, 0), head)
    said = {journal.hex(): head for journal, head in sorted(have.items())}
    store.set_local(f"have.{manifest.station}", json.dumps({"journal": manifest.journal.hex(), "have": said}))


def _said(store: Store, station: int, journal: bytes) -> Heads:
    text = store.local(f"have.{station}")
    noted = json.loads(text) if text else {}
    if noted.get("journal") != journal.hex():
        return {}
    return {bytes.fromhex(ref): head for ref, head in noted["have"].items()}


def note_exchange(store: Store, station: int, now: datetime, *, heard: bool) -> None:
    """Remember when files last went between here and ``station``; ``heard`` where one came from it."""
    store.set_local(f"exchange.{station}", now.isoformat())
    if heard:
        store.set_local(f"heard.{station}", now.isoformat())
