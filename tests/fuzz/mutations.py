"""Mutations that know a little of what they change: bytes, framed records, MessagePack, programs of facts."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import Any

import msgspec

from .corpus import HERE, Written

NUMBERS = (0, 1, 2, -1, 3, 60, 64, 127, 128, 255, 256, 65_535, 65_536, 9_822, 14_100_000, (1 << 31) - 1, 1 << 31,
           (1 << 32) - 1, 1 << 32, 1 << 53, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, -(1 << 31), -(1 << 63))  # fmt: skip
TEXTS = ("", "pool", "account", "reward", "voucher", "hub", "station", "auditor", "名", "\0", "\u202e\u200b", "🙂" * 9,
         "{x}", "a" * 300, "1950-02-30", "0001-01-01", "9999-12-31", "2026-13", "nan", "'; --", "../../x")  # fmt: skip
VALUES: tuple[Any, ...] = (None, True, False, 1.5, float("nan"), float("inf"), [], {}, [[]], {"name": 5},
                           {1: 2}, msgspec.msgpack.Ext(5, b"x" * 8), b"", bytes(8), bytes(32), b"\xff" * 40)  # fmt: skip
SEEN = (b"nowhere-", b"village\0", b"hill\0\0\0\0", b"root\0\0\0\0")
"""Journals that an entry may say it had seen: the authors' are named."""
BROKEN = (b"\xa2\xff\xfe", b"\x81\x80\x01", b"\xc1", b"\xd7\xff" + b"\xff" * 8, b"\xdd\xff\xff\xff\xff", b"\x91" * 50,
          b"\x91" * 70 + b"\xc0", b"\x91" * 900 + b"\xc0", b"\xa3\xed\xa0\x80", b"\xc6\x7f\xff\xff\xff")  # fmt: skip


