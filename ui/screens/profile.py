"""One person in full: passbook, services, vouchers, details."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QTabWidget, QVBoxLayout, QWidget

from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.domain.identity import masked
from timebank.domain.voucher_code import serial_text
from timebank.journal.refs import day_of, minute_of
from timebank.paper.faces import PassbookFace, PassbookLine
from timebank.phrases import phrases
from timebank.policy.amounts import amount_text, hours_text
from timebank.store.book_queries import Line, ServiceLine, VoucherRecord
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Role, Tone
from ui.paper.passbook import print_passbook
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.folders import ask_new_file
from ui.screens.person_card import figures
from ui.screens.person_form import CONSENT
from ui.screens.scroll import Scroll
from ui.screens.words import (
    age_words,
    also_words,
    apart,
    category_words,
    joined,
    kind_words,
    level_words,
    masked_phone,
    role_words,
)
from ui.widgets import ButtonRow, Column, DataTable, EmptyState, PageHeader, RowsModel, Text
from ui.widgets.figures import Figures

T = TypeVar("T")
TABS = ("passbook", "services", "vouchers", "details")
_MOST = 500
"""Services listed on the page of one person."""


class _Seen(NamedTuple):
    """All that the page shows, read in one go."""

    profile: Profile
    lines: tuple[Line, ...]
    services: list[ServiceLine]
    vouchers: list[tuple[VoucherRecord, str]]
    stations: dict[int, str]
    today: date


class ProfilePage(QWidget):
    """Shows one member; ``profile`` is None until the first answer."""

    closed = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context, self._look = context, context.look
        self.member: MemberRecord | None = None
        self.profile: Profile | None = None
        self._stations: dict[int, str] = {}
        look, actions = context.look, context.actions
        self.header = PageHeader(
            look,
            "",
            " ",
            icon="person",
        )
        self.figures = Figures(look)
        shown = ("log_hours", "issue_voucher", "elder_view", "print", "edit", "back")
        buttons = ButtonRow(look, [actions.button(each) for each in shown])
        self.passbook = _Table(look, "passbook", self._passbook_columns(), _line_ident)
        self.services = _Table(look, "services", service_columns(context), lambda s: str(s.entry))
        self.vouchers = _Table(look, "vouchers", self._voucher_columns(), lambda v: v[0].serial)
        self.details = _Details(look)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for page in (self.passbook, self.services, self.vouchers, self.details):
            self.tabs.addTab(page, "")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.header, self.figures, buttons, self.tabs):
            self._column.addWidget(part)
        self._column.setStretchFactor(self.tabs, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def enter(self, member: MemberRecord) -> None:
        """Show ``member``."""
        if self.member is None or self.member.row != member.row:
            self.profile = None
            self.tabs.setCurrentIndex(0)
        self.member = member
        self.header.put(member.name, member.number)
        self.read()
        self.tabs.tabBar().setFocus()

    def show_tab(self, name: str) -> None:
        """Turn to one of :data:`TABS`."""
        self.tabs.setCurrentIndex(TABS.index(name))

    def read(self) -> None:
        """Read everything afresh."""
        member = self.member
        if member is None:
            return

        def work(desk: Desk) -> _Seen:
            fresh = desk.people.find(str(member.ref))
            book = desk.credit.passbook(fresh)
            vouchers = [
                (record, desk.vouchers.state_today(record.voucher))
                for record in desk.vouchers.list(holder=fresh)
            ]
            return _Seen(
                book.profile,
                book.lines,
                sorted(desk.services.lines(fresh, limit=_MOST), key=lambda line: line.start, reverse=True),
                vouchers,
                {line.station: line.name for line in desk.stations()},
                desk.station.surroundings.today(),
            )

        self._context.read(work, self._put, slot="profile")

    def _put(self, seen: _Seen) -> None:
        self.profile, self._stations = seen.profile, seen.stations
        self.member = member = seen.profile.member
        parts = [member.number, also_words(member), role_words(member.roles), age_words(member, seen.today)]
        self.header.put(member.name, apart(parts, self._look.say))
        self.figures.put(figures(self._context, seen.profile))
        self.passbook.rows.replace(tuple(reversed(seen.lines)))
        self.services.rows.replace(seen.services)
        self.vouchers.rows.replace(seen.vouchers)
        self.details.put(detail_rows(self._context, seen.profile))
        for table in (self.passbook, self.services, self.vouchers):
            table.fit_columns()

    # Columns

    def _passbook_columns(self) -> list[Column[Line]]:
        context, worth = self._context, self._worth

        def moved(line: Line) -> Words:
            words, sign = worth(line.unit, line.minutes), "+" if line.minutes > 0 else ""
            return Spoken(lambda language: sign + words.in_language(language))

        def left(line: Line) -> Words:
            return worth(line.unit, line.balance)

        return [
            Column("day", phrase("people.date"), lambda line: context.day_words(day_of(line.day))),
            Column("what", phrase("people.what"), lambda line: phrase(f"passbook.{line.what}"), stretch=True),
            Column("unit", phrase("people.account"), lambda line: phrase(f"people.unit_{line.unit}")),
            Column("moved", phrase("people.moved"), moved, right=True, tone=_moved_tone),
            Column("left", phrase("people.balance"), left, right=True),
            Column("station", phrase("people.station"), lambda line: self._stations.get(line.station, "")),
        ]

    def _voucher_columns(self) -> list[Column[tuple[VoucherRecord, str]]]:
        def worth(row: tuple[VoucherRecord, str]) -> Words:
            return self._worth(row[0].voucher.unit, row[0].voucher.minutes)

        def day(number: int) -> Words:
            return self._context.day_words(day_of(number)) if number else phrase("desk.no_end")

        return [
            Column("serial", phrase("desk.serial"), lambda v: serial_text(v[0].serial), stretch=True),
            Column("worth", phrase("people.worth"), worth, right=True),
            Column("state", phrase("people.state"), lambda v: phrase(f"people.voucher_{v[1]}")),
            Column("issued", phrase("people.issued"), lambda v: day(v[0].voucher.issued)),
            Column("until", phrase("desk.valid_until"), lambda v: day(v[0].voucher.expires)),
        ]

    def _worth(self, unit: int, minutes: int) -> Spoken:
        words = self._context.amount_words if unit == 0 else self._context.hours_words
        return words(minutes)

    # The passbook on paper

    def print_passbook(self) -> None:
        """Ask where the PDF goes, and write it."""
        if self.member is not None:
            name = f"{self._look.say(phrase('actions.passbook'))}-{self.member.number}.pdf"
            ask_new_file(
                self, self._context, "passbook", title=phrase("people.save_passbook"), name=name,
                kinds="PDF (*.pdf)", then=self.write_passbook,
            )  # fmt: skip

    def write_passbook(self, path: Path) -> None:
        """Write the passbook as it is now into ``path``."""
        member, language = self.member, self._context.speech.language
        if member is None:
            return
        self._context.read(
            lambda desk: print_passbook(passbook_face(desk, member, language), path),
            lambda made: self._context.notice(Tone.GOOD, phrase("people.passbook_saved", file=str(made))),
        )

    def refresh(self) -> None:
        """Say the tabs in the current language."""
        look = self._look
        self._column.setSpacing(look.space(2))
        self.tabs.setFont(look.font(Role.LABEL))
        self.tabs.tabBar().setAccessibleName(look.say(phrase("people.title")))
        for n, name in enumerate(TABS):
            self.tabs.setTabText(n, look.say(phrase(f"people.tab_{name}")))


class _Table(DataTable, Generic[T]):
    """A tab's table, with its empty page."""

    def __init__(
        self, look: Look, name: str, columns: Sequence[Column[T]], ident: Callable[[T], Hashable]
    ) -> None:
        super().__init__(look, phrase(f"people.tab_{name}"))
        self.rows = RowsModel(look, columns, ident)
        self.put_model(self.rows, sortable=False)
        self.put_empty(EmptyState(look, name, phrase(f"people.no_{name}"), phrase(f"people.no_{name}_next")))


