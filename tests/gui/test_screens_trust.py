"""Stations and keys in the window: words to compare, certificates, and the root key on paper and back."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot
from screens_b_network import Network, carry, enrol_centre, found_hub
from screens_b_window import Shown, read

from timebank.cli.main import run
from timebank.desk import network, recovery
from timebank.desk.key_words import words_data, words_text
from timebank.desk.operators import Operator
from timebank.domain.root_sheet import read_sheet
from timebank.paper.reader import read_all_codes
from ui.front import Front
from ui.look import Look, TextSize, Theme, Tone
from ui.look.kept import Kept
from ui.paper.paged import page_image
from ui.paper.press import Order
from ui.paper.recovery import paged_recovery, print_recovery
from ui.screens.drives import Drive, DriveWatch
from ui.screens.exchange import ExchangeScreen
from ui.screens.print_dialog import PrintDialog
from ui.screens.settings import SettingsScreen
from ui.screens.trust import TrustPage

KEEPER = Operator(1, "周敏", "keeper", False)
COORDINATOR = Operator(2, "吴主任", "coordinator", False)


@pytest.fixture
def made(tmp_path: Path) -> Network:
    """A hub and a centre that know of each other."""
    made = enrol_centre(found_hub(tmp_path), tmp_path)
    carry(made, made.hub, made.station, tmp_path)
    carry(made, made.station, made.hub, tmp_path)
    return made


class Keys:
    """Settings, opened at stations and keys, by someone at one of the stations."""

    def __init__(self, look: Look, qtbot: QtBot, made: Network, home: Path, operator: Operator) -> None:
        self.shown = Shown(look, qtbot, made, home, "settings")
        self.shown.context.operator = operator
        self.screen = SettingsScreen(self.shown.context, Kept(home, "zh_CN"))
        self.shown.show(self.screen)
        self.screen.keys.open.click()
        self.shown.settle()

    @property
    def page(self) -> TrustPage:
        """Stations and keys."""
        return self.screen.trust

    def choose(self, row: int) -> None:
        """Put the cursor on a station."""
        self.page.table.go(row)
        self.shown.settle()


@pytest.fixture
def keys(look: Look, qtbot: QtBot, made: Network) -> Iterator[Keys]:
    """The keeper at the hub."""
    keys = Keys(look, qtbot, made, made.hub, KEEPER)
    yield keys
    keys.shown.close()


def fingerprint(made: Network, station: int) -> str:
    with made.desk(made.hub) as desk:
        return desk.stations()[station - 1].fingerprint


def sheet_of(made: Network, path: Path) -> Path:
    with made.desk(made.hub) as desk:
        return recovery.print_sheet(desk.station, Front(), path)


def print_into(keys: Keys, file: Path) -> None:
    keys.page.print_as(Order("a4", 0, 1, path=file))


# Words


def test_both_screens_of_an_enrolment_show_the_same_words(
    look: Look, qtbot: QtBot, made: Network, tmp_path: Path
) -> None:
    asking = tmp_path / "village.request"
    asked = network.request(
        tmp_path / "village", made.surroundings, name="半山村", out=asking, passphrase_file=None
    )
    shown = Shown(look, qtbot, made, made.hub, "exchange")
    try:
        watch = DriveWatch(shown.context.reads, lambda: [Drive("KINGSTON", tmp_path, 1)])
        screen = ExchangeScreen(shown.context, watch)
        shown.show(screen)
        shown.do("enrol_station")
        screen.enrolling.read_request(asking)
        shown.settle()
        for language in ("zh_CN", "en"):
            look.speech.language = language
            assert screen.enrolling.words.text == words_text(asked.fingerprint, language)
        assert asked.fingerprint in read(screen.enrolling)
    finally:
        shown.close()


def test_every_station_is_listed_with_its_words_and_the_chosen_one_shows_them_large(
    keys: Keys, made: Network
) -> None:
    cells = [keys.page.model.index(row, 4).data() for row in range(2)]
    assert cells == [words_text(fingerprint(made, station), "zh_CN") for station in (1, 2)]
    keys.choose(1)
    assert keys.page.station.words.text == cells[1]
    assert "拱宸桥社区" in read(keys.page.station)


# Who may


def test_whoever_is_no_keeper_reads_a_sentence_and_changes_nothing(
    look: Look, qtbot: QtBot, made: Network
) -> None:
    keys = Keys(look, qtbot, made, made.hub, COORDINATOR)
    try:
        keys.choose(1)
        assert "保管员" in keys.page.lead.text()
        page = keys.page
        for button in (
            page.root.print,
            page.root.recover,
            page.station.renew,
            page.station.revoke,
        ):
            assert not button.isVisibleTo(page)
        assert page.station.words.isVisibleTo(page)
    finally:
        keys.shown.close()


def test_where_the_root_key_is_not_kept_the_page_says_so_and_offers_the_sheet(
    look: Look, qtbot: QtBot, made: Network
) -> None:
    keys = Keys(look, qtbot, made, made.station, KEEPER)
    try:
        assert "不在本站" in keys.page.lead.text()
        assert not keys.page.root.print.isVisibleTo(keys.page)
        assert keys.page.root.recover.isVisibleTo(keys.page)
    finally:
        keys.shown.close()


# Certificates


def test_a_station_is_made_a_hub(keys: Keys, made: Network) -> None:
    keys.choose(1)
    card = keys.page.station
    assert not card.renew.isEnabled(), "nothing was changed yet"
    card.role.findChild(type(card.renew), "hub").click()
    assert card.renew.isEnabled()
    card.renew.click()
    keys.shown.settle()
    assert keys.page.notice.tone is Tone.GOOD
    with made.desk(made.hub) as desk:
        assert [(line.role, line.parent) for line in desk.stations()] == [("hub", 0), ("hub", 1)]


def test_trust_is_withdrawn_with_a_reason_only(keys: Keys, made: Network) -> None:
    keys.choose(0)
    assert not keys.page.station.revoke.isEnabled(), "not from oneself"
    keys.choose(1)
    keys.page.station.revoke.click()
    asked = keys.page.asked
    assert not asked.confirm.isEnabled()
    asked.edit.setText("电脑被盗")
    asked.confirm.click()
    keys.shown.settle()
    assert "拱宸桥社区" in keys.page.notice.text
    with made.desk(made.hub) as desk:
        assert desk.stations()[1].state == "revoked"
    assert keys.page.model.index(1, 2).data() == "已停用"
    assert not keys.page.station.revoke.isVisibleTo(keys.page)


def test_a_lost_station_is_replaced_while_enrolling(
    look: Look, qtbot: QtBot, made: Network, tmp_path: Path
) -> None:
    asking, stick = tmp_path / "new.request", tmp_path / "stick"
    stick.mkdir()
    network.request(tmp_path / "new", made.surroundings, name="拱宸桥新机", out=asking, passphrase_file=None)
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
        assert not page.reason.isVisibleTo(page)
        page.replaces.setCurrentIndex(page.replaces.findData("2"))
        assert page.reason.isVisibleTo(page)
        assert not page.places.buttons[0].isEnabled(), "without a reason"
        page.reason.setText("电脑被盗")
        page.places.buttons[0].click()
        shown.settle()
        assert page.done.tone is Tone.GOOD
        assert "能读原站登记的人" in read(page.done)
    finally:
        shown.close()
    with made.desk(made.hub) as desk:
        assert [line.state for line in desk.stations()] == ["enrolled", "revoked", "enrolled"]


# The sheet


def test_the_preview_shows_a_sample_and_what_is_ordered_there_holds_the_key(
    keys: Keys, made: Network, tmp_path: Path
) -> None:
    keys.page.root.print.click()
    keys.shown.settle()
    (dialog,) = keys.page.findChildren(PrintDialog)
    assert "密钥不上屏幕" in read(dialog)
    keys.shown.qtbot.waitUntil(lambda: dialog.view.picture.image is not None)
    dialog.view.zoom._buttons["double"].click()
    keys.shown.qtbot.waitUntil(lambda: not dialog.view.waiting)
    keys.shown.settle()
    dialog.view.picture.image.save(str(tmp_path / "screen.png"))
    (seen,) = read_all_codes(tmp_path / "screen.png")
    assert seen.startswith("SAMPLE")
    with made.desk(made.hub) as desk:
        assert recovery.root_key(desk.station).printed is None
    dialog.save_to(tmp_path / "sheet.pdf")
    keys.shown.settle()
    assert keys.page.notice.tone is Tone.GOOD
    (code,) = read_all_codes(tmp_path / "sheet.pdf")
    with made.desk(made.hub) as desk:
        assert desk.station.key_folder.read_root(None).seed == read_sheet(code)


def test_the_sheet_is_printed_into_a_pdf_that_other_programs_read(
    keys: Keys, made: Network, tmp_path: Path
) -> None:
    file = tmp_path / "sheet.pdf"
    print_into(keys, file)
    keys.shown.settle()
    assert "sheet.pdf" in keys.page.notice.text
    assert "打印过" in read(keys.page.root)
    assert file.stat().st_mode & 0o077 == 0, "for its owner only"
    (code,) = read_all_codes(file)
    seed = read_sheet(code)
    with made.desk(made.hub) as desk:
        assert desk.station.key_folder.read_root(None).seed == seed
    if shutil.which("pdftoppm") is None or shutil.which("zbarimg") is None:
        pytest.skip("poppler-utils and zbar-tools are not installed")
    subprocess.run(["pdftoppm", "-r", "150", "-png", file, tmp_path / "page"], check=True)
    (page,) = tmp_path.glob("page*.png")
    seen = subprocess.run(["zbarimg", "-q", "--raw", page], check=True, capture_output=True, text=True)
    assert seen.stdout.strip() == code


def test_the_sheet_says_what_it_is_in_both_languages(made: Network, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed")
    file = sheet_of(made, tmp_path / "sheet.pdf")
    done = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True)
    said = "".join(done.stdout.split())
    with made.desk(made.hub) as desk:
        key = recovery.root_key(desk.station)
    for text in ("拱墅区时间银行", "这张纸就是密钥本身", "Thispaperisthekeyitself", "2026-11-22"):
        assert text in said, text
    for language in ("zh_CN", "en"):
        assert words_text(key.fingerprint, language).replace(" ", "") in said


def test_a_sheet_goes_to_a_printer_without_a_file_of_its_own(
    keys: Keys, made: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "spool.pdf"))
    monkeypatch.setattr("ui.paper.press.named_printer", lambda _name, _copies: printer)
    keys.page.print_as(Order("a4", 0, 1, printer="保险柜旁的打印机"))
    keys.shown.settle()
    assert keys.page.notice.tone is Tone.GOOD
    assert len(read_all_codes(tmp_path / "spool.pdf")) == 1


@pytest.mark.parametrize("how", ["typed", "picture", "pdf"])
def test_the_key_is_recovered_from_the_sheet_at_another_station(
    look: Look, qtbot: QtBot, made: Network, tmp_path: Path, how: str
) -> None:
    file = sheet_of(made, tmp_path / "sheet.pdf")
    (code,) = read_all_codes(file)
    keys = Keys(look, qtbot, made, made.station, KEEPER)
    try:
        keys.page.root.recover.click()
        form = keys.page.root.form
        if how == "typed":
            groups = [code[at : at + 5] for at in range(4, len(code), 5)]
            form.groups.setPlainText(" ".join([*groups[:6], "zzzzz", *groups[7:]]).lower())
            form.go.click()
            keys.shown.settle()
            assert "第 7 组" in read(form)
            form.groups.setPlainText(" ".join(groups).lower())
            form.go.click()
        elif how == "picture":
            subprocess.run(["pdftoppm", "-r", "110", "-png", file, tmp_path / "photo"], check=True)
            form.read_file(next(tmp_path.glob("photo*.png")))
        else:
            form.read_file(file)
        keys.shown.settle()
        assert keys.page.notice.tone is Tone.GOOD
        assert not form.isVisibleTo(keys.page)
        assert form.groups.toPlainText() == "", "the key does not stay on the screen"
        assert keys.page.root.print.isVisibleTo(keys.page)
    finally:
        keys.shown.close()
    with made.desk(made.station) as desk:
        assert desk.root_key() == "open"


def test_a_picture_without_a_sheet_says_so(look: Look, qtbot: QtBot, made: Network, tmp_path: Path) -> None:
    keys = Keys(look, qtbot, made, made.station, KEEPER)
    try:
        keys.page.root.recover.click()
        page_image(paged_recovery(face(made)), 0, 6).save(str(tmp_path / "tiny.png"))
        keys.page.root.form.read_file(tmp_path / "tiny.png")
        keys.shown.settle()
        assert "没有找到恢复单" in read(keys.page.root.form)
    finally:
        keys.shown.close()


def face(made: Network) -> recovery.RecoveryFace:
    kept: list[recovery.RecoveryFace] = []

    class Desktop:
        def print_recovery(self, face: recovery.RecoveryFace, path: Path) -> Path:
            kept.append(face)
            return path

    with made.desk(made.hub) as desk:
        recovery.print_sheet(desk.station, Desktop(), Path("x"))
    return kept[0]


def test_a_sheet_is_never_written_over_another(made: Network, tmp_path: Path) -> None:
    shown = face(made)
    assert print_recovery(shown, tmp_path / "a.pdf").name == "a.pdf"
    assert print_recovery(shown, tmp_path / "a.pdf").name == "a-2.pdf"


def test_a_closed_root_key_asks_for_its_passphrase(look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    right = tmp_path / "right.txt"
    right.write_text("correct horse\n", "utf-8")
    made = found_hub(tmp_path / "locked", passphrase_file=right)
    keys = Keys(look, qtbot, made, made.hub, KEEPER)
    try:
        print_into(keys, tmp_path / "sheet.pdf")
        keys.shown.settle()
        assert "请输入口令" in read(keys.page.root.passphrase)
        assert not (tmp_path / "sheet.pdf").exists()
        keys.page.root.passphrase.line.setText("correct horse")
        print_into(keys, tmp_path / "sheet.pdf")
        keys.shown.settle()
        assert (tmp_path / "sheet.pdf").exists()
    finally:
        keys.shown.close()


# The same from a shell


def test_a_hub_is_handed_over_from_a_shell(
    made: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def did(home: Path, *words: object) -> dict[str, Any]:
        code = run(["--home", str(home), "--json", *map(str, words)], Front())
        answer = json.loads(capsys.readouterr().out)
        assert isinstance(answer, dict)
        return answer | {"exit": code}

    printed = did(made.hub, "station", "sheet", "--out", tmp_path / "sheet.pdf")
    assert printed["file"] == str(tmp_path / "sheet.pdf")
    assert printed["words"] == words_data(printed["fingerprint"])
    refused = did(made.station, "station", "recover", tmp_path / "none.pdf")
    assert (refused["exit"], refused["error"]["code"]) == (1, "file_missing")
    kept = did(made.station, "station", "recover", printed["file"])
    assert (kept["root_key"], kept["words"]) == ("open", printed["words"])
    (code,) = read_all_codes(tmp_path / "sheet.pdf")
    assert did(made.station, "station", "recover", f"{code[4:39]} {code[39:]}".lower())["exit"] == 0
    wrong = did(made.station, "station", "recover", code[:20] + "00000" + code[25:])
    assert wrong["error"]["code"] == "sheet_unreadable"
    hub = did(made.station, "station", "promote", 2, "--parent", 0)
    assert (hub["station"], hub["words"]) == (2, words_data(hub["fingerprint"]))
    assert did(made.station, "station", "revoke", 1, "--reason", "枢纽站着火")["state"] == "revoked"
    listed = did(made.station, "station", "list")["stations"]
    assert all(each["words"] == words_data(each["fingerprint"]) for each in listed)


# The page itself


def test_esc_leads_back_to_the_settings(keys: Keys) -> None:
    assert keys.screen.back()
    assert not keys.page.isVisible()
    assert not keys.screen.back()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("size", [TextSize.STANDARD, TextSize.EXTRA])
def test_the_page_fits_the_small_screen(keys: Keys, look: Look, language: str, size: TextSize) -> None:
    look.speech.language = language
    look.use(Theme(look.theme.mode, size))
    keys.page.root.open_form()
    keys.shown.settle()
    assert keys.shown.window.minimumSizeHint().width() <= 1366
