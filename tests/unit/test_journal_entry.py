"""An entry proves itself: its bytes, its place in the chain, its signature."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.journal.entry import (
    FORMAT,
    MAX_ENTRY_BYTES,
    MAX_LAMPORT,
    BadEntry,
    Entry,
    entry_hash,
    newer_format,
    read_entry,
    write_entry,
)
from timebank.journal.facts import (
    KINDS,
    CreditMoved,
    FactReversed,
    MemberErased,
    ServiceLogged,
    VouchersIssued,
    decode_fact,
    encode_fact,
)
from timebank.journal.keys import Signer, signed_by
from timebank.journal.refs import EntryRef

SIGNER = Signer(b"\1" * 32)
REF = EntryRef(b"journal1", 4, b"checksum")
FIELDS: dict[str, object] = {
    "network": b"network1",
    "journal": b"journal1",
    "seq": 5,
    "previous": b"p" * 32,
    "lamport": 77,
    "wall": 1_795_305_600,
    "clock": 0,
    "action": b"action01",
    "operator": 2,
    "seen": ((b"journal2", 9),),
    "private": b"h" * 32,
}


def entry(**changed: object) -> Entry:
    """A good entry, but for what is changed."""
    return write_entry(SIGNER, MemberErased(REF), **FIELDS | changed)


def resigned(payload: bytes) -> bytes:
    """A payload with the right signature over it."""
    return payload + SIGNER.sign(entry_hash(payload))


def test_an_entry_is_read_as_it_was_written() -> None:
    written = entry()
    read = read_entry(written.data)
    assert (read.hash, read.ref) == (written.hash, EntryRef(b"journal1", 5, written.hash[:8]))
    assert msgspec.structs.asdict(read.header) | {"body": b""} == msgspec.structs.asdict(written.header) | {
        "body": b""
    }
    assert decode_fact(read.header.kind, read.header.body) == MemberErased(REF)


def test_the_signature_is_over_the_hash_of_everything_before_it() -> None:
    written = entry()
    payload, signature = written.data[:-64], written.data[-64:]
    assert written.hash == entry_hash(payload)
    assert signed_by(SIGNER.public, written.hash, signature)
    assert written.signed_by(SIGNER.public)
    assert not written.signed_by(Signer(b"\2" * 32).public)
    assert not written.signed_by(b"no key")


@given(at=st.integers(0, 8 * len(entry().data) - 1))
def test_no_bit_can_be_flipped_unseen(at: int) -> None:
    data = bytearray(entry().data)
    data[at // 8] ^= 1 << at % 8
    try:
        changed = read_entry(bytes(data))
    except BadEntry:
        return
    assert not changed.signed_by(SIGNER.public)


@given(cut=st.integers(0, len(entry().data) - 1))
def test_no_entry_is_cut_short_unseen(cut: int) -> None:
    try:
        changed = read_entry(entry().data[:cut])
    except BadEntry:
        return
    assert not changed.signed_by(SIGNER.public)


@given(data=st.binary(max_size=400))
def test_noise_is_no_entry(data: bytes) -> None:
    with pytest.raises(BadEntry):
        read_entry(data)
    newer_format(data)


@pytest.mark.parametrize(
    "changed",
    [
        {"network": b"short"},
        {"network": b"longer than"},
        {"journal": b"journal"},
        {"seq": 0},
        {"seq": -1},
        {"seq": 1},  # the first entry follows nothing
        {"seq": 1 << 63},
        {"previous": b""},
        {"previous": b"p" * 31},
        {"lamport": -1},
        {"lamport": MAX_LAMPORT},
        {"wall": -1},
        {"wall": 1 << 63},
        {"operator": -1},
        {"operator": 1 << 63},
        {"seen": ((b"short", 1),)},
        {"seen": ((b"journal2", 0),)},
        {"seen": ((b"journal2", 1 << 63),)},
        {"private": b"h" * 31},
        {"action": b"action"},
    ],
    ids=str,
)
def test_every_field_has_its_bounds(changed: dict[str, object]) -> None:
    written = entry(**changed)
    assert written.signed_by(SIGNER.public)
    with pytest.raises(BadEntry):
        read_entry(written.data)


def test_the_first_entry_has_no_previous_one() -> None:
    assert read_entry(entry(seq=1, previous=b"").data).header.seq == 1


def spelled(payload: bytes, canonical: bytes, other: bytes) -> bytes:
    """The payload with one value spelled in another way, signed."""
    assert payload.count(canonical) >= 1
    return resigned(payload.replace(canonical, other, 1))


@pytest.mark.parametrize(
    ("canonical", "other"),
    [
        (b"\xc4\x08network1", b"\xc5\x00\x08network1"),  # a length in two bytes
        (b"\x05\xc4\x20pp", b"\xcc\x05\xc4\x20pp"),  # the sequence number in two bytes
        (b"\xacMemberErased", b"\xd9\x0cMemberErased"),  # a string's length in its own byte
    ],
)
def test_one_meaning_has_one_spelling(canonical: bytes, other: bytes) -> None:
    with pytest.raises(BadEntry, match="spelling"):
        read_entry(spelled(entry().data[:-64], canonical, other))


def test_nothing_may_follow_the_last_field() -> None:
    payload = entry().data[:-64]
    with pytest.raises(BadEntry):
        read_entry(resigned(payload + b"\x00"))
    items = msgspec.msgpack.decode(payload, type=list[msgspec.Raw])
    with pytest.raises(BadEntry):
        read_entry(resigned(msgspec.msgpack.encode([*items, msgspec.Raw(b"\x00")])))


def test_an_entry_has_a_largest_size() -> None:
    fact = VouchersIssued(REF, 0, 60, 1, 0, 0, tuple(b"%08d" % at for at in range(MAX_ENTRY_BYTES // 9)))
    with pytest.raises(BadEntry, match="length"):
        read_entry(write_entry(SIGNER, fact, **FIELDS).data)


def test_a_later_format_is_told_apart_from_noise() -> None:
    payload = entry().data[:-64]
    assert payload[3] == FORMAT
    later = payload[:3] + bytes([FORMAT + 1]) + payload[4:]
    assert newer_format(resigned(later))
    assert not newer_format(entry().data)
    with pytest.raises(BadEntry):
        read_entry(resigned(later))


# Facts


def test_an_unknown_kind_is_no_fact_and_no_failure() -> None:
    assert decode_fact("MoonPhaseNoted", b"\x90") is None


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_body_that_does_not_fit_its_kind_is_refused(kind: str) -> None:
    for body in (b"\xc0", b"\x90", msgspec.msgpack.encode(["?"] * 9)):
        with pytest.raises(msgspec.ValidationError):
            decode_fact(kind, body)


def test_fields_that_came_later_are_read_as_their_defaults_and_beyond_them_ignored() -> None:
    body = msgspec.msgpack.decode(encode_fact(CreditMoved(None, REF, 60, 9_000)))
    assert decode_fact("CreditMoved", msgspec.msgpack.encode(body[:4])) == CreditMoved(None, REF, 60, 9_000)
    assert decode_fact("CreditMoved", msgspec.msgpack.encode([*body, "later"])) == CreditMoved(
        None, REF, 60, 9_000
    )


@pytest.mark.parametrize(
    "fact",
    [
        FactReversed(EntryRef(b"journal1", 1 << 63, b"checksum")),
        FactReversed(EntryRef(b"journal1", -5, b"checksum")),
        FactReversed(EntryRef(b"journal", 5, b"checksum")),
        FactReversed(EntryRef(b"journal1", 5, b"check")),
        CreditMoved(None, REF, 1 << 62, 9_000),
        CreditMoved(None, REF, 60, 1 << 40),
        CreditMoved(None, REF, 60, 9_000, unit=7),
        ServiceLogged((REF,), REF, "visit", 1 << 62, 60, (60,)),
        ServiceLogged((REF,), REF, "visit", 0, 60, (1 << 63,)),
        VouchersIssued(REF, 0, 1 << 62, 9_000, 0, 0, (b"serial01",)),
        VouchersIssued(REF, 5, 60, 9_000, 0, 0, (b"serial01",)),
        VouchersIssued(REF, 0, 60, 9_000, 0, 0, (b"short",)),
    ],
    ids=str,
)
def test_a_fact_that_no_station_could_keep_is_ignored_by_all(fact: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_fact(type(fact).__name__, encode_fact(fact))  # type: ignore[arg-type]
