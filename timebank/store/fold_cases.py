"""Findings after a merge: what the rules would have refused, had the stations known of each other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from timebank.domain.cases import (
    DOUBLE_REDEMPTION,
    DUPLICATE_PERSON,
    OVERDRAFT,
    OVERLAP,
    case_of,
    overdraft_case,
    voucher_case,
)
from timebank.domain.services import Service
from timebank.domain.told import Told
from timebank.domain.vouchers import Voucher
from timebank.journal.facts import CaseResolved
from timebank.journal.refs import EntryRef

if TYPE_CHECKING:
    from timebank.store.intake import Intake

_DAY = 1440


class CaseFold:
    """Keeps the table of findings true to the state; a finding that no longer holds is gone."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection

    def _find(
        self,
        key: str,
        kind: str,
        minutes: int,
        members: Iterable[int],
        facts: Iterable[int],
        decided: bool = False,
    ) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO finding VALUES (?, ?, ?, ?, ?, ?)",
            (key, kind, minutes, json.dumps(list(members)), json.dumps(sorted(facts)), decided),
        )

    def _clear(self, key: str) -> None:
        self._db.execute("DELETE FROM finding WHERE key = ?", (key,))

    def resolved(self, told: Told) -> None:
        """A coordinator's word on a case."""
        assert isinstance(told.fact, CaseResolved)
        self._db.execute(
            "INSERT OR REPLACE INTO resolution VALUES (?, ?, ?)",
            (told.fact.case, told.row, told.fact.decision),
        )

    def voucher(self, serial: bytes, voucher: Voucher) -> None:
        """A voucher redeemed more than once."""
        key = voucher_case(serial)
        doubled = voucher.in_suspense() if voucher.issue is not None else []
        if not doubled:
            self._clear(key)
            return
        standing = [each for each in voucher.redemptions if each.standing != "reversed"]
        self._find(
            key,
            DOUBLE_REDEMPTION,
            voucher.minutes * len(doubled),
            [voucher.holder, *dict.fromkeys(each.beneficiary for each in standing)],
            [each.entry for each in standing],
            decided=all(each.decision for each in doubled),
        )

    def services(self, touched: list[tuple[int, Service]]) -> None:
        """A volunteer in two places at once."""
        standing = []
        for row, service in dict(touched).items():  # of a record folded twice, the last word
            if service.reversed_by is not None:
                self._clear_overlaps(row)
            elif service.timed:
                end = service.start + min(service.minutes, _DAY)
                standing += [(row, volunteer, service.start, end) for volunteer, _ in service.credited]
        self._db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS touched (service INTEGER, volunteer INTEGER, start INTEGER, until INTEGER)"
        )
        self._db.executemany("INSERT INTO touched VALUES (?, ?, ?, ?)", standing)
        shared = self._db.execute(
            "SELECT t.volunteer, t.service, s.id, min(t.until, s.start + min(s.minutes, ?)) - max(t.start, s.start)"
            " FROM touched t JOIN credited c ON c.volunteer = t.volunteer AND c.start > t.start - ? AND c.start < t.until"
            " JOIN service s ON s.id = c.service WHERE c.service <> t.service"
            " AND s.start + min(s.minutes, ?) > t.start AND s.reversed IS NULL AND s.timed",
            (_DAY, _DAY, _DAY),
        ).fetchall()
        self._db.execute("DELETE FROM touched")
        pairs: dict[tuple[int, ...], tuple[int, set[int]]] = {}
        for volunteer, row, other, minutes in shared:
            pairs.setdefault(tuple(sorted((row, other))), (minutes, set()))[1].add(volunteer)
        for pair, (minutes, volunteers) in pairs.items():
            self._find(case_of(OVERLAP, map(self._ref, pair)), OVERLAP, minutes, sorted(volunteers), pair)

    def _clear_overlaps(self, row: int) -> None:
        self._db.execute(
            "DELETE FROM finding WHERE kind = ? AND EXISTS"
            " (SELECT 1 FROM json_each(finding.facts) fact WHERE fact.value = ?)",
            (OVERLAP, row),
        )

    def identities(self, identities: set[bytes]) -> None:
        """One person registered twice: the same document behind two members."""
        for identity in identities:
            rows = [
                row
                for (row,) in self._db.execute(
                    "SELECT id FROM member WHERE identity = ? AND erased IS NULL", (identity,)
                ).fetchall()
            ]
            key = f"{DUPLICATE_PERSON}-{identity.hex()}"
            if len(rows) > 1:
                rows.sort(key=lambda row: str(self._ref(row)))
                self._find(key, DUPLICATE_PERSON, 0, rows, rows)
            else:
                self._clear(key)

    def accounts(self) -> None:
        """Accounts below zero, which no desk would have allowed."""
        below = {
            overdraft_case(self._ref(member), unit, -minutes): (member, minutes)
            for member, unit, minutes in self._db.execute(
                "SELECT account, unit, minutes FROM balance WHERE minutes < 0 AND account > 0"
            ).fetchall()
        }
        for (key,) in self._db.execute("SELECT key FROM finding WHERE kind = ?", (OVERDRAFT,)).fetchall():
            if key not in below:
                self._clear(key)
        for key, (member, minutes) in below.items():
            self._find(key, OVERDRAFT, -minutes, [member], [member])

    def _ref(self, row: int) -> EntryRef:
        journal, seq, check = self._db.execute(
            'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = ?',
            (row,),
        ).fetchone()
        return EntryRef(journal, seq, check)
