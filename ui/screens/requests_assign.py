"""Who goes: volunteers suggested with what speaks for and against each, chosen by keys, one or several."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.request_lines import MOST_CANDIDATES, RequestLine, Suggestion
from timebank.desk.requests import Assigned
from timebank.store.people_queries import MemberRecord
from ui.look import Role, Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.member_box import Found, MemberBox
from ui.screens.requests_words import about_words, clash_words, clock_words
from ui.screens.words import apart, joined, kind_words
from ui.widgets import (
    Button,
    ButtonRow,
    Column,
    DataTable,
    EmptyState,
    FormField,
    InlineNotice,
    Kind,
    PageHeader,
    RowsModel,
    Text,
)


class AssignPage(QWidget):
    """Suggestions for one request. ``assigned`` carries the :class:`Assigned` and the line."""

    assigned = Signal(object, object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.line: RequestLine | None = None
        self.chosen: list[MemberRecord] = []
        look, actions = context.look, context.actions
        save = actions.button("confirm", Kind.PRIMARY, phrase("requests.assign_now"))
        self.header = PageHeader(
            look,
            phrase("actions.assign_request"),
            " ",
            icon="volunteer",
            actions=[actions.button("back"), save],
        )
        self.notice = InlineNotice(look)
        self._about = Text(look, "", soft=True)
        self._goes = Text(look, "", Role.LABEL)
        self._chips = ButtonRow(look)
        self.table = DataTable(look, phrase("requests.suggested"))
        self.rows: RowsModel[Suggestion] = RowsModel(look, self._columns(), lambda each: each.member.row)
        self.table.put_model(self.rows, sortable=False)
        self.table.put_empty(
            EmptyState(
                look, "volunteer", phrase("requests.nobody_known"), phrase("requests.nobody_known_next")
            )
        )
        self.table.opened.connect(lambda each: self.toggle(each.member))
        self.others = MemberBox(
            context,
            hint=phrase("services.find_person"),
            name=phrase("requests.someone_else"),
            role="volunteer",
        )
        self.others.taken.connect(self._take)
        self.note = QLineEdit()
        self._others = FormField(look, phrase("requests.someone_else"), self.others)
        self._note = FormField(look, phrase("requests.assign_note"), self.note)
        self._below = QHBoxLayout()
        self._below.addWidget(self._others, 1)
        self._below.addWidget(self._note, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.notice, self._about, self._goes, self._chips, self.table):
            self._column.addWidget(part)
        self._column.addLayout(self._below)
        self._column.setStretchFactor(self.table, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def _columns(self) -> list[Column[Suggestion]]:
        return [
            Column(
                "name",
                phrase("requests.volunteer"),
                lambda each: each.member.name,
                icon=lambda each: "tick" if self._is_chosen(each.member) else None,
                tone=lambda each: Tone.GOOD if self._is_chosen(each.member) else Tone.PLAIN,
            ),
            Column("number", phrase("people.number"), lambda each: each.member.number),
            Column("times", phrase("requests.times"), _times, right=True),
            Column("near", phrase("requests.near"), _near),
            Column("experience", phrase("requests.experience"), _experience, right=True),
            Column("why", phrase("requests.why"), self._why, tone=_tone, icon=_icon, stretch=True),
        ]

    def _why(self, each: Suggestion) -> Words:
        if each.breach is not None:
            return each.breach
        parts = [clash_words(clash) for clash in each.clashes]
        if each.unlike:
            parts.append(phrase("requests.unlike"))
        return joined(parts, self._look.say) if parts else phrase("requests.free")

    def enter(self, line: RequestLine) -> None:
        """Choose who goes where ``line`` says."""
        self.line = line
        self.chosen = list(line.volunteers)
        self.notice.dismiss()
        if self.others.value is not None:
            self.others.give_back()
        self.others.line.clear()
        self.note.clear()
        self._others.put_problem(None)
        self.rows.replace([])
        self._say()
        entry = str(line.request.entry)
        self._context.read(
            lambda desk: desk.requests.suggest(entry, MOST_CANDIDATES),
            self._arrived,
            slot="suggestions",
        )
        self.table.setFocus()

    def _arrived(self, found: list[Suggestion]) -> None:
        self.rows.replace(found)
        self.table.fit_columns()
        if found:
            self.table.go(0)
        self._say()

    def toggle(self, member: MemberRecord) -> None:
        """Have a volunteer go, or not go after all."""
        if self._is_chosen(member):
            self.chosen = [each for each in self.chosen if each.row != member.row]
        else:
            self.chosen.append(member)
        self._say()
        self.table.viewport().update()

    def _is_chosen(self, member: MemberRecord) -> bool:
        return any(each.row == member.row for each in self.chosen)

    def _take(self, found: object) -> None:
        if isinstance(found, Found):
            if not self._is_chosen(found.member):
                self.toggle(found.member)
            self.others.give_back()

    def _say(self) -> None:
        line = self.line
        if line is None:
            return
        day = self._context.day_words(line.start.date())
        when = phrase("requests.when_said", day=day, clock=clock_words(line))
        parts: list[Words] = [when, kind_words(line.request.kind), line.elder.name, line.elder.number]
        self.header.put(phrase("actions.assign_request"), apart(parts, self._look.say))
        about = about_words(self._context, line)
        self._about.put(about, soft=True)
        self._about.setVisible(bool(self._look.say(about)))
        self._goes.put(
            phrase("requests.chosen", count=len(self.chosen), persons=line.request.persons),
            Tone.PLAIN if len(self.chosen) >= line.request.persons else Tone.WARN,
        )
        self._show_chips()

    def _show_chips(self) -> None:
        while (item := self._chips.flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for member in self.chosen:
            hint = phrase("services.drop", name=member.name)
            chip = Button(self._look, f"{member.name}  {member.number}", icon="close", hint=hint)
            chip.clicked.connect(lambda _on=False, member=member: self.toggle(member))
            self._chips.flow.addWidget(chip)
        self._chips.setVisible(bool(self.chosen))

    def save(self) -> None:
        """Write down who goes."""
        line, chosen = self.line, tuple(self.chosen)
        if line is None:
            return
        entry, note = str(line.request.entry), self.note.text()

        def work(desk: Desk) -> Assigned:
            return desk.requests.assign(entry, chosen, note)

        self._context.write(
            work, lambda made: self.assigned.emit(made, line), refused=self.notice.show_problem
        )

    def refresh(self) -> None:
        """Say it again in the current language and size."""
        self._column.setSpacing(self._look.space(3))
        self._below.setSpacing(self._look.space(6))
        self.note.setFont(self._look.font())
        self.note.setPlaceholderText(self._look.say(phrase("requests.assign_note_hint")))
        self._say()


def _times(each: Suggestion) -> Words:
    return phrase("requests.times_said", times=each.times) if each.times else ""


def _near(each: Suggestion) -> Words:
    return (
        phrase("requests.same_grid")
        if each.grid
        else phrase("requests.same_community")
        if each.community
        else ""
    )


def _experience(each: Suggestion) -> Words:
    return phrase("requests.times_said", times=each.experience) if each.experience else ""


def _tone(each: Suggestion) -> Tone:
    return Tone.BAD if each.breach is not None else Tone.GOOD if each.fits else Tone.WARN


def _icon(each: Suggestion) -> str:
    return "close" if each.breach is not None else "check" if each.fits else "warning"
