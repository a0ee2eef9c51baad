"""One person in the window: dated records, what is masked, consents, erasing, rating, blanking, other documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from screens_a_office import Hands, Office

from timebank.desk.policies import adoption
from timebank.policy.catalog import load
from timebank.policy.pack import answered
from timebank.policy.settings import Words
from ui.screens.errands import NewMember
from ui.screens.people import PeopleScreen
from ui.screens.profile_records import RecordsTab
from ui.screens.workplace import Workplace
from ui.window import Window, settle

Show = Callable[..., PeopleScreen]


@pytest.fixture
def show(office: Office, work: Workplace, window: Window) -> Show:
    """Opens somebody's page on a tab."""

    def open_one(name: str, tab: str = "passbook") -> PeopleScreen:
        work.go("people", office.member(name))
        settle(window)
        screen = work.screens["people"]
        assert isinstance(screen, PeopleScreen)
        screen.profile.show_tab(tab)
        settle(window)
        return screen

    return open_one


def rows(tab: RecordsTab) -> list[list[str]]:
    model = tab.rows
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


# Records


def test_an_assessment_is_added_with_assessor_scale_score_and_days(
    show: Show, hands: Hands, office: Office, window: Window
) -> None:
    profile = show("王秀英", "assessments").profile
    tab = profile.assessments
    tab.adders["care"].click()
    panel = tab.panel
    assert panel.isVisible()
    panel.choice.setCurrentIndex(3)
    panel.start.setText("2026年3月1日")
    panel.until.setText("２０２７-2-28")
    panel.more["assessor"].setText("市评估中心")
    panel.more["score"].setText("61")
    hands.key(Qt.Key.Key_Return)  # a scanner's Enter
    assert panel.isVisible()
    hands.control(Qt.Key.Key_Return)
    assert not tab.changing
    assert rows(tab)[0][:4] == ["重度失能", "2026年3月1日", "2027年2月28日", "有效"]
    assert "市评估中心" in rows(tab)[0][4]
    assert rows(tab)[1][3] == "有新评估"
    with office.desk() as desk:
        assert desk.people.profile(desk.people.find("王秀英")).care_level == 3


def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    show: Show, hands: Hands, office: Office
) -> None:
    tab = show("王秀英", "categories").profile.categories
    tab.adders["categories"].click()
    panel = tab.panel
    for start, until, at in (("明年春天", "", "from"), ("2026-5-1", "2026-4-1", "until")):
        panel.start.setText(start)
        panel.until.setText(until)
        panel.choice.setCurrentIndex(1)
        hands.control(Qt.Key.Key_Return)
        assert panel.fields[at].problem is not None
        assert (panel.start.text(), panel.until.text()) == (start, until)
    panel.choice.setCurrentIndex(-1)
    panel.until.clear()
    hands.control(Qt.Key.Key_Return)
    assert panel.fields["choice"].problem is not None
    hands.key(Qt.Key.Key_Escape)
    assert not tab.changing
    assert tab.isVisible()  # one level back, not two
    assert len(office.member("王秀英").details["categories"]) == 1


def test_a_category_is_ended_put_right_and_taken_away(
    show: Show, hands: Hands, office: Office, window: Window
) -> None:
    tab = show("王秀英", "categories").profile.categories
    assert not tab.end.isEnabled()
    tab.table.go(0)
    tab.end.click()
    assert tab.panel.until.text() == "2026-11-22"
    tab.panel.until.setText("2026-10-31")
    hands.control(Qt.Key.Key_Return)
    assert rows(tab)[0][3:5] == ["2026年10月31日", "已结束"]
    tab.table.go(0)
    tab.correct.click()
    tab.panel.start.setText("2025-1-1")
    tab.panel.more["evidence"].setText("社区证明")
    hands.control(Qt.Key.Key_Return)
    assert office.member("王秀英").details["categories"] == [
        {"code": "living_alone", "from": "2025-01-01", "until": "2026-10-31", "evidence": "社区证明"}
    ]
    tab.table.go(0)
    tab.remove.click()
    hands.key(Qt.Key.Key_Return)
    assert tab.changing
    hands.control(Qt.Key.Key_Return)
    assert rows(tab) == []
    assert office.member("王秀英").details["categories"] == []


