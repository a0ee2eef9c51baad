"""The signed-in window: rail, notices, the screens, the progress panel and the status line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.operators import Operator
from ui.actions import Actions, keys_of, places
from ui.jobs import Job, Jobs
from ui.look import Look, Tone
from ui.look.kept import Kept
from ui.say import Words, phrase
from ui.screens.cases import CasesScreen
from ui.screens.context import Changes, ScreenContext
from ui.screens.desk import DeskScreen
from ui.screens.errands import TakeBack
from ui.screens.exchange import ExchangeScreen
from ui.screens.guide import Guide
from ui.screens.people import PeopleScreen
from ui.screens.reports import ReportsScreen
from ui.screens.services import ServicesScreen
from ui.screens.settings import SettingsScreen
from ui.screens.status import Glance, glance, segments
from ui.screens.vouchers import VouchersScreen
from ui.screens.wire import WireTurns
from ui.widgets import Button, InlineNotice, KeySheet, NavigationRail, ProgressPanel, StatusLine

_MINUTE_MS = 60_000


class Screen(Protocol):
    """What every screen offers; one that has levels also offers ``back() -> bool``."""

    def enter(self, payload: object | None) -> None:
        """The screen is shown now."""


class Screens(Mapping[str, QWidget]):
    """The screens by place, each made when it is first asked for: the desk need not wait for the others."""

    def __init__(self, makers: Mapping[str, Callable[[], QWidget]], stack: QStackedWidget) -> None:
        self._makers, self._stack = makers, stack
        self._made: dict[str, QWidget] = {}

    def __getitem__(self, place: str) -> QWidget:
        screen = self._made.get(place)
        if screen is None:
            screen = self._made[place] = self._makers[place]()
            self._stack.addWidget(screen)
        return screen

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class Workplace(QWidget):
    """Owns the screens and the way between them."""

    def __init__(self, look: Look, kept: Kept, home: Path, jobs: Jobs[Desk], reads: Jobs[Desk]) -> None:
        super().__init__()
        self._look, self._kept = look, kept
        self._here = ""
        self.guide: Guide | None = None
        self.on_lock: Callable[[], None] = lambda: None
        self.on_restore: Callable[[], None] = lambda: None
        self.actions_table = Actions(look, self)
        self.notice = InlineNotice(look)
        self.progress = ProgressPanel(look)
        self.status = StatusLine(look)
        self._changes = Changes(self)
        self.context = ScreenContext(
            look=look,
            speech=look.speech,
            actions=self.actions_table,
            home=home,
            jobs=jobs,
            reads=reads,
            notice=self.notice.show_notice,
            changed=self._changes,
            go=self.go,
            follow=self._follow,
            sound=lambda: kept.sound,
        )
        self.context.permission.guard(self.actions_table)
        self.rail = NavigationRail(look, phrase("status.program"), places())
        self.rail.chosen.connect(lambda place: self.go(place, None))
        self._stack = QStackedWidget()
        context = self.context
        self.screens = Screens(
            {
                "desk": self._make_desk,
                "people": lambda: PeopleScreen(context),
                "services": lambda: ServicesScreen(context),
                "vouchers": lambda: VouchersScreen(context),
                "exchange": lambda: ExchangeScreen(context),
                "cases": lambda: CasesScreen(context),
                "reports": lambda: ReportsScreen(context),
                "settings": self._make_settings,
            },
            self._stack,
        )
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._page = QVBoxLayout()
        self._page.addWidget(self.notice)
        self._page.addWidget(self._stack, 1)
        self._page.addWidget(self.progress)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addLayout(self._page, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across, 1)
        column.addWidget(self.status)

    def _connect(self) -> None:
        actions = self.actions_table
        for place in self.screens:
            actions[f"go_{place}"].triggered.connect(lambda _on=False, place=place: self.go(place, None))
        actions["help"].triggered.connect(self._help)
        actions["back"].triggered.connect(self._back)
        actions["undo"].triggered.connect(self._undo)
        actions["lock"].triggered.connect(lambda: self.on_lock())  # noqa: PLW0108  set later
        actions["backup"].triggered.connect(lambda: self.go("settings", "backup"))
        actions["text_larger"].triggered.connect(lambda: self.settings.step_text(1))
        actions["text_smaller"].triggered.connect(lambda: self.settings.step_text(-1))
        actions["switch_language"].triggered.connect(lambda: self.settings.next_language())  # noqa: PLW0108  made when asked
        self._changes.changed.connect(self.refresh_status)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self.refresh_status)
        self._minute.start()
        self.wire = WireTurns(self.context, self)
        self.wire.start()
        self._look.changed.connect(self.refresh)
        self.refresh()

    def _make_desk(self) -> DeskScreen:
        made = DeskScreen(self.context)
        made.begun.connect(self._drop_good_news)
        return made

    def _drop_good_news(self) -> None:
        """What went well with the person before; what did not stays to be read."""
        if self.notice.tone is Tone.GOOD:
            self.notice.dismiss()

    def _make_settings(self) -> SettingsScreen:
        screen = SettingsScreen(self.context, self._kept)
        screen.guide_asked.connect(self.show_guide)
        screen.restore_asked.connect(lambda: self.on_restore())  # noqa: PLW0108  set later
        return screen

    @property
    def settings(self) -> SettingsScreen:
        """The screen that holds language, text size and theme."""
        screen = self.screens["settings"]
        assert isinstance(screen, SettingsScreen)
        return screen

    def start(self, operator: Operator | None, place: str = "desk") -> None:
        """Work as ``operator`` from now on."""
        self.context.operator = operator
        self.context.permission.put(operator)
        self.refresh_status()
        self.go(place, None)

    def resume(self, operator: Operator | None) -> None:
        """The same operator is back: all is as it was."""
        self.context.operator = operator
        self.context.permission.put(operator)
        self.refresh_status()

    def go(self, place: str, payload: object | None = None) -> None:
        """Show a screen and tell it what it is wanted for."""
        if place != self._here:
            self.notice.dismiss()
        self._here = place
        screen = self.screens[place]
        self.rail.go(place)
        self.actions_table.enter(place)
        self._stack.setCurrentWidget(screen)
        screen.enter(payload)  # type: ignore[attr-defined]

    def take_scan(self, text: str) -> None:
        """What was scanned where nothing could take it is for the desk."""
        self.go("desk", None)
        desk = self.screens["desk"]
        assert isinstance(desk, DeskScreen)
        desk.box.take_scan(text)

    def rest(self) -> None:
        """The window closes: ask for nothing more."""
        self._minute.stop()
        self.wire.stop()

    def refresh_status(self) -> None:
        """Read the status line afresh."""
        self.context.read(glance, self._glanced, slot="status")

    def _glanced(self, seen: Glance) -> None:
        self.context.pack = seen.pack
        self.status.put(segments(self.context, seen))
        self.rail.put_count("cases", seen.cases)

    def _follow(self, job: Job, words: Words) -> None:
        self.progress.follow(job, words)

    def _help(self) -> None:
        keys = keys_of(self._here)
        known = {key for key, _ in keys}
        inner = [each for each in self.findChildren(Button) if each.isVisible() and each.property("key")]
        keys += [(each.property("key"), each.words) for each in inner if each.property("key") not in known]
        self.key_sheet = KeySheet(self._look, keys, self, guide=True)
        self.key_sheet.guide_asked.connect(self.show_guide)
        self.key_sheet.open()

    def show_guide(self) -> None:
        """Open the guide beside the work, or bring it to the front."""
        if self.guide is None:
            self.guide = Guide(self._look, self)
        if self.guide.isVisible():
            self.guide.raise_()
        self.guide.show()
        self.guide.activateWindow()

    def _undo(self) -> None:
        if self._here == "desk":
            desk = self.screens["desk"]
            assert isinstance(desk, DeskScreen)
            desk.deeds.ask_last()
        else:
            self.go("desk", TakeBack())

    def _back(self) -> None:
        if self.notice.isVisibleTo(self) and not self._asked:
            self.notice.dismiss()
            return
        back = getattr(self.screens[self._here], "back", None)
        if (back is None or not back()) and self._here != "desk":
            self.go("desk", None)

    @property
    def _asked(self) -> bool:
        """Whether the cursor is in a question: what has the cursor closes first."""
        at: QWidget | None = self.focusWidget()
        while at is not None and not at.property("asks"):
            at = at.parentWidget()
        return at is not None

    def problem(self, words: Words) -> None:
        """Say that something went wrong that no screen expected."""
        self.notice.show_notice(Tone.BAD, words)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        self._page.setContentsMargins(look.space(5), look.space(4), look.space(5), look.space(3))
        self._page.setSpacing(look.space(3))
