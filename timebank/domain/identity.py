"""Who a person is on paper: identity numbers (GB 11643-1999), ages and telephone numbers. All pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from timebank.outcome import Refusal

Sex = Literal["f", "m"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
EARLIEST_BIRTH = date(1900, 1, 1)
"""Before this day nobody who lives was born: a year before it is a slip of the pen."""
_EXACT_DIGITS = 15  # a spreadsheet number holds no more

_NOISE = re.compile(r"[\s'’‘`\"\-‐‑‒–—−\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LOOKS_LIKE_X = str.maketrans("xх×χ", "XXXX", "")
_SCIENTIFIC = re.compile(r"[1-9](\.\d+)?E\+?\d{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A valid 18-character identity number with what it says of its holder."""

    number: str
    birth: date
    sex: Sex

    @classmethod
    def parse(cls, raw: object, today: date | None = None) -> IdentityNumber:
        """Read an identity number as people and spreadsheets write it.

        Full-width digits, spaces, hyphens, a leading apostrophe and a small x are accepted. So are area
        codes that were abolished long ago: the area is not looked up. A 15-digit number of the first
        generation is raised to 18 characters in the way of the standard (19 before the year, check
        character appended). With ``today``, a birth in the future is refused.

        Raises Refusal: ``identity_length`` (facts: length), ``identity_characters``, ``identity_date``
        (facts: date), ``identity_check_digit``, ``identity_number_rounded``.
        """
        text = _identity_text(raw)
        if not re.fullmatch(r"[0-9]+X?", text):
            raise Refusal("identity_characters")
        if len(text) == 15 and "X" not in text:
            text = f"{text[:6]}19{text[6:]}"
            text += check_character(text)
        if len(text) != 18:
            raise Refusal("identity_length", length=len(text))
        if text[0] == "0":
            raise Refusal("identity_characters")
        birth = _birth(text[6:14], today)
        if check_character(text[:17]) != text[17]:
            raise Refusal("identity_check_digit")
        return cls(text, birth, "m" if int(text[16]) % 2 else "f")

    def __repr__(self) -> str:
        return f"IdentityNumber({masked(self.number)})"  # so that no log or traceback carries it


def check_character(first17: str) -> str:
    """The 18th character that belongs to 17 digits (ISO 7064 MOD 11-2, as GB 11643 has it)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def masked(number: str) -> str:
    """An identity number for screens: the area and the last four show, the rest is stars."""
    if len(number) <= 10:
        return "*" * len(number)
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def age_on(birth: date, day: date) -> int:
    """Completed years of age on ``day``; negative before birth.

    Who was born on 29 February becomes a year older on 1 March in years without that day.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def normalise_phone(raw: object) -> str:
    """A telephone number as digits.

    Full-width digits, spaces, hyphens, brackets, +86 and numeric cells are accepted. A landline keeps its
    area code if it was given, and its extension after a hyphen; a foreign number keeps its plus. Raises
    Refusal ``phone_invalid`` (facts: text) for anything that is not a plausible number.
    """
    shown = "" if raw is None else str(raw).strip()
    if isinstance(raw, float) and raw.is_integer():
        shown = str(int(raw))
    text = unicodedata.normalize("NFKC", shown).lstrip("'’‘`")
    text = re.sub(r"\.0$", "", text)
    text, extension = _extension(text)
    digits = re.sub(r"[\s\-‐‑‒–—−()·./\u200b-\u200f\u202a-\u202e\ufeff]", "", text)
    digits = re.sub(r"^(\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    mobile = re.fullmatch(r"0?(1[3-9][0-9]{9})", digits)
    if mobile and not extension:
        return mobile[1]
    if not digits.isascii():
        raise Refusal("phone_invalid", text=shown)
    if re.fullmatch(r"0\d{9,11}|[2-9]\d{6,7}|[48]00\d{7}", digits):
        return f"{digits}-{extension}" if extension else digits
    if re.fullmatch(r"\+[1-9]\d{6,14}", digits) and not extension:
        return digits
    raise Refusal("phone_invalid", text=shown)


def _identity_text(raw: object) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, float) or (isinstance(raw, int) and len(str(abs(raw))) > _EXACT_DIGITS):
        raise Refusal("identity_number_rounded")
    text = unicodedata.normalize("NFKC", "" if raw is None else str(raw))
    text = _NOISE.sub("", text).lower().translate(_LOOKS_LIKE_X)
    if _SCIENTIFIC.fullmatch(text.replace("+", "")):
        raise Refusal("identity_number_rounded")
    if not text:
        raise Refusal("identity_length", length=0)
    return text


def _birth(digits: str, today: date | None) -> date:
    shown = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    try:
        birth = date.fromisoformat(shown)
    except ValueError:
        raise Refusal("identity_date", date=shown) from None
    if birth < EARLIEST_BIRTH or (today is not None and birth > today):
        raise Refusal("identity_date", date=shown)
    return birth


def _extension(text: str) -> tuple[str, str]:
    found = re.search(r"(?:转|ext\.?|x|#|(?<=\d{7})-)\s*(\d{1,6})\s*$", text, re.IGNORECASE)
    return (text[: found.start()], found[1]) if found else (text, "")
