"""The screen of cases: the evidence side by side, one decision with a reason, and what was decided."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from screens_b_network import NOW, Clock, Network, carry, double_redemption, enrol_centre
from screens_b_window import Shown, read

from timebank.desk import network
from timebank.desk.case_words import kind_key
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm
from timebank.domain.cases import DECISIONS, KINDS
from timebank.phrases import LANGUAGES, phrases
from ui.look import Look, Mode, TextSize, Theme, Tone
from ui.screens.cases import CasesScreen

DOCUMENT = "330103195003252881"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """One case of each kind that two honest stations can run into while they are apart, seen at the hub."""
    folder = tmp_path_factory.mktemp("cases")
    made = double_redemption(folder)
    with made.desk(made.station) as desk:
        volunteer, elder = desk.people.find("001-00001"), desk.people.find("赵桂香")
        desk.services.log(ServiceForm((volunteer,), elder, "walking", datetime(2026, 11, 15, 10, 30), 120))
        desk.people.register(
            PersonForm(name="孙阿英", roles=("elder",), id_number=DOCUMENT, phone="13757120034")
        )
        desk.credit.move(volunteer, elder, 300, "送给邻居")
    with made.desk(made.hub) as desk:
        volunteer, elder = desk.people.find("李建国"), desk.people.find("王秀英")
        desk.services.log(ServiceForm((volunteer,), elder, "meal", datetime(2026, 11, 15, 9, 30), 120))
        desk.people.register(PersonForm(name="孙阿英", roles=("elder",), id_number=DOCUMENT))
        desk.credit.move(volunteer, desk.people.find("陈美玲"), 300, "赠与")
    carry(made, made.station, made.hub, folder)
    return made


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory, template: Network) -> Network:
    """The same with what stations run into that are copied, revoked, or have a wrong clock."""
    folder = tmp_path_factory.mktemp("troubled")
    clock = Clock()
    shutil.copytree(template.hub, folder / "hub")
    shutil.copytree(template.station, folder / "centre")
    made = Network(folder / "hub", folder / "centre", Surroundings(clock=clock), template.codes)
    _edit_apart(made, folder)
    clock.now = datetime(2003, 1, 1, 8, 0)
    with made.desk(made.station) as desk:
        desk.people.register(PersonForm(name="周小华", roles=("volunteer",)))
    clock.now = NOW
    carry(made, made.station, made.hub, folder)
    _fork(made, folder)
    _revoke(made, folder)
    return made


def _edit_apart(made: Network, folder: Path) -> None:
    """The hub and the centre change the phone of one person without knowing of each other."""
    with made.desk(made.station) as desk:
        desk.people.change(
            desk.people.find("赵桂香"), PersonForm(name="赵桂香", roles=("elder",), phone="13757120034")
        )
    with made.desk(made.hub) as desk:
        desk.people.change(
            desk.people.find("赵桂香"), PersonForm(name="赵桂香", roles=("elder",), phone="13757120084")
        )


def _fork(made: Network, folder: Path) -> None:
    """The centre's folder is used on two computers."""
    twin = folder / "twin"
    shutil.copytree(made.station, twin)
    with made.desk(made.station) as desk:
        volunteer, elder = desk.people.find("周小华"), desk.people.find("赵桂香")
        desk.services.log(ServiceForm((volunteer,), elder, "walking", datetime(2026, 11, 16, 9, 0), 60))
        desk.services.log(ServiceForm((volunteer,), elder, "meal", datetime(2026, 11, 17, 9, 0), 90))
    (twin / "here.json").unlink(missing_ok=True)  # as when a whole disk is copied
    with made.desk(twin) as desk:
        desk.people.register(PersonForm(name="吴阿英", roles=("elder",)))
    carry(made, made.station, made.hub, folder)
    carry(made, twin, made.hub, folder)


