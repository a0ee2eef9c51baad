"""A screen looked at with the eyes of someone who sees badly, and of someone who has only the keyboard.

Each check takes what is shown (a window or a dialog) and yields sentences about what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from PIL import Image
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontInfo,
    QFontMetrics,
    QFontMetricsF,
    QImage,
    QPainter,
    QPixmap,
    QRawFont,
    QRegion,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QScrollBar,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from ui.screens.elder import ElderView
from ui.widgets import IconView
from ui.widgets.chart import BarList, Columns

WINDOW = QSize(1366, 768)
TARGET, ELDER_TARGET = 44, 60
CONTRAST, GRAPHICS = 4.5, 3.0
"""Of words, and of drawings that mean something and of what rests just now."""
SPACING = 1.3
"""Of lines that go on in the next, in heights of the type."""
_ROWS = 12
"""Rows of a table that are looked at; the others are like them."""
_FLAGS = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextShowMnemonic


# What there is to see


def seen(root: QWidget) -> list[QWidget]:
    """Every widget that is shown, also where one has to scroll to it; without the insides of Qt's own."""
    return [each for each in root.findChildren(QWidget) if each.isVisibleTo(root) and not _inside(each)]


def _inside(widget: QWidget) -> bool:
    """Whether a widget is a part that Qt made of a larger one."""
    parent = widget.parentWidget()
    if isinstance(widget, QScrollBar) or isinstance(
        parent, QScrollBar | QAbstractSpinBox | QComboBox | QTabBar
    ):
        return True
    if isinstance(widget, QHeaderView):
        return True
    return isinstance(parent, QTableView) and isinstance(widget, QAbstractButton)  # the corner


def words(widget: QWidget) -> str:
    """What a widget says in plain sight."""
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    if isinstance(widget, QLineEdit):
        return widget.displayText() or widget.placeholderText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QAbstractSpinBox):
        return widget.text()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText() or widget.placeholderText()
    return ""


def cells(view: QAbstractItemView) -> Iterator[tuple[str, QRect]]:
    """Texts of the first rows in sight, with their places in the viewport."""
    model = view.model()
    if model is None:
        return
    for row in range(min(model.rowCount(), _ROWS)):
        for column in range(_columns(view)):
            index = model.index(row, column)
            area = view.visualRect(index)
            text = index.data()
            if text and area.isValid() and view.viewport().rect().contains(area):
                yield str(text), area


def _columns(view: QAbstractItemView) -> int:
    return view.model().columnCount() if isinstance(view, QTableView) else 1


def name(widget: QWidget) -> str:
    """Where in the program a widget is, for whoever mends it."""
    owners = []
    above: QWidget | None = widget
    while above is not None:
        if type(above).__module__.startswith("ui.screens"):
            owners.append(f"{type(above).__module__.removeprefix('ui.screens.')}.{type(above).__name__}")
        above = above.parentWidget()
    said = (words(widget) or widget.accessibleName()).replace("\n", " ")[:24]
    return f"{owners[0] if owners else 'ui'}: {type(widget).__name__} “{said}”"


# Nothing cut


def cut(root: QWidget, within: QSize = WINDOW) -> Iterator[str]:
    """Words that do not have the room they need, or lie where nobody can come to see them."""
    size = root.size()
    if size.width() > within.width() or size.height() > within.height():
        wide = size.width() > within.width()
        yield f"needs {size.width()} × {size.height()}, because of {_stretcher(root, wide=wide)}"
    shown = seen(root)
    for widget in shown:
        lacking = _lacking(widget)
        if lacking:
            yield f"{name(widget)}: {lacking}"
        if words(widget) and (why := _beyond(widget, root)):
            yield f"{name(widget)}: {why}"
    yield from _over_each_other(shown)


def _stretcher(root: QWidget, *, wide: bool) -> str:
    """The parts inside one another that make a window too large."""

    def least(widget: QWidget) -> int:
        hint = widget.minimumSizeHint().expandedTo(widget.minimumSize())
        return hint.width() if wide else hint.height()

    chain, widget = [root], root
    while True:
        inner = [each for each in widget.children() if isinstance(each, QWidget) and not each.isWindow()]
        largest = max(inner, key=least, default=None)
        if largest is None or least(largest) < least(chain[-1]) // 2:
            break
        widget = largest
        chain.append(widget)
    return " › ".join(f"{type(each).__name__} {least(each)}" for each in chain[-5:])


