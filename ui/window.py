"""The window: first start, signing in, working, locked while nobody is here. One for each station's folder."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.operators import Operator
from timebank.desk.station import Station, lives_here
from timebank.desk.surroundings import Surroundings
from timebank.outcome import Fault
from ui.actions import keys_before
from ui.aside import Left, put_aside
from ui.idle import IdleWatch
from ui.jobs import IsCancelled, Jobs, Progress
from ui.look import Look
from ui.look.kept import Kept
from ui.qt import set_qt_language
from ui.say import phrase
from ui.screens.guide import Guide
from ui.screens.settings_support import LOG
from ui.screens.signin import SignIn
from ui.screens.tour import TourBar
from ui.screens.welcome import Welcome
from ui.screens.workplace import Workplace
from ui.widgets import InlineNotice, KeySheet
from ui.widgets.guard import ScanGuard
from ui.widgets.letters import AltLetters
from ui.widgets.order import step
from ui.widgets.piecemeal import making
from ui.widgets.reader import Reader

SIZE = (1366, 768)
Sample = Callable[[Path, str, Progress, IsCancelled], Path]
"""Makes a station of sample data within a folder, in a language; returns the station's own folder."""
log = logging.getLogger("ui")


class Window(QMainWindow):
    """Shows the welcome until there is a station, then the names, then the work."""

    def __init__(
        self,
        home: Path,
        look: Look,
        kept: Kept,
        surroundings: Surroundings | None = None,
        *,
        sample: Sample | None = None,
    ) -> None:
        """``sample`` makes a station of sample data to look round in."""
        super().__init__()
        look.dress(self)
        self.home, self.look, self.kept = home, look, kept
        self._around = surroundings or Surroundings()
        self._sample = sample
        self._own = (home, kept)
        self._tour: Path | None = None
        """The folder of the sample while it is shown."""
        self._left: Left | None = None
        """What was to be seen when the desk was locked."""
        self._leaving: list[Workplace] = []
        self._stack = QStackedWidget()
        self.bar = TourBar(look)
        self.bar.left.connect(self.leave_sample)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(inner)
        self.workplace: Workplace | None = None
        self.signin: SignIn | None = None
        self.jobs: Jobs[Desk] | None = None
        self.reads: Jobs[Desk] | None = None
        self._setup: Jobs[None] = Jobs(lambda: None, lambda _none: None, on_defect=self.defect, parent=self)
        self.welcome = Welcome(look, home, kept, self._around, self._setup, sample=sample is not None)
        self.welcome.ready.connect(self.open_station)
        self.welcome.sample_asked.connect(self.show_sample)
        self.welcome.restore.let_go = self._let_go
        self.welcome.restore.restored.connect(self._restored)
        self.welcome.restore.left.connect(self._back_from_restore)
        self._stack.addWidget(self.welcome)
        look.changed.connect(self.refresh)
        look.speech.changed.connect(lambda: set_qt_language(_app(), look.speech.language))
        self.refresh()
        self.resize(*SIZE)
        self.restoreGeometry(kept.geometry)
        self._guard = ScanGuard(self)
        self._guard.stray.connect(self._scanned_elsewhere)
        self.reader = Reader(self)
        QShortcut(QKeySequence("F1"), self.welcome, self.show_keys)
        self.letters = AltLetters(look, self)
        self.idle = IdleWatch(lambda: self.kept.idle_minutes, self)
        self.idle.idle.connect(self._nobody_here)

    def begin(self) -> None:
        """Show what this folder needs first."""
        if not lives_here(self.home):
            self._stack.setCurrentWidget(self.welcome)
            self.welcome.begin()
        elif not _joined(self.home, self._around):
            self._stack.setCurrentWidget(self.welcome)
            self.welcome.wait_for_enrolment()
        else:
            self.open_station()

    def open_station(self) -> None:
        """The folder holds a station: ask who works here."""
        opening = self._opening()
        self.jobs = Jobs(opening, Desk.close, on_defect=self.defect, parent=self)
        self.reads = Jobs(opening, Desk.close, on_defect=self.defect, parent=self)
        for each in (self.jobs, self.reads):
            each.busy_changed.connect(self._sweep)
        self.signin = SignIn(self.look, self.kept, self.jobs)
        self.signin.signed_in.connect(self._signed_in)
        QShortcut(QKeySequence("F1"), self.signin, self.show_keys)
        self._stack.addWidget(self.signin)
        self.lock()

    def _opening(self) -> Callable[[], Desk]:
        home = self.home
        return lambda: Desk(home, self._around)

    def lock(self) -> None:
        """Hide everything at once and ask for the name; what was typed stays for whoever typed it."""
        if self.signin is None or self._stack.currentWidget() is self.signin:
            return
        if self.workplace is not None:
            self._left = Left(QApplication.focusWidget(), put_aside(self))
        self._stack.setCurrentWidget(self.signin)
        self.signin.enter()

    def _nobody_here(self) -> None:
        if self.workplace is not None:
            self.lock()

    def _scanned_elsewhere(self, text: str) -> None:
        if self.workplace is not None and self._stack.currentWidget() is self.workplace:
            self.workplace.take_scan(text)

    def _signed_in(self, operator: object) -> None:
        assert operator is None or isinstance(operator, Operator)
        self.work_as(operator)

    def work_as(self, operator: Operator | None) -> Workplace:
        """Show the desk to ``operator``: as it was left by the same one, a fresh one to anybody else."""
        self.idle.touch()
        left, self._left = self._left, None
        if self.workplace is not None and _number(self.workplace.context.operator) == _number(operator):
            if left is not None:
                self._stack.setCurrentWidget(self.workplace)
                self.workplace.resume(operator)
                left.bring_back()
                return self.workplace
        elif self.workplace is not None:
            self._let_workplace_go()
        if self.workplace is None:
            assert self.jobs is not None
            assert self.reads is not None
            self.workplace = Workplace(self.look, self.kept, self.home, self.jobs, self.reads)
            self.workplace.on_lock = self.lock
            self.workplace.on_restore = self.show_restore
            self._stack.addWidget(self.workplace)
        self._stack.setCurrentWidget(self.workplace)
        self.workplace.start(operator)
        return self.workplace

    def _let_workplace_go(self) -> None:
        """It goes once nothing is on its way to it any more."""
        if self.workplace is not None:
            self.workplace.rest()
            self.workplace.hide()
            self._stack.removeWidget(self.workplace)
            self._leaving.append(self.workplace)
            self.workplace = None
            self._left = None
            self._sweep()

    def _sweep(self) -> None:
        if not self.busy:
            for each in self._leaving:
                each.deleteLater()
            self._leaving.clear()

    def _close_desks(self) -> None:
        """Let go of the station's folder."""
        self._let_workplace_go()
        for each in (self.reads, self.jobs):
            if each is not None:
                each.close()
        if self.signin is not None:
            self._stack.removeWidget(self.signin)
            self.signin.deleteLater()
        self.jobs = self.reads = self.signin = None
        self._sweep()

    # A backup is put back

    def show_restore(self) -> None:
        """Leave the work for a moment and choose a backup."""
        self._stack.setCurrentWidget(self.welcome)
        self.welcome.restore.home = self.home
        self.welcome.show_restore()

    def _let_go(self) -> bool:
        if any(each is not None and each.busy for each in (self.jobs, self.reads)):
            return False
        self._close_desks()
        return True

    def _restored(self, before: bool) -> None:
        self.open_station()
        if self.signin is not None:
            key = "restore.done" if before else "restore.done_fresh"
            self.signin.greet(phrase(key, folder=str(self.home)) if before else phrase(key))

    def _back_from_restore(self) -> None:
        if self.workplace is not None:
            self._stack.setCurrentWidget(self.workplace)
        elif self.signin is None:  # the folder was let go of and the backup was not put back
            self.begin()
        else:
            self._stack.setCurrentWidget(self.signin)

    # Sample data

    def show_sample(self) -> None:
        """Make a station of sample data in a folder that goes again, and look round in it."""
        if self._sample is None or self._tour is not None or self._setup.busy:
            return
        folder = Path(tempfile.mkdtemp(prefix="timebank-sample-"))
        make, language = self._sample, self.look.speech.language

        def work(_none: None, progress: Progress, cancelled: IsCancelled) -> Path:
            return make(folder, language, progress, cancelled)

        def made(home: object) -> None:
            assert isinstance(home, Path)
            self._tour = folder
            self._enter_sample(home)

        job = self._setup.start(work, then=made, refused=self.welcome.notice.show_problem)
        job.ended.connect(lambda: None if self._tour == folder else shutil.rmtree(folder, ignore_errors=True))
        self.welcome.progress.follow(job, phrase("tour.making"))

    def _enter_sample(self, home: Path) -> None:
        self.home, kept = home, Kept(home, self.look.speech.language)
        kept.theme, kept.sound = self.kept.theme, self.kept.sound
        self.kept = kept
        self.bar.show()
        self.open_station()
        assert self.jobs is not None
        self.jobs.start(
            lambda desk, _progress, _cancelled: desk.operators.sign_in(desk.operators.list()[0].name),
            then=self._signed_in,
        )

    def leave_sample(self) -> None:
        """Back to the own folder; the sample goes."""
        self._close_desks()
        self._drop_sample()
        self.bar.hide()
        self.begin()

    def _drop_sample(self) -> None:
        if self._tour is not None:
            self.home, self.kept = self._own
            shutil.rmtree(self._tour, ignore_errors=True)
            self._tour = None

    def show_keys(self) -> None:
        """The keys before there is a screen with its own; they lead to the guide as well."""
        sheet = KeySheet(self.look, keys_before(), self, guide=True)
        sheet.guide_asked.connect(lambda: Guide(self.look, self).show())
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def appear(self) -> None:
        """Show it; the first time on a small screen all over it, so that its frame pushes nothing out of sight."""
        room = self.screen().availableSize()
        if self.kept.geometry.isEmpty() and (room.width() <= SIZE[0] or room.height() <= SIZE[1]):
            self.showMaximized()
        else:
            self.show()

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
        self._own[1].geometry = self.saveGeometry()
        self.idle.stop()
        if self.workplace is not None:
            self.workplace.rest()
        for each in (self.reads, self.jobs, self._setup):
            if each is not None:
                each.close()
        self._drop_sample()
        super().closeEvent(event)


def _number(operator: Operator | None) -> int:
    return operator.number if operator is not None else 0


def settle(window: Window) -> None:
    """Let everything that was asked for arrive and be drawn."""
    loop = QEventLoop()
    for _ in range(3):  # an answer may ask for more
        timer = QTimer(interval=2)
        timer.timeout.connect(lambda: None if window.busy or making(window) else loop.quit())
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
