"""The tables of one person: passbook, services, vouchers; and the passbook for paper."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from timebank.desk.desk import Desk
from timebank.domain.voucher_code import serial_text
from timebank.journal.refs import day_of, minute_of
from timebank.paper.faces import PassbookFace, PassbookLine
from timebank.phrases import phrases
from timebank.policy.amounts import amount_text, hours_text
from timebank.store.book_queries import Line, ServiceLine, VoucherRecord
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import joined, kind_words
from ui.widgets import Column, DataTable, EmptyState, RowsModel

T = TypeVar("T")
Voucher = tuple[VoucherRecord, str]
"""A voucher and its state today."""


class TabTable(DataTable, Generic[T]):
    """A tab's table, with its empty page."""

    def __init__(
        self, look: Look, name: str, columns: Sequence[Column[T]], ident: Callable[[T], Hashable]
    ) -> None:
        super().__init__(look, phrase(f"people.tab_{name}"))
        self.rows = RowsModel(look, columns, ident)
        self.put_model(self.rows, sortable=False)
        self.put_empty(EmptyState(look, name, phrase(f"people.no_{name}"), phrase(f"people.no_{name}_next")))


def passbook_table(
    context: ScreenContext, stations: Mapping[int, str], columns: Sequence[str] = ()
) -> TabTable[Line]:
    """The passbook's lines; ``stations`` gives the names of stations as they become known.

    ``columns`` are the ones shown, by key; all where none is named.
    """

    def moved(line: Line) -> Words:
        words, sign = _worth(context, line.unit, line.minutes), "+" if line.minutes > 0 else ""
        return Spoken(lambda language: sign + words.in_language(language))

    every: list[Column[Line]] = [
        Column("day", phrase("people.date"), lambda line: context.day_words(day_of(line.day))),
        Column("what", phrase("people.what"), lambda line: phrase(f"passbook.{line.what}"), stretch=True),
        Column("unit", phrase("people.account"), lambda line: phrase(f"people.unit_{line.unit}")),
        Column("moved", phrase("people.moved"), moved, right=True, tone=_moved_tone),
        Column(
            "left",
            phrase("people.balance"),
            lambda line: _worth(context, line.unit, line.balance),
            right=True,
        ),
        Column("station", phrase("people.station"), lambda line: stations.get(line.station, "")),
    ]
    shown = [each for each in every if not columns or each.key in columns]
    return TabTable(context.look, "passbook", shown, lambda line: (str(line.entry), line.what, line.unit))


def pool_table(context: ScreenContext) -> TabTable[Line]:
    """The lines of the community pool's passbook."""
    table = passbook_table(context, {}, columns=("day", "what", "moved", "left"))
    table.put_empty(
        EmptyState(context.look, "gift", phrase("moving.pool_empty"), phrase("moving.pool_empty_next"))
    )
    return table


def voucher_table(context: ScreenContext) -> TabTable[Voucher]:
    """A person's vouchers."""

    def worth(row: Voucher) -> Words:
        return _worth(context, row[0].voucher.unit, row[0].voucher.minutes)

    def day(number: int) -> Words:
        return context.day_words(day_of(number)) if number else phrase("desk.no_end")

    columns: list[Column[Voucher]] = [
        Column("serial", phrase("desk.serial"), lambda v: serial_text(v[0].serial), stretch=True),
        Column("worth", phrase("people.worth"), worth, right=True),
        Column("state", phrase("people.state"), lambda v: phrase(f"people.voucher_{v[1]}")),
        Column("issued", phrase("people.issued"), lambda v: day(v[0].voucher.issued)),
        Column("until", phrase("desk.valid_until"), lambda v: day(v[0].voucher.expires)),
    ]
    return TabTable(context.look, "vouchers", columns, lambda v: v[0].serial)


def _worth(context: ScreenContext, unit: int, minutes: int) -> Spoken:
    return (context.amount_words if unit == 0 else context.hours_words)(minutes)


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
        Column("elder", phrase("services.elder"), lambda s: s.elder[0], stretch=True),
        Column("kind", phrase("services.kind"), lambda s: kind_words(s.kind)),
        Column("long", phrase("services.length"), lambda s: context.hours_words(s.minutes), right=True),
        Column("state", phrase("services.paid_by"), state, tone=tone),
        Column("credit", phrase("services.credited"), lambda s: context.amount_words(s.credited), right=True),
    ]


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