def _lacking(widget: QWidget) -> str:
    """What is cut of this widget's own words, or an empty string."""
    if isinstance(widget, QLabel):
        return _label(widget)
    if isinstance(widget, QTabBar):
        need = sum(widget.tabSizeHint(n).width() for n in range(widget.count()) if widget.isTabVisible(n))
        return f"tabs need {need} of {widget.width()} px" if need > widget.width() + 1 else ""
    if isinstance(widget, QAbstractButton):
        need_size = widget.sizeHint()
        if isinstance(widget, QCheckBox | QRadioButton):
            need_size = widget.minimumSizeHint().expandedTo(QSize(need_size.width(), 0))
        return _short(widget.size(), need_size)
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = widget.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, widget)
        need = widget.fontMetrics().horizontalAdvance(widget.currentText())
        return f"needs {need} of {room.width()} px" if need > room.width() else ""
    if isinstance(widget, QLineEdit) and not widget.displayText():
        margins = widget.textMargins()
        room_px = widget.contentsRect().width() - margins.left() - margins.right() - 12
        need = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
        return f"placeholder needs {need} of {room_px} px" if need > room_px else ""
    if isinstance(widget, QAbstractSpinBox):
        edit = widget.lineEdit()
        need = widget.fontMetrics().horizontalAdvance(widget.text()) + 4
        return f"needs {need} of {edit.width()} px" if need > edit.width() else ""
    if isinstance(widget, QProgressBar) and widget.isTextVisible():
        return _short(widget.size(), QSize(widget.fontMetrics().horizontalAdvance(widget.text()), 0))
    if isinstance(widget, QAbstractItemView):
        return _cut_cells(widget)
    return ""


def _label(label: QLabel) -> str:
    if not label.text() or not label.pixmap().isNull():
        return ""
    room = label.contentsRect()
    flags = _FLAGS if label.wordWrap() else Qt.TextFlag.TextShowMnemonic
    wide = room.width() if label.wordWrap() else 100_000
    need = QFontMetrics(label.font()).boundingRect(QRect(0, 0, wide, 100_000), flags, label.text()).size()
    return _short(room.size(), need)


def _short(has: QSize, need: QSize) -> str:
    if need.width() > has.width() + 1 or need.height() > has.height() + 1:
        return f"needs {need.width()} × {need.height()} of {has.width()} × {has.height()} px"
    return ""


def _cut_cells(view: QAbstractItemView) -> str:
    if isinstance(view, QTableView) and view.horizontalHeader().isVisibleTo(view):
        header = view.horizontalHeader()
        for section in range(header.count()):
            need, has = header.sectionSizeHint(section), header.sectionSize(section)
            if not header.isSectionHidden(section) and need > has + 1:
                title = view.model().headerData(section, Qt.Orientation.Horizontal)
                return f"title “{title}” needs {need} of {has} px"
    if isinstance(view, QTableView):
        for row in range(min(view.model().rowCount(), _ROWS) if view.model() else 0):
            for column in range(_columns(view)):
                index = view.model().index(row, column)
                need = view.sizeHintForIndex(index).width()
                if not view.isColumnHidden(column) and need > view.columnWidth(column) + 1:
                    return f"cell “{index.data()}” needs {need} of {view.columnWidth(column)} px"
    if isinstance(view, QListView) and not view.wordWrap() and view.model() is not None:
        for row in range(min(view.model().rowCount(), _ROWS)):
            need = view.sizeHintForIndex(view.model().index(row, 0)).width()
            if need > view.viewport().width() + 1 and not view.horizontalScrollBar().maximum():
                return f"row “{view.model().index(row, 0).data()}” needs {need} px"
    return ""


