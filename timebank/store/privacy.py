"""The privacy keys that this station holds: its own, and those that stations below it shared with it."""

from __future__ import annotations

from collections.abc import Callable

from timebank.journal.keys import PrivacyKey


class PrivacyKeys:
    """Opens private parts of the stations whose keys are here; what it cannot open stays sealed."""

    def __init__(self, own_station: int, own_key: bytes, unseal: Callable[[bytes], bytes | None]) -> None:
        self.station = own_station
        self._keys: dict[int, PrivacyKey] = {own_station: PrivacyKey(own_key)}
        self._unseal = unseal

    def learn(self, station: int, sealed: bytes) -> bool:
        """Take the key of ``station`` that was sealed to this one; False if it will not open."""
        secret = self._unseal(sealed)
        if secret is None or len(secret) != 32:
            return False
        self._keys[station] = PrivacyKey(secret)
        return True

    def key_for(self, station: int) -> PrivacyKey:
        """The key under which facts about a member of ``station`` are sealed here: theirs, or else our own."""
        return self._keys.get(station) or self._keys[self.station]

    def open(self, sealed: bytes, *stations: int) -> dict[str, object] | None:
        """The fields sealed by one of ``stations``, or None where this station is not entitled to them."""
        for station in stations:
            key = self._keys.get(station)
            fields = key.open(sealed) if key else None
            if fields is not None:
                return fields
        return None
