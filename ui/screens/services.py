"""Services: what was given, newest first; logging one; and whole sign-in sheets at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.services import Logged
from timebank.store.book_queries import ServiceLine
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.errands import LogHours
from ui.screens.importing import ImportPage, SignInImport
from ui.screens.log_form import LogPage
from ui.screens.profile import service_columns
from ui.screens.reversal import Doomed, ReversalPanel
from ui.screens.words import joined, kind_words
from ui.widgets import Button, DataTable, EmptyState, Kind, PagedRowsModel, PageHeader


class ServicesScreen(QWidget):
    """The list, the form, the sheet."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.list = ServiceList(context)
        self.form = LogPage(context)
        self.importing = ImportPage(context, SignInImport())
        self._stack = QStackedWidget()
        for page in (self.list, self.form, self.importing):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.form.logged.connect(self._logged)
        self.list.reversal.closed.connect(self._allow)
        self.list.asked.connect(self._allow)
        on = context.actions.on
        on("services", "find", lambda: self.enter(None))
        on("services", "log_hours", lambda: self.enter(LogHours()))
        on("services", "import_sheet", self._import)
        on("services", "save_sheet", self.importing.save_rejected)
        on("services", "confirm", self._confirm)
        context.changed.changed.connect(lambda: self.list.read() if self.isVisible() else None)

    def enter(self, payload: object | None) -> None:
        """Show the list, or begin the service that was asked for."""
        if isinstance(payload, LogHours):
            self._page(self.form)
            self.form.enter(payload)
        else:
            self._page(self.list)
            self.list.enter()

    def back(self) -> bool:
        """One level back; False on the list itself."""
        here = self._stack.currentWidget()
        if here is self.form and self.form.errand.back:
            self._context.go(self.form.errand.back, None)
            return True
        if here is self.list:
            return self.list.back()
        self.enter(None)
        return True

    def _page(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self._allow()

    def _allow(self) -> None:
        here, allow = self._stack.currentWidget(), self._context.actions.allow
        allow("log_hours", here is self.list)
        allow("import_sheet", here is self.list)
        allow("save_sheet", here is self.importing)
        allow("confirm", here is not self.list or self.list.reversal.doomed is not None)

    def _import(self) -> None:
        self._page(self.importing)
        self.importing.enter()

    def _confirm(self) -> None:
        if self._stack.currentWidget() is self.form:
            self.form.save()
        elif self._stack.currentWidget() is self.importing:
            self.importing.confirm()
        else:
            self.list.reversal.confirm()

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
        if errand.back:
            member = errand.volunteers[0] if errand.volunteers else errand.elder
            context.go(errand.back, member)
        else:
            self.form.enter(LogHours())
        context.notice(Tone.INFO if logged.repeated else Tone.GOOD, words)


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
        buttons = [self.reverse, actions.button("import_sheet"), actions.button("log_hours", Kind.PRIMARY)]
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
