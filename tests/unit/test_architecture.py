"""Imports point down only, the pure rooms stay pure, and each outside library has its place.

``MAY_IMPORT`` is the whole rule: every room of the program, from the ground up, with the rooms it may use.
docs/architecture.md is the map that goes with it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]

GROUND = ("timebank.outcome", "timebank.assets", "timebank.phrases", "timebank.files")
DOWN_TO_STORE = ("timebank.journal", "timebank.domain", "timebank.policy", "timebank.store", *GROUND)

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "timebank.outcome": (),
    "timebank.assets": (),
    "timebank.phrases": ("timebank.assets", "timebank.outcome"),
    "timebank.files": ("timebank.outcome",),
    "timebank.journal": ("timebank.outcome",),
    "timebank.domain": ("timebank.journal", "timebank.outcome"),
    "timebank.policy": ("timebank.domain", "timebank.outcome"),
    "timebank.roster": ("timebank.domain", "timebank.files", "timebank.outcome"),
    "timebank.paper": GROUND,
    "timebank.store": ("timebank.journal", "timebank.domain", "timebank.policy", "timebank.outcome"),
    "timebank.exchange": ("timebank.journal", "timebank.store", "timebank.files", "timebank.outcome"),
    "timebank.reports": ("timebank.roster", "timebank.paper", *DOWN_TO_STORE),
    "timebank.desk": (
        *("timebank.roster", "timebank.paper", "timebank.exchange", "timebank.reports"),
        *DOWN_TO_STORE,
    ),
    "timebank.cli": (
        *("timebank", "timebank.desk", "timebank.reports", "timebank.roster", "timebank.paper"),
        *DOWN_TO_STORE,
    ),
    "ui": (
        *("timebank", "timebank.desk", "timebank.journal", "timebank.domain", "timebank.policy"),
        *("timebank.reports", "timebank.roster", "timebank.paper", *GROUND),
    ),
    "timebank.__main__": ("timebank.cli", "ui"),
    "timebank": (),
}
"""A row may use the rooms in its tuple, and itself. ``timebank.__main__`` alone knows both faces.

