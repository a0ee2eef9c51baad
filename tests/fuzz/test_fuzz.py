"""Short runs of every fuzzer, the bombs, every byte of a small file, and what the long runs have found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from timebank.domain.details import sound_details
from timebank.exchange.file import written
from timebank.exchange.sealed import seal
from timebank.journal.entry import MAX_NESTING, BadEntry, entry_hash, read_entry
from timebank.journal.facts import KINDS, MemberRegistered, decode_fact, encode_fact
from timebank.journal.keys import Signer
from timebank.journal.nesting import deeper_than

from .__main__ import Fuzzer
from .bombs import MEMORY, bombs, set_off
from .corpus import HUB, VILLAGE, Scene, Written, scene
from .every_byte import SmallExport, every_byte
from .targets import TARGETS, facts_target, take

SHORT = {
    "file": 1_500, "stream": 80, "entry": 4_000, "facts": 70, "voucher": 1_500, "request": 500,
    "enrolment": 60, "backup": 100, "roster": 60, "picture": 500,
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Iterator[Scene]:
    with scene() as made:
        yield made
        made.put_back(1, 2, 3, 4)


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.filterwarnings("ignore")
def test_no_input_crashes_a_reader_or_gets_past_it(world: Scene, name: str, tmp_path: Path) -> None:
    fuzzer = Fuzzer(name, TARGETS[name](world), tmp_path)
    tried = fuzzer.loop(1, count=SHORT[name])
    assert tried >= SHORT[name]
    assert not fuzzer.crashes, fuzzer.crashes
    assert len(fuzzer.outcomes) > 1
    world.put_back(1, 2, 3, 4)


def test_every_kind_of_fact_is_a_seed(world: Scene) -> None:
    assert {type(fact).__name__ for fact, _ in world.facts()} == set(KINDS)


@pytest.mark.filterwarnings("ignore")
def test_no_bomb_takes_more_memory_or_time_than_it_may(world: Scene) -> None:
    for bomb in bombs(world):
        if bomb.slow:
            continue
        burst = set_off(bomb)
        assert burst.outcome != "killed", bomb.name
        assert not burst.outcome.startswith("CRASH"), (bomb.name, burst.outcome)
        assert burst.outcome not in ("applied", "value"), bomb.name
        assert burst.grown < MEMORY, (bomb.name, burst.grown)


def test_no_bit_and_no_length_of_a_small_file_is_a_wrong_apply(world: Scene) -> None:
    told = every_byte(world, all_bits=False)
    assert set(told["bits of the file"]) <= {"tampered", "truncated", "not_for_us", "not_an_export"}
    assert set(told["lengths of the file"]) <= {"tampered", "truncated", "not_an_export"}
    assert all(sum(outcomes.values()) > 500 for outcomes in told.values())
    world.put_back(1, 2, 3, 4)


# Nesting


def entry_with(body: bytes) -> bytes:
    """A signed entry with a body."""
    header = (1, b"network1", b"journal1", 2, bytes(32), 5, 5, 0, "PolicyAdopted", 1, 1, bytes(8), 0, [], b"")
    payload = msgspec.msgpack.encode((*header, msgspec.Raw(body)))
    return payload + Signer(b"\1" * 32).sign(entry_hash(payload))


def below(frames: int, act: Callable[[], bool]) -> bool:
    """``act`` on a stack that many frames deep."""
    return act() if frames == 0 else below(frames - 1, act)


@pytest.mark.parametrize("depth", [1, MAX_NESTING - 1, MAX_NESTING, 200, 391, 393, 900, 992, 995, 100_000])
def test_how_deep_an_entry_may_be_does_not_depend_on_the_stack(depth: int) -> None:
    """The decoder gave up at 992 from a shallow stack, and at 392 six hundred calls further down."""
    data = entry_with(b"\x91" * depth + b"\xc0")

    def readable() -> bool:
        try:
            return bool(read_entry(data))
        except BadEntry:
            return False

    assert readable() is below(600, readable) is (depth < MAX_NESTING)


def depth_of(tree: object) -> int:
    """Containers within one another that hold something."""
    inside = list(tree.values()) if isinstance(tree, dict) else tree if isinstance(tree, list) else []
    return 1 + max(map(depth_of, inside)) if inside else 0


TREES = [
    None, [], {}, [[]], [{}], {"a": []}, {"a": [1]}, [1, [2, [3]], {"b": {"c": 1}}], [[[[[0]]]]], [b"\x91" * 300],
    ["\u0700" * 70_000], [b"x" * 70_000, [1]], [[] for _ in range(70_000)], {str(at): [at] for at in range(70_000)},
    [1.5, -1, 1 << 63, -(1 << 63), 200, 70_000, 1 << 40, True, msgspec.msgpack.Ext(5, b"\x91" * 16), [2]],
    [msgspec.msgpack.Ext(1, b"\x91" * size) for size in (1, 2, 4, 8, 16, 17, 300, 70_000)] + [[[]]],
]  # fmt: skip


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: str(tree)[:20])
def test_depth_is_what_the_values_are(tree: object) -> None:
    data = msgspec.msgpack.encode(tree)
    depth = depth_of(tree)
    assert not deeper_than(data, depth)
    assert depth == 0 or deeper_than(data, depth - 1)
    for length in range(0, min(len(data), 300)):
        deeper_than(data[:length], 0)


# What the long runs have found


@pytest.mark.parametrize(
    "value", [b"\xa2\xff\xfe", b"\x81\x80\x01", b"\x81\xd7\x05" + bytes(8) + b"\x01", b"\xc1"]
)
def test_a_body_that_is_no_text_or_no_map_is_no_fact(value: bytes) -> None:
    """Other errors than ValidationError came out of the decoder, and stopped every station that took the file."""
    with pytest.raises(msgspec.ValidationError):
        decode_fact("PolicyAdopted", b"\x94\xa1x\x01\x81\xa1k" + value + b"\xc4\x00")


@pytest.mark.parametrize(
    "private",
    [
        {"name": "赵", "birth": "1950-02-30"},
        {"name": "赵", "care": [{"level": "moderate", "from": "", "until": ""}]},
        {"name": "赵", "care": [{"level": float("nan"), "from": "", "until": ""}]},
        {"name": "赵", "categories": [5]},
        {"name": ["赵"], "document": "none"},
        {"name": "赵", "note": b"bytes"},
        {"name": "赵", "note": msgspec.msgpack.Ext(5, b"x")},
        {"name": "赵", 5: "five"},
        {"name": "赵", "note": [[[[[[]]]]]]},
        [],
    ],
    ids=lambda private: str(private).split(" object at ")[0],
)
@pytest.mark.parametrize("kind", ["MemberRegistered", "MemberChanged", "OperatorAppointed", "FactReversed"])
def test_whatever_a_private_part_holds_nobody_stumbles(world: Scene, private: object, kind: str) -> None:
    target = facts_target(world)
    body = next(encode_fact(fact) for fact, _ in world.facts() if type(fact).__name__ == kind)
    sealed = msgspec.msgpack.encode(private)
    assert target.run(msgspec.msgpack.encode([Written(0, 0, kind, body, sealed)])) == "applied known"


def test_a_private_part_nested_deeper_than_the_stack_is_left_aside(world: Scene) -> None:
    deep = b"\x82\xa4name\xa1a\xa4note" + b"\x91" * 950 + b"\xc0"
    body = encode_fact(MemberRegistered("1", ("elder",), b""))
    told = facts_target(world).run(msgspec.msgpack.encode([Written(0, 0, "MemberRegistered", body, deep)]))
    assert told == "applied known"


def test_two_documents_whose_tags_begin_alike_are_two_cases(world: Scene) -> None:
    """The case of the one took away the case of the other, by the order of arrival."""
    tags = [b"alike---" + bytes([number]) * 8 for number in (1, 2)] + [b"alike", b"alike---"]
    program = [
        Written(0, 0, "MemberRegistered", encode_fact(MemberRegistered(f"{at}{again}", ("elder",), each)))
        for again in range(2)
        for at, each in enumerate(tags)
    ]
    assert facts_target(world).run(msgspec.msgpack.encode(program)) == "applied known"


def test_a_file_may_bring_the_same_entries_in_two_runs(world: Scene) -> None:
    """The second run did not see what the first had brought: an entry became a fork of itself, and that a crash."""
    small = SmallExport(world)
    (run,) = small.manifest.runs
    rows = list(small.genuine.items())
    first = msgspec.structs.replace(
        run, last=run.first, count=1, size=len(rows[0][0]), head=entry_hash(rows[0][0][:-64])
    )
    twice = msgspec.structs.replace(small.manifest, runs=(first, run))
    seal(small.path, [small.keys.recipient], written(world.signer, twice, [rows[0], *rows]))
    taken = take(world, HUB, small.path)
    assert (taken.outcome, taken.new_entries, taken.known_entries) == ("applied", 2, 1)
    assert world.desk(HUB).upkeep.check().ok
    world.put_back(HUB, VILLAGE)


def test_details_keep_what_is_sound() -> None:
    sound = {
        "name": "赵", "birth": "1950-01-02", "care": [{"level": 2, "from": "", "until": "2026-01-01"}],
        "categories": [{"code": "alone", "from": "", "until": ""}], "registered_here": True,
        "document": {"type": "passport", "number": "G1"}, "later": "a word that this version does not know",
    }  # fmt: skip
    assert sound_details(sound) == sound
    assert (
        sound_details({"care": [{"level": True, "from": "", "until": ""}], "birth": "1950-1-2", "x": 5}) == {}
    )