def _revoke(made: Network, folder: Path) -> None:
    """A third station whose PC was stolen goes on writing."""
    lost = replace(made, station=folder / "lost")
    enrol_centre(lost, folder, "城郊服务点")
    carry(lost, lost.hub, lost.station, folder)
    with lost.desk(lost.hub) as desk:
        network.revoke(desk.station, "城郊服务点", reason="电脑被盗")
    with lost.desk(lost.station) as desk:
        volunteer = desk.people.register(PersonForm(name="何大明", roles=("volunteer",)))
        elder = desk.people.register(PersonForm(name="金阿婆", roles=("elder",)))
        desk.services.log(ServiceForm((volunteer,), elder, "bath", datetime(2026, 11, 20, 14, 0), 90))
        desk.vouchers.issue(IssueForm(volunteer, 30, 2))
    carry(lost, lost.station, lost.hub, folder)


@pytest.fixture
def made(template: Network, tmp_path: Path) -> Network:
    """A copy of the hub, to decide in."""
    hub = tmp_path / "hub"
    shutil.copytree(template.hub, hub)
    return Network(hub, template.station, template.surroundings, template.codes)


@pytest.fixture
def shown(look: Look, qtbot: QtBot, made: Network) -> Iterator[Shown]:
    shown = Shown(look, qtbot, made, made.hub, "cases")
    yield shown
    shown.close()


@pytest.fixture
def screen(shown: Shown) -> CasesScreen:
    screen = CasesScreen(shown.context)
    shown.show(screen)
    return screen


def choose(shown: Shown, screen: CasesScreen, kind: str) -> str:
    """Put the cursor on the case of a kind; returns its name."""
    (case,) = (case for case in screen.model.rows if case.kind == kind)
    row = screen.model.row_of(case.key)
    assert row is not None
    screen.table.go(row)
    shown.settle()
    return case.key


def decide(shown: Shown, screen: CasesScreen, decision: str, reason: str) -> None:
    screen.decision.choices[decision].setChecked(True)
    screen.decision.reason.setText(reason)
    shown.do("resolve_case")


# Evidence


def test_both_redemptions_of_a_voucher_stand_side_by_side(shown: Shown, screen: CasesScreen) -> None:
    choose(shown, screen, "double_redemption")
    said = read(screen.evidence)
    for word in ("和睦街道", "拱宸桥社区", "王秀英", "赵桂香", "2 小时", "这一次算数", "暂挂"):
        assert word in said
    assert list(screen.decision.choices) == list(DECISIONS["double_redemption"])


def test_both_services_of_an_overlap_stand_side_by_side(shown: Shown, screen: CasesScreen) -> None:
    choose(shown, screen, "overlap")
    said = read(screen.evidence)
    for word in ("09:30–11:30", "10:30–12:30", "助餐", "助行", "重叠 1 小时"):
        assert word in said
    assert list(screen.decision.choices) == ["dismiss"]


def test_both_registrations_of_a_person_stand_side_by_side_with_phones_masked(
    shown: Shown, screen: CasesScreen
) -> None:
    choose(shown, screen, "duplicate_person")
    said = read(screen.evidence)
    for word in ("001-00004", "002-00002", "孙阿英", "137****0034", "1950年3月25日"):
        assert word in said
    assert DOCUMENT not in said
    assert "13757120034" not in said


def test_an_overdrawn_account_shows_how_it_came_to_that(shown: Shown, screen: CasesScreen) -> None:
    choose(shown, screen, "overdraft")
    said = read(screen.evidence)
    for word in ("李建国", "透支 3 小时", "转账", "-3 小时"):
        assert word in said
    assert list(screen.decision.choices) == ["charge_pool", "dismiss"]


def test_a_case_can_be_asked_for_by_name(shown: Shown, made: Network) -> None:
    with made.desk(made.hub) as desk:
        wanted = next(case.key for case in desk.cases.list() if case.kind == "overlap")
    screen = CasesScreen(shown.context)
    shown.show(screen, wanted)
    assert "09:30–11:30" in read(screen.evidence)


