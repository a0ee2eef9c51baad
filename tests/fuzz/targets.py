"""One function for each reader of what others made: an expected problem, or a value. Anything else is a crash.

What is asserted beyond that stands with each target.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import zstandard
from nacl.secret import SecretBox

from timebank.desk.backup import pack, restore, unpack
from timebank.desk.desk import Desk
from timebank.desk.enrolment import enrol, join, read_request
from timebank.domain.certificate import looks_like_certificate, read_certificate
from timebank.domain.root_sheet import looks_like_sheet, read_sheet, sheet_groups
from timebank.domain.voucher_code import looks_like_code, read_code, read_serial, serial_text
from timebank.exchange.file import (
    ENTRY,
    FORMAT,
    PRIVATE,
    Manifest,
    Reader,
    Run,
    written,
)
from timebank.exchange.incoming import Taken
from timebank.exchange.sealed import seal, unsealed
from timebank.exchange.verify import RunCheck
from timebank.journal.entry import BadEntry, Header, entry_hash, newer_format, read_entry
from timebank.journal.facts import KINDS, decode_fact
from timebank.journal.keys import Signer, private_hash
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem
from timebank.paper.reader import read_codes
from timebank.phrases import LANGUAGES, phrases
from timebank.roster import read_people, read_services
from timebank.store.book_queries import ledger_sums
from timebank.store.digest import state_digest
from timebank.store.store import fact_of

from .corpus import AUTHORS, CENTRE, HERE, HILL, HUB, LIVED, NOW, VILLAGE, Scene, Target, Written
from .mutations import frames, leaves_of, mutate_bytes, mutate_frames, mutate_packed, mutate_program

CODES = {
    "truncated", "tampered", "bad_signature", "unknown_station", "revoked_station", "fork", "newer_format",
    "too_big", "not_for_us", "other_network", "not_an_export",
}  # fmt: skip


def problem_or(act: Callable[[], object], value: str = "value") -> str:
    """The code of the problem that ``act`` has, or ``value`` where it has none."""
    try:
        act()
    except Problem as problem:
        return problem.code
    return value


# The file


def file_target(world: Scene) -> Target:
    """Whole ``.tbx`` files, read to their end as an import does: changed bytes are never believed."""
    path = world.export(VILLAGE)
    whole = path.read_bytes()
    station = world.desk(HUB).station
    copy = world.folder / "copy.tbx"

    def read(data: bytes) -> None:
        copy.write_bytes(data)
        with unsealed(copy, station.keys.identities, world.folder) as plain:
            reader = Reader(plain)
            assert reader.made_by(world.signer.public)
            for run in reader.manifest.runs:
                all(reader.batches(run))
            reader.finish(world.signer.public)
            assert data == whole or reader.torn

    header = whole.index(b"\n--- ") + 49
    ahead = [whole[:header], whole[header - 100 :]]
    return Target(
        [whole],
        lambda data: problem_or(partial(read, data)),
        lambda data, chance: mutate_bytes(data, chance, [*ahead, whole]),
    )


def take(world: Scene, number: int, path: Path) -> Taken:
    """A station takes a file, which must come to an end that a person can be told."""
    desk = world.desk(number)
    (taken,) = desk.exchange.take([path])
    assert taken.outcome in ("applied", "known", "parked", "partial", "quarantined"), taken
    assert taken.outcome != "quarantined" or taken.code in CODES, taken
    for language in LANGUAGES:
        assert phrases(language)(taken.phrase, **taken.facts)
    assert not desk.station.store.connection.in_transaction
    return taken


def stream_target(world: Scene) -> Target:
    """What is inside the encryption, sealed anew: by anyone as it is, and by an enrolled station that signs it.

    Entries that their writers did not sign are never taken, nor private parts that do not belong to them.
    """
    plain = [world.plain(world.export(number)) for number in (VILLAGE, HILL)]
    with Desk(world.home(VILLAGE), world.surroundings) as village, village.station.recording() as pen:
        pen.tell(decode_fact(*_example(world, "CreditMoved")), {"reason": "新"})  # type: ignore[arg-type]
        pen.tell(decode_fact(*_example(world, "VouchersPrinted")))  # type: ignore[arg-type]
    plain.append(world.plain(world.export(VILLAGE)))
    genuine = world.entries(VILLAGE)
    world.desk(HUB)
    relay = world.desk(HILL).station
    before = state_digest(world.desk(HUB).station.store)
    path = world.folder / "fuzzed.tbx"
    recipient = pyrage.x25519.Recipient.from_str(world.desk(HUB).station.keys.recipient)
    packer = zstandard.ZstdCompressor()

    def proved(taken: Taken) -> str:
        here = world.entries(HUB)
        assert here.keys() <= genuine.keys(), "an entry was taken that nobody wrote"
        assert all(sealed in (None, genuine[payload]) for payload, sealed in here.items())
        digest = state_digest(world.desk(HUB).station.store)
        if taken.outcome == "quarantined" and taken.code not in ("fork", "unknown_station", "newer_format"):
            assert digest == before, "a refused file changed the books"
        if digest != before:
            assert ledger_sums(world.desk(HUB).station.store) == (0, 0)
        if taken.outcome != "quarantined" or digest != before:
            world.put_back(HUB)
        world.sweep(HUB)
        return taken.code or taken.outcome

    def run(data: bytes) -> str:
        path.write_bytes(pyrage.encrypt(packer.compress(data), [recipient]))
        first = proved(take(world, HUB, path))
        resealed = vouched(data, relay.signer, relay.number, relay.journal, world.network)
        if resealed is None:
            return first
        path.write_bytes(pyrage.encrypt(packer.compress(resealed), [recipient]))
        return f"{first}, vouched for: {proved(take(world, HUB, path))}"

    return Target(plain, run, lambda data, chance: mutate_frames(data, chance, plain))


def _example(world: Scene, kind: str) -> tuple[str, bytes]:
    from timebank.journal.facts import encode_fact

    return kind, next(encode_fact(fact) for fact, _ in world.facts() if type(fact).__name__ == kind)


def vouched(data: bytes, signer: Signer, number: int, journal: bytes, network: bytes) -> bytes | None:
    """The entries of a plain stream under a manifest and trailer of another station that fit them exactly."""
    carried: list[tuple[bytes, bytes | None]] = []
    for kind, body in frames(data)[1]:
        if kind == ENTRY:
            carried.append((body, None))
        elif kind == PRIVATE and carried and carried[-1][1] is None:
            carried[-1] = (carried[-1][0], body)
    runs: list[list[tuple[Header, bytes, bytes | None]]] = []
    for body, sealed in carried:
        try:
            header = msgspec.msgpack.decode(body[:-64], type=Header)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            header = None
        if header is None or not runs or header.journal != runs[-1][0][0].journal:
            if header is None and not runs:
                return None
            header = header or runs[-1][-1][0]
            if not runs or header.journal != runs[-1][0][0].journal:
                runs.append([])
        runs[-1].append((header, body, sealed))
    try:
        manifest = Manifest(FORMAT, network, number, journal, 0, bytes(16), (), tuple(
            Run(run[0][0].journal, 0, run[0][0].seq, run[0][0].seq + len(run) - 1, entry_hash(run[-1][1][:-64]),
                len(run), sum(len(body) for _, body, _ in run), sum(sealed is not None for *_, sealed in run))
            for run in runs))  # fmt: skip
        return b"".join(written(signer, manifest, [each[1:] for run in runs for each in run]))
    except (OverflowError, ValueError):
        return None


# Entries


def entry_target(world: Scene) -> Target:
    """Entry bytes: one meaning has one spelling, and how deep the reader stands does not matter."""
    rows = world.desk(HUB).station.store.rows("SELECT bytes FROM entry WHERE bytes NOT NULL")
    seeds = [bytes(data) for (data,) in rows]

    def read(data: bytes) -> str:
        try:
            entry = read_entry(data)
        except BadEntry:
            return "newer" if newer_format(data) else "bad"
        assert msgspec.msgpack.encode(entry.header) + data[-64:] == data
        assert RunCheck(b"", b"", 0, b"").problem(entry) == "other_network"
        fact = fact_of(entry)
        assert entry.ref.seq == entry.header.seq
        return "entry" if fact is None else "fact"

    def deep(data: bytes, frames: int) -> str:
        return read(data) if frames == 0 else deep(data, frames - 1)

    def run(data: bytes) -> str:
        told = read(data)
        assert deep(data, 700) == told, "what is an entry depends on the stack"
        return told

    def mutate(data: bytes, chance: random.Random) -> bytes:
        if chance.random() < 0.4:
            return mutate_bytes(data, chance, seeds)
        return mutate_packed(data[:-64], chance) + data[-64:]

    return Target(seeds, run, mutate)


# Facts


def facts_target(world: Scene) -> Target:
    """Entries that two hostile enrolled stations and a hostile root sign, about anything, in two branches.

    Nobody stumbles; two stations that take the files in different order agree; the books balance; a check
    finds nothing; and folding anew gives the same. Every screen can show what came of it.
    """
    seeds = world.programs()
    leaves = leaves_of(seeds)
    pens = {at: _pen(world, at) for at in range(3)}

    def run(data: bytes) -> str:
        try:
            program = msgspec.msgpack.decode(data, type=list[Written])[:12]
        except (msgspec.DecodeError, UnicodeDecodeError):
            return "no program"
        root = any(each.author == 2 for each in program)
        seen = (CENTRE, HILL) if root else (HUB, CENTRE)
        for each in program:
            each.author = each.author if each.author in ((0, 2) if root else (0, 1)) else 0
        files = [_told(world, pens, program, branch, seen) for branch in (0, 1)]
        outcomes = [take(world, seen[0], path).outcome for path in files]
        outcomes += [take(world, seen[1], path).outcome for path in reversed(files)]
        try:
            _agreed(world, *seen)
        finally:
            world.put_back(*seen)
        return " ".join(sorted(set(outcomes)))

    return Target(seeds, run, lambda data, chance: mutate_program(data, chance, seeds, leaves, list(KINDS)))


class _Pen:
    """Where a writer's journal ends that all know, and its keys."""

    def __init__(
        self, signer: Signer, station: int, journal: bytes, head: int, head_hash: bytes, key: bytes
    ) -> None:
        self.signer, self.station, self.journal = signer, station, journal
        self.head, self.head_hash, self.box = head, head_hash, SecretBox(key)


