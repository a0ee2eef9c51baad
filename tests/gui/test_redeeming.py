"""A voucher honoured at the desk: what a rule asks of it, by keys alone, and what each verdict shows at a glance."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest
import walk
import walk_keys
import walk_reader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from screens_a_office import Hands, Office
from stations import decide

from timebank.desk.vouchers import IssueForm
from timebank.domain.records import RECORD_KINDS, record_of
from timebank.domain.voucher_code import PREFIX, base32, read_code, serial_text, write_code
from timebank.journal.keys import SIGNATURE_BYTES
from ui.look import Look, Mode, TextSize, Theme, Tone
from ui.screens.desk import DeskScreen
from ui.screens.workplace import Workplace
from ui.window import SIZE, Window, settle


@pytest.fixture
def desk(work: Workplace) -> DeskScreen:
    screen = work.screens["desk"]
    assert isinstance(screen, DeskScreen)
    return screen


def adopt(office: Office, **settings: object) -> None:
    """Let rules hold all this year; __ stands for a dot."""
    with office.desk() as open_desk:
        for day in (date(2026, 1, 1), date(2026, 11, 22)):
            decide(open_desk, day, over="neutral", **settings)


@pytest.fixture
def couples_only(office: Office) -> Office:
    """Rules under which a voucher is for its holder and the spouse."""
    adopt(office, redeem__for_whom="self_or_spouse")
    return office


@pytest.fixture
def ruled(office: Office, request: pytest.FixtureRequest) -> Office:
    """Rules of the test's own, in force before the window opens."""
    if request.param:
        adopt(office, **request.param)
    return office


def words_on(widget: QWidget) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisible())


def lay_down(hands: Hands, office: Office, who: str = "001-00004") -> None:
    """李建国's voucher, and the card of the one who is to have it: 王秀英."""
    hands.scan(office.codes[0])
    hands.scan(who)


# Who it is to the holder ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_spouse_has_the_voucher_redeemed_by_keys_alone(
    couples_only: Office, desk: DeskScreen, hands: Hands, look: Look, language: str
) -> None:
    look.speech.language = language
    lay_down(hands, couples_only)
    asked = desk.voucher.redemption.relation
    assert asked.isAncestorOf(hands.focus), "what a rule asks comes first"
    said = words_on(desk.voucher.card)
    assert "李建国" in said
    assert ("王秀英是李建国的" if language == "zh_CN" else "To 李建国, 王秀英 is") in said
    assert asked.answer.tone is Tone.BAD
    hands.key(Qt.Key.Key_F6)
    assert couples_only.credit("王秀英") == 0
    assert ("没有兑换" if language == "zh_CN" else "Nothing was redeemed") in asked.answer.text
    assert asked.isAncestorOf(hands.focus)
    hands.key(Qt.Key.Key_Left)
    hands.key(Qt.Key.Key_Left)
    assert asked.current == "spouse"
    assert asked.answer.tone is Tone.INFO
    hands.key(Qt.Key.Key_Return)  # a scanner's Enter redeems nothing
    assert couples_only.credit("王秀英") == 0
    hands.key(Qt.Key.Key_F6)
    assert couples_only.credit("王秀英") == 60
    assert desk.voucher.card.tone is Tone.GOOD
    assert QApplication.focusWidget() is desk.box


def test_the_refusal_is_said_on_the_voucher_with_its_source_and_what_was_chosen_stays(
    couples_only: Office, desk: DeskScreen, hands: Hands, work: Workplace, qtbot: object
) -> None:
    lay_down(hands, couples_only)
    asked = desk.voucher.redemption.relation
    hands.key(Qt.Key.Key_Left)
    hands.key(Qt.Key.Key_F6)
    assert not work.notice.isVisible()
    assert asked.current == "direct_relative"
    assert desk.voucher.beneficiary is not None
    assert desk.voucher.code == couples_only.codes[0]
    asked.answer._action.click()
    assert "redeem.for_whom" in asked.answer.text
    assert couples_only.credit("王秀英") == 0


def test_why_is_told_before_anything_is_refused(couples_only: Office, desk: DeskScreen, hands: Hands) -> None:
    lay_down(hands, couples_only)
    answer = desk.voucher.redemption.relation.answer
    answer._action.click()
    assert "redeem.for_whom" in answer.text
    assert "试行" in answer.text


def test_every_choice_is_named_for_a_screen_reader(
    couples_only: Office, desk: DeskScreen, hands: Hands, look: Look
) -> None:
    lay_down(hands, couples_only)
    asked = desk.voucher.redemption.relation
    for language, names in (
        ("zh_CN", ["配偶", "直系亲属", "其他人"]),
        ("en", ["Spouse", "Direct relative", "Somebody else"]),
    ):
        look.speech.language = language
        assert [each.accessibleName() for each in asked.choices._buttons.values()] == names
        assert "王秀英" in asked.choices.accessibleName()
        assert asked.choices.accessibleDescription()


