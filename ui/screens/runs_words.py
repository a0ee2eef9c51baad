"""How the month's runs are said: months, heads, and what an earlier run came to."""

from __future__ import annotations

from datetime import date

from timebank.desk.months import GrantRun, MonthEnd
from timebank.desk.months_undone import STANDS
from ui.say import Phrase, Spoken, phrase
from ui.screens.reports_month import month_text


def heads(count: int) -> Phrase:
    """So many people."""
    return phrase("runs.person") if count == 1 else phrase("runs.people", count=f"{count:,}")


def said_month(month: date) -> Spoken:
    """A month by its name."""
    return Spoken(lambda language: month_text(month, language))


def later_month(month: date, months: int) -> date:
    """The first day of the month so many months after that of a day."""
    at = month.year * 12 + month.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def grant_state(run: GrantRun) -> str:
    """How the month stands, as the end of a phrase's key: whether it was granted, and what has changed since."""
    if run.earlier != STANDS:
        return run.earlier
    joined, corrected = (any(bool(each.before) is known for each in run.granted) for known in (False, True))
    if joined and (corrected or run.lower):
        return "joined_corrected"
    if joined:
        return "joined"
    if corrected:
        return "corrected"
    return "too_much" if run.lower else "stands"


def end_state(run: MonthEnd) -> str:
    """How the month's end stands: whether it was settled, and whether anything has changed since."""
    if run.earlier != STANDS:
        return run.earlier
    return "changed" if run.lapsed else "stands"