@pytest.fixture
def trouble(
    look: Look, qtbot: QtBot, troubled: Network, tmp_path: Path
) -> Iterator[tuple[Shown, CasesScreen]]:
    """The screen at the hub that has every kind of case."""
    hub = tmp_path / "hub"
    shutil.copytree(troubled.hub, hub)
    shown = Shown(look, qtbot, replace(troubled, hub=hub), hub, "cases")
    screen = CasesScreen(shown.context)
    shown.show(screen)
    yield shown, screen
    shown.close()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "fork",
            (
                "拱宸桥社区",
                "第 1 路",
                "第 2 路",
                "服务 2",
                "登记 吴阿英",
                "周小华 服务 赵桂香",
                "1 小时 30 分",
            ),
        ),
        ("revoked_station", ("城郊服务点", "4 条", "登记 2、服务 1、兑券 1", "助浴", "2 张券，共 1 小时")),
        ("implausible_clock", ("2003年1月1日 08:00", "2026年11月22日 09:30", "日期反而更早", "登记 周小华")),
        (
            "conflicting_edit",
            ("赵桂香", "电话", "137****0034", "137****0084", "现在显示", "没有采用", "和睦街道"),
        ),
    ],
)
def test_what_happened_to_stations_stands_side_by_side(
    trouble: tuple[Shown, CasesScreen], kind: str, words: tuple[str, ...]
) -> None:
    shown, screen = trouble
    choose(shown, screen, kind)
    said = read(screen.evidence)
    assert [word for word in words if word not in said] == []
    assert list(screen.decision.choices) == ["dismiss"]


def test_from_two_values_one_goes_to_the_profile_to_set_the_right_one(
    trouble: tuple[Shown, CasesScreen],
) -> None:
    shown, screen = trouble
    choose(shown, screen, "overlap")
    assert not screen.evidence.profile.isVisible()
    choose(shown, screen, "conflicting_edit")
    assert screen.evidence.profile.isVisible()
    screen.evidence.profile.click()
    ((place, member),) = shown.went
    assert (place, member.name) == ("people", "赵桂香")  # type: ignore[union-attr]


# Deciding


def test_at_the_hub_two_numbers_become_one_person_and_can_be_parted_again(
    shown: Shown, screen: CasesScreen, made: Network
) -> None:
    key = choose(shown, screen, "duplicate_person")
    assert list(screen.decision.choices) == ["merge", "dismiss"]
    screen.decision.choices["merge"].setChecked(True)
    assert "002-00002 名下" in read(screen.decision) or "001-00004 名下" in read(screen.decision)
    decide(shown, screen, "merge", "本人带证件来过")
    assert key not in [case.key for case in screen.model.rows]
    with made.desk(made.hub) as desk:
        assert desk.people.find("001-00004") == desk.people.find("002-00002")
    screen.enter(key)
    shown.settle()
    assert "已合并为一个人" in read(screen.evidence)
    screen.evidence.part.click()
    screen.reversal.reason.setText("是双胞胎")
    shown.do("confirm")
    with made.desk(made.hub) as desk:
        assert desk.people.find("001-00004") != desk.people.find("002-00002")
        assert desk.cases.find(key).open


def test_at_another_station_it_says_that_the_hub_can_merge(
    look: Look, qtbot: QtBot, template: Network, tmp_path: Path
) -> None:
    station = tmp_path / "centre"
    shutil.copytree(template.station, station)
    elsewhere = replace(template, station=station)
    carry(replace(elsewhere, hub=template.hub), template.hub, station, tmp_path)
    shown = Shown(look, qtbot, elsewhere, station, "cases")
    try:
        screen = CasesScreen(shown.context)
        shown.show(screen)
        choose(shown, screen, "duplicate_person")
        assert list(screen.decision.choices) == ["dismiss"]
        assert "枢纽站" in read(screen.decision)
    finally:
        shown.close()


def test_a_decision_closes_the_case_and_stays_readable_with_its_reason(
    shown: Shown, screen: CasesScreen, made: Network
) -> None:
    key = choose(shown, screen, "double_redemption")
    with made.desk(made.hub) as desk:
        before = desk.people.profile(desk.people.find("李建国")).credit_minutes
    decide(shown, screen, "charge_holder", "持有人承认复印过")
    assert screen.notice.tone is Tone.GOOD
    assert key not in [case.key for case in screen.model.rows]
    with made.desk(made.hub) as desk:
        assert desk.people.profile(desk.people.find("李建国")).credit_minutes == before - 120
    screen.enter(key)
    shown.settle()
    said = read(screen.evidence)
    assert "已了结：从持有人账上扣" in said
    assert "持有人承认复印过" in said
    assert not screen.decision.isVisible()


