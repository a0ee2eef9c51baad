"""What stations allowed without knowing of each other, and together is more than a rule allows.

A desk keeps the limits of the pack in force by what it knows. After a merge the limits are looked at again
over all facts: the hours of one volunteer on one day, the vouchers of one holder redeemed on one day, credit
past the holding cap, and what is given once and was given to two members who are one person. Each is found, and
nothing is taken away: what was posted stays posted.

A pack counts from its first day on, but not for what was on the books before it was written: a rule is never
broken in retrospect. Hours of the time before any pack that are entered only afterwards are held to the pack
that held when they were entered, as the desk holds them. It costs nothing while no pack sets a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from timebank.domain.cases import POLICY_BREACH, breach_case, breach_cases
from timebank.domain.credit import GRANT, OPENING
from timebank.domain.told import Told
from timebank.journal.facts import PolicyAdopted
from timebank.journal.refs import day_number
from timebank.outcome import Refusal
from timebank.policy.amounts import counted
from timebank.policy.holding import CAP, DAILY, OVERDRAFT, kept_on_day, overflows
from timebank.policy.pack import Pack, from_resolved
from timebank.store.book_queries import KEPT

if TYPE_CHECKING:
    from timebank.store.fold_cases import CaseFold
    from timebank.store.intake import Intake

REDEEMED, TWICE = "voucher.daily_minutes", "given_twice"
_DAY = 1440
_PERSON = "coalesce((SELECT stands FROM merged WHERE member = {0}), {0})"


class _Adopted(NamedTuple):
    """A pack with the day from which it binds, and the settings it decides."""

    day: int
    order: tuple[int, bytes, int, bytes]
    row: int
    keys: frozenset[str]
    written: tuple[int, int]
    """Wall clock and Lamport time of the adoption."""

    def precedes(self, wall: int, lamport: int) -> bool:
        """Whether it was written before an entry by both clocks; where they disagree, the entry is not bound."""
        return self.written[0] <= wall and self.written[1] < lamport


class BreachFold:
    """Keeps the findings of broken limits true to the state."""

    def __init__(self, intake: Intake, cases: CaseFold) -> None:
        self._intake = intake
        self._cases = cases
        self._db = intake.connection
        self._binding: list[_Adopted] | None = None
        self._packs: dict[int, Pack | None] = {}
        self._days: set[tuple[int, int]] = set()
        self._redeemed: set[tuple[int, int]] = set()
        self._given = self._all = False
        self.daily = self._limits(DAILY)
        """Whether any pack limits the hours of a day."""

    def _limits(self, key: str) -> bool:
        """Whether any pack that was adopted sets a limit."""
        return any(key in each.keys for each in self._adopted())

    def _adopted(self) -> list[_Adopted]:
        if self._binding is None:
            rows = self._db.execute("SELECT entry FROM policy").fetchall()
            told = (self._intake.told(row) for (row,) in rows)
            self._binding = sorted(_binding(each) for each in told if each is not None)
        return self._binding

    def _pack(self, adopted: _Adopted) -> Pack | None:
        """The pack; None for one of a later version, or made up: it limits nothing here."""
        if adopted.row not in self._packs:
            told = self._intake.told(adopted.row)
            assert told is not None
            assert isinstance(told.fact, PolicyAdopted)
            try:
                self._packs[adopted.row] = from_resolved(told.fact.values)
            except Refusal:
                self._packs[adopted.row] = None
        return self._packs[adopted.row]

    def _pack_on(self, day: int) -> Pack | None:
        """The pack that binds on a day."""
        binding = [each for each in self._adopted() if each.day <= day]
        return self._pack(binding[-1]) if binding else None

    def _pack_when(self, written: tuple[int, int]) -> Pack | None:
        """The pack that held when an entry was written (wall clock, Lamport time), if any was adopted by then."""
        day = _day_of(written[0])
        held = [each for each in self._adopted() if each.day <= day and each.precedes(*written)]
        return self._pack(held[-1]) if held else None

    def everything(self) -> None:
        """Look at all again: a pack was adopted, or who is one person has changed."""
        self._all = True

    def overdraft(self) -> int:
        """Minutes by which any adopted pack lets an account go below zero."""
        if not self._limits(OVERDRAFT):
            return 0
        packs = (self._pack(each) for each in self._adopted())
        return max((pack.value(OVERDRAFT) or 0 for pack in packs if pack is not None), default=0)

    def served(self, volunteers: Iterable[int], start: int) -> None:
        """Hours of some volunteers were entered or taken back; ``start`` in minutes."""
        self._days |= {(each, start // _DAY) for each in volunteers}

    def redeemed(self, holder: int, days: Iterable[int]) -> None:
        """Vouchers of a holder were redeemed, or a redemption taken back, on some days."""
        self._redeemed |= {(holder, day) for day in days}

    def given(self) -> None:
        """Something was given that is given once."""
        self._given = True

    def settle(self, credited: Iterable[int]) -> None:
        """Find again what may have changed; ``credited`` are the accounts whose credit did."""
        if self._all:
            self._binding = None
            self.daily = self._limits(DAILY)
            self._db.execute("DELETE FROM finding WHERE kind = ?", (POLICY_BREACH,))
            self._days = set(self._every_day()) if self.daily else set()
            self._redeemed = set(self._every_redemption()) if self._limits(REDEEMED) else set()
            credited = (
                row for (row,) in self._db.execute("SELECT account FROM balance WHERE unit = 0").fetchall()
            )
        if self._all or self._given:
            self._given_twice()
        if self._limits(CAP):
            for person in sorted({self._person(each) for each in credited if each > 0}):
                self._holding(person)
        if self.daily:
            for volunteer, day in sorted({(self._person(each), day) for each, day in self._days}):
                self._daily(volunteer, day)
        if self._redeemed and self._limits(REDEEMED):
            for holder, day in sorted({(self._person(each), day) for each, day in self._redeemed}):
                self._redemptions(holder, day)
        self._days.clear()
        self._redeemed.clear()
        self._given = self._all = False

    def _every_day(self) -> Iterable[tuple[int, int]]:
        first, (wall, _) = self._adopted()[0].day, min(each.written for each in self._adopted())
        return self._db.execute(
            "SELECT DISTINCT c.volunteer, c.start / 1440 FROM credited c JOIN entry e ON e.id = c.service"
            " WHERE c.start >= ? OR e.wall >= ?",
            (first * _DAY, wall),
        ).fetchall()

    def _every_redemption(self) -> Iterable[tuple[int, int]]:
        return self._db.execute(
            "SELECT DISTINCT v.holder, r.day FROM redemption r JOIN voucher v ON v.id = r.voucher"
            " WHERE v.issue IS NOT NULL"
        ).fetchall()

    def _person(self, member: int) -> int:
        found = self._db.execute("SELECT stands FROM merged WHERE member = ?", (member,)).fetchone()
        return member if found is None else int(found[0])

    def _members(self, person: int) -> list[int]:
        rows = self._db.execute("SELECT member FROM merged WHERE stands = ?", (person,)).fetchall()
        return [person, *(row for (row,) in rows)]

    def _daily(self, person: int, day: int) -> None:
        """All hours of a volunteer that began on a day, against the daily cap."""
        members = self._members(person)
        rows = self._db.execute(
            f"SELECT s.id, e.wall, e.lamport, s.kind, s.minutes, {KEPT} FROM credited c"
            f" JOIN service s ON s.id = c.service JOIN entry e ON e.id = s.id WHERE c.volunteer IN ({_marks(members)})"
            " AND c.start >= ? AND c.start < ? AND s.reversed IS NULL ORDER BY e.wall, e.lamport, s.id",
            (*members, day * _DAY, (day + 1) * _DAY),
        ).fetchall()
        pack, before = self._pack_on(day), Fraction(0)
        if pack is None:  # a day before any pack: what was entered before there was one breaks no rule
            entered = [(each, self._pack_when((wall, lamport))) for _, wall, lamport, *each in rows]
            held = [by for _, by in entered if by is not None]
            pack = held[-1] if held else None
            before = _towards_cap(pack, [each for each, by in entered if by is None]) if pack else before
        cap = None if pack is None else pack.value(DAILY)
        served = before if pack is None else _towards_cap(pack, [each for _, _, _, *each in rows])
        excess = 0 if cap is None else int(served - max(cap, before))
        self._say(DAILY, person, day, excess, [row for row, *_ in rows])

    def _redemptions(self, person: int, day: int) -> None:
        """All vouchers of a holder redeemed on a day, against the daily limit."""
        members = self._members(person)
        rows = self._db.execute(
            "SELECT r.entry, v.minutes FROM voucher v JOIN redemption r ON r.voucher = v.id"
            f" WHERE v.holder IN ({_marks(members)}) AND r.day = ? AND r.standing <> 'reversed'",
            (*members, day),
        ).fetchall()
        pack = self._pack_on(day)
        most = None if pack is None else pack.value(REDEEMED)
        excess = 0 if most is None else sum(minutes for _, minutes in rows) - most
        self._say(REDEEMED, person, day, excess, [row for row, _ in rows])

    def _given_twice(self) -> None:
        """What is given once a month or once in a life, and two members had who are one person."""
        prefix = f"{POLICY_BREACH}-{TWICE}-"
        self._db.execute("DELETE FROM finding WHERE key BETWEEN ? AND ?", (prefix, f"{prefix}~"))
        rows = self._db.execute(
            f"SELECT {_PERSON.format('a.member')} AS person, a.period, sum(a.minutes) - max(a.minutes),"
            " group_concat(a.entry) FROM adjustment a WHERE a.cause IN (?, ?) AND a.counts AND a.minutes > 0"
            " AND a.member IN (SELECT member FROM merged UNION SELECT stands FROM merged)"
            " GROUP BY person, a.cause, a.period HAVING count(*) > 1",
            (GRANT, OPENING),
        ).fetchall()
        for person, period, minutes, entries in rows:
            self._say(TWICE, person, period, minutes, sorted({int(each) for each in entries.split(",")}))

    def _holding(self, person: int) -> None:
        """Credit past the cap, and past what the person held when the cap came."""
        members = self._members(person)
        marks = _marks(members)
        caps = [(each, pack.value(CAP) if (pack := self._pack(each)) else None) for each in self._adopted()]
        held = self._sum(f"SELECT sum(minutes) FROM balance WHERE account IN ({marks}) AND unit = 0", members)
        excess = held - min((cap for _, cap in caps if cap is not None), default=held)
        if excess > 0:
            day, wall = self._db.execute(
                f"SELECT max(p.day), max(e.wall) FROM posting p JOIN entry e ON e.id = p.entry"
                f" WHERE p.account IN ({marks}) AND p.unit = 0 AND p.minutes > 0",
                members,
            ).fetchone()
            came = max(day or 0, _day_of(wall or 0))
            binding = [each for each in caps if each[0].day <= came]
            excess = 0
            if binding and (cap := binding[-1][1]) is not None:
                since = binding[-1][0]
                before = self._sum(
                    "SELECT sum(p.minutes) FROM posting p JOIN entry e ON e.id = p.entry"
                    f" WHERE p.account IN ({marks}) AND p.unit = 0 AND p.day < ?"
                    " AND (e.wall < ? OR e.lamport <= ?)",
                    [*members, since.day, *since.written],
                )
                excess = held - max(cap, before)
        self._say(CAP, person, 0, excess, [person])

    def _sum(self, sql: str, parameters: list[int]) -> int:
        return int(self._db.execute(sql, parameters).fetchone()[0] or 0)

    def _say(self, rule: str, person: int, day: int, excess: int, facts: list[int]) -> None:
        ref = self._cases.ref(person)
        prefix = breach_cases(rule, ref, day)
        self._db.execute("DELETE FROM finding WHERE key BETWEEN ? AND ?", (prefix, f"{prefix}~"))
        if excess > 0:
            self._cases.find(breach_case(rule, ref, day, excess), POLICY_BREACH, excess, [person], facts)


def _binding(told: Told) -> _Adopted:
    assert isinstance(told.fact, PolicyAdopted)
    written = _day_of(told.wall)
    entries = told.fact.values.get("entries")
    keys = frozenset(entries) if isinstance(entries, dict) else frozenset()
    return _Adopted(max(told.fact.day, written), told.order, told.row, keys, (told.wall, told.order[0]))


def _day_of(wall: int) -> int:
    return day_number(datetime.fromtimestamp(wall, UTC).date())


def _towards_cap(pack: Pack, records: Iterable[Sequence[Any]]) -> Fraction:
    """Minutes of (kind, minutes, kept) records that count towards the daily cap.

    All that were served; or what was credited and kept, where what is past the cap goes elsewhere.
    """
    if overflows(pack):
        return kept_on_day(((kind, kept) for kind, _, kept in records), pack)
    return Fraction(sum(counted(minutes, pack) for _, minutes, _ in records))


def _marks(values: list[int]) -> str:
    return ", ".join("?" * len(values))
