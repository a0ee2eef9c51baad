"""Enrolling a station at the hub: compare two fingerprints, certify, hand back a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.network import Standing
from timebank.outcome import Problem
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Role, Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.drives import DriveWatch
from ui.screens.folders import ask_files, ask_new_file
from ui.screens.places_to_put import PlacesToPut
from ui.screens.scroll import Scroll
from ui.widgets import Button, Card, FormField, InlineNotice, Kind, Segments, Text, Toggle, VerdictCard

_CLOSED = "closed"


class EnrolPage(QWidget):
    """Request file → name and fingerprint, large → confirmed as equal → where the answer goes."""

    ended = Signal()
    """the station is enrolled, or could not be"""

    def __init__(self, context: ScreenContext, watch: DriveWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._watch = context, watch
        self._job: Job | None = None
        self._request: Path | None = None
        self._asking: Standing | None = None
        self._passphrase: Path | None = None
        self._root = ""
        look = context.look
        self.notice, self.done = InlineNotice(look), VerdictCard(look)
        self._page = Scroll(look)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._page)
        self._across = QHBoxLayout()
        self._across.addWidget(self._make_who(), 1)
        self._across.addWidget(self._make_answer(), 1)
        self._page.column.addWidget(self.notice)
        self._page.column.addWidget(self.done)
        self._page.column.addLayout(self._across, 1)
        look.changed.connect(self.refresh)
        self.refresh()
        self._settle()

    def _make_who(self) -> Card:
        look = self._context.look
        self.choose = Button(look, phrase("exchange.choose_request"), icon="folder", kind=Kind.PRIMARY)
        self.choose.clicked.connect(self._ask_request)
        self._name = Text(look, "", Role.TITLE)
        self._fingerprint = Text(look, "", Role.VERDICT)
        self._compare = Text(look, phrase("exchange.compare"))
        self.same = Toggle(look, phrase("exchange.same"))
        self.same.toggled.connect(self._settle)
        card = Card(look, phrase("exchange.step_request"))
        for part in (
            Text(look, phrase("exchange.request_hint"), soft=True),
            self.choose,
            self._name,
            self._fingerprint,
            self._compare,
            self.same,
        ):
            card.body.addWidget(part)
        card.body.addStretch(1)
        return card

    def _make_answer(self) -> Card:
        look = self._context.look
        self.role = Segments(
            look,
            [(role, phrase(f"exchange.role_{role}")) for role in network.ROLES],
            name=phrase("exchange.role"),
            current=network.ROLES[0],
        )
        self.passphrase = Button(look, phrase("exchange.choose_passphrase"), icon="lock")
        self.passphrase.clicked.connect(self._ask_passphrase)
        self._closed = FormField(
            look, phrase("exchange.root_closed"), self.passphrase, hint=phrase("exchange.root_closed_hint")
        )
        self.places = PlacesToPut(self._context, self._watch, phrase("exchange.other_file"))
        self.places.chosen.connect(self._put_on_stick)
        self.places.other.connect(self._ask_answer)
        card = Card(look, phrase("exchange.step_answer"))
        inner = Scroll(look, gap=4)
        inner.column.addWidget(FormField(look, phrase("exchange.role"), self.role))
        inner.column.addWidget(self._closed)
        inner.column.addWidget(FormField(look, phrase("exchange.answer_where"), self.places))
        inner.column.addStretch(1)
        card.body.addWidget(inner, 1)
        return card

    # Being shown

    def enter(self, root: str) -> None:
        """Begin anew; ``root`` says how the root key is kept: open or closed."""
        self._root = root
        self._request, self._asking, self._passphrase = None, None, None
        self.same.setChecked(False)
        self.notice.dismiss()
        self.done.clear()
        self._closed.setVisible(root == _CLOSED)
        self.passphrase.put(phrase("exchange.choose_passphrase"))
        self._settle()
        self.choose.setFocus()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._across.setSpacing(self._context.look.space(4))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def _settle(self, *_: object) -> None:
        asking = self._asking
        for part in (self._name, self._fingerprint, self._compare, self.same):
            part.setVisible(asking is not None)
        if asking is not None:
            self._name.put(phrase("exchange.asks", name=asking.name))
            self._fingerprint.put(asking.fingerprint)
        key = self._root != _CLOSED or self._passphrase is not None
        self.places.allow(asking is not None and self.same.isChecked() and key and self._job is None)
        self.choose.setEnabled(self._job is None)

    # The request

    def _ask_request(self) -> None:
        ask_files(
            self,
            self._context,
            "enrol",
            title=phrase("exchange.choose_request"),
            kinds=self._context.look.say(phrase("exchange.any_file")),
            then=self._request_chosen,
            several=False,
        )

    def _request_chosen(self, paths: Sequence[Path]) -> None:
        self.read_request(paths[0])

    def read_request(self, path: Path) -> None:
        """Show who asks in a request file."""
        self._request, self._asking = path, None
        self.same.setChecked(False)
        self.done.clear()
        self.notice.dismiss()
        self._settle()

        def came(asking: Standing) -> None:
            self._asking = asking
            self._settle()
            self.same.setFocus()

        self._context.read(
            lambda _desk: network.read_asking(path), came, refused=self._refused, slot="enrol-request"
        )

    def _ask_passphrase(self) -> None:
        ask_files(
            self,
            self._context,
            "passphrase",
            title=phrase("exchange.choose_passphrase"),
            kinds=self._context.look.say(phrase("exchange.any_file")),
            then=self._passphrase_chosen,
            several=False,
        )

    def _passphrase_chosen(self, paths: Sequence[Path]) -> None:
        self.use_passphrase(paths[0])

    def use_passphrase(self, path: Path) -> None:
        """Open the root key with the first line of this file."""
        self._passphrase = path
        self.passphrase.put(path.name)
        self._closed.put_problem(None)
        self._settle()

    # The answer

    def _put_on_stick(self, folder: object) -> None:
        assert isinstance(folder, Path)
        self.enrol_to(folder / self._answer_name())

    def _answer_name(self) -> str:
        name = self._asking.name if self._asking else ""
        plain = "".join(letter if letter.isalnum() else "-" for letter in name)
        return self._context.look.say(phrase("exchange.answer_name", name=plain))

    def _ask_answer(self) -> None:
        ask_new_file(
            self,
            self._context,
            "enrol",
            title=phrase("exchange.answer_where"),
            name=self._answer_name(),
            kinds=self._context.look.say(phrase("exchange.any_file")),
            then=self.enrol_to,
        )

    def enrol_to(self, out: Path) -> None:
        """Certify the station and write its enrolment file to ``out``."""
        request, passphrase, role = self._request, self._passphrase, self.role.current
        if request is None or self._asking is None or not self.same.isChecked() or self._job is not None:
            return
        self.notice.dismiss()

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> tuple[Standing, Path]:
            made = network.enrol(desk.station, request, out=out, role=role, passphrase_file=passphrase)
            return made, out

        self._job = self._context.jobs.start(work, then=self._enrolled, refused=self._refused)
        self._job.ended.connect(self._over)
        self._context.follow(self._job, phrase("exchange.enrolling"))
        self._settle()

    def _enrolled(self, result: object) -> None:
        assert isinstance(result, tuple)
        made, out = result
        self.done.show_verdict(
            Tone.GOOD,
            phrase("exchange.enrolled", name=made.name, station=made.station),
            remark=phrase("exchange.enrolled_next", file=out.name),
            details=[
                (phrase("exchange.folder"), str(out.parent)),
                (phrase("exchange.fingerprint"), made.fingerprint),
            ],
        )
        self._request, self._asking = None, None
        self.same.setChecked(False)
        self._context.changed.changed.emit()

    def _refused(self, problem: Problem) -> None:
        if problem.code.startswith("passphrase_"):
            self._closed.put_problem(
                phrase("exchange.passphrase_needed") if problem.code == "passphrase_needed" else problem
            )
        else:
            self.notice.show_problem(problem)

    def _over(self) -> None:
        self._job = None
        self._settle()
        self.ended.emit()
