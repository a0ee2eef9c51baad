"""Logging hours: who gave, who received, what, when and how long, typed as people say it."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.services import Logged, ServiceForm
from timebank.domain.kinds import KINDS, service_kind
from timebank.domain.services import FUNDINGS
from timebank.outcome import Problem, Refusal
from timebank.phrases import phrases
from timebank.store.people_queries import MemberRecord
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.errands import LogHours
from ui.screens.log_rules import LogRules
from ui.screens.member_box import Found, MemberBox
from ui.screens.scroll import Scroll
from ui.screens.times import Told, read_when
from ui.screens.words import kind_words
from ui.widgets import Button, ButtonRow, Card, FormField, InlineNotice, Kind, PageHeader

_FIELD_OF = {
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
"""Where a problem is said; any other is said at the top of the form."""


class LogPage(QWidget):
    """The form. ``logged`` carries the :class:`Logged` service."""

    logged = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._today = date.min
        self.errand = LogHours()
        self.chosen: list[MemberRecord] = []
        self.sent: ServiceForm | None = None
        """The service that was last handed in."""
        look, actions = context.look, context.actions
        save = actions.button("confirm", Kind.PRIMARY, phrase("services.log_now"))
        self.header = PageHeader(
            look, phrase("actions.log_hours"), icon="clock", actions=[actions.button("back"), save]
        )
        self.notice = InlineNotice(look)
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
        self._lay_out()
        self._connect()
        self.refresh()

    def _volunteers(self) -> QWidget:
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._look.space(1))
        column.addWidget(self._chips)
        column.addWidget(self.volunteers)
        both.setFocusProxy(self.volunteers)
        return both

    def _lay_out(self) -> None:
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
        scroll = Scroll(self._look)
        scroll.column.addWidget(card)
        scroll.column.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.notice, scroll):
            self._column.addWidget(part)
        self._column.setStretchFactor(scroll, 1)

    def _connect(self) -> None:
        self.volunteers.taken.connect(self._take_volunteer)
        self.elder.taken.connect(self._take_elder)
        self.voucher.textChanged.connect(lambda _text: self._settle_rules())
        for edit in (self.day, self.clock, self.length):
            edit.textEdited.connect(lambda _text: self._show_when())
        self.kind.editTextChanged.connect(lambda _text: self._show_kind())
        self.funding.currentIndexChanged.connect(lambda _row: self._show_voucher())
        self._look.changed.connect(self.refresh)

    def enter(self, errand: LogHours) -> None:
        """Begin a service for these people; day and kind stay from the one before."""
        self.errand = errand
        self.notice.dismiss()
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
        self._context.read(lambda desk: desk.station.surroundings.today(), self._told_today, slot="today")
        (self.elder if self.chosen else self.volunteers).line.setFocus()

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
        for field in self.fields.values():
            field.put_problem(None)
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
        self.fields["volunteers"].put_problem(None)
        if all(each.row != found.member.row for each in self.chosen):
            self.chosen.append(found.member)
        self.volunteers.give_back()
        self._show_chips()

    def _take_elder(self, _found: object) -> None:
        self.fields["elder"].put_problem(None)
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
        for key in ("day", "clock", "length"):
            self.fields[key].put_problem(None)
        try:
            told = self._told()
        except Refusal as refusal:
            if refusal.code not in ("length_missing", "length_unreadable", "time_unreadable"):
                self._put_problem(refusal)
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
        self.notice.dismiss()
        for field in self.fields.values():
            field.put_problem(None)
        try:
            form = self.form()
        except Refusal as refusal:
            self._put_problem(refusal)
            return

        self.sent = form
        request = self.errand.request

        def work(desk: Desk) -> Logged:
            return desk.requests.log(request, form) if request else desk.services.log(form)

        self._context.write(work, self.logged.emit, refused=self._put_problem)

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

    def _put_problem(self, problem: Problem) -> None:
        key = _FIELD_OF.get(problem.code)
        if self.rules.put_problem(problem):
            return
        if key is None:
            self.notice.show_problem(problem)
        else:
            own = f"services.problem.{problem.code}"
            known = own in phrases(self._context.speech.language)
            self.fields[key].put_problem(phrase(own, **problem.facts) if known else problem)

    def refresh(self) -> None:
        """Say the choices in the current language."""
        look = self._look
        self._column.setSpacing(look.space(3))
        self._grid.setHorizontalSpacing(look.space(6))
        self._grid.setVerticalSpacing(look.space(4))
        for edit in (self.day, self.clock, self.length, self.note, self.voucher, self.kind, self.funding):
            edit.setFont(look.font())
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


_TODAY = ("今天", "today")