def _pen(world: Scene, author: int) -> _Pen:
    number = (VILLAGE, HILL, HUB)[author]
    station = world.desk(number).station
    journal = station.store.local("root_journal") if author == 2 else station.journal
    row = world.desk(CENTRE).station.store.row(
        "SELECT head, head_hash FROM journal WHERE ref = ?", (journal,)
    )
    assert row is not None
    signer = station.key_folder.read_root(None) if author == 2 else station.signer
    return _Pen(signer, 0 if author == 2 else number, journal, *row, station.keys.privacy)


def _told(
    world: Scene, pens: dict[int, _Pen], program: list[Written], branch: int, to: tuple[int, ...]
) -> Path:
    """The file of the village that carries one branch of what a program says."""
    refs: list[EntryRef] = []
    runs: dict[int, list[tuple[bytes, bytes | None]]] = {}
    tips = {at: (pen.head, pen.head_hash) for at, pen in pens.items()}
    for number, each in enumerate(program):
        if each.branch % 2 != branch:
            continue
        pen = pens[each.author]
        seq, previous = tips[each.author]
        sealed = None
        if each.private is not None:
            sealed = bytes(pen.box.encrypt(each.private, hashlib.sha256(each.private).digest()[:24]))
        header = (
            1, world.network, pen.journal, seq + 1, previous, 1_000 + number + each.later, each.wall, each.clock,
            each.kind, each.version, each.reader, each.action, each.operator, _seen(each, pens),
            private_hash(sealed) if sealed else b"", msgspec.Raw(_resolved(each.body, refs, world.lived)),
        )  # fmt: skip
        payload = msgspec.msgpack.encode(header)
        digest = entry_hash(payload)
        runs.setdefault(each.author, []).append((payload + pen.signer.sign(digest), sealed))
        tips[each.author] = (seq + 1, digest)
        refs.append(EntryRef(pen.journal, seq + 1, digest[:8]))
    order = sorted(runs, reverse=True)  # the root's first
    manifest = Manifest(FORMAT, world.network, VILLAGE, pens[0].journal, 0, bytes(15) + bytes([branch]), (), tuple(
        Run(pens[at].journal, pens[at].station, pens[at].head + 1, pens[at].head + len(runs[at]), tips[at][1],
            len(runs[at]), sum(len(data) for data, _ in runs[at]), sum(sealed is not None for _, sealed in runs[at]))
        for at in order))  # fmt: skip
    path = world.folder / f"told-{branch}.tbx"
    keys = [world.desk(number).station.keys.recipient for number in to]
    seal(path, keys, written(pens[0].signer, manifest, [each for at in order for each in runs[at]]))
    return path


