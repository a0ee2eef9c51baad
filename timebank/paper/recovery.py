"""What the recovery sheet of a network's root key shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class RecoveryFace:
    """Everything on the sheet. ``code`` and ``groups`` are the key itself and stay out of logs."""

    code: str = field(repr=False)  # what the QR holds: TBR1 and the groups, upper case
    groups: tuple[str, ...] = field(repr=False)
    network_name: str
    station_name: str  # where it was printed
    fingerprint: str
    words: dict[str, tuple[str, ...]]  # the fingerprint's words by language
    numbers: tuple[int, ...]  # and their numbers, the same in every language
    printed: date
