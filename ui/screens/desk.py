"""The desk (工作台): one box for everything, and what was scanned decides what is offered."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.certificates import Verified
from timebank.desk.people import Profile
from timebank.desk.recent import Deed
from timebank.desk.vouchers import Redeemed
from timebank.outcome import Problem
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.candidates import Candidates
from ui.screens.context import ScreenContext
from ui.screens.deeds import deed_words, recent_of
from ui.screens.desk_scans import SLOT, DeskScans, now
from ui.screens.elder import ElderView
from ui.screens.errands import (
    AskService,
    CheckCertificate,
    LogHours,
    MoveCredit,
    NewMember,
    ShowPassbook,
    TakeBack,
)
from ui.screens.person_card import PersonCard
from ui.screens.recognise import CODES, Scanned, people, recognise
from ui.screens.reports_verdict import verdict_tone, verdict_words
from ui.screens.reversal import Doomed, ReversalPanel
from ui.screens.scroll import Scroll
from ui.screens.voucher_card import VoucherCard
from ui.widgets import Button, ButtonRow, Card, InlineNotice, RecentList, ScanBox, Text
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

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._now = datetime.min
        self._mode = self._stay = Mode.IDLE
        self._deeds: dict[str, Deed] = {}
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
        self.reversal = ReversalPanel(context)
        self.recents = RecentList(look, most=8)
        self._nobody = Card(look)
        self._nobody_words = Text(look)
        self._register = Button(look, phrase("desk.register_this"), icon="add", key="F9")
        self._nobody.body.addWidget(self._nobody_words)
        self._nobody.body.addWidget(ButtonRow(look, [self._register]))
        self._begin = ButtonRow(look, [context.actions.button(each) for each in _BEGIN])
        recent = Card(look, phrase("window.recent"))
        recent.body.addWidget(self.recents)
        scroll = Scroll(look)
        for part in (
            self.camera, self.message, self.misread, self.candidates, self.choice, self._nobody,
            self.voucher, self.person, self._begin, self.reversal, recent,
        ):  # fmt: skip
            scroll.column.addWidget(part)
        scroll.column.setStretchFactor(recent, 1)
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
        self.scans.answered.connect(self._recognised)
        self.scans.refused.connect(self._refused)
        self.candidates.opened.connect(self._picked)
        self.voucher.beneficiary_wanted.connect(self._ask_beneficiary)
        self.voucher.chosen.connect(self._ready)
        self.voucher.redeemed.connect(self._redeemed)
        self._register.clicked.connect(self._register_this)
        self.recents.undo_asked.connect(self.ask_reversal)
        self.reversal.closed.connect(self._ready)
        self._context.changed.changed.connect(self._changed)
        self._look.changed.connect(self.refresh)
        on("desk", "find", self._ready)
        on("desk", "redeem_voucher", self.voucher.redeem)
        on("desk", "confirm", self.reversal.confirm)
        on("desk", "log_hours", self._log)
        on("desk", "ask_request", self._ask)
        on("desk", "issue_voucher", self._issue)
        on("desk", "passbook", self._passbook)
        on("desk", "move_credit", self._move)
        on("desk", "elder_view", self._turn)
        on("desk", "register_member", self._register_this)
        on("desk", "paste_image", self.scans.paste)
        on("desk", "camera", self.scans.switch_camera)

    # Coming and going

    def enter(self, payload: object | None) -> None:
        """Show the desk: with a member, open them; asked to take back, ask about the last step."""
        self._read_deeds()
        if isinstance(payload, TakeBack):
            self._settle()
            self._reverse_last = True
            return
        if isinstance(payload, MemberRecord):
            self._open(payload)
        self._ready()

    _reverse_last = False

    def back(self) -> bool:
        """One level back: the list, then what is shown; False where there is nothing left to close."""
        if self.reversal.doomed is not None:
            self.reversal.close_panel()
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

    def _ready(self) -> None:
        self.box.ready()
        self._settle()

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
            self._nobody_words.put(phrase("desk.nobody", text=found.text))
            self._show(Mode.NOBODY)
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

    def _refused(self, problem: Problem) -> None:
        self._tell(Tone.BAD, problem)
        self._sound(Tone.BAD)

    def _picked(self, member: object) -> None:
        assert isinstance(member, MemberRecord)
        self._open(member)

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
        redeemed, profile = outcome
        amount = self._context.amount_words(redeemed.minutes)
        self._done = phrase("desk.redeemed_for", amount=amount, name=profile.member.name)
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

    # What can be done

    @property
    def _profile(self) -> Profile | None:
        return self.person.profile if self._mode in (Mode.PERSON, Mode.DONE) else None

    @property
    def _member(self) -> MemberRecord | None:
        return self._profile.member if self._profile else None

    def _log(self) -> None:
        member, voucher = self._member, self.voucher.code
        volunteers = (member,) if member and "volunteer" in member.roles else ()
        elder = member if member and "elder" in member.roles and not volunteers else None
        self._context.go("services", LogHours(volunteers, elder, voucher, back="desk"))

    def _ask(self) -> None:
        member = self._member
        self._context.go("services", AskService(member if member and "elder" in member.roles else None))

    def _issue(self) -> None:
        member = self._member
        self._context.go("vouchers", member)
        if member is None:
            self._context.actions["issue_voucher"].trigger()  # on that screen: an empty batch

    def _move(self) -> None:
        self._context.go("people", MoveCredit(self._member, back="desk"))

    def _passbook(self) -> None:
        if self._member is not None:
            self._context.go("people", ShowPassbook(self._member))

    def _turn(self) -> None:
        if self._profile is not None:
            self.elder_view = ElderView(self._context, self._profile, self._done, self)
            self.elder_view.open()

    def _register_this(self) -> None:
        text = self.box.text().strip()
        self._context.go("people", NewMember(text if not any(each.isdigit() for each in text) else ""))

    # What was done

    def _changed(self) -> None:
        self._read_deeds()
        shown = self._member
        if shown is not None and self.isVisible():
            self._context.read(
                lambda desk: desk.people.profile(shown), self._profile_again, slot="desk profile"
            )

    def _profile_again(self, profile: Profile) -> None:
        if self._member is not None and self._member.row == profile.member.row:
            self.person.put(profile, self._now.date())

    def _read_deeds(self) -> None:
        self._context.read(lambda desk: (desk.recent(), now(desk)), self._put_deeds, slot="desk deeds")

    def _put_deeds(self, answer: tuple[list[Deed], datetime]) -> None:
        deeds, self._now = answer
        self._deeds = {str(deed.entry): deed for deed in deeds}
        self.recents.put([recent_of(self._context, deed, self._now) for deed in deeds])
        if self._reverse_last:
            self._reverse_last = False
            self.reverse_last()

    def reverse_last(self) -> None:
        """Ask about taking back the last step that can be."""
        upcoming = self.recents.next_undo
        if upcoming is None:
            self._tell(Tone.INFO, phrase("desk.nothing_to_reverse"))
        else:
            self.ask_reversal(upcoming.id)

    def ask_reversal(self, entry: str) -> None:
        """Ask why the step ``entry`` is to be taken back."""
        deed = self._deeds.get(entry)
        if deed is not None:
            self.reversal.ask(Doomed(deed.entry, deed_words(self._context, deed)))
            self._settle()

    # Showing

    def _show(self, mode: Mode) -> None:
        """Show what belongs to ``mode``; a voucher that waits for its beneficiary stays in sight."""
        self._mode = mode
        passing = mode in (Mode.LIST, Mode.NOBODY, Mode.SEVERAL)
        if not passing:
            self._stay = mode
            self.candidates.put((), date.min)
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
        self._begin.setVisible(mode is Mode.IDLE)
        self._settle()

    @property
    def _wants_beneficiary(self) -> bool:
        return self.voucher.wants_beneficiary and self.voucher.beneficiary is None

    def _settle(self) -> None:
        """Let the keys work that make sense just now."""
        allow = self._context.actions.allow
        roles = self._member.roles if self._member else ()
        asked = phrase("desk.choose_beneficiary") if self._wants_beneficiary else None
        self.box.put_hint(asked)
        allow("redeem_voucher", self.voucher.can_redeem)
        allow("confirm", self.reversal.doomed is not None)
        allow("issue_voucher", self._member is None or "volunteer" in roles)
        allow("passbook", self._member is not None)
        allow("elder_view", self._member is not None)

    def _tell(self, tone: Tone, words: Words) -> None:
        self.message.show_notice(tone, words)

    def _sound(self, tone: Tone) -> None:
        if self._context.sound():
            sound(tone)


_BEGIN = ("log_hours", "issue_voucher", "register_member", "camera", "paste_image")
