"""Everything that the page of one person shows, read in one go."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from timebank.desk.access import Access
from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.desk.person_records import RecordLine
from timebank.desk.person_standing import Standing
from timebank.domain.records import BENEFITS
from timebank.journal.refs import EntryRef
from timebank.policy.settings import Words as PackWords
from timebank.store.book_queries import Line, ServiceLine, VoucherRecord
from timebank.store.people_queries import MemberRecord

MOST = 500
"""Services listed on the page of one person."""


class Seen(NamedTuple):
    """One person as of today."""

    profile: Profile
    lines: tuple[Line, ...]
    services: list[ServiceLine]
    vouchers: list[tuple[VoucherRecord, str]]
    stations: dict[int, str]
    today: date
    records: list[RecordLine]
    standing: Standing
    rated: dict[EntryRef, int]
    """The stars that the person gave, by service."""
    looks: list[Access]
    benefits: dict[str, PackWords | None]
    """The benefits that can be drawn, by id; the pack in force names those that it knows."""


def read_person(desk: Desk, member: MemberRecord) -> Seen:
    """Read a person afresh."""
    fresh = desk.people.find(str(member.ref))
    book = desk.credit.passbook(fresh)
    vouchers = [
        (record, desk.vouchers.state_today(record.voucher)) for record in desk.vouchers.list(holder=fresh)
    ]
    known: dict[str, PackWords | None] = dict.fromkeys(BENEFITS)
    known |= {each.id: each.name for each in desk.policies.in_force().exclusions}
    return Seen(
        profile=book.profile,
        lines=book.lines,
        services=sorted(desk.services.lines(fresh, limit=MOST), key=lambda line: line.start, reverse=True),
        vouchers=vouchers,
        stations={line.station: line.name for line in desk.stations()},
        today=desk.station.surroundings.today(),
        records=desk.records.lines(fresh),
        standing=desk.person_standing.of(fresh),
        rated=desk.person_standing.rated(fresh),
        looks=desk.access.looks(fresh, 50),
        benefits=known,
    )
