"""A station at work: its folder, store and keys, and the pen that writes facts into its journal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timebank.desk.keyring import KeyFolder, StationKeys
from timebank.desk.surroundings import Surroundings
from timebank.files import require_writable, writing
from timebank.journal.entry import Entry, write_entry
from timebank.journal.facts import Fact, JournalBegun
from timebank.journal.keys import Signer, journal_id, private_hash
from timebank.journal.refs import EntryRef
from timebank.outcome import Refusal
from timebank.store.intake import Intake
from timebank.store.privacy import PrivacyKeys
from timebank.store.store import Store

_NONCE = 24
_BACKWARDS = 300
"""Seconds by which a clock may lag behind the journal's last entry before it counts as doubtful."""


class Pen:
    """Writes facts into one journal within a transaction; made by :meth:`Station.recording`."""

    def __init__(
        self, station: Station, intake: Intake, journal: bytes, signer: Signer, network: bytes
    ) -> None:
        self._station = station
        self.intake = intake
        self._journal = journal
        self._signer = signer
        self._network = network
        found = station.store.row("SELECT id, head, head_hash FROM journal WHERE ref = ?", (journal,))
        self._number, self._seq, self._previous = found if found is not None else (None, 0, b"")
        self._lamport = station.store.local("lamport") or 0
        self._wall = station.store.value(
            "SELECT wall FROM entry WHERE journal = ? AND seq = ?", (self._number, self._seq)
        )
        self.written: list[Entry] = []

    def repeated(self, action: bytes) -> EntryRef | None:
        """The entry that an earlier try of the same action wrote, if there was one."""
        row = self._station.store.row(
            'SELECT j.ref, e.seq, e."check" FROM action a JOIN entry e ON e.id = a.entry'
            " JOIN journal j ON j.id = e.journal WHERE a.key = ?",
            (action,),
        )
        return None if row is None else EntryRef(*row)

    def tell(
        self,
        fact: Fact,
        private: dict[str, object] | None = None,
        *,
        home: int | None = None,
        action: bytes | None = None,
    ) -> EntryRef:
        """Append ``fact``; ``private`` is sealed for the station ``home`` (this one where not said)."""
        station = self._station
        random = station.surroundings.random
        sealed = None
        if private:
            key = station.privacy.key_for(station.number if home is None else home)
            sealed = key.seal(private, random(_NONCE))
        wall = station.surroundings.wall()
        entry = write_entry(
            self._signer,
            fact,
            network=self._network,
            journal=self._journal,
            seq=self._seq + 1,
            previous=self._previous,
            lamport=self._lamport + 1,
            wall=wall,
            clock=int(self._wall is not None and wall < self._wall - _BACKWARDS),
            action=action or random(8),
            operator=station.operator,
            seen=self._news(),
            private=private_hash(sealed) if sealed else b"",
        )
        self.intake.add(entry, sealed)
        self._seq, self._previous = self._seq + 1, entry.hash
        self._lamport, self._wall = self._lamport + 1, wall
        self.written.append(entry)
        return entry.ref

    def _news(self) -> tuple[tuple[bytes, int], ...]:
        """Heads of other journals since this journal last said what its writer had seen."""
        if self.written:
            return ()
        rows = self._station.store.rows(
            "SELECT j.ref, j.head FROM journal j WHERE j.ref <> ? AND j.head > coalesce("
            "(SELECT max(s.head) FROM seen s WHERE s.journal = ? AND s.other = j.ref), 0) ORDER BY j.ref",
            (self._journal, self._number),
        )
        return tuple((bytes(ref), head) for ref, head in rows)


class _Trial(Exception):
    """Ends a trial: what was written is rolled back."""


