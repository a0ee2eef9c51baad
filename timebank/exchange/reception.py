"""Takes a file's runs in, within one transaction: nothing reaches the store before it is proved.

A run goes in by batches. Every entry of a batch is hashed and chained to the one before, and the signature
of its last entry, which covers all before it, is checked; only then is the batch stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from timebank.exchange.file import Carried, Reader, Run
from timebank.exchange.party import Asked, Party, Progress, pause
from timebank.exchange.verify import RunCheck, Unfit, entry_in
from timebank.journal.entry import Entry, entry_hash
from timebank.journal.facts import JournalBegun, NetworkFounded
from timebank.journal.keys import SIGNATURE_BYTES, journal_id, network_id, private_hash
from timebank.store.intake import Intake
from timebank.store.store import fact_of, needs_update

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
    reach: int
    """The last sequence number known of the journal, on any of its chains."""
    check: RunCheck
    proved: bool = True
    """Whether the last entry taken bears a good signature, which proves all before it."""


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
    late: int = 0
    """Entries that their writer wrote after the last that counts: it has been revoked."""
    missing: list[Missing] = field(default_factory=list)
    forked: list[str] = field(default_factory=list)
    """Names of stations of whose journal this file brought a second branch."""
    met_itself: bool = False
    """Whether the file brought entries of the journal that this station itself writes."""
    uncertified: int = 0
    """Runs whose writer has no certificate here."""
    newer: int = 0
    """Runs of a journal whose beginning only a later version of the program can read."""
    exporter: str = ""
    exporter_revoked: bool = False
    _key: bytes | None = None
    _read: int = 0
    _total: int = 0
    _fresh: set[bytes] = field(default_factory=set)
    """Journals with entries of this file that are not settled yet."""

    def take(self) -> None:
        """Take everything that may be taken. Unfit where the file as a whole may not be believed."""
        if self.reader.manifest.network != self.party.network:
            raise Unfit("other_network")
        self._total = sum(each.count for each in self.reader.manifest.runs)
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
            if place is not None:
                self._take_batch(place, batch)
            self._read += len(batch)
            pause(self._read, self._total, self.progress, self.cancelled)
        if place is not None and not place.proved:
            raise Unfit("bad_signature", station=self._name(place.writer.station))

    def _meet(self, run: Run, first: Carried) -> _Place | None:
        """Where the run joins what is here, or None where it cannot be taken."""
        if run.journal in self._fresh:  # its second run: of a branch, or of the same entries again
            self.intake.settle()
            self._fresh.clear()
        row = self.party.store.row(
            "SELECT j.id, j.station, j.key, max(c.head) FROM journal j JOIN chain c ON c.journal = j.id"
            " WHERE j.ref = ?",
            (run.journal,),
        )
        if row is not None and row[1] is not None:
            number, writer, reach = row[0], _Writer(row[1], row[2]), row[3]
        elif run.first > 1:
            self._exporter_key()
            self._gap(run, 0)
            return None
        else:
            introduced = self._introduced(run.journal, first)
            if introduced is None:
                self._exporter_key()
                if needs_update(entry_in(first.data)):
                    self.newer += 1
                else:
                    self.uncertified += 1
                return None
            number, writer, reach = None, introduced, 0
        if writer.station != ROOT:
            self._exporter_key()
        header = entry_in(first.data).header
        if (header.network, header.journal, header.seq) != (self.party.network, run.journal, run.first):
            raise Unfit("other_network" if header.network != self.party.network else "tampered")
        if run.first > 1 and not self._here(number, run.first - 1, header.previous):
            self._gap(run, min(reach, run.first - 2))
            return None
        return _Place(
            run, writer, reach, RunCheck(self.party.network, run.journal, run.first - 1, header.previous)
        )

    def _here(self, journal: int | None, seq: int, digest: bytes) -> bool:
        """Whether the entry with a hash is here at its place."""
        data = self.party.store.value(
            'SELECT bytes FROM entry WHERE journal = ? AND seq = ? AND "check" = ? AND bytes NOT NULL',
            (journal, seq, digest[:8]),
        )
        return data is not None and entry_hash(data[:-SIGNATURE_BYTES]) == digest

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
        if needs_update(entry):
            return None
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

    def _take_batch(self, place: _Place, batch: list[Carried]) -> None:
        """Take a batch: what is here already is compared, the rest is chained, proved and stored."""
        known = self._compare(place, batch) if batch[0].seq <= place.reach else 0
        if known:
            last = batch[known - 1]
            digest = entry_hash(last.data[:-SIGNATURE_BYTES])
            place.check = RunCheck(self.party.network, place.run.journal, last.seq, digest)
        if known < len(batch):
            self._add(place, batch[known:])

    def _compare(self, place: _Place, batch: list[Carried]) -> int:
        """How many entries of the batch, from its beginning, are here already."""
        here: dict[tuple[int, bytes], tuple[int, bytes, bool]] = {
            (seq, data[:-SIGNATURE_BYTES]): (row, data, private)
            for seq, row, data, private in self.party.store.rows(
                "SELECT e.seq, e.id, e.bytes, p.entry IS NOT NULL"
                " FROM entry e LEFT JOIN private p ON p.entry = e.id"
                " WHERE e.journal = (SELECT id FROM journal WHERE ref = ?) AND e.seq BETWEEN ? AND ?"
                " AND e.bytes IS NOT NULL",
                (place.run.journal, batch[0].seq, batch[-1].seq),
            )
        }
        for count, (seq, data, sealed) in enumerate(batch):
            found = here.get((seq, data[:-SIGNATURE_BYTES]))
            if found is None:
                return count
            row, ours, private = found
            self.known += 1
            if data != ours:
                self._mend(place, row, data, ours)
            if sealed is not None and not private:
                self._reveal(row, ours, sealed)
        return len(batch)

    def _mend(self, place: _Place, row: int, data: bytes, ours: bytes) -> None:
        """Two signatures under one entry: keep the good one. A careless relay may have spoilt ours."""
        entry = entry_in(data)
        if entry.signed_by(place.writer.key) and not entry_in(ours).signed_by(place.writer.key):
            self.intake.connection.execute("UPDATE entry SET bytes = ? WHERE id = ?", (data, row))

    def _reveal(self, row: int, data: bytes, sealed: bytes) -> None:
        """Take the private part of an entry that came without it, unless its person was erased since."""
        entry = entry_in(data)
        if private_hash(sealed) != entry.header.private:
            raise Unfit("tampered")
        self.revealed += self.intake.reveal(row, sealed)

    def _add(self, place: _Place, new: list[Carried]) -> None:
        """Chain a batch and store it. Unless a signature later in the run proves it, all is undone."""
        chained: list[tuple[Entry, bytes | None]] = []
        for _, data, sealed in new:
            entry = entry_in(data)
            problem = place.check.problem(entry)
            if problem is not None:
                raise Unfit(problem)
            if sealed is not None and private_hash(sealed) != entry.header.private:
                raise Unfit("tampered")
            chained.append((entry, sealed))
        place.proved = chained[-1][0].signed_by(place.writer.key)
        forks, late = len(self.intake.chains.forked), self.intake.late
        for entry, sealed in chained:
            self.intake.add(entry, sealed)
        self.new += len(chained)
        self._fresh.add(place.run.journal)
        own = (self.party.journal, self.party.store.local("root_journal"))
        self.met_itself = self.met_itself or place.run.journal in own
        self.late += self.intake.late - late if place.writer.station == self.reader.manifest.station else 0
        if len(self.intake.chains.forked) > forks:
            self.forked.append(self._name(place.writer.station))
