"""How long the screen's thread is away while long work goes on beside it: the worst gap, and what filled it.

Run ``python tests/bench/probe.py --entries 100000 --people 100000 --vouchers 1000``: prints one Markdown table. A
timer of 5 ms writes down when it was served; the gap is the time between two servings. While a gap lasts, another
thread notes where the screen's thread is in our code, and where the working threads are. Nothing here fails on a bar.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from desk import GIVEN, SURNAMES
from pipeline import NOW, make_station
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.exchange import Exchange
from timebank.desk.surroundings import Surroundings
from timebank.journal.facts import MemberRegistered, ServiceLogged
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Mode, Theme
from ui.look.kept import Kept
from ui.qt import application
from ui.say import Speech
from ui.screens.exchange import ExchangeScreen
from ui.screens.people import PeopleScreen
from ui.screens.vouchers import VouchersScreen
from ui.screens.workplace import Workplace
from ui.window import Window, settle

BEAT_MS = 5
BAR_MS = 50
LETTERS = "zhangxiuying"
BETWEEN_LETTERS_MS = 120
AROUND = Surroundings(clock=lambda: NOW)


class Probe(QObject):
    """Counts the beats that come late, and says what went on meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.causes: Counter[str] = Counter()
        self.worst, self.worst_cause = 0.0, ""
        self._last = time.perf_counter()
        self._running = True
        self._seen: Counter[str] = Counter()
        self._screen = threading.get_ident()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._watch = threading.Thread(target=self._look, name="probe")

    def __enter__(self) -> Probe:
        self._last = time.perf_counter()
        self._timer.start()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._running = False
        self._watch.join()
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self._last = now
        self.gaps.append(gap)
        seen, self._seen = self._seen, Counter()
        cause = seen.most_common(1)[0][0] if seen else ""
        if gap > BAR_MS:
            self.causes[cause] += 1
        if gap > self.worst:
            self.worst, self.worst_cause = gap, cause

    def _look(self) -> None:
        while self._running:
            time.sleep(0.002)
            if time.perf_counter() - self._last < 0.015:
                continue
            frames = sys._current_frames()
            where = _ours(frames.get(self._screen))
            others = [
                _ours(frame)
                for ident, frame in frames.items()
                if ident not in (self._screen, threading.get_ident())
            ]
            busy = ", ".join(sorted({each for each in others if each and "jobs.py" not in each}))
            self._seen[f"screen in {where or 'Qt'}; beside it {busy or 'nothing'}"] += 1


def _ours(frame: FrameType | None) -> str:
    """The innermost line of the program in a stack, as file:line function."""
    while frame is not None:
        name = frame.f_code.co_filename
        if ("/ui/" in name or "/timebank/" in name) and "bench" not in name:
            return f"{Path(name).name}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return ""


def wait(done: Callable[[], bool], most_s: float = 900) -> None:
    """Let the event loop run until something has come about."""
    loop, end = QEventLoop(), time.monotonic() + most_s
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
    timer.start()
    loop.exec()
    timer.stop()
    if not done():
        raise TimeoutError


def opened(home: Path, look: Look) -> Window:
    """The window on a station, signed in."""
    window = Window(home, look, Kept(home, "zh_CN"), AROUND)
    window.show()
    window.open_station()
    settle(window)
    window.work_as(None)
    settle(window)
    return window


def work_of(window: Window) -> Workplace:
    """The signed-in part of a window."""
    assert window.workplace is not None
    return window.workplace


def idle(window: Window) -> Probe:
    """Nothing going on, to compare with."""
    with Probe() as probe:
        end = time.monotonic() + 3
        wait(lambda: time.monotonic() > end)
    return probe


def opening(window: Window, place: str, payload: object = None) -> Probe:
    """A page opened for the first time: all its widgets are made, on the screen's thread."""
    with Probe() as probe:
        work_of(window).go(place, payload)
        settle(window)
    return probe


def places(look: Look, folder: Path) -> Iterator[tuple[str, Probe]]:
    """The window started, and every place of it opened once."""
    make_station(folder / "places", 10_000).close()
    begun = time.perf_counter()
    window = opened(folder / "places", look)
    print(f"start to a usable window: {(time.perf_counter() - begun) * 1000:.0f} ms", file=sys.stderr)
    for place in work_of(window).screens:
        if place != "desk":  # where the window starts
            yield place, opening(window, place)
    window.close()


def importing(look: Look, folder: Path, entries: int) -> tuple[Probe, ...]:
    """Nothing going on; the page opened; taking in a file of that size, from the preview to the last count."""
    hub = make_station(folder / "hub", entries)
    request, answer = folder / "centre.request", folder / "centre.enrolment"
    network.request(folder / "centre", AROUND, name="Centre", out=request, passphrase_file=None)
    network.enrol(hub, request, out=answer)
    network.join(folder / "centre", AROUND, answer)
    file = Exchange(hub).export(folder / "all.tbx", full=True).file
    hub.close()
    window = opened(folder / "centre", look)
    work = work_of(window)
    still, first = idle(window), opening(window, "exchange")
    with Probe() as probe:
        screen = work.screens["exchange"]
        assert isinstance(screen, ExchangeScreen)
        screen.look_at([file])
        wait(screen.taking.take.isEnabled)
        screen.taking.confirm()
        wait(lambda: screen.taking.take.isHidden() and not window.busy)
    window.close()
    return still, first, probe


