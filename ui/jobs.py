"""Long work beside the screen: one thread, one job after another, results back on the screen's thread.

The thread opens its own context (a desk) and is the only one to use it, so there is one writer and no lock.
Work that the rules refuse ends in ``refused``; a defect is logged with its traceback, told to the job, and
handed to the one hook that shows the calm notice. Nothing is swallowed.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from timebank.outcome import Cancelled, Problem

C = TypeVar("C")
Progress = Callable[[int, int], None]
"""Called by work as ``progress(done, total)``, ``total`` 0 where unknown. Cheap: call it at every step."""
IsCancelled = Callable[[], bool]
"""Asked by work between steps; when true, undo what is half done and raise :class:`Cancelled`."""
Work = Callable[[C, Progress, IsCancelled], object]

_TELL_EVERY_S = 0.05
_TURN_S = 0.0001
"""Work in Python gives way this soon to the screen's thread; Python's own 5 ms add up while a page is drawn."""
log = logging.getLogger(__name__)


class Job(QObject):
    """One piece of work under way. All signals arrive on the screen's thread, ``ended`` always last."""

    progressed = Signal(object, object)
    """done, total"""
    succeeded = Signal(object)
    """what the work returned"""
    refused = Signal(object)
    """the :class:`Problem` that stood in the way"""
    cancelled = Signal()
    failed = Signal(object)
    """the exception, where the program itself is at fault"""
    ended = Signal()

    def __init__(self, work: Callable[..., object], slot: str, parent: QObject) -> None:
        super().__init__(parent)
        self.work, self.slot = work, slot
        self._stop = threading.Event()
        self.over = False

    def cancel(self) -> None:
        """Ask the work to stop; ``cancelled`` says when it has."""
        self._stop.set()

    @property
    def cancelling(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()


class _Worker(QObject, Generic[C]):
    """Runs jobs in order on a thread of Python's. Only signals leave it, for receivers on the screen's thread.

    A QThread whose ``run`` is written in Python now and then crashes PySide while it starts (once in some
    twenty windows, seen with 6.11.3), so Qt starts no thread here.
    """

    moved = Signal(object, object, object)
    done = Signal(object, object, object)
    """job, result, exception or None"""

    def __init__(self, open_context: Callable[[], C], close_context: Callable[[C], None]) -> None:
        super().__init__()
        self.jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._open, self._close = open_context, close_context
        self._context: C | None = None
        self._thread = threading.Thread(target=self._run, name="work beside the screen")

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def wait(self) -> None:
        """Let the last job end; ask for the end first, with None as a job."""
        self._thread.join()

    def _run(self) -> None:
        while (job := self.jobs.get()) is not None:
            result: object = None
            error: BaseException | None = None
            try:
                result = self._run_one(job)
            except Problem as problem:
                error = problem
            except BaseException as defect:
                log.exception("work beside the screen failed")
                error = defect
            self.done.emit(job, result, error)
        if self._context is not None:
            try:
                self._close(self._context)
            except Exception:
                log.exception("the work thread could not close")

    def _run_one(self, job: Job) -> object:
        if job.cancelling:
            raise Cancelled
        if self._context is None:  # tried again by the next job where it failed
            self._context = self._open()
        told = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told >= _TELL_EVERY_S or done == total:
                told = now
                self.moved.emit(job, done, total)

        return job.work(self._context, progress, lambda: job.cancelling)


class Jobs(QObject, Generic[C]):
    """Runs work beside the screen, in order; make it on the screen's thread and ``close`` it at the end."""

    busy_changed = Signal(bool)

    def __init__(
        self,
        open_context: Callable[[], C],
        close_context: Callable[[C], None],
        *,
        on_defect: Callable[[BaseException], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_defect = on_defect
        self._waiting: list[Job] = []
        self._worker = _Worker(open_context, close_context)
        queued = Qt.ConnectionType.QueuedConnection
        self._worker.moved.connect(self._moved, queued)
        self._worker.done.connect(self._done, queued)
        self._closed = False
        sys.setswitchinterval(_TURN_S)
        self._worker.start()

    @property
    def busy(self) -> bool:
        """Whether any work runs or waits."""
        return bool(self._waiting)

    @property
    def behind(self) -> int:
        """How many jobs wait behind the one that runs; also for the work itself to ask."""
        return self._worker.jobs.qsize()

    def start(
        self,
        work: Work[C],
        *,
        then: Callable[[object], None] | None = None,
        refused: Callable[[Problem], None] | None = None,
        slot: str = "",
    ) -> Job:
        """Run ``work(context, progress, cancelled)`` after what already waits.

        ``then`` gets its result and ``refused`` the problem, both on the screen's thread. Work with the same
        ``slot`` takes the place of what was asked before it: the older one is cancelled and never answers.
        """
        if self._closed:
            raise RuntimeError("work asked for after the end")
        job = Job(work, slot, self)
        for older in self._waiting:
            if slot and older.slot == slot:
                older.cancel()
        if then is not None:
            job.succeeded.connect(then)
        if refused is not None:
            job.refused.connect(refused)
        self._waiting.append(job)
        self._worker.jobs.put(job)
        if len(self._waiting) == 1:
            self.busy_changed.emit(True)
        return job

    def cancel(self) -> None:
        """Ask everything that runs or waits to stop."""
        for job in self._waiting:
            job.cancel()

    def close(self) -> None:
        """Cancel what is left, let the running step end cleanly, close the context, and wait for all that."""
        if self._closed:
            return
        self._closed = True
        self.cancel()
        self._worker.jobs.put(None)
        self._worker.wait()

    def _moved(self, job: Job, done: int, total: int) -> None:
        if not job.over and not job.cancelling:
            job.progressed.emit(done, total)

    def _done(self, job: Job, result: object, error: BaseException | None) -> None:
        job.over = True
        self._waiting.remove(job)
        # Once closed there is nobody left to hear an answer, and nothing that an answer could ask for.
        superseded = self._closed or (
            bool(job.slot) and any(other.slot == job.slot for other in self._waiting)
        )
        try:
            if isinstance(error, Cancelled) or (superseded and (error is None or isinstance(error, Problem))):
                job.cancelled.emit()
            elif error is None:
                job.succeeded.emit(result)
            elif isinstance(error, Problem):
                job.refused.emit(error)
            else:
                job.failed.emit(error)
                self._on_defect(error)
        finally:
            job.ended.emit()
            job.deleteLater()
            if not self._waiting:
                self.busy_changed.emit(False)
