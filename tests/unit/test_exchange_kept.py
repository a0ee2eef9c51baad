"""Shelves: what could not be taken is kept, listed, bounded, and given back."""

from __future__ import annotations

from pathlib import Path

import pytest

from timebank.exchange.kept import Shelf, Shelves
from timebank.outcome import Refusal


def put(shelf: Shelf, folder: Path, number: int, size: int = 100) -> list[str]:
    source = folder / "incoming"
    source.write_bytes(bytes([number]) * size)
    sha256 = f"{number:064x}"[::-1]
    return shelf.put(source, f"{number}.tbx", sha256, code="tampered", facts={"file": "x"}, when="2026-11-22")


def test_a_kept_file_is_listed_with_its_reason_and_its_bytes_are_there(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "quarantine")
    assert put(shelf, tmp_path, 7) == []
    (kept,) = shelf.list()
    assert (kept.file, kept.code, kept.bytes, kept.facts) == ("7.tbx", "tampered", 100, {"file": "x"})
    assert shelf.path(kept.id).read_bytes() == bytes([7]) * 100


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "quarantine")
    put(shelf, tmp_path, 7)
    put(shelf, tmp_path, 7)
    assert len(shelf.list()) == 1


@pytest.mark.parametrize("bound", [{"max_files": 3}, {"max_bytes": 350}])
def test_beyond_its_bounds_the_oldest_go_first_and_are_named(tmp_path: Path, bound: dict[str, int]) -> None:
    shelf = Shelf(tmp_path / "quarantine", **bound)
    gone = [name for number in range(1, 6) for name in put(shelf, tmp_path, number)]
    assert gone == ["1.tbx", "2.tbx"]
    assert [kept.file for kept in shelf.list()] == ["3.tbx", "4.tbx", "5.tbx"]


def test_the_newest_stays_even_where_it_alone_is_too_large(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "quarantine", max_bytes=50)
    put(shelf, tmp_path, 1)
    assert [kept.file for kept in shelf.list()] == ["1.tbx"]


@pytest.mark.parametrize("note", [None, b"", b"[1, 2]", b"\xff\xfe", b'{"file": 5}'])
def test_a_file_whose_note_is_lost_is_still_listed(tmp_path: Path, note: bytes | None) -> None:
    shelf = Shelf(tmp_path / "quarantine")
    put(shelf, tmp_path, 1)
    (path,) = (tmp_path / "quarantine").glob("*.json")
    if note is None:
        path.unlink()
    else:
        path.write_bytes(note)
    (kept,) = shelf.list()
    assert (kept.code, kept.bytes) == ("note_lost", 100)


def test_only_ids_that_are_listed_are_found(tmp_path: Path) -> None:
    shelves = Shelves(tmp_path)
    put(shelves.parked, tmp_path, 1)
    (kept,) = shelves.parked.list()
    assert shelves.holding(kept.id) is shelves.parked
    for name in ("../parked/" + kept.id, "", "nothing"):
        with pytest.raises(Refusal) as caught:
            shelves.holding(name)
        assert caught.value.code == "kept_not_found"
    shelves.parked.remove(kept.id)
    assert shelves.parked.list() == []
    assert list((tmp_path / "parked").iterdir()) == []
