"""Dates, clock times and lengths of service, as people type them and spreadsheets keep them. All pure.

Every reader takes a cell value (text, number, date, time …) and raises Refusal with the text that it could
not read: ``date_unreadable``, ``time_unreadable`` or ``length_unreadable`` (facts: text). Nothing is guessed
where two readings are equally likely.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from timebank.outcome import Refusal

DAY = 24 * 60  # minutes

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_SERIALS = range(10_000, 73_415)  # 1927 to 2100
_YEARS = range(1900, 2101)
_GRACE = timedelta(days=31)  # a day this far ahead without a year is still this year's: the desk refuses it
_BARE_HOURS_UP_TO = 24

_RELATIVE_DAYS = {
    **dict.fromkeys(("今天", "今日", "本日", "today"), 0),
    **dict.fromkeys(("昨天", "昨日", "yesterday"), 1),
    **dict.fromkeys(("前天", "前日"), 2),
    "大前天": 3,
}
_WEEKDAY = re.compile(r"(星期|周|礼拜)[一二三四五六日天1-7]")
_CLOCK_AFTER_DATE = re.compile(
    r"(?<=[0-9日号])(t|\s+)[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?z?$|[上下]午$"
)
_FULL_DATE = re.compile(
    r"([0-9]{4}|[0-9]{2}(?=年))\s*[-./年\\、]\s*([0-9]{1,2})\s*[-./月\\、]\s*([0-9]{1,2})\s*[日号]?"
)
_MONTH_DAY = re.compile(
    r"([0-9]{1,2})\s*(?:月|[-/](?=[0-9])|\.(?=0[0-9]|[4-9]$|[12][0-9]|3[01]))\s*([0-9]{1,2})\s*[日号]?"
)
_DAY_ONLY = re.compile(r"([0-9]{1,2})\s*[日号]?")

_PARTS_OF_HOUR = {"半": 30, "1刻": 15, "2刻": 30, "3刻": 45}
_PERIODS = {
    **dict.fromkeys(("凌晨", "清晨", "早上", "早晨", "上午", "早", "am", "a.m."), "am"),
    **dict.fromkeys(("下午", "午后", "傍晚", "pm", "p.m."), "pm"),
    **dict.fromkeys(("晚上", "夜里", "晚间", "晚"), "night"),
    **dict.fromkeys(("中午", "正午"), "noon"),
}
_PERIOD = "|".join(re.escape(word) for word in sorted(_PERIODS, key=len, reverse=True))
_CLOCK = re.compile(
    rf"(?P<before>{_PERIOD})?\s*(?P<hour>[0-9]{{1,2}})"
    r"(?:\s*(?:点钟|点|时|時|h|:|;|\.(?=[0-9]{2}))\s*(?P<rest>半|[123]刻|[0-9]{1,2})?\s*分?钟?(?::[0-9]{2}(?:\.0+)?)?|"
    r"(?P<packed>[0-9]{2}))?"
    rf"\s*(?:整|正)?\s*(?P<after>am|pm|a\.m\.|p\.m\.)?"
)
_RANGE_SPLIT = re.compile(r"\s*(?:--+|[-‐‑‒–—―−~∼〜]+|至|到|\bto\b|→|\n)\s*")
_BRACKETED = re.compile(r"[(\[【（][^)\]】）]*[)\]】）]")

_HOUR_WORDS = r"(?:个?\s*(?:小时|钟头|小時|鐘頭)|hours?|hrs?|h)"
_MINUTE_WORDS = r"(?:分钟|分鐘|分|minutes?|mins?|min|m|')"
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_HOURS_AND_MINUTES = re.compile(
    rf"{_NUMBER}\s*(?P<half1>个半)?{_HOUR_WORDS}\s*(?P<half2>半)?\s*(?:零|又|,|and)?\s*"
    rf"(?:{_NUMBER}\s*{_MINUTE_WORDS}?|(?P<quarters>[123])刻钟?)?"
)
_MINUTES = re.compile(rf"{_NUMBER}\s*{_MINUTE_WORDS}")
_COLONS = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::[0-9]{2})?")

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2, "兩": 2}
_CHINESE_NUMBER = re.compile("[〇零○一二三四五六七八九两兩十百]+")


def parse_date(value: object, today: date, *, within: date | None = None) -> date:
    """A calendar day from a cell or from what was typed.

    Understands date cells, Excel serial numbers, 2026.10.07, 2026-10-7, 2026/10/7, 20261007,
    2026年10月7日, 二〇二六年十月七日, 今天 昨天 前天, with a weekday or a clock time after it. A month and
    day without a year (10月9日, 10/9) are the latest such day not more than 31 days after ``today``.
    ``within`` is the month that a title gave: its year then serves, and a bare day (9日, 9) is a day of
    that month. A month and day that a spreadsheet may have shortened (10.1 for 10.10) is refused.
    """
    if isinstance(value, date):  # a datetime is one too
        return _sane(date(value.year, value.month, value.day), value)
    text = _BRACKETED.sub("", _plain(_shown(value)))
    text = _CLOCK_AFTER_DATE.sub("", _WEEKDAY.sub("", text).strip()).strip()
    if text in _RELATIVE_DAYS:
        return today - timedelta(days=_RELATIVE_DAYS[text])
    text = _arabic(text)
    packed = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
    if full := packed or _FULL_DATE.fullmatch(text):
        return _day(value, *full.groups())
    if month_day := _MONTH_DAY.fullmatch(text):
        return _without_year(value, int(month_day[1]), int(month_day[2]), within, today)
    if within is not None and (day := _DAY_ONLY.fullmatch(text)):
        return _day(value, str(within.year), str(within.month), day[1])
    return _serial_day(value, text)


def parse_clock(value: object) -> int:
    """A time of day in minutes after midnight, 0 to 1440 (24:00), seconds dropped.

    Understands time and date-time cells, fractions of a day, 9:00, 9：00, 0900, 9点, 9点半, 下午2点,
    14时30, 2pm, a bare hour (9). 9.30 as text is half past nine; the number 9.3 or 9.5 is refused.
    """
    match value:
        case datetime() | time():
            return value.hour * 60 + value.minute
        case timedelta() if timedelta() <= value <= timedelta(days=1):
            return int(value.total_seconds() // 60)
        case bool() | date() | timedelta():
            raise Refusal("time_unreadable", text=_shown(value))
        case float() if 0 <= value < 1:
            return int(value * DAY + 0.5 / 60)  # spreadsheets store 9:30 as 0.39583…
        case float() if not value.is_integer():
            if _EXCEL_SERIALS.start <= value < _EXCEL_SERIALS.stop:  # a date and time that lost its format
                return parse_clock(value % 1)
            raise Refusal("time_unreadable", text=_shown(value))
    text = _BRACKETED.sub("", _plain(_shown(value)))
    text = re.sub(r"^\S*[0-9]{4}[-/.年]\S+\s+(?=[0-9])", "", text).strip()  # a date before the time
    text = _arabic(text)
    clock = _CLOCK.fullmatch(text)
    if not clock:
        raise Refusal("time_unreadable", text=_shown(value))
    hour, minute = int(clock["hour"]), _minute(clock["rest"] or clock["packed"])
    hour = _on_24_hours(hour, clock["before"] or clock["after"])
    if minute > 59 or hour * 60 + minute > DAY:
        raise Refusal("time_unreadable", text=_shown(value))
    return hour * 60 + minute


def parse_clock_range(value: object) -> tuple[int, int]:
    """The two ends of a stretch of a day, in minutes after midnight: 9:00-10:30, 9点到10点半, 下午2-4点.

    A morning or afternoon said only at the beginning holds for the end as well. The order of the two is not
    judged here.
    """
    text = _BRACKETED.sub("", _plain(_shown(value))).strip()
    ends = [end for end in _RANGE_SPLIT.split(text) if end]
    if len(ends) == 1 and len(halves := text.split()) == 2:
        ends = halves
    if len(ends) != 2:
        raise Refusal("time_unreadable", text=_shown(value))
    try:
        start, end = parse_clock(ends[0]), parse_clock(ends[1])
    except Refusal:
        raise Refusal("time_unreadable", text=_shown(value)) from None
    said_first, said_last = (re.search(_PERIOD, part) for part in ends)
    if said_first and not said_last and end <= start and end + DAY // 2 <= DAY:
        end += DAY // 2  # 下午2点-4点
    if said_last and not said_first and said_last[0].startswith("p") and start + DAY // 2 < end:
        start += DAY // 2  # 2-4pm
    return start, end


def parse_length(value: object, unit: str | None = None) -> int:
    """A length of time in whole minutes, the nearest where it is not whole; always more than nothing.

    Understands 1.5小时, 90分钟, 1小时30分, 一个半小时, 半小时, 三刻钟, 2h, 45min, 1h30m, 1:30, time cells
    and numbers. A bare number is in ``unit`` ("hour" or "minute", as a column's header says); with none
    said, up to 24 it is hours and above that minutes.
    """
    minutes = _length_in_text(value, unit) if isinstance(value, str) else _length_in_cell(value, unit)
    if minutes is None or minutes < 1:
        raise Refusal("length_unreadable", text=_shown(value))
    return minutes


def _length_in_cell(value: object, unit: str | None) -> int | None:
    match value:
        case datetime() | time():
            return value.hour * 60 + value.minute
        case timedelta():
            return round(value.total_seconds() / 60)
        case bool():
            return None
        case int() | float():
            return _bare(float(value), unit)
    return None


def _length_in_text(value: str, unit: str | None) -> int | None:
    text = re.sub(r"^(约|共|计|合计)+|(左右)$", "", _plain(value))
    text = re.sub(r"([0-9一二三四五六七八九十两]+)点([0-9一二三四五六七八九]+)(?=个?小时)", r"\1.\2", text)
    text = _arabic(re.sub(r"^半个?(小时|钟头)$", "30分", text))
    text = re.sub(r"^([123])刻钟?$", lambda m: f"{15 * int(m[1])}分", text)
    if re.fullmatch(_NUMBER, text):
        return _bare(float(text), unit)
    if colons := _COLONS.fullmatch(text):
        return int(colons[1]) * 60 + int(colons[2])
    if minutes := _MINUTES.fullmatch(text):
        return round(float(minutes[1]))
    if both := _HOURS_AND_MINUTES.fullmatch(text):
        half = 30 if both["half1"] or both["half2"] else 0
        return round(float(both[1]) * 60 + float(both[4] or 0)) + half + 15 * int(both["quarters"] or 0)
    return None


def _bare(number: float, unit: str | None) -> int | None:
    if not 0 < number < 100_000:
        return None
    hours = unit == "hour" or (unit is None and number <= _BARE_HOURS_UP_TO)
    return round(number * 60) if hours else round(number)


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower().lstrip("'’‘`")
    text = re.sub("[\u200b-\u200f\u202a-\u202e\ufeff]", "", text)
    return re.sub(r"[∶︰]", ":", text).strip()


def _arabic(text: str) -> str:
    """Chinese numerals in figures: 二〇二六 is 2026, 十五 is 15, 二十三 is 23."""
    return _CHINESE_NUMBER.sub(lambda m: _number(m[0]), text)


def _number(numerals: str) -> str:
    if not set(numerals) & set("十百"):
        return "".join(str(_DIGITS[c]) for c in numerals).lstrip("0") or "0"
    total = figure = 0
    for c in numerals:
        if c in "十百":
            total += (figure or 1) * (10 if c == "十" else 100)
            figure = 0
        else:
            figure = _DIGITS[c]
    return str(total + figure)


def _serial_day(value: object, text: str) -> date:
    """The day of a spreadsheet's serial number, which a lost cell format leaves bare."""
    if re.fullmatch(r"[0-9]{4,5}(\.[0-9]+)?", text) and int(float(text)) in _EXCEL_SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))
    raise Refusal("date_unreadable", text=_shown(value))


def _sane(day: date, value: object) -> date:
    if day.year not in _YEARS:
        raise Refusal("date_unreadable", text=_shown(value))
    return day


def _day(value: object, year: str, month: str, day: str) -> date:
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return _sane(date(full_year, int(month), int(day)), value)
    except ValueError:
        raise Refusal("date_unreadable", text=_shown(value)) from None


def _without_year(value: object, month: int, day: int, within: date | None, today: date) -> date:
    if within is not None:
        return _day(value, str(within.year), str(month), str(day))
    latest = today + _GRACE
    for year in range(latest.year, latest.year - 9, -1):  # 29 February may be eight years back
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= latest:
            return found
    raise Refusal("date_unreadable", text=_shown(value))


def _minute(rest: str | None) -> int:
    return (_PARTS_OF_HOUR.get(rest) or int(rest)) if rest else 0


def _on_24_hours(hour: int, said: str | None) -> int:
    match _PERIODS.get(said or ""):
        case "pm" if hour < 12:
            return hour + 12
        case "night" if 5 <= hour <= 12:
            return hour + 12
        case "noon" if hour < 4:
            return hour + 12
        case "am" if hour == 12 and said in ("凌晨", "am", "a.m."):
            return 0
    return hour
