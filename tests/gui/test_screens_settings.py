"""Settings by section, operators, backup and restore in the window, locking, and the sample tour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from screens_a_office import AROUND, Hands, Office

from timebank.cli.sample import make_sample
from timebank.desk.desk import Desk
from timebank.desk.surroundings import Surroundings
from timebank.desk.upkeep import held
from ui.front import Front
from ui.idle import IdleWatch
from ui.look import Look, TextSize, Theme
from ui.look.kept import Kept
from ui.screens.settings import SECTIONS, SettingsScreen
from ui.screens.settings_support import last_lines
from ui.screens.workplace import Workplace
from ui.window import SIZE, Window, settle

Open = Callable[[Path], Window]


def sign_in(window: Window, name: str, password: str = "") -> None:
    """As the person would."""
    assert window.signin is not None
    names = window.signin.names
    names.setCurrentRow(next(n for n in range(names.count()) if names.item(n).text() == name))
    window.signin.password.setText(password)
    window.signin.sign_in()
    settle(window)


# Sections ------------------------------------------------------------------------------------------------


def test_the_sections_are_reached_by_the_arrow_keys(settings: SettingsScreen, hands: Hands) -> None:
    assert QApplication.focusWidget() is settings.list
    shown = [settings.list.current]
    for _ in range(len(SECTIONS) - 1):
        hands.key(Qt.Key.Key_Down)
        shown.append(settings.list.current)
        assert settings._parts[settings.list.current].isVisible()
    assert shown == list(SECTIONS)


def test_the_station_says_its_number_its_folder_and_the_words_of_its_key(
    settings: SettingsScreen, office: Office
) -> None:
    with office.desk() as desk:
        standing = desk.standing()
    said = {key: text.text() for key, text in settings.station._values.items()}
    assert said["network"] == "拱墅区时间银行"
    assert said["name"] == "和睦街道"
    assert said["number"] == "1"
    assert said["folder"] == str(office.home)
    assert settings.station.words.fingerprint == standing.fingerprint


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_section_fits_the_smallest_window(
    settings: SettingsScreen, window: Window, language: str
) -> None:
    window.look.speech.language = language
    window.look.use(Theme(window.look.theme.mode, TextSize.EXTRA))
    for ident in SECTIONS:
        settings.show_section(ident)
        settle(window)
        assert window.minimumSizeHint().width() <= SIZE[0], ident
        item = settings.list.currentItem()
        words = settings.list.fontMetrics().horizontalAdvance(item.text())
        assert words < settings.list.visualItemRect(item).width() - window.look.icon_size.width()


def test_the_log_shows_its_last_lines_and_none_where_nothing_went_wrong(
    settings: SettingsScreen, window: Window, office: Office, tmp_path: Path
) -> None:
    settings.show_section("support")
    settings.about.show_log.click()
    settle(window)
    assert "空" in settings.about._said.text()
    (office.home / "timebank.log").write_text("第一行\n最后一行\n", "utf-8")
    settings.about.show_log.click()
    settle(window)
    assert settings.about.log.toPlainText() == "第一行\n最后一行"
    assert last_lines(tmp_path / "nothing.log") == []


def test_a_rebuild_is_asked_for_and_says_the_same_digest_as_before(
    settings: SettingsScreen, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        digest = desk.upkeep.digest()
    settings.show_section("support")
    settings.checks.rebuild_now.click()
    settings.checks.asked.confirm.click()
    settle(window)
    assert digest[:12] in settings.checks.notice.text


# Operators -----------------------------------------------------------------------------------------------


def test_a_role_is_changed_and_a_password_set_and_asked_for_at_the_next_sign_in(
    settings: SettingsScreen, window: Window, office: Office, qtbot: QtBot
) -> None:
    operators = settings.operators
    settings.show_section("operators")
    settle(window)
    operators.change.click()
    operators.role.role.setCurrentIndex(operators.role.role.findData("keeper"))
    operators.role.go.click()
    qtbot.waitUntil(lambda: operators.operator is not None and operators.operator.role == "keeper")
    operators.secret.click()
    operators.password.new.setText("山水")
    operators.password.again.setText("山火")
    operators.password.go.click()
    assert operators.password._again.problem is not None
    operators.password.again.setText("山水")
    operators.password.go.click()
    settle(window)
    window.lock()
    settle(window)
    sign_in(window, "周敏", "山火")
    assert window.signin is not None
    assert window._stack.currentWidget() is window.signin
    sign_in(window, "周敏", "山水")
    assert window._stack.currentWidget() is window.workplace
    with office.desk() as desk:
        assert [(each.role, each.protected) for each in desk.operators.list()] == [("keeper", True)]


def test_ones_own_password_is_changed_by_giving_the_old_one(
    settings: SettingsScreen, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        desk.operators.set_password("周敏", "旧的")
    settings.operators.read()
    settle(window)
    settings.show_section("operators")
    settings.operators.secret.click()
    form = settings.operators.password
    form.remove.click()
    settle(window)
    assert form._old.problem is not None
    form.old.setText("旧的")
    form.remove.click()
    settle(window)
    with office.desk() as desk:
        assert not desk.operators.list()[0].protected


def test_where_there_is_a_keeper_a_clerk_sets_only_the_own_password(
    settings: SettingsScreen, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        desk.operators.appoint("沈老师", "keeper")
    settings.operators.read()
    settle(window)
    card = settings.operators
    assert not card.add.isEnabled()
    assert "保管员" in card.add.toolTip()
    assert card.secret.isEnabled()
    card.table.go(1)
    assert not card.secret.isEnabled()
    assert not card.change.isEnabled()


def test_an_auditor_may_look_and_neither_add_nor_restore_nor_rebuild(
    office: Office, open_window: Open
) -> None:
    with office.desk() as desk:
        desk.operators.appoint("审计", "auditor")
    window = open_window(office.home)
    sign_in(window, "审计")
    assert window.workplace is not None
    window.workplace.go("settings")
    settle(window)
    settings = window.workplace.settings
    for button in (settings.operators.add, settings.restore.open, settings.checks.rebuild_now):
        assert not button.isEnabled()
        assert button.toolTip()
    assert settings.checks.check_now.isEnabled()


def test_who_looked_at_masked_numbers_is_shown_to_everyone_but_clerks(
    settings: SettingsScreen, window: Window, office: Office
) -> None:
    with office.desk() as desk:
        desk.operators.sign_in("周敏")
        desk.access.reveal(desk.people.find("李建国"), "phone")
        desk.operators.sign_out()
        desk.operators.appoint("吴主任", "coordinator")
    settings.show_section("safety")
    assert not settings.looks.isVisible()
    window.lock()
    settle(window)
    sign_in(window, "吴主任")
    assert window.workplace is not None
    window.workplace.go("settings", "safety")
    settle(window)
    looks = window.workplace.settings.looks
    assert looks.isVisible()
    assert looks.model.record(0).operator == "周敏"
    assert "李建国" in looks.model.record(0).name


# Locking -------------------------------------------------------------------------------------------------


def test_the_watch_says_idle_after_the_minutes_chosen_and_every_touch_begins_anew(window: Window) -> None:
    now, minutes, said = [0.0], [10], []
    watch = IdleWatch(lambda: minutes[0], window, clock=lambda: now[0])
    watch.idle.connect(lambda: said.append(now[0]))
    now[0] = 599
    watch.look()
    assert not said
    handle = window.windowHandle()
    assert handle is not None
    handle.installEventFilter(watch)
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    now[0] = 1198
    watch.look()
    assert not said
    now[0] = 1199
    watch.look()
    assert said == [1199]
    minutes[0] = 0
    now[0] = 99_999
    watch.look()
    assert said == [1199]
    watch.stop()


def test_an_idle_desk_is_hidden_at_once_and_the_same_person_goes_on_where_it_was(
    work: Workplace, window: Window, hands: Hands
) -> None:
    work.go("people")
    settle(window)
    work.actions_table["register_member"].trigger()
    settle(window)
    typed = QApplication.focusWidget()
    assert typed is not None
    hands.type("zhang")
    window.idle._clock = lambda: 1e12
    window.idle.look()
    settle(window)
    assert not work.isVisible()
    window.idle.touch()
    sign_in(window, "周敏")
    assert window.workplace is work
    assert work.rail.current == "people"
    assert QApplication.focusWidget() is typed
    assert typed.property("text") == "zhang"


def test_windows_beside_the_desk_are_hidden_with_it_and_come_back(
    work: Workplace, window: Window, hands: Hands
) -> None:
    hands.key(Qt.Key.Key_F1)
    sheet = work.key_sheet
    assert sheet.isVisible()
    window.lock()
    assert not sheet.isVisible()
    settle(window)
    sign_in(window, "周敏")
    assert sheet.isVisible()
    assert isinstance(sheet, QDialog)
    sheet.close()


def test_ctrl_l_locks_and_somebody_else_gets_a_fresh_desk(
    work: Workplace, window: Window, hands: Hands, office: Office
) -> None:
    with office.desk() as desk:
        desk.operators.appoint("吴主任", "coordinator")
    hands.type("li")
    hands.control(Qt.Key.Key_L)
    settle(window)
    assert not work.isVisible()
    sign_in(window, "吴主任")
    assert window.workplace is not None
    assert window.workplace is not work
    assert window.workplace.rail.current == "desk"
    assert QApplication.focusWidget() is not None
    assert QApplication.focusWidget().property("text") == ""


def test_the_minutes_are_kept_and_ten_where_nobody_chose(settings: SettingsScreen, window: Window) -> None:
    assert window.kept.idle_minutes == 10
    lock = settings.lock
    lock.minutes.setCurrentIndex(lock.minutes.findData(0))
    lock.minutes.activated.emit(lock.minutes.currentIndex())
    assert window.kept.idle_minutes == 0


# Backup and restore --------------------------------------------------------------------------------------


def test_a_backup_goes_into_a_folder_closed_with_a_passphrase_typed_twice(
    settings: SettingsScreen, window: Window, tmp_path: Path
) -> None:
    settings.show_section("backup")
    card, folder = settings.upkeep, tmp_path / "stick"
    folder.mkdir()
    card.passphrase.first.setText("春江花月夜")
    card.backup_into(folder)
    settle(window)
    assert card.passphrase.problem is not None
    assert not list(folder.iterdir())
    card.passphrase.again.setText("春江花月夜")
    card.backup_into(folder)
    settle(window)
    (made,) = folder.iterdir()
    assert made.name == "和睦街道-20261122-093000.tbbackup"
    assert held(made, "春江花月夜").station == "和睦街道"
    assert "2026年11月22日 09:30" in card.last.text()
    assert card.passphrase.first.text() == ""


def test_a_second_backup_of_a_day_takes_the_place_of_the_first_and_says_so(
    office: Office, settings: SettingsScreen, window: Window, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    with Desk(office.home, Surroundings(clock=lambda: AROUND.clock() - timedelta(hours=1))) as desk:
        earlier = desk.upkeep.backup_into(folder).file
    settings.upkeep.backup_into(folder)
    settle(window)
    (made,) = folder.iterdir()
    assert made != earlier
    assert held(made).station == "和睦街道"
    assert made.name in settings.upkeep.notice.text
    assert "删去了 1 份" in settings.upkeep.notice.text


def test_a_backup_is_put_back_from_the_settings_and_what_was_there_is_kept(
    settings: SettingsScreen, window: Window, office: Office, tmp_path: Path
) -> None:
    made = tmp_path / "station.tbbackup"
    with office.desk() as desk:
        desk.upkeep.backup(made, passphrase="春江")
        desk.operators.appoint("后来的", "clerk")
    settings.show_section("backup")
    settings.restore.open.click()
    page = window.welcome.restore
    page.use(made)
    settle(window)
    assert page._passphrase.problem is not None
    assert not page.go.isVisible()
    page.passphrase.setText("春江")
    page.look_into()
    settle(window)
    assert "和睦街道" in page._held.text()
    page.go.click()
    QTest.keyClick(page.asked, Qt.Key.Key_Return)
    assert page.asked.isVisible()  # Enter alone confirms nothing
    page.asked.confirm.click()
    settle(window)
    assert window.workplace is None
    assert window.signin is not None
    assert window.signin.names.count() == 1
    assert str(office.home) in window.signin.notice.text
    assert list(office.home.glob("timebank-before-restore-*.db"))
    sign_in(window, "周敏")
    assert window.workplace is not None
    assert window.workplace.isVisible()


def test_a_restore_that_fails_changes_nothing_and_leads_back_to_signing_in(
    settings: SettingsScreen, window: Window, office: Office, tmp_path: Path
) -> None:
    made = tmp_path / "station.tbbackup"
    with office.desk() as desk:
        desk.upkeep.backup(made)
        before = desk.upkeep.digest()
    settings.restore.open.click()
    page = window.welcome.restore
    page.use(made)
    settle(window)
    with office.desk():  # another program has the folder open
        page.go.click()
        page.asked.confirm.click()
        settle(window)
    assert page.notice.isVisible()
    page.cancel.click()
    settle(window)
    sign_in(window, "周敏")
    with office.desk() as desk:
        assert desk.upkeep.digest() == before
    assert not list(office.home.glob("timebank-before-restore-*"))


def test_a_new_computer_begins_with_a_backup(open_window: Open, office: Office, tmp_path: Path) -> None:
    made = tmp_path / "station.tbbackup"
    with office.desk() as desk:
        desk.upkeep.backup(made)
    window = open_window(tmp_path / "new")
    window.welcome.show_restore()
    window.welcome.restore.use(made)
    settle(window)
    window.welcome.restore.go.click()
    window.welcome.restore.asked.confirm.click()
    settle(window)
    sign_in(window, "周敏")
    assert window.workplace is not None
    with Desk(tmp_path / "new", AROUND) as desk:
        assert desk.station.name == "和睦街道"
        begun = desk.station.begun()
        assert begun is not None
        assert begun.cause == "restored"


def test_leaving_the_restore_page_leads_back_to_the_settings(
    settings: SettingsScreen, work: Workplace, window: Window
) -> None:
    settings.restore.open.click()
    assert not work.isVisible()
    window.welcome.restore.cancel.click()
    assert work.isVisible()
    assert window.welcome.restore.file is None


# First start ---------------------------------------------------------------------------------------------


def test_founding_with_a_passphrase_closes_the_root_key(open_window: Open, tmp_path: Path) -> None:
    window = open_window(tmp_path / "new")
    window.welcome._show_found()
    page = window.welcome._found
    page.name.setText("拱墅区时间银行")
    page.station.setText("和睦街道")
    page.passphrase.first.setText("山水有相逢")
    page.go.click()
    settle(window)
    assert page.passphrase.problem is not None
    assert window.signin is None
    page.passphrase.again.setText("山水有相逢")
    page.go.click()
    settle(window)
    assert window.signin is not None
    assert (tmp_path / "new" / "keys" / "root.age").exists()
    assert not (tmp_path / "new" / "keys" / "root.keys").exists()


def test_the_chosen_pack_says_whether_it_is_a_draft(open_window: Open, tmp_path: Path) -> None:
    window = open_window(tmp_path / "new")
    page = window.welcome._found
    page.policy.setCurrentIndex(page.policy.findData("wenzhou"))
    assert "征求意见稿" in page._fields[2]._below.text()
    page.policy.setCurrentIndex(page.policy.findData("hangzhou"))
    assert "征求意见稿" not in page._fields[2]._below.text()


@pytest.fixture
def tour(look: Look, qtbot: QtBot, tmp_path: Path) -> Window:
    """A window on an empty folder that can show sample data."""
    home = tmp_path / "own"
    home.mkdir()
    front = Front(make_sample)
    window = Window(home, look, Kept(home, "zh_CN"), sample=front._sample)
    window.kept.sound = False
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.begin()
    return window


def test_the_sample_is_shown_under_a_banner_and_leaves_nothing(tour: Window, tmp_path: Path) -> None:
    before = sorted(each.name for each in (tmp_path / "own").iterdir())
    tour.welcome.sample_asked.emit()
    settle(tour)
    assert tour.bar.isVisible()
    assert tour.workplace is not None
    assert tour.workplace.isVisible()
    sample = tour.home
    with Desk(sample) as desk:
        assert desk.people.search("", limit=5)
        assert [case.kind for case in desk.cases.list(only_open=True)] == ["double_redemption"]
        today = desk.station.surroundings.today()
        assert {line.start.date() for line in desk.requests.lines()} >= {today}
        assert all(line.start.date() >= today for line in desk.requests.lines())
    tour.bar.leave.click()
    settle(tour)
    assert not tour.bar.isVisible()
    assert not sample.parent.exists()
    assert tour.home == tmp_path / "own"
    assert tour.welcome.isVisible()
    assert sorted(each.name for each in (tmp_path / "own").iterdir()) == before
    tour.close()


def test_a_sample_that_is_cancelled_leaves_nothing(tour: Window) -> None:
    folders: list[Path] = []
    make = tour._sample
    assert make is not None

    def making(folder: Path, language: str, progress: object, cancelled: object) -> Path:
        folders.append(folder)
        tour._setup.cancel()
        return make(folder, language, progress, cancelled)  # type: ignore[arg-type]

    tour._sample = making
    tour.welcome.sample_asked.emit()
    settle(tour)
    assert not folders[0].exists()
    assert not tour.bar.isVisible()
    assert tour.welcome.isVisible()
    tour.close()
