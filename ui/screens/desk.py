"""The desk (工作台): one box for everything, and what was scanned decides what is offered."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.certificates import Verified
from timebank.desk.people import Profile
from timebank.desk.vouchers import Redeemed
from timebank.outcome import Problem
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.candidates import Candidates
from ui.screens.context import ScreenContext
from ui.screens.desk_deeds import DeskDeeds
from ui.screens.desk_errands import DeskErrands
from ui.screens.desk_scans import SLOT, DeskScans, now
from ui.screens.errands import CheckCertificate, TakeBack
from ui.screens.person_card import PersonCard
from ui.screens.recognise import CODES, Scanned, people, recognise
from ui.screens.reports_verdict import verdict_tone, verdict_words
from ui.screens.scroll import Scroll
from ui.screens.voucher_card import VoucherCard
from ui.widgets import Button, ButtonRow, Card, InlineNotice, ScanBox, Text, announce
from ui.widgets.pictures import pictures_in
from ui.widgets.sound import sound


class Mode(Enum):
    """What the desk shows below the box."""

    IDLE = "idle"
    LIST = "list"
    NOBODY = "nobody"
    SEVERAL = "several"
    """Several codes in one picture."""
    VOUCHER = "voucher"
    PERSON = "person"
    DONE = "done"
    """A voucher that was redeemed, and the person it went to."""


class DeskScreen(QWidget):
    """Takes what is scanned or typed and offers what can be done with it."""

    begun = Signal()
    """Something new was scanned, typed or chosen: what was said of the person before is over."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._now = datetime.min
        self._mode = self._stay = Mode.IDLE
        self._done: Words = ""
        look = context.look
        self.box = ScanBox(look, CODES)
        self.candidates = Candidates(look)
        self.box.steer(self.candidates)
        self.message = InlineNotice(look)
        self.scans = DeskScans(context, self.box, self.message, self)
        self.camera, self.misread, self.choice = self.scans.camera, self.scans.misread, self.scans.choice
        self.voucher = VoucherCard(context)
        self.person = PersonCard(context)
        self.deeds = DeskDeeds(context, self.message)
        self.errands = DeskErrands(
            context,
            self,
            profile=lambda: self._profile,
            voucher=lambda: self.voucher.code,
            typed=self.box.text,
            done=lambda: self._done,
        )
        self._nobody = Card(look)
        self._nobody_words = Text(look)
        self._register = Button(look, phrase("desk.register_this"), icon="add", key="F9")
        self._nobody.body.addWidget(self._nobody_words)
        self._nobody.body.addWidget(ButtonRow(look, [self._register]))
        self.begin = ButtonRow(look, [context.actions.button(each) for each in _BEGIN])
        self._scroll = scroll = Scroll(look)
        for part in (
            self.camera, self.message, self.misread, self.candidates, self.choice, self._nobody,
            self.voucher, self.person, self.begin, self.deeds,
        ):  # fmt: skip
            scroll.column.addWidget(part)
        scroll.column.setStretchFactor(self.deeds, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.box)
        self._column.addWidget(scroll, 1)
        self._connect()
        self.refresh()
        self._show(Mode.IDLE)

    def _connect(self) -> None:
        box, on = self.box, self._context.actions.on
        box.submitted.connect(self._submitted)
        box.edited.connect(self._edited)
        box.adopt_stray_keys(self)
        self.setAcceptDrops(True)
        self.scans.text.connect(self._submitted)
        self.scans.lost.connect(self._lost)
        self.scans.answered.connect(self._recognised)
        self.scans.refused.connect(self._refused)
        self.candidates.opened.connect(self._picked)
        self.voucher.beneficiary_wanted.connect(self._ask_beneficiary)
        self.voucher.chosen.connect(self._ready)
        self.voucher.redeemed.connect(self._redeemed)
        self._register.clicked.connect(self.errands.register)
        self.deeds.asked.connect(self._settle)
        self.deeds.closed.connect(self._ready)
        self._context.changed.changed.connect(self._changed)
        self._look.changed.connect(self.refresh)
        on("desk", "find", self._find)
        on("desk", "redeem_voucher", self.voucher.redeem)
        on("desk", "confirm", self.deeds.question.confirm)
        on("desk", "paste_image", self.scans.paste)
        on("desk", "camera", self.scans.switch_camera)

    # Coming and going

    def enter(self, payload: object | None) -> None:
        """Show the desk: with a member, open them; asked to take back, ask about the last step."""
        self.deeds.read(then_ask=isinstance(payload, TakeBack))
        if isinstance(payload, TakeBack):
            self._settle()
            return
        if isinstance(payload, MemberRecord):
            self._open(payload)
        self._ready()

    def back(self) -> bool:
        """One level back: the list, then what is shown; False where there is nothing left to close."""
        if self.deeds.question.doomed is not None:
            self.deeds.question.close_panel()
        elif self.scans.back():
            self._settle()
        elif self.scans.pile and self._mode in (Mode.VOUCHER, Mode.DONE):
            self.scans.back_to_pile()
        elif self._mode is not Mode.IDLE or self.box.text():
            self.clear()
        else:
            self._ready()
            return False
        return True

    def clear(self) -> None:
        """Ready for the next person."""
        self._done = ""
        self.message.dismiss()
        self._show(Mode.IDLE)
        self._ready()

    def _find(self) -> None:
        self.box.ready()
        self._settle()

    def _ready(self) -> None:
        """For the next scan, or first for what a rule asks of the voucher on the desk."""
        self._find()
        self.voucher.begin_here()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))

    # What was scanned or typed

    def _edited(self, text: str) -> None:
        text = text.strip()
        self.scans.hush()
        if not text:
            self._show(self._stay)
            return
        self._context.read(lambda desk: (people(desk, text), now(desk)), self._listed, slot=SLOT)

    def _listed(self, answer: tuple[Scanned, datetime]) -> None:
        found, self._now = answer
        if found.text != self.box.text().strip():
            return
        self.candidates.put(found.members, self._now.date())
        self._show(Mode.LIST if found.members else self._stay)

    def _submitted(self, text: str) -> None:
        chosen = self.candidates.current if self.candidates.isVisible() else None
        if chosen is not None and text == self.box.text().strip():
            self._picked(chosen)
            return
        if not self.scans.begin(text):
            self._ready()
            return
        self._context.read(
            lambda desk: (recognise(desk, text), now(desk)),
            self._recognised,
            refused=self._refused,
            slot=SLOT,
        )

    def _recognised(self, answer: tuple[Scanned, datetime]) -> None:
        found, self._now = answer
        self._begin_anew()
        if found.several:
            self.box.ready()
            self._show(Mode.SEVERAL)
            self.scans.offer(found.several)
        elif found.certificate is not None:
            self._show_certificate(found.text, found.certificate)
        elif found.checked is not None:
            self._show_voucher(found)
        elif found.profile is not None:
            self._take_person(found.profile)
        elif found.members:
            self.candidates.put(found.members, self._now.date())
            self._show(Mode.LIST)
            self.candidates.choose_first()
        else:
            self._nobody_words.put(phrase("desk.nobody", text=_brief(found.text)))
            self._show(Mode.NOBODY)
            announce(self._nobody, self._nobody_words.text())
            self._sound(Tone.WARN)

    def _show_certificate(self, code: str, found: Verified) -> None:
        tone = verdict_tone(found)
        self.message.show_notice(
            tone,
            verdict_words(found, self._context),
            action=phrase("reporting.check_name"),
            do=lambda: self._context.go("reports", CheckCertificate(code)),
        )
        self._sound(tone)
        self._ready()

    def _lost(self) -> None:
        """Half a code came: whom the name before it found has nothing to do with it."""
        if self._mode in (Mode.LIST, Mode.NOBODY):
            self._show(self._stay)

    def _refused(self, problem: Problem) -> None:
        self._tell(Tone.BAD, problem)
        self._sound(Tone.BAD)

    def _picked(self, member: object) -> None:
        assert isinstance(member, MemberRecord)
        self._begin_anew()
        self._open(member)

    def _begin_anew(self) -> None:
        """A question about taking something back is not left standing beside the next person."""
        self.deeds.question.drop()
        self.begun.emit()

    def _open(self, member: MemberRecord) -> None:
        self._context.read(
            lambda desk: (desk.people.profile(member), now(desk)),
            self._opened,
            refused=self._refused,
            slot=SLOT,
        )

    def _opened(self, answer: tuple[Profile, datetime]) -> None:
        profile, self._now = answer
        self._take_person(profile)

    def _take_person(self, profile: Profile) -> None:
        """A person: who gets the voucher on the desk, or else whom to show."""
        if self.voucher.wants_beneficiary:
            self.voucher.choose(profile.member)
            self._show(Mode.VOUCHER)
        else:
            self._done = ""
            self.person.put(profile, self._now.date())
            self._show(Mode.PERSON)
        self._ready()

    def _show_voucher(self, found: Scanned) -> None:
        if found.text not in [each.text for each in self.scans.pile]:
            self.scans.pile = ()
        tone = self.voucher.put(found)
        self._show(Mode.VOUCHER)
        self._sound(tone)
        self._ready()

    def _ask_beneficiary(self) -> None:
        self._tell(Tone.INFO, phrase("desk.choose_beneficiary"))
        self.box.setFocus()

    def _redeemed(self, outcome: tuple[Redeemed, Profile]) -> None:
        _, profile = outcome
        self._done = self.voucher.said
        self.person.put(profile, self._now.date())
        self._show(Mode.DONE)
        self._sound(Tone.GOOD)
        self._ready()

    # Dropped on the desk

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if pictures_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.box.take_pictures(event.mimeData()):
            event.acceptProposedAction()

    @property
    def _profile(self) -> Profile | None:
        return self.person.profile if self._mode in (Mode.PERSON, Mode.DONE) else None

    # What was done

    def _changed(self) -> None:
        self.deeds.read()
        shown = self._profile.member if self._profile else None
        if shown is not None and self.isVisible():
            self._context.read(
                lambda desk: desk.people.profile(shown), self._profile_again, slot="desk profile"
            )

    def _profile_again(self, profile: Profile) -> None:
        if self._profile is not None and self._profile.member.row == profile.member.row:
            self.person.put(profile, self._now.date())

    # Showing

    def _show(self, mode: Mode) -> None:
        """Show what belongs to ``mode``; a voucher that waits for its beneficiary stays in sight."""
        self._mode = mode
        passing = mode in (Mode.LIST, Mode.NOBODY, Mode.SEVERAL)
        if not passing:
            self._stay = mode
            self.candidates.put((), date.min)
            self._scroll.verticalScrollBar().setValue(0)
        if mode in (Mode.IDLE, Mode.PERSON):
            self.scans.pile = ()
            self.voucher.clear()
        if mode in (Mode.IDLE, Mode.VOUCHER):
            self.person.clear()
        self.candidates.setVisible(mode is Mode.LIST)
        if mode is not Mode.SEVERAL:
            self.choice.put(())
        self.box.steer(self.choice if mode is Mode.SEVERAL else self.candidates)
        self._nobody.setVisible(mode is Mode.NOBODY)
        waiting = passing and self.voucher.wants_beneficiary
        self.voucher.setVisible(mode in (Mode.VOUCHER, Mode.DONE) or waiting)
        self.person.setVisible(mode in (Mode.PERSON, Mode.DONE))
        self.begin.setVisible(mode is Mode.IDLE)
        self._settle()

    @property
    def _wants_beneficiary(self) -> bool:
        return self.voucher.wants_beneficiary and self.voucher.beneficiary is None

    def _settle(self) -> None:
        """Let the keys work that make sense just now."""
        allow = self._context.actions.allow
        asked = phrase("desk.choose_beneficiary") if self._wants_beneficiary else None
        self.box.put_hint(asked)
        allow("redeem_voucher", self.voucher.can_redeem)
        allow("confirm", self.deeds.question.doomed is not None)
        self.errands.settle()

    def _tell(self, tone: Tone, words: Words) -> None:
        self.message.show_notice(tone, words)

    def _sound(self, tone: Tone) -> None:
        if self._context.sound():
            sound(tone)


def _brief(text: str) -> str:
    """Enough of it to know again: a whole page may have been pasted."""
    line = " ".join(text.split())
    return line if len(line) <= _BRIEF else f"{line[:_BRIEF]}…"


_BRIEF = 40
_BEGIN = ("log_hours", "issue_voucher", "register_member", "camera", "paste_image")
