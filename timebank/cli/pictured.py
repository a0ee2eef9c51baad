"""The network on the pictures: the demonstration's stations three weeks on, with a month of work and each kind of case.

Made for the guide's pictures and for the tests that look at every screen. Whoever is named is invented.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

from timebank.cli.answers import Session
from timebank.cli.demo import BEGINS, Demo
from timebank.cli.demo_requests import clear_requests, leave_requests
from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm
from timebank.domain.cases import DUPLICATE_PERSON
from timebank.domain.records import RECORD_KINDS, record_of
from timebank.domain.voucher_code import serial_text
from timebank.store.people_queries import MemberRecord

NOW = datetime(2026, 11, 26, 9, 40)
"""What the clock on the pictures says: a Thursday, three weeks after the demonstration."""
OPERATORS = {"zh_CN": ("周敏", "沈老师"), "en": ("Zhou Min", "Ms Shen")}
STATIONS = {
    "zh_CN": {"new": "西村服务点", "south": "南苑服务点", "north": "北里服务点"},
    "en": {"new": "West village", "south": "South garden", "north": "North lane"},
}
"""One that asks to join, one whose folder was copied, one whose computer was stolen."""
_ROUND = ("meal", "cleaning", "visit", "walking", "visit", "companionship", "bath", "visit")
"""Kinds of service of a working day, in the order of the hours."""
_STARS = (5, 5, 4, 0, 5, 3, 0, 4, 5)
"""What the elders say of the services, one after the other; 0: nothing."""
_LIVING_ALONE = 24
_TWICE, _TWICE_OLD = "110105195403071512", "110105193802141523"


class Moving:
    """A clock that is put forward by hand, and moves on a second each time it is asked."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def surroundings_at(clock: Callable[[], datetime]) -> Surroundings:
    """The same numbers and key words in every run, so that a picture changes only with its screen."""
    drawn = random.Random(20261126).randbytes  # noqa: S311  nothing is kept
    return Surroundings(clock=clock, random=drawn)


