"""A hostile world: files cut, flipped, forged, foreign, too new, too big. Nothing wrong gets in."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pyrage
import pytest
import zstandard
from exchange_world import CENTRE, HUB, NAMES, VILLAGE, World, entries_of, forge, register, serve

from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.exchange import file as layout
from timebank.exchange import sealed
from timebank.exchange.file import MAGIC, Carried, Manifest, Reader, Run
from timebank.exchange.incoming import Taken
from timebank.exchange.sealed import unsealed
from timebank.exchange.verify import Unfit
from timebank.journal.entry import entry_hash, read_entry, write_entry
from timebank.journal.facts import PolicyAdopted, ServiceLogged
from timebank.journal.keys import Signer
from timebank.phrases import LANGUAGES, phrases

STRIDE = 1 if os.environ.get("CI") else 9
"""In CI every byte and every length is tried; at the desk one in nine."""

CODES = {
    "truncated", "tampered", "bad_signature", "unknown_station", "revoked_station", "fork", "newer_format",
    "too_big", "not_for_us", "other_network", "not_an_export",
}  # fmt: skip


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("network"))
    world.found(NAMES[:3])
    wang = register(world[CENTRE], "c1")
    serve(world[CENTRE], wang, wang)
    world.close()
    return world


@pytest.fixture
def world(founded: World, tmp_path: Path) -> Iterator[World]:
    copied = founded.copy_to(tmp_path / "world")
    yield copied
    copied.close()


def run_of(
    station: Station, journal: bytes, **changed: object
) -> tuple[Run, list[tuple[bytes, bytes | None]]]:
    entries = entries_of(station, journal)
    number = station.store.value("SELECT station FROM journal WHERE ref = ?", (journal,))
    run = described(journal, number, entries)
    return msgspec.structs.replace(run, **changed), entries


def described(journal: bytes, station: int, entries: Sequence[tuple[bytes, bytes | None]]) -> Run:
    private = sum(sealed is not None for _, sealed in entries)
    size = sum(len(data) for data, _ in entries)
    head = entry_hash(entries[-1][0][:-64])
    return Run(journal, station, 1, len(entries), head, len(entries), size, private)


def refused(world: World, path: Path, code: str | None = None) -> Taken:
    """The hub takes ``path``: nothing may change but the quarantine, and the sentence must exist."""
    digest = world.digest(HUB)
    taken = world.take(HUB, path)
    assert taken.outcome == "quarantined"
    assert taken.code in CODES if code is None else taken.code == code
    for language in LANGUAGES:
        assert phrases(language)(taken.phrase, **taken.facts)
    assert world.digest(HUB) == digest
    assert not world[HUB].store.connection.in_transaction
    return taken


def all_entries(station: Station) -> set[bytes]:
    return {data for (data,) in station.store.rows("SELECT bytes FROM entry WHERE bytes IS NOT NULL")}


def read_all(path: Path, station: Station, key: bytes) -> None:
    """Read a file to its end as an import does, storing nothing. Unfit where anything is wrong with it."""
    with unsealed(path, station.keys.identities, path.parent) as plain:
        reader = Reader(plain)
        if not reader.made_by(key):
            raise Unfit("bad_signature")
        for run in reader.manifest.runs:
            for _ in reader.batches(run):
                pass
        reader.finish(key)
        if reader.torn:
            raise Unfit("truncated")


def test_no_flipped_bit_of_a_file_is_ever_believed(world: World, tmp_path: Path) -> None:
    path = world.export(CENTRE)
    whole, key = path.read_bytes(), world[CENTRE].signer.public
    read_all(path, world[HUB], key)
    copy = tmp_path / "flipped.tbx"
    body = whole.index(b"\n--- ") + 49
    for at in range(0, len(whole), STRIDE):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << at % 8
        copy.write_bytes(flipped)
        with pytest.raises(Unfit) as caught:
            read_all(copy, world[HUB], key)
        if at >= body:
            assert caught.value.code == "tampered"
        if at % (STRIDE * 25) == 0:
            refused(world, copy)


def test_no_part_of_a_file_is_believed_to_be_the_whole(world: World, tmp_path: Path) -> None:
    path = world.export(CENTRE)
    whole, key = path.read_bytes(), world[CENTRE].signer.public
    copy = tmp_path / "cut.tbx"
    for length in range(0, len(whole), STRIDE):
        copy.write_bytes(whole[:length])
        with pytest.raises(Unfit) as caught:
            read_all(copy, world[HUB], key)
        wanted = "not_an_export" if length == 0 else "truncated"
        if length % 26 != 7:
            assert caught.value.code == wanted
        if length % (STRIDE * 25) == 0:
            refused(world, copy)


def test_no_flipped_bit_under_the_encryption_is_ever_believed(world: World, tmp_path: Path) -> None:
    """Whoever knows a recipient can encrypt anything to it, so what is inside must prove itself."""
    with unsealed(world.export(CENTRE), world[HUB].keys.identities, tmp_path) as plain:
        inside = plain.unpacked().read()
    copy = tmp_path / "flipped.tbx"
    genuine = all_entries(world[CENTRE]) | all_entries(world[HUB])
    for at in range(0, len(inside), 1 if STRIDE == 1 else 41):
        shutil.rmtree(world[HUB].home / "quarantine", ignore_errors=True)
        flipped = bytearray(inside)
        flipped[at] ^= 1 << at % 8
        packed = zstandard.ZstdCompressor().compress(flipped)
        copy.write_bytes(pyrage.encrypt(packed, [recipient(world[HUB])]))
        taken = world.take(HUB, copy)
        assert all_entries(world[HUB]) <= genuine
        # Once all of it has been proved, damage to what is skipped brings nothing.
        if taken.outcome == "known":
            assert all_entries(world[HUB]) == genuine
            assert taken.new_entries == 0
        else:
            assert taken.outcome in ("quarantined", "partial")


def test_what_lies_before_a_cut_in_a_long_file_is_taken_and_the_rest_later(world: World) -> None:
    key = world[CENTRE].signer.public
    wang = register(world[CENTRE], "c2")
    with world[CENTRE].recording() as pen:
        for number in range(3000):
            pen.tell(ServiceLogged((wang,), wang, "meal", 14_000_000 + 100 * number, 60, (60,)))
    path = world.export(CENTRE)
    whole = path.read_bytes()
    cut = world.folder / "cut.tbx"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    taken = world.take(HUB, cut)
    assert taken.outcome == "partial"
    assert 500 < taken.new_entries < 3000
    assert str(taken.new_entries) in phrases("zh_CN")(taken.phrase, **taken.facts)
    (kept,) = Exchange(world[HUB]).status().quarantined
    assert kept["file"] == "cut.tbx"
    assert Exchange(world[HUB]).retry(kept["id"]).code == "truncated"
    rest = world.take(HUB, path)
    assert rest.outcome == "applied"
    assert rest.known_entries >= taken.new_entries
    assert Exchange(world[HUB]).status().have[world[CENTRE].journal.hex()] == 3005
    assert world[HUB].store.value("SELECT key FROM station WHERE number = 2") == key


def test_a_bit_flipped_in_the_middle_of_a_long_file_lets_nothing_in(world: World) -> None:
    with world[CENTRE].recording() as pen:
        wang = read_entry(entries_of(world[CENTRE], world[CENTRE].journal)[2][0]).ref
        for number in range(3000):
            pen.tell(ServiceLogged((wang,), wang, "meal", 14_000_000 + 100 * number, 60, (60,)))
    path = world.export(CENTRE)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 8
    path.write_bytes(data)
    refused(world, path, "tampered")


def test_the_zstd_stream_cut_short_inside_the_encryption_is_noticed(world: World, tmp_path: Path) -> None:
    """python-zstandard raises nothing on a truncated stream: the trailer has to be missed."""
    with unsealed(world.export(CENTRE), world[HUB].keys.identities, tmp_path) as plain:
        packed = zstandard.ZstdCompressor().compress(plain.unpacked().read())
    path = tmp_path / "short.tbx"
    path.write_bytes(pyrage.encrypt(packed[:200], [recipient(world[HUB])]))
    refused(world, path, "truncated")


def recipient(station: Station) -> pyrage.x25519.Recipient:
    return pyrage.x25519.Recipient.from_str(station.keys.recipient)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a workbook", b"age-encryption.org/v9\n" + bytes(900), bytes(5000)]
)
def test_other_files_are_recognised_as_such(world: World, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.tbx"
    path.write_bytes(content)
    refused(world, path, "not_an_export")


def test_an_age_file_with_something_else_in_it_is_no_export(world: World, tmp_path: Path) -> None:
    path = tmp_path / "other.tbx"
    for content in (b"hello", b"", zstandard.ZstdCompressor().compress(b"hello")):
        path.write_bytes(pyrage.encrypt(content, [recipient(world[HUB])]))
        refused(world, path, "not_an_export")


def test_a_small_file_that_unpacks_to_gigabytes_is_stopped(world: World, tmp_path: Path) -> None:
    packer = zstandard.ZstdCompressor(level=19).compressobj()
    head = MAGIC + struct.pack(">IB", 1 << 20, layout.MANIFEST)
    packed = packer.compress(head) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(200))
    path = tmp_path / "bomb.tbx"
    path.write_bytes(pyrage.encrypt(packed + packer.flush(), [recipient(world[HUB])]))
    assert path.stat().st_size < 40_000
    assert refused(world, path).code in ("tampered", "too_big")

    entries = b"".join(struct.pack(">IB", 1 << 19, layout.ENTRY) + bytes(1 << 19) for _ in range(60))
    manifest = Manifest(1, world[HUB].network, 2, b"j" * 8, 0, bytes(16), (), (
        Run(world[CENTRE].journal, 2, 1, 60, bytes(32), 60, 60 << 19, 0),
    ))  # fmt: skip
    body = msgspec.msgpack.encode(manifest)
    body += world[CENTRE].signer.sign(hashlib.sha256(b"timebank/manifest/1\0" + body).digest())
    inside = MAGIC + struct.pack(">IB", len(body), layout.MANIFEST) + body + entries
    sealed.seal(path, [world[HUB].keys.recipient], iter([inside]))
    assert path.stat().st_size < 40_000
    refused(world, path)


def test_the_reader_stops_when_the_plain_bytes_outgrow_the_file(world: World, tmp_path: Path) -> None:
    path = tmp_path / "bomb.tbx"
    inside = MAGIC + b"".join(struct.pack(">IB", 1 << 19, layout.ENTRY) + bytes(1 << 19) for _ in range(60))
    sealed.seal(path, [world[HUB].keys.recipient], iter([inside]))
    with unsealed(path, world[HUB].keys.identities, tmp_path) as plain:
        records = layout._Records(plain.unpacked(), plain.allowance)
        records.magic()
        with pytest.raises(Unfit) as caught:
            all(iter(records.next, None))
    assert caught.value.code == "too_big"


def test_a_record_or_window_that_asks_for_too_much_memory_is_refused(world: World, tmp_path: Path) -> None:
    path = tmp_path / "big.tbx"
    inside = MAGIC + struct.pack(">IB", 1 << 31, layout.MANIFEST)
    sealed.seal(path, [world[HUB].keys.recipient], iter([inside]))
    refused(world, path, "too_big")
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27, write_content_size=False)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    path.write_bytes(pyrage.encrypt(packer.compress(MAGIC) + packer.flush(), [recipient(world[HUB])]))
    refused(world, path, "too_big")


def test_a_newer_format_is_kept_for_after_the_update(world: World, tmp_path: Path) -> None:
    path = tmp_path / "new.tbx"
    sealed.seal(path, [world[HUB].keys.recipient], iter([b"timebank exchange 2\n" + os.urandom(500)]))
    refused(world, path, "newer_format")
    forge(path, maker=world[CENTRE], to=world[HUB], format=2)
    refused(world, path, "newer_format")


def test_a_file_of_another_network_stays_out(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other")
    other.folder.mkdir()
    other.found([HUB])
    run, entries = run_of(other[HUB], other[HUB].journal)
    path = forge(tmp_path / "foreign.tbx", maker=other[HUB], to=world[HUB], runs=[run], entries=entries)
    other.close()
    refused(world, path, "other_network")


def test_a_manifest_signed_with_another_key_is_refused(world: World, tmp_path: Path) -> None:
    run, entries = run_of(world[CENTRE], world[CENTRE].journal)
    path = forge(
        tmp_path / "f.tbx",
        maker=world[CENTRE],
        to=world[HUB],
        runs=[run],
        entries=entries,
        signer=Signer(b"x" * 32),
    )
    refused(world, path, "bad_signature")


def test_a_station_without_certificate_is_refused(world: World, tmp_path: Path) -> None:
    path = forge(tmp_path / "f.tbx", maker=world[CENTRE], to=world[HUB], station=99)
    refused(world, path, "unknown_station")


def signed_as(station: Station, signer: Signer, **changed: object) -> bytes:
    """The next entry of a station's journal, with a fact of the hostile kind, signed by ``signer``."""
    entries = entries_of(station, station.journal)
    last = read_entry(entries[-1][0])
    fields: dict[str, object] = {
        "network": station.network,
        "journal": station.journal,
        "seq": last.header.seq + 1,
        "previous": last.hash,
        "lamport": last.header.lamport + 1,
        "wall": 1_800_000_000,
        "clock": 0,
        "action": bytes(8),
        "operator": 0,
        "seen": (),
        "private": b"",
    }
    wang = read_entry(entries[2][0]).ref
    fact = ServiceLogged((wang,), wang, "meal", 14_000_000, 60_000, (60_000,))
    return write_entry(signer, fact, **(fields | changed)).data


