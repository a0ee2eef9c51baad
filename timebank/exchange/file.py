"""The export file from within: a magic line, then framed records. Byte by byte in docs/exchange-format.md."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator
from typing import Annotated, BinaryIO, NamedTuple, TypeVar

import msgspec
import zstandard

from timebank.exchange.sealed import Plain
from timebank.exchange.verify import Unfit
from timebank.journal.entry import MAX_ENTRY_BYTES, MAX_WALL, entry_hash
from timebank.journal.keys import SIGNATURE_BYTES, Signer, signed_by
from timebank.journal.refs import MAX_SEQ, EightBytes

FORMAT = 1
MAGIC = b"timebank exchange 1\n"

MANIFEST, ENTRY, PRIVATE, TRAILER = b"MEPT"
"""The kinds of records, one byte each."""

MAX_JOURNALS = 50_000
BATCH_ENTRIES = 2_000
BATCH_BYTES = 8 << 20

_ANY_MAGIC = re.compile(rb"timebank exchange ([1-9][0-9]{0,8})\n")
_FRAME = struct.Struct(">IB")
_MANIFEST_PREFIX = b"timebank/manifest/1\0"
_TRAILER_PREFIX = b"timebank/trailer/1\0"
_LARGEST = {MANIFEST: 8 << 20, ENTRY: MAX_ENTRY_BYTES, PRIVATE: MAX_ENTRY_BYTES, TRAILER: 1 << 10}
_PIECE = 256 << 10

_Record = TypeVar("_Record", bound=msgspec.Struct)

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)]
Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]
Place = Annotated[int, msgspec.Meta(ge=1, le=MAX_SEQ)]


class Run(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A stretch of one journal in the file: entries ``first`` to ``last`` of one of its chains."""

    journal: EightBytes
    station: Number
    """The number of the station that writes it, 0 for the root: to name it where it is not known yet."""
    first: Place
    last: Place
    head: bytes
    """Hash of the last entry."""
    count: Place
    size: Count
    """Bytes of the entries together."""
    private: Count
    """How many of them come with their private part."""


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """What the file holds, who made it and what that station has; later versions may say more at the end."""

    format: Number
    network: EightBytes
    station: Number
    journal: EightBytes
    made: Annotated[int, msgspec.Meta(ge=0, lt=MAX_WALL)]
    """Seconds since 1970 by the exporter's clock."""
    nonce: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    have: tuple[tuple[EightBytes, Place], ...]
    """The exporter's heads: (journal, or the name of a branch, and sequence) each."""
    runs: tuple[Run, ...]
    marks: tuple[EightBytes, ...] = ()
    """First 8 bytes of the hashes of the heads in ``have``, in the same order: by them a fork shows."""


class Trailer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The end of the file: how many records came before, and the SHA-256 of every plain byte before."""

    count: int
    sha256: bytes


class Carried(NamedTuple):
    """One entry as the file carries it: place in its journal, exact bytes, sealed private part if there."""

    seq: int
    data: bytes
    sealed: bytes | None


def written(
    signer: Signer, manifest: Manifest, entries: Iterable[tuple[bytes, bytes | None]]
) -> Iterator[bytes]:
    """The plain stream, in pieces; ``entries`` are (exact bytes, sealed private part), in the runs' order."""
    digest, count = hashlib.sha256(), 1
    held = bytearray(MAGIC + _framed(MANIFEST, _signed(signer, _MANIFEST_PREFIX, manifest)))
    for data, sealed in entries:
        held += _framed(ENTRY, data)
        count += 1
        if sealed is not None:
            held += _framed(PRIVATE, sealed)
            count += 1
        if len(held) >= _PIECE:
            digest.update(held)
            yield bytes(held)
            held.clear()
    digest.update(held)
    yield bytes(held)
    yield _framed(TRAILER, _signed(signer, _TRAILER_PREFIX, Trailer(count, digest.digest())))


def _framed(kind: int, body: bytes) -> bytes:
    return _FRAME.pack(len(body), kind) + body


def _signed(signer: Signer, prefix: bytes, record: msgspec.Struct) -> bytes:
    body = msgspec.msgpack.encode(record)
    return body + signer.sign(hashlib.sha256(prefix + body).digest())


class _Signed(NamedTuple):
    """The digest and signature of a signed record, to be checked once the signer is known."""

    digest: bytes
    signature: bytes

    def by(self, key: bytes) -> bool:
        return signed_by(key, self.digest, self.signature)


