"""A copied folder, or an old copy put back, is found at the start and writes in a journal of its own."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from stations import Network, credit, elder, heads, serve, share, volunteer

from timebank.desk import whereabouts
from timebank.desk.desk import Desk
from timebank.desk.network import enrol, request
from timebank.desk.upkeep import restore
from timebank.journal.entry import read_entry
from timebank.journal.facts import JournalBegun, decode_fact
from timebank.outcome import Fault
from timebank.store import store as stores


@pytest.fixture
def home(centre: Desk, network: Network) -> Path:
    """The folder of a centre with two people, closed."""
    volunteer(centre, "王志强")
    elder(centre, "陈阿婆")
    centre.close()
    return network.home(2)


@pytest.fixture
def twin(home: Path, tmp_path: Path) -> Path:
    """A copy of the centre's folder, which is opened on another computer."""
    return Path(shutil.copytree(home, tmp_path / "twin"))


class Computer:
    """Where the next folder is opened."""

    name = "ours"


@pytest.fixture(autouse=True)
def computers(monkeypatch: pytest.MonkeyPatch, network: Network) -> None:
    """Which computer it is, is for the test to say."""
    for mark in network.folder.glob("*/here.json"):
        mark.unlink()
    monkeypatch.setattr(Computer, "name", "ours")
    monkeypatch.setattr(whereabouts, "machine", lambda: Computer.name)


def opened(home: Path, network: Network) -> Desk:
    """A desk in any folder; those called ``twin`` are on another computer."""
    Computer.name = "theirs" if home.name == "twin" else "ours"
    desk = Desk(home, network.surroundings)
    desk.station.store.connection.execute("PRAGMA synchronous = OFF")
    return desk


def at_home(network: Network, number: int = 2) -> Desk:
    """The desk of a station on its own computer."""
    return opened(network.home(number), network)


def journal(home: Path, network: Network) -> bytes:
    """The journal that a station writes in after it was opened once."""
    with opened(home, network) as desk:
        return desk.station.journal


def beginnings(desk: Desk, station: int) -> list[JournalBegun]:
    """How the journals of a station began, as far as known at a desk."""
    found = desk.station.store.rows(
        "SELECT e.bytes FROM entry e JOIN journal j ON j.id = e.journal WHERE j.station = ? AND e.seq = 1"
        " AND e.kind = 'JournalBegun' ORDER BY e.lamport",
        (station,),
    )
    entries = [read_entry(data) for (data,) in found]
    return [fact for each in entries if isinstance(fact := fact_of(each), JournalBegun)]


def fact_of(entry: object) -> object:
    """The fact of an entry."""
    return decode_fact(entry.header.kind, entry.header.body)  # type: ignore[attr-defined]


def warnings(desk: Desk) -> set[str]:
    """What a check warns of, apart from keys."""
    report = desk.upkeep.check()
    assert report.ok, report.findings
    return {each.code for each in report.findings} - {"keys_unprotected"}


def put_back(source: Path, target: Path) -> None:
    """Write an old store over the one in use, as a copy over a file does: it stays the same file."""
    number = target.stat().st_ino
    shutil.copyfile(source, target)
    assert target.stat().st_ino == number


# At the start


def test_a_copied_folder_begins_a_new_journal_and_the_original_goes_on(
    home: Path, twin: Path, network: Network
) -> None:
    with at_home(network) as desk:
        old, head = desk.station.journal, heads(desk)[desk.station.journal]
    with opened(twin, network) as desk:
        begun = beginnings(desk, 2)[-1]
        assert (begun.cause, begun.after) == ("copied", ((old, head),))
        assert desk.station.journal != old
        volunteer(desk, "新来的")
        assert heads(desk)[old] == head, "nothing is written in the old journal"
        assert warnings(desk) == {"journal_begun_again"}
    assert journal(twin, network) == journal(twin, network) != old, "one copy, one new journal"
    with at_home(network) as desk:
        assert desk.station.journal == old
        assert warnings(desk) == set()


def test_a_moved_folder_stays_quiet(home: Path, network: Network, tmp_path: Path) -> None:
    old = journal(home, network)
    home.rename(tmp_path / "elsewhere")
    assert journal(tmp_path / "elsewhere", network) == old


