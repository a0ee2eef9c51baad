"""What was scanned or typed into the one box: a voucher, a person, several people, or nothing known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from timebank.desk.desk import Desk
from timebank.desk.people import Profile
from timebank.desk.vouchers import Checked
from timebank.domain.identity import IdentityNumber
from timebank.domain.voucher_code import PREFIX, looks_like_code, read_code, read_serial
from timebank.outcome import Problem, Refusal
from timebank.paper.reader import read_codes, read_pasted
from timebank.phrases import phrases
from timebank.store.people_queries import MemberRecord
from ui.widgets import Codes

MOST = 30
"""People listed for one search; more than this and the clerk types another letter."""


@dataclass(frozen=True)
class Scanned:
    """What ``text`` turned out to be. A voucher comes with why it is not good, if it is not."""

    text: str
    checked: Checked | None = None
    problem: Problem | None = None
    holder: MemberRecord | None = None
    members: tuple[MemberRecord, ...] = ()
    profile: Profile | None = None
    """Of the one member that was found."""


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
    try:
        read_code(text)
    except Refusal:
        return False
    return True


CODES = Codes((PREFIX,), _whole)
"""How the box knows a voucher's code, and whether all of it was read."""


def recognise(desk: Desk, text: str) -> Scanned:
    """Find out what ``text`` is, on a desk of the reading thread."""
    return check(desk, text) if is_voucher(text) else people(desk, text)


def check(desk: Desk, text: str) -> Scanned:
    """The voucher's verdict, with the sentence that explains it and the holder where known here."""
    checked = desk.vouchers.verify(text)
    problem: Problem | None = None
    try:
        desk.vouchers.require(checked)
    except Refusal as refusal:
        problem = refusal
    holder = desk.people.find(checked.holder) if checked.holder else None
    return Scanned(text, checked, problem, holder)


def people(desk: Desk, text: str) -> Scanned:
    """Everyone that ``text`` can mean: by number, identity card, name, pinyin or phone."""
    members = tuple(_by_card(desk, text) or desk.people.search(text, limit=MOST))
    profile = desk.people.profile(members[0]) if len(members) == 1 else None
    return Scanned(text, members=members, profile=profile)


def _by_card(desk: Desk, text: str) -> list[MemberRecord]:
    if sum(each.isdigit() for each in text) < 15:
        return []
    try:
        return desk.people.by_identity(IdentityNumber.parse(text))
    except Refusal:
        return []


def from_picture(desk: Desk, picture: Path | bytes, language: str) -> Scanned:
    """The verdict on the one voucher in a picture; refuses with ``several_codes``, or as the reader does."""
    if isinstance(picture, Path):
        codes = read_codes(picture)
    else:
        codes = read_pasted(picture, name=phrases(language)("paper.pasted"))
    if len(codes) > 1:
        raise Refusal("several_codes", count=len(codes))
    return check(desk, codes[0])
