"""Run simulations: ``python -m tests.simulate --seeds 1-50 --days 120 --stations 20``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .faults import FAULTS, STANDARD
from .simulation import Told, simulate


def seeds(text: str) -> Iterator[int]:
    """The seeds in ``7``, ``1-50`` or ``3,9,20-25``."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def main() -> int:
    """Simulate every seed; 1 where a promise was broken."""
    ask = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    ask.add_argument("--seed", "--seeds", dest="seeds", default="1", help="7, 1-50 or 3,9,20-25")
    ask.add_argument("--days", type=int, default=120)
    ask.add_argument("--stations", type=int, default=20)
    ask.add_argument("--only", default="", help=f"only these faults, of: {', '.join(FAULTS)}")
    ask.add_argument("--also", default="", help=f"these too; without it: {', '.join(STANDARD)}")
    ask.add_argument("--without", default="", help="all but these faults")
    ask.add_argument("--every", type=int, default=15, help="days between full checks; 0: only at the end")
    ask.add_argument("--keep", type=Path, help="where the folders of a failure are kept")
    asked = ask.parse_args()
    chosen = asked.only.split(",") if asked.only else [*STANDARD, *asked.also.split(",")]
    kinds = [kind for kind in FAULTS if kind in chosen and kind not in asked.without.split(",")]
    told = []
    for seed in seeds(asked.seeds):
        one = simulate(
            seed, days=asked.days, stations=asked.stations, kinds=kinds, every=asked.every, keep=asked.keep
        )
        told.append(one)
        _say(one)
    _sum(told)
    return int(any(one.failure for one in told))


def _say(one: Told) -> None:
    state = "BROKEN" if one.failure else f"log {one.log[:12]} digest {one.digest[:12]}"
    print(
        f"seed {one.seed}: {one.station_days} station-days, {one.faults.total()} faults,"
        f" {one.entries} entries, {one.seconds:.1f} s, {state}",
        flush=True,
    )
    if one.failure:
        print("\n".join(one.last))
        print(one.failure)
        print(f"--- seed {one.seed} broke a promise ---", flush=True)


def _sum(told: list[Told]) -> None:
    days, seconds = sum(one.station_days for one in told), sum(one.seconds for one in told)
    faults = sum((one.faults for one in told), Counter[str]())
    outcomes = sum((one.outcomes for one in told), Counter[str]())
    broken = [one.seed for one in told if one.failure]
    print(f"\n{len(told)} seeds, {days} station-days, {faults.total()} faults, {seconds:.0f} s")
    print(f"{1000 * seconds / max(1, days):.0f} ms a station-day")
    print("faults:", ", ".join(f"{kind} {count}" for kind, count in sorted(faults.items())))
    print("outcomes:")
    for what, count in sorted(outcomes.items()):
        print(f"  {count:7} {what}")
    print(f"broken seeds: {broken}" if broken else "every promise held")


if __name__ == "__main__":
    sys.exit(main())
