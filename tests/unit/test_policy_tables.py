"""Free hours a month, every combination that the sources tell apart, against tables copied from their clauses.

For every city: each category (and each pair) × level × age × residence; then birthdays, months and leap days to the
day, and states that begin, end and are corrected within a month. Every person here is invented.
"""

# ruff: noqa: E501  (clauses and the months of a case read better unbroken)

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations, product
from typing import NamedTuple

import pytest

from timebank.domain.categories import CATEGORIES, category
from timebank.policy.allowance import Assessment, Dated, PersonFacts, entitlement
from timebank.policy.catalog import load
from timebank.policy.pack import Pack, answered
from timebank.policy.settings import Words

REASON = Words("中心决定", "The centre decided")
MONTH = date(2026, 10, 1)
LEVELS = (None, 0, 1, 2, 3, 4)
AGES = (59, 60, 69, 70, 79, 80, 89, 90, 100, 110)
RESIDENCES = tuple(product((True, False), repeat=2))
"""(registered here, living here)"""
NOTHING = (0, 0, 0, 0, 0)
GRADES_38_52 = (0, 0, 38, 52, 52)
GRADES_30_45 = (0, 0, 30, 45, 45)
"""Hours by assessed level 0 to 4. Level 4 is a local decision: the documents end at 重度, and it counts as severe."""


class Clause(NamedTuple):
    """What one passage of a document gives: to whom, and how many hours a month."""

    quote: str
    registered: bool
    lives: bool
    words: tuple[str, ...] = ()
    by_level: tuple[int, ...] = NOTHING
    by_age: tuple[tuple[int, int, int], ...] = ()


HANGZHOU = (
    Clause(
        "为具有本市户籍并居住在本市的80至89周岁老年人、90周岁以上老年人分别提供每月3小时、6小时的免费居家养老服务",
        registered=True,
        lives=True,
        by_age=((80, 89, 3), (90, 999, 6)),
    ),
    Clause(
        "计划生育特殊家庭和最低生活保障家庭、最低生活保障边缘家庭、支出型贫困基本生活救助家庭中的中、重度失能（失智）老年人分别提供每月38小时、52小时的免费居家养老服务",
        registered=True,
        lives=True,
        words=("计划生育特殊家庭", "低保", "低边", "支出型贫困"),
        by_level=GRADES_38_52,
    ),
)
WENZHOU = (
    Clause(
        "重点优抚对象家庭成员、人体器官捐献人家庭成员、最低生活保障家庭成员、最低生活保障边缘家庭成员中的重度失能失智老年人，每月可以享受不少于四十五小时的免费居家养老服务，中度失能失智老年人，每月可以享受不少于三十小时的免费居家养老服务",
        registered=True,  # 为具有本市户籍并居住在本市的老年人
        lives=True,
        words=("重点优抚", "器官捐献人家庭", "低保", "低边"),
        by_level=GRADES_30_45,
    ),
    Clause(
        "赡养人死亡或者伤病残无力进行赡养的重度失能失智老年人，每月可以享受不少于四十五小时的免费居家养老服务，中度失能失智老年人，每月可以享受不少于三十小时的免费居家养老服务",
        registered=True,
        lives=True,
        words=("赡养人死亡或伤病残",),
        by_level=GRADES_30_45,
    ),
)
NINGBO = (
    Clause(
        "重度失能的每人每月提供不少于 45 小时的基本居家养老服务，中度失能的每人每月提供不少于 30 小时的基本居家养老服务",
        registered=True,  # 为本市户籍的…; where they live is not asked
        lives=False,
        words=("特困", "低保", "低边", "计划生育特殊家庭", "定期抚恤优抚", "见义勇为"),
        by_level=GRADES_30_45,
    ),
)
CITIES = {
    "hangzhou": HANGZHOU,
    "gongshu": HANGZHOU,  # the district's draft says nothing of its own
    "wenzhou": WENZHOU,
    "ningbo": NINGBO,
    "neutral": (),
}


class Case(NamedTuple):
    """One combination that a source may tell apart."""

    words: tuple[str, ...]
    level: int | None
    age: int
    registered: bool
    lives: bool


def hours(clause: Clause, case: Case) -> int:
    """What a clause gives, read by hand."""
    if (clause.registered and not case.registered) or (clause.lives and not case.lives):
        return 0
    if clause.by_age:
        return next((given for least, most, given in clause.by_age if least <= case.age <= most), 0)
    return clause.by_level[case.level or 0] if set(clause.words) & set(case.words) else 0


