"""Files between real stations: what a clerk sees happen, outcome by outcome."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from exchange_world import (
    CENTRE,
    HILL,
    HUB,
    NAMES,
    VILLAGE,
    World,
    entries_of,
    erase,
    forge,
    issue,
    redeem,
    register,
    serve,
)

from timebank.desk import network
from timebank.desk.cases import Cases
from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.desk.upkeep import Upkeep
from timebank.exchange import outgoing
from timebank.exchange.file import Run
from timebank.exchange.known import known_to
from timebank.journal.entry import entry_hash, write_entry
from timebank.journal.facts import JournalBegun, MemberRegistered, NetworkFounded, StationEnrolled
from timebank.journal.keys import Signer, journal_id
from timebank.outcome import Cancelled, Fault, Refusal
from timebank.phrases import phrases
from timebank.store.book_queries import balance, ledger_sums, settled_elsewhere, voucher


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("network"))
    world.found(NAMES[:3])
    world.ask(HILL)
    return world


@pytest.fixture
def world(founded: World, tmp_path: Path) -> Iterator[World]:
    copied = founded.copy_to(tmp_path / "world")
    yield copied
    copied.close()


@pytest.fixture
def always_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even small networks send only what the others lack."""
    monkeypatch.setattr(outgoing, "SMALL", 0)
    monkeypatch.setattr(outgoing, "OVERLAP", 1)


def whole_run(
    station: Station, journal: bytes, first: int = 1
) -> tuple[Run, list[tuple[bytes, bytes | None]]]:
    """A journal of ``station`` from ``first`` on, as an honest export describes it."""
    entries = entries_of(station, journal)[first - 1 :]
    private = sum(sealed is not None for _, sealed in entries)
    size = sum(len(data) for data, _ in entries)
    last = first + len(entries) - 1
    number = station.store.value("SELECT station FROM journal WHERE ref = ?", (journal,))
    return Run(
        journal, number, first, last, entry_hash(entries[-1][0][:-64]), len(entries), size, private
    ), entries


def test_two_stations_know_the_same_after_taking_each_others_newest_file(world: World) -> None:
    wang = register(world[CENTRE], "c1")
    serve(world[VILLAGE], register(world[VILLAGE], "v1"), wang)
    world.meet(CENTRE, VILLAGE)
    assert world.digest(CENTRE) == world.digest(VILLAGE)


def test_taking_a_file_says_how_much_was_new_and_writes_nothing_of_its_own(world: World) -> None:
    register(world[CENTRE], "c1")
    path = world.export(CENTRE)
    before = world[VILLAGE].store.count()
    taken = world.take(VILLAGE, path)
    assert (taken.outcome, taken.code, taken.new_entries) == ("applied", "", 3)
    assert world[VILLAGE].store.count() == before + 3


def test_a_file_taken_twice_changes_nothing_the_second_time(world: World) -> None:
    register(world[CENTRE], "c1")
    path = world.export(CENTRE)
    first = world.take(VILLAGE, path)
    digest = world.digest(VILLAGE)
    again = world.take(VILLAGE, path)
    assert (again.outcome, again.new_entries) == ("known", 0)
    assert again.known_entries == first.new_entries + first.known_entries
    assert world.digest(VILLAGE) == digest


def test_news_reaches_a_station_through_a_third(world: World) -> None:
    register(world[CENTRE], "c1")
    world.take(HUB, world.export(CENTRE, to=[HUB]))
    world.take(VILLAGE, world.export(HUB, to=[VILLAGE]))
    assert Exchange(world[VILLAGE]).status().have[world[CENTRE].journal.hex()] == 3


def test_a_file_does_not_open_at_a_station_it_was_not_made_for(world: World) -> None:
    path = world.export(CENTRE, to=[HUB])
    taken = world.take(VILLAGE, path)
    assert (taken.outcome, taken.code) == ("quarantined", "not_for_us")


def test_ones_own_file_can_always_be_read_again(world: World) -> None:
    assert world.take(CENTRE, world.export(CENTRE, to=[HUB])).outcome == "known"


