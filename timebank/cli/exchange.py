"""sync."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.network import station_data
from timebank.desk.exchange import Exported, Taken
from timebank.desk.network import find_stations
from timebank.desk.wire import Watched
from timebank.desk.wire_turn import SETTLE_SECONDS, Turn

FILE = click.Path(path_type=Path)


@click.group()
def sync() -> None:
    """Exchange with other stations by files: export, import, status."""


@sync.command()
@click.option("--out", required=True, type=FILE)
@click.option("--to", multiple=True, help="A station by number or name; all enrolled where not said.")
@click.option("--full", is_flag=True, help="Everything, whatever the others have.")
@click.pass_obj
def export(session: Session, out: Path, to: tuple[str, ...], full: bool) -> None:
    """Write a file for other stations."""
    with session.desk() as desk:
        chosen = find_stations(desk.station.store, to) if to else None
        made = desk.exchange.export(out, chosen, full=full, progress=session.progress())
    data = _exported_data(made)
    session.answer(data, session.say("exported", **data))


def _exported_data(made: Exported) -> dict[str, Any]:
    return {
        "file": str(made.file),
        "bytes": made.bytes,
        "sha256": made.sha256,
        "entries": made.entries,
        "journals": made.journals,
    }


@sync.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.pass_obj
def import_files(session: Session, files: tuple[Path, ...]) -> None:
    """Take files from other stations."""
    with session.desk() as desk:
        taken = desk.exchange.take(list(files), progress=session.progress())
    rows = [_taken_data(session, each) for each in taken]
    session.answer({"files": rows}, *(session.say("imported_line", **each) for each in rows))


def _taken_data(session: Session, taken: Taken) -> dict[str, Any]:
    return {
        "file": str(taken.file),
        "outcome": taken.outcome,
        "code": taken.code,
        "message": session.phrases(f"outcomes.{taken.code or taken.outcome}", **taken.facts),
        "new_entries": taken.new_entries,
        "known_entries": taken.known_entries,
        "cases_opened": taken.cases_opened,
    }


@sync.command()
@click.pass_obj
def status(session: Session) -> None:
    """What this station has, what is parked or quarantined, and who was heard from when."""
    with session.desk() as desk:
        found, watched = desk.exchange.status(), desk.wire.standing()
    watch_data = _watch_data(session, watched)
    data = {
        "have": found.have,
        "parked": found.parked,
        "quarantined": found.quarantined,
        "stations": [station_data(line) for line in found.stations],
        "watch": watch_data,
        "update_needed": [
            {"kind": each.kind, "entries": each.entries, "station": each.name} for each in found.update_needed
        ],
    }
    lines = [session.say("station_line", **station_data(line)) for line in found.stations]
    lines.append(session.say("shelves", parked=len(found.parked), quarantined=len(found.quarantined)))
    if found.update_needed:
        count = sum(each.entries for each in found.update_needed)
        lines.append(session.phrases("findings.update_needed", entries=count))
    if watched.folder:
        lines.append(session.say("watch_line", folder=watched.folder, state=watch_data["message"]))
    session.answer(data, *lines)


@sync.command()
@click.argument("place", metavar="FOLDER-or-LABEL", required=False)
@click.option("--once", is_flag=True, help="Look once, and end.")
@click.option("--every", type=click.IntRange(5, 86_400), default=30, show_default=True, help="Seconds.")
@click.option("--off", is_flag=True, help="Watch no more.")
@click.pass_obj
def watch(session: Session, place: str | None, once: bool, every: int, off: bool) -> None:
    """Exchange through a shared folder, or a stick by its label, by itself."""
    if off and (place or once):
        raise click.UsageError("--off stands alone")
    with session.desk() as desk:
        if off:
            desk.wire.off()
        elif place is not None:
            desk.wire.watch(place)
        watched = desk.wire.standing()
    if off:
        session.answer({"watch": _watch_data(session, watched)}, session.say("watch_off"))
        return
    if once:
        turns = _look(session)
        if turns[-1].problem is not None and not any(turn.taken or turn.exported for turn in turns):
            raise turns[-1].problem
        session.answer(_turns_data(session, watched.folder, turns), *_said(session, turns))
        return
    _watch_on(session, watched.folder, every)


def _watch_on(session: Session, folder: str, every: int) -> None:
    """Look again and again until somebody ends it; only then comes the one object of JSON."""
    if not session.json:
        print(session.say("watch_on", folder=folder), flush=True)
    told, before = [Turn()], "quiet"
    try:
        while True:
            turns = _look(session)
            news = [turn for turn in turns if turn.taken or turn.exported or turn.outcome != before]
            before = turns[-1].outcome
            told += news
            if not session.json:
                for line in _said(session, news):
                    print(line, flush=True)
                told = [Turn()]
            time.sleep(every)
    except KeyboardInterrupt:  # the way to end it
        if session.json:
            session.answer(_turns_data(session, folder, told))


def _look(session: Session) -> list[Turn]:
    """One look at the folder; a second one shortly after where a file has yet to prove that it is finished.

    The station is opened anew each time: the window may be open on it as well.
    """
    turns: list[Turn] = []
    while not turns or (turns[-1].waiting and len(turns) < 2):
        if turns:
            time.sleep(SETTLE_SECONDS)
        with session.desk() as desk:
            turns.append(desk.wire.turn(progress=session.progress()))
    return turns


def _turns_data(session: Session, folder: str, turns: list[Turn]) -> dict[str, Any]:
    telling = next(
        (turn for turn in reversed(turns) if turn.problem or turn.taken or turn.exported), turns[-1]
    )
    return {
        "folder": folder,
        "outcome": telling.outcome,
        "message": _turn_message(session, telling),
        "imported": [
            _taken_data(session, taken)
            for turn in turns
            for first in turn.taken
            for taken in (first, *first.also)
        ],
        "exported": [_exported_data(turn.exported) for turn in turns if turn.exported],
        "removed": sum(turn.removed for turn in turns),
        "waiting": turns[-1].waiting,
    }


def _turn_message(session: Session, turn: Turn) -> str:
    return (
        session.phrases.problem(turn.problem) if turn.problem else session.phrases(turn.phrase, **turn.facts)
    )


def _said(session: Session, turns: list[Turn]) -> list[str]:
    lines = []
    for turn in turns:
        lines += [
            session.say("imported_line", **_taken_data(session, taken))
            for first in turn.taken
            for taken in (first, *first.also)
        ]
        if turn.exported:
            lines.append(session.say("exported", **_exported_data(turn.exported)))
        if turn.problem or (turn is turns[-1] and not (turn.taken or turn.exported)):
            lines.append(_turn_message(session, turn))
    return lines


def _watch_data(session: Session, watched: Watched) -> dict[str, Any]:
    problem = watched.problem
    if not watched.on:
        message = session.phrases("wire.off")
    elif problem is not None:
        message = session.phrases.problem(problem)
    else:
        message = session.phrases(watched.phrase, **watched.facts)
    return {
        "folder": watched.folder,
        "on": watched.on,
        "last_turn": watched.last_turn or None,
        "last_outcome": watched.last_outcome or None,
        "message": message,
    }


COMMANDS = (sync,)
