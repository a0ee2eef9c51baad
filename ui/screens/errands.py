"""What one screen asks of another: the payloads of ``context.go``. A bare member means: show them."""

from __future__ import annotations

from dataclasses import dataclass

from timebank.store.people_queries import MemberRecord


@dataclass(frozen=True)
class LogHours:
    """To ``services``: log a service of these people; ``back`` is where to return when it is done."""

    volunteers: tuple[MemberRecord, ...] = ()
    elder: MemberRecord | None = None
    voucher: str = ""
    back: str = ""


@dataclass(frozen=True)
class ShowPassbook:
    """To ``people``: this member's passbook."""

    member: MemberRecord


@dataclass(frozen=True)
class NewMember:
    """To ``people``: register somebody; ``name`` is what was typed when nobody was found."""

    name: str = ""


@dataclass(frozen=True)
class TakeBack:
    """To ``desk``: reverse the last step."""