def _seen(each: Written, pens: dict[int, _Pen]) -> list[list[Any]]:
    named = {AUTHORS[at].encode().ljust(8, b"\0"): pen.journal for at, pen in pens.items()}
    return [[named.get(journal, journal), *rest] for journal, *rest in each.seen]


def _resolved(body: bytes, refs: list[EntryRef], lived: list[EntryRef]) -> bytes:
    """A body with its references filled in: to earlier entries of the program, and to what all stations know."""
    if HERE not in body:
        return body
    try:
        return msgspec.msgpack.encode(_filled(msgspec.msgpack.decode(body), refs, lived))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body


def _filled(tree: Any, refs: list[EntryRef], lived: list[EntryRef]) -> Any:
    if not isinstance(tree, list):
        return tree
    if len(tree) == 3 and tree[0] == HERE and isinstance(tree[1], int):
        known = lived if tree[1] >= LIVED else refs
        return known[tree[1] % len(known)] if known else tree
    return [_filled(each, refs, lived) for each in tree]


def _agreed(world: Scene, one: int, other: int) -> None:
    first, second = world.desk(one), world.desk(other)
    digest = state_digest(first.station.store)
    assert digest == state_digest(second.station.store), "the same files in another order make other books"
    report = first.upkeep.check()
    assert report.ok, [each for each in report.findings if each.severity == "error"]
    assert (report.credit, report.allowance) == (0, 0)
    assert second.upkeep.rebuild()[1] == digest, "folding anew makes other books"
    look(first)
    look(second)


