"""The shared folder in the window: chosen, switched, looked at beside the screen, and always said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from screens_a_office import Office
from screens_b_network import Network, carry, enrol_centre, found_hub
from screens_b_window import Shown, read

from timebank.desk import wire, wire_turn
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.outcome import Cancelled
from ui.jobs import IsCancelled, Progress
from ui.look import Look, Mode, TextSize, Theme
from ui.screens import wire as screen_wire
from ui.screens.drives import Drive
from ui.screens.exchange import ExchangeScreen
from ui.screens.wire import WireTurns
from ui.window import Window, settle


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
def made(tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    """Hub and centre; the centre's news lie in the shared folder."""
    monkeypatch.setattr(wire_turn, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(screen_wire, "_SOON_MS", 1)
    monkeypatch.setattr(screen_wire, "plugged_in", list)
    made = enrol_centre(found_hub(tmp_path), tmp_path)
    carry(made, made.hub, made.station, tmp_path)
    with made.desk(made.station) as desk:
        desk.people.register(PersonForm(name="赵桂香", roles=("elder",)))
        desk.wire.watch(str(shared))
        desk.wire.turn()
    return made


@pytest.fixture
def shown(look: Look, qtbot: QtBot, made: Network) -> Iterator[Shown]:
    shown = Shown(look, qtbot, made, made.hub, "exchange")
    yield shown
    shown.close()


@pytest.fixture
def screen(shown: Shown) -> ExchangeScreen:
    screen = ExchangeScreen(shown.context)
    shown.show(screen)
    return screen


def people_at(made: Network, home: Path) -> int:
    with made.desk(home) as desk:
        return desk.people.count()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_before_a_folder_is_chosen_the_card_says_what_it_is_for(screen: ExchangeScreen) -> None:
    assert "自动导入" in read(screen.wire)
    assert not screen.wire.toggle.isVisible()
    assert not screen.wire.now.isVisible()


def test_choosing_a_folder_begins_the_exchange_by_itself(
    shown: Shown, screen: ExchangeScreen, made: Network, shared: Path
) -> None:
    before = people_at(made, made.hub)
    screen.wire.watch(shared)
    shown.qtbot.waitUntil(lambda: people_at(made, made.hub) == before + 1)
    shown.settle()
    said = read(screen.wire)
    assert screen.wire.toggle.isChecked()
    assert "收到" in said
    assert "放出" in said
    assert len(names(shared)) == 2
    assert screen.model.index(1, 2).data() == "0", "the table beside it has heard of it"


def test_switched_off_nothing_happens_any_more(
    shown: Shown, screen: ExchangeScreen, made: Network, shared: Path
) -> None:
    screen.wire.watch(shared)
    shown.qtbot.waitUntil(lambda: "收到" in read(screen.wire))
    shown.settle()
    screen.wire.toggle.click()
    shown.settle()
    assert "已关上" in read(screen.wire)
    with made.desk(made.hub) as desk:
        desk.people.register(PersonForm(name="钱月娥", roles=("elder",)))
    lying = names(shared)
    screen.wire.turns.look()
    shown.settle()
    assert names(shared) == lying
    screen.wire.toggle.click()
    shown.settle()
    assert names(shared) != lying


def test_a_folder_that_is_away_is_said_calmly_and_found_again(
    shown: Shown, screen: ExchangeScreen, shared: Path
) -> None:
    screen.wire.watch(shared)
    shown.qtbot.waitUntil(lambda: "收到" in read(screen.wire))
    shown.settle()
    away = shared.rename(shared.with_name("away"))
    screen.wire.now.click()
    shown.settle()
    assert "找不到共享文件夹" in read(screen.wire)
    assert shown.notices == []
    away.rename(shared)
    screen.wire.now.click()
    shown.settle()
    assert "没有新内容" in read(screen.wire)


def test_a_folder_that_cannot_be_shared_leaves_the_switch_as_it_was(
    shown: Shown, screen: ExchangeScreen, made: Network
) -> None:
    screen.wire.watch(made.hub)
    shown.settle()
    assert [shown.context.look.say(words) for _, words in shown.notices]
    assert not screen.wire.toggle.isChecked()
    assert not screen.wire.toggle.isVisible()


def test_a_stick_is_kept_by_its_name(
    shown: Shown, screen: ExchangeScreen, made: Network, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_wire, "plugged_in", lambda: [Drive("AIGO", shared, 1)])
    for module in (screen_wire, wire):
        monkeypatch.setattr(module, "find_stick", lambda label: shared if label == "AIGO" else None)
    screen.wire.watch(shared)
    shown.settle()
    with made.desk(made.hub) as desk:
        assert desk.wire.standing().folder == "AIGO"


def test_a_look_gives_way_to_the_clerk_but_not_for_ever(
    shown: Shown, made: Network, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with made.desk(made.hub) as desk:
        desk.wire.watch(str(shared))
    gave_way: list[bool] = []

    def long_turn(self: wire.Wire, *, cancelled: IsCancelled, **_: object) -> wire_turn.Turn:
        gave_way.append(cancelled())
        if cancelled():
            raise Cancelled
        return wire_turn.Turn()

    monkeypatch.setattr(wire.Wire, "turn", long_turn)
    turns = WireTurns(shown.context)
    for _ in range(screen_wire._GIVES_WAY + 1):
        all_asked = threading.Event()
        shown.context.jobs.start(lambda _desk, _progress, _cancelled, asked=all_asked: asked.wait())
        turns.look()
        shown.context.jobs.start(_nothing)
        all_asked.set()
        shown.settle()
    assert gave_way == [True] * screen_wire._GIVES_WAY + [False]


def _nothing(_desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> None:
    """What the clerk does in the meantime."""


def test_the_window_looks_without_the_screen_being_opened_and_says_so_below(
    office: Office, open_window: Callable[[Path], Window], shared: Path, tmp_path: Path
) -> None:
    with Desk(office.home) as desk:
        desk.wire.watch(str(shared))
    window = open_window(office.home)
    work = window.work_as(None)
    settle(window)
    assert "共享文件夹开着" in work.status.text()
    shared.rename(tmp_path / "away")
    work.wire.look()
    settle(window)
    assert "共享文件夹暂时用不了" in work.status.text()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", list(TextSize))
def test_it_fits_the_smallest_window_in_every_size(
    shown: Shown, screen: ExchangeScreen, look: Look, tmp_path: Path, language: str, size: TextSize
) -> None:
    folder = tmp_path / ("a-long-name-of-a-folder-" * 5) / ("网络文件夹" * 8)
    folder.mkdir(parents=True)
    look.speech.language = language
    look.use(Theme(Mode.LIGHT, size))
    screen.wire.watch(folder)
    shown.settle()
    folder.rename(tmp_path / "away")
    screen.wire.now.click()
    shown.settle()
    rail = look.em * 14 + 2 * look.space(5)
    assert screen.minimumSizeHint().width() <= 1366 - rail
    assert screen.minimumSizeHint().height() <= 768 - 3 * look.em
    assert screen.wire.mapTo(screen, screen.wire.rect().bottomRight()).x() <= screen.width()