def mutate_bytes(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """One to eight of: a bit, a byte, a number, a piece cut, doubled, moved or taken from elsewhere."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(changed) + 1)
        to = min(len(changed), at + chance.choice((1, 2, 4, 5, 8, 16, 64, 300, 4_000)))
        other = chance.choice(others) if others else b""
        start = chance.randrange(len(other) + 1)
        piece = other[start : start + to - at]
        number = chance.choice(NUMBERS) & 0xFFFFFFFF
        match chance.randrange(10):
            case 0 | 1 | 2 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 3 if at < len(changed):
                changed[at] = chance.randrange(256)
            case 4:
                changed[at : at + 4] = struct.pack(chance.choice("><") + "I", number)
            case 5:
                del changed[at:to]
            case 6:
                changed[at:at] = changed[at:to]
            case 7:
                changed[at : at + len(piece)] = piece
            case 8:
                changed[at:at] = piece
            case _:
                del changed[at:]
    return bytes(changed)


def mutate_frames(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """Records of a plain stream left out, doubled, exchanged, changed inside; or any bytes changed."""
    if chance.random() < 0.3:
        return mutate_bytes(data, chance, others)
    head, records = frames(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        if not records:
            break
        at, other = chance.randrange(len(records)), chance.randrange(len(records))
        kind, body = records[at]
        match chance.randrange(7):
            case 0:
                del records[at]
            case 1:
                records.insert(other, records[at])
            case 2:
                records[at], records[other] = records[other], records[at]
            case 3:
                records[at] = (chance.choice(b"MEPTX"), body)
            case 4:
                borrowed = frames(chance.choice(others))[1]
                records.insert(at, chance.choice(borrowed) if borrowed else (kind, b""))
            case 5 if kind in b"EM":
                records[at] = (kind, mutate_packed(body[:-64], chance) + body[-64:])
            case _:
                records[at] = (kind, mutate_bytes(body, chance, [body for _, body in records]))
    return head + b"".join(struct.pack(">IB", len(body), kind) + body for kind, body in records)


def frames(data: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The magic line and the whole records of a plain stream."""
    at = data.find(b"\n") + 1
    head, records = data[:at], []
    while at + 5 <= len(data):
        length, kind = struct.unpack_from(">IB", data, at)
        if at + 5 + length > len(data):
            break
        records.append((kind, data[at + 5 : at + 5 + length]))
        at += 5 + length
    return head, records


def mutate_packed(data: bytes, chance: random.Random, leaves: list[Any] | None = None) -> bytes:
    """MessagePack with one value in it exchanged for a strange one, or with something broken put in."""
    try:
        tree = msgspec.msgpack.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return mutate_bytes(data, chance, [data])
    mark = b"\xa6broken"
    breaks = chance.random() < 0.1
    usual = (chance.choice(NUMBERS), chance.choice(TEXTS), chance.choice(VALUES))
    strange = (
        "broken" if breaks else chance.choice((*usual, *([chance.choice(leaves)] * 4 if leaves else ())))
    )
    changed = msgspec.msgpack.encode(_exchanged(tree, strange, chance))
    return changed.replace(mark, chance.choice(BROKEN), 1) if breaks else changed


def _exchanged(tree: Any, strange: Any, chance: random.Random) -> Any:
    """The tree with one value somewhere in it replaced, left out, doubled or added."""
    if isinstance(tree, dict) and tree and chance.random() < 0.9:
        key = chance.choice(list(tree))
        return {**tree, key: _exchanged(tree[key], strange, chance)}
    if not isinstance(tree, list) or not tree or chance.random() < 0.1:
        return strange
    at, how = chance.randrange(len(tree)), chance.random()
    if how < 0.06:
        return tree[:at] + tree[at + 1 :]
    if how < 0.12:
        return [*tree, strange]
    if how < 0.18:
        return tree + tree[at:]
    return [*tree[:at], _exchanged(tree[at], strange, chance), *tree[at + 1 :]]


def leaves_of(programs: list[bytes]) -> list[Any]:
    """Every small value that stands in a body somewhere: references, serials, words and numbers that mean something."""
    found: list[Any] = [[HERE, number, bytes(8)] for number in range(4)]

    def walk(tree: Any) -> None:
        children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
        if len(msgspec.msgpack.encode(tree)) < 60:
            found.append(tree)
        for child in children:
            walk(child)

    for program in programs:
        for each in msgspec.msgpack.decode(program, type=list[Written])[:1]:
            if each.kind != "PolicyAdopted":
                walk(msgspec.msgpack.decode(each.body))
    return found


def mutate_program(
    data: bytes, chance: random.Random, others: list[bytes], leaves: list[Any], kinds: list[str]
) -> bytes:
    """A program with entries added, exchanged or written elsewhere, and bodies, headers or private parts changed."""
    try:
        program = msgspec.msgpack.decode(data, type=list[Written])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return chance.choice(others)
    changes: tuple[Callable[[Written], object], ...] = (
        lambda one: setattr(one, "body", mutate_packed(one.body, chance, leaves)),
        lambda one: setattr(one, "body", mutate_packed(one.body, chance, leaves)),
        lambda one: setattr(one, "body", mutate_packed(one.body, chance, leaves)),
        lambda one: setattr(one, "body", mutate_bytes(one.body, chance, [one.body])),
        lambda one: setattr(one, "private", mutate_packed(one.private or b"\x80", chance)),
        lambda one: setattr(one, "private", None),
        lambda one: setattr(one, "kind", chance.choice([*kinds, "Unheard", ""])),
        lambda one: setattr(one, "author", chance.randrange(3)),
        lambda one: setattr(one, "branch", 1 - one.branch),
        lambda one: setattr(one, "reader", chance.choice((1, 1, 2, -1, 1 << 63))),
        lambda one: setattr(one, "later", chance.choice((0, 1, 5, -3, 1 << 52, 1 << 60))),
        lambda one: setattr(one, "wall", chance.choice((0, 1, 1 << 40, 252_999_999_999, 1_795_305_600))),
        lambda one: setattr(one, "clock", chance.choice((0, 1, -1, 1 << 40, 1 << 63))),
        lambda one: setattr(one, "operator", chance.choice((0, 1, 2, 1 << 52))),
        lambda one: setattr(one, "action", chance.choice((b"action01", b"action02", b""))),
        lambda one: setattr(one, "seen", [[chance.choice(SEEN), chance.choice((1, 5, 9, 1 << 52))]]),
    )  # fmt: skip
    for _ in range(chance.choice((1, 1, 2, 2, 3, 5))):
        if len(program) < 6 and (not program or chance.random() < 0.35):
            borrowed = msgspec.msgpack.decode(chance.choice(others), type=list[Written])
            at = chance.randrange(len(program) + 1)
            program[at:at] = borrowed[:4]
        elif len(program) > 1 and chance.random() < 0.1:
            program.pop(chance.randrange(len(program)))
        else:
            chance.choice(changes)(chance.choice(program))
    return msgspec.msgpack.encode(program)
