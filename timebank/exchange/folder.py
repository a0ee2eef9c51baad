"""A folder that several stations share: which files lie there, which are finished, and what they offer."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from timebank.exchange.file import Manifest, Reader
from timebank.exchange.known import Heads, known_to, own_chains
from timebank.exchange.party import Party
from timebank.exchange.sealed import unsealed
from timebank.exchange.verify import Unfit
from timebank.files import reading, scratch_folder
from timebank.outcome import Fault
from timebank.store.store import Store

MOST_FILES = 2_000
"""More export files in one folder are nobody's shared folder."""

_HEAD = 4 << 20
_UNFIT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*_]+')
_OWN_NAME = re.compile(r"时间银行_共享_([0-9]{3,10})_.*\.tbx", re.DOTALL)


class Lying(NamedTuple):
    """A file as the folder lists it: size, and when it was last changed (nanoseconds, the disk's clock)."""

    size: int
    changed: int


class Stretch(NamedTuple):
    """Entries ``first`` to ``last`` of a journal, as a file carries them."""

    journal: bytes
    first: int
    last: int


class Offer(NamedTuple):
    """What a file in the folder offers, and to whom: the stations whose certificate its maker knew."""

    station: int
    stretches: tuple[Stretch, ...]
    have: tuple[tuple[bytes, int], ...]
    """How far its maker had each chain."""
    readers: frozenset[int]


class Opened(NamedTuple):
    """A file's manifest; ``proved`` where the key of the station that it names has signed it."""

    manifest: Manifest
    proved: bool


def shared_name(party: Party) -> str:
    """A name for a file of this station in a shared folder: for people, and never given twice."""
    name = _UNFIT_IN_NAMES.sub("-", party.name).strip(" .")[:40]
    day = party.surroundings.now()
    return f"时间银行_共享_{party.number:03d}_{name}_{day:%Y%m%d}-{party.surroundings.random(4).hex()}.tbx"


def named_by(name: str) -> int | None:
    """The number of the station that a name in a shared folder speaks of, if it is such a name."""
    found = _OWN_NAME.fullmatch(name)
    return int(found[1]) if found else None


def files_in(folder: Path) -> dict[str, Lying]:
    """The export files in a folder, without what other programs are still writing.

    Raises Fault ``wire_folder_missing``, ``wire_folder_unreadable`` or ``wire_crowded``.
    """
    found: dict[str, Lying] = {}
    try:
        with os.scandir(folder) as listed:
            for each in listed:
                if each.name.lower().endswith(".tbx") and not each.name.startswith((".", "~")):
                    try:
                        status = os.stat(each.path)  # an entry of its own may be stale on a network disk
                    except FileNotFoundError:
                        continue
                    if stat.S_ISREG(status.st_mode):
                        found[each.name] = Lying(status.st_size, status.st_mtime_ns)
                if len(found) > MOST_FILES:
                    raise Fault("wire_crowded", folder=str(folder), most=MOST_FILES)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Fault("wire_folder_missing", folder=str(folder)) from error
    except OSError as error:
        raise Fault(
            "wire_folder_unreadable", folder=str(folder), reason=error.strerror or str(error)
        ) from error
    return found


def opened(party: Party, path: Path) -> Opened:
    """The manifest of ``path``. Unfit where it does not open; Fault where the disk fails."""
    with (
        scratch_folder(party.home / "inbox", "look-") as scratch,
        reading(path),
        unsealed(path, party.keys.identities, scratch, at_most=_HEAD) as plain,
    ):
        reader = Reader(plain)
    manifest = reader.manifest
    if manifest.network != party.network:
        raise Unfit("other_network")
    key = party.store.value("SELECT key FROM station WHERE number = ?", (manifest.station,))
    return Opened(manifest, key is not None and reader.made_by(key))


def offer(store: Store, manifest: Manifest) -> Offer:
    """What a file that was taken offers: all that it carries, to every station that its maker knew of."""
    have = dict(manifest.have)
    readers = frozenset(
        number
        for number, journal, seq in store.rows(
            "SELECT s.number, j.ref, e.seq FROM station s JOIN entry e ON e.id = s.entry"
            " JOIN journal j ON j.id = e.journal WHERE s.revoked IS NULL"
        )
        if have.get(bytes(journal), 0) >= seq
    )
    stretches = tuple(Stretch(run.journal, run.first, run.last) for run in manifest.runs)
    return Offer(manifest.station, stretches, manifest.have, readers)


def someone_lacks(store: Store, number: int, offers: Iterable[Offer]) -> bool:
    """Whether any other station lacks something that is here and that no file in the folder offers it."""
    enrolled = {each for (each,) in store.rows("SELECT number FROM station WHERE revoked IS NULL")}
    chains = own_chains(store)
    forked = {chain.journal for chain in chains if chain.branch}
    trusted = [each for each in offers if each.station in enrolled]
    for station in sorted(enrolled - {number}):
        readable = [each for each in trusted if station in each.readers]
        known = known_to(store, station)
        reached = _reached(known, (stretch for each in readable for stretch in each.stretches))
        said = [dict(each.have) for each in readable]
        for chain in chains:
            if chain.journal not in forked:
                there = reached.get(chain.ref, 0) >= chain.head
            else:  # a stretch does not say on which branch it lies; whoever has a branch sends all of it
                there = any(have.get(chain.ref, 0) >= chain.head for have in (known, *said))
            if not there:
                return True
    return False


def _reached(known: Heads, stretches: Iterable[Stretch]) -> Heads:
    """How far a station gets that takes all ``stretches``, in whatever order: a gap waits until it is filled."""
    reached = dict(known)
    for journal, first, last in sorted(stretches):  # by its beginning, so one pass fills what can be filled
        if first <= reached.get(journal, 0) + 1:
            reached[journal] = max(reached.get(journal, 0), last)
    return reached
