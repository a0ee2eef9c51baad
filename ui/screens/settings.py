"""Settings: sections in a list on the left, and pages of their own for rules, scanner and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.phrases import LANGUAGES
from ui.look import Theme
from ui.look.kept import Kept
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.policies import ACTIONS as RULE_ACTIONS
from ui.screens.policies import PolicyPage
from ui.screens.printers import PrintersCard
from ui.screens.rules import RulesCard
from ui.screens.scanner_test import ScannerTestPage
from ui.screens.scroll import Scroll
from ui.screens.settings_backup import BackupCard, RestoreCard
from ui.screens.settings_list import Section, SectionList
from ui.screens.settings_operators import OperatorsCard, RolesCard
from ui.screens.settings_safety import KeysCard, LockCard, LooksCard
from ui.screens.settings_station import StationCard
from ui.screens.settings_support import AboutCard, CheckCard
from ui.screens.settings_window import LookCard, ScannerCard, SoundCard
from ui.screens.trust import TrustPage
from ui.widgets import Button, Card, PageHeader, Pages

SECTIONS = {
    "station": "home",
    "operators": "people",
    "rules": "file",
    "printers": "print",
    "scanning": "scan",
    "look": "eye",
    "backup": "backup",
    "safety": "lock",
    "support": "help",
}
"""The sections in their order, each with its icon."""
_Reading = (
    StationCard | OperatorsCard | PrintersCard | RulesCard | BackupCard | KeysCard | LooksCard | AboutCard
)
"""The cards that read something when the settings are shown."""
_Part = TypeVar("_Part", bound=QWidget)


class SettingsScreen(QWidget):
    """One section at a time beside their list, or one of the pages that a section leads to.

    Sections, their cards and the pages are made when they are first wanted.
    """

    restore_asked = Signal()
    """a backup is to be put back: the window has to let go of the folder first"""
    guide_asked = Signal()

    def __init__(self, context: ScreenContext, kept: Kept) -> None:
        super().__init__()
        self._context, self._look, self._kept = context, context.look, kept
        look = context.look
        self.to_settings = Button(look, phrase("trust.to_settings"), icon="arrow-left", key="Esc")
        self.to_settings.clicked.connect(self.back)
        self._header = PageHeader(
            look, phrase("actions.go_settings"), icon="settings", actions=[self.to_settings]
        )
        self.list = SectionList(
            look, [Section(ident, icon, phrase(f"setup.{ident}")) for ident, icon in SECTIONS.items()]
        )
        self.list.chosen.connect(self._show_section)
        self._sections = Pages()
        self._parts: dict[str, Scroll] = {}
        self._cards: list[Card] = []
        self.pages = Pages()
        self._home = self.pages.take(QWidget())
        self._across = QHBoxLayout(self._home)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addWidget(self.list)
        self._across.addWidget(self._sections, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._header)
        column.addWidget(self.pages, 1)
        context.changed.changed.connect(self._changed)
        look.changed.connect(self.refresh)
        self.refresh()

    # The pages

    @cached_property
    def trust(self) -> TrustPage:
        """Stations and keys."""
        return self.pages.take(TrustPage(self._context))

    @cached_property
    def scanner(self) -> ScannerTestPage:
        """Trying the scanner."""
        return self.pages.take(ScannerTestPage(self._context))

    @cached_property
    def policies(self) -> PolicyPage:
        """All rule packs."""
        page = self.pages.take(PolicyPage(self._context))
        page.titled.connect(self._title_rules)
        return page

    # The cards of the sections

    def _held(self, part: _Part) -> _Part:
        """A part that was just made: ours until its section takes it, for a widget of nobody's may go in any thread."""
        part.setParent(self)
        return part

    @cached_property
    def station(self) -> StationCard:
        """This station and what it is called."""
        return self._held(StationCard(self._context))

    @cached_property
    def operators(self) -> OperatorsCard:
        """Who may work here."""
        return self._held(OperatorsCard(self._context))

    @cached_property
    def rules(self) -> RulesCard:
        """The rules in force."""
        card = self._held(RulesCard(self._context))
        card.open.clicked.connect(self.show_rules)
        return card

    @cached_property
    def printers(self) -> PrintersCard:
        """The printers and what each prints."""
        return self._held(PrintersCard(self._context))

    @cached_property
    def upkeep(self) -> BackupCard:
        """Backups."""
        return self._held(BackupCard(self._context))

    @cached_property
    def restore(self) -> RestoreCard:
        """Putting a backup back."""
        card = self._held(RestoreCard(self._look))
        card.asked.connect(self.restore_asked)
        self._context.permission.guard(card.open)
        return card

    @cached_property
    def lock(self) -> LockCard:
        """When the desk locks."""
        return self._held(LockCard(self._context, self._kept))

    @cached_property
    def keys(self) -> KeysCard:
        """How the keys are kept."""
        card = self._held(KeysCard(self._context))
        card.open.clicked.connect(self.show_trust)
        return card

    @cached_property
    def looks(self) -> LooksCard:
        """Who looked at what is masked."""
        return self._held(LooksCard(self._context))

    @cached_property
    def checks(self) -> CheckCard:
        """Checking the books."""
        return self._held(CheckCard(self._context))

    @cached_property
    def about(self) -> AboutCard:
        """The program and its log."""
        return self._held(AboutCard(self._context, self.guide_asked.emit))

    @cached_property
    def looking(self) -> LookCard:
        """How the window looks."""
        return self._held(LookCard(self._look, self._kept))

    @cached_property
    def scanning(self) -> ScannerCard:
        """The way to the scanner test."""
        card = self._held(ScannerCard(self._look))
        card.open.clicked.connect(self.show_scanner)
        return card

    def _cards_of(self, ident: str) -> Sequence[Card]:
        makers: dict[str, Callable[[], Sequence[Card]]] = {
            "station": lambda: [self.station],
            "operators": lambda: [self.operators, RolesCard(self._look)],
            "rules": lambda: [self.rules],
            "printers": lambda: [self.printers],
            "scanning": lambda: [self.scanning, SoundCard(self._look, self._kept)],
            "look": lambda: [self.looking],
            "backup": lambda: [self.upkeep, self.restore],
            "safety": lambda: [self.lock, self.keys, self.looks],
            "support": lambda: [self.checks, self.about],
        }
        return makers[ident]()

    # Sections and pages

    def show_section(self, ident: str) -> None:
        """Show one of :data:`SECTIONS`."""
        self.list.go(ident)
        self._show(self._home)

    def _show_section(self, ident: str) -> None:
        if self.pages.currentWidget() is not self._home:
            return  # it is shown when the way leads back to it
        part = self._parts.get(ident)
        if part is None:
            part = self._parts[ident] = self._sections.take(Scroll(self._look))
            cards = self._cards_of(ident)
            for card in cards:
                part.column.addWidget(card)
            part.column.addStretch(1)
            self._cards += cards
            if self.isVisible():
                _read(cards)
        self._sections.setCurrentWidget(part)

    def _changed(self) -> None:
        if self.isVisible() and "operators" in self._parts:
            self.operators.read()

    def show_trust(self) -> None:
        """Stations and keys."""
        self._show(self.trust)
        self.list.go("safety")
        self.trust.enter()

    def show_scanner(self) -> None:
        """The scanner test page."""
        self._show(self.scanner)
        self.list.go("scanning")
        self.scanner.enter()

    def show_rules(self) -> None:
        """All rule packs."""
        self._show(self.policies)
        self.list.go("rules")
        self.policies.enter()

    def _title_rules(self, title: Words, subtitle: Words, at_list: bool) -> None:
        if isinstance(self.pages.currentWidget(), PolicyPage):
            self._header.put(title, subtitle)
            self.to_settings.put(phrase("trust.to_settings" if at_list else "packs.to_list"))

    def back(self) -> bool:
        """One level back, from a page of its own or an open form. False where there is nowhere further back."""
        match self.pages.currentWidget():
            case PolicyPage() as page if page.back():
                return True
            case PolicyPage():
                came_from = self.rules.open
            case TrustPage():
                came_from = self.keys.open
            case ScannerTestPage():
                came_from = self.scanning.open
            case _:
                return self.list.current == "operators" and self.operators.back()
        self._show(self._home)
        came_from.setFocus()
        return True

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.to_settings.setVisible(page is not self._home)
        if not isinstance(page, PolicyPage):
            for action in RULE_ACTIONS:
                self._context.actions.allow(action, False)
            self.to_settings.put(phrase("trust.to_settings"))
        if isinstance(page, TrustPage):
            self._header.put(phrase("trust.title"), phrase("trust.subtitle"))
        elif isinstance(page, ScannerTestPage):
            self._header.put(phrase("scan.test"), phrase("scan.test_about"))
        else:
            self._header.put(phrase("actions.go_settings"))
        if page is self._home:
            self._show_section(self.list.current)

    def enter(self, payload: object | None) -> None:
        """Read what may have changed. ``"trust"``, ``"scanner"`` and ``"rules"`` are pages; else a section."""
        pages: dict[object, Callable[[], None]] = {
            "trust": self.show_trust, "scanner": self.show_scanner, "rules": self.show_rules,
        }  # fmt: skip
        if payload in pages:
            pages[payload]()
            return
        self.show_section(payload if isinstance(payload, str) and payload in SECTIONS else self.list.current)
        _read(self._cards)
        self.list.setFocus()
        if payload == "backup":
            self.upkeep.go()

    # What takes effect at once

    def step_text(self, step: int) -> None:
        """Text one size larger or smaller."""
        theme = self._look.theme
        self._look.use(Theme(theme.mode, theme.text_size.next(step)))
        self._kept.theme = self._look.theme

    def next_language(self) -> None:
        """The other language."""
        speech = self._look.speech
        speech.language = LANGUAGES[(LANGUAGES.index(speech.language) + 1) % len(LANGUAGES)]
        self._kept.language = speech.language

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._across.setSpacing(self._look.space(4))


def _read(cards: Sequence[Card]) -> None:
    for card in cards:
        if isinstance(card, _Reading):
            card.read()
