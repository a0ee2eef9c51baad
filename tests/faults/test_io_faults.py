"""The disk says no at every call: full, read-only, failing, forbidden, pulled out, held by another program.

The person gets a sentence in either language, nothing has changed, and the same action succeeds once the disk is
well. ``FAULT_EVERY=1 pytest tests/faults`` fails every single call, where else a spread of them is tried.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from scenes import content, memory_folder, town
from stations import Network, volunteer
from tapped import Tap, tapped

from timebank.desk import network as networks
from timebank.desk.desk import Desk
from timebank.desk.surroundings import Surroundings
from timebank.desk.upkeep import restore
from timebank.outcome import Fault, Refusal
from timebank.phrases import LANGUAGES, phrases

EVERY = int(os.environ.get("FAULT_EVERY", "0"))
TRIED = 4
"""How many of an action's calls are failed where not all are."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the simulated disk is that of a POSIX system")

_CHANGING = {"create", "write", "mkdir", "link", "rename", "unlink"}
_SQLITE_CHANGING = {"sqlite write", "sqlite truncate", "sqlite delete"}
_ALL = {
    *(_CHANGING | _SQLITE_CHANGING | {"open", "read", "stat", "sync", "chmod"}),
    *("sqlite open", "sqlite read", "sqlite sync", "sqlite lock", "sqlite stat"),
}


class Kind(NamedTuple):
    """A way in which a disk says no: to which calls, and whether it goes on saying so."""

    number: int
    calls: set[str]
    lasts: bool
    where: str = ""


KINDS = {
    "full": Kind(errno.ENOSPC, {"create", "write", "mkdir", "link", "sqlite write"}, True),
    "read-only": Kind(errno.EROFS, _CHANGING | {"chmod", "sqlite write"}, True),
    "failing": Kind(errno.EIO, _ALL, False),
    "forbidden": Kind(errno.EACCES, _CHANGING | {"open", "sqlite open"}, False),
    "pulled": Kind(errno.ENODEV, _ALL, True, "stick"),
    "gone": Kind(errno.ENOENT, _ALL, True, "stick"),
    "locked": Kind(errno.EBUSY, {"rename", "unlink", "sqlite lock"}, True),
}


class Failing(Tap):
    """Refuses the n-th of some calls, and perhaps all after it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.kind: Kind | None = None
        self.left = 0
        self.hit = ""

    def arm(self, kind: Kind, number: int) -> None:
        """Fail the call with this number, counted from 1."""
        self.kind, self.left, self.hit = kind, number, ""

    def asked(self, call: str, path: Path) -> None:
        """Refuse it, if it is its turn."""
        kind = self.kind
        if kind is None or call not in kind.calls:
            return
        if kind.where and self.root / kind.where not in path.parents:
            return
        self.left -= 1
        if self.left == 0 or (kind.lasts and self.left < 0):
            self.hit = self.hit or f"{call} {path.relative_to(self.root)}"
            raise OSError(kind.number, os.strerror(kind.number), str(path))


class Place(NamedTuple):
    """Where an action happens: the centre's or another's folder, and a stick."""

    folder: Path
    surroundings: Surroundings

    @property
    def stick(self) -> Path:
        """The stick."""
        return self.folder / "stick"

    def desk(self, number: int) -> Desk:
        """A station's desk."""
        return Desk(self.folder / str(number), self.surroundings)


class Action(NamedTuple):
    """Something that a person does, at which station, and what shows that it is done.

    Of files whose names contain one of ``leaves`` a failure may leave another state: a later try goes on from it.
    """

    station: int
    act: Callable[[Place, Desk], object]
    done: Callable[[Place, Desk], bool]
    opened: bool = True
    """Whether at a desk that is open."""
    leaves: tuple[str, ...] = ()
    opens: bool = False
    """Whether what was done is opened at the end: that may fail by itself."""


