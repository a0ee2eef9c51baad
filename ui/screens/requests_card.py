"""The request under the cursor: what is to be known, and what can be done with one key each."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_lines import RequestLine
from timebank.domain.requests import ARRIVED, ASSIGNED, LEFT, OPEN, OUTCOMES
from timebank.outcome import Problem
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.requests_contacts import ContactsSheet
from ui.screens.requests_words import about_words, state_words, when_words, who_words
from ui.screens.words import apart, kind_words
from ui.widgets import Button, ButtonRow, FormField, Segments, Text

DEEDS = ("assign_request", "next_step", "emergency", "close_request", "take_back_request")
_NEXT = {ASSIGNED: ARRIVED, ARRIVED: LEFT}
"""What the key for the next step notes in each state; in the others it assigns, or logs."""
_KEY_DOES = {OPEN: "assign", **_NEXT}


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
        self.closing = ClosePanel(context)
        self.closing.done.connect(self._closed)
        self.closing.cancelled.connect(self.stop_closing)
        self._column = QVBoxLayout(self)
        for part in (self._what, self._more, self._deeds, self.closing):
            self._column.addWidget(part)
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def put(self, line: RequestLine | None, now: datetime) -> None:
        """Show ``line``; none hides the card."""
        self.line, self._now = line, now
        self.closing.hide()
        self._deeds.show()
        self.setVisible(line is not None)
        if line is not None:
            when = when_words(line, now.date())
            parts: list[Words] = [when, kind_words(line.request.kind), line.elder.name, line.elder.number]
            self._what.put(apart(parts, self._look.say))
            address = str(line.elder.details.get("address") or "")
            about = about_words(self._context, line)
            who = phrase("requests.goes", who=who_words(self._context, line), state=state_words(line))
            self._more.put(apart([who, address, about], self._look.say), soft=True)
            self.buttons["next_step"].put(self._next_words(line))
            state = line.request.state
            self.buttons["assign_request"].setVisible(state in (OPEN, ASSIGNED))
            self.buttons["next_step"].setVisible(line.request.waits and state != OPEN)
        self.allow()

    def allow(self) -> None:
        """Let the keys work that make sense for this line."""
        line, allow = self.line, self._context.actions.allow
        waits = line is not None and line.request.waits
        here = self.isVisible() and not self.closing.isVisibleTo(self)
        allow(
            "assign_request", here and waits and line is not None and line.request.state in (OPEN, ASSIGNED)
        )
        allow("next_step", here and waits)
        allow("emergency", here and line is not None)
        allow("close_request", here and waits)
        allow("take_back_request", here and line is not None and line.request.service is None)
        allow("confirm", self.closing.isVisibleTo(self) and self.isVisible())
        self.settled.emit()

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

    def ask_close(self) -> None:
        """Ask why it comes to nothing."""
        if self.line is not None:
            self._deeds.hide()
            self.closing.ask(self.line)
            self.allow()

    def stop_closing(self) -> bool:
        """Leave the request as it is; False where nothing was asked."""
        if not self.closing.isVisibleTo(self):
            return False
        self.closing.hide()
        self._deeds.show()
        self.allow()
        return True

    def _closed(self) -> None:
        self.stop_closing()

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


class ClosePanel(QWidget):
    """How a request comes to nothing, and why."""

    done = Signal()
    cancelled = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = context.look
        self._context, self._look = context, look
        self._line: RequestLine | None = None
        choices = [(each, phrase(f"requests.state.{each}")) for each in OUTCOMES]
        self.outcome = Segments(look, choices, name=phrase("requests.outcome"), current=OUTCOMES[0])
        self.reason = QLineEdit()
        self._field = FormField(look, phrase("requests.reason"), self.reason)
        go = context.actions.button("confirm", words=phrase("requests.close_now"))
        back = Button(look, phrase("window.cancel"), key="Esc")
        back.clicked.connect(self.cancelled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._field)
        self._column.addWidget(ButtonRow(look, [self.outcome, go, back]))
        self.hide()
        look.changed.connect(self.refresh)
        self.refresh()

    def ask(self, line: RequestLine) -> None:
        """Ask about ``line``."""
        self._line = line
        self.reason.clear()
        self._field.put_problem(None)
        self.show()
        self.reason.setFocus()

    def confirm(self) -> None:
        """Close the request, if there is a reason."""
        line, outcome, reason = self._line, self.outcome.current, self.reason.text().strip()
        if line is None:
            return
        if not reason:
            self._field.put_problem(phrase("problems.reason_missing"))
            self.reason.setFocus()
            return
        entry = str(line.request.entry)

        def closed(_entry: object) -> None:
            self._context.notice(Tone.GOOD, phrase("requests.closed", name=line.elder.name))
            self.done.emit()

        self._context.write(
            lambda desk: desk.requests.close(entry, outcome, reason), closed, refused=self._refused
        )

    def _refused(self, problem: Problem) -> None:
        self._field.put_problem(problem)

    def refresh(self) -> None:
        """Keep gaps and fonts in step with the text size."""
        self.reason.setFont(self._look.font())
        self.reason.setPlaceholderText(self._look.say(phrase("requests.reason_hint")))
        self._column.setSpacing(self._look.space(2))
