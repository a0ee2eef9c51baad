"""Vouchers: what is in circulation, and issuing new ones."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.store.people_queries import MemberRecord
from timebank.store.voucher_queries import VoucherSums
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.member_box import member_in
from ui.screens.voucher_form import IssuePage
from ui.screens.voucher_list import ListPage
from ui.widgets import Button, Kind, PageHeader, Pages


class VouchersScreen(QWidget):
    """The list of vouchers; F5 opens the form, Esc goes back to the list."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        look, actions = context.look, context.actions
        self.pages = Pages()
        self.list = self.pages.take(ListPage(context))
        self._issue = actions.button("issue_voucher", Kind.PRIMARY)
        self._expire = Button(
            look, phrase("vouchers.expire"), icon="clock", hint=phrase("vouchers.expire_hint")
        )
        self._expire.clicked.connect(self.list.expire)
        self._back = Button(look, phrase("vouchers.to_list"), icon="arrow-left", key="Esc")
        self._back.clicked.connect(self.back)
        self._header = PageHeader(
            look,
            phrase("actions.go_vouchers"),
            icon="vouchers",
            actions=[self._back, self._expire, self._issue],
        )
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._header)
        self._column.addWidget(self.pages, 1)
        self.list.counted.connect(self._counted)
        self.list.details.pictures.clicked.connect(self.list.ask_pictures)
        self.list.details.copy.clicked.connect(self.list.copy_picture)
        actions.on("vouchers", "issue_voucher", self.open_form)
        actions.on("vouchers", "find", self._find)
        actions.on("vouchers", "print", self._print)
        actions.on("vouchers", "reprint_voucher", self.list.again_asked)
        actions.on("vouchers", "void_voucher", self.list.void_asked)
        context.changed.changed.connect(self._changed)
        look.changed.connect(self.refresh)
        self.refresh()
        self._show(self.list)

    @cached_property
    def form(self) -> IssuePage:
        """The form for a batch, made when it is first wanted."""
        page = self.pages.take(IssuePage(self._context))
        page.again_wanted.connect(self._print_now)
        return page

    def enter(self, payload: object | None) -> None:
        """Show the list; with a member, the form with that member as the holder."""
        member = member_in(payload)
        if member is not None:
            self.open_form(member)
        elif self.pages.currentWidget() is not self.list:
            self.open_form()
        else:
            self._open_list()

    def open_form(self, holder: MemberRecord | None = None) -> None:
        """Begin a batch."""
        self._show(self.form)
        self.form.enter(holder)

    def back(self) -> bool:
        """One level back: from the form to the list. False where there is nowhere further back."""
        if self.pages.currentWidget() is self.list:
            return False
        self._open_list()
        return True

    def _open_list(self) -> None:
        self._show(self.list)
        self.list.settle()
        self.list.refresh()
        self.list.table.setFocus()

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        on_list = page is self.list
        self._issue.setVisible(on_list)
        self._expire.setVisible(on_list)
        self._back.setVisible(not on_list)
        for ident in ("void_voucher", "reprint_voucher", "issue_voucher"):
            self._context.actions.allow(ident, on_list)
        if not on_list:
            self._header.put(phrase("actions.issue_voucher"), phrase("vouchers.issue_subtitle"))

    def _print_now(self, serials: list[bytes]) -> None:
        """Vouchers were issued and did not come out: show them in the list, and how they will come out."""
        self._open_list()
        self.list.print_asked(serials)

    def _counted(self, sums: VoucherSums) -> None:
        if self.pages.currentWidget() is self.list:
            said = phrase(
                "vouchers.totals", count=sums.vouchers, amount=self._context.amount_words(sums.credit)
            )
            if sums.allowance:
                said = phrase(
                    "vouchers.totals_both",
                    count=sums.vouchers,
                    amount=self._context.amount_words(sums.credit),
                    allowance=self._context.hours_words(sums.allowance),
                )
            self._header.put(phrase("actions.go_vouchers"), said)

    def _find(self) -> None:
        on_list = self.pages.currentWidget() is self.list
        (self.list.holder if on_list else self.form.fields.holder).setFocus()

    def _print(self) -> None:
        if self.pages.currentWidget() is self.list:
            self.list.again_asked()
        else:
            self.form.print_asked()

    def _changed(self) -> None:
        if self.isVisible():
            self.list.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._context.look.space(2))
