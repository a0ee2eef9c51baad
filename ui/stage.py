"""The stage on which the screens are shown: windows on the stations of one small network, and the hands that set them.

Made for the guide's pictures and for the tests; :mod:`ui.scenes` lists what is played on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from timebank.desk.desk import Desk
from timebank.desk.operators import Operator
from timebank.desk.surroundings import Surroundings
from timebank.domain.voucher_code import PREFIX, SERIAL_BYTES, VoucherCode, base32, serial_text
from timebank.journal.facts import CREDIT
from timebank.journal.keys import SIGNATURE_BYTES, key_id
from timebank.journal.refs import day_number
from timebank.store.people_queries import MemberRecord
from ui.look import Look
from ui.look.kept import Kept
from ui.screens.guide import Guide
from ui.screens.workplace import Workplace
from ui.window import SIZE, Window, settle

EMPTY = "empty"
"""The home of a station that there is not yet."""
CENTRE = "centre"
"""The station of most scenes."""
HUB = "hub"
"""The station that keeps the root key; where there is none, its scenes play at the centre."""


class Cast(NamedTuple):
    """Who and what the scenes are about, as far as the station knows any."""

    operator: Operator | None
    volunteer: MemberRecord | None
    """Whoever holds a voucher that is in circulation, or else has most on the account."""
    elder: MemberRecord | None
    good: str = ""
    """Serial of a voucher in circulation."""
    spent: str = ""
    """Serial of a redeemed one."""
    forged: str = ""
    """A code in this station's name that it never signed."""
    cases: Mapping[str, str] = MappingProxyType({})
    """The key of an open case of each kind."""


class Stage:
    """Windows on stations, each opened when a scene first plays there, and the hands that set the scenes."""

    def __init__(
        self, look: Look, homes: Mapping[str, Path], settings: Path, surroundings: Surroundings | None = None
    ) -> None:
        """``settings`` is a folder for what windows remember: the stations' own stays as it is."""
        self.look, self._homes, self._settings = look, dict(homes), settings
        self._around = surroundings or Surroundings()
        self._windows: dict[str, Window] = {}
        self._casts: dict[str, Cast] = {}
        self.at = CENTRE
        self.size = QSize(*SIZE)
        """How large the windows are, in logical pixels."""

    def has(self, station: str) -> bool:
        """Whether there is such a station to play at."""
        return station in self._homes

    @property
    def today(self) -> date:
        """The day on which it plays."""
        return self._around.today()

    @property
    def window(self) -> Window:
        """The window at the station of the scene."""
        window = self._windows.get(self.at)
        if window is None:
            folder = self._settings / self.at
            folder.mkdir(parents=True, exist_ok=True)
            kept = Kept(folder, self.look.speech.language)
            kept.sound = False
            window = self._windows[self.at] = Window(self._homes[self.at], self.look, kept, self._around)
            window.resize(self.size)
            window.show()
            if self.at == EMPTY:
                window.begin()
            else:
                window.open_station()
            settle(window)
        return window

    @property
    def cast(self) -> Cast:
        """Who plays at this station."""
        if self.at not in self._casts:
            with Desk(self._homes[self.at], self._around) as desk:
                self._casts[self.at] = _cast(desk)
        return self._casts[self.at]

    @property
    def work(self) -> Workplace:
        """The signed-in window."""
        window = self.window
        return window.workplace or window.work_as(self.cast.operator)

    def settle(self) -> None:
        """Wait until what was asked for has come and is drawn."""
        settle(self.window)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def go(self, place: str, payload: object | None = None) -> QWidget:
        """Show a screen of the signed-in window; returns the window."""
        window, work = self.window, self.work
        if not work.isVisibleTo(window):  # the names are asked for, or a backup
            window.work_as(self.cast.operator)
        work.go(place, payload)
        self.settle()
        return window

    def do(self, action: str) -> QWidget:
        """Do what a key does, as far as it works just now; returns the window."""
        self.work.actions_table[action].trigger()
        self.settle()
        return self.window

    def dialog(self) -> QWidget | None:
        """What lies above the window."""
        dialogs = [each for each in self.window.findChildren(QDialog) if each.isVisible()]
        return dialogs[-1] if dialogs else None

    def clear(self) -> None:
        """Close what the scene before has opened."""
        for window in self._windows.values():
            for dialog in window.findChildren(QDialog):
                if dialog.isVisible():
                    dialog.reject()
                    if not isinstance(dialog, Guide):  # the one that is kept
                        dialog.deleteLater()
        if self.at in self._windows and self.at != EMPTY and self.window.workplace is not None:
            work = self.work
            work.notice.dismiss()
            for place in work.screens:
                _leave(work, place)
            self.settle()

    def play(self, scene: Scene) -> QWidget | None:
        """Set ``scene``; returns the window or dialog to look at, or None where this network lacks something."""
        at = CENTRE if scene.at == HUB and not self.has(HUB) else scene.at
        if not self.has(at):
            return None
        self.at = at
        window = self.window
        for other in self._windows.values():
            other.setVisible(other is window)
        window.resize(self.size)
        self.clear()
        shown = scene.set(self)
        self.settle()
        return shown

    def close(self) -> None:
        """Close every window."""
        for window in self._windows.values():
            window.close()
            window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _leave(work: Workplace, place: str) -> None:
    """Out of whatever is open on a screen that was already shown."""
    if work.rail.current != place:
        return
    back = getattr(work.screens[place], "back", None)
    for _ in range(4):
        if back is None or not back():
            break


def _cast(desk: Desk) -> Cast:
    operators = desk.operators.list()
    lines = desk.people.lines(role="volunteer", limit=200)
    elders = desk.people.lines(role="elder", limit=200)
    serials = {state: desk.vouchers.list(state) for state in ("circulation", "redeemed")}
    holders = {record.voucher.holder for record in serials["circulation"]}
    found = {state: serial_text(records[0].serial) if records else "" for state, records in serials.items()}
    return Cast(
        operators[0] if operators else None,
        max(lines, key=lambda line: (line.member.row in holders, line.credit_minutes)).member
        if lines
        else None,
        max(elders, key=lambda line: line.allowance_minutes).member if elders else None,
        found["circulation"],
        found["redeemed"],
        _forged(desk),
        cases={case.kind: case.key for case in reversed(desk.cases.list(only_open=True))},
    )


def _forged(desk: Desk) -> str:
    """A voucher that somebody made up: in order to the eye, but the station's signature is not on it."""
    station = desk.station
    made_up = VoucherCode(
        network=station.network[:4],
        key=key_id(station.signer.public),
        serial=bytes(SERIAL_BYTES),
        unit=CREDIT,
        minutes=6000,
        issued=day_number(station.surroundings.today()),
        expires=0,
        holder=bytes(4),
    )
    return PREFIX + base32(made_up.body() + bytes(SIGNATURE_BYTES))


@dataclass(frozen=True)
class Scene:
    """Something to look at: its name, how to come to it, and where."""

    name: str
    set: Callable[[Stage], QWidget | None]
    at: str = CENTRE
    main: bool = False
    """Whether it belongs to the few pictures of a demonstration."""
