"""Checking every byte, folding anew, backing up and restoring."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyrage

from timebank.desk.keyring import KeyFolder, read_passphrase
from timebank.desk.people import Cancel, Progress
from timebank.desk.station import Station, store_path
from timebank.desk.surroundings import Surroundings
from timebank.files import read_fault, write_bytes_whole, write_whole, writing
from timebank.journal.entry import BadEntry, read_entry
from timebank.journal.keys import private_hash
from timebank.outcome import Cancelled, Fault, Refusal
from timebank.store import book_queries
from timebank.store.digest import local_digest, state_digest
from timebank.store.intake import Intake
from timebank.store.privacy import PrivacyKeys
from timebank.store.schema import FOLDED_TABLES
from timebank.store.store import Store, sqlite_faults

_BACKUP = b"timebank/backup/1\n"
_AGE = b"age-encryption.org/"


@dataclass(frozen=True)
class Finding:
    """One thing that a check found; errors mean that something is wrong, warnings that it could be better."""

    severity: str
    code: str
    facts: dict[str, object] = field(default_factory=dict)


class Report(NamedTuple):
    """The outcome of a check; ledger sums in minutes."""

    ok: bool
    entries: int
    journals: int
    digest: str
    credit: int
    allowance: int
    findings: tuple[Finding, ...]


class Kept(NamedTuple):
    """A backup on disk."""

    file: Path
    bytes: int
    sha256: str


class Upkeep:
    """Care for the store."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def check(self, progress: Progress | None = None, cancelled: Cancel | None = None) -> Report:
        """Read every byte: chains, signatures, private parts, ledger, and every table against a fresh fold."""
        store = self._station.store
        damage = self._disk_findings()
        if damage:  # what the disk garbled cannot be folded, nor be summed
            return Report(False, 0, 0, "", 0, 0, (*damage, *self._key_findings()))
        findings = self._journal_findings(progress, cancelled)
        sound = not findings
        credit, allowance = book_queries.ledger_sums(store)
        if credit or allowance:
            findings.append(Finding("error", "ledger_unbalanced", {"credit": credit, "allowance": allowance}))
        if not balances_match(store):
            findings.append(Finding("error", "balances_differ"))
        digest = state_digest(store)
        if sound and (digest, local_digest(store)) != self._fresh_digests(cancelled):
            findings.append(Finding("error", "projection_differs"))
        findings += self._key_findings()
        journals = int(store.value("SELECT count(*) FROM journal WHERE head > 0"))
        ok = not any(each.severity == "error" for each in findings)
        return Report(ok, store.count(), journals, digest, credit, allowance, tuple(findings))

    def _disk_findings(self) -> list[Finding]:
        with sqlite_faults(self._station.store.path):
            rows = self._station.store.rows("PRAGMA integrity_check(5)")
        return [Finding("error", "store_damaged", {"detail": row[0]}) for row in rows if row[0] != "ok"]

    def _journal_findings(self, progress: Progress | None, cancelled: Cancel | None) -> list[Finding]:
        store, findings, done = self._station.store, [], 0
        total = store.count()
        for number, ref, key, head, head_hash in store.rows(
            "SELECT id, ref, key, head, head_hash FROM journal ORDER BY id"
        ):
            if head == 0:
                continue
            place = {"journal": ref.hex()}
            if key is None:
                findings.append(Finding("error", "journal_unproved", place))
                continue
            previous, seq = b"", 0
            for entry_row, data, kept, *columns in store.connection.execute(
                'SELECT e.id, e.bytes, p.sealed, e.seq, e."check", e.lamport, e.wall, e.kind'
                " FROM entry e LEFT JOIN private p ON p.entry = e.id"
                " WHERE e.journal = ? AND e.bytes IS NOT NULL ORDER BY e.seq",
                (number,),
            ):
                if done % 256 == 0:
                    if cancelled is not None and cancelled():
                        raise Cancelled
                    if progress is not None:
                        progress(done, total)
                done += 1
                code = _entry_problem(data, kept, columns, key, seq + 1, previous)
                if code is not None:
                    findings.append(Finding("error", code, place | {"seq": seq + 1, "entry": entry_row}))
                    break
                previous, seq = read_entry(data).hash, seq + 1
            else:
                if (seq, previous) != (head, head_hash):
                    findings.append(
                        Finding("error", "journal_incomplete", place | {"seq": seq, "head": head})
                    )
        return findings

    def _fresh_digests(self, cancelled: Cancel | None) -> tuple[str, str]:
        """The digests of a fold made from nothing but the entries, in a file of its own beside the store."""
        with tempfile.TemporaryDirectory(dir=self._station.home, prefix=".check-") as folder:
            fresh = Store(Path(folder) / "fresh.db")
            try:
                fresh.connection.execute("PRAGMA synchronous = OFF")
                fold_anew(self._station.store, fresh, self._station.privacy, cancelled)
                return state_digest(fresh), local_digest(fresh)
            finally:
                fresh.close()

    def _key_findings(self) -> list[Finding]:
        findings = []
        folder = self._station.key_folder
        if folder.root_open():
            findings.append(Finding("warning", "root_key_open"))
        if not any((folder.folder / name).exists() for name in ("root.age", "station.recovery.age")):
            findings.append(Finding("warning", "keys_unprotected"))
        for name in folder.readable_by_others():
            findings.append(Finding("warning", "key_readable_by_others", {"file": name}))
        return findings

    def rebuild(self, progress: Progress | None = None, cancelled: Cancel | None = None) -> tuple[int, str]:
        """Empty every folded table and fold all entries again; (entries, digest)."""
        store = self._station.store
        with store.transaction():
            for table in FOLDED_TABLES:
                store.connection.execute(f"DELETE FROM {table}")
            fold_stored(store, self._station.privacy, progress, cancelled)
        return store.count(), state_digest(store)

    def digest(self) -> str:
        """The fingerprint of all shared state."""
        return state_digest(self._station.store)

    def backup(self, out: Path, passphrase_file: Path | None = None) -> Kept:
        """Copy store and keys into one file, read it back, and only then give it its name."""
        passphrase = read_passphrase(passphrase_file)
        self._station.require_joined()

        def write(target: Path) -> None:
            with tempfile.TemporaryDirectory(dir=self._station.home, prefix=".backup-") as folder:
                copy = Path(folder) / "timebank.db"
                self._copy_store(copy)
                packed = _pack(copy, self._station.key_folder.files())
            data = _BACKUP + packed
            if passphrase is not None:
                data = pyrage.passphrase.encrypt(data, passphrase)
            target.write_bytes(data)

        made = write_whole(out, write, verify=lambda path: _unpack(path, passphrase), private=True)
        self._station.store.set_local("backup", self._station.surroundings.now().isoformat(" ", "seconds"))
        data = made.read_bytes()
        return Kept(made, len(data), hashlib.sha256(data).hexdigest())

    def last_backup(self) -> datetime | None:
        """When this station was last backed up."""
        text = self._station.store.local("backup")
        return datetime.fromisoformat(text) if text else None

    def _copy_store(self, copy: Path) -> None:
        with sqlite_faults(copy):
            target = sqlite3.connect(copy)
            try:
                self._station.store.connection.backup(target)
                row = target.execute("PRAGMA quick_check").fetchone()
            finally:
                target.close()
        if row[0] != "ok":
            raise Fault("store_damaged", detail=row[0])