def _line_ident(line: Line) -> tuple[str, str, int]:
    return str(line.entry), line.what, line.unit


def _moved_tone(line: Line) -> Tone:
    return Tone.GOOD if line.minutes > 0 else Tone.PLAIN


def service_columns(context: ScreenContext) -> list[Column[ServiceLine]]:
    """How a service record is shown in a table."""

    def when(line: ServiceLine) -> Words:
        moment = minute_of(line.start)
        clock = moment.strftime(" %H:%M") if line.timed else ""
        return Spoken(lambda language: context.day_words(moment.date()).in_language(language) + clock)

    def tone(line: ServiceLine) -> Tone:
        return Tone.WARN if line.reversed else Tone.PLAIN

    def state(line: ServiceLine) -> Words:
        return phrase("services.reversed" if line.reversed else f"services.funding_{line.funding}")

    return [
        Column("when", phrase("services.when"), when),
        Column(
            "who",
            phrase("services.volunteers"),
            lambda s: joined([name for name, _ in s.volunteers], context.look.say),
            stretch=True,
        ),
        Column("elder", phrase("services.elder"), lambda s: s.elder[0]),
        Column("kind", phrase("services.kind"), lambda s: kind_words(s.kind)),
        Column("long", phrase("services.length"), lambda s: context.hours_words(s.minutes), right=True),
        Column("credit", phrase("services.credited"), lambda s: context.amount_words(s.credited), right=True),
        Column(
            "state", phrase("services.paid_by"), state, tone=lambda s: Tone.WARN if s.reversed else Tone.PLAIN
        ),
    ]


