"""A shared folder: what others lack appears in it, what arrives is taken in, and then there is quiet."""

from __future__ import annotations

import json
import os
import random as chance
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from stations import Network, elder, found_network, serve, volunteer

from timebank.cli.answers import Screen
from timebank.cli.main import run
from timebank.desk import sticks, wire, wire_turn
from timebank.desk.desk import Desk
from timebank.desk.network import enrol, join, request, revoke
from timebank.desk.upkeep import restore
from timebank.desk.wire_turn import PATIENT_TURNS, SETTLE_SECONDS, Turn
from timebank.exchange import outgoing
from timebank.exchange.sealed import looks_whole
from timebank.files import write_bytes_whole
from timebank.outcome import Cancelled, Fault, Refusal
from timebank.store.digest import state_digest


@dataclass
class Room:
    """Stations around one folder, and the seconds that pass between their looks."""

    network: Network
    folder: Path
    seconds: float = 1000.0
    desks: dict[int, Desk] = field(default_factory=dict)

    def __getitem__(self, number: int) -> Desk:
        if number not in self.desks:
            desk = self.desks[number] = self.network.desk(number)
            desk.wire.ticks = lambda: self.seconds
            if not desk.wire.standing().on:
                desk.wire.watch(str(self.folder))
        return self.desks[number]

    def turn(self, number: int) -> Turn:
        """A station looks, some time after the last look."""
        self.seconds += SETTLE_SECONDS + 1
        return self[number].wire.turn()

    def until_quiet(self, *numbers: int, within: int = 12) -> list[Turn]:
        """Let the stations look in turn until none has anything to do; every turn that did something."""
        did = []
        for _ in range(within):
            turns = [self.turn(number) for number in numbers]
            did += [turn for turn in turns if turn.outcome != "quiet"]
            if all(turn.outcome == "quiet" and not turn.removed for turn in turns):
                return did
        raise AssertionError("the stations never come to rest")

    def files(self) -> list[str]:
        """What lies in the folder."""
        return sorted(each.name for each in self.folder.iterdir())

    def digests(self) -> set[str]:
        """The state of the stations that are open."""
        return {state_digest(desk.station.store) for desk in self.desks.values()}

    def restart(self, number: int) -> Desk:
        """Close a station's desk and open it again."""
        self.desks.pop(number).close()
        return self[number]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return found_network(tmp_path_factory.mktemp("network") / "stations")


@pytest.fixture
def room(founded: Network, tmp_path: Path) -> Iterator[Room]:
    folder = tmp_path / "shared"
    folder.mkdir()
    made = Room(founded.copied_to(tmp_path / "stations"), folder)
    yield made
    for desk in made.desks.values():
        desk.close()


@pytest.fixture
def news(room: Room, tmp_path: Path) -> Path:
    """A whole file with news of station 2, that lies elsewhere."""
    volunteer(room[2])
    return room[2].exchange.export(tmp_path / "news.tbx").file


def people(desk: Desk) -> int:
    return desk.people.count()


# Coming and going


def test_what_one_desk_writes_arrives_at_the_others_by_itself(room: Room) -> None:
    room.until_quiet(1, 2, 3)
    someone, other = volunteer(room[2]), elder(room[2])
    serve(room[2], someone, other)
    assert room.turn(2).outcome == "went"
    assert room.turn(1).outcome == "waiting"
    assert room.turn(1).outcome == "came"
    room.until_quiet(1, 2, 3)
    assert len(room.digests()) == 1


def test_an_import_that_brings_all_there_is_lays_no_file_down(room: Room) -> None:
    room.until_quiet(1, 2, 3)
    volunteer(room[2])
    room.turn(2)
    lying = room.files()
    did = room.until_quiet(1, 3)
    assert {turn.outcome for turn in did} == {"waiting", "came"}
    assert room.files() == lying


def test_nothing_goes_where_everybody_has_everything(room: Room) -> None:
    room.until_quiet(1, 2, 3)
    before = {name: (room.folder / name).read_bytes() for name in room.files()}
    for number in (1, 2, 3):
        room.restart(number)
    assert room.until_quiet(1, 2, 3) == []
    assert {name: (room.folder / name).read_bytes() for name in room.files()} == before


