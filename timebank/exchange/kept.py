"""Shelves for files that could not be taken: nothing that reached this station is thrown away unread."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from timebank.files import make_folder, move_whole, reading, write_bytes_whole, writing
from timebank.outcome import Fault, Refusal

MAX_FILES = 200
MAX_BYTES = 4 << 30


class Kept(NamedTuple):
    """One file on a shelf; ``facts`` belong to the sentence of ``code``."""

    id: str
    file: str
    """The name under which it came."""
    code: str
    facts: dict[str, Any]
    when: str
    """ISO time of the desk's clock."""
    sha256: str
    bytes: int
    number: int
    """Rises with every file put here: the clock may be wrong."""


class Shelf:
    """Keeps files, each with a small note, up to a count and a size; the oldest go first."""

    def __init__(self, folder: Path, *, max_files: int = MAX_FILES, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_files = max_files
        self._max_bytes = max_bytes

    def put(
        self, source: Path, file: str, sha256: str, *, code: str, facts: dict[str, object], when: str
    ) -> list[str]:
        """Move ``source`` here; returns the names of older files that had to go.

        Raises Fault where the disk refuses; what is here is as before then.
        """
        kept = self.list()
        note = {
            "file": file,
            "code": code,
            "facts": facts,
            "when": when,
            "sha256": sha256,
            "number": max((each.number for each in kept), default=0) + 1,
        }
        name = sha256[:16]
        text = json.dumps(note, ensure_ascii=False, indent=1).encode()
        try:
            with writing(self.path(name)):
                size = source.stat().st_size
                make_folder(self._folder)
                write_bytes_whole(self._note(name), text)
                move_whole(source, self.path(name))
        except BaseException:
            if all(each.id != name for each in kept):
                with suppress(OSError):  # the first failure is the one to tell
                    self._note(name).unlink(missing_ok=True)
                    self.path(name).unlink(missing_ok=True)
            raise
        return self._make_room([each for each in kept if each.id != name], size)

    def _make_room(self, older: list[Kept], newest: int) -> list[str]:
        """Let the oldest go until there is room for the newest, of that many bytes; returns their names."""
        gone = []
        while older and (
            len(older) >= self._max_files or sum(each.bytes for each in older) + newest > self._max_bytes
        ):
            oldest = older.pop(0)
            try:
                self.remove(oldest.id)
            except Fault:  # the new one is kept; room is made with the next
                break
            gone.append(oldest.file)
        return gone

    def list(self) -> list[Kept]:
        """All files here, oldest first."""
        with reading(self._folder):
            found = [
                kept for path in self._folder.glob("*.tbx") if (kept := self._read(path.stem)) is not None
            ]
        return sorted(found, key=lambda each: (each.number, each.id))

    def _read(self, name: str) -> Kept | None:
        """The note of a file; a file whose note is gone or damaged is still listed."""
        path = self.path(name)
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            note = json.loads(self._note(name).read_text("utf-8"))
            return Kept(name, note["file"], note["code"], note["facts"], note["when"], note["sha256"],
                        path.stat().st_size, note["number"])  # fmt: skip
        if not path.exists():
            return None
        return Kept(name, path.name, "note_lost", {"file": path.name}, "", "", path.stat().st_size, 0)

    def find(self, name: str) -> Kept:
        """The file with an id; refuses with ``kept_not_found``."""
        kept = next((each for each in self.list() if each.id == name), None)
        if kept is None:
            raise Refusal("kept_not_found", id=name)
        return kept

    def path(self, name: str) -> Path:
        """Where the bytes of a kept file are."""
        return self._folder / f"{name}.tbx"

    def _note(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def remove(self, name: str) -> None:
        """Let a file go."""
        with writing(self.path(name)):
            self.path(name).unlink(missing_ok=True)
            self._note(name).unlink(missing_ok=True)


class Shelves:
    """The two shelves of a station: files that wait for others, and files that may not be believed."""

    def __init__(self, home: Path) -> None:
        self.parked = Shelf(home / "parked")
        self.quarantine = Shelf(home / "quarantine")

    def holding(self, name: str) -> Shelf:
        """The shelf that has the file with an id; refuses with ``kept_not_found``."""
        for shelf in (self.parked, self.quarantine):
            if any(kept.id == name for kept in shelf.list()):
                return shelf
        raise Refusal("kept_not_found", id=name)
