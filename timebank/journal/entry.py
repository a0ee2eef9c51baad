"""An entry: one fact in its place in a journal, signed. The bytes signed are the bytes stored and sent.

On the wire and in the store an entry is ``payload + signature``. The payload is a msgpack array (see
:class:`Header`); its SHA-256 under a fixed prefix is the entry's hash, which the next entry repeats and
the 64-byte Ed25519 signature covers. Because each entry covers the one before it, the last signature of a
run proves the whole run.
"""

from __future__ import annotations

import hashlib

import msgspec

from timebank.journal.facts import Fact, encode_fact
from timebank.journal.keys import SIGNATURE_BYTES, Signer, signed_by
from timebank.journal.nesting import deeper_than
from timebank.journal.refs import MAX_SEQ, EntryRef

FORMAT = 1
READER = 1
"""The level of this program as a reader: facts that ask for more need an update."""

MAX_ENTRY_BYTES = 1 << 20
MAX_NESTING = 64
"""Arrays and maps within one another, the entry itself counted: real entries stay below 10."""
MAX_LAMPORT = 1 << 53
MAX_WALL = 253_000_000_000
"""Seconds since 1970: within the year 9987, so that every calendar can show it."""

_PREFIX = b"timebank/entry/1\0"


class Header(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """All of an entry but its signature, in the order of its bytes."""

    format: int
    network: bytes
    journal: bytes
    seq: int
    previous: bytes
    lamport: int
    wall: int
    """Seconds since 1970 by the writer's clock: evidence to show, never used to decide."""
    clock: int
    """0: the clock agreed with what the station had seen; 1: it ran behind it."""
    kind: str
    version: int
    reader: int
    """The lowest reader level that may ignore nothing of this fact."""
    action: bytes
    """8 bytes that are the same when the same action is tried again."""
    operator: int
    seen: tuple[tuple[bytes, int], ...]
    """Heads of other journals that the writer took in since its previous entry: what it knew."""
    private: bytes
    """Hash of the sealed private part, or empty."""
    body: msgspec.Raw


class Entry(msgspec.Struct, frozen=True, gc=False):
    """An entry as read: its header, its exact bytes (``data``) and its hash."""

    header: Header
    data: bytes
    hash: bytes

    @property
    def ref(self) -> EntryRef:
        """The name of this entry."""
        return EntryRef(self.header.journal, self.header.seq, self.hash[:8])

    def signed_by(self, public: bytes) -> bool:
        """Whether the entry's own signature is ``public``'s."""
        return signed_by(public, self.hash, self.data[-SIGNATURE_BYTES:])


class BadEntry(ValueError):
    """Bytes that are no entry."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Header)


def entry_hash(payload: bytes) -> bytes:
    """The hash that the signature covers and that the next entry repeats."""
    return hashlib.sha256(_PREFIX + payload).digest()


def write_entry(signer: Signer, fact: Fact, **fields: object) -> Entry:
    """A signed entry that carries ``fact``; ``fields`` are the remaining fields of :class:`Header`."""
    header = Header(
        format=FORMAT,
        kind=type(fact).__name__,
        version=fact.version,
        reader=fact.lowest_reader,
        body=msgspec.Raw(encode_fact(fact)),
        **fields,  # type: ignore[arg-type]
    )
    payload = _ENCODER.encode(header)
    digest = entry_hash(payload)
    return Entry(header, payload + signer.sign(digest), digest)


def read_entry(data: bytes) -> Entry:
    """The entry in ``data``. Raises :class:`BadEntry`; says nothing yet about who signed it."""
    if not SIGNATURE_BYTES < len(data) <= MAX_ENTRY_BYTES:
        raise BadEntry("length")
    payload = data[:-SIGNATURE_BYTES]
    if deeper_than(payload, MAX_NESTING):
        raise BadEntry("nesting")
    try:
        header = _DECODER.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadEntry(str(error)) from error
    if not (
        header.format == FORMAT
        and len(header.network) == 8
        and len(header.journal) == 8
        and 1 <= header.seq <= MAX_SEQ
        and len(header.previous) == (0 if header.seq == 1 else 32)
        and 0 <= header.lamport < MAX_LAMPORT
        and 0 <= header.wall < MAX_WALL
        and 0 <= header.operator < MAX_LAMPORT
        and (
            not header.seen or all(len(other) == 8 and 0 < head < MAX_LAMPORT for other, head in header.seen)
        )
        and len(header.private) in (0, 32)
        and len(header.action) == 8
    ):
        raise BadEntry("field")
    # One meaning has one spelling: a second encoding of the same header is not an entry.
    if _ENCODER.encode(header) != payload:
        raise BadEntry("spelling")
    return Entry(header, data, entry_hash(payload))


def newer_format(data: bytes) -> bool:
    """Whether ``data`` looks like an entry of a later format than this program reads."""
    payload = data[:-SIGNATURE_BYTES]
    if deeper_than(payload, MAX_NESTING):
        return False
    try:
        first = msgspec.msgpack.decode(payload, type=list[msgspec.Raw], strict=False)
        return bool(first) and msgspec.msgpack.decode(first[0], type=int) > FORMAT
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
