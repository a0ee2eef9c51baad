"""Stations and keys: who is trusted, renewing and withdrawing that, and the root key on paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from timebank.desk import network, recovery
from timebank.desk.desk import Desk
from timebank.desk.key_words import words_text
from timebank.desk.network import StationLine
from timebank.desk.recovery import RootKey
from timebank.outcome import Problem, Refusal
from timebank.paper.recovery import RecoveryFace
from ui.look import Tone
from ui.paper.press import Order, always
from ui.paper.recovery import OrderedSheet, paged_recovery
from ui.say import Spoken, Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.context import ScreenContext
from ui.screens.print_dialog import Document, PrintDialog
from ui.screens.reason import ReasonAsked
from ui.screens.scroll import Scroll
from ui.screens.trust_cards import ABSENT, CLOSED, REVOKED, RootCard, StationCard, Trusted
from ui.widgets import (
    Column,
    DataTable,
    InlineNotice,
    RowsModel,
    Text,
)

KEEPER = "keeper"


class TrustPage(QWidget):
    """All stations with their words; below, the one chosen and the root key. Keepers act, others look."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._trusted: Trusted | None = None
        look = context.look
        self.notice = InlineNotice(look)
        self.lead = Text(look, "", soft=True)
        self.model = RowsModel(look, self._columns(), lambda line: line.station)
        self.table = DataTable(look, phrase("trust.stations"))
        self.table.put_model(self.model)
        self.table.chosen.connect(self._chosen)
        self.station = StationCard(context)
        self.station.renew.clicked.connect(self.renew)
        self.station.revoke.clicked.connect(self._ask_reason)
        self.root = RootCard(context)
        self.root.print.clicked.connect(self.print_asked)
        self.root.form.given.connect(self.recover)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._across.addWidget(self.station, 1)
        self._across.addWidget(self.root, 1)
        scroll = Scroll(look)
        for part in (self.notice, self.lead, self.table):
            scroll.column.addWidget(part)
        scroll.column.addLayout(self._across, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        context.changed.changed.connect(lambda: self.read() if self.isVisible() else None)
        look.changed.connect(self.refresh)
        self.refresh()

    def _columns(self) -> list[Column[StationLine]]:
        return [
            Column(
                "number", phrase("trust.number"), lambda s: str(s.station), lambda s: s.station, right=True
            ),
            Column("name", phrase("trust.station"), lambda s: s.name, tone=_tone),
            Column("role", phrase("trust.role"), _said_role, tone=_tone),
            Column("parent", phrase("trust.parent"), self._said_parent),
            Column(
                "words",
                phrase("trust.words"),
                lambda s: Spoken(partial(words_text, s.fingerprint)),
                stretch=True,
            ),
        ]

    def _said_parent(self, line: StationLine) -> Words:
        above = next((each for each in self.lines if each.station == line.parent), None)
        return above.name if above else phrase("trust.no_parent")

    @property
    def lines(self) -> list[StationLine]:
        """The stations as last read."""
        return self._trusted.lines if self._trusted else []

    def enter(self) -> None:
        """Begin anew."""
        self.notice.dismiss()
        self.root.close_form()
        self.read()
        self.table.setFocus()

    def read(self) -> None:
        """Read stations and root key afresh."""
        self._context.read(_trusted, self._came, slot="trust")

    def _came(self, trusted: Trusted) -> None:
        self._trusted = trusted
        self.model.replace(trusted.lines)
        self.table.fit_columns()
        operator = self._context.operator
        keeper = operator is not None and operator.role == KEEPER
        held = trusted.key.kept != ABSENT
        lead = "trust.not_the_root" if keeper else "trust.only_keepers"
        self.lead.put(phrase(lead))
        self.lead.setVisible(not keeper or not held)
        self.root.put(trusted.key, keeper)
        self.station.acting = keeper and held
        known = self.station.line.station if self.station.line else trusted.mine
        row = next((n for n, line in enumerate(trusted.lines) if line.station == known), 0)
        if trusted.lines:
            self.table.go(row)
            self._chosen(trusted.lines[row])

    def _chosen(self, line: object) -> None:
        if isinstance(line, StationLine) and self._trusted is not None:
            self.station.put(line, self._trusted)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._context.look
        self._across.setSpacing(look.space(4))
        self._across.setDirection(
            QBoxLayout.Direction.TopToBottom if look.em >= LARGE_EM else QBoxLayout.Direction.LeftToRight
        )
        self.table.setFixedHeight(look.target * 5)

    # Certificates

    def renew(self) -> None:
        """Renew the chosen station's certificate with the role and the hub chosen."""
        line = self.station.line
        if line is None:
            return
        number, role, parent = str(line.station), self.station.role.current, self.station.parent_chosen
        passphrase = self.root.passphrase.text
        self._act(
            lambda desk: network.promote(
                desk.station, number, role=role, parent=parent, passphrase=passphrase
            ),
            lambda done: phrase(f"trust.renewed_{done.role}", name=done.name),
        )

    def _ask_reason(self) -> None:
        line = self.station.line
        if line is None:
            return
        self.asked = ReasonAsked(
            self._context.look,
            phrase("trust.revoke_title", name=line.name),
            phrase("trust.revoke_sentence", head=line.head),
            phrase("trust.revoke_do"),
            self,
        )
        self.asked.accepted.connect(lambda: self.withdraw(line, self.asked.reason))
        self.asked.open()

    def withdraw(self, line: StationLine, reason: str) -> None:
        """Revoke a station."""
        passphrase = self.root.passphrase.text
        self._act(
            lambda desk: network.revoke(
                desk.station, str(line.station), reason=reason, passphrase=passphrase
            ),
            lambda done: phrase("trust.revoked", name=done.name),
        )

    def _act(self, work: Callable[[Desk], StationLine], said: Callable[[StationLine], Words]) -> None:
        self.notice.dismiss()
        self._context.write(
            work, lambda done: self.notice.show_notice(Tone.GOOD, said(done)), refused=self._refused
        )

    def _refused(self, problem: Problem) -> None:
        if not self.root.passphrase.take_problem(problem, phrase("trust.passphrase_needed")):
            self.notice.show_problem(problem)

    # The sheet

    def print_asked(self) -> None:
        """Show the sheet as it will come out, but for the key: that is taken up only to be printed."""
        if self._trusted is not None and self._trusted.key.kept == CLOSED and not self.root.passphrase.text:
            self._refused(Refusal("passphrase_needed"))
            return

        def opened(face: RecoveryFace) -> None:
            document = Document(
                "report",
                phrase("sheet.title"),
                phrase("trust.sheet_name"),
                always(partial(paged_recovery, face)),
                ("a4",),
                note=phrase("trust.sheet_sample"),
                letters=face.network_name + face.station_name,
                copies=False,
                sample=True,
            )
            dialog = PrintDialog(self._context, document, self)
            dialog.ordered.connect(self.print_as)
            dialog.open()

        self._context.read(lambda desk: recovery.sample_sheet(desk.station), opened, slot="recovery-sheet")

    def print_as(self, order: Order) -> None:
        """Print the recovery sheet as ordered."""
        passphrase, paper = self.root.passphrase.text, OrderedSheet(order)
        path = order.path or Path(order.printer)
        key = "trust.sheet_saved" if order.path else "trust.sheet_sent"
        self.notice.dismiss()

        def printed(made: Path) -> None:
            self.notice.show_notice(Tone.GOOD, phrase(key, file=made.name))

        job = self._context.write(
            lambda desk: recovery.print_sheet(desk.station, paper, path, passphrase=passphrase),
            printed,
            refused=self._refused,
        )
        self._context.follow(job, phrase("trust.printing"))

    def recover(self, text: str) -> None:
        """Take the root key from what was typed or read."""
        form = self.root.form
        passphrase = form.passphrase.read()
        if passphrase is None:
            return
        self.notice.dismiss()

        def recovered(_key: RootKey) -> None:
            self.root.close_form()
            self.notice.show_notice(Tone.GOOD, phrase("trust.recovered"))

        def refused(problem: Problem) -> None:
            if not form.passphrase.take_problem(problem, phrase("trust.passphrase_needed")):
                form.put_problem(problem)

        self._context.write(
            lambda desk: recovery.recover(desk.station, text, passphrase=passphrase),
            recovered,
            refused=refused,
        )


def _trusted(desk: Desk) -> Trusted:
    return Trusted(desk.station.number, desk.stations(), recovery.root_key(desk.station))


def _tone(line: StationLine) -> Tone:
    return Tone.BAD if line.state == REVOKED else Tone.PLAIN


def _said_role(line: StationLine) -> Words:
    return phrase("trust.role_revoked" if line.state == REVOKED else f"trust.role_{line.role}")