@pytest.mark.parametrize("small", [outgoing.SMALL, 0], ids=["whole", "in parts"])
@pytest.mark.parametrize("seed", range(4))
def test_stations_on_one_folder_agree_and_come_to_rest(
    room: Room, monkeypatch: pytest.MonkeyPatch, seed: int, small: int
) -> None:
    monkeypatch.setattr(outgoing, "SMALL", small)
    monkeypatch.setattr(outgoing, "OVERLAP", 2)
    monkeypatch.setattr(wire_turn, "SAY_WHAT_CAME", small or 4)
    dice = chance.Random(seed)
    for _ in range(16):
        number = dice.choice((1, 2, 3))
        if dice.random() < 0.5:
            volunteer(room[number], f"王{dice.randrange(10**6)}")
        else:
            room.turn(number)
    room.until_quiet(1, 2, 3)
    assert len(room.digests()) == 1
    assert len(room.files()) <= 3, "one file of each station"
    lying = room.files()
    for _ in range(3):
        assert room.until_quiet(1, 2, 3) == []
    assert room.files() == lying


def test_a_station_keeps_one_file_and_takes_away_only_its_own(room: Room, news: Path) -> None:
    room.until_quiet(1, 2, 3)
    by_hand = room[2].exchange.export(room.folder).file
    foreign = room.folder / "notes.tbx"
    foreign.write_bytes(b"shopping list")
    for n in range(4):
        volunteer(room[2], f"王{n}")
        made = room.turn(2).exported
        assert made is not None
        own = [name for name in room.files() if "_002_" in name]
        assert own == [made.file.name]
    assert by_hand.exists()
    assert foreign.read_bytes() == b"shopping list"


def test_a_lost_file_is_laid_down_again_and_a_new_date_is_no_new_file(room: Room) -> None:
    volunteer(room[2])
    made = room.turn(2).exported
    assert made is not None
    os.utime(made.file, (1, 1))
    assert room.turn(2).outcome == "quiet"
    made.file.unlink()
    assert room.turn(2).outcome == "went"
    room.until_quiet(1, 2, 3)
    assert len(room.digests()) == 1


