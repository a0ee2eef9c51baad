"""Printers in the settings: where each kind of paper goes, and a page that shows what a printer reaches."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout

from timebank.desk.desk import Desk
from ui.jobs import IsCancelled, Progress, Work
from ui.look import Role, Tone
from ui.look.kept import PAPERS, PaperChoice, Papers
from ui.paper.paged import Margins, named_printer, printers, reach, send_paged, write_paged
from ui.paper.trial import PAGES, TrialFace, paged_trial
from ui.say import Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_new_file
from ui.widgets import Button, ButtonRow, Card, InlineNotice, Text

LAYOUTS = {
    "voucher": ("a4", "a4_3x8", "roll80", "roll58", "card"),
    "card": ("card", "a4"),
    "passbook": ("a4",),
    "slip": ("roll80", "roll58", "a5"),
    "certificate": ("a4",),
    "report": ("a4",),
}
"""The layouts of each kind of paper, the usual one first."""


class PrintersCard(Card):
    """For each kind of paper its printer and layout, kept at this desk; and test pages."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("printers.title"))
        self._context = context
        self._papers = Papers(context.home)
        self._names: tuple[str, ...] = ()
        look = context.look
        self.body.addWidget(Text(look, phrase("printers.about"), soft=True))
        self.none = Text(look, phrase("printing.no_printer"), soft=True)
        self.body.addWidget(self.none)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self._heads = [Text(look, phrase(f"printers.{key}"), Role.SMALL, soft=True) for key in _HEADS]
        self._labels: dict[str, Text] = {}
        self.printers: dict[str, QComboBox] = {}
        self.layouts: dict[str, QComboBox] = {}
        for kind in PAPERS:
            self._add_row(kind)
        self.body.addLayout(self._grid)
        self.notice = InlineNotice(look)
        self.body.addWidget(self.notice)
        self.pages = QComboBox()
        for page in PAGES:
            self.pages.addItem("", page)
        self._on = QComboBox()
        self.trial = Button(look, phrase("printing.trial"), icon="print")
        self.trial.clicked.connect(self._trial)
        self.body.addWidget(Text(look, phrase("printers.trial_about"), soft=True))
        self.body.addWidget(ButtonRow(look, [self.pages, self._on, self.trial]))
        look.changed.connect(self.refresh_words)
        self.refresh_words()
        self._put(())

    def _add_row(self, kind: str) -> None:
        label = Text(self._context.look, phrase(f"printers.kind_{kind}"), wrap=False)
        printer, layout = QComboBox(), QComboBox()
        for each in LAYOUTS[kind]:
            layout.addItem("", each)
        layout.setCurrentIndex(max(0, layout.findData(self._papers.choice(kind).layout)))
        layout.setEnabled(len(LAYOUTS[kind]) > 1)
        label.setBuddy(printer)
        printer.activated.connect(lambda _index, kind=kind: self._keep(kind))
        layout.activated.connect(lambda _index, kind=kind: self._keep(kind))
        self.printers[kind], self.layouts[kind] = printer, layout
        self._labels[kind] = label

    def _place(self) -> None:
        """Printer and layout side by side, or the layout below where large text leaves no room."""
        stacked = self._context.look.em >= LARGE_EM
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
            head.setVisible(not stacked or column < 2)
        for n, kind in enumerate(PAPERS):
            row = 1 + (2 * n if stacked else n)
            below = (row + 1, 1) if stacked else (row, 2)
            self._grid.addWidget(self._labels[kind], row, 0, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(self.printers[kind], row, 1, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(self.layouts[kind], *below, Qt.AlignmentFlag.AlignVCenter)
        self._grid.setColumnStretch(2, 0 if stacked else 1)

    def read(self) -> None:
        """Look for printers, and show what was chosen elsewhere since."""
        self._context.read(lambda _desk: printers(), self._put, slot="printers-card")

    def _put(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.none.setVisible(not names)
        self._on.setVisible(bool(names))
        self._on.clear()
        self._on.addItems(list(names))
        for kind, box in self.printers.items():
            choice = self._papers.choice(kind)
            box.clear()
            box.addItem("", "")
            for name in names:
                box.addItem(name, name)
            if choice.printer and choice.printer not in names:
                box.addItem(choice.printer, choice.printer)
            box.setCurrentIndex(max(0, box.findData(choice.printer)))
            layout = self.layouts[kind]
            layout.setCurrentIndex(max(0, layout.findData(choice.layout)))
        self.refresh_words()

    def _keep(self, kind: str) -> None:
        copies = self._papers.choice(kind).copies
        printer = str(self.printers[kind].currentData() or "")
        self._papers.keep(kind, PaperChoice(printer, str(self.layouts[kind].currentData()), copies))

    def refresh_words(self) -> None:
        """Say what is not said by itself in the current language."""
        look = self._context.look
        say = look.say
        self._place()
        self._grid.setHorizontalSpacing(look.space(4))
        self._grid.setVerticalSpacing(look.space(2))
        for kind, box in self.printers.items():
            name = say(phrase(f"printers.kind_{kind}"))
            box.setAccessibleName(f"{name}  {say(phrase('printing.printer'))}")
            self.layouts[kind].setAccessibleName(f"{name}  {say(phrase('vouchers.layout'))}")
            if box.count():
                box.setItemText(0, say(phrase("printers.ask")))
            for n, layout in enumerate(LAYOUTS[kind]):
                self.layouts[kind].setItemText(n, say(phrase(f"printing.layout_{kind}_{layout}")))
            for n in range(1, box.count()):
                gone = box.itemData(n) not in self._names
                words = phrase("printers.gone", printer=box.itemData(n))
                box.setItemText(n, say(words) if gone else box.itemData(n))
        for n, page in enumerate(PAGES):
            self.pages.setItemText(n, say(phrase(f"printers.page_{page}")))
        self.pages.setAccessibleName(say(phrase("printers.paper")))
        self._on.setAccessibleName(say(phrase("printing.printer")))

    def _trial(self) -> None:
        page, name = PAGES[str(self.pages.currentData())], self._on.currentText()
        if name:
            self.print_trial(page, name, None)
            return
        ask_new_file(
            self, self._context, "trial", title=phrase("printing.trial"),
            name=self._context.look.say(phrase("printing.trial_file")), kinds="PDF (*.pdf)",
            then=lambda path: self.print_trial(page, "", path),
        )  # fmt: skip

    def print_trial(self, page: tuple[float, float], printer: str, path: Path | None) -> None:
        """Print a test page of this size in mm, or save it to ``path``."""
        self.notice.dismiss()

        def done(words: object) -> None:
            self.notice.show_notice(Tone.GOOD, cast(Words, words))

        job = self._context.jobs.start(
            trial_work(page, printer, path, self._context.speech.language),
            then=done,
            refused=self.notice.show_problem,
        )
        self._context.follow(job, phrase("printing.trial_at_work"))


_HEADS = ("paper", "printer", "layout")


def trial_work(page: tuple[float, float], printer: str, path: Path | None, language: str) -> Work[Desk]:
    """A test page to ``printer``, or to ``path`` where that is given; returns what to say then."""

    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Words:
        station = desk.station
        printed = station.surroundings.now().strftime("%Y-%m-%d %H:%M")
        face = TrialFace(printer, station.name, printed, language)
        if path is not None:
            made = write_paged(
                paged_trial(face, page, Margins(5, 5, 5, 5)), path, progress, cancelled, never_overwrite=True
            )
            return phrase("printing.trial_saved", file=str(made))
        device = named_printer(printer)
        send_paged(device, paged_trial(face, page, reach(device, page)), progress, cancelled)
        return phrase("printing.trial_sent", printer=printer)

    return work
