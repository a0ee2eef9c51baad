"""The parts of the screens, as a clerk with a keyboard, a scanner or a screen reader meets them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import (
    QAccessible,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
)
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from timebank.outcome import Cancelled, Refusal
from timebank.policy.pack import Source
from ui.actions import Actions
from ui.jobs import Job
from ui.look import Look, Mode, TextSize, Theme, Tone
from ui.say import Phrase, phrase
from ui.widgets import (
    Button,
    Codes,
    Column,
    Confirmation,
    DataTable,
    EmptyState,
    FormField,
    InlineNotice,
    KeySheet,
    NavigationRail,
    PagedRowsModel,
    Place,
    ProgressPanel,
    Recent,
    RecentList,
    RowsModel,
    ScanBox,
    Segment,
    Segments,
    StatusLine,
    Toggle,
    VerdictCard,
)
from ui.widgets.progress import time_left

CODE = "TB1" + "0123456789ABCDEFGHJK" * 2
CODES = Codes(("TB1",), lambda text: len(text) == len(CODE) and text.upper().startswith("TB1"))
NONE = Qt.KeyboardModifier.NoModifier


def press(
    widget: QWidget, key: Qt.Key, text: str = "", at: int = 0, modifiers: Qt.KeyboardModifier = NONE
) -> None:
    """One key at time ``at`` (milliseconds), delivered as the window system does: unwanted keys go upward."""
    event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)
    event.setTimestamp(at)
    QApplication.sendEvent(widget, event)


def keys(widget: QWidget, text: str, *, start: int, gap: int) -> int:
    """Type ``text`` with ``gap`` milliseconds between keys; returns the time after the last."""
    at = start
    for letter in text:
        press(widget, Qt.Key(ord(letter.upper())), letter, at)
        at += gap
    return at


class Counter:
    """One screen with the box, a button beside it, and everything the box said."""

    def __init__(self, look: Look, qtbot: QtBot) -> None:
        self.now = 10_000
        self.window = QWidget()
        self.box = ScanBox(look, CODES, clock=lambda: self.now)
        self.button = Button(look, "核销")
        self.pressed = QSignalSpy(self.button.clicked)
        column = QVBoxLayout(self.window)
        column.addWidget(self.box)
        column.addWidget(self.button)
        self.box.adopt_stray_keys(self.window)
        self.submitted: list[str] = []
        self.edited: list[str] = []
        self.misread: list[tuple[str, str]] = []
        self.repeated: list[str] = []
        self.box.submitted.connect(self.submitted.append)
        self.box.edited.connect(self.edited.append)
        self.box.misread.connect(lambda reading: self.misread.append((reading.outcome, reading.text)))
        self.box.repeated.connect(self.repeated.append)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
        self.box.setFocus()

    def scan(self, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """A scanner's burst with its terminator, into whatever has the focus."""
        self.now += 1_000
        at = self.now
        for letter in text:
            press(focused(), Qt.Key(ord(letter.upper())), letter, at)
            at += 8
        if end is not None:
            press(focused(), end, "\r" if end == Qt.Key.Key_Return else "\t", at)
        self.now = at


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.fixture
def counter(look: Look, qtbot: QtBot) -> Counter:
    return Counter(look, qtbot)


# The box ----------------------------------------------------------------------------------------------------


def test_a_scan_with_enter_is_submitted_whole_and_nothing_is_searched_letter_by_letter(
    counter: Counter,
) -> None:
    counter.scan(CODE)
    assert counter.submitted == [CODE]
    assert len(counter.edited) < 6


def test_a_scan_with_tab_is_submitted_and_focus_stays(counter: Counter) -> None:
    counter.scan(CODE, Qt.Key.Key_Tab)
    assert counter.submitted == [CODE]
    assert counter.box.hasFocus()


def test_a_tab_pressed_by_a_person_moves_on(counter: Counter, qtbot: QtBot) -> None:
    keys(counter.box, "zs", start=0, gap=150)
    qtbot.keyClick(counter.box, Qt.Key.Key_Tab)
    assert counter.submitted == []
    assert not counter.box.hasFocus()


