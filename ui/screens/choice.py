"""Several codes in one picture: a list to choose from, each with its verdict."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from timebank.domain.voucher_code import serial_text
from ui.look import TONE_ICONS, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.recognise import Scanned
from ui.screens.reports_verdict import verdict_tone
from ui.screens.words import VERDICT_TONES
from ui.widgets import Column, DataTable, RowsModel, announce

_ROWS = 6
"""Rows seen at once; the rest scrolls."""


class CodeChoice(DataTable):
    """A list without titles, as high as what it holds; hidden while empty."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("scan.several_name"))
        self._context = context
        columns: list[Column[Scanned]] = [
            Column(
                "verdict", phrase("scan.verdict"), _verdict, tone=_tone, icon=lambda s: TONE_ICONS[_tone(s)]
            ),
            Column("amount", phrase("desk.worth_credit"), self._amount),
            Column("who", phrase("desk.holder"), _who),
            Column("serial", phrase("desk.serial"), _serial, stretch=True),
        ]
        self.rows = RowsModel(context.look, columns, lambda s: s.text)
        self.put_model(self.rows, sortable=False)
        self.horizontalHeader().hide()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open)
        self.hide()

    def put(self, several: Sequence[Scanned]) -> None:
        """Show these, good ones first, and say how many there are."""
        self.rows.replace(sorted(several, key=lambda each: _tone(each) is not Tone.GOOD))
        self.fit_columns()
        self._fit_height()
        self.setVisible(bool(several))
        if several:
            self.go(0)
            announce(self, self._look.say(phrase("scan.several", count=len(several))))

    @property
    def current(self) -> Scanned | None:
        """The one chosen by the arrow keys."""
        index = self.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def refresh(self) -> None:
        super().refresh()
        if hasattr(self, "rows"):
            self._fit_height()

    def _fit_height(self) -> None:
        rows = min(_ROWS, max(1, self.rows.rowCount()))
        self.setFixedHeight(rows * self._look.target + 10)

    def _amount(self, scanned: Scanned) -> Words:
        checked, context = scanned.checked, self._context
        if checked is None or not checked.minutes:
            return ""
        amount = context.amount_words if checked.unit == 0 else context.hours_words
        return amount(checked.minutes)


def _tone(scanned: Scanned) -> Tone:
    if scanned.certificate is not None:
        return verdict_tone(scanned.certificate)
    return VERDICT_TONES[scanned.checked.verdict] if scanned.checked is not None else Tone.PLAIN


def _verdict(scanned: Scanned) -> Words:
    if scanned.checked is not None:
        return phrase(f"desk.verdict_{scanned.checked.verdict}")
    if scanned.certificate is not None:
        return phrase(f"certificate.verdict.{scanned.certificate.verdict}")
    if scanned.profile is not None:
        return scanned.profile.member.name
    return phrase("desk.nobody", text=scanned.text)


def _who(scanned: Scanned) -> str:
    member = scanned.holder or (scanned.profile.member if scanned.profile is not None else None)
    return f"{member.name}  {member.number}" if member is not None else ""


def _serial(scanned: Scanned) -> str:
    checked = scanned.checked
    return serial_text(checked.serial) if checked is not None and checked.serial else ""
