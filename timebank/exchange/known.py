"""What each station is known to have: what it wrote that it had seen, and what its files said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from timebank.exchange.file import Manifest
from timebank.store.station_queries import there_twice
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

    A station that was restored from a backup begins a new journal, whose first entry says what the backup
    still had; what it knew before that may be lost. So the journals count that none of its others has seen,
    and of several the least. Of a station that is there twice nothing is certain until its case is closed.
    """
    said = _said(store, station)
    if there_twice(store, station) or (said is not None and said.doubtful):
        return {}
    journals = {number: (bytes(ref), head) for number, ref, head in store.rows(
        "SELECT id, ref, head FROM journal WHERE station = ? AND head > 0 AND ref NOT IN (SELECT s.other"
        " FROM seen s JOIN journal o ON o.id = s.journal WHERE o.station = journal.station)",
        (station,),
    )}  # fmt: skip
    return _least(_known_by(store, said, number, *journal) for number, journal in journals.items())


def _known_by(store: Store, said: Said | None, number: int, ref: bytes, head: int) -> Heads:
    """What the writer of a journal had when it wrote its last entry, and what its last file said."""
    have = {} if said is None or said.journal != ref.hex() else said.have
    # A file that knows less of its own journal than is known here: an old folder may have been put back.
    last = min(have.get(ref.hex(), (head, ""))[0], head)
    known = {bytes(other): seen for other, seen in store.rows(
        "SELECT other, max(head) FROM seen WHERE journal = ? AND seq <= ? GROUP BY other", (number, last)
    )}  # fmt: skip
    known[ref] = last
    for name, (seq, check) in have.items():
        other = bytes.fromhex(name)
        # Another entry at that place than here: of the journal it has a branch, and all of it must travel.
        known[other] = 0 if _differs(store, other, seq, check) else max(known.get(other, 0), seq)
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
    return _least(known_to(store, station) for station in stations)


def _least(each: Iterable[Heads]) -> Heads:
    every = list(each)
    chains = set[bytes]().union(*every)
    return {chain: min(known.get(chain, 0) for known in every) for chain in chains}


class Said(msgspec.Struct, frozen=True):
    """What the files of a station's journal said it had: (last, first 8 bytes of the entry's hash) by chain."""

    journal: str
    have: dict[str, tuple[int, str]]
    doubtful: int = 0
    """Files to wait for until it is believed again: one said less than another made before it."""


_DOUBTED = 8
"""Files without contradiction after which a station is believed to be there but once."""


def note_manifest(store: Store, manifest: Manifest) -> None:
    """Remember what the maker of a file said it had.

    What a station has never shrinks. Where a file says less than one before it, the folder was copied or set
    back (or an old file came late: clocks cannot tell), and what the one has is not what the other has.
    """
    marks = manifest.marks if len(manifest.marks) == len(manifest.have) else (b"",) * len(manifest.have)
    have = {ref.hex(): (head, mark.hex()) for (ref, head), mark in zip(manifest.have, marks, strict=True)}
    journal, doubtful = manifest.journal.hex(), 0
    before = _said(store, manifest.station)
    if before is not None and before.journal == journal:
        shrunk = any(have.get(ref, (0, ""))[0] < head for ref, (head, _) in before.have.items())
        doubtful = _DOUBTED if shrunk else max(0, before.doubtful - 1)
    said = Said(journal, have, doubtful)
    store.set_local(f"have.{manifest.station}", msgspec.json.encode(said).decode())


def _said(store: Store, station: int) -> Said | None:
    text = store.local(f"have.{station}")
    try:
        return msgspec.json.decode(text, type=Said) if text else None
    except msgspec.DecodeError:  # as an earlier version noted it
        return None


def note_exchange(store: Store, station: int, now: datetime, *, heard: bool) -> None:
    """Remember when files last went between here and ``station``; ``heard`` where one came from it."""
    store.set_local(f"exchange.{station}", now.isoformat())
    if heard:
        store.set_local(f"heard.{station}", now.isoformat())