def test_a_file_of_our_own_that_was_spoilt_is_laid_down_again(room: Room) -> None:
    volunteer(room[2])
    made = room.turn(2).exported
    assert made is not None
    data = bytearray(made.file.read_bytes())
    data[len(data) // 2] ^= 1
    made.file.write_bytes(data)
    os.utime(made.file, (1, 1))
    assert room.turn(2).removed == 1
    room.until_quiet(1, 2, 3)
    assert len(room.digests()) == 1
    assert not made.file.exists()


def test_a_station_that_joins_later_gets_everything_from_the_folder(room: Room, tmp_path: Path) -> None:
    volunteer(room[2])
    room.until_quiet(1, 2)
    around = room.network.surroundings
    asking, answer = tmp_path / "asking", tmp_path / "answer"
    request(room.network.home(4), around, name="半山村", out=asking, passphrase_file=None)
    enrol(room[1].station, asking, out=answer)
    join(room.network.home(4), around, answer)
    room.until_quiet(1, 2, 3, 4)
    assert len(room.digests()) == 1
    assert people(room[4]) == 1


def test_a_restored_station_finds_in_the_folder_what_its_backup_lacks(room: Room, tmp_path: Path) -> None:
    backup = room[2].upkeep.backup(tmp_path / "backup.tbk").file
    volunteer(room[2])
    room.turn(2)
    room.desks.pop(2).close()
    restore(room.network.home(2), room.network.surroundings, backup).close()
    assert people(room[2]) == 0
    room.until_quiet(2)
    assert people(room[2]) == 1
    room.until_quiet(1, 2, 3)
    assert len(room.digests()) == 1


def test_a_station_that_only_listens_says_from_time_to_time_what_it_has(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.until_quiet(1, 2, 3)
    monkeypatch.setattr(wire_turn, "SAY_WHAT_CAME", 10)
    room.until_quiet(1, 2, 3)
    for n in range(12):
        volunteer(room[2], f"王{n}")
    did = room.until_quiet(2, 3)
    assert sum(turn.exported is not None for turn in did) == 2, "the news, and one word that they came"
    assert room[2].exchange.lacking()[3] == 0
    assert room.until_quiet(2, 3) == []


def test_the_file_of_a_withdrawn_station_counts_for_nothing(room: Room) -> None:
    volunteer(room[2])
    room.turn(2)
    room.until_quiet(1)
    room.desks.pop(2).close()
    revoke(room[1].station, "翠苑社区", reason="遗失")
    room.until_quiet(1)
    for name in room.files():
        if "_002_" in name:
            (room.folder / name).unlink()
    assert room.until_quiet(1) == [], "its entries were laid down by another"
    room.until_quiet(1, 3)
    assert len(room.digests()) == 1


def test_two_computers_on_one_copied_folder_agree_with_the_others_and_come_to_rest(
    room: Room, tmp_path: Path
) -> None:
    room.until_quiet(1, 2, 3)
    room.desks.pop(2).close()
    twin = Room(room.network.copied_to(tmp_path / "twin", seed=7), room.folder, desks={})
    volunteer(room[2], "王一")
    volunteer(twin[2], "王二")
    volunteer(twin[2], "王三")
    try:
        for _ in range(20):
            twin.seconds = room.seconds
            turns = [room.turn(1), room.turn(2), twin.turn(2), room.turn(3)]
            if all(turn.outcome == "quiet" for turn in turns):
                break
        else:
            raise AssertionError("the stations never come to rest")
        assert len(room.digests() | twin.digests()) == 1
        assert people(room[1]) == people(twin[2]) == 3
    finally:
        for desk in twin.desks.values():
            desk.close()


# Never half a file


def test_a_file_that_grows_is_not_read_before_it_is_whole(room: Room, news: Path) -> None:
    room.until_quiet(1)
    data, growing = news.read_bytes(), room.folder / "from-phone.tbx"
    for part in range(1, 8):
        growing.write_bytes(data[: len(data) * part // 8])
        assert room.turn(1).outcome == "waiting"
    growing.write_bytes(data)
    assert room.turn(1).outcome == "waiting"
    assert [taken.outcome for taken in room.turn(1).taken] == ["applied"]
    assert room[1].exchange.status().quarantined == []


def test_two_looks_at_once_are_one_look(room: Room, news: Path) -> None:
    room.until_quiet(1)
    write_bytes_whole(room.folder / "a.tbx", news.read_bytes())
    for _ in range(5):
        assert room[1].wire.turn().outcome == "waiting"
    assert [taken.outcome for taken in room.turn(1).taken] == ["applied"]


@pytest.mark.parametrize(
    "name",
    [
        ".syncthing.news.tbx.tmp",
        "~syncthing~news.tbx.tmp",
        ".news.tbx",
        "~$news.tbx",
        "news.tbx.part",
        "news.tbx.crdownload",
        "news.tbx.tmp",
        ".a1b2c3.part",
    ],
)
def test_what_another_program_is_writing_is_never_read(room: Room, news: Path, name: str) -> None:
    room.until_quiet(1)
    (room.folder / name).write_bytes(news.read_bytes())
    assert room.until_quiet(1) == []


def test_a_stalled_copy_waits_and_is_taken_once_when_it_is_whole(room: Room, news: Path) -> None:
    room.until_quiet(1)
    data, copy = news.read_bytes(), room.folder / "copy.tbx"
    copy.write_bytes(data[: len(data) // 2])
    for _ in range(5):
        assert room.turn(1).outcome == "waiting"
    copy.write_bytes(data)
    came = [turn for turn in room.until_quiet(1) if turn.taken]
    assert [(taken.file.name, taken.outcome) for turn in came for taken in turn.taken] == [
        ("copy.tbx", "applied")
    ]
    assert room[1].exchange.status().quarantined == []


def test_a_place_reserved_but_not_yet_filled_is_not_read(room: Room, news: Path) -> None:
    room.until_quiet(1)
    data, copy = news.read_bytes(), room.folder / "copy.tbx"
    for filled in (0, 10, 30, len(data) // 2, len(data) - 16):
        copy.write_bytes(data[:filled] + bytes(len(data) - filled))
        os.utime(copy, (5, 5))  # a program that keeps the date from the beginning
        assert room.turn(1).outcome == "waiting"
    copy.write_bytes(data)
    os.utime(copy, (5, 5))
    assert [taken.outcome for taken in room.turn(1).taken] == ["applied"]


def test_a_copy_that_stays_torn_is_said_in_the_end_and_mended_later(room: Room, news: Path) -> None:
    room.until_quiet(1)
    data, copy = news.read_bytes(), room.folder / "copy.tbx"
    copy.write_bytes(data[:1500])
    turns = [room.turn(1) for _ in range(PATIENT_TURNS + 1)]
    assert {turn.outcome for turn in turns[:-1]} == {"waiting"}
    (taken,) = turns[-1].taken
    assert (turns[-1].outcome, taken.code) == ("aside", "truncated")
    assert room.until_quiet(1) == [], "said once"
    copy.write_bytes(data)
    assert [turn.entries > 0 for turn in room.until_quiet(1) if turn.taken] == [True]


@pytest.mark.parametrize("size", [0, 1, 21, 38])
def test_a_few_bytes_are_no_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"age-encryption.org/v1\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[:size])
    assert not looks_whole(path)


def test_files_of_others_lie_there_and_are_not_kept_aside(room: Room, news: Path, tmp_path: Path) -> None:
    room.until_quiet(1, 2, 3)
    lines = [line for line in room[1].stations() if line.station == 2]
    only_for_two = room[1].exchange.export(room.folder / "two.tbx", lines).file
    (room.folder / "photo.tbx").write_bytes(b"\xff\xd8\xff" * 1000)
    strange = found_network(tmp_path / "strange", seed=9)
    with strange.desk(1) as desk:
        desk.exchange.export(room.folder / "strange.tbx")
    for _ in range(PATIENT_TURNS + 2):
        turn = room.turn(3)
    assert turn.outcome == "quiet"
    status = room[3].exchange.status()
    assert (status.parked, status.quarantined) == ([], [])
    assert only_for_two.exists()


# What stands in the way


@contextmanager
def unchanged(room: Room, number: int) -> Iterator[None]:
    before = state_digest(room[number].station.store), room.files() if room.folder.exists() else None
    yield
    after = state_digest(room[number].station.store), room.files() if room.folder.exists() else None
    assert after == before


def test_a_missing_folder_is_said_and_tried_again(room: Room) -> None:
    volunteer(room[2])
    away = room.folder.rename(room.folder.with_name("away"))
    with unchanged(room, 2):
        turn = room.turn(2)
    assert turn.outcome == "wire_folder_missing"
    assert room[2].wire.standing().problem is not None
    away.rename(room.folder)
    assert room.turn(2).outcome == "went"
    assert room[2].wire.standing().problem is None


def test_a_share_that_is_not_mounted_is_no_empty_folder(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    share = str(room.folder.resolve())
    monkeypatch.setattr(Path, "is_mount", lambda path: str(path) in (share, "/"))
    monkeypatch.setattr(os.path, "ismount", lambda path: path == share)
    volunteer(room[2])
    assert room.turn(2).outcome == "went"
    volunteer(room[2])
    monkeypatch.setattr(os.path, "ismount", lambda _path: False)
    with unchanged(room, 2):
        assert room.turn(2).outcome == "wire_not_connected"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the account may write anywhere")
def test_a_folder_that_may_only_be_read_is_read(room: Room) -> None:
    volunteer(room[2])
    room.turn(2)
    volunteer(room[1])
    room.folder.chmod(0o500)
    try:
        room.turn(1)
        turn = room.turn(1)
        assert len(turn.taken) == 1
        assert turn.outcome == "folder_not_writable"
    finally:
        room.folder.chmod(0o700)
    assert room.turn(1).outcome == "went"


def test_a_full_disk_leaves_nothing_and_is_tried_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    volunteer(room[2])

    def full(*_: object, **__: object) -> None:
        raise Fault("disk_full", file="x", folder=str(room.folder))

    with monkeypatch.context() as patch, unchanged(room, 2):
        patch.setattr(room[2].exchange, "export", full)
        assert room.turn(2).outcome == "disk_full"
    assert room.turn(2).outcome == "went"


def test_one_file_that_cannot_be_read_does_not_keep_the_others_out(room: Room, news: Path) -> None:
    room.until_quiet(1)
    (room.folder / "a.tbx").write_bytes(news.read_bytes())
    (room.folder / "b.tbx").write_bytes(news.read_bytes())
    take = room[1].exchange.take

    def stubborn(paths: list[Path], **more: object) -> object:
        if paths[0].name == "a.tbx":
            raise Fault("file_unreadable", file="a.tbx", folder="", reason="busy")
        return take(paths, **more)  # type: ignore[arg-type]

    room[1].exchange.take = stubborn  # type: ignore[method-assign,assignment]
    room.turn(1)
    turn = room.turn(1)
    assert (turn.outcome, turn.entries > 0) == ("file_unreadable", True)
    room[1].exchange.take = take  # type: ignore[method-assign]
    assert room.until_quiet(1) == [], "tried again, and found to be known"


def test_too_many_files_are_not_read_at_all(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timebank.exchange.folder.MOST_FILES", 3)
    for n in range(4):
        (room.folder / f"{n}.tbx").write_bytes(b"x")
    with unchanged(room, 1):
        assert room.turn(1).outcome == "wire_crowded"


def test_stopping_half_way_keeps_what_was_taken(room: Room, news: Path) -> None:
    room.until_quiet(1)
    (room.folder / "a.tbx").write_bytes(news.read_bytes())
    room.turn(1)
    room.seconds += SETTLE_SECONDS
    before = state_digest(room[1].station.store)
    with pytest.raises(Cancelled):
        room[1].wire.turn(cancelled=lambda: True)
    assert state_digest(room[1].station.store) == before
    assert [taken.outcome for taken in room.turn(1).taken] == ["applied"]


# Switching on and off


def test_switched_off_nothing_comes_or_goes_and_what_lies_there_stays(room: Room) -> None:
    volunteer(room[2])
    room.turn(2)
    room[2].wire.off()
    volunteer(room[2])
    with unchanged(room, 2), pytest.raises(Refusal) as caught:
        room[2].wire.turn()
    assert caught.value.code == "wire_off"
    assert not room[2].wire.standing().on
    room[2].wire.watch(str(room.folder))
    assert room.turn(2).outcome == "went"


def test_the_stations_own_folder_cannot_be_shared(room: Room) -> None:
    inside = room[1].station.home / "quarantine"
    inside.mkdir(exist_ok=True)
    for folder in (room[1].station.home, inside):
        with pytest.raises(Refusal) as caught:
            room[1].wire.watch(str(folder))
        assert caught.value.code == "wire_in_home"
    assert room[1].wire.standing().folder == str(room.folder.resolve())


@pytest.mark.parametrize("place", ["/nowhere/at/all", "nowhere/here", " "])
def test_a_folder_that_is_not_there_cannot_be_chosen(room: Room, place: str) -> None:
    with pytest.raises(Fault) as caught:
        room[1].wire.watch(place)
    assert caught.value.code == "wire_folder_missing"


def test_what_last_came_and_went_is_remembered(room: Room) -> None:
    assert room[1].wire.standing()[2:] == ("", "", {}, None, None)
    volunteer(room[2])
    room.turn(2)
    went = room[2].wire.standing().went
    assert went is not None
    assert went.file in room.files()
    room.until_quiet(1)
    came = room.restart(1).wire.standing().came
    assert came is not None
    assert [each["outcome"] for each in came.files] == ["applied"]
    assert came.entries > 0


def test_an_auditor_reads_what_comes_and_lays_nothing_down(room: Room) -> None:
    volunteer(room[2])
    room.turn(2)
    volunteer(room[1])
    room[1].station.reads_only = True
    room.turn(1)
    turn = room.turn(1)
    assert (turn.outcome, turn.exported) == ("came", None)
    for switching in (room[1].wire.off, lambda: room[1].wire.watch(str(room.folder))):
        with pytest.raises(Refusal, match="auditor_reads_only"):
            switching()


# Sticks


def test_a_stick_is_watched_by_its_label_wherever_it_is(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged = [room.folder.with_name("d")]
    plugged[0].mkdir()
    monkeypatch.setattr(wire, "find_stick", lambda label: plugged[0] if plugged and label == "AIGO" else None)
    with pytest.raises(Fault) as caught:
        room[2].wire.watch("KINGSTON")
    assert caught.value.code == "wire_place_unknown"
    room[2].wire.watch("AIGO")
    plugged.clear()
    volunteer(room[2])
    assert room.turn(2).outcome == "wire_stick_missing"
    for name in ("e", "f"):
        place = room.folder.with_name(name)
        place.mkdir()
        plugged[:] = [place]
        assert room.turn(2).outcome == "went"
        assert len(list(place.iterdir())) == 1


def test_a_label_is_found_in_the_table_of_mounts(tmp_path: Path) -> None:
    mounts, labels = tmp_path / "mounts", tmp_path / "by-label"
    labels.mkdir()
    disk = tmp_path / "sdb1"
    disk.touch()
    (labels / "\\xe6\\x97\\xb6\\x20A").symlink_to(disk)
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\n{disk} /mnt/one\\040two vfat rw 0 0\n/dev/sdc1 /media/zhou/AIGO vfat rw 0 0\n"
    )
    find = sticks._mounted
    assert find("时 A", mounts, labels) == Path("/mnt/one two")
    assert find("AIGO", mounts, labels) == Path("/media/zhou/AIGO")
    assert find("AIGO", mounts, tmp_path / "none") == Path("/media/zhou/AIGO")
    assert find("KINGSTON", mounts, labels) is None
    assert find("AIGO", tmp_path / "none", labels) is None


# From a shell


@dataclass
class Shell:
    """The command line at a station."""

    network: Network
    out: pytest.CaptureFixture[str]

    def __call__(self, number: int, *arguments: str, code: int = 0) -> dict[str, Any]:
        screen = cast(Screen, None)  # nothing is printed on paper here
        options = ["--home", str(self.network.home(number)), "--lang", "en", "--json"]
        assert run([*options, "sync", *arguments], screen) == code
        said = self.out.readouterr().out
        assert said.count("\n") == 1, "exactly one object"
        data: dict[str, Any] = json.loads(said)
        return data


@pytest.fixture
def shell(room: Room, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setattr(wire_turn, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr("timebank.cli.exchange.SETTLE_SECONDS", 0.0)
    monkeypatch.setenv("TIMEBANK_NOW", "2026-11-22T09:00")
    return Shell(room.network, capsys)


def test_one_look_from_a_shell_takes_in_and_lays_down(room: Room, shell: Shell) -> None:
    for number in (1, 2, 3, 1, 2):
        shell(number, "watch", str(room.folder), "--once")
    with room.network.desk(2) as desk:
        volunteer(desk)
    sent = shell(2, "watch", "--once")
    (made,) = sent["exported"]
    assert (sent["outcome"], Path(made["file"]).name in room.files()) == ("went", True)
    got = shell(1, "watch", "--once")
    assert [each["outcome"] for each in got["imported"]] == ["applied"]
    assert (got["outcome"], got["exported"], got["waiting"]) == ("came", [], 0)
    assert shell(1, "watch", "--once")["outcome"] == "quiet"


def test_the_status_says_what_is_watched(room: Room, shell: Shell) -> None:
    watch = shell(2, "status")["watch"]
    assert (watch["folder"], watch["on"], watch["last_turn"], watch["last_outcome"]) == (
        "",
        False,
        None,
        None,
    )
    shell(2, "watch", str(room.folder), "--once")
    watch = shell(2, "status")["watch"]
    assert (watch["folder"], watch["on"]) == (str(room.folder.resolve()), True)
    assert (watch["last_turn"], watch["last_outcome"]) == ("2026-11-22T09:00:00", "went")
    assert shell(2, "watch", "--off")["watch"]["on"] is False
    assert shell(2, "watch", "--once", code=1)["error"]["code"] == "wire_off"


def test_a_folder_that_is_away_fails_with_a_sentence(room: Room, shell: Shell) -> None:
    shell(2, "watch", str(room.folder), "--once")
    room.folder.rename(room.folder.with_name("away"))
    error = shell(2, "watch", "--once", code=1)["error"]
    assert error["code"] == "wire_folder_missing"
    assert str(room.folder) in error["message"]
    assert shell(2, "status")["watch"]["last_outcome"] == "wire_folder_missing"


def test_watching_goes_on_until_it_is_ended(
    room: Room, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            with room.network.desk(2) as desk:
                volunteer(desk, "王二")
        if len(pauses) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("timebank.cli.exchange.time.sleep", pause)
    told = shell(2, "watch", str(room.folder), "--every", "7")
    assert pauses == [7, 7, 7, 7]
    assert len(told["exported"]) == 2
