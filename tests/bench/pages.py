"""How long each page holds the screen's thread when it is opened: for the first time, and once more.

Run ``python tests/bench/pages.py --people 100000 --turns 3``: prints one Markdown table, a line a page. The pages are
the scenes of ui/scenes.py, on the demonstration's three stations, the one of most scenes with so many people more.
Every opening has a process of its own, so nothing is warm that would not be: no page, no glyph. Medians of the turns, the
least in brackets; *ours* is a gap without the time in which the thread had no processor. Nothing here fails on a bar.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import NamedTuple

from desk import GIVEN, SURNAMES
from probe import BAR_MS, Probe, wait

from timebank.cli.answers import Session
from timebank.cli.pictured import NOW, PicturedNetwork
from timebank.desk.station import Station
from timebank.desk.surroundings import Surroundings
from timebank.journal.facts import MemberRegistered, ServiceLogged
from timebank.phrases import LANGUAGES, phrases
from ui.front import Front
from ui.look import Look, Mode, TextSize, Theme
from ui.qt import application
from ui.say import Speech
from ui.scenes import scenes
from ui.stage import CENTRE, EMPTY, HUB, Scene, Stage
from ui.tidy import Tidy

AROUND = Surroundings(clock=lambda: NOW)
IDLE_S = 1.5
LONGEST_S = 60
"""After this a page is given up: threads of a window that failed keep its process alive."""
APART = get_context("fork")


class Gap(NamedTuple):
    """The longest time that the screen's thread was away, the longest but for waiting for a processor, and at what."""

    ms: float
    ours_ms: float
    cause: str


class Opened(NamedTuple):
    """A page opened for the first time, and once more."""

    first: Gap
    later: Gap


def gap(probe: Probe) -> Gap:
    """The longest of a probe."""
    return Gap(probe.worst, max(probe.ours), probe.worst_cause)


def network(folder: Path, people: int) -> dict[str, Path]:
    """The homes of the guide's pictures, ``people`` more at the centre, and an empty one."""
    session = Session(folder, True, phrases("zh_CN"), "", Front())
    homes = dict(PicturedNetwork(session, folder).make())
    homes[EMPTY] = folder / "empty"
    homes[EMPTY].mkdir()
    if people:
        crowd(homes[CENTRE], people)
    return homes


def crowd(home: Path, people: int) -> None:
    """Register ``people`` more at a station, and log a service for each."""
    chance = random.Random(7)
    station = Station(home, AROUND)
    with station.recording() as pen:
        known = []
        for at in range(people):
            name = "".join(chance.choice(part) for part in (SURNAMES, GIVEN, GIVEN))
            roles = ("volunteer",) if at % 3 == 0 else ("elder",)
            told: dict[str, object] = {"name": name, "phone": f"138{at:08d}"}
            known.append(pen.tell(MemberRegistered(f"009-{at:06d}", roles, b""), told))
        for at in range(0, len(known) - 2, 3):
            for turn in (1, 2):
                start = 14_050_000 + at % 90_000 + 120 * turn
                pen.tell(ServiceLogged((known[at],), known[at + turn], "meal", start, 60, (60,)))
    station.close()


def names(homes: dict[str, Path]) -> list[str]:
    """What there is to open."""
    with tempfile.TemporaryDirectory() as kept:
        stage = _stage(homes, Path(kept), "zh_CN", TextSize.STANDARD)
        found = [scene.name for scene in scenes(stage)]
        stage.close()
    return found


def _stage(homes: dict[str, Path], kept: Path, language: str, size: TextSize) -> Stage:
    app = application([], offscreen=True, language=language)
    look = Look(app, Speech(language), Theme(Mode.LIGHT, size))
    return Stage(look, homes, kept, AROUND)


