"""A box that finds one member: type any part of the name, pinyin, number or phone; see the balance."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Progress
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import name_words
from ui.widgets import Button, IconView, Kind, Text, announce
from ui.widgets.text import restyle

_MOST = 6
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class Found(NamedTuple):
    """A member with the balances of both units, in minutes."""

    member: MemberRecord
    credit: int
    allowance: int


class _Line(QLineEdit):
    """A line that sends arrows, Enter and Esc on instead of keeping them."""

    stepped = Signal(int)
    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            event.accept()
            self.stepped.emit(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self.taken.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            event.accept()
            self.clear()
        else:
            super().keyPressEvent(event)


class MemberBox(QWidget):
    """Finds a member beside the screen's thread and keeps the one that was taken."""

    taken = Signal(object)
    """The :class:`Found` member, or None when the choice was taken back."""

    def __init__(
        self,
        context: ScreenContext,
        *,
        hint: Words,
        name: Words,
        role: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._hint, self._name, self._role = context, hint, name, role
        self._found: list[Found] = []
        self._take_only = False
        self.value: Found | None = None
        self.member: MemberRecord | None = None
        """Who was taken, or is just being looked up."""
        look = context.look
        self.line = _Line()
        self.line.textChanged.connect(self._typed)
        self.line.stepped.connect(self._step)
        self.line.taken.connect(self._enter)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda item: self._take(self.list.row(item)))
        self.list.hide()
        self._nobody = Text(look, phrase("vouchers.nobody"), Role.SMALL, soft=True)
        self._nobody.hide()
        self._chip = QFrame()
        restyle(self._chip, part="wash", tone="accent")
        self._who, self._balance = Text(look, "", Role.LABEL), Text(look, "", Role.SMALL, soft=True)
        self._other = Button(look, "", icon="close", kind=Kind.QUIET, hint=phrase("vouchers.other_person"))
        self._other.clicked.connect(self.give_back)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._who)
        words.addWidget(self._balance)
        self._row = QHBoxLayout(self._chip)
        self._row.addWidget(IconView(look, "person", Tone.ACCENT, ems=1.5))
        self._row.addLayout(words, 1)
        self._row.addWidget(self._other)
        self._chip.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (self._chip, self.line, self.list, self._nobody):
            column.addWidget(part)
        self.setFocusProxy(self.line)
        look.changed.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(round(self._context.look.em * 22), hint.height())

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._context.look
        self.line.setPlaceholderText(look.say(self._hint))
        self.line.setAccessibleName(look.say(self._name))
        self.list.setAccessibleName(look.say(self._name))
        pad = look.space(3)
        self._row.setContentsMargins(pad, look.space(1), look.space(1), look.space(1))
        self._row.setSpacing(pad)
        self._show_list()
        self._show_value()

    def look_up(self, member: MemberRecord) -> None:
        """Take ``member``, with the balances as they are now."""
        self.member = member

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> Found:
            return _with_balance(desk, member)

        self._context.reads.start(work, then=self._keep, slot=self._slot)

    def give_back(self) -> None:
        """Forget who was taken, and be ready for another name."""
        self._keep(None)
        self.line.clear()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _slot(self) -> str:
        return f"member-box-{id(self)}"

    def _typed(self, text: str) -> None:
        self._take_only = False
        if self.value is None:
            self.member = None
        if not text.strip():
            self._found = []
            self._show_list()
            self._nobody.hide()
            return

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> list[Found]:
            members = desk.people.search(text.strip(), role=self._role, limit=_MOST)
            return [_with_balance(desk, each) for each in members]

        self._context.reads.start(work, then=self._arrived, slot=self._slot)

    def _arrived(self, found: object) -> None:
        assert isinstance(found, list)
        if self.value is not None or not self.line.text().strip():
            return
        self._found = found
        self._nobody.setVisible(not found)
        self._show_list()
        if self._take_only:
            self._enter()

    def _show_list(self) -> None:
        row = self.list.currentRow()
        self.list.clear()
        for each in self._found:
            name = self._context.look.say(name_words(each.member))
            self.list.addItem(f"{name}    {each.member.number}    {self._said_balance(each)}")
        self.list.setVisible(bool(self._found))
        self.list.setFixedHeight(len(self._found) * self._context.look.target + 4)
        if self._found:
            self.list.setCurrentRow(max(0, min(row, len(self._found) - 1)))

    def _step(self, by: int) -> None:
        if self._found:
            row = max(0, min(len(self._found) - 1, self.list.currentRow() + by))
            self.list.setCurrentRow(row)
            announce(self.list, self.list.item(row).text())

    def _enter(self) -> None:
        """Take the one in the list; where the answer is still on its way, take it if it is the only one."""
        if self._found:
            self._take(self.list.currentRow() if not self._take_only or len(self._found) == 1 else -1)
        else:
            self._take_only = bool(self.line.text().strip())

    def _take(self, row: int) -> None:
        self._take_only = False
        if 0 <= row < len(self._found):
            self._keep(self._found[row])

    def _keep(self, found: object) -> None:
        self.value = found if isinstance(found, Found) else None
        self.member = self.value.member if self.value is not None else None
        self._found = []
        if self.value is not None:
            self.line.blockSignals(True)
            self.line.clear()
            self.line.blockSignals(False)
        self._nobody.hide()
        self._show_list()
        self._show_value()
        self.taken.emit(self.value)

    def _show_value(self) -> None:
        self._chip.setVisible(self.value is not None)
        self.line.setVisible(self.value is None)
        if self.value is not None:
            member = self.value.member
            name = self._context.look.say(name_words(member))
            self._who.put(f"{name}  {member.number}" if member.known or member.left else member.number)
            self._balance.put(self._said_balance(self.value))
            self._other.setAccessibleDescription(member.name)

    def _said_balance(self, found: Found) -> str:
        context = self._context
        said = phrase("vouchers.balance", amount=context.amount(found.credit))
        if found.allowance:
            said = phrase(
                "vouchers.balances",
                amount=context.amount(found.credit),
                allowance=context.hours(found.allowance),
            )
        return context.look.say(said)


def member_in(payload: object) -> MemberRecord | None:
    """The member that a screen was entered with, however it was given."""
    if isinstance(payload, Profile | Found):
        return payload.member
    return payload if isinstance(payload, MemberRecord) else None


def _with_balance(desk: Desk, member: MemberRecord) -> Found:
    profile = desk.people.profile(member)
    return Found(member, profile.credit_minutes, profile.allowance_minutes)
