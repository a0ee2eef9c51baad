"""Long columns made a piece at a time: whole at the end, whatever happens in the middle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from timebank.policy.catalog import load
from ui.look import Look
from ui.screens.policies import PolicyPage
from ui.screens.policy_rows import RuleRows, pack_rows
from ui.screens.policy_view import PackView
from ui.screens.scroll import Scroll
from ui.screens.workplace import Workplace
from ui.widgets import Text, piecemeal
from ui.widgets.order import stops
from ui.widgets.piecemeal import Piecemeal, making
from ui.window import Window, settle

MANY = 40


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which one step is as much as fits into a piece."""
    monkeypatch.setattr(piecemeal, "_PIECE_S", 0.0)


class Column(QWidget):
    """Buttons below one another, made piece by piece in a page that scrolls."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.page = Scroll(look)
        self.page.column.addWidget(self)
        self.inner = QVBoxLayout(self)
        self.pieces = Piecemeal(self)
        self.made: list[str] = []

    def steps(self, name: str, count: int = MANY) -> Iterator[None]:
        """So many buttons of a name."""
        for at in range(count):
            self.inner.addWidget(QPushButton(f"{name}{at}", self))
            self.made.append(f"{name}{at}")
            yield


@pytest.fixture
def column(look: Look, qtbot: QtBot, slow: None) -> Column:
    """A column in sight."""
    column = Column(look)
    qtbot.addWidget(column.page)
    column.page.resize(300, 400)
    with qtbot.waitActive(column.page):
        column.page.show()
    return column


def whole(column: Column, qtbot: QtBot) -> None:
    """Wait until nothing is left to make."""
    qtbot.waitUntil(lambda: not column.pieces.under_way)


def test_the_first_rows_are_there_at_once_and_the_others_in_later_turns(column: Column, qtbot: QtBot) -> None:
    column.pieces.begin(column.steps("a"))
    assert column.made == ["a0"]
    assert making(column.page)
    QCoreApplication.processEvents()
    assert 1 < len(column.made) < MANY
    whole(column, qtbot)
    assert column.made == [f"a{at}" for at in range(MANY)]
    assert not making(column.page)


def test_whoever_needs_all_of_it_gets_it_now(column: Column) -> None:
    column.pieces.begin(column.steps("a"))
    column.pieces.finish()
    assert len(column.made) == MANY
    assert not column.pieces.under_way


def test_other_rows_take_the_place_of_those_that_were_not_made_yet(column: Column, qtbot: QtBot) -> None:
    column.pieces.begin(column.steps("a"))
    column.pieces.begin(column.steps("b", 3))
    whole(column, qtbot)
    assert column.made == ["a0", "b0", "b1", "b2"]


def test_out_of_sight_nothing_is_made_and_back_in_sight_the_rest_is(column: Column, qtbot: QtBot) -> None:
    column.pieces.begin(column.steps("a"))
    column.page.hide()
    for _ in range(MANY):
        QCoreApplication.processEvents()
    assert len(column.made) < MANY
    assert column.pieces.under_way
    assert not making(column.page), "nobody waits for what is not to be seen"
    column.page.show()
    whole(column, qtbot)
    assert column.made == [f"a{at}" for at in range(MANY)]


def test_what_is_seen_does_not_move_while_more_comes_below_it(column: Column, qtbot: QtBot) -> None:
    column.pieces.begin(column.steps("a", 10 * MANY))
    while column.page.verticalScrollBar().maximum() <= 60:
        QCoreApplication.processEvents()
    column.page.verticalScrollBar().setValue(50)
    first = column.inner.itemAt(0).widget()
    at = first.mapTo(column.page, first.rect().topLeft())
    assert column.pieces.under_way
    whole(column, qtbot)
    QCoreApplication.processEvents()
    assert column.page.verticalScrollBar().value() == 50
    assert first.mapTo(column.page, first.rect().topLeft()) == at


def test_tab_goes_through_the_rows_as_they_stand(column: Column, qtbot: QtBot) -> None:
    column.pieces.begin(column.steps("a"))
    whole(column, qtbot)
    QCoreApplication.processEvents()
    reached = [each.text() for each in stops(column) if isinstance(each, QPushButton)]
    assert reached == column.made


def test_a_column_that_goes_in_the_middle_is_not_waited_for(column: Column) -> None:
    page = column.page
    column.pieces.begin(column.steps("a"))
    assert making(page)
    column.deleteLater()
    QCoreApplication.sendPostedEvents(column, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    assert not making(page)


# On the screens that use it


def words(rows: RuleRows) -> list[str]:
    """Everything that stands in the rows."""
    return [text.text() for text in rows.findChildren(Text) if text.isVisibleTo(rows)]


def test_rules_are_all_there_in_the_language_that_was_chosen_in_the_middle(
    work: Workplace, window: Window, look: Look, qtbot: QtBot, slow: None
) -> None:
    page = opened(work, window)
    page.open()
    rows = page.view.rows
    assert len(words(rows)) < len(rows.rows)
    look.speech.language = "en"
    settle(window)
    made = words(rows)
    assert len(made) >= 3 * len(rows.rows)
    for row in pack_rows(load("hangzhou")):
        assert look.say(row.cells[1].words) in made


def test_a_search_in_the_middle_counts_for_the_rows_that_come_later(
    work: Workplace, window: Window, look: Look, slow: None
) -> None:
    page = opened(work, window)
    page.open()
    page.view.search.line.setText("allowance.hangzhou.hardship")
    settle(window)
    assert page.view.rows.visible == ["allowance.hangzhou.hardship"]
    (row,) = (row for row in page.view.rows.rows if row.key == "allowance.hangzhou.hardship")
    made = words(page.view.rows)
    assert look.say(row.cells[1].words) in made
    assert len(made) < 12


def test_leaving_a_pack_in_the_middle_and_coming_back_shows_all_of_it(
    work: Workplace, window: Window, slow: None
) -> None:
    page = opened(work, window)
    page.open()
    work.go("desk")
    settle(window)
    rows = page.view.rows
    assert len(words(rows)) < len(rows.rows)
    work.go("settings")
    work.settings.show_rules()
    page.open()
    settle(window)
    assert isinstance(page.pages.currentWidget(), PackView)
    assert len(words(rows)) >= 3 * len(rows.rows)


def opened(work: Workplace, window: Window) -> PolicyPage:
    """The rule packs, with the cursor on the one in force."""
    work.go("settings", "rules")
    settle(window)
    page = work.settings.policies
    page.list.choose("hangzhou")
    return page
