"""The layers of the export file by themselves: lengths, damage, frames."""

from __future__ import annotations

import io
import os
import random
import struct
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
import zstandard

from timebank.exchange.file import MAGIC, Manifest, Reader, Run, written
from timebank.exchange.sealed import Plain, seal, unsealed
from timebank.exchange.verify import Unfit
from timebank.journal.entry import entry_hash
from timebank.journal.keys import Signer
from timebank.outcome import Cancelled, Fault

OWNER = pyrage.x25519.Identity.generate()
IDENTITY, RECIPIENT = str(OWNER), str(OWNER.to_public())
SIGNER = Signer(b"s" * 32)


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def sealed_file(folder: Path, content: bytes) -> Path:
    path = folder / "x.tbx"
    seal(path, [RECIPIENT], iter([content]))
    return path


def opened(path: Path) -> bytes:
    with unsealed(path, (IDENTITY,), path.parent) as plain:
        assert plain.damage is None
        return plain.unpacked().read()


@pytest.mark.parametrize("size", [0, 1, 1000, 65_500, 65_536, 131_000, 131_072, 400_000])
def test_every_length_comes_back_from_a_file_of_a_length_of_its_own(tmp_path: Path, size: int) -> None:
    content = noise(size)
    path = sealed_file(tmp_path, content)
    assert path.stat().st_size % 26 == 7
    assert opened(path) == content


@pytest.mark.parametrize("size", [1000, 400_000])
def test_a_cut_and_a_changed_byte_are_told_apart(tmp_path: Path, size: int) -> None:
    path = sealed_file(tmp_path, noise(size))
    whole = path.read_bytes()
    size = len(whole)
    for left in (
        size - 1,
        size - 64,
        size - 512,
        size // 2,
        size // 3,
        size * 3 // 4,
        size // 512 * 512,
        300,
    ):
        path.write_bytes(whole[:left])
        assert damage(path) == "truncated"
    path.write_bytes(whole[:-400] + bytes(400))  # the length is right, but the end never reached the stick
    assert damage(path) == "truncated"
    for at in (len(whole) - 1, len(whole) - 300, len(whole) // 2):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert damage(path) == "tampered"


def damage(path: Path) -> str | None:
    try:
        with unsealed(path, (IDENTITY,), path.parent) as plain:
            return plain.damage
    except Unfit as unfit:
        return unfit.code


def test_what_stops_the_writing_reaches_the_one_who_asked_for_it(tmp_path: Path) -> None:
    def stopping(size: int) -> Iterator[bytes]:
        yield noise(size)
        raise Cancelled

    for size in (1000, 400_000):
        with pytest.raises(Cancelled):
            seal(tmp_path / "x.tbx", [RECIPIENT], stopping(size))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
def test_a_full_disk_is_said_by_the_system_and_not_by_age() -> None:
    for size in (1000, 400_000):
        with pytest.raises(OSError, match="No space"):
            seal(Path("/dev/full"), [RECIPIENT], iter([noise(size)]))


def test_a_folder_is_not_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught, unsealed(tmp_path, (IDENTITY,), tmp_path):
        pass
    assert caught.value.code == "file_unreadable"


def stream(entries: list[tuple[bytes, bytes | None]]) -> bytes:
    head = entry_hash(entries[-1][0][:-64])
    private = sum(part is not None for _, part in entries)
    run = Run(b"journal1", 1, 1, len(entries), head, len(entries), sum(len(e) for e, _ in entries), private)
    manifest = Manifest(1, b"network1", 1, b"journal1", 0, bytes(16), (), (run,))
    return b"".join(written(SIGNER, manifest, entries))


def reader_of(content: bytes) -> Reader:
    packed = zstandard.ZstdCompressor().compress(content)
    return Reader(Plain(io.BytesIO(packed), len(packed), None))


def test_the_records_come_back_as_they_were_written() -> None:
    entries: list[tuple[bytes, bytes | None]] = [
        (noise(size), noise(size + 5) if size % 3 == 0 else None) for size in range(70, 6_000)
    ]
    reader = reader_of(stream(entries))
    (run,) = reader.manifest.runs
    carried = [each for batch in reader.batches(run) for each in batch]
    reader.finish(SIGNER.public)
    assert reader.made_by(SIGNER.public)
    assert not reader.torn
    assert [(each.data, each.sealed) for each in carried] == entries
    assert [each.seq for each in carried] == list(range(1, len(entries) + 1))


def test_batches_are_bounded_in_count_and_bytes() -> None:
    small = reader_of(stream([(noise(100), None)] * 4_500))
    assert [len(batch) for batch in small.batches(small.manifest.runs[0])] == [2_000, 2_000, 500]
    large = reader_of(stream([(noise(900_000), noise(900_000))] * 8))
    assert max(len(batch) for batch in large.batches(large.manifest.runs[0])) == 5


def test_every_place_to_stop_reading_counts_as_torn() -> None:
    content = stream([(noise(100), noise(30)), (noise(90), None)])
    (manifest,) = struct.unpack_from(">I", content, len(MAGIC))
    for length in range(len(MAGIC) + 5 + manifest, len(content)):
        reader = reader_of(content[:length])
        for _ in reader.batches(reader.manifest.runs[0]):
            pass
        reader.finish(SIGNER.public)
        assert reader.torn


@pytest.mark.parametrize("behind", [b"\0", b"\0\0\0\0E", bytes(400)])
def test_nothing_may_follow_the_trailer(behind: bytes) -> None:
    content = stream([(noise(100), None)])
    reader = reader_of(content + behind)
    for _ in reader.batches(reader.manifest.runs[0]):
        pass
    with pytest.raises(Unfit) as caught:
        reader.finish(SIGNER.public)
    assert caught.value.code == "tampered"
