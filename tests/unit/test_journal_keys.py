"""Names of entries, and what keys prove, seal and tag."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.journal.keys import (
    PrivacyKey,
    Signer,
    fingerprint,
    identity_tag,
    is_public_key,
    journal_id,
    key_id,
    network_id,
    private_hash,
    signed_by,
)
from timebank.journal.refs import EntryRef, day_number, day_of, minute_number, minute_of, parse_ref
from timebank.outcome import Refusal

SIGNER = Signer(b"\1" * 32)
REFS = st.builds(
    EntryRef, st.binary(min_size=8, max_size=8), st.integers(1, 10**15), st.binary(min_size=8, max_size=8)
)


@given(ref=REFS)
def test_the_name_of_an_entry_reads_back(ref: EntryRef) -> None:
    assert parse_ref(str(ref)) == ref
    assert parse_ref(f"  {str(ref).upper()}\n") == ref


@pytest.mark.parametrize(
    "text", ["", "a-1-b", "0011223344556677-0-0011223344556677", "0011223344556677-1-00112233"]
)
def test_what_is_no_name_of_an_entry_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="entry_unreadable"):
        parse_ref(text)


@given(day=st.dates())
def test_days_count_and_come_back(day: date) -> None:
    assert day_of(day_number(day)) == day


@given(moment=st.datetimes())
def test_minutes_count_and_come_back_without_their_seconds(moment: datetime) -> None:
    assert minute_of(minute_number(moment)) == moment.replace(second=0, microsecond=0)


def test_a_signature_is_the_keys_alone_and_the_same_every_time() -> None:
    other = Signer(b"\2" * 32)
    signature = SIGNER.sign(b"digest")
    assert signature == Signer(SIGNER.seed).sign(b"digest")
    assert signed_by(SIGNER.public, b"digest", signature)
    assert not signed_by(other.public, b"digest", signature)
    assert not signed_by(SIGNER.public, b"other", signature)
    assert not signed_by(SIGNER.public, b"digest", signature[:-1])
    assert not signed_by(b"", b"digest", signature)


def test_public_keys_are_told_from_other_bytes() -> None:
    assert is_public_key(SIGNER.public)
    assert not is_public_key(SIGNER.public[:-1])
    assert not is_public_key(SIGNER.public + b"\0")


def test_names_made_from_keys_differ_by_what_they_name() -> None:
    key = SIGNER.public
    names = {network_id(key), journal_id(key, b""), journal_id(key, b"n" * 16)}
    assert len(names) == 3
    assert {len(name) for name in names} == {8}
    assert len(key_id(key)) == 4
    assert network_id(key) != network_id(Signer(b"\2" * 32).public)


def test_a_fingerprint_is_four_short_words() -> None:
    words = fingerprint(SIGNER.public).split()
    assert [len(word) for word in words] == [4, 4, 4, 4]
    assert fingerprint(SIGNER.public) != fingerprint(Signer(b"\2" * 32).public)


def test_the_identity_tag_is_the_same_only_for_the_same_document_and_network() -> None:
    tag = identity_tag(b"secret", "11010519491231002X")
    assert tag == identity_tag(b"secret", "11010519491231002X")
    assert len(tag) == 16
    assert tag != identity_tag(b"secret", "34052419800101001X")
    assert tag != identity_tag(b"another network's", "11010519491231002X")


def test_a_private_part_opens_with_its_key_alone() -> None:
    key = PrivacyKey(b"\3" * 32)
    fields = {"name": "王志强", "care": [{"level": 3, "from": "", "until": ""}]}
    sealed = key.seal(fields, b"\4" * 24)
    assert key.open(sealed) == fields
    assert PrivacyKey(b"\5" * 32).open(sealed) is None
    assert "王志强".encode() not in sealed
    assert key.seal(fields, b"\6" * 24) != sealed
    assert private_hash(key.seal(fields, b"\6" * 24)) != private_hash(sealed)


@given(at=st.integers(0, 8 * 60 - 1))
def test_a_damaged_private_part_does_not_open(at: int) -> None:
    key = PrivacyKey(b"\3" * 32)
    sealed = bytearray(key.seal({"name": "王志强", "phone": "13912345678"}, b"\4" * 24))
    sealed[at // 8] ^= 1 << at % 8
    assert key.open(bytes(sealed)) is None
    assert key.open(bytes(sealed)[: at // 8]) is None
