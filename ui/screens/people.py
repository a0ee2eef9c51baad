"""People: everyone in a table, one person in full, registering, and whole rosters at once."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from timebank.desk.people import PersonLine, Profile
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import phrase
from ui.screens.closing import ClosePage
from ui.screens.context import ScreenContext
from ui.screens.credit_move import MovePage
from ui.screens.elder import ElderView
from ui.screens.errands import AskService, LogHours, MoveCredit, NewMember, ShowPassbook
from ui.screens.importing import ImportPage, RosterImport
from ui.screens.people_list import PeopleList
from ui.screens.person_form import PersonPage
from ui.screens.printing import print_member_card
from ui.screens.profile import ProfilePage


class PeopleScreen(QWidget):
    """The list, and what opens from it."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.list = PeopleList(context)
        self.profile = ProfilePage(context)
        self.form = PersonPage(context)
        self.importing = ImportPage(context, RosterImport())
        self.moving, self.closing = MovePage(context), ClosePage(context)
        self._move = MoveCredit()
        self._stack = QStackedWidget()
        for page in (self.list, self.profile, self.form, self.importing, self.moving, self.closing):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.list.opened.connect(self.show_member)
        self.form.saved.connect(self._saved)
        self.form.closed.connect(self.back)
        self.importing.closed.connect(self.back)
        self.profile.closed.connect(self.back)
        self.moving.moved.connect(lambda _member: self.back())
        self.closing.closed.connect(self.show_member)
        on = context.actions.on
        on("people", "find", self._find)
        on("people", "register_member", lambda: self._edit(None, ""))
        on("people", "edit", lambda: self._edit(self._profile, "") if self._profile else None)
        on("people", "import_sheet", self._import)
        on("people", "confirm", self._confirm)
        on("people", "save_sheet", self.importing.save_rejected)
        on("people", "log_hours", self._log)
        on("people", "ask_request", self._ask)
        on("people", "issue_voucher", lambda: context.go("vouchers", self._member))
        on("people", "passbook", lambda: self.profile.show_tab("passbook"))
        on("people", "elder_view", self._turn)
        on("people", "print", self.profile.print_passbook)
        on("people", "member_card", self._cards)
        on("people", "move_credit", lambda: self.move_credit(MoveCredit(self._member)))
        on("people", "close_account", self._close_account)
        context.changed.changed.connect(self._changed)
        self._page(self.list)

    def enter(self, payload: object | None) -> None:
        """Show the list, or the member that was asked for."""
        if isinstance(payload, NewMember):
            self._edit(None, payload.name)
        elif isinstance(payload, ShowPassbook):
            self.show_member(payload.member)
            self.profile.show_tab("passbook")
        elif isinstance(payload, MoveCredit):
            self.move_credit(payload)
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
        if here is self.profile and self.profile.back():
            return True
        if here is self.importing and self.importing.back():
            return True
        pages: dict[QWidget | None, MemberRecord | None] = {
            page: page.member for page in (self.form, self.moving, self.closing)
        }
        member = pages.get(here)
        if here is self.moving and self._move.back:
            self._context.go(self._move.back, member)
        elif member is not None:
            self.show_member(member)
        else:
            self._page(self.list)
            self.list.enter()
        return True

    def show_member(self, member: object) -> None:
        """One person in full."""
        assert isinstance(member, MemberRecord)
        self._page(self.profile)
        self.profile.enter(member)

    def move_credit(self, errand: MoveCredit) -> None:
        """Give, donate or grant; or look at the community pool."""
        self._move = errand
        self._page(self.moving)
        self.moving.enter(errand.member)

    def _close_account(self) -> None:
        profile = self._profile
        if profile is not None:
            self._page(self.closing)
            self.closing.enter(profile.member)

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
        for action in ("log_hours", "ask_request", "issue_voucher", "member_card"):
            allow(action, on_profile or on_list)
        for action in ("register_member", "import_sheet"):
            allow(action, on_list)
        allow("confirm", here in (self.form, self.importing, self.profile, self.moving, self.closing))
        allow("move_credit", on_profile or on_list)
        allow("close_account", on_profile)
        allow("save_sheet", here is self.importing)

    def _cards(self) -> None:
        """Print the cards of the people selected, or of the one that is shown."""
        lines = self.list.table.records() if self._stack.currentWidget() is self.list else ()
        chosen = [each.member for each in lines if isinstance(each, PersonLine)]
        if not chosen and self._member is not None:
            chosen = [self._member]
        print_member_card(self._context, self, chosen)

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
        elif self._stack.currentWidget() is self.profile:
            self.profile.confirm()
        elif self._stack.currentWidget() is self.importing:
            self.importing.confirm()
        elif self._stack.currentWidget() is self.moving:
            self.moving.save()
        elif self._stack.currentWidget() is self.closing:
            self.closing.save()

    def _find(self) -> None:
        if self._stack.currentWidget() is not self.list:
            self._page(self.list)
        self.list.enter()

    def _log(self) -> None:
        member = self._member
        volunteers = (member,) if member and "volunteer" in member.roles else ()
        elder = member if member and not volunteers else None
        self._context.go("services", LogHours(volunteers, elder, back="people"))

    def _ask(self) -> None:
        member = self._member
        self._context.go("services", AskService(member if member and "elder" in member.roles else None))

    def _turn(self) -> None:
        if self._profile is not None:
            self.elder_view = ElderView(self._context, self._profile, "", self)
            self.elder_view.open()

    def _changed(self) -> None:
        if self.isVisible():
            self.list.read()
            if self._stack.currentWidget() is self.profile:
                self.profile.read()
