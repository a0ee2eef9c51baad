"""Requests at the desk: asking, who might go, who goes, the day's rota, times on the way, and what is logged."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from stations import Network, carry, credit, elder, refused, serve, share, volunteer

from timebank.desk.desk import Desk
from timebank.desk.evidence_lines import private_words
from timebank.desk.request_form import RequestForm
from timebank.desk.services import ServiceForm
from timebank.journal.refs import EntryRef
from timebank.store.digest import state_digest
from timebank.store.people_queries import MemberRecord

TODAY = date(2026, 11, 22)
TEN = datetime(2026, 11, 22, 10, 0)


class People(NamedTuple):
    """Two who give and two who are served; 赵奶奶 is 88."""

    wang: MemberRecord
    li: MemberRecord
    zhao: MemberRecord
    chen: MemberRecord


@pytest.fixture
def people(centre: Desk) -> People:
    return People(
        volunteer(centre, "王志强", community="翠苑一区", grid="3", sex="m"),
        volunteer(centre, "李明", sex="f"),
        elder(
            centre,
            "赵奶奶",
            birth=date(1938, 3, 5),
            community="翠苑一区",
            grid="3",
            phone="13800010003",
            emergency_contact="赵明",
            emergency_phone="13800010009",
        ),
        elder(centre, "陈阿婆", birth=date(1960, 1, 1)),
    )


def ask(desk: Desk, who: MemberRecord, kind: str = "助餐", start: datetime = TEN, **more: object) -> str:
    weeks = int(str(more.pop("weeks", 1)))
    form = RequestForm(who, kind, start, 60, **more)  # type: ignore[arg-type]
    return str(desk.requests.ask(form, weeks)[0])


def state(desk: Desk, request: str) -> str:
    return desk.requests.find(request).request.state


# Asking -----------------------------------------------------------------------------------------------


def test_what_an_elder_needs_is_written_down_and_waits(centre: Desk, people: People) -> None:
    entry = ask(centre, people.zhao, note="门铃坏了，请敲门", prefers="f")
    (line,) = centre.requests.lines()
    assert str(line.request.entry) == entry
    assert (line.elder.name, line.request.kind, line.start, line.short) == ("赵奶奶", "meal", TEN, 1)
    assert (line.note, line.prefers, centre.requests.count()) == ("门铃坏了，请敲门", "f", 1)


def test_urgent_ones_come_first_then_whom_the_rules_serve_first(network: Network) -> None:
    with network.desk(1) as hub:
        hub.policies.adopt("hangzhou", answers={"very_old.from": "80"})  # 高龄、失能、失智 first
        old = elder(hub, "赵奶奶", birth=date(1938, 3, 5))
        others = [elder(hub, name, birth=date(1960, 1, 1)) for name in ("陈阿婆", "周大爷")]
        for at, who in enumerate((*others, old)):
            ask(hub, who, start=TEN + timedelta(hours=at))
        ask(hub, others[1], kind="助急", start=TEN + timedelta(hours=9), urgent=True)
        lines = hub.requests.lines()
        assert [line.elder.name for line in lines] == ["周大爷", "赵奶奶", "陈阿婆", "周大爷"]
        assert [line.priority for line in lines] == [(), ("advanced_age",), (), ()]


def test_the_same_hour_every_week_makes_one_request_each(centre: Desk, people: People) -> None:
    ask(centre, people.zhao, weeks=3)
    assert [line.start for line in centre.requests.lines()] == [TEN + timedelta(weeks=n) for n in range(3)]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"weeks": 0}, "request_weeks"),
        ({"start": TEN - timedelta(days=1)}, "request_day"),
        ({"start": TEN + timedelta(days=400)}, "request_day"),
        ({"persons": 0}, "request_persons"),
        ({"prefers": "x"}, "request_prefers"),
        ({"kind": "飞行"}, "unknown_kind"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    centre: Desk, people: People, more: dict[str, object], code: str
) -> None:
    with refused(centre, code):
        ask(centre, people.zhao, **more)  # type: ignore[arg-type]


def test_who_is_no_elder_asks_for_nothing(centre: Desk, people: People) -> None:
    with refused(centre, "not_an_elder", name="李明"):
        ask(centre, people.li)


def test_the_unvisited_of_a_month_become_requests_once(centre: Desk, people: People) -> None:
    serve(centre, people.wang, people.chen)
    (line,) = centre.requests.unvisited(TODAY)
    assert (line.member.name, line.last_visit, line.asked) == ("赵奶奶", None, False)
    centre.requests.ask_visits([line.member], datetime(2026, 11, 25), 30)
    assert [(each.member.name, each.asked) for each in centre.requests.unvisited(TODAY)] == [("赵奶奶", True)]
    (asked,) = centre.requests.lines(kind="探访")
    assert (asked.request.timed, asked.start) == (False, datetime(2026, 11, 25))


# Who goes ---------------------------------------------------------------------------------------------


def test_who_is_near_and_known_to_the_elder_is_suggested_first(centre: Desk, people: People) -> None:
    request = ask(centre, people.zhao)
    first, second = centre.requests.suggest(request)
    assert (first.member.name, first.grid, first.community, first.times) == ("王志强", True, True, 0)
    for day in (17, 18):
        serve(centre, people.li, people.zhao, start=datetime(2026, 11, day, 9))
    first, second = centre.requests.suggest(request)
    assert (first.member.name, first.times, second.member.name) == ("李明", 2, "王志强")


def test_who_is_busy_or_not_wished_for_comes_last(centre: Desk, people: People) -> None:
    request = ask(centre, people.zhao, prefers="f")
    assert [(each.member.name, each.fits) for each in centre.requests.suggest(request)] == [
        ("李明", True),
        ("王志强", False),
    ]
    other = ask(centre, people.chen, start=TEN + timedelta(minutes=30))
    centre.requests.assign(other, [people.li])
    li = next(each for each in centre.requests.suggest(request) if each.member.name == "李明")
    assert [(clash.start, clash.end) for clash in li.clashes] == [
        (TEN + timedelta(minutes=30), TEN + timedelta(minutes=90))
    ]


def test_what_the_rules_refuse_is_refused_when_somebody_is_to_go(network: Network) -> None:
    with network.desk(1) as hub:
        hub.policies.adopt("hangzhou")
        child = volunteer(hub, "小周", birth=date(2015, 1, 1))
        request = ask(hub, elder(hub, "赵奶奶", birth=date(1938, 3, 5)))
        (suggested,) = hub.requests.suggest(request)
        assert suggested.breach is not None
        with refused(hub, suggested.breach.code):
            hub.requests.assign(request, [child])


def test_a_later_assignment_takes_the_place_of_the_earlier(centre: Desk, people: People) -> None:
    request = ask(centre, people.zhao)
    centre.requests.assign(request, [people.wang])
    centre.requests.assign(request, [people.li])
    assert [each.name for each in centre.requests.find(request).volunteers] == ["李明"]
    assert [line.elder.name for line in centre.requests.lines(volunteer=people.li)] == ["赵奶奶"]
    assert centre.requests.lines(volunteer=people.wang) == []
    centre.requests.assign(request, [])
    assert state(centre, request) == "open"


def test_the_rota_shows_a_day_by_time_and_warns_of_overlaps(centre: Desk, people: People) -> None:
    later = ask(centre, people.chen, start=TEN + timedelta(minutes=30))
    early = ask(centre, people.zhao)
    whole_day = ask(centre, people.zhao, kind="visit", timed=False)
    ask(centre, people.zhao, start=TEN + timedelta(days=1))
    gone = ask(centre, people.chen, start=TEN + timedelta(hours=5))
    centre.requests.close(gone, "cancelled", "女儿来了")
    centre.requests.assign(early, [people.wang])
    assert centre.requests.assign(later, [people.wang]).clashes
    rota = centre.requests.rota(TODAY)
    assert [str(each.line.request.entry) for each in rota] == [early, later, whole_day]
    assert [bool(each.clashes) for each in rota] == [True, True, False]


# On the way -------------------------------------------------------------------------------------------


def test_times_that_were_noted_become_the_service(centre: Desk, people: People, network: Network) -> None:
    request = ask(centre, people.zhao)
    with refused(centre, "request_nobody_goes"):
        centre.requests.note(request, "arrived")
    centre.requests.assign(request, [people.wang])
    network.clock.moment = TEN + timedelta(minutes=65)
    with refused(centre, "request_not_arrived"):
        centre.requests.note(request, "left")
    centre.requests.note(request, "arrived", TEN + timedelta(minutes=5))
    assert state(centre, request) == "arrived"
    with refused(centre, "in_the_future"):
        centre.requests.note(request, "left", TEN + timedelta(minutes=66))
    with refused(centre, "end_before_start"):
        centre.requests.note(request, "left", TEN)
    centre.requests.note(request, "left")
    form = centre.requests.prefilled(request)
    assert (form.volunteers, form.start, form.minutes) == ((people.wang,), TEN + timedelta(minutes=5), 60)
    logged = centre.requests.log(request)
    line = centre.requests.find(request)
    assert (line.request.state, line.request.service) == ("fulfilled", logged.entry)
    assert credit(centre, people.wang) == 60
    centre.requests.note(request, "followed_up")
    assert centre.requests.find(request).request.followed_up is not None
    with refused(centre, "request_fulfilled"):
        centre.requests.log(request)


def test_a_service_that_is_taken_back_opens_the_request_again(
    centre: Desk, people: People, network: Network
) -> None:
    request = ask(centre, people.zhao)
    centre.requests.assign(request, [people.wang])
    network.clock.moment = TEN + timedelta(hours=2)
    logged = centre.requests.log(request)
    with refused(centre, "reverse_the_service"):
        centre.requests.take_back(request)
    centre.services.reverse(str(logged.entry), "记错了人")
    assert state(centre, request) == "assigned"
    form = ServiceForm((people.li,), people.zhao, "meal", TEN, 60)
    again = centre.requests.log(request, form)
    assert centre.requests.find(request).request.service == again.entry


@pytest.fixture
def served(centre: Desk, people: People, network: Network) -> str:
    """A request that was fulfilled, an hour ago."""
    centre.operators.appoint("周敏", "clerk")
    centre.operators.sign_in("周敏")
    request = ask(centre, people.zhao)
    centre.requests.assign(request, [people.wang], "带上钥匙")
    network.clock.moment = TEN + timedelta(hours=2)
    centre.requests.log(request)
    return request


def test_what_is_heard_afterwards_is_told_with_who_noted_it_and_when(centre: Desk, served: str) -> None:
    centre.requests.note(served, "confirmed", TEN + timedelta(minutes=70), "很满意")
    centre.requests.note(served, "followed_up", note="下次早点来")
    story = centre.requests.story(served)
    assert [(each.what, each.by, each.text) for each in story] == [
        ("asked", "周敏", ""),
        ("assigned", "周敏", "带上钥匙"),
        ("confirmed", "周敏", "很满意"),
        ("followed_up", "周敏", "下次早点来"),
    ]
    assert [each.at for each in story[2:]] == [TEN + timedelta(minutes=70), TEN + timedelta(hours=2)]
    centre.requests.note(served, "confirmed", note="说得更清楚")
    assert [each.text for each in centre.requests.story(served)][-2:] == ["下次早点来", "说得更清楚"]


def test_what_is_heard_afterwards_is_taken_back_and_the_service_is_not(centre: Desk, served: str) -> None:
    with refused(centre, "reverse_the_service"):
        centre.requests.take_back(served)
    centre.requests.note(served, "confirmed")
    centre.requests.note(served, "followed_up")
    centre.requests.take_back(served)
    asked = centre.requests.find(served).request
    assert (asked.state, asked.confirmed is None, asked.followed_up) == ("fulfilled", False, None)
    centre.requests.take_back(served)
    assert centre.requests.find(served).request.confirmed is None
    with refused(centre, "reverse_the_service"):
        centre.requests.take_back(served)


def test_what_was_said_of_a_request_is_among_the_recent_deeds_and_the_last_can_be_reversed(
    centre: Desk, served: str
) -> None:
    confirmed = centre.requests.note(served, "confirmed")
    followed = centre.requests.note(served, "followed_up")
    deeds = [(each.what, each.names, each.detail, each.reversible) for each in centre.recent()]
    assert deeds[:5] == [
        ("noted", ("赵奶奶",), "followed_up", True),
        ("noted", ("赵奶奶",), "confirmed", False),
        ("service", ("王志强", "赵奶奶"), "meal", True),
        ("assigned", ("王志强", "赵奶奶"), "meal", False),
        ("asked", ("赵奶奶",), "meal", False),
    ]
    with refused(centre, "request_said_since", entry=str(followed)):
        centre.services.reverse(str(confirmed), "点错了")
    centre.services.reverse(str(followed), "点错了")
    assert centre.requests.find(served).request.followed_up is None
    assert [each.reversible for each in centre.recent()[:2]] == [False, True]


def test_why_something_said_was_reversed_goes_with_the_elder(centre: Desk, people: People) -> None:
    request = ask(centre, people.zhao)
    closed = centre.requests.close(request, "cancelled", "女儿来了")
    reversal = centre.services.reverse(str(closed), "赵奶奶说记错了")
    assert _words(centre, reversal)
    centre.people.erase(people.zhao, "本人要求")
    assert _words(centre, reversal) == {}


def test_what_is_over_is_listed_with_the_latest_first(centre: Desk, people: People, served: str) -> None:
    waits = ask(centre, people.chen, start=TEN + timedelta(days=1))
    closed = ask(centre, people.zhao, start=TEN + timedelta(days=2))
    centre.requests.close(closed, "cancelled", "女儿来了")
    entries = {True: [waits], False: [closed, served], None: [closed, waits, served]}
    for waiting, expected in entries.items():
        lines = centre.requests.lines(waiting=waiting)
        assert [str(line.request.entry) for line in lines] == expected


def test_what_comes_to_nothing_has_a_reason_and_can_be_taken_back(centre: Desk, people: People) -> None:
    request = ask(centre, people.zhao)
    centre.requests.assign(request, [people.wang])
    with refused(centre, "reason_missing"):
        centre.requests.close(request, "cancelled", " ")
    centre.requests.close(request, "refused", "没有人能去")
    assert state(centre, request) == "refused"
    with refused(centre, "request_closed"):
        centre.requests.assign(request, [people.li])
    centre.requests.take_back(request)
    assert state(centre, request) == "assigned"
    centre.requests.take_back(request)
    assert state(centre, request) == "open"
    centre.requests.take_back(request)
    assert state(centre, request) == "cancelled"
    with refused(centre, "already_reversed"):
        centre.requests.take_back(request)


def test_what_is_no_request_is_not_found(centre: Desk, people: People) -> None:
    with refused(centre, "request_not_found"):
        centre.requests.find(str(people.zhao.ref))


# Whom to call -----------------------------------------------------------------------------------------


def test_whom_to_call_is_one_question_and_the_look_is_on_record(centre: Desk, people: People) -> None:
    found = centre.requests.emergency(people.zhao)
    assert [(name, phone) for _, name, phone in found.contacts] == [
        ("赵明", "13800010009"),
        ("赵奶奶", "13800010003"),
    ]
    assert centre.access.looks(people.zhao)


# Elsewhere --------------------------------------------------------------------------------------------


def test_two_stations_that_send_different_people_show_both(network: Network) -> None:
    with network.desk(1) as hub, network.desk(2) as centre:
        zhao, wang, li = elder(centre), volunteer(centre, "王志强"), volunteer(hub, "李明")
        request = ask(centre, zhao)
        carry(centre, hub)
        carry(hub, centre)
        centre.requests.assign(request, [wang])
        hub.requests.assign(request, [hub.people.find("李明")])
        share([hub, centre])
        for desk in (hub, centre):
            line = desk.requests.find(request)
            assert line.request.contested
            assert len(line.volunteers) == 2
        assert state_digest(hub.station.store) == state_digest(centre.station.store)
        centre.requests.assign(request, [centre.people.find(str(li.ref))])
        assert not centre.requests.find(request).request.contested


def test_what_a_hub_writes_down_for_an_elder_is_read_at_her_station(network: Network) -> None:
    with network.desk(1) as hub, network.desk(2) as centre:
        zhao = elder(centre)
        share([hub, centre])
        request = ask(hub, hub.people.find(zhao.number), note="门铃坏了")
        share([hub, centre])
        assert [desk.requests.find(request).note for desk in (hub, centre)] == ["门铃坏了"] * 2


def test_what_was_said_of_a_request_goes_when_the_elder_is_erased(centre: Desk, people: People) -> None:
    request = ask(centre, people.zhao, note="心脏不好")
    centre.requests.assign(request, [people.wang])
    centre.requests.close(request, "cancelled", "住院了")
    other = ask(centre, people.chen, note="三楼")
    centre.people.erase(people.zhao, "本人要求")
    assert centre.station.store.value("SELECT count(*) FROM private") == _sealed_elsewhere(centre, request)
    assert centre.requests.find(other).note == "三楼"


def _sealed_elsewhere(desk: Desk, request: str) -> int:
    """Private parts that remain, none of them about this request."""
    line = desk.requests.find(request)
    rows = desk.station.store.rows("SELECT entry FROM about WHERE subject = ?", (line.request.row,))
    for (row,) in [*rows, (line.request.row,)]:
        assert private_words(desk.station, row) == {}
    return int(desk.station.store.value("SELECT count(*) FROM private"))


def test_a_reason_goes_when_the_volunteer_it_may_speak_of_is_erased(centre: Desk, people: People) -> None:
    request = ask(centre, people.zhao, note="三楼")
    centre.requests.assign(request, [people.wang])
    closed = centre.requests.close(request, "missed", "王志强没来")
    centre.people.erase(people.wang, "本人要求")
    assert centre.requests.find(request).note == "三楼"
    assert _words(centre, closed) == {}


def test_an_erasure_elsewhere_reaches_words_that_come_later(network: Network) -> None:
    with network.desk(1) as hub, network.desk(2) as centre:
        zhao, wang = elder(centre), volunteer(centre, "王志强")
        request = ask(centre, zhao)
        centre.requests.assign(request, [wang])
        share([hub, centre])
        closed = centre.requests.close(request, "missed", "王志强没来")
        hub.people.erase(hub.people.find("王志强"), "本人要求")
        share([hub, centre])
        assert _words(hub, closed) == _words(centre, closed) == {}


def _words(desk: Desk, entry: EntryRef) -> dict[str, object]:
    row = desk.station.store.value(
        "SELECT e.id FROM entry e JOIN journal j ON j.id = e.journal WHERE j.ref = ? AND e.seq = ?",
        (entry.journal, entry.seq),
    )
    return private_words(desk.station, row)
