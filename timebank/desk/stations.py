"""Reading who the stations of a network are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from timebank.desk.station import Station
from timebank.journal.entry import read_entry
from timebank.journal.facts import NetworkFounded, decode_fact
from timebank.journal.keys import fingerprint
from timebank.outcome import Refusal
from timebank.store.store import Store

ROLES = ("station", "hub")
HUB = "hub"
REVOKED = "revoked"


class Standing(NamedTuple):
    """A station's identity, as both screens show it."""

    station: int
    name: str
    journal: str
    fingerprint: str
    network: str
    replaces: int = 0
    """The lost station that it replaces; 0 for none."""
    reads: bool = True
    """Whether it can read the personal data of the members it looks after from the start."""


class StationLine(NamedTuple):
    """One station of the network, as known here."""

    station: int
    name: str
    role: str
    parent: int
    journal: str
    head: int
    last_exchange: datetime | None
    state: str
    fingerprint: str


def standing(station: Station) -> Standing:
    """This station's identity."""
    return Standing(
        station.number,
        station.name,
        station.journal.hex(),
        fingerprint(station.signer.public),
        network_name(station.store),
    )


def founding(store: Store) -> NetworkFounded | None:
    """How the network was founded, None before this station has joined one."""
    data = store.value("SELECT bytes FROM entry WHERE kind = 'NetworkFounded' ORDER BY id LIMIT 1")
    if data is None:
        return None
    entry = read_entry(data)
    fact = decode_fact(entry.header.kind, entry.header.body)
    return fact if isinstance(fact, NetworkFounded) else None


def network_name(store: Store) -> str:
    """The name of the network, empty before this station has joined one."""
    founded = founding(store)
    return founded.name if founded else ""


def stations(store: Store) -> list[StationLine]:
    """All stations, in order of their numbers."""
    lines = []
    for number, name, role, parent, key, revoked in store.rows(
        "SELECT number, name, role, parent, key, revoked FROM station ORDER BY number"
    ):
        journal = store.row(
            "SELECT ref, head FROM journal WHERE station = ? AND head > 0 ORDER BY id DESC LIMIT 1", (number,)
        )
        last = store.local(f"exchange.{number}")
        lines.append(
            StationLine(
                number,
                name,
                role,
                parent,
                journal[0].hex() if journal else "",
                journal[1] if journal else 0,
                datetime.fromisoformat(last) if last else None,
                REVOKED if revoked is not None else "enrolled",
                fingerprint(key),
            )
        )
    return lines


def find_station(store: Store, text: str) -> StationLine:
    """The station with a number or a name; refuses with ``station_not_found`` or ``station_ambiguous``."""
    lines = stations(store)
    folded = text.strip()
    matches = [line for line in lines if str(line.station) == folded.lstrip("0")] or [
        line for line in lines if line.name == folded or (line.journal and line.journal == folded.lower())
    ]
    if not matches:
        raise Refusal("station_not_found", text=text)
    if len(matches) > 1:
        raise Refusal("station_ambiguous", text=text, stations=[line.station for line in matches])
    return matches[0]


def find_stations(store: Store, texts: Sequence[str]) -> list[StationLine]:
    """Several stations by number or name."""
    return [find_station(store, text) for text in texts]