def _took(place: Place, desk: Desk) -> bool:
    return desk.people.count() == 5


def _register(place: Place, desk: Desk) -> object:
    return volunteer(desk, "钱志强")


def _keep_aside(place: Place, desk: Desk) -> object:
    path = place.stick / "damaged.tbx"
    (taken,) = desk.exchange.take([path])
    assert taken.outcome == "quarantined"
    return taken


def _is_kept(place: Place, desk: Desk) -> bool:
    (kept,) = desk.exchange.status().quarantined
    return desk.exchange.kept_bytes(kept["id"]).read_bytes() == (place.stick / "damaged.tbx").read_bytes()


def _request(place: Place, desk: Desk) -> object:
    out = place.stick / "9.request"
    return networks.request(place.folder / "9", place.surroundings, name="新", out=out, passphrase_file=None)


def _found(place: Place, desk: Desk) -> object:
    return networks.found(place.folder / "9", place.surroundings, network="网", station="站", policy=None)


def _opens(place: Place, _: Desk) -> bool:
    with place.desk(9) as desk:
        return desk.station.name in ("站", "新")


def _there(name: str) -> Callable[[Place, Desk], bool]:
    return lambda place, _: (place.folder / name).is_file()


def _joined(place: Place, _: Desk) -> bool:
    with place.desk(6) as desk:
        return desk.station.joined and desk.upkeep.check().ok


def _restored(number: int) -> Callable[[Place, Desk], bool]:
    def look(place: Place, _: Desk) -> bool:
        if not (place.folder / str(number)).exists():
            return False
        with suppress(Refusal), place.desk(number) as desk:
            return desk.people.count() == 2 and desk.station.store.value(
                "SELECT count(*) FROM journal WHERE station = 2 AND head > 0"
            ) == 2  # fmt: skip
        return False

    return look


def _restore(number: int) -> Callable[[Place, Desk], object]:
    def act(place: Place, _: Desk) -> None:
        restore(place.folder / str(number), place.surroundings, place.stick / "centre.backup").close()

    return act


