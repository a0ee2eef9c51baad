"""The first half of a voucher's life: issued on a holder's account, printed, and read back from the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from timebank.desk.evidence_lines import station_name
from timebank.desk.network import find_station, network_name
from timebank.desk.people import Cancel, Progress
from timebank.desk.policies import Policies
from timebank.desk.rules import keep, require_member
from timebank.desk.station import Station
from timebank.desk.voucher_book import known_voucher
from timebank.domain.credit import UNITS
from timebank.domain.voucher_code import (
    MAX_DAY,
    MAX_MINUTES,
    SERIAL_BYTES,
    VoucherCode,
    holder_tag,
    serial_text,
    write_code,
)
from timebank.journal.facts import VouchersIssued, VouchersPrinted
from timebank.journal.keys import key_id
from timebank.journal.refs import EntryRef, day_number, day_of
from timebank.outcome import Cancelled, Refusal
from timebank.paper.faces import Layout, VoucherFace
from timebank.policy.amounts import amount_text, unit_word
from timebank.policy.eligibility import may_issue
from timebank.store import book_queries, people_queries
from timebank.store.book_queries import VoucherRecord
from timebank.store.people_queries import MemberRecord

LARGEST_BATCH = 1_000


class Paper(Protocol):
    """What prints: the window's painter, given to the desk from outside so that the desk needs no screen."""

    def print_vouchers(
        self,
        faces: Sequence[VoucherFace],
        layout: Layout,
        path: Path,
        progress: Progress | None,
        cancelled: Cancel | None,
    ) -> Path:
        """Print ``faces`` into a PDF, read every code back from the page, and only then give it its name."""


@dataclass(frozen=True)
class IssueForm:
    """A batch of equal vouchers; ``expires`` None takes the policy's validity."""

    holder: MemberRecord
    minutes: int
    count: int = 1
    kind: str = "credit"
    expires: date | None = None
    lock_to: str = ""


class Issued(NamedTuple):
    """One voucher as printed."""

    serial: bytes
    code: str
    minutes: int
    unit: int
    issued: date
    expires: date | None
    lock: int
    holder: MemberRecord


class Batch(NamedTuple):
    """Vouchers issued together; ``entry`` names the batch."""

    entry: EntryRef
    vouchers: tuple[Issued, ...]


