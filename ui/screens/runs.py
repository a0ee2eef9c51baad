"""The month's runs: free hours granted at its beginning, what lapses at its end, and the way to the pool."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.look import Role
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.permission import ReadsOnly
from ui.screens.runs_end import EndPanel
from ui.screens.runs_grant import GrantPanel
from ui.screens.runs_words import later_month, said_month
from ui.widgets import Button, ButtonRow, Segments, Text

GRANTS, LAPSES = "grants", "lapses"


class RunsPage(QWidget):
    """One month at a time; each run keeps its own: granting this month, settling the one before."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self._today: date | None = None
        look = context.look
        self.grants, self.lapses = GrantPanel(context), EndPanel(context)
        self._panels: dict[str, GrantPanel | EndPanel] = {GRANTS: self.grants, LAPSES: self.lapses}
        self._months: dict[str, date] = {}
        self.which = Segments(
            look,
            [(name, phrase(f"runs.{name}")) for name in self._panels],
            name=phrase("actions.reports_runs"),
            current=GRANTS,
        )
        self.which.chosen.connect(self.show_run)
        self.before = Button(look, "", icon="arrow-left", hint=phrase("actions.month_before"), key="Alt+←")
        self.after = Button(look, "", icon="arrow-right", hint=phrase("actions.month_after"), key="Alt+→")
        self.before.clicked.connect(lambda: self.step(-1))
        self.after.clicked.connect(lambda: self.step(1))
        self._title = Text(look, "", Role.HEADING, wrap=False)
        self.pool = context.actions.button("move_credit", words=phrase("runs.to_pool"))
        self.pages = QStackedWidget()
        for panel in self._panels.values():
            self.pages.addWidget(panel)
        self.pool.show_key("")
        months = QWidget()
        self._months_row = QHBoxLayout(months)
        self._months_row.setContentsMargins(0, 0, 0, 0)
        for part in (self.before, self._title, self.after):
            self._months_row.addWidget(part)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(ButtonRow(look, [self.which, months, self.pool]))
        self._column.addWidget(ReadsOnly(look, context.permission))
        self._column.addWidget(self.pages, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def panel(self) -> GrantPanel | EndPanel:
        """The run in sight."""
        return self._panels[self.which.current]

    def enter(self) -> None:
        """Try the run in sight for its month."""
        if self._today is None:
            self._context.read(
                lambda desk: desk.station.surroundings.today(), self._told_today, slot="runs today"
            )
        else:
            self._show()

    def show_run(self, name: str) -> None:
        """Show one of the two runs."""
        self.which.choose(name)
        self.enter()

    def step(self, months: int) -> None:
        """Show a month before or after; hours can be granted for the coming month already."""
        month, today = self._months.get(self.which.current), self._today
        if month is None or today is None:
            return
        wanted = later_month(month, months)
        if wanted <= later_month(today.replace(day=1), 1 if self.panel is self.grants else 0):
            self._months[self.which.current] = wanted
            self._show()

    def back(self) -> bool:
        """Let go what was typed to find somebody; False where nothing was."""
        if self.panel.finder.text():
            self.panel.finder.clear()
            return True
        return False

    def _told_today(self, today: date) -> None:
        self._today = today
        this = today.replace(day=1)
        self._months = {GRANTS: this, LAPSES: later_month(this, -1)}
        self._show()

    def _show(self) -> None:
        assert self._today is not None
        name, panel = self.which.current, self.panel
        month = self._months[name]
        self._title.put(said_month(month))
        last = later_month(self._today.replace(day=1), 1 if panel is self.grants else 0)
        self.after.setEnabled(month < last)
        self.pages.setCurrentWidget(panel)
        panel.enter(month)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._context.look
        self._column.setSpacing(look.space(3))
        self._months_row.setSpacing(look.space(3))
