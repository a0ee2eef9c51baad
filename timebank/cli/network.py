"""init and station."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.desk import network, recovery
from timebank.desk.key_words import words_data, words_text
from timebank.desk.network import Standing, StationLine
from timebank.desk.recovery import RootKey
from timebank.domain.root_sheet import looks_like_sheet

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
    session.answer(_standing(made), session.say("founded", **made._asdict()), _words(session, made))


@click.group()
def station() -> None:
    """Stations of the network: request, enrol, join, list, promote, revoke; the root key on paper."""


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
    session.answer(
        _standing(made) | {"file": str(out)},
        session.say("requested", file=out, **made._asdict()),
        _words(session, made),
    )


@station.command()
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=FILE, help="The enrolment file to write.")
@click.option("--role", type=click.Choice(network.ROLES), help="station, where not said.")
@click.option("--replaces", default="", help="The lost station whose members the new one looks after.")
@click.option("--reason", default="", help="Why the lost station is no longer trusted.")
@passphrase_option
@click.pass_obj
def enrol(
    session: Session,
    file: Path,
    out: Path,
    role: str | None,
    replaces: str,
    reason: str,
    passphrase_file: Path | None,
) -> None:
    """At the hub: certify the station that made a request file."""
    with session.desk() as desk:
        made = network.enrol(
            desk.station,
            file,
            out=out,
            role=role,
            passphrase_file=passphrase_file,
            replaces=replaces,
            reason=reason,
        )
    data = _standing(made) | {"file": str(out)}
    lines = [session.say("enrolled", file=out, **made._asdict()), _words(session, made)]
    if made.replaces:
        data |= {"replaces": made.replaces, "reads": made.reads}
        lines.append(session.say("replaces" if made.reads else "replaces_unread", **made._asdict()))
    session.answer(data, *lines)


@station.command()
@click.argument("file", type=FILE)
@click.pass_obj
def join(session: Session, file: Path) -> None:
    """At the new station: take the enrolment file."""
    made = network.join(session.home, session.surroundings, file)
    session.answer(_standing(made), session.say("joined", **made._asdict()), _words(session, made))


@station.command("list")
@click.pass_obj
def list_stations(session: Session) -> None:
    """All stations of the network."""
    with session.desk() as desk:
        lines = desk.stations()
    language = session.phrases.language
    session.answer(
        {"stations": [station_data(line) for line in lines]},
        *(
            f"{session.say('station_line', **line._asdict())}  {words_text(line.fingerprint, language)}"
            for line in lines
        ),
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


@station.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(network.ROLES), help="Where not said: hub, or as it was under another hub."
)
@click.option("--parent", help="The hub above it; 0 for none.")
@passphrase_option
@click.pass_obj
def promote(
    session: Session, name: str, role: str | None, parent: str | None, passphrase_file: Path | None
) -> None:
    """Renew a station's certificate: a hub from now on, or under another hub."""
    with session.desk() as desk:
        line = network.promote(desk.station, name, role=role, parent=parent, passphrase_file=passphrase_file)
    session.answer(station_data(line), session.say(f"promoted_{line.role}", **line._asdict()))


@station.command()
@click.option("--out", required=True, type=FILE, help="The PDF to print into.")
@passphrase_option
@click.pass_obj
def sheet(session: Session, out: Path, passphrase_file: Path | None) -> None:
    """Where the root key is: print it on a recovery sheet, for the safe."""
    with session.desk() as desk:
        file = recovery.print_sheet(desk.station, session.screen, out, passphrase_file=passphrase_file)
        key = recovery.root_key(desk.station)
    session.answer(
        _root_key(key) | {"file": str(file)}, session.say("sheet_printed", file=file), _words(session, key)
    )


@station.command()
@click.argument("code")
@passphrase_option
@click.pass_obj
def recover(session: Session, code: str, passphrase_file: Path | None) -> None:
    """Take the root key from a recovery sheet: typed, a photo, or a PDF."""
    text = code if looks_like_sheet(code) else recovery.sheet_in(Path(code))
    with session.desk() as desk:
        key = recovery.recover(desk.station, text, passphrase_file=passphrase_file)
    session.answer(
        _root_key(key), session.say(f"recovered_{key.kept}", network=key.network), _words(session, key)
    )


def _words(session: Session, named: Standing | RootKey) -> str:
    return session.say("key_words", words=words_text(named.fingerprint, session.phrases.language))


def _root_key(key: RootKey) -> dict[str, Any]:
    return {
        "network": key.network,
        "fingerprint": key.fingerprint,
        "words": words_data(key.fingerprint),
        "root_key": key.kept,
    }


def _standing(made: Standing) -> dict[str, Any]:
    return {
        "network": made.network,
        "station": made.station,
        "name": made.name,
        "journal": made.journal,
        "fingerprint": made.fingerprint,
        "words": words_data(made.fingerprint),
    }


def station_data(line: StationLine) -> dict[str, Any]:
    """A station as data."""
    return line._asdict() | {
        "last_exchange": line.last_exchange.isoformat() if line.last_exchange else None,
        "words": words_data(line.fingerprint),
    }


COMMANDS = (init, station)
