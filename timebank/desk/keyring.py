"""The keys of one installation, on disk for their owner only.

``keys/station.keys`` holds what daily work needs, ``keys/exchange.key`` what opens export files
(``age -d -i keys/exchange.key FILE | zstd -d``). ``keys/root.keys`` (at the network's founder) signs
certificates and policies; with a passphrase it is an age file, ``keys/root.age``, and stays closed.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pyrage

from timebank.files import make_folder, read_fault, reading, write_bytes_whole, writing
from timebank.journal.keys import Signer
from timebank.outcome import Fault, Refusal

_ROOT_OPEN, _ROOT_CLOSED = "root.keys", "root.age"


class StationKeys(msgspec.Struct, frozen=True):
    """Made at this installation and never shared, except what the network's stations share.

    They share ``secret``, under which identity numbers become tags, and ``circle``, the age identity that
    opens exports made for everyone: also by stations that did not know yet of all the others. ``inherited``
    are the privacy keys of lost stations that this one replaces, sealed (age) to it.
    """

    seed: bytes
    identity: str
    privacy: bytes
    secret: bytes = b""
    circle: str = ""
    inherited: tuple[tuple[int, bytes], ...] = ()

    @property
    def signer(self) -> Signer:
        """The key that signs this station's journal and vouchers."""
        return Signer(self.seed)

    @property
    def recipient(self) -> str:
        """The age recipient to which files for this station are encrypted."""
        return str(pyrage.x25519.Identity.from_str(self.identity).to_public())

    @property
    def identities(self) -> tuple[str, ...]:
        """The age identities that open files made for this station, or for every station of its network."""
        return (self.identity, self.circle) if self.circle else (self.identity,)

    @property
    def circle_recipient(self) -> str:
        """The age recipient that every station of the network can open; empty before joining."""
        return str(pyrage.x25519.Identity.from_str(self.circle).to_public()) if self.circle else ""

    def unseal(self, sealed: bytes) -> bytes | None:
        """What was encrypted (age) to this station, or None."""
        try:
            return bytes(pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(self.identity)]))
        except pyrage.DecryptError:
            return None


def fresh_keys(random: bytes) -> StationKeys:
    """New keys from 64 random bytes (the age identity makes its own randomness)."""
    return StationKeys(random[:32], fresh_identity(), random[32:64])


def fresh_identity() -> str:
    """A new age identity."""
    return str(pyrage.x25519.Identity.generate())


def seal_to(recipient: str, plain: bytes) -> bytes:
    """``plain`` encrypted (age) to one recipient; refuses with ``request_unreadable`` for a bad one."""
    try:
        return bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)]))
    except (pyrage.RecipientError, pyrage.EncryptError) as error:
        raise Refusal("request_unreadable") from error


class KeyFolder:
    """The key files of a station's folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "keys"

    def exists(self) -> bool:
        """Whether this folder has keys."""
        return self._has("station.keys")

    def write_station(self, keys: StationKeys) -> None:
        """Keep the daily keys; what opens exports also as a file that the program age itself takes."""
        self._write("station.keys", msgspec.msgpack.encode(keys))
        self._write("exchange.key", "".join(f"{each}\n" for each in keys.identities).encode())

    def write_recovery(self, keys: StationKeys, passphrase: str) -> None:
        """Keep a second copy of the daily keys, closed with a passphrase, to be stored elsewhere."""
        self._write(
            "station.recovery.age", pyrage.passphrase.encrypt(msgspec.msgpack.encode(keys), passphrase)
        )

    def read_station(self) -> StationKeys:
        """The daily keys. Fault ``keys_missing`` or ``keys_damaged``."""
        try:
            return msgspec.msgpack.decode(self._read("station.keys"), type=StationKeys)
        except msgspec.DecodeError as error:
            raise Fault("keys_damaged", path=str(self.folder)) from error

    def write_root(self, seed: bytes, passphrase: str | None) -> None:
        """Keep the root key, closed with ``passphrase`` where there is one; it is kept in one way only."""
        kept, other = (_ROOT_OPEN, _ROOT_CLOSED) if passphrase is None else (_ROOT_CLOSED, _ROOT_OPEN)
        self._write(kept, seed if passphrase is None else pyrage.passphrase.encrypt(seed, passphrase))
        with writing(self.folder / other):
            (self.folder / other).unlink(missing_ok=True)

    def has_root(self) -> bool:
        """Whether the root key is kept here, open or closed."""
        return self.root_open() or self._has(_ROOT_CLOSED)

    def root_open(self) -> bool:
        """Whether the root key lies here without a passphrase."""
        return self._has(_ROOT_OPEN)

    def read_root(self, passphrase: str | None) -> Signer:
        """The root key. Refuses with ``not_the_root``, ``passphrase_needed`` or ``passphrase_wrong``."""
        if self.root_open():
            return Signer(self._read(_ROOT_OPEN))
        if not self.has_root():
            raise Refusal("not_the_root")
        if passphrase is None:
            raise Refusal("passphrase_needed")
        try:
            return Signer(bytes(pyrage.passphrase.decrypt(self._read(_ROOT_CLOSED), passphrase)))
        except pyrage.DecryptError as error:
            raise Refusal("passphrase_wrong") from error

    def files(self) -> dict[str, bytes]:
        """Every key file by name, for a backup."""
        return {path.name: self._read(path.name) for path in sorted(self.folder.glob("*")) if path.is_file()}

    def restore(self, files: dict[str, bytes]) -> None:
        """Put key files back from a backup."""
        for name, data in files.items():
            self._write(Path(name).name, data)

    def _has(self, name: str) -> bool:
        with reading(self.folder / name):
            return (self.folder / name).exists()

    def _write(self, name: str, data: bytes) -> None:
        with writing(self.folder / name):
            make_folder(self.folder, private=True)
        write_bytes_whole(self.folder / name, data, private=True)

    def _read(self, name: str) -> bytes:
        path = self.folder / name
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise Fault("keys_missing", path=str(path)) from error
        except OSError as error:
            raise read_fault(error, path) from error

    def readable_by_others(self) -> list[str]:
        """Key files that more than their owner can read (where the system tells)."""
        if os.name != "posix":
            return []
        return [path.name for path in sorted(self.folder.glob("*")) if path.stat().st_mode & 0o077]


def passphrase_from(typed: str, file: Path | None) -> str | None:
    """A passphrase as it was typed, else from a file; None where there is neither."""
    return typed.strip() or read_passphrase(file)


def read_passphrase(path: Path | None) -> str | None:
    """The passphrase in the first line of a file; refuses with ``passphrase_empty``."""
    if path is None:
        return None
    try:
        text = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault("passphrase_unreadable", path=str(path)) from error
    if not text or not text[0].strip():
        raise Refusal("passphrase_empty", path=str(path))
    return text[0].strip()
