"""Founding a network, enrolling and joining stations, withdrawing trust."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from timebank.desk.keyring import KeyFolder, fresh_identity, fresh_keys, read_passphrase, seal_to
from timebank.desk.policies import adoption
from timebank.desk.station import Pen, Station, make_home, store_path
from timebank.desk.surroundings import Surroundings
from timebank.exchange.verify import RunCheck
from timebank.files import read_fault, write_bytes_whole, writing
from timebank.journal.entry import BadEntry, Entry, read_entry
from timebank.journal.facts import (
    NetworkFounded,
    PrivacyKeyShared,
    StationEnrolled,
    StationRevoked,
    decode_fact,
)
from timebank.journal.keys import Signer, fingerprint, is_public_key, journal_id, network_id, signed_by
from timebank.outcome import Refusal
from timebank.policy.catalog import load as load_pack
from timebank.policy.pack import Pack
from timebank.store.intake import Intake
from timebank.store.store import Store

ROLES = ("station", "hub")
_REQUEST = b"timebank/request/1\0"
_ENROLMENT = b"timebank/enrolment/1\0"
_MAX_FILE = 64 << 20


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


class Standing(NamedTuple):
    """A station's identity, as both screens show it."""

    station: int
    name: str
    journal: str
    fingerprint: str
    network: str


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


def found(
    home: Path,
    surroundings: Surroundings,
    *,
    network: str,
    station: str,
    policy: str | None,
    passphrase_file: Path | None = None,
) -> Standing:
    """Found a network whose hub is this station; it keeps the root key.

    All is made ready in a folder within ``home`` first: a founding that is cut off leaves no half of a station.
    """
    passphrase = read_passphrase(passphrase_file)
    if not network.strip() or not station.strip():
        raise Refusal("name_missing")
    pack = None if policy is None else load_pack(policy, surroundings.today())
    make_home(home)
    with writing(store_path(home)), tempfile.TemporaryDirectory(dir=home, prefix=".founding-") as folder:
        ready = Path(folder)
        made = _found_in(ready, surroundings, network.strip(), station.strip(), pack, passphrase)
        os.replace(KeyFolder(ready).folder, KeyFolder(home).folder)
        os.replace(store_path(ready), store_path(home))
    return made


def _found_in(
    home: Path,
    surroundings: Surroundings,
    network: str,
    station: str,
    pack: Pack | None,
    passphrase: str | None,
) -> Standing:
    keys = msgspec.structs.replace(
        fresh_keys(surroundings.random(64)), secret=surroundings.random(32), circle=fresh_identity()
    )
    root = Signer(surroundings.random(32))
    folder = KeyFolder(home)
    folder.write_station(keys)
    folder.write_root(root.seed, passphrase)
    nonce = surroundings.random(16)
    root_journal = journal_id(root.public, nonce)
    store = Store(store_path(home))
    with store.transaction():
        for key, value in (
            ("network", network_id(root.public)),
            ("root_journal", root_journal),
            ("station", 1),
            ("name", station),
        ):
            store.set_local(key, value)
    store.close()
    opened = Station(home, surroundings)
    try:
        with opened.intake() as intake:
            pen = Pen(opened, intake, root_journal, root, opened.network)
            pen.tell(NetworkFounded(network, root.public, nonce))
            pen.tell(StationEnrolled(1, station, "hub", 0, keys.signer.public, keys.recipient))
            if pack is not None:
                pen.tell(adoption(pack, surroundings.today()))
            opened.begin_journal(intake, "new")
        return standing(opened)
    finally:
        opened.close()


def standing(station: Station) -> Standing:
    """This station's identity."""
    return Standing(
        station.number,
        station.name,
        station.journal.hex(),
        fingerprint(station.signer.public),
        network_name(station.store),
    )


def network_name(store: Store) -> str:
    """The name of the network, empty before this station has joined one."""
    data = store.value("SELECT bytes FROM entry WHERE kind = 'NetworkFounded' ORDER BY id LIMIT 1")
    if data is None:
        return ""
    entry = read_entry(data)
    fact = decode_fact(entry.header.kind, entry.header.body)
    return fact.name if isinstance(fact, NetworkFounded) else ""


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
    write_bytes_whole(out, _REQUEST + base64.b64encode(body + signature) + b"\n")
    folder = KeyFolder(home)
    folder.write_station(keys)
    if passphrase is not None:
        folder.write_recovery(keys, passphrase)
    store = Store(store_path(home))
    store.set_local("name", name.strip())
    store.close()
    return Standing(0, name.strip(), "", fingerprint(keys.signer.public), "")


def read_request(path: Path) -> StationRequest:
    """The request in a file; refuses with ``request_unreadable``."""
    data = _read_bounded(path)
    if not data.startswith(_REQUEST):
        raise Refusal("request_unreadable", file=path.name)
    try:
        raw = base64.b64decode(data[len(_REQUEST) :].strip(), validate=True)
        asking = msgspec.msgpack.decode(raw[:-64], type=StationRequest)
    except (ValueError, msgspec.DecodeError) as error:
        raise Refusal("request_unreadable", file=path.name) from error
    if not is_public_key(asking.key) or not signed_by(asking.key, _digest(_REQUEST, raw[:-64]), raw[-64:]):
        raise Refusal("request_unreadable", file=path.name)
    return asking


