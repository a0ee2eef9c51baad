"""The one way into the state: entries are stored and exactly the aggregates they touch are folded again.

A desk's own action, an import and a rebuild all pass here, inside one transaction. Entries must have been
verified before. What a fold makes of its facts does not depend on the order in which they arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from timebank.domain.services import reversal_of
from timebank.domain.told import Told
from timebank.journal.entry import Entry, read_entry
from timebank.journal.facts import (
    AccountsAdjusted,
    AllowanceGranted,
    CaseResolved,
    ConsentChanged,
    CreditMoved,
    FactReversed,
    JournalBegun,
    MemberChanged,
    MemberErased,
    MemberLeft,
    MemberRegistered,
    MembersMerged,
    NetworkFounded,
    OperatorAppointed,
    PolicyAdopted,
    PrivacyKeyShared,
    RequestAssigned,
    RequestClosed,
    RequestFulfilled,
    RequestNoted,
    ServiceLogged,
    ServiceRated,
    ServiceRequested,
    StationEnrolled,
    StationRevoked,
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersSettled,
    VouchersVoided,
)
from timebank.outcome import Cancelled
from timebank.store.balances import Balances
from timebank.store.bulk import collector_paused, insert_rows
from timebank.store.chains import Chains
from timebank.store.fold_breaches import BreachFold
from timebank.store.fold_cases import CaseFold
from timebank.store.fold_credit import CreditFold
from timebank.store.fold_erasures import ErasureFold
from timebank.store.fold_network import ROOT, NetworkFold
from timebank.store.fold_people import PeopleFold
from timebank.store.fold_requests import RequestFold
from timebank.store.fold_services import ServiceFold
from timebank.store.fold_vouchers import VoucherFold
from timebank.store.places import Places
from timebank.store.privacy import PrivacyKeys
from timebank.store.schema import FOLDED_TABLES
from timebank.store.store import Store, fact_of, needs_update, tell
from timebank.store.updates import note_unread, reading

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]

BATCH = 5_000
"""Entries between two foldings of a long intake: bounds memory."""


_SERVICE = ServiceLogged.__name__


@dataclass(slots=True)
class _Stretch:
    """The chain that is being followed: of another station, certified and not revoked."""

    ref: bytes
    journal: int
    branch: int
    seq: int
    hash: bytes


class Intake:
    """Takes entries in; call :meth:`settle` before the transaction ends."""

    def __init__(self, store: Store, privacy: PrivacyKeys, *, anew: bool = False) -> None:
        self.store = store
        self.connection = store.connection
        self.places = Places(store.connection)
        self.chains = Chains(store.connection)
        self.balances = Balances(store.connection)
        self._privacy = privacy
        self._lamport: int = store.local("lamport") or 0
        self._told: dict[int, Told | None] = {}
        self._late: set[int] = {row for (row,) in store.connection.execute("SELECT entry FROM late")}
        self._late_news = False
        self._stretch: _Stretch | None = None
        self._plain: int | None = None
        self._spoken_of: set[int] = set()
        self._actions: list[tuple[bytes, int]] = []
        self._forks_due = anew
        self._network = NetworkFold(self, privacy)
        self._people = PeopleFold(self, privacy)
        self._services = ServiceFold(self)
        self._credit = CreditFold(self)
        self._vouchers = VoucherFold(self)
        self._requests = RequestFold(self)
        self._cases = CaseFold(self)
        self.breaches = BreachFold(self, self._cases)
        self._erasures = ErasureFold(self)
        self._changed: set[int] = set()
        self._arrived: list[tuple[object, ...]] = []
        self._sealed: list[tuple[int, bytes]] = []
        self._unsettled = 0
        self._takers: dict[type, Callable[[Any, bool], None]] = {
            NetworkFounded: self._said,
            StationEnrolled: self._network.trusted,
            StationRevoked: self._network.trusted,
            JournalBegun: self._begun,
            PrivacyKeyShared: self._network.shared,
            OperatorAppointed: self._network.appointed,
            PolicyAdopted: self._network.adopted,
            MemberRegistered: self._people.registered,
            MemberChanged: self._about_member,
            MemberErased: self._erased,
            MemberLeft: self._about_member,
            MembersMerged: self._people.merging,
            ConsentChanged: self._about_member,
            ServiceLogged: self._services.logged,
            ServiceRated: self._rated,
            FactReversed: self._reversed,
            ServiceRequested: self._requests.asked,
            RequestAssigned: self._requests.said,
            RequestNoted: self._requests.said,
            RequestClosed: self._requests.said,
            RequestFulfilled: self._requests.said,
            CreditMoved: self._credit.moved,
            AllowanceGranted: self._credit.granted,
            AccountsAdjusted: self._credit.adjusted,
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
        stretch = self._stretch
        if stretch is not None:
            row = self._add_service(stretch, entry)
            if row is not None:
                if sealed is not None:
                    self._sealed.append((row, sealed))
                return row
            self._leave(stretch)
        return self._add(entry, sealed)

    def _add_service(self, stretch: _Stretch, entry: Entry) -> int | None:
        """The short way for what imports are made of: a plain service record that follows the entry before it."""
        header = entry.header
        if (
            header.kind != _SERVICE
            or header.seq != stretch.seq + 1
            or header.journal != stretch.ref
            or header.previous != stretch.hash
            or header.seen
            or header.clock
        ):
            return None
        fact = fact_of(entry)
        if not isinstance(fact, ServiceLogged):  # no record, or one for a later version to read
            return None
        digest, seq, lamport = entry.hash, header.seq, header.lamport
        check = digest[:8]
        row = self.places.arriving_unheralded((stretch.ref, seq, check))
        if row is None:
            return None
        self._arrived.append(
            (row, stretch.journal, seq, check, lamport, header.wall, _SERVICE, entry.data, stretch.branch)
        )
        stretch.seq, stretch.hash = seq, digest
        self._services.fresh(row, fact)
        self._lamport = max(self._lamport, lamport)
        self._unsettled += 1
        if self._unsettled >= BATCH:
            self.settle()
        if self._erasures.watching:
            self._erasures.served(fact)
        return row

    def _leave(self, stretch: _Stretch) -> None:
        self.chains.reached(stretch.journal, stretch.branch, stretch.seq, stretch.hash)
        self._stretch = None

    def _add(self, entry: Entry, sealed: bytes | None) -> int:
        header = entry.header
        journal = self.places.journal(header.journal)
        branch = self.chains.continues(journal, header, entry.hash)
        if branch is None:
            self.write_arrived()
            branch = self.chains.place(journal, header, entry.hash)
        check = entry.hash[:8]
        row, awaited = self.places.arriving(header.journal, header.seq, check)
        if awaited:
            self.connection.execute("DELETE FROM entry WHERE id = ?", (row,))
        self._arrived.append(
            (row, journal, header.seq, check, header.lamport, header.wall, header.kind, entry.data, branch)
        )
        if sealed is not None:
            self._sealed.append((row, sealed))
        if header.seq == 1:
            self._network.begins(entry, journal)
        self._take(entry, row, journal, branch, awaited)
        station = self._network.station_of(journal)
        if station and station != self._privacy.station and self._network.unlimited(journal):
            self._stretch = _Stretch(header.journal, journal, branch, header.seq, entry.hash)
        return row

    def write_arrived(self) -> None:
        """Write the entries taken in so far, so that they can be looked up in their table."""
        insert_rows(self.connection, "entry", self._arrived)
        self.connection.executemany("INSERT OR REPLACE INTO private VALUES (?, ?)", self._sealed)
        self.connection.executemany("INSERT OR IGNORE INTO action VALUES (?, ?)", self._actions)
        self._arrived.clear()
        self._sealed.clear()
        self._actions.clear()
        self.places.written()

    def again(self, entry: Entry, row: int, journal: int, branch: int) -> None:
        """Fold an entry that is stored already (a rebuild)."""
        header = entry.header
        if (
            journal == self._plain
            and header.kind == _SERVICE
            and row not in self._spoken_of
            and not header.seen
            and not header.clock
        ):
            fact = fact_of(entry)
            if isinstance(fact, ServiceLogged):
                if self._network.station_of(journal) == self._privacy.station:
                    self._actions.append((header.action, row))
                self._services.fresh(row, fact)
                self._count(header.lamport)
                if self._erasures.watching:
                    self._erasures.served(fact)
                return
        if header.seq == 1:
            self._network.begins(entry, journal)
        self._take(entry, row, journal, branch, row in self._spoken_of)
        certified = self._network.station_of(journal)
        self._plain = journal if certified and self._network.unlimited(journal) else None

    def reveal(self, row: int, sealed: bytes) -> bool:
        """Add the private part of an entry that came without it; False where it speaks of someone erased."""
        self.write_arrived()
        self.connection.execute("INSERT OR REPLACE INTO private VALUES (?, ?)", (row, sealed))
        told = self.told(row)
        if told is None:
            return True
        if not self._erasures.keeps(told):
            return False
        self._people.revealed(told)
        self._network.revealed(told)
        return True

    def told(self, row: int) -> Told | None:
        """The fact of an entry that counts, by its local number; remembered until the next settling."""
        if row not in self._told:
            told = None if row in self._late else self.store.told(row)
            self._told[row] = told if told is not None and self._network.admits(told) else None
        return self._told[row]

    def _take(self, entry: Entry, row: int, journal: int, branch: int, awaited: bool) -> None:
        header = entry.header
        self._count(header.lamport)
        if header.clock:
            self._cases.behind(row, journal, header)
        if header.seen:
            self._cases.saw(row, header.seen)
            self.connection.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)",
                [(journal, other, branch, header.seq, head) for other, head in header.seen],
            )
        network = self._network
        station = network.station_of(journal)
        if station != ROOT:
            network.fold_trust()
            station = network.station_of(journal)
            if station is None or not network.counts(journal, branch, header.seq):
                self._set_aside(row)
                return
        fact = fact_of(entry)
        if fact is None:
            if needs_update(entry):
                note_unread(self.connection, entry, row)
            return
        told = tell(entry, row, station, fact, branch)
        if station == self._privacy.station:
            self.connection.execute("INSERT OR IGNORE INTO action VALUES (?, ?)", (header.action, row))
        self._takers[type(fact)](told, awaited)
        if self._erasures.watching:
            self._erasures.taken(told)
        if awaited:
            self._changed.add(row)

    @property
    def late(self) -> int:
        """How many entries are here that do not count."""
        return len(self._late)

    def _count(self, lamport: int) -> None:
        self._lamport = max(self._lamport, lamport)
        self._unsettled += 1
        if self._unsettled >= BATCH:
            self.settle()

    def _set_aside(self, row: int) -> None:
        """Keep an entry out of the count: its writer had been revoked, or has no certificate."""
        self._late.add(row)
        self._late_news = True
        self.connection.execute("INSERT OR IGNORE INTO late VALUES (?)", (row,))

    def about(self, subject: int, told: Told) -> None:
        """Note that a fact is about what the entry ``subject`` founded, to be folded again."""
        self.connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (subject, told.row))
        self._changed.add(subject)
        self._spoken_of.add(subject)

    def later(self, subject: int) -> list[Told]:
        """The later facts about what the entry ``subject`` founded."""
        rows = self.connection.execute("SELECT entry FROM about WHERE subject = ?", (subject,)).fetchall()
        return [told for (row,) in rows if (told := self.told(row)) is not None]

    def standing(self, row: int) -> Told | None:
        """The fact of an entry, unless it was reversed."""
        told = self.told(row)
        return None if told is None or reversal_of(self.later(row)) is not None else told

    def happened_before(self, first: Told, second: Told) -> bool:
        """Whether the writer of ``second`` had taken in ``first``."""
        _, ref, seq, _ = first.order
        _, other, other_seq, _ = second.order
        journal = self.places.journal(ref)
        if ref == other:
            return self.chains.in_past(journal, first, second)
        writer = self.places.journal(other)
        name = self.chains.name(journal, first.branch, ref)
        return any(
            self.connection.execute(
                "SELECT 1 FROM seen WHERE journal = ? AND other = ? AND branch = ? AND seq <= ? AND head >= ? LIMIT 1",
                (writer, name, branch, last, seq),
            ).fetchone()
            for branch, last in self.chains.path(writer, second.branch, other_seq)
        )

    def _said(self, _told: Told, _awaited: bool) -> None:
        """A fact that only names its journal's key, which was taken with the first entry."""

    def _begun(self, told: Told, _awaited: bool) -> None:
        self._cases.begun(told)

    def _about_member(self, told: Told, _awaited: bool) -> None:
        fact = told.fact
        assert isinstance(fact, MemberChanged | MemberErased | MemberLeft | ConsentChanged)
        self.about(self.places.row(fact.member), told)

    def _erased(self, told: Told, awaited: bool) -> None:
        self._about_member(told, awaited)
        self._erasures.erased(told)

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

    def overruled(self, told: Told) -> int | None:
        """The decision that makes the one for which ``told`` was written too late, by its local number."""
        return self._cases.overruled(told)

    def settle_people(self) -> None:
        """Write the persons taken in so far, so that the next row of a roster can find them."""
        self.write_arrived()
        self._people.settle()

    def settle(self) -> None:
        """Fold again whatever the entries taken in have touched."""
        if self._stretch is not None:
            self._leave(self._stretch)
        self.write_arrived()
        self._network.fold_trust()
        reached = self.chains.write()
        self.store.set_local("lamport", self._lamport)
        changed, self._changed, self._unsettled = self._changed, set(), 0
        self._told.clear()
        changed |= self._cases.contested()
        for row in sorted(changed):
            told = self.told(row)
            if told is None:
                continue
            self._credit.mark_with(row)
            if isinstance(told.fact, MemberRegistered):
                self._people.refold(told)
            elif isinstance(told.fact, MembersMerged):
                self._people.merge_again()
            elif isinstance(told.fact, ServiceLogged):
                self._services.refold(told)
                self._requests.mark_with(row)
            elif isinstance(told.fact, CreditMoved):
                self._credit.refold_move(told)
            elif isinstance(told.fact, AllowanceGranted | AccountsAdjusted):
                self._credit.mark(told)
            elif isinstance(told.fact, MemberLeft):
                self._people.left_again(told)
            elif isinstance(told.fact, VoucherRedeemed):
                self._vouchers.mark(told)
            else:
                self._requests.mark(told)
        self._network.settle()
        self._people.settle()
        self._people.settle_merges()
        self._credit.settle()
        for voucher_id, voucher in self._vouchers.settle():
            self._cases.voucher(voucher_id, voucher)
        self._cases.services(*self._services.settle())
        self._requests.settle()
        self._cases.edits(self._people.edited())
        self._cases.identities(self._people.identities())
        self._erasures.settle()
        self.breaches.settle(self.balances.write())
        self._cases.accounts(self.breaches.overdraft())
        self._cases.clocks(reached)
        if self._forks_due or self.chains.forked:
            self._cases.forks(self.chains.forks())
        if self._late_news:
            self._cases.late()
        self._forks_due = self._late_news = False
        self._told.clear()

    def finish(self) -> None:
        """Settle; and where a fork or a change of trust reaches back to what was folded, fold all anew."""
        self.settle()
        if self._network.changed or self.chains.forked:
            self._network.changed = False
            self.chains.forked.clear()
            refold(self.store, self._privacy)


