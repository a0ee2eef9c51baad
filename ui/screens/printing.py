"""Vouchers onto paper, into a PDF or into pictures: work for the thread beside the screen.

First the books, then the paper: a voucher that exists on paper only would be worth nothing, one that exists
in the books only can still be printed. Stopping takes the vouchers back, so that nothing is left half done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from timebank.desk.desk import Desk
from timebank.desk.vouchers import Issued, IssueForm
from timebank.domain.voucher_code import serial_text
from timebank.files import write_bytes_whole, writing
from timebank.outcome import Cancelled, Fault, Problem
from timebank.paper.faces import Layout, VoucherFace
from timebank.paper.png import voucher_png
from timebank.paper.reader import read_pasted
from timebank.phrases import phrases
from ui.jobs import IsCancelled, Progress, Work
from ui.paper.sheets import print_to_pdf, print_to_printer


def ask_printer(parent: QWidget, then: Callable[[QPrinter], None]) -> QPrintDialog:
    """Ask which printer, how many copies, which tray; without stopping the screen."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: then(printer))
    dialog.finished.connect(dialog.deleteLater)
    QDialog.open(dialog)  # not QPrintDialog's own, which wants a slot
    return dialog


class PdfPaper:
    """Paper that is a PDF file; never writes over an earlier one."""

    def print_vouchers(
        self,
        faces: Sequence[VoucherFace],
        layout: Layout,
        path: Path,
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Path:
        """Print into ``path`` and read every code back from it."""
        return print_to_pdf(faces, layout, path, progress, cancelled, never_overwrite=True)


class PrinterPaper:
    """Paper in a printer."""

    def __init__(self, printer: QPrinter) -> None:
        self._printer = printer

    def print_vouchers(
        self,
        faces: Sequence[VoucherFace],
        layout: Layout,
        path: Path,
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Path:
        """Send to the printer, each page read by a decoder first; ``path`` only names the printer."""
        print_to_printer(self._printer, faces, layout, progress, cancelled)
        return path


class Target(Protocol):
    """Where vouchers go."""

    def put(
        self, desk: Desk, vouchers: Sequence[Issued], again: bool, progress: Progress, cancelled: IsCancelled
    ) -> tuple[Path, ...]:
        """Put them there and record it; returns the files made. ``again`` marks what was printed before."""


class OnPaper:
    """Sheets, in a PDF file or from a printer."""

    def __init__(self, paper: PdfPaper | PrinterPaper, layout: Layout, path: Path, language: str) -> None:
        self._paper, self._layout, self._path, self._language = paper, layout, path, language

    def put(
        self, desk: Desk, vouchers: Sequence[Issued], again: bool, progress: Progress, cancelled: IsCancelled
    ) -> tuple[Path, ...]:
        """Print, read back, record as printed."""
        made = desk.vouchers.print(
            vouchers,
            self._paper,
            self._layout,
            self._path,
            language=self._language,
            reprint=again,
            progress=progress,
            cancelled=cancelled,
        )
        return () if isinstance(self._paper, PrinterPaper) else (made,)


class AsPictures:
    """One picture each for a chat message, in a folder, named by the serial."""

    def __init__(self, folder: Path, language: str) -> None:
        self._folder, self._language = folder, language

    def put(
        self, desk: Desk, vouchers: Sequence[Issued], again: bool, progress: Progress, cancelled: IsCancelled
    ) -> tuple[Path, ...]:
        """Draw, read each code back from its picture, write, record."""
        with writing(self._folder / "x"):
            self._folder.mkdir(parents=True, exist_ok=True)
        files: list[Path] = []
        faces = desk.vouchers.faces(vouchers, self._language, reprint=again)
        try:
            for voucher, face in zip(vouchers, faces, strict=True):
                if cancelled():
                    raise Cancelled
                path = self._folder / f"{serial_text(voucher.serial)[:-2]}.png"
                picture = voucher_png(face)
                if read_pasted(picture, name=path.name) != [face.code]:
                    raise Fault("page_unreadable", page=len(files) + 1)
                files.append(write_bytes_whole(path, picture))
                progress(len(files), len(vouchers))
        except Problem:
            for made in files:
                made.unlink(missing_ok=True)
            raise
        desk.vouchers.printed(vouchers, again=again)
        return tuple(files)


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
            return Made(batch.vouchers, target.put(desk, batch.vouchers, False, progress, cancelled), None)
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
        fresh: list[Issued] = []
        again: list[Issued] = []
        for serial in serials:
            issued = desk.vouchers.for_reprint(serial_text(serial))
            printed = desk.voucher_book.details(serial).line.printed
            (again if printed else fresh).append(issued)
        files: tuple[Path, ...] = ()
        for vouchers, reprint in ((fresh, False), (again, True)):
            if vouchers:
                files += target.put(desk, vouchers, reprint, progress, cancelled)
        return Made((*fresh, *again), files, None)

    return work
