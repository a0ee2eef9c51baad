"""A backup: store and keys in one file, and how it is put back."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
import tempfile
import zlib
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyrage

from timebank.desk.keyring import KeyFolder, passphrase_from
from timebank.desk.leftovers import finish, put_in_place
from timebank.desk.lock import OPEN, open_alone, work_folder
from timebank.desk.people import Cancel, Progress
from timebank.desk.station import Station, store_path
from timebank.desk.stations import network_name
from timebank.desk.surroundings import Surroundings
from timebank.files import make_folder, read_fault, write_bytes_whole, writing
from timebank.outcome import Cancelled, Fault, Refusal
from timebank.store.store import Store

_BACKUP = b"timebank/backup/1\n"
_AGE = b"age-encryption.org/"
_STEPS = 4
_FREE_PLAIN = 64 << 20
_MAX_RATIO = 64
"""Times its compressed size that a backup may unpack to; real ones stay below 10."""


class Kept(NamedTuple):
    """A backup on disk."""

    file: Path
    bytes: int
    sha256: str
    rotated: tuple[str, ...] = ()
    """Names of older backups that went from the same folder."""


def restore(
    home: Path,
    surroundings: Surroundings,
    path: Path,
    passphrase_file: Path | None = None,
    *,
    passphrase: str = "",
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> Station:
    """Put a backup into ``home`` and begin a new journal, so that nothing is written twice in the old one.

    A store and keys that are there already are kept aside, never overwritten. All is made ready beside them
    and put in their place at the end, so that a cut of power leaves the one or the other. Refuses with
    ``home_in_use`` while anybody has the folder open: what they write meanwhile would be lost. Where it is
    cancelled, which counts until all is ready, nothing has changed.
    """

    def step(done: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done, _STEPS)

    step(0)
    keys, database = unpack(path, passphrase_from(passphrase, passphrase_file))
    step(1)
    stamp = f"{surroundings.now():%Y%m%d-%H%M%S}-{surroundings.random(2).hex()}"
    with writing(home / "timebank.db"):
        make_folder(home)
        with open_alone(home), work_folder(home, "restore") as folder:
            finish(home)  # of an earlier restore that was cut off
            ready = folder / "station"
            KeyFolder(ready).restore(keys)
            write_bytes_whole(store_path(ready), database, private=True)
            step(2)
            _begin_again(ready, surroundings, path)
            (ready / OPEN).unlink(missing_ok=True)  # the lock of the home stays the one that is held
            step(3)
            _keep_aside(home, ready, keys, stamp)
            put_in_place(ready, home)
    return Station(home, surroundings)


class Held(NamedTuple):
    """What a backup holds: whose it is, how much, and when its last entry was written (local time)."""

    network: str
    station: str
    number: int
    entries: int
    last: datetime | None


def held(path: Path, passphrase: str = "") -> Held:
    """Look into a backup without putting it back. Refuses as :func:`restore` does."""
    _, database = unpack(path, passphrase.strip() or None)
    with tempfile.TemporaryDirectory(prefix="timebank-") as folder:
        copy = Path(folder) / "timebank.db"
        write_bytes_whole(copy, database, private=True)
        try:
            store = Store(copy)
        except Fault as fault:
            raise Refusal("backup_damaged", file=path.name) from fault
        try:
            wall = store.value(
                "SELECT max(e.wall) FROM entry e JOIN journal j ON j.id = e.journal"
                " WHERE j.ref = (SELECT value FROM local WHERE key = 'journal')"
            )
            return Held(
                network_name(store),
                store.local("name") or "",
                store.local("station") or 0,
                store.count(),
                None if wall is None else datetime.fromtimestamp(wall),
            )
        finally:
            store.close()


def _begin_again(ready: Path, surroundings: Surroundings, path: Path) -> None:
    """Begin a new journal in the restored store, before anyone can write into the old one."""
    try:
        station = Station(ready, surroundings)
    except Fault as fault:
        raise Refusal("backup_damaged", file=path.name) from fault
    try:
        station.require_joined()
        with station.intake() as intake:
            station.begin_again(intake, "restored")
    finally:
        station.close()


def _keep_aside(home: Path, ready: Path, keys: dict[str, bytes], stamp: str) -> None:
    """Have what a restore replaces come into place under a name of its own: the store, and keys that differ."""
    folder = KeyFolder(home)
    before = folder.files()
    if any(keys.get(name) != data for name, data in before.items()):
        KeyFolder(ready / f"before-restore-{stamp}").restore(before)
    target = store_path(home)
    if not target.exists():
        return
    with suppress(Fault):  # lets SQLite finish with a transaction that was cut off, if the file still can
        Store(target).close()
    aside = ready / f"timebank-before-restore-{stamp}.db"
    try:
        os.link(target, aside)
    except OSError:  # FAT and exFAT have no links
        shutil.copyfile(target, aside)
    journal = target.with_name(target.name + "-journal")
    if journal.exists():
        shutil.copyfile(journal, aside.with_name(aside.name + "-journal"))


def pack(database: Path, keys: dict[str, bytes], passphrase: str | None) -> bytes:
    """A backup of a store and its keys, closed with ``passphrase`` where there is one."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=6) as archive:
        for name, data in [
            ("timebank.db", database.read_bytes()),
            *((f"keys/{k}", v) for k, v in keys.items()),
        ]:
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            archive.addfile(info, io.BytesIO(data))
    data = _BACKUP + buffer.getvalue()
    return data if passphrase is None else bytes(pyrage.passphrase.encrypt(data, passphrase))


def unpack(path: Path, passphrase: str | None) -> tuple[dict[str, bytes], bytes]:
    """The keys and the store of a backup, read and checked in full. Refuses with ``backup_damaged`` and others."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise read_fault(error, path) from error
    if data.startswith(_AGE):
        if passphrase is None:
            raise Refusal("passphrase_needed")
        try:
            data = bytes(pyrage.passphrase.decrypt(data, passphrase))
        except pyrage.DecryptError as error:
            raise Refusal("passphrase_wrong") from error
    if not data.startswith(_BACKUP):
        raise Refusal("not_a_backup", file=path.name)
    files: dict[str, bytes] = {}
    try:
        most = max(_FREE_PLAIN, _MAX_RATIO * len(data))
        with gzip.open(io.BytesIO(data[len(_BACKUP) :])) as packed:
            plain = packed.read(most + 1)  # to the end, where the checksum is
        if len(plain) > most:
            raise EOFError
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is not None:
                    files[member.name] = content.read()
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise Refusal("backup_damaged", file=path.name) from error
    database = files.pop("timebank.db", b"")
    keys = {name.removeprefix("keys/"): each for name, each in files.items() if name.startswith("keys/")}
    if not database.startswith(b"SQLite format 3\0") or "station.keys" not in keys:
        raise Refusal("backup_damaged", file=path.name)
    return keys, database
