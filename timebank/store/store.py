"""Opening the file, transactions, and reading entries back."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import ValidationError
from sqlite_utils import Database

from timebank.domain.told import Told
from timebank.journal.entry import READER, Entry, read_entry
from timebank.journal.facts import Fact, decode_fact
from timebank.outcome import Fault
from timebank.store.schema import migrations

BUSY_SECONDS = 10
CACHE_KIB = 64 << 10
"""Pages kept in memory: an import touches indexes all over the file."""


class Store:
    """A station's SQLite file. One transaction at a time writes it; what was committed survives power loss."""

    def __init__(self, path: Path | str) -> None:
        self.path = path
        with sqlite_faults(path), _system_faults(path):
            fresh = isinstance(path, Path) and not path.exists()
            connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            if fresh:
                os.chmod(path, 0o600)
            # A rollback journal with EXTRA: a commit that returned is on the disk, the folder entry included.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA temp_store = MEMORY")
            # What is erased leaves no bytes behind in the file; not every build does so by itself.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            self.db = Database(connection)
            if migrations.pending(self.db):
                migrations.apply(self.db)

    @property
    def connection(self) -> sqlite3.Connection:
        """The one connection, for statements that sqlite-utils would only wrap."""
        return self.db.conn

    def close(self) -> None:
        """Let go of the file."""
        self.db.conn.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested uses join the outer one. Raises Fault for what the disk refuses."""
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        with sqlite_faults(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with sqlite_faults(self.path):
            return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: tuple[object, ...] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, if any."""
        with sqlite_faults(self.path):
            row: tuple[Any, ...] | None = self.connection.execute(sql, parameters).fetchone()
            return row

    def value(self, sql: str, parameters: tuple[object, ...] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.row(sql, parameters)
        return None if row is None else row[0]

    def local(self, key: str) -> Any:
        """A setting that only this station knows."""
        return self.value("SELECT value FROM local WHERE key = ?", (key,))

    def set_local(self, key: str, value: object) -> None:
        """Remember a setting that only this station knows."""
        with self.transaction():
            self.connection.execute("INSERT OR REPLACE INTO local VALUES (?, ?)", (key, value))

    def entry(self, row: int) -> Entry | None:
        """The entry with a local number, or None where it has not arrived."""
        data = self.value("SELECT bytes FROM entry WHERE id = ?", (row,))
        return None if data is None else read_entry(data)

    def count(self) -> int:
        """How many entries are here."""
        return int(self.value("SELECT coalesce(sum(head - first + 1), 0) FROM chain"))

    def told(self, row: int) -> Told | None:
        """The fact of an entry with its place, or None where it has not arrived or is not understood."""
        found = self.row(
            "SELECT e.bytes, j.station, e.branch FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = ?",
            (row,),
        )
        if found is None or found[0] is None:
            return None
        entry = read_entry(found[0])
        fact = fact_of(entry)
        return None if fact is None else tell(entry, row, found[1], fact, found[2])


def reader_level() -> int:
    """The level of this program as a reader."""
    return READER


def needs_update(entry: Entry) -> bool:
    """Whether only a later version may read what an entry says."""
    return entry.header.reader > READER


def fact_of(entry: Entry) -> Fact | None:
    """The fact that an entry carries, or None where this version does not understand it."""
    if needs_update(entry):
        return None
    try:
        return decode_fact(entry.header.kind, entry.header.body)
    except (ValidationError, RecursionError):
        # Signed by an enrolled station, but no fact: every station ignores it alike.
        return None


def tell(entry: Entry, row: int, station: int | None, fact: Fact, branch: int = 0) -> Told:
    """The fact of an entry with its place in canonical order."""
    header = entry.header
    return Told(
        (header.lamport, header.journal, header.seq, entry.hash),
        row,
        -1 if station is None else station,
        header.wall,
        fact,
        0,
        branch,
    )


@contextmanager
def _system_faults(path: Path | str) -> Iterator[None]:
    """Turn what the system says of a store's file while it is opened into a Fault."""
    try:
        yield
    except OSError as error:
        denied = error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
        code = "folder_not_writable" if denied else "disk_failing"
        raise Fault(code, file=Path(path).name, folder=str(Path(path).parent)) from error


@contextmanager
def sqlite_faults(path: Path | str) -> Iterator[None]:
    """Turn what SQLite says of the disk into a Fault with a sentence; defects stay defects."""
    try:
        yield
    except sqlite3.OperationalError as error:
        code = {
            sqlite3.SQLITE_FULL: "disk_full",
            sqlite3.SQLITE_READONLY: "folder_not_writable",
            sqlite3.SQLITE_CANTOPEN: "folder_not_writable",
            sqlite3.SQLITE_PERM: "folder_not_writable",
            sqlite3.SQLITE_BUSY: "store_busy",
            sqlite3.SQLITE_LOCKED: "store_busy",
            sqlite3.SQLITE_IOERR: "disk_failing",
        }.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if code is None:
            raise
        raise Fault(code, file=Path(path).name, folder=str(Path(path).parent)) from error
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise Fault("store_damaged", file=Path(path).name) from error
        raise
