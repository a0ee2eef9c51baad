"""A station asks, the hub enrols it, the station joins; also in the place of one that was lost."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import msgspec
import pyrage

from timebank.desk.keyring import KeyFolder, fresh_keys, passphrase_from, read_passphrase, seal_to
from timebank.desk.leftovers import put_in_place
from timebank.desk.lock import work_folder
from timebank.desk.station import Pen, Station, make_home, store_path
from timebank.desk.stations import (
    REVOKED,
    ROLES,
    Standing,
    StationLine,
    find_station,
    network_name,
    standing,
)
from timebank.desk.surroundings import Surroundings
from timebank.desk.trust import certificate, privacy_secret, require_revocable, share_privacy, withdraw
from timebank.files import read_fault, require_writable, write_bytes_whole
from timebank.journal.entry import Entry, read_entry
from timebank.journal.facts import NetworkFounded, PrivacyKeyShared, StationEnrolled
from timebank.journal.keys import fingerprint, is_public_key, journal_id, network_id, signed_by
from timebank.outcome import Refusal
from timebank.store.store import Store, fact_of

_REQUEST = b"timebank/request/1\0"
_ENROLMENT = b"timebank/enrolment/1\0"
_DRAWN = (100, 1_000)
"""Station numbers by lot lie between these."""
_MAX_FILE = 64 << 20
_SECRET_BYTES = 32


class StationRequest(msgspec.Struct, frozen=True, array_like=True):
    """What a new station asks the hub with; signed by the key that it asks a certificate for."""

    name: str
    key: bytes
    recipient: str
    made: int


class Enrolment(msgspec.Struct, frozen=True, array_like=True):
    """What the hub answers, encrypted to the new station: the root's journal and the network's secret."""

    network: bytes
    station: int
    secret: bytes
    circle: str
    root: tuple[bytes, ...]
    inherited: tuple[tuple[int, bytes], ...] = ()
    """Privacy keys of lost stations whose members it looks after now, sealed (age) to it."""


def request(
    home: Path, surroundings: Surroundings, *, name: str, out: Path, passphrase_file: Path | None
) -> Standing:
    """Make this installation's keys and the file with which it asks the hub to be enrolled."""
    passphrase = read_passphrase(passphrase_file)
    if not name.strip():
        raise Refusal("name_missing")
    make_home(home)
    keys = fresh_keys(surroundings.random(64))
    asking = StationRequest(name.strip(), keys.signer.public, keys.recipient, surroundings.wall())
    body = msgspec.msgpack.encode(asking)
    signature = keys.signer.sign(_digest(_REQUEST, body))
    with work_folder(home, "founding") as work:
        ready = work / "station"
        folder = KeyFolder(ready)
        folder.write_station(keys)
        if passphrase is not None:
            folder.write_recovery(keys, passphrase)
        store = Store(store_path(ready))
        store.set_local("name", name.strip())
        store.close()
        write_bytes_whole(out, _REQUEST + base64.b64encode(body + signature) + b"\n")
        put_in_place(ready, home)
    return Standing(0, name.strip(), "", fingerprint(keys.signer.public), "")


def read_request(path: Path) -> StationRequest:
    """The request in a file; refuses with ``request_unreadable``."""
    data = _read_bounded(path)
    if not data.startswith(_REQUEST):
        raise Refusal("request_unreadable", file=path.name)
    try:
        raw = base64.b64decode(data[len(_REQUEST) :].strip(), validate=True)
        asking = msgspec.msgpack.decode(raw[:-64], type=StationRequest)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise Refusal("request_unreadable", file=path.name) from error
    if not is_public_key(asking.key) or not signed_by(asking.key, _digest(_REQUEST, raw[:-64]), raw[-64:]):
        raise Refusal("request_unreadable", file=path.name)
    return asking


def read_asking(path: Path) -> Standing:
    """Who asks in a request file: name and fingerprint, to compare with what the other screen shows."""
    asking = read_request(path)
    return Standing(0, asking.name, "", fingerprint(asking.key), "")


