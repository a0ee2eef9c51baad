"""Taking files in: what each one would bring, one confirmation, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.exchange.incoming import Preview, Taken
from timebank.outcome import Cancelled, Problem
from ui.jobs import IsCancelled, Job, Progress
from ui.look import TONE_ICONS, Role, Tone
from ui.say import Words, phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.scroll import Scroll
from ui.screens.voucher_details import moment
from ui.widgets import Button, ButtonRow, IconView, InlineNotice, Kind, Text, announce
from ui.widgets.text import restyle

TONES = {"applied": Tone.GOOD, "known": Tone.INFO, "parked": Tone.WARN, "partial": Tone.WARN}

_NO_USE = ("not_an_export", "too_big")
"""Files that nobody exported: a photograph on the same stick."""


class Seen(NamedTuple):
    """A file before it is taken: its preview, or why it cannot even be read."""

    path: Path
    preview: Preview | None
    problem: Problem | None


class Done(NamedTuple):
    """A file afterwards; neither taken nor a problem where the person stopped before it."""

    path: Path
    taken: Taken | None
    problem: Problem | None


class ImportPage(QWidget):
    """The files one under another; F6 or the button takes them in."""

    finished = Signal()
    """nothing is left to do here"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._paths: list[Path] = []
        look = context.look
        self.notice = InlineNotice(look)
        self._title = Text(look, "", Role.HEADING)
        self._rows = Scroll(look, gap=2)
        self.take = Button(look, phrase("exchange.take", count=0), icon="check", key="F6", kind=Kind.PRIMARY)
        self.take.clicked.connect(self.confirm)
        self.see_cases = Button(look, phrase("exchange.see_cases"), icon="cases")
        self.see_cases.clicked.connect(lambda: context.go("cases", None))
        self._leave = Button(look, phrase("exchange.to_overview"), icon="arrow-left", key="Esc")
        self._leave.clicked.connect(self.finished)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.notice)
        self._column.addWidget(self._title)
        self._column.addWidget(self._rows, 1)
        self._column.addWidget(ButtonRow(look, [self.take, self.see_cases, self._leave]))
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._context.look.space(3))

    def look_at(self, paths: Sequence[Path]) -> None:
        """Read what ``paths`` would bring, without taking anything."""
        self.notice.dismiss()
        self._paths = []
        clear(self._rows.column)
        self._title.put(phrase("exchange.looking", count=len(paths)))
        self.take.setVisible(True)
        self.take.setEnabled(False)
        self.see_cases.setVisible(False)

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> list[Seen]:
            seen = []
            for n, path in enumerate(paths):
                if cancelled():
                    raise Cancelled
                progress(n, len(paths))
                seen.append(_seen(desk, path))
            return seen

        job = self._context.reads.start(work, then=self._seen, slot="exchange-preview")
        self._context.follow(job, phrase("exchange.looking", count=len(paths)))

    def _seen(self, seen: object) -> None:
        assert isinstance(seen, list)
        usable = [each for each in seen if each.preview is not None and not each.preview.code]
        # What is damaged is taken all the same: it goes into quarantine, where nothing is lost.
        self._paths = [
            each.path for each in seen if each.preview is not None and each.preview.code not in _NO_USE
        ]
        self._title.put(phrase("exchange.will_bring" if usable else "exchange.will_bring_none"))
        for each in seen:
            self._rows.column.addWidget(self._seen_row(each))
        self._rows.column.addStretch(1)
        self.take.put(phrase("exchange.take", count=len(self._paths)))
        self.take.setEnabled(bool(self._paths))
        if self._paths:
            self.take.setFocus()

    def _seen_row(self, seen: Seen) -> QFrame:
        preview = seen.preview
        if preview is None:
            return self._row(Tone.BAD, seen.path.name, seen.problem or "")
        if preview.code:
            facts = {"file": seen.path.name, "name": self._station_name, "station": preview.station}
            return self._row(Tone.WARN, seen.path.name, phrase(f"outcomes.{preview.code}", **facts))
        made = moment(self._context, datetime.fromtimestamp(preview.made))
        key = "exchange.from" if preview.proved else "exchange.from_unproved"
        lines: list[Words] = [phrase(key, name=preview.name or str(preview.station), made=made)]
        if preview.missing:
            lacking = "; ".join(
                f"{each.station or each.journal.hex()} {each.first}–{each.last}" for each in preview.missing
            )
            lines.append(phrase("exchange.brings_gap", count=preview.new_entries, lacking=lacking))
            tone = Tone.WARN
        elif preview.new_entries:
            known = preview.entries - preview.new_entries
            lines.append(phrase("exchange.brings", count=preview.new_entries, known=known))
            tone = Tone.INFO
        else:
            lines.append(phrase("exchange.brings_nothing", count=preview.entries))
            tone = Tone.PLAIN
        return self._row(tone, seen.path.name, *lines)

    _station_name = ""

    def put_station(self, name: str) -> None:
        """What this station is called, for the sentences."""
        self._station_name = name

    def confirm(self) -> None:
        """Take the files in."""
        if self._job is not None or not self._paths:
            return
        paths, self._paths = self._paths, []
        self.take.setEnabled(False)

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> list[Done]:
            return [_take(desk, path, progress, cancelled) for path in paths]

        self._job = self._context.jobs.start(work, then=self._taken, refused=self.notice.show_problem)
        self._job.ended.connect(self._over)
        self._context.follow(self._job, phrase("exchange.taking", count=len(paths)))

    def _taken(self, done: object) -> None:
        assert isinstance(done, list)
        clear(self._rows.column)
        opened = 0
        for each in done:
            for taken in (each.taken, *(each.taken.also if each.taken else ())):
                self._rows.column.addWidget(self._done_row(each, taken))
                opened += taken.cases_opened if taken else 0
        self._rows.column.addStretch(1)
        self._title.put(phrase("exchange.taken_cases" if opened else "exchange.taken", count=opened))
        announce(self, self._title.text())
        self.take.setVisible(False)
        self.see_cases.setVisible(opened > 0)
        (self.see_cases if opened else self._leave).setFocus()
        self._context.changed.changed.emit()

    def _done_row(self, done: Done, taken: Taken | None) -> QFrame:
        if taken is None:
            words: Words = done.problem or phrase("exchange.not_taken")
            return self._row(Tone.BAD if done.problem else Tone.PLAIN, done.path.name, words)
        lines: list[Words] = [phrase(taken.phrase, **taken.facts)]
        lines.append(phrase("exchange.counts", new=taken.new_entries, known=taken.known_entries))
        if taken.cases_opened:
            lines.append(phrase("exchange.opened_cases", count=taken.cases_opened))
        gone = taken.facts.get("gone")
        if gone:
            lines.append(phrase("exchange.gone", files="、".join(gone)))
        return self._row(TONES.get(taken.outcome, Tone.BAD), taken.file.name, *lines)

    def _row(self, tone: Tone, title: Words, *lines: Words) -> QFrame:
        look = self._context.look
        frame = QFrame()
        restyle(frame, part="wash", tone=tone.value)
        row = QHBoxLayout(frame)
        pad = look.space(3)
        row.setContentsMargins(pad, look.space(2), pad, look.space(2))
        row.setSpacing(pad)
        words = QVBoxLayout()
        words.setSpacing(look.space(1))
        words.addWidget(Text(look, title, Role.LABEL))
        for line in lines:
            words.addWidget(Text(look, line))
        row.addWidget(IconView(look, TONE_ICONS[tone], tone, ems=1.6))
        row.addLayout(words, 1)
        frame.setAccessibleName(look.say(title))
        frame.setAccessibleDescription("\n".join(look.say(line) for line in lines))
        return frame

    def _over(self) -> None:
        self._job = None


def _seen(desk: Desk, path: Path) -> Seen:
    try:
        return Seen(path, desk.exchange.preview(path), None)
    except Problem as problem:
        return Seen(path, None, problem)


def _take(desk: Desk, path: Path, progress: Progress, cancelled: IsCancelled) -> Done:
    """Take one file; what goes wrong with it does not stop the others, and nobody loses what came before."""
    try:
        (taken,) = desk.exchange.take([path], progress=progress, cancelled=cancelled)
    except Cancelled:
        return Done(path, None, None)
    except Problem as problem:
        return Done(path, None, problem)
    return Done(path, taken, None)
