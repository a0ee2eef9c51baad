"""Printing from a list of vouchers: preview, paper, pictures; one piece of writing at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.voucher_book import UNPRINTED
from timebank.domain.voucher_code import serial_text
from timebank.outcome import Problem
from timebank.paper.faces import VoucherFace
from timebank.store.voucher_queries import VoucherLine
from ui.jobs import IsCancelled, Job, Progress, Work
from ui.look import Tone
from ui.paper.press import Order
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_folder
from ui.screens.print_dialog import PrintDialog
from ui.screens.voucher_document import voucher_document
from ui.screens.voucher_form import open_path
from ui.screens.voucher_paper import (
    AsPictures,
    Made,
    OnPaper,
    Target,
    faces_of,
    picture_of,
    printable,
    printing_again,
    record_printed,
)
from ui.widgets import InlineNotice


class PrintsVouchers(QWidget):
    """A page with vouchers selected on it, and what can be printed of them. The page says which those are."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._again: Callable[[], None] = self.print_unprinted
        self.dialog: PrintDialog | None = None
        self.notice = InlineNotice(context.look)

    def chosen(self) -> list[VoucherLine]:
        """The vouchers selected, as far as they were read."""
        raise NotImplementedError

    def with_chosen(self, then: Callable[[list[bytes]], None]) -> None:
        """Call ``then`` with the serials of all that is selected."""
        raise NotImplementedError

    def settle(self) -> None:
        """Let the keys work that make sense now."""
        raise NotImplementedError

    def again_asked(self) -> None:
        """Show the selected vouchers as they will come out, to print them, or print them again."""
        if self.chosen():
            self.with_chosen(self.print_asked)

    def print_unprinted(self) -> None:
        """Show every voucher that was issued here and never printed."""

        def read(desk: Desk) -> list[bytes]:
            return [line.serial for line in reversed(desk.voucher_book.lines(state=UNPRINTED))]

        self._context.read(read, self.print_asked, slot="voucher-serials", refused=self._refused)

    def print_asked(self, serials: Sequence[bytes]) -> None:
        """Show these vouchers as they will come out; those printed before are marked as reprints."""
        language = self._language()

        def read(desk: Desk) -> list[VoucherFace]:
            vouchers, again = printable(desk, serials)
            return faces_of(desk, vouchers, again, language)

        def opened(faces: list[VoucherFace]) -> None:
            name = phrase("vouchers.file_name_again", serial=serial_text(serials[0])[:-2])
            dialog = PrintDialog(self._context, voucher_document(faces, name), self)
            dialog.ordered.connect(lambda order: self.print_as(serials, order))
            dialog.open()
            self.dialog = dialog

        self._context.read(read, opened, slot="voucher-paper", refused=self._refused)

    def print_as(self, serials: Sequence[bytes], order: Order) -> None:
        """Print vouchers as ordered."""
        self._put(serials, OnPaper(order, self._language()))

    def ask_pictures(self) -> None:
        """Ask for a folder, then draw the selected vouchers into it."""
        title = phrase("vouchers.issue_pictures_short")
        ask_folder(self, self._context, "pictures", title=title, then=self.draw_pictures)

    def draw_pictures(self, folder: Path) -> None:
        """Draw the selected vouchers for a chat message into ``folder``."""
        target = AsPictures(folder, self._language())
        self.with_chosen(lambda serials: self._put(serials, target))

    def copy_picture(self) -> None:
        """Put the picture of the selected voucher on the clipboard, to be pasted into a chat."""
        chosen, language = self.chosen(), self._language()
        if len(chosen) != 1:
            return
        serial = chosen[0].serial

        def work(desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> bytes:
            vouchers, again = printable(desk, [serial])
            picture = picture_of(faces_of(desk, vouchers, again, language)[0])
            record_printed(desk, vouchers, again)
            return picture

        def done(picture: object) -> None:
            assert isinstance(picture, bytes)
            QGuiApplication.clipboard().setImage(QImage.fromData(picture))
            self.notice.show_notice(Tone.GOOD, phrase("vouchers.picture_copied"))

        self._start(work, done, phrase("vouchers.printing", count=1))

    def _language(self) -> str:
        return self._context.speech.language

    def _put(self, serials: Sequence[bytes], target: Target) -> None:
        if serials:
            words = phrase("vouchers.printing", count=len(serials))
            self._again = partial(self.print_asked, list(serials))
            self._start(printing_again(serials, target), self._printed, words, refused=self._not_printed)

    def _not_printed(self, problem: Problem) -> None:
        """The vouchers stay as they are; the preview is one key away."""
        self.notice.show_notice(
            Tone.BAD,
            problem,
            action=phrase("vouchers.print_now"),
            do=lambda: self._again(),  # noqa: PLW0108  set later
        )

    def _printed(self, made: object) -> None:
        assert isinstance(made, Made)
        words = phrase("vouchers.printed_again", count=len(made.vouchers))
        if made.files:
            file = made.files[0]
            self.notice.show_notice(
                Tone.GOOD, words, action=phrase("vouchers.open_file"), do=lambda: open_path(file)
            )
        else:
            self.notice.show_notice(Tone.GOOD, words)

    # One at a time

    def _start(
        self,
        work: Work[Desk],
        done: object,
        words: Words,
        *,
        refused: Callable[[Problem], None] | None = None,
    ) -> None:
        """One piece of writing at a time, from this page."""
        if self._job is not None:
            return
        self.notice.dismiss()

        def then(result: object) -> None:
            assert callable(done)
            done(result)
            self._context.changed.changed.emit()

        self._job = self._context.jobs.start(work, then=then, refused=refused or self._refused)
        self._job.ended.connect(self._over)
        self._context.follow(self._job, words)
        self.settle()

    def _refused(self, problem: Problem) -> None:
        self.notice.show_problem(problem)

    def _over(self) -> None:
        self._job = None
        self.settle()
