"""age with its randomness under control, so that one seed gives the same bytes every time.

Writes what `the format <https://age-encryption.org/v1>`_ says, for X25519 recipients; reading is left to pyrage.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, BinaryIO

import pyrage
from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_encrypt,
    crypto_scalarmult,
    crypto_scalarmult_base,
)

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CHUNK = 64 << 10
_TAG = _NONCE = 16
_MODULUS, _RESIDUE = 26, 7
"""The remainder that the length of every export leaves; pyrage is asked again and again until it fits."""


class FixedAge:
    """Takes the place of the module ``pyrage`` where keys are made and files sealed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).randbytes
        self.x25519 = SimpleNamespace(
            Identity=SimpleNamespace(generate=self._identity, from_str=pyrage.x25519.Identity.from_str),
            Recipient=pyrage.x25519.Recipient,
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(pyrage, name)

    def _identity(self) -> Any:
        text = _bech32("age-secret-key-", self._random(32)).upper()
        return pyrage.x25519.Identity.from_str(text)

    def encrypt(self, data: bytes, recipients: Sequence[object]) -> bytes:
        """``data`` sealed whole, at the length that an export has."""
        size = len(data) + _TAG * max(1, -(-len(data) // _CHUNK)) + _NONCE
        header, key = self._header(recipients, size)
        nonce = self._random(_NONCE)
        chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)] or [b""]
        sealer = _Sealer(_hkdf(key, nonce, b"payload"))
        return header + nonce + b"".join(sealer(chunk, chunk is chunks[-1]) for chunk in chunks)

    def encrypt_io(self, source: BinaryIO, sink: BinaryIO, recipients: Sequence[object]) -> None:
        """Everything in ``source`` sealed into ``sink``."""
        header, key = self._header(recipients, None)
        nonce = self._random(_NONCE)
        sealer = _Sealer(_hkdf(key, nonce, b"payload"))
        sink.write(header)
        sink.write(nonce)
        held = bytearray()
        while piece := source.read(_CHUNK):
            held += piece
            while len(held) > _CHUNK:
                sink.write(sealer(bytes(held[:_CHUNK]), False))
                del held[:_CHUNK]
        sink.write(sealer(bytes(held), True))

    def _header(self, recipients: Sequence[object], size: int | None) -> tuple[bytes, bytes]:
        key = self._random(16)
        text = b"age-encryption.org/v1\n"
        for recipient in recipients:
            public = _unbech32(str(recipient))
            secret = self._random(32)
            share = crypto_scalarmult_base(secret)
            wrapping = _hkdf(
                crypto_scalarmult(secret, public), share + public, b"age-encryption.org/v1/X25519"
            )
            body = crypto_aead_chacha20poly1305_ietf_encrypt(key, b"", bytes(12), wrapping)
            text += b"-> X25519 " + _b64(share) + b"\n" + _b64(body) + b"\n"
        whole = len(text) + len(b"-> x-grease\n\n--- \n") + 43 + (size or 0)
        text += b"-> x" + b"x" * ((_RESIDUE - whole) % _MODULUS) + b"-grease\n\n---"
        mac = hmac.digest(_hkdf(key, b"", b"header"), text, "sha256")
        return text + b" " + _b64(mac) + b"\n", key


class _Sealer:
    def __init__(self, key: bytes) -> None:
        self._key = key
        self._count = 0

    def __call__(self, chunk: bytes, last: bool) -> bytes:
        nonce = self._count.to_bytes(11, "big") + bytes([last])
        self._count += 1
        return crypto_aead_chacha20poly1305_ietf_encrypt(chunk, b"", nonce, self._key)


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    inner = hmac.digest(salt or bytes(hashlib.sha256().digest_size), key, "sha256")
    return hmac.digest(inner, info + b"\1", "sha256")


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _bech32(prefix: str, data: bytes) -> str:
    values = _regroup(data, 8, 5)
    spread = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    check = _polymod([*spread, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(_ALPHABET[each] for each in values)


def _unbech32(text: str) -> bytes:
    _, _, tail = text.rpartition("1")
    return bytes(_regroup([_ALPHABET.index(each) for each in tail[:-6]], 5, 8)[:32])


def _regroup(values: Sequence[int], before: int, after: int) -> list[int]:
    held = bits = 0
    groups = []
    for value in values:
        held = held << before | value
        bits += before
        while bits >= after:
            bits -= after
            groups.append(held >> bits & ((1 << after) - 1))
    if bits:
        groups.append(held << (after - bits) & ((1 << after) - 1))
    return groups


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> at & 1:
                check ^= factor
    return check
