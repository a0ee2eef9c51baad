"""The power goes at every step of everything that is written, and the disk keeps what it likes of the unsynced.

What was confirmed is there; what was not is there as a whole or not at all; a file under its name is whole.
``FAULT_SEEDS=200 pytest tests/faults`` tears each moment in 200 ways instead of a few.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from disk import Disk, Image, Moment
from scenes import content, memory_folder, sound, town
from stations import Network, elder, serve, volunteer
from tapped import Recorder, tapped

from timebank.desk import network as networks
from timebank.desk.desk import Desk
from timebank.desk.upkeep import restore
from timebank.exchange.file import FORMAT, Manifest, Run, written
from timebank.exchange.sealed import seal
from timebank.journal.entry import read_entry
from timebank.outcome import Refusal
from timebank.store.store import Store

SEEDS = int(os.environ.get("FAULT_SEEDS", "4"))
FEW = -(-SEEDS // 6)
"""Where a look at each disk takes long."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the simulated disk is that of a POSIX system")

BARE = 8
"""A folder with a store and nothing else of a station."""

Look = Callable[[Path, set[str]], None]


@dataclass
class Cuts:
    """A place whose disk loses power, and what was confirmed there before."""

    network: Network
    recorder: Recorder
    scratch: Path
    steps: int = 0
    tried: int = 0
    checked: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """The folder that is on this disk."""
        return self.recorder.root

    def home(self, number: int) -> Path:
        """A station's folder."""
        return self.folder / str(number)

    def begin(self) -> None:
        """All that was done so far is on the disk."""
        self.recorder.disk = Disk(self.folder)

    def done(self, what: str) -> None:
        """The person has been told that this is done."""
        assert self.recorder.disk is not None
        self.recorder.disk.mark(f"done {what}")

    @contextmanager
    def desk(self, number: int) -> Iterator[Desk]:
        """A desk on this disk, as the program opens it."""
        with Desk(self.home(number), self.network.surroundings) as desk:
            yield desk

    def prove(self, station: int, look: Look, *, commits: int | None = None, seeds: int = SEEDS) -> None:
        """Cut the power at every step. The station's store holds what was committed, or all of the next commit."""
        disk = self.recorder.disk
        assert disk is not None
        store = f"{station}/timebank.db"
        legal = [self._content(moment.whole(), store) for moment in self._at_marks()]
        if commits is not None:
            assert len(set(legal)) == commits + 1, "committed in one go"
        seen: set[int] = set()
        self.steps = len(disk.log)
        for step, moment in disk.replay():
            done = {mark.removeprefix("done ") for mark in moment.marks if mark.startswith("done ")}
            for name, image in _images(moment, step, seeds):
                key = hash((image, len(moment.marks)))
                if key in seen:
                    continue
                seen.add(key)
                self.tried += 1
                try:
                    with self._folder(image) as folder:
                        found = content(folder / store)
                        assert found in legal[len(moment.marks) :][:2]
                        if found and station != BARE:
                            self._sound(folder, station, found, image)
                        look(folder, done)
                except BaseException as error:
                    told = disk.log[step - 1] if step else "nothing"
                    error.add_note(f"cut after step {step} of {self.steps} ({str(told)[:80]}), {name}")
                    raise
        print(f"{self.steps} steps, {self.tried} different disks")

    def _at_marks(self) -> Iterator[Moment]:
        marks = -1
        assert self.recorder.disk is not None
        for _, moment in self.recorder.disk.replay():
            if len(moment.marks) > marks:
                marks = len(moment.marks)
                yield moment

    @contextmanager
    def _folder(self, image: Image) -> Iterator[Path]:
        folder = self.scratch / "cut"
        folder.mkdir()
        image.write(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def _content(self, image: Image, store: str) -> str:
        with self._folder(image) as folder:
            return content(folder / store)

    def _sound(self, folder: Path, station: int, found: str, image: Image) -> None:
        """A station opens and its check finds nothing wrong; once for each content of the store."""
        keys = tuple(data for name, data in image.files if name.startswith(f"{station}/keys/"))
        key = f"{found} {hash(keys)}"
        if key not in self.checked:
            self.checked.add(key)
            sound(self.network, folder / str(station))


def _images(moment: Moment, step: int, seeds: int) -> Iterator[tuple[str, Image]]:
    yield "all kept", moment.whole()
    yield "all lost", moment.bare()
    if moment.writes or moment.names:
        for seed in range(seeds):
            yield f"seed {seed}", moment.torn(step * 1_000_003 + seed)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A small town, made once."""
    return town(tmp_path_factory.mktemp("faults") / "town")


@pytest.fixture
def cuts(built: Network) -> Iterator[Cuts]:
    """The town on a disk that will lose power; a stick is in."""
    with memory_folder() as folder:
        network = built.copied_to(folder / "town")
        (network.folder / "stick").mkdir()
        network.clock.pass_time(minutes=1)
        recorder = Recorder(network.folder)
        with tapped(recorder):
            yield Cuts(network, recorder, folder)


def numbers(home: Path) -> set[str]:
    """The members that a store knows."""
    connection = sqlite3.connect(home / "timebank.db")
    try:
        return {number for (number,) in connection.execute("SELECT number FROM member")}
    finally:
        connection.close()


def nothing(folder: Path, done: set[str]) -> None:
    """No more to look at."""


def test_what_was_confirmed_at_the_desk_is_there(cuts: Cuts) -> None:
    with cuts.desk(2) as desk:
        for name in ("钱志强", "孙志强"):
            cuts.done(volunteer(desk, name).number)
        serve(desk, desk.people.find("002-00003"), desk.people.find("002-00002"), 45)
        cuts.done("an hour")

    def look(folder: Path, done: set[str]) -> None:
        assert done - {"an hour"} <= numbers(folder / "2")

    cuts.prove(2, look, commits=3)


@pytest.mark.parametrize("pages", [None, 3], ids=["in memory", "more than memory holds"])
def test_a_file_is_taken_in_as_a_whole_or_not_at_all(cuts: Cuts, pages: int | None) -> None:
    with cuts.desk(2) as desk:
        if pages is not None:
            desk.station.store.connection.execute(f"PRAGMA cache_size = {pages}")
        (taken,) = desk.exchange.take([cuts.folder / "hub.tbx"])
        assert (taken.outcome, taken.new_entries) == ("applied", 3)
        cuts.done("taken")

    def look(folder: Path, done: set[str]) -> None:
        here = numbers(folder / "2") & {"001-00001", "001-00002", "001-00003"}
        assert len(here) in ((3,) if done else (0, 3))

    cuts.prove(2, look, commits=1)


@pytest.mark.parametrize("kept", ["quarantine", "parked"])
def test_a_file_that_was_kept_aside_is_still_there(cuts: Cuts, kept: str) -> None:
    path = cuts.folder / "centre.tbx"
    if kept == "quarantine":
        data = bytearray(path.read_bytes())
        data[-40] ^= 1
        path.write_bytes(data)
    else:
        path = _file_with_a_gap(cuts)
    data = path.read_bytes()
    cuts.begin()
    with cuts.desk(3) as desk:
        (taken,) = desk.exchange.take([path])
        assert taken.outcome == {"quarantine": "quarantined", "parked": "parked"}[kept]
        cuts.done(taken.code or taken.outcome)

    def look(folder: Path, done: set[str]) -> None:
        files = list((folder / "3" / kept).glob("*.tbx"))
        assert {file.read_bytes() for file in files} <= {data}, "whole, where it is at all"
        if done:
            with Desk(folder / "3", cuts.network.surroundings) as desk:
                status = desk.exchange.status()
                (line,) = status.parked if kept == "parked" else status.quarantined
                assert {line["code"]} == done
                assert desk.exchange.kept_bytes(line["id"]).read_bytes() == data

    cuts.prove(3, look)


def _file_with_a_gap(cuts: Cuts) -> Path:
    """A file of the centre for the village that lacks what an earlier one brought, which was lost."""
    path = cuts.folder / "gap.tbx"
    with cuts.desk(2) as centre, cuts.desk(3) as village:
        maker = centre.station
        rows = maker.store.rows(
            "SELECT e.seq, e.bytes FROM entry e JOIN journal j ON j.id = e.journal WHERE j.ref = ? ORDER BY e.seq",
            (maker.journal,),
        )
        seq, data = rows[-1]
        run = Run(maker.journal, maker.number, seq, seq, read_entry(data).hash, 1, len(data), 0)
        manifest = Manifest(FORMAT, maker.network, maker.number, maker.journal, 0, bytes(16), (), (run,))
        seal(path, [village.station.keys.recipient], written(maker.signer, manifest, [(data, None)]))
    return path


def test_a_file_for_others_is_whole_under_its_name(cuts: Cuts) -> None:
    out = cuts.folder / "stick" / "centre.tbx"
    with cuts.desk(2) as desk:
        made = desk.exchange.export(out)
        data = made.file.read_bytes()
        cuts.done("exported")

    def look(folder: Path, done: set[str]) -> None:
        path = folder / "stick" / "centre.tbx"
        assert path.exists() or not done
        assert not path.exists() or path.read_bytes() == data

    cuts.prove(2, look, commits=1)


def test_an_export_never_lands_on_an_earlier_one(cuts: Cuts) -> None:
    out = cuts.folder / "stick" / "centre.tbx"
    out.write_bytes(b"an earlier file")
    cuts.begin()
    with cuts.desk(2) as desk:
        desk.exchange.export(out)

    def look(folder: Path, done: set[str]) -> None:
        assert (folder / "stick" / "centre.tbx").read_bytes() == b"an earlier file"

    cuts.prove(2, look)


def test_a_backup_is_whole_under_its_name(cuts: Cuts) -> None:
    out = cuts.folder / "stick" / "centre.backup"
    with cuts.desk(2) as desk:
        desk.upkeep.backup(out)
        data = out.read_bytes()
        cuts.done("backed up")

    def look(folder: Path, done: set[str]) -> None:
        path = folder / "stick" / "centre.backup"
        assert path.exists() or not done
        assert not path.exists() or path.read_bytes() == data

    cuts.prove(2, look, commits=1)


@pytest.mark.parametrize("pages", [None, 3], ids=["in memory", "more than memory holds"])
def test_folding_anew_changes_all_or_nothing(cuts: Cuts, pages: int | None) -> None:
    with cuts.desk(2) as desk:
        if pages is not None:
            desk.station.store.connection.execute(f"PRAGMA cache_size = {pages}")
        desk.upkeep.rebuild()
        cuts.done("rebuilt")
    cuts.prove(2, nothing, seeds=FEW if pages else SEEDS)


def test_a_new_store_is_begun_as_a_whole(cuts: Cuts) -> None:
    cuts.home(BARE).mkdir()
    cuts.begin()
    store = Store(cuts.home(BARE) / "timebank.db")
    store.set_local("name", "新站")
    cuts.done("begun")
    store.close()

    def look(folder: Path, done: set[str]) -> None:
        store = Store(folder / str(BARE) / "timebank.db")  # an unfinished one is finished now
        assert store.local("name") == "新站" or not done
        store.close()

    cuts.prove(BARE, look)


def test_a_store_that_does_not_wait_for_the_disk_would_be_caught(cuts: Cuts) -> None:
    with cuts.desk(2) as desk:
        desk.station.store.connection.execute("PRAGMA synchronous = OFF")
        volunteer(desk, "钱志强")
        cuts.done("002-00003")
    with pytest.raises((AssertionError, sqlite3.DatabaseError)):
        cuts.prove(2, nothing)


def test_a_restore_leaves_the_old_or_the_new_with_its_keys(cuts: Cuts) -> None:
    with cuts.desk(2) as desk:
        volunteer(desk, "钱志强")  # since the backup
    cuts.begin()
    before = content(cuts.home(2) / "timebank.db")
    restore(cuts.home(2), cuts.network.surroundings, cuts.folder / "centre.backup").close()
    cuts.done("restored")
    after = content(cuts.home(2) / "timebank.db")

    def look(folder: Path, done: set[str]) -> None:
        found = content(folder / "2" / "timebank.db")
        assert found in ((after,) if done else (before, after))
        if found == after:
            (aside,) = (folder / "2").glob("timebank-before-restore-*.db")
            assert content(aside) == before

    cuts.prove(2, look)


def test_a_restore_of_another_station_never_mixes_its_keys_with_the_old_store(cuts: Cuts) -> None:
    with cuts.desk(1) as hub:
        hub.upkeep.backup(cuts.folder / "hub.backup")
    cuts.begin()
    names = {1: "街道中心", 2: "翠苑社区"}
    keys = {names[number]: (cuts.home(number) / "keys/station.keys").read_bytes() for number in names}
    restore(cuts.home(2), cuts.network.surroundings, cuts.folder / "hub.backup").close()
    cuts.done("restored")

    def look(folder: Path, done: set[str]) -> None:
        with Desk(folder / "2", cuts.network.surroundings) as desk:
            name = desk.standing().name
        assert name == names[1] or not done
        assert (folder / "2/keys/station.keys").read_bytes() == keys[name]
        if name == names[1]:
            (aside,) = (folder / "2").glob("before-restore-*/keys/station.keys")
            assert aside.read_bytes() == keys[names[2]]

    cuts.prove(2, look)


def test_a_restore_into_a_new_folder_can_be_done_again(cuts: Cuts) -> None:
    home = cuts.folder / "9"
    restore(home, cuts.network.surroundings, cuts.folder / "centre.backup").close()
    cuts.done("restored")
    after = content(home / "timebank.db")

    def look(folder: Path, done: set[str]) -> None:
        if not done and content(folder / "9" / "timebank.db") != after:
            restore(folder / "9", cuts.network.surroundings, folder / "centre.backup").close()
        assert numbers(folder / "9") == {"002-00001", "002-00002"}

    cuts.prove(9, look)


def test_a_founding_is_there_or_can_be_done_again(cuts: Cuts) -> None:
    def found(folder: Path) -> None:
        networks.found(folder / "9", cuts.network.surroundings, network="网", station="站", policy=None)

    found(cuts.folder)
    cuts.done("founded")

    def look(folder: Path, done: set[str]) -> None:
        if not done:
            with suppress(Refusal):  # there already, all but its last move
                found(folder)
        sound(cuts.network, folder / "9")

    cuts.prove(9, look, seeds=FEW)


def test_asking_enrolling_and_joining_last_or_can_be_done_again(cuts: Cuts) -> None:
    around = cuts.network.surroundings

    def ask(folder: Path) -> None:
        networks.request(
            folder / "9", around, name="新站", out=folder / "stick" / "9.request", passphrase_file=None
        )

    ask(cuts.folder)
    cuts.done("asked")

    def asked(folder: Path, done: set[str]) -> None:
        if not done:
            with suppress(Refusal):  # a station is there already, which asked
                ask(folder)
        with Desk(folder / "9", around) as desk:
            desk.standing()
        networks.read_request(folder / "stick" / "9.request")

    cuts.prove(9, asked, seeds=FEW)
    cuts.begin()
    with cuts.desk(1) as hub:
        networks.enrol(
            hub.station, cuts.folder / "stick" / "9.request", out=cuts.folder / "stick" / "9.enrolment"
        )
        cuts.done("enrolled")

    def enrolled(folder: Path, done: set[str]) -> None:
        path = folder / "stick" / "9.enrolment"
        assert path.exists() or not done
        if not done:
            with Desk(folder / "1", around) as hub:
                networks.enrol(hub.station, folder / "stick" / "9.request", out=path)
                assert len(hub.stations()) == 4

    cuts.prove(1, enrolled, seeds=FEW)
    cuts.begin()
    networks.join(cuts.folder / "9", around, cuts.folder / "stick" / "9.enrolment")
    cuts.done("joined")

    def joined(folder: Path, done: set[str]) -> None:
        if not done:
            with suppress(Refusal):  # joined already
                networks.join(folder / "9", around, folder / "stick" / "9.enrolment")
        with Desk(folder / "9", around) as desk:
            assert desk.standing().network == "西湖时间银行"
            volunteer(desk)
            elder(desk)

    cuts.prove(9, joined, seeds=FEW)