def restore(
    home: Path, surroundings: Surroundings, path: Path, passphrase_file: Path | None = None
) -> Station:
    """Put a backup into ``home`` and begin a new journal, so that nothing is written twice in the old one.

    A store and keys that are there already are kept aside, never overwritten. All is made ready beside them
    and put in their place at the end, so that a cut of power leaves the one or the other.
    """
    keys, database = _unpack(path, read_passphrase(passphrase_file))
    stamp = f"{surroundings.now():%Y%m%d-%H%M%S}-{surroundings.random(2).hex()}"
    with writing(home / "timebank.db"):
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as folder:
            ready = Path(folder)
            KeyFolder(ready).restore(keys)
            write_bytes_whole(store_path(ready), database, private=True)
            _begin_again(ready, surroundings, path)
            _keep_aside(home, keys, stamp)
            KeyFolder(home).restore(keys)
            os.replace(store_path(ready), store_path(home))
    return Station(home, surroundings)


def _begin_again(ready: Path, surroundings: Surroundings, path: Path) -> None:
    """Begin a new journal in the restored store, before anyone can write into the old one."""
    try:
        station = Station(ready, surroundings)
    except Fault as fault:
        raise Refusal("backup_damaged", file=path.name) from fault
    try:
        station.require_joined()
        with station.intake() as intake:
            station.begin_journal(intake, "restored")
            station.store.set_local("root_journal", None)
    finally:
        station.close()


