"""The screen of the exchange: sticks, files out and in, what waits, and new stations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens_b_network import Network, carry, double_redemption, enrol_centre, found_hub
from screens_b_window import Shown, read

from timebank.desk import network
from timebank.desk.person_form import PersonForm
from ui.look import Look, Mode, TextSize, Theme, Tone
from ui.screens.drives import Drive, DriveWatch, Volume, removable, size_text
from ui.screens.exchange import ExchangeScreen


@pytest.fixture
def made(tmp_path: Path) -> Network:
    """Hub and centre; the centre has news that the hub has not heard of."""
    made = enrol_centre(found_hub(tmp_path), tmp_path)
    carry(made, made.hub, made.station, tmp_path)
    with made.desk(made.station) as desk:
        for name in ("赵桂香", "钱月娥"):
            desk.people.register(PersonForm(name=name, roles=("elder",)))
    return made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    stick = tmp_path / "stick"
    stick.mkdir()
    return stick


@pytest.fixture
def shown(look: Look, qtbot: QtBot, made: Network) -> Iterator[Shown]:
    shown = Shown(look, qtbot, made, made.hub, "exchange")
    yield shown
    shown.close()


@pytest.fixture
def screen(shown: Shown, stick: Path) -> ExchangeScreen:
    watch = DriveWatch(shown.context.reads, lambda: [Drive("KINGSTON", stick, 12_000_000_000)])
    screen = ExchangeScreen(shown.context, watch)
    shown.show(screen)
    return screen


def exported(made: Network, folder: Path) -> Path:
    with made.desk(made.station) as desk:
        return desk.exchange.export(folder).file


def people_known_at_the_hub(made: Network) -> int:
    with made.desk(made.hub) as desk:
        return desk.people.count()


# Sticks


@pytest.mark.parametrize(
    ("root", "filesystem", "stick"),
    [
        ("/media/zhou/KINGSTON", "vfat", True),
        ("/run/media/zhou/AIGO", "exfat", True),
        ("/Volumes/AIGO", "exfat", True),
        ("/mnt/usb", "vfat", True),
        ("/mnt/data", "ext4", False),
        ("/", "ext4", False),
        ("/boot/efi", "vfat", False),
        ("/home", "btrfs", False),
    ],
)
def test_a_stick_is_known_by_where_it_is_mounted(root: str, filesystem: str, stick: bool) -> None:
    assert removable(Volume(root, filesystem, "x", True, False, 1), "linux") is stick


def test_a_stick_that_cannot_be_written_is_not_offered() -> None:
    assert not removable(Volume("/media/x/A", "vfat", "A", True, True, 1), "linux")
    assert not removable(Volume("/media/x/A", "vfat", "A", False, False, 1), "linux")


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (6_044, "6.0 KB"), (45_600, "46 KB"), (12.3e9, "12 GB")]
)
def test_sizes_are_short(size: int, text: str) -> None:
    assert size_text(int(size)) == text


def test_a_stick_appears_by_itself_and_goes_again(shown: Shown, stick: Path) -> None:
    found: list[Drive] = []
    watch = DriveWatch(shown.context.reads, lambda: list(found))
    screen = ExchangeScreen(shown.context, watch)
    shown.show(screen)
    shown.do("export_file")
    assert screen.out.places.buttons == []
    assert "没有发现 U 盘" in read(screen.out)
    found.append(Drive("KINGSTON", stick, 1))
    watch.look()
    shown.settle()
    assert [button.text() for button in screen.out.places.buttons] == ["KINGSTON，可用 1 B"]
    found.clear()
    watch.look()
    shown.settle()
    assert screen.out.places.buttons == []


# The overview


def test_the_overview_says_who_lacks_what_and_shows_our_fingerprint(
    screen: ExchangeScreen, made: Network
) -> None:
    names = [screen.model.index(row, 0).data() for row in range(2)]
    assert names == ["和睦街道（本站，1 号）", "拱宸桥社区（2 号）"]
    with made.desk(made.hub) as desk:
        own = desk.standing().fingerprint
        lacking = desk.exchange.lacking()
    assert own in read(screen.overview)
    assert screen.model.index(1, 2).data() == str(lacking[2])


def test_only_the_keeper_of_the_root_key_can_enrol(look: Look, qtbot: QtBot, made: Network) -> None:
    shown = Shown(look, qtbot, made, made.station, "exchange")
    try:
        shown.show(ExchangeScreen(shown.context))
        assert not shown.context.actions["enrol_station"].isEnabled()
        assert shown.context.actions["export_file"].isEnabled()
    finally:
        shown.close()


# Out


def test_one_press_writes_to_the_stick_and_says_when_it_may_be_pulled(
    shown: Shown, screen: ExchangeScreen, made: Network, stick: Path
) -> None:
    shown.do("export_file")
    (button,) = screen.out.places.buttons
    button.click()
    shown.settle()
    assert screen.out.done.tone is Tone.GOOD
    assert "可以拔下" in read(screen.out.done)
    (file,) = stick.glob("*.tbx")
    assert file.name in read(screen.out.done)
    with made.desk(made.station) as desk:
        assert desk.exchange.take([file])[0].outcome in ("applied", "known")


def test_another_folder_is_no_stick_to_pull(shown: Shown, screen: ExchangeScreen, tmp_path: Path) -> None:
    shown.do("export_file")
    folder = tmp_path / "share"
    folder.mkdir()
    screen.out.export_to(folder)
    shown.settle()
    assert "拔" not in read(screen.out.done)
    assert len(list(folder.glob("*.tbx"))) == 1


def test_nobody_chosen_means_nothing_to_write(shown: Shown, screen: ExchangeScreen, stick: Path) -> None:
    shown.do("export_file")
    screen.out.choose([])
    assert not screen.out.places.buttons[0].isEnabled()
    screen.out.choose([2])
    assert screen.out.places.buttons[0].isEnabled()


def test_a_stick_pulled_too_early_is_said_and_the_page_stays(
    shown: Shown, screen: ExchangeScreen, stick: Path
) -> None:
    shown.do("export_file")
    stick.rmdir()
    screen.out.places.buttons[0].click()
    shown.settle()
    assert screen.out.notice.tone is Tone.BAD
    assert not screen.out.done.isVisible()
    assert screen.out.places.buttons[0].isEnabled()


# In


def drop(screen: ExchangeScreen, files: list[Path]) -> None:
    """Drag files from elsewhere and let them go over the screen."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), actions, data, buttons, none)
    QApplication.sendEvent(screen, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(screen, QDropEvent(QPointF(5, 5), actions, data, buttons, none))


def test_a_dropped_file_is_shown_first_and_taken_only_when_confirmed(
    shown: Shown, screen: ExchangeScreen, made: Network, stick: Path
) -> None:
    before = people_known_at_the_hub(made)
    drop(screen, [exported(made, stick)])
    shown.settle()
    assert "拱宸桥社区" in read(screen.taking)
    assert people_known_at_the_hub(made) == before
    shown.do("import_file")
    assert people_known_at_the_hub(made) == before + 2
    assert "已导入" in read(screen.taking)
    assert not screen.taking.take.isVisible()
    assert screen.back()
    shown.settle()
    assert screen.model.record(1).head > 0  # type: ignore[union-attr]


def test_the_same_file_again_brings_nothing_and_says_so(
    shown: Shown, screen: ExchangeScreen, made: Network, stick: Path
) -> None:
    file = exported(made, stick)
    for _ in range(2):
        screen.look_at([file])
        shown.settle()
        said = read(screen.taking)
        screen.taking.confirm()
        shown.settle()
    assert "都有了" in said
    assert "都已经有了" in read(screen.taking)


def test_one_bad_file_does_not_keep_the_others_out(
    shown: Shown, screen: ExchangeScreen, made: Network, stick: Path
) -> None:
    good = exported(made, stick)
    cut = stick / "cut.tbx"
    cut.write_bytes(good.read_bytes()[:1500])
    photo = stick / "photo.jpg"
    photo.write_bytes(b"\xff\xd8 no export")
    before = people_known_at_the_hub(made)
    screen.look_at([cut, photo, good, stick / "gone.tbx"])
    shown.settle()
    assert "2 个文件" in screen.taking.take.text()
    screen.taking.confirm()
    shown.settle()
    assert people_known_at_the_hub(made) == before + 2
    assert "不完整" in read(screen.taking)
    assert screen.back()
    shown.settle()
    assert "隔离保存：1 个" in read(screen.waiting)
    assert "不完整" in read(screen.waiting)


def test_a_kept_file_can_be_tried_again(
    shown: Shown, screen: ExchangeScreen, made: Network, stick: Path
) -> None:
    cut = stick / "cut.tbx"
    cut.write_bytes(exported(made, stick).read_bytes()[:1500])
    with made.desk(made.hub) as desk:
        desk.exchange.take([cut])
    screen.enter(None)
    shown.settle()
    ((ident, button),) = screen.waiting.buttons.items()
    button.click()
    shown.settle()
    assert "不完整" in screen.notice.text
    assert list(screen.waiting.buttons) == [ident]


def test_a_file_that_opens_a_case_leads_there(look: Look, qtbot: QtBot, tmp_path: Path, stick: Path) -> None:
    made = double_redemption(tmp_path / "two")
    fresh = Network(made.hub, made.station, made.surroundings)
    with fresh.desk(fresh.hub) as desk:
        back = desk.exchange.export(stick).file  # the centre has not heard of the hub's redemption
    shown = Shown(look, qtbot, fresh, fresh.station, "exchange")
    try:
        screen = ExchangeScreen(shown.context)
        shown.show(screen, [back])
        screen.taking.confirm()
        shown.settle()
        assert screen.taking.see_cases.isVisible()
        screen.taking.see_cases.click()
        assert shown.went == [("cases", None)]
    finally:
        shown.close()


# Enrolling


@pytest.fixture
def request_file(made: Network, tmp_path: Path) -> Path:
    """What the village station brings on a stick."""
    file = tmp_path / "village.request"
    network.request(tmp_path / "village", made.surroundings, name="半山村", out=file, passphrase_file=None)
    return file


def test_a_station_is_enrolled_only_after_the_fingerprints_were_compared(
    shown: Shown, screen: ExchangeScreen, made: Network, request_file: Path, stick: Path, tmp_path: Path
) -> None:
    shown.do("enrol_station")
    assert not screen.enrolling.places.buttons[0].isEnabled()
    screen.enrolling.read_request(request_file)
    shown.settle()
    said = read(screen.enrolling)
    assert "半山村" in said
    assert network.read_asking(request_file).fingerprint in said
    assert not screen.enrolling.places.buttons[0].isEnabled()
    screen.enrolling.same.click()
    screen.enrolling.places.buttons[0].click()
    shown.settle()
    assert "3 号站" in read(screen.enrolling.done)
    (answer,) = stick.iterdir()
    assert network.join(tmp_path / "village", made.surroundings, answer).station == 3


def test_a_file_that_is_no_request_enrols_nobody(
    shown: Shown, screen: ExchangeScreen, made: Network, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8")
    shown.do("enrol_station")
    screen.enrolling.read_request(photo)
    shown.settle()
    assert screen.enrolling.notice.tone is Tone.BAD
    assert not screen.enrolling.same.isVisible()


def test_a_locked_root_key_asks_for_its_passphrase(
    look: Look, qtbot: QtBot, tmp_path: Path, stick: Path
) -> None:
    right, empty = tmp_path / "right.txt", tmp_path / "empty.txt"
    right.write_text("correct horse\n", "utf-8")
    empty.write_text("\n", "utf-8")
    made = found_hub(tmp_path / "locked", passphrase_file=right)
    asking = tmp_path / "asking"
    network.request(tmp_path / "village", made.surroundings, name="半山村", out=asking, passphrase_file=None)
    shown = Shown(look, qtbot, made, made.hub, "exchange")
    try:
        watch = DriveWatch(shown.context.reads, lambda: [Drive("KINGSTON", stick, 1)])
        screen = ExchangeScreen(shown.context, watch)
        shown.show(screen)
        shown.do("enrol_station")
        page = screen.enrolling
        page.read_request(asking)
        shown.settle()
        page.same.click()
        assert not page.places.buttons[0].isEnabled(), "without a passphrase"
        page.closed.read(empty)
        shown.settle()
        assert "是空的" in read(page.closed)
        page.closed.line.setText("wrong")
        page.places.buttons[0].click()
        shown.settle()
        assert "口令不对" in read(page.closed)
        assert list(stick.iterdir()) == []
        page.closed.read(right)
        shown.settle()
        assert page.closed.text == "correct horse"
        page.places.buttons[0].click()
        shown.settle()
        assert "2 号站" in read(page.done)
        assert page.closed.text == "", "it is not kept on the screen"
    finally:
        shown.close()


# The way it looks


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", list(TextSize))
def test_it_fits_the_smallest_window_in_every_size(
    shown: Shown,
    screen: ExchangeScreen,
    look: Look,
    request_file: Path,
    stick: Path,
    language: str,
    size: TextSize,
) -> None:
    look.speech.language = language
    look.use(Theme(Mode.LIGHT, size))
    shown.do("export_file")
    screen.out.places.buttons[0].click()
    shown.settle()
    screen.back()
    shown.do("enrol_station")
    screen.enrolling.read_request(request_file)
    shown.settle()
    rail = look.em * 14 + 2 * look.space(5)
    assert screen.minimumSizeHint().width() <= 1366 - rail
    assert screen.minimumSizeHint().height() <= 768 - 3 * look.em
