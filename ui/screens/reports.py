"""Reports: a month at a glance, every report as a table, and certificates of service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.reports.table import Report
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.errands import CheckCertificate, IssueCertificate, MoveCredit, ShowReport
from ui.screens.printing import print_report
from ui.screens.reports_certificate import CertificatePage
from ui.screens.reports_list import ReportPage
from ui.screens.reports_month import MonthPage
from ui.screens.reports_tiles import focused_in
from ui.screens.runs import RunsPage
from ui.widgets import PageHeader, Pages

_PAGES = ("reports_month", "reports_list", "reports_certificate", "reports_runs")
"""The pages, by the action that opens each."""


class ReportsScreen(QWidget):
    """Four pages with a key each, made when they are first wanted; Esc leads back to the month."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        look, actions = context.look, context.actions
        self.pages = Pages()
        self.buttons = {name: actions.button(name) for name in _PAGES}
        for button in self.buttons.values():
            button.setCheckable(True)
        self._header = PageHeader(
            look, phrase("actions.go_reports"), icon="reports", actions=list(self.buttons.values())
        )
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._header)
        self._column.addWidget(self.pages, 1)
        self._connect()

    def _connect(self) -> None:
        on = self._context.actions.on
        on("reports", "reports_month", self.open_month)
        on("reports", "reports_list", self.open_list)
        on("reports", "reports_certificate", self.open_certificate)
        on("reports", "reports_runs", self.open_runs)
        on("reports", "run_month", lambda: self.runs.panel.start())  # noqa: PLW0108  the one in sight then
        on("reports", "take_back_month", lambda: self.runs.panel.take_back())  # noqa: PLW0108  the one in sight then
        on("reports", "move_credit", lambda: self._context.go("people", MoveCredit()))
        on("reports", "month_before", lambda: self._step(-1))
        on("reports", "month_after", lambda: self._step(1))
        on("reports", "print", self._print)
        on("reports", "save_report", self._save)
        on("reports", "find", self._find)
        self._context.changed.changed.connect(self._changed)

    @cached_property
    def month(self) -> MonthPage:
        """The month's figures."""
        page = self.pages.take(MonthPage(self._context))
        page.open_person.connect(lambda member: self._context.go("people", member))
        page.print_unvisited.connect(self.print_unvisited)
        return page

    @cached_property
    def list(self) -> ReportPage:
        """Every report as a table."""
        return self.pages.take(ReportPage(self._context))

    @cached_property
    def certificate(self) -> CertificatePage:
        """Certificates of service."""
        return self.pages.take(CertificatePage(self._context))

    @cached_property
    def runs(self) -> RunsPage:
        """What is done once a month."""
        return self.pages.take(RunsPage(self._context))

    def enter(self, payload: object | None) -> None:
        """Show the month; or the report, the certificate or the check that was asked for."""
        if isinstance(payload, ShowReport):
            self.open_list(payload.name, payload.month)
        elif isinstance(payload, IssueCertificate):
            self._show(self.certificate)
            self.certificate.enter(payload.member)
        elif isinstance(payload, CheckCertificate):
            self._show(self.certificate)
            self.certificate.enter(code=payload.code)
        elif payload == "runs":
            self.open_runs()
        else:
            self._open_again()

    def _open_again(self) -> None:
        match self.pages.currentWidget():
            case RunsPage():
                self.open_runs()
            case ReportPage():
                self.open_list()
            case CertificatePage():
                self.open_certificate()
            case _:
                self.open_month()

    def back(self) -> bool:
        """One level back; False on the month itself."""
        here = self.pages.currentWidget()
        if isinstance(here, MonthPage):
            return False
        if isinstance(here, RunsPage) and here.back():
            return True
        self.open_month()
        return True

    def open_month(self) -> None:
        """The month at a glance."""
        self._show(self.month)
        if not focused_in(self.month):
            self.month.before.setFocus()
        self.month.enter()

    def open_list(self, name: str = "", month: date | None = None) -> None:
        """All reports; with a name that one, with a month for that month."""
        self._show(self.list)
        self.list.enter(name, month)

    def open_certificate(self) -> None:
        """Certificates of service."""
        self._show(self.certificate)
        self.certificate.enter()

    def open_runs(self) -> None:
        """The month's runs."""
        self._show(self.runs)
        if not focused_in(self.runs):
            self.runs.panel.table.setFocus()
        self.runs.enter()

    def _step(self, months: int) -> None:
        here = self.pages.currentWidget()
        (here if isinstance(here, RunsPage) else self.month).step(months)

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        for button, kind in zip(
            self.buttons.values(), (MonthPage, ReportPage, CertificatePage, RunsPage), strict=True
        ):
            button.setChecked(isinstance(page, kind))
        on_month, on_runs = isinstance(page, MonthPage), isinstance(page, RunsPage)
        for ident in ("month_before", "month_after"):
            self._context.actions.allow(ident, on_month or on_runs)
        for ident in ("run_month", "take_back_month"):  # the run in sight allows them
            self._context.actions.allow(ident, False)
        self._context.actions.allow("find", on_runs or isinstance(page, CertificatePage))
        self._context.actions.allow("print", on_month)
        self._context.actions.allow("save_report", on_month)
        if isinstance(page, ReportPage | CertificatePage):
            page.settle()

    def _print(self) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, MonthPage):
            self._whole_month("monthly", lambda report: print_report(self._context, self, report))
        elif isinstance(page, RunsPage):
            page.panel.print_now()
        elif isinstance(page, ReportPage | CertificatePage):
            page.print_now()

    def _save(self) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, MonthPage):
            self.open_list("monthly", page.month)
        elif isinstance(page, ReportPage):
            page.ask_file()
        elif isinstance(page, RunsPage):
            page.panel.ask_file()

    def _find(self) -> None:
        page = self.pages.currentWidget()
        (page.panel.finder if isinstance(page, RunsPage) else self.certificate.holder).setFocus()

    def print_unvisited(self, _month: object = None) -> None:
        """Show the list of the unvisited as it will come out on paper."""

        def only(report: Report) -> None:
            names = tuple(table for table in report.tables if table.personal)
            title = self._context.look.say(phrase("reporting.unvisited"))
            print_report(self._context, self, replace(report, tables=names, title=title))

        self._whole_month("visits", only)

    def _whole_month(self, name: str, then: Callable[[Report], object]) -> None:
        first, language = self.month.month, self._context.speech.language
        if first is None:
            return
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

        def work(desk: Desk) -> Report:
            return desk.reports.make(name, first, last, language=language)

        def made(report: Report) -> None:
            then(report)

        self._context.read(work, made, slot="report to print")

    def _changed(self) -> None:
        page = self.pages.currentWidget()
        if self.isVisible() and isinstance(page, MonthPage | RunsPage):
            page.enter()
