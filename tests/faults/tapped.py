"""Every call that the program and its SQLite make to a folder's disk, seen by a tap, which may refuse it.

The program's own calls pass through the functions of ``os`` and ``io``; SQLite's through a VFS of apsw, whose
connections are given the face of the standard library's here.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
import apsw.ext
import pytest
from disk import Disk

from timebank.desk import upkeep
from timebank.store import store

_ERRORS = {
    errno.ENOSPC: apsw.SQLITE_FULL,
    errno.EROFS: apsw.SQLITE_READONLY,
    errno.EBUSY: apsw.SQLITE_BUSY,
}
"""What SQLite says for what the system says; else a failing disk."""
_CALLS = {
    "read": apsw.SQLITE_IOERR_READ,
    "write": apsw.SQLITE_IOERR_WRITE,
    "sync": apsw.SQLITE_IOERR_FSYNC,
    "truncate": apsw.SQLITE_IOERR_TRUNCATE,
    "delete": apsw.SQLITE_IOERR_DELETE,
    "stat": apsw.SQLITE_IOERR_FSTAT,
    "lock": apsw.SQLITE_IOERR_LOCK,
}


class Tap:
    """Sees the calls to the disk below ``root``; ``asked`` may refuse one with an OSError."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.disk: Disk | None = None

    def asked(self, call: str, path: Path) -> None:
        """Called before the disk is asked for anything."""

    def covers(self, path: object) -> bool:
        """Whether a path lies on this disk."""
        if not isinstance(path, str | os.PathLike):
            return False
        return Path(path).is_relative_to(self.root)


