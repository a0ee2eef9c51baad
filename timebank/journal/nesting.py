"""How deep MessagePack values lie within one another, found without a call for each level.

The decoder's own limit is what is left of the interpreter's stack: it would differ with the place a value is
read from, with the thread, and with the version of Python, and so would the state of two stations.
"""

from __future__ import annotations

_OPENING = bytes((*range(0x80, 0xA0), *range(0xDC, 0xE0)))
"""First bytes of arrays and maps."""

_FIXED = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8,
          0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17}  # fmt: skip
"""Numbers and short extensions: the bytes that follow the first."""

_COUNTED = {0xC4: (1, 0), 0xC5: (2, 0), 0xC6: (4, 0), 0xC7: (1, 1), 0xC8: (2, 1), 0xC9: (4, 1),
            0xD9: (1, 0), 0xDA: (2, 0), 0xDB: (4, 0)}  # fmt: skip
"""Bytes, texts and long extensions: the bytes of the length, and those that it does not count."""

_CONTAINERS = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}
"""Long arrays and maps: the bytes of the count, and the values for each count."""


def deeper_than(data: bytes, most: int) -> bool:
    """Whether more than ``most`` arrays and maps that hold something lie within one another in a value.

    Takes time and memory in proportion to the length; says nothing of whether the value is well made.
    """
    # No value is nested deeper than it has bytes that could open one: true of nearly all entries.
    if len(data) - len(data.translate(None, _OPENING)) <= most:
        return False
    left: list[int] = []  # in each open array or map, the values still to come
    at, end = 0, len(data)
    while at < end:
        head = data[at]
        at += 1
        inside = 0
        if 0x80 <= head < 0xA0:
            inside = (head & 15) << (head < 0x90)
        elif 0xA0 <= head < 0xC0:
            at += head & 31
        elif head in _CONTAINERS:
            size, each = _CONTAINERS[head]
            inside = int.from_bytes(data[at : at + size], "big") * each
            at += size
        elif head in _COUNTED:
            size, more = _COUNTED[head]
            at += size + int.from_bytes(data[at : at + size], "big") + more
        else:
            at += _FIXED.get(head, 0)
        if inside:
            left.append(inside)
            if len(left) > most:
                return True
            continue
        while left:  # a value is whole, and with the last one in it what holds it
            left[-1] -= 1
            if left[-1]:
                break
            left.pop()
        if not left:
            break
    return False
