"""A voucher's code: readable whatever a keyboard does to it, and never taken for a voucher once altered."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from timebank.domain.voucher_code import (
    MAX_MINUTES,
    PREFIX,
    VoucherCode,
    base32,
    from_base32,
    holder_tag,
    looks_like_code,
    read_code,
    read_serial,
    serial_text,
    write_code,
)
from timebank.journal.keys import Signer, key_id
from timebank.outcome import Refusal

SIGNER = Signer(b"\1" * 32)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QR_ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

CODES = st.builds(
    VoucherCode,
    network=st.binary(min_size=4, max_size=4),
    key=st.just(key_id(SIGNER.public)),
    serial=st.binary(min_size=8, max_size=8),
    unit=st.integers(0, 1),
    minutes=st.integers(1, MAX_MINUTES),
    issued=st.integers(0, 65_535),
    expires=st.integers(0, 65_535),
    holder=st.binary(min_size=4, max_size=4),
    lock=st.integers(0, 65_535),
)
PLAIN = VoucherCode(b"netw", key_id(SIGNER.public), b"serial01", 0, 60, 9_822, 10_187, holder_tag("m"))
LOCKED = VoucherCode(
    b"netw", key_id(SIGNER.public), b"serial01", 1, 60, 9_822, 10_187, holder_tag("m"), lock=3
)


@given(code=CODES)
def test_a_code_says_what_was_written_and_is_signed(code: VoucherCode) -> None:
    text = write_code(code, SIGNER)
    read = read_code(text)
    assert read.body() == code.body()
    assert read.signed_by(SIGNER.public)
    assert not read.signed_by(Signer(b"\2" * 32).public)
    assert set(text) <= QR_ALPHANUMERIC
    assert write_code(code, SIGNER) == text


@pytest.mark.parametrize(("code", "length"), [(PLAIN, 151), (LOCKED, 154)])
def test_a_code_fits_a_small_qr(code: VoucherCode, length: int) -> None:
    assert len(write_code(code, SIGNER)) == length


@pytest.mark.parametrize("code", [PLAIN, LOCKED], ids=["plain", "locked"])
def test_no_character_can_be_replaced_by_another(code: VoucherCode) -> None:
    text = write_code(code, SIGNER)
    meaning = {"O": "0", "I": "1", "L": "1"}
    for at, right in enumerate(text):
        for wrong in QR_ALPHANUMERIC - {right, " ", "-"}:
            if meaning.get(wrong) == right and at >= len(PREFIX):
                continue  # the same character, as people confuse them
            assert not accepted(text[:at] + wrong + text[at + 1 :]), (at, right, wrong)


@given(data=st.data())
def test_no_two_characters_can_change_places_nor_be_lost_or_repeated(data: st.DataObject) -> None:
    text = write_code(data.draw(st.sampled_from([PLAIN, LOCKED])), SIGNER)
    at = data.draw(st.integers(0, len(text) - 2))
    if text[at] != text[at + 1]:
        assert not accepted(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    assert not accepted(text[:at] + text[at + 1 :])
    assert not accepted(text[:at] + text[at] + text[at:])


def accepted(text: str) -> bool:
    """Whether a text would pass for a voucher of the signer's: it decodes and the signature holds."""
    try:
        return read_code(text).signed_by(SIGNER.public)
    except Refusal as refusal:
        assert refusal.code == "unreadable"  # noqa: PT017
        return False


def full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


@pytest.mark.parametrize(
    "mangle",
    [
        str.lower,
        str.swapcase,
        full_width,
        lambda text: full_width(text.lower()),
        lambda text: text[:3] + text[3:].replace("0", "O").replace("1", "I"),
        lambda text: text[:3] + text[3:].replace("0", "o").replace("1", "l"),
        lambda text: " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
        lambda text: "-".join(text[at : at + 5] for at in range(0, len(text), 5)),
        lambda text: f"\n {text}\t\r\n",
        "　".join,
    ],
)
def test_what_keyboards_and_scanners_do_to_a_code_is_forgiven(mangle: object) -> None:
    for code in (PLAIN, LOCKED):
        text = mangle(write_code(code, SIGNER))  # type: ignore[operator]
        assert looks_like_code(text)
        assert read_code(text).signed_by(SIGNER.public)


@given(text=st.text(max_size=200))
@example("TB1" + "0" * 148)
@example("TB1")
@example("ＴＢ１")
def test_any_text_is_read_or_refused(text: str) -> None:
    looks_like_code(text)
    assert not accepted(text)
    assert not accepted("TB1" + text)


@given(data=st.binary(max_size=120))
def test_base32_gives_back_its_bytes(data: bytes) -> None:
    assert from_base32(base32(data)) == data


@given(symbols=st.text(alphabet=ALPHABET, max_size=40))
def test_base32_has_one_spelling(symbols: str) -> None:
    data = from_base32(symbols)
    assert data is None or base32(data) == symbols


# Serials, typed by hand

SERIALS = st.binary(min_size=8, max_size=8)


@given(serial=SERIALS)
@example(b"\0" * 8)
@example(b"\xff" * 8)
def test_a_serial_reads_back_from_what_is_printed(serial: bytes) -> None:
    text = serial_text(serial)
    assert read_serial(text) == serial
    assert read_serial(text.lower().replace("-", " ")) == serial
    assert read_serial(full_width(text.replace("-", ""))) == serial
    assert read_serial(text.replace("0", "O").replace("1", "l")) == serial


@given(serial=SERIALS, data=st.data())
def test_every_wrong_symbol_of_a_serial_is_noticed(serial: bytes, data: st.DataObject) -> None:
    text = serial_text(serial).replace("-", "")
    at = data.draw(st.integers(0, 13))
    wrong = data.draw(st.sampled_from(sorted(set(ALPHABET + ("*~$=U" if at == 13 else "")) - {text[at]})))
    with pytest.raises(Refusal, match="serial_unreadable"):
        read_serial(text[:at] + wrong + text[at + 1 :])


@given(serial=SERIALS, at=st.integers(0, 12))
def test_every_exchange_of_two_neighbours_is_noticed(serial: bytes, at: int) -> None:
    text = serial_text(serial).replace("-", "")
    exchanged = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if exchanged == text:
        assert read_serial(exchanged) == serial
    else:
        with pytest.raises(Refusal, match="serial_unreadable"):
            read_serial(exchanged)


@given(text=st.text(max_size=30))
def test_any_other_text_is_no_serial(text: str) -> None:
    try:
        serial = read_serial(text)
    except Refusal as refusal:
        assert refusal.code == "serial_unreadable"  # noqa: PT017
    else:
        assert len(serial) == 8
