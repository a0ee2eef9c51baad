"""The hub's one page for a month: every figure that the other reports spell out, once."""

from __future__ import annotations

from collections import Counter

from timebank.domain.credit import POOL
from timebank.journal.facts import CREDIT
from timebank.reports.books import FATES, Hours, credit_flows, month_allowance, outstanding, voucher_fates
from timebank.reports.case_work import period_cases
from timebank.reports.frame import Frame
from timebank.reports.people import elder_volunteers
from timebank.reports.service_hours import Stars, stars, tally
from timebank.reports.table import Cell, Count, Minutes, Share, Table
from timebank.reports.visits import month_visits, percent_wanted
from timebank.store import case_queries, report_queries


class _Page:
    """Collects lines of (area, figure, value, unit, target)."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self.rows: list[tuple[Cell, ...]] = []

    def add(self, area: str, figure: str, value: Cell, wanted: Cell = None) -> None:
        """One line; an area's name stands on its first line only."""
        say = self._frame.say
        shown = say(f"area.{area}")
        first = all(row[0] != shown for row in self.rows)
        unit = {Minutes: "hours", Share: "percent", float: "stars"}.get(type(value), figure_unit(figure))
        self.rows.append(
            (shown if first else "", say(f"figure.{figure}"), value, say(f"measure.{unit}"), wanted)
        )


def figure_unit(figure: str) -> str:
    """What a plain number of the page counts."""
    if figure in ("services", "rated"):
        return "times"
    if figure.startswith("vouchers") or figure == "disputed":
        return "vouchers"
    return "items" if figure in ("reversals", "cases_opened", "cases_open", "cases_decided") else "people"


def monthly(frame: Frame) -> tuple[Table, ...]:
    """One page of figures, and the stations with what each logged."""
    page = _Page(frame)
    _people(frame, page)
    _services(frame, page)
    _credit(frame, page)
    _allowance(frame, page)
    _vouchers(frame, page)
    _quality(frame, page)
    columns = frame.columns("area", "figure", "value", "measure", "wanted")
    glance = Table(frame.say("table.monthly"), columns, tuple(page.rows), (frame.say("note.monthly"),))
    return glance, _stations(frame)


def _people(frame: Frame, page: _Page) -> None:
    everyone = frame.members(frame.end)
    for role in ("volunteer", "elder"):
        page.add("people", f"{role}s", Count(sum(role in each.record.roles for each in everyone)))
    page.add("people", "joined", Count(sum(each.since >= frame.start for each in everyone)))
    older = elder_volunteers(frame)
    page.add("people", "elder_volunteers", Count(len(older)))
    if frame.population:
        share = Share(len(older), sum(frame.population.values()))
        page.add("people", "registration_rate", share, percent_wanted(frame, "targets.elder_volunteers"))


def _services(frame: Frame, page: _Page) -> None:
    total = tally(report_queries.hours(frame.store, *frame.days))
    page.add("services", "services", Count(len(total.services)))
    page.add("services", "given_hours", Minutes(total.given))
    page.add("services", "elders_served", Count(len(total.elders)))
    page.add("services", "active_volunteers", Count(len(total.volunteers)))
    months = [month_visits(frame, month) for month in frame.months]
    targets = sum(len(each.targets) for each in months)
    reached = sum(each.reached() for each in months)
    page.add("services", "target_elders", Count(targets))
    page.add("services", "visited", Count(reached))
    page.add("services", "visit_rate", Share(reached, targets), percent_wanted(frame, "targets.visits"))


def _credit(frame: Frame, page: _Page) -> None:
    flows: Counter[str] = sum(credit_flows(frame).values(), Counter())
    for name in ("earned", "spent", "donated", "pool_paid"):
        page.add("credit", name, Minutes(flows[name]))
    pool = sum(
        minutes
        for account, _, unit, minutes in report_queries.holdings(frame.store, frame.days[1])
        if (account, unit) == (POOL, CREDIT)
    )
    page.add("credit", "pool", Minutes(pool))
    page.add("credit", "outstanding", Minutes(outstanding(frame)))


def _allowance(frame: Frame, page: _Page) -> None:
    total, elders = Hours(), set()
    for month in frame.months:
        for row, hours in month_allowance(frame, month).items():
            total = total.plus(hours)
            elders.add(row)
    page.add("allowance", "elders_entitled", Count(len(elders)))
    for name, minutes in zip(("entitled", "granted", "used"), total[1:], strict=True):
        page.add("allowance", name, Minutes(minutes))
    page.add("allowance", "unused", Minutes(total.granted - total.used))


def _vouchers(frame: Frame, page: _Page) -> None:
    fates = voucher_fates(frame)
    for fate in FATES:
        page.add("vouchers", f"vouchers_{fate}", Count(sum(group[fate][0] for group in fates.values())))
    redeemed = report_queries.redeemed_at(frame.store, *frame.days)
    page.add("vouchers", "disputed", Count(sum(row[-1] for row in redeemed)))


def _quality(frame: Frame, page: _Page) -> None:
    given = stars(frame).get(0, Stars())
    page.add("quality", "rated", Count(len(given.rated)))
    page.add("quality", "rating_rate", Share(len(given.rated), len(given.services)))
    if given.by_elder:
        page.add("quality", "mean_stars", round(sum(given.by_elder) / len(given.by_elder), 2))
    page.add("quality", "reversals", Count(len(report_queries.reversals(frame.store, *frame.seconds))))
    cases = period_cases(frame)
    page.add("quality", "cases_opened", Count(sum(each.opened for each in cases)))
    page.add("quality", "cases_decided", Count(sum(each.decided for each in cases)))
    page.add("quality", "cases_open", Count(case_queries.count_open_cases(frame.store)))


def _stations(frame: Frame) -> Table:
    """What each station logged: one that shows nothing may only not have exchanged yet."""
    hours = report_queries.hours(frame.store, *frame.days)
    rows: list[tuple[Cell, ...]] = []
    for number in frame.stations:
        total = tally(hour for hour in hours if hour.station == number)
        last = frame.store.local(f"exchange.{number}")
        rows.append((frame.station(number), *total.cells(), str(last or "")[:10]))
    figures = ("services", "elders_served", "volunteers", "given_hours", "credited_hours")
    columns = frame.columns("station", *figures, "last_exchange")
    return Table(frame.say("table.monthly_stations"), columns, tuple(rows))