def test_what_the_rules_ask_of_volunteers_is_kept_and_shown(
    show: Show, hands: Hands, office: Office, window: Window
) -> None:
    tab = show("李建国", "records").profile.records
    for field, typed in (
        ("health", ""),
        ("trainings", "助浴"),
        ("qualifications", "护士"),
        ("kin", "王秀英"),
    ):
        tab.adders[field].click()
        if tab.panel._choices:
            tab.panel.choice.setEditText(typed)
        else:
            tab.panel.text.setText(typed)
        hands.control(Qt.Key.Key_Return)
        assert not tab.changing, tab.panel.notice.text
    details = office.member("李建国").details
    assert details["health"] == [{"what": "", "from": "2026-11-22", "until": ""}]
    assert details["trainings"] == [{"what": "bath", "from": "2026-11-22", "until": ""}]
    assert details["kin"] == [{"who": "王秀英", "from": "", "until": "", "relation": "spouse"}]
    assert [row[:2] for row in rows(tab)] == [
        ["健康声明", "身体适合做志愿服务"], ["培训", "助浴"], ["资格", "护士"], ["亲属", "王秀英"],
    ]  # fmt: skip
    window.look.speech.language = "en"
    assert rows(tab)[1][:2] == ["Training", "bathing"]
    window.look.speech.language = "zh_CN"


def test_a_volunteer_has_no_tabs_of_an_elder(show: Show) -> None:
    profile = show("李建国").profile
    shown = {
        name for name, page in profile.pages.items() if profile.tabs.isTabVisible(profile.tabs.indexOf(page))
    }
    assert shown == {"passbook", "services", "vouchers", "records", "standing", "details"}
    assert profile.tabs.isTabVisible(profile.tabs.indexOf(show("王秀英").profile.pages["categories"]))


# What is masked


def texts(people: PeopleScreen) -> str:
    return " ".join(each.text() for each in people.profile.details._texts)


def test_looking_is_one_click_is_on_record_and_hides_again_on_leaving(
    show: Show, hands: Hands, office: Office, window: Window, work: Workplace
) -> None:
    people = show("李建国", "details")
    details = people.profile.details
    assert "13800010001" not in texts(people)
    details.reveal.setFocus()
    hands.key(Qt.Key.Key_Space)
    assert "13800010001" in texts(people)
    assert "110105195403071512" in texts(people)
    with office.desk() as desk:
        (look,) = desk.access.looks()
    assert (look.operator, look.name, look.fields) == ("周敏", "李建国", ("id_number", "phone"))
    people.profile.show_tab("passbook")
    people.profile.show_tab("details")
    assert "13800010001" not in texts(people)
    details.reveal.click()
    settle(window)
    assert "13800010001" in texts(people)
    work.go("desk")
    settle(window)
    assert "13800010001" not in texts(people)
    show("王秀英", "details")
    assert "13800010001" not in texts(people)
    with office.desk() as desk:
        assert len(desk.access.looks()) == 2


@pytest.mark.parametrize(("role", "sees"), [("clerk", False), ("coordinator", True), ("auditor", True)])
def test_who_looked_is_shown_to_those_who_oversee(
    show: Show, office: Office, work: Workplace, window: Window, role: str, sees: bool
) -> None:
    with office.desk() as desk:
        operator = desk.operators.appoint("吴某", role)
        desk.access.reveal(desk.people.find("李建国"), "phone")
    work.start(operator, "people")
    details = show("李建国", "details").profile.details
    assert details._looks_card.isVisibleTo(details) == sees
    said = " ".join(each.text() for each in details._grid.texts)
    assert "电话" in said


# Consent, erasing, rating


def test_consent_is_given_and_withdrawn_for_each_purpose(show: Show, office: Office, window: Window) -> None:
    details = show("王秀英", "details").profile.details
    details.consents["photos"].click()
    settle(window)
    assert office.member("王秀英").consents == ("photos",)
    details.consents["photos"].click()
    settle(window)
    assert office.member("王秀英").consents == ()