def opened(homes: dict[str, Path], name: str, language: str, size: TextSize) -> Opened | None:
    """Open a page twice, with the desk between; None where this network lacks something for it."""
    with tempfile.TemporaryDirectory() as kept:
        stage = _stage(homes, Path(kept), language, size)
        scene = next(each for each in scenes(stage) if each.name == name)
        _ready(stage, scene)
        with Probe() as first:
            shown = stage.play(scene)
        stage.clear()
        if stage.at != EMPTY:
            stage.go("desk")
        with Probe() as later:
            stage.play(scene)
        stage.close()
    return Opened(gap(first), gap(later)) if shown is not None else None


def _ready(stage: Stage, scene: Scene) -> None:
    """The window stands open on its first page, as it does before anybody goes anywhere."""
    stage.at = CENTRE if scene.at == HUB and not stage.has(HUB) else scene.at
    assert stage.window
    if stage.at != EMPTY:
        assert stage.cast
        assert stage.work
        stage.go("desk")
    stage.settle()
    Tidy(lambda: stage.window.busy, stage.window)


def idle() -> Gap:
    """Nothing going on: what the machine does by itself."""
    application([], offscreen=True, language="zh_CN")
    with Probe() as probe:
        end = time.monotonic() + IDLE_S
        wait(lambda: time.monotonic() > end)
    return gap(probe)


def apart(work: object, *given: object) -> object:
    """What ``work`` answers in a process of its own, forked before anything of Qt has begun."""
    mine, theirs = APART.Pipe(duplex=False)
    process = APART.Process(target=_answer, args=(theirs, work, given))
    process.start()
    theirs.close()
    try:
        return mine.recv() if mine.poll(LONGEST_S) else None
    except EOFError:  # it said on standard error what went wrong
        return None
    finally:
        process.kill()
        process.join()


def _answer(to: Connection, work: object, given: tuple[object, ...]) -> None:
    to.send(work(*given))  # type: ignore[operator]
    to.close()


def measured(homes: dict[str, Path], asked: argparse.Namespace) -> Iterator[tuple[str, list[Opened]]]:
    """Each page that was asked for, with what each turn found."""
    found = apart(names, homes)
    assert isinstance(found, list)
    for name in found:
        if asked.only and not re.fullmatch(asked.only, name):
            continue
        turns = [apart(opened, homes, name, asked.language, TextSize(asked.size)) for _ in range(asked.turns)]
        seen = [each for each in turns if isinstance(each, Opened)]
        if seen:
            yield name, seen
        else:
            print(f"    {name}: not to be seen here", file=sys.stderr)


def line(name: str, gaps: list[list[Gap]]) -> str:
    """One line of the table: medians, and in brackets the least."""
    cells = []
    for each in gaps:
        for figures in ([gap.ms for gap in each], [gap.ours_ms for gap in each]):
            cells.append(f"{_bold(median(figures))} ({_bold(min(figures))})")
    worst = max((gap for each in gaps for gap in each), key=lambda gap: gap.ours_ms)
    return f"| {name} | " + " | ".join(cells) + f" | {worst.cause} |"


def _bold(ms: float) -> str:
    return f"**{ms:.0f}**" if ms > BAR_MS else f"{ms:.0f}"


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--turns", type=int, default=3)
    words.add_argument("--language", choices=LANGUAGES, default="zh_CN")
    words.add_argument("--size", choices=[each.value for each in TextSize], default=TextSize.EXTRA.value)
    words.add_argument("--only", default="", help="names of scenes, as a regular expression")
    words.add_argument("--homes", type=Path, help="keep the stations here, and take them from here next time")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = asked.homes or Path(place)
        if (folder / "empty").exists():
            homes = {each: folder / each for each in ("hub", "centre", "village", EMPTY)}
        else:
            homes = network(folder, asked.people)
        print("| page | first, ms (least) | ours | later, ms (least) | ours | during the worst |")
        print("|---|--:|--:|--:|--:|---|", flush=True)
        still = [apart(idle) for _ in range(asked.turns)]
        rest = [each for each in still if isinstance(each, Gap)]
        print(line("nothing going on", [rest, rest]), flush=True)
        for name, seen in measured(homes, asked):
            print(line(name, [[each.first for each in seen], [each.later for each in seen]]), flush=True)


if __name__ == "__main__":
    main()
