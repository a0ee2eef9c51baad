"""The form that issues vouchers, with the page beside it as it will come out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QBoxLayout, QComboBox, QDialog, QGridLayout, QHBoxLayout, QLineEdit, QWidget

from timebank.desk.desk import Desk
from timebank.desk.network import StationLine
from timebank.desk.vouchers import LARGEST_BATCH, IssueForm
from timebank.domain.credit import UNITS
from timebank.domain.quantities import parse_date, parse_length
from timebank.outcome import Fault, Problem, Refusal
from timebank.paper.faces import Layout
from timebank.policy.eligibility import may_issue
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_folder, ask_new_file, recalled, remember
from ui.screens.member_box import Found, MemberBox
from ui.screens.preview import Preview, sample_face
from ui.screens.printing import AsPictures, Made, OnPaper, PdfPaper, PrinterPaper, Target, issuing
from ui.screens.scroll import Scroll
from ui.widgets import Button, ButtonRow, Card, FormField, InlineNotice, Kind, Segments, Text

_YEAR = timedelta(days=334)
"""Added to today when a month and day without a year shall be the next such day, not the last."""


class Grounds(NamedTuple):
    """What the form has to know of the station, read beside the screen."""

    network: str
    station: int
    name: str
    today: date
    stations: tuple[StationLine, ...]
    printers: tuple[str, ...]


class CountLine(QLineEdit):
    """How many: digits of any width, 张 or not; the arrow keys step."""

    def __init__(self, most: int) -> None:
        super().__init__("1")
        self._most = most

    @property
    def value(self) -> int | None:
        """The number typed, None where it is none or out of bounds."""
        plain = unicodedata.normalize("NFKC", self.text()).replace("张", "").strip()
        if not plain.isdecimal() or not 1 <= int(plain) <= self._most:
            return None
        return int(plain)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or self.value is None:
            super().keyPressEvent(event)
        else:
            event.accept()
            self.setText(str(max(1, min(self._most, self.value + step))))


class IssuePage(QWidget):
    """Holder, amount, count, kind, end, station and layout; then paper, printer or pictures."""

    issued = Signal(object)
    """the :class:`Made` of a batch, on paper or not"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._grounds: Grounds | None = None
        self._job: Job | None = None
        self._refusal: tuple[str, Problem] | None = None
        self._make_fields()
        self._lay_out()
        context.look.changed.connect(self.refresh)
        context.actions["print"].triggered.connect(self._print_asked)
        self.refresh()

    def _make_fields(self) -> None:
        look = self._context.look
        self.holder = MemberBox(
            self._context, hint=phrase("vouchers.holder_hint"), name=phrase("vouchers.holder")
        )
        self.holder.taken.connect(self._edited)
        self.amount, self.expires = QLineEdit(), QLineEdit()
        self.count = CountLine(LARGEST_BATCH)
        self.lock, self.layout_box = QComboBox(), QComboBox()
        for layout in Layout:
            self.layout_box.addItem("", layout.value)
        kept = self.layout_box.findData(recalled(self._context, "vouchers/layout"))
        self.layout_box.setCurrentIndex(max(0, kept))
        self.kind = Segments(
            look,
            [(unit, phrase(f"vouchers.unit_{unit}")) for unit in UNITS],
            name=phrase("vouchers.unit"),
            current=UNITS[0],
        )
        self.amount.textChanged.connect(self._edited)
        self.expires.textChanged.connect(self._edited)
        self.count.textChanged.connect(self._edited)
        self.lock.currentIndexChanged.connect(self._edited)
        self.layout_box.currentIndexChanged.connect(self._layout_chosen)
        self.kind.chosen.connect(self._edited)
        field: Callable[[str, QWidget], FormField] = lambda name, editor: FormField(  # noqa: E731
            look, phrase(f"vouchers.{name}"), editor
        )
        self.fields = {
            "holder": field("holder", self.holder),
            "amount": field("amount", self.amount),
            "count": field("count", self.count),
            "kind": field("unit", self.kind),
            "expires": field("expires", self.expires),
            "lock": field("lock", self.lock),
            "layout": field("layout", self.layout_box),
        }

    def _lay_out(self) -> None:
        look = self._context.look
        self.notice = InlineNotice(look)
        self._sum = Text(look, "", Role.LABEL)
        self.print_button = self._context.actions.button("print", Kind.PRIMARY, phrase("vouchers.issue_pdf"))
        self.pdf_button = Button(look, phrase("vouchers.issue_pdf"), icon="file")
        self.pdf_button.clicked.connect(self._pdf_asked)
        self.pictures_button = Button(
            look, phrase("vouchers.issue_pictures"), icon="qr", hint=phrase("vouchers.pictures_hint")
        )
        self.pictures_button.clicked.connect(self._pictures_asked)
        self._grid = QGridLayout()
        places = (
            ("holder", 0, 0, 2),
            ("amount", 1, 0, 1),
            ("count", 1, 1, 1),
            ("kind", 2, 0, 2),
            ("expires", 3, 0, 1),
            ("lock", 3, 1, 1),
            ("layout", 4, 0, 2),
        )
        for name, row, column, span in places:
            self._grid.addWidget(self.fields[name], row, column, 1, span)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)
        card = Card(look)
        card.body.addLayout(self._grid)
        form = Scroll(look)
        form.column.addWidget(card)
        form.column.addStretch(1)
        left = QWidget()
        self._left = QBoxLayout(QBoxLayout.Direction.TopToBottom, left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.addWidget(self.notice)
        self._left.addWidget(form, 1)
        self._left.addWidget(self._sum)
        self._left.addWidget(ButtonRow(look, [self.print_button, self.pdf_button, self.pictures_button]))
        self.preview = Preview(self._context)
        preview = Card(look, phrase("vouchers.preview"))
        preview.body.addWidget(self.preview, 1)
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addWidget(left, 1)
        self._across.addWidget(preview, 1)

    # Being shown

    def enter(self, holder: MemberRecord | None) -> None:
        """Begin a batch, for ``holder`` where one is known already."""
        self._context.reads.start(_read_grounds, then=self._grounds_came, slot="voucher-grounds")
        if holder is not None:
            self.holder.look_up(holder)
            self.amount.setFocus()
        elif self.holder.value is not None:
            self.holder.look_up(self.holder.value.member)
            self.amount.setFocus()
        else:
            self.holder.setFocus()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._context.look
        self.amount.setPlaceholderText(look.say(phrase("vouchers.amount_hint")))
        self.expires.setPlaceholderText(look.say(phrase("vouchers.expires_hint")))
        for n, layout in enumerate(Layout):
            self.layout_box.setItemText(n, look.say(phrase(f"vouchers.layout_{layout.value}")))
        gap = look.space(3)
        self._grid.setHorizontalSpacing(gap)
        self._grid.setVerticalSpacing(gap)
        self._left.setSpacing(gap)
        self._across.setSpacing(look.space(4))
        self._fill_stations()
        self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._context.actions.allow("print", True)

    def _grounds_came(self, grounds: object) -> None:
        assert isinstance(grounds, Grounds)
        self._grounds = grounds
        self.print_button.put(
            phrase("vouchers.issue_print" if grounds.printers else "vouchers.issue_pdf"),
            icon="print" if grounds.printers else "file",
        )
        self.pdf_button.setVisible(bool(grounds.printers))
        self._fill_stations()
        self._read()

    def _fill_stations(self) -> None:
        chosen = self.lock.currentData()
        self.lock.blockSignals(True)
        self.lock.clear()
        self.lock.addItem(self._context.look.say(phrase("vouchers.any_station")), 0)
        for line in self._grounds.stations if self._grounds else ():
            if line.state == "enrolled":
                self.lock.addItem(line.name, line.station)
        self.lock.setCurrentIndex(max(0, self.lock.findData(chosen)))
        self.lock.blockSignals(False)

    # Reading what was typed

    def _edited(self, *_: object) -> None:
        self._refusal = None
        self._read()

    def _read(self) -> None:
        """Check as people type: say what is understood, what is wrong, and show the page."""
        minutes, expires, count = self._minutes(), self._expiry(), self._count()
        self._say_sum(minutes, count)
        ready = self.form() is not None and self._job is None
        if self.isVisible():
            self._context.actions.allow("print", ready)
        self.pdf_button.setEnabled(ready)
        self.pictures_button.setEnabled(ready)
        if self._refusal is not None:
            self.fields[self._refusal[0]].put_problem(self._refusal[1])
        if self._grounds is None:
            return
        held = self.holder.value
        number = held.member.number if held else f"{self._grounds.station:03d}-00000"
        kind: Literal["credit", "allowance"] = "credit" if self.kind.current == "credit" else "allowance"
        face = sample_face(
            kind=kind,
            minutes=minutes or 60,
            context=self._context,
            network=self._grounds.network,
            station=self._grounds.name,
            holder_number=number,
            today=self._grounds.today,
            expires=expires,
            locked_to=self.lock.currentText() if self.lock.currentData() else None,
        )
        self.preview.put(face, self.paper_layout, count or 1)

    def _minutes(self) -> int | None:
        text = self.amount.text().strip()
        self.fields["amount"].put_hint("")
        if not text:
            self.fields["amount"].put_problem(None)
            return None
        try:
            minutes = parse_length(text)
            today = self._grounds.today if self._grounds else date.today()
            for breach in may_issue(minutes, today, self._context.pack):
                raise Refusal(breach.code, **breach.facts)
        except Refusal as refusal:
            self.fields["amount"].put_problem(refusal)
            return None
        self.fields["amount"].put_problem(None)
        amount, hours = self._context.amount(minutes), self._context.hours(minutes)
        said = amount if amount == hours else f"{amount} · {hours}"
        self.fields["amount"].put_hint(phrase("vouchers.amount_read", amount=said))
        return minutes

    def _count(self) -> int | None:
        count = self.count.value
        wrong = Refusal("batch_too_large", count=self.count.text().strip() or 0, most=LARGEST_BATCH)
        self.fields["count"].put_problem(wrong if count is None else None)
        return count

    def _expiry(self) -> date | None:
        """The last day of use: as typed, else by the rules; None where there is no end."""
        field, text = self.fields["expires"], self.expires.text().strip()
        if self._grounds is None:
            return None
        if not text:
            days = self._context.pack.value("voucher.validity_days")
            end = self._grounds.today + timedelta(days=int(days)) if days else None
            said = phrase("vouchers.expires_by_rule", day=self._context.day(end))
            field.put_problem(None)
            field.put_hint(said if end else phrase("vouchers.no_expiry"))
            return end
        try:
            day = coming_day(text, self._grounds.today)
        except Refusal as refusal:
            field.put_problem(refusal)
            return None
        field.put_problem(None)
        field.put_hint(phrase("vouchers.expires_read", day=self._context.day(day)))
        return day

    def form(self) -> IssueForm | None:
        """What is to be issued, or None while something is missing or wrong."""
        minutes, expires, count = self._minutes(), self._expiry(), self._count()
        held, typed = self.holder.value, bool(self.expires.text().strip())
        if held is None or minutes is None or count is None or (typed and expires is None):
            return None
        if minutes * count > self._available(held):
            return None
        lock = str(self.lock.currentData()) if self.lock.currentData() else ""
        return IssueForm(held.member, minutes, count, self.kind.current, expires if typed else None, lock)

    @property
    def paper_layout(self) -> Layout:
        """The layout chosen."""
        return Layout(self.layout_box.currentData())

    def _layout_chosen(self) -> None:
        remember(self._context, "vouchers/layout", self.paper_layout.value)
        self._read()

    def _available(self, held: Found) -> int:
        return held.credit if self.kind.current == UNITS[0] else held.allowance

    def _say_sum(self, minutes: int | None, count: int | None) -> None:
        held, amount = self.holder.value, self._context.amount_words
        if minutes is None or count is None:
            self._sum.put(phrase("vouchers.sum_empty"), Tone.PLAIN, soft=True)
            return
        total = minutes * count
        values = {"count": count, "each": amount(minutes), "total": amount(total)}
        if held is None:
            self._sum.put(phrase("vouchers.sum", **values), Tone.PLAIN, soft=False)
        elif total > self._available(held):
            available = amount(self._available(held))
            self._sum.put(phrase("vouchers.sum_short", available=available, **values), Tone.BAD, soft=False)
        else:
            left = amount(self._available(held) - total)
            self._sum.put(phrase("vouchers.sum_left", left=left, **values), Tone.PLAIN, soft=False)

    # Issuing

    def _print_asked(self) -> None:
        if not self.isVisible() or self._grounds is None:
            return
        if not self._grounds.printers:
            self._pdf_asked()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: self.issue_to_printer(printer))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)  # not QPrintDialog's own, which wants a slot

    def _pdf_asked(self) -> None:
        held = self.holder.value
        if held is None or self._grounds is None:
            return
        name = self._context.look.say(
            phrase("vouchers.file_name", number=held.member.number, day=self._grounds.today.isoformat())
        )
        ask_new_file(
            self,
            self._context,
            "vouchers",
            title=phrase("vouchers.issue_pdf"),
            name=name,
            kinds="PDF (*.pdf)",
            then=self.issue_to_pdf,
        )

    def _pictures_asked(self) -> None:
        ask_folder(
            self,
            self._context,
            "pictures",
            title=phrase("vouchers.issue_pictures"),
            then=self.issue_as_pictures,
        )

    def issue_to_pdf(self, path: Path) -> None:
        """Issue what the form says and print it into ``path``."""
        language = self._context.speech.language
        self._issue(OnPaper(PdfPaper(), self.paper_layout, path, language))

    def issue_to_printer(self, printer: QPrinter) -> None:
        """Issue what the form says and send it to ``printer``."""
        language, name = self._context.speech.language, Path(printer.printerName())
        self._issue(OnPaper(PrinterPaper(printer), self.paper_layout, name, language))

    def issue_as_pictures(self, folder: Path) -> None:
        """Issue what the form says and draw one picture each into ``folder``."""
        self._issue(AsPictures(folder, self._context.speech.language))

    def _issue(self, target: Target) -> None:
        form = self.form()
        if form is None or self._job is not None:
            return
        self.notice.dismiss()
        context = self._context
        self._job = context.jobs.start(
            issuing(form, target, context.speech.language), then=self._made, refused=self._refused
        )
        self._job.cancelled.connect(lambda: self._stopped(form))
        self._job.ended.connect(self._over)
        context.follow(self._job, phrase("vouchers.issuing", count=form.count, name=form.holder.name))
        self._read()

    def _made(self, made: object) -> None:
        assert isinstance(made, Made)
        self._context.changed.changed.emit()
        first = made.vouchers[0]
        values = {
            "count": len(made.vouchers),
            "each": self._context.amount_words(first.minutes),
            "name": first.holder.name,
        }
        if made.problem is not None:
            words: Words = phrase("vouchers.issued_not_printed", problem=made.problem, **values)
            self.notice.show_notice(Tone.WARN, words)
        else:
            file = made.files[0]
            words = phrase("vouchers.issued", file=file.name, **values)
            opened = file if len(made.files) == 1 else file.parent
            if file.exists():
                self.notice.show_notice(
                    Tone.GOOD, words, action=phrase("vouchers.open_file"), do=lambda: open_path(opened)
                )
            else:
                self.notice.show_notice(Tone.GOOD, phrase("vouchers.issued_printer", **values))
        self.amount.clear()
        self.expires.clear()
        self.count.setText("1")
        self.holder.give_back()
        self.issued.emit(made)

    def _refused(self, problem: Problem) -> None:
        """Say it where it belongs; what was typed stays."""
        field = _FIELD_OF.get(problem.code)
        if field is None or isinstance(problem, Fault):
            self.notice.show_problem(problem)
        else:
            self._refusal = (field, problem)
            self.fields[field].setFocus()

    def _stopped(self, form: IssueForm) -> None:
        self._context.changed.changed.emit()
        self.notice.show_notice(Tone.INFO, phrase("vouchers.stopped", name=form.holder.name))
        self.holder.look_up(form.holder)

    def _over(self) -> None:
        self._job = None
        self._read()


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


def open_path(path: Path) -> None:
    """Show a file or folder with the system's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _read_grounds(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> Grounds:
    standing = desk.standing()
    return Grounds(
        standing.network,
        standing.station,
        standing.name,
        desk.station.surroundings.today(),
        tuple(desk.stations()),
        tuple(QPrinterInfo.availablePrinterNames()),
    )
