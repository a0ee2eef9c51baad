"""People: everyone in a table, one person in full, registering, and whole rosters at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtWidgets import QVBoxLayout, QWidget

from timebank.desk.people import PersonLine, Profile
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.closing import ClosePage
from ui.screens.context import ScreenContext
from ui.screens.credit_move import MovePage
from ui.screens.drafts import go_on
from ui.screens.elder import ElderView
from ui.screens.errands import AskService, LogHours, MoveCredit, NewMember, ShowPassbook
from ui.screens.importing import ImportPage, RosterImport
from ui.screens.people_list import PeopleList
from ui.screens.person_form import PersonPage
from ui.screens.printing import print_member_card
from ui.screens.profile import ProfilePage
from ui.screens.unregister import Unregistering
from ui.widgets import Pages


class PeopleScreen(QWidget):
    """The list, and what opens from it: pages that are made when they are first wanted."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self._pages = Pages()
        self._move = MoveCredit()
        self.unregistering = Unregistering(context, self, self._unregistered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        on = context.actions.on
        on("people", "find", self._find)
        on("people", "register_member", lambda: self._edit(None, ""))
        on("people", "edit", lambda: self._edit(self._profile, "") if self._profile else None)
        on("people", "import_sheet", self._import)
        on("people", "confirm", self._confirm)
        on("people", "save_sheet", lambda: self.importing.save_rejected())  # noqa: PLW0108  made when asked
        on("people", "log_hours", self._log)
        on("people", "ask_request", self._ask)
        on("people", "issue_voucher", lambda: context.go("vouchers", self._member))
        on("people", "passbook", lambda: self.profile.show_tab("passbook"))
        on("people", "elder_view", self._turn)
        on("people", "print", lambda: self.profile.print_passbook())  # noqa: PLW0108  made when asked
        on("people", "member_card", self._cards)
        on("people", "move_credit", lambda: self.move_credit(MoveCredit(self._member)))
        on("people", "close_account", self._close_account)
        on("people", "unregister", self._unregister)
        context.changed.changed.connect(self._changed)

    @cached_property
    def list(self) -> PeopleList:
        """Everyone."""
        page = self._pages.take(PeopleList(self._context))
        page.opened.connect(self.show_member)
        return page

    @cached_property
    def profile(self) -> ProfilePage:
        """One person in full."""
        page = self._pages.take(ProfilePage(self._context))
        page.closed.connect(self.back)
        return page

    @cached_property
    def form(self) -> PersonPage:
        """Registering somebody, or putting right what is known."""
        page = self._pages.take(PersonPage(self._context))
        page.saved.connect(self._saved)
        page.closed.connect(self.back)
        return page

    @cached_property
    def importing(self) -> ImportPage:
        """A whole roster at once."""
        page = self._pages.take(ImportPage(self._context, RosterImport()))
        page.closed.connect(self.back)
        return page

    @cached_property
    def moving(self) -> MovePage:
        """Giving, donating and granting credit."""
        page = self._pages.take(MovePage(self._context))
        page.moved.connect(lambda _member: self.back())
        return page

    @cached_property
    def closing(self) -> ClosePage:
        """An account that is closed, and where its credit goes."""
        page = self._pages.take(ClosePage(self._context))
        page.closed.connect(self.show_member)
        return page

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
        elif not go_on(self._pages.currentWidget()):
            self._page(self.list)
            self.list.enter()
        self._allow()

    def back(self) -> bool:
        """One level back; False on the list itself."""
        here = self._pages.currentWidget()
        if isinstance(here, PeopleList):
            return here.back()
        if isinstance(here, ProfilePage | ImportPage) and here.back():
            return True
        member = here.member if isinstance(here, PersonPage | MovePage | ClosePage) else None
        if isinstance(here, MovePage) and self._move.back:
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
        here = self._pages.currentWidget()
        return here.profile if isinstance(here, ProfilePage) else None

    @property
    def _member(self) -> MemberRecord | None:
        here = self._pages.currentWidget()
        if isinstance(here, ProfilePage):
            return here.member
        return here.current if isinstance(here, PeopleList) else None

    def _page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._allow()

    def _allow(self) -> None:
        here, allow = self._pages.currentWidget(), self._context.actions.allow
        on_profile, on_list = isinstance(here, ProfilePage), isinstance(here, PeopleList)
        for action in ("edit", "passbook", "elder_view", "print"):
            allow(action, on_profile)
        for action in ("log_hours", "ask_request", "issue_voucher", "member_card"):
            allow(action, on_profile or on_list)
        for action in ("register_member", "import_sheet"):
            allow(action, on_list)
        allow("confirm", not on_list)
        allow("move_credit", on_profile or on_list)
        allow("close_account", on_profile)
        allow("unregister", on_profile or on_list)
        allow("save_sheet", isinstance(here, ImportPage))

    @property
    def _selected(self) -> Sequence[MemberRecord]:
        """The people selected in the list, or the one that is shown."""
        here = self._pages.currentWidget()
        lines = here.table.records() if isinstance(here, PeopleList) else ()
        chosen = [each.member for each in lines if isinstance(each, PersonLine)]
        return chosen or [each for each in [self._member] if each is not None]

    def _cards(self) -> None:
        print_member_card(self._context, self, self._selected)

    def _unregister(self) -> None:
        chosen = self._selected
        if chosen:
            self.unregistering.ask([each.ref for each in chosen])

    def _unregistered(self, words: Words) -> None:
        self._page(self.list)
        self.list.enter()
        self._context.notice(Tone.GOOD, words)

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
        here = self._pages.currentWidget()
        if isinstance(here, ProfilePage | ImportPage):
            here.confirm()
        elif isinstance(here, PersonPage | MovePage | ClosePage):
            here.save()

    def _find(self) -> None:
        if not isinstance(self._pages.currentWidget(), PeopleList):
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
            here = self._pages.currentWidget()
            if isinstance(here, PeopleList | ProfilePage):
                here.read()