class Station:
    """One station's folder, opened. Everything a desk does goes through one of these."""

    def __init__(self, home: Path, surroundings: Surroundings) -> None:
        self.home = home
        self.surroundings = surroundings
        self.key_folder = KeyFolder(home)
        if not store_path(home).exists():
            raise Refusal("no_station", home=str(home))
        self.keys: StationKeys = self.key_folder.read_station()
        self.signer = self.keys.signer
        self.store = Store(store_path(home))
        try:
            self.number: int = self.store.local("station") or 0
            self.network: bytes = self.store.local("network") or b""
            self.journal: bytes = self.store.local("journal") or b""
            self.name: str = self.store.local("name") or ""
            self.operator = 0
            self.reads_only = False
            self.privacy = PrivacyKeys(self.number, self.keys.privacy, self.keys.unseal)
            for station, sealed in self.store.rows("SELECT station, sealed FROM privacy_key"):
                self.privacy.learn(station, sealed)
        except BaseException:
            self.store.close()
            raise

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    @property
    def joined(self) -> bool:
        """Whether this station belongs to a network yet."""
        return bool(self.journal)

    def require_joined(self) -> None:
        """Refuses with ``not_joined`` at a station that still waits for its enrolment."""
        if not self.joined:
            raise Refusal("not_joined")

    def require_writer(self) -> None:
        """Refuses with ``not_joined``, or with ``auditor_reads_only`` where an auditor is at the desk."""
        self.require_joined()
        if self.reads_only:
            raise Refusal("auditor_reads_only")

    @contextmanager
    def intake(self) -> Iterator[Intake]:
        """Take entries in, all or nothing."""
        with self.store.transaction():
            intake = Intake(self.store, self.privacy)
            yield intake
            intake.settle()

    @contextmanager
    def recording(self, *, keep: bool = True) -> Iterator[Pen]:
        """Write facts into this station's journal, all or nothing. The rules are checked inside.

        Without ``keep`` it is a trial: everything is done, and at the end undone.
        """
        self.require_writer()
        with suppress(_Trial), self.intake() as intake:
            yield Pen(self, intake, self.journal, self.signer, self.network)
            if not keep:
                raise _Trial

    @contextmanager
    def root_recording(self, passphrase: str | None) -> Iterator[Pen]:
        """Write facts into the root's journal; refuses where the root key is not kept or not opened."""
        self.require_writer()
        signer = self.key_folder.read_root(passphrase)
        with self.intake() as intake:
            journal = self.store.local("root_journal")
            if journal is None:  # restored from a backup: the old one may have gone further elsewhere
                journal = self._begin(intake, signer, "restored")
                self.store.set_local("root_journal", journal)
            yield Pen(self, intake, journal, signer, self.network)

    def begin_journal(self, intake: Intake, cause: str) -> bytes:
        """Begin a new journal for this station under its own key; returns the journal's id."""
        self.journal = self._begin(intake, self.signer, cause)
        self.store.set_local("journal", self.journal)
        return self.journal

    def _begin(self, intake: Intake, signer: Signer, cause: str) -> bytes:
        nonce = self.surroundings.random(16)
        journal = journal_id(signer.public, nonce)
        Pen(self, intake, journal, signer, self.network).tell(JournalBegun(signer.public, nonce, cause))
        intake.settle()  # the next pen starts from the head that this one left
        return journal

    def action_for(self, *parts: object) -> bytes:
        """8 bytes that name an action by what it says: the same row of the same sheet is one action."""
        text = "\0".join(str(part) for part in parts)
        return hashlib.sha256(b"timebank/action/1\0" + text.encode()).digest()[:8]


def store_path(home: Path) -> Path:
    """The store of a station's folder."""
    return home / "timebank.db"


def make_home(home: Path) -> None:
    """Make a station's folder. Fault where the disk refuses; Refusal ``home_taken`` where a station lives."""
    if store_path(home).exists() or KeyFolder(home).exists():
        raise Refusal("home_taken", home=str(home))
    with writing(store_path(home)):
        home.mkdir(parents=True, exist_ok=True)
    require_writable(store_path(home))
