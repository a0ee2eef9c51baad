"""Settings: how the window looks, who works here, the rules in force, backup and check, and trust."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.operators import Operator
from timebank.desk.upkeep import Kept as Backup
from timebank.desk.upkeep import Report
from timebank.phrases import LANGUAGES
from ui.look import Mode, Theme, Tone
from ui.look.kept import Kept
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_new_file
from ui.screens.rules import RulesCard
from ui.screens.scroll import Scroll
from ui.screens.signin import LookSwitches, OperatorForm
from ui.screens.trust import TrustPage
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    IconView,
    InlineNotice,
    Kind,
    PageHeader,
    Segments,
    Text,
    Toggle,
)


class SettingsScreen(QWidget):
    """Cards, one under the other, and a page for stations and keys."""

    def __init__(self, context: ScreenContext, kept: Kept) -> None:
        super().__init__()
        self._context, self._look, self._kept = context, context.look, kept
        look = context.look
        self.to_settings = Button(look, phrase("trust.to_settings"), icon="arrow-left", key="Esc")
        self.to_settings.clicked.connect(self.back)
        self._header = PageHeader(
            look, phrase("actions.go_settings"), icon="settings", actions=[self.to_settings]
        )
        self.operators = OperatorsCard(context)
        self.upkeep = UpkeepCard(context)
        self.rules = RulesCard(context)
        self._scroll = Scroll(look)
        for card in (self._looks(), self.upkeep, self.operators, self._keys(), self.rules):
            self._scroll.column.addWidget(card)
        self._scroll.column.addStretch(1)
        self.trust = TrustPage(context)
        self.pages = QStackedWidget()
        for page in (self._scroll, self.trust):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._header)
        column.addWidget(self.pages, 1)
        context.changed.changed.connect(lambda: self.operators.read() if self.isVisible() else None)

    def _looks(self) -> Card:
        look = self._look
        card = Card(look, phrase("settings.look"))
        modes = [(mode.value, phrase(f"window.mode_{mode.value}")) for mode in Mode]
        self.modes = Segments(look, modes, name=phrase("settings.mode"), current=look.theme.mode.value)
        self.modes.chosen.connect(self._mode)
        self.sound = Toggle(look, phrase("settings.sound"))
        self.sound.setChecked(self._kept.sound)
        self.sound.toggled.connect(self._sound)
        self.switches = LookSwitches(look, self._kept)
        card.body.addWidget(self.switches)
        card.body.addWidget(ButtonRow(look, [self.modes, self.sound]))
        return card

    def _keys(self) -> Card:
        look = self._look
        card = Card(look, phrase("trust.title"))
        self.to_trust = Button(look, phrase("trust.open"), icon="lock")
        self.to_trust.clicked.connect(self.show_trust)
        card.body.addWidget(Text(look, phrase("trust.about"), soft=True))
        card.body.addWidget(ButtonRow(look, [self.to_trust]))
        return card

    def show_trust(self) -> None:
        """Stations and keys."""
        self._show(self.trust)
        self.trust.enter()

    def back(self) -> bool:
        """From stations and keys to the settings. False where there is nowhere further back."""
        if self.pages.currentWidget() is not self.trust:
            return False
        self._show(self._scroll)
        self.to_trust.setFocus()
        return True

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        trust = page is self.trust
        self.to_settings.setVisible(trust)
        if trust:
            self._header.put(phrase("trust.title"), phrase("trust.subtitle"))
        else:
            self._header.put(phrase("actions.go_settings"))

    def enter(self, payload: object | None) -> None:
        """Read what may have changed; ``"backup"`` asks where a backup goes, ``"trust"`` shows the keys."""
        if payload == "trust":
            self.show_trust()
            return
        self._show(self._scroll)
        self.operators.read()
        self.rules.read()
        self.switches.languages.setFocus()
        if payload == "backup":
            self._scroll.ensureWidgetVisible(self.upkeep)
            self.upkeep.ask_backup()

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


class OperatorsCard(Card):
    """Who may act at this desk."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("settings.operators"))
        self._context = context
        look = context.look
        self._rows = QVBoxLayout()
        self.add = Button(look, phrase("signin.add"), icon="add")
        self.add.clicked.connect(self._open)
        self.form = OperatorForm(look)
        self.form.submitted.connect(self._appoint)
        self.form.cancelled.connect(self._close)
        self.form.hide()
        self.body.addLayout(self._rows)
        self.body.addWidget(ButtonRow(look, [self.add]))
        self.body.addWidget(self.form)
        self._names: list[Operator] = []

    def read(self) -> None:
        """Read the names afresh."""
        self._context.read(lambda desk: desk.operators.list(), self._put, slot="operators")

    def _put(self, operators: list[Operator]) -> None:
        if operators == self._names:
            return
        self._names = operators
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for each in operators:
            self._rows.addWidget(self._row(each))

    def _row(self, operator: Operator) -> QWidget:
        look, part = self._context.look, QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.space(3))
        row.addWidget(IconView(look, "lock" if operator.protected else "person", Tone.ACCENT))
        row.addWidget(Text(look, operator.name), 1)
        row.addWidget(Text(look, phrase(f"signin.role_{operator.role}"), soft=True), 2)
        key = "settings.has_password" if operator.protected else "settings.no_password"
        row.addWidget(Text(look, phrase(key), soft=True), 2)
        return part

    def _open(self) -> None:
        self.form.begin("clerk", can_cancel=True)
        self.form.show()
        self.form.name.setFocus()

    def _close(self) -> None:
        self.form.hide()
        self.add.setFocus()

    def _appoint(self, name: str, role: str, password: str) -> None:
        def appointed(operator: Operator) -> None:
            self._close()
            self._context.notice(Tone.GOOD, phrase("settings.appointed", name=operator.name))

        self._context.write(
            lambda desk: desk.operators.appoint(name, role, password),
            appointed,
            refused=self.form.put_problem,
        )


