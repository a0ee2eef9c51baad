"""Restoring a backup: which file, what it holds, what will happen; done only when that was read and confirmed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.station import lives_here
from timebank.desk.surroundings import Surroundings
from timebank.desk.upkeep import Held, held, restore
from timebank.outcome import Problem
from ui.jobs import IsCancelled, Jobs, Progress
from ui.look import Look, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import day_text
from ui.screens.folders import Place, ask_files
from ui.screens.scroll import Scroll
from ui.widgets import (
    Button,
    ButtonRow,
    Card,
    Confirmation,
    FormField,
    InlineNotice,
    Kind,
    ProgressPanel,
    Text,
)

_WIDE = 52


class RestorePage(QWidget):
    """One card; the work goes on beside the screen. ``restored`` says that there is a station again."""

    restored = Signal(bool)
    """whether anything was here before, which is kept under another name"""
    left = Signal()
    """nothing was done; back to where it was opened from"""

    def __init__(self, look: Look, home: Path, surroundings: Surroundings, setup: Jobs[None]) -> None:
        super().__init__()
        self._look, self.home, self._around, self._setup = look, home, surroundings, setup
        self.let_go: Callable[[], bool] = lambda: True
        """Has the window close its desks of the folder; False where work is still under way."""
        self.file: Path | None = None
        self.held: Held | None = None
        self.notice = InlineNotice(look)
        self.progress = ProgressPanel(look)
        self.choose = Button(look, phrase("restore.choose"), icon="folder")
        self.choose.clicked.connect(self._ask_file)
        self._name = Text(look)
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.returnPressed.connect(self.look_into)
        self._passphrase = FormField(
            look, phrase("restore.passphrase"), self.passphrase, hint=phrase("restore.passphrase_hint")
        )
        self.look_now = Button(look, phrase("restore.look"), icon="eye")
        self.look_now.clicked.connect(self.look_into)
        self._held = Text(look)
        self.go = Button(look, phrase("restore.go"), icon="history", kind=Kind.PRIMARY)
        self.go.clicked.connect(self._ask)
        self.cancel = Button(look, phrase("actions.back"), icon="arrow-left")
        self.cancel.clicked.connect(self.left)
        self.cancel.listen("Esc")
        self._lay_out()
        look.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        look = self._look
        self._card = card = Card(look, phrase("restore.title"))
        for part in (
            self.notice,
            Text(look, phrase("restore.about")),
            Text(look, phrase("restore.steps"), soft=True),
            self._name,
            self._passphrase,
            self._held,
            ButtonRow(look, [self.choose, self.look_now, self.go, self.cancel]),
            self.progress,
        ):
            card.body.addWidget(part)
        scroll = Scroll(look)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 8)
        row.addStretch(1)
        scroll.column.addLayout(row)
        scroll.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def begin(self) -> None:
        """No file yet."""
        self.file = None
        self.notice.dismiss()
        self.passphrase.clear()
        self._settle(None)
        self.choose.setFocus()

    def _settle(self, found: Held | None) -> None:
        self.held = found
        for part in (self._name, self._passphrase):
            part.setVisible(self.file is not None)
        self.look_now.setVisible(self.file is not None and found is None)
        self._held.setVisible(found is not None)
        self.go.setVisible(found is not None)
        self._name.put(self.file.name if self.file else "")
        if found is not None:
            self._held.put(_held_words(found), Tone.GOOD)

    def _ask_file(self) -> None:
        ask_files(
            self,
            Place(self._look, self.home),
            "backup",
            title=phrase("restore.choose"),
            kinds=phrase("choosing.backup"),
            then=lambda paths: self.use(paths[0]),
            several=False,
        )

    def use(self, path: Path) -> None:
        """Take this backup, and look what it holds."""
        self.file = path
        self.passphrase.clear()
        self._settle(None)
        self.look_into()

    def look_into(self) -> None:
        """Read the backup in full and say what it holds; nothing is changed."""
        path, passphrase = self.file, self.passphrase.text()
        if path is None:
            return

        def found(answer: object) -> None:
            assert isinstance(answer, Held)
            self._settle(answer)
            QTimer.singleShot(0, self.go, self.go.setFocus)  # once it has its place

        self._start(lambda _none, _progress, _cancelled: held(path, passphrase), found)

    def _start(
        self, work: Callable[[None, Progress, IsCancelled], object], then: Callable[[object], None]
    ) -> None:
        self.notice.dismiss()
        self._passphrase.put_problem(None)
        job = self._setup.start(work, then=then, refused=self._refused)
        self.progress.follow(job, phrase("restore.working"))

    def _refused(self, problem: Problem) -> None:
        self._settle(None)
        if problem.code.startswith("passphrase_"):
            self._passphrase.put_problem(problem)
            self.passphrase.setFocus()
        else:
            self.notice.show_problem(problem)

    def _ask(self) -> None:
        if self.held is None:
            return
        self.asked = Confirmation(
            self._look,
            phrase("restore.asked"),
            phrase("restore.asked_sentence", station=self.held.station),
            phrase("restore.go"),
            self,
            after=phrase("restore.asked_after"),
        )
        self.asked.accepted.connect(self.restore)
        self.asked.finished.connect(self.asked.deleteLater)
        self.asked.open()

    def restore(self) -> None:
        """Put the backup back, once the window has let go of the folder."""
        path, passphrase = self.file, self.passphrase.text()
        if path is None:
            return
        if not self.let_go():
            self.notice.show_notice(Tone.WARN, phrase("restore.busy"))
            return

        def work(_none: None, progress: Progress, cancelled: IsCancelled) -> bool:
            before = lives_here(self.home)
            restore(
                self.home, self._around, path, passphrase=passphrase, progress=progress, cancelled=cancelled
            ).close()
            return before

        self._start(work, lambda before: self.restored.emit(bool(before)))

    def refresh(self) -> None:
        """Keep the width in step with the text size."""
        self.passphrase.setFont(self._look.font())
        self._card.setMaximumWidth(round(self._look.em * _WIDE))


def _held_words(found: Held) -> Words:
    values = {
        "network": found.network,
        "station": found.station,
        "number": found.number,
        "entries": found.entries,
    }
    if found.last is None:
        return phrase("restore.held_empty", **values)
    day = found.last.date()
    return phrase("restore.held", **values, day=Spoken(lambda language: day_text(day, language)))
