"""The shared folder: looked at from time to time beside the screen, and the card that shows and switches it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.sticks import find_stick
from timebank.desk.wire import Watched
from timebank.desk.wire_turn import SETTLE_SECONDS, Turn
from timebank.outcome import Problem
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drives import plugged_in, size_text
from ui.screens.folders import ask_folder
from ui.screens.voucher_details import moment
from ui.widgets import Button, ButtonRow, Card, Text, Toggle

_LOOK_EVERY_MS = 30_000
_SOON_MS = round((SETTLE_SECONDS + 1) * 1000)
_GIVES_WAY = 3


class WireTurns(QObject):
    """Has the writing desk look at the shared folder, now and then; gives way to what the clerk does."""

    looked = Signal()
    """the folder was looked at"""
    ended = Signal()
    """a look is over, whatever came of it"""

    def __init__(self, context: ScreenContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._again = False
        self._gave_way = 0
        self._outcome = ""
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._look_again)

    def start(self) -> None:
        """Look now, and go on looking."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._soon.stop()

    @property
    def looking(self) -> bool:
        """Whether a look is under way."""
        return self._job is not None

    def look(self) -> None:
        """Look once, where a folder is watched; once more soon where a file is not finished."""
        self._begin(again=False)

    def _look_again(self) -> None:
        self._begin(again=True)

    def _begin(self, *, again: bool) -> None:
        if self._job is not None:
            return
        self._again = again
        jobs, patient = self._context.jobs, self._gave_way >= _GIVES_WAY

        def work(desk: Desk, _progress: Progress, cancelled: IsCancelled) -> Turn | None:
            if not desk.wire.standing().on:
                return None
            return desk.wire.turn(cancelled=lambda: cancelled() or (jobs.behind > 0 and not patient))

        self._job = jobs.start(work, then=self._looked, refused=self._context.problem)
        self._job.cancelled.connect(self._stopped)
        self._job.ended.connect(self._over)

    def _looked(self, turn: object) -> None:
        self._gave_way, self._job = 0, None
        self.looked.emit()
        if not isinstance(turn, Turn):
            return
        news = bool(turn.taken or turn.exported) or turn.outcome != self._outcome
        self._outcome = turn.outcome
        if turn.waiting and not self._again:
            self._soon.start()
        if news:
            self._context.changed.changed.emit()

    def _stopped(self) -> None:
        """The clerk's work went first; nothing is half done."""
        self._gave_way += 1
        if self._timer.isActive():
            self._soon.start()

    def _over(self) -> None:
        self._job = None
        self.ended.emit()


class WireCard(Card):
    """Which folder is shared, whether it is on, what last came and went, and what stands in the way."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, phrase("wire.title"), parent)
        self._context = context
        self._watched: Watched | None = None
        look = context.look
        self.turns = WireTurns(context, self)
        self.turns.looked.connect(self._looked)
        self.turns.ended.connect(self._ended)
        self.toggle = Toggle(look, phrase("wire.watching"))
        self.toggle.clicked.connect(self._switched)
        self._folder = Text(look, phrase("wire.hint"), soft=True)
        self._state = Text(look, "")
        self._came = Text(look, "", Role.SMALL, soft=True)
        self._went = Text(look, "", Role.SMALL, soft=True)
        self.choose = Button(look, phrase("wire.choose"), icon="folder")
        self.choose.clicked.connect(self._ask)
        self.now = Button(look, phrase("wire.look_now"), icon="sync")
        self.now.clicked.connect(self._look_now)
        for part in (self.toggle, self._folder, self._state, self._came, self._went):
            self.body.addWidget(part)
        for said in (self._folder, self._state):
            said.setMinimumWidth(look.target)  # the longest name of a folder does not widen the page
        self.body.addWidget(ButtonRow(look, [self.choose, self.now]))
        self._show()

    def put(self, watched: Watched) -> None:
        """Show how the folder stands."""
        self._watched = watched
        self._show()

    def _show(self) -> None:
        watched = self._watched
        chosen = watched is not None and bool(watched.folder)
        on = watched is not None and watched.on
        for part in (self.toggle, self._came, self._went):
            part.setVisible(chosen)
        self._state.setVisible(chosen)
        self.now.setVisible(on)
        self.toggle.setChecked(on)
        self.choose.put(phrase("wire.change" if chosen else "wire.choose"))
        if watched is None or not chosen:
            self._folder.put(phrase("wire.hint"), soft=True)
            return
        self._folder.put(_breakable(watched.folder), soft=False)
        self._say_state(watched)
        came, went = watched.came, watched.went
        self._came.setVisible(came is not None)
        if came is not None:
            when = moment(self._context, datetime.fromisoformat(came.when))
            self._came.put(phrase("wire.last_came", when=when, entries=came.entries), soft=True)
        self._went.setVisible(went is not None)
        if went is not None:
            when = moment(self._context, datetime.fromisoformat(went.when))
            size = size_text(went.bytes)
            self._went.put(phrase("wire.last_went", when=when, entries=went.entries, size=size), soft=True)

    def _say_state(self, watched: Watched) -> None:
        if not watched.on:
            self._state.put(phrase("wire.off"), soft=True)
            return
        facts = {
            name: _breakable(fact) if isinstance(fact, str) else fact for name, fact in watched.facts.items()
        }
        problem = watched.problem and Problem(watched.problem.code, **facts)
        what: Words = problem or phrase(watched.phrase, **facts)
        tone = Tone.PLAIN
        if watched.problem is not None or watched.last_outcome == "aside":
            tone = Tone.WARN
        if self.turns.looking:
            what, tone = phrase("wire.looking"), Tone.PLAIN
        elif watched.last_turn and watched.problem is None:
            when = moment(self._context, datetime.fromisoformat(watched.last_turn))
            what = phrase("wire.last_look", when=when, what=what)
        self._state.put(what, tone)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.turns.stop()  # the window's own looks go on

    # Doing

    def _ask(self) -> None:
        ask_folder(self, self._context, "wire", title=phrase("wire.choose"), then=self.watch)

    def watch(self, folder: Path) -> None:
        """Share ``folder`` from now on; a stick by its name, wherever it is plugged in next time."""

        def work(desk: Desk) -> Watched:
            desk.wire.watch(_stick_name(folder) or str(folder))
            return desk.wire.standing()

        self._context.write(work, self._switched_to, refused=self._refused)

    def _switched(self, on: bool) -> None:
        watched = self._watched
        if watched is None or not watched.folder:
            return

        def work(desk: Desk) -> Watched:
            if on:
                desk.wire.watch(watched.folder)
            else:
                desk.wire.off()
            return desk.wire.standing()

        self._context.write(work, self._switched_to, refused=self._refused)

    def _switched_to(self, watched: Watched) -> None:
        self.put(watched)
        if watched.on:
            self._look_now()

    def _refused(self, problem: Problem) -> None:
        self._show()  # the switch goes back to what is so
        self._context.problem(problem)

    def _look_now(self) -> None:
        self.turns.look()
        self.now.setEnabled(False)
        self._show()

    def _ended(self) -> None:
        self.now.setEnabled(True)

    def _looked(self) -> None:
        self._context.read(lambda desk: desk.wire.standing(), self.put, slot="wire-standing")


def _stick_name(folder: Path) -> str:
    """The name of the stick whose top folder this is, where it is found again by that name."""
    for drive in plugged_in():
        if drive.path == folder and find_stick(drive.name) == folder:
            return drive.name
    return ""


def _breakable(path: str) -> str:
    """A path that may go on in the next line after each of its folders."""
    return re.sub(r"([/\\])", "\\1\u200b", path)
