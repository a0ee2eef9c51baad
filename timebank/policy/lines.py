"""On which line of a TOML file each key stands: tomllib reads values, but does not say where they were."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the document down, such as ``("allowance", 0, "minutes")``."""


class Lines:
    """Looks up the line (from 1) of a key in one well-formed TOML text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        base: Path = ()
        for number, statement in _statements(text):
            tree = tomllib.loads(statement)
            if statement.lstrip().startswith("["):
                base = self._header(_only_path(tree), array=statement.lstrip().startswith("[["))
                for length in range(1, len(base) + 1):
                    self._lines.setdefault(base[:length], number)
            else:
                self._note(base, tree, number)

    def of(self, path: Path) -> int:
        """The line of ``path``, or of the nearest enclosing key that is written; 1 where there is none."""
        for length in range(len(path), 0, -1):
            line = self._lines.get(path[:length])
            if line is not None:
                return line
        return 1

    def _header(self, keys: Path, *, array: bool) -> Path:
        path: Path = ()
        for depth, key in enumerate(keys, start=1):
            path = (*path, key)
            latest = self._latest(path)
            opens_another = array and depth == len(keys)
            if latest >= 0 and not opens_another:  # a header within an array belongs to its latest element
                path = (*path, latest)
        return (*path, self._latest(path) + 1) if array else path

    def _latest(self, path: Path) -> int:
        position = -1
        while (*path, position + 1) in self._lines:
            position += 1
        return position

    def _note(self, base: Path, node: object, number: int) -> None:
        children: Iterator[tuple[str | int, object]] = iter(())
        if isinstance(node, Mapping):
            children = iter(node.items())
        elif isinstance(node, list):
            children = iter(enumerate(node))
        for key, child in children:
            self._lines.setdefault((*base, key), number)
            self._note((*base, key), child, number)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or assignment with the line it begins on; one that spans lines comes whole."""
    pending, begun = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            begun = number
            if not line.strip() or line.lstrip().startswith("#"):
                continue
        pending += line.rstrip("\r") + "\n"
        try:
            tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue
        yield begun, pending
        pending = ""


def _only_path(tree: object) -> Path:
    path: Path = ()
    while isinstance(tree, list | dict) and tree:
        if isinstance(tree, list):
            tree = tree[0]
            continue
        key, tree = next(iter(tree.items()))
        path = (*path, key)
    return path
