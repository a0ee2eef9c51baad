"""Long work on the screen: shown only when it is long, with the time left and a cancel that works."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ui.jobs import Job
from ui.look import Look, Role
from ui.say import Words, phrase
from ui.widgets.button import Button
from ui.widgets.text import Text

APPEARS_AFTER_MS = 600


def time_left(done: int, total: int, seconds: float) -> Words:
    """Roughly how long the rest takes, given ``done`` of ``total`` in ``seconds``; empty while unknown."""
    if done <= 0 or total <= 0 or seconds < 1 or done >= total:
        return ""
    rest = seconds * (total - done) / done
    if rest < 60:
        return phrase("window.seconds_left", count=max(5, 5 * round(rest / 5)))
    return phrase("window.minutes_left", count=round(rest / 60))


class ProgressPanel(QFrame):
    """Follows one job at a time, and hides again when it is over."""

    def __init__(
        self,
        look: Look,
        *,
        after_ms: int = APPEARS_AFTER_MS,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._clock = look, clock
        self._job: Job | None = None
        self._began = 0.0
        self.setProperty("part", "card")
        self._label = Text(look, "", Role.LABEL)
        self._left = Text(look, "", Role.SMALL, soft=True, wrap=False)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._cancel = Button(look, phrase("window.cancel"), icon="close")
        self._cancel.clicked.connect(self._stop)
        top = QHBoxLayout()
        top.addWidget(self._label, 1)
        top.addWidget(self._left)
        words = QVBoxLayout()
        words.addLayout(top)
        words.addWidget(self._bar)
        self._row = QHBoxLayout(self)
        self._row.addLayout(words, 1)
        self._row.addWidget(self._cancel)
        self._late = QTimer(self, singleShot=True, interval=after_ms)
        self._late.timeout.connect(self.show)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def follow(self, job: Job, words: Words) -> None:
        """Show how ``job`` gets on once it has taken a while."""
        self._job, self._began = job, self._clock()
        self._label.put(words)
        self._left.put("")
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        job.progressed.connect(self._moved)
        job.ended.connect(self._over)
        self._late.start()
        self.refresh()

    def _moved(self, done: int, total: int) -> None:
        if self.sender() is not self._job:
            return
        # A QProgressBar counts in 32 bits; files do not.
        self._bar.setRange(0, 1000 if total > 0 else 0)
        self._bar.setValue(min(1000, 1000 * done // total) if total > 0 else 0)
        self._left.put(time_left(done, total, self._clock() - self._began))

    def _stop(self) -> None:
        if self._job is not None:
            self._cancel.setEnabled(False)
            self._label.put(phrase("window.cancelling"))
            self._job.cancel()

    def _over(self) -> None:
        if self.sender() is self._job:
            self._job = None
            self._late.stop()
            self.hide()

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        look = self._look
        pad = look.space(4)
        self._row.setContentsMargins(pad, look.space(2), pad, look.space(2))
        self._row.setSpacing(pad)
        self._bar.setFixedHeight(look.space(2))
        self._bar.setAccessibleName(self._label.text())
        self.setAccessibleName(self._label.text())
