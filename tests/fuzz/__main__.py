"""Fuzz one target: ``python -m tests.fuzz facts --minutes 5 --seed 1``; ``--input FILE.hex`` runs one input again.

``python -m tests.fuzz bombs`` sets off every bomb, ``python -m tests.fuzz bytes`` turns every bit of a small export.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from .bombs import MEMORY, bombs, set_off
from .corpus import Target, scene
from .every_byte import every_byte
from .targets import TARGETS

_SAVED = Path(tempfile.gettempdir()) / "timebank-fuzz"

TOO_LONG = 20.0
"""Seconds of processor time for one input, all checks included; real ones take a hundredth of it."""


class Fuzzer:
    """Tries inputs on one target, and keeps those that crash it."""

    def __init__(self, name: str, target: Target, saved: Path = _SAVED) -> None:
        self.name, self.target, self.saved = name, target, saved
        self.slowest = 0.0
        """Seconds of processor time that the slowest input took."""
        self.outcomes: Counter[str] = Counter()
        self.crashes: dict[str, Path] = {}
        """Where it crashed, with one input that does it."""

    def tries(self, data: bytes) -> None:
        """Run one input; what crashes, or takes too long, is kept once for each place in the program."""
        start = time.process_time()
        try:
            told = self.target.run(data)
            lasted = time.process_time() - start
            self.slowest = max(self.slowest, lasted)
            if lasted > TOO_LONG:
                raise TimeoutError(f"{lasted:.0f} s")
            self.outcomes[told] += 1
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever it is, it is what we look for
            self.outcomes["CRASH"] += 1
            stack = traceback.extract_tb(error.__traceback__)
            words = str(error)[:60] if isinstance(error, AssertionError) else ""
            place = f"{type(error).__name__} {words} at " + " < ".join(
                f"{Path(each.filename).name}:{each.lineno}" for each in reversed(stack[-3:])
            )
            if place not in self.crashes:
                self.saved.mkdir(parents=True, exist_ok=True)
                path = self.saved / f"{self.name}-{hashlib.sha256(data).hexdigest()[:12]}.hex"
                path.write_text(data.hex())
                self.crashes[place] = path
                traceback.print_exception(error, limit=-6)
                print(f"{place}\n  python -m tests.fuzz {self.name} --input {path}", flush=True)

    def loop(self, seed: int, *, seconds: float | None = None, count: int | None = None) -> int:
        """Mutate seeds, and what came of them, for so long or so many; the seeds first. Returns how many."""
        chance, start = random.Random(seed), time.monotonic()
        pool, told = list(self.target.seeds), set[str]()
        for data in self.target.seeds:
            self.tries(data)
        tried = len(pool)
        while (count is None or tried < count) and (seconds is None or time.monotonic() - start < seconds):
            data = self.target.mutate(chance.choice(pool), chance)
            before = self.outcomes.copy()
            self.tries(data)
            (outcome,) = self.outcomes - before
            if outcome not in told or chance.random() < 0.002:  # something new, or a step further on
                told.add(outcome)
                pool.append(data)
            tried += 1
        return tried


def atheris_loop(fuzzer: Fuzzer, seed: int, seconds: float) -> None:
    """Let atheris (libFuzzer) choose the inputs by the coverage of the program; ends the process."""
    import atheris

    folder = Path(tempfile.mkdtemp(prefix="corpus-"))
    for number, data in enumerate(fuzzer.target.seeds):
        (folder / str(number)).write_bytes(data)

    def mutated(data: bytes, most: int, number: int) -> bytes:
        chance = random.Random(number)
        if chance.random() < 0.2:
            return bytes(atheris.Mutate(data, most))
        return fuzzer.target.mutate(data, chance)[:most]

    limits = [f"-max_total_time={int(seconds)}", f"-seed={seed}", "-max_len=200000", "-rss_limit_mb=3000"]
    argv = [sys.argv[0], *limits, "-print_final_stats=1", str(folder)]
    atheris.instrument_all()
    atheris.Setup(argv, fuzzer.tries, custom_mutator=mutated)
    atheris.Fuzz()


def _bombs() -> int:
    bad = 0
    with scene() as world:
        for bomb in bombs(world):
            burst = set_off(bomb)
            failed = burst.outcome == "killed" or burst.outcome.startswith("CRASH") or burst.grown >= MEMORY
            bad += failed
            print(
                f"{'BAD ' if failed else ''}{bomb.name}: {burst.outcome}, {burst.seconds:.2f} s, {burst.grown >> 20} MiB",
                flush=True,
            )
    return int(bad > 0)


def _bytes() -> int:
    with scene() as world:
        for what, outcomes in every_byte(world, all_bits=True).items():
            print(f"{sum(outcomes.values())} {what}: {dict(outcomes.most_common())}")
    return 0


def main() -> int:
    """Fuzz; 1 where something crashed."""
    ask = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    ask.add_argument("target", choices=[*TARGETS, "bombs", "bytes"])
    ask.add_argument("--minutes", type=float, default=5.0)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--input", type=Path, help="run this one input (hex) and nothing else")
    ask.add_argument(
        "--atheris", action="store_true", help="let atheris choose, by coverage (pip install atheris)"
    )
    asked = ask.parse_args()
    if asked.target in ("bombs", "bytes"):
        return _bombs() if asked.target == "bombs" else _bytes()
    with scene() as world:
        target = TARGETS[asked.target](world)
        if asked.input is not None:
            print(target.run(bytes.fromhex(asked.input.read_text())))
            return 0
        fuzzer = Fuzzer(asked.target, target)
        if asked.atheris:
            atheris_loop(fuzzer, asked.seed, asked.minutes * 60)
        start = time.monotonic()
        tried = fuzzer.loop(asked.seed, seconds=asked.minutes * 60)
        minutes = (time.monotonic() - start) / 60
    for outcome, count in fuzzer.outcomes.most_common():
        print(f"{count:9} {outcome}")
    print(
        f"{asked.target}: {tried} inputs in {minutes:.1f} minutes, {len(fuzzer.crashes)} crashes (seed {asked.seed})"
    )
    return int(bool(fuzzer.crashes))


if __name__ == "__main__":
    sys.exit(main())
