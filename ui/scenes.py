"""Every screen, and what can open on it, as scenes: one list for the guide's pictures and for the tests.

A :class:`~ui.stage.Scene` is what a clerk would do to see something. A screen that no scene knows yet is shown as it
opens, so that no screen is left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from PySide6.QtWidgets import QWidget

from timebank.assets import asset
from timebank.desk.surroundings import Surroundings
from timebank.domain.requests import ARRIVED, ASSIGNED
from timebank.outcome import Fault
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Mode, TextSize, Theme
from ui.qt import application
from ui.say import Speech
from ui.screens.cases import CasesScreen
from ui.screens.desk import DeskScreen
from ui.screens.errands import (
    IssueCertificate,
    LogHours,
    MoveCredit,
    NewMember,
    ShowPassbook,
    ShowReport,
)
from ui.screens.exchange import ExchangeScreen
from ui.screens.people import PeopleScreen
from ui.screens.reports import ReportsScreen
from ui.screens.services import ServicesScreen
from ui.screens.settings import SECTIONS, SettingsScreen
from ui.screens.vouchers import VouchersScreen
from ui.screens.welcome import Welcome
from ui.stage import CENTRE, EMPTY, HUB, Cast, Scene, Stage
from ui.widgets import Button

# First start, signing in


def _welcome(stage: Stage) -> Welcome:
    welcome = stage.window.welcome
    welcome.begin()
    return welcome


def _welcome_page(button: str) -> Callable[[Stage], QWidget]:
    def show(stage: Stage) -> QWidget:
        pressed = _welcome(stage).findChild(Button, button)
        assert pressed is not None
        pressed.click()
        return stage.window

    return show


def _begin(stage: Stage) -> QWidget:
    _welcome(stage)
    return stage.window


def _sign_in(stage: Stage) -> QWidget:
    stage.window.lock()
    return stage.window


def _sign_in_add(stage: Stage) -> QWidget:
    stage.window.lock()
    signin = stage.window.signin
    assert signin is not None
    stage.settle()
    signin.add.click()
    return stage.window


# The desk


def _desk(stage: Stage) -> DeskScreen:
    stage.go("desk")
    desk = stage.work.screens["desk"]
    assert isinstance(desk, DeskScreen)
    desk.clear()
    return desk


def _desk_empty(stage: Stage) -> QWidget:
    _desk(stage)
    return stage.window


def _desk_typed(text: str) -> Callable[[Stage], QWidget]:
    def show(stage: Stage) -> QWidget:
        desk = _desk(stage)
        desk.box.setText(text)
        desk.box.edited.emit(text)
        return stage.window

    return show


def _desk_nobody(stage: Stage) -> QWidget:
    desk = _desk(stage)
    desk.box.setText("zzz")
    desk.box.submitted.emit("zzz")
    return stage.window


def _desk_with(who: Callable[[Cast], MemberRecord | None]) -> Callable[[Stage], QWidget | None]:
    def show(stage: Stage) -> QWidget | None:
        member = who(stage.cast)
        if member is None:
            return None
        _desk(stage)
        return stage.go("desk", member)

    return show


def _desk_scanned(which: Callable[[Cast], str]) -> Callable[[Stage], QWidget | None]:
    def show(stage: Stage) -> QWidget | None:
        code = which(stage.cast)
        if not code:
            return None
        _desk(stage).box.submitted.emit(code)
        return stage.window

    return show


def _desk_reverse(stage: Stage) -> QWidget:
    desk = _desk(stage)
    stage.settle()
    desk.deeds.ask_last()
    return stage.window


def _elder_view(stage: Stage) -> QWidget | None:
    if _desk_with(lambda cast: cast.elder)(stage) is None:
        return None
    stage.do("elder_view")
    return stage.dialog()


def _guide(stage: Stage) -> QWidget | None:
    _desk(stage)
    stage.work.show_guide()
    return stage.work.guide


def _keys(stage: Stage) -> QWidget | None:
    _desk(stage)
    stage.do("help")
    return stage.dialog()


# People


def _tab(name: str) -> Callable[[Stage], QWidget | None]:
    """A tab of a volunteer's profile, or of an elder's where only elders have it."""

    def show(stage: Stage) -> QWidget | None:
        who = stage.cast.elder if name in ("assessments", "categories") else stage.cast.volunteer
        if who is None:
            return None
        window = stage.go("people", ShowPassbook(who))
        people = stage.work.screens["people"]
        assert isinstance(people, PeopleScreen)
        people.profile.show_tab(name)
        return window

    return show


def _edit(stage: Stage) -> QWidget | None:
    if stage.cast.elder is None:
        return None
    stage.go("people", stage.cast.elder)
    return stage.do("edit")


def _screen(place: str, *actions: str, payload: object | None = None) -> Callable[[Stage], QWidget]:
    """A screen, and the keys pressed on it."""

    def show(stage: Stage) -> QWidget:
        window = stage.go(place, payload)
        for action in actions:
            stage.do(action)
        return window

    return show


def _services_between(stage: Stage) -> QWidget:
    """The records between two days, with all that narrows them."""
    window = _screen("services", "services_list")(stage)
    services = stage.work.screens["services"]
    assert isinstance(services, ServicesScreen)
    services.list.show_period("between")
    stage.settle()
    return window


def _contacts(stage: Stage) -> QWidget | None:
    _screen("services", "requests_board", "emergency")(stage)
    return stage.dialog()


def _request_note(stage: Stage) -> QWidget | None:
    """When somebody came or left, asked for below a request that is under way."""
    window = _screen("services", "requests_board")(stage)
    services = stage.work.screens["services"]
    assert isinstance(services, ServicesScreen)
    board = services.requests.board
    under_way = [at for at, line in enumerate(board.rows.rows) if line.request.state in (ASSIGNED, ARRIVED)]
    if not under_way:
        return None
    board.table.go(under_way[0])
    stage.do("note_step")
    return window


def _roster_read(stage: Stage) -> QWidget:
    """A roster as it was read, before anything is written."""
    window = stage.go("people")
    stage.do("import_sheet")
    people = stage.work.screens["people"]
    assert isinstance(people, PeopleScreen)
    people.importing.role.choose("elder")
    people.importing.open(asset("samples", "elders.csv"))
    return window


def _log_hours(stage: Stage) -> QWidget:
    cast = stage.cast
    return stage.go("services", LogHours((cast.volunteer,) if cast.volunteer else (), cast.elder))


# Vouchers


def _voucher_details(stage: Stage) -> QWidget | None:
    window = stage.go("vouchers")
    screen = stage.work.screens["vouchers"]
    assert isinstance(screen, VouchersScreen)
    if not screen.list.table.model().rowCount():
        return None
    screen.list.table.go(screen.list.table.model().rowCount() // 2)
    return window


def _issue(stage: Stage) -> QWidget | None:
    return stage.go("vouchers", stage.cast.volunteer) if stage.cast.volunteer else None


# Reports


def _certificate(stage: Stage) -> QWidget | None:
    member = stage.cast.volunteer
    return stage.go("reports", IssueCertificate(member)) if member else None


def _month(stage: Stage) -> QWidget:
    """The month's figures; early in a month those of the one before, which say more."""
    window = _screen("reports", "reports_month")(stage)
    return stage.do("month_before") if stage.today.day < 15 else window


