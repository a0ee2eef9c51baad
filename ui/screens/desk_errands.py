"""Where the keys of the desk lead, with the person and the voucher that lie on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from timebank.desk.people import Profile
from timebank.store.people_queries import MemberRecord
from ui.say import Words
from ui.screens.context import ScreenContext
from ui.screens.elder import ElderView
from ui.screens.errands import AskService, LogHours, MoveCredit, NewMember, ShowPassbook


class DeskErrands(QObject):
    """Does what the keys of the desk ask for, with whoever is on it at that moment."""

    def __init__(
        self,
        context: ScreenContext,
        parent: QWidget,
        *,
        profile: Callable[[], Profile | None],
        voucher: Callable[[], str],
        typed: Callable[[], str],
        done: Callable[[], Words],
    ) -> None:
        """``voucher`` is the code of a good voucher on the desk, ``done`` what was just done for the person."""
        super().__init__(parent)
        self._context, self._parent = context, parent
        self._profile, self._voucher, self._typed, self._done = profile, voucher, typed, done
        for action, does in (
            ("log_hours", self._log),
            ("ask_request", self._ask),
            ("issue_voucher", self._issue),
            ("passbook", self._passbook),
            ("move_credit", self._move),
            ("elder_view", self._turn),
            ("register_member", self.register),
        ):
            context.actions.on("desk", action, does)

    def settle(self) -> None:
        """Let the keys work that make sense with this person."""
        member, allow = self._member, self._context.actions.allow
        allow("issue_voucher", member is None or "volunteer" in member.roles)
        allow("passbook", member is not None)
        allow("elder_view", member is not None)

    @property
    def _member(self) -> MemberRecord | None:
        profile = self._profile()
        return profile.member if profile else None

    def _log(self) -> None:
        member = self._member
        volunteers = (member,) if member and "volunteer" in member.roles else ()
        elder = member if member and "elder" in member.roles and not volunteers else None
        self._context.go("services", LogHours(volunteers, elder, self._voucher(), back="desk"))

    def _ask(self) -> None:
        member = self._member
        self._context.go("services", AskService(member if member and "elder" in member.roles else None))

    def _issue(self) -> None:
        member = self._member
        self._context.go("vouchers", member)
        if member is None:
            self._context.actions["issue_voucher"].trigger()  # on that screen: an empty batch

    def _move(self) -> None:
        self._context.go("people", MoveCredit(self._member, back="desk"))

    def _passbook(self) -> None:
        if self._member is not None:
            self._context.go("people", ShowPassbook(self._member))

    def _turn(self) -> None:
        profile = self._profile()
        if profile is not None:
            self.elder_view = ElderView(self._context, profile, self._done(), self._parent)
            self.elder_view.open()

    def register(self) -> None:
        """Register somebody under the name that was typed."""
        text = self._typed().strip()
        self._context.go("people", NewMember(text if not any(each.isdigit() for each in text) else ""))
