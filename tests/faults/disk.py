"""A disk that loses power: what it was told, in order, and what may be left of it afterwards.

Only what was synced is sure. A file's bytes are sure once the file was synced, its name once its folder was. Of
the rest any 512-byte sector may have reached the disk, or not, or half; any change of names may have, or not.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
ROOT = 0


class Write(NamedTuple):
    """Bytes written to a file."""

    file: int
    offset: int
    data: bytes


class Cut(NamedTuple):
    """A file made that long."""

    file: int
    size: int


class Sync(NamedTuple):
    """A file's bytes brought to the disk."""

    file: int


class Names(NamedTuple):
    """Names that change together or not at all: (folder, name, what it names now or None)."""

    changes: tuple[tuple[int, str, int | None], ...]


class SyncFolder(NamedTuple):
    """A folder's names brought to the disk."""

    folder: int


class Mark(NamedTuple):
    """Not for the disk: a moment to remember, such as what was confirmed to the person."""

    text: str


Step = Write | Cut | Sync | Names | SyncFolder | Mark


class Image(NamedTuple):
    """A disk's content: bytes by path, None for a folder."""

    files: tuple[tuple[str, bytes | None], ...]

    def write(self, folder: Path) -> None:
        """Put it into an empty folder."""
        for name, data in self.files:
            if data is None:
                (folder / name).mkdir()
            else:
                (folder / name).write_bytes(data)

    def get(self, name: str) -> bytes | None:
        """The bytes of a file, if it is there."""
        return next((data for path, data in self.files if path == name), None)


@dataclass
class Disk:
    """Everything that a folder is told from now on."""

    root: Path
    log: list[Step] = field(default_factory=list)
    start: dict[int, bytes] = field(default_factory=dict)
    folders: dict[int, dict[str, int]] = field(default_factory=dict)
    """The names as the program sees them."""
    _count: int = ROOT

    def __post_init__(self) -> None:
        self._scan(ROOT, self.root)
        self.start_folders = {folder: dict(names) for folder, names in self.folders.items()}

    def _scan(self, number: int, folder: Path) -> None:
        self.folders[number] = {}
        for path in sorted(folder.iterdir()):
            child = self._number()
            self.folders[number][path.name] = child
            if path.is_dir():
                self._scan(child, path)
            else:
                self.start[child] = path.read_bytes()

    def _number(self) -> int:
        self._count += 1
        return self._count

    def find(self, path: Path) -> int | None:
        """What a path names now."""
        found = ROOT
        for part in path.relative_to(self.root).parts:
            child = self.folders.get(found, {}).get(part)
            if child is None:
                return None
            found = child
        return found

    def _place(self, path: Path) -> tuple[int, str]:
        folder = self.find(path.parent)
        assert folder is not None, path
        return folder, path.name

    def _name(self, *changes: tuple[int, str, int | None]) -> None:
        self.log.append(Names(changes))
        for folder, name, child in changes:
            if child is None:
                self.folders[folder].pop(name, None)
            else:
                self.folders[folder][name] = child

    def mark(self, text: str) -> None:
        """Remember this moment."""
        self.log.append(Mark(text))

    def opened(self, path: Path) -> int:
        """A file is opened that exists now; returns its number."""
        found = self.find(path)
        if found is None:
            found = self._number()
            self.start[found] = b""
            self._name((*self._place(path), found))
        return found

    def wrote(self, file: int, offset: int, data: bytes) -> None:
        """Bytes are written."""
        self.log.append(Write(file, offset, bytes(data)))

    def made_long(self, file: int, size: int) -> None:
        """A file is truncated or extended."""
        self.log.append(Cut(file, size))

    def synced(self, file: int) -> None:
        """A file or folder is synced."""
        self.log.append(SyncFolder(file) if file in self.folders else Sync(file))

    def removed(self, path: Path) -> None:
        """A file or an empty folder is gone."""
        self._name((*self._place(path), None))

    def moved(self, source: Path, target: Path) -> None:
        """Something has a new name, in place of what had it."""
        self._name((*self._place(source), None), (*self._place(target), self.find(source)))

    def linked(self, source: Path, target: Path) -> None:
        """Something has a second name."""
        self._name((*self._place(target), self.find(source)))

    def made_folder(self, path: Path) -> None:
        """A folder is there."""
        number = self._number()
        self.folders[number], self.start_folders[number] = {}, {}
        self._name((*self._place(path), number))

    def replay(self) -> Iterator[tuple[int, Moment]]:
        """The moment before each step, and the end: (number of the step, what is sure and what is not)."""
        moment = Moment(
            dict(self.start), {folder: dict(names) for folder, names in self.start_folders.items()}
        )
        yield 0, moment
        for number, step in enumerate(self.log, 1):
            moment.go(step)
            yield number, moment


