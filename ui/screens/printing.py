"""Whatever comes out on paper: the preview with its printer and layout, then the work beside the screen.

``print_slip``, ``print_member_card``, ``print_passbook``, ``print_report`` and ``print_pages`` open the
preview and do the rest. What was entered before stays entered, whatever a printer does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from timebank.desk.desk import Desk
from timebank.desk.member_card import card_faces
from timebank.outcome import Problem
from timebank.paper.faces import Layout, MemberCardFace, PassbookFace, SlipFace
from timebank.reports.table import Report
from ui.jobs import IsCancelled, Progress
from ui.look import Tone
from ui.look.kept import Papers
from ui.paper.card import CARD_SHEETS, paged_cards
from ui.paper.paged import Margins, Paged
from ui.paper.passbook import paged_passbook
from ui.paper.press import Order, always, put_on_paper
from ui.paper.slip import SLIPS, paged_slip
from ui.paper.tables import paged_table
from ui.say import Words, phrase
from ui.screens.context import ScreenContext, day_text
from ui.screens.print_dialog import Document, PrintDialog

if TYPE_CHECKING:
    from timebank.store.people_queries import MemberRecord


# What is printed


def print_slip(
    context: ScreenContext,
    parent: QWidget,
    member: MemberRecord,
    title: Words,
    lines: Sequence[tuple[Words, Words]],
    *,
    balance: tuple[Words, Words] | None = None,
    note: Words = "",
    then: Callable[[PrintDialog], object] | None = None,
) -> None:
    """Print a slip (小票) for ``member``: what was just done, line by line, and what is left.

    ``lines`` and ``balance`` are label and value; ``then`` gets the preview once it is open.
    """
    say, language = context.look.say, context.speech.language
    said = [(say(label), say(value)) for label, value in lines]
    left = None if balance is None else (say(balance[0]), say(balance[1]))

    def read(desk: Desk) -> SlipFace:
        now = desk.station.surroundings.now()
        return SlipFace(
            title=say(title),
            network_name=desk.network_name(),
            station_name=desk.station.name,
            name=member.name,
            number=member.number,
            when=moment_text(now, language),
            lines=said,
            balance=left,
            note=say(note),
            language=language,
        )

    def opened(face: SlipFace) -> None:
        document = Document(
            "slip",
            phrase("printing.slip"),
            phrase("printing.slip_file", number=member.number),
            partial(_slip_pages, face),
            tuple(SLIPS),
            letters=face.name + face.station_name + face.network_name,
        )
        _shown(print_pages(context, parent, document), then)

    context.read(read, opened, slot="slip")


def print_member_card(
    context: ScreenContext,
    parent: QWidget,
    members: Sequence[MemberRecord],
    *,
    then: Callable[[PrintDialog], object] | None = None,
) -> None:
    """Print the cards of these members, one by one or on sheets."""
    language = context.speech.language
    chosen = [each for each in members if not each.erased]
    if not chosen:
        return

    def read(desk: Desk) -> list[MemberCardFace]:
        return card_faces(desk, chosen, language)

    def opened(faces: list[MemberCardFace]) -> None:
        document = Document(
            "card",
            phrase("printing.card", count=len(faces)),
            phrase("printing.card_file", number=faces[0].number),
            partial(_card_pages, faces),
            tuple(each.value for each in CARD_SHEETS),
            places=lambda layout: CARD_SHEETS[Layout(layout)].per_page,
            letters="".join(face.name + face.station_name for face in faces),
        )
        _shown(print_pages(context, parent, document), then)

    context.read(read, opened, slot="cards")


def print_passbook(
    context: ScreenContext,
    parent: QWidget,
    face_of: Callable[[Desk], PassbookFace],
    *,
    then: Callable[[PrintDialog], object] | None = None,
) -> None:
    """Print a passbook, or go on with the page that was begun, after the lines that stand there."""
    papers = Papers(context.home)

    def opened(face: PassbookFace) -> None:
        count, told = papers.printed_lines(face.holder_number)
        known = count if 0 < count <= len(face.lines) and told == _told(face, count) else 0

        def done(_order: Order) -> None:
            lines = len(face.lines)
            papers.keep_lines(face.holder_number, lines, _told(face, lines))

        document = Document(
            "passbook",
            phrase("printing.passbook", number=face.holder_number),
            phrase("printing.passbook_file", number=face.holder_number),
            partial(_passbook_pages, face),
            ("a4",),
            places=lambda _layout: len(face.lines) + 1,
            first=known,
            first_words=phrase("printing.first_line"),
            first_hint=phrase("printing.lines_known", count=known)
            if known
            else phrase("printing.lines_changed" if count else "printing.lines_new"),
            letters=face.holder_name + face.station_name,
        )
        _shown(print_pages(context, parent, document, done=done), then)

    context.read(face_of, opened, slot="passbook-paper")


def _told(face: PassbookFace, count: int) -> str:
    """What the first ``count`` lines come to: so that a page is not gone on with that would not fit."""
    text = "\n".join(
        "\t".join((line.day.isoformat(), line.what, line.added, line.taken, line.balance))
        for line in face.lines[:count]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def print_report(
    context: ScreenContext, parent: QWidget, report: Report, *, kind: str = "report"
) -> PrintDialog:
    """Print a report's tables on A4."""
    document = Document(
        kind,
        report.title,
        phrase("printing.report_file", title=report.title),
        always(partial(paged_table, report)),
        ("a4",),
        letters=report.title,
    )
    return print_pages(context, parent, document)