def with_last(world: World, path: Path, data: bytes, **changed: object) -> Path:
    """A file of the village that carries the centre's journal with ``data`` as its newest entry."""
    entries = [*entries_of(world[CENTRE], world[CENTRE].journal), (data, None)]
    run = msgspec.structs.replace(described(world[CENTRE].journal, 2, entries), **changed)
    return forge(path, maker=world[VILLAGE], to=world[HUB], runs=[run], entries=entries)


def test_one_station_cannot_write_in_anothers_name(world: World, tmp_path: Path) -> None:
    forged = signed_as(world[CENTRE], world[VILLAGE].signer)
    refused(world, with_last(world, tmp_path / "f.tbx", forged), "bad_signature")


@pytest.mark.parametrize(
    "changed", [{"seq": 7}, {"previous": bytes(32)}, {"network": b"elsewher"}, {"journal": b"anothers"}]
)
def test_an_entry_out_of_its_chain_is_refused(
    world: World, tmp_path: Path, changed: dict[str, object]
) -> None:
    path = with_last(world, tmp_path / "f.tbx", signed_as(world[CENTRE], world[CENTRE].signer, **changed))
    assert refused(world, path).code in ("tampered", "other_network")


@pytest.mark.parametrize(
    "changed",
    [
        {"wall": 1 << 63},
        {"wall": -5},
        {"lamport": 1 << 60},
        {"operator": 1 << 63},
        {"seen": ((b"j" * 8, 1 << 63),)},
        {"seen": ((b"", 5),)},
        {"action": b""},
        {"private": b"short"},
    ],
)
def test_a_signed_entry_with_impossible_numbers_is_refused(
    world: World, tmp_path: Path, changed: dict[str, object]
) -> None:
    path = with_last(world, tmp_path / "f.tbx", signed_as(world[CENTRE], world[CENTRE].signer, **changed))
    refused(world, path, "tampered")