def look(desk: Desk) -> None:
    """Everything that the screens show; a refusal of the rules is an answer as well."""
    (
        desk.exchange.status(),
        desk.exchange.lacking(),
        desk.stations(),
        desk.recent(),
        desk.credit.pool_minutes(),
    )
    for line in desk.people.lines():
        problem_or(partial(desk.credit.passbook, line.member))
        problem_or(partial(desk.people.profile, line.member))
    desk.services.lines()
    for voucher in desk.voucher_book.lines():
        desk.voucher_book.details(voucher.serial)
        problem_or(partial(desk.vouchers.verify, serial_text(voucher.serial)))
    for case in desk.cases.list():
        desk.cases.evidence(case.key)
    for kind in desk.reports.kinds():
        problem_or(partial(desk.reports.make, kind.name))


# What is typed and scanned


def voucher_target(world: Scene) -> Target:
    """Texts: only what the station signed passes for its voucher; a sheet that reads says its own groups."""
    station = world.desk(HUB).station
    seeds, body = world.texts(), world.code.body()
    locked = read_code(seeds[1].decode()).body()

    def run(data: bytes) -> str:
        text = data.decode("utf-8", "surrogateescape")
        looks_like_code(text), looks_like_sheet(text), looks_like_certificate(text)
        told = []
        try:
            code = read_code(text)
            good = code.signed_by(world.signer.public)
            assert not good or code.body() in (body, locked), "a code passed that nobody signed"
            told.append("voucher" if good else "unsigned")
        except Problem as problem:
            told.append(problem.code)
        told.append(problem_or(lambda: serial_text(read_serial(text)), "serial"))
        told.append(problem_or(lambda: sheet_groups(read_sheet(text)), "sheet"))
        told.append(problem_or(lambda: read_certificate(text).number, "certificate"))
        told.append(world_verdict(text))
        return ", ".join(told)

    def world_verdict(text: str) -> str:
        return problem_or(lambda: world.desk(HUB).vouchers.verify(text), "verdict")

    assert station.joined
    return Target(seeds, run, lambda data, chance: _mutate_text(data, chance, seeds))


