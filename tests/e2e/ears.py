"""What a screen reader is told: run by the system's Python, whose `gi` speaks AT-SPI; commands in, answers out.

A line of JSON is a command and its arguments; the answer is a line of JSON behind a mark, for the services of the bus
write to the same place. Nothing of the program is imported here.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

MARK = "> "
PATIENCE = 20.0
_heard: list[tuple[str, int]] = []


def _listen(event: Any) -> None:
    _heard.append((str(event.any_data), event.detail1))


def _turn() -> None:
    """Let what was said arrive."""
    context = GLib.MainContext.default()
    while context.iteration(False):
        pass
    time.sleep(0.02)


def _until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while True:
        _turn()
        try:
            answer = found()
        except GLib.Error:  # a part that has just gone
            answer = None
        if answer or time.monotonic() > end:
            return answer


def _parts(part: Any) -> Iterator[Any]:
    """Everything shown, in the order in which a reader goes through it."""
    yield part
    for number in range(min(part.get_child_count(), 200)):
        child = part.get_child_at_index(number)
        if child is not None and child.get_state_set().contains(Atspi.StateType.SHOWING):
            yield from _parts(child)


def _program() -> Any:
    desktop = Atspi.get_desktop(0)
    for number in range(desktop.get_child_count()):
        program = desktop.get_child_at_index(number)
        if program is not None and program.get_child_count():
            return program
    return None


def _find(role: str, name: str) -> Any:
    program = _program()
    for part in _parts(program) if program is not None else ():
        if part.get_role_name() == role and part.get_name() == name:
            return part
    return None


def _told(part: Any) -> dict[str, Any]:
    states = {state.value_nick for state in part.get_state_set().get_states()}
    labels = [
        relation.get_target(0).get_name()
        for relation in part.get_relation_set()
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY
    ]
    return {
        "role": part.get_role_name(),
        "name": part.get_name(),
        "description": part.get_description(),
        "states": sorted(states),
        "labels": labels,
    }


def find(role: str, name: str) -> dict[str, Any] | None:
    """A part by role and name, once it is there."""
    part = _until(lambda: _find(role, name))
    return _told(part) if part else None


def focused() -> dict[str, Any] | None:
    """What has the focus."""

    def found() -> Any:
        program = _program()
        for part in _parts(program) if program is not None else ():
            states = (
                part.get_state_set()
            )  # a field says "focused" along with its editor, but is not "focusable"
            if states.contains(Atspi.StateType.FOCUSED) and states.contains(Atspi.StateType.FOCUSABLE):
                return part
        return None

    part = _until(found)
    return _told(part) if part else None


def press(role: str, name: str) -> bool:
    """Do what a part is for, as a reader's own key does."""
    part = _until(lambda: _find(role, name))
    return bool(part and part.get_action_iface().do_action(0))


def cell(table: str, row: int, column: int) -> list[str]:
    """A cell of a table, and the title of its column."""
    part = _until(lambda: _find("table", table))
    grid = part.get_table_iface()
    return [grid.get_accessible_at(row, column).get_name(), grid.get_column_description(column)]


def names(role: str) -> list[str]:
    """The names of all that is shown of a role, in the order of reading."""
    return [part.get_name() for part in _parts(_program()) if part.get_role_name() == role]


def announced() -> list[tuple[str, int]]:
    """What was announced since the last time, with its politeness (2: at once), once there is any."""
    _until(lambda: _heard)
    for _ in range(25):  # another would come right behind it
        _turn()
    told, _heard[:] = list(_heard), []
    return told


def main() -> None:
    """Answer until nobody asks any more."""
    Atspi.init()
    listener = Atspi.EventListener.new(_listen)
    listener.register("object:announcement")
    commands: dict[str, Callable[..., Any]] = {
        each.__name__: each for each in (find, focused, press, cell, names, announced)
    }
    print(f'{MARK}"ready"', flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(MARK + json.dumps(commands[name](*arguments)), flush=True)


if __name__ == "__main__":
    main()
