"""What the rules do month by month: free hours granted, what lapses, what is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from timebank.desk.credit import person_facts
from timebank.desk.months_undone import NEVER, Undone, earlier, undo
from timebank.desk.people import Cancel, Progress
from timebank.desk.policies import Policies
from timebank.desk.station import Pen, Station
from timebank.domain.credit import GRANT, LAPSED
from timebank.journal.facts import ALLOWANCE, CREDIT, AccountsAdjusted, AllowanceGranted
from timebank.journal.refs import EntryRef, day_number, day_of
from timebank.outcome import Cancelled, Refusal
from timebank.policy.allowance import Entitlement, entitlement
from timebank.policy.expiry import Earned, last_day, left_to_lapse
from timebank.policy.pack import Pack
from timebank.store import adjustment_queries, book_queries, people_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.updates import unread

T = TypeVar("T")

AT_ONCE = 2_000
"""Members that one fact speaks of."""

CARRY_OVER, EXPIRY, RECOVER = "allowance.carry_over", "credit.expiry_months", "allowance.recover_false_claims"


class Grant(NamedTuple):
    """One member's free minutes of a month, and the rule that gives them; ``before`` were granted already."""

    member: MemberRecord
    entitlement: Entitlement
    before: int = 0

    @property
    def more(self) -> int:
        """Minutes by which this run changes the grant; below 0 where it takes back."""
        return self.entitlement.minutes - self.before


class GrantRun(NamedTuple):
    """A grant run. ``lower`` had more than they are entitled to by what is known now."""

    month: date
    granted: tuple[Grant, ...]
    unchanged: int
    entries: tuple[EntryRef, ...] = ()
    lower: tuple[Grant, ...] = ()
    recovered: bool = False
    """Whether what ``lower`` had too much was taken back."""
    earlier: str = NEVER
    """What came of an earlier run for the month: see :mod:`timebank.desk.months_undone`."""

    @property
    def entry(self) -> EntryRef | None:
        """The last entry of the run."""
        return self.entries[-1] if self.entries else None


class Lapse(NamedTuple):
    """Minutes of one member that lapse at the end of a month; ``before``: as an earlier run had it."""

    member: MemberRecord
    unit: int
    minutes: int
    before: int
    rule: str


class MonthEnd(NamedTuple):
    """The end of a month: what lapses, and the settings by which anything could (empty: nothing does)."""

    month: date
    lapsed: tuple[Lapse, ...]
    unchanged: int
    rules: tuple[str, ...]
    entries: tuple[EntryRef, ...] = ()
    earlier: str = NEVER
    """What came of an earlier run for the month."""


