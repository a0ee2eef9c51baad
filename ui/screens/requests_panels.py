"""What is asked below the request before something is written of it: how it ended and why; when, and what was said."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_lines import RequestLine
from timebank.domain.requests import ARRIVED, LEFT, OUTCOMES
from timebank.journal.refs import minute_of
from timebank.outcome import Problem, Refusal
from ui.look import Role, Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.requests_times import read_moment
from ui.widgets import Button, ButtonRow, FormField, Segments, Text


class AskedPanel(QWidget):
    """Asks about one line; ``done`` when it is written, ``cancelled`` when it is let be."""

    done = Signal()
    cancelled = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._look = context, context.look
        self._line: RequestLine | None = None
        self.go = context.actions.button("confirm")
        self._back = Button(context.look, phrase("window.cancel"), key="Esc")
        self._back.clicked.connect(self.cancelled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def confirm(self) -> None:
        """Write what was asked for."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(2))


class ClosePanel(AskedPanel):
    """How a request comes to nothing, and why."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        choices = [(each, phrase(f"requests.state.{each}")) for each in OUTCOMES]
        self.outcome = Segments(look, choices, name=phrase("requests.outcome"), current=OUTCOMES[0])
        self.reason = QLineEdit()
        self._field = FormField(look, phrase("requests.reason"), self.reason)
        self.go.put(phrase("requests.close_now"))
        self._column.addWidget(self._field)
        self._column.addWidget(ButtonRow(look, [self.outcome, self.go, self._back]))
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
            lambda desk: desk.requests.close(entry, outcome, reason), closed, refused=self._field.put_problem
        )

    def refresh(self) -> None:
        """Keep gaps and fonts in step with the text size."""
        super().refresh()
        self.reason.setFont(self._look.font())
        self.reason.setPlaceholderText(self._look.say(phrase("requests.reason_hint")))


_WHEN = ("time_unreadable", "in_the_future", "end_before_start")
"""The problems that lie in when it was."""


class NotePanel(AskedPanel):
    """When something happened on the way or was said afterwards, and what was said."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        look = context.look
        self._what, self._today = "", date.min
        self._title = Text(look, "", Role.LABEL)
        self.when, self.note = QLineEdit(), QLineEdit()
        self.when_field = FormField(look, phrase("requests.field_when"), self.when)
        self.note_field = FormField(look, phrase("requests.field_note"), self.note)
        self.go.put(phrase("requests.note_now"))
        self._row = QHBoxLayout()
        self._row.addWidget(self.when_field, 2)
        self._row.addWidget(self.note_field, 3)
        for button in (self.go, self._back):
            self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._column.addWidget(self._title)
        self._column.addLayout(self._row)
        look.changed.connect(self.refresh)
        self.refresh()

    def ask(self, line: RequestLine, what: str, now: datetime) -> None:
        """Ask when ``what`` was; now is filled in, or the hour of a visit that was on a day before."""
        self._line, self._what, self._today = line, what, now.date()
        self._title.put(phrase(f"requests.ask_{what}", name=line.elder.name))
        self._put_problem(None)
        at = now
        if what in (ARRIVED, LEFT) and line.start.date() < now.date():
            at = line.start if what == ARRIVED else minute_of(line.request.end)
        self.when.setText(f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}")
        self.note.clear()
        self.refresh()
        self.show()
        (self.when if what in (ARRIVED, LEFT) else self.note).setFocus()

    def confirm(self) -> None:
        """Note it, if the time can be read."""
        line, what, note = self._line, self._what, self.note.text()
        if line is None:
            return
        self._put_problem(None)
        try:
            at = read_moment(self.when.text(), self._today)
        except Refusal as refusal:
            self._put_problem(refusal)
            return
        entry, said = str(line.request.entry), phrase(f"requests.noted_{what}", name=line.elder.name)

        def work(desk: Desk) -> object:
            return desk.requests.note(entry, what, at, note)

        def noted(_entry: object) -> None:
            self._context.notice(Tone.GOOD, said)
            self.done.emit()

        self._context.write(work, noted, refused=self._put_problem)

    def _put_problem(self, problem: Problem | None) -> None:
        when = problem if problem is not None and problem.code in _WHEN else None
        self.when_field.put_problem(when)
        self.note_field.put_problem(None if when else problem)

    def refresh(self) -> None:
        """Keep gaps and fonts in step with the text size."""
        super().refresh()
        self._row.setSpacing(self._look.space(4))
        for edit in (self.when, self.note):
            edit.setFont(self._look.font())
        hint = "way_hint" if self._what in (ARRIVED, LEFT) else "heard_hint"
        self.note.setPlaceholderText(self._look.say(phrase(f"requests.{hint}")))
