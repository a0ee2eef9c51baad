"""Services: requests, the rota, the records; logging one; and whole sign-in sheets at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import cast

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.services import Logged
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drafts import go_on
from ui.screens.errands import AskService, LogHours
from ui.screens.importing import ImportPage, SignInImport
from ui.screens.log_form import LogPage
from ui.screens.logged_words import logged_words
from ui.screens.requests import RequestPages
from ui.screens.requests_board import RequestBoard
from ui.screens.rota import RotaPage
from ui.screens.service_list import ServiceList
from ui.screens.sheet_grid import SheetGridPage
from ui.screens.why import ask_why_credited
from ui.screens.words import joined
from ui.widgets import Pages, Text

_TABS = ("requests_board", "requests_rota", "services_list")
"""The lists, by the action that opens each."""


class ServicesScreen(QWidget):
    """Requests, the rota, the records; the form, the sheet. All but the records are made when they are first wanted."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self._inner, self._pages = Pages(), Pages()
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
        self.requests.ended.connect(self._to_list)
        on = context.actions.on
        for ident in _TABS:
            on("services", ident, partial(self.open_tab, ident))
        on("services", "find", self._find)
        on("services", "log_hours", lambda: self.enter(LogHours()))
        on("services", "import_sheet", self._import)
        on("services", "whole_sheet", self._whole_sheet)
        on("services", "save_sheet", self._save)
        on("services", "confirm", self._confirm)
        context.changed.changed.connect(self._changed)
        context.look.changed.connect(self.refresh)
        self.refresh()

    @cached_property
    def list(self) -> ServiceList:
        """The records."""
        page = self._inner.take(ServiceList(self._context))
        page.reversal.closed.connect(self._allow)
        page.asked.connect(self._allow)
        page.counted.connect(self._listed)
        return page

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
        elif not go_on(self._here):
            self._to_list()
        self._allow()

    def _to_list(self) -> None:
        """Show the list that was open last."""
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
        self._to_list()

    @property
    def _tab(self) -> RequestBoard | RotaPage | ServiceList:
        """The list that is shown, or that is returned to."""
        tab = self._inner.currentWidget()
        return tab if isinstance(tab, RequestBoard | RotaPage | ServiceList) else self.list

    def _find(self) -> None:
        self._to_list()
        self._tab.box.setFocus()

    def _changed(self) -> None:
        if self.isVisible():
            if isinstance(self._here, ServiceList):
                self.list.read()
            self.requests.read()

    def back(self) -> bool:
        """One level back; False on the list itself."""
        here = self._here
        if isinstance(here, LogPage) and here.errand.back:
            self._context.go(here.errand.back, None)
            return True
        if isinstance(here, ServiceList):
            return here.back()
        if isinstance(here, RequestBoard | RotaPage):
            return self.requests.back(here)
        if isinstance(here, ImportPage | SheetGridPage) and here.back():
            return True
        self._to_list()
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
        if isinstance(page, ServiceList):
            self._count.put("")
        for button, kind in zip(self.tabs.values(), (RequestBoard, RotaPage, ServiceList), strict=True):
            button.setChecked(isinstance(page, kind))
        self._allow()

    def _listed(self, words: object) -> None:
        if isinstance(self._here, ServiceList):
            self._count.put(cast(Words, words), soft=True)

    def _allow(self) -> None:
        here, allow = self._here, self._context.actions.allow
        on_list = isinstance(here, ServiceList)
        allow("log_hours", on_list or isinstance(here, RequestBoard | RotaPage))
        allow("import_sheet", on_list)
        allow("whole_sheet", on_list)
        allow("save_sheet", isinstance(here, ImportPage | RotaPage))
        allow("confirm", not on_list or self.list.reversal.doomed is not None)
        self.requests.allow(here)

    def _save(self) -> None:
        here = self._here
        if isinstance(here, ImportPage):
            here.save_rejected()
        elif isinstance(here, RotaPage):
            here.ask_file()

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
        elif isinstance(here, ServiceList):
            here.reversal.confirm()
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
            self._to_list()
        else:
            self.form.enter(LogHours())
        why = {} if logged.repeated else {"action": phrase("window.why"), "do": self._ask_why(logged)}
        context.notice(Tone.INFO if logged.repeated else Tone.GOOD, words, **why)

    def _ask_why(self, logged: Logged) -> Callable[[], None]:
        return lambda: ask_why_credited(self, self._context, logged.entry)
