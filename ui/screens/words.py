"""How people, kinds of service, dates and verdicts are said on every screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from timebank.domain.categories import CARE_LEVELS, CATEGORIES
from timebank.domain.identity import age_on
from timebank.domain.kinds import KINDS
from timebank.store.people_queries import MemberRecord
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import day_text

VERDICT_TONES = {
    "valid": Tone.GOOD,
    "redeemed": Tone.BAD,
    "void": Tone.BAD,
    "expired": Tone.BAD,
    "not_yet_known": Tone.WARN,
    "wrong_station": Tone.WARN,
    "limit": Tone.WARN,
    "unknown_issuer": Tone.WARN,
    "revoked_issuer": Tone.BAD,
    "other_network": Tone.BAD,
    "forged": Tone.BAD,
    "unreadable": Tone.WARN,
}
"""What each verdict means to the clerk: good, wait or ask, no."""


def kind_words(code: str) -> Words:
    """The name of a kind of service; a code that this version does not know is said as it is."""
    kind = KINDS.get(code)
    return code if kind is None else Spoken(lambda language: kind.zh if language == "zh_CN" else kind.en)


def category_words(code: str) -> Words:
    """The name of a category."""
    found = CATEGORIES.get(code)
    return code if found is None else Spoken(lambda language: found.zh if language == "zh_CN" else found.en)


def level_words(level: int | None) -> Words:
    """The name of a care level, a dash where none was assessed."""
    if level is None:
        return "—"
    zh, en = CARE_LEVELS[level]
    return Spoken(lambda language: zh if language == "zh_CN" else en)


def role_words(roles: Iterable[str]) -> Words:
    """Volunteer, elder, or both."""
    named = tuple(roles)
    return phrase("people.role_both" if len(named) > 1 else f"people.role_{named[0]}") if named else ""


def joined(words: Iterable[Words], say: Callable[[Words], str]) -> Spoken:
    """Several words one after the other, as the language separates them; ``say`` says each."""
    parts = tuple(words)
    return Spoken(
        lambda language: ("、" if language == "zh_CN" else ", ").join(
            said for part in parts if (said := say(part))
        )
    )


def apart(words: Iterable[Words], say: Callable[[Words], str]) -> Spoken:
    """Several words in one line, with room between them."""
    parts = tuple(words)
    return Spoken(lambda _language: "   ".join(said for part in parts if (said := say(part))))


def birth_of(member: MemberRecord) -> date | None:
    """When a member was born, where known here."""
    text = str(member.details.get("birth") or "")
    return date.fromisoformat(text) if text else None


def age_words(member: MemberRecord, today: date) -> Words:
    """The age in years, empty where the birth is not known."""
    birth = birth_of(member)
    return "" if birth is None else phrase("people.age", age=age_on(birth, today))


def name_words(member: MemberRecord) -> Words:
    """The name as lists show it: of a closed account it says so."""
    return member.name if member.left is None else phrase("closing.closed_mark", name=member.name)


def also_words(member: MemberRecord) -> Words:
    """The other numbers of the same person, empty where there are none."""
    return phrase("people.also", numbers=" ".join(member.also)) if member.also else ""


def phone_tail(member: MemberRecord) -> Words:
    """The last four digits of the phone: enough to tell two namesakes apart."""
    phone = str(member.details.get("phone") or "")
    return phrase("people.phone_tail", tail=phone[-4:]) if len(phone) >= 4 else ""


def masked_phone(phone: str) -> str:
    """A phone for the screen: the first three and the last four digits show."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "*" * max(0, len(phone) - 4) + phone[-4:]


def day_words(day: date, today: date) -> Words:
    """A day as one speaks of it: without the year while that is this one, where the language allows it."""
    return Spoken(
        lambda language: (
            f"{day.month}月{day.day}日"
            if language == "zh_CN" and day.year == today.year
            else day_text(day, language)
        )
    )


def when_words(moment: datetime, now: datetime) -> Words:
    """A moment as one speaks of it: 10:42 today, the day and time before that."""
    clock = moment.strftime("%H:%M")
    if moment.date() == now.date():
        return phrase("desk.at_today", clock=clock)
    return Spoken(
        lambda language: (
            f"{moment.month}月{moment.day}日 {clock}"
            if language == "zh_CN"
            else moment.strftime("%Y-%m-%d %H:%M")
        )
    )
