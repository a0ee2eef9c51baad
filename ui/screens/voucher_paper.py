"""Vouchers onto paper, into a PDF or into pictures: work for the thread beside the screen.

First the books, then the paper: a voucher that exists on paper only would be worth nothing, one that exists
in the books only can still be printed. Stopping takes the vouchers back, so that nothing is left half done.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

from timebank.desk.desk import Desk
from timebank.desk.vouchers import Issued, IssueForm
from timebank.domain.voucher_code import serial_text
from timebank.files import make_folder, write_bytes_whole, writing
from timebank.outcome import Cancelled, Fault, Problem, Refusal
from timebank.paper.faces import VoucherFace
from timebank.paper.png import voucher_png
from timebank.paper.reader import read_pasted
from timebank.phrases import phrases
from ui.jobs import IsCancelled, Progress, Work
from ui.paper.press import Order, put_on_paper
from ui.screens.voucher_document import voucher_pages


class Target(Protocol):
    """Where vouchers go."""

    def put(
        self,
        desk: Desk,
        vouchers: Sequence[Issued],
        again: frozenset[bytes],
        progress: Progress,
        cancelled: IsCancelled,
    ) -> tuple[Path, ...]:
        """Put them there and record it; returns the files made. Those in ``again`` are marked as reprints."""


class OnPaper:
    """Sheets, in a PDF file or from a printer."""

    def __init__(self, order: Order, language: str) -> None:
        self._order, self._language = order, language

    def put(
        self,
        desk: Desk,
        vouchers: Sequence[Issued],
        again: frozenset[bytes],
        progress: Progress,
        cancelled: IsCancelled,
    ) -> tuple[Path, ...]:
        """Print, read back, record as printed."""
        faces = faces_of(desk, vouchers, again, self._language)
        made = put_on_paper(partial(voucher_pages, faces), self._order, progress, cancelled)
        record_printed(desk, vouchers, again)
        return () if made is None else (made,)


class AsPictures:
    """One picture each for a chat message, in a folder, named by the serial."""

    def __init__(self, folder: Path, language: str) -> None:
        self._folder, self._language = folder, language

    def put(
        self,
        desk: Desk,
        vouchers: Sequence[Issued],
        again: frozenset[bytes],
        progress: Progress,
        cancelled: IsCancelled,
    ) -> tuple[Path, ...]:
        """Draw, read each code back from its picture, write, record."""
        with writing(self._folder / "x"):
            make_folder(self._folder)
        files: list[Path] = []
        faces = faces_of(desk, vouchers, again, self._language)
        try:
            for voucher, face in zip(vouchers, faces, strict=True):
                if cancelled():
                    raise Cancelled
                path = self._folder / f"{serial_text(voucher.serial)[:-2]}.png"
                files.append(write_bytes_whole(path, picture_of(face, len(files) + 1)))
                progress(len(files), len(vouchers))
        except Problem:
            for made in files:
                made.unlink(missing_ok=True)
            raise
        record_printed(desk, vouchers, again)
        return tuple(files)


def picture_of(face: VoucherFace, number: int = 1) -> bytes:
    """A voucher's picture as a PNG file, its code read back; Fault ``page_unreadable`` with ``number``."""
    picture = voucher_png(face)
    if read_pasted(picture, name=face.serial_text) != [face.code]:
        raise Fault("page_unreadable", page=number)
    return picture


def faces_of(
    desk: Desk, vouchers: Sequence[Issued], again: frozenset[bytes], language: str
) -> list[VoucherFace]:
    """The faces of vouchers in their order, those in ``again`` marked as reprints."""
    fresh = desk.vouchers.faces(vouchers, language)
    if not again:
        return fresh
    marked = desk.vouchers.faces(vouchers, language, reprint=True)
    pairs = zip(vouchers, fresh, marked, strict=True)
    return [second if voucher.serial in again else first for voucher, first, second in pairs]


def record_printed(desk: Desk, vouchers: Sequence[Issued], again: frozenset[bytes]) -> None:
    """Record what is on paper now, for the first time or once more."""
    for reprint in (False, True):
        which = [each for each in vouchers if (each.serial in again) is reprint]
        if which:
            desk.vouchers.printed(which, again=reprint)


def printable(desk: Desk, serials: Sequence[bytes]) -> tuple[list[Issued], frozenset[bytes]]:
    """Vouchers of the books with their codes, and which of them were printed before.

    Refuses with ``nothing_to_print``, ``not_in_circulation`` or ``not_the_issuer``.
    """
    vouchers = [desk.vouchers.for_reprint(serial_text(serial)) for serial in serials]
    if not vouchers:
        raise Refusal("nothing_to_print")
    printed = {each for each in serials if desk.voucher_book.details(each).line.printed}
    return vouchers, frozenset(printed)


class Made(NamedTuple):
    """What became of a batch; with a ``problem`` the vouchers are issued but not on paper."""

    vouchers: tuple[Issued, ...]
    files: tuple[Path, ...]
    problem: Problem | None


def issuing(form: IssueForm, target: Target, language: str) -> Work[Desk]:
    """Issue a batch and put it onto ``target``; stopped on the way, the batch is withdrawn again."""

    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Made:
        batch = desk.vouchers.issue(form, cancelled=cancelled)
        try:
            files = target.put(desk, batch.vouchers, frozenset(), progress, cancelled)
            return Made(batch.vouchers, files, None)
        except Cancelled:
            reason = phrases(language)("vouchers.stopped_reason")
            desk.vouchers.withdraw([each.serial for each in batch.vouchers], reason)
            raise
        except Problem as problem:
            return Made(batch.vouchers, (), problem)

    return work


def printing_again(serials: Sequence[bytes], target: Target) -> Work[Desk]:
    """Put vouchers onto ``target`` that are on the books; those printed before are marked as reprints."""

    def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Made:
        vouchers, again = printable(desk, serials)
        return Made(tuple(vouchers), target.put(desk, vouchers, again, progress, cancelled), None)

    return work