def enrol(
    station: Station,
    path: Path,
    *,
    out: Path,
    role: str | None = None,
    passphrase_file: Path | None = None,
    passphrase: str = "",
    replaces: str = "",
    reason: str = "",
) -> Standing:
    """Certify the station that made the request in ``path`` and write its enrolment file to ``out``.

    With ``replaces`` it looks after the members of that lost station from now on: trust in the lost one is
    withdrawn (for which a ``reason`` is needed, unless that was done before), and where this station holds
    the lost one's privacy key it hands it on. Role and place in the tree are then those of the lost one.
    """
    if role is not None and role not in ROLES:
        raise Refusal("role_unknown", role=role)
    asking = read_request(path)
    lost = find_station(station.store, replaces) if replaces else None
    if lost is not None and lost.state != REVOKED:
        require_revocable(station, lost, reason)
    opening = passphrase_from(passphrase, passphrase_file)
    require_writable(out)
    with station.root_recording(opening) as pen:
        number = _certify(station, pen, asking, role, lost)
        if lost is not None and lost.state != REVOKED:
            withdraw(station, pen, lost, reason)
        pen.intake.settle()  # the new certificate travels with the rest
        inherited = _hand_on(station, pen, lost, number, asking.recipient)
        answer = Enrolment(
            station.network,
            number,
            station.keys.secret,
            station.keys.circle,
            tuple(_root_entries(station)),
            inherited,
        )
        sealed = seal_to(asking.recipient, _ENROLMENT + msgspec.msgpack.encode(answer))
        network = network_name(station.store)  # while nothing is committed: a disk may fail at this, too
    write_bytes_whole(out, sealed)  # no certificate goes out before it is in the books for good
    return Standing(
        number,
        asking.name,
        "",
        fingerprint(asking.key),
        network,
        lost.station if lost else 0,
        bool(inherited) or lost is None,
    )


def _certify(
    station: Station, root: Pen, asking: StationRequest, role: str | None, lost: StationLine | None
) -> int:
    """Write the certificate, unless the same request was certified before; returns the station's number."""
    replaced = lost.station if lost else 0
    known = station.store.row("SELECT number, revoked FROM station WHERE key = ?", (asking.key,))
    if known is not None and known[1] is not None:
        raise Refusal("station_revoked", station=known[0])
    if known is not None and replaced in (0, certificate(station.store, known[0]).replaces):
        return int(known[0])
    number = int(known[0]) if known else _free_number(station)
    role = role or (lost.role if lost else ROLES[0])
    parent = lost.parent if lost else station.number
    root.tell(StationEnrolled(number, asking.name, role, parent, asking.key, asking.recipient, replaced))
    for (below,) in (
        station.store.rows(
            "SELECT number FROM station WHERE parent = ? AND revoked IS NULL AND number <> ?",
            (replaced, number),
        )
        if lost
        else ()
    ):
        root.tell(msgspec.structs.replace(certificate(station.store, below), parent=number))
    return number


def _hand_on(
    station: Station, root: Pen, lost: StationLine | None, number: int, recipient: str
) -> tuple[tuple[int, bytes], ...]:
    """Share the privacy keys of the lost station, and of those it had replaced, with its successor.

    As facts for the books, and in the enrolment file, so that the first import opens what it brings.
    """
    handed: list[tuple[int, bytes]] = []
    following = lost.station if lost is not None else 0
    while following and following not in dict(handed):
        secret = privacy_secret(station, following)
        if secret is not None:
            handed.append((following, seal_to(recipient, secret)))
        following = certificate(station.store, following).replaces
    if handed:
        pen = Pen(station, root.intake, station.journal, station.signer, station.network)
        for of, sealed in handed:
            pen.tell(PrivacyKeyShared(((number, sealed),), of))
        root.intake.settle()
    return tuple(handed)


def _free_number(station: Station) -> int:
    """The next number; where the root's journal was begun again, one drawn by lot.

    The old journal of the root may have gone further elsewhere and given the next numbers away already.
    """
    store = station.store
    if store.value("SELECT count(*) FROM journal WHERE station = 0 AND head > 0") == 1:
        return int(store.value("SELECT max(number) FROM station")) + 1
    while True:
        number = _DRAWN[0] + int.from_bytes(station.surroundings.random(8)) % (_DRAWN[1] - _DRAWN[0])
        if store.value("SELECT 1 FROM station WHERE number = ?", (number,)) is None:
            return number


