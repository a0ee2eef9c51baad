"""The evidence of a case: what happened, in one sentence, and the facts side by side."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from timebank.desk.evidence import Evidence, PersonLine, ServiceLine
from timebank.domain.cases import DOUBLE_REDEMPTION, DUPLICATE_PERSON, KINDS, OVERDRAFT, OVERLAP
from timebank.domain.voucher_code import serial_text
from timebank.journal.refs import day_of
from timebank.store.book_queries import Line
from timebank.store.voucher_queries import RedemptionLine
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.voucher_details import moment, rows_of
from ui.screens.words import birth_of, kind_words, masked_phone, role_words
from ui.widgets import Card, EmptyState, Text
from ui.widgets.text import restyle

_SIDE_BY_SIDE = 2


class EvidencePane(Card):
    """Everything that a coordinator needs to see before deciding."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, "", parent)
        self._context = context
        self._evidence: Evidence | None = None
        self._empty = EmptyState(context.look, "cases", phrase("cases.choose_one"))
        self._facts = QVBoxLayout()
        self.body.addWidget(self._empty, 1)
        self.body.addLayout(self._facts, 1)
        context.look.changed.connect(self._fill)
        self._fill()

    def put(self, evidence: Evidence | None) -> None:
        """Show a case, or nothing."""
        if evidence != self._evidence:
            self._evidence = evidence
            self._fill()

    def _fill(self) -> None:
        evidence, column = self._evidence, self._facts
        clear(column)
        column.setSpacing(self._context.look.space(3))
        self._empty.setVisible(evidence is None)
        if evidence is None:
            return
        look, kind = self._context.look, kind_key(evidence.case.kind)
        title = phrase(f"cases.kind_{kind}")
        column.addWidget(Text(look, title, Role.TITLE))
        sentence = self._sentence(evidence, kind)
        column.addWidget(Text(look, sentence))
        for decision in evidence.decisions[:1]:
            column.addWidget(self._closed(evidence, decision.decision))
        column.addWidget(self._beside(self._papers(evidence), evidence.case.kind == OVERDRAFT))
        column.addStretch(1)
        self.setAccessibleName(look.say(title))
        self.setAccessibleDescription(look.say(sentence))

    def _sentence(self, evidence: Evidence, kind: str) -> Words:
        """What happened, plainly."""
        context = self._context
        voucher, people = evidence.voucher, evidence.people
        names = [_who(each) for each in people]
        values: dict[str, object] = {
            "name": names[0] if names else "…",
            "amount": context.amount_words(evidence.case.minutes),
            "count": len([each for each in evidence.redemptions if each.standing != "reversed"]),
        }
        if kind == DOUBLE_REDEMPTION and voucher is not None:
            values |= {
                "serial": serial_text(voucher.serial),
                "each": context.amount_words(voucher.minutes),
                "holder": voucher.name,
            }
        elif kind == DOUBLE_REDEMPTION:
            kind = "other"
        elif kind == OVERDRAFT:
            values["unit"] = phrase(f"vouchers.unit_{'allowance' if evidence.unit else 'credit'}")
        if kind == DOUBLE_REDEMPTION and not evidence.case.open:
            kind = "double_redemption_closed"
        return phrase(f"cases.what_{kind}", **values)

    def _closed(self, evidence: Evidence, decision: str) -> QFrame:
        """What was decided, by which station, when and why."""
        line, look = evidence.decisions[0], self._context.look
        frame = QFrame()
        restyle(frame, part="wash", tone=Tone.GOOD.value)
        column = QVBoxLayout(frame)
        pad = look.space(3)
        column.setContentsMargins(pad, look.space(2), pad, look.space(2))
        said = phrase("cases.was_decided", decision=phrase(f"cases.decision_{decision}"))
        column.addWidget(Text(look, said, Role.LABEL, tone=Tone.GOOD))
        where = phrase("cases.decided_at", station=line.station, day=self._context.day_words(line.day))
        column.addWidget(Text(look, where))
        if line.reason:
            column.addWidget(Text(look, phrase("cases.because", reason=line.reason)))
        return frame

    # The facts, each as a paper

    def _papers(self, evidence: Evidence) -> list[QFrame]:
        kind = evidence.case.kind
        if kind == DOUBLE_REDEMPTION:
            return [self._redemption(each, evidence) for each in evidence.redemptions]
        if kind == OVERLAP:
            return [self._service(each) for each in evidence.services]
        papers = [self._person(each, evidence) for each in evidence.people]
        if kind == OVERDRAFT:
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
            rows.append((phrase("cases.decided"), phrase(f"cases.decision_{line.decision}")))
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
            (phrase("cases.volunteers"), "、".join(line.volunteers)),
            (phrase("cases.elder"), line.elder),
            (phrase("cases.service"), kind_words(line.kind)),
            (phrase("cases.credited"), self._context.amount_words(sum(line.credited))),
            (phrase("cases.written"), moment(self._context, line.told)),
        ]
        if line.reversed:
            return self._paper(line.station, phrase("cases.standing_reversed"), Tone.PLAIN, rows)
        return self._paper(line.station, "", Tone.PLAIN, rows)

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
            grid.addWidget(Text(look, phrase(f"passbook.{line.what}"), wrap=False), n, 1)
            for place, minutes in ((2, line.minutes), (3, line.balance)):
                sign = "+" if place == 2 and minutes > 0 else ""
                text = Text(look, sign + context.hours(minutes), tone=tone if place == 3 else Tone.PLAIN)
                text.setWordWrap(False)
                grid.addWidget(text, n, place, right)
        column.addLayout(grid)
        column.addStretch(1)
        return frame

    def _paper(self, title: Words, under: Words, tone: Tone, rows: list[tuple[Words, Words]]) -> QFrame:
        look = self._context.look
        frame, column = self._frame()
        column.addWidget(Text(look, title, Role.HEADING))
        if under:
            column.addWidget(Text(look, under, Role.LABEL, tone=tone))
        column.addWidget(rows_of(self._context, rows))
        column.addStretch(1)
        frame.setAccessibleName(look.say(title))
        said = [look.say(under), *(f"{look.say(a)} {look.say(b)}" for a, b in rows)]
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

    def _beside(self, papers: list[QFrame], wide_last: bool) -> QWidget:
        """Two beside each other, the next two below; one above the other where letters are large."""
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(self._context.look.space(3))
        columns = _SIDE_BY_SIDE if self._context.look.em < LARGE_EM else 1
        for n, paper in enumerate(papers):
            grid.addWidget(paper, n // columns, n % columns)
        for column in range(min(columns, len(papers))):
            grid.setColumnStretch(column, 2 if wide_last and column else 1)
        return page


def kind_key(kind: str) -> str:
    """The key of a kind's phrases; a kind that this version does not know has a plain one."""
    return kind if kind in KINDS else "other"


def _who(line: PersonLine) -> str:
    return line.member.name if line.member.known else line.member.number
