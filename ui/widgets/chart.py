"""Small charts in the window's own colours, each with its figures in words for whoever cannot see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.look import Look, Role, Tone
from ui.say import Words


class Bar(NamedTuple):
    """One bar: what it stands for, how long it is (any unit, never negative), and its value in words."""

    label: Words
    value: float
    said: Words


class _Chart(QWidget):
    """What all charts have in common: a name, and their figures as its description."""

    def __init__(self, look: Look, name: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._name = look, name
        self._bars: tuple[Bar, ...] = ()
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def put(self, bars: Sequence[Bar]) -> None:
        """Show these."""
        self._bars = tuple(bars)
        self.refresh()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        say = self._look.say
        self.setAccessibleName(say(self._name))
        self.setAccessibleDescription("; ".join(f"{say(b.label)} {say(b.said)}" for b in self._bars))
        self.updateGeometry()
        self.update()

    def _painter(self) -> QPainter:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter


class BarList(_Chart):
    """Bars below one another, their names on the left and their values on the right; no word is cut."""

    def __init__(self, look: Look, name: Words, parent: QWidget | None = None) -> None:
        super().__init__(look, name, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def _row(self) -> float:
        return QFontMetricsF(self._look.font()).height() + self._look.space(2)

    def _sides(self) -> tuple[float, float]:
        metrics, say = QFontMetricsF(self._look.font()), self._look.say
        return (
            max((metrics.horizontalAdvance(say(each.label)) for each in self._bars), default=0) + 2,
            max((metrics.horizontalAdvance(say(each.said)) for each in self._bars), default=0) + 2,
        )

    def sizeHint(self) -> QSize:
        return QSize(
            self.minimumSizeHint().width() + round(6 * self._look.em), self.minimumSizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        left, right = self._sides()
        width = left + right + 2 * self._look.space(3) + 4 * self._look.em
        return QSize(round(width), round(self._row * max(1, len(self._bars))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = self._look, self._painter()
        painter.setFont(look.font())
        left, right = self._sides()
        gap, row, thick = look.space(3), self._row, look.em * 0.8
        start, room = left + gap, max(1.0, self.width() - left - right - 2 * gap)
        most = max((each.value for each in self._bars), default=0) or 1
        for at, each in enumerate(self._bars):
            line = QRectF(0, at * row, self.width(), row)
            painter.setPen(QColor(look.palette.text))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, look.say(each.label))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, look.say(each.said))
            track = QRectF(start, line.center().y() - thick / 2, room, thick)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.palette.sunken))
            painter.drawRoundedRect(track, thick / 2, thick / 2)
            if each.value > 0:
                track.setWidth(max(thick, room * each.value / most))
                painter.setBrush(QColor(look.palette.accent))
                painter.drawRoundedRect(track, thick / 2, thick / 2)
        painter.end()


class Columns(_Chart):
    """Months side by side, the last one in full colour; values by pointing, and all of them in words."""

    def __init__(self, look: Look, name: Words, parent: QWidget | None = None) -> None:
        super().__init__(look, name, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(round(self._look.em * 26), round(self._look.em * 11))

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._look.font(Role.SMALL))
        each = max((metrics.horizontalAdvance(self._look.say(b.label)) for b in self._bars), default=0)
        wide = self._scale_width() + len(self._bars) * (each * 0.62 + 3)
        return QSize(max(round(self._look.em * 14), round(wide)), round(self._look.em * 11))

    def _most(self) -> float:
        return nice(max((each.value for each in self._bars), default=0))

    def _scale_width(self) -> float:
        metrics = QFontMetricsF(self._look.font(Role.SMALL))
        return metrics.horizontalAdvance(f"{self._most():,.0f}") + self._look.space(2)

    def _area(self) -> QRectF:
        line = QFontMetricsF(self._look.font(Role.SMALL)).height()
        return QRectF(self.rect()).adjusted(
            self._scale_width(), line / 2 + 1, -1, -line - self._look.space(1)
        )

    def _place(self, at: int) -> QRectF:
        area, each = self._area(), self._bars[at]
        step = area.width() / len(self._bars)
        height = area.height() * each.value / self._most()
        thick = min(step * 0.64, self._look.em * 2.2)
        return QRectF(area.left() + step * (at + 0.5) - thick / 2, area.bottom() - height, thick, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter, area = self._look, self._painter(), self._area()
        painter.setFont(look.font(Role.SMALL))
        most, line = self._most(), QFontMetricsF(look.font(Role.SMALL)).height()
        for part in (0.0, 0.5, 1.0):
            y = round(area.bottom() - area.height() * part) + 0.5
            painter.setPen(QPen(QColor(look.palette.edge if part == 0 else look.palette.line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(look.palette.soft))
            label = QRectF(0, y - line / 2, self._scale_width() - look.space(2), line)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                label, right, f"{most * part:,.0f}" if most * part % 1 == 0 else f"{most * part:.1f}"
            )
        self._paint_columns(painter, area, line)
        painter.end()

    def _paint_columns(self, painter: QPainter, area: QRectF, line: float) -> None:
        look = self._look
        step = area.width() / max(1, len(self._bars))
        metrics = QFontMetricsF(look.font(Role.SMALL))
        widest = max((metrics.horizontalAdvance(look.say(b.label)) for b in self._bars), default=0)
        every = max(1, math.ceil((widest + look.space(1)) / max(1.0, step)))
        for at, each in enumerate(self._bars):
            last = at == len(self._bars) - 1
            place = self._place(at)
            if each.value > 0:
                round_ = min(place.width() / 4, look.radius, place.height())
                path = QPainterPath()
                path.addRoundedRect(place.adjusted(0, 0, 0, round_), round_, round_)
                painter.save()
                painter.setClipRect(QRectF(area.left(), area.top() - 1, area.width(), area.height() + 1))
                painter.setPen(QPen(QColor(look.palette.accent), 1.2))
                painter.setBrush(QColor(look.palette.accent if last else look.palette.accent_wash))
                painter.drawPath(path)
                painter.restore()
            if (len(self._bars) - 1 - at) % every == 0:
                painter.setFont(look.font(Role.SMALL))
                painter.setPen(QColor(look.palette.text if last else look.palette.soft))
                label = QRectF(area.left() + step * at, area.bottom() + look.space(1), step, line)
                label.adjust(-step, 0, step, 0)
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, look.say(each.label))

    def at(self, x: float) -> Bar | None:
        """What stands over a place on the screen, if anything."""
        area = self._area()
        if not self._bars or not area.left() <= x < area.right():
            return None
        return self._bars[int((x - area.left()) / area.width() * len(self._bars))]

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self.at(event.pos().x())
            said = "" if bar is None else f"{self._look.say(bar.label)}  {self._look.say(bar.said)}"
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)


def nice(value: float) -> float:
    """The least round number that is not below ``value``, for the end of a scale."""
    if value <= 1:
        return 1.0
    power = float(10 ** math.floor(math.log10(value)))
    return next(power * step for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if power * step >= value)


class TargetBar(QWidget):
    """How far a share has come, with a mark where it should be."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._ratio, self._wanted, self._tone = 0.0, 0.0, Tone.ACCENT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.refresh)

    def put(self, ratio: float | None, wanted: float | None, tone: Tone = Tone.ACCENT) -> None:
        """Show a share of 1 and, where there is one, the share that is wanted."""
        self._ratio, self._wanted, self._tone = ratio or 0.0, wanted or 0.0, tone
        self.update()

    def refresh(self) -> None:
        """Draw again in the current size and colours."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(self._look.em * 10), round(self._look.em * 1.1))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._look.em * 6), round(self._look.em * 1.1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = self._look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = look.em * 0.6
        track = QRectF(1, (self.height() - thick) / 2, self.width() - 2, thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.palette.sunken))
        painter.drawRoundedRect(track, thick / 2, thick / 2)
        if self._ratio > 0:
            done = QRectF(track)
            done.setWidth(max(thick, track.width() * min(1.0, self._ratio)))
            painter.setBrush(QColor(look.ink(self._tone)))
            painter.drawRoundedRect(done, thick / 2, thick / 2)
        if self._wanted > 0:
            x = track.left() + (track.width() - 2) * min(1.0, self._wanted)
            painter.setPen(QPen(QColor(look.palette.text), 2))
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
        painter.end()
