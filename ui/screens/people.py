"""People: everyone in a table, one person in full, registering, and whole rosters at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.people import PersonLine, Profile
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.elder import ElderView
from ui.screens.errands import LogHours, NewMember, ShowPassbook
from ui.screens.importing import ImportPage, RosterImport
from ui.screens.person_form import PersonPage
from ui.screens.profile import ProfilePage
from ui.screens.recognise import CODES
from ui.screens.words import age_words, level_words, phone_tail, role_words
from ui.widgets import Column, DataTable, EmptyState, Kind, PagedRowsModel, PageHeader, ScanBox, Segments

_LIST = "people list"


class PeopleScreen(QWidget):
    """The list, and what opens from it."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.list = PeopleList(context)
        self.profile = ProfilePage(context)
        self.form = PersonPage(context)
        self.importing = ImportPage(context, RosterImport())
        self._stack = QStackedWidget()
        for page in (self.list, self.profile, self.form, self.importing):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.list.opened.connect(self.show_member)
        self.form.saved.connect(self._saved)
        self.form.closed.connect(self.back)
        self.importing.closed.connect(self.back)
        self.profile.closed.connect(self.back)
        on = context.actions.on
        on("people", "find", self._find)
        on("people", "register_member", lambda: self._edit(None, ""))
        on("people", "edit", lambda: self._edit(self._profile, "") if self._profile else None)
        on("people", "import_sheet", self._import)
        on("people", "confirm", self._confirm)
        on("people", "save_sheet", self.importing.save_rejected)
        on("people", "log_hours", self._log)
        on("people", "issue_voucher", lambda: context.go("vouchers", self._member))
        on("people", "passbook", lambda: self.profile.show_tab("passbook"))
        on("people", "elder_view", self._turn)
        on("people", "print", self.profile.print_passbook)
        context.changed.changed.connect(self._changed)
        self._page(self.list)

    def enter(self, payload: object | None) -> None:
        """Show the list, or the member that was asked for."""
        if isinstance(payload, NewMember):
            self._edit(None, payload.name)
        elif isinstance(payload, ShowPassbook):
            self.show_member(payload.member)
            self.profile.show_tab("passbook")
        elif isinstance(payload, MemberRecord):
            self.show_member(payload)
        else:
            self._page(self.list)
            self.list.enter()
        self._allow()

    def back(self) -> bool:
        """One level back; False on the list itself."""
        here = self._stack.currentWidget()
        if here is self.list:
            return self.list.back()
        if here is self.form and self.form.member is not None:
            self.show_member(self.form.member)
            return True
        self._page(self.list)
        self.list.enter()
        return True

    def show_member(self, member: object) -> None:
        """One person in full."""
        assert isinstance(member, MemberRecord)
        self._page(self.profile)
        self.profile.enter(member)

    @property
    def _profile(self) -> Profile | None:
        return self.profile.profile if self._stack.currentWidget() is self.profile else None

    @property
    def _member(self) -> MemberRecord | None:
        if self._stack.currentWidget() is self.profile:
            return self.profile.member
        return self.list.current if self._stack.currentWidget() is self.list else None

    def _page(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self._allow()

    def _allow(self) -> None:
        here, allow = self._stack.currentWidget(), self._context.actions.allow
        on_profile, on_list = here is self.profile, here is self.list
        for action in ("edit", "passbook", "elder_view", "print"):
            allow(action, on_profile)
        for action in ("log_hours", "issue_voucher"):
            allow(action, on_profile or on_list)
        for action in ("register_member", "import_sheet"):
            allow(action, on_list)
        allow("confirm", here in (self.form, self.importing))
        allow("save_sheet", here is self.importing)

    def _edit(self, profile: Profile | None, name: str) -> None:
        self._page(self.form)
        self.form.enter(profile, name)

    def _saved(self, member: object) -> None:
        assert isinstance(member, MemberRecord)
        self._context.notice(Tone.GOOD, phrase("people.saved", name=member.name, number=member.number))
        self.show_member(member)

    def _import(self) -> None:
        self._page(self.importing)
        self.importing.enter()

    def _confirm(self) -> None:
        if self._stack.currentWidget() is self.form:
            self.form.save()
        elif self._stack.currentWidget() is self.importing:
            self.importing.confirm()

    def _find(self) -> None:
        if self._stack.currentWidget() is not self.list:
            self._page(self.list)
        self.list.enter()

    def _log(self) -> None:
        member = self._member
        volunteers = (member,) if member and "volunteer" in member.roles else ()
        elder = member if member and not volunteers else None
        self._context.go("services", LogHours(volunteers, elder, back="people"))

    def _turn(self) -> None:
        if self._profile is not None:
            self.elder_view = ElderView(self._context, self._profile, "", self)
            self.elder_view.open()

    def _changed(self) -> None:
        if self.isVisible():
            self.list.read()
            if self._stack.currentWidget() is self.profile:
                self.profile.read()


class PeopleList(QWidget):
    """Everyone, a page at a time, narrowed by what is typed and by role."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self._today = date.min
        look, actions = context.look, context.actions
        self.table = DataTable(look, phrase("people.title"))
        self.opened = self.table.opened
        self.box = ScanBox(look, CODES, hint=phrase("people.find_hint"), name=phrase("people.find"))
        self.box.edited.connect(lambda _text: self.read())
        self.box.submitted.connect(self._submitted)
        self.box.steer(self.table)
        self.box.adopt_stray_keys(self)
        roles = [(role, phrase(f"people.{role}s")) for role in ("all", "volunteer", "elder")]
        self.roles = Segments(look, roles, name=phrase("people.role"), current="all")
        self.roles.chosen.connect(lambda _role: self.read())
        buttons = [actions.button("import_sheet"), actions.button("register_member", Kind.PRIMARY)]
        self.header = PageHeader(look, phrase("people.title"), icon="people", actions=buttons)
        self.model: PagedRowsModel[PersonLine] = PagedRowsModel(look, self._columns(), self._fetch)
        self.table.put_model(self.model, sortable=False)
        self.table.put_empty(
            EmptyState(look, "people", phrase("people.nobody"), phrase("people.nobody_next"))
        )
        self._filters = QHBoxLayout()
        self._filters.addWidget(self.box, 1)
        self._filters.addWidget(self.roles)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.header)
        self._column.addLayout(self._filters)
        self._column.addWidget(self.table, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def _columns(self) -> Sequence[Column[PersonLine]]:
        context = self._context
        return [
            Column("name", phrase("people.name"), lambda p: p.member.name, icon=_icon),
            Column("number", phrase("people.number"), lambda p: p.member.number),
            Column("role", phrase("people.role"), lambda p: role_words(p.member.roles)),
            Column("age", phrase("people.age_title"), lambda p: age_words(p.member, self._today)),
            Column("phone", phrase("people.phone"), lambda p: phone_tail(p.member)),
            Column("level", phrase("people.care_level"), lambda p: level_words(p.care_level)),
            Column(
                "place",
                phrase("people.place"),
                lambda p: str(p.member.details.get("organisation") or p.member.details.get("address") or ""),
                stretch=True,
            ),
            Column(
                "credit",
                phrase("people.credit"),
                lambda p: context.amount_words(p.credit_minutes) if p.credit_minutes else "",
                right=True,
                tone=lambda p: Tone.BAD if p.credit_minutes < 0 else Tone.PLAIN,
            ),
            Column(
                "allowance",
                phrase("people.allowance_left"),
                lambda p: context.hours_words(p.allowance_minutes) if p.allowance_minutes else "",
                right=True,
            ),
        ]

    @property
    def current(self) -> MemberRecord | None:
        """Who the cursor is on."""
        index = self.table.currentIndex()
        line = self.model.record(index.row()) if index.isValid() else None
        return line.member if line else None

    def enter(self) -> None:
        """Be ready for a name."""
        self.box.ready()
        self.read()

    def back(self) -> bool:
        """Empty the box; False where it is empty."""
        if not self.box.text():
            return False
        self.enter()
        return True

    def read(self) -> None:
        """Count and list afresh."""
        text, role = self._asked

        def work(desk: Desk) -> tuple[int, int, date]:
            return desk.people.count(text, role), desk.people.count(), desk.station.surroundings.today()

        self._context.read(work, self._counted, slot=_LIST)

    @property
    def _asked(self) -> tuple[str, str | None]:
        return self.box.text().strip(), None if self.roles.current == "all" else self.roles.current

    def _counted(self, answer: tuple[int, int, date]) -> None:
        count, everyone, self._today = answer
        if count != self._seen or self._asked != self._last:
            self._seen, self._last = count, self._asked
            self.header.put(phrase("people.title"), phrase("people.count", shown=count, everyone=everyone))
        self.model.reset_to(count)

    _seen = -1
    _last: tuple[str, str | None] = ("", None)

    def _fetch(self, offset: int, limit: int, deliver: object) -> None:
        assert callable(deliver)
        text, role = self._asked

        def arrived(lines: list[PersonLine]) -> None:
            deliver(lines)
            if offset == 0:  # now there is something to measure
                self.table.fit_columns()

        self._context.read(
            lambda desk: desk.people.lines(text, role=role, limit=limit, offset=offset), arrived
        )

    def _submitted(self, _text: str) -> None:
        """Enter opens the one that is chosen, or the only one."""
        if self.current is not None:
            self.table.opened.emit(self.current)
        elif self.model.rowCount() == 1 and (line := self.model.record(0)) is not None:
            self.table.opened.emit(line.member)
        elif self.model.rowCount():
            self.table.go(0)

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        self._column.setSpacing(self._look.space(3))
        self._filters.setSpacing(self._look.space(4))


def _icon(line: PersonLine) -> str:
    return "volunteer" if "volunteer" in line.member.roles else "elder"
