"""Identity numbers, ages and telephone numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from timebank.domain.identity import IdentityNumber, age_on, check_character, masked, normalise_phone
from timebank.outcome import Refusal

births = st.dates(date(1900, 1, 1), date(2026, 11, 22))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    area = draw(st.integers(100000, 999999))
    first17 = f"{area}{draw(births):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first17 + check_character(first17)


def refused(raw: object, today: date | None = None) -> str:
    with pytest.raises(Refusal) as caught:
        IdentityNumber.parse(raw, today)
    return caught.value.code


@pytest.mark.parametrize("published", ["34052419800101001X", "11010519491231002X"])
def test_the_published_specimens_are_valid(published: str) -> None:
    assert IdentityNumber.parse(published).number == published


@pytest.mark.parametrize(
    "written",
    [
        "３４０５２４１９８００１０１００１Ｘ",
        "'34052419800101001x",
        " 340524 19800101 001x　",
        "340524-19800101-001X",
        "34052419800101001×",
        "34052419800101001Х",  # Cyrillic
        "\ufeff34052419800101001X\u200b",
    ],
)
def test_however_it_is_written_it_is_the_same_number(written: str) -> None:
    read = IdentityNumber.parse(written)
    assert (read.number, read.birth, read.sex) == ("34052419800101001X", date(1980, 1, 1), "m")


def test_a_number_of_the_first_generation_is_raised_to_eighteen() -> None:
    assert IdentityNumber.parse("340524800101001").number == "34052419800101001X"
    assert IdentityNumber.parse(340524800101001.0).number == "34052419800101001X"


@given(numbers())
def test_a_valid_number_reads_back_as_itself(number: str) -> None:
    read = IdentityNumber.parse(number, date(2026, 11, 22))
    assert read.number == number
    assert f"{read.birth:%Y%m%d}" == number[6:14]
    assert (read.sex == "m") == (int(number[16]) % 2 == 1)


@given(numbers(), st.integers(0, 17), st.sampled_from("0123456789"))
def test_every_change_of_one_digit_is_refused(number: str, place: int, digit: str) -> None:
    assume(number[place] != digit)
    refused(number[:place] + digit + number[place + 1 :])


@given(numbers(), st.integers(0, 16))
def test_every_swap_of_two_neighbours_is_refused(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    refused(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("33010519350203", "identity_length"),
        ("", "identity_length"),
        (None, "identity_length"),
        ("3405241980010100111", "identity_length"),
        ("3405241980010100A1", "identity_characters"),
        ("340524********001X", "identity_characters"),
        ("04052419800101001X", "identity_characters"),
        ("330105195013320019", "identity_date"),
        ("330105195002300019", "identity_date"),
        ("330105189912310019", "identity_date"),
        ("330302196206100001", "identity_check_digit"),
        (3.3010519560904578e17, "identity_number_rounded"),
        (330105195609045785, "identity_number_rounded"),
        ("3.30105E+17", "identity_number_rounded"),
        ("3.30105195609046e17", "identity_number_rounded"),
        (1.5, "identity_number_rounded"),
    ],
)
def test_what_is_wrong_with_a_number_has_a_code(raw: object, code: str) -> None:
    assert refused(raw) == code


def test_nobody_is_born_tomorrow() -> None:
    first17 = "33010520261123001"
    number = first17 + check_character(first17)
    assert refused(number, date(2026, 11, 22)) == "identity_date"
    assert IdentityNumber.parse(number, date(2026, 11, 23)).birth == date(2026, 11, 23)


def test_no_log_or_screen_shows_the_whole_number() -> None:
    read = IdentityNumber.parse("34052419800101001X")
    assert masked(read.number) == "340524********001X"
    assert "19800101" not in f"{read} {read!r}"


@given(births, st.integers(0, 40_000))
def test_age_counts_birthdays(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    years = age_on(birth, day)
    assert 0 <= day.year - birth.year - years <= 1
    assert age_on(birth, day + timedelta(days=1)) - years in (0, 1)


def test_who_is_born_on_leap_day_turns_older_on_the_first_of_march() -> None:
    birth = date(1940, 2, 29)
    assert age_on(birth, date(2020, 2, 28)) == 79
    assert age_on(birth, date(2020, 2, 29)) == 80
    assert age_on(birth, date(2026, 2, 28)) == 85
    assert age_on(birth, date(2026, 3, 1)) == 86


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("182-6166-3049", "18261663049"),
        ("１８２　６１６６　３０４９", "18261663049"),
        ("+86 182 6166 3049", "18261663049"),
        ("008618261663049", "18261663049"),
        (18261663049, "18261663049"),
        (18261663049.0, "18261663049"),
        ("18261663049.0", "18261663049"),
        ("018261663049", "18261663049"),
        ("0571-88881234", "057188881234"),
        ("(0571) 8888 1234", "057188881234"),
        ("0571-88881234-802", "057188881234-802"),
        ("0571-88881234转802", "057188881234-802"),
        ("88881234", "88881234"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_telephone_numbers_as_people_write_them(written: object, digits: str) -> None:
    assert normalise_phone(written) == digits


@pytest.mark.parametrize(
    "written", ["1826166304", "182616630499", "12345678901", "无", "", None, "1.8E10", True]
)
def test_what_is_no_telephone_number_is_refused(written: object) -> None:
    with pytest.raises(Refusal) as caught:
        normalise_phone(written)
    assert caught.value.code == "phone_invalid"
