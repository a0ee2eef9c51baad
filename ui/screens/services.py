"""Services: what was given, newest first; logging one; and whole sign-in sheets at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.services import Logged
from timebank.store.book_queries import ServiceLine
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.errands import AskService, LogHours
from ui.screens.importing import ImportPage, SignInImport
from ui.screens.log_form import LogPage
from ui.screens.logged_words import logged_words
from ui.screens.profile_tables import service_columns
from ui.screens.requests import RequestPages
from ui.screens.requests_board import RequestBoard
from ui.screens.reversal import Doomed, ReversalPanel
from ui.screens.rota import RotaPage
from ui.screens.sheet_grid import SheetGridPage
from ui.screens.why import ask_why_credited
from ui.screens.words import joined, kind_words
from ui.widgets import Button, DataTable, EmptyState, Kind, PagedRowsModel, PageHeader, Pages, Text

_TABS = ("requests_board", "requests_rota", "services_list")
"""The lists, by the action that opens each."""


class ServicesScreen(QWidget):
    """Requests, the rota, the records; the form, the sheet. All but the records are made when they are first wanted."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self._inner, self._pages = Pages(), Pages()
        self.list = self._inner.take(ServiceList(context))
        self.requests = RequestPages(context, self, self._inner, self._pages)
        self.tabs = {ident: context.actions.button(ident) for ident in _TABS}
        for button in self.tabs.values():
            button.setCheckable(True)
        self._count = Text(context.look, "", soft=True)
        self._choice = choice = QHBoxLayout()
        for button in self.tabs.values():
            choice.addWidget(button)
        choice.addWidget(self._count, 1)
        self._lists = self._pages.take(QWidget())
        self._rows = lists = QVBoxLayout(self._lists)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.addLayout(choice)
        lists.addWidget(self._inner, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.requests.show.connect(self._page)
        self.requests.counted.connect(lambda words: self._count.put(words, soft=True))
        self.requests.log.connect(self.enter)
        self.requests.ended.connect(lambda: self.enter(None))
        self.list.reversal.closed.connect(self._allow)
        self.list.asked.connect(self._allow)
        on = context.actions.on
        for ident in _TABS:
            on("services", ident, partial(self.open_tab, ident))
        on("services", "find", self._find)
        on("services", "log_hours", lambda: self.enter(LogHours()))
        on("services", "import_sheet", self._import)
        on("services", "whole_sheet", self._whole_sheet)
        on("services", "save_sheet", lambda: self.importing.save_rejected())  # noqa: PLW0108  made when asked
        on("services", "confirm", self._confirm)
        context.changed.changed.connect(self._changed)
        context.look.changed.connect(self.refresh)
        self.refresh()

    @cached_property
    def form(self) -> LogPage:
        """The form for one service."""
        page = self._pages.take(LogPage(self._context))
        page.logged.connect(self._logged)
        return page

    @cached_property
    def importing(self) -> ImportPage:
        """A sign-in sheet out of a file."""
        return self._pages.take(ImportPage(self._context, SignInImport()))

    @cached_property
    def sheet(self) -> SheetGridPage:
        """A sign-in sheet typed in whole."""
        return self._pages.take(SheetGridPage(self._context))

    def enter(self, payload: object | None) -> None:
        """Show the list, or begin the service that was asked for."""
        if isinstance(payload, LogHours):
            self._page(self.form)
            self.form.enter(payload)
        elif isinstance(payload, AskService):
            self.requests.open_ask(payload)
        else:
            tab = self._tab
            self._page(tab)
            tab.enter()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._choice.setSpacing(self._context.look.space(3))
        self._rows.setSpacing(self._context.look.space(3))

    def open_tab(self, ident: str) -> None:
        """Show the requests, the rota or the records."""
        match ident:
            case "requests_board":
                self._inner.setCurrentWidget(self.requests.board)
            case "requests_rota":
                self._inner.setCurrentWidget(self.requests.rota)
            case _:
                self._inner.setCurrentWidget(self.list)
        self.enter(None)

    @property
    def _tab(self) -> RequestBoard | RotaPage | ServiceList:
        """The list that is shown, or that is returned to."""
        tab = self._inner.currentWidget()
        assert isinstance(tab, RequestBoard | RotaPage | ServiceList)
        return tab

    def _find(self) -> None:
        self.enter(None)
        tab = self._tab
        if isinstance(tab, RequestBoard):
            tab.box.setFocus()

    def _changed(self) -> None:
        if self.isVisible():
            self.list.read()
            self.requests.read()

    def back(self) -> bool:
        """One level back; False on the list itself."""
        here = self._here
        if isinstance(here, LogPage) and here.errand.back:
            self._context.go(here.errand.back, None)
            return True
        if here is self._tab:
            return self.list.back() if here is self.list else self.requests.back(here)
        if isinstance(here, ImportPage | SheetGridPage) and here.back():
            return True
        self.enter(None)
        return True

    @property
    def _here(self) -> QWidget:
        """The page in sight."""
        here = self._pages.currentWidget()
        if here is self._lists:
            here = self._inner.currentWidget()
        return here or self

    def _page(self, page: QWidget) -> None:
        listed = isinstance(page, RequestBoard | RotaPage | ServiceList)
        if listed:
            self._inner.setCurrentWidget(page)
        self._pages.setCurrentWidget(self._lists if listed else page)
        if page is self.list:
            self._count.put("")
        for button, kind in zip(self.tabs.values(), (RequestBoard, RotaPage, ServiceList), strict=True):
            button.setChecked(isinstance(page, kind))
        self._allow()

    def _allow(self) -> None:
        here, allow = self._here, self._context.actions.allow
        allow("log_hours", here is self._tab)
        allow("import_sheet", here is self.list)
        allow("whole_sheet", here is self.list)
        allow("save_sheet", isinstance(here, ImportPage))
        allow("confirm", here is not self.list or self.list.reversal.doomed is not None)
        self.requests.allow(here)

    def _import(self) -> None:
        self._page(self.importing)
        self.importing.enter()

    def _whole_sheet(self) -> None:
        self._page(self.sheet)
        self.sheet.enter()

    def _confirm(self) -> None:
        here = self._here
        if isinstance(here, LogPage):
            here.save()
        elif isinstance(here, ImportPage | SheetGridPage):
            here.confirm()
        elif here is self.list:
            self.list.reversal.confirm()
        else:
            self.requests.confirm(here)

    def _logged(self, logged: object) -> None:
        assert isinstance(logged, Logged)
        errand, context = self.form.errand, self._context
        words: Words = phrase("services.repeated")
        if not logged.repeated:
            say = context.look.say
            credited = joined(
                [f"{member.name} {context.amount(minutes)}" for member, minutes in logged.credited], say
            )
            words = phrase("services.logged", credited=credited)
            if self.form.sent is not None and (logged.kin or any(each.rule for each in logged.shares)):
                words = logged_words(context, logged, self.form.sent)
        if errand.back:
            member = errand.volunteers[0] if errand.volunteers else errand.elder
            context.go(errand.back, member)
        elif errand.request:
            self.enter(None)
        else:
            self.form.enter(LogHours())
        why = {} if logged.repeated else {"action": phrase("window.why"), "do": self._ask_why(logged)}
        context.notice(Tone.INFO if logged.repeated else Tone.GOOD, words, **why)

    def _ask_why(self, logged: Logged) -> Callable[[], None]:
        return lambda: ask_why_credited(self, self._context, logged.entry)


class ServiceList(QWidget):
    """Every record, the last one entered first, each with its reversal."""

    asked = Signal()
    """The question about a reversal is open."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        look, actions = context.look, context.actions
        self.reverse = Button(look, phrase("services.reverse_this"), icon="undo")
        self.reverse.clicked.connect(self.ask)
        sheets = [actions.button("import_sheet"), actions.button("whole_sheet")]
        buttons = [self.reverse, *sheets, actions.button("log_hours", Kind.PRIMARY)]
        self.header = PageHeader(look, phrase("services.title"), " ", icon="services", actions=buttons)
        self.reversal = ReversalPanel(context)
        self.reversal.closed.connect(self._to_table)
        self.table = DataTable(look, phrase("services.title"))
        self.model: PagedRowsModel[ServiceLine] = PagedRowsModel(look, service_columns(context), self._fetch)
        self.table.put_model(self.model, sortable=False)
        self.table.put_empty(
            EmptyState(look, "services", phrase("services.nothing"), phrase("services.nothing_next"))
        )
        self.table.chosen.connect(self._chosen)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.reversal, self.table):
            self._column.addWidget(part)
        self._column.setStretchFactor(self.table, 1)
        look.changed.connect(self.refresh)
        self.refresh()
        self._chosen(None)

    def enter(self) -> None:
        """Read the list and put the cursor in it."""
        self.read()
        self.table.setFocus()

    def _to_table(self) -> None:
        self.table.setFocus()

    def back(self) -> bool:
        """Close the question about a reversal; False where there is none."""
        if self.reversal.doomed is None:
            return False
        self.reversal.close_panel()
        return True

    def read(self) -> None:
        """Count and list afresh."""
        self._context.read(lambda desk: desk.services.count(), self._counted, slot="services list")

    def _counted(self, count: int) -> None:
        self.header.put(phrase("services.title"), phrase("services.count", count=count))
        self.model.reset_to(count)
        self._chosen(None)

    def _fetch(self, offset: int, limit: int, deliver: object) -> None:
        assert callable(deliver)

        def arrived(lines: list[ServiceLine]) -> None:
            deliver(lines)
            if offset == 0:  # now there is something to measure
                self.table.fit_columns()

        self._context.read(lambda desk: desk.services.lines(limit=limit, offset=offset), arrived)

    def _chosen(self, line: object) -> None:
        self.reverse.setEnabled(isinstance(line, ServiceLine) and not line.reversed)

    def ask(self) -> None:
        """Ask why the chosen record is to be taken back."""
        index = self.table.currentIndex()
        line = self.model.record(index.row()) if index.isValid() else None
        if line is not None and not line.reversed:
            who = joined([name for name, _ in line.volunteers], self._look.say)
            hours = self._context.hours_words(line.minutes)
            words = phrase(
                "desk.did_service", who=who, elder=line.elder[0], kind=kind_words(line.kind), hours=hours
            )
            self.reversal.ask(Doomed(line.entry, words))
            self.asked.emit()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
