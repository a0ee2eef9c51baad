"""Certificates of service (志愿服务记录证明): what the books say a volunteer did, signed, for any station to check.

A certificate changes nothing in the books. It is registered at the station that printed it, once its code
has been read back from the paper.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from timebank.desk.network import network_name
from timebank.desk.station import Station
from timebank.domain.certificate import (
    MAX_DAY,
    MAX_MINUTES,
    MAX_SERVICES,
    SERIAL_BYTES,
    CertificateCode,
    certificate_number,
    name_tag,
    read_certificate,
    write_certificate,
)
from timebank.domain.identity import masked
from timebank.domain.kinds import KINDS
from timebank.journal.keys import key_id
from timebank.journal.refs import day_number, day_of
from timebank.outcome import Refusal
from timebank.paper.certificate import CertificateFace, CertificateLine
from timebank.phrases import phrases
from timebank.policy.amounts import hours_text
from timebank.store import people_queries, report_queries
from timebank.store.people_queries import MemberRecord

PrintCertificate = Callable[[CertificateFace, Path], Path]
"""Prints a certificate into a PDF and reads its code back; the window's side brings it."""

_RESPONSIBLE, _CONTACT = "certificates.responsible", "certificates.contact"
_REGISTER = "certificate."
LINES = 10
"""Kinds of service listed one by one; the rest are summed up in one line."""


@dataclass(frozen=True)
class CertificateForm:
    """What is asked for. Without ``start`` from the first service on; without ``end`` up to today.

    ``responsible`` and ``contact`` are kept for the next time; None takes what was kept.
    """

    holder: MemberRecord
    start: date | None = None
    end: date | None = None
    responsible: str | None = None
    contact: str | None = None


class Certificate(NamedTuple):
    """A certificate ready to be printed; ``issued`` and both ends of the period are business dates."""

    number: str
    code: str
    holder: MemberRecord
    first: date
    last: date
    issued: date
    kinds: tuple[tuple[str, int, int], ...]
    """(kind of service, services, minutes), the most first."""
    responsible: str
    contact: str

    @property
    def services(self) -> int:
        """How many services."""
        return sum(services for _, services, _ in self.kinds)

    @property
    def minutes(self) -> int:
        """Minutes given in them."""
        return sum(minutes for _, _, minutes in self.kinds)


class Issuance(NamedTuple):
    """A certificate that this station printed."""

    number: str
    holder: str
    """The holder's volunteer number."""
    first: date
    last: date
    issued: date
    services: int
    minutes: int


class Verified(NamedTuple):
    """What a certificate is worth; all but ``verdict`` and ``reason`` empty where it cannot be read."""

    verdict: str
    reason: str = ""
    """Why it cannot be read."""
    number: str = ""
    issuer: str = ""
    holder: str = ""
    """The holder's volunteer number."""
    first: date | None = None
    last: date | None = None
    issued: date | None = None
    services: int = 0
    minutes: int = 0
    member: MemberRecord | None = None
    """The holder, where this station knows the number."""
    name_fits: bool | None = None
    """Whether the name on the paper is the one that was certified; None where it was not asked."""
    now: tuple[int, int] | None = None
    """Services and minutes that the books here show for the same period today; None for a foreign member."""


