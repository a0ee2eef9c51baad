"""The page that issues vouchers: the fields, the sheet beside them as it will come out, and where it goes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from timebank.desk.vouchers import IssueForm
from timebank.outcome import Fault, Problem
from timebank.store.people_queries import MemberRecord
from ui.jobs import Job
from ui.look import Role, Tone
from ui.paper.press import Order
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.drafts import Drafts, parts_of
from ui.screens.folders import ask_folder
from ui.screens.preview import Preview
from ui.screens.print_dialog import PrintDialog
from ui.screens.scroll import Scroll
from ui.screens.voucher_document import voucher_document
from ui.screens.voucher_fields import Grounds, VoucherFields, read_grounds
from ui.screens.voucher_paper import AsPictures, Made, OnPaper, Target, issuing
from ui.widgets import Button, ButtonRow, Card, InlineNotice, Kind, Text


class IssuePage(QWidget):
    """Fill in, see the page, issue: onto paper, into a PDF, or as pictures."""

    issued = Signal(object)
    """the :class:`Made` of a batch, on paper or not"""
    again_wanted = Signal(object)
    """serials that were issued and did not come out on paper"""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self.fields = VoucherFields(context)
        self.fields.edited.connect(self._read)
        self.preview = Preview(context)
        self._lay_out()
        context.look.changed.connect(self.refresh)
        self.refresh()
        self.drafts = self._make_drafts()

    def _make_drafts(self) -> Drafts[MemberRecord | None]:
        fields = self.fields
        edits = {"holder": fields.holder, "amount": fields.amount, "count": fields.count}
        staying = {"kind": fields.kind, "lock": fields.lock, "layout": fields.layout_box}
        return Drafts(
            self.notice,
            typed=parts_of({**edits, "expires": fields.expires}),
            staying=parts_of(staying),
            none=None,
            begin=self._begin,
            resumed=self._read,
            opened=self._opened,
            meets=lambda asked, begun: asked is None or (begun is not None and asked.row == begun.row),
        )

    def _lay_out(self) -> None:
        look = self._context.look
        self.notice = InlineNotice(look)
        self._sum = Text(look, "", Role.LABEL)
        self.print_button = self._context.actions.button(
            "print", Kind.PRIMARY, phrase("vouchers.issue_paper")
        )
        self.pictures_button = Button(
            look, phrase("vouchers.issue_pictures"), icon="qr", hint=phrase("vouchers.pictures_hint")
        )
        self.pictures_button.clicked.connect(self._pictures_asked)
        form = Scroll(look)
        form.column.addWidget(self.fields)
        form.column.addStretch(1)
        self._left = QVBoxLayout()
        self._left.addWidget(self.notice)
        self._left.addWidget(form, 1)
        self._left.addWidget(self._sum)
        self._left.addWidget(ButtonRow(look, [self.print_button, self.pictures_button]))
        preview = Card(look, phrase("vouchers.preview"))
        preview.body.addWidget(self.preview, 1)
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addLayout(self._left, 1)
        self._across.addWidget(preview, 1)

    # Being shown

    def enter(self, holder: MemberRecord | None) -> None:
        """A batch, for ``holder`` where one is known already; one that was begun for them goes on."""
        box = self.fields.holder
        if holder is None and not self.drafts.begun:
            holder = box.member  # for whom nothing has been typed yet
        self.drafts.enter(holder)

    def _opened(self) -> None:
        self._context.reads.start(read_grounds, then=self._grounds_came, slot="voucher-grounds")
        box = self.fields.holder
        if box.member is not None:
            box.look_up(box.member)  # the balance may be another by now
            self.fields.amount.setFocus()
        else:
            box.setFocus()

    def _begin(self, holder: MemberRecord | None) -> None:
        self.fields.clear()
        if holder is not None:
            self.fields.holder.look_up(holder)

    def refresh(self) -> None:
        """Say and draw it again in the current language, size and colours."""
        self._left.setSpacing(self._context.look.space(3))
        self._across.setSpacing(self._context.look.space(4))
        self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    def _grounds_came(self, grounds: object) -> None:
        assert isinstance(grounds, Grounds)
        self.fields.put_grounds(grounds)
        self._read()

    def _read(self) -> None:
        """Check what is typed, say the total, show the page."""
        fields = self.fields
        words, tone = fields.total()
        self._sum.put(words, tone)
        ready = fields.form() is not None and self._job is None
        if self.isVisible():
            self._context.actions.allow("print", ready)
        self.pictures_button.setEnabled(ready)
        if fields.grounds is not None:
            self.preview.put(fields.sample(fields.grounds), fields.paper_layout, fields.count.value or 1)

    # Where it goes

    def print_asked(self) -> PrintDialog | None:
        """Show the sheets as they will come out; what is ordered there is issued and printed."""
        fields = self.fields
        form, grounds = fields.form(), fields.grounds
        if form is None or grounds is None or self._job is not None:
            return None
        name = phrase("vouchers.file_name", number=form.holder.number, day=grounds.today.isoformat())
        document = voucher_document(
            [fields.sample(grounds)] * form.count,
            name,
            fields.paper_layout.value,
            sample=True,
            do=phrase("vouchers.issue_print"),
            do_pdf=phrase("vouchers.issue_pdf"),
        )
        dialog = PrintDialog(self._context, document, self)
        dialog.ordered.connect(self.issue_as)
        dialog.open()
        return dialog

    def issue_as(self, order: Order) -> None:
        """Issue what the form says, and print it as ordered."""
        self.fields.choose_layout(order.layout)
        self._issue(OnPaper(order, self._context.speech.language))

    def _pictures_asked(self) -> None:
        title = phrase("vouchers.issue_pictures")
        ask_folder(self, self._context, "pictures", title=title, then=self.issue_as_pictures)

    def issue_as_pictures(self, folder: Path) -> None:
        """Issue what the form says and draw one picture each into ``folder``."""
        self._issue(AsPictures(folder, self._context.speech.language))

    def _issue(self, target: Target) -> None:
        form = self.fields.form()
        if form is None or self._job is not None:
            return
        self.notice.dismiss()
        context = self._context
        self._job = context.jobs.start(
            issuing(form, target, context.speech.language), then=self._made, refused=self._refused
        )
        self._job.cancelled.connect(lambda: self._stopped(form))
        self._job.ended.connect(self._over)
        context.follow(self._job, phrase("vouchers.issuing", count=form.count, name=form.holder.name))
        self._read()

    def _made(self, made: object) -> None:
        assert isinstance(made, Made)
        self._context.changed.changed.emit()
        first = made.vouchers[0]
        values = {
            "count": len(made.vouchers),
            "each": self._context.amount_words(first.minutes),
            "name": first.holder.name,
        }
        if made.problem is not None:
            words: Words = phrase("vouchers.issued_not_printed", problem=made.problem, **values)
            serials = [each.serial for each in made.vouchers]
            self.notice.show_notice(
                Tone.WARN,
                words,
                action=phrase("vouchers.print_now"),
                do=lambda: self.again_wanted.emit(serials),
            )
        elif made.files:
            file = made.files[0]
            words = phrase("vouchers.issued", file=file.name, **values)
            opened = file if len(made.files) == 1 else file.parent
            self.notice.show_notice(
                Tone.GOOD, words, action=phrase("vouchers.open_file"), do=lambda: open_path(opened)
            )
        else:
            self.notice.show_notice(Tone.GOOD, phrase("vouchers.issued_printer", **values))
        self.fields.clear()
        self.drafts.errand = None
        self.drafts.settle()
        self.issued.emit(made)

    def _refused(self, problem: Problem) -> None:
        """Say it where it belongs; what was typed stays."""
        if isinstance(problem, Fault) or not self.fields.put_refusal(problem):
            self.notice.show_problem(problem)

    def _stopped(self, form: IssueForm) -> None:
        self._context.changed.changed.emit()
        self.notice.show_notice(Tone.INFO, phrase("vouchers.stopped", name=form.holder.name))
        self.fields.holder.look_up(form.holder)

    def _over(self) -> None:
        self._job = None
        self._read()


def open_path(path: Path) -> None:
    """Show a file or folder with the system's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
