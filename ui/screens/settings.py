"""Settings: sections in a list on the left, and pages of their own for rules, scanner and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from timebank.phrases import LANGUAGES
from ui.look import Mode, Theme
from ui.look.kept import Kept
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
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
from ui.screens.signin import LookSwitches
from ui.screens.trust import TrustPage
from ui.widgets import Button, ButtonRow, Card, PageHeader, Segments, Text, Toggle
from ui.widgets.sound import try_sounds

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


class SettingsScreen(QWidget):
    """One section at a time beside their list, or one of the pages that a section leads to."""

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
        self._make_cards()
        self.list = SectionList(
            look, [Section(ident, icon, phrase(f"setup.{ident}")) for ident, icon in SECTIONS.items()]
        )
        self.list.chosen.connect(self._show_section)
        self._sections = QStackedWidget()
        self._parts = self._filled()
        self._home = QWidget()
        self._across = QHBoxLayout(self._home)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addWidget(self.list)
        self._across.addWidget(self._sections, 1)
        self.trust = TrustPage(context)
        self.scanner = ScannerTestPage(context)
        self.policies = PolicyPage(context)
        self.policies.titled.connect(self._title_rules)
        self.pages = QStackedWidget()
        for page in (self._home, self.trust, self.scanner, self.policies):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._header)
        column.addWidget(self.pages, 1)
        context.changed.changed.connect(lambda: self.operators.read() if self.isVisible() else None)
        look.changed.connect(self.refresh)
        self.refresh()
        self.list.go("station")

    def _make_cards(self) -> None:
        context, look = self._context, self._look
        self.station = StationCard(context)
        self.operators, self.roles = OperatorsCard(context), RolesCard(look)
        self.rules = RulesCard(context)
        self.rules.open.clicked.connect(self.show_rules)
        self.printers = PrintersCard(context)
        self.upkeep, self.restore = BackupCard(context), RestoreCard(look)
        self.restore.asked.connect(self.restore_asked)
        context.permission.guard(self.restore.open)
        self.lock, self.keys, self.looks = (
            LockCard(context, self._kept),
            KeysCard(context),
            LooksCard(context),
        )
        self.to_trust = self.keys.open
        self.to_trust.clicked.connect(self.show_trust)
        self.checks, self.about = CheckCard(context), AboutCard(context, self.guide_asked.emit)

    def _filled(self) -> dict[str, Scroll]:
        cards: dict[str, Sequence[Card]] = {
            "station": [self.station],
            "operators": [self.operators, self.roles],
            "rules": [self.rules],
            "printers": [self.printers],
            "scanning": [self._scanning(), self._sounds()],
            "look": [self._looks()],
            "backup": [self.upkeep, self.restore],
            "safety": [self.lock, self.keys, self.looks],
            "support": [self.checks, self.about],
        }
        parts = {}
        for ident in SECTIONS:
            scroll = parts[ident] = Scroll(self._look)
            for card in cards[ident]:
                scroll.column.addWidget(card)
            scroll.column.addStretch(1)
            self._sections.addWidget(scroll)
        return parts

    def _looks(self) -> Card:
        look = self._look
        card = Card(look, phrase("setup.look"))
        modes = [(mode.value, phrase(f"window.mode_{mode.value}")) for mode in Mode]
        self.modes = Segments(look, modes, name=phrase("settings.mode"), current=look.theme.mode.value)
        self.modes.chosen.connect(self._mode)
        self.switches = LookSwitches(look, self._kept)
        card.body.addWidget(Text(look, phrase("setup.look_about"), soft=True))
        card.body.addWidget(self.switches)
        card.body.addWidget(ButtonRow(look, [self.modes]))
        return card

    def _scanning(self) -> Card:
        look = self._look
        card = Card(look, phrase("scan.scanner"))
        self.to_scanner = Button(look, phrase("scan.open_test"), icon="scan")
        self.to_scanner.clicked.connect(self.show_scanner)
        card.body.addWidget(Text(look, phrase("scan.about"), soft=True))
        card.body.addWidget(ButtonRow(look, [self.to_scanner]))
        card.body.addWidget(Text(look, phrase("setup.camera_about"), soft=True))
        return card

    def _sounds(self) -> Card:
        look = self._look
        card = Card(look, phrase("setup.sound"))
        self.sound = Toggle(look, phrase("setup.sound_on"))
        self.sound.setChecked(self._kept.sound)
        self.sound.toggled.connect(self._sound)
        listen = Button(look, phrase("scan.listen"), icon="sound")
        listen.clicked.connect(try_sounds)
        card.body.addWidget(Text(look, phrase("setup.sound_about"), soft=True))
        card.body.addWidget(ButtonRow(look, [self.sound, listen]))
        return card

    # Sections and pages

    def show_section(self, ident: str) -> None:
        """Show one of :data:`SECTIONS`."""
        self._show(self._home)
        self.list.go(ident)

    def _show_section(self, ident: str) -> None:
        self._sections.setCurrentWidget(self._parts[ident])

    def show_trust(self) -> None:
        """Stations and keys."""
        self.list.go("safety")
        self._show(self.trust)
        self.trust.enter()

    def show_scanner(self) -> None:
        """The scanner test page."""
        self.list.go("scanning")
        self._show(self.scanner)
        self.scanner.enter()

    def show_rules(self) -> None:
        """All rule packs."""
        self.list.go("rules")
        self._show(self.policies)
        self.policies.enter()

    def _title_rules(self, title: Words, subtitle: Words, at_list: bool) -> None:
        if self.pages.currentWidget() is self.policies:
            self._header.put(title, subtitle)
            self.to_settings.put(phrase("trust.to_settings" if at_list else "packs.to_list"))

    def back(self) -> bool:
        """One level back, from a page of its own or an open form. False where there is nowhere further back."""
        if self.pages.currentWidget() is self.policies and self.policies.back():
            return True
        pages: dict[QWidget | None, QWidget] = {
            self.trust: self.to_trust, self.scanner: self.to_scanner, self.policies: self.rules.open,
        }  # fmt: skip
        came_from = pages.get(self.pages.currentWidget())
        if came_from is not None:
            self._show(self._home)
            came_from.setFocus()
            return True
        return self.operators.isVisible() and self.operators.back()

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.to_settings.setVisible(page is not self._home)
        if page is not self.policies:
            self.policies.leave()
            self.to_settings.put(phrase("trust.to_settings"))
        if page is self.trust:
            self._header.put(phrase("trust.title"), phrase("trust.subtitle"))
        elif page is self.scanner:
            self._header.put(phrase("scan.test"), phrase("scan.test_about"))
        else:
            self._header.put(phrase("actions.go_settings"))

    def enter(self, payload: object | None) -> None:
        """Read what may have changed. ``"trust"``, ``"scanner"`` and ``"rules"`` are pages; else a section."""
        pages: dict[object, Callable[[], None]] = {
            "trust": self.show_trust, "scanner": self.show_scanner, "rules": self.show_rules,
        }  # fmt: skip
        if payload in pages:
            pages[payload]()
            return
        self.show_section(payload if isinstance(payload, str) and payload in SECTIONS else self.list.current)
        read = (self.station, self.operators, self.printers, self.rules, self.upkeep, self.keys, self.looks)
        for card in (*read, self.about):
            card.read()
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

    def _mode(self, mode: str) -> None:
        self._look.use(Theme(Mode(mode), self._look.theme.text_size))
        self._kept.theme = self._look.theme

    def _sound(self, on: bool) -> None:
        self._kept.sound = on

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._across.setSpacing(self._look.space(4))
