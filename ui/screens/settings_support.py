"""Support in the settings: checking, building anew, the log, the version, and the guide."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit

from timebank import __version__
from timebank.desk import desktop_entry
from timebank.desk.desk import Desk
from timebank.desk.upkeep import Report
from timebank.files import reading
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Button, ButtonRow, Card, Confirmation, InlineNotice, Text

LOG = "timebank.log"
"""What goes wrong is written here, in the station's folder."""
_LINES = 200
"""Of the log that are shown, the last ones."""
_MOST = 64 << 10
_HIGH = 8


class CheckCard(Card):
    """Reading every record again, and building the tables anew; both beside the screen."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("setup.check"))
        self._context = context
        look = context.look
        self.notice = InlineNotice(look)
        self.check_now = Button(look, phrase("settings.check_now"), icon="check")
        self.check_now.clicked.connect(self.check)
        self.rebuild_now = Button(look, phrase("setup.rebuild"), icon="sync")
        self.rebuild_now.clicked.connect(self._ask_rebuild)
        context.permission.guard(self.rebuild_now)
        self.findings = Text(look)
        self.findings.hide()
        self.body.addWidget(Text(look, phrase("setup.check_about"), soft=True))
        self.body.addWidget(ButtonRow(look, [self.check_now, self.rebuild_now]))
        self.body.addWidget(self.notice)
        self.body.addWidget(self.findings)

    def check(self) -> None:
        """Read every byte and say what was found."""

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Report:
            return desk.upkeep.check(progress, cancelled)

        self._begin()
        # On the reading desk: a check changes nothing, and takes long.
        job = self._context.reads.start(work, then=self._checked, refused=self.notice.show_problem)
        self._context.follow(job, phrase("settings.checking"))

    def _begin(self) -> None:
        self.notice.dismiss()
        self.findings.hide()

    def _checked(self, report: object) -> None:
        assert isinstance(report, Report)
        key = "settings.checked_ok" if report.ok else "settings.checked_bad"
        tone = Tone.GOOD if report.ok else Tone.BAD
        self.notice.show_notice(tone, phrase(key, entries=report.entries, digest=report.digest[:12]))
        found: list[Words] = [phrase(f"findings.{each.code}", **each.facts) for each in report.findings]
        say = self._context.look.say
        self.findings.put("\n".join(say(words) for words in found))
        self.findings.setVisible(bool(found))

    def _ask_rebuild(self) -> None:
        self.asked = Confirmation(
            self._context.look,
            phrase("setup.rebuild"),
            phrase("setup.rebuild_sentence"),
            phrase("setup.rebuild_do"),
            self,
            after=phrase("setup.rebuild_after"),
        )
        self.asked.accepted.connect(self.rebuild)
        self.asked.finished.connect(self.asked.deleteLater)
        self.asked.open()

    def rebuild(self) -> None:
        """Fold all records anew."""

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> tuple[int, str]:
            return desk.upkeep.rebuild(progress, cancelled)

        def rebuilt(answer: object) -> None:
            assert isinstance(answer, tuple)
            entries, digest = answer
            words = phrase("setup.rebuilt", entries=entries, digest=digest[:12])
            self.notice.show_notice(Tone.GOOD, words)
            self._context.changed.changed.emit()

        self._begin()
        job = self._context.jobs.start(work, then=rebuilt, refused=self.notice.show_problem)
        self._context.follow(job, phrase("setup.rebuilding"))


class AboutCard(Card):
    """The program's version, the guide, the log."""

    def __init__(self, context: ScreenContext, guide: Callable[[], None]) -> None:
        super().__init__(context.look, phrase("setup.about"))
        self._there = False
        self._context = context
        look = context.look
        self.guide = Button(look, phrase("guide.open"), icon="passbook")
        self.guide.clicked.connect(guide)
        self.show_log = Button(look, phrase("setup.log_show"), icon="file")
        self.show_log.clicked.connect(self._read_log)
        self.copy = Button(look, phrase("setup.log_copy"))
        self.copy.clicked.connect(self._copy)
        self.copy.hide()
        self._said = Text(look, "", soft=True)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setTabChangesFocus(True)
        self.log.hide()
        system = f"{platform.system()} {platform.machine()}  ·  Python {platform.python_version()}"
        self._version = phrase("setup.version", version=__version__)
        self._system = f"{system}  ·  Qt {qVersion()}"
        self.body.addWidget(Text(look, self._version))
        self.body.addWidget(Text(look, self._system, soft=True))
        self.entry = Button(look, phrase("setup.entry_add"), icon="add")
        self.entry.clicked.connect(self._put_entry)
        self._entry_said = Text(look, "", soft=True)
        for part in (self.entry, self._entry_said):
            part.setVisible(False)
        self.body.addWidget(ButtonRow(look, [self.guide, self.show_log, self.copy, self.entry]))
        self.body.addWidget(self._entry_said)
        self.body.addWidget(self._said)
        self.body.addWidget(self.log)
        look.changed.connect(self.refresh_log)
        self.refresh_log()

    def read(self) -> None:
        """Put the log away again."""
        self.log.hide()
        self.copy.hide()
        self._said.put(phrase("setup.log_about", file=LOG))
        if desktop_entry.possible():
            self._context.read(lambda _desk: desktop_entry.installed(), self._has_entry, slot="desktop entry")

    def _has_entry(self, there: bool) -> None:
        self.entry.put(phrase("setup.entry_remove" if there else "setup.entry_add"))
        self._entry_said.put(phrase("setup.entry_there" if there else "setup.entry_about"), soft=True)
        self._there = there
        for part in (self.entry, self._entry_said):
            part.show()

    def _put_entry(self) -> None:
        """Put the program among the applications of this computer, or take it away."""
        there = self._there

        def work(_desk: Desk) -> bool:
            _ = desktop_entry.remove() if there else desktop_entry.install()
            return not there

        self._context.read(work, self._has_entry, refused=self._context.problem)

    def _read_log(self) -> None:
        path = self._context.home / LOG
        self._context.read(lambda _desk: last_lines(path), self._put, slot="log")

    def _put(self, lines: list[str]) -> None:
        self.log.setVisible(bool(lines))
        self.copy.setVisible(bool(lines))
        self._said.put(phrase("setup.log_about", file=LOG) if lines else phrase("setup.log_empty"))
        self.log.setPlainText("\n".join(lines))
        bar = self.log.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _copy(self) -> None:
        say = self._context.look.say
        QGuiApplication.clipboard().setText(
            "\n".join((say(self._version), self._system, self.log.toPlainText()))
        )
        self._said.put(phrase("setup.log_copied"))

    def refresh_log(self) -> None:
        """Keep name and size in step with language and text size."""
        look = self._look
        self.log.setFont(look.font())
        self.log.setFixedHeight(self.log.fontMetrics().lineSpacing() * _HIGH + look.space(6))
        self.log.setAccessibleName(look.say(phrase("setup.log_name")))


def last_lines(path: Path) -> list[str]:
    """The last lines of a log; none where nothing ever went wrong."""
    with reading(path):
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _MOST))
            return file.read().decode("utf-8", "replace").splitlines()[-_LINES:]
