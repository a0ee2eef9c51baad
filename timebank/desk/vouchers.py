"""Issuing, checking and redeeming vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from timebank.desk.network import find_station, network_name
from timebank.desk.people import Cancel, People, Progress
from timebank.desk.policies import Policies
from timebank.desk.station import Station
from timebank.domain.credit import UNITS
from timebank.domain.voucher_code import (
    MAX_DAY,
    MAX_MINUTES,
    SERIAL_BYTES,
    VoucherCode,
    holder_tag,
    looks_like_code,
    read_code,
    read_serial,
    serial_text,
    write_code,
)
from timebank.domain.vouchers import Voucher
from timebank.journal.facts import (
    VoucherRedeemed,
    VouchersExpired,
    VouchersIssued,
    VouchersPrinted,
    VouchersVoided,
)
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
USES = ("account", "reward")


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


class Redeemed(NamedTuple):
    """A redemption on the books; ``settlement`` is settled or provisional."""

    entry: EntryRef
    serial: bytes
    minutes: int
    settlement: str


class Vouchers:
    """Vouchers of this network."""

    def __init__(self, station: Station, policies: Policies, people: People) -> None:
        self._station = station
        self._policies = policies
        self._people = people

    # Issuing

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
        for breach in may_issue(form.minutes, today, pack):
            raise Refusal(breach.code, **breach.facts)
        expires = form.expires
        if expires is None and pack.value("voucher.validity_days"):
            expires = today + timedelta(days=int(pack.value("voucher.validity_days")))
        if not 0 <= day_number(today) <= MAX_DAY:
            raise Refusal("clock_wrong", date=today.isoformat())
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
        return Batch(entry, tuple(self._written(record) for record in reversed(records)))

    def _written(self, record: VoucherRecord) -> Issued:
        voucher = record.voucher
        if voucher.issuer != self._station.number:
            raise Refusal(
                "not_the_issuer", serial=serial_text(record.serial), issuer=self._station_name(voucher.issuer)
            )
        holder = people_queries.member_by_row(self._station.store, voucher.holder)
        assert holder is not None
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
                locked_to=self._station_name(each.lock) if each.lock else None,
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
        record = self._known(text)
        if record.voucher.state != "circulation":
            raise Refusal("not_in_circulation", serial=serial_text(record.serial), state=record.voucher.state)
        return self._written(record)

    # Checking

    def verify(self, text: str) -> Checked:
        """A voucher's verdict, from its own signature and from what is known here; needs no network."""
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
                verdict="wrong_station", reasons=(f"locked_to:{self._station_name(voucher.lock)}",)
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
        record = book_queries.voucher(self._station.store, serial)
        if record is None or record.voucher.issue is None:
            return _unknown("not_yet_known")._replace(serial=serial)
        voucher = record.voucher
        checked = Checked(
            "valid", serial, voucher.unit, voucher.minutes, self._station_name(voucher.issuer),
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
        """The voucher, or a refusal whose code is the verdict."""
        checked = self.verify(text)
        if checked.verdict != "valid":
            raise Refusal(
                checked.verdict,
                serial=serial_text(checked.serial) if checked.serial else "",
                minutes=checked.minutes,
                issuer=checked.issuer,
                expires=checked.expires.isoformat() if checked.expires else "",
                reasons=list(checked.reasons),
                **self._redeemed_where(checked.voucher),
            )
        return checked

    def _redeemed_where(self, voucher: Voucher | None) -> dict[str, object]:
        for each in voucher.redemptions if voucher else ():
            if each.standing == "settled":
                told = self._station.store.told(each.entry)
                station = self._station_name(told.station) if told else ""
                return {"station": station, "date": day_of(each.day).isoformat()}
        return {}

    # Redeeming and withdrawing

    def redeem(
        self, text: str, beneficiary: MemberRecord, *, use: str = "account", purpose: str = ""
    ) -> Redeemed:
        """Honour a voucher for the beneficiary; refuses with the verdict where it is not valid here."""
        if use not in USES:
            raise Refusal("use_unknown", use=use, known=", ".join(USES))
        if beneficiary.erased:
            raise Refusal("already_erased", number=beneficiary.number)
        pack = self._policies.in_force()
        if use == "reward" and pack.value("voucher.goods") is False:
            raise Refusal("goods_not_allowed")
        with self._station.recording() as pen:
            checked = self.require_valid(text)
            entry = pen.tell(
                VoucherRedeemed(
                    checked.serial, beneficiary.ref, use, day_number(self._station.surroundings.today())
                ),
                {"for": purpose.strip()} if purpose.strip() else None,
            )
        record = book_queries.voucher(self._station.store, checked.serial)
        final = record is not None and record.voucher.final
        return Redeemed(entry, checked.serial, checked.minutes, "settled" if final else "provisional")

    def void(self, text: str, reason: str) -> VoucherRecord:
        """Withdraw a voucher before use; the minutes return to the holder."""
        record = self._known(text)
        self.withdraw([record.serial], reason)
        return self._known(serial_text(record.serial))

    def withdraw(self, serials: Sequence[bytes], reason: str) -> EntryRef:
        """Withdraw vouchers in circulation together, all or none; their minutes return to the holders."""
        if not reason.strip():
            raise Refusal("reason_missing")
        with self._station.recording() as pen:
            for serial in serials:
                record = self._known(serial_text(serial))
                if record.voucher.state != "circulation":
                    raise Refusal(
                        "not_in_circulation", serial=serial_text(serial), state=record.voucher.state
                    )
            return pen.tell(
                VouchersVoided(tuple(serials), day_number(self._station.surroundings.today())),
                {"reason": reason.strip()},
            )

    def expire(self) -> list[bytes]:
        """Return the minutes of this station's vouchers whose last day has passed."""
        today = day_number(self._station.surroundings.today())
        due = [
            serial
            for (serial,) in self._station.store.rows(
                "SELECT serial FROM voucher WHERE issuer = ? AND state = 'circulation' AND expires > 0 AND expires < ?"
                " ORDER BY id",
                (self._station.number, today),
            )
        ]
        for at in range(0, len(due), LARGEST_BATCH):
            with self._station.recording() as pen:
                pen.tell(VouchersExpired(tuple(due[at : at + LARGEST_BATCH]), today))
        return due

    def list(self, state: str | None = None, holder: MemberRecord | None = None) -> list[VoucherRecord]:
        """Vouchers, newest first; one past its last day counts as expired, swept or not."""
        records = book_queries.vouchers(self._station.store, holder=holder.row if holder else None)
        return [each for each in records if state is None or self.state_today(each.voucher) == state]

    def state_today(self, voucher: Voucher) -> str:
        """The state as of today."""
        lapsed = voucher.expires and voucher.expires < day_number(self._station.surroundings.today())
        return "expired" if voucher.state == "circulation" and lapsed else voucher.state

    def _known(self, text: str) -> VoucherRecord:
        serial = read_code(text).serial if looks_like_code(text) else read_serial(text)
        record = book_queries.voucher(self._station.store, serial)
        if record is None or record.voucher.issue is None:
            raise Refusal("voucher_not_found", serial=serial_text(serial))
        return record

    def _holder(self, voucher: Voucher | None) -> str:
        if voucher is None or not voucher.holder:
            return ""
        member = people_queries.member_by_row(self._station.store, voucher.holder)
        return member.number if member else ""

    def _station_name(self, number: int) -> str:
        return str(
            self._station.store.value("SELECT name FROM station WHERE number = ?", (number,)) or number
        )


def _unknown(verdict: str) -> Checked:
    return Checked(verdict, b"", 0, 0, "", "", None, None, (verdict,), None)
