"""One station with its words and certificate, and the root key with its sheet."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from PySide6.QtWidgets import QBoxLayout, QComboBox, QVBoxLayout, QWidget

from timebank.desk import network
from timebank.desk.key_words import words_text
from timebank.desk.network import StationLine
from timebank.desk.recovery import RootKey
from ui.look import Role
from ui.say import Spoken, Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.context import ScreenContext
from ui.screens.key_words import KeyWords
from ui.screens.passphrase import PassphraseField
from ui.screens.recover import RecoverForm
from ui.widgets import Button, ButtonRow, Card, FormField, Kind, Segments, Text

REVOKED, ABSENT, CLOSED = "revoked", "absent", "closed"


class Trusted(NamedTuple):
    """The stations and the root key, read beside the screen."""

    mine: int
    lines: list[StationLine]
    key: RootKey


class StationCard(Card):
    """One station: its words large, and what a keeper may change."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look)
        self._context = context
        self.line: StationLine | None = None
        self.acting = False
        self._hubs: list[tuple[str, Words]] = []
        look = context.look
        self._name = Text(look, phrase("trust.choose_one"), Role.HEADING)
        self.words = KeyWords(look)
        roles = [(role, phrase(f"trust.role_{role}")) for role in network.ROLES]
        self.role = Segments(look, roles, name=phrase("trust.role"))
        self.role.chosen.connect(self._settle)
        self.parent_box = QComboBox()
        self.parent_box.currentIndexChanged.connect(self._settle)
        self.renew = Button(look, phrase("trust.renew_do"), icon="check")
        self.revoke = Button(look, phrase("trust.revoke"), icon="close", kind=Kind.DANGER)
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        self._place = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._place.addWidget(FormField(look, phrase("trust.role"), self.role))
        self._place.addWidget(FormField(look, phrase("trust.parent"), self.parent_box), 1)
        form.addLayout(self._place)
        form.addWidget(Text(look, phrase("trust.renew_sentence"), Role.SMALL, soft=True))
        form.addWidget(ButtonRow(look, [self.renew, self.revoke]))
        for part in (self._name, self.words, self._form):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._form.hide()
        look.changed.connect(self.say_hubs)

    def put(self, line: StationLine, trusted: Trusted) -> None:
        """Show another station."""
        self.line = line
        self._name.put(phrase("trust.named", name=line.name, station=line.station))
        self.words.put(line.fingerprint)
        self.role.choose(line.role)
        hubs = [each for each in trusted.lines if each.role == network.ROLES[1] and each.state != REVOKED]
        above = [each for each in hubs if each.station != line.station]
        missing = [each for each in trusted.lines if each.station == line.parent and each not in above]
        self._hubs = [
            ("0", phrase("trust.no_parent")),
            *((str(each.station), each.name) for each in (*above, *missing)),
        ]
        self.parent_box.blockSignals(True)
        self.parent_box.clear()
        for number, _ in self._hubs:
            self.parent_box.addItem("", number)
        self.parent_box.setCurrentIndex(max(0, self.parent_box.findData(str(line.parent))))
        self.parent_box.blockSignals(False)
        self._form.setVisible(self.acting and line.state != REVOKED)
        self.revoke.setEnabled(line.station != trusted.mine)
        self.say_hubs()
        self._settle()

    @property
    def parent_chosen(self) -> str:
        """The number of the hub above, as chosen."""
        return str(self.parent_box.currentData())

    def say_hubs(self) -> None:
        """Name the hubs in the current language and size."""
        look = self._context.look
        self._place.setDirection(
            QBoxLayout.Direction.TopToBottom if look.em >= LARGE_EM else QBoxLayout.Direction.LeftToRight
        )
        self.parent_box.setFont(look.font())
        for place, (_, words) in enumerate(self._hubs):
            self.parent_box.setItemText(place, look.say(words))

    def _settle(self, *_: object) -> None:
        line = self.line
        changed = line is not None and (self.role.current, self.parent_chosen) != (
            line.role,
            str(line.parent),
        )
        self.renew.setEnabled(changed)


class RootCard(Card):
    """How the root key is kept here, its sheet, and taking it from a sheet."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("trust.root"))
        self._context = context
        look = context.look
        self._state, self._printed = Text(look), Text(look, "", soft=True)
        self._words = Text(look, "", Role.LABEL)
        self.passphrase = PassphraseField(
            context, phrase("trust.passphrase"), phrase("exchange.root_closed_hint")
        )
        self.print = Button(look, phrase("trust.print_sheet"), icon="print")
        self.recover = Button(look, phrase("trust.recover"), icon="scan")
        self.recover.clicked.connect(self.open_form)
        self._buttons = ButtonRow(look, [self.print, self.recover])
        self.form = RecoverForm(context)
        self.form.cancelled.connect(self.close_form)
        self._key: RootKey | None = None
        self._keeper = False
        self._words_label = Text(look, phrase("trust.root_words"), Role.SMALL, soft=True)
        for part in (
            self._state,
            self._words_label,
            self._words,
            self._printed,
            self.passphrase,
            self._buttons,
            self.form,
        ):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.form.hide()

    def put(self, key: RootKey, keeper: bool) -> None:
        """Say how the key is kept, and offer what the person may do."""
        self._key, self._keeper = key, keeper
        self._state.put(phrase(f"trust.root_{key.kept}"))
        self._words.put(Spoken(partial(words_text, key.fingerprint)))
        when = self._context.day_words(key.printed.date()) if key.printed else None
        self._printed.put(phrase("trust.printed_on", when=when) if when else phrase("trust.printed_never"))
        held = key.kept != ABSENT
        self.print.setVisible(keeper and held)
        self.recover.setVisible(keeper)
        self._settle()

    def open_form(self) -> None:
        """Ask for the groups."""
        self.form.begin()
        self.form.show()
        self._settle()
        self.form.groups.setFocus()

    def close_form(self) -> None:
        """Put the form away, with what was typed into it."""
        self.form.begin()
        self.form.hide()
        self._settle()

    def _settle(self) -> None:
        closed, asking = self._key is not None and self._key.kept == CLOSED, not self.form.isHidden()
        self.passphrase.setVisible(closed and self._keeper and not asking)
        for part in (self._words_label, self._words, self._buttons):
            part.setVisible(not asking)
        self._printed.setVisible(not asking and self._key is not None and self._key.kept != ABSENT)