def test_neither_enter_nor_a_missing_reason_decides_anything(
    shown: Shown, screen: CasesScreen, made: Network
) -> None:
    choose(shown, screen, "double_redemption")
    screen.decision.choices["forgive"].setChecked(True)
    assert not shown.context.actions["resolve_case"].isEnabled()
    screen.decision.reason.setText("   ")
    assert not shown.context.actions["resolve_case"].isEnabled()
    screen.decision.reason.setText("查不清")
    shown.qtbot.keyClick(screen.decision.reason, Qt.Key.Key_Return)
    shown.settle()
    with made.desk(made.hub) as desk:
        assert len(desk.cases.list(only_open=True)) == 4


def test_an_empty_pool_is_said_in_words_and_what_was_typed_stays(
    shown: Shown, screen: CasesScreen, made: Network
) -> None:
    key = choose(shown, screen, "overdraft")
    decide(shown, screen, "charge_pool", "情有可原")
    assert screen.notice.tone is Tone.BAD
    assert "公益池只有 0 小时" in screen.notice.text
    assert screen.decision.reason.text() == "情有可原"
    with made.desk(made.hub) as desk:
        assert desk.cases.find(key).open


def test_each_decision_says_what_it_means_before_it_is_taken(shown: Shown, screen: CasesScreen) -> None:
    choose(shown, screen, "double_redemption")
    meanings = set()
    for choice in screen.decision.choices.values():
        choice.setChecked(True)
        meanings.add(read(screen.decision))
    assert len(meanings) == 4


def test_another_case_does_not_inherit_the_reason(shown: Shown, screen: CasesScreen) -> None:
    choose(shown, screen, "double_redemption")
    screen.decision.reason.setText("持有人承认")
    choose(shown, screen, "overlap")
    assert screen.decision.reason.text() == ""


def test_reversing_one_of_two_services_lets_the_case_go_by_itself(
    shown: Shown, screen: CasesScreen, made: Network
) -> None:
    key = choose(shown, screen, "overlap")
    with made.desk(made.hub) as desk:
        entry = desk.cases.evidence(key).services[0].entry
        desk.services.reverse(str(entry), "时间写错")
    shown.context.changed.changed.emit()
    shown.settle()
    assert key not in [case.key for case in screen.model.rows]


def test_an_empty_inbox_says_so(look: Look, qtbot: QtBot, template: Network) -> None:
    shown = Shown(look, qtbot, template, template.station, "cases")
    try:
        screen = CasesScreen(shown.context)
        shown.show(screen)
        assert screen.model.rowCount() == 0
        assert not screen.decision.isVisible()
        assert not shown.context.actions["resolve_case"].isEnabled()
        assert "没有要处理的事" in read(screen)
    finally:
        shown.close()


# Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_every_decision_has_plain_words(language: str) -> None:
    say = phrases(language)
    for kind in (*KINDS, "a kind of the future"):
        assert f"cases.kind_{kind_key(kind)}" in say
        assert f"cases.what_{kind_key(kind)}" in say
    for decision in {each for allowed in DECISIONS.values() for each in allowed}:
        assert f"cases.decision_{decision}" in say
        assert f"cases.means_{decision}" in say


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", list(TextSize))
def test_it_fits_the_smallest_window_in_every_size(
    trouble: tuple[Shown, CasesScreen], look: Look, language: str, size: TextSize
) -> None:
    shown, screen = trouble
    look.speech.language = language
    look.use(Theme(Mode.LIGHT, size))
    rail = look.em * 14 + 2 * look.space(5)
    for case in screen.model.rows:
        choose(shown, screen, case.kind)
        assert screen.minimumSizeHint().width() <= 1366 - rail
        assert screen.minimumSizeHint().height() <= 768 - 3 * look.em
