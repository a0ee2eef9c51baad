"""Files that nobody in the network wrote: by strangers, by enrolled stations that lie, from other networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from timebank.exchange.file import FORMAT, Manifest, Run, written
from timebank.exchange.sealed import seal
from timebank.journal.entry import Entry, read_entry, write_entry
from timebank.journal.facts import CreditMoved, JournalBegun
from timebank.journal.keys import Signer, journal_id

from .intentions import member
from .world import Site, World


def forge(world: World, site: Site) -> None:
    """A file that nobody in the network wrote; nothing of it may get in."""
    rng = world.rng
    thief = Signer(world.bytes(32))
    victim = rng.choice(world.sites).desk.station
    kind = rng.choice(("manifest", "number", "journal", "next_entry", "relay"))
    runs: list[tuple[Run, list[Entry]]] = []
    station, journal, signer = victim.number, victim.journal, thief
    if kind == "number":
        station = 900 + rng.randrange(50)
    if kind == "journal":
        signer, runs = victim.signer, [_own_journal(world, site, thief)]
    elif kind in ("next_entry", "relay"):
        signer = victim.signer
        other = rng.choice(world.sites).desk.station
        runs = [_next_entry(world, site, other.journal, other.number, thief)]
    path = _write(world, site, signer, station, journal, runs)
    taken = world.take(site, path, f"forged_{kind}")
    world.fault(site, "forged", kind)
    assert taken is None or (taken.outcome in ("quarantined", "parked") and not taken.new_entries), taken


def foreign(world: World, site: Site) -> None:
    """A file of another network, sealed to this station by mistake or by malice."""
    thief = Signer(world.bytes(32))
    path = _write(world, site, thief, 1, bytes(8), [], network=world.bytes(8))
    taken = world.take(site, path, "foreign")
    world.fault(site, "foreign")
    assert taken is None or (taken.code == "other_network" and not taken.new_entries), taken


def _write(
    world: World, site: Site, signer: Signer, station: int, journal: bytes,
    runs: list[tuple[Run, list[Entry]]], network: bytes | None = None,
) -> Path:  # fmt: skip
    manifest = Manifest(
        FORMAT, network or site.desk.station.network, station, journal, 0, world.bytes(16), (),
        tuple(run for run, _ in runs),
    )  # fmt: skip
    entries = ((entry.data, None) for _, run in runs for entry in run)
    path = world.scratch("-forged.tbx")
    seal(path, [site.desk.station.keys.recipient], written(signer, manifest, entries))
    return path


def _entry(world: World, site: Site, thief: Signer, fact: Any, **fields: Any) -> Entry:
    return write_entry(
        thief, fact, network=site.desk.station.network, lamport=world.rng.randrange(1, 1 << 40), wall=0, clock=0,
        action=world.bytes(8), operator=0, seen=(), private=b"", **fields,
    )  # fmt: skip


def _own_journal(world: World, site: Site, thief: Signer) -> tuple[Run, list[Entry]]:
    nonce = world.bytes(16)
    journal = journal_id(thief.public, nonce)
    first = _entry(
        world, site, thief, JournalBegun(thief.public, nonce, "new"), journal=journal, seq=1, previous=b""
    )
    loot = _entry(world, site, thief, _loot(world, site), journal=journal, seq=2, previous=first.hash)
    return _run(journal, 900, [first, loot]), [first, loot]


def _next_entry(
    world: World, site: Site, journal: bytes, number: int, thief: Signer
) -> tuple[Run, list[Entry]]:
    found = site.store.row(
        "SELECT e.seq, e.bytes FROM entry e JOIN journal j ON j.id = e.journal"
        " WHERE j.ref = ? AND e.bytes IS NOT NULL ORDER BY e.seq DESC LIMIT 1",
        (journal,),
    )
    seq = found[0] if found else 0
    previous = read_entry(found[1]).hash if found else b""
    loot = _entry(world, site, thief, _loot(world, site), journal=journal, seq=seq + 1, previous=previous)
    return _run(journal, number, [loot]), [loot]


def _loot(world: World, site: Site) -> CreditMoved:
    someone = member(world, site)
    return CreditMoved(None, someone.ref if someone else None, 60_000, 9_800)


def _run(journal: bytes, station: int, entries: list[Entry]) -> Run:
    size = sum(len(each.data) for each in entries)
    first, last = entries[0].header.seq, entries[-1].header.seq
    return Run(journal, station, first, last, entries[-1].hash, len(entries), size, 0)
