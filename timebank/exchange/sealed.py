"""The two outer layers of an export file: age around one zstd stream, written and read piece by piece.

age seals its payload in chunks of 64 KiB, so damage shows as soon as it is met; but a cut and a changed byte
inside the last chunk look alike. So that a cut can be told, the length of every export leaves a remainder of
7 by 26: no half, third or quarter of one does, nor one short of some round number of bytes, nor any block.
"""

from __future__ import annotations

import itertools
import os
import re
import struct
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import pyrage
import zstandard

from timebank.exchange.verify import Unfit
from timebank.files import reading, writing

LEVEL = 5
WINDOW_LOG = 22
"""4 MiB of memory for whoever reads; longer windows, and higher levels, gain less than 1 %."""

MAX_FILE = 2 << 30
MAX_PLAIN = 8 << 30
MAX_RATIO = 64
"""Times the compressed size that the plain stream may reach; real ones stay below 8."""
FREE_PLAIN = 16 << 20
"""Plain bytes that are allowed whatever the ratio."""
MAX_WINDOW = 8 << 20
MAX_HEADER = 1 << 20

_AGE = b"age-encryption.org/v1\n"
_HEADER_END = re.compile(rb"\n--- [A-Za-z0-9+/]{43}\n")
_NONCE = _TAG = 16
_CHUNK = 64 << 10
_ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = 0x184D2A50
_MODULUS, _RESIDUE = 26, 7
_TRIES = 2_000
_SPOOL = 8 << 20


def seal(path: Path, recipients: Sequence[str], pieces: Iterator[bytes]) -> None:
    """Write ``pieces`` to ``path``, compressed and encrypted to ``recipients``. Memory stays flat."""
    keys = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    stream = _compressed(pieces)
    start = b""
    for piece in stream:
        start += piece
        if len(start) >= 2 * _CHUNK:
            break
    else:
        path.write_bytes(_sealed_whole(start, keys))
        return
    with path.open("wb") as file:
        sink = _Sink(file)
        source = _Source(itertools.chain([start], stream), sink)
        try:
            pyrage.encrypt_io(source, sink, keys)
        except pyrage.EncryptError as error:
            raise source.failure or sink.failure or error from error


def _compressed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, window_log=WINDOW_LOG, write_checksum=True
    )
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    for piece in pieces:
        yield stream.compress(piece)
    yield stream.flush()


def _sealed_whole(data: bytes, keys: list[pyrage.x25519.Recipient]) -> bytes:
    """A short file. age makes its header a random length, so some 26 tries find the right one."""
    sealed = b""
    for _ in range(_TRIES):
        sealed = pyrage.encrypt(data, keys)
        if len(sealed) % _MODULUS == _RESIDUE:
            break
    return sealed  # of another length it is still whole; only a cut would be told less well


