"""Safety in the settings: when the desk locks, how the keys are kept, who looked at what is masked."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QComboBox, QHBoxLayout

from timebank.desk import recovery
from timebank.desk.access import Access
from timebank.desk.desk import Desk
from ui.look import Tone
from ui.look.kept import IDLE_MINUTES, Kept
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import joined
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    Column,
    DataTable,
    EmptyState,
    FormField,
    IconView,
    RowsModel,
    Text,
)

_ROWS = 6
_WIDE = 20
_LOOKS = 200


class LockCard(Card):
    """After how long without a key or the mouse the desk is locked, and locking it now."""

    def __init__(self, context: ScreenContext, kept: Kept) -> None:
        super().__init__(context.look, phrase("setup.lock"))
        self._context, self._kept = context, kept
        look = context.look
        self.minutes = QComboBox()
        for each in IDLE_MINUTES:
            self.minutes.addItem("", each)
        self.minutes.setCurrentIndex(IDLE_MINUTES.index(kept.idle_minutes))
        self.minutes.activated.connect(self._keep)
        field = FormField(look, phrase("setup.lock_after"), self.minutes, hint=phrase("setup.lock_hint"))
        self.now = context.actions.button("lock", words=phrase("setup.lock_now"))
        self.body.addWidget(field)
        self.body.addWidget(ButtonRow(look, [self.now]))
        look.changed.connect(self.refresh_words)
        self.refresh_words()

    def _keep(self, _row: int) -> None:
        self._kept.idle_minutes = self.minutes.currentData()

    def refresh_words(self) -> None:
        """Say the choices in the current language."""
        self.minutes.setFont(self._context.look.font())
        self.minutes.setMaximumWidth(round(self._context.look.em * _WIDE))
        for n, each in enumerate(IDLE_MINUTES):
            words = phrase("setup.lock_minutes", minutes=each) if each else phrase("setup.lock_never")
            self.minutes.setItemText(n, self._context.look.say(words))


class KeyState(NamedTuple):
    """How this station's keys lie on the disk."""

    root: str
    """``open``, ``closed`` or ``absent``"""
    readable: tuple[str, ...]
    """Files that others of this computer can read."""


def key_state(desk: Desk) -> KeyState:
    """Read how the keys are kept."""
    return KeyState(recovery.root_key(desk.station).kept, tuple(desk.station.key_folder.readable_by_others()))


class KeysCard(Card):
    """The root key's passphrase, the folder's rights, and the way to stations and keys."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("trust.title"))
        self._context = context
        look = context.look
        self._icon = IconView(look, "lock", Tone.PLAIN)
        self.state = Text(look)
        self.readable = Text(look, "", tone=Tone.WARN)
        self.readable.hide()
        self.open = Button(look, phrase("trust.open"), icon="lock")
        row = QHBoxLayout()
        row.addWidget(self._icon)
        row.addWidget(self.state, 1)
        self.body.addWidget(Text(look, phrase("trust.about"), soft=True))
        self.body.addLayout(row)
        self.body.addWidget(self.readable)
        self.body.addWidget(ButtonRow(look, [self.open]))

    def read(self) -> None:
        """Read the keys afresh."""
        self._context.read(key_state, self._put, slot="key state")

    def _put(self, state: KeyState) -> None:
        tone = {"open": Tone.WARN, "closed": Tone.GOOD}.get(state.root, Tone.PLAIN)
        self.state.put(phrase(f"setup.root_{state.root}"), tone)
        self._icon.put("warning" if state.root == "open" else "lock", tone)
        self.readable.put(phrase("setup.keys_readable", files=", ".join(state.readable)))
        self.readable.setVisible(bool(state.readable))


class LooksCard(Card):
    """Who looked at numbers and phones that are masked on the screen; not for clerks."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("setup.looks"))
        self._context = context
        look = context.look
        columns: list[Column[Access]] = [
            Column("at", phrase("setup.look_at"), lambda each: each.at.strftime("%Y-%m-%d %H:%M")),
            Column("who", phrase("setup.look_who"), _who),
            Column("whose", phrase("setup.look_whose"), lambda each: f"{each.name} {each.number}".strip()),
            Column("what", phrase("setup.look_what"), self._what, stretch=True),
        ]
        self.model = RowsModel(look, columns, lambda each: (each.at, each.operator, each.number, each.fields))
        self.table = DataTable(look, phrase("setup.looks"))
        self.table.put_model(self.model, sortable=False)
        self.table.put_empty(EmptyState(look, "eye", phrase("setup.looks_none")))
        self.body.addWidget(Text(look, phrase("setup.looks_about"), soft=True))
        self.body.addWidget(self.table)
        context.permission.changed.connect(self._settle)
        look.changed.connect(self._fit)
        self._settle()
        self._fit()

    def _settle(self) -> None:
        if not self._context.permission.oversees:
            self.model.replace([])
            self.hide()
        elif self.isHidden() and self.parentWidget() is not None:
            self.show()

    def read(self) -> None:
        """Read the last looks, where one may see them."""
        self._settle()
        if self._context.permission.oversees:
            self._context.read(lambda desk: desk.access.looks(limit=_LOOKS), self._put, slot="looks")

    def _put(self, looks: list[Access]) -> None:
        self.model.replace(looks)
        self.table.fit_columns()
        self._fit()

    def _fit(self) -> None:
        rows = min(_ROWS, max(4, self.model.rowCount()))
        self.table.setFixedHeight((rows + 1) * self._look.target + self._look.space(2))

    def _what(self, access: Access) -> Words:
        return joined([phrase(f"person.{field}") for field in access.fields], self._look.say)


def _who(access: Access) -> Words:
    return access.operator or phrase("people.look_nobody")
