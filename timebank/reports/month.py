"""A month in figures for the screen, and the twelve months that lead up to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from timebank.domain.credit import CIRCULATION, POOL, SUSPENSE
from timebank.journal.facts import CREDIT
from timebank.journal.refs import day_number, minute_of
from timebank.reports.books import Hours, credit_flows, month_allowance, voucher_fates
from timebank.reports.frame import Frame
from timebank.reports.service_hours import SATISFIED, Stars, stars, tally
from timebank.reports.table import Share
from timebank.reports.targets import Aim, aims
from timebank.reports.visits import VISIT, MonthVisits, month_visits
from timebank.store import report_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.report_queries import MEMBERS
from timebank.store.store import Store

OWED = (MEMBERS, POOL, CIRCULATION, SUSPENSE)
"""Where credit lies that the network owes."""
STEPS = 7


class Unvisited(NamedTuple):
    """A target elder who is still to be visited this month."""

    member: MemberRecord
    categories: tuple[str, ...]
    last_visit: date | None
    otherwise: bool
    """Whether they had another service this month."""


@dataclass(frozen=True)
class MonthFigures:
    """What a month comes to; minutes throughout. ``seen`` is its last day, or today where it is not over."""

    first: date
    seen: date
    visits: Share
    unvisited: tuple[Unvisited, ...]
    aims: tuple[Aim, ...]
    services: int
    given: int
    elders_served: int
    volunteers: int
    kinds: tuple[tuple[str, int], ...]
    """(kind of service, minutes given), the most first."""
    deposits: int
    withdrawals: int
    pool: int
    outstanding: int
    vouchers: int
    """Credit vouchers in circulation at the month's end."""
    voucher_minutes: int
    allowance: Hours
    rated: Share
    mean_stars: float | None
    satisfied: Share


def month_figures(frame: Frame, tell: Callable[[int, int], None]) -> MonthFigures:
    """The figures of the one month that ``frame`` covers; ``tell`` hears of each step."""
    done = 0

    def step() -> None:
        nonlocal done
        frame.pace()
        tell(done, STEPS)
        done += 1

    step()
    (month,) = frame.months
    visits = month_visits(frame, month)
    step()
    unvisited = _unvisited(frame, visits)
    step()
    wanted = tuple(aims(frame))
    step()
    hours = report_queries.hours(frame.store, *frame.days)
    total, kinds = tally(hours), Counter[str]()
    for hour in hours:
        kinds[hour.kind] += hour.minutes
    step()
    flows: Counter[str] = sum(credit_flows(frame).values(), Counter())
    held = owed(frame.store, frame.days[1])
    fates = voucher_fates(frame)
    step()
    allowance = sum_hours(month_allowance(frame, month).values())
    step()
    rated = stars(frame).get(0, Stars())
    circulating = [group["circulation"] for (_, unit), group in fates.items() if unit == CREDIT]
    return MonthFigures(
        first=month.first,
        seen=month.seen,
        visits=visits.share(),
        unvisited=unvisited,
        aims=wanted,
        services=len(total.services),
        given=total.given,
        elders_served=len(total.elders),
        volunteers=len(total.volunteers),
        kinds=tuple(kinds.most_common()),
        deposits=flows["earned"],
        withdrawals=flows["spent"],
        pool=held[POOL],
        outstanding=held.total(),
        vouchers=sum(count for count, _ in circulating),
        voucher_minutes=sum(minutes for _, minutes in circulating),
        allowance=allowance,
        rated=Share(len(rated.rated), len(rated.services)),
        mean_stars=sum(rated.by_elder) / len(rated.by_elder) if rated.by_elder else None,
        satisfied=Share(sum(each >= SATISFIED for each in rated.by_elder), len(rated.by_elder)),
    )


def sum_hours(each_member: Iterable[Hours]) -> Hours:
    """The allowance of several members together."""
    total = Hours()
    for each in each_member:
        total = total.plus(each)
    return total


def owed(store: Store, day: int) -> Counter[int]:
    """Credit that the network owes at the end of a day, by account or :data:`MEMBERS`."""
    found: Counter[int] = Counter()
    for account, _, unit, minutes in report_queries.holdings(store, day):
        if unit == CREDIT and account in OWED:
            found[account] += minutes
    return found


def _unvisited(frame: Frame, visits: MonthVisits) -> tuple[Unvisited, ...]:
    waiting = [(person, held) for person, held in visits.targets if person.row not in visits.visited]
    if not waiting:
        return ()
    last = report_queries.last_service(frame.store, VISIT, visits.month.minutes[0])
    return tuple(
        Unvisited(
            person.record,
            held,
            minute_of(last[person.row]).date() if person.row in last else None,
            person.row in visits.served,
        )
        for person, held in sorted(waiting, key=lambda pair: pair[0].record.number)
    )


class Point(NamedTuple):
    """One month of the year's course; minutes given in it, and minutes owed at its end."""

    month: date
    given: int
    outstanding: int


def course(store: Store, month: date, months: int, pace: Callable[[int], None]) -> tuple[Point, ...]:
    """The months up to and including ``month``; ``pace`` hears how many are done, and may raise Cancelled."""
    firsts = [_back(month.replace(day=1), at) for at in range(months)]
    left = owed(store, day_number(_end(firsts[0]))).total()
    points = []
    for at, first in enumerate(firsts):
        pace(at)
        days = (day_number(first), day_number(_end(first)))
        (given,) = report_queries.month_hours(store, [days])
        points.append(Point(first, given, left))
        left -= sum(
            flow.added - flow.taken
            for flow in report_queries.flows(store, *days)
            if flow.unit == CREDIT and flow.account in OWED
        )
    return tuple(reversed(points))


def _back(first: date, months: int) -> date:
    at = first.year * 12 + first.month - 1 - months
    return date(at // 12, at % 12 + 1, 1)


def _end(first: date) -> date:
    return _back(first, -1) - timedelta(days=1)
