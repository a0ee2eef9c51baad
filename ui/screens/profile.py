"""One person in full: passbook, services, vouchers, assessments, categories, records, standing, details."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from timebank.desk.people import Profile
from timebank.store.people_queries import MemberRecord
from ui.look import Role, Tone
from ui.paper import passbook as passbook_paper
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.departed import Departed
from ui.screens.permission import ReadsOnly
from ui.screens.person_card import figures
from ui.screens.printing import print_passbook
from ui.screens.profile_details import DetailsTab
from ui.screens.profile_passbook import PassbookTab
from ui.screens.profile_records import RecordsTab
from ui.screens.profile_seen import Seen, read_person
from ui.screens.profile_services import ServicesTab
from ui.screens.profile_standing import StandingTab
from ui.screens.profile_tables import passbook_face, voucher_table
from ui.screens.why import AllowanceLine, beside
from ui.screens.words import age_words, also_words, apart, role_words
from ui.widgets import Button, ButtonRow, Later, PageHeader
from ui.widgets.figures import Figures

ACTIONS = ("log_hours", "issue_voucher", "edit")
"""What is done most from the page of a person, in the order of its buttons."""
MORE = ("elder_view", "passbook", "print", "member_card", "move_credit", "close_account", "unregister")
"""What is done less often, in the menu behind them; each has its key all the same."""


_Tab = TypeVar("_Tab", ServicesTab, RecordsTab, StandingTab, DetailsTab)


class ProfilePage(QWidget):
    """Shows one member; ``profile`` is None until the first answer. Most tabs are made when they are first shown."""

    closed = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.member: MemberRecord | None = None
        self.profile: Profile | None = None
        self._stations: dict[int, str] = {}
        self._seen: Seen | None = None
        self._made: list[ServicesTab | RecordsTab | StandingTab | DetailsTab] = []
        look, actions = context.look, context.actions
        self.header = PageHeader(look, "", " ", icon="person", actions=[actions.button("back")])
        self.figures = Figures(look)
        self.allowance = AllowanceLine(context)
        self.departed = Departed(context)
        self.more = Button(look, phrase("people.more"), icon="more")
        self.more.clicked.connect(self._show_more)
        buttons = ButtonRow(look, [*(actions.button(each) for each in ACTIONS), self.more])
        self.passbook = PassbookTab(context, self._stations)
        self.vouchers = voucher_table(context)
        self.pages: dict[str, QWidget] = {
            "passbook": self.passbook,
            "services": Later(lambda: self.services),
            "vouchers": self.vouchers,
            "assessments": Later(lambda: self.assessments),
            "categories": Later(lambda: self.categories),
            "records": Later(lambda: self.records),
            "standing": Later(lambda: self.standing),
            "details": Later(lambda: self.details),
        }
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for page in self.pages.values():
            self.tabs.addTab(page, "")
        self.tabs.currentChanged.connect(lambda _at: self._mask())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        reads_only = ReadsOnly(look, context.permission)
        for part in (
            self.header,
            self.departed,
            reads_only,
            beside(self.figures, self.allowance),
            buttons,
            self.tabs,
        ):
            self._column.addWidget(part)
        self._column.setStretchFactor(self.tabs, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    @cached_property
    def services(self) -> ServicesTab:
        """What was given and received."""
        return self._told("services", ServicesTab(self._context))

    @cached_property
    def assessments(self) -> RecordsTab:
        """How much care is needed."""
        return self._told("assessments", RecordsTab(self._context, "assessments", ("care",)))

    @cached_property
    def categories(self) -> RecordsTab:
        """What a person is, and what follows from it."""
        return self._told("categories", RecordsTab(self._context, "categories", ("categories", "benefits")))

    @cached_property
    def records(self) -> RecordsTab:
        """Everything else that is kept with its days."""
        kinds = ("health", "trainings", "insurance", "qualifications", "kin")
        return self._told("records", RecordsTab(self._context, "records", kinds))

    @cached_property
    def standing(self) -> StandingTab:
        """Stars and honours."""
        return self._told("standing", StandingTab(self._context))

    @cached_property
    def details(self) -> DetailsTab:
        """What is known of the person, masked."""
        return self._told("details", DetailsTab(self._context))

    def _told(self, name: str, tab: _Tab) -> _Tab:
        """A tab that was just made, in its place, with what is known by now."""
        place = self.pages[name]
        assert isinstance(place, Later)
        place.take(tab)
        if self._seen is not None:
            tab.put(self._seen)
        self._made.append(tab)
        return tab

    def _mask(self) -> None:
        for each in self._made:
            if isinstance(each, DetailsTab):
                each.hide_again()

    @property
    def _panels(self) -> list[PassbookTab | ServicesTab | RecordsTab | Departed]:
        """What may hold an open panel."""
        tabs = [each for each in self._made if isinstance(each, ServicesTab | RecordsTab)]
        return [self.passbook, *tabs, self.departed]

    def enter(self, member: MemberRecord) -> None:
        """Show ``member``."""
        if self.member is None or self.member.row != member.row:
            self.profile = self._seen = None
            self.close_panels()
            self.tabs.setCurrentIndex(0)
        self.member = member
        self.header.put(member.name, member.number)
        self.read()
        self.tabs.tabBar().setFocus()

    def _show_more(self) -> None:
        self.menu = self._context.actions.menu(MORE, self)
        self.menu.setFont(self._look.font())
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def show_tab(self, name: str) -> None:
        """Turn to one of :attr:`pages`."""
        self.tabs.setCurrentWidget(self.pages[name])

    def back(self) -> bool:
        """Close the panel that is open; False where none is."""
        return self.close_panels()

    def close_panels(self) -> bool:
        """Let go what was being typed; whether there was anything."""
        changing = [each for each in self._panels if each.changing]
        for each in changing:
            each.close_panel()
        return bool(changing)

    def confirm(self) -> None:
        """Hand in the panel that is open."""
        for each in self._panels:
            if each.changing:
                each.confirm()

    def read(self) -> None:
        """Read everything afresh."""
        member = self.member
        if member is not None:
            self._context.read(lambda desk: read_person(desk, member), self._put, slot="profile")

    def _put(self, seen: Seen) -> None:
        self.profile, self._seen = seen.profile, seen
        self._stations.clear()
        self._stations.update(seen.stations)
        self.member = member = seen.profile.member
        parts = [member.number, also_words(member), role_words(member.roles), age_words(member, seen.today)]
        parts.append(seen.stations.get(member.station, ""))
        if member.erased:
            parts.append(phrase("people.erased_title"))
        elif member.left is not None:
            parts.append(phrase("people.standing_left", day=self._context.day_words(member.left)))
        self.header.put(member.name, apart(parts, self._look.say))
        self.departed.put(member)
        self._context.actions.allow("close_account", member.left is None and not member.erased)
        self._context.actions.allow("unregister", member.known and not member.erased)
        self.figures.put(figures(self._context, seen.profile))
        self.allowance.put(seen.profile.member)
        self.passbook.put(seen.lines)
        self.vouchers.rows.replace(seen.vouchers)
        self.vouchers.fit_columns()
        for tab in self._made:
            tab.put(seen)
        elder = "elder" in member.roles
        for name in ("assessments", "categories"):
            self.tabs.setTabVisible(self.tabs.indexOf(self.pages[name]), elder)

    # The passbook on paper

    def print_passbook(self) -> None:
        """Show the passbook as it will come out, to print it or to go on with a page that was begun."""
        member, language = self.member, self._context.speech.language
        if member is not None:
            print_passbook(self._context, self, lambda desk: passbook_face(desk, member, language))

    def write_passbook(self, path: Path) -> None:
        """Write the passbook as it is now into ``path``."""
        member, language = self.member, self._context.speech.language
        if member is None:
            return
        self._context.read(
            lambda desk: passbook_paper.print_passbook(passbook_face(desk, member, language), path),
            lambda made: self._context.notice(Tone.GOOD, phrase("people.passbook_saved", file=str(made))),
        )

    def hideEvent(self, event: QHideEvent) -> None:
        self.details.hide_again()
        super().hideEvent(event)

    def refresh(self) -> None:
        """Say the tabs in the current language."""
        look = self._look
        self._column.setSpacing(look.space(2))
        self.tabs.setFont(look.font(Role.LABEL))
        self.tabs.tabBar().setAccessibleName(look.say(phrase("people.title")))
        for n, name in enumerate(self.pages):
            self.tabs.setTabText(n, look.say(phrase(f"people.tab_{name}")))
