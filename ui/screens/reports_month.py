"""A month at a glance: targets, hours, credit, allowance, the year's course, and who is still to be visited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.outcome import Problem
from timebank.reports.month import MonthFigures, Point, Unvisited
from timebank.reports.table import Share
from timebank.reports.targets import Aim
from timebank.reports.visits import VISITS
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Look, Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.reports_tiles import Shelf, TargetTile, percent, target_words
from ui.screens.scroll import Scroll
from ui.screens.words import category_words, joined, kind_words, masked_phone
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    Column,
    DataTable,
    EmptyState,
    InlineNotice,
    RowsModel,
    Text,
)
from ui.widgets.chart import Bar, BarList, Columns, TargetBar
from ui.widgets.figures import Figures

_ROWS = 6
"""Rows of the unvisited seen at once."""
_KINDS = 8
"""Kinds of service with a bar of their own; the rest are one."""


def month_text(month: date, language: str) -> str:
    """A month as screens show it: 2026年10月, October 2026."""
    return (
        f"{month.year}年{month.month}月"
        if language == "zh_CN"
        else f"{_ENGLISH[month.month - 1]} {month.year}"
    )


_ENGLISH = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def hours_said(minutes: int) -> Words:
    """Hours for a large figure: 12.5 小时."""
    return phrase("reporting.hours", count=hours_number(minutes))


def hours_number(minutes: int) -> str:
    """Hours with at most one decimal."""
    return f"{minutes / 60:,.1f}".removesuffix(".0")


class MonthPage(QWidget):
    """The page; ``open_person`` carries a member, ``print_unvisited`` the month."""

    open_person = Signal(object)
    print_unvisited = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.month: date | None = None
        self.figures: MonthFigures | None = None
        self.course: tuple[Point, ...] = ()
        self._today: date | None = None
        self._jobs: list[Job] = []
        look = context.look
        self.notice = InlineNotice(look)
        self._title = Text(look, "", Role.HEADING, wrap=False)
        self._seen = Text(look, "", soft=True)
        self.before = Button(look, "", icon="arrow-left", hint=phrase("actions.month_before"), key="Alt+←")
        self.after = Button(look, "", icon="arrow-right", hint=phrase("actions.month_after"), key="Alt+→")
        self.now = Button(look, phrase("reporting.this_month"), icon="calendar")
        self.before.clicked.connect(lambda: self.step(-1))
        self.after.clicked.connect(lambda: self.step(1))
        self.now.clicked.connect(self.this_month)
        self.targets: list[TargetTile] = []
        self._shelf = Shelf()
        self._make_cards()
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    def _make_cards(self) -> None:
        look = self._context.look
        self.services, self.credit, self.allowance, self.quality = (
            Figures(look, Role.HEADING) for _ in range(4)
        )
        self._used = TargetBar(look)
        self.kinds = BarList(look, phrase("reporting.by_kind"))
        self._no_kinds = Text(look, phrase("reports.note.empty"), soft=True)
        self._no_kinds.hide()
        self.given = Columns(look, phrase("reporting.course_given"))
        self.owed = Columns(look, phrase("reporting.course_owed"))
        self.table = DataTable(look, phrase("reporting.unvisited"))
        self.rows = RowsModel(look, self._unvisited_columns(), lambda each: each.member.row)
        self.table.put_model(self.rows)
        self.table.put_empty(EmptyState(look, "check", phrase("reporting.all_visited")))
        self.nobody = EmptyState(look, "info", phrase("reporting.no_targets"))
        self.table.opened.connect(self._open)
        self.print_list = Button(look, phrase("reporting.print_list"), icon="print")
        self.print_list.clicked.connect(lambda: self.print_unvisited.emit(self.month))
        self.open_one = Button(look, phrase("reporting.open_person"), icon="person")
        self.open_one.clicked.connect(lambda: self._open(*self.table.records()[:1]))
        self._unvisited_words = Text(look, "", soft=True)

    def _lay_out(self) -> None:
        look = self._context.look
        self._chooser = QHBoxLayout()
        for part in (self.before, self._title, self.after, self.now):
            self._chooser.addWidget(part)
        self._chooser.addWidget(self._seen, 1)
        self._target_shelf, self._figure_shelf, self._chart_shelf = Shelf(), Shelf(), Shelf()
        for title, parts in (
            ("services", (self.services,)),
            ("credit", (self.credit,)),
            ("allowance", (self.allowance, self._used)),
            ("quality", (self.quality,)),
        ):
            self._figure_shelf.addWidget(_card(look, phrase(f"reports.area.{title}"), *parts))
        self._chart_shelf.addWidget(_card(look, phrase("reporting.by_kind"), self.kinds, self._no_kinds))
        self._chart_shelf.addWidget(_card(look, phrase("reporting.course_given"), self.given))
        self._chart_shelf.addWidget(_card(look, phrase("reporting.course_owed"), self.owed))
        waiting = Card(look, phrase("reporting.unvisited"))
        self._doing = QWidget()
        row = QHBoxLayout(self._doing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._unvisited_words, 1)
        row.addWidget(ButtonRow(look, [self.open_one, self.print_list]))
        waiting.body.addWidget(self._doing)
        waiting.body.addWidget(self.table)
        waiting.body.addWidget(self.nobody)
        self._scroll = Scroll(look)
        for shelf in (self._target_shelf, self._figure_shelf):
            self._scroll.column.addLayout(shelf)
        self._scroll.column.addWidget(waiting)
        self._scroll.column.addLayout(self._chart_shelf)
        self._scroll.column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.notice)
        self._column.addLayout(self._chooser)
        self._column.addWidget(self._scroll, 1)

    def _unvisited_columns(self) -> list[Column[Unvisited]]:
        look = self._context.look
        return [
            Column("name", phrase("people.name"), lambda each: each.member.name),
            Column("number", phrase("people.number"), lambda each: each.member.number),
            Column("phone", phrase("people.phone"), _phone),
            Column(
                "categories",
                phrase("person.categories"),
                lambda each: joined(map(category_words, each.categories), look.say),
            ),
            Column(
                "last",
                phrase("reporting.last_visit"),
                lambda each: self._context.day_words(each.last_visit),
                sort=lambda each: each.last_visit or date.min,
            ),
            Column(
                "otherwise",
                phrase("reporting.otherwise"),
                lambda each: phrase("person.yes") if each.otherwise else "",
            ),
            Column(
                "address",
                phrase("people.address"),
                lambda each: str(each.member.details.get("address") or ""),
                stretch=True,
            ),
        ]

    # Reading

    def enter(self) -> None:
        """Show the month that was shown last, or the current one."""
        if self._today is None:
            self._context.read(
                lambda desk: desk.station.surroundings.today(), self._told_today, slot="report today"
            )
        elif self.month is not None:
            self.go(self.month)

    def _told_today(self, today: date) -> None:
        self._today = today
        self.go(self.month or today.replace(day=1))

    def this_month(self) -> None:
        """Show the current month."""
        if self._today is not None:
            self.go(self._today.replace(day=1))

    def step(self, months: int) -> None:
        """Show a month before or after."""
        if self.month is not None and self._today is not None:
            at = self.month.year * 12 + self.month.month - 1 + months
            wanted = date(at // 12, at % 12 + 1, 1)
            if wanted <= self._today:
                self.go(wanted)

    def go(self, month: date) -> None:
        """Count ``month`` beside the screen and show it."""
        self.month = month
        self._say_month()
        counting = self._context.reads.start(
            _counting(month), then=self._counted, refused=self._refused, slot="report month"
        )
        self._context.follow(counting, phrase("reporting.counting"))
        year = self._context.reads.start(_reading_year(month), then=self._told_course, slot="report year")
        for job in (counting, year):
            self._jobs.append(job)
            job.ended.connect(lambda job=job: self._jobs.remove(job))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for job in self._jobs:  # the desk's searches wait behind them
            job.cancel()

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def _counted(self, figures: object) -> None:
        assert isinstance(figures, MonthFigures)
        self.notice.dismiss()
        self.figures = figures
        self._say_month()
        self._put_targets(figures)
        self._put_figures(figures)
        self.rows.replace(figures.unvisited)
        self.table.fit_columns()
        self._fit_table()
        self._unvisited_words.put(phrase("reporting.unvisited_count", count=len(figures.unvisited)))
        self._doing.setVisible(bool(figures.unvisited))
        self.table.setVisible(figures.visits.whole > 0)
        self.nobody.setVisible(figures.visits.whole == 0)
        most, rest = figures.kinds[:_KINDS], figures.kinds[_KINDS:]
        bars = [Bar(kind_words(code), minutes, hours_said(minutes)) for code, minutes in most]
        if rest:
            left = sum(minutes for _, minutes in rest)
            bars.append(Bar(phrase("certificate.other_kinds"), left, hours_said(left)))
        self.kinds.put(bars)
        self.kinds.setVisible(bool(bars))
        self._no_kinds.setVisible(not bars)

    def _told_course(self, course: object) -> None:
        assert isinstance(course, tuple)
        self.course = course
        for chart, value in ((self.given, "given"), (self.owed, "outstanding")):
            chart.put(
                [
                    Bar(
                        _short_month(point.month),
                        max(0, getattr(point, value)) / 60,
                        hours_said(getattr(point, value)),
                    )
                    for point in course
                ]
            )

    # Showing

    def _put_targets(self, figures: MonthFigures) -> None:
        by_key = {aim.key: aim for aim in figures.aims}
        shown: list[tuple[str, Share | None, Aim | None]] = [
            (VISITS, figures.visits, by_key.pop(VISITS, None))
        ]
        shown += [(key, aim.value, aim) for key, aim in by_key.items()]
        while len(self.targets) < len(shown):
            tile = TargetTile(self._context.look)
            self.targets.append(tile)
            self._target_shelf.addWidget(tile)
        for tile, (key, share, aim) in zip(self.targets, shown, strict=False):
            tile.put(target_words(key), share, aim)
        for at, tile in enumerate(self.targets):
            tile.setVisible(at < len(shown))

    def _put_figures(self, figures: MonthFigures) -> None:
        say, plain = phrase, Tone.PLAIN

        def people(count: int) -> Words:
            return say("reporting.people", count=f"{count:,}")

        self.services.put(
            [
                (say("reports.figure.given_hours"), hours_said(figures.given), Tone.ACCENT),
                (
                    say("reports.figure.services"),
                    say("reporting.times", count=f"{figures.services:,}"),
                    plain,
                ),
                (say("reports.figure.elders_served"), people(figures.elders_served), plain),
                (say("reporting.volunteers"), people(figures.volunteers), plain),
            ]
        )
        self.credit.put(
            [
                (say("reports.figure.earned"), hours_said(figures.deposits), plain),
                (say("reports.figure.spent"), hours_said(figures.withdrawals), plain),
                (say("reports.figure.outstanding"), hours_said(figures.outstanding), Tone.ACCENT),
                (say("reports.figure.pool"), hours_said(figures.pool), plain),
                (
                    say("reporting.vouchers"),
                    say(
                        "reporting.vouchers_value",
                        count=figures.vouchers,
                        hours=hours_said(figures.voucher_minutes),
                    ),
                    plain,
                ),
            ]
        )
        hours = figures.allowance
        self.allowance.put(
            [
                (say("reports.figure.granted"), hours_said(hours.granted), plain),
                (say("reports.figure.used"), hours_said(hours.used), Tone.ACCENT),
                (say("reports.figure.unused"), hours_said(hours.granted - hours.used), plain),
                (say("reports.figure.elders_entitled"), people(hours.elders), plain),
            ]
        )
        self._used.put(hours.used / hours.granted if hours.granted else None, None)
        mean = figures.mean_stars
        self.quality.put(
            [
                (say("reports.figure.rating_rate"), percent(figures.rated), Tone.ACCENT),
                (say("reports.column.satisfied"), percent(figures.satisfied), plain),
                (say("reports.figure.mean_stars"), "—" if mean is None else f"{mean:.1f}", plain),
            ]
        )

    def _say_month(self) -> None:
        month, figures, today = self.month, self.figures, self._today
        if month is None:
            return
        self._title.put(Spoken(lambda language: month_text(month, language)))
        counted = figures is not None and figures.first == month
        self.after.setEnabled(today is not None and (month.year, month.month) < (today.year, today.month))
        self.now.setEnabled(today is not None and (month.year, month.month) != (today.year, today.month))
        if not counted:
            self._seen.put(phrase("reporting.counting"))
        elif figures is not None and figures.seen == today:
            self._seen.put(phrase("reporting.so_far", day=self._context.day_words(today)))
        else:
            self._seen.put("")

    def _open(self, record: object = None) -> None:
        if isinstance(record, Unvisited):
            self.open_person.emit(record.member)

    def _fit_table(self) -> None:
        look = self._context.look
        rows = min(_ROWS, max(3, self.rows.rowCount()))
        self.table.setFixedHeight(round(look.target * (rows + 0.95)) + 12)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._context.look
        self._column.setSpacing(look.space(3))
        self._chooser.setSpacing(look.space(3))
        self._target_shelf.put_widths(round(look.em * 18), look.space(3))
        self._figure_shelf.put_widths(round(look.em * 29), look.space(3))
        self._chart_shelf.put_widths(round(look.em * 20), look.space(3))
        self._fit_table()


def _card(look: Look, title: Words, *parts: QWidget) -> Card:
    card = Card(look, title)
    for part in parts:
        card.body.addWidget(part)
    if not isinstance(parts[0], Columns):
        card.body.addStretch(1)
    return card


def _phone(each: Unvisited) -> str:
    return masked_phone(str(each.member.details.get("phone") or ""))


def _short_month(month: date) -> Words:
    return Spoken(
        lambda language: f"{month.month}月" if language == "zh_CN" else _ENGLISH[month.month - 1][:3]
    )


def _counting(month: date) -> Callable[[Desk, Progress, IsCancelled], MonthFigures]:
    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> MonthFigures:
        return desk.reports.month(month, progress=progress, cancelled=cancelled)

    return work


def _reading_year(month: date) -> Callable[[Desk, Progress, IsCancelled], tuple[Point, ...]]:
    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> tuple[Point, ...]:
        return desk.reports.year(month, progress=progress, cancelled=cancelled)

    return work
