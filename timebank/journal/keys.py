"""Keys and what they do: signing, fingerprints, tags under the network's secret, sealing of private parts."""

from __future__ import annotations

import hashlib
import hmac

import msgspec
from nacl.bindings import crypto_sign, crypto_sign_open
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64


class Signer:
    """An Ed25519 signing key made from a 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self._secret = bytes(self._key) + bytes(self._key.verify_key)
        self.public = bytes(self._key.verify_key)
        self.seed = bytes(self._key)

    def sign(self, digest: bytes) -> bytes:
        """The 64-byte signature of ``digest``; the same every time."""
        return crypto_sign(digest, self._secret)[:SIGNATURE_BYTES]


def signed_by(public: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``digest`` was made with the key whose public half is ``public``."""
    try:
        crypto_sign_open(signature + digest, public)
    except (BadSignatureError, CryptoError, ValueError, TypeError):
        return False
    return True


def is_public_key(key: bytes) -> bool:
    """Whether ``key`` has the form of an Ed25519 public key."""
    try:
        VerifyKey(key)
    except (ValueError, TypeError):
        return False
    return len(key) == KEY_BYTES


def network_id(root_key: bytes) -> bytes:
    """The 8 bytes that name a network: from its root's public key, so that no two share one."""
    return hashlib.sha256(b"timebank/network/1\0" + root_key).digest()[:8]


def journal_id(key: bytes, nonce: bytes) -> bytes:
    """The 8 bytes that name a journal: from its writer's public key and a nonce of its own."""
    return hashlib.sha256(b"timebank/journal/1\0" + key + nonce).digest()[:8]


def key_id(key: bytes) -> bytes:
    """The 4 bytes by which a voucher names the key that signed it."""
    return hashlib.sha256(b"timebank/key/1\0" + key).digest()[:4]


def fingerprint(key: bytes) -> str:
    """A public key as four groups of four hexadecimal digits, to compare on two screens."""
    text = hashlib.sha256(b"timebank/fingerprint/1\0" + key).hexdigest()[:16]
    return " ".join(text[at : at + 4] for at in range(0, 16, 4))


def identity_tag(secret: bytes, document: str) -> bytes:
    """16 bytes that are equal for the same document at every station, and mean nothing elsewhere."""
    return hmac.new(secret, b"timebank/identity/1\0" + document.encode(), hashlib.sha256).digest()[:16]


_Plain = str | int | bool | None
_FIELDS = msgspec.msgpack.Decoder(dict[str, _Plain | list[dict[str, _Plain]] | dict[str, _Plain]])
"""A private part: plain values by name, and at most lists or tables of them."""


class PrivacyKey:
    """Seals the personal part of facts; its holders are the writing station and the hubs above it."""

    def __init__(self, secret: bytes) -> None:
        self._box = SecretBox(secret)

    def seal(self, fields: dict[str, object], nonce: bytes) -> bytes:
        """``fields`` sealed under a fresh 24-byte ``nonce`` (which is the salt of its hash as well)."""
        return bytes(self._box.encrypt(msgspec.msgpack.encode(fields), nonce))

    def open(self, sealed: bytes) -> dict[str, object] | None:
        """The fields, or None where another key sealed them, or they are damaged or nothing of the kind."""
        try:
            plain = self._box.decrypt(sealed)
            return dict(_FIELDS.decode(plain))
        except (CryptoError, ValueError, msgspec.DecodeError):
            return None


def private_hash(sealed: bytes) -> bytes:
    """The hash by which an entry binds its sealed private part."""
    return hashlib.sha256(b"timebank/private/1\0" + sealed).digest()
