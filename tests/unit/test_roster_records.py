"""Rosters that say more of people: assessments, declarations, trainings, insurance, qualifications, benefits."""

from __future__ import annotations

from pathlib import Path

import pytest
from stations import Clock

from timebank.desk.desk import Desk

HEADER = (
    "姓名,电话,失能等级,评估日期,评估机构,评估有效期,健康声明日期,培训项目,培训日期,意外险到期,"
    "资格证书,享受补助,紧急联系人,紧急联系人电话,与本人关系\n"
)
FULL = (
    "赵小妹,13900000001,中度失能,2026-3-1,市评估中心,2027-2-28,2026年1月5日,助浴、红十字急救,2026-2-1,"
    "2026-1-1至2026-12-31,护士证,机构补助,赵大,13900000009,女儿\n"
)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """A roster of one person of whom everything is said."""
    path = tmp_path / "花名册.csv"
    path.write_text(HEADER + FULL, "utf-8")
    return path


def test_what_a_roster_says_with_dates_becomes_records(centre: Desk, roster: Path) -> None:
    outcome = centre.people.import_roster(roster, "elder")
    assert (outcome.registered, outcome.rejected, outcome.notices) == (1, (), ())
    details = centre.people.find("赵小妹").details
    assert {
        key: details[key]
        for key in ("care", "health", "trainings", "insurance", "qualifications", "benefits")
    } == {
        "care": [{"level": 2, "from": "2026-03-01", "until": "2027-02-28", "assessor": "市评估中心"}],
        "health": [{"what": "", "from": "2026-01-05", "until": ""}],
        "trainings": [
            {"what": "bath", "from": "2026-02-01", "until": ""},
            {"what": "红十字急救", "from": "2026-02-01", "until": ""},
        ],
        "insurance": [{"what": "", "from": "", "until": "2026-12-31"}],
        "qualifications": [{"what": "护士证", "from": "", "until": ""}],
        "benefits": [{"code": "institution_subsidy", "from": "", "until": ""}],
    }
    assert (details["emergency_contact"], details["emergency_relation"]) == ("赵大", "女儿")


def test_taking_it_again_changes_nothing_and_a_later_one_adds(
    centre: Desk, roster: Path, clock: Clock
) -> None:
    centre.people.import_roster(roster, "elder")
    assert centre.people.import_roster(roster, "elder").unchanged == 1
    clock.pass_time(days=200)
    roster.write_text(
        HEADER
        + FULL.replace("中度失能,2026-3-1", "重度失能,2027-3-1")
        .replace("2026-12-31", "2027-12-31")
        .replace("2027-2-28", "2028-2-29"),
        "utf-8",
    )
    later = centre.people.import_roster(roster, "elder")
    assert (later.updated, later.rejected) == (1, ())
    member = centre.people.find("赵小妹")
    assert [each["level"] for each in member.details["care"]] == [2, 3]
    assert [each["until"] for each in member.details["insurance"]] == ["2026-12-31", "2027-12-31"]
    assert len(member.details["trainings"]) == 2


def test_a_mere_yes_is_noticed_and_the_row_is_taken(centre: Desk, tmp_path: Path) -> None:
    path = tmp_path / "志愿者.csv"
    path.write_text(
        "姓名,电话,健康声明,培训,意外险,评估日期\n"
        "钱有福,13900000002,是,是,有,2027-1-1\n"
        "孙有才,13900000003,否,否,无,\n",
        "utf-8",
    )
    outcome = centre.people.import_roster(path, "volunteer")
    assert (outcome.registered, len(outcome.rejected)) == (2, 0)
    assert [(each.row, each.code) for each in outcome.notices] == [
        (2, "record_in_future"), (2, "health_unclear"), (2, "training_unclear"), (2, "insurance_unclear"),
    ]  # fmt: skip
    for name in ("钱有福", "孙有才"):
        assert not {"health", "trainings", "insurance"} & centre.people.find(name).details.keys()
