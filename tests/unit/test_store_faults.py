"""The store: all or nothing, whatever the disk does, and readable by other programs."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import msgspec
import pytest
from stations import Network, add, carry, elder, heads, refused, runs, serve, tell, volunteer

from timebank.desk.desk import Desk
from timebank.journal.entry import read_entry
from timebank.journal.facts import (
    CreditMoved,
    Fact,
    MemberRegistered,
    ServiceLogged,
    ServiceRated,
    VoucherRedeemed,
    VouchersIssued,
)
from timebank.journal.refs import EntryRef
from timebank.outcome import Fault
from timebank.store import book_queries
from timebank.store.digest import canonical_rows
from timebank.store.store import Store

DATA = Path(__file__).parent.parent / "data"
NOWHERE = EntryRef(b"\7" * 8, 9, b"\7" * 8)


class MoonPhaseNoted(Fact, frozen=True):
    """A kind of fact that this version does not know."""

    phase: str


def test_a_transaction_is_all_or_nothing(centre: Desk) -> None:
    store = centre.station.store
    before = centre.upkeep.digest()
    with pytest.raises(ZeroDivisionError), centre.station.recording() as pen:  # noqa: PT012
        pen.tell(MemberRegistered("002-00001", ("elder",), b""))
        pen.intake.settle()
        raise ZeroDivisionError
    assert centre.upkeep.digest() == before
    assert not store.connection.in_transaction
    assert volunteer(centre).number == "002-00001"


def test_nested_transactions_are_one(centre: Desk) -> None:
    store = centre.station.store
    with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
        with store.transaction():
            store.set_local("inner", 1)
        raise ZeroDivisionError
    assert store.local("inner") is None


def test_a_commit_waits_for_the_disk_and_erasing_leaves_no_bytes(network: Network) -> None:
    store = Store(network.home(2) / "timebank.db")
    pragma = {
        name: store.value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "secure_delete")
    }
    store.close()
    assert pragma == {"journal_mode": "delete", "synchronous": 3, "secure_delete": 1}


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_only_its_owner_reads_the_store_and_the_keys(network: Network) -> None:
    for path in (network.home(2) / "timebank.db", *(network.home(2) / "keys").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_full_disk_is_a_fault_and_changes_nothing(centre: Desk) -> None:
    store = centre.station.store
    store.connection.execute(f"PRAGMA max_page_count = {store.value('PRAGMA page_count') + 2}")
    with refused(centre, "disk_full"):
        centre.people.import_roster(DATA / "elders.csv", "elder")
    assert centre.people.count() == 0


def test_a_disk_that_fills_up_keeps_what_was_confirmed(centre: Desk) -> None:
    store = centre.station.store
    store.connection.execute(f"PRAGMA max_page_count = {store.value('PRAGMA page_count') + 3}")
    confirmed = 0
    with pytest.raises(Fault, match="disk_full"):  # noqa: PT012
        while confirmed < 2_000:
            volunteer(centre, "王志强")
            confirmed += 1
    assert 0 < confirmed == centre.people.count()
    store.connection.execute("PRAGMA max_page_count = 1000000")
    assert volunteer(centre, "王志强").number == f"002-{confirmed + 1:05d}"
    assert centre.upkeep.check().ok


def test_a_store_that_another_program_writes_is_busy(centre: Desk, network: Network) -> None:
    other = sqlite3.connect(network.home(2) / "timebank.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    centre.station.store.connection.execute("PRAGMA busy_timeout = 0")
    try:
        with pytest.raises(Fault, match="store_busy"):
            volunteer(centre)
    finally:
        other.execute("ROLLBACK")
        other.close()
    volunteer(centre)


def test_a_cut_off_transaction_is_undone_at_the_next_start(network: Network) -> None:
    with network.desk(2) as centre:
        volunteer(centre)
        digest = centre.upkeep.digest()
    target, journal = network.home(2) / "timebank.db", network.home(2) / "timebank.db-journal"
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE entry SET bytes = zeroblob(4000)")
    connection.execute("UPDATE member SET number = hex(zeroblob(1500))")
    cut_off, hot = target.read_bytes(), journal.read_bytes()
    connection.execute("ROLLBACK")
    connection.close()
    target.write_bytes(cut_off)
    journal.write_bytes(hot)
    with network.desk(2) as centre:
        assert centre.upkeep.digest() == digest
        assert centre.upkeep.check().ok


def test_two_programs_at_one_store_number_their_entries_one_after_the_other(network: Network) -> None:
    with network.desk(2) as window, network.desk(2) as shell:
        numbers = [volunteer(desk, "王志强").number for desk in (window, shell, window, shell)]
        assert numbers == ["002-00001", "002-00002", "002-00003", "002-00004"]
        assert window.upkeep.check().ok


# Arrivals


def test_entries_may_arrive_before_those_they_speak_of(hub: Desk, centre: Desk, village: Desk) -> None:
    gives, gets = volunteer(centre), elder(centre)
    carry(centre, village)
    logged = serve(village, village.people.find(gives.number), village.people.find(gets.number), 60)
    village.services.rate(str(logged.entry), village.people.find(gets.number), 5)
    village.services.reverse(str(logged.entry), "记错了")
    again = serve(village, village.people.find(gives.number), village.people.find(gets.number), 45)
    waiting = runs(village, heads(hub))
    add(hub, waiting[village.station.journal])
    assert hub.people.count() == 0
    assert book_queries.ledger_sums(hub.station.store) == (0, 0)
    assert hub.upkeep.check().ok
    add(hub, waiting[centre.station.journal])
    assert hub.upkeep.digest() == village.upkeep.digest()
    assert hub.people.profile(hub.people.find(gives.number)).credit_minutes == 45
    assert hub.services.lines()[0].entry == again.entry


def test_every_entry_alone_in_a_transaction_of_its_own_gives_the_same(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 60)
    centre.credit.move(gives, gets, 20, "赠与")
    for run in runs(centre, heads(hub)).values():
        for each in run:
            add(hub, [each])
    carry(centre, village)
    assert hub.upkeep.digest() == village.upkeep.digest() == centre.upkeep.digest()


def test_private_parts_that_come_later_reveal_the_person(hub: Desk, centre: Desk) -> None:
    made = volunteer(centre, "王志强", phone="13912345678")
    (run,) = runs(centre, heads(hub)).values()
    add(hub, [each._replace(sealed=None) for each in run])
    assert not hub.people.find(made.number).known
    with hub.station.intake() as intake:
        row = intake.places.row(made.ref)
        intake.reveal(row, next(each.sealed for each in run if each.entry.ref == made.ref) or b"")
    assert hub.people.find(made.number).details["phone"] == "13912345678"


def test_a_fact_of_a_kind_that_comes_later_is_kept_relayed_and_ignored(
    hub: Desk, centre: Desk, village: Desk
) -> None:
    ref = tell(centre, MoonPhaseNoted("满月"))
    carry(centre, hub)
    carry(hub, village)
    row = book_queries.row_of(village.station.store, ref)
    assert row is not None
    data = village.station.store.value("SELECT bytes FROM entry WHERE id = ?", (row,))
    assert read_entry(data).header.kind == "MoonPhaseNoted"
    assert msgspec.msgpack.decode(read_entry(data).header.body) == ["满月"]
    assert village.upkeep.check().ok


@pytest.mark.parametrize(
    "fact",
    [
        CreditMoved(None, NOWHERE, 1 << 62, 9_000),
        CreditMoved(None, NOWHERE, 60, 1 << 40),
        CreditMoved(None, NOWHERE, 60, 9_000, unit=7),
        CreditMoved(None, EntryRef(b"\7" * 8, 1 << 60, b"\7" * 8), 60, 9_000),
        ServiceLogged((NOWHERE,), NOWHERE, "visit", 1 << 62, 60, (60,)),
        ServiceLogged((), NOWHERE, "visit", 0, 0, ()),
        ServiceLogged((NOWHERE, NOWHERE), NOWHERE, "\0", 0, (1 << 31) - 1, (5,), "gold"),
        ServiceRated(NOWHERE, NOWHERE, (1 << 31) - 1),
        VoucherRedeemed(b"serial01", NOWHERE, "cash", -700_000),
        VouchersIssued(NOWHERE, 0, 1 << 31, 0, 0, 0, (b"serial01",)),
        VouchersIssued(NOWHERE, 1, 1, 0, 0, 0, ()),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_nonsense_from_an_enrolled_station_stops_nobody(hub: Desk, village: Desk, fact: object) -> None:
    tell(village, fact)  # type: ignore[arg-type]
    made = volunteer(village)
    carry(village, hub)
    assert hub.people.find(made.number).ref == made.ref
    assert hub.upkeep.digest() == village.upkeep.digest()
    assert hub.upkeep.check().ok
    hub.cases.list()
    hub.vouchers.list()
    hub.services.lines()


def test_the_state_can_be_read_with_plain_sql(centre: Desk, network: Network) -> None:
    gives, gets = volunteer(centre), elder(centre)
    serve(centre, gives, gets, 60)
    plain = sqlite3.connect(network.home(2) / "timebank.db")
    assert plain.execute("SELECT unit, sum(minutes) FROM posting GROUP BY unit").fetchall() == [(0, 0)]
    assert plain.execute("SELECT minutes FROM balance WHERE account = ?", (gives.row,)).fetchall() == [(60,)]
    plain.close()
    assert {row[0] for row in canonical_rows(centre.station.store)} >= {
        "journal",
        "station",
        "member",
        "service",
        "balance",
    }


def test_travelling_entries_keep_their_bytes(centre: Desk, hub: Desk) -> None:
    volunteer(centre)
    before = [each.entry.data for run in runs(centre, {}).values() for each in run]
    carry(centre, hub)
    assert set(before) <= {each.entry.data for run in runs(hub, {}).values() for each in run}
