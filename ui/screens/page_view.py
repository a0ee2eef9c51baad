"""Pages as they will come out: one at a time, to be turned, whole or close up. Each is drawn beside the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.outcome import Problem
from ui.jobs import IsCancelled, Progress
from ui.look import Role
from ui.paper.paged import Paged, page_image
from ui.paper.pdf import INCH
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.preview import SheetPicture
from ui.widgets import Button, ButtonRow, Segments, Text

_SCREEN_DPI = 96.0
_LEAST_DPI = 20.0
ZOOMS = {"page": 0.0, "real": 1.0, "double": 2.0}


class _Seen(NamedTuple):
    make: Callable[[], Paged]
    paged: Paged
    image: QImage
    keep: bool


class PageView(QWidget):
    """Shows what ``put`` was given; only the page in sight is drawn."""

    came = Signal(object)
    """the :class:`Paged`, one page of which is in the picture now"""
    refused = Signal(object)
    """the :class:`Problem` that kept it from being drawn"""

    def __init__(self, context: ScreenContext, *, sample: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._make: Callable[[], Paged] | None = None
        self._paged: Paged | None = None
        self.page, self.pages = 0, 1
        look = context.look
        self.picture = SheetPicture(look, sample=sample)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setWidget(self.picture)
        self._area.setAccessibleName(look.say(phrase("vouchers.preview")))
        self.zoom = Segments(
            look,
            [(each, phrase(f"printing.zoom_{each}")) for each in ZOOMS],
            name=phrase("vouchers.zoom"),
            current="page",
        )
        self.before = Button(look, phrase("printing.page_before"), icon="arrow-left", key="PgUp")
        self.after = Button(look, phrase("printing.page_after"), icon="arrow-right", key="PgDown")
        self._counted = Text(look, "", Role.LABEL)
        self._turning = ButtonRow(look, [self.before, self.after])
        under = QHBoxLayout()
        under.addWidget(self._counted, 1)
        under.addWidget(self._turning)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.zoom)
        self._column.addWidget(self._area, 1)
        self._column.addLayout(under)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._draw)
        self.picture.resized.connect(self._later.start)
        self.zoom.chosen.connect(self._zoomed)
        self.before.clicked.connect(lambda: self.turn(-1))
        self.after.clicked.connect(lambda: self.turn(1))
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def waiting(self) -> bool:
        """Whether what was asked for is yet to be drawn."""
        return self._later.isActive()

    def put(self, make: Callable[[], Paged]) -> None:
        """Show the first of the pages that ``make`` makes beside the screen."""
        self._make, self._paged, self.page = make, None, 0
        self._later.start()

    def turn(self, step: int) -> None:
        """Some pages on, or back."""
        self.page = max(0, min(self.pages - 1, self.page + step))
        self._later.start()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._context.look.space(3))
        self._settle()

    def _zoomed(self) -> None:
        if self.zoom.current == "page":
            self.picture.fit()
        self._later.start()

    def _draw(self) -> None:
        make, known, page = self._make, self._paged, self.page
        if make is None:
            return
        whole = self.zoom.current == "page"
        room = self.picture.room_in(self._area.viewport().size()) if whole else self.picture.room
        dpi = ZOOMS[self.zoom.current] * self.devicePixelRatioF() * _SCREEN_DPI

        def work(_desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> _Seen:
            paged = known or make()
            width, height = paged.page
            fit = max(_LEAST_DPI, min(room.width() / width, room.height() / height) * INCH)
            image = page_image(paged, min(page, max(0, paged.count - 1)), dpi or fit)
            return _Seen(make, paged, image, keep=not whole)

        self._context.reads.start(work, then=self._show, refused=self._refuse, slot="print-preview")

    def _refuse(self, problem: Problem) -> None:
        self.refused.emit(problem)

    def _show(self, seen: object) -> None:
        assert isinstance(seen, _Seen)
        if seen.make is not self._make:
            return
        self._paged, self.pages = seen.paged, max(1, seen.paged.count)
        self.page = min(self.page, self.pages - 1)
        self.picture.show_image(seen.image, keep=seen.keep)
        self._settle()
        self.came.emit(seen.paged)

    def _settle(self) -> None:
        self._counted.put(phrase("printing.page_of", page=self.page + 1, pages=self.pages))
        self.before.setEnabled(self.page > 0)
        self.after.setEnabled(self.page + 1 < self.pages)
        self._turning.setVisible(self.pages > 1)
