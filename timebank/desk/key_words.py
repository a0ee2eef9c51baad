"""A key's fingerprint as eight short words, which two people compare by phone better than digits.

Each of the fingerprint's eight bytes is one word of a list of 256, one list for each language. The same
byte has the same place in every list, so a Chinese and an English screen are compared by number.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from timebank.assets import asset
from timebank.phrases import LANGUAGES

COUNT = 256
"""Words in a list: one for each value of a byte."""


class KeyWord(NamedTuple):
    """One word of a fingerprint and its number in the list, from 1 to 256."""

    number: int
    word: str


@cache
def word_list(language: str) -> tuple[str, ...]:
    """The 256 words of a language; their order is part of the contract, as fingerprints are read by it."""
    return tuple(asset("words", f"{language}.txt").read_text("utf-8").split())


def key_words(fingerprint: str, language: str) -> list[KeyWord]:
    """The words of a fingerprint (hexadecimal digits, spaces ignored) in one language."""
    words = word_list(language)
    return [KeyWord(byte + 1, words[byte]) for byte in bytes.fromhex(fingerprint)]


def words_text(fingerprint: str, language: str) -> str:
    """The words of a fingerprint in one line."""
    return " ".join(each.word for each in key_words(fingerprint, language))


def words_data(fingerprint: str) -> dict[str, str]:
    """The words of a fingerprint by language."""
    return {language: words_text(fingerprint, language) for language in LANGUAGES}
