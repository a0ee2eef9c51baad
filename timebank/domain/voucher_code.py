"""The text inside a voucher's QR code: everything needed to check the voucher with no network.

92 bytes (94 with a station lock) in Crockford base32 after ``TB1``, 151 (154) characters of the QR
alphanumeric set: a version 6 code at error correction M. No name and no identity number is in it.
"""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from dataclasses import dataclass

from timebank.journal.keys import SIGNATURE_BYTES, Signer, signed_by
from timebank.outcome import Refusal

PREFIX = "TB1"
SERIAL_BYTES = 8
MAX_MINUTES = (1 << 24) - 1
MAX_DAY = (1 << 16) - 1
"""The last day (from 2000-01-01) that a code can name: in the year 2179."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_SYMBOLS = _ALPHABET + "*~$=U"
_VALUE = {symbol: value for value, symbol in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_BODY = struct.Struct(">B4s4s8s3sHH4s")
_LOCK = struct.Struct(">H")
_LOCKED = 0x80
_SERIAL_SYMBOLS = 13
_MOST_SYMBOLS = 200
"""More than any code has: what is pasted by mistake may be megabytes, and arithmetic on it takes for ever."""
_SIGNED = b"timebank/voucher/1\0"


@dataclass(frozen=True, slots=True)
class VoucherCode:
    """What a voucher says of itself; days count from 2000-01-01, ``expires`` and ``lock`` are 0 for none."""

    network: bytes
    key: bytes
    serial: bytes
    unit: int
    minutes: int
    issued: int
    expires: int
    holder: bytes
    lock: int = 0
    signature: bytes = b""

    def body(self) -> bytes:
        """The bytes that are signed."""
        packed = _BODY.pack(
            self.unit | (_LOCKED if self.lock else 0),
            self.network[:4],
            self.key,
            self.serial,
            self.minutes.to_bytes(3, "big"),
            self.issued,
            self.expires,
            self.holder,
        )
        return packed + (_LOCK.pack(self.lock) if self.lock else b"")

    def signed_by(self, public: bytes) -> bool:
        """Whether the station with this public key made the voucher."""
        return signed_by(public, _digest(self.body()), self.signature)


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(_SIGNED + body).digest()


def holder_tag(member: str) -> bytes:
    """4 bytes by which a voucher can be matched to its holder, given the holder's member id."""
    return hashlib.sha256(b"timebank/holder/1\0" + member.encode()).digest()[:4]


def write_code(voucher: VoucherCode, signer: Signer) -> str:
    """The text for the QR of ``voucher``, signed; the same every time it is printed."""
    body = voucher.body()
    return PREFIX + base32(body + signer.sign(_digest(body)))


def read_code(text: str) -> VoucherCode:
    """The voucher in a scanned or typed text; refuses with ``unreadable``. Says nothing of the signature.

    Case, full-width letters, spaces, hyphens and the confusions O/0 and I/L/1 are forgiven.
    """
    symbols = _symbols(text)
    meant = symbols.startswith(PREFIX) and len(symbols) <= _MOST_SYMBOLS
    data = from_base32(symbols[len(PREFIX) :]) if meant else None
    if data is None or len(data) < _BODY.size + SIGNATURE_BYTES:
        raise Refusal("unreadable")
    flags, network, key, serial, minutes, issued, expires, holder = _BODY.unpack_from(data)
    locked = bool(flags & _LOCKED)
    size = _BODY.size + (_LOCK.size if locked else 0)
    if len(data) != size + SIGNATURE_BYTES or flags & ~_LOCKED > 1:
        raise Refusal("unreadable")
    return VoucherCode(
        network=network,
        key=key,
        serial=serial,
        unit=flags & ~_LOCKED,
        minutes=int.from_bytes(minutes, "big"),
        issued=issued,
        expires=expires,
        holder=holder,
        lock=_LOCK.unpack_from(data, _BODY.size)[0] if locked else 0,
        signature=data[size:],
    )


def looks_like_code(text: str) -> bool:
    """Whether ``text`` claims to be a voucher's code."""
    symbols = _symbols(text)
    return symbols.startswith(PREFIX) and len(symbols) > 40


def _symbols(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(symbol for symbol in folded if not symbol.isspace() and symbol != "-")


def base32(data: bytes) -> str:
    """``data`` in Crockford's base32, without check symbol; the last symbol's spare bits are 0."""
    spare = -len(data) * 8 % 5
    value = int.from_bytes(data, "big") << spare
    count = (len(data) * 8 + spare) // 5
    return "".join(_ALPHABET[value >> 5 * at & 31] for at in range(count - 1, -1, -1))


def from_base32(symbols: str) -> bytes | None:
    """The bytes in ``symbols``, or None where a symbol is foreign or the spare bits are not 0."""
    value = 0
    for symbol in symbols:
        digit = _VALUE.get(symbol)
        if digit is None:
            return None
        value = value << 5 | digit
    size, spare = divmod(len(symbols) * 5, 8)
    if spare >= 5 or value & ((1 << spare) - 1):
        return None
    return (value >> spare).to_bytes(size, "big")


def serial_text(serial: bytes) -> str:
    """A serial for the eye and the keyboard: 13 symbols in groups and Crockford's check symbol."""
    value = int.from_bytes(serial, "big")
    symbols = "".join(_ALPHABET[value >> 5 * at & 31] for at in range(_SERIAL_SYMBOLS - 1, -1, -1))
    return f"{symbols[:4]}-{symbols[4:9]}-{symbols[9:]}-{_CHECK_SYMBOLS[value % 37]}"


def read_serial(text: str) -> bytes:
    """The serial typed as :func:`serial_text` shows it; refuses with ``serial_unreadable``."""
    symbols = _symbols(text)
    value = 0
    for symbol in symbols[:-1] if len(symbols) == _SERIAL_SYMBOLS + 1 else "":
        digit = _VALUE.get(symbol)
        if digit is None:
            raise Refusal("serial_unreadable", text=text)
        value = value << 5 | digit
    check = {"O": "0", "I": "1", "L": "1"}.get(symbols[-1:], symbols[-1:])
    if len(symbols) != _SERIAL_SYMBOLS + 1 or value >> 64 or check != _CHECK_SYMBOLS[value % 37]:
        raise Refusal("serial_unreadable", text=text)
    return value.to_bytes(SERIAL_BYTES, "big")
