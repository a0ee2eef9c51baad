"""Whole journeys through the window, worked as a person works them, in both languages.

What came of each is asked of a second desk and of the command line, never of the window.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journeys import Clerk, ask
from pytestqt.qtbot import QtBot
from screens_a_office import NOW, Office
from screens_b_network import Clock, carry, enrol_centre, found_hub
from stations import decide

from timebank.desk.desk import Desk
from timebank.desk.key_words import key_words
from timebank.desk.person_form import PersonForm
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm
from timebank.paper.reader import read_codes
from timebank.policy.catalog import load
from ui.look import Look
from ui.look.kept import Kept
from ui.window import Window, settle

Sit = Callable[[Path], Clerk]


@pytest.fixture(params=["zh_CN", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of the journey."""
    return str(request.param)


@pytest.fixture
def clock() -> Clock:
    """The clock on the wall."""
    return Clock(NOW)


@pytest.fixture
def sit(look: Look, qtbot: QtBot, language: str, clock: Clock) -> Iterator[Sit]:
    """Opens the program on a folder, as its icon does, and gives it to a clerk."""
    opened: list[Window] = []
    look.speech.language = language

    def sit_down(home: Path) -> Clerk:
        home.mkdir(exist_ok=True)
        kept = Kept(home, language)
        kept.sound = False
        window = Window(home, look, kept, Surroundings(clock=clock))
        opened.append(window)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
        window.begin()
        settle(window)
        return Clerk(window, qtbot)

    yield sit_down
    for window in opened:
        window.close()


@pytest.fixture
def clerk(office: Office, sit: Sit) -> Clerk:
    """周敏, signed in at the office's desk."""
    clerk = sit(office.home)
    clerk.sign_in()
    return clerk


# Beginning -----------------------------------------------------------------------------------------------


def test_first_start_founds_a_network_with_its_first_operator(
    sit: Sit, tmp_path: Path, language: str
) -> None:
    home = tmp_path / "new"
    clerk = sit(home)
    clerk.click("welcome.found_button")
    clerk.fill("welcome.network", "拱墅区时间银行")
    clerk.fill("welcome.station", "和睦街道")
    clerk.choose("welcome.policy", load("hangzhou").name(language))
    clerk.click("welcome.found_now")
    clerk.fill("signin.name", "周敏")
    clerk.click("signin.add_now")
    clerk.read("window.nothing_yet")
    assert "和睦街道" in clerk.screen
    assert "周敏" in clerk.screen
    with Desk(home, Surroundings(clock=Clock())) as desk:
        assert desk.network_name() == "拱墅区时间银行"
        assert desk.policies.adopted() == "hangzhou"
        assert [(each.name, each.role) for each in desk.operators.list()] == [("周敏", "keeper")]
    assert ask(home, "check")["ok"]


def test_people_are_registered(clerk: Clerk, office: Office) -> None:
    clerk.press("F9")
    clerk.fill("person.name", "赵永年")
    clerk.tick("people.role_volunteer")
    clerk.fill("person.id_number", "11010519540307152X")
    clerk.fill("person.phone", "13800010009")
    clerk.press("Ctrl+Return")
    clerk.read("problems.identity_check_digit")
    clerk.fill("person.id_number", "110105195403071520")
    clerk.press("Ctrl+Return")
    clerk.read("people.saved", name="赵永年", number="001-00005")
    clerk.press("Ctrl+1")
    clerk.press("F9")
    clerk.fill("person.name", "孙桂英")
    clerk.tick("people.role_elder")
    clerk.tick("person.lives_here")
    clerk.press("Ctrl+Return")
    clerk.read("people.saved", name="孙桂英", number="001-00006")
    with office.desk() as desk:
        assert desk.people.find("赵永年").roles == ("volunteer",)
        assert desk.people.find("孙桂英").details["lives_here"] is True
    (found,) = ask(office.home, "member", "search", "zyn")["matches"]
    assert (found["name"], found["roles"]) == ("赵永年", ["volunteer"])


# Sheets --------------------------------------------------------------------------------------------------

ROSTER = (
    "姓名,手机,身份证号,绰号\n"
    "钱月娥,13800020001,,\n"
    "孙大圣,13800020002,110105195403071520,猴\n"
    "号码不对,,110105195403071521,\n"
)
SIGN_IN = (
    "志愿者,服务对象,服务日期,开始,结束,服务内容\n"
    "李建国,王秀英,2026-11-18,9:00,10:30,助餐\n"
    "查无此人,王秀英,2026-11-18,9:00,10:00,助餐\n"
)


