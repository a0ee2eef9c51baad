"""One table of everything that can be done by key: menus, buttons, tooltips and the F1 sheet come from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget
from shiboken6 import isValid

from ui.look import Look
from ui.say import Phrase, Words, phrase
from ui.widgets.button import Button, Kind, shown_key
from ui.widgets.rail import Place

SCREENS = ("desk", "people", "services", "vouchers", "exchange", "cases", "reports", "settings")
EVERYWHERE = SCREENS


@dataclass(frozen=True)
class Action:
    """Something one can do: its id (its words are the phrase ``actions.<id>``), icon, key, and screens."""

    id: str
    icon: str
    key: str
    screens: tuple[str, ...] = EVERYWHERE

    @property
    def words(self) -> Phrase:
        """What it is called."""
        return phrase(f"actions.{self.id}")


ACTIONS: tuple[Action, ...] = (
    *(Action(f"go_{screen}", screen, f"Ctrl+{n}") for n, screen in enumerate(SCREENS, 1)),
    Action("help", "help", "F1"),
    Action("find", "scan", "F2"),
    Action("log_hours", "clock", "F3", ("desk", "people", "services")),
    Action("ask_request", "elder", "F10", ("desk", "people", "services")),
    Action("requests_board", "elder", "F5", ("services",)),
    Action("requests_rota", "calendar", "F6", ("services",)),
    Action("services_list", "history", "F7", ("services",)),
    Action("next_step", "check", "F8", ("services",)),
    Action("note_step", "clock", "Ctrl+T", ("services",)),
    Action("assign_request", "volunteer", "F9", ("services",)),
    Action("elder_confirms", "tick", "Ctrl+K", ("services",)),
    Action("follow_up", "sound", "Ctrl+R", ("services",)),
    Action("emergency", "info", "F12", ("services",)),
    Action("close_request", "close", "Ctrl+D", ("services",)),
    Action("take_back_request", "undo", "F11", ("services",)),
    Action("unvisited", "eye", "Ctrl+U", ("services",)),
    Action("day_before", "arrow-left", "Alt+Left", ("services",)),
    Action("day_after", "arrow-right", "Alt+Right", ("services",)),
    Action("issue_voucher", "vouchers", "F5", ("desk", "people", "vouchers")),
    Action("redeem_voucher", "qr", "F6", ("desk",)),
    Action("passbook", "passbook", "F7", ("desk", "people")),
    Action("elder_view", "eye", "F8", ("desk", "people")),
    Action("register_member", "add", "F9", ("desk", "people")),
    Action("export_file", "usb", "F5", ("exchange",)),
    Action("import_file", "folder", "F6", ("exchange",)),
    Action("enrol_station", "add", "F9", ("exchange",)),
    Action("resolve_case", "check", "F6", ("cases",)),
    Action("confirm", "check", "Ctrl+Return", ("desk", "people", "services", "cases")),
    Action("edit", "edit", "Ctrl+E", ("people",)),
    Action("move_credit", "gift", "Ctrl+G", ("desk", "people", "reports")),
    Action("close_account", "close", "Ctrl+D", ("people",)),
    Action("unregister", "undo", "Ctrl+Shift+D", ("people",)),
    Action("import_sheet", "folder", "Ctrl+I", ("people", "services")),
    Action("whole_sheet", "passbook", "F4", ("services",)),
    Action("save_sheet", "file", "Ctrl+S", ("people", "services")),
    Action("reports_month", "calendar", "F5", ("reports",)),
    Action("reports_list", "file", "F6", ("reports",)),
    Action("reports_certificate", "card", "F7", ("reports",)),
    Action("reports_runs", "gift", "F8", ("reports",)),
    Action("run_month", "check", "F9", ("reports",)),
    Action("take_back_month", "undo", "Ctrl+Shift+Z", ("reports",)),
    Action("month_before", "arrow-left", "Alt+Left", ("reports",)),
    Action("month_after", "arrow-right", "Alt+Right", ("reports",)),
    Action("save_report", "file", "Ctrl+S", ("reports",)),
    Action("void_voucher", "close", "Ctrl+D", ("vouchers",)),
    Action("reprint_voucher", "print", "Ctrl+R", ("vouchers",)),
    Action("print", "print", "Ctrl+P", ("desk", "people", "services", "vouchers", "reports")),
    Action("member_card", "card", "Ctrl+K", ("people",)),
    Action("paste_image", "qr", "Ctrl+Shift+V", ("desk",)),
    Action("camera", "camera", "F11", ("desk",)),
    Action("open_pack", "eye", "F3", ("settings",)),
    Action("compare_packs", "exchange", "F5", ("settings",)),
    Action("load_pack", "folder", "F6", ("settings",)),
    Action("adopt_pack", "check", "F9", ("settings",)),
    Action("undo", "undo", "Ctrl+Z"),
    Action("back", "arrow-left", "Esc"),
    Action("backup", "backup", "Ctrl+B"),
    Action("lock", "lock", "Ctrl+L"),
    Action("text_larger", "add", "Ctrl+="),
    Action("text_smaller", "search", "Ctrl+-"),
    Action("switch_language", "more", "Ctrl+Shift+L"),
)


WRITES = frozenset(
    (
        *(
            "log_hours",
            "issue_voucher",
            "redeem_voucher",
            "register_member",
            "edit",
            "import_sheet",
            "confirm",
        ),
        *("enrol_station", "resolve_case", "void_voucher", "reprint_voucher", "undo"),
        *("ask_request", "next_step", "assign_request", "close_request", "take_back_request"),
        *("note_step", "elder_confirms", "follow_up"),
        *("run_month", "take_back_month", "close_account", "unregister"),
    )
)
"""What writes into the books; it rests while an auditor is at the desk."""


def keys_of(screen: str) -> list[tuple[str, Words]]:
    """Keys and what they do on ``screen``, for the F1 sheet."""
    keys = [(shown_key(action.key), action.words) for action in ACTIONS if screen in action.screens]
    return [*keys, ("Alt", phrase("window.letters"))]


def keys_before() -> list[tuple[str, Words]]:
    """Keys of the first start and of signing in, where there is no screen yet."""
    plain = [(key, phrase(f"window.key_{name}")) for key, name in _PLAIN]
    return [*plain, ("Esc", phrase("actions.back")), ("Alt", phrase("window.letters"))]


_PLAIN = (("Tab", "tab"), ("Space", "space"), ("↑ ↓", "arrows"))


def places() -> list[Place]:
    """The screens for the navigation rail."""
    return [
        Place(a.id.removeprefix("go_"), a.icon, a.words, shown_key(a.key))
        for a in ACTIONS
        if a.id.startswith("go_")
    ]


class Actions(QObject):
    """The table come alive in one window: connect ``actions["undo"].triggered``, place ``button("undo")``.

    Only the actions of the screen last given to ``enter`` listen to their keys.
    """

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._window = window
        self._table = {action.id: action for action in ACTIONS}
        self._screen = SCREENS[0]
        self._allowed = dict.fromkeys(self._table, True)
        self._made: dict[str, QAction] = {}
        self._reason: Words = ""
        self._writers: list[Button] = []
        self._does: dict[tuple[str, str], Callable[[], object]] = {}
        for action in ACTIONS:
            made = QAction(self)
            made.setObjectName(action.id)
            made.setShortcut(QKeySequence(action.key))
            made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            made.setAutoRepeat(action.id.startswith("text_"))
            made.triggered.connect(lambda _on=False, ident=action.id: self._do(ident))
            window.addAction(made)
            self._made[action.id] = made
        look.changed.connect(self.refresh)
        self.refresh()
        self.enter(self._screen)

    def __getitem__(self, ident: str) -> QAction:
        return self._made[ident]

    def enter(self, screen: str) -> None:
        """Let the keys of ``screen`` work, all of them at first, and those of other screens rest."""
        self._screen = screen
        self._allowed = dict.fromkeys(self._table, True)
        for ident in self._table:
            self._settle(ident)

    def on(self, screen: str, ident: str, do: Callable[[], object]) -> None:
        """Have an action do ``do`` while the window is on ``screen``."""
        self._does[screen, ident] = do

    def _do(self, ident: str) -> None:
        # Looked up now and done when everyone has heard the key: it may lead to another screen, where the
        # same key means something else.
        do = self._does.get((self._screen, ident))
        if do is not None:
            QTimer.singleShot(0, self, do)

    def allow(self, ident: str, allowed: bool) -> None:
        """Say whether an action makes sense just now; its buttons and key follow."""
        self._allowed[ident] = allowed
        self._settle(ident)

    def _settle(self, ident: str) -> None:
        rests = bool(self._reason) and ident in WRITES
        allowed = self._allowed[ident] and self._screen in self._table[ident].screens
        self._made[ident].setEnabled(allowed and not rests)

    def forbid(self, reason: Words) -> None:
        """Let everything that writes rest, and say why on its buttons; empty words end it."""
        self._reason = reason
        self._writers = [button for button in self._writers if isValid(button)]
        for button in self._writers:
            button.forbid(reason)
        for ident in WRITES:
            self._settle(ident)

    def button(
        self, ident: str, kind: Kind = Kind.PLAIN, words: Words | None = None, parent: QWidget | None = None
    ) -> Button:
        """A button that does the action and shows its key."""
        action = self._table[ident]
        button = Button(self._look, words or action.words, icon=action.icon, kind=kind, parent=parent)
        button.bind(self._made[ident])
        if ident in WRITES:
            self._writers.append(button)
            button.forbid(self._reason)
        return button

    def menu(self, idents: Sequence[str], parent: QWidget) -> QMenu:
        """A menu of these actions, each with its key."""
        menu = QMenu(parent)
        for ident in idents:
            menu.addAction(self._made[ident])
        return menu

    def refresh(self) -> None:
        """Say them again in the current language and colours."""
        for ident, made in self._made.items():
            action = self._table[ident]
            words = self._look.say(action.words)
            made.setText(words)
            made.setIcon(self._look.icon(action.icon, self._look.palette.accent))
            made.setToolTip(f"{words}  {shown_key(action.key)}")
