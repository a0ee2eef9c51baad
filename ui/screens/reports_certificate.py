"""Certificates of service: issuing one with its page in sight, and checking one that somebody brings."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from timebank.desk.certificates import Certificate, CertificateForm, Verified
from timebank.desk.desk import Desk
from timebank.domain.quantities import parse_date
from timebank.outcome import Problem, Refusal
from timebank.paper.certificate import CertificateFace
from timebank.store.people_queries import MemberRecord
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.paper.certificate import paged_certificate
from ui.paper.paged import page_image
from ui.paper.pdf import INCH
from ui.paper.press import Order, always
from ui.say import phrase
from ui.screens.context import ScreenContext
from ui.screens.member_box import Found, MemberBox
from ui.screens.preview import SheetPicture
from ui.screens.print_dialog import Document, PrintDialog
from ui.screens.printing import print_pages
from ui.screens.reports_issued import IssuedCard
from ui.screens.reports_verdict import verdict_tone, verdict_words
from ui.screens.scroll import Scroll
from ui.widgets import ButtonRow, Card, FormField, InlineNotice, Kind, Text
from ui.widgets.line import Line

_SLOT = "certificate"


class CertificatePage(QWidget):
    """The form on the left, the page as it will come out on the right, and the check below the form."""

    prepared = Signal()
    """a page is in the picture"""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.certificate: Certificate | None = None
        self._face: CertificateFace | None = None
        self._today: date | None = None
        self._image_for: tuple[int, int, str] | None = None
        look = context.look
        self.notice = InlineNotice(look)
        self.holder = MemberBox(
            context, hint=phrase("services.find_person"), name=phrase("reporting.holder"), role="volunteer"
        )
        self.start, self.end, self.responsible, self.contact = Line(), Line(), Line(), Line()
        self.fields = {
            "holder": FormField(look, phrase("reporting.holder"), self.holder),
            "start": FormField(
                look, phrase("reporting.from"), self.start, hint=phrase("reporting.from_hint")
            ),
            "end": FormField(look, phrase("reporting.to"), self.end, hint=phrase("reporting.to_hint")),
            "responsible": FormField(
                look, phrase("certificate.responsible"), self.responsible, hint=phrase("reporting.kept_hint")
            ),
            "contact": FormField(
                look, phrase("certificate.contact"), self.contact, hint=phrase("reporting.kept_hint")
            ),
        }
        self.print_button = context.actions.button("print", Kind.PRIMARY)
        self.code, self.name = Line(), QLineEdit()
        self.verdict = InlineNotice(look)
        self.sheet = SheetPicture(look, sample=False)
        self.issued = IssuedCard(context)
        self._nobody = Text(look, phrase("reporting.certificate_begin"), soft=True)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        look = self._context.look
        form = Card(look, phrase("reporting.issue_certificate"))
        self._period, self._signing = QHBoxLayout(), QHBoxLayout()
        for row, names in ((self._period, ("start", "end")), (self._signing, ("responsible", "contact"))):
            for name in names:
                row.addWidget(self.fields[name], 1)
        form.body.addWidget(self.notice)
        form.body.addWidget(self.fields["holder"])
        form.body.addLayout(self._period)
        form.body.addLayout(self._signing)
        form.body.addWidget(ButtonRow(look, [self.print_button]))
        check = Card(look, phrase("reporting.check_certificate"))
        check.body.addWidget(
            FormField(look, phrase("reporting.code"), self.code, hint=phrase("reporting.code_hint"))
        )
        check.body.addWidget(FormField(look, phrase("reporting.name_on_paper"), self.name))
        check.body.addWidget(self.verdict)
        left = Scroll(look)
        left.column.addWidget(form)
        left.column.addWidget(check)
        left.column.addWidget(self.issued)
        left.column.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._nobody)
        right.addWidget(self.sheet, 1)
        self._across = QHBoxLayout(self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.addWidget(left, 5)
        self._across.addLayout(right, 6)

    def _connect(self) -> None:
        self.holder.taken.connect(self._taken)
        for line in (self.start, self.end, self.responsible, self.contact):
            line.settled.connect(self.prepare)
        self.code.settled.connect(self.check)
        self.name.editingFinished.connect(self.check)
        self.sheet.resized.connect(self._draw)
        self._context.look.speech.changed.connect(self._said_anew)
        self._context.look.changed.connect(self.refresh)

    # Coming here

    def enter(self, member: MemberRecord | None = None, code: str = "") -> None:
        """Begin; with a member, a certificate for them; with a code, check it."""

        def told(answer: tuple[date, tuple[str, str]]) -> None:
            self._today, (responsible, contact) = answer
            for line, kept in ((self.responsible, responsible), (self.contact, contact)):
                if not line.text():
                    line.put(kept)
            if member is not None:
                self.holder.look_up(member)
            else:
                self.holder.setFocus()
            if code:
                self.check_code(code)

        self.issued.read()
        self._context.read(
            lambda desk: (desk.station.surroundings.today(), desk.certificates.signatory()),
            told,
            slot="certificate today",
        )

    # Issuing

    def _taken(self, found: Found | None) -> None:
        self.certificate = None
        self._face, self.sheet.image, self._image_for = None, None, None
        self.sheet.update()
        self.settle()
        self.notice.dismiss()
        if found is not None:
            self.prepare()

    def _form(self) -> CertificateForm | None:
        found, today = self.holder.value, self._today
        if found is None or today is None:
            return None
        days: dict[str, date | None] = {}
        for name, line in (("start", self.start), ("end", self.end)):
            try:
                days[name] = parse_date(line.text(), today) if line.text().strip() else None
                self.fields[name].put_problem(None)
            except Refusal as refusal:
                self.fields[name].put_problem(refusal)
        if len(days) < 2:
            return None
        return CertificateForm(
            found.member, days["start"], days["end"], self.responsible.text(), self.contact.text()
        )

    def prepare(self) -> None:
        """Read from the books what the certificate would say, and show its page."""
        form, language = self._form(), self._context.speech.language
        if form is None:
            return

        def work(desk: Desk) -> tuple[Certificate, CertificateFace]:
            made = desk.certificates.prepare(form)
            return made, desk.certificates.face(made, language)

        self._context.read(work, self._prepared, refused=self._refused, slot=_SLOT)

    def _prepared(self, answer: tuple[Certificate, CertificateFace]) -> None:
        self.certificate, self._face = answer
        self.notice.dismiss()
        self._image_for = None
        self.settle()
        self._draw()

    def _refused(self, problem: Problem) -> None:
        self.certificate, self._face, self.sheet.image = None, None, None
        self.sheet.update()
        self.settle()
        self.notice.show_problem(problem)

    def _draw(self) -> None:
        face = self._face
        if face is None or not self.sheet.isVisible():
            return
        room = self.sheet.room
        key = (room.width(), room.height(), face.number)
        if key == self._image_for:
            return
        self._image_for = key

        def work(_desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> QImage:
            paged = paged_certificate(face)
            width, height = paged.page
            dpi = max(20.0, min(room.width() / width, room.height() / height) * INCH)
            return page_image(paged, 0, dpi)

        self._context.reads.start(work, then=self._drawn, slot="certificate page")

    def _drawn(self, image: object) -> None:
        self.sheet.show_image(image)
        self.prepared.emit()

    def print_now(self) -> PrintDialog | None:
        """Show the certificate in the preview; it is registered once it was printed."""
        made, face = self.certificate, self._face
        if made is None or face is None:
            return None
        title = phrase("reporting.certificate_of", name=made.holder.name)
        document = Document(
            "certificate",
            title,
            f"{made.number}.pdf",
            always(partial(paged_certificate, face)),
            ("a4",),
            letters=made.holder.name,
        )
        return print_pages(self._context, self, document, done=lambda order: self._printed(made, order))

    def _printed(self, made: Certificate, _order: Order) -> None:
        def done(_none: None) -> None:
            self.notice.show_notice(
                Tone.GOOD, phrase("reporting.certificate_done", name=made.holder.name, number=made.number)
            )
            self.issued.read()
            self.prepare()  # the next one has a number of its own

        self._context.write(
            lambda desk: desk.certificates.register(made), done, refused=self.notice.show_problem
        )

    def settle(self) -> None:
        """Let the keys work that make sense now."""
        if self.isVisible():
            self._context.actions.allow("print", self.certificate is not None)
            self._context.actions.allow("save_report", False)
        self._nobody.setVisible(self._face is None)

    # Checking

    def check_code(self, code: str) -> None:
        """Check a code that was scanned elsewhere."""
        self.code.put(code)
        self.check()

    def check(self) -> None:
        """Say what the certificate with the code typed or scanned is worth."""
        code, name = self.code.text(), self.name.text()
        if not code.strip():
            self.verdict.dismiss()
            return
        self._context.read(
            lambda desk: desk.certificates.verify(code, name), self._told_verdict, slot="certificate check"
        )

    def _told_verdict(self, found: Verified) -> None:
        self.verdict.show_notice(verdict_tone(found), verdict_words(found, self._context), can_dismiss=False)

    # Showing

    def _said_anew(self) -> None:
        if self.isVisible() and self.certificate is not None:
            self.prepare()

    def refresh(self) -> None:
        """Keep the gaps in step with the text size."""
        look = self._context.look
        self._across.setSpacing(look.space(4))
        self._period.setSpacing(look.space(3))
        self._signing.setSpacing(look.space(3))