def test_a_fact_nested_deeper_than_any_reader_goes_is_refused(world: World, tmp_path: Path) -> None:
    data = signed_as(world[CENTRE], world[CENTRE].signer)
    header = msgspec.structs.replace(
        read_entry(data).header, kind=PolicyAdopted.__name__, body=msgspec.Raw(b"\x91" * 100_000 + b"\xc0")
    )
    payload = msgspec.msgpack.encode(header)
    deep = payload + world[CENTRE].signer.sign(entry_hash(payload))
    refused(world, with_last(world, tmp_path / "f.tbx", deep), "tampered")


def test_an_entry_of_a_later_format_asks_for_an_update(world: World, tmp_path: Path) -> None:
    header = msgspec.structs.replace(
        read_entry(signed_as(world[CENTRE], world[CENTRE].signer)).header, format=2
    )
    payload = msgspec.msgpack.encode(header)
    later = payload + world[CENTRE].signer.sign(entry_hash(payload))
    refused(world, with_last(world, tmp_path / "f.tbx", later), "newer_format")


@pytest.mark.parametrize(
    "changed",
    [
        {"station": 1 << 63},
        {"made": 1 << 62},
        {"made": -1},
        {"have": ((b"journal0", 1 << 63),)},
        {"nonce": 5},
    ],
)
def test_a_manifest_with_impossible_numbers_is_refused(
    world: World, tmp_path: Path, changed: dict[str, object]
) -> None:
    path = forge(tmp_path / "f.tbx", maker=world[CENTRE], to=world[HUB], **changed)
    refused(world, path, "tampered")