def _month_end(stage: Stage) -> QWidget:
    window = stage.go("reports", "runs")
    screen = stage.work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    screen.runs.show_run("lapses")
    return window


def _grants_back(stage: Stage) -> QWidget | None:
    """What taking back the grants of the month before would mean."""
    stage.go("reports", "runs")
    screen = stage.work.screens["reports"]
    assert isinstance(screen, ReportsScreen)
    screen.runs.show_run("grants")
    stage.settle()
    screen.runs.step(-1)
    stage.settle()
    stage.do("take_back_month")
    return stage.dialog()


def _give(stage: Stage) -> QWidget | None:
    return stage.go("people", MoveCredit(stage.cast.volunteer)) if stage.cast.volunteer else None


def _close_account(stage: Stage) -> QWidget | None:
    if stage.cast.volunteer is None:
        return None
    stage.go("people", stage.cast.volunteer)
    return stage.do("close_account")


# Exchange, cases, settings


def _import_files(stage: Stage) -> QWidget | None:
    """The newest files, and one that came to harm."""
    stick = stage.window.home.parent / "stick"
    newest = sorted(stick.glob("*"), key=lambda folder: folder.stat().st_mtime)[-1:]
    files = [file for folder in newest for file in sorted(folder.glob("*.tbx"))]
    damaged = sorted(stick.rglob("damaged*.tbx"))[:1]
    if not files:
        return None
    stage.go("exchange")
    screen = stage.work.screens["exchange"]
    assert isinstance(screen, ExchangeScreen)
    screen.look_at([*files, *damaged])
    return stage.window


