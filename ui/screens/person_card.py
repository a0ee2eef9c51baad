"""One person at the desk: who, what they have, and what can be done now."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.people import Profile
from ui.actions import Actions
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import age_words, also_words, apart, category_words, level_words, name_words, role_words
from ui.widgets import ButtonRow, IconView, Kind, Text, announce
from ui.widgets.figures import Figures

Figure = tuple[Words, Words, Tone]


class PersonCard(QFrame):
    """Shows a :class:`Profile`; hidden until there is one. Its buttons are the screen's own actions."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = context.look
        self._context, self._look = context, look
        self.profile: Profile | None = None
        self.setProperty("part", "card")
        self._icon = IconView(look, "person", Tone.ACCENT, ems=3.0)
        self._name = Text(look, "", Role.TITLE)
        self._who = Text(look, "", soft=True)
        self._figures = Figures(look)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._who)
        self._head = QHBoxLayout()
        self._head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._head.addLayout(names, 1)
        self._buttons = ButtonRow(look, _buttons(context.actions))
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._figures)
        self._column.addWidget(self._buttons)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, profile: Profile, today: date) -> None:
        """Show ``profile``, and say aloud who it is where another was shown, or none."""
        before = self.accessibleName() if self.profile is not None else ""
        member = profile.member
        self.profile = profile
        self._icon.put("volunteer" if "volunteer" in member.roles else "elder")
        self._name.put(name_words(member))
        parts = [member.number, also_words(member), role_words(member.roles), age_words(member, today)]
        parts += [category_words(code) for code in profile.categories]
        self._who.put(apart(parts, self._look.say))
        self._figures.put(figures(self._context, profile))
        self.show()
        self.refresh()
        if self.accessibleName() != before:
            announce(self, self.accessibleName())

    def clear(self) -> None:
        """Take the person away."""
        self.profile = None
        self.hide()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        pad = look.space(5)
        self._column.setContentsMargins(pad, look.space(4), pad, look.space(4))
        self._column.setSpacing(look.space(4))
        self._head.setSpacing(look.space(4))
        self.setAccessibleName(f"{self._name.text()} {self._who.text()}")


def figures(context: ScreenContext, profile: Profile) -> list[Figure]:
    """What matters of this person: the balances, and an elder's care level."""
    shown = balances(context, profile)
    if "elder" in profile.member.roles:
        shown.append((phrase("people.care_level"), level_words(profile.care_level), Tone.PLAIN))
    return shown


def balances(context: ScreenContext, profile: Profile) -> list[Figure]:
    """A volunteer's credit and honour, an elder's allowance: what anyone at the counter may see."""
    roles = profile.member.roles
    amount, hours = context.amount_words, context.hours_words
    shown: list[Figure] = []
    if "volunteer" in roles or profile.credit_minutes:
        tone = Tone.BAD if profile.credit_minutes < 0 else Tone.ACCENT
        shown.append((phrase("people.credit"), amount(profile.credit_minutes), tone))
    if "elder" in roles or profile.allowance_minutes:
        tone = Tone.BAD if profile.allowance_minutes < 0 else Tone.ACCENT
        shown.append((phrase("people.allowance_left"), hours(profile.allowance_minutes), tone))
    if profile.in_circulation_minutes:
        shown.append((phrase("people.in_vouchers"), amount(profile.in_circulation_minutes), Tone.PLAIN))
    if "volunteer" in roles:
        shown.append((phrase("people.honour"), hours(profile.honour_minutes), Tone.PLAIN))
    return shown


def _buttons(actions: Actions) -> list[QWidget]:
    return [
        actions.button("log_hours", Kind.PRIMARY),
        actions.button("ask_request"),
        actions.button("issue_voucher"),
        actions.button("passbook"),
        actions.button("elder_view"),
        actions.button("move_credit", words=phrase("moving.short")),
    ]
