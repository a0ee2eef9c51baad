"""Vouchers: what is in circulation, and issuing new ones."""

from __future__ import annotations

from collections.abc import Sequence
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
        self._issue = actions.button("issue_voucher", Kind.PRIMARY)
        self._expire = Button(
            look, phrase("vouchers.expire"), icon="clock", hint=phrase("vouchers.expire_hint")
        )
        self._expire.clicked.connect(lambda: self.list.expire())  # noqa: PLW0108  made when asked
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
        actions.on("vouchers", "issue_voucher", self.open_form)
        actions.on("vouchers", "find", self._find)
        actions.on("vouchers", "print", self._print)
        actions.on("vouchers", "reprint_voucher", lambda: self.list.again_asked())  # noqa: PLW0108  made when asked
        actions.on("vouchers", "void_voucher", lambda: self.list.void_asked())  # noqa: PLW0108  made when asked
        context.changed.changed.connect(self._changed)
        look.changed.connect(self.refresh)
        self.refresh()

    @cached_property
    def list(self) -> ListPage:
        """What is in circulation, made when it is first wanted."""
        page = self.pages.take(ListPage(self._context))
        page.counted.connect(self._counted)
        page.details.pictures.clicked.connect(page.ask_pictures)
        page.details.copy.clicked.connect(page.copy_picture)
        return page

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
        elif isinstance(self.pages.currentWidget(), IssuePage):
            self.open_form()
        else:
            self._open_list()

    def open_form(self, holder: MemberRecord | None = None) -> None:
        """Begin a batch."""
        self._show(self.form)
        self.form.enter(holder)

    def back(self) -> bool:
        """One level back: from the form to the list. False where there is nowhere further back."""
        if not isinstance(self.pages.currentWidget(), IssuePage):
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
        on_list = isinstance(page, ListPage)
        self._issue.setVisible(on_list)
        self._expire.setVisible(on_list)
        self._back.setVisible(not on_list)
        for ident in ("void_voucher", "reprint_voucher", "issue_voucher"):
            self._context.actions.allow(ident, on_list)
        if not on_list:
            self._header.put(phrase("actions.issue_voucher"), phrase("vouchers.issue_subtitle"))

    def _print_now(self, serials: Sequence[bytes]) -> None:
        """Vouchers were issued and did not come out: show them in the list, and how they will come out."""
        self._open_list()
        self.list.print_asked(serials)

    def _counted(self, sums: VoucherSums) -> None:
        if isinstance(self.pages.currentWidget(), ListPage):
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
        here = self.pages.currentWidget()
        (here.fields.holder if isinstance(here, IssuePage) else self.list.holder).setFocus()

    def _print(self) -> None:
        here = self.pages.currentWidget()
        if isinstance(here, IssuePage):
            here.print_asked()
        else:
            self.list.again_asked()

    def _changed(self) -> None:
        here = self.pages.currentWidget()
        if self.isVisible() and isinstance(here, ListPage):
            here.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self._context.look.space(2))
