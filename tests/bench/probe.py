"""How long the screen's thread is away while long work goes on beside it: the worst gap, and what filled it.

Run ``python tests/bench/probe.py --entries 100000 --people 100000 --vouchers 1000``: prints one Markdown table. A
timer of 5 ms writes down when it was served; the gap is the time between two servings. Of each gap it is told how long
that thread worked, and how long it could have and had no processor (on Linux): that is the machine, not the program,
and ``--load 4`` makes it so on purpose, with so many processes beside. The rest it waited for Python's interpreter.
While a gap lasts, another thread notes where the screen's thread is in our code, and where the working threads are.
Nothing here fails on a bar. How long each page takes to open is measured by pages.py.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from timebank.desk.station import Station
from timebank.desk.surroundings import Surroundings
from timebank.journal.facts import MemberRegistered, ServiceLogged
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Mode, Theme
from ui.look.kept import Kept
from ui.paper.press import Order
from ui.qt import application
from ui.say import Speech
from ui.screens.exchange import ExchangeScreen
from ui.screens.people import PeopleScreen
from ui.screens.services import ServicesScreen
from ui.screens.vouchers import VouchersScreen
from ui.screens.workplace import Workplace
from ui.tidy import Tidy
from ui.widgets import ScanBox
from ui.window import Window, settle

BEAT_MS = 5
BAR_MS = 50
LETTERS = "zhangxiuying"
BETWEEN_LETTERS_MS = 120
_SCHEDULED = Path("/proc/thread-self/schedstat")
AROUND = Surroundings(clock=lambda: NOW)


class Probe(QObject):
    """Counts the beats that come late, and says what went on meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.causes: Counter[str] = Counter()
        self.ours: list[float] = []
        """The same gaps without the time in which the thread had no processor."""
        self.worst, self.worst_work, self.worst_queued, self.worst_cause = 0.0, 0.0, 0.0, ""
        """The longest gap in ms, how much of it this thread worked or had no processor, and what it was busy with."""
        self._last, self._worked, self._queued = _clocks()
        self._running = True
        self._seen: Counter[str] = Counter()
        self._screen = threading.get_ident()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._watch = threading.Thread(target=self._look, name="probe")

    def __enter__(self) -> Probe:
        self._last, self._worked, self._queued = _clocks()
        self._timer.start()
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._running = False
        self._watch.join()
        self._timer.stop()

    def _beat(self) -> None:
        before, clocks = (self._last, self._worked, self._queued), _clocks()
        gap, work, queued = ((now - then) * 1000 for now, then in zip(clocks, before, strict=True))
        self._last, self._worked, self._queued = clocks
        self.gaps.append(gap)
        self.ours.append(gap - queued)
        seen, self._seen = self._seen, Counter()
        cause = seen.most_common(1)[0][0] if seen else ""
        if gap > BAR_MS:
            self.causes[cause] += 1
        if gap > self.worst:
            self.worst, self.worst_work, self.worst_queued, self.worst_cause = gap, work, queued, cause

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


def _clocks() -> tuple[float, float, float]:
    """Seconds by the clock, at work in this thread, and in which it could have worked and had no processor."""
    try:
        queued = int(_SCHEDULED.read_text().split()[1]) / 1e9
    except OSError:  # only Linux tells
        queued = 0.0
    return time.perf_counter(), time.thread_time(), queued


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
    Tidy(lambda: window.busy, window)
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
        screen.form.issue_as(Order(screen.form.fields.paper_layout.value, 0, 1, path=file))
        wait(lambda: file.exists() and not window.busy)
    window.close()
    return first, probe


def _member(home: Path, ref: EntryRef) -> MemberRecord:
    with Desk(home, AROUND) as desk:
        return desk.people.find(str(ref))


def searching(look: Look, folder: Path, people: int) -> tuple[Probe, ...]:
    """The page opened; a name typed letter by letter on the people's page."""
    _people(make_station(folder / "people", 0), people).close()
    window = opened(folder / "people", look)
    work = work_of(window)
    first = opening(window, "people")
    with Probe() as probe:
        screen = work.screens["people"]
        assert isinstance(screen, PeopleScreen)
        _spell(window, screen.list.box)
    window.close()
    return first, probe


