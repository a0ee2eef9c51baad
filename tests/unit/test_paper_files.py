"""A file is written whole or not at all, and what the disk says becomes a plain sentence."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from timebank import files
from timebank.files import read_fault, reading, require_writable, write_bytes_whole, write_fault, write_whole
from timebank.outcome import Fault
from timebank.phrases import LANGUAGES, phrases


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_appears_whole_and_alone(tmp_path: Path) -> None:
    assert write_bytes_whole(tmp_path / "a.pdf", b"whole") == tmp_path / "a.pdf"
    assert (tmp_path / "a.pdf").read_bytes() == b"whole"
    assert names(tmp_path) == ["a.pdf"]


def test_a_failed_writing_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")

    def half(part: Path) -> None:
        part.write_bytes(b"ne")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_whole(target, half)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.pdf"]


@pytest.mark.parametrize("write", [require_writable, lambda path: write_whole(path, Path.touch)])
def test_a_folder_cannot_be_written_as_a_file(tmp_path: Path, write: Callable[[Path], object]) -> None:
    (tmp_path / "a.pdf").mkdir()
    for path in (tmp_path / "a.pdf", Path(), Path("/")):
        with pytest.raises(Fault) as caught:
            write(path)
        assert caught.value.code == "file_not_written"
    assert names(tmp_path) == ["a.pdf"]


def test_verify_sees_the_new_bytes_and_may_refuse_them(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def refuse(part: Path) -> None:
        seen.append(part.read_bytes())
        raise Fault("printed_unreadable", file="a.pdf")

    with pytest.raises(Fault) as caught:
        write_whole(tmp_path / "a.pdf", lambda part: part.write_bytes(b"new"), verify=refuse)
    assert caught.value.code == "printed_unreadable"
    assert seen == [b"new"]
    assert names(tmp_path) == []


@pytest.mark.parametrize("links", [True, False], ids=["links", "fat"])
def test_never_overwrite_takes_the_next_free_name(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:

        def no_links(*_: object) -> None:
            raise OSError(errno.EPERM, "no links on FAT")

        monkeypatch.setattr(files.os, "link", no_links)
    got = [
        write_bytes_whole(tmp_path / "x.pdf", data, never_overwrite=True).name for data in (b"1", b"2", b"3")
    ]
    assert got == ["x.pdf", "x-2.pdf", "x-3.pdf"]
    assert [(tmp_path / name).read_bytes() for name in got] == [b"1", b"2", b"3"]
    assert names(tmp_path) == sorted(got)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_a_private_file_is_its_owners_only(tmp_path: Path) -> None:
    write_bytes_whole(tmp_path / "key", b"secret", private=True)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        write_whole(tmp_path / "a.pdf", lambda _: Path("/dev/full").write_bytes(b"x"))
    assert caught.value.code == "disk_full"
    assert caught.value.facts == {"file": "a.pdf", "folder": str(tmp_path)}
    assert names(tmp_path) == []


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        write_bytes_whole(tmp_path / "stick" / "a.pdf", b"x")
    assert caught.value.code == "folder_missing"


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(Fault) as caught:
        write_bytes_whole(tmp_path / "a.pdf", b"x")
    assert caught.value.code == "file_not_written"
    assert names(tmp_path) == ["a.pdf"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Fault) as caught:
        write_bytes_whole(tmp_path / "a.pdf", b"x")
    assert caught.value.code == "folder_not_writable"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EACCES, "folder_not_writable"),
        (errno.EROFS, "folder_not_writable"),
        (errno.EBUSY, "file_in_use"),
        (errno.ENOENT, "folder_missing"),
        (errno.EIO, "file_not_written"),
        (errno.EFBIG, "file_not_written"),
    ],
)
def test_every_trouble_of_writing_has_a_sentence(number: int, code: str) -> None:
    fault = write_fault(OSError(number, "as the system says"), Path("folder/名册.xlsx"))
    assert fault.code == code
    for language in LANGUAGES:
        sentence = phrases(language).problem(fault)
        assert "名册.xlsx" in sentence
        assert "…" not in sentence


def test_windows_says_that_a_file_is_open_elsewhere(tmp_path: Path) -> None:
    error = PermissionError(errno.EACCES, "sharing violation")
    error.winerror = 32  # type: ignore[attr-defined]
    assert write_fault(error, tmp_path / "a.xlsx").code == "file_in_use"


def test_reading_tells_missing_from_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught, reading(tmp_path / "a"):
        (tmp_path / "a").read_bytes()
    assert caught.value.code == "file_missing"
    assert read_fault(OSError(errno.EIO, "input/output error"), tmp_path / "a").code == "file_unreadable"
