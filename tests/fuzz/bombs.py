"""Small files that unpack, nest, repeat or claim to be huge. Each is read in a process with limits of its own."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import resource
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyrage
import zstandard
from PIL import Image

from timebank.desk.backup import unpack
from timebank.desk.enrolment import read_request
from timebank.domain.root_sheet import read_sheet
from timebank.domain.voucher_code import read_code, read_serial
from timebank.exchange.file import ENTRY, FORMAT, MAGIC, MANIFEST, PRIVATE, TRAILER, Manifest, Run
from timebank.journal.entry import entry_hash, read_entry
from timebank.outcome import Problem
from timebank.paper.reader import read_codes
from timebank.roster import read_people

from .corpus import HUB, NOW, VILLAGE, Scene
from .targets import take

MEMORY = 700 << 20
"""Bytes by which a reader may grow, whatever it reads."""
SECONDS = 20
"""Of processor time."""
_CEILING = 3 << 30


class Bomb(NamedTuple):
    """A file, and what reads it; returns what became of it."""

    name: str
    read: Callable[[], str]
    slow: bool = False
    """Left to ``python -m tests.fuzz bombs``."""


class Burst(NamedTuple):
    """What became of a bomb: an outcome, and what it cost."""

    outcome: str
    seconds: float
    grown: int


def set_off(bomb: Bomb) -> Burst:
    """Read a bomb in a child process under limits on memory and processor time, which kill it."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os.close(out)
            os.write(into, json.dumps(_burst(bomb)).encode())
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return Burst(*json.loads(told)) if told else Burst("killed", SECONDS, MEMORY)


def _burst(bomb: Bomb) -> Burst:
    here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (here + _CEILING, here + _CEILING))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    before = resource.getrusage(resource.RUSAGE_SELF)
    try:
        outcome = bomb.read()
    except Problem as problem:
        outcome = problem.code
    except BaseException as error:  # to be told, not swallowed
        outcome = f"CRASH {type(error).__name__} {error}"[:200]
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Burst(outcome, after.ru_utime - before.ru_utime, (after.ru_maxrss - before.ru_maxrss) << 10)


def bombs(world: Scene) -> Iterator[Bomb]:
    """Every bomb; writes the files into the scene's folder. Nothing of the scene may be open."""
    yield from _exports(world)
    yield from _texts(world.folder)
    yield from _pictures(world.folder)
    yield from _archives(world.folder)


def _exports(world: Scene) -> Iterator[Bomb]:
    hub = world.desk(HUB).station.keys.recipient
    village = world.desk(VILLAGE).station
    head, rows = village.journal, village.store.rows("SELECT bytes FROM entry WHERE bytes NOT NULL")
    world.close()
    recipient = pyrage.x25519.Recipient.from_str(hub)
    entry = next(read_entry(data) for (data,) in rows if read_entry(data).header.journal == head)

    def signed(prefix: bytes, body: bytes) -> bytes:
        return body + world.signer.sign(hashlib.sha256(prefix + body).digest())

    def framed(kind: int, body: bytes) -> bytes:
        return struct.pack(">IB", len(body), kind) + body

    def manifest(*runs: Run, have: tuple[tuple[bytes, int], ...] = ()) -> bytes:
        said = Manifest(FORMAT, world.network, VILLAGE, head, 0, bytes(16), have, runs)
        return MAGIC + framed(MANIFEST, signed(b"timebank/manifest/1\0", msgspec.msgpack.encode(said)))

    def packed(plain: bytes) -> bytes:
        return zstandard.ZstdCompressor(level=9).compress(plain)

    def export(name: str, content: bytes, *, keys: int = 1) -> Bomb:
        path = world.folder / f"{name.replace(' ', '-')}.tbx"
        others = [pyrage.x25519.Identity.generate().to_public() for _ in range(keys - 1)]
        path.write_bytes(pyrage.encrypt(content, [*others, recipient]))

        def read() -> str:
            taken = take(world, HUB, path)
            return taken.code or taken.outcome

        return Bomb(name, read)

    nothing = packed(bytes(16 << 20))
    whole = manifest(Run(head, VILLAGE, 1, 1, bytes(32), 1, 1, 0))
    yield export("six gigabytes of zeros", packed(MAGIC) + nothing * 400)
    yield export("six gigabytes behind a manifest", packed(whole + framed(ENTRY, b"")[:5]) + nothing * 400)
    yield export("a thousand recipients", packed(whole), keys=1_000)
    endless = export("a header over a megabyte", b"")
    (world.folder / "a-header-over-a-megabyte.tbx").write_bytes(
        b"age-encryption.org/v1\n" + b"-> X25519 a\nb\n" * 99_999
    )
    yield endless
    for kind in (MANIFEST, ENTRY, PRIVATE, TRAILER, 0):
        claim = struct.pack(">IB", 0xFFFFFFFF, kind)
        yield export(
            f"a record {kind} of 4 GiB", packed((MAGIC if kind == MANIFEST else whole) + claim + bytes(99))
        )
    many = [Run(b"%08d" % at, 9, 2, 2, entry_hash(b""), 1, 1, 0) for at in range(50_001)]
    lone = framed(ENTRY, b"x")
    yield export("fifty thousand runs", packed(manifest(*many[:50_000]) + lone * 50_000))
    yield export("too many runs", packed(manifest(*many)))
    yield export(
        "fifty thousand heads", packed(manifest(have=tuple((b"%08d" % at, 1) for at in range(50_000))))
    )

    def sealed_entry(body: bytes, *, kind: str = "PolicyAdopted") -> bytes:
        header = msgspec.structs.replace(
            entry.header, seq=99, previous=bytes(32), kind=kind, body=msgspec.Raw(body)
        )
        payload = msgspec.msgpack.encode(header)
        return payload + world.signer.sign(entry_hash(payload))

    def carrying(data: bytes) -> bytes:
        return manifest(Run(head, VILLAGE, 99, 99, entry_hash(data[:-64]), 1, len(data), 0)) + framed(
            ENTRY, data
        )

    for depth in (65, 900, 100_000):
        deep = b"\x91" * depth + b"\xc0"
        policy = b"\x94\xa1x\x01\x81\xa1k" + deep + b"\xc4\x00"
        fields = msgspec.msgpack.encode(entry.header)
        cut = fields.rindex(bytes(entry.header.body))
        yield export(
            f"a manifest {depth} deep",
            packed(MAGIC + framed(MANIFEST, signed(b"timebank/manifest/1\0", deep))),
        )
        yield export(f"an entry {depth} deep", packed(carrying(deep + world.signer.sign(entry_hash(deep)))))
        yield export(f"a header {depth} deep", packed(carrying(fields[:cut] + deep + bytes(64))))
        yield export(f"a body {depth} deep", packed(carrying(sealed_entry(policy))))
    wide = b"\xdd" + struct.pack(">I", 0x7FFFFFFF)
    yield export(
        "an array of two thousand million", packed(carrying(sealed_entry(b"\xc0")[:-65] + wide + bytes(64)))
    )


