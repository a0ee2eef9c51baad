"""Stations, journals, operators and policies: the facts on which trust rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.told import Told
from timebank.journal.facts import (
    JournalBegun,
    NetworkFounded,
    OperatorAppointed,
    PolicyAdopted,
    PrivacyKeyShared,
    StationEnrolled,
    StationRevoked,
)
from timebank.journal.keys import journal_id, key_id, network_id
from timebank.store.privacy import PrivacyKeys

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
        self._stations: dict[int, int | None] = dict(self._db.execute("SELECT id, station FROM journal"))
        self._appointed: list[Told] = []
        for station, sealed in self._db.execute("SELECT station, sealed FROM privacy_key"):
            privacy.learn(station, sealed)

    def station_of(self, journal: int) -> int | None:
        """The number of the station that writes a journal, None before its certificate is here."""
        return self._stations.get(journal)

    def _bind(self, journal: bytes, station: int, key: bytes) -> None:
        number = self._intake.places.journal(journal)
        self._stations[number] = station
        self._db.execute("UPDATE journal SET station = ?, key = ? WHERE id = ?", (station, key, number))

    def founded(self, told: Told, _awaited: bool) -> None:
        """The root's journal begins; the network is named by the root's key."""
        assert isinstance(told.fact, NetworkFounded)
        if self._begins(told) and network_id(told.fact.key) == self._network:
            self._bind(told.order[1], ROOT, told.fact.key)

    def _begins(self, told: Told) -> bool:
        """Whether a fact that names a journal's key stands where only its writer can have put it."""
        assert isinstance(told.fact, NetworkFounded | JournalBegun)
        return told.order[2] == 1 and journal_id(told.fact.key, told.fact.nonce) == told.order[1]

    def begun(self, told: Told, _awaited: bool) -> None:
        """A station's journal begins: it belongs to the station whose certificate holds its key."""
        assert isinstance(told.fact, JournalBegun)
        if not self._begins(told):
            return
        if network_id(told.fact.key) == self._network:  # the root's, restored from a backup
            self._bind(told.order[1], ROOT, told.fact.key)
            return
        row = self._db.execute("SELECT number FROM station WHERE key = ?", (told.fact.key,)).fetchone()
        if row is not None:
            self._bind(told.order[1], row[0], told.fact.key)

    def enrolled(self, told: Told, _awaited: bool) -> None:
        """A certificate; the first one for a number stands."""
        fact = told.fact
        assert isinstance(fact, StationEnrolled)
        if told.station == ROOT:
            self._db.execute(
                "INSERT OR IGNORE INTO station VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    fact.station,
                    fact.name,
                    fact.role,
                    fact.parent,
                    fact.key,
                    key_id(fact.key),
                    fact.recipient,
                    told.row,
                ),
            )

    def revoked(self, told: Told, _awaited: bool) -> None:
        """A certificate is withdrawn."""
        assert isinstance(told.fact, StationRevoked)
        if told.station == ROOT:
            self._db.execute("UPDATE station SET revoked = ? WHERE number = ?", (told.row, told.fact.station))

    def shared(self, told: Told, _awaited: bool) -> None:
        """A privacy key, if it is sealed to this station."""
        assert isinstance(told.fact, PrivacyKeyShared)
        for station, sealed in told.fact.sealed:
            if station == self._privacy.station and self._privacy.learn(told.station, sealed):
                self._db.execute(
                    "INSERT OR REPLACE INTO privacy_key VALUES (?, ?, ?)", (told.row, told.station, sealed)
                )

    def appointed(self, told: Told, _awaited: bool) -> None:
        """An operator of a station, with the name where this station may read it."""
        fact = told.fact
        assert isinstance(fact, OperatorAppointed)
        self._db.execute(
            "INSERT INTO operator VALUES (?, ?, ?, ?, NULL)"
            " ON CONFLICT (station, number) DO UPDATE SET role = excluded.role, entry = excluded.entry",
            (told.station, fact.number, fact.role, told.row),
        )
        self._appointed.append(told)

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
                "UPDATE operator SET name = ? WHERE station = ? AND number = ?",
                (fields.get("name"), told.station, told.fact.number),
            )

    def adopted(self, told: Told, _awaited: bool) -> None:
        """A policy pack comes into force for the network."""
        fact = told.fact
        assert isinstance(fact, PolicyAdopted)
        if told.station == ROOT:
            self._db.execute(
                "INSERT OR REPLACE INTO policy VALUES (?, ?, ?)", (told.row, fact.day, fact.pack)
            )