def _unsigned(body: bytes, prefix: bytes, kind: type[_Record]) -> tuple[_Record, _Signed]:
    payload, signature = body[:-SIGNATURE_BYTES], body[-SIGNATURE_BYTES:]
    try:
        record = msgspec.msgpack.decode(payload, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unfit("tampered") from error
    return record, _Signed(hashlib.sha256(prefix + payload).digest(), signature)


class Reader:
    """Reads an export's records in order and holds it to its own manifest and trailer.

    Nothing is proved yet of who wrote what: :meth:`made_by` and the chain do that.
    """

    def __init__(self, plain: Plain) -> None:
        self._records = _Records(plain.unpacked(), plain.allowance)
        self.torn = False
        """Whether the file ended before its trailer."""
        self.manifest, self._proof = self._open()

    def _open(self) -> tuple[Manifest, _Signed]:
        self._records.magic()
        record = self._records.next()
        if record is None:
            raise Unfit("truncated")
        kind, body = record
        if kind != MANIFEST:
            raise Unfit("tampered")
        manifest, proof = _unsigned(body, _MANIFEST_PREFIX, Manifest)
        if manifest.format > FORMAT:
            raise Unfit("newer_format")
        if len(manifest.runs) > MAX_JOURNALS or len(manifest.have) > MAX_JOURNALS:
            raise Unfit("too_big")
        if len({(run.journal, run.head) for run in manifest.runs}) != len(manifest.runs) or not all(
            run.first <= run.last and run.count == run.last - run.first + 1 for run in manifest.runs
        ):
            raise Unfit("tampered")
        return manifest, proof

    def made_by(self, key: bytes) -> bool:
        """Whether the manifest is signed with the key whose public half is ``key``."""
        return self._proof.by(key)

    def batches(self, run: Run) -> Iterator[list[Carried]]:
        """The entries of ``run`` (the next one in the file) in batches; stops early in a torn file."""
        batch: list[Carried] = []
        size = total = private = 0
        data = b""
        take = self._records.next
        for seq in range(run.first, run.last + 1):
            record = take()
            if record is None:
                break
            kind, data = record
            if kind != ENTRY:
                raise Unfit("tampered")
            sealed = self._records.next_if(PRIVATE)
            private += sealed is not None
            batch.append(Carried(seq, data, sealed))
            total += len(data)
            size += len(data) + len(sealed or b"")
            if len(batch) >= BATCH_ENTRIES or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
        # Even the last entry of the last run has a trailer after it.
        self.torn = self._records.ended
        if batch:
            yield batch
        if not self.torn and (
            (total, private) != (run.size, run.private) or entry_hash(data[:-SIGNATURE_BYTES]) != run.head
        ):
            raise Unfit("tampered")

    def finish(self, key: bytes) -> None:
        """Check that the trailer follows, fits all that came before, and is signed like the manifest."""
        if self.torn:
            return
        before, seen = self._records.sha256(), self._records.count
        record = self._records.next()
        if record is None:
            self.torn = True
            return
        kind, body = record
        if kind != TRAILER or self._records.next() is not None or self._records.left_over:
            raise Unfit("tampered")
        trailer, proof = _unsigned(body, _TRAILER_PREFIX, Trailer)
        if trailer.count != seen or trailer.sha256 != before:
            raise Unfit("tampered")
        if not proof.by(key):
            raise Unfit("bad_signature")


class _Records:
    """Cuts the plain stream into records; bounds what one record and the whole may cost."""

    def __init__(self, stream: BinaryIO, allowance: int) -> None:
        self._stream = stream
        self._left = allowance
        self._buffer = b""
        self._at = 0
        self._hash = hashlib.sha256()
        self.count = 0
        self.ended = False
        self.left_over = False
        """Whether bytes that make no whole record stood at the end."""

    def magic(self) -> None:
        """Step over the magic line. Unfit: ``not_an_export``, ``newer_format``, ``truncated``."""
        self._fill(64)
        found = _ANY_MAGIC.match(self._buffer)
        if found is None:
            raise Unfit("truncated" if MAGIC.startswith(self._buffer) else "not_an_export")
        if int(found.group(1)) > FORMAT:
            raise Unfit("newer_format")
        self._at = found.end()

    def next(self) -> tuple[int, bytes] | None:
        """The next record as (kind, body), or None where the stream ends, whole or not."""
        start = self._at + 5
        if start > len(self._buffer):
            if not self._fill(5):
                return None
            start = self._at + 5
        length, kind = _FRAME.unpack_from(self._buffer, self._at)
        if length > _LARGEST.get(kind, 0):
            raise Unfit("too_big" if kind in _LARGEST else "tampered")
        end = start + length
        if end > len(self._buffer):
            if not self._fill(5 + length):
                return None
            start = self._at + 5
            end = start + length
        self._at = end
        self.count += 1
        return kind, self._buffer[start:end]

    def next_if(self, wanted: int) -> bytes | None:
        """The body of the next record if it is of the kind ``wanted``; else it stays the next."""
        if self._at + 5 > len(self._buffer) and not self._fill(5):
            return None
        if self._buffer[self._at + 4] != wanted:
            return None
        record = self.next()
        return None if record is None else record[1]

    def sha256(self) -> bytes:
        """The SHA-256 of all plain bytes up to here."""
        here = self._hash.copy()
        here.update(memoryview(self._buffer)[: self._at])
        return here.digest()

    def _fill(self, size: int) -> bool:
        """Have ``size`` bytes at hand from here on; False where the stream ends before."""
        view = memoryview(self._buffer)
        self._hash.update(view[: self._at])
        parts = [bytes(view[self._at :])]
        have = len(parts[0])
        while have < size:
            try:
                piece = self._stream.read(max(_PIECE, size - have))
            except zstandard.ZstdError as error:
                raise Unfit("tampered") from error
            if not piece:
                break
            self._left -= len(piece)
            if self._left < 0:
                raise Unfit("too_big")
            parts.append(piece)
            have += len(piece)
        self._buffer, self._at = b"".join(parts), 0
        if have >= size:
            return True
        self.ended, self.left_over = True, have > 0
        return False