def _texts(folder: Path) -> Iterator[Bomb]:
    for name, read in (("code", read_code), ("serial", read_serial), ("sheet", read_sheet)):
        for text in ("TB1" + "Z" * 3_000_000, "\ufdfa" * 60_000, "7" * 3_000_000, "A-" * 1_500_000):
            yield Bomb(f"a {name} of megabytes: {text[:4]}", lambda read=read, text=text: str(read(text))[:9])  # type: ignore[misc]
    path = folder / "long.request"
    path.write_bytes(b"timebank/request/1\0" + b"kZGR" * (12 << 20))
    yield Bomb("a request of 48 MiB, nested", lambda: read_request(path).name)


def _pictures(folder: Path) -> Iterator[Bomb]:
    def picture(name: str, data: bytes, *, slow: bool = False) -> Bomb:
        path = folder / name.replace(" ", "-")
        path.write_bytes(data)
        return Bomb(name, lambda: ", ".join(read_codes(path)), slow)

    def png(width: int, height: int, colour: int, channels: int) -> bytes:
        def chunk(kind: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        packer, parts = zlib.compressobj(9), []
        for _ in range(min(height, 64)):
            parts.append(packer.compress(bytes(1 + width * channels)))
        head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", b"".join(parts) + packer.flush())
            + chunk(b"IEND", b"")
        )

    yield picture("a png of 3600 megapixels.png", png(60_000, 60_000, 0, 1))
    yield picture("a png of two thousand million columns.png", png(2_000_000_000, 1, 0, 0))
    yield picture("a png of 64 megapixels, see-through.png", _blank("PNG", (8_000, 8_000), "RGBA"), slow=True)
    yield picture("a line of 64 megapixels.png", _blank("PNG", (3_000_000, 21), "L"))
    yield picture("a strip.jpg", _blank("JPEG", (64, 56_049), "L"))
    yield picture("a gif of many frames.gif", _frames(7_000, 7_000, 40), slow=True)
    yield picture(
        "a bmp that claims.bmp",
        b"BM" + struct.pack("<IHHIIiiHHIIiiII", 99, 0, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 0, 0, 0, 0),
    )
    yield picture("a huge page.pdf", _pdf(5, "0 0 1000000 1000000"))
    yield picture("a book.pdf", _pdf(5_000, "0 0 600 800"))


def _blank(kind: str, size: tuple[int, int], mode: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def _frames(width: int, height: int, count: int) -> bytes:
    """A GIF whose every frame is a blank picture; each costs a few bytes."""
    one = _blank("GIF", (width, height), "P")
    at = one.index(b"\x2c")
    image = one[at:-1]
    return one[:at] + image * count + b";"


def _pdf(pages: int, box: str) -> bytes:
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>")
    objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] >>"] * pages
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(
        out + f"trailer\n<< /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    )


def _archives(folder: Path) -> Iterator[Bomb]:
    backup = folder / "bomb.backup"
    info = tarfile.TarInfo("timebank.db")
    info.size = 2 << 30
    with backup.open("wb") as file:
        file.write(b"timebank/backup/1\n" + gzip.compress(info.tobuf(), 9))
        file.write(gzip.compress(bytes(16 << 20), 9) * 128)
    yield Bomb("a backup of two gigabytes", lambda: str(len(unpack(backup, None)[1])))
    source = Path(__file__).parents[1] / "data" / "volunteers.xlsx"
    merges = b'<mergeCell ref="A1:IV5000"/>' * 40_000
    added = {
        "cells": b'<row><c r="A1"><v>1</v></c></row>' * 2_000_000 + b"</sheetData>",
        "merges": b"</sheetData><mergeCells>" + merges + b"</mergeCells>",
        "rows": b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row></sheetData>',
    }
    for name, more in added.items():
        path = folder / f"{name}.xlsx"
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for part in old.namelist():
                data = old.read(part)
                if part.endswith("sheet1.xml"):
                    data = data.replace(b"</sheetData>", more)
                new.writestr(part, data)
        yield Bomb(
            f"a workbook of {name}",
            lambda path=path: str(len(read_people(path, NOW.date()).rows)),
            name == "cells",
        )  # type: ignore[misc]
