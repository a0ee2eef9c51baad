"""What a voucher is worth here and now: its signature, what is known of it, and what the rules allow."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from timebank.desk.attempts import RULE, Attempts
from timebank.desk.evidence_lines import station_name
from timebank.desk.policies import Policies
from timebank.desk.rules import because, holder_bars
from timebank.desk.station import Station
from timebank.domain.voucher_code import VoucherCode, looks_like_code, read_code, read_serial, serial_text
from timebank.domain.vouchers import Voucher
from timebank.journal.refs import day_number, day_of
from timebank.outcome import Refusal
from timebank.store import book_queries, people_queries
from timebank.store.people_queries import MemberRecord
from timebank.store.updates import require_read, unread

_IN_VAIN = ("unreadable", "not_yet_known")
"""Verdicts on a typed serial that was not found."""


class Checked(NamedTuple):
    """What a voucher is worth here and now, and why not."""

    verdict: str
    serial: bytes
    unit: int
    minutes: int
    issuer: str
    holder: str
    issued: date | None
    expires: date | None
    reasons: tuple[str, ...]
    voucher: Voucher | None


class Checking:
    """Checks vouchers of the whole network."""

    def __init__(self, station: Station, policies: Policies) -> None:
        self._station = station
        self._policies = policies
        self._attempts = Attempts(station, policies)

    def verify(self, text: str) -> Checked:
        """A voucher's verdict, from its own signature and from what is known here; needs no network.

        A serial typed in vain counts; beyond what the rules allow an hour the verdict on serials is ``limit``.
        So it is where the rules let its holder redeem nothing, or no more today.
        """
        checked = self.tried(text)
        if checked.verdict != "valid" or checked.voucher is None:
            return checked
        today, pack = self._station.surroundings.today(), self._policies.in_force()
        bars = holder_bars(self._station.store, checked.voucher.holder, checked.minutes, today, pack)
        reasons = tuple(each.key for each in bars)
        return checked._replace(verdict="limit", reasons=reasons) if reasons else checked

    def tried(self, text: str) -> Checked:
        """The verdict for a redemption: as :meth:`verify`, but the holder's own limits are left to its refusal."""
        checked = self._judge(text)
        if not looks_like_code(text) and checked.verdict in _IN_VAIN:
            self._attempts.failed()
        return checked

    def _judge(self, text: str) -> Checked:
        checked = self._verdict_of_text(text)
        if checked.verdict in ("valid", "not_yet_known") and unread(self._station.store, [checked.serial]):
            return checked._replace(verdict="not_yet_known", reasons=("not_yet_known", "update_needed"))
        return checked

    def _verdict_of_text(self, text: str) -> Checked:
        if not looks_like_code(text):
            return self._verdict_of_serial(text)
        try:
            code = read_code(text)
        except Refusal:
            return _unknown("unreadable")
        issuer = self._station.store.row(
            "SELECT number, name, key, revoked FROM station WHERE key_id = ?", (code.key,)
        )
        return self._verdict(code, issuer)

    def _verdict(self, code: VoucherCode, issuer: tuple[int, str, bytes, int | None] | None) -> Checked:
        record = book_queries.voucher(self._station.store, code.serial)
        voucher = record.voucher if record else None
        known = voucher if voucher is not None and voucher.issue is not None else None
        checked = Checked(
            "valid", code.serial, code.unit, code.minutes, issuer[1] if issuer else "",
            self._holder(known), day_of(code.issued), day_of(code.expires) if code.expires else None, (), known,
        )  # fmt: skip
        if code.network != self._station.network[:4]:
            return checked._replace(verdict="other_network", reasons=("other_network",))
        if issuer is None:
            return checked._replace(verdict="unknown_issuer", reasons=("unknown_issuer",))
        if not code.signed_by(issuer[2]):
            return _unknown("forged")
        if issuer[3] is not None:
            return checked._replace(verdict="revoked_issuer", reasons=("revoked_issuer",))
        if known is None:
            return checked._replace(verdict="not_yet_known", reasons=("not_yet_known",))
        return self._standing(checked, known)

    def _standing(self, checked: Checked, voucher: Voucher) -> Checked:
        """The verdict on a voucher that is genuine and known: its state, its dates, this station, the policy."""
        if voucher.state != "circulation":
            return checked._replace(verdict=voucher.state, reasons=(voucher.state,))
        if voucher.expires and voucher.expires < day_number(self._station.surroundings.today()):
            return checked._replace(verdict="expired", reasons=("expired",))
        if voucher.lock and voucher.lock != self._station.number:
            return checked._replace(
                verdict="wrong_station", reasons=(f"locked_to:{station_name(self._station, voucher.lock)}",)
            )
        reasons = self._limits(voucher)
        return checked._replace(verdict="limit", reasons=reasons) if reasons else checked

    def _limits(self, voucher: Voucher) -> tuple[str, ...]:
        """What the policy forbids here and now for a voucher of another station."""
        if voucher.issuer == self._station.number:
            return ()
        pack = self._policies.in_force()
        reasons = []
        most = pack.value("voucher.foreign_max_minutes")
        if most is not None and voucher.minutes > most:
            reasons.append("voucher.foreign_max_minutes")
        days = pack.value("voucher.issuer_contact_days")
        if days is not None:
            last = self._station.store.local(f"heard.{voucher.issuer}")
            today = self._station.surroundings.today()
            if last is None or (today - date.fromisoformat(last[:10])).days > days:
                reasons.append("voucher.issuer_contact_days")
        return tuple(reasons)

    def _verdict_of_serial(self, text: str) -> Checked:
        """For a serial typed by hand: good only where the issuing entry is known here."""
        try:
            serial = read_serial(text)
        except Refusal:
            return _unknown("unreadable")
        if self._attempts.spent():
            return _unknown("limit")._replace(serial=serial, reasons=(RULE,))
        record = book_queries.voucher(self._station.store, serial)
        if record is None or record.voucher.issue is None:
            return _unknown("not_yet_known")._replace(serial=serial)
        voucher = record.voucher
        checked = Checked(
            "valid", serial, voucher.unit, voucher.minutes, station_name(self._station, voucher.issuer),
            self._holder(voucher), day_of(voucher.issued),
            day_of(voucher.expires) if voucher.expires else None, (), voucher,
        )  # fmt: skip
        if (
            self._station.store.value("SELECT revoked FROM station WHERE number = ?", (voucher.issuer,))
            is not None
        ):
            return checked._replace(verdict="revoked_issuer", reasons=("revoked_issuer",))
        return self._standing(checked, voucher)

    def require_valid(self, text: str) -> Checked:
        """The voucher, or a refusal whose code is the verdict. Within a transaction nothing is counted."""
        checked = self._judge(text)
        self.require(checked)
        return checked

    def require(self, checked: Checked) -> None:
        """Refuses with the verdict on a voucher that was checked just now, unless it is valid."""
        if "update_needed" in checked.reasons:
            require_read(self._station.store, checked.serial)
        if checked.verdict != "valid":
            raise Refusal(
                checked.verdict,
                serial=serial_text(checked.serial) if checked.serial else "",
                minutes=checked.minutes,
                issuer=checked.issuer,
                expires=checked.expires.isoformat() if checked.expires else "",
                reasons=list(checked.reasons),
                **because(self._policies.in_force(), checked.reasons[0]),
                **self._where(checked),
            )

    def _where(self, checked: Checked) -> dict[str, object]:
        """At which station it was redeemed and when, or at which alone it may be."""
        voucher = checked.voucher
        if checked.verdict == "wrong_station" and voucher is not None:
            return {"station": station_name(self._station, voucher.lock)}
        for each in voucher.redemptions if voucher else ():
            if each.standing == "settled":
                told = self._station.store.told(each.entry)
                station = station_name(self._station, told.station) if told else ""
                return {"station": station, "date": day_of(each.day).isoformat()}
        return {}

    def receiver(self, checked: Checked) -> MemberRecord | None:
        """For whom a voucher was redeemed, None for one that was not or where that is not known."""
        if checked.verdict != "redeemed" or checked.voucher is None:
            return None
        for each in checked.voucher.redemptions:
            if each.standing == "settled":
                return people_queries.member_by_row(self._station.store, each.beneficiary)
        return None

    def _holder(self, voucher: Voucher | None) -> str:
        if voucher is None or not voucher.holder:
            return ""
        member = people_queries.member_by_row(self._station.store, voucher.holder)
        return member.number if member else ""


def _unknown(verdict: str) -> Checked:
    return Checked(verdict, b"", 0, 0, "", "", None, None, (verdict,), None)