class Issuing:
    """Makes vouchers of this station."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies

    def issue(
        self, form: IssueForm, *, progress: Progress | None = None, cancelled: Cancel | None = None
    ) -> Batch:
        """Move minutes from the holder into vouchers; all of a batch or none."""
        today = self._station.surroundings.today()
        pack = self._policies.in_force(today)
        if form.kind not in UNITS:
            raise Refusal("kind_unknown", kind=form.kind, known=", ".join(UNITS))
        unit = UNITS.index(form.kind)
        if not 0 < form.minutes <= MAX_MINUTES:
            raise Refusal("minutes_not_positive", minutes=form.minutes)
        if not 1 <= form.count <= LARGEST_BATCH:
            raise Refusal("batch_too_large", count=form.count, most=LARGEST_BATCH)
        if form.holder.erased:
            raise Refusal("already_erased", number=form.holder.number)
        require_member(form.holder, today)
        keep(may_issue(form.minutes, today, pack, form.expires))
        expires = form.expires
        if not 0 <= day_number(today) <= MAX_DAY:
            raise Refusal("clock_wrong", date=today.isoformat())
        if expires is None and pack.value("voucher.validity_days"):
            longest = MAX_DAY - day_number(today)  # a code has room for no later day
            expires = today + timedelta(days=min(int(pack.value("voucher.validity_days")), longest))
        if expires is not None and expires < today:
            raise Refusal("expiry_in_past", date=expires.isoformat())
        if expires is not None and day_number(expires) > MAX_DAY:
            raise Refusal("expiry_too_late", date=expires.isoformat(), latest=day_of(MAX_DAY).isoformat())
        lock = find_station(self._station.store, form.lock_to).station if form.lock_to else 0
        serials = []
        for at in range(form.count):
            if cancelled is not None and cancelled():
                raise Cancelled
            serials.append(self._station.surroundings.random(SERIAL_BYTES))
            if progress is not None:
                progress(at + 1, form.count)
        with self._station.recording() as pen:
            available = book_queries.balance(self._station.store, form.holder.row, unit)
            needed = form.minutes * form.count
            if available < needed:
                raise Refusal("not_enough", name=form.holder.name, available=available, needed=needed)
            entry = pen.tell(
                VouchersIssued(
                    form.holder.ref,
                    unit,
                    form.minutes,
                    day_number(today),
                    day_number(expires) if expires else 0,
                    lock,
                    tuple(serials),
                )
            )
        return self.batch(entry)

    def batch(self, entry: EntryRef) -> Batch:
        """The vouchers of a batch, with their codes; only the station that issued them can write these."""
        store = self._station.store
        row = book_queries.row_of(store, entry)
        records = [] if row is None else book_queries.vouchers(store, issue=row)
        holder = self._holder_of(records[0]) if records else None  # of all of them
        return Batch(entry, tuple(self._written(record, holder) for record in reversed(records)))

    def _holder_of(self, record: VoucherRecord) -> MemberRecord:
        holder = people_queries.member_by_row(self._station.store, record.voucher.holder)
        assert holder is not None
        return holder

    def _written(self, record: VoucherRecord, holder: MemberRecord | None = None) -> Issued:
        voucher = record.voucher
        if voucher.issuer != self._station.number:
            raise Refusal(
                "not_the_issuer",
                serial=serial_text(record.serial),
                issuer=station_name(self._station, voucher.issuer),
            )
        holder = holder or self._holder_of(record)
        code = write_code(
            VoucherCode(
                network=self._station.network[:4],
                key=key_id(self._station.signer.public),
                serial=record.serial,
                unit=voucher.unit,
                minutes=voucher.minutes,
                issued=voucher.issued,
                expires=voucher.expires,
                holder=holder_tag(str(holder.ref)),
                lock=voucher.lock,
            ),
            self._station.signer,
        )
        return Issued(
            record.serial, code, voucher.minutes, voucher.unit, day_of(voucher.issued),
            day_of(voucher.expires) if voucher.expires else None, voucher.lock, holder,
        )  # fmt: skip

    def faces(self, vouchers: Sequence[Issued], language: str, *, reprint: bool = False) -> list[VoucherFace]:
        """What goes on paper: numbers and amounts, no name."""
        pack = self._policies.in_force()
        network = network_name(self._station.store)
        return [
            VoucherFace(
                code=each.code,
                serial_text=serial_text(each.serial),
                kind="credit" if each.unit == 0 else "allowance",
                minutes=each.minutes,
                amount_text=amount_text(each.minutes, pack, language),
                unit_name=unit_word(pack, language),
                network_name=network,
                station_name=self._station.name,
                holder_number=each.holder.number,
                issued=each.issued,
                expires=each.expires,
                locked_to=station_name(self._station, each.lock) if each.lock else None,
                reprint=reprint,
                language=language,
            )
            for each in vouchers
        ]

    def print(
        self,
        vouchers: Sequence[Issued],
        paper: Paper,
        layout: Layout,
        path: Path,
        *,
        language: str,
        reprint: bool = False,
        progress: Progress | None = None,
        cancelled: Cancel | None = None,
    ) -> Path:
        """Print and read back; only then are the vouchers recorded as printed. A failure leaves them issued."""
        if not vouchers:
            raise Refusal("nothing_to_print")
        made = paper.print_vouchers(
            self.faces(vouchers, language, reprint=reprint), layout, path, progress, cancelled
        )
        self.printed(vouchers, again=reprint)
        return made

    def printed(self, vouchers: Sequence[Issued], *, again: bool = False) -> EntryRef:
        """Record that vouchers are on paper and were read back."""
        with self._station.recording() as pen:
            return pen.tell(VouchersPrinted(tuple(each.serial for each in vouchers), again))

    def for_reprint(self, text: str) -> Issued:
        """A voucher to print once more (补打); it keeps its serial. Refuses unless it is in circulation."""
        record = known_voucher(self._station, text)
        if record.voucher.state != "circulation":
            raise Refusal("not_in_circulation", serial=serial_text(record.serial), state=record.voucher.state)
        return self._written(record)
