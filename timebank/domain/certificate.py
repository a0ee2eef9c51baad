"""The text inside the QR of a certificate of service: what it certifies, signed by the issuing station.

A body of 36 to 59 bytes and the signature, in Crockford base32 after ``TBS1``: 164 to 201 characters of
the QR alphanumeric set. It names no person; a tag made from the name tells whether the name on the paper is
the one that was certified.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import unicodedata
from dataclasses import dataclass

from timebank.domain.names import clean_name
from timebank.domain.voucher_code import base32, from_base32
from timebank.journal.keys import SIGNATURE_BYTES, Signer, signed_by
from timebank.outcome import Refusal

PREFIX = "TBS1"
SERIAL_BYTES = 5
MAX_SERVICES = (1 << 24) - 1
MAX_MINUTES = (1 << 32) - 1
MAX_DAY = (1 << 16) - 1
LONGEST_NUMBER = 24

_BODY = struct.Struct(">4s4s5sHHH3sI8sB")
_TAG_BYTES = 8
_MOST_SYMBOLS = 240
"""More than any code has: what is pasted by mistake may be megabytes, and arithmetic on it takes for ever."""
_SIGNED = b"timebank/certificate/1\0"
_HOLDER = b"timebank/certificate/holder/1\0"


@dataclass(frozen=True, slots=True)
class CertificateCode:
    """What a certificate says of itself; days count from 2000-01-01, both ends of the period included."""

    network: bytes
    key: bytes
    serial: bytes
    first: int
    last: int
    issued: int
    services: int
    minutes: int
    holder: bytes
    """The tag of the holder's name, as :func:`name_tag` makes it."""
    number: str
    """The holder's volunteer number."""
    signature: bytes = b""

    def body(self) -> bytes:
        """The bytes that are signed."""
        number = self.number.encode("ascii")
        packed = _BODY.pack(
            self.network[:4],
            self.key,
            self.serial,
            self.first,
            self.last,
            self.issued,
            self.services.to_bytes(3, "big"),
            self.minutes,
            self.holder,
            len(number),
        )
        return packed + number

    def signed_by(self, public: bytes) -> bool:
        """Whether the station with this public key made the certificate."""
        return signed_by(public, _digest(self.body()), self.signature)

    def is_for(self, name: str) -> bool:
        """Whether this is the name that was certified."""
        return hmac.compare_digest(self.holder, name_tag(self.serial, name))


def name_tag(serial: bytes, name: str) -> bytes:
    """8 bytes that belong to a name on one certificate only; spacing and full-width letters do not matter."""
    said = clean_name(name).casefold().encode("utf-8", "surrogatepass")
    return hashlib.sha256(_HOLDER + serial + said).digest()[:_TAG_BYTES]


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(_SIGNED + body).digest()


def write_certificate(code: CertificateCode, signer: Signer) -> str:
    """The text for the QR of a certificate, signed; the same every time it is printed."""
    body = code.body()
    return PREFIX + base32(body + signer.sign(_digest(body)))


def looks_like_certificate(text: str) -> bool:
    """Whether ``text`` claims to be a certificate's code."""
    head = text[: 4 * _MOST_SYMBOLS]
    symbols = _symbols(head)
    return symbols.startswith(PREFIX) and len(symbols) > 40


def read_certificate(text: str) -> CertificateCode:
    """The certificate in a scanned or typed text; says nothing of the signature.

    Refuses with ``certificate_prefix`` (something else), ``certificate_length`` (cut short, or more than a
    code), ``certificate_symbols`` (a sign that no code has) or ``certificate_body`` (impossible contents).
    Case, full-width letters, spaces, hyphens and the confusions O/0 and I/L/1 are forgiven.
    """
    if len(text) > 4 * _MOST_SYMBOLS:
        raise Refusal("certificate_length")
    symbols = _symbols(text)
    if not symbols.startswith(PREFIX):
        raise Refusal("certificate_prefix")
    least = (_BODY.size + 1 + SIGNATURE_BYTES) * 8 // 5
    if not len(PREFIX) + least <= len(symbols) <= _MOST_SYMBOLS:
        raise Refusal("certificate_length")
    data = from_base32(symbols[len(PREFIX) :])
    if data is None:
        raise Refusal("certificate_symbols")
    return _unpacked(data)


def _unpacked(data: bytes) -> CertificateCode:
    network, key, serial, first, last, issued, services, minutes, holder, length = _BODY.unpack_from(data)
    if len(data) != _BODY.size + length + SIGNATURE_BYTES:
        raise Refusal("certificate_length")
    number = data[_BODY.size : _BODY.size + length]
    printable = number.isascii() and number.decode("ascii").isprintable()
    if not 1 <= length <= LONGEST_NUMBER or not printable or first > last:
        raise Refusal("certificate_body")
    return CertificateCode(
        network,
        key,
        serial,
        first,
        last,
        issued,
        int.from_bytes(services, "big"),
        minutes,
        holder,
        number.decode("ascii"),
        data[_BODY.size + length :],
    )


def certificate_number(station: int, issued_year: int, serial: bytes) -> str:
    """The number printed on a certificate: station, year and serial, such as 002-2026-7K3Q9ZTA."""
    return f"{station:03d}-{issued_year}-{base32(serial)}"


def _symbols(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(symbol for symbol in folded if not symbol.isspace() and symbol != "-")