def refold(
    store: Store, privacy: PrivacyKeys, progress: Progress | None = None, cancelled: Cancel | None = None
) -> None:
    """Empty every folded table and fold all stored entries again, the root's first. Raises Cancelled."""
    for table in FOLDED_TABLES:
        store.connection.execute(f"DELETE FROM {table}")
    intake = Intake(store, privacy, anew=True)
    with collector_paused():
        _fold_stored(store, intake, progress, cancelled)
    store.set_local("folds", reading())


def _fold_stored(store: Store, intake: Intake, progress: Progress | None, cancelled: Cancel | None) -> None:
    total, done = store.count(), 0
    for (journal,) in store.rows("SELECT id FROM journal ORDER BY station IS NOT 0, id"):
        for row, data, branch in store.connection.execute(
            "SELECT id, bytes, branch FROM entry WHERE journal = ? AND bytes NOT NULL ORDER BY seq",
            (journal,),
        ):
            if done % 256 == 0:
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(done, total)
            done += 1
            intake.again(read_entry(data), row, journal, branch)
    intake.settle()


def fold_anew(source: Store, fresh: Store, privacy: PrivacyKeys, cancelled: Cancel | None = None) -> None:
    """Copy the entries of ``source`` into the empty store ``fresh``, folding them on the way."""
    with fresh.transaction(), collector_paused():
        fresh.set_local("network", source.local("network"))
        intake = Intake(fresh, privacy)
        rows = source.connection.execute(
            "SELECT e.bytes, p.sealed FROM entry e JOIN journal j ON j.id = e.journal"
            " LEFT JOIN private p ON p.entry = e.id WHERE e.bytes NOT NULL"
            " ORDER BY j.station IS NOT 0, j.id, e.seq"
        )
        for done, (data, sealed) in enumerate(rows):
            if done % 256 == 0 and cancelled is not None and cancelled():
                raise Cancelled
            intake.add(read_entry(data), sealed)
        intake.finish()
