"""The request under the cursor: what is to be known, and what can be done with one key each."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_lines import RequestLine
from timebank.domain.requests import ARRIVED, ASSIGNED, CONFIRMED, FOLLOWED_UP, FULFILLED, LEFT, OPEN
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.requests_contacts import ContactsSheet
from ui.screens.requests_panels import AskedPanel, ClosePanel, NotePanel
from ui.screens.requests_story import StoryLines
from ui.screens.requests_words import about_words, state_words, when_words, who_words
from ui.screens.words import apart, kind_words
from ui.widgets import ButtonRow, Text

_NEXT = {ASSIGNED: ARRIVED, ARRIVED: LEFT}
"""What the key for the next step notes in each state; in the others it assigns, or logs."""
_KEY_DOES = {OPEN: "assign", **_NEXT}
_ALWAYS = ("emergency", "take_back_request")
_DOES = {
    OPEN: ("assign_request", "close_request"),
    ASSIGNED: ("next_step", "note_step", "assign_request", "close_request"),
    ARRIVED: ("next_step", "note_step", "close_request"),
    LEFT: ("next_step", "elder_confirms", "follow_up", "close_request"),
    FULFILLED: ("elder_confirms", "follow_up"),
}
"""What can be done in each state; in the others only what always can."""
DEEDS = (
    *("next_step", "note_step", "assign_request", "elder_confirms", "follow_up"),
    *("emergency", "close_request", "take_back_request"),
)


class RequestCard(QFrame):
    """Shows one line and does things with it. What needs a page of its own is only asked for."""

    assign = Signal(object)
    """who goes, for this line"""
    log = Signal(object)
    """the service that came of this line"""
    settled = Signal()
    """what can be done has changed"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look, actions = context.look, context.actions
        self._context, self._look = context, look
        self.line: RequestLine | None = None
        self._now = datetime.min
        self.contacts: ContactsSheet | None = None
        self.setProperty("part", "card")
        self._what = Text(look, "", Role.HEADING)
        self._more = Text(look, "", soft=True)
        self.buttons = {ident: actions.button(ident) for ident in DEEDS}
        self._deeds = ButtonRow(look, list(self.buttons.values()))
        self.story = StoryLines(context)
        self.closing, self.noting = ClosePanel(context), NotePanel(context)
        self._panels: tuple[AskedPanel, ...] = (self.closing, self.noting)
        for panel in self._panels:
            panel.done.connect(self.stop_asking)
            panel.cancelled.connect(self.stop_asking)
        self._column = QVBoxLayout(self)
        for part in (self._what, self._more, self.story, self._deeds, *self._panels):
            self._column.addWidget(part)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, line: RequestLine | None, now: datetime) -> None:
        """Show ``line``; none hides the card."""
        if line is None or self.line is None or line.request.entry != self.line.request.entry:
            self.stop_asking()  # what is typed about this very line stays
        self.line, self._now = line, now
        self.setVisible(line is not None)
        self.story.put(line, now.date())
        if line is not None:
            when = when_words(line, now.date())
            parts: list[Words] = [when, kind_words(line.request.kind), line.elder.name, line.elder.number]
            self._what.put(apart(parts, self._look.say))
            address = str(line.elder.details.get("address") or "")
            about = about_words(self._context, line)
            who = phrase("requests.goes", who=who_words(self._context, line), state=state_words(line))
            self._more.put(apart([who, address, about], self._look.say), soft=True)
            self.buttons["next_step"].put(self._next_words(line))
            can = self._can(line)
            for ident, button in self.buttons.items():
                button.setVisible(ident in can)
        self.allow()

    def _can(self, line: RequestLine) -> tuple[str, ...]:
        """What can be done with a line."""
        request = line.request
        heard = request.confirmed is not None or request.followed_up is not None
        if request.state == FULFILLED and not heard:  # its service is what can be taken back
            return (*_DOES[FULFILLED], "emergency")
        return (*_DOES.get(request.state, ()), *_ALWAYS)

    def allow(self) -> None:
        """Let the keys work that make sense for this line."""
        line, allow = self.line, self._context.actions.allow
        here = self.isVisible() and self._asking is None
        can = () if line is None or not here else self._can(line)
        for ident in DEEDS:
            allow(ident, ident in can)
        if here and line is not None and line.request.state == OPEN:
            allow("next_step", True)  # the key for what comes next leads to whom to send
        allow("confirm", self.isVisible() and self._asking is not None)
        self.settled.emit()

    @property
    def _asking(self) -> AskedPanel | None:
        """The panel that is open."""
        return next((panel for panel in self._panels if panel.isVisibleTo(self)), None)

    def _next_words(self, line: RequestLine) -> Words:
        return phrase(f"requests.next.{_KEY_DOES.get(line.request.state, 'log')}")

    # Doing

    def open_assign(self) -> None:
        """Ask who is to go."""
        if self.line is not None:
            self.assign.emit(self.line)

    def next_step(self) -> None:
        """Do what comes next: somebody is to go, is there, has left, and the service is logged."""
        line = self.line
        if line is None or not line.request.waits:
            return
        what = _NEXT.get(line.request.state)
        if line.request.state == OPEN:
            self.assign.emit(line)
        elif what is None:
            self.log.emit(line)
        else:
            entry = str(line.request.entry)

            def work(desk: Desk) -> object:
                return desk.requests.note(entry, what)

            said = phrase(f"requests.noted_{what}", name=line.elder.name)
            self._context.write(work, lambda _entry: self._context.notice(Tone.GOOD, said))

    def show_contacts(self) -> None:
        """Show whom to call, in very large type."""
        line = self.line
        if line is None:
            return
        member = line.elder

        def opened(emergency: object) -> None:
            self.contacts = ContactsSheet(self._context, emergency, self)  # type: ignore[arg-type]
            self.contacts.open()

        self._context.write(lambda desk: desk.requests.emergency(member), opened)

    def note_step(self) -> None:
        """Ask when the next step was, where it was not just now, and for a note."""
        what = _NEXT.get(self.line.request.state) if self.line is not None else None
        if what is not None:
            self._ask_note(what)

    def elder_confirms(self) -> None:
        """Ask what the elder says of the service."""
        self._ask_note(CONFIRMED)

    def follow_up(self) -> None:
        """Ask what came of the call afterwards."""
        self._ask_note(FOLLOWED_UP)

    def _ask_note(self, what: str) -> None:
        entry = None if self.line is None else self.line.request.entry

        def begin(now: datetime) -> None:
            if self.line is not None and self.line.request.entry == entry:
                self._make_room(asking=True)
                self.noting.ask(self.line, what, now)
                self.allow()

        self._context.read(lambda desk: desk.station.surroundings.now(), begin, slot="note now")

    def ask_close(self) -> None:
        """Ask why it comes to nothing."""
        if self.line is not None:
            self._make_room(asking=True)
            self.closing.ask(self.line)
            self.allow()

    def confirm(self) -> None:
        """Write what the open panel asks for."""
        if self._asking is not None:
            self._asking.confirm()

    def stop_asking(self) -> bool:
        """Leave the request as it is; False where nothing was asked."""
        panel = self._asking
        if panel is None:
            return False
        panel.hide()
        self._make_room(asking=False)
        self.allow()
        return True

    def _make_room(self, *, asking: bool) -> None:
        """The open question takes the place of what can be done and what was said."""
        self._deeds.setVisible(not asking)
        self.story.make_room(asking)

    def take_back(self) -> None:
        """Take back what was said of it last."""
        line = self.line
        if line is None:
            return
        entry, said = str(line.request.entry), phrase("requests.taken_back", name=line.elder.name)
        self._context.write(
            lambda desk: desk.requests.take_back(entry), lambda _entry: self._context.notice(Tone.GOOD, said)
        )

    def refresh(self) -> None:
        """Keep gaps in step with the text size."""
        look = self._look
        pad = look.space(4)
        self._column.setContentsMargins(pad, look.space(3), pad, look.space(3))
        self._column.setSpacing(look.space(2))
