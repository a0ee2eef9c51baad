"""Dated records of people, what they decide, what is masked and who looked, blanking what was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from stations import Clock, Network, carry, credit, elder, refused, volunteer

from timebank.desk.access import MASKED
from timebank.desk.credit import person_facts
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.policies import adoption
from timebank.desk.registering import CLEARABLE
from timebank.desk.rules import recorded_relation
from timebank.desk.services import ServiceForm
from timebank.domain.details import sound_details
from timebank.domain.records import RECORD_KINDS, Record, RecordKind, record_kind, record_of
from timebank.outcome import Refusal
from timebank.policy.allowance import entitlement
from timebank.policy.catalog import load
from timebank.policy.pack import answered
from timebank.policy.settings import Words
from timebank.store.people_queries import MemberRecord

TODAY = date(2026, 11, 22)
NINE = datetime(2026, 11, 20, 9, 0)
SPECIMEN = "11010519491231002X"
CARE, CATEGORIES, BENEFITS = (RECORD_KINDS[each] for each in ("care", "categories", "benefits"))


def adopt(hub: Desk, **settings: object) -> None:
    """Let rules hold in the network, over the neutral pack; __ stands for a dot."""
    answers = {key.replace("__", "."): value for key, value in settings.items()}
    with hub.station.root_recording(None) as pen:
        pen.tell(adoption(answered(load("neutral"), answers, Words("试行", "a trial")), date(2026, 1, 1)))


def put(
    desk: Desk, who: MemberRecord, kind: str, value: object, *days: date | None, **more: str
) -> MemberRecord:
    """Add a record."""
    of = record_kind(kind)
    return desk.records.add(who, of, record_of(of, value, *days, today=TODAY, **more))


@pytest.fixture
def form(hub: Desk) -> ServiceForm:
    """An hour's visit two days ago."""
    return ServiceForm((volunteer(hub),), elder(hub, birth=date(1940, 1, 1)), "visit", NINE, 60)


# Adding, ending, correcting, taking away


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("care", "中度失能", 2),
        ("categories", "独居", "living_alone"),
        ("benefits", "institution_subsidy", "institution_subsidy"),
        ("health", "", ""),
        ("trainings", "助浴", "bath"),
        ("trainings", "红十字急救员", "红十字急救员"),
        ("insurance", "平安 8812", "平安 8812"),
        ("qualifications", "护士", "护士"),
        ("kin", "王小红", "王小红"),
    ],
)
def test_every_kind_of_record_is_kept_with_its_days_and_travels_sealed(
    hub: Desk, centre: Desk, village: Desk, kind: str, value: str, kept: object
) -> None:
    who = elder(centre, "陈阿婆", phone="13912345678")
    changed = put(centre, who, kind, value, date(2026, 3, 1), date(2027, 2, 28))
    (line,) = centre.records.lines(changed)
    assert (line.record[line.kind.value], line.record["from"], line.record["until"], line.state) == (
        kept, "2026-03-01", "2027-02-28", "current",
    )  # fmt: skip
    carry(centre, hub)
    carry(centre, village)
    assert [each.record for each in hub.records.lines(hub.people.find(who.number))] == [line.record]
    assert village.records.lines(village.people.find(who.number)) == []
    assert hub.upkeep.check().ok


def test_a_record_may_be_entered_late_ended_in_the_past_and_put_right(centre: Desk) -> None:
    who = elder(centre, "陈阿婆", categories=("living_alone",))
    late = put(centre, who, "categories", "低保", date(2026, 2, 1), evidence="低保证 33010612")
    record = centre.records.find(late, CATEGORIES, "minimum_living")
    ended = centre.records.end(late, CATEGORIES, record, date(2026, 5, 31))
    assert centre.people.profile(ended).categories == ("living_alone",)
    wrong = centre.records.find(ended, CATEGORIES, "minimum_living")
    right = centre.records.correct(ended, CATEGORIES, wrong, dict(wrong, until="2026-12-31"))
    assert centre.people.profile(right).categories == ("living_alone", "minimum_living")
    assert right.details["categories"][1] == {
        "code": "minimum_living", "from": "2026-02-01", "until": "2026-12-31", "evidence": "低保证 33010612",
    }  # fmt: skip
    gone = centre.records.remove(right, CATEGORIES, right.details["categories"][1])
    assert [each["code"] for each in gone.details["categories"]] == ["living_alone"]
    assert (
        centre.people.profile(
            centre.records.remove(gone, CATEGORIES, gone.details["categories"][0])
        ).categories
        == ()
    )


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(centre: Desk) -> None:
    who = elder(centre, "陈阿婆", care_level=2)
    seen = who.details["care"][0]
    centre.records.end(who, CARE, seen, date(2026, 10, 31))
    with refused(centre, "record_gone"):
        centre.records.correct(who, CARE, seen, dict(seen, level=3))


