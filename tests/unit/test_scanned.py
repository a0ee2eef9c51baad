"""What a scanner meant is found whatever it sent, and what is not whole is never taken for something else."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.scanned import (
    _KEYS,
    _LAYOUTS,
    _SHIFTED,
    Codes,
    Habit,
    Outcome,
    Reading,
    other_readings,
    read_scan,
)
from timebank.domain.voucher_code import VoucherCode, read_code, write_code
from timebank.journal.keys import Signer
from timebank.outcome import Refusal

SIGNER = Signer(bytes(range(32)))
CARD = "001-00004"


def whole(text: str) -> bool:
    try:
        read_code(text)
    except Refusal:
        return False
    return True


CODES = Codes(("TB1",), whole, lambda text: text == CARD)


@cache
def code(number: int, lock: int = 0) -> str:
    voucher = VoucherCode(
        network=b"net1",
        key=b"key1",
        serial=number.to_bytes(8, "big"),
        unit=0,
        minutes=60 + number % 900,
        issued=9000 + number % 300,
        expires=0,
        holder=b"hold",
        lock=lock,
    )
    return write_code(voucher, SIGNER)


codes = st.builds(code, st.integers(0, 40), st.sampled_from([0, 3]))
layouts = st.sampled_from(sorted(_LAYOUTS))
typing = st.characters(min_codepoint=0x20, max_codepoint=0x7E)


def typed_by_host(text: str, layout: str) -> str:
    """What a computer set to ``layout`` makes of a scanner that thinks of an American keyboard."""
    plain, shifted = _LAYOUTS[layout]
    return text.translate(str.maketrans(_KEYS + _SHIFTED, plain + shifted))


def typed_by_scanner(text: str, layout: str) -> str:
    """What an American computer makes of a scanner that thinks of ``layout``."""
    plain, shifted = _LAYOUTS[layout]
    table = {**dict(zip(shifted, _SHIFTED, strict=True)), **dict(zip(plain, _KEYS, strict=True))}
    return "".join(table.get(letter, letter) for letter in text)


def read(raw: str) -> Reading:
    return read_scan(raw, CODES)


def test_a_layout_has_a_place_for_every_key() -> None:
    for plain, shifted in _LAYOUTS.values():
        assert len(plain) == len(shifted) == len(_KEYS) == len(_SHIFTED)
        assert len(set(plain)) == len(plain)


@given(codes)
def test_a_plain_scan_is_what_it_is(text: str) -> None:
    assert read(text) == Reading(Outcome.WHOLE, text)


@given(codes, st.sampled_from(["]Q1", "]Q3", "]d2", "]C0"]), st.sampled_from(["\x02", "\x01", ""]))
def test_marks_around_a_code_are_seen_through(text: str, identifier: str, start: str) -> None:
    found = read(f"{start}{identifier}{text}\x03\r\n")
    assert (found.outcome, found.text) == (Outcome.WHOLE, text)
    assert set(found.habits) == {Habit.CONTROLS, Habit.IDENTIFIER}


@given(codes, st.text(typing, max_size=3), st.text(typing, max_size=3))
def test_a_few_more_characters_before_and_after_do_no_harm(text: str, before: str, after: str) -> None:
    found = read(before + text + after)
    assert (found.outcome, found.text) == (Outcome.WHOLE, text)


@given(codes)
def test_caps_lock_turns_the_letters_round_and_nothing_else(text: str) -> None:
    assert read(text.swapcase()) == Reading(Outcome.WHOLE, text, (Habit.LOWER_CASE,))
    assert read(text.lower()) == Reading(Outcome.WHOLE, text, (Habit.LOWER_CASE,))


@given(codes)
def test_full_width_letters_are_letters(text: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in text)
    assert read(wide) == Reading(Outcome.WHOLE, text, (Habit.WIDE,))


@given(codes, layouts, st.booleans(), st.booleans())
def test_another_keyboard_is_seen_through_in_both_directions(
    text: str, layout: str, caps: bool, by_host: bool
) -> None:
    sent = text.swapcase() if caps else text
    raw = typed_by_host(sent, layout) if by_host else typed_by_scanner(sent, layout)
    found = read(raw)
    assert found.outcome is Outcome.WHOLE
    assert text in (found.text, *other_readings(found.text, CODES))


@pytest.mark.parametrize("layout", ["fr", "be", "cz", "ru"])
@pytest.mark.parametrize("number", [1, 7])
def test_a_keyboard_with_other_digits_or_letters_leaves_no_doubt(layout: str, number: int) -> None:
    found = read(typed_by_host(code(number), layout))
    assert found.text == code(number)
    assert found.layout == layout or (found.layout, layout) == ("fr", "be")  # the two differ in two digits
    assert Habit.LAYOUT in found.habits


def test_a_card_s_number_is_known_on_a_french_keyboard() -> None:
    assert read(typed_by_host(CARD, "fr")).text == CARD


def test_where_only_y_and_z_change_places_the_other_reading_is_at_hand() -> None:
    text = next(each for n in range(40) if "Y" in (each := code(n)) and "Z" in each)
    found = read(typed_by_host(text, "de"))
    assert found.outcome is Outcome.WHOLE
    assert found.text != text
    assert text in other_readings(found.text, CODES)
    assert text not in other_readings(text, CODES)


@given(codes, st.integers(1, 3))
def test_the_same_code_over_again_is_one_code(text: str, times: int) -> None:
    found = read(text * times)
    assert (found.outcome, found.text) == (Outcome.WHOLE, text)
    assert (Habit.TWICE in found.habits) is (times > 1)
    assert read(CARD + CARD) == Reading(Outcome.WHOLE, CARD, (Habit.TWICE,))


@given(codes, st.data())
def test_a_broken_scan_and_a_whole_one_run_together_are_one_code(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(3, len(text) - 1))
    found = read(text[:cut] + text)
    assert (found.outcome, found.text) == (Outcome.WHOLE, text)


@given(st.integers(0, 20), st.integers(21, 40))
def test_two_codes_in_one_are_neither(one: int, other: int) -> None:
    assert read(code(one) + code(other)).outcome is Outcome.MIXED


@given(codes, st.data())
def test_a_piece_of_a_code_is_never_whole_and_never_looked_up(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 6, max(first + 6, len(text))))
    piece = text[first:last]
    if len(piece) < 6 or piece == text or piece.isalpha():
        return
    found = read(piece)
    assert found.outcome in (Outcome.CUT, Outcome.FOREIGN)
    if first == 0:
        assert found.outcome is Outcome.CUT


@given(codes, layouts, st.integers(10, 140))
def test_a_piece_on_another_keyboard_is_never_whole(text: str, layout: str, size: int) -> None:
    found = read(typed_by_host(text[:size], layout))
    assert found.outcome in (Outcome.CUT, Outcome.GARBLED)


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        ("6901234567892", Outcome.FOREIGN),
        ("https://example.org/pay?x=1", Outcome.FOREIGN),
        ("SF1234567890123", Outcome.FOREIGN),
        ("张三", Outcome.TYPED),
        ("chenmeiling", Outcome.TYPED),
        ("Anna Maria", Outcome.TYPED),
        ("àà&)ààéè", Outcome.GARBLED),
        ("ЖЫ7Щ№", Outcome.GARBLED),
        ("ЕИ1Ф", Outcome.CUT),  # TB1A on a Russian keyboard
    ],
)
def test_what_is_no_code_of_ours_is_called_what_it_is(raw: str, outcome: Outcome) -> None:
    assert read(raw).outcome is outcome


@given(st.text(max_size=400))
def test_anything_at_all_is_read_without_a_defect_and_whole_only_where_it_is(raw: str) -> None:
    found = read(raw)
    assert (found.outcome is Outcome.WHOLE) <= CODES.whole(found.text)
