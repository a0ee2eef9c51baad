"""What a certificate of service shows, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """What the holder did of one kind; both amounts already worded."""

    what: str
    times: str
    hours: str


@dataclass(frozen=True, slots=True)
class CertificateFace:
    """Everything on the page of a certificate; an empty text leaves a line to be filled in by hand."""

    code: str  # what the QR holds: TBS1 and Crockford base32, upper case
    number: str
    network_name: str
    station_name: str
    holder_name: str
    holder_document: str  # masked
    holder_number: str
    first: date
    last: date
    services: int
    hours: str  # their hours, already worded
    lines: Sequence[CertificateLine]
    responsible: str
    contact: str
    issued: date
    language: str = "zh_CN"
