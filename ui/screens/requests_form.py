"""Writing down what an elder needs: who, what, when, how many are to go, whom they wish for."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_form import RequestForm
from timebank.domain.kinds import KINDS, service_kind
from timebank.domain.quantities import parse_length
from timebank.journal.refs import EntryRef
from timebank.outcome import Problem, Refusal
from timebank.phrases import phrases
from timebank.store.people_queries import MemberRecord
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drafts import Drafts, parts_of
from ui.screens.errands import AskService
from ui.screens.member_box import MemberBox
from ui.screens.requests_times import read_coming
from ui.screens.scroll import Scroll
from ui.screens.times import Told
from ui.screens.words import kind_words
from ui.widgets import Card, FormField, InlineNotice, Kind, PageHeader, Segments, Toggle

_FIELD_OF = {
    "elder_missing": "elder",
    "not_an_elder": "elder",
    "kind_missing": "kind",
    "unknown_kind": "kind",
    "date_unreadable": "day",
    "request_day": "day",
    "time_unreadable": "clock",
    "end_before_start": "clock",
    "length_unreadable": "length",
    "length_missing": "length",
    "length_disagrees": "length",
    "minutes_not_positive": "length",
    "minutes_too_many": "length",
    "request_persons": "persons",
    "request_weeks": "weeks",
}
_WISHES = ("any", "f", "m")


class AskPage(QWidget):
    """The form. ``asked`` carries the entries that were written and the elder's name."""

    asked = Signal(object, str)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._today = date.min
        look, actions = context.look, context.actions
        save = actions.button("confirm", Kind.PRIMARY, phrase("requests.ask_now"))
        self.header = PageHeader(
            look, phrase("actions.ask_request"), icon="elder", actions=[actions.button("back"), save]
        )
        self.notice = InlineNotice(look)
        find, taken = phrase("services.find_person"), phrase("requests.elder")
        self.elder = MemberBox(context, hint=find, name=taken, role="elder")
        self.kind = QComboBox()
        self.day, self.clock, self.length, self.persons, self.weeks, self.note = (
            QLineEdit() for _ in range(6)
        )
        self.urgent = Toggle(look, phrase("requests.urgent_toggle"))
        wishes = [(each, phrase(f"requests.wish_{each}")) for each in _WISHES]
        self.wish = Segments(look, wishes, name=phrase("requests.wish"), current="any")
        edits = {
            "day": (self.day, phrase("requests.day_hint")),
            "clock": (self.clock, phrase("requests.clock_hint")),
            "length": (self.length, phrase("services.length_hint")),
            "persons": (self.persons, phrase("requests.persons_hint")),
            "weeks": (self.weeks, phrase("requests.weeks_hint")),
            "note": (self.note, phrase("requests.note_hint")),
        }
        self.fields = {
            "elder": FormField(look, taken, self.elder),
            "kind": FormField(look, phrase("requests.kind"), self.kind),
            **{
                key: FormField(look, phrase(f"requests.field_{key}"), edit, hint=hint)
                for key, (edit, hint) in edits.items()
            },
            "wish": FormField(look, phrase("requests.wish"), self.wish),
            "urgent": FormField(look, phrase("requests.urgent_label"), self.urgent),
        }
        for code in KINDS:
            self.kind.addItem("", code)
        self._lay_out()
        self._connect()
        self.refresh()
        typed = {"elder": self.elder, "clock": self.clock, "length": self.length, "persons": self.persons}
        typed |= {"weeks": self.weeks, "note": self.note, "wish": self.wish, "urgent": self.urgent}
        self.drafts = Drafts(
            self.notice,
            typed=parts_of(typed),
            staying=parts_of({"kind": self.kind, "day": self.day}),
            none=AskService(),
            begin=self._begin,
            resumed=self._show_when,
            opened=self._opened,
            meets=lambda asked, begun: _elder(asked) in (None, _elder(begun)),
        )

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        for at, key in enumerate(
            ("elder", "kind", "day", "clock", "length", "persons", "wish", "weeks", "note", "urgent")
        ):
            self._grid.addWidget(self.fields[key], at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
        for column in range(2):
            self._grid.setColumnStretch(column, 1)
        card = Card(self._look)
        card.body.addLayout(self._grid)
        scroll = Scroll(self._look)
        scroll.column.addWidget(card)
        scroll.column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.notice, scroll):
            self._column.addWidget(part)
        self._column.setStretchFactor(scroll, 1)

    def _connect(self) -> None:
        self.elder.taken.connect(lambda _found: self.fields["elder"].put_problem(None))
        for edit in (self.day, self.clock, self.length):
            edit.textEdited.connect(lambda _text: self._show_when())
        self.kind.currentIndexChanged.connect(lambda _row: self._kind_chosen())
        self._look.changed.connect(self.refresh)

    def enter(self, errand: AskService) -> None:
        """A request, of an elder where one is named; one that was begun for them goes on."""
        self.drafts.enter(errand)

    def _opened(self) -> None:
        self._context.read(lambda desk: desk.station.surroundings.today(), self._told_today, slot="today")
        (self.kind if self.elder.member is not None else self.elder.line).setFocus()

    def _begin(self, errand: AskService) -> None:
        self.notice.dismiss()
        for field in self.fields.values():
            field.put_problem(None)
        if self.elder.value is not None:
            self.elder.give_back()
        for edit in (self.elder.line, self.clock, self.length, self.persons, self.weeks, self.note):
            edit.clear()
        self.urgent.setChecked(False)
        self.wish.choose("any")
        if errand.elder is not None:
            self.elder.look_up(errand.elder)

    def _told_today(self, today: date) -> None:
        self._today = today
        if not self.day.text():
            self.day.setText(self._look.say(phrase("requests.tomorrow")))
        self._show_when()

    def _kind_chosen(self) -> None:
        """Help that cannot wait is urgent unless said otherwise."""
        if self.kind.currentData() == "urgent":
            self.urgent.setChecked(True)

    # Understanding

    def _show_when(self) -> None:
        for key in ("day", "clock", "length"):
            self.fields[key].put_problem(None)
        told = None
        try:
            told = self._told()
        except Refusal as refusal:
            if refusal.code not in ("length_missing", "length_unreadable", "time_unreadable"):
                self._put_problem(refusal)
        self.fields["day"].put_hint(self._day_words(told))
        self.fields["length"].put_hint(self._length_words(told))

    def _day_words(self, told: Told | None) -> Words:
        if told is None:
            return phrase("requests.day_hint")
        weekday = phrase(f"services.weekday_{told.start.weekday()}")
        return phrase(
            "services.understood_day", day=self._context.day_words(told.start.date()), weekday=weekday
        )

    def _length_words(self, told: Told | None) -> Words:
        if told is None:
            return phrase("services.length_hint")
        hours = self._context.hours_words(told.minutes)
        if not told.timed:
            return phrase("requests.understood_length", hours=hours)
        end = told.start + timedelta(minutes=told.minutes)
        return phrase(
            "services.understood_times", start=f"{told.start:%H:%M}", end=f"{end:%H:%M}", hours=hours
        )

    def _told(self) -> Told:
        return read_coming(self.day.text(), self.clock.text(), self.length.text(), self._today)

    # Saving

    def save(self) -> None:
        """Write the request down; a problem is said at its field and nothing is lost."""
        self.notice.dismiss()
        for field in self.fields.values():
            field.put_problem(None)
        try:
            form = self.form()
            weeks = _count(self.weeks.text(), "request_weeks") or 1
        except Refusal as refusal:
            self._put_problem(refusal)
            return

        def work(desk: Desk) -> list[EntryRef]:
            return desk.requests.ask(form, weeks)

        def asked(entries: list[EntryRef]) -> None:
            self.drafts.settle()
            self.asked.emit(entries, form.elder.name)

        self._context.write(work, asked, refused=self._put_problem)

    def form(self) -> RequestForm:
        """What was typed; refuses where something is missing."""
        if self.elder.value is None:
            raise Refusal("elder_missing")
        member: MemberRecord = self.elder.value.member
        kind, told = service_kind(str(self.kind.currentData())), self._told()
        wish = self.wish.current
        return RequestForm(
            member, kind, told.start, told.minutes, told.timed, _count(self.persons.text(), "request_persons"),
            self.urgent.isChecked(), self.note.text(), "" if wish == "any" else wish,
        )  # fmt: skip

    def _put_problem(self, problem: Problem) -> None:
        key = _FIELD_OF.get(problem.code)
        if key is None:
            self.notice.show_problem(problem)
            return
        own = f"services.problem.{problem.code}"
        known = own in phrases(self._context.speech.language)
        self.fields[key].put_problem(phrase(own, **problem.facts) if known else problem)

    def refresh(self) -> None:
        """Say the choices in the current language."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._grid.setHorizontalSpacing(look.space(6))
        self._grid.setVerticalSpacing(look.space(4))
        for edit in (self.day, self.clock, self.length, self.persons, self.weeks, self.note, self.kind):
            edit.setFont(look.font())
        for n, code in enumerate(KINDS):
            self.kind.setItemText(n, look.say(kind_words(code)))


def _elder(errand: AskService) -> int | None:
    return errand.elder.row if errand.elder is not None else None


def _count(text: str, code: str) -> int | None:
    """A small number that was typed, as people type it; None for nothing. Refuses with ``code``."""
    said = text.strip()
    if not said:
        return None
    try:
        return parse_length(f"{said}分钟")  # full width, 两, 一: a number is a number
    except Refusal as refusal:
        raise Refusal(code, persons=said, weeks=said, most="…") from refusal