def test_only_what_the_recipients_may_lack_travels(world: World, always_little: None) -> None:
    for number in range(5):
        register(world[CENTRE], f"c{number}")
    world.meet(HUB, CENTRE, VILLAGE)
    world.meet(HUB, CENTRE, VILLAGE)  # the first time, nobody could know yet what the others took
    register(world[CENTRE], "c9")
    exported = Exchange(world[CENTRE]).export(world.folder)
    assert (exported.entries, exported.journals) == (2, 1)
    assert world.take(HUB, exported.file).new_entries == 1


def test_what_all_recipients_lack_is_judged_by_the_one_who_has_least(
    world: World, always_little: None
) -> None:
    world.meet(HUB, CENTRE, VILLAGE)
    register(world[CENTRE], "c1")
    world.meet(HUB, CENTRE)
    register(world[CENTRE], "c2")
    path = world.export(CENTRE)
    assert world.take(HUB, path).new_entries == 1
    assert world.take(VILLAGE, path).new_entries >= 2


def test_a_file_that_was_never_taken_is_not_counted_on(world: World, always_little: None) -> None:
    register(world[CENTRE], "c1")
    world.export(CENTRE)  # lost
    world.take(VILLAGE, world.export(CENTRE))
    assert Exchange(world[VILLAGE]).status().have[world[CENTRE].journal.hex()] == 3


def test_a_station_that_lost_its_newest_data_is_asked_again_from_its_new_journal(
    world: World, always_little: None
) -> None:
    world.meet(HUB, CENTRE)
    known = known_to(world[HUB].store, world[CENTRE].number)
    assert known[world[CENTRE].journal] == 2
    with world[CENTRE].intake() as intake:
        world[CENTRE].begin_journal(intake, "restored")
    world.take(HUB, world.export(CENTRE))
    known = known_to(world[HUB].store, world[CENTRE].number)
    assert known[world[CENTRE].journal] == 1


def test_everything_travels_when_asked_for(world: World, always_little: None) -> None:
    world.meet(HUB, CENTRE, VILLAGE)
    exported = Exchange(world[CENTRE]).export(world.folder, full=True)
    assert exported.entries == sum(Exchange(world[CENTRE]).status().have.values())


def test_in_a_folder_a_name_is_chosen_and_nothing_is_overwritten(world: World) -> None:
    made = [Exchange(world[CENTRE]).export(world.folder).file for _ in range(2)]
    assert [path.name for path in made] == [
        f"时间银行_{CENTRE}_20261122-1.tbx",
        f"时间银行_{CENTRE}_20261122-2.tbx",
    ]
    named = Exchange(world[CENTRE]).export(made[0]).file
    assert named.name == f"时间银行_{CENTRE}_20261122-1-2.tbx"


def test_an_export_that_does_not_read_back_leaves_no_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = outgoing.seal

    def failing_stick(path: Path, *rest: object) -> None:
        real(path, *rest)  # type: ignore[arg-type]
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)

    monkeypatch.setattr(outgoing, "seal", failing_stick)
    stick = world.folder / "stick"
    stick.mkdir()
    with pytest.raises(Fault) as caught:
        Exchange(world[CENTRE]).export(stick)
    assert caught.value.code == "export_not_read_back"
    assert list(stick.iterdir()) == []


def test_stopping_an_export_leaves_no_file(world: World) -> None:
    stick = world.folder / "stick"
    stick.mkdir()
    with pytest.raises(Cancelled):
        Exchange(world[CENTRE]).export(stick, cancelled=lambda: True)
    assert list(stick.iterdir()) == []


def test_stopping_an_import_changes_nothing(world: World) -> None:
    register(world[CENTRE], "c1")
    path, digest = world.export(CENTRE), world.digest(VILLAGE)
    asked = iter([False, False, False])
    with pytest.raises(Cancelled):
        Exchange(world[VILLAGE]).take([path], cancelled=lambda: next(asked, True))
    assert world.digest(VILLAGE) == digest
    assert list((world[VILLAGE].home / "inbox").iterdir()) == []
    assert world.take(VILLAGE, path).outcome == "applied"


def test_progress_is_told_up_to_the_end(world: World) -> None:
    told: list[tuple[int, int]] = []
    exported = Exchange(world[CENTRE]).export(world.folder, progress=lambda *each: told.append(each))
    assert told[-1] == (2 * exported.entries, 2 * exported.entries)
    told.clear()
    Exchange(world[HUB]).take([exported.file], progress=lambda *each: told.append(each))
    assert told[-1] == (exported.entries, exported.entries)


