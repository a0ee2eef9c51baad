"""Logging hours: who gave, who received, what, when and how long, typed as people say it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.services import Logged, ServiceForm
from timebank.domain.kinds import KINDS, service_kind
from timebank.domain.services import FUNDINGS
from timebank.outcome import Problem, Refusal
from timebank.store.people_queries import MemberRecord
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drafts import Drafts, Part, parts_of
from ui.screens.errands import LogHours
from ui.screens.form_page import FormPage
from ui.screens.log_rules import LogRules
from ui.screens.member_box import Found, MemberBox
from ui.screens.times import Told, read_when
from ui.screens.words import kind_words
from ui.widgets import Button, ButtonRow, Card, FormField, Kind, PageHeader


class LogPage(FormPage):
    """The form. ``logged`` carries the :class:`Logged` service."""

    logged = Signal(object)
    BLAMED: ClassVar = {
        "date_unreadable": "day",
        "in_the_future": "day",
        "too_long_ago": "day",
        "time_unreadable": "clock",
        "end_before_start": "clock",
        "overlap": "clock",
        "length_unreadable": "length",
        "length_missing": "length",
        "length_disagrees": "length",
        "minutes_not_positive": "length",
        "minutes_too_many": "length",
        "unknown_kind": "kind",
        "kind_missing": "kind",
        "volunteer_missing": "volunteers",
        "volunteer_twice": "volunteers",
        "not_a_volunteer": "volunteers",
        "serves_self": "volunteers",
        "elder_missing": "elder",
        "not_an_elder": "elder",
        "not_enough": "funding",
    }

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self._today = date.min
        self.chosen: list[MemberRecord] = []
        self.sent: ServiceForm | None = None
        """The service that was last handed in."""
        look, actions = context.look, context.actions
        save = actions.button("confirm", Kind.PRIMARY, phrase("services.log_now"))
        self.header = PageHeader(
            look, phrase("actions.log_hours"), icon="clock", actions=[actions.button("back"), save]
        )
        find, given, taken = (phrase(f"services.{key}") for key in ("find_person", "volunteers", "elder"))
        self.volunteers = MemberBox(context, hint=find, name=given, role="volunteer")
        self.elder = MemberBox(context, hint=find, name=taken, role="elder")
        self.kind, self.funding = QComboBox(), QComboBox()
        self.kind.setEditable(True)
        self.kind.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.day, self.clock, self.length, self.note, self.voucher = (QLineEdit() for _ in range(5))
        self._chips = ButtonRow(look)
        self.fields = {
            "volunteers": FormField(look, phrase("services.volunteers"), self._volunteers(), hint=""),
            "elder": FormField(look, phrase("services.elder"), self.elder),
            "kind": FormField(look, phrase("services.kind"), self.kind, hint=phrase("services.kind_hint")),
            "day": FormField(look, phrase("services.date"), self.day),
            "clock": FormField(
                look, phrase("services.clock"), self.clock, hint=phrase("services.clock_hint")
            ),
            "length": FormField(
                look, phrase("services.length"), self.length, hint=phrase("services.length_hint")
            ),
            "funding": FormField(look, phrase("services.paid_by"), self.funding),
            "voucher": FormField(
                look, phrase("services.voucher"), self.voucher, hint=phrase("services.voucher_hint")
            ),
            "note": FormField(look, phrase("person.note"), self.note),
        }
        for code in KINDS:
            self.kind.addItem("", code)
        for code in FUNDINGS[:5]:
            self.funding.addItem("", code)
        self.rules = LogRules(context)
        self.lay_out(self.header, self._body())
        self._connect()
        self.refresh()
        self.drafts = self._make_drafts()

    def _make_drafts(self) -> Drafts[LogHours]:
        rules = self.rules
        edits = {"elder": self.elder, "volunteer": self.volunteers, "clock": self.clock, "late": rules.late}
        edits |= {"length": self.length, "note": self.note, "voucher": self.voucher}
        staying = {"kind": self.kind, "day": self.day, "funding": self.funding, "kin": rules.kin}
        return Drafts(
            self.notice,
            typed={"chosen": Part(lambda: tuple(self.chosen), self._choose), **parts_of(edits)},
            staying=parts_of({**staying, "group": rules.group}),
            none=LogHours(),
            begin=self._begin,
            resumed=self._go_on,
            opened=self._opened,
            meets=lambda asked, begun: _people(asked) in (_people(LogHours()), _people(begun)),
        )

    @property
    def errand(self) -> LogHours:
        """What the form was opened for."""
        return self.drafts.errand

    def _volunteers(self) -> QWidget:
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._look.space(1))
        column.addWidget(self._chips)
        column.addWidget(self.volunteers)
        both.setFocusProxy(self.volunteers)
        return both

    def _body(self) -> QWidget:
        grid = QGridLayout()
        places = [
            ("volunteers", 0, 0, 3), ("elder", 0, 3, 3), ("kind", 1, 0, 3), ("day", 1, 3, 3),
            ("clock", 2, 0, 3), ("length", 2, 3, 3), ("funding", 3, 0, 3), ("note", 3, 3, 3),
            ("voucher", 4, 0, 6),
        ]  # fmt: skip
        for key, row, column, span in places:
            grid.addWidget(self.fields[key], row, column, 1, span, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.rules, 5, 0, 1, 6)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        self._grid = grid
        card = Card(self._look)
        card.body.addLayout(grid)
        return card

    def _connect(self) -> None:
        self.volunteers.taken.connect(self._take_volunteer)
        self.elder.taken.connect(self._take_elder)
        self.voucher.textChanged.connect(lambda _text: self._settle_rules())
        for edit in (self.day, self.clock, self.length):
            edit.textEdited.connect(lambda _text: self._show_when())
        self.kind.editTextChanged.connect(lambda _text: self._show_kind())
        self.funding.currentIndexChanged.connect(lambda _row: self._show_voucher())

    def enter(self, errand: LogHours) -> None:
        """A service for these people; one that was begun for them, or for nobody named, goes on."""
        self.drafts.enter(errand)

    def _opened(self) -> None:
        self._context.read(lambda desk: desk.station.surroundings.today(), self._told_today, slot="today")
        (self.elder if self.chosen else self.volunteers).line.setFocus()

    def _begin(self, errand: LogHours) -> None:
        """Nothing but the people of the errand; day and kind stay from the one before."""
        self.forgive()
        self._clear_people()
        self.chosen = list(errand.volunteers)
        self.rules.begin()
        self._show_chips()
        if errand.elder is not None:
            self.elder.look_up(errand.elder)
        self._fill(errand.form)
        self.voucher.setText(errand.voucher)
        self.funding.setCurrentIndex(FUNDINGS.index("voucher" if errand.voucher else "platform"))
        self._show_voucher()

    def _go_on(self) -> None:
        """What was typed stands again: say how it is understood."""
        self._show_chips()
        self._show_kind()
        self._show_voucher()

    def _choose(self, volunteers: tuple[MemberRecord, ...]) -> None:
        self.chosen = list(volunteers)

    def _fill(self, form: ServiceForm | None) -> None:
        """Put what is known of the service into the fields."""
        if form is None:
            return
        self.kind.setCurrentIndex(max(0, self.kind.findData(form.kind)))
        self.day.setText(form.start.date().isoformat())
        end = form.start + timedelta(minutes=form.minutes)
        self.clock.setText(
            f"{form.start:%H:%M}-{end:%H:%M}" if form.timed and end.date() == form.start.date() else ""
        )
        if not self.clock.text():
            self.length.setText(self._look.say(self._context.hours_words(form.minutes)))

    def _told_today(self, today: date) -> None:
        self._today = today
        if not self.day.text():
            self.day.setText(self._look.say(phrase("services.today")))
        self._show_when()

    def _clear_people(self) -> None:
        for box in (self.volunteers, self.elder):
            if box.value is not None:
                box.give_back()
            box.line.clear()
        for edit in (self.clock, self.length, self.note, self.voucher):
            edit.clear()
        self.chosen = []

    # Volunteers, one or more

    def _take_volunteer(self, found: object) -> None:
        if not isinstance(found, Found):
            return
        self.forgive("volunteers")
        if all(each.row != found.member.row for each in self.chosen):
            self.chosen.append(found.member)
        self.volunteers.give_back()
        self._show_chips()

    def _take_elder(self, _found: object) -> None:
        self.forgive("elder")
        self._settle_rules()

    def drop_volunteer(self, member: MemberRecord) -> None:
        """Take a volunteer back out of the form."""
        self.chosen = [each for each in self.chosen if each.row != member.row]
        self._show_chips()
        self.volunteers.line.setFocus()

    def _show_chips(self) -> None:
        while (item := self._chips.flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for member in self.chosen:
            hint = phrase("services.drop", name=member.name)
            chip = Button(self._look, f"{member.name}  {member.number}", icon="close", hint=hint)
            chip.clicked.connect(lambda _on=False, member=member: self.drop_volunteer(member))
            self._chips.flow.addWidget(chip)
        self._chips.setVisible(bool(self.chosen))
        self._settle_rules()

    def _settle_rules(self, told: Told | None = None) -> None:
        """Have what a rule asks beyond the usual stand below, and nothing else."""
        if told is None:
            try:
                told = self._told()
            except Refusal:
                told = None
        self.rules.put(
            self.chosen,
            self.elder.value.member if self.elder.value is not None else None,
            told.start.date() if told is not None else None,
            self._today,
            self.voucher.text() if self.funding.currentData() == "voucher" else "",
        )

    # What it was understood as

    def _show_when(self) -> None:
        """Say how day, time and length were understood; what is still missing is not yet wrong."""
        self.forgive("day", "clock", "length")
        try:
            told = self._told()
        except Refusal as refusal:
            if refusal.code not in ("length_missing", "length_unreadable", "time_unreadable"):
                self.put_problem(refusal, go=False)
            told = None
        self._settle_rules(told)
        self.fields["day"].put_hint(self._day_words(told))
        self.fields["length"].put_hint(self._length_words(told) if told else phrase("services.length_hint"))

    def _told(self) -> Told:
        return read_when(self.day.text(), self.clock.text(), self.length.text(), self._today)

    def _day_words(self, told: Told | None) -> Words:
        if told is None:
            return phrase("services.day_hint")
        weekday = phrase(f"services.weekday_{told.start.weekday()}")
        return phrase(
            "services.understood_day", day=self._context.day_words(told.start.date()), weekday=weekday
        )

    def _length_words(self, told: Told) -> Words:
        hours = self._context.hours_words(told.minutes)
        if not told.timed:
            return phrase("services.understood_length", hours=hours)
        end = told.start + timedelta(minutes=told.minutes)
        return phrase(
            "services.understood_times",
            start=told.start.strftime("%H:%M"),
            end=end.strftime("%H:%M"),
            hours=hours,
        )

    def _show_kind(self) -> None:
        field = self.fields["kind"]
        field.put_problem(None)
        try:
            code = self._kind_code()
        except Refusal:
            field.put_hint(phrase("services.kind_hint"))
            return
        known = self.kind.currentText() == self._look.say(kind_words(code))
        field.put_hint(
            phrase("services.kind_hint") if known else phrase("services.kind_is", kind=kind_words(code))
        )

    def _kind_code(self) -> str:
        text = self.kind.currentText().strip()
        if not text:
            raise Refusal("kind_missing")
        return service_kind(text)

    def _show_voucher(self) -> None:
        self.fields["voucher"].setVisible(self.funding.currentData() == "voucher")
        self._settle_rules()

    # Saving

    def save(self) -> None:
        """Log the service; a problem is said at its field and nothing is lost."""
        self.forgive()
        try:
            form = self.form()
        except Refusal as refusal:
            self.put_problem(refusal)
            return

        self.sent = form
        request = self.errand.request

        def work(desk: Desk) -> Logged:
            return desk.requests.log(request, form) if request else desk.services.log(form)

        def logged(answer: Logged) -> None:
            self.drafts.settle()
            self.logged.emit(answer)

        self._context.write(work, logged, refused=self.put_problem)

    def form(self) -> ServiceForm:
        """What was typed; refuses where something is missing."""
        if not self.chosen:
            raise Refusal("volunteer_missing")
        if self.elder.value is None:
            raise Refusal("elder_missing")
        kind, told = self._kind_code(), self._told()
        funding = self.funding.currentData()
        return ServiceForm(
            tuple(self.chosen), self.elder.value.member, kind, told.start, told.minutes, told.timed, funding,
            self.voucher.text().strip() if funding == "voucher" else "", self.note.text(),
            **self.rules.asked()._asdict(),
        )  # fmt: skip

    def put_problem(self, problem: Problem, *, go: bool = True) -> None:
        if not self.rules.put_problem(problem):
            super().put_problem(problem, go=go)

    def refresh(self) -> None:
        """Say the choices in the current language."""
        super().refresh()
        look = self._look
        self._grid.setHorizontalSpacing(look.space(6))
        self._grid.setVerticalSpacing(look.space(4))
        kind = self.kind.currentData()
        self.kind.blockSignals(True)
        for n, code in enumerate(KINDS):
            self.kind.setItemText(n, look.say(kind_words(code)))
        completer = QCompleter(self.kind.model(), self.kind)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.kind.setCompleter(completer)
        self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self.kind.blockSignals(False)
        for n, code in enumerate(FUNDINGS[:5]):
            self.funding.setItemText(n, look.say(phrase(f"services.funding_{code}")))
        if self.day.text() in _TODAY:
            self.day.setText(look.say(phrase("services.today")))


def _people(errand: LogHours) -> tuple[object, ...]:
    """Whom an errand is for, by which two are the same."""
    volunteers = tuple(each.row for each in errand.volunteers)
    return volunteers, errand.elder.row if errand.elder else None, errand.voucher, errand.request


_TODAY = ("今天", "today")
