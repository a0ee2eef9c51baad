"""A shared folder as a wire: arrivals are taken in, and what others lack is laid down, at every turn.

A turn is one look at the folder; whoever calls decides when the next one is. Nothing here waits.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.desk.sticks import find_stick
from timebank.desk.wire_turn import OUTCOMES, Look, Memory, Turn
from timebank.exchange.folder import Offer, someone_lacks
from timebank.exchange.known import own_heads
from timebank.exchange.party import Asked, Progress
from timebank.outcome import Cancelled, Fault, Problem, Refusal

_NOTED_SECONDS = 60
"""A turn that brought nothing is noted on the disk at most so often."""

_TOLD = 5


class Come(NamedTuple):
    """The last turn that took anything in: what became of its files, the first few of them."""

    when: str
    entries: int
    files: list[dict[str, Any]]


class Gone(NamedTuple):
    """The last file that this station laid into the folder."""

    when: str
    file: str
    entries: int
    bytes: int


class Watched(NamedTuple):
    """The shared folder as it stands. ``folder`` is a path, or the label of a stick."""

    folder: str
    on: bool
    last_turn: str
    last_outcome: str
    facts: dict[str, Any]
    came: Come | None
    went: Gone | None

    @property
    def phrase(self) -> str:
        """The key of the sentence for the last outcome, where it was no problem."""
        return f"wire.{self.last_outcome or 'never'}"

    @property
    def problem(self) -> Problem | None:
        """What stood in the way at the last turn."""
        if not self.last_outcome or self.last_outcome in OUTCOMES:
            return None
        return Problem(self.last_outcome, **self.facts)


class _Setting(msgspec.Struct):
    folder: str
    stick: bool
    on: bool
    mount: str = ""
    """The mount point that the folder lay under when it was chosen: an unmounted share leaves an empty folder."""


class Wire:
    """The shared folder of a station: choose it, switch it off, and turn."""

    def __init__(
        self, station: Station, exchange: Exchange, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._station, self._exchange = station, exchange
        self.ticks = ticks
        """Seconds that only ever rise while the computer runs, whatever its clock says."""
        self._asked: object = None

    # Choosing

    def watch(self, place: str) -> None:
        """Watch a folder, or the stick with a label, from now on.

        Refuses with ``auditor_reads_only`` or ``wire_in_home``; Faults ``wire_folder_missing`` and, where
        no stick of that label is plugged in, ``wire_place_unknown``.
        """
        self._station.require_writer()
        path = Path(place).expanduser()
        if path.is_dir():
            folder = path.resolve()
            home = self._station.home.resolve()
            if folder == home or home in folder.parents:
                raise Refusal("wire_in_home", folder=str(folder))
            setting = _Setting(str(folder), False, True, _mount(folder))
        elif place != path.name or not place.strip():
            raise Fault("wire_folder_missing", folder=place)
        elif find_stick(place) is None:
            raise Fault("wire_place_unknown", place=place)
        else:
            setting = _Setting(place, True, True)
        if self.standing().folder != setting.folder:
            self._keep("wire.turn", None)
        self._keep("wire", setting)

    def off(self) -> None:
        """Watch no more. What lies in the folder stays there; refuses with ``auditor_reads_only``."""
        self._station.require_writer()
        setting = self._setting()
        if setting is not None:
            setting.on = False
            self._keep("wire", setting)

    def standing(self) -> Watched:
        """Which folder is watched, and what last came and went."""
        setting = self._setting()
        turn = self._kept("wire.turn", dict[str, Any]) or {}
        return Watched(
            setting.folder if setting else "",
            setting is not None and setting.on,
            turn.get("when", ""),
            turn.get("outcome", ""),
            turn.get("facts", {}),
            self._kept("wire.came", Come),
            self._kept("wire.went", Gone),
        )

    # Turning

    def turn(self, *, progress: Progress | None = None, cancelled: Asked | None = None) -> Turn:
        """Look at the folder once: take in what is new and finished, lay down what others lack.

        A folder that is away, full or read-only is said in the turn's ``problem``, and tried again at the
        next turn. Refuses with ``wire_off`` and ``not_joined``; Cancelled keeps what was taken before.
        """
        self._station.require_joined()
        setting = self._setting()
        if setting is None or not setting.on:
            raise Refusal("wire_off")
        try:
            look = self._look(setting, progress, cancelled)
            try:
                turn = look.turn()
            finally:  # whatever stops a turn half way, what was done is not done again
                self._keep("wire.folder", look.memory)
        except Cancelled:
            raise
        except Problem as problem:
            turn = Turn(problem=problem)
        self._note(turn)
        return turn

    def _note(self, turn: Turn) -> None:
        now = self._station.surroundings.now()
        before = self._kept("wire.turn", dict[str, Any]) or {}
        facts = json.loads(json.dumps(turn.facts, default=str))
        said = {"when": now.isoformat(), "outcome": turn.outcome, "facts": facts}
        if turn.outcome != before.get("outcome") or facts != before.get("facts") or _late(before, now):
            self._keep("wire.turn", said)
        if turn.taken:
            files = [
                {"file": each.file.name, "outcome": each.outcome, "code": each.code, "facts": each.facts}
                for each in turn.taken[:_TOLD]
            ]
            self._keep("wire.came", Come(now.isoformat(), turn.entries, files))
        if turn.exported:
            made = turn.exported
            self._keep("wire.went", Gone(now.isoformat(), made.file.name, made.entries, made.bytes))

    # Remembering

    def _look(self, setting: _Setting, progress: Progress | None, cancelled: Asked | None) -> Look:
        folder, memory = _place(setting), self._kept("wire.folder", Memory)
        if memory is None or memory.folder != setting.folder:
            memory = Memory(setting.folder)
        return Look(
            self._station, self._exchange, folder, memory, self.ticks, self._needless, progress, cancelled
        )

    def _needless(self, offers: list[Offer]) -> bool:
        """Whether no other station lacks anything beyond these offers; asked again only after a change."""
        asked = (own_heads(self._station.store), offers)
        if asked != self._asked:
            if someone_lacks(self._station.store, self._station.number, offers):
                return False
            self._asked = asked
        return True

    def _setting(self) -> _Setting | None:
        setting: _Setting | None = self._kept("wire", _Setting)
        return setting

    def _kept(self, key: str, kind: Any) -> Any:
        text = self._station.store.local(key)
        try:
            return None if text is None else msgspec.json.decode(text, type=kind | None)
        except msgspec.ValidationError:  # written by another version: begin anew
            return None

    def _keep(self, key: str, value: object) -> None:
        text = msgspec.json.encode(value, enc_hook=str).decode()
        if text != self._station.store.local(key):
            self._station.store.set_local(key, text)


def _place(setting: _Setting) -> Path:
    """Where the folder is now. Faults: ``wire_stick_missing``, ``wire_folder_missing``, ``wire_not_connected``."""
    if setting.stick:
        stick = find_stick(setting.folder)
        if stick is None:
            raise Fault("wire_stick_missing", stick=setting.folder)
        return stick
    if setting.mount and not os.path.ismount(setting.mount):
        raise Fault("wire_not_connected", folder=setting.folder)
    folder = Path(setting.folder)
    if not folder.is_dir():
        raise Fault("wire_folder_missing", folder=setting.folder)
    return folder


def _mount(folder: Path) -> str:
    return str(next(each for each in (folder, *folder.parents) if each.is_mount() or each == each.parent))


def _late(before: dict[str, Any], now: datetime) -> bool:
    try:
        return abs((now - datetime.fromisoformat(before["when"])).total_seconds()) >= _NOTED_SECONDS
    except (KeyError, TypeError, ValueError):
        return True
