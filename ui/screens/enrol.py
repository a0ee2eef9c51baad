"""Enrolling a station at the hub: compare eight words, certify, hand back a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.key_words import words_text
from timebank.desk.network import Standing, StationLine
from timebank.outcome import Problem
from ui.jobs import IsCancelled, Job, Progress
from ui.look import Role, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drives import DriveWatch
from ui.screens.folders import ask_files, ask_new_file
from ui.screens.key_words import KeyWords
from ui.screens.passphrase import PassphraseField
from ui.screens.places_to_put import PlacesToPut
from ui.screens.scroll import Scroll
from ui.widgets import Button, Card, FormField, InlineNotice, Kind, Segments, Text, Toggle, VerdictCard

_CLOSED = "closed"


class EnrolPage(QWidget):
    """Request file → name and words, large → confirmed as equal → what it is → where the answer goes."""

    ended = Signal()
    """the station is enrolled, or could not be"""

    def __init__(self, context: ScreenContext, watch: DriveWatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._watch = context, watch
        self._job: Job | None = None
        self._request: Path | None = None
        self._asking: Standing | None = None
        self._others: list[StationLine] = []
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
        self.words = KeyWords(look)
        self._compare = Text(look, phrase("trust.compare"))
        self.same = Toggle(look, phrase("trust.same"))
        self.same.toggled.connect(self._settle)
        card = Card(look, phrase("exchange.step_request"))
        for part in (
            Text(look, phrase("exchange.request_hint"), soft=True),
            self.choose,
            self._name,
            self.words,
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
        self.replaces = QComboBox()
        self.replaces.currentIndexChanged.connect(self._settle)
        self.reason = QLineEdit()
        self.reason.textChanged.connect(self._settle)
        self._role = FormField(look, phrase("exchange.role"), self.role)
        self._reason = FormField(
            look, phrase("trust.lost_reason"), self.reason, hint=phrase("trust.lost_reason_hint")
        )
        self.closed = PassphraseField(
            self._context, phrase("trust.passphrase"), phrase("exchange.root_closed_hint")
        )
        self.closed.chosen.connect(self._settle)
        self.places = PlacesToPut(self._context, self._watch, phrase("exchange.other_file"))
        self.places.chosen.connect(self._put_on_stick)
        self.places.other.connect(self._ask_answer)
        card = Card(look, phrase("exchange.step_answer"))
        inner = Scroll(look, gap=4)
        inner.column.addWidget(
            FormField(look, phrase("trust.replaces"), self.replaces, hint=phrase("trust.replaces_hint"))
        )
        inner.column.addWidget(self._reason)
        inner.column.addWidget(self._role)
        inner.column.addWidget(self.closed)
        inner.column.addWidget(FormField(look, phrase("exchange.answer_where"), self.places))
        inner.column.addStretch(1)
        card.body.addWidget(inner, 1)
        return card

    # Being shown

    def enter(self, root: str) -> None:
        """Begin anew; ``root`` says how the root key is kept: open or closed."""
        self._root = root
        self._request, self._asking = None, None
        self.closed.clear()
        self.reason.clear()
        self.same.setChecked(False)
        self.notice.dismiss()
        self.done.clear()
        self.closed.setVisible(root == _CLOSED)
        self._put_others([])
        self._context.read(
            lambda desk: [line for line in desk.stations() if line.station != desk.station.number],
            self._put_others,
            slot="enrol-others",
        )
        self._settle()
        self.choose.setFocus()

    def _put_others(self, others: list[StationLine]) -> None:
        self._others = others
        self.replaces.clear()
        self.replaces.addItem("", "")
        for line in others:
            self.replaces.addItem("", str(line.station))
        self.refresh()

    @property
    def _lost(self) -> StationLine | None:
        """The lost station that the new one is to replace."""
        number = self.replaces.currentData()
        return next((line for line in self._others if str(line.station) == number), None)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._context.look
        self._across.setSpacing(look.space(4))
        for edit in (self.replaces, self.reason):
            edit.setFont(look.font())
        if self.replaces.count():
            self.replaces.setItemText(0, look.say(phrase("trust.new_station")))
        for place, line in enumerate(self._others, 1):
            words = phrase("trust.replaces_lost", name=line.name, station=line.station)
            self.replaces.setItemText(place, look.say(words))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def _settle(self, *_: object) -> None:
        asking = self._asking
        for part in (self._name, self.words, self._compare, self.same):
            part.setVisible(asking is not None)
        if asking is not None:
            self._name.put(phrase("exchange.asks", name=asking.name))
            self.words.put(asking.fingerprint)
        key = self._root != _CLOSED or bool(self.closed.text.strip())
        lost = self._lost
        why = lost is not None and lost.state != "revoked"
        self._reason.setVisible(why)
        self._role.setVisible(lost is None)
        said = not why or bool(self.reason.text().strip())
        self.places.allow(asking is not None and self.same.isChecked() and key and said and self._job is None)
        self.choose.setEnabled(self._job is None)

    # The request

    def _ask_request(self) -> None:
        ask_files(
            self,
            self._context,
            "enrol",
            title=phrase("exchange.choose_request"),
            kinds=phrase("choosing.request"),
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
            kinds=phrase("choosing.enrolment"),
            then=self.enrol_to,
        )

    def enrol_to(self, out: Path) -> None:
        """Certify the station and write its enrolment file to ``out``."""
        request, passphrase, lost = self._request, self.closed.text, self._lost
        role = self.role.current if lost is None else None
        replaces, reason = (str(lost.station), self.reason.text()) if lost else ("", "")
        if request is None or self._asking is None or not self.same.isChecked() or self._job is not None:
            return
        self.notice.dismiss()

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> tuple[Standing, Path]:
            made = network.enrol(
                desk.station,
                request,
                out=out,
                role=role,
                passphrase=passphrase,
                replaces=replaces,
                reason=reason,
            )
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
                (phrase("trust.words"), Spoken(partial(words_text, made.fingerprint))),
                *([(phrase("trust.replaces"), _replaced(made))] if made.replaces else []),
            ],
        )
        self._request, self._asking = None, None
        self.same.setChecked(False)
        self.closed.clear()
        self._context.changed.changed.emit()

    def _refused(self, problem: Problem) -> None:
        if not self.closed.take_problem(problem, phrase("exchange.passphrase_needed")):
            self.notice.show_problem(problem)

    def _over(self) -> None:
        self._job = None
        self._settle()
        self.ended.emit()


def _replaced(made: Standing) -> Words:
    return phrase("trust.replaced_reads" if made.reads else "trust.replaced_unread")
