"""The rules in force at a glance, and the way to all of them."""

from __future__ import annotations

from timebank.desk.desk import Desk
from timebank.policy.pack import Pack
from ui.look import Role
from ui.say import Spoken, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Button, ButtonRow, Card, Text


class RulesCard(Card):
    """The pack's name, how much it decides, and a button that opens the packs."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("settings.rules"))
        self._context = context
        look = context.look
        self._name = Text(look, "", Role.LABEL)
        self._count = Text(look, "", soft=True)
        self.open = Button(look, phrase("packs.to_packs"), icon="file")
        for part in (self._name, self._count, ButtonRow(look, [self.open])):
            self.body.addWidget(part)

    def read(self) -> None:
        """Read the pack in force."""

        def work(desk: Desk) -> tuple[Pack, bool]:
            return desk.policies.in_force(), desk.policies.adopted() is not None

        self._context.read(work, self._put, slot="rules")

    def _put(self, read: tuple[Pack, bool]) -> None:
        pack, adopted = read
        draft = phrase("policy.draft") if pack.draft else ""
        self._name.put(Spoken(lambda language: f"{pack.name(language)}  {self._look.say(draft)}".strip()))
        key = "packs.card_counts" if adopted else "packs.card_none"
        decided = len(pack.entries) + len(pack.allowance_rules) + len(pack.exclusions)
        self._count.put(phrase(key, decided=decided, open=len(pack.unset()), confirm=len(pack.to_confirm())))