def test_a_scan_while_it_is_asked_goes_into_the_box_and_somebody_else_is_asked_anew(
    couples_only: Office, desk: DeskScreen, hands: Hands
) -> None:
    lay_down(hands, couples_only)
    hands.key(Qt.Key.Key_Left)
    hands.key(Qt.Key.Key_Left)
    hands.scan("001-00003")
    assert desk.voucher.beneficiary is not None
    assert desk.voucher.beneficiary.name == "李秀兰"
    assert desk.voucher.redemption.relation.current == "other"
    hands.key(Qt.Key.Key_F6)
    assert couples_only.credit("李秀兰") == 0
    hands.scan("001-00001")  # the holder is asked nothing
    assert not desk.voucher.redemption.relation.isVisible()
    assert QApplication.focusWidget() is desk.box
    hands.key(Qt.Key.Key_F6)
    assert couples_only.credit("李建国") == 180 + 60


def test_what_is_on_record_of_the_two_is_the_first_answer(
    couples_only: Office, desk: DeskScreen, hands: Hands
) -> None:
    with couples_only.desk() as open_desk:
        elder = open_desk.people.find("王秀英")
        kin = RECORD_KINDS["kin"]
        open_desk.records.add(elder, kin, record_of(kin, "001-00001", relation="配偶"))
    lay_down(hands, couples_only)
    asked = desk.voucher.redemption.relation
    assert asked.current == "spouse"
    assert "配偶" in asked.field.editor.accessibleDescription()
    hands.key(Qt.Key.Key_F6)
    assert couples_only.credit("王秀英") == 60


@pytest.mark.parametrize("ruled", [{}, {"redeem__for_whom": "anyone"}], indirect=True)
def test_nothing_is_asked_where_no_rule_asks(ruled: Office, desk: DeskScreen, hands: Hands) -> None:
    lay_down(hands, ruled)
    assert not desk.voucher.redemption.relation.isVisible()
    assert not any(each.isVisible() for each in desk.voucher.redemption.fields.values())
    assert QApplication.focusWidget() is desk.box
    hands.key(Qt.Key.Key_F6)
    assert ruled.credit("王秀英") == 60


@pytest.mark.parametrize("ruled", [{"redeem__for_whom": "self"}], indirect=True)
def test_where_only_the_holder_may_have_it_nothing_is_asked_and_it_is_said_at_once(
    ruled: Office, desk: DeskScreen, hands: Hands
) -> None:
    lay_down(hands, ruled)
    asked = desk.voucher.redemption.relation
    assert not asked.choices.isVisible()
    assert asked.answer.tone is Tone.BAD
    hands.key(Qt.Key.Key_F6)
    assert ruled.credit("王秀英") == 0
    assert "没有兑换" in asked.answer.text
    hands.scan("001-00001")
    hands.key(Qt.Key.Key_F6)
    assert ruled.credit("李建国") == 180 + 60


# What for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ruled", [{"voucher__goods": True}], indirect=True)
def test_a_voucher_is_redeemed_for_a_reward_where_the_rules_allow_goods(
    ruled: Office, desk: DeskScreen, hands: Hands, window: Window
) -> None:
    lay_down(hands, ruled)
    part = desk.voucher.redemption
    assert part.use.isVisible()
    assert not part.purpose.isVisible()
    part.use.setFocus()
    hands.key(Qt.Key.Key_Right)
    settle(window)
    assert hands.focus is part.purpose
    hands.type("rice")
    hands.key(Qt.Key.Key_F6)
    assert "奖励" in words_on(desk.voucher.card)
    assert ruled.credit("王秀英") == 0
    with ruled.desk() as open_desk:
        (record,) = open_desk.vouchers.list("redeemed")
        (redemption,) = record.voucher.redemptions
        assert redemption.use == "reward"


@pytest.mark.parametrize(
    ("language", "theme"),
    [("zh_CN", Theme(Mode.LIGHT)), ("en", Theme(Mode.DARK, TextSize.EXTRA))],
    ids=["zh_CN-standard-light", "en-extra-dark"],
)
@pytest.mark.parametrize(
    "ruled", [{"redeem__for_whom": "self_or_spouse", "voucher__goods": True}], indirect=True
)
def test_what_is_asked_can_be_read_reached_and_pressed(
    ruled: Office, desk: DeskScreen, hands: Hands, look: Look, window: Window, language: str, theme: Theme
) -> None:
    look.speech.language = language
    look.use(theme)
    window.resize(*SIZE)
    lay_down(hands, ruled)
    desk.voucher.redemption.use.setFocus()
    hands.key(Qt.Key.Key_Right)
    settle(window)
    checks = (walk.cut, walk.pale, walk.small, walk_reader.unnamed, walk_keys.by_tab)
    assert [said for check in checks for said in check(window)] == []


