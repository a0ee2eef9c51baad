"""The services of one person, given and received, and rating one of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from timebank.journal.refs import minute_of
from timebank.outcome import Problem
from timebank.store.book_queries import ServiceLine
from timebank.store.people_queries import MemberRecord
from ui.look import Role
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.profile_seen import Seen
from ui.screens.profile_tables import TabTable, service_columns
from ui.screens.scroll import Scroll
from ui.screens.words import joined, kind_words
from ui.widgets import Button, ButtonRow, Column, FormField, InlineNotice, Kind, Segments, Text, announce

_BEST = 5


class ServicesTab(QWidget):
    """The table; in its place, when asked for, the stars that this person gives."""

    opened = Signal()
    """The panel was opened or closed."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._seen: Seen | None = None
        look = context.look
        stars: Column[ServiceLine] = Column("stars", phrase("people.stars_given"), self._stars_words)
        self.table = TabTable(look, "services", [*service_columns(context), stars], lambda s: str(s.entry))
        self.rows = self.table.rows
        self.rate = Button(look, phrase("people.rate"), icon="check", hint=phrase("people.rate_hint"))
        self.rate.clicked.connect(self._open)
        context.permission.guard(self.rate)
        self.panel = RatingPanel(context)
        self.panel.closed.connect(self.close_panel)
        listing, scroll = QWidget(), Scroll(look)
        self._column = QVBoxLayout(listing)
        self._column.addWidget(ButtonRow(look, [self.rate]))
        self._column.addWidget(self.table, 1)
        scroll.column.addWidget(self.panel)
        scroll.column.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(listing)
        self._stack.addWidget(scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.table.chosen.connect(lambda _line: self._allow())
        look.changed.connect(self.refresh)
        self.refresh()
        self._allow()

    def _stars_words(self, line: ServiceLine) -> Words:
        given = self._seen.rated.get(line.entry) if self._seen is not None else None
        return "" if given is None else phrase("people.stars_of", stars=given, of=_BEST)

    def put(self, seen: Seen) -> None:
        """Show a person's services."""
        self._seen = seen
        self.rows.replace(seen.services)
        self.table.fit_columns()
        self.rows._said_anew()  # the stars are not part of the lines
        self._allow()

    @property
    def _chosen(self) -> ServiceLine | None:
        index = self.table.currentIndex()
        return self.rows.record(index.row()) if index.isValid() else None

    def _allow(self) -> None:
        line, seen = self._chosen, self._seen
        open_ = line is not None and seen is not None and not line.reversed and line.entry not in seen.rated
        self.rate.setEnabled(open_)

    @property
    def changing(self) -> bool:
        """Whether the panel is open."""
        return self._stack.currentIndex() == 1

    def _open(self) -> None:
        line = self._chosen
        if line is not None and self._seen is not None:
            self._stack.setCurrentIndex(1)
            self.panel.begin(line, self._seen.profile.member)
            self.opened.emit()

    def close_panel(self) -> None:
        """Let the rating be."""
        if self.changing:
            self._stack.setCurrentIndex(0)
            self.table.setFocus()
            self.opened.emit()

    def confirm(self) -> None:
        """Hand in the rating."""
        if self.changing:
            self.panel.submit()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(2))
        self._column.setContentsMargins(0, self._look.space(2), 0, 0)


class RatingPanel(QFrame):
    """One to five stars, and a word if somebody has one."""

    closed = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        look = context.look
        self._context, self._look = context, look
        self._line: ServiceLine | None = None
        self._member: MemberRecord | None = None
        self.setProperty("part", "card")
        self._title = Text(look, "", Role.HEADING)
        self._about = Text(look, "", soft=True)
        self.notice = InlineNotice(look)
        choices = [(str(n), phrase(f"people.stars_{n}")) for n in range(1, _BEST + 1)]
        self.stars = Segments(look, choices, name=phrase("people.stars_given"), current=str(_BEST))
        self.note = QLineEdit()
        self._field = FormField(look, phrase("people.rate_note"), self.note)
        save = context.actions.button("confirm", Kind.PRIMARY, phrase("window.save"))
        back = Button(look, phrase("window.cancel"), key="Esc")
        back.clicked.connect(self.closed)
        self._column = QVBoxLayout(self)
        for part in (
            self._title,
            self._about,
            self.notice,
            self.stars,
            self._field,
            ButtonRow(look, [save, back]),
        ):
            self._column.addWidget(part)
        look.changed.connect(self.refresh)
        self.refresh()

    def begin(self, line: ServiceLine, member: MemberRecord) -> None:
        """Ask how many stars ``member`` gives a service."""
        self._line, self._member = line, member
        self._title.put(phrase("people.rate_title", name=member.name, kind=kind_words(line.kind)))
        day = self._context.day_words(minute_of(line.start).date())
        who = joined([name for name, _ in line.volunteers], self._look.say)
        self._about.put(phrase("people.rate_about", day=day, who=who, elder=line.elder[0]))
        self.notice.dismiss()
        self.note.clear()
        self.stars.choose(str(_BEST))
        self.stars._buttons[str(_BEST)].setFocus()
        announce(self, self._title.text())

    def submit(self) -> None:
        """Write the rating."""
        line, member = self._line, self._member
        if line is None or member is None:
            return
        stars, note = int(self.stars.current), self.note.text()
        self._context.write(
            lambda desk: desk.services.rate(str(line.entry), member, stars, note),
            lambda _entry: self.closed.emit(),
            refused=self._refused,
        )

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._look
        self.note.setFont(look.font())
        pad = look.space(4)
        self._column.setContentsMargins(pad, look.space(3), pad, pad)
        self._column.setSpacing(look.space(3))
