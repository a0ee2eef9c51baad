"""Who belongs to the network: one pure function from the root's facts to its stations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from timebank.domain.told import Told, in_order
from timebank.journal.facts import StationEnrolled, StationRevoked


class Station(NamedTuple):
    """A station as the root has certified it."""

    number: int
    name: str
    role: str
    parent: int
    key: bytes
    recipient: str
    replaces: int
    entry: int
    """The local number of its certificate: the last renewal."""
    revoked: int | None
    """The local number of the revocation."""
    last: dict[bytes, int]
    """Of a revoked station: the last entry that counts of each of its journals, by the journal's id."""

    def limit(self, *names: bytes) -> int | None:
        """The last entry that counts on a chain, by its own name or else its trunk's; None without a limit."""
        if self.revoked is None:
            return None
        return next((self.last[name] for name in names if name in self.last), 0)


def fold_stations(told: Iterable[Told]) -> dict[int, Station]:
    """The stations by number, from the root's facts in any order.

    Of two certificates for one number or one key the first in canonical order stands; one that names the
    same number and key again renews it. The first revocation of a station stands.
    """
    stations: dict[int, Station] = {}
    keys: set[bytes] = set()
    revocations: dict[int, tuple[int, StationRevoked]] = {}
    for each in in_order(told):
        fact = each.fact
        if isinstance(fact, StationRevoked):
            revocations.setdefault(fact.station, (each.row, fact))
        elif isinstance(fact, StationEnrolled):
            before = stations.get(fact.station)
            if before is None and fact.key in keys:
                continue
            if before is not None and before.key != fact.key:
                continue
            keys.add(fact.key)
            replaces = fact.replaces or (before.replaces if before else 0)
            stations[fact.station] = Station(
                fact.station, fact.name, fact.role, fact.parent, fact.key, fact.recipient, replaces,
                each.row, None, {},
            )  # fmt: skip
    for number, (row, revoked) in revocations.items():
        if number in stations:
            stations[number] = stations[number]._replace(revoked=row, last=dict(revoked.last))
    return stations