def _enrol(stage: Stage) -> QWidget:
    """The hub's side of enrolling, with a request where there is one."""
    stage.go("exchange")
    window = stage.do("enrol_station")
    screen = stage.work.screens["exchange"]
    assert isinstance(screen, ExchangeScreen)
    for asking in sorted((stage.window.home.parent / "papers").glob("new.request")):
        screen.enrolling.read_request(asking)
    return window


def _case(kind: str) -> Callable[[Stage], QWidget | None]:
    def show(stage: Stage) -> QWidget | None:
        case = stage.cast.cases.get(kind)
        return stage.go("cases", case) if case else None

    return show


def _cases_all(stage: Stage) -> QWidget:
    window = stage.go("cases")
    screen = stage.work.screens["cases"]
    assert isinstance(screen, CasesScreen)
    screen.filter.choose("all")
    screen.read()
    return window


def _rules(action: str) -> Callable[[Stage], QWidget]:
    """What can be done with a pack, done with one that is not in force."""

    def show(stage: Stage) -> QWidget:
        _screen("settings", payload="rules")(stage)
        page = _settings(stage).policies
        assert page.shelf is not None
        other = next(each for each in page.shelf.lines if each.adopted is None or not each.adopted.in_force)
        page.list.choose(other.ident)
        return stage.do(action)

    return show


def _rules_changing(stage: Stage) -> QWidget:
    """What adopting a pack would change."""
    window = _rules("adopt_pack")(stage)
    _settings(stage).policies.adopt.see_changes()
    return window


def _settings(stage: Stage) -> SettingsScreen:
    screen = stage.work.screens["settings"]
    assert isinstance(screen, SettingsScreen)
    return screen


def _operator_form(stage: Stage) -> QWidget:
    window = stage.go("settings", "operators")
    _settings(stage).operators.add.click()
    return window


