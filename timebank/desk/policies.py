"""The rules in force: adopting a pack, and reading it back from the facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from timebank.desk.keyring import read_passphrase
from timebank.desk.station import Station
from timebank.files import read_fault
from timebank.journal.facts import PolicyAdopted
from timebank.journal.refs import EntryRef, day_number
from timebank.outcome import Refusal
from timebank.policy.catalog import check, load, pack_ids, parse
from timebank.policy.pack import Pack, digest, from_resolved, resolved
from timebank.policy.validate import Finding

FALLBACK = "neutral"
"""Holds where nothing was adopted."""


class Adopted(NamedTuple):
    """A pack that was adopted, by its id, and the entry that says so."""

    pack: str
    entry: EntryRef


def adoption(pack: Pack, day: date) -> PolicyAdopted:
    """The fact that ``pack`` holds from ``day`` on."""
    return PolicyAdopted(pack.id, day_number(day), resolved(pack), digest(pack))


class Policies:
    """Rule packs of this network."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._read: tuple[int, Pack] | None = None

    def ids(self) -> tuple[str, ...]:
        """The packs that come with the program."""
        return pack_ids()

    def in_force(self, day: date | None = None) -> Pack:
        """The pack that holds on ``day`` (today where not said): the last one adopted for it.

        The first pack that the network adopted covers the time before as well.
        """
        row = self._adoption(day)
        if row is None:
            return load(FALLBACK)
        if self._read is None or self._read[0] != row[0]:
            told = self._station.store.told(row[0])
            assert told is not None
            assert isinstance(told.fact, PolicyAdopted)
            self._read = (row[0], from_resolved(told.fact.values))
        return self._read[1]

    def adopted(self) -> str | None:
        """The id of the pack in force, None where none was adopted."""
        row = self._adoption(None)
        return None if row is None else row[1]

    def _adoption(self, day: date | None) -> tuple[int, str] | None:
        number = day_number(day or self._station.surroundings.today())
        row = self._station.store.row(
            "SELECT p.entry, p.pack FROM policy p CROSS JOIN entry e ON e.id = p.entry"  # the few first: entries are many
            " ORDER BY p.day <= ? DESC, CASE WHEN p.day <= ? THEN -p.day ELSE p.day END, e.lamport DESC, e.seq DESC"
            " LIMIT 1",
            (number, number),
        )
        return None if row is None else (row[0], row[1])

    def adopt(self, policy: str, *, day: date | None = None, passphrase_file: Path | None = None) -> Adopted:
        """Let a pack hold from ``day`` (today) on, in the whole network. Only the root's holder can.

        ``policy`` is the id of a shipped pack, or the path of a pack file (``.toml``).
        """
        start = day or self._station.surroundings.today()
        pack = pack_named(policy, start)
        with self._station.root_recording(read_passphrase(passphrase_file)) as pen:
            return Adopted(pack.id, pen.tell(adoption(pack, start)))


def pack_named(policy: str, day: date | None = None) -> Pack:
    """The shipped pack of an id, or the pack in a file (``.toml``), as it holds on ``day``.

    Refuses as :func:`timebank.policy.catalog.load` and ``parse`` do, and with ``policy_unreadable``.
    """
    if not policy.lower().endswith(".toml"):
        return load(policy, day)
    path = Path(policy)
    return parse(_text_of(path), path.name, day)


def read_pack_findings(path: Path) -> list[Finding]:
    """Everything wrong with a pack file; refuses with ``policy_unreadable`` for what is no text."""
    return check(_text_of(path), path.name)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise read_fault(error, path) from error
    except UnicodeDecodeError as error:
        raise Refusal("policy_unreadable", file=path.name) from error
