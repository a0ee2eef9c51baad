"""The press: what is light is drawn at once, what is heavy by a process of its own, and no harm there reaches here."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from test_paper_sheets import codes, faces

from timebank.outcome import Cancelled, Fault, Refusal
from timebank.paper.reader import read_all_codes
from ui.paper import press
from ui.paper.press import LIGHT, Order, Press, put_on_paper, write_apart
from ui.screens.voucher_document import voucher_pages

pytestmark = pytest.mark.usefixtures("qapp")
HEAVY = "x" * (LIGHT + 1)
Told = Callable[[int, int], object] | None
Asked = Callable[[], bool] | None


def where(_load: str, _progress: Told, _cancelled: Asked) -> int:
    return os.getpid()


def told(_load: str, progress: Told, _cancelled: Asked) -> str:
    assert progress is not None
    for done in range(1, 4):
        progress(done, 3)
    return "done"


def failing(_load: str, error: Exception, _progress: Told, _cancelled: Asked) -> None:
    raise error


def patient(_load: str, progress: Told, cancelled: Asked) -> None:
    assert progress is not None
    assert cancelled is not None
    progress(0, 1)
    while not cancelled():
        pass
    raise Cancelled


def stubborn(_load: str, progress: Told, _cancelled: Asked) -> None:
    assert progress is not None
    progress(0, 1)
    while True:
        time.sleep(60)


def crashing(_load: str, part: Path, _progress: Told, _cancelled: Asked) -> None:
    part.write_bytes(b"%PDF-1.4 and then")
    os.abort()


def crashing_pages(_load: str) -> object:
    os.abort()


def test_what_is_light_is_done_here_and_what_is_heavy_elsewhere_in_one_process() -> None:
    with Press() as on:
        assert on.do(partial(where, "")) == os.getpid()
        first, second = on.do(partial(where, HEAVY)), on.do(partial(where, ""))
    assert first == second != os.getpid()


def test_progress_comes_from_the_process() -> None:
    seen: list[tuple[int, int]] = []
    with Press() as on:
        assert on.do(partial(told, HEAVY), lambda done, total: seen.append((done, total))) == "done"
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    "error",
    [
        Refusal("not_enough", balance=3),
        Fault("printer_gone", printer="大厅"),
        OSError(errno.ENOSPC, "full", "x.pdf"),
    ],
)
def test_what_goes_wrong_there_is_raised_here_as_it_is(error: Exception) -> None:
    with Press() as on, pytest.raises(type(error)) as caught:
        on.do(partial(failing, HEAVY, error))
    assert (caught.value.args, vars(caught.value)) == (error.args, vars(error))


def test_a_defect_there_is_a_defect_here_with_its_traceback() -> None:
    with Press() as on, pytest.raises(RuntimeError, match="in failing"):
        on.do(partial(failing, HEAVY, ZeroDivisionError("never")))


@pytest.mark.parametrize("work", [patient, stubborn])
def test_stopping_is_heard_and_who_does_not_hear_is_ended(
    work: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "_PATIENCE_S", 0.2)
    begun: list[int] = []
    with Press() as on, pytest.raises(Cancelled):
        on.do(partial(work, HEAVY), lambda done, _total: begun.append(done), lambda: bool(begun))


def test_a_process_that_crashes_is_a_fault_with_a_sentence() -> None:
    with Press() as on, pytest.raises(Fault) as caught:
        on.do(partial(crashing, HEAVY, Path(os.devnull)))
    assert caught.value.code == "press_stopped"


def test_a_crash_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        write_apart(partial(crashing_pages, HEAVY), tmp_path / "x.pdf")  # type: ignore[arg-type]
    assert caught.value.code == "press_stopped"
    assert list(tmp_path.iterdir()) == []


def test_a_large_sheet_is_printed_there_and_read_back(tmp_path: Path) -> None:
    printed = faces(60)
    seen: list[tuple[int, int]] = []
    order = Order("a4", 3, 1, path=tmp_path / "x.pdf")
    made = put_on_paper(
        partial(voucher_pages, printed), order, lambda done, total: seen.append((done, total))
    )
    assert made == tmp_path / "x.pdf"
    assert sorted(read_all_codes(made)) == codes(printed)
    assert seen[0] == (7, 120), "three places of the first page were used before"
    assert seen[-1] == (120, 120)
    again = put_on_paper(partial(voucher_pages, printed), order)
    assert again == tmp_path / "x-2.pdf", "never over an earlier one"


def test_stopping_a_large_sheet_leaves_no_file(tmp_path: Path) -> None:
    seen: list[int] = []
    order = Order("a4", 0, 1, path=tmp_path / "x.pdf")
    with pytest.raises(Cancelled):
        put_on_paper(
            partial(voucher_pages, faces(300)),
            order,
            lambda done, _total: seen.append(done),
            lambda: bool(seen),
        )
    assert list(tmp_path.iterdir()) == []


def test_a_printer_that_is_gone_is_said_from_there_too() -> None:
    with pytest.raises(Fault) as caught:
        put_on_paper(partial(voucher_pages, faces(60)), Order("a4", 0, 1, printer="拆走的打印机"))
    assert (caught.value.code, caught.value.facts) == ("printer_gone", {"printer": "拆走的打印机"})
