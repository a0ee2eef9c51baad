"""Measured steps, each in a process of its own: neither memory nor warm caches pass from one to the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple, ParamSpec, TypeVar

from pipeline import peak_megabytes

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Cost(NamedTuple):
    """What a piece of work took: processor seconds, seconds by the clock, megabytes beyond those before it."""

    seconds: float
    wall: float
    megabytes: float


def apart(step: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Made:
    """Run ``step`` in a fresh process and return its answer.

    Keep the calling process small: on Linux a child's peak of memory begins with its parent's.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
        return one.submit(step, *given, **named).result()


def cost(work: Callable[[], object]) -> Cost:
    """Do ``work`` and say what it took. The memory is right for the first call in a process only."""
    before = peak_megabytes()
    start, wall = time.process_time(), time.perf_counter()
    work()
    return Cost(time.process_time() - start, time.perf_counter() - wall, peak_megabytes() - before)