@pytest.mark.parametrize("what", ["head", "size", "private", "count"])
def test_a_manifest_that_does_not_fit_its_entries_is_refused(world: World, tmp_path: Path, what: str) -> None:
    changed = {"head": bytes(32), "size": 5, "private": 4, "count": 2}[what]
    run, entries = run_of(world[CENTRE], world[CENTRE].journal, **{what: changed})
    path = forge(tmp_path / "f.tbx", maker=world[CENTRE], to=world[HUB], runs=[run], entries=entries)
    refused(world, path, "tampered")


def test_a_private_part_that_belongs_to_no_entry_is_refused(world: World, tmp_path: Path) -> None:
    run, entries = run_of(world[CENTRE], world[CENTRE].journal)
    for at in (1, 2):  # one that has none, one that has another
        wrong = [
            (data, b"x" * 60 if at == number else sealed) for number, (data, sealed) in enumerate(entries)
        ]
        private = sum(sealed is not None for _, sealed in wrong)
        path = forge(
            tmp_path / "f.tbx",
            maker=world[CENTRE],
            to=world[HUB],
            runs=[msgspec.structs.replace(run, private=private)],
            entries=wrong,
        )
        refused(world, path, "tampered")


def test_records_left_out_or_added_behind_are_noticed(world: World, tmp_path: Path) -> None:
    run, entries = run_of(world[CENTRE], world[CENTRE].journal)
    for wrong in (entries[:-1], [*entries, entries[0]], [entries[1], entries[0], *entries[2:]]):
        path = forge(tmp_path / "f.tbx", maker=world[CENTRE], to=world[HUB], runs=[run], entries=wrong)
        refused(world, path, "tampered")


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for language in LANGUAGES:
        for code in CODES | {"applied", "known", "parked", "partial"}:
            assert f"outcomes.{code}" in phrases(language)


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is needed in CI")
    if found is None:
        pytest.skip(f"the program {name} is not installed here")
    return found