def read_asking(path: Path) -> Standing:
    """Who asks in a request file: name and fingerprint, to compare with what the other screen shows."""
    asking = read_request(path)
    return Standing(0, asking.name, "", fingerprint(asking.key), "")


def enrol(
    station: Station, path: Path, *, out: Path, role: str = "station", passphrase_file: Path | None = None
) -> Standing:
    """Certify the station that made the request in ``path`` and write its enrolment file to ``out``."""
    if role not in ROLES:
        raise Refusal("role_unknown", role=role)
    asking = read_request(path)
    passphrase = read_passphrase(passphrase_file)
    with station.root_recording(passphrase) as pen:
        known = station.store.row("SELECT number, revoked FROM station WHERE key = ?", (asking.key,))
        if known is not None and known[1] is not None:
            raise Refusal("station_revoked", station=known[0])
        if known is None:
            number = int(station.store.value("SELECT max(number) FROM station")) + 1
            pen.tell(StationEnrolled(number, asking.name, role, station.number, asking.key, asking.recipient))
        else:
            number = int(known[0])
        pen.intake.settle()  # the new certificate travels with the rest
        answer = Enrolment(
            station.network, number, station.keys.secret, station.keys.circle, tuple(_root_entries(station))
        )
        sealed = seal_to(asking.recipient, _ENROLMENT + msgspec.msgpack.encode(answer))
        write_bytes_whole(out, sealed)
    return Standing(number, asking.name, "", fingerprint(asking.key), network_name(station.store))


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
            msgspec.structs.replace(station.keys, secret=answer.secret, circle=answer.circle)
        )
        with station.store.transaction():
            station.store.set_local("network", answer.network)
            station.store.set_local("station", answer.station)
        station.close()
        station = Station(home, surroundings)
        with station.intake() as intake:
            for entry in entries:
                intake.add(entry)
            name = station.store.value("SELECT name FROM station WHERE number = ?", (station.number,))
            station.store.set_local("name", name)
            station.name = name
            station.begin_journal(intake, "new")
            share_privacy(station, intake)  # in the same breath: a join that is cut off leaves neither
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
    except (msgspec.DecodeError, BadEntry) as error:
        raise Refusal("enrolment_damaged", file=path.name) from error
    first = entries[0] if entries else None
    founded = decode_fact(first.header.kind, first.header.body) if first else None
    if (
        first is None
        or not isinstance(founded, NetworkFounded)
        or network_id(founded.key) != answer.network
        or journal_id(founded.key, founded.nonce) != first.header.journal
    ):
        raise Refusal("enrolment_damaged", file=path.name)
    heads: dict[bytes, RunCheck] = {}
    for entry in entries:
        check = heads.setdefault(entry.header.journal, RunCheck(answer.network, entry.header.journal, 0, b""))
        if check.problem(entry) is not None or not entry.signed_by(founded.key):
            raise Refusal("enrolment_damaged", file=path.name)
    certified = any(
        isinstance(fact, StationEnrolled)
        and fact.key == station.signer.public
        and fact.station == answer.station
        for fact in (decode_fact(entry.header.kind, entry.header.body) for entry in entries)
    )
    if not certified:
        raise Refusal("enrolment_damaged", file=path.name)
    return answer, entries


def share_privacy(station: Station, intake: Intake) -> None:
    """Share this station's privacy key with every hub above it, sealed to each."""
    sealed = tuple(
        (number, seal_to(recipient, station.keys.privacy))
        for number, recipient in hubs_above(station.store, station.number)
    )
    if sealed:
        Pen(station, intake, station.journal, station.signer, station.network).tell(PrivacyKeyShared(sealed))


def hubs_above(store: Store, number: int) -> list[tuple[int, str]]:
    """(station, age recipient) of the hubs above a station, nearest first."""
    hubs: list[tuple[int, str]] = []
    seen = {number}
    parent = store.value("SELECT parent FROM station WHERE number = ?", (number,))
    while parent and parent not in seen:
        seen.add(parent)
        row = store.row("SELECT parent, recipient FROM station WHERE number = ?", (parent,))
        if row is None:
            break
        hubs.append((parent, row[1]))
        parent = row[0]
    return hubs


def revoke(station: Station, text: str, *, reason: str, passphrase_file: Path | None = None) -> StationLine:
    """Withdraw a station's certificate; the entries known here are the last that count."""
    if not reason.strip():
        raise Refusal("reason_missing")
    line = find_station(station.store, text)
    if line.station == station.number:
        raise Refusal("revoke_self")
    if line.state == "revoked":
        raise Refusal("station_revoked", station=line.station)
    with station.root_recording(read_passphrase(passphrase_file)) as pen:
        last = station.store.rows(
            "SELECT ref, head FROM journal WHERE station = ? AND head > 0 ORDER BY ref", (line.station,)
        )
        pen.tell(
            StationRevoked(line.station, tuple((bytes(ref), head) for ref, head in last), reason.strip())
        )
    return find_station(station.store, str(line.station))


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
                "revoked" if revoked is not None else "enrolled",
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


def _digest(prefix: bytes, body: bytes) -> bytes:
    return hashlib.sha256(prefix + body).digest()


def _read_bounded(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE:
            raise Refusal("request_unreadable", file=path.name)
        return path.read_bytes()
    except OSError as error:
        raise read_fault(error, path) from error