class Months:
    """The month's runs. Each can be looked at first, done again, and is then only what is new.

    A trial (``dry_run``) only reads, in short bites: whoever writes meanwhile does not wait for it.
    """

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies

    # Free hours

    def grant(
        self,
        month: date,
        *,
        dry_run: bool = False,
        recover: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> GrantRun:
        """Grant every elder known here the free minutes of ``month``.

        A second run grants what a corrected record entitles to beyond the first. Whoever had more than they are
        entitled to keeps it, unless ``recover`` says that it is taken back: then an account may go below zero,
        which is a case. Refuses that with ``rule_no_recovery`` where the pack says no.
        """
        first = month.replace(day=1)
        pack = self._policies.in_force(first)
        if recover and pack.value(RECOVER) is False:
            raise Refusal("rule_no_recovery", rule=RECOVER, source=pack.source(RECOVER))
        if dry_run:
            self._station.require_joined()
            elders = self._elders()
            run = self._grants(elders, first, pack, progress, cancelled)
        else:
            entries: list[EntryRef] = []
            with self._station.recording() as pen:
                elders = self._elders()
                run = self._grants(elders, first, pack, progress, cancelled)
                refs = adjustment_queries.granted_members(self._station.store, day_number(first))
                for part in _parts([*run.granted, *(run.lower if recover else ())]):
                    grants = tuple(
                        (
                            refs.get(each.member.row, each.member.ref),
                            each.entitlement.minutes,
                            each.entitlement.rule_id or "",
                        )
                        for each in part
                    )
                    entries.append(pen.tell(AllowanceGranted(day_number(first), grants)))
            run = run._replace(entries=tuple(entries))
        _done(len(elders), progress)
        return run._replace(recovered=recover)

    def _elders(self) -> list[MemberRecord]:
        return people_queries.search_members(self._station.store, "", role="elder", limit=-1)

    def _grants(
        self,
        elders: Sequence[MemberRecord],
        first: date,
        pack: Pack,
        progress: Progress | None,
        cancelled: Cancel | None,
    ) -> GrantRun:
        """What a run for the month that begins on ``first`` changes, by what is known now."""
        store = self._station.store
        had = adjustment_queries.granted(store, day_number(first))
        granted: list[Grant] = []
        lower: list[Grant] = []
        unchanged = 0
        for at, member in enumerate(elders):
            _look_up(at, len(elders), progress, cancelled)
            if not member.known or unread(store, [member.ref]):
                continue
            if member.left is not None and member.left < first:
                continue
            each = Grant(member, entitlement(person_facts(member), first, pack), had.get(member.row, 0))
            if each.more > 0:
                granted.append(each)
            elif each.more < 0:
                lower.append(each)
            else:
                unchanged += member.row in had
        before = earlier(self._station, GRANT, day_number(first))
        return GrantRun(first, tuple(granted), unchanged, lower=tuple(lower), earlier=before)

    def short(self, run: GrantRun) -> int:
        """Of those who had too much, how many have used so much of it that taking it back overdraws them."""
        store = self._station.store
        return sum(
            book_queries.balance(store, each.member.row, ALLOWANCE) + each.more < 0 for each in run.lower
        )

    def undo_grants(
        self,
        month: date,
        reason: str,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> Undone:
        """Take back all that this station granted for ``month``; a hub takes back what any station granted.

        Whoever has used the hours already goes below zero, which is a case.
        """
        first = month.replace(day=1)
        return undo(
            self._station, GRANT, first, day_number(first), reason,
            dry_run=dry_run, progress=progress, cancelled=cancelled,
        )  # fmt: skip

    def undo_end(
        self,
        month: date,
        reason: str,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> Undone:
        """Take back what this station let lapse at the end of ``month``; a hub what any station did."""
        first = month.replace(day=1)
        return undo(
            self._station, LAPSED, first, day_number(last_day(month)), reason,
            dry_run=dry_run, progress=progress, cancelled=cancelled,
        )  # fmt: skip

    # The end of a month

    def end(
        self,
        month: date,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> MonthEnd:
        """Let lapse what the rules let lapse at the end of ``month``: free hours not used, credit too old.

        Done again it follows what was entered late since. Refuses with ``month_not_over``.
        """
        last = last_day(month)
        if last >= self._station.surroundings.today():
            raise Refusal("month_not_over", month=month.strftime("%Y-%m"), last=last.isoformat())
        if dry_run:
            self._station.require_joined()
            return self._lapses(month, progress, cancelled)
        entries: list[EntryRef] = []
        with self._station.recording() as pen:
            run = self._lapses(month, progress, cancelled)
            for unit in (ALLOWANCE, CREDIT):
                for part in _parts([each for each in run.lapsed if each.unit == unit]):
                    entries.append(pen.tell(_adjusted(unit, last, part)))
        return run._replace(entries=tuple(entries))

    def _lapses(self, month: date, progress: Progress | None, cancelled: Cancel | None) -> MonthEnd:
        """What the end of ``month`` changes, by what is known now."""
        store, last, rules = self._station.store, day_number(last_day(month)), self._lapsing(month)
        lapses: list[Lapse] = []
        unchanged = 0
        for unit, rule in rules.items():
            due = self._due(unit, month, progress, cancelled)
            had = adjustment_queries.lapsed(store, unit, last)
            rows = sorted(due.keys() | had.keys())
            for at, row in enumerate(rows):
                _look_up(at, len(rows), progress, cancelled)
                before = had.get(row, 0)
                minutes = self._left(row, unit, due.get(row, 0), before)
                if minutes == before:
                    unchanged += minutes > 0
                    continue
                member = people_queries.member_by_row(store, row)
                if member is not None and not unread(store, [member.ref]):
                    lapses.append(Lapse(member, unit, minutes, before, rule))
        before_this = earlier(self._station, LAPSED, last)
        return MonthEnd(
            month.replace(day=1), tuple(lapses), unchanged, tuple(rules.values()), earlier=before_this
        )

    def _lapsing(self, month: date) -> dict[int, str]:
        """The units of which something can lapse at the end of a month, with the setting that says so."""
        found = {}
        if self._policies.in_force(month.replace(day=1)).value(CARRY_OVER) == "lapse":
            found[ALLOWANCE] = CARRY_OVER
        if any(pack.value(EXPIRY) is not None for pack in self._policies.every()):
            found[CREDIT] = EXPIRY
        return found

    def _due(
        self, unit: int, month: date, progress: Progress | None, cancelled: Cancel | None
    ) -> dict[int, int]:
        """What lapses of each account, whatever earlier runs for this month had said."""
        store, last = self._station.store, last_day(month)
        if unit == ALLOWANCE:
            return adjustment_queries.unused_allowance(store, day_number(last))
        keeps: dict[int, int | None] = {}
        due: dict[int, int] = {}
        accounts = adjustment_queries.credit_lines(store, day_number(last))
        for at, (account, before, lines) in enumerate(accounts):
            _look_up(at, at + 1, progress, cancelled)
            earned = []
            for day, minutes in lines:
                if day not in keeps:
                    keeps[day] = self._policies.in_force(day_of(day)).value(EXPIRY)
                earned.append(Earned(day_of(day), minutes, keeps[day]))
            minutes = left_to_lapse(earned, last, lapsed=before)
            if minutes:
                due[account] = minutes
        return due

    def _left(self, account: int, unit: int, due: int, before: int) -> int:
        """What can lapse of ``due``: nothing that has been used since; ``before`` lapsed in an earlier run."""
        return max(0, min(due, book_queries.account_minutes(self._station.store, account, unit) + before))

    def reopen(self, pen: Pen, member: MemberRecord, day: date) -> None:
        """Let less lapse of a month that was ended, for free hours used in it and entered only now."""
        last = last_day(day)
        pen.intake.settle()
        had = adjustment_queries.lapsed(self._station.store, ALLOWANCE, day_number(last))
        rows = [each.row for each in people_queries.each_member(self._station.store, member.row)]
        mine = {row: had[row] for row in rows if had.get(row)}
        if not mine:
            return
        due = adjustment_queries.unused_allowance(self._station.store, day_number(last), rows)
        changed = [
            Lapse(found, ALLOWANCE, left, before, CARRY_OVER)
            for row, before in mine.items()
            if (left := self._left(row, ALLOWANCE, due.get(row, 0), before)) != before
            and (found := people_queries.member_by_row(self._station.store, row))
        ]
        if changed:
            pen.tell(_adjusted(ALLOWANCE, last, changed))

    def lapsed_minutes(self, member: MemberRecord, day: date) -> int:
        """Free minutes of a person that lapsed at the end of the month of ``day``."""
        had = adjustment_queries.lapsed(self._station.store, ALLOWANCE, day_number(last_day(day)))
        return sum(had.get(row, 0) for row in people_queries.one_person(self._station.store, member.row))


def _adjusted(unit: int, last: date, lapses: Iterable[Lapse]) -> AccountsAdjusted:
    return AccountsAdjusted(
        LAPSED, unit, day_number(last), tuple((each.member.ref, each.minutes, each.rule) for each in lapses)
    )


def _parts(changes: Sequence[T]) -> Iterator[Sequence[T]]:
    return (changes[at : at + AT_ONCE] for at in range(0, len(changes), AT_ONCE))


def _look_up(at: int, total: int, progress: Progress | None, cancelled: Cancel | None) -> None:
    """Now and then say how far it is, and listen whether to stop."""
    if cancelled is not None and cancelled():
        raise Cancelled
    if progress is not None and at % 64 == 0:
        progress(at, total)


def _done(total: int, progress: Progress | None) -> None:
    if progress is not None:
        progress(total, total)
