"""Trust after the enrolment: renewing and withdrawing certificates, and sharing privacy keys upward."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from timebank.desk.keyring import passphrase_from, seal_to
from timebank.desk.station import Pen, Station
from timebank.desk.stations import HUB, REVOKED, ROLES, StationLine, find_station
from timebank.journal.facts import PrivacyKeyShared, StationEnrolled, StationRevoked
from timebank.outcome import Refusal
from timebank.store.intake import Intake
from timebank.store.store import Store

_SHARED = "privacy_shared"
"""The local setting that says which privacy keys were sealed to which recipients."""
NOBODY = ("0", "none", "无")
"""What stands for no hub at all where a hub is asked for."""


def revoke(
    station: Station, text: str, *, reason: str, passphrase_file: Path | None = None, passphrase: str = ""
) -> StationLine:
    """Withdraw a station's certificate; the entries known here are the last that count."""
    line = find_station(station.store, text)
    require_revocable(station, line, reason)
    with station.root_recording(passphrase_from(passphrase, passphrase_file)) as pen:
        withdraw(station, pen, line, reason)
    return find_station(station.store, str(line.station))


def require_revocable(station: Station, line: StationLine, reason: str) -> None:
    """Refuses with ``reason_missing``, ``revoke_self`` or ``station_revoked``."""
    if not reason.strip():
        raise Refusal("reason_missing")
    if line.station == station.number:
        raise Refusal("revoke_self")
    if line.state == REVOKED:
        raise Refusal("station_revoked", station=line.station)


def withdraw(station: Station, root: Pen, line: StationLine, reason: str) -> None:
    """Write into the root's journal that a station is no longer trusted."""
    last = station.store.rows("SELECT ref, head FROM chain WHERE station = ? ORDER BY ref", (line.station,))
    root.tell(StationRevoked(line.station, tuple((bytes(ref), head) for ref, head in last), reason.strip()))


def promote(
    station: Station,
    text: str,
    *,
    role: str | None = None,
    parent: str | None = None,
    passphrase_file: Path | None = None,
    passphrase: str = "",
) -> StationLine:
    """Renew a station's certificate: same number, same key, another role or another hub above it.

    Where no role is said it becomes a hub, unless it comes under another one. ``parent`` is a hub's number
    or name, or one of :data:`NOBODY`. Refuses with ``station_revoked``, ``role_unknown``, ``not_a_hub`` or
    ``parent_below``.
    """
    line = find_station(station.store, text)
    if role is not None and role not in ROLES:
        raise Refusal("role_unknown", role=role)
    if line.state == REVOKED:
        raise Refusal("station_revoked", station=line.station)
    above = line.parent if parent is None else _parent(station.store, line, parent)
    role = role or (HUB if parent is None or not above else line.role)
    with station.root_recording(passphrase_from(passphrase, passphrase_file)) as pen:
        if (role, above) != (line.role, line.parent):
            renewed = certificate(station.store, line.station)
            pen.tell(msgspec.structs.replace(renewed, role=role, parent=above))
    return find_station(station.store, str(line.station))


def _parent(store: Store, line: StationLine, text: str) -> int:
    if text.strip() in NOBODY:
        return 0
    above = find_station(store, text)
    if above.state == REVOKED:
        raise Refusal("station_revoked", station=above.station)
    if above.role != HUB:
        raise Refusal("not_a_hub", station=above.station, name=above.name)
    if line.station in (above.station, *chain_above(store, above.station)):
        raise Refusal("parent_below", station=line.station, parent=above.station)
    return above.station


def certificate(store: Store, number: int) -> StationEnrolled:
    """The certificate in force of a station."""
    entry, *renewed = store.rows(
        "SELECT entry, name, role, parent, recipient FROM station WHERE number = ?", (number,)
    )[0]
    told = store.told(entry)
    assert told is not None
    assert isinstance(told.fact, StationEnrolled)
    name, role, parent, recipient = renewed
    return msgspec.structs.replace(told.fact, name=name, role=role, parent=parent, recipient=recipient)


def chain_above(store: Store, number: int) -> Iterator[int]:
    """The stations above a station, nearest first."""
    seen = {number}
    while True:
        parent = store.value("SELECT parent FROM station WHERE number = ?", (number,))
        if not parent or parent in seen:
            return
        seen.add(parent)
        yield parent
        number = parent


def hubs_above(store: Store, number: int) -> list[tuple[int, str]]:
    """(station, age recipient) of the trusted hubs above a station, nearest first."""
    rows = [
        store.row(
            "SELECT number, recipient FROM station WHERE number = ? AND role = ? AND revoked IS NULL",
            (above, HUB),
        )
        for above in chain_above(store, number)
    ]
    return [(row[0], row[1]) for row in rows if row is not None]


def share_privacy(station: Station, intake: Intake) -> None:
    """Share this station's privacy key with every hub above it, as a part of joining."""
    facts, told = _unshared(station)
    pen = Pen(station, intake, station.journal, station.signer, station.network)
    _share(station, pen, facts, told)


def share_with_hubs(station: Station) -> None:
    """Share the privacy key with hubs that came to stand above this station since it was last shared.

    Before an export: the file then carries the key together with what it opens.
    """
    if station.joined and not station.reads_only and _unshared(station)[0]:
        with station.recording() as pen:
            _share(station, pen, *_unshared(station))


def _share(station: Station, pen: Pen, facts: list[PrivacyKeyShared], told: set[str]) -> None:
    for fact in facts:
        pen.tell(fact)
    if facts:
        station.store.set_local(_SHARED, json.dumps(sorted(told)))


def _unshared(station: Station) -> tuple[list[PrivacyKeyShared], set[str]]:
    """What is still to be shared, and all that is shared once that is done.

    Besides its own key a station may hold those of lost stations that it replaces.
    """
    told = set(json.loads(station.store.local(_SHARED) or "[]"))
    hubs = hubs_above(station.store, station.number)
    facts = []
    held = [(of, station.keys.unseal(sealed)) for of, sealed in station.keys.inherited]
    for of, secret in [(0, station.keys.privacy), *held]:
        fresh = [(number, to) for number, to in hubs if f"{of} {to}" not in told]
        if secret is None:  # of a key file that was put together by hand
            continue
        if fresh:
            facts.append(PrivacyKeyShared(tuple((number, seal_to(to, secret)) for number, to in fresh), of))
            told |= {f"{of} {to}" for _, to in fresh}
    return facts, told


def privacy_secret(station: Station, of: int) -> bytes | None:
    """The privacy key of a station as far as it is held here, or None."""
    if of == station.number:
        return station.keys.privacy
    shared = station.store.rows(
        "SELECT sealed FROM privacy_key WHERE CASE of WHEN 0 THEN station ELSE of END = ? ORDER BY of, entry",
        (of,),
    )
    inherited = [sealed for number, sealed in station.keys.inherited if number == of]
    secrets = (station.keys.unseal(sealed) for sealed in (*inherited, *(row[0] for row in shared)))
    return next((secret for secret in secrets if secret is not None), None)