ACTIONS = {
    "open": Action(2, lambda place, _: place.desk(2).close(), lambda place, desk: True, opened=False),
    "register": Action(2, _register, lambda place, desk: desk.people.count() == 3),
    "take": Action(2, lambda place, desk: desk.exchange.take([place.stick / "hub.tbx"]), _took),
    "keep aside": Action(2, _keep_aside, _is_kept),
    "roster": Action(
        2,
        lambda place, desk: desk.people.import_roster(place.stick / "volunteers.xlsx", "volunteer"),
        lambda place, desk: desk.people.count() > 10,
    ),
    "export": Action(
        2, lambda place, desk: desk.exchange.export(place.stick / "out.tbx"), _there("stick/out.tbx")
    ),
    "export to a folder": Action(
        2,
        lambda place, desk: desk.exchange.export(place.stick),
        lambda place, desk: any(place.stick.glob("时间银行*.tbx")),
    ),
    "backup": Action(
        2, lambda place, desk: desk.upkeep.backup(place.stick / "out.backup"), _there("stick/out.backup")
    ),
    "ledger": Action(
        2, lambda place, desk: desk.reports.export_beancount(place.stick / "x.bean"), _there("stick/x.bean")
    ),
    "check": Action(2, lambda place, desk: desk.upkeep.check(), lambda place, desk: True),
    "rebuild": Action(2, lambda place, desk: desk.upkeep.rebuild(), lambda place, desk: True),
    "restore": Action(2, _restore(2), _restored(2), opened=False, opens=True),
    "restore anew": Action(9, _restore(9), _restored(9), opened=False, opens=True),
    "found": Action(9, _found, _opens, opened=False),
    "request": Action(9, _request, _opens, opened=False, leaves=("9.request",)),
    "enrol": Action(
        1,
        lambda place, desk: networks.enrol(
            desk.station, place.stick / "7.request", out=place.stick / "7.enrolment"
        ),
        _there("stick/7.enrolment"),
        leaves=("1/timebank.db",),  # the station is certified; its file can be written another time
    ),
    "join": Action(
        6,
        lambda place, _: networks.join(place.folder / "6", place.surroundings, place.stick / "6.enrolment"),
        _joined,
        opened=False,
        leaves=("6/keys/", "6/timebank.db"),
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """A town, a stick with all that people bring, and two new stations: one that asks, one that was enrolled."""
    network = town(tmp_path_factory.mktemp("faults") / "town")
    network.clock.pass_time(minutes=1)
    folder = network.folder
    (folder / "stick").mkdir()
    for number in (6, 7):
        asking = folder / "stick" / f"{number}.request"
        networks.request(
            folder / str(number), network.surroundings, name=f"新站{number}", out=asking, passphrase_file=None
        )
    with network.desk(1) as hub:
        networks.enrol(hub.station, folder / "stick/6.request", out=folder / "stick/6.enrolment")
    for name in ("hub.tbx", "centre.backup"):
        shutil.move(folder / name, folder / "stick" / name)
    data = bytearray((folder / "centre.tbx").read_bytes())
    data[-40] ^= 1
    (folder / "stick/damaged.tbx").write_bytes(data)
    shutil.copy(Path(__file__).parent.parent / "data/volunteers.xlsx", folder / "stick")
    return network


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    """A place for disks."""
    with memory_folder() as folder:
        yield folder


def listing(folder: Path, leaves: tuple[str, ...]) -> dict[str, bytes | str]:
    """Every file and what is in it, a store by what its tables say; without what is swept away some other day."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if any(part in name for part in ("/.", "/inbox/", *leaves)) or name.endswith(
            ("-journal", ".lock", "here.json")
        ):
            continue
        if path.is_file():
            found[name] = content(path) if path.suffix == ".db" else path.read_bytes()
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_disk_that_says_no_is_told_in_a_sentence_and_changes_nothing(
    action: str, kind: str, built: Network, memory: Path
) -> None:
    tap = Failing(memory / "disk")
    counted = _try(ACTIONS[action], tap, KINDS[kind], 10**9, built)
    numbers = range(1, counted + 1)
    if not EVERY and counted > TRIED:
        numbers = range(1, counted + 1, -(-counted // TRIED))
    for number in numbers[:: EVERY or 1]:
        try:
            _try(ACTIONS[action], tap, KINDS[kind], number, built)
        except BaseException as error:
            error.add_note(f"call {number} of {counted}: {tap.hit}")
            raise


def _try(action: Action, tap: Failing, kind: Kind, number: int, built: Network) -> int:
    """Fail one call of an action and look; returns how many calls there were."""
    shutil.rmtree(tap.root, ignore_errors=True)
    place = Place(built.copied_to(tap.root).folder, built.surroundings)
    before = listing(place.folder, action.leaves)
    tap.kind = None
    with tapped(tap), closing(place.desk(action.station if action.opened else 3)) as desk:
        tap.arm(kind, number)
        problem = None
        try:
            action.act(place, desk)
        except (Fault, Refusal) as raised:
            problem = raised
        tap.kind = None
        calls = number - tap.left
        if problem is None:
            assert action.done(place, desk), "it said that it was done"
            return calls
        assert tap.hit
        for language in LANGUAGES:
            sentence = phrases(language).problem(problem)
            assert sentence
            assert "…" not in sentence, sentence
        after = listing(place.folder, action.leaves)
        if kind.lasts and "unlink" in kind.calls:  # what the disk does not let go of
            after = {name: data for name, data in after.items() if name in before}
        if action.opens and action.done(place, desk):
            return calls
        assert after == before, set(after.items()) ^ set(before.items())
        action.act(place, desk)
        assert action.done(place, desk), "as soon as the disk is well"
    return calls