# At a glance ---------------------------------------------------------------------------------------------


def _good(office: Office) -> str:
    return office.codes[0]


def _redeemed(office: Office) -> str:
    with office.desk() as open_desk:
        open_desk.vouchers.redeem(office.codes[0], open_desk.people.find("李建国"))
    return office.codes[0]


def _void(office: Office) -> str:
    with office.desk() as open_desk:
        open_desk.vouchers.void(serial_text(read_code(office.codes[0]).serial), "弄丢了")
    return office.codes[0]


def _forged(office: Office) -> str:
    """In order to the eye, and signed by nobody."""
    return PREFIX + base32(read_code(office.codes[0]).body() + bytes(SIGNATURE_BYTES))


def _not_yet_known(office: Office) -> str:
    with office.desk() as open_desk:
        unheard = dataclasses.replace(read_code(office.codes[0]), serial=bytes(8))
        return write_code(unheard, open_desk.station.signer)


def _other_network(office: Office) -> str:
    with office.desk() as open_desk:
        foreign = dataclasses.replace(read_code(office.codes[0]), network=b"else")
        return write_code(foreign, open_desk.station.signer)


def _unknown_issuer(office: Office) -> str:
    with office.desk() as open_desk:
        stranger = dataclasses.replace(read_code(office.codes[0]), key=b"none")
        return write_code(stranger, open_desk.station.signer)


def _limit(office: Office) -> str:
    with office.desk() as open_desk:
        batch = open_desk.vouchers.issue(IssueForm(open_desk.people.find("李建国"), 90))
    adopt(office, voucher__daily_minutes=60)
    return batch.vouchers[0].code


@pytest.mark.parametrize(
    ("make", "tone", "zh", "en", "seen"),
    [
        (_good, Tone.GOOD, "这张券有效", "This voucher is good", {"1 小时", "李建国", "长期有效"}),
        (_redeemed, Tone.BAD, "这张券已经给李建国用过了", "Used already, for 李建国", {"1 小时", "李建国"}),
        (_void, Tone.BAD, "这张券已作废", "This voucher is void", {"1 小时", "李建国"}),
        (_forged, Tone.BAD, "这张券是假的或被改过", "This voucher is forged or altered", set()),
        (_not_yet_known, Tone.WARN, "这张券还不能核销", "This voucher cannot be redeemed yet", {"1 小时"}),
        (_other_network, Tone.BAD, "这是别家时间银行的券", "A voucher of another time bank", {"1 小时"}),
        (_unknown_issuer, Tone.WARN, "不认识发券的站点", "The issuing station is unknown", {"1 小时"}),
        (_limit, Tone.WARN, "按规定，这张券现在不能用", "The rules forbid it here and now", {"李建国"}),
    ],
    ids=lambda each: each.__name__.strip("_") if callable(each) else "",
)
def test_a_verdict_says_all_at_a_glance(
    make: Callable[[Office], str],
    tone: Tone,
    zh: str,
    en: str,
    seen: set[str],
    office: Office,
    desk: DeskScreen,
    hands: Hands,
    look: Look,
    work: Workplace,
) -> None:
    hands.scan(make(office))
    card = desk.voucher.card
    assert card.tone is tone
    assert card.accessibleName() == zh
    assert seen <= set(words_on(card).split("\n"))
    assert all(each in card.accessibleDescription() for each in seen)
    assert work.actions_table["redeem_voucher"].isEnabled() is (tone is Tone.GOOD)
    look.speech.language = "en"
    assert card.accessibleName() == en


def test_a_voucher_that_is_not_known_yet_leads_to_the_exchange(
    office: Office, desk: DeskScreen, hands: Hands, work: Workplace
) -> None:
    hands.scan(_not_yet_known(office))
    (button,) = (each for each in desk.voucher.card.findChildren(QWidget) if each.accessibleName() == "交换")
    button.click()  # type: ignore[attr-defined]
    hands.key(Qt.Key.Key_Shift)
    assert work.rail.current == "exchange"


def test_a_limit_names_its_rule_and_source(office: Office, desk: DeskScreen, hands: Hands) -> None:
    hands.scan(_limit(office))
    assert "voucher.daily_minutes" in words_on(desk.voucher.card)
