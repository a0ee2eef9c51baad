"""What makes taking in by the hundred thousand quick."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

_AT_ONCE = 60
"""Rows in one statement: measured; more gains nothing."""


def insert_rows(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert ``rows``, all of one width, into ``table``; many in a statement cost SQLite less than one each."""
    if not rows:
        return
    one = f"({', '.join('?' * len(rows[0]))})"
    whole = len(rows) - len(rows) % _AT_ONCE
    statement = f"INSERT INTO {table} VALUES {', '.join([one] * _AT_ONCE)}"
    for at in range(0, whole, _AT_ONCE):
        connection.execute(statement, tuple(chain.from_iterable(rows[at : at + _AT_ONCE])))
    connection.executemany(f"INSERT INTO {table} VALUES {one}", rows[whole:])


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without Python's cyclic collector for a while: facts hold no cycles, and it would walk them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