def test_a_roster_and_a_sign_in_sheet_are_imported(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    roster, sheet, back = tmp_path / "名单.csv", tmp_path / "签到.csv", tmp_path / "back.csv"
    roster.write_text(ROSTER, "utf-8")
    sheet.write_text(SIGN_IN, "utf-8")
    clerk.press("Ctrl+2")
    clerk.press("Ctrl+I")
    clerk.click("importing.choose")
    clerk.file(roster)
    clerk.press("Ctrl+Return")
    with office.desk() as desk:
        assert desk.people.count() == 4
    clerk.press("Ctrl+Return")
    clerk.read("importing.done", new=2)
    clerk.click("importing.save_rejected")
    clerk.file(back)
    assert "号码不对" in back.read_text("utf-8-sig")
    clerk.press("Ctrl+3")
    clerk.press("Ctrl+I")
    clerk.click("importing.choose")
    clerk.file(sheet)
    clerk.press("Ctrl+Return")
    clerk.press("Ctrl+Return")
    clerk.read("importing.done", new=1)
    assert [each["name"] for each in ask(office.home, "member", "search", "sds")["matches"]] == ["孙大圣"]
    assert office.credit("李建国") == 300 - 120 + 90


# Hours and vouchers --------------------------------------------------------------------------------------


def test_an_hour_is_logged_where_it_was_given(clerk: Clerk, office: Office, language: str) -> None:
    clerk.type("cml")
    clerk.press("Return")
    assert "陈美玲" in clerk.screen
    clerk.press("F3")
    clerk.pick("services.elder", "wxy")
    clerk.fill("services.date", "昨天" if language == "zh_CN" else "yesterday")
    clerk.fill("services.clock", "9点到10点半" if language == "zh_CN" else "9:00-10:30")
    clerk.press("Ctrl+Return")
    assert "陈美玲" in clerk.screen
    assert office.credit("陈美玲") == 90
    clerk.press("F3")  # once more, at a time that she has given already
    clerk.pick("services.elder", "lxl")
    clerk.fill("services.date", "2026-11-21")
    clerk.fill("services.clock", "10:00-11:00")
    clerk.press("Ctrl+Return")
    clerk.read("problems.overlap", name="陈美玲", start="2026-11-21 09:00", end="10:30")
    assert "10:00-11:00" in clerk.screen, "what was typed stays"
    assert office.credit("陈美玲") == 90
    clerk.fill("services.clock", "10:30-11:00")
    clerk.press("Ctrl+Return")
    assert office.credit("陈美玲") == 120
    assert ask(office.home, "member", "show", "陈美玲")["credit_minutes"] == 120


def test_vouchers_are_issued_and_printed(clerk: Clerk, office: Office, tmp_path: Path, language: str) -> None:
    paper = tmp_path / "vouchers.pdf"
    clerk.type("ljg")
    clerk.press("Return")
    clerk.press("F5")
    clerk.fill("vouchers.amount", "半小时" if language == "zh_CN" else "30")
    clerk.fill("vouchers.count", "3")
    clerk.press("Ctrl+P")
    clerk.click("vouchers.issue_pdf")
    clerk.file(paper)
    assert office.credit("李建国") == 300 - 120 - 90
    printed = read_codes(paper)
    assert len(printed) == 3
    for code in printed:
        assert ask(office.home, "voucher", "verify", code)["verdict"] == "valid"


def test_a_voucher_is_scanned_redeemed_refused_the_second_time_and_taken_back(
    clerk: Clerk, office: Office
) -> None:
    code = office.codes[0]
    clerk.scan(code)
    clerk.read("desk.verdict_valid")
    clerk.press("F6")
    clerk.read("desk.choose_beneficiary")
    clerk.type("wxy")
    clerk.press("Return")
    clerk.press("F6")
    clerk.read("desk.settlement_settled")
    clerk.press("Esc")
    clerk.scan(office.codes[1])
    clerk.scan(code)
    clerk.read("desk.verdict_redeemed_for", receiver="王秀英")
    assert ask(office.home, "voucher", "verify", code)["verdict"] == "redeemed"
    clerk.press("F6")
    assert office.credit("王秀英") == 60
    clerk.press("Ctrl+Z")
    clerk.click("desk.reason_wrong_person")
    clerk.press("Return")
    assert office.credit("王秀英") == 60, "a scanner's Enter takes nothing back"
    clerk.press("Ctrl+Return")
    assert office.credit("王秀英") == 0
    assert ask(office.home, "voucher", "verify", code)["verdict"] == "valid"


def test_a_voucher_goes_to_the_holders_spouse_where_the_rules_ask_who_it_is(sit: Sit, office: Office) -> None:
    with office.desk() as desk:
        for day in (NOW.date().replace(month=1, day=1), NOW.date()):
            decide(desk, day, redeem__for_whom="self_or_spouse")
    clerk = sit(office.home)
    clerk.sign_in()
    code = office.codes[0]
    clerk.scan(code)
    clerk.read("desk.verdict_valid")
    clerk.scan("001-00004")
    clerk.read("relation.label", one="李建国", other="王秀英")
    clerk.press("F6")
    clerk.read("problems.rule_redeem_for_whom")
    assert office.credit("王秀英") == 0
    clerk.press("Left")
    clerk.press("Left")
    clerk.read("relation.allowed")
    clerk.press("F6")
    clerk.read("desk.settlement_settled")
    assert office.credit("王秀英") == 60
    assert ask(office.home, "voucher", "verify", code)["verdict"] == "redeemed"
    clerk.type("wxy")
    clerk.press("Return")
    clerk.press("Esc")
    clerk.scan(office.codes[1])
    clerk.scan("001-00001")
    assert not clerk.reads("relation.hint"), "the holder is asked nothing"


# Requests and the month ----------------------------------------------------------------------------------


def test_a_request_is_asked_assigned_gone_to_and_logged(
    clerk: Clerk, office: Office, clock: Clock, language: str
) -> None:
    clerk.press("Ctrl+3")
    clerk.press("F5")
    clerk.press("F10")
    clerk.pick("requests.elder", "wxy")
    clerk.fill("requests.field_day", "今天" if language == "zh_CN" else "today")
    clerk.fill("requests.field_clock", "10点到11点" if language == "zh_CN" else "10:00-11:00")
    clerk.fill("requests.field_note", "门铃坏了")
    clerk.press("Ctrl+Return")
    clerk.read("requests.asked", name="王秀英", count=1)
    clerk.press("F9")
    clerk.press("Return")  # the first who is suggested has served her before
    clerk.press("Ctrl+Return")
    clerk.read("requests.assigned", name="王秀英")
    clerk.press("F6")
    assert "门铃坏了" in clerk.screen
    clock.now = NOW.replace(hour=10, minute=0)
    clerk.press("F8")
    clerk.read("requests.noted_arrived", name="王秀英")
    clock.now = NOW.replace(hour=11, minute=30)
    clerk.press("F8")
    clerk.read("requests.noted_left", name="王秀英")
    clerk.press("F8")
    assert office.credit("李建国") == 300 - 120 + 90
    (asked,) = ask(office.home, "request", "list", "--all")["requests"]
    assert asked["state"] == "fulfilled"


def test_the_months_free_hours_are_granted_and_taken_back(clerk: Clerk, office: Office) -> None:
    clerk.press("F9")
    clerk.fill("person.name", "孙松年")
    clerk.tick("people.role_elder")
    clerk.fill("person.birth", "1934-1-1")
    clerk.press("Ctrl+Return")
    clerk.press("Ctrl+7")
    clerk.press("F8")
    clerk.press("F9")
    clerk.read("runs.all_granted")
    assert ask(office.home, "member", "show", "孙松年")["allowance_minutes"] == 360
    clerk.press("Ctrl+Shift+Z")
    clerk.fill("cases.reason", "试一试")
    clerk.press("Return")
    assert ask(office.home, "member", "show", "孙松年")["allowance_minutes"] == 360
    clerk.press("Ctrl+Return")
    assert ask(office.home, "member", "show", "孙松年")["allowance_minutes"] == 0


# Other stations ------------------------------------------------------------------------------------------


FINGERPRINT = r"[0-9a-f]{4}(?: [0-9a-f]{4}){3}"


def test_a_second_station_joins_and_takes_in_what_the_first_exports(
    office: Office, sit: Sit, tmp_path: Path, language: str
) -> None:
    village, asked, answer, stick = (
        tmp_path / name for name in ("village", "ask.tbreq", "answer.tbe", "stick")
    )
    stick.mkdir()
    there = sit(village)
    there.click("welcome.join_button")
    there.fill("welcome.station", "红星社区")
    there.click("welcome.request_now")
    there.file(asked)
    here = sit(office.home)
    here.sign_in()
    here.press("Ctrl+5")
    here.press("F9")
    here.click("exchange.choose_request")
    here.file(asked)
    (fingerprint,) = re.findall(FINGERPRINT, there.screen)
    for each in (fingerprint, *(word.word for word in key_words(fingerprint, language))):
        assert each in there.screen
        assert each in here.screen
    here.tick("trust.same")
    here.click("exchange.other_file")
    here.file(answer)
    here.press("Esc")
    here.press("F5")
    here.click("exchange.other_folder")
    here.file(stick)
    here.read("exchange.written")
    (carried,) = stick.iterdir()
    there.turn_to()
    there.click("welcome.take_answer")
    there.file(answer)
    there.fill("signin.name", "吴会计")
    there.click("signin.add_now")
    there.press("Ctrl+5")
    there.press("F6")
    there.file(carried)
    with Desk(village, Surroundings(clock=Clock())) as desk:
        assert desk.people.count() == 0, "shown first, taken in when confirmed"
    there.press("F6")
    there.read("exchange.taken")
    with Desk(village, Surroundings(clock=Clock())) as desk:
        assert desk.people.count() == 4
    assert ask(village, "voucher", "verify", office.codes[0])["verdict"] == "valid"
    assert [each["name"] for each in ask(village, "station", "list")["stations"]] == ["和睦街道", "红星社区"]


def test_a_voucher_redeemed_at_two_stations_becomes_a_case_and_is_decided(sit: Sit, tmp_path: Path) -> None:
    made, stick = enrol_centre(found_hub(tmp_path), tmp_path), tmp_path / "stick"
    stick.mkdir()
    with made.desk(made.hub) as desk:
        (voucher,) = desk.vouchers.issue(IssueForm(desk.people.find("李建国"), 120, 1)).vouchers
    carry(made, made.hub, made.station, tmp_path)
    with made.desk(made.station) as desk:
        desk.people.register(PersonForm(name="赵桂香", roles=("elder",)))
    hub, centre = sit(made.hub), sit(made.station)
    for clerk, name, elder in ((centre, "吴会计", "zgx"), (hub, "周敏", "wxy")):
        clerk.turn_to()
        clerk.fill("signin.name", name)
        clerk.click("signin.add_now")
        clerk.scan(voucher.code)
        clerk.type(elder)
        clerk.press("Return")
        clerk.press("F6")
        clerk.read("desk.settlement_provisional" if clerk is centre else "desk.settlement_settled")
    centre.turn_to()
    centre.press("Ctrl+5")
    centre.press("F5")
    centre.click("exchange.other_folder")
    centre.file(stick)
    (carried,) = stick.iterdir()
    hub.turn_to()
    hub.press("Ctrl+5")
    hub.press("F6")
    hub.file(carried)
    hub.press("F6")
    hub.read("exchange.taken_cases", count=1)
    hub.click("exchange.see_cases")
    (case,) = ask(made.hub, "case", "list", "--open")["cases"]
    assert case["kind"] == "double_redemption"
    hub.click("cases.decision_charge_pool")
    hub.fill("cases.reason", "两边都不知道")
    hub.press("Return")
    assert ask(made.hub, "case", "list", "--open")["cases"], "a scanner's Enter decides nothing"
    hub.press("F6")
    assert ask(made.hub, "case", "list", "--open")["cases"] == []
    (case,) = ask(made.hub, "case", "list")["cases"]
    assert case["decision"] == "charge_pool"
    assert ask(made.hub, "check")["ok"]


# What is kept --------------------------------------------------------------------------------------------


def test_a_backup_is_made_and_restored(clerk: Clerk, office: Office, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    clerk.press("Ctrl+B")  # at the desk it may be a scanner's mark, and is known a moment later
    clerk.wait_for("setup.backup_folder")
    clerk.click("setup.backup_folder")
    clerk.file(stick)
    (backup,) = stick.iterdir()
    clerk.press("Ctrl+1")
    clerk.press("F9")
    clerk.fill("person.name", "后来人")
    clerk.tick("people.role_volunteer")
    clerk.press("Ctrl+Return")
    assert len(ask(office.home, "member", "search", "后来人")["matches"]) == 1
    clerk.press("Ctrl+B")
    clerk.click("restore.open")
    clerk.click("restore.choose")
    clerk.file(backup)
    clerk.click("restore.go")
    clerk.press("Return")
    assert clerk.front is not clerk.window, "Enter alone restores nothing"
    clerk.press("Ctrl+Return")
    clerk.read("restore.done", folder=str(office.home))
    clerk.sign_in()
    clerk.type("ljg")
    clerk.press("Return")
    assert "李建国" in clerk.screen
    assert ask(office.home, "member", "search", "后来人")["matches"] == []
    assert ask(office.home, "check")["ok"]
    assert office.credit("李建国") == 300 - 120


def test_another_language_in_the_middle_of_a_form_keeps_what_was_typed(
    clerk: Clerk, office: Office, language: str
) -> None:
    clerk.press("F3")
    clerk.pick("services.volunteers", "cml")
    clerk.pick("services.elder", "wxy")
    clerk.fill("services.date", "2026-11-21")
    clerk.fill("services.clock", "14:00-15:00")
    clerk.fill("person.note", "带了水果")
    clerk.press("Ctrl+Shift+L")
    assert clerk.window.look.speech.language != language
    clerk.read("services.log_now")
    for typed in ("2026-11-21", "14:00-15:00", "带了水果", "陈美玲", "王秀英"):
        assert typed in clerk.screen
    clerk.press("Ctrl+Return")
    assert office.credit("陈美玲") == 60
    clerk.press("Ctrl+Shift+L")
    assert clerk.window.look.speech.language == language
