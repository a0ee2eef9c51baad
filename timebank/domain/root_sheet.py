"""The network's root key as text for paper: 14 groups of 5 symbols that can be typed by hand.

Four symbols of a group carry data in Crockford's base32, the fifth checks them and the group's place: one
wrong symbol, two symbols exchanged or two groups exchanged are noticed, and the group is named. The first
13 groups hold the key's 32-byte seed, the last one 20 bits of the network's id, which checks the whole.
In the QR the groups follow ``TBR1`` without spaces: 74 characters of the QR alphanumeric set.
"""

from __future__ import annotations

import re
import unicodedata

from timebank.domain.voucher_code import base32, from_base32
from timebank.journal.keys import Signer, network_id
from timebank.outcome import Refusal

PREFIX = "TBR1"
GROUPS = 14
_SIZE = 5
_SYMBOLS = GROUPS * _SIZE
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CONFUSED = str.maketrans("OIL", "011")
_WORDLIKE = re.compile(r"[0-9A-Z\s\-]+")
_BETWEEN = re.compile(r"[\s\-–—.,:;，。：；、·_/|]+")


def sheet_groups(seed: bytes) -> tuple[str, ...]:
    """The 14 groups for a root key's 32-byte seed."""
    body = base32(seed) + _network_symbols(seed)
    pieces = [body[at : at + _SIZE - 1] for at in range(0, len(body), _SIZE - 1)]
    return tuple(piece + _check(number, piece) for number, piece in enumerate(pieces, 1))


def sheet_code(groups: tuple[str, ...]) -> str:
    """The text of the sheet's QR."""
    return PREFIX + "".join(groups)


def read_sheet(text: str) -> bytes:
    """The seed in a scanned or typed sheet; refuses with ``sheet_unreadable``, which names the wrong groups.

    Case, full-width letters, spaces, hyphens, the numbers beside the groups, and the confusions O/0 and
    I/L/1 are forgiven.
    """
    groups, whole = _groups(text)
    wrong = [number for number in range(1, GROUPS + 1) if not _sound(groups[number - 1 : number], number)]
    if not whole:
        wrong = wrong[:1]  # without gaps one symbol too few spoils all that follow
    if wrong or len(groups) > GROUPS:
        raise _unreadable(wrong or [GROUPS])
    body = "".join(group[:-1] for group in groups)
    seed = from_base32(body[: 4 * (GROUPS - 1)])
    if seed is None:
        raise _unreadable([GROUPS - 1])
    if body[4 * (GROUPS - 1) :] != _network_symbols(seed):
        raise _unreadable(range(1, GROUPS + 1))  # groups of two sheets, or two slips in one group
    return seed


def looks_like_sheet(text: str) -> bool:
    """Whether ``text`` is meant as a sheet's code or groups, not as the name of a file."""
    folded = unicodedata.normalize("NFKC", text).upper().strip()
    symbols = "".join(_BETWEEN.split(folded))
    return folded.startswith(PREFIX) or (
        len(symbols) > _SYMBOLS // 2 and _WORDLIKE.fullmatch(folded) is not None
    )


def _unreadable(groups: list[int] | range) -> Refusal:
    return Refusal("sheet_unreadable", groups=", ".join(str(number) for number in groups))


def _groups(text: str) -> tuple[list[str], bool]:
    """What was typed, in groups; and whether it is certain where they end."""
    folded = unicodedata.normalize("NFKC", text).upper().translate(_CONFUSED)
    typed = [piece for piece in _BETWEEN.split(folded) if piece]
    unnumbered = [piece for piece in typed if len(piece) > 2 and piece != PREFIX]
    for pieces in (typed, unnumbered):
        symbols = "".join(pieces)
        if len(symbols) == _SYMBOLS + len(PREFIX):
            symbols = symbols.removeprefix(PREFIX)
        if len(symbols) == _SYMBOLS:
            return _cut(symbols), True
    return (unnumbered, True) if len(unnumbered) > 1 else (_cut("".join(unnumbered)), False)


def _cut(symbols: str) -> list[str]:
    return [symbols[at : at + _SIZE] for at in range(0, len(symbols), _SIZE)]


def _sound(group: list[str], number: int) -> bool:
    """Whether the one group in the list is there, has five symbols, and its check is right."""
    piece = group[0] if group else ""
    return (
        len(piece) == _SIZE
        and all(symbol in _ALPHABET for symbol in piece)
        and piece[-1] == _check(number, piece[:-1])
    )


def _check(number: int, piece: str) -> str:
    """The fifth symbol: the group's number and symbols as a polynomial over GF(32) at its generator."""
    value = number
    for symbol in piece:
        value = _times_generator(value) ^ _ALPHABET.index(symbol)
    return _ALPHABET[_times_generator(value)]


def _times_generator(value: int) -> int:
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 32 else doubled  # modulo x^5 + x^2 + 1


def _network_symbols(seed: bytes) -> str:
    return base32(network_id(Signer(seed).public))[:4]
