"""What was scanned or typed into the one box: a voucher, a person, several of either, or nothing known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from timebank.desk.certificates import Verified
from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.desk.vouchers import Checked
from timebank.domain.certificate import PREFIX as CERTIFICATE
from timebank.domain.certificate import looks_like_certificate, read_certificate
from timebank.domain.identity import IdentityNumber
from timebank.domain.scanned import Codes, other_readings
from timebank.domain.voucher_code import PREFIX, looks_like_code, read_code, read_serial
from timebank.outcome import Problem, Refusal
from timebank.paper.reader import IsCancelled, Pixels, Progress, codes_in
from timebank.phrases import phrases
from timebank.store.people_queries import MemberRecord

MOST = 30
"""People listed for one search; more than this and the clerk types another letter."""


@dataclass(frozen=True)
class Scanned:
    """What ``text`` turned out to be. A voucher comes with why it is not good, if it is not."""

    text: str
    checked: Checked | None = None
    certificate: Verified | None = None
    """Of a certificate of service, what it is worth."""
    problem: Problem | None = None
    holder: MemberRecord | None = None
    receiver: MemberRecord | None = None
    """For whom it was redeemed."""
    members: tuple[MemberRecord, ...] = ()
    profile: Profile | None = None
    """Of the one member that was found."""
    several: tuple[Scanned, ...] = ()
    """What each of several codes in one picture is."""


def is_voucher(text: str) -> bool:
    """Whether ``text`` is a voucher's code or a whole serial."""
    if looks_like_code(text):
        return True
    try:
        read_serial(text)
    except Refusal:
        return False
    return True


def _whole(text: str) -> bool:
    read = read_certificate if text.upper().startswith(CERTIFICATE) else read_code
    try:
        read(text)
    except Refusal:
        return False
    return True


_CARD = re.compile(r"\d{3,}-\d{5,}")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def _card(text: str) -> bool:
    """Whether ``text`` is all of a member's number, of an identity card's or of a mobile phone's."""
    if _CARD.fullmatch(text) or _MOBILE.fullmatch(text):
        return True
    try:
        IdentityNumber.parse(text)
    except Refusal:
        return False
    return True


CODES = Codes((PREFIX, CERTIFICATE), _whole, _card)
"""How the box knows a code of ours, and whether all of it was read."""
_NOBODYS = ("forged", "unknown_issuer", "other_network")
"""Verdicts on a code that no station of ours has signed as it stands."""


def recognise(desk: Desk, text: str) -> Scanned:
    """Find out what ``text`` is, on a desk of the reading thread."""
    if looks_like_certificate(text):
        return Scanned(text, certificate=desk.certificates.verify(text))
    return check(desk, text) if is_voucher(text) else people(desk, text)


def check(desk: Desk, text: str) -> Scanned:
    """The voucher's verdict, with the sentence that explains it and the holder where known here."""
    checked = desk.vouchers.verify(text)
    if checked.verdict in _NOBODYS:  # the signature tells whether Y and Z changed places on the way
        for other in other_readings(text, CODES):
            again = desk.vouchers.verify(other)
            if again.verdict not in _NOBODYS:
                text, checked = other, again
                break
    problem: Problem | None = None
    try:
        desk.vouchers.require(checked)
    except Refusal as refusal:
        problem = refusal
    holder = desk.people.find(checked.holder) if checked.holder else None
    receiver = desk.vouchers.receiver(checked)
    return Scanned(text, checked, problem=problem, holder=holder, receiver=receiver)


def people(desk: Desk, text: str) -> Scanned:
    """Everyone that ``text`` can mean: by number, identity card, name, pinyin or phone."""
    members = tuple(_by_card(desk, text) or desk.people.search(text, limit=MOST))
    members = tuple(each for each in members if each.number == text) or members
    profile = desk.people.profile(members[0]) if len(members) == 1 else None
    return Scanned(text, members=members, profile=profile)


def _by_card(desk: Desk, text: str) -> list[MemberRecord]:
    if sum(each.isdigit() for each in text) < 15:
        return []
    try:
        return desk.people.by_identity(IdentityNumber.parse(text))
    except Refusal:
        return []


def from_pictures(
    desk: Desk,
    pictures: Sequence[Path | Pixels],
    language: str,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Scanned:
    """What the codes in pictures are: the one, or ``several`` to choose from. Raises as the reader does."""
    name = phrases(language)("paper.pasted")
    codes = codes_in(pictures, CODES.whole, name=name, progress=progress, cancelled=cancelled)
    if len(codes) == 1:
        return recognise(desk, codes[0])
    return Scanned("", several=tuple(recognise(desk, code) for code in codes))
