"""The window: first start, signing in, working. One for each station's folder."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget

from timebank.desk.desk import Desk
from timebank.desk.operators import Operator
from timebank.desk.station import Station, lives_here
from timebank.desk.surroundings import Surroundings
from timebank.outcome import Fault
from ui.jobs import Jobs
from ui.look import Look
from ui.look.kept import Kept
from ui.qt import application, has_screen, set_qt_language
from ui.say import Speech, phrase
from ui.screens.signin import SignIn
from ui.screens.welcome import Welcome
from ui.screens.workplace import Workplace
from ui.single import Single
from ui.widgets import InlineNotice
from ui.widgets.guard import ScanGuard
from ui.widgets.order import step

SIZE = (1366, 768)
LOG = "timebank.log"
_LOG_BYTES = 1 << 20
log = logging.getLogger("ui")


class Window(QMainWindow):
    """Shows the welcome until there is a station, then the names, then the work."""

    def __init__(self, home: Path, look: Look, kept: Kept, surroundings: Surroundings | None = None) -> None:
        super().__init__()
        self.home, self.look, self.kept = home, look, kept
        self._around = surroundings or Surroundings()
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.workplace: Workplace | None = None
        self.signin: SignIn | None = None
        self.jobs: Jobs[Desk] | None = None
        self.reads: Jobs[Desk] | None = None
        self._setup: Jobs[None] = Jobs(lambda: None, lambda _none: None, on_defect=self.defect, parent=self)
        self.welcome = Welcome(look, home, self._around, self._setup)
        self.welcome.ready.connect(self.open_station)
        self._stack.addWidget(self.welcome)
        look.changed.connect(self.refresh)
        look.speech.changed.connect(lambda: set_qt_language(_app(), look.speech.language))
        self.refresh()
        self.resize(*SIZE)
        self.restoreGeometry(kept.geometry)
        self._guard = ScanGuard(self)

    def begin(self) -> None:
        """Show what this folder needs first."""
        if not lives_here(self.home):
            self._stack.setCurrentWidget(self.welcome)
        elif not _joined(self.home, self._around):
            self.welcome.wait_for_enrolment()
        else:
            self.open_station()

    def open_station(self) -> None:
        """The folder holds a station: ask who works here."""
        opening = self._opening()
        self.jobs = Jobs(opening, Desk.close, on_defect=self.defect, parent=self)
        self.reads = Jobs(opening, Desk.close, on_defect=self.defect, parent=self)
        self.signin = SignIn(self.look, self.kept, self.jobs)
        self.signin.signed_in.connect(self._signed_in)
        self._stack.addWidget(self.signin)
        self.lock()

    def _opening(self) -> Callable[[], Desk]:
        return lambda: Desk(self.home, self._around)

    def lock(self) -> None:
        """Ask for the name again; whoever comes next signs in."""
        if self.signin is not None:
            self._stack.setCurrentWidget(self.signin)
            self.signin.enter()

    def _signed_in(self, operator: object) -> None:
        assert operator is None or isinstance(operator, Operator)
        self.work_as(operator)

    def work_as(self, operator: Operator | None) -> Workplace:
        """Show the desk to ``operator``."""
        if self.workplace is None:
            assert self.jobs is not None
            assert self.reads is not None
            self.workplace = Workplace(self.look, self.kept, self.home, self.jobs, self.reads)
            self.workplace.on_lock = self.lock
            self._stack.addWidget(self.workplace)
        self._stack.setCurrentWidget(self.workplace)
        self.workplace.start(operator)
        return self.workplace

    def to_front(self) -> None:
        """Somebody started the program once more: here it is."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def defect(self, error: BaseException) -> None:
        """The program is at fault: one calm notice. The traceback is in the log."""
        self._notice().show_problem(Fault("window_defect", path=str(self.home / LOG)))
        log.debug("told of %r", error)

    def _notice(self) -> InlineNotice:
        current = self._stack.currentWidget()
        for page in (self.workplace, self.signin):
            if page is not None and page is current:
                return page.notice
        return self.welcome.notice

    @property
    def busy(self) -> bool:
        """Whether anything is still being done or read."""
        return any(each is not None and each.busy for each in (self._setup, self.jobs, self.reads))

    def refresh(self) -> None:
        """Say the title in the current language."""
        self.setWindowTitle(self.look.say(phrase("status.program")))

    def focusNextPrevChild(self, forward: bool) -> bool:
        return step(self, forward=forward) or super().focusNextPrevChild(forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.kept.geometry = self.saveGeometry()
        if self.workplace is not None:
            self.workplace.rest()
        for each in (self.reads, self.jobs, self._setup):
            if each is not None:
                each.close()
        super().closeEvent(event)


def run(home: Path, language: str) -> int:
    """Open the window on a station's folder; returns the exit code.

    Refuses with ``already_open`` where a window holds the folder, Fault ``no_screen`` without a display.
    """
    if not has_screen() and not os.environ.get("QT_QPA_PLATFORM"):
        raise Fault("no_screen")
    single = Single(home)
    try:
        keep_log(home)
        kept = Kept(home, language)
        app = application(sys.argv[:1], language=kept.language)
        window = Window(home, Look(app, Speech(kept.language), kept.theme), kept)
        catch_defects(window)
        app.setWindowIcon(window.look.icon("app"))
        app.setDesktopFileName("timebank")
        single.listen(window.to_front)
        window.show()
        window.begin()
        return app.exec()
    finally:
        single.release()


def keep_log(home: Path) -> None:
    """Write what goes wrong into the station's log, for support."""
    handler = RotatingFileHandler(
        home / LOG, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    handler.setLevel(logging.ERROR)
    log.addHandler(handler)
    log.setLevel(logging.ERROR)


def catch_defects(window: Window) -> None:
    """Have what nobody caught logged and told calmly, and let the window go on."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("unexpected failure", exc_info=(kind, error, trace))
        window.defect(error)

    sys.excepthook = hook


def settle(window: Window) -> None:
    """Let everything that was asked for arrive and be drawn."""
    loop = QEventLoop()
    for _ in range(3):  # an answer may ask for more
        timer = QTimer(interval=2)
        timer.timeout.connect(lambda: None if window.busy else loop.quit())
        timer.start()
        loop.exec()
        timer.stop()


def _joined(home: Path, surroundings: Surroundings) -> bool:
    station = Station(home, surroundings)
    try:
        return station.joined
    finally:
        station.close()


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