def _people(station: Station, people: int) -> Station:
    """The station with so many elders more, who have names."""
    with station.recording() as pen:
        for at in range(people):
            name = (
                SURNAMES[at % len(SURNAMES)] + GIVEN[at // 50 % len(GIVEN)] + GIVEN[at // 2000 % len(GIVEN)]
            )
            pen.tell(
                MemberRegistered(f"001-{10_000 + at:06d}", ("elder",), b""),
                {"name": name, "phone": f"138{at:08d}"},
            )
    return station


def _spell(window: Window, box: ScanBox) -> None:
    """Type a name twice, letter by letter."""
    for _ in range(2):
        for letter in LETTERS:
            _press(box, letter)
            end = time.monotonic() + BETWEEN_LETTERS_MS / 1000
            wait(lambda end=end: time.monotonic() > end)
        settle(window)
        box.ready()
        box.edited.emit("")
        settle(window)


def recording(look: Look, folder: Path, services: int) -> tuple[Probe, ...]:
    """The records opened; a name typed, the order turned, the list scrolled from end to end."""
    _people(make_station(folder / "services", services), 1_000).close()
    return listing(opened(folder / "services", look))


def listing(window: Window) -> tuple[Probe, ...]:
    """The same in a window that is open; which is closed in the end."""
    work = work_of(window)
    work.go("services")
    settle(window)
    with Probe() as first:
        work.actions_table["services_list"].trigger()
        settle(window)
    screen = work.screens["services"]
    assert isinstance(screen, ServicesScreen)
    records = screen.list
    with Probe() as probe:
        _spell(window, records.box)
        for column in (0, 4, 4, 0):
            order = Qt.SortOrder.DescendingOrder if column else Qt.SortOrder.AscendingOrder
            records.table.sortByColumn(column, order)
            settle(window)
        bar = records.table.verticalScrollBar()
        for step in range(51):
            bar.setValue(bar.maximum() * step // 50)
            settle(window)
    window.close()
    return first, probe


def _press(widget: QObject, letter: str) -> None:
    for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Qt.Key(ord(letter.upper())), Qt.KeyboardModifier.NoModifier, letter)
        event.setTimestamp(int(time.monotonic() * 1000))
        QApplication.sendEvent(widget, event)


HEAD = (
    "| | beats | 99th, ms | worst, ms | of it at work | no processor | over 50 ms | by ourselves "
    "| worst by ourselves, ms | during the worst |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
)


def row(what: str, probe: Probe) -> str:
    """One line of the table; by ourselves: without the time in which there was no processor."""
    gaps = sorted(probe.gaps)
    late, ours = (sum(1 for gap in each if gap > BAR_MS) for each in (probe.gaps, probe.ours))
    return (
        f"| {what} | {len(gaps):,} | {gaps[int(len(gaps) * 0.99)]:.0f} | {probe.worst:.0f} | {probe.worst_work:.0f}"
        f" | {probe.worst_queued:.0f} | {late} | {ours} | {max(probe.ours):.0f} | {probe.worst_cause} |"
    )


@contextmanager
def beside(processes: int) -> Iterator[None]:
    """So many other processes that want all the time there is."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for each in busy:
            each.kill()
            each.wait()


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--entries", type=int, default=100_000)
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--vouchers", type=int, default=1_000)
    words.add_argument("--services", type=int, default=100_000)
    words.add_argument("--load", type=int, default=0, help="so many busy processes beside")
    chosen = words.parse_args()
    app = application([], offscreen=True, language="zh_CN")
    look = Look(app, Speech("zh_CN"), Theme(Mode.LIGHT))
    print(HEAD, flush=True)
    with tempfile.TemporaryDirectory() as place, beside(chosen.load):
        folder = Path(place)
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
        if chosen.services:
            first, listed = recording(look, folder, chosen.services)
            show(f"the list of {chosen.services:,} services opened", first)
            show("the same searched, ordered and scrolled through", listed)


def show(what: str, probe: Probe) -> None:
    """A line of the table, and below it on standard error what filled the gaps."""
    print(row(what, probe), flush=True)
    _tell(probe)


def _tell(probe: Probe) -> None:
    for cause, times in probe.causes.most_common(6):
        print(f"    {times} × {cause}", file=sys.stderr)


if __name__ == "__main__":
    main()
