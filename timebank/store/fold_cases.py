"""Findings after a merge: what the rules would have refused, had the stations known of each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from timebank.domain.cases import (
    CLOCK_TOLERANCE,
    CONFLICTING_EDIT,
    COPIES,
    DOUBLE_REDEMPTION,
    DUPLICATE_PERSON,
    FORK,
    IMPLAUSIBLE_CLOCK,
    OVERDRAFT,
    OVERLAP,
    REVOKED_STATION,
    case_of,
    duplicate_case,
    duplicate_cases,
    overdraft_case,
    overruled,
    voucher_case,
)
from timebank.domain.told import Told, in_order
from timebank.domain.vouchers import Voucher
from timebank.journal.facts import CaseResolved, JournalBegun, ServiceLogged
from timebank.journal.refs import EntryRef
from timebank.store.fold_network import ROOT

if TYPE_CHECKING:
    from timebank.journal.entry import Header
    from timebank.store.chains import Reach
    from timebank.store.intake import Intake

_DAY = 1440


class CaseFold:
    """Keeps the table of findings true to the state; a finding that no longer holds is gone."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.connection
        self._behind: list[tuple[int, int, int, bytes]] = []
        self._saw: list[tuple[int, bytes, int]] = []
        self._decided: set[str] = set()

    def find(
        self,
        key: str,
        kind: str,
        minutes: int,
        members: Iterable[int],
        facts: Iterable[int],
        decided: bool = False,
    ) -> None:
        """Note a finding under its name; members and facts by local number."""
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
        self._decided.add(told.fact.case)

    def contested(self) -> set[int]:
        """What decisions speak of, on cases that were decided more than once with one of them new here."""
        cases, self._decided = self._decided, set()
        decisions = [each for case in cases if len(found := self._decisions(case)) > 1 for each in found]
        return {
            self._intake.places.row(ref)
            for told in decisions
            if isinstance(told.fact, CaseResolved)
            for ref in told.fact.facts
        }

    def overruled(self, told: Told) -> int | None:
        """The decision that came before the one for which a fact was told, so that this does not count."""
        _, journal, seq, _ = told.order
        for decision in self._intake.later(told.row):
            fact = decision.fact
            if isinstance(fact, CaseResolved) and decision.order[1:3] == (journal, seq + 1):
                every = self._decisions(fact.case)
                by = overruled(every, self._intake.happened_before)[every.index(decision)]
                return None if by is None else by.row
        return None

    def _decisions(self, case: str) -> list[Told]:
        rows = self._db.execute("SELECT entry FROM resolution WHERE key = ?", (case,)).fetchall()
        return in_order(told for (row,) in rows if (told := self._intake.told(row)) is not None)

    def voucher(self, serial: bytes, voucher: Voucher) -> None:
        """A voucher redeemed more than once."""
        key = voucher_case(serial)
        doubled = voucher.in_suspense() if voucher.issue is not None else []
        if not doubled:
            self._clear(key)
            return
        standing = [each for each in voucher.redemptions if each.standing != "reversed"]
        self.find(
            key,
            DOUBLE_REDEMPTION,
            voucher.minutes * len(doubled),
            [voucher.holder, *dict.fromkeys(each.beneficiary for each in standing)],
            [each.entry for each in standing],
            decided=all(each.decision for each in doubled),
        )

    def services(self, standing: Sequence[tuple[int, int, int, int]], reversed_: Iterable[int]) -> None:
        """A volunteer in two places at once: (record, volunteer, start, until) of the timed ones that changed."""
        for row in reversed_:
            self._clear_overlaps(row)
        if not standing:
            return
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
            self.find(case_of(OVERLAP, map(self.ref, pair)), OVERLAP, minutes, sorted(volunteers), pair)

    def _clear_overlaps(self, row: int) -> None:
        self._db.execute(
            "DELETE FROM finding WHERE kind = ? AND EXISTS"
            " (SELECT 1 FROM json_each(finding.facts) fact WHERE fact.value = ?)",
            (OVERLAP, row),
        )

    def identities(self, identities: set[bytes]) -> None:
        """One person registered twice: the same document behind two members that are not merged."""
        for identity in identities:
            rows = [
                row
                for (row,) in self._db.execute(
                    "SELECT id FROM member WHERE identity = ? AND erased IS NULL"
                    " AND id NOT IN (SELECT member FROM merged)",
                    (identity,),
                ).fetchall()
            ]
            self._db.execute(
                "DELETE FROM finding WHERE kind = ? AND key BETWEEN ? AND ?",
                (DUPLICATE_PERSON, duplicate_cases(identity), f"{duplicate_cases(identity)}~"),
            )
            if len(rows) > 1:
                rows.sort(key=lambda row: str(self.ref(row)))
                key = duplicate_case(identity, map(self.ref, rows))
                self.find(key, DUPLICATE_PERSON, 0, rows, rows)

    def accounts(self, allowed: int) -> None:
        """Accounts below zero, which no desk would have let happen; one person's accounts count as one.

        ``allowed``: minutes of credit by which the rules let an account be overdrawn.
        """
        below: dict[str, tuple[int, int]] = {}
        for member, unit, minutes in self._db.execute(
            "SELECT coalesce(m.stands, b.account) AS holder, b.unit, (SELECT sum(o.minutes) FROM balance o"
            " WHERE o.unit = b.unit AND (o.account = coalesce(m.stands, b.account) OR o.account IN"
            " (SELECT member FROM merged WHERE stands = coalesce(m.stands, b.account)))) AS together"
            " FROM balance b LEFT JOIN merged m ON m.member = b.account"
            " WHERE b.minutes < 0 AND b.account > 0 AND together < CASE b.unit WHEN 0 THEN -? ELSE 0 END",
            (allowed,),
        ).fetchall():
            below[overdraft_case(self.ref(member), unit, -minutes)] = member, minutes
        for (key,) in self._db.execute("SELECT key FROM finding WHERE kind = ?", (OVERDRAFT,)).fetchall():
            if key not in below:
                self._clear(key)
        for key, (member, minutes) in below.items():
            self.find(key, OVERDRAFT, -minutes, [member], [member])

    def edits(self, edited: dict[int, list[Told]]) -> None:
        """One field of a member changed at two places that did not know of each other."""
        for member, conflicting in edited.items():
            self._db.execute(
                "DELETE FROM finding WHERE kind = ? AND members = ?", (CONFLICTING_EDIT, json.dumps([member]))
            )
            if conflicting:
                key = case_of(CONFLICTING_EDIT, [told.ref for told in conflicting])
                self.find(key, CONFLICTING_EDIT, 0, [member], [told.row for told in conflicting])

    def begun(self, told: Told) -> None:
        """A journal that began because a copy of the station's folder had come to light."""
        assert isinstance(told.fact, JournalBegun)
        if told.fact.cause in COPIES:
            self.find(case_of(FORK, [told.ref]), FORK, 0, [], [told.row])

    def forks(self, forks: list[list[int]]) -> None:
        """Two entries at one place of a journal."""
        self._db.execute("DELETE FROM finding WHERE kind = ? AND json_array_length(facts) > 1", (FORK,))
        for rows in forks:
            self.find(case_of(FORK, map(self.ref, rows)), FORK, 0, [], rows)

    def late(self) -> None:
        """Entries that a revoked station wrote beyond the last that counts: shown, and not in the books."""
        self._db.execute("DELETE FROM finding WHERE kind = ?", (REVOKED_STATION,))
        by_station: dict[int, list[Told]] = {}
        for (row,) in self._db.execute("SELECT entry FROM late").fetchall():
            told = self._intake.store.told(row)
            if told is not None and told.station > 0:
                by_station.setdefault(told.station, []).append(told)
        for told_late in by_station.values():
            last = {(told.order[1], told.branch): told for told in in_order(told_late)}
            minutes = sum(
                sum(told.fact.credited) for told in told_late if isinstance(told.fact, ServiceLogged)
            )
            key = case_of(REVOKED_STATION, [told.ref for told in last.values()])
            self.find(key, REVOKED_STATION, minutes, [], [told.row for told in last.values()])

    def behind(self, row: int, journal: int, header: Header) -> None:
        """An entry whose writer noticed that its clock ran behind its own last entry."""
        self._behind.append((row, journal, header.seq - 1, header.previous[:8]))

    def saw(self, row: int, seen: Iterable[tuple[bytes, int]]) -> None:
        """An entry whose writer had taken in what it names."""
        self._saw += [(row, other, head) for other, head in seen]

    def clocks(self, reached: Iterable[Reach]) -> None:
        """Entries that bear a time long before that of one which their writer had seen."""
        behind, self._behind = self._behind, []
        saw, self._saw = self._saw, []
        suspects = [
            (before, row)
            for row, *place in behind
            for (before,) in self._db.execute(
                'SELECT id FROM entry WHERE journal = ? AND seq = ? AND "check" = ? AND bytes NOT NULL', place
            ).fetchall()
        ]
        for row, other, head in saw:
            suspects += [(seen, row) for seen in self._at(other, head)]
        for ref, first, last in reached:
            for journal, branch, seq, head in self._db.execute(
                "SELECT journal, branch, seq, head FROM seen WHERE other = ? AND head BETWEEN ? AND ?",
                (ref, first, last),
            ).fetchall():
                for (writer,) in self._db.execute(
                    "SELECT id FROM entry WHERE journal = ? AND seq = ? AND branch = ? AND bytes NOT NULL",
                    (journal, seq, branch),
                ).fetchall():
                    suspects += [(seen, writer) for seen in self._at(ref, head)]
        for earlier, later in suspects:
            self._clock(earlier, later)

    def _at(self, ref: bytes, seq: int) -> list[int]:
        return [
            row
            for (row,) in self._db.execute(
                "SELECT e.id FROM chain c JOIN entry e ON e.journal = c.journal AND e.branch = c.branch"
                " WHERE c.ref = ? AND e.seq = ? AND e.bytes NOT NULL",
                (ref, seq),
            ).fetchall()
        ]

    def _clock(self, earlier: int, later: int) -> None:
        """One case for a station and month, however many stations its writer had seen.

        It shows the first entry with such a time, beside the last one that its writer knew: of another station,
        if it knew of any, since the root's and its own say less to a reader.
        """
        (wall, _), (after, station) = (self._written(row) for row in (earlier, later))
        if wall <= after + CLOCK_TOLERANCE:
            return
        month = datetime.fromtimestamp(after, UTC).strftime("%Y%m")
        key = f"{IMPLAUSIBLE_CLOCK}-{station}-{month}"
        pairs = [(later, earlier)]
        former = self._db.execute("SELECT facts FROM finding WHERE key = ?", (key,)).fetchone()
        if former is not None:
            known, wrong = sorted(json.loads(former[0]), key=lambda row: self._written(row)[0], reverse=True)
            pairs.append((wrong, known))
        first = min((wrong for wrong, _ in pairs), key=self._order)
        beside = max(
            (known for wrong, known in pairs if wrong == first),
            key=lambda row: (self._written(row)[1] not in (ROOT, station), self._order(row)),
        )
        self.find(key, IMPLAUSIBLE_CLOCK, 0, [], [beside, first])

    def _written(self, row: int) -> tuple[int, int]:
        """The time that an entry bears, and the station that wrote it."""
        found: tuple[int, int] = self._db.execute(
            "SELECT e.wall, j.station FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = ?", (row,)
        ).fetchone()
        return found

    def _order(self, row: int) -> tuple[int, bytes, int, bytes]:
        lamport, journal, seq, check = self._db.execute(
            'SELECT e.lamport, j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal'
            " WHERE e.id = ?",
            (row,),
        ).fetchone()
        return lamport, journal, seq, check

    def ref(self, row: int) -> EntryRef:
        """The name of the entry with a local number."""
        journal, seq, check = self._db.execute(
            'SELECT j.ref, e.seq, e."check" FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = ?',
            (row,),
        ).fetchone()
        return EntryRef(journal, seq, check)
