"""One turn at a shared folder: what is new and finished is taken in, what others lack is laid down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.exchange.folder import Lying, Offer, files_in, named_by, offer, opened, shared_name
from timebank.exchange.incoming import Taken
from timebank.exchange.known import own_heads
from timebank.exchange.outgoing import Exported
from timebank.exchange.party import Asked, Progress
from timebank.exchange.sealed import looks_whole
from timebank.exchange.verify import Unfit
from timebank.files import reading
from timebank.outcome import Cancelled, Fault, Problem

SETTLE_SECONDS = 3.0
"""A file is read once it has stood unchanged for so long between two turns."""

PATIENT_TURNS = 20
"""So often a file that looks cut is looked at again; then it is taken as it is, and says what is wrong."""

SAY_WHAT_CAME = 2_000
"""After so many entries taken in, a station with no news of its own says what it has: others may send less."""

_NOT_OURS = ("not_an_export", "not_for_us", "other_network")
"""What else may lie in a shared folder: nothing of it is kept aside, it stays where it is."""

OUTCOMES = ("quiet", "waiting", "came", "went", "both", "aside")
"""What a turn can come to where nothing stood in its way."""


class Turn(NamedTuple):
    """What one look at the folder did. ``waiting`` files were not finished; ``problem`` is tried again."""

    taken: tuple[Taken, ...] = ()
    exported: Exported | None = None
    removed: int = 0
    waiting: int = 0
    problem: Problem | None = None

    @property
    def entries(self) -> int:
        """How many new entries came in."""
        return sum(each.new_entries for taken in self.taken for each in (taken, *taken.also))

    @property
    def outcome(self) -> str:
        """One of :data:`OUTCOMES`, or the code of the problem."""
        if self.problem is not None:
            return self.problem.code
        if any(each.outcome == "quarantined" for each in self.taken):
            return "aside"
        if self.taken:
            return "both" if self.exported else "came"
        if self.exported:
            return "went"
        return "waiting" if self.waiting else "quiet"

    @property
    def phrase(self) -> str:
        """The key of the sentence for the outcome, where it is no problem."""
        return f"wire.{self.outcome}"

    @property
    def facts(self) -> dict[str, object]:
        """What the sentence for the outcome needs."""
        if self.problem is not None:
            return self.problem.facts
        return {
            "files": len(self.taken),
            "entries": self.entries,
            "sent": self.exported.entries if self.exported else 0,
            "aside": sum(each.outcome == "quarantined" for each in self.taken),
            "waiting": self.waiting,
        }


class _File(msgspec.Struct):
    """One file of the folder, as this station knows it."""

    size: int
    changed: int
    since: float
    looks: int = 0
    done: bool = False
    mine: bool = False
    sha256: str = ""
    offer: Offer | None = None


class Memory(msgspec.Struct):
    """What is remembered of a folder between turns."""

    folder: str = ""
    newest: str = ""
    said: int = 0
    files: dict[str, _File] = {}


@dataclass
class Look:
    """One turn at one folder."""

    station: Station
    exchange: Exchange
    folder: Path
    memory: Memory
    ticks: Callable[[], float]
    needless: Callable[[list[Offer]], bool]
    progress: Progress | None = None
    cancelled: Asked | None = None
    taken: list[Taken] = field(default_factory=list)
    problem: Problem | None = None

    def turn(self) -> Turn:
        """Look, take in, lay down, clean up; ``memory`` holds what was done, also where it raises."""
        self._list()
        waiting = self._arrivals()
        exported, removed = None, 0
        if not self.station.reads_only:
            exported = self._export_if_needed()
            removed = self._clean()
        return Turn(tuple(self.taken), exported, removed, waiting, self.problem)

    def _list(self) -> None:
        now, memory = self.ticks(), self.memory
        listed = files_in(self.folder)
        known, memory.files = memory.files, {}
        for name, lying in listed.items():
            before = known.get(name)
            if before is not None and (before.size, before.changed) == lying:
                before.since = min(before.since, now)  # the count starts anew with the computer
            elif before is not None and before.mine:
                before = self._mine_again(name, before, lying)
            else:
                before = _File(lying.size, lying.changed, now)
            memory.files[name] = before

    def _mine_again(self, name: str, before: _File, lying: Lying) -> _File:
        """A file of this station that looks different: dated anew by a program that copies folders, or spoilt.

        A spoilt one offers nothing any more, and goes once the next one lies there.
        """
        size, changed = lying
        with suppress(Problem):
            if _digest(self.folder / name) == before.sha256:
                return msgspec.structs.replace(before, size=size, changed=changed)
        return _File(size, changed, before.since, done=True, mine=True, sha256=before.sha256)

    def _arrivals(self) -> int:
        """Take in what is finished, oldest first; returns how many files are not finished yet."""
        fresh = [(each.changed, name) for name, each in self.memory.files.items() if not each.done]
        waiting = 0
        for _, name in sorted(fresh):
            file = self.memory.files[name]
            try:
                if self._finished(name, file):
                    self._take(name, file)
                else:
                    waiting += 1
            except Cancelled:
                raise
            except Problem as problem:
                if problem.code == "file_missing":  # taken away since it was listed
                    del self.memory.files[name]
                else:
                    self.problem = self.problem or problem
        return waiting

    def _finished(self, name: str, file: _File) -> bool:
        """Unchanged since an earlier turn, and whole by its looks; the look alone is not waited for for ever."""
        first, file.looks = file.looks == 0, file.looks + 1
        if first or self.ticks() - file.since < SETTLE_SECONDS:
            return False
        return looks_whole(self.folder / name) or file.looks > PATIENT_TURNS

    def _take(self, name: str, file: _File) -> None:
        path, party = self.folder / name, self.station
        try:
            found = opened(party, path)
        except Unfit as unfit:
            found = None
            if unfit.code in _NOT_OURS:
                file.done = True
                return
        (taken,) = self.exchange.take([path], progress=self.progress, cancelled=self.cancelled)
        file.done = True
        by_name = named_by(name)
        if found is not None and found.manifest.station == by_name:
            ours = found.proved and by_name == party.number
            file.mine, file.sha256 = ours, _digest(path) if ours else ""
            if taken.outcome in ("applied", "known", "parked") or taken.code == "fork":
                file.offer = offer(party.store, found.manifest)
        if taken.outcome != "known":
            self.taken.append(taken)

    def _export_if_needed(self) -> Exported | None:
        store, memory = self.station.store, self.memory
        offers = [each.offer for each in memory.files.values() if each.offer is not None]
        have = sum(own_heads(store).values())
        memory.said = min(memory.said, have)  # a station restored from a backup has less than it once said
        others = store.value(
            "SELECT count(*) FROM station WHERE revoked IS NULL AND number <> ?", (self.station.number,)
        )
        if not others or (have - memory.said < SAY_WHAT_CAME and self.needless(offers)):
            return None
        try:
            made = self.exchange.export(
                self.folder / shared_name(self.station), progress=self.progress, cancelled=self.cancelled
            )
            self._laid_down(made)
        except Cancelled:
            raise
        except Problem as problem:
            self.problem = self.problem or problem
            return None
        memory.said = sum(own_heads(store).values())
        return made

    def _laid_down(self, made: Exported) -> None:
        with reading(made.file):
            status = made.file.stat()
        try:
            told = offer(self.station.store, opened(self.station, made.file).manifest)
        except Unfit as unfit:
            raise Fault("export_not_read_back", folder=str(self.folder)) from unfit
        self.memory.newest = made.file.name
        self.memory.files[made.file.name] = _File(
            status.st_size,
            status.st_mtime_ns,
            self.ticks(),
            done=True,
            mine=True,
            sha256=made.sha256,
            offer=told,
        )

    def _clean(self) -> int:
        """Take away this station's files that the newest one, which lies there, has made needless."""
        memory, removed = self.memory, 0
        if memory.newest not in memory.files:
            return 0
        for name in [name for name, each in memory.files.items() if each.mine and name != memory.newest]:
            with suppress(OSError):  # somebody reads it just now, or it is gone: the next turn looks again
                (self.folder / name).unlink()
                del memory.files[name]
                removed += 1
        return removed


def _digest(path: Path) -> str:
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