class PicturedNetwork:
    """Makes the stations in one folder; :attr:`homes` names those that the pictures are taken at."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._language = session.phrases.language
        self._chinese = self._language == "zh_CN"
        self._clock = Moving(BEGINS)
        self._around = surroundings_at(self._clock)
        self._demo = Demo(replace(session, json=True), folder, surroundings=self._around)
        self._folder = folder
        self.homes = {name: self._demo.home(name) for name in ("hub", "centre", "village")}

    def make(self) -> dict[str, Path]:
        """Do it all; returns :attr:`homes`."""
        with redirect_stdout(StringIO()):
            self._demo.run()
        for name in ("south", "north"):
            self._enrol(name)
        self._ask("new")
        with (
            Desk(self.homes["hub"], self._around) as hub,
            Desk(self.homes["centre"], self._around) as centre,
            Desk(self.homes["village"], self._around) as village,
        ):
            self._staff(hub, centre)
            self._work(centre)
            self._carry(hub, village, name="week-1")
            self._carry(hub, centre, name="week-2")
            self._leave_meetings(hub, centre, village)
            for desk in (hub, centre):
                desk.upkeep.backup(self._folder / f"{desk.station.home.name}.backup")
            self._today(centre)
        self._copy_south()
        self._steal_north()
        self._bring_stick()
        return self.homes

    # Stations

    def _ask(self, name: str) -> Path:
        asking = self._folder / "papers" / f"{name}.request"
        network.request(
            self._demo.home(name),
            self._around,
            name=STATIONS[self._language][name],
            out=asking,
            passphrase_file=None,
        )
        return asking

    def _enrol(self, name: str) -> None:
        asking = self._ask(name)
        answer = asking.with_suffix(".enrolment")
        with Desk(self.homes["hub"], self._around) as hub:
            network.enrol(hub.station, asking, out=answer)
        network.join(self._demo.home(name), self._around, answer)
        with Desk(self._demo.home(name), self._around) as desk, Desk(self.homes["hub"], self._around) as hub:
            self._carry(hub, desk, name=f"welcome-{name}")

    def _staff(self, *desks: Desk) -> None:
        clerk, keeper = OPERATORS[self._language]
        for desk in desks:
            desk.operators.appoint(clerk, "clerk")
        desks[0].operators.appoint(keeper, "keeper")

    def _carry(self, *desks: Desk, name: str) -> None:
        """Each station's file on one stick, and each takes in the others'."""
        stick = self._folder / "stick" / name
        stick.mkdir(parents=True)
        files = [desk.exchange.export(stick).file for desk in desks]
        for desk in desks:
            desk.exchange.take(files)

    # A month of work

    def _work(self, centre: Desk) -> None:
        """Three weeks at the community centre."""
        elders = [each for each in centre.people.search("", role="elder", limit=60) if each.known]
        volunteers = [each for each in centre.people.search("", role="volunteer", limit=30) if each.known]
        clear_requests(centre, chinese=self._chinese)
        self._note_records(centre, elders, volunteers)
        day = BEGINS.date() + timedelta(days=1)
        turn = 0
        while day < NOW.date():
            if day.weekday() < 5:
                self._clock.now = datetime.combine(day, time(16, 30))
                for hour, kind in enumerate(_ROUND[: 5 + day.day % 4]):
                    volunteer, elder = volunteers[turn % len(volunteers)], elders[turn * 7 % len(elders)]
                    begun = datetime.combine(day, time(8 + hour))
                    minutes = 30 if kind == "visit" else 60 + 30 * (turn % 2)
                    form = ServiceForm((volunteer,), elder, kind, begun, minutes)
                    logged = centre.services.log(form)
                    if stars := _STARS[turn % len(_STARS)]:
                        centre.services.rate(str(logged.entry), elder, stars)
                    turn += 1
            day += timedelta(days=1)
        self._use_vouchers(centre, volunteers, elders)
        centre.months.grant(date(2026, 11, 1))

    def _note_records(self, centre: Desk, elders: list[MemberRecord], volunteers: list[MemberRecord]) -> None:
        alone = record_of(RECORD_KINDS["categories"], "living_alone", date(2025, 3, 1))
        for elder in elders[:_LIVING_ALONE]:
            if not any(each["code"] == "living_alone" for each in elder.details.get("categories") or ()):
                centre.records.add(elder, RECORD_KINDS["categories"], alone)
        assessor = "区评估中心" if self._chinese else "District assessment centre"
        for elder in elders:
            level = max((each["level"] for each in elder.details.get("care") or ()), default=0)
            if level:
                again = record_of(RECORD_KINDS["care"], level, date(2026, 10, 12), assessor=assessor)
                centre.records.add(elder, RECORD_KINDS["care"], again)
        course = "红十字会急救班" if self._chinese else "Red Cross first aid"
        for volunteer in volunteers[:12]:
            for kind, record in (
                ("health", record_of(RECORD_KINDS["health"], "", date(2026, 3, 2), date(2027, 3, 1))),
                ("trainings", record_of(RECORD_KINDS["trainings"], "bath", date(2026, 4, 9), course=course)),
                ("insurance", record_of(RECORD_KINDS["insurance"], "", date(2026, 1, 1), date(2026, 12, 31))),
            ):
                centre.records.add(volunteer, RECORD_KINDS[kind], record)

    def _use_vouchers(self, centre: Desk, volunteers: list[MemberRecord], elders: list[MemberRecord]) -> None:
        """A sheet of a second holder: some served for, one void, and some past their day."""
        self._clock.now = datetime(2026, 11, 16, 10, 0)
        holder = max(volunteers, key=lambda each: centre.people.profile(each).credit_minutes)
        lasting = centre.vouchers.issue(IssueForm(holder, 30, 8, expires=date(2027, 11, 30))).vouchers
        centre.vouchers.issue(IssueForm(holder, 30, 2, expires=date(2026, 11, 20)))
        for voucher, elder in zip(lasting[:3], elders, strict=False):
            centre.vouchers.redeem(voucher.code, elder)
        torn = "洗坏了" if self._chinese else "Went through the wash"
        centre.vouchers.void(serial_text(lasting[3].serial), torn)
        thanks = "谢谢陪我看病" if self._chinese else "Thank you for taking me to the doctor"
        centre.credit.move(holder, elders[1], 60, thanks)
        for donor, minutes in zip(volunteers[4:6], (60, 90), strict=True):
            centre.credit.move(
                donor, None, minutes, "捐给有需要的人" if self._chinese else "For whoever needs it"
            )
        centre.credit.move(
            None, elders[4], 90, "孤寡，急需陪诊" if self._chinese else "Alone, to see a doctor"
        )

    def _today(self, centre: Desk) -> None:
        """What was done this morning, and what waits."""
        self._clock.now = NOW - timedelta(minutes=45)
        leave_requests(centre, chinese=self._chinese)
        volunteers, elders = _own(centre, "volunteer"), _own(centre, "elder")
        early = datetime.combine(NOW.date(), time(8))
        for n, (kind, minutes) in enumerate((("meal", 60), ("visit", 30), ("bath", 90))):
            self._clock.now += timedelta(minutes=4)
            volunteer, elder = volunteers[2 * n + 3], elders[3 * n + 8]
            centre.services.log(ServiceForm((volunteer,), elder, kind, early - timedelta(hours=1), minutes))
        batch = centre.vouchers.issue(IssueForm(volunteers[3], 60, 2))
        centre.vouchers.redeem(batch.vouchers[0].code, elders[9])
        self._clock.now = NOW

    # Cases

    def _leave_meetings(self, hub: Desk, centre: Desk, village: Desk) -> None:
        """What shows when the files of three honest stations meet at the hub."""
        self._clock.now = NOW - timedelta(hours=1)
        voucher = serial_text(centre.vouchers.list("circulation")[-1].serial)
        for desk in (village, hub):
            desk.vouchers.redeem(voucher, _own(desk)[-1])
        helper = _own(hub, "volunteer")[0]
        begun = datetime(2026, 11, 24, 9, 0)
        for desk, later in ((hub, 0), (village, 30)):
            elder = _own(desk, "elder")[0] if desk is village else _village_elder(hub)
            form = ServiceForm((helper,), elder, "meal", begun + timedelta(minutes=later), 90)
            desk.services.log(form)
        giver = max(_own(centre, "volunteer"), key=lambda each: centre.people.profile(each).credit_minutes)
        held = centre.people.profile(giver).credit_minutes
        for desk in (centre, village):
            desk.credit.move(
                desk.people.find(giver.number),
                _own(desk, "elder")[2],
                held * 2 // 3,
                "送给邻居" if self._chinese else "For the neighbour",
            )
        person = _own(centre, "elder")[3]
        for desk, phone in ((centre, "13900001234"), (hub, "13900001284")):
            found = desk.people.find(person.number)
            desk.people.change(found, PersonForm(found.name, ("elder",), phone=phone))
        self._register_twice(hub, centre, village)

    def _register_twice(self, hub: Desk, centre: Desk, village: Desk) -> None:
        """Two persons, each at two places; the one that the hub knows by now had her free hours twice."""
        zh = self._chinese
        for desk in (centre, village):
            name = "李桂芳" if zh else "Li Guifang"
            desk.people.register(PersonForm(name, ("elder",), id_number=_TWICE_OLD))
            desk.months.grant(date(2026, 11, 1))
        self._carry(village, centre, hub, name="meeting-1")
        (same,) = (each for each in hub.cases.list(only_open=True) if each.kind == DUPLICATE_PERSON)
        hub.cases.resolve(same.key, "merge", "身份证核对过" if zh else "Identity card compared")
        for desk, name in ((centre, "王秀英"), (village, "王秀瑛")):
            desk.people.register(PersonForm(name if zh else "Wang Xiuying", ("elder",), id_number=_TWICE))
        self._carry(village, centre, hub, name="meeting-2")

    def _copy_south(self) -> None:
        """A station's folder on two computers; and before that a morning on which its clock said 2003."""
        home, twin = self._demo.home("south"), self._demo.home("south-twin")
        wrong = replace(self._around, clock=Moving(datetime(2003, 1, 1, 8, 0)))
        with Desk(home, wrong) as desk:
            helper = desk.people.register(
                PersonForm("何大明" if self._chinese else "He Daming", ("volunteer",))
            )
        shutil.copytree(home, twin)
        (twin / "here.json").unlink(missing_ok=True)  # as when a whole disk is copied
        stick = self._folder / "stick" / "copied"
        stick.mkdir(parents=True)
        files = []
        for place, name, hour in ((home, "金阿婆", 9), (twin, "吴阿英", 14)):
            with Desk(place, self._around) as desk:
                elder = desk.people.register(PersonForm(name if self._chinese else "Wu Aying", ("elder",)))
                begun = datetime(2026, 11, 25, hour, 0)
                desk.services.log(ServiceForm((helper,), elder, "walking", begun, 60))
                files.append(desk.exchange.export(stick).file)
        with Desk(self.homes["hub"], self._around) as hub:
            hub.exchange.take(files)

    def _steal_north(self) -> None:
        """A station that is revoked, since its computer was stolen, and goes on writing."""
        stick = self._folder / "stick" / "stolen"
        stick.mkdir(parents=True)
        with Desk(self.homes["hub"], self._around) as hub:
            reason = "电脑被盗" if self._chinese else "The computer was stolen"
            network.revoke(hub.station, STATIONS[self._language]["north"], reason=reason)
            with Desk(self._demo.home("north"), self._around) as north:
                name = "何大年" if self._chinese else "He Danian"
                thief = north.people.register(PersonForm(name, ("volunteer",)))
                elder = north.people.register(
                    PersonForm("金阿婆" if self._chinese else "Jin Apo", ("elder",))
                )
                begun = datetime(2026, 11, 25, 14, 0)
                north.services.log(ServiceForm((thief,), elder, "bath", begun, 90))
                north.vouchers.issue(IssueForm(thief, 30, 2))
                file = north.exchange.export(stick).file
            hub.exchange.take([file])

    def _bring_stick(self) -> None:
        """What lies on the stick that came this morning: a day of the village, and the hub's decisions."""
        stick = self._folder / "stick" / "this-morning"
        stick.mkdir(parents=True)
        with (
            Desk(self.homes["village"], self._around) as village,
            Desk(self.homes["hub"], self._around) as hub,
        ):
            helper, elder = _own(village, "volunteer")[1], _own(village, "elder")[3]
            village.services.log(ServiceForm((helper,), elder, "cleaning", datetime(2026, 11, 25, 15), 60))
            for desk in (village, hub):
                desk.exchange.export(stick)


def _own(desk: Desk, role: str | None = None) -> list[MemberRecord]:
    """Whom a station registered itself."""
    found = desk.people.search("", role=role, limit=500)
    return [each for each in found if each.station == desk.station.number and each.known]


def _village_elder(hub: Desk) -> MemberRecord:
    """An elder of the village, as the hub knows her."""
    return next(each for each in hub.people.search("", role="elder", limit=500) if each.station == 3)
