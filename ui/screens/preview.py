"""The page as it will come out, while the form is still being filled in. Nothing is issued for it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.paper.faces import Kind, Layout, VoucherFace
from timebank.policy.amounts import amount_text, unit_word
from ui.jobs import IsCancelled, Progress
from ui.look import Look, Role
from ui.paper.pdf import INCH
from ui.paper.sheets import pages, preview_image
from ui.paper.voucher import sheet_for
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Segments, Text

_SAMPLE_CODE = ("SAMPLE " * 22)[:151]
"""As long as a real code, so that the QR has its real size; no scanner takes it for a voucher."""


class Preview(QWidget):
    """One page of a batch, or one voucher close up, drawn by the routine that prints."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._face: VoucherFace | None = None
        self._layout, self._count = Layout.A4, 1
        look = context.look
        self.sheet = SheetPicture(look)
        self.sheet.resized.connect(self._draw)
        self.zoom = Segments(
            look,
            [("page", phrase("vouchers.zoom_page")), ("one", phrase("vouchers.zoom_one"))],
            name=phrase("vouchers.zoom"),
            current="page",
        )
        self.zoom.chosen.connect(self._draw)
        self._said = Text(look, "", Role.SMALL, soft=True)
        row = QHBoxLayout()
        row.addWidget(self._said, 1)
        row.addWidget(self.zoom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.sheet, 1)
        column.addLayout(row)

    def put(self, face: VoucherFace, layout: Layout, count: int) -> None:
        """Show ``count`` vouchers with this face as they would lie on ``layout``."""
        if (face, layout, count) == (self._face, self._layout, self._count):
            return
        self._face, self._layout, self._count = face, layout, count
        self._draw()

    def _draw(self) -> None:
        face, layout = self._face, self._layout
        if face is None or not self.sheet.isVisible():
            return
        count = max(1, self._count)
        total = pages(layout, count)
        self._said.put(phrase("vouchers.sheets", pages=total, count=count))
        one = self.zoom.current == "one"
        sheet = sheet_for(layout, [face])
        width, height = sheet.voucher if one else sheet.page
        room = self.sheet.room
        dpi = max(20.0, min(room.width() / width, room.height() / height) * INCH)

        def work(_desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> QImage:
            shown = 1 if one else min(count, sheet.per_page)
            image = preview_image([face] * shown, layout, dpi)
            left, top = sheet.corner
            box = (left, top, width, height)
            return image.copy(QRect(*(round(side / INCH * dpi) for side in box))) if one else image

        self._context.reads.start(work, then=self.sheet.show_image, slot=f"preview-{id(self)}")


def sample_face(
    *,
    kind: Kind,
    minutes: int,
    context: ScreenContext,
    network: str,
    station: str,
    holder_number: str,
    today: date,
    expires: date | None,
    locked_to: str | None,
) -> VoucherFace:
    """The face of a voucher that does not exist, in the language of the moment."""
    language = context.speech.language
    return VoucherFace(
        code=_SAMPLE_CODE,
        serial_text=context.speech.say("vouchers.sample_serial"),
        kind=kind,
        minutes=minutes,
        amount_text=amount_text(minutes, context.pack, language),
        unit_name=unit_word(context.pack, language),
        network_name=network,
        station_name=station,
        holder_number=holder_number,
        issued=today,
        expires=expires,
        locked_to=locked_to,
        language=language,
    )


class SheetPicture(QWidget):
    """A sheet of paper on the desk; a ``sample`` has 样张 across it."""

    resized = Signal()

    def __init__(self, look: Look, *, sample: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._sample = look, sample
        self.image: QImage | None = None
        self._mark: Words = phrase("vouchers.sample")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.fit()
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say and draw it again in the current language and colours."""
        self.setAccessibleName(self._look.say(phrase("vouchers.preview")))
        self.update()

    @property
    def room(self) -> QSize:
        """Pixels of the screen that a page can fill."""
        return self.room_in(self.size())

    def room_in(self, size: QSize) -> QSize:
        """Pixels of the screen that a page can fill in a view of ``size``."""
        pad = self._look.space(3)
        ratio = self.devicePixelRatioF()
        return QSize(
            max(50, round((size.width() - 2 * pad) * ratio)),
            max(50, round((size.height() - 2 * pad) * ratio)),
        )

    def show_image(self, image: object, *, keep: bool = False) -> None:
        """Show a page drawn for :attr:`room`; with ``keep`` in its own size, to be scrolled."""
        assert isinstance(image, QImage)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self.image = image
        if keep:
            pad = 2 * self._look.space(3)
            self.setMinimumSize(image.deviceIndependentSize().toSize() + QSize(pad, pad))
        self.update()

    def fit(self) -> None:
        """Be no larger than the view again."""
        self.setMinimumSize(round(self._look.em * 14), round(self._look.em * 14))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.palette.sunken))
        painter.drawRoundedRect(QRectF(self.rect()), look.radius, look.radius)
        if self.image is not None:
            size = self.image.deviceIndependentSize()
            page = QRectF(0, 0, size.width(), size.height())
            page.moveCenter(QRectF(self.rect()).center())
            page.moveTopLeft(QPointF(round(page.left()), round(page.top())))
            painter.drawImage(page.topLeft(), self.image)
            painter.setPen(QPen(QColor(look.palette.edge), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(page.adjusted(-0.5, -0.5, 0.5, 0.5))
            if self._sample:
                self._paint_mark(painter, page)
        painter.end()

    def _paint_mark(self, painter: QPainter, page: QRectF) -> None:
        font = QFont(self._look.font(Role.DISPLAY))
        font.setPixelSize(max(24, round(min(page.width(), page.height() * 1.6) / 4)))
        colour = QColor("#a9261d")  # the paper is white whatever the theme
        colour.setAlphaF(0.22)
        painter.setClipRect(page)
        painter.translate(page.center())
        painter.rotate(-24)
        painter.setFont(font)
        painter.setPen(colour)
        reach = QRectF(-page.width(), -page.height() / 2, 2 * page.width(), page.height())
        painter.drawText(reach, Qt.AlignmentFlag.AlignCenter, self._look.say(self._mark))