class Recorder(Tap):
    """Writes down all that changes the disk."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.disk = Disk(root)


# SQLite's calls


def _sqlite_error(error: OSError, call: str) -> Exception:
    if call == "open":
        return apsw.exception_for(apsw.SQLITE_CANTOPEN)
    if error.errno == errno.EBUSY and call != "lock":  # locks are all that others can hold against us
        return apsw.exception_for(_CALLS[call])
    return apsw.exception_for(_ERRORS.get(error.errno or 0, _CALLS[call]))


class _Vfs(apsw.VFS):
    def __init__(self, tap: Tap) -> None:
        self.tap = tap
        super().__init__("tapped", "")

    def ask(self, call: str, path: Path) -> None:
        try:
            self.tap.asked(f"sqlite {call}", path)
        except OSError as error:
            raise _sqlite_error(error, call) from None

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        return _File(self, name, flags)

    def xDelete(self, name: str, syncdir: bool) -> None:
        path = Path(name)
        self.ask("delete", path)
        super().xDelete(name, False)
        if self.tap.disk is not None:
            self.tap.disk.removed(path)
            if syncdir:
                folder = self.tap.disk.find(path.parent)
                assert folder is not None
                self.tap.disk.synced(folder)
                self.tap.disk.mark("commit")


class _File(apsw.VFSFile):
    def __init__(self, vfs: _Vfs, name: Any, flags: list[int]) -> None:
        self._vfs = vfs
        self._path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or vfs.tap.root)
        vfs.ask("open", self._path)
        super().__init__("", name, flags)
        disk = vfs.tap.disk
        # The unix VFS syncs the folder of a new journal with the journal's first sync.
        self._sync_folder = (
            bool(flags[0] & apsw.SQLITE_OPEN_MAIN_JOURNAL)
            and disk is not None
            and (disk.find(self._path) is None)
        )
        self._file = disk.opened(self._path) if disk is not None else 0

    def xRead(self, amount: int, offset: int) -> bytes:
        self._vfs.ask("read", self._path)
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._vfs.ask("write", self._path)
        super().xWrite(data, offset)
        if self._vfs.tap.disk is not None:
            self._vfs.tap.disk.wrote(self._file, offset, data)

    def xTruncate(self, size: int) -> None:
        self._vfs.ask("truncate", self._path)
        super().xTruncate(size)
        if self._vfs.tap.disk is not None:
            self._vfs.tap.disk.made_long(self._file, size)

    def xSync(self, flags: int) -> None:
        self._vfs.ask("sync", self._path)
        disk = self._vfs.tap.disk
        if disk is not None:
            disk.synced(self._file)
            if self._sync_folder:
                folder = disk.find(self._path.parent)
                assert folder is not None
                disk.synced(folder)
                self._sync_folder = False

    def xLock(self, level: int) -> None:
        self._vfs.ask("lock", self._path)
        super().xLock(level)

    def xFileSize(self) -> int:
        self._vfs.ask("stat", self._path)
        return super().xFileSize()


# The face of sqlite3


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.ConstraintError as error:
        raise sqlite3.IntegrityError(str(error)) from error
    except apsw.Error as error:
        code = getattr(error, "extendedresult", 0) or getattr(error, "result", 0)
        kind = sqlite3.OperationalError
        if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            kind = sqlite3.DatabaseError  # type: ignore[assignment]
        raised = kind(str(error))
        raised.sqlite_errorcode = code
        raise raised from error


class Cursor:
    """An apsw cursor that looks like the standard library's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.real.cursor()
        self._sql = ""
        self.rowcount = -1
        self.lastrowid: int | None = None

    def execute(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> Cursor:
        """Run one statement."""
        real, self._sql = self._connection.real, sql
        before = real.total_changes()
        with _as_sqlite3():
            self._cursor.execute(sql, parameters)
        self.rowcount, self.lastrowid = real.total_changes() - before, real.last_insert_rowid()
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> Cursor:
        """Run one statement for each row."""
        with _as_sqlite3():
            self._cursor.executemany(sql, rows)
        return self

    @property
    def description(self) -> list[tuple[object, ...]] | None:
        """The columns of the result."""
        try:
            columns = self._cursor.getdescription()
        except apsw.ExecutionCompleteError:
            columns = apsw.ext.query_info(self._connection.real, self._sql).description
        return [(name, *[None] * 6) for name, *_ in columns] or None

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        with _as_sqlite3():
            return next(self._cursor, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""
        with _as_sqlite3():
            return list(self._cursor)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while (row := self.fetchone()) is not None:
            yield row

    def close(self) -> None:
        """Let go of the statement."""
        self._cursor.close()


class Connection:
    """An apsw connection that looks like the standard library's."""

    row_factory = None

    def __init__(self, path: Path | str) -> None:
        with _as_sqlite3():
            self.real = apsw.Connection(str(path), vfs="tapped")

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self)

    def execute(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> Cursor:
        """Run one statement."""
        return Cursor(self).execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> Cursor:
        """Run one statement for each row."""
        return Cursor(self).executemany(sql, rows)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.real.in_transaction

    def set_progress_handler(self, handler: Callable[[], int] | None, steps: int) -> None:
        """Ask now and then whether to stop."""
        self.real.set_progress_handler(None if handler is None else lambda: bool(handler()), steps)

    def commit(self) -> None:
        """End the transaction, if any."""
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction, if any."""
        if self.in_transaction:
            self.execute("ROLLBACK")

    def backup(
        self,
        target: Connection,
        *,
        pages: int = -1,
        progress: Callable[[int, int, int], object] | None = None,
    ) -> None:
        """Copy all of it, ``pages`` at a time."""
        with _as_sqlite3(), target.real.backup("main", self.real, "main") as copying:
            while not copying.done:
                copying.step(pages)
                if progress is not None:
                    progress(0, copying.remaining, copying.page_count)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.commit()
        else:
            self.rollback()

    def close(self) -> None:
        """Let go of the file."""
        with _as_sqlite3():
            self.real.close(True)


class _Sqlite3:
    """The module sqlite3 with another way to connect."""

    def __init__(self, tap: Tap) -> None:
        self._tap = tap

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)

    def connect(self, path: Path | str, **options: Any) -> Any:
        """A tapped connection where the file lies on the tapped disk."""
        return Connection(path) if self._tap.covers(path) else sqlite3.connect(path, **options)


# The program's calls


class _Raw(io.FileIO):
    """A file of the tapped disk."""

    def __init__(self, tap: Tap, path: Path, mode: str, opener: Any) -> None:
        tap.asked("open" if mode == "r" else "create", path)
        self._tap, self._path = tap, path
        self._appends = "a" in mode
        super().__init__(path, mode, opener=opener)
        # An opener makes a file without a name: nothing of it outlives the program.
        self._file = tap.disk.opened(path) if tap.disk is not None and opener is None else None
        if "w" in mode and self._file is not None and tap.disk is not None:
            tap.disk.made_long(self._file, 0)

    def readinto(self, buffer: Any) -> int | None:
        self._tap.asked("read", self._path)
        return super().readinto(buffer)

    def readall(self) -> bytes:
        self._tap.asked("read", self._path)
        return super().readall()

    def write(self, data: Any) -> int:
        self._tap.asked("write", self._path)
        offset = os.fstat(self.fileno()).st_size if self._appends else self.tell()
        count = super().write(data) or 0
        if self._file is not None and self._tap.disk is not None:
            self._tap.disk.wrote(self._file, offset, bytes(data)[:count])
        return count

    def truncate(self, size: int | None = None) -> int:
        self._tap.asked("write", self._path)
        size = super().truncate(size)
        if self._file is not None and self._tap.disk is not None:
            self._tap.disk.made_long(self._file, size)
        return size


def _opening(tap: Tap, real: Callable[..., Any]) -> Callable[..., Any]:
    def tapped_open(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        if not tap.covers(file):
            return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = _Raw(tap, Path(file), mode.replace("b", "").replace("t", ""), opener)
        if buffering == 0:
            return raw
        if raw.readable() and raw.writable():
            buffered: Any = io.BufferedRandom(raw)
        else:
            buffered = io.BufferedReader(raw) if raw.readable() else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    return tapped_open


@contextmanager
def tapped(tap: Tap) -> Iterator[None]:
    """Have every call to the disk below ``tap.root`` pass the tap."""
    vfs = _Vfs(tap)
    files: dict[int, Path] = {}
    with pytest.MonkeyPatch.context() as patch:
        for module in (store, upkeep):
            patch.setattr(module, "sqlite3", _Sqlite3(tap))
        patch.setattr(shutil, "_use_fd_functions", False)  # by paths, which the tap understands
        for module in (io, builtins):
            patch.setattr(module, "open", _opening(tap, io.open))

        def passing(name: str, call: str, then: Callable[..., None] | None = None) -> None:
            real = getattr(os, name)

            def function(path: Any, *rest: Any, **options: Any) -> Any:
                covered = tap.covers(path) or (rest and tap.covers(rest[0]))
                if not covered:
                    return real(path, *rest, **options)
                tap.asked(call, Path(path))
                answer = real(path, *rest, **options)
                if then is not None and tap.disk is not None:
                    then(tap.disk, *map(Path, (path, *rest[: len(rest) and call in ("rename", "link")])))
                return answer

            patch.setattr(os, name, function)

        passing("mkdir", "mkdir", lambda disk, path: disk.made_folder(path))
        passing("rmdir", "unlink", lambda disk, path: disk.removed(path))
        passing("unlink", "unlink", lambda disk, path: disk.removed(path))
        passing("remove", "unlink", lambda disk, path: disk.removed(path))
        passing("rename", "rename", lambda disk, source, target: disk.moved(source, target))
        passing("replace", "rename", lambda disk, source, target: disk.moved(source, target))
        passing("link", "link", lambda disk, source, target: disk.linked(source, target))
        passing("scandir", "stat")
        passing("listdir", "stat")
        passing("stat", "stat")
        passing("chmod", "chmod")
        real_open, real_close, real_sync = os.open, os.close, os.fsync

        def os_open(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            if not tap.covers(path):
                return real_open(path, flags, *rest, **options)
            tap.asked("create" if flags & os.O_CREAT else "open", Path(path))
            descriptor = real_open(path, flags, *rest, **options)
            if not flags & getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY:
                files[descriptor] = Path(path)
                if tap.disk is not None:
                    tap.disk.opened(Path(path))
            return descriptor

        def os_close(descriptor: int) -> None:
            files.pop(descriptor, None)
            real_close(descriptor)

        def os_sync(descriptor: int) -> None:
            path = files.get(descriptor)
            if path is None:
                real_sync(descriptor)
                return
            tap.asked("sync", path)
            if tap.disk is not None:
                number = tap.disk.find(path)
                assert number is not None
                tap.disk.synced(number)

        patch.setattr(os, "open", os_open)
        patch.setattr(os, "close", os_close)
        patch.setattr(os, "fsync", os_sync)
        try:
            yield
        finally:
            vfs.unregister()
