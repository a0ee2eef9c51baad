"""Backup and restore in the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.upkeep import Kept
from ui.jobs import IsCancelled, Progress
from ui.look import Look, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drives import DriveWatch, size_text
from ui.screens.folders import ask_folder
from ui.screens.narrow import WIDE, narrow
from ui.screens.new_passphrase import NewPassphrase
from ui.screens.places_to_put import PlacesToPut
from ui.widgets import Button, ButtonRow, Card, InlineNotice, Text

OLD_DAYS = 7
"""A backup older than this is to be made anew."""


class BackupCard(Card):
    """When it was last done, a passphrase for whoever wants one, and where it goes: pressing a place does it."""

    def __init__(self, context: ScreenContext, watch: DriveWatch | None = None) -> None:
        super().__init__(context.look, phrase("setup.backup"))
        self._context = context
        look = context.look
        self._watch = watch or DriveWatch(context.reads, parent=self)
        self.last = Text(look)
        self.notice = InlineNotice(look)
        self.passphrase = NewPassphrase(
            look, phrase("setup.backup_passphrase"), phrase("setup.backup_passphrase_hint")
        )
        self.places = PlacesToPut(context, self._watch, phrase("setup.backup_folder"))
        self.places.chosen.connect(self.backup_into)
        self.places.other.connect(self._ask_folder)
        self.body.addWidget(self.last)
        self.body.addWidget(Text(look, phrase("setup.backup_about"), soft=True))
        self.body.addLayout(narrow(self.passphrase))
        self.body.addWidget(Text(look, phrase("setup.backup_where"), soft=True))
        self.body.addLayout(narrow(self.places))
        self.body.addWidget(self.notice)
        look.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        for part in (self.places, self.passphrase):
            part.setMaximumWidth(round(self._context.look.em * WIDE))

    def read(self) -> None:
        """Read when the last one was made."""
        self._context.read(
            lambda desk: (desk.upkeep.last_backup(), desk.station.surroundings.today()),
            lambda answer: self._put_last(*answer),
            slot="last backup",
        )

    def _put_last(self, moment: datetime | None, today: date) -> None:
        if moment is None:
            self.last.put(phrase("setup.backup_never"), Tone.WARN)
            return
        old = (today - moment.date()).days > OLD_DAYS
        day = self._context.day_words(moment.date())
        words = phrase("setup.backup_last", day=day, clock=moment.strftime("%H:%M"))
        self.last.put(words, Tone.WARN if old else Tone.GOOD)

    def go(self) -> None:
        """Put the cursor on the first place."""
        (self.places.buttons or [self.places.other_button])[0].setFocus()

    def _ask_folder(self) -> None:
        ask_folder(self, self._context, "backup", title=phrase("setup.backup_folder"), then=self.backup_into)

    def backup_into(self, folder: Path) -> None:
        """Write a backup into ``folder``, under the station's name and the time."""
        self._start(lambda desk, **how: desk.upkeep.backup_into(folder, **how))

    def backup(self, path: Path) -> None:
        """Write a backup to ``path`` and read it back."""
        self._start(lambda desk, **how: desk.upkeep.backup(path, **how))

    def _start(self, write: Callable[..., Kept]) -> None:
        passphrase = self.passphrase.read()
        if passphrase is None:
            return

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Kept:
            return write(desk, passphrase=passphrase, progress=progress, cancelled=cancelled)

        self.notice.dismiss()
        job = self._context.jobs.start(work, then=self._made, refused=self.notice.show_problem)
        self._context.follow(job, phrase("settings.backing_up"))

    def _made(self, made: object) -> None:
        assert isinstance(made, Kept)
        self.passphrase.clear()
        words: Words = phrase("settings.backed_up", file=str(made.file), size=size_text(made.bytes))
        if made.rotated:
            both = (words, phrase("settings.backups_rotated", count=len(made.rotated)))
            words = Spoken(lambda _language: " ".join(map(self._context.look.say, both)))
        self.notice.show_notice(Tone.GOOD, words)
        self.read()
        self._context.changed.changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        self._watch.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._watch.stop()
        super().hideEvent(event)


class RestoreCard(Card):
    """What restoring does, and the way to it."""

    asked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, phrase("restore.title"), parent)
        self.open = Button(look, phrase("restore.open"), icon="history")
        self.open.clicked.connect(self.asked)
        self.body.addWidget(Text(look, phrase("restore.about"), soft=True))
        self.body.addWidget(ButtonRow(look, [self.open]))
