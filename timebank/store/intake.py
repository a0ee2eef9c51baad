"""The one way into the state: entries are stored and exactly the aggregates they touch are folded again.

A desk's own action, an import and a rebuild all pass here, inside one transaction. Entries must have been
verified before. What a fold makes of its facts does not depend on the order in which they arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from timebank.domain.told import Told
from timebank.journal.entry import Entry
from timebank.journal.facts import (
    AllowanceGranted,
    CaseResolved,
    ConsentChanged,
    CreditMoved,
    FactReversed,
    JournalBegun,
    MemberChanged,
    MemberErased,
    MemberRegistered,
    NetworkFounded,
    OperatorAppointed,
    PolicyAdopted,
    PrivacyKeyShared,
    ServiceLogged,
    ServiceRated,
    StationEnrolled,
    StationRevoked,
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
)
from timebank.store.balances import Balances
from timebank.store.fold_cases import CaseFold
from timebank.store.fold_credit import CreditFold
from timebank.store.fold_network import NetworkFold
from timebank.store.fold_people import PeopleFold
from timebank.store.fold_services import ServiceFold
from timebank.store.fold_vouchers import VoucherFold
from timebank.store.places import Places
from timebank.store.privacy import PrivacyKeys
from timebank.store.store import Store, fact_of, tell

BATCH = 5_000
"""Entries between two foldings of a long intake: bounds memory."""


class Intake:
    """Takes entries in; call :meth:`settle` before the transaction ends."""

    def __init__(self, store: Store, privacy: PrivacyKeys) -> None:
        self.store = store
        self.connection = store.connection
        self.places = Places(store.connection)
        self.balances = Balances(store.connection)
        self._privacy = privacy
        self._heads: dict[int, tuple[int, bytes]] = {}
        self._lamport: int = store.local("lamport") or 0
        self._network = NetworkFold(self, privacy)
        self._people = PeopleFold(self, privacy)
        self._services = ServiceFold(self)
        self._credit = CreditFold(self)
        self._vouchers = VoucherFold(self)
        self._cases = CaseFold(self)
        self._changed: set[int] = set()
        self._told: dict[int, Told | None] = {}
        self._arrived: list[tuple[object, ...]] = []
        self._sealed: list[tuple[int, bytes]] = []
        self._unsettled = 0
        self._takers: dict[type, Callable[[Any, bool], None]] = {
            NetworkFounded: self._network.founded,
            StationEnrolled: self._network.enrolled,
            StationRevoked: self._network.revoked,
            JournalBegun: self._network.begun,
            PrivacyKeyShared: self._network.shared,
            OperatorAppointed: self._network.appointed,
            PolicyAdopted: self._network.adopted,
            MemberRegistered: self._people.registered,
            MemberChanged: self._about_member,
            MemberErased: self._about_member,
            ConsentChanged: self._about_member,
            ServiceLogged: self._services.logged,
            ServiceRated: self._rated,
            FactReversed: self._reversed,
            CreditMoved: self._credit.moved,
            AllowanceGranted: self._credit.granted,
            VouchersIssued: self._vouchers.issued,
            VouchersPrinted: self._vouchers.named,
            VoucherRedeemed: self._vouchers.redeemed,
            VouchersVoided: self._vouchers.named,
            VouchersExpired: self._vouchers.named,
            VouchersSettled: self._vouchers.settled,
            CaseResolved: self._resolved,
        }

    def add(self, entry: Entry, sealed: bytes | None = None) -> int:
        """Store an entry that is not here yet, with its private part if it came along; its local number."""
        header = entry.header
        journal = self.places.journal(header.journal)
        check = entry.hash[:8]
        row, awaited = self.places.arriving(header.journal, header.seq, check)
        if awaited:
            self.connection.execute("DELETE FROM entry WHERE id = ?", (row,))
        self._arrived.append(
            (row, journal, header.seq, check, header.lamport, header.wall, header.kind, entry.data)
        )
        if sealed is not None:
            self._sealed.append((row, sealed))
        if header.seen:
            self.connection.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)",
                [(journal, other, header.seq, head) for other, head in header.seen],
            )
        self._heads[journal] = (header.seq, entry.hash)
        self._take(entry, row, journal, awaited)
        return row

    def _write_arrived(self) -> None:
        self.connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._arrived)
        self.connection.executemany("INSERT OR REPLACE INTO private VALUES (?, ?)", self._sealed)
        self._arrived.clear()
        self._sealed.clear()
        self.places.written()

    def again(self, entry: Entry, row: int, journal: int) -> None:
        """Fold an entry that is stored already (a rebuild)."""
        if entry.header.seen:
            self.connection.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)",
                [(journal, other, entry.header.seq, head) for other, head in entry.header.seen],
            )
        spoken_of = self.connection.execute("SELECT 1 FROM about WHERE subject = ?", (row,)).fetchone()
        self._take(entry, row, journal, spoken_of is not None)

    def reveal(self, row: int, sealed: bytes) -> None:
        """Add the private part of an entry that came without it."""
        self._write_arrived()
        self.connection.execute("INSERT OR REPLACE INTO private VALUES (?, ?)", (row, sealed))
        told = self.told(row)
        if told is not None:
            self._people.revealed(told)
            self._network.revealed(told)

    def told(self, row: int) -> Told | None:
        """The fact of an entry by its local number; remembered until the next settling."""
        if row not in self._told:
            self._told[row] = self.store.told(row)
        return self._told[row]

    def _take(self, entry: Entry, row: int, journal: int, awaited: bool) -> None:
        self._lamport = max(self._lamport, entry.header.lamport)
        self._unsettled += 1
        if self._unsettled >= BATCH:
            self.settle()
        fact = fact_of(entry)
        if fact is None:
            return
        told = tell(entry, row, self._network.station_of(journal), fact)
        if told.station == self._privacy.station:
            self.connection.execute("INSERT OR IGNORE INTO action VALUES (?, ?)", (entry.header.action, row))
        self._takers[type(fact)](told, awaited)
        if awaited:
            self._changed.add(row)

    def about(self, subject: int, told: Told) -> None:
        """Note that a fact is about what the entry ``subject`` founded, to be folded again."""
        self.connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (subject, told.row))
        self._changed.add(subject)

    def later(self, subject: int) -> list[Told]:
        """The later facts about what the entry ``subject`` founded."""
        rows = self.connection.execute("SELECT entry FROM about WHERE subject = ?", (subject,)).fetchall()
        return [told for (row,) in rows if (told := self.told(row)) is not None]

    def happened_before(self, first: Told, second: Told) -> bool:
        """Whether the writer of ``second`` had taken in ``first``."""
        _, journal, seq, _ = first.order
        _, other, other_seq, _ = second.order
        if journal == other:
            return seq < other_seq
        known = self.connection.execute(
            "SELECT max(head) FROM seen WHERE journal = ? AND other = ? AND seq <= ?",
            (self.places.journal(other), journal, other_seq),
        ).fetchone()[0]
        return known is not None and known >= seq

    def _about_member(self, told: Told, _awaited: bool) -> None:
        fact = told.fact
        assert isinstance(fact, MemberChanged | MemberErased | ConsentChanged)
        self.about(self.places.row(fact.member), told)

    def _rated(self, told: Told, _awaited: bool) -> None:
        assert isinstance(told.fact, ServiceRated)
        self.about(self.places.row(told.fact.service), told)

    def _reversed(self, told: Told, _awaited: bool) -> None:
        assert isinstance(told.fact, FactReversed)
        self.about(self.places.row(told.fact.entry), told)

    def _resolved(self, told: Told, _awaited: bool) -> None:
        assert isinstance(told.fact, CaseResolved)
        for ref in told.fact.facts:
            self.about(self.places.row(ref), told)
        self._cases.resolved(told)

    def settle_people(self) -> None:
        """Write the persons taken in so far, so that the next row of a roster can find them."""
        self._write_arrived()
        self._people.settle()

    def settle(self) -> None:
        """Fold again whatever the entries taken in have touched."""
        self._write_arrived()
        self.connection.executemany(
            "UPDATE journal SET head = ?, head_hash = ? WHERE id = ?",
            [(seq, digest, journal) for journal, (seq, digest) in self._heads.items()],
        )
        self._heads.clear()
        self.store.set_local("lamport", self._lamport)
        changed, self._changed, self._unsettled = self._changed, set(), 0
        self._told.clear()
        for row in sorted(changed):
            told = self.told(row)
            if told is None:
                continue
            if isinstance(told.fact, MemberRegistered):
                self._people.refold(told)
            elif isinstance(told.fact, ServiceLogged):
                self._services.refold(told)
            elif isinstance(told.fact, CreditMoved):
                self._credit.refold_move(told)
            elif isinstance(told.fact, AllowanceGranted):
                self._credit.mark_grants(told)
            elif isinstance(told.fact, VoucherRedeemed):
                self._vouchers.mark(told)
        self._network.settle()
        self._people.settle()
        self._credit.settle()
        for voucher_id, voucher in self._vouchers.settle():
            self._cases.voucher(voucher_id, voucher)
        self._cases.services(self._services.settle())
        self._cases.identities(self._people.identities())
        self.balances.write()
        self._cases.accounts()
        self._told.clear()
