"""What a power cut leaves in a station's folder is finished where it was decided, and else swept after a day."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from timebank.desk.leftovers import finish, put_in_place, sweep
from timebank.files import scratch_folder
from timebank.outcome import Fault

DAY = 86_400


def left(home: Path, age: float) -> set[Path]:
    """Work of every kind that was broken off, and not touched for ``age`` seconds."""
    folders = [home / "inbox/d4", home / "inbox/e5"]
    files = [folder / "keys/timebank.db" for folder in folders]
    files += [
        home / ".0f.part",
        home / "keys/.1f.part",
        home / "parked/.2f.part",
        home / "quarantine/.3f.part",
    ]
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    moment = time.time() - age
    for path in [*files, *(each for folder in folders for each in (folder, *folder.rglob("*")))]:
        os.utime(path, (moment, moment))
    return {*folders, *files[len(folders) :]}


@pytest.mark.parametrize("age", [2 * DAY, -2 * DAY], ids=["old", "from a wrong clock"])
def test_what_nobody_touched_for_a_day_is_swept_and_nothing_else(tmp_path: Path, age: float) -> None:
    work = left(tmp_path, age)
    mine = [
        tmp_path / name for name in ("timebank.db", "keys/station.keys", "parked/a.tbx", "quarantine/a.json")
    ]
    for path in mine:
        path.write_bytes(b"whole")
        os.utime(path, (time.time() - age,) * 2)
    sweep(tmp_path)
    assert not any(path.exists() for path in work)
    assert all(path.read_bytes() == b"whole" for path in mine)


def test_work_in_progress_is_left_alone(tmp_path: Path) -> None:
    work = left(tmp_path, 2 * DAY)
    for folder in work:
        if folder.is_dir():
            (folder / "written.now").touch()
            os.utime(folder, (0, 0))
    sweep(tmp_path)
    assert {path for path in work if path.exists()} == {path for path in work if path.is_dir()} != set()


def test_a_scratch_folder_is_gone_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), scratch_folder(tmp_path / "new", ".check-") as folder:  # noqa: PT012
        assert folder.parent == tmp_path / "new"
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "x").touch()
        raise ZeroDivisionError
    assert list((tmp_path / "new").iterdir()) == []


def test_a_scratch_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Fault, match="folder_missing"), scratch_folder(tmp_path / "file", ".check-"):
        pytest.fail("there is no such folder")


def test_what_was_decided_is_finished_by_whoever_comes_next(tmp_path: Path) -> None:
    ready = tmp_path / ".founding-x"
    (ready / "keys").mkdir(parents=True)
    (ready / "keys/station.keys").write_bytes(b"new keys")
    (ready / "timebank.db").write_bytes(b"new store")
    (tmp_path / "timebank.db-journal").write_bytes(b"of the old store")
    ready.rename(tmp_path / ".ready")  # here the power went
    finish(tmp_path)
    finish(tmp_path)
    found = {
        str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert found == {"keys/station.keys": b"new keys", "timebank.db": b"new store"}


def test_files_made_ready_replace_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/root.keys").write_bytes(b"root")
    (tmp_path / "keys/station.keys").write_bytes(b"old")
    (tmp_path / ".restore-x/keys").mkdir(parents=True)
    (tmp_path / ".restore-x/keys/station.keys").write_bytes(b"new")
    put_in_place(tmp_path / ".restore-x", tmp_path)
    assert (tmp_path / "keys/station.keys").read_bytes() == b"new"
    assert (tmp_path / "keys/root.keys").read_bytes() == b"root"
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]
