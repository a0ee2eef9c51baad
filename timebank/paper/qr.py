"""A voucher's code as QR modules (ISO/IEC 18004), quickly enough for a thousand vouchers.

The `qrcode` library knows the standard: its tables, its patterns, its bits. What it does anew for every
symbol and which is the same for all of one size is done once here: where each bit lies, and the
error-correction arithmetic as a table. A test holds every symbol equal to the library's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from operator import itemgetter

import qrcode
from qrcode.base import gexp, glog, rs_blocks
from qrcode.util import ALPHA_NUM, BIT_LIMIT_TABLE, MODE_ALPHA_NUM, QRData, length_in_bits, pattern_position

QUIET_MODULES = 4  # white on every side
_LEVEL = qrcode.ERROR_CORRECT_M
# Base32 text is as good as random, so every mask does; trying all eight takes four times as long.
_MASK = 3
_VALUES = {chr(char): value for value, char in enumerate(ALPHA_NUM)}
_BITS = bytes.maketrans(b"01", b"\x00\x01")


def qr_rows(code: str) -> list[bytes]:
    """The rows of the QR for ``code``, a byte 1 where dark, without the quiet zone; error correction M.

    ``code`` is of digits, capitals and ``$%*+-./: ``, at most 3,391 of them; else ValueError.
    """
    plan = _plan(_version(len(code)))
    bits = int.from_bytes(_codewords(code, plan), "big") << plan.spare ^ plan.mask
    picked = plan.pick(b"\x00\x01" + format(bits, f"0{plan.bits}b").encode().translate(_BITS))
    modules = bytes(picked)
    return [modules[start : start + plan.side] for start in range(0, len(modules), plan.side)]


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that is the same for every symbol of one version."""

    version: int
    side: int
    bits: int  # data modules
    spare: int  # data modules left over by whole codewords
    mask: int  # the mask, in the order of the bits
    pick: Callable[[bytes], tuple[int, ...]]  # light, dark, bit 0, bit 1 … to modules


def _codewords(code: str, plan: _Plan) -> bytes:
    """The text as data and error-correction codewords, interleaved."""
    blocks = rs_blocks(plan.version, _LEVEL)
    room = sum(block.data_count for block in blocks)
    data, at, ends, corrections = _data(code, plan.version, room), 0, [], []
    for block in blocks:
        piece = data[at : at + block.data_count]
        at += block.data_count
        ends.append(piece)
        corrections.append(_correction(piece, block.total_count - block.data_count))
    columns = [*zip_longest(*ends), *zip(*corrections, strict=True)]
    return bytes(byte for column in columns for byte in column if byte is not None)


def _data(code: str, version: int, room: int) -> bytes:
    """The data codewords: mode, length, characters two by two, end, padding."""
    length: int = length_in_bits(MODE_ALPHA_NUM, version)
    bits: int = MODE_ALPHA_NUM << length | len(code)
    size = 4 + length
    try:
        for first, second in zip(code[::2], code[1::2], strict=False):
            bits = bits << 11 | _VALUES[first] * 45 + _VALUES[second]
        if len(code) % 2:
            bits = bits << 6 | _VALUES[code[-1]]
    except KeyError as error:
        raise ValueError(f"{error} is not in the QR alphanumeric set") from None
    size += 11 * (len(code) // 2) + 6 * (len(code) % 2)
    end = min(4, room * 8 - size)
    end += -(size + end) % 8
    data = (bits << end).to_bytes((size + end) // 8, "big")
    return data + (b"\xec\x11" * room)[: room - len(data)]


def _correction(data: bytes, count: int) -> bytes:
    """The Reed-Solomon codewords of one block."""
    table, top, rest = _remainders(count), 8 * (count - 1), 0
    low = (1 << top) - 1
    for byte in data:
        rest = (rest & low) << 8 ^ table[rest >> top ^ byte]
    return rest.to_bytes(count, "big")


@cache
def _remainders(count: int) -> list[int]:
    """What each leading byte leaves after division by the generator polynomial of ``count`` codewords."""
    generator = [1]
    for power in range(count):
        raised = [0, *(gexp(glog(term) + power) for term in generator)]
        generator = [a ^ b for a, b in zip([*generator, 0], raised, strict=True)]
    logs = [glog(term) for term in generator[1:]]  # no term of these generators is zero
    rows = [bytes(count)]
    rows += [bytes(gexp(glog(byte) + term) for term in logs) for byte in range(1, 256)]
    return [int.from_bytes(row, "big") for row in rows]


@cache
def _plan(version: int) -> _Plan:
    side = 17 + 4 * version
    sample = qrcode.QRCode(version=version, error_correction=_LEVEL, mask_pattern=_MASK, border=QUIET_MODULES)
    sample.add_data(QRData("0", mode=MODE_ALPHA_NUM))
    sample.make(fit=False)
    sources = [int(bool(module)) for row in sample.modules for module in row]
    places = list(_places(version, side))
    for number, (row, column) in enumerate(places):
        sources[row * side + column] = 2 + number
    mask = "".join("1" if (row + column) % 3 == 0 else "0" for row, column in places)  # the rule of mask 3
    spare = len(places) - 8 * sum(block.total_count for block in rs_blocks(version, _LEVEL))
    return _Plan(version, side, len(places), spare, int(mask, 2), itemgetter(*sources))


def _places(version: int, side: int) -> Iterator[tuple[int, int]]:
    """The modules that hold data, in the order of the bits: up and down in columns of two, from the right."""
    upward = True
    for right in (column - (column <= 6) for column in range(side - 1, 0, -2)):
        for row in range(side - 1, -1, -1) if upward else range(side):
            for column in (right, right - 1):
                if not _reserved(row, column, version, side):
                    yield row, column
        upward = not upward


def _reserved(row: int, column: int, version: int, side: int) -> bool:
    """Whether a module belongs to a pattern or to the format, not to the data."""
    far = side - 8
    corners = (row < 9 and column < 9) or (row < 9 and column >= far) or (row >= far and column < 9)
    if corners or row == 6 or column == 6:
        return True
    if version >= 7 and ((row < 6 and column >= far - 3) or (column < 6 and row >= far - 3)):
        return True
    centres = pattern_position(version)
    return any(
        abs(row - y) <= 2 and abs(column - x) <= 2
        for y in centres
        for x in centres
        if (y, x) not in {(6, 6), (6, side - 7), (side - 7, 6)}
    )


@cache
def _version(length: int) -> int:
    """The smallest version that holds so many alphanumeric characters."""
    for version in range(1, 41):
        bits = 4 + length_in_bits(MODE_ALPHA_NUM, version) + 11 * (length // 2) + 6 * (length % 2)
        if bits <= BIT_LIMIT_TABLE[_LEVEL][version]:
            return version
    raise ValueError(f"{length} characters do not fit into a QR code")
