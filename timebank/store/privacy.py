"""The privacy keys that this station holds: its own, and those that stations below it shared with it."""

from __future__ import annotations

from collections.abc import Callable

from timebank.journal.keys import PrivacyKey


class PrivacyKeys:
    """Opens private parts of the stations whose keys are here; what it cannot open stays sealed."""

    def __init__(self, own_station: int, own_key: bytes, unseal: Callable[[bytes], bytes | None]) -> None:
        self.station = own_station
        self._keys: dict[int, list[PrivacyKey]] = {own_station: [PrivacyKey(own_key)]}
        self._unseal = unseal
        self._learned: set[tuple[int, bytes]] = set()

    def learn(self, writer: int, sealed: bytes, of: int = 0) -> bool:
        """Take the key that was sealed to this station; False if it will not open.

        It is the writer's own, or the key ``of`` another station that it hands on: that one never takes the
        place of what the other said itself.
        """
        secret = self._unseal(sealed)
        if secret is None or len(secret) != 32:
            return False
        if (of or writer, secret) in self._learned:
            return True
        self._learned.add((of or writer, secret))
        keys = self._keys.setdefault(of or writer, [])
        keys.insert(len(keys) if of or writer == self.station else 0, PrivacyKey(secret))
        return True

    def key_for(self, station: int) -> PrivacyKey:
        """The key under which facts about a member of ``station`` are sealed here: theirs, or else our own."""
        return (self._keys.get(station) or self._keys[self.station])[0]

    def open(self, sealed: bytes, *stations: int) -> dict[str, object] | None:
        """The fields sealed by one of ``stations``, or None where this station is not entitled to them."""
        for station in stations:
            for key in self._keys.get(station, ()):
                fields = key.open(sealed)
                if fields is not None:
                    return fields
        return None
