"""When a service is wanted, from what a person types: as for what was, but the days are still to come. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from timebank.domain.quantities import parse_clock, parse_date
from timebank.outcome import Refusal
from ui.screens.times import Told, read_when

_AHEAD = {"明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "後天": 2, "the day after tomorrow": 2, "大后天": 3}
_WEEKDAYS = "一二三四五六日"


def read_coming_day(text: str, today: date) -> date:
    """A day to come: 明天, 后天, 周三 and 下周三, or a date as :func:`parse_date` reads it, never long past."""
    said = text.strip().lower()
    if said in _AHEAD:
        return today + timedelta(days=_AHEAD[said])
    weekday = _weekday(said, today)
    if weekday is not None:
        return weekday
    day = parse_date(text, today)
    if day < today and str(day.year) not in text:  # 1月9日, said in November
        later = _year_later(day)
        return day if later is None or (today - day).days <= _LATELY else later
    return day


def read_moment(text: str, today: date) -> datetime:
    """When something was: 10:05, 9点半, 昨天 15:00, 11月5日下午3点; a time alone is of today.

    Refuses with ``time_unreadable``.
    """
    for at in (*range(1, len(text)), 0):
        said = text[:at].strip().lower()
        try:
            day = today if said in ("", "today") else parse_date(said, today)
            return datetime.combine(day, time()) + timedelta(minutes=parse_clock(text[at:]))
        except Refusal:
            continue
    raise Refusal("time_unreadable", text=text)


_LATELY = 31
"""Days: a date without a year that was so lately is meant as it is, and will be refused."""


def _weekday(said: str, today: date) -> date | None:
    rest = said
    following = rest.startswith("下")
    rest = rest.removeprefix("下").removeprefix("这").removeprefix("本")
    for word in ("星期", "礼拜", "周"):
        if rest.startswith(word) and rest.removeprefix(word).replace("天", "日") in tuple(_WEEKDAYS):
            wanted = _WEEKDAYS.index(rest.removeprefix(word).replace("天", "日"))
            monday = today - timedelta(days=today.weekday())
            day = monday + timedelta(days=wanted + 7 * following)
            return day if following or day >= today else day + timedelta(days=7)
    return None


def _year_later(day: date) -> date | None:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return None


def read_coming(day: str, clock: str, length: str, today: date) -> Told:
    """When a service is wanted and how long; refuses as :func:`~ui.screens.times.read_when` does."""
    return read_when(read_coming_day(day, today).isoformat(), clock, length, today)
