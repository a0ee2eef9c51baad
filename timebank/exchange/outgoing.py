"""Writing an export file: what the recipients may lack, sealed, read back, then named."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pyrage

from timebank.exchange.file import FORMAT, Manifest, Reader, Run, written
from timebank.exchange.known import Chain, known_to_all, note_exchange, own_chains
from timebank.exchange.party import Asked, Party, Progress, pause
from timebank.exchange.sealed import seal, unsealed
from timebank.exchange.verify import RunCheck, Unfit, entry_in
from timebank.files import read_fault, write_whole, writing
from timebank.outcome import Fault, Refusal
from timebank.store.store import Store

OVERLAP = 16
"""Entries before what is new that travel again, so that a fork shows."""

SMALL = 2_000
"""Up to so many entries in all, everything travels."""

_TELL_EVERY = 1_000
_UNFIT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


class Exported(NamedTuple):
    """A file that was written, read back and found whole."""

    file: Path
    bytes: int
    sha256: str
    entries: int
    journals: int


class Recipient(NamedTuple):
    """A station that a file is for."""

    number: int
    name: str
    recipient: str


def export(
    party: Party,
    out: Path,
    to: Sequence[int] | None = None,
    *,
    full: bool = False,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Exported:
    """Write a file for the stations numbered ``to`` (all enrolled others where not said) to ``out``.

    ``out`` is a file or a folder, in which a name is chosen; nothing is ever overwritten. Refuses with
    ``station_revoked`` or ``station_unreachable``; Fault where the disk fails.
    """
    with _unsaid(party.store, out) as placed:  # one picture of the store, whatever else writes meanwhile
        recipients = recipients_of(party.store, to)
        numbers = [each.number for each in recipients if each.number != party.number]
        parts = _starts(party.store, numbers, full=full)
        manifest = _manifest(party, parts)
        keys = dict.fromkeys([party.keys.recipient, *(each.recipient for each in recipients)])
        if to is None and party.keys.circle_recipient and not _any_revoked(party.store):
            # Also for stations that were enrolled since this one last heard from the hub.
            keys[party.keys.circle_recipient] = None
        total = sum(run.count for run in manifest.runs)

        def write(part: Path) -> None:
            with closing(_entries(party.store, parts)) as rows:
                entries = _told(rows, 2 * total, progress, cancelled)
                seal(part, list(keys), written(party.signer, manifest, entries))

        found: list[tuple[int, str]] = []

        def verify(part: Path) -> None:
            found.append((part.stat().st_size, _read_back(party, part, manifest, progress, cancelled)))

        target = _free_name(party, out) if out.is_dir() else out
        for number in numbers:
            note_exchange(party.store, number, party.surroundings.now(), heard=False)
        path = write_whole(target, write, verify=verify, never_overwrite=True)
        placed.append(path)
    return Exported(path, found[0][0], found[0][1], total, len(manifest.runs))


@contextmanager
def _unsaid(store: Store, out: Path) -> Iterator[list[Path]]:
    """A transaction; where it fails in the end, the files placed in it go again."""
    placed: list[Path] = []
    try:
        with writing(out), store.transaction():
            yield placed
    except BaseException:
        for path in placed:
            with suppress(OSError):  # the first failure is the one to tell
                path.unlink()
        raise


def _any_revoked(store: Store) -> bool:
    """Whether a station that is no longer trusted holds the key that all stations share."""
    return store.value("SELECT 1 FROM station WHERE revoked IS NOT NULL LIMIT 1") is not None


def recipients_of(store: Store, to: Sequence[int] | None) -> list[Recipient]:
    """The stations to write for, with their keys; refuses as :func:`export` does."""
    rows = store.rows("SELECT number, name, recipient, revoked FROM station ORDER BY number")
    chosen = [row for row in rows if (row[3] is None if to is None else row[0] in to)]
    recipients = []
    for number, name, recipient, revoked in chosen:
        if revoked is not None:
            raise Refusal("station_revoked", station=number)
        try:
            pyrage.x25519.Recipient.from_str(recipient)
        except pyrage.RecipientError as error:
            raise Refusal("station_unreachable", station=number, name=name) from error
        recipients.append(Recipient(number, name, recipient))
    return recipients


def _starts(store: Store, numbers: list[int], *, full: bool) -> list[tuple[Chain, int]]:
    """The chains to send, each from which entry on, in the order of sending; what all have is left out."""
    chains = own_chains(store)
    if full or not numbers or sum(chain.head - chain.first + 1 for chain in chains) <= SMALL:
        return [(chain, chain.first) for chain in chains]
    known = known_to_all(store, numbers)
    return [
        (chain, max(chain.first, known.get(chain.ref, 0) + 1 - OVERLAP))
        for chain in chains
        if known.get(chain.ref, 0) < chain.head
    ]


def _manifest(party: Party, parts: list[tuple[Chain, int]]) -> Manifest:
    chains = own_chains(party.store)
    return Manifest(
        format=FORMAT,
        network=party.network,
        station=party.number,
        journal=party.journal,
        made=party.surroundings.wall(),
        nonce=party.surroundings.random(16),
        have=tuple((chain.ref, chain.head) for chain in chains),
        runs=tuple(_run(party.store, chain, first) for chain, first in parts),
        marks=tuple(chain.head_hash[:8] for chain in chains),
    )


_STRETCH = (
    " FROM entry e LEFT JOIN private p ON p.entry = e.id"
    " WHERE e.journal = (SELECT id FROM journal WHERE ref = ?) AND e.branch = ? AND e.seq BETWEEN ? AND ?"
    " AND e.bytes IS NOT NULL"
)


def _run(store: Store, chain: Chain, first: int) -> Run:
    stretch = (chain.journal, chain.branch, first, chain.head)
    found = store.row(f"SELECT count(*), sum(length(e.bytes)), count(p.entry){_STRETCH}", stretch)
    if found is None or found[0] != chain.head - first + 1:
        raise Fault("store_damaged")
    return Run(chain.journal, chain.station, first, chain.head, chain.head_hash, *found)


def _entries(
    store: Store, parts: list[tuple[Chain, int]]
) -> Generator[tuple[bytes, bytes | None], None, None]:
    for chain, first in parts:
        yield from store.connection.execute(
            f"SELECT e.bytes, p.sealed{_STRETCH} ORDER BY e.seq",
            (chain.journal, chain.branch, first, chain.head),
        )


def _told(
    entries: Iterator[tuple[bytes, bytes | None]],
    total: int,
    progress: Progress | None,
    cancelled: Asked | None,
) -> Iterator[tuple[bytes, bytes | None]]:
    for done, each in enumerate(entries):
        if done % _TELL_EVERY == 0:
            pause(done, total, progress, cancelled)
        yield each


def _read_back(
    party: Party, part: Path, manifest: Manifest, progress: Progress | None, cancelled: Asked | None
) -> str:
    """Read what the disk really holds and check all of it; returns its SHA-256."""
    total = sum(run.count for run in manifest.runs)
    try:
        digest = _digest_from_disk(part)
        scratch = party.home / "inbox"
        scratch.mkdir(exist_ok=True)
        done = total
        with unsealed(part, party.keys.identities, scratch) as plain:
            reader = Reader(plain)
            if plain.damage or reader.manifest != manifest or not reader.made_by(party.signer.public):
                raise Unfit("tampered")
            for run in manifest.runs:
                check: RunCheck | None = None
                for batch in reader.batches(run):
                    for carried in batch:
                        entry = entry_in(carried.data)
                        check = check or RunCheck(
                            party.network, run.journal, run.first - 1, entry.header.previous
                        )
                        if check.problem(entry) is not None:
                            raise Unfit("tampered")
                    done += len(batch)
                    pause(done, 2 * total, progress, cancelled)
            reader.finish(party.signer.public)
            if reader.torn:
                raise Unfit("truncated")
    except Unfit as error:
        raise Fault("export_not_read_back", folder=str(part.parent)) from error
    pause(2 * total, 2 * total, progress, cancelled)
    return digest


def _digest_from_disk(part: Path) -> str:
    try:
        with part.open("rb") as file:
            if hasattr(os, "posix_fadvise"):  # have the disk answer, not the system's memory of it
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise read_fault(error, part) from error


def _free_name(party: Party, folder: Path) -> Path:
    """A name for people in ``folder``: network's product, station, day and a running number."""
    station = _UNFIT_IN_NAMES.sub("-", party.name).strip(" .")[:40] or str(party.number)
    stem = f"时间银行_{station}_{party.surroundings.now():%Y%m%d}"
    free: Callable[[int], Path] = lambda number: folder / f"{stem}-{number}.tbx"  # noqa: E731
    return next(free(number) for number in itertools.count(1) if not free(number).exists())
