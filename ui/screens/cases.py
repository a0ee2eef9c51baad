"""Cases: what could not be prevented offline, with the evidence side by side and one decision."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.case_words import CaseWords, kind_key
from timebank.desk.desk import Desk
from timebank.desk.evidence import Evidence
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem
from timebank.store.case_queries import CaseRecord
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.case_decision import LARGE_EM, DecisionPane
from ui.screens.case_evidence import EvidencePane
from ui.screens.context import ScreenContext
from ui.screens.reversal import Doomed, ReversalPanel
from ui.screens.scroll import Scroll
from ui.screens.words import day_words
from ui.widgets import Column, DataTable, EmptyState, InlineNotice, PageHeader, RowsModel, Segments


class CasesScreen(QWidget):
    """The inbox on the left, the chosen case on the right."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._wanted = ""
        self._shown = ""
        self._today = date.min
        look = context.look
        self._header = PageHeader(look, phrase("actions.go_cases"), icon="cases")
        self.notice = InlineNotice(look)
        self.filter = Segments(
            look,
            [("open", phrase("cases.open")), ("all", phrase("cases.all"))],
            name=phrase("cases.filter"),
            current="open",
        )
        self.filter.chosen.connect(lambda _which: self.read())
        self._make_table()
        self.evidence, self.decision = EvidencePane(context), DecisionPane(context)
        self.decision.decided.connect(self.resolve)
        self.reversal = ReversalPanel(context)
        self.reversal.closed.connect(self._settle)
        self.evidence.parting_asked.connect(self._part)
        self.evidence.profile_asked.connect(lambda member: context.go("people", member))
        self._left, self._right = QVBoxLayout(), Scroll(look, gap=3)
        self._left.addWidget(self.filter)
        self._left.addWidget(self.table, 1)
        self._right.column.addWidget(self.reversal)
        self._right.column.addWidget(self.evidence, 1)
        self._right.column.addWidget(self.decision)
        self._across = QHBoxLayout()
        self._across.addLayout(self._left, 3)
        self._across.addWidget(self._right, 5)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._header)
        self._column.addWidget(self.notice)
        self._column.addLayout(self._across, 1)
        context.actions.on("cases", "resolve_case", self.decision.decide)
        context.actions.on("cases", "confirm", self.reversal.confirm)
        context.actions.on("cases", "back", self.reversal.close_panel)
        context.changed.changed.connect(self._changed)
        look.changed.connect(self.refresh)
        self.refresh()
        self._show(None)

    def _make_table(self) -> None:
        look = self._context.look
        columns: list[Column[CaseRecord]] = [
            Column(
                "kind",
                phrase("cases.kind"),
                lambda c: phrase(f"cases.kind_{kind_key(c.kind)}"),
                stretch=True,
                icon=lambda c: "warning" if c.open else "check",
                tone=lambda c: Tone.WARN if c.open else Tone.PLAIN,
            ),
            Column("minutes", phrase("cases.minutes"), self._said_minutes, lambda c: c.minutes, right=True),
            Column(
                "opened",
                phrase("cases.since"),
                lambda c: day_words(datetime.fromtimestamp(c.opened).date(), self._today),
                lambda c: c.opened,
            ),
        ]
        self.model = RowsModel(look, columns, lambda c: c.key)
        self.table = DataTable(look, phrase("actions.go_cases"))
        self.table.put_model(self.model)
        self.table.put_empty(EmptyState(look, "check", phrase("cases.none"), phrase("cases.none_next")))
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _case: self.decision.setFocus())

    def enter(self, payload: object | None) -> None:
        """Show the open cases; with the name of a case, that one."""
        if isinstance(payload, str):
            self._wanted = payload
        self._settle()
        self.read()
        self.table.setFocus()

    def _settle(self) -> None:
        """Let the keys work, or rest, as what is shown allows."""
        self.decision.settle()
        self._context.actions.allow("confirm", self.reversal.doomed is not None)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._context.look
        self._column.setSpacing(look.space(2))
        self._across.setSpacing(look.space(4))
        self._left.setSpacing(look.space(3))
        self.table.setMinimumWidth(round(look.em * 17))
        # Large letters need the room for the words; the case beside the list says the rest.
        for n, column in enumerate(self.model.columns):
            limit = {"opened": LARGE_EM - 2, "minutes": LARGE_EM}.get(column.key, look.em + 1)
            self.table.setColumnHidden(n, look.em >= limit)

    # Reading

    def read(self) -> None:
        """Read the inbox again."""
        only_open = self.filter.current == "open"

        def work(desk: Desk) -> tuple[list[CaseRecord], int, date]:
            cases = desk.cases.list()
            open_ones = [case for case in cases if case.open]
            newest_first = sorted(open_ones if only_open else cases, key=lambda c: (not c.open, -c.opened))
            return newest_first, len(open_ones), desk.station.surroundings.today()

        self._context.read(work, self._came, slot="cases")

    def _came(self, answer: tuple[list[CaseRecord], int, date]) -> None:
        cases, count, self._today = answer
        self.model.replace(cases)
        self.table.fit_columns()
        self._header.put(
            phrase("actions.go_cases"),
            phrase("cases.subtitle", count=count) if count else phrase("cases.subtitle_none"),
        )
        wanted = self.model.row_of(self._wanted) if self._wanted else None
        if self._wanted and wanted is None and self.filter.current == "open":
            self.filter.choose("all")
            self.read()
            return
        self._wanted = ""
        row = wanted if wanted is not None else self.table.currentIndex().row()
        if cases:
            self.table.go(max(0, min(row, len(cases) - 1)))
            self._ask(self.model.record(self.table.currentIndex().row()))
        else:
            self._show(None)

    def _chosen(self, case: object) -> None:
        if isinstance(case, CaseRecord) and case.key != self._shown:
            self._ask(case)

    def _ask(self, case: CaseRecord | None) -> None:
        if case is not None:
            key = case.key
            self._context.read(lambda desk: desk.cases.evidence(key), self._show, slot="case-evidence")

    def _part(self, evidence: object) -> None:
        """Ask why members are to be parted again."""
        if isinstance(evidence, Evidence) and evidence.merger is not None:
            name = evidence.people[0].member.name
            self.reversal.ask(Doomed(evidence.merger, phrase("cases.parted_what", name=name)))
            self._settle()

    def _show(self, evidence: Evidence | None) -> None:
        if self.reversal.doomed is not None and (evidence is None or evidence.case.key != self._shown):
            self.reversal.close_panel()
        self._shown = evidence.case.key if evidence else ""
        self.evidence.put(evidence)
        self.decision.put(evidence)

    def _changed(self) -> None:
        if self.isVisible():
            self.read()

    # Deciding

    def resolve(self, case: str, decision: str, reason: str) -> None:
        """Close ``case`` with one decision."""
        if self._job is not None:
            return
        self.notice.dismiss()

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> EntryRef:
            return desk.cases.resolve(case, decision, reason)

        def done(_entry: object) -> None:
            pack = self._context.pack
            said = Spoken(lambda language: CaseWords(language, pack).decision(decision))
            self.notice.show_notice(Tone.GOOD, phrase("cases.resolved", decision=said))
            self.decision.clear()
            self._context.changed.changed.emit()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

        self._job = self._context.jobs.start(work, then=done, refused=self._refused)
        self._job.ended.connect(self._over)
        self.decision.allow(False)

    def _refused(self, problem: Problem) -> None:
        """What was typed stays. The pool is not a name."""
        if problem.code == "not_enough" and problem.facts.get("name") == "pool":
            available, needed = (int(str(problem.facts[key])) for key in ("available", "needed"))
            amount = self._context.amount_words
            words: Words = phrase("cases.pool_short", available=amount(available), needed=amount(needed))
            self.notice.show_notice(Tone.BAD, words)
        else:
            self.notice.show_problem(problem)

    def _over(self) -> None:
        self._job = None
        self.decision.allow(True)

    def _said_minutes(self, case: CaseRecord) -> Words:
        return self._context.amount_words(case.minutes) if case.minutes else "—"
