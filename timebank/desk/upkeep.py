"""Checking every byte, folding anew, backing up and restoring."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from timebank.desk import whereabouts
from timebank.desk.backup import Held, Kept, held, pack, restore, unpack
from timebank.desk.keyring import passphrase_from
from timebank.desk.lock import work_folder
from timebank.desk.people import Cancel, Progress
from timebank.desk.private_check import exposed, kept_aside
from timebank.desk.rotation import name_for, rotate
from timebank.desk.station import Station
from timebank.files import reading, write_whole
from timebank.journal.entry import BadEntry, entry_hash, read_entry
from timebank.journal.keys import SIGNATURE_BYTES, private_hash
from timebank.outcome import Cancelled, Fault
from timebank.store import book_queries
from timebank.store.digest import local_digest, state_digest
from timebank.store.intake import fold_anew, refold
from timebank.store.store import Store, sqlite_faults
from timebank.store.updates import awaited

__all__ = ("Finding", "Held", "Kept", "Report", "Upkeep", "balances_match", "held", "restore")

_PAGES = 2_000
"""Pages of the store, of 4 KB, copied between two looks at whether to go on."""


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


class Upkeep:
    """Care for the store."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def check(self, progress: Progress | None = None, cancelled: Cancel | None = None) -> Report:
        """Read every byte: chains, signatures, private parts, ledger, and every table against a fresh fold."""
        with sqlite_faults(self._station.store.path):
            return self._check(progress, cancelled)

    def _check(self, progress: Progress | None, cancelled: Cancel | None) -> Report:
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
        with reading(self._station.key_folder.folder):
            findings += [*self._key_findings(), *self._copy_findings()]
        public = exposed(self._station) if sound else []
        findings += [Finding("error", "private_text_public", each) for each in public]
        findings += [
            Finding("warning", "erased_in_copy", {"file": name}) for name in kept_aside(self._station)
        ]
        unread = sum(each.entries for each in awaited(store))
        findings += [Finding("warning", "update_needed", {"entries": unread})] if unread else []
        journals = int(store.value("SELECT count(DISTINCT journal) FROM chain"))
        ok = not any(each.severity == "error" for each in findings)
        return Report(ok, store.count(), journals, digest, credit, allowance, tuple(findings))

    def _disk_findings(self) -> list[Finding]:
        with sqlite_faults(self._station.store.path):
            rows = self._station.store.rows("PRAGMA integrity_check(5)")
        return [Finding("error", "store_damaged", {"detail": row[0]}) for row in rows if row[0] != "ok"]

    def _journal_findings(self, progress: Progress | None, cancelled: Cancel | None) -> list[Finding]:
        store, findings, done = self._station.store, [], 0
        total = store.count()
        for number, branch, ref, key, first, head, head_hash in store.rows(
            "SELECT journal, branch, origin, key, first, head, head_hash FROM chain ORDER BY journal, branch"
        ):
            place = {"journal": ref.hex()}
            if key is None:
                findings.append(Finding("error", "journal_unproved", place))
                continue
            previous, seq = self._before(number, branch, first), first - 1
            for entry_row, data, kept, *columns in store.connection.execute(
                'SELECT e.id, e.bytes, p.sealed, e.seq, e."check", e.lamport, e.wall, e.kind'
                " FROM entry e LEFT JOIN private p ON p.entry = e.id"
                " WHERE e.journal = ? AND e.branch = ? AND e.bytes IS NOT NULL ORDER BY e.seq",
                (number, branch),
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

    def _before(self, journal: int, branch: int, first: int) -> bytes:
        """The hash of the entry that a chain continues: of the last one before the fork."""
        data = self._station.store.value(
            "SELECT e.bytes FROM branch b JOIN entry e ON e.journal = b.journal AND e.branch = b.parent"
            " WHERE b.id = ? AND b.journal = ? AND e.seq = ? AND e.bytes IS NOT NULL",
            (branch, journal, first - 1),
        )
        return b"" if data is None else entry_hash(data[:-SIGNATURE_BYTES])

    def _fresh_digests(self, cancelled: Cancel | None) -> tuple[str, str]:
        """The digests of a fold made from nothing but the entries, in a file of its own beside the store."""
        with work_folder(self._station.home, "check", or_elsewhere=True) as folder:
            fresh = Store(folder / "fresh.db")
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

    def _copy_findings(self) -> list[Finding]:
        findings = []
        if self._station.whereabouts.damaged:
            findings.append(Finding("warning", "mark_damaged", {"file": whereabouts.FILE}))
        begun = self._station.begun()
        if begun is not None and begun.cause not in ("new", "restored"):
            findings.append(Finding("warning", "journal_begun_again", begun._asdict()))
        return findings

    def rebuild(self, progress: Progress | None = None, cancelled: Cancel | None = None) -> tuple[int, str]:
        """Empty every folded table and fold all entries again; (entries, digest)."""
        store = self._station.store
        with store.transaction():
            refold(store, self._station.privacy, progress, cancelled)
            return store.count(), state_digest(store)

    def digest(self) -> str:
        """The fingerprint of all shared state."""
        return state_digest(self._station.store)

    def backup(
        self,
        out: Path,
        passphrase_file: Path | None = None,
        *,
        passphrase: str = "",
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> Kept:
        """Copy store and keys into one file, read it back, and only then give it its name."""
        closing = passphrase_from(passphrase, passphrase_file)
        self._station.require_joined()

        def write(target: Path) -> None:
            with work_folder(self._station.home, "backup") as folder:
                copy = folder / "timebank.db"
                self._copy_store(copy, progress, cancelled)
                target.write_bytes(pack(copy, self._station.key_folder.files(), closing))

        def verify(path: Path) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled
            unpack(path, closing)

        made = write_whole(out, write, verify=verify, private=True)
        self._station.store.set_local("backup", self._station.surroundings.now().isoformat(" ", "seconds"))
        data = made.read_bytes()
        return Kept(made, len(data), hashlib.sha256(data).hexdigest())

    def backup_into(
        self,
        folder: Path,
        passphrase_file: Path | None = None,
        *,
        passphrase: str = "",
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> Kept:
        """Like :meth:`backup`, under the station's name and the time; then older ones in the folder rotate.

        See :mod:`timebank.desk.rotation`.
        """
        out = folder / name_for(self._station)
        made = self.backup(
            out, passphrase_file, passphrase=passphrase, progress=progress, cancelled=cancelled
        )
        return made._replace(rotated=rotate(self._station, made))

    def last_backup(self) -> datetime | None:
        """When this station was last backed up."""
        text = self._station.store.local("backup")
        return datetime.fromisoformat(text) if text else None

    def _copy_store(self, copy: Path, progress: Progress | None, cancelled: Cancel | None) -> None:
        def copied(_status: int, left: int, pages: int) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled
            if progress is not None:
                progress(pages - left, pages)

        with sqlite_faults(copy):
            target = sqlite3.connect(copy)
            try:
                self._station.store.connection.backup(target, pages=_PAGES, progress=copied)
                row = target.execute("PRAGMA quick_check").fetchone()
            finally:
                target.close()
        if row[0] != "ok":
            raise Fault("store_damaged", detail=row[0])


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
