"""What the exchange needs of the station that it serves. The desk's Station is one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from timebank.journal.keys import Signer
from timebank.outcome import Cancelled
from timebank.store.intake import Intake
from timebank.store.store import Store

Progress = Callable[[int, int], None]
"""Told (entries done, entries in all) from time to time."""

Asked = Callable[[], bool]
"""Whether the person has asked to stop."""


class Around(Protocol):
    """Clock and randomness."""

    @property
    def random(self) -> Callable[[int], bytes]:
        """That many random bytes."""

    def now(self) -> datetime:
        """Local time of the desk."""

    def wall(self) -> int:
        """Seconds since 1970."""


class AgeKeys(Protocol):
    """The keys that open files made for this station."""

    @property
    def identities(self) -> tuple[str, ...]:
        """The age identities: the station's own, and the one that all stations of the network share."""

    @property
    def recipient(self) -> str:
        """The public half of the station's own."""

    @property
    def circle_recipient(self) -> str:
        """The public half of the shared one; empty where there is none."""


class Party(Protocol):
    """A station, as the exchange sees it."""

    @property
    def home(self) -> Path:
        """The station's folder."""

    @property
    def store(self) -> Store:
        """Its store."""

    @property
    def number(self) -> int:
        """Its number in the network."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def network(self) -> bytes:
        """The network's id."""

    @property
    def journal(self) -> bytes:
        """The journal that it writes."""

    @property
    def signer(self) -> Signer:
        """Its signing key."""

    @property
    def keys(self) -> AgeKeys:
        """Its age keys."""

    @property
    def surroundings(self) -> Around:
        """Its clock and randomness."""

    def intake(self) -> AbstractContextManager[Intake]:
        """Take entries in, all or nothing."""


def pause(done: int, total: int, progress: Progress | None, cancelled: Asked | None) -> None:
    """A moment to say how far the work is and to stop it. Raises Cancelled."""
    if cancelled is not None and cancelled():
        raise Cancelled
    if progress is not None:
        progress(done, total)
