"""The preview before anything is printed: the pages, and where, how and from which place on they come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from timebank.outcome import Problem
from timebank.paper.font import missing_characters
from ui.look import Role, Tone
from ui.look.kept import PaperChoice, Papers
from ui.paper.paged import WHOLE, Paged, named_printer, printers, reach
from ui.paper.press import Order, Pages
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_new_file
from ui.screens.page_view import PageView
from ui.screens.printers import trial_work
from ui.screens.scroll import Scroll
from ui.screens.voucher_fields import CountLine
from ui.widgets import Button, FormField, InlineNotice, Kind, Text

_FIRST, _FIRST_HINT = phrase("printing.first_label"), phrase("printing.first_hint")
_PRINT, _SAVE = phrase("printing.print"), phrase("printing.save_pdf")


def _one_place(_layout: str) -> int:
    return 1


@dataclass(frozen=True)
class Document:
    """Something to print: its kind of paper, and its pages for a layout, a place to begin, and margins."""

    kind: str
    """one of ``ui.look.kept.PAPERS``"""
    title: Words
    file_name: Words
    """what a PDF of it is called"""
    pages: Pages
    """called beside the screen, and on the press"""
    layouts: tuple[str, ...]
    places: Callable[[str], int] = _one_place
    """at how many places of the first page it may begin"""
    first: int = 0
    first_words: Words = _FIRST
    first_hint: Words = _FIRST_HINT
    note: Words = ""
    """a word on it, beside its pages"""
    letters: str = ""
    """names on it, to warn of characters that our font lacks"""
    copies: bool = True
    """whether more than one may be printed; never of vouchers"""
    layout: str = ""
    """the layout to begin with; else the one chosen last"""
    sample: bool = False
    """whether the pages shown are samples of what will be made"""
    do: Words = _PRINT
    do_pdf: Words = _SAVE


class PrintDialog(QDialog):
    """Shows a document as it will come out. Ctrl+P prints it, Esc goes back; Enter does nothing.

    Use ``open()`` and ``ordered``; it closes by itself once something is ordered.
    """

    ordered = Signal(object)
    """the :class:`Order`"""

    def __init__(self, context: ScreenContext, document: Document, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._document = context, document
        self._papers = Papers(context.home)
        self._kept = self._papers.choice(document.kind)
        self._possible = False
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = PageView(context, sample=document.sample, parent=self)
        self.view.came.connect(self._came)
        self.view.refused.connect(self._refused)
        self._make_fields()
        self._lay_out()
        QShortcut(QKeySequence("Ctrl+P"), self, self._print)
        QShortcut(QKeySequence(Qt.Key.Key_PageDown), self, lambda: self.view.turn(1))
        QShortcut(QKeySequence(Qt.Key.Key_PageUp), self, lambda: self.view.turn(-1))
        context.look.changed.connect(self.refresh)
        self.refresh()
        self._put_printers(())
        (self.layout_box if len(document.layouts) > 1 else self.first).setFocus()
        context.read(lambda _desk: printers(), self._put_printers, slot="printers", refused=self._refused)

    # Making

    def _make_fields(self) -> None:
        look, document = self._context.look, self._document
        self.printer, self.layout_box = QComboBox(), QComboBox()
        for layout in document.layouts:
            self.layout_box.addItem("", layout)
        self.layout_box.setCurrentIndex(
            max(0, self.layout_box.findData(document.layout or self._kept.layout))
        )
        self.copies = CountLine(99, self._kept.copies if document.copies else 1)
        self.first = CountLine(max(1, document.places(self.paper_layout)), document.first + 1)
        self.printer.currentIndexChanged.connect(self._again)
        self.layout_box.currentIndexChanged.connect(self._layout_chosen)
        self.first.textChanged.connect(self._again)
        self.copies.textChanged.connect(self._settle)
        self.rows = {
            "printer": FormField(look, phrase("printing.printer"), self.printer),
            "layout": FormField(look, phrase("vouchers.layout"), self.layout_box),
            "first": FormField(look, document.first_words, self.first, hint=document.first_hint),
            "copies": FormField(look, phrase("printing.copies"), self.copies),
        }
        self.rows["copies"].setVisible(document.copies)
        self.no_printer = Text(look, phrase("printing.no_printer"), soft=True)
        self.notice = InlineNotice(look)
        self.warning = InlineNotice(look)
        rare = missing_characters(document.letters)
        if rare:
            self.warning.show_notice(Tone.WARN, phrase("printing.rare", letters="、".join(rare)))
        self.print_button = Button(look, document.do, icon="print", key="Ctrl+P", kind=Kind.PRIMARY)
        self.print_button.clicked.connect(self._print)
        self.pdf_button = Button(look, document.do_pdf, icon="file")
        self.pdf_button.clicked.connect(self._ask_file)
        self.trial_button = Button(look, phrase("printing.trial"), icon="check")
        self.trial_button.clicked.connect(self._trial)
        self.close_button = Button(look, phrase("window.close"), key="Esc", icon="close")
        self.close_button.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        look = self._context.look
        fields = Scroll(look)
        note = Text(look, self._document.note, soft=True)
        for part in (
            Text(look, self._document.title, Role.TITLE), note, self.notice, self.warning, self.no_printer,
            *self.rows.values(),
        ):  # fmt: skip
            fields.column.addWidget(part)
        note.setVisible(bool(self._document.note))
        fields.column.addStretch(1)
        self._right = QVBoxLayout()
        self._right.addWidget(fields, 1)
        for button in (self.print_button, self.pdf_button, self.trial_button, self.close_button):
            self._right.addWidget(button)
        self._across = QHBoxLayout(self)
        self._across.addWidget(self.view, 3)
        self._across.addLayout(self._right, 2)

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._context.look
        self.setWindowTitle(look.say(self._document.title))
        for n, layout in enumerate(self._document.layouts):
            self.layout_box.setItemText(
                n, look.say(phrase(f"printing.layout_{self._document.kind}_{layout}"))
            )
        pad = look.space(5)
        self._across.setContentsMargins(pad, pad, pad, pad)
        self._across.setSpacing(look.space(5))
        self._right.setSpacing(look.space(2))
        parent = self.parentWidget()
        most = self.size() if parent is None else parent.window().size()
        self.resize(
            min(round(look.em * 78), max(640, most.width() - 40)),
            min(round(look.em * 48), max(480, most.height() - 40)),
        )
        self._settle()

    # What is chosen

    @property
    def paper_layout(self) -> str:
        """The layout chosen."""
        return str(self.layout_box.currentData() or self._document.layouts[0])

    @property
    def order(self) -> Order | None:
        """What is chosen, without where it goes; None while something cannot be."""
        first, copies = self.first.value, self.copies.value
        if first is None or copies is None or not self._possible:
            return None
        return Order(self.paper_layout, first - 1, copies)

    def take_up(self, order: Order) -> None:
        """Show what was ordered before, to try again."""
        self.layout_box.setCurrentIndex(max(0, self.layout_box.findData(order.layout)))
        self.first.setText(str(order.first + 1))
        self.copies.setText(str(order.copies))
        self._kept = self._kept._replace(printer=order.printer or self._kept.printer)

    def _put_printers(self, names: tuple[str, ...]) -> None:
        self.printer.blockSignals(True)
        self.printer.clear()
        self.printer.addItems(list(names))
        self.printer.setCurrentIndex(max(0, self.printer.findText(self._kept.printer)))
        self.printer.blockSignals(False)
        self.rows["printer"].setVisible(bool(names))
        document = self._document
        self.print_button.put(document.do if names else document.do_pdf, icon="print" if names else "file")
        self.pdf_button.setVisible(bool(names))
        self.no_printer.setVisible(not names)
        self._again()

    def _layout_chosen(self) -> None:
        self.first.most = max(1, self._document.places(self.paper_layout))
        self.first.setText(str(min(self.first.value or 1, self.first.most)))
        self._again()

    # Drawing

    def _again(self, *_: object) -> None:
        """Show from the first page on what is chosen now."""
        first = self.first.value
        wrong = phrase("printing.place_wrong", most=self.first.most) if first is None else None
        self.rows["first"].put_problem(wrong)
        if first is not None:
            pages, name = self._document.pages, self.printer.currentText()
            self.view.put(partial(_reached, pages, self.paper_layout, first - 1, name))
        self._settle()

    def _came(self, paged: object) -> None:
        assert isinstance(paged, Paged)
        self._possible = True
        self.notice.dismiss()
        if paged.share < 1:
            share = round(100 * paged.share)
            self.notice.show_notice(Tone.WARN, phrase("printing.smaller", share=share))
        self._settle()

    def _refused(self, problem: Problem) -> None:
        self._possible = False
        self.notice.show_problem(problem)
        self._settle()

    def _settle(self, *_: object) -> None:
        self.rows["layout"].setVisible(len(self._document.layouts) > 1)
        self.rows["first"].setVisible(self._document.places(self.paper_layout) > 1)
        wrong = phrase("printing.copies_wrong", most=99) if self.copies.value is None else None
        self.rows["copies"].put_problem(wrong)
        ready = self.order is not None
        self.print_button.setEnabled(ready or not self.printer.count())
        # A file needs no printer: it can be had where the chosen printer is the trouble.
        self.pdf_button.setEnabled(self.first.value is not None)

    # Ordering

    def _print(self) -> None:
        order, name = self.order, self.printer.currentText()
        if not self.printer.count():
            self._ask_file()
        elif order is not None and name:
            self._order(Order(order.layout, order.first, order.copies, printer=name))

    def _ask_file(self) -> None:
        ask_new_file(
            self,
            self._context,
            self._document.kind,
            title=self._document.do_pdf,
            name=self._context.look.say(self._document.file_name),
            kinds="PDF (*.pdf)",
            then=self.save_to,
        )

    def save_to(self, path: Path) -> None:
        """Order a PDF at ``path``."""
        first = self.first.value
        if first is not None:
            self._order(Order(self.paper_layout, first - 1, 1, path=path))

    def _order(self, order: Order) -> None:
        printer = order.printer or self._kept.printer
        self._papers.keep(self._document.kind, PaperChoice(printer, order.layout, order.copies))
        self.accept()
        self.ordered.emit(order)

    def _trial(self) -> None:
        page = self._document.pages(self.paper_layout, 0, WHOLE).page
        name = self.printer.currentText()

        def then(path: Path | None) -> None:
            job = self._context.jobs.start(
                trial_work(page, name, path, self._context.speech.language),
                then=self._tried,
                refused=self.notice.show_problem,
            )
            self._context.follow(job, phrase("printing.trial_at_work"))

        if name:
            then(None)
        else:
            title = phrase("printing.trial")
            file = self._context.look.say(phrase("printing.trial_file"))
            ask_new_file(self, self._context, "trial", title=title, name=file, kinds="PDF (*.pdf)", then=then)

    def _tried(self, words: object) -> None:
        self.notice.show_notice(Tone.GOOD, cast(Words, words))


def _reached(pages: Pages, layout: str, first: int, printer: str) -> Paged:
    """The pages within what ``printer`` reaches, where one is named. Asks the printer: not for the screen's thread."""
    paged = pages(layout, first, WHOLE)
    return pages(layout, first, reach(named_printer(printer), paged.page)) if printer else paged
