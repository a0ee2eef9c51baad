"""A small network to look at: a street hub and a community station that have met by files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm

NOW = datetime(2026, 11, 22, 9, 30)


@dataclass
class Clock:
    """The wall clock of all stations; tests move it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Local time."""
        return self.now


@dataclass(frozen=True)
class Network:
    """Two homes and the code of a voucher of the hub."""

    hub: Path
    station: Path
    surroundings: Surroundings
    codes: tuple[str, ...] = ()

    def desk(self, home: Path) -> Desk:
        """A desk at one of the homes."""
        return Desk(home, self.surroundings)


def found_hub(folder: Path, clock: Clock | None = None, *, passphrase_file: Path | None = None) -> Network:
    """A hub with two volunteers (李建国 with 7 hours, 陈美玲 with none) and one elder."""
    surroundings = Surroundings(clock=clock or Clock())
    hub = folder / "hub"
    network.found(
        hub,
        surroundings,
        network="拱墅区时间银行",
        station="和睦街道",
        policy="hangzhou",
        passphrase_file=passphrase_file,
    )
    with Desk(hub, surroundings) as desk:
        li = desk.people.register(PersonForm(name="李建国", roles=("volunteer",), phone="13800010001"))
        desk.people.register(PersonForm(name="陈美玲", roles=("volunteer",), phone="13800010002"))
        elder = desk.people.register(PersonForm(name="王秀英", roles=("elder",)))
        for day, hours in ((10, 4), (12, 3)):
            start = datetime(2026, 11, day, 9, 0)
            desk.services.log(ServiceForm((li,), elder, "meal", start, 60 * hours))
    return Network(hub, folder / "centre", surroundings)


def enrol_centre(made: Network, folder: Path, name: str = "拱宸桥社区") -> Network:
    """Enrol the community station at the hub and let it join."""
    asking, answer = folder / "centre.request", folder / "centre.enrolment"
    network.request(made.station, made.surroundings, name=name, out=asking, passphrase_file=None)
    with made.desk(made.hub) as desk:
        network.enrol(desk.station, asking, out=answer)
    network.join(made.station, made.surroundings, answer)
    return made


def carry(made: Network, source: Path, target: Path, folder: Path) -> Path:
    """Export at one station and take the file in at the other; returns the file."""
    with made.desk(source) as desk:
        file = desk.exchange.export(folder).file
    with made.desk(target) as desk:
        desk.exchange.take([file])
    return file


def double_redemption(folder: Path) -> Network:
    """One voucher of the hub, redeemed at both stations before their files met at the hub."""
    made = enrol_centre(found_hub(folder), folder)
    with made.desk(made.hub) as desk:
        batch = desk.vouchers.issue(IssueForm(desk.people.find("李建国"), 120, 2))
    codes = tuple(each.code for each in batch.vouchers)
    carry(made, made.hub, made.station, folder)
    with made.desk(made.station) as desk:
        desk.people.register(PersonForm(name="赵桂香", roles=("elder",)))
        desk.vouchers.redeem(codes[0], desk.people.find("赵桂香"))
    with made.desk(made.hub) as desk:
        desk.vouchers.redeem(codes[0], desk.people.find("王秀英"))
    carry(made, made.station, made.hub, folder)
    return Network(made.hub, made.station, made.surroundings, codes)
