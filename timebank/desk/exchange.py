"""Exchanging what is known with other stations, by files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from timebank.desk.network import StationLine, stations
from timebank.desk.station import Station
from timebank.desk.trust import share_with_hubs
from timebank.exchange import incoming, outgoing
from timebank.exchange.incoming import Preview, Taken
from timebank.exchange.kept import Kept, Shelves
from timebank.exchange.known import known_to, own_chains, own_heads
from timebank.exchange.outgoing import Exported
from timebank.exchange.party import Asked, Progress
from timebank.files import write_whole
from timebank.journal.facts import VouchersSettled
from timebank.store.book_queries import settled_elsewhere
from timebank.store.updates import Awaited, awaited

__all__ = ["Exchange", "Exported", "Preview", "Status", "Taken"]

_SETTLED_AT_ONCE = 5_000
"""Vouchers in one fact: an entry has a largest size."""


class Status(NamedTuple):
    """What this station has, what lies on its shelves, and the stations of the network."""

    have: dict[str, int]
    parked: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    stations: list[StationLine]
    update_needed: list[Awaited]
    """What only a later version of the program can read; it is kept and passed on."""


class Exchange:
    """Files out, files in, and those that could not be taken."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def export(
        self,
        out: Path,
        to: Sequence[StationLine] | None = None,
        *,
        full: bool = False,
        progress: Progress | None = None,
        cancelled: Asked | None = None,
    ) -> Exported:
        """Write a file for the stations ``to`` (all enrolled others where not said) to a file or folder.

        First confirms which redemptions settle this station's own vouchers, so that the next exchange
        makes them final. Refuses with ``not_joined``, ``station_revoked`` or ``station_unreachable``.
        """
        self._station.require_joined()
        numbers = None if to is None else [line.station for line in to]
        outgoing.recipients_of(self._station.store, numbers)  # what is refused leaves nothing written
        self._confirm_settlements()
        share_with_hubs(self._station)
        return outgoing.export(self._station, out, numbers, full=full, progress=progress, cancelled=cancelled)

    def _confirm_settlements(self) -> None:
        number = self._station.number
        if not settled_elsewhere(self._station.store, number):
            return
        with self._station.recording() as pen:
            waiting = settled_elsewhere(self._station.store, number)
            for at in range(0, len(waiting), _SETTLED_AT_ONCE):
                pen.tell(VouchersSettled(tuple(waiting[at : at + _SETTLED_AT_ONCE])))

    def take(
        self, paths: Sequence[Path], *, progress: Progress | None = None, cancelled: Asked | None = None
    ) -> list[Taken]:
        """Take files in, in the order given; each is all or nothing by itself. Writes no facts.

        Raises Fault where a disk fails: files before stay taken, the one that failed changed nothing.
        """
        self._station.require_joined()
        return [
            incoming.take_file(self._station, path, progress=progress, cancelled=cancelled) for path in paths
        ]

    def preview(self, path: Path) -> Preview:
        """What a file would bring, without taking it."""
        self._station.require_joined()
        return incoming.preview(self._station, path)

    def retry(self, kept: str, *, progress: Progress | None = None, cancelled: Asked | None = None) -> Taken:
        """Try a parked or quarantined file again, by its id; refuses with ``kept_not_found``."""
        self._station.require_joined()
        return incoming.retry(self._station, kept, progress=progress, cancelled=cancelled)

    def kept_bytes(self, kept: str) -> Path:
        """Where the bytes of a parked or quarantined file are; refuses with ``kept_not_found``."""
        return Shelves(self._station.home).holding(kept).path(kept)

    def save_kept(self, kept: str, out: Path) -> Path:
        """Copy a parked or quarantined file as it came; returns the name it got. Refuses with ``kept_not_found``."""
        source = self.kept_bytes(kept)
        return write_whole(out, lambda part: shutil.copyfile(source, part), never_overwrite=True)

    def status(self) -> Status:
        """What is here, what waits, and who was last exchanged with."""
        shelves = Shelves(self._station.home)
        return Status(
            have={journal.hex(): head for journal, head in own_heads(self._station.store).items()},
            parked=[_line(kept) for kept in shelves.parked.list()],
            quarantined=[_line(kept) for kept in shelves.quarantine.list()],
            stations=stations(self._station.store),
            update_needed=self.updates(),
        )

    def updates(self) -> list[Awaited]:
        """What has come that only a later version of the program can read, by kind and station."""
        return awaited(self._station.store)

    def lacking(self) -> dict[int, int]:
        """How many entries each other station is not known to have, by the station's number."""
        store = self._station.store
        chains = own_chains(store)
        lacking = {}
        for line in stations(store):
            if line.station != self._station.number and line.state != "revoked":
                known = known_to(store, line.station)
                lacking[line.station] = sum(
                    max(0, chain.head - max(chain.first - 1, known.get(chain.ref, 0))) for chain in chains
                )
        return lacking


def _line(kept: Kept) -> dict[str, Any]:
    return kept._asdict() | {"missing": kept.facts.get("missing", [])}
