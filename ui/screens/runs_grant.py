"""The month's free hours: who would get how much and by which rule; granting, correcting, taking all back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.explaining import Why, why_allowance
from timebank.desk.months import RECOVER, Grant, GrantRun
from timebank.desk.months_undone import STANDS
from timebank.desk.rules import rule_words
from timebank.desk.run_lists import ground_text
from timebank.domain.names import spelling
from timebank.reports.table import Report
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Progress
from ui.look import Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.runs_panel import RunPanel
from ui.screens.runs_undo import Way
from ui.screens.runs_words import grant_state, heads, said_month
from ui.widgets import Button, Column, Confirmation, Kind, Text, Toggle
from ui.widgets.why import WhyDialog

ALL, FIRST, MORE, LESS = "all", "first", "more", "less"


class Tried(NamedTuple):
    """A trial of the month's grants, and how many a recovery would overdraw."""

    run: GrantRun
    short: int


class GrantPanel(RunPanel[Tried, Grant]):
    """The trial lists whoever would get something, and whoever had more than is due."""

    name = "grants"
    parts = (ALL, FIRST, MORE, LESS)

    def __init__(self, context: ScreenContext) -> None:
        look = context.look
        self.recover = Toggle(look, phrase("runs.recover"))
        self.recover_said = Text(look, "", Role.SMALL, soft=True)
        super().__init__(context)
        self.recover.toggled.connect(self._settle)

    def _make_go(self) -> Button:
        return self._context.actions.button("run_month", Kind.PRIMARY, phrase("runs.grant"))

    def options(self) -> Sequence[QWidget]:
        return (self.recover, self.recover_said)

    def columns(self) -> Sequence[Column[Grant]]:
        hours = self._context.hours_words
        return [
            Column("name", phrase("people.name"), lambda each: each.member.name),
            Column("number", phrase("people.number"), lambda each: each.member.number),
            Column("change", phrase("runs.column_change"), self._change, tone=_tone),
            Column("before", phrase("runs.column_before"), lambda each: hours(each.before), right=True),
            Column("more", phrase("runs.column_more"), self._more, right=True, tone=_tone),
            Column(
                "after", phrase("runs.column_after"), lambda each: hours(each.entitlement.minutes), right=True
            ),
            Column("ground", phrase("runs.column_ground"), self._ground, stretch=True),
        ]

    def keys(self) -> dict[str, Callable[[Grant], Any]]:
        return {
            "name": lambda each: spelling(each.member.name),
            "number": lambda each: each.member.number,
            "change": part_of,
            "before": lambda each: each.before,
            "more": lambda each: each.more,
            "after": lambda each: each.entitlement.minutes,
            "ground": lambda each: each.entitlement.rule_id or "",
        }

    def member_of(self, row: Grant) -> MemberRecord:
        return row.member

    def in_part(self, row: Grant, part: str) -> bool:
        return part in (ALL, part_of(row))

    def _change(self, each: Grant) -> Words:
        part = part_of(each)
        return phrase("runs.recovered" if part == LESS and self.recovering else f"runs.change_{part}")

    def _more(self, each: Grant) -> Words:
        words, sign = self._context.hours_words(each.more), "+" if each.more > 0 else ""
        return Spoken(lambda language: sign + words.in_language(language))

    def _ground(self, each: Grant) -> Words:
        pack = self.pack
        return "" if pack is None else Spoken(lambda language: ground_text(each, pack, language))

    # The trial

    def trial(self, desk: Desk, month: date, progress: Progress, cancelled: IsCancelled) -> Tried:
        run = desk.months.grant(month, dry_run=True, progress=progress, cancelled=cancelled)
        return Tried(run, desk.months.short(run))

    def clear(self) -> None:
        super().clear()
        self.recover.setChecked(False)
        self._settle()

    def put(self, run: Tried) -> None:
        granted, lower = run.run.granted, run.run.lower
        more = self.people(len(granted), sum(each.more for each in granted)) if granted else heads(0)
        figures: list[tuple[Words, Words, Tone]] = [
            (phrase("runs.to_grant"), more, Tone.ACCENT if granted else Tone.PLAIN),
            (phrase("runs.unchanged"), heads(run.run.unchanged), Tone.PLAIN),
        ]
        if lower:
            too_much = self.people(len(lower), -sum(each.more for each in lower))
            figures.append((phrase("runs.lower"), too_much, Tone.WARN))
        self.figures.put(figures)
        pack = self.pack
        assert pack is not None
        rules = bool(pack.allowance_rules)
        state = grant_state(run.run)
        self.said.put(phrase(f"runs.grant_{state}", pack=Spoken(pack.name)) if rules else "")
        corrected = bool(lower) or any(each.before for each in granted)
        self.part.setVisible(corrected)
        if not corrected:
            self.part.choose(ALL)
        if not rules:
            self.empty.put(phrase("runs.no_rules"), phrase("runs.no_rules_next"))
        elif run.run.earlier == STANDS:
            self.empty.put(phrase("runs.all_granted"), phrase("runs.all_granted_next"))
        else:
            self.empty.put(phrase("runs.nobody_entitled"), phrase("runs.nobody_entitled_next"))
        self.put_rows([*granted, *lower])
        self._narrow()
        self._settle()

    @property
    def recovering(self) -> bool:
        """Whether what somebody had too much shall be taken back."""
        return self.run is not None and bool(self.run.run.lower) and self.recover.isChecked()

    def _settle(self) -> None:
        run, pack = self.run, self.pack
        lower = run is not None and bool(run.run.lower)
        may = pack is None or pack.value(RECOVER) is not False
        for part in (self.recover, self.recover_said):
            part.setVisible(lower)
        self.recover.setEnabled(may and self._context.may_write)
        if lower and pack is not None:
            known = pack
            told = pack.source(RECOVER) is not None
            self.recover_said.put(
                Spoken(lambda language: rule_words(known, RECOVER, language))
                if told
                else phrase("runs.recover_open")
            )
        count = 0 if run is None else len(run.run.granted) + (len(run.run.lower) if self.recovering else 0)
        self.go_button.put(phrase("runs.grant_to", people=heads(count)) if count else phrase("runs.grant"))
        self.allow(run=count > 0, undo=run is not None and run.run.earlier == STANDS)
        self.table.viewport().update()

    def undoing(self, desk: Desk) -> Way:
        return desk.months.undo_grants

    def ask_why(self) -> None:
        row, month = self.table.current, self.month
        if row is None:
            return

        def show(why: Why) -> None:
            WhyDialog(self._context.look, phrase("packs.why_allowance"), why, self).open()

        self._context.read(lambda desk: why_allowance(desk, row.member, month), show, slot="why")

    def report(self, desk: Desk, run: Tried, language: str, rows: Sequence[Grant]) -> Report:
        shown = run.run._replace(recovered=self.recovering)
        return desk.run_lists.granted(shown, language, rows)

    # Doing it

    def start(self) -> None:
        """Grant; taking back what somebody had too much asks first."""
        if self.run is None or not self.recovering:
            self._grant(recover=False)
            return
        lower, look = self.run.run.lower, self._context.look
        minutes = -sum(each.more for each in lower)
        sentence = phrase(
            "runs.recover_short" if self.run.short else "runs.recover_sentence",
            people=heads(len(lower)),
            hours=self._context.hours_words(minutes),
            short=self.run.short,
        )
        self.asked = Confirmation(
            look,
            phrase("runs.recover_title"),
            sentence,
            phrase("runs.recover_now"),
            self,
            after=phrase("runs.recover_after"),
        )
        self.asked.accepted.connect(lambda: self._grant(recover=True))
        self.asked.open()

    def _grant(self, *, recover: bool) -> None:
        month = self.month
        if month is None:
            return

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Tried:
            run = desk.months.grant(month, recover=recover, progress=progress, cancelled=cancelled)
            return Tried(run, 0)

        self.do(work, phrase("runs.granting", month=said_month(month)))

    def done_words(self, run: Tried) -> Words:
        granted, taken = run.run.granted, run.run.lower if run.run.recovered else ()
        return phrase(
            "runs.granted_recovered" if taken else "runs.granted",
            month=said_month(run.run.month),
            people=heads(len(granted)),
            hours=self._context.hours_words(sum(each.more for each in granted)),
            taken=heads(len(taken)),
            taken_hours=self._context.hours_words(-sum(each.more for each in taken)),
        )


def part_of(each: Grant) -> str:
    """Whether somebody gets the month's hours for the first time, more than before, or had too much."""
    if each.more < 0:
        return LESS
    return MORE if each.before else FIRST


def _tone(each: Grant) -> Tone:
    return Tone.WARN if each.more < 0 else Tone.PLAIN
