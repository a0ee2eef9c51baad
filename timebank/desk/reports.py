"""Reports and exports: what leaves the station as tables and as files for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from timebank.desk.credit import person_facts
from timebank.desk.network import network_name
from timebank.desk.policies import Policies
from timebank.desk.station import Station
from timebank.domain.credit import SYSTEM_ACCOUNTS
from timebank.files import write_whole, writing
from timebank.outcome import Cancelled, Refusal
from timebank.phrases import phrases
from timebank.policy.allowance import entitlement
from timebank.policy.pack import Pack
from timebank.reports.catalog import REPORTS, ReportKind
from timebank.reports.frame import Frame
from timebank.reports.month import MonthFigures, Point, course, month_figures
from timebank.reports.table import Report, Table, without_people
from timebank.store.people_queries import MemberRecord
from timebank.store.report_queries import account_labels, stoppable, transactions

Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]
PrintTable = Callable[[Report, Path], Path]
"""Prints a report into a PDF; the window's side brings it."""

FORMATS = (".xlsx", ".csv", ".pdf")
LONGEST_DAYS = 40 * 366
MONTHS = 12
"""Months of a year's course."""
_POPULATION = "population"
_YEARS = range(1990, 2200)


class BeancountFile(NamedTuple):
    """An exported ledger."""

    file: Path
    accounts: int
    transactions: int


class TableFile(NamedTuple):
    """One exported table; ``rows`` without the header."""

    table: str
    file: Path
    rows: int


