"""A small network of real stations in folders, and the few facts that the exchange tests need."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from timebank.desk import network
from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.desk.surroundings import Surroundings
from timebank.exchange.file import FORMAT, Manifest, Run, written
from timebank.exchange.incoming import Taken
from timebank.exchange.sealed import seal
from timebank.journal.facts import (
    CreditMoved,
    FactReversed,
    MemberErased,
    MemberRegistered,
    ServiceLogged,
    VoucherRedeemed,
    VouchersIssued,
)
from timebank.journal.keys import Signer
from timebank.journal.refs import EntryRef
from timebank.store.digest import state_digest

NAMES = ("街道枢纽", "和睦社区", "桃源村", "半山社区")
HUB, CENTRE, VILLAGE, HILL = NAMES


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class World:
    """Stations by name, their clock, and the folder in which they live."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.surroundings = Surroundings(self.clock)
        self.stations: dict[str, Station] = {}
        self.made = 0

    def found(self, names: Sequence[str]) -> None:
        """Found a network at the first of ``names`` and enrol the others."""
        hub, *others = names
        network.found(self.folder / hub, self.surroundings, network="拱墅时间银行", station=hub, policy=None)
        for name in others:
            self.ask(name)
            self.admit(name)
        path = self.export(hub)  # so that all know of each other
        for name in others:
            self.take(name, path)
        self.close()

    def ask(self, name: str) -> None:
        """A new installation asks to be enrolled."""
        network.request(
            self.folder / name,
            self.surroundings,
            name=name,
            out=self.folder / f"{name}.request",
            passphrase_file=None,
        )

    def admit(self, name: str) -> None:
        """The hub enrols an installation that asked, which joins."""
        with self.opened(HUB) as hub:
            network.enrol(hub, self.folder / f"{name}.request", out=self.folder / f"{name}.enrolment")
        network.join(self.folder / name, self.surroundings, self.folder / f"{name}.enrolment")

    @contextmanager
    def opened(self, name: str) -> Iterator[Station]:
        """A station: the one that is open, or opened for a moment."""
        if name in self.stations:
            yield self.stations[name]
            return
        station = Station(self.folder / name, self.surroundings)
        try:
            yield station
        finally:
            station.close()

    def __getitem__(self, name: str) -> Station:
        if name not in self.stations:
            self.stations[name] = Station(self.folder / name, self.surroundings)
        return self.stations[name]

    def close(self) -> None:
        """Close every station that is open."""
        for station in self.stations.values():
            station.close()
        self.stations.clear()

    def copy_to(self, folder: Path) -> World:
        """The same network in another folder."""
        shutil.copytree(self.folder, folder)
        return World(folder)

    def export(self, name: str, *, to: Sequence[str] | None = None, full: bool = False) -> Path:
        """A file from one station; to all others where not said."""
        station = self[name]
        chosen = None if to is None else network.find_stations(station.store, list(to))
        self.made += 1
        return Exchange(station).export(self.folder / f"{name}-{self.made}.tbx", chosen, full=full).file

    def take(self, name: str, path: Path) -> Taken:
        """One station takes one file."""
        (taken,) = Exchange(self[name]).take([path])
        return taken

    def meet(self, *names: str) -> None:
        """Each of ``names`` makes a file, then each takes all of them."""
        files = [self.export(name) for name in names]
        for name in names:
            for path in files:
                assert self.take(name, path).outcome in ("applied", "known")

    def digest(self, name: str) -> str:
        """The digest of a station's state."""
        return state_digest(self[name].store)


def register(station: Station, number: str, **private: object) -> EntryRef:
    """A member who is volunteer and elder in one."""
    with station.recording() as pen:
        return pen.tell(
            MemberRegistered(number, ("volunteer", "elder"), number.encode().ljust(16, b"-")),
            {"name": f"张{number}", **private},
        )


def serve(station: Station, volunteer: EntryRef, elder: EntryRef, minutes: int = 60) -> EntryRef:
    """An hour served."""
    with station.recording() as pen:
        start = 14_000_000 + station.surroundings.wall() % 100_000 * 100
        return pen.tell(ServiceLogged((volunteer,), elder, "meal", start, minutes, (minutes,)))


def give(station: Station, source: EntryRef, target: EntryRef, minutes: int) -> EntryRef:
    """Minutes given from one member to another."""
    with station.recording() as pen:
        return pen.tell(CreditMoved(source, target, minutes, 9_800))


def reverse(station: Station, entry: EntryRef) -> EntryRef:
    """Something is taken back."""
    with station.recording() as pen:
        return pen.tell(FactReversed(entry), {"reason": "登错"})


def issue(station: Station, holder: EntryRef, serial: bytes) -> EntryRef:
    """A voucher of one hour."""
    with station.recording() as pen:
        return pen.tell(VouchersIssued(holder, 0, 60, 9_800, 0, 0, (serial,)))


def redeem(station: Station, serial: bytes, beneficiary: EntryRef) -> EntryRef:
    """A voucher honoured."""
    with station.recording() as pen:
        return pen.tell(VoucherRedeemed(serial, beneficiary, "account", 9_801))


def erase(station: Station, member: EntryRef) -> EntryRef:
    """A member's personal data erased."""
    with station.recording() as pen:
        return pen.tell(MemberErased(member))


def entries_of(station: Station, journal: bytes) -> list[tuple[bytes, bytes | None]]:
    """The entries of a journal with their private parts, as an export carries them."""
    return [
        (data, sealed)
        for data, sealed in station.store.rows(
            "SELECT e.bytes, p.sealed FROM entry e LEFT JOIN private p ON p.entry = e.id"
            " JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.bytes IS NOT NULL ORDER BY e.seq",
            (journal,),
        )
    ]


def forge(
    path: Path,
    *,
    maker: Station,
    to: Station,
    runs: Sequence[Run] = (),
    entries: Sequence[tuple[bytes, bytes | None]] = (),
    signer: Signer | None = None,
    **changed: object,
) -> Path:
    """A file as a hostile station with ``maker``'s key (or another's) would write it."""
    fields: dict[str, object] = {
        "format": FORMAT,
        "network": maker.network,
        "station": maker.number,
        "journal": maker.journal,
        "made": 0,
        "nonce": bytes(16),
        "have": (),
        "runs": tuple(runs),
    }
    manifest = Manifest(**(fields | changed))  # type: ignore[arg-type]
    seal(path, [to.keys.recipient], written(signer or maker.signer, manifest, entries))
    return path