def test_the_newest_assessment_counts_and_after_it_has_run_out_there_is_none(
    centre: Desk, clock: Clock
) -> None:
    who = elder(centre, "陈阿婆", care_level=3)
    put(
        centre,
        who,
        "care",
        2,
        date(2026, 6, 1),
        date(2026, 12, 31),
        assessor="市评估中心",
        scale="GB/T 42195",
        score="61",
    )
    now = put(centre, who, "care", 4, date(2026, 5, 1))
    assert centre.people.profile(now).care_level == 2
    assert [(each.record["level"], each.state) for each in centre.records.lines(now, "care")] == [
        (2, "current"), (4, "superseded"), (3, "superseded"),
    ]  # fmt: skip
    clock.pass_time(days=60)
    assert centre.people.profile(now).care_level is None
    assert entitlement(person_facts(now), date(2026, 12, 1), load("hangzhou")).day == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("kind", "value", "days", "code"),
    [
        ("care", "很重", (), "unknown_care_level"),
        ("care", "2", (date(2026, 11, 23),), "record_in_future"),
        ("health", "", (date(2027, 1, 1),), "record_in_future"),
        ("categories", "有钱", (), "unknown_category"),
        ("categories", " ", (), "record_value_missing"),
        ("qualifications", "", (), "record_value_missing"),
        ("insurance", "", (date(2026, 5, 1), date(2026, 4, 30)), "record_ends_before"),
        ("insurance", "长" * 121, (), "record_text_too_long"),
    ],
)
def test_what_cannot_be_a_record_is_refused(
    centre: Desk, kind: str, value: str, days: tuple[date, ...], code: str
) -> None:
    who = elder(centre)
    with refused(centre, code):
        put(centre, who, kind, value, *days)


def test_a_record_is_meant_by_its_value_and_where_needed_its_first_day(centre: Desk) -> None:
    who = volunteer(centre)
    put(centre, who, "trainings", "助浴", date(2024, 3, 1), date(2025, 2, 28))
    who = put(centre, who, "trainings", "助浴", date(2026, 3, 1))
    trainings = RECORD_KINDS["trainings"]
    with refused(centre, "record_ambiguous", count=2):
        centre.records.find(who, trainings, "bath")
    assert centre.records.find(who, trainings, "bath", date(2024, 3, 1))["until"] == "2025-02-28"
    with refused(centre, "record_not_found"):
        centre.records.find(who, trainings, "meal")
    with refused(centre, "record_known"):
        put(centre, who, "trainings", "bath", date(2026, 3, 1))
    with refused(centre, "record_kind_unknown"):
        record_kind("pets")


def test_only_those_who_know_a_person_keep_records_of_them(centre: Desk, village: Desk) -> None:
    who = elder(centre)
    carry(centre, village)
    with refused(village, "person_elsewhere"):
        put(village, village.people.find(who.number), "categories", "独居")


@pytest.mark.parametrize("kind", RECORD_KINDS.values(), ids=RECORD_KINDS.keys())
@pytest.mark.parametrize(
    "strange",
    [
        {"from": "2026-13-01", "until": ""},
        {"from": "", "until": 3},
        {"from": "", "until": "", "relation": {}, "assessor": 1, "evidence": [], "course": 2, "number": 3}
        | {"what": 4, "code": 5, "who": 6, "level": 9},
    ],
)  # fmt: skip
def test_records_of_another_shape_are_left_out(kind: RecordKind, strange: Record) -> None:
    sound: dict[str, Any] = {kind.value: 1 if kind.field == "care" else "x", "from": "", "until": ""}
    assert sound_details({kind.field: [sound]}) == {kind.field: [sound]}
    assert sound_details({kind.field: [sound, sound | strange]}) == {}


# Free hours


def test_who_draws_the_subsidy_that_rules_them_out_gets_no_free_hours(centre: Desk) -> None:
    hangzhou = load("hangzhou")
    exclusion = hangzhou.exclusions[0].id
    who = elder(centre, birth=date(1930, 1, 1))
    assert entitlement(person_facts(who), date(2026, 11, 1), hangzhou).minutes == 6 * 60
    drawing = put(centre, who, "benefits", exclusion, date(2026, 11, 1), date(2026, 11, 30))
    assert entitlement(person_facts(drawing), date(2026, 11, 1), hangzhou).minutes == 0
    assert entitlement(person_facts(drawing), date(2026, 12, 1), hangzhou).minutes == 6 * 60


# What the rules ask of volunteers


