"""The first start: found a network, join one that exists, look round with sample data, or restore a backup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from timebank.desk import network
from timebank.desk.network import Standing
from timebank.desk.station import Station
from timebank.desk.surroundings import Surroundings
from timebank.outcome import Problem
from timebank.policy.catalog import load, pack_ids
from timebank.policy.pack import Pack
from ui.jobs import Jobs
from ui.look import Look, Role, Tone
from ui.look.kept import Kept
from ui.say import Words, phrase
from ui.screens.case_decision import LARGE_EM
from ui.screens.folders import Place, ask_files, ask_new_file
from ui.screens.key_words import KeyWords
from ui.screens.new_passphrase import NewPassphrase
from ui.screens.restore import RestorePage
from ui.screens.scroll import Scroll
from ui.screens.signin import LookSwitches
from ui.widgets import Button, ButtonRow, Card, FormField, IconView, InlineNotice, Kind, ProgressPanel, Text

SUFFIX = ".tbreq"
"""What request files are called; their content decides what they are."""


class Welcome(QWidget):
    """Leads from an empty folder to a station. ``ready`` says that there is one."""

    ready = Signal()
    sample_asked = Signal()

    def __init__(
        self,
        look: Look,
        home: Path,
        kept: Kept,
        surroundings: Surroundings,
        setup: Jobs[None],
        *,
        sample: bool = False,
    ) -> None:
        """``sample``: whether sample data can be offered."""
        super().__init__()
        self._look, self._home, self._around, self._setup = look, home, surroundings, setup
        self.place = Place(look, home)
        self.notice = InlineNotice(look)
        self._stack = QStackedWidget()
        self._found = FoundPage(look, self.found, self.begin)
        self._join = JoinPage(look, self)
        self.restore = RestorePage(look, home, surroundings, setup)
        self.restore.left.connect(self.begin)
        self.progress = ProgressPanel(look)
        ways: dict[str, tuple[str, Callable[[], None]]] = {
            "welcome.found": ("home", self._show_found),
            "welcome.join": ("exchange", self._show_join),
        }
        if sample:
            ways["tour"] = ("eye", self.sample_asked.emit)
        self._begin = _begin_page(look, ways, self.show_restore)
        for page in (self._begin, self._found, self._join, self.restore):
            self._stack.addWidget(page)
        head = QHBoxLayout()
        head.addStretch(1)
        head.addWidget(IconView(look, "mark", Tone.ACCENT, ems=3.4))
        head.addWidget(Text(look, phrase("welcome.title"), Role.DISPLAY, tone=Tone.ACCENT, wrap=False))
        head.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addStretch(1)
        self._column.addLayout(head)
        self._column.addWidget(self.notice)
        self._column.addWidget(self._stack, 5)
        self._column.addWidget(self.progress)
        self._switches = LookSwitches(look, kept)
        self._column.addWidget(self._switches, 0, Qt.AlignmentFlag.AlignHCenter)
        self._stack.currentChanged.connect(lambda _page: self.refresh())
        look.changed.connect(self.refresh)
        self.refresh()

    def begin(self) -> None:
        """Back to the choice."""
        self.notice.dismiss()
        self._stack.setCurrentWidget(self._begin)

    def wait_for_enrolment(self) -> None:
        """This station has asked to join before: show its fingerprint and wait for the answer."""
        self._stack.setCurrentWidget(self._join)
        self.run(lambda: _asked(self._home, self._around), self._join.put)

    def show_restore(self) -> None:
        """Restore a backup into this folder."""
        self.notice.dismiss()
        self._stack.setCurrentWidget(self.restore)
        self.restore.begin()

    def found(self, name: str, station: str, policy: str | None, passphrase: str = "") -> None:
        """Found a network, its root key closed with ``passphrase`` where there is one."""
        self.run(
            lambda: network.found(
                self._home, self._around, network=name, station=station, policy=policy, passphrase=passphrase
            ),
            lambda _standing: self.ready.emit(),
        )

    def request(self, name: str, out: Path) -> None:
        """Write the file with which this station asks to join."""
        self.run(
            lambda: network.request(self._home, self._around, name=name, out=out, passphrase_file=None),
            partial(self._join.put, file=out),
        )

    def join(self, path: Path) -> None:
        """Take the hub's answer."""
        self.run(lambda: network.join(self._home, self._around, path), lambda _standing: self.ready.emit())

    def run(self, work: Callable[[], Standing], then: Callable[[Standing], None]) -> None:
        """Do ``work`` beside the screen; a problem is said at the top and what was typed stays."""

        def done(standing: object) -> None:
            assert isinstance(standing, Standing)
            then(standing)

        self.notice.dismiss()
        self._setup.start(lambda _none, _progress, _cancelled: work(), then=done, refused=self._refused)

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def _show_found(self) -> None:
        self._stack.setCurrentWidget(self._found)
        self._found.name.setFocus()

    def _show_join(self) -> None:
        self._stack.setCurrentWidget(self._join)
        self._join.name.setFocus()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        pad = self._look.space(8)
        at_begin = self._stack.currentWidget() is self._begin
        roomy = at_begin and self._look.em < LARGE_EM
        above = pad if roomy else self._look.space(4)
        self._column.setContentsMargins(pad, above, pad, self._look.space(4))
        self._column.setSpacing(self._look.space(6 if roomy else 4))
        self._column.setStretch(0, 1 if roomy else 0)
        self._switches.setVisible(at_begin)