class Reports:
    """Everything that goes upward, to the auditor and to other programs."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies

    def kinds(self) -> tuple[ReportKind, ...]:
        """Every report that can be made."""
        return tuple(REPORTS.values())

    def make(
        self,
        name: str,
        start: date | None = None,
        end: date | None = None,
        *,
        language: str = "zh_CN",
        upward: bool = False,
        cancelled: Cancel | None = None,
    ) -> Report:
        """A report on business dates, ``start`` (this month's first) and ``end`` (today) included.

        With ``upward`` it carries no names and no small counts. Refuses with ``report_unknown``,
        ``report_stays_here`` or ``report_period``; raises Cancelled where ``cancelled`` says so.
        """
        self._station.require_joined()
        kind = REPORTS.get(name)
        if kind is None:
            raise Refusal("report_unknown", name=name, known=", ".join(REPORTS))
        if upward and not kind.upward:
            raise Refusal("report_stays_here", name=name)
        frame = self._frame(start, end, language, cancelled)
        with stoppable(self._station.store, cancelled or _never):
            tables = kind.build(frame)
        if upward:
            tables = tuple(kept for table in tables if (kept := without_people(table)) is not None)
        return Report(
            name=name,
            title=frame.say(f"title.{name}"),
            heading=self._heading(frame, upward),
            start=frame.start,
            end=frame.end,
            language=language,
            upward=upward,
            tables=tuple(_said(frame, table, upward) for table in tables),
            page_text=frame.phrases.text("reports.word.page"),
        )

    # A month at a glance

    def month(
        self, day: date, *, progress: Progress | None = None, cancelled: Cancel | None = None
    ) -> MonthFigures:
        """The figures of the month that ``day`` lies in; refuses with ``report_period``."""
        self._station.require_joined()
        first = day.replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        frame = self._frame(first, last, "zh_CN", cancelled)
        with stoppable(self._station.store, cancelled or _never):
            return month_figures(frame, progress or _silent)

    def year(
        self, day: date, *, progress: Progress | None = None, cancelled: Cancel | None = None
    ) -> tuple[Point, ...]:
        """Hours given and hours owed, month by month, over the twelve months up to the one of ``day``."""
        self._station.require_joined()
        tell, stopped = progress or _silent, cancelled or _never

        def pace(done: int) -> None:
            if stopped():
                raise Cancelled
            tell(done, MONTHS)

        with stoppable(self._station.store, stopped):
            return course(self._station.store, day, MONTHS, pace)

    def _frame(
        self, start: date | None, end: date | None, language: str, cancelled: Cancel | None = None
    ) -> Frame:
        today = self._station.surroundings.today()
        last = end or max(today, start or today)
        first = start or last.replace(day=1)
        if first > last or (last - first).days > LONGEST_DAYS or {first.year, last.year} - set(_YEARS):
            raise Refusal("report_period", start=first.isoformat(), end=last.isoformat())
        packs: dict[date, Pack] = {}

        def pack(day: date) -> Pack:
            if day not in packs:
                packs[day] = self._policies.in_force(day)
            return packs[day]

        def entitled(member: MemberRecord, month: date) -> int:
            return entitlement(person_facts(member), month, pack(month)).minutes

        def pace() -> None:
            if cancelled is not None and cancelled():
                raise Cancelled

        return Frame(
            store=self._station.store,
            phrases=phrases(language),
            pack=pack,
            entitled=entitled,
            start=first,
            end=last,
            today=today,
            population=self.population(),
            pace=pace,
        )

    def _heading(self, frame: Frame, upward: bool) -> tuple[str, ...]:
        store = self._station.store
        lines = [
            frame.say("heading.period", start=frame.start.isoformat(), end=frame.end.isoformat()),
            frame.say(
                "heading.made",
                network=network_name(store),
                station=self._station.name,
                day=frame.today.isoformat(),
            ),
        ]
        if upward:
            lines.append(frame.say("heading.upward"))
        return tuple(lines)

    def write(self, report: Report, path: Path, print_table: PrintTable) -> Path:
        """Write a report as .xlsx, .csv or .pdf, whole or not at all; returns the file.

        Refuses with ``report_format_unknown``; raises the Faults of :mod:`timebank.files`.
        """
        from timebank.reports.plain import write_report
        from timebank.reports.workbook import write_workbook

        match path.suffix.lower():
            case ".xlsx":
                return write_whole(path, lambda part: write_workbook(report, part))
            case ".csv":
                return write_whole(path, lambda part: write_report(report, part))
            case ".pdf":
                return print_table(report, path)
        raise Refusal("report_format_unknown", file=path.name, known=", ".join(FORMATS))

    # Older population, which no fact tells

    def population(self) -> dict[str, int]:
        """Older people living in each community, as entered at this station."""
        text = self._station.store.local(_POPULATION)
        return dict(json.loads(text)) if text else {}

    def enter_population(self, community: str, people: int | None) -> None:
        """Keep how many older people live in a community; None forgets it. Known to this station only."""
        name = community.strip()
        if not name or (people is not None and people <= 0):
            raise Refusal("population_unreadable", community=community, people=people)
        known = self.population()
        known.pop(name, None)
        if people is not None:
            known[name] = people
        self._station.store.set_local(_POPULATION, json.dumps(known, ensure_ascii=False, sort_keys=True))

    # Exports

    def export_beancount(self, path: Path, *, cancelled: Cancel | None = None) -> BeancountFile:
        """Write the whole ledger for Beancount, with an assertion of every balance; amounts in minutes.

        Raises Cancelled where ``cancelled`` says so; no file is left then.
        """
        from timebank.reports.beancount import Written, write_beancount

        self._station.require_joined()
        store = self._station.store
        written: list[Written] = []
        with stoppable(store, cancelled or _never):
            file = write_whole(
                path, lambda part: written.append(write_beancount(store, network_name(store), part))
            )
        return BeancountFile(file, *written[0])

    def ledger_size(self) -> tuple[int, int]:
        """How many accounts and transactions the ledger has, those of the network itself included."""
        store = self._station.store
        return len(SYSTEM_ACCOUNTS) + len(account_labels(store)), transactions(store)

    def export_tables(
        self,
        folder: Path,
        *,
        with_names: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> tuple[TableFile, ...]:
        """Write plain shared state into a folder, one comma-separated file for each table.

        Raises Cancelled where ``cancelled`` says so; the files written until then are taken away again.
        """
        from timebank.reports.plain import write_lines
        from timebank.reports.shared_tables import HEADERS, table

        self._station.require_joined()
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)

        def export(name: str) -> TableFile:
            rows: list[int] = []
            lines = table(self._station.store, name, with_names=with_names)
            file = write_whole(folder / f"{name}.csv", lambda part: rows.append(write_lines(part, lines)))
            return TableFile(name, file, rows[0] - 1)

        made: list[TableFile] = []
        with stoppable(self._station.store, cancelled or _never):
            try:
                for name in HEADERS:
                    (progress or _silent)(len(made), len(HEADERS))
                    if cancelled is not None and cancelled():
                        raise Cancelled
                    made.append(export(name))
            except Cancelled:
                for each in made:
                    each.file.unlink(missing_ok=True)
                raise
        return tuple(made)


def _silent(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def _never() -> bool:
    return False


def _said(frame: Frame, table: Table, upward: bool) -> Table:
    """The table with what has to be said of it: that it is empty, that small counts are hidden."""
    notes = table.notes
    if not table.body:
        notes = (frame.say("note.empty"), *notes)
    if upward:
        notes = (*notes, frame.say("note.small_hidden"))
    return replace(table, notes=notes)
