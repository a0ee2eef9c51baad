"""What is shown on paper, and nothing else: a voucher's face and a passbook's lines.

A voucher may be lost in the street, so its face has no field for a name or an identity number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

Kind = Literal["credit", "allowance"]


class Layout(StrEnum):
    """How vouchers lie on paper; the values are the names on the command line."""

    A4 = "a4"  # 2 × 5 on a sheet, with cut marks
    A4_3X8 = "a4_3x8"  # 3 × 8 on a sheet, smaller
    ROLL80 = "roll80"  # one after the other on an 80 mm roll
    ROLL58 = "roll58"
    CARD = "card"  # 85.6 × 54 mm, one to a page


@dataclass(frozen=True, slots=True)
class VoucherFace:
    """Everything that a printed voucher shows."""

    code: str  # what the QR holds: TB1 and Crockford base32, upper case
    serial_text: str  # in groups with a check character, for typing by hand
    kind: Kind
    minutes: int
    amount_text: str  # as the policy words it: "2 小时"
    unit_name: str
    network_name: str
    station_name: str
    holder_number: str
    issued: date
    expires: date | None
    locked_to: str | None = None  # the only station that may redeem it
    reprint: bool = False
    language: str = "zh_CN"


@dataclass(frozen=True, slots=True)
class MemberCardFace:
    """A member's card (会员卡), for the member's own pocket: it shows the name and nothing else of the person."""

    number: str  # also what the QR holds: the desk's box knows it
    name: str
    roles_text: str  # already worded: "志愿者"
    network_name: str
    station_name: str
    issued: date
    language: str = "zh_CN"


@dataclass(frozen=True, slots=True)
class SlipFace:
    """A slip (小票) that an elder takes home: what was just done and what is left, in large type."""

    title: str
    network_name: str
    station_name: str
    name: str
    number: str
    when: str  # date and time, already worded
    lines: Sequence[tuple[str, str]]  # label and value, in the order of the page
    balance: tuple[str, str] | None = None  # its label and value, set largest of all
    note: str = ""
    language: str = "zh_CN"


@dataclass(frozen=True, slots=True)
class PassbookLine:
    """One movement in a passbook; amounts are already worded, empty where nothing moved that way."""

    day: date
    what: str
    added: str
    taken: str
    balance: str


@dataclass(frozen=True, slots=True)
class PassbookFace:
    """A member's passbook (存折), for the member's own eyes: it does show the name."""

    network_name: str
    station_name: str
    holder_name: str
    holder_number: str
    unit_name: str
    lines: Sequence[PassbookLine]
    honour_text: str  # the lifetime honour total, already worded
    printed: date
    language: str = "zh_CN"