@dataclass
class Moment:
    """What is sure to be on the disk, and what is on its way."""

    files: dict[int, bytes]
    folders: dict[int, dict[str, int]]
    writes: dict[int, list[Write | Cut]] = field(default_factory=dict)
    names: list[Names] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    def go(self, step: Step) -> None:
        """One step further."""
        if isinstance(step, Mark):
            self.marks.append(step.text)
        elif isinstance(step, Write | Cut):
            self.writes.setdefault(step.file, []).append(step)
        elif isinstance(step, Sync):
            self.files[step.file] = _kept(self.files[step.file], self.writes.pop(step.file, []))
        elif isinstance(step, Names):
            self.names.append(step)
        else:
            for names in [each for each in self.names if any(step.folder == at for at, _, _ in each.changes)]:
                _rename(self.folders, names)
                self.names.remove(names)

    def whole(self) -> Image:
        """The disk if nothing were lost."""
        files = self.files | {file: _kept(self.files[file], each) for file, each in self.writes.items()}
        folders = {folder: dict(names) for folder, names in self.folders.items()}
        for names in self.names:
            _rename(folders, names)
        return _image(files, folders)

    def bare(self) -> Image:
        """The disk if all that is not sure were lost."""
        return _image(self.files, self.folders)

    def torn(self, seed: int) -> Image:
        """The disk with some of what is on its way lost, some kept and some torn."""
        chance = random.Random(seed)
        keep = chance.choice((0.1, 0.5, 0.9))
        files = dict(self.files)
        for file, each in self.writes.items():
            files[file] = _torn(self.files[file], each, chance, keep)
        folders = {folder: dict(names) for folder, names in self.folders.items()}
        # Some file systems keep names in order, some do not.
        surviving = (
            self.names[: chance.randint(0, len(self.names))]
            if chance.random() < 0.5
            else [each for each in self.names if chance.random() < keep]
        )
        for names in surviving:
            _rename(folders, names)
        return _image(files, folders)


def _rename(folders: dict[int, dict[str, int]], names: Names) -> None:
    for folder, name, child in names.changes:
        if child is None:
            folders[folder].pop(name, None)
        else:
            folders[folder][name] = child


def _kept(data: bytes, steps: list[Write | Cut]) -> bytes:
    if not steps:
        return data
    found = bytearray(data)
    for step in steps:
        if isinstance(step, Cut):
            _resize(found, step.size)
        else:
            _put(found, step.offset, step.data)
    return bytes(found)


def _resize(data: bytearray, size: int) -> None:
    del data[size:]
    data.extend(bytes(size - len(data)))


def _put(found: bytearray, offset: int, data: bytes) -> None:
    if len(found) < offset:
        found.extend(bytes(offset - len(found)))
    found[offset : offset + len(data)] = data


def _torn(data: bytes, steps: list[Write | Cut], chance: random.Random, keep: float) -> bytes:
    found = bytearray(data)
    for step in steps:
        if isinstance(step, Cut):
            if chance.random() < keep:
                _resize(found, step.size)
            continue
        for start, piece in _sectors(step):
            fate = chance.random()
            if fate < 0.02:
                _put(found, start, chance.randbytes(len(piece)))
            elif fate < 0.05:
                _put(found, start, piece[: chance.randrange(len(piece))])
            elif chance.random() < keep:
                _put(found, start, piece)
    return bytes(found)


def _sectors(write: Write) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(write.data):
        length = SECTOR - (write.offset + at) % SECTOR
        yield write.offset + at, write.data[at : at + length]
        at += length


def _image(files: dict[int, bytes], folders: dict[int, dict[str, int]]) -> Image:
    found: list[tuple[str, bytes | None]] = []

    def walk(folder: int, prefix: str) -> None:
        for name, child in sorted(folders[folder].items()):
            if child in folders:
                found.append((prefix + name, None))
                walk(child, f"{prefix}{name}/")
            else:
                found.append((prefix + name, files[child]))

    walk(ROOT, "")
    return Image(tuple(found))