def test_a_scan_without_terminator_is_submitted_after_a_pause(counter: Counter, qtbot: QtBot) -> None:
    with qtbot.waitSignal(counter.box.submitted):
        counter.scan(CODE, None)
    assert counter.submitted == [CODE]


def test_a_person_typing_is_searched_as_they_type_and_submitted_by_enter(counter: Counter) -> None:
    keys(counter.box, "wang", start=0, gap=120)
    assert counter.edited == ["w", "wa", "wan", "wang"]
    press(counter.box, Qt.Key.Key_Return, "\r", 2_000)
    assert counter.submitted == ["wang"]


def test_a_held_key_is_not_a_scanner(counter: Counter) -> None:
    for n in range(20):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, NONE, "a", n > 0)
        event.setTimestamp(1_000 + 30 * n)
        QApplication.sendEvent(counter.box, event)
    assert counter.edited[-1] == "a" * 20


def test_a_scan_replaces_what_was_half_typed(counter: Counter) -> None:
    keys(counter.box, "zh", start=0, gap=120)
    counter.scan(CODE)
    assert counter.submitted == [CODE]
    assert counter.box.text() == CODE


def test_half_a_scan_is_said_so_and_the_next_replaces_it(counter: Counter) -> None:
    counter.scan(CODE[:20])
    assert (counter.misread, counter.submitted) == ([("cut", CODE[:20])], [])
    counter.scan(CODE)
    assert counter.submitted == [CODE]


@pytest.mark.parametrize("text", [CODE + CODE, CODE[:17] + CODE, CODE + CODE[:9]])
def test_double_and_broken_scans_run_together_give_the_one_code(counter: Counter, text: str) -> None:
    counter.scan(text)
    assert counter.submitted == [CODE]


def test_the_same_code_at_once_again_is_let_go_but_later_it_counts(counter: Counter) -> None:
    counter.scan(CODE)
    counter.now -= 900  # the scanner fires again within a second
    counter.scan(CODE)
    assert (counter.submitted, counter.repeated) == ([CODE], [CODE])
    counter.now += 5_000
    counter.scan(CODE)
    assert counter.submitted == [CODE, CODE]


def test_a_scanner_s_enter_never_presses_a_button(counter: Counter) -> None:
    counter.box.submitted.connect(lambda _: counter.button.setFocus())
    counter.scan(CODE)
    press(focused(), Qt.Key.Key_Enter, "\n", counter.now + 8)  # carriage return and line feed
    assert focused() is counter.button
    assert counter.pressed.count() == 0


def test_a_button_is_pressed_by_space(counter: Counter, qtbot: QtBot) -> None:
    qtbot.keyClick(counter.button, Qt.Key.Key_Space)
    assert counter.pressed.count() == 1


def test_a_scan_lands_in_the_box_wherever_focus_is(counter: Counter) -> None:
    counter.button.setFocus()
    counter.scan(CODE)
    assert counter.submitted == [CODE]
    assert counter.pressed.count() == 0


def test_a_scan_into_another_field_stays_there(counter: Counter) -> None:
    field = QLineEdit()
    layout = counter.window.layout()
    assert layout is not None
    layout.addWidget(field)
    field.show()
    field.setFocus()
    counter.scan("00127", None)
    assert (field.text(), counter.box.text()) == ("00127", "")


def test_a_name_by_input_method_is_accepted(counter: Counter) -> None:
    for n, preedit in enumerate(("z", "zh", "zha", "zhan", "zhang")):
        counter.now += 100 * n
        QApplication.sendEvent(counter.box, QInputMethodEvent(preedit, []))
    commit = QInputMethodEvent()
    commit.setCommitString("张")
    QApplication.sendEvent(counter.box, commit)
    assert counter.edited == ["张"]
    assert counter.box.input_method


def test_an_input_method_caught_eating_a_scan_is_switched_off_and_it_is_said(counter: Counter) -> None:
    swallowed = QSignalSpy(counter.box.swallowed)
    preedit = ""
    for letter in "tb1abcdef":
        preedit += letter
        counter.now += 8
        QApplication.sendEvent(counter.box, QInputMethodEvent(preedit, []))
    assert swallowed.count() == 1
    assert not counter.box.input_method
    assert counter.box.text() == ""
    counter.scan(CODE)
    assert counter.submitted == [CODE]
    counter.box.set_input_method(True)
    assert counter.box.input_method


