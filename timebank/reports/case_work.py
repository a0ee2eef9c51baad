"""R9: what was taken back, what was found after exchanges, and how it was decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from timebank.domain.cases import EVERY_DECISION, KINDS
from timebank.reports.frame import Frame, clock_day
from timebank.reports.table import Cell, Count, Minutes, Table
from timebank.store import case_queries, report_queries
from timebank.store.case_queries import CaseRecord


class CaseDays(NamedTuple):
    """A case with what fell into the period: its opening, its first decision."""

    case: CaseRecord
    opened: bool
    decided: bool


def period_cases(frame: Frame) -> list[CaseDays]:
    """Cases that are open, or that were opened or decided within the period by the clock."""
    decided = report_queries.decided_on(frame.store)
    days = []
    for case in case_queries.cases(frame.store):
        opened = frame.start <= clock_day(case.opened) <= frame.end
        closed = case.key in decided and frame.start <= clock_day(decided[case.key]) <= frame.end
        if opened or closed or case.open:
            days.append(CaseDays(case, opened, closed))
    return days


def cases(frame: Frame) -> tuple[Table, ...]:
    """Reversals by station and kind, cases by kind, and the single cases with their members' numbers."""
    days = period_cases(frame)
    return _reversals(frame), _by_kind(frame, days), _single(frame, days)


def _reversals(frame: Frame) -> Table:
    counts: Counter[tuple[int, str]] = Counter()
    minutes: Counter[tuple[int, str]] = Counter()
    for each in report_queries.reversals(frame.store, *frame.seconds):
        key = (-1 if each.station is None else each.station, each.kind)
        counts[key] += 1
        minutes[key] += each.minutes
    rows: list[tuple[Cell, ...]] = [
        (
            frame.station(station),
            frame.say(f"fact.{kind}"),
            Count(counts[station, kind]),
            Minutes(minutes[station, kind]),
        )
        for station, kind in sorted(counts)
    ]
    if rows:
        rows.append((frame.say("word.total"), "", Count(counts.total()), Minutes(minutes.total())))
    title, columns = frame.say("table.reversals"), frame.columns("station", "reversed", "entries", "hours")
    return Table(title, columns, tuple(rows), (frame.say("note.by_clock"),), total=bool(rows))


def _by_kind(frame: Frame, days: list[CaseDays]) -> Table:
    groups: dict[str, list[CaseDays]] = defaultdict(list)
    for each in days:
        groups[each.case.kind].append(each)
    order = [kind for kind in KINDS if kind in groups] + sorted(groups.keys() - set(KINDS))
    rows: list[tuple[Cell, ...]] = []
    for kind in order:
        group = groups[kind]
        decisions = Counter(each.case.decision for each in group if each.decided)
        rows.append(
            (
                case_name(frame, kind),
                Count(sum(each.opened for each in group)),
                Count(sum(each.case.open for each in group)),
                Minutes(sum(each.case.minutes for each in group if each.case.open)),
                Count(sum(each.decided for each in group)),
                *(Count(decisions[decision]) for decision in EVERY_DECISION),
            )
        )
    columns = frame.columns("case_kind", "opened", "open_now", "open_hours", "decided", *EVERY_DECISION)
    notes = (frame.say("note.cases", day=frame.today.isoformat()), frame.say("note.by_clock"))
    return Table(frame.say("table.cases_kind"), columns, tuple(rows), notes)


def _single(frame: Frame, days: list[CaseDays]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for case, _, _ in sorted(days, key=lambda each: (not each.case.open, each.case.opened, each.case.key)):
        numbers = [report_queries.member_number(frame.store, row) for row in case.members]
        rows.append(
            (
                clock_day(case.opened),
                case_name(frame, case.kind),
                frame.say("word.open" if case.open else "word.closed"),
                Minutes(case.minutes),
                frame.say("word.list").join(numbers),
                frame.say(f"column.{case.decision}") if case.decision in EVERY_DECISION else case.decision,
                case.key,
            )
        )
    columns = frame.columns("opened_on", "case_kind", "state", "hours", "numbers", "decision", "case")
    return Table(frame.say("table.cases_single"), columns, tuple(rows), personal=True)


def case_name(frame: Frame, kind: str) -> str:
    """The name of a kind of case; one of a newer version keeps its code."""
    key = f"reports.case.{kind}"
    return frame.phrases(key) if key in frame.phrases else kind
