"""Whom to call for an elder, in very large type: one key shows it, Esc puts it away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from timebank.desk.requests import Emergency
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Button, Rule, Text, announce

_KNOWN = ("guardian", "self")


class ContactsSheet(QDialog):
    """The contacts of an elder and the city's line. Use ``open()``; Enter does nothing."""

    def __init__(self, context: ScreenContext, emergency: Emergency, parent: QWidget) -> None:
        super().__init__(parent)
        look = context.look
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = Text(look, phrase("requests.contacts_of", name=emergency.member.name), Role.TITLE)
        self.setWindowTitle(title.text())
        column = QVBoxLayout(self)
        pad = look.space(6)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.space(4))
        column.addWidget(title)
        column.addWidget(Rule())
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.space(6))
        grid.setVerticalSpacing(look.space(3))
        lines: list[tuple[Words, Words, str]] = [
            (_what(relation), name, phone) for relation, name, phone in emergency.contacts
        ]
        if emergency.line:
            lines.append((phrase("requests.line"), "", emergency.line))
        for row, (what, name, phone) in enumerate(lines):
            grid.addWidget(Text(look, what, soft=True), row, 0)
            grid.addWidget(Text(look, name, Role.HEADING), row, 1)
            grid.addWidget(Text(look, phone, Role.VERDICT, tone=Tone.ACCENT, wrap=False), row, 2)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        if not lines:
            column.addWidget(Text(look, phrase("requests.no_contacts")))
        column.addWidget(Text(look, phrase("requests.look_kept"), Role.SMALL, soft=True))
        column.addStretch(1)
        close = Button(look, phrase("window.close"), key="Esc", icon="close")
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(round(look.em * 34))
        announce(self, " ".join(look.say(part) for line in lines for part in line))


def _what(relation: str) -> Words:
    if relation in _KNOWN:
        return phrase(f"requests.contact_{relation}")
    return phrase("requests.contact_other", relation=relation) if relation else phrase("requests.contact")
