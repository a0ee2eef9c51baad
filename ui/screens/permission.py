"""Who may write: buttons that write rest while an auditor is at the desk, and say why."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from timebank.desk.operators import Operator
from ui.look import Look, Role, Tone
from ui.say import Words, phrase
from ui.widgets import Text

READS_ONLY = "auditor"
"""The role that reads all and writes nothing."""


class Guarded(Protocol):
    """What can be kept from being used: a :class:`~ui.widgets.Button`, the table of actions."""

    def forbid(self, reason: Words) -> None:
        """Rest, and say why; empty words end it."""


class Permission(QObject):
    """Knows whether whoever is signed in may write, and tells everything that was put under its guard."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.operator: Operator | None = None
        self._guarded: list[Guarded] = []

    @property
    def may_write(self) -> bool:
        """False for an auditor."""
        return self.operator is None or self.operator.role != READS_ONLY

    @property
    def reason(self) -> Words:
        """Why nothing can be written; empty where it can."""
        return "" if self.may_write else phrase("people.reads_only")

    @property
    def oversees(self) -> bool:
        """Whether to show who looked at whose data: to everyone but clerks."""
        return self.operator is None or self.operator.role != "clerk"

    def put(self, operator: Operator | None) -> None:
        """Somebody signed in."""
        self.operator = operator
        for each in self._guarded:
            each.forbid(self.reason)
        self.changed.emit()

    def guard(self, *writers: Guarded) -> None:
        """Let these rest, with the reason, for as long as nothing may be written."""
        self._guarded += writers
        for each in writers:
            each.forbid(self.reason)


class ReadsOnly(Text):
    """One quiet line that says why buttons rest; hidden where one may write."""

    def __init__(self, look: Look, permission: Permission, parent: QWidget | None = None) -> None:
        super().__init__(look, "", Role.SMALL, tone=Tone.WARN, parent=parent)
        self._permission = permission
        permission.changed.connect(self._follow)
        self.put(permission.reason)
        if permission.may_write:  # shown only by whoever holds it: alone it would be a window
            self.hide()

    def _follow(self) -> None:
        self.put(self._permission.reason)
        self.setVisible(not self._permission.may_write)