def test_an_old_store_put_back_in_its_place_is_noticed(home: Path, network: Network, tmp_path: Path) -> None:
    shutil.copyfile(home / "timebank.db", tmp_path / "old.db")
    with at_home(network) as desk:
        old = desk.station.journal
        volunteer(desk, "后来的")
    put_back(tmp_path / "old.db", home / "timebank.db")
    with at_home(network) as desk:
        begun = beginnings(desk, 2)[-1]
        assert (begun.cause, begun.after) == ("put_back", ((old, heads(desk)[old]),))
        assert warnings(desk) == {"journal_begun_again"}


def test_an_old_store_that_was_written_on_elsewhere_is_noticed_too(
    home: Path, twin: Path, network: Network
) -> None:
    (twin / "here.json").unlink()  # as a version without marks left it
    with at_home(network) as desk:
        volunteer(desk, "甲")
        old = desk.station.journal
    with opened(twin, network) as desk:
        assert desk.station.journal == old
        volunteer(desk, "乙")
        volunteer(desk, "丙")
    put_back(twin / "timebank.db", home / "timebank.db")
    with at_home(network) as desk:
        assert beginnings(desk, 2)[-1].cause == "put_back"


def test_a_home_without_a_mark_gets_one_and_says_nothing(
    home: Path, network: Network, tmp_path: Path
) -> None:
    old = journal(home, network)
    (home / "here.json").unlink()
    assert journal(home, network) == old
    shutil.copytree(home, tmp_path / "twin")
    assert journal(tmp_path / "twin", network) != old


def test_a_mark_that_was_deleted_meanwhile_is_made_anew(home: Path, network: Network) -> None:
    with at_home(network) as desk:
        old = desk.station.journal
        volunteer(desk, "甲")
        (home / "here.json").rename(home / "there.json")  # its number stays taken
        volunteer(desk, "乙")
    assert journal(home, network) == old


@pytest.mark.parametrize("text", ["", "{", "[]", "\0" * 64, '{"machine":"ours","heads":{"x":[1,"zz"]}}'])
def test_a_damaged_mark_is_told_until_the_next_action_writes_it_anew(
    home: Path, network: Network, text: str
) -> None:
    old = journal(home, network)
    (home / "here.json").write_text(text)
    for _ in range(2):
        with at_home(network) as desk:
            assert desk.station.journal == old
            assert warnings(desk) == {"mark_damaged"}
    with at_home(network) as desk:
        volunteer(desk, "后来的")
        assert warnings(desk) == set()
    assert journal(home, network) == old


def test_a_mark_that_lags_behind_after_a_cut_of_power_stays_quiet(home: Path, network: Network) -> None:
    mark = (home / "here.json").read_bytes()
    with at_home(network) as desk:
        volunteer(desk, "后来的")
        old = desk.station.journal
    assert (home / "here.json").read_bytes() != mark
    (home / "here.json").write_bytes(mark)
    assert journal(home, network) == old


def test_what_was_only_tried_leaves_no_mark(home: Path, network: Network) -> None:
    with at_home(network) as desk:
        mark = (home / "here.json").read_bytes()
        with desk.station.recording(keep=False) as pen:
            pen.tell(JournalBegun(b"", b"", "trial"))
        assert (home / "here.json").read_bytes() == mark


def test_many_that_open_one_copy_at_once_begin_one_journal(twin: Path, network: Network) -> None:
    together = Barrier(5)

    def start(_: int) -> bytes:
        together.wait()
        return journal(twin, network)

    with ThreadPoolExecutor(5) as pool:
        journals = set(pool.map(start, range(5)))
    assert len(journals) == 1
    with opened(twin, network) as desk:
        assert [each.cause for each in beginnings(desk, 2)] == ["new", "copied"]