def _beyond(widget: QWidget, root: QWidget) -> str:
    """Why a widget cannot be seen whole, even by scrolling; or an empty string."""
    inner: QWidget = widget
    while inner is not root:
        parent = inner.parentWidget()
        if parent is None:
            return ""
        area = QRect(inner.pos(), inner.size())
        scroller = parent.parentWidget()
        if isinstance(scroller, QAbstractScrollArea) and scroller.viewport() is parent:
            down, across = scroller.verticalScrollBar(), scroller.horizontalScrollBar()
            if area.width() > parent.width() and not _scrolls(scroller.horizontalScrollBarPolicy(), across):
                return f"{area.width() - parent.width()} px beside a view that does not scroll sideways"
            if area.height() > parent.height() and not _scrolls(scroller.verticalScrollBarPolicy(), down):
                return f"{area.height() - parent.height()} px below a view that does not scroll"
            inner = scroller
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(area):
            return f"reaches out of {type(parent).__name__}: {_rect(area)} in {_rect(parent.rect())}"
        inner = parent
    return ""


def _scrolls(policy: Qt.ScrollBarPolicy, bar: QScrollBar) -> bool:
    return policy is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff and bar.maximum() > bar.minimum()


def _rect(area: QRect) -> str:
    return f"{area.x()},{area.y()} {area.width()}×{area.height()}"


def _over_each_other(shown: list[QWidget]) -> Iterator[str]:
    by_parent: dict[int, list[QWidget]] = {}
    for widget in shown:
        if words(widget) and not isinstance(widget.parentWidget(), QLineEdit):
            by_parent.setdefault(id(widget.parentWidget()), []).append(widget)
    for siblings in by_parent.values():
        for n, one in enumerate(siblings):
            for other in siblings[n + 1 :]:
                common = one.geometry().intersected(other.geometry())
                if common.width() > 2 and common.height() > 2:
                    yield f"{name(one)}: lies over “{words(other)[:24]}”"


# Every glyph there


@cache
def _face(family: str, weight: int) -> QRawFont:
    font = QFont(family)
    font.setWeight(QFont.Weight(weight))
    return QRawFont.fromFont(font)


def missing_glyphs(root: QWidget) -> Iterator[str]:
    """Letters that our own font cannot draw, so that another machine would show an empty box."""
    for widget in seen(root):
        texts = [words(widget)]
        if isinstance(widget, QAbstractItemView):
            texts = [text for text, _ in cells(widget)]
        face = _face(widget.font().family(), widget.font().weight())
        lacking = sorted(
            {
                letter
                for text in texts
                for letter in text
                if not letter.isspace() and letter.isprintable() and not face.supportsCharacter(ord(letter))
            }
        )
        if lacking:
            yield f"{name(widget)}: no glyph for {' '.join(lacking)}"


