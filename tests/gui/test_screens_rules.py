"""Rule packs in the window: reading, searching, comparing, loading from a file, answering and adopting; and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot
from screens_a_office import Hands, Office

from timebank.desk.operators import Operator
from timebank.policy.catalog import load
from timebank.policy.settings import SETTINGS
from ui.look import Look, TextSize, Theme, Tone
from ui.screens.errands import LogHours, ShowPassbook
from ui.screens.people import PeopleScreen
from ui.screens.policies import PolicyPage
from ui.screens.policy_questions import KindsRow
from ui.screens.services import ServicesScreen
from ui.screens.settings import SettingsScreen
from ui.screens.workplace import Workplace
from ui.widgets import Text
from ui.widgets.why import WhyDialog
from ui.window import Window, settle

KEEPER = Operator(1, "周敏", "keeper", False)
NANJING = Path(__file__).parents[1] / "data" / "nanjing.toml"


@pytest.fixture
def page(work: Workplace, window: Window) -> PolicyPage:
    """Settings, opened at the rule packs by the keeper."""
    work.context.operator = KEEPER
    work.go("settings", "rules")
    settle(window)
    return work.settings.policies


def seen(widget: object) -> str:
    """All words to be seen in a part of the window."""
    return "\n".join(
        text.text()
        for text in widget.findChildren(Text)  # type: ignore[attr-defined]
        if text.isVisibleTo(widget)
    )


# Reading


def test_the_settings_say_whose_rules_hold_and_lead_to_all_packs(work: Workplace, window: Window) -> None:
    work.go("settings", None)
    settle(window)
    settings = work.settings
    settings.show_section("rules")
    settle(window)
    assert "杭州市" in seen(settings.rules)
    settings.rules.open.click()
    settle(window)
    assert settings.pages.currentWidget() is settings.policies
    assert settings.back()
    assert settings.pages.currentWidget() is not settings.policies


def test_all_packs_are_listed_the_one_in_force_first(page: PolicyPage) -> None:
    assert [line.pack.id for line in page.list.model.rows] == [
        "hangzhou", "gongshu", "neutral", "ningbo", "wenzhou",
    ]  # fmt: skip
    assert page.list.model.index(0, 3).data() == "现行"
    assert page.list.model.index(1, 3).data() == "征求意见稿"
    assert len(page.list.past_model.rows) == 1


@pytest.mark.parametrize("pack", ["hangzhou", "gongshu", "wenzhou", "ningbo", "neutral"])
def test_every_rule_of_a_pack_stands_beside_its_value_and_source(
    page: PolicyPage, look: Look, pack: str
) -> None:
    page.list.choose(pack)
    page.open()
    rules = load(pack)
    told = {row.key: row for row in page.view.rows.rows}
    assert set(told) == {
        *rules.entries,
        *(f"allowance.{each.id}" for each in rules.allowance_rules),
        *(f"exclusion.{each.id}" for each in rules.exclusions),
        *rules.unset(),
    }
    for language in ("zh_CN", "en"):
        look.speech.language = language
        for key, row in told.items():
            about, value, source = (look.say(cell.words) for cell in row.cells)
            assert about
            assert value
            assert source or key in rules.unset()


def test_rules_are_found_by_any_of_their_words(page: PolicyPage, window: Window) -> None:
    page.list.choose("hangzhou")
    page.open()
    settle(window)
    page.view.search.line.setText("52小时 失智")
    assert page.view.rows.visible == ["allowance.hangzhou.hardship"]
    page.view.search.line.setText("没有这样的词")
    assert page.view.rows.visible == []
    assert "没有这样的规则" in seen(page.view.rows)
    page.view.search.line.clear()
    page.view.show_only("open")
    assert set(page.view.rows.visible) == set(load("hangzhou").unset())
    page.view.show_only("confirm")
    assert page.view.rows.visible == ["allowance.combination"]


def test_keys_that_move_move_the_rules_while_one_searches(
    page: PolicyPage, window: Window, hands: Hands
) -> None:
    page.open()
    settle(window)
    bar = page.view._scroll.verticalScrollBar()
    page.view.search.line.setFocus()
    hands.key(Qt.Key.Key_PageDown)
    assert bar.value() > 0
    hands.key(Qt.Key.Key_PageUp)
    assert bar.value() == 0


# A file


def test_a_sound_file_is_listed_read_and_compared(page: PolicyPage, window: Window) -> None:
    page.load(NANJING)
    settle(window)
    assert page.list.line is not None
    assert page.list.line.pack.id == "nanjing"
    assert "没有问题" in page.list.notice.text
    page.show_compare()
    keys = {row.key for row in page.compare.rows.rows}
    assert "credit.holding_cap_minutes" in keys
    assert "allowance.hangzhou.hardship" in keys


def test_what_is_wrong_with_a_file_is_said_line_by_line_and_nothing_is_taken(
    page: PolicyPage, window: Window, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('id = "x"\nname = "坏"\nlevel = "town"\n[settings.voucher.goods]\nvalue = 3\n', "utf-8")
    page.load(bad)
    settle(window)
    assert page.list.notice.tone is Tone.BAD
    found = [(each.line, each.key) for each in page.list.findings_model.rows]
    assert (3, "level") in found
    assert (5, "settings.voucher.goods.value") in found
    assert "nation" in page.list.findings_model.index(0, 2).data()
    assert "x" not in [line.pack.id for line in page.list.model.rows]


def test_a_file_that_cannot_be_read_is_said_calmly(page: PolicyPage, window: Window, tmp_path: Path) -> None:
    page.load(tmp_path / "gone.toml")
    settle(window)
    assert page.list.notice.tone is Tone.BAD
    assert "gone.toml" in page.list.notice.text


# Comparing


def test_two_packs_side_by_side_show_what_differs_or_everything(page: PolicyPage, window: Window) -> None:
    page.list.choose("gongshu")
    page.show_compare()
    settle(window)
    told = {row.key: row for row in page.compare.rows.rows}
    say = page._look.say
    assert say(told["unit.name"].cells[1].words) == "没有规定"
    assert say(told["unit.name"].cells[2].words) == "阳光积分"
    assert "公益银行·阳光积分" in say(told["unit.name"].cells[2].below)
    assert "minors.under" not in told
    page.compare.only.click()
    assert "minors.under" in {row.key for row in page.compare.rows.rows}
    page.compare.only.click()
    page.compare.before.setCurrentIndex(page.compare.after.currentIndex())
    assert page.compare.rows.rows == []
    assert "没有不同" in seen(page.compare)


# Adopting


def begin(page: PolicyPage, window: Window, pack: str) -> None:
    """Turn to the questions of a pack."""
    page.list.choose(pack)
    page.begin()
    settle(window)


def test_a_pack_is_adopted_with_answers_from_a_day_on(
    page: PolicyPage, window: Window, office: Office
) -> None:
    begin(page, window, "ningbo")
    adopt = page.adopt
    adopt.day.setText("2026年12月1日")
    adopt.reason.setText("理事会会议")
    adopt.form.show_all()
    adopt.form.field("allowance.ningbo.basic.moderate").put("35 小时")
    adopt.form.field("gifts.whom").put("direct_relatives")
    kinds = adopt.form.row("kinds.*.weight")
    assert isinstance(kinds, KindsRow)
    kinds.add_kind("meal").put("1.5")
    take = adopt.form.row("kinds.bath.persons").take  # type: ignore[union-attr]
    assert take is not None
    take.click()
    adopt.next.click()
    settle(window)
    assert adopt.pages.currentIndex() == 1
    changed = {row.key for row in adopt.changes.rows}
    assert {"gifts.whom", "kinds.meal.weight", "kinds.bath.persons", "allowance.ningbo.basic"} <= changed
    adopt.adopt.click()
    settle(window)
    assert "宁波市" in page.list.notice.text
    assert [each.start for each in page.list.past_model.rows] == [date(2026, 12, 1), date(2026, 11, 22)]
    with office.desk() as desk:
        assert desk.policies.in_force().id == "hangzhou"
        pack = desk.policies.in_force(date(2026, 12, 1))
    assert (pack.value("gifts.whom"), pack.value("kinds.bath.persons")) == ("direct_relatives", 2)
    assert next(r for r in pack.allowance_rules if r.id == "ningbo.basic").grades["moderate"] == 2_100
    source = pack.source("kinds.bath.persons")
    assert source is not None
    assert "采纳规则包的建议" in str(source)
    assert "理事会会议" in str(source)


def test_what_was_answered_or_left_open_is_not_asked_a_second_time(
    page: PolicyPage, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        desk.policies.adopt("hangzhou", answers={"voucher.validity_days": "365"})
    begin(page, window, "hangzhou")
    adopt = page.adopt
    assert adopt.form.field("voucher.validity_days").text == "365"
    assert "voucher.validity_days" not in adopt.answers
    adopt.see_changes()
    settle(window)
    assert "没有不同" in seen(adopt.changes)
    adopt.adopt_now()
    settle(window)
    with office.desk() as desk:
        pack = desk.policies.in_force()
        asked = desk.policies.questions("hangzhou")
    assert pack.answers["voucher.validity_days"].value == 365
    assert [each.key for each in asked if each.answer is None and each.why == "unset"] == []


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("allowance.ningbo.basic.moderate", "20 小时", "1800"),
        ("volunteers.max_age", "很老", "30"),
        ("credit.holding_cap_minutes", "许多", "许多"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_said_below_it_and_stays(
    page: PolicyPage, window: Window, key: str, text: str, said: str
) -> None:
    begin(page, window, "ningbo")
    field = page.adopt.form.field(key)
    field.put(text)
    assert field.problem is not None
    assert said in page._look.say(field.problem)
    page.adopt.see_changes()
    settle(window)
    assert page.adopt.pages.currentIndex() == 0
    assert field.text == text
    field.put("")
    assert field.problem is None


def test_answers_that_contradict_one_another_are_refused_and_kept(page: PolicyPage, window: Window) -> None:
    begin(page, window, "neutral")
    page.adopt.form.field("younger_elder.from").put("80")
    page.adopt.see_changes()
    settle(window)
    assert page.adopt.pages.currentIndex() == 0
    assert "前后颠倒" in page.adopt.notice.text
    assert page.adopt.form.field("younger_elder.from").text == "80"


def test_a_day_that_cannot_be_read_or_lies_outside_the_pack_is_refused(
    page: PolicyPage, window: Window
) -> None:
    begin(page, window, "ningbo")
    page.adopt.day.setText("改天")
    page.adopt.see_changes()
    settle(window)
    assert page.adopt.day_field.problem is not None
    page.adopt.day.setText("2016-01-01")
    page.adopt.see_changes()
    settle(window)
    assert page.adopt.pages.currentIndex() == 0
    assert "2017-10-26" in page.adopt.notice.text


@pytest.mark.parametrize(("role", "said"), [("clerk", "保管根密钥的人"), (None, "保管根密钥的人")])
def test_others_look_and_are_told_who_adopts(
    page: PolicyPage, window: Window, work: Workplace, role: str | None, said: str
) -> None:
    work.context.operator = None if role is None else Operator(2, "小刘", role, False)
    begin(page, window, "ningbo")
    page.adopt.see_changes()
    settle(window)
    assert not page.adopt.adopt.isVisibleTo(page)
    assert said in page.adopt.elsewhere.text
    assert page.adopt.changes.rows


def test_where_the_root_key_is_not_kept_a_calm_sentence_says_where_to_adopt(
    page: PolicyPage, window: Window
) -> None:
    page.list.choose("ningbo")
    page.adopt.enter("ningbo", "absent", keeper=True)
    settle(window)
    assert not page.adopt.adopt.isVisibleTo(page)
    assert "枢纽" in page.adopt.elsewhere.text


def test_a_closed_root_key_asks_for_its_passphrase_beside_the_button(
    page: PolicyPage, window: Window
) -> None:
    begin(page, window, "ningbo")
    assert not page.adopt.passphrase.isVisibleTo(page.adopt)
    page.adopt.enter("ningbo", "closed", keeper=True)
    settle(window)
    page.adopt.see_changes()
    settle(window)
    assert page.adopt.passphrase.isVisibleTo(page.adopt)


def test_escape_leads_back_one_level_at_a_time(page: PolicyPage, window: Window, hands: Hands) -> None:
    begin(page, window, "ningbo")
    page.adopt.see_changes()
    settle(window)
    settings = window.workplace.settings if window.workplace else None
    assert isinstance(settings, SettingsScreen)
    levels = []
    for _ in range(3):
        hands.key(Qt.Key.Key_Escape)
        levels.append((settings.pages.currentWidget() is page, page.pages.currentWidget() is page.list))
    assert levels == [(True, False), (True, True), (False, True)]


def test_the_keys_of_the_page_rest_elsewhere(page: PolicyPage, window: Window, work: Workplace) -> None:
    assert work.actions_table["adopt_pack"].isEnabled()
    work.settings.back()
    assert not work.actions_table["adopt_pack"].isEnabled()
    work.go("people", None)
    settle(window)
    assert not work.actions_table["load_pack"].isEnabled()


def test_the_wheel_changes_no_answer_in_passing(page: PolicyPage, window: Window, qtbot: QtBot) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    begin(page, window, "ningbo")
    page.adopt.form.show_all()
    box = page.adopt.form.field("gifts.whom").editor
    assert isinstance(box, QComboBox)
    none, down = Qt.MouseButton.NoButton, QPoint(0, -120)
    wheel = QWheelEvent(
        QPointF(5, 5), box.mapToGlobal(QPointF(5, 5)), down, down, none,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert box.currentIndex() == 0


@pytest.mark.parametrize("size", list(TextSize))
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_pages_fit_the_screen_and_every_input_has_a_name(
    page: PolicyPage, window: Window, look: Look, size: TextSize, language: str
) -> None:
    look.speech.language = language
    look.use(Theme(look.theme.mode, size))
    settle(window)
    for turn in (lambda: None, page.open, page.show_compare, page.begin):
        page.back()
        page.back()
        page.list.choose("ningbo")
        turn()
        settle(window)
        here = page.pages.currentWidget()
        assert page.minimumSizeHint().width() <= page.width()
        assert window.width() <= 1366
        for editor in (*here.findChildren(QLineEdit), *here.findChildren(QComboBox)):
            if editor.isVisibleTo(here) and not isinstance(editor.parent(), QComboBox):
                assert editor.accessibleName()
        for text in here.findChildren(Text):
            if text.isVisibleTo(here) and text.wordWrap() and text.text():
                assert text.height() >= min(text.heightForWidth(text.width()), text.sizeHint().height()) - 1


def test_every_setting_belongs_to_a_group_that_has_a_name(look: Look) -> None:
    from timebank.desk.rule_words import GROUPS, group_of
    from ui.say import phrase

    for key in SETTINGS:
        assert look.say(phrase(f"policy.group.{group_of(key)}"))
    assert {group_of(key) for key in SETTINGS} <= set(GROUPS)


# Why


def test_the_profile_says_what_an_elder_is_entitled_to_and_why(
    work: Workplace, window: Window, office: Office
) -> None:
    work.go("people", ShowPassbook(office.member("王秀英")))
    settle(window)
    people = work.screens["people"]
    assert isinstance(people, PeopleScreen)
    line = people.profile.allowance
    assert line.isVisibleTo(people.profile)
    line.button.click()
    settle(window)
    sheet = line.findChildren(WhyDialog)[0]
    words = seen(sheet)
    assert "不符合：不属于规定的类别" in words
    assert "38小时" in words
    assert "0 小时" in words
    sheet.close_button.click()
    assert not sheet.isVisible()


def test_a_volunteer_has_no_line_of_free_hours(work: Workplace, window: Window, office: Office) -> None:
    work.go("people", ShowPassbook(office.member("李建国")))
    settle(window)
    people = work.screens["people"]
    assert isinstance(people, PeopleScreen)
    assert not people.profile.allowance.isVisibleTo(people.profile)


def test_after_logging_hours_one_key_says_how_they_were_reckoned(
    work: Workplace, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        desk.policies.adopt("hangzhou", answers={"step.minutes": "30"})
    li, wang = office.member("李建国"), office.member("王秀英")
    work.go("services", LogHours((li,), wang))
    settle(window)
    services = work.screens["services"]
    assert isinstance(services, ServicesScreen)
    form = services.form
    form.kind.setCurrentIndex(form.kind.findData("meal"))
    form.day.setText("2026-11-21")
    form.clock.setText("14:00")
    form.length.setText("50分钟")
    form.save()
    settle(window)
    work.notice._act()
    settle(window)
    sheet = services.findChildren(WhyDialog)[0]
    words = seen(sheet)
    assert "服务 50 分钟" in words
    assert "50 分钟 → 30 分钟" in words
    assert "采用规则时决定" in words
