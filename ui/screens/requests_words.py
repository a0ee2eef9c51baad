"""How requests are said in lists and on cards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from timebank.desk.request_lines import Clash, RequestLine
from timebank.domain.requests import ARRIVED, ASSIGNED, CONFIRMED, FOLLOWED_UP, FULFILLED, LEFT, OPEN
from timebank.journal.refs import minute_of
from ui.look import Tone
from ui.say import Spoken, Words, phrase
from ui.screens.context import ScreenContext, day_text
from ui.screens.words import category_words, joined, kind_words
from ui.widgets import Column

_TONES = {OPEN: Tone.WARN, ARRIVED: Tone.ACCENT, LEFT: Tone.ACCENT, FULFILLED: Tone.GOOD}


def day_words(day: date, today: date) -> Words:
    """A day as one speaks of it: today, tomorrow, else the date."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    if near is not None:
        return phrase(f"requests.{near}")
    short = f"{day.month}月{day.day}日" if day.year == today.year else ""
    return Spoken(
        lambda language: short if short and language == "zh_CN" else day_text(day, language),
    )


def clock_words(line: RequestLine) -> Words:
    """From when to when, or that any time will do."""
    if not line.request.timed:
        return phrase("requests.any_time")
    end = minute_of(line.request.end)
    return f"{line.start:%H:%M}–{end:%H:%M}"


def when_words(line: RequestLine, today: date) -> Words:
    """Day and time in one."""
    return phrase("requests.when_said", day=day_words(line.start.date(), today), clock=clock_words(line))


def state_words(line: RequestLine) -> Words:
    """The state, and where something is not as it should be."""
    request = line.request
    if request.contested:
        return phrase("requests.contested", state=phrase(f"requests.state.{request.state}"))
    if request.state == ASSIGNED and line.short:
        return phrase("requests.short", missing=line.short)
    return phrase(f"requests.state.{request.state}")


def state_tone(line: RequestLine, now: datetime) -> Tone:
    """Red where the hour has passed and nobody went, amber where somebody is lacking, green when done."""
    if is_late(line, now):
        return Tone.BAD
    if line.request.contested or (line.request.waits and line.short):
        return Tone.WARN
    return _TONES.get(line.request.state, Tone.PLAIN)


def is_late(line: RequestLine, now: datetime) -> bool:
    """Whether it should have begun and nobody is there."""
    if line.request.state not in (OPEN, ASSIGNED):
        return False
    return now > (line.start if line.request.timed else line.start + timedelta(days=1))


def who_words(context: ScreenContext, line: RequestLine) -> Words:
    """Who goes; how many are lacking where nobody does."""
    if not line.volunteers:
        return phrase("requests.nobody")
    return joined([each.name for each in line.volunteers], context.look.say)


def about_words(context: ScreenContext, line: RequestLine) -> Words:
    """What is to be known before one goes: why first, whom they wish for, the note."""
    say = context.look.say
    parts: list[Words] = [category_words(each) for each in line.priority]
    if line.prefers:
        parts.append(phrase(f"requests.prefers_{line.prefers}"))
    if line.request.persons > 1:
        parts.append(phrase("requests.persons_said", persons=line.request.persons))
    return joined([*parts, line.note], say)


def heard_words(context: ScreenContext, line: RequestLine) -> Words:
    """What was heard of the elder afterwards."""
    request = line.request
    noted = {CONFIRMED: request.confirmed, FOLLOWED_UP: request.followed_up}
    heard = [phrase(f"requests.said.{what}") for what, at in noted.items() if at is not None]
    return joined(heard, context.look.say)


def columns(context: ScreenContext, now: datetime, *, day: bool) -> list[Column[RequestLine]]:
    """The columns of a list of requests; ``day`` where they are of several days."""
    today = now.date()
    when: Column[RequestLine] = Column(
        "when",
        phrase("requests.when"),
        lambda line: when_words(line, today) if day else clock_words(line),
        tone=lambda line: Tone.BAD if line.request.urgent else Tone.PLAIN,
        icon=lambda line: "warning" if line.request.urgent else None,
    )
    return [
        when,
        Column("kind", phrase("requests.kind"), lambda line: kind_words(line.request.kind)),
        Column("elder", phrase("requests.elder"), lambda line: line.elder.name),
        Column("who", phrase("requests.who"), lambda line: who_words(context, line)),
        Column("state", phrase("requests.state_title"), state_words, tone=lambda line: state_tone(line, now)),
        Column(
            "about",
            phrase("requests.about"),
            lambda line: joined([heard_words(context, line), about_words(context, line)], context.look.say),
            icon=lambda line: "check" if line.request.confirmed or line.request.followed_up else None,
            stretch=True,
        ),
    ]


def clash_words(clash: Clash) -> Words:
    """Where somebody is expected at the same time."""
    return phrase(
        "requests.clash", name=clash.member.name, start=f"{clash.start:%H:%M}", end=f"{clash.end:%H:%M}"
    )
