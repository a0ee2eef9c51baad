"""Erasures in the store: the sealed private parts that speak of an erased person go, whenever they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timebank.domain.erasure import named, spoken_of, vouchers_of
from timebank.domain.told import Told
from timebank.journal.facts import MemberErased, MemberRegistered, MembersMerged, ServiceLogged
from timebank.journal.refs import EntryRef

if TYPE_CHECKING:
    from timebank.store.intake import Intake

_SPEAKS = """
WITH asked(id) AS (
    SELECT id FROM request WHERE elder = ?1
    UNION SELECT request FROM request_volunteer WHERE volunteer = ?1
),
record(id) AS (
    SELECT ?1
    UNION SELECT id FROM service WHERE elder = ?1
    UNION SELECT service FROM credited WHERE volunteer = ?1
    UNION SELECT id FROM transfer WHERE source = ?1 OR target = ?1
    UNION SELECT entry FROM redemption WHERE beneficiary = ?1
    UNION SELECT r.entry FROM voucher v JOIN redemption r ON r.voucher = v.id WHERE v.holder = ?1
    UNION SELECT id FROM asked
    UNION SELECT a.entry FROM asked JOIN about a ON a.subject = asked.id
)
SELECT ?1
UNION SELECT id FROM service WHERE elder = ?1
UNION SELECT id FROM transfer WHERE source = ?1 OR target = ?1
UNION SELECT entry FROM redemption WHERE beneficiary = ?1
UNION SELECT entry FROM rating WHERE by = ?1
UNION SELECT id FROM request WHERE elder = ?1
UNION SELECT a.entry FROM voucher v JOIN voucher_about a ON a.voucher = v.id JOIN entry e ON e.id = a.entry
       WHERE v.holder = ?1 AND e.kind <> 'VoucherRedeemed'
UNION SELECT a.entry FROM record JOIN about a ON a.subject = record.id JOIN entry e ON e.id = a.entry
       WHERE e.kind <> 'MemberErased'
"""
"""The entries whose private parts speak of the member ?1; see :mod:`timebank.domain.erasure`."""


class ErasureFold:
    """Remembers who was erased, and clears away what comes about them before, with or after the erasure.

    An entry that arrives names members; where an erased one is among them, everything stored that speaks of
    that member is gone through again. So the order of arrival cannot matter.
    """

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._members: set[int] = {row for (row,) in self._db.execute("SELECT member FROM erased")}
        self._due: set[int] = set()
        self._fresh: list[Told] = []

    @property
    def watching(self) -> bool:
        """Whether anybody was erased, so that what arrives has to be looked at."""
        return bool(self._members)

    def erased(self, told: Told) -> None:
        """A member is erased."""
        assert isinstance(told.fact, MemberErased)
        member = self._intake.places.row(told.fact.member)
        self._db.execute("INSERT OR IGNORE INTO erased VALUES (?)", (member,))
        self._members.add(member)
        self._due.add(member)

    def taken(self, told: Told) -> None:
        """A fact arrived."""
        self._fresh.append(told)

    def served(self, fact: ServiceLogged) -> None:
        """A service record arrived of which nothing else is known."""
        self._due |= self._rows(named(fact)) & self._members

    def keeps(self, told: Told) -> bool:
        """Whether the private part that was just stored beside ``told`` may stay; it is taken away if not."""
        concerned = self._concerned(told)
        self._due |= concerned
        self._clear(concerned)
        found = self._db.execute("SELECT 1 FROM private WHERE entry = ?", (told.row,)).fetchone()
        return found is not None

    def settle(self) -> None:
        """Clear away what speaks of erased members; call when all else is folded."""
        fresh, self._fresh = self._fresh, []
        for told in fresh:
            self._due |= self._concerned(told)
        due, self._due = self._due, set()
        self._clear(due)

    def _concerned(self, told: Told) -> set[int]:
        """The erased members of whom a fact may speak."""
        if not self._members:
            return set()
        concerned = self._named(told)
        for row, subject in self._subjects(told):
            concerned |= self._sent(row)
            if subject is not None:
                concerned |= self._named(subject)
                concerned |= self._holders(vouchers_of(subject.fact))
        concerned |= self._holders(vouchers_of(told.fact))
        return concerned & self._members

    def _subjects(self, told: Told) -> list[tuple[int, Told | None]]:
        """The records that a fact is about, each with its fact if it is here; and what those are about."""
        found = []
        for ref in spoken_of(told.fact):
            row = self._intake.places.row(ref)
            subject = self._intake.told(row)
            found.append((row, subject))
            if subject is not None:
                rows = self._rows(spoken_of(subject.fact))
                found += [(each, self._intake.told(each)) for each in sorted(rows)]
        return found

    def _sent(self, request: int) -> set[int]:
        """Who was ever to go where an elder asked for service."""
        rows = self._db.execute("SELECT volunteer FROM request_volunteer WHERE request = ?", (request,))
        return {volunteer for (volunteer,) in rows}

    def _named(self, told: Told) -> set[int]:
        itself = {told.row} if isinstance(told.fact, MemberRegistered) else set()
        return itself | self._rows(named(told.fact))

    def _rows(self, refs: tuple[EntryRef, ...]) -> set[int]:
        return {self._intake.places.row(ref) for ref in refs}

    def _holders(self, serials: tuple[bytes, ...]) -> set[int]:
        return {
            holder
            for serial in serials
            for (holder,) in self._db.execute("SELECT holder FROM voucher WHERE serial = ?", (serial,))
        }

    def _clear(self, members: set[int]) -> None:
        for member in sorted(members):
            speaking = [row for (row,) in self._db.execute(_SPEAKS, (member,))] + self._mergers(member)
            self._db.executemany("DELETE FROM private WHERE entry = ?", [(row,) for row in speaking])

    def _mergers(self, member: int) -> list[int]:
        return [
            row
            for (row,) in self._db.execute("SELECT entry FROM merging").fetchall()
            if (told := self._intake.told(row)) is not None
            and isinstance(told.fact, MembersMerged)
            and member in self._rows(told.fact.members)
        ]