def _keep_aside(home: Path, keys: dict[str, bytes], stamp: str) -> None:
    """Give what a restore replaces a name of its own: the store, and the keys where they are others."""
    folder = KeyFolder(home)
    before = folder.files()
    if any(keys.get(name) != data for name, data in before.items()):
        KeyFolder(home / f"before-restore-{stamp}").restore(before)
    target = store_path(home)
    if not target.exists():
        return
    aside = home / f"timebank-before-restore-{stamp}.db"
    with suppress(Fault):  # lets SQLite finish with a transaction that was cut off, if the file still can
        Store(target).close()
    journal = target.with_name(target.name + "-journal")
    if journal.exists():  # it belongs to the old store and would spoil the new one
        os.replace(journal, aside.with_name(aside.name + "-journal"))
    try:
        os.link(target, aside)
    except OSError:  # FAT and exFAT have no links
        os.replace(target, aside)


def _pack(database: Path, keys: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=6) as archive:
        for name, data in [
            ("timebank.db", database.read_bytes()),
            *((f"keys/{k}", v) for k, v in keys.items()),
        ]:
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _unpack(path: Path, passphrase: str | None) -> tuple[dict[str, bytes], bytes]:
    """The keys and the store of a backup, read and checked in full."""
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
        plain = gzip.decompress(data[len(_BACKUP) :])  # to the end, where the checksum is
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


def _entry_problem(
    data: bytes, sealed: bytes | None, columns: Sequence[object], key: bytes, seq: int, previous: bytes
) -> str | None:
    try:
        entry = read_entry(data)
    except BadEntry:
        return "entry_damaged"
    if entry.header.seq != seq or entry.header.previous != previous:
        return "chain_broken"
    if not entry.signed_by(key):
        return "signature_wrong"
    header = entry.header
    if columns != [header.seq, entry.hash[:8], header.lamport, header.wall, header.kind]:
        return "entry_damaged"
    if sealed is not None and private_hash(sealed) != entry.header.private:
        return "private_part_differs"
    return None


def fold_stored(
    store: Store, privacy: PrivacyKeys, progress: Progress | None = None, cancelled: Cancel | None = None
) -> None:
    """Fold every stored entry, the root's first; the folded tables must be empty."""
    intake = Intake(store, privacy)
    total, done = store.count(), 0
    for (journal,) in store.rows("SELECT id FROM journal ORDER BY station IS NOT 0, id"):
        for row, data in store.connection.execute(
            "SELECT id, bytes FROM entry WHERE journal = ? AND bytes IS NOT NULL ORDER BY seq", (journal,)
        ):
            if done % 256 == 0:
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(done, total)
            done += 1
            intake.again(read_entry(data), row, journal)
    intake.settle()


def fold_anew(source: Store, fresh: Store, privacy: PrivacyKeys, cancelled: Cancel | None = None) -> None:
    """Copy the entries of ``source`` into the empty store ``fresh``, folding them on the way."""
    with fresh.transaction():
        fresh.set_local("network", source.local("network"))
        intake = Intake(fresh, privacy)
        rows = source.connection.execute(
            "SELECT e.bytes, p.sealed FROM entry e JOIN journal j ON j.id = e.journal"
            " LEFT JOIN private p ON p.entry = e.id WHERE e.bytes IS NOT NULL"
            " ORDER BY j.station IS NOT 0, j.id, e.seq"
        )
        for done, (data, sealed) in enumerate(rows):
            if done % 256 == 0 and cancelled is not None and cancelled():
                raise Cancelled
            intake.add(read_entry(data), sealed)
        intake.settle()


def balances_match(store: Store) -> bool:
    """Whether the balances kept by difference equal the sums of the ledger."""
    kept = {
        (a, u): m for a, u, m in store.rows("SELECT account, unit, minutes FROM balance WHERE minutes <> 0")
    }
    summed = {
        (a, u): m
        for a, u, m in store.rows(
            "SELECT account, unit, sum(minutes) FROM posting GROUP BY account, unit HAVING sum(minutes) <> 0"
        )
    }
    return kept == summed
