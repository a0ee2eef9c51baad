"""Serials typed in vain at this desk: counted here alone, and only where the rules set a bound."""

from __future__ import annotations

import json

from timebank.desk.policies import Policies
from timebank.desk.station import Station

RULE = "voucher.attempts_per_hour"
_HOUR = 3_600
_KEY = "attempts"


class Attempts:
    """A voucher's code is signed and cannot be guessed; a serial typed by hand can. Unset restricts nothing."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies

    @property
    def _most(self) -> int | None:
        most = self._policies.in_force().value(RULE)
        return None if most is None else int(most)

    def _recent(self) -> list[int]:
        """When they were, of the last hour; a clock that was set to another time forgets what it cannot place."""
        now = self._station.surroundings.wall()
        kept = json.loads(self._station.store.local(_KEY) or "[]")
        return [each for each in kept if abs(now - each) < _HOUR]

    def spent(self) -> bool:
        """Whether no more serials are to be tried for now."""
        most = self._most
        return most is not None and len(self._recent()) >= most

    def failed(self) -> None:
        """Count one more."""
        most = self._most
        if most is not None:
            recent = [*self._recent(), self._station.surroundings.wall()]
            self._station.store.set_local(_KEY, json.dumps(recent[-most:]))