def person(case: Case) -> PersonFacts:
    return PersonFacts(
        birth=date(2026 - case.age, 3, 15),
        registered_here=case.registered,
        lives_here=case.lives,
        assessments=() if case.level is None else (Assessment(date(2015, 1, 10), case.level),),
        categories=tuple(Dated(category(word)) for word in case.words),
    )


def cases() -> Iterator[Case]:
    """Nobody's, each and any two categories, at every level, age and residence."""
    every = [each.zh for each in CATEGORIES.values()]
    for words, level, age, residence in product([(), *((word,) for word in every)], LEVELS, AGES, RESIDENCES):
        yield Case(words, level, age, *residence)
    for pair, level, age in product(combinations(every, 2), (1, 2, 3), (79, 80, 90)):
        yield Case(pair, level, age, True, True)


@pytest.mark.parametrize("city", CITIES)
def test_every_combination_gets_what_the_clauses_say(city: str) -> None:
    pack, wrong, seen = load(city), [], set()
    for case in cases():
        expected = 60 * max((hours(clause, case) for clause in CITIES[city]), default=0)  # 就高, not the sum
        found = entitlement(person(case), MONTH, pack).minutes
        seen.add(found)
        if found != expected:
            wrong.append((case, expected, found))
    assert wrong == []
    hours_named = {
        number
        for clause in CITIES[city]
        for number in (*clause.by_level, *(given for _, _, given in clause.by_age))
    }
    assert seen == {0, *(60 * number for number in hours_named)}, "every amount of the document is met"


@pytest.mark.parametrize("city", CITIES)
def test_the_words_quoted_here_are_those_of_the_pack(city: str) -> None:
    rules = {rule.source.quote for rule in load(city).allowance_rules}
    assert rules == {clause.quote for clause in CITIES[city]}


# Birthdays, months, leap days: 80至89周岁 and 90周岁以上, years of age completed on the birthday

BIRTHDAYS = [
    # born, age, first month by the first day (nothing set), first month by the last day
    (date(1946, 9, 30), 80, "2026-10", "2026-09"),
    (date(1946, 10, 1), 80, "2026-10", "2026-10"),
    (date(1946, 10, 2), 80, "2026-11", "2026-10"),
    (date(1946, 10, 31), 80, "2026-11", "2026-10"),
    (date(1946, 11, 30), 80, "2026-12", "2026-11"),
    (date(1946, 12, 31), 80, "2027-01", "2026-12"),
    (date(1947, 1, 1), 80, "2027-01", "2027-01"),
    (date(1947, 1, 2), 80, "2027-02", "2027-01"),
    (date(1947, 2, 28), 80, "2027-03", "2027-02"),
    (date(1948, 1, 31), 80, "2028-02", "2028-01"),
    (date(1948, 2, 1), 80, "2028-02", "2028-02"),
    (date(1948, 2, 28), 80, "2028-03", "2028-02"),
    (date(1948, 2, 29), 80, "2028-03", "2028-02"),  # 80 on a leap day
    (date(1948, 3, 1), 80, "2028-03", "2028-03"),
    (date(1936, 2, 28), 90, "2026-03", "2026-02"),
    (date(1936, 2, 29), 90, "2026-03", "2026-03"),  # 90 in a common year: on 1 March
    (date(1936, 3, 1), 90, "2026-03", "2026-03"),
    (date(1936, 3, 2), 90, "2026-04", "2026-03"),
    (date(1940, 2, 29), 90, "2030-03", "2030-03"),
    (date(2020, 2, 29), 80, "2100-03", "2100-03"),  # a century that is no leap year
]


