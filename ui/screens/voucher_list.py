"""Vouchers in circulation and what became of the others: a list, and everything known of one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.voucher_book import VoucherDetails
from timebank.domain.voucher_code import serial_text
from timebank.journal.refs import day_of
from timebank.outcome import Problem
from timebank.paper.faces import Layout
from timebank.store.voucher_queries import VoucherLine
from ui.jobs import IsCancelled, Job, Progress, Work
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_folder, ask_new_file, recalled
from ui.screens.member_box import Found, MemberBox
from ui.screens.printing import (
    AsPictures,
    Made,
    OnPaper,
    PdfPaper,
    PrinterPaper,
    Target,
    ask_printer,
    printing_again,
)
from ui.screens.reason import ReasonAsked
from ui.screens.voucher_details import VoucherPane
from ui.screens.voucher_form import open_path
from ui.widgets import ButtonRow, Column, DataTable, EmptyState, InlineNotice, PagedRowsModel, Segments
from ui.widgets.rows import Deliver

STATES = ("", "circulation", "redeemed", "void", "expired")
STATE_ICONS = {
    "circulation": ("vouchers", Tone.GOOD),
    "redeemed": ("check", Tone.PLAIN),
    "void": ("close", Tone.PLAIN),
    "expired": ("clock", Tone.WARN),
    "not_yet_known": ("info", Tone.INFO),
}


class ListPage(QWidget):
    """Filters, the table, and the voucher under the cursor; print again, void, take back what expired."""

    counted = Signal(int, int)
    """vouchers listed, and their credit minutes together"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._order: tuple[str, bool] = ("", False)
        self._job: Job | None = None
        self._fitted = False
        self._make()
        self._lay_out()
        context.look.changed.connect(self.refresh_look)
        self.refresh_look()

    def _make(self) -> None:
        context, look = self._context, self._context.look
        self.states = Segments(
            look,
            [(state or "all", phrase(f"vouchers.state_{state or 'all'}")) for state in STATES],
            name=phrase("vouchers.filter"),
            current="all",
        )
        self.states.chosen.connect(self.refresh)
        self.holder = MemberBox(
            context, hint=phrase("vouchers.filter_holder"), name=phrase("vouchers.holder")
        )
        self.holder.taken.connect(self.refresh)
        columns: list[Column[VoucherLine]] = [
            Column("serial", phrase("vouchers.serial"), lambda v: serial_text(v.serial)),
            Column(
                "state",
                phrase("vouchers.state"),
                lambda v: phrase(f"vouchers.state_{v.state}"),
                tone=lambda v: STATE_ICONS[v.state][1],
                icon=lambda v: STATE_ICONS[v.state][0],
            ),
            Column("minutes", phrase("vouchers.amount_short"), self._said_amount, right=True),
            Column("holder", phrase("vouchers.holder"), _said_holder, stretch=True),
            Column("expires", phrase("vouchers.expires_short"), self._said_end),
        ]
        self.model = PagedRowsModel(look, columns, self._fetch)
        self.model.on_sort = self._sorted
        self.table = DataTable(look, phrase("actions.go_vouchers"))
        self.table.put_model(self.model)
        self.table.put_empty(
            EmptyState(look, "vouchers", phrase("vouchers.none"), phrase("vouchers.none_next"))
        )
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.table.chosen.connect(self._show)
        self.details = VoucherPane(context)
        self.notice = InlineNotice(look)

    def _lay_out(self) -> None:
        look = self._context.look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.notice)
        self._column.addWidget(ButtonRow(look, [self.states, self.holder]))
        self._across = QHBoxLayout()
        self._across.addWidget(self.table, 5)
        self._across.addWidget(self.details, 3)
        self._column.addLayout(self._across, 1)

    def refresh_look(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._context.look.space(3))
        self._across.setSpacing(self._context.look.space(4))

    # Reading

    def refresh(self) -> None:
        """Read the list again."""
        state, holder = self._filter()

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> tuple[int, int]:
            return desk.voucher_book.totals(state=state, holder=holder)

        self._context.reads.start(work, then=self._totals_came, slot="voucher-totals")

    def _filter(self) -> tuple[str, int]:
        state = self.states.current
        held = self.holder.value
        return ("" if state == "all" else state), (held.member.row if held is not None else 0)

    def _totals_came(self, totals: object) -> None:
        assert isinstance(totals, tuple)
        chosen = self.table.currentIndex().row()
        self.model.reset_to(totals[0])
        self.counted.emit(*totals)
        if totals[0]:
            self.table.go(max(0, min(chosen, totals[0] - 1)))
        else:
            self.details.put(None)
        self._selected()

    def _fetch(self, offset: int, limit: int, deliver: Deliver[VoucherLine]) -> None:
        state, holder = self._filter()
        order, descending = self._order

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> list[VoucherLine]:
            return desk.voucher_book.lines(
                state=state, holder=holder, order=order, descending=descending, offset=offset, limit=limit
            )

        def came(lines: object) -> None:
            assert isinstance(lines, list)
            deliver(lines)
            if lines and not self._fitted:
                self._fitted = True
                self.table.fit_columns()
            self._selected()
            self._show(self.table.currentIndex().data(_ROW))

        self._context.reads.start(work, then=came)

    def _sorted(self, key: str, descending: bool) -> None:
        self._order = (key, descending)
        self.refresh()

    def _show(self, line: object) -> None:
        if not isinstance(line, VoucherLine):
            return

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> VoucherDetails:
            return desk.voucher_book.details(line.serial)

        self._context.reads.start(work, then=self.details.put, slot="voucher-details")

    # Choosing

    def chosen(self) -> list[VoucherLine]:
        """The vouchers selected."""
        return [each for each in self.table.records() if isinstance(each, VoucherLine)]

    def settle(self) -> None:
        """Let the keys work that make sense for what is selected."""
        self._selected()

    def _selected(self, *_: object) -> None:
        if not self.isVisible():
            return
        chosen, actions = self.chosen(), self._context.actions
        open_ones = bool(chosen) and all(each.state == "circulation" for each in chosen)
        idle = self._job is None
        actions.allow("void_voucher", open_ones and idle)
        for ident in ("reprint_voucher", "print"):
            actions.allow(ident, open_ones and idle)
        self.details.allow(open_ones and idle)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._selected()

    # Doing

    def again_asked(self) -> None:
        """Ask for a printer, or for a file where there is none; then print the selected vouchers again."""
        lines = self.chosen()
        if not lines:
            return
        if not QPrinterInfo.availablePrinterNames():
            name = phrase("vouchers.file_name_again", serial=serial_text(lines[0].serial)[:-2])
            ask_new_file(
                self,
                self._context,
                "vouchers",
                title=phrase("actions.reprint_voucher"),
                name=self._context.look.say(name),
                kinds="PDF (*.pdf)",
                then=self.print_again,
            )
            return
        ask_printer(self, self.print_on)

    def print_on(self, printer: QPrinter) -> None:
        """Print the selected vouchers once more, on paper."""
        name = Path(printer.printerName())
        self._put(OnPaper(PrinterPaper(printer), self._layout(), name, self._language()))

    def print_again(self, path: Path) -> None:
        """Print the selected vouchers once more, into a PDF."""
        self._put(OnPaper(PdfPaper(), self._layout(), path, self._language()))

    def ask_pictures(self) -> None:
        """Ask for a folder, then draw the selected vouchers into it."""
        title = phrase("vouchers.issue_pictures")
        ask_folder(self, self._context, "pictures", title=title, then=self.draw_pictures)

    def draw_pictures(self, folder: Path) -> None:
        """Draw the selected vouchers for a chat message into ``folder``."""
        self._put(AsPictures(folder, self._language()))

    def _layout(self) -> Layout:
        known = recalled(self._context, "vouchers/layout")
        return Layout(known) if known in set(Layout) else Layout.A4

    def _language(self) -> str:
        return self._context.speech.language

    def _put(self, target: Target) -> None:
        serials = [each.serial for each in self.chosen()]
        if serials:
            words = phrase("vouchers.printing", count=len(serials))
            self._start(printing_again(serials, target), self._printed, words)

    def _printed(self, made: object) -> None:
        assert isinstance(made, Made)
        words = phrase("vouchers.printed_again", count=len(made.vouchers))
        if made.files:
            file = made.files[0]
            self.notice.show_notice(
                Tone.GOOD, words, action=phrase("vouchers.open_file"), do=lambda: open_path(file)
            )
        else:
            self.notice.show_notice(Tone.GOOD, words)

    def void_asked(self) -> None:
        """Ask why the selected vouchers shall be void; then withdraw them."""
        chosen = self.chosen()
        if not chosen:
            return
        total = self._context.amount_words(sum(each.minutes for each in chosen))
        dialog = ReasonAsked(
            self._context.look,
            phrase("vouchers.void_title", count=len(chosen)),
            phrase("vouchers.void_sentence", count=len(chosen), amount=total),
            phrase("actions.void_voucher"),
            self,
        )
        dialog.accepted.connect(lambda: self.void([each.serial for each in chosen], dialog.reason))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def void(self, serials: Sequence[bytes], reason: str) -> None:
        """Withdraw vouchers; their minutes go back to the holders."""

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> int:
            desk.vouchers.withdraw(serials, reason)
            return len(serials)

        def done(count: object) -> None:
            self.notice.show_notice(Tone.GOOD, phrase("vouchers.voided", count=count))

        self._start(work, done, phrase("vouchers.voiding"))

    def expire(self) -> None:
        """Take back the minutes of vouchers whose last day has passed."""

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> int:
            return len(desk.vouchers.expire())

        def done(count: object) -> None:
            words = phrase("vouchers.expired_done", count=count) if count else phrase("vouchers.expired_none")
            self.notice.show_notice(Tone.GOOD if count else Tone.INFO, words)

        self._start(work, done, phrase("vouchers.expiring"))

    def _start(self, work: Work[Desk], done: object, words: Words) -> None:
        """One piece of writing at a time, from this page."""
        if self._job is not None:
            return
        self.notice.dismiss()

        def then(result: object) -> None:
            assert callable(done)
            done(result)
            self._context.changed.changed.emit()

        self._job = self._context.jobs.start(work, then=then, refused=self._refused)
        self._job.ended.connect(self._over)
        self._context.follow(self._job, words)
        self._selected()

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def _over(self) -> None:
        self._job = None
        self._selected()

    def show_holder(self, found: Found | None) -> None:
        """List the vouchers of one holder."""
        if found is not None:
            self.holder.look_up(found.member)

    # What the cells say

    def _said_amount(self, line: VoucherLine) -> Words:
        amount = self._context.amount_words(line.minutes)
        return phrase("vouchers.amount_allowance", amount=amount) if line.unit else amount

    def _said_end(self, line: VoucherLine) -> Words:
        return self._context.day(day_of(line.expires)) if line.expires else phrase("vouchers.no_expiry")


def _said_holder(line: VoucherLine) -> str:
    return line.number if line.name == line.number else f"{line.name}  {line.number}"


_ROW = 256  # Qt.ItemDataRole.UserRole, where the table keeps the record