def test_a_full_disk_stops_an_import_and_nothing_has_changed(world: World) -> None:
    with world[CENTRE].recording() as pen:
        for number in range(600):
            pen.tell(MemberRegistered(f"c{number}", ("elder",), b""), {"name": "张"})
    path, digest = world.export(CENTRE), world.digest(HUB)
    store = world[HUB].store
    pages = store.value("PRAGMA page_count")
    store.value(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(Fault) as caught:
        world.take(HUB, path)
    assert caught.value.code == "disk_full"
    assert world.digest(HUB) == digest
    store.value(f"PRAGMA max_page_count = {pages + 20_000}")
    assert world.take(HUB, path).outcome == "applied"


def test_where_a_file_cannot_be_kept_aside_nothing_of_it_is_taken(world: World) -> None:
    village = world[VILLAGE]
    register(world[CENTRE], "c1")
    path = world.export(CENTRE)
    run, entries = whole_run(world[CENTRE], world[CENTRE].journal)
    gap = msgspec.structs.replace(run, first=2, count=run.count - 1, size=run.size - len(entries[0][0]))
    path = forge(world.folder / "gap.tbx", maker=world[CENTRE], to=village, runs=[gap], entries=entries[1:])
    (village.home / "parked").write_text("in the way")
    with pytest.raises(Fault):
        world.take(VILLAGE, path)
    assert Exchange(village).status().have.get(world[CENTRE].journal.hex()) is None
    (village.home / "parked").unlink()
    assert world.take(VILLAGE, path).outcome == "parked"


def test_a_missing_file_or_folder_is_a_fault(world: World) -> None:
    with pytest.raises(Fault) as caught:
        world.take(VILLAGE, world.folder / "nowhere.tbx")
    assert caught.value.code == "file_missing"
    with pytest.raises(Fault) as caught:
        Exchange(world[CENTRE]).export(world.folder / "nowhere" / "x.tbx")
    assert caught.value.code == "folder_missing"


def test_a_voucher_redeemed_elsewhere_becomes_final_with_the_issuers_next_file(world: World) -> None:
    wang = register(world[CENTRE], "c1")
    serve(world[CENTRE], wang, wang)
    issue(world[CENTRE], wang, b"serial-1")
    world.meet(CENTRE, VILLAGE)
    redeem(world[VILLAGE], b"serial-1", wang)
    world.meet(CENTRE, VILLAGE)
    assert settled_elsewhere(world[CENTRE].store, world[CENTRE].number)
    world.take(VILLAGE, world.export(CENTRE))
    record = voucher(world[VILLAGE].store, b"serial-1")
    assert record is not None
    assert record.voucher.final
    assert world.digest(CENTRE) == world.digest(VILLAGE)


def test_a_voucher_redeemed_at_two_offline_stations_opens_one_case_when_the_files_meet(
    world: World,
) -> None:
    wang = register(world[HUB], "h1")
    serve(world[HUB], wang, wang)
    issue(world[HUB], wang, b"serial-1")
    world.meet(HUB, CENTRE, VILLAGE)
    redeem(world[CENTRE], b"serial-1", wang)
    redeem(world[VILLAGE], b"serial-1", wang)
    path = world.export(CENTRE)
    taken = world.take(VILLAGE, path)
    assert taken.cases_opened == 1
    assert ledger_sums(world[VILLAGE].store) == (0, 0)


def test_a_gap_parks_the_file_says_what_is_missing_and_closes_by_itself(
    world: World, always_little: None
) -> None:
    village = world.folder / VILLAGE
    shutil.copytree(village, world.folder / "backup")
    wang = register(world[CENTRE], "c1")
    first = world.export(CENTRE)
    world.take(VILLAGE, first)
    world.take(CENTRE, world.export(VILLAGE))
    world.stations.pop(VILLAGE).close()
    shutil.rmtree(village)
    shutil.copytree(world.folder / "backup", village)  # an old disk image comes back

    serve(world[CENTRE], wang, wang)
    serve(world[CENTRE], wang, wang)
    later = world.export(CENTRE, to=[VILLAGE])
    taken = world.take(VILLAGE, later)
    assert taken.outcome == "parked"
    assert taken.facts["missing"] == [
        {"journal": world[CENTRE].journal.hex(), "station": CENTRE, "from": 1, "to": 2}
    ]
    assert f"{CENTRE} 1–2" in phrases("zh_CN")(taken.phrase, **taken.facts)
    (parked,) = Exchange(world[VILLAGE]).status().parked
    assert parked["file"] == later.name
    assert Exchange(world[VILLAGE]).kept_bytes(parked["id"]).read_bytes() == later.read_bytes()

    taken = world.take(VILLAGE, first)
    assert taken.outcome == "applied"
    assert [each.outcome for each in taken.also] == ["applied"]
    assert Exchange(world[VILLAGE]).status().parked == []
    assert balance(world[VILLAGE].store, 0) == 0
    assert Exchange(world[VILLAGE]).status().have[world[CENTRE].journal.hex()] == 5


def test_both_branches_of_a_forked_journal_are_kept_and_the_file_that_showed_it_as_well(world: World) -> None:
    world.meet(HUB, CENTRE, VILLAGE)
    world.stations.pop(CENTRE).close()
    twin = world.folder / "twin"
    shutil.copytree(world.folder / CENTRE, twin)
    register(world[CENTRE], "c1")
    register(world[HUB], "h1")
    world.take(CENTRE, world.export(HUB))
    path = world.export(CENTRE)
    copy = Station(twin, world.surroundings)
    register(copy, "c2")
    other = Exchange(copy).export(world.folder / "twin.tbx").file
    copy.close()

    world.take(VILLAGE, other)
    taken = world.take(VILLAGE, path)
    assert (taken.outcome, taken.code, taken.new_entries) == ("quarantined", "fork", 2)
    assert CENTRE in phrases("en")(taken.phrase, **taken.facts)
    assert numbers(world[VILLAGE]) >= {"c1", "c2", "h1"}
    assert open_cases(world[VILLAGE]) == ["fork"]
    (kept,) = Exchange(world[VILLAGE]).status().quarantined
    assert Exchange(world[VILLAGE]).kept_bytes(kept["id"]).read_bytes() == path.read_bytes()

    # The station learns of it, writes on in a journal of its own, and all agree.
    assert world.take(CENTRE, world.export(VILLAGE)).code == "fork"
    old = world[CENTRE].journal
    register(world[CENTRE], "c3")
    assert world[CENTRE].journal != old
    assert world.take(HUB, world.export(CENTRE)).code == "fork"
    world.meet(HUB, CENTRE, VILLAGE)
    assert numbers(world[HUB]) == numbers(world[VILLAGE]) == numbers(world[CENTRE]) >= {"c1", "c2", "c3"}
    assert world.digest(HUB) == world.digest(CENTRE) == world.digest(VILLAGE)
    assert open_cases(world[HUB]) == ["fork"]
    for name in (HUB, CENTRE, VILLAGE):
        assert Upkeep(world[name]).check().ok


def numbers(station: Station) -> set[str]:
    return {number for (number,) in station.store.rows("SELECT number FROM member")}


def open_cases(station: Station) -> list[str]:
    return [case.kind for case in Cases(station).list(only_open=True)]


def test_entries_after_a_revocation_are_a_case_and_not_in_the_books_but_what_they_relay_is(
    world: World,
) -> None:
    register(world[VILLAGE], "v1")
    world.meet(HUB, CENTRE, VILLAGE)
    network.revoke(world[HUB], VILLAGE, reason="电脑被盗")
    register(world[VILLAGE], "v2")
    stolen = world.export(VILLAGE)
    register(world[CENTRE], "c1")
    before = world.export(CENTRE)
    world.take(CENTRE, world.export(HUB))
    taken = world.take(CENTRE, stolen)
    assert (taken.outcome, taken.code, taken.new_entries) == ("quarantined", "revoked_station", 0)
    assert taken.cases_opened == 1
    assert open_cases(world[CENTRE]) == ["revoked_station"]
    assert "v1" in numbers(world[CENTRE])
    assert "v2" not in numbers(world[CENTRE])

    world.take(VILLAGE, before)
    register(world[VILLAGE], "v3")
    taken = world.take(HUB, world.export(VILLAGE))
    assert (taken.outcome, taken.code) == ("quarantined", "revoked_station")
    assert numbers(world[HUB]) >= {"v1", "c1"}
    assert not numbers(world[HUB]) & {"v2", "v3"}


def test_a_revocation_counts_the_same_whether_it_comes_before_or_after_the_entries(world: World) -> None:
    register(world[VILLAGE], "v1")
    world.take(HUB, world.export(VILLAGE))
    register(world[VILLAGE], "v2")
    world.take(CENTRE, world.export(VILLAGE))  # the centre took more than the hub had when it revoked
    assert "v2" in numbers(world[CENTRE])
    network.revoke(world[HUB], VILLAGE, reason="电脑被盗")
    world.take(CENTRE, world.export(HUB))
    assert numbers(world[CENTRE]) & {"v1", "v2"} == {"v1"}
    assert open_cases(world[CENTRE]) == ["revoked_station"]
    relayed = world.export(CENTRE, to=[HUB])
    assert world.take(HUB, relayed).outcome == "applied"
    assert world.digest(HUB) == world.digest(CENTRE)
    assert Upkeep(world[HUB]).check().ok
    assert Upkeep(world[CENTRE]).check().ok
    with pytest.raises(Refusal) as caught:
        world.export(HUB, to=[VILLAGE])
    assert caught.value.code == "station_revoked"
    assert world.take(VILLAGE, world.export(HUB)).code == "not_for_us"


def test_the_certificate_of_a_new_station_may_come_in_its_own_first_file(world: World) -> None:
    world.take(CENTRE, world.export(HUB))
    world.admit(HILL)
    register(world[HILL], "x1")
    taken = world.take(CENTRE, world.export(HUB))
    assert taken.outcome == "applied"
    assert world.take(CENTRE, world.export(HILL)).outcome == "applied"
    assert Exchange(world[CENTRE]).status().have[world[HILL].journal.hex()] == 3


def test_a_file_for_everyone_opens_at_a_station_that_the_exporter_has_not_heard_of(world: World) -> None:
    register(world[CENTRE], "c1")
    world.admit(HILL)
    assert world.take(HILL, world.export(CENTRE)).outcome == "applied"
    assert world.take(HILL, world.export(CENTRE, to=[HUB])).code == "not_for_us"


def test_a_file_from_a_station_that_is_not_known_yet_waits_for_its_certificate(world: World) -> None:
    world.admit(HILL)
    register(world[HILL], "x1")
    run, entries = whole_run(world[HILL], world[HILL].journal)
    path = forge(world.folder / "early.tbx", maker=world[HILL], to=world[CENTRE], runs=[run], entries=entries)
    taken = world.take(CENTRE, path)
    assert (taken.outcome, taken.code) == ("quarantined", "unknown_station")
    taken = world.take(CENTRE, world.export(HUB))
    assert [each.outcome for each in taken.also] == ["applied"]
    status = Exchange(world[CENTRE]).status()
    assert status.quarantined == []
    assert status.have[world[HILL].journal.hex()] == 3


def test_the_roots_second_journal_is_believed_like_its_first(world: World) -> None:
    root = world[HUB].key_folder.read_root(None)
    nonce = bytes(range(16))
    begun = write_entry(
        root,
        JournalBegun(root.public, nonce, "restored"),
        network=world[HUB].network,
        journal=journal_id(root.public, nonce),
        seq=1,
        previous=b"",
        lamport=50,
        wall=1_800_000_000,
        clock=0,
        action=bytes(8),
        operator=0,
        seen=(),
        private=b"",
    )
    enrolled = write_entry(
        root,
        StationEnrolled(77, "新站", "station", 1, Signer(b"7" * 32).public, world[HUB].keys.recipient),
        network=world[HUB].network,
        journal=begun.header.journal,
        seq=2,
        previous=begun.hash,
        lamport=51,
        wall=1_800_000_000,
        clock=0,
        action=bytes(8),
        operator=0,
        seen=(),
        private=b"",
    )
    entries: list[tuple[bytes, bytes | None]] = [(begun.data, None), (enrolled.data, None)]
    size = sum(len(data) for data, _ in entries)
    run = Run(begun.header.journal, 0, 1, 2, enrolled.hash, 2, size, 0)
    path = forge(world.folder / "root.tbx", maker=world[HUB], to=world[CENTRE], runs=[run], entries=entries)
    assert world.take(CENTRE, path).outcome == "applied"
    assert network.find_station(world[CENTRE].store, "77").name == "新站"


def test_a_station_cannot_make_itself_the_root(world: World) -> None:
    mallory = world[VILLAGE]
    mine = Signer(b"m" * 32)
    nonce = bytes(16)
    with mallory.recording() as pen:
        pen.tell(NetworkFounded("假网络", mallory.signer.public, nonce))
        pen.tell(JournalBegun(mallory.signer.public, nonce, "new"))
        pen.tell(StationEnrolled(66, "黑站", "hub", 0, mine.public, mallory.keys.recipient))
    taken = world.take(CENTRE, world.export(VILLAGE))
    assert taken.outcome == "applied"
    assert world[CENTRE].store.value("SELECT count(*) FROM station WHERE number = 66") == 0
    assert world[CENTRE].store.value("SELECT count(*) FROM journal WHERE station = 0") == 1


def test_erased_personal_data_does_not_come_back_with_an_old_file(world: World) -> None:
    wang = register(world[CENTRE], "c1", phone="13800000000")
    old = world.export(CENTRE)
    world.meet(HUB, CENTRE)
    erase(world[CENTRE], wang)
    world.take(HUB, world.export(CENTRE))
    assert world.take(HUB, old).outcome == "known"
    assert world[HUB].store.rows("SELECT * FROM private") == []
    assert world[HUB].store.rows("SELECT * FROM person") == []


def test_a_private_part_that_was_missing_comes_in_later(world: World) -> None:
    register(world[CENTRE], "c1")
    run, entries = whole_run(world[CENTRE], world[CENTRE].journal)
    bare = [(data, None) for data, _ in entries]
    path = forge(
        world.folder / "bare.tbx",
        maker=world[CENTRE],
        to=world[HUB],
        runs=[msgspec.structs.replace(run, private=0)],
        entries=bare,
    )
    assert world.take(HUB, path).outcome == "applied"
    assert world[HUB].store.rows("SELECT name FROM person") == []
    assert world.take(HUB, world.export(CENTRE)).outcome == "applied"
    assert world[HUB].store.rows("SELECT name FROM person") == [("张c1",)]


def test_last_exchange_is_noted_on_both_sides(world: World) -> None:
    before = {line.name: line.last_exchange for line in Exchange(world[HUB]).status().stations}
    path = world.export(CENTRE, to=[HUB])
    world.take(HUB, path)
    there = {line.name: line.last_exchange for line in Exchange(world[HUB]).status().stations}
    here = {line.name: line.last_exchange for line in Exchange(world[CENTRE]).status().stations}
    assert there[CENTRE] != before[CENTRE]
    assert there[VILLAGE] == before[VILLAGE]
    assert here[HUB] is not None
    assert here[VILLAGE] is None


def test_a_preview_says_what_a_file_would_bring_and_changes_nothing(world: World) -> None:
    register(world[CENTRE], "c1")
    path, digest = world.export(CENTRE), world.digest(HUB)
    found = Exchange(world[HUB]).preview(path)
    assert (found.code, found.name, found.proved, found.new_entries) == ("", CENTRE, True, 3)
    assert world.digest(HUB) == digest
    path.write_bytes(path.read_bytes()[:300])
    assert Exchange(world[HUB]).preview(path).code == "truncated"


def test_the_newest_quarantined_file_is_kept_and_can_be_tried_again(world: World) -> None:
    path = world.export(CENTRE)
    whole = path.read_bytes()
    path.write_bytes(whole[:-700])
    assert world.take(HUB, path).code == "truncated"
    (kept,) = Exchange(world[HUB]).status().quarantined
    assert Exchange(world[HUB]).retry(kept["id"]).code == "truncated"
    with pytest.raises(Refusal) as caught:
        Exchange(world[HUB]).retry("../../keys/station")
    assert caught.value.code == "kept_not_found"
