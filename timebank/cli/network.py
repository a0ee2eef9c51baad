"""init and station."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.desk import network
from timebank.desk.network import Standing, StationLine

FILE = click.Path(path_type=Path)
passphrase_option = click.option(
    "--passphrase-file", type=FILE, help="A file whose first line protects the keys."
)


@click.command()
@click.option("--network", "name", required=True, help="The network's name.")
@click.option("--station", required=True, help="This station's name.")
@click.option("--policy", help="The rule pack to adopt.")
@passphrase_option
@click.pass_obj
def init(session: Session, name: str, station: str, policy: str | None, passphrase_file: Path | None) -> None:
    """Found a network; this station is its hub and keeps the root key."""
    made = network.found(
        session.home,
        session.surroundings,
        network=name,
        station=station,
        policy=policy,
        passphrase_file=passphrase_file,
    )
    session.answer(_standing(made), session.say("founded", **made._asdict()))


@click.group()
def station() -> None:
    """Stations of the network: request, enrol, join, list, revoke."""


@station.command()
@click.option("--name", required=True, help="The new station's name.")
@click.option("--out", required=True, type=FILE, help="The request file to write.")
@passphrase_option
@click.pass_obj
def request(session: Session, name: str, out: Path, passphrase_file: Path | None) -> None:
    """In a new home: make keys and the file with which to ask the hub."""
    made = network.request(
        session.home, session.surroundings, name=name, out=out, passphrase_file=passphrase_file
    )
    session.answer(_standing(made) | {"file": str(out)}, session.say("requested", file=out, **made._asdict()))


@station.command()
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=FILE, help="The enrolment file to write.")
@click.option("--role", type=click.Choice(network.ROLES), default="station", show_default=True)
@passphrase_option
@click.pass_obj
def enrol(session: Session, file: Path, out: Path, role: str, passphrase_file: Path | None) -> None:
    """At the hub: certify the station that made a request file."""
    with session.desk() as desk:
        made = network.enrol(desk.station, file, out=out, role=role, passphrase_file=passphrase_file)
    session.answer(_standing(made) | {"file": str(out)}, session.say("enrolled", file=out, **made._asdict()))


@station.command()
@click.argument("file", type=FILE)
@click.pass_obj
def join(session: Session, file: Path) -> None:
    """At the new station: take the enrolment file."""
    made = network.join(session.home, session.surroundings, file)
    session.answer(_standing(made), session.say("joined", **made._asdict()))


@station.command("list")
@click.pass_obj
def list_stations(session: Session) -> None:
    """All stations of the network."""
    with session.desk() as desk:
        lines = desk.stations()
    session.answer(
        {"stations": [station_data(line) for line in lines]},
        *(session.say("station_line", **station_data(line)) for line in lines),
    )


@station.command()
@click.argument("name")
@click.option("--reason", required=True)
@passphrase_option
@click.pass_obj
def revoke(session: Session, name: str, reason: str, passphrase_file: Path | None) -> None:
    """Withdraw a station's certificate."""
    with session.desk() as desk:
        line = network.revoke(desk.station, name, reason=reason, passphrase_file=passphrase_file)
    session.answer(station_data(line), session.say("revoked", **station_data(line)))


def _standing(made: Standing) -> dict[str, Any]:
    return {
        "network": made.network,
        "station": made.station,
        "name": made.name,
        "journal": made.journal,
        "fingerprint": made.fingerprint,
    }


def station_data(line: StationLine) -> dict[str, Any]:
    """A station as data."""
    return line._asdict() | {"last_exchange": line.last_exchange.isoformat() if line.last_exchange else None}


COMMANDS = (init, station)