@pytest.mark.parametrize(
    ("rule", "code", "kind", "value"),
    [
        ({"volunteers__health_declaration": True}, "rule_no_health_declaration", "health", ""),
        ({"kinds__visit__training": True}, "rule_training", "trainings", "探访"),
        ({"kinds__visit__insurance": True}, "rule_insurance", "insurance", ""),
        ({"kinds__visit__qualification": "护士"}, "rule_qualification", "qualifications", "护士执业证"),
    ],
)
def test_a_gate_asks_for_the_record_on_the_day_of_the_service(
    hub: Desk, centre: Desk, form: ServiceForm, rule: dict[str, object], code: str, kind: str, value: str
) -> None:
    adopt(hub, **rule)
    with refused(hub, code):
        hub.services.log(form)
    put(hub, form.volunteers[0], kind, value, date(2025, 1, 1), date(2026, 11, 19))
    with refused(hub, code):
        hub.services.log(form)  # it ended the day before
    ready = put(hub, form.volunteers[0], kind, value, date(2026, 11, 20))
    assert hub.services.log(replace(form, volunteers=(ready,))).credited[0][1] == 60
    carry(hub, centre)
    stranger = centre.people.find(ready.number)
    centre.services.log(
        replace(form, volunteers=(stranger,), elder=elder(centre), start=NINE.replace(hour=14))
    )


def test_of_two_who_serve_together_each_needs_training_and_one_the_qualification(
    hub: Desk, form: ServiceForm
) -> None:
    adopt(hub, kinds__visit__training=True, kinds__visit__qualification="护士")
    one = put(hub, form.volunteers[0], "trainings", "visit")
    two = put(hub, volunteer(hub, "孙护士"), "qualifications", "护士")
    with refused(hub, "rule_training"):
        hub.services.log(replace(form, volunteers=(one, two)))
    hub.services.log(replace(form, volunteers=(one, put(hub, two, "trainings", "visit"))))


# Kin


@pytest.mark.parametrize("recorded_with", ["volunteer", "elder", "said"])
def test_serving_closest_kin_is_refused_or_earns_nothing_as_the_pack_says(
    hub: Desk, form: ServiceForm, recorded_with: str
) -> None:
    mine, theirs = form.volunteers[0], form.elder
    if recorded_with == "volunteer":
        mine = put(hub, mine, "kin", theirs.number, relation="母亲")
    elif recorded_with == "elder":
        theirs = put(hub, theirs, "kin", mine.name, relation="child")
    kin = replace(form, volunteers=(mine,), elder=theirs, kin=recorded_with == "said")
    assert hub.services.log(kin).kin == ()  # no rule, no matter
    later = replace(kin, start=NINE.replace(hour=14))
    adopt(hub, service__kin="not_allowed")
    with refused(hub, "rule_kin", rule="service.kin"):
        hub.services.log(later)
    adopt(hub, service__kin="not_credited")
    helper = volunteer(hub, "李帮手")
    logged = hub.services.log(replace(later, volunteers=(mine, helper)))
    both_said = recorded_with == "said"
    assert [minutes for _, minutes in logged.credited] == [0, 0 if both_said else 60]
    assert (
        [each.number for each in logged.kin] == [mine.number, helper.number] if both_said else [mine.number]
    )
    assert credit(hub, hub.people.find(mine.number)) == 60
    assert hub.upkeep.check().ok


def test_a_neighbour_on_record_is_no_kin(hub: Desk, form: ServiceForm) -> None:
    adopt(hub, service__kin="not_allowed")
    near = put(hub, form.volunteers[0], "kin", form.elder.number, relation="邻居")
    hub.services.log(replace(form, volunteers=(near,)))
    with refused(hub, "relation_unknown"):
        put(hub, near, "kin", form.elder.number, relation="冤家")


@pytest.mark.parametrize(
    ("recorded", "meant"),
    [
        ("配偶", "spouse"),
        ("母亲", "direct_relative"),
        ("孙女", "direct_relative"),
        ("妹妹", "other"),
        ("邻居", "other"),
    ],
)
def test_what_two_people_are_to_each_other_by_the_rules_is_known_from_the_record_of_either(
    hub: Desk, form: ServiceForm, recorded: str, meant: str
) -> None:
    one, other = form.volunteers[0], form.elder
    assert recorded_relation(one, other, TODAY) == "other"
    one = put(hub, one, "kin", other.number, relation=recorded)
    assert recorded_relation(one, other, TODAY) == recorded_relation(other, one, TODAY) == meant


# Taking back what was known


FULL = {
    "id_number": SPECIMEN, "phone": "13912345678", "address": "翠苑一区8幢", "community": "翠苑", "grid": "3",
    "organisation": "红星队", "skills": "理发", "guardian": "陈孝顺", "guardian_phone": "13912345679",
    "emergency_contact": "陈二", "emergency_phone": "13912345670", "emergency_relation": "子女", "note": "怕狗",
    "care_level": 2, "categories": ("living_alone", "disabled"),
}  # fmt: skip


