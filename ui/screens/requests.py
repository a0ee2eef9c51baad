"""The pages of requests within the services: board, rota, the form, who goes, the unvisited; and what leads where."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_lines import RequestLine
from timebank.desk.requests import Assigned
from timebank.desk.services import Logged, ServiceForm
from timebank.domain.requests import LEFT
from timebank.outcome import Problem
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.errands import AskService, LogHours
from ui.screens.requests_assign import AssignPage
from ui.screens.requests_board import RequestBoard
from ui.screens.requests_card import DEEDS, RequestCard
from ui.screens.requests_form import AskPage
from ui.screens.requests_unvisited import UnvisitedPage
from ui.screens.requests_words import clash_words
from ui.screens.rota import RotaPage
from ui.screens.words import joined

_DAYS = ("day_before", "day_after", "print")


class RequestPages(QObject):
    """Holds the pages; whoever shows them listens to ``show`` and ``log``."""

    show = Signal(object)
    """a page that wants to be seen"""
    log = Signal(object)
    """the :class:`LogHours` with which a service is to be logged"""
    counted = Signal(object)
    """in words, what the list in sight holds"""
    ended = Signal()
    """a form is done with: back to the list before it"""

    def __init__(self, context: ScreenContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.board, self.rota = RequestBoard(context), RotaPage(context)
        self.ask, self.assign, self.unvisited = AskPage(context), AssignPage(context), UnvisitedPage(context)
        self.forms = (self.ask, self.assign, self.unvisited)
        self.pages: tuple[QWidget, ...] = (self.board, self.rota, *self.forms)
        for page in (self.board, self.rota):
            page.card.assign.connect(self._assign)
            page.card.log.connect(self._log)
            page.counted.connect(
                lambda words, page=page: self.counted.emit(words) if page.isVisible() else None
            )
        self.ask.asked.connect(self._asked)
        self.assign.assigned.connect(self._assigned)
        self.unvisited.asked.connect(self._visits)
        self._connect()

    def _connect(self) -> None:
        def on(ident: str, do: Callable[[], object]) -> None:
            self._context.actions.on("services", ident, do)

        on("ask_request", lambda: self.open_ask(AskService()))
        on("unvisited", self._open_unvisited)
        on("day_before", lambda: self.rota.step(-1))
        on("day_after", lambda: self.rota.step(1))
        on("print", self.rota.print_now)
        on("assign_request", lambda: self._card().open_assign())
        on("next_step", lambda: self._card().next_step())
        on("emergency", lambda: self._card().show_contacts())
        on("close_request", lambda: self._card().ask_close())
        on("take_back_request", lambda: self._card().take_back())

    def _card(self) -> RequestCard:
        return (self.rota if self.rota.isVisible() else self.board).card

    def allow(self, here: QWidget) -> None:
        """Let the keys work that make sense on the page ``here``; the others rest."""
        allow = self._context.actions.allow
        for ident in DEEDS:
            allow(ident, False)
        for ident in _DAYS:
            allow(ident, here is self.rota)
        allow("unvisited", here is self.board)
        allow("ask_request", here not in self.forms)
        if here in self.forms:
            allow("confirm", True)
        elif here in (self.board, self.rota):
            here.card.allow()

    def confirm(self, here: QWidget) -> None:
        """Do what the page ``here`` asks to be confirmed."""
        if here in self.forms:
            here.save()
        elif here in (self.board, self.rota):
            here.card.closing.confirm()

    def back(self, here: QWidget) -> bool:
        """Close the question that is open on a list; False where there is none."""
        return here in (self.board, self.rota) and here.card.stop_closing()

    def read(self) -> None:
        """The books have changed: read what is seen afresh."""
        for page in (self.board, self.rota):
            if page.isVisible():
                page.read()

    # What leads where

    def open_ask(self, errand: AskService) -> None:
        """Write down what an elder needs."""
        self.show.emit(self.ask)
        self.ask.enter(errand)

    def _open_unvisited(self) -> None:
        self.show.emit(self.unvisited)
        self.unvisited.enter()

    def _assign(self, line: RequestLine) -> None:
        self.show.emit(self.assign)
        self.assign.enter(line)

    def _asked(self, entries: Sequence[object], name: str) -> None:
        self._context.notice(Tone.GOOD, phrase("requests.asked", name=name, count=len(entries)))
        self.ended.emit()

    def _assigned(self, made: Assigned, line: RequestLine) -> None:
        words: Words = phrase("requests.assigned", name=line.elder.name)
        tone = Tone.GOOD
        if made.clashes:
            said = joined([clash_words(clash) for clash in made.clashes], self._context.look.say)
            words, tone = phrase("requests.assigned_clash", name=line.elder.name, clashes=said), Tone.WARN
        self._context.notice(tone, words)
        self.ended.emit()

    def _visits(self, count: int) -> None:
        self._context.notice(Tone.GOOD, phrase("requests.visits_asked", count=count))
        self.ended.emit()

    def _log(self, line: RequestLine) -> None:
        """Where the times are known the service is logged at once; else the form comes, filled in."""
        entry = str(line.request.entry)
        if line.request.state != LEFT:
            self._open_form(entry)
            return

        def logged(made: Logged) -> None:
            context = self._context
            parts = [f"{member.name} {context.amount(minutes)}" for member, minutes in made.credited]
            context.notice(Tone.GOOD, phrase("services.logged", credited=joined(parts, context.look.say)))

        def work(desk: Desk) -> Logged:
            return desk.requests.log(entry)

        def refused(problem: Problem) -> None:
            self._context.problem(problem)
            self._open_form(entry)

        self._context.write(work, logged, refused=refused)

    def _open_form(self, entry: str) -> None:
        def filled(form: ServiceForm) -> None:
            self.log.emit(LogHours(form.volunteers, form.elder, request=entry, form=form))

        self._context.read(lambda desk: desk.requests.prefilled(entry), filled)