def test_escape_empties_the_box_first(counter: Counter) -> None:
    keys(counter.box, "wang", start=0, gap=120)
    press(counter.box, Qt.Key.Key_Escape)
    assert (counter.box.text(), counter.edited[-1]) == ("", "")


def test_an_empty_enter_means_nothing(counter: Counter) -> None:
    press(counter.box, Qt.Key.Key_Return, "\r", 5)
    assert counter.submitted == []


# What appears by itself -------------------------------------------------------------------------------------


def interface(widget: QWidget) -> tuple[str, QAccessible.Role]:
    seen = QAccessible.queryAccessibleInterface(widget)
    return seen.text(QAccessible.Text.Name), seen.role()


def test_a_verdict_is_readable_by_eye_and_by_ear(look: Look, qtbot: QtBot) -> None:
    card = VerdictCard(look)
    qtbot.addWidget(card)
    said = QSignalSpy(card.shown)
    redeem = Button(look, "核销")
    card.show_verdict(Tone.BAD, "这张券是伪造的", details=[("编号", "4K7Q")], actions=[redeem])
    assert card.isVisible()
    assert said.count() == 1
    assert interface(card)[0] == "这张券是伪造的"
    assert "编号 4K7Q" in card.accessibleDescription()
    card.show_verdict(Tone.GOOD, "有效")
    assert card.accessibleDescription() == ""
    assert card.property("tone") == "good"


def test_a_notice_says_a_problem_offers_a_way_on_and_follows_the_language(look: Look, qtbot: QtBot) -> None:
    notice = InlineNotice(look)
    qtbot.addWidget(notice)
    notice.show_problem(Cancelled())
    chinese = notice.text
    look.speech.language = "en"
    assert notice.text != chinese
    assert notice.accessibleName() == notice.text
    done: list[bool] = []
    notice.show_notice(Tone.WARN, "x", action=phrase("window.retry"), do=lambda: done.append(True))
    buttons = {button.text(): button for button in notice.findChildren(Button) if button.isVisible()}
    buttons["Try again"].click()
    assert done == [True]
    buttons[""].click()
    assert not notice.isVisible()


def test_a_notice_says_which_rule_refused_when_asked_why(look: Look, qtbot: QtBot) -> None:
    notice = InlineNotice(look)
    qtbot.addWidget(notice)
    source = Source("clause", title="办法", clause="第二条", quote="原文")
    refusal = Refusal("rule_gift", relation="other", rule="gifts.whom", source=source)
    notice.show_problem(refusal)
    assert notice.text == look.say(refusal)
    buttons = {button.text(): button for button in notice.findChildren(Button) if button.isVisible()}
    buttons["为什么？"].click()
    assert notice.text.startswith(look.say(refusal))
    assert notice.text.endswith("规则：储蓄可以赠给谁（gifts.whom）。来源：办法 第二条：“原文”")
    look.speech.language = "en"
    assert "Rule: To whom credit may be given" in notice.text
    notice.show_problem(Cancelled())
    assert [each.text() for each in notice.findChildren(Button) if each.isVisible()] == [""]


def test_a_form_field_keeps_the_text_and_says_what_is_wrong(look: Look, qtbot: QtBot) -> None:
    edit = QLineEdit("一个半钟")
    field = FormField(look, "时长", edit, hint="比如 1.5 小时")
    qtbot.addWidget(field)
    assert (edit.accessibleName(), edit.accessibleDescription()) == ("时长", "比如 1.5 小时")
    field.put_problem("看不懂这个时长")
    assert edit.text() == "一个半钟"
    assert edit.accessibleDescription() == "看不懂这个时长"
    assert edit.property("wrong") is True
    field.put_problem(None)
    assert edit.accessibleDescription() == "比如 1.5 小时"


