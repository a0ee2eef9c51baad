"""The facts behind a case, each as a paper to lay beside another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout

from timebank.desk.case_words import CaseWords
from timebank.desk.evidence import Evidence, FieldLine, PersonLine, ServiceLine, ValueLine
from timebank.desk.evidence_lines import Branch, EntryLine
from timebank.domain.cases import (
    CONFLICTING_EDIT,
    DOUBLE_REDEMPTION,
    DUPLICATE_PERSON,
    FORK,
    IMPLAUSIBLE_CLOCK,
    OVERDRAFT,
    OVERLAP,
    POLICY_BREACH,
    REVOKED_STATION,
)
from timebank.journal.refs import day_of
from timebank.store.book_queries import Line
from timebank.store.voucher_queries import RedemptionLine
from ui.look import Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.voucher_details import moment, rows_of
from ui.screens.words import birth_of, joined, kind_words, masked_phone, role_words
from ui.widgets import Text
from ui.widgets.text import restyle

MOST_LINES = 6
"""Entries listed on one side of a fork; of a revoked station all are."""


class Papers:
    """Lays out the evidence of a case."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context

    def said(self, say: Callable[[CaseWords], str]) -> Spoken:
        """Words about the case in the language of the moment."""
        pack = self._context.pack
        return Spoken(lambda language: say(CaseWords(language, pack)))

    def of(self, evidence: Evidence) -> list[QFrame]:
        """The papers of a case, in the order in which they lie."""
        kinds: dict[str, Callable[[Evidence], list[QFrame]]] = {
            DOUBLE_REDEMPTION: lambda e: [self._redemption(each, e) for each in e.redemptions],
            OVERLAP: lambda e: [self._service(each) for each in e.services],
            FORK: self._sides,
            REVOKED_STATION: self._late,
            IMPLAUSIBLE_CLOCK: self._clocks,
            CONFLICTING_EDIT: lambda e: [self._value(f, v) for f in e.fields for v in f.values],
        }
        if evidence.case.kind in kinds:
            return kinds[evidence.case.kind](evidence)
        if evidence.services:
            return [self._service(each) for each in evidence.services]
        papers = [self._person(each, evidence) for each in evidence.people]
        papers += [self._record(line, when="written") for line in evidence.entries]
        if evidence.lines and evidence.case.kind == POLICY_BREACH:
            papers.append(self._account(evidence.lines))
        if evidence.case.kind == OVERDRAFT:
            papers.append(self._account(evidence.lines))
        return papers

    def _redemption(self, line: RedemptionLine, evidence: Evidence) -> QFrame:
        who = line.number if line.name == line.number else f"{line.name}  {line.number}"
        minutes = evidence.voucher.minutes if evidence.voucher else 0
        rows: list[tuple[Words, Words]] = [
            (phrase("cases.when"), moment(self._context, datetime.fromtimestamp(line.wall))),
            (phrase("cases.beneficiary"), who),
            (phrase("cases.minutes"), self._context.amount_words(minutes)),
            (phrase("cases.use"), phrase(f"cases.use_{line.use}")),
        ]
        decided = line.standing == "suspense" and line.decision
        if decided:
            rows.append((phrase("cases.decided"), self.said(lambda words: words.decision(line.decision))))
        tones = {"settled": Tone.GOOD, "suspense": Tone.PLAIN if decided else Tone.WARN}
        standing = phrase(f"cases.standing_{'decided' if decided else line.standing}")
        return self._paper(line.station, standing, tones.get(line.standing, Tone.PLAIN), rows)

    def _service(self, line: ServiceLine) -> QFrame:
        begin, end = line.start, line.start + timedelta(minutes=line.minutes)
        hours = self._context.hours_words(line.minutes)
        time = phrase("cases.time_said", begin=f"{begin:%H:%M}", end=f"{end:%H:%M}", hours=hours)
        rows: list[tuple[Words, Words]] = [
            (phrase("cases.day"), self._context.day_words(begin.date())),
            (phrase("cases.time"), time if line.timed else hours),
            (phrase("cases.volunteers"), joined(line.volunteers, self._context.look.say)),
            (phrase("cases.elder"), line.elder),
            (phrase("cases.service"), kind_words(line.kind)),
            (phrase("cases.credited"), self._context.amount_words(sum(line.credited))),
            (phrase("cases.written"), moment(self._context, line.told)),
        ]
        under = phrase("cases.standing_reversed") if line.reversed else ""
        return self._paper(line.station, under, Tone.PLAIN, rows)

    def _person(self, line: PersonLine, evidence: Evidence) -> QFrame:
        member, context = line.member, self._context
        rows: list[tuple[Words, Words]] = [
            (phrase("cases.number"), member.number),
            (phrase("cases.roles"), role_words(member.roles)),
        ]
        if evidence.case.kind == DUPLICATE_PERSON:
            birth, phone = birth_of(member), str(member.details.get("phone") or "")
            if birth is not None:
                rows.append((phrase("cases.birth"), context.day_words(birth)))
            if phone:
                rows.append((phrase("cases.phone"), masked_phone(phone)))
            rows.append((phrase("cases.registered"), moment(context, line.registered)))
        rows.append((phrase("cases.balance"), context.amount_words(line.credit_minutes)))
        if line.allowance_minutes:
            rows.append((phrase("cases.allowance"), context.hours_words(line.allowance_minutes)))
        if line.stands and "merge" in evidence.choices:
            rows.append((phrase("cases.once_joined"), phrase("cases.number_stays")))
        return self._paper(member.name if member.known else member.number, line.station, Tone.PLAIN, rows)

    def _account(self, lines: tuple[Line, ...]) -> QFrame:
        """The last movements of an overdrawn account, newest first."""
        context, look = self._context, self._context.look
        frame, column = self._frame()
        column.addWidget(Text(look, phrase("cases.last_lines"), Role.LABEL))
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.space(3))
        grid.setVerticalSpacing(look.space(1))
        grid.setColumnStretch(1, 1)
        right = Qt.AlignmentFlag.AlignRight
        for n, line in enumerate(reversed(lines)):
            tone = Tone.BAD if line.balance < 0 else Tone.PLAIN
            grid.addWidget(Text(look, context.day_words(day_of(line.day)), soft=True, wrap=False), n, 0)
            grid.addWidget(Text(look, phrase(f"passbook.{line.what}")), n, 1)
            for place, minutes in ((2, line.minutes), (3, line.balance)):
                sign = "+" if place == 2 and minutes > 0 else ""
                text = Text(look, sign + context.hours(minutes), tone=tone if place == 3 else Tone.PLAIN)
                text.setWordWrap(False)
                grid.addWidget(text, n, place, right)
        column.addLayout(grid)
        column.addStretch(1)
        return frame

    # Journals and clocks

    def _sides(self, evidence: Evidence) -> list[QFrame]:
        names: tuple[str, ...] = ("side_copy", "side_here") if evidence.cause else ()
        if len(evidence.branches) == 1:
            names = names[1:]
        papers = []
        for n, branch in enumerate(evidence.branches):
            title = phrase(f"cases.{names[n]}") if n < len(names) else phrase("cases.side", number=n + 1)
            papers.append(self._branch(title, branch, MOST_LINES))
        return papers

    def _late(self, evidence: Evidence) -> list[QFrame]:
        title = phrase("cases.late_lines")
        return [self._branch(title, branch, len(branch.lines)) for branch in evidence.branches]

    def _branch(self, title: Words, branch: Branch, most: int) -> QFrame:
        rows: list[tuple[Words, Words]] = [
            (phrase("cases.since_when"), moment(self._context, branch.begun)),
            (phrase("cases.until_when"), moment(self._context, branch.last)),
            (phrase("cases.entries"), str(branch.entries)),
        ]
        if branch.kinds:
            rows.append((phrase("cases.kinds"), self.said(lambda words: words.kinds(branch))))
        more = branch.entries - len(branch.lines[:most])
        return self._paper(title, "", Tone.PLAIN, rows, branch.lines[:most], more if branch.lines else 0)

    def _clocks(self, evidence: Evidence) -> list[QFrame]:
        said = (("cases.known_first", Tone.GOOD), ("cases.dated_before", Tone.WARN))
        return [
            self._record(line, phrase(under), tone)
            for line, (under, tone) in zip(evidence.entries, said, strict=False)
        ]

    def _record(
        self, line: EntryLine, under: Words = "", tone: Tone = Tone.PLAIN, when: str = "clock"
    ) -> QFrame:
        rows: list[tuple[Words, Words]] = [
            (phrase(f"cases.{when}"), moment(self._context, line.told)),
            (phrase("cases.record"), self._entry(line)),
        ]
        return self._paper(self._station(line.station), under, tone, rows)

    def _entry(self, line: EntryLine) -> Words:
        return self.said(lambda words: words.entry(line))

    def _station(self, name: str) -> Words:
        return self.said(lambda words: words.station(name))

    def _value(self, field: FieldLine, value: ValueLine) -> QFrame:
        rows: list[tuple[Words, Words]] = [
            (phrase("cases.field"), self.said(lambda words: words.field(field.field))),
            (phrase("cases.written"), moment(self._context, value.told)),
            (phrase("people.station"), self._station(value.station)),
        ]
        under = phrase("cases.shown_now" if value.shown else "cases.set_aside")
        title = self.said(lambda words: words.value(field, value))
        return self._paper(title, under, Tone.GOOD if value.shown else Tone.WARN, rows)

    # Paper

    def _paper(
        self,
        title: Words,
        under: Words,
        tone: Tone,
        rows: list[tuple[Words, Words]],
        lines: Sequence[EntryLine] = (),
        more: int = 0,
    ) -> QFrame:
        look = self._context.look
        frame, column = self._frame()
        column.addWidget(Text(look, title, Role.HEADING))
        if under:
            column.addWidget(Text(look, under, Role.LABEL, tone=tone))
        column.addWidget(rows_of(self._context, rows))
        said = [look.say(under), *(f"{look.say(a)} {look.say(b)}" for a, b in rows)]
        for line in lines:
            column.addWidget(Text(look, self._entry(line)))
            said.append(look.say(self._entry(line)))
        if more > 0:
            column.addWidget(Text(look, phrase("cases.more_lines", count=more), soft=True))
        column.addStretch(1)
        frame.setAccessibleName(look.say(title))
        frame.setAccessibleDescription("\n".join(said))
        return frame

    def _frame(self) -> tuple[QFrame, QVBoxLayout]:
        look = self._context.look
        frame = QFrame()
        restyle(frame, part="wash")
        column = QVBoxLayout(frame)
        pad = look.space(3)
        column.setContentsMargins(pad, look.space(2), pad, look.space(3))
        column.setSpacing(look.space(2))
        return frame, column