class _Details(Scroll):
    """Label and value; the identity number and phones masked."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)
        self.column.addStretch(1)
        self._texts: list[Text] = []
        self.refresh()

    def put(self, rows: Sequence[tuple[Words, Words]]) -> None:
        """Show these rows."""
        for text in self._texts:
            self._grid.removeWidget(text)
            text.deleteLater()
        self._texts = []
        for n, (label, value) in enumerate(rows):
            for column, text in enumerate(
                (Text(self._look, label, soft=True, wrap=False), Text(self._look, value))
            ):
                self._grid.addWidget(text, n, column)
                self._texts.append(text)

    def refresh(self) -> None:
        super().refresh()
        look = self._look
        self.column.setContentsMargins(look.space(2), look.space(4), look.space(2), 0)
        if hasattr(self, "_grid"):
            self._grid.setHorizontalSpacing(look.space(6))
            self._grid.setVerticalSpacing(look.space(2))


def detail_rows(context: ScreenContext, profile: Profile) -> list[tuple[Words, Words]]:
    """What is known of a person, what is sensitive masked, what is not known left out."""
    details, member = profile.member.details, profile.member
    values: list[tuple[str, Words]] = []
    number = str(details.get("id_number") or "")
    document = details.get("document") or {}
    birth = date.fromisoformat(details["birth"]) if details.get("birth") else None
    values.append(("id_number", masked(number) if number else ""))
    values.append(("document", masked(str(document.get("number", "")))))
    values.append(("birth", context.day_words(birth) if birth else ""))
    values.append(("sex", phrase(f"person.sex_{details['sex']}") if details.get("sex") in ("f", "m") else ""))
    values.append(("phone", masked_phone(str(details.get("phone") or ""))))
    for key in ("address", "community", "grid", "organisation", "skills"):
        values.append((key, str(details.get(key) or "")))
    if "elder" in member.roles:
        values.append(("care_level", level_words(profile.care_level)))
        categories = [category_words(code) for code in profile.categories]
        values.append(("categories", joined(categories, context.look.say) if categories else ""))
        for key in ("registered_here", "lives_here"):
            if key in details:
                values.append((key, phrase("person.yes" if details[key] else "person.no")))
    for key in ("guardian", "emergency_contact"):
        values.append((key, str(details.get(key) or "")))
    for key in ("guardian_phone", "emergency_phone"):
        values.append((key, masked_phone(str(details.get(key) or ""))))
    values.append(("note", str(details.get("note") or "")))
    values.append(("consented", phrase("person.yes" if CONSENT in member.consents else "person.no")))
    return [(phrase(f"person.{key}"), value) for key, value in values if value]


def passbook_face(desk: Desk, member: MemberRecord, language: str) -> PassbookFace:
    """The passbook of a member for paper: of credit, or of the allowance where that is all there is."""
    book = desk.credit.passbook(member)
    pack, say = desk.policies.in_force(), phrases(language)
    unit = 0 if "volunteer" in member.roles or any(line.unit == 0 for line in book.lines) else 1
    name = pack.value("unit.name")

    def said(minutes: int) -> str:
        return amount_text(minutes, pack, language) if unit == 0 else hours_text(minutes, language)

    return PassbookFace(
        network_name=desk.network_name(),
        station_name=desk.station.name,
        holder_name=member.name,
        holder_number=member.number,
        unit_name=name(language) if name and unit == 0 else say(f"people.unit_{unit}"),
        lines=[
            PassbookLine(
                day_of(line.day),
                say(f"passbook.{line.what}"),
                said(line.minutes) if line.minutes > 0 else "",
                said(-line.minutes) if line.minutes < 0 else "",
                said(line.balance),
            )
            for line in book.lines
            if line.unit == unit
        ],
        honour_text=hours_text(book.profile.honour_minutes, language),
        printed=desk.station.surroundings.today(),
        language=language,
    )
