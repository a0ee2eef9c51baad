"""Takes a file's runs in, within one transaction: nothing reaches the store before it is proved.

A run goes in by batches. Every entry of a batch is hashed and chained to the one before, and the signature
of its last entry, which covers all before it, is checked; only then is the batch stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from timebank.exchange.file import Carried, Reader, Run
from timebank.exchange.known import accepted_last
from timebank.exchange.party import Asked, Party, Progress, pause
from timebank.exchange.verify import RunCheck, Unfit, entry_in
from timebank.journal.entry import Entry
from timebank.journal.facts import JournalBegun, MemberChanged, MemberRegistered, NetworkFounded
from timebank.journal.keys import SIGNATURE_BYTES, journal_id, network_id, private_hash
from timebank.outcome import Fault
from timebank.store.intake import Intake
from timebank.store.store import fact_of

ROOT = 0


class Missing(NamedTuple):
    """Entries that must come before what a file brings: of which journal, whose, from, to."""

    journal: bytes
    station: str
    first: int
    last: int


class _Writer(NamedTuple):
    station: int
    key: bytes


@dataclass
class _Place:
    """Where a run meets the journal as it is here."""

    run: Run
    writer: _Writer
    head: int
    check: RunCheck
    limit: int | None
    """The last entry that counts, where the writer is revoked."""


@dataclass
class Reception:
    """One file on its way in, and what came of it."""

    party: Party
    intake: Intake
    reader: Reader
    progress: Progress | None = None
    cancelled: Asked | None = None
    new: int = 0
    known: int = 0
    revealed: int = 0
    refused: int = 0
    """Entries beyond a revocation."""
    missing: list[Missing] = field(default_factory=list)
    forked: list[str] = field(default_factory=list)
    """Names of stations whose journal here differs from the file's."""
    uncertified: int = 0
    """Runs whose writer has no certificate here."""
    exporter: str = ""
    exporter_revoked: bool = False
    _key: bytes | None = None
    _read: int = 0

    def take(self) -> None:
        """Take everything that may be taken. Unfit where the file as a whole may not be believed."""
        if self.reader.manifest.network != self.party.network:
            raise Unfit("other_network")
        for run in self.reader.manifest.runs:
            self._take_run(run)
            if self.reader.torn:
                break
        self.reader.finish(self._exporter_key())

    def _exporter_key(self) -> bytes:
        """The exporter's certified key, once the manifest is proved with it.

        Asked for as soon as the root's journals, which prove themselves, have been taken: the exporter's
        certificate may have come with them.
        """
        if self._key is None:
            self.intake.settle()  # certificates and revocations can be looked up from here on
            manifest = self.reader.manifest
            row = self.party.store.row(
                "SELECT key, name, revoked FROM station WHERE number = ?", (manifest.station,)
            )
            if row is None:
                raise Unfit("unknown_station", station=manifest.station)
            if not self.reader.made_by(row[0]):
                raise Unfit("bad_signature", station=row[1])
            self._key, self.exporter, self.exporter_revoked = row[0], row[1], row[2] is not None
        return self._key

    def _take_run(self, run: Run) -> None:
        place: _Place | None = None
        met = False
        for batch in self.reader.batches(run):
            if not met:
                place, met = self._meet(run, batch[0]), True
            if place is not None and not self._take_batch(place, batch):
                place = None  # read on, but take no more of this run
            self._read += len(batch)
            total = sum(each.count for each in self.reader.manifest.runs)
            pause(self._read, total, self.progress, self.cancelled)

    def _meet(self, run: Run, first: Carried) -> _Place | None:
        """Where the run joins what is here, or None where it cannot be taken."""
        row = self.party.store.row(
            "SELECT station, key, head, head_hash FROM journal WHERE ref = ?", (run.journal,)
        )
        head, head_hash = (0, b"")
        if row is not None and row[0] is not None:
            writer, head, head_hash = _Writer(row[0], row[1]), row[2], row[3]
        elif run.first > 1:
            self._exporter_key()
            self._gap(run, 0)
            return None
        else:
            introduced = self._introduced(run.journal, first)
            if introduced is None:
                self._exporter_key()
                self.uncertified += 1
                return None
            writer = introduced
        if writer.station != ROOT:
            self._exporter_key()
        limit = accepted_last(self.party.store, writer.station, run.journal)
        if run.first > head + 1 and (limit is None or head < limit):
            self._gap(run, head)
            return None
        return _Place(run, writer, head, RunCheck(self.party.network, run.journal, head, head_hash), limit)

    def _gap(self, run: Run, head: int) -> None:
        self.missing.append(Missing(run.journal, self._name(run.station), head + 1, run.first - 1))

    def _name(self, station: int) -> str:
        # The root's journal is kept by the hub that founded the network, the first station.
        name = self.party.store.value("SELECT name FROM station WHERE number = ?", (station or 1,))
        return str(name) if name else str(station)

    def _introduced(self, journal: bytes, first: Carried) -> _Writer | None:
        """Who writes a journal, by its own first entry: the root, or a station that the root certified.

        A journal's id is the hash of its writer's key, so the key cannot be another's.
        """
        entry = entry_in(first.data)
        fact = fact_of(entry)
        if (
            entry.header.seq != 1
            or not isinstance(fact, NetworkFounded | JournalBegun)
            or journal_id(fact.key, fact.nonce) != journal
        ):
            raise Unfit("tampered")
        if network_id(fact.key) == self.party.network:
            return _Writer(ROOT, fact.key)
        if isinstance(fact, NetworkFounded):
            raise Unfit("other_network")
        number = self.party.store.value("SELECT number FROM station WHERE key = ?", (fact.key,))
        return None if number is None else _Writer(number, fact.key)

    def _take_batch(self, place: _Place, batch: list[Carried]) -> bool:
        """Take a batch as far as it may be taken; False where the rest of the run may not."""
        if place.limit is not None:
            counted = [each for each in batch if each.seq <= place.limit]
            self.refused += len(batch) - len(counted)
            batch = counted
        old = [each for each in batch if each.seq <= place.head]
        new = batch[len(old) :]
        return (not old or self._compare(place, old)) and (not new or self._add(place, new))

    def _compare(self, place: _Place, old: list[Carried]) -> bool:
        """Hold what is here already against what the file says; False at a fork."""
        here = {
            seq: (row, data, private)
            for seq, row, data, private in self.party.store.rows(
                "SELECT e.seq, e.id, e.bytes, p.entry IS NOT NULL"
                " FROM entry e LEFT JOIN private p ON p.entry = e.id"
                " WHERE e.journal = (SELECT id FROM journal WHERE ref = ?) AND e.seq BETWEEN ? AND ?"
                " AND e.bytes IS NOT NULL",
                (place.run.journal, old[0].seq, old[-1].seq),
            )
        }
        for seq, data, sealed in old:
            if seq not in here:
                raise Fault("store_damaged")
            row, ours, private = here[seq]
            if data[:-SIGNATURE_BYTES] != ours[:-SIGNATURE_BYTES]:
                self._fork(place, entry_in(data), seq)
                return False
            self.known += 1
            if sealed is not None and not private:
                self._reveal(row, ours, sealed)
        return True

    def _reveal(self, row: int, data: bytes, sealed: bytes) -> None:
        """Take the private part of an entry that came without it, unless its person was erased since."""
        entry = entry_in(data)
        if private_hash(sealed) != entry.header.private:
            raise Unfit("tampered")
        fact = fact_of(entry)
        member = row
        if isinstance(fact, MemberChanged):
            member = self.intake.places.row(fact.member)
        elif not isinstance(fact, MemberRegistered):
            member = 0
        erased = self.party.store.value("SELECT erased FROM member WHERE id = ?", (member,))
        if erased is None:
            self.intake.reveal(row, sealed)
            self.revealed += 1

    def _add(self, place: _Place, new: list[Carried]) -> bool:
        """Prove a batch and store it; False at a fork."""
        proved: list[tuple[Entry, bytes | None]] = []
        for seq, data, sealed in new:
            entry = entry_in(data)
            problem = place.check.problem(entry)
            if problem is not None:
                if problem == "tampered" and seq == place.head + 1:
                    self._fork(place, entry, seq)
                    return False
                raise Unfit(problem)
            if sealed is not None and private_hash(sealed) != entry.header.private:
                raise Unfit("tampered")
            proved.append((entry, sealed))
        if not proved[-1][0].signed_by(place.writer.key):
            raise Unfit("bad_signature", station=self._name(place.writer.station))
        for entry, sealed in proved:
            self.intake.add(entry, sealed)
        self.new += len(proved)
        return True

    def _fork(self, place: _Place, entry: Entry, seq: int) -> None:
        """Another entry stands here than in the file: a fork if its writer signed it, else damage."""
        header = entry.header
        if (header.network, header.journal, header.seq) != (self.party.network, place.run.journal, seq):
            raise Unfit("tampered")
        if not entry.signed_by(place.writer.key):
            raise Unfit("tampered")
        self.forked.append(self._name(place.writer.station))