_TABS = ("passbook", "services", "vouchers", "assessments", "categories", "records", "standing", "details")
_KNOWN: tuple[Scene, ...] = (
    Scene("welcome", _begin, EMPTY),
    Scene("found", _welcome_page("found"), EMPTY),
    Scene("join", _welcome_page("join"), EMPTY),
    Scene("restore", _welcome_page("restore"), EMPTY),
    Scene("sign-in", _sign_in),
    Scene("new-operator", _sign_in_add),
    Scene("desk", _desk_empty),
    Scene("desk-search", _desk_typed("z")),
    Scene("desk-nobody", _desk_nobody),
    Scene("desk-volunteer", _desk_with(lambda cast: cast.volunteer), main=True),
    Scene("desk-elder", _desk_with(lambda cast: cast.elder)),
    Scene("desk-voucher", _desk_scanned(lambda cast: cast.good)),
    Scene("desk-spent", _desk_scanned(lambda cast: cast.spent)),
    Scene("desk-forged", _desk_scanned(lambda cast: cast.forged)),
    Scene("desk-reverse", _desk_reverse),
    Scene("elder-view", _elder_view),
    Scene("keys", _keys),
    Scene("people", _screen("people"), main=True),
    *(Scene(f"profile-{name}", _tab(name), main=name == "passbook") for name in _TABS),
    Scene("register", _screen("people", payload=NewMember())),
    Scene("edit", _edit),
    Scene("roster", _screen("people", "import_sheet")),
    Scene("roster-read", _roster_read),
    Scene("services", _screen("services", "services_list"), main=True),
    Scene("services-between", _services_between),
    Scene("requests", _screen("services", "requests_board"), main=True),
    Scene("requests-close", _screen("services", "requests_board", "close_request")),
    Scene("requests-note", _request_note),
    Scene("requests-assign", _screen("services", "requests_board", "assign_request")),
    Scene("requests-form", _screen("services", "ask_request")),
    Scene("requests-unvisited", _screen("services", "requests_board", "unvisited")),
    Scene("requests-contacts", _contacts),
    Scene("rota", _screen("services", "requests_rota")),
    Scene("log-hours", _log_hours, main=True),
    Scene("sign-in-sheet", _screen("services", "services_list", "import_sheet")),
    Scene("whole-sheet", _screen("services", "services_list", "whole_sheet")),
    Scene("vouchers", _screen("vouchers"), main=True),
    Scene("voucher", _voucher_details),
    Scene("issue", _issue),
    Scene("exchange", _screen("exchange"), main=True),
    Scene("exchange-hub", _screen("exchange"), HUB),
    Scene("export", _screen("exchange", "export_file")),
    Scene("import", _import_files),
    Scene("enrol", _enrol, HUB),
    Scene("cases", _cases_all, HUB, main=True),
    *(
        Scene(f"case-{kind.replace('_', '-')}", _case(kind), HUB)
        for kind in (
            *("double_redemption", "duplicate_person", "overlap", "overdraft", "conflicting_edit", "fork"),
            *("revoked_station", "implausible_clock", "policy_breach"),
        )
    ),
    Scene("reports", _month, main=True),
    Scene("report", _screen("reports", payload=ShowReport("services"))),
    Scene("certificate", _certificate),
    Scene("month-runs", _screen("reports", payload="runs")),
    Scene("month-end", _month_end),
    Scene("grants-back", _grants_back),
    Scene("give-credit", _give),
    Scene("close-account", _close_account),
    *(Scene(f"settings-{ident}", _screen("settings", payload=ident)) for ident in SECTIONS),
    Scene("settings", _screen("settings", payload="station"), main=True),
    Scene("settings-operator", _operator_form),
    Scene("scanner", _screen("settings", payload="scanner")),
    Scene("rules", _screen("settings", payload="rules")),
    Scene("rules-pack", _screen("settings", "open_pack", payload="rules")),
    Scene("rules-compare", _rules("compare_packs")),
    Scene("rules-adopt", _rules("adopt_pack"), HUB),
    Scene("rules-changes", _rules_changing, HUB),
    Scene("trust", _screen("settings", payload="trust"), HUB),
    Scene("guide", _guide),
)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every scene, and at the end the screens that none of them is about."""
    stage.at = CENTRE
    places = list(stage.work.screens) if stage.has(CENTRE) else []
    yield from _KNOWN
    for place in places:
        if place not in _COVERED:
            yield Scene(place, _screen(place), main=True)


_COVERED = frozenset(("desk", "people", "services", "vouchers", "exchange", "cases", "reports", "settings"))


def take(stage: Stage, folder: Path, *, main: bool = False) -> list[Path]:
    """Save a picture of every scene that this network can play as ``<scene>.png`` in ``folder``.

    ``main``: only the few of a demonstration, with a number before the name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for scene in scenes(stage):
        shown = stage.play(scene) if scene.main or not main else None
        if shown is None:
            continue
        path = folder / (f"{len(made) + 1:02d}-{scene.name}.png" if main else f"{scene.name}.png")
        if not shown.grab().save(str(path)):
            raise Fault("file_not_written", file=path.name, folder=str(folder), reason="PNG")
        made.append(path)
    return made


def screenshots(homes: Mapping[str, Path], folder: Path, language: str, around: Surroundings) -> list[Path]:
    """Pictures of every scene on the stations ``homes``, drawn to memory."""
    return _drawn(homes, folder, language, around, main=False)


def pictures(home: Path, folder: Path, language: str) -> list[Path]:
    """Pictures of the main screens of one station, drawn to memory."""
    return _drawn({CENTRE: home}, folder, language, Surroundings(), main=True)


def _drawn(
    homes: Mapping[str, Path], folder: Path, language: str, around: Surroundings, *, main: bool
) -> list[Path]:
    app = application([], offscreen=True, language=language)
    look = Look(app, Speech(language), Theme(Mode.LIGHT, TextSize.STANDARD))
    with tempfile.TemporaryDirectory() as settings, tempfile.TemporaryDirectory() as empty:
        stage = Stage(look, {EMPTY: Path(empty), **homes}, Path(settings), around)
        try:
            return take(stage, folder, main=main)
        finally:
            stage.close()
            look.deleteLater()