def _asked(home: Path, surroundings: Surroundings) -> Standing:
    station = Station(home, surroundings)
    try:
        return network.standing(station)
    finally:
        station.close()


def _begin_page(
    look: Look, ways: Mapping[str, tuple[str, Callable[[], None]]], restore: Callable[[], None]
) -> QWidget:
    """Cards side by side, each with one button; below them the way for a computer that was lost."""
    scroll, row = Scroll(look), QHBoxLayout()
    row.setSpacing(look.space(4))
    for key, (icon, do) in ways.items():
        words = f"{key}_" if key.startswith("welcome.") else f"{key}."
        kind = Kind.PRIMARY if key == "welcome.found" else Kind.PLAIN
        card = Card(look)
        button = Button(look, phrase(f"{words}button"), icon=icon, kind=kind)
        button.setObjectName(key.removeprefix("welcome."))
        button.clicked.connect(do)
        title = key if key.startswith("welcome.") else f"{key}.title"
        card.body.addWidget(IconView(look, icon, Tone.ACCENT, ems=2.8))
        card.body.addWidget(Text(look, phrase(title), Role.TITLE))
        card.body.addWidget(Text(look, phrase(f"{words}about"), soft=True))
        card.body.addStretch(1)
        card.body.addWidget(button)
        row.addWidget(card, 1)
    back = Button(look, phrase("restore.open"), icon="history", kind=Kind.QUIET)
    back.setObjectName("restore")
    back.clicked.connect(restore)
    scroll.column.addLayout(row)
    scroll.column.addWidget(back, 0, Qt.AlignmentFlag.AlignHCenter)
    scroll.column.addStretch(1)
    return scroll


class FoundPage(QWidget):
    """Name of the network, name of the station, whose rules hold, and a passphrase for the root key."""

    def __init__(
        self, look: Look, found: Callable[[str, str, str | None, str], None], back: Callable[[], None]
    ) -> None:
        super().__init__()
        self._look, self._do = look, found
        self.name, self.station, self.policy = QLineEdit(), QLineEdit(), QComboBox()
        self._fields = [
            FormField(look, phrase("welcome.network"), self.name, hint=phrase("welcome.network_hint")),
            FormField(look, phrase("welcome.station"), self.station, hint=phrase("welcome.station_hint")),
            FormField(look, phrase("welcome.policy"), self.policy, hint=phrase("welcome.policy_hint")),
        ]
        self.policy.addItem("", "")
        for each in pack_ids():
            self.policy.addItem("", each)
        self.go = Button(look, phrase("welcome.found_now"), icon="check", kind=Kind.PRIMARY)
        self.go.clicked.connect(self.submit)
        self.policy.currentIndexChanged.connect(lambda _row: self._describe())
        self.passphrase = NewPassphrase(look, phrase("welcome.passphrase"), phrase("welcome.passphrase_hint"))
        parts: list[QWidget] = [*self._fields, self.passphrase]
        _page(look, self, phrase("welcome.found"), parts, [self.go, _back(look, back)])
        look.changed.connect(self.refresh)
        self.refresh()

    def submit(self) -> None:
        """Found it, if both names are there."""
        for field, edit in ((self._fields[0], self.name), (self._fields[1], self.station)):
            missing = not edit.text().strip()
            field.put_problem(phrase("welcome.name_missing") if missing else None)
        passphrase = self.passphrase.read()
        name, station = self.name.text().strip(), self.station.text().strip()
        if name and station and passphrase is not None:
            self._do(name, station, self.policy.currentData() or None, passphrase)

    def _describe(self) -> None:
        """Say below the packs how settled the chosen one is."""
        chosen = self.policy.currentData()
        self._fields[2].put_hint(_pack_words(load(chosen)) if chosen else phrase("welcome.policy_hint"))

    def refresh(self) -> None:
        """Name the packs in the current language."""
        for edit in (self.name, self.station, self.policy):
            edit.setFont(self._look.font())
        self.policy.setItemText(0, self._look.say(phrase("welcome.policy_none")))
        for n in range(1, self.policy.count()):
            self.policy.setItemText(n, load(self.policy.itemData(n)).name(self._look.speech.language))


