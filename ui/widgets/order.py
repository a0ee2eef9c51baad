"""The way Tab goes: as the eye reads, through what is laid out at the moment.

Qt goes in the order in which widgets were made. Rows that come later (a list that was read, a field that a choice
brought) would be visited after everything else, so the window asks where things lie. It does not ask the layouts:
their items, once named in Python, are deleted by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QScrollArea,
    QTabWidget,
    QWidget,
)


def step(window: QWidget, *, forward: bool) -> bool:
    """Move the focus to the next stop of ``window``, or the one before; False where it is at none of them."""
    here = window.focusWidget()
    if here is None or not here.isVisible():  # its page has just gone: nobody pressed Tab
        return False
    order = list(stops(window))
    if here not in order:
        return False
    there = order[(order.index(here) + (1 if forward else -1)) % len(order)]
    there.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return True


def stops(widget: QWidget) -> Iterator[QWidget]:
    """What Tab comes to in ``widget``, in order."""
    if not widget.isVisible() and not widget.isWindow():
        return
    tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    if tab and widget.isEnabled() and widget.focusProxy() is None:
        yield widget
    for inner in _inside(widget):
        yield from stops(inner)


def _inside(widget: QWidget) -> list[QWidget]:
    if isinstance(widget, QComboBox | QAbstractSpinBox):
        return []
    if isinstance(widget, QTabWidget):
        return [part for part in (widget.tabBar(), widget.currentWidget()) if part is not None]
    if isinstance(widget, QScrollArea):
        held = widget.widget()
        return [held] if held is not None else []
    if isinstance(widget, QAbstractItemView):
        return _children(widget.viewport())
    return _children(widget)


def _children(widget: QWidget) -> list[QWidget]:
    """Children as they lie; windows of their own are not among them."""
    found = [each for each in widget.children() if isinstance(each, QWidget) and not each.isWindow()]
    return list(reading([each for each in found if each.isVisible()]))


def reading(widgets: list[QWidget]) -> Iterator[QWidget]:
    """Parts of a widget line by line; where no line can be drawn across, column by column; each part the same way."""
    for low, high in ((_top, _bottom), (_left, _right)):
        bands = list(_bands(widgets, low, high))
        if len(bands) > 1:
            for band in bands:
                yield from reading(band)
            return
    yield from sorted(widgets, key=lambda each: (each.y(), each.x()))


Edge = Callable[[QWidget], int]


def _bands(widgets: list[QWidget], low: Edge, high: Edge) -> Iterator[list[QWidget]]:
    """Groups with a gap between them."""
    band: list[QWidget] = []
    end = 0
    for widget in sorted(widgets, key=low):
        if band and low(widget) >= end:
            yield band
            band = []
        end = max(end, high(widget)) if band else high(widget)
        band.append(widget)
    if band:
        yield band


def _top(widget: QWidget) -> int:
    return widget.y()


def _bottom(widget: QWidget) -> int:
    return widget.y() + widget.height()


def _left(widget: QWidget) -> int:
    return widget.x()


def _right(widget: QWidget) -> int:
    return widget.x() + widget.width()