def test_erasing_asks_for_a_reason_and_never_goes_by_enter_alone(
    show: Show, hands: Hands, office: Office, window: Window
) -> None:
    people = show("王秀英", "details")
    number = office.member("王秀英").number
    people.profile.details.erase.click()
    asked = people.profile.details.asked
    assert asked.isVisible()
    assert not asked.confirm.isEnabled()
    asked.edit.setText("本人书面申请")
    hands.key(Qt.Key.Key_Return)
    assert office.member("王秀英").known
    hands.control(Qt.Key.Key_Return)
    settle(window)
    with office.desk() as desk:
        gone = desk.people.find(number)
    assert gone.erased
    assert "王秀英" not in texts(people)
    assert "王秀英" not in people.profile.header.accessibleName()
    assert "已删除" in people.profile.header._subtitle.text()


def test_a_service_is_rated_once_from_the_page_of_either_side(
    show: Show, hands: Hands, office: Office, window: Window
) -> None:
    tab = show("王秀英", "services").profile.services
    assert not tab.rate.isEnabled()
    tab.table.go(0)
    tab.rate.click()
    tab.panel.stars.choose("4")
    tab.panel.note.setText("很耐心")
    hands.control(Qt.Key.Key_Return)
    assert not tab.changing
    last = tab.rows.columnCount() - 1
    assert tab.rows.index(0, last).data() == "4／5 星"
    assert not tab.rate.isEnabled()
    standing = show("李建国", "standing").profile.standing
    assert "平均 4.0 星" in " ".join(each.text() for each in standing._figures.texts)


def test_standing_says_which_rule_stands_against_a_person(show: Show, office: Office) -> None:
    with office.desk() as desk, desk.station.root_recording(None) as pen:
        pack = answered(
            load("hangzhou"),
            {"volunteers.health_declaration": True, "kinds.bath.training": True},
            Words("试行", "a trial"),
        )
        pen.tell(adoption(pack, date(2026, 11, 22)))
    standing = show("李建国", "standing").profile.standing
    said = [each.text() for each in standing._rules.texts]
    assert said[0] == "还没有健康声明"
    assert "volunteers.health_declaration" in said[1]
    assert "助浴：没有有效的培训" in said


# The form


def test_a_field_that_is_emptied_is_taken_back_and_a_masked_one_by_a_word(
    show: Show, hands: Hands, office: Office, window: Window
) -> None:
    people = show("王秀英")
    hands.control(Qt.Key.Key_E)
    form = people.form
    form.edits["address"].setText("和睦路 1 号")
    form.edits["guardian_phone"].setText("13800010009")
    hands.control(Qt.Key.Key_Return)
    hands.control(Qt.Key.Key_E)
    form.edits["address"].clear()
    form.edits["phone"].setText("无")
    form.level.setCurrentIndex(0)
    form.categories["living_alone"].setChecked(False)
    hands.control(Qt.Key.Key_Return)
    assert people.profile.isVisible(), form.notice.text
    with office.desk() as desk:
        profile = desk.people.profile(desk.people.find("王秀英"))
    details = profile.member.details
    assert (details["address"], details["phone"], details["guardian_phone"]) == ("", "", "13800010009")
    assert (profile.care_level, profile.categories) == (None, ())


def test_somebody_without_an_identity_card_is_registered_with_another_document(
    show: Show, hands: Hands, office: Office, window: Window
) -> None:
    people = show("王秀英")
    people.enter(NewMember("约翰"))
    form = people.form
    form.document_kind.setCurrentIndex(1)
    hands.control(Qt.Key.Key_Return)
    assert form.fields["document"].problem is not None
    form.edits["document"].setText("E12345678")
    hands.control(Qt.Key.Key_Return)
    assert office.member("约翰").details["document"] == {"type": "passport", "number": "E12345678"}
    hands.control(Qt.Key.Key_E)
    assert form.edits["document"].text() == ""
    hands.control(Qt.Key.Key_Return)
    assert office.member("约翰").details["document"]["number"] == "E12345678"
    hands.control(Qt.Key.Key_E)
    form.document_kind.setCurrentIndex(0)
    hands.control(Qt.Key.Key_Return)
    assert office.member("约翰").details["document"] == {}
