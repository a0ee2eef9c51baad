"""What one screen asks of another: the payloads of ``context.go``. A bare member means: show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from timebank.desk.people import Profile
from timebank.desk.services import ServiceForm
from timebank.store.people_queries import MemberRecord


@dataclass(frozen=True)
class LogHours:
    """To ``services``: log a service of these people; ``back`` is where to return when it is done."""

    volunteers: tuple[MemberRecord, ...] = ()
    elder: MemberRecord | None = None
    voucher: str = ""
    back: str = ""
    request: str = ""
    """The request that this service is."""
    form: ServiceForm | None = None
    """What is known of it already."""


@dataclass(frozen=True)
class AskService:
    """To ``services``: write down what an elder needs."""

    elder: MemberRecord | None = None


@dataclass(frozen=True)
class ShowPassbook:
    """To ``people``: this member's passbook."""

    member: MemberRecord


@dataclass(frozen=True)
class NewMember:
    """To ``people``: register somebody; ``name`` is what was typed when nobody was found."""

    name: str = ""


@dataclass(frozen=True)
class WritePerson:
    """To the form of a person: somebody known, or somebody new under the name that was typed."""

    profile: Profile | None = None
    name: str = ""

    @property
    def row(self) -> int | None:
        """Who it is, None for somebody new."""
        return self.profile.member.row if self.profile is not None else None


@dataclass(frozen=True)
class MoveCredit:
    """To ``people``: give away credit of this member, or without one look at the community pool."""

    member: MemberRecord | None = None
    back: str = ""
    """Where to return when it is done."""


@dataclass(frozen=True)
class TakeBack:
    """To ``desk``: reverse the last step."""


@dataclass(frozen=True)
class ShowReport:
    """To ``reports``: the report with this name, of the month that ``month`` begins where one is given."""

    name: str
    month: date | None = None


@dataclass(frozen=True)
class IssueCertificate:
    """To ``reports``: a certificate of service for this volunteer."""

    member: MemberRecord


@dataclass(frozen=True)
class CheckCertificate:
    """To ``reports``: what a certificate with this code is worth."""

    code: str
