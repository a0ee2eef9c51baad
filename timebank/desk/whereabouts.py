"""Whether a station's folder is still where it was: on another computer, or set back, it must not write on.

``here.json`` lies beside the store and is rewritten whenever this station has written: which computer it is, and
the last entry of each journal written here. It may lag behind, after a cut of power, but never runs ahead of the
store. What it cannot see (two copies of the folder on one computer, a whole disk that was cloned or turned back)
shows at the next exchange: both branches are kept and count.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from timebank.files import reading, writing
from timebank.outcome import Fault
from timebank.store.store import Store

FILE = "here.json"
CAUSES = ("copied", "put_back")
"""Why a new journal begins by itself: the folder came to another computer, or the store is older than its mark."""

_MACHINE_ID = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class Mark(msgspec.Struct, frozen=True):
    """Which computer this is (empty: it does not say), and how far each journal written here went."""

    machine: str
    heads: dict[str, tuple[int, str]]
    """By journal: number and beginning of the hash of its last entry."""


class Whereabouts:
    """The mark beside one store."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(FILE)
        self._machine = machine()
        self._heads: dict[str, tuple[int, str]] | None = None

    @property
    def missing(self) -> bool:
        """Whether there is no mark yet."""
        return not self._path.exists()

    @property
    def damaged(self) -> bool:
        """Whether there is a mark that says nothing."""
        try:
            return self._read() is None and not self.missing
        except Fault:
            return True

    def changed(self, store: Store) -> str | None:
        """One of :data:`CAUSES`, or None where all is as it was, or where there is no mark to compare with.

        Raises Fault where the disk does not let the mark be read.
        """
        mark = self._read()
        if mark is None:
            return None
        if mark.machine and self._machine and mark.machine != self._machine:
            return "copied"
        known = all(
            store.value(
                "SELECT 1 FROM entry e JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.seq = ?"
                ' AND e."check" = ? AND e.bytes IS NOT NULL',
                (bytes.fromhex(journal), number, bytes.fromhex(check)),
            )
            for journal, (number, check) in mark.heads.items()
        )
        return None if known else "put_back"

    def note(self, heads: Mapping[bytes, tuple[int, bytes]]) -> None:
        """Write the mark where the heads have moved. Raises Fault for what the disk refuses."""
        told = {journal.hex(): (number, check[:8].hex()) for journal, (number, check) in heads.items()}
        if told == self._heads:
            return
        with writing(self._path):
            self._write(told)
        self._heads = told

    def _read(self) -> Mark | None:
        if self.missing:
            return None
        with reading(self._path):
            data = self._path.read_bytes()
        try:
            mark = msgspec.json.decode(data, type=Mark)
            for journal, (_, check) in mark.heads.items():
                bytes.fromhex(journal + check)
        except ValueError:  # of msgspec too
            return None
        return mark

    def _write(self, heads: dict[str, tuple[int, str]]) -> None:
        # In place and without a wait for the disk: cheap, and a mark that lags behind harms nobody.
        with self._path.open("r+b" if self._path.exists() else "wb", buffering=0) as file:
            file.write(msgspec.json.encode(Mark(self._machine, heads)) + b"\n")
            file.truncate()


@cache
def machine() -> str:
    """A word that is the same on this computer for as long as its system lives; empty where none can be had."""
    told = _registered() if sys.platform == "win32" else _noted()
    return hashlib.sha256(b"timebank/machine/1\0" + told.encode()).hexdigest()[:16] if told else ""


def _noted() -> str:
    for path in _MACHINE_ID:
        try:
            text = path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):  # not every system has one
            continue
        if text:
            return text
    return ""


def _registered() -> str:
    if sys.platform != "win32":
        return ""
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    except OSError:
        return ""