class Certificates:
    """Issues certificates of this station's books and checks those of every station."""

    def __init__(self, station: Station) -> None:
        self._station = station

    # Issuing

    def prepare(self, form: CertificateForm) -> Certificate:
        """A certificate of what the books say, signed; nothing is recorded yet.

        Refuses with ``certificate_person_unknown``, ``certificate_period`` or ``certificate_empty``.
        """
        self._station.require_joined()
        self._station.require_writer()
        holder = form.holder
        if not holder.known or holder.erased:
            raise Refusal("certificate_person_unknown", number=holder.number)
        today = self._station.surroundings.today()
        last = form.end or today
        first = form.start or self._first_day(holder) or last
        if first > last or last > today or day_number(first) < 0 or day_number(last) > MAX_DAY:
            raise Refusal("certificate_period", start=first.isoformat(), end=last.isoformat())
        kinds = self._kinds(holder, first, last)
        if not kinds:
            raise Refusal(
                "certificate_empty", name=holder.name, start=first.isoformat(), end=last.isoformat()
            )
        serial = self._station.surroundings.random(SERIAL_BYTES)
        certificate = Certificate(
            certificate_number(self._station.number, today.year, serial),
            "",
            holder,
            first,
            last,
            today,
            kinds,
            self._kept(_RESPONSIBLE, form.responsible),
            self._kept(_CONTACT, form.contact),
        )
        return certificate._replace(code=self._sign(certificate, serial))

    def _sign(self, certificate: Certificate, serial: bytes) -> str:
        if certificate.services > MAX_SERVICES or certificate.minutes > MAX_MINUTES:
            raise Refusal("certificate_too_large", minutes=certificate.minutes)
        code = CertificateCode(
            network=self._station.network[:4],
            key=key_id(self._station.signer.public),
            serial=serial,
            first=day_number(certificate.first),
            last=day_number(certificate.last),
            issued=day_number(certificate.issued),
            services=certificate.services,
            minutes=certificate.minutes,
            holder=name_tag(serial, certificate.holder.name),
            number=certificate.holder.number,
        )
        return write_certificate(code, self._station.signer)

    def _kept(self, key: str, said: str | None) -> str:
        return str(self._station.store.local(key) or "") if said is None else " ".join(said.split())

    def signatory(self) -> tuple[str, str]:
        """The responsible person and the contact of this station, as last entered."""
        return self._kept(_RESPONSIBLE, None), self._kept(_CONTACT, None)

    def _first_day(self, holder: MemberRecord) -> date | None:
        start = report_queries.first_service_of(self._station.store, holder.row)
        return None if start is None else day_of(start // 1440)

    def _kinds(self, holder: MemberRecord, first: date, last: date) -> tuple[tuple[str, int, int], ...]:
        rows = report_queries.services_of(
            self._station.store, holder.row, day_number(first), day_number(last)
        )
        return tuple(sorted(rows, key=lambda row: (-row[2], row[0])))

    def face(self, certificate: Certificate, language: str = "zh_CN") -> CertificateFace:
        """The page of a certificate, in one language."""
        say = phrases(language)
        shown = certificate.kinds if len(certificate.kinds) <= LINES else certificate.kinds[: LINES - 1]
        rest = certificate.kinds[len(shown) :]
        lines = [
            self._line(_kind_name(kind, language), services, minutes, language)
            for kind, services, minutes in shown
        ]
        if rest:
            services, minutes = sum(row[1] for row in rest), sum(row[2] for row in rest)
            lines.append(self._line(say("certificate.other_kinds"), services, minutes, language))
        details = certificate.holder.details
        document = str(details.get("id_number") or (details.get("document") or {}).get("number") or "")
        return CertificateFace(
            code=certificate.code,
            number=certificate.number,
            network_name=network_name(self._station.store),
            station_name=self._station.name,
            holder_name=certificate.holder.name,
            holder_document=masked(document),
            holder_number=certificate.holder.number,
            first=certificate.first,
            last=certificate.last,
            services=certificate.services,
            hours=hours_text(certificate.minutes, language),
            lines=lines,
            responsible=certificate.responsible,
            contact=certificate.contact,
            issued=certificate.issued,
            language=language,
        )

    def _line(self, what: str, services: int, minutes: int, language: str) -> CertificateLine:
        times = phrases(language)("certificate.times", count=services)
        return CertificateLine(what, times, hours_text(minutes, language))

    def print(
        self,
        certificate: Certificate,
        print_certificate: PrintCertificate,
        path: Path,
        language: str = "zh_CN",
    ) -> Path:
        """Print into a PDF; it counts as issued once its code was read back from the page."""
        file = print_certificate(self.face(certificate, language), path)
        self.register(certificate)
        return file

    def register(self, certificate: Certificate) -> None:
        """Note that a certificate was printed, and by what names it was signed for the next one."""
        store = self._station.store
        entry = {
            "holder": certificate.holder.number,
            "first": certificate.first.isoformat(),
            "last": certificate.last.isoformat(),
            "issued": certificate.issued.isoformat(),
            "services": certificate.services,
            "minutes": certificate.minutes,
            "operator": self._station.operator,
        }
        with store.transaction():
            store.set_local(_REGISTER + certificate.number, json.dumps(entry, sort_keys=True))
            store.set_local(_RESPONSIBLE, certificate.responsible)
            store.set_local(_CONTACT, certificate.contact)

    def issued(self) -> list[Issuance]:
        """Certificates that this station printed, the newest first."""
        rows = [
            _issuance(key.removeprefix(_REGISTER), json.loads(value))
            for key, value in report_queries.kept_under(self._station.store, _REGISTER)
        ]
        return sorted(rows, key=lambda each: (each.issued, each.number), reverse=True)

    # Verifying

    def verify(self, text: str, name: str = "") -> Verified:
        """What a certificate is worth, by its own signature; with ``name`` also whether it is that person's.

        Verdicts: ``valid``, ``forged``, ``other_network``, ``unknown_issuer``, ``revoked_issuer`` and
        ``unreadable``, whose ``reason`` is the code of the refusal.
        """
        try:
            code = read_certificate(text)
        except Refusal as refusal:
            return Verified("unreadable", refusal.code)
        issuer = self._station.store.row(
            "SELECT number, name, key, revoked FROM station WHERE key_id = ?", (code.key,)
        )
        said = Verified(
            "valid",
            "",
            certificate_number(issuer[0] if issuer else 0, day_of(code.issued).year, code.serial),
            issuer[1] if issuer else "",
            code.number,
            day_of(code.first),
            day_of(code.last),
            day_of(code.issued),
            code.services,
            code.minutes,
            name_fits=code.is_for(name) if name.strip() else None,
        )
        if code.network != self._station.network[:4]:
            return said._replace(verdict="other_network", number="")
        if issuer is None:
            return said._replace(verdict="unknown_issuer", number="")
        if not code.signed_by(issuer[2]):
            return Verified("forged")
        member = self._holder(code.number)
        if member is not None:
            kinds = self._kinds(member, day_of(code.first), day_of(code.last))
            said = said._replace(
                member=member, now=(sum(row[1] for row in kinds), sum(row[2] for row in kinds))
            )
        return said if issuer[3] is None else said._replace(verdict="revoked_issuer")

    def _holder(self, number: str) -> MemberRecord | None:
        store = self._station.store
        found = people_queries.standing(store, people_queries.members_by_number(store, number))
        return found[0] if len(found) == 1 else None


def _kind_name(code: str, language: str) -> str:
    kind = KINDS.get(code)
    return code if kind is None else (kind.en if language == "en" else kind.zh)


def _issuance(number: str, kept: dict[str, Any]) -> Issuance:
    first, last, issued = (date.fromisoformat(kept[key]) for key in ("first", "last", "issued"))
    return Issuance(number, kept["holder"], first, last, issued, kept["services"], kept["minutes"])