class UpkeepCard(Card):
    """Backup and check, both beside the screen."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("settings.upkeep"))
        self._context = context
        look = context.look
        self.notice = InlineNotice(look)
        backup = Button(look, phrase("settings.backup_now"), icon="backup", key="Ctrl+B", kind=Kind.PRIMARY)
        backup.clicked.connect(self.ask_backup)
        check = Button(look, phrase("settings.check_now"), icon="check")
        check.clicked.connect(self.check)
        self.findings = Text(look)
        self.findings.hide()
        self.body.addWidget(Text(look, phrase("settings.upkeep_about"), soft=True))
        self.body.addWidget(ButtonRow(look, [backup, check]))
        self.body.addWidget(self.notice)
        self.body.addWidget(self.findings)

    def ask_backup(self) -> None:
        """Ask where the backup goes, and write it."""
        self._context.read(
            lambda desk: f"{desk.station.name}-{desk.station.surroundings.now():%Y%m%d-%H%M}.tbbackup",
            self._ask,
            slot="backup name",
        )

    def _ask(self, name: str) -> None:
        ask_new_file(
            self, self._context, "backup", title=phrase("settings.backup_now"), name=name,
            kinds="*.tbbackup (*.tbbackup)", then=self.backup,
        )  # fmt: skip

    def backup(self, path: Path) -> None:
        """Write a backup to ``path`` and read it back."""
        job = self._context.write(
            lambda desk: desk.upkeep.backup(path), self._backed_up, refused=self.notice.show_problem
        )
        self._context.follow(job, phrase("settings.backing_up"))

    def _backed_up(self, made: Backup) -> None:
        size = f"{made.bytes / 1024:,.0f} KB" if made.bytes < 1 << 20 else f"{made.bytes / (1 << 20):,.1f} MB"
        self.notice.show_notice(Tone.GOOD, phrase("settings.backed_up", file=str(made.file), size=size))

    def check(self) -> None:
        """Read every byte and say what was found."""

        def work(desk: Desk, progress: object, cancelled: object) -> Report:
            return desk.upkeep.check(progress, cancelled)  # type: ignore[arg-type]

        self.notice.dismiss()
        self.findings.hide()
        # On the reading desk: a check changes nothing, and takes long.
        job = self._context.reads.start(work, then=self._checked, refused=self.notice.show_problem)
        self._context.follow(job, phrase("settings.checking"))

    def _checked(self, report: object) -> None:
        assert isinstance(report, Report)
        key = "settings.checked_ok" if report.ok else "settings.checked_bad"
        tone = Tone.GOOD if report.ok else Tone.BAD
        self.notice.show_notice(tone, phrase(key, entries=report.entries, digest=report.digest[:12]))
        found: list[Words] = [phrase(f"findings.{each.code}", **each.facts) for each in report.findings]
        say = self._context.look.say
        self.findings.put("\n".join(say(words) for words in found))
        self.findings.setVisible(bool(found))
