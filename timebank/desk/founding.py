"""Founding a network."""

from __future__ import annotations

from pathlib import Path

import msgspec

from timebank.desk.keyring import KeyFolder, fresh_identity, fresh_keys, passphrase_from
from timebank.desk.leftovers import put_in_place
from timebank.desk.lock import OPEN, work_folder
from timebank.desk.policies import adoption, pack_named
from timebank.desk.station import Pen, Station, make_home, store_path
from timebank.desk.stations import HUB, Standing, standing
from timebank.desk.surroundings import Surroundings
from timebank.files import writing
from timebank.journal.facts import NetworkFounded, StationEnrolled
from timebank.journal.keys import Signer, journal_id, network_id
from timebank.outcome import Refusal
from timebank.policy.pack import Pack
from timebank.store.store import Store


def found(
    home: Path,
    surroundings: Surroundings,
    *,
    network: str,
    station: str,
    policy: str | None,
    passphrase_file: Path | None = None,
    passphrase: str = "",
) -> Standing:
    """Found a network whose hub is this station; it keeps the root key, closed where there is a passphrase.

    All is made ready in a folder within ``home`` first: a founding that is cut off leaves no half of a station.
    """
    closing = passphrase_from(passphrase, passphrase_file)
    if not network.strip() or not station.strip():
        raise Refusal("name_missing")
    pack = None if policy is None else pack_named(policy, surroundings.today())
    make_home(home)
    with work_folder(home, "founding") as folder:
        ready = folder / "station"
        made = _found_in(ready, surroundings, network.strip(), station.strip(), pack, closing)
        with writing(ready / OPEN):
            (ready / OPEN).unlink(missing_ok=True)
        put_in_place(ready, home)
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
            pen.tell(StationEnrolled(1, station, HUB, 0, keys.signer.public, keys.recipient))
            if pack is not None:
                pen.tell(adoption(pack, surroundings.today()))
            opened.begin_journal(intake, "new")
        return standing(opened)
    finally:
        opened.close()
