"""Who has a station's folder open: locks of the operating system, which end with the process that holds them.

Every open station holds ``open.lock`` together with all others; a restore holds it alone. Work that makes copies
in the folder holds ``work.lock`` in the same way, so that what killed work left behind can be told from what
another process is just making. Where a disk has no locks (some network folders), nobody is ever in the way.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from timebank.files import scratch_folder
from timebank.outcome import Fault, Refusal

OPEN, WORK = "open.lock", "work.lock"
"""The files that are locked; they stay, empty."""

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds; a restore or a sweep is over within
_LEFT_BEHIND = (".backup-*", ".check-*", ".restore-*", ".founding-*")

if sys.platform == "win32":
    import msvcrt

    _TOGETHER = 64
    """Windows locks a range of bytes for one holder: each of those together locks one, who is alone locks all."""

    def _locked(descriptor: int, *, alone: bool) -> bool:
        for place in (0,) if alone else range(_TOGETHER):
            os.lseek(descriptor, place, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, _TOGETHER if alone else 1)
            except PermissionError:
                continue
            except OSError:  # no locks on this disk
                return True
            return True
        return False

else:
    import fcntl

    def _locked(descriptor: int, *, alone: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # no locks on this disk
            return True
        return True


class Lock:
    """A lock that is held until :meth:`release`, or until the process ends."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others in; a second time does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _try(path: Path, *, alone: bool) -> Lock | None:
    """The lock, or None where somebody is in the way."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a folder that cannot be written in can be read without locks
        return Lock(None)
    if _locked(descriptor, alone=alone):
        return Lock(descriptor)
    os.close(descriptor)
    return None


def _wait(path: Path) -> Lock:
    """The lock together with others. Fault ``home_busy`` where one who is alone does not let go in time."""
    for pause in (*_PAUSES, 0.0):
        lock = _try(path, alone=False)
        if lock is not None:
            return lock
        time.sleep(pause)
    raise Fault("home_busy", home=str(path.parent))


def open_together(home: Path) -> Lock:
    """What every open station holds. Fault ``home_busy`` while a backup is being put back."""
    return _wait(home / OPEN)


@contextmanager
def open_alone(home: Path) -> Iterator[None]:
    """Nobody else has the folder open. Refuses with ``home_in_use`` where somebody has."""
    lock = _try(home / OPEN, alone=True)
    if lock is None:
        raise Refusal("home_in_use", home=str(home))
    try:
        yield
    finally:
        lock.release()


@contextmanager
def work_folder(home: Path, name: str, *, or_elsewhere: bool = False) -> Iterator[Path]:
    """A folder in ``home`` for copies on their way, gone afterwards; what killed work left goes first.

    With ``or_elsewhere`` it lies where temporary files go if ``home`` can only be read.
    """
    _sweep(home)
    lock = _wait(home / WORK)
    try:
        elsewhere = or_elsewhere and not os.access(home, os.W_OK)
        with scratch_folder(Path(tempfile.gettempdir()) if elsewhere else home, f".{name}-") as folder:
            yield folder
    finally:
        lock.release()


def _sweep(home: Path) -> None:
    lock = _try(home / WORK, alone=True)
    if lock is None:
        return
    try:
        with suppress(OSError):  # what cannot be swept now is swept another time
            for pattern in _LEFT_BEHIND:
                for folder in home.glob(pattern):
                    shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()