class _Sink:
    """Where age writes a long file to; notes how long age's header is."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._start = b""
        self.header = 0
        self.failure: Exception | None = None
        """What went wrong here: age says so only in words."""

    def write(self, data: bytes) -> int:
        if not self.header:
            self._start += data
            end = _HEADER_END.search(self._start)
            if end is not None:
                self.header, self._start = end.end(), b""
        try:
            return self._file.write(data)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        self._file.flush()


class _Source:
    """Where age reads a long file from: the compressed stream, and at its end what fills up the length."""

    def __init__(self, stream: Iterator[bytes], sink: _Sink) -> None:
        self._stream = self._filled(stream, sink)
        self._held = memoryview(b"")
        self.failure: Exception | None = None

    def _filled(self, stream: Iterator[bytes], sink: _Sink) -> Iterator[bytes]:
        length = 0
        for piece in stream:
            length += len(piece)
            yield piece
        yield _filling(sink.header, length)

    def read(self, size: int = -1) -> bytes:
        while not self._held:
            try:
                piece = next(self._stream, None)
            except Exception as error:
                self.failure = error
                raise
            if piece is None:
                return b""
            self._held = memoryview(piece)
        size = len(self._held) if size < 0 else size
        taken, self._held = self._held[:size], self._held[size:]
        return bytes(taken)


def _filling(header: int, length: int) -> bytes:
    """The skippable zstd frame after ``length`` bytes that brings the whole file to its length."""
    size = 8
    while _sealed_size(header, length + size) % _MODULUS != _RESIDUE:
        size += 1
    return struct.pack("<II", _SKIPPABLE, size - 8) + bytes(size - 8)


def _sealed_size(header: int, length: int) -> int:
    return header + _NONCE + length + _TAG * -(-length // _CHUNK)


class Plain(NamedTuple):
    """A file, decrypted: its zstd stream as far as age vouches for it, and what is wrong with the rest."""

    stream: BinaryIO
    bytes: int
    damage: str | None
    """None, or ``truncated``: the stream ends too early, but what there is of it is as it was written."""

    def unpacked(self) -> BinaryIO:
        """The plain stream. Unfit: ``not_an_export`` or ``too_big``."""
        head = self.stream.read(18)
        self.stream.seek(0)
        if not head.startswith(_ZSTD):
            raise Unfit(self.damage if self.damage and _ZSTD.startswith(head) else "not_an_export")
        try:
            window = zstandard.get_frame_parameters(head).window_size
        except zstandard.ZstdError as error:
            raise Unfit(self.damage or "not_an_export") from error
        if window > MAX_WINDOW:
            raise Unfit("too_big")
        decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        return cast(BinaryIO, decompressor.stream_reader(self.stream, read_across_frames=True))

    @property
    def allowance(self) -> int:
        """How many plain bytes this file may become."""
        return min(MAX_PLAIN, max(FREE_PLAIN, MAX_RATIO * self.bytes))


class _EnoughError(Exception):
    """As much is decrypted as was asked for."""


class _PlainSink:
    def __init__(self, file: BinaryIO, place: Path, at_most: int | None) -> None:
        self._file = file
        self._place = place
        self._at_most = at_most
        self.count = 0

    def write(self, data: bytes) -> int:
        with writing(self._place):
            self._file.write(data)
        self.count += len(data)
        if self._at_most is not None and self.count >= self._at_most:
            raise _EnoughError
        return len(data)

    def flush(self) -> None:
        pass


@contextmanager
def unsealed(
    path: Path, identities: Sequence[str], scratch: Path, *, at_most: int | None = None
) -> Iterator[Plain]:
    """Decrypt ``path``, or about its first ``at_most`` bytes, keeping what is long in the folder ``scratch``.

    Unfit: ``not_an_export``, ``not_for_us``, ``truncated``, ``tampered`` or ``too_big``. Raises Fault
    where the disk fails.
    """
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL, dir=str(scratch)) as file:
        sink = _PlainSink(cast(BinaryIO, file), scratch / path.name, at_most)
        with reading(path), path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            if size > MAX_FILE:
                raise Unfit("too_big")
            header = _header_length(source.read(MAX_HEADER), size)
            source.seek(0)
            try:
                damage = _decrypt(source, sink, identities, header, size)
            except _EnoughError:
                damage = "truncated"
        file.seek(0)
        yield Plain(cast(BinaryIO, file), sink.count, damage)


def _header_length(start: bytes, size: int) -> int:
    if not start.startswith(_AGE):
        raise Unfit("truncated" if start and _AGE.startswith(start) else "not_an_export")
    end = _HEADER_END.search(start)
    if end is None or size < end.end() + _NONCE + _TAG:
        raise Unfit(_cut_or_changed(size))
    return end.end()


def _cut_or_changed(size: int) -> str:
    return "tampered" if size % _MODULUS == _RESIDUE else "truncated"


class _Opened:
    """Where age reads a sealed file from."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failure: OSError | None = None
        """What the disk said: age says so only in words, and they look like those for a damaged file."""

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            self.failure = error
            raise


def _decrypt(
    source: BinaryIO, sink: _PlainSink, identities: Sequence[str], header: int, size: int
) -> str | None:
    """None where all of the file opened, or ``truncated``. Unfit where it may not be used at all."""
    opened_file = _Opened(source)
    try:
        pyrage.decrypt_io(opened_file, sink, [pyrage.x25519.Identity.from_str(each) for each in identities])
    except pyrage.DecryptError as error:
        if opened_file.failure is not None:
            raise opened_file.failure from error
        raise Unfit("not_for_us" if "No matching keys" in str(error) else "tampered") from error
    except OSError as error:
        if opened_file.failure is not None:
            raise opened_file.failure from error
        if error.errno is not None:  # the disk's word; age's own errors carry no number
            raise
        opened = sink.count // _CHUNK
        rest = size - header - _NONCE - opened * (_CHUNK + _TAG)
        if rest > _CHUNK + _TAG or (_cut_or_changed(size) == "tampered" and not _blank_end(source)):
            raise Unfit("tampered") from error
        return "truncated"
    return None


def looks_whole(path: Path) -> bool:
    """Whether a file begins, ends and measures like a finished export, from its first and last bytes alone.

    For files that others are copying: one still short of its end passes once in 26 times, one whose place
    was reserved before it was filled never. Not proof of anything. Raises Fault where the disk fails.
    """
    with reading(path), path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        if size < len(_AGE) + _TAG or source.read(len(_AGE)) != _AGE:
            return False
        return size % _MODULUS == _RESIDUE and not _blank_end(source)


def _blank_end(source: BinaryIO) -> bool:
    """Whether a file ends in nothing but zeros: a stick pulled too early leaves such."""
    source.seek(-_TAG, os.SEEK_END)
    return source.read(_TAG) == bytes(_TAG)