def test_switches_and_choices_work_by_key(look: Look, qtbot: QtBot) -> None:
    toggle = Toggle(look, "响一声")
    sizes = Segments(look, [("a", "标准"), ("b", "大")], current="a", name="字号")
    for widget in (toggle, sizes):
        qtbot.addWidget(widget)
        widget.show()
    qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert toggle.isChecked()
    assert interface(toggle) == ("响一声", QAccessible.Role.CheckBox)
    with qtbot.waitSignal(sizes.chosen) as chosen:
        qtbot.keyClick(sizes.findChildren(Button)[1], Qt.Key.Key_Space)
    assert chosen.args == ["b"]
    assert sizes.current == "b"


def test_a_confirmation_is_deaf_to_enter_and_hears_ctrl_enter(look: Look, qtbot: QtBot) -> None:
    asked = Confirmation(look, "注销站点", "以后不再接受它的记录。", "注销")
    qtbot.addWidget(asked)
    with qtbot.waitActive(asked):
        asked.open()
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    qtbot.keyClick(asked, Qt.Key.Key_Enter)
    assert asked.isVisible()
    with qtbot.waitSignal(asked.accepted):
        qtbot.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_escape_refuses_a_confirmation(look: Look, qtbot: QtBot) -> None:
    asked = Confirmation(look, "注销站点", "以后不再接受它的记录。", "注销")
    qtbot.addWidget(asked)
    asked.open()
    with qtbot.waitSignal(asked.rejected):
        qtbot.keyClick(asked, Qt.Key.Key_Escape)


# Where we are, what was done --------------------------------------------------------------------------------


def test_the_rail_says_where_we_are_and_what_waits(look: Look, qtbot: QtBot) -> None:
    rail = NavigationRail(
        look,
        "时间银行",
        [Place("desk", "desk", "工作台", "Ctrl+1"), Place("cases", "cases", "待核", "Ctrl+6")],
    )
    qtbot.addWidget(rail)
    rail.show()
    chosen = QSignalSpy(rail.chosen)
    rail.go("desk")
    assert (rail.current, chosen.count()) == ("desk", 0)
    rail.put_count("cases", 3)
    item = next(i for i in rail.findChildren(QWidget) if i.accessibleName().startswith("待核"))
    assert "3" in item.accessibleName()
    assert "Ctrl+6" in item.accessibleDescription()
    qtbot.keyClick(item, Qt.Key.Key_Return)
    assert rail.current == "desk"
    qtbot.keyClick(item, Qt.Key.Key_Space)
    assert (rail.current, chosen.at(0)) == ("cases", ["cases"])


def test_the_status_line_changes_in_place(look: Look, qtbot: QtBot) -> None:
    line = StatusLine(
        look, [Segment("station", "home", "拱宸桥站", "站点"), Segment("cases", "cases", "3 件")]
    )
    qtbot.addWidget(line)
    assert line.text() == "站点 拱宸桥站 · 3 件"
    line.put([Segment("station", "home", "拱宸桥站", "站点"), Segment("net", "offline", "离线")])
    assert line.text() == "站点 拱宸桥站 · 离线"


def test_recent_actions_show_what_ctrl_z_takes_and_each_can_be_reversed(look: Look, qtbot: QtBot) -> None:
    recent = RecentList(look, most=2)
    qtbot.addWidget(recent)
    recent.show()
    done = Recent("b", "vouchers", "开券 3 张", "10:31")
    recent.put([Recent("c", "qr", "核销", "10:42", undone=True), done, Recent("a", "clock", "登记", "9:00")])
    assert recent.next_undo is done
    (button,) = [b for b in recent.findChildren(Button) if b.isVisible()]
    assert button.accessibleName() == "冲正：开券 3 张"
    assert "Ctrl+Z" in button.accessibleDescription()
    with qtbot.waitSignal(recent.undo_asked) as asked:
        button.click()
    assert asked.args == ["b"]
    recent.put([replace(done, undone=True)])
    assert recent.next_undo is None


