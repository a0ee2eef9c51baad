"""Writing a file for other stations: to whom, where to, and when the stick may be pulled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.network import StationLine
from timebank.exchange.outgoing import Exported
from timebank.outcome import Fault, Problem
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Role, Tone
from ui.say import phrase
from ui.screens.clear import clear
from ui.screens.context import ScreenContext
from ui.screens.drives import DriveWatch, size_text
from ui.screens.folders import ask_folder, remember_folder
from ui.screens.places_to_put import PlacesToPut
from ui.screens.scroll import Scroll
from ui.widgets import Card, InlineNotice, Text, Toggle, VerdictCard


class ExportPage(QWidget):
    """Stations on the left, places on the right; pressing a place writes the file."""

    ended = Signal()
    """a file was written, or could not be"""

    def __init__(self, context: ScreenContext, watch: DriveWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._watch = context, watch
        self._job: Job | None = None
        self._lines: Sequence[StationLine] = ()
        self._toggles: dict[int, Toggle] = {}
        look = context.look
        self.notice, self.done = InlineNotice(look), VerdictCard(look)
        self.all = Toggle(look, phrase("exchange.to_all"))
        self.all.setChecked(True)
        self.all.toggled.connect(self._all_toggled)
        self._nobody = Text(look, phrase("exchange.nobody_yet"), soft=True)
        whom = Card(look, phrase("exchange.step_whom"))
        self._list = Scroll(look, gap=0)
        whom.body.addWidget(self.all)
        whom.body.addWidget(self._nobody)
        whom.body.addWidget(self._list, 1)
        self.full = Toggle(look, phrase("exchange.full"))
        self._full_said = Text(look, phrase("exchange.full_said"), Role.SMALL, soft=True)
        whom.body.addWidget(self.full)
        whom.body.addWidget(self._full_said)
        self.places = PlacesToPut(context, watch, phrase("exchange.other_folder"))
        self.places.chosen.connect(self.export_to)
        self.places.other.connect(self._ask_folder)
        where = Card(look, phrase("exchange.step_where"))
        where.body.addWidget(self.places)
        where.body.addWidget(Text(look, phrase("exchange.where_hint"), soft=True))
        where.body.addStretch(1)
        self._across = QHBoxLayout()
        self._across.addWidget(whom, 1)
        self._across.addWidget(where, 1)
        self._page = Scroll(look)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._page)
        self._page.column.addWidget(self.notice)
        self._page.column.addWidget(self.done)
        self._page.column.addLayout(self._across, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def enter(self, lines: Sequence[StationLine], lacking: dict[int, int]) -> None:
        """Offer these stations; ``lacking`` says how many entries each one needs."""
        self.notice.dismiss()
        self.done.clear()
        self._lines = lines
        clear(self._list.column)
        self._toggles = {}
        for line in lines:
            count = lacking.get(line.station, 0)
            words = phrase(
                "exchange.whom_lacks" if count else "exchange.whom_has_all", name=line.name, count=count
            )
            toggle = Toggle(self._context.look, words)
            toggle.toggled.connect(self._settle)
            self._toggles[line.station] = toggle
            self._list.column.addWidget(toggle)
        self._list.column.addStretch(1)
        self._nobody.setVisible(not lines)
        self.full.setChecked(False)
        for part in (self.all, self.full, self._full_said):
            part.setVisible(bool(lines))
        self.all.setChecked(True)
        self._all_toggled()
        (self.places.buttons[0] if self.places.buttons else self.places.other_button).setFocus()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._across.setSpacing(self._context.look.space(4))
        self._list.setMinimumHeight(self._context.look.target * 2)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def choose(self, stations: Sequence[int]) -> None:
        """Write for these stations only."""
        self.all.setChecked(False)
        for number, toggle in self._toggles.items():
            toggle.setChecked(number in stations)

    def _all_toggled(self, *_: object) -> None:
        for toggle in self._toggles.values():
            toggle.setEnabled(not self.all.isChecked())
        self._settle()

    def _settle(self, *_: object) -> None:
        whom = self.all.isChecked() or any(toggle.isChecked() for toggle in self._toggles.values())
        self.places.allow(self._job is None and whom)

    def _ask_folder(self) -> None:
        title = phrase("exchange.other_folder")
        ask_folder(self, self._context, "exchange", title=title, then=self.export_to)

    def export_to(self, folder: Path) -> None:
        """Write the file for the chosen stations into ``folder``."""
        if self._job is not None:
            return
        self.notice.dismiss()
        self.done.clear()
        chosen, full = None, self.full.isChecked()
        if not self.all.isChecked():
            chosen = [line for line in self._lines if self._toggles[line.station].isChecked()]

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Exported:
            if not folder.is_dir():  # the stick was pulled; do not write a file in its place
                raise Fault("folder_missing", file="*.tbx", folder=str(folder))
            return desk.exchange.export(folder, chosen, full=full, progress=progress, cancelled=cancelled)

        self._job = self._context.jobs.start(work, then=self._written, refused=self._refused)
        self._job.cancelled.connect(self._stopped)
        self._job.ended.connect(self._over)
        self._context.follow(self._job, phrase("exchange.writing"))
        self._settle()

    def _written(self, made: object) -> None:
        assert isinstance(made, Exported)
        remember_folder(self._context, "exchange", made.file.parent)
        on_stick = any(made.file.is_relative_to(drive.path) for drive in self._watch.drives)
        self.done.show_verdict(
            Tone.GOOD,
            phrase("exchange.pull_now" if on_stick else "exchange.written"),
            icon="usb" if on_stick else "check",
            remark=phrase("exchange.written_remark"),
            details=[
                (phrase("exchange.file"), made.file.name),
                (phrase("exchange.folder"), str(made.file.parent)),
                (
                    phrase("exchange.holds"),
                    phrase("exchange.holds_said", entries=made.entries, size=size_text(made.bytes)),
                ),
            ],
        )
        self._context.changed.changed.emit()

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def _stopped(self) -> None:
        self.notice.show_notice(Tone.INFO, phrase("exchange.export_stopped"))

    def _over(self) -> None:
        self._job = None
        self._settle()
        self.ended.emit()
