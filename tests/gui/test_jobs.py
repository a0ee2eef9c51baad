"""Long work: one thread, in order, cancelled cleanly, and no failure lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from timebank.outcome import Cancelled, Fault, Problem, Refusal
from ui.jobs import IsCancelled, Job, Jobs, Progress


class Context:
    """What work is given: remembers the thread that opened and closed it."""

    def __init__(self) -> None:
        self.opened = threading.get_ident()
        self.closed: int | None = None
        self.done: list[str] = []


class Desk:
    """Jobs over a context, with everything that was heard back."""

    def __init__(self) -> None:
        self.contexts: list[Context] = []
        self.defects: list[BaseException] = []
        self.cannot_open: Problem | None = None
        self.jobs: Jobs[Context] = Jobs(self._open, self._close, on_defect=self.defects.append)

    def _open(self) -> Context:
        if self.cannot_open is not None:
            raise self.cannot_open
        self.contexts.append(Context())
        return self.contexts[-1]

    def _close(self, context: Context) -> None:
        context.closed = threading.get_ident()


@pytest.fixture
def desk(qapp: object) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.jobs.close()


def named(name: str) -> Callable[[Context, Progress, IsCancelled], object]:
    def work(context: Context, progress: Progress, cancelled: IsCancelled) -> str:
        context.done.append(name)
        return name

    return work


def until_cancelled(started: threading.Event) -> Callable[[Context, Progress, IsCancelled], object]:
    def work(context: Context, progress: Progress, cancelled: IsCancelled) -> object:
        started.set()
        while not cancelled():
            QThread.yieldCurrentThread()
        raise Cancelled

    return work


def test_results_come_in_order_on_the_screen_s_thread(desk: Desk, qtbot: QtBot) -> None:
    heard: list[tuple[object, int]] = []
    jobs = [desk.jobs.start(named(n), then=lambda r: heard.append((r, threading.get_ident()))) for n in "abc"]
    assert desk.jobs.busy
    with qtbot.waitSignal(jobs[-1].ended):
        pass
    here = threading.get_ident()
    assert heard == [("a", here), ("b", here), ("c", here)]
    assert not desk.jobs.busy
    (context,) = desk.contexts
    assert context.done == ["a", "b", "c"]
    assert context.opened != here


def test_a_refusal_is_told_and_the_next_work_goes_on(desk: Desk, qtbot: QtBot) -> None:
    def refuse(context: Context, progress: Progress, cancelled: IsCancelled) -> object:
        raise Refusal("not_enough", minutes=30)

    told: list[Problem] = []
    desk.jobs.start(refuse, refused=told.append)
    with qtbot.waitSignal(desk.jobs.start(named("after")).succeeded):
        pass
    assert [problem.code for problem in told] == ["not_enough"]
    assert desk.defects == []


def test_a_defect_is_logged_told_and_handed_to_the_hook(
    desk: Desk, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(context: Context, progress: Progress, cancelled: IsCancelled) -> object:
        return 1 // 0

    job = desk.jobs.start(broken)
    with caplog.at_level(logging.ERROR), qtbot.waitSignals([job.failed, job.ended]):
        pass
    assert [type(defect) for defect in desk.defects] == [ZeroDivisionError]
    assert "1 // 0" in caplog.text
    with qtbot.waitSignal(desk.jobs.start(named("after")).succeeded):
        pass


def test_running_work_stops_when_asked(desk: Desk, qtbot: QtBot) -> None:
    started = threading.Event()
    job = desk.jobs.start(until_cancelled(started))
    started.wait()
    with qtbot.waitSignal(job.cancelled):
        job.cancel()
    assert desk.defects == []


def test_waiting_work_that_is_cancelled_never_begins(desk: Desk, qtbot: QtBot) -> None:
    started = threading.Event()
    first = desk.jobs.start(until_cancelled(started))
    started.wait()
    second = desk.jobs.start(named("never"))
    second.cancel()
    with qtbot.waitSignal(second.cancelled):
        first.cancel()
    assert desk.contexts[0].done == []


def test_work_that_was_finished_before_the_cancel_is_told_as_done(desk: Desk, qtbot: QtBot) -> None:
    begun, go = threading.Event(), threading.Event()

    def deaf(context: Context, progress: Progress, cancelled: IsCancelled) -> object:
        begun.set()
        go.wait()
        return "written"

    heard: list[object] = []
    job = desk.jobs.start(deaf, then=heard.append)
    begun.wait()
    job.cancel()
    with qtbot.waitSignal(job.ended):
        go.set()
    assert heard == ["written"]


def test_the_newest_question_in_a_slot_is_the_only_one_answered(desk: Desk, qtbot: QtBot) -> None:
    go, begun = threading.Event(), threading.Event()

    def slow(context: Context, progress: Progress, cancelled: IsCancelled) -> object:
        begun.set()
        go.wait()
        return "王"

    heard: list[object] = []
    desk.jobs.start(slow, then=heard.append, slot="search")
    begun.wait()
    desk.jobs.start(named("王秀"), then=heard.append, slot="search")
    last = desk.jobs.start(named("王秀英"), then=heard.append, slot="search")
    with qtbot.waitSignal(last.ended):
        go.set()
    assert heard == ["王秀英"]


def test_progress_is_cheap_and_its_last_word_arrives(desk: Desk, qtbot: QtBot) -> None:
    def counting(context: Context, progress: Progress, cancelled: IsCancelled) -> object:
        for n in range(1, 50_001):
            progress(n * 2**20, 50_000 * 2**20)  # bytes of a large file: more than 32 bits
        return None

    heard: list[tuple[int, int]] = []
    job = desk.jobs.start(counting)
    job.progressed.connect(lambda done, total: heard.append((done, total)))
    with qtbot.waitSignal(job.ended):
        pass
    assert heard[-1] == (50_000 * 2**20, 50_000 * 2**20)
    assert len(heard) < 5_000
    assert heard == sorted(heard)


def test_a_context_that_cannot_open_refuses_the_work_and_is_tried_again(desk: Desk, qtbot: QtBot) -> None:
    desk.cannot_open = Fault("store_locked")
    told: list[Problem] = []
    with qtbot.waitSignal(desk.jobs.start(named("a"), refused=told.append).ended):
        pass
    assert [problem.code for problem in told] == ["store_locked"]
    desk.cannot_open = None
    with qtbot.waitSignal(desk.jobs.start(named("b")).succeeded):
        pass


def test_closing_waits_closes_the_context_where_it_was_opened_and_ends_the_rest(qapp: object) -> None:
    desk = Desk()
    started = threading.Event()
    desk.jobs.start(until_cancelled(started))
    desk.jobs.start(named("never"))
    started.wait()
    desk.jobs.close()
    (context,) = desk.contexts
    assert context.closed == context.opened
    assert context.done == []
    with pytest.raises(RuntimeError):
        desk.jobs.start(named("too late"))


def test_busy_is_said_once_for_a_row_of_work(desk: Desk, qtbot: QtBot) -> None:
    said: list[bool] = []
    desk.jobs.busy_changed.connect(said.append)
    jobs: list[Job] = [desk.jobs.start(named(n)) for n in "abc"]
    with qtbot.waitSignal(jobs[-1].ended):
        pass
    qtbot.waitUntil(lambda: said == [True, False])


def test_an_answer_that_fails_on_the_screen_is_not_lost(desk: Desk, qtbot: QtBot) -> None:
    def fails(result: object) -> None:
        raise ValueError("in the screen")

    with qtbot.captureExceptions() as raised:
        job = desk.jobs.start(named("a"), then=fails)
        with qtbot.waitSignal(job.ended):
            pass
    assert [kind for kind, *_ in raised] == [ValueError]