def _root_entries(station: Station) -> list[bytes]:
    rows = station.store.rows(
        "SELECT e.bytes FROM entry e JOIN journal j ON j.id = e.journal WHERE j.station = 0"
        " AND e.bytes IS NOT NULL ORDER BY j.id, e.seq"
    )
    return [row[0] for row in rows]


def join(home: Path, surroundings: Surroundings, path: Path) -> Standing:
    """Take the enrolment file: this installation becomes a station of the network."""
    station = Station(home, surroundings)
    try:
        if station.joined:
            raise Refusal("already_joined", network=network_name(station.store))
        answer, entries = _read_enrolment(station, path)
        station.key_folder.write_station(
            msgspec.structs.replace(
                station.keys, secret=answer.secret, circle=answer.circle, inherited=answer.inherited
            )
        )
        with station.store.transaction():
            station.store.set_local("network", answer.network)
            station.store.set_local("station", answer.station)
        station.close()
        station = Station(home, surroundings)
        with station.intake() as intake:
            for entry in entries:
                intake.add(entry)
            intake.settle()
            name = station.store.value("SELECT name FROM station WHERE number = ?", (station.number,))
            station.store.set_local("name", name)
            station.name = name
            station.begin_journal(intake, "new")
            share_privacy(station, intake)  # in the same breath: a join that is cut off leaves neither
            intake.settle()
            return standing(station)
    finally:
        station.close()


def _read_enrolment(station: Station, path: Path) -> tuple[Enrolment, list[Entry]]:
    """The enrolment, proved: the root's chain is whole, signed, and holds a certificate for our key."""
    data = _read_bounded(path)
    plain = station.keys.unseal(data)
    if plain is None or not plain.startswith(_ENROLMENT):
        raise Refusal("enrolment_not_for_us", file=path.name)
    try:
        answer = msgspec.msgpack.decode(plain[len(_ENROLMENT) :], type=Enrolment)
        entries = [read_entry(each) for each in answer.root]
    except (ValueError, msgspec.DecodeError, RecursionError) as error:  # a BadEntry is a ValueError
        raise Refusal("enrolment_damaged", file=path.name) from error
    first = entries[0] if entries else None
    founded = fact_of(first) if first else None
    if (
        first is None
        or not isinstance(founded, NetworkFounded)
        or network_id(founded.key) != answer.network
        or journal_id(founded.key, founded.nonce) != first.header.journal
    ):
        raise Refusal("enrolment_damaged", file=path.name)
    proved = {(entry.header.journal, 0, b"") for entry in entries}
    for entry in entries:  # a journal of the root may have forked: then both branches are here
        header = entry.header
        place = (header.journal, header.seq, entry.hash)
        chained = (header.journal, header.seq - 1, header.previous) in proved and place not in proved
        if header.network != answer.network or not chained or not entry.signed_by(founded.key):
            raise Refusal("enrolment_damaged", file=path.name)
        proved.add(place)
    certified = any(
        isinstance(fact, StationEnrolled)
        and fact.key == station.signer.public
        and fact.station == answer.station
        for fact in map(fact_of, entries)
    )
    if not certified or not _sound(answer):
        raise Refusal("enrolment_damaged", file=path.name)
    return answer, entries


def _sound(answer: Enrolment) -> bool:
    """Whether the keys in an enrolment are keys: they are kept and used long after it was read."""
    try:
        pyrage.x25519.Identity.from_str(answer.circle)
    except pyrage.IdentityError:
        return False
    return len(answer.secret) == _SECRET_BYTES


def _digest(prefix: bytes, body: bytes) -> bytes:
    return hashlib.sha256(prefix + body).digest()


def _read_bounded(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE:
            raise Refusal("request_unreadable", file=path.name)
        return path.read_bytes()
    except OSError as error:
        raise read_fault(error, path) from error
