"""The network's root key on paper, and back from it: any joined station can then act for the root."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from timebank.desk.key_words import key_words
from timebank.desk.keyring import passphrase_from
from timebank.desk.station import Station
from timebank.desk.stations import founding, network_name
from timebank.domain.root_sheet import GROUPS, PREFIX, read_sheet, sheet_code, sheet_groups
from timebank.journal.keys import Signer, fingerprint, network_id
from timebank.outcome import Refusal
from timebank.paper.reader import read_all_codes
from timebank.paper.recovery import RecoveryFace
from timebank.phrases import LANGUAGES

_PRINTED = "root_sheet"
"""The local setting that says when the sheet was last printed here."""
_HIDDEN = ("·····",) * GROUPS
_SAMPLE = ("SAMPLE " * 11)[:74]
"""As long as the code of a sheet, and none."""


class RootKey(NamedTuple):
    """The network's root key as this station knows it."""

    network: str
    fingerprint: str
    kept: str
    """``open``, ``closed`` (with a passphrase) or ``absent``."""
    printed: datetime | None
    """When its recovery sheet was last printed here."""


class SheetPaper(Protocol):
    """What a recovery sheet is printed on."""

    def print_recovery(self, face: RecoveryFace, path: Path) -> Path:
        """Print the sheet and read its code back; returns the file, or the name of the printer."""


def root_key(station: Station) -> RootKey:
    """How the root key of this station's network is kept here, and by which fingerprint it is known."""
    folder, founded = station.key_folder, founding(station.store)
    kept = "open" if folder.root_open() else "closed" if folder.has_root() else "absent"
    printed = station.store.local(_PRINTED)
    return RootKey(
        founded.name if founded else "",
        fingerprint(founded.key) if founded else "",
        kept,
        datetime.fromisoformat(printed) if printed else None,
    )


def print_sheet(
    station: Station,
    paper: SheetPaper,
    path: Path,
    *,
    passphrase_file: Path | None = None,
    passphrase: str = "",
) -> Path:
    """Print the root key's recovery sheet and note when; refuses as ``KeyFolder.read_root`` does."""
    station.require_writer()
    signer = station.key_folder.read_root(passphrase_from(passphrase, passphrase_file))
    groups = sheet_groups(signer.seed)
    made = paper.print_recovery(_face(station, signer.public, groups, sheet_code(groups)), path)
    station.store.set_local(_PRINTED, station.surroundings.now().isoformat(" ", "seconds"))
    return made


def sample_sheet(station: Station) -> RecoveryFace:
    """The sheet as it will come out, without the key: to be looked at before it is printed."""
    founded = founding(station.store)
    return _face(station, founded.key if founded else b"", _HIDDEN, _SAMPLE)


def _face(station: Station, public: bytes, groups: tuple[str, ...], code: str) -> RecoveryFace:
    print_ = fingerprint(public)
    return RecoveryFace(
        code=code,
        groups=groups,
        network_name=network_name(station.store),
        station_name=station.name,
        fingerprint=print_,
        words={language: tuple(each.word for each in key_words(print_, language)) for language in LANGUAGES},
        numbers=tuple(each.number for each in key_words(print_, LANGUAGES[0])),
        printed=station.surroundings.today(),
    )


def recover(
    station: Station, text: str, *, passphrase_file: Path | None = None, passphrase: str = ""
) -> RootKey:
    """Keep the root key that a recovery sheet holds, closed under the passphrase where one is given.

    ``text`` is what the QR says, or the groups as typed. Refuses with ``sheet_unreadable``,
    ``not_this_network``, or ``passphrase_needed`` where it is kept closed already; then nothing changed.
    """
    station.require_writer()
    closing = passphrase_from(passphrase, passphrase_file)
    seed = read_sheet(text)
    if network_id(Signer(seed).public) != station.network:
        raise Refusal("not_this_network", network=network_name(station.store))
    if closing is None and root_key(station).kept == "closed":
        raise Refusal("passphrase_needed")
    station.key_folder.write_root(seed, closing)
    return root_key(station)


def sheet_in(path: Path) -> str:
    """The text of the recovery sheet in a picture or PDF; refuses with ``sheet_not_found``.

    Raises the Faults of :func:`timebank.paper.reader.read_all_codes`.
    """
    codes: Sequence[str] = [code for code in read_all_codes(path) if code.startswith(PREFIX)]
    if len(codes) != 1:
        raise Refusal("sheet_not_found", file=path.name)
    return codes[0]