# Their pages, made for the preview and on the press


def _slip_pages(face: SlipFace, layout: str, _first: int, _margins: Margins) -> Paged:
    return paged_slip(face, layout)


def _card_pages(faces: Sequence[MemberCardFace], layout: str, first: int, margins: Margins) -> Paged:
    return paged_cards(faces, Layout(layout), first=first, margins=margins)


def _passbook_pages(face: PassbookFace, _layout: str, first: int, _margins: Margins) -> Paged:
    return paged_passbook(face, printed=first)


# Doing it


def print_pages(
    context: ScreenContext,
    parent: QWidget,
    document: Document,
    *,
    done: Callable[[Order], object] | None = None,
) -> PrintDialog:
    """Show ``document`` in the preview and print what is ordered there; a failure brings the preview back."""
    dialog = PrintDialog(context, document, parent)

    def refused(order: Order, problem: Problem) -> None:
        again = print_pages(context, parent, document, done=done)
        again.take_up(order)
        again.notice.show_problem(problem)

    dialog.ordered.connect(lambda order: perform(context, document, order, refused, done))
    dialog.open()
    return dialog


def perform(
    context: ScreenContext,
    document: Document,
    order: Order,
    refused: Callable[[Order, Problem], None],
    done: Callable[[Order], object] | None = None,
) -> None:
    """Print what was ordered, beside the screen."""

    def work(_desk: Desk, progress: Progress, cancelled: IsCancelled) -> Words:
        made = put_on_paper(document.pages, order, progress, cancelled)
        if made is not None:
            return phrase("printing.saved", title=document.title, file=str(made))
        return phrase("printing.sent", title=document.title, printer=order.printer)

    def finished(words: object) -> None:
        if done is not None:
            done(order)
        context.notice(Tone.GOOD, cast(Words, words))

    job = context.jobs.start(work, then=finished, refused=partial(refused, order))
    context.follow(job, phrase("printing.at_work", title=document.title))


def _shown(dialog: PrintDialog, then: Callable[[PrintDialog], object] | None) -> None:
    if then is not None:
        then(dialog)


def moment_text(when: datetime, language: str) -> str:
    """A date with its time of day, as people here read it."""
    return f"{day_text(when.date(), language)} {when:%H:%M}"
