"""A form that was begun and left is there again when the clerk comes back: nothing typed is lost without a word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from ui.look import Tone
from ui.say import phrase
from ui.screens.member_box import MemberBox
from ui.widgets import InlineNotice, Segments

Errand = TypeVar("Errand")


class Part(NamedTuple):
    """One thing that a form holds: how it is read, and how it is put back."""

    read: Callable[[], object]
    put: Callable[[Any], None]


class Left(NamedTuple, Generic[Errand]):
    """A form that was begun and left for another."""

    errand: Errand
    typed: Mapping[str, object]


class Drafts(Generic[Errand]):
    """Decides, whenever a form is opened, whether it begins afresh or goes on where it was left.

    The form that is shown keeps what it holds. One that is begun for other people meanwhile puts it aside,
    and says so; it comes back when its errand does, or at a click.
    """

    def __init__(
        self,
        notice: InlineNotice,
        *,
        typed: Mapping[str, Part],
        staying: Mapping[str, Part] | None = None,
        none: Errand,
        begin: Callable[[Errand], None],
        resumed: Callable[[], None],
        opened: Callable[[], None],
        meets: Callable[[Errand, Errand], bool],
    ) -> None:
        """``typed`` makes a form begun; ``staying`` is left as it is from one form to the next.

        ``begin`` fills the form for an errand, ``resumed`` shows what belongs to what was typed, ``opened``
        comes after either, and ``meets`` says whether the first errand, which is asked for, is met by a form
        that was begun for the second.
        """
        self._notice, self._begin, self._resumed = notice, begin, resumed
        self._opened, self._meets = opened, meets
        self._typed, self._staying = typed, staying or {}
        self._aside: list[Left[Errand]] = []
        self.errand = none
        """What the form in sight was begun for."""
        self._before = self._read(self._typed)

    @property
    def begun(self) -> bool:
        """Whether something was typed that is neither saved nor given up."""
        return bool(self._changed())

    def settle(self) -> None:
        """What the form holds is saved, or was put there by the program: it is not begun."""
        self._before = self._read(self._typed)

    def enter(self, errand: Errand) -> None:
        """Open the form: as it was left, where it was begun for this errand; else afresh."""
        self._open(errand)
        self._opened()

    def _open(self, errand: Errand) -> None:
        if self.begun and (errand == self.errand or self._wider(errand, self.errand)):
            self._go_on()
            return
        self._put_aside()
        left = next((each for each in reversed(self._aside) if self._meets(errand, each.errand)), None)
        if left is not None:
            # The same people, of whom something new is known: what was typed comes upon that.
            self._restore(left, left.errand if self._wider(errand, left.errand) else errand)
            return
        self._start(errand)
        if self._aside:
            self._tell("draft.waits", "draft.take_up", self.take_up)

    def afresh(self) -> None:
        """Give up what was typed, and begin again for the same people."""
        self._notice.dismiss()
        self._start(self.errand)
        self._opened()

    def take_up(self) -> None:
        """Go on with the form that was put aside last; the one in sight is put aside for it."""
        if self._aside:
            left = self._aside[-1]
            self._put_aside()
            self._restore(left, left.errand)
            self._opened()

    def _wider(self, asked: Errand, begun: Errand) -> bool:
        """Whether ``asked`` is met by the form, and names nobody where that was begun for somebody."""
        return self._meets(asked, begun) and not self._meets(begun, asked)

    def _changed(self) -> dict[str, object]:
        now = self._read(self._typed)
        return {key: value for key, value in now.items() if value != self._before[key]}

    def _put_aside(self) -> None:
        typed = self._changed()
        if typed:
            self._aside.append(Left(self.errand, typed | self._read(self._staying)))
            self.settle()

    def _start(self, errand: Errand) -> None:
        if errand != self.errand:
            self._notice.dismiss()  # that was for somebody else
        self.errand = errand
        self._begin(errand)
        self.settle()

    def _restore(self, left: Left[Errand], errand: Errand) -> None:
        self._aside.remove(left)
        self._start(errand)
        parts = {**self._typed, **self._staying}
        for key, value in left.typed.items():
            parts[key].put(value)
        self._go_on()

    def _go_on(self) -> None:
        self._resumed()
        self._tell("draft.resumed", "draft.afresh", self.afresh)

    def _tell(self, words: str, action: str, do: Callable[[], None]) -> None:
        self._notice.show_notice(Tone.INFO, phrase(words), action=phrase(action), do=do)

    def _read(self, parts: Mapping[str, Part]) -> dict[str, object]:
        return {key: part.read() for key, part in parts.items()}


def go_on(page: QWidget | None) -> bool:
    """Go on with the form that was left in sight; False where ``page`` is none, or none that was begun."""
    drafts = getattr(page, "drafts", None)
    if not isinstance(drafts, Drafts) or not drafts.begun:
        return False
    drafts.enter(drafts.errand)
    return True


def parts_of(widgets: Mapping[str, QWidget]) -> dict[str, Part]:
    """How each of these controls is read and put back."""
    return {key: part_of(widget) for key, widget in widgets.items()}


def part_of(widget: QWidget) -> Part:
    """How a control is read and put back."""
    if isinstance(widget, MemberBox):
        return Part(lambda: (widget.member, widget.line.text()), lambda value: _put_member(widget, *value))
    if isinstance(widget, QLineEdit):
        return Part(widget.text, widget.setText)
    if isinstance(widget, QComboBox):
        return Part(lambda: _choice(widget), lambda value: _put_choice(widget, value))
    if isinstance(widget, Segments):
        return Part(lambda: widget.current, widget.choose)
    assert isinstance(widget, QAbstractButton), widget
    return Part(widget.isChecked, widget.setChecked)


def _put_member(box: MemberBox, member: Any, text: str) -> None:
    if member is not None:
        box.look_up(member)
    else:
        if box.member is not None:
            box.give_back()
        box.line.setText(text)


def _choice(box: QComboBox) -> int | str:
    """Its row, or what was typed instead."""
    typed, at = box.currentText(), box.currentIndex()
    return typed if box.isEditable() and typed != box.itemText(at) else at


def _put_choice(box: QComboBox, value: int | str) -> None:
    if isinstance(value, str):
        box.setEditText(value)
    else:
        box.setCurrentIndex(value)