def _pack_words(pack: Pack) -> Words:
    """Since when a pack holds, whether it is a draft, and how much it leaves open."""
    since = pack.start.isoformat() if pack.start else ""
    key = f"welcome.pack_{'draft' if pack.draft else 'in_force'}{'_since' if since else ''}"
    return phrase(key, day=since, open=len(pack.unset())) if since else phrase(key, open=len(pack.unset()))


class JoinPage(QWidget):
    """Write the request, carry it to the hub, take the answer back; the words are read out meanwhile."""

    def __init__(self, look: Look, welcome: Welcome) -> None:
        super().__init__()
        self._look, self._welcome = look, welcome
        self.name = QLineEdit()
        self._field = FormField(
            look, phrase("welcome.station"), self.name, hint=phrase("welcome.station_hint")
        )
        self._request = Button(look, phrase("welcome.request_now"), icon="file", kind=Kind.PRIMARY)
        self._request.clicked.connect(self.ask_where)
        self._ask = QWidget()
        ask = QVBoxLayout(self._ask)
        ask.setContentsMargins(0, 0, 0, 0)
        ask.addWidget(self._field)
        ask.addWidget(ButtonRow(look, [self._request]))
        self._written = Text(look)
        self._finger_label = Text(look, phrase("welcome.fingerprint"), soft=True)
        self.words = KeyWords(look)
        self._take = Button(look, phrase("welcome.take_answer"), icon="folder", kind=Kind.PRIMARY)
        self._take.clicked.connect(self.ask_which)
        self._wait = QWidget()
        wait = QVBoxLayout(self._wait)
        wait.setContentsMargins(0, 0, 0, 0)
        for part in (self._written, self._finger_label, self.words, ButtonRow(look, [self._take])):
            wait.addWidget(part)
        wait.setSpacing(look.space(4))
        self._wait.hide()
        steps = Text(look, phrase("welcome.join_steps"), soft=True)
        _page(
            look, self, phrase("welcome.join"), [steps, self._ask, self._wait], [_back(look, welcome.begin)]
        )
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, standing: Standing, file: Path | None = None) -> None:
        """The request is written: show what must be the same on the hub's screen."""
        self._ask.hide()
        self._wait.show()
        words: Words = phrase("welcome.asked_before", name=standing.name)
        if file is not None:
            words = phrase("welcome.request_written", file=file.name, folder=str(file.parent))
        self._written.put(words)
        self.words.put(standing.fingerprint)

    def ask_where(self) -> None:
        """Choose where the request goes, then write it."""
        name = self.name.text().strip()
        self._field.put_problem(None if name else phrase("welcome.name_missing"))
        if name:
            ask_new_file(
                self,
                self._welcome.place,
                "enrol",
                title=phrase("welcome.request_now"),
                name=f"{name}{SUFFIX}",
                kinds=phrase("choosing.request"),
                then=lambda path: self._welcome.request(name, path),
            )

    def ask_which(self) -> None:
        """Choose the hub's answer, then take it."""
        ask_files(
            self,
            self._welcome.place,
            "enrol",
            title=phrase("welcome.take_answer"),
            kinds=phrase("choosing.enrolment"),
            then=lambda paths: self._welcome.join(paths[0]),
            several=False,
        )

    def refresh(self) -> None:
        """Keep the font in step with the text size."""
        self.name.setFont(self._look.font())


def _page(look: Look, page: QWidget, title: Words, parts: list[QWidget], buttons: list[Button]) -> None:
    """One card in the middle of the window."""
    card = Card(look, title)
    for part in parts:
        card.body.addWidget(part)
    card.body.addWidget(ButtonRow(look, buttons))
    card.setMaximumWidth(round(look.em * 52))
    scroll = Scroll(look)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(card, 8)
    row.addStretch(1)
    scroll.column.addLayout(row)
    scroll.column.addStretch(1)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(scroll)


def _back(look: Look, back: Callable[[], None]) -> Button:
    button = Button(look, phrase("actions.back"), icon="arrow-left")
    button.clicked.connect(back)
    button.listen("Esc")
    return button
