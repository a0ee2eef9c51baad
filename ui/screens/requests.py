"""The pages of requests within the services: board, rota, the form, who goes, the unvisited; and what leads where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

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
from ui.widgets import Pages

_List = TypeVar("_List", RequestBoard, RotaPage)
_STEPS = ("day_before", "day_after")
_DAYS = (*_STEPS, "print")


class RequestPages(QObject):
    """Makes the pages when they are first wanted; whoever shows them listens to ``show`` and ``log``."""

    show = Signal(object)
    """a page that wants to be seen"""
    log = Signal(object)
    """the :class:`LogHours` with which a service is to be logged"""
    counted = Signal(object)
    """in words, what the list in sight holds"""
    ended = Signal()
    """a form is done with: back to the list before it"""

    def __init__(self, context: ScreenContext, parent: QWidget, lists: Pages, forms: Pages) -> None:
        """``lists`` and ``forms`` hold the pages of either sort."""
        super().__init__(parent)
        self._context, self._lists, self._forms = context, lists, forms
        self._connect()

    @cached_property
    def board(self) -> RequestBoard:
        """Every request that waits."""
        return self._listed(self._lists.take(RequestBoard(self._context)))

    @cached_property
    def rota(self) -> RotaPage:
        """Who goes to whom on a day."""
        return self._listed(self._lists.take(RotaPage(self._context)))

    def _listed(self, page: _List) -> _List:
        page.card.assign.connect(self._assign)
        page.card.log.connect(self._log)
        page.counted.connect(lambda words: self.counted.emit(words) if page.isVisible() else None)
        return page

    @cached_property
    def ask(self) -> AskPage:
        """The form for what an elder needs."""
        page = self._forms.take(AskPage(self._context))
        page.asked.connect(self._asked)
        return page

    @cached_property
    def assign(self) -> AssignPage:
        """Who goes."""
        page = self._forms.take(AssignPage(self._context))
        page.assigned.connect(self._assigned)
        return page

    @cached_property
    def unvisited(self) -> UnvisitedPage:
        """Whom nobody has visited lately."""
        page = self._forms.take(UnvisitedPage(self._context))
        page.asked.connect(self._visits)
        return page

    def _connect(self) -> None:
        def on(ident: str, do: Callable[[], object]) -> None:
            self._context.actions.on("services", ident, do)

        on("ask_request", lambda: self.open_ask(AskService()))
        on("unvisited", self._open_unvisited)
        on("day_before", lambda: self._step(-1))
        on("day_after", lambda: self._step(1))
        on("print", lambda: self.rota.print_now())  # noqa: PLW0108  made when asked
        on("assign_request", lambda: self._card().open_assign())
        on("next_step", lambda: self._card().next_step())
        on("emergency", lambda: self._card().show_contacts())
        on("note_step", lambda: self._card().note_step())
        on("elder_confirms", lambda: self._card().elder_confirms())
        on("follow_up", lambda: self._card().follow_up())
        on("close_request", lambda: self._card().ask_close())
        on("take_back_request", lambda: self._card().take_back())

    def _card(self) -> RequestCard:
        here = self._lists.currentWidget()
        return here.card if isinstance(here, RotaPage) and here.isVisible() else self.board.card

    def _step(self, by: int) -> None:
        """A day before or after on the rota; a month, where the unvisited are shown."""
        here = self._forms.currentWidget()
        if isinstance(here, UnvisitedPage):
            here.step(by)
        else:
            self.rota.step(by)

    def allow(self, here: QWidget) -> None:
        """Let the keys work that make sense on the page ``here``; the others rest."""
        allow = self._context.actions.allow
        for ident in DEEDS:
            allow(ident, False)
        for ident in _DAYS:
            allow(ident, isinstance(here, RotaPage) or (ident in _STEPS and isinstance(here, UnvisitedPage)))
        allow("unvisited", isinstance(here, RequestBoard))
        form = isinstance(here, AskPage | AssignPage | UnvisitedPage)
        allow("ask_request", not form)
        if form:
            allow("confirm", True)
        elif isinstance(here, RequestBoard | RotaPage):
            here.card.allow()

    def confirm(self, here: QWidget) -> None:
        """Do what the page ``here`` asks to be confirmed."""
        if isinstance(here, AskPage | AssignPage | UnvisitedPage):
            here.save()
        elif isinstance(here, RequestBoard | RotaPage):
            here.card.confirm()

    def back(self, here: QWidget) -> bool:
        """Close the question that is open on a list; False where there is none."""
        return isinstance(here, RequestBoard | RotaPage) and here.card.stop_asking()

    def read(self) -> None:
        """The books have changed: read what is seen afresh."""
        here = self._lists.currentWidget()
        if isinstance(here, RequestBoard | RotaPage) and here.isVisible():
            here.read()

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
