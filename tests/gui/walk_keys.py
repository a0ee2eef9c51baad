"""A screen used by someone who has only the keyboard. As in :mod:`walk`, each check yields what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, zip_longest
from string import ascii_uppercase

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcutEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QRadioButton,
    QTextEdit,
    QWidget,
)
from walk import name, seen

from ui.widgets import Button, KeySheet
from ui.widgets.letters import letters

_SHIFT = Qt.KeyboardModifier.ShiftModifier


def stops(root: QWidget) -> list[QWidget]:
    """Everything that Tab should come to."""
    return [
        each
        for each in seen(root)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and each.isEnabled()
        and each.focusProxy() is None
    ]


# Tab


def by_tab(root: QWidget) -> Iterator[str]:
    """Where Tab does not lead, or not away from, or not back from; where it jumps, and where it cannot be seen."""
    wanted = stops(root)
    if not wanted:
        return
    first = QApplication.focusWidget()
    if first is None or first not in wanted:
        first = wanted[0]
        first.setFocus(Qt.FocusReason.TabFocusReason)
    here, order = first, [first]
    for _ in range(3 * len(wanted) + 3):
        bright = here.grab().toImage()
        _tab(here)
        now = QApplication.focusWidget()
        if now is None or now is here:
            if len(wanted) > 1:
                yield f"{name(here)}: Tab does not lead on"
            break
        if bright == here.grab().toImage() and not isinstance(here, QTextEdit):
            yield f"{name(here)}: the focus cannot be seen"
        here = now
        if here is first:
            break
        order.append(here)
    else:
        yield f"{name(here)}: Tab goes round in a circle"
    for widget in wanted:
        if widget not in order and not _spoken_for(widget, order):
            yield f"{name(widget)}: Tab never comes here"
    if len(order) > 1:
        yield from _back(order)
    for view in seen(root):  # where things lie must not depend on how far Tab has scrolled
        if isinstance(view, QAbstractScrollArea):
            view.verticalScrollBar().setValue(0)
    yield from _jumps(order, root)


def _back(order: list[QWidget]) -> Iterator[str]:
    """Where Shift+Tab goes another way than Tab came; ``order`` begins where the focus is.

    What was not there on the way, because only a chosen row lets it be pressed, may be met on the way back.
    """
    here, met = order[0], []
    for _ in range(3 * len(order) + 3):
        _tab(here, back=True)
        now = QApplication.focusWidget()
        if now is None or now is here:
            break
        here = now
        if here in order:
            met.append(here)
        if here is order[0]:
            break
    wanted = [*reversed(order[1:]), order[0]]
    for there, instead in zip_longest(wanted, met):
        if there is not instead:
            yield f"{_name(there)}: Shift+Tab comes to {_name(instead)} instead"
            return


def _name(widget: QWidget | None) -> str:
    return name(widget) if widget is not None else "nothing"


_typed_at = 0


def _tab(widget: QWidget, *, back: bool = False) -> None:
    """Tab, as slowly as a person presses it: the scan box takes a quick one for a scanner's."""
    global _typed_at  # noqa: PLW0603  one keyboard
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        _typed_at += 1000
        if back:
            event = QKeyEvent(kind, Qt.Key.Key_Backtab, _SHIFT, "")
        else:
            event = QKeyEvent(kind, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t")
        event.setTimestamp(_typed_at)
        QApplication.sendEvent(widget, event)


def _spoken_for(widget: QWidget, order: list[QWidget]) -> bool:
    """Whether arrow keys lead to it from another of its group."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive():
        return any(each in order for each in group.buttons())
    if isinstance(widget, QRadioButton) and widget.autoExclusive():
        return any(isinstance(each, QRadioButton) and each.parent() is widget.parent() for each in order)
    return False


def _jumps(order: list[QWidget], root: QWidget) -> Iterator[str]:
    """Steps against the direction of reading: back up and not into a column further right, or back left.

    Once in the round there must be such a step, where it begins again.
    """
    places = {
        id(stop): QRect(stop.mapTo(root, QPoint()), stop.size()) for stop in order if root.isAncestorOf(stop)
    }
    found = []
    for before, after in pairwise([*order, order[0]]):
        a, b = places.get(id(before)), places.get(id(after))
        if a is None or b is None or before is after:
            continue
        a, b = _scrolled_to(a, before, after, root), _scrolled_to(b, after, before, root)
        up = b.bottom() <= a.top() and b.left() < a.right()
        left = a.top() < b.bottom() and b.top() < a.bottom() and b.right() <= a.left()
        if up or left:
            found.append((b.top(), f"{name(before)}: Tab jumps {'up' if up else 'left'} to {name(after)}"))
    yield from (said for _, said in sorted(found)[1:])


def _scrolled_to(place: QRect, stop: QWidget, other: QWidget, root: QWidget) -> QRect:
    """Where ``stop`` lies for ``other``, beside the page that scrolls to it: no further down than that page."""
    above = stop.parentWidget()
    while above is not None and above is not root and not above.isAncestorOf(other):
        if isinstance(above, QAbstractScrollArea):
            end = above.mapTo(root, QPoint(0, above.height())).y()
            return place.translated(0, min(0, end - place.bottom() - 1))
        above = above.parentWidget()
    return place


# Keys that are shown, letters, F1 and Esc

_PORTABLE = (("Enter", "Return"), ("Ctrl +", "Ctrl+="), ("Ctrl −", "Ctrl+-"), ("←", "Left"), ("→", "Right"))


def press(window: QWidget, key: str) -> None:
    """A key as it is written on a button, in the window that is worked in; then all that it leads to at once."""
    for shown, portable in _PORTABLE:
        key = key.replace(shown, portable)
    if not window.isActiveWindow():  # nobody but the test gives the focus back after a dialog
        window.activateWindow()
        QApplication.processEvents()
    combination = QKeySequence(key)[0]
    assert isinstance(combination, QKeyCombination)
    QTest.keyClick(window.windowHandle(), combination.key(), combination.keyboardModifiers())
    QApplication.processEvents()


class _Ear(QObject):
    """Hears which action or shortcut a key comes to, and keeps it from being done."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[QObject, bool]] = []

    def eventFilter(self, to: QObject, event: QEvent) -> bool:
        if isinstance(event, QShortcutEvent) and event.type() == QEvent.Type.Shortcut:
            self.heard.append((to, event.isAmbiguous()))
            return True
        return False


def shown_keys(root: QWidget) -> tuple[str, ...]:
    """What stands on the buttons."""
    return tuple(f"{name(each)} {each.property('key')}" for each in seen(root) if each.property("key"))


def by_shown_key(root: QWidget) -> Iterator[str]:
    """Buttons whose key does something else than they do, or nothing."""
    app = QApplication.instance()
    assert app is not None
    for button in seen(root):
        key = button.property("key")
        if not isinstance(button, Button) or not key or not button.isEnabled():
            continue
        if key == "Esc" or (key == "Ctrl+Z" and type(QApplication.focusWidget()) is QLineEdit):
            continue  # Esc has its own check, and what is being typed is undone first
        ear = _Ear()
        app.installEventFilter(ear)
        try:
            press(root, key)
        finally:
            app.removeEventFilter(ear)
        if len(ear.heard) != 1:
            yield f"{name(button)}: {key} comes to {len(ear.heard)} actions"
        for to, ambiguous in ear.heard:
            if ambiguous:
                yield f"{name(button)}: {key} means two things"
            if button.action is not None and to is not button.action:
                yield f"{name(button)}: {key} does {to.objectName()}"


def by_letter(root: QWidget) -> Iterator[str]:
    """Stops that have neither a key nor a letter of their own, and letters that do not lead there."""
    found = letters(root)
    lettered = set(found.values())
    for widget in stops(root):
        if len(found) < len(ascii_uppercase) and not widget.property("key") and widget not in lettered:
            yield f"{name(widget)}: has no letter"
    for letter, widget in found.items():
        if not isinstance(widget, QAbstractButton):
            press(root, f"Alt+{letter}")
            now = QApplication.focusWidget()
            if now is not widget:
                yield f"{name(widget)}: Alt+{letter} goes to {_name(now)}"


def by_f1(root: QWidget) -> Iterator[str]:
    """A screen whose keys F1 does not show, or not all that stand on its buttons."""
    press(root, "F1")
    sheet = QApplication.activeWindow()
    if not isinstance(sheet, KeySheet):
        yield f"{name(root)}: F1 shows no keys"
        return
    told = {label.text() for label in sheet.findChildren(QLabel)}
    press(sheet, "Esc")
    if QApplication.activeWindow() is sheet:
        yield f"{name(root)}: Esc does not close the keys"
    for button in seen(root):
        key = button.property("key") if isinstance(button, Button) else ""
        if key and key not in told:
            yield f"{name(button)}: F1 does not tell of {key}"
