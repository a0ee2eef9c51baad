"""The set of entries decides, not their order: with forks, revocations and certificates that clash."""

from __future__ import annotations

import random as chance
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from timebank.domain.stations import fold_stations
from timebank.domain.told import Told
from timebank.journal.entry import Entry, write_entry
from timebank.journal.facts import (
    CreditMoved,
    Fact,
    FactReversed,
    JournalBegun,
    MemberChanged,
    MemberRegistered,
    MembersMerged,
    NetworkFounded,
    ServiceLogged,
    StationEnrolled,
    StationRevoked,
    VoucherRedeemed,
    VouchersIssued,
    VouchersVoided,
)
from timebank.journal.keys import Signer, journal_id, network_id
from timebank.journal.refs import EntryRef
from timebank.store.book_queries import ledger_sums
from timebank.store.case_queries import cases
from timebank.store.digest import local_digest, state_digest
from timebank.store.intake import Intake, fold_anew, refold
from timebank.store.privacy import PrivacyKeys
from timebank.store.store import Store

ROOT = Signer(b"r" * 32)
NETWORK = network_id(ROOT.public)
STATIONS = {number: Signer(bytes([number]) * 32) for number in (1, 2, 3, 4)}
YEAR = 31_536_000


@dataclass
class Writer:
    """One copy of a station's folder: where its journal stands, and what it has seen."""

    signer: Signer
    journal: bytes
    tip: Entry | None = None
    seen: dict[bytes, int] = field(default_factory=dict)
    said: dict[bytes, int] = field(default_factory=dict)
    lamport: int = 0
    clock: int = 0

    def tell(self, fact: Fact) -> Entry:
        """Write a fact at the end of this copy's chain."""
        wall = 50 * YEAR + self.clock
        self.lamport += 1
        self.tip = write_entry(
            self.signer,
            fact,
            network=NETWORK,
            journal=self.journal,
            seq=self.tip.header.seq + 1 if self.tip else 1,
            previous=self.tip.hash if self.tip else b"",
            lamport=self.lamport,
            wall=wall,
            clock=int(self.tip is not None and wall < self.tip.header.wall - 300),
            action=b"action00",
            operator=0,
            seen=tuple(
                (ref, head) for ref, head in sorted(self.seen.items()) if self.said.get(ref, 0) < head
            ),
            private=b"",
        )
        self.said.update(self.seen)
        return self.tip

    def meet(self, other: Writer) -> None:
        """Take in what another copy has written and seen."""
        for ref, head in {**other.seen, other.journal: other.tip.header.seq if other.tip else 0}.items():
            if head and ref != self.journal:
                self.seen[ref] = max(self.seen.get(ref, 0), head)
        self.lamport = max(self.lamport, other.lamport)

    def copy(self) -> Writer:
        """The folder, copied."""
        return Writer(
            self.signer, self.journal, self.tip, dict(self.seen), dict(self.said), self.lamport, self.clock
        )


def begun(signer: Signer, nonce: bytes, cause: str = "new") -> tuple[Writer, Entry]:
    """A journal with its first entry."""
    writer = Writer(signer, journal_id(signer.public, nonce))
    first: Fact = JournalBegun(signer.public, nonce, cause)
    if signer is ROOT and cause == "new":
        first = NetworkFounded("网", signer.public, nonce)
    return writer, writer.tell(first)


def history(random: chance.Random) -> list[Entry]:
    """A network's life: two roots, four stations, folders copied at any time, everything contradicting."""
    entries: list[Entry] = []
    roots = []
    for nonce, cause in ((b"0" * 16, "new"), (b"1" * 16, "restored")):
        root, first = begun(ROOT, nonce, cause)
        roots.append(root)
        entries.append(first)
    writers = []
    for number, signer in STATIONS.items():
        root = random.choice(roots)
        clash = number if random.random() < 0.8 else number - 1  # two roots may give one number twice
        entries.append(
            root.tell(StationEnrolled(max(1, clash), f"站{number}", "station", 0, signer.public, "age1"))
        )
        writer, first = begun(signer, bytes([number]) * 16, random.choice(("new", "new", "copied")))
        writer.meet(root)
        writers.append(writer)
        entries.append(first)
    members: list[EntryRef] = []
    serials = [bytes([n]) * 8 for n in range(3)]
    for _ in range(random.randint(10, 45)):
        writer = random.choice(writers)
        what = random.randrange(14)
        if what == 0:
            writers.append(writer.copy())
            continue
        if what in (1, 2, 3):
            writer.meet(random.choice([*writers, *roots]))
            continue
        if what == 4 and random.random() < 0.5:
            writer.clock += random.choice((-1, 1)) * YEAR
            continue
        if what == 5 and random.random() < 0.4:
            last = {each.journal: random.randint(0, 6) for each in random.sample(writers, 2)}
            revoked = StationRevoked(random.randint(1, 4), tuple(last.items()), "x")
            entries.append(random.choice(roots).tell(revoked))
            continue
        fact: Fact
        if what < 7 or len(members) < 2:
            fact = MemberRegistered(str(len(entries)), ("volunteer",), random.choice((b"", b"i" * 16)))
        elif what == 7:
            fact = MemberChanged(random.choice(members), random.choice((None, ("elder",))), None, ("phone",))
        elif what == 8:
            fact = ServiceLogged(
                (random.choice(members),), random.choice(members), "meal", 1_000, 60, (60,), "account"
            )
        elif what == 9:
            fact = CreditMoved(random.choice(members), random.choice(members), 30, 100)
        elif what == 10:
            fact = VouchersIssued(random.choice(members), 0, 30, 100, 0, 0, (random.choice(serials),))
        elif what == 11:
            fact = VoucherRedeemed(random.choice(serials), random.choice(members), "account", 101)
        elif what == 12:
            fact = random.choice(
                (VouchersVoided((random.choice(serials),), 102), FactReversed(random.choice(entries).ref))
            )
        else:
            fact = MembersMerged(tuple(random.sample(members, 2)))
        entry = writer.tell(fact)
        entries.append(entry)
        if isinstance(fact, MemberRegistered):
            members.append(entry.ref)
    return entries