def _mutate_text(data: bytes, chance: random.Random, seeds: list[bytes]) -> bytes:
    if chance.random() < 0.4:
        return mutate_bytes(data, chance, seeds)
    text = list(data.decode("utf-8", "replace"))
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(text) + 1)
        text[at : at + chance.randrange(3)] = chance.choice(
            (
                "",
                "O",
                "I",
                "l",
                "0",
                "U",
                " ",
                "-",
                "－",
                "ß",
                "ﬁ",
                "²",
                "①",
                "İ",
                "\u0301",
                "TB1",
                "\0",
                "Z" * 50,
            )
        )
    return "".join(text).encode("utf-8", "surrogateescape")


# Requests and enrolments


def request_target(world: Scene) -> Target:
    """Request files: as they are, and signed anew so that the hub would enrol the one who asks."""
    path, out = world.folder / "fuzzed.request", world.folder / "fuzzed.enrolment"
    line = world.asking.read_bytes()
    prefix, signer = line[: line.index(b"\0") + 1], Signer(b"\6" * 32)
    body = base64.b64decode(line[len(prefix) :])[:-64]
    name, _, *rest = msgspec.msgpack.decode(body)
    own = msgspec.msgpack.encode([name, signer.public, *rest])

    def run(data: bytes) -> str:
        raw = data.startswith(prefix)
        if not raw:
            signature = signer.sign(hashlib.sha256(prefix + data).digest())
            path.write_bytes(prefix + base64.b64encode(data + signature) + b"\n")
        else:
            path.write_bytes(data)
        told = problem_or(partial(read_request, path))
        if told != "value":
            return told
        station = world.desk(HUB).station
        told = problem_or(lambda: enrol(station, path, out=out), "enrolled")
        if told == "enrolled":
            look_at = world.desk(HUB)
            look_at.stations()
            problem_or(lambda: look_at.exchange.export(world.folder / "after.tbx", None))
            (world.folder / "after.tbx").unlink(missing_ok=True)
            world.put_back(HUB)
        return told

    return Target(
        [line, body, own],
        run,
        lambda data, chance: (
            mutate_bytes(data, chance, [line]) if data.startswith(prefix) else mutate_packed(data, chance)
        ),
    )


def enrolment_target(world: Scene) -> Target:
    """Enrolment files, sealed anew to the station that asked: it joins, or is as it was."""
    path, home = world.folder / "fuzzed.enrolment", world.folder / "joining"
    asking = world.folder / "asking"
    station = world.desk(HILL).station
    inside = station.keys.unseal(world.answer.read_bytes())
    assert inside is not None
    start = inside.index(b"\0") + 1
    recipient = pyrage.x25519.Recipient.from_str(station.keys.recipient)
    fields = msgspec.msgpack.decode(inside[start:])
    root = Signer(world.desk(HUB).station.key_folder.read_root(None).seed)

    def run(data: bytes) -> str:
        path.write_bytes(pyrage.encrypt(data, [recipient]))
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(asking, home)
        told = problem_or(lambda: join(home, world.surroundings, path), "joined")
        if told == "joined":
            with Desk(home, world.surroundings) as desk:
                assert desk.upkeep.check().ok
                look(desk)
        else:
            join(home, world.surroundings, world.answer)  # the true one is still welcome
        return told

    def mutate(data: bytes, chance: random.Random) -> bytes:
        if chance.random() < 0.3:
            return mutate_bytes(data, chance, [inside])
        if chance.random() < 0.5:
            return data[:start] + mutate_packed(data[start:], chance)
        # The founder of another network signs what it likes: the root's entries, changed and signed again.
        chain, previous, broken = [], b"", chance.randrange(len(fields[4]))
        for at, each in enumerate(fields[4]):
            header = msgspec.structs.replace(read_entry(each).header, previous=previous)
            if at == broken:
                header = msgspec.structs.replace(
                    header, body=msgspec.Raw(mutate_packed(bytes(header.body), chance))
                )
            try:
                payload = msgspec.msgpack.encode(header)
            except ValueError:
                return data
            previous = entry_hash(payload)
            chain.append(payload + root.sign(previous))
        return inside[:start] + msgspec.msgpack.encode([*fields[:4], chain, *fields[5:]])

    return Target([inside], run, mutate)