The window may also name the value types (named tuples) of any room below the desk: the desk hands them out.
"""

PURE = ("timebank.journal", "timebank.domain", "timebank.policy")
PURE_LIBRARIES = {
    *("__future__", "abc", "calendar", "collections", "dataclasses", "datetime", "enum", "fractions"),
    *("functools", "hashlib", "hmac", "itertools", "math", "operator", "re", "struct", "tomllib", "typing"),
    *("unicodedata", "msgspec", "nacl", "pypinyin"),
}
"""Nothing here reaches a disk, a clock or randomness."""
PACKAGE_DATA = {"timebank.policy.catalog": {"importlib"}}
"""The packs that come with the program are read where they are listed."""

ONLY_IN: dict[str, tuple[str, ...]] = {
    "PySide6": ("ui",),
    "click": ("timebank.cli",),
    "platformdirs": ("timebank.cli", "ui"),
    "sqlite_utils": ("timebank.store",),
    "sqlite3": ("timebank.store", "timebank.desk.upkeep"),
    "zstandard": ("timebank.exchange",),
    "pyrage": ("timebank.exchange", "timebank.desk"),
    "nacl": ("timebank.journal", "timebank.desk.operators"),
    "openpyxl": ("timebank.roster", "timebank.reports"),
    "qrcode": ("timebank.paper",),
    "zxingcpp": ("timebank.paper",),
    "pypdfium2": ("timebank.paper",),
    "pypinyin": ("timebank.domain",),
}
"""The rooms in which each of these libraries may be imported."""

SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b", re.DOTALL)


class Import(NamedTuple):
    """One imported module, and the names taken from it (empty for ``import x``)."""

    module: str
    names: frozenset[str]
    line: int


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the program by its dotted name."""
    found = {}
    for package in ("timebank", "ui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text("utf-8"))
    return found


def imports_in(tree: ast.AST) -> Iterator[Import]:
    """Every import, also those inside functions: they point somewhere too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, frozenset(), node.lineno)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full"
            assert node.module is not None
            yield Import(node.module, frozenset(alias.name for alias in node.names), node.lineno)


@cache
def imports() -> dict[str, tuple[Import, ...]]:
    """The imports of every module."""
    return {name: tuple(imports_in(tree)) for name, tree in modules().items()}


def within(module: str, room: str) -> bool:
    """Whether a module lies in a room."""
    return module == room or module.startswith(f"{room}.")


def room_of(module: str) -> str:
    """The row of the table that a module belongs to; ``timebank`` alone is only its version."""
    rooms = [room for room in MAY_IMPORT if room != "timebank" and within(module, room)]
    return max(rooms, key=len) if rooms else "timebank" if module == "timebank" else ""


def target(each: Import) -> str:
    """The room that an import reaches: ``from timebank import files`` reaches the files."""
    if each.module == "timebank":
        rooms = {room_of(f"timebank.{name}") for name in each.names} - {""}
        return rooms.pop() if rooms else "timebank"
    return room_of(each.module)


def is_value(each: Import) -> bool:
    """Whether all that is imported are named tuples of a room below the desk."""
    tree = modules().get(each.module, ast.Module([], []))
    values = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "NamedTuple" for base in node.bases)
    }
    return bool(each.names) and each.names <= values


def wrong_arrows(source: str, found: Iterable[Import]) -> list[str]:
    """The imports of a module that its row does not allow, as text."""
    room = room_of(source)
    allowed = {room, *MAY_IMPORT[room]}
    return [
        f"{source}:{each.line} imports {each.module}"
        for each in found
        if (within(each.module, "timebank") or within(each.module, "ui"))
        and target(each) not in allowed
        and not (room == "ui" and is_value(each))
    ]


def test_the_table_itself_points_down() -> None:
    order = list(MAY_IMPORT)
    for room, used in MAY_IMPORT.items():
        for each in used:
            assert each == "timebank" or order.index(each) < order.index(room), f"{room} -> {each}"


def test_every_module_has_a_room() -> None:
    assert not [name for name in modules() if not room_of(name)]


@pytest.mark.parametrize("room", [room for room in MAY_IMPORT if room != "timebank"])
def test_no_arrow_points_up(room: str) -> None:
    members = [name for name in modules() if room_of(name) == room]
    assert not [arrow for name in members for arrow in wrong_arrows(name, imports()[name])]


def test_the_pure_rooms_reach_no_disk_clock_or_randomness() -> None:
    found = []
    for name, tree in modules().items():
        if room_of(name) not in PURE:
            continue
        allowed = PURE_LIBRARIES | PACKAGE_DATA.get(name, set())
        found += [
            f"{name}:{each.line} imports {each.module}"
            for each in imports()[name]
            if each.module.split(".")[0] not in {*allowed, "timebank"}
        ]
        found += [f"{name}:{line} asks the clock or opens a file" for line in reaching_out(tree)]
    assert not found


def reaching_out(tree: ast.AST) -> Iterator[int]:
    """Lines that call ``open``, ``now`` or ``today``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id == "open":
                yield node.lineno
            if isinstance(called, ast.Attribute) and called.attr in ("now", "today", "utcnow"):
                yield node.lineno


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_library_stays_in_its_rooms(library: str) -> None:
    rooms = ONLY_IN[library]
    users = [name for name, found in imports().items() if any(within(each.module, library) for each in found)]
    assert users, f"nothing uses {library} any more: take its row out"
    assert not [name for name in users if not any(within(name, room) for room in rooms)]


def test_the_faces_speak_to_the_desk_and_never_to_tables() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if room_of(name) in ("ui", "timebank.cli")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    ]
    assert not found


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("timebank.domain.people", "from timebank.store.store import Store"),
        ("timebank.journal.entry", "import timebank.domain.credit"),
        ("timebank.desk.desk", "from ui.front import Front"),
        ("timebank.store.store", "def f():\n    from timebank.desk.desk import Desk"),
        ("timebank.policy.pack", "from timebank import files"),
        ("ui.screens.people", "from timebank.store.people_queries import search_members"),
    ],
)
def test_an_arrow_that_points_up_is_seen(source: str, line: str) -> None:
    assert wrong_arrows(source, imports_in(ast.parse(line)))


def test_the_window_may_name_the_records_it_is_given() -> None:
    line = "from timebank.store.people_queries import MemberRecord"
    assert not wrong_arrows("ui.screens.people", imports_in(ast.parse(line)))
