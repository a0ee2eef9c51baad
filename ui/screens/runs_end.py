"""The end of a month: what lapses by the rules, or why nothing does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from timebank.desk.desk import Desk
from timebank.desk.months import Lapse, MonthEnd
from timebank.desk.months_undone import STANDS
from timebank.desk.rule_words import meaning_text
from timebank.desk.rules import rule_words
from timebank.domain.names import spelling
from timebank.journal.facts import ALLOWANCE, CREDIT
from timebank.outcome import Problem
from timebank.reports.table import Report
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.runs_panel import RunPanel
from ui.screens.runs_undo import Way
from ui.screens.runs_words import end_state, heads, said_month
from ui.widgets import Button, Column, EmptyState, Kind

ALL = "all"
UNITS = {"credit": CREDIT, "allowance": ALLOWANCE}


class EndPanel(RunPanel[MonthEnd, Lapse]):
    """The trial lists whose minutes lapse; done again it lists only what is new."""

    name = "lapses"
    parts = (ALL, *UNITS)

    def __init__(self, context: ScreenContext) -> None:
        self.rules = Button(context.look, phrase("packs.to_packs"), icon="file")
        super().__init__(context)
        self.rules.clicked.connect(lambda: context.go("settings", "rules"))

    def _make_go(self) -> Button:
        return self._context.actions.button("run_month", Kind.PRIMARY, phrase("runs.settle"))

    def make_empty(self) -> EmptyState:
        return EmptyState(self._context.look, "calendar", "", button=self.rules)

    def columns(self) -> Sequence[Column[Lapse]]:
        hours = self._context.hours_words
        return [
            Column("name", phrase("people.name"), lambda each: each.member.name),
            Column("number", phrase("people.number"), lambda each: each.member.number),
            Column("unit", phrase("people.account"), lambda each: phrase(f"people.unit_{each.unit}")),
            Column("before", phrase("runs.column_lapsed"), lambda each: hours(each.before), right=True),
            Column("lapses", phrase("runs.column_lapses"), lambda each: hours(each.minutes), right=True),
            Column(
                "ground",
                phrase("runs.column_ground"),
                lambda each: Spoken(lambda language: meaning_text(each.rule, language)),
                stretch=True,
            ),
        ]

    def keys(self) -> dict[str, Callable[[Lapse], Any]]:
        return {
            "name": lambda each: spelling(each.member.name),
            "number": lambda each: each.member.number,
            "unit": lambda each: each.unit,
            "before": lambda each: each.before,
            "lapses": lambda each: each.minutes,
            "ground": lambda each: each.rule,
        }

    def member_of(self, row: Lapse) -> MemberRecord:
        return row.member

    def in_part(self, row: Lapse, part: str) -> bool:
        return part == ALL or UNITS[part] == row.unit

    # The trial

    def trial(self, desk: Desk, month: date, progress: Progress, cancelled: IsCancelled) -> MonthEnd:
        return desk.months.end(month, dry_run=True, progress=progress, cancelled=cancelled)

    def clear(self) -> None:
        super().clear()
        self.rules.hide()
        self.allow(run=False, undo=False)

    def undoing(self, desk: Desk) -> Way:
        return desk.months.undo_end

    def put(self, run: MonthEnd) -> None:
        figures: list[tuple[Words, Words, Tone]] = []
        for name, unit in UNITS.items():
            part = [each for each in run.lapsed if each.unit == unit]
            if part:
                more = sum(each.minutes - each.before for each in part)
                figures.append((phrase(f"runs.lapses_{name}"), self.people(len(part), more), Tone.WARN))
        figures.append((phrase("runs.as_before"), heads(run.unchanged), Tone.PLAIN))
        self.figures.put(figures if run.rules else [])
        self.said.put(self._by_rules(run) if run.rules else "")
        self.rules.setVisible(not run.rules)
        self.card.setVisible(bool(run.rules) or run.earlier == STANDS)
        self.part.setVisible(len({each.unit for each in run.lapsed}) > 1)
        if not run.rules:
            self.empty.put(phrase("runs.nothing_can_lapse"), phrase("runs.nothing_can_lapse_why"))
        elif run.earlier == STANDS:
            self.empty.put(phrase("runs.settled_already"), phrase("runs.settled_already_next"))
        else:
            self.empty.put(phrase("runs.nothing_lapses"), phrase("runs.nothing_lapses_next"))
        self.put_rows(run.lapsed)
        self._narrow()
        self.allow(run=bool(run.lapsed), undo=run.earlier == STANDS)

    def _by_rules(self, run: MonthEnd) -> Words:
        return phrase(
            f"runs.end_{end_state(run)}",
            rules=Spoken(
                lambda language: ("、" if language == "zh_CN" else "; ").join(
                    meaning_text(each, language) for each in run.rules
                )
            ),
        )

    def _refused(self, problem: Problem) -> None:
        if problem.code != "month_not_over":
            super()._refused(problem)
            return
        self.clear()
        self.empty.put(
            phrase("runs.not_over", last=self._context.day_words(_day(problem))), phrase("runs.not_over_next")
        )

    def ask_why(self) -> None:
        row, pack = self.table.current, self.pack
        if row is not None and pack is not None:
            known, rule = pack, row.rule
            words = Spoken(
                lambda language: rule_words(known, rule, language) or meaning_text(rule, language, known)
            )
            self.notice.show_notice(Tone.INFO, words)

    def report(self, desk: Desk, run: MonthEnd, language: str, rows: Sequence[Lapse]) -> Report:
        return desk.run_lists.lapsed(run, language, rows)

    # Doing it

    def start(self) -> None:
        """Let it lapse; it can be taken back here, or from the desk's recent actions."""
        month = self.month
        if month is None or self.run is None or not self.run.lapsed:
            return

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> MonthEnd:
            return desk.months.end(month, progress=progress, cancelled=cancelled)

        self.do(work, phrase("runs.settling", month=said_month(month)))

    def done_words(self, run: MonthEnd) -> Words:
        return phrase(
            "runs.settled",
            month=said_month(run.month),
            people=heads(len({each.member.row for each in run.lapsed})),
        )


def _day(problem: Problem) -> date:
    return date.fromisoformat(str(problem.facts["last"]))