# Backups, rosters, pictures


def backup_target(world: Scene) -> Target:
    """Backup files: restored, or refused."""
    path = world.folder / "fuzzed.backup"
    whole, _, _ = _backup(world)
    header = whole[: whole.index(b"\n") + 1]
    tar = gzip.decompress(whole[len(header) :])

    def run(data: bytes) -> str:
        path.write_bytes(data)
        return _restored(world, path)

    def mutate(data: bytes, chance: random.Random) -> bytes:
        if chance.random() < 0.5:
            return mutate_bytes(data, chance, [whole])
        front = mutate_bytes(tar[:3_000], chance, [tar[-20_000:]])
        return header + gzip.compress(front + tar[3_000:], 1)

    return Target([whole], run, mutate)


def store_target(world: Scene) -> Target:
    """Stores that a disk garbled, or somebody changed, within a backup that fits: restored, or refused."""
    path = world.folder / "fuzzed.backup"
    _, keys, database = _backup(world)

    def run(data: bytes) -> str:
        path.write_bytes(data)
        path.write_bytes(pack(path, keys, None))
        return _restored(world, path)

    return Target([database], run, lambda data, chance: mutate_bytes(data, chance, [database]))


def _backup(world: Scene) -> tuple[bytes, dict[str, bytes], bytes]:
    made = world.desk(CENTRE).upkeep.backup(world.folder / "whole.backup").file
    return made.read_bytes(), *unpack(made, None)


def _restored(world: Scene, path: Path) -> str:
    home = world.folder / "restored"
    shutil.rmtree(home, ignore_errors=True)
    told = problem_or(lambda: restore(home, world.surroundings, path).close(), "restored")
    if told == "restored":
        problem_or(lambda: _checked(home, world))
    return told


def _checked(home: Path, world: Scene) -> None:
    with Desk(home, world.surroundings) as desk:
        desk.upkeep.check()


def roster_target(world: Scene) -> Target:
    """Rosters and sheets, and workbooks whose parts were changed before they were zipped."""
    import zipfile

    data = Path(__file__).parents[1] / "data"
    seeds = [(data / name).read_bytes() for name in ("elders.csv", "hours.xlsx", "volunteers.xlsx")]
    path = world.folder / "fuzzed.xlsx"

    def run(data: bytes) -> str:
        path.write_bytes(data)
        people = problem_or(lambda: read_people(path, NOW.date()))
        return f"{people}, {problem_or(lambda: read_services(path, NOW.date()))}"

    def mutate(data: bytes, chance: random.Random) -> bytes:
        if not data.startswith(b"PK") or chance.random() < 0.3:
            return mutate_bytes(data, chance, seeds)
        out = io.BytesIO()
        try:
            with (
                zipfile.ZipFile(io.BytesIO(data)) as old,
                zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
            ):
                chosen = chance.choice(old.namelist())
                for name in old.namelist():
                    part = old.read(name)
                    new.writestr(name, mutate_bytes(part, chance, [part]) if name == chosen else part)
        except Exception:  # mutated before, beyond repair
            return mutate_bytes(data, chance, seeds)
        return out.getvalue()

    return Target(seeds, run, mutate)


def picture_target(world: Scene) -> Target:
    """Pictures and PDFs in which somebody looks for a voucher."""
    from PIL import Image

    picture = Image.effect_noise((64, 64), 60)
    seeds = []
    for kind in ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP", "PPM", "PDF"):
        drawn = io.BytesIO()
        picture.save(drawn, kind)
        seeds.append(drawn.getvalue())
    path = world.folder / "fuzzed.png"

    def run(data: bytes) -> str:
        path.write_bytes(data)
        return problem_or(partial(read_codes, path))

    return Target(seeds, run, lambda data, chance: mutate_bytes(data, chance, seeds))


TARGETS: dict[str, Callable[[Scene], Target]] = {
    "file": file_target,
    "stream": stream_target,
    "entry": entry_target,
    "facts": facts_target,
    "voucher": voucher_target,
    "request": request_target,
    "enrolment": enrolment_target,
    "backup": backup_target,
    "store": store_target,
    "roster": roster_target,
    "picture": picture_target,
}
"""Every target by name."""
