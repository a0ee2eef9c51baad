"""Stations, journals, operators and policies: the facts on which trust rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.details import sound_details
from timebank.domain.stations import Station, fold_stations
from timebank.domain.told import Told
from timebank.journal.entry import Entry
from timebank.journal.facts import (
    JournalBegun,
    NetworkFounded,
    OperatorAppointed,
    PolicyAdopted,
    PrivacyKeyShared,
)
from timebank.journal.keys import journal_id, key_id, network_id
from timebank.store.privacy import PrivacyKeys
from timebank.store.store import fact_of

if TYPE_CHECKING:
    from timebank.store.intake import Intake

ROOT = 0
"""The root's journal counts as station 0."""


class NetworkFold:
    """Folds what the root and the stations say of themselves."""

    def __init__(self, intake: Intake, privacy: PrivacyKeys) -> None:
        self._intake = intake
        self._db = intake.connection
        self._privacy = privacy
        self._network = intake.store.local("network")
        self._writers: dict[int, int | None] = dict(self._db.execute("SELECT id, station FROM journal"))
        self._withdrawn: dict[int, Station] = {}
        self._revoked: dict[int, Station] = {}
        self.unfolded = False
        """Whether the root has said something that is not folded yet."""
        self.changed = False
        """Whether entries that were folded before count no longer, or others count now."""
        self._appointed: list[Told] = []
        self._appointments: dict[tuple[int, int], tuple[int, bytes, int, bytes]] = {}
        if self._db.execute("SELECT 1 FROM station WHERE revoked NOT NULL LIMIT 1").fetchone():
            self._withdraw(fold_stations(self._trusted()))

    def station_of(self, journal: int) -> int | None:
        """The number of the station that writes a journal, None where it has no certificate here."""
        return self._writers.get(journal)

    def counts(self, journal: int, branch: int, seq: int) -> bool:
        """Whether an entry stands: its writer was not revoked before it."""
        station = self._revoked.get(journal)
        if station is None:
            return True
        limit = self._limit(station, journal, branch)
        return limit is None or seq <= limit

    def admits(self, told: Told) -> bool:
        """Whether a stored entry counts, also one that a rebuild has yet to come to."""
        if told.station == ROOT:
            return True
        journal = self._intake.places.journal(told.order[1])
        return self._writers.get(journal) is not None and self.counts(journal, told.branch, told.order[2])

    def unlimited(self, journal: int) -> bool:
        """Whether all of a journal counts."""
        return journal not in self._revoked

    def _limit(self, station: Station, journal: int, branch: int) -> int | None:
        chains, ref = self._intake.chains, self._intake.places.journal_ref(journal)
        return station.limit(
            *(chains.name(journal, each, ref) for each, _ in chains.path(journal, branch, 0))
        )

    def begins(self, entry: Entry, journal: int) -> None:
        """The first entry of a journal names its key; the journal's id is the hash of it, so it cannot lie."""
        fact = fact_of(entry)
        if (
            isinstance(fact, NetworkFounded | JournalBegun)
            and journal_id(fact.key, fact.nonce) == entry.header.journal
        ):
            self.fold_trust()
            self._db.execute("UPDATE journal SET key = ? WHERE id = ?", (fact.key, journal))
            self._bind(journal, self._certified(fact.key))

    def _certified(self, key: bytes) -> int | None:
        if network_id(key) == self._network:
            return ROOT
        row = self._db.execute("SELECT number FROM station WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def _bind(self, journal: int, station: int | None) -> None:
        self._writers[journal] = station
        if station in self._withdrawn:
            self._revoked[journal] = self._withdrawn[station]
        self._db.execute("UPDATE journal SET station = ? WHERE id = ?", (station, journal))

    def trusted(self, told: Told, _awaited: bool) -> None:
        """The root certifies or revokes a station."""
        if told.station == ROOT:
            self._db.execute("INSERT OR IGNORE INTO trust VALUES (?)", (told.row,))
            self.unfolded = True

    def _trusted(self) -> list[Told]:
        rows = self._db.execute("SELECT entry FROM trust").fetchall()
        return [told for (row,) in rows if (told := self._intake.store.told(row)) is not None]

    def fold_trust(self) -> None:
        """Fold the stations again, and with them who writes which journal and how far it counts."""
        if not self.unfolded:
            return
        self.unfolded = False
        self._intake.write_arrived()
        stations = fold_stations(self._trusted())
        self._db.execute("DELETE FROM station")
        self._db.executemany(
            "INSERT INTO station VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    s.number,
                    s.name,
                    s.role,
                    s.parent,
                    s.key,
                    key_id(s.key),
                    s.recipient,
                    s.entry,
                    s.revoked,
                    s.replaces,
                )
                for s in stations.values()
            ],
        )
        by_key = {station.key: station.number for station in stations.values()}
        for journal, station, key in self._db.execute(
            "SELECT id, station, key FROM journal WHERE key NOT NULL"
        ).fetchall():
            certified = ROOT if network_id(key) == self._network else by_key.get(key)
            if certified != station:
                self._bind(journal, certified)
                self.changed = True
        before = self._revoked
        self._withdraw(stations)
        self.changed = self.changed or any(
            before[journal].last != station.last
            if journal in before
            else self._counted_beyond(journal, station)
            for journal, station in self._revoked.items()
        )

    def _withdraw(self, stations: dict[int, Station]) -> None:
        """Note the journals of revoked stations."""
        self._withdrawn = {s.number: s for s in stations.values() if s.revoked is not None}
        self._revoked = {
            journal: self._withdrawn[writer]
            for journal, writer in self._writers.items()
            if writer in self._withdrawn
        }

    def _counted_beyond(self, journal: int, station: Station) -> bool:
        """Whether entries were folded that a revocation, arriving after them, takes out of the count."""
        self._intake.chains.write()
        return any(
            self._db.execute(
                "SELECT 1 FROM entry e WHERE journal = ? AND branch = ? AND seq > ? AND bytes NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM late WHERE late.entry = e.id) LIMIT 1",
                (journal, branch, self._limit(station, journal, branch)),
            ).fetchone()
            for (branch,) in self._db.execute(
                "SELECT branch FROM chain WHERE journal = ?", (journal,)
            ).fetchall()
        )

    def shared(self, told: Told, _awaited: bool) -> None:
        """A privacy key, if it is sealed to this station."""
        assert isinstance(told.fact, PrivacyKeyShared)
        of = told.fact.of
        for station, sealed in told.fact.sealed:
            if station == self._privacy.station and self._privacy.learn(told.station, sealed, of):
                self._db.execute(
                    "INSERT OR REPLACE INTO privacy_key VALUES (?, ?, ?, ?)",
                    (told.row, told.station, sealed, of),
                )
                known = "SELECT 1 FROM member WHERE station = ? LIMIT 1"
                if self._db.execute(known, (of or told.station,)).fetchone():
                    self.changed = True  # what lay sealed here opens now

    def appointed(self, told: Told, _awaited: bool) -> None:
        """An operator of a station, with the name where this station may read it."""
        fact = told.fact
        assert isinstance(fact, OperatorAppointed)
        who = (told.station, fact.number)
        if told.order < self._appointment(who):  # of two, the later in canonical order holds
            return
        self._appointments[who] = told.order
        self._db.execute(
            "INSERT INTO operator VALUES (?, ?, ?, ?, NULL)"
            " ON CONFLICT (station, number) DO UPDATE SET role = excluded.role, entry = excluded.entry",
            (told.station, fact.number, fact.role, told.row),
        )
        self._appointed.append(told)

    def _appointment(self, who: tuple[int, int]) -> tuple[int, bytes, int, bytes]:
        """The place of the appointment that holds for an operator, before all others where there is none."""
        if who not in self._appointments:
            row = self._db.execute(
                'SELECT e.lamport, j.ref, e.seq, e."check" FROM operator o JOIN entry e ON e.id = o.entry'
                " JOIN journal j ON j.id = e.journal WHERE o.station = ? AND o.number = ?",
                who,
            ).fetchone()
            self._appointments[who] = (0, b"", 0, b"") if row is None else tuple(row)
        return self._appointments[who]

    def settle(self) -> None:
        """Write the names of operators taken in: their private parts are in the table only now."""
        for told in self._appointed:
            self.revealed(told)
        self._appointed.clear()

    def revealed(self, told: Told) -> None:
        """The private part of an operator's appointment."""
        if not isinstance(told.fact, OperatorAppointed):
            return
        row = self._db.execute("SELECT sealed FROM private WHERE entry = ?", (told.row,)).fetchone()
        fields = self._privacy.open(row[0], told.station) if row else None
        if fields is not None:
            self._db.execute(
                "UPDATE operator SET name = ? WHERE station = ? AND number = ? AND entry = ?",
                (sound_details(fields).get("name"), told.station, told.fact.number, told.row),
            )

    def adopted(self, told: Told, _awaited: bool) -> None:
        """A policy pack comes into force for the network."""
        fact = told.fact
        assert isinstance(fact, PolicyAdopted)
        if told.station == ROOT:
            self._db.execute(
                "INSERT OR REPLACE INTO policy VALUES (?, ?, ?)", (told.row, fact.day, fact.pack)
            )
            self._intake.breaches.everything()
