"""What a power cut or a killed program leaves in a station's folder: finished where it was decided, else swept.

Folders of :mod:`timebank.desk.lock` are swept there; here it is files that never got their name, and arrivals.

A station that is founded or restored is made ready in a folder of its own. That folder's change of name is the
moment from which it counts; moving its files to their places is finished by whoever opens the station next.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

from timebank.files import make_folder, move_whole, writing
from timebank.outcome import Fault

_LEFT = ("inbox/*", ".*.part", "keys/.*.part", "parked/.*.part", "quarantine/.*.part")
"""Names of work in progress in a station's folder: files on their way in, and those without their name yet."""

READY = ".ready"
"""What is moved to its place; within a station's folder."""
_DAY = 86_400
"""Seconds. No piece of work leaves its files untouched for so long; a program that still runs keeps them."""


def put_in_place(made_ready: Path, home: Path) -> None:
    """Have all files below ``made_ready`` replace those of the same names in ``home``: all, or none of them.

    ``made_ready`` is a folder within ``home``. On return it is decided, and done unless the disk refused
    half-way: then :func:`finish` goes on. Raises the Faults of :func:`timebank.files.write_whole`.
    """
    finish(home)
    ready = home / READY
    try:
        with writing(ready):
            move_whole(made_ready, ready)
    except Fault:
        with suppress(OSError):  # the first failure is the one to tell
            ready.rename(made_ready)
        raise
    with suppress(Fault):
        finish(home)


def finish(home: Path) -> None:
    """Finish what :func:`put_in_place` began and a power cut broke off. Raises its Faults."""
    ready = home / READY
    with writing(ready):
        if not ready.is_dir():
            return
        for path in sorted(ready.rglob("*")):
            place = home / path.relative_to(ready)
            if path.is_dir():
                make_folder(place, private=True)
                continue
            if place.suffix == ".db":  # the journal of what was cut off there would spoil the new store
                place.with_name(f"{place.name}-journal").unlink(missing_ok=True)
            move_whole(path, place)
    shutil.rmtree(ready, ignore_errors=True)  # an empty folder, which does no harm


def sweep(home: Path) -> None:
    """Clear away what work that was broken off left behind, once nobody has touched it for a day.

    A clock that was wrong then or is wrong now counts as another day. What will not go stays for the next time.
    """
    for pattern in _LEFT:
        with suppress(OSError):
            for path in home.glob(pattern):
                if _untouched(path):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _untouched(path: Path) -> bool:
    """Whether nothing in a folder, or a file, was written within a day before or after now."""
    touched = [each.stat().st_mtime for each in (path, *path.rglob("*"))]
    return all(abs(time.time() - moment) > _DAY for moment in touched)
