"""Local numbers for entries and journals: small integers in every table instead of 24-byte references."""

from __future__ import annotations

import sqlite3

from timebank.journal.refs import EntryRef

_REMEMBERED = 50_000


class Places:
    """Gives every entry a local number, also one that is only spoken of and has yet to arrive."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._journals: dict[bytes, int] = dict(connection.execute("SELECT ref, id FROM journal"))
        self.numbers: dict[tuple[bytes, int, bytes], int] = {}
        """Local numbers at hand, by (journal, sequence, check); :meth:`row` finds the others."""
        self._next = (connection.execute("SELECT max(id) FROM entry").fetchone()[0] or 0) + 1
        self._awaited: dict[tuple[bytes, int, bytes], int] = {
            (ref, seq, check): row
            for ref, seq, check, row in connection.execute(
                'SELECT j.ref, e.seq, e."check", e.id FROM entry e JOIN journal j ON j.id = e.journal'
                " WHERE e.bytes IS NULL"
            )
        }

    def journal(self, ref: bytes) -> int:
        """The local number of a journal, given one if it is new."""
        number = self._journals.get(ref)
        if number is None:
            cursor = self._connection.execute("INSERT INTO journal (ref) VALUES (?)", (ref,))
            assert cursor.lastrowid is not None
            number = self._journals[ref] = cursor.lastrowid
        return number

    def journal_ref(self, number: int) -> bytes:
        """The id of the journal with a local number."""
        return next(ref for ref, each in self._journals.items() if each == number)

    def arriving(self, journal: bytes, seq: int, check: bytes) -> tuple[int, bool]:
        """The local number for an entry that arrives now, and whether it had been spoken of before."""
        key = (journal, seq, check)
        row = self._awaited.pop(key, None)
        awaited = row is not None
        if row is None:
            row, self._next = self._next, self._next + 1
        self.numbers[key] = row
        return row, awaited

    def arriving_unheralded(self, key: tuple[bytes, int, bytes]) -> int | None:
        """The local number for an entry that arrives now, None where it had been spoken of before."""
        if key in self._awaited:
            return None
        row, self._next = self._next, self._next + 1
        self.numbers[key] = row
        return row

    def written(self) -> None:
        """Everything that arrived is in the table now and can be looked up there."""
        if len(self.numbers) >= _REMEMBERED:
            self.numbers.clear()

    def row(self, ref: EntryRef) -> int:
        """The local number of the entry that ``ref`` names; a place is kept for it if it is not here."""
        key = (ref.journal, ref.seq, ref.check)
        row = self.numbers.get(key)
        if row is None:
            row = self.numbers[key] = self._awaited.get(key) or self._find(key)
        return row

    def known(self, ref: EntryRef) -> int | None:
        """The local number of an entry that is here, or None."""
        found = self._connection.execute(
            'SELECT id FROM entry WHERE journal = ? AND seq = ? AND "check" = ? AND bytes IS NOT NULL',
            (self._journals.get(ref.journal), ref.seq, ref.check),
        ).fetchone()
        return None if found is None else found[0]

    def _find(self, key: tuple[bytes, int, bytes]) -> int:
        journal = self.journal(key[0])
        found = self._connection.execute(
            'SELECT id FROM entry WHERE journal = ? AND seq = ? AND "check" = ?', (journal, *key[1:])
        ).fetchone()
        if found is not None:
            return int(found[0])
        row, self._next = self._next, self._next + 1
        self._connection.execute(
            'INSERT INTO entry (id, journal, seq, "check") VALUES (?, ?, ?, ?)', (row, journal, *key[1:])
        )
        self._awaited[key] = row
        return row
