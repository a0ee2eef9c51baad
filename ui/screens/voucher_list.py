"""Vouchers in circulation and what became of the others: a list, and everything known of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.voucher_book import UNPRINTED, VoucherDetails
from timebank.domain.credit import UNITS
from timebank.domain.voucher_code import serial_text
from timebank.journal.refs import day_of
from timebank.store.voucher_queries import VoucherLine, VoucherSums
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.member_box import Found, MemberBox
from ui.screens.reason import ReasonAsked
from ui.screens.voucher_details import VoucherPane
from ui.screens.voucher_prints import PrintsVouchers
from ui.widgets import ButtonRow, Column, DataTable, EmptyState, InlineNotice, PagedRowsModel, Segments
from ui.widgets.rows import Deliver

STATES = ("", "circulation", UNPRINTED, "redeemed", "void", "expired")
STATE_ICONS = {
    "circulation": ("vouchers", Tone.GOOD),
    "redeemed": ("check", Tone.PLAIN),
    "void": ("close", Tone.PLAIN),
    "expired": ("clock", Tone.WARN),
    "not_yet_known": ("info", Tone.INFO),
}


class ListPage(PrintsVouchers):
    """Filters, the table, and the voucher under the cursor; print again, void, take back what expired."""

    counted = Signal(object)
    """the :class:`VoucherSums` of what is listed"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._order: tuple[str, bool] = ("", False)
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
        self.unit = QComboBox()
        for unit in ("", *UNITS):
            self.unit.addItem("", unit)
        self.unit.currentIndexChanged.connect(self.refresh)
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
        self.table.selectionModel().selectionChanged.connect(self.settle)
        self.table.chosen.connect(self._show)
        self.details = VoucherPane(context)
        self.waiting = InlineNotice(look)

    def _lay_out(self) -> None:
        look = self._context.look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.notice)
        self._column.addWidget(self.waiting)
        self._column.addWidget(ButtonRow(look, [self.states, self.unit, self.holder]))
        self._across = QHBoxLayout()
        self._across.addWidget(self.table, 5)
        self._across.addWidget(self.details, 3)
        self._column.addLayout(self._across, 1)

    def refresh_look(self) -> None:
        """Say what is not said by itself, and keep the gaps in step with the text size."""
        say = self._context.look.say
        for n, unit in enumerate(("all", *UNITS)):
            self.unit.setItemText(n, say(phrase(f"vouchers.unit_{unit}")))
        self.unit.setAccessibleName(say(phrase("vouchers.unit")))
        self._column.setSpacing(self._context.look.space(3))
        self._across.setSpacing(self._context.look.space(4))

    # Reading

    def refresh(self) -> None:
        """Read the list again."""
        state, holder, unit = self._filter()

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> tuple[VoucherSums, VoucherSums]:
            book = desk.voucher_book
            return book.sums(state=state, holder=holder, unit=unit), book.sums(state=UNPRINTED)

        self._context.reads.start(work, then=self._sums_came, slot="voucher-totals")

    def _filter(self) -> tuple[str, int, int | None]:
        state, unit = self.states.current, str(self.unit.currentData())
        held = self.holder.value
        return (
            "" if state == "all" else state,
            held.member.row if held is not None else 0,
            UNITS.index(unit) if unit else None,
        )

    def _sums_came(self, both: object) -> None:
        assert isinstance(both, tuple)
        sums, unprinted = both
        chosen = self.table.currentIndex().row()
        self.model.reset_to(sums.vouchers)
        self.counted.emit(sums)
        if sums.vouchers:
            self.table.go(max(0, min(chosen, sums.vouchers - 1)))
        else:
            self.details.put(None)
        if unprinted.vouchers:
            self.waiting.show_notice(
                Tone.WARN,
                phrase("vouchers.unprinted", count=unprinted.vouchers),
                action=phrase("vouchers.print_unprinted"),
                do=self.print_unprinted,
                can_dismiss=False,
            )
        else:
            self.waiting.hide()
        self.settle()

    def _fetch(self, offset: int, limit: int, deliver: Deliver[VoucherLine]) -> None:
        state, holder, unit = self._filter()
        order, descending = self._order

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> list[VoucherLine]:
            return desk.voucher_book.lines(
                state=state,
                holder=holder,
                unit=unit,
                order=order,
                descending=descending,
                offset=offset,
                limit=limit,
            )

        def came(lines: object) -> None:
            assert isinstance(lines, list)
            deliver(lines)
            if lines and not self._fitted:
                self._fitted = True
                self.table.fit_columns()
            self.settle()
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

    def settle(self, *_: object) -> None:
        """Let the keys work that make sense for what is selected."""
        if not self.isVisible():
            return
        chosen, actions = self.chosen(), self._context.actions
        open_ones = bool(chosen) and all(each.state == "circulation" for each in chosen)
        idle = self._job is None
        actions.allow("void_voucher", open_ones and idle)
        for ident in ("reprint_voucher", "print"):
            actions.allow(ident, open_ones and idle)
        self.details.allow(open_ones and idle, one=len(chosen) == 1)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.settle()

    def with_chosen(self, then: Callable[[list[bytes]], None]) -> None:
        """Do something with the serials of all selected rows, also those that were never shown."""
        records = self.table.records()
        if all(isinstance(each, VoucherLine) for each in records):
            then([each.serial for each in self.chosen()])
            return
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        state, holder, unit = self._filter()
        order, descending = self._order

        def read(desk: Desk) -> list[bytes]:
            lines = desk.voucher_book.lines(
                state=state,
                holder=holder,
                unit=unit,
                order=order,
                descending=descending,
                offset=rows[0],
                limit=rows[-1] - rows[0] + 1,
            )
            return [lines[row - rows[0]].serial for row in rows if row - rows[0] < len(lines)]

        self._context.read(read, then, slot="voucher-serials", refused=self._refused)

    # Taking back

    def void_asked(self) -> None:
        """Ask why the selected vouchers shall be void; then withdraw them."""
        if self.chosen():
            self.with_chosen(self._ask_why)

    def _ask_why(self, serials: Sequence[bytes]) -> None:
        self._context.read(
            lambda desk: [desk.voucher_book.details(each).line for each in serials],
            self._why_void,
            slot="voucher-void",
            refused=self._refused,
        )

    def _why_void(self, chosen: Sequence[VoucherLine]) -> None:
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