@pytest.mark.parametrize("field", CLEARABLE)
def test_every_field_can_be_taken_back_and_the_others_stay(centre: Desk, field: str) -> None:
    made = elder(centre, "陈阿婆", document={"type": "passport", "number": "E12345678"}, **FULL)
    kept = PersonForm("陈阿婆", ("elder",), cleared=frozenset((field,)))
    changed = centre.people.change(made, kept)
    profile = centre.people.profile(changed)
    stored = {"care_level": "care"}.get(field, field)
    if field == "care_level":
        assert profile.care_level is None
    elif field == "categories":
        assert profile.categories == ()
    else:
        assert not changed.details[field]
    others = {key: value for key, value in made.details.items() if key != stored}
    assert {key: changed.details[key] for key in others} == others
    count = centre.station.store.count()
    assert centre.people.change(changed, kept).details == changed.details
    assert centre.station.store.count() == count
    assert centre.upkeep.check().ok


def test_an_identity_number_that_two_members_have_is_a_case_until_one_gives_it_back(centre: Desk) -> None:
    wrong = elder(centre, "陈阿婆", id_number=SPECIMEN)
    other = elder(centre, "林阿婆")
    centre.people.change(other, PersonForm("林阿婆", ("elder",), id_number=SPECIMEN))
    assert [each.kind for each in centre.cases.list(only_open=True)] == ["duplicate_person"]
    centre.people.change(wrong, PersonForm("陈阿婆", ("elder",), cleared=frozenset(("id_number",))))
    assert centre.cases.list(only_open=True) == []
    assert centre.people.find(other.number).details["birth"] == "1949-12-31"


def test_a_category_that_is_unticked_is_over_today_and_stays_on_record(centre: Desk, clock: Clock) -> None:
    made = elder(centre, "陈阿婆", care_level=2, categories=("living_alone", "disabled"))
    clock.pass_time(days=9)
    changed = centre.people.change(made, PersonForm("陈阿婆", ("elder",), categories=("disabled",)))
    assert centre.people.profile(changed).categories == ("disabled",)
    assert changed.details["categories"][0] == {"code": "living_alone", "from": "", "until": "2026-11-30"}
    again = centre.people.change(
        changed, PersonForm("陈阿婆", ("elder",), categories=("disabled", "living_alone"))
    )
    assert again.details["categories"][2] == {"code": "living_alone", "from": "2026-12-01", "until": ""}


# Looking at what is masked


def test_a_look_is_on_record_with_who_when_and_at_what(centre: Desk, clock: Clock) -> None:
    centre.operators.appoint("周敏", "clerk")
    centre.operators.appoint("吴审", "auditor")
    who = elder(centre, "陈阿婆", id_number=SPECIMEN, phone="13912345678")
    other = elder(centre, "林阿婆")
    centre.operators.sign_in("周敏")
    assert centre.access.reveal(who, "phone") == {"phone": "13912345678"}
    clock.pass_time(minutes=5)
    centre.operators.sign_in("吴审")
    count = centre.station.store.count()
    assert centre.access.reveal(who) == {"id_number": SPECIMEN, "phone": "13912345678"}
    assert centre.access.reveal(other) == {}  # nothing was there to see
    assert centre.station.store.count() == count
    looks = centre.access.looks(who)
    assert [(each.at, each.operator, each.number, each.fields) for each in looks] == [
        (datetime(2026, 11, 22, 9, 5), "吴审", who.number, ("id_number", "phone")),
        (datetime(2026, 11, 22, 9, 0), "周敏", who.number, ("phone",)),
    ]
    assert centre.access.looks(other) == []
    assert len(centre.access.looks()) == 2
    with pytest.raises(Refusal, match="field_unknown"):
        centre.access.reveal(who, "name")


def test_who_looked_stays_here_survives_a_rebuild_and_names_nobody_erased(
    centre: Desk, hub: Desk, network: Network
) -> None:
    who = elder(centre, "陈阿婆", phone="13912345678")
    before = centre.upkeep.digest()
    centre.access.reveal(who, *MASKED)
    assert centre.upkeep.digest() == before
    centre.upkeep.rebuild()
    assert [each.name for each in centre.access.looks()] == ["陈阿婆"]
    carry(centre, hub)
    assert hub.access.looks() == []
    centre.people.erase(centre.people.find(who.number), "本人要求")
    assert [(each.name, each.number) for each in centre.access.looks()] == [(who.number, who.number)]
    assert centre.access.reveal(centre.people.find(who.number)) == {}
