"""Backups that go into one folder again and again, and which of them stay there.

The newest of each of the last seven days on which there was one stay, likewise of four weeks and of twelve months:
a mistake that is noticed late can be gone back behind, and a small stick does not fill up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from timebank.desk.backup import Kept
from timebank.desk.station import Station
from timebank.files import writing
from timebank.outcome import Fault

DAYS, WEEKS, MONTHS = 7, 4, 12
SUFFIX = ".tbbackup"
_WRITTEN = "backups"
_LISTED = 500
"""How many files a station remembers to have written; far more than stay in a few folders."""
_STEPS: tuple[tuple[int, Callable[[date], tuple[int, ...]]], ...] = (
    (DAYS, lambda day: (day.toordinal(),)),
    (WEEKS, lambda day: tuple(day.isocalendar()[:2])),
    (MONTHS, lambda day: (day.year, day.month)),
)


class Written(NamedTuple):
    """A backup that this station wrote: the file's name, when (local), and its bytes."""

    name: str
    moment: str
    bytes: int


def spared(moments: Iterable[datetime]) -> frozenset[datetime]:
    """Of these moments those whose backup stays: the newest of each of the last days, weeks and months that have one."""
    newest_first = sorted(moments, reverse=True)
    stay: set[datetime] = set()
    for count, step in _STEPS:
        seen: dict[tuple[int, ...], datetime] = {}
        for moment in newest_first:
            seen.setdefault(step(moment.date()), moment)
        stay.update(list(seen.values())[:count])
    return frozenset(stay)


def name_for(station: Station) -> str:
    """The file name of a backup that is made now: the station's name and the time."""
    name = "".join("-" if each in '\\/:*?"<>|' else each for each in station.name)
    return f"{name}-{station.surroundings.now():%Y%m%d-%H%M%S}{SUFFIX}"


def rotate(station: Station, made: Kept) -> tuple[str, ...]:
    """Note a backup that was just written, and let older ones beside it go; returns the names of those that went.

    Only files that this station wrote itself are touched, known by name and size. What cannot be removed stays.
    """
    moment = station.surroundings.now().isoformat(" ", "seconds")
    known = [Written(*each) for each in json.loads(station.store.local(_WRITTEN) or "[]")]
    known = [each for each in known if each.name != made.file.name]
    known.append(Written(made.file.name, moment, made.bytes))
    here = [each for each in known if _is_there(made.file.parent / each.name, each.bytes)]
    stay = spared(datetime.fromisoformat(each.moment) for each in here)
    gone = []
    for each in here:
        if datetime.fromisoformat(each.moment) not in stay and each.name != made.file.name:
            path = made.file.parent / each.name
            with suppress(Fault), writing(path):
                path.unlink()
                gone.append(each.name)
    left = [each for each in known if each.name not in gone][-_LISTED:]
    station.store.set_local(_WRITTEN, json.dumps(left, ensure_ascii=False))
    return tuple(gone)


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