def month_of(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


@pytest.mark.parametrize(("born", "age", "by_first", "by_last"), BIRTHDAYS)
def test_the_first_month_of_an_age_to_the_day(born: date, age: int, by_first: str, by_last: str) -> None:
    someone = PersonFacts(born, registered_here=True, lives_here=True)
    before, after = {80: (0, 3), 90: (3, 6)}[age]
    for reference, text in ((None, by_first), ("last", by_last)):
        pack = answered(load("hangzhou"), {"allowance.reference_day": reference}, REASON)
        first = month_of(text)
        last_before = first - timedelta(days=1)
        for each, expected in (
            (last_before.replace(day=1), before),
            (last_before, before),
            (first, after),
            (first + timedelta(days=27), after),
        ):
            assert entitlement(someone, each, pack).minutes == expected * 60, (reference, each)


def test_nobody_loses_or_gains_a_month_for_being_born_at_the_edge_of_one() -> None:
    """Someone who turns 80 and 90 has three hours for exactly 120 months; four years of first and last days."""
    pack = load("hangzhou")
    months = [date(year, month, 1) for year in range(2025, 2041) for month in range(1, 13)]
    for born in (date(1946, 1, 1) + timedelta(days=later) for later in range(4 * 365 + 1)):
        if 2 < born.day < 28:
            continue
        someone = PersonFacts(born, registered_here=True, lives_here=True)
        due = [entitlement(someone, month, pack).minutes for month in months]
        assert due == sorted(due)
        assert due.count(180) == 120, born


# Assessments and categories that begin, end and are corrected within a month


class Told(NamedTuple):
    """An assessment on record: made, level, good until."""

    made: str
    level: int
    until: str = ""

    def read(self) -> Assessment:
        return Assessment(date.fromisoformat(self.made), self.level, day(self.until))


TIMELINES = {
    # what is on record, hours by the first day (nothing set) and by the last day, from 2026-09 (or 2028-01) on
    "made on the first": ([Told("2026-10-01", 2)], "0 38 38 38", "0 38 38 38"),
    "made on the second": ([Told("2026-10-02", 2)], "0 0 38 38", "0 38 38 38"),
    "made in mid-month": ([Told("2026-10-15", 2)], "0 0 38 38", "0 38 38 38"),
    "made on the last": ([Told("2026-10-31", 2)], "0 0 38 38", "0 38 38 38"),
    "ends in mid-month": ([Told("2026-01-01", 3, "2026-10-15")], "52 52 0 0", "52 0 0 0"),
    "ends on the first": ([Told("2026-01-01", 3, "2026-10-01")], "52 52 0 0", "52 0 0 0"),
    "ends on the last": ([Told("2026-01-01", 3, "2026-10-31")], "52 52 0 0", "52 52 0 0"),
    "holds within one month only": ([Told("2026-10-05", 3, "2026-10-20")], "0 0 0 0", "0 0 0 0"),
    "raised in mid-month": ([Told("2026-09-01", 2), Told("2026-10-15", 3)], "38 38 52 52", "38 52 52 52"),
    "lowered in mid-month": ([Told("2026-09-01", 3), Told("2026-10-15", 2)], "52 52 38 38", "52 38 38 38"),
    "recovered in mid-month": ([Told("2026-09-01", 3), Told("2026-10-15", 1)], "52 52 0 0", "52 0 0 0"),
    "corrected for the day it was made": ([Told("2026-09-01", 2), Told("2026-09-01", 3)], "52 52 52 52", "52 52 52 52"),
    "corrected to nothing": ([Told("2026-09-01", 3), Told("2026-09-01", 0)], "0 0 0 0", "0 0 0 0"),
    "corrected back into an earlier month": ([Told("2026-10-15", 2), Told("2026-09-20", 3)], "0 52 38 38", "52 38 38 38"),
    "a shorter one replaces a longer one": ([Told("2026-01-01", 2, "2027-01-01"), Told("2026-10-10", 3, "2026-11-10")], "38 38 52 0", "38 52 0 0"),
    "renewed without a gap": ([Told("2025-10-16", 2, "2026-10-15"), Told("2026-10-16", 2)], "38 38 38 38", "38 38 38 38"),
    "renewed with a gap over the first": ([Told("2025-10-16", 2, "2026-10-20"), Told("2026-11-10", 2)], "38 38 0 38", "38 0 38 38"),
}  # fmt: skip
LEAP = {
    "good until 28 February of a leap year": ([Told("2027-03-01", 2, "2028-02-28")], "38 38 0 0", "38 0 0 0"),
    "good until 29 February": ([Told("2027-03-01", 2, "2028-02-29")], "38 38 0 0", "38 38 0 0"),
    "made on 29 February": ([Told("2028-02-29", 3)], "0 0 52 52", "0 52 52 52"),
    "raised on 29 February": ([Told("2027-01-01", 2), Told("2028-02-29", 3)], "38 38 52 52", "38 52 52 52"),
}


def due(someone: PersonFacts, start: date, pack: Pack, count: int = 4) -> str:
    """Hours of ``count`` months from ``start`` on."""
    months = [
        date(start.year + (start.month + n - 1) // 12, (start.month + n - 1) % 12 + 1, 1)
        for n in range(count)
    ]
    return " ".join(str(entitlement(someone, month, pack).minutes // 60) for month in months)


@pytest.mark.parametrize(
    ("start", "told", "by_first", "by_last"),
    [
        pytest.param(date(*start), *line, id=name)
        for start, lines in (((2026, 9, 1), TIMELINES), ((2028, 1, 1), LEAP))
        for name, line in lines.items()
    ],
)
def test_assessments_that_begin_end_and_are_corrected_within_a_month(
    start: date, told: list[Told], by_first: str, by_last: str
) -> None:
    someone = PersonFacts(
        date(1955, 1, 1), True, True, tuple(each.read() for each in told), (Dated(category("低保")),)
    )
    assert due(someone, start, load("hangzhou")) == by_first
    for reference, expected in (("first", by_first), ("last", by_last)):
        pack = answered(load("hangzhou"), {"allowance.reference_day": reference}, REASON)
        assert due(someone, start, pack) == expected


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def held(*periods: tuple[str, str]) -> tuple[Dated, ...]:
    return tuple(Dated(category("低保"), day(start), day(until)) for start, until in periods)


@pytest.mark.parametrize(
    ("periods", "by_first", "by_last"),
    [
        ([("", "")], "52 52 52 52", "52 52 52 52"),
        ([("2026-10-01", "")], "0 52 52 52", "0 52 52 52"),
        ([("2026-10-15", "")], "0 0 52 52", "0 52 52 52"),
        ([("", "2026-10-15")], "52 52 0 0", "52 0 0 0"),
        ([("", "2026-10-31")], "52 52 0 0", "52 52 0 0"),
        ([("2026-10-02", "2026-10-30")], "0 0 0 0", "0 0 0 0"),
        ([("2026-10-15", "2026-10-15")], "0 0 0 0", "0 0 0 0"),
        ([("", "2026-10-15"), ("2026-10-20", "")], "52 52 52 52", "52 52 52 52"),  # lost and given back
        ([("", "2026-09-30"), ("2026-11-02", "")], "52 0 0 52", "52 0 52 52"),
    ],
)
def test_categories_that_begin_and_end_within_a_month(
    periods: list[tuple[str, str]], by_first: str, by_last: str
) -> None:
    someone = PersonFacts(date(1955, 1, 1), True, True, (Assessment(date(2020, 1, 1), 3),), held(*periods))
    for reference, expected in ((None, by_first), ("first", by_first), ("last", by_last)):
        pack = answered(load("hangzhou"), {"allowance.reference_day": reference}, REASON)
        assert due(someone, date(2026, 9, 1), pack) == expected


@pytest.mark.parametrize(
    ("drawn", "by_first", "by_last"),
    [  # 本补助与政府购买免费居家养老服务不同时享受
        (("2026-10-01", ""), "52 0 0 0", "52 0 0 0"),
        (("2026-10-02", ""), "52 52 0 0", "52 0 0 0"),
        (("2026-01-01", "2026-10-15"), "0 0 52 52", "0 52 52 52"),
        (("2026-01-01", "2026-10-31"), "0 0 52 52", "0 0 52 52"),
        (("2026-10-10", "2026-10-20"), "52 52 52 52", "52 52 52 52"),
    ],
)
def test_the_institution_subsidy_begins_and_ends_within_a_month(
    drawn: tuple[str, str], by_first: str, by_last: str
) -> None:
    someone = PersonFacts(
        date(1955, 1, 1),
        True,
        True,
        (Assessment(date(2020, 1, 1), 3),),
        held(("", "")),
        (Dated("institution_subsidy", *map(day, drawn)),),
    )
    for reference, expected in ((None, by_first), ("last", by_last)):
        pack = answered(load("hangzhou"), {"allowance.reference_day": reference}, REASON)
        assert due(someone, date(2026, 9, 1), pack) == expected


# Days from which the documents hold


@pytest.mark.parametrize(
    ("city", "hours_by_month"),
    [
        ("hangzhou", {"2020-10": 0, "2020-11": 0, "2020-12": 52}),  # 自 2020 年 11 月 10 日起施行
        ("ningbo", {"2017-09": 0, "2017-10": 0, "2017-11": 45}),  # 自 2017 年 10 月 26 日起施行
        ("wenzhou", {"2010-01": 45, "2026-10": 45}),  # the day is left blank in the draft
    ],
)
def test_nothing_is_due_before_a_document_holds(city: str, hours_by_month: dict[str, int]) -> None:
    someone = PersonFacts(date(1940, 1, 1), True, True, (Assessment(date(2005, 1, 1), 3),), held(("", "")))
    for month, expected in hours_by_month.items():
        assert entitlement(someone, month_of(month), load(city)).minutes == expected * 60
