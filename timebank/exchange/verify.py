"""What a run of entries must satisfy before it is believed. Pure."""

from __future__ import annotations

from timebank.journal.entry import BadEntry, Entry, newer_format, read_entry
from timebank.outcome import Problem


class Unfit(Problem):
    """A file, or a part of one, that may not be taken; the code is one of a quarantine's."""


class RunCheck:
    """Follows one journal's chain entry by entry from a known head."""

    def __init__(self, network: bytes, journal: bytes, head: int, head_hash: bytes) -> None:
        self._network = network
        self._journal = journal
        self.head = head
        self.head_hash = head_hash

    def problem(self, entry: Entry) -> str | None:
        """None where ``entry`` continues the chain (and is then the head), else a quarantine code."""
        header = entry.header
        if header.network != self._network:
            return "other_network"
        if header.journal != self._journal:
            return "tampered"
        if header.seq != self.head + 1 or header.previous != self.head_hash:
            return "tampered"
        self.head, self.head_hash = header.seq, entry.hash
        return None


def entry_in(data: bytes) -> Entry:
    """The entry in ``data``. Unfit: ``newer_format`` or ``tampered``."""
    try:
        return read_entry(data)
    except BadEntry as error:
        raise Unfit("newer_format" if newer_format(data) else "tampered") from error