def test_age_and_zstd_open_an_export_for_whoever_holds_the_key(world: World, tmp_path: Path) -> None:
    age, zstd = tool("age"), tool("zstd")
    key = tmp_path / "key.txt"
    key.write_text(world[HUB].keys.identity + "\n")
    path = world.export(CENTRE)
    packed = subprocess.run([age, "-d", "-i", key, path], check=True, capture_output=True).stdout
    inside = subprocess.run([zstd, "-d", "-c"], input=packed, check=True, capture_output=True).stdout
    assert inside.startswith(b"timebank exchange 1\n")
    kinds, at, entries = [], len(MAGIC), []
    while at < len(inside):
        length, kind = struct.unpack_from(">IB", inside, at)
        kinds.append(chr(kind))
        if chr(kind) == "E":
            entries.append(inside[at + 5 : at + 5 + length])
        at += 5 + length
    assert (kinds[0], kinds[-1]) == ("M", "T")
    assert set(entries) == all_entries(world[CENTRE])


def test_what_age_and_zstd_make_is_read_as_well(world: World, tmp_path: Path) -> None:
    age, zstd = tool("age"), tool("zstd")
    with unsealed(world.export(CENTRE), world[HUB].keys.identities, tmp_path) as plain:
        inside = plain.unpacked().read()
    packed = subprocess.run([zstd, "-c"], input=inside, check=True, capture_output=True).stdout
    path = tmp_path / "made.tbx"
    command = [age, "-r", world[HUB].keys.recipient, "-o", path]
    subprocess.run(command, input=packed, check=True, capture_output=True)
    assert world.take(HUB, path).outcome == "applied"


def test_batches_say_which_entry_is_which(world: World, tmp_path: Path) -> None:
    with unsealed(world.export(CENTRE), world[HUB].keys.identities, tmp_path) as plain:
        reader = Reader(plain)
        carried: list[Carried] = [
            each for run in reader.manifest.runs for batch in reader.batches(run) for each in batch
        ]
    assert all(read_entry(each.data).header.seq == each.seq for each in carried)
    assert sum(each.sealed is not None for each in carried) == 1
