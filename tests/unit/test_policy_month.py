"""What changes within a month, what an account may hold, and what is too old: the pure rules, case by case."""

from __future__ import annotations

from datetime import date

import pytest

from timebank.policy.allowance import Assessment, Dated, PersonFacts, entitlement
from timebank.policy.catalog import load
from timebank.policy.expiry import Earned, last_day, left_to_lapse, months_later
from timebank.policy.holding import Share, may_hold, share
from timebank.policy.pack import Pack, answered
from timebank.policy.settings import Words

TRIAL = Words("试行", "a trial")
FEBRUARY, NOVEMBER = date(2028, 2, 1), date(2026, 11, 1)  # 2028 is a leap year


def hangzhou(**settings: object) -> Pack:
    """Hangzhou with some answers; __ stands for a dot."""
    return answered(load("hangzhou"), {key.replace("__", "."): each for key, each in settings.items()}, TRIAL)


def aged(birth: date, **more: object) -> PersonFacts:
    """A person registered and living there."""
    return PersonFacts(birth, True, True, **more)  # type: ignore[arg-type]


# Changes within a month


@pytest.mark.parametrize(
    ("answer", "minutes"), [(None, 0), ("next_month", 0), ("whole_month", 180), ("by_days", 180 * 10 // 30)]
)
def test_an_eightieth_birthday_on_the_twenty_first(answer: str | None, minutes: int) -> None:
    pack = hangzhou(**({} if answer is None else {"allowance__mid_month": answer}))
    assert entitlement(aged(date(1946, 11, 21)), NOVEMBER, pack).minutes == minutes


@pytest.mark.parametrize(
    ("answer", "minutes"), [("whole_month", 3120), ("by_days", (180 * 14 + 3120 * 15) // 29)]
)
def test_hardship_that_begins_in_the_middle_of_a_leap_february(answer: str, minutes: int) -> None:
    person = aged(
        date(1946, 1, 1),
        assessments=(Assessment(date(2028, 2, 15), 3),),
        categories=(Dated("minimum_living", date(2028, 2, 3)), Dated("disabled", date(2028, 2, 3))),
    )
    assert entitlement(person, FEBRUARY, hangzhou(allowance__mid_month=answer)).minutes == minutes


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [("next_month", 3120), ("whole_month", 3120), ("by_days", (3120 * 9 + 180 * 21) // 30)],
)
def test_hardship_that_ends_on_the_ninth(answer: str, minutes: int) -> None:
    person = aged(
        date(1946, 1, 1),
        assessments=(Assessment(date(2026, 1, 1), 3),),
        categories=(Dated("minimum_living", None, date(2026, 11, 9)), Dated("disabled")),
    )
    assert entitlement(person, NOVEMBER, hangzhou(allowance__mid_month=answer)).minutes == minutes


def test_a_subsidy_drawn_for_ten_days_takes_ten_days() -> None:
    person = aged(
        date(1946, 1, 1), benefits=(Dated("institution_subsidy", date(2026, 11, 11), date(2026, 11, 20)),)
    )
    assert entitlement(person, NOVEMBER, hangzhou(allowance__mid_month="by_days")).minutes == 180 * 20 // 30
    assert entitlement(person, NOVEMBER, hangzhou(allowance__mid_month="next_month")).minutes == 180


@pytest.mark.parametrize("answer", ["next_month", "whole_month", "by_days"])
def test_a_month_in_which_nothing_changes_is_the_same_whatever_the_answer(answer: str) -> None:
    person = aged(date(1930, 1, 1))
    assert entitlement(person, NOVEMBER, hangzhou(allowance__mid_month=answer)).minutes == 360


# What an account may hold

CAP = {"credit__holding_cap_minutes": 100}


@pytest.mark.parametrize(
    ("held", "earned", "settings", "kept"),
    [
        (0, 60, {}, Share(60)),
        (40, 60, {**CAP, "credit__overflow": "donate"}, Share(60)),
        (41, 60, {**CAP, "credit__overflow": "donate"}, Share(60, 1, "credit.overflow")),
        (100, 60, {**CAP, "credit__overflow": "donate"}, Share(60, 60, "credit.overflow")),
        (500, 60, {**CAP, "credit__overflow": "donate"}, Share(60, 60, "credit.overflow")),
        (41, 60, {**CAP, "credit__overflow": "honour"}, Share(59, 0, "credit.overflow")),
        (500, 60, {**CAP, "credit__overflow": "honour"}, Share(0, 0, "credit.overflow")),
        (500, 60, CAP, Share(60)),
        (-30, 60, {**CAP, "credit__overflow": "donate"}, Share(60)),
    ],
)
def test_what_becomes_of_an_hour(held: int, earned: int, settings: dict[str, object], kept: Share) -> None:
    assert share(earned, held, hangzhou(**settings)) == kept


@pytest.mark.parametrize("answer", ["own", "donate_only"])
def test_hours_of_a_group(answer: str) -> None:
    pack = hangzhou(credit__group_hours=answer)
    given = Share(60, 60, "credit.group_hours") if answer == "donate_only" else Share(60)
    assert (share(60, 0, pack, for_group=True), share(60, 0, pack)) == (given, Share(60))


@pytest.mark.parametrize(("held", "breached"), [(40, False), (41, True), (100, True)])
def test_an_account_holds_up_to_the_cap_and_no_minute_more(held: int, breached: bool) -> None:
    found = may_hold(60, held, hangzhou(**CAP))
    assert [each.code for each in found] == ["rule_holding_cap"] * breached
    assert may_hold(60, 10_000, hangzhou()) == []


# What is too old


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
        (date(9999, 12, 1), 1, date.max),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("lines", "lapsed", "left"),
    [
        ([], 0, 0),
        ([Earned(date(2026, 8, 31), 60, 2)], 0, 60),
        ([Earned(date(2026, 9, 1), 60, 2)], 0, 0),
        ([Earned(date(2026, 8, 1), 60, None)], 0, 0),
        ([Earned(date(2026, 8, 1), 60, 2), Earned(date(2026, 9, 1), -20, 2)], 0, 40),
        ([Earned(date(2026, 8, 1), 60, 2), Earned(date(2026, 9, 1), -20, 2)], 30, 10),
        ([Earned(date(2026, 8, 1), 60, 2), Earned(date(2026, 10, 1), 60, 2), Earned(date(2026, 10, 2), -90, 2)], 0, 0),
        ([Earned(date(2026, 7, 1), 60, None), Earned(date(2026, 8, 1), 60, 2), Earned(date(2026, 9, 1), -60, 2)], 0, 60),
        ([Earned(date(2026, 8, 1), 60, 2)], 60, 0),
    ],
)  # fmt: skip
def test_the_oldest_is_spent_first_and_what_is_left_too_long_lapses(
    lines: list[Earned], lapsed: int, left: int
) -> None:
    assert left_to_lapse(lines, last_day(date(2026, 10, 5)), lapsed=lapsed) == left
