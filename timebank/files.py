"""Files are written whole or not at all, and what a disk refuses becomes a plain sentence.

A reader never meets half a file: the bytes go to a temporary name in the same folder, reach the disk,
may be read back, and only then take the final name. Any failure leaves what was there before, but for
one: where the disk fails in the very last step of writing over a file, the new one may stand there, whole.

A name lasts through a power cut once its folder was synced; whoever gives names for good does that here.
"""

from __future__ import annotations

import errno
import itertools
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timebank.outcome import Fault

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_BUSY = {errno.EBUSY, errno.ETXTBSY}
_NO_FOLDER = {errno.ENOENT, errno.ENOTDIR}
_NOT_SYNCED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EPERM}
_WINDOWS_BUSY = {32, 33}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_WINDOWS_DENIED = 5  # ERROR_ACCESS_DENIED: what a replace onto an open file says
_REPLACE_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds; a virus scanner lets go within a second


def write_whole(
    path: Path,
    writer: Callable[[Path], object],
    *,
    verify: Callable[[Path], object] | None = None,
    never_overwrite: bool = False,
    private: bool = False,
) -> Path:
    """Have ``writer`` fill a temporary file beside ``path``, then give it that name; returns the name given.

    ``writer`` and ``verify`` get the temporary path; what either raises leaves nothing behind. ``verify``
    runs once the bytes are on the disk. With ``never_overwrite`` a name that is taken becomes ``x-2.pdf``,
    ``x-3.pdf`` … With ``private`` only the owner may read the file. Raises Fault: ``disk_full``,
    ``folder_missing``, ``folder_not_writable``, ``file_in_use`` or ``file_not_written``.
    """
    with writing(path):
        temporary = _beside(path)
        made = [temporary]
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if private else 0o666))
        try:
            writer(temporary)
            _sync_file(temporary)
            if verify is not None:
                verify(temporary)
            if never_overwrite:
                path = _place_fresh(temporary, path)
                made.append(path)
                temporary.unlink(missing_ok=True)
            else:
                fresh = not path.exists()
                _replace(temporary, path)
                made += [path] if fresh else []
            _sync_folder(path.parent)
        except BaseException:
            for each in made:
                with suppress(OSError):  # the first failure is the one to tell
                    each.unlink()
            raise
    return path


def move_whole(source: Path, target: Path) -> None:
    """Give a file another place on the same disk, in place of what is there; it is there for good on return.

    A folder goes with all that is in it, to where nothing is. Raises OSError; use within :func:`writing`.
    """
    for path in (source, *source.rglob("*")):
        (_sync_folder if path.is_dir() else _sync_file)(path)
    _replace(source, target)
    _sync_folder(target.parent)


def make_folder(path: Path, *, private: bool = False) -> None:
    """Make a folder, and those above it, where they are not there yet; they are there for good on return.

    With ``private`` only the owner may look into a folder that is made. Raises OSError.
    """
    if path.is_dir():
        return
    if path.parent != path:
        make_folder(path.parent)
    try:
        path.mkdir(mode=0o700 if private else 0o777, exist_ok=True)
    except FileExistsError as error:  # a file has the name
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from error
    _sync_folder(path.parent)


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder within ``parent`` for work in progress, for its owner only, gone afterwards whatever happens.

    Raises the Faults of :func:`write_whole` where it cannot be made. What a disk will not let go of stays
    behind under a name that begins with ``prefix``: the work it was for is done all the same.
    """
    with writing(parent / prefix):
        make_folder(parent)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def require_writable(path: Path) -> None:
    """Raise the Fault that writing ``path`` would meet now; leaves nothing behind.

    For work that is recorded before its file is written: better to learn of a missing folder first.
    """
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        probe = _beside(path)
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        probe.unlink()


def write_bytes_whole(
    path: Path, data: bytes, *, never_overwrite: bool = False, private: bool = False
) -> Path:
    """Write ``data`` as the whole content of ``path``, as :func:`write_whole` does."""
    return write_whole(
        path, lambda part: part.write_bytes(data), never_overwrite=never_overwrite, private=private
    )


def _beside(path: Path) -> Path:
    """A temporary name beside ``path``; raises OSError where that has no name of its own, as ``.`` has none."""
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return path.with_name(f".{secrets.token_hex(6)}.part")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an OSError met while writing ``path`` into its Fault."""
    try:
        yield
    except OSError as error:
        raise write_fault(error, path) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn an OSError met while reading ``path`` into its Fault: ``file_missing`` or ``file_unreadable``."""
    try:
        yield
    except OSError as error:
        raise read_fault(error, path) from error


def write_fault(error: OSError, path: Path) -> Fault:
    """The Fault for an OSError met while writing ``path``; its facts are ``file`` and ``folder``."""
    facts = {"file": path.name, "folder": str(path.parent)}
    number, windows = error.errno, getattr(error, "winerror", None)
    if number in _FULL:
        return Fault("disk_full", **facts)
    if number in _BUSY or windows in _WINDOWS_BUSY or (windows == _WINDOWS_DENIED and path.is_file()):
        return Fault("file_in_use", **facts)
    if number in _FORBIDDEN:
        return Fault("folder_not_writable", **facts)
    if number in _NO_FOLDER:
        return Fault("folder_missing", **facts)
    return Fault("file_not_written", **facts, reason=error.strerror or str(error))


def read_fault(error: OSError, path: Path) -> Fault:
    """The Fault for an OSError met while reading ``path``: ``file_missing`` or ``file_unreadable``."""
    facts = {"file": path.name, "folder": str(path.parent)}
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Fault("file_missing", **facts)
    return Fault("file_unreadable", **facts, reason=error.strerror or str(error))


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system lets a folder be synced."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:  # some network and FUSE folders refuse; the file itself is already safe
        if error.errno not in _NOT_SYNCED:
            raise


def _replace(temporary: Path, path: Path) -> None:
    """Rename over ``path``; on Windows a file that someone has open is tried again for a second."""
    if path.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if sys.platform == "win32":
        for pause in _REPLACE_PAUSES:
            try:
                temporary.replace(path)
                return
            except PermissionError:
                time.sleep(pause)
    temporary.replace(path)


def _place_fresh(temporary: Path, path: Path) -> Path:
    """Give the file the first free name of ``x.pdf``, ``x-2.pdf`` … and return it; it may keep its own, too."""
    for number in itertools.count(1):
        name = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            os.link(temporary, name)  # unlike a rename, never lands on a file made meanwhile
        except FileExistsError:
            continue
        except OSError:  # FAT and exFAT sticks have no links
            if name.exists():
                continue
            _replace(temporary, name)
        return name
    raise AssertionError("names do not run out")
