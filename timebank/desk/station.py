"""A station at work: its folder, store and keys, and the pen that writes facts into its journal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from timebank.desk.keyring import KeyFolder, StationKeys
from timebank.desk.leftovers import READY, finish, sweep
from timebank.desk.lock import open_alone, open_together
from timebank.desk.surroundings import Surroundings
from timebank.desk.whereabouts import Whereabouts
from timebank.files import make_folder, require_writable, writing
from timebank.files import reading as reading_file
from timebank.journal.entry import Entry, read_entry, write_entry
from timebank.journal.facts import Fact, JournalBegun, decode_fact
from timebank.journal.keys import Signer, journal_id, private_hash
from timebank.journal.refs import EntryRef
from timebank.outcome import Fault, Refusal
from timebank.store.bulk import collector_paused
from timebank.store.intake import Intake, refold
from timebank.store.privacy import PrivacyKeys
from timebank.store.store import Store
from timebank.store.updates import reading, require_readable

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
        """Append ``fact``; ``private`` is sealed for the station ``home`` (this one where not said).

        Refuses with ``update_needed`` where something it names waits for a later version of the program.
        """
        station = self._station
        require_readable(station.store, fact)
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
            "SELECT c.ref, c.head FROM chain c WHERE c.ref <> ? AND c.head > coalesce("
            "(SELECT max(s.head) FROM seen s WHERE s.journal = ? AND s.other = c.ref), 0) ORDER BY c.ref",
            (self._journal, self._number),
        )
        return tuple((bytes(ref), head) for ref, head in rows)


class Begun(NamedTuple):
    """How a journal began."""

    cause: str
    day: date


class _Trial(Exception):
    """Ends a trial: what was written is rolled back."""


class Station:
    """One station's folder, opened. Everything a desk does goes through one of these."""

    def __init__(self, home: Path, surroundings: Surroundings) -> None:
        self.home = home
        self.surroundings = surroundings
        self.key_folder = KeyFolder(home)
        if not lives_here(home):
            raise Refusal("no_station", home=str(home))
        self._lock = open_together(home)
        try:
            self.keys: StationKeys = self.key_folder.read_station()
            self.signer = self.keys.signer
            self.store = Store(store_path(home))
        except BaseException:
            self._lock.release()
            raise
        try:
            self.number: int = self.store.local("station") or 0
            self.network: bytes = self.store.local("network") or b""
            self.journal: bytes = self.store.local("journal") or b""
            self.name: str = self.store.local("name") or ""
            self.operator = 0
            self.reads_only = False
            self.privacy = PrivacyKeys(self.number, self.keys.privacy, self.keys.unseal)
            for lost, sealed in self.keys.inherited:
                self.privacy.learn(lost, sealed)
            for writer, sealed, of in self.store.rows("SELECT station, sealed, of FROM privacy_key"):
                self.privacy.learn(writer, sealed, of)
            if self.store.local("folds") != reading():  # by a version that reads or folds otherwise
                with self.store.transaction():
                    refold(self.store, self.privacy)
            self.whereabouts = Whereabouts(store_path(home))
            self._settled = False
            with suppress(Fault):  # reading goes on; before anything is written it is tried again
                self._settle()
            sweep(home)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
        self._lock.release()

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
        try:
            with self.store.transaction(), collector_paused():
                intake = Intake(self.store, self.privacy)
                yield intake
                intake.finish()
        except BaseException:
            with suppress(Fault):  # a journal that was begun meanwhile is gone again
                self.journal = self.store.local("journal") or b""
            raise
        if self._settled and not self.store.connection.in_transaction:
            with suppress(Fault):  # a mark that lags behind harms nobody
                self.whereabouts.note(self._heads())

    @contextmanager
    def recording(self, *, keep: bool = True) -> Iterator[Pen]:
        """Write facts into this station's journal, all or nothing. The rules are checked inside.

        Without ``keep`` it is a trial: everything is done, and at the end undone.
        """
        self.require_writer()
        self._settle()
        with suppress(_Trial), self.intake() as intake:
            self._leave_shared_journal(intake)
            self.journal = self.store.local("journal")  # another process may have begun a new one
            yield Pen(self, intake, self.journal, self.signer, self.network)
            if not keep:
                raise _Trial

    @contextmanager
    def root_recording(self, passphrase: str | None) -> Iterator[Pen]:
        """Write facts into the root's journal; refuses where the root key is not kept or not opened."""
        self.require_writer()
        signer = self.key_folder.read_root(passphrase)
        self._settle()
        with self.intake() as intake:
            self._leave_shared_journal(intake)
            journal = self.store.local("root_journal")
            if journal is None:  # the old one may have gone further elsewhere
                cause = self.store.local("begun_again") or "restored"
                journal = self._begin(intake, signer, cause, self.store.local("root_left"))
                self.store.set_local("root_journal", journal)
            yield Pen(self, intake, journal, signer, self.network)

    def begin_journal(self, intake: Intake, cause: str) -> bytes:
        """Begin a new journal for this station under its own key; returns the journal's id."""
        self.journal = self._begin(intake, self.signer, cause, self.store.local("journal"))
        self.store.set_local("journal", self.journal)
        return self.journal

    def begin_again(self, intake: Intake, cause: str) -> None:
        """Begin a new journal, since the old one may have gone further elsewhere.

        The cause is ``restored``, ``copied``, ``put_back`` or ``forked``. The root's journal, where this
        station writes it, begins anew when its key is used next.
        """
        root = self.store.local("root_journal")
        if root is not None:
            self.store.set_local("root_left", root)
            self.store.set_local("root_journal", None)
        self.store.set_local("begun_again", cause)
        self.begin_journal(intake, cause)

    def _leave_shared_journal(self, intake: Intake) -> None:
        """Begin a new journal where an import met entries of this one: another copy of the folder writes it."""
        if self.store.local("met_itself"):
            self.store.set_local("met_itself", None)
            forked = self.store.value(
                "SELECT 1 FROM branch b JOIN journal j ON j.id = b.journal WHERE j.ref IN (?, ?)",
                (self.store.local("journal"), self.store.local("root_journal")),
            )
            self.begin_again(intake, "forked" if forked else "put_back")

    def _begin(self, intake: Intake, signer: Signer, cause: str, before: bytes | None) -> bytes:
        nonce = self.surroundings.random(16)
        journal = journal_id(signer.public, nonce)
        head = self.store.value("SELECT head FROM journal WHERE ref = ?", (before,))
        after = () if before is None or head is None else ((before, head),)
        fact = JournalBegun(signer.public, nonce, cause, after)
        Pen(self, intake, journal, signer, self.network).tell(fact)
        intake.settle()  # the next pen starts from the head that this one left
        return journal

    def begun(self) -> Begun | None:
        """How the journal that is written now began; None before this station has joined."""
        data = self.store.value(
            "SELECT e.bytes FROM entry e JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.seq = 1"
            " AND e.bytes IS NOT NULL",
            (self.journal,),
        )
        if data is None:
            return None
        entry = read_entry(data)
        fact = decode_fact(entry.header.kind, entry.header.body)
        if not isinstance(fact, JournalBegun):
            return None
        return Begun(fact.cause, datetime.fromtimestamp(entry.header.wall).date())

    def _settle(self) -> None:
        """Begin a new journal where this folder came from another computer, or was set back; raises Fault."""
        if self._settled or not self.joined:
            return
        if self.whereabouts.changed(self.store):
            with self.intake() as intake:
                self.journal = self.store.local("journal")
                cause = self.whereabouts.changed(self.store)  # another process may have been faster
                if cause is not None:
                    self.begin_again(intake, cause)
                    self.whereabouts.note(self._heads())  # both or neither: no second journal for one copy
        elif self.whereabouts.missing:
            with suppress(Fault):
                self.whereabouts.note(self._heads())
        self.journal = self.store.local(
            "journal"
        )  # another process may have begun a new one since it was read
        self._settled = True

    def _heads(self) -> dict[bytes, tuple[int, bytes]]:
        """Number and hash of the last entry of each journal that is written here."""
        rows = self.store.rows(
            "SELECT ref, head, head_hash FROM journal"
            " WHERE ref IN (SELECT value FROM local WHERE key IN ('journal', 'root_journal'))"
        )
        return {ref: (head, found) for ref, head, found in rows}

    def action_for(self, *parts: object) -> bytes:
        """8 bytes that name an action by what it says: the same row of the same sheet is one action."""
        text = "\0".join(str(part) for part in parts)
        return hashlib.sha256(b"timebank/action/1\0" + text.encode()).digest()[:8]


def store_path(home: Path) -> Path:
    """The store of a station's folder."""
    return home / "timebank.db"


def lives_here(home: Path) -> bool:
    """Whether a station lives in a folder; a founding or restore that was cut off when all was ready is finished."""
    with reading_file(store_path(home)):
        if (home / READY).is_dir():
            with suppress(Refusal), open_alone(home):
                finish(home)
        return store_path(home).exists()


def make_home(home: Path) -> None:
    """Make a station's folder. Fault where the disk refuses; Refusal ``home_taken`` where a station lives."""
    finish(home)
    with writing(store_path(home)):
        if store_path(home).exists() or KeyFolder(home).exists():
            raise Refusal("home_taken", home=str(home))
        make_folder(home)
    require_writable(store_path(home))