def sheet(look: Look, folder: Path, vouchers: int) -> tuple[Probe, ...]:
    """The page opened; issuing that many vouchers, drawing their sheets into a PDF and reading every one back."""
    station = make_station(folder / "rich", 0)
    with station.recording() as pen:
        told = {"name": "王秀英", "phone": "13800010001"}
        rich = pen.tell(MemberRegistered("001-90000", ("volunteer", "elder"), b""), dict(told))
        elder = pen.tell(MemberRegistered("001-90001", ("elder",), b""), dict(told))
        for day in range(60):
            pen.tell(ServiceLogged((rich,), elder, "meal", 14_000_000 + day * 1440, 600, (600,)))
    station.close()
    window = opened(folder / "rich", look)
    work = work_of(window)
    holder = _member(folder / "rich", rich)
    first = opening(window, "vouchers", holder)
    with Probe() as probe:
        screen = work.screens["vouchers"]
        assert isinstance(screen, VouchersScreen)
        screen.form.fields.amount.setText("30分钟")
        screen.form.fields.count.setText(str(vouchers))
        settle(window)
        file = folder / "sheet.pdf"
        screen.form.issue_to_pdf(file)
        wait(lambda: file.exists() and not window.busy)
    window.close()
    return first, probe


def _member(home: Path, ref: EntryRef) -> MemberRecord:
    with Desk(home, AROUND) as desk:
        return desk.people.find(str(ref))


def searching(look: Look, folder: Path, people: int) -> tuple[Probe, ...]:
    """The page opened; a name typed letter by letter on the people's page."""
    station = make_station(folder / "people", 0)
    with station.recording() as pen:
        for at in range(people):
            name = (
                SURNAMES[at % len(SURNAMES)] + GIVEN[at // 50 % len(GIVEN)] + GIVEN[at // 2000 % len(GIVEN)]
            )
            pen.tell(
                MemberRegistered(f"001-{10_000 + at:06d}", ("elder",), b""),
                {"name": name, "phone": f"138{at:08d}"},
            )
    station.close()
    window = opened(folder / "people", look)
    work = work_of(window)
    first = opening(window, "people")
    with Probe() as probe:
        screen = work.screens["people"]
        assert isinstance(screen, PeopleScreen)
        box = screen.list.box
        for _ in range(2):
            for letter in LETTERS:
                _press(box, letter)
                end = time.monotonic() + BETWEEN_LETTERS_MS / 1000
                wait(lambda end=end: time.monotonic() > end)
            settle(window)
            box.ready()
            box.edited.emit("")
            settle(window)
    window.close()
    return first, probe


def _press(widget: QObject, letter: str) -> None:
    for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key(ord(letter.upper())), Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(int(time.monotonic() * 1000))
        QApplication.sendEvent(widget, event)


def row(what: str, probe: Probe) -> str:
    """One line of the table."""
    gaps = sorted(probe.gaps)
    late = sum(1 for gap in gaps if gap > BAR_MS)
    at_99 = gaps[int(len(gaps) * 0.99)] if gaps else 0.0
    return f"| {what} | {len(gaps):,} | {at_99:.0f} | {probe.worst:.0f} | {late} | {probe.worst_cause} |"


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--entries", type=int, default=100_000)
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--vouchers", type=int, default=1_000)
    chosen = words.parse_args()
    app = application([], offscreen=True, language="zh_CN")
    look = Look(app, Speech("zh_CN"), Theme(Mode.LIGHT))
    print(
        "| | beats | 99th, ms | worst, ms | over 50 ms | during the worst |\n|---|--:|--:|--:|--:|---|",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, first in places(look, folder):
            show(f"{name} opened for the first time", first)
        if chosen.entries:
            still, first, taken = importing(look, folder, chosen.entries)
            show("nothing going on", still)
            show("the exchange page opened", first)
            show(f"import of {chosen.entries:,} entries", taken)
        if chosen.vouchers:
            first, made = sheet(look, folder, chosen.vouchers)
            show("the form for vouchers opened", first)
            show(f"a sheet of {chosen.vouchers:,} vouchers, read back", made)
        if chosen.people:
            first, found = searching(look, folder, chosen.people)
            show("the people's page opened", first)
            show(f"search among {chosen.people:,} people, letter by letter", found)


def show(what: str, probe: Probe) -> None:
    """A line of the table, and below it on standard error what filled the gaps."""
    print(row(what, probe), flush=True)
    _tell(probe)


def _tell(probe: Probe) -> None:
    for cause, times in probe.causes.most_common(6):
        print(f"    {times} × {cause}", file=sys.stderr)


if __name__ == "__main__":
    main()
