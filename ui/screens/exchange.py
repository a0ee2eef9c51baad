"""Exchange: who has what, files out, files in, what waits, and new stations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.exchange import Status
from timebank.desk.network import Standing, StationLine
from timebank.desk.wire import Watched
from timebank.exchange.incoming import Taken
from timebank.outcome import Problem
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.context import ScreenContext
from ui.screens.drives import DriveWatch
from ui.screens.enrol import EnrolPage
from ui.screens.exchange_in import TONES, ImportPage
from ui.screens.exchange_out import ExportPage
from ui.screens.folders import ask_files
from ui.screens.key_words import KeyWords
from ui.screens.scroll import Scroll
from ui.screens.voucher_details import moment
from ui.screens.waiting import WaitingFiles
from ui.screens.wire import WireCard
from ui.widgets import (
    Button,
    Card,
    Column,
    DataTable,
    InlineNotice,
    Kind,
    PageHeader,
    Pages,
    RowsModel,
    Text,
)

_LATE_DAYS = 14


class Standings(NamedTuple):
    """How the exchange stands, read beside the screen."""

    mine: Standing
    status: Status
    lacking: dict[int, int]
    root: str
    today: date
    wire: Watched


class ExchangeScreen(QWidget):
    """An overview, and a page each for writing, taking in and enrolling. Files can be dropped anywhere."""

    def __init__(
        self, context: ScreenContext, watch: DriveWatch | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._standings: Standings | None = None
        self._job: Job | None = None
        self.watch = watch or DriveWatch(context.reads, parent=self)
        self.setAcceptDrops(True)
        actions, look = context.actions, context.look
        self.pages = Pages()
        self.overview = self.pages.take(self._make_overview())
        self._buttons = [
            actions.button("enrol_station"),
            actions.button("import_file"),
            actions.button("export_file", Kind.PRIMARY),
        ]
        self._back = Button(look, phrase("exchange.to_overview"), icon="arrow-left", key="Esc")
        self._back.clicked.connect(self.back)
        self._header = PageHeader(
            look,
            phrase("actions.go_exchange"),
            icon="exchange",
            actions=[self._back, *self._buttons],
        )
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._header)
        self._column.addWidget(self.pages, 1)
        actions.on("exchange", "export_file", self._export_asked)
        actions.on("exchange", "import_file", self._import_asked)
        actions.on("exchange", "enrol_station", self._enrol_asked)
        context.changed.changed.connect(self._changed)
        look.changed.connect(self.refresh)
        self.refresh()
        self._show(self.overview)

    @cached_property
    def out(self) -> ExportPage:
        """Writing files."""
        page = self.pages.take(ExportPage(self._context, self.watch))
        page.ended.connect(self._back.setFocus)
        return page

    @cached_property
    def taking(self) -> ImportPage:
        """Taking files in."""
        page = self.pages.take(ImportPage(self._context))
        page.finished.connect(self.back)
        return page

    @cached_property
    def enrolling(self) -> EnrolPage:
        """Letting a new station in."""
        page = self.pages.take(EnrolPage(self._context, self.watch))
        page.ended.connect(self._back.setFocus)
        return page

    def _make_overview(self) -> QWidget:
        look = self._context.look
        self.notice = InlineNotice(look)
        columns: list[Column[StationLine]] = [
            Column(
                "name",
                phrase("exchange.station"),
                self._said_name,
                stretch=True,
                icon=_role_icon,
                tone=lambda s: Tone.BAD if s.state == "revoked" else Tone.PLAIN,
            ),
            Column("head", phrase("exchange.has"), lambda s: str(s.head), lambda s: s.head, right=True),
            Column(
                "lacks",
                phrase("exchange.lacks"),
                self._said_lacking,
                self._lacking,
                right=True,
            ),
            Column(
                "last",
                phrase("exchange.last"),
                self._said_last,
                lambda s: str(s.last_exchange or ""),
                tone=self._last_tone,
            ),
        ]
        self.model = RowsModel(look, columns, lambda s: s.station)
        self.table = DataTable(look, phrase("exchange.stations"))
        self.table.put_model(self.model)
        self.waiting = WaitingFiles(self._context)
        self.waiting.retry.connect(self.retry)
        self.wire = WireCard(self._context)
        self._mine = Card(look)
        self._own_name = Text(look, "", Role.LABEL)
        self._own = KeyWords(look, role=Role.LABEL)
        self._mine.body.addWidget(self._own_name)
        self._mine.body.addWidget(self._own)
        self._mine.body.addWidget(Text(look, phrase("exchange.own_hint"), Role.SMALL, soft=True))
        self._left = QVBoxLayout()
        self._left.addWidget(self.table, 1)
        self._left.addWidget(self._mine)
        self._across = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._across.addLayout(self._left, 2)
        self._right = QVBoxLayout()
        self._right.addWidget(self.wire)
        self._right.addWidget(self.waiting, 1)
        self._across.addLayout(self._right, 1)
        page = Scroll(look)
        page.column.addWidget(self.notice)
        page.column.addLayout(self._across, 1)
        return page

    # Being shown

    def enter(self, payload: object | None) -> None:
        """Show the overview; with paths of files, what these would bring."""
        if isinstance(payload, Path):
            self.look_at([payload])
        elif isinstance(payload, list | tuple) and payload:
            self.look_at([each for each in payload if isinstance(each, Path)])
        self._allow()
        self._read()
        if self.pages.currentWidget() is self.overview:
            self.table.setFocus()

    def back(self) -> bool:
        """One level back: to the overview. False where there is nowhere further back."""
        if self.pages.currentWidget() is self.overview:
            return False
        self._show(self.overview)
        self._read()
        self.table.setFocus()
        return True

    def _show(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        on_overview = page is self.overview
        for button in self._buttons:
            button.setVisible(on_overview)
        self._back.setVisible(not on_overview)
        self._allow()
        self._say_header()

    def _allow(self) -> None:
        page, allow = self.pages.currentWidget(), self._context.actions.allow
        on_overview = page is self.overview
        allow("export_file", on_overview and self._standings is not None)
        allow("import_file", on_overview or isinstance(page, ImportPage))
        keeper = self._standings is not None and self._standings.root != "absent"
        allow("enrol_station", on_overview and keeper)

    def _say_header(self) -> None:
        page, standings = self.pages.currentWidget(), self._standings
        titles: dict[type, tuple[str, str]] = {
            ExportPage: ("actions.export_file", "exchange.export_subtitle"),
            ImportPage: ("actions.import_file", "exchange.import_subtitle"),
            EnrolPage: ("actions.enrol_station", "exchange.enrol_subtitle"),
        }
        if type(page) in titles:
            title, subtitle = titles[type(page)]
            self._header.put(phrase(title), phrase(subtitle))
            return
        count = len(standings.status.stations) if standings else 0
        name = standings.mine.network if standings else ""
        said: Words = phrase("exchange.subtitle", network=name, count=count) if standings else ""
        self._header.put(phrase("actions.go_exchange"), said)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._context.look
        self._column.setSpacing(look.space(2))
        self._across.setSpacing(look.space(4))
        self._left.setSpacing(look.space(3))
        self._right.setSpacing(look.space(3))
        large = look.em >= LARGE_EM
        self._across.setDirection(
            QBoxLayout.Direction.TopToBottom if large else QBoxLayout.Direction.LeftToRight
        )
        self.table.setMinimumHeight(look.target * 5)
        self.waiting.setMinimumHeight(look.target * 5)

    def _read(self) -> None:
        self._context.read(_standings, self._came, slot="exchange-standings")

    def _came(self, standings: Standings) -> None:
        self._standings = standings
        self.model.replace(standings.status.stations)
        self.table.fit_columns()
        self.waiting.put(standings.status)
        self.wire.put(standings.wire)
        self._own_name.put(phrase("exchange.own", name=standings.mine.name, station=standings.mine.station))
        self._own.put(standings.mine.fingerprint)
        page = self.pages.currentWidget()
        if isinstance(page, ImportPage):
            page.put_station(standings.mine.name)
        self._allow()
        self._say_header()

    def _changed(self) -> None:
        if self.isVisible():
            self._read()

    # Doing

    def _export_asked(self) -> None:
        if self._standings is not None:
            mine = self._standings.mine.station
            others = [
                line
                for line in self._standings.status.stations
                if line.station != mine and line.state == "enrolled"
            ]
            self._show(self.out)
            self.out.enter(others, self._standings.lacking)

    def _import_asked(self) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, ImportPage) and page.take.isVisibleTo(self):
            page.confirm()
            return
        ask_files(
            self,
            self._context,
            "exchange",
            title=phrase("actions.import_file"),
            kinds=phrase("choosing.exchange"),
            then=self.look_at,
        )

    def _enrol_asked(self) -> None:
        if self._standings is not None:
            self._show(self.enrolling)
            self.enrolling.enter(self._standings.root)

    def look_at(self, paths: Sequence[Path]) -> None:
        """Show what files would bring; nothing is taken before it is confirmed."""
        self._show(self.taking)
        if self._standings is not None:
            self.taking.put_station(self._standings.mine.name)
        self.taking.look_at(paths)

    def retry(self, ident: str) -> None:
        """Try a file that waits once more."""
        if self._job is not None:
            return
        self.notice.dismiss()

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Taken:
            return desk.exchange.retry(ident, progress=progress, cancelled=cancelled)

        self._job = self._context.jobs.start(work, then=self._retried, refused=self._refused)
        self._job.ended.connect(self._ended)
        self._context.follow(self._job, phrase("exchange.taking", count=1))
        self.waiting.allow(False)

    def _retried(self, taken: object) -> None:
        assert isinstance(taken, Taken)
        tone = TONES.get(taken.outcome, Tone.BAD)
        self.notice.show_notice(tone, phrase(taken.phrase, **taken.facts))
        self._context.changed.changed.emit()

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def _ended(self) -> None:
        self._job = None
        self.waiting.allow(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files_in(event)
        if files:
            event.acceptProposedAction()
            self.look_at(files)

    # What the cells say

    def _said_name(self, line: StationLine) -> Words:
        mine = self._standings is not None and line.station == self._standings.mine.station
        key = "exchange.name_mine" if mine else f"exchange.name_{line.role}"
        key = "exchange.name_revoked" if line.state == "revoked" else key
        return phrase(key, name=line.name, station=line.station)

    def _lacking(self, line: StationLine) -> int:
        return self._standings.lacking.get(line.station, 0) if self._standings else 0

    def _said_lacking(self, line: StationLine) -> Words:
        mine = self._standings is not None and line.station == self._standings.mine.station
        return "—" if mine or line.state == "revoked" else str(self._lacking(line))

    def _said_last(self, line: StationLine) -> Words:
        if self._standings is not None and line.station == self._standings.mine.station:
            return "—"
        when = line.last_exchange
        return phrase("exchange.never") if when is None else moment(self._context, when)

    def _last_tone(self, line: StationLine) -> Tone:
        if self._standings is None or line.station == self._standings.mine.station:
            return Tone.PLAIN
        when = line.last_exchange
        late = when is None or (self._standings.today - when.date()).days > _LATE_DAYS
        return Tone.WARN if late else Tone.PLAIN


def _standings(desk: Desk) -> Standings:
    return Standings(
        desk.standing(),
        desk.exchange.status(),
        desk.exchange.lacking(),
        desk.root_key(),
        desk.station.surroundings.today(),
        desk.wire.standing(),
    )


def _files_in(event: QDropEvent) -> list[Path]:
    """Local files that are being dragged."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _role_icon(line: StationLine) -> str:
    return "home" if line.role == "hub" else "people"