def nobody() -> PrivacyKeys:
    """The keys of one who is entitled to nothing."""
    return PrivacyKeys(99, bytes(32), lambda _: None)


def taken(entries: list[Entry], order: chance.Random) -> Store:
    """A store that took all entries in, in some order in which none comes before the one it follows."""
    store = Store(":memory:")
    store.set_local("network", NETWORK)
    waiting = list({entry.hash: entry for entry in entries}.values())
    here = {b""}
    while waiting:
        with store.transaction():
            intake = Intake(store, nobody())
            for _ in range(order.randint(1, 8)):
                ready = [each for each in waiting if each.header.previous in here]
                if not ready:
                    break
                entry = order.choice(ready)
                waiting.remove(entry)
                here.add(entry.hash)
                intake.add(entry)
            intake.finish()
    return store


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 32), st.integers(1, 1 << 32))
def test_every_order_gives_the_same_state(story: int, seed: int) -> None:
    entries = history(chance.Random(story))
    first, again = taken(entries, chance.Random(0)), taken(entries, chance.Random(seed))
    assert state_digest(again) == state_digest(first)
    assert ledger_sums(again) == (0, 0)
    assert cases(again, only_open=True) is not None
    fresh = Store(":memory:")
    fold_anew(again, fresh, nobody())
    assert (state_digest(fresh), local_digest(fresh)) == (state_digest(again), local_digest(again))
    with again.transaction():
        refold(again, nobody())
    assert state_digest(again) == state_digest(first)
    for store in (first, again, fresh):
        store.close()


def test_the_histories_hold_what_they_are_meant_to_hold() -> None:
    found: set[str] = set()
    late = 0
    for story in range(40):
        store = taken(history(chance.Random(story)), chance.Random(1))
        found |= {case.kind for case in cases(store)}
        late += store.value("SELECT count(*) FROM late")
        store.close()
    assert found >= {
        "fork", "revoked_station", "conflicting_edit", "implausible_clock", "duplicate_person",
        "double_redemption", "overdraft", "overlap",
    }  # fmt: skip
    assert late > 20


def told(lamport: int, journal: bytes, fact: StationEnrolled | StationRevoked) -> Told:
    """A root's fact at a place in canonical order."""
    return Told((lamport, journal, lamport, b"h" * 32), lamport, 0, 0, fact)


def test_of_two_certificates_for_one_number_the_first_in_the_networks_order_stands() -> None:
    one = told(5, b"a" * 8, StationEnrolled(2, "甲", "station", 1, b"k" * 32, "age1"))
    two = told(5, b"b" * 8, StationEnrolled(2, "乙", "station", 1, b"l" * 32, "age2"))
    renewed = told(9, b"b" * 8, StationEnrolled(2, "甲站", "hub", 0, b"k" * 32, "age3"))
    again = told(10, b"b" * 8, StationEnrolled(7, "丙", "station", 1, b"k" * 32, "age4"))
    for order in ([one, two, renewed, again], [again, renewed, two, one], [two, renewed, one, again]):
        stations = fold_stations(order)
        assert set(stations) == {2}
        assert (stations[2].name, stations[2].role, stations[2].key) == ("甲站", "hub", b"k" * 32)


def test_the_first_revocation_stands_and_limits_branches_like_their_trunk() -> None:
    certificate = told(1, b"a" * 8, StationEnrolled(2, "甲", "station", 1, b"k" * 32, "age1"))
    first = told(5, b"a" * 8, StationRevoked(2, ((b"j" * 8, 40),), "x"))
    second = told(6, b"b" * 8, StationRevoked(2, ((b"j" * 8, 90),), "y"))
    station = fold_stations([second, certificate, first])[2]
    assert station.revoked == first.row
    assert station.limit(b"j" * 8) == 40
    assert station.limit(b"branch99", b"j" * 8) == 40
    assert station.limit(b"unnamed9") == 0
