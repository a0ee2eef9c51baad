"""The monthly grant run of many elders through the desk: rate, memory, progress.

Run as ``python tests/bench/grants.py [elders]`` (100,000 where not said). Nothing here fails on a figure.
Times are processor time, so that a busy machine does not count.
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from pipeline import clocked, peak_megabytes

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.months import GrantRun
from timebank.desk.surroundings import Surroundings
from timebank.journal.facts import MemberRegistered

NOW = datetime(2026, 11, 5, 9, 0)
MONTH = date(2026, 11, 1)
CATEGORIES = ("minimum_living", "near_minimum_living", "living_alone", "empty_nest", "disabled", "dementia")


def register(desk: Desk, count: int, chance: random.Random) -> None:
    """``count`` elders of 60 to 99, a third of them assessed, a third in some category."""
    with desk.station.recording() as pen:
        for at in range(count):
            born = date(1927 + chance.randrange(40), 1 + chance.randrange(12), 1 + chance.randrange(28))
            private: dict[str, object] = {
                "name": f"老人{at}",
                "birth": born.isoformat(),
                "registered_here": chance.random() < 0.95,
                "lives_here": chance.random() < 0.95,
            }
            if chance.random() < 0.33:
                private["care"] = [{"level": chance.randrange(5), "from": "", "until": ""}]
            if chance.random() < 0.33:
                private["categories"] = [{"code": chance.choice(CATEGORIES), "from": "", "until": ""}]
            pen.tell(MemberRegistered(f"001-{at:06d}", ("elder",), b""), private)


class Progress:
    """What a progress bar hears: how often, how far, and the longest silence in processor seconds."""

    def __init__(self) -> None:
        self.calls, self.last, self.silence = 0, (0, 0), 0.0
        self._heard = time.process_time()

    def __call__(self, done: int, total: int) -> None:
        now = time.process_time()
        self.calls, self.last = self.calls + 1, (done, total)
        self.silence, self._heard = max(self.silence, now - self._heard), now


class Memory:
    """The most memory held while some work is done, above what was held before (Linux), in megabytes."""

    def __init__(self) -> None:
        self._before = self._peak = self._held()
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Memory:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watch.join()

    @property
    def grown(self) -> float:
        """Megabytes at the peak above the beginning."""
        return self._peak - self._before

    def _look(self) -> None:
        while not self._done.wait(0.02):
            self._peak = max(self._peak, self._held())

    def _held(self) -> float:
        status = Path("/proc/self/status")
        if not status.exists():
            return 0.0
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def measured(what: str, count: int, run: Callable[[Progress], GrantRun]) -> GrantRun:
    """Print the figures of one run over ``count`` elders."""
    progress, made = Progress(), []
    with Memory() as memory:
        seconds = clocked(lambda: made.append(run(progress)))
    (found,) = made
    print(
        f"{what:<28} {count / seconds:>9,.0f} elders/s {seconds:>7.2f} s"
        f"   granted {len(found.granted):>6}, unchanged {found.unchanged:>6}"
        f"   progress {progress.calls} calls to {progress.last[0]}/{progress.last[1]},"
        f" longest silence {progress.silence:.2f} s   memory +{memory.grown:.0f} MB"
    )
    return found


def main(count: int) -> None:
    """Measure and print."""
    chance = random.Random(1)
    surroundings = Surroundings(clock=lambda: NOW, random=chance.randbytes)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "hub"
        network.found(home, surroundings, network="Bench", station="Hub", policy="hangzhou")
        with Desk(home, surroundings) as desk:
            print(f"{count} elders registered in {clocked(lambda: register(desk, count, chance)):.1f} s")
        with Desk(home, surroundings) as desk:
            grant = desk.months.grant
            tried = measured("preview", count, lambda heard: grant(MONTH, dry_run=True, progress=heard))
            first = measured("grant", count, lambda heard: grant(MONTH, progress=heard))
            assert first.granted == tried.granted
            again = measured("grant again", count, lambda heard: grant(MONTH, progress=heard))
            assert (again.granted, again.unchanged) == ((), len(first.granted))
            december = MONTH.replace(month=12)
            measured("grant of the next month", count, lambda heard: grant(december, progress=heard))
            sums = desk.upkeep.check()
            print(f"books balance: {sums.ok}; peak of the whole process {peak_megabytes():.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
