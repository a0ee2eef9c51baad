"""How facts name each other, and the calendar counts they use."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from timebank.outcome import Refusal

EPOCH = date(2000, 1, 1)
"""Dates are whole days, times whole minutes, since local midnight of this day."""

_EPOCH_TIME = datetime(2000, 1, 1)
MAX_SEQ = 1 << 53
EightBytes = Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]

_TEXT = re.compile(r"([0-9a-f]{16})-([1-9][0-9]{0,15})-([0-9a-f]{16})")


class EntryRef(
    msgspec.Struct, frozen=True, array_like=True, order=True, forbid_unknown_fields=True, gc=False
):
    """One entry of one journal: 8 bytes of journal id, sequence number, first 8 bytes of the entry's hash.

    It says *which* entry of *which* journal is meant even where that entry has not arrived, and the hash
    keeps two branches of a forked journal apart.
    """

    journal: EightBytes
    seq: Annotated[int, msgspec.Meta(ge=1, le=MAX_SEQ)]
    check: EightBytes

    def __str__(self) -> str:
        return f"{self.journal.hex()}-{self.seq}-{self.check.hex()}"


def parse_ref(text: str) -> EntryRef:
    """The reference written as ``text``; refuses with ``entry_unreadable``."""
    match = _TEXT.fullmatch(text.strip().lower())
    if match is None:
        raise Refusal("entry_unreadable", text=text)
    journal, seq, check = match.groups()
    return EntryRef(bytes.fromhex(journal), int(seq), bytes.fromhex(check))


def day_number(day: date) -> int:
    """Whole days from :data:`EPOCH` to ``day``."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date that is ``number`` days after :data:`EPOCH`."""
    return EPOCH + timedelta(days=number)


def minute_number(moment: datetime) -> int:
    """Whole local minutes from the start of :data:`EPOCH` to ``moment`` (seconds are dropped)."""
    return int((moment.replace(tzinfo=None, second=0, microsecond=0) - _EPOCH_TIME) / timedelta(minutes=1))


def minute_of(number: int) -> datetime:
    """The local time that is ``number`` minutes after the start of :data:`EPOCH`."""
    return _EPOCH_TIME + timedelta(minutes=number)
