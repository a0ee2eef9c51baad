"""A small export with each bit turned and cut at each length: as it travels, and what is inside sealed anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyrage
import zstandard

from timebank.desk.desk import Desk
from timebank.exchange.file import FORMAT, Manifest, Reader, Run, written
from timebank.exchange.sealed import seal, unsealed
from timebank.exchange.verify import Unfit
from timebank.journal.entry import read_entry
from timebank.journal.facts import CreditMoved, MemberRegistered
from timebank.store.digest import state_digest

from .corpus import DAY, HUB, NOW, VILLAGE, Scene, tag
from .targets import take


class SmallExport:
    """Two entries, one with a private part, that the village wrote and the hub does not have yet."""

    def __init__(self, world: Scene) -> None:
        self.world = world
        with Desk(world.home(VILLAGE), world.surroundings) as village:
            station = village.station
            with station.recording() as pen:
                one = pen.tell(MemberRegistered("39", ("elder",), tag(39)), {"name": "钱"})
                pen.tell(CreditMoved(world.members[2], one, 5, DAY))
                new = pen.written
            rows = [
                (entry.data, station.store.value(
                    "SELECT p.sealed FROM private p JOIN entry e ON e.id = p.entry WHERE e.bytes = ?", (entry.data,)
                ))
                for entry in new
            ]  # fmt: skip
        first, last = new[0].header.seq, new[-1].header.seq
        run = Run(
            new[0].header.journal, VILLAGE, first, last, new[-1].hash, 2, sum(len(d) for d, _ in rows), 1
        )
        made = int(NOW.timestamp())
        self.manifest = Manifest(
            FORMAT, world.network, VILLAGE, run.journal, made, b"nonce" + bytes(11), (), (run,)
        )
        self.plain = b"".join(written(world.signer, self.manifest, rows))
        self.genuine = dict(rows)
        self.keys = world.desk(HUB).station.keys
        self.path = world.folder / "small.tbx"
        seal(self.path, [self.keys.recipient], iter([self.plain]))
        self.whole = self.path.read_bytes()
        self._recipient = pyrage.x25519.Recipient.from_str(self.keys.recipient)
        self._before = state_digest(world.desk(HUB).station.store)
        assert take(world, HUB, self.path).outcome == "applied"
        world.put_back(HUB)

    def read(self, data: bytes) -> str:
        """Read a file to its end as an import does; the code of what is wrong with it, or ``whole``."""
        self.path.write_bytes(data)
        try:
            with unsealed(self.path, self.keys.identities, self.world.folder) as plain:
                reader = Reader(plain)
                if not reader.made_by(self.world.signer.public):
                    return "bad_signature"
                for run in reader.manifest.runs:
                    all(reader.batches(run))
                reader.finish(self.world.signer.public)
                return "truncated" if reader.torn else "whole"
        except Unfit as unfit:
            return unfit.code

    def offered(self, plain: bytes) -> str:
        """What the hub makes of a plain stream that anybody sealed to it; it must not be a wrong apply."""
        self.path.write_bytes(pyrage.encrypt(zstandard.ZstdCompressor().compress(plain), [self._recipient]))
        return self.taken(self.path)

    def taken(self, path: Path) -> str:
        """What the hub makes of a file; the hub is as before then."""
        taken = take(self.world, HUB, path)
        store = self.world.desk(HUB).station.store
        rows = store.rows(
            "SELECT e.bytes, p.sealed FROM entry e LEFT JOIN private p ON p.entry = e.id"
            " JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.seq >= ?",
            self._place(),
        )
        # An entry cut off from its private part is taken: that comes with another file.
        proved = {(data, sealed) for data, whole in self.genuine.items() for sealed in (None, whole)}
        assert set(rows) <= proved, "not what the village wrote"
        assert taken.outcome in ("quarantined", "partial"), (
            f"{taken.outcome}: changed bytes were taken for whole"
        )
        assert (taken.outcome == "partial") == bool(rows)
        assert bool(rows) == (state_digest(store) != self._before)
        self.world.put_back(HUB) if rows else self.world.sweep(HUB)
        return taken.code or taken.outcome

    def _place(self) -> tuple[bytes, int]:
        header = read_entry(next(iter(self.genuine))).header
        return header.journal, header.seq


def flipped(data: bytes, bits: Iterable[int] | None = None) -> Iterator[bytes]:
    """``data`` with each bit turned; or with one bit of each byte, another in each, where ``bits`` is empty."""
    for at in range(len(data)):
        for bit in (at % 8,) if bits is None else bits:
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            yield bytes(changed)


def cut(data: bytes) -> Iterator[bytes]:
    """``data`` cut at each length."""
    return (data[:length] for length in range(len(data)))


def every_byte(world: Scene, *, all_bits: bool) -> dict[str, Counter[str]]:
    """Try all of it; the outcomes, by what was done. Without ``all_bits`` inside the encryption one bit of a byte."""
    small = SmallExport(world)
    assert small.read(small.whole) == "whole"
    told = {
        "bits of the file": Counter(map(small.read, flipped(small.whole, range(8)))),
        "lengths of the file": Counter(map(small.read, cut(small.whole))),
        "bits inside": Counter(map(small.offered, flipped(small.plain, range(8) if all_bits else None))),
        "lengths inside": Counter(map(small.offered, cut(small.plain))),
    }
    assert not any("whole" in outcomes for outcomes in told.values())
    return told