def test_a_copy_that_cannot_be_written_now_is_read_and_begins_before_it_is_written(
    twin: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "BUSY_SECONDS", 0)
    other = sqlite3.connect(twin / "timebank.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(twin, network) as desk:
        old, before = desk.station.journal, heads(desk)
        assert desk.people.find("王志强").number
        assert warnings(desk) == set()
        with pytest.raises(Fault, match="store_busy"):
            volunteer(desk, "新来的")
        other.execute("ROLLBACK")
        other.close()
        volunteer(desk, "新来的")
        assert heads(desk)[old] == before[old]
        assert heads(desk)[desk.station.journal] == 2
        assert beginnings(desk, 2)[-1].cause == "copied"


def test_a_command_that_finds_the_window_in_an_old_journal_takes_it_along(
    home: Path, network: Network
) -> None:
    with at_home(network) as window, network.desk(2) as command:
        old = window.station.journal
        with command.station.intake() as intake:
            command.station.begin_again(intake, "put_back")
        volunteer(window, "新来的")
        assert window.station.journal == command.station.journal != old
        assert heads(window)[window.station.journal] == 2
    assert journal(home, network) != old


# The root's journal


def test_a_copied_hub_begins_a_new_journal_of_the_root_too(
    hub: Desk, network: Network, tmp_path: Path
) -> None:
    hub.policies.adopt("hangzhou")
    (old,) = (hub.station.store.local("root_journal"),)
    head = heads(hub)[old]
    hub.close()
    shutil.copytree(network.home(1), tmp_path / "twin")
    with opened(tmp_path / "twin", network) as desk:
        desk.policies.adopt("gongshu")
        assert heads(desk)[old] == head
        assert [(each.cause, each.after) for each in beginnings(desk, 0)] == [("copied", ((old, head),))]
        desk.policies.adopt("neutral")
        assert len(beginnings(desk, 0)) == 1
        assert warnings(desk) >= {"journal_begun_again"}
    with at_home(network, 1) as desk:
        desk.policies.adopt("neutral")
        assert heads(desk)[old] == head + 1


def test_an_old_store_is_noticed_that_lacks_but_an_entry_of_the_root(
    network: Network, tmp_path: Path
) -> None:
    network.desk(1).close()
    shutil.copyfile(network.home(1) / "timebank.db", tmp_path / "old.db")
    asking = tmp_path / "4.request"
    request(tmp_path / "4", network.surroundings, name="新站", out=asking, passphrase_file=None)
    with at_home(network, 1) as hub:
        enrol(hub.station, asking, out=tmp_path / "4.enrolment")
    put_back(tmp_path / "old.db", network.home(1) / "timebank.db")
    with at_home(network, 1) as hub:
        assert hub.station.store.local("root_journal") is None
        enrol(hub.station, asking, out=tmp_path / "4.again")
        assert [each.cause for each in beginnings(hub, 0)] == ["put_back"]


# With the other stations


def forks(desk: Desk) -> list[str]:
    """The cases of a station that is there twice."""
    return [each.key for each in desk.cases.list() if each.kind == "fork"]


def test_what_both_copies_did_counts_everywhere(
    home: Path, twin: Path, network: Network, hub: Desk, village: Desk
) -> None:
    with at_home(network) as one, opened(twin, network) as other:
        gives, gets = one.people.find("王志强"), one.people.find("陈阿婆")
        serve(one, gives, gets, 60)
        serve(other, other.people.find("王志强"), other.people.find("陈阿婆"), 30)
        desks = [hub, village, one, other]
        share(desks)
        for desk in (one, other):
            assert credit(desk, desk.people.find("王志强")) == 90
        assert len({desk.upkeep.digest() for desk in desks}) == 1
        assert all(desk.upkeep.check().ok for desk in desks)
        assert all(len(forks(desk)) == 1 for desk in desks)


def test_what_an_old_store_lacks_comes_back_by_exchange(
    home: Path, network: Network, hub: Desk, tmp_path: Path
) -> None:
    shutil.copyfile(home / "timebank.db", tmp_path / "old.db")
    with at_home(network) as desk:
        serve(desk, desk.people.find("王志强"), desk.people.find("陈阿婆"), 60)
        gone = desk.exchange.export(tmp_path / "before.tbx").file
    hub.exchange.take([gone])
    put_back(tmp_path / "old.db", home / "timebank.db")
    with at_home(network) as desk:
        assert credit(desk, desk.people.find("王志强")) == 0
        serve(desk, desk.people.find("王志强"), desk.people.find("陈阿婆"), 30)
        (taken,) = desk.exchange.take([hub.exchange.export(tmp_path / "back.tbx", full=True).file])
        assert taken.outcome == "applied"
        assert credit(desk, desk.people.find("王志强")) == 90
        hub.exchange.take([desk.exchange.export(tmp_path / "after.tbx").file])
        assert desk.upkeep.digest() == hub.upkeep.digest()
        assert len(forks(desk)) == 1
        now = desk.station.journal
        volunteer(desk, "新来的")
    assert journal(home, network) == now, "what came back is no second reason"


def test_a_restored_backup_is_where_it_belongs(home: Path, network: Network, tmp_path: Path) -> None:
    with at_home(network) as desk:
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
        volunteer(desk, "后来的")
    station = restore(home, network.surroundings, kept.file)
    again = station.journal
    station.close()
    with at_home(network) as desk:
        assert desk.station.journal == again
        assert [each.cause for each in beginnings(desk, 2)] == ["new", "restored"]
        assert warnings(desk) == set()