def test_actions_listen_only_on_their_screens_and_only_when_allowed(look: Look, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(look, window)
    button = actions.button("issue_voucher", parent=window)
    fired = QSignalSpy(actions["issue_voucher"].triggered)
    with qtbot.waitActive(window):
        window.show()
    assert "F5" in button.accessibleDescription()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    button.click()
    assert fired.count() == 2
    actions.enter("exchange")  # where F5 means something else
    exported = QSignalSpy(actions["export_file"].triggered)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert (fired.count(), exported.count(), button.isEnabled()) == (2, 1, False)
    actions.enter("desk")
    actions.allow("issue_voucher", False)
    assert not button.isEnabled()
    look.speech.language = "en"
    assert actions["issue_voucher"].text() == "Issue vouchers"
    assert [a.text() for a in actions.menu(["print", "undo"], window).actions()] == [
        "Print",
        "Reverse the last step",
    ]


def test_the_sheet_of_keys_and_the_empty_page_can_be_read(look: Look, qtbot: QtBot) -> None:
    sheet = KeySheet(look, [("F1", phrase("actions.help")), ("F5", phrase("actions.issue_voucher"))])
    empty = EmptyState(look, "gift", "还没有服务券", "按 F5")
    for widget in (sheet, empty):
        qtbot.addWidget(widget)
    assert isinstance(sheet, QDialog)
    assert empty.accessibleName() == "还没有服务券"


# Progress ---------------------------------------------------------------------------------------------------


def test_time_left_is_rough_and_silent_while_unknown() -> None:
    assert time_left(0, 100, 10) == ""
    assert time_left(50, 0, 10) == ""
    assert time_left(1, 100, 0.2) == ""
    assert time_left(50, 100, 10) == phrase("window.seconds_left", count=10)
    assert time_left(10, 100, 20) == phrase("window.minutes_left", count=3)


def test_progress_appears_only_for_long_work_and_its_cancel_works(look: Look, qtbot: QtBot) -> None:
    panel = ProgressPanel(look, after_ms=1)
    qtbot.addWidget(panel)
    quick, slow = Job(lambda: None, "", panel), Job(lambda: None, "", panel)
    panel.follow(quick, "快")
    quick.ended.emit()
    assert not panel.isVisible()
    panel.follow(slow, "慢")
    qtbot.waitUntil(panel.isVisible)
    slow.progressed.emit(2**40, 2**41)
    panel.findChild(Button).click()
    assert slow.cancelling
    quick.ended.emit()  # of another job: not ours any more
    assert panel.isVisible()
    slow.ended.emit()
    assert not panel.isVisible()


# Tables ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    minutes: int = 0


COLUMNS = [
    Column[Person]("id", "编号", lambda p: str(p.id), lambda p: p.id),
    Column[Person]("name", phrase("actions.go_people"), lambda p: p.name, stretch=True),
    Column[Person]("minutes", "分钟", lambda p: str(p.minutes), lambda p: p.minutes, right=True),
]
SOME = [Person(1, "李建国", 90), Person(2, "陈美玲", 30), Person(3, "王秀英", 60)]


def people(look: Look, rows: list[Person]) -> RowsModel[Person]:
    model = RowsModel(look, COLUMNS, lambda p: p.id)
    model.replace(rows)
    return model


@given(
    first=st.lists(st.integers(0, 12), unique=True),
    second=st.lists(st.integers(0, 12), unique=True),
    changed=st.sets(st.integers(0, 12)),
    by=st.sampled_from([-1, 0, 2]),
)
def test_replacing_rows_gives_exactly_the_new_rows_by_lawful_changes(
    first: list[int], second: list[int], changed: set[int], by: int
) -> None:
    look = LOOK[0]
    model = people(look, [Person(n, "甲") for n in first])
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.sort(by)
    new = [Person(n, "乙" if n in changed else "甲", n % 4) for n in second]
    kept = [n for n in first if n in second]
    held = [(n, model.index(model.row_of(n) or 0, 0)) for n in kept]
    selection = QItemSelectionModel(model)
    for _, index in held[:1]:
        selection.select(index, QItemSelectionModel.SelectionFlag.Select)
    model.replace(new)
    expected = new if by < 0 else sorted(new, key=lambda p: p.id if by == 0 else p.minutes)
    assert list(model.rows) == expected
    if held:
        (chosen,) = selection.selectedIndexes()
        assert model.record(chosen.row()) == next(p for p in new if p.id == held[0][0])


LOOK: list[Look] = []


@pytest.fixture(autouse=True)
def _the_look(look: Look) -> None:
    LOOK[:] = [look]


def test_two_rows_with_one_ident_are_a_defect(look: Look) -> None:
    with pytest.raises(ValueError, match="ident"):
        people(look, [Person(1, "甲"), Person(1, "乙")])


def test_a_table_sorts_opens_copies_and_leaves_letters_to_the_box(look: Look, qtbot: QtBot) -> None:
    window = QWidget()
    table = DataTable(look, "人员")
    box = ScanBox(look, CODES)
    column = QVBoxLayout(window)
    column.addWidget(box)
    column.addWidget(table)
    box.adopt_stray_keys(window)
    model = people(look, SOME)
    table.put_model(model)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    table.setFocus()
    table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert [p.id for p in model.rows] == [1, 3, 2]
    table.go(1)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [SOME[2]]
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "3\t王秀英\t60"
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(table.records()) == 3
    qtbot.keyClick(table, Qt.Key.Key_W)
    assert (box.text(), box.hasFocus()) == ("w", True)
    assert table.accessibleName() == "人员"


def test_table_rows_follow_the_text_size_and_titles_the_language(look: Look, qtbot: QtBot) -> None:
    table = DataTable(look, "人员")
    qtbot.addWidget(table)
    table.put_model(people(look, SOME))
    before = table.rowHeight(0)
    assert before >= 44
    look.use(Theme(Mode.DARK, TextSize.EXTRA))
    look.speech.language = "en"
    assert table.rowHeight(0) > before
    assert table.model().headerData(1, Qt.Orientation.Horizontal) == "People"


def test_an_empty_table_teaches_the_next_key(look: Look, qtbot: QtBot) -> None:
    table = DataTable(look, "人员")
    qtbot.addWidget(table)
    table.put_model(people(look, []))
    page = EmptyState(look, "people", "还没有人", "按 F9 登记")
    table.put_empty(page)
    table.show()
    assert page.isVisible()
    model = table.model()
    assert isinstance(model, RowsModel)
    model.replace(SOME)
    assert not page.isVisible()


def test_a_hundred_thousand_rows_are_read_page_by_page(look: Look, qtbot: QtBot) -> None:
    asked: list[int] = []

    def fetch(offset: int, limit: int, deliver: object) -> None:
        asked.append(offset)
        assert callable(deliver)
        deliver([Person(n, f"第{n}人") for n in range(offset, min(offset + limit, 100_000))])

    model = PagedRowsModel(look, COLUMNS, fetch)
    table = DataTable(look, "人员")
    qtbot.addWidget(table)
    table.resize(800, 600)
    table.put_model(model)
    model.reset_to(100_000)
    table.show()
    QApplication.processEvents()
    table.go(99_999)
    QApplication.processEvents()
    assert model.record(99_999) == Person(99_999, "第99999人")
    assert len(asked) <= 6
    assert len(asked) == len(set(asked))


def test_a_page_that_comes_late_fills_in_and_one_for_another_question_is_let_go(look: Look) -> None:
    waiting: list[object] = []
    model = PagedRowsModel(look, COLUMNS, lambda offset, limit, deliver: waiting.append(deliver))
    model.reset_to(3)
    assert model.index(0, 1).data() == "…"
    changed = QSignalSpy(model.dataChanged)
    (first,) = waiting
    assert callable(first)
    first(SOME)
    assert changed.count() == 1
    assert model.index(0, 1).data() == "李建国"
    model.reset_to(3)
    assert model.index(0, 1).data() == "…"
    first([Person(9, "旧")] * 3)
    assert model.index(0, 1).data() == "…"


def test_sorting_a_paged_table_asks_for_another_order(look: Look) -> None:
    model = PagedRowsModel(look, COLUMNS, lambda offset, limit, deliver: deliver([]))
    asked: list[tuple[str, bool]] = []
    model.on_sort = lambda key, down: asked.append((key, down))
    model.sort(2, Qt.SortOrder.DescendingOrder)
    assert asked == [("minutes", True)]


def test_words_of_a_phrase_are_values() -> None:
    assert phrase("window.key", key="F5") == Phrase("window.key", {"key": "F5"})
