"""The press: paper that takes long to draw is drawn by a process of its own, so that the screen never waits for it.

At each of the many strokes of a large sheet Qt lets go of Python's interpreter and takes it again, sooner than the
screen's thread wakes up: that thread could starve for as long as another thread draws. And should a printer's driver
crash, the window stays.
"""

from __future__ import annotations

import os
import pickle
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import TypeVar, cast

from PySide6.QtCore import QLocale

from timebank.outcome import Cancelled, Fault, Problem
from ui.paper.paged import (
    WHOLE,
    Cancel,
    Margins,
    Paged,
    Progress,
    named_printer,
    reach,
    send_paged,
    write_made,
)
from ui.qt import application

R = TypeVar("R")
Work = Callable[[Progress | None, Cancel | None], R]
Pages = Callable[[str, int, Margins], Paged]
"""Layout, first place (from 0) and margins make pages. Functions of a module and partials of them can go to the press."""


LIGHT = 6_000
"""Bytes of work up to which it is done in the thread that asks: a page or two, sooner drawn than a process begins."""
_LOOK_EVERY_S = 0.05
_PATIENCE_S = 3.0
"""How long a process that was told to stop may take to clear up, before it is ended."""
_MOVED, _DONE, _FAILED, _STOPPED, _DEFECT = range(5)


@dataclass(frozen=True)
class Order:
    """What was chosen: a printer by name, or a ``path`` for a PDF; the first place counts from 0."""

    layout: str
    first: int
    copies: int
    printer: str = ""
    path: Path | None = None


def always(make: Callable[[], Paged]) -> Pages:
    """Pages that come out in one way only, as ``make`` makes them."""
    return partial(_always, make)


def _always(make: Callable[[], Paged], _layout: str, _first: int, _margins: Margins) -> Paged:
    return make()


def put_on_paper(
    pages: Pages,
    order: Order,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    *,
    private: bool = False,
) -> Path | None:
    """Print ``pages`` as ordered; returns the file where one was written, never over an earlier one.

    Raises what :func:`write_made` and :func:`send_paged` do, ``printer_gone``, and ``press_stopped`` where the
    process ended by itself. What waits for a printer is told to forget it; no file is left.
    """
    if order.path is not None:
        make = partial(pages, order.layout, order.first, WHOLE)
        return write_apart(make, order.path, progress, cancelled, never_overwrite=True, private=private)
    with Press() as press:
        press.do(partial(_send, pages, order), progress, cancelled)
    return None


def write_apart(
    make: Callable[[], Paged],
    path: Path,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
    *,
    never_overwrite: bool = False,
    private: bool = False,
) -> Path:
    """Write the pages that ``make`` makes as a PDF and read its codes back, on the press; as :func:`write_made`."""
    with Press() as press:
        return write_made(
            make, path, progress, cancelled, do=press.do, never_overwrite=never_overwrite, private=private
        )


def _send(pages: Pages, order: Order, progress: Progress | None, cancelled: Cancel | None) -> None:
    printer = named_printer(order.printer, order.copies)
    whole = pages(order.layout, order.first, WHOLE)
    send_paged(printer, pages(order.layout, order.first, reach(printer, whole.page)), progress, cancelled)


class Press:
    """Draws for as long as the block lasts; its process begins with the first work that is not :data:`LIGHT`."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Press:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pipe is not None and self._process is not None:
            self._pipe.close()
            self._process.join(_PATIENCE_S)
            self._process.kill()  # does nothing where it has ended
            self._process.join()
            self._process.close()

    def do(self, work: Work[R], progress: Progress | None = None, cancelled: Cancel | None = None) -> R:
        """Do ``work``, which can be pickled, and return what it returns or raise what it raises."""
        told = pickle.dumps(work)
        if self._pipe is None and len(told) <= LIGHT:
            return work(progress, cancelled)
        try:
            pipe = self._begun()
            pipe.send_bytes(told)
            kind, answer = self._answer(pipe, progress, cancelled)
        except (EOFError, OSError) as error:
            raise Fault("press_stopped") from error
        if kind == _DONE:
            return cast(R, answer)
        if kind == _STOPPED:
            raise Cancelled
        if kind == _FAILED:
            raise cast(BaseException, answer)
        raise RuntimeError(answer)

    def _begun(self) -> Connection:
        if self._pipe is None:
            spawn = get_context("spawn")  # no copy of the window, its threads and its open files
            ours, theirs = spawn.Pipe()
            told = (theirs, QLocale().name())
            process = spawn.Process(target=_serve, args=told, name="press", daemon=True)
            process.start()
            theirs.close()
            self._pipe, self._process = ours, process
        return self._pipe

    def _answer(
        self, pipe: Connection, progress: Progress | None, cancelled: Cancel | None
    ) -> tuple[int, object]:
        end: float | None = None
        while True:
            if pipe.poll(_LOOK_EVERY_S):
                kind, answer = pipe.recv()
                if kind != _MOVED:
                    return kind, answer
                if progress is not None:
                    progress(*answer)
            if end is None and cancelled is not None and cancelled():
                pipe.send(None)
                end = time.monotonic() + _PATIENCE_S
            if end is not None and time.monotonic() > end:
                assert self._process is not None
                self._process.kill()
                return _STOPPED, None


def _serve(pipe: Connection, locale: str) -> None:
    """The process itself: one work after another until the window lets go of the pipe, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the window
    if hasattr(os, "nice"):
        os.nice(5)  # where processors are few the window goes first
    with suppress(EOFError, OSError):
        application([])
        QLocale.setDefault(QLocale(locale))  # it decides how signs are set that two languages share
        while True:
            pipe.send(_outcome(pipe.recv(), pipe))
    os._exit(0)  # nothing is left to clear up, and Qt's own way out is the least sure part of it


def _outcome(work: Work[object], pipe: Connection) -> tuple[int, object]:
    def progress(done: int, total: int) -> None:
        pipe.send((_MOVED, (done, total)))

    try:
        return _DONE, work(progress, pipe.poll)  # whatever comes meanwhile says: stop
    except Cancelled:
        return _STOPPED, None
    except (Problem, OSError) as error:
        return _FAILED, error
    except Exception:
        return _DEFECT, traceback.format_exc()
