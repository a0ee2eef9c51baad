"""What a batch of vouchers shall be: holder, amount, count, kind, end, station and layout, read as typed."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Literal, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from timebank.desk.desk import Desk
from timebank.desk.network import StationLine
from timebank.desk.rules import keep
from timebank.desk.vouchers import LARGEST_BATCH, IssueForm
from timebank.domain.credit import UNITS
from timebank.domain.quantities import parse_date, parse_length
from timebank.outcome import Problem, Refusal
from timebank.paper.faces import Layout, VoucherFace
from timebank.policy.eligibility import may_issue
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.look.kept import Papers
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.member_box import Found, MemberBox
from ui.screens.preview import sample_face
from ui.widgets import Card, FormField, Segments

_YEAR = timedelta(days=334)
"""Added to today when a month and day without a year shall be the next such day, not the last."""


class Grounds(NamedTuple):
    """What the form has to know of the station, read beside the screen."""

    network: str
    station: int
    name: str
    today: date
    stations: tuple[StationLine, ...]


class CountLine(QLineEdit):
    """How many: digits of any width, 张 or not; the arrow keys step."""

    def __init__(self, most: int, value: int = 1) -> None:
        super().__init__(str(value))
        self.most = most

    @property
    def value(self) -> int | None:
        """The number typed, None where it is none or out of bounds."""
        plain = unicodedata.normalize("NFKC", self.text()).replace("张", "").strip()
        if not plain.isdecimal() or not 1 <= int(plain) <= self.most:
            return None
        return int(plain)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or self.value is None:
            super().keyPressEvent(event)
        else:
            event.accept()
            self.setText(str(max(1, min(self.most, self.value + step))))


class VoucherFields(Card):
    """The fields of the form; what cannot be read is said below its field, what can is said back."""

    edited = Signal()
    """something was typed or chosen"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, "", parent)
        self._context = context
        self._refusal: tuple[str, Problem] | None = None
        self.grounds: Grounds | None = None
        self._make_fields()
        self._grid = QGridLayout()
        for name, row, column, span in _PLACES:
            self._grid.addWidget(self.rows[name], row, column, 1, span)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)
        self.body.addLayout(self._grid)
        context.look.changed.connect(self.say)
        self.say()

    def _make_fields(self) -> None:
        look = self._context.look
        self.holder = MemberBox(
            self._context, hint=phrase("vouchers.holder_hint"), name=phrase("vouchers.holder")
        )
        self.holder.taken.connect(self._touched)
        self.amount, self.expires = QLineEdit(), QLineEdit()
        self.count = CountLine(LARGEST_BATCH)
        self.lock, self.layout_box = QComboBox(), QComboBox()
        for layout in Layout:
            self.layout_box.addItem("", layout.value)
        self._papers = Papers(self._context.home)
        self.choose_layout(self._papers.choice("voucher").layout)
        self.kind = Segments(
            look,
            [(unit, phrase(f"vouchers.unit_{unit}")) for unit in UNITS],
            name=phrase("vouchers.unit"),
            current=UNITS[0],
        )
        self.amount.textChanged.connect(self._touched)
        self.expires.textChanged.connect(self._touched)
        self.count.textChanged.connect(self._touched)
        self.lock.currentIndexChanged.connect(self._touched)
        self.layout_box.currentIndexChanged.connect(self._layout_chosen)
        self.kind.chosen.connect(self._touched)

        def field(name: str, editor: QWidget) -> FormField:
            return FormField(look, phrase(f"vouchers.{name}"), editor)

        self.rows = {
            "holder": field("holder", self.holder),
            "amount": field("amount", self.amount),
            "count": field("count", self.count),
            "kind": field("unit", self.kind),
            "expires": field("expires", self.expires),
            "lock": field("lock", self.lock),
            "layout": field("layout", self.layout_box),
        }

    def put_grounds(self, grounds: Grounds) -> None:
        """Offer the stations there are, and reckon from today."""
        self.grounds = grounds
        self._fill_stations()

    def say(self) -> None:
        """Say what is not said by itself in the current language."""
        look = self._context.look
        self.amount.setPlaceholderText(look.say(phrase("vouchers.amount_hint")))
        self.expires.setPlaceholderText(look.say(phrase("vouchers.expires_hint")))
        for n, layout in enumerate(Layout):
            self.layout_box.setItemText(n, look.say(phrase(f"vouchers.layout_{layout.value}")))
        self._grid.setHorizontalSpacing(look.space(3))
        self._grid.setVerticalSpacing(look.space(3))
        self._fill_stations()

    def _fill_stations(self) -> None:
        chosen = self.lock.currentData()
        self.lock.blockSignals(True)
        self.lock.clear()
        self.lock.addItem(self._context.look.say(phrase("vouchers.any_station")), 0)
        for line in self.grounds.stations if self.grounds else ():
            if line.state == "enrolled":
                self.lock.addItem(line.name, line.station)
        self.lock.setCurrentIndex(max(0, self.lock.findData(chosen)))
        self.lock.blockSignals(False)

    def clear(self) -> None:
        """Be ready for the next batch; kind, station and layout stay."""
        self.amount.clear()
        self.expires.clear()
        self.count.setText("1")
        self.holder.give_back()

    def put_refusal(self, problem: Problem) -> bool:
        """Say what the desk refused at the field it speaks of; False where it speaks of none."""
        name = _FIELD_OF.get(problem.code)
        if name is None:
            return False
        self._refusal = (name, problem)
        self.rows[name].put_problem(problem)
        self.rows[name].setFocus()
        return True

    def _touched(self, *_: object) -> None:
        self._refusal = None
        self.edited.emit()

    def choose_layout(self, layout: str) -> None:
        """Take a layout by its name; one that is not known changes nothing."""
        at = self.layout_box.findData(layout)
        if at >= 0:
            self.layout_box.setCurrentIndex(at)

    def _layout_chosen(self) -> None:
        choice = self._papers.choice("voucher")._replace(layout=self.paper_layout.value)
        self._papers.keep("voucher", choice)
        self.edited.emit()

    # Reading what was typed

    def form(self) -> IssueForm | None:
        """What is to be issued, or None while something is missing or wrong."""
        minutes, expires, count = self._minutes(), self._expiry(), self._count()
        held, typed = self.holder.value, bool(self.expires.text().strip())
        if held is None or minutes is None or count is None or (typed and expires is None):
            return None
        if minutes * count > self.available(held):
            return None
        lock = str(self.lock.currentData()) if self.lock.currentData() else ""
        return IssueForm(held.member, minutes, count, self.kind.current, expires if typed else None, lock)

    @property
    def paper_layout(self) -> Layout:
        """The layout chosen."""
        return Layout(self.layout_box.currentData())

    def available(self, held: Found) -> int:
        """Minutes that ``held`` has of the kind chosen."""
        return held.credit if self.kind.current == UNITS[0] else held.allowance

    def total(self) -> tuple[Words, Tone]:
        """What the batch comes to, and whether the balance bears it."""
        held, amount = self.holder.value, self._context.amount_words
        minutes, count = self._minutes(), self._count()
        if minutes is None or count is None:
            return phrase("vouchers.sum_empty"), Tone.PLAIN
        total = minutes * count
        values = {"count": count, "each": amount(minutes), "total": amount(total)}
        if held is None:
            return phrase("vouchers.sum", **values), Tone.PLAIN
        available = self.available(held)
        if total > available:
            return phrase("vouchers.sum_short", available=amount(available), **values), Tone.BAD
        return phrase("vouchers.sum_left", left=amount(available - total), **values), Tone.PLAIN

    def sample(self, grounds: Grounds) -> VoucherFace:
        """A voucher such as this would be, for the preview."""
        held = self.holder.value
        kind: Literal["credit", "allowance"] = "credit" if self.kind.current == "credit" else "allowance"
        return sample_face(
            kind=kind,
            minutes=self._minutes() or 60,
            context=self._context,
            network=grounds.network,
            station=grounds.name,
            holder_number=held.member.number if held else f"{grounds.station:03d}-00000",
            today=grounds.today,
            expires=self._expiry(),
            locked_to=self.lock.currentText() if self.lock.currentData() else None,
        )

    def _judge(self, name: str, problem: Problem | None) -> None:
        """Say what is wrong with a field; what the desk refused stands until something is changed."""
        if problem is None and self._refusal is not None and self._refusal[0] == name:
            problem = self._refusal[1]
        self.rows[name].put_problem(problem)

    def _minutes(self) -> int | None:
        text = self.amount.text().strip()
        self.rows["amount"].put_hint("")
        if not text:
            self._judge("amount", None)
            return None
        try:
            minutes = parse_length(text)
            today = self.grounds.today if self.grounds else date.today()
            keep(may_issue(minutes, today, self._context.pack))
        except Refusal as refusal:
            self._judge("amount", refusal)
            return None
        self._judge("amount", None)
        amount, hours = self._context.amount(minutes), self._context.hours(minutes)
        said = amount if amount == hours else f"{amount} · {hours}"
        self.rows["amount"].put_hint(phrase("vouchers.amount_read", amount=said))
        return minutes

    def _count(self) -> int | None:
        count = self.count.value
        wrong = Refusal("batch_too_large", count=self.count.text().strip() or 0, most=LARGEST_BATCH)
        self._judge("count", wrong if count is None else None)
        return count

    def _expiry(self) -> date | None:
        """The last day of use: as typed, else by the rules; None where there is no end."""
        field, text = self.rows["expires"], self.expires.text().strip()
        if self.grounds is None:
            return None
        if not text:
            days = self._context.pack.value("voucher.validity_days")
            end = self.grounds.today + timedelta(days=int(days)) if days else None
            said = phrase("vouchers.expires_by_rule", day=self._context.day(end))
            self._judge("expires", None)
            field.put_hint(said if end else phrase("vouchers.no_expiry"))
            return end
        try:
            day = coming_day(text, self.grounds.today)
        except Refusal as refusal:
            self._judge("expires", refusal)
            return None
        self._judge("expires", None)
        field.put_hint(phrase("vouchers.expires_read", day=self._context.day(day)))
        return day


_PLACES = (
    ("holder", 0, 0, 2),
    ("amount", 1, 0, 1),
    ("count", 1, 1, 1),
    ("kind", 2, 0, 2),
    ("expires", 3, 0, 1),
    ("lock", 3, 1, 1),
    ("layout", 4, 0, 2),
)
"""Field, row, column, columns spanned."""

_FIELD_OF = {
    "not_enough": "amount",
    "minutes_not_positive": "amount",
    "batch_too_large": "count",
    "expiry_in_past": "expires",
    "station_not_found": "lock",
    "station_ambiguous": "lock",
}


def coming_day(text: str, today: date) -> date:
    """The day meant as an end: a month and day without a year is the next such day.

    Raises Refusal ``date_unreadable`` or ``expiry_in_past``.
    """
    day = parse_date(text, today)
    if day < today:
        day = max(day, parse_date(text, today + _YEAR))
    if day < today:
        raise Refusal("expiry_in_past", date=day.isoformat())
    return day


def read_grounds(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> Grounds:
    """Read the grounds; for the reading thread."""
    standing = desk.standing()
    return Grounds(
        standing.network,
        standing.station,
        standing.name,
        desk.station.surroundings.today(),
        tuple(desk.stations()),
    )
