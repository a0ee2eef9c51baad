"""Looking vouchers up: lists for the screen, and everything known of one."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from timebank.desk.evidence_lines import private_words
from timebank.desk.station import Station
from timebank.domain.voucher_code import looks_like_code, read_code, read_serial, serial_text
from timebank.journal.refs import day_number, day_of
from timebank.outcome import Refusal
from timebank.store import book_queries, voucher_queries
from timebank.store.book_queries import VoucherRecord
from timebank.store.updates import require_read
from timebank.store.voucher_queries import RedemptionLine, VoucherLine, VoucherSums

UNPRINTED = voucher_queries.UNPRINTED
"""The state to ask for: in circulation, issued here, and never printed."""


def known_voucher(station: Station, text: str) -> VoucherRecord:
    """The voucher of a code or a serial, wherever it was issued; refuses with ``voucher_not_found``."""
    serial = read_code(text).serial if looks_like_code(text) else read_serial(text)
    record = book_queries.voucher(station.store, serial)
    if record is None or record.voucher.issue is None:
        require_read(station.store, serial)
        raise Refusal("voucher_not_found", serial=serial_text(serial))
    return record


class VoucherDetails(NamedTuple):
    """One voucher with what became of it."""

    line: VoucherLine
    redemptions: tuple[RedemptionLine, ...]
    withdrawn_on: date | None
    withdrawn_at: datetime | None
    reason: str
    """Why it was withdrawn, where this station may know."""
    case_open: bool
    """Whether it was redeemed more than once and a coordinator has yet to decide."""
    ours: bool
    """Whether this station issued it and so can print it again."""


class VoucherBook:
    """The vouchers known here. Reads only."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def _today(self) -> int:
        return day_number(self._station.surroundings.today())

    def lines(
        self,
        *,
        state: str = "",
        holder: int = 0,
        unit: int | None = None,
        order: str = "",
        descending: bool = False,
        offset: int = 0,
        limit: int = -1,
    ) -> list[VoucherLine]:
        """A page of vouchers, newest first or ordered by a key of ``voucher_queries.ORDERS``.

        The state ``unprinted`` lists those in circulation that this station issued and never printed.
        """
        return voucher_queries.voucher_lines(
            self._station.store,
            self._today(),
            state=state,
            holder=holder,
            unit=unit,
            issuer=self._issuer(state),
            order=order,
            descending=descending,
            offset=offset,
            limit=limit,
        )

    def totals(self, *, state: str = "", holder: int = 0) -> tuple[int, int]:
        """How many vouchers there are, and their credit minutes together."""
        return self.sums(state=state, holder=holder)[:2]

    def sums(self, *, state: str = "", holder: int = 0, unit: int | None = None) -> VoucherSums:
        """How many vouchers :meth:`lines` has, and their minutes together, credit and allowance apart."""
        return voucher_queries.voucher_sums(
            self._station.store,
            self._today(),
            state=state,
            holder=holder,
            unit=unit,
            issuer=self._issuer(state),
        )

    def _issuer(self, state: str) -> int:
        """Only the station that issued a voucher can print it."""
        return self._station.number if state == UNPRINTED else 0

    def details(self, serial: bytes) -> VoucherDetails:
        """Everything known of one voucher; refuses with ``voucher_not_found``."""
        store = self._station.store
        found = voucher_queries.voucher_lines(store, self._today(), serial=serial, limit=1)
        record = book_queries.voucher(store, serial)
        if not found or record is None:
            raise Refusal("voucher_not_found", serial=serial_text(serial))
        redemptions = tuple(voucher_queries.redemption_lines(store, serial))
        withdrawal = record.voucher.withdrawn_by
        told = None if withdrawal is None else store.told(withdrawal)
        return VoucherDetails(
            found[0],
            redemptions,
            day_of(record.voucher.withdrawn_on) if withdrawal is not None else None,
            datetime.fromtimestamp(told.wall) if told is not None else None,
            "" if withdrawal is None else str(private_words(self._station, withdrawal).get("reason", "")),
            any(each.standing == "suspense" and not each.decision for each in redemptions),
            record.voucher.issuer == self._station.number,
        )
