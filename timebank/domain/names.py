"""People's names: cleaned as written, and indexed so that a few keystrokes find them. All pure.

How a store searches: one row per key of :func:`search_keys`, one index, and ``q = fold_query(typed)``:
``key >= :q AND key < :q || char(0x10FFFF)``. Every key begins at some character of the name, so any part of
a name is a prefix of a key. ``q`` holds letters, digits and hanzi only. An empty ``q`` is no search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, islice, product, zip_longest

_HANZI = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"
_IS_HANZI = re.compile(f"[{_HANZI}]")
_COMPATIBILITY = re.compile(
    "([\uf900-\ufaff\U0002f800-\U0002fa1f])"
)  # NFC would change these name characters
_FOLDED_FORMS = re.compile("[\u2f00-\u2fdf\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_MIDDLE_DOT = re.compile(r"\s*[·•・‧∙⋅･᛫]\s*")
_DOT_BETWEEN_HANZI = re.compile(f"(?<=[{_HANZI}])\\s*[.．]\\s*(?=[{_HANZI}])")
_SPACE_BY_HANZI = re.compile(f"(?<=[{_HANZI}])\\s+(?=[{_HANZI}])")

# Characters that older GB18030 tables, fonts and input methods put into the private area.
_PRIVATE_AREA = str.maketrans(
    "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue863\ue864",
    "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u4dae\u9fbb",
)

# Readings of surnames that pypinyin's tables do not have.
_MORE_READINGS = {
    "谌": ("shen",),
    "黑": ("he",),
    "费": ("bi",),
    "盖": ("he",),
    "哈": ("ha",),
    "逄": ("pang",),
}

LONGEST_NAME = 60
"""Characters; what is longer was put into the wrong place."""
_MOST_SPELLINGS = 48  # of one part of a name; past this the likeliest are kept


def clean_name(text: str) -> str:
    """A name as it should stand: padding gone, hanzi closed up, single spaces inside Latin names.

    Full-width letters become plain, any middle dot becomes ``·``; rare and compatibility hanzi stay as
    they are.
    """
    text = _FOLDED_FORMS.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text.translate(_PRIVATE_AREA))
    text = "".join(
        part if _COMPATIBILITY.fullmatch(part) else unicodedata.normalize("NFC", part)
        for part in _COMPATIBILITY.split(text)
    )
    text = _MIDDLE_DOT.sub("·", _INVISIBLE.sub("", text))
    text = _SPACE_BY_HANZI.sub("", _DOT_BETWEEN_HANZI.sub("·", text))
    return " ".join(text.split())


def fold_query(text: str) -> str:
    """What was typed into a search box, folded as the search keys are.

    Case, width, tone marks and tone digits, spaces and punctuation do not matter; ü is v.
    """
    text = _folded(_INVISIBLE.sub("", text))
    text = re.sub(r"(?<=[a-z])[1-5](?![0-9])", "", text)
    return "".join(c for c in text if c.isalnum())


def search_keys(name: str) -> frozenset[str]:
    """The keys by which a name is found, each from some character of it to the end.

    Hanzi, full pinyin, initials, and the two mixtures people type (first syllable whole and then initials,
    first initial and then syllables), with every reading of every character: 单秀兰 is under dan, shan and
    chan. A key that is a prefix of another is left out. Very long names keep their likeliest spellings.
    """
    syllables = _syllables(name)
    keys: set[str] = set()
    for start in range(len(syllables)):
        part = syllables[start:]
        keys.add("".join(s if _IS_HANZI.search(s) else _letters(s) for s in part))
        for spelling in islice(_spellings([_readings(s) for s in part]), _MOST_SPELLINGS):
            initials = [s[0] for s in spelling]
            keys.add("".join(spelling))
            keys.add("".join(initials))
            keys.add("".join([spelling[0], *initials[1:]]))
            keys.add("".join([initials[0], *spelling[1:]]))
    return _without_prefixes(keys - {""})


def person_keys(name: str, phone: str) -> set[str]:
    """The keys by which a person is found: parts and spellings of the name, and the phone from its end."""
    return set(search_keys(name)) | ({tail_key(phone)} if phone else set())


def is_name(text: str) -> bool:
    """Whether ``text`` has a letter, digit or hanzi: a dash or a dot in the place of a name is none."""
    return any(each.isalnum() for each in text) or bool(_IS_HANZI.search(text))


def spelling(name: str) -> str:
    """What a list of names is ordered by: the commonest reading of each character, syllable by syllable."""
    return " ".join(_readings(each)[0] for each in _syllables(name))


def number_keys(number: str) -> set[str]:
    """The keys by which a member's number is found: from its beginning and from its end."""
    digits = number.replace("-", "")
    return {digits, tail_key(digits)}


def tail_key(digits: str) -> str:
    """Digits read from the end, for whoever types the last ones."""
    return f"#{digits[::-1]}"


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_PRIVATE_AREA)).lower().replace("u\u0308", "v")
    return "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Mn")


def _letters(text: str) -> str:
    return "".join(c for c in _folded(text) if c.isalnum())


def _syllables(name: str) -> list[str]:
    """Each hanzi by itself, each Latin word whole."""
    pieces = re.findall(f"[{_HANZI}]|[^\\s·{_HANZI}]+", clean_name(name))
    return [_folded(p) if _IS_HANZI.match(p) else p for p in pieces if _letters(p)]


@lru_cache(maxsize=8192)
def _readings(syllable: str) -> tuple[str, ...]:
    """All readings of a hanzi, commonest first; anything else reads as itself."""
    if not _IS_HANZI.match(syllable):
        return (_letters(syllable),)
    from pypinyin import Style, pinyin  # slow to load, so not at start-up

    found = pinyin(syllable, style=Style.NORMAL, heteronym=True, errors="ignore")
    plain = [reading.replace("ü", "v") for reading in (found[0] if found else [])]
    passport = [reading.replace("v", "yu") for reading in plain if "v" in reading]  # 吕 is LYU in a passport
    return tuple(dict.fromkeys([*plain, *_MORE_READINGS.get(syllable, ()), *passport])) or (syllable,)


def _spellings(readings: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Every combination of readings, those with the fewest uncommon readings first."""
    usual = [choices[0] for choices in readings]
    several = [i for i, choices in enumerate(readings) if len(choices) > 1]
    for count in range(len(several) + 1):
        for places in combinations(several, count):
            for others in product(*(readings[i][1:] for i in places)):
                spelling = usual.copy()
                for place, reading in zip(places, others, strict=True):
                    spelling[place] = reading
                yield tuple(spelling)


def _without_prefixes(keys: set[str]) -> frozenset[str]:
    ordered = sorted(keys)
    followed = zip_longest(ordered, ordered[1:], fillvalue="")
    return frozenset(key for key, after in followed if not after.startswith(key))