# Contrast, from pixels


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2 has it."""
    parts = [(c / 255) / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


_luminance = cache(luminance)


def pale(root: QWidget) -> Iterator[str]:
    """Words whose strongest pixels stand out less than they must from the ground they are on."""
    shown = seen(root)
    for _ in _scrolled_through(shown):
        picture = _picture(root.grab().toImage().scaled(root.size()))
        for widget in shown:
            rests = isinstance(widget, QAbstractButton) and not widget.isEnabled()
            least = GRAPHICS if rests or isinstance(widget, IconView) else CONTRAST
            for text, area in _written(widget, root):
                if text.strip() and _stands_out(picture, area) < least:
                    ratio = _stands_out(*_closer(root, area))
                    if ratio < least:
                        yield f"{name(widget)}: “{text[:16]}” contrast {ratio:.2f}"


def _scrolled_through(shown: list[QWidget]) -> Iterator[None]:
    """Once as it is, and once for each further screenful of the longest view that scrolls."""
    yield
    bars = [w.verticalScrollBar() for w in shown if isinstance(w, QAbstractScrollArea)
            and not isinstance(w, QAbstractItemView) and w.verticalScrollBar().maximum() > 0]  # fmt: skip
    while any(bar.value() < bar.maximum() for bar in bars):
        for bar in bars:
            bar.setValue(bar.value() + max(1, bar.pageStep() // 2))
        QApplication.processEvents()
        yield


def _written(widget: QWidget, root: QWidget) -> Iterator[tuple[str, QRect]]:
    """Texts of a widget that are whole in sight, with their places on ``root``."""
    if isinstance(widget, QAbstractItemView):
        found = [(text, area, widget.viewport()) for text, area in cells(widget)]
    elif isinstance(widget, IconView):
        found = [("icon", widget.rect(), widget)]
    elif isinstance(widget, BarList | Columns):
        found = [("chart", area, widget) for area in _edges(widget)]
    else:
        found = [(words(widget), widget.rect().adjusted(4, 4, -4, -4), widget)] if words(widget) else []
    for text, area, on in found:
        place = QRect(on.mapTo(root, area.topLeft()), area.size())
        if area.isEmpty():
            continue
        if QRegion(area).subtracted(on.visibleRegion()).isEmpty() and root.rect().contains(place):
            yield text, place


def _edges(chart: QWidget) -> list[QRect]:
    """Where a chart has its words: on the left, and in the line below."""
    line = chart.fontMetrics().height()
    left = QRect(0, 0, line, chart.height())
    return (
        [left] if isinstance(chart, BarList) else [left, QRect(0, chart.height() - line, chart.width(), line)]
    )


def cramped(root: QWidget) -> Iterator[str]:
    """Words in several lines that stand too close to one another."""
    for widget in seen(root):
        if isinstance(widget, QLabel) and widget.wordWrap() and words(widget):
            font = widget.font()
            ratio = QFontMetricsF(font).lineSpacing() / QFontInfo(font).pixelSize()
            if ratio < SPACING:
                yield f"{name(widget)}: lines {ratio:.2f} apart"


def _picture(image: QImage) -> Image.Image:
    flat = image.convertToFormat(QImage.Format.Format_RGB888)
    size = (flat.width(), flat.height())
    return Image.frombytes("RGB", size, bytes(flat.constBits()), "raw", "RGB", flat.bytesPerLine())


def _stands_out(picture: Image.Image, area: QRect) -> float:
    """The contrast between the commonest colour of an area and the one that differs most from it."""
    box = (area.x(), area.y(), area.x() + area.width(), area.y() + area.height())
    found = picture.crop(box).getcolors(1 << 12)
    if not found:  # a picture, not words
        return 21.0
    _, ground = max(found)
    below = _luminance(ground)
    return max((max(a, below) + 0.05) / (min(a, below) + 0.05) for a in (_luminance(c) for _, c in found))


def _closer(root: QWidget, area: QRect) -> tuple[Image.Image, QRect]:
    """The area in three times as many pixels, where thin strokes have their full colour."""
    fine = QPixmap(area.size() * 3)
    fine.setDevicePixelRatio(3)
    fine.fill(Qt.GlobalColor.transparent)
    painter = QPainter(fine)
    root.render(painter, QPoint(), QRegion(area))
    painter.end()
    return _picture(fine.toImage()), QRect(QPoint(), area.size() * 3)


# Things to press


def controls(root: QWidget) -> list[QWidget]:
    """What can be pressed, typed into or chosen from just now."""
    kinds = (
        QAbstractButton,
        QLineEdit,
        QComboBox,
        QAbstractSpinBox,
        QPlainTextEdit,
        QAbstractItemView,
        QTabBar,
    )
    return [each for each in seen(root) if isinstance(each, kinds) and each.isEnabled()]


def small(root: QWidget) -> Iterator[str]:
    """Controls that a finger or an unsteady hand would miss."""
    target = ELDER_TARGET if isinstance(root, ElderView) else TARGET
    for widget in controls(root):
        if isinstance(widget, QToolButton) and isinstance(widget.parentWidget(), QTabBar):
            continue
        size = widget.size()
        if isinstance(widget, QTabBar):
            tabs = [widget.tabRect(n).size() for n in range(widget.count()) if widget.isTabVisible(n)]
            size = min(tabs, key=QSize.height, default=WINDOW)
        elif isinstance(widget, QAbstractItemView):
            if widget.model() is None or not widget.model().rowCount():
                continue
            size = QSize(target, widget.visualRect(widget.model().index(0, 0)).height())
            if isinstance(widget, QTableView) and widget.isColumnHidden(0):
                continue
        if size.width() < target or size.height() < target:
            yield f"{name(widget)}: {size.width()} × {size.height()} px to press"
